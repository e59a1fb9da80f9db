/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of audits come back from their statements and give whole timelines; copies of JSON, CSV, XML and text keep what they
 * held and show their mark; whatever a file holds can be searched for marks. */
#include "base/csv.h"
#include "base/json.h"
#include "fuzz.h"
#include "register/audit/copy.h"
#include "register/audit/cover.h"
#include "register/audit/table.h"

#define OUT_MAX ((size_t)8 << 20)

static void audit_comes_back(const struct pl_audit *a, struct pl_arena *arena)
{
	struct pl_json *o PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_audit back;

	pl_audit_to_json(a, o);
	FUZZ_HOLDS(pl_audit_from_json(o, arena, &back) == PL_OK && pl_audit_same(a, &back) &&
		pl_audit_check(&back, NULL) == PL_OK);
}

static void timeline_is_whole(const struct pl_audit_row *rows, size_t n, struct pl_arena *arena)
{
	struct pl_audit_life *lives = pl_arena_alloc(arena, n, sizeof *lives);
	struct pl_cover c;

	if (!lives)
		return;
	for (size_t i = 0; i < n; i++)
		lives[i].audit = rows[i].audit;
	if (pl_cover_of(lives, n, UINT64_C(1795824000), arena, &c))
		return;
	for (size_t i = 0; i < c.n; i++)
		FUZZ_HOLDS(c.pieces[i].from < c.pieces[i].to && c.pieces[i].from == (i ? c.pieces[i - 1].to : c.from));
	FUZZ_HOLDS(c.n ? c.pieces[c.n - 1].to == c.to : c.from == c.to);
}

static bool is_marked(pl_str copy, const struct pl_mark *m)
{
	struct pl_marks found = {0};

	pl_marks_find(copy, &found);
	for (size_t i = 0; i < found.n; i++)
		if (pl_mark_eq(&found.m[i], m))
			return true;
	return found.n == PL_MARKS_MAX;
}

static void copy_is_marked(pl_bytes data, enum pl_copy_format format)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(OUT_MAX);
	struct pl_copy_words w = {.customer = PL_STR("Example \"Reader\""), .given = UINT64_C(1795824000),
		.mark = {{{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}}}};
	struct pl_json *v PL_CLEANUP(pl_json_done) = NULL;
	struct pl_diag diag = {0};

	if (pl_copy_make(data, format, &w, &out, &diag))
		return;
	FUZZ_HOLDS(is_marked(pl_buf_str(&out), &w.mark));
	if (format == PL_COPY_JSON)
		FUZZ_HOLDS(pl_json_parse(pl_buf_str(&out), out.len, PL_JSON_DEPTH + 4, &v, NULL) == PL_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA((size_t)64 << 20);
	pl_bytes bytes = pl_bytes_of(data, size);
	struct pl_audit_row *rows = NULL;
	struct pl_marks found = {0};
	struct pl_diag diag = {0};
	size_t n = 0;

	if (pl_audit_table_parse(pl_bytes_str(bytes), &arena, &rows, &n, &diag) == PL_OK) {
		for (size_t i = 0; i < n; i++)
			audit_comes_back(&rows[i].audit, &arena);
		timeline_is_whole(rows, n, &arena);
	}
	copy_is_marked(bytes, PL_COPY_JSON);
	copy_is_marked(bytes, PL_COPY_CSV);
	copy_is_marked(bytes, PL_COPY_XML);
	copy_is_marked(bytes, PL_COPY_TEXT);
	pl_marks_find(pl_bytes_str(bytes), &found);
	return 0;
}
