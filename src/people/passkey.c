/* SPDX-License-Identifier: Apache-2.0 */
/* Registering, listing and removing passkeys. */
#include "people/passkey.h"
#include "base/json.h"
#include "people/challenge.h"
#include "people/passkey_internal.h"

void pl_passkey_set_bytes(struct pl_json *o, const char *key, pl_bytes data)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(2048);

	pl_webauthn_put(&text, data);
	pl_json_set_str(o, key, pl_buf_str(&text));
}

void pl_passkey_set_challenge(const struct pl_people *p, struct pl_json *o, enum challenge_purpose purpose,
	const struct pl_ulid *account, pl_str binding)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(128);

	pl_challenge_new(p, purpose, account, binding, &text);
	pl_json_set_str(o, "challenge", pl_buf_str(&text));
	pl_json_set_u64(o, "timeout", PL_PASSKEY_CHALLENGE_NS / PL_MILLISECOND);
}

void pl_passkey_set_list(struct pl_json *o, const char *key, const struct pl_passkey *list, size_t n)
{
	struct pl_json *array = pl_json_set_array(o, key);

	for (size_t i = 0; i < n; i++) {
		struct pl_json *one = pl_json_push_object(array);

		pl_json_set_z(one, "type", "public-key");
		pl_passkey_set_bytes(one, "id", list[i].id);
	}
}

/* ---- options ---- */

static void set_user(struct pl_json *o, const struct pl_account *account)
{
	struct pl_json *user = pl_json_set_object(o, "user");

	pl_passkey_set_bytes(user, "id", pl_bytes_of(account->handle, sizeof account->handle));
	pl_json_set_str(user, "name", account->name);
	pl_json_set_str(user, "displayName", account->name);
}

static void set_algorithms(struct pl_json *o)
{
	static const int algs[] = {PL_WEBAUTHN_ES256, PL_WEBAUTHN_EDDSA, PL_WEBAUTHN_RS256};
	struct pl_json *array = pl_json_set_array(o, "pubKeyCredParams");

	for (size_t i = 0; i < PL_COUNT(algs); i++) {
		struct pl_json *one = pl_json_push_object(array);

		pl_json_set_z(one, "type", "public-key");
		pl_json_set_i64(one, "alg", algs[i]);
	}
}

pl_status pl_passkey_add_begin(struct pl_people *p, const struct pl_session *s, pl_str binding, struct pl_buf *options)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(65536);
	struct pl_json *o PL_CLEANUP(pl_json_done) = NULL, *rp, *selection;
	struct pl_account account;
	struct pl_passkey *list;
	size_t n;
	pl_status st = s->method == PL_SESSION_CODE || s->fresh ? PL_OK : PL_E_EXPIRED;

	if (st == PL_OK)
		st = pl_account_get(p, &s->account, &arena, &account);
	if (st == PL_OK)
		st = pl_passkey_list(p, &s->account, &arena, &list, &n);
	if (st == PL_OK && n >= PL_PASSKEY_PER_ACCOUNT)
		st = PL_E_STATE;
	if (st != PL_OK)
		return st;
	o = pl_json_new_object();
	rp = pl_json_set_object(o, "rp");
	pl_json_set_z(rp, "id", p->rp_id);
	pl_json_set_z(rp, "name", p->name);
	set_user(o, &account);
	pl_passkey_set_challenge(p, o, CHALLENGE_ADD, &s->account, binding);
	set_algorithms(o);
	pl_passkey_set_list(o, "excludeCredentials", list, n);
	selection = pl_json_set_object(o, "authenticatorSelection");
	pl_json_set_z(selection, "residentKey", "required");
	pl_json_set_bool(selection, "requireResidentKey", true);
	pl_json_set_z(selection, "userVerification", "required");
	pl_json_set_z(o, "attestation", "none");
	return pl_json_write(o, options);
}

/* ---- registration ---- */

struct adding {
	struct pl_people *p;
	const struct pl_session *s;
	pl_str address;
	pl_bytes challenge;
	struct pl_webauthn_authdata data;
	struct pl_diag *diag;
};

static pl_status put(void *ctx, struct pl_db_tx *tx)
{
	struct adding *a = ctx;
	const struct pl_ulid *id = &a->s->account;
	struct pl_people_actor actor = {.account = *id, .address = a->address};
	uint64_t changed;
	pl_status st = pl_challenge_use(a->p, tx, a->challenge);

	if (st == PL_E_EXISTS)
		return pl_diag_set(a->diag, st, "challenge: used before");
	if (st == PL_OK)
		st = pl_db_exec(tx, &pl_sql_passkey_put,
			PL_DB_ARGS(PL_DB_BLOB(a->data.id), pl_people_arg_ulid(id), PL_DB_I64(a->data.key.alg),
				PL_DB_MEM(a->data.key.b, a->data.key.len), PL_DB_U64(a->data.sign_count),
				PL_DB_BOOL(a->data.flags & PL_WEBAUTHN_BE), PL_DB_U64(pl_people_now(a->p))),
			&changed);
	if (st == PL_OK && changed == 0)
		return pl_diag_set(a->diag, PL_E_EXISTS, "this passkey is registered already");
	if (st == PL_OK && a->s->method == PL_SESSION_CODE)
		st = pl_people_activate(tx, id);
	return st ? st : pl_people_event_put(a->p, tx, PL_PEOPLE_EV_PASSKEY, id, &actor, "");
}

pl_status pl_passkey_add_finish(struct pl_people *p, const struct pl_session *s, pl_str binding, pl_str answer,
	pl_str address, struct pl_diag *diag)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(4 * PL_WEBAUTHN_ANSWER_MAX);
	struct pl_buf challenge PL_CLEANUP(pl_buf_done) = PL_BUF(256);
	const struct pl_webauthn_site site = pl_people_web_site(p);
	struct adding a = {.p = p, .s = s, .address = address, .diag = diag};
	struct pl_webauthn_answer got;
	pl_status st = s->method == PL_SESSION_CODE || s->fresh ? PL_OK : PL_E_EXPIRED;

	if (st == PL_OK)
		st = pl_webauthn_answer_parse(answer, true, &arena, &got, diag);
	if (st == PL_OK)
		st = pl_webauthn_client_data(&site, pl_bytes_str(got.client_data), "webauthn.create", &challenge, diag);
	if (st == PL_OK)
		st = pl_challenge_check(p, CHALLENGE_ADD, &s->account, binding, pl_buf_bytes(&challenge), diag);
	if (st == PL_OK)
		st = pl_webauthn_attestation_parse(got.attestation, &a.data, diag);
	if (st == PL_OK && (!a.data.has_credential || !pl_bytes_eq(a.data.id, got.id)))
		st = pl_diag_set(diag, PL_E_SYNTAX, "the credential is another one than the answer names");
	if (st == PL_OK)
		st = pl_webauthn_authdata_judge(&site, &a.data, diag);
	if (st == PL_OK)
		st = pl_webauthn_key_check(&a.data.key, diag);
	if (st != PL_OK)
		return st;
	a.challenge = pl_buf_bytes(&challenge);
	return pl_db_tx(p->db, put, &a);
}

/* ---- looking and removing ---- */

struct listing {
	struct pl_people *p;
	const struct pl_session *s;
	const struct pl_ulid *account;
	struct pl_arena *arena;
	struct pl_passkey *list;
	size_t n;
	pl_bytes id;
	pl_str address;
};

static pl_status read_name(const struct listing *l, pl_bytes sealed, struct pl_passkey *k)
{
	struct pl_buf plain PL_CLEANUP(pl_buf_done_secret) = PL_BUF(2 * PL_PASSKEY_NAME_MAX);
	pl_status st;

	if (sealed.len == 0)
		return PL_OK;
	st = pl_people_unseal(l->p, PL_PEOPLE_COLUMN_PASSKEY, l->account, sealed, &plain);
	return st ? st : pl_arena_dup(l->arena, pl_buf_str(&plain), &k->name);
}

static pl_status read_list(void *ctx, struct pl_db_tx *tx)
{
	struct listing *l = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, &pl_sql_passkey_of, PL_DB_ARGS(pl_people_arg_ulid(l->account)), &rows);

	l->n = 0;
	while (st == PL_OK && l->n < PL_PASSKEY_LIST_MAX && (st = pl_db_step(rows)) == PL_OK) {
		struct pl_passkey *k = &l->list[l->n++];
		pl_str id = {0};

		st = pl_arena_dup(l->arena, pl_bytes_str(pl_db_col_blob(rows, 0)), &id);
		k->id = pl_str_bytes(id);
		k->copied = pl_db_col_bool(rows, 1);
		k->made_at = pl_db_col_u64(rows, 2);
		k->used_at = pl_db_col_u64(rows, 3);
		if (st == PL_OK)
			st = read_name(l, pl_db_col_blob(rows, 4), k);
	}
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

pl_status pl_passkey_list(struct pl_people *p, const struct pl_ulid *account, struct pl_arena *arena,
	struct pl_passkey **ret, size_t *ret_n)
{
	struct listing l = {.p = p, .account = account, .arena = arena};
	pl_status st;

	l.list = pl_arena_alloc(arena, PL_PASSKEY_LIST_MAX, sizeof *l.list);
	if (!l.list)
		return PL_E_NOMEM;
	st = pl_db_read(p->db, read_list, &l);
	if (st != PL_OK)
		return st;
	*ret = l.list;
	*ret_n = l.n;
	return PL_OK;
}

static pl_status drop(void *ctx, struct pl_db_tx *tx)
{
	struct listing *l = ctx;
	const struct pl_ulid *id = &l->s->account;
	struct pl_people_actor actor = {.account = *id, .address = l->address};
	struct pl_account locked;
	uint64_t changed = 0, passkeys = 0, passwords = 0;
	pl_status st = pl_people_account_row(l->p, tx, &pl_sql_account_lock, pl_people_arg_ulid(id), NULL, &locked);

	if (st == PL_OK)
		st = pl_db_exec(tx, &pl_sql_passkey_drop, PL_DB_ARGS(pl_people_arg_ulid(id), PL_DB_BLOB(l->id)), &changed);
	if (st == PL_OK && changed == 0)
		return PL_E_NOTFOUND;
	if (st == PL_OK)
		st = pl_db_exec(tx, &pl_sql_passkey_name_drop, PL_DB_ARGS(pl_people_arg_ulid(id), PL_DB_BLOB(l->id)), NULL);
	if (st == PL_OK)
		st = pl_people_count(tx, &pl_sql_passkey_count, pl_people_arg_ulid(id), &passkeys);
	if (st == PL_OK)
		st = pl_people_count(tx, &pl_sql_password_count, pl_people_arg_ulid(id), &passwords);
	if (st == PL_OK && passkeys + passwords == 0)
		return PL_E_STATE;
	return st ? st : pl_people_event_put(l->p, tx, PL_PEOPLE_EV_PASSKEY_DROP, id, &actor, "");
}

pl_status pl_passkey_remove(struct pl_people *p, const struct pl_session *s, pl_bytes id, pl_str address)
{
	struct listing l = {.p = p, .s = s, .id = id, .address = address};

	return s->fresh ? pl_db_tx(p->db, drop, &l) : PL_E_EXPIRED;
}
