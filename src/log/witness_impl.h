/* SPDX-License-Identifier: Apache-2.0 */
/* log/witness_impl: what the files of the witness share. Inside the room only. */
#ifndef PL_LOG_WITNESS_IMPL_H
#define PL_LOG_WITNESS_IMPL_H
#include "log/witness.h"
#include <pthread.h>
#include <sys/stat.h>

#define PL_WITNESS_HEX (2 * PL_DIGEST_LEN + 1)
#define PL_WITNESS_PATH_MAX 256u
#define PL_WITNESS_VKEYS_MAX 65536u

/* The keys of one admitted log, as its file says. */
struct pl_witness_keys {
	struct pl_buf text; /* the vkeys borrow from it */
	struct stat seen;   /* of the file, to notice changes */
	size_t n;
	struct pl_vkey key[PL_WITNESS_KEYS_MAX];
};

/* What a log's directory has recorded. */
struct pl_witness_seen {
	bool any;
	struct pl_buf note; /* the checkpoint borrows from it */
	struct pl_note parsed;
	struct pl_checkpoint checkpoint; /* of size 0 if there is none */
};

/* "logs/<hex>/<name>" */
void pl_witness_path(char out[static PL_WITNESS_PATH_MAX], const char *hex, const char *name);

/* Read logs/<hex>/vkeys. PL_E_NOTFOUND; PL_E_CORRUPT if the keys are not those of that origin. */
pl_status pl_witness_keys_read(int dir, const char *hex, struct pl_witness_keys *ret, struct pl_diag *diag);
void pl_witness_keys_done(struct pl_witness_keys *k);
/* Has the file changed since @k was read? PL_E_NOTFOUND if it has gone. */
pl_status pl_witness_keys_stale(int dir, const char *hex, const struct pl_witness_keys *k, bool *ret);
/* Read logs/<hex>/checkpoint; no signature is checked. PL_OK with any = false if there is none. */
pl_status pl_witness_seen_read(int dir, const char *hex, struct pl_witness_seen *ret);
void pl_witness_seen_done(struct pl_witness_seen *s);

/* Keep @offered beside what was recorded (@kind is "fork" or "unproven"). Best effort: what cannot be kept is lost. */
void pl_witness_evidence_put(
	int dir, const char *hex, const char *kind, uint64_t time, pl_str recorded, pl_str offered);
size_t pl_witness_evidence_count(int dir, const char *hex);

/* Call @each for the name of every admitted log, in ascending order. */
pl_status pl_witness_names(int dir, pl_status (*each)(void *ctx, const char *hex), void *ctx);

#endif
