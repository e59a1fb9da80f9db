/* SPDX-License-Identifier: Apache-2.0 */
/* Logging in with a password and a one-time code. */
#include "people/password.h"
#include "people/delay.h"
#include "people/people_internal.h"
#include "people/password_internal.h"
#include "people/session_internal.h"
#include <pthread.h>
#include <stdio.h>

/* ---- the gate: an Argon2id takes 64 MiB ---- */

#define GATE_WIDTH 2u
static pthread_mutex_t gate_mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t gate_free = PTHREAD_COND_INITIALIZER;
static unsigned gate_inside;

static void gate_enter(void)
{
	(void)pthread_mutex_lock(&gate_mutex);
	while (gate_inside >= GATE_WIDTH)
		(void)pthread_cond_wait(&gate_free, &gate_mutex);
	gate_inside++;
	(void)pthread_mutex_unlock(&gate_mutex);
}

static void gate_leave(void)
{
	(void)pthread_mutex_lock(&gate_mutex);
	gate_inside--;
	(void)pthread_cond_signal(&gate_free);
	(void)pthread_mutex_unlock(&gate_mutex);
}

pl_status pl_people_hash_password(const struct pl_people *p, pl_str password, char out[static PL_PASSWORD_TEXT])
{
	pl_status st;

	gate_enter();
	st = pl_password_hash(pl_str_bytes(password), p->cost, out);
	gate_leave();
	return st;
}

static pl_status check_password(pl_str hash, pl_str password)
{
	pl_status st;

	gate_enter();
	st = pl_password_check(hash, pl_str_bytes(password));
	gate_leave();
	return st;
}

/* ---- one attempt ---- */

struct attempt {
	struct pl_people *p;
	const struct pl_login *login;
	const struct pl_session *again; /* NULL: a login */
	struct pl_arena arena;
	uint64_t wait, refused;
	/* What tx one found. */
	bool found; /* an active account with a password */
	struct pl_account account;
	char hash[PL_PASSWORD_TEXT];
	uint8_t secret[PL_TOTP_SECRET_LEN];
	uint64_t last_step;
	/* What was judged in between. */
	bool judged_good, recovery;
	bool good; /* in the end */
	uint64_t step;
	struct pl_session_token token;
};

static pl_status read_password(struct attempt *a, struct pl_db_tx *tx)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	struct pl_buf hash PL_CLEANUP(pl_buf_done_secret) = PL_BUF(256), secret PL_CLEANUP(pl_buf_done_secret) = PL_BUF(64);
	pl_status st = pl_db_one(tx, &pl_sql_password_get, PL_DB_ARGS(pl_people_arg_ulid(&a->account.id)), &rows);

	if (st != PL_OK)
		return st;
	a->last_step = pl_db_col_u64(rows, 2);
	st = pl_people_unseal(a->p, PL_PEOPLE_COLUMN_HASH, &a->account.id, pl_db_col_blob(rows, 0), &hash);
	if (st == PL_OK)
		st = pl_people_unseal(a->p, PL_PEOPLE_COLUMN_TOTP, &a->account.id, pl_db_col_blob(rows, 1), &secret);
	if (st == PL_OK && secret.len != sizeof a->secret)
		st = PL_E_CORRUPT;
	if (st == PL_OK)
		st = pl_str_z(pl_buf_str(&hash), a->hash, sizeof a->hash);
	if (st == PL_OK)
		memcpy(a->secret, secret.ptr, sizeof a->secret);
	return st ? st : pl_db_rows_status(rows);
}

static pl_status find_account(struct attempt *a, struct pl_db_tx *tx)
{
	struct pl_digest index;
	pl_status st;

	if (a->again)
		return pl_people_account_row(a->p, tx, &pl_sql_account_get, pl_people_arg_ulid(&a->again->account), &a->arena,
			&a->account);
	pl_people_name_index(a->p, a->login->name, &index);
	st = pl_people_account_row(a->p, tx, &pl_sql_account_by_name, pl_people_arg_digest(&index), &a->arena, &a->account);
	if (st == PL_E_NOTFOUND)
		return pl_arena_dup(&a->arena, pl_str_sub(a->login->name, 0, PL_ACCOUNT_NAME_MAX), &a->account.name);
	return st;
}

/* Count the attempt and read what it is judged by. */
static pl_status begin(void *ctx, struct pl_db_tx *tx)
{
	struct attempt *a = ctx;
	pl_status st;

	a->found = false;
	a->account = (struct pl_account){0};
	st = find_account(a, tx);
	if (st == PL_OK)
		st = pl_delay_begin(a->p, tx, a->account.name, a->login->address, &a->wait, &a->refused);
	if (st == PL_E_BUSY)
		return PL_OK; /* what was counted stays */
	if (st != PL_OK || a->account.state != PL_ACCOUNT_ACTIVE)
		return st;
	st = read_password(a, tx);
	a->found = st == PL_OK;
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

/* The same work whatever is there. */
static pl_status judge(struct attempt *a)
{
	bool code_good;
	pl_status st = check_password(pl_str_from(a->found ? a->hash : a->p->dummy), a->login->password);

	if (st != PL_OK && st != PL_E_DENIED)
		return st;
	a->recovery = a->login->code.len != PL_TOTP_DIGITS;
	code_good = pl_totp_check(a->secret, a->login->code, pl_people_now(a->p), a->last_step, &a->step) == PL_OK;
	a->judged_good = a->found && st == PL_OK && (code_good || a->recovery);
	return PL_OK;
}

/* Take the code out of the world. */
static pl_status use_code(struct attempt *a, struct pl_db_tx *tx, bool *ret_used)
{
	struct pl_digest hash;
	uint64_t changed = 0;
	pl_status st;

	if (a->recovery) {
		pl_people_code_hash(a->p, a->login->code, &hash);
		st = pl_db_exec(tx, &pl_sql_recovery_use,
			PL_DB_ARGS(pl_people_arg_ulid(&a->account.id), pl_people_arg_digest(&hash)), &changed);
	} else {
		st = pl_db_exec(tx, &pl_sql_password_step,
			PL_DB_ARGS(pl_people_arg_ulid(&a->account.id), PL_DB_U64(a->step)), &changed);
	}
	*ret_used = changed == 1;
	return st;
}

static pl_status tell_bad(struct attempt *a, struct pl_db_tx *tx)
{
	struct pl_people_actor actor = {.address = a->login->address};
	char detail[64];

	(void)snprintf(detail, sizeof detail, "password, %llu too early before", (unsigned long long)a->refused);
	return pl_people_event_put(a->p, tx, a->again ? PL_PEOPLE_EV_FRESH_BAD : PL_PEOPLE_EV_LOGIN_BAD,
		pl_people_nobody(&a->account.id) ? NULL : &a->account.id, &actor, a->refused ? detail : "password");
}

static pl_status finish(void *ctx, struct pl_db_tx *tx)
{
	struct attempt *a = ctx;
	struct pl_people_actor actor = {.account = a->account.id, .address = a->login->address};
	const char *how = a->recovery ? "recovery" : "password";
	struct pl_account now;
	bool used = false;
	pl_status st = PL_OK;

	if (a->judged_good)
		st = use_code(a, tx, &used);
	a->good = a->judged_good && used;
	/* It may have ended meanwhile. */
	if (st == PL_OK && a->good)
		st = pl_people_account_row(a->p, tx, &pl_sql_account_get, pl_people_arg_ulid(&a->account.id), NULL, &now);
	if (st == PL_OK && a->good && now.state != PL_ACCOUNT_ACTIVE)
		a->good = false;
	if (st != PL_OK || !a->good)
		return st ? st : tell_bad(a, tx);
	st = pl_delay_good(a->p, tx, a->account.name, a->login->address);
	if (st == PL_OK && a->again)
		return pl_session_refresh(a->p, tx, a->again, &actor, how);
	if (st == PL_OK)
		st = pl_session_begin(a->p, tx, &a->account.id, a->recovery ? PL_SESSION_RECOVERY : PL_SESSION_PASSWORD, &a->token);
	return st ? st : pl_people_event_put(a->p, tx, PL_PEOPLE_EV_LOGIN, &a->account.id, &actor, how);
}

static pl_status attempt(struct attempt *a, uint64_t *ret_wait)
{
	pl_status st;

	a->arena = (struct pl_arena)PL_ARENA(8192);
	st = pl_db_tx(a->p->db, begin, a);
	if (st == PL_OK && a->wait) {
		*ret_wait = a->wait;
		st = PL_E_BUSY;
	}
	if (st == PL_OK)
		st = judge(a);
	if (st == PL_OK)
		st = pl_db_tx(a->p->db, finish, a);
	if (st == PL_OK && !a->good)
		st = PL_E_DENIED;
	pl_arena_done(&a->arena);
	pl_wipe(a->hash, sizeof a->hash);
	pl_wipe(a->secret, sizeof a->secret);
	return st;
}

pl_status pl_password_login(struct pl_people *p, const struct pl_login *login, struct pl_session_token *ret,
	uint64_t *ret_wait)
{
	struct attempt a = {.p = p, .login = login};
	pl_status st = attempt(&a, ret_wait);

	if (st == PL_OK)
		*ret = a.token;
	pl_wipe(&a.token, sizeof a.token);
	return st;
}

pl_status pl_password_again(struct pl_people *p, const struct pl_session *s, const struct pl_login *login,
	uint64_t *ret_wait)
{
	struct attempt a = {.p = p, .login = login, .again = s};

	return attempt(&a, ret_wait);
}
