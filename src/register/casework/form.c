/* SPDX-License-Identifier: Apache-2.0 */
#include "register/casework/form.h"
#include "register/audit/ask.h"
#include "register/cases.h"
#include "register/casework/attach.h"

#define HEAD_LINE "pellucid-intake-form v1"
#define TEXT_MAX 1024u
#define ALL_WAYS ((unsigned)PL_FORM_MAIL | PL_FORM_WORK | PL_FORM_KEY)

struct reading {
	struct pl_form *f;
	const struct pl_register_decl *decl;
	bool seen_confirm, seen_message, seen_attach;
	struct pl_diag *diag;
};

const char *pl_form_confirm_word(enum pl_form_confirm way)
{
	return way == PL_FORM_MAIL ? "mail" : way == PL_FORM_WORK ? "work" : "key";
}

static bool plain(pl_str s)
{
	if (!s.len || s.len > TEXT_MAX || s.ptr[0] == ' ' || s.ptr[s.len - 1] == ' ')
		return false;
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] < 0x20 || s.ptr[i] == 0x7f)
			return false;
	return true;
}

/* ---- lines ---- */

/* "mail,key" */
static pl_status read_ways(pl_str rest, unsigned *ret)
{
	static const enum pl_form_confirm ways[] = {PL_FORM_MAIL, PL_FORM_WORK, PL_FORM_KEY};
	pl_str word;

	*ret = 0;
	while (pl_str_take_until(&rest, ',', &word) || (word = rest, rest = (pl_str){0}, word.len)) {
		unsigned way = 0;

		for (size_t i = 0; i < PL_COUNT(ways); i++)
			if (pl_str_eq(word, pl_str_from(pl_form_confirm_word(ways[i]))))
				way = ways[i];
		if (!way || (*ret & way))
			return PL_E_SYNTAX;
		*ret |= way;
	}
	return *ret ? PL_OK : PL_E_SYNTAX;
}

static pl_status take_confirm(struct reading *x, pl_str rest)
{
	if (x->seen_confirm)
		return pl_diag_set(x->diag, PL_E_EXISTS, "\"confirm\" stands twice");
	x->seen_confirm = true;
	return read_ways(rest, &x->f->confirm) ? pl_diag_set(x->diag, PL_E_SYNTAX, "expected \"confirm\" with some of mail,work,key, each once") : PL_OK;
}

/* The ways of confirming for which the field has its value. */
static unsigned taken_by(const struct pl_form *f, size_t field)
{
	unsigned by = 0;

	for (size_t i = 0; i < f->n_asks; i++)
		if (f->asks[i].field == field)
			return ALL_WAYS;
	for (size_t i = 0; i < f->n_sets; i++)
		if (f->sets[i].field == field)
			by |= f->sets[i].by;
	return by;
}

/* @by: for which ways it is wanted now. */
static pl_status take_field(struct reading *x, pl_str name, unsigned by, size_t *ret)
{
	const struct pl_register_field *f = pl_register_decl_field(x->decl, name);

	if (!f)
		return pl_diag_set(x->diag, PL_E_NOTFOUND, "register %.*s has no field \"%.*s\"", PL_STR_ARG(x->decl->name),
			PL_STR_ARG(name));
	*ret = (size_t)(f - x->decl->fields);
	if (*ret == 0)
		return pl_diag_set(x->diag, PL_E_RANGE, "\"received\" is the time of sending: nobody is asked for it");
	if (taken_by(x->f, *ret) & by)
		return pl_diag_set(x->diag, PL_E_EXISTS, "field \"%.*s\" stands twice", PL_STR_ARG(name));
	return PL_OK;
}

static pl_status take_ask(struct reading *x, pl_str rest)
{
	struct pl_form_ask ask = {0};
	pl_str name;
	pl_status st;

	if (!pl_str_take_until(&rest, ' ', &name))
		return pl_diag_set(x->diag, PL_E_SYNTAX, "expected \"ask <field> required\" or \"ask <field> optional\"");
	ask.required = pl_str_eq(rest, PL_STR("required"));
	if (!ask.required && !pl_str_eq(rest, PL_STR("optional")))
		return pl_diag_set(x->diag, PL_E_SYNTAX, "expected \"required\" or \"optional\", not \"%.*s\"", PL_STR_ARG(rest));
	st = take_field(x, name, ALL_WAYS, &ask.field);
	if (st)
		return st;
	/* Which document and which terms: the page of such a form knows them. */
	if (x->decl->fields[ask.field].type == PL_COMMIT_DIGEST && !(pl_ask_is_register(x->decl) && pl_ask_owns(name)))
		return pl_diag_set(x->diag, PL_E_RANGE, "a digest is nothing that a person types: set it, or leave it to the desk");
	if (pl_register_eyes_name(x->decl, &x->decl->fields[ask.field], (pl_str){0}))
		return pl_diag_set(x->diag, PL_E_RANGE, "\"%.*s\" is decided by two persons, not by the sender", PL_STR_ARG(name));
	x->f->asks[x->f->n_asks++] = ask;
	return PL_OK;
}

static pl_status put_set(struct reading *x, pl_str name, unsigned by, pl_str rest)
{
	struct pl_buf value PL_CLEANUP(pl_buf_done) = PL_BUF(PL_FORM_MAX);
	struct pl_form_set set = {.by = by};
	pl_status st = take_field(x, name, by, &set.field);

	if (!st)
		st = pl_register_value_read(x->decl, &x->decl->fields[set.field], rest, &value, x->diag);
	if (st)
		return st;
	if (pl_register_eyes_name(x->decl, &x->decl->fields[set.field], rest))
		return pl_diag_set(x->diag, PL_E_RANGE, "\"%.*s\" is decided by two persons: no case begins so", PL_STR_ARG(rest));
	set.value = rest;
	x->f->sets[x->f->n_sets++] = set;
	return PL_OK;
}

static pl_status take_set(struct reading *x, pl_str rest)
{
	pl_str name;

	if (!pl_str_take_until(&rest, ' ', &name) || !plain(rest))
		return pl_diag_set(x->diag, PL_E_SYNTAX, "expected \"set <field> <value>\"");
	return put_set(x, name, ALL_WAYS, rest);
}

static pl_status take_set_by(struct reading *x, pl_str rest)
{
	pl_str ways, name;
	unsigned by;

	if (!pl_str_take_until(&rest, ' ', &ways) || read_ways(ways, &by) || !pl_str_take_until(&rest, ' ', &name) || !plain(rest))
		return pl_diag_set(x->diag, PL_E_SYNTAX, "expected \"set-by <some of mail,work,key> <field> <value>\"");
	return put_set(x, name, by, rest);
}

static pl_status take_message(struct reading *x, pl_str rest)
{
	if (x->seen_message)
		return pl_diag_set(x->diag, PL_E_EXISTS, "\"message\" stands twice");
	x->seen_message = true;
	if (pl_str_eq(rest, PL_STR("required")))
		x->f->message = PL_FORM_MESSAGE_REQUIRED;
	else if (pl_str_eq(rest, PL_STR("optional")))
		x->f->message = PL_FORM_MESSAGE_OPTIONAL;
	else if (!pl_str_eq(rest, PL_STR("none")))
		return pl_diag_set(x->diag, PL_E_SYNTAX, "expected \"message required\", \"message optional\" or \"message none\"");
	return PL_OK;
}

/* "3 8388608 pdf,png note" */
static pl_status read_attach(pl_str rest, struct pl_form *f, pl_str *ret_types)
{
	uint64_t n = 0;
	pl_str word;

	if (!pl_str_take_until(&rest, ' ', &word) || pl_str_to_u64(word, PL_ATTACH_FILES_MAX, &n) || !n)
		return PL_E_SYNTAX;
	f->attach = (unsigned)n;
	if (!pl_str_take_until(&rest, ' ', &word) || pl_str_to_u64(word, PL_ATTACH_BYTES_MAX, &f->attach_bytes) || !f->attach_bytes)
		return PL_E_SYNTAX;
	if (!pl_str_take_until(&rest, ' ', ret_types)) {
		*ret_types = rest;
		rest = PL_STR("refuse");
	}
	if (pl_str_eq(rest, PL_STR("note")))
		f->flagged = PL_FORM_NOTE;
	else if (!pl_str_eq(rest, PL_STR("refuse")))
		return PL_E_SYNTAX;
	return PL_OK;
}

static pl_status take_attach(struct reading *x, pl_str rest)
{
	pl_str types;

	if (x->seen_attach)
		return pl_diag_set(x->diag, PL_E_EXISTS, "\"attach\" stands twice");
	x->seen_attach = true;
	if (read_attach(rest, x->f, &types))
		return pl_diag_set(x->diag, PL_E_SYNTAX,
			"expected \"attach <1 to %u files> <1 to %llu bytes each> <types>\", perhaps with \"refuse\" or \"note\" behind it", PL_ATTACH_FILES_MAX,
			(unsigned long long)PL_ATTACH_BYTES_MAX);
	if (x->f->attach * x->f->attach_bytes > PL_ATTACH_TOTAL_MAX)
		return pl_diag_set(x->diag, PL_E_RANGE, "all files together have at most %llu bytes", (unsigned long long)PL_ATTACH_TOTAL_MAX);
	if (pl_filetype_set_read(types, &x->f->attach_types))
		return pl_diag_set(x->diag, PL_E_SYNTAX, "expected some of pdf,png,jpeg,zip,json,eml,csv,text, each once, or any");
	return PL_OK;
}

static pl_status take_start(struct reading *x, pl_str rest)
{
	for (size_t i = 0; i < rest.len; i++)
		if (!(rest.ptr[i] >= 'a' && rest.ptr[i] <= 'z') && !(i && rest.ptr[i] == '-'))
			return pl_diag_set(x->diag, PL_E_SYNTAX, "expected the name of an event, like request-received");
	if (!rest.len || rest.len > 40)
		return pl_diag_set(x->diag, PL_E_SYNTAX, "expected the name of an event, like request-received");
	if (x->f->n_starts == PL_FORM_STARTS_MAX)
		return pl_diag_set(x->diag, PL_E_TOOBIG, "at most %u events", PL_FORM_STARTS_MAX);
	x->f->starts[x->f->n_starts++] = rest;
	return PL_OK;
}

static pl_status take_bits(struct reading *x, pl_str rest)
{
	uint64_t bits = 0;

	if (x->f->bits || pl_str_to_u64(rest, PL_FORM_BITS_MAX, &bits) || !bits)
		return pl_diag_set(x->diag, PL_E_SYNTAX, "expected \"bits\" once, with a number from 1 to %u", PL_FORM_BITS_MAX);
	x->f->bits = (unsigned)bits;
	return PL_OK;
}

static pl_status take_word(struct reading *x, pl_str rest)
{
	struct pl_form_word w = {0};
	size_t bar;

	if (!pl_str_take_until(&rest, ' ', &w.language) || !pl_str_take_until(&rest, ' ', &w.field))
		return pl_diag_set(x->diag, PL_E_SYNTAX, "expected \"word <language> <field> <label> | <hint>\"");
	bar = pl_str_find_str(rest, PL_STR(" | "));
	w.label = pl_str_sub(rest, 0, bar);
	w.hint = bar < rest.len ? pl_str_sub(rest, bar + 3, rest.len) : (pl_str){0};
	if (!plain(w.label) || (w.hint.len && !plain(w.hint)))
		return pl_diag_set(x->diag, PL_E_SYNTAX, "expected \"word <language> <field> <label> | <hint>\" without control characters");
	if (!pl_str_eq(w.field, PL_STR("message")) && !pl_str_eq(w.field, PL_STR("attach")) && !pl_str_eq(w.field, PL_STR("form")) &&
		!pl_register_decl_field(x->decl, w.field))
		return pl_diag_set(x->diag, PL_E_NOTFOUND, "register %.*s has no field \"%.*s\"", PL_STR_ARG(x->decl->name),
			PL_STR_ARG(w.field));
	if (pl_form_word(x->f, w.language, w.field))
		return pl_diag_set(x->diag, PL_E_EXISTS, "\"%.*s\" is explained twice", PL_STR_ARG(w.field));
	if (x->f->n_words == PL_FORM_WORDS_MAX)
		return pl_diag_set(x->diag, PL_E_TOOBIG, "at most %u lines of words", PL_FORM_WORDS_MAX);
	x->f->words[x->f->n_words++] = w;
	return PL_OK;
}

static pl_status take_line(struct reading *x, pl_str line)
{
	static const struct {
		const char *key;
		pl_status (*take)(struct reading *x, pl_str rest);
	} lines[] = {
		{"confirm ", take_confirm}, {"bits ", take_bits}, {"ask ", take_ask}, {"set ", take_set}, {"set-by ", take_set_by},
		{"message ", take_message}, {"attach ", take_attach}, {"start ", take_start}, {"word ", take_word},
	};

	for (size_t i = 0; i < PL_COUNT(lines); i++) {
		pl_str rest = line;

		if (pl_str_eat(&rest, pl_str_from(lines[i].key)))
			return lines[i].take(x, rest);
	}
	return pl_diag_set(x->diag, PL_E_SYNTAX,
		"expected a line \"confirm\", \"bits\", \"ask\", \"set\", \"set-by\", \"message\", \"attach\", \"start\" or \"word\"");
}

/* ---- the whole ---- */

pl_status pl_form_register(pl_str text, pl_str *ret, struct pl_diag *diag)
{
	pl_str line, name;

	if (!pl_str_take_line(&text, &line) || !pl_str_eq(line, PL_STR(HEAD_LINE)))
		return pl_diag_set(diag, PL_E_SYNTAX, "line 1: expected \"" HEAD_LINE "\"");
	if (!pl_str_take_line(&text, &name) || !pl_str_eat(&name, PL_STR("register ")) || !name.len || name.len > PL_REGISTER_NAME_MAX)
		return pl_diag_set(diag, PL_E_SYNTAX, "line 2: expected \"register <name>\"");
	*ret = name;
	return PL_OK;
}

/* A value that is set by the way of confirming is set for each that the form has, and for no other. */
static pl_status check_sets(struct reading *x)
{
	const struct pl_form *f = x->f;

	for (size_t i = 0; i < f->n_sets; i++) {
		pl_str name = x->decl->fields[f->sets[i].field].name;
		unsigned by = taken_by(f, f->sets[i].field);

		if (by != ALL_WAYS && by != f->confirm)
			return pl_diag_set(x->diag, PL_E_RANGE, "\"%.*s\" is set by %s ways of confirming than the form has", PL_STR_ARG(name),
				by & ~f->confirm ? "other" : "fewer");
	}
	return PL_OK;
}

static pl_status check_whole(struct reading *x)
{
	struct pl_form *f = x->f;

	if (x->decl->imported)
		return pl_diag_set(x->diag, PL_E_RANGE, "register %.*s is imported: it takes nothing in", PL_STR_ARG(x->decl->name));
	if (!pl_str_eq(f->name, x->decl->name))
		return pl_diag_set(x->diag, PL_E_NOTFOUND, "the form is for register %.*s, not %.*s", PL_STR_ARG(f->name),
			PL_STR_ARG(x->decl->name));
	if (!x->seen_confirm)
		return pl_diag_set(x->diag, PL_E_SYNTAX, "the form has no line \"confirm\": how does a sender show that he is in earnest?");
	if (!!(f->confirm & PL_FORM_WORK) != (f->bits != 0))
		return pl_diag_set(x->diag, PL_E_SYNTAX, "\"confirm work\" and \"bits\" belong together");
	if (!f->n_asks && f->message == PL_FORM_NO_MESSAGE)
		return pl_diag_set(x->diag, PL_E_RANGE, "the form asks for nothing");
	return check_sets(x);
}

pl_status pl_form_parse(pl_str text, const struct pl_register_decl *decl, struct pl_arena *arena, struct pl_form **ret,
	struct pl_diag *diag)
{
	struct reading x = {.decl = decl, .diag = diag};
	unsigned number = 2;
	pl_str rest, line;
	pl_status st;

	if (text.len > PL_FORM_MAX)
		return pl_diag_set(diag, PL_E_TOOBIG, "a form has at most %u bytes", PL_FORM_MAX);
	if (!pl_str_is_utf8(text))
		return pl_diag_set(diag, PL_E_SYNTAX, "a form is UTF-8");
	x.f = pl_arena_alloc(arena, 1, sizeof *x.f);
	if (!x.f)
		return PL_E_NOMEM;
	*x.f = (struct pl_form){0};
	st = pl_arena_dup(arena, text, &x.f->text);
	rest = x.f->text;
	if (!st)
		st = pl_form_register(rest, &x.f->name, diag);
	if (st)
		return st;
	for (unsigned i = 0; i < 2; i++) /* that is read */
		(void)pl_str_take_line(&rest, &line);
	while (!st && rest.len) {
		number++;
		st = pl_str_take_line(&rest, &line) ? take_line(&x, line) :
						      pl_diag_set(diag, PL_E_SYNTAX, "the last line has no line break");
		if (st)
			pl_diag_at(diag, number, 0);
	}
	if (!st)
		st = check_whole(&x);
	if (!st)
		*ret = x.f;
	return st;
}

void pl_form_attach_peek(pl_str text, unsigned *ret_files, uint64_t *ret_bytes)
{
	struct pl_form f = {0};
	pl_str line, types;

	*ret_files = 0;
	*ret_bytes = 0;
	while (pl_str_take_line(&text, &line)) {
		if (!pl_str_eat(&line, PL_STR("attach ")))
			continue;
		if (read_attach(line, &f, &types))
			return;
		*ret_files = f.attach;
		*ret_bytes = f.attach_bytes;
		return;
	}
}

const struct pl_form_word *pl_form_word(const struct pl_form *f, pl_str language, pl_str field)
{
	for (size_t i = 0; i < f->n_words; i++)
		if (pl_str_eq(f->words[i].language, language) && pl_str_eq(f->words[i].field, field))
			return &f->words[i];
	return NULL;
}
