/* SPDX-License-Identifier: Apache-2.0 */
#include "web/report_doc.h"
#include "base/time.h"
#include "register/period.h"
#include "web/html.h"
#include "web/report_say.h"

/* ---- names ---- */

static bool from_words(const struct pl_report_source *s, enum pl_register_word_kind kind, pl_str name, pl_str value,
	struct pl_report_name *ret)
{
	const struct pl_register_word *w = s->words ? pl_register_words_find(s->words, kind, name, value) : NULL;

	if (!w)
		return false;
	ret->label = w->label;
	ret->definition = w->definition;
	return true;
}

/* The three times and the mark that every register has. */
static void known_field(const struct pl_report_source *s, struct pl_report_name *ret)
{
	static const struct {
		const char *name;
		enum pl_message_id label, definition;
	} known[] = {
		{"received", PL_MSG_def_received, PL_MSG_def_received_words}, {"entered", PL_MSG_def_entered, PL_MSG_def_entered_words},
		{"late", PL_MSG_def_late, PL_MSG_def_late_words},
	};

	for (size_t i = 0; i < PL_COUNT(known); i++) {
		pl_str rest = ret->name;

		if (!pl_str_eat(&rest, pl_str_from(known[i].name)) || (rest.len && rest.ptr[0] != '-'))
			continue;
		ret->label = pl_message(s->lang, known[i].label);
		ret->definition = pl_message(s->lang, known[i].definition);
	}
}

pl_status pl_report_name_of(const struct pl_report_source *s, enum pl_register_word_kind kind, pl_str name, struct pl_arena *arena,
	struct pl_report_name *ret)
{
	struct pl_report_name n = {.name = name, .label = name};

	if (!from_words(s, kind, name, (pl_str){0}, &n) && kind == PL_REGISTER_WORD_FIELD)
		known_field(s, &n);
	(void)arena;
	*ret = n;
	return PL_OK;
}

static const struct pl_register_field *field_at(const struct pl_register_decl *d, size_t derived)
{
	for (size_t i = 0; i < d->n_fields; i++)
		if (d->fields[i].exact == derived || d->fields[i].coarse == derived)
			return &d->fields[i];
	return NULL;
}

/* "2021-07-01T00:00:00Z" of a generalised time as the period that it stands for: 2021-H2. */
static bool time_label(const struct pl_report_source *s, pl_str value, struct pl_arena *arena, pl_str *ret)
{
	char text[PL_PERIOD_TEXT];
	uint64_t t, from, to;

	if (pl_time_parse(value, &t))
		return false;
	pl_register_received_span(pl_report_source_decl(s), t / PL_SECOND, &from, &to);
	pl_period_write(from, to, text);
	return pl_arena_dup(arena, pl_str_from(text), ret) == PL_OK;
}

/* The lower bound of a range as the range: "10 to 99", "1000 and more". */
static bool range_label(const struct pl_report_source *s, const struct pl_register_field *f, pl_str value, struct pl_arena *arena,
	pl_str *ret)
{
	pl_str bounds = f->bounds, one;
	uint64_t low, next = 0;

	if (pl_str_to_u64(value, UINT64_MAX, &low))
		return false;
	while (bounds.len && !next) {
		uint64_t b;

		one = bounds;
		if (!pl_str_take_until(&bounds, ',', &one))
			bounds = (pl_str){0};
		if (pl_str_to_u64(one, UINT64_MAX, &b))
			return false;
		next = b > low ? b : 0;
	}
	if (next == low + 1)
		*ret = value;
	else if (next)
		return pl_report_say(arena, s->lang, PL_MSG_def_range, 2,
			(struct pl_html_value[]){pl_html_value_u64(low), pl_html_value_u64(next - 1)}, ret) == PL_OK;
	else
		return pl_report_say(arena, s->lang, PL_MSG_def_and_more, 1, (struct pl_html_value[]){pl_html_value_u64(low)}, ret) ==
			PL_OK;
	return true;
}

pl_status pl_report_value_name(const struct pl_report_source *s, size_t field, pl_str value, struct pl_arena *arena,
	struct pl_report_name *ret)
{
	const struct pl_register_decl *d = pl_report_source_decl(s);
	const struct pl_register_field *f = field_at(d, field);
	struct pl_report_name n = {.name = value, .label = value};
	bool coarse = f && f->coarse == field;

	if (!value.ptr)
		n.label = pl_message(s->lang, PL_MSG_def_absent);
	else if (from_words(s, PL_REGISTER_WORD_VALUE, d->derived.fields[field].name, value, &n))
		;
	else if (pl_str_eq(value, PL_STR("not-stated")))
		n.label = pl_message(s->lang, PL_MSG_def_not_stated);
	else if (coarse && f == &d->fields[0])
		(void)time_label(s, value, arena, &n.label);
	else if (coarse && f->rule == PL_REGISTER_RULE_RANGE)
		(void)range_label(s, f, value, arena, &n.label);
	*ret = n;
	return PL_OK;
}

/* ---- numbers ---- */

#define MORE_COUNTS 3u
#define PARTLY_MAX 4096u

/* Counts that stand there only where there is something to count, so that a report without it has the bytes that it always had. */
static void more_counts(const struct pl_report_source *s, struct pl_report_doc *d)
{
	const struct pl_recount *c = s->counted;
	const struct {
		const char *name;
		enum pl_message_id label, definition;
		uint64_t value;
		bool there;
	} more[] = {
		{"lost-leaves", PL_MSG_count_lost_leaves, PL_MSG_count_lost_leaves_words, c->lost_leaves, c->n_gaps},
		{"heartbeats-late", PL_MSG_count_heartbeats_late, PL_MSG_count_heartbeats_late_words, c->days_late, c->days_late},
		{"heads-late", PL_MSG_count_heads_late, PL_MSG_count_heads_late_words, s->all_late, s->all_late},
	};

	for (size_t i = 0; i < PL_COUNT(more); i++)
		if (more[i].there)
			d->counts[d->n_counts++] = (struct pl_report_number){.of = {pl_str_from(more[i].name), pl_message(s->lang, more[i].label),
				pl_message(s->lang, more[i].definition)}, .value = more[i].value};
}

static pl_status make_late(const struct pl_report_source *s, struct pl_arena *arena, struct pl_report_doc *d)
{
	d->all_late = s->all_late;
	d->late_words = (struct pl_report_late_words){pl_message(s->lang, PL_MSG_report_late_head), pl_message(s->lang, PL_MSG_report_late_heartbeat),
		pl_message(s->lang, PL_MSG_count_heads_late_words)};
	d->late = pl_arena_alloc(arena, s->n_late + 1, sizeof *d->late);
	if (!d->late)
		return PL_E_TOOBIG;
	for (size_t i = 0; i < s->n_late; i++) {
		const struct pl_query_late *q = &s->late[i];

		d->late[d->n_late++] = (struct pl_report_late){.index = q->index, .due = q->due, .time = q->time, .heartbeat = q->heartbeat, .day = q->day};
	}
	return PL_OK;
}

static pl_status make_counts(const struct pl_report_source *s, struct pl_arena *arena, struct pl_report_doc *d)
{
	const struct pl_recount *c = s->counted;
	const struct {
		const char *name;
		enum pl_message_id label, definition;
		uint64_t value;
	} all[] = {
		{"cases", PL_MSG_count_cases, PL_MSG_count_cases_words, c->cases},
		{"unopened", PL_MSG_count_unopened, PL_MSG_count_unopened_words, c->unopened},
		{"erased", PL_MSG_count_erased, PL_MSG_count_erased_words, c->erased},
		{"lost", PL_MSG_count_lost, PL_MSG_count_lost_words, c->lost},
		{"late", PL_MSG_count_late, PL_MSG_count_late_words, c->late},
		{"heartbeats", PL_MSG_count_heartbeats, PL_MSG_count_heartbeats_words, c->days},
		{"days-missing", PL_MSG_count_days_missing, PL_MSG_count_days_missing_words, c->days_missing},
		{"unconfirmed", PL_MSG_count_unconfirmed, PL_MSG_count_unconfirmed_words, c->unconfirmed},
		{"refused", PL_MSG_count_refused, PL_MSG_count_refused_words, c->refused},
	};

	d->counts = pl_arena_alloc(arena, PL_COUNT(all) + MORE_COUNTS, sizeof *d->counts);
	if (!d->counts)
		return PL_E_TOOBIG;
	for (size_t i = 0; i < PL_COUNT(all); i++)
		d->counts[i] = (struct pl_report_number){.of = {pl_str_from(all[i].name), pl_message(s->lang, all[i].label),
			pl_message(s->lang, all[i].definition)}, .value = all[i].value};
	d->n_counts = PL_COUNT(all);
	more_counts(s, d);
	return PL_OK;
}

/* A number that not every declaration of the file counts says so, with those that do: behind its definition. */
static pl_status say_partly(const struct pl_report_source *s, bool table, pl_str name, struct pl_arena *arena, pl_str *definition)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PARTLY_MAX), which PL_CLEANUP(pl_buf_done) = PL_BUF(PARTLY_MAX);
	const struct pl_recount *c = s->counted;
	pl_str said;
	pl_status st;

	for (unsigned u = 0; u <= c->n_earlier; u++) {
		/* The oldest first, the file's own last. */
		const struct pl_register_decl *d = pl_recount_decl(c, u < c->n_earlier ? u + 1 : 0);
		char digest[PL_DIGEST_TEXT + 1];

		if (table ? !pl_register_decl_table(d, name) : !pl_register_decl_total(d, name))
			continue;
		pl_digest_text(&d->digest, digest);
		pl_buf_printf(&which, "%s%s", which.len ? ", " : "", digest);
	}
	st = pl_report_say(arena, s->lang, PL_MSG_def_partly, 1, (struct pl_html_value[]){pl_html_value_str(pl_buf_str(&which))}, &said);
	if (st)
		return st;
	pl_buf_put_str(&text, *definition);
	pl_buf_put_z(&text, definition->len ? " " : "");
	pl_buf_put_str(&text, said);
	return pl_buf_status(&text) ? pl_buf_status(&text) : pl_arena_dup(arena, pl_buf_str(&text), definition);
}

static pl_status make_total(const struct pl_report_source *all, size_t i, struct pl_arena *arena, struct pl_report_number *n)
{
	struct pl_report_source s = *all;
	struct pl_recount_said said;
	pl_status st;

	pl_recount_total_at(s.counted, i, &said);
	s.decl = said.decl;
	st = pl_report_name_of(&s, PL_REGISTER_WORD_TOTAL, said.total->name, arena, &n->of);
	if (!st && !n->of.definition.len)
		st = pl_report_say_total(&s, said.total, arena, &n->of.definition);
	if (!st && !said.everywhere)
		st = say_partly(&s, false, said.total->name, arena, &n->of.definition);
	n->rule = said.total->line;
	n->value = said.value;
	return st;
}

static pl_status make_totals(const struct pl_report_source *s, struct pl_arena *arena, struct pl_report_doc *d)
{
	pl_status st = PL_OK;

	d->n_totals = pl_recount_totals_count(s->counted);
	d->totals = pl_arena_alloc(arena, d->n_totals + 1, sizeof *d->totals);
	if (!d->totals)
		return PL_E_TOOBIG;
	for (size_t i = 0; i < d->n_totals && !st; i++)
		st = make_total(s, i, arena, &d->totals[i]);
	return st;
}

/* ---- tables ---- */

static pl_status name_side(const struct pl_report_source *s, size_t field, struct pl_report_name *names, size_t n, struct pl_arena *arena)
{
	pl_status st = PL_OK;

	for (size_t i = 0; i < n && !st; i++)
		st = pl_report_value_name(s, field, names[i].name, arena, &names[i]);
	return st;
}

static pl_status make_table(const struct pl_report_source *s, const struct pl_recount_laid *laid, struct pl_arena *arena, struct pl_report_grid *g)
{
	const struct pl_register_decl *decl = laid->decl;
	const struct pl_register_table *t = laid->table;
	bool columns = t->columns != PL_REGISTER_NONE;
	pl_status st = pl_report_grid_make(laid->cells, arena, g);

	if (!st)
		st = pl_report_name_of(s, PL_REGISTER_WORD_TABLE, t->name, arena, &g->of);
	if (!st)
		st = pl_report_name_of(s, PL_REGISTER_WORD_FIELD, decl->derived.fields[t->rows].name, arena, &g->rows_of);
	if (!st && columns)
		st = pl_report_name_of(s, PL_REGISTER_WORD_FIELD, decl->derived.fields[t->columns].name, arena, &g->columns_of);
	if (!st)
		st = name_side(s, t->rows, g->rows, g->n_rows, arena);
	if (!st && columns)
		st = name_side(s, t->columns, g->columns, g->n_columns, arena);
	if (!columns)
		g->columns[0].label = pl_message(s->lang, PL_MSG_count_cases);
	if (!st && !g->of.definition.len)
		st = pl_report_say_table(s, g, arena, &g->of.definition);
	if (!st && !laid->everywhere)
		st = say_partly(s, true, t->name, arena, &g->of.definition);
	return st;
}

static pl_status make_tables(const struct pl_report_source *s, struct pl_arena *arena, struct pl_report_doc *d)
{
	pl_status st = PL_OK;

	d->n_tables = pl_recount_tables_count(s->counted);
	d->tables = pl_arena_alloc(arena, d->n_tables + 1, sizeof *d->tables);
	if (!d->tables)
		return PL_E_TOOBIG;
	for (size_t i = 0; i < d->n_tables && !st; i++) {
		struct pl_report_source one = *s;
		struct pl_recount_laid laid;

		pl_recount_table_at(s->counted, i, &laid);
		one.decl = laid.decl;
		st = make_table(&one, &laid, arena, &d->tables[i]);
	}
	return st;
}

/* ---- all ---- */

static pl_status make_head(const struct pl_report_source *s, struct pl_arena *arena, struct pl_report_doc *d)
{
	const struct pl_recount *c = s->counted;
	char period[PL_PERIOD_TEXT];

	*d = (struct pl_report_doc){
		.language = pl_str_from(pl_lang_tag(s->lang)), .name = c->decl->name, .title = s->words ? s->words->title : c->decl->name,
		.about = s->words ? s->words->about : (pl_str){0}, .origin = c->head.origin, .from = c->head.from, .to = c->head.to,
		.time = c->head.last.time, .edition = s->stated->edition, .index = s->stated->index, .has_replaced = s->has_replaced,
		.replaced = s->replaced, .statement = s->stated->pae, .declaration = c->decl->digest, .openings = s->stated->openings,
		.openings_size = s->stated->openings_size, .imported = c->decl->imported, .padded = c->decl->padded,
		.totals_only = c->decl->totals_only,
	};
	for (size_t i = 0; i < c->n_earlier; i++)
		d->earlier[d->n_earlier++] = c->earlier[i].decl->digest;
	if (s->words) {
		d->principles = (pl_str *)(uintptr_t)s->words->principles;
		d->n_principles = s->words->n_principles;
		d->prohibited = (pl_str *)(uintptr_t)s->words->prohibited;
		d->n_prohibited = s->words->n_prohibited;
	}
	pl_period_write(d->from, d->to, period);
	return pl_arena_dup(arena, pl_str_from(period), &d->period);
}

pl_status pl_report_doc_make(const struct pl_report_source *s, struct pl_arena *arena, struct pl_report_doc *ret)
{
	pl_status st = make_head(s, arena, ret);

	if (!st)
		st = pl_report_say_rules(s->counted, s->lang, arena, &ret->rules, &ret->n_rules);
	if (!st)
		st = make_counts(s, arena, ret);
	if (!st)
		st = make_late(s, arena, ret);
	if (!st)
		st = make_totals(s, arena, ret);
	return st ? st : make_tables(s, arena, ret);
}

void pl_report_headings_of(enum pl_lang lang, struct pl_report_headings *ret)
{
	*ret = (struct pl_report_headings){
		.report = pl_message(lang, PL_MSG_doc_report), .edition = pl_message(lang, PL_MSG_col_edition),
		.entry = pl_message(lang, PL_MSG_col_statement), .period = pl_message(lang, PL_MSG_col_period),
		.principles = pl_message(lang, PL_MSG_report_principles), .prohibited = pl_message(lang, PL_MSG_report_prohibited),
		.rules = pl_message(lang, PL_MSG_report_rules), .numbers = pl_message(lang, PL_MSG_report_numbers),
		.declaration = pl_message(lang, PL_MSG_doc_declaration), .openings = pl_message(lang, PL_MSG_report_openings),
		.total = pl_message(lang, PL_MSG_doc_total), .counting = pl_message(lang, PL_MSG_report_counting),
		.late = pl_message(lang, PL_MSG_register_late), .due = pl_message(lang, PL_MSG_register_due),
		.came = pl_message(lang, PL_MSG_report_came), .closes = pl_message(lang, PL_MSG_register_closes),
	};
}
