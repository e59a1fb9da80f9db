/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/portal_intake: which forms outsiders may fill in, and the page of one of them.
 *
 * What always holds:
 *  1. What was typed comes back into the form when something is wrong with it, and stands in no address and no log line.
 *  2. Only our own pages send, and programs that say nothing of pages (web/posting.h).
 */
#include "web/portal_intake.h"
#include "web/portal_ask.h"

#define FORMS_MAX 64u

pl_status pl_intake_form_find(struct pl_view *w, pl_str name, struct pl_register **ret_register, struct pl_form **ret_form)
{
	pl_status st = pl_register_open(w->inst, name, ret_register, NULL);

	return st ? st : pl_form_read(w->inst, *ret_register, w->arena, ret_form, NULL);
}

/* ---- the list ---- */

static pl_status fill_row(struct pl_view *w, pl_str name, struct pl_intake_form_row *row)
{
	struct pl_register *r PL_CLEANUP(pl_register_closep) = NULL;
	const struct pl_form_word *word;
	struct pl_register_say say;
	struct pl_form *f;
	pl_status st = pl_intake_form_find(w, name, &r, &f);

	if (st)
		return st;
	pl_register_say_find(w->inst, r->decl->name, w->lang, w->arena, &say);
	word = pl_register_say_form(f, w->lang, PL_STR("form"));
	row->name = name;
	row->title = word ? word->label : say.worded ? say.words.title : name;
	row->about = word ? word->hint : say.worded ? say.words.about : (pl_str){0};
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

pl_status pl_intake_view_enter(struct pl_view *w, const struct pl_register *r, const struct pl_form *f, const struct pl_submission *s,
	const struct pl_submit_shown *shown, struct pl_intake_answer *ret)
{
	pl_status st;

	pl_view_end(w);
	st = pl_submit_enter(w->portal->intake, r, f, s, shown, ret, NULL);
	pl_view_take_back(w);
	return st;
}

const struct pl_submit_fault *pl_intake_fault(const struct pl_intake_filling *x, pl_str field)
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

/* The form's own words first, then those of the register for what is opened of the field, then its name. */
static void name_field(const struct pl_intake_filling *x, const struct pl_register_say *say, const struct pl_register_field *f,
	struct pl_intake_field *row)
{
	const struct pl_form_word *own = pl_register_say_form(x->f, x->w->lang, f->name);
	size_t open = f->coarse == PL_REGISTER_NONE ? f->exact : f->coarse;
	const struct pl_register_word *word = pl_register_say_word(say, x->r->decl->derived.fields[open].name);

	row->name = f->name;
	row->label = own ? own->label : word ? word->label : f->name;
	row->hint = own ? own->hint : word ? word->definition : (pl_str){0};
}

static pl_status fill_choices(struct pl_intake_filling *x, const struct pl_register_say *say, const struct pl_register_field *f,
	struct pl_intake_field *row)
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
			(struct pl_intake_choice){word, pl_register_say_value(say, f->name, word), pl_str_eq(word, row->value)};
	}
	return PL_OK;
}

static pl_status fill_field(struct pl_intake_filling *x, const struct pl_register_say *say, size_t i)
{
	const struct pl_form_ask *ask = &x->f->asks[i];
	const struct pl_register_field *f = &x->r->decl->fields[ask->field];
	struct pl_intake_field *row = &x->m.fields[x->m.n_fields++];
	const struct pl_submit_fault *fault = pl_intake_fault(x, f->name);

	*row = (struct pl_intake_field){.value = x->s.values[i], .required = ask->required, .fault = fault != NULL};
	name_field(x, say, f, row);
	if (fault)
		row->words = fault_words(fault);
	return f->type == PL_COMMIT_ENUM ? fill_choices(x, say, f, row) : PL_OK;
}

static void fill_message(struct pl_intake_filling *x)
{
	const struct pl_form_word *word = pl_register_say_form(x->f, x->w->lang, PL_STR("message"));
	const struct pl_submit_fault *fault = pl_intake_fault(x, PL_STR("message"));

	x->m.message = x->f->message != PL_FORM_NO_MESSAGE;
	x->m.message_required = x->f->message == PL_FORM_MESSAGE_REQUIRED;
	x->m.message_label = word ? word->label : pl_message(x->w->lang, PL_MSG_intake_message);
	x->m.message_hint = word && word->hint.len ? word->hint : pl_message(x->w->lang, PL_MSG_intake_message_hint);
	x->m.message_text = x->s.message;
	x->m.message_fault = fault != NULL;
	if (fault)
		x->m.message_words = fault_words(fault);
	fault = pl_intake_fault(x, PL_STR("contact"));
	x->m.contact = x->s.contact;
	x->m.contact_fault = fault != NULL;
	if (fault)
		x->m.contact_words = fault_words(fault);
}

pl_str pl_intake_typed(const struct pl_intake_filling *x, pl_str name)
{
	for (size_t i = 0; i < x->f->n_asks; i++)
		if (pl_str_eq(x->r->decl->fields[x->f->asks[i].field].name, name))
			return x->s.values[i];
	return (pl_str){0};
}

/* Which document: of the form that was sent, or of the address. */
static pl_status fill_ask(struct pl_intake_filling *x)
{
	pl_str document = pl_intake_typed(x, PL_STR("document")), named;
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

static pl_status fill_principles(struct pl_intake_filling *x, const struct pl_register_say *say)
{
	pl_status st = pl_view_list(x->w, PL_REGISTER_WORDS_TEXTS_MAX, sizeof *x->m.principles, &x->m.principles);

	x->m.n_principles = say->worded ? say->words.n_principles : 0;
	for (size_t i = 0; i < x->m.n_principles && !st; i++)
		x->m.principles[i].text = say->words.principles[i];
	return st;
}

static pl_status fill_form(struct pl_intake_filling *x)
{
	struct pl_register_say say;
	const struct pl_form_word *word;
	pl_status st;

	pl_register_say_find(x->w->inst, x->r->decl->name, x->w->lang, x->w->arena, &say);
	word = pl_register_say_form(x->f, x->w->lang, PL_STR("form"));
	x->m.name = x->r->decl->name;
	x->m.heading = word ? word->label : say.worded ? say.words.title : x->r->decl->name;
	x->m.about = word ? word->hint : say.worded ? say.words.about : (pl_str){0};
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
	fill_message(x);
	st = fill_principles(x, &say);
	if (st)
		return st;
	st = pl_files_fill(x->w, x->f, x->m.trouble != PL_INTAKE_FINE, &x->m.files);
	if (!st)
		st = fill_ask(x);
	if (!st)
		st = pl_view_list(x->w, x->f->n_asks, sizeof *x->m.fields, &x->m.fields);
	for (size_t i = 0; i < x->f->n_asks && !st; i++)
		if (!x->m.ask.is || !pl_portal_ask_hides(x->r->decl->fields[x->f->asks[i].field].name))
			st = fill_field(x, &say, i);
	return st;
}

pl_status pl_intake_form_send(struct pl_intake_filling *x, unsigned status)
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
	struct pl_intake_filling *x;
	pl_status st = pl_view_begin(&w, ctx, req, reply, PL_NAV_REGISTERS);

	if (st)
		return st;
	x = PL_NEW(struct pl_intake_filling);
	x->w = &w;
	st = pl_intake_form_find(&w, pl_http_request_capture(req, "name"), &x->r, &x->f);
	if (!st)
		st = pl_intake_form_send(x, 200);
	pl_register_close(x->r);
	pl_free(x);
	return st;
}
