/* SPDX-License-Identifier: Apache-2.0 */
/* Logging in with a passkey. */
#include "people/delay.h"
#include "people/passkey_internal.h"
#include "people/session_internal.h"

static pl_status write_options(struct pl_people *p, enum challenge_purpose purpose, const struct pl_ulid *account,
	pl_str binding, const struct pl_passkey *list, size_t n, struct pl_buf *options)
{
	struct pl_json *o PL_CLEANUP(pl_json_done) = pl_json_new_object();

	pl_passkey_set_challenge(p, o, purpose, account, binding);
	pl_json_set_z(o, "rpId", p->rp_id);
	pl_passkey_set_list(o, "allowCredentials", list, n);
	pl_json_set_z(o, "userVerification", "required");
	return pl_json_write(o, options);
}

pl_status pl_passkey_login_begin(struct pl_people *p, pl_str binding, struct pl_buf *options)
{
	static const struct pl_ulid anybody;

	return write_options(p, CHALLENGE_LOGIN, &anybody, binding, NULL, 0, options);
}

pl_status pl_passkey_again_begin(struct pl_people *p, const struct pl_session *s, pl_str binding,
	struct pl_buf *options)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(65536);
	struct pl_passkey *list;
	size_t n;
	pl_status st = pl_passkey_list(p, &s->account, &arena, &list, &n);

	return st ? st : write_options(p, CHALLENGE_AGAIN, &s->account, binding, list, n, options);
}

/* ---- an answer ---- */

struct asserting {
	struct pl_people *p;
	const struct pl_session *again; /* NULL: a login */
	pl_str binding, address;
	struct pl_webauthn_answer answer;
	struct pl_webauthn_authdata data;
	struct pl_buf challenge;
	pl_status shape; /* of what could be judged without the database */
	uint64_t wait;
	bool good;
	struct pl_account account;
	struct pl_session_token token;
	struct pl_diag *diag;
};

/* Everything but the credential. */
static pl_status judge_shape(struct asserting *a, pl_str answer, struct pl_arena *arena)
{
	static const struct pl_ulid anybody;
	const struct pl_webauthn_site site = pl_people_web_site(a->p);
	pl_status st = pl_webauthn_answer_parse(answer, false, arena, &a->answer, a->diag);

	if (st == PL_OK)
		st = pl_webauthn_client_data(&site, pl_bytes_str(a->answer.client_data), "webauthn.get", &a->challenge, a->diag);
	if (st == PL_OK)
		st = pl_challenge_check(a->p, a->again ? CHALLENGE_AGAIN : CHALLENGE_LOGIN, a->again ? &a->again->account : &anybody,
			a->binding, pl_buf_bytes(&a->challenge), a->diag);
	if (st == PL_OK)
		st = pl_webauthn_authdata_parse(a->answer.authdata, &a->data, a->diag);
	if (st == PL_OK && a->data.has_credential)
		st = pl_diag_set(a->diag, PL_E_SYNTAX, "authenticator data: a login brings no new credential");
	return st ? st : pl_webauthn_authdata_judge(&site, &a->data, a->diag);
}

struct stored {
	struct pl_ulid account;
	struct pl_webauthn_key key;
	uint64_t sign_count;
};

static pl_status read_passkey(struct asserting *a, struct pl_db_tx *tx, struct stored *ret)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_bytes key;
	pl_status st = pl_db_one(tx, &pl_sql_passkey_get, PL_DB_ARGS(PL_DB_BLOB(a->answer.id)), &rows);

	if (st == PL_E_NOTFOUND)
		return pl_diag_set(a->diag, PL_E_DENIED, "this passkey is not registered here");
	if (st != PL_OK)
		return st;
	pl_db_col_fixed(rows, 0, ret->account.b, sizeof ret->account.b);
	ret->key.alg = (enum pl_webauthn_alg)pl_db_col_i64(rows, 1);
	key = pl_db_col_blob(rows, 2);
	ret->sign_count = pl_db_col_u64(rows, 3);
	st = pl_db_rows_status(rows);
	if (st == PL_OK && key.len > sizeof ret->key.b)
		st = PL_E_CORRUPT;
	if (st != PL_OK)
		return st;
	memcpy(ret->key.b, key.ptr, key.len);
	ret->key.len = (uint16_t)key.len;
	return PL_OK;
}

/* Does the credential belong to whom the answer says, who may log in? */
static pl_status judge_owner(struct asserting *a, struct pl_db_tx *tx, const struct stored *k)
{
	pl_bytes handle = a->answer.user_handle;
	pl_status st = pl_people_account_row(a->p, tx, &pl_sql_account_get, pl_people_arg_ulid(&k->account), NULL,
		&a->account);

	if (st != PL_OK)
		return st;
	if (a->account.state != PL_ACCOUNT_ACTIVE)
		return pl_diag_set(a->diag, PL_E_DENIED, "the account is not active");
	if (a->again && !pl_people_same(&a->again->account, &k->account))
		return pl_diag_set(a->diag, PL_E_DENIED, "this passkey belongs to another account");
	/* Without a name the handle is how a discoverable credential says whose it is (section 7.2, step 6). */
	if ((handle.len || !a->again) && !pl_bytes_eq(handle, pl_bytes_of(a->account.handle, sizeof a->account.handle)))
		return pl_diag_set(a->diag, PL_E_DENIED, "user handle: another account's");
	return PL_OK;
}

/* PL_E_DENIED after telling of a counter that went back. */
static pl_status judge_counter(struct asserting *a, struct pl_db_tx *tx, const struct stored *k)
{
	struct pl_people_actor actor = {.address = a->address};
	uint64_t now = a->data.sign_count;
	pl_status st;

	if ((now == 0 && k->sign_count == 0) || now > k->sign_count)
		return pl_db_exec(tx, &pl_sql_passkey_used,
			PL_DB_ARGS(PL_DB_BLOB(a->answer.id), PL_DB_U64(now), PL_DB_U64(pl_people_now(a->p))), NULL);
	st = pl_people_event_put(a->p, tx, PL_PEOPLE_EV_COUNTER, &k->account, &actor, "");
	return st ? st : pl_diag_set(a->diag, PL_E_DENIED,
		"the counter of this passkey went back: perhaps somebody has a copy");
}

static pl_status judge(struct asserting *a, struct pl_db_tx *tx)
{
	const struct pl_webauthn_site site = pl_people_web_site(a->p);
	struct stored k = {0};
	pl_status st = a->shape;

	if (st == PL_OK)
		st = read_passkey(a, tx, &k);
	if (st == PL_OK)
		st = judge_owner(a, tx, &k);
	if (st == PL_OK && pl_webauthn_verify(&site, &k.key, &a->answer) != PL_OK)
		st = pl_diag_set(a->diag, PL_E_DENIED, "the signature is not this passkey's");
	if (st == PL_OK)
		st = pl_challenge_use(a->p, tx, pl_buf_bytes(&a->challenge));
	if (st == PL_E_EXISTS)
		st = pl_diag_set(a->diag, PL_E_DENIED, "challenge: used before");
	return st ? st : judge_counter(a, tx, &k);
}

static bool is_refusal(pl_status st)
{
	return st == PL_E_DENIED || st == PL_E_SYNTAX || st == PL_E_UNSUPPORTED || st == PL_E_EXPIRED || st == PL_E_RANGE ||
		st == PL_E_TOOBIG;
}

static pl_status refuse(struct asserting *a, struct pl_db_tx *tx)
{
	struct pl_people_actor actor = {.address = a->address};

	return pl_people_event_put(a->p, tx, a->again ? PL_PEOPLE_EV_FRESH_BAD : PL_PEOPLE_EV_LOGIN_BAD,
		pl_people_nobody(&a->account.id) ? NULL : &a->account.id, &actor, "passkey");
}

static pl_status run(void *ctx, struct pl_db_tx *tx)
{
	struct asserting *a = ctx;
	struct pl_people_actor actor = {.address = a->address};
	uint64_t refused;
	pl_status st = pl_delay_begin(a->p, tx, (pl_str){0}, a->address, &a->wait, &refused);

	a->good = false;
	a->account = (struct pl_account){0};
	if (st == PL_E_BUSY)
		return PL_OK; /* what was counted stays */
	if (st == PL_OK)
		st = judge(a, tx);
	if (is_refusal(st))
		return refuse(a, tx);
	if (st == PL_OK)
		st = pl_delay_good(a->p, tx, (pl_str){0}, a->address);
	if (st != PL_OK)
		return st;
	a->good = true;
	actor.account = a->account.id;
	if (a->again)
		return pl_session_refresh(a->p, tx, a->again, &actor, "passkey");
	st = pl_session_begin(a->p, tx, &a->account.id, PL_SESSION_PASSKEY, &a->token);
	return st ? st : pl_people_event_put(a->p, tx, PL_PEOPLE_EV_LOGIN, &a->account.id, &actor, "passkey");
}

static pl_status finish(struct asserting *a, pl_str answer, uint64_t *ret_wait)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(4 * PL_WEBAUTHN_ANSWER_MAX);
	pl_status st;

	a->challenge = (struct pl_buf)PL_BUF(256);
	a->shape = judge_shape(a, answer, &arena);
	st = a->shape == PL_OK || is_refusal(a->shape) ? pl_db_tx(a->p->db, run, a) : a->shape;
	pl_buf_done(&a->challenge);
	if (st == PL_OK && a->wait) {
		*ret_wait = a->wait;
		return PL_E_BUSY;
	}
	return st == PL_OK && !a->good ? PL_E_DENIED : st;
}

pl_status pl_passkey_login_finish(struct pl_people *p, pl_str binding, pl_str answer, pl_str address,
	struct pl_session_token *ret, uint64_t *ret_wait, struct pl_diag *diag)
{
	struct asserting a = {.p = p, .binding = binding, .address = address, .diag = diag};
	pl_status st = finish(&a, answer, ret_wait);

	if (st == PL_OK)
		*ret = a.token;
	pl_wipe(&a.token, sizeof a.token);
	return st;
}

pl_status pl_passkey_again_finish(struct pl_people *p, const struct pl_session *s, pl_str binding, pl_str answer,
	pl_str address, uint64_t *ret_wait, struct pl_diag *diag)
{
	struct asserting a = {.p = p, .again = s, .binding = binding, .address = address, .diag = diag};

	return finish(&a, answer, ret_wait);
}
