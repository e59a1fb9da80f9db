/* SPDX-License-Identifier: Apache-2.0 */
/* register/vuln/release: what may leave, and when; what parties see before that. */
#include "base/time.h"
#include "register/recover.h"
#include "register/vuln/case.h"
#include "register/vuln/deadline.h"
#include "register/vuln/internal.h"
#include "register/vuln/sql.h"

#define ACT_BYTES 512u
#define VALUE_BYTES ((size_t)256 << 10)
#define LIFE (30 * 24 * 3600 * PL_SECOND)

pl_status pl_vuln_may_leave(const struct pl_vuln *c, uint64_t now, struct pl_diag *diag)
{
	char time[21];

	if (c->released)
		return PL_OK;
	if (!pl_vuln_states[c->state].closed)
		return pl_diag_set(diag, PL_E_STATE, "case %llu is still being worked on: it is %s", (unsigned long long)c->v->at.number,
			pl_vuln_states[c->state].word);
	if (c->embargo > now) {
		pl_time_write(c->embargo * PL_SECOND, time);
		return pl_diag_set(diag, PL_E_DENIED, "case %llu is under embargo until %s", (unsigned long long)c->v->at.number, time);
	}
	if (!c->original_released)
		return pl_diag_set(diag, PL_E_DENIED, "case %llu repeats case %llu, which is not released",
			(unsigned long long)c->v->at.number, (unsigned long long)c->original);
	return PL_OK;
}

/* ---- four eyes ---- */

/* What is decided: this case, under this embargo. Another step meanwhile changes nothing of it; another embargo does. */
static void put_act(const struct pl_vuln *c, struct pl_buf *out)
{
	pl_buf_printf(out, "pellucid-vulnerability-release v1\nregister %.*s\nnumber %llu\nembargo ", PL_STR_ARG(c->r->decl->name),
		(unsigned long long)c->v->at.number);
	if (c->embargo)
		pl_time_put(out, c->embargo * PL_SECOND);
	else
		pl_buf_put_c(out, '-');
	pl_buf_put_c(out, '\n');
}

pl_status pl_vuln_release_about(pl_str act, pl_str *ret_register, uint64_t *ret_number)
{
	pl_str rest = act, line, name;
	uint64_t number;

	if (!pl_str_take_line(&rest, &line) || !pl_str_eq(line, PL_STR("pellucid-vulnerability-release v1")) || !pl_str_take_line(&rest, &name) ||
		!pl_str_eat(&name, PL_STR("register ")) || !pl_str_take_line(&rest, &line) || !pl_str_eat(&line, PL_STR("number ")) ||
		pl_str_to_u64(line, INT64_MAX, &number))
		return PL_E_SYNTAX;
	*ret_register = name;
	*ret_number = number;
	return PL_OK;
}

struct releasing {
	struct pl_vuln *c;
	struct pl_people *p;
	const struct pl_people_actor *actor;
	struct pl_ulid decision;
	uint64_t now;
	struct pl_buf act;
	struct pl_vuln_sets sets;
	struct pl_register_case made;
	struct pl_diag *diag;
};

static pl_status propose_tx(void *ctx, struct pl_db_tx *tx)
{
	struct releasing *l = ctx;
	const struct pl_decision_new what = {.kind = PL_VULN_RELEASE_KIND, .bytes = pl_buf_bytes(&l->act), .roles = PL_STAFF_OFFICER,
		.needed = 1, .life_ns = LIFE};

	return pl_decision_propose_once(l->p, tx, l->actor, &what, &l->decision, l->diag);
}

pl_status pl_vuln_release_propose(struct pl_vuln *c, struct pl_people *p, const struct pl_people_actor *actor, uint64_t now,
	struct pl_ulid *ret, struct pl_diag *diag)
{
	struct releasing l = {.c = c, .p = p, .actor = actor, .act = PL_BUF(ACT_BYTES), .diag = diag};
	pl_status st = pl_vuln_may_leave(c, now, diag);

	if (!st && c->released)
		st = pl_diag_set(diag, PL_E_STATE, "case %llu is released", (unsigned long long)c->v->at.number);
	put_act(c, &l.act);
	if (!st)
		st = pl_buf_status(&l.act);
	if (!st)
		st = pl_db_tx(pl_instance_db(c->inst), propose_tx, &l);
	if (!st || st == PL_E_EXISTS)
		*ret = l.decision;
	pl_buf_done(&l.act);
	return st;
}

static pl_status note_release(struct releasing *l)
{
	struct pl_buf events PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_VULN_TEXT_MAX);
	struct pl_vuln_event e = {.at = l->now, .by = l->actor->account, .kind = PL_VULN_EV_RELEASE};
	bool runs = pl_vuln_states[l->c->state].flaw && !pl_vuln_history_has(&l->c->history, PL_VULN_EV_MEET, PL_STR("CVD-2"));
	pl_status st = pl_vuln_history_add(&l->c->history, &e, l->diag);

	/* It is public now: that is what the clock waited for. One that was never told to its vendor has no such clock. */
	if (!st && runs && (l->c->direction != PL_VULN_OUTBOUND ||
		pl_vuln_history_has(&l->c->history, PL_VULN_EV_HAPPENED, PL_STR("report-received")))) {
		e.kind = PL_VULN_EV_MEET;
		e.name = PL_STR("CVD-2");
		st = pl_vuln_history_add(&l->c->history, &e, l->diag);
	}
	if (st)
		return st;
	pl_vuln_history_write(&events, &l->c->history);
	if (pl_buf_status(&events))
		return pl_buf_status(&events);
	pl_vuln_set_str(&l->sets, "events", pl_buf_str(&events));
	return l->sets.status;
}

/* Officers and nobody else: whoever proposed it might have asked for less. */
static pl_status check_voices(struct releasing *l, struct pl_db_tx *tx)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(2 * PL_DECISION_BYTES_MAX);
	struct pl_decision d;
	pl_status st = pl_decision_lock(l->p, tx, &l->decision, &arena, &d);

	if (st == PL_E_NOTFOUND)
		return pl_diag_set(l->diag, st, "there is no such decision");
	return st || d.roles == PL_STAFF_OFFICER ? st : pl_diag_set(l->diag, PL_E_DENIED, "a release is agreed to by officers");
}

static pl_status release_tx(void *ctx, struct pl_db_tx *tx)
{
	struct releasing *l = ctx;
	pl_status st = check_voices(l, tx);

	if (!st)
		st = pl_decision_take(l->p, tx, l->actor, &l->decision, PL_VULN_RELEASE_KIND, pl_buf_bytes(&l->act), l->diag);
	if (!st)
		st = pl_register_case_release_tx(tx, l->c->r, l->c->v, l->sets.s, l->sets.n, &l->made, l->diag);
	if (!st)
		st = pl_vuln_note_change(tx, l->c, &l->made);
	return st ? st : pl_vuln_deadlines_keep(tx, l->c);
}

pl_status pl_vuln_release(struct pl_vuln *c, struct pl_people *p, const struct pl_people_actor *actor,
	const struct pl_ulid *decision, uint64_t now, struct pl_register_case *ret, struct pl_diag *diag)
{
	struct releasing l = {.c = c, .p = p, .actor = actor, .decision = *decision, .now = now, .act = PL_BUF(ACT_BYTES),
		.diag = diag};
	pl_status st = pl_vuln_may_leave(c, now, diag);

	if (!st && c->released)
		st = pl_diag_set(diag, PL_E_STATE, "case %llu is released", (unsigned long long)c->v->at.number);
	if (st)
		return st;
	pl_vuln_sets_init(&l.sets, c->r->decl, diag);
	put_act(c, &l.act);
	st = pl_buf_status(&l.act);
	if (!st)
		st = note_release(&l);
	if (!st)
		st = pl_register_current(c->inst, diag);
	if (!st)
		st = pl_db_tx(pl_instance_db(c->inst), release_tx, &l);
	if (!st)
		*ret = l.made;
	pl_vuln_sets_done(&l.sets);
	pl_buf_done(&l.act);
	return st;
}

/* ---- views of parties ---- */

static pl_status view_fields(const struct pl_vuln *c, enum pl_vuln_role role, struct pl_json *fields)
{
	const struct pl_commit_decl *d = &c->r->decl->derived;
	pl_status st = PL_OK;

	for (size_t i = 0; i < d->n && !st; i++) {
		struct pl_buf text PL_CLEANUP(pl_buf_done_secret) = PL_BUF(VALUE_BYTES);

		if (!c->v->v[i].present || !pl_vuln_role_sees(role, d->fields[i].name))
			continue;
		st = pl_register_value_write(c->r->decl, i, c->v->v[i].value, &text);
		if (!st)
			pl_json_set_key(fields, d->fields[i].name, pl_json_new_str(pl_buf_str(&text)));
	}
	return st;
}

static void set_time(struct pl_json *o, const char *name, uint64_t seconds)
{
	char time[21];

	pl_time_write(seconds * PL_SECOND, time);
	pl_json_set_z(o, name, time);
}

static void view_events(const struct pl_vuln *c, enum pl_vuln_role role, struct pl_json *list)
{
	for (size_t i = 0; i < c->history.n; i++) {
		const struct pl_vuln_event *e = &c->history.e[i];
		struct pl_json *o;

		if (!pl_vuln_role_sees_event(role, e))
			continue;
		o = pl_json_push_object(list);
		set_time(o, "at", e->at);
		pl_json_set_z(o, "what", pl_vuln_event_words[e->kind]);
		if (e->kind == PL_VULN_EV_STATE) {
			pl_json_set_z(o, "state", pl_vuln_states[e->to].word);
			pl_json_set_z(o, "reason", pl_vuln_reasons[e->why]);
		} else if (e->name.len) {
			pl_json_set_str(o, "name", e->name);
		}
	}
}

static void view_parties(const struct pl_vuln *c, const struct pl_vuln_party *self, struct pl_json *list)
{
	for (size_t i = 0; i < c->parties.n; i++) {
		const struct pl_vuln_party *p = &c->parties.p[i];
		struct pl_json *o;

		if (!pl_vuln_party_sees(self, p))
			continue;
		o = pl_json_push_object(list);
		pl_json_set_str(o, "party", p->id);
		pl_json_set_z(o, "role", pl_vuln_roles[p->role]);
		pl_json_set_str(o, "name", p->name);
		set_time(o, "since", p->since);
	}
}

pl_status pl_vuln_party_view(const struct pl_vuln *c, pl_str id, struct pl_json *out, struct pl_diag *diag)
{
	const struct pl_vuln_party *self = pl_vuln_parties_find(&c->parties, id);

	if (!self)
		return pl_diag_set(diag, PL_E_NOTFOUND, "case %llu has no party %.*s", (unsigned long long)c->v->at.number, PL_STR_ARG(id));
	pl_json_set_str(out, "register", c->r->decl->name);
	pl_json_set_u64(out, "number", c->v->at.number);
	pl_json_set_str(out, "party", self->id);
	pl_json_set_z(out, "role", pl_vuln_roles[self->role]);
	view_events(c, self->role, pl_json_set_array(out, "events"));
	view_parties(c, self, pl_json_set_array(out, "parties"));
	return view_fields(c, self->role, pl_json_set_object(out, "fields"));
}
