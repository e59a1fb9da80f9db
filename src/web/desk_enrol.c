/* SPDX-License-Identifier: Apache-2.0 */
/* web/desk_enrol: from a one-time code to a way to log in; a password with one-time codes, set there or later. */
#include "people/password.h"
#include "web/desk_internal.h"
#include "web/qr.h"

static pl_status plain_page(struct pl_desk_view *d, enum pl_message_id title,
	void (*page)(struct pl_html *h, const struct pl_desk_plain_page *m))
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PORTAL_PAGE_MAX);
	struct pl_desk_plain_page m = {0};
	struct pl_html h;
	pl_status st = pl_desk_begin(d, d->known && d->s.method != PL_SESSION_CODE ? PL_DESK_NAV_MINE : PL_DESK_NAV_NONE, title);

	if (st)
		return st;
	m.frame = d->frame;
	h = pl_desk_html(d, &b);
	page(&h, &m);
	return pl_desk_send(d, &b);
}

/* Pages that enrolment shares with one's own account lead back to where they came from. */
static void crumb(struct pl_desk_view *d)
{
	if (d->s.method == PL_SESSION_CODE)
		pl_desk_crumb(d, "/desk/enrol/way", PL_MSG_desk_enrol_heading);
	else
		pl_desk_crumb(d, "/desk/account", PL_MSG_desk_mine_heading);
}

/* ---- the code ---- */

pl_status pl_desk_enrol_page(struct pl_desk_view *d)
{
	if (d->known)
		return pl_desk_go(d, d->s.method == PL_SESSION_CODE ? "/desk/enrol/way" : "/desk", NULL);
	return plain_page(d, PL_MSG_desk_enrol_heading, pl_page_desk_enrol);
}

pl_status pl_desk_enrol(struct pl_desk_view *d)
{
	struct pl_session_token token;
	uint64_t wait = 0;
	pl_status st = pl_enrol_begin(d->people, pl_desk_field(d, "code"), d->actor.address, &token, &wait);

	if (st == PL_E_BUSY && wait)
		pl_desk_wait(d, wait);
	else if (st == PL_E_DENIED)
		pl_desk_refused(d, 403, PL_MSG_desk_refused_code);
	else if (st)
		return st;
	if (st)
		return plain_page(d, PL_MSG_desk_enrol_heading, pl_page_desk_enrol);
	pl_web_session_keep(d->reply, d->desk->secure, &token);
	pl_wipe(&token, sizeof token);
	return pl_desk_go(d, "/desk/enrol/way", NULL);
}

pl_status pl_desk_way(struct pl_desk_view *d)
{
	return plain_page(d, PL_MSG_desk_enrol_heading, pl_page_desk_way);
}

pl_status pl_desk_passkey_page(struct pl_desk_view *d)
{
	crumb(d);
	return plain_page(d, PL_MSG_desk_newkey_heading, pl_page_desk_newkey);
}

/* ---- a password ---- */

pl_status pl_desk_password_page(struct pl_desk_view *d)
{
	crumb(d);
	return plain_page(d, PL_MSG_desk_password_heading, pl_page_desk_password);
}

/* The secret in groups of four, as people type it. */
static pl_status grouped(struct pl_desk_view *d, pl_str secret, pl_str *ret)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done_secret) = PL_BUF(128);

	for (size_t i = 0; i < secret.len; i++) {
		if (i && i % 4 == 0)
			pl_buf_put_c(&b, ' ');
		pl_buf_put_c(&b, secret.ptr[i]);
	}
	return pl_arena_dup(d->arena, pl_buf_str(&b), ret);
}

static pl_status fill_secret(struct pl_desk_view *d, const uint8_t secret[static PL_TOTP_SECRET_LEN],
	struct pl_desk_secret_page *m)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done_secret) = PL_BUF(128), uri PL_CLEANUP(pl_buf_done_secret) = PL_BUF(1024);
	struct pl_buf path PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_QR_PATH_MAX);
	const struct pl_instance_conf *c = pl_instance_conf(d->desk->portal->instances[0]);
	pl_str name;
	pl_status st = pl_desk_name_of(d, &d->s.account, &name);

	if (st)
		return st;
	pl_totp_put_secret(&text, secret);
	pl_totp_put_uri(&uri, secret, c->people_name, name);
	st = grouped(d, pl_buf_str(&text), &m->secret);
	if (!st)
		st = pl_arena_dup(d->arena, pl_buf_str(&uri), &m->uri);
	/* Whoever gets no picture types. */
	if (!st && !pl_qr_path(m->uri, &path, &m->qr_size))
		st = pl_arena_dup(d->arena, pl_buf_str(&path), &m->qr_path);
	return st;
}

static pl_status secret_page(struct pl_desk_view *d, struct pl_desk_secret_page *m)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_PORTAL_PAGE_MAX);
	struct pl_html h;
	pl_status st;

	d->path = PL_STR("/desk/password");
	crumb(d);
	st = pl_desk_begin(d, PL_DESK_NAV_NONE, PL_MSG_desk_secret_heading);
	if (st)
		return st;
	m->frame = d->frame;
	h = pl_desk_html(d, &b);
	pl_page_desk_secret(&h, m);
	return pl_desk_send(d, &b);
}

static pl_status password_refused(struct pl_desk_view *d, unsigned status, enum pl_message_id words)
{
	pl_desk_refused(d, status, words);
	return pl_desk_password_page(d);
}

pl_status pl_desk_password(struct pl_desk_view *d)
{
	pl_str password = pl_desk_field(d, "password");
	struct pl_desk_secret_page m = {0};
	uint8_t secret[PL_TOTP_SECRET_LEN];
	pl_status st;

	if (!pl_str_eq(password, pl_desk_field(d, "repeat")))
		return password_refused(d, 400, PL_MSG_desk_refused_repeat);
	if (pl_gate_enter(&d->desk->judging, 0))
		return password_refused(d, 503, PL_MSG_desk_refused_busy);
	st = pl_password_set(d->people, &d->s, password, secret, NULL);
	pl_gate_leave(&d->desk->judging);
	if (st == PL_E_SYNTAX)
		return password_refused(d, 400, PL_MSG_desk_refused_password);
	if (!st)
		st = fill_secret(d, secret, &m);
	pl_wipe(secret, sizeof secret);
	return st ? st : secret_page(d, &m);
}

/* ---- what comes back, and recovery codes ---- */

static pl_status fill_codes(struct pl_desk_view *d, pl_str text, struct pl_desk_codes_page *m)
{
	pl_str line;

	m->codes = pl_arena_alloc(d->arena, PL_RECOVERY_CODES, sizeof *m->codes);
	if (!m->codes)
		return PL_E_NOMEM;
	while (m->n_codes < PL_RECOVERY_CODES && pl_str_take_line(&text, &line))
		if (pl_arena_dup(d->arena, line, &m->codes[m->n_codes++].text))
			return PL_E_NOMEM;
	return PL_OK;
}

static pl_status codes_page(struct pl_desk_view *d, pl_str codes, bool enrolled)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_PORTAL_PAGE_MAX);
	struct pl_desk_codes_page m = {.enrolled = enrolled};
	struct pl_html h;
	pl_status st = fill_codes(d, codes, &m);

	d->path = enrolled ? PL_STR("/desk/login") : PL_STR("/desk/account");
	if (!st)
		st = pl_desk_begin(d, PL_DESK_NAV_NONE, PL_MSG_desk_codes_heading);
	if (st)
		return st;
	m.frame = d->frame;
	h = pl_desk_html(d, &b);
	pl_page_desk_codes(&h, &m);
	return pl_desk_send(d, &b);
}

pl_status pl_desk_password_confirm(struct pl_desk_view *d)
{
	struct pl_buf codes PL_CLEANUP(pl_buf_done_secret) = PL_BUF(1024);
	struct pl_desk_secret_page m = {0};
	struct pl_diag quiet = {0};
	pl_status st = pl_password_confirm(d->people, &d->s, pl_str_trim(pl_desk_field(d, "code")), d->actor.address, &codes,
		&quiet);

	if (st == PL_E_STATE)
		return password_refused(d, 400, PL_MSG_desk_refused_pending);
	if (st == PL_E_DENIED) {
		pl_desk_refused(d, 403, PL_MSG_desk_refused_confirm);
		return secret_page(d, &m);
	}
	if (st)
		return st;
	/* All sessions of the account have ended with that, this one too. */
	d->known = false;
	pl_web_session_keep(d->reply, d->desk->secure, NULL);
	return codes_page(d, pl_buf_str(&codes), true);
}

pl_status pl_desk_recovery(struct pl_desk_view *d)
{
	struct pl_buf codes PL_CLEANUP(pl_buf_done_secret) = PL_BUF(1024);
	pl_status st = pl_recovery_renew(d->people, &d->s, d->actor.address, &codes);

	return st ? st : codes_page(d, pl_buf_str(&codes), false);
}
