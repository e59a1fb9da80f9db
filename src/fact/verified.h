/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fact/verified: signatures that were found good a moment ago in this process. The sequencer verifies an entry before it
 * appends it, the projector before it applies it; beside each other in one process the second need not do the work again.
 *
 * What always holds: what is remembered is SHA-256 over key, signed bytes and signature, so nothing else can pass for it;
 * only good ones are remembered; the table is bounded and forgets.
 *
 * Any thread.
 */
#ifndef PL_FACT_VERIFIED_H
#define PL_FACT_VERIFIED_H
#include "crypto/digest.h"

struct pl_verified;

struct pl_verified *pl_verified_new(void);
/* NULL allowed. */
void pl_verified_free(struct pl_verified *v);
/* The name of one verification. */
void pl_verified_name(const struct pl_digest *key, pl_bytes msg, pl_bytes sig, struct pl_digest *ret);
/* Was @name found good? NULL @v: no. */
bool pl_verified_has(struct pl_verified *v, const struct pl_digest *name);
/* It was. NULL @v: nothing. */
void pl_verified_put(struct pl_verified *v, const struct pl_digest *name);

#endif
