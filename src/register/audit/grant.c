/* SPDX-License-Identifier: Apache-2.0 */
/* register/audit/grant: proposing a grant, granting, refusing. */
#include "base/date.h"
#include "base/time.h"
#include "fact/query.h"
#include "register/audit/ask.h"
#include "register/audit/sql.h"
#include "register/casework/talk.h"
#include "register/recover.h"
#include <stdio.h>

#define DAY UINT64_C(86400)
#define LIFE (14 * 86400 * PL_SECOND)
#define KEPT_FOR 3600u /* seconds until a copy that nobody got goes again */
#define COPY_NAME_MAX (PL_FILETYPE_NAME_MAX - 8)
#define FILES_BYTES ((size_t)64 << 20)

static pl_status must_wait(const struct pl_ask *a, struct pl_diag *diag)
{
	if (!a->v->opened)
		return pl_diag_set(diag, PL_E_STATE, "what is private of case %llu was not opened, or is erased: nothing is granted", (unsigned long long)a->v->at.number);
	return !a->outcome.len ? PL_OK :
				 pl_diag_set(diag, PL_E_STATE, "case %llu is %.*s already", (unsigned long long)a->v->at.number, PL_STR_ARG(a->outcome));
}

/* ---- what is decided: one spelling ---- */

static void put_act(const struct pl_ask *a, uint64_t expires, struct pl_buf *out)
{
	char document[PL_DIGEST_TEXT + 1], terms[PL_DIGEST_TEXT + 1];

	pl_digest_text(&a->document, document);
	pl_digest_text(&a->terms, terms);
	pl_buf_printf(out, "pellucid-document-grant v1\nregister %.*s\nnumber %llu\nrevision %u\ndocument %s\nterms %s\nexpires ",
		PL_STR_ARG(a->r->decl->name), (unsigned long long)a->v->at.number, a->v->at.revision, document, terms);
	if (expires)
		pl_date_put(out, pl_date_of_day(expires / DAY));
	else
		pl_buf_put_c(out, '-');
	pl_buf_put_c(out, '\n');
}

pl_status pl_ask_about(pl_str text, pl_str *ret_name, uint64_t *ret_number)
{
	pl_str rest = text, line, name;
	uint64_t number;

	if (!pl_str_take_line(&rest, &line) || !pl_str_eq(line, PL_STR("pellucid-document-grant v1")) || !pl_str_take_line(&rest, &name) ||
		!pl_str_eat(&name, PL_STR("register ")) || !pl_str_take_line(&rest, &line) || !pl_str_eat(&line, PL_STR("number ")) ||
		pl_str_to_u64(line, INT64_MAX, &number))
		return PL_E_SYNTAX;
	*ret_name = name;
	*ret_number = number;
	return PL_OK;
}

/* The last line says until when; the others are written anew and compared. */
static pl_status read_expires(pl_str text, uint64_t *ret)
{
	pl_str rest = text, line = {0};
	struct pl_date day;

	while (pl_str_take_line(&rest, &line) && !pl_str_eat(&line, PL_STR("expires ")))
		line = (pl_str){0};
	if (!line.len)
		return PL_E_SYNTAX;
	*ret = 0;
	if (pl_str_eq(line, PL_STR("-")))
		return PL_OK;
	if (pl_date_parse(line, &day))
		return PL_E_SYNTAX;
	*ret = pl_date_day(day) * DAY;
	return PL_OK;
}

/* ---- the document ---- */

static pl_status sink(void *ctx, pl_bytes piece)
{
	struct pl_buf *out = ctx;

	pl_buf_put_bytes(out, piece);
	return pl_buf_status(out);
}

/* That of @document among the files that were attached by those who work on the case. @out NULL: only whether it is there. */
static pl_status from_case(const struct pl_ask *a, const struct pl_casework_actor *who, struct pl_buf *out, struct pl_diag *diag)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(FILES_BYTES);
	struct pl_casework_entry *e = NULL;
	struct pl_attach_row *rows = NULL;
	size_t n = 0, n_rows = 0;
	bool found = false;
	pl_status st = pl_casework_read(a->inst, a->r, a->v->at.number, who, &arena, &e, &n, diag);

	if (!st)
		st = pl_attach_rows(a->inst, a->r, a->v->at.number, e, n, &arena, &rows, &n_rows);
	for (size_t i = 0; i < n_rows && !st; i++) {
		struct pl_attach_row *row = &rows[i];

		if (!found && row->kind == PL_CASEWORK_ATTACH && row->opened && pl_digest_eq(&row->file.sha256, &a->document)) {
			found = true;
			st = out ? pl_attach_copy(a->inst, &row->file, sink, out) : PL_OK;
		}
		pl_wipe(row->file.key, sizeof row->file.key);
	}
	return st ? st : found ? PL_OK : PL_E_NOTFOUND;
}

static pl_status find_document(const struct pl_ask *a, const struct pl_casework_actor *who, struct pl_buf *out, struct pl_diag *diag)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA((size_t)1 << 20);
	struct pl_query_body body;
	pl_status st = pl_query_body(a->inst, &a->document, &arena, &body);

	if (!st && body.state == PL_BODY_PRESENT)
		return out ? pl_blob_get_bytes(pl_instance_blobs(a->inst), &a->document, out) : PL_OK;
	if (st && st != PL_E_NOTFOUND)
		return st;
	st = from_case(a, who, out, diag);
	return st != PL_E_NOTFOUND ? st :
				     pl_diag_set(diag, st, "the document is not at hand: attach the file with that digest to case %llu first", (unsigned long long)a->v->at.number);
}

pl_status pl_ask_at_hand(const struct pl_ask *a, const struct pl_casework_actor *who, struct pl_diag *diag)
{
	return find_document(a, who, NULL, diag);
}

/* ---- proposing ---- */

struct proposing {
	const struct pl_ask *a;
	struct pl_people *p;
	const struct pl_people_actor *actor;
	struct pl_buf text;
	struct pl_ulid id;
	struct pl_diag *diag;
};

static pl_status propose(void *ctx, struct pl_db_tx *tx)
{
	struct proposing *p = ctx;
	const struct pl_decision_new what = {.kind = PL_ASK_KIND, .bytes = pl_buf_bytes(&p->text), .roles = PL_ASK_APPROVES, .needed = 1, .life_ns = LIFE};

	return pl_decision_propose_once(p->p, tx, p->actor, &what, &p->id, p->diag);
}

static pl_status check_day(uint64_t expires, uint64_t now, struct pl_diag *diag)
{
	if (!expires || expires > now)
		return PL_OK;
	return pl_diag_set(diag, PL_E_RANGE, "the last day of a copy is one after today");
}

pl_status pl_ask_propose(const struct pl_ask *a, uint64_t expires, struct pl_people *p, const struct pl_people_actor *actor,
	const struct pl_casework_actor *who, struct pl_ulid *ret, struct pl_diag *diag)
{
	struct proposing x = {.a = a, .p = p, .actor = actor, .text = PL_BUF(PL_ASK_TEXT_MAX), .diag = diag};
	pl_status st = must_wait(a, diag);

	if (!st)
		st = check_day(expires, pl_time_now() / PL_SECOND, diag);
	if (!st)
		st = pl_copy_customer_check(a->customer, diag);
	if (!st)
		st = pl_ask_at_hand(a, who, diag);
	put_act(a, expires, &x.text);
	if (!st)
		st = pl_buf_status(&x.text);
	if (!st)
		st = pl_db_tx(pl_instance_db(a->inst), propose, &x);
	if (!st || st == PL_E_EXISTS)
		*ret = x.id;
	pl_buf_done(&x.text);
	return st;
}

/* ---- setting outcome and reason ---- */

/* Of these values the revision borrows. */
static pl_status set_outcome(const struct pl_ask *a, struct pl_db_tx *tx, pl_str outcome, pl_str reason, const struct pl_casework_new *by, struct pl_diag *diag)
{
	const struct pl_register_decl *d = a->r->decl;
	const struct pl_register_field *o = pl_register_decl_field(d, PL_STR("outcome")), *w = pl_register_decl_field(d, PL_STR("reason"));
	const struct pl_register_set sets[] = {
		{(size_t)(o - d->fields), {true, pl_str_bytes(outcome)}}, {(size_t)(w - d->fields), {true, pl_str_bytes(reason)}},
	};
	struct pl_casework_new note = *by;
	struct pl_register_case made;
	char revision[16];
	pl_status st = pl_register_case_change_tx(tx, a->r, a->v, sets, reason.len ? 2 : 1, &made, diag);

	if (st)
		return st;
	(void)snprintf(revision, sizeof revision, "%u", made.revision);
	note.kind = PL_CASEWORK_CHANGE;
	note.about = pl_str_from(revision);
	st = pl_casework_put(tx, a->r, a->v->at.number, &note, NULL);
	return st ? st : pl_casework_state_put(tx, a->r, a->v->at.number, by, PL_CASEWORK_CLOSED);
}

/* ---- granting ---- */

struct granting {
	const struct pl_ask *a;
	struct pl_ask_giving *g;
	struct pl_arena arena;
	struct pl_hand_out_form form;
	pl_str title; /* of the offer; empty: none */
	struct pl_buf original, copy, act;
	struct pl_attach_taken taken;
	struct pl_hand_out_entry *entry;
	struct pl_hand_out made;
	struct pl_diag *diag;
};

/* The decision says all of it; whoever proposed it might have asked for less than it takes. */
static pl_status take_decision(struct granting *x, struct pl_db_tx *tx)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(2 * PL_DECISION_BYTES_MAX);
	struct pl_ask_giving *g = x->g;
	struct pl_decision d;
	pl_status st;

	if (!g->decision)
		return PL_OK;
	st = pl_decision_lock(g->people, tx, g->decision, &arena, &d);
	if (!st && (d.roles & ~PL_ASK_APPROVES))
		st = pl_diag_set(x->diag, PL_E_DENIED, "a grant is agreed to by a lawyer or an officer");
	return st ? st : pl_decision_take(g->people, tx, g->actor, g->decision, PL_ASK_KIND, pl_buf_bytes(&x->act), x->diag);
}

static pl_status grant_tx(void *ctx, struct pl_db_tx *tx)
{
	struct granting *x = ctx;
	const struct pl_ask *a = x->a;
	const struct pl_talk_said said = {.files = &x->taken.file, .n_files = 1};
	const struct pl_casework_new by = {.at = x->g->now, .account = x->g->who.account, .key = &a->v->key};
	uint64_t file = 0;
	pl_status st = take_decision(x, tx);

	if (!st)
		st = set_outcome(a, tx, PL_STR("granted"), (pl_str){0}, &by, x->diag);
	if (!st)
		st = pl_hand_out_put(tx, x->entry, &x->made);
	if (!st) {
		st = pl_talk_answer_tx(tx, a->r, a->v->at.number, &by, &said, &file);
		if (st == PL_E_NOTFOUND)
			st = pl_diag_set(x->diag, st, "case %llu was entered without a secret: nobody could fetch a copy. Hand it out at the terminal",
				(unsigned long long)a->v->at.number);
	}
	return st ? st :
		    pl_db_exec(tx, &pl_sql_ask_copy_put,
			    PL_DB_ARGS(PL_DB_STR(a->r->decl->name), PL_DB_U64(a->v->at.number), PL_DB_U64(file), PL_DB_STR(x->made.name),
				    PL_DB_U64(x->made.number)),
			    NULL);
}

static pl_status prepare_form(struct granting *x)
{
	const struct pl_ask *a = x->a;
	struct pl_copy_words *w = &x->form.words;
	struct pl_ask_offer offer;
	pl_status st = pl_ask_document(a->inst, &a->document, &x->arena, &x->form, x->diag);

	if (st)
		return st;
	st = pl_ask_offer_get(a->inst, &a->document, &x->arena, &offer);
	if (st && st != PL_E_NOTFOUND)
		return st;
	if (!st) {
		x->form.original.media_type = offer.media;
		x->title = offer.title;
	}
	w->customer = a->customer;
	w->given = x->g->now;
	w->expires = x->g->expires;
	w->terms = a->terms;
	w->mark = pl_mark_new();
	x->form.accepted = a->received;
	return pl_hand_out_check(a->inst, &x->form, x->diag);
}

static pl_status get_original(struct granting *x)
{
	struct pl_digest is;
	pl_status st = PL_OK;

	if (x->g->original.len) {
		pl_buf_put_bytes(&x->original, x->g->original);
		st = pl_buf_status(&x->original);
	} else {
		st = find_document(x->a, &x->g->who, &x->original, x->diag);
	}
	if (st)
		return st;
	pl_sha256(pl_buf_bytes(&x->original), &is);
	return pl_digest_eq(&is, &x->a->document) ? PL_OK : pl_diag_set(x->diag, PL_E_MISMATCH, "it is not the document that was asked for: its digest is another");
}

static void put_name(const struct granting *x, enum pl_copy_format format, struct pl_buf *out)
{
	static const char *const ends[PL_COPY_FORMATS] = {
		[PL_COPY_CSV] = "csv", [PL_COPY_JSON] = "json", [PL_COPY_PDF] = "pdf", [PL_COPY_TEXT] = "txt", [PL_COPY_XML] = "xml"};

	if (x->form.audit.len && x->form.audit.len < COPY_NAME_MAX)
		pl_buf_put_str(out, x->form.audit);
	else if (x->title.len && x->title.len < COPY_NAME_MAX)
		pl_buf_put_str(out, x->title);
	else
		pl_buf_printf(out, "document-%02x%02x%02x%02x", x->a->document.b[0], x->a->document.b[1], x->a->document.b[2], x->a->document.b[3]);
	pl_buf_printf(out, ".%s", ends[format]);
}

/* Sealed as it is made, scanned as what goes out to persons is. */
static pl_status seal_copy(struct granting *x, enum pl_copy_format format)
{
	struct pl_buf name PL_CLEANUP(pl_buf_done) = PL_BUF(PL_FILETYPE_NAME_MAX + 8);
	struct pl_attach_taking *t = NULL;
	pl_status st;

	put_name(x, format, &name);
	if (x->copy.len > PL_ATTACH_BYTES_MAX)
		return pl_diag_set(x->diag, PL_E_TOOBIG, "the copy has more than %llu bytes: hand it out at the terminal", (unsigned long long)PL_ATTACH_BYTES_MAX);
	st = pl_attach_begin(x->g->spool, pl_buf_str(&name), PL_ATTACH_BYTES_MAX, &t);
	if (!st)
		st = pl_attach_take(t, pl_buf_bytes(&x->copy));
	if (!st)
		st = pl_attach_end(t, &x->taken);
	pl_attach_taking_free(t);
	if (!st)
		st = pl_attach_scan(x->a->inst, &x->taken, x->diag);
	if (!st && x->taken.file.verdict == PL_ATTACH_FOUND)
		st = pl_diag_set(x->diag, PL_E_DENIED, "the scanner found %s in the copy: it does not go out to a person", x->taken.file.found);
	return st;
}

static pl_status make_copy(struct granting *x)
{
	enum pl_copy_format format;
	pl_status st = prepare_form(x);

	if (!st)
		st = get_original(x);
	if (!st)
		st = pl_copy_format_of(x->form.original.media_type, &format, x->diag);
	if (!st)
		st = pl_copy_make(pl_buf_bytes(&x->original), format, &x->form.words, &x->copy, x->diag);
	if (!st)
		st = seal_copy(x, format);
	return st ? st : pl_hand_out_prepare(x->a->inst, x->g->hand_outs, &x->form, pl_buf_bytes(&x->copy), &x->entry, x->diag);
}

/* From here on the copy is nobody's for an hour, or everything is done. */
static pl_status carry_out(struct granting *x)
{
	struct pl_instance *inst = x->a->inst;
	pl_status st = pl_attach_keep(inst, &x->taken, 1, (pl_str){0}, x->g->now + KEPT_FOR, x->diag);

	if (st)
		return st;
	st = pl_db_tx(pl_instance_db(inst), grant_tx, x);
	if (st)
		pl_attach_drop(inst, &x->taken, 1);
	if (st == PL_E_CONFLICT)
		return pl_diag_set(x->diag, st, "case %llu was changed meanwhile, or something else was decided", (unsigned long long)x->a->v->at.number);
	return st;
}

/* What was decided is about the ask as it was read. */
static pl_status check_decision(struct granting *x)
{
	pl_status st = PL_OK;

	if (!x->g->decision)
		return check_day(x->g->expires, x->g->now, x->diag);
	if (read_expires(pl_bytes_str(x->g->text), &x->g->expires))
		return pl_diag_set(x->diag, PL_E_SYNTAX, "what was decided is no grant of a document");
	put_act(x->a, x->g->expires, &x->act);
	if (!pl_bytes_eq(pl_buf_bytes(&x->act), x->g->text))
		st = pl_diag_set(x->diag, PL_E_CONFLICT, "case %llu was changed since this was proposed: propose it anew", (unsigned long long)x->a->v->at.number);
	return st ? st : check_day(x->g->expires, x->g->now, x->diag);
}

pl_status pl_ask_grant(const struct pl_ask *a, struct pl_ask_giving *g, struct pl_hand_out *ret, struct pl_diag *diag)
{
	struct granting x = {.a = a, .g = g, .arena = PL_ARENA((size_t)1 << 20), .original = PL_BUF(PL_COPY_MAX), .copy = PL_BUF(PL_COPY_MAX),
		.act = PL_BUF(PL_ASK_TEXT_MAX), .taken = {.fd = -1}, .diag = diag};
	pl_status st = must_wait(a, diag);

	if (!st)
		st = check_decision(&x);
	if (!st)
		st = pl_hand_out_register_check(g->hand_outs, diag);
	if (!st)
		st = make_copy(&x);
	if (!st)
		st = carry_out(&x);
	if (!st) {
		*ret = x.made;
		ret->audit = ret->media = (pl_str){0}; /* of the arena */
	}
	pl_hand_out_entry_free(x.entry);
	pl_attach_taken_done(&x.taken);
	pl_buf_done(&x.original);
	pl_buf_done(&x.copy);
	pl_buf_done(&x.act);
	pl_arena_done(&x.arena);
	return st;
}

/* ---- refusing ---- */

/* What was no request is counted apart, where the register has a word for that: its reasons begin with "spam-". */
static pl_str outcome_for(const struct pl_register_decl *d, pl_str reason)
{
	struct pl_buf room PL_CLEANUP(pl_buf_done) = PL_BUF(256);
	const struct pl_register_field *o = pl_register_decl_field(d, PL_STR("outcome"));
	bool spam = pl_str_starts(reason, PL_STR("spam-")) && pl_register_value_read(d, o, PL_STR("spam"), &room, NULL) == PL_OK;

	return spam ? PL_STR("spam") : PL_STR("refused");
}

struct refusing {
	const struct pl_ask *a;
	const struct pl_casework_actor *who;
	pl_str reason, words;
	struct pl_diag *diag;
};

static pl_status refuse_tx(void *ctx, struct pl_db_tx *tx)
{
	struct refusing *x = ctx;
	const struct pl_talk_said said = {.text = x->words};
	const struct pl_casework_new by = {.at = pl_time_now() / PL_SECOND, .account = x->who->account, .key = &x->a->v->key};
	pl_status st = set_outcome(x->a, tx, outcome_for(x->a->r->decl, x->reason), x->reason, &by, x->diag);

	if (st || !x->words.len)
		return st;
	st = pl_talk_answer_tx(tx, x->a->r, x->a->v->at.number, &by, &said, NULL);
	return st == PL_E_NOTFOUND ? pl_diag_set(x->diag, st, "the case was entered without a secret: there is nobody who could read words") : st;
}

pl_status pl_ask_refuse(const struct pl_ask *a, const struct pl_casework_actor *who, pl_str reason, pl_str words, struct pl_diag *diag)
{
	struct pl_buf room PL_CLEANUP(pl_buf_done) = PL_BUF(256);
	struct refusing x = {.a = a, .who = who, .reason = reason, .words = words, .diag = diag};
	const struct pl_register_field *f = pl_register_decl_field(a->r->decl, PL_STR("reason"));
	pl_status st = must_wait(a, diag);

	if (!st && (!reason.len || pl_register_value_read(a->r->decl, f, reason, &room, NULL)))
		st = pl_diag_set(diag, PL_E_RANGE, "a reason is one of %.*s", PL_STR_ARG(a->r->decl->derived.fields[f->exact].choices));
	if (!st)
		st = pl_register_current(a->inst, diag);
	if (!st)
		st = pl_db_tx(pl_instance_db(a->inst), refuse_tx, &x);
	if (st == PL_E_CONFLICT)
		return pl_diag_set(diag, st, "case %llu was changed meanwhile: look at it again", (unsigned long long)a->v->at.number);
	return st;
}
