/* SPDX-License-Identifier: Apache-2.0 */
/* Orders of the desk, and asking the stores. */
#include "register/person/errand.h"
#include "base/time.h"
#include "fact/predicates.h"
#include "register/person/own_internal.h"
#include "register/person/sql.h"

const char *const pl_errand_words[PL_ERRAND_KINDS + 1] = {"look-up", "package", "where", "correct", "object", "link", NULL};

/* ---- ordering ---- */

pl_status pl_errand_put(struct pl_db_tx *tx, const struct pl_errand *o)
{
	bool supersedes = o->kind == PL_ERRAND_LOOKUP || o->kind == PL_ERRAND_PACKAGE;
	pl_status st = supersedes ? pl_db_exec(tx, &pl_sql_person_errand_supersede,
		PL_DB_ARGS(PL_DB_STR(o->name), PL_DB_U64(o->number), PL_DB_U64((uint64_t)o->kind)), NULL) : PL_OK;

	return st ? st : pl_db_exec(tx, &pl_sql_person_errand_put,
		PL_DB_ARGS(PL_DB_STR(o->name), PL_DB_U64(o->number), PL_DB_U64(o->entry), PL_DB_U64((uint64_t)o->kind), PL_DB_U64(o->made),
			PL_DB_MEM(o->account.b, sizeof o->account.b)),
		NULL);
}

struct ordering {
	const struct pl_register *r;
	struct pl_errand o;
	struct pl_casework_new entry;
};

static pl_status order(void *ctx, struct pl_db_tx *tx)
{
	struct ordering *g = ctx;
	pl_status st = pl_casework_put(tx, g->r, g->o.number, &g->entry, &g->o.entry);

	return st ? st : pl_errand_put(tx, &g->o);
}

/* One identity a line, as whoever carries it out reads them. */
static pl_status take_lines(pl_str lines, struct pl_buf *out, struct pl_diag *diag)
{
	struct pl_person_id id;
	size_t n = 0;
	pl_status st = PL_OK;

	while (lines.len && !st) {
		pl_str line = lines;

		if (!pl_str_take_line(&lines, &line))
			lines.len = 0;
		line = pl_str_trim(line);
		if (!line.len)
			continue;
		if (n++ == PL_LOOKUP_ASKED_MAX)
			return pl_diag_set(diag, PL_E_RANGE, "at most %u are asked for at once", PL_LOOKUP_ASKED_MAX);
		st = pl_person_id_parse(line, &id, diag);
		pl_buf_put_str(out, line);
		pl_buf_put_c(out, '\n');
	}
	if (!st && !n)
		return pl_diag_set(diag, PL_E_RANGE, "say for whom the stores are asked");
	return st ? st : pl_buf_status(out);
}

/* Order what @text says. */
static pl_status order_sealed(struct pl_instance *inst, const struct pl_register *r, uint64_t number, const struct pl_casework_actor *who, enum pl_errand_kind kind,
	pl_str text, struct pl_diag *diag)
{
	struct pl_vault_key key = {0};
	uint64_t now = pl_time_now() / PL_SECOND;
	struct ordering g = {.r = r,
		.o = {.name = r->decl->name, .number = number, .kind = kind, .made = now, .account = who->account},
		.entry = {.kind = PL_CASEWORK_ORDERED, .at = now, .account = who->account, .about = pl_str_from(pl_errand_words[kind]), .text = text, .key = &key}};
	pl_status st = pl_casework_case_key(inst, r, number, who, &key, diag);

	if (!st)
		st = pl_db_tx(pl_instance_db(inst), order, &g);
	pl_vault_key_done(&key);
	return st;
}

pl_status pl_errand_order_look_up(struct pl_instance *inst, const struct pl_register *r, uint64_t number, const struct pl_casework_actor *who, pl_str lines,
	struct pl_diag *diag)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_CASEWORK_TEXT_MAX);
	pl_status st;

	if (!pl_lookup_is(r->decl))
		return pl_diag_set(diag, PL_E_UNSUPPORTED, "%.*s declares no field \"look-up\" beside a \"reason\" that can be not-held", PL_STR_ARG(r->decl->name));
	st = take_lines(lines, &text, diag);
	return st ? st : order_sealed(inst, r, number, who, PL_ERRAND_LOOKUP, pl_buf_str(&text), diag);
}

/* A name that stands in a line of its own. */
static pl_status check_line(pl_str what, const char *name, struct pl_diag *diag)
{
	if (what.len && !memchr(what.ptr, '\n', what.len) && !memchr(what.ptr, '\r', what.len))
		return PL_OK;
	return pl_diag_set(diag, PL_E_RANGE, "a correction names a %s, in one line", name);
}

static pl_status check_correction(const struct pl_errand_ask *a, struct pl_diag *diag)
{
	pl_status st = check_line(a->store, "store", diag);

	if (!st)
		st = check_line(a->correction.table, "table", diag);
	if (!st)
		st = check_line(a->correction.row, "row", diag);
	return st ? st : check_line(a->correction.column, "column", diag);
}

/* A secret finds its case by itself: nobody has to note it. */
static pl_status check_linked(pl_str lines, struct pl_diag *diag)
{
	pl_str line;
	struct pl_person_id id;

	while (pl_str_take_line(&lines, &line))
		if (pl_person_id_parse(line, &id, NULL) == PL_OK && id.type == PL_PERSON_CASE)
			return pl_diag_set(diag, PL_E_RANGE, "a case's secret finds the case by itself");
	return PL_OK;
}

pl_status pl_errand_order_ask(struct pl_instance *inst, const struct pl_register *r, uint64_t number, const struct pl_casework_actor *who,
	const struct pl_errand_ask *a, struct pl_diag *diag)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_CASEWORK_TEXT_MAX), lines PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_CASEWORK_TEXT_MAX);
	struct pl_errand_ask what = *a;
	pl_status st = PL_OK;

	if (a->kind == PL_ERRAND_CORRECT)
		st = check_correction(a, diag);
	else if (a->kind == PL_ERRAND_OBJECT && !pl_predicate_token_ok(a->objection.purpose))
		st = pl_diag_set(diag, PL_E_RANGE, "a purpose is a word of small letters, digits and \"-\", like advertising");
	else if (a->kind == PL_ERRAND_LINK) {
		st = take_lines(a->identities, &lines, diag);
		what.identities = pl_buf_str(&lines);
		if (!st)
			st = check_linked(what.identities, diag);
	}
	if (st)
		return st;
	pl_errand_ask_write(&what, &text);
	st = pl_buf_status(&text);
	return st ? st : order_sealed(inst, r, number, who, a->kind, pl_buf_str(&text), diag);
}

/* ---- reading ---- */

struct reading {
	pl_str name;
	uint64_t number;
	struct pl_arena *arena;
	struct pl_errand *list;
	size_t n;
};

static pl_status take(struct reading *g, struct pl_db_rows *rows)
{
	uint64_t kind = pl_db_col_u64(rows, 0);
	struct pl_errand *o = &g->list[g->n];
	pl_status st;

	if (kind >= PL_ERRAND_KINDS || g->n == PL_ERRANDS_MAX)
		return PL_E_CORRUPT;
	*o = (struct pl_errand){.name = g->name, .number = g->number, .kind = (enum pl_errand_kind)kind, .entry = pl_db_col_u64(rows, 1),
		.done = pl_db_col_u64(rows, 2) != 0, .made = pl_db_col_u64(rows, 3)};
	pl_db_col_fixed(rows, 4, o->account.b, sizeof o->account.b);
	st = pl_arena_dup(g->arena, pl_db_col_str(rows, 5), &o->why);
	g->n += !st;
	return st ? st : pl_db_rows_status(rows);
}

static pl_status read_of(void *ctx, struct pl_db_tx *tx)
{
	struct reading *g = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, &pl_sql_person_errand_of, PL_DB_ARGS(PL_DB_STR(g->name), PL_DB_U64(g->number), PL_DB_U64(PL_ERRANDS_MAX)), &rows);

	g->n = 0;
	while (!st && (st = pl_db_step(rows)) == PL_OK)
		st = take(g, rows);
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

pl_status pl_errands_of(struct pl_instance *inst, pl_str name, uint64_t number, struct pl_arena *arena, struct pl_errand ret[static PL_ERRANDS_MAX],
	size_t *ret_n)
{
	struct reading g = {.name = name, .number = number, .arena = arena, .list = ret};
	pl_status st = pl_db_read(pl_instance_db(inst), read_of, &g);

	*ret_n = g.n;
	return st;
}

/* ---- asking the stores ---- */

static pl_status count_rows(const struct pl_json *store, uint64_t *ret)
{
	const struct pl_json *classes = pl_json_get(store, "classes");
	pl_status st = PL_OK;

	*ret = 0;
	for (size_t i = 0; i < pl_json_count(classes) && !st; i++) {
		uint64_t rows = 0;

		st = pl_json_opt_u64(pl_json_at(classes, i), "rows", INT64_MAX, &rows, NULL);
		if (!st && __builtin_add_overflow(*ret, rows, ret))
			st = PL_E_CORRUPT;
	}
	return st;
}

/* What pl_holdings_where said, store by store. */
static pl_status take_stores(const struct pl_json *where, struct pl_arena *arena, struct pl_lookup *l)
{
	const struct pl_json *stores = pl_json_get(where, "stores");
	pl_status st = PL_OK;

	for (size_t i = 0; i < pl_json_count(stores) && !st; i++) {
		struct pl_lookup_store *s = &l->stores[l->n_stores];
		pl_str name;

		if (l->n_stores == PL_LOOKUP_STORES_MAX)
			return PL_E_TOOBIG;
		st = pl_json_get_str(pl_json_at(stores, i), "store", &name, NULL);
		if (!st)
			st = pl_arena_dup(arena, name, &s->name);
		s->later = pl_json_get(pl_json_at(stores, i), "answersLater") != NULL;
		if (!st)
			st = count_rows(pl_json_at(stores, i), &s->rows);
		l->n_stores++;
	}
	return st;
}

/* "email=a@example.org", as it was typed. */
static pl_status take_asked(const struct pl_person *who, struct pl_arena *arena, struct pl_lookup *l)
{
	for (size_t i = 0; i < who->n; i++) {
		struct pl_buf text PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_PERSON_VALUE_MAX + 32);
		pl_status st;

		pl_buf_printf(&text, "%s=%.*s", pl_person_id_word(who->id[i].type), PL_STR_ARG(who->id[i].value));
		st = pl_buf_status(&text);
		if (!st)
			st = pl_arena_dup(arena, pl_buf_str(&text), &l->asked[l->n_asked++]);
		if (st)
			return st;
	}
	return PL_OK;
}

pl_status pl_errand_look_up(struct pl_person_desk *d, const struct pl_register *r, uint64_t number, const struct pl_person *who,
	const struct pl_casework_actor *actor, struct pl_arena *arena, struct pl_lookup **ret, enum pl_lookup_outcome *ret_outcome, struct pl_diag *diag)
{
	struct pl_json *where PL_CLEANUP(pl_json_done) = NULL;
	struct pl_lookup *l = pl_arena_alloc(arena, 1, sizeof *l);
	pl_status st = PL_OK;

	if (!l)
		return PL_E_NOMEM;
	if (pl_lookup_is(r->decl) && who->n) /* otherwise it is refused before anybody is asked */
		st = pl_holdings_where(&d->list, who, &where, diag);
	if (!st && where)
		st = take_stores(where, arena, l);
	if (!st)
		st = take_asked(who, arena, l);
	if (!st)
		st = pl_lookup_note(d->inst, r, number, actor, l, ret_outcome, diag);
	if (!st)
		*ret = l;
	return st;
}
