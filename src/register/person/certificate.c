/* SPDX-License-Identifier: Apache-2.0 */
#include "register/person/certificate.h"
#include "base/codec.h"
#include "base/random.h"
#include "base/time.h"
#include "register/internal.h"
#include "register/person/own_internal.h"
#include "register/sql.h"

struct certifying {
	struct pl_person_desk *d;
	struct pl_erasure erasure;
	pl_str store;
	struct pl_json *classes;
	struct pl_certificate_leaf *leaves;
	size_t n;
	uint64_t backups;
	bool pending;
	struct pl_diag *diag;
};

static void set_seconds(struct pl_json *o, const char *name, uint64_t seconds)
{
	char text[21];

	pl_time_write(seconds * PL_SECOND, text);
	pl_json_set_z(o, name, text);
}

/* ---- the leaf that says so ---- */

struct finding {
	const struct pl_register *r;
	uint64_t number;
	struct pl_certificate_leaf *ret;
};

static pl_status read_leaf(struct finding *f, struct pl_db_tx *tx, uint64_t revision)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_register_leaf_of_case,
		PL_DB_ARGS(PL_DB_STR(f->r->decl->name), PL_DB_U64(f->number), PL_DB_U64(revision)), &rows);

	if (st)
		return st;
	if (pl_db_col_u64(rows, 1) != PL_ROW_ERASED)
		return PL_E_NOTFOUND;
	f->ret->leaf.number = f->number;
	f->ret->leaf.revision = (uint32_t)revision;
	f->ret->position = pl_db_col_u64(rows, 0);
	f->ret->classes = (unsigned)pl_db_col_u64(rows, 2);
	pl_db_col_fixed(rows, 4, f->ret->leaf.previous.b, sizeof f->ret->leaf.previous.b);
	pl_db_col_fixed(rows, 5, f->ret->leaf.commitment.b, sizeof f->ret->leaf.commitment.b);
	return pl_db_rows_status(rows);
}

static pl_status find_leaf(void *ctx, struct pl_db_tx *tx)
{
	struct finding *f = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_register_case_get, PL_DB_ARGS(PL_DB_STR(f->r->decl->name), PL_DB_U64(f->number)), &rows);
	uint64_t revision;

	if (st)
		return st;
	revision = pl_db_col_u64(rows, 0);
	st = pl_db_rows_status(rows);
	return st ? st : read_leaf(f, tx, revision);
}

static pl_status add_leaf(struct certifying *c, const struct pl_holdings_erased *e)
{
	struct pl_instance *inst = pl_person_desk_instance(c->d);
	struct pl_register *r PL_CLEANUP(pl_register_closep) = NULL;
	struct pl_certificate_leaf *l = &c->leaves[c->n];
	struct finding f = {.number = e->number, .ret = l};
	pl_status st;

	if (c->n == PL_CERTIFICATE_LEAVES_MAX)
		return pl_diag_set(c->diag, PL_E_TOOBIG, "a certificate names at most %u cases", PL_CERTIFICATE_LEAVES_MAX);
	st = pl_register_open(inst, e->reg, &r, c->diag);
	if (st)
		return st;
	f.r = r;
	if (pl_str_z(e->reg, l->reg, sizeof l->reg))
		return PL_E_CORRUPT;
	st = pl_db_read(pl_instance_db(inst), find_leaf, &f);
	if (!st)
		c->n++;
	return st == PL_E_NOTFOUND ? pl_diag_set(c->diag, PL_E_CORRUPT, "case %llu of %s has no leaf that says it is erased",
					       (unsigned long long)e->number, l->reg)
				   : st;
}

/* ---- what each store did ---- */

static pl_status take_erased(void *ctx, const struct pl_holdings_erased *e)
{
	struct certifying *c = ctx;
	struct pl_json *o = pl_json_push_object(c->classes), *keys, *kept;

	pl_json_set_str(o, "store", c->store);
	pl_json_set_str(o, "class", e->name);
	pl_json_set_u64(o, "destroyed", e->rows);
	keys = pl_json_set_array(o, "keys");
	for (size_t i = 0; i < e->n_keys; i++)
		pl_json_push_str(keys, e->keys[i]);
	kept = pl_json_set_array(o, "kept");
	if (e->kept) {
		struct pl_json *k = pl_json_push_object(kept);

		pl_json_set_u64(k, "rows", e->kept);
		pl_json_set_str(k, "reason", e->reason);
		if (e->until)
			set_seconds(k, "until", e->until);
	}
	if (e->backups) {
		set_seconds(o, "backups", e->backups);
	}
	c->pending = c->pending || e->pending;
	return e->has_leaf ? add_leaf(c, e) : PL_OK;
}

static pl_status erase_all(struct certifying *c, const struct pl_person *who, struct pl_json *later)
{
	const struct pl_holdings_list *list = pl_person_desk_list(c->d);
	pl_status st = PL_OK;

	for (size_t i = 0; i < list->n && !st; i++) {
		const struct pl_holdings *s = list->stores[i];
		size_t from = pl_json_count(c->classes);

		c->store = s->name;
		if (s->later)
			pl_json_push_str(later, s->name);
		st = s->erase(s->ctx, who, take_erased, c, c->diag);
		if (!st && !s->later && !pl_erasure_by_name(s->name))
			st = pl_erasure_complete(c->d, &c->erasure, s->name, c->classes, from);
		if (st)
			pl_diag_context(c->diag, "store %.*s", PL_STR_ARG(s->name));
	}
	return st;
}

/* ---- signing ---- */

static pl_status log_it(struct pl_person_desk *d, pl_bytes certificate, struct pl_diag *diag)
{
	struct pl_buf entry PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_ENTRY_MAX);
	struct pl_instance *inst = pl_person_desk_instance(d);
	struct pl_outbox_ref ref;
	struct pl_digest digest;
	pl_status st;

	pl_sha256(certificate, &digest);
	st = pl_answer_sign(inst, PL_ANSWER_ERASURE, PL_STR(PL_ANSWER_CERTIFICATE), &digest, 1, pl_person_desk_now(d), &entry, diag);
	return st ? st : pl_instance_submit(inst, PL_STR("person"), pl_buf_bytes(&entry), &ref, diag);
}

/* The latest of all classes, those of a run that was broken off too. */
static void take_backups(struct certifying *c)
{
	for (size_t i = 0; i < pl_json_count(c->classes); i++) {
		uint64_t ns = 0;
		pl_str text = {0};

		if (!pl_json_opt_str(pl_json_at(c->classes, i), "backups", &text, NULL) && text.len && !pl_time_parse(text, &ns) &&
			ns / PL_SECOND > c->backups)
			c->backups = ns / PL_SECOND;
	}
}

static pl_status write_certificate(struct certifying *c, struct pl_json *o, struct pl_buf *out)
{
	uint8_t nonce[32];
	char hex[65];

	take_backups(c);
	pl_random(nonce, sizeof nonce);
	pl_hex_write(nonce, sizeof nonce, hex);
	pl_json_set_z(o, "format", "pellucid-erasure v1");
	pl_json_set_str(o, "origin", pl_instance_conf(pl_person_desk_instance(c->d))->origin);
	set_seconds(o, "at", pl_person_desk_now(c->d));
	if (c->backups)
		set_seconds(o, "backups", c->backups);
	pl_json_set_z(o, "nonce", hex);
	return pl_json_canon_rfc8785(o, out);
}

pl_status pl_certificate_make(struct pl_person_desk *d, const struct pl_person *who, struct pl_buf *certificate, struct pl_buf *leaves,
	struct pl_diag *diag)
{
	struct pl_json *o PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct certifying c = {.d = d, .diag = diag};
	pl_status st;

	c.classes = pl_json_set_array(o, "classes");
	c.leaves = pl_alloc(PL_CERTIFICATE_LEAVES_MAX + 1, sizeof *c.leaves);
	/* What will be destroyed stands on the disk before anything is. */
	st = pl_erasure_begin(d, who, &c.erasure, diag);
	if (!st) {
		d->erasing = &c.erasure;
		st = erase_all(&c, who, pl_json_set_array(o, "later"));
		d->erasing = NULL;
		pl_erasure_done(&c.erasure);
	}
	if (!st && c.pending) {
		pl_diag_hint(diag, "pellucid register keep goes on with it; ask again with the same identities when it has");
		st = pl_diag_set(diag, PL_E_BUSY, "everything is erased, but the vault could not destroy all keys now");
	}
	if (!st)
		st = write_certificate(&c, o, certificate);
	if (!st)
		st = pl_certificate_leaves_write(c.leaves, c.n, UINT64_MAX, leaves);
	if (!st)
		st = log_it(d, pl_buf_bytes(certificate), diag);
	pl_free(c.leaves);
	return st;
}
