/* SPDX-License-Identifier: Apache-2.0 */
/* Looking at accounts, sessions, events and decisions. */
#include "cli/account.h"
#include "people/decision.h"
#include "people/event.h"

#define PAGE 200u
#define ARENA_BYTES ((size_t)4 << 20)

static void put_time(struct pl_buf *out, uint64_t t)
{
	if (t)
		pl_time_put(out, t);
	else
		pl_buf_put_z(out, "-");
}

/* ---- accounts ---- */

static void fill_account(struct pl_json *o, const struct pl_account *a)
{
	struct pl_buf roles PL_CLEANUP(pl_buf_done) = PL_BUF(128);

	pl_staff_put(&roles, a->roles);
	pl_cli_set_ulid(o, "account", &a->id);
	pl_json_set_str(o, "name", a->name);
	pl_json_set_str(o, "email", a->email);
	pl_json_set_str(o, "roles", pl_buf_str(&roles));
	pl_json_set_z(o, "state", pl_account_state_word(a->state));
	pl_cli_set_time(o, "made", a->made_at);
	if (a->ended_at)
		pl_cli_set_time(o, "ended", a->ended_at);
}

static void print_account(const struct pl_account *a)
{
	struct pl_buf roles PL_CLEANUP(pl_buf_done) = PL_BUF(128);

	pl_staff_put(&roles, a->roles);
	(void)printf("%-20.*s %-8s %s\n", PL_STR_ARG(a->name), pl_account_state_word(a->state), pl_buf_z(&roles));
}

static pl_status each_account(struct pl_cli_people *p, struct pl_json *array)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(ARENA_BYTES);
	struct pl_ulid after = {0};
	struct pl_account *list;
	size_t n;
	pl_status st;

	do {
		st = pl_account_list(p->people, &after, PAGE, &arena, &list, &n);
		for (size_t i = 0; i < n && st == PL_OK; i++) {
			after = list[i].id;
			if (pl_cli_has(p->cli, "json"))
				fill_account(pl_json_push_object(array), &list[i]);
			else
				print_account(&list[i]);
		}
		pl_arena_done(&arena);
	} while (st == PL_OK && n == PAGE);
	return st;
}

/* Open, let @fn print or fill @array, and print it as member @name. */
static int listing(struct pl_cli *cli, const char *name, pl_status (*fn)(struct pl_cli_people *p,
	struct pl_json *array))
{
	struct pl_json *o PL_CLEANUP(pl_json_done) = pl_json_new_object(), *array = pl_json_set_array(o, name);
	struct pl_cli_people p;
	pl_status st;
	int code;

	if (pl_cli_people_open(&p, cli, false, &code)) {
		st = fn(&p, array);
		code = st != PL_OK ? pl_cli_fail(cli, st, NULL) : pl_cli_has(cli, "json") ? pl_cli_print_json(cli, o) : PL_EXIT_OK;
	}
	pl_cli_people_close(&p);
	return code;
}

int pl_cli_account_list(struct pl_cli *cli)
{
	return listing(cli, "accounts", each_account);
}

static int print_one(struct pl_cli_people *p, const struct pl_account *a, const struct pl_account_means *m)
{
	struct pl_json *o PL_CLEANUP(pl_json_done) = pl_json_new_object();

	if (pl_cli_has(p->cli, "json")) {
		fill_account(o, a);
		pl_json_set_bool(o, "password", m->password);
		pl_json_set_u64(o, "recoveryCodes", m->recovery_codes);
		pl_json_set_u64(o, "passkeys", m->passkeys);
		return pl_cli_print_json(p->cli, o);
	}
	print_account(a);
	(void)printf("  e-mail: %.*s\n  password with one-time codes: %s (%llu recovery codes left)\n  passkeys: %llu\n",
		PL_STR_ARG(a->email.len ? a->email : PL_STR("none")), m->password ? "yes" : "no",
		(unsigned long long)m->recovery_codes, (unsigned long long)m->passkeys);
	return PL_EXIT_OK;
}

int pl_cli_account_show(struct pl_cli *cli)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(8192);
	struct pl_account_means means;
	struct pl_diag diag = {0};
	struct pl_account account;
	struct pl_cli_people p;
	pl_status st;
	int code;

	if (pl_cli_people_open(&p, cli, false, &code)) {
		st = pl_account_find(p.people, pl_str_from(cli->argv[0]), &arena, &account);
		if (st == PL_E_NOTFOUND)
			st = pl_diag_set(&diag, st, "there is no account %s", cli->argv[0]);
		if (st == PL_OK)
			st = pl_account_means(p.people, &account.id, &means);
		code = st == PL_OK ? print_one(&p, &account, &means) : pl_cli_fail(cli, st, &diag);
	}
	pl_cli_people_close(&p);
	return code;
}

/* ---- sessions ---- */

static pl_status each_session(struct pl_cli_people *p, struct pl_json *array)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(ARENA_BYTES);
	struct pl_session *list;
	size_t n;
	pl_status st = pl_session_list(p->people, 1000, &arena, &list, &n);

	for (size_t i = 0; i < n && st == PL_OK; i++) {
		struct pl_buf name PL_CLEANUP(pl_buf_done) = PL_BUF(128), line PL_CLEANUP(pl_buf_done) = PL_BUF(512);
		struct pl_json *o;

		pl_cli_account_name(p, &list[i].account, &name);
		if (pl_cli_has(p->cli, "json")) {
			o = pl_json_push_object(array);
			pl_json_set_str(o, "name", pl_buf_str(&name));
			pl_json_set_z(o, "method", pl_session_method_word(list[i].method));
			pl_cli_set_time(o, "made", list[i].made_at);
			pl_cli_set_time(o, "seen", list[i].seen_at);
			continue;
		}
		pl_buf_printf(&line, "%-20s %-9s since ", pl_buf_z(&name), pl_session_method_word(list[i].method));
		put_time(&line, list[i].made_at);
		pl_buf_put_z(&line, ", last seen ");
		put_time(&line, list[i].seen_at);
		pl_buf_put_c(&line, '\n');
		st = pl_cli_out(pl_buf_str(&line));
	}
	return st;
}

/* One's own, or anybody's as an administrator. */
static int end_sessions(struct pl_cli *cli)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(8192);
	struct pl_diag diag = {0};
	struct pl_account account;
	struct pl_cli_people p;
	pl_status st;
	int code;

	if (pl_cli_people_open_as(&p, cli, false, &code)) {
		st = pl_account_find(p.people, pl_str_from(pl_cli_get(cli, "end")), &arena, &account);
		if (st == PL_OK && memcmp(account.id.b, p.actor.account.b, sizeof account.id.b) != 0)
			st = pl_session_allows(&p.session, PL_STAFF_ADMINISTRATOR, true);
		if (st == PL_OK)
			st = pl_session_end_all(p.people, &p.actor, &account.id);
		code = st == PL_OK ? PL_EXIT_OK : pl_cli_fail(cli, st, &diag);
		if (st == PL_OK)
			(void)printf("done\n");
	}
	pl_cli_people_close(&p);
	return code;
}

int pl_cli_account_sessions(struct pl_cli *cli)
{
	return pl_cli_has(cli, "end") ? end_sessions(cli) : listing(cli, "sessions", each_session);
}

/* ---- events ---- */

static void fill_event(struct pl_cli_people *p, struct pl_json *o, const struct pl_people_event *e)
{
	struct pl_buf account PL_CLEANUP(pl_buf_done) = PL_BUF(128), actor PL_CLEANUP(pl_buf_done) = PL_BUF(128);
	char address[2 * sizeof e->address + 1];

	pl_cli_account_name(p, &e->account, &account);
	pl_cli_account_name(p, &e->actor, &actor);
	pl_json_set_u64(o, "number", e->number);
	pl_cli_set_time(o, "time", e->at);
	pl_json_set_z(o, "event", pl_people_event_word(e->kind));
	pl_json_set_str(o, "account", pl_buf_str(&account));
	pl_json_set_str(o, "actor", pl_buf_str(&actor));
	pl_json_set_str(o, "detail", e->detail);
	if (!e->has_address)
		return;
	pl_hex_write(e->address, sizeof e->address, address);
	pl_json_set_z(o, "address", address);
}

static pl_status print_event(struct pl_cli_people *p, const struct pl_people_event *e)
{
	struct pl_buf account PL_CLEANUP(pl_buf_done) = PL_BUF(128), actor PL_CLEANUP(pl_buf_done) = PL_BUF(128);
	struct pl_buf line PL_CLEANUP(pl_buf_done) = PL_BUF(1024);

	pl_cli_account_name(p, &e->account, &account);
	pl_cli_account_name(p, &e->actor, &actor);
	pl_buf_printf(&line, "%6llu ", (unsigned long long)e->number);
	pl_time_put(&line, e->at);
	pl_buf_printf(&line, " %-15s %-20s by %-20s ", pl_people_event_word(e->kind), pl_buf_z(&account), pl_buf_z(&actor));
	pl_buf_put_str(&line, e->detail);
	pl_buf_put_c(&line, '\n');
	return pl_cli_out(pl_buf_str(&line));
}

static pl_status each_event(struct pl_cli_people *p, struct pl_json *array)
{
	struct pl_people_event *list;
	uint64_t left, before = 0;
	size_t n = 1;
	pl_status st = pl_cli_get_u64(p->cli, "limit", 50, 1, 1000000, &left);

	while (st == PL_OK && left && n) {
		struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(ARENA_BYTES);

		st = pl_people_event_list(p->people, before, left < PAGE ? left : PAGE, &arena, &list, &n);
		for (size_t i = 0; i < n && st == PL_OK; i++) {
			before = list[i].number;
			if (pl_cli_has(p->cli, "json"))
				fill_event(p, pl_json_push_object(array), &list[i]);
			else
				st = print_event(p, &list[i]);
		}
		left -= st == PL_OK ? n : left;
	}
	return st;
}

static int print_head(struct pl_cli_people *p, const struct pl_people_event_head *head)
{
	struct pl_json *o PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(128);

	pl_people_event_head_put(&text, head);
	if (pl_cli_has(p->cli, "json")) {
		pl_json_set_u64(o, "events", head->number);
		pl_json_set_str(o, "head", pl_buf_str(&text));
		return pl_cli_print_json(p->cli, o);
	}
	(void)printf("%llu events, none edited, none missing\nhead %s\n"
		     "  note it elsewhere; --noted HEAD shows a database that was restored from an older copy\n",
		(unsigned long long)head->number, pl_buf_z(&text));
	return PL_EXIT_OK;
}

static int verify(struct pl_cli *cli)
{
	const char *text = pl_cli_get(cli, "noted");
	struct pl_people_event_head noted, head;
	struct pl_diag diag = {0};
	struct pl_cli_people p;
	pl_status st;
	int code;

	if (text && pl_people_event_head_parse(pl_str_from(text), &noted) != PL_OK)
		return pl_cli_usage(cli, "--noted wants a head as --verify prints it, NUMBER:HASH");
	if (pl_cli_people_open(&p, cli, false, &code)) {
		st = pl_people_event_verify(p.people, text ? &noted : NULL, &head, &diag);
		code = st == PL_OK ? print_head(&p, &head) : pl_cli_fail(cli, st, &diag);
	}
	pl_cli_people_close(&p);
	return code;
}

int pl_cli_account_events(struct pl_cli *cli)
{
	if (pl_cli_has(cli, "noted") && !pl_cli_has(cli, "verify"))
		return pl_cli_usage(cli, "--noted goes with --verify");
	return pl_cli_has(cli, "verify") ? verify(cli) : listing(cli, "events", each_event);
}

/* ---- decisions ---- */

static void fill_decision(struct pl_cli_people *p, struct pl_json *o, const struct pl_decision *d)
{
	struct pl_buf name PL_CLEANUP(pl_buf_done) = PL_BUF(128);
	char digest[PL_DIGEST_TEXT + 1];

	pl_cli_account_name(p, &d->proposer, &name);
	pl_digest_text(&d->digest, digest);
	pl_cli_set_ulid(o, "decision", &d->id);
	pl_json_set_str(o, "kind", d->kind);
	pl_json_set_z(o, "state", pl_decision_state_word(d));
	pl_json_set_str(o, "proposer", pl_buf_str(&name));
	pl_json_set_z(o, "digest", digest);
	pl_json_set_u64(o, "approvals", d->voices);
	pl_json_set_u64(o, "needed", d->needed);
	pl_cli_set_time(o, "made", d->made_at);
	pl_cli_set_time(o, "expires", d->expires_at);
}

/* What is proposed about accounts is text of our own; other kinds are shown by their desks. */
static pl_status print_decision(struct pl_cli_people *p, const struct pl_decision *d)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(2 * PL_DECISION_BYTES_MAX);
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(8192), name PL_CLEANUP(pl_buf_done) = PL_BUF(128);
	struct pl_decision whole;
	pl_str rest, line;
	pl_status st = pl_decision_get(p->people, &d->id, &arena, &whole);

	if (st != PL_OK)
		return st;
	pl_cli_account_name(p, &d->proposer, &name);
	pl_ulid_put(&out, &d->id);
	pl_buf_printf(&out, " %-10s %u of %u, proposed by %s, until ", pl_decision_state_word(d), d->voices, d->needed,
		pl_buf_z(&name));
	pl_time_put(&out, d->expires_at);
	pl_buf_put_c(&out, '\n');
	rest = pl_bytes_str(whole.bytes);
	while (pl_str_eq(whole.kind, PL_STR("account")) && pl_str_take_line(&rest, &line)) {
		struct pl_ulid id;
		pl_str text = line;

		pl_buf_put_z(&out, "  ");
		pl_buf_put_str(&out, line);
		if (pl_str_eat(&text, PL_STR("account ")) && pl_ulid_parse(text, &id) == PL_OK) {
			pl_buf_put_z(&out, ", ");
			pl_cli_account_name(p, &id, &out);
		}
		pl_buf_put_c(&out, '\n');
	}
	return pl_buf_status(&out) ? pl_buf_status(&out) : pl_cli_out(pl_buf_str(&out));
}

static pl_status each_decision(struct pl_cli_people *p, struct pl_json *array)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(ARENA_BYTES);
	struct pl_decision *list;
	size_t n;
	pl_status st = pl_decision_list(p->people, NULL, PAGE, &arena, &list, &n);

	for (size_t i = 0; i < n && st == PL_OK; i++) {
		if (pl_cli_has(p->cli, "json"))
			fill_decision(p, pl_json_push_object(array), &list[i]);
		else
			st = print_decision(p, &list[i]);
	}
	return st;
}

int pl_cli_account_decisions(struct pl_cli *cli)
{
	return listing(cli, "decisions", each_decision);
}
