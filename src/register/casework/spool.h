/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/casework/spool: mail that waits to be sent (store/jobs, kind "mail").
 *
 * What always holds:
 *  1. Address, subject and text are sealed under a key of their own, which lies in the vault; whoever puts a mail in cannot read it
 *     again, and when the mail server has taken it the key is destroyed, so that no backup of the database says who got what.
 *  2. A mail that is put in within a transaction is sent if that is committed, and not otherwise. It may come twice (a mail server
 *     that was cut off), with the same Message-ID.
 *  3. What the mail server refuses for good is dead: it waits for a person, and nothing of it stands in a log line.
 */
#ifndef PL_REGISTER_CASEWORK_SPOOL_H
#define PL_REGISTER_CASEWORK_SPOOL_H
#include "fact/instance.h"
#include "fact/vault.h"

#define PL_SPOOL_KIND "mail"
#define PL_SPOOL_WAITING_MAX 20000u

/* A mail, sealed and ready to be put in. Give it back with pl_spool_item_done. */
struct pl_spool_item {
	struct pl_buf payload;
};
void pl_spool_item_done(struct pl_spool_item *item);

/* PL_E_STATE: [mail] smtp or the vault is missing; PL_E_SYNTAX, PL_E_TOOBIG as pl_letter_put. */
pl_status pl_spool_item_make(struct pl_instance *inst, pl_str to, pl_str subject, pl_str text, struct pl_spool_item *ret,
	struct pl_diag *diag);
/* PL_E_BUSY: too many wait. */
pl_status pl_spool_put(struct pl_db_tx *tx, const struct pl_spool_item *item);

struct pl_spool_counts {
	uint64_t sent, again, dead;
};
/* Send what is due, at most @limit mails. What cannot be sent now is counted and waits; a status comes back only if nothing could be
 * tried (the database, the vault, the settings). */
pl_status pl_spool_deliver(struct pl_instance *inst, size_t limit, struct pl_spool_counts *ret, struct pl_diag *diag);

#endif
