/* SPDX-License-Identifier: Apache-2.0 */
#include "register/claim_rules.h"
#include <stdio.h>
#include <stdlib.h>

#define NAMES_DEEP 8u
#define FLAGS_AT_ONCE 64u

const char *const pl_claim_flag_words[PL_CLAIM_FLAGS + 1] = {
	"contradiction", "order-unknown", "superseded", "stale", "overdue", "expired", NULL,
};

struct examination {
	const struct pl_claim **sorted; /* by what they are about, then by id */
	size_t n;
	const struct pl_claim **names; /* those of kind name that stand */
	size_t n_names;
	uint64_t now;
	struct pl_claim_flag *flags;
	size_t n_flags, room;
};

/* ---- what a claim says ---- */

static bool gone(const struct pl_claim *c)
{
	return c->status == PL_CLAIM_WITHDRAWN || c->status == PL_CLAIM_SUPERSEDED;
}

/* The least and the greatest value that satisfies it. */
static uint64_t low(const struct pl_claim *c)
{
	switch (c->bound) {
	case PL_CLAIM_IS:
	case PL_CLAIM_AT_LEAST: return c->value;
	case PL_CLAIM_MORE_THAN: return c->value + 1;
	case PL_CLAIM_UP_TO:
	case PL_CLAIM_BOUNDS:
	default: return 0;
	}
}

static uint64_t high(const struct pl_claim *c)
{
	return c->bound == PL_CLAIM_IS || c->bound == PL_CLAIM_UP_TO ? c->value : UINT64_MAX;
}

static uint64_t begin(const struct pl_claim *c)
{
	return c->as_of ? c->as_of : c->from;
}

static uint64_t end(const struct pl_claim *c)
{
	return c->to ? c->to : UINT64_MAX;
}

/* Move on to the next name of the thing that *@word names. */
static bool next_name(const struct examination *x, pl_str *word)
{
	for (size_t i = 0; i < x->n_names; i++)
		if (pl_str_eq(x->names[i]->subject, *word)) {
			*word = x->names[i]->word;
			return true;
		}
	return false;
}

/* Do the names that follow @a and those that follow @b meet? A circle ends after NAMES_DEEP steps. */
static bool one_thing(const struct examination *x, pl_str a, pl_str b)
{
	for (unsigned i = 0; i < NAMES_DEEP; i++) {
		pl_str other = b;

		for (unsigned k = 0; k < NAMES_DEEP; k++) {
			if (pl_str_eq(a, other))
				return true;
			if (!next_name(x, &other))
				break;
		}
		if (!next_name(x, &a))
			break;
	}
	return false;
}

static bool values_differ(const struct examination *x, const struct pl_claim *a, const struct pl_claim *b)
{
	if (a->has_value != b->has_value)
		return (a->has_value ? b : a)->word.len > 0;
	if (a->has_value)
		return !pl_str_eq(a->unit, b->unit) || low(a) > high(b) || low(b) > high(a);
	return a->word.len && b->word.len && !one_thing(x, a->word, b->word);
}

/* ---- flags ---- */

/* Why the two do not fit. */
static const char *const reasons[] = {
	[PL_CLAIM_FOUND_COUNTED] = "what never was has been counted",
	[PL_CLAIM_FOUND_SINCE] = "it has been counted since",
	[PL_CLAIM_FOUND_AROUND] = "counted before that day, or after it",
	[PL_CLAIM_FOUND_UNORDERED] = "nobody has stated which supersedes the other",
	[PL_CLAIM_FOUND_NO_LAST_DAY] = "neither says up to which day it counts",
	[PL_CLAIM_FOUND_SAME_DAYS] = "the same days, counted differently",
	[PL_CLAIM_FOUND_PART] = "more in a part than in the whole",
	[PL_CLAIM_FOUND_NOT_REPLACED] = "the later one has not been stated to take its place",
	[PL_CLAIM_FOUND_AT_ONE_TIME] = "both hold at one time",
};

static pl_status flag(struct examination *x, enum pl_claim_flag_kind kind, enum pl_claim_finding finding, const struct pl_claim *claim,
	const struct pl_claim *other, struct pl_claim_flag **ret)
{
	struct pl_claim_flag *f;

	if (x->n_flags == PL_CLAIM_FLAGS_MAX)
		return PL_E_TOOBIG;
	if (x->n_flags == x->room) {
		struct pl_claim_flag *more = pl_alloc(x->room + FLAGS_AT_ONCE, sizeof *more);

		if (x->n_flags)
			memcpy(more, x->flags, x->n_flags * sizeof *more);
		pl_free(x->flags);
		x->flags = more;
		x->room += FLAGS_AT_ONCE;
	}
	f = &x->flags[x->n_flags++];
	*f = (struct pl_claim_flag){.kind = kind, .finding = finding, .claim = claim, .other = other};
	*ret = f;
	return PL_OK;
}

/* @claim says one thing, @other another. */
static pl_status flag_pair(struct examination *x, enum pl_claim_flag_kind kind, const struct pl_claim *claim,
	const struct pl_claim *other, enum pl_claim_finding finding)
{
	char one[PL_CLAIM_VALUE_TEXT], two[PL_CLAIM_VALUE_TEXT], when[PL_CLAIM_VALIDITY_TEXT], then[PL_CLAIM_VALIDITY_TEXT];
	struct pl_claim_flag *f;
	pl_status st = flag(x, kind, finding, claim, other, &f);

	if (st)
		return st;
	pl_claim_value(claim, one);
	pl_claim_value(other, two);
	pl_claim_validity(claim, when);
	pl_claim_validity(other, then);
	f->explained = gone(claim) || gone(other);
	(void)snprintf(f->words, sizeof f->words, "%.90s (%s), and %.90s (%s): %s", one, when, two, then, reasons[finding]);
	return PL_OK;
}

/* The @claim, and what happened or did not by the day before @until. */
static pl_status flag_one(struct examination *x, enum pl_claim_flag_kind kind, const struct pl_claim *claim, uint64_t until,
	enum pl_claim_finding finding, const char *before, const char *after)
{
	struct pl_claim_flag *f;
	pl_status st = flag(x, kind, finding, claim, NULL, &f);

	if (st)
		return st;
	pl_claim_last_day(until, f->day);
	f->explained = gone(claim);
	(void)snprintf(f->words, sizeof f->words, "%s %s%s", before, f->day, after);
	return PL_OK;
}

/* ---- pairs ---- */

static pl_status examine_never(struct examination *x, const struct pl_claim *never, const struct pl_claim *number)
{
	uint64_t since = begin(number);

	if (!low(number))
		return PL_OK;
	/* Without a date it is said today. */
	if (pl_claim_undated(never))
		return flag_pair(x, PL_CLAIM_FLAG_CONTRADICTION, never, number, PL_CLAIM_FOUND_COUNTED);
	if (pl_claim_undated(number))
		return flag_pair(x, PL_CLAIM_FLAG_ORDER_UNKNOWN, never, number, PL_CLAIM_FOUND_UNORDERED);
	if (never->as_of && never->as_of <= since)
		return flag_pair(x, PL_CLAIM_FLAG_STALE, never, number, PL_CLAIM_FOUND_SINCE);
	if (never->as_of && never->as_of < end(number))
		return flag_pair(x, PL_CLAIM_FLAG_ORDER_UNKNOWN, never, number, PL_CLAIM_FOUND_AROUND);
	if (never->as_of || (begin(never) < end(number) && since < end(never)))
		return flag_pair(x, PL_CLAIM_FLAG_CONTRADICTION, never, number, PL_CLAIM_FOUND_COUNTED);
	return PL_OK;
}

/* Counts of the same days differ; of days within others' days there are not more. */
static pl_status examine_counts(struct examination *x, const struct pl_claim *a, const struct pl_claim *b)
{
	bool inside = a->from >= b->from && end(a) <= end(b), around = b->from >= a->from && end(b) <= end(a);

	if (inside && around && !values_differ(x, a, b))
		return PL_OK;
	if (inside && around && !a->to)
		return flag_pair(x, PL_CLAIM_FLAG_ORDER_UNKNOWN, a, b, PL_CLAIM_FOUND_NO_LAST_DAY);
	if (inside && around)
		return flag_pair(x, PL_CLAIM_FLAG_CONTRADICTION, a, b, PL_CLAIM_FOUND_SAME_DAYS);
	if (!a->to || !b->to || !pl_str_eq(a->unit, b->unit))
		return PL_OK;
	if (inside && low(a) > high(b))
		return flag_pair(x, PL_CLAIM_FLAG_CONTRADICTION, a, b, PL_CLAIM_FOUND_PART);
	if (around && low(b) > high(a))
		return flag_pair(x, PL_CLAIM_FLAG_CONTRADICTION, b, a, PL_CLAIM_FOUND_PART);
	return PL_OK;
}

/* Two claims that differ, and hold for some time. */
static pl_status examine_states(struct examination *x, const struct pl_claim *a, const struct pl_claim *b)
{
	const struct pl_claim *earlier = begin(a) <= begin(b) ? a : b, *later = earlier == a ? b : a;

	if (pl_claim_undated(a) || pl_claim_undated(b))
		return flag_pair(x, PL_CLAIM_FLAG_ORDER_UNKNOWN, a, b, PL_CLAIM_FOUND_UNORDERED);
	if (begin(a) >= end(b) || begin(b) >= end(a))
		return PL_OK;
	if (begin(a) != begin(b) && !earlier->to)
		return flag_pair(x, PL_CLAIM_FLAG_SUPERSEDED, earlier, later, PL_CLAIM_FOUND_NOT_REPLACED);
	return flag_pair(x, PL_CLAIM_FLAG_CONTRADICTION, a, b, PL_CLAIM_FOUND_AT_ONE_TIME);
}

static bool is_number(const struct pl_claim *c)
{
	return c->kind == PL_CLAIM_NUMBER || c->kind == PL_CLAIM_COUNT;
}

static pl_status examine_pair(struct examination *x, const struct pl_claim *a, const struct pl_claim *b)
{
	bool promises = a->kind == PL_CLAIM_PROMISE && b->kind == PL_CLAIM_PROMISE;

	if (a->kind == PL_CLAIM_NEVER || b->kind == PL_CLAIM_NEVER) {
		if (a->kind == PL_CLAIM_NEVER && is_number(b))
			return examine_never(x, a, b);
		return b->kind == PL_CLAIM_NEVER && is_number(a) ? examine_never(x, b, a) : PL_OK;
	}
	if (a->kind == PL_CLAIM_COUNT && b->kind == PL_CLAIM_COUNT)
		return examine_counts(x, a, b);
	if (a->kind == PL_CLAIM_COUNT || b->kind == PL_CLAIM_COUNT)
		return PL_OK;
	/* What is promised need not be yet; but two promises of one thing are one, moved. */
	if (!promises && (a->kind == PL_CLAIM_PROMISE || b->kind == PL_CLAIM_PROMISE))
		return PL_OK;
	if (!values_differ(x, a, b) && a->standing == b->standing && (!promises || a->due == b->due))
		return PL_OK;
	return examine_states(x, a, b);
}

/* ---- single claims ---- */

/* Does @c say, as something that is so, what @promise promised? */
static bool keeps(const struct examination *x, const struct pl_claim *promise, const struct pl_claim *c)
{
	if (c->kind == PL_CLAIM_PROMISE || c->kind == PL_CLAIM_NEVER || c->standing == PL_CLAIM_WAS || gone(c))
		return false;
	/* Of a value that is promised it takes one; a promise without any is kept by whatever is said of the thing. */
	if (promise->has_value)
		return c->has_value && pl_str_eq(promise->unit, c->unit) && low(c) >= low(promise) && high(c) <= high(promise);
	return !promise->word.len || (c->word.len && !values_differ(x, promise, c));
}

/* Its day is over; @kept, if anything, is claimed now. */
static pl_status flag_promise(struct examination *x, const struct pl_claim *promise, const struct pl_claim *kept)
{
	char when[PL_CLAIM_VALIDITY_TEXT];
	struct pl_claim_flag *f;
	pl_status st = flag(x, PL_CLAIM_FLAG_OVERDUE, kept ? PL_CLAIM_FOUND_NOT_IN_TIME : PL_CLAIM_FOUND_NOT_KEPT, promise, kept, &f);

	if (st)
		return st;
	f->explained = promise->status != PL_CLAIM_OPEN;
	pl_claim_last_day(promise->due, f->day);
	if (kept)
		pl_claim_validity(kept, when);
	if (kept)
		(void)snprintf(f->words, sizeof f->words, "promised by %s; what is claimed now (%s) does not show it kept in time", f->day, when);
	else
		(void)snprintf(f->words, sizeof f->words, "promised by %s, and no claim shows it kept", f->day);
	return PL_OK;
}

static pl_status examine_promise(struct examination *x, size_t first, size_t last, const struct pl_claim *promise)
{
	const struct pl_claim *kept = NULL;

	if (!promise->due || promise->due > x->now || promise->status == PL_CLAIM_MET)
		return PL_OK;
	for (size_t i = first; i < last; i++) {
		const struct pl_claim *c = x->sorted[i];

		if (!keeps(x, promise, c))
			continue;
		if (begin(c) && begin(c) < promise->due)
			return PL_OK;
		kept = kept ? kept : c;
	}
	return flag_promise(x, promise, kept);
}

static pl_status examine_certificate(struct examination *x, size_t first, size_t last, const struct pl_claim *c)
{
	if (!c->to || c->to > x->now)
		return PL_OK;
	for (size_t i = first; i < last; i++) {
		const struct pl_claim *next = x->sorted[i];

		if (next != c && next->kind == PL_CLAIM_CERTIFICATE && !gone(next) && !pl_claim_undated(next) && end(next) > c->to)
			return PL_OK;
	}
	return flag_one(x, PL_CLAIM_FLAG_EXPIRED, c, c->to, PL_CLAIM_FOUND_ENDED, "ended on", ", and no other one follows");
}

static pl_status examine_one(struct examination *x, size_t first, size_t last, const struct pl_claim *c)
{
	pl_status st = PL_OK;

	if (c->kind == PL_CLAIM_PROMISE)
		st = examine_promise(x, first, last, c);
	else if (c->kind == PL_CLAIM_CERTIFICATE)
		st = examine_certificate(x, first, last, c);
	if (st || !c->review || c->review > x->now)
		return st;
	return flag_one(x, PL_CLAIM_FLAG_STALE, c, c->review, PL_CLAIM_FOUND_NOT_RENEWED, "was to be confirmed anew by", "");
}

/* ---- all of them ---- */

static int by_about(const void *a, const void *b)
{
	const struct pl_claim *one = *(const struct pl_claim *const *)a, *two = *(const struct pl_claim *const *)b;
	int order = pl_claim_about(one, two);

	return order ? order : pl_str_cmp(one->id, two->id);
}

/* The claims [@first, @last) are about the same thing. */
static pl_status examine_group(struct examination *x, size_t first, size_t last)
{
	pl_status st = PL_OK;

	for (size_t i = first; i < last && !st; i++) {
		st = examine_one(x, first, last, x->sorted[i]);
		for (size_t k = i + 1; k < last && !st; k++)
			st = examine_pair(x, x->sorted[i], x->sorted[k]);
	}
	return st;
}

static pl_status examine(struct examination *x)
{
	size_t first = 0;
	pl_status st = PL_OK;

	while (first < x->n && !st) {
		size_t last = first + 1;

		while (last < x->n && pl_claim_about(x->sorted[first], x->sorted[last]) == 0)
			last++;
		st = examine_group(x, first, last);
		first = last;
	}
	return st;
}

pl_status pl_claim_flags(const struct pl_claim *claims, size_t n, uint64_t now, struct pl_claim_flag **ret, size_t *ret_n)
{
	struct examination x = {.n = n, .now = now};
	pl_status st;

	if (n > PL_CLAIMS_MAX)
		return PL_E_TOOBIG;
	x.sorted = pl_alloc(n + 1, sizeof(const struct pl_claim *));
	x.names = pl_alloc(n + 1, sizeof(const struct pl_claim *));
	for (size_t i = 0; i < n; i++)
		x.sorted[i] = &claims[i];
	qsort(x.sorted, n, sizeof(const struct pl_claim *), by_about);
	for (size_t i = 0; i < n; i++)
		if (x.sorted[i]->kind == PL_CLAIM_NAME && !gone(x.sorted[i]))
			x.names[x.n_names++] = x.sorted[i];
	st = examine(&x);
	pl_free(x.names);
	pl_free(x.sorted);
	if (st) {
		pl_free(x.flags);
		return st;
	}
	*ret = x.flags;
	*ret_n = x.n_flags;
	return PL_OK;
}
