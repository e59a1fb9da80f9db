/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A checkpoint judged by a fixed policy. Behind a first byte 'n' the input is the signed note. Otherwise the bits of its
 * first byte say who signs the text that follows: the log, three witnesses, a stranger; and who signs something else.
 */
#include "../unit/verify/story.h"
#include "base/time.h"
#include "fuzz.h"
#include "log/policy.h"

static struct pl_policy *policy;

static void set_up(void)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_POLICY_TEXT_MAX);

	if (policy)
		return;
	story_trust(&text, "2", 0);
	FUZZ_HOLDS(pl_policy_parse(pl_buf_str(&text), &policy, NULL) == PL_OK);
}

static void check_verdict(const struct pl_policy_verdict *v, const struct pl_checkpoint *cp)
{
	const struct pl_policy_witness *w;
	size_t n = pl_policy_witnesses(policy, &w), counted = 0;
	bool have[PL_POLICY_WITNESSES_MAX] = {false};

	FUZZ_HOLDS(v->log && pl_str_eq(cp->origin, v->log->key.name) && !v->unwitnessed);
	for (size_t i = 0; i < PL_POLICY_WITNESSES_MAX; i++) {
		FUZZ_HOLDS(!v->witness[i].counts || i < n);
		have[i] = v->witness[i].counts;
		counted += have[i];
		FUZZ_HOLDS(!have[i] || (v->witness[i].time >= v->earliest && v->witness[i].time <= v->latest));
	}
	FUZZ_HOLDS(counted == v->n_counted && v->quorum_met == pl_policy_quorum_met(policy, have));
	FUZZ_HOLDS(v->earliest <= v->latest && (v->latest > 0) == (counted > 0));
}

static pl_status judge(pl_str note)
{
	struct pl_checkpoint cp, again;
	struct pl_policy_verdict v, w;
	struct pl_diag diag = {0};
	pl_status st = pl_policy_check(policy, note, &cp, &v, &diag), accepted;

	accepted = pl_policy_accept(policy, note, &again, &w, NULL);
	if (st) {
		FUZZ_HOLDS(accepted == st && diag.text[0]);
		return st;
	}
	check_verdict(&v, &cp);
	FUZZ_HOLDS(accepted == (v.quorum_met ? PL_OK : PL_E_QUORUM));
	return accepted;
}

static void sign(struct pl_buf *out, uint8_t key, const char *name, pl_str text, bool cosign)
{
	struct pl_signer *s PL_CLEANUP(pl_signer_freep) = NULL;
	uint8_t seed[32];

	memset(seed, key, sizeof seed);
	FUZZ_HOLDS(pl_signer_from_seed(seed, &s) == PL_OK);
	if (cosign)
		(void)!pl_note_cosign_line(s, pl_str_from(name), text, (1700000000 + key) * PL_SECOND, out);
	else
		(void)!pl_note_sign_line(s, pl_str_from(name), text, out);
}

static void sign_and_judge(unsigned who, pl_str text)
{
	static const struct {
		uint8_t key;
		const char *name;
	} signers[] = {{STORY_LOG, STORY_ORIGIN}, {STORY_WITNESS_1, "w1.example"}, {STORY_WITNESS_2, "w2.example"},
		{STORY_WITNESS_3, "w3.example"}, {STORY_STRANGER, "other.example"}};
	struct pl_buf note PL_CLEANUP(pl_buf_done) = PL_BUF((size_t)1 << 20);
	unsigned witnesses = (who >> 1 & 1) + (who >> 2 & 1) + (who >> 3 & 1);
	pl_status st;

	pl_buf_put_str(&note, text);
	pl_buf_put_c(&note, '\n');
	for (size_t i = 0; i < PL_COUNT(signers); i++)
		if (who >> i & 1)
			sign(&note, signers[i].key, signers[i].name, text, i > 0 && i < 4);
	/* One of them signed another text: a bad signature beside the good ones. */
	if (who & 0x20)
		sign(&note, signers[who >> 6].key, signers[who >> 6].name, PL_STR("another\n"), who >> 6 > 0);
	st = judge(pl_buf_str(&note));
	FUZZ_HOLDS(st || ((who & 1) && witnesses >= 2 && !(who & 0x20)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	set_up();
	if (size > 0 && data[0] == 'n')
		(void)judge(pl_bytes_str(pl_bytes_of(data + 1, size - 1)));
	else if (size > 0)
		sign_and_judge(data[0], pl_bytes_str(pl_bytes_of(data + 1, size - 1)));
	return 0;
}
