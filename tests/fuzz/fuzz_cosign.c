/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A log that tries to show two histories, step by step: a witness never cosigns two trees of which neither is a prefix of
 * the other, and never the smaller one after the larger. Each step is four bytes: which history and size, the old size,
 * where to spoil the proof (0: nowhere), and who signs.
 */
#include "base/time.h"
#include "fuzz.h"
#include "log/tree.h"
#include "log/witness.h"
#include "scratch.h"
#include <stdio.h>

#define ORIGIN "log.example/releases"
#define LEAVES 32u
#define PARTING 11u /* leaves that both histories have */

struct history {
	struct pl_digest leaf[LEAVES];
};

static struct pl_witness *witness;
static struct pl_signer *key[2]; /* the log's, and a stranger's */
static struct history history[2];
static char hex[2 * PL_DIGEST_LEN + 1];

static uint64_t now(void *ctx)
{
	return UINT64_C(1700000000) * PL_SECOND;
}

static void set_up(void)
{
	struct pl_witness_options o = {.rate_minute = UINT32_MAX, .now = now};
	struct pl_buf vkey PL_CLEANUP(pl_buf_done) = PL_BUF(PL_VKEY_MAX);
	struct pl_vkey v;
	char path[256];

	if (witness)
		return;
	for (uint8_t h = 0; h < 2; h++) {
		uint8_t seed[32] = {[31] = h};

		FUZZ_HOLDS(pl_signer_from_seed(seed, &key[h]) == PL_OK);
		for (uint8_t i = 0; i < LEAVES; i++)
			pl_tree_leaf(pl_bytes_of((uint8_t[]){i, i < PARTING ? 0 : h}, 2), &history[h].leaf[i]);
	}
	(void)snprintf(path, sizeof path, "%s/w", fuzz_scratch_path());
	FUZZ_HOLDS(pl_vkey_of_signer(PL_STR(ORIGIN), key[0], &v) == PL_OK);
	pl_vkey_write(&vkey, &v);
	FUZZ_HOLDS(pl_witness_init(path, PL_STR("w.example"), NULL, NULL) == PL_OK);
	FUZZ_HOLDS(pl_witness_admit(path, pl_buf_str(&vkey), NULL) == PL_OK);
	FUZZ_HOLDS(pl_witness_open(path, &o, &witness, NULL) == PL_OK);
	pl_witness_origin_hex(PL_STR(ORIGIN), hex);
}

static void forget(void)
{
	char name[256];

	(void)snprintf(name, sizeof name, "w/logs/%s/checkpoint", hex);
	fuzz_scratch_remove(name);
	(void)snprintf(name, sizeof name, "w/logs/%s/evidence", hex);
	fuzz_scratch_remove(name);
}

static pl_status fetch(void *ctx, const struct pl_tree_node_id *ids, size_t n, struct pl_digest *ret)
{
	const struct history *h = ctx;

	for (size_t i = 0; i < n; i++)
		pl_tree_root(&h->leaf[ids[i].index << ids[i].level], (size_t)1 << ids[i].level, &ret[i]);
	return PL_OK;
}

static unsigned submit(unsigned h, uint64_t size, uint64_t old_size, unsigned spoil, unsigned who)
{
	struct pl_buf note PL_CLEANUP(pl_buf_done) = PL_BUF(PL_NOTE_MAX), body PL_CLEANUP(pl_buf_done) = PL_BUF(PL_WITNESS_BODY_MAX);
	struct pl_checkpoint cp = {.origin = PL_STR(ORIGIN), .size = size};
	struct pl_tree_path path = {0};
	struct pl_witness_answer a;

	pl_tree_root(history[h].leaf, size, &cp.root);
	if (old_size <= size)
		FUZZ_HOLDS(pl_tree_prove_consistency(old_size, size, fetch, &history[h], &path) == PL_OK);
	if (spoil && path.n)
		path.h[spoil % path.n].b[spoil % PL_DIGEST_LEN] ^= 1;
	if (spoil > 200 && path.n < PL_WITNESS_PROOF_MAX)
		path.n++;
	FUZZ_HOLDS(pl_checkpoint_sign(&note, &cp, &key[who], 1) == PL_OK);
	pl_witness_request_write(&body, old_size, path.h, path.n, pl_buf_str(&note));
	pl_witness_add_checkpoint(witness, pl_buf_bytes(&body), &a);
	pl_buf_done(&a.body);
	return a.status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint64_t largest = 0;
	unsigned of = 0; /* its history */

	set_up();
	forget();
	for (size_t at = 0; size - at >= 4 && at < 64; at += 4) {
		const uint8_t *p = data + at;
		unsigned h = p[0] >> 7, who = p[3] & 1;
		uint64_t n = p[0] % (LEAVES + 1), old_size = p[1] == 255 ? largest : p[1] % (LEAVES + 1);
		unsigned status = submit(h, n, old_size, p[2], who);

		if (status != 200) {
			/* What is right in every way is not refused. */
			FUZZ_HOLDS(who || p[2] || old_size != largest || n < largest || (largest > PARTING && h != of));
			continue;
		}
		FUZZ_HOLDS(!who && n >= largest && old_size == largest);
		FUZZ_HOLDS(h == of || largest <= PARTING);
		largest = n;
		of = h;
	}
	return 0;
}
