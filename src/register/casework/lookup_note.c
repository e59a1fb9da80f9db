/* SPDX-License-Identifier: Apache-2.0 */
#include "register/casework/lookup_note.h"
#include "base/codec.h"
#include "base/random.h"
#include "base/time.h"
#include "register/recover.h"
#include <stdio.h>

#define HEAD "pellucid-look-up v1\n"
#define ABOUT_MAX 8192u

/* ---- the text ---- */

static enum pl_lookup_outcome outcome_of(const struct pl_lookup *l)
{
	enum pl_lookup_outcome o = PL_LOOKUP_NOTHING;

	if (l->reason.len)
		return PL_LOOKUP_ALTHOUGH;
	for (size_t i = 0; i < l->n_stores; i++) {
		if (l->stores[i].rows)
			return PL_LOOKUP_FOUND;
		if (l->stores[i].later)
			o = PL_LOOKUP_LATER;
	}
	return o;
}

static void put_said(const struct pl_lookup_store *s, struct pl_buf *out)
{
	if (s->later)
		pl_buf_put_z(out, "later");
	else
		pl_buf_put_u64(out, s->rows);
}

static void write_text(const struct pl_register *r, uint64_t number, const struct pl_lookup *l, struct pl_buf *out)
{
	uint8_t nonce[16];
	char now[21];

	pl_random(nonce, sizeof nonce);
	pl_time_write(pl_time_now() / PL_SECOND * PL_SECOND, now);
	pl_buf_printf(out, HEAD "register %.*s\nnumber %llu\ntime %s\nnonce ", PL_STR_ARG(r->decl->name), (unsigned long long)number, now);
	pl_hex_put(out, pl_bytes_of(nonce, sizeof nonce));
	pl_buf_put_c(out, '\n');
	for (size_t i = 0; i < l->n_asked; i++) {
		pl_buf_put_z(out, "asked ");
		pl_buf_put_str(out, l->asked[i]);
		pl_buf_put_c(out, '\n');
	}
	for (size_t i = 0; i < l->n_stores; i++) {
		pl_buf_put_z(out, "store ");
		pl_buf_put_str(out, l->stores[i].name);
		pl_buf_put_c(out, ' ');
		put_said(&l->stores[i], out);
		pl_buf_put_c(out, '\n');
	}
	pl_buf_printf(out, "outcome %s\n", pl_lookup_words[outcome_of(l)]);
	if (l->reason.len) {
		pl_buf_put_c(out, '\n');
		pl_buf_put_str(out, l->reason);
	}
}

static void write_about(const struct pl_lookup *l, struct pl_buf *out)
{
	pl_buf_put_z(out, pl_lookup_words[outcome_of(l)]);
	for (size_t i = 0; i < l->n_stores; i++) {
		pl_buf_put_c(out, ' ');
		pl_buf_put_str(out, l->stores[i].name);
		pl_buf_put_c(out, '=');
		put_said(&l->stores[i], out);
	}
}

static pl_status check(const struct pl_register *r, const struct pl_lookup *l, struct pl_diag *diag)
{
	if (!pl_lookup_is(r->decl))
		return pl_diag_set(diag, PL_E_UNSUPPORTED, "%.*s declares no field \"look-up\" beside a \"reason\" that can be not-held", PL_STR_ARG(r->decl->name));
	if (l->reason.len)
		return pl_str_trim(l->reason).len && pl_str_is_utf8(l->reason) ? PL_OK : pl_diag_set(diag, PL_E_RANGE, "say why it is not held: whoever decides reads it");
	if (!l->n_asked || !l->n_stores)
		return pl_diag_set(diag, PL_E_RANGE, l->n_asked ? "there is no store that could be asked" : "say for whom the stores are asked, or why it is not held");
	for (size_t i = 0; i < l->n_asked; i++)
		if (pl_str_find(l->asked[i], '\n') != l->asked[i].len)
			return pl_diag_set(diag, PL_E_RANGE, "what is asked for stands in one line");
	return PL_OK;
}

/* ---- keeping it ---- */

struct noting {
	const struct pl_register *r;
	struct pl_register_view *v;
	const struct pl_casework_actor *who;
	struct pl_buf text, about;
	struct pl_digest digest;
	enum pl_lookup_outcome outcome;
	struct pl_diag *diag;
};

static pl_status put_change(const struct noting *o, struct pl_db_tx *tx, uint32_t revision)
{
	struct pl_casework_new entry = {.kind = PL_CASEWORK_CHANGE, .at = pl_time_now() / PL_SECOND, .account = o->who->account};
	char text[16];

	(void)snprintf(text, sizeof text, "%u", revision);
	entry.about = pl_str_from(text);
	return pl_casework_put(tx, o->r, o->v->at.number, &entry, NULL);
}

static pl_status put(void *ctx, struct pl_db_tx *tx)
{
	struct noting *o = ctx;
	const struct pl_register_field *f = pl_register_decl_field(o->r->decl, PL_LOOKUP_FIELD);
	const struct pl_register_set set = {.field = (size_t)(f - o->r->decl->fields), .value = {true, pl_digest_bytes(&o->digest)}};
	const struct pl_casework_new entry = {.kind = PL_CASEWORK_LOOKUP, .at = pl_time_now() / PL_SECOND, .account = o->who->account,
		.about = pl_buf_str(&o->about), .text = pl_buf_str(&o->text), .key = &o->v->key};
	struct pl_register_case made;
	uint64_t seq = 0;
	pl_status st = pl_casework_put(tx, o->r, o->v->at.number, &entry, &seq);

	if (!st)
		st = pl_lookup_put(tx, o->r, o->v->at.number, seq, &o->digest, o->outcome);
	if (!st)
		st = pl_register_case_change_tx(tx, o->r, o->v, &set, 1, &made, o->diag);
	return st ? st : put_change(o, tx, made.revision);
}

static pl_status keep(struct pl_instance *inst, struct noting *o, uint64_t number, const struct pl_lookup *l)
{
	const struct pl_register_reader reader = {.role = o->who->role, .account = o->who->account};
	pl_status st = pl_register_case_read(inst, o->r, number, &reader, &o->v, o->diag);

	if (!st && (o->v->kind > PL_ROW_SEALED || !o->v->opened))
		st = pl_diag_set(o->diag, PL_E_STATE, "case %llu was erased or lost, or has no key: nothing can be written about it any more", (unsigned long long)number);
	if (st)
		return st;
	write_text(o->r, number, l, &o->text);
	write_about(l, &o->about);
	st = pl_buf_status(&o->text) ? pl_buf_status(&o->text) : pl_buf_status(&o->about);
	if (st)
		return pl_diag_set(o->diag, st, "a look-up with its reason has at most %u bytes", PL_CASEWORK_TEXT_MAX);
	pl_sha256(pl_buf_bytes(&o->text), &o->digest);
	st = pl_register_current(inst, o->diag);
	return st ? st : pl_db_tx(pl_instance_db(inst), put, o);
}

pl_status pl_lookup_note(struct pl_instance *inst, const struct pl_register *r, uint64_t number, const struct pl_casework_actor *who, const struct pl_lookup *l,
	enum pl_lookup_outcome *ret, struct pl_diag *diag)
{
	struct noting o = {.r = r, .who = who, .text = PL_BUF(PL_CASEWORK_TEXT_MAX), .about = PL_BUF(ABOUT_MAX), .outcome = outcome_of(l), .diag = diag};
	pl_status st = check(r, l, diag);

	if (!st)
		st = keep(inst, &o, number, l);
	if (!st)
		*ret = o.outcome;
	pl_register_view_free(o.v);
	pl_buf_done_secret(&o.text);
	pl_buf_done(&o.about);
	return st;
}

/* ---- reading ---- */

const struct pl_casework_entry *pl_lookup_newest(const struct pl_casework_entry *e, size_t n)
{
	while (n-- > 0)
		if (e[n].kind == PL_CASEWORK_LOOKUP)
			return &e[n];
	return NULL;
}

pl_status pl_lookup_about(pl_str about, enum pl_lookup_outcome *ret, pl_str *ret_stores)
{
	pl_str word = about;

	if (!pl_str_take_until(&about, ' ', &word))
		about = (pl_str){0};
	for (unsigned i = 0; i < PL_LOOKUP_OUTCOMES; i++)
		if (pl_str_eq(word, pl_str_from(pl_lookup_words[i]))) {
			*ret = (enum pl_lookup_outcome)i;
			*ret_stores = about;
			return PL_OK;
		}
	return PL_E_CORRUPT;
}

pl_str pl_lookup_reason(pl_str text)
{
	static const char mark[] = "\noutcome although\n\n";
	size_t at = pl_str_find_str(text, pl_str_from(mark));

	return at < text.len ? pl_str_sub(text, at + sizeof mark - 1, text.len) : (pl_str){0};
}
