/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_seeds DIR: the first inputs of those targets whose format is binary or signed, written by the code itself below
 * DIR/<target>/. To be run again when a format changes; what a search found stands beside them.
 */
#include "../unit/verify/story.h"
#include "base/file.h"
#include "fact/predicates.h"
#include "log/bundle.h"
#include "log/crc32c.h"
#include "log/journal_priv.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#define MUST(x) \
	do { \
		if (!(x)) { \
			(void)fprintf(stderr, "seeds.c:%d: %s\n", __LINE__, #x); \
			abort(); \
		} \
	} while (0)

static int top = -1;

static void put(const char *target, const char *name, const struct pl_buf *data)
{
	char path[128];

	(void)snprintf(path, sizeof path, "%s/%s", target, name);
	MUST(pl_buf_status(data) == PL_OK && pl_file_mkdirs(top, target, 0755) == PL_OK);
	MUST(pl_file_put_loose(top, path, pl_buf_bytes(data), 0644) == PL_OK);
}

/* ---- journal ---- */

/* A header without the zeros at its end. */
static void put_header(struct pl_buf *out, uint64_t number, const struct pl_tree_edge *edge, uint8_t nonce)
{
	struct pl_journal_segment s = {.number = number, .first = edge->size, .bytes = PL_JOURNAL_SEGMENT_MIN};
	uint8_t header[PL_JOURNAL_HEADER];
	struct pl_digest log;

	memset(s.nonce, nonce, sizeof s.nonce);
	pl_sha256(pl_str_bytes(PL_STR("log.example/releases")), &log);
	pl_journal_header_write(&s, &log, edge, header);
	pl_buf_put(out, header, 96 + pl_tree_edge_count(edge) * PL_DIGEST_LEN);
}

static void put_batch(struct pl_buf *out, struct pl_tree_edge *edge, uint32_t n, uint8_t nonce)
{
	struct pl_buf entries PL_CLEANUP(pl_buf_done) = PL_BUF(4096);
	struct pl_journal_batch b = {.first = edge->size, .n = n, .epoch = 1, .time = UINT64_C(1700000000000000000)};
	uint8_t key[PL_JOURNAL_NONCE];

	pl_tree_edge_root(edge, &b.before);
	for (uint32_t i = 0; i < n; i++) {
		uint8_t entry = (uint8_t)('a' + i);
		struct pl_digest leaf;

		pl_buf_put_be16(&entries, 1);
		pl_buf_put_u8(&entries, entry);
		pl_tree_leaf(pl_bytes_of(&entry, 1), &leaf);
		MUST(pl_tree_edge_append(edge, &leaf, 1) == PL_OK);
	}
	b.entries = pl_buf_bytes(&entries);
	b.after = *edge;
	memset(key, nonce, sizeof key);
	MUST(pl_journal_batch_write(out, &b, key) == PL_OK);
}

static void journal(void)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(65536);
	struct pl_tree_edge edge, middle;

	pl_tree_edge_init(&edge);
	pl_buf_put_u8(&out, 0);
	put_header(&out, 1, &edge, 'n');
	put("journal", "empty", &out);
	put_batch(&out, &edge, 1, 'n');
	put_batch(&out, &edge, 2, 'n');
	middle = edge;
	put_batch(&out, &edge, 4, 'n');
	put("journal", "three-batches", &out);
	out.ptr[0] = 8; /* append */
	put("journal", "append", &out);
	put_header(&out, 2, &edge, 'm');
	put_batch(&out, &edge, 3, 'm');
	put("journal", "two-segments", &out);
	/* A third one that begins inside the first: its tail was never acknowledged. */
	put_header(&out, 3, &middle, 'k');
	put_batch(&out, &middle, 2, 'k');
	put("journal", "superseded", &out);
}

/* ---- the small files of a log ---- */

static void put_group(struct pl_buf *out, uint32_t n, pl_str entries)
{
	uint8_t head[16] = "PLHD";

	pl_be32_write(head + 4, n);
	pl_be32_write(head + 8, (uint32_t)entries.len);
	pl_be32_write(head + 12, pl_crc32c(pl_crc32c(0, pl_bytes_of(head, 12)), pl_str_bytes(entries)));
	pl_buf_put(out, head, sizeof head);
	pl_buf_put_str(out, entries);
}

static void held(void)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(4096);

	pl_buf_put_u8(&out, 0);
	put("held", "empty", &out);
	put_group(&out, 1, PL_STR("\0\1a"));
	put_group(&out, 2, PL_STR("\0\1b\0\2cc"));
	put("held", "two-groups", &out);
	pl_buf_put_z(&out, "PLHD\0\0");
	put("held", "torn", &out);
	out.ptr[0] = 1;
	out.ptr[1 + 16] ^= 1; /* the first group is damaged, another one follows */
	put("held", "damaged", &out);
}

static void record(void)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(4096);

	pl_buf_put_u8(&out, 0);
	for (uint64_t number = 6; number < 8; number++) {
		pl_buf_put_z(&out, "PLREC01\n");
		pl_buf_put_be64(&out, number);
		pl_buf_put_be64(&out, 100 + number);
		pl_buf_put_be64(&out, 3);
		while ((out.len - 1) % 96)
			pl_buf_put_u8(&out, (uint8_t)number);
	}
	put("record", "two-slots", &out);
	out.ptr[0] = 2;
	put("record", "one-torn", &out);
	out.ptr[0] = 4;
	put("record", "other-log", &out);
	out.ptr[0] = 16;
	put("record", "cut", &out);
}

static void clock_file(void)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(4096);
	static const struct {
		uint8_t step;
		uint64_t time;
	} steps[] = {{0, 1700000100000000000u}, {1, 1700000101000000000u}, {2, 1}, {0, 1700000000000000000u}, {2, 0}, {3, 0},
		{0, 1800000000000000000u}, {2, 1}, {4, 0}, {2, 1}};

	pl_buf_put_u8(&out, 0);
	pl_buf_put_z(&out, "PLTIME1\n");
	pl_buf_put_be64(&out, 1700000000000000000u);
	pl_buf_put_be64(&out, 1700000000000000000u);
	put("clock", "file", &out);
	for (size_t i = 0; i < PL_COUNT(steps); i++) {
		pl_buf_put_u8(&out, steps[i].step);
		pl_buf_put_be64(&out, steps[i].time);
	}
	put("clock", "steps", &out);
	out.ptr[0] = 1;
	put("clock", "wrong-sum", &out);
}

static void put_records(const char *name, uint8_t flags, unsigned n)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(65536);

	pl_buf_put_u8(&out, flags);
	pl_buf_put_u8(&out, (uint8_t)(n - 1));
	for (unsigned i = 0; i < n; i++) {
		struct pl_digest d;
		uint8_t b = (uint8_t)i;

		pl_sha256(pl_bytes_of(&b, 1), &d);
		pl_buf_put(&out, d.b, 8);
		pl_buf_put_be64(&out, i);
		pl_buf_put(&out, d.b + 8, 16);
	}
	put("index", name, &out);
}

static void index_runs(void)
{
	put_records("one-run", 2, 3);
	put_records("unsorted", 0, 8);
	put_records("merge", 2 | 8 | 7 << 4, 16);
	put_records("damaged", 1 | 2 | 8 | 3 << 4, 8);
	put_records("beyond", 2 | 4 | 8 | 1 << 4, 8);
}

/* ---- a bundle and its statements ---- */

static void verify(void)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF((size_t)1 << 20);
	const size_t few[] = {STORY_INCEPTION, STORY_KEY_SERVICE, STORY_SNAPSHOT};
	struct pl_digest file;
	struct story s;

	pl_sha256(pl_str_bytes(PL_STR("lantern 1.2.0")), &file);
	story_init(&s);
	story_tell(&s, "lantern", &file, "identical");
	pl_buf_put_c(&out, 'b');
	story_bundle(&s, few, PL_COUNT(few), 2, &out);
	put("verify", "bundle", &out);
	pl_buf_clear(&out);
	pl_buf_put(&out, "\2\0", 2);
	put("verify", "told", &out);
	for (size_t i = STORY_KEY_SERVICE; i < STORY_TOLD; i += 3) {
		struct pl_statement *st PL_CLEANUP(pl_statement_closep) = NULL;

		/* Once more, and signed by others in turn. */
		MUST(pl_statement_open(pl_buf_bytes(&s.entry[i]), &st, NULL) == PL_OK);
		pl_buf_put_c(&out, (char)('c' + i));
		pl_buf_put_bytes(&out, st->envelope.payload);
		pl_buf_put_c(&out, '\n');
	}
	put("verify", "said-twice", &out);
	out.ptr[1] = 0xf0;
	out.ptr[0] = 0xf6;
	put("verify", "left-out", &out);
	story_done(&s);
}

/* Releases 1 and 2 beside the told one, which is number 3, and the list of all three: whole, and with one of them missing. */
static void releases(void)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF((size_t)1 << 20);
	const size_t all[] = {STORY_TOLD, STORY_TOLD + 1, STORY_RELEASE};
	struct pl_digest file;
	struct story s;

	pl_sha256(pl_str_bytes(PL_STR("lantern 1.2.0")), &file);
	story_init(&s);
	story_tell(&s, "lantern", &file, "identical");
	story_release(&s, "lantern", "1.0", 1, &file);
	story_release(&s, "lantern", "1.1", 2, &file);
	story_head(&s, "lantern", PL_COUNT(all), all);
	for (size_t left_out = 0; left_out < 2; left_out++) {
		pl_buf_clear(&out);
		pl_buf_put(&out, "\2\0", 2);
		for (size_t i = STORY_TOLD + left_out; i < s.n; i++) {
			struct pl_statement *st PL_CLEANUP(pl_statement_closep) = NULL;

			MUST(pl_statement_open(pl_buf_bytes(&s.entry[i]), &st, NULL) == PL_OK);
			pl_buf_put_c(&out, i + 1 == s.n ? 'H' : 'C'); /* the service alone; with both officers */
			pl_buf_put_bytes(&out, st->envelope.payload);
			pl_buf_put_c(&out, '\n');
		}
		put("verify", left_out ? "releases-left-out" : "releases", &out);
	}
	story_done(&s);
}

/* Two bundles in one file: alone, and to be judged. */
static void sets(void)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF((size_t)1 << 20);
	const size_t one[] = {STORY_INCEPTION, STORY_RELEASE}, other[] = {STORY_INCEPTION, STORY_KEY_SERVICE, STORY_HEAD};
	struct pl_digest file;
	struct story s;

	pl_sha256(pl_str_bytes(PL_STR("lantern 1.2.0")), &file);
	story_init(&s);
	story_tell(&s, "lantern", &file, "identical");
	pl_buf_put_c(&out, 'b');
	story_bundle(&s, one, PL_COUNT(one), 2, &out);
	story_bundle(&s, other, PL_COUNT(other), 2, &out);
	put("verify", "set", &out);
	memmove(out.ptr, out.ptr + 1, --out.len);
	put("bundle", "set", &out);
	story_done(&s);
}

int main(int argc, char **argv)
{
	if (argc != 2 || pl_file_open_dir(AT_FDCWD, argv[1], &top) != PL_OK) {
		(void)fputs("usage: fuzz_seeds DIR\n", stderr);
		return 2;
	}
	journal();
	held();
	record();
	clock_file();
	index_runs();
	verify();
	releases();
	sets();
	pl_file_close(&top);
	return 0;
}
