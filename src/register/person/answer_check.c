/* SPDX-License-Identifier: Apache-2.0 */
#include "base/codec.h"
#include "base/time.h"
#include "fact/member.h"
#include "register/person/answer.h"
#include "register/person/vocabulary.h"

/* ---- the manifest ---- */

static pl_status read_file(const struct pl_json *o, struct pl_answer_file *ret, struct pl_diag *diag)
{
	static const char *const members[] = {"name", "sha256", "size"};
	pl_str name, digest;
	pl_status st = pl_json_only(o, members, PL_COUNT(members), diag);

	if (!st)
		st = pl_json_get_str(o, "name", &name, diag);
	if (!st)
		st = pl_json_get_str(o, "sha256", &digest, diag);
	if (!st)
		st = pl_json_get_u64(o, "size", PL_ZIP_BYTES_MAX, &ret->size, diag);
	if (st)
		return st;
	if (!pl_zip_name_ok(name) || pl_str_z(name, ret->name, sizeof ret->name) || pl_digest_parse(digest, &ret->sha256))
		return pl_diag_set(diag, PL_E_SYNTAX, "the manifest names a file that cannot be one");
	return PL_OK;
}

static pl_status read_files(const struct pl_json *list, struct pl_answer_manifest *m, struct pl_diag *diag)
{
	pl_status st = PL_OK;

	if (!pl_json_count(list) || pl_json_count(list) > PL_ZIP_FILES_MAX)
		return pl_diag_set(diag, PL_E_RANGE, "the manifest names no file, or more than %u", PL_ZIP_FILES_MAX);
	m->files = pl_alloc(pl_json_count(list), sizeof *m->files);
	for (m->n = 0; m->n < pl_json_count(list) && !st; m->n++)
		st = read_file(pl_json_at(list, m->n), &m->files[m->n], diag);
	return st;
}

static pl_status read_head(const struct pl_json *o, struct pl_answer_manifest *m, struct pl_diag *diag)
{
	static const char *const members[] = {"at", "files", "format", "kind", "nonce", "origin"};
	pl_str format, kind, at, nonce, origin;
	uint8_t bytes[32];
	uint64_t ns = 0;
	pl_status st = pl_json_only(o, members, PL_COUNT(members), diag);

	if (!st)
		st = pl_json_get_str(o, "format", &format, diag);
	if (!st)
		st = pl_json_get_str(o, "kind", &kind, diag);
	if (!st)
		st = pl_json_get_str(o, "at", &at, diag);
	if (!st)
		st = pl_json_get_str(o, "nonce", &nonce, diag);
	if (!st)
		st = pl_json_get_str(o, "origin", &origin, diag);
	if (st)
		return st;
	m->kind = PL_ANSWER_KINDS;
	for (unsigned i = 0; i < PL_ANSWER_KINDS; i++)
		if (pl_str_eq(kind, pl_str_from(pl_answer_kinds[i])))
			m->kind = (enum pl_answer_kind)i;
	if (!pl_str_eq(format, PL_STR("pellucid-answer v1")) || m->kind == PL_ANSWER_KINDS || pl_time_parse(at, &ns) ||
		pl_hex_read(nonce, bytes, sizeof bytes) || pl_str_z(origin, m->origin, sizeof m->origin))
		return pl_diag_set(diag, PL_E_SYNTAX, "the manifest is not one of \"pellucid-answer v1\"");
	m->at = ns / PL_SECOND;
	return PL_OK;
}

pl_status pl_answer_manifest_parse(pl_str text, struct pl_answer_manifest *ret, struct pl_diag *diag)
{
	struct pl_json *o PL_CLEANUP(pl_json_done) = NULL;
	struct pl_buf again PL_CLEANUP(pl_buf_done) = PL_BUF(PL_ANSWER_MANIFEST_MAX);
	struct pl_answer_manifest m = {0};
	const struct pl_json *files;
	pl_status st = pl_json_parse(text, PL_ANSWER_MANIFEST_MAX, 8, &o, diag);

	if (!st)
		st = pl_json_canon_rfc8785(o, &again);
	if (!st && !pl_str_eq(pl_buf_str(&again), text))
		st = pl_diag_set(diag, PL_E_SYNTAX, "the manifest is not in canonical JSON");
	if (!st)
		st = read_head(o, &m, diag);
	if (!st)
		st = pl_json_get_array(o, "files", &files, diag);
	if (!st)
		st = read_files(files, &m, diag);
	if (st)
		pl_answer_manifest_done(&m);
	else
		*ret = m;
	return st;
}

void pl_answer_manifest_done(struct pl_answer_manifest *m)
{
	pl_free(m->files);
	m->files = NULL;
	m->n = 0;
}

/* ---- the archive ---- */

struct checking {
	const struct pl_zip *z;
	struct pl_answer_manifest manifest;
	struct pl_digest digest;
	struct pl_statement *statement;
	struct pl_verify *verify;
	struct pl_diag *diag;
};

static pl_status read_part(const struct checking *c, const char *name, size_t max, struct pl_buf *out)
{
	const struct pl_zip_file *f = pl_zip_find(c->z, pl_str_from(name));

	if (!f)
		return pl_diag_set(c->diag, PL_E_SYNTAX, "the archive has no %s", name);
	if (f->size > max)
		return pl_diag_set(c->diag, PL_E_TOOBIG, "%s is longer than %zu bytes", name, max);
	pl_buf_init(out, max + 1);
	return pl_zip_read_all(c->z, f, out, c->diag);
}

static pl_status read_manifest(struct checking *c)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(0);
	pl_status st = read_part(c, PL_ANSWER_MANIFEST, PL_ANSWER_MANIFEST_MAX, &text);

	if (st)
		return st;
	pl_sha256(pl_buf_bytes(&text), &c->digest);
	return pl_answer_manifest_parse(pl_buf_str(&text), &c->manifest, c->diag);
}

static pl_status check_signature(struct checking *c)
{
	const struct pl_verify_kind *kind = pl_verify_kind_named(PL_STR("answer"));
	struct pl_buf envelope PL_CLEANUP(pl_buf_done) = PL_BUF(0);
	struct pl_judgement judged;
	pl_status st = read_part(c, PL_ANSWER_ENVELOPE, PL_STATEMENT_ENTRY_MAX, &envelope);

	if (!st)
		st = pl_statement_open(pl_buf_bytes(&envelope), &c->statement, c->diag);
	if (st)
		return st;
	if (!pl_str_eq(c->statement->type, pl_str_from(kind->row.type)) || c->statement->n_subjects != 1 ||
		!pl_digest_eq(&c->statement->subjects[0].sha256, &c->digest) ||
		!pl_str_eq(pl_member_text(c->statement->predicate, "kind"), pl_str_from(pl_answer_kinds[c->manifest.kind])) ||
		pl_member_u64(c->statement->predicate, "files") != c->manifest.n)
		return pl_diag_set(c->diag, PL_E_PROOF, "what is signed is not this manifest");
	if (pl_keys_judge(c->verify->keys, &kind->row, c->statement, c->verify->checkpoint.size, false, &judged, c->diag))
		return pl_diag_set(c->diag, PL_E_SIGNATURE, "the manifest is not signed by a key that the log introduced");
	return PL_OK;
}

static pl_status check_proof(struct checking *c, const struct pl_policy *policy)
{
	struct pl_buf bundle PL_CLEANUP(pl_buf_done) = PL_BUF(0);
	static const struct pl_digest none;
	pl_status st = read_part(c, PL_ANSWER_PROOF, PL_BUNDLE_TEXT_MAX, &bundle);

	/* Asked about no file: what counts is which keys and heads the bundle proves. */
	if (!st)
		st = pl_verify_bundle(policy, &none, PL_STR("answer"), PL_STR(""), pl_buf_str(&bundle), &c->verify, c->diag);
	if (!st && !pl_str_eq(c->verify->checkpoint.origin, pl_str_from(c->manifest.origin)))
		st = pl_diag_set(c->diag, PL_E_PROOF, "the answer is of %s, its proof of another log", c->manifest.origin);
	return st;
}

static pl_status hash(void *ctx, pl_bytes piece)
{
	pl_sha256_update(ctx, piece);
	return PL_OK;
}

static pl_status check_file(const struct checking *c, size_t i, struct pl_sha256 *sha)
{
	const struct pl_answer_file *want = &c->manifest.files[i];
	const struct pl_zip_file *have = &c->z->files[i];
	struct pl_digest digest;
	pl_status st;

	if (strcmp(want->name, have->name) != 0 || want->size != have->size)
		return pl_diag_set(c->diag, PL_E_PROOF, "the manifest names %s in this place, the archive has %s", want->name, have->name);
	st = pl_zip_read(c->z, have, hash, sha, c->diag);
	pl_sha256_final(sha, &digest);
	if (!st && !pl_digest_eq(&digest, &want->sha256))
		st = pl_diag_set(c->diag, PL_E_PROOF, "%s is not the file that was signed", want->name);
	return st;
}

/* Every file of the archive is named, in order; manifest and envelope come last. */
static pl_status check_files(const struct checking *c)
{
	struct pl_sha256 *sha PL_CLEANUP(pl_sha256_freep) = pl_sha256_new();
	size_t n = c->manifest.n;
	pl_status st = PL_OK;

	if (c->z->n != n + 2 || strcmp(c->z->files[n].name, PL_ANSWER_MANIFEST) != 0 || strcmp(c->z->files[n + 1].name, PL_ANSWER_ENVELOPE) != 0)
		return pl_diag_set(c->diag, PL_E_PROOF, "the archive holds files that its manifest does not name");
	for (size_t i = 0; i < n && !st; i++)
		st = check_file(c, i, sha);
	return st;
}

pl_status pl_answer_check(const struct pl_zip *z, const struct pl_policy *policy, struct pl_answer_shows *ret, struct pl_diag *diag)
{
	struct checking c = {.z = z, .diag = diag};
	pl_status st = read_manifest(&c);

	if (!st)
		st = check_proof(&c, policy);
	if (!st)
		st = check_signature(&c);
	if (!st)
		st = check_files(&c);
	if (!st) {
		*ret = (struct pl_answer_shows){.kind = c.manifest.kind, .at = c.manifest.at, .files = c.manifest.n, .manifest = c.digest,
			.witnessed = !c.verify->verdict.unwitnessed, .verify = c.verify};
		c.verify = NULL;
	}
	pl_statement_close(c.statement);
	pl_verify_free(c.verify);
	pl_answer_manifest_done(&c.manifest);
	return st;
}

void pl_answer_shows_done(struct pl_answer_shows *s)
{
	pl_verify_free(s->verify);
	s->verify = NULL;
}
