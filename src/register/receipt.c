/* SPDX-License-Identifier: Apache-2.0 */
#include "register/receipt.h"
#include "base/codec.h"
#include "base/time.h"
#include "fact/member.h"
#include "fact/predicates.h"
#include "log/bundle.h"
#include "register/report_says.h"
#include "verify/verify.h"

#define LINE_HEAD "pellucid-receipt v1"

/* ---- the text ---- */

void pl_receipt_put(struct pl_buf *out, const struct pl_receipt *r)
{
	pl_buf_put_z(out, LINE_HEAD "\norigin ");
	pl_buf_put_str(out, r->origin);
	pl_buf_put_z(out, "\npromise ");
	pl_buf_put_str(out, r->promise);
	pl_buf_put_c(out, '\n');
	if (r->proved) {
		pl_buf_printf(out, "head %llu ", (unsigned long long)r->size);
		pl_hex_put(out, pl_digest_bytes(&r->root));
		pl_buf_put_c(out, ' ');
		pl_time_put(out, r->time * PL_SECOND);
		pl_buf_put_c(out, '\n');
		for (size_t i = 0; i < r->path.n; i++) {
			pl_buf_put_z(out, "path ");
			pl_hex_put(out, pl_digest_bytes(&r->path.h[i]));
			pl_buf_put_c(out, '\n');
		}
	}
	if (r->opened) {
		pl_buf_printf(out, "opening %zu %zu\n", r->declaration.len, r->opening.len);
		pl_buf_put_str(out, r->declaration);
		pl_buf_put_str(out, r->opening);
	}
	pl_buf_put_c(out, '\n');
	pl_buf_put_str(out, r->bundle);
}

/* "head <size> <root> <time>" */
static bool take_head(pl_str line, struct pl_receipt *r)
{
	pl_str word;
	char again[21];

	if (!pl_str_take_until(&line, ' ', &word) || pl_str_to_u64(word, INT64_MAX, &r->size) || !pl_str_take_until(&line, ' ', &word) ||
		pl_hex_read(word, r->root.b, sizeof r->root.b) || pl_time_parse(line, &r->time))
		return false;
	pl_time_write(r->time, again);
	r->time /= PL_SECOND;
	return pl_str_eq(line, pl_str_from(again));
}

static bool take_proof(pl_str *rest, struct pl_receipt *r)
{
	pl_str line, ahead = *rest;

	if (!pl_str_take_line(&ahead, &line) || !pl_str_eat(&line, PL_STR("head ")))
		return true;
	r->proved = true;
	if (!take_head(line, r))
		return false;
	*rest = ahead;
	while (pl_str_take_line(&ahead, &line) && pl_str_eat(&line, PL_STR("path "))) {
		if (r->path.n == PL_TREE_PATH_MAX || pl_hex_read(line, r->path.h[r->path.n].b, PL_DIGEST_LEN))
			return false;
		r->path.n++;
		*rest = ahead;
	}
	return true;
}

static bool take_opening(pl_str *rest, struct pl_receipt *r)
{
	pl_str line, word, ahead = *rest;
	uint64_t declaration = 0, opening = 0;

	if (!pl_str_take_line(&ahead, &line) || !pl_str_eat(&line, PL_STR("opening ")))
		return true;
	r->opened = true;
	if (!pl_str_take_until(&line, ' ', &word) || pl_str_to_u64(word, PL_REGISTER_DECLARATION_MAX, &declaration) ||
		pl_str_to_u64(line, PL_RECEIPT_MAX, &opening) || declaration + opening > ahead.len)
		return false;
	r->declaration = pl_str_sub(ahead, 0, (size_t)declaration);
	r->opening = pl_str_sub(ahead, (size_t)declaration, (size_t)opening);
	*rest = pl_str_sub(ahead, (size_t)(declaration + opening), SIZE_MAX);
	return true;
}

pl_status pl_receipt_parse(pl_str text, struct pl_receipt *ret, struct pl_diag *diag)
{
	struct pl_receipt r = {0};
	pl_str rest = text, line;

	if (text.len > PL_RECEIPT_MAX)
		return pl_diag_set(diag, PL_E_TOOBIG, "a receipt has at most %zu bytes", PL_RECEIPT_MAX);
	if (!pl_str_take_line(&rest, &line) || !pl_str_eq(line, PL_STR(LINE_HEAD)))
		return pl_diag_set(diag, PL_E_SYNTAX, "expected the first line \"" LINE_HEAD "\"");
	if (!pl_str_take_line(&rest, &line) || !pl_str_eat(&line, PL_STR("origin ")) || !line.len)
		return pl_diag_set(diag, PL_E_SYNTAX, "expected the line \"origin <name of the log>\"");
	r.origin = line;
	if (!pl_str_take_line(&rest, &line) || !pl_str_eat(&line, PL_STR("promise ")) || !line.len)
		return pl_diag_set(diag, PL_E_SYNTAX, "expected the line \"promise <base64>\"");
	r.promise = line;
	if (!take_proof(&rest, &r))
		return pl_diag_set(diag, PL_E_SYNTAX, "expected \"head <size> <root> <time>\" and lines \"path <64 hex digits>\"");
	if (!take_opening(&rest, &r))
		return pl_diag_set(diag, PL_E_SYNTAX, "expected \"opening <bytes> <bytes>\" and so many bytes");
	if (!pl_str_take_line(&rest, &line) || line.len)
		return pl_diag_set(diag, PL_E_SYNTAX, "expected an empty line before the proof bundle");
	r.bundle = rest;
	*ret = r;
	return PL_OK;
}

/* ---- checking ---- */

struct checking {
	const struct pl_receipt *r;
	struct pl_verify *verify;
	struct pl_statement *promise;
	struct pl_digest id; /* of the register */
	struct pl_receipt_shows shows;
	struct pl_diag *diag;
};

/* The promise: of the right kind, and signed by a key that the log introduced. */
static pl_status read_promise(struct checking *c)
{
	const struct pl_verify_kind *kind = pl_verify_kind_named(PL_STR("register-promise"));
	struct pl_buf envelope PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_ENTRY_MAX);
	struct pl_judgement judged;
	pl_status st = pl_base64_get(c->r->promise, &envelope);

	if (!st)
		st = pl_statement_open(pl_buf_bytes(&envelope), &c->promise, c->diag);
	if (!st && !pl_str_eq(c->promise->type, pl_str_from(kind->row.type)))
		st = PL_E_SYNTAX;
	if (st)
		return pl_diag_set(c->diag, st, "the receipt's promise is not one");
	st = pl_keys_judge(c->verify->keys, &kind->row, c->promise, c->verify->checkpoint.size, false, &judged, c->diag);
	return st ? pl_diag_set(c->diag, PL_E_SIGNATURE, "the promise is not signed by a key that the log introduced") : PL_OK;
}

/* Number, position and commitment make the leaf; nothing else does. */
static pl_status read_case(struct checking *c)
{
	struct pl_receipt_shows *s = &c->shows;
	const struct pl_json *p = c->promise->predicate;
	pl_str name = pl_member_text(p, "register");
	struct pl_register_leaf leaf = {0};
	struct pl_digest hash;

	if (pl_str_z(name, s->name, sizeof s->name))
		return pl_diag_set(c->diag, PL_E_SYNTAX, "the promise names no register");
	pl_register_id(c->r->origin, name, &c->id);
	s->number = leaf.number = pl_member_u64(p, "number");
	s->position = pl_member_u64(p, "position");
	s->before = pl_register_json_seconds(p, "before");
	s->leaf = pl_member_digest(p, "leaf");
	s->commitment = leaf.commitment = pl_member_digest(p, "commitment");
	pl_register_leaf_hash(&c->id, &leaf, &hash);
	if (!pl_digest_eq(&hash, &s->leaf))
		return pl_diag_set(c->diag, PL_E_PROOF, "the promise's number and commitment do not make its leaf in a register of %.*s",
			PL_STR_ARG(c->r->origin));
	return PL_OK;
}

static const struct pl_verify_entry *find_head(const struct pl_verify *v, const char *name, bool (*fits)(const void *ctx,
	const struct pl_json *head), const void *ctx)
{
	const struct pl_verify_kind *kind = pl_verify_kind_named(PL_STR("register-head"));

	for (size_t i = 0; i < v->bundle.n; i++) {
		const struct pl_verify_entry *e = &v->entry[i];

		if (e->counts && e->kind == kind && pl_str_eq(pl_verify_text_of(e, "register"), pl_str_from(name)) &&
			fits(ctx, e->statement->predicate))
			return e;
	}
	return NULL;
}

static bool is_the_head(const void *ctx, const struct pl_json *head)
{
	const struct pl_receipt *r = ctx;
	struct pl_digest root = pl_member_digest(head, "root");

	return pl_member_u64(head, "size") == r->size && pl_digest_eq(&root, &r->root) && pl_register_json_seconds(head, "time") == r->time;
}

static pl_status check_proof(struct checking *c)
{
	struct pl_receipt_shows *s = &c->shows;
	const struct pl_verify_entry *head;
	pl_status st = pl_tree_verify_inclusion(s->position, c->r->size, &s->leaf, c->r->path.h, c->r->path.n, &c->r->root);

	if (st)
		return pl_diag_set(c->diag, PL_E_PROOF, "the path does not lead from the case's leaf to the head's root");
	head = find_head(c->verify, s->name, is_the_head, c->r);
	if (!head)
		return pl_diag_set(c->diag, PL_E_PROOF, "the bundle proves no such head of the register");
	s->proved = true;
	s->head_index = head->index;
	s->size = c->r->size;
	s->time = c->r->time;
	s->late = s->time > s->before;
	return PL_OK;
}

static pl_status check_opening(struct checking *c)
{
	struct pl_register_decl *decl PL_CLEANUP(pl_register_decl_freep) = NULL;
	struct pl_commit_opened one, last, *before = NULL;
	struct pl_commit_opening o;
	struct pl_digest context;
	pl_status st = pl_register_decl_parse(c->r->declaration, &decl, c->diag);

	if (!st)
		st = pl_commit_opening_parse(c->r->opening, &decl->derived, &o, c->diag);
	if (st)
		return st;
	pl_register_case_context(&c->id, c->shows.number, &context);
	if (!pl_digest_eq(&o.root, &c->shows.commitment) || !pl_digest_eq(&o.context, &context))
		return pl_diag_set(c->diag, PL_E_PROOF, "the opening is of another case, or of another revision");
	while (!(st = pl_commit_opening_next(&o, &decl->derived, before, &one, c->diag))) {
		last = one;
		before = &last;
	}
	c->shows.opened = st == PL_E_NOTFOUND;
	return c->shows.opened ? PL_OK : st;
}

pl_status pl_receipt_check(const struct pl_receipt *r, const struct pl_policy *policy, struct pl_receipt_shows *ret,
	struct pl_diag *diag)
{
	struct checking c = {.r = r, .diag = diag};
	static const struct pl_digest none;
	/* Asked about no file: what counts is which keys and heads the bundle proves. */
	pl_status st = pl_verify_bundle(policy, &none, PL_STR("receipt"), PL_STR(""), r->bundle, &c.verify, diag);

	if (!st && !pl_str_eq(c.verify->checkpoint.origin, r->origin))
		st = pl_diag_set(diag, PL_E_PROOF, "the receipt is of the log %.*s, its bundle of another one", PL_STR_ARG(r->origin));
	if (!st)
		st = read_promise(&c);
	if (!st)
		st = read_case(&c);
	if (!st && r->proved)
		st = check_proof(&c);
	if (!st && r->opened)
		st = check_opening(&c);
	if (!st) {
		c.shows.witnessed = !c.verify->verdict.unwitnessed;
		*ret = c.shows;
	}
	pl_statement_close(c.promise);
	pl_verify_free(c.verify);
	return st;
}

static bool is_too_small(const void *ctx, const struct pl_json *head)
{
	const struct pl_receipt_shows *s = ctx;

	return pl_register_json_seconds(head, "time") >= s->before && pl_member_u64(head, "size") <= s->position;
}

pl_status pl_receipt_broken(const struct pl_receipt_shows *s, const struct pl_policy *policy, pl_str bundle,
	uint64_t *ret_index, struct pl_diag *diag)
{
	struct pl_verify *v PL_CLEANUP(pl_verify_freep) = NULL;
	static const struct pl_digest none;
	const struct pl_verify_entry *head;
	pl_status st = pl_verify_bundle(policy, &none, PL_STR("head"), PL_STR(""), bundle, &v, diag);

	if (st)
		return st;
	head = find_head(v, s->name, is_too_small, s);
	if (!head)
		return PL_E_NOTFOUND;
	*ret_index = head->index;
	return PL_OK;
}
