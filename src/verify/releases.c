/* SPDX-License-Identifier: Apache-2.0 */
/* verify/releases: recounting what a product-head states. */
#include "verify/releases.h"
#include "base/mem.h"
#include "base/time.h"
#include "fact/release_root.h"
#include <stdio.h>
#include <stdlib.h>

#define NUMBER_MAX UINT32_MAX /* of a release, and of releases */
#define GAPS_SAID 4u

static const struct {
	const char *word;
	pl_status status;
} findings[] = {
	[PL_FOUND_COMPLETE] = {"complete", PL_OK},
	[PL_FOUND_INCOMPLETE] = {"incomplete", PL_E_NOTFOUND},
	[PL_FOUND_TWICE] = {"twice", PL_E_CONFLICT},
	[PL_FOUND_LEFT_OUT] = {"left-out", PL_E_CONFLICT},
	[PL_FOUND_ROOT] = {"root-differs", PL_E_MISMATCH},
	[PL_FOUND_HEADS] = {"heads-differ", PL_E_CONFLICT},
	[PL_FOUND_NO_HEAD] = {"no-head", PL_E_NOTFOUND},
};

const char *pl_verify_finding_word(enum pl_verify_finding f)
{
	return findings[f].word;
}

void pl_verify_releases_free(struct pl_verify_releases *r)
{
	if (!r)
		return;
	pl_verify_free(r->verify); /* whose arena holds the lists */
	pl_free(r);
}

void pl_verify_releases_freep(struct pl_verify_releases **r)
{
	pl_verify_releases_free(*r);
	*r = NULL;
}

static bool is_type(const struct pl_verify_entry *e, const char *type)
{
	return strcmp(e->kind->row.type, type) == 0;
}

/* ---- what the statements say ---- */

static void take_release(struct pl_verify_releases *r, const struct pl_verify_entry *e)
{
	struct pl_verify_listed l = {.entry = e, .version = pl_verify_text_of(e, "version")};

	if (!pl_str_eq(pl_verify_text_of(e, "product"), r->product))
		r->others++;
	else if (pl_json_get_u64(e->statement->predicate, "number", NUMBER_MAX, &l.number, NULL) != PL_OK || l.number == 0)
		r->malformed++;
	else
		r->list[r->n++] = l;
}

static void take_head(struct pl_verify_releases *r, const struct pl_verify_entry *e)
{
	const struct pl_statement *s = e->statement;
	struct pl_verify_head h = {.entry = e};

	if (!pl_str_eq(pl_verify_text_of(e, "product"), r->product))
		return;
	if (pl_json_get_u64(s->predicate, "count", NUMBER_MAX, &h.count, NULL) != PL_OK ||
		pl_digest_parse(pl_verify_text_of(e, "root"), &h.root) != PL_OK || s->n_subjects != 1 ||
		!pl_str_eq(s->subjects[0].name, r->product) || !pl_digest_eq(&s->subjects[0].sha256, &h.root))
		r->malformed++;
	else
		r->heads[r->n_heads++] = h;
}

static pl_status take(struct pl_verify_releases *r)
{
	struct pl_verify *v = r->verify;
	size_t releases = 0, heads = 0;

	for (size_t i = 0; i < v->bundle.n; i++) {
		releases += v->entry[i].counts && is_type(&v->entry[i], PL_TYPE_RELEASE);
		heads += v->entry[i].counts && is_type(&v->entry[i], PL_TYPE_PRODUCT_HEAD);
	}
	r->list = pl_arena_alloc(&v->arena, releases + 1, sizeof *r->list);
	r->heads = pl_arena_alloc(&v->arena, heads + 1, sizeof *r->heads);
	r->gaps = pl_arena_alloc(&v->arena, releases + 1, sizeof *r->gaps);
	if (!r->list || !r->heads || !r->gaps)
		return PL_E_NOMEM;
	for (size_t i = 0; i < v->bundle.n; i++) {
		if (v->entry[i].counts && is_type(&v->entry[i], PL_TYPE_RELEASE))
			take_release(r, &v->entry[i]);
		else if (v->entry[i].counts && is_type(&v->entry[i], PL_TYPE_PRODUCT_HEAD))
			take_head(r, &v->entry[i]);
	}
	r->head = r->n_heads > 0 ? &r->heads[r->n_heads - 1] : NULL;
	return PL_OK;
}

/* ---- which releases, and in which order ---- */

static int by_number(const void *a, const void *b)
{
	const struct pl_verify_listed *x = a, *y = b;

	if (x->number != y->number)
		return x->number < y->number ? -1 : 1;
	return (x->entry->index > y->entry->index) - (x->entry->index < y->entry->index);
}

static int by_index(const void *a, const void *b)
{
	const struct pl_verify_listed *x = a, *y = b;

	return (x->entry->index > y->entry->index) - (x->entry->index < y->entry->index);
}

static bool same_statement(const struct pl_verify_listed *a, const struct pl_verify_listed *b)
{
	return pl_digest_eq(&a->entry->statement->pae, &b->entry->statement->pae);
}

/* One statement may stand in the log twice, with other signatures: it is one release. Two statements with one number are not. */
static void find_repeated(struct pl_verify_releases *r)
{
	size_t n = 0;

	qsort(r->list, r->n, sizeof *r->list, by_number);
	for (size_t i = 0; i < r->n; i++) {
		bool again = n > 0 && r->list[n - 1].number == r->list[i].number;

		if (again && same_statement(&r->list[n - 1], &r->list[i]))
			continue;
		r->list[n++] = r->list[i];
		if (again && r->finding == PL_FOUND_COMPLETE)
			r->finding = PL_FOUND_TWICE;
	}
	r->n = n;
}

/* Those behind the head come last. */
static void part_later(struct pl_verify_releases *r)
{
	size_t all = r->n;

	qsort(r->list, all, sizeof *r->list, by_index);
	while (r->n > 0 && r->list[r->n - 1].entry->index > r->head->entry->index)
		r->n--;
	r->n_later = all - r->n;
	qsort(r->list, r->n, sizeof *r->list, by_number);
}

static void name_twice(struct pl_verify_releases *r)
{
	size_t all = r->n + r->n_later;

	for (size_t i = 0; i < all; i++)
		for (size_t k = i + 1; k < all; k++)
			if (r->list[i].number == r->list[k].number) {
				r->culprit[0] = &r->list[i];
				r->culprit[1] = &r->list[k];
				return;
			}
}

/* Numbers of the head that no release before it has. Those that it does not have, too, come last. */
static void find_gaps(struct pl_verify_releases *r)
{
	uint64_t next = 1;

	for (size_t i = 0; i < r->n && r->list[i].number <= r->head->count; i++) {
		uint64_t number = r->list[i].number;

		if (number > next)
			r->gaps[r->n_gaps++] = (struct pl_verify_gap){next, number - 1};
		if (number >= next)
			next = number + 1;
	}
	if (next <= r->head->count)
		r->gaps[r->n_gaps++] = (struct pl_verify_gap){next, r->head->count};
	for (size_t i = 0; i < r->n_gaps; i++)
		r->missing += r->gaps[i].last - r->gaps[i].first + 1;
	if (r->finding != PL_FOUND_COMPLETE)
		return;
	if (r->n > 0 && r->list[r->n - 1].number > r->head->count) {
		r->finding = PL_FOUND_LEFT_OUT;
		for (size_t i = r->n; i > 0 && r->list[i - 1].number > r->head->count; i--)
			r->culprit[0] = &r->list[i - 1];
	} else if (r->missing > 0) {
		r->finding = PL_FOUND_INCOMPLETE;
	}
}

/* An older head is over the first of the same releases. */
static void compare_heads(struct pl_verify_releases *r, const struct pl_release_root *sum)
{
	struct pl_digest now;

	for (size_t i = 0; i + 1 < r->n_heads; i++) {
		const struct pl_verify_head *old = &r->heads[i];

		if (old->count != pl_release_root_count(sum))
			continue;
		pl_release_root_get(sum, &now);
		if (!pl_digest_eq(&now, &old->root))
			r->finding = PL_FOUND_HEADS;
	}
}

static void recount(struct pl_verify_releases *r)
{
	struct pl_release_root sum;

	pl_release_root_init(&sum);
	compare_heads(r, &sum);
	for (size_t i = 0; i < r->n; i++) {
		pl_release_root_add(&sum, &r->list[i].entry->statement->pae);
		compare_heads(r, &sum);
	}
	for (size_t i = 0; i + 1 < r->n_heads; i++)
		if (r->heads[i].count > r->head->count)
			r->finding = PL_FOUND_HEADS;
	pl_release_root_get(&sum, &r->root);
	if (!pl_digest_eq(&r->root, &r->head->root))
		r->finding = PL_FOUND_ROOT;
}

/* ---- the one sentence ---- */

static void put_gaps(const struct pl_verify_releases *r, struct pl_buf *out)
{
	pl_buf_put_z(out, r->missing == 1 ? "number " : "numbers ");
	for (size_t i = 0; i < r->n_gaps && i < GAPS_SAID; i++) {
		const struct pl_verify_gap *g = &r->gaps[i];

		pl_buf_printf(out, "%s%llu", i > 0 ? ", " : "", (unsigned long long)g->first);
		if (g->last > g->first)
			pl_buf_printf(out, " to %llu", (unsigned long long)g->last);
	}
	if (r->n_gaps > GAPS_SAID)
		pl_buf_put_z(out, ", ...");
	pl_buf_put_z(out, r->missing == 1 ? " is missing" : " are missing");
}

static void put_words(const struct pl_verify_releases *r, struct pl_buf *out)
{
	const struct pl_verify_listed *const *c = r->culprit;
	unsigned long long count;
	char when[21];

	if (!r->head) {
		pl_buf_put_z(out, "no list of its releases (product-head) that counts is in the bundle");
		return;
	}
	count = r->head->count;
	switch (r->finding) {
	case PL_FOUND_NO_HEAD:
		break;
	case PL_FOUND_INCOMPLETE:
		pl_buf_printf(out, "%llu of %llu release%s: ", count - r->missing, count, count == 1 ? "" : "s");
		put_gaps(r, out);
		break;
	case PL_FOUND_TWICE:
		pl_buf_printf(out, "two statements have release number %llu: entries %llu and %llu", (unsigned long long)c[0]->number,
			(unsigned long long)c[0]->entry->index, (unsigned long long)c[1]->entry->index);
		break;
	case PL_FOUND_LEFT_OUT:
		pl_buf_printf(out, "release number %llu (entry %llu) stands before the head (entry %llu), which counts %llu",
			(unsigned long long)c[0]->number, (unsigned long long)c[0]->entry->index,
			(unsigned long long)r->head->entry->index, count);
		break;
	case PL_FOUND_ROOT:
		pl_buf_printf(out, "%llu of %llu numbers, but the head (entry %llu) is over other statements: its root is not theirs", count, count,
			(unsigned long long)r->head->entry->index);
		break;
	case PL_FOUND_HEADS:
		pl_buf_put_z(out, "an older head in the bundle says something else of the same releases");
		break;
	case PL_FOUND_COMPLETE:
		pl_time_write(pl_statement_time(r->head->entry->statement), when);
		pl_buf_printf(out, "these are all its releases, %llu of %llu, as of entry %llu, %s", count, count,
			(unsigned long long)r->head->entry->index, when);
		if (r->n_later > 0)
			pl_buf_printf(out, "; %zu release%s after this head", r->n_later, r->n_later == 1 ? "" : "s");
		break;
	}
}

static pl_status find_out(struct pl_verify_releases *r)
{
	struct pl_buf words PL_CLEANUP(pl_buf_done) = PL_BUF(sizeof r->words - 1);
	pl_status st = take(r);

	if (st != PL_OK)
		return st;
	find_repeated(r);
	if (r->head)
		part_later(r);
	else
		r->finding = PL_FOUND_NO_HEAD;
	if (r->finding == PL_FOUND_TWICE)
		name_twice(r);
	if (r->head)
		find_gaps(r);
	if (r->finding == PL_FOUND_COMPLETE)
		recount(r);
	r->status = findings[r->finding].status;
	put_words(r, &words);
	snprintf(r->words, sizeof r->words, "%.*s", PL_STR_ARG(pl_buf_str(&words)));
	return PL_OK;
}

pl_status pl_verify_releases(const struct pl_policy *policy, pl_str product, pl_str text, struct pl_verify_releases **ret,
	struct pl_diag *diag)
{
	struct pl_verify_releases *r PL_CLEANUP(pl_verify_releases_freep) = NULL;
	pl_status st;

	if (!pl_predicate_token_ok(product))
		return pl_diag_set(diag, PL_E_RANGE, "\"%.*s\" cannot be the name of a product", PL_STR_ARG(product));
	r = PL_NEW(struct pl_verify_releases);
	st = pl_verify_bundle(policy, NULL, product, PL_STR(""), text, &r->verify, diag);
	if (st == PL_OK) {
		r->product = r->verify->name;
		st = find_out(r);
	}
	if (st != PL_OK)
		return st;
	*ret = r;
	r = NULL;
	return PL_OK;
}

/* ---- files ---- */

const struct pl_verify_listed *pl_verify_releases_of(const struct pl_verify_releases *r, const struct pl_digest *digest)
{
	for (size_t i = r->n + r->n_later; i > 0; i--) {
		const struct pl_statement *s = r->list[i - 1].entry->statement;

		for (size_t k = 0; k < s->n_subjects; k++)
			if (pl_digest_eq(&s->subjects[k].sha256, digest))
				return &r->list[i - 1];
	}
	return NULL;
}

bool pl_verify_releases_later(const struct pl_verify_releases *r, const struct pl_verify_listed *l)
{
	return l >= r->list + r->n;
}
