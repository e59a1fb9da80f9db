/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/desk_flaw: what the page of a report of a flaw has beside those of other cases: where it stands and what may follow, its history, clocks and
 * parties, its rating. Steps, parties and clocks are those of register/vuln; what stands in sealed fields is shown to whoever opened the case.
 */
#include "base/time.h"
#include "register/vuln/access.h"
#include "web/desk_case.h"
#include "web/flaw_say.h"
#include <stdio.h>

#define WORDS_MAX 512u

bool pl_desk_flaw_owns(const struct pl_desk_looking *k, pl_str field)
{
	static const pl_str vector = PL_STR_INIT("cvss");
	const struct pl_register_field *f = pl_register_decl_field(k->r->decl, vector);

	if (!pl_vuln_is_register(k->r->decl))
		return false;
	/* A severity with a vector is what the vector comes to. */
	return pl_vuln_owns(field) || (pl_str_eq(field, PL_STR("severity")) && f && k->v->v[f->exact].present);
}

bool pl_desk_flaw_shows(const struct pl_desk_looking *k, pl_str field)
{
	return pl_vuln_is_register(k->r->decl) && (pl_str_eq(field, PL_STR("events")) || pl_str_eq(field, PL_STR("parties")));
}

static struct pl_desk_flaw *model(struct pl_desk_looking *k)
{
	return &k->m.flaw;
}

/* ---- where it stands ---- */

static enum pl_message_id stage_words(enum pl_vuln_stage s)
{
	static const enum pl_message_id ids[PL_VULN_STAGES] = {
		[PL_VULN_RECEIPT] = PL_MSG_flaw_stage_receipt, [PL_VULN_VERIFICATION] = PL_MSG_flaw_stage_verification,
		[PL_VULN_REMEDIATION] = PL_MSG_flaw_stage_remediation, [PL_VULN_RELEASE] = PL_MSG_flaw_stage_release,
		[PL_VULN_ENDED] = PL_MSG_flaw_stage_ended,
	};

	return ids[s];
}

static pl_str state_word(const struct pl_desk_looking *k, enum pl_vuln_state s)
{
	return pl_desk_case_word(k, PL_STR("state"), pl_str_from(pl_vuln_states[s].word));
}

static pl_str reason_word(const struct pl_desk_looking *k, enum pl_vuln_reason r)
{
	return r == PL_VULN_R_NONE ? (pl_str){0} : pl_desk_case_word(k, PL_STR("reason"), pl_str_from(pl_vuln_reasons[r]));
}

/* One way to go on: "resolved fixed" as the form brings it, "resolved: by an update" as it is read. */
static pl_status add_step(struct pl_desk_looking *k, enum pl_vuln_state to, enum pl_vuln_reason why, pl_str typed)
{
	struct pl_buf value PL_CLEANUP(pl_buf_done) = PL_BUF(WORDS_MAX), text PL_CLEANUP(pl_buf_done) = PL_BUF(WORDS_MAX);
	struct pl_case_choice *row = &model(k)->steps[model(k)->n_steps];
	pl_str reason = reason_word(k, why);
	pl_status st;

	pl_buf_printf(&value, "%s %s", pl_vuln_states[to].word, pl_vuln_reasons[why]);
	pl_buf_put_str(&text, state_word(k, to));
	if (reason.len) {
		pl_buf_put_z(&text, ": ");
		pl_buf_put_str(&text, reason);
	}
	row->current = pl_str_eq(pl_buf_str(&value), typed);
	st = pl_arena_dup(k->d->arena, pl_buf_str(&value), &row->value);
	if (!st)
		st = pl_arena_dup(k->d->arena, pl_buf_str(&text), &row->text);
	model(k)->n_steps += !st;
	return st;
}

static pl_status fill_steps(struct pl_desk_looking *k, enum pl_vuln_direction direction, enum pl_vuln_state state)
{
	size_t n;
	const struct pl_vuln_step *steps = pl_vuln_steps(&n);
	pl_str typed = pl_desk_field(k->d, "step");
	pl_status st = PL_OK;

	model(k)->steps = pl_arena_alloc(k->d->arena, (size_t)PL_VULN_STATES * PL_VULN_REASONS, sizeof *model(k)->steps);
	if (!model(k)->steps)
		return PL_E_NOMEM;
	for (size_t i = 0; i < n && !st; i++) {
		if (steps[i].from != state || (steps[i].directions && !(steps[i].directions & 1u << (unsigned)direction)))
			continue;
		if (steps[i].to == PL_VULN_DUPLICATE) { /* that names another case: a form of its own */
			model(k)->may_repeat = true;
			continue;
		}
		for (unsigned r = 0; r < PL_VULN_REASONS && !st; r++)
			if (steps[i].reasons & 1u << r)
				st = add_step(k, steps[i].to, (enum pl_vuln_reason)r, typed);
	}
	return st;
}

static pl_status fill_standing(struct pl_desk_looking *k)
{
	struct pl_desk_flaw *f = model(k);
	struct pl_vuln_standing s;
	struct pl_diag diag = {0};

	if (pl_vuln_stands(k->r, k->v, &s, &diag)) {
		f->broken = true;
		return pl_arena_dup(k->d->arena, pl_str_from(diag.text), &f->why);
	}
	f->state = state_word(k, s.state);
	f->reason = reason_word(k, s.reason);
	f->direction = pl_desk_case_word(k, PL_STR("direction"), pl_str_from(pl_vuln_directions[s.direction]));
	f->stage.id = stage_words(pl_vuln_states[s.state].stage);
	f->ended = pl_vuln_states[s.state].closed;
	f->released = s.released;
	f->original = s.original;
	return fill_steps(k, s.direction, s.state);
}

/* ---- what is in sealed fields ---- */

static pl_status fill_event(struct pl_desk_looking *k, const struct pl_vuln_event *e, struct pl_flaw_event *row)
{
	char name[PL_REGISTER_NAME_MAX + 1] = "";

	*row = (struct pl_flaw_event){.at = e->at * PL_SECOND, .kind = {pl_flaw_say_event(e->kind)}, .about = e->name};
	if (e->kind == PL_VULN_EV_STATE) {
		row->state = state_word(k, e->to);
		row->reason = reason_word(k, e->why);
	}
	if (e->kind == PL_VULN_EV_HAPPENED && !pl_str_z(e->name, name, sizeof name))
		row->about = pl_str_from(pl_clock_event_text(name));
	if (e->kind == PL_VULN_EV_NOTICE && pl_desk_cra_title(k, e->name, e->edition, &row->about))
		return PL_E_NOMEM;
	return pl_desk_name_of(k->d, &e->by, &row->who);
}

static pl_status fill_history(struct pl_desk_looking *k)
{
	const struct pl_vuln_history *h = &k->flaw->history;
	struct pl_desk_flaw *f = model(k);
	pl_status st = PL_OK;

	f->events = pl_arena_alloc(k->d->arena, h->n + 1, sizeof *f->events);
	if (!f->events)
		return PL_E_NOMEM;
	for (size_t i = h->n; i-- > 0 && !st;)
		st = fill_event(k, &h->e[i], &f->events[f->n_events++]);
	return st;
}

static pl_status fill_parties(struct pl_desk_looking *k)
{
	const struct pl_vuln_parties *p = &k->flaw->parties;
	struct pl_desk_flaw *f = model(k);
	pl_str typed = pl_desk_field(k->d, "role");
	struct pl_access *access = pl_arena_alloc(k->d->arena, PL_ACCESS_MAX, sizeof *access);
	size_t n = 0;
	pl_status st = access ? pl_vuln_access_list(k->flaw, access, &n) : PL_E_NOMEM;

	f->parties = pl_arena_alloc(k->d->arena, p->n + 1, sizeof *f->parties);
	f->roles = pl_arena_alloc(k->d->arena, PL_VULN_ROLES, sizeof *f->roles);
	if (st || !f->parties || !f->roles)
		return st ? st : PL_E_NOMEM;
	for (size_t i = 0; i < p->n; i++) {
		const struct pl_access *a = pl_vuln_access_of(access, n, p->p[i].id);

		f->parties[f->n_parties++] = (struct pl_flaw_party){p->p[i].id, p->p[i].name, {pl_flaw_say_role(p->p[i].role)},
			p->p[i].since * PL_SECOND, a ? a->made * PL_SECOND : 0, a ? a->seen * PL_SECOND : 0};
	}
	for (unsigned i = 0; i < PL_VULN_ROLES; i++)
		f->roles[f->n_roles++] = (struct pl_flaw_role){pl_str_from(pl_vuln_roles[i]), {pl_flaw_say_role((enum pl_vuln_role)i)},
			pl_str_eq(typed, pl_str_from(pl_vuln_roles[i]))};
	return PL_OK;
}

/* ---- clocks ---- */

/* What may still happen that starts one of them. */
static void add_happening(struct pl_desk_looking *k, const char *starts)
{
	struct pl_desk_flaw *f = model(k);
	pl_str word = pl_str_from(starts);

	if ((k->r->decl->n_clocks && !pl_register_decl_clock(k->r->decl, word)) || pl_vuln_history_has(&k->flaw->history, PL_VULN_EV_HAPPENED, word) ||
		(k->flaw->direction != PL_VULN_OUTBOUND && pl_str_eq(word, PL_STR("report-received"))))
		return;
	for (size_t i = 0; i < f->n_happenings; i++)
		if (pl_str_eq(f->happenings[i].value, word))
			return;
	f->happenings[f->n_happenings++] = (struct pl_case_choice){word, pl_str_from(pl_clock_event_text(starts)), false};
}

static pl_status fill_clocks(struct pl_desk_looking *k)
{
	struct pl_clock_event *events = pl_arena_alloc(k->d->arena, PL_VULN_EVENTS_MAX + 1, sizeof *events);
	struct pl_clock_def defs[PL_VULN_CLOCKS_MAX];
	struct pl_clock all[PL_VULN_CLOCKS_MAX];
	struct pl_desk_flaw *f = model(k);
	size_t n = 0, n_events;

	pl_vuln_clocks(defs, &n);
	k->m.clocks = pl_arena_alloc(k->d->arena, n + 1, sizeof *k->m.clocks);
	f->happenings = pl_arena_alloc(k->d->arena, n + 1, sizeof *f->happenings);
	f->meets = pl_arena_alloc(k->d->arena, n + 1, sizeof *f->meets);
	if (!events || !k->m.clocks || !f->happenings || !f->meets)
		return PL_E_NOMEM;
	n_events = pl_vuln_clock_events(&k->flaw->history, k->flaw->direction, k->flaw->received, events);
	if (pl_clock_case(k->r->calendar, defs, n, events, n_events, pl_time_now(), all, NULL)) {
		k->m.clocks_wrong = true;
		return PL_OK;
	}
	for (size_t i = 0; i < n; i++) {
		struct pl_case_clock row;

		if (defs[i].starts)
			add_happening(k, defs[i].starts);
		if (all[i].state == PL_CLOCK_NOT_STARTED)
			continue;
		row = pl_desk_case_clock_row(&all[i]);
		k->m.clocks[k->m.n_clocks++] = row;
		if (!row.over)
			f->meets[f->n_meets++] = (struct pl_case_choice){row.code, row.code, false};
	}
	return pl_desk_cra_fill(k, all, n);
}

/* ---- rating, embargo ---- */

static pl_status fill_rating(struct pl_desk_looking *k)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(16);
	struct pl_desk_flaw *f = model(k);
	struct pl_vuln_score s;

	f->has_cvss = pl_register_decl_field(k->r->decl, PL_STR("cvss")) != NULL;
	f->cve = k->flaw->cve;
	f->cvss = k->flaw->cvss;
	if (!f->cvss.len || pl_vuln_score(f->cvss, &s, NULL))
		return PL_OK;
	pl_cvss_put_tenths(&text, s.tenths);
	f->severity = pl_desk_case_word(k, PL_STR("severity"), pl_str_from(s.severity));
	return pl_arena_dup(k->d->arena, pl_buf_str(&text), &f->score);
}

static pl_status fill_release(struct pl_desk_looking *k)
{
	struct pl_desk_flaw *f = model(k);
	struct pl_diag diag = {0};
	char time[21];
	pl_status st = PL_OK;

	f->embargo = k->flaw->embargo * PL_SECOND;
	if (f->embargo) {
		pl_time_write(f->embargo, time);
		st = pl_arena_dup(k->d->arena, pl_str_from(time), &f->until);
	}
	if (!st)
		st = pl_desk_flaw_fill_draft(k);
	f->waits = pl_vuln_may_leave(k->flaw, pl_time_now() / PL_SECOND, &diag) == PL_OK;
	return st || f->waits ? st : pl_arena_dup(k->d->arena, pl_str_from(diag.text), &f->waits_why);
}

static pl_status fill_opened(struct pl_desk_looking *k)
{
	struct pl_desk_flaw *f = model(k);
	struct pl_diag diag = {0};
	pl_status st = pl_vuln_of(k->d->w.inst, k->r, k->v, &k->who.account, &k->flaw, &diag);

	if (st == PL_E_STATE || st == PL_E_SYNTAX || st == PL_E_RANGE) { /* its fields say what cannot be: said, and nothing is done with it here */
		f->broken = true;
		return pl_arena_dup(k->d->arena, pl_str_from(diag.text), &f->why);
	}
	if (st)
		return st;
	f->since = k->flaw->since * PL_SECOND;
	st = fill_history(k);
	if (!st)
		st = fill_parties(k);
	if (!st)
		st = fill_clocks(k);
	if (!st)
		st = fill_rating(k);
	return st ? st : fill_release(k);
}

/* What was typed stays in its form. */
static void keep_typed(struct pl_desk_looking *k)
{
	static const char *const names[] = {"at", "until", "cve", "cvss", "party", "party-name"};
	struct pl_desk_flaw *f = model(k);
	pl_str *const at[] = {&f->at, &f->until, &f->cve, &f->cvss, &f->party, &f->party_name};

	for (size_t i = 0; i < PL_COUNT(names) && k->why; i++) {
		pl_str typed = pl_desk_field(k->d, names[i]);

		if (typed.len)
			*at[i] = typed;
	}
}

pl_status pl_desk_flaw_fill(struct pl_desk_looking *k)
{
	struct pl_desk_flaw *f = model(k);
	pl_status st;

	k->m.is_flaw = pl_vuln_is_register(k->r->decl) && !k->m.gone && k->v->open_bytes.len;
	if (!k->m.is_flaw)
		return PL_OK;
	f->name = k->m.name;
	f->number = k->number;
	f->revision = k->v->at.revision;
	f->opened = k->v->opened;
	f->may_write = k->m.may_write;
	k->m.clocks_closed = !f->opened;
	st = fill_standing(k);
	if (!st && f->opened && !f->broken)
		st = fill_opened(k);
	if (!st)
		st = pl_desk_award_fill(k);
	if (!st && k->why && !f->why.len)
		st = pl_arena_dup(k->d->arena, pl_str_from(k->why), &f->why);
	keep_typed(k);
	f->may_write = f->may_write && !f->broken;
	return st;
}
