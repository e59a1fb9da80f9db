/* SPDX-License-Identifier: Apache-2.0 */
#include "register/words/words.h"

#define HEAD_LINE "pellucid-register-words v1"
#define TEXT_MAX 2048u

static const char *const kind_words[] = {
	[PL_REGISTER_WORD_TOTAL] = "total", [PL_REGISTER_WORD_TABLE] = "table", [PL_REGISTER_WORD_FIELD] = "field",
	[PL_REGISTER_WORD_VALUE] = "value",
};

static bool plain(pl_str s)
{
	if (!s.len || s.len > TEXT_MAX || s.ptr[0] == ' ' || s.ptr[s.len - 1] == ' ')
		return false;
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] < 0x20 || s.ptr[i] == 0x7f)
			return false;
	return true;
}

/* ---- the head ---- */

static pl_status take_head_line(pl_str *text, const char *key, pl_str *ret, struct pl_diag *diag)
{
	pl_str rest = *text, line;

	if (!pl_str_take_line(&rest, &line) || !pl_str_eat(&line, pl_str_from(key)) || !pl_str_eat(&line, PL_STR(" ")) || !plain(line))
		return pl_diag_set(diag, PL_E_SYNTAX, "expected the line \"%s ...\"", key);
	*ret = line;
	*text = rest;
	return PL_OK;
}

static bool language_ok(pl_str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!(s.ptr[i] >= 'a' && s.ptr[i] <= 'z') && !(i && s.ptr[i] == '-'))
			return false;
	return s.len >= 2 && s.len <= PL_REGISTER_LANGUAGE_MAX;
}

static pl_status take_head(pl_str *text, struct pl_register_words *w, struct pl_diag *diag)
{
	pl_str line;
	pl_status st;

	if (!pl_str_take_line(text, &line) || !pl_str_eq(line, PL_STR(HEAD_LINE)))
		return pl_diag_set(diag, PL_E_SYNTAX, "expected the line \"" HEAD_LINE "\"");
	st = take_head_line(text, "register", &w->name, diag);
	if (!st)
		st = take_head_line(text, "language", &w->language, diag);
	if (!st && !language_ok(w->language))
		st = pl_diag_set(diag, PL_E_SYNTAX, "expected a language tag like en or pt-br");
	return st ? st : take_head_line(text, "title", &w->title, diag);
}

/* ---- what follows ---- */

/* "label | definition" */
static pl_status split(pl_str line, struct pl_register_word *word, struct pl_diag *diag)
{
	size_t bar = pl_str_find_str(line, PL_STR(" | "));

	word->label = pl_str_sub(line, 0, bar);
	word->definition = bar < line.len ? pl_str_sub(line, bar + 3, line.len) : (pl_str){0};
	if (!plain(word->label) || !plain(word->definition))
		return pl_diag_set(diag, PL_E_SYNTAX, "expected \"<label> | <definition>\", both without control characters");
	return PL_OK;
}

static pl_status take_word(pl_str line, enum pl_register_word_kind kind, struct pl_register_words *w, unsigned number,
	struct pl_diag *diag)
{
	struct pl_register_word word = {.kind = kind, .line = number};
	pl_status st;

	if (!pl_str_take_until(&line, ' ', &word.name) || !word.name.len ||
		(kind == PL_REGISTER_WORD_VALUE && (!pl_str_take_until(&line, ' ', &word.value) || !word.value.len)))
		return pl_diag_set(diag, PL_E_SYNTAX, "expected \"%s <name>%s <label> | <definition>\"", kind_words[kind],
			kind == PL_REGISTER_WORD_VALUE ? " <value>" : "");
	st = split(line, &word, diag);
	if (st)
		return st;
	if (pl_register_words_find(w, kind, word.name, word.value))
		return pl_diag_set(diag, PL_E_EXISTS, "\"%.*s\" is explained twice", PL_STR_ARG(word.name));
	if (w->n == PL_REGISTER_WORDS_LINES_MAX)
		return pl_diag_set(diag, PL_E_TOOBIG, "at most %u names are explained", PL_REGISTER_WORDS_LINES_MAX);
	w->words[w->n++] = word;
	return PL_OK;
}

static pl_status take_text(pl_str line, pl_str *list, size_t *n, struct pl_diag *diag)
{
	if (!plain(line))
		return pl_diag_set(diag, PL_E_SYNTAX, "expected a sentence without control characters");
	if (*n == PL_REGISTER_WORDS_TEXTS_MAX)
		return pl_diag_set(diag, PL_E_TOOBIG, "at most %u of these lines", PL_REGISTER_WORDS_TEXTS_MAX);
	list[(*n)++] = line;
	return PL_OK;
}

static pl_status take_line(pl_str line, struct pl_register_words *w, unsigned number, struct pl_diag *diag)
{
	if (pl_str_eat(&line, PL_STR("principle ")))
		return take_text(line, w->principles, &w->n_principles, diag);
	if (pl_str_eat(&line, PL_STR("prohibited ")))
		return take_text(line, w->prohibited, &w->n_prohibited, diag);
	if (!w->about.len && pl_str_eat(&line, PL_STR("about "))) {
		w->about = line;
		return plain(line) ? PL_OK : pl_diag_set(diag, PL_E_SYNTAX, "expected a sentence without control characters");
	}
	for (unsigned k = 0; k < PL_COUNT(kind_words); k++) {
		pl_str rest = line;

		if (pl_str_eat(&rest, pl_str_from(kind_words[k])) && pl_str_eat(&rest, PL_STR(" ")))
			return take_word(rest, (enum pl_register_word_kind)k, w, number, diag);
	}
	return pl_diag_set(diag, PL_E_SYNTAX, "expected a line \"about\", \"principle\", \"prohibited\", \"total\", \"table\", \"field\" or \"value\"");
}

static unsigned lines_before(pl_str text, pl_str rest)
{
	unsigned line = 1;

	for (const char *p = text.ptr; p < rest.ptr; p++)
		line += *p == '\n';
	return line;
}

pl_status pl_register_words_parse(pl_str text, struct pl_arena *arena, struct pl_register_words *ret, struct pl_diag *diag)
{
	struct pl_register_words w = {0};
	pl_str all, rest, line;
	pl_status st;

	if (text.len > PL_REGISTER_WORDS_MAX)
		return pl_diag_set(diag, PL_E_TOOBIG, "words have at most %u bytes", PL_REGISTER_WORDS_MAX);
	if (!pl_str_is_utf8(text))
		return pl_diag_set(diag, PL_E_SYNTAX, "words are UTF-8");
	st = pl_arena_dup(arena, text, &all);
	if (st)
		return st;
	w.words = pl_arena_alloc(arena, PL_REGISTER_WORDS_LINES_MAX, sizeof *w.words);
	if (!w.words)
		return PL_E_NOMEM;
	rest = all;
	st = take_head(&rest, &w, diag);
	for (pl_str at = rest; !st && at.len; rest = at) {
		st = pl_str_take_line(&at, &line) ? take_line(line, &w, lines_before(all, rest), diag) :
			pl_diag_set(diag, PL_E_SYNTAX, "the last line has no line break");
		if (st)
			break;
	}
	if (st) {
		pl_diag_at(diag, lines_before(all, rest), 0);
		return st;
	}
	*ret = w;
	return PL_OK;
}

const struct pl_register_word *pl_register_words_find(const struct pl_register_words *w, enum pl_register_word_kind kind, pl_str name,
	pl_str value)
{
	for (size_t i = 0; i < w->n; i++)
		if (w->words[i].kind == kind && pl_str_eq(w->words[i].name, name) && pl_str_eq(w->words[i].value, value))
			return &w->words[i];
	return NULL;
}

/* ---- against a declaration ---- */

static bool has_value(const struct pl_commit_field *f, pl_str value)
{
	struct pl_buf scratch PL_CLEANUP(pl_buf_done) = PL_BUF(4096);

	return pl_commit_value_encode(f, value, &scratch, NULL) == PL_OK;
}

static bool declared(const struct pl_register_decl *d, const struct pl_register_word *w)
{
	size_t at;

	switch (w->kind) {
	case PL_REGISTER_WORD_TOTAL:
		for (size_t i = 0; i < d->n_totals; i++)
			if (pl_str_eq(d->totals[i].name, w->name))
				return true;
		return false;
	case PL_REGISTER_WORD_TABLE:
		for (size_t i = 0; i < d->n_tables; i++)
			if (pl_str_eq(d->tables[i].name, w->name))
				return true;
		return false;
	case PL_REGISTER_WORD_FIELD:
		return pl_commit_decl_find(&d->derived, w->name, &at) == PL_OK;
	case PL_REGISTER_WORD_VALUE:
		return pl_commit_decl_find(&d->derived, w->name, &at) == PL_OK && has_value(&d->derived.fields[at], w->value);
	}
	return false;
}

pl_status pl_register_words_fit(const struct pl_register_words *w, const struct pl_register_decl *decl, struct pl_diag *diag)
{
	if (!pl_str_eq(w->name, decl->name))
		return pl_diag_set(diag, PL_E_NOTFOUND, "the words are about \"%.*s\", not about \"%.*s\"", PL_STR_ARG(w->name),
			PL_STR_ARG(decl->name));
	for (size_t i = 0; i < w->n; i++) {
		if (declared(decl, &w->words[i]))
			continue;
		pl_diag_at(diag, w->words[i].line, 0);
		return pl_diag_set(diag, PL_E_NOTFOUND, "the register declares no %s \"%.*s%s%.*s\"",
			kind_words[w->words[i].kind], PL_STR_ARG(w->words[i].name), w->words[i].value.len ? " " : "",
			PL_STR_ARG(w->words[i].value));
	}
	return PL_OK;
}

static void missing(const struct pl_register_words *w, enum pl_register_word_kind kind, pl_str name, struct pl_buf *out)
{
	if (!pl_register_words_find(w, kind, name, (pl_str){0}))
		pl_buf_printf(out, "%s %.*s\n", kind_words[kind], PL_STR_ARG(name));
}

void pl_register_words_missing(const struct pl_register_words *w, const struct pl_register_decl *decl, struct pl_buf *out)
{
	for (size_t i = 0; i < decl->n_totals; i++)
		missing(w, PL_REGISTER_WORD_TOTAL, decl->totals[i].name, out);
	for (size_t i = 0; i < decl->n_tables; i++)
		missing(w, PL_REGISTER_WORD_TABLE, decl->tables[i].name, out);
	for (size_t i = 0; i < decl->derived.n; i++)
		if (!decl->derived.fields[i].is_private && i != decl->entered && i != decl->late)
			missing(w, PL_REGISTER_WORD_FIELD, decl->derived.fields[i].name, out);
}
