/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store/blob_s3 against a service that answers as a test wants it (s3_service.h): what is asked, what is believed, and that nothing is
 * called stored that was not.
 */
#include "store_test.h"
#include "base/time.h"
#include "s3_service.h"
#include "store/blob.h"
#include "store/blob_s3.h"

#define MIB ((uint64_t)1 << 20)

static struct s3_service service;
static struct pl_blob *blob;

static void open_store(unsigned tries, uint64_t timeout_ns)
{
	struct pl_blob_options opt = {
		.s3_key = "key", .s3_secret = "secret", .spool = scratch(), .tries = tries, .timeout_ns = timeout_ns};
	struct pl_diag diag = {0};

	pl_blob_closep(&blob);
	s3_service_clear(&service);
	service.close = false;
	if (pl_blob_open(pl_str_from(service.url), &opt, &diag, &blob) != PL_OK)
		fail_msg("%s (%s)", diag.text, diag.hint);
	assert_string_equal(s3_service_words(&service), "LOOK");
}

static int setup(void **state)
{
	s3_service_start(&service);
	open_store(1, 0);
	return 0;
}

static int teardown(void **state)
{
	pl_blob_closep(&blob);
	s3_service_stop(&service);
	return 0;
}

/* Put "some bytes" and see that the service was asked @words, that the answer is @expected, and that PL_OK is true. */
static void put(pl_status expected, const char *words)
{
	static const char text[] = "some bytes";
	struct pl_digest d = {{0}}, name;
	pl_bytes found;
	pl_status st;

	pl_sha256(pl_bytes_of(text, sizeof text - 1), &name);
	st = pl_blob_put_bytes(blob, pl_bytes_of(text, sizeof text - 1), &d);
	assert_string_equal(s3_service_words(&service), words);
	assert_int_equal(st, expected);
	assert_string_equal(service.wrong, "");
	if (st)
		return;
	found = s3_service_object(&service, &name);
	assert_memory_equal(d.b, name.b, sizeof d.b);
	assert_int_equal(found.len, sizeof text - 1);
	assert_memory_equal(found.ptr, text, found.len);
}

/* Have @text under the name of "some bytes". */
static void have(const char *text)
{
	struct pl_digest name;

	pl_sha256(pl_bytes_of("some bytes", 10), &name);
	s3_service_clear(&service);
	s3_service_set(&service, &name, pl_str_bytes(pl_str_from(text)));
}

static void sends_the_condition_and_the_digest(void **state)
{
	struct pl_digest d;

	put(PL_OK, "PUT*");
	assert_int_equal(service.asked[0].length, 10);
	assert_ok(pl_blob_put_bytes(blob, (pl_bytes){0}, &d));
	assert_string_equal(s3_service_words(&service), "PUT*");
	assert_ok(pl_blob_check(blob, &d));
	assert_ok(pl_blob_delete(blob, &d));
	assert_string_equal(s3_service_words(&service), "GET DELETE");
	assert_string_equal(service.wrong, "");
}

static void reads_what_is_there_already(void **state)
{
	struct pl_digest name;

	have("some bytes");
	put(PL_OK, "PUT* HEAD GET");
	have("sOme bytes");
	put(PL_OK, "PUT* HEAD GET PUT");
	have("some bytes and more");
	put(PL_OK, "PUT* HEAD PUT");
	/* It says that there is one, and then that there is none; then of another length, of none, and that it does not know. */
	s3_service_clear(&service);
	s3_service_fault(&service, (struct s3_fault){.on = "PUT*", .times = 1, .status = 412});
	put(PL_E_BUSY, "PUT* HEAD");
	have("some bytes");
	s3_service_fault(&service, (struct s3_fault){.on = "HEAD", .times = 1, .done = true, .say = S3_SAY_LENGTH});
	put(PL_OK, "PUT* HEAD PUT");
	have("some bytes");
	s3_service_fault(&service, (struct s3_fault){.on = "HEAD", .times = 1, .done = true, .say = S3_SAY_NO_LENGTH});
	put(PL_E_INTERNAL, "PUT* HEAD");
	have("some bytes");
	s3_service_fault(&service, (struct s3_fault){.on = "GET", .times = 1, .status = 503});
	put(PL_E_BUSY, "PUT* HEAD GET");
	/* Gone between the two. */
	have("some bytes");
	s3_service_fault(&service, (struct s3_fault){.on = "GET", .times = 1, .status = 404});
	put(PL_E_BUSY, "PUT* HEAD GET");
	pl_sha256(pl_bytes_of("some bytes", 10), &name);
	assert_ok(pl_blob_check(blob, &name));
}

static const struct s3_fault unknown[] = {
	{.on = "PUT*", .say = S3_SAY_STATUS, .status = 500},
	{.on = "PUT*", .say = S3_SAY_STATUS, .status = 502},
	{.on = "PUT*", .say = S3_SAY_STATUS, .status = 503},
	{.on = "PUT*", .say = S3_SAY_STATUS, .status = 504},
	{.on = "PUT*", .say = S3_SAY_STATUS, .status = 429},
	{.on = "PUT*", .say = S3_SAY_NOTHING},
	{.on = "PUT*", .say = S3_SAY_CUT_HEAD},
	{.on = "PUT*", .say = S3_SAY_CUT_BODY},
};

static void an_unknown_outcome_is_looked_into(void **state)
{
	open_store(1, 0);
	service.close = true;
	for (size_t i = 0; i < PL_COUNT(unknown); i++) {
		struct s3_fault f = unknown[i];

		f.times = 1;
		s3_service_clear(&service);
		s3_service_fault(&service, f);
		put(PL_E_BUSY, "PUT* HEAD");
		put(PL_OK, "PUT*");
		f.done = true;
		s3_service_clear(&service);
		s3_service_fault(&service, f);
		put(PL_OK, "PUT* HEAD GET");
		/* It was done, and done wrong. */
		f.rot = true;
		s3_service_clear(&service);
		s3_service_fault(&service, f);
		put(PL_OK, "PUT* HEAD GET PUT");
		/* Looking is in vain as well; then the second try to write. */
		f.rot = false;
		s3_service_clear(&service);
		s3_service_fault(&service, f);
		s3_service_fault(&service, (struct s3_fault){.on = "HEAD", .times = 1, .status = 503});
		put(PL_E_BUSY, "PUT* HEAD");
		have("else bytes");
		f.on = "PUT";
		f.done = false;
		s3_service_fault(&service, f);
		put(PL_E_BUSY, "PUT* HEAD GET PUT");
	}
}

static void tries_again(void **state)
{
	open_store(3, 0);
	service.close = true;
	for (size_t i = 0; i < PL_COUNT(unknown); i++) {
		struct s3_fault f = unknown[i];

		f.times = 2;
		s3_service_clear(&service);
		s3_service_fault(&service, f);
		put(PL_OK, "PUT* PUT* PUT*");
		f.done = true;
		f.times = 1;
		s3_service_clear(&service);
		s3_service_fault(&service, f);
		put(PL_OK, "PUT* PUT* HEAD GET");
	}
}

/* libcurl itself asks again where a connection that was used before ends without a word. */
static void an_old_connection_ends(void **state)
{
	struct s3_fault f = {.on = "PUT*", .times = 1, .say = S3_SAY_NOTHING};

	open_store(1, 0);
	s3_service_fault(&service, f);
	put(PL_OK, "PUT* PUT*");
	f.done = true;
	s3_service_clear(&service);
	s3_service_fault(&service, f);
	put(PL_OK, "PUT* PUT* HEAD GET");
}

/* The only test with a time; on a slow machine what comes behind the silence may come twice. */
static void silence_is_unknown(void **state)
{
	struct pl_digest d;
	const char *words;

	open_store(5, PL_SECOND);
	s3_service_fault(&service, (struct s3_fault){.on = "PUT*", .times = 1, .done = true, .say = S3_SAY_SILENCE});
	assert_ok(pl_blob_put_bytes(blob, pl_bytes_of("some bytes", 10), &d));
	words = s3_service_words(&service);
	assert_int_equal(strncmp(words, "PUT* PUT* ", 10), 0);
	assert_non_null(strstr(words, "HEAD GET"));
	assert_int_equal(s3_service_object(&service, &d).len, 10);
}

static void a_refusal_is_a_refusal(void **state)
{
	static const struct {
		unsigned status;
		pl_status expected;
	} cases[] = {{403, PL_E_ACCESS}, {404, PL_E_NOTFOUND}, {301, PL_E_UNSUPPORTED}, {507, PL_E_NOSPACE}, {400, PL_E_INTERNAL}};

	for (size_t i = 0; i < PL_COUNT(cases); i++) {
		s3_service_clear(&service);
		s3_service_fault(&service, (struct s3_fault){.on = "PUT*", .times = 1, .status = cases[i].status});
		put(cases[i].expected, "PUT*");
	}
}

/* ---- above one request ---- */

struct stream {
	uint64_t size, at;
	size_t step;
};

static pl_status give(void *ctx, uint8_t *out, size_t size, size_t *ret_len)
{
	struct stream *s = ctx;
	uint64_t n = s->size - s->at < size ? s->size - s->at : size;

	if (n > s->step)
		n = s->step;
	for (uint64_t i = 0; i < n; i++)
		out[i] = (uint8_t)((s->at + i) % 251);
	s->at += n;
	*ret_len = (size_t)n;
	return PL_OK;
}

static pl_status put_stream(uint64_t size, size_t step, struct pl_digest *ret)
{
	struct stream s = {.size = size, .step = step};
	uint64_t stored = 0;
	pl_status st;

	s3_service_clear(&service);
	st = pl_blob_put(blob, give, &s, UINT64_MAX, ret, &stored);
	assert_string_equal(service.wrong, "");
	if (!st)
		assert_int_equal(stored, size);
	return st;
}

static void is_whole(const struct pl_digest *d, uint64_t size)
{
	pl_bytes found = s3_service_object(&service, d);
	struct pl_digest is;

	assert_int_equal(found.len, size);
	pl_sha256(found, &is);
	assert_memory_equal(is.b, d->b, sizeof is.b);
	assert_int_equal(s3_service_count(&service, "tmp/"), 0);
	assert_int_equal(s3_service_count(&service, ""), 1);
}

static void one_request_up_to_64_mib(void **state)
{
	struct pl_digest d;
	const struct s3_asked *a = service.asked;

	open_store(1, 0);
	assert_ok(put_stream(64 * MIB, PL_BLOB_PIECE, &d));
	is_whole(&d, 64 * MIB);
	assert_string_equal(s3_service_words(&service), "PUT*");
	assert_int_equal(a[0].length, 64 * MIB);
	/* One byte more: parts of at most 64 MiB, to a temporary key, and a copy inside the service. */
	assert_ok(put_stream(64 * MIB + 1, PL_BLOB_PIECE - 1, &d));
	is_whole(&d, 64 * MIB + 1);
	assert_string_equal(s3_service_words(&service), "BEGIN PART PART COMPLETE COPY HEAD DELETE");
	assert_int_equal(a[1].length + a[2].length, 64 * MIB + 1);
	assert_true(a[1].length <= 64 * MIB && a[1].length > 63 * MIB);
	assert_int_equal(strncmp(a[0].key, "tmp/", 4), 0);
	for (size_t i = 1; i < 4; i++)
		assert_string_equal(a[i].key, a[0].key);
	assert_string_equal(a[6].key, a[0].key);
	assert_true(pl_str_ends(pl_str_from(a[4].copied_from), pl_str_from(a[0].key)));
	assert_int_equal(strncmp(a[4].key, "sha256/", 7), 0);
	assert_string_equal(a[5].key, a[4].key);
}

/* What goes wrong above one request, with windows of 1 MiB: its words, what comes of it, and what is left for sweeping. */
static const struct {
	struct s3_fault fault;
	pl_status expected;
	const char *words;
	size_t left;
} large[] = {
	{{.on = "BEGIN", .status = 500}, PL_E_BUSY, "BEGIN", 0},
	{{.on = "PART", .status = 500}, PL_E_BUSY, "BEGIN PART ABORT", 0},
	{{.on = "PART", .done = true, .say = S3_SAY_NO_ETAG}, PL_E_INTERNAL, "BEGIN PART ABORT", 0},
	{{.on = "COMPLETE", .status = 500}, PL_E_BUSY, "BEGIN PART PART COMPLETE HEAD ABORT", 0},
	{{.on = "COMPLETE", .say = S3_SAY_ERROR}, PL_E_BUSY, "BEGIN PART PART COMPLETE HEAD ABORT", 0},
	{{.on = "COMPLETE", .say = S3_SAY_CUT_BODY}, PL_E_BUSY, "BEGIN PART PART COMPLETE HEAD ABORT", 0},
	{{.on = "COMPLETE", .done = true, .status = 500}, PL_OK, "BEGIN PART PART COMPLETE HEAD COPY HEAD DELETE", 0},
	{{.on = "COMPLETE", .done = true, .say = S3_SAY_CUT_BODY}, PL_OK, "BEGIN PART PART COMPLETE HEAD COPY HEAD DELETE", 0},
	{{.on = "COPY", .status = 500}, PL_E_BUSY, "BEGIN PART PART COMPLETE COPY HEAD DELETE", 0},
	{{.on = "COPY", .say = S3_SAY_ERROR}, PL_E_BUSY, "BEGIN PART PART COMPLETE COPY HEAD DELETE", 0},
	{{.on = "COPY", .done = true, .status = 500}, PL_OK, "BEGIN PART PART COMPLETE COPY HEAD GET HEAD DELETE", 0},
	{{.on = "COPY", .done = true, .rot = true, .say = S3_SAY_CUT_BODY}, PL_E_CORRUPT,
		"BEGIN PART PART COMPLETE COPY HEAD GET DELETE", 0},
	{{.on = "HEAD", .done = true, .say = S3_SAY_LENGTH}, PL_E_CORRUPT, "BEGIN PART PART COMPLETE COPY HEAD DELETE", 0},
	{{.on = "HEAD", .status = 404}, PL_E_BUSY, "BEGIN PART PART COMPLETE COPY HEAD DELETE", 0},
	{{.on = "DELETE", .status = 500}, PL_OK, "BEGIN PART PART COMPLETE COPY HEAD DELETE", 1},
};

static void an_upload_is_not_believed_either(void **state)
{
	open_store(1, 0);
	((struct pl_s3 *)(void *)blob)->window = MIB;
	for (size_t i = 0; i < PL_COUNT(large); i++) {
		struct stream s = {.size = MIB + 1, .step = PL_BLOB_PIECE};
		struct s3_fault f = large[i].fault;
		struct pl_digest d;
		const char *words;
		pl_status st;

		f.times = 1;
		s3_service_clear(&service);
		s3_service_fault(&service, f);
		st = pl_blob_put(blob, give, &s, UINT64_MAX, &d, NULL);
		words = s3_service_words(&service);
		if (st != large[i].expected || strcmp(words, large[i].words) != 0)
			fail_msg("case %zu: %s, asked %s", i, pl_status_text(st), words);
		assert_string_equal(service.wrong, "");
		assert_int_equal(s3_service_count(&service, "tmp/"), large[i].left);
		if (!st)
			assert_int_equal(s3_service_object(&service, &d).len, MIB + 1);
	}
}

/* ---- reading ---- */

static pl_status count(void *ctx, pl_bytes piece)
{
	*(uint64_t *)ctx += piece.len;
	return PL_OK;
}

static void reading_is_checked(void **state)
{
	struct pl_digest name;
	uint64_t n = 0;

	open_store(2, 0);
	pl_sha256(pl_bytes_of("some bytes", 10), &name);
	have("some byteS");
	assert_int_equal(pl_blob_get(blob, &name, count, &n), PL_E_CORRUPT);
	have("some bytes");
	/* Ten bytes of a hundred, then nothing: it goes on behind them, and the whole is not what it should be. */
	s3_service_fault(&service, (struct s3_fault){.on = "GET", .times = 1, .say = S3_SAY_CUT_BODY});
	n = 0;
	assert_int_not_equal(pl_blob_get(blob, &name, count, &n), PL_OK);
	have("some bytes");
	s3_service_fault(&service, (struct s3_fault){.on = "GET", .times = 1, .say = S3_SAY_NOTHING});
	n = 0;
	assert_ok(pl_blob_get(blob, &name, count, &n));
	assert_int_equal(n, 10);
	s3_service_fault(&service, (struct s3_fault){.on = "GET", .times = 9, .status = 503});
	assert_int_equal(pl_blob_get(blob, &name, count, &n), PL_E_BUSY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sends_the_condition_and_the_digest),
		cmocka_unit_test(reads_what_is_there_already),
		cmocka_unit_test(an_unknown_outcome_is_looked_into),
		cmocka_unit_test(tries_again),
		cmocka_unit_test(an_old_connection_ends),
		cmocka_unit_test(silence_is_unknown),
		cmocka_unit_test(a_refusal_is_a_refusal),
		cmocka_unit_test(one_request_up_to_64_mib),
		cmocka_unit_test(an_upload_is_not_believed_either),
		cmocka_unit_test(reading_is_checked),
	};
	int failed = cmocka_run_group_tests(tests, setup, teardown);

	scratch_remove();
	return failed;
}
