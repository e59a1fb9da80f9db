/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/desk_ask: a request for a document at the desk: what it asks for, proposing to grant it, refusing it. A grant is carried out by the voice
 * that completes it (desk_decision_act.c).
 */
#include "base/date.h"
#include "base/time.h"
#include "web/desk_case.h"
#include "web/portal_ask.h"
#include <stdio.h>

#define DAY UINT64_C(86400)
#define DAYS 365u

/* ---- the page ---- */

static pl_status fill_reasons(struct pl_desk_looking *k)
{
	struct pl_desk_ask *m = &k->m.ask;
	const struct pl_register_field *f = pl_register_decl_field(k->r->decl, PL_STR("reason"));

	return pl_desk_case_choices(k->d->arena, &k->say, f->name, k->r->decl->derived.fields[f->exact].choices, pl_desk_field(k->d, "reason"),
		&m->reasons, &m->n_reasons);
}

/* The day until which the copy would be kept: what was typed, else what is offered. */
static pl_status fill_day(struct pl_desk_looking *k, uint64_t days)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(16);
	pl_str typed = pl_desk_field(k->d, "expires");

	if (typed.len || k->why) {
		k->m.ask.expires = typed;
		return PL_OK;
	}
	if (!days)
		return PL_OK;
	pl_date_put(&text, pl_date_of_day(pl_time_now() / PL_SECOND / DAY + days));
	return pl_arena_dup(k->d->arena, pl_buf_str(&text), &k->m.ask.expires);
}

static pl_status fill_document(struct pl_desk_looking *k, const struct pl_ask *a)
{
	struct pl_desk_ask *m = &k->m.ask;
	struct pl_hand_out_form form = {.index = 0};
	struct pl_ask_offer offer = {.days = DAYS};
	struct pl_diag diag = {0};
	pl_status st = pl_ask_document(k->d->w.inst, &a->document, k->d->arena, &form, NULL);

	m->document = a->document;
	m->terms = a->terms;
	if (st && st != PL_E_NOTFOUND)
		return st;
	m->audit = form.audit;
	m->index = form.index;
	st = pl_ask_offer_get(k->d->w.inst, &a->document, k->d->arena, &offer);
	m->offered = !st && pl_digest_eq(&offer.terms, &a->terms);
	if (!st)
		m->title = offer.title;
	if (st && st != PL_E_NOTFOUND)
		return st;
	st = fill_day(k, offer.days);
	if (st || !m->opened || !m->waits)
		return st;
	st = pl_ask_at_hand(a, &k->who, &diag);
	m->at_hand = st == PL_OK;
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

static pl_status fill_given(struct pl_desk_looking *k)
{
	struct pl_ask_copy copy;
	pl_status st = pl_ask_copy(k->d->w.inst, k->r->decl->name, k->number, k->d->arena, &copy);

	if (st)
		return st == PL_E_NOTFOUND ? PL_OK : st;
	k->m.ask.given_register = copy.given.name;
	k->m.ask.given_number = copy.given.number;
	return PL_OK;
}

pl_status pl_desk_ask_fill(struct pl_desk_looking *k)
{
	struct pl_desk_ask *m = &k->m.ask;
	struct pl_ask a;
	pl_status st;

	if (!pl_ask_is_register(k->r->decl) || !k->v->open_bytes.len)
		return PL_OK;
	st = pl_ask_view(k->d->w.inst, k->r, k->v, &a, NULL);
	if (st)
		return st == PL_E_STATE ? PL_OK : st;
	k->m.is_ask = true;
	*m = (struct pl_desk_ask){.name = k->m.name, .number = k->number, .revision = a.v->at.revision, .opened = a.v->opened, .waits = !a.outcome.len,
		.granted = pl_str_eq(a.outcome, PL_STR("granted")), .may_propose = k->m.may_write, .token = k->d->frame.token,
		.may_refuse = k->m.may_write && (k->d->s.roles & PL_ASK_APPROVES), .words = k->why ? pl_desk_field(k->d, "words") : (pl_str){0}};
	st = pl_arena_dup(k->d->arena, a.customer, &m->customer);
	if (!st && a.reason.len)
		st = pl_arena_dup(k->d->arena, pl_desk_case_word(k, PL_STR("reason"), a.reason), &m->reason);
	if (!st)
		st = fill_document(k, &a);
	pl_ask_done(&a);
	if (!st)
		st = fill_reasons(k);
	if (!st && k->why)
		st = pl_arena_dup(k->d->arena, pl_str_from(k->why), &m->why);
	return st ? st : fill_given(k);
}

/* ---- acts ---- */

/* The ask of the form, as it stood on the page. */
static pl_status take_ask(struct pl_desk_looking *k, struct pl_ask *ret, struct pl_diag *diag)
{
	const struct pl_register_reader reader = {.role = k->who.role, .account = k->who.account};
	uint64_t revision;
	pl_status st;

	if (!pl_ask_is_register(k->r->decl))
		return PL_E_NOTFOUND;
	st = pl_ask_read(k->d->w.inst, k->r, k->number, &reader, ret, diag);
	if (!st && (pl_str_to_u64(pl_desk_field(k->d, "revision"), UINT32_MAX, &revision) || revision != ret->v->at.revision)) {
		pl_ask_done(ret);
		st = PL_E_CONFLICT;
	}
	return st;
}

static pl_status do_grant(struct pl_desk_looking *k)
{
	struct pl_ask a PL_CLEANUP(pl_ask_done) = {.v = NULL};
	struct pl_diag diag = {0};
	struct pl_ulid id;
	uint64_t expires = 0;
	pl_status st = pl_desk_read_day(k->d, "expires", &expires, &diag);

	if (!st)
		st = take_ask(k, &a, &diag);
	if (!st)
		st = pl_ask_propose(&a, expires, k->d->people, &k->d->actor, &k->who, &id, &diag);
	return !st || st == PL_E_EXISTS ? pl_desk_flaw_proposed(k, &id) : pl_desk_flaw_conclude(k, st, &diag);
}

static pl_status do_refuse(struct pl_desk_looking *k)
{
	struct pl_ask a PL_CLEANUP(pl_ask_done) = {.v = NULL};
	struct pl_diag diag = {0};
	pl_status st = take_ask(k, &a, &diag);

	if (!st)
		st = pl_ask_refuse(&a, &k->who, pl_desk_field(k->d, "reason"), pl_str_trim(pl_desk_field(k->d, "words")), &diag);
	return pl_desk_flaw_conclude(k, st, &diag);
}

pl_status pl_desk_ask_grant(struct pl_desk_view *d)
{
	return pl_desk_with_case(d, do_grant);
}

pl_status pl_desk_ask_refuse(struct pl_desk_view *d)
{
	return pl_desk_with_case(d, do_refuse);
}

/* ---- carrying out ---- */

pl_status pl_desk_ask_do(struct pl_desk_view *d, struct pl_instance *inst, const struct pl_decision *x, struct pl_diag *diag)
{
	struct pl_register *r PL_CLEANUP(pl_register_closep) = NULL, *hand_outs PL_CLEANUP(pl_register_closep) = NULL;
	struct pl_ask a PL_CLEANUP(pl_ask_done) = {.v = NULL};
	const struct pl_register_reader reader = {.role = pl_desk_vault_role(d->s.roles), .account = d->s.account};
	struct pl_ask_giving g = {.who = {.account = d->s.account, .role = reader.role}, .now = pl_time_now() / PL_SECOND, .spool = d->desk->portal->spool_dir,
		.people = d->people, .actor = &d->actor, .decision = &x->id, .text = x->bytes};
	struct pl_hand_out made;
	uint64_t number;
	pl_str name;
	pl_status st = pl_ask_about(pl_bytes_str(x->bytes), &name, &number);

	if (st)
		return PL_E_CORRUPT;
	st = pl_register_open(inst, name, &r, diag);
	if (!st)
		st = pl_register_open(inst, PL_STR(PL_HAND_OUT_REGISTER), &hand_outs, diag);
	if (!st)
		st = pl_ask_read(inst, r, number, &reader, &a, diag);
	g.hand_outs = hand_outs;
	return st ? st : pl_ask_grant(&a, &g, &made, diag);
}
