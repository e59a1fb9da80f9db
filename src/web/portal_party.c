/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/portal_party: what a party of a report of a flaw sees of it, found by the secret that it was given.
 *
 * What always holds:
 *  1. The page shows what was sealed for this secret (register/vuln/access) and nothing else; this process can open no case.
 *  2. The secret comes by POST each time. A message that is sent twice by one page is there once, and says whose it is.
 */
#include "base/random.h"
#include "base/time.h"
#include "register/casework/access.h"
#include "register/casework/talk.h"
#include "register/clock.h"
#include "web/flaw_say.h"
#include "web/portal_receipt.h"
#include "web/register_say.h"

#define VIEW_DEPTH 8u

struct party {
	struct pl_view *w;
	struct pl_access_view v;
	struct pl_json *json; /* of v.text */
	struct pl_register_say say;
	struct pl_party_page m;
};

static void done(struct party *p)
{
	pl_json_free(p->json);
}

static pl_str text_of(const struct pl_json *o, const char *name)
{
	pl_str s = {0};

	return pl_json_get_str(o, name, &s, NULL) ? (pl_str){0} : s;
}

static uint64_t time_of(const struct pl_json *o, const char *name)
{
	uint64_t t = 0;

	return pl_time_parse(text_of(o, name), &t) ? 0 : t;
}

/* ---- the parts of a view ---- */

/* A value in the register's words; the month of a coarse time, and other times as people read them. */
static pl_status say_value(const struct party *p, const struct pl_register_decl *d, size_t derived, pl_str value, pl_str *ret)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(64);
	pl_str name = d->derived.fields[derived].name;
	bool coarse = false, time = false;

	for (size_t i = 0; i < d->n_fields; i++) {
		time = time || (d->fields[i].type == PL_COMMIT_TIME && (d->fields[i].exact == derived || d->fields[i].coarse == derived));
		coarse = coarse || d->fields[i].coarse == derived;
	}
	if (!time || value.len != 20)
		return pl_arena_dup(p->w->arena, value.len ? pl_register_say_value(&p->say, name, value) : name, ret);
	pl_buf_put_str(&text, pl_str_sub(value, 0, coarse ? 7 : 10));
	if (!coarse)
		pl_buf_printf(&text, " %.8s UTC", value.ptr + 11);
	return pl_arena_dup(p->w->arena, pl_buf_str(&text), ret);
}

/* In the order of the declaration. */
static pl_status fill_fields(struct party *p)
{
	struct pl_register *r PL_CLEANUP(pl_register_closep) = NULL;
	const struct pl_json *fields = NULL;
	pl_status st = pl_json_get_object(p->json, "fields", &fields, NULL);

	if (!st)
		st = pl_register_open(p->w->inst, p->v.name, &r, NULL);
	if (!st)
		st = pl_view_list(p->w, r->decl->derived.n, sizeof *p->m.fields, &p->m.fields);
	for (size_t i = 0; !st && i < r->decl->derived.n; i++) {
		pl_str name = r->decl->derived.fields[i].name, value;
		char key[PL_REGISTER_NAME_MAX + 1];

		if (pl_str_z(name, key, sizeof key) || pl_json_get_str(fields, key, &value, NULL) ||
			(pl_str_eq(name, PL_STR("reason")) && pl_str_eq(value, PL_STR("none"))))
			continue; /* not for this party, or not said */
		st = pl_arena_dup(p->w->arena, pl_register_say_field(&p->say, name), &p->m.fields[p->m.n_fields].label);
		if (!st)
			st = say_value(p, r->decl, i, value, &p->m.fields[p->m.n_fields].value);
		p->m.n_fields += !st;
	}
	return st;
}

static pl_status fill_event(struct party *p, const struct pl_json *o, struct pl_party_event *row)
{
	pl_str what = text_of(o, "what"), name = text_of(o, "name"), reason = text_of(o, "reason");
	char word[PL_REGISTER_NAME_MAX + 1];

	row->at = time_of(o, "at");
	for (unsigned k = 0; k < PL_VULN_EV_KINDS; k++)
		if (pl_str_eq(what, pl_str_from(pl_vuln_event_words[k])))
			row->kind.id = pl_flaw_say_event((enum pl_vuln_event_kind)k);
	row->state = text_of(o, "state").len ? pl_register_say_value(&p->say, PL_STR("state"), text_of(o, "state")) : (pl_str){0};
	row->reason = reason.len && !pl_str_eq(reason, PL_STR("none")) ? pl_register_say_value(&p->say, PL_STR("reason"), reason) : (pl_str){0};
	row->about = name;
	if (pl_str_eq(what, pl_str_from(pl_vuln_event_words[PL_VULN_EV_HAPPENED])) && !pl_str_z(name, word, sizeof word))
		row->about = pl_str_from(pl_clock_event_text(word));
	return PL_OK;
}

/* The newest first. */
static pl_status fill_events(struct party *p)
{
	const struct pl_json *list = NULL;
	pl_status st = pl_json_get_array(p->json, "events", &list, NULL);
	size_t n = st ? 0 : pl_json_count(list);

	if (!st)
		st = pl_view_list(p->w, n, sizeof *p->m.events, &p->m.events);
	for (size_t i = n; i-- > 0 && !st;)
		st = fill_event(p, pl_json_at(list, i), &p->m.events[p->m.n_events++]);
	return st;
}

static void fill_role(pl_str word, struct pl_html_msg *ret)
{
	enum pl_vuln_role role;

	if (!pl_vuln_role_parse(word, &role))
		ret->id = pl_flaw_say_role(role);
}

static pl_status fill_others(struct party *p)
{
	const struct pl_json *list = NULL;
	pl_str self = text_of(p->json, "party");
	pl_status st = pl_json_get_array(p->json, "parties", &list, NULL);
	size_t n = st ? 0 : pl_json_count(list);

	if (!st)
		st = pl_view_list(p->w, n, sizeof *p->m.others, &p->m.others);
	for (size_t i = 0; i < n && !st; i++) {
		const struct pl_json *o = pl_json_at(list, i);
		struct pl_party_other *row = &p->m.others[p->m.n_others];

		if (pl_str_eq(text_of(o, "party"), self)) {
			p->m.self = text_of(o, "name");
			p->m.since = time_of(o, "since");
			continue;
		}
		*row = (struct pl_party_other){.name = text_of(o, "name"), .since = time_of(o, "since")};
		fill_role(text_of(o, "role"), &row->role);
		p->m.n_others++;
	}
	return st;
}

static pl_status fill(struct party *p)
{
	struct pl_ulid once;
	char text[PL_ULID_TEXT + 1];
	pl_status st = pl_json_parse(p->v.text, PL_ACCESS_VIEW_MAX, VIEW_DEPTH, &p->json, NULL);

	if (st)
		return st;
	pl_register_say_find(p->w->inst, p->v.name, p->w->lang, p->w->arena, &p->say);
	p->m.name = p->v.name;
	p->m.number = p->v.number;
	p->m.revision = p->v.revision;
	p->m.may_write = p->w->portal->intake != NULL;
	fill_role(text_of(p->json, "role"), &p->m.role);
	pl_random(once.b, sizeof once.b);
	pl_ulid_write(&once, text);
	st = pl_arena_dup(p->w->arena, pl_str_from(text), &p->m.once);
	if (!st)
		st = fill_fields(p);
	if (!st)
		st = fill_events(p);
	return st ? st : fill_others(p);
}

/* ---- pages ---- */

static pl_status page(struct party *p, unsigned status)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_PORTAL_PAGE_MAX);
	struct pl_html h;
	pl_status st;

	st = pl_view_token(p->w, PL_POSTING_RECEIPT, &p->m.token);
	if (st)
		return st;
	pl_view_title(p->w, PL_MSG_party_heading, 0, NULL);
	p->m.frame = p->w->frame;
	h = pl_view_html(p->w, &b);
	pl_page_party(&h, &p->m);
	st = pl_view_send(p->w, &b);
	if (st)
		return st;
	if (status != 200)
		pl_http_reply_status(p->w->reply, status);
	pl_http_reply_cache(p->w->reply, PL_HTTP_NO_STORE);
	return PL_OK;
}

static pl_status find(struct party *p, struct pl_view *w)
{
	struct pl_register_secret secret = {0};
	pl_status st;

	*p = (struct party){.w = w};
	st = pl_receipt_secret_read(w, &secret, &p->m.secret);
	if (!st)
		st = pl_access_open(w->inst, &secret, pl_time_now() / PL_SECOND, w->arena, &p->v);
	pl_wipe(&secret, sizeof secret);
	return st ? st : fill(p);
}

pl_status pl_portal_party_look(struct pl_view *w)
{
	struct party p;
	pl_status st = find(&p, w);

	if (!st)
		st = page(&p, 200);
	done(&p);
	return st;
}

/* ---- a message ---- */

/* What it says, under who says it. */
static pl_status send(struct party *p, unsigned *ret_status)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_TALK_TEXT_MAX + 1024);
	struct pl_register *r PL_CLEANUP(pl_register_closep) = NULL;
	struct pl_ulid once;
	struct pl_talk_said said = {.once = pl_receipt_once_read(p->w, &once) ? &once : NULL};
	pl_status st = pl_receipt_text_read(p->w, &p->m.text);

	*ret_status = 200;
	if (!st && !p->m.text.len)
		st = PL_E_RANGE;
	if (!st)
		st = pl_register_open(p->w->inst, p->v.name, &r, NULL);
	pl_buf_printf(&text, "[%.*s %.*s, %.*s]\n\n", PL_STR_ARG(text_of(p->json, "role")), PL_STR_ARG(text_of(p->json, "party")), PL_STR_ARG(p->m.self));
	pl_buf_put_str(&text, p->m.text);
	said.text = pl_buf_str(&text);
	if (!st)
		st = pl_buf_status(&text);
	if (!st)
		st = pl_talk_message(p->w->inst, r, p->v.number, &said, NULL);
	p->m.sent = !st;
	p->m.twice = st == PL_E_EXISTS;
	p->m.refused = st == PL_E_DENIED || st == PL_E_RANGE || st == PL_E_TOOBIG || st == PL_E_STATE;
	if (p->m.refused)
		*ret_status = st == PL_E_DENIED ? 429 : 400;
	else
		p->m.text = (pl_str){0};
	return p->m.refused || p->m.twice ? PL_OK : st;
}

pl_status pl_portal_party_message(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	struct pl_receipt_page none = {.asked = true};
	struct party p = {0};
	unsigned status = 200;
	bool go = false;
	pl_status st = pl_view_begin(&w, ctx, req, reply, PL_NAV_REGISTERS);

	if (!st)
		st = pl_receipt_text_read(&w, &none.text);
	if (!st)
		st = pl_receipt_posted(&w, false, &none, &go);
	if (!go)
		return st;
	st = find(&p, &w);
	if (!st)
		st = send(&p, &status);
	if (!st)
		st = page(&p, status);
	done(&p);
	return st == PL_E_NOTFOUND ? pl_receipt_page(&w, NULL, &none, 404) : st;
}
