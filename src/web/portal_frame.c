/* SPDX-License-Identifier: Apache-2.0 */
/* web/portal_frame: what every page begins and ends with. */
#include "web/portal_internal.h"
#include "base/time.h"
#include "web/session.h"
#include "web/upload.h"
#include <stdio.h>

#define LOOK_BYTES ((size_t)8 << 20)

/* ---- instances ---- */

static struct pl_instance *take_instance(struct pl_portal *p)
{
	struct pl_instance *found = NULL;

	(void)pthread_mutex_lock(&p->lock);
	while (!found) {
		for (size_t i = 0; i < PL_PORTAL_INSTANCES && !found; i++)
			if (!p->busy[i]) {
				p->busy[i] = true;
				found = p->instances[i];
			}
		if (!found)
			(void)pthread_cond_wait(&p->idle, &p->lock);
	}
	(void)pthread_mutex_unlock(&p->lock);
	/* One that cannot be read changes nothing: the page shows what was trusted before. */
	(void)(pl_instance_follow_trust(found, NULL) == PL_OK);
	return found;
}

static void give_instance(struct pl_portal *p, const struct pl_instance *inst)
{
	(void)pthread_mutex_lock(&p->lock);
	for (size_t i = 0; i < PL_PORTAL_INSTANCES; i++)
		if (p->instances[i] == inst)
			p->busy[i] = false;
	(void)pthread_mutex_unlock(&p->lock);
	(void)pthread_cond_signal(&p->idle);
}

/* ---- language ---- */

enum pl_lang pl_view_language(struct pl_http_request *req)
{
	enum pl_lang lang;
	pl_str tag;

	if (!pl_http_request_query(req, "lang", &tag) && !pl_lang_find(tag, &lang))
		return lang;
	if (!pl_lang_find(pl_web_cookie(req, PL_STR("lang")), &lang))
		return lang;
	return pl_lang_accept(pl_http_request_header(req, "Accept-Language"));
}

/* A language that was chosen stays chosen; the cookie says nothing else about the reader. */
static void keep_language(struct pl_view *w)
{
	char text[80];
	pl_str tag;

	if (pl_http_request_query(w->req, "lang", &tag))
		return;
	(void)snprintf(text, sizeof text, "lang=%s; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly", pl_lang_tag(w->lang));
	pl_http_reply_header(w->reply, "Set-Cookie", pl_str_from(text));
}

/* ---- the state of the log ---- */

static void remember_state(struct pl_view *w)
{
	struct pl_portal *p = w->portal;
	struct pl_portal_state s = {.has_view = w->has_view, .log = w->view.log, .total = w->n_witnesses,
		.unwitnessed = pl_policy_unwitnessed(pl_instance_policy(w->inst)), .unguarded = pl_instance_unguarded(w->inst)};

	if (w->has_view) {
		s.size = w->view.checkpoint_size;
		s.time = w->view.time;
	}
	s.waiting = w->view.outbox.waiting + w->view.outbox.logged;
	for (size_t i = 0; i < w->n_witnesses; i++) {
		if (w->witnesses[i].counts)
			s.counted++;
		else if (s.n_missing < PL_POLICY_WITNESSES_MAX && w->has_view)
			(void)snprintf(s.missing[s.n_missing++], PL_PORTAL_NAME_MAX, "%.*s", PL_STR_ARG(w->witnesses[i].name));
	}
	(void)pthread_mutex_lock(&p->lock);
	p->state = s;
	(void)pthread_mutex_unlock(&p->lock);
}

/* What the log process says of itself. One that was stopped is nobody's concern until something waits for it. */
static void show_log(struct pl_frame *f, const struct pl_log_report *r, struct pl_arena *arena)
{
	bool numbered = r->ahead_size > r->recorded && r->ahead_size != PL_TREE_SIZE_MAX;

	f->held = r->process == PL_LOG_PROCESS_HELD;
	f->held_witnesses = (r->hold & PL_LOG_HOLD_WITNESSES) != 0;
	f->held_ahead = (r->hold & PL_LOG_HOLD_AHEAD) != 0 && numbered;
	f->held_other = (r->hold & PL_LOG_HOLD_AHEAD) != 0 && !numbered;
	f->held_back = (r->hold & PL_LOG_HOLD_TIME_BACK) != 0;
	f->held_jump = (r->hold & PL_LOG_HOLD_TIME_JUMP) != 0;
	f->answered = r->answered;
	f->needed = r->needed;
	f->ahead_size = r->ahead_size;
	/* Without memory the sentence lacks a name. */
	(void)!pl_arena_dup(arena, pl_str_from(r->ahead_name), &f->ahead_name);
	f->recorded = r->recorded;
	f->silent = r->process == PL_LOG_PROCESS_SILENT;
	f->failed = r->process == PL_LOG_PROCESS_FAILED;
	f->refused = r->process == PL_LOG_PROCESS_REFUSED;
	f->stopped = (r->process == PL_LOG_PROCESS_STOPPED || r->process == PL_LOG_PROCESS_NONE) && f->waiting;
	f->reported = r->reported;
}

static void list_languages(struct pl_frame *f, enum pl_lang lang)
{
	for (unsigned i = 0; i < PL_LANG_COUNT; i++) {
		enum pl_lang l = (enum pl_lang)i;

		f->languages[i].tag = pl_str_from(pl_lang_tag(l));
		f->languages[i].name = pl_str_from(pl_lang_name(l));
		f->languages[i].current = l == lang;
	}
	f->n_languages = PL_LANG_COUNT;
}

void pl_view_quick_frame(struct pl_portal *p, struct pl_http_request *req, enum pl_lang lang, struct pl_frame *f)
{
	struct pl_arena *arena = pl_http_request_arena(req);
	struct pl_portal_state s;

	(void)pthread_mutex_lock(&p->lock);
	s = p->state;
	(void)pthread_mutex_unlock(&p->lock);
	*f = (struct pl_frame){.lang = pl_str_from(pl_lang_tag(lang)), .direction = pl_str_from(pl_lang_direction(lang)),
		.path = pl_http_request_path(req), .origin = pl_instance_conf(p->instances[0])->origin, .has_view = s.has_view,
		.size = s.size, .time = s.time, .witnesses_counted = s.counted, .witnesses_total = s.total,
		.unwitnessed = s.unwitnessed, .unguarded = s.unguarded, .desk = p->desk != NULL, .intake = p->intake != NULL, .demonstration = p->demonstration, .waiting = s.waiting};
	show_log(f, &s.log, arena);
	list_languages(f, lang);
	f->missing = pl_arena_alloc(arena, s.n_missing ? s.n_missing : 1, sizeof *f->missing);
	for (size_t i = 0; f->missing && i < s.n_missing; i++)
		if (!pl_arena_dup(arena, pl_str_from(s.missing[i]), &f->missing[f->n_missing]))
			f->n_missing++;
}

/* ---- begin and end ---- */

/* A log that was never published has nothing to show but why. */
static pl_status view_of_nothing(struct pl_view *w)
{
	struct pl_db *db = pl_instance_db(w->inst);
	pl_status st = pl_log_report_read(db, pl_instance_conf(w->inst)->origin, &w->view.log);

	return st ? st : pl_outbox_count(db, &w->view.outbox);
}

static pl_status read_state(struct pl_view *w)
{
	pl_status st = pl_query_view(w->inst, w->arena, &w->view);

	w->has_view = st == PL_OK;
	if (st && st != PL_E_NOTFOUND)
		return st;
	st = w->has_view ? PL_OK : view_of_nothing(w);
	if (!st)
		st = pl_query_witnesses(w->inst, &w->view, w->arena, &w->witnesses, &w->n_witnesses);
	if (!st)
		remember_state(w);
	return st;
}

void pl_portal_look(struct pl_portal *p)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(LOOK_BYTES);
	struct pl_view w = {.portal = p, .inst = p->instances[0], .arena = &arena};

	/* What cannot be read now is read for the first page. */
	(void)(read_state(&w) == PL_OK);
}

pl_status pl_view_begin(struct pl_view *w, struct pl_portal *p, struct pl_http_request *req,
	struct pl_http_reply *reply, enum pl_nav nav)
{
	pl_status st;

	*w = (struct pl_view){.portal = p, .req = req, .reply = reply, .arena = pl_http_request_arena(req)};
	w->lang = pl_view_language(req);
	w->inst = take_instance(p);
	st = read_state(w);
	if (st)
		return st;
	if (w->has_view)
		pl_proofs_update(p->proofs, w->view.checkpoint, w->view.checkpoint_size, &w->view.root);
	pl_view_quick_frame(p, req, w->lang, &w->frame);
	w->frame.nav = nav;
	keep_language(w);
	return PL_OK;
}

void pl_view_end(struct pl_view *w)
{
	if (w->inst)
		give_instance(w->portal, w->inst);
	w->inst = NULL;
}

void pl_view_take_back(struct pl_view *w)
{
	w->inst = take_instance(w->portal);
}

void pl_view_title_text(struct pl_view *w, pl_str text)
{
	w->frame.title = text;
}

void pl_view_title(struct pl_view *w, enum pl_message_id id, unsigned n, const struct pl_html_value *args)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(1024);

	pl_html_message_plain(&b, w->lang, id, n, args);
	if (pl_arena_dup(w->arena, pl_buf_str(&b), &w->frame.title))
		w->frame.title = pl_message(w->lang, id);
}

pl_status pl_view_list(struct pl_view *w, size_t n, size_t size, void *ret)
{
	void *list = pl_arena_alloc(w->arena, n ? n : 1, size);

	if (!list)
		return PL_E_TOOBIG;
	memcpy(ret, &list, sizeof list);
	return PL_OK;
}

void pl_view_take(struct pl_http_reply *reply, const char *type, struct pl_buf *body)
{
	struct pl_digest d;
	char tag[2 * PL_DIGEST_LEN + 1];

	pl_sha256(pl_buf_bytes(body), &d);
	pl_digest_hex(&d, tag);
	pl_http_reply_etag(reply, pl_str_of(tag, 32));
	pl_http_reply_cache(reply, PL_HTTP_REVALIDATE);
	pl_http_reply_take(reply, type, body);
}

struct pl_html pl_view_html(struct pl_view *w, struct pl_buf *b)
{
	pl_view_end(w);
	return (struct pl_html){b, w->lang};
}

pl_status pl_view_send(struct pl_view *w, struct pl_buf *b)
{
	if (pl_buf_status(b))
		return pl_buf_status(b);
	pl_http_reply_header(w->reply, "Vary", PL_STR("Accept-Language, Cookie"));
	pl_http_reply_header(w->reply, "Content-Language", pl_str_from(pl_lang_tag(w->lang)));
	pl_view_take(w->reply, "text/html; charset=utf-8", b);
	return PL_OK;
}

/* ---- forms that are posted ---- */

static pl_str site_of(const struct pl_view *w)
{
	return pl_instance_conf(w->portal->instances[0])->public_url;
}

pl_status pl_view_token(struct pl_view *w, pl_str form, pl_str *ret)
{
	w->frame.posts = true;
	return pl_posting_give(w->req, w->reply, site_of(w), form, ret);
}

pl_status pl_view_posted(struct pl_view *w, pl_str form, bool files, bool *ret_stale)
{
	enum pl_posting_verdict verdict;
	pl_str token;

	if (pl_route_query(pl_upload_fields(w->req), PL_STR("csrf"), w->arena, &token))
		token = (pl_str){0};
	verdict = pl_posting_of(w->req, site_of(w), form, token, files);
	*ret_stale = verdict == PL_POSTING_TOKEN;
	return verdict == PL_POSTING_FOREIGN ? PL_E_DENIED : verdict == PL_POSTING_TYPE ? PL_E_UNSUPPORTED : PL_OK;
}

pl_status pl_view_no_form(struct pl_view *w)
{
	pl_status st = pl_portal_error(w->portal, w->req, 415, w->reply);

	pl_http_reply_status(w->reply, 415);
	return st;
}

/* ---- error pages ---- */

/* What is refused to a form that was sent, and open to everybody else, came from elsewhere (web/posting.h). */
static bool is_foreign_form(const struct pl_http_request *req, unsigned status)
{
	return status == 403 && pl_http_request_method(req) == PL_HTTP_POST && !pl_str_starts(pl_http_request_path(req), PL_STR("/desk"));
}

static void error_words(unsigned status, struct pl_error_page *m)
{
	static const struct {
		unsigned status;
		enum pl_message_id heading, words;
	} known[] = {
		{400, PL_MSG_error_e400_heading, PL_MSG_error_e400_words}, {403, PL_MSG_error_e403_heading, PL_MSG_error_e403_words},
		{404, PL_MSG_error_e404_heading, PL_MSG_error_e404_words}, {405, PL_MSG_error_e405_heading, PL_MSG_error_e405_words},
		{413, PL_MSG_error_e413_heading, PL_MSG_error_e413_words}, {415, PL_MSG_error_e415_heading, PL_MSG_error_e415_words},
		{429, PL_MSG_error_e429_heading, PL_MSG_error_e429_words}, {503, PL_MSG_error_e503_heading, PL_MSG_error_e503_words},
	};
	size_t i = 0;

	m->heading.id = status < 500 ? PL_MSG_error_e400_heading : PL_MSG_error_e500_heading;
	m->words.id = status < 500 ? PL_MSG_error_e400_words : PL_MSG_error_e500_words;
	while (i < PL_COUNT(known) && known[i].status != status)
		i++;
	if (i < PL_COUNT(known)) {
		m->heading.id = known[i].heading;
		m->words.id = known[i].words;
	}
}

pl_status pl_portal_error(void *ctx, struct pl_http_request *req, unsigned status, struct pl_http_reply *reply)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PORTAL_PAGE_MAX);
	struct pl_error_page m = {.status = status};
	struct pl_html h = {&b, pl_view_language(req)};

	error_words(status, &m);
	if (is_foreign_form(req, status))
		m.words.id = PL_MSG_posting_foreign;
	pl_view_quick_frame(ctx, req, h.lang, &m.frame);
	m.frame.title = pl_message(h.lang, m.heading.id);
	/* The path may be the very thing that is wrong. */
	m.frame.path = PL_STR("/");
	pl_page_error(&h, &m);
	pl_http_reply_take(reply, "text/html; charset=utf-8", &b);
	return PL_OK;
}
