/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/vuln/access: the parties of a case read what they see of it by themselves, each by a secret of his own (register/casework/access).
 *
 * What always holds:
 *  1. A party is shown what pl_vuln_party_view says for its role, and nothing else was ever sealed for its secret.
 *  2. A view follows the case: pl_vuln_access_renew (the worker, every few seconds) makes it anew after each revision. Who is no party any more has
 *     no access any more.
 */
#ifndef PL_REGISTER_VULN_ACCESS_H
#define PL_REGISTER_VULN_ACCESS_H
#include "register/casework/access.h"
#include "register/vuln/case.h"

/* A new secret for the party @id, which ends the one that it had. @now: seconds. PL_E_NOTFOUND: no such party. */
pl_status pl_vuln_access_give(const struct pl_vuln *c, pl_str id, uint64_t now, struct pl_register_secret *ret, struct pl_diag *diag);
/* PL_E_NOTFOUND: it has none. */
pl_status pl_vuln_access_end(const struct pl_vuln *c, pl_str id, struct pl_diag *diag);
/* Those of the parties of @c that have one. */
pl_status pl_vuln_access_list(const struct pl_vuln *c, struct pl_access ret[static PL_ACCESS_MAX], size_t *ret_n);
/* The access of @id in a list, or NULL. */
const struct pl_access *pl_vuln_access_of(const struct pl_access *list, size_t n, pl_str id);

/* Make every view of @r that is not of its case's last revision anew, and end those of parties that left. *@ret: how many cases were looked at.
 * What the vault does not give out (PL_E_BUSY) waits. */
pl_status pl_vuln_access_renew(struct pl_instance *inst, const struct pl_register *r, const struct pl_register_reader *reader, uint64_t *ret,
	struct pl_diag *diag);

#endif
