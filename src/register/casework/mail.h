/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/casework/mail: mail to the sender of a case: spooled and noted in one transaction.
 *
 * What always holds: of a register that gives packages (register/package.h) no words go out that were not looked through.
 */
#ifndef PL_REGISTER_CASEWORK_MAIL_H
#define PL_REGISTER_CASEWORK_MAIL_H
#include "register/casework/casefile.h"
#include "register/casework/spool.h"

/* A mail that is ready to be put in. Ends with pl_casework_mail_done. */
struct pl_casework_mail {
	struct pl_spool_item item;
	struct pl_vault_key key; /* the case's */
	struct pl_buf noted;
};
/* @looked: its words were looked through for data of users, and nothing is left that was not cleared (register/person/outgoing.h); asked of registers that give
 * packages alone. PL_E_DENIED: they were not. PL_E_RANGE: no subject, or no words; PL_E_NOTFOUND: the sender left no address; PL_E_STATE: no mail here;
 * PL_E_TOOBIG; otherwise as pl_casework_read. @ret needs pl_casework_mail_done whatever comes back. */
pl_status pl_casework_mail_make(struct pl_instance *inst, const struct pl_register *r, uint64_t number, const struct pl_casework_actor *who, pl_str subject,
	pl_str text, bool looked, struct pl_casework_mail *ret, struct pl_diag *diag);
/* Put it in, noted as @account's. PL_E_BUSY: too many wait; otherwise as pl_casework_put. */
pl_status pl_casework_mail_put(struct pl_db_tx *tx, const struct pl_register *r, uint64_t number, const struct pl_ulid *account, const struct pl_casework_mail *m);
void pl_casework_mail_done(struct pl_casework_mail *m);

/* Both in one. */
pl_status pl_casework_mail(struct pl_instance *inst, const struct pl_register *r, uint64_t number, const struct pl_casework_actor *who, pl_str subject,
	pl_str text, bool looked, struct pl_diag *diag);

#endif
