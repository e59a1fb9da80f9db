/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The signer's desk: whatever payload any peer brings with whatever approvals, only what the tables allow is signed, and
 * a refusal says why and leaves nothing behind. Input: a byte for the peer, one bit of the next for each approval, then
 * the payload. The approvals are made here over exactly this payload.
 */
#include "../unit/verify/story.h"
#include "base/mem.h"
#include "cli/rooms.h"
#include "fact/signing_internal.h"
#include "fuzz.h"
#include "release/vocabulary.h"

#define INDEX 100u

static struct pl_vocabulary vocabulary;
static struct pl_keys *keys;
static struct pl_signer *service;
static struct pl_signer *approver[4]; /* two officers, the rebuilder, a stranger */

static struct pl_signer *signer(uint8_t i)
{
	struct pl_signer *s = NULL;
	uint8_t seed[32];

	memset(seed, i, sizeof seed);
	FUZZ_HOLDS(pl_signer_from_seed(seed, &s) == PL_OK);
	return s;
}

static void set_up(void)
{
	const uint8_t who[] = {STORY_OFFICER_1, STORY_OFFICER_2, STORY_REBUILDER, STORY_STRANGER};
	struct pl_pubkey roots[3];
	struct story s;
	struct pl_digest file = {{0}};

	if (keys)
		return;
	pl_vocabulary_init(&vocabulary, pl_rooms, pl_rooms_count);
	service = signer(STORY_SERVICE);
	for (size_t i = 0; i < PL_COUNT(who); i++)
		approver[i] = signer(who[i]);
	for (uint8_t i = 0; i < 3; i++) {
		struct pl_signer *root PL_CLEANUP(pl_signer_freep) = signer((uint8_t)(STORY_ROOT_A + i));

		roots[i] = *pl_signer_public(root);
	}
	FUZZ_HOLDS(pl_keys_new(roots, 3, 2, &keys) == PL_OK);
	story_init(&s);
	story_tell(&s, "lantern", &file, "identical");
	for (size_t i = STORY_INCEPTION; i <= STORY_KEY_REBUILDER; i++) {
		struct pl_statement *st PL_CLEANUP(pl_statement_closep) = NULL;

		FUZZ_HOLDS(pl_statement_open(pl_buf_bytes(&s.entry[i]), &st, NULL) == PL_OK);
		FUZZ_HOLDS(pl_keys_apply(keys, st, i, NULL) == PL_OK);
	}
	story_done(&s);
}

static pl_status now(void *ctx, const struct pl_keys **ret, uint64_t *ret_index, struct pl_diag *diag)
{
	*ret = keys;
	*ret_index = INDEX;
	return PL_OK;
}

static bool ruled(enum pl_peer peer, pl_str type)
{
	for (size_t i = 0; i < pl_release_room.n_rules; i++)
		if (pl_str_eq(type, pl_str_from(pl_release_room.rules[i].type)) && (pl_release_room.rules[i].peers & PL_PEER_BIT(peer)))
			return true;
	return false;
}

/* What was signed is this payload, of a type that this peer may have, approved as its row demands. */
static void check_signed(enum pl_peer peer, pl_bytes payload, unsigned approvals, pl_bytes entry)
{
	struct pl_statement *st PL_CLEANUP(pl_statement_closep) = NULL;
	const struct pl_predicate *row;
	struct pl_judgement j;

	FUZZ_HOLDS(pl_statement_open(entry, &st, NULL) == PL_OK && pl_bytes_eq(st->envelope.payload, payload));
	row = pl_vocabulary_find(&vocabulary, st->type);
	FUZZ_HOLDS(row && ruled(peer, st->type) && pl_predicate_check(row, st, NULL) == PL_OK);
	FUZZ_HOLDS(pl_keys_judge(keys, row, st, INDEX, true, &j, NULL) == PL_OK && j.idle == 0);
	FUZZ_HOLDS(row->approval != PL_APPROVAL_OFFICERS || (j.approvals == 2 && (approvals & 3) == 3));
	FUZZ_HOLDS(row->approval != PL_APPROVAL_ROOTS && st->envelope.n_sigs == 1u + j.approvals);
}

static size_t approve(pl_bytes payload, unsigned bits, struct pl_approval_sig ret[static PL_SIGNING_APPROVALS_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < PL_COUNT(approver); i++)
		if (bits >> i & 1 && pl_signing_approve(approver[i], payload, &ret[n]) == PL_OK)
			n++;
	if (bits & 0x10 && n)
		ret[n - 1].sig.b[7] ^= 1; /* spoilt */
	if (bits & 0x20 && n) {
		ret[n] = ret[n - 1]; /* twice */
		n++;
	}
	return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pl_signing_book book = {.vocabulary = &vocabulary, .rules = pl_release_room.rules, .n_rules = pl_release_room.n_rules,
		.keys = now};
	struct pl_approval_sig approvals[PL_SIGNING_APPROVALS_MAX];
	struct pl_buf entry PL_CLEANUP(pl_buf_done) = PL_BUF(2 * PL_STATEMENT_ENTRY_MAX);
	struct pl_signing *desk = NULL;
	struct pl_diag diag = {0};
	enum pl_peer peer;
	pl_bytes payload;
	size_t n;

	if (size < 2)
		return 0;
	set_up();
	peer = (enum pl_peer)(data[0] % PL_PEER_COUNT);
	payload = pl_bytes_of(data + 2, size - 2);
	n = approve(payload, data[1], approvals);
	FUZZ_HOLDS(pl_signing_local(&service, 1, &book, peer, &desk) == PL_OK);
	if (pl_signing_sign(desk, payload, approvals, n, &entry, &diag))
		FUZZ_HOLDS(entry.len == 0 && diag.text[0]);
	else
		check_signed(peer, payload, data[1], pl_buf_bytes(&entry));
	pl_signing_free(desk);
	return 0;
}
