/* SPDX-License-Identifier: Apache-2.0 */
/* web/desk_frame: what every page of the desk begins and ends with, and the short answers. */
#include "base/json.h"
#include "base/time.h"
#include "people/decision.h"
#include "web/desk_internal.h"
#include <stdio.h>

#define CRUMBS_MAX 4u

/* What a page says after a form was carried out: words that may stand in an address, because they are no secret. */
static const struct {
	const char *word;
	enum pl_message_id text;
} sayings[] = {
	{"logged-out", PL_MSG_desk_said_logged_out}, {"enrolled", PL_MSG_desk_said_enrolled},
	{"passkey-added", PL_MSG_desk_said_passkey_added}, {"passkey-named", PL_MSG_desk_said_passkey_named},
	{"passkey-removed", PL_MSG_desk_said_passkey_removed}, {"session-ended", PL_MSG_desk_said_session_ended},
	{"sessions-ended", PL_MSG_desk_said_sessions_ended}, {"done", PL_MSG_desk_said_done},
	{"proposed", PL_MSG_desk_said_proposed}, {"approved", PL_MSG_desk_said_approved},
	{"noted", PL_MSG_desk_said_noted}, {"carried-out", PL_MSG_desk_said_carried_out}, {"closed", PL_MSG_desk_said_closed},
};

static void say(struct pl_desk_view *d)
{
	pl_str word;

	if (d->frame.done || d->frame.refused || pl_http_request_query(d->req, "said", &word))
		return;
	for (size_t i = 0; i < PL_COUNT(sayings); i++)
		if (pl_str_eq(word, pl_str_from(sayings[i].word)))
			pl_desk_done(d, sayings[i].text);
}

/* ---- who, and what they see ---- */

static const struct {
	unsigned role;
	enum pl_message_id text;
} role_words[] = {
	{PL_STAFF_DESK, PL_MSG_desk_role_desk}, {PL_STAFF_LEGAL, PL_MSG_desk_role_legal},
	{PL_STAFF_OFFICER, PL_MSG_desk_role_officer}, {PL_STAFF_AUDITOR, PL_MSG_desk_role_auditor},
	{PL_STAFF_ADMINISTRATOR, PL_MSG_desk_role_administrator},
};

pl_status pl_desk_role_words(struct pl_desk_view *d, unsigned roles, struct pl_word_row **ret, size_t *ret_n)
{
	*ret = pl_arena_alloc(d->arena, PL_COUNT(role_words), sizeof **ret);
	*ret_n = 0;
	if (!*ret)
		return PL_E_NOMEM;
	for (size_t i = 0; i < PL_COUNT(role_words); i++)
		if (roles & role_words[i].role)
			(*ret)[(*ret_n)++].word.id = role_words[i].text;
	return PL_OK;
}

pl_status pl_desk_name_of(struct pl_desk_view *d, const struct pl_ulid *id, pl_str *ret)
{
	static const struct pl_ulid nobody;
	struct pl_account account;
	pl_status st;

	*ret = (pl_str){0};
	if (memcmp(id->b, nobody.b, sizeof nobody.b) == 0)
		return PL_OK;
	st = pl_account_get(d->people, id, d->arena, &account);
	if (st == PL_OK)
		*ret = account.name;
	return st == PL_E_NOTFOUND ? pl_desk_ulid_text(d, id, ret) : st;
}

pl_status pl_desk_ulid_text(struct pl_desk_view *d, const struct pl_ulid *id, pl_str *ret)
{
	char text[PL_ULID_TEXT + 1];

	pl_ulid_write(id, text);
	return pl_arena_dup(d->arena, pl_str_from(text), ret);
}

/* Whoever walks away is logged out then. */
static uint64_t session_end(const struct pl_desk_view *d)
{
	const struct pl_instance_conf *c = pl_instance_conf(d->desk->portal->instances[0]);
	uint64_t idle = pl_time_now() + c->people_idle_ns, whole = d->s.made_at + c->people_absolute_ns;

	return idle < whole ? idle : whole;
}

static pl_status show_person(struct pl_desk_view *d)
{
	struct pl_desk_frame *f = &d->frame;
	pl_status st = pl_desk_name_of(d, &d->s.account, &f->name);

	f->enrolling = d->s.method == PL_SESSION_CODE;
	f->inside = !f->enrolling;
	f->cases = (d->s.roles & PL_DESK_CASES) != 0;
	f->administers = (d->s.roles & PL_STAFF_ADMINISTRATOR) != 0;
	f->sees_events = (d->s.roles & ((unsigned)PL_STAFF_AUDITOR | PL_STAFF_ADMINISTRATOR)) != 0;
	f->ends = session_end(d);
	if (!st)
		st = pl_desk_role_words(d, d->s.roles, &f->roles, &f->n_roles);
	return st ? st : pl_decision_waiting(d->people, &d->s.account, d->s.roles & PL_DESK_DECIDES, &f->waiting);
}

/* ---- tokens ---- */

static pl_status show_token(struct pl_desk_view *d)
{
	char text[PL_CSRF_TEXT + 1];

	if (d->row->rule.who & PL_DESK_VISITOR || !d->known) {
		if (!d->visit[0])
			pl_web_visit_keep(d->reply, d->desk->secure, d->visit);
		pl_web_visit_token(pl_str_from(d->visit), text);
	} else {
		pl_session_csrf(d->people, &d->s, text);
	}
	return pl_arena_dup(d->arena, pl_str_from(text), &d->frame.token);
}

/* ---- where ---- */

/* Passkeys and forms work under the name that the site is reached by, and under no other. */
static bool lost(const struct pl_desk_view *d)
{
	pl_str host = pl_http_request_header(d->req, "Host"), want = d->frame.origin;

	(void)(pl_str_eat(&want, PL_STR("https://")) || pl_str_eat(&want, PL_STR("http://")));
	if (d->desk->secure) { /* a proxy may leave out the port */
		host.len = pl_str_find(host, ':');
		want.len = pl_str_find(want, ':');
	}
	return host.len > 0 && !pl_str_eq(host, want);
}

void pl_desk_crumb(struct pl_desk_view *d, const char *path, enum pl_message_id text)
{
	struct pl_desk_frame *f = &d->frame;

	if (!f->crumbs)
		f->crumbs = pl_arena_alloc(d->arena, CRUMBS_MAX, sizeof *f->crumbs);
	if (f->crumbs && f->n_crumbs < CRUMBS_MAX)
		f->crumbs[f->n_crumbs++] = (struct pl_desk_crumb){pl_str_from(path), {text}};
}

/* ---- begin and end ---- */

static pl_status begin(struct pl_desk_view *d, enum pl_desk_nav nav)
{
	pl_status st = pl_view_begin(&d->w, d->desk->portal, d->req, d->reply, PL_NAV_NONE);

	if (st)
		return st;
	d->frame.nav = nav;
	d->frame.origin = pl_people_origin(d->people);
	if (d->row->rule.who & PL_DESK_VISITOR)
		d->frame.lost_page = lost(d);
	else if (d->known)
		st = show_person(d);
	if (!st)
		st = show_token(d);
	say(d);
	d->frame.base = d->w.frame;
	if (d->path.len)
		d->frame.base.path = d->path;
	return st;
}

pl_status pl_desk_begin(struct pl_desk_view *d, enum pl_desk_nav nav, enum pl_message_id title)
{
	pl_status st = begin(d, nav);

	d->frame.base.title = pl_message(d->lang, title);
	return st;
}

pl_status pl_desk_begin_named(struct pl_desk_view *d, enum pl_desk_nav nav, pl_str title)
{
	pl_status st = begin(d, nav);

	d->frame.base.title = title;
	return st;
}

struct pl_html pl_desk_html(struct pl_desk_view *d, struct pl_buf *b)
{
	return pl_view_html(&d->w, b);
}

pl_status pl_desk_send(struct pl_desk_view *d, struct pl_buf *b)
{
	if (pl_buf_status(b))
		return pl_buf_status(b);
	pl_http_reply_header(d->reply, "Content-Language", pl_str_from(pl_lang_tag(d->lang)));
	pl_http_reply_take(d->reply, "text/html; charset=utf-8", b);
	return PL_OK;
}

void pl_desk_done(struct pl_desk_view *d, enum pl_message_id said)
{
	d->frame.done = true;
	d->frame.said.id = said;
}

void pl_desk_refused(struct pl_desk_view *d, unsigned status, enum pl_message_id said)
{
	d->frame.refused = true;
	d->frame.said.id = said;
	pl_http_reply_status(d->reply, status);
}

static uint64_t seconds(uint64_t ns)
{
	return (ns + PL_SECOND - 1) / PL_SECOND;
}

static void retry_after(struct pl_desk_view *d, uint64_t wait)
{
	char text[24];

	(void)snprintf(text, sizeof text, "%llu", (unsigned long long)seconds(wait));
	pl_http_reply_header(d->reply, "Retry-After", pl_str_from(text));
}

void pl_desk_wait(struct pl_desk_view *d, uint64_t wait)
{
	pl_desk_refused(d, 429, PL_MSG_desk_refused_wait);
	d->frame.wait = seconds(wait);
	retry_after(d, wait);
}

/* ---- short answers ---- */

pl_status pl_desk_go(struct pl_desk_view *d, const char *path, const char *said)
{
	char text[256];
	int n = snprintf(text, sizeof text, "%s%s%s", path, said ? "?said=" : "", said ? said : "");

	if (n < 0 || (size_t)n >= sizeof text)
		return PL_E_TOOBIG;
	pl_http_reply_redirect(d->reply, pl_str_from(text));
	return PL_OK;
}

pl_status pl_desk_error(struct pl_desk_view *d, unsigned status, enum pl_message_id heading, enum pl_message_id words)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PORTAL_PAGE_MAX);
	struct pl_error_page m = {.status = status, .heading = {heading}, .words = {words}};
	struct pl_html h = {&b, d->lang};

	pl_view_quick_frame(d->desk->portal, d->req, d->lang, &m.frame);
	m.frame.title = pl_message(d->lang, heading);
	m.frame.path = PL_STR("/desk");
	pl_page_error(&h, &m);
	pl_http_reply_status(d->reply, status);
	return pl_desk_send(d, &b);
}

static pl_status send_json(struct pl_desk_view *d, struct pl_json *o)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(4096);
	pl_status st = pl_json_write(o, &b);

	if (st)
		return st;
	pl_http_reply_take(d->reply, "application/json", &b);
	return PL_OK;
}

pl_status pl_desk_json_to(struct pl_desk_view *d, pl_str path)
{
	struct pl_json *o PL_CLEANUP(pl_json_done) = pl_json_new_object();

	pl_json_set_str(o, "to", path);
	return send_json(d, o);
}

pl_status pl_desk_json_error(struct pl_desk_view *d, unsigned status, enum pl_message_id words, uint64_t wait)
{
	struct pl_json *o PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(2048);
	struct pl_html h = {&text, d->lang};
	const struct pl_html_value n = pl_html_value_u64(seconds(wait));

	pl_buf_put_str(&text, pl_message(d->lang, words));
	if (wait) {
		pl_buf_put_c(&text, ' ');
		pl_html_message_plural(&h, PL_MSG_desk_wait, n.u64, 1, &n);
		pl_json_set_u64(o, "wait", n.u64);
		retry_after(d, wait);
	}
	pl_json_set_str(o, "error", pl_buf_str(&text));
	pl_http_reply_status(d->reply, status);
	return send_json(d, o);
}
