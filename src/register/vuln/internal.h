/* SPDX-License-Identifier: Apache-2.0 */
/* register/vuln/internal: between the files of this room that change cases. */
#ifndef PL_REGISTER_VULN_INTERNAL_H
#define PL_REGISTER_VULN_INTERNAL_H
#include "register/vuln/case.h"

#define PL_VULN_SETS_MAX 24u
#define PL_VULN_SETS_BYTES ((size_t)128 << 10)

/* Fields to be set in one revision. A name that the register does not declare, or declares otherwise, shows in .status. */
struct pl_vuln_sets {
	const struct pl_register_decl *decl;
	struct pl_buf room; /* reserved whole: it does not move */
	size_t n;
	struct pl_register_set s[PL_VULN_SETS_MAX];
	pl_status status;
	struct pl_diag *diag;
};

void pl_vuln_sets_init(struct pl_vuln_sets *s, const struct pl_register_decl *decl, struct pl_diag *diag);
void pl_vuln_sets_done(struct pl_vuln_sets *s);
/* Text and enum. */
void pl_vuln_set_str(struct pl_vuln_sets *s, const char *name, pl_str value);
void pl_vuln_set_z(struct pl_vuln_sets *s, const char *name, const char *value);
void pl_vuln_set_u64(struct pl_vuln_sets *s, const char *name, uint64_t value); /* and times, seconds */
void pl_vuln_set_bool(struct pl_vuln_sets *s, const char *name, bool value);
void pl_vuln_set_absent(struct pl_vuln_sets *s, const char *name);
/* The same for the values of a new case. */
void pl_vuln_sets_to_values(const struct pl_vuln_sets *s, struct pl_register_values *ret);

/* One more revision of @c with what @set puts into it; the case's file says who did it. case.c. */
pl_status pl_vuln_revise(struct pl_vuln *c, void (*set)(struct pl_vuln_sets *s, const void *ctx), const void *ctx, struct pl_register_case *ret,
	struct pl_diag *diag);
/* One more revision of @c with its history as it stands now, and what @also does in the same transaction. case.c. */
pl_status pl_vuln_write_with(struct pl_vuln *c, pl_status (*also)(void *ctx, struct pl_db_tx *tx), void *ctx, struct pl_register_case *ret,
	struct pl_diag *diag);
/* PL_E_RANGE with words: before the case was received, or still to come. */
pl_status pl_vuln_check_act(const struct pl_vuln *c, const struct pl_vuln_act *act, struct pl_diag *diag);
/* PL_E_STATE with words: the history of @c says of a clock what cannot have happened, such as that one was met that never began. */
pl_status pl_vuln_clocks_fit(const struct pl_vuln *c, uint64_t now, struct pl_diag *diag);
/* In the transaction of a revision: the case's file says that @c->by made it. */
pl_status pl_vuln_note_change(struct pl_db_tx *tx, const struct pl_vuln *c, const struct pl_register_case *made);

/* Up to @max numbers of cases of @r beyond @after. */
typedef pl_status (*pl_vuln_cases)(struct pl_instance *inst, const struct pl_register *r, uint64_t after, uint64_t *ret, size_t max, size_t *ret_n);
typedef pl_status (*pl_vuln_act_on)(struct pl_instance *inst, const struct pl_register *r, uint64_t number, const struct pl_register_reader *reader,
	struct pl_diag *diag);
/* Act on all that @list names; one that fails keeps no other from it, and the first failure is the answer. PL_E_BUSY ends it: the vault gives no more keys now.
 * *@ret: for how many it was done. each.c. */
pl_status pl_vuln_each(struct pl_instance *inst, const struct pl_register *r, const struct pl_register_reader *reader, pl_vuln_cases list, pl_vuln_act_on act,
	uint64_t *ret, struct pl_diag *diag);

/* The value of a declared field, exact; NULL: absent, or not declared. */
const struct pl_commit_value *pl_vuln_value(const struct pl_register *r, const struct pl_register_view *v, const char *name);
pl_str pl_vuln_text(const struct pl_register *r, const struct pl_register_view *v, const char *name);
/* 0 if absent. */
uint64_t pl_vuln_number(const struct pl_register *r, const struct pl_register_view *v, const char *name);
bool pl_vuln_true(const struct pl_register *r, const struct pl_register_view *v, const char *name);

#endif
