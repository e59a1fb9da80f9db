/* SPDX-License-Identifier: Apache-2.0 */
#include "register/casework/find.h"
#include "register/sql.h"
#include <limits.h>
#include <locale.h>
#include <pthread.h>
#include <wchar.h>
#include <wctype.h>

#define TOKEN_LEN PL_FIND_TOKEN_LEN
#define TOKENS_MAX (PL_COMMIT_FIELDS_MAX + 4u)
#define DATE_LEN 10u /* 2026-03-01 */

/* ---- what is compared ---- */

static locale_t unicode;

static void make_unicode(void)
{
	unicode = newlocale(LC_CTYPE_MASK, "C.UTF-8", NULL);
}

/* Small letters of the C library's Unicode; one blank for many, none at the ends. */
static pl_status fold_text(pl_str text, struct pl_buf *out)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	size_t start = out->len;
	mbstate_t in = {0}, back = {0};
	locale_t before;
	bool blank = false;

	(void)pthread_once(&once, make_unicode);
	if (!unicode)
		return PL_E_UNSUPPORTED;
	if (!pl_str_is_utf8(text))
		return PL_E_SYNTAX;
	before = uselocale(unicode);
	for (size_t i = 0; i < text.len;) {
		char bytes[MB_LEN_MAX];
		wchar_t c;
		size_t n = mbrtowc(&c, text.ptr + i, text.len - i, &in);

		if (n == 0 || n > text.len - i) { /* a zero, or what the C library does not take */
			memset(&in, 0, sizeof in);
			i++;
			continue;
		}
		i += n;
		if (iswspace((wint_t)c)) {
			blank = out->len > start;
			continue;
		}
		if (blank)
			pl_buf_put_c(out, ' ');
		blank = false;
		n = wcrtomb(bytes, (wchar_t)towlower((wint_t)c), &back);
		if (n != (size_t)-1)
			pl_buf_put(out, bytes, n);
	}
	(void)uselocale(before);
	return pl_buf_status(out);
}

/* The day of a time. Of a search for a month or a year: its first day, which is what coarse times are. */
static pl_status fold_time(pl_str text, struct pl_buf *out)
{
	static const char first[] = "0000-01-01";
	size_t n = text.len < DATE_LEN ? text.len : DATE_LEN;

	pl_buf_put(out, text.ptr, n);
	if (n == 4 || n == 7)
		pl_buf_put(out, first + n, DATE_LEN - n);
	return pl_buf_status(out);
}

pl_status pl_find_fold(enum pl_commit_type type, pl_str text, struct pl_buf *out)
{
	if (type == PL_COMMIT_TIME)
		return fold_time(text, out);
	if (type == PL_COMMIT_TEXT)
		return fold_text(text, out);
	pl_buf_put_str(out, pl_str_trim(text)); /* a word of its own spelling */
	return pl_buf_status(out);
}

struct token {
	uint8_t b[TOKEN_LEN];
};

/* @ret_some: something is left to compare. */
static pl_status make_token(const struct pl_vault_key *key, pl_str name, enum pl_commit_type type, pl_str text, struct token *ret, bool *ret_some)
{
	struct pl_buf buf PL_CLEANUP(pl_buf_done_secret) = PL_BUF(4 * PL_FIND_VALUE_MAX + PL_REGISTER_NAME_MAX);
	struct pl_digest mac;
	size_t start;
	pl_status st;

	pl_buf_put_str(&buf, name);
	pl_buf_put_c(&buf, '\0');
	start = buf.len;
	st = pl_find_fold(type, text, &buf);
	*ret_some = !st && buf.len > start;
	if (st)
		return st;
	pl_hmac_sha256(pl_bytes_of(key->key, sizeof key->key), pl_buf_bytes(&buf), &mac);
	memcpy(ret->b, mac.b, TOKEN_LEN);
	return PL_OK;
}

/* ---- the index of a register ---- */

struct place {
	const struct pl_register *r;
	bool there;
	uint64_t slot, position, size;
	size_t n;
	uint64_t numbers[PL_FIND_BATCH]; /* of the next leaves */
};

static pl_status read_size(struct pl_db_tx *tx, struct place *p)
{
	struct pl_register_state state = {0};
	pl_status st = pl_register_state(tx, p->r, &state);

	p->size = state.size;
	pl_free(state.edge);
	return st;
}

static pl_status read_place(void *ctx, struct pl_db_tx *tx)
{
	struct place *p = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_work_index_get, PL_DB_ARGS(PL_DB_STR(p->r->decl->name)), &rows);

	p->there = st == PL_OK;
	if (st)
		return st == PL_E_NOTFOUND ? PL_OK : st;
	p->slot = pl_db_col_u64(rows, 0);
	p->position = pl_db_col_u64(rows, 1);
	st = pl_db_rows_status(rows);
	return st ? st : read_size(tx, p);
}

static pl_status read_leaves(void *ctx, struct pl_db_tx *tx)
{
	struct place *p = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, &pl_sql_work_index_leaves,
		PL_DB_ARGS(PL_DB_STR(p->r->decl->name), PL_DB_U64(p->position), PL_DB_U64(PL_FIND_BATCH)), &rows);

	p->n = 0;
	while (!st && (st = pl_db_step(rows)) == PL_OK)
		p->numbers[p->n++] = pl_db_col_u64(rows, 0);
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

static pl_status make_place(void *ctx, struct pl_db_tx *tx)
{
	const struct place *p = ctx;

	return pl_db_exec(tx, &pl_sql_work_index_make, PL_DB_ARGS(PL_DB_STR(p->r->decl->name), PL_DB_U64(p->slot)), NULL);
}

/* The register has no index yet: give it a key. Of two workers one comes first, and the key of the other opens nothing. */
static pl_status begin_index(struct pl_instance *inst, struct place *p, struct pl_diag *diag)
{
	struct pl_vault_key key = {0};
	pl_status st = pl_instance_vault_new(inst, &p->r->id, &key, 1, diag);

	p->slot = key.slot;
	pl_vault_key_done(&key);
	if (!st)
		st = pl_db_tx(pl_instance_db(inst), make_place, p);
	return st ? st : pl_db_read(pl_instance_db(inst), read_place, p);
}

static pl_status index_key(struct pl_instance *inst, const struct place *p, const struct pl_casework_actor *who, struct pl_vault_key *ret,
	struct pl_diag *diag)
{
	struct pl_vault_ask ask = {.role = who->role, .account = who->account, .owner = p->r->id, .slot = p->slot};

	return pl_instance_vault_read(inst, &ask, ret, diag);
}

/* ---- making it ---- */

struct indexing {
	const struct pl_register *r;
	uint64_t number, revision;
	bool found;
	size_t n;
	struct token tokens[TOKENS_MAX];
};

static pl_status add_token(struct indexing *x, const struct pl_vault_key *key, pl_str name, enum pl_commit_type type, pl_str text)
{
	bool some = false;
	pl_status st;

	if (x->n == TOKENS_MAX || !text.len || text.len > PL_FIND_VALUE_MAX)
		return PL_OK;
	st = make_token(key, name, type, text, &x->tokens[x->n], &some);
	x->n += some;
	return st;
}

static pl_status add_values(struct indexing *x, const struct pl_vault_key *key, const struct pl_register_view *v)
{
	const struct pl_register_decl *d = x->r->decl;
	pl_status st = PL_OK;

	for (size_t i = 0; i < d->derived.n && !st; i++) {
		const struct pl_commit_field *f = &d->derived.fields[i];
		struct pl_buf text PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_SECRET_MAX);

		if (!v->v[i].present || f->type == PL_COMMIT_DIGEST || v->v[i].value.len > PL_FIND_VALUE_MAX)
			continue;
		st = pl_register_value_write(d, i, v->v[i].value, &text);
		if (!st)
			st = add_token(x, key, f->name, f->type, pl_buf_str(&text));
	}
	return st;
}

static pl_status add_contact(struct pl_instance *inst, struct indexing *x, const struct pl_vault_key *key, const struct pl_register_view *v)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA((size_t)64 << 20);
	struct pl_casework_came came = {0};
	bool mailed = false;
	pl_status st = v->opened ? pl_casework_sender(inst, x->r, x->number, &v->key, &arena, &came, &mailed) : PL_OK;

	if (!st)
		st = add_token(x, key, PL_FIND_CONTACT, PL_COMMIT_TEXT, came.contact);
	if (!st)
		st = add_token(x, key, PL_FIND_PRODUCT, PL_COMMIT_ENUM, came.product);
	return st || !mailed ? st : add_token(x, key, PL_FIND_CONFIRMED, PL_COMMIT_TEXT, came.contact);
}

static pl_status put_tokens(void *ctx, struct pl_db_tx *tx)
{
	const struct indexing *x = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_str name = x->r->decl->name;
	bool same;
	pl_status st = pl_db_one(tx, &pl_sql_register_case_get, PL_DB_ARGS(PL_DB_STR(name), PL_DB_U64(x->number)), &rows);

	if (st)
		return st;
	same = pl_db_col_u64(rows, 0) == x->revision;
	st = pl_db_rows_status(rows);
	pl_db_rows_done(&rows);
	if (st || !same) /* changed or erased since it was read: that leaf comes later */
		return st;
	st = pl_db_exec(tx, &pl_sql_work_find_drop, PL_DB_ARGS(PL_DB_STR(name), PL_DB_U64(x->number)), NULL);
	for (size_t i = 0; i < x->n && !st; i++)
		st = pl_db_exec(tx, &pl_sql_work_find_put,
			PL_DB_ARGS(PL_DB_STR(name), PL_DB_MEM(x->tokens[i].b, TOKEN_LEN), PL_DB_U64(x->number)), NULL);
	return st;
}

static pl_status index_case(struct pl_instance *inst, const struct pl_register *r, uint64_t number, const struct pl_vault_key *key,
	struct pl_diag *diag)
{
	const struct pl_register_reader worker = {.role = PL_VAULT_WORK};
	struct indexing x = {.r = r, .number = number};
	struct pl_register_view *v PL_CLEANUP(pl_register_view_freep) = NULL;
	pl_status st = pl_register_case_read(inst, r, number, &worker, &v, diag);

	if (st == PL_E_NOTFOUND) /* destroyed between the two readings; its leaf comes */
		return PL_OK;
	if (st)
		return st;
	x.revision = v->last;
	st = add_values(&x, key, v);
	if (!st)
		st = add_contact(inst, &x, key, v);
	return st ? st : pl_db_tx(pl_instance_db(inst), put_tokens, &x);
}

struct moving {
	const struct place *p;
	uint64_t to;
};

static pl_status move(void *ctx, struct pl_db_tx *tx)
{
	const struct moving *m = ctx;

	return pl_db_exec(tx, &pl_sql_work_index_move,
		PL_DB_ARGS(PL_DB_STR(m->p->r->decl->name), PL_DB_U64(m->p->position), PL_DB_U64(m->to)), NULL);
}

/* Several leaves of one case in a row are one look at it. */
static bool comes_again(const struct place *p, size_t i)
{
	for (size_t j = i + 1; j < p->n; j++)
		if (p->numbers[j] == p->numbers[i])
			return true;
	return false;
}

/* The leaves that were read, as far as that goes. */
static pl_status index_some(struct pl_instance *inst, struct place *p, const struct pl_vault_key *key, uint64_t *ret, struct pl_diag *diag)
{
	struct moving m = {.p = p};
	size_t done = 0;
	pl_status st = PL_OK, moved;

	while (!st && done < p->n) {
		if (!comes_again(p, done))
			st = index_case(inst, p->r, p->numbers[done], key, diag);
		done += !st;
	}
	if (!done)
		return st;
	m.to = p->position + done;
	moved = pl_db_tx(pl_instance_db(inst), move, &m);
	if (moved)
		return st ? st : moved;
	p->position = m.to;
	*ret += done;
	return st;
}

pl_status pl_find_index(struct pl_instance *inst, const struct pl_register *r, uint64_t *ret, struct pl_diag *diag)
{
	const struct pl_casework_actor worker = {.role = PL_VAULT_WORK};
	struct place p = {.r = r};
	struct pl_vault_key key = {0};
	pl_status st;

	*ret = 0;
	st = pl_db_read(pl_instance_db(inst), read_place, &p);
	if (!st && !p.there)
		st = begin_index(inst, &p, diag);
	if (!st)
		st = pl_db_read(pl_instance_db(inst), read_leaves, &p);
	if (!st && p.n)
		st = index_key(inst, &p, &worker, &key, diag);
	while (!st && p.n && *ret < PL_FIND_TURN) {
		st = index_some(inst, &p, &key, ret, diag);
		if (!st)
			st = pl_db_read(pl_instance_db(inst), read_leaves, &p);
	}
	pl_vault_key_done(&key);
	return st;
}

/* ---- looking ---- */

struct looking {
	const struct pl_register *r;
	struct token tokens[PL_FIND_TERMS_MAX]; /* the last one again where there are fewer */
	uint64_t after, *numbers;
	size_t limit, n;
};

static pl_status find(void *ctx, struct pl_db_tx *tx)
{
	struct looking *k = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, &pl_sql_work_find_list,
		PL_DB_ARGS(PL_DB_STR(k->r->decl->name), PL_DB_MEM(k->tokens[0].b, TOKEN_LEN), PL_DB_MEM(k->tokens[1].b, TOKEN_LEN),
			PL_DB_MEM(k->tokens[2].b, TOKEN_LEN), PL_DB_MEM(k->tokens[3].b, TOKEN_LEN), PL_DB_U64(k->after), PL_DB_U64(k->limit)),
		&rows);

	k->n = 0;
	while (!st && (st = pl_db_step(rows)) == PL_OK)
		k->numbers[k->n++] = pl_db_col_u64(rows, 0);
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

static pl_status field_type(const struct pl_register *r, pl_str name, enum pl_commit_type *ret, struct pl_diag *diag)
{
	const struct pl_commit_decl *d = &r->decl->derived;

	for (size_t i = 0; i < d->n; i++)
		if (pl_str_eq(d->fields[i].name, name)) {
			*ret = d->fields[i].type;
			return PL_OK;
		}
	*ret = pl_str_eq(name, PL_FIND_PRODUCT) ? PL_COMMIT_ENUM : PL_COMMIT_TEXT;
	if (*ret == PL_COMMIT_ENUM || pl_str_eq(name, PL_FIND_CONTACT) || pl_str_eq(name, PL_FIND_CONFIRMED))
		return PL_OK;
	return pl_diag_set(diag, PL_E_NOTFOUND, "register %.*s has no field \"%.*s\"", PL_STR_ARG(r->decl->name), PL_STR_ARG(name));
}

static pl_status check_terms(const struct pl_register *r, const struct pl_find_query *q, enum pl_commit_type *types, struct pl_diag *diag)
{
	const struct pl_find_term *terms = q->terms;
	pl_status st = PL_OK;

	if (q->n == 0 || q->n > PL_FIND_TERMS_MAX)
		return pl_diag_set(diag, PL_E_RANGE, "a search names one to %u fields", PL_FIND_TERMS_MAX);
	for (size_t i = 0; i < q->n && !st; i++) {
		st = field_type(r, terms[i].field, &types[i], diag);
		if (!st && (!terms[i].text.len || terms[i].text.len > PL_FIND_VALUE_MAX))
			st = pl_diag_set(diag, PL_E_RANGE, "what is looked for has 1 to %u bytes", PL_FIND_VALUE_MAX);
	}
	return st;
}

static pl_status make_tokens(const struct pl_vault_key *key, const struct pl_find_query *q, const enum pl_commit_type *types,
	struct looking *k, struct pl_diag *diag)
{
	for (size_t i = 0; i < PL_FIND_TERMS_MAX; i++) {
		size_t at = i < q->n ? i : q->n - 1;
		const struct pl_find_term *t = &q->terms[at];
		bool some = false;
		pl_status st = make_token(key, t->field, types[at], t->text, &k->tokens[i], &some);

		if (st == PL_E_SYNTAX)
			return pl_diag_set(diag, st, "what is looked for is no UTF-8");
		if (st)
			return st;
		if (!some)
			return pl_diag_set(diag, PL_E_RANGE, "there is nothing to look for in \"%.*s\"", PL_STR_ARG(t->field));
	}
	return PL_OK;
}

pl_status pl_find(struct pl_instance *inst, const struct pl_register *r, const struct pl_casework_actor *who, const struct pl_find_query *q,
	uint64_t *ret, size_t *ret_n, uint64_t *ret_behind, struct pl_diag *diag)
{
	struct place p = {.r = r};
	struct looking k = {.r = r, .after = q->after, .limit = q->limit, .numbers = ret};
	enum pl_commit_type types[PL_FIND_TERMS_MAX];
	struct pl_vault_key key = {0};
	pl_status st = check_terms(r, q, types, diag);

	*ret_n = 0;
	if (!st)
		st = pl_db_read(pl_instance_db(inst), read_place, &p);
	if (!st && !p.there)
		st = pl_diag_set(diag, PL_E_STATE, "register %.*s has no index yet; pellucid worker makes it", PL_STR_ARG(r->decl->name));
	if (!st)
		st = index_key(inst, &p, who, &key, diag);
	if (!st)
		st = make_tokens(&key, q, types, &k, diag);
	pl_vault_key_done(&key);
	if (!st)
		st = pl_db_read(pl_instance_db(inst), find, &k);
	*ret_n = k.n;
	*ret_behind = p.size > p.position ? p.size - p.position : 0;
	return st;
}

/* ---- several values at once ---- */

pl_status pl_find_tokens(struct pl_instance *inst, const struct pl_register *r, const struct pl_casework_actor *who, const struct pl_find_term *terms,
	size_t n, struct pl_find_token *ret, struct pl_diag *diag)
{
	struct place p = {.r = r};
	struct pl_vault_key key = {0};
	pl_status st = pl_db_read(pl_instance_db(inst), read_place, &p);

	if (!st && !p.there)
		st = begin_index(inst, &p, diag);
	if (!st)
		st = index_key(inst, &p, who, &key, diag);
	for (size_t i = 0; i < n && !st; i++) {
		struct token token = {{0}};

		ret[i] = (struct pl_find_token){.some = false};
		if (!terms[i].text.len || terms[i].text.len > PL_FIND_VALUE_MAX)
			continue;
		st = make_token(&key, terms[i].field, PL_COMMIT_TEXT, terms[i].text, &token, &ret[i].some);
		memcpy(ret[i].b, token.b, sizeof ret[i].b);
	}
	pl_vault_key_done(&key);
	return st;
}

pl_status pl_find_having(struct pl_instance *inst, const struct pl_register *r, const struct pl_find_token *token, uint64_t after, size_t limit,
	uint64_t *ret, size_t *ret_n)
{
	struct looking k = {.r = r, .after = after, .limit = limit, .numbers = ret};
	pl_status st;

	for (size_t i = 0; i < PL_FIND_TERMS_MAX; i++)
		memcpy(k.tokens[i].b, token->b, TOKEN_LEN);
	st = token->some ? pl_db_read(pl_instance_db(inst), find, &k) : PL_OK;
	*ret_n = k.n;
	return st;
}

pl_status pl_find_behind(struct pl_instance *inst, const struct pl_register *r, uint64_t *at, uint64_t *ret, size_t *ret_n)
{
	struct place p = {.r = r};
	pl_status st = pl_db_read(pl_instance_db(inst), read_place, &p);

	if (p.position < *at)
		p.position = *at;
	if (!st)
		st = pl_db_read(pl_instance_db(inst), read_leaves, &p);
	if (st)
		return st;
	memcpy(ret, p.numbers, p.n * sizeof p.numbers[0]);
	*ret_n = p.n;
	*at = p.position + p.n;
	return PL_OK;
}
