/* SPDX-License-Identifier: Apache-2.0 */
#include "fact/caretaker.h"
#include "base/event.h"
#include "base/time.h"
#include "fact/instance_internal.h"
#include "fact/log_report.h"
#include "fact/record_db.h"
#include <pthread.h>
#include <stdio.h>

#define LOOK_NS (250 * PL_MILLISECOND)
#define HANGS_NS (60 * PL_SECOND)
#define DISK_NS (3 * PL_SECOND)
#define SWEEP_FIRST_NS (60 * PL_SECOND)
#define SWEEP_NS (24 * 3600 * PL_SECOND)
#define SWEEP_AGE_NS (24 * 3600 * PL_SECOND) /* no put takes longer than a day */
#define SWEEP_PATIENCE_NS (10 * PL_SECOND)   /* with a store that does not answer: stopping waits for it */

struct pl_caretaker {
	struct pl_instance *inst;
	const struct pl_sequencer *sequencer;
	struct pl_serve_options o;
	pthread_t reporter, sweeper;
	bool reporter_on, sweeper_on;
	struct pl_log_report last; /* the reporter's: what was written */
	uint64_t written;          /* monotonic; 0: not yet */
	pl_status disk;            /* what the writer met last, and when, monotonic */
	uint64_t disk_at;
	pthread_mutex_t lock;      /* for what follows */
	pthread_cond_t wake;
	bool stop;
	uint64_t turned; /* monotonic */
	char trouble[PL_LOG_REPORT_TROUBLE_MAX];
};

/* Wait @ns or until it is time to stop, which is answered. */
static bool wait_or_stop(struct pl_caretaker *c, uint64_t ns)
{
	uint64_t until = pl_time_monotonic() + ns;
	struct timespec at = {.tv_sec = (time_t)(until / PL_SECOND), .tv_nsec = (long)(until % PL_SECOND)};
	bool stop;

	pthread_mutex_lock(&c->lock);
	while (!c->stop && pl_time_monotonic() < until)
		(void)pthread_cond_timedwait(&c->wake, &c->lock, &at);
	stop = c->stop;
	pthread_mutex_unlock(&c->lock);
	return stop;
}

/* Text for the database: of any length, perhaps with names of files in it. */
static void copy_words(char out[static PL_LOG_REPORT_TROUBLE_MAX], const char *words)
{
	size_t n = 0;

	for (; words[n] && n < PL_LOG_REPORT_TROUBLE_MAX - 1; n++)
		out[n] = words[n] < ' ' || words[n] > '~' ? '?' : words[n];
	out[n] = '\0';
}

/* ---- reporting ---- */

static enum pl_log_process process_of(enum pl_log_mode mode)
{
	switch (mode) {
	case PL_LOG_RUNNING:
		return PL_LOG_PROCESS_RUNNING;
	case PL_LOG_HELD:
		return PL_LOG_PROCESS_HELD;
	case PL_LOG_LOST:
	case PL_LOG_FAILED:
	default:
		return PL_LOG_PROCESS_FAILED;
	}
}

/* The writer's threads meet a full disk one by one, some go on for a while: what one met counts for a moment. */
static void note_disk(struct pl_caretaker *c, const struct pl_log_status *s, struct pl_log_report *r)
{
	uint64_t now = pl_time_monotonic();

	if (s->error) {
		if (c->disk != s->error)
			pl_event("log.trouble", PL_EV_STATUS("status", s->error), PL_EV_Z("words", pl_status_text(s->error)));
		c->disk = s->error;
		c->disk_at = now;
	} else if (now - c->disk_at > DISK_NS) {
		c->disk = PL_OK;
	}
	if (c->disk && !r->trouble[0])
		copy_words(r->trouble, pl_status_text(c->disk));
}

static void tell_witnesses(struct pl_instance *inst, const struct pl_log_status *s, struct pl_log_report *r)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_LOG_REPORT_WITNESSES_MAX - 1);
	const struct pl_policy_witness *list;
	size_t n = pl_policy_witnesses(pl_instance_policy(inst), &list);

	for (size_t i = 0; i < n; i++)
		if (s->witness[i].time)
			pl_log_witness_put(&s->witness[i], list[i].name, &text);
	/* What does not fit is left out as a whole: a line cut off would say something else. */
	if (pl_buf_status(&text) == PL_OK)
		(void)snprintf(r->witnesses, sizeof r->witnesses, "%.*s", (int)text.len, text.len ? (const char *)text.ptr : "");
}

/* False if nothing should be said: the loop hangs, or another process has taken over. */
static bool look(struct pl_caretaker *c, struct pl_log_report *ret)
{
	struct pl_log_status s;
	bool hangs;

	pl_sequencer_log_status(c->sequencer, &s);
	*ret = (struct pl_log_report){.process = process_of(s.mode), .hold = s.hold, .answered = s.answered,
		.needed = s.needed, .ahead_size = s.ahead_size, .recorded = s.recorded.size, .published = s.published,
		.stored = s.stored_held, .epoch = s.recorded.epoch, .reported = pl_time_now(),
		.time_used = s.time_used, .time_witnessed = s.time_witnessed};
	memcpy(ret->ahead_name, s.ahead_name, sizeof ret->ahead_name);
	tell_witnesses(c->inst, &s, ret);
	pthread_mutex_lock(&c->lock);
	memcpy(ret->trouble, c->trouble, sizeof ret->trouble);
	hangs = pl_time_monotonic() - c->turned > HANGS_NS;
	pthread_mutex_unlock(&c->lock);
	note_disk(c, &s, ret);
	return !hangs && s.mode != PL_LOG_LOST;
}

/* Sizes move all the time; they come along with the next sign of life. */
static bool changed(const struct pl_log_report *a, const struct pl_log_report *b)
{
	return a->process != b->process || a->hold != b->hold || a->answered != b->answered || a->needed != b->needed ||
		a->ahead_size != b->ahead_size || strcmp(a->trouble, b->trouble) != 0;
}

static void write_report(struct pl_caretaker *c, struct pl_log_report *r)
{
	bool same_state = c->written && r->process == c->last.process && r->hold == c->last.hold;

	r->since = same_state ? c->last.since : r->reported;
	/* What cannot be written now is written at the next look; until then the last report grows old, as it should. */
	if (pl_log_report_put(pl_instance_db(c->inst), pl_instance_conf(c->inst)->origin, r) != PL_OK)
		return;
	c->last = *r;
	c->written = pl_time_monotonic();
}

static void *report_main(void *arg)
{
	struct pl_caretaker *c = arg;
	struct pl_log_report r;

	do {
		if (look(c, &r) &&
			(!c->written || changed(&r, &c->last) || pl_time_monotonic() - c->written >= c->o.report_ns))
			write_report(c, &r);
	} while (!wait_or_stop(c, LOOK_NS));
	/* One that failed is opened anew, or has the last word. */
	if (look(c, &r)) {
		if (r.process != PL_LOG_PROCESS_FAILED)
			r.process = PL_LOG_PROCESS_STOPPED;
		write_report(c, &r);
	}
	return NULL;
}

void pl_caretaker_refused(struct pl_instance *inst, pl_status why, const struct pl_diag *diag)
{
	struct pl_log_report r = {.process = PL_LOG_PROCESS_REFUSED, .since = pl_time_now()};
	pl_str origin = pl_instance_conf(inst)->origin;
	struct pl_log_record *record = NULL;
	struct pl_log_state state = {0};
	pl_status st;

	if (why == PL_E_BUSY || why == PL_E_CONFLICT || pl_record_db_new(inst->db, origin, &record) != PL_OK)
		return;
	st = record->ops->load(record->ctx, &state);
	pl_record_db_free(record);
	if (st && st != PL_E_NOTFOUND)
		return;
	r.epoch = state.epoch;
	r.recorded = state.size;
	r.reported = r.since;
	copy_words(r.trouble, pl_diag_text(diag, why));
	/* If the database does not take it either, the line on standard error has to do. */
	(void)!pl_log_report_put(inst->db, origin, &r);
}

/* ---- sweeping ---- */

static void sweep(struct pl_caretaker *c)
{
	/* A handle of its own: less patience than a put should have. */
	struct pl_blob_options o = {.timeout_ns = SWEEP_PATIENCE_NS, .tries = 1};
	struct pl_blob *blobs PL_CLEANUP(pl_blob_closep) = NULL;
	struct pl_diag diag = {0};
	uint64_t removed = 0;
	pl_status st = pl_blob_open(pl_instance_conf(c->inst)->blobs, &o, &diag, &blobs);

	if (st == PL_OK)
		st = pl_blob_sweep(blobs, c->o.sweep_age_ns, &removed);
	if (st)
		pl_event("blobs.trouble", PL_EV_STATUS("status", st), PL_EV_Z("words", pl_diag_text(&diag, st)));
	else
		pl_event("blobs.swept", PL_EV_U64("removed", removed));
}

static void *sweep_main(void *arg)
{
	struct pl_caretaker *c = arg;
	uint64_t pause = c->o.sweep_first_ns;

	while (!wait_or_stop(c, pause)) {
		sweep(c);
		pause = c->o.sweep_ns;
	}
	return NULL;
}

/* ---- life ---- */

static void take_options(struct pl_caretaker *c, const struct pl_serve_options *o)
{
	if (o)
		c->o = *o;
	if (!c->o.report_ns)
		c->o.report_ns = PL_LOG_REPORT_NS;
	if (!c->o.sweep_first_ns)
		c->o.sweep_first_ns = SWEEP_FIRST_NS;
	if (!c->o.sweep_ns)
		c->o.sweep_ns = SWEEP_NS;
	if (!c->o.sweep_age_ns)
		c->o.sweep_age_ns = SWEEP_AGE_NS;
}

pl_status pl_caretaker_start(struct pl_instance *inst, const struct pl_sequencer *sequencer,
	const struct pl_serve_options *options, struct pl_caretaker **ret, struct pl_diag *diag)
{
	struct pl_caretaker *c = PL_NEW(struct pl_caretaker);
	pthread_condattr_t attr;

	c->inst = inst;
	c->sequencer = sequencer;
	c->turned = pl_time_monotonic();
	take_options(c, options);
	(void)pthread_mutex_init(&c->lock, NULL);
	(void)pthread_condattr_init(&attr);
	(void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&c->wake, &attr);
	(void)pthread_condattr_destroy(&attr);
	c->reporter_on = pthread_create(&c->reporter, NULL, report_main, c) == 0;
	c->sweeper_on = pthread_create(&c->sweeper, NULL, sweep_main, c) == 0;
	if (!c->reporter_on || !c->sweeper_on) {
		pl_caretaker_stop(c);
		return pl_diag_set(diag, PL_E_NOMEM, "cannot start the caretaker's threads");
	}
	*ret = c;
	return PL_OK;
}

void pl_caretaker_turned(struct pl_caretaker *c, const char *words)
{
	pthread_mutex_lock(&c->lock);
	c->turned = pl_time_monotonic();
	copy_words(c->trouble, words);
	pthread_mutex_unlock(&c->lock);
}

void pl_caretaker_stop(struct pl_caretaker *c)
{
	if (!c)
		return;
	pthread_mutex_lock(&c->lock);
	c->stop = true;
	pthread_cond_broadcast(&c->wake);
	pthread_mutex_unlock(&c->lock);
	if (c->reporter_on)
		(void)pthread_join(c->reporter, NULL);
	if (c->sweeper_on)
		(void)pthread_join(c->sweeper, NULL);
	(void)pthread_cond_destroy(&c->wake);
	(void)pthread_mutex_destroy(&c->lock);
	pl_free(c);
}
