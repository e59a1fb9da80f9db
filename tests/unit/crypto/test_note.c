/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"
#include "base/time.h"
#include "crypto/note.h"

#define TEXT "log.example/releases\n8\ntpcyzlyRQWLKmsz69OldP5h01ogFQ3CIqv8YSk25Z3M=\n"
#define LOG_LINE \
	"— log.example/releases CfrZtvqIq6x6JdHxuuHzPWoBl/NE++2A+jRS2Yb+Ti8I/0k5ON+rDtmoEWIQbDnVOi92AVxKRiuMUzTz2p7x" \
	"gGthHgk=\n"
#define WITNESS_LINE \
	"— witness.example/w1 " \
	"IDJKvgAAAABlU/EAEYuwAwO1FkSLfWjh/5BepE+n+mbq0PH+VxG+HaY6A4GG1MpMjB1KaLOtYmpjZrjej8ijivt3" \
	"SecWcLk9OpKQBg==\n"
#define NOTE TEXT "\n" LOG_LINE WITNESS_LINE

static void keys(struct pl_vkey k[static 2])
{
	assert_int_equal(pl_vkey_parse(PL_STR(LOG_VKEY), &k[0], NULL), PL_OK);
	assert_int_equal(pl_vkey_parse(PL_STR(WITNESS_VKEY), &k[1], NULL), PL_OK);
}

static void reads_and_verifies_the_vector(void **state)
{
	struct pl_note_seen seen[2];
	struct pl_note note;
	struct pl_vkey k[2];

	keys(k);
	assert_int_equal(pl_note_parse(PL_STR(NOTE), &note, NULL), PL_OK);
	assert_int_equal(note.n_sigs, 2);
	assert_true(pl_str_eq(note.text, PL_STR(TEXT)));
	assert_true(pl_str_eq(note.sigs[1].line, PL_STR(WITNESS_LINE)));
	assert_int_equal(pl_note_verify(&note, k, 2, seen, NULL), PL_OK);
	assert_true(seen[0].ok && seen[0].time == 0);
	assert_true(seen[1].ok && seen[1].time == UINT64_C(1700000000) * PL_SECOND);
}

/* Ed25519 is deterministic: the vector's lines come out byte for byte. */
static void signs_the_vector(void **state)
{
	struct pl_signer *log PL_CLEANUP(pl_signer_freep) = test_signer(0);
	struct pl_signer *witness PL_CLEANUP(pl_signer_freep) = test_signer(32);
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(4096), text PL_CLEANUP(pl_buf_done) = PL_BUF(4096);
	struct pl_vkey v;

	assert_int_equal(pl_note_sign_line(log, PL_STR("log.example/releases"), PL_STR(TEXT), &out), PL_OK);
	assert_int_equal(pl_note_cosign_line(witness, PL_STR("witness.example/w1"), PL_STR(TEXT),
				 UINT64_C(1700000000999999999), &out), PL_OK);
	assert_string_equal(pl_buf_z(&out), LOG_LINE WITNESS_LINE);
	assert_int_equal(pl_vkey_of_signer(PL_STR("log.example/releases"), log, &v), PL_OK);
	pl_vkey_write(&text, &v);
	assert_string_equal(pl_buf_z(&text), LOG_VKEY);
	pl_buf_clear(&text);
	assert_int_equal(pl_vkey_make(PL_STR("witness.example/w1"), PL_NOTE_COSIGNATURE, pl_signer_public(witness), &v),
		PL_OK);
	pl_vkey_write(&text, &v);
	assert_string_equal(pl_buf_z(&text), WITNESS_VKEY);
}

static void refuses_to_sign_what_cannot_be_read(void **state)
{
	struct pl_signer *s PL_CLEANUP(pl_signer_freep) = test_signer(0);
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(4096);

	assert_int_equal(pl_note_sign_line(s, PL_STR("a"), PL_STR("no line break"), &out), PL_E_SYNTAX);
	assert_int_equal(pl_note_sign_line(s, PL_STR("a"), PL_STR(""), &out), PL_E_SYNTAX);
	assert_int_equal(pl_note_sign_line(s, PL_STR("a"), PL_STR("\r\n"), &out), PL_E_SYNTAX);
	assert_int_equal(pl_note_sign_line(s, PL_STR("a b"), PL_STR("x\n"), &out), PL_E_SYNTAX);
	assert_int_equal(pl_note_cosign_line(s, PL_STR("a"), PL_STR("x\n"), 999999999, &out), PL_E_RANGE);
	assert_int_equal(out.len, 0);
}

static void refuses_malformed_notes(void **state)
{
	static const char *const bad[] = {
		"", "\n", "\n\n", TEXT, TEXT "\n", TEXT LOG_LINE,
		TEXT "\n— log.example/releases CfrZtvqIq6x6JdHxuuHzPWoBl", /* no last line break */
		TEXT "\r\n" LOG_LINE, TEXT "\n\t" LOG_LINE, "a\tb\n\n" LOG_LINE, "\x01\n\n" LOG_LINE,
		TEXT "\n– log.example/releases CfrZtv==\n",  /* en dash */
		TEXT "\n- log.example/releases CfrZtv==\n",
		TEXT "\n—  log.example/releases CfrZtvo=\n", /* two spaces */
		TEXT "\n— log.example/releases  CfrZtvo=\n",
		TEXT "\n— log.example/releases CfrZtvo= \n",
		TEXT "\n—log.example/releases CfrZtvo=\n",
		TEXT "\n— log+example CfrZtvo=\n",
		TEXT "\n— log\xc2\xa0" "example CfrZtvo=\n",     /* no-break space */
		TEXT "\n— log\xe2\x80\x83" "example CfrZtvo=\n", /* em space */
		TEXT "\n—  CfrZtvo=\n",
		TEXT "\n— log CfrZ\n",     /* three bytes */
		TEXT "\n— log CfrZtg==\n", /* four: an id and no signature */
		TEXT "\n— log CfrZtvo\n",  /* no padding */
		TEXT "\n— log CfrZtvp=\n", /* loose bits */
		TEXT "\n— log CfrZtv-_\n",
		TEXT "\n— log\n",
		TEXT "\n" LOG_LINE "\n",
		TEXT "\n" LOG_LINE "x\n",
		"\xff\n\n" LOG_LINE, "\xed\xa0\x80\n\n" LOG_LINE,
	};
	struct pl_note note = {.n_sigs = 77};

	for (size_t i = 0; i < PL_COUNT(bad); i++)
		assert_int_equal(pl_note_parse(pl_str_from(bad[i]), &note, NULL), PL_E_SYNTAX);
	assert_int_equal(note.n_sigs, 77);
	assert_int_equal(pl_note_parse(PL_STR("a\0b\n\n" LOG_LINE), &note, NULL), PL_E_SYNTAX);
}

static void splits_at_the_last_empty_line(void **state)
{
	struct pl_signer *s PL_CLEANUP(pl_signer_freep) = test_signer(0);
	static const char *const texts[] = {"one\n\ntwo\n", "\n", "\n\n\n", "— looks like a line AAAAAAA=\n",
		"x\n\n" LOG_LINE};

	for (size_t i = 0; i < PL_COUNT(texts); i++) {
		struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(4096);
		struct pl_note_seen seen;
		struct pl_vkey k;
		struct pl_note note;

		pl_buf_put_z(&out, texts[i]);
		pl_buf_put_c(&out, '\n');
		assert_int_equal(pl_note_sign_line(s, PL_STR("n"), pl_str_from(texts[i]), &out), PL_OK);
		assert_int_equal(pl_note_parse(pl_buf_str(&out), &note, NULL), PL_OK);
		assert_true(pl_str_eq(note.text, pl_str_from(texts[i])));
		assert_int_equal(note.n_sigs, 1);
		assert_int_equal(pl_vkey_of_signer(PL_STR("n"), s, &k), PL_OK);
		assert_int_equal(pl_note_verify(&note, &k, 1, &seen, NULL), PL_OK);
	}
}

static pl_status verify(const char *text, const char *l1, const char *l2, struct pl_note_seen seen[static 2])
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_NOTE_MAX);
	struct pl_note note;
	struct pl_vkey k[2];

	keys(k);
	pl_buf_put_z(&b, text);
	pl_buf_put_c(&b, '\n');
	pl_buf_put_z(&b, l1);
	pl_buf_put_z(&b, l2);
	assert_int_equal(pl_note_parse(pl_buf_str(&b), &note, NULL), PL_OK);
	return pl_note_verify(&note, k, 2, seen, NULL);
}

#define LOG_BAD /* the id of the log, another signature */ \
	"— log.example/releases CfrZtlV5Lo0gM/zE52mhgTY+iALmr3cgGl5N1U/JU/0cnhtCQJ8BU+Pjtdo+aeJwEb1fh8C5ZhSfN9WwBxtR" \
	"6s9msw8=\n"
#define WITNESS_SHORT "— witness.example/w1 IDJKvgAAAABl\n"
#define WITNESS_TIME_0 \
	"— witness.example/w1 " \
	"IDJKvgAAAAAAAAAAEYuwAwO1FkSLfWjh/5BepE+n+mbq0PH+VxG+HaY6A4GG1MpMjB1KaLOtYmpjZrjej8ijivt3" \
	"SecWcLk9OpKQBg==\n"

static void one_bad_known_signature_refuses_all(void **state)
{
	struct pl_note_seen seen[2] = {{.time = 77}, {0}};

	assert_int_equal(verify(TEXT, LOG_LINE, LOG_BAD, seen), PL_E_SIGNATURE);
	assert_int_equal(verify(TEXT, LOG_BAD, LOG_LINE, seen), PL_E_SIGNATURE);
	assert_int_equal(verify(TEXT, LOG_BAD, WITNESS_LINE, seen), PL_E_SIGNATURE);
	assert_int_equal(verify(TEXT, LOG_LINE, WITNESS_SHORT, seen), PL_E_SIGNATURE);
	assert_int_equal(verify(TEXT, LOG_LINE, WITNESS_TIME_0, seen), PL_E_SIGNATURE);
	assert_int_equal(verify("another\n", LOG_LINE, "", seen), PL_E_SIGNATURE);
	assert_int_equal(seen[0].time, 77);
}

static void a_key_counts_once(void **state)
{
	struct pl_note_seen seen[2];

	assert_int_equal(verify(TEXT, LOG_LINE, LOG_LINE, seen), PL_OK);
	assert_true(seen[0].ok && !seen[1].ok);
}

static void unknown_lines_are_ignored(void **state)
{
	struct pl_note_seen seen[2];

	/* Same name and another id, same id and another name, another type. */
	assert_int_equal(verify(TEXT, LOG_LINE, "— log.example/releases AAAAAAAA\n", seen), PL_OK);
	assert_int_equal(verify(TEXT, LOG_LINE, "— somebody.else CfrZtvqI\n", seen), PL_OK);
	assert_true(seen[0].ok && !seen[1].ok);
	assert_int_equal(verify(TEXT, "— somebody.else CfrZtvqI\n", "", seen), PL_E_SIGNATURE);
}

/* The spec's own sample key, and an ML-DSA-44 key and signature of the sizes they have. */
static void carries_other_types(void **state)
{
	struct pl_buf v PL_CLEANUP(pl_buf_done) = PL_BUF(8192), note PL_CLEANUP(pl_buf_done) = PL_BUF(PL_NOTE_MAX);
	struct pl_buf again PL_CLEANUP(pl_buf_done) = PL_BUF(8192);
	static uint8_t data[1 + 1312], blob[4 + 8 + 2420];
	struct pl_note_seen seen[3];
	struct pl_vkey k[3], sample;
	struct pl_digest id;
	struct pl_note n;

	assert_int_equal(pl_vkey_parse(PL_STR("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"),
				 &sample, NULL), PL_OK);
	data[0] = PL_NOTE_MLDSA44;
	pl_sha256_parts((const pl_bytes[]){pl_str_bytes(PL_STR("pq.example\n")), {data, sizeof data}}, 2, &id);
	memcpy(blob, id.b, 4);
	pl_buf_printf(&v, "pq.example+%02x%02x%02x%02x+", id.b[0], id.b[1], id.b[2], id.b[3]);
	pl_base64_put(&v, (pl_bytes){data, sizeof data});
	keys(k);
	assert_int_equal(pl_vkey_parse(pl_buf_str(&v), &k[2], NULL), PL_OK);
	assert_false(k[2].usable);
	pl_vkey_write(&again, &k[2]);
	assert_true(pl_str_eq(pl_buf_str(&again), pl_buf_str(&v)));
	pl_buf_put_z(&note, TEXT "\n" LOG_LINE);
	for (unsigned i = 0; i < 30; i++) {
		pl_buf_put_z(&note, "— pq.example ");
		pl_base64_put(&note, (pl_bytes){blob, sizeof blob});
		pl_buf_put_c(&note, '\n');
	}
	assert_int_equal(pl_note_parse(pl_buf_str(&note), &n, NULL), PL_OK);
	assert_int_equal(n.n_sigs, 31);
	assert_int_equal(pl_note_verify(&n, k, 3, seen, NULL), PL_OK);
	assert_true(seen[0].ok && !seen[2].ok);
	assert_int_equal(pl_note_verify(&n, k + 2, 1, seen, NULL), PL_E_SIGNATURE);
}

static void takes_16_signatures_and_has_limits(void **state)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(2 * PL_NOTE_MAX);
	struct pl_note n;

	pl_buf_put_z(&b, TEXT "\n");
	for (unsigned i = 1; i <= PL_NOTE_SIGS_MAX + 1; i++) {
		pl_buf_printf(&b, "— w%u AAAAAAA=\n", i);
		assert_int_equal(pl_note_parse(pl_buf_str(&b), &n, NULL), i <= PL_NOTE_SIGS_MAX ? PL_OK : PL_E_TOOBIG);
	}
	pl_buf_clear(&b);
	while (b.len < PL_NOTE_MAX)
		pl_buf_put_z(&b, "text\n");
	pl_buf_put_z(&b, "\n" LOG_LINE);
	assert_int_equal(pl_note_parse(pl_buf_str(&b), &n, NULL), PL_E_TOOBIG);
}

static void refuses_bad_vkeys(void **state)
{
	static const struct {
		const char *text;
		pl_status st;
	} bad[] = {
		{"", PL_E_SYNTAX}, {"a", PL_E_SYNTAX}, {"a+09fad9b6", PL_E_SYNTAX}, {"+09fad9b6+AQOh", PL_E_SYNTAX},
		{"log.example/releases+09FAD9B6+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4", PL_E_SYNTAX},
		{"log.example/releases+9fad9b6+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4", PL_E_SYNTAX},
		{"log.example/releases+09fad9b7+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4", PL_E_CORRUPT},
		{"log.example/release+09fad9b6+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4", PL_E_CORRUPT},
		{"log.example/releases+09fad9b6+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG", PL_E_SYNTAX},
		{"log.example/releases+09fad9b6+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4\n", PL_E_SYNTAX},
		{"log.example releases+09fad9b6+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4", PL_E_SYNTAX},
		{"a+00000000+AQ==", PL_E_SYNTAX}, {"a+00000000+", PL_E_SYNTAX},
		/* a small-order point */
		{"a+00000000+AQEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", PL_E_SYNTAX},
	};
	struct pl_vkey v = {.id = 77};

	for (size_t i = 0; i < PL_COUNT(bad); i++)
		assert_int_equal(pl_vkey_parse(pl_str_from(bad[i].text), &v, NULL), bad[i].st);
	assert_int_equal(v.id, 77);
}

static void ecdsa_notes(void **state)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(4096), v PL_CLEANUP(pl_buf_done) = PL_BUF(4096);
	struct pl_signer *s PL_CLEANUP(pl_signer_freep) = NULL;
	struct pl_note_seen seen;
	struct pl_privkey key;
	struct pl_vkey k;
	struct pl_note n;

	pl_privkey_generate(PL_KEY_ECDSA_P256, &key);
	assert_int_equal(pl_signer_from_privkey(&key, &s), PL_OK);
	assert_int_equal(pl_vkey_of_signer(PL_STR("ec"), s, &k), PL_OK);
	pl_vkey_write(&v, &k);
	assert_int_equal(pl_vkey_parse(pl_buf_str(&v), &k, NULL), PL_OK);
	assert_int_equal(k.type, PL_NOTE_ECDSA);
	pl_buf_put_z(&out, TEXT "\n");
	assert_int_equal(pl_note_sign_line(s, PL_STR("ec"), PL_STR(TEXT), &out), PL_OK);
	assert_int_equal(pl_note_parse(pl_buf_str(&out), &n, NULL), PL_OK);
	assert_int_equal(pl_note_verify(&n, &k, 1, &seen, NULL), PL_OK);
	assert_int_equal(pl_note_cosign_line(s, PL_STR("ec"), PL_STR(TEXT), PL_SECOND, &out), PL_E_UNSUPPORTED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_and_verifies_the_vector),
		cmocka_unit_test(signs_the_vector),
		cmocka_unit_test(refuses_to_sign_what_cannot_be_read),
		cmocka_unit_test(refuses_malformed_notes),
		cmocka_unit_test(splits_at_the_last_empty_line),
		cmocka_unit_test(one_bad_known_signature_refuses_all),
		cmocka_unit_test(a_key_counts_once),
		cmocka_unit_test(unknown_lines_are_ignored),
		cmocka_unit_test(carries_other_types),
		cmocka_unit_test(takes_16_signatures_and_has_limits),
		cmocka_unit_test(refuses_bad_vkeys),
		cmocka_unit_test(ecdsa_notes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
