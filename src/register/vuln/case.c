/* SPDX-License-Identifier: Apache-2.0 */
/* register/vuln/case: reading a case, and the revisions that its steps are. */
#include "register/vuln/case.h"
#include "base/time.h"
#include "register/casework/casefile.h"
#include "register/clock_rule.h"
#include "register/recover.h"
#include "register/vuln/deadline.h"
#include "register/vuln/internal.h"
#include "register/vuln/sql.h"
#include <stdio.h>

#define CASE_BYTES ((size_t)1 << 20)
#define HOUR UINT64_C(3600)
#define DAY UINT64_C(86400)

/* ---- reading ---- */

/* Read open values only: has the original of a duplicate been released? */
static pl_status look_at_original(struct pl_vuln *c, struct pl_diag *diag)
{
	struct pl_register_view *v PL_CLEANUP(pl_register_view_freep) = NULL;
	pl_status st = PL_OK;

	c->original_released = true;
	if (!c->original)
		return PL_OK;
	st = pl_register_case_read(c->inst, c->r, c->original, NULL, &v, diag);
	if (!st)
		c->original_released = pl_vuln_true(c->r, v, "released");
	return st;
}

pl_status pl_vuln_stands(const struct pl_register *r, const struct pl_register_view *v, struct pl_vuln_standing *ret, struct pl_diag *diag)
{
	pl_str direction = pl_vuln_text(r, v, "direction"), state = pl_vuln_text(r, v, "state"), reason = pl_vuln_text(r, v, "reason");
	struct pl_vuln_standing s = {.original = pl_vuln_number(r, v, "duplicate-of"), .released = pl_vuln_true(r, v, "released")};

	if ((direction.len && pl_vuln_direction_parse(direction, &s.direction)) || (state.len && pl_vuln_state_parse(state, &s.state)) ||
		(reason.len && pl_vuln_reason_parse(reason, &s.reason)))
		return pl_diag_set(diag, PL_E_STATE, "case %llu has a state, a reason or a direction that nobody knows",
			(unsigned long long)v->at.number);
	*ret = s;
	return PL_OK;
}

static pl_status fill(struct pl_vuln *c, struct pl_diag *diag)
{
	struct pl_vuln_standing s;
	enum pl_vuln_state noted;
	pl_status st = pl_vuln_stands(c->r, c->v, &s, diag);

	if (st)
		return st;
	c->direction = s.direction;
	c->state = s.state;
	c->reason = s.reason;
	c->original = s.original;
	c->released = s.released;
	c->received = pl_vuln_number(c->r, c->v, "received");
	c->embargo = pl_vuln_number(c->r, c->v, "embargo");
	c->rewarded = pl_str_eq(pl_vuln_text(c->r, c->v, "bounty"), PL_STR("awarded"));
	c->product = pl_vuln_text(c->r, c->v, "product");
	c->severity = pl_vuln_text(c->r, c->v, "severity");
	c->cve = pl_vuln_text(c->r, c->v, "cve");
	c->cvss = pl_vuln_text(c->r, c->v, "cvss");
	st = pl_vuln_history_parse(pl_vuln_text(c->r, c->v, "events"), &c->arena, &c->history, diag);
	if (!st)
		st = pl_vuln_parties_parse(pl_vuln_text(c->r, c->v, "parties"), &c->arena, &c->parties, diag);
	if (st)
		return st;
	noted = pl_vuln_history_state(&c->history, &c->since);
	if (!c->since)
		c->since = c->received;
	if (noted != c->state)
		return pl_diag_set(diag, PL_E_STATE, "case %llu says that it is %s, and its events say %s: was it changed without a step?",
			(unsigned long long)c->v->at.number, pl_vuln_states[c->state].word, pl_vuln_states[noted].word);
	return look_at_original(c, diag);
}

bool pl_vuln_is_register(const struct pl_register_decl *d)
{
	static const char *const needed[] = {"direction", "state", "reason", "events", "parties"};

	for (size_t i = 0; i < PL_COUNT(needed); i++)
		if (!pl_register_decl_field(d, pl_str_from(needed[i])))
			return false;
	return pl_register_released(d) != PL_REGISTER_NONE;
}

bool pl_vuln_owns(pl_str name)
{
	static const char *const owned[] = {"released", "direction", "state", "reason", "duplicate-of", "bounty", "first-response-hours",
		"triage-hours", "fix-days", "bounty-days", "retests", "fixed", "closed", "embargo", "parties", "events", "cve", "cvss"};

	for (size_t i = 0; i < PL_COUNT(owned); i++)
		if (pl_str_eq(name, pl_str_from(owned[i])))
			return true;
	return false;
}

pl_status pl_vuln_read(struct pl_instance *inst, const struct pl_register *r, uint64_t number,
	const struct pl_register_reader *reader, struct pl_vuln **ret, struct pl_diag *diag)
{
	struct pl_register_view *v PL_CLEANUP(pl_register_view_freep) = NULL;
	pl_status st;

	if (pl_register_released(r->decl) == PL_REGISTER_NONE)
		return pl_diag_set(diag, PL_E_STATE, "%.*s is no register of vulnerabilities: it declares no field \"released\"",
			PL_STR_ARG(r->decl->name));
	st = pl_register_case_read(inst, r, number, reader, &v, diag);
	if (!st)
		st = pl_vuln_of(inst, r, v, &reader->account, ret, diag);
	if (st)
		return st;
	(*ret)->borrowed = false;
	v = NULL;
	return PL_OK;
}

pl_status pl_vuln_of(struct pl_instance *inst, const struct pl_register *r, struct pl_register_view *v, const struct pl_ulid *account,
	struct pl_vuln **ret, struct pl_diag *diag)
{
	struct pl_vuln *c PL_CLEANUP(pl_vuln_freep) = PL_NEW(struct pl_vuln);
	pl_status st;

	c->inst = inst;
	c->r = r;
	c->v = v;
	c->borrowed = true;
	c->by = *account;
	c->arena = (struct pl_arena)PL_ARENA(CASE_BYTES);
	if (!v->opened)
		return pl_diag_set(diag, PL_E_STATE, "nothing private is kept of case %llu, which was erased, lost or entered without",
			(unsigned long long)v->at.number);
	st = fill(c, diag);
	if (st)
		return st;
	*ret = c;
	c = NULL;
	return PL_OK;
}

void pl_vuln_free(struct pl_vuln *c)
{
	if (!c)
		return;
	if (!c->borrowed)
		pl_register_view_free(c->v);
	pl_arena_done(&c->arena);
	pl_wipe(c, sizeof *c);
	pl_free(c);
}

/* ---- writing a revision ---- */

struct writing {
	struct pl_vuln *c;
	struct pl_vuln_sets sets;
	enum pl_vuln_state state;
	uint64_t since, original;
	pl_status (*also)(void *ctx, struct pl_db_tx *tx); /* in the same transaction; may be NULL */
	void *also_ctx;
	struct pl_register_case made;
	struct pl_diag *diag;
};

/* Nobody else changes this register until the transaction ends: the revision took its counter row. */
static pl_status check_original(struct writing *w, struct pl_db_tx *tx)
{
	struct pl_db_rows *theirs PL_CLEANUP(pl_db_rows_done) = NULL, *ours PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_str name = w->c->r->decl->name;
	pl_status st = pl_db_one(tx, &pl_sql_vuln_case_get, PL_DB_ARGS(PL_DB_STR(name), PL_DB_U64(w->original)), &theirs);

	if (!st && !pl_db_col_is_null(theirs, 2))
		return pl_diag_set(w->diag, PL_E_STATE, "case %llu repeats case %llu itself: name that one",
			(unsigned long long)w->original, (unsigned long long)pl_db_col_u64(theirs, 2));
	if (st && st != PL_E_NOTFOUND)
		return st;
	st = pl_db_one(tx, &pl_sql_vuln_case_repeats, PL_DB_ARGS(PL_DB_STR(name), PL_DB_U64(w->c->v->at.number)), &ours);
	if (!st)
		return pl_diag_set(w->diag, PL_E_STATE, "case %llu repeats this one: let it name another original first",
			(unsigned long long)pl_db_col_u64(ours, 0));
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

pl_status pl_vuln_note_change(struct pl_db_tx *tx, const struct pl_vuln *c, const struct pl_register_case *made)
{
	struct pl_casework_new entry = {.kind = PL_CASEWORK_CHANGE, .at = pl_time_now() / PL_SECOND, .account = c->by};
	char revision[16];
	pl_status st;

	(void)snprintf(revision, sizeof revision, "%u", made->revision);
	entry.about = pl_str_from(revision);
	st = pl_casework_put(tx, c->r, made->number, &entry, NULL);
	return st == PL_E_NOTFOUND ? PL_OK : st; /* imported ones have no file */
}

static pl_status write_tx(void *ctx, struct pl_db_tx *tx)
{
	struct writing *w = ctx;
	pl_status st = pl_register_case_change_tx(tx, w->c->r, w->c->v, w->sets.s, w->sets.n, &w->made, w->diag);

	if (!st && w->original)
		st = check_original(w, tx);
	if (!st)
		st = pl_vuln_note_change(tx, w->c, &w->made);
	if (!st)
		st = pl_vuln_deadlines_keep(tx, w->c);
	if (!st && w->also)
		st = w->also(w->also_ctx, tx);
	return st ? st : pl_db_exec(tx, &pl_sql_vuln_case_put,
		PL_DB_ARGS(PL_DB_STR(w->c->r->decl->name), PL_DB_U64(w->c->v->at.number), PL_DB_U64(w->state), PL_DB_U64(w->since),
			w->original ? PL_DB_U64(w->original) : PL_DB_NULL),
		NULL);
}

/* Write what was set; the history, too, with what was added to it. */
static pl_status write(struct writing *w, struct pl_register_case *ret)
{
	struct pl_buf events PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_VULN_TEXT_MAX);
	pl_status st;

	pl_vuln_history_write(&events, &w->c->history);
	if (pl_buf_status(&events))
		return pl_diag_set(w->diag, PL_E_TOOBIG, "the events of a case have at most %u bytes", PL_VULN_TEXT_MAX);
	if (events.len)
		pl_vuln_set_str(&w->sets, "events", pl_buf_str(&events));
	st = w->sets.status;
	if (!st)
		st = pl_register_current(w->c->inst, w->diag);
	if (!st)
		st = pl_db_tx(pl_instance_db(w->c->inst), write_tx, w);
	if (!st)
		*ret = w->made;
	return st;
}

static void begin(struct writing *w, struct pl_vuln *c, struct pl_diag *diag)
{
	*w = (struct writing){.c = c, .state = c->state, .since = c->since, .original = c->original, .diag = diag};
	pl_vuln_sets_init(&w->sets, c->r->decl, diag);
}

pl_status pl_vuln_revise(struct pl_vuln *c, void (*set)(struct pl_vuln_sets *s, const void *ctx), const void *ctx, struct pl_register_case *ret,
	struct pl_diag *diag)
{
	struct writing w;
	pl_status st;

	begin(&w, c, diag);
	set(&w.sets, ctx);
	st = write(&w, ret);
	pl_vuln_sets_done(&w.sets);
	return st;
}

pl_status pl_vuln_write_with(struct pl_vuln *c, pl_status (*also)(void *ctx, struct pl_db_tx *tx), void *ctx, struct pl_register_case *ret,
	struct pl_diag *diag)
{
	struct writing w;
	pl_status st;

	begin(&w, c, diag);
	w.also = also;
	w.also_ctx = ctx;
	st = write(&w, ret);
	pl_vuln_sets_done(&w.sets);
	return st;
}

/* ---- what a step does to the clocks ---- */

static pl_status add(struct pl_vuln *c, enum pl_vuln_event_kind kind, const char *name, const char *reason,
	const struct pl_vuln_act *act, struct pl_diag *diag)
{
	const struct pl_vuln_event e = {.at = act->at, .by = act->by, .kind = kind, .name = pl_str_from(name),
		.reason = pl_str_from(reason)};

	return pl_vuln_history_add(&c->history, &e, diag);
}

static bool started(const struct pl_vuln *c)
{
	return c->direction != PL_VULN_OUTBOUND || pl_vuln_history_has(&c->history, PL_VULN_EV_HAPPENED, PL_STR("report-received"));
}

static bool runs(const struct pl_vuln *c, const char *clock)
{
	return started(c) && !pl_vuln_history_has(&c->history, PL_VULN_EV_MEET, pl_str_from(clock));
}

static bool paused(const struct pl_vuln *c)
{
	bool is = false;

	for (size_t i = 0; i < c->history.n; i++)
		if (pl_str_eq(c->history.e[i].name, PL_STR("CVD-2"))) {
			is = is || c->history.e[i].kind == PL_VULN_EV_PAUSE;
			is = is && c->history.e[i].kind != PL_VULN_EV_RESUME;
		}
	return is;
}

/* Whoever told us is answered by the first step; so does whom we told. */
static pl_status answer(struct pl_vuln *c, enum pl_vuln_state from, const struct pl_vuln_act *act, struct pl_diag *diag)
{
	bool first = c->direction == PL_VULN_OUTBOUND ? from == PL_VULN_REPORTED : from == PL_VULN_NEW;

	return first && runs(c, "CVD-1") ? add(c, PL_VULN_EV_MEET, "CVD-1", "", act, diag) : PL_OK;
}

static pl_status move_clocks(struct pl_vuln *c, enum pl_vuln_state from, enum pl_vuln_state to, enum pl_vuln_reason reason,
	const struct pl_vuln_act *act, struct pl_diag *diag)
{
	pl_status st = answer(c, from, act, diag);

	if (!st && to == PL_VULN_REPORTED && !started(c))
		st = add(c, PL_VULN_EV_HAPPENED, "report-received", "", act, diag);
	if (!st && from == PL_VULN_NEEDS_INFO && paused(c))
		st = add(c, PL_VULN_EV_RESUME, "CVD-2", "", act, diag);
	if (!st && to == PL_VULN_NEEDS_INFO && runs(c, "CVD-2") && !paused(c))
		st = add(c, PL_VULN_EV_PAUSE, "CVD-2", "needs-info", act, diag);
	if (!st && (reason == PL_VULN_R_FIXED || reason == PL_VULN_R_MITIGATED) &&
		!pl_vuln_history_has(&c->history, PL_VULN_EV_HAPPENED, PL_STR("measure-available")))
		st = add(c, PL_VULN_EV_HAPPENED, "measure-available", "", act, diag);
	/* Of what is no flaw there is nothing to publish. */
	if (!st && pl_vuln_states[to].closed && !pl_vuln_states[to].flaw && runs(c, "CVD-2"))
		st = add(c, PL_VULN_EV_MEET, "CVD-2", "", act, diag);
	return st;
}

/* ---- what a step does to the open fields ---- */

static bool was_once(const struct pl_vuln *c, enum pl_vuln_state a, enum pl_vuln_state b)
{
	for (size_t i = 0; i < c->history.n; i++)
		if (c->history.e[i].kind == PL_VULN_EV_STATE && (c->history.e[i].to == a || c->history.e[i].to == b))
			return true;
	return false;
}

static void set_times(struct writing *w, enum pl_vuln_state to, enum pl_vuln_reason reason, uint64_t at)
{
	const struct pl_vuln *c = w->c;
	uint64_t passed = at > c->received ? at - c->received : 0;
	bool done = to == PL_VULN_RESOLVED && (reason == PL_VULN_R_FIXED || reason == PL_VULN_R_MITIGATED);

	if (c->state == PL_VULN_NEW && c->direction != PL_VULN_OUTBOUND)
		pl_vuln_set_u64(&w->sets, "first-response-hours", passed / HOUR);
	if ((to == PL_VULN_TRIAGED || to == PL_VULN_ACCEPTED) && !was_once(c, PL_VULN_TRIAGED, PL_VULN_ACCEPTED))
		pl_vuln_set_u64(&w->sets, "triage-hours", passed / HOUR);
	if (to == PL_VULN_RETESTING)
		pl_vuln_set_u64(&w->sets, "retests", pl_vuln_number(c->r, c->v, "retests") + 1);
	if (done) {
		pl_vuln_set_u64(&w->sets, "fix-days", passed / DAY);
		pl_vuln_set_u64(&w->sets, "fixed", at);
	} else if (c->state == PL_VULN_RESOLVED) {
		pl_vuln_set_absent(&w->sets, "fix-days");
		pl_vuln_set_absent(&w->sets, "fixed");
	}
	if (pl_vuln_states[to].closed)
		pl_vuln_set_u64(&w->sets, "closed", at);
	else if (pl_vuln_states[c->state].closed)
		pl_vuln_set_absent(&w->sets, "closed");
}

static void set_original(struct writing *w)
{
	if (w->original)
		pl_vuln_set_u64(&w->sets, "duplicate-of", w->original);
	else if (w->c->original)
		pl_vuln_set_absent(&w->sets, "duplicate-of");
}

pl_status pl_vuln_check_act(const struct pl_vuln *c, const struct pl_vuln_act *act, struct pl_diag *diag)
{
	if (act->at > act->now)
		return pl_diag_set(diag, PL_E_RANGE, "that time is still to come");
	if (act->at < c->received)
		return pl_diag_set(diag, PL_E_RANGE, "that time lies before the one at which the case was received");
	return PL_OK;
}

static pl_status step(struct pl_vuln *c, enum pl_vuln_state to, enum pl_vuln_reason reason, uint64_t original,
	const struct pl_vuln_act *act, struct pl_register_case *ret, struct pl_diag *diag)
{
	const struct pl_vuln_event e = {.at = act->at, .by = act->by, .kind = PL_VULN_EV_STATE, .from = c->state, .to = to,
		.why = reason};
	struct writing w;
	pl_status st = pl_vuln_step_check(c->direction, c->state, to, reason, diag);

	if (!st)
		st = pl_vuln_check_act(c, act, diag);
	if (st)
		return st;
	if (c->released && c->state == PL_VULN_DUPLICATE)
		return pl_diag_set(diag, PL_E_STATE, "case %llu was released as a duplicate: enter a new case for what it reports",
			(unsigned long long)c->v->at.number);
	begin(&w, c, diag);
	w.state = to;
	w.since = act->at;
	w.original = original;
	set_times(&w, to, reason, act->at);
	set_original(&w);
	pl_vuln_set_z(&w.sets, "state", pl_vuln_states[to].word);
	pl_vuln_set_z(&w.sets, "reason", pl_vuln_reasons[reason]);
	st = pl_vuln_history_add(&c->history, &e, diag);
	if (!st)
		st = move_clocks(c, e.from, to, reason, act, diag);
	if (!st)
		st = write(&w, ret);
	pl_vuln_sets_done(&w.sets);
	return st;
}

pl_status pl_vuln_step(struct pl_vuln *c, enum pl_vuln_state to, enum pl_vuln_reason reason, const struct pl_vuln_act *act,
	struct pl_register_case *ret, struct pl_diag *diag)
{
	if (to == PL_VULN_DUPLICATE)
		return pl_diag_set(diag, PL_E_RANGE, "a duplicate names its original: pellucid vuln duplicate NUMBER ORIGINAL");
	return step(c, to, reason, 0, act, ret, diag);
}

pl_status pl_vuln_duplicate(struct pl_vuln *c, uint64_t original, enum pl_vuln_reason reason, const struct pl_vuln_act *act,
	struct pl_register_case *ret, struct pl_diag *diag)
{
	struct pl_register_view *v PL_CLEANUP(pl_register_view_freep) = NULL;
	pl_status st;

	if (original == c->v->at.number)
		return pl_diag_set(diag, PL_E_STATE, "a case does not repeat itself");
	st = pl_register_case_read(c->inst, c->r, original, NULL, &v, diag);
	if (!st && !v->open_bytes.len)
		st = pl_diag_set(diag, PL_E_NOTFOUND, "nothing is known of case %llu", (unsigned long long)original);
	/* Of a case that was changed before the table knew it; the table decides of all others. */
	if (!st && pl_vuln_number(c->r, v, "duplicate-of"))
		st = pl_diag_set(diag, PL_E_STATE, "case %llu repeats another one itself: name that one", (unsigned long long)original);
	if (!st && c->released && !pl_vuln_true(c->r, v, "released"))
		st = pl_diag_set(diag, PL_E_DENIED, "case %llu is not released: a released case does not name it",
			(unsigned long long)original);
	return st ? st : step(c, PL_VULN_DUPLICATE, reason, original, act, ret, diag);
}

/* ---- the rest ---- */

pl_status pl_vuln_clocks_fit(const struct pl_vuln *c, uint64_t now, struct pl_diag *diag)
{
	struct pl_clock_event *events = pl_alloc(PL_VULN_EVENTS_MAX + 1, sizeof *events);
	struct pl_clock_def defs[PL_VULN_CLOCKS_MAX];
	struct pl_clock clocks[PL_VULN_CLOCKS_MAX];
	struct pl_diag why = {0};
	const char *words;
	size_t n = 0, n_events = pl_vuln_clock_events(&c->history, c->direction, c->received, events);
	pl_status st;

	pl_vuln_clocks(defs, &n);
	st = pl_clock_case(c->r->calendar, defs, n, events, n_events, now * PL_SECOND, clocks, &why);
	pl_free(events);
	/* "event 3: ...": the number says nothing to whoever notes one. */
	words = strstr(why.text, ": ");
	return st == PL_E_STATE ? pl_diag_set(diag, st, "%s", words ? words + 2 : why.text) : PL_OK;
}

pl_status pl_vuln_note(struct pl_vuln *c, enum pl_vuln_event_kind kind, pl_str name, const struct pl_vuln_act *act,
	struct pl_register_case *ret, struct pl_diag *diag)
{
	const struct pl_vuln_event e = {.at = act->at, .by = act->by, .kind = kind, .name = name};
	/* One that could not have happened and was noted all the same, by an older version, stands in nobody's way. */
	bool fitted = kind == PL_VULN_EV_MEET && pl_vuln_clocks_fit(c, act->now, NULL) == PL_OK;
	struct writing w;
	pl_status st = pl_vuln_check_act(c, act, diag);

	if (kind != PL_VULN_EV_HAPPENED && kind != PL_VULN_EV_MEET)
		return pl_diag_set(diag, PL_E_RANGE, "something happens, or a clock is met");
	if (!st && pl_vuln_history_has(&c->history, kind, name))
		st = pl_diag_set(diag, PL_E_STATE, "that is noted already");
	if (!st)
		st = pl_vuln_history_add(&c->history, &e, diag);
	if (!st && kind == PL_VULN_EV_HAPPENED)
		st = pl_clock_rule_event(c->r->decl, name, diag);
	if (!st && fitted)
		st = pl_vuln_clocks_fit(c, act->now, diag);
	if (st)
		return st;
	begin(&w, c, diag);
	if (kind == PL_VULN_EV_HAPPENED && pl_str_eq(name, PL_STR("exploitation-known")))
		pl_vuln_set_z(&w.sets, "exploited", "yes");
	st = write(&w, ret);
	pl_vuln_sets_done(&w.sets);
	return st;
}

pl_status pl_vuln_set_embargo(struct pl_vuln *c, uint64_t until, struct pl_register_case *ret, struct pl_diag *diag)
{
	struct writing w;
	pl_status st;

	if (c->released)
		return pl_diag_set(diag, PL_E_STATE, "case %llu is released", (unsigned long long)c->v->at.number);
	begin(&w, c, diag);
	if (until)
		pl_vuln_set_u64(&w.sets, "embargo", until);
	else
		pl_vuln_set_absent(&w.sets, "embargo");
	st = write(&w, ret);
	pl_vuln_sets_done(&w.sets);
	return st;
}

static pl_status write_parties(struct pl_vuln *c, struct pl_register_case *ret, struct pl_diag *diag)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_VULN_TEXT_MAX);
	struct writing w;
	pl_status st;

	pl_vuln_parties_write(&text, &c->parties);
	if (pl_buf_status(&text))
		return pl_diag_set(diag, PL_E_TOOBIG, "the parties of a case have at most %u bytes", PL_VULN_TEXT_MAX);
	begin(&w, c, diag);
	if (text.len)
		pl_vuln_set_str(&w.sets, "parties", pl_buf_str(&text));
	else
		pl_vuln_set_absent(&w.sets, "parties");
	st = write(&w, ret);
	pl_vuln_sets_done(&w.sets);
	return st;
}

pl_status pl_vuln_party_add(struct pl_vuln *c, const struct pl_vuln_party *p, struct pl_register_case *ret, struct pl_diag *diag)
{
	pl_status st = pl_vuln_parties_add(&c->parties, p, diag);

	return st ? st : write_parties(c, ret, diag);
}

pl_status pl_vuln_party_remove(struct pl_vuln *c, pl_str id, struct pl_register_case *ret, struct pl_diag *diag)
{
	if (pl_vuln_parties_remove(&c->parties, id))
		return pl_diag_set(diag, PL_E_NOTFOUND, "case %llu has no party %.*s", (unsigned long long)c->v->at.number, PL_STR_ARG(id));
	return write_parties(c, ret, diag);
}
