/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/desk_again: a dangerous act wants a login of the last minutes. The page that asks for it carries the fields of the act's
 * form along and sends them, together with password and code, to where they were going: nothing is typed twice, and
 * nothing is kept here meanwhile.
 */
#include "people/passkey.h"
#include "people/password.h"
#include "web/desk_internal.h"

/* Where the page's form goes: on with the act, or for a page that was only asked for, back to it. */
static pl_status fill_action(struct pl_desk_view *d, struct pl_desk_again_page *m)
{
	if (d->row->rule.method == PL_HTTP_POST) {
		m->action = pl_http_request_path(d->req);
		return pl_desk_fields_kept(d, &m->fields, &m->n_fields);
	}
	m->action = PL_STR("/desk/again");
	m->fields = pl_arena_alloc(d->arena, 1, sizeof *m->fields);
	if (!m->fields)
		return PL_E_NOMEM;
	m->fields[m->n_fields++] = (struct pl_hidden_row){PL_STR("to"), pl_http_request_path(d->req)};
	return PL_OK;
}

static pl_status ask(struct pl_desk_view *d)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PORTAL_PAGE_MAX);
	struct pl_desk_again_page m = {0};
	struct pl_account_means means;
	struct pl_html h;
	pl_status st = pl_account_means(d->people, &d->s.account, &means);

	d->path = PL_STR("/desk/account");
	if (!st)
		st = fill_action(d, &m);
	if (!st)
		st = pl_desk_begin(d, PL_DESK_NAV_NONE, PL_MSG_desk_again_heading);
	if (st)
		return st;
	m.password = means.password;
	m.passkey = means.passkeys > 0;
	m.frame = d->frame;
	h = pl_desk_html(d, &b);
	pl_page_desk_again(&h, &m);
	return pl_desk_send(d, &b);
}

/* PL_OK if the login is fresh from now on; else what was wrong is said. */
static pl_status try_password(struct pl_desk_view *d, pl_str password)
{
	const struct pl_login login = {.password = password, .code = pl_str_trim(pl_desk_field(d, "again-code")),
		.address = d->actor.address};
	uint64_t wait = 0;
	pl_status st;

	if (pl_gate_enter(&d->desk->judging, 0)) {
		pl_desk_refused(d, 503, PL_MSG_desk_refused_busy);
		return PL_E_BUSY;
	}
	st = pl_password_again(d->people, &d->s, &login, &wait);
	pl_gate_leave(&d->desk->judging);
	if (st == PL_E_BUSY && wait)
		pl_desk_wait(d, wait);
	else if (st == PL_E_DENIED)
		pl_desk_refused(d, 403, PL_MSG_desk_refused_again);
	return st;
}

pl_status pl_desk_again_first(struct pl_desk_view *d, bool *ret_fresh)
{
	pl_str password = d->row->rule.method == PL_HTTP_POST ? pl_desk_field(d, "again-password") : (pl_str){0};
	pl_status st = PL_E_DENIED;

	*ret_fresh = false;
	if (password.len)
		st = try_password(d, password);
	if (st && st != PL_E_DENIED && st != PL_E_BUSY)
		return st;
	if (st)
		return ask(d);
	*ret_fresh = d->s.fresh = true;
	return PL_OK;
}

/* By now the login is fresh. */
pl_status pl_desk_again_act(struct pl_desk_view *d)
{
	pl_http_reply_redirect(d->reply, pl_desk_target(d, pl_desk_field(d, "to")));
	return PL_OK;
}

/* ---- by passkey ---- */

pl_status pl_desk_again_options(struct pl_desk_view *d)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(65536);
	pl_status st = pl_passkey_again_begin(d->people, &d->s, d->token, &b);

	if (st)
		return st;
	pl_http_reply_take(d->reply, "application/json", &b);
	return PL_OK;
}

pl_status pl_desk_again_answer(struct pl_desk_view *d)
{
	struct pl_diag quiet = {0};
	uint64_t wait = 0;
	pl_status st = pl_passkey_again_finish(d->people, &d->s, d->token, pl_bytes_str(pl_http_request_body(d->req)),
		d->actor.address, &wait, &quiet);

	if (st == PL_E_BUSY && wait)
		return pl_desk_json_error(d, 429, PL_MSG_desk_refused_wait, wait);
	if (st == PL_E_DENIED)
		return pl_desk_json_error(d, 403, PL_MSG_desk_refused_passkey, 0);
	return st ? st : pl_desk_json_to(d, (pl_str){0});
}
