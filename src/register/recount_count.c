/* SPDX-License-Identifier: Apache-2.0 */
/* Counting what was checked: the totals and tables of the declaration over the cases of the period. */
#include "register/recount_internal.h"
#include <stdlib.h>

/* The open values of the cases of the period, one row of .width texts a case. */
struct counted {
	const struct pl_recount *r;
	const struct pl_recount_listener *listener;
	size_t n, width;
	pl_str *values;
	uint8_t *under; /* which declaration the values of a case follow */
};

static const pl_str *values_of(const struct counted *m, size_t i)
{
	return &m->values[i * m->width];
}

/* ---- which cases ---- */

static uint64_t number_of(const struct pl_commit_field *f, pl_str text)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(64);

	/* Checked when the commitment was computed: always eight bytes for a time or a u64. */
	return pl_commit_value_encode(f, text, &b, NULL) == PL_OK && b.len == 8 ? pl_be64(b.ptr) : 0;
}

/* 1: in the period, 0: not, -1: across its border. */
static int in_period(const struct pl_recount *r, const struct pl_register_decl *d, const pl_str *values)
{
	size_t at = pl_register_received(d);
	uint64_t from, to;

	pl_register_received_span(d, number_of(&d->derived.fields[at], values[at]), &from, &to);
	if (to <= r->head.from || from >= r->head.to)
		return 0;
	return from >= r->head.from && to <= r->head.to ? 1 : -1;
}

static pl_status take_case(struct pl_recount *r, struct counted *m, const struct pl_recount_case *c, struct pl_diag *diag)
{
	const struct pl_row row = {.opened = c->opened};
	const struct pl_register_decl *d = pl_recount_decl(r, c->under);
	pl_str *values;
	int in;

	if (c->kind == PL_ROW_SEALED)
		r->unopened++;
	if (r->stated && c->kind == PL_ROW_SEALED)
		r->drawable[r->n_drawable++] = c->number;
	r->erased += c->kind == PL_ROW_ERASED;
	r->lost += c->kind == PL_ROW_LOST;
	/* Of shut rows only the numbers are taken. */
	if (c->kind == PL_ROW_SEALED || !c->opened.ptr || !m->values)
		return PL_OK;
	values = &m->values[m->n * m->width];
	if (pl_row_values(&row, d, values))
		return PL_E_INTERNAL;
	in = in_period(r, d, values);
	if (in < 0)
		return pl_diag_set(diag, PL_E_RANGE,
			"case %llu: \"received\" is known too coarsely for this period: a period begins and ends where the rule of \"received\" does",
			(unsigned long long)c->number);
	if (!in)
		return PL_OK;
	m->under[m->n++] = c->under;
	r->cases_under[c->under]++;
	r->late += values[d->late].len == 4;
	return m->listener->tell ? m->listener->tell(m->listener->ctx, r, c->number, c->opened_revision, c->under, values) : PL_OK;
}

static int by_case(const void *a, const void *b)
{
	uint64_t x = (*(const struct pl_recount_case *const *)a)->number, y = (*(const struct pl_recount_case *const *)b)->number;

	return x < y ? -1 : x > y;
}

/* Those from before the file's first head stand in a table of hashes. */
static pl_status take_old(struct pl_recount *r, struct counted *m, const struct pl_recount_cases *cases, struct pl_diag *diag)
{
	/* Pointers are what is sorted. */
	const struct pl_recount_case **old = pl_try_alloc(cases->n_old + 1, sizeof *old); // NOLINT(bugprone-sizeof-expression)
	pl_status st = old ? PL_OK : PL_E_NOMEM;
	size_t n = 0;

	for (size_t i = 0; i < cases->cap_old && !st; i++)
		if (cases->old[i].number)
			old[n++] = &cases->old[i];
	if (!st)
		qsort(old, n, sizeof(const struct pl_recount_case *), by_case);
	for (size_t i = 0; i < n && !st; i++)
		st = take_case(r, m, old[i], diag);
	pl_free(old);
	return st;
}

static pl_status take_cases(struct pl_recount *r, struct counted *m, const struct pl_recount_cases *cases,
	struct pl_diag *diag)
{
	pl_status st = take_old(r, m, cases, diag);

	for (size_t i = 0; i < cases->n_new && !st; i++)
		st = take_case(r, m, &cases->fresh[i], diag);
	if (!r->stated)
		r->cases = m->n;
	return st;
}

/* ---- totals ---- */

static bool is_among(pl_str values, pl_str value)
{
	for (bool more = true; more;) {
		pl_str one = values;

		more = pl_str_take_until(&values, '|', &one);
		if (pl_str_eq(one, value))
			return true;
	}
	return false;
}

static bool meets(const struct pl_register_total *t, const pl_str *values)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct pl_register_condition *c = &t->conditions[i];

		if (!values[c->field].ptr || is_among(c->values, values[c->field]) == c->differs)
			return false;
	}
	return t->field == PL_REGISTER_NONE || values[t->field].ptr;
}

static int by_text(const void *a, const void *b)
{
	return pl_str_cmp(*(const pl_str *)a, *(const pl_str *)b);
}

static int by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static uint64_t distinct(pl_str *texts, size_t n)
{
	uint64_t different = 0;

	qsort(texts, n, sizeof *texts, by_text);
	for (size_t i = 0; i < n; i++)
		different += i == 0 || !pl_str_eq(texts[i], texts[i - 1]);
	return different;
}

static pl_status fold_numbers(const struct pl_register_total *t, uint64_t *v, size_t n, uint64_t *ret, struct pl_diag *diag)
{
	uint64_t sum = 0;

	qsort(v, n, sizeof *v, by_number);
	for (size_t i = 0; i < n; i++)
		if (__builtin_add_overflow(sum, v[i], &sum) || sum > INT64_MAX)
			return pl_diag_set(diag, PL_E_RANGE, "the sum %.*s is too large", PL_STR_ARG(t->name));
	if (t->fold == PL_REGISTER_SUM)
		*ret = sum;
	else if (t->fold == PL_REGISTER_MEDIAN)
		*ret = n ? v[(n - 1) / 2] : 0;
	else if (t->fold == PL_REGISTER_MEAN)
		*ret = n ? sum / n : 0;
	else
		*ret = n ? v[t->fold == PL_REGISTER_MIN ? 0 : n - 1] : 0;
	return PL_OK;
}

/* The total @name as each declaration has it; NULL: not. */
struct everywhere {
	const struct pl_register_total *total[PL_OPENINGS_EARLIER_MAX + 1];
	const struct pl_register_table *table[PL_OPENINGS_EARLIER_MAX + 1];
};

static void find_everywhere(const struct pl_recount *r, pl_str name, struct everywhere *ret)
{
	for (unsigned u = 0; u <= r->n_earlier; u++) {
		ret->total[u] = pl_register_decl_total(pl_recount_decl(r, u), name);
		ret->table[u] = pl_register_decl_table(pl_recount_decl(r, u), name);
	}
}

/* Each case by the total of its own declaration. @texts and @numbers are room for .n of them. */
static pl_status fold(const struct counted *m, const struct pl_recount_said *said, pl_str *texts, uint64_t *numbers,
	uint64_t *ret, struct pl_diag *diag)
{
	const struct pl_register_total *t = said->total;
	struct everywhere e;
	size_t n = 0;

	find_everywhere(m->r, said->total->name, &e);
	for (size_t i = 0; i < m->n; i++) {
		const pl_str *values = values_of(m, i);

		t = e.total[m->under[i]];
		if (!t || !meets(t, values))
			continue;
		if (t->fold == PL_REGISTER_DISTINCT)
			texts[n] = values[t->field];
		else if (t->fold != PL_REGISTER_COUNT)
			numbers[n] = number_of(&pl_recount_decl(m->r, m->under[i])->derived.fields[t->field], values[t->field]);
		n++;
	}
	t = said->total;
	if (t->fold == PL_REGISTER_COUNT || t->fold == PL_REGISTER_DISTINCT) {
		*ret = t->fold == PL_REGISTER_COUNT ? n : distinct(texts, n);
		return PL_OK;
	}
	return fold_numbers(t, numbers, n, ret, diag);
}

/* ---- tables ---- */

static int by_cell(const void *a, const void *b)
{
	const struct pl_recount_cell *x = a, *y = b;
	int row = pl_str_cmp(x->row, y->row);

	return row ? row : pl_str_cmp(x->column, y->column);
}

static pl_status tabulate(struct pl_recount *r, const struct counted *m, pl_str name, struct pl_recount_cell *cells,
	struct pl_recount_table *ret)
{
	struct everywhere e;
	size_t n = 0, all = 0;

	find_everywhere(r, name, &e);
	for (size_t i = 0; i < m->n; i++) {
		const struct pl_register_table *t = e.table[m->under[i]];
		const pl_str *values = values_of(m, i);

		if (!t)
			continue;
		cells[all] = (struct pl_recount_cell){.row = values[t->rows], .count = 1};
		if (t->columns != PL_REGISTER_NONE)
			cells[all].column = values[t->columns];
		all++;
	}
	qsort(cells, all, sizeof *cells, by_cell);
	for (size_t i = 0; i < all; i++) {
		if (n && by_cell(&cells[n - 1], &cells[i]) == 0)
			cells[n - 1].count++;
		else
			cells[n++] = cells[i];
	}
	ret->cells = pl_arena_alloc(&r->arena, n ? n : 1, sizeof *cells);
	if (!ret->cells)
		return PL_E_NOMEM;
	memcpy(ret->cells, cells, n * sizeof *cells);
	ret->n = n;
	return PL_OK;
}

static pl_status count_all(struct pl_recount *r, const struct counted *m, struct pl_diag *diag)
{
	size_t room = m->n ? m->n : 1;
	/* One block serves texts, numbers and cells in turn. */
	struct pl_recount_cell *block = pl_try_alloc(room, sizeof *block);
	pl_status st = block ? PL_OK : PL_E_NOMEM;

	for (size_t i = 0; i < pl_recount_totals_count(r) && !st; i++) {
		struct pl_recount_said said;

		pl_recount_total_at(r, i, &said);
		st = fold(m, &said, (pl_str *)(void *)block, (uint64_t *)(void *)block, pl_recount_value_place(r, i), diag);
	}
	for (size_t i = 0; i < pl_recount_tables_count(r) && !st; i++) {
		struct pl_recount_laid laid;

		pl_recount_table_at(r, i, &laid);
		st = tabulate(r, m, laid.table->name, block, pl_recount_cells_place(r, i));
	}
	pl_free(block);
	return st;
}

/* As many values as the widest declaration has. */
static size_t width_of(const struct pl_recount *r)
{
	size_t width = r->decl->derived.n;

	for (size_t i = 0; i < r->n_earlier; i++)
		if (r->earlier[i].decl->derived.n > width)
			width = r->earlier[i].decl->derived.n;
	return width;
}

pl_status pl_recount_count(struct pl_recount *r, const struct pl_recount_cases *cases, const struct pl_recount_listener *listener,
	struct pl_diag *diag)
{
	struct counted m = {.r = r, .listener = listener, .width = width_of(r)};
	pl_status st;

	if (r->stated) {
		r->drawable = pl_arena_alloc(&r->arena, cases->n_new + cases->n_old + 1, sizeof *r->drawable);
		st = r->drawable ? take_cases(r, &m, cases, diag) : PL_E_TOOBIG;
		if (!st && r->cases > r->n_drawable + r->erased)
			st = pl_diag_set(diag, PL_E_PROOF, "stated are %llu cases, the file has %llu", (unsigned long long)r->cases,
				(unsigned long long)(r->n_drawable + r->erased));
		return st;
	}
	m.values = pl_try_alloc(cases->n_new + cases->n_old + 1, m.width * sizeof *m.values);
	m.under = pl_try_alloc(cases->n_new + cases->n_old + 1, 1);
	st = m.values && m.under ? take_cases(r, &m, cases, diag) : PL_E_NOMEM;
	if (!st)
		st = count_all(r, &m, diag);
	pl_free(m.values);
	pl_free(m.under);
	return st;
}
