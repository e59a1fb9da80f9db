/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/desk_flaw_act: steps, parties, deadlines and the rating of a report of a flaw, and proposing its release. Each act is one revision of the case,
 * made by register/vuln, of the revision that stood on the page: a form that was sent twice, or too late, changes nothing.
 */
#include "base/time.h"
#include "register/vuln/access.h"
#include "web/desk_case.h"
#include <stdio.h>

/* ---- before and after ---- */

pl_status pl_desk_flaw_take(struct pl_desk_looking *k, struct pl_vuln **ret, struct pl_diag *diag)
{
	const struct pl_register_reader reader = {.role = k->who.role, .account = k->who.account};
	uint64_t revision;
	pl_status st;

	if (!pl_vuln_is_register(k->r->decl))
		return PL_E_NOTFOUND;
	st = pl_vuln_read(k->d->w.inst, k->r, k->number, &reader, ret, diag);
	if (!st && (pl_str_to_u64(pl_desk_field(k->d, "revision"), UINT32_MAX, &revision) || revision != (*ret)->v->at.revision))
		st = PL_E_CONFLICT;
	return st;
}

pl_status pl_desk_flaw_conclude(struct pl_desk_looking *k, pl_status st, const struct pl_diag *diag)
{
	if (!st)
		return pl_desk_go(k->d, k->path, "noted");
	k->why = diag->text;
	if (st == PL_E_CONFLICT)
		return pl_desk_case_refuse_opened(k, 409, PL_MSG_case_refused_conflict);
	if (st == PL_E_BUSY)
		return pl_desk_case_refuse(k, 429, PL_MSG_case_too_many);
	if (st == PL_E_DENIED && !diag->text[0])
		return pl_desk_case_refuse(k, 403, PL_MSG_case_denied);
	/* What is not about the form has no words of the room. */
	if (!diag->text[0] && st != PL_E_RANGE)
		return st;
	return pl_desk_case_refuse_opened(k, st == PL_E_DENIED ? 403 : 400, PL_MSG_flaw_refused);
}

pl_status pl_desk_flaw_proposed(struct pl_desk_looking *k, const struct pl_ulid *id)
{
	char path[96];
	pl_str text;
	pl_status st = pl_desk_ulid_text(k->d, id, &text);

	if (st)
		return st;
	(void)snprintf(path, sizeof path, "/desk/decisions/%.*s", PL_STR_ARG(text));
	return pl_desk_go(k->d, path, "proposed");
}

/* When it happened: what was typed, or now. */
static pl_status read_act(struct pl_desk_looking *k, struct pl_vuln_act *ret, struct pl_diag *diag)
{
	pl_str at = pl_str_trim(pl_desk_field(k->d, "at"));
	uint64_t now = pl_time_now(), t = now;

	if (at.len && pl_time_parse(at, &t))
		return pl_diag_set(diag, PL_E_RANGE, "a time is one in UTC, like 2026-11-28T10:00:00Z");
	*ret = (struct pl_vuln_act){.at = t / PL_SECOND, .now = now / PL_SECOND, .by = k->who.account};
	return PL_OK;
}

/* ---- acts: each hands its words to @diag ---- */

typedef pl_status (*change)(struct pl_desk_looking *k, struct pl_vuln *c, const struct pl_vuln_act *act, struct pl_register_case *made, struct pl_diag *diag);

static pl_status do_change(struct pl_desk_looking *k, change act)
{
	struct pl_vuln *c PL_CLEANUP(pl_vuln_freep) = NULL;
	struct pl_register_case made;
	struct pl_vuln_act when;
	struct pl_diag diag = {0};
	pl_status st = read_act(k, &when, &diag);

	if (!st)
		st = pl_desk_flaw_take(k, &c, &diag);
	if (!st)
		st = act(k, c, &when, &made, &diag);
	return pl_desk_flaw_conclude(k, st, &diag);
}

static pl_status step(struct pl_desk_looking *k, struct pl_vuln *c, const struct pl_vuln_act *act, struct pl_register_case *made, struct pl_diag *diag)
{
	pl_str reason = pl_desk_field(k->d, "step"), state;
	enum pl_vuln_reason why;
	enum pl_vuln_state to;

	if (!pl_str_take_until(&reason, ' ', &state) || pl_vuln_state_parse(state, &to) || pl_vuln_reason_parse(reason, &why))
		return pl_diag_set(diag, PL_E_RANGE, "choose one of the steps that the form offers");
	return pl_vuln_step(c, to, why, act, made, diag);
}

static pl_status repeat(struct pl_desk_looking *k, struct pl_vuln *c, const struct pl_vuln_act *act, struct pl_register_case *made, struct pl_diag *diag)
{
	bool known = pl_str_eq(pl_desk_field(k->d, "known"), PL_STR("yes"));
	uint64_t original;

	if (pl_str_to_u64(pl_str_trim(pl_desk_field(k->d, "original")), INT64_MAX, &original) || !original)
		return pl_diag_set(diag, PL_E_RANGE, "the original is the number of a case, from 1");
	return pl_vuln_duplicate(c, original, known ? PL_VULN_R_KNOWN_BEFORE : PL_VULN_R_NONE, act, made, diag);
}

static pl_status party(struct pl_desk_looking *k, struct pl_vuln *c, const struct pl_vuln_act *act, struct pl_register_case *made, struct pl_diag *diag)
{
	struct pl_vuln_party p = {.id = pl_str_trim(pl_desk_field(k->d, "party")), .name = pl_str_trim(pl_desk_field(k->d, "party-name")), .since = act->now};

	if (pl_vuln_role_parse(pl_desk_field(k->d, "role"), &p.role))
		return pl_diag_set(diag, PL_E_RANGE, "a party is reporter, supplier, coordinator or csirt");
	return pl_vuln_party_add(c, &p, made, diag);
}

static pl_status leave(struct pl_desk_looking *k, struct pl_vuln *c, const struct pl_vuln_act *act, struct pl_register_case *made, struct pl_diag *diag)
{
	return pl_vuln_party_remove(c, pl_desk_field(k->d, "party"), made, diag);
}

static pl_status embargo(struct pl_desk_looking *k, struct pl_vuln *c, const struct pl_vuln_act *act, struct pl_register_case *made, struct pl_diag *diag)
{
	pl_str until = pl_str_trim(pl_desk_field(k->d, "until"));
	uint64_t t = 0;

	if (until.len && pl_time_parse(until, &t))
		return pl_diag_set(diag, PL_E_RANGE, "the end of an embargo is a time in UTC, like 2026-11-28T10:00:00Z, or nothing");
	return pl_vuln_set_embargo(c, t / PL_SECOND, made, diag);
}

static pl_status rate(struct pl_desk_looking *k, struct pl_vuln *c, const struct pl_vuln_act *act, struct pl_register_case *made, struct pl_diag *diag)
{
	return pl_vuln_rate(c, pl_str_trim(pl_desk_field(k->d, "cve")), pl_str_trim(pl_desk_field(k->d, "cvss")), made, diag);
}

static pl_status note(struct pl_desk_looking *k, struct pl_vuln *c, const struct pl_vuln_act *act, struct pl_register_case *made, struct pl_diag *diag)
{
	bool met = pl_str_eq(pl_desk_field(k->d, "what"), PL_STR("met"));

	return pl_vuln_note(c, met ? PL_VULN_EV_MEET : PL_VULN_EV_HAPPENED, pl_desk_field(k->d, met ? "clock" : "event"), act, made, diag);
}

static pl_status do_step(struct pl_desk_looking *k)
{
	return do_change(k, step);
}

static pl_status do_repeat(struct pl_desk_looking *k)
{
	return do_change(k, repeat);
}

static pl_status do_party(struct pl_desk_looking *k)
{
	return do_change(k, party);
}

static pl_status do_leave(struct pl_desk_looking *k)
{
	return do_change(k, leave);
}

static pl_status do_embargo(struct pl_desk_looking *k)
{
	return do_change(k, embargo);
}

static pl_status do_rate(struct pl_desk_looking *k)
{
	return do_change(k, rate);
}

static pl_status do_note(struct pl_desk_looking *k)
{
	return do_change(k, note);
}

static pl_status do_release(struct pl_desk_looking *k)
{
	struct pl_vuln *c PL_CLEANUP(pl_vuln_freep) = NULL;
	struct pl_diag diag = {0};
	struct pl_ulid id;
	pl_status st = pl_desk_flaw_take(k, &c, &diag);

	if (!st)
		st = pl_vuln_release_propose(c, k->d->people, &k->d->actor, pl_time_now() / PL_SECOND, &id, &diag);
	return !st || st == PL_E_EXISTS ? pl_desk_flaw_proposed(k, &id) : pl_desk_flaw_conclude(k, st, &diag);
}

/* A secret for a party is shown on the page that answers, and never again; "end": the one that it has ends. */
static pl_status do_access(struct pl_desk_looking *k)
{
	struct pl_vuln *c PL_CLEANUP(pl_vuln_freep) = NULL;
	pl_str party = pl_desk_field(k->d, "party");
	struct pl_register_secret secret = {0};
	char text[PL_ULID_TEXT + 1];
	struct pl_diag diag = {0};
	pl_status st = pl_desk_flaw_take(k, &c, &diag);

	if (!st && pl_str_eq(pl_desk_field(k->d, "what"), PL_STR("end")))
		return pl_desk_flaw_conclude(k, pl_vuln_access_end(c, party, &diag), &diag);
	if (!st)
		st = pl_vuln_access_give(c, party, pl_time_now() / PL_SECOND, &secret, &diag);
	if (st)
		return pl_desk_flaw_conclude(k, st, &diag);
	pl_ulid_write(&secret.v, text);
	pl_wipe(&secret, sizeof secret);
	k->m.flaw.secret_of = party;
	st = pl_arena_dup(k->d->arena, pl_str_from(text), &k->m.flaw.secret);
	pl_wipe(text, sizeof text);
	return st ? st : pl_desk_case_opened(k);
}

/* ---- rows ---- */

pl_status pl_desk_flaw_step(struct pl_desk_view *d)
{
	return pl_desk_with_case(d, do_step);
}

pl_status pl_desk_flaw_repeat(struct pl_desk_view *d)
{
	return pl_desk_with_case(d, do_repeat);
}

pl_status pl_desk_flaw_party(struct pl_desk_view *d)
{
	return pl_desk_with_case(d, do_party);
}

pl_status pl_desk_flaw_leave(struct pl_desk_view *d)
{
	return pl_desk_with_case(d, do_leave);
}

pl_status pl_desk_flaw_access(struct pl_desk_view *d)
{
	return pl_desk_with_case(d, do_access);
}

pl_status pl_desk_flaw_embargo(struct pl_desk_view *d)
{
	return pl_desk_with_case(d, do_embargo);
}

pl_status pl_desk_flaw_rate(struct pl_desk_view *d)
{
	return pl_desk_with_case(d, do_rate);
}

pl_status pl_desk_flaw_note(struct pl_desk_view *d)
{
	return pl_desk_with_case(d, do_note);
}

pl_status pl_desk_flaw_release(struct pl_desk_view *d)
{
	return pl_desk_with_case(d, do_release);
}
