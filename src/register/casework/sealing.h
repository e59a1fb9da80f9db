/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/casework/sealing: cases that reports may not open until a day: an order forbids to speak of them.
 *
 * What always holds:
 *  1. Nothing opens by itself. That the end has come is told by mail and in the desk's queue; opening is an act of somebody.
 *  2. A case is not opened before the end that its seal names. One whose order is lifted early gets the day on which it was as its end
 *     first, so that the case's file says both.
 *  3. Sealing, naming another end and opening each are one transaction with their entry in the case's file.
 *  4. Mail says register, number and days, and nothing that a person wrote; each warning is told once, whoever is killed when, and none is
 *     lost where nobody is to be told.
 */
#ifndef PL_REGISTER_CASEWORK_SEALING_H
#define PL_REGISTER_CASEWORK_SEALING_H
#include "register/casework/casefile.h"

#define PL_SEALING_LEAD UINT64_C(604800)     /* seconds before its end that somebody is told, too: a week */
#define PL_SEALING_REVIEW UINT64_C(15724800) /* a seal without an end is told every 182 days, so that somebody asks whether it still holds */
#define PL_SEALING_TELL_MAX 50u              /* cases of one mail */

struct pl_sealing {
	pl_str name;
	uint64_t number, since, ends, opened; /* seconds; .ends 0: none is named; .opened 0: sealed */
};

/* Keep case @number closed in reports until @ends (seconds: from then on it may be opened; 0: no end is known). A case that is sealed already gets that
 * end; the same again changes nothing. PL_E_RANGE: the end lies before today, or is too far away. PL_E_STATE: the case is gone, or sealed and no
 * end is named, or its register's desk releases cases, which have an embargo. */
pl_status pl_sealing_seal(struct pl_db_tx *tx, const struct pl_register *r, uint64_t number, const struct pl_ulid *account, uint64_t ends,
	uint64_t now, struct pl_diag *diag);
/* Let reports open it from now on. PL_E_DENIED: before its end, or as pl_register_seal; PL_E_STATE: it is not sealed. */
pl_status pl_sealing_open(struct pl_db_tx *tx, const struct pl_register *r, uint64_t number, const struct pl_ulid *account, uint64_t now,
	struct pl_diag *diag);

/* What is known of the seal of a case; .name is that of @r. PL_E_NOTFOUND: it never had one. */
pl_status pl_sealing_get(struct pl_instance *inst, const struct pl_register *r, uint64_t number, struct pl_sealing *ret);
/* The sealed cases of all registers, the one that ends soonest first and those without an end last. Texts in @arena. */
pl_status pl_sealing_list(struct pl_instance *inst, size_t limit, struct pl_arena *arena, struct pl_sealing **ret, size_t *ret_n);

/* Put one mail to [mail] alarms into the spool about the seals that end within PL_SEALING_LEAD or did. *@ret: of how many cases; 0 without that
 * setting. PL_E_STATE as pl_spool_item_make. */
pl_status pl_sealing_tell(struct pl_instance *inst, uint64_t now_ns, uint64_t *ret, struct pl_diag *diag);

#endif
