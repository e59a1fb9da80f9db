/* SPDX-License-Identifier: Apache-2.0 */
#include "register/audit/hand_out.h"
#include "base/time.h"
#include "fact/query.h"
#include "register/audit/sql.h"
#include "register/private.h"
#include "register/recover.h"

#define DIGEST(d) PL_DB_BLOB(pl_digest_bytes(d))
#define VALUES_MAX ((size_t)16 << 10)

/* ---- the register ---- */

enum field { RECEIVED, STATEMENT, ORIGINAL, FORMAT, TERMS, CUSTOMER, ACCEPTED, EXPIRES, COPY, MARK, FIELDS };

static const struct {
	const char *name;
	enum pl_commit_type type;
	bool hidden; /* may not be open */
} fields[FIELDS] = {
	{"received", PL_COMMIT_TIME, false}, {"statement", PL_COMMIT_U64, false},
	{"original", PL_COMMIT_DIGEST, false}, {"format", PL_COMMIT_ENUM, false}, {"terms", PL_COMMIT_DIGEST, false}, {"customer", PL_COMMIT_TEXT, true},
	{"accepted", PL_COMMIT_TIME, true}, {"expires", PL_COMMIT_TIME, true}, {"copy", PL_COMMIT_DIGEST, true},
	{"mark", PL_COMMIT_TEXT, true},
};

pl_status pl_hand_out_register_check(const struct pl_register *r, struct pl_diag *diag)
{
	for (size_t i = 0; i < FIELDS; i++) {
		const struct pl_register_field *f = pl_register_decl_field(r->decl, pl_str_from(fields[i].name));

		if (f && f->type == fields[i].type && (!fields[i].hidden || f->class == PL_REGISTER_SEALED))
			continue;
		pl_diag_hint(diag, "declare one like demo/hand-outs.register: pellucid register add FILE");
		return pl_diag_set(diag, PL_E_STATE, "register %.*s cannot take hand-outs: expected a field \"%s\" of type %s%s",
			PL_STR_ARG(r->decl->name), fields[i].name, pl_register_type_word(fields[i].type),
			fields[i].hidden ? ", sealed" : "");
	}
	return PL_OK;
}

/* ---- does it fit together ---- */

static pl_status check_terms(struct pl_instance *inst, const struct pl_digest *terms, struct pl_diag *diag)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA((size_t)64 << 10);
	struct pl_query_body body;
	pl_status st = pl_query_body(inst, terms, &arena, &body);

	if (!st && body.state != PL_BODY_PRESENT)
		st = PL_E_NOTFOUND;
	if (st == PL_E_NOTFOUND) {
		pl_diag_hint(diag, "publish them first: pellucid statement document FILE");
		return pl_diag_set(diag, st, "the log names no such terms, or they are not stored here");
	}
	return st;
}

pl_status pl_hand_out_check(struct pl_instance *inst, const struct pl_hand_out_form *f, struct pl_diag *diag)
{
	pl_status st = pl_copy_customer_check(f->words.customer, diag);

	if (!st && (!f->accepted || f->accepted > f->words.given))
		st = pl_diag_set(diag, PL_E_RANGE, "the terms are accepted before the copy is given, not later");
	if (!st && f->words.expires && f->words.expires <= f->words.given)
		st = pl_diag_set(diag, PL_E_RANGE, "a hand-out expires on a day after the one on which it is given");
	return st ? st : check_terms(inst, &f->words.terms, diag);
}

/* ---- one case ---- */

struct pl_hand_out_entry {
	const struct pl_register *r;
	const struct pl_hand_out_form *form;
	struct pl_register_values values;
	struct pl_buf room; /* what .values point into; reserved, so it does not move */
	struct pl_vault_key key;
	struct pl_hand_out made;
	struct pl_diag *diag;
};

static pl_status set_text(struct pl_hand_out_entry *g, enum field field, pl_str text)
{
	const struct pl_register_field *f = pl_register_decl_field(g->r->decl, pl_str_from(fields[field].name));
	size_t start = g->room.len;
	pl_status st;

	if (!text.len)
		return PL_OK; /* absent */
	st = pl_register_value_read(g->r->decl, f, text, &g->room, g->diag);
	if (!st)
		g->values.v[f - g->r->decl->fields] =
			(struct pl_commit_value){true, pl_bytes_of(g->room.ptr + start, g->room.len - start)};
	return st;
}

static pl_status set_number(struct pl_hand_out_entry *g, enum field field, uint64_t n)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(32);

	pl_buf_put_u64(&text, n);
	return set_text(g, field, pl_buf_str(&text));
}

static pl_status set_time(struct pl_hand_out_entry *g, enum field field, uint64_t t)
{
	char text[21];

	if (!t)
		return PL_OK;
	pl_time_write(t * PL_SECOND, text);
	return set_text(g, field, pl_str_from(text));
}

static pl_status set_digest(struct pl_hand_out_entry *g, enum field field, const struct pl_digest *d)
{
	char text[PL_DIGEST_TEXT + 1];

	pl_digest_text(d, text);
	return set_text(g, field, pl_str_from(text));
}

static pl_status fill(struct pl_hand_out_entry *g)
{
	const struct pl_hand_out_form *f = g->form;
	enum pl_copy_format format;
	char mark[PL_MARK_TEXT + 1];
	pl_status st = pl_copy_format_of(f->original.media_type, &format, g->diag);

	pl_mark_write(&f->words.mark, mark);
	if (!st)
		st = set_time(g, RECEIVED, f->words.given);
	if (!st)
		st = set_number(g, STATEMENT, f->index);
	if (!st)
		st = set_digest(g, ORIGINAL, &f->original.digest);
	if (!st)
		st = set_text(g, FORMAT, pl_str_from(pl_copy_formats[format]));
	if (!st)
		st = set_digest(g, TERMS, &f->words.terms);
	if (!st)
		st = set_text(g, CUSTOMER, f->words.customer);
	if (!st)
		st = set_time(g, ACCEPTED, f->accepted);
	if (!st)
		st = set_time(g, EXPIRES, f->words.expires);
	if (!st)
		st = set_digest(g, COPY, &g->made.copy);
	return st ? st : set_text(g, MARK, pl_str_from(mark));
}

pl_status pl_hand_out_put(struct pl_db_tx *tx, struct pl_hand_out_entry *g, struct pl_hand_out *ret)
{
	struct pl_hand_out *m = &g->made;
	char mark[PL_MARK_TEXT + 1];
	struct pl_register_case c = {0};
	pl_status st = pl_register_enter(tx, g->r, &g->values, &g->key, m->given, &c, g->diag);

	if (st)
		return st;
	m->number = c.number;
	pl_mark_write(&m->mark, mark);
	*ret = *m;
	return pl_db_exec(tx, &pl_sql_hand_out_put,
		PL_DB_ARGS(PL_DB_STR(m->name), PL_DB_U64(m->number), PL_DB_STR(m->audit), DIGEST(&m->original), PL_DB_STR(m->media),
			DIGEST(&m->copy), PL_DB_U64(m->copy_size), PL_DB_STR(pl_str_from(mark)), DIGEST(&m->terms),
			PL_DB_U64(m->accepted), PL_DB_U64(m->given), PL_DB_U64(m->expires)),
		NULL);
}

static pl_status prepare(struct pl_instance *inst, struct pl_hand_out_entry *g, pl_bytes copy)
{
	pl_status st = pl_hand_out_register_check(g->r, g->diag);

	pl_sha256(copy, &g->made.copy);
	if (!st)
		st = pl_hand_out_check(inst, g->form, g->diag);
	if (!st && !pl_buf_reserve(&g->room, VALUES_MAX))
		st = PL_E_NOMEM;
	if (!st)
		st = fill(g);
	if (!st)
		st = pl_register_current(inst, g->diag);
	return st ? st : pl_instance_vault_new(inst, &g->r->id, &g->key, 1, g->diag);
}

pl_status pl_hand_out_prepare(struct pl_instance *inst, const struct pl_register *r, const struct pl_hand_out_form *f, pl_bytes copy,
	struct pl_hand_out_entry **ret, struct pl_diag *diag)
{
	struct pl_hand_out_entry *g = PL_NEW(struct pl_hand_out_entry);
	pl_status st;

	*g = (struct pl_hand_out_entry){.r = r, .form = f, .room = PL_BUF(VALUES_MAX), .diag = diag,
		.made = {.name = r->decl->name, .audit = f->audit, .media = f->original.media_type, .original = f->original.digest,
			.terms = f->words.terms, .copy_size = copy.len, .accepted = f->accepted, .given = f->words.given,
			.expires = f->words.expires, .mark = f->words.mark}};
	st = prepare(inst, g, copy);
	if (st)
		pl_hand_out_entry_free(g);
	else
		*ret = g;
	return st;
}

void pl_hand_out_entry_free(struct pl_hand_out_entry *g)
{
	if (!g)
		return;
	pl_vault_key_done(&g->key);
	pl_buf_done_secret(&g->room);
	pl_free(g);
}

struct recording {
	struct pl_hand_out_entry *entry;
	struct pl_hand_out made;
};

static pl_status put(void *ctx, struct pl_db_tx *tx)
{
	struct recording *c = ctx;

	return pl_hand_out_put(tx, c->entry, &c->made);
}

pl_status pl_hand_out_record(struct pl_instance *inst, const struct pl_register *r, const struct pl_hand_out_form *f,
	pl_bytes copy, struct pl_hand_out *ret, struct pl_diag *diag)
{
	struct recording c = {.entry = NULL};
	pl_status st = pl_hand_out_prepare(inst, r, f, copy, &c.entry, diag);

	if (!st)
		st = pl_db_tx(pl_instance_db(inst), put, &c);
	if (!st)
		*ret = c.made;
	pl_hand_out_entry_free(c.entry);
	return st;
}

/* ---- who it was for ---- */

pl_status pl_hand_out_customer(struct pl_instance *inst, const struct pl_register *r, uint64_t number,
	const struct pl_register_reader *reader, struct pl_buf *out, struct pl_diag *diag)
{
	const struct pl_register_field *f = pl_register_decl_field(r->decl, PL_STR("customer"));
	struct pl_register_view *v PL_CLEANUP(pl_register_view_freep) = NULL;
	pl_status st = f ? pl_register_case_read(inst, r, number, NULL, &v, diag) : PL_E_NOTFOUND;

	if (!st && !v->kept)
		return pl_diag_set(diag, PL_E_NOTFOUND, "who case %llu was for is erased", (unsigned long long)number);
	if (!st) {
		pl_register_view_free(v);
		v = NULL;
		st = pl_register_case_read(inst, r, number, reader, &v, diag);
	}
	if (!st && (!v->opened || !v->v[f->exact].present))
		st = PL_E_NOTFOUND;
	return st ? st : pl_register_value_write(r->decl, f->exact, v->v[f->exact].value, out);
}
