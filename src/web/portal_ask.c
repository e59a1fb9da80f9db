/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/portal_ask: asking for a copy of a document, and what the asker sees of it later.
 *
 * What always holds:
 *  1. The terms that are shown are those whose digest is sent with the form.
 *  2. A copy is handed out until the end of its last day, and not after it was taken back (docs/decisions/0032).
 */
#include "web/portal_ask.h"
#include "base/time.h"
#include "register/casework/form_store.h"
#include "register/words/query.h"

/* ---- the form ---- */

bool pl_portal_ask_hides(pl_str field)
{
	return pl_str_eq(field, PL_STR("document")) || pl_str_eq(field, PL_STR("terms"));
}

static void fill_row(const struct pl_ask_offer *o, struct pl_ask_row *row)
{
	*row = (struct pl_ask_row){.title = o->title, .audit = o->audit, .media = o->media, .document = o->document, .terms = o->terms, .days = o->days};
}

static pl_status fill_list(struct pl_view *w, struct pl_ask_part *m)
{
	struct pl_ask_offer *list = NULL;
	size_t n = 0;
	pl_status st = pl_ask_offers(w->inst, w->arena, &list, &n);

	if (!st)
		st = pl_view_list(w, n, sizeof *m->offers, &m->offers);
	for (size_t i = 0; i < n && !st; i++)
		fill_row(&list[i], &m->offers[m->n_offers++]);
	return st;
}

pl_status pl_portal_ask_fill(struct pl_view *w, pl_str document, struct pl_ask_part *m)
{
	struct pl_digest digest;
	struct pl_ask_offer o;
	pl_status st = pl_digest_parse(document, &digest) ? PL_E_NOTFOUND : pl_ask_offer_get(w->inst, &digest, w->arena, &o);

	m->is = true;
	if (st == PL_E_NOTFOUND)
		return fill_list(w, m);
	if (st)
		return st;
	m->chosen = true;
	fill_row(&o, &m->offer);
	m->terms_text = pl_view_text_body(w, &o.terms);
	return PL_OK;
}

pl_status pl_portal_ask_link(struct pl_view *w, const struct pl_digest *document, pl_str *ret)
{
	struct pl_register *r PL_CLEANUP(pl_register_closep) = NULL;
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(256);
	char digest[PL_DIGEST_TEXT + 1];
	struct pl_ask_offer o;
	struct pl_form *f;
	pl_status st = w->portal->intake ? pl_ask_offer_get(w->inst, document, w->arena, &o) : PL_E_NOTFOUND;

	*ret = (pl_str){0};
	if (!st)
		st = pl_register_open(w->inst, PL_STR(PL_ASK_REGISTER), &r, NULL);
	if (!st && !pl_ask_is_register(r->decl))
		st = PL_E_NOTFOUND;
	if (!st)
		st = pl_form_read(w->inst, r, w->arena, &f, NULL);
	if (st)
		return st == PL_E_NOTFOUND ? PL_OK : st;
	pl_digest_text(document, digest);
	pl_buf_printf(&b, "/intake/%s?document=%s", PL_ASK_REGISTER, digest);
	return pl_buf_status(&b) ? pl_buf_status(&b) : pl_arena_dup(w->arena, pl_buf_str(&b), ret);
}

/* ---- the receipt ---- */

struct pl_html_msg pl_portal_ask_back_words(enum pl_hand_out_reason why)
{
	static const enum pl_message_id ids[PL_HAND_OUT_REASONS] = {
		[PL_HAND_OUT_TERMS_BROKEN] = PL_MSG_ask_back_terms_broken, [PL_HAND_OUT_GIVEN_IN_ERROR] = PL_MSG_ask_back_given_in_error,
		[PL_HAND_OUT_REPLACED] = PL_MSG_ask_back_document_replaced, [PL_HAND_OUT_READER_ASKED] = PL_MSG_ask_back_reader_asked,
	};

	return (struct pl_html_msg){ids[why]};
}

/* The register's word for a reason, in the reader's language, else in English, else as it is declared. */
static pl_str reason_words(struct pl_view *w, pl_str name, pl_str reason)
{
	const pl_str tags[] = {pl_str_from(pl_lang_tag(w->lang)), PL_STR("en")};
	struct pl_register_words words;
	const struct pl_register_word *word = NULL;
	uint64_t index;

	for (size_t i = 0; i < PL_COUNT(tags) && !word; i++)
		if (pl_query_register_words(w->inst, name, tags[i], UINT64_MAX, w->arena, &words, &index) == PL_OK)
			word = pl_register_words_find(&words, PL_REGISTER_WORD_VALUE, PL_STR("reason"), reason);
	return word ? word->label : reason;
}

static pl_status fill_copy(struct pl_view *w, pl_str name, uint64_t number, struct pl_receipt_ask *m)
{
	struct pl_hand_out_step *steps = NULL;
	struct pl_ask_copy copy;
	size_t n = 0;
	pl_status st = pl_ask_copy(w->inst, name, number, w->arena, &copy);

	if (st)
		return st == PL_E_NOTFOUND ? PL_OK : st;
	m->copied = true;
	m->file = copy.file;
	m->until = copy.given.expires * PL_SECOND;
	m->ended = copy.given.ended * PL_SECOND;
	m->expired = pl_hand_out_is_expired(&copy.given, pl_time_now() / PL_SECOND);
	if (!copy.given.ended)
		return PL_OK;
	st = pl_hand_out_steps(w->inst, copy.given.name, copy.given.number, w->arena, &steps, &n);
	if (!st && n)
		m->why = pl_portal_ask_back_words(steps[n - 1].reason);
	return st;
}

/* A file that is no longer handed out has no button. */
static void close_file(struct pl_receipt_page *m)
{
	for (size_t i = 0; i < m->n_answers; i++)
		for (size_t j = 0; j < m->answers[i].n_files; j++)
			if (m->answers[i].files[j].seq == m->ask.file)
				m->answers[i].files[j].closed = m->ask.ended || m->ask.expired;
}

static pl_status dup(struct pl_view *w, pl_str from, pl_str *to)
{
	return pl_arena_dup(w->arena, from, to);
}

pl_status pl_portal_ask_receipt(struct pl_view *w, const struct pl_register *r, uint64_t number, struct pl_receipt_page *m)
{
	struct pl_ask a;
	struct pl_ask_offer o;
	pl_status st = pl_ask_is_register(r->decl) ? pl_ask_read(w->inst, r, number, NULL, &a, NULL) : PL_E_STATE;

	if (st)
		return st == PL_E_STATE ? PL_OK : st;
	m->ask.is = true;
	m->ask.granted = pl_str_eq(a.outcome, PL_STR("granted"));
	m->ask.refused = a.outcome.len && !m->ask.granted;
	m->ask.document = a.document;
	m->ask.terms = a.terms;
	if (m->ask.refused)
		st = dup(w, reason_words(w, r->decl->name, a.reason), &m->ask.reason);
	pl_ask_done(&a);
	if (!st && pl_ask_offer_get(w->inst, &m->ask.document, w->arena, &o) == PL_OK)
		m->ask.title = o.title;
	if (!st && m->ask.granted)
		st = fill_copy(w, r->decl->name, number, &m->ask);
	if (!st && m->ask.copied)
		close_file(m);
	return st;
}

pl_status pl_portal_ask_may_get(struct pl_view *w, pl_str name, uint64_t number, uint64_t file, bool *ret)
{
	struct pl_ask_copy copy;
	pl_status st = pl_ask_copy(w->inst, name, number, w->arena, &copy);

	*ret = true;
	if (st)
		return st == PL_E_NOTFOUND ? PL_OK : st;
	*ret = copy.file != file || (!copy.given.ended && !pl_hand_out_is_expired(&copy.given, pl_time_now() / PL_SECOND));
	return PL_OK;
}
