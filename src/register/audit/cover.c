/* SPDX-License-Identifier: Apache-2.0 */
/* Every day on which anything begins or ends is a border; between two borders one answer holds. */
#include "register/audit/cover.h"
#include <stdlib.h>

#define DAY UINT64_C(86400)

const char *const pl_cover_states[4] = {"covered", "suspended", "uncovered", NULL};

static bool in_error(const struct pl_audit_life *l)
{
	return l->n_ends && l->ends[l->n_ends - 1].state == PL_AUDIT_WITHDRAWN &&
	       l->ends[l->n_ends - 1].reason == PL_AUDIT_STATED_IN_ERROR;
}

bool pl_cover_withdrawn(const struct pl_audit_life *life)
{
	return life->n_ends && life->ends[life->n_ends - 1].state == PL_AUDIT_WITHDRAWN;
}

enum pl_cover_state pl_cover_on(const struct pl_audit_life *life, uint64_t day)
{
	enum pl_cover_state s = PL_COVER_COVERED;
	uint64_t from, to;

	if (!pl_audit_span(&life->audit, &from, &to) || day < from || day >= to || in_error(life))
		return PL_COVER_UNCOVERED;
	for (size_t i = 0; i < life->n_ends && life->ends[i].from <= day; i++)
		switch (life->ends[i].state) {
		case PL_AUDIT_SUSPENDED:
			s = PL_COVER_SUSPENDED;
			break;
		case PL_AUDIT_REINSTATED:
			s = PL_COVER_COVERED;
			break;
		case PL_AUDIT_EXPIRED:
		case PL_AUDIT_WITHDRAWN:
		case PL_AUDIT_STATES:
			return PL_COVER_UNCOVERED;
		}
	return s;
}

/* ---- borders ---- */

struct borders {
	uint64_t *at, first, last;
	size_t n;
};

static void add_life(struct borders *b, const struct pl_audit_life *l)
{
	uint64_t from, to;

	if (in_error(l))
		return;
	(void)pl_audit_span(&l->audit, &from, &to);
	b->at[b->n++] = from;
	b->at[b->n++] = to;
	for (size_t i = 0; i < l->n_ends; i++)
		if (l->ends[i].from > from && l->ends[i].from < to)
			b->at[b->n++] = l->ends[i].from;
	b->first = from < b->first ? from : b->first;
	b->last = to > b->last ? to : b->last;
}

static int ascending(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static pl_status find_borders(const struct pl_audit_life *lives, size_t n, uint64_t today, struct pl_arena *arena,
	struct borders *b)
{
	size_t room = 2;

	for (size_t i = 0; i < n; i++)
		room += 2 + lives[i].n_ends;
	*b = (struct borders){.at = pl_arena_alloc(arena, room, sizeof *b->at), .first = UINT64_MAX};
	if (!b->at)
		return PL_E_NOMEM;
	for (size_t i = 0; i < n; i++)
		add_life(b, &lives[i]);
	if (!b->n)
		return PL_OK;
	b->at[b->n++] = today;
	b->last = today > b->last ? today : b->last;
	qsort(b->at, b->n, sizeof *b->at, ascending);
	return PL_OK;
}

/* ---- pieces ---- */

/* Whoever covers a day; of several the one that began last. */
static struct pl_cover_piece piece_on(const struct pl_audit_life *lives, size_t n, uint64_t from, uint64_t to)
{
	struct pl_cover_piece p = {PL_COVER_UNCOVERED, from, to, NULL};

	for (size_t i = 0; i < n; i++) {
		enum pl_cover_state s = pl_cover_on(&lives[i], from);

		if (s == PL_COVER_UNCOVERED || s > p.state)
			continue;
		if (s < p.state || pl_audit_start(&lives[i].audit) > pl_audit_start(&p.by->audit)) {
			p.state = s;
			p.by = &lives[i];
		}
	}
	return p;
}

static void add_piece(struct pl_cover *c, struct pl_cover_piece p, uint64_t today)
{
	struct pl_cover_piece *last = c->n ? &c->pieces[c->n - 1] : NULL;

	if (p.state != PL_COVER_COVERED && p.from < today) {
		c->uncovered_days += ((p.to < today ? p.to : today) - p.from) / DAY;
		c->gaps += !last || last->state == PL_COVER_COVERED;
	}
	if (last && last->state == p.state && last->by == p.by)
		last->to = p.to;
	else
		c->pieces[c->n++] = p;
}

pl_status pl_cover_of(const struct pl_audit_life *lives, size_t n, uint64_t now, struct pl_arena *arena,
	struct pl_cover *ret)
{
	uint64_t today = now / DAY * DAY + DAY;
	struct borders b;
	struct pl_cover c = {0};
	pl_status st = find_borders(lives, n, today, arena, &b);

	if (st)
		return st;
	if (!b.n) {
		*ret = c;
		return PL_OK;
	}
	c.from = b.first;
	c.to = b.last;
	c.pieces = pl_arena_alloc(arena, b.n, sizeof *c.pieces);
	if (!c.pieces)
		return PL_E_NOMEM;
	for (size_t i = 0; i + 1 < b.n; i++)
		if (b.at[i] >= b.first && b.at[i + 1] > b.at[i])
			add_piece(&c, piece_on(lives, n, b.at[i], b.at[i + 1]), today);
	*ret = c;
	return PL_OK;
}

const struct pl_audit_life *pl_cover_before(const struct pl_audit_life *lives, size_t n, const struct pl_audit *a)
{
	const struct pl_audit_life *best = NULL;
	uint64_t start = pl_audit_start(a);

	for (size_t i = 0; i < n; i++) {
		const struct pl_audit_life *l = &lives[i];
		uint64_t at = pl_audit_start(&l->audit);

		if (a->supersedes.len && pl_str_eq(l->audit.id, a->supersedes))
			return l;
		if (pl_str_eq(l->audit.id, a->id) || !pl_str_eq(l->audit.standard, a->standard) || in_error(l) || at >= start)
			continue;
		if (!best || at >= pl_audit_start(&best->audit))
			best = l;
	}
	return best;
}
