/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The witnesser: may the log sign, and what do witnesses say to what it signed?
 *
 * At start the log is held until so many witnesses have told their size that no quorum for a larger tree can exist
 * without one of them (n - q + 1 for q of n). Asking costs nothing: the last checkpoint, already signed, is sent again. One
 * that knows no such log (404) has told its size, too, unless it once cosigned this log: then that answer is a proxy's. A
 * witness that has seen more than the record knows means that this log is an older copy; that is written to
 * private/ahead, so that a restart does not forget it, and ends only when the log has caught up (the newer copy was
 * restored) or the operator takes that witness out of the policy.
 */
#include "base/file.h"
#include "base/time.h"
#include "log/witness_client.h"
#include "log/writer_priv.h"
#include <stdio.h>

#define ASK_AGAIN (2 * PL_SECOND)
#define LOOK_AT_TIME (PL_SECOND)
/* Whoever was slower than the quorum is asked again once nothing new waits, with little patience: a new checkpoint may come. */
#define LATE_AFTER (PL_SECOND)
#define LATE_TIMEOUT (500 * PL_MILLISECOND)
#define LATE_AGAIN (60 * PL_SECOND)
#define SAVE_EVERY (10 * PL_SECOND)

/* ---- private/ahead ---- */

/* "<size> <witness name>\n" */
static pl_status write_ahead(struct pl_log_writer *w, uint64_t size, pl_str name)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(1024);

	pl_buf_put_u64(&text, size);
	pl_buf_put_c(&text, ' ');
	pl_buf_put_str(&text, name);
	pl_buf_put_c(&text, '\n');
	return pl_file_put(w->private_dir, "ahead", pl_buf_bytes(&text), 0600, PL_FILE_REPLACE);
}

/* With lock, or before the threads start. */
static void name_ahead(struct pl_log_writer *w, pl_str name)
{
	(void)snprintf(w->ahead_name, sizeof w->ahead_name, "%.*s", PL_STR_ARG(name));
}

static bool in_policy(const struct pl_log_writer *w, pl_str name)
{
	const struct pl_policy_witness *list;
	size_t n = w->o.policy ? pl_policy_witnesses(w->o.policy, &list) : 0;

	for (size_t i = 0; i < n; i++)
		if (pl_str_eq(list[i].name, name))
			return true;
	return false;
}

pl_status pl_writer_load_ahead(struct pl_log_writer *w)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(1024);
	pl_status st = pl_file_read(w->private_dir, "ahead", &text);
	pl_str line, rest = pl_buf_str(&text), number;
	uint64_t size;

	if (st == PL_E_NOTFOUND)
		return PL_OK;
	if (st)
		return st;
	if (!pl_str_take_line(&rest, &line) || !pl_str_take_until(&line, ' ', &number) ||
		pl_str_to_u64(number, PL_TREE_SIZE_MAX, &size))
		return PL_E_CORRUPT;
	if (size <= w->recorded.size || !in_policy(w, line))
		return pl_file_unlink(w->private_dir, "ahead");
	w->hold |= PL_LOG_HOLD_AHEAD;
	w->ahead_size = w->ahead_kept = size;
	name_ahead(w, line);
	return PL_OK;
}

/* ---- private/witnesses: by the names in their keys, which a witness that replaces another one does not share ---- */

void pl_log_witness_put(const struct pl_log_witness *s, pl_str name, struct pl_buf *out)
{
	pl_buf_printf(out, "%llu %llu ", (unsigned long long)s->size, (unsigned long long)s->time);
	if (s->went_back)
		pl_buf_put_u64(out, s->back);
	else
		pl_buf_put_c(out, '-');
	pl_buf_printf(out, " %.*s\n", PL_STR_ARG(name));
}

bool pl_log_witness_read(pl_str line, struct pl_log_witness *ret, pl_str *ret_name)
{
	struct pl_log_witness s = {0};
	pl_str size, time, back;

	if (!pl_str_take_until(&line, ' ', &size) || !pl_str_take_until(&line, ' ', &time) || !pl_str_take_until(&line, ' ', &back) ||
		pl_str_to_u64(size, PL_TREE_SIZE_MAX, &s.size) || pl_str_to_u64(time, INT64_MAX, &s.time))
		return false;
	s.went_back = pl_str_to_u64(back, PL_TREE_SIZE_MAX, &s.back) == PL_OK;
	*ret = s;
	*ret_name = line;
	return true;
}

static void take_seen(struct pl_log_writer *w, const struct pl_log_witness *s, pl_str name)
{
	const struct pl_policy_witness *list;
	size_t n = pl_policy_witnesses(w->o.policy, &list);

	for (size_t i = 0; i < n; i++)
		if (pl_str_eq(list[i].key.name, name)) {
			w->seen[i].size = s->size > w->seen[i].size ? s->size : w->seen[i].size;
			w->seen[i].time = s->time > w->seen[i].time ? s->time : w->seen[i].time;
			w->seen[i].went_back = s->went_back;
			w->seen[i].back = s->back;
		}
}

/* What cannot be read is not known; a cosignature that is not known costs nothing. */
static void load_seen(struct pl_log_writer *w)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(65536);
	struct pl_log_witness s;
	pl_str rest, line, name;

	if (pl_file_read(w->private_dir, "witnesses", &text))
		return;
	rest = pl_buf_str(&text);
	while (pl_str_take_line(&rest, &line))
		if (pl_log_witness_read(line, &s, &name))
			take_seen(w, &s, name);
}

/* Without lock. */
static void save_seen(struct pl_log_writer *w)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(65536);
	const struct pl_policy_witness *list;
	size_t n = pl_policy_witnesses(w->o.policy, &list);

	for (size_t i = 0; i < n; i++)
		if (w->seen[i].time)
			pl_log_witness_put(&w->seen[i], list[i].key.name, &text);
	if (pl_file_put(w->private_dir, "witnesses", pl_buf_bytes(&text), 0600, PL_FILE_REPLACE) == PL_OK)
		w->seen_changed = false;
	w->seen_saved = pl_time_monotonic();
}

pl_status pl_writer_load_knew(struct pl_log_writer *w)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CHECKPOINT_MAX);
	struct pl_policy_verdict verdict;
	struct pl_checkpoint cp;
	pl_status st = pl_file_read(w->public_dir, "checkpoint", &text);

	/* What a stricter policy makes of an old checkpoint is no reason not to start: then nobody is known to know us. */
	if (st || pl_policy_check(w->o.policy, pl_buf_str(&text), &cp, &verdict, NULL))
		return st == PL_E_NOTFOUND ? PL_OK : st;
	for (size_t i = 0; i < PL_POLICY_WITNESSES_MAX; i++) {
		w->knew[i] = w->shown[i] = verdict.witness[i].counts;
		if (w->knew[i])
			w->seen[i] = (struct pl_log_witness){.size = cp.size, .time = verdict.witness[i].time};
	}
	load_seen(w);
	/* Whoever loses private/time must not be able to say any time: the witnesses' last times stand elsewhere, too. */
	for (size_t i = 0; i < PL_POLICY_WITNESSES_MAX && pl_system_time_lost(w->clock); i++)
		if (w->seen[i].time)
			pl_system_time_witness(w->clock, w->seen[i].time);
	return PL_OK;
}

/* ---- system time ---- */

/* With lock. */
static void judge_time(struct pl_log_writer *w)
{
	unsigned before = w->hold;

	w->hold &= ~PL_WRITER_TIME_HOLDS;
	switch (pl_system_time_judge(w->clock, w->witnessed)) {
	case PL_SYSTEM_TIME_WENT_BACK:
		w->hold |= PL_LOG_HOLD_TIME_BACK;
		break;
	case PL_SYSTEM_TIME_JUMPED:
		w->hold |= PL_LOG_HOLD_TIME_JUMP;
		break;
	case PL_SYSTEM_TIME_FINE:
	default:
		break;
	}
	if (before != w->hold) {
		pthread_cond_broadcast(&w->changed);
		pthread_cond_signal(&w->to_sequence);
		pthread_cond_signal(&w->to_publish);
	}
}

/* ---- asking ---- */

static pl_str witness_name(const struct pl_log_writer *w, size_t i)
{
	const struct pl_policy_witness *list;

	return i < pl_policy_witnesses(w->o.policy, &list) ? list[i].name : PL_STR("?");
}

/* Witness @i has seen @size entries, or contradicts us: the worst of it is remembered across restarts. Without lock. */
static void keep_ahead(struct pl_log_writer *w, size_t i, uint64_t size)
{
	if (size > w->ahead_kept && write_ahead(w, size, witness_name(w, i)) == PL_OK)
		w->ahead_kept = size;
}

/* With lock: what is remembered of a witness. One that tells fewer entries than it has cosigned has an older memory than ours of it. */
static void note_seen(struct pl_log_writer *w, size_t i, const struct pl_witness_report *r)
{
	struct pl_log_witness *s = &w->seen[i];

	if (r->told && r->least < s->size && !(s->went_back && s->back == r->least)) {
		s->went_back = true;
		s->back = r->least;
		w->seen_changed = true;
		w->seen_saved = 0;
	}
	if (r->cosigned && (r->size > s->size || r->time > s->time)) {
		s->size = r->size > s->size ? r->size : s->size;
		s->time = r->time;
		w->seen_changed = true;
	}
}

/* Take in what every witness said. Without lock. */
static void take_reports(struct pl_log_writer *w, const struct pl_witness_report *r, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		bool answered = r[i].size_known || r[i].cosigned || r[i].status == PL_OK ||
				(r[i].status == PL_E_NOTFOUND && !w->knew[i]);
		bool ahead, contradicts;

		if (r[i].cosigned)
			pl_system_time_witness(w->clock, r[i].time);
		w->knew[i] = w->knew[i] || r[i].cosigned;
		pthread_mutex_lock(&w->lock);
		w->told[i] = w->told[i] || answered;
		note_seen(w, i, &r[i]);
		contradicts = r[i].status == PL_E_PROOF;
		ahead = (r[i].size_known && r[i].size > w->recorded.size) || contradicts;
		if (ahead) {
			w->hold |= PL_LOG_HOLD_AHEAD;
			if (r[i].size >= w->ahead_size || !w->ahead_name[0])
				name_ahead(w, witness_name(w, i));
			w->ahead_size = r[i].size > w->ahead_size ? r[i].size : w->ahead_size;
		}
		pthread_mutex_unlock(&w->lock);
		/* One that contradicts us at a size we have is not ahead in numbers; any larger one keeps the hold. */
		if (ahead)
			keep_ahead(w, i, contradicts ? PL_TREE_SIZE_MAX : r[i].size);
	}
}

/* With lock. Has everything been asked once that may end a hold? Whoever may ask for a cosignature must do that before a clock
 * that looks wrong is one. */
static bool asked_all(const struct pl_log_writer *w)
{
	bool no_round = w->hold & (PL_LOG_HOLD_WITNESSES | PL_LOG_HOLD_AHEAD);

	return no_round || !(w->hold & PL_LOG_HOLD_TIME_JUMP) || w->time_asked;
}

/* With lock. Enough answers end the hold for want of them. */
static void judge_answers(struct pl_log_writer *w, size_t n)
{
	w->answered = 0;
	for (size_t i = 0; i < n; i++)
		w->answered += w->told[i];
	if (pl_policy_blocks(w->o.policy, w->told))
		w->hold &= ~(unsigned)PL_LOG_HOLD_WITNESSES;
	w->settled = w->settled || asked_all(w);
	pthread_cond_broadcast(&w->changed);
	pthread_cond_signal(&w->to_sequence);
	pthread_cond_signal(&w->to_publish);
}

/* With lock; comes back with lock. */
static void ask_sizes(struct pl_log_writer *w)
{
	struct pl_witness_report r[PL_POLICY_WITNESSES_MAX] = {0};
	struct pl_buf note PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CHECKPOINT_MAX);
	size_t n = pl_witness_client_count(w->witnesses);
	pl_status st;

	pl_buf_put_bytes(&note, pl_buf_bytes(&w->signed_note));
	pthread_mutex_unlock(&w->lock);
	st = pl_witness_client_sizes(w->witnesses, pl_buf_str(&note), r, NULL);
	if (!st)
		take_reports(w, r, n);
	pthread_mutex_lock(&w->lock);
	judge_answers(w, n);
}

/* With lock: a fresh witness time would end a hold, or keep an idle log from one. */
static bool wants_time(const struct pl_log_writer *w)
{
	return (w->hold & PL_LOG_HOLD_TIME_JUMP) || pl_system_time_stale(w->clock);
}

static pl_status prove(void *ctx, uint64_t old_size, uint64_t size, struct pl_tree_path *ret)
{
	struct pl_log_writer *w = ctx;
	struct pl_materialise_nodes nodes = {w->public_dir, size};

	return pl_tree_prove_consistency(old_size, size, pl_materialise_fetch, &nodes, ret);
}

/* With lock; comes back with lock. Have the newest signed checkpoint cosigned; publish it if that makes the quorum. */
static void cosign_round(struct pl_log_writer *w)
{
	struct pl_witness_report r[PL_POLICY_WITNESSES_MAX] = {0};
	bool have[PL_POLICY_WITNESSES_MAX] = {0};
	struct pl_buf note PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CHECKPOINT_MAX);
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CHECKPOINT_MAX);
	size_t n = pl_witness_client_count(w->witnesses);
	struct pl_checkpoint cp;
	bool published = false;
	pl_status st;

	pl_buf_put_bytes(&note, pl_buf_bytes(&w->signed_note));
	pthread_mutex_unlock(&w->lock);
	st = pl_checkpoint_peek(pl_buf_str(&note), &cp, NULL);
	if (!st)
		st = pl_witness_client_submit(w->witnesses, pl_buf_str(&note), prove, w, &out, r);
	if (!st) {
		take_reports(w, r, n);
		for (size_t i = 0; i < n; i++)
			have[i] = r[i].cosigned;
		published = pl_policy_quorum_met(w->o.policy, have) &&
			    pl_writer_put_checkpoint(w, pl_buf_str(&out), cp.size, &cp.root, true) == PL_OK;
	}
	pthread_mutex_lock(&w->lock);
	w->round_wanted = false;
	w->time_asked = true;
	judge_time(w);
	w->ask_again_at = published && !wants_time(w) ? 0 : pl_time_monotonic() + ASK_AGAIN;
	if (published) {
		memcpy(w->shown, have, sizeof w->shown);
		w->late_at = pl_time_monotonic() + LATE_AFTER;
	}
	judge_answers(w, n);
}

/* With lock; comes back with lock. Those that were slower than the quorum: their cosignatures are put under the published checkpoint, too. */
static void late_round(struct pl_log_writer *w)
{
	struct pl_witness_report r[PL_POLICY_WITNESSES_MAX] = {0};
	bool whom[PL_POLICY_WITNESSES_MAX] = {0}, any = false;
	struct pl_buf note PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CHECKPOINT_MAX), out PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CHECKPOINT_MAX);
	uint64_t now = pl_time_monotonic();
	size_t n = pl_witness_client_count(w->witnesses), before;
	struct pl_checkpoint cp;
	pl_status st;

	w->late_at = 0;
	for (size_t i = 0; i < n; i++)
		any = (whom[i] = !w->shown[i] && now >= w->late_not_before[i]) || any;
	pl_buf_put_bytes(&note, pl_buf_bytes(&w->signed_note));
	pthread_mutex_unlock(&w->lock);
	st = any ? pl_file_read(w->public_dir, "checkpoint", &out) : PL_E_STATE;
	before = out.len;
	if (!st)
		st = pl_checkpoint_peek(pl_buf_str(&note), &cp, NULL);
	if (!st)
		st = pl_witness_client_late(w->witnesses, pl_buf_str(&note), whom, LATE_TIMEOUT, prove, w, &out, r);
	if (!st) {
		take_reports(w, r, n);
		if (out.len > before && pl_writer_put_checkpoint(w, pl_buf_str(&out), cp.size, &cp.root, true) == PL_OK)
			for (size_t i = 0; i < n; i++)
				w->shown[i] = w->shown[i] || (whom[i] && r[i].cosigned);
		for (size_t i = 0; i < n; i++)
			w->late_not_before[i] = whom[i] && !r[i].cosigned ? now + LATE_AGAIN : w->late_not_before[i];
	}
	pthread_mutex_lock(&w->lock);
	for (size_t i = 0; i < n; i++)
		if (!w->shown[i])
			w->late_at = now + LATE_AGAIN;
	judge_answers(w, n);
}

/* ---- the start ---- */

void pl_writer_first_holds(struct pl_log_writer *w)
{
	judge_time(w);
	if (w->witnessed)
		w->hold |= PL_LOG_HOLD_WITNESSES;
	w->settled = !w->witnessed;
	w->needed = w->witnessed ? (unsigned)pl_policy_blocking(w->o.policy) : 0;
	/* The checkpoint that has its quorum is served already; a newer signed one still wants its round. */
	w->round_wanted = false;
}

/* ---- the thread ---- */

/* With lock: what is due now? */
static bool wants_sizes(const struct pl_log_writer *w)
{
	return w->witnessed && (w->hold & PL_LOG_HOLD_WITNESSES) && (!w->closing || !w->settled);
}

/* A new checkpoint, or an old one that lacks its quorum, or a fresh witness time to judge the clock by. */
static bool wants_round(const struct pl_log_writer *w)
{
	bool again = w->signed_size > w->published || w->renewing || wants_time(w);

	if (!w->witnessed || (w->hold & (PL_LOG_HOLD_WITNESSES | PL_LOG_HOLD_AHEAD)))
		return false;
	return w->round_wanted || (again && !w->closing && pl_time_monotonic() >= w->ask_again_at);
}

/* Nothing new waits, and what is published is what was signed last. */
static bool wants_late(const struct pl_log_writer *w)
{
	return w->witnessed && !w->hold && !w->closing && !w->round_wanted && !w->renewing && w->late_at && w->published == w->signed_size &&
		pl_time_monotonic() >= w->late_at;
}

void *pl_writer_witness(void *arg)
{
	struct pl_log_writer *w = arg;
	uint64_t asked = 0;

	pthread_mutex_lock(&w->lock);
	while (w->mode == PL_LOG_RUNNING) {
		judge_time(w);
		if (wants_sizes(w) && (!w->settled || pl_time_monotonic() - asked >= ASK_AGAIN)) {
			ask_sizes(w);
			asked = pl_time_monotonic();
		} else if (wants_round(w)) {
			cosign_round(w);
		} else if (wants_late(w)) {
			late_round(w);
		} else if (w->seen_changed && pl_time_monotonic() - w->seen_saved >= SAVE_EVERY) {
			pthread_mutex_unlock(&w->lock);
			save_seen(w);
			pthread_mutex_lock(&w->lock);
		} else if (w->publisher_done) {
			break;
		} else {
			pl_writer_wait(w, &w->to_witness, LOOK_AT_TIME);
		}
	}
	pthread_mutex_unlock(&w->lock);
	if (w->seen_changed)
		save_seen(w);
	/* The last round may have brought a time after the publisher kept what was known. */
	if (w->witnessed)
		(void)pl_system_time_save(w->clock, 0);
	return NULL;
}
