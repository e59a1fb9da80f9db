/* SPDX-License-Identifier: Apache-2.0 */
#include "register/words/query.h"
#include "fact/predicates.h"
#include "fact/query.h"
#include <stdio.h>

#define PAGES_MAX 16u /* of statements about words of all registers */

pl_status pl_register_words_name(pl_str name, pl_str language, char out[static PL_REGISTER_WORDS_NAME_MAX])
{
	int n = snprintf(out, PL_REGISTER_WORDS_NAME_MAX, "%.*s.%.*s", PL_STR_ARG(name), PL_STR_ARG(language));

	return n > 0 && (size_t)n < PL_REGISTER_WORDS_NAME_MAX ? PL_OK : PL_E_TOOBIG;
}

struct search {
	struct pl_instance *inst;
	pl_str subject;
	uint64_t index;
	struct pl_arena *arena;
	bool found;
	struct pl_query_statement best;
};

/* Newest first: the first one that is older than the report is it; else the oldest of all. */
static bool look(struct search *s, const struct pl_query_statement *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (list[i].state != PL_ENTRY_APPLIED || !pl_str_eq(list[i].subject, s->subject))
			continue;
		s->best = list[i];
		s->found = true;
		if (list[i].index < s->index)
			return true;
	}
	return false;
}

static pl_status find(struct search *s)
{
	uint64_t before = UINT64_MAX;
	bool done = false;

	for (unsigned page = 0; page < PAGES_MAX && !done; page++) {
		struct pl_query_statement *list;
		size_t n = 0;
		pl_status st = pl_query_statements(s->inst, PL_STR(PL_TYPE_REGISTER_WORDS), before, PL_QUERY_PAGE_MAX, s->arena, &list, &n);

		if (st)
			return st;
		done = look(s, list, n) || n < PL_QUERY_PAGE_MAX;
		before = n ? list[n - 1].index : 0;
	}
	return s->found ? PL_OK : PL_E_NOTFOUND;
}

pl_status pl_query_register_words(struct pl_instance *inst, pl_str name, pl_str language, uint64_t index, struct pl_arena *arena,
	struct pl_register_words *ret, uint64_t *ret_index)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_REGISTER_WORDS_MAX);
	char subject[PL_REGISTER_WORDS_NAME_MAX];
	struct search s = {.inst = inst, .index = index, .arena = arena};
	struct pl_register_words words;
	struct pl_query_body body;
	pl_status st = pl_register_words_name(name, language, subject);

	if (st)
		return PL_E_NOTFOUND;
	s.subject = pl_str_from(subject);
	st = find(&s);
	if (!st)
		st = pl_query_body(inst, &s.best.subject_digest, arena, &body);
	if (st)
		return st;
	if (body.state != PL_BODY_PRESENT || pl_blob_get_bytes(pl_instance_blobs(inst), &s.best.subject_digest, &text) ||
		pl_register_words_parse(pl_buf_str(&text), arena, &words, NULL) || !pl_str_eq(words.name, name))
		return PL_E_NOTFOUND;
	*ret = words;
	*ret_index = s.best.index;
	return PL_OK;
}
