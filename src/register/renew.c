/* SPDX-License-Identifier: Apache-2.0 */
#include "register/renew.h"
#include "base/file.h"
#include "register/editions.h"
#include "register/query.h"
#include <fcntl.h>

#define ROOM_BYTES ((size_t)16 << 20)

struct period {
	uint64_t from, to;
};

struct renewing {
	struct pl_instance *inst;
	const struct pl_register *r;
	uint64_t now, wait_ns;
	pl_renew_tell tell;
	void *ctx;
	size_t n; /* editions */
	size_t n_seen, cap_seen;
	struct period *seen; /* newest editions come first, so what comes again is an older one */
	struct pl_diag *diag;
};

static pl_status temporary(int *ret)
{
	return pl_file_open(AT_FDCWD, "/var/tmp", O_RDWR | O_TMPFILE, 0600, ret);
}

/* ---- is there something to open? ---- */

static pl_status map_stated(struct renewing *w, const struct pl_query_report *q, struct pl_register_report_file *ret)
{
	int fd PL_CLEANUP(pl_file_close) = -1;
	pl_status st = temporary(&fd);

	if (st)
		return st;
	st = pl_blob_get_fd(pl_instance_blobs(w->inst), &q->openings, fd);
	if (st)
		return pl_diag_set(w->diag, st, "the openings file of edition %llu is not here", (unsigned long long)q->edition);
	return pl_register_report_file_map(fd, ret, w->diag);
}

static pl_status map_draft(const struct renewing *w, const struct pl_register_report_job *job, struct pl_register_report_file *ret)
{
	int fd PL_CLEANUP(pl_file_close) = -1;
	pl_status st = temporary(&fd);

	if (!st)
		st = pl_register_report_draft(job, fd, w->diag);
	return st ? st : pl_register_report_file_map(fd, ret, w->diag);
}

static pl_status compare(struct renewing *w, const struct pl_query_report *q, const struct pl_register_report_job *job, struct pl_renewed *ret)
{
	struct pl_register_report_file before = {0}, after = {0};
	struct pl_editions found = {0};
	pl_status st = map_stated(w, q, &before);

	if (!st)
		st = map_draft(w, job, &after);
	if (!st)
		st = pl_editions_compare(before.bytes, after.bytes, &found, w->diag);
	if (!st) {
		ret->lifted = found.lifted;
		ret->later = found.later;
		pl_recount_done(&found.counted);
	}
	pl_register_report_file_done(&before);
	pl_register_report_file_done(&after);
	return st;
}

/* ---- one period ---- */

static pl_status make(const struct renewing *w, const struct pl_register_report_job *job, struct pl_renewed *ret)
{
	struct pl_register_report_file file = {0};
	struct pl_register_report_made made;
	struct pl_recount counted = {0};
	pl_status st = pl_register_report_make(job, &file, &counted, &made, w->diag);

	if (!st) {
		ret->edition = made.edition;
		pl_recount_done(&counted);
	}
	pl_register_report_file_done(&file);
	return st;
}

static pl_status renew_one(struct renewing *w, const struct pl_query_report *q)
{
	const struct pl_register_report_job job = {.inst = w->inst, .r = w->r, .from = q->from, .to = q->to, .now = w->now, .wait_ns = w->wait_ns,
		.counted_fd = -1};
	struct pl_renewed renewed = {.from = q->from, .to = q->to};
	pl_status st = compare(w, q, &job, &renewed);

	if (st || !renewed.lifted)
		return st;
	st = make(w, &job, &renewed);
	if (st)
		return st;
	w->n++;
	w->tell(w->ctx, &renewed);
	return PL_OK;
}

static pl_status is_newest(struct renewing *w, const struct pl_query_report *q, bool *ret)
{
	*ret = false;
	for (size_t i = 0; i < w->n_seen; i++)
		if (w->seen[i].from == q->from && w->seen[i].to == q->to)
			return PL_OK;
	if (w->n_seen == w->cap_seen) {
		size_t cap = w->cap_seen ? 2 * w->cap_seen : 64;
		struct period *more = pl_try_realloc(w->seen, cap, sizeof *more);

		if (!more)
			return PL_E_NOMEM;
		w->seen = more;
		w->cap_seen = cap;
	}
	w->seen[w->n_seen++] = (struct period){q->from, q->to};
	*ret = true;
	return PL_OK;
}

/* ---- all of them ---- */

static pl_status renew_page(struct renewing *w, uint64_t *before, bool *ret_more)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(ROOM_BYTES);
	struct pl_query_report *q;
	size_t n = 0;
	bool newest = false;
	pl_status st = pl_query_reports(w->inst, w->r->decl->name, *before, PL_REGISTER_PAGE_MAX, &arena, &q, &n);

	for (size_t i = 0; i < n && !st; i++) {
		*before = q[i].index;
		st = is_newest(w, &q[i], &newest);
		if (!st && newest && q[i].unopened)
			st = renew_one(w, &q[i]);
	}
	*ret_more = n > 0;
	return st;
}

pl_status pl_register_renew(struct pl_instance *inst, const struct pl_register *r, uint64_t now, uint64_t wait_ns, pl_renew_tell tell, void *ctx,
	size_t *ret_n, struct pl_diag *diag)
{
	struct renewing w = {.inst = inst, .r = r, .now = now, .wait_ns = wait_ns, .tell = tell, .ctx = ctx, .diag = diag};
	uint64_t before = INT64_MAX;
	pl_status st = PL_OK;

	*ret_n = 0;
	if (r->decl->totals_only)
		return pl_diag_set(diag, PL_E_STATE, "%.*s opens totals only: pellucid report make, whose rows go to auditors",
			PL_STR_ARG(r->decl->name));
	for (bool more = true; more && !st;)
		st = renew_page(&w, &before, &more);
	pl_free(w.seen);
	*ret_n = w.n;
	return st;
}
