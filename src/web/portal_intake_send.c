/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/portal_intake_send: what outsiders send with a form is judged, and entered or held until its sender confirms it.
 *
 * This process holds no key that reads: what it takes in it seals (register/casework/submit.h, fact/vault.h).
 */
#include "base/time.h"
#include "register/casework/letter.h"
#include "web/portal_ask.h"
#include "web/portal_intake.h"
#include <stdio.h>

/* ---- what was typed ---- */

pl_status pl_intake_field_read(struct pl_view *w, const char *name, pl_str *ret)
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

static pl_status take_submission(struct pl_intake_filling *x)
{
	char name[PL_REGISTER_NAME_MAX + 4];
	pl_status st = pl_intake_field_read(x->w, "message", &x->s.message);

	x->s.received = pl_time_now() / PL_SECOND;
	x->s.language = pl_str_from(pl_lang_tag(x->w->lang));
	if (!st)
		st = pl_intake_field_read(x->w, "contact", &x->s.contact);
	for (size_t i = 0; i < x->f->n_asks && !st; i++) {
		(void)snprintf(name, sizeof name, "f-%.*s", PL_STR_ARG(x->r->decl->fields[x->f->asks[i].field].name));
		st = pl_intake_field_read(x->w, name, &x->s.values[i]);
	}
	return st;
}

/* ---- what becomes of it ---- */

/* The form once more, with what is wrong. 503 says when to come again. */
static pl_status refuse(struct pl_intake_filling *x, enum pl_intake_trouble trouble, unsigned status)
{
	pl_status st;

	x->m.trouble = trouble;
	st = pl_intake_form_send(x, status);
	if (!st && status == 503)
		pl_http_reply_header(x->w->reply, "Retry-After", PL_STR("60"));
	return st;
}

/* Have the files scanned and stored, and name them in x->s. *@ret_kept false: the page was answered. */
static pl_status keep_files(struct pl_intake_filling *x, bool *ret_kept)
{
	unsigned status = 0;
	pl_status st = pl_files_keep(x->w, x->f, x->s.received + PL_SUBMIT_FILES_HOLD, &x->kept, &x->m.files, &status);

	x->s.files = x->kept.list;
	x->s.n_files = x->kept.n;
	*ret_kept = !st && !status;
	return st || !status ? st : refuse(x, PL_INTAKE_FILES, status);
}

/* It is entered at once: what was shown has been judged. @once: what is said if it counted before. */
static pl_status enter_at_once(struct pl_intake_filling *x, const struct pl_submit_shown *shown, enum pl_intake_trouble once)
{
	struct pl_intake_answer answer PL_CLEANUP(pl_intake_answer_done) = {0};
	bool kept = false;
	pl_status st = keep_files(x, &kept);

	if (st || !kept)
		return st;
	st = pl_intake_view_enter(x->w, x->r, x->f, &x->s, shown, &answer);
	if (st)
		pl_files_drop(x->w, &x->kept);
	if (st == PL_E_EXISTS)
		return refuse(x, once, 409);
	if (st == PL_E_BUSY)
		return refuse(x, PL_INTAKE_BUSY, 503);
	return st ? st : pl_intake_done_page(x->w, x->r->decl->name, &answer);
}

static pl_status send_by_work(struct pl_intake_filling *x)
{
	struct pl_ticket ticket;
	pl_str text;
	pl_status st = pl_intake_field_read(x->w, "ticket", &text);

	if (!st)
		st = pl_ticket_read(text, &ticket);
	if (!st)
		st = pl_ticket_check(&ticket, x->r->decl->name, x->f->bits, pl_time_now() / PL_SECOND, NULL);
	if (st)
		return refuse(x, PL_INTAKE_TICKET, 400);
	return enter_at_once(x, &(struct pl_submit_shown){.ticket = &ticket}, PL_INTAKE_TICKET);
}

static pl_status send_by_key(struct pl_intake_filling *x)
{
	struct pl_product_enrollers enrollers;
	struct pl_product_proof proof;
	pl_str text;
	pl_status st = pl_submit_enrollers(x->w->inst, &enrollers, NULL);

	if (!st)
		st = pl_intake_field_read(x->w, "proof", &text);
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

static pl_status send_by_mail(struct pl_intake_filling *x)
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
	return st ? st : pl_intake_code_page(x->w, &m, 200);
}

/* ---- what was sent ---- */

/* An ask is for what is offered, under the terms that hold now. *@ret_fine false: the page was answered. */
static pl_status judge_ask(struct pl_intake_filling *x, bool *ret_fine)
{
	pl_str terms = pl_intake_typed(x, PL_STR("terms"));
	struct pl_digest document, shown;
	struct pl_ask_offer o;
	pl_status st;

	*ret_fine = true;
	if (!pl_ask_is_register(x->r->decl))
		return PL_OK;
	*ret_fine = false;
	st = pl_digest_parse(pl_intake_typed(x, PL_STR("document")), &document) ? PL_E_NOTFOUND : pl_ask_offer_get(x->w->inst, &document, x->w->arena, &o);
	if (st)
		return st == PL_E_NOTFOUND ? refuse(x, PL_INTAKE_OFFER, 409) : st;
	if (pl_digest_parse(terms, &shown) || !pl_digest_eq(&shown, &o.terms))
		return refuse(x, PL_INTAKE_TERMS, 409);
	*ret_fine = true;
	return PL_OK;
}

/* Who asks accepts, and has a name that can stand on a copy. Counts what is wrong with the name; *@ret_accepted as it says. */
static pl_status judge_asker(struct pl_intake_filling *x, bool *ret_accepted)
{
	pl_str customer = pl_intake_typed(x, PL_STR("customer")), accept;
	pl_status st = pl_intake_field_read(x->w, "accept", &accept);

	*ret_accepted = !pl_ask_is_register(x->r->decl) || pl_str_eq(accept, PL_STR("yes"));
	if (!st && pl_ask_is_register(x->r->decl) && customer.len && pl_copy_customer_check(customer, NULL) && !pl_intake_fault(x, PL_STR("customer")))
		x->faults[x->m.n_faults++] = (struct pl_submit_fault){PL_STR("customer"), PL_FAULT_INVALID};
	return st;
}

/* @stale: its token is not this browser's. */
static pl_status send(struct pl_intake_filling *x, bool stale)
{
	static const struct {
		enum pl_form_confirm way;
		pl_status (*send)(struct pl_intake_filling *x);
	} ways[] = {{PL_FORM_MAIL, send_by_mail}, {PL_FORM_WORK, send_by_work}, {PL_FORM_KEY, send_by_key}};
	unsigned status = 0;
	size_t way = 0;
	bool fine = true;
	pl_str word;
	pl_status st = pl_upload_whole(x->w->req);

	if (!st)
		st = take_submission(x);
	if (!st)
		st = pl_intake_field_read(x->w, "way", &word);
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
	struct pl_intake_filling *x;
	bool stale = false;
	pl_status st = pl_view_begin(&w, ctx, req, reply, PL_NAV_REGISTERS);

	if (!st)
		st = pl_view_posted(&w, pl_http_request_capture(req, "name"), true, &stale);
	if (st)
		return st == PL_E_UNSUPPORTED ? pl_view_no_form(&w) : st;
	x = PL_NEW(struct pl_intake_filling);
	x->w = &w;
	st = pl_intake_form_find(&w, pl_http_request_capture(req, "name"), &x->r, &x->f);
	if (!st)
		st = send(x, stale);
	pl_register_close(x->r);
	pl_files_wipe(&x->kept);
	pl_wipe(&x->s, sizeof x->s);
	pl_free(x);
	return st;
}
