/* SPDX-License-Identifier: Apache-2.0 */
/* Proofs of installed products: what counts, and that nothing else does. */
#include "../base/testing.h"
#include "register/casework/product.h"

#define ORIGIN PL_STR("log.example/tips")
#define NAME PL_STR("tips")
#define NOW UINT64_C(1795888680)

struct world {
	struct pl_signer *vendor, *product, *other;
	struct pl_product_enrollers enrollers;
	struct pl_buf enrolment, proof;
};

static struct pl_signer *signer_of(uint8_t first)
{
	const uint8_t seed[32] = {first};
	struct pl_signer *s = NULL;

	assert_int_equal(pl_signer_from_seed(seed, &s), PL_OK);
	return s;
}

static void open_world(struct world *w)
{
	*w = (struct world){.vendor = signer_of(1), .product = signer_of(2), .other = signer_of(3)};
	pl_buf_init(&w->enrolment, 256);
	pl_buf_init(&w->proof, 1024);
	w->enrollers.n = 1;
	w->enrollers.key[0] = *pl_signer_public(w->vendor);
	assert_int_equal(pl_product_enrol(w->vendor, pl_signer_public(w->product), &w->enrolment), PL_OK);
	assert_int_equal(pl_product_proof_make(w->product, pl_buf_str(&w->enrolment), ORIGIN, NAME, NOW, &w->proof), PL_OK);
}

static void close_world(struct world *w)
{
	pl_signer_free(w->vendor);
	pl_signer_free(w->product);
	pl_signer_free(w->other);
	pl_buf_done(&w->enrolment);
	pl_buf_done(&w->proof);
}

static pl_status judge(const struct world *w, pl_str text, pl_str origin, pl_str name, uint64_t now)
{
	struct pl_product_proof p;
	pl_status st = pl_product_proof_read(text, &p);

	return st ? st : pl_product_proof_check(&p, origin, name, &w->enrollers, now, NULL);
}

static void what_counts(void **state)
{
	struct pl_product_proof p;
	struct world w;
	pl_str text;

	(void)state;
	open_world(&w);
	text = pl_buf_str(&w.proof);
	assert_int_equal(judge(&w, text, ORIGIN, NAME, NOW), PL_OK);
	assert_int_equal(judge(&w, text, ORIGIN, NAME, NOW + PL_TICKET_PAST), PL_OK);
	assert_int_equal(judge(&w, text, ORIGIN, NAME, NOW + PL_TICKET_PAST + 1), PL_E_RANGE);
	assert_int_equal(judge(&w, text, ORIGIN, NAME, NOW - PL_TICKET_FUTURE), PL_OK);
	assert_int_equal(judge(&w, text, ORIGIN, NAME, NOW - PL_TICKET_FUTURE - 1), PL_E_RANGE);
	assert_int_equal(judge(&w, text, ORIGIN, PL_STR("tip"), NOW), PL_E_RANGE);
	assert_int_equal(judge(&w, text, PL_STR("log.example/other"), NAME, NOW), PL_E_SIGNATURE);
	assert_int_equal(pl_product_proof_read(text, &p), PL_OK);
	assert_true(pl_pubkey_eq(&p.key, pl_signer_public(w.product)) && p.time == NOW && pl_str_eq(p.name, NAME));
	w.enrollers.key[0] = *pl_signer_public(w.other);
	assert_int_equal(judge(&w, text, ORIGIN, NAME, NOW), PL_E_DENIED);
	w.enrollers.key[1] = *pl_signer_public(w.vendor);
	w.enrollers.n = 2;
	assert_int_equal(judge(&w, text, ORIGIN, NAME, NOW), PL_OK);
	w.enrollers.n = 0;
	assert_int_equal(judge(&w, text, ORIGIN, NAME, NOW), PL_E_DENIED);
	close_world(&w);
}

/* Whoever has another product's enrolment, or enrols himself, has nothing. */
static void what_does_not(void **state)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(1024), own PL_CLEANUP(pl_buf_done) = PL_BUF(256);
	struct world w;

	(void)state;
	open_world(&w);
	assert_int_equal(pl_product_proof_make(w.other, pl_buf_str(&w.enrolment), ORIGIN, NAME, NOW, &out), PL_OK);
	assert_int_equal(judge(&w, pl_buf_str(&out), ORIGIN, NAME, NOW), PL_E_DENIED);
	assert_int_equal(pl_product_enrol(w.other, pl_signer_public(w.other), &own), PL_OK);
	pl_buf_clear(&out);
	assert_int_equal(pl_product_proof_make(w.other, pl_buf_str(&own), ORIGIN, NAME, NOW, &out), PL_OK);
	assert_int_equal(judge(&w, pl_buf_str(&out), ORIGIN, NAME, NOW), PL_E_DENIED);
	close_world(&w);
}

/* Every byte is covered: by the syntax, the time, the key, or one of the signatures. */
static void each_byte_counts(void **state)
{
	struct world w;

	(void)state;
	open_world(&w);
	for (size_t i = 0; i < w.proof.len; i++) {
		uint8_t kept = w.proof.ptr[i];

		w.proof.ptr[i] = kept == 'A' ? 'B' : kept == '1' ? '2' : 'A';
		if (w.proof.ptr[i] != kept)
			assert_int_not_equal(judge(&w, pl_buf_str(&w.proof), ORIGIN, NAME, NOW), PL_OK);
		w.proof.ptr[i] = kept;
		assert_int_equal(judge(&w, pl_str_of((const char *)w.proof.ptr, i), ORIGIN, NAME, NOW), PL_E_SYNTAX);
	}
	pl_buf_put_c(&w.proof, '\n');
	assert_int_equal(judge(&w, pl_buf_str(&w.proof), ORIGIN, NAME, NOW), PL_E_SYNTAX);
	close_world(&w);
}

static void enrollers_are_lines(void **state)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(65536);
	struct pl_product_enrollers e;
	struct pl_diag diag = {0};
	struct world w;

	(void)state;
	open_world(&w);
	pl_buf_put_z(&text, "# the installer of 2026\n\n");
	pl_pubkey_write(&text, pl_signer_public(w.vendor));
	assert_int_equal(pl_product_enrollers_parse(pl_buf_str(&text), &e, &diag), PL_OK);
	assert_true(e.n == 1 && pl_pubkey_eq(&e.key[0], pl_signer_public(w.vendor)));
	pl_buf_put_z(&text, "\r\nsomething\n");
	assert_int_equal(pl_product_enrollers_parse(pl_buf_str(&text), &e, &diag), PL_E_SYNTAX);
	assert_non_null(strstr(diag.text, "line 4"));
	pl_buf_clear(&text);
	for (unsigned i = 0; i <= PL_PRODUCT_ENROLLERS_MAX; i++) {
		pl_pubkey_write(&text, pl_signer_public(w.vendor));
		pl_buf_put_c(&text, '\n');
	}
	assert_int_equal(pl_product_enrollers_parse(pl_buf_str(&text), &e, &diag), PL_E_TOOBIG);
	close_world(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_counts),
		cmocka_unit_test(what_does_not),
		cmocka_unit_test(each_byte_counts),
		cmocka_unit_test(enrollers_are_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
