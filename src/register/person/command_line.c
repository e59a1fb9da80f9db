/* SPDX-License-Identifier: Apache-2.0 */
/* What a store's program answers, line by line. */
#include "base/time.h"
#include "fact/predicates.h"
#include "register/person/command.h"

static bool class_known(const struct pl_command_store *s, pl_str name)
{
	for (size_t i = 0; i < s->n_classes; i++)
		if (pl_str_eq(s->classes[i].name, name))
			return true;
	return false;
}

static pl_status take_class(const struct pl_command_answer *a, const struct pl_json *o, pl_str *ret, struct pl_diag *diag)
{
	pl_status st = pl_json_get_str(o, "class", ret, diag);

	if (st || class_known(a->store, *ret))
		return st;
	return pl_diag_set(diag, PL_E_RANGE, "the class \"%.*s\" does not stand in the file of holdings", PL_STR_ARG(*ret));
}

static pl_status take_found(struct pl_command_answer *a, const struct pl_json *o, struct pl_diag *diag)
{
	static const char *const names[] = {"class", "rows"};
	struct pl_holdings_found f = {0};
	pl_status st = pl_json_only(o, names, PL_COUNT(names), diag);

	if (!st)
		st = take_class(a, o, &f.name, diag);
	if (!st)
		st = pl_json_get_u64(o, "rows", INT64_MAX, &f.rows, diag);
	return st || !f.rows ? st : a->found(a->ctx, &f);
}

/* ---- copies ---- */

static pl_status take_column(struct pl_holding_table *t, struct pl_buf *names, const struct pl_json *o, struct pl_diag *diag)
{
	static const char *const members[] = {"name", "type"};
	struct pl_holding_column *c = &t->columns[t->n];
	pl_str name, type;
	pl_status st = pl_json_only(o, members, PL_COUNT(members), diag);

	if (!st)
		st = pl_json_get_str(o, "name", &name, diag);
	if (!st)
		st = pl_json_get_str(o, "type", &type, diag);
	if (st)
		return st;
	if (!pl_predicate_token_ok(name) || pl_holding_type_parse(type, &c->type))
		return pl_diag_set(diag, PL_E_RANGE, "a column has a name of a-z 0-9 . _ + - and a type text, u64, bool or time");
	for (size_t i = 0; i < t->n; i++)
		if (pl_str_eq(t->columns[i].name, name))
			return pl_diag_set(diag, PL_E_RANGE, "the column \"%.*s\" stands twice", PL_STR_ARG(name));
	c->name = pl_str_of((const char *)names->ptr + names->len, name.len);
	pl_buf_put_str(names, name);
	t->n++;
	return pl_buf_status(names);
}

static pl_status take_table(struct pl_command_answer *a, const struct pl_json *line, struct pl_diag *diag)
{
	static const char *const members[] = {"columns", "table"};
	const struct pl_json *columns = NULL;
	struct pl_holding_table *t = a->table;
	pl_str name;
	pl_status st = pl_json_only(line, members, PL_COUNT(members), diag);

	if (!st)
		st = pl_json_get_str(line, "table", &name, diag);
	if (!st)
		st = pl_json_get_array(line, "columns", &columns, diag);
	if (st)
		return st;
	if (!pl_predicate_token_ok(name) || !pl_json_count(columns) || pl_json_count(columns) > PL_HOLDINGS_COLUMNS_MAX)
		return pl_diag_set(diag, PL_E_RANGE, "a table has a name of a-z 0-9 . _ + - and 1 to %u columns", PL_HOLDINGS_COLUMNS_MAX);
	pl_buf_clear(&a->names);
	if (!pl_buf_reserve(&a->names, a->names.max))
		return PL_E_NOMEM;
	t->n = 0;
	t->name = pl_str_of((const char *)a->names.ptr, name.len);
	pl_buf_put_str(&a->names, name);
	for (size_t i = 0; i < pl_json_count(columns) && !st; i++)
		st = take_column(t, &a->names, pl_json_at(columns, i), diag);
	return st ? st : a->sink->table(a->sink->ctx, t);
}

static pl_status take_row(struct pl_command_answer *a, const struct pl_json *row, struct pl_diag *diag)
{
	struct pl_holding_value values[PL_HOLDINGS_COLUMNS_MAX] = {0};

	if (!a->table->n || pl_json_kind(row) != PL_JSON_ARRAY || pl_json_count(row) != a->table->n)
		return pl_diag_set(diag, PL_E_SYNTAX, "expected a row of as many values as the table before it has columns");
	for (size_t i = 0; i < a->table->n; i++) {
		const struct pl_json *v = pl_json_at(row, i);

		if (pl_json_kind(v) == PL_JSON_NULL)
			continue;
		values[i].present = true;
		if (pl_json_str(v, &values[i].text) || pl_holding_value_check(a->table->columns[i].type, values[i].text))
			return pl_diag_set(diag, PL_E_SYNTAX, "the value of \"%.*s\" is no %s, written as a string",
				PL_STR_ARG(a->table->columns[i].name), pl_holding_type_word(a->table->columns[i].type));
	}
	return a->sink->row(a->sink->ctx, values);
}

/* ---- erasures ---- */

static pl_status take_time(const struct pl_json *o, const char *name, uint64_t *ret, struct pl_diag *diag)
{
	pl_str text = {0};
	uint64_t ns = 0;
	pl_status st = pl_json_opt_str(o, name, &text, diag);

	if (!st && text.len && pl_time_parse(text, &ns))
		st = pl_diag_set(diag, PL_E_SYNTAX, "%s is no time of RFC 3339 in UTC", name);
	if (!st)
		*ret = ns / PL_SECOND;
	return st;
}

#define KEYS_MAX 1024u

static pl_status take_keys(const struct pl_json *keys, pl_str list[static KEYS_MAX], struct pl_diag *diag)
{
	if (pl_json_count(keys) > KEYS_MAX)
		return pl_diag_set(diag, PL_E_TOOBIG, "at most %u keys in one line", KEYS_MAX);
	for (size_t i = 0; i < pl_json_count(keys); i++)
		if (pl_json_str(pl_json_at(keys, i), &list[i]) || !list[i].len || list[i].len > 128)
			return pl_diag_set(diag, PL_E_SYNTAX, "the name of a key has 1 to 128 bytes");
	return PL_OK;
}

static pl_status take_erased(struct pl_command_answer *a, const struct pl_json *o, struct pl_diag *diag)
{
	static const char *const members[] = {"backups", "class", "kept", "keys", "reason", "rows", "until"};
	struct pl_holdings_erased e = {0};
	const struct pl_json *keys = NULL;
	pl_str list[KEYS_MAX];
	pl_status st = pl_json_only(o, members, PL_COUNT(members), diag);

	if (!st)
		st = take_class(a, o, &e.name, diag);
	if (!st)
		st = pl_json_get_u64(o, "rows", INT64_MAX, &e.rows, diag);
	if (!st)
		st = pl_json_opt_u64(o, "kept", INT64_MAX, &e.kept, diag);
	if (!st)
		st = pl_json_opt_str(o, "reason", &e.reason, diag);
	if (!st)
		st = take_time(o, "until", &e.until, diag);
	if (!st)
		st = take_time(o, "backups", &e.backups, diag);
	if (!st)
		st = pl_json_opt_array(o, "keys", &keys, diag);
	if (!st)
		st = take_keys(keys, list, diag);
	if (st)
		return st;
	if ((e.kept != 0) != (e.reason.len != 0) || (e.kept && !pl_holdings_reason_ok(e.reason)))
		return pl_diag_set(diag, PL_E_RANGE, "what is kept has one of the known reasons, and nothing else has one");
	e.keys = list;
	e.n_keys = pl_json_count(keys);
	return a->erased(a->ctx, &e);
}

static pl_status take_objected(struct pl_command_answer *a, const struct pl_json *o, struct pl_diag *diag)
{
	static const char *const members[] = {"outcome", "reason"};
	struct pl_holdings_objected r = {.outcome = PL_HOLDINGS_OUTCOMES};
	pl_str outcome, reason = {0};
	pl_status st = pl_json_only(o, members, PL_COUNT(members), diag);

	if (!st)
		st = pl_json_get_str(o, "outcome", &outcome, diag);
	if (!st)
		st = pl_json_opt_str(o, "reason", &reason, diag);
	if (st)
		return st;
	for (unsigned i = 0; i < PL_HOLDINGS_OUTCOMES; i++)
		if (pl_str_eq(outcome, pl_str_from(pl_holdings_outcome_word((enum pl_holdings_outcome)i))))
			r.outcome = (enum pl_holdings_outcome)i;
	if (r.outcome == PL_HOLDINGS_OUTCOMES)
		return pl_diag_set(diag, PL_E_RANGE, "the outcome of an objection is not-used, stopped or goes-on");
	r.reason = pl_holdings_reason(reason);
	if ((r.outcome == PL_HOLDINGS_GOES_ON) != (r.reason != NULL) || (reason.len && !r.reason))
		return pl_diag_set(diag, PL_E_RANGE, "what goes on has one of the known reasons, and nothing else has one");
	*a->objected = r;
	a->took = true;
	return PL_OK;
}

/* ---- one line ---- */

static pl_status take(struct pl_command_answer *a, const struct pl_json *line, struct pl_diag *diag)
{
	const struct pl_json *v;
	bool yes = false;

	if (a->ended)
		return pl_diag_set(diag, PL_E_SYNTAX, "a line behind the last one");
	if (pl_json_get(line, "table"))
		return a->sink ? take_table(a, line, diag) : pl_diag_set(diag, PL_E_SYNTAX, "a table that nobody asked for");
	if (pl_json_kind(line) != PL_JSON_OBJECT || pl_json_count(line) != 1)
		return pl_diag_set(diag, PL_E_SYNTAX, "expected one object with one member a line");
	if ((v = pl_json_get(line, "row")) && a->sink)
		return take_row(a, v, diag);
	if ((v = pl_json_get(line, "found")) && a->found)
		return take_found(a, v, diag);
	if ((v = pl_json_get(line, "erased")) && a->erased)
		return take_erased(a, v, diag);
	if ((v = pl_json_get(line, "objected")) && a->objected)
		return take_objected(a, v, diag);
	if ((v = pl_json_get(line, "corrected")) && pl_json_bool(v, &yes) == PL_OK) {
		a->corrected = yes;
		return PL_OK;
	}
	if ((v = pl_json_get(line, "end")) && pl_json_bool(v, &yes) == PL_OK && yes) {
		a->ended = true;
		return PL_OK;
	}
	return pl_diag_set(diag, PL_E_SYNTAX, "a line of another kind than was asked for");
}

pl_status pl_command_line(struct pl_command_answer *a, pl_str line, struct pl_diag *diag)
{
	struct pl_json *v PL_CLEANUP(pl_json_done) = NULL;
	pl_status st = pl_json_parse(line, PL_COMMAND_LINE_MAX, 8, &v, diag);

	return st ? st : take(a, v, diag);
}
