/* SPDX-License-Identifier: Apache-2.0 */
/* register/seal: padding of registers whose declaration says "existence padded" (docs/formats/register.md). */
#ifndef PL_REGISTER_SEAL_H
#define PL_REGISTER_SEAL_H
#include "register/register.h"

/* At most so many dummies before a head; each number from 0 is as likely. */
#define PL_REGISTER_PAD_MAX 3u

/* Enter the dummies that come before the next head. Nothing for a register that is not padded. */
pl_status pl_register_pad_some(struct pl_instance *inst, const struct pl_register *r, uint64_t now, struct pl_diag *diag);

#endif
