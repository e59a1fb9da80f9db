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
	bool compared; /* with the edition before: */
	struct pl_counted_added added;
};

struct pl_counted {
	pthread_mutex_t lock; /* for all of it */
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

/* Keep a copy of @counted. What somebody else counted meanwhile is the same. */
static pl_status keep(struct pl_counted *c, const struct pl_query_report *q, const struct pl_recount *counted)
{
	struct pl_recount copy = {0};
	pl_status st = pl_recount_keep(counted, &copy);
	struct kept *k;

	if (st)
		return st;
	(void)pthread_mutex_lock(&c->lock);
	k = find(c, q);
	if (k) {
		pl_recount_done(&copy);
	} else {
		k = place(c);
		*k = (struct kept){.openings = q->openings, .report = q->pae, .there = true, .counted = copy};
	}
	k->used = ++c->clock;
	(void)pthread_mutex_unlock(&c->lock);
	return PL_OK;
}

pl_status pl_counted_find(struct pl_counted *c, const struct pl_query_report *q, struct pl_recount *ret)
{
	pl_status st = PL_E_NOTFOUND;
	struct kept *k;

	(void)pthread_mutex_lock(&c->lock);
	k = find(c, q);
	if (k) {
		k->used = ++c->clock;
		st = pl_recount_keep(&k->counted, ret);
	}
	(void)pthread_mutex_unlock(&c->lock);
	return st;
}

pl_status pl_counted_count(struct pl_counted *c, const struct pl_query_report *q, const struct pl_register_report_file *file,
	struct pl_recount *ret, struct pl_diag *diag)
{
	struct pl_recount counted = {0};
	pl_status st = pl_recount_file(file->bytes, 0, NULL, NULL, &counted, diag);

	if (st)
		return st;
	st = pl_export_check(q, &counted, diag);
	if (!st)
		st = keep(c, q, &counted);
	if (!st)
		st = pl_recount_keep(&counted, ret);
	pl_recount_done(&counted);
	return st;
}

/* ---- against the edition before ---- */

pl_status pl_counted_find_added(struct pl_counted *c, const struct pl_query_report *q, struct pl_counted_added *ret)
{
	pl_status st = PL_E_NOTFOUND;
	struct kept *k;

	(void)pthread_mutex_lock(&c->lock);
	k = find(c, q);
	if (k && k->compared) {
		*ret = k->added;
		st = PL_OK;
	}
	(void)pthread_mutex_unlock(&c->lock);
	return st;
}

pl_status pl_counted_compare(struct pl_counted *c, const struct pl_query_report *q, const struct pl_register_report_file *earlier,
	const struct pl_register_report_file *later, struct pl_counted_added *ret, struct pl_diag *diag)
{
	struct pl_editions found;
	struct kept *k;
	pl_status st = pl_editions_compare(earlier->bytes, later->bytes, &found, diag);

	if (st)
		return st;
	*ret = (struct pl_counted_added){found.lifted, found.later};
	pl_recount_done(&found.counted);
	(void)pthread_mutex_lock(&c->lock);
	k = find(c, q);
	if (k) {
		k->compared = true;
		k->added = *ret;
	}
	(void)pthread_mutex_unlock(&c->lock);
	return PL_OK;
}
