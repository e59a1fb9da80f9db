/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/cover: padding of registers whose declaration says "existence padded" (docs/formats/register.md): dummies, and revisions of dummies.
 *
 * What always holds:
 *  1. What is drawn depends on chance, on the clock and on leaves that reports open, and never on a sealed case: how dummies live says nothing
 *     about what hides among them (docs/decisions/0021-registers.md, "Padded").
 *  2. A dummy and its revisions are leaves as those of a sealed case are: a number, a revision, the leaf before, a commitment that nobody can open.
 */
#ifndef PL_REGISTER_COVER_H
#define PL_REGISTER_COVER_H
#include "register/register.h"

#define PL_REGISTER_PAD_MAX 3u     /* dummies before a head that is signed by hand; each number from 0 is as likely */
#define PL_REGISTER_COVER_MAX 64u  /* revisions of dummies before such a head at most */
#define PL_REGISTER_LOOKS_HEAD 120u /* looks between two heads of the rhythm */

/* Enter the dummies, and the revisions of dummies, that come before a head signed by hand. Nothing for a register that is not padded. */
pl_status pl_register_pad_some(struct pl_instance *inst, const struct pl_register *r, uint64_t now, struct pl_diag *diag);
/* The same for one of the looks of the rhythm, so that they stand anywhere between two heads: mostly nothing. */
pl_status pl_register_pad_look(struct pl_instance *inst, const struct pl_register *r, uint64_t now, struct pl_diag *diag);

#endif
