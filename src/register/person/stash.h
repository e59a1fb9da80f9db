/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/person/stash: bytes that are kept for a moment because they can be handed on only later, of any length, in bounded memory.
 *
 * They lie in a file without a name, sealed under a key that never leaves this process: what stays on the disk afterwards is noise.
 */
#ifndef PL_REGISTER_PERSON_STASH_H
#define PL_REGISTER_PERSON_STASH_H
#include "base/base.h"

#define PL_STASH_CHUNK 32768u

struct pl_stash {
	int fd;
	uint8_t key[32];
	uint64_t chunks; /* written */
	struct pl_buf plain;
};

/* Below the directory @dir. PL_E_IO and the like. */
pl_status pl_stash_open(const char *dir, struct pl_stash *ret);
pl_status pl_stash_put(struct pl_stash *s, pl_bytes data);
/* Hand everything to @sink, in order; nothing more is put before pl_stash_clear. PL_E_CORRUPT. */
pl_status pl_stash_take(struct pl_stash *s, pl_status (*sink)(void *ctx, pl_bytes piece), void *ctx);
/* Empty it. */
pl_status pl_stash_clear(struct pl_stash *s);
/* Accepts the zero value with .fd -1. */
void pl_stash_done(struct pl_stash *s);

#endif
