/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of a declaration; totals and tables are in declaration_count.c, steps in declaration_steps.c, states for two in declaration_eyes.c, clocks in declaration_clocks.c, generalising in coarse.c. */
#include "register/declaration.h"
#include "register/declaration_internal.h"

#define LINE_HEAD "pellucid-register v1"

static const char *const type_words[] = {
	[PL_COMMIT_U64] = "u64", [PL_COMMIT_BOOL] = "bool", [PL_COMMIT_ENUM] = "enum", [PL_COMMIT_TEXT] = "text",
	[PL_COMMIT_BYTES] = "bytes", [PL_COMMIT_TIME] = "time", [PL_COMMIT_DIGEST] = "digest",
};
static const char *const class_words[] = {
	[PL_REGISTER_OPEN] = "open", [PL_REGISTER_GENERALISED] = "generalised", [PL_REGISTER_SEALED] = "sealed",
};
/* The words are the endings of the coarse fields' names, too. */
static const char *const rule_words[] = {
	[PL_REGISTER_RULE_MONTH] = "month", [PL_REGISTER_RULE_HALF_YEAR] = "half-year", [PL_REGISTER_RULE_YEAR] = "year",
	[PL_REGISTER_RULE_RANGE] = "range", [PL_REGISTER_RULE_MAP] = "group",
};

const char *pl_register_type_word(enum pl_commit_type type)
{
	return (unsigned)type < PL_COUNT(type_words) && type_words[type] ? type_words[type] : "";
}

const char *pl_register_rule_word(enum pl_register_rule rule)
{
	return (unsigned)rule < PL_COUNT(rule_words) && rule_words[rule] ? rule_words[rule] : "";
}

static unsigned find_word(pl_str s, const char *const *words, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		if (words[i] && pl_str_eq(s, pl_str_from(words[i])))
			return i;
	return n;
}

pl_str pl_register_word(pl_str *line)
{
	pl_str one = *line;

	if (!pl_str_take_until(line, ' ', &one))
		*line = (pl_str){0};
	return one;
}

bool pl_register_name_ok(pl_str s, size_t max)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];

		if (!(c >= 'a' && c <= 'z') && !(i && ((c >= '0' && c <= '9') || c == '-')))
			return false;
	}
	return s.len >= 1 && s.len <= max;
}

/* ---- fields ---- */

static bool rule_fits(enum pl_register_rule rule, enum pl_commit_type type)
{
	switch (rule) {
	case PL_REGISTER_RULE_MONTH:
	case PL_REGISTER_RULE_HALF_YEAR:
	case PL_REGISTER_RULE_YEAR:
		return type == PL_COMMIT_TIME;
	case PL_REGISTER_RULE_RANGE:
		return type == PL_COMMIT_U64;
	case PL_REGISTER_RULE_MAP:
		return type == PL_COMMIT_ENUM;
	case PL_REGISTER_RULE_NONE:
		break;
	}
	return false;
}

/* "<rule>[ <bounds>]" of a generalised field, an enum's choices behind it. */
static pl_status parse_rule(pl_str *line, struct pl_register_field *f, struct pl_diag *diag)
{
	unsigned rule = find_word(pl_register_word(line), rule_words, PL_COUNT(rule_words));

	if (rule == PL_COUNT(rule_words) || !rule_fits((enum pl_register_rule)rule, f->type))
		return pl_diag_set(diag, PL_E_SYNTAX,
			"expected month, half-year or year for a time, range for a u64, group for an enum");
	f->rule = (enum pl_register_rule)rule;
	if (f->rule == PL_REGISTER_RULE_RANGE)
		f->bounds = pl_register_word(line);
	if (f->rule == PL_REGISTER_RULE_MAP)
		f->bounds = pl_register_word(line);
	return pl_register_bounds_check(f, diag);
}

static pl_status parse_field(pl_str line, struct pl_register_field *ret, struct pl_diag *diag)
{
	struct pl_register_field f = {.coarse = PL_REGISTER_NONE};
	unsigned type, class;

	f.name = pl_register_word(&line);
	if (!pl_register_name_ok(f.name, PL_REGISTER_NAME_MAX))
		return pl_diag_set(diag, PL_E_SYNTAX, "expected a field name: a letter, then letters, digits and -");
	type = find_word(pl_register_word(&line), type_words, PL_COUNT(type_words));
	class = find_word(pl_register_word(&line), class_words, PL_COUNT(class_words));
	if (type == PL_COUNT(type_words) || class == PL_COUNT(class_words))
		return pl_diag_set(diag, PL_E_SYNTAX,
			"expected \"field <name> <type> open|generalised|sealed\", types: u64 bool enum text bytes time digest");
	f.type = (enum pl_commit_type)type;
	f.class = (enum pl_register_class)class;
	if (f.class == PL_REGISTER_GENERALISED) {
		pl_status st = parse_rule(&line, &f, diag);

		if (st)
			return st;
	}
	if (f.type == PL_COMMIT_ENUM && f.rule != PL_REGISTER_RULE_MAP)
		f.choices = pl_register_word(&line);
	if (line.len || (f.type == PL_COMMIT_ENUM && f.rule != PL_REGISTER_RULE_MAP && !f.choices.len))
		return pl_diag_set(diag, PL_E_SYNTAX, "the field %.*s: an enum ends with its names, nothing else follows",
			PL_STR_ARG(f.name));
	*ret = f;
	return PL_OK;
}

static pl_status add_field(struct pl_register_decl *d, pl_str line, struct pl_diag *diag)
{
	struct pl_register_field f = {0};
	pl_status st;

	if (d->n_fields == PL_REGISTER_FIELDS_MAX)
		return pl_diag_set(diag, PL_E_TOOBIG, "a register has at most %u fields", PL_REGISTER_FIELDS_MAX);
	st = parse_field(line, &f, diag);
	if (st)
		return st;
	if (pl_register_decl_field(d, f.name))
		return pl_diag_set(diag, PL_E_EXISTS, "the field %.*s is declared twice", PL_STR_ARG(f.name));
	if (!d->n_fields && (!pl_str_eq(f.name, PL_STR("received")) || f.type != PL_COMMIT_TIME ||
				    f.class == PL_REGISTER_SEALED))
		return pl_diag_set(diag, PL_E_RANGE,
			"the first field is \"received time\", open or generalised: periods are cut by it");
	d->fields[d->n_fields++] = f;
	return PL_OK;
}

size_t pl_register_released(const struct pl_register_decl *d)
{
	const struct pl_register_field *f = pl_register_decl_field(d, PL_STR("released"));

	return f && f->type == PL_COMMIT_BOOL && f->class == PL_REGISTER_OPEN ? (size_t)(f - d->fields) : PL_REGISTER_NONE;
}

const struct pl_register_field *pl_register_decl_field(const struct pl_register_decl *d, pl_str name)
{
	for (size_t i = 0; i < d->n_fields; i++)
		if (pl_str_eq(d->fields[i].name, name))
			return &d->fields[i];
	return NULL;
}

/* ---- the derived declaration ---- */

static void derive_line(struct pl_buf *out, pl_str name, const char *ending, enum pl_commit_type type, const char *who)
{
	pl_buf_put_z(out, "field ");
	pl_buf_put_str(out, name);
	pl_buf_put_z(out, ending);
	pl_buf_printf(out, " %s %s", type_words[type], who);
}

static void derive_field(struct pl_buf *out, struct pl_register_field *f, size_t *at)
{
	f->exact = (*at)++;
	derive_line(out, f->name, "", f->type, f->class == PL_REGISTER_OPEN ? "open" : "private");
	if (f->type == PL_COMMIT_ENUM) {
		pl_buf_put_c(out, ' ');
		if (f->rule == PL_REGISTER_RULE_MAP)
			pl_register_map_put(f->bounds, false, out);
		else
			pl_buf_put_str(out, f->choices);
	}
	pl_buf_put_c(out, '\n');
	if (f->class != PL_REGISTER_GENERALISED)
		return;
	f->coarse = (*at)++;
	pl_buf_put_z(out, "field ");
	pl_buf_put_str(out, f->name);
	pl_buf_printf(out, "-%s %s open", rule_words[f->rule], type_words[f->type]);
	if (f->type == PL_COMMIT_ENUM) {
		pl_buf_put_c(out, ' ');
		pl_register_map_put(f->bounds, true, out);
	}
	pl_buf_put_c(out, '\n');
}

static pl_status derive(struct pl_register_decl *d, struct pl_diag *diag)
{
	struct pl_buf *out = &d->derived_text;
	size_t at = 0;
	pl_status st;

	pl_buf_put_z(out, "pellucid-declaration v1\nname register/");
	pl_buf_put_str(out, d->name);
	pl_buf_put_c(out, '\n');
	for (size_t i = 0; i < d->n_fields; i++)
		derive_field(out, &d->fields[i], &at);
	d->entered = at++;
	d->late = at;
	pl_buf_put_z(out, "field entered time open\nfield late bool open\n");
	st = pl_buf_status(out);
	if (st)
		return st;
	/* A clash of names (a field "country-group" beside "country generalised group") shows here. */
	st = pl_commit_decl_parse(pl_buf_str(out), &d->derived, diag);
	if (!st)
		return PL_OK;
	pl_diag_context(diag, "in the declaration that follows from the fields");
	if (diag)
		diag->line = 0; /* of the derived text, which nobody sees */
	return st;
}

/* ---- head lines ---- */

static pl_status take_choice(pl_str *text, const char *key, const char *no, const char *yes, bool *ret, struct pl_diag *diag)
{
	pl_str rest = *text, line;

	if (pl_str_take_line(&rest, &line) && pl_str_eat(&line, pl_str_from(key)) && pl_str_eat(&line, PL_STR(" ")) &&
		(pl_str_eq(line, pl_str_from(no)) || pl_str_eq(line, pl_str_from(yes)))) {
		*ret = pl_str_eq(line, pl_str_from(yes));
		*text = rest;
		return PL_OK;
	}
	return pl_diag_set(diag, PL_E_SYNTAX, "expected the line \"%s %s\" or \"%s %s\"", key, no, key, yes);
}

static pl_status take_number(pl_str *text, const char *key, uint64_t max, uint64_t *ret, struct pl_diag *diag)
{
	pl_str rest = *text, line;

	if (!pl_str_take_line(&rest, &line) || !pl_str_eat(&line, pl_str_from(key)) || !pl_str_eat(&line, PL_STR(" ")) ||
		pl_str_to_u64(line, max, ret))
		return pl_diag_set(diag, PL_E_SYNTAX, "expected the line \"%s <number up to %llu>\"", key,
			(unsigned long long)max);
	*text = rest;
	return PL_OK;
}

/* "calendar <CODE>", which may be missing. Which codes there are is the table's business (register/holidays): a reader of another one
 * counts as well. */
static pl_status take_calendar(pl_str *text, pl_str *ret, struct pl_diag *diag)
{
	pl_str rest = *text, line;

	if (!pl_str_take_line(&rest, &line) || !pl_str_eat(&line, PL_STR("calendar ")))
		return PL_OK;
	if (line.len != 2 || line.ptr[0] < 'A' || line.ptr[0] > 'Z' || line.ptr[1] < 'A' || line.ptr[1] > 'Z')
		return pl_diag_set(diag, PL_E_SYNTAX, "expected the line \"calendar <EU, or two capital letters of a country>\"");
	*ret = line;
	*text = rest;
	return PL_OK;
}

/* "report-within <days>", which may be missing, too. */
static pl_status take_promise(pl_str *text, uint64_t *ret, struct pl_diag *diag)
{
	pl_str rest = *text, line;

	if (!pl_str_take_line(&rest, &line) || !pl_str_eat(&line, PL_STR("report-within ")))
		return PL_OK;
	if (pl_str_to_u64(line, 366, ret) || !*ret)
		return pl_diag_set(diag, PL_E_SYNTAX, "expected the line \"report-within <days from 1 to 366>\"");
	*text = rest;
	return PL_OK;
}

static pl_status take_head(pl_str *text, struct pl_register_decl *d, struct pl_diag *diag)
{
	pl_str line;
	pl_status st;

	if (!pl_str_take_line(text, &line) || !pl_str_eq(line, PL_STR(LINE_HEAD)))
		return pl_diag_set(diag, PL_E_SYNTAX, "expected the line \"" LINE_HEAD "\"");
	if (!pl_str_take_line(text, &line) || !pl_str_eat(&line, PL_STR("name ")) ||
		!pl_register_name_ok(line, PL_REGISTER_NAME_MAX))
		return pl_diag_set(diag, PL_E_SYNTAX, "expected the line \"name <a letter, then letters, digits, ->\"");
	d->name = line;
	st = take_choice(text, "source", "intake", "imported", &d->imported, diag);
	if (!st)
		st = take_choice(text, "existence", "exact", "padded", &d->padded, diag);
	if (!st)
		st = take_choice(text, "opens", "rows", "totals", &d->totals_only, diag);
	if (!st)
		st = take_number(text, "late-after", 3650, &d->late_days, diag);
	if (!st)
		st = take_number(text, "open-after", 3650, &d->open_days, diag);
	if (!st)
		st = take_number(text, "retain", 1200, &d->retain_months, diag);
	if (!st)
		st = take_calendar(text, &d->calendar, diag);
	return st ? st : take_promise(text, &d->report_days, diag);
}

/* The line of @rest in @d's text, from 1. */
static unsigned line_of(const struct pl_register_decl *d, pl_str rest)
{
	unsigned line = 1;

	for (const char *p = (const char *)d->text.ptr; p < rest.ptr; p++)
		line += *p == '\n';
	return line;
}

static pl_status take_body(pl_str *text, struct pl_register_decl *d, struct pl_diag *diag)
{
	bool derived = false;

	while (text->len) {
		pl_str rest = *text, line;
		pl_status st;

		if (!pl_str_take_line(&rest, &line))
			return pl_diag_set(diag, PL_E_SYNTAX, "the last line has no line break");
		if (pl_str_ends(line, PL_STR(" ")))
			return pl_diag_set(diag, PL_E_SYNTAX, "a line ends without a space");
		if (!derived && pl_str_eat(&line, PL_STR("field "))) {
			st = add_field(d, line, diag);
		} else {
			st = derived || !d->n_fields ? PL_OK : derive(d, diag);
			derived = true;
			if (!st && pl_str_eat(&line, PL_STR("total ")))
				st = pl_register_total_add(d, line, diag);
			else if (!st && pl_str_eat(&line, PL_STR("table ")))
				st = pl_register_table_add(d, line, diag);
			else if (!st && pl_str_eat(&line, PL_STR("step ")))
				st = pl_register_step_add(d, line, diag);
			else if (!st && pl_str_eat(&line, PL_STR("eyes ")))
				st = pl_register_eyes_add(d, line, diag);
			else if (!st && pl_str_eat(&line, PL_STR("clock ")))
				st = pl_register_clock_add(d, line, diag);
			else if (!st)
				st = pl_diag_set(diag, PL_E_SYNTAX,
					"expected lines \"field ...\", then \"total ...\", \"table ...\", \"step ...\", \"eyes ...\" and \"clock ...\"");
		}
		if (st)
			return st;
		*text = rest;
	}
	if (!d->n_fields)
		return pl_diag_set(diag, PL_E_SYNTAX, "a register has at least the field \"received\"");
	return derived ? PL_OK : derive(d, diag);
}

pl_status pl_register_decl_parse(pl_str text, struct pl_register_decl **ret, struct pl_diag *diag)
{
	struct pl_register_decl *d PL_CLEANUP(pl_register_decl_freep) = pl_try_alloc(1, sizeof *d);
	pl_str rest;
	pl_status st;

	if (!d)
		return PL_E_NOMEM;
	pl_buf_init(&d->text, PL_REGISTER_DECLARATION_MAX);
	/* Each line gives at most two, with endings of a few bytes. */
	pl_buf_init(&d->derived_text, (size_t)4 * PL_REGISTER_DECLARATION_MAX);
	if (text.len > PL_REGISTER_DECLARATION_MAX)
		return pl_diag_set(diag, PL_E_TOOBIG, "a declaration has at most %u bytes", PL_REGISTER_DECLARATION_MAX);
	pl_buf_put_str(&d->text, text);
	st = pl_buf_status(&d->text);
	if (st)
		return st;
	rest = pl_buf_str(&d->text);
	st = take_head(&rest, d, diag);
	if (!st)
		st = take_body(&rest, d, diag);
	if (st) {
		pl_diag_at(diag, line_of(d, rest), 0);
		return st;
	}
	pl_sha256(pl_buf_bytes(&d->text), &d->digest);
	*ret = d;
	d = NULL;
	return PL_OK;
}

void pl_register_decl_free(struct pl_register_decl *d)
{
	if (!d)
		return;
	pl_buf_done(&d->text);
	pl_buf_done(&d->derived_text);
	pl_free(d);
}
