/* SPDX-License-Identifier: Apache-2.0 */
/* pellucid log follow: watch a log as an outsider. The work is in log/monitor. */
#include "base/file.h"
#include "base/json.h"
#include "base/time.h"
#include "cli/instance.h"
#include "cli/log.h"
#include "cli/witnessed.h"
#include "fact/outbox.h"
#include "fact/successor.h"
#include "log/monitor.h"
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>

#define KEYS_MAX 256u
#define KNOWN_MAX_BYTES ((size_t)256 * 1024 * 1024)

const struct pl_cli_option pl_cli_log_follow_options[] = {
	{"instance", "DIR", "follow the log of this instance, which tells its keys, its entries and whom to trust"},
	{"policy", "FILE", "whom to trust: the log, its witnesses, the quorum (tlog-policy or trust file)"},
	{"state", "DIR", "where to remember what was seen, and alarms (made if it is not there)"},
	{"keys", "FILE", "our public keys, one a line: an entry signed by one of them must be known"},
	{"known", "FILE", "SHA-256 of the entries that we know, one sha256:<hex> a line"},
	{"heartbeat", "SECONDS", "alarm when nothing new came for so long (default: never)"},
	{"interval", "SECONDS", "look again after so long (default 60)"},
	{"once", NULL, "look once and end: 0 nothing wrong, 1 alarms, 3 the log could not be read"},
	PL_CLI_JSON,
	{NULL, NULL, NULL},
};

struct follow {
	bool json;
	struct pl_pubkey *keys;
	size_t n_keys;
	struct pl_digest *known;
	size_t n_known;
	const struct pl_policy *policy;
	struct pl_log_reader *history; /* beside the monitor's, which is busy then */
	struct pl_instance *inst; /* NULL: keys and known entries are in files */
};

/* ---- what we know ---- */

static pl_status read_keys(struct follow *f, const char *path, struct pl_diag *diag)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(KEYS_MAX * 200);
	pl_status st = pl_file_read(AT_FDCWD, path, &text);
	pl_str rest = pl_buf_str(&text), line;
	unsigned n = 0;

	if (st)
		return pl_diag_set(diag, st, "cannot read %s: %s", path, pl_status_text(st));
	f->keys = pl_alloc(KEYS_MAX, sizeof f->keys[0]);
	while (pl_str_take_line(&rest, &line)) {
		n++;
		if (!line.len || line.ptr[0] == '#')
			continue;
		st = f->n_keys == KEYS_MAX ? PL_E_TOOBIG : pl_pubkey_parse(line, &f->keys[f->n_keys], diag);
		if (st) {
			pl_diag_at(diag, n, 0);
			pl_diag_context(diag, "%s", path);
			return pl_diag_set(diag, st, "at most %u keys", KEYS_MAX);
		}
		f->n_keys++;
	}
	return rest.len ? pl_diag_set(diag, PL_E_SYNTAX, "%s: the last line has no line break", path) : PL_OK;
}

static int by_bytes(const void *a, const void *b)
{
	return memcmp(a, b, PL_DIGEST_LEN);
}

static pl_status read_known(struct follow *f, const char *path, struct pl_diag *diag)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(KNOWN_MAX_BYTES);
	pl_status st = pl_file_read(AT_FDCWD, path, &text);
	pl_str rest = pl_buf_str(&text), line;

	if (st)
		return pl_diag_set(diag, st, "cannot read %s: %s", path, pl_status_text(st));
	f->known = pl_try_alloc(text.len / (PL_DIGEST_TEXT + 1) + 1, sizeof f->known[0]);
	if (!f->known)
		return PL_E_NOMEM;
	while (pl_str_take_line(&rest, &line)) {
		if (pl_digest_parse(line, &f->known[f->n_known])) {
			pl_diag_at(diag, (unsigned)f->n_known + 1, 0);
			return pl_diag_set(diag, PL_E_SYNTAX, "%s: expected sha256:<hex>", path);
		}
		f->n_known++;
	}
	qsort(f->known, f->n_known, sizeof f->known[0], by_bytes);
	return rest.len ? pl_diag_set(diag, PL_E_SYNTAX, "%s: the last line has no line break", path) : PL_OK;
}

static pl_status is_known(void *ctx, uint64_t index, pl_bytes entry, bool *ret)
{
	const struct follow *f = ctx;
	struct pl_digest d;

	pl_sha256(entry, &d);
	if (f->inst)
		return pl_outbox_known(pl_instance_db(f->inst), &d, ret);
	*ret = f->n_known && bsearch(&d, f->known, f->n_known, sizeof f->known[0], by_bytes);
	return PL_OK;
}

static pl_status take_key(struct follow *f, size_t cap, const struct pl_pubkey *key)
{
	if (f->n_keys == cap)
		return PL_E_TOOBIG;
	f->keys[f->n_keys++] = *key;
	return PL_OK;
}

/* The instance's keys: the roots of its trust file, and all that were ever introduced, those that have ended too. */
static pl_status our_keys(void *ctx, const struct pl_pubkey **ret_keys, size_t *ret_n)
{
	struct follow *f = ctx;
	const struct pl_policy_key *roots;
	const struct pl_keys *keys;
	struct pl_diag diag = {0};
	uint64_t index;
	size_t n_roots = pl_policy_roots(pl_instance_policy(f->inst), &roots), cap;
	pl_status st = pl_instance_keys(f->inst, &keys, &index, &diag);

	if (st)
		return st;
	cap = n_roots + pl_keys_count(keys);
	pl_free(f->keys);
	f->keys = pl_alloc(cap + 1, sizeof f->keys[0]);
	f->n_keys = 0;
	for (size_t i = 0; i < n_roots && !st; i++)
		st = take_key(f, cap, &roots[i].key);
	for (size_t i = 0; i < pl_keys_count(keys) && !st; i++)
		st = take_key(f, cap, &pl_keys_at(keys, i)->key);
	*ret_keys = f->keys;
	*ret_n = f->n_keys;
	return st;
}

/* ---- keys that follow one another ---- */

static pl_status find_successor(void *ctx, uint64_t index, pl_bytes entry, const struct pl_checkpoint *cp,
	struct pl_buf *ret_old, struct pl_buf *ret_new)
{
	const struct follow *f = ctx;

	return pl_successor_find(f->policy, f->history, index, entry, cp, ret_old, ret_new);
}

/* ---- what we say ---- */

static void say(struct pl_json *o)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(65536);
	pl_status st = pl_json_write(o, &out);

	pl_buf_put_c(&out, '\n');
	if (!st)
		(void)!pl_cli_out(pl_buf_str(&out));
	/* Whoever reads it from a pipe wants it when it happens. */
	(void)fflush(stdout);
	pl_json_free(o);
}

static void on_alarm(void *ctx, const struct pl_monitor_alarm *a)
{
	const struct follow *f = ctx;
	struct pl_json *o;
	char time[21];

	pl_time_write(a->time, time);
	if (!f->json) {
		(void)fprintf(stderr, "%s%s  ALARM (%s)%s  %.*s\n", pl_cli_style(stderr, PL_STYLE_BAD), time,
			pl_monitor_alarm_word(a->kind), pl_cli_style(stderr, PL_STYLE_PLAIN), PL_STR_ARG(a->words));
		return;
	}
	o = pl_json_new_object();
	pl_json_set_z(o, "alarm", pl_monitor_alarm_word(a->kind));
	pl_json_set_z(o, "time", time);
	if (a->kind == PL_MONITOR_ENTRY)
		pl_json_set_u64(o, "index", a->index);
	pl_json_set_str(o, "words", a->words);
	say(o);
}

static void on_followed(void *ctx, uint64_t index, pl_str fresh)
{
	const struct follow *f = ctx;
	struct pl_json *o;

	if (!f->json) {
		(void)fprintf(stderr, "entry %llu names the key that follows the log's; it is accepted from now on.\n"
				      "Get a trust file with it:\n  %.*s\n", (unsigned long long)index, PL_STR_ARG(fresh));
		return;
	}
	o = pl_json_new_object();
	pl_json_set_str(o, "newKey", fresh);
	pl_json_set_u64(o, "index", index);
	say(o);
}

static void say_result(const struct follow *f, const struct pl_monitor_result *r)
{
	struct pl_json *o;
	char now[21], witnessed[21] = "";

	pl_time_write(pl_time_now(), now);
	if (r->witness_time)
		pl_time_write(r->witness_time, witnessed);
	if (f->json) {
		o = pl_json_new_object();
		pl_json_set_z(o, "time", now);
		pl_json_set_u64(o, "size", r->size);
		pl_json_set_u64(o, "entries", r->entries);
		pl_json_set_u64(o, "ours", r->ours);
		pl_json_set_u64(o, "alarms", r->alarms);
		if (pl_policy_unwitnessed(f->policy))
			pl_cli_set_witnessed(o, false);
		else if (r->witness_time)
			pl_json_set_z(o, "witnessed", witnessed);
		say(o);
	} else if (r->entries || r->alarms) {
		(void)fprintf(stderr, "%s  size %llu, %llu new entries verified, %llu of ours; %s%s\n", now,
			(unsigned long long)r->size, (unsigned long long)r->entries, (unsigned long long)r->ours,
			r->witness_time ? "witnessed " : "not witnessed", witnessed);
	}
}

/* ---- the command ---- */

static pl_status load_policy(const char *path, struct pl_policy **ret, struct pl_diag *diag)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_POLICY_TEXT_MAX);
	pl_status st = pl_file_read(AT_FDCWD, path, &text);

	if (st)
		return pl_diag_set(diag, st, "cannot read %s: %s", path, pl_status_text(st));
	st = pl_policy_parse(pl_buf_str(&text), ret, diag);
	if (st)
		pl_diag_context(diag, "%s", path);
	return st;
}

/* Wait for the next look; true if we were told to stop. SIGINT and SIGTERM are blocked. */
static bool told_to_stop(uint64_t seconds)
{
	struct timespec wait = {.tv_sec = (time_t)seconds};
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGTERM);
	return sigtimedwait(&set, NULL, &wait) > 0;
}

static void block_signals(void)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGTERM);
	(void)pthread_sigmask(SIG_BLOCK, &set, NULL);
}

static int watch(struct pl_cli *cli, const struct follow *f, struct pl_monitor *m, uint64_t interval)
{
	bool once = pl_cli_has(cli, "once"), alarmed = false;

	if (!once)
		block_signals();
	pl_cli_say_witnessed(stderr, !pl_policy_unwitnessed(f->policy));
	do {
		struct pl_monitor_result r = {0};
		struct pl_diag diag = {0};
		pl_status st = pl_monitor_poll(m, &r, &diag);

		say_result(f, &r);
		alarmed = alarmed || r.alarms;
		if (st && once && !r.alarms)
			return pl_cli_fail(cli, st, &diag);
		if (st)
			(void)pl_cli_fail(cli, st, &diag);
	} while (!once && !told_to_stop(interval));
	return alarmed ? PL_EXIT_NO : PL_EXIT_OK;
}

/* Files for a log alone; an instance knows better. */
static pl_status learn(struct pl_cli *cli, struct follow *f, struct pl_monitor_options *o, struct pl_policy **policy,
	struct pl_diag *diag)
{
	const char *file = pl_cli_get(cli, "policy");
	pl_status st = file ? load_policy(file, policy, diag) : PL_OK;

	f->policy = o->policy = file ? *policy : pl_instance_policy(f->inst);
	if (f->inst)
		o->ours = our_keys;
	if (!st && pl_cli_has(cli, "keys"))
		st = read_keys(f, pl_cli_get(cli, "keys"), diag);
	if (!st && pl_cli_has(cli, "known"))
		st = read_known(f, pl_cli_get(cli, "known"), diag);
	o->keys = f->keys;
	o->n_keys = f->n_keys;
	return st;
}

static pl_status open_log(const struct pl_cli *cli, const struct follow *f, struct pl_log_reader **ret, struct pl_diag *diag)
{
	pl_str where = cli->argc ? pl_str_from(cli->argv[0]) : pl_instance_conf(f->inst)->log_dir;

	return pl_log_reader_open(where, NULL, ret, diag);
}

static int run(struct pl_cli *cli, struct follow *f)
{
	struct pl_log_reader *reader PL_CLEANUP(pl_log_reader_closep) = NULL;
	struct pl_monitor *m PL_CLEANUP(pl_monitor_closep) = NULL;
	struct pl_policy *policy PL_CLEANUP(pl_policy_freep) = NULL;
	struct pl_log_reader *history PL_CLEANUP(pl_log_reader_closep) = NULL;
	struct pl_monitor_options o = {.known = is_known, .successor = find_successor, .followed = on_followed,
		.alarm = on_alarm, .ctx = f};
	uint64_t interval, heartbeat;
	struct pl_diag diag = {0};
	pl_status st;

	if (pl_cli_get_u64(cli, "interval", 60, 1, 86400, &interval) ||
		pl_cli_get_u64(cli, "heartbeat", 0, 1, 10 * 365 * 86400, &heartbeat))
		return PL_EXIT_USAGE;
	st = learn(cli, f, &o, &policy, &diag);
	o.heartbeat_ns = heartbeat * PL_SECOND;
	if (!st)
		st = open_log(cli, f, &reader, &diag);
	if (!st)
		st = open_log(cli, f, &history, &diag);
	f->history = history;
	if (!st)
		st = pl_monitor_open(pl_cli_get(cli, "state"), reader, &o, &m, &diag);
	return st ? pl_cli_fail(cli, st, &diag) : watch(cli, f, m, interval);
}

int pl_cli_log_follow(struct pl_cli *cli)
{
	struct follow f = {.json = pl_cli_has(cli, "json")};
	int code;

	if (!pl_cli_has(cli, "state"))
		return pl_cli_usage(cli, "--state DIR is needed");
	if (pl_cli_has(cli, "instance") && (pl_cli_has(cli, "keys") || pl_cli_has(cli, "known")))
		return pl_cli_usage(cli, "--instance knows keys and entries; --keys and --known are for a log without one");
	if (!pl_cli_has(cli, "instance") && (!pl_cli_has(cli, "policy") || cli->argc == 0))
		return pl_cli_usage(cli, "--instance DIR, or WHERE and --policy FILE are needed");
	if (pl_cli_has(cli, "instance") && !pl_cli_instance_look(cli, &f.inst, &code))
		return code;
	code = run(cli, &f);
	pl_free(f.keys);
	pl_free(f.known);
	pl_instance_close(f.inst);
	return code;
}
