/* SPDX-License-Identifier: Apache-2.0 */
/* The accounts of those who work here as a store: found by the account's name or its e-mail address. */
#include "people/account.h"
#include "people/passkey.h"
#include "people/session.h"
#include "register/person/own_internal.h"

#define ARENA_BYTES ((size_t)8 << 20)
#define PAGE 200u
#define ROWS_MAX 1000u

/* ---- what there is ---- */

static pl_status describe(void *ctx, pl_holding_fn fn, void *fn_ctx, struct pl_diag *diag)
{
	const struct pl_person_desk *d = ctx;
	struct pl_holding h[] = {
		{.name = PL_STR("account"), .fields = PL_STR("account,name,email,roles,state,made,ended")},
		{.name = PL_STR("passkey"), .fields = PL_STR("account,name,made,used")},
		{.name = PL_STR("session"), .fields = PL_STR("account,method,made,seen")},
	};
	pl_status st = PL_OK;

	for (size_t i = 0; i < PL_COUNT(h) && !st; i++) {
		h[i].place = d->outside->place;
		h[i].entity = d->outside->entity;
		st = fn(fn_ctx, &h[i]);
	}
	return st;
}

/* ---- whose account ---- */

struct walk {
	struct pl_person_desk *d;
	const struct pl_person *who;
	struct pl_diag *diag;
	pl_status (*each)(struct walk *w, const struct pl_account *a);
	const struct pl_holdings_sink *sink;
	pl_holdings_found_fn found;
	pl_holdings_erased_fn erased;
	void *ctx;
};

static bool same_folded(const struct pl_person_id *id, pl_str have)
{
	struct pl_person_id other = {.type = id->type, .value = have};
	struct pl_buf one PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_PERSON_VALUE_MAX), two PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_PERSON_VALUE_MAX);

	if (!have.len || have.len != id->value.len)
		return false;
	pl_person_id_fold(id, &one);
	pl_person_id_fold(&other, &two);
	return !pl_buf_status(&one) && pl_str_eq(pl_buf_str(&one), pl_buf_str(&two));
}

static bool is_erased(const struct pl_account *a)
{
	return pl_str_eq(a->name, PL_STR(PL_ACCOUNT_ERASED)) && !a->email.len && a->state == PL_ACCOUNT_ENDED;
}

static bool is_of(const struct pl_person *who, const struct pl_account *a)
{
	for (size_t i = 0; i < who->n; i++)
		if ((who->id[i].type == PL_PERSON_EMAIL && same_folded(&who->id[i], a->email)) ||
			(who->id[i].type == PL_PERSON_ACCOUNT && !is_erased(a) && same_folded(&who->id[i], a->name)))
			return true;
	return false;
}

static pl_status walk(struct walk *w)
{
	struct pl_ulid after = {0};
	size_t n;
	pl_status st;

	do {
		struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(ARENA_BYTES);
		struct pl_account *list;

		st = pl_account_list(w->d->people, &after, PAGE, &arena, &list, &n);
		for (size_t i = 0; i < n && !st; i++) {
			after = list[i].id;
			if (is_of(w->who, &list[i]))
				st = w->each(w, &list[i]);
		}
	} while (!st && n == PAGE);
	return st;
}

/* ---- find ---- */

static pl_status found_some(const struct walk *w, const char *name, size_t n, const char *names)
{
	struct pl_holdings_found f = {.name = pl_str_from(name), .rows = n, .names = pl_str_from(names)};

	return n ? w->found(w->ctx, &f) : PL_OK;
}

static pl_status find_each(struct walk *w, const struct pl_account *a)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(ARENA_BYTES);
	struct pl_session *sessions;
	struct pl_passkey *keys;
	char id[PL_ULID_TEXT + 1];
	size_t n = 0;
	pl_status st;

	pl_ulid_write(&a->id, id);
	st = found_some(w, "account", 1, id);
	if (!st)
		st = pl_passkey_list(w->d->people, &a->id, &arena, &keys, &n);
	if (!st)
		st = found_some(w, "passkey", n, id);
	if (!st)
		st = pl_session_list_of(w->d->people, &a->id, ROWS_MAX, &arena, &sessions, &n);
	return st ? st : found_some(w, "session", n, id);
}

static pl_status find(void *ctx, const struct pl_person *who, pl_holdings_found_fn fn, void *fn_ctx, struct pl_diag *diag)
{
	struct walk w = {.d = ctx, .who = who, .diag = diag, .each = find_each, .found = fn, .ctx = fn_ctx};

	return walk(&w);
}

/* ---- copy: one table after the other, so three times through the accounts ---- */

static struct pl_holding_value text_of(pl_str s)
{
	return (struct pl_holding_value){s.len > 0, s};
}

static struct pl_holding_value time_of(uint64_t t, char room[static 21])
{
	if (!t)
		return (struct pl_holding_value){0};
	pl_time_write(t, room);
	return (struct pl_holding_value){true, pl_str_from(room)};
}

static pl_status copy_account(struct walk *w, const struct pl_account *a)
{
	struct pl_buf roles PL_CLEANUP(pl_buf_done) = PL_BUF(128);
	char id[PL_ULID_TEXT + 1], made[21], ended[21];
	struct pl_holding_value v[7];

	pl_ulid_write(&a->id, id);
	pl_staff_put(&roles, a->roles);
	v[0] = text_of(pl_str_from(id));
	v[1] = text_of(a->name);
	v[2] = text_of(a->email);
	v[3] = text_of(pl_buf_str(&roles));
	v[4] = text_of(pl_str_from(pl_account_state_word(a->state)));
	v[5] = time_of(a->made_at, made);
	v[6] = time_of(a->ended_at, ended);
	return w->sink->row(w->sink->ctx, v);
}

static pl_status copy_passkeys(struct walk *w, const struct pl_account *a)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(ARENA_BYTES);
	char id[PL_ULID_TEXT + 1], made[21], used[21];
	struct pl_passkey *list;
	size_t n = 0;
	pl_status st = pl_passkey_list(w->d->people, &a->id, &arena, &list, &n);

	pl_ulid_write(&a->id, id);
	for (size_t i = 0; i < n && !st; i++) {
		struct pl_holding_value v[4] = {text_of(pl_str_from(id)), text_of(list[i].name), time_of(list[i].made_at, made),
			time_of(list[i].used_at, used)};

		st = w->sink->row(w->sink->ctx, v);
	}
	return st;
}

static pl_status copy_sessions(struct walk *w, const struct pl_account *a)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(ARENA_BYTES);
	char id[PL_ULID_TEXT + 1], made[21], seen[21];
	struct pl_session *list;
	size_t n = 0;
	pl_status st = pl_session_list_of(w->d->people, &a->id, ROWS_MAX, &arena, &list, &n);

	pl_ulid_write(&a->id, id);
	for (size_t i = 0; i < n && !st; i++) {
		struct pl_holding_value v[4] = {text_of(pl_str_from(id)), text_of(pl_str_from(pl_session_method_word(list[i].method))),
			time_of(list[i].made_at, made), time_of(list[i].seen_at, seen)};

		st = w->sink->row(w->sink->ctx, v);
	}
	return st;
}

static const struct pl_holding_table tables[] = {
	{PL_STR_INIT("account"), 7,
		{{PL_STR_INIT("account"), PL_HOLDING_TEXT}, {PL_STR_INIT("name"), PL_HOLDING_TEXT}, {PL_STR_INIT("email"), PL_HOLDING_TEXT},
			{PL_STR_INIT("roles"), PL_HOLDING_TEXT}, {PL_STR_INIT("state"), PL_HOLDING_TEXT}, {PL_STR_INIT("made"), PL_HOLDING_TIME},
			{PL_STR_INIT("ended"), PL_HOLDING_TIME}}},
	{PL_STR_INIT("passkey"), 4,
		{{PL_STR_INIT("account"), PL_HOLDING_TEXT}, {PL_STR_INIT("name"), PL_HOLDING_TEXT}, {PL_STR_INIT("made"), PL_HOLDING_TIME},
			{PL_STR_INIT("used"), PL_HOLDING_TIME}}},
	{PL_STR_INIT("session"), 4,
		{{PL_STR_INIT("account"), PL_HOLDING_TEXT}, {PL_STR_INIT("method"), PL_HOLDING_TEXT}, {PL_STR_INIT("made"), PL_HOLDING_TIME},
			{PL_STR_INIT("seen"), PL_HOLDING_TIME}}},
};

static pl_status note_one(struct walk *w, const struct pl_account *a)
{
	*(bool *)w->ctx = true;
	return PL_OK;
}

static pl_status copy(void *ctx, const struct pl_person *who, const struct pl_holdings_sink *sink, struct pl_diag *diag)
{
	static pl_status (*const each[])(struct walk *, const struct pl_account *) = {copy_account, copy_passkeys, copy_sessions};
	bool any = false;
	struct walk w = {.d = ctx, .who = who, .diag = diag, .each = note_one, .sink = sink, .ctx = &any};
	pl_status st = walk(&w);

	for (size_t i = 0; i < PL_COUNT(tables) && any && !st; i++) {
		w.each = each[i];
		st = sink->table(sink->ctx, &tables[i]);
		if (!st)
			st = walk(&w);
	}
	return st;
}

/* ---- erase ---- */

static pl_status kept(const struct walk *w, const char *reason, uint64_t destroyed)
{
	struct pl_holdings_erased e = {.name = PL_STR("account"), .rows = destroyed, .kept = 1, .reason = pl_str_from(reason),
		.backups = destroyed ? pl_person_backups(w->d) : 0};

	return w->erased(w->ctx, &e);
}

/* Whoever works here is erased after the account has ended; what stays then is a number in the chain of events. */
static pl_status erase_each(struct walk *w, const struct pl_account *a)
{
	pl_status st;

	if (a->state != PL_ACCOUNT_ENDED)
		return kept(w, "in-use", 0);
	st = pl_account_erase(w->d->people, &w->d->actor, &a->id, w->diag);
	if (!st)
		st = kept(w, "event-chain", 1);
	return st ? st : kept(w, "name-not-reused", 0);
}

/* Has no name any more, because an erasure was broken off behind it: certified now. */
static pl_status certify_each(struct walk *w, const struct pl_ulid *id)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(ARENA_BYTES);
	struct pl_account a;
	pl_status st = pl_account_get(w->d->people, id, &arena, &a);

	if (st || !is_erased(&a))
		return st == PL_E_NOTFOUND ? PL_OK : st;
	st = kept(w, "event-chain", 1);
	return st ? st : kept(w, "name-not-reused", 0);
}

static pl_status erase(void *ctx, const struct pl_person *who, pl_holdings_erased_fn fn, void *fn_ctx, struct pl_diag *diag)
{
	struct walk w = {.d = ctx, .who = who, .diag = diag, .each = erase_each, .erased = fn, .ctx = fn_ctx};
	struct pl_ulid id;
	pl_status st = PL_OK;

	/* First, so that what is erased in this turn is said once. */
	for (size_t i = 0; w.d->erasing && pl_erasure_account(w.d->erasing, i, &id) && !st; i++)
		st = certify_each(&w, &id);
	return st ? st : walk(&w);
}

void pl_person_accounts_store(struct pl_person_desk *d, struct pl_holdings *ret)
{
	*ret = (struct pl_holdings){.name = PL_STR("accounts"), .ctx = d, .describe = describe, .find = find, .copy = copy, .erase = erase};
}
