/* SPDX-License-Identifier: Apache-2.0 */
/* register/casework/retain: what a register promised to keep no longer (docs/formats/register.md, "retain"). */
#ifndef PL_REGISTER_CASEWORK_RETAIN_H
#define PL_REGISTER_CASEWORK_RETAIN_H
#include "register/register.h"

/* The first second of the UTC day from which a case that was closed before it is erased at @now; 0: the register states no time. Pure. */
uint64_t pl_casework_retain_before(const struct pl_register_decl *d, uint64_t now);
/* Erase what is private of the cases of @r whose time is over and that nobody holds (register/casework/hold.h), at most @limit. *@ret: how many. */
pl_status pl_casework_retain(struct pl_instance *inst, const struct pl_register *r, uint64_t now, size_t limit, uint64_t *ret,
	struct pl_diag *diag);

#endif
