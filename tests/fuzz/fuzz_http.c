/* SPDX-License-Identifier: Apache-2.0 */
/* Paths, queries, ranges, entity tags, dates and languages: the first byte chooses which parser reads the rest. */
#include "web/http/condition.h"
#include "web/message.h"
#include "web/route.h"
#include "fuzz.h"

static void path(pl_str text)
{
	struct pl_arena arena = PL_ARENA(65536);
	struct pl_buf again = PL_BUF(8192);
	pl_str p = {0}, q = {0}, rest;

	if (!pl_route_path(text, &arena, &p)) {
		FUZZ_HOLDS(p.len > 0 && p.ptr[0] == '/' && pl_str_is_utf8(p));
		FUZZ_HOLDS(pl_str_find_str(p, PL_STR("//")) == p.len && pl_str_find_str(p, PL_STR("/../")) == p.len);
		FUZZ_HOLDS(!pl_str_ends(p, PL_STR("/..")) && pl_str_find(p, '\0') == p.len);
		/* What was decoded is the same when it is written down and read again, segment by segment. */
		for (rest = p; pl_str_eat(&rest, PL_STR("/"));) {
			size_t n = pl_str_find(rest, '/');

			pl_buf_put_c(&again, '/');
			pl_route_escape(&again, pl_str_sub(rest, 0, n));
			rest = pl_str_sub(rest, n, rest.len);
		}
		if (again.len <= PL_ROUTE_PATH_MAX)
			FUZZ_HOLDS(!pl_route_path(pl_buf_str(&again), &arena, &q) && pl_str_eq(p, q));
	}
	pl_buf_done(&again);
	pl_arena_done(&arena);
}

static void query(pl_str text)
{
	struct pl_arena arena = PL_ARENA(1 << 20);
	struct pl_buf again = PL_BUF(1 << 20);
	pl_str v = {0}, back = {0};

	if (!pl_route_query(text, PL_STR("q"), &arena, &v)) {
		FUZZ_HOLDS(pl_str_is_utf8(v) && pl_str_find(v, '\0') == v.len);
		pl_buf_put_z(&again, "q=");
		pl_route_escape(&again, v);
		FUZZ_HOLDS(!pl_route_query(pl_buf_str(&again), PL_STR("q"), &arena, &back) && pl_str_eq(v, back));
	}
	pl_buf_done(&again);
	pl_arena_done(&arena);
}

static void range(pl_str text, uint64_t size)
{
	struct pl_http_range r = {77, 77};

	if (!pl_http_range_parse(text, size, &r))
		FUZZ_HOLDS(r.length > 0 && r.first < size && r.length <= size - r.first);
	else
		FUZZ_HOLDS(r.first == 77 && r.length == 77);
}

static void date(pl_str text)
{
	char again[PL_HTTP_DATE_LEN + 1];
	uint64_t t;

	/* A leap second is read as the second after it, and is the one thing that is not written back the same. */
	if (!pl_http_date_parse(text, &t) && pl_str_find_str(text, PL_STR(":60 ")) == text.len) {
		pl_http_date_write(t, again);
		FUZZ_HOLDS(pl_str_eq(text, pl_str_from(again)));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	pl_str text = {(const char *)data + 1, size - 1};

	if (size < 2)
		return 0;
	path(text);
	query(text);
	range(text, data[0]);
	range(text, UINT64_MAX);
	date(text);
	(void)pl_http_etag_listed(text, PL_STR("v"));
	FUZZ_HOLDS(pl_lang_accept(text) < PL_LANG_COUNT);
	return 0;
}
