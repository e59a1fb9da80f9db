/* SPDX-License-Identifier: Apache-2.0 */
/* Sealed files come back whole or not at all: every length around a piece, every cut, every piece out of its place. */
#include "test.h"
#include "crypto/stream.h"

static const uint8_t key[PL_STREAM_KEY_LEN] = {7, 8, 9};
#define PIECE ((size_t)PL_STREAM_PIECE)
#define SEALED (PIECE + 17)
#define ROOM (4 * SEALED)

static pl_status into(void *ctx, pl_bytes piece)
{
	pl_buf_put_bytes(ctx, piece);
	return pl_buf_status(ctx);
}

static void seal(pl_bytes plain, size_t step, struct pl_buf *out)
{
	struct pl_stream_writer *w PL_CLEANUP(pl_stream_writer_freep) = NULL;

	assert_int_equal(pl_stream_write_begin(key, into, out, &w), PL_OK);
	for (size_t i = 0; i < plain.len; i += step)
		assert_int_equal(pl_stream_write(w, pl_bytes_of(plain.ptr + i, plain.len - i < step ? plain.len - i : step)), PL_OK);
	assert_int_equal(pl_stream_write_end(w), PL_OK);
}

static pl_status unseal(const uint8_t *k, pl_bytes sealed, size_t step, struct pl_buf *out)
{
	struct pl_stream_reader *r PL_CLEANUP(pl_stream_reader_freep) = NULL;
	pl_status st = PL_OK;

	pl_buf_clear(out);
	pl_stream_read_begin(k, into, out, &r);
	for (size_t i = 0; i < sealed.len && !st; i += step)
		st = pl_stream_read(r, pl_bytes_of(sealed.ptr + i, sealed.len - i < step ? sealed.len - i : step));
	return st ? st : pl_stream_read_end(r);
}

static void fill(struct pl_buf *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		pl_buf_put_u8(b, (uint8_t)(i * 31 + i / 251));
}

static void comes_back(void **state)
{
	static const size_t lengths[] = {0, 1, 17, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE - 1, 2 * PIECE, 2 * PIECE + 5};
	static const size_t steps[] = {1000, PIECE, SEALED, ROOM};

	for (size_t i = 0; i < PL_COUNT(lengths); i++) {
		struct pl_buf plain PL_CLEANUP(pl_buf_done) = PL_BUF(ROOM), sealed PL_CLEANUP(pl_buf_done) = PL_BUF(ROOM);
		struct pl_buf back PL_CLEANUP(pl_buf_done) = PL_BUF(ROOM);

		fill(&plain, lengths[i]);
		seal(pl_buf_bytes(&plain), 777, &sealed);
		assert_int_equal(sealed.len, pl_stream_sealed_len(lengths[i]));
		for (size_t s = 0; s < PL_COUNT(steps); s++) {
			assert_int_equal(unseal(key, pl_buf_bytes(&sealed), steps[s], &back), PL_OK);
			assert_true(pl_bytes_eq(pl_buf_bytes(&plain), pl_buf_bytes(&back)));
		}
	}
}

static void is_never_the_same_twice(void **state)
{
	struct pl_buf one PL_CLEANUP(pl_buf_done) = PL_BUF(256), two PL_CLEANUP(pl_buf_done) = PL_BUF(256);

	seal(pl_str_bytes(PL_STR("words")), 5, &one);
	seal(pl_str_bytes(PL_STR("words")), 5, &two);
	assert_false(pl_bytes_eq(pl_buf_bytes(&one), pl_buf_bytes(&two)));
}

static void refuses_other_keys_and_changes(void **state)
{
	struct pl_buf sealed PL_CLEANUP(pl_buf_done) = PL_BUF(256), back PL_CLEANUP(pl_buf_done) = PL_BUF(256);
	uint8_t other[PL_STREAM_KEY_LEN] = {7, 8, 10};

	seal(pl_str_bytes(PL_STR("some words that nobody else reads")), 5, &sealed);
	assert_int_equal(unseal(other, pl_buf_bytes(&sealed), 64, &back), PL_E_CORRUPT);
	for (size_t i = 0; i < sealed.len; i++) {
		sealed.ptr[i] ^= 1;
		assert_int_equal(unseal(key, pl_buf_bytes(&sealed), 64, &back), PL_E_CORRUPT);
		assert_int_equal(back.len, 0); /* nothing was handed out */
		sealed.ptr[i] ^= 1;
		assert_int_equal(unseal(key, pl_bytes_of(sealed.ptr, i), 64, &back), PL_E_CORRUPT);
	}
	pl_buf_put_u8(&sealed, 0);
	assert_int_equal(unseal(key, pl_buf_bytes(&sealed), 64, &back), PL_E_CORRUPT);
}

/* A file of three pieces, put together anew. */
static void refuses_other_orders(void **state)
{
	struct pl_buf plain PL_CLEANUP(pl_buf_done) = PL_BUF(ROOM), sealed PL_CLEANUP(pl_buf_done) = PL_BUF(ROOM);
	struct pl_buf made PL_CLEANUP(pl_buf_done) = PL_BUF(ROOM), back PL_CLEANUP(pl_buf_done) = PL_BUF(ROOM);
	static const int orders[][4] = {{0, 1, -1}, {0, 2, -1}, {1, 0, 2, -1}, {0, 2, 1, -1}, {0, 0, 1, 2}, {1, 2, -1}, {2, -1}, {-1}};

	fill(&plain, 2 * PIECE + 100);
	seal(pl_buf_bytes(&plain), 4096, &sealed);
	for (size_t i = 0; i < PL_COUNT(orders); i++) {
		pl_buf_clear(&made);
		pl_buf_put(&made, sealed.ptr, 24);
		for (size_t j = 0; j < 4 && orders[i][j] >= 0; j++) {
			size_t at = 24 + (size_t)orders[i][j] * SEALED;

			pl_buf_put(&made, sealed.ptr + at, orders[i][j] == 2 ? sealed.len - at : SEALED);
		}
		assert_int_equal(unseal(key, pl_buf_bytes(&made), 9999, &back), PL_E_CORRUPT);
	}
	/* Two whole files one behind the other. */
	pl_buf_clear(&made);
	seal(pl_str_bytes(PL_STR("first")), 5, &made);
	seal(pl_str_bytes(PL_STR("second")), 5, &made);
	assert_int_equal(unseal(key, pl_buf_bytes(&made), 9999, &back), PL_E_CORRUPT);
}

static pl_status full(void *ctx, pl_bytes piece)
{
	size_t *left = ctx;

	if (piece.len > *left)
		return PL_E_NOSPACE;
	*left -= piece.len;
	return PL_OK;
}

static void says_what_the_sink_says(void **state)
{
	struct pl_buf plain PL_CLEANUP(pl_buf_done) = PL_BUF(ROOM);
	struct pl_stream_writer *w = NULL;
	size_t left = 10;

	fill(&plain, 2 * PIECE);
	assert_int_equal(pl_stream_write_begin(key, full, &left, &w), PL_E_NOSPACE);
	assert_null(w);
	left = 100;
	assert_int_equal(pl_stream_write_begin(key, full, &left, &w), PL_OK);
	assert_int_equal(pl_stream_write(w, pl_buf_bytes(&plain)), PL_E_NOSPACE);
	pl_stream_writer_free(w);
	pl_stream_writer_free(NULL);
	pl_stream_reader_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(comes_back), cmocka_unit_test(is_never_the_same_twice),
		cmocka_unit_test(refuses_other_keys_and_changes), cmocka_unit_test(refuses_other_orders), cmocka_unit_test(says_what_the_sink_says)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
