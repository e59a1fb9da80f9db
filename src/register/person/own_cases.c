/* SPDX-License-Identifier: Apache-2.0 */
/* The cases of all registers as a store: one class and one table a register. */
#include "base/time.h"
#include "register/casework/hold.h"
#include "register/person/own_internal.h"
#include "register/person/sql.h"
#include "register/private.h"
#include "register/sql.h"
#include <stdio.h>

#define FIXED 4u /* case, revision, state, entered */
_Static_assert(FIXED + PL_REGISTER_FIELDS_MAX <= PL_HOLDINGS_COLUMNS_MAX, "columns");

/* ---- what there is ---- */

static void put_fields(const struct pl_register_decl *d, struct pl_buf *out)
{
	for (size_t i = 0; i < d->n_fields; i++) {
		if (i)
			pl_buf_put_c(out, ',');
		pl_buf_put_str(out, d->fields[i].name);
	}
}

static pl_status describe_register(const struct pl_person_desk *d, const struct pl_register_decl *decl, pl_holding_fn fn, void *ctx)
{
	struct pl_buf fields PL_CLEANUP(pl_buf_done) = PL_BUF(PL_REGISTER_FIELDS_MAX * (PL_REGISTER_NAME_MAX + 1));
	struct pl_holding h = {.name = decl->name, .place = d->outside->place, .entity = d->outside->entity, .months = decl->retain_months};
	pl_status st;

	put_fields(decl, &fields);
	st = pl_buf_status(&fields);
	h.fields = pl_buf_str(&fields);
	return st ? st : fn(ctx, &h);
}

static pl_status describe(void *ctx, pl_holding_fn fn, void *fn_ctx, struct pl_diag *diag)
{
	const struct pl_person_desk *d = ctx;
	struct pl_register_names l = {0};
	pl_status st = pl_register_names(d->inst, &l);

	for (size_t i = 0; i < l.n && !st; i++) {
		struct pl_register *r PL_CLEANUP(pl_register_closep) = NULL;

		st = pl_register_open(d->inst, pl_str_from(l.name[i]), &r, diag);
		if (!st)
			st = describe_register(d, r->decl, fn, fn_ctx);
	}
	pl_register_names_done(&l);
	return st;
}

/* ---- each case of a person, register by register ---- */

struct walk {
	const struct pl_person_desk *d;
	struct pl_register *r; /* of the present case */
	struct pl_diag *diag;
	pl_status (*open)(struct walk *w);
	pl_status (*each)(struct walk *w, const struct pl_person_case *c);
	pl_status (*close)(struct walk *w);
	const struct pl_holdings_sink *sink;
	pl_holdings_found_fn found;
	pl_holdings_erased_fn erased;
	void *ctx;
	const struct pl_holdings_correction *correction;
	bool corrected;
	uint64_t rows;
	struct pl_buf names;
};

static pl_status leave(struct walk *w)
{
	pl_status st = w->r && w->close ? w->close(w) : PL_OK;

	pl_register_close(w->r);
	w->r = NULL;
	return st;
}

static pl_status enter(struct walk *w, const struct pl_person_case *c)
{
	pl_status st = PL_OK;

	if (w->r && pl_str_eq(w->r->decl->name, pl_str_from(c->reg)))
		return PL_OK;
	st = leave(w);
	if (!st)
		st = pl_register_open(w->d->inst, pl_str_from(c->reg), &w->r, w->diag);
	return st || !w->open ? st : w->open(w);
}

static pl_status walk(struct walk *w, const struct pl_person *who)
{
	struct pl_person_case *list = NULL;
	size_t n = 0;
	pl_status st = pl_person_cases(w->d->inst, &w->d->key, who, &w->d->reader, &list, &n, w->diag);

	/* An erasure that was broken off may have made a case nobody's already. */
	if (!st && w->erased && w->d->erasing)
		st = pl_erasure_cases(w->d->erasing, &list, &n);
	for (size_t i = 0; i < n && !st; i++) {
		st = enter(w, &list[i]);
		if (!st)
			st = w->each(w, &list[i]);
	}
	if (st) {
		pl_register_close(w->r);
		w->r = NULL;
	} else {
		st = leave(w);
	}
	pl_buf_done(&w->names);
	pl_free(list);
	return st;
}

/* ---- find ---- */

static pl_status find_open(struct walk *w)
{
	w->rows = 0;
	pl_buf_done(&w->names);
	pl_buf_init(&w->names, (size_t)4 << 20);
	return PL_OK;
}

static pl_status find_each(struct walk *w, const struct pl_person_case *c)
{
	if (w->rows++)
		pl_buf_put_c(&w->names, ' ');
	pl_buf_printf(&w->names, "%s/%llu", c->reg, (unsigned long long)c->number);
	return pl_buf_status(&w->names);
}

static pl_status find_close(struct walk *w)
{
	struct pl_holdings_found f = {.name = w->r->decl->name, .rows = w->rows, .names = pl_buf_str(&w->names)};

	return w->found(w->ctx, &f);
}

static pl_status find(void *ctx, const struct pl_person *who, pl_holdings_found_fn fn, void *fn_ctx, struct pl_diag *diag)
{
	struct walk w = {.d = ctx, .diag = diag, .open = find_open, .each = find_each, .close = find_close, .found = fn, .ctx = fn_ctx};

	return walk(&w, who);
}

/* ---- copy ---- */

static enum pl_holding_type type_of(enum pl_commit_type type)
{
	switch (type) {
	case PL_COMMIT_U64:
		return PL_HOLDING_U64;
	case PL_COMMIT_BOOL:
		return PL_HOLDING_BOOL;
	case PL_COMMIT_TIME:
		return PL_HOLDING_TIME;
	case PL_COMMIT_ENUM:
	case PL_COMMIT_TEXT:
	case PL_COMMIT_BYTES:
	case PL_COMMIT_DIGEST:
		break;
	}
	return PL_HOLDING_TEXT;
}

static pl_status copy_open(struct walk *w)
{
	static const struct pl_holding_column fixed[FIXED] = {
		{PL_STR_INIT("case"), PL_HOLDING_U64}, {PL_STR_INIT("revision"), PL_HOLDING_U64}, {PL_STR_INIT("state"), PL_HOLDING_TEXT},
		{PL_STR_INIT("case-entered"), PL_HOLDING_TIME},
	};
	const struct pl_register_decl *d = w->r->decl;
	struct pl_holding_table t = {.name = d->name, .n = FIXED + d->n_fields};

	memcpy(t.columns, fixed, sizeof fixed);
	for (size_t i = 0; i < d->n_fields; i++)
		t.columns[FIXED + i] = (struct pl_holding_column){d->fields[i].name, type_of(d->fields[i].type)};
	return w->sink->table(w->sink->ctx, &t);
}

static const char *state_word(enum pl_row_kind kind)
{
	return kind == PL_ROW_ERASED ? "erased" : kind == PL_ROW_LOST ? "lost" : "entered";
}

/* The text of every value; they point into @room, which does not move. */
static pl_status put_values(const struct pl_register *r, const struct pl_register_view *v, struct pl_buf *room,
	struct pl_holding_value *values)
{
	const struct pl_register_decl *d = r->decl;

	for (size_t i = 0; i < d->n_fields; i++) {
		size_t start = room->len, at = d->fields[i].exact;
		pl_status st;

		if (!v->v[at].present)
			at = d->fields[i].coarse;
		if (at == PL_REGISTER_NONE || !v->v[at].present)
			continue;
		st = pl_register_value_write(d, at, v->v[at].value, room);
		if (st)
			return st;
		values[FIXED + i] = (struct pl_holding_value){true, pl_str_of((const char *)room->ptr + start, room->len - start)};
	}
	return pl_buf_status(room);
}

static pl_status copy_case(struct walk *w, const struct pl_person_case *c, const struct pl_register_view *v)
{
	struct pl_buf room PL_CLEANUP(pl_buf_done_secret) = PL_BUF((size_t)4 << 20);
	struct pl_holding_value *values = pl_alloc(PL_HOLDINGS_COLUMNS_MAX, sizeof *values);
	char number[24], revision[24], entered[21];
	pl_status st = pl_buf_reserve(&room, room.max) ? put_values(w->r, v, &room, values) : PL_E_NOMEM;

	(void)snprintf(number, sizeof number, "%llu", (unsigned long long)c->number);
	(void)snprintf(revision, sizeof revision, "%u", v->at.revision);
	pl_time_write(v->entered * PL_SECOND, entered);
	values[0] = (struct pl_holding_value){true, pl_str_from(number)};
	values[1] = (struct pl_holding_value){true, pl_str_from(revision)};
	values[2] = (struct pl_holding_value){true, pl_str_from(state_word(v->kind))};
	values[3] = (struct pl_holding_value){true, pl_str_from(entered)};
	if (!st)
		st = w->sink->row(w->sink->ctx, values);
	pl_free(values);
	return st;
}

static pl_status copy_each(struct walk *w, const struct pl_person_case *c)
{
	struct pl_register_view *v PL_CLEANUP(pl_register_view_freep) = NULL;
	pl_status st = pl_register_case_read(w->d->inst, w->r, c->number, &w->d->reader, &v, w->diag);

	return st ? st : copy_case(w, c, v);
}

static pl_status copy(void *ctx, const struct pl_person *who, const struct pl_holdings_sink *sink, struct pl_diag *diag)
{
	struct walk w = {.d = ctx, .diag = diag, .open = copy_open, .each = copy_each, .sink = sink};

	return walk(&w, who);
}

/* ---- correct ---- */

static pl_status correct_value(struct walk *w, const struct pl_person_case *c, const struct pl_register_field *f)
{
	struct pl_register_view *v PL_CLEANUP(pl_register_view_freep) = NULL;
	struct pl_buf room PL_CLEANUP(pl_buf_done_secret) = PL_BUF((size_t)1 << 20);
	struct pl_register_set set = {.field = (size_t)(f - w->r->decl->fields)};
	struct pl_register_case made;
	pl_status st = pl_register_case_read(w->d->inst, w->r, c->number, &w->d->reader, &v, w->diag);

	if (!st && w->correction->value.len)
		st = pl_register_value_read(w->r->decl, f, w->correction->value, &room, w->diag);
	if (st)
		return st;
	if (w->correction->value.len)
		set.value = (struct pl_commit_value){true, pl_buf_bytes(&room)};
	return pl_register_case_change(w->d->inst, w->r, v, &w->d->reader, &set, 1, &made, w->diag);
}

static pl_status correct_each(struct walk *w, const struct pl_person_case *c)
{
	const struct pl_register_field *f;
	uint64_t row;
	pl_status st;

	if (!pl_str_eq(w->correction->table, pl_str_from(c->reg)) || pl_str_to_u64(w->correction->row, INT64_MAX, &row) || row != c->number)
		return PL_OK;
	f = pl_register_decl_field(w->r->decl, w->correction->column);
	if (!f)
		return pl_diag_set(w->diag, PL_E_UNSUPPORTED, "the register %s has no field \"%.*s\" that could be corrected", c->reg,
			PL_STR_ARG(w->correction->column));
	st = correct_value(w, c, f);
	w->corrected = !st;
	return st;
}

static pl_status correct(void *ctx, const struct pl_person *who, const struct pl_holdings_correction *c, struct pl_diag *diag)
{
	struct walk w = {.d = ctx, .diag = diag, .each = correct_each, .correction = c};
	pl_status st = walk(&w, who);

	if (!st && !w.corrected)
		return pl_diag_set(diag, PL_E_NOTFOUND, "there is no case %.*s of this person in %.*s", PL_STR_ARG(c->row), PL_STR_ARG(c->table));
	return st;
}

/* ---- erase ---- */

/* A case has a key of its own, and one for each thing of its file that is not under that one. */
#define KEYS_MAX 1024u

struct marking {
	const struct pl_person_case *c;
	uint64_t now;
	struct pl_hold held;
	bool destroyed; /* all keys of it */
	size_t n;
	pl_str keys[KEYS_MAX];
	char key[KEYS_MAX][32];
};

static pl_status read_hold(void *ctx, struct pl_db_tx *tx)
{
	struct marking *m = ctx;

	return pl_hold_get(tx, pl_str_from(m->c->reg), m->c->number, m->now, &m->held);
}

static pl_status unlink_case(void *ctx, struct pl_db_tx *tx)
{
	const struct marking *m = ctx;

	return pl_person_unlink(tx, pl_str_from(m->c->reg), m->c->number);
}

static pl_status read_doomed(void *ctx, struct pl_db_tx *tx)
{
	struct marking *m = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, &pl_sql_person_doomed, PL_DB_ARGS(PL_DB_Z(m->c->reg), PL_DB_U64(m->c->number)), &rows);

	m->n = 0;
	m->destroyed = true;
	while (!st && (st = pl_db_step(rows)) == PL_OK) {
		if (m->n == KEYS_MAX)
			return PL_E_TOOBIG;
		(void)snprintf(m->key[m->n], sizeof m->key[0], "vault/%llu", (unsigned long long)pl_db_col_u64(rows, 0));
		m->keys[m->n] = pl_str_from(m->key[m->n]);
		m->destroyed = pl_db_col_bool(rows, 1) && m->destroyed;
		m->n++;
	}
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

/* Whose the case was is forgotten last: until its keys are destroyed the next erasure finds it again. */
static pl_status erase_case(struct walk *w, struct marking *m, const struct pl_register_view *v)
{
	struct pl_db *db = pl_instance_db(w->d->inst);
	struct pl_register_case made;
	struct pl_holdings_erased e = {.name = w->r->decl->name, .rows = 1, .keys = m->keys, .kept = 1, .reason = PL_STR("counted-in-public"),
		.backups = pl_person_backups(w->d), .has_leaf = true, .reg = w->r->decl->name, .number = m->c->number};
	bool ignored;
	pl_status st = PL_OK;

	if (v->kind == PL_ROW_OPEN || v->kind == PL_ROW_SEALED)
		st = pl_register_case_erase(w->d->inst, w->r, m->c->number, &w->d->reader, w->d->now, &made, &ignored, w->diag);
	if (!st)
		st = pl_db_read(db, read_doomed, m);
	if (!st && m->destroyed)
		st = pl_db_tx(db, unlink_case, m);
	if (st)
		return st;
	e.n_keys = m->destroyed ? m->n : 0;
	e.pending = !m->destroyed;
	return w->erased(w->ctx, &e);
}

static pl_status erase_one(struct walk *w, const struct pl_person_case *c, struct marking *m)
{
	struct pl_register_view *v PL_CLEANUP(pl_register_view_freep) = NULL;
	struct pl_holdings_erased e = {.name = w->r->decl->name, .kept = 1};
	pl_status st = pl_db_read(pl_instance_db(w->d->inst), read_hold, m);

	if (!st) {
		e.reason = pl_str_from(m->held.reason);
		e.until = m->held.until;
		return w->erased(w->ctx, &e);
	}
	if (st != PL_E_NOTFOUND)
		return st;
	st = pl_register_case_read(w->d->inst, w->r, c->number, NULL, &v, w->diag);
	return st ? st : erase_case(w, m, v);
}

static pl_status erase_each(struct walk *w, const struct pl_person_case *c)
{
	struct marking *m = PL_NEW(struct marking);
	pl_status st;

	m->c = c;
	m->now = w->d->now;
	st = erase_one(w, c, m);
	pl_free(m);
	return st;
}

static pl_status erase(void *ctx, const struct pl_person *who, pl_holdings_erased_fn fn, void *fn_ctx, struct pl_diag *diag)
{
	struct walk w = {.d = ctx, .diag = diag, .each = erase_each, .erased = fn, .ctx = fn_ctx};

	return walk(&w, who);
}

void pl_person_cases_store(struct pl_person_desk *d, struct pl_holdings *ret)
{
	*ret = (struct pl_holdings){.name = PL_STR("cases"), .ctx = d, .describe = describe, .find = find, .copy = copy, .correct = correct,
		.erase = erase};
}
