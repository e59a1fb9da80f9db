/* SPDX-License-Identifier: Apache-2.0 */
#include "release/publish.h"
#include "base/file.h"
#include "base/time.h"
#include "fact/predicates.h"
#include "fact/member.h"
#include "release/query.h"
#include "release/work.h"
#include <stdlib.h>
#include <unistd.h>

#define TEXT PL_STR("text/plain")
#define TAR PL_STR("application/x-tar")

static struct pl_release_stated found(const struct pl_work *w)
{
	return (struct pl_release_stated){.pae = w->pae, .entry = w->entry, .reused = true};
}

static pl_status no_product(pl_str product, struct pl_diag *diag)
{
	pl_diag_hint(diag, "pellucid product add %.*s", PL_STR_ARG(product));
	return pl_diag_set(diag, PL_E_NOTFOUND, "there is no product \"%.*s\"", PL_STR_ARG(product));
}

static pl_status need_product(struct pl_release_job *job, pl_str product, struct pl_diag *diag)
{
	struct pl_query_product p;
	struct pl_work w;
	pl_status st = pl_work_latest(job, product, "product", &w);

	if (st == PL_E_NOTFOUND)
		st = pl_query_product(job->inst, product, job->arena, &p);
	return st == PL_E_NOTFOUND ? no_product(product, diag) : st;
}

/* ---- products ---- */

static pl_status state_product(struct pl_release_job *job, pl_str product, pl_str description, pl_str key,
	struct pl_release_stated *ret, struct pl_diag *diag)
{
	struct pl_json *predicate PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_json *detail PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_subject subject = {.name = product};
	const struct pl_work_new w = {.key = key, .kind = "product", .product = product, .type = PL_TYPE_PRODUCT,
		.subjects = &subject, .n_subjects = 1, .predicate = predicate, .detail = detail};
	struct pl_body body;
	pl_status st = PL_OK;

	pl_sha256(pl_str_bytes(product), &subject.sha256);
	pl_json_set_str(predicate, "product", product);
	if (description.len) {
		st = pl_instance_body(job->inst, pl_str_bytes(description), TEXT, &body);
		if (st == PL_OK)
			pl_work_set_body(predicate, "description", &body);
	}
	return st == PL_OK ? pl_work_state(job, &w, ret, diag) : st;
}

pl_status pl_release_product_add(struct pl_release_job *job, pl_str product, pl_str description,
	struct pl_release_stated *ret, struct pl_diag *diag)
{
	struct pl_buf key PL_CLEANUP(pl_buf_done) = PL_BUF(256);
	struct pl_release_stated stated = {0};
	struct pl_query_product there;
	struct pl_work w;
	pl_status st;

	if (!pl_predicate_token_ok(product))
		return pl_diag_set(diag, PL_E_SYNTAX,
			"expected a product name of 1 to 64 of a-z 0-9 . _ + -, beginning with a letter or digit, found \"%.*s\"",
			PL_STR_ARG(product));
	pl_work_key(&key, "product", product, NULL, NULL, NULL);
	st = pl_work_find(job, pl_buf_str(&key), &w);
	if (st == PL_OK) {
		stated = found(&w);
	} else if (st == PL_E_NOTFOUND && pl_query_product(job->inst, product, job->arena, &there) == PL_OK) {
		*ret = (struct pl_release_stated){.reused = true};
		return PL_OK;
	} else if (st == PL_E_NOTFOUND) {
		st = state_product(job, product, description, pl_buf_str(&key), &stated, diag);
	}
	if (st == PL_OK && stated.reused && job->approved && job->approved->only)
		st = pl_diag_set(diag, PL_E_EXISTS, "the product \"%.*s\" is stated already: there is nothing to approve",
			PL_STR_ARG(product));
	if (st == PL_OK && !stated.payload_only)
		st = pl_work_settle(job, &stated, 1, diag);
	if (st == PL_OK)
		*ret = stated;
	return st;
}

/* ---- snapshots ---- */

struct snapshot_files {
	int manifest, archive;
};

static void on_bytes(void *ctx, uint64_t done, uint64_t total)
{
	pl_work_tell(ctx, "reading the commit", done, total);
}

static pl_status state_snapshot(struct pl_release_job *job, pl_str product, pl_str key, struct pl_release_snapshot *s,
	struct pl_diag *diag)
{
	struct pl_json *predicate PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_json *detail PL_CLEANUP(pl_json_done) = NULL;
	struct pl_buf name PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_NAME_MAX);
	struct pl_subject subject = {.sha256 = s->result.archive};
	struct pl_work_new w = {.key = key, .kind = "snapshot", .product = product, .type = PL_TYPE_SOURCE_SNAPSHOT,
		.subjects = &subject, .n_subjects = 1, .predicate = predicate};
	const struct pl_body manifest = {s->result.manifest, s->result.manifest_size, TEXT};
	const struct pl_body archive = {s->result.archive, s->result.archive_size, TAR};
	char time[21];

	pl_buf_put_str(&name, product);
	pl_buf_printf(&name, "-%.12s.tar", s->info.commit);
	subject.name = pl_buf_str(&name);
	pl_time_write(s->info.time * PL_SECOND, time);
	pl_json_set_str(predicate, "product", product);
	pl_json_set_z(predicate, "commit", s->info.commit);
	pl_json_set_z(predicate, "commitTime", time);
	pl_json_set_u64(predicate, "files", s->result.files);
	pl_work_set_body(predicate, "manifest", &manifest);
	pl_work_set_body(predicate, "archive", &archive);
	detail = pl_json_copy(predicate);
	pl_json_set_u64(detail, "seconds", s->info.time);
	w.detail = detail;
	return pl_work_state(job, &w, &s->stated, diag);
}

static pl_status store_snapshot(struct pl_release_job *job, struct pl_snapshot *snap, struct snapshot_files *f,
	struct pl_snapshot_result *ret, struct pl_diag *diag)
{
	struct pl_blob *blobs = pl_instance_blobs(job->inst);
	struct pl_digest d;
	pl_status st = pl_work_temp(job, &f->manifest, diag);

	if (st == PL_OK)
		st = pl_work_temp(job, &f->archive, diag);
	if (st == PL_OK)
		st = pl_snapshot_write(snap, f->manifest, f->archive, on_bytes, job, ret, diag);
	if (st != PL_OK)
		return st;
	if (lseek(f->manifest, 0, SEEK_SET) || lseek(f->archive, 0, SEEK_SET))
		return PL_E_IO;
	st = pl_blob_put_fd(blobs, f->manifest, UINT64_MAX, &d, NULL);
	if (st == PL_OK && !pl_digest_eq(&d, &ret->manifest))
		st = PL_E_CORRUPT;
	if (st == PL_OK)
		st = pl_blob_put_fd(blobs, f->archive, UINT64_MAX, &d, NULL);
	if (st == PL_OK && !pl_digest_eq(&d, &ret->archive))
		st = PL_E_CORRUPT;
	return st == PL_OK ? PL_OK : pl_diag_set(diag, st, "the snapshot cannot be stored");
}

static pl_status reuse_snapshot(struct pl_release_job *job, pl_str key, struct pl_release_snapshot *s)
{
	struct pl_json *detail PL_CLEANUP(pl_json_done) = NULL;
	struct pl_body manifest = {0}, archive = {0};
	struct pl_work w;
	pl_status st = pl_work_find(job, key, &w);

	if (st == PL_OK)
		st = pl_work_detail(&w, &detail);
	if (st != PL_OK)
		return st;
	(void)pl_member_body(detail, "manifest", &manifest);
	(void)pl_member_body(detail, "archive", &archive);
	/* A blob store that lost the archive, or holds a damaged one, gets it again. */
	if (pl_blob_check(pl_instance_blobs(job->inst), &archive.digest) != PL_OK ||
		pl_blob_check(pl_instance_blobs(job->inst), &manifest.digest) != PL_OK)
		return PL_E_NOTFOUND;
	s->stated = found(&w);
	s->result = (struct pl_snapshot_result){.manifest = manifest.digest, .archive = archive.digest,
		.manifest_size = manifest.size, .archive_size = archive.size, .files = pl_member_u64(detail, "files")};
	return PL_OK;
}

pl_status pl_release_snapshot(struct pl_release_job *job, pl_str product, const char *path, const char *rev,
	struct pl_release_snapshot *ret, struct pl_diag *diag)
{
	struct pl_snapshot *snap PL_CLEANUP(pl_snapshot_closep) = NULL;
	struct pl_buf key PL_CLEANUP(pl_buf_done) = PL_BUF(256);
	struct snapshot_files files = {-1, -1};
	struct pl_release_snapshot s = {0};
	pl_status st = need_product(job, product, diag);

	if (st == PL_OK)
		st = pl_snapshot_open(path, rev, &snap, diag);
	if (st != PL_OK)
		return st;
	s.info = *pl_snapshot_info(snap);
	pl_work_key(&key, "snapshot", product, NULL, NULL, s.info.commit);
	st = reuse_snapshot(job, pl_buf_str(&key), &s);
	if (st == PL_E_NOTFOUND) {
		st = store_snapshot(job, snap, &files, &s.result, diag);
		if (st == PL_OK)
			st = state_snapshot(job, product, pl_buf_str(&key), &s, diag);
		pl_file_close(&files.manifest);
		pl_file_close(&files.archive);
	}
	if (st == PL_OK)
		st = pl_work_settle(job, &s.stated, 1, diag);
	if (st == PL_OK)
		*ret = s;
	return st;
}
