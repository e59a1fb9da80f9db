/* SPDX-License-Identifier: Apache-2.0 */
#include "register/clock.h"

/* One clock while its events are read in order. */
struct run {
	const struct pl_calendar *calendar;
	struct pl_clock *clock;
	bool paused;
	bool strictly_extended;
	struct pl_pauses strictly_paused;
	uint64_t paused_at;
};

/* Is @at before @end? While a clock stands still it shows the moment when it was paused. */
static bool in_time(const struct run *r, uint64_t at, uint64_t end)
{
	return (r->paused ? r->paused_at : at) < end;
}

/* The end as it stands now: with the pauses that are over, and the extension where it counts. */
static pl_status compute(struct run *r, struct pl_diag *diag)
{
	static const struct pl_span none = {0};
	struct pl_clock *c = r->clock;
	struct pl_due strict;
	pl_status st = pl_due_after(r->calendar, c->started, c->def->period, r->strictly_extended ? c->def->extension : none,
		&r->strictly_paused, &strict, diag);

	if (st == PL_OK)
		st = pl_due_after(r->calendar, c->started, c->def->period, c->extended ? c->def->extension : none, &c->paused,
			&c->due, diag);
	if (st == PL_OK)
		c->due.strict = strict.strict;
	return st;
}

static pl_status start(struct run *r, uint64_t at, struct pl_diag *diag)
{
	if (r->clock->started)
		return PL_OK; /* the first one counts */
	r->clock->started = at;
	r->clock->state = PL_CLOCK_RUNNING;
	return compute(r, diag);
}

static pl_status pause_clock(struct run *r, const struct pl_clock_event *e, struct pl_diag *diag)
{
	if (!r->clock->def->pausable)
		return pl_diag_set(diag, PL_E_STATE, "%s cannot be paused", e->name);
	if (r->paused)
		return pl_diag_set(diag, PL_E_STATE, "%s is paused already", e->name);
	if (e->at >= r->clock->due.legal)
		r->clock->notes |= PL_CLOCK_PAUSE_LATE;
	r->paused = true;
	r->paused_at = e->at;
	return PL_OK;
}

/* Count the pause that lasts until @until where it began in time. */
static void count_pause(struct run *r, uint64_t until)
{
	struct pl_clock *c = r->clock;

	if (in_time(r, until, c->due.strict))
		pl_due_add_pause(&r->strictly_paused, r->calendar->zone, r->paused_at, until);
	if (in_time(r, until, c->due.legal))
		pl_due_add_pause(&c->paused, r->calendar->zone, r->paused_at, until);
}

static pl_status resume_clock(struct run *r, const struct pl_clock_event *e, struct pl_diag *diag)
{
	if (!r->paused)
		return pl_diag_set(diag, PL_E_STATE, "%s is not paused", e->name);
	count_pause(r, e->at);
	r->paused = false;
	return compute(r, diag);
}

static pl_status extend_clock(struct run *r, const struct pl_clock_event *e, struct pl_diag *diag)
{
	struct pl_clock *c = r->clock;

	if (!c->def->extension.amount)
		return pl_diag_set(diag, PL_E_STATE, "%s cannot be extended", e->name);
	if (c->extended)
		return pl_diag_set(diag, PL_E_STATE, "%s is extended already", e->name);
	if (!in_time(r, e->at, c->due.legal)) {
		c->notes |= PL_CLOCK_EXTENSION_LATE;
		return PL_OK;
	}
	c->extended = true;
	/* A hold that is wanted longer is safer when it is kept longer. */
	r->strictly_extended = c->def->hold || in_time(r, e->at, c->due.strict);
	if (!r->strictly_extended)
		c->notes |= PL_CLOCK_EXTENSION_AFTER_STRICT;
	return compute(r, diag);
}

static pl_status meet(struct run *r, const struct pl_clock_event *e, struct pl_diag *diag)
{
	struct pl_clock *c = r->clock;
	bool early = in_time(r, e->at, c->due.legal);

	c->met = e->at;
	if (c->def->hold)
		c->state = early ? PL_CLOCK_BROKEN : PL_CLOCK_HELD;
	else
		c->state = early ? PL_CLOCK_MET : PL_CLOCK_MET_LATE;
	/* Answered while it stood still: the pause ends with the answer. */
	return r->paused ? resume_clock(r, e, diag) : PL_OK;
}

/* An event that names this clock by its code. */
static pl_status act(struct run *r, const struct pl_clock_event *e, struct pl_diag *diag)
{
	if (!r->clock->started)
		return pl_diag_set(diag, PL_E_STATE, "%s has not started", e->name);
	if (r->clock->met)
		return pl_diag_set(diag, PL_E_STATE, "%s is met already", e->name);
	if ((e->kind == PL_CLOCK_PAUSE || e->kind == PL_CLOCK_EXTEND) && (!e->reason || !*e->reason))
		return pl_diag_set(diag, PL_E_STATE, "%s needs a reason to be paused or extended", e->name);
	switch (e->kind) {
	case PL_CLOCK_PAUSE:
		return pause_clock(r, e, diag);
	case PL_CLOCK_RESUME:
		return resume_clock(r, e, diag);
	case PL_CLOCK_EXTEND:
		return extend_clock(r, e, diag);
	case PL_CLOCK_MEET:
		return meet(r, e, diag);
	case PL_CLOCK_HAPPENED:
		break;
	}
	return PL_E_INTERNAL;
}

static bool same(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

static bool starts(const struct pl_clock_def *def, const struct pl_clock_event *e)
{
	return (e->kind == PL_CLOCK_HAPPENED && same(def->starts, e->name)) ||
		(e->kind == PL_CLOCK_MEET && same(def->after, e->name));
}

/* Where the clock stands at @now. */
static pl_status settle(struct run *r, uint64_t now, struct pl_diag *diag)
{
	struct pl_clock *c = r->clock;
	pl_status st = PL_OK;

	if (!c->started || c->met)
		return PL_OK;
	if (r->paused && in_time(r, now, c->due.legal)) {
		c->state = PL_CLOCK_PAUSED;
		count_pause(r, now);
		st = compute(r, diag);
	} else if (c->def->hold) {
		c->state = now < c->due.legal ? PL_CLOCK_RUNNING : PL_CLOCK_HELD;
	} else {
		c->state = now < c->due.strict ? PL_CLOCK_RUNNING :
			now < c->due.legal ? PL_CLOCK_OVERDUE_STRICT : PL_CLOCK_OVERDUE_LEGAL;
	}
	if (c->state != PL_CLOCK_HELD)
		c->left = (int64_t)(c->due.strict - now);
	return st;
}

static pl_status run_clock(struct run *r, const struct pl_clock_event *events, size_t n, uint64_t now,
	struct pl_diag *diag)
{
	const struct pl_clock_def *def = r->clock->def;
	pl_status st = PL_OK;
	size_t i;

	for (i = 0; i < n && st == PL_OK && events[i].at <= now; i++) {
		if (starts(def, &events[i]))
			st = start(r, events[i].at, diag);
		else if (events[i].kind != PL_CLOCK_HAPPENED && same(def->code, events[i].name))
			st = act(r, &events[i], diag);
	}
	if (st != PL_OK)
		pl_diag_context(diag, "event %zu", i);
	return st == PL_OK ? settle(r, now, diag) : st;
}

pl_status pl_clock_case(const struct pl_calendar *calendar, const struct pl_clock_def *defs, size_t def_count,
	const struct pl_clock_event *events, size_t event_count, uint64_t now, struct pl_clock *ret, struct pl_diag *diag)
{
	struct pl_clock clocks[PL_CLOCKS_MAX] = {0};

	if (def_count > PL_CLOCKS_MAX || event_count > PL_CLOCK_EVENTS_MAX)
		return pl_diag_set(diag, PL_E_TOOBIG, "at most %u clocks and %u events", PL_CLOCKS_MAX, PL_CLOCK_EVENTS_MAX);
	for (size_t i = 1; i < event_count; i++)
		if (events[i].at < events[i - 1].at)
			return pl_diag_set(diag, PL_E_STATE, "event %zu is earlier than the one before it", i + 1);
	for (size_t i = 0; i < def_count; i++) {
		struct run r = {.calendar = calendar, .clock = &clocks[i]};
		pl_status st;

		clocks[i].def = &defs[i];
		st = run_clock(&r, events, event_count, now, diag);
		if (st != PL_OK)
			return st;
	}
	if (def_count)
		memcpy(ret, clocks, def_count * sizeof *ret);
	return PL_OK;
}
