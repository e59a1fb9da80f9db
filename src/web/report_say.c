/* SPDX-License-Identifier: Apache-2.0 */
#include "web/report_say.h"

#define SENTENCE_MAX 4096u
#define RULES_MAX (9u + PL_REGISTER_CLOCKS_MAX)
#define DECLARATIONS_MAX 4096u

pl_status pl_report_say(struct pl_arena *arena, enum pl_lang lang, enum pl_message_id id, unsigned n, const struct pl_html_value *args,
	pl_str *ret)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(SENTENCE_MAX);

	pl_html_message_plain(&b, lang, id, n, args);
	return pl_buf_status(&b) ? pl_buf_status(&b) : pl_arena_dup(arena, pl_buf_str(&b), ret);
}

/* ---- totals ---- */

static pl_status field_label(const struct pl_report_source *s, size_t field, struct pl_arena *arena, struct pl_html_value *ret)
{
	struct pl_report_name n = {0};
	pl_status st = pl_report_name_of(s, PL_REGISTER_WORD_FIELD, pl_report_source_decl(s)->derived.fields[field].name, arena, &n);

	*ret = pl_html_value_str(n.label);
	return st;
}

/* "a, b or c": the values of a condition in people's words. */
static pl_status say_values(const struct pl_report_source *s, const struct pl_register_condition *c, struct pl_arena *arena, pl_str *ret)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(SENTENCE_MAX);
	pl_str rest = c->values;

	for (bool first = true, more = true; more; first = false) {
		struct pl_report_name n = {0};
		pl_str one = rest;
		pl_status st;

		more = pl_str_take_until(&rest, '|', &one);
		st = pl_report_value_name(s, c->field, one, arena, &n);
		if (st)
			return st;
		if (!first)
			pl_buf_put_str(&b, more ? PL_STR(", ") : pl_message(s->lang, PL_MSG_def_or));
		pl_buf_put_str(&b, n.label);
	}
	return pl_buf_status(&b) ? pl_buf_status(&b) : pl_arena_dup(arena, pl_buf_str(&b), ret);
}

static pl_status say_conditions(const struct pl_report_source *s, const struct pl_register_total *t, struct pl_arena *arena, pl_str *ret)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(SENTENCE_MAX);
	pl_status st = PL_OK;

	for (size_t i = 0; i < t->n && !st; i++) {
		struct pl_html_value args[2];
		pl_str values = {0};

		st = field_label(s, t->conditions[i].field, arena, &args[0]);
		if (!st)
			st = say_values(s, &t->conditions[i], arena, &values);
		args[1] = pl_html_value_str(values);
		if (i)
			pl_buf_put_str(&b, pl_message(s->lang, PL_MSG_def_and));
		pl_html_message_plain(&b, s->lang, t->conditions[i].differs ? PL_MSG_def_not : PL_MSG_def_with, 2, args);
	}
	if (!st)
		st = pl_buf_status(&b);
	return st ? st : pl_arena_dup(arena, pl_buf_str(&b), ret);
}

pl_status pl_report_say_total(const struct pl_report_source *s, const struct pl_register_total *t, struct pl_arena *arena, pl_str *ret)
{
	static const enum pl_message_id sentences[] = {
		[PL_REGISTER_COUNT] = PL_MSG_def_count, [PL_REGISTER_DISTINCT] = PL_MSG_def_distinct, [PL_REGISTER_SUM] = PL_MSG_def_sum,
		[PL_REGISTER_MIN] = PL_MSG_def_min, [PL_REGISTER_MAX] = PL_MSG_def_max, [PL_REGISTER_MEDIAN] = PL_MSG_def_median,
		[PL_REGISTER_MEAN] = PL_MSG_def_mean,
	};
	struct pl_html_value args[2] = {0};
	pl_str conditions = {0};
	pl_status st = say_conditions(s, t, arena, &conditions);

	args[0] = pl_html_value_str(conditions);
	args[1] = pl_html_value_str((pl_str){0});
	if (!st && t->field != PL_REGISTER_NONE)
		st = field_label(s, t->field, arena, &args[1]);
	return st ? st : pl_report_say(arena, s->lang, sentences[t->fold], 2, args, ret);
}

pl_status pl_report_say_table(const struct pl_report_source *s, const struct pl_report_grid *g, struct pl_arena *arena, pl_str *ret)
{
	const struct pl_html_value args[] = {pl_html_value_str(g->rows_of.label), pl_html_value_str(g->columns_of.label)};

	return pl_report_say(arena, s->lang, g->columns_of.name.len ? PL_MSG_def_table_two : PL_MSG_def_table, 2, args, ret);
}

/* ---- the rule of the register ---- */

struct rules {
	struct pl_arena *arena;
	enum pl_lang lang;
	pl_str *list;
	size_t n;
	pl_status status;
};

static void add_value(struct rules *r, enum pl_message_id id, struct pl_html_value value)
{
	if (!r->status)
		r->status = pl_report_say(r->arena, r->lang, id, 1, &value, &r->list[r->n]);
	r->n += !r->status;
}

static void add(struct rules *r, enum pl_message_id id, uint64_t value)
{
	add_value(r, id, pl_html_value_u64(value));
}

/* Which deadlines an event starts, and who sees to it that it is noted. */
static void add_clock(struct rules *r, const struct pl_register_decl *d, const struct pl_register_clock *c)
{
	struct pl_buf when PL_CLEANUP(pl_buf_done) = PL_BUF(PL_REGISTER_DECLARATION_MAX);
	struct pl_html_value args[3] = {pl_html_value_str(c->event), pl_html_value_str(c->codes)};
	enum pl_message_id id = !c->intake ? PL_MSG_rule_clock_desk : c->when.n ? PL_MSG_rule_clock_when : PL_MSG_rule_clock_intake;

	pl_register_clock_when_put(d, c, &when);
	args[2] = pl_html_value_str(pl_buf_str(&when));
	if (!r->status)
		r->status = pl_buf_status(&when);
	if (!r->status)
		r->status = pl_report_say(r->arena, r->lang, id, id == PL_MSG_rule_clock_when ? 3 : 2, args, &r->list[r->n]);
	r->n += !r->status;
}

/* Which they are, the oldest first, the present one last. */
static void add_declarations(struct rules *r, const struct pl_recount *c)
{
	struct pl_buf list PL_CLEANUP(pl_buf_done) = PL_BUF(DECLARATIONS_MAX);
	char digest[PL_DIGEST_TEXT + 1];

	for (unsigned u = 0; u <= c->n_earlier; u++) {
		pl_digest_text(&pl_recount_decl(c, u < c->n_earlier ? u + 1 : 0)->digest, digest);
		pl_buf_printf(&list, "%s%s", u ? ", " : "", digest);
	}
	add_value(r, PL_MSG_rule_declarations, pl_html_value_str(pl_buf_str(&list)));
}

pl_status pl_report_say_rules(const struct pl_recount *counted, enum pl_lang lang, struct pl_arena *arena, pl_str **ret, size_t *ret_n)
{
	const struct pl_register_decl *d = counted->decl;
	struct rules r = {arena, lang, pl_arena_alloc(arena, RULES_MAX, sizeof *r.list), 0, PL_OK};

	if (!r.list)
		return PL_E_TOOBIG;
	if (d->imported)
		add(&r, PL_MSG_rule_imported, 0);
	add(&r, d->padded ? PL_MSG_rule_padded : PL_MSG_rule_exact, 0);
	add(&r, d->totals_only ? PL_MSG_rule_totals : PL_MSG_rule_rows, 0);
	if (d->open_days && !d->totals_only)
		add(&r, PL_MSG_rule_open_after, d->open_days);
	if (!d->imported)
		add(&r, PL_MSG_rule_late, d->late_days);
	if (d->retain_months)
		add(&r, PL_MSG_rule_retain, d->retain_months);
	if (d->calendar.len)
		add_value(&r, PL_MSG_rule_calendar, pl_html_value_str(d->calendar));
	if (d->report_days)
		add(&r, PL_MSG_rule_report, d->report_days);
	for (size_t i = 0; i < d->n_clocks; i++)
		add_clock(&r, d, &d->clocks[i]);
	if (counted->n_earlier)
		add_declarations(&r, counted);
	*ret = r.list;
	*ret_n = r.n;
	return r.status;
}
