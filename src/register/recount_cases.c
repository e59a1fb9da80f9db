/* SPDX-License-Identifier: Apache-2.0 */
#include "register/recount_internal.h"

void pl_recount_cases_done(struct pl_recount_cases *c)
{
	pl_free(c->fresh);
	pl_free(c->old);
	*c = (struct pl_recount_cases){0};
}

/* Numbers are given by the file's author, but his file is his own time. */
static size_t place(uint64_t number, size_t cap)
{
	return (size_t)(number * UINT64_C(0x9e3779b97f4a7c15) >> 20) & (cap - 1);
}

static struct pl_recount_case *slot(struct pl_recount_case *table, size_t cap, uint64_t number)
{
	size_t i = place(number, cap);

	while (table[i].number && table[i].number != number)
		i = (i + 1) & (cap - 1);
	return &table[i];
}

struct pl_recount_case *pl_recount_case_find(struct pl_recount_cases *c, uint64_t number)
{
	struct pl_recount_case *found;

	if (number > c->before)
		return number - c->before <= c->n_new ? &c->fresh[number - c->before - 1] : NULL;
	if (!c->cap_old)
		return NULL;
	found = slot(c->old, c->cap_old, number);
	return found->number ? found : NULL;
}

static bool grow_old(struct pl_recount_cases *c)
{
	size_t cap = c->cap_old ? 2 * c->cap_old : 64;
	struct pl_recount_case *bigger = pl_try_alloc(cap, sizeof *bigger);

	if (!bigger)
		return false;
	for (size_t i = 0; i < c->cap_old; i++)
		if (c->old[i].number)
			*slot(bigger, cap, c->old[i].number) = c->old[i];
	pl_free(c->old);
	c->old = bigger;
	c->cap_old = cap;
	return true;
}

static struct pl_recount_case *add_old(struct pl_recount_cases *c, uint64_t number)
{
	struct pl_recount_case *s;

	if (4 * (c->n_old + 1) > 3 * c->cap_old && !grow_old(c))
		return NULL;
	s = slot(c->old, c->cap_old, number);
	c->n_old++;
	s->number = number;
	return s;
}

struct pl_recount_case *pl_recount_case_add(struct pl_recount_cases *c, uint64_t number)
{
	if (number <= c->before)
		return add_old(c, number);
	if (c->n_new == c->cap_new) {
		size_t cap = c->cap_new ? 2 * c->cap_new : 256;
		struct pl_recount_case *bigger = pl_try_realloc(c->fresh, cap, sizeof *bigger);

		if (!bigger)
			return NULL;
		c->fresh = bigger;
		c->cap_new = cap;
	}
	c->fresh[c->n_new] = (struct pl_recount_case){.number = number};
	return &c->fresh[c->n_new++];
}
