/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/portal_intake: forms that outsiders fill in, codes, and the page that shows the secret once.
 *
 * What always holds:
 *  1. This process holds no key that reads: what it takes in it seals (register/casework/submit.h, fact/vault.h).
 *  2. What was typed comes back into the form when something is wrong with it, and stands in no address and no log line.
 *  3. Only our own pages send, and programs that say nothing of pages (web/posting.h).
 */
#include "base/time.h"
#include "register/casework/letter.h"
#include "register/casework/submit.h"
#include "register/words/query.h"
#include "web/portal_ask.h"
#include "web/portal_files.h"
#include <stdio.h>

#define FORMS_MAX 64u

/* Words of a register in the reader's language. */
struct naming {
	struct pl_view *w;
	const struct pl_register_decl *decl;
	const struct pl_form *form; /* may be NULL */
	bool worded;
	struct pl_register_words words;
};

/* One form, and what was typed into it. */
struct filling {
	struct pl_view *w;
	struct pl_register *r;
	struct pl_form *f;
	struct pl_submission s;
	enum pl_form_confirm chosen; /* 0: nothing was sent yet */
	struct pl_intake_form_page m;
	struct pl_files_kept kept;
	struct pl_submit_fault faults[PL_SUBMIT_FAULTS_MAX];
};

/* ---- words of a register in the reader's language ---- */

static void find_words(struct naming *n)
{
	pl_str tag = pl_str_from(pl_lang_tag(n->w->lang));
	uint64_t index;
	pl_status st = pl_query_register_words(n->w->inst, n->decl->name, tag, UINT64_MAX, n->w->arena, &n->words, &index);

	if (st)
		st = pl_query_register_words(n->w->inst, n->decl->name, PL_STR("en"), UINT64_MAX, n->w->arena, &n->words, &index);
	n->worded = !st;
}

/* The form's words for @field in the reader's language, else in English; or NULL. */
static const struct pl_form_word *form_word(const struct naming *n, pl_str field)
{
	const struct pl_form_word *word = pl_form_word(n->form, pl_str_from(pl_lang_tag(n->w->lang)), field);

	return word ? word : pl_form_word(n->form, PL_STR("en"), field);
}

/* The form's own words first, then those of the register for what is opened of the field, then its name. */
static void name_field(const struct naming *n, const struct pl_register_field *f, struct pl_intake_field *row)
{
	const struct pl_form_word *own = form_word(n, f->name);
	const struct pl_register_word *word = NULL;
	size_t open = f->coarse == PL_REGISTER_NONE ? f->exact : f->coarse;

	row->name = row->label = f->name;
	if (own) {
		row->label = own->label;
		row->hint = own->hint;
		return;
	}
	if (n->worded)
		word = pl_register_words_find(&n->words, PL_REGISTER_WORD_FIELD, n->decl->derived.fields[open].name, (pl_str){0});
	if (word) {
		row->label = word->label;
		row->hint = word->definition;
	}
}

static pl_str name_value(const struct naming *n, const struct pl_register_field *f, pl_str value)
{
	const struct pl_register_word *word =
		n->worded ? pl_register_words_find(&n->words, PL_REGISTER_WORD_VALUE, f->name, value) : NULL;

	return word ? word->label : value;
}

/* ---- the list ---- */

static pl_status fill_row(struct pl_view *w, pl_str name, struct pl_intake_form_row *row)
{
	struct pl_register *r PL_CLEANUP(pl_register_closep) = NULL;
	struct naming n = {.w = w};
	struct pl_form *f;
	pl_status st = pl_register_open(w->inst, name, &r, NULL);

	if (!st)
		st = pl_form_read(w->inst, r, w->arena, &f, NULL);
	if (st)
		return st;
	n.form = f;
	n.decl = r->decl;
	find_words(&n);
	row->name = row->title = name;
	if (form_word(&n, PL_STR("form"))) {
		row->title = form_word(&n, PL_STR("form"))->label;
		row->about = form_word(&n, PL_STR("form"))->hint;
	} else if (n.worded) {
		row->title = n.words.title;
		row->about = n.words.about;
	}
	return PL_OK;
}

pl_status pl_portal_intake(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PORTAL_PAGE_MAX);
	struct pl_intake_list_page m = {0};
	pl_str names[FORMS_MAX];
	size_t n = 0;
	struct pl_html h;
	pl_status st = pl_view_begin(&w, ctx, req, reply, PL_NAV_REGISTERS);

	if (!st)
		st = pl_form_list(w.inst, FORMS_MAX, w.arena, names, &n);
	if (!st)
		st = pl_view_list(&w, n, sizeof *m.forms, &m.forms);
	for (size_t i = 0; i < n && !st; i++)
		if (fill_row(&w, names[i], &m.forms[m.n_forms]) == PL_OK)
			m.n_forms++;
	if (st)
		return st;
	pl_view_title(&w, PL_MSG_intake_heading, 0, NULL);
	m.frame = w.frame;
	h = pl_view_html(&w, &b);
	pl_page_intake_list(&h, &m);
	return pl_view_send(&w, &b);
}

/* ---- one form ---- */

static pl_status find_form(struct filling *x, pl_str name)
{
	pl_status st = pl_register_open(x->w->inst, name, &x->r, NULL);

	return st ? st : pl_form_read(x->w->inst, x->r, x->w->arena, &x->f, NULL);
}

static const struct pl_submit_fault *fault_of(const struct filling *x, pl_str field)
{
	for (size_t i = 0; i < x->m.n_faults; i++)
		if (pl_str_eq(x->faults[i].field, field))
			return &x->faults[i];
	return NULL;
}

static struct pl_html_msg fault_words(const struct pl_submit_fault *f)
{
	return (struct pl_html_msg){f->fault == PL_FAULT_MISSING ? PL_MSG_intake_missing :
		f->fault == PL_FAULT_LONG ? PL_MSG_intake_long : PL_MSG_intake_invalid};
}

static pl_status fill_choices(struct filling *x, const struct naming *n, const struct pl_register_field *f, struct pl_intake_field *row)
{
	pl_str rest = x->r->decl->derived.fields[f->exact].choices, word; /* of a group: what it is made of */
	size_t count = 1;
	pl_status st;

	for (size_t i = 0; i < rest.len; i++)
		count += rest.ptr[i] == ',';
	st = pl_view_list(x->w, count, sizeof *row->choices, &row->choices);
	if (st)
		return st;
	while (row->n_choices < count) {
		if (!pl_str_take_until(&rest, ',', &word))
			word = rest;
		row->choices[row->n_choices++] =
			(struct pl_intake_choice){word, name_value(n, f, word), pl_str_eq(word, row->value)};
	}
	return PL_OK;
}

static pl_status fill_field(struct filling *x, const struct naming *n, size_t i)
{
	const struct pl_form_ask *ask = &x->f->asks[i];
	const struct pl_register_field *f = &x->r->decl->fields[ask->field];
	struct pl_intake_field *row = &x->m.fields[x->m.n_fields++];
	const struct pl_submit_fault *fault = fault_of(x, f->name);

	*row = (struct pl_intake_field){.value = x->s.values[i], .required = ask->required, .fault = fault != NULL};
	name_field(n, f, row);
	if (fault)
		row->words = fault_words(fault);
	return f->type == PL_COMMIT_ENUM ? fill_choices(x, n, f, row) : PL_OK;
}

static void fill_message(struct filling *x, const struct naming *n)
{
	const struct pl_form_word *word = form_word(n, PL_STR("message"));
	const struct pl_submit_fault *fault = fault_of(x, PL_STR("message"));

	x->m.message = x->f->message != PL_FORM_NO_MESSAGE;
	x->m.message_required = x->f->message == PL_FORM_MESSAGE_REQUIRED;
	x->m.message_label = word ? word->label : pl_message(x->w->lang, PL_MSG_intake_message);
	x->m.message_hint = word && word->hint.len ? word->hint : pl_message(x->w->lang, PL_MSG_intake_message_hint);
	x->m.message_text = x->s.message;
	x->m.message_fault = fault != NULL;
	if (fault)
		x->m.message_words = fault_words(fault);
	fault = fault_of(x, PL_STR("contact"));
	x->m.contact = x->s.contact;
	x->m.contact_fault = fault != NULL;
	if (fault)
		x->m.contact_words = fault_words(fault);
}

/* What was typed for @name; empty: nothing, or it is not asked for. */
static pl_str typed(const struct filling *x, pl_str name)
{
	for (size_t i = 0; i < x->f->n_asks; i++)
		if (pl_str_eq(x->r->decl->fields[x->f->asks[i].field].name, name))
			return x->s.values[i];
	return (pl_str){0};
}

/* Which document: of the form that was sent, or of the address. */
static pl_status fill_ask(struct filling *x)
{
	pl_str document = typed(x, PL_STR("document")), named;
	pl_status st;

	if (!pl_ask_is_register(x->r->decl))
		return PL_OK;
	if (!document.len && pl_http_request_query(x->w->req, "document", &named) == PL_OK)
		document = named;
	st = pl_portal_ask_fill(x->w, document, &x->m.ask);
	x->m.ask.name = x->r->decl->name;
	x->m.no_form = !st && !x->m.ask.chosen;
	return st;
}

static pl_status fill_principles(struct filling *x, const struct naming *n)
{
	pl_status st = pl_view_list(x->w, PL_REGISTER_WORDS_TEXTS_MAX, sizeof *x->m.principles, &x->m.principles);

	x->m.n_principles = n->worded ? n->words.n_principles : 0;
	for (size_t i = 0; i < x->m.n_principles && !st; i++)
		x->m.principles[i].text = n->words.principles[i];
	return st;
}

static pl_status fill_form(struct filling *x)
{
	struct naming n = {.w = x->w, .decl = x->r->decl, .form = x->f};
	const struct pl_form_word *word;
	pl_status st;

	find_words(&n);
	word = form_word(&n, PL_STR("form"));
	x->m.name = x->r->decl->name;
	x->m.heading = word ? word->label : n.worded ? n.words.title : x->r->decl->name;
	x->m.about = word ? word->hint : n.worded ? n.words.about : (pl_str){0};
	x->m.bits = x->f->bits;
	x->m.way_mail = (x->f->confirm & PL_FORM_MAIL) != 0;
	x->m.way_work = (x->f->confirm & PL_FORM_WORK) != 0;
	x->m.way_key = (x->f->confirm & PL_FORM_KEY) != 0;
	if (!x->chosen)
		x->chosen = x->m.way_mail ? PL_FORM_MAIL : x->m.way_work ? PL_FORM_WORK : PL_FORM_KEY;
	x->m.chose_mail = x->chosen == PL_FORM_MAIL;
	x->m.chose_work = x->chosen == PL_FORM_WORK;
	x->m.chose_key = x->chosen == PL_FORM_KEY;
	x->m.contact_required = !x->m.way_work && !x->m.way_key;
	x->m.origin = pl_instance_conf(x->w->inst)->origin;
	fill_message(x, &n);
	st = fill_principles(x, &n);
	if (st)
		return st;
	st = pl_files_fill(x->w, x->f, x->m.trouble != PL_INTAKE_FINE, &x->m.files);
	if (!st)
		st = fill_ask(x);
	if (!st)
		st = pl_view_list(x->w, x->f->n_asks, sizeof *x->m.fields, &x->m.fields);
	for (size_t i = 0; i < x->f->n_asks && !st; i++)
		if (!x->m.ask.is || !pl_portal_ask_hides(x->r->decl->fields[x->f->asks[i].field].name))
			st = fill_field(x, &n, i);
	return st;
}

static pl_status send_form(struct filling *x, unsigned status)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_PORTAL_PAGE_MAX);
	struct pl_html h;
	pl_status st = fill_form(x);

	if (st)
		return st;
	st = pl_view_token(x->w, x->r->decl->name, &x->m.token);
	if (st)
		return st;
	pl_view_title_text(x->w, x->m.heading);
	x->m.frame = x->w->frame;
	h = pl_view_html(x->w, &b);
	pl_page_intake_form(&h, &x->m);
	st = pl_view_send(x->w, &b);
	if (!st && status != 200)
		pl_http_reply_status(x->w->reply, status);
	if (!st)
		pl_http_reply_cache(x->w->reply, PL_HTTP_NO_STORE);
	return st;
}

pl_status pl_portal_intake_form(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	struct filling *x;
	pl_status st = pl_view_begin(&w, ctx, req, reply, PL_NAV_REGISTERS);

	if (st)
		return st;
	x = PL_NEW(struct filling);
	x->w = &w;
	st = find_form(x, pl_http_request_capture(req, "name"));
	if (!st)
		st = send_form(x, 200);
	pl_register_close(x->r);
	pl_free(x);
	return st;
}

/* ---- what was sent ---- */

/* Trimmed; line breaks become line feeds, other control characters make it nothing. */
static pl_status take_field(struct pl_view *w, const char *name, pl_str *ret)
{
	pl_str text;
	pl_status st = pl_route_query(pl_upload_fields(w->req), pl_str_from(name), w->arena, &text);
	char *out;
	size_t n = 0;

	*ret = (pl_str){0};
	if (st)
		return st == PL_E_NOTFOUND ? PL_OK : st;
	text = pl_str_trim(text);
	out = pl_arena_alloc(w->arena, text.len + 1, 1);
	if (!out)
		return PL_E_NOMEM;
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == '\r') {
			if (i + 1 < text.len && text.ptr[i + 1] == '\n')
				continue;
			out[n++] = '\n';
		} else {
			out[n++] = text.ptr[i];
		}
	}
	*ret = pl_str_of(out, n);
	return PL_OK;
}

static pl_status take_submission(struct filling *x)
{
	char name[PL_REGISTER_NAME_MAX + 4];
	pl_status st = take_field(x->w, "message", &x->s.message);

	x->s.received = pl_time_now() / PL_SECOND;
	x->s.language = pl_str_from(pl_lang_tag(x->w->lang));
	if (!st)
		st = take_field(x->w, "contact", &x->s.contact);
	for (size_t i = 0; i < x->f->n_asks && !st; i++) {
		(void)snprintf(name, sizeof name, "f-%.*s", PL_STR_ARG(x->r->decl->fields[x->f->asks[i].field].name));
		st = take_field(x->w, name, &x->s.values[i]);
	}
	return st;
}

static pl_status done_page(struct pl_view *w, const struct pl_register *r, const struct pl_form *f, const struct pl_intake_answer *a)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_PORTAL_PAGE_MAX);
	struct naming n = {.w = w, .decl = r->decl, .form = f};
	struct pl_intake_done_page m = {.name = r->decl->name, .number = a->made.number, .position = a->made.position,
		.leaf = a->made.leaf, .before = (pl_time_now() / PL_SECOND + PL_REGISTER_PROMISE_SLACK) * PL_SECOND};
	char secret[PL_ULID_TEXT + 1];
	struct pl_html h;
	pl_status st;

	find_words(&n);
	m.heading = n.worded ? n.words.title : r->decl->name;
	pl_ulid_write(&a->secret.v, secret);
	m.secret = pl_str_from(secret);
	st = pl_view_token(w, PL_POSTING_RECEIPT, &m.token);
	if (st)
		return st;
	pl_view_title(w, PL_MSG_intake_done_heading, 1, &(struct pl_html_value){.kind = PL_HTML_U64, .u64 = m.number});
	m.frame = w->frame;
	h = pl_view_html(w, &b);
	pl_page_intake_done(&h, &m);
	st = pl_view_send(w, &b);
	if (!st)
		pl_http_reply_cache(w->reply, PL_HTTP_NO_STORE);
	pl_wipe(secret, sizeof secret);
	return st;
}

/* The form once more, with what is wrong. 503 says when to come again. */
static pl_status refuse(struct filling *x, enum pl_intake_trouble trouble, unsigned status)
{
	pl_status st;

	x->m.trouble = trouble;
	st = send_form(x, status);
	if (!st && status == 503)
		pl_http_reply_header(x->w->reply, "Retry-After", PL_STR("60"));
	return st;
}

/* Have the files scanned and stored, and name them in x->s. *@ret_kept false: the page was answered. */
static pl_status keep_files(struct filling *x, bool *ret_kept)
{
	unsigned status = 0;
	pl_status st = pl_files_keep(x->w, x->f, x->s.received + PL_SUBMIT_FILES_HOLD, &x->kept, &x->m.files, &status);

	x->s.files = x->kept.list;
	x->s.n_files = x->kept.n;
	*ret_kept = !st && !status;
	return st || !status ? st : refuse(x, PL_INTAKE_FILES, status);
}

/* It is entered at once: what was shown has been judged. @once: what is said if it counted before. */
static pl_status enter_at_once(struct filling *x, const struct pl_submit_shown *shown, enum pl_intake_trouble once)
{
	struct pl_intake_answer answer;
	bool kept = false;
	pl_status st = keep_files(x, &kept);

	if (st || !kept)
		return st;
	st = pl_submit_enter(x->w->inst, x->w->portal->intake, x->r, x->f, &x->s, shown, &answer, NULL);
	if (st)
		pl_files_drop(x->w, &x->kept);
	if (st == PL_E_EXISTS)
		return refuse(x, once, 409);
	if (st == PL_E_BUSY)
		return refuse(x, PL_INTAKE_BUSY, 503);
	return st ? st : done_page(x->w, x->r, x->f, &answer);
}

static pl_status send_by_work(struct filling *x)
{
	struct pl_ticket ticket;
	pl_str text;
	pl_status st = take_field(x->w, "ticket", &text);

	if (!st)
		st = pl_ticket_read(text, &ticket);
	if (!st)
		st = pl_ticket_check(&ticket, x->r->decl->name, x->f->bits, pl_time_now() / PL_SECOND, NULL);
	if (st)
		return refuse(x, PL_INTAKE_TICKET, 400);
	return enter_at_once(x, &(struct pl_submit_shown){.ticket = &ticket}, PL_INTAKE_TICKET);
}

static pl_status send_by_key(struct filling *x)
{
	struct pl_product_enrollers enrollers;
	struct pl_product_proof proof;
	pl_str text;
	pl_status st = pl_submit_enrollers(x->w->inst, &enrollers, NULL);

	if (!st)
		st = take_field(x->w, "proof", &text);
	if (st)
		return st;
	st = pl_product_proof_read(text, &proof);
	if (!st)
		st = pl_product_proof_check(&proof, pl_instance_conf(x->w->inst)->origin, x->r->decl->name, &enrollers, pl_time_now() / PL_SECOND, NULL);
	if (st)
		return refuse(x, PL_INTAKE_PROOF, 400);
	return enter_at_once(x, &(struct pl_submit_shown){.proof = &proof}, PL_INTAKE_PROOF);
}

/* Where the code is typed: below the address that the public knows, or the one that this browser came to. */
static pl_status link_of(struct pl_view *w, pl_str *ret)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(1024);
	pl_str url = pl_instance_conf(w->inst)->public_url;

	while (pl_str_ends(url, PL_STR("/")))
		url.len--;
	if (url.len) {
		pl_buf_put_str(&b, url);
	} else {
		pl_buf_printf(&b, "http://localhost:%llu", (unsigned long long)pl_instance_conf(w->inst)->portal_port);
	}
	pl_buf_put_z(&b, "/intake/confirm");
	return pl_buf_status(&b) ? pl_buf_status(&b) : pl_arena_dup(w->arena, pl_buf_str(&b), ret);
}

static pl_status code_page(struct pl_view *w, struct pl_intake_code_page *m, unsigned status)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PORTAL_PAGE_MAX);
	struct pl_html h;
	pl_status st;

	st = pl_view_token(w, PL_POSTING_CODE, &m->token);
	if (st)
		return st;
	pl_view_title(w, PL_MSG_intake_code_heading, 0, NULL);
	m->frame = w->frame;
	h = pl_view_html(w, &b);
	pl_page_intake_code(&h, m);
	st = pl_view_send(w, &b);
	if (!st && status != 200)
		pl_http_reply_status(w->reply, status);
	if (!st)
		pl_http_reply_cache(w->reply, PL_HTTP_NO_STORE);
	return st;
}

static pl_status send_by_mail(struct filling *x)
{
	struct pl_intake_code_page m = {.sent = true};
	pl_str link = {0};
	bool kept = false;
	pl_status st = link_of(x->w, &link);

	if (!st)
		st = keep_files(x, &kept);
	if (st || !kept)
		return st;
	st = pl_submit_hold(x->w->inst, x->r, x->f, &x->s, link, NULL);
	if (st)
		pl_files_drop(x->w, &x->kept);
	if (st == PL_E_DENIED)
		return refuse(x, PL_INTAKE_CODES, 429);
	if (st == PL_E_BUSY)
		return refuse(x, PL_INTAKE_BUSY, 503);
	if (st == PL_E_STATE)
		return refuse(x, PL_INTAKE_NO_MAIL, 503);
	return st ? st : code_page(x->w, &m, 200);
}

/* An ask is for what is offered, under the terms that hold now. *@ret_fine false: the page was answered. */
static pl_status judge_ask(struct filling *x, bool *ret_fine)
{
	pl_str terms = typed(x, PL_STR("terms"));
	struct pl_digest document, shown;
	struct pl_ask_offer o;
	pl_status st;

	*ret_fine = true;
	if (!pl_ask_is_register(x->r->decl))
		return PL_OK;
	*ret_fine = false;
	st = pl_digest_parse(typed(x, PL_STR("document")), &document) ? PL_E_NOTFOUND : pl_ask_offer_get(x->w->inst, &document, x->w->arena, &o);
	if (st)
		return st == PL_E_NOTFOUND ? refuse(x, PL_INTAKE_OFFER, 409) : st;
	if (pl_digest_parse(terms, &shown) || !pl_digest_eq(&shown, &o.terms))
		return refuse(x, PL_INTAKE_TERMS, 409);
	*ret_fine = true;
	return PL_OK;
}

/* Who asks accepts, and has a name that can stand on a copy. Counts what is wrong with the name; *@ret_accepted as it says. */
static pl_status judge_asker(struct filling *x, bool *ret_accepted)
{
	pl_str customer = typed(x, PL_STR("customer")), accept;
	pl_status st = take_field(x->w, "accept", &accept);

	*ret_accepted = !pl_ask_is_register(x->r->decl) || pl_str_eq(accept, PL_STR("yes"));
	if (!st && pl_ask_is_register(x->r->decl) && customer.len && pl_copy_customer_check(customer, NULL) && !fault_of(x, PL_STR("customer")))
		x->faults[x->m.n_faults++] = (struct pl_submit_fault){PL_STR("customer"), PL_FAULT_INVALID};
	return st;
}

/* @stale: its token is not this browser's. */
static pl_status send(struct filling *x, bool stale)
{
	static const struct {
		enum pl_form_confirm way;
		pl_status (*send)(struct filling *x);
	} ways[] = {{PL_FORM_MAIL, send_by_mail}, {PL_FORM_WORK, send_by_work}, {PL_FORM_KEY, send_by_key}};
	unsigned status = 0;
	size_t way = 0;
	bool fine = true;
	pl_str word;
	pl_status st = pl_upload_whole(x->w->req);

	if (!st)
		st = take_submission(x);
	if (!st)
		st = take_field(x->w, "way", &word);
	if (st)
		return st;
	while (way < PL_COUNT(ways) && !pl_str_eq(word, pl_str_from(pl_form_confirm_word(ways[way].way))))
		way++;
	if (way == PL_COUNT(ways) || !(x->f->confirm & ways[way].way))
		return PL_E_SYNTAX;
	x->chosen = ways[way].way;
	if (stale)
		return refuse(x, PL_INTAKE_TOKEN, 403);
	st = judge_ask(x, &fine);
	if (st || !fine)
		return st;
	x->m.n_faults = pl_submit_faults(x->f, x->r->decl, &x->s, x->chosen == PL_FORM_MAIL, x->faults);
	st = judge_asker(x, &fine);
	if (st)
		return st;
	if (x->m.n_faults || !fine)
		return refuse(x, x->m.n_faults ? PL_INTAKE_FIELDS : PL_INTAKE_ACCEPT, 400);
	st = pl_files_judge(x->w, x->f, &x->m.files, &status);
	if (st || status)
		return st ? st : refuse(x, PL_INTAKE_FILES, status);
	return ways[way].send(x);
}

pl_status pl_portal_intake_send(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	struct filling *x;
	bool stale = false;
	pl_status st = pl_view_begin(&w, ctx, req, reply, PL_NAV_REGISTERS);

	if (!st)
		st = pl_view_posted(&w, pl_http_request_capture(req, "name"), true, &stale);
	if (st)
		return st == PL_E_UNSUPPORTED ? pl_view_no_form(&w) : st;
	x = PL_NEW(struct filling);
	x->w = &w;
	st = find_form(x, pl_http_request_capture(req, "name"));
	if (!st)
		st = send(x, stale);
	pl_register_close(x->r);
	pl_files_wipe(&x->kept);
	pl_wipe(&x->s, sizeof x->s);
	pl_free(x);
	return st;
}

/* ---- confirming ---- */

pl_status pl_portal_intake_code(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	struct pl_intake_code_page m = {0};
	pl_status st = pl_view_begin(&w, ctx, req, reply, PL_NAV_REGISTERS);

	return st ? st : code_page(&w, &m, 200);
}

/* As people copy it: with blanks and dashes, in small letters. */
static pl_status take_code(struct pl_view *w, struct pl_submit_code *ret)
{
	char text[PL_ULID_TEXT + 1];
	size_t n = 0;
	pl_str typed;
	pl_status st = take_field(w, "code", &typed);

	for (size_t i = 0; i < typed.len && !st; i++) {
		char c = typed.ptr[i];

		if (c == ' ' || c == '-')
			continue;
		if (n == PL_ULID_TEXT)
			return PL_E_NOTFOUND;
		text[n++] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
	}
	return !st && n == PL_ULID_TEXT && pl_ulid_parse(pl_str_of(text, n), &ret->v) == PL_OK ? PL_OK : PL_E_NOTFOUND;
}

static pl_status confirm(struct pl_view *w, struct filling *x, struct pl_submit_held *h)
{
	struct pl_intake_code_page m = {0};
	struct pl_intake_answer answer;
	struct pl_submit_code code;
	pl_status st = take_code(w, &code);

	if (!st)
		st = pl_submit_find(w->inst, &code, w->arena, h);
	pl_wipe(&code, sizeof code);
	if (!st)
		st = find_form(x, h->name);
	if (!st)
		st = pl_submit_match(x->f, x->r->decl, h, NULL);
	if (!st)
		st = pl_submit_enter(w->inst, w->portal->intake, x->r, x->f, &h->s, &(struct pl_submit_shown){.held = h}, &answer, NULL);
	if (!st)
		return done_page(w, x->r, x->f, &answer);
	m.wrong = st == PL_E_NOTFOUND;
	m.changed = st == PL_E_CONFLICT;
	return m.wrong ? code_page(w, &m, 404) : m.changed ? code_page(w, &m, 409) : st;
}

pl_status pl_portal_intake_confirm(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	struct pl_submit_held h = {0};
	struct filling *x;
	struct pl_intake_code_page m = {0};
	pl_status st = pl_view_begin(&w, ctx, req, reply, PL_NAV_REGISTERS);

	if (!st)
		st = pl_view_posted(&w, PL_POSTING_CODE, false, &m.stale);
	if (st)
		return st == PL_E_UNSUPPORTED ? pl_view_no_form(&w) : st;
	if (m.stale) {
		st = take_field(&w, "code", &m.typed);
		return st ? st : code_page(&w, &m, 403);
	}
	x = PL_NEW(struct filling);
	x->w = &w;
	st = confirm(&w, x, &h);
	pl_json_free(h.kept);
	pl_register_close(x->r);
	pl_free(x);
	return st;
}
