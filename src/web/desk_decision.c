/* SPDX-License-Identifier: Apache-2.0 */
/* web/desk_decision: proposals that wait for other eyes, shown to the last byte, and giving a voice to them. */
#include "people/decision.h"
#include "web/desk_internal.h"
#include <stdio.h>

#define KIND_ACCOUNT PL_STR("account")

static enum pl_message_id state_text(const struct pl_decision *x)
{
	switch (x->state) {
	case PL_DECISION_OPEN:
		return x->expired ? PL_MSG_desk_decided_expired : x->approved ? PL_MSG_desk_decided_approved : PL_MSG_desk_decided_open;
	case PL_DECISION_DONE:
		return PL_MSG_desk_decided_done;
	case PL_DECISION_WITHDRAWN:
		return PL_MSG_desk_decided_withdrawn;
	case PL_DECISION_REFUSED:
		break;
	}
	return PL_MSG_desk_decided_refused;
}

static bool is_mine(const struct pl_desk_view *d, const struct pl_decision *x)
{
	return memcmp(x->proposer.b, d->s.account.b, sizeof x->proposer.b) == 0;
}

/* Whoever may decide it or proposed it sees it, and an auditor sees everything. */
bool pl_desk_decision_seen(const struct pl_desk_view *d, const struct pl_decision *x)
{
	return is_mine(d, x) || (d->s.roles & (x->roles | PL_STAFF_AUDITOR));
}

pl_status pl_desk_decision_row(struct pl_desk_view *d, const struct pl_decision *x, struct pl_decision_row *row)
{
	pl_status st;

	*row = (struct pl_decision_row){.kind = x->kind, .state = {state_text(x)}, .made = x->made_at, .expires = x->expires_at,
		.voices = x->voices, .needed = x->needed, .open = x->state == PL_DECISION_OPEN && !x->expired, .mine = is_mine(d, x),
		.digest = x->digest};
	if (pl_str_eq(x->kind, KIND_ACCOUNT))
		row->kind = pl_message(d->lang, PL_MSG_desk_decision_kind_account);
	if (pl_desk_case_decides(x))
		row->kind = pl_message(d->lang, PL_MSG_desk_decision_kind_case);
	if (pl_desk_outgoing_is(x))
		row->kind = pl_message(d->lang, PL_MSG_desk_decision_kind_outgoing);
	if (pl_desk_case_two_is(x))
		row->kind = pl_message(d->lang,
			pl_str_eq(x->kind, PL_STR(PL_DESK_KIND_ERASE))	  ? PL_MSG_desk_decision_kind_erase :
			pl_str_eq(x->kind, PL_STR(PL_DESK_KIND_UNSEAL)) ? PL_MSG_desk_decision_kind_unseal :
									   PL_MSG_desk_decision_kind_person);
	st = pl_desk_ulid_text(d, &x->id, &row->id);
	return st ? st : pl_desk_name_of(d, &x->proposer, &row->proposer);
}

/* ---- all of them ---- */

static pl_status fill_list(struct pl_desk_view *d, struct pl_desk_decisions_page *m)
{
	struct pl_decision *list;
	struct pl_ulid before;
	bool on = pl_desk_cursor(d, "before", &before);
	size_t n = 0;
	pl_status st = pl_decision_list(d->people, on ? &before : NULL, PL_DESK_PAGE_ROWS + 1, d->arena, &list, &n);

	if (st)
		return st;
	m->rows = pl_arena_alloc(d->arena, n + 1, sizeof *m->rows);
	if (!m->rows)
		return PL_E_NOMEM;
	m->more = n > PL_DESK_PAGE_ROWS;
	n = m->more ? PL_DESK_PAGE_ROWS : n;
	for (size_t i = 0; i < n && !st; i++)
		if (pl_desk_decision_seen(d, &list[i]))
			st = pl_desk_decision_row(d, &list[i], &m->rows[m->n_rows++]);
	return st || !n ? st : pl_desk_ulid_text(d, &list[n - 1].id, &m->before);
}

pl_status pl_desk_decisions(struct pl_desk_view *d)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PORTAL_PAGE_MAX);
	struct pl_desk_decisions_page m = {0};
	struct pl_html h;
	pl_status st = fill_list(d, &m);

	if (!st)
		st = pl_desk_begin(d, PL_DESK_NAV_DECISIONS, PL_MSG_desk_decisions_heading);
	if (st)
		return st;
	m.frame = d->frame;
	h = pl_desk_html(d, &b);
	pl_page_desk_decisions(&h, &m);
	return pl_desk_send(d, &b);
}

/* ---- one of them ---- */

/* The bytes themselves; what is no text is shown in hexadecimal, so that nothing hides. */
static pl_status fill_bytes(struct pl_desk_view *d, const struct pl_decision *x, struct pl_desk_decision_page *m)
{
	struct pl_buf hex PL_CLEANUP(pl_buf_done) = PL_BUF(2 * PL_DECISION_BYTES_MAX + 1);

	m->text = pl_str_is_utf8(pl_bytes_str(x->bytes));
	for (size_t i = 0; i < x->bytes.len && m->text; i++)
		m->text = (x->bytes.ptr[i] >= ' ' && x->bytes.ptr[i] < 0x7f) || x->bytes.ptr[i] == '\n';
	if (m->text) {
		m->bytes = pl_bytes_str(x->bytes);
		return PL_OK;
	}
	pl_hex_put(&hex, x->bytes);
	return pl_arena_dup(d->arena, pl_buf_str(&hex), &m->bytes);
}

static pl_status fill_account(struct pl_desk_view *d, const struct pl_decision *x, struct pl_desk_decision_page *m)
{
	struct pl_account_change c;
	pl_status st;

	if (!pl_str_eq(x->kind, KIND_ACCOUNT) || pl_account_change_read(x->bytes, &c))
		return PL_OK;
	m->about_account = true;
	m->act.id = pl_str_eq(c.act, PL_STR("roles")) ? PL_MSG_desk_act_roles
		    : pl_str_eq(c.act, PL_STR("end")) ? PL_MSG_desk_act_end
						      : PL_MSG_desk_act_reset;
	st = pl_desk_name_of(d, &c.account, &m->subject);
	if (!st)
		st = pl_desk_ulid_text(d, &c.account, &m->subject_id);
	if (!st)
		st = pl_desk_role_words(d, c.from, &m->from, &m->n_from);
	return st ? st : pl_desk_role_words(d, c.to, &m->to, &m->n_to);
}

/* PL_E_NOTFOUND for one that this person may not see. */
static pl_status find(struct pl_desk_view *d, struct pl_decision *ret)
{
	struct pl_ulid id;
	pl_status st = pl_desk_id(d, &id);

	if (!st)
		st = pl_decision_get(d->people, &id, d->arena, ret);
	return !st && !pl_desk_decision_seen(d, ret) ? PL_E_NOTFOUND : st;
}

static pl_status fill(struct pl_desk_view *d, const struct pl_decision *x, struct pl_desk_decision_page *m)
{
	pl_status st = pl_desk_decision_row(d, x, &m->row);

	if (!st)
		st = fill_bytes(d, x, m);
	if (!st)
		st = fill_account(d, x, m);
	if (st)
		return st;
	m->may_withdraw = m->row.open && m->row.mine;
	m->may_approve = m->row.open && !(x->approved && pl_desk_act_is(x)) && !m->row.mine && (d->s.roles & x->roles);
	m->may_do = m->row.open && x->approved && pl_desk_act_is(x) && (d->s.roles & PL_DESK_WORKS);
	st = d->s.roles & PL_DESK_CASES ? pl_desk_decision_case(d, x, &m->case_register, &m->case_number) : PL_E_NOTFOUND;
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

static pl_status own_path(struct pl_desk_view *d, pl_str *ret)
{
	struct pl_buf path PL_CLEANUP(pl_buf_done) = PL_BUF(128);

	pl_buf_put_z(&path, "/desk/decisions/");
	pl_buf_put_str(&path, pl_http_request_capture(d->req, "id"));
	return pl_arena_dup(d->arena, pl_buf_str(&path), ret);
}

/* What a page of a decision shows beside it. */
struct shown {
	const struct pl_diag *why; /* what stood against carrying it out; may be NULL */
	bool opened;               /* the reason is shown: */
	pl_str reason, typed;
};

/* What cannot be opened is said, and the page stands closed: nobody agrees then. */
static pl_status fill_outgoing(struct pl_desk_view *d, const struct pl_decision *x, struct pl_desk_decision_page *m)
{
	struct pl_diag diag = {0};
	pl_status st = pl_desk_outgoing_fill(d, x, m, &diag);

	if (!st || !m->opened || (st != PL_E_BUSY && st != PL_E_DENIED && !diag.text[0]))
		return st;
	m->opened = false;
	if (st == PL_E_BUSY || st == PL_E_DENIED) {
		pl_desk_refused(d, st == PL_E_BUSY ? 429 : 403, st == PL_E_BUSY ? PL_MSG_case_too_many : PL_MSG_case_denied);
		return PL_OK;
	}
	pl_desk_refused(d, 409, PL_MSG_outgoing_refused);
	return pl_arena_dup(d->arena, pl_str_from(diag.text), &m->why);
}

static pl_status show(struct pl_desk_view *d, const struct shown *s)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_PORTAL_PAGE_MAX);
	struct pl_desk_decision_page m = {.why = s->why ? pl_str_from(s->why->text) : (pl_str){0}, .opened = s->opened, .reason = s->reason,
		.typed = s->typed};
	struct pl_decision x;
	struct pl_html h;
	pl_status st = find(d, &x);

	if (!st)
		st = fill(d, &x, &m);
	pl_desk_crumb(d, "/desk/decisions", PL_MSG_desk_decisions_heading);
	if (!st)
		st = own_path(d, &d->path);
	if (!st)
		st = pl_desk_begin(d, PL_DESK_NAV_DECISIONS, PL_MSG_desk_decision_heading);
	if (!st && pl_desk_case_decides(&x))
		st = pl_desk_case_decision_fill(d, &x, &m);
	if (!st && pl_desk_case_decides(&x))
		st = pl_desk_decision_fill_lookup(d, &x, &m);
	if (!st)
		st = fill_outgoing(d, &x, &m);
	if (st)
		return st;
	m.frame = d->frame;
	m.closed = m.about_outgoing && !m.opened;
	h = pl_desk_html(d, &b);
	pl_page_desk_decision(&h, &m);
	return pl_desk_send(d, &b);
}

pl_status pl_desk_decision(struct pl_desk_view *d)
{
	return show(d, &(struct shown){0});
}

/* ---- voices ---- */

struct voting {
	struct pl_desk_view *d;
	const struct pl_decision *x;
	bool approved;
};

static pl_status approve_in(void *ctx, struct pl_db_tx *tx)
{
	struct voting *v = ctx;

	return pl_decision_approve(v->d->people, tx, &v->d->actor, &v->x->id, &v->x->digest, &v->approved, NULL);
}

static pl_status close_in(void *ctx, struct pl_db_tx *tx)
{
	struct voting *v = ctx;

	return pl_decision_close(v->d->people, tx, &v->d->actor, &v->x->id, NULL);
}

/* What went wrong is said on the decision's own page. */
static pl_status answer(struct pl_desk_view *d, pl_status st, const char *said)
{
	pl_str path;

	if (st == PL_E_CONFLICT || st == PL_E_EXPIRED || st == PL_E_STATE || st == PL_E_DENIED) {
		pl_desk_refused(d, st == PL_E_DENIED ? 403 : 409,
			st == PL_E_CONFLICT ? PL_MSG_desk_refused_changed : st == PL_E_DENIED ? PL_MSG_desk_refused_voice
											      : PL_MSG_desk_refused_closed);
		return pl_desk_decision(d);
	}
	if (!st)
		st = own_path(d, &path);
	return st ? st : pl_desk_go(d, path.ptr, said);
}

/* It needs an instance of its own; the page that says what went wrong takes one, too. */
static pl_status two_on_case(struct pl_desk_view *d, const struct pl_decision *x)
{
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	bool done = false;
	pl_status st = pl_view_begin(&w, d->desk->portal, d->req, d->reply, PL_NAV_NONE);

	if (!st)
		st = pl_desk_case_two_approve(d, w.inst, x, &done);
	pl_view_end(&w);
	w = (struct pl_view){0};
	return answer(d, st, done ? "carried-out" : "approved");
}

/* What the room said of it stands on the decision's page. */
static pl_status told(struct pl_desk_view *d, pl_status st, bool done, const struct pl_diag *why)
{
	if (st || done || !why->text[0])
		return answer(d, st, done ? "carried-out" : "approved");
	pl_desk_refused(d, 409, PL_MSG_desk_refused_not_done);
	return show(d, &(struct shown){.why = why});
}

/* ---- what two persons decide about a case ---- */

/* Why it was proposed, beside the rest; opening it is an act, and noted in the vault. */
static pl_status read_reason(struct pl_desk_view *d, const struct pl_decision *x, pl_str typed)
{
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	struct shown s = {.opened = true, .typed = typed};
	pl_status st = pl_view_begin(&w, d->desk->portal, d->req, d->reply, PL_NAV_NONE);

	if (!st)
		st = pl_desk_case_reason(d, w.inst, x, &s.reason);
	pl_view_end(&w);
	w = (struct pl_view){0};
	if (st == PL_E_BUSY || st == PL_E_DENIED) {
		pl_desk_refused(d, st == PL_E_BUSY ? 429 : 403, st == PL_E_BUSY ? PL_MSG_case_too_many : PL_MSG_case_denied);
		return pl_desk_decision(d);
	}
	return st ? st : show(d, &s);
}

pl_status pl_desk_decision_read(struct pl_desk_view *d)
{
	struct pl_decision x;
	pl_status st = find(d, &x);

	if (!st && pl_desk_outgoing_is(&x))
		return show(d, &(struct shown){.opened = true});
	if (!st && !pl_desk_case_decides(&x))
		st = PL_E_NOTFOUND;
	return st ? st : read_reason(d, &x, (pl_str){0});
}

/* A refusal of the room is said in its words; what every decision may say, in ours. */
static pl_status told_case(struct pl_desk_view *d, const struct pl_decision *x, pl_status st, const char *said, const struct pl_diag *why)
{
	if (!st || st == PL_E_EXPIRED || st == PL_E_DENIED || x->state != PL_DECISION_OPEN || !why->text[0])
		return answer(d, st, said);
	pl_desk_refused(d, st == PL_E_BUSY ? 429 : 409, PL_MSG_desk_refused_not_done);
	return show(d, &(struct shown){.why = why});
}

static pl_status decide_case(struct pl_desk_view *d, const struct pl_decision *x)
{
	bool out = pl_desk_outgoing_is(x);
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	struct pl_diag why = {0};
	pl_status st = pl_view_begin(&w, d->desk->portal, d->req, d->reply, PL_NAV_NONE);

	if (!st)
		st = out ? pl_desk_outgoing_decide(d, w.inst, x, &why) : pl_desk_case_decide(d, w.inst, x, &why);
	pl_view_end(&w);
	w = (struct pl_view){0};
	return told_case(d, x, st, "carried-out", &why);
}

static pl_status decline_case(struct pl_desk_view *d, const struct pl_decision *x)
{
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	struct pl_diag why = {0};
	pl_str text;
	pl_status st = pl_desk_text(d, &text);

	if (!st)
		st = pl_view_begin(&w, d->desk->portal, d->req, d->reply, PL_NAV_NONE);
	if (!st)
		st = pl_desk_case_decline(d, w.inst, x, text, &why);
	pl_view_end(&w);
	w = (struct pl_view){0};
	if (st != PL_E_RANGE && st != PL_E_TOOBIG)
		return told_case(d, x, st, "closed", &why);
	pl_desk_refused(d, 400, st == PL_E_RANGE ? PL_MSG_desk_refused_reason : PL_MSG_case_refused_long);
	return read_reason(d, x, text);
}

static pl_status decide_act(struct pl_desk_view *d, const struct pl_decision *x, bool vote)
{
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	struct pl_diag why = {0};
	bool done = false;
	pl_status st = pl_view_begin(&w, d->desk->portal, d->req, d->reply, PL_NAV_NONE);

	if (!st && vote) {
		st = pl_desk_act_approve(d, w.inst, x, &done, &why);
	} else if (!st) {
		st = pl_desk_act_do(d, w.inst, x, &why);
		done = st == PL_OK;
		st = why.text[0] ? PL_OK : st;
	}
	pl_view_end(&w);
	w = (struct pl_view){0};
	return told(d, st, done, &why);
}

pl_status pl_desk_decision_do(struct pl_desk_view *d)
{
	struct pl_decision x;
	pl_status st = find(d, &x);

	if (st)
		return st;
	if (!pl_desk_act_is(&x) || x.state != PL_DECISION_OPEN || !x.approved || x.expired)
		return answer(d, PL_E_STATE, NULL);
	return decide_act(d, &x, false);
}

pl_status pl_desk_decision_approve(struct pl_desk_view *d)
{
	struct pl_account_act act = {0};
	struct pl_digest shown;
	struct pl_decision x;
	struct voting v = {.d = d, .x = &x};
	pl_status st = find(d, &x);

	if (!st && pl_hex_read(pl_desk_field(d, "digest"), shown.b, sizeof shown.b))
		return PL_E_SYNTAX;
	if (st)
		return st;
	/* A voice is for what stood on the page. */
	if (!pl_digest_eq(&shown, &x.digest))
		return answer(d, PL_E_CONFLICT, NULL);
	if (pl_str_eq(x.kind, KIND_ACCOUNT))
		return answer(d, pl_account_approve(d->people, &d->actor, &x.id, &act, NULL), "carried-out");
	if (pl_desk_case_two_is(&x))
		return two_on_case(d, &x);
	if (pl_desk_act_is(&x))
		return decide_act(d, &x, true);
	if (pl_desk_case_decides(&x) || pl_desk_outgoing_is(&x))
		return decide_case(d, &x);
	/* What other rooms decide, they carry out. */
	return answer(d, pl_db_tx(pl_instance_db(d->desk->portal->instances[0]), approve_in, &v), "approved");
}

pl_status pl_desk_decision_close(struct pl_desk_view *d)
{
	struct pl_decision x;
	struct voting v = {.d = d, .x = &x};
	pl_status st = find(d, &x);

	if (!st && pl_desk_case_decides(&x))
		return decline_case(d, &x);
	return st ? st : answer(d, pl_db_tx(pl_instance_db(d->desk->portal->instances[0]), close_in, &v), "closed");
}
