/* SPDX-License-Identifier: Apache-2.0 */
/*
 * release/work: what this operator has stated, and stating something once. Included only within this room.
 */
#ifndef PL_RELEASE_WORK_H
#define PL_RELEASE_WORK_H
#include "release/publish.h"

/* A row of release_work; text lives in the job's arena. */
struct pl_work {
	struct pl_digest pae, entry;
	pl_str detail; /* JSON */
};

/* The statement remembered under @key. PL_E_NOTFOUND; also when the sequencer refused it (it is then forgotten). */
pl_status pl_work_find(struct pl_release_job *job, pl_str key, struct pl_work *ret);
/* The latest of @kind for @product. PL_E_NOTFOUND. */
pl_status pl_work_latest(struct pl_release_job *job, pl_str product, const char *kind, struct pl_work *ret);
/* Tell @fn of all of @kind for @product, oldest first; @work's text lives for the call. */
pl_status pl_work_each(struct pl_release_job *job, pl_str product, const char *kind,
	pl_status (*fn)(void *ctx, const struct pl_work *work), void *ctx);

struct pl_work_new {
	pl_str key;
	const char *kind;
	pl_str product;
	const char *type; /* predicate type */
	const struct pl_subject *subjects;
	size_t n_subjects;
	const struct pl_json *predicate;
	const struct pl_json *detail;
	const char *loose; /* a member in which a payload that was handed out before may differ; NULL: none */
};
/* Have it signed and put it into the outbox, remembered under its key. When somebody else was quicker, theirs comes back. */
pl_status pl_work_state(struct pl_release_job *job, const struct pl_work_new *work, struct pl_release_stated *ret,
	struct pl_diag *diag);

/* Wait until the statements are projected, and see that none was refused by its room. */
pl_status pl_work_settle(struct pl_release_job *job, const struct pl_release_stated *stated, size_t n,
	struct pl_diag *diag);

/* Append "a:b:c" style keys. */
void pl_work_key(struct pl_buf *out, const char *kind, pl_str a, const struct pl_digest *b, const struct pl_digest *c,
	const char *d);
/* Read the detail of @work. Free with pl_json_free. PL_E_CORRUPT. */
pl_status pl_work_detail(const struct pl_work *work, struct pl_json **ret);

/* {"digest":..,"size":..,"mediaType":..} under @name of @object. */
void pl_work_set_body(struct pl_json *object, const char *name, const struct pl_body *body);
void pl_work_set_digest(struct pl_json *object, const char *name, const struct pl_digest *d);
/* Tell the watch of @job. */
void pl_work_tell(const struct pl_release_job *job, const char *what, uint64_t done, uint64_t total);
/* An unnamed temporary file in the scratch directory. */
pl_status pl_work_temp(const struct pl_release_job *job, int *ret_fd, struct pl_diag *diag);

#endif
