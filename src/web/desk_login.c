/* SPDX-License-Identifier: Apache-2.0 */
/* web/desk_login: logging in, with a password and a code or with a passkey, and out. */
#include "people/passkey.h"
#include "people/password.h"
#include "web/desk_internal.h"

/* ---- by password ---- */

pl_status pl_desk_login_form(struct pl_desk_view *d, pl_str name, pl_str to)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PORTAL_PAGE_MAX);
	struct pl_desk_login_page m = {.name = name, .to = to};
	struct pl_html h;
	pl_status st;

	/* Also where another page turns away whoever is not logged in: a visitor's page in any case. */
	d->known = false;
	d->path = PL_STR("/desk/login");
	st = pl_desk_begin(d, PL_DESK_NAV_NONE, PL_MSG_desk_login_heading);
	if (st)
		return st;
	m.from_elsewhere = pl_str_eq(pl_http_request_header(d->req, "Sec-Fetch-Site"), PL_STR("cross-site"));
	m.frame = d->frame;
	h = pl_desk_html(d, &b);
	pl_page_desk_login(&h, &m);
	return pl_desk_send(d, &b);
}

pl_status pl_desk_login_page(struct pl_desk_view *d)
{
	pl_str to;

	if (d->known)
		return pl_desk_go(d, d->s.method == PL_SESSION_CODE ? "/desk/enrol/way" : "/desk", NULL);
	if (pl_http_request_query(d->req, "to", &to))
		to = (pl_str){0};
	return pl_desk_login_form(d, (pl_str){0}, to.len ? pl_desk_target(d, to) : to);
}

static void let_in(struct pl_desk_view *d, struct pl_session_token *token)
{
	pl_web_session_keep(d->reply, d->desk->secure, token);
	pl_web_visit_keep(d->reply, d->desk->secure, NULL);
	pl_wipe(token, sizeof *token);
}

pl_status pl_desk_login(struct pl_desk_view *d)
{
	struct pl_login login = {.name = pl_desk_field(d, "name"), .password = pl_desk_field(d, "password"),
		.code = pl_str_trim(pl_desk_field(d, "code")), .address = d->actor.address};
	pl_str to = pl_desk_target(d, pl_desk_field(d, "to"));
	struct pl_session_token token;
	uint64_t wait = 0;
	pl_status st;

	if (pl_gate_enter(&d->desk->judging, 0)) {
		pl_desk_refused(d, 503, PL_MSG_desk_refused_busy);
		return pl_desk_login_form(d, login.name, to);
	}
	st = pl_password_login(d->people, &login, &token, &wait);
	pl_gate_leave(&d->desk->judging);
	if (st == PL_E_BUSY && wait)
		pl_desk_wait(d, wait);
	else if (st == PL_E_DENIED)
		pl_desk_refused(d, 403, PL_MSG_desk_refused_login);
	else if (st)
		return st;
	if (st)
		return pl_desk_login_form(d, login.name, to);
	let_in(d, &token);
	pl_http_reply_redirect(d->reply, to);
	return PL_OK;
}

/* ---- by passkey ---- */

pl_status pl_desk_login_options(struct pl_desk_view *d)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(65536);
	pl_status st = pl_passkey_login_begin(d->people, pl_str_from(d->visit), &b);

	if (st)
		return st;
	pl_http_reply_take(d->reply, "application/json", &b);
	return PL_OK;
}

pl_status pl_desk_login_answer(struct pl_desk_view *d)
{
	pl_str answer = pl_bytes_str(pl_http_request_body(d->req)), to;
	struct pl_session_token token;
	struct pl_diag quiet = {0};
	uint64_t wait = 0;
	pl_status st = pl_passkey_login_finish(d->people, pl_str_from(d->visit), answer, d->actor.address, &token, &wait, &quiet);

	if (st == PL_E_BUSY && wait)
		return pl_desk_json_error(d, 429, PL_MSG_desk_refused_wait, wait);
	if (st == PL_E_DENIED)
		return pl_desk_json_error(d, 403, PL_MSG_desk_refused_passkey, 0);
	if (st)
		return st;
	let_in(d, &token);
	if (pl_http_request_query(d->req, "to", &to))
		to = (pl_str){0};
	return pl_desk_json_to(d, pl_desk_target(d, to));
}

/* ---- out ---- */

pl_status pl_desk_logout(struct pl_desk_view *d)
{
	pl_status st = pl_session_logout(d->people, d->token, d->actor.address);

	if (st)
		return st;
	pl_web_session_keep(d->reply, d->desk->secure, NULL);
	return pl_desk_go(d, "/desk/login", "logged-out");
}
