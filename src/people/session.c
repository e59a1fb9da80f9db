/* SPDX-License-Identifier: Apache-2.0 */
#include "people/session.h"
#include "base/random.h"
#include "people/people_internal.h"
#include "people/session_internal.h"

#define SEEN_STEP_NS (30 * PL_SECOND)

const char *pl_session_method_word(enum pl_session_method method)
{
	static const char *const words[] = {"code", "password", "recovery", "passkey"};

	return (size_t)method < PL_COUNT(words) ? words[method] : "unknown";
}

/* PL_E_DENIED for another spelling. */
static pl_status token_hash(pl_str token, uint8_t ret[static 32])
{
	struct pl_digest hash;
	uint8_t raw[32];

	if (pl_hex_read(token, raw, sizeof raw) != PL_OK)
		return PL_E_DENIED;
	pl_sha256(pl_bytes_of(raw, sizeof raw), &hash);
	pl_wipe(raw, sizeof raw);
	memcpy(ret, hash.b, sizeof hash.b);
	return PL_OK;
}

static bool over(const struct pl_people *p, const struct pl_session *s, uint64_t now)
{
	uint64_t life = s->method == PL_SESSION_CODE ? PL_SESSION_CODE_NS : p->absolute_ns;

	/* A system time that was set back by more than a minute ends it, too. */
	return now + 60 * PL_SECOND < s->made_at || now >= s->made_at + life || now >= s->seen_at + p->idle_ns;
}

pl_status pl_session_begin(struct pl_people *p, struct pl_db_tx *tx, const struct pl_ulid *account,
	enum pl_session_method method, struct pl_session_token *ret)
{
	uint64_t now = pl_people_now(p);
	struct pl_session_token token;
	uint8_t raw[32], hash[32];
	pl_status st;

	pl_random(raw, sizeof raw);
	pl_hex_write(raw, sizeof raw, token.text);
	pl_wipe(raw, sizeof raw);
	st = token_hash(pl_str_from(token.text), hash);
	if (st == PL_OK)
		st = pl_db_exec(tx, &pl_sql_session_sweep,
			PL_DB_ARGS(PL_DB_U64(now > p->absolute_ns ? now - p->absolute_ns : 0),
				PL_DB_U64(now > p->idle_ns ? now - p->idle_ns : 0)),
			NULL);
	if (st == PL_OK)
		st = pl_db_exec(tx, &pl_sql_session_put,
			PL_DB_ARGS(PL_DB_MEM(hash, sizeof hash), pl_people_arg_ulid(account), PL_DB_U64(method), PL_DB_U64(now),
				PL_DB_U64(method == PL_SESSION_CODE ? 0 : now)),
			NULL);
	if (st == PL_OK)
		*ret = token;
	pl_wipe(&token, sizeof token);
	return st;
}

pl_status pl_session_refresh(struct pl_people *p, struct pl_db_tx *tx, const struct pl_session *s,
	const struct pl_people_actor *actor, const char *how)
{
	uint64_t changed;
	pl_status st = pl_db_exec(tx, &pl_sql_session_fresh,
		PL_DB_ARGS(PL_DB_MEM(s->token_hash, sizeof s->token_hash), PL_DB_U64(pl_people_now(p))), &changed);

	if (st == PL_OK && changed == 0)
		return PL_E_DENIED;
	return st ? st : pl_people_event_put(p, tx, PL_PEOPLE_EV_FRESH, &s->account, actor, how);
}

/* ---- opening ---- */

struct opening {
	struct pl_people *p;
	struct pl_session s;
	const struct pl_people_actor *actor;
	const struct pl_ulid *account;
	struct pl_arena *arena;
	struct pl_session *list;
	size_t max, n;
};

static pl_status read_session(void *ctx, struct pl_db_tx *tx)
{
	struct opening *o = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	struct pl_session *s = &o->s;
	bool active;
	pl_status st = pl_db_one(tx, &pl_sql_session_get, PL_DB_ARGS(PL_DB_MEM(s->token_hash, sizeof s->token_hash)), &rows);

	if (st != PL_OK)
		return st == PL_E_NOTFOUND ? PL_E_DENIED : st;
	pl_db_col_fixed(rows, 0, s->account.b, sizeof s->account.b);
	s->method = (enum pl_session_method)pl_db_col_u64(rows, 1);
	s->made_at = pl_db_col_u64(rows, 2);
	s->seen_at = pl_db_col_u64(rows, 3);
	s->fresh_at = pl_db_col_u64(rows, 4);
	s->roles = s->method == PL_SESSION_CODE ? 0 : (unsigned)pl_db_col_u64(rows, 5);
	active = pl_db_col_u64(rows, 6) == (s->method == PL_SESSION_CODE ? PL_ACCOUNT_INVITED : PL_ACCOUNT_ACTIVE);
	st = pl_db_rows_status(rows);
	return st == PL_OK && !active ? PL_E_DENIED : st;
}

static pl_status see(void *ctx, struct pl_db_tx *tx)
{
	struct opening *o = ctx;

	return pl_db_exec(tx, &pl_sql_session_seen,
		PL_DB_ARGS(PL_DB_MEM(o->s.token_hash, sizeof o->s.token_hash), PL_DB_U64(o->s.seen_at)), NULL);
}

static pl_status drop(void *ctx, struct pl_db_tx *tx)
{
	struct opening *o = ctx;

	return pl_db_exec(tx, &pl_sql_session_drop, PL_DB_ARGS(PL_DB_MEM(o->s.token_hash, sizeof o->s.token_hash)), NULL);
}

pl_status pl_session_open(struct pl_people *p, pl_str token, struct pl_session *ret)
{
	uint64_t now = pl_people_now(p);
	struct opening o = {.p = p};
	pl_status st = token_hash(token, o.s.token_hash);

	if (st == PL_OK)
		st = pl_db_read(p->db, read_session, &o);
	if (st != PL_OK)
		return st;
	if (over(p, &o.s, now)) {
		st = pl_db_tx(p->db, drop, &o);
		return st == PL_OK ? PL_E_DENIED : st;
	}
	if (now > o.s.seen_at + SEEN_STEP_NS) {
		o.s.seen_at = now;
		st = pl_db_tx(p->db, see, &o);
	}
	if (st != PL_OK)
		return st;
	o.s.fresh = o.s.fresh_at > 0 && now < o.s.fresh_at + p->fresh_ns;
	*ret = o.s;
	return PL_OK;
}

pl_status pl_session_allows(const struct pl_session *s, unsigned roles, bool dangerous)
{
	if (!(s->roles & roles))
		return PL_E_DENIED;
	return dangerous && !s->fresh ? PL_E_EXPIRED : PL_OK;
}

/* ---- ending ---- */

static pl_status logout(void *ctx, struct pl_db_tx *tx)
{
	struct opening *o = ctx;
	struct pl_people_actor actor = *o->actor;
	pl_status st = read_session(o, tx);

	if (st == PL_E_DENIED)
		return drop(o, tx);
	if (st == PL_OK)
		st = drop(o, tx);
	actor.account = o->s.account;
	return st ? st : pl_people_event_put(o->p, tx, PL_PEOPLE_EV_LOGOUT, &o->s.account, &actor, "");
}

pl_status pl_session_logout(struct pl_people *p, pl_str token, pl_str address)
{
	struct pl_people_actor actor = {.address = address};
	struct opening o = {.p = p, .actor = &actor};

	return token_hash(token, o.s.token_hash) == PL_OK ? pl_db_tx(p->db, logout, &o) : PL_OK;
}

static pl_status end_all(void *ctx, struct pl_db_tx *tx)
{
	struct opening *o = ctx;
	pl_status st = pl_db_exec(tx, &pl_sql_session_drop_of, PL_DB_ARGS(pl_people_arg_ulid(o->account)), NULL);

	return st ? st : pl_people_event_put(o->p, tx, PL_PEOPLE_EV_SESSIONS, o->account, o->actor, "");
}

pl_status pl_session_end_all(struct pl_people *p, const struct pl_people_actor *actor, const struct pl_ulid *account)
{
	struct opening o = {.p = p, .actor = actor, .account = account};

	return pl_db_tx(p->db, end_all, &o);
}

static pl_status read_list(void *ctx, struct pl_db_tx *tx)
{
	struct opening *o = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	uint64_t now = pl_people_now(o->p);
	pl_status st = o->account ? pl_db_query(tx, &pl_sql_session_of,
					   PL_DB_ARGS(pl_people_arg_ulid(o->account), PL_DB_U64(o->max)), &rows)
				  : pl_db_query(tx, &pl_sql_session_page, PL_DB_ARGS(PL_DB_U64(o->max)), &rows);

	o->n = 0;
	while (st == PL_OK && o->n < o->max && (st = pl_db_step(rows)) == PL_OK) {
		struct pl_session *s = &o->list[o->n];

		*s = (struct pl_session){0};
		pl_db_col_fixed(rows, 0, s->token_hash, sizeof s->token_hash);
		pl_db_col_fixed(rows, 1, s->account.b, sizeof s->account.b);
		s->method = (enum pl_session_method)pl_db_col_u64(rows, 2);
		s->made_at = pl_db_col_u64(rows, 3);
		s->seen_at = pl_db_col_u64(rows, 4);
		s->fresh_at = pl_db_col_u64(rows, 5);
		st = pl_db_rows_status(rows);
		o->n += st == PL_OK && !over(o->p, s, now);
	}
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

static pl_status end_one(void *ctx, struct pl_db_tx *tx)
{
	struct opening *o = ctx;
	uint64_t changed = 0;
	pl_status st = pl_db_exec(tx, &pl_sql_session_drop_one,
		PL_DB_ARGS(PL_DB_MEM(o->s.token_hash, sizeof o->s.token_hash), pl_people_arg_ulid(o->account)), &changed);

	if (st == PL_OK && changed == 0)
		return PL_E_NOTFOUND;
	return st ? st : pl_people_event_put(o->p, tx, PL_PEOPLE_EV_LOGOUT, o->account, o->actor, "");
}

pl_status pl_session_end(struct pl_people *p, const struct pl_people_actor *actor, const struct pl_ulid *account,
	const uint8_t hash[static 32])
{
	struct opening o = {.p = p, .actor = actor, .account = account};

	memcpy(o.s.token_hash, hash, sizeof o.s.token_hash);
	return pl_db_tx(p->db, end_one, &o);
}

pl_status pl_session_list(struct pl_people *p, size_t max, struct pl_arena *arena, struct pl_session **ret,
	size_t *ret_n)
{
	return pl_session_list_of(p, NULL, max, arena, ret, ret_n);
}

pl_status pl_session_list_of(struct pl_people *p, const struct pl_ulid *account, size_t max, struct pl_arena *arena,
	struct pl_session **ret, size_t *ret_n)
{
	struct opening o = {.p = p, .account = account, .max = max, .arena = arena};
	pl_status st;

	o.list = pl_arena_alloc(arena, max, sizeof *o.list);
	if (!o.list)
		return PL_E_NOMEM;
	st = pl_db_read(p->db, read_list, &o);
	if (st != PL_OK)
		return st;
	*ret = o.list;
	*ret_n = o.n;
	return PL_OK;
}

/* ---- forged requests ---- */

void pl_session_csrf(const struct pl_people *p, const struct pl_session *s, char out[static PL_CSRF_TEXT + 1])
{
	struct pl_digest mac;

	pl_people_mac(p, PEOPLE_KEY_CSRF, pl_bytes_of(s->token_hash, sizeof s->token_hash), &mac);
	pl_hex_write(mac.b, sizeof mac.b, out);
}

pl_status pl_session_csrf_check(const struct pl_people *p, const struct pl_session *s, pl_str token)
{
	char expected[PL_CSRF_TEXT + 1];

	pl_session_csrf(p, s, expected);
	return pl_secret_eq(pl_str_bytes(token), pl_bytes_of(expected, PL_CSRF_TEXT)) ? PL_OK : PL_E_DENIED;
}

pl_status pl_request_judge(const struct pl_people *p, pl_str method, pl_str origin, pl_str sec_fetch_site)
{
	if (pl_str_eq(method, PL_STR("GET")) || pl_str_eq(method, PL_STR("HEAD")))
		return PL_OK;
	if (origin.len == 0 && sec_fetch_site.len == 0)
		return PL_E_DENIED;
	if (sec_fetch_site.len && !pl_str_eq(sec_fetch_site, PL_STR("same-origin")))
		return PL_E_DENIED;
	return origin.len && !pl_str_eq(origin, pl_str_from(p->origin)) ? PL_E_DENIED : PL_OK;
}
