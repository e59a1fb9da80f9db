/* SPDX-License-Identifier: Apache-2.0 */
/* `pellucid log rotate-key` of an instance: what to tell whom, in which order. The work is in fact/log_key. */
#include "fact/log_key.h"
#include "base/file.h"
#include "base/json.h"
#include "base/time.h"
#include "cli/log.h"
#include "cli/state.h"
#include <fcntl.h>

#define DAY (24 * 3600 * PL_SECOND)
#define OUT_MAX 65536u

/* ---- words ---- */

static const char *takes_words(const struct pl_rotation_asked *a, size_t i)
{
	if (a->takes[i])
		return "takes the new key";
	if (a->status[i] == PL_E_DENIED)
		return "does not know the new key yet";
	return a->status[i] == PL_E_NOTFOUND ? "does not know this log" : "could not be asked";
}

static void tell_witnesses(struct pl_instance *inst, const struct pl_log_key_state *s,
	const struct pl_rotation_asked *a,
	const char *old, const char *fresh)
{
	const struct pl_policy_witness *w;
	size_t n = pl_policy_witnesses(pl_instance_policy(inst), &w);

	(void)fprintf(stderr, "  1. Witnesses first. Each of them runs:\n       pellucid witness add-log DIR %s\n",
		fresh);
	if (s->alone)
		(void)fprintf(stderr, "       pellucid witness drop-key DIR %s\n", old);
	for (size_t i = 0; i < n && i < a->n; i++)
		(void)fprintf(stderr, "     %.*s (%.*s): %s\n", PL_STR_ARG(w[i].name), PL_STR_ARG(w[i].url), takes_words(a, i));
	if (n == 0)
		(void)fprintf(stderr, "     The trust file names none.\n");
}

static void tell_steps(struct pl_instance *inst, const struct pl_log_key_state *s, const struct pl_rotation_asked *a,
	const char *old, const char *fresh)
{
	const char *trust = pl_instance_conf(inst)->trust.ptr;
	char until[21];

	pl_time_write(s->until, until);
	if (s->alone)
		(void)fprintf(stderr, "The new key alone signs from now on (%s). In this order:\n", s->reason);
	else
		(void)fprintf(stderr, "Both keys sign from now on, until %s. In this order:\n", until);
	tell_witnesses(inst, s, a, old, fresh);
	if (s->alone) {
		(void)fprintf(stderr, "  2. End the old key:\n       pellucid log rotate-key --finish\n"
				      "  3. Verifiers: hand out %s, which then names the new key only,\n"
				      "     on a way that they trust.\n", trust);
		return;
	}
	(void)fprintf(stderr, "  2. Verifiers: hand out %s, which names both keys.\n"
			      "     The old file and the new one accept what is published meanwhile.\n"
			      "  3. After the overlap end the old key:\n       pellucid log rotate-key --finish\n", trust);
}

/* ---- data ---- */

static int put_json(struct pl_instance *inst, const struct pl_log_key_state *s, const struct pl_rotation_asked *a,
	const char *old, const char *fresh, bool ended)
{
	struct pl_json *o PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(OUT_MAX);
	const struct pl_policy_witness *w;
	size_t n = pl_policy_witnesses(pl_instance_policy(inst), &w);
	struct pl_json *list;
	char until[21];

	pl_time_write(s->until, until);
	pl_json_set_z(o, "state", ended ? "ended" : s->alone ? "new-alone" : "overlap");
	pl_json_set_z(o, "old", old);
	pl_json_set_z(o, "new", fresh);
	pl_json_set_z(o, "overlapUntil", until);
	pl_json_set_z(o, "reason", s->reason);
	list = pl_json_set_array(o, "witnesses");
	for (size_t i = 0; i < n && i < a->n; i++) {
		struct pl_json *one = pl_json_push_object(list);

		pl_json_set_str(one, "name", w[i].name);
		pl_json_set_z(one, "answer", takes_words(a, i));
	}
	if (pl_json_write(o, &out) != PL_OK)
		return PL_EXIT_UNKNOWN;
	pl_buf_put_c(&out, '\n');
	return pl_cli_out(pl_buf_str(&out)) ? PL_EXIT_UNKNOWN : PL_EXIT_OK;
}

static const char *vkey_text(const struct pl_vkey *v, struct pl_buf *room)
{
	const char *text;

	pl_vkey_write(room, v);
	text = pl_buf_z(room);
	return text ? text : "";
}

/* The next steps in words, and the new key (or all of it in JSON) on standard output. */
static int tell(struct pl_cli *cli, struct pl_instance *inst, const struct pl_log_key_state *s, bool ended)
{
	struct pl_buf old_room PL_CLEANUP(pl_buf_done) = PL_BUF(PL_VKEY_MAX + 1);
	struct pl_buf fresh_room PL_CLEANUP(pl_buf_done) = PL_BUF(PL_VKEY_MAX + 1);
	const char *old = vkey_text(&s->old, &old_room), *fresh = vkey_text(&s->fresh, &fresh_room);
	struct pl_rotation_asked asked = {.n = 0};
	char aside[40];

	if (ended) {
		pl_log_key_aside(&s->old, aside);
		(void)fprintf(stderr, "The old key has ended; the new one alone signs, and %s names it alone:\n"
				      "hand that out. The old private key, if it was here, lies in\n  %s/%s\n"
				      "Nothing needs it any more: destroy it and its copies in backups. Whoever has it can sign in this log's\n"
				      "name for those whose trust file is old.\n",
			pl_instance_conf(inst)->trust.ptr, pl_instance_conf(inst)->keys_dir.ptr, aside);
	} else {
		(void)(pl_log_key_ask(inst, s, &asked, NULL) == PL_OK);
		tell_steps(inst, s, &asked, old, fresh);
	}
	if (pl_cli_has(cli, "json"))
		return put_json(inst, s, &asked, old, fresh, ended);
	pl_buf_put_c(&fresh_room, '\n');
	return pl_cli_out(pl_buf_str(&fresh_room)) ? PL_EXIT_UNKNOWN : PL_EXIT_OK;
}

/* ---- the command ---- */

static int begin(struct pl_cli *cli, struct pl_instance *inst, const struct pl_log_key_change *asked)
{
	struct pl_buf payload PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_PAYLOAD_MAX);
	struct pl_cli_approvals approvals PL_CLEANUP(pl_cli_approvals_done);
	struct pl_log_key_change c = *asked;
	struct pl_log_key_state s;
	struct pl_diag diag = {0};
	pl_status st = pl_cli_approvals_read(cli, &approvals, &diag);

	c.payload = pl_buf_bytes(&approvals.payload);
	c.approvals = approvals.sig;
	c.n_approvals = approvals.n;
	if (!st && approvals.only) {
		st = pl_log_key_payload(inst, &c, &payload, &diag);
		if (!st)
			return pl_cli_out(pl_buf_str(&payload)) ? PL_EXIT_UNKNOWN : PL_EXIT_OK;
	}
	if (!st)
		st = pl_log_key_begin(inst, &c, &s, &diag);
	if (!st)
		return tell(cli, inst, &s, false);
	/* What keeps it from being published are most often the witnesses: say what they are to do. */
	if ((st == PL_E_HELD || st == PL_E_TIMEOUT) && pl_log_key_look(inst, &s, NULL) == PL_OK &&
		s.phase == PL_LOG_KEY_OVERLAP) {
		pl_diag_hint(&diag, "when they have done so, run the same command again");
		(void)tell(cli, inst, &s, false);
	}
	return pl_cli_fail(cli, st, &diag);
}

static int finish(struct pl_cli *cli, struct pl_instance *inst, uint64_t wait_ns)
{
	struct pl_log_key_end e = {.early = pl_cli_has(cli, "early"), .unasked = pl_cli_has(cli, "without-witnesses"),
		.wait_ns = wait_ns};
	struct pl_log_key_state s;
	struct pl_diag diag = {0};
	pl_status st = pl_log_key_finish(inst, &e, &s, &diag);

	if (!st)
		return tell(cli, inst, &s, true);
	if (st == PL_E_QUORUM && pl_log_key_look(inst, &s, NULL) == PL_OK && s.phase == PL_LOG_KEY_OVERLAP)
		(void)tell(cli, inst, &s, false);
	return pl_cli_fail(cli, st, &diag);
}

static bool reason_ok(const char *reason)
{
	static const char *const words[] = {"scheduled", "algorithm", "lost", "compromised"};

	for (size_t i = 0; i < PL_COUNT(words); i++)
		if (strcmp(reason, words[i]) == 0)
			return true;
	return false;
}

int pl_cli_log_key(struct pl_cli *cli, uint64_t days)
{
	const char *reason = pl_cli_get(cli, "reason");
	struct pl_log_key_change c = {.reason = reason, .overlap_ns = days * DAY};
	struct pl_instance *inst PL_CLEANUP(pl_instance_closep) = NULL;
	uint64_t seconds;
	int code;

	if (reason && !reason_ok(reason))
		return pl_cli_usage(cli, "--reason takes scheduled, algorithm, lost or compromised");
	if (pl_cli_wait(cli, &seconds))
		return PL_EXIT_USAGE;
	c.wait_ns = seconds * PL_SECOND;
	if (!pl_cli_instance_open(cli, &inst, &code))
		return code;
	return pl_cli_has(cli, "finish") ? finish(cli, inst, c.wait_ns) : begin(cli, inst, &c);
}
