/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The runs of an index with any records in any order, or damaged: whatever is found lies within the log, what was written
 * in order is found, and after the damaged part was taken away the index can be filled and merged as usual.
 *
 * Input: a byte of flags (bits 4-6: into how many runs the records go), a byte for the number of records, and the records
 * of 32 bytes; what is missing is zero. With DAMAGE the last four bytes say where to write a byte into the last run.
 */
#include "base/file.h"
#include "fuzz.h"
#include "log/index.h"
#include "log/index_run.h"
#include "scratch.h"
#include <fcntl.h>
#include <stdlib.h>

enum flag { DAMAGE = 1, SORTED = 2, BEYOND = 4, PUT_MORE = 8 };

#define RECORDS_MAX 256u

struct input {
	unsigned flags;
	uint64_t n;
	struct pl_index_record rec[RECORDS_MAX];
};

static int by_tag(const void *a, const void *b)
{
	const struct pl_index_record *x = a, *y = b;

	return x->tag < y->tag ? -1 : x->tag > y->tag;
}

static void read_input(const uint8_t *data, size_t size, struct input *in)
{
	uint8_t raw[RECORDS_MAX * 32] = {0};

	*in = (struct input){.flags = data[0], .n = data[1] + UINT64_C(1)};
	memcpy(raw, data + 2, size - 2 < sizeof raw ? size - 2 : sizeof raw);
	for (uint64_t i = 0; i < in->n; i++) {
		const uint8_t *p = raw + i * 32;

		in->rec[i] = (struct pl_index_record){pl_be64(p), pl_be64(p + 8), pl_be64(p + 16), pl_be64(p + 24)};
	}
}

/* Records @from to @to as one run. SORTED: as the index itself would write it. */
static void put_run(struct input *in, uint64_t from, uint64_t to)
{
	struct pl_index_writer *w = NULL;
	struct pl_index_run run;

	if (from == to)
		return;
	if (in->flags & SORTED) {
		qsort(in->rec + from, to - from, sizeof in->rec[0], by_tag);
		for (uint64_t i = from; i < to; i++)
			in->rec[i].index = i;
	}
	FUZZ_HOLDS(pl_index_writer_begin(fuzz_scratch(), from, to, &w) == PL_OK);
	for (uint64_t i = from; i < to; i++)
		FUZZ_HOLDS(pl_index_writer_put(w, &in->rec[i]) == PL_OK);
	FUZZ_HOLDS(pl_index_writer_end(w, &run) == PL_OK);
	pl_index_run_close(&run);
}

static void damage(const struct input *in, uint64_t from, const uint8_t *where)
{
	int fd PL_CLEANUP(pl_file_close) = -1;
	char name[PL_INDEX_NAME_MAX];
	uint64_t size = 0, at = pl_be16(where);

	pl_index_run_name(from, in->n, name);
	FUZZ_HOLDS(pl_file_open(fuzz_scratch(), name, O_RDWR, 0, &fd) == PL_OK && pl_file_size(fd, &size) == PL_OK);
	if (where[2] == 0xff)
		FUZZ_HOLDS(pl_file_truncate(fd, at % size) == PL_OK);
	else
		FUZZ_HOLDS(pl_file_pwrite(fd, where + 3, 1, at % size) == PL_OK);
}

struct looking {
	uint64_t covered, wanted;
	bool seen;
};

static pl_status look(void *ctx, uint64_t index)
{
	struct looking *l = ctx;

	FUZZ_HOLDS(index < l->covered);
	l->seen |= index == l->wanted;
	return PL_E_NOTFOUND;
}

/* The leaf hash whose record this is. */
static struct pl_digest leaf_of(const struct pl_index_record *r)
{
	struct pl_digest d = {{0}};

	pl_be64_write(d.b, r->tag);
	pl_be64_write(d.b + 8, r->block);
	pl_be64_write(d.b + 16, r->bits);
	return d;
}

/* Look for every record; @must: it has to be there (of many with one tag, sixteen are). */
static void find_all(struct pl_log_index *x, const struct input *in, bool must)
{
	for (uint64_t i = 0; i < in->n; i++) {
		struct pl_digest d = leaf_of(&in->rec[i]);
		struct looking l = {.covered = pl_log_index_covered(x), .wanted = i};
		uint64_t got = 777;
		unsigned twins = 0;
		pl_status st = pl_log_index_find(x, &d, look, &l, &got);

		for (uint64_t k = 0; k < in->n; k++)
			twins += in->rec[k].tag == in->rec[i].tag;
		FUZZ_HOLDS(got == 777 && (st == PL_E_NOTFOUND || st == PL_E_CORRUPT));
		FUZZ_HOLDS(!must || twins > 1 || l.seen);
	}
}

static void fill_and_merge(struct pl_log_index *x, const struct input *in)
{
	bool more = true;

	for (uint64_t i = pl_log_index_covered(x); i < in->n; i++) {
		struct pl_digest d = leaf_of(&in->rec[i]);

		FUZZ_HOLDS(pl_log_index_put(x, &d, i) == PL_OK);
	}
	while (more)
		if (pl_log_index_merge(x, &more))
			break;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pl_log_index *x = NULL;
	struct input in;
	uint64_t runs, last = 0;
	bool whole;

	if (size < 6)
		return 0;
	fuzz_scratch_empty();
	read_input(data, size, &in);
	runs = 1 + (in.flags >> 4 & 7);
	for (uint64_t r = 0; r < runs; r++)
		put_run(&in, in.n * r / runs, in.n * (r + 1) / runs);
	last = in.n * (runs - 1) / runs;
	if (in.flags & DAMAGE && last < in.n)
		damage(&in, last, data + size - 4);
	FUZZ_HOLDS(pl_log_index_open(fuzz_scratch(), in.flags & BEYOND ? in.n / 2 : in.n, &x) == PL_OK);
	FUZZ_HOLDS(pl_log_index_covered(x) <= in.n);
	whole = in.flags & SORTED && !(in.flags & DAMAGE) && pl_log_index_covered(x) == in.n;
	find_all(x, &in, whole);
	if (in.flags & PUT_MORE) {
		fill_and_merge(x, &in);
		FUZZ_HOLDS(pl_log_index_covered(x) == in.n);
		find_all(x, &in, in.flags & SORTED && !(in.flags & DAMAGE));
	}
	pl_log_index_close(x);
	return 0;
}
