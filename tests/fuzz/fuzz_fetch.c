/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The head of another machine's answer, line by line as libcurl hands it over. The first byte says how much room the caller has. Values are
 * those of the last header of their name since the last status line, trimmed and cut to fit, whatever the spelling of the name; no byte
 * beyond the room is written, and the head has ended only where an empty line came.
 */
#include "base/base.h"
#include "base/fetch_header.h"
#include "fuzz.h"
#include <strings.h>

#define ROOM 130u

struct place {
	char value[ROOM + 1];
};

/* What the place must hold: told in another way, by reading from the end. */
static pl_str expected(pl_str head, const char *name, bool *ret_found)
{
	size_t end = head.len;

	*ret_found = false;
	while (end > 0) {
		size_t from = end - 1, colon;
		pl_str line;

		while (from > 0 && head.ptr[from - 1] != '\n')
			from--;
		line = pl_str_sub(head, from, end - from);
		end = from;
		if (pl_str_starts(line, PL_STR("HTTP/")))
			return (pl_str){0};
		while (line.len && (line.ptr[line.len - 1] == '\n' || line.ptr[line.len - 1] == '\r'))
			line.len--;
		colon = pl_str_find(line, ':');
		if (colon == line.len || colon != strlen(name) || strncasecmp(line.ptr, name, colon) != 0)
			continue;
		*ret_found = true;
		return pl_str_trim(pl_str_sub(line, colon + 1, line.len));
	}
	return (pl_str){0};
}

static void holds(pl_str head, const struct pl_fetch_want *w, const struct place *p)
{
	bool found;
	pl_str want = expected(head, w->name, &found), cut;

	for (size_t i = w->size; i < sizeof p->value; i++)
		FUZZ_HOLDS(p->value[i] == 0x5a);
	if (!w->size)
		return;
	FUZZ_HOLDS(memchr(p->value, '\0', w->size) != NULL);
	cut = pl_str_sub(want, 0, w->size - 1);
	/* A value with a NUL in it is none. */
	if (pl_str_find(cut, '\0') != cut.len)
		cut.len = 0;
	FUZZ_HOLDS(pl_str_eq(pl_str_from(p->value), cut));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct place places[3];
	struct pl_fetch_want wants[] = {{"ETag", places[0].value, 0}, {"retry-after", places[1].value, 0}, {"ETAG", places[2].value, ROOM}};
	pl_str head, rest;
	bool ended = false, empty = false;

	if (!size)
		return 0;
	memset(places, 0x5a, sizeof places);
	wants[0].size = data[0] % (ROOM + 1);
	wants[1].size = data[0] / 16;
	head = pl_bytes_str(pl_bytes_of(data + 1, size - 1));
	pl_fetch_header_clear(wants, PL_COUNT(wants));
	for (rest = head; rest.len;) {
		size_t n = pl_str_find(rest, '\n');
		pl_str line = pl_str_sub(rest, 0, n + 1);

		pl_fetch_header_take(line, wants, PL_COUNT(wants), &ended);
		if (pl_str_starts(line, PL_STR("HTTP/")))
			empty = false;
		for (n = 0; n < line.len && (line.ptr[n] == '\r' || line.ptr[n] == '\n');)
			n++;
		empty = empty || n == line.len;
		FUZZ_HOLDS(ended == empty);
		rest = pl_str_sub(rest, line.len, rest.len);
	}
	for (size_t i = 0; i < PL_COUNT(wants); i++)
		holds(head, &wants[i], &places[i]);
	return 0;
}
