/* SPDX-License-Identifier: Apache-2.0 */
/* store/blob: the same stories on whichever engine $PL_TEST_BLOB names. */
#include "store_test.h"
#include "base/file.h"
#include "base/time.h"
#include "store/blob.h"
#include "store/blob_s3.h"
#include <sys/stat.h>

#define MIB ((uint64_t)1 << 20)

static struct pl_blob *blob;

static bool on_s3(void)
{
	return strncmp(blob_url(), "s3:", 3) == 0;
}

static int setup(void **state)
{
	struct pl_blob_options opt = {.create = true, .tries = 8};
	struct pl_diag diag = {0};

	if (pl_blob_open(pl_str_from(blob_url()), &opt, &diag, &blob) != PL_OK)
		fail_msg("%s (%s)", diag.text, diag.hint);
	/* Small windows, so that uploads in parts and copies in parts happen here too (a part must have 5 MiB). */
	if (on_s3()) {
		struct pl_s3 *s3 = (struct pl_s3 *)(void *)blob;

		s3->window = 5 * MIB + PL_BLOB_PIECE;
		s3->copy_max = 12 * MIB;
		s3->copy_part = 5 * MIB;
	}
	return 0;
}

static int teardown(void **state)
{
	pl_blob_close(blob);
	blob = NULL;
	return 0;
}

/* A stream of @size bytes that depend on @seed, given in pieces of changing length. */
struct stream {
	uint64_t size, at, seed;
	pl_status fail_at_end;
};

static uint8_t byte_at(const struct stream *s, uint64_t i)
{
	uint64_t x = (i / 8 + s->seed) * UINT64_C(0x9e3779b97f4a7c15);

	return (uint8_t)((x ^ x >> 29) >> i % 8 * 8);
}

static pl_status give(void *ctx, uint8_t *out, size_t size, size_t *ret_len)
{
	struct stream *s = ctx;
	size_t n = s->at % 7 == 3 ? size / 3 + 1 : size;

	if (n > s->size - s->at)
		n = (size_t)(s->size - s->at);
	for (size_t i = 0; i < n; i++)
		out[i] = byte_at(s, s->at + i);
	s->at += n;
	*ret_len = n;
	return n == 0 ? s->fail_at_end : PL_OK;
}

static pl_status compare(void *ctx, pl_bytes piece)
{
	struct stream *s = ctx;

	for (size_t i = 0; i < piece.len; i++)
		if (piece.ptr[i] != byte_at(s, s->at + i))
			return PL_E_INTERNAL;
	s->at += piece.len;
	return PL_OK;
}

static struct pl_digest put_stream(uint64_t size, uint64_t seed)
{
	struct stream s = {.size = size, .seed = seed};
	struct pl_digest d;
	uint64_t found = 0;

	assert_ok(pl_blob_put(blob, give, &s, UINT64_MAX, &d, &found));
	assert_int_equal(found, size);
	return d;
}

static void sizes_around_every_edge(void **state)
{
	static const uint64_t sizes[] = {0, 1, PL_BLOB_PIECE - 1, PL_BLOB_PIECE, PL_BLOB_PIECE + 1, 5 * MIB,
		5 * MIB + PL_BLOB_PIECE, 5 * MIB + PL_BLOB_PIECE + 1, 11 * MIB, 12 * MIB + 1, 17 * MIB + 3};

	for (size_t i = 0; i < PL_COUNT(sizes); i++) {
		struct pl_digest d = put_stream(sizes[i], i);
		struct stream s = {.seed = i};
		uint64_t size = 1;

		assert_ok(pl_blob_head(blob, &d, &size));
		assert_int_equal(size, sizes[i]);
		assert_ok(pl_blob_get(blob, &d, compare, &s));
		assert_int_equal(s.at, sizes[i]);
		assert_ok(pl_blob_check(blob, &d));
	}
}

static void a_put_is_idempotent_and_named_by_its_bytes(void **state)
{
	struct pl_digest a, b, expected;
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(100);

	pl_sha256(pl_bytes_of("hello", 5), &expected);
	assert_ok(pl_blob_put_bytes(blob, pl_bytes_of("hello", 5), &a));
	assert_ok(pl_blob_put_bytes(blob, pl_bytes_of("hello", 5), &b));
	assert_true(pl_digest_eq(&a, &expected));
	assert_true(pl_digest_eq(&b, &expected));
	pl_buf_put_z(&out, "> ");
	assert_ok(pl_blob_get_bytes(blob, &a, &out));
	assert_true(pl_str_eq(pl_buf_str(&out), PL_STR("> hello")));
	if (on_s3())
		put_stream(13 * MIB, 77);
	put_stream(13 * MIB, 77);
}

static void what_is_not_there_is_not_found(void **state)
{
	struct pl_digest d = {{1, 2, 3}};
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(100);
	uint64_t size = 7;

	assert_int_equal(pl_blob_head(blob, &d, &size), PL_E_NOTFOUND);
	assert_int_equal(size, 7);
	assert_int_equal(pl_blob_get_bytes(blob, &d, &out), PL_E_NOTFOUND);
	assert_int_equal(pl_blob_check(blob, &d), PL_E_NOTFOUND);
	assert_ok(pl_blob_delete(blob, &d));
}

static void limits_hold(void **state)
{
	struct stream s = {.size = 1000};
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(999);
	struct pl_digest d = {{9}};
	uint64_t size;

	assert_int_equal(pl_blob_put(blob, give, &s, 999, &d, NULL), PL_E_TOOBIG);
	assert_int_equal(d.b[0], 9);
	s.at = 0;
	assert_ok(pl_blob_put(blob, give, &s, 1000, &d, &size));
	pl_buf_put_z(&out, "x");
	assert_int_equal(pl_blob_get_bytes(blob, &d, &out), PL_E_TOOBIG);
	assert_true(pl_str_eq(pl_buf_str(&out), PL_STR("x")));
}

static void a_source_that_fails_leaves_nothing(void **state)
{
	static const uint64_t sizes[] = {10, 12 * MIB};

	for (size_t i = 0; i < PL_COUNT(sizes); i++) {
		struct stream s = {.size = sizes[i], .seed = 4242, .fail_at_end = PL_E_CANCELLED};
		struct pl_sha256 *h = pl_sha256_new();
		struct pl_digest d, untouched = {{5}};
		uint64_t size;

		assert_int_equal(pl_blob_put(blob, give, &s, UINT64_MAX, &untouched, NULL), PL_E_CANCELLED);
		assert_int_equal(untouched.b[0], 5);
		for (uint64_t at = 0; at < sizes[i]; at++) {
			uint8_t byte = byte_at(&s, at);

			pl_sha256_update(h, pl_bytes_of(&byte, 1));
		}
		pl_sha256_final(h, &d);
		pl_sha256_free(h);
		assert_int_equal(pl_blob_head(blob, &d, &size), PL_E_NOTFOUND);
	}
}

static pl_status stop_reading(void *ctx, pl_bytes piece)
{
	return PL_E_CANCELLED;
}

static void a_reader_that_stops_is_heard(void **state)
{
	struct pl_digest d = put_stream(MIB, 3);

	assert_int_equal(pl_blob_get(blob, &d, stop_reading, NULL), PL_E_CANCELLED);
}

static pl_status count_bytes(void *ctx, pl_bytes piece)
{
	*(uint64_t *)ctx += piece.len;
	return PL_OK;
}

static void ranges(void **state)
{
	static const struct {
		uint64_t offset, len, expected;
		pl_status st;
	} cases[] = {
		{0, 10, 10, PL_OK},
		{990, 10, 10, PL_OK},
		{990, 11, 10, PL_OK},
		{990, UINT64_MAX, 10, PL_OK},
		{1, UINT64_MAX - 1, 999, PL_OK},
		{0, UINT64_MAX, 1000, PL_OK},
		{1000, 5, 0, PL_OK},
		{500, 0, 0, PL_OK},
		{1001, 5, 0, PL_E_RANGE},
		{1001, 0, 0, PL_E_RANGE},
	};
	struct pl_digest d = put_stream(1000, 8);

	for (size_t i = 0; i < PL_COUNT(cases); i++) {
		struct stream s = {.seed = 8, .at = cases[i].offset};
		uint64_t n = 0;

		assert_int_equal(
			pl_blob_get_range(blob, &d, cases[i].offset, cases[i].len, count_bytes, &n), cases[i].st);
		assert_int_equal(n, cases[i].expected);
		assert_int_equal(pl_blob_get_range(blob, &d, cases[i].offset, cases[i].len, compare, &s), cases[i].st);
	}
}

static void a_deleted_blob_is_gone(void **state)
{
	struct pl_digest d = put_stream(100, 9);
	uint64_t size;

	assert_ok(pl_blob_delete(blob, &d));
	assert_int_equal(pl_blob_head(blob, &d, &size), PL_E_NOTFOUND);
	assert_ok(pl_blob_delete(blob, &d));
	put_stream(100, 9);
	assert_ok(pl_blob_head(blob, &d, &size));
}

struct seen {
	struct pl_digest last;
	unsigned count;
	bool found, sorted;
	struct pl_digest wanted;
};

static pl_status see(void *ctx, const struct pl_blob_item *item)
{
	struct seen *s = ctx;

	if (s->count++ && memcmp(s->last.b, item->digest.b, sizeof s->last.b) >= 0)
		s->sorted = false;
	s->last = item->digest;
	if (pl_digest_eq(&item->digest, &s->wanted)) {
		uint64_t now = pl_time_now();

		s->found = true;
		assert_int_equal(item->size, 321);
		/* It came in this test; clocks of a store elsewhere may differ a little. */
		assert_true(item->since > now - 3600 * PL_SECOND && item->since < now + 300 * PL_SECOND);
	}
	return PL_OK;
}

static pl_status stop_listing(void *ctx, const struct pl_blob_item *item)
{
	++*(unsigned *)ctx;
	return PL_E_CANCELLED;
}

static void lists_in_order(void **state)
{
	struct seen s = {.sorted = true, .wanted = put_stream(321, 1)};
	unsigned n = 0;

	for (uint64_t i = 0; i < 40; i++)
		put_stream(5, 100 + i);
	assert_ok(pl_blob_list(blob, see, &s));
	assert_true(s.found && s.sorted && s.count >= 41);
	assert_int_equal(pl_blob_list(blob, stop_listing, &n), PL_E_CANCELLED);
	assert_int_equal(n, 1);
}

static void files_in_and_out(void **state)
{
	char path[512];
	struct pl_digest d, again;
	uint64_t size = 0;
	int fd;

	(void)snprintf(path, sizeof path, "%s/file", scratch());
	fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	d = put_stream(700000, 55);
	assert_ok(pl_blob_get_fd(blob, &d, fd));
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	assert_ok(pl_blob_put_fd(blob, fd, UINT64_MAX, &again, &size));
	assert_int_equal(size, 700000);
	assert_true(pl_digest_eq(&d, &again));
	(void)close(fd);
}

/* Write @len bytes over what is stored as @d, behind the engine's back. */
static void spoil(const struct pl_digest *d, const uint8_t *bytes, size_t len)
{
	char name[PL_BLOB_NAME], path[512];

	pl_blob_name(d, name);
	if (on_s3()) {
		struct pl_s3_request q = {.method = PL_FETCH_PUT, .key = name, .body = pl_bytes_of(bytes, len)};
		struct pl_s3_answer answer;
		struct pl_digest own;
		char hex[65];

		pl_sha256(q.body, &own);
		pl_digest_hex(&own, hex);
		q.sha256 = hex;
		assert_ok(pl_s3_ask((struct pl_s3 *)(void *)blob, &q, &answer, NULL));
	} else {
		int fd;

		(void)snprintf(path, sizeof path, "%s/%s", blob_url() + 4, name);
		assert_int_equal(chmod(path, 0600), 0);
		fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
		assert_ok(pl_file_write(fd, bytes, len));
		(void)close(fd);
	}
	assert_int_equal(pl_blob_check(blob, d), PL_E_CORRUPT);
}

static void putting_again_mends_what_has_rotted(void **state)
{
	/* One request, an upload in parts with one copy, and one with a copy in parts. */
	static const uint64_t sizes[] = {1, 1000, MIB, 6 * MIB, 13 * MIB};

	for (size_t i = 0; i < PL_COUNT(sizes); i++) {
		uint64_t seed = 5000 + i, size = sizes[i];
		struct stream s = {.size = size, .seed = seed};
		struct pl_digest d = put_stream(size, seed), again;
		uint8_t *bytes = pl_alloc((size_t)size, 1);
		size_t n = 0;

		for (size_t at = 0; at < size; at += n)
			assert_ok(give(&s, bytes + at, (size_t)size - at, &n));
		bytes[size / 2] ^= 1; /* a flipped bit, the right length */
		spoil(&d, bytes, (size_t)size);
		again = put_stream(size, seed);
		assert_true(pl_digest_eq(&d, &again));
		assert_ok(pl_blob_check(blob, &d));
		spoil(&d, bytes, (size_t)size - 1); /* and one that was cut off */
		put_stream(size, seed);
		assert_ok(pl_blob_check(blob, &d));
		pl_free(bytes);
	}
}

static void the_directory_mends_and_sweeps(void **state)
{
	const char *root = blob_url() + 4;
	struct pl_digest d, other;
	char hex[65], path[512];
	uint64_t removed = 0;
	struct stat sb;
	int fd;

	if (on_s3())
		return;
	assert_ok(pl_blob_put_bytes(blob, pl_bytes_of("precious", 8), &d));
	pl_digest_hex(&d, hex);
	(void)snprintf(path, sizeof path, "%s/sha256/%.2s/%s", root, hex, hex + 2);
	assert_int_equal(stat(path, &sb), 0);
	assert_int_equal(sb.st_mode & 07777, 0444);
	/* One bit rots: every whole read says so, and putting the bytes again mends it. */
	assert_int_equal(chmod(path, 0600), 0);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	assert_int_equal(pwrite(fd, "q", 1, 0), 1);
	(void)close(fd);
	assert_int_equal(pl_blob_check(blob, &d), PL_E_CORRUPT);
	assert_ok(pl_blob_put_bytes(blob, pl_bytes_of("precious", 8), &other));
	assert_ok(pl_blob_check(blob, &d));
	/* A symbolic link is not followed. */
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink("/etc/hostname", path), 0);
	assert_int_not_equal(pl_blob_check(blob, &d), PL_OK);
	assert_int_equal(unlink(path), 0);
	/* What a killed put left: old goes, young and foreign stay. */
	(void)snprintf(path, sizeof path, "%s/tmp/01ARZ3NDEKTSV4RRFFQ69G5FAV", root);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0444);
	(void)close(fd);
	(void)snprintf(path, sizeof path, "%s/tmp/foreign", root);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0444);
	(void)close(fd);
	assert_ok(pl_blob_sweep(blob, 24 * 3600 * PL_SECOND, &removed));
	assert_int_equal(removed, 1);
	assert_int_equal(access(path, F_OK), 0);
}

static void the_bucket_sweeps(void **state)
{
	struct pl_s3 *s3 = (struct pl_s3 *)(void *)blob;
	struct pl_buf body PL_CLEANUP(pl_buf_done) = PL_BUF(1 << 20);
	struct pl_s3_request left = {.method = PL_FETCH_PUT, .key = "tmp/left-behind"};
	struct pl_s3_request begun = {.method = PL_FETCH_POST, .key = "tmp/begun", .query = "uploads=", .out = &body};
	struct pl_s3_answer answer;
	uint64_t removed = 0, size;

	if (!on_s3())
		return;
	assert_ok(pl_s3_ask(s3, &left, &answer, NULL));
	assert_ok(pl_s3_ask(s3, &begun, &answer, NULL));
	assert_ok(pl_blob_sweep(blob, 3600 * PL_SECOND, &removed));
	assert_int_equal(removed, 0);
	pl_time_sleep(1100 * PL_MILLISECOND);
	assert_ok(pl_blob_sweep(blob, 0, &removed));
	assert_int_equal(removed, 2);
	assert_int_equal(pl_s3_head(s3, "tmp/left-behind", &size), PL_E_NOTFOUND);
	assert_ok(pl_blob_sweep(blob, 0, &removed));
	assert_int_equal(removed, 0);
}

static void the_bucket_says_when_bytes_are_wrong(void **state)
{
	struct pl_s3 *s3 = (struct pl_s3 *)(void *)blob;
	struct pl_s3_request q = {.method = PL_FETCH_PUT, .key = "tmp/wrong", .body = pl_bytes_of("abc", 3)};
	struct pl_s3_answer answer;
	struct pl_digest d;
	char hex[65], name[PL_BLOB_NAME];

	if (!on_s3())
		return;
	pl_sha256(pl_bytes_of("abd", 3), &d);
	pl_digest_hex(&d, hex);
	q.sha256 = hex;
	assert_int_equal(pl_s3_ask(s3, &q, &answer, NULL), PL_E_CORRUPT);
	/* Other bytes under a digest: found when read; replaced when the length cannot be right. */
	pl_blob_name(&d, name);
	q.key = name;
	pl_sha256(q.body, &d);
	pl_digest_hex(&d, hex);
	assert_ok(pl_s3_ask(s3, &q, &answer, NULL));
	pl_sha256(pl_bytes_of("abd", 3), &d);
	assert_int_equal(pl_blob_check(blob, &d), PL_E_CORRUPT);
	q.body = pl_bytes_of("ab", 2);
	{
		struct pl_digest two;

		pl_sha256(q.body, &two);
		pl_digest_hex(&two, hex);
	}
	assert_ok(pl_s3_ask(s3, &q, &answer, NULL));
	assert_ok(pl_blob_put_bytes(blob, pl_bytes_of("abd", 3), &d));
	assert_ok(pl_blob_check(blob, &d));
}

static void refuses_other_addresses(void **state)
{
	static const char *const bad[] = {
		"", "dir", "dir:relative", "dir:", "/x", "s3:", "s3:ftp://h/bucket", "s3:http://h"};

	for (size_t i = 0; i < PL_COUNT(bad); i++) {
		struct pl_blob *other = NULL;
		struct pl_diag diag = {0};

		assert_int_equal(pl_blob_open(pl_str_from(bad[i]), NULL, &diag, &other), PL_E_SYNTAX);
		assert_null(other);
		assert_true(diag.text[0] && diag.hint[0]);
	}
}

static void says_what_is_missing(void **state)
{
	struct pl_blob_options opt = {.s3_key = "wrong", .s3_secret = "wrong", .tries = 1};
	struct pl_blob *other = NULL;
	struct pl_diag diag = {0};
	char url[600];

	assert_int_equal(pl_blob_open(PL_STR("dir:/nonexistent/x"), NULL, &diag, &other), PL_E_NOTFOUND);
	diag = (struct pl_diag){0};
	assert_int_equal(pl_blob_open(PL_STR("s3:http://127.0.0.1:1/bucket"), &opt, &diag, &other), PL_E_BUSY);
	assert_true(diag.text[0]);
	if (!on_s3())
		return;
	diag = (struct pl_diag){0};
	assert_int_equal(pl_blob_open(pl_str_from(blob_url()), &opt, &diag, &other), PL_E_ACCESS);
	assert_non_null(strstr(diag.hint, "credentials"));
	opt = (struct pl_blob_options){.tries = 1};
	(void)snprintf(url, sizeof url, "%s-other", blob_url());
	assert_int_equal(pl_blob_open(pl_str_from(url), &opt, &diag, &other), PL_E_NOTFOUND);
}

static void names_read_back(void **state)
{
	struct pl_digest d = {{0xab, 0xcd, 0xef}}, back = {{0}};
	char name[PL_BLOB_NAME];

	pl_blob_name(&d, name);
	assert_memory_equal(name, "sha256/ab/cdef00", 16);
	assert_int_equal(strlen(name), PL_BLOB_NAME - 1);
	assert_ok(pl_blob_name_parse(pl_str_from(name), &back));
	assert_true(pl_digest_eq(&d, &back));
	name[9] = 'x';
	assert_int_equal(pl_blob_name_parse(pl_str_from(name), &back), PL_E_SYNTAX);
	assert_int_equal(pl_blob_name_parse(PL_STR("sha256/ab/CD"), &back), PL_E_SYNTAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(sizes_around_every_edge, setup, teardown),
		cmocka_unit_test_setup_teardown(a_put_is_idempotent_and_named_by_its_bytes, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_not_there_is_not_found, setup, teardown),
		cmocka_unit_test_setup_teardown(limits_hold, setup, teardown),
		cmocka_unit_test_setup_teardown(a_source_that_fails_leaves_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(a_reader_that_stops_is_heard, setup, teardown),
		cmocka_unit_test_setup_teardown(ranges, setup, teardown),
		cmocka_unit_test_setup_teardown(a_deleted_blob_is_gone, setup, teardown),
		cmocka_unit_test_setup_teardown(lists_in_order, setup, teardown),
		cmocka_unit_test_setup_teardown(files_in_and_out, setup, teardown),
		cmocka_unit_test_setup_teardown(putting_again_mends_what_has_rotted, setup, teardown),
		cmocka_unit_test_setup_teardown(the_directory_mends_and_sweeps, setup, teardown),
		cmocka_unit_test_setup_teardown(the_bucket_sweeps, setup, teardown),
		cmocka_unit_test_setup_teardown(the_bucket_says_when_bytes_are_wrong, setup, teardown),
		cmocka_unit_test(refuses_other_addresses),
		cmocka_unit_test_setup_teardown(says_what_is_missing, setup, teardown),
		cmocka_unit_test(names_read_back),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	scratch_remove();
	return failed;
}
