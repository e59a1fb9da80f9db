/* SPDX-License-Identifier: Apache-2.0 */
#include "register/editions.h"

/* Numbers are given without a gap, so that no honest file has more than leaves. */
#define NUMBERS_MAX ((uint64_t)1 << 32)

struct comparing {
	uint64_t highest;
	uint8_t *sealed; /* one bit a number */
	struct pl_editions *to;
};

static pl_status take_row(struct comparing *c, pl_str line, struct pl_diag *diag)
{
	struct pl_row row;
	uint8_t bit;

	if (!pl_str_starts(line, PL_STR("row ")))
		return PL_OK;
	if (pl_row_read(line, &row) || row.number > c->highest)
		return pl_diag_set(diag, PL_E_SYNTAX, "the edition before holds a row that cannot be read");
	bit = (uint8_t)(1u << (row.number & 7));
	if (row.kind == PL_ROW_SEALED)
		c->sealed[row.number >> 3] |= bit;
	else
		c->sealed[row.number >> 3] &= (uint8_t)~bit;
	return PL_OK;
}

static pl_status read_before(struct comparing *c, pl_bytes file, struct pl_diag *diag)
{
	pl_str rest = pl_bytes_str(file), line;
	struct pl_openings_head head;
	pl_status st = pl_openings_head_take(&rest, &head, diag);

	if (!st && head.last.highest >= NUMBERS_MAX)
		st = pl_diag_set(diag, PL_E_TOOBIG, "the edition before knows more numbers than can be compared");
	if (st)
		return st;
	c->highest = head.last.highest;
	c->sealed = pl_try_alloc((size_t)(c->highest >> 3) + 1, 1);
	if (!c->sealed)
		return PL_E_NOMEM;
	while (!st && pl_str_take_line(&rest, &line))
		st = take_row(c, line, diag);
	return st;
}

static pl_status each(void *ctx, const struct pl_recount *r, uint64_t number, uint32_t revision, unsigned under,
	const pl_str *values)
{
	struct comparing *c = ctx;

	(void)r;
	(void)under;
	(void)revision;
	(void)values;
	if (number > c->highest)
		c->to->later++;
	else if (c->sealed[number >> 3] & 1u << (number & 7))
		c->to->lifted++;
	return PL_OK;
}

pl_status pl_editions_compare(pl_bytes before, pl_bytes after, struct pl_editions *ret, struct pl_diag *diag)
{
	struct pl_editions found = {0};
	struct comparing c = {.to = &found};
	pl_status st = read_before(&c, before, diag);

	if (!st)
		st = pl_recount_cases(after, 0, each, &c, &found.counted, diag);
	pl_free(c.sealed);
	if (!st)
		*ret = found;
	return st;
}

pl_status pl_editions_sealed(pl_bytes file, uint64_t number, bool *ret, struct pl_diag *diag)
{
	pl_str rest = pl_bytes_str(file), line;
	struct pl_openings_head head;
	bool sealed = false;
	pl_status st = pl_openings_head_take(&rest, &head, diag);

	while (!st && pl_str_take_line(&rest, &line)) {
		struct pl_row row;

		if (!pl_str_starts(line, PL_STR("row ")))
			continue;
		if (pl_row_read(line, &row))
			return pl_diag_set(diag, PL_E_SYNTAX, "the file holds a row that cannot be read");
		if (row.number == number)
			sealed = row.kind == PL_ROW_SEALED;
	}
	if (!st)
		*ret = sealed;
	return st;
}
