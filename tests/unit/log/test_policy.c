/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"
#include "base/time.h"
#include "keys.h"
#include "log/policy.h"

#define ORIGIN "log.example/a"

/* Replace @L1 @L2 (log keys), @W1 .. @W9 (witness keys), @P1 .. @P9 (public keys) in @text. */
static void expand(struct pl_buf *out, const char *text)
{
	for (; *text; text++) {
		char name[16];
		uint8_t i = 0;

		if (*text == '@' && text[1] && text[2])
			i = (uint8_t)(text[2] - '0');
		if (i < 1 || i > 9) {
			pl_buf_put_c(out, *text);
			continue;
		}
		snprintf(name, sizeof name, "w%u.example", i);
		if (text[1] == 'L')
			test_put_log_key(out, ORIGIN, (uint8_t)(100 + i));
		else if (text[1] == 'W')
			test_put_witness_key(out, name, i);
		else
			test_put_pubkey(out, (uint8_t)(50 + i));
		text += 2;
	}
}

static pl_status parse(const char *text, struct pl_policy **ret, struct pl_diag *diag)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_POLICY_TEXT_MAX + 1);

	expand(&b, text);
	assert_int_equal(pl_buf_status(&b), PL_OK);
	return pl_policy_parse(pl_buf_str(&b), ret, diag);
}

static struct pl_policy *policy(const char *text)
{
	struct pl_policy *p = NULL;
	struct pl_diag diag = {0};

	if (parse(text, &p, &diag) != PL_OK)
		fail_msg("%s", diag.text);
	return p;
}

#define ABOVE "log @L1\nwitness a @W1\nwitness b @W2\nwitness c @W3\n"
#define TRUST \
	"#pellucid trust v1\n#pellucid root r1 @P1\n#pellucid root r2 @P2\n#pellucid roots 2\n#pellucid rebuilders 0\n"

static void accepts_the_grammar(void **state)
{
	static const char *const good[] = {
		"quorum none\n",
		"log @L1\nquorum none\n",
		"log @L1\nlog @L2 https://log.example/\nquorum none\n",
		" \t\n\n# words\n  # more words\n\tlog\t@L1\t \n quorum  none \n",
		ABOVE "quorum a\n",
		ABOVE "group g all a b c\nquorum g\n",
		ABOVE "group g any a b c\nquorum g\n",
		ABOVE "group g 2 a b c\nquorum g\n",
		ABOVE "group g 2 a b\ngroup h all g c\nquorum h\n",
		"quorum none\nlog @L1\nwitness z @W1 https://w\n",
		"witness \xff\xfe @W1\nquorum \xff\xfe\n",
		"witness 2 @W1\nwitness all @W2\ngroup any all all 2\nquorum any\n",
		TRUST "quorum none\n",
		TRUST "#pellucid rebuilder x @P3\n# a comment\nquorum none\n",
	};

	(void)state;
	for (size_t i = 0; i < PL_COUNT(good); i++)
		pl_policy_free(policy(good[i]));
}

static const char *const bad_policies[] = {
	"", "\n", "log @L1\n", "quorum none", "quorum\n", "quorum none none\n", "quorum none\nquorum none\n",
	"quorum a\nwitness a @W1\n", ABOVE "quorum g\ngroup g all a\n", ABOVE "quorum d\n", ABOVE "quorum A\n",
	"Quorum none\n", "log\nquorum none\n", "log foo\nquorum none\n", "log @L1 url more\nquorum none\n",
	"log @L1\nlog @L1\nquorum none\n", "log @W1\nquorum none\n", "witness a @L1\nquorum none\n",
	"witness a\nquorum none\n", "witness none @W1\nquorum none\n", "witness a @W1\nwitness a @W2\nquorum none\n",
	"witness a @W1\nwitness b @W1\nquorum none\n", ABOVE "group a all b\nquorum none\n",
	ABOVE "group none all b\nquorum none\n", ABOVE "group g\nquorum none\n", ABOVE "group g all\nquorum none\n",
	ABOVE "group g 0 a b\nquorum none\n", ABOVE "group g 3 a b\nquorum none\n",
	ABOVE "group g 02 a b\nquorum none\n", ABOVE "group g -1 a b\nquorum none\n",
	ABOVE "group g most a b\nquorum none\n", ABOVE "group g all a a\nquorum none\n",
	ABOVE "group g all a b\ngroup h all b c\nquorum none\n", ABOVE "group g all g\nquorum none\n",
	ABOVE "group g all h\ngroup h all a\nquorum none\n", ABOVE "group g all none\nquorum none\n",
	ABOVE "group g 99999999999999999999 a\nquorum none\n", "log @L1\r\nquorum none\r\n", "quorum none\n\x01\n",
	"quorum none\n# \x7f\n", "quorum \xc2\xa0none\n",
};

static const char *const bad_trust_files[] = {
	"#pellucid\nquorum none\n", "#pellucid-trust v1\nquorum none\n", "#pellucid trust v2\nquorum none\n",
	"#pellucid trust\nquorum none\n", "#pellucid trust v1 x\nquorum none\n", "#pellucid trust v1\nquorum none\n",
	"#pellucid roots 1\n#pellucid trust v1\nquorum none\n", TRUST "#pellucid trust v1\nquorum none\n",
	TRUST "#pellucid witness x\nquorum none\n", TRUST "#pellucid roots 2\nquorum none\n",
	TRUST "#pellucid rebuilders 0\nquorum none\n", TRUST "#pellucid root r1 @P4\nquorum none\n",
	TRUST "#pellucid root r3 @P1\nquorum none\n", TRUST "#pellucid root r3\nquorum none\n",
	TRUST "#pellucid root r3 ed25519:AAAA\nquorum none\n",
	"#pellucid trust v1\n#pellucid root r1 @P1\n#pellucid roots 2\n#pellucid rebuilders 0\nquorum none\n",
	"#pellucid trust v1\n#pellucid root r1 @P1\n#pellucid roots 0\n#pellucid rebuilders 0\nquorum none\n",
	"#pellucid trust v1\n#pellucid root r1 @P1\n#pellucid roots 1\nquorum none\n",
	"#pellucid trust v1\n#pellucid root r1 @P1\n#pellucid rebuilders 0\nquorum none\n",
	"#pellucid trust v1\n#pellucid root r1 @P1\n#pellucid roots 1\n#pellucid rebuilders 1\nquorum none\n",
};

static void refuse_all(const char *const *bad, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct pl_policy *p = NULL;
		struct pl_diag diag = {0};

		if (parse(bad[i], &p, &diag) != PL_E_SYNTAX)
			fail_msg("accepted \"%s\"", bad[i]);
		assert_null(p);
		assert_true(diag.text[0] != 0);
	}
}

static void refuses_other_files(void **state)
{
	(void)state;
	refuse_all(bad_policies, PL_COUNT(bad_policies));
	refuse_all(bad_trust_files, PL_COUNT(bad_trust_files));
}

static void refuses_one_key_under_two_names(void **state)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(10000);
	struct pl_policy *p = NULL;

	(void)state;
	pl_buf_put_z(&b, "witness a ");
	test_put_witness_key(&b, "first.example", 1);
	pl_buf_put_z(&b, "\nwitness b ");
	test_put_witness_key(&b, "second.example", 1);
	pl_buf_put_z(&b, "\nquorum none\n");
	assert_int_equal(pl_policy_parse(pl_buf_str(&b), &p, NULL), PL_E_SYNTAX);
}

static void takes_32_of_each_and_refuses_65(void **state)
{
	for (unsigned n = 32; n <= 65; n += 33) {
		struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(100000);
		struct pl_policy *p PL_CLEANUP(pl_policy_freep) = NULL;

		(void)state;
		for (unsigned i = 1; i <= n; i++) {
			pl_buf_put_z(&b, "log ");
			test_put_log_key(&b, ORIGIN, (uint8_t)i);
			pl_buf_printf(&b, "\nwitness w%u ", i);
			test_put_witness_key(&b, "w", (uint8_t)i);
			pl_buf_printf(&b, "\ngroup g%u all w%u", i, i);
			if (i > 1)
				pl_buf_printf(&b, " g%u", i - 1);
			pl_buf_put_c(&b, '\n');
		}
		pl_buf_printf(&b, "quorum g%u\n", n);
		assert_int_equal(pl_policy_parse(pl_buf_str(&b), &p, NULL), n == 32 ? PL_OK : PL_E_SYNTAX);
		if (p)
			assert_int_equal(pl_policy_blocking(p), 1);
	}
}

static void counts_quorum_and_blocking_sets(void **state)
{
	static const struct {
		const char *quorum;
		unsigned met, blocked; /* bit i: the witnesses of the bits of i (a = 1, b = 2, c = 4) do */
		unsigned blocking;
	} v[] = {
		{"quorum a\n", 0xaa, 0xaa, 1},
		{"group g any a b c\nquorum g\n", 0xfe, 0x80, 3},
		{"group g 2 a b c\nquorum g\n", 0xe8, 0xe8, 2},
		{"group g all a b c\nquorum g\n", 0x80, 0xfe, 1},
		{"group g any a b\ngroup h all g c\nquorum h\n", 0xe0, 0xf8, 1},
		{"group g all a b\ngroup h any g c\nquorum h\n", 0xf8, 0xe0, 2},
		{"quorum none\n", 0, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < PL_COUNT(v); i++) {
		struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(1000);
		struct pl_policy *p PL_CLEANUP(pl_policy_freep) = NULL;

		pl_buf_put_z(&text, ABOVE);
		pl_buf_put_z(&text, v[i].quorum);
		p = policy(pl_buf_z(&text));
		for (unsigned set = 0; set < 8; set++) {
			bool have[3] = {set & 1, set & 2, set & 4};

			assert_int_equal(pl_policy_quorum_met(p, have), v[i].met >> set & 1);
			assert_int_equal(pl_policy_blocks(p, have), v[i].blocked >> set & 1);
		}
		assert_int_equal(pl_policy_blocking(p), v[i].blocking);
		assert_int_equal(pl_policy_unwitnessed(p), v[i].met == 0);
	}
}

static void judges_checkpoints(void **state)
{
	struct pl_policy *p PL_CLEANUP(pl_policy_freep) = policy(ABOVE "group g 2 a b c\nquorum g\n");
	struct pl_buf note PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CHECKPOINT_MAX);
	struct pl_policy_verdict v;
	struct pl_checkpoint cp;
	struct pl_digest root = {{7}};

	(void)state;
	test_put_checkpoint(&note, ORIGIN, 9, &root, 101);
	assert_int_equal(pl_policy_check(p, pl_buf_str(&note), &cp, &v, NULL), PL_OK);
	assert_int_equal(v.n_counted, 0);
	assert_false(v.quorum_met || v.unwitnessed);
	assert_int_equal(pl_policy_accept(p, pl_buf_str(&note), &cp, &v, NULL), PL_E_QUORUM);
	test_cosign(&note, "w2.example", 2, 1700000500);
	test_cosign(&note, "w2.example", 2, 1700000600); /* the same witness again: still one */
	test_cosign(&note, "w9.example", 9, 1); /* unknown: ignored */
	assert_int_equal(pl_policy_accept(p, pl_buf_str(&note), &cp, &v, NULL), PL_E_QUORUM);
	test_cosign(&note, "w3.example", 3, 1700000000);
	assert_int_equal(pl_policy_accept(p, pl_buf_str(&note), &cp, &v, NULL), PL_OK);
	assert_true(v.quorum_met);
	assert_int_equal(v.n_counted, 2);
	assert_int_equal(v.earliest, 1700000000 * PL_SECOND);
	assert_int_equal(v.latest, 1700000600 * PL_SECOND);
	assert_false(v.witness[0].counts);
	assert_true(v.witness[1].counts && v.witness[2].counts);
	assert_int_equal(cp.size, 9);
}

static void refuses_bad_signatures(void **state)
{
	struct pl_policy *p PL_CLEANUP(pl_policy_freep) = policy(ABOVE "quorum a\n");
	struct pl_buf note PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CHECKPOINT_MAX);
	struct pl_buf other PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CHECKPOINT_MAX);
	struct pl_policy_verdict v;
	struct pl_checkpoint cp;
	struct pl_digest root = {{7}};
	struct pl_note parsed;

	(void)state;
	/* A log that is not listed, under a listed origin. */
	test_put_checkpoint(&note, ORIGIN, 9, &root, 109);
	test_cosign(&note, "w1.example", 1, 1700000000);
	assert_int_equal(pl_policy_check(p, pl_buf_str(&note), &cp, &v, NULL), PL_E_SIGNATURE);
	/* Only a witness signed, nobody for the log: the witness's key is no log's. */
	pl_buf_clear(&note);
	test_put_checkpoint(&note, "log.example/b", 9, &root, 101);
	test_cosign(&note, "w1.example", 1, 1700000000);
	assert_int_equal(pl_policy_check(p, pl_buf_str(&note), &cp, &v, NULL), PL_E_SIGNATURE);
	/* A cosignature of witness c over something else refuses all, though a is the whole quorum. */
	pl_buf_clear(&note);
	test_put_checkpoint(&note, ORIGIN, 9, &root, 101);
	test_cosign(&note, "w1.example", 1, 1700000000);
	assert_int_equal(pl_policy_accept(p, pl_buf_str(&note), &cp, &v, NULL), PL_OK);
	test_put_checkpoint(&other, ORIGIN, 10, &root, 101);
	test_cosign(&other, "w3.example", 3, 1700000000);
	assert_int_equal(pl_note_parse(pl_buf_str(&other), &parsed, NULL), PL_OK);
	pl_buf_put_str(&note, parsed.sigs[1].line);
	assert_int_equal(pl_policy_check(p, pl_buf_str(&note), &cp, &v, NULL), PL_E_SIGNATURE);
}

static void quorum_none_says_not_witnessed(void **state)
{
	struct pl_policy *p PL_CLEANUP(pl_policy_freep) = policy(ABOVE "quorum none\n");
	struct pl_buf note PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CHECKPOINT_MAX);
	struct pl_policy_verdict v;
	struct pl_checkpoint cp;
	struct pl_digest root = {{7}};

	(void)state;
	test_put_checkpoint(&note, ORIGIN, 9, &root, 101);
	test_cosign(&note, "w1.example", 1, 1700000000);
	assert_int_equal(pl_policy_accept(p, pl_buf_str(&note), &cp, &v, NULL), PL_OK);
	assert_true(v.unwitnessed);
	assert_false(v.quorum_met);
	assert_int_equal(v.n_counted, 1);
}

static void vectors_meet_their_quorum(void **state)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(10000);
	struct pl_policy *p PL_CLEANUP(pl_policy_freep) = NULL;
	struct pl_policy_verdict v;
	struct pl_checkpoint cp;

	(void)state;
	pl_buf_put_z(&text, "log ");
	pl_buf_put_str(&text, vec_line("log-vkey"));
	pl_buf_put_z(&text, "\nwitness w ");
	pl_buf_put_str(&text, vec_line("witness-vkey"));
	pl_buf_put_z(&text, "\nquorum w\n");
	assert_int_equal(pl_policy_parse(pl_buf_str(&text), &p, NULL), PL_OK);
	assert_int_equal(pl_policy_accept(p, vec_text("checkpoint-70000"), &cp, &v, NULL), PL_OK);
	assert_true(v.quorum_met);
	assert_int_equal(v.latest, 1700000000 * PL_SECOND);
	assert_int_equal(cp.size, 70000);
}

static void writes_what_it_reads(void **state)
{
	struct pl_policy *p PL_CLEANUP(pl_policy_freep) =
		policy(TRUST "log @L1 https://l\nwitness w1 @W1\nwitness w2 @W2 https://w\n"
			"group quorum 2 w1 w2\nquorum quorum\n");
	struct pl_policy *q PL_CLEANUP(pl_policy_freep) = NULL;
	struct pl_buf a PL_CLEANUP(pl_buf_done) = PL_BUF(10000), b PL_CLEANUP(pl_buf_done) = PL_BUF(10000);
	struct pl_policy_recipe r = {.quorum = 2, .root_threshold = 2};

	(void)state;
	r.n_logs = pl_policy_logs(p, &r.logs);
	r.n_witnesses = pl_policy_witnesses(p, &r.witnesses);
	r.n_roots = pl_policy_roots(p, &r.roots);
	pl_policy_write(&a, &r);
	assert_int_equal(pl_policy_parse(pl_buf_str(&a), &q, NULL), PL_OK);
	assert_int_equal(pl_policy_root_threshold(q), 2);
	assert_true(pl_policy_is_trust_file(q));
	r.n_logs = pl_policy_logs(q, &r.logs);
	r.n_witnesses = pl_policy_witnesses(q, &r.witnesses);
	r.n_roots = pl_policy_roots(q, &r.roots);
	pl_policy_write(&b, &r);
	assert_str_eq(pl_buf_str(&a), pl_buf_str(&b));
}

/* Everything but the log's line stays as it was, comments and odd spaces too. */
static void one_log_key_follows_another(void **state)
{
	static const uint8_t seeds[][32] = {{101}, {102}, {103}};
	struct pl_vkey key[3];
	struct pl_buf name[3] = {PL_BUF(PL_VKEY_MAX), PL_BUF(PL_VKEY_MAX), PL_BUF(PL_VKEY_MAX)};
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(10000), both PL_CLEANUP(pl_buf_done) = PL_BUF(10000);
	struct pl_buf again PL_CLEANUP(pl_buf_done) = PL_BUF(10000), after PL_CLEANUP(pl_buf_done) = PL_BUF(10000);
	char want[2000];

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct pl_signer *s PL_CLEANUP(pl_signer_freep) = NULL;

		assert_int_equal(pl_signer_from_seed(seeds[i], &s), PL_OK);
		assert_int_equal(pl_vkey_of_signer(PL_STR("o.example/log"), s, &key[i]), PL_OK);
		pl_vkey_write(&name[i], &key[i]);
		assert_non_null(pl_buf_z(&name[i]));
	}
	pl_buf_printf(&text, "# ours\n \tlog \t%s\t https://l \n\n#end\nquorum  none\n", (char *)name[0].ptr);
	(void)snprintf(want, sizeof want, "# ours\nlog %s https://l\nlog %s https://l\n\n#end\nquorum  none\n",
		(char *)name[0].ptr, (char *)name[1].ptr);
	assert_int_equal(pl_policy_replace_log(&both, pl_buf_str(&text), &key[0], &key[1], true), PL_OK);
	assert_str_eq(pl_buf_str(&both), pl_str_from(want));
	assert_int_equal(pl_policy_replace_log(&again, pl_buf_str(&both), &key[0], &key[1], true), PL_OK);
	assert_str_eq(pl_buf_str(&again), pl_str_from(want));
	(void)snprintf(want, sizeof want, "# ours\nlog %s https://l\n\n#end\nquorum  none\n", (char *)name[1].ptr);
	assert_int_equal(pl_policy_replace_log(&after, pl_buf_str(&both), &key[0], &key[1], false), PL_OK);
	assert_str_eq(pl_buf_str(&after), pl_str_from(want));
	pl_buf_clear(&again);
	assert_int_equal(pl_policy_replace_log(&again, pl_buf_str(&after), &key[0], &key[1], false), PL_OK);
	assert_str_eq(pl_buf_str(&again), pl_str_from(want));
	pl_buf_clear(&again);
	assert_int_equal(pl_policy_replace_log(&again, pl_buf_str(&after), &key[0], &key[2], true), PL_E_NOTFOUND);
	for (size_t i = 0; i < 3; i++)
		pl_buf_done(&name[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accepts_the_grammar),
		cmocka_unit_test(refuses_other_files),
		cmocka_unit_test(refuses_one_key_under_two_names),
		cmocka_unit_test(takes_32_of_each_and_refuses_65),
		cmocka_unit_test(counts_quorum_and_blocking_sets),
		cmocka_unit_test(judges_checkpoints),
		cmocka_unit_test(refuses_bad_signatures),
		cmocka_unit_test(quorum_none_says_not_witnessed),
		cmocka_unit_test(vectors_meet_their_quorum),
		cmocka_unit_test(writes_what_it_reads),
		cmocka_unit_test(one_log_key_follows_another),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
