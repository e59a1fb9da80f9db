/* SPDX-License-Identifier: Apache-2.0 */
#include "register/promise.h"
#include "base/codec.h"
#include "base/random.h"
#include "base/time.h"
#include "fact/evidence.h"
#include "fact/member.h"
#include "fact/predicates.h"
#include "log/bundle.h"
#include "register/internal.h"
#include "register/receipt.h"
#include "register/sql.h"

static const char label[] = "pl-register-secret/v1", reply_label[] = "pl-register-reply/v1";

/* 128 random bits need no slow hash. */
static void derive(const struct pl_register_secret *secret, const char *of, size_t len, struct pl_digest *ret)
{
	uint8_t b[64];

	memcpy(b, of, len);
	memcpy(b + len, secret->v.b, sizeof secret->v.b);
	pl_sha256(pl_bytes_of(b, len + sizeof secret->v.b), ret);
	pl_wipe(b, sizeof b);
}

void pl_register_secret_hash(const struct pl_register_secret *secret, struct pl_digest *ret)
{
	derive(secret, label, sizeof label, ret);
}

void pl_register_secret_key(const struct pl_register_secret *secret, struct pl_privkey *ret)
{
	struct pl_digest d;

	derive(secret, reply_label, sizeof reply_label, &d);
	*ret = (struct pl_privkey){.alg = PL_KEY_ED25519};
	memcpy(ret->b, d.b, sizeof ret->b);
	pl_wipe(&d, sizeof d);
}

pl_status pl_register_promise_note(struct pl_db_tx *tx, const struct pl_register *r, uint64_t number, uint64_t now,
	struct pl_register_secret *ret)
{
	struct pl_digest hash;
	struct pl_privkey reply;
	struct pl_pubkey public;
	pl_status st;

	pl_random(ret->v.b, sizeof ret->v.b);
	pl_register_secret_hash(ret, &hash);
	pl_register_secret_key(ret, &reply);
	st = pl_privkey_public(&reply, &public);
	pl_privkey_done(&reply);
	return st ? st :
		    pl_db_exec(tx, &pl_sql_register_promise_put,
			    PL_DB_ARGS(PL_DB_STR(r->decl->name), PL_DB_U64(number), PL_DB_BLOB(pl_digest_bytes(&hash)),
				    PL_DB_U64(now + PL_REGISTER_PROMISE_SLACK), PL_DB_MEM(public.b, PL_PRIVKEY_LEN)),
			    NULL);
}

struct finding {
	struct pl_digest hash;
	char name[PL_REGISTER_NAME_MAX + 1];
	uint64_t number;
};

/* By the hash of a secret nobody can guess: what the index tells by its time says nothing about the secret. */
static pl_status find(void *ctx, struct pl_db_tx *tx)
{
	struct finding *f = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_register_promise_find, PL_DB_ARGS(PL_DB_BLOB(pl_digest_bytes(&f->hash))), &rows);

	if (st)
		return st;
	st = pl_str_z(pl_db_col_str(rows, 0), f->name, sizeof f->name);
	f->number = pl_db_col_u64(rows, 1);
	return st ? st : pl_db_rows_status(rows);
}

pl_status pl_register_promise_find(struct pl_instance *inst, const struct pl_register_secret *secret,
	char name[static PL_REGISTER_NAME_MAX + 1], uint64_t *ret_number)
{
	struct finding f = {0};
	pl_status st;

	pl_register_secret_hash(secret, &f.hash);
	st = pl_db_read(pl_instance_db(inst), find, &f);
	if (st)
		return st;
	memcpy(name, f.name, sizeof f.name);
	*ret_number = f.number;
	return PL_OK;
}

/* ---- signing ---- */

struct promise {
	const struct pl_register *r;
	uint64_t number, before;
	struct pl_register_case at; /* as it was entered */
	struct pl_buf envelope;     /* empty: not signed yet */
};

static pl_status read_first_leaf(struct promise *p, struct pl_db_tx *tx)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_register_leaf_of_case,
		PL_DB_ARGS(PL_DB_STR(p->r->decl->name), PL_DB_U64(p->number), PL_DB_U64(0)), &rows);

	if (st)
		return st;
	p->at = (struct pl_register_case){.number = p->number, .position = pl_db_col_u64(rows, 0)};
	pl_db_col_fixed(rows, 3, p->at.leaf.b, sizeof p->at.leaf.b);
	pl_db_col_fixed(rows, 5, p->at.commitment.b, sizeof p->at.commitment.b);
	return pl_db_rows_status(rows);
}

static pl_status read_promise(void *ctx, struct pl_db_tx *tx)
{
	struct promise *p = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_register_promise_get, PL_DB_ARGS(PL_DB_STR(p->r->decl->name), PL_DB_U64(p->number)),
		&rows);

	if (st)
		return st;
	p->before = pl_db_col_u64(rows, 0);
	pl_buf_clear(&p->envelope);
	if (!pl_db_col_is_null(rows, 1))
		pl_buf_put_bytes(&p->envelope, pl_db_col_blob(rows, 1));
	st = pl_buf_status(&p->envelope);
	if (!st)
		st = read_first_leaf(p, tx);
	return st ? st : pl_db_rows_status(rows);
}

static pl_status sign(struct pl_instance *inst, struct promise *p, struct pl_diag *diag)
{
	struct pl_json *predicate PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_buf payload PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_PAYLOAD_MAX);
	struct pl_subject subject = {.name = p->r->decl->name, .sha256 = p->at.leaf};
	char before[21];
	pl_status st;

	pl_time_write(p->before * PL_SECOND, before);
	pl_json_set_str(predicate, "register", p->r->decl->name);
	pl_json_set_u64(predicate, "number", p->number);
	pl_json_set_u64(predicate, "position", p->at.position);
	pl_member_set_digest(predicate, "leaf", &p->at.leaf);
	pl_member_set_digest(predicate, "commitment", &p->at.commitment);
	pl_json_set_z(predicate, "before", before);
	st = pl_statement_build(PL_STR(PL_TYPE_REGISTER_PROMISE), &subject, 1, predicate, &payload, NULL, diag);
	return st ? st : pl_instance_sign(inst, pl_buf_bytes(&payload), NULL, 0, &p->envelope, diag);
}

static pl_status keep(void *ctx, struct pl_db_tx *tx)
{
	const struct promise *p = ctx;

	return pl_db_exec(tx, &pl_sql_register_promise_signed,
		PL_DB_ARGS(PL_DB_STR(p->r->decl->name), PL_DB_U64(p->number), PL_DB_BLOB(pl_buf_bytes(&p->envelope))), NULL);
}

struct many {
	size_t n;
	struct promise p[PL_REGISTER_PROMISES_MAX];
};

static pl_status keep_all(void *ctx, struct pl_db_tx *tx)
{
	struct many *m = ctx;
	pl_status st = PL_OK;

	for (size_t i = 0; i < m->n && !st; i++)
		st = keep(&m->p[i], tx);
	return st;
}

pl_status pl_register_promises_sign(struct pl_instance *inst, const struct pl_register_promised *list, size_t n,
	struct pl_diag *diag)
{
	struct many *m;
	pl_status st = PL_OK;

	if (n > PL_REGISTER_PROMISES_MAX)
		return PL_E_TOOBIG;
	m = PL_NEW(struct many);
	for (size_t i = 0; i < n && !st; i++, m->n++) {
		m->p[i] = (struct promise){.r = list[i].r, .number = list[i].made.number, .at = list[i].made,
			.before = list[i].now + PL_REGISTER_PROMISE_SLACK, .envelope = PL_BUF(PL_STATEMENT_ENTRY_MAX)};
		st = sign(inst, &m->p[i], diag);
	}
	if (!st)
		st = pl_db_tx(pl_instance_db(inst), keep_all, m);
	for (size_t i = 0; i < m->n; i++)
		pl_buf_done(&m->p[i].envelope);
	pl_free(m);
	return st;
}

static pl_status take(struct pl_instance *inst, struct promise *p, struct pl_diag *diag)
{
	pl_status st = pl_db_read(pl_instance_db(inst), read_promise, p);

	if (st == PL_E_NOTFOUND)
		return pl_diag_set(diag, st, "case %llu of %.*s was entered without a promise", (unsigned long long)p->number,
			PL_STR_ARG(p->r->decl->name));
	if (st || p->envelope.len)
		return st;
	st = sign(inst, p, diag);
	/* Two that sign it at once say the same; the first one is kept, both are good. */
	return st ? st : pl_db_tx(pl_instance_db(inst), keep, p);
}

pl_status pl_register_promise_envelope(struct pl_instance *inst, const struct pl_register *r, uint64_t number, struct pl_buf *out,
	struct pl_diag *diag)
{
	struct promise p = {.r = r, .number = number, .envelope = PL_BUF(PL_STATEMENT_ENTRY_MAX)};
	pl_status st = take(inst, &p, diag);

	if (!st)
		pl_buf_put_bytes(out, pl_buf_bytes(&p.envelope));
	pl_buf_done(&p.envelope);
	return st ? st : pl_buf_status(out);
}

/* ---- receipts ---- */

struct proving {
	const struct promise *p;
	struct pl_receipt *r;
	uint64_t entry; /* of the head, or of what else shows the keys */
};

/* The first published head over the case, and the way to its root. */
static pl_status prove(void *ctx, struct pl_db_tx *tx)
{
	struct proving *v = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	struct pl_register_nodes nodes = {tx, v->p->r};
	struct pl_register_public public = {0};
	pl_status st = pl_db_one(tx, &pl_sql_register_head_over,
		PL_DB_ARGS(PL_DB_STR(v->p->r->decl->name), PL_DB_U64(v->p->at.position)), &rows);

	v->r->proved = st == PL_OK;
	if (st == PL_E_NOTFOUND) {
		st = pl_register_public_tx(tx, v->p->r->decl->name, &public);
		v->entry = public.heads ? public.head_index : public.index;
		return st;
	}
	if (st)
		return st;
	v->entry = pl_db_col_u64(rows, 0);
	v->r->size = pl_db_col_u64(rows, 1);
	v->r->time = pl_db_col_u64(rows, 2);
	pl_db_col_fixed(rows, 3, v->r->root.b, sizeof v->r->root.b);
	st = pl_db_rows_status(rows);
	return st ? st : pl_tree_prove_inclusion(v->p->at.position, v->r->size, pl_register_fetch, &nodes, &v->r->path);
}

static pl_status make_opening(const struct promise *p, const struct pl_register_view *view, const size_t *fields, size_t n,
	struct pl_receipt *r, struct pl_buf *opening)
{
	pl_status st = pl_register_case_open(p->r, view, fields, n, opening);

	r->opened = true;
	r->declaration = pl_buf_str(&view->decl->text); /* that the leaf was committed by */
	r->opening = pl_buf_str(opening);
	return st;
}

static pl_status make_receipt(struct pl_instance *inst, struct promise *p, struct pl_receipt *r, struct pl_buf *out,
	struct pl_diag *diag)
{
	struct pl_buf promise PL_CLEANUP(pl_buf_done) = PL_BUF(2 * PL_STATEMENT_ENTRY_MAX);
	struct pl_buf bundle PL_CLEANUP(pl_buf_done) = PL_BUF(PL_BUNDLE_TEXT_MAX);
	struct proving v = {.p = p, .r = r};
	pl_status st = take(inst, p, diag);

	if (!st)
		st = pl_db_read(pl_instance_db(inst), prove, &v);
	if (!st)
		st = pl_evidence_bundle(inst, &v.entry, 1, &bundle, diag);
	if (st)
		return st;
	pl_base64_put(&promise, pl_buf_bytes(&p->envelope));
	r->origin = pl_instance_conf(inst)->origin;
	r->promise = pl_buf_str(&promise);
	r->bundle = pl_buf_str(&bundle);
	st = pl_buf_status(&promise);
	if (!st)
		pl_receipt_put(out, r);
	return st ? st : pl_buf_status(out);
}

pl_status pl_register_receipt_make(struct pl_instance *inst, const struct pl_register *r, uint64_t number,
	const struct pl_register_view *view, const size_t *fields, size_t n_fields, struct pl_buf *out, struct pl_diag *diag)
{
	struct promise p = {.r = r, .number = number, .envelope = PL_BUF(PL_STATEMENT_ENTRY_MAX)};
	struct pl_buf opening PL_CLEANUP(pl_buf_done_secret) = PL_BUF(4 * PL_REGISTER_ROW_MAX);
	struct pl_receipt receipt = {0};
	pl_status st = PL_OK;

	if (view && n_fields)
		st = make_opening(&p, view, fields, n_fields, &receipt, &opening);
	if (!st)
		st = make_receipt(inst, &p, &receipt, out, diag);
	pl_buf_done(&p.envelope);
	return st;
}
