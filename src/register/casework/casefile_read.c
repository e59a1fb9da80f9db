/* SPDX-License-Identifier: Apache-2.0 */
/* Reading: the queue, a case, its entries, and what they say to whom the vault gives the key. */
#include "register/casework/casefile_internal.h"
#include "register/sql.h"
#include "register/casework/clocks.h"

/* ---- the queue ---- */

static pl_status take_case(struct pl_db_rows *rows, unsigned at, struct pl_casework_case *c)
{
	uint64_t state = pl_db_col_u64(rows, at);

	if (state >= PL_CASEWORK_STATES)
		return PL_E_CORRUPT;
	c->state = (enum pl_casework_state)state;
	return PL_OK;
}

#define NEVER PL_CASEWORK_NEVER

struct listing {
	const struct pl_instance_conf *conf;
	pl_str name;
	const struct pl_ulid *mine;
	struct pl_casework_cursor after;
	size_t limit, n;
	struct pl_arena *arena;
	struct pl_casework_case *list;
};

static pl_status take_row(struct listing *l, struct pl_db_rows *rows)
{
	struct pl_casework_case *c = &l->list[l->n];
	pl_status st;

	*c = (struct pl_casework_case){.open = true, .number = pl_db_col_u64(rows, 1), .touched = pl_db_col_u64(rows, 4),
		.due = pl_db_col_u64(rows, 5)};
	if (c->due == NEVER)
		c->due = 0;
	st = pl_arena_dup(l->arena, pl_db_col_str(rows, 0), &c->name);
	if (!st)
		st = take_case(rows, 2, c);
	c->has_assigned = !pl_db_col_is_null(rows, 3);
	if (c->has_assigned)
		pl_db_col_fixed(rows, 3, c->assigned.b, sizeof c->assigned.b);
	l->n++;
	return st;
}

static pl_status list_rows(struct listing *l, struct pl_db_tx *tx)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st;

	l->n = 0;
	if (l->mine)
		st = pl_db_query(tx, &pl_sql_work_case_mine,
			PL_DB_ARGS(PL_DB_MEM(l->mine->b, sizeof l->mine->b), PL_DB_U64(l->after.due), PL_DB_STR(l->after.name), PL_DB_U64(l->after.number),
				PL_DB_U64(l->limit)),
			&rows);
	else
		st = pl_db_query(tx, &pl_sql_work_case_queue,
			PL_DB_ARGS(PL_DB_STR(l->name), PL_DB_U64(l->after.due), PL_DB_STR(l->after.name), PL_DB_U64(l->after.number), PL_DB_U64(l->limit)),
			&rows);
	while (!st && (st = pl_db_step(rows)) == PL_OK)
		st = take_row(l, rows);
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

static pl_status list_cases(void *ctx, struct pl_db_tx *tx)
{
	struct listing *l = ctx;
	const struct pl_calendar *calendar = NULL;
	pl_str known = {0};
	pl_status st = list_rows(l, tx);

	for (size_t i = 0; i < l->n && !st; i++) {
		struct pl_casework_case *c = &l->list[i];

		if (!c->due)
			continue;
		if (!pl_str_eq(c->name, known))
			st = pl_register_calendar(tx, l->conf, c->name, &calendar, NULL);
		known = c->name;
		if (!st)
			st = pl_casework_legal_end(tx, calendar, c->name, c->number, &c->legal);
	}
	return st;
}

pl_status pl_casework_queue(struct pl_instance *inst, pl_str name, const struct pl_ulid *mine, const struct pl_casework_cursor *after,
	size_t limit, struct pl_arena *arena, struct pl_casework_case **ret, size_t *ret_n)
{
	struct listing l = {.conf = pl_instance_conf(inst), .name = name, .mine = mine, .after = *after, .limit = limit, .arena = arena};
	pl_status st;

	if (after->number && !after->due)
		l.after.due = NEVER;

	l.list = pl_arena_alloc(arena, limit, sizeof *l.list);
	st = l.list ? pl_db_read(pl_instance_db(inst), list_cases, &l) : PL_E_NOMEM;
	*ret = l.list;
	*ret_n = l.n;
	return st;
}

/* ---- one case ---- */

struct looking {
	const struct pl_register *r;
	uint64_t number;
	struct pl_casework_case c;
};

static pl_status get_case(void *ctx, struct pl_db_tx *tx)
{
	struct looking *k = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_work_case_get, PL_DB_ARGS(PL_DB_STR(k->r->decl->name), PL_DB_U64(k->number)), &rows);

	if (st)
		return st;
	k->c = (struct pl_casework_case){.name = k->r->decl->name, .number = k->number, .open = pl_db_col_bool(rows, 1),
		.touched = pl_db_col_u64(rows, 3), .due = pl_db_col_u64(rows, 6)};
	if (k->c.due == NEVER)
		k->c.due = 0;
	st = take_case(rows, 0, &k->c);
	k->c.has_assigned = !pl_db_col_is_null(rows, 2);
	if (k->c.has_assigned)
		pl_db_col_fixed(rows, 2, k->c.assigned.b, sizeof k->c.assigned.b);
	if (!pl_db_col_is_null(rows, 4))
		k->c.closed = pl_db_col_u64(rows, 4);
	return st ? st : pl_db_rows_status(rows);
}

pl_status pl_casework_get(struct pl_instance *inst, const struct pl_register *r, uint64_t number, struct pl_casework_case *ret)
{
	struct looking k = {.r = r, .number = number};
	pl_status st = pl_db_read(pl_instance_db(inst), get_case, &k);

	*ret = k.c;
	return st;
}

/* ---- entries ---- */

struct reading {
	const struct pl_register *r;
	uint64_t number, slot;   /* slot: of the case; 0: it has no key, or none any more */
	bool gone;               /* erased, or lost */
	struct pl_arena *arena;
	struct pl_casework_entry *e;
	pl_bytes *sealed;
	size_t n;
};

static pl_status take_entry(struct reading *a, struct pl_db_rows *rows)
{
	struct pl_casework_entry *e = &a->e[a->n];
	uint64_t kind = pl_db_col_u64(rows, 2);
	pl_status st;

	if (kind >= PL_CASEWORK_KINDS)
		return PL_E_CORRUPT;
	*e = (struct pl_casework_entry){.seq = pl_db_col_u64(rows, 0), .at = pl_db_col_u64(rows, 1), .kind = (enum pl_casework_kind)kind};
	pl_db_col_fixed(rows, 3, e->account.b, sizeof e->account.b);
	st = pl_arena_dup(a->arena, pl_db_col_str(rows, 4), &e->about);
	e->slot = pl_db_col_is_null(rows, 5) ? 0 : pl_db_col_u64(rows, 5);
	e->sealed = !pl_db_col_is_null(rows, 6);
	a->sealed[a->n] = (pl_bytes){0};
	if (!st && e->sealed) {
		pl_str copy;

		st = pl_arena_dup(a->arena, pl_bytes_str(pl_db_col_blob(rows, 6)), &copy);
		a->sealed[a->n] = pl_str_bytes(copy);
	}
	a->n++;
	return st;
}

static pl_status find_slot(struct reading *a, struct pl_db_tx *tx)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_register_case_get, PL_DB_ARGS(PL_DB_STR(a->r->decl->name), PL_DB_U64(a->number)), &rows);

	if (st)
		return st;
	a->gone = pl_db_col_u64(rows, 1) > PL_ROW_SEALED;
	a->slot = pl_db_col_is_null(rows, 5) ? 0 : pl_db_col_u64(rows, 5);
	return pl_db_rows_status(rows);
}

static pl_status read_entries(void *ctx, struct pl_db_tx *tx)
{
	struct reading *a = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = find_slot(a, tx);

	a->n = 0;
	if (!st)
		st = pl_db_query(tx, &pl_sql_work_entry_list,
			PL_DB_ARGS(PL_DB_STR(a->r->decl->name), PL_DB_U64(a->number), PL_DB_U64(0), PL_DB_U64(PL_CASEWORK_ENTRIES_MAX)), &rows);
	while (!st && (st = pl_db_step(rows)) == PL_OK)
		st = take_entry(a, rows);
	return st == PL_E_NOTFOUND && rows ? PL_OK : st;
}

static pl_status read_all(struct pl_instance *inst, struct reading *a)
{
	a->e = pl_arena_alloc(a->arena, PL_CASEWORK_ENTRIES_MAX, sizeof *a->e);
	a->sealed = pl_arena_alloc(a->arena, PL_CASEWORK_ENTRIES_MAX, sizeof *a->sealed);
	return a->e && a->sealed ? pl_db_read(pl_instance_db(inst), read_entries, a) : PL_E_NOMEM;
}

pl_status pl_casework_entries(struct pl_instance *inst, const struct pl_register *r, uint64_t number, struct pl_arena *arena,
	struct pl_casework_entry **ret, size_t *ret_n)
{
	struct reading a = {.r = r, .number = number, .arena = arena};
	pl_status st = read_all(inst, &a);

	*ret = a.e;
	*ret_n = a.n;
	return st;
}

static pl_status ask_key(struct pl_instance *inst, const struct pl_register *r, uint64_t number, const struct pl_casework_actor *who,
	uint64_t slot, struct pl_vault_key *ret, struct pl_diag *diag)
{
	struct pl_vault_ask ask = {.role = who->role, .account = who->account, .owner = r->id, .number = number, .slot = slot};

	return pl_instance_vault_read(inst, &ask, ret, diag);
}

pl_status pl_casework_case_key(struct pl_instance *inst, const struct pl_register *r, uint64_t number, const struct pl_casework_actor *who,
	struct pl_vault_key *ret, struct pl_diag *diag)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA((size_t)64 << 20);
	struct reading a = {.r = r, .number = number, .arena = &arena};
	pl_status st = read_all(inst, &a);

	if (st == PL_E_NOTFOUND)
		return pl_diag_set(diag, st, "register %.*s has no case %llu", PL_STR_ARG(r->decl->name), (unsigned long long)number);
	if (st)
		return st;
	if (a.gone || !a.slot)
		return pl_diag_set(diag, PL_E_STATE, a.gone ? "the case was erased or lost: nothing can be written about it any more" :
								"the case has no key in the vault: nothing can be written about it");
	return ask_key(inst, r, number, who, a.slot, ret, diag);
}

static pl_status open_entry(struct reading *a, size_t i, const struct pl_vault_key *key, struct pl_diag *diag)
{
	struct pl_buf place PL_CLEANUP(pl_buf_done) = PL_BUF(128);
	struct pl_buf plain PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_SECRET_MAX);
	pl_status st;

	pl_casework_place(a->r, a->number, a->e[i].seq, &place);
	st = pl_secret_open(key->key, pl_buf_bytes(&place), a->sealed[i], &plain);
	if (!st)
		st = pl_arena_dup(a->arena, pl_buf_str(&plain), &a->e[i].text);
	return st ? pl_diag_set(diag, st, "entry %llu of case %llu cannot be opened", (unsigned long long)a->e[i].seq,
			    (unsigned long long)a->number) :
		    PL_OK;
}

pl_status pl_casework_read(struct pl_instance *inst, const struct pl_register *r, uint64_t number, const struct pl_casework_actor *who,
	struct pl_arena *arena, struct pl_casework_entry **ret, size_t *ret_n, struct pl_diag *diag)
{
	struct reading a = {.r = r, .number = number, .arena = arena};
	struct pl_vault_key key = {0};
	pl_status st = read_all(inst, &a);

	for (size_t i = 0; i < a.n && !st; i++) {
		uint64_t slot = a.e[i].slot ? a.e[i].slot : a.slot;

		if (!a.e[i].sealed || !slot)
			continue;
		if (key.slot != slot)
			st = ask_key(inst, r, number, who, slot, &key, diag);
		if (!st)
			st = open_entry(&a, i, &key, diag);
	}
	pl_vault_key_done(&key);
	*ret = a.e;
	*ret_n = a.n;
	return st;
}

pl_status pl_casework_read_one(struct pl_instance *inst, const struct pl_register *r, uint64_t number, uint64_t seq,
	const struct pl_casework_actor *who, struct pl_arena *arena, struct pl_casework_entry *ret, struct pl_diag *diag)
{
	struct reading a = {.r = r, .number = number, .arena = arena};
	struct pl_vault_key key = {0};
	pl_status st = read_all(inst, &a);
	size_t i = 0;

	while (i < a.n && a.e[i].seq != seq)
		i++;
	if (!st && i == a.n)
		st = PL_E_NOTFOUND;
	if (!st && a.e[i].sealed && (a.e[i].slot || a.slot)) {
		st = ask_key(inst, r, number, who, a.e[i].slot ? a.e[i].slot : a.slot, &key, diag);
		if (!st)
			st = open_entry(&a, i, &key, diag);
	}
	pl_vault_key_done(&key);
	if (!st)
		*ret = a.e[i];
	return st;
}

pl_status pl_casework_read_kind(struct pl_instance *inst, const struct pl_register *r, uint64_t number, enum pl_casework_kind kind,
	const struct pl_vault_key *key, struct pl_arena *arena, struct pl_casework_entry **ret, size_t *ret_n)
{
	struct reading a = {.r = r, .number = number, .arena = arena};
	pl_status st = read_all(inst, &a);
	size_t n = 0;

	for (size_t i = 0; i < a.n && !st; i++) {
		if (a.e[i].kind != kind)
			continue;
		if (a.e[i].sealed && !a.e[i].slot)
			st = open_entry(&a, i, key, NULL);
		a.e[n++] = a.e[i];
	}
	*ret = a.e;
	*ret_n = n;
	return st;
}

pl_status pl_casework_came(pl_str text, struct pl_arena *arena, struct pl_casework_came *ret)
{
	static const char *const names[] = {"contact", "message", "product"};
	pl_str *const values[] = {&ret->contact, &ret->message, &ret->product};
	struct pl_json *o PL_CLEANUP(pl_json_done) = NULL;
	pl_status st = pl_json_parse(text, PL_CASEWORK_TEXT_MAX, 2, &o, NULL);

	*ret = (struct pl_casework_came){0};
	if (st)
		return PL_E_CORRUPT;
	for (size_t i = 0; i < PL_COUNT(names); i++) {
		pl_str value = {0};

		st = pl_json_opt_str(o, names[i], &value, NULL);
		if (st && st != PL_E_NOTFOUND)
			return PL_E_CORRUPT;
		st = pl_arena_dup(arena, value, values[i]);
		if (st)
			return st;
	}
	return PL_OK;
}

pl_status pl_casework_sender(struct pl_instance *inst, const struct pl_register *r, uint64_t number, const struct pl_vault_key *key,
	struct pl_arena *arena, struct pl_casework_came *ret, bool *ret_mailed)
{
	struct reading a = {.r = r, .number = number, .arena = arena};
	pl_status st = read_all(inst, &a);

	*ret = (struct pl_casework_came){0};
	*ret_mailed = false;
	for (size_t i = 0; i < a.n && !st; i++) {
		if (a.e[i].kind != PL_CASEWORK_CAME || !a.e[i].sealed || a.e[i].slot)
			continue;
		st = open_entry(&a, i, key, NULL);
		if (!st)
			st = pl_casework_came(a.e[i].text, arena, ret);
		*ret_mailed = pl_str_eq(a.e[i].about, PL_STR("mail"));
		break;
	}
	return st;
}
