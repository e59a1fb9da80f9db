/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The file: a header of 4,096 bytes, the records (32 bytes: tag, index, and the two numbers that choose filter bits, so
 * that a merge can build the new filter), then the filter. Sorted by tag. Tags are bits of SHA-256, so where a tag stands
 * can be guessed from its value: a look-up reads one or two pages.
 */
#include "log/index_run.h"
#include "base/file.h"
#include "log/crc32c.h"
#include <fcntl.h>
#include <stdio.h>

#define MAGIC "PLIDX01\n"
#define HEADER 4096u
#define RECORD 32u
#define PAGE_RECORDS 128u
#define PAGE (PAGE_RECORDS * RECORD)
#define BLOCK_BYTES 64u
/* About ten bits an entry: one look-up in a hundred reads in vain. */
#define BLOCK_ENTRIES 51u
#define PROBES 6u
/* No run's filter is larger than this; a larger run reads in vain more often. */
#define BLOCKS_MAX ((uint64_t)1 << 19)
#define WRITE_BYTES ((size_t)256 * 1024)
#define STEPS_MAX 64u

struct pl_index_writer {
	int dir, fd;
	uint64_t from, to, done;
	struct pl_buf out;
	uint64_t offset;
	uint64_t n_blocks;
	uint64_t (*block)[8];
};

struct pl_index_key pl_index_key_of(const struct pl_digest *leaf)
{
	return (struct pl_index_key){pl_be64(leaf->b), pl_be64(leaf->b + 8), pl_be64(leaf->b + 16)};
}

void pl_index_run_name(uint64_t from, uint64_t to, char out[static PL_INDEX_NAME_MAX])
{
	(void)snprintf(out, PL_INDEX_NAME_MAX, "%llu-%llu.run", (unsigned long long)from, (unsigned long long)to);
}

pl_status pl_index_run_range(pl_str name, uint64_t *ret_from, uint64_t *ret_to)
{
	uint64_t from, to;
	pl_str part;

	if (!pl_str_ends(name, PL_STR(".run")))
		return PL_E_SYNTAX;
	name.len -= 4;
	if (!pl_str_take_until(&name, '-', &part) || pl_str_to_u64(part, INT64_MAX, &from) ||
		pl_str_to_u64(name, INT64_MAX, &to) || from >= to)
		return PL_E_SYNTAX;
	*ret_from = from;
	*ret_to = to;
	return PL_OK;
}

/* ---- the filter: blocks of 512 bits, six bits of one block for every entry ---- */

static uint64_t blocks_for(uint64_t entries)
{
	uint64_t n = entries / BLOCK_ENTRIES + 1;

	return n < BLOCKS_MAX ? n : BLOCKS_MAX;
}

static uint64_t block_of(uint64_t value, uint64_t n_blocks)
{
	return (uint64_t)((unsigned __int128)value * n_blocks >> 64);
}

static void filter_add(uint64_t (*block)[8], uint64_t n_blocks, uint64_t where, uint64_t bits)
{
	uint64_t *b = block[block_of(where, n_blocks)];

	for (unsigned i = 0; i < PROBES; i++, bits >>= 9)
		b[bits >> 6 & 7] |= UINT64_C(1) << (bits & 63);
}

bool pl_index_run_may_have(const struct pl_index_run *r, const struct pl_index_key *key)
{
	const uint64_t *b = r->block[block_of(key->block, r->n_blocks)];
	uint64_t bits = key->bits;

	for (unsigned i = 0; i < PROBES; i++, bits >>= 9)
		if (!(b[bits >> 6 & 7] >> (bits & 63) & 1))
			return false;
	return true;
}

/* ---- opening ---- */

static void header_write(uint64_t from, uint64_t to, uint64_t n_blocks, uint32_t filter_sum, uint8_t out[static HEADER])
{
	memset(out, 0, HEADER);
	memcpy(out, MAGIC, 8);
	pl_be64_write(out + 16, from);
	pl_be64_write(out + 24, to);
	pl_be64_write(out + 32, n_blocks);
	pl_be32_write(out + 40, filter_sum);
	pl_be32_write(out + 8, pl_crc32c(0, pl_bytes_of(out + 12, HEADER - 12)));
}

static pl_status read_filter(struct pl_index_run *r, uint32_t sum)
{
	size_t len = (size_t)r->n_blocks * BLOCK_BYTES, got = 0;
	uint64_t size = 0, at = HEADER + (r->to - r->from) * RECORD;
	pl_status st = pl_file_size(r->fd, &size);

	if (!st && size != at + len)
		st = PL_E_CORRUPT;
	if (st)
		return st;
	r->block = pl_try_alloc(r->n_blocks, BLOCK_BYTES);
	if (!r->block)
		return PL_E_NOMEM;
	st = pl_file_pread(r->fd, r->block, len, at, &got);
	if (!st && (got != len || pl_crc32c(0, pl_bytes_of(r->block, len)) != sum))
		st = PL_E_CORRUPT;
	return st;
}

pl_status pl_index_run_open(int dir, uint64_t from, uint64_t to, struct pl_index_run *ret)
{
	struct pl_index_run r = {.from = from, .to = to, .fd = -1, .n_blocks = blocks_for(to - from)};
	uint8_t header[HEADER], expected[HEADER];
	char name[PL_INDEX_NAME_MAX];
	size_t got = 0;
	pl_status st;

	pl_index_run_name(from, to, name);
	st = pl_file_open(dir, name, O_RDONLY, 0, &r.fd);
	if (!st)
		st = pl_file_pread(r.fd, header, sizeof header, 0, &got);
	if (!st) {
		header_write(from, to, r.n_blocks, pl_be32(header + 40), expected);
		if (got != sizeof header || memcmp(header, expected, sizeof header) != 0)
			st = PL_E_CORRUPT;
	}
	if (!st)
		st = read_filter(&r, pl_be32(header + 40));
	if (st) {
		pl_index_run_close(&r);
		return st;
	}
	*ret = r;
	return PL_OK;
}

void pl_index_run_close(struct pl_index_run *r)
{
	pl_file_close(&r->fd);
	pl_free(r->block);
	r->block = NULL;
}

/* ---- looking up ---- */

/* About how many records stand between two tags that differ by @distance. */
static uint64_t spread(uint64_t distance, uint64_t count)
{
	return (uint64_t)((unsigned __int128)distance * count >> 64);
}

/* Records have no checksum: an index that the run does not cover is damage, and no candidate. */
static size_t pick(const struct pl_index_run *r, const uint8_t *page, size_t n, uint64_t tag, uint64_t *ret, size_t max)
{
	size_t found = 0;

	for (size_t i = 0; i < n && found < max; i++) {
		uint64_t index = pl_be64(page + i * RECORD + 8);

		if (pl_be64(page + i * RECORD) == tag && index >= r->from && index < r->to)
			ret[found++] = index;
	}
	return found;
}

pl_status pl_index_run_find(const struct pl_index_run *r, uint64_t tag, uint64_t *ret, size_t max, size_t *ret_n)
{
	uint64_t count = r->to - r->from, low = 0, high = count, guess = spread(tag, count);
	uint8_t page[PAGE];

	*ret_n = 0;
	for (unsigned step = 0; low < high && step < STEPS_MAX; step++) {
		uint64_t at, first, last;
		size_t n, got = 0;
		pl_status st;

		if (step > 4) /* the guesses do not settle: halve */
			guess = low + (high - low) / 2;
		at = guess > PAGE_RECORDS / 2 ? guess - PAGE_RECORDS / 2 : 0;
		at = at < low ? low : at;
		n = high - at < PAGE_RECORDS ? (size_t)(high - at) : PAGE_RECORDS;
		st = pl_file_pread(r->fd, page, n * RECORD, HEADER + at * RECORD, &got);
		if (st || got != n * RECORD)
			return st ? st : PL_E_CORRUPT;
		first = pl_be64(page);
		last = pl_be64(page + (n - 1) * RECORD);
		if (tag < first) {
			uint64_t back = spread(first - tag, count);

			high = at;
			guess = back < high - low ? high - back : low;
		} else if (tag > last) {
			low = at + n;
			guess = low + spread(tag - last, count);
			guess = guess < high ? guess : high - (high > low);
		} else {
			*ret_n = pick(r, page, n, tag, ret, max);
			return PL_OK;
		}
	}
	return PL_OK;
}

/* ---- writing ---- */

static void temp_name(const struct pl_index_writer *w, char out[static PL_INDEX_NAME_MAX])
{
	(void)snprintf(out, PL_INDEX_NAME_MAX, "%llu-%llu.tmp", (unsigned long long)w->from, (unsigned long long)w->to);
}

pl_status pl_index_writer_begin(int dir, uint64_t from, uint64_t to, struct pl_index_writer **ret)
{
	struct pl_index_writer *w = PL_NEW(struct pl_index_writer);
	char name[PL_INDEX_NAME_MAX];
	pl_status st;

	w->dir = dir;
	w->fd = -1;
	w->from = from;
	w->to = to;
	w->offset = HEADER;
	w->n_blocks = blocks_for(to - from);
	pl_buf_init(&w->out, WRITE_BYTES + RECORD);
	w->block = pl_try_alloc(w->n_blocks, BLOCK_BYTES);
	temp_name(w, name);
	st = w->block ? pl_file_open(dir, name, O_RDWR | O_CREAT | O_TRUNC, 0600, &w->fd) : PL_E_NOMEM;
	if (st) {
		pl_index_writer_cancel(w);
		return st;
	}
	*ret = w;
	return PL_OK;
}

static pl_status flush(struct pl_index_writer *w)
{
	pl_status st = pl_file_pwrite(w->fd, w->out.ptr, w->out.len, w->offset);

	w->offset += w->out.len;
	pl_buf_clear(&w->out);
	return st;
}

pl_status pl_index_writer_put(struct pl_index_writer *w, const struct pl_index_record *rec)
{
	pl_buf_put_be64(&w->out, rec->tag);
	pl_buf_put_be64(&w->out, rec->index);
	pl_buf_put_be64(&w->out, rec->block);
	pl_buf_put_be64(&w->out, rec->bits);
	filter_add(w->block, w->n_blocks, rec->block, rec->bits);
	w->done++;
	return w->out.len >= WRITE_BYTES ? flush(w) : pl_buf_status(&w->out);
}

pl_status pl_index_writer_end(struct pl_index_writer *w, struct pl_index_run *ret)
{
	uint8_t header[HEADER];
	char temp[PL_INDEX_NAME_MAX], name[PL_INDEX_NAME_MAX];
	pl_bytes filter = pl_bytes_of(w->block, (size_t)w->n_blocks * BLOCK_BYTES);
	pl_status st = w->done == w->to - w->from ? flush(w) : PL_E_INTERNAL;

	temp_name(w, temp);
	pl_index_run_name(w->from, w->to, name);
	header_write(w->from, w->to, w->n_blocks, pl_crc32c(0, filter), header);
	if (!st)
		st = pl_file_pwrite(w->fd, filter.ptr, filter.len, w->offset);
	if (!st)
		st = pl_file_pwrite(w->fd, header, sizeof header, 0);
	/* Synced before it gets its name, so that a name always stands for a whole run. */
	if (!st)
		st = pl_file_datasync(w->fd);
	if (!st)
		st = pl_file_rename(w->dir, temp, name, false);
	if (st) {
		pl_index_writer_cancel(w);
		return st;
	}
	*ret = (struct pl_index_run){.from = w->from, .to = w->to, .fd = w->fd, .n_blocks = w->n_blocks, .block = w->block};
	w->fd = -1;
	w->block = NULL;
	pl_buf_done(&w->out);
	pl_free(w);
	return PL_OK;
}

void pl_index_writer_cancel(struct pl_index_writer *w)
{
	char temp[PL_INDEX_NAME_MAX];

	temp_name(w, temp);
	if (w->fd >= 0)
		(void)pl_file_unlink(w->dir, temp);
	pl_file_close(&w->fd);
	pl_free(w->block);
	pl_buf_done(&w->out);
	pl_free(w);
}

/* ---- walking ---- */

void pl_index_walk_begin(struct pl_index_walk *k, const struct pl_index_run *r)
{
	*k = (struct pl_index_walk){.run = r};
	pl_buf_init(&k->page, WRITE_BYTES);
}

pl_status pl_index_walk_next(struct pl_index_walk *k, struct pl_index_record *ret)
{
	uint64_t count = k->run->to - k->run->from;
	const uint8_t *p;

	if (k->page_at == k->page.len) {
		size_t want = WRITE_BYTES, got = 0;
		pl_status st;

		if (k->at == count)
			return PL_E_NOTFOUND;
		if (count - k->at < want / RECORD)
			want = (size_t)(count - k->at) * RECORD;
		pl_buf_clear(&k->page);
		k->page_at = 0;
		if (!pl_buf_reserve(&k->page, want))
			return pl_buf_status(&k->page);
		st = pl_file_pread(k->run->fd, k->page.ptr, want, HEADER + k->at * RECORD, &got);
		if (st || got != want)
			return st ? st : PL_E_CORRUPT;
		pl_buf_commit(&k->page, want);
		k->at += want / RECORD;
	}
	p = k->page.ptr + k->page_at;
	k->page_at += RECORD;
	*ret = (struct pl_index_record){pl_be64(p), pl_be64(p + 8), pl_be64(p + 16), pl_be64(p + 24)};
	return PL_OK;
}

void pl_index_walk_end(struct pl_index_walk *k)
{
	pl_buf_done(&k->page);
}
