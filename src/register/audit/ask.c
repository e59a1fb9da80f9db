/* SPDX-License-Identifier: Apache-2.0 */
/* register/audit/ask: what may be asked for, and what a case asks for. */
#include "register/audit/ask.h"
#include "base/codec.h"
#include "base/time.h"
#include "fact/query.h"
#include "register/audit/query.h"
#include "register/audit/sql.h"

#define AUDITS_BYTES ((size_t)8 << 20)

/* ---- the register ---- */

static const struct {
	const char *name;
	enum pl_commit_type type;
	bool sealed;
} fields[] = {
	{"document", PL_COMMIT_DIGEST, false}, {"terms", PL_COMMIT_DIGEST, false}, {"customer", PL_COMMIT_TEXT, true},
	{"outcome", PL_COMMIT_ENUM, false}, {"reason", PL_COMMIT_ENUM, false},
};

bool pl_ask_is_register(const struct pl_register_decl *d)
{
	for (size_t i = 0; i < PL_COUNT(fields); i++) {
		const struct pl_register_field *f = pl_register_decl_field(d, pl_str_from(fields[i].name));

		if (!f || f->type != fields[i].type || (f->class == PL_REGISTER_SEALED) != fields[i].sealed)
			return false;
	}
	return true;
}

bool pl_ask_owns(pl_str field)
{
	for (size_t i = 0; i < PL_COUNT(fields); i++)
		if (pl_str_eq(field, pl_str_from(fields[i].name)))
			return true;
	return false;
}

/* ---- documents ---- */

static pl_status of_an_audit(struct pl_instance *inst, const struct pl_digest *document, struct pl_arena *arena, struct pl_hand_out_form *ret)
{
	struct pl_arena room PL_CLEANUP(pl_arena_done) = PL_ARENA(AUDITS_BYTES);
	struct pl_audit_life *all = NULL;
	size_t n = 0;
	pl_status st = pl_query_audits(inst, &room, &all, &n);

	for (size_t i = 0; i < n && !st; i++) {
		const struct pl_audit *a = &all[i].audit;

		if (!a->has_report || !pl_digest_eq(&a->report.digest, document))
			continue;
		ret->index = a->index;
		ret->original = a->report;
		st = pl_arena_dup(arena, a->report.media_type, &ret->original.media_type);
		return st ? st : pl_arena_dup(arena, a->id, &ret->audit);
	}
	return st ? st : PL_E_NOTFOUND;
}

pl_status pl_ask_document(struct pl_instance *inst, const struct pl_digest *document, struct pl_arena *arena, struct pl_hand_out_form *ret,
	struct pl_diag *diag)
{
	struct pl_query_body body;
	pl_status st = of_an_audit(inst, document, arena, ret);

	if (st != PL_E_NOTFOUND)
		return st;
	st = pl_query_body(inst, document, arena, &body);
	if (st == PL_E_NOTFOUND)
		return pl_diag_set(diag, st, "no audit has a report of that digest, and the log names no body of it");
	if (st)
		return st;
	ret->audit = (pl_str){0};
	ret->index = body.index;
	ret->original = (struct pl_body){.digest = *document, .size = body.size, .media_type = body.media_type};
	return PL_OK;
}

/* ---- offers ---- */

#define DIGEST(d) PL_DB_BLOB(pl_digest_bytes(d))

struct offering {
	const struct pl_ask_offer *o;
	const struct pl_digest *document;
	struct pl_arena *arena;
	struct pl_ask_offer *list;
	size_t n, max;
	uint64_t changed;
};

static pl_status check_offer(struct pl_instance *inst, const struct pl_ask_offer *o, struct pl_diag *diag)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA((size_t)1 << 20);
	struct pl_hand_out_form form = {.index = 0};
	struct pl_query_body terms;
	enum pl_copy_format format;
	pl_status st = pl_ask_document(inst, &o->document, &arena, &form, diag);

	if (!st)
		st = pl_copy_format_of(o->media, &format, diag);
	if (!st && o->days > PL_ASK_DAYS_MAX)
		st = pl_diag_set(diag, PL_E_RANGE, "a copy may be kept for at most %u days", PL_ASK_DAYS_MAX);
	if (!st && (!o->title.len || o->title.len > PL_ASK_TITLE_MAX || !pl_str_is_utf8(o->title) || memchr(o->title.ptr, '\n', o->title.len)))
		st = pl_diag_set(diag, PL_E_SYNTAX, "a title is one line of text, at most %u bytes", PL_ASK_TITLE_MAX);
	if (st)
		return st;
	st = pl_query_body(inst, &o->terms, &arena, &terms);
	if (!st && terms.state != PL_BODY_PRESENT)
		st = PL_E_NOTFOUND;
	if (st == PL_E_NOTFOUND) {
		pl_diag_hint(diag, "publish them first: pellucid statement document FILE");
		return pl_diag_set(diag, st, "the log names no such terms, or they are not stored here");
	}
	return st;
}

static pl_status put_offer(void *ctx, struct pl_db_tx *tx)
{
	const struct pl_ask_offer *o = ((struct offering *)ctx)->o;

	return pl_db_exec(tx, &pl_sql_ask_offer_put,
		PL_DB_ARGS(DIGEST(&o->document), DIGEST(&o->terms), PL_DB_STR(o->audit), PL_DB_STR(o->title), PL_DB_STR(o->media), PL_DB_U64(o->days),
			PL_DB_U64(o->since)),
		NULL);
}

pl_status pl_ask_offer_put(struct pl_instance *inst, const struct pl_ask_offer *o, struct pl_diag *diag)
{
	struct offering x = {.o = o};
	pl_status st = check_offer(inst, o, diag);

	return st ? st : pl_db_tx(pl_instance_db(inst), put_offer, &x);
}

static pl_status end_offer(void *ctx, struct pl_db_tx *tx)
{
	struct offering *x = ctx;

	return pl_db_exec(tx, &pl_sql_ask_offer_end, PL_DB_ARGS(DIGEST(x->document)), &x->changed);
}

pl_status pl_ask_offer_end(struct pl_instance *inst, const struct pl_digest *document)
{
	struct offering x = {.document = document};
	pl_status st = pl_db_tx(pl_instance_db(inst), end_offer, &x);

	return st ? st : x.changed ? PL_OK : PL_E_NOTFOUND;
}

static pl_status take_offer(struct pl_db_rows *rows, struct pl_arena *arena, struct pl_ask_offer *ret)
{
	struct pl_ask_offer o = {.days = pl_db_col_u64(rows, 5), .since = pl_db_col_u64(rows, 6)};
	pl_status st = pl_arena_dup(arena, pl_db_col_str(rows, 2), &o.audit);

	pl_db_col_fixed(rows, 0, o.document.b, sizeof o.document.b);
	pl_db_col_fixed(rows, 1, o.terms.b, sizeof o.terms.b);
	if (!st)
		st = pl_arena_dup(arena, pl_db_col_str(rows, 3), &o.title);
	if (!st)
		st = pl_arena_dup(arena, pl_db_col_str(rows, 4), &o.media);
	if (!st)
		st = pl_db_rows_status(rows);
	if (!st)
		*ret = o;
	return st;
}

static pl_status get_offer(void *ctx, struct pl_db_tx *tx)
{
	struct offering *x = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_ask_offer_one, PL_DB_ARGS(DIGEST(x->document)), &rows);

	return st ? st : take_offer(rows, x->arena, x->list);
}

pl_status pl_ask_offer_get(struct pl_instance *inst, const struct pl_digest *document, struct pl_arena *arena, struct pl_ask_offer *ret)
{
	struct offering x = {.document = document, .arena = arena, .list = ret};

	return pl_db_read(pl_instance_db(inst), get_offer, &x);
}

static pl_status get_offers(void *ctx, struct pl_db_tx *tx)
{
	struct offering *x = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, &pl_sql_ask_offers, PL_DB_ARGS(PL_DB_U64(x->max)), &rows);

	x->n = 0;
	while (!st && (st = pl_db_step(rows)) == PL_OK) {
		st = x->n == x->max ? PL_E_CORRUPT : take_offer(rows, x->arena, &x->list[x->n]);
		x->n += !st;
	}
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

pl_status pl_ask_offers(struct pl_instance *inst, struct pl_arena *arena, struct pl_ask_offer **ret, size_t *ret_n)
{
	struct offering x = {.arena = arena, .max = PL_ASK_OFFERS_MAX, .list = pl_arena_alloc(arena, PL_ASK_OFFERS_MAX, sizeof *x.list)};
	pl_status st = x.list ? pl_db_read(pl_instance_db(inst), get_offers, &x) : PL_E_NOMEM;

	if (st)
		return st;
	*ret = x.list;
	*ret_n = x.n;
	return PL_OK;
}

/* ---- one ask ---- */

static const struct pl_commit_value *value_of(const struct pl_ask *a, const char *name)
{
	const struct pl_register_field *f = pl_register_decl_field(a->r->decl, pl_str_from(name));

	return f && a->v->v[f->exact].present ? &a->v->v[f->exact] : NULL;
}

static pl_str text_of(const struct pl_ask *a, const char *name)
{
	const struct pl_commit_value *v = value_of(a, name);

	return v ? pl_bytes_str(v->value) : (pl_str){0};
}

static bool digest_of(const struct pl_ask *a, const char *name, struct pl_digest *ret)
{
	const struct pl_commit_value *v = value_of(a, name);

	if (!v || v->value.len != sizeof ret->b)
		return false;
	memcpy(ret->b, v->value.ptr, sizeof ret->b);
	return true;
}

static pl_status take_ask(struct pl_ask *a, struct pl_diag *diag)
{
	const struct pl_commit_value *received = value_of(a, "received");

	if (!digest_of(a, "document", &a->document) || !digest_of(a, "terms", &a->terms))
		return pl_diag_set(diag, PL_E_STATE, "case %llu does not say which document it asks for, under which terms", (unsigned long long)a->v->at.number);
	a->outcome = text_of(a, "outcome");
	a->reason = text_of(a, "reason");
	if (!a->v->opened)
		return PL_OK;
	a->customer = text_of(a, "customer");
	a->received = received && received->value.len == 8 ? pl_be64(received->value.ptr) : 0;
	return PL_OK;
}

static pl_status no_asks(const struct pl_register *r, struct pl_diag *diag)
{
	pl_diag_hint(diag, "declare one like demo/document-requests.register: pellucid register add FILE");
	return pl_diag_set(diag, PL_E_STATE, "the register %.*s takes no requests for documents", PL_STR_ARG(r->decl->name));
}

pl_status pl_ask_read(struct pl_instance *inst, const struct pl_register *r, uint64_t number, const struct pl_register_reader *reader,
	struct pl_ask *ret, struct pl_diag *diag)
{
	struct pl_register_view *v = NULL;
	pl_status st;

	if (!pl_ask_is_register(r->decl))
		return no_asks(r, diag);
	st = pl_register_case_read(inst, r, number, reader, &v, diag);
	if (!st)
		st = pl_ask_view(inst, r, v, ret, diag);
	if (st)
		pl_register_view_free(v);
	else
		ret->borrowed = false;
	return st;
}

pl_status pl_ask_view(struct pl_instance *inst, const struct pl_register *r, struct pl_register_view *v, struct pl_ask *ret, struct pl_diag *diag)
{
	struct pl_ask a = {.inst = inst, .r = r, .v = v, .borrowed = true};
	pl_status st = pl_ask_is_register(r->decl) ? take_ask(&a, diag) : no_asks(r, diag);

	if (!st)
		*ret = a;
	return st;
}

void pl_ask_done(struct pl_ask *a)
{
	if (!a->borrowed)
		pl_register_view_free(a->v);
	a->v = NULL;
}

/* ---- its copy ---- */

struct copying {
	pl_str name;
	uint64_t number;
	struct pl_arena *arena;
	pl_str found_name;
	uint64_t file, found_number;
};

static pl_status find_copy(void *ctx, struct pl_db_tx *tx)
{
	struct copying *c = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_ask_copy_one, PL_DB_ARGS(PL_DB_STR(c->name), PL_DB_U64(c->number)), &rows);

	if (st)
		return st;
	c->file = pl_db_col_u64(rows, 0);
	c->found_number = pl_db_col_u64(rows, 2);
	st = pl_arena_dup(c->arena, pl_db_col_str(rows, 1), &c->found_name);
	return st ? st : pl_db_rows_status(rows);
}

pl_status pl_ask_copy(struct pl_instance *inst, pl_str name, uint64_t number, struct pl_arena *arena, struct pl_ask_copy *ret)
{
	struct copying c = {.name = name, .number = number, .arena = arena};
	pl_status st = pl_db_read(pl_instance_db(inst), find_copy, &c);

	ret->file = c.file;
	return st ? st : pl_hand_out_get(inst, c.found_name, c.found_number, arena, &ret->given);
}

static pl_status find_ask(void *ctx, struct pl_db_tx *tx)
{
	struct copying *c = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_ask_of_copy, PL_DB_ARGS(PL_DB_STR(c->name), PL_DB_U64(c->number)), &rows);

	if (st)
		return st;
	c->found_number = pl_db_col_u64(rows, 1);
	st = pl_arena_dup(c->arena, pl_db_col_str(rows, 0), &c->found_name);
	return st ? st : pl_db_rows_status(rows);
}

pl_status pl_ask_of(struct pl_instance *inst, pl_str name, uint64_t number, struct pl_arena *arena, pl_str *ret_name, uint64_t *ret_number)
{
	struct copying c = {.name = name, .number = number, .arena = arena};
	pl_status st = pl_db_read(pl_instance_db(inst), find_ask, &c);

	*ret_name = c.found_name;
	*ret_number = c.found_number;
	return st;
}
