/* SPDX-License-Identifier: Apache-2.0 */
#include "register/person/erasure.h"
#include "register/person/own_internal.h"
#include "register/person/sql.h"
#include <stdlib.h>

/* ---- whose it is ---- */

static void one_mark(const uint8_t key[static 32], const struct pl_person_id *id, struct pl_buf *text, struct pl_digest *ret)
{
	pl_buf_clear(text);
	pl_buf_put_z(text, pl_person_id_word(id->type));
	pl_buf_put_c(text, '=');
	pl_person_id_fold(id, text);
	pl_hmac_sha256(pl_bytes_of(key, 32), pl_buf_bytes(text), ret);
}

static int by_bytes(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct pl_digest));
}

/* The same for the same identities, in whatever order. */
static pl_status mark_of(const struct pl_person_desk *d, const struct pl_person *who, struct pl_digest *ret)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_PERSON_VALUE_MAX + 32);
	struct pl_digest marks[PL_PERSON_IDS_MAX];
	uint8_t key[32];
	pl_status st = PL_OK;

	pl_secret_derive(pl_bytes_of(d->key.b, sizeof d->key.b), "pl-person-erasure-mark/v1", key);
	for (size_t i = 0; i < who->n && !st; i++) {
		one_mark(key, &who->id[i], &text, &marks[i]);
		st = pl_buf_status(&text);
	}
	pl_wipe(key, sizeof key);
	if (st || !who->n)
		return st ? st : PL_E_RANGE;
	qsort(marks, who->n, sizeof *marks, by_bytes);
	pl_sha256(pl_bytes_of((const uint8_t *)marks, who->n * sizeof *marks), ret);
	return PL_OK;
}

/* ---- the note, sealed ---- */

static void seal_key(const struct pl_person_desk *d, uint8_t ret[static 32])
{
	pl_secret_derive(pl_bytes_of(d->key.b, sizeof d->key.b), "pl-person-erasure/v1", ret);
}

struct keeping {
	const struct pl_person_desk *d;
	struct pl_erasure *e;
	struct pl_buf sealed;
};

static pl_status read_note(void *ctx, struct pl_db_tx *tx)
{
	struct keeping *k = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_person_erasure_get, PL_DB_ARGS(PL_DB_BLOB(pl_digest_bytes(&k->e->mark))), &rows);

	if (st)
		return st;
	pl_buf_clear(&k->sealed);
	pl_buf_put_bytes(&k->sealed, pl_db_col_blob(rows, 0));
	st = pl_db_rows_status(rows);
	return st ? st : pl_buf_status(&k->sealed);
}

static pl_status write_note(void *ctx, struct pl_db_tx *tx)
{
	struct keeping *k = ctx;

	return pl_db_exec(tx, &pl_sql_person_erasure_put,
		PL_DB_ARGS(PL_DB_BLOB(pl_digest_bytes(&k->e->mark)), PL_DB_U64(k->d->now), PL_DB_BLOB(pl_buf_bytes(&k->sealed))), NULL);
}

static pl_status keep_note(const struct pl_person_desk *d, struct pl_erasure *e, struct pl_diag *diag)
{
	struct pl_buf plain PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_SECRET_MAX);
	struct keeping k = {.d = d, .e = e, .sealed = PL_BUF(PL_SECRET_MAX + PL_SECRET_OVERHEAD)};
	uint8_t key[32];
	pl_status st = pl_json_canon_rfc8785(e->note, &plain);

	if (!st)
		st = pl_buf_status(&plain);
	if (st == PL_E_TOOBIG)
		return pl_diag_set(diag, st, "this is more than one certificate can name; nothing was destroyed");
	if (st)
		return st;
	seal_key(d, key);
	pl_secret_seal(key, pl_digest_bytes(&e->mark), pl_buf_bytes(&plain), &k.sealed);
	pl_wipe(key, sizeof key);
	st = pl_buf_status(&k.sealed);
	if (!st)
		st = pl_db_tx(pl_instance_db(d->inst), write_note, &k);
	pl_buf_done(&k.sealed);
	return st;
}

static pl_status open_note(const struct pl_person_desk *d, struct pl_erasure *e, struct pl_diag *diag)
{
	struct pl_buf plain PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_SECRET_MAX);
	struct keeping k = {.d = d, .e = e, .sealed = PL_BUF(PL_SECRET_MAX + PL_SECRET_OVERHEAD)};
	uint8_t key[32];
	pl_status st = pl_db_read(pl_instance_db(d->inst), read_note, &k);

	if (!st) {
		seal_key(d, key);
		st = pl_secret_open(key, pl_digest_bytes(&e->mark), pl_buf_bytes(&k.sealed), &plain);
		pl_wipe(key, sizeof key);
		if (!st)
			st = pl_json_parse(pl_buf_str(&plain), PL_SECRET_MAX, 8, &e->note, NULL);
		e->resumed = !st;
		if (st)
			st = pl_diag_set(diag, PL_E_CORRUPT, "what an earlier erasure wrote down cannot be read: is the accounts' secret file another one?");
	}
	pl_buf_done(&k.sealed);
	return st;
}

/* ---- what is found ---- */

static struct pl_json *list_of(struct pl_erasure *e, const char *name)
{
	/* Our own object; the interface hands members out as const. */
	return (struct pl_json *)(uintptr_t)pl_json_get(e->note, name);
}

struct noting {
	struct pl_erasure *e;
	pl_str store;
};

static bool has_text(const struct pl_json *list, pl_str text)
{
	pl_str have;

	for (size_t i = 0; i < pl_json_count(list); i++)
		if (!pl_json_str(pl_json_at(list, i), &have) && pl_str_eq(have, text))
			return true;
	return false;
}

static void note_names(struct pl_json *list, pl_str names)
{
	pl_str one;

	while (names.len) {
		if (!pl_str_take_until(&names, ' ', &one)) {
			one = names;
			names = (pl_str){0};
		}
		if (!has_text(list, one))
			pl_json_push_str(list, one);
	}
}

static bool is_class(const struct pl_json *o, pl_str store, pl_str class)
{
	pl_str have_store, have_class;

	return !pl_json_get_str(o, "store", &have_store, NULL) && !pl_json_get_str(o, "class", &have_class, NULL) && pl_str_eq(have_store, store) &&
		(!class.len || pl_str_eq(have_class, class));
}

/* The most that was held at once: what an erasure that was broken off found, or what is found now. */
static void note_rows(struct pl_json *list, pl_str store, const struct pl_holdings_found *f)
{
	struct pl_json *o = NULL;
	uint64_t before = 0;

	for (size_t i = 0; i < pl_json_count(list) && !o; i++)
		if (is_class(pl_json_at(list, i), store, f->name))
			o = (struct pl_json *)(uintptr_t)pl_json_at(list, i);
	if (!o) {
		o = pl_json_push_object(list);
		pl_json_set_str(o, "store", store);
		pl_json_set_str(o, "class", f->name);
	}
	(void)!pl_json_opt_u64(o, "rows", INT64_MAX, &before, NULL);
	pl_json_set_u64(o, "rows", f->rows > before ? f->rows : before);
}

static pl_status note_found(void *ctx, const struct pl_holdings_found *f)
{
	struct noting *n = ctx;

	if (pl_erasure_by_name(n->store))
		note_names(list_of(n->e, pl_str_eq(n->store, PL_STR("cases")) ? "cases" : "accounts"), f->names);
	else
		note_rows(list_of(n->e, "stores"), n->store, f);
	return PL_OK;
}

bool pl_erasure_by_name(pl_str store)
{
	return pl_str_eq(store, PL_STR("cases")) || pl_str_eq(store, PL_STR("accounts"));
}

pl_status pl_erasure_begin(struct pl_person_desk *d, const struct pl_person *who, struct pl_erasure *ret, struct pl_diag *diag)
{
	static const char *const lists[] = {"accounts", "cases", "done", "stores"};
	const struct pl_holdings_list *list = pl_person_desk_list(d);
	struct pl_erasure e = {0};
	struct noting n = {.e = &e};
	pl_status st = mark_of(d, who, &e.mark);

	if (!st)
		st = open_note(d, &e, diag);
	if (st == PL_E_NOTFOUND) {
		e.note = pl_json_new_object();
		st = PL_OK;
	}
	for (size_t i = 0; i < PL_COUNT(lists) && !st; i++)
		if (!list_of(&e, lists[i]))
			(void)pl_json_set_array(e.note, lists[i]);
	for (size_t i = 0; i < list->n && !st; i++) {
		n.store = list->stores[i]->name;
		if (!list->stores[i]->later)
			st = list->stores[i]->find(list->stores[i]->ctx, who, note_found, &n, diag);
		if (st)
			pl_diag_context(diag, "store %.*s", PL_STR_ARG(n.store));
	}
	if (!st)
		st = keep_note(d, &e, diag);
	if (st)
		pl_erasure_done(&e);
	else
		*ret = e;
	return st;
}

void pl_erasure_done(struct pl_erasure *e)
{
	pl_json_free(e->note);
	e->note = NULL;
}

/* ---- what outside stores said ---- */

/* What stays is said anew each time; what was destroyed is said once. */
static void take_done(const struct pl_json *done, pl_str store, struct pl_json *classes)
{
	for (size_t i = 0; i < pl_json_count(done); i++)
		if (is_class(pl_json_at(done, i), store, (pl_str){0})) {
			struct pl_json *o = pl_json_copy(pl_json_at(done, i));

			(void)pl_json_set_array(o, "kept");
			pl_json_push(classes, o);
		}
}

static uint64_t accounted(const struct pl_json *classes, pl_str store, pl_str class)
{
	uint64_t sum = 0, rows = 0;

	for (size_t i = 0; i < pl_json_count(classes); i++) {
		const struct pl_json *o = pl_json_at(classes, i), *kept;

		if (!is_class(o, store, class))
			continue;
		if (!pl_json_get_u64(o, "destroyed", INT64_MAX, &rows, NULL))
			sum += rows;
		kept = pl_json_get(o, "kept");
		for (size_t k = 0; k < pl_json_count(kept); k++)
			if (!pl_json_get_u64(pl_json_at(kept, k), "rows", INT64_MAX, &rows, NULL))
				sum += rows;
	}
	return sum;
}

static void add_interrupted(const struct pl_json *planned, pl_str store, struct pl_json *classes)
{
	pl_str class = {0};
	uint64_t rows = 0, have;
	struct pl_json *o;

	if (pl_json_get_str(planned, "class", &class, NULL) || pl_json_get_u64(planned, "rows", INT64_MAX, &rows, NULL))
		return;
	have = accounted(classes, store, class);
	if (have >= rows)
		return;
	o = pl_json_push_object(classes);
	pl_json_set_str(o, "store", store);
	pl_json_set_str(o, "class", class);
	pl_json_set_u64(o, "destroyed", rows - have);
	pl_json_set_bool(o, "interrupted", true);
	(void)pl_json_set_array(o, "keys");
	(void)pl_json_set_array(o, "kept");
}

pl_status pl_erasure_complete(struct pl_person_desk *d, struct pl_erasure *e, pl_str store, struct pl_json *classes, size_t from)
{
	struct pl_json *done = list_of(e, "done");
	const struct pl_json *planned = pl_json_get(e->note, "stores");
	size_t until = pl_json_count(classes);

	take_done(done, store, classes);
	for (size_t i = 0; i < pl_json_count(planned) && e->resumed; i++)
		if (is_class(pl_json_at(planned, i), store, (pl_str){0}))
			add_interrupted(pl_json_at(planned, i), store, classes);
	for (size_t i = from; i < until; i++) {
		uint64_t rows = 0;

		if (!pl_json_get_u64(pl_json_at(classes, i), "destroyed", INT64_MAX, &rows, NULL) && rows)
			pl_json_push(done, pl_json_copy(pl_json_at(classes, i)));
	}
	return until > from ? keep_note(d, e, NULL) : PL_OK;
}

pl_status pl_erasure_forget(struct pl_db_tx *tx, const struct pl_person_desk *d, const struct pl_person *who)
{
	struct pl_digest mark;
	pl_status st = mark_of(d, who, &mark);

	return st ? st : pl_db_exec(tx, &pl_sql_person_erasure_drop, PL_DB_ARGS(PL_DB_BLOB(pl_digest_bytes(&mark))), NULL);
}

/* ---- what it names ---- */

static pl_status read_case(pl_str text, struct pl_person_case *ret)
{
	pl_str reg;

	if (!pl_str_take_until(&text, '/', &reg) || pl_str_z(reg, ret->reg, sizeof ret->reg) || pl_str_to_u64(text, INT64_MAX, &ret->number))
		return PL_E_CORRUPT;
	return PL_OK;
}

pl_status pl_erasure_cases(const struct pl_erasure *e, struct pl_person_case **list, size_t *n)
{
	const struct pl_json *cases = pl_json_get(e->note, "cases");
	size_t more = pl_json_count(cases);
	struct pl_person_case *all;
	pl_str text;
	pl_status st = PL_OK;

	if (!more)
		return PL_OK;
	all = pl_try_realloc(*list, *n + more, sizeof *all);
	if (!all)
		return PL_E_NOMEM;
	*list = all;
	for (size_t i = 0; i < more && !st; i++) {
		st = pl_json_str(pl_json_at(cases, i), &text);
		if (!st)
			st = read_case(text, &all[*n]);
		*n += !st;
	}
	*n = pl_person_cases_sort(all, *n);
	return st ? PL_E_CORRUPT : PL_OK;
}

bool pl_erasure_account(const struct pl_erasure *e, size_t i, struct pl_ulid *ret)
{
	const struct pl_json *accounts = pl_json_get(e->note, "accounts");
	pl_str text;

	return i < pl_json_count(accounts) && !pl_json_str(pl_json_at(accounts, i), &text) && !pl_ulid_parse(text, ret);
}
