/* SPDX-License-Identifier: Apache-2.0 */
/* Leaves of erasures: written, proved by the database, checked without it. */
#include "base/codec.h"
#include "base/time.h"
#include "fact/member.h"
#include "fact/query.h"
#include "register/internal.h"
#include "register/person/certificate.h"
#include "register/sql.h"

/* ---- leaves.json ---- */

static void set_digest(struct pl_json *o, const char *name, const struct pl_digest *d)
{
	char text[PL_DIGEST_TEXT + 1];

	pl_digest_text(d, text);
	pl_json_set_z(o, name, text);
}

pl_status pl_certificate_leaves_write(const struct pl_certificate_leaf *list, size_t n, uint64_t logged, struct pl_buf *out)
{
	struct pl_json *o PL_CLEANUP(pl_json_done) = pl_json_new_object(), *leaves = pl_json_set_array(o, "leaves");

	for (size_t i = 0; i < n; i++) {
		struct pl_json *l = pl_json_push_object(leaves), *path;

		pl_json_set_z(l, "register", list[i].reg);
		pl_json_set_u64(l, "number", list[i].leaf.number);
		pl_json_set_u64(l, "revision", list[i].leaf.revision);
		pl_json_set_u64(l, "position", list[i].position);
		pl_json_set_u64(l, "erased", list[i].classes);
		set_digest(l, "previous", &list[i].leaf.previous);
		if (!list[i].proved)
			continue;
		pl_json_set_u64(l, "head", list[i].head_index);
		pl_json_set_u64(l, "size", list[i].size);
		path = pl_json_set_array(l, "path");
		for (size_t k = 0; k < list[i].path.n; k++) {
			char hex[2 * PL_DIGEST_LEN + 1];

			pl_digest_hex(&list[i].path.h[k], hex);
			pl_json_push_z(path, hex);
		}
	}
	if (logged != UINT64_MAX)
		pl_json_set_u64(o, "logged", logged);
	return pl_json_canon_rfc8785(o, out);
}

static pl_status read_path(const struct pl_json *o, struct pl_certificate_leaf *l, struct pl_diag *diag)
{
	const struct pl_json *path = NULL;
	pl_status st = pl_json_get_u64(o, "head", INT64_MAX, &l->head_index, diag);

	if (!st)
		st = pl_json_get_u64(o, "size", INT64_MAX, &l->size, diag);
	if (!st)
		st = pl_json_get_array(o, "path", &path, diag);
	if (st)
		return st;
	if (pl_json_count(path) > PL_TREE_PATH_MAX)
		return pl_diag_set(diag, PL_E_RANGE, "a path has at most %u hashes", PL_TREE_PATH_MAX);
	for (l->path.n = 0; l->path.n < pl_json_count(path); l->path.n++) {
		pl_str hex;

		if (pl_json_str(pl_json_at(path, l->path.n), &hex) || pl_hex_read(hex, l->path.h[l->path.n].b, PL_DIGEST_LEN))
			return pl_diag_set(diag, PL_E_SYNTAX, "a hash of a path is 64 hex digits");
	}
	l->proved = true;
	return PL_OK;
}

static pl_status read_leaf(const struct pl_json *o, struct pl_certificate_leaf *l, struct pl_diag *diag)
{
	static const char *const members[] = {"erased", "head", "number", "path", "position", "previous", "register", "revision", "size"};
	uint64_t revision = 0, classes = 0;
	pl_str reg, previous;
	pl_status st = pl_json_only(o, members, PL_COUNT(members), diag);

	if (!st)
		st = pl_json_get_str(o, "register", &reg, diag);
	if (!st)
		st = pl_json_get_u64(o, "number", INT64_MAX, &l->leaf.number, diag);
	if (!st)
		st = pl_json_get_u64(o, "revision", UINT32_MAX, &revision, diag);
	if (!st)
		st = pl_json_get_u64(o, "position", INT64_MAX, &l->position, diag);
	if (!st)
		st = pl_json_get_u64(o, "erased", PL_REGISTER_ERASED_ALL, &classes, diag);
	if (!st)
		st = pl_json_get_str(o, "previous", &previous, diag);
	if (st)
		return st;
	if (!pl_predicate_token_ok(reg) || pl_str_z(reg, l->reg, sizeof l->reg) || pl_digest_parse(previous, &l->leaf.previous) || !classes ||
		!l->leaf.number)
		return pl_diag_set(diag, PL_E_SYNTAX, "a leaf names a register, a case, what was erased and the leaf before");
	l->leaf.revision = (uint32_t)revision;
	l->classes = (unsigned)classes;
	return pl_json_get(o, "head") || pl_json_get(o, "path") || pl_json_get(o, "size") ? read_path(o, l, diag) : PL_OK;
}

pl_status pl_certificate_leaves_parse(pl_str text, struct pl_certificate_leaf **ret, size_t *ret_n, uint64_t *ret_logged,
	struct pl_diag *diag)
{
	static const char *const members[] = {"leaves", "logged"};
	struct pl_json *o PL_CLEANUP(pl_json_done) = NULL;
	struct pl_certificate_leaf *list;
	const struct pl_json *leaves = NULL;
	uint64_t logged = UINT64_MAX;
	size_t n = 0;
	pl_status st = pl_json_parse(text, PL_CERTIFICATE_MAX, 8, &o, diag);

	if (!st)
		st = pl_json_only(o, members, PL_COUNT(members), diag);
	if (!st)
		st = pl_json_get_array(o, "leaves", &leaves, diag);
	if (!st)
		st = pl_json_opt_u64(o, "logged", INT64_MAX, &logged, diag);
	if (!st && pl_json_count(leaves) > PL_CERTIFICATE_LEAVES_MAX)
		st = pl_diag_set(diag, PL_E_TOOBIG, "at most %u leaves", PL_CERTIFICATE_LEAVES_MAX);
	if (st)
		return st;
	list = pl_alloc(pl_json_count(leaves) + 1, sizeof *list);
	for (; n < pl_json_count(leaves) && !st; n++)
		st = read_leaf(pl_json_at(leaves, n), &list[n], diag);
	if (st) {
		pl_free(list);
		return st;
	}
	*ret = list;
	*ret_n = n;
	*ret_logged = logged;
	return PL_OK;
}

/* ---- proving, with the database ---- */

struct proving {
	const struct pl_register *r;
	struct pl_certificate_leaf *leaf;
};

static pl_status prove(void *ctx, struct pl_db_tx *tx)
{
	struct proving *p = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	struct pl_register_nodes nodes = {tx, p->r};
	pl_status st = pl_db_one(tx, &pl_sql_register_head_over,
		PL_DB_ARGS(PL_DB_STR(p->r->decl->name), PL_DB_U64(p->leaf->position)), &rows);

	p->leaf->proved = false;
	if (st)
		return st == PL_E_NOTFOUND ? PL_OK : st;
	p->leaf->head_index = pl_db_col_u64(rows, 0);
	p->leaf->size = pl_db_col_u64(rows, 1);
	st = pl_db_rows_status(rows);
	if (!st)
		st = pl_tree_prove_inclusion(p->leaf->position, p->leaf->size, pl_register_fetch, &nodes, &p->leaf->path);
	p->leaf->proved = !st;
	return st;
}

static pl_status prove_leaf(struct pl_instance *inst, struct pl_certificate_leaf *leaf, struct pl_diag *diag)
{
	struct pl_register *r PL_CLEANUP(pl_register_closep) = NULL;
	struct proving p = {.leaf = leaf};
	pl_status st = pl_register_open(inst, pl_str_from(leaf->reg), &r, diag);

	p.r = r;
	return st ? st : pl_db_read(pl_instance_db(inst), prove, &p);
}

/* The published entry that names the certificate. */
static pl_status find_logged(struct pl_instance *inst, pl_str certificate, uint64_t *ret)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA((size_t)1 << 20);
	struct pl_query_statement *list;
	struct pl_digest digest;
	size_t n = 0;
	pl_status st;

	pl_sha256(pl_str_bytes(certificate), &digest);
	st = pl_query_statements_by_digest(inst, &digest, 4, &arena, &list, &n);
	*ret = UINT64_MAX;
	for (size_t i = 0; i < n && !st; i++)
		if (pl_str_eq(list[i].type, PL_STR(PL_TYPE_ANSWER)))
			*ret = list[i].index;
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

/* Entries of the log that the archive needs: heads, each once, and the certificate's own. */
static size_t entries_of(const struct pl_certificate_leaf *list, size_t n, uint64_t logged, uint64_t ret[static PL_ANSWER_PROOF_ENTRIES_MAX])
{
	size_t m = 0;

	if (logged != UINT64_MAX)
		ret[m++] = logged;
	for (size_t i = 0; i < n; i++) {
		bool known = !list[i].proved;

		for (size_t k = 0; k < m; k++)
			known = known || ret[k] == list[i].head_index;
		if (!known && m < PL_ANSWER_PROOF_ENTRIES_MAX / 2)
			ret[m++] = list[i].head_index;
	}
	return m;
}

static pl_status put_files(struct pl_answer_writer *w, pl_str certificate, pl_str leaves, pl_str language, struct pl_diag *diag)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CERTIFICATE_MAX);
	pl_status st;

	pl_answer_readme(PL_ANSWER_ERASURE, language, &text);
	st = pl_answer_whole(w, PL_STR(PL_ANSWER_README), pl_buf_bytes(&text));
	pl_buf_clear(&text);
	if (!st)
		st = pl_certificate_text(certificate, language, &text, diag);
	if (!st)
		st = pl_answer_whole(w, PL_STR("certificate.txt"), pl_buf_bytes(&text));
	if (!st)
		st = pl_answer_whole(w, PL_STR(PL_ANSWER_CERTIFICATE), pl_str_bytes(certificate));
	return st ? st : pl_answer_whole(w, PL_STR("leaves.json"), pl_str_bytes(leaves));
}

static pl_status write_archive(struct pl_person_desk *d, pl_str certificate, struct pl_certificate_leaf *list, size_t n, pl_str language,
	pl_zip_sink sink, void *ctx, struct pl_certificate_made *ret, struct pl_diag *diag)
{
	struct pl_buf leaves PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CERTIFICATE_MAX);
	struct pl_instance *inst = pl_person_desk_instance(d);
	struct pl_certificate_made made = {.leaves = n};
	uint64_t entries[PL_ANSWER_PROOF_ENTRIES_MAX], logged;
	struct pl_answer_about about = {.kind = PL_ANSWER_ERASURE, .at = pl_person_desk_now(d), .key = pl_person_desk_key(d)->b, .entries = entries};
	struct pl_answer_writer *w = PL_NEW(struct pl_answer_writer);
	pl_status st = find_logged(inst, certificate, &logged);

	for (size_t i = 0; i < n && !st; i++) {
		st = prove_leaf(inst, &list[i], diag);
		made.proved += list[i].proved;
	}
	about.n_entries = entries_of(list, n, logged, entries);
	made.logged = logged != UINT64_MAX;
	pl_answer_begin(w, sink, ctx);
	if (!st)
		st = pl_certificate_leaves_write(list, n, logged, &leaves);
	if (!st)
		st = put_files(w, certificate, pl_buf_str(&leaves), language, diag);
	if (!st)
		st = pl_answer_finish(w, inst, &about, &made.manifest, diag);
	pl_answer_done(w);
	pl_free(w);
	if (!st)
		*ret = made;
	return st;
}

pl_status pl_certificate_write(struct pl_person_desk *d, pl_str certificate, pl_str leaves, pl_str language, pl_zip_sink sink, void *ctx,
	struct pl_certificate_made *ret, struct pl_diag *diag)
{
	struct pl_certificate_leaf *list = NULL;
	uint64_t ignored;
	size_t n = 0;
	pl_status st = pl_certificate_leaves_parse(leaves, &list, &n, &ignored, diag);

	if (!st)
		st = write_archive(d, certificate, list, n, language, sink, ctx, ret, diag);
	pl_free(list);
	return st;
}

/* ---- checking, with the trust file only ---- */

static const struct pl_verify_entry *entry_at(const struct pl_verify *v, uint64_t index, const char *kind)
{
	for (size_t i = 0; i < v->bundle.n; i++)
		if (v->entry[i].index == index && v->entry[i].counts && v->entry[i].kind == pl_verify_kind_named(pl_str_from(kind)))
			return &v->entry[i];
	return NULL;
}

static pl_status check_leaf(const struct pl_verify *v, struct pl_certificate_leaf *l, struct pl_diag *diag)
{
	const struct pl_verify_entry *head = entry_at(v, l->head_index, "register-head");
	struct pl_digest id, hash, root;

	if (!head || !pl_str_eq(pl_verify_text_of(head, "register"), pl_str_from(l->reg)) ||
		pl_member_u64(head->statement->predicate, "size") != l->size)
		return pl_diag_set(diag, PL_E_PROOF, "proof.txt shows no such head of the register %s", l->reg);
	pl_register_id(v->checkpoint.origin, pl_str_from(l->reg), &id);
	pl_register_erasure(&id, l->leaf.number, l->classes, &l->leaf.commitment);
	pl_register_leaf_hash(&id, &l->leaf, &hash);
	root = pl_member_digest(head->statement->predicate, "root");
	if (pl_tree_verify_inclusion(l->position, l->size, &hash, l->path.h, l->path.n, &root))
		return pl_diag_set(diag, PL_E_PROOF, "the register %s does not say that its case %llu was erased", l->reg,
			(unsigned long long)l->leaf.number);
	return PL_OK;
}

static pl_status check_logged(const struct pl_verify *v, uint64_t index, const struct pl_digest *certificate, struct pl_diag *diag)
{
	const struct pl_verify_entry *e = entry_at(v, index, "answer");

	if (!e || !pl_digest_eq(&e->statement->subjects[0].sha256, certificate))
		return pl_diag_set(diag, PL_E_PROOF, "proof.txt shows no entry of the log that names this certificate");
	return PL_OK;
}

static pl_status read_part(const struct pl_zip *z, const char *name, struct pl_buf *out, struct pl_diag *diag)
{
	const struct pl_zip_file *f = pl_zip_find(z, pl_str_from(name));

	if (!f || f->size > PL_CERTIFICATE_MAX)
		return pl_diag_set(diag, PL_E_SYNTAX, "the archive has no %s that could be one", name);
	return pl_zip_read_all(z, f, out, diag);
}

pl_status pl_certificate_check(const struct pl_zip *z, const struct pl_answer_shows *shows, struct pl_certificate_made *ret,
	struct pl_diag *diag)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CERTIFICATE_MAX), leaves PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CERTIFICATE_MAX);
	struct pl_buf words PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CERTIFICATE_MAX);
	struct pl_certificate_made made = {.manifest = shows->manifest};
	struct pl_certificate_leaf *list = NULL;
	struct pl_digest digest;
	uint64_t logged = UINT64_MAX;
	pl_status st = read_part(z, PL_ANSWER_CERTIFICATE, &text, diag);

	if (!st)
		st = read_part(z, "leaves.json", &leaves, diag);
	if (!st)
		st = pl_certificate_text(pl_buf_str(&text), PL_STR("en"), &words, diag);
	if (!st)
		st = pl_certificate_leaves_parse(pl_buf_str(&leaves), &list, &made.leaves, &logged, diag);
	pl_sha256(pl_buf_bytes(&text), &digest);
	for (size_t i = 0; i < made.leaves && !st; i++)
		if (list[i].proved) {
			st = check_leaf(shows->verify, &list[i], diag);
			made.proved++;
		}
	if (!st && logged != UINT64_MAX)
		st = check_logged(shows->verify, logged, &digest, diag);
	made.logged = logged != UINT64_MAX;
	pl_free(list);
	if (!st)
		*ret = made;
	return st;
}
