/* SPDX-License-Identifier: Apache-2.0 */
#include "world.h"
#include "crypto/hotp.h"
#include "store/db_engine.h"

#define BEGIN UINT64_C(1793491200)

uint64_t world_now = BEGIN * PL_SECOND;

static uint64_t now(void *ctx)
{
	return world_now;
}

void world_wait(uint64_t ns)
{
	world_now += ns;
}

static struct pl_people *people(struct pl_db *db, uint8_t fill)
{
	uint8_t secret[32];
	struct pl_people_options opt = {.db = db, .rp_id = PL_STR(RP_ID), .origin = PL_STR(ORIGIN), .name = PL_STR("Test"),
		.idle_ns = 900 * PL_SECOND, .absolute_ns = 8 * 3600 * PL_SECOND, .fresh_ns = 300 * PL_SECOND,
		.cost = PL_PASSWORD_COST_TEST, .now = now};
	struct pl_people *p = NULL;

	memset(secret, fill, sizeof secret);
	opt.secret = pl_bytes_of(secret, sizeof secret);
	assert_ok(pl_people_new(&opt, &p));
	return p;
}

struct pl_people *world_new(void)
{
	static const struct pl_migrations *const rooms[] = {&pl_sql_people_migrations};

	return people(db_fresh(rooms, 1, (struct pl_db_options){0}), 7);
}

struct pl_people *world_again(struct pl_people *p, uint8_t fill)
{
	return people(p->db, fill);
}

void world_close(struct pl_people *p)
{
	struct pl_db *db = p->db;

	pl_people_close(p);
	pl_db_close(db);
}

static pl_status script(void *ctx, struct pl_db_tx *tx)
{
	return pl_db_script(tx, "tamper", ctx);
}

void world_tamper(struct pl_people *p, const char *sql)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(4096);

	if (on_sqlite())
		pl_buf_put_z(&text, "DROP TRIGGER IF EXISTS account_event_no_update; "
				    "DROP TRIGGER IF EXISTS account_event_no_delete; ");
	else
		pl_buf_put_z(&text, "DROP TRIGGER IF EXISTS account_event_no_change ON account_event; ");
	pl_buf_put_z(&text, sql);
	assert_ok(pl_db_tx(p->db, script, (void *)(uintptr_t)pl_buf_z(&text)));
}

void person_code(const struct person *who, char out[static 7])
{
	uint32_t code = pl_hotp(pl_bytes_of(who->secret, sizeof who->secret), pl_totp_step(world_now), 6);

	(void)snprintf(out, 7, "%06u", code);
}

void person_enrol(struct pl_people *p, const char *name, const char *code, struct person *ret)
{
	struct pl_session_token token;
	struct pl_session s;
	uint64_t wait;
	char six[7];

	*ret = (struct person){.p = p, .recovery = PL_BUF(1024)};
	(void)snprintf(ret->name, sizeof ret->name, "%s", name);
	assert_ok(pl_enrol_begin(p, pl_str_from(code), (pl_str){0}, &token, &wait));
	assert_ok(pl_session_open(p, pl_str_from(token.text), &s));
	assert_ok(pl_password_set(p, &s, PL_STR(PASSWORD), ret->secret, NULL));
	person_code(ret, six);
	assert_ok(pl_password_confirm(p, &s, pl_str_from(six), (pl_str){0}, &ret->recovery, NULL));
	ret->id = s.account;
	ret->actor.account = s.account;
}

void person_first(struct pl_people *p, const char *name, struct person *ret)
{
	static const struct pl_people_actor terminal;
	struct pl_account_act act;

	assert_ok(pl_account_first(p, &terminal, pl_str_from(name), PL_STR("first@example.org"), false, &act, NULL));
	person_enrol(p, name, act.code, ret);
}

void person_add(struct person *by, struct person *second, const char *name, unsigned roles, struct person *ret)
{
	struct pl_account_act act, done;

	assert_ok(pl_account_add(by->p, &by->actor, pl_str_from(name), PL_STR("them@example.org"), roles, &act, NULL));
	assert_int_equal(act.proposed, second != NULL);
	if (second)
		assert_ok(pl_account_approve(by->p, &second->actor, &act.decision, &done, NULL));
	person_enrol(by->p, name, act.code, ret);
}

void person_login(struct person *who, struct pl_session_token *ret)
{
	struct pl_login login = {.name = pl_str_from(who->name), .password = PL_STR(PASSWORD)};
	uint64_t wait;
	char six[7];

	world_wait(30 * PL_SECOND);
	person_code(who, six);
	login.code = pl_str_from(six);
	assert_ok(pl_password_login(who->p, &login, ret, &wait));
}

void person_session(struct person *who, struct pl_session *ret)
{
	struct pl_session_token token;

	person_login(who, &token);
	assert_ok(pl_session_open(who->p, pl_str_from(token.text), ret));
}

void person_done(struct person *who)
{
	pl_buf_done_secret(&who->recovery);
}

size_t world_events(struct pl_people *p, enum pl_people_event_kind kind)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(1u << 20);
	struct pl_people_event *list;
	size_t n, found = 0;

	assert_ok(pl_people_event_list(p, 0, 1000, &arena, &list, &n));
	for (size_t i = 0; i < n; i++)
		found += list[i].kind == kind;
	return found;
}
