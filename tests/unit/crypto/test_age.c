/* SPDX-License-Identifier: Apache-2.0 */
/* Files for one reader: written, read, and refused when they were touched. */
#include "crypto/age.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

#define ROOM ((size_t)8 << 20)

static pl_status keep(void *ctx, pl_bytes piece)
{
	pl_buf_put_bytes(ctx, piece);
	return pl_buf_status(ctx);
}

static pl_status source(void *ctx, uint64_t offset, void *data, size_t len, size_t *ret_len)
{
	const struct pl_buf *b = ctx;
	size_t n = offset < b->len ? b->len - (size_t)offset : 0;

	if (n > len)
		n = len;
	if (n)
		memcpy(data, b->ptr + offset, n);
	*ret_len = n;
	return PL_OK;
}

static uint8_t byte_at(size_t i)
{
	return (uint8_t)(i * 31 + i / 251);
}

static void write_file(const struct pl_age_to *to, size_t len, size_t piece, struct pl_buf *out)
{
	struct pl_age_writer *w PL_CLEANUP(pl_age_writer_freep) = NULL;
	uint8_t *plain = malloc(len + 1);

	for (size_t i = 0; i < len; i++)
		plain[i] = byte_at(i);
	pl_buf_clear(out);
	assert_int_equal(pl_age_write_begin(to, keep, out, &w), PL_OK);
	for (size_t at = 0; at < len; at += piece)
		assert_int_equal(pl_age_write(w, pl_bytes_of(plain + at, len - at < piece ? len - at : piece)), PL_OK);
	assert_int_equal(pl_age_write_end(w), PL_OK);
	free(plain);
}

static void expect_plain(struct pl_buf *file, const struct pl_age_identity *id, pl_str passphrase, size_t len)
{
	struct pl_age_reader *r PL_CLEANUP(pl_age_closep) = NULL;
	uint8_t *plain = malloc(len + 1);
	size_t got = 0;

	assert_int_equal(pl_age_open(source, file, file->len, id, passphrase, &r, NULL), PL_OK);
	assert_int_equal(pl_age_size(r), len);
	assert_int_equal(pl_age_pread(r, 0, plain, len + 1, &got), PL_OK);
	assert_int_equal(got, len);
	for (size_t i = 0; i < len; i++)
		if (plain[i] != byte_at(i))
			fail_msg("byte %zu of %zu", i, len);
	/* From the middle, across the border of a chunk. */
	if (len > PL_AGE_CHUNK + 10) {
		assert_int_equal(pl_age_pread(r, PL_AGE_CHUNK - 5, plain, 10, &got), PL_OK);
		assert_int_equal(got, 10);
		for (size_t i = 0; i < 10; i++)
			assert_int_equal(plain[i], byte_at(PL_AGE_CHUNK - 5 + i));
	}
	free(plain);
}

static void keys_have_one_spelling(void **state)
{
	/* From the specification. */
	static const char recipient[] = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj";
	static const char identity[] = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";
	struct pl_age_identity id, found;
	struct pl_age_recipient r, mine;
	char text[PL_AGE_TEXT], bad[PL_AGE_TEXT];

	assert_int_equal(pl_age_identity_parse(pl_str_from(identity), &id), PL_OK);
	pl_age_identity_write(&id, text);
	assert_string_equal(text, identity);
	assert_int_equal(pl_age_recipient_parse(pl_str_from(recipient), &r), PL_OK);
	pl_age_recipient_write(&r, text);
	assert_string_equal(text, recipient);
	pl_age_identity_public(&id, &mine);
	assert_memory_equal(mine.b, r.b, sizeof r.b);
	for (size_t i = 0; i < sizeof recipient - 1; i++) {
		memcpy(bad, recipient, sizeof recipient);
		bad[i] = bad[i] == 'q' ? 'p' : 'q';
		assert_int_equal(pl_age_recipient_parse(pl_str_from(bad), &r), PL_E_SYNTAX);
	}
	assert_int_equal(pl_age_identity_find(pl_str_from("# created: today\n\nAGE-SECRET-KEY-"
							  "1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX\r\n"), &found), PL_OK);
	assert_memory_equal(found.b, id.b, sizeof id.b);
	assert_int_equal(pl_age_identity_find(pl_str_from("# nothing\n"), &found), PL_E_NOTFOUND);
}

static void refuses_points_of_small_order(void **state)
{
	struct pl_age_recipient zero = {{0}}, r;
	char text[PL_AGE_TEXT];

	pl_age_recipient_write(&zero, text);
	assert_int_equal(pl_age_recipient_parse(pl_str_from(text), &r), PL_E_RANGE);
}

static void any_length_comes_back(void **state)
{
	static const size_t lengths[] = {0, 1, 15, 16, 65535, 65536, 65537, 131072, 200000};
	struct pl_buf file PL_CLEANUP(pl_buf_done) = PL_BUF(ROOM);
	struct pl_age_identity id, other;
	struct pl_age_recipient to[2];
	struct pl_age_to both = {.recipients = to, .n = 2};

	pl_age_identity_new(&id);
	pl_age_identity_new(&other);
	pl_age_identity_public(&other, &to[0]);
	pl_age_identity_public(&id, &to[1]);
	for (size_t i = 0; i < PL_COUNT(lengths); i++) {
		write_file(&both, lengths[i], 7000, &file);
		expect_plain(&file, &id, (pl_str){0}, lengths[i]);
		expect_plain(&file, &other, (pl_str){0}, lengths[i]);
	}
}

static void a_passphrase_opens_it(void **state)
{
	struct pl_buf file PL_CLEANUP(pl_buf_done) = PL_BUF(ROOM);
	struct pl_age_to to = {.passphrase = PL_STR("correct horse"), .work = 10};
	struct pl_age_reader *r = NULL;
	struct pl_age_identity id;

	write_file(&to, 100, 100, &file);
	expect_plain(&file, NULL, PL_STR("correct horse"), 100);
	assert_int_equal(pl_age_open(source, &file, file.len, NULL, PL_STR("correct house"), &r, NULL), PL_E_DENIED);
	pl_age_identity_new(&id);
	assert_int_equal(pl_age_open(source, &file, file.len, &id, (pl_str){0}, &r, NULL), PL_E_DENIED);
}

static void nobody_else_opens_it(void **state)
{
	struct pl_buf file PL_CLEANUP(pl_buf_done) = PL_BUF(ROOM);
	struct pl_age_reader *r = NULL;
	struct pl_age_identity id, other;
	struct pl_age_recipient to;
	struct pl_age_to one = {.recipients = &to, .n = 1}, nobody = {0}, two = {.recipients = &to, .n = 1, .passphrase = PL_STR("x")};
	struct pl_age_writer *w = NULL;

	pl_age_identity_new(&id);
	pl_age_identity_new(&other);
	pl_age_identity_public(&id, &to);
	write_file(&one, 10, 10, &file);
	assert_int_equal(pl_age_open(source, &file, file.len, &other, (pl_str){0}, &r, NULL), PL_E_DENIED);
	assert_int_equal(pl_age_write_begin(&nobody, keep, &file, &w), PL_E_RANGE);
	assert_int_equal(pl_age_write_begin(&two, keep, &file, &w), PL_E_RANGE);
}

/* Reads all of it; what one flipped bit or a missing end comes to. */
static pl_status read_all(struct pl_buf *file, size_t size, const struct pl_age_identity *id)
{
	struct pl_age_reader *r PL_CLEANUP(pl_age_closep) = NULL;
	uint8_t piece[4096];
	uint64_t at = 0;
	size_t got = 1;
	pl_status st = pl_age_open(source, file, size, id, (pl_str){0}, &r, NULL);

	while (!st && got) {
		st = pl_age_pread(r, at, piece, sizeof piece, &got);
		at += got;
	}
	return st;
}

static void every_touched_byte_shows(void **state)
{
	struct pl_buf file PL_CLEANUP(pl_buf_done) = PL_BUF(ROOM);
	struct pl_age_identity id;
	struct pl_age_recipient to;
	struct pl_age_to one = {.recipients = &to, .n = 1};
	size_t whole;

	pl_age_identity_new(&id);
	pl_age_identity_public(&id, &to);
	write_file(&one, PL_AGE_CHUNK + 100, 9999, &file);
	whole = file.len;
	assert_int_equal(read_all(&file, whole, &id), PL_OK);
	for (size_t i = 0; i < whole; i = i < 400 ? i + 1 : i + 3001) {
		file.ptr[i] ^= 1;
		assert_int_not_equal(read_all(&file, whole, &id), PL_OK);
		file.ptr[i] ^= 1;
	}
	/* Cut off anywhere, at the border of a chunk, too. */
	for (size_t n = whole - 1; n > whole - 300; n--) {
		file.len = n;
		assert_int_not_equal(read_all(&file, n, &id), PL_OK);
	}
	file.len = whole - 116;
	assert_int_equal(read_all(&file, file.len, &id), PL_E_CORRUPT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_have_one_spelling),
		cmocka_unit_test(refuses_points_of_small_order),
		cmocka_unit_test(any_length_comes_back),
		cmocka_unit_test(a_passphrase_opens_it),
		cmocka_unit_test(nobody_else_opens_it),
		cmocka_unit_test(every_touched_byte_shows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
