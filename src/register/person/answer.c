/* SPDX-License-Identifier: Apache-2.0 */
#include "register/person/answer.h"
#include "base/codec.h"
#include "base/time.h"
#include "fact/evidence.h"
#include "register/person/vocabulary.h"

void pl_answer_begin(struct pl_answer_writer *w, pl_zip_sink sink, void *ctx)
{
	pl_zip_writer_init(&w->zip, sink, ctx);
	w->sha = pl_sha256_new();
	w->files = pl_alloc(PL_ZIP_FILES_MAX, sizeof *w->files);
	w->n = 0;
}

void pl_answer_done(struct pl_answer_writer *w)
{
	pl_zip_writer_done(&w->zip);
	pl_sha256_free(w->sha);
	pl_free(w->files);
	w->sha = NULL;
	w->files = NULL;
}

pl_status pl_answer_open(struct pl_answer_writer *w, pl_str name)
{
	for (size_t i = 0; i < w->n; i++)
		if (pl_str_eq(pl_str_from(w->files[i].name), name))
			return PL_E_EXISTS;
	return pl_zip_begin(&w->zip, name);
}

pl_status pl_answer_put(void *writer, pl_bytes data)
{
	struct pl_answer_writer *w = writer;

	pl_sha256_update(w->sha, data);
	return pl_zip_put(&w->zip, data);
}

pl_status pl_answer_close(struct pl_answer_writer *w)
{
	struct pl_answer_file *f = &w->files[w->n];

	f->size = w->zip.size;
	memcpy(f->name, w->zip.name, sizeof f->name);
	pl_sha256_final(w->sha, &f->sha256);
	w->n++;
	return pl_zip_end(&w->zip);
}

pl_status pl_answer_whole(struct pl_answer_writer *w, pl_str name, pl_bytes data)
{
	pl_status st = pl_answer_open(w, name);

	if (!st)
		st = pl_answer_put(w, data);
	return st ? st : pl_answer_close(w);
}

/* ---- the end ---- */

static pl_status put_proof(struct pl_answer_writer *w, struct pl_instance *inst, const struct pl_answer_about *about,
	struct pl_diag *diag)
{
	struct pl_buf bundle PL_CLEANUP(pl_buf_done) = PL_BUF(PL_BUNDLE_TEXT_MAX);
	uint64_t list[PL_ANSWER_PROOF_ENTRIES_MAX], ignored;
	const struct pl_keys *keys;
	size_t n = 0;
	pl_status st = pl_instance_keys(inst, &keys, &ignored, diag);

	if (st)
		return st;
	for (size_t i = 0; i < pl_keys_count(keys) && n < PL_COUNT(list); i++) {
		const struct pl_key_fact *k = pl_keys_at(keys, i);

		if (k->role == PL_ROLE_SERVICE && k->until == UINT64_MAX)
			list[n++] = k->from;
	}
	if (about->n_entries > PL_COUNT(list) - n)
		return pl_diag_set(diag, PL_E_TOOBIG, "an answer proves at most %u entries of the log", PL_ANSWER_PROOF_ENTRIES_MAX);
	for (size_t i = 0; i < about->n_entries; i++)
		list[n++] = about->entries[i];
	st = pl_evidence_bundle(inst, list, n, &bundle, diag);
	return st ? st : pl_answer_whole(w, PL_STR(PL_ANSWER_PROOF), pl_buf_bytes(&bundle));
}

static void set_files(const struct pl_answer_writer *w, struct pl_json *o)
{
	struct pl_json *list = pl_json_set_array(o, "files");

	for (size_t i = 0; i < w->n; i++) {
		struct pl_json *f = pl_json_push_object(list);
		char text[PL_DIGEST_TEXT + 1];

		pl_digest_text(&w->files[i].sha256, text);
		pl_json_set_z(f, "name", w->files[i].name);
		pl_json_set_z(f, "sha256", text);
		pl_json_set_u64(f, "size", w->files[i].size);
	}
}

static pl_status make_manifest(const struct pl_answer_writer *w, pl_str origin, const struct pl_answer_about *about, struct pl_buf *out)
{
	struct pl_json *o PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_buf all PL_CLEANUP(pl_buf_done) = PL_BUF(PL_ANSWER_MANIFEST_MAX);
	struct pl_digest nonce;
	char at[21], hex[2 * PL_DIGEST_LEN + 1];
	pl_status st;

	pl_time_write(about->at * PL_SECOND, at);
	pl_json_set_z(o, "format", "pellucid-answer v1");
	pl_json_set_str(o, "origin", origin);
	pl_json_set_z(o, "kind", pl_answer_kinds[about->kind]);
	pl_json_set_z(o, "at", at);
	set_files(w, o);
	st = pl_json_canon_rfc8785(o, &all);
	if (st)
		return st;
	pl_hmac_sha256(pl_bytes_of(about->key, 32), pl_buf_bytes(&all), &nonce);
	pl_digest_hex(&nonce, hex);
	pl_json_set_z(o, "nonce", hex);
	return pl_json_canon_rfc8785(o, out);
}

pl_status pl_answer_sign(struct pl_instance *inst, enum pl_answer_kind kind, pl_str name, const struct pl_digest *subject, uint64_t files,
	uint64_t at, struct pl_buf *out, struct pl_diag *diag)
{
	struct pl_json *predicate PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_buf payload PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_PAYLOAD_MAX);
	struct pl_subject s = {.name = name, .sha256 = *subject};
	struct pl_digest digest;
	struct pl_ulid id;
	uint64_t ms = at * 1000;
	pl_status st;

	/* 48 bits of time; the rest follows from what is signed. */
	pl_sha256_parts((pl_bytes[]){pl_str_bytes(PL_STR("pl-answer-id/v1")), pl_str_bytes(name), pl_digest_bytes(subject)}, 3, &digest);
	for (unsigned i = 0; i < 6; i++)
		id.b[i] = (uint8_t)(ms >> (40 - 8 * i));
	memcpy(id.b + 6, digest.b, 10);
	pl_json_set_z(predicate, "kind", pl_answer_kinds[kind]);
	pl_json_set_u64(predicate, "files", files);
	st = pl_statement_build_as(PL_STR(PL_TYPE_ANSWER), &id, &s, 1, predicate, &payload, diag);
	return st ? st : pl_instance_sign(inst, pl_buf_bytes(&payload), NULL, 0, out, diag);
}

pl_status pl_answer_finish(struct pl_answer_writer *w, struct pl_instance *inst, const struct pl_answer_about *about,
	struct pl_digest *ret, struct pl_diag *diag)
{
	struct pl_buf manifest PL_CLEANUP(pl_buf_done) = PL_BUF(PL_ANSWER_MANIFEST_MAX);
	struct pl_buf envelope PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_ENTRY_MAX);
	struct pl_digest digest;
	uint64_t files;
	pl_status st = put_proof(w, inst, about, diag);

	files = w->n;
	if (!st)
		st = make_manifest(w, pl_instance_conf(inst)->origin, about, &manifest);
	if (st)
		return st;
	pl_sha256(pl_buf_bytes(&manifest), &digest);
	st = pl_answer_sign(inst, about->kind, PL_STR(PL_ANSWER_MANIFEST), &digest, files, about->at, &envelope, diag);
	if (!st)
		st = pl_answer_whole(w, PL_STR(PL_ANSWER_MANIFEST), pl_buf_bytes(&manifest));
	if (!st)
		st = pl_answer_whole(w, PL_STR(PL_ANSWER_ENVELOPE), pl_buf_bytes(&envelope));
	if (!st)
		st = pl_zip_finish(&w->zip);
	if (!st)
		*ret = digest;
	return st;
}
