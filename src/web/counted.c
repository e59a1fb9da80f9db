/* SPDX-License-Identifier: Apache-2.0 */
#include "web/counted.h"
#include "register/editions.h"
#include "web/report_export.h"
#include <pthread.h>

struct kept {
	struct pl_digest openings, report; /* two reports may name one file and state other numbers */
	uint64_t used;
	bool there;
	struct pl_recount counted;
	bool compared;         /* with the edition before: */
	uint64_t lifted, later;
};

struct pl_counted {
	pthread_mutex_t lock; /* for all of it, and while a file is counted */
	uint64_t clock;
	struct kept kept[PL_COUNTED_KEPT];
};

struct pl_counted *pl_counted_new(void)
{
	struct pl_counted *c = PL_NEW(struct pl_counted);

	(void)pthread_mutex_init(&c->lock, NULL);
	return c;
}

void pl_counted_free(struct pl_counted *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < PL_COUNTED_KEPT; i++)
		if (c->kept[i].there)
			pl_recount_done(&c->kept[i].counted);
	(void)pthread_mutex_destroy(&c->lock);
	pl_free(c);
}

static struct kept *find(struct pl_counted *c, const struct pl_query_report *q)
{
	for (size_t i = 0; i < PL_COUNTED_KEPT; i++)
		if (c->kept[i].there && pl_digest_eq(&c->kept[i].openings, &q->openings) &&
			pl_digest_eq(&c->kept[i].report, &q->pae))
			return &c->kept[i];
	return NULL;
}

/* A place that is free, or the one that nobody asked for longest. */
static struct kept *place(struct pl_counted *c)
{
	struct kept *oldest = &c->kept[0];

	for (size_t i = 0; i < PL_COUNTED_KEPT; i++) {
		if (!c->kept[i].there)
			return &c->kept[i];
		if (c->kept[i].used < oldest->used)
			oldest = &c->kept[i];
	}
	pl_recount_done(&oldest->counted);
	oldest->there = false;
	return oldest;
}

static pl_status count(struct pl_instance *inst, const struct pl_query_report *q, int dir_fd, struct pl_recount *ret,
	struct pl_diag *diag)
{
	struct pl_register_report_file file = {0};
	struct pl_recount counted = {0};
	pl_status st = pl_export_openings(inst, q, dir_fd, PL_COUNTED_FILE_MAX, &file, diag);

	if (!st)
		st = pl_recount_file(file.bytes, 0, NULL, NULL, &counted, diag);
	if (!st) {
		st = pl_export_check(q, &counted, diag);
		if (!st)
			st = pl_recount_keep(&counted, ret);
		pl_recount_done(&counted);
	}
	pl_register_report_file_done(&file);
	return st;
}

static pl_status get(struct pl_counted *c, struct pl_instance *inst, const struct pl_query_report *q, int dir_fd,
	struct pl_recount *ret, struct pl_diag *diag)
{
	struct kept *k = find(c, q);
	struct pl_recount counted = {0};
	pl_status st = PL_OK;

	if (!k) {
		st = count(inst, q, dir_fd, &counted, diag);
		if (st)
			return st;
		k = place(c);
		*k = (struct kept){.openings = q->openings, .report = q->pae, .there = true, .counted = counted};
	}
	k->used = ++c->clock;
	return pl_recount_keep(&k->counted, ret);
}

pl_status pl_counted_get(struct pl_counted *c, struct pl_instance *inst, const struct pl_query_report *q, int dir_fd,
	struct pl_recount *ret, struct pl_diag *diag)
{
	pl_status st;

	(void)pthread_mutex_lock(&c->lock);
	st = get(c, inst, q, dir_fd, ret, diag);
	(void)pthread_mutex_unlock(&c->lock);
	return st;
}

/* ---- against the edition before ---- */

static pl_status compare(struct pl_instance *inst, const struct pl_query_report *before, const struct pl_query_report *q, int dir_fd,
	struct kept *k, struct pl_diag *diag)
{
	struct pl_register_report_file earlier = {0}, later = {0};
	struct pl_editions found;
	pl_status st = pl_export_openings(inst, before, dir_fd, PL_COUNTED_FILE_MAX, &earlier, diag);

	if (!st)
		st = pl_export_openings(inst, q, dir_fd, PL_COUNTED_FILE_MAX, &later, diag);
	if (!st)
		st = pl_editions_compare(earlier.bytes, later.bytes, &found, diag);
	if (!st) {
		k->compared = true;
		k->lifted = found.lifted;
		k->later = found.later;
		pl_recount_done(&found.counted);
	}
	pl_register_report_file_done(&earlier);
	pl_register_report_file_done(&later);
	return st;
}

pl_status pl_counted_added(struct pl_counted *c, struct pl_instance *inst, const struct pl_query_report *before, const struct pl_query_report *q,
	int dir_fd, uint64_t *ret_lifted, uint64_t *ret_later, struct pl_diag *diag)
{
	struct pl_recount counted = {0};
	struct kept *k;
	pl_status st;

	(void)pthread_mutex_lock(&c->lock);
	st = get(c, inst, q, dir_fd, &counted, diag); /* what is counted is kept, and the comparison beside it */
	k = st ? NULL : find(c, q);
	if (k && !k->compared)
		st = compare(inst, before, q, dir_fd, k, diag);
	if (k && !st) {
		*ret_lifted = k->lifted;
		*ret_later = k->later;
	}
	(void)pthread_mutex_unlock(&c->lock);
	pl_recount_done(&counted);
	return st;
}
