/* SPDX-License-Identifier: Apache-2.0 */
/* `pellucid case`: the work on cases. Whoever has this terminal acts as operator; reading what persons wrote leaves a line in the vault. */
#include "base/text.h"
#include "base/time.h"
#include "cli/account.h"
#include "cli/person.h"
#include "cli/register.h"
#include "people/account.h"
#include "register/casework/alarm.h"
#include "register/casework/attach.h"
#include "register/casework/clocks.h"
#include "register/casework/decide.h"
#include "register/casework/mail.h"
#include "register/casework/talk.h"

#define ARENA ((size_t)64 << 20)
#define PAGE 200u

static const struct pl_casework_actor operator = {.role = PL_VAULT_OPERATOR};

/* ---- the queue ---- */

static void fill_case(struct pl_json *o, const struct pl_casework_case *c)
{
	char touched[21], due[21], account[PL_ULID_TEXT + 1];
	uint64_t now = pl_time_now() / PL_SECOND;

	pl_time_write(c->touched * PL_SECOND, touched);
	pl_json_set_str(o, "register", c->name);
	pl_json_set_u64(o, "number", c->number);
	pl_json_set_z(o, "state", pl_casework_state_words[c->state]);
	pl_json_set_z(o, "touched", touched);
	if (c->due) {
		pl_time_write(c->due * PL_SECOND, due);
		pl_json_set_z(o, "due", due);
		if (c->due <= now)
			pl_json_set_u64(o, "overdueSeconds", now - c->due);
	}
	if (c->legal) {
		pl_time_write(c->legal * PL_SECOND, due);
		pl_json_set_z(o, "legal", due);
	}
	if (c->has_assigned) {
		pl_ulid_write(&c->assigned, account);
		pl_json_set_z(o, "assigned", account);
	}
}

static pl_str name_of(struct pl_people *people, const struct pl_ulid *id, struct pl_arena *arena)
{
	static char text[PL_ULID_TEXT + 1];
	struct pl_account a;

	if (people && pl_account_get(people, id, arena, &a) == PL_OK && a.name.len)
		return a.name;
	pl_ulid_write(id, text);
	return pl_str_from(text);
}

static void print_case(struct pl_people *people, const struct pl_casework_case *c, struct pl_arena *arena)
{
	struct pl_buf late PL_CLEANUP(pl_buf_done) = PL_BUF(64);
	char touched[21], due[21] = "-", legal[21] = "-";
	uint64_t now = pl_time_now();
	pl_str who = c->has_assigned ? name_of(people, &c->assigned, arena) : PL_STR("-");

	pl_time_write(c->touched * PL_SECOND, touched);
	if (c->due)
		pl_time_write(c->due * PL_SECOND, due);
	if (c->legal)
		pl_time_write(c->legal * PL_SECOND, legal);
	if (c->due && c->due * PL_SECOND <= now) {
		pl_buf_put_z(&late, "  ");
		pl_alarm_put_left(now, c->due * PL_SECOND, &late);
	}
	(void)printf("%-20.*s %8llu  %-8s %-20.*s %-20s %-20s %s%.*s\n", PL_STR_ARG(c->name), (unsigned long long)c->number,
		pl_casework_state_words[c->state], PL_STR_ARG(who), due, legal, touched, PL_STR_ARG(pl_buf_str(&late)));
}

static pl_status each_case(struct pl_cli_job *j, struct pl_people *people, pl_str name, struct pl_json *array)
{
	struct pl_casework_cursor after = {0};
	char name_z[PL_REGISTER_NAME_MAX + 1] = "";
	struct pl_casework_case *list;
	size_t n = 0;
	pl_status st;

	do {
		struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(ARENA);

		st = pl_casework_queue(j->inst, name, NULL, &after, PAGE, &arena, &list, &n);
		for (size_t i = 0; i < n && !st; i++) {
			if (array)
				fill_case(pl_json_push_object(array), &list[i]);
			else
				print_case(people, &list[i], &arena);
		}
		if (n && !st) {
			st = pl_str_z(list[n - 1].name, name_z, sizeof name_z);
			after = (struct pl_casework_cursor){list[n - 1].due, pl_str_from(name_z), list[n - 1].number};
		}
	} while (!st && n == PAGE);
	return st;
}

static int list(struct pl_cli *cli)
{
	struct pl_people *people PL_CLEANUP(pl_people_closep) = NULL;
	struct pl_json *array = NULL;
	struct pl_diag diag = {0};
	struct pl_cli_job j;
	pl_status st;
	int code;

	if (!pl_cli_job_open(&j, cli, &code))
		return code;
	(void)(pl_people_open(j.inst, false, &people, NULL) == PL_OK); /* without accounts there are no names */
	if (pl_cli_has(cli, "json"))
		array = pl_json_new_array();
	st = each_case(&j, people, cli->argc ? pl_str_from(cli->argv[0]) : (pl_str){0}, array);
	code = st ? pl_cli_job_fail(&j, st, &diag) : array ? pl_cli_json_line(cli, array) : PL_EXIT_OK;
	if (st)
		pl_json_free(array);
	pl_cli_job_close(&j);
	return code;
}

/* ---- one case's file ---- */

/* What somebody wrote: every line indented, so that none looks like one of ours, and nothing that a terminal would obey. */
static void put_text(const char *indent, pl_str text)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done_secret) = PL_BUF((size_t)1 << 20);

	pl_text_put_lines(&b, indent, text);
	(void)(pl_cli_out(pl_buf_str(&b)) == PL_OK);
}

static void put_came(const struct pl_casework_entry *e, struct pl_arena *arena)
{
	struct pl_casework_came came;

	if (pl_casework_came(e->text, arena, &came))
		return;
	if (came.contact.len)
		(void)printf("    from %.*s\n", PL_STR_ARG(came.contact));
	if (came.product.len)
		(void)printf("    signed by the product %.*s\n", PL_STR_ARG(came.product));
	put_text("    ", came.message);
}

/* What the entry says holds the file's key, too: not all of it is printed. */
static pl_status read_known(const struct pl_casework_entry *e, struct pl_attach_file *ret)
{
	struct pl_json *o PL_CLEANUP(pl_json_done) = NULL;
	pl_status st = pl_json_parse(e->text, PL_CASEWORK_TEXT_MAX, 2, &o, NULL);

	return st ? st : pl_attach_file_get(o, ret);
}

static void put_file(const struct pl_casework_entry *e)
{
	struct pl_attach_file f;

	if (read_known(e, &f))
		return;
	(void)printf("    %s, %llu bytes, %s%s%s\n", f.name, (unsigned long long)f.size, pl_attach_verdict_words[f.verdict],
		f.found[0] ? ": " : "", f.found);
	pl_wipe(&f, sizeof f);
}

static void fill_known(struct pl_json *o, const struct pl_casework_entry *e)
{
	struct pl_attach_file f;
	char sha256[2 * PL_DIGEST_LEN + 1];

	if (read_known(e, &f))
		return;
	pl_digest_hex(&f.sha256, sha256);
	pl_json_set_z(o, "name", f.name);
	pl_json_set_u64(o, "size", f.size);
	pl_json_set_z(o, "sha256", sha256);
	pl_json_set_z(o, "verdict", pl_attach_verdict_words[f.verdict]);
	if (f.found[0])
		pl_json_set_z(o, "found", f.found);
	pl_wipe(&f, sizeof f);
}

static void print_entry(struct pl_people *people, const struct pl_casework_entry *e, struct pl_arena *arena)
{
	static const struct pl_ulid nobody;
	char at[21];
	pl_str who = memcmp(e->account.b, nobody.b, sizeof nobody.b) == 0 ? PL_STR("-") : name_of(people, &e->account, arena);

	pl_time_write(e->at * PL_SECOND, at);
	(void)printf("%4llu  %s  %-9s %.*s %.*s%s\n", (unsigned long long)e->seq, at, pl_casework_kind_words[e->kind], PL_STR_ARG(who),
		PL_STR_ARG(e->about), e->sealed && !e->text.len ? " (private)" : "");
	if (!e->text.len)
		return;
	if (e->kind == PL_CASEWORK_CAME)
		put_came(e, arena);
	else if (pl_casework_kind_is_file(e->kind))
		put_file(e);
	else
		put_text("    ", e->text);
}

static void fill_entry(struct pl_json *o, const struct pl_casework_entry *e)
{
	char at[21], account[PL_ULID_TEXT + 1];

	pl_time_write(e->at * PL_SECOND, at);
	pl_ulid_write(&e->account, account);
	pl_json_set_u64(o, "entry", e->seq);
	pl_json_set_z(o, "at", at);
	pl_json_set_z(o, "kind", pl_casework_kind_words[e->kind]);
	pl_json_set_z(o, "account", account);
	pl_json_set_str(o, "about", e->about);
	pl_json_set_bool(o, "sealed", e->sealed);
	if (e->text.len && pl_casework_kind_is_file(e->kind))
		fill_known(pl_json_set_object(o, "file"), e);
	else if (e->text.len)
		pl_json_set_str(o, "text", e->text);
}

static pl_status read_file(struct pl_cli_opened *o, const struct pl_cli *cli, struct pl_arena *arena, struct pl_casework_entry **e, size_t *n)
{
	if (pl_cli_has(cli, "private"))
		return pl_casework_read(o->j.inst, o->r, o->number, &operator, arena, e, n, &o->diag);
	return pl_casework_entries(o->j.inst, o->r, o->number, arena, e, n);
}

static int print_file(struct pl_cli_opened *o, struct pl_cli *cli, const struct pl_casework_case *c, const struct pl_casework_entry *e, size_t n,
	struct pl_arena *arena)
{
	struct pl_people *people PL_CLEANUP(pl_people_closep) = NULL;
	struct pl_json *out, *array;

	if (pl_cli_has(cli, "json")) {
		out = pl_json_new_object();
		fill_case(out, c);
		array = pl_json_set_array(out, "entries");
		for (size_t i = 0; i < n; i++)
			fill_entry(pl_json_push_object(array), &e[i]);
		return pl_cli_json_line(cli, out);
	}
	(void)(pl_people_open(o->j.inst, false, &people, NULL) == PL_OK);
	print_case(people, c, arena);
	for (size_t i = 0; i < n; i++)
		print_entry(people, &e[i], arena);
	return PL_EXIT_OK;
}

static int show(struct pl_cli *cli)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(ARENA);
	struct pl_cli_opened o = {0};
	struct pl_casework_case c;
	struct pl_casework_entry *e = NULL;
	size_t n = 0;
	pl_status st;
	int code;

	if (!pl_cli_opened_open(&o, cli, &code))
		return code;
	st = pl_casework_get(o.j.inst, o.r, o.number, &c);
	if (st == PL_E_NOTFOUND)
		st = pl_diag_set(&o.diag, st, "register %s has no case %llu to work on", cli->argv[0], (unsigned long long)o.number);
	if (!st)
		st = read_file(&o, cli, &arena, &e, &n);
	code = st ? pl_cli_opened_fail(&o, st) : print_file(&o, cli, &c, e, n, &arena);
	pl_cli_opened_close(&o);
	return code;
}

/* ---- clocks ---- */

static void print_clock(const struct pl_clock *c)
{
	char strict[21], legal[21];

	pl_time_write(c->due.strict, strict);
	pl_time_write(c->due.legal, legal);
	(void)printf("%-9s %-22s %s  %s  %s\n", c->def->code, pl_clock_state_text(c->state), strict, legal, c->def->task);
}

static int clocks(struct pl_cli *cli)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(ARENA);
	const char *country = pl_cli_get(cli, "country");
	const struct pl_calendar *calendar = country ? pl_calendar_find(pl_str_from(country)) : NULL;
	struct pl_clock list_of[PL_CLOCKS_MAX];
	struct pl_cli_opened o = {0};
	struct pl_casework_entry *e;
	size_t n = 0, n_clocks = 0;
	pl_status st;
	int code;

	if (country && !calendar)
		return pl_cli_usage(cli, "no calendar \"%s\"; see: pellucid clock holidays", country);
	if (!pl_cli_opened_open(&o, cli, &code))
		return code;
	calendar = calendar ? calendar : o.r->calendar;
	st = pl_casework_entries(o.j.inst, o.r, o.number, &arena, &e, &n);
	if (!st)
		st = pl_casework_clocks(calendar, e, n, pl_time_now(), list_of, &n_clocks, &o.diag);
	for (size_t i = 0; i < n_clocks && !st; i++)
		print_clock(&list_of[i]);
	if (!st && !n_clocks)
		(void)printf("no clock has started\n");
	if (!st)
		(void)fprintf(stderr, "public holidays: %s, %s\n", calendar->code, calendar->name);
	code = st ? pl_cli_opened_fail(&o, st) : PL_EXIT_OK;
	pl_cli_opened_close(&o);
	return code;
}

/* ---- acts ---- */

static pl_status find_account(struct pl_cli_opened *o, const char *name, struct pl_ulid *ret)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(ARENA);
	struct pl_people *people PL_CLEANUP(pl_people_closep) = NULL;
	struct pl_account a;
	pl_status st = pl_people_open(o->j.inst, false, &people, &o->diag);

	if (!st)
		st = pl_account_find(people, pl_str_from(name), &arena, &a);
	if (st == PL_E_NOTFOUND)
		return pl_diag_set(&o->diag, st, "there is no account \"%s\"; see: pellucid account list", name);
	if (!st)
		*ret = a.id;
	return st;
}

static int assign(struct pl_cli *cli)
{
	struct pl_cli_opened o = {0};
	struct pl_ulid to = {0};
	pl_status st = PL_OK;
	int code;

	if (!pl_cli_opened_open(&o, cli, &code))
		return code;
	if (strcmp(cli->argv[2], "-") != 0)
		st = find_account(&o, cli->argv[2], &to);
	if (!st)
		st = pl_casework_assign(o.j.inst, o.r, o.number, &operator, &to, &o.diag);
	if (!st)
		(void)printf("case %llu of %s: %s\n", (unsigned long long)o.number, cli->argv[0],
			strcmp(cli->argv[2], "-") == 0 ? "nobody has it" : cli->argv[2]);
	code = st ? pl_cli_opened_fail(&o, st) : PL_EXIT_OK;
	pl_cli_opened_close(&o);
	return code;
}

static int state(struct pl_cli *cli)
{
	struct pl_cli_opened o = {0};
	unsigned to = 0;
	pl_status st;
	int code;

	while (pl_casework_state_words[to] && strcmp(pl_casework_state_words[to], cli->argv[2]) != 0)
		to++;
	if (!pl_casework_state_words[to])
		return pl_cli_usage(cli, "STATE is new, working, waiting, decided or closed");
	if (!pl_cli_opened_open(&o, cli, &code))
		return code;
	st = pl_casework_state_set(o.j.inst, o.r, o.number, &operator, (enum pl_casework_state)to, &o.diag);
	if (!st)
		(void)printf("case %llu of %s is %s\n", (unsigned long long)o.number, cli->argv[0], cli->argv[2]);
	code = st ? pl_cli_opened_fail(&o, st) : PL_EXIT_OK;
	pl_cli_opened_close(&o);
	return code;
}

pl_status pl_cli_case_text(const char *path, struct pl_buf *out, struct pl_diag *diag)
{
	pl_status st = pl_cli_read_file(path, out, diag);

	while (!st && out->len && out->ptr[out->len - 1] == '\n')
		pl_buf_truncate(out, out->len - 1);
	if (!st && !pl_str_is_utf8(pl_buf_str(out)))
		st = pl_diag_set(diag, PL_E_SYNTAX, "%s is no UTF-8 text", path);
	return st;
}

static int write_entry(struct pl_cli *cli, enum pl_casework_kind kind, const char *about, const char *file)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_CASEWORK_TEXT_MAX);
	const char *when = pl_cli_get(cli, "at");
	struct pl_cli_opened o = {0};
	uint64_t at = 0;
	pl_status st = PL_OK;
	int code;

	if (when && (pl_time_parse(pl_str_from(when), &at) || at > pl_time_now()))
		return pl_cli_usage(cli, "--at is a time that is past, 2026-11-21T10:30:00Z");
	if (!pl_cli_opened_open(&o, cli, &code))
		return code;
	if (file)
		st = pl_cli_case_text(file, &text, &o.diag);
	if (!st)
		st = pl_casework_write(o.j.inst, o.r, o.number, &operator, kind, at / PL_SECOND, about ? pl_str_from(about) : (pl_str){0},
			pl_buf_str(&text), &o.diag);
	if (!st)
		(void)printf("noted\n");
	code = st ? pl_cli_opened_fail(&o, st) : PL_EXIT_OK;
	pl_cli_opened_close(&o);
	return code;
}

static int note(struct pl_cli *cli)
{
	return write_entry(cli, PL_CASEWORK_NOTE, NULL, cli->argv[2]);
}

static int happened(struct pl_cli *cli)
{
	return write_entry(cli, PL_CASEWORK_HAPPENED, cli->argv[2], NULL);
}

static int pause_clock(struct pl_cli *cli)
{
	return write_entry(cli, PL_CASEWORK_PAUSE, cli->argv[2], cli->argv[3]);
}

static int resume(struct pl_cli *cli)
{
	return write_entry(cli, PL_CASEWORK_RESUME, cli->argv[2], NULL);
}

static int extend(struct pl_cli *cli)
{
	return write_entry(cli, PL_CASEWORK_EXTEND, cli->argv[2], cli->argv[3]);
}

static int meet(struct pl_cli *cli)
{
	return write_entry(cli, PL_CASEWORK_MEET, cli->argv[2], NULL);
}

static int mail(struct pl_cli *cli)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_CASEWORK_TEXT_MAX);
	struct pl_cli_opened o = {0};
	bool looked = false;
	pl_status st;
	int code;

	if (!pl_cli_opened_open(&o, cli, &code))
		return code;
	st = pl_cli_case_text(cli->argv[3], &text, &o.diag);
	if (!st)
		st = pl_cli_case_words(&o, cli->argv[3], pl_buf_str(&text), pl_str_from(cli->argv[2]), &looked);
	if (!st)
		st = pl_casework_mail(o.j.inst, o.r, o.number, &operator, pl_str_from(cli->argv[2]), pl_buf_str(&text), looked, &o.diag);
	if (!st)
		(void)printf("it waits to be sent; pellucid worker sends it\n");
	code = st ? pl_cli_opened_fail(&o, st) : PL_EXIT_OK;
	pl_cli_opened_close(&o);
	return code;
}

static int answer(struct pl_cli *cli)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_CASEWORK_TEXT_MAX);
	struct pl_cli_opened o = {0};
	bool looked = false;
	pl_status st;
	int code;

	if (!pl_cli_opened_open(&o, cli, &code))
		return code;
	st = pl_cli_case_text(cli->argv[2], &text, &o.diag);
	if (!st)
		st = pl_cli_case_words(&o, cli->argv[2], pl_buf_str(&text), (pl_str){0}, &looked);
	if (!st)
		st = pl_cli_case_answer(&o, &(struct pl_talk_said){.text = pl_buf_str(&text), .looked = looked}, cli->argv + 3, (size_t)(cli->argc - 3));
	if (!st)
		(void)printf("whoever has the secret of case %llu reads it on the page of receipts\n", (unsigned long long)o.number);
	code = st ? pl_cli_opened_fail(&o, st) : PL_EXIT_OK;
	pl_cli_opened_close(&o);
	return code;
}

static const struct pl_cli_option plain[] = {PL_CLI_INSTANCE, PL_CLI_PASSPHRASE, {NULL}};
static const struct pl_cli_option words_options[] = {PL_CLI_NETWORKS, PL_CLI_CLEARED, PL_CLI_INSTANCE, PL_CLI_PASSPHRASE, {NULL}};
static const struct pl_cli_option list_options[] = {PL_CLI_INSTANCE, PL_CLI_PASSPHRASE, PL_CLI_JSON, {NULL}};
static const struct pl_cli_option show_options[] = {
	{"private", NULL, "also what persons wrote; this is noted down in the vault"}, PL_CLI_INSTANCE, PL_CLI_PASSPHRASE, PL_CLI_JSON, {NULL},
};
static const struct pl_cli_option clock_options[] = {
	{"country", "CODE", "whose holidays count (default: the calendar of the register)"}, PL_CLI_INSTANCE, PL_CLI_PASSPHRASE, {NULL},
};
static const struct pl_cli_option files_options[] = {
	{"private", NULL, "also their names; this is noted down in the vault"}, PL_CLI_INSTANCE, PL_CLI_PASSPHRASE, PL_CLI_JSON, {NULL},
};
static const struct pl_cli_option file_options[] = {
	{"out", "FILE", "where to write it; nothing is written over"}, PL_CLI_INSTANCE, PL_CLI_PASSPHRASE, {NULL},
};
static const struct pl_cli_option attach_options[] = {
	{"note", "TEXT", "a note beside it"}, PL_CLI_INSTANCE, PL_CLI_PASSPHRASE, {NULL},
};
static const struct pl_cli_option decide_options[] = {
	PL_CLI_SESSION, PL_CLI_INSTANCE, PL_CLI_PASSPHRASE, PL_CLI_JSON, {NULL},
};
static const struct pl_cli_option decline_options[] = {PL_CLI_SESSION, PL_CLI_INSTANCE, PL_CLI_PASSPHRASE, {NULL}};
static const struct pl_cli_option stray_options[] = {
	{"remove", NULL, "remove those that are old enough"}, {"days", "N", "how long the store must have had one (default: 7)"}, PL_CLI_INSTANCE, PL_CLI_JSON, {NULL},
};
static const struct pl_cli_option at_options[] = {
	{"at", "TIME", "when it happened (default: now)"}, PL_CLI_INSTANCE, PL_CLI_PASSPHRASE, {NULL},
};

static const struct pl_cli_verb verbs[] = {
	{"list", "[REGISTER]", "the open cases", list_options, 0, 1, list},
	{"find", "REGISTER FIELD=VALUE...", "cases by what stands in them; a VALUE of - is read from standard input", list_options, 2, 5, pl_cli_case_find},
	{"show", "REGISTER NUMBER", "what was done with a case", show_options, 2, 2, show},
	{"clocks", "REGISTER NUMBER", "its deadlines: strict end, legal end", clock_options, 2, 2, clocks},
	{"assign", "REGISTER NUMBER ACCOUNT", "give it to somebody; - takes it from whoever has it", plain, 3, 3, assign},
	{"state", "REGISTER NUMBER STATE", "new, working, waiting, decided or closed", plain, 3, 3, state},
	{"note", "REGISTER NUMBER FILE", "add a note", at_options, 3, 3, note},
	{"files", "REGISTER NUMBER", "the files beside it", files_options, 2, 2, pl_cli_case_files},
	{"file", "REGISTER NUMBER ENTRY", "take one of them out; this is noted down in the vault", file_options, 3, 3, pl_cli_case_file},
	{"attach", "REGISTER NUMBER FILE", "add a file", attach_options, 3, 3, pl_cli_case_attach},
	{"look-up", "REGISTER NUMBER [IDENTITY...]", "ask every store what it holds of whom a request names, and keep the answer with the case", pl_cli_lookup_options, 2, -1,
		pl_cli_case_lookup},
	{"mail", "REGISTER NUMBER SUBJECT FILE", "write to its sender", words_options, 4, 4, mail},
	{"answer", "REGISTER NUMBER FILE [ENCLOSED...]", "answer whoever has its secret, perhaps with files", words_options, 3, 3 + (int)PL_ATTACH_FILES_MAX, answer},
	{"propose", "REGISTER NUMBER FILE FIELD=VALUE...", "what two persons decide, for the reason in FILE", decide_options, 4,
		3 + (int)PL_CASE_DECISION_SETS_MAX, pl_cli_case_propose},
	{"approve", "DECISION", "agree with what another account proposed, which carries it out", decide_options, 1, 1, pl_cli_case_approve},
	{"decline", "DECISION [FILE]", "do not, for the reason in FILE; or withdraw one's own proposal", decline_options, 1, 2, pl_cli_case_decline},
	{"strays", "", "files in the blob store that no row names, as after an older database was restored", stray_options, 0, 0, pl_cli_case_strays},
	{"happened", "REGISTER NUMBER EVENT", "an event that starts clocks", at_options, 3, 3, happened},
	{"pause", "REGISTER NUMBER CLOCK FILE", "stop a clock, for the reason in FILE", at_options, 4, 4, pause_clock},
	{"resume", "REGISTER NUMBER CLOCK", "let it go on", at_options, 3, 3, resume},
	{"extend", "REGISTER NUMBER CLOCK FILE", "extend it, for the reason in FILE; at: when those concerned were told", at_options, 4, 4, extend},
	{"meet", "REGISTER NUMBER CLOCK", "what it demanded is done", at_options, 3, 3, meet},
	{NULL},
};

const struct pl_cli_noun pl_cli_noun_case = {"case", "the work on cases", verbs};
