/* SPDX-License-Identifier: Apache-2.0 */
/* Enrolment: from a one-time code to a password with one-time codes (passkeys: people/passkey.c). */
#include "base/random.h"
#include "people/delay.h"
#include "people/password_internal.h"
#include "people/people_internal.h"
#include "people/session_internal.h"

/* ---- redeeming a code ---- */

struct redeeming {
	struct pl_people *p;
	const struct pl_people_actor *actor;
	struct pl_digest hash;
	uint64_t wait;
	bool good;
	struct pl_session_token token;
};

static pl_status take_code(struct redeeming *r, struct pl_db_tx *tx, struct pl_ulid *ret)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_account_code_take,
		PL_DB_ARGS(pl_people_arg_digest(&r->hash), PL_DB_U64(pl_people_now(r->p))), &rows);

	if (st == PL_OK)
		pl_db_col_fixed(rows, 0, ret->b, sizeof ret->b);
	return st ? st : pl_db_rows_status(rows);
}

static pl_status redeem(void *ctx, struct pl_db_tx *tx)
{
	struct redeeming *r = ctx;
	struct pl_people_actor actor = *r->actor;
	struct pl_ulid account;
	uint64_t refused;
	pl_status st = pl_delay_begin(r->p, tx, (pl_str){0}, actor.address, &r->wait, &refused);

	r->good = false;
	if (st == PL_E_BUSY)
		return PL_OK; /* what was counted stays */
	if (st == PL_OK)
		st = take_code(r, tx, &account);
	if (st == PL_E_NOTFOUND)
		return pl_people_event_put(r->p, tx, PL_PEOPLE_EV_LOGIN_BAD, NULL, &actor, "code");
	if (st == PL_OK)
		st = pl_delay_good(r->p, tx, (pl_str){0}, actor.address);
	if (st == PL_OK)
		st = pl_session_begin(r->p, tx, &account, PL_SESSION_CODE, &r->token);
	if (st != PL_OK)
		return st;
	actor.account = account;
	r->good = true;
	return pl_people_event_put(r->p, tx, PL_PEOPLE_EV_ENROLLED, &account, &actor, "");
}

pl_status pl_enrol_begin(struct pl_people *p, pl_str code, pl_str address, struct pl_session_token *ret,
	uint64_t *ret_wait)
{
	struct pl_people_actor actor = {.address = address};
	struct redeeming r = {.p = p, .actor = &actor};
	pl_status st;

	pl_people_code_hash(p, code, &r.hash);
	st = pl_db_tx(p->db, redeem, &r);
	if (st == PL_OK && r.wait) {
		*ret_wait = r.wait;
		return PL_E_BUSY;
	}
	if (st == PL_OK && r.good)
		*ret = r.token;
	pl_wipe(&r.token, sizeof r.token);
	return st == PL_OK && !r.good ? PL_E_DENIED : st;
}

/* ---- setting ---- */

struct setting {
	struct pl_people *p;
	const struct pl_session *s;
	const char *hash;
	const uint8_t *secret;
	pl_str password, code, address;
	struct pl_buf *recovery;
	struct pl_diag *diag;
};

static uint64_t characters(pl_str s)
{
	uint64_t n = 0;

	for (size_t i = 0; i < s.len; i++)
		n += ((unsigned char)s.ptr[i] & 0xc0) != 0x80;
	return n;
}

static pl_status password_ok(struct setting *w, pl_str name)
{
	if (!pl_str_is_utf8(w->password) || w->password.len > PL_PASSWORD_LEN_MAX ||
		characters(w->password) < PL_PASSWORD_LEN_MIN)
		return pl_diag_set(w->diag, PL_E_SYNTAX, "a password has at least %u characters and at most %u bytes of UTF-8",
			PL_PASSWORD_LEN_MIN, PL_PASSWORD_LEN_MAX);
	if (name.len >= 4 && pl_str_find_str(w->password, name) < w->password.len)
		return pl_diag_set(w->diag, PL_E_SYNTAX, "a password does not contain the account's name");
	for (size_t i = 1; i <= w->password.len; i++) {
		if (i == w->password.len)
			return pl_diag_set(w->diag, PL_E_SYNTAX, "a password is more than one character many times");
		if (w->password.ptr[i] != w->password.ptr[0])
			break;
	}
	return PL_OK;
}

static pl_status put_pending(void *ctx, struct pl_db_tx *tx)
{
	struct setting *w = ctx;
	const struct pl_ulid *id = &w->s->account;
	struct pl_buf hash PL_CLEANUP(pl_buf_done) = PL_BUF(512), secret PL_CLEANUP(pl_buf_done) = PL_BUF(512);

	pl_people_seal(w->p, PL_PEOPLE_COLUMN_HASH, id, pl_str_bytes(pl_str_from(w->hash)), &hash);
	pl_people_seal(w->p, PL_PEOPLE_COLUMN_TOTP, id, pl_bytes_of(w->secret, PL_TOTP_SECRET_LEN), &secret);
	if (pl_buf_status(&hash) != PL_OK || pl_buf_status(&secret) != PL_OK)
		return PL_E_NOMEM;
	return pl_db_exec(tx, &pl_sql_password_pending_put,
		PL_DB_ARGS(pl_people_arg_ulid(id), PL_DB_BLOB(pl_buf_bytes(&hash)), PL_DB_BLOB(pl_buf_bytes(&secret)),
			PL_DB_U64(pl_people_now(w->p) + PL_PASSWORD_PENDING_NS)),
		NULL);
}

/* Enrolling, or logged in a moment ago. */
static pl_status may_set(const struct pl_session *s)
{
	return s->method == PL_SESSION_CODE || s->fresh ? PL_OK : PL_E_EXPIRED;
}

pl_status pl_password_set(struct pl_people *p, const struct pl_session *s, pl_str password,
	uint8_t ret_secret[static PL_TOTP_SECRET_LEN], struct pl_diag *diag)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(8192);
	uint8_t secret[PL_TOTP_SECRET_LEN];
	char hash[PL_PASSWORD_TEXT];
	struct setting w = {.p = p, .s = s, .hash = hash, .secret = secret, .password = password, .diag = diag};
	struct pl_account account;
	pl_status st = may_set(s);

	if (st == PL_OK)
		st = pl_account_get(p, &s->account, &arena, &account);
	if (st == PL_OK)
		st = password_ok(&w, account.name);
	if (st == PL_OK)
		st = pl_people_hash_password(p, password, hash);
	if (st != PL_OK)
		return st;
	pl_random(secret, sizeof secret);
	st = pl_db_tx(p->db, put_pending, &w);
	if (st == PL_OK)
		memcpy(ret_secret, secret, sizeof secret);
	pl_wipe(secret, sizeof secret);
	pl_wipe(hash, sizeof hash);
	return st;
}

/* ---- confirming ---- */

static pl_status new_recovery(struct setting *w, struct pl_db_tx *tx)
{
	const struct pl_ulid *id = &w->s->account;
	pl_status st = pl_db_exec(tx, &pl_sql_recovery_drop, PL_DB_ARGS(pl_people_arg_ulid(id)), NULL);

	pl_buf_clear(w->recovery);
	for (unsigned i = 0; i < PL_RECOVERY_CODES && st == PL_OK; i++) {
		struct pl_buf code PL_CLEANUP(pl_buf_done_secret) = PL_BUF(64);
		struct pl_digest hash;

		pl_people_code_new(4, &code);
		pl_people_code_hash(w->p, pl_buf_str(&code), &hash);
		pl_buf_put_str(w->recovery, pl_buf_str(&code));
		pl_buf_put_c(w->recovery, '\n');
		st = pl_db_exec(tx, &pl_sql_recovery_put, PL_DB_ARGS(pl_people_arg_ulid(id), pl_people_arg_digest(&hash)), NULL);
	}
	return st ? st : pl_buf_status(w->recovery);
}

static pl_status store_password(struct setting *w, struct pl_db_tx *tx, struct pl_db_rows *rows)
{
	const struct pl_ulid *id = &w->s->account;
	struct pl_buf plain PL_CLEANUP(pl_buf_done_secret) = PL_BUF(64);
	uint64_t now = pl_people_now(w->p), step;
	pl_status st = pl_people_unseal(w->p, PL_PEOPLE_COLUMN_TOTP, id, pl_db_col_blob(rows, 1), &plain);

	if (st == PL_OK && plain.len != PL_TOTP_SECRET_LEN)
		st = PL_E_CORRUPT;
	if (st == PL_OK && pl_totp_check(plain.ptr, w->code, now, 0, &step) != PL_OK)
		st = pl_diag_set(w->diag, PL_E_DENIED, "the code is not the one of now; is the clock right?");
	return st ? st : pl_db_exec(tx, &pl_sql_password_put,
		PL_DB_ARGS(pl_people_arg_ulid(id), PL_DB_BLOB(pl_db_col_blob(rows, 0)), PL_DB_BLOB(pl_db_col_blob(rows, 1)),
			PL_DB_U64(step), PL_DB_U64(now)),
		NULL);
}

static pl_status confirm(void *ctx, struct pl_db_tx *tx)
{
	struct setting *w = ctx;
	const struct pl_ulid *id = &w->s->account;
	struct pl_people_actor actor = {.account = *id, .address = w->address};
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_password_pending_get,
		PL_DB_ARGS(pl_people_arg_ulid(id), PL_DB_U64(pl_people_now(w->p))), &rows);

	if (st == PL_E_NOTFOUND)
		return pl_diag_set(w->diag, PL_E_STATE, "set the password first; what was begun is kept for 15 minutes");
	if (st == PL_OK)
		st = store_password(w, tx, rows);
	if (st == PL_OK)
		st = pl_db_exec(tx, &pl_sql_password_pending_drop, PL_DB_ARGS(pl_people_arg_ulid(id)), NULL);
	if (st == PL_OK)
		st = new_recovery(w, tx);
	if (st == PL_OK)
		st = pl_people_activate(tx, id);
	return st ? st : pl_people_event_put(w->p, tx, PL_PEOPLE_EV_PASSWORD, id, &actor, "");
}

pl_status pl_password_confirm(struct pl_people *p, const struct pl_session *s, pl_str code, pl_str address,
	struct pl_buf *recovery, struct pl_diag *diag)
{
	struct setting w = {.p = p, .s = s, .code = code, .address = address, .recovery = recovery, .diag = diag};
	pl_status st = may_set(s);

	return st ? st : pl_db_tx(p->db, confirm, &w);
}

/* ---- recovery codes ---- */

static pl_status renew(void *ctx, struct pl_db_tx *tx)
{
	struct setting *w = ctx;
	const struct pl_ulid *id = &w->s->account;
	struct pl_people_actor actor = {.account = *id, .address = w->address};
	uint64_t passwords = 0;
	pl_status st = pl_people_count(tx, &pl_sql_password_count, pl_people_arg_ulid(id), &passwords);

	if (st == PL_OK && passwords == 0)
		return PL_E_STATE;
	if (st == PL_OK)
		st = new_recovery(w, tx);
	return st ? st : pl_people_event_put(w->p, tx, PL_PEOPLE_EV_RECOVERY, id, &actor, "");
}

pl_status pl_recovery_renew(struct pl_people *p, const struct pl_session *s, pl_str address, struct pl_buf *recovery)
{
	struct setting w = {.p = p, .s = s, .address = address, .recovery = recovery};

	return s->fresh ? pl_db_tx(p->db, renew, &w) : PL_E_EXPIRED;
}
