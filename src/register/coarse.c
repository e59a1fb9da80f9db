/* SPDX-License-Identifier: Apache-2.0 */
/* Generalising: month, half-year, year, range, group. */
#include "base/time.h"
#include "register/declaration_internal.h"

#define DAY UINT64_C(86400)

/* Take the part before the next comma, or all. */
static pl_str take_part(pl_str *s)
{
	pl_str one = *s;

	if (!pl_str_take_until(s, ',', &one))
		*s = (pl_str){0};
	return one;
}

static pl_status check_range(pl_str bounds, struct pl_diag *diag)
{
	uint64_t last = 0, v;

	for (bool first = true; bounds.len || first; first = false) {
		if (pl_str_to_u64(take_part(&bounds), INT64_MAX, &v) || (first && v != 0) || (!first && v <= last))
			return pl_diag_set(diag, PL_E_SYNTAX, "expected the bounds of a range, ascending from 0: \"0,1,10,100\"");
		last = v;
	}
	return PL_OK;
}

/* "exact:group" */
static bool take_pair(pl_str *map, pl_str *exact, pl_str *group)
{
	pl_str pair = take_part(map);

	if (!pl_str_take_until(&pair, ':', exact))
		return false;
	*group = pair;
	return pl_register_name_ok(*exact, 64) && pl_register_name_ok(*group, 64);
}

static pl_status check_map(pl_str map, struct pl_diag *diag)
{
	for (bool first = true; map.len || first; first = false) {
		pl_str exact, group;

		if (!take_pair(&map, &exact, &group))
			return pl_diag_set(diag, PL_E_SYNTAX, "expected names with their groups: \"ch:europe,us:america\"");
	}
	return PL_OK;
}

pl_status pl_register_bounds_check(const struct pl_register_field *f, struct pl_diag *diag)
{
	if (f->bounds.len && f->bounds.ptr[f->bounds.len - 1] == ',')
		return pl_diag_set(diag, PL_E_SYNTAX, "a list ends without a comma");
	if (f->rule == PL_REGISTER_RULE_RANGE)
		return check_range(f->bounds, diag);
	return f->rule == PL_REGISTER_RULE_MAP ? check_map(f->bounds, diag) : PL_OK;
}

/* Does a pair before @until have the group @name? */
static bool group_before(pl_str map, const char *until, pl_str name)
{
	pl_str exact, group;

	while (map.len && map.ptr < until && take_pair(&map, &exact, &group))
		if (group.ptr < until && pl_str_eq(group, name))
			return true;
	return false;
}

void pl_register_map_put(pl_str map, bool groups, struct pl_buf *out)
{
	const pl_str whole = map;
	bool some = false;
	pl_str exact, group;

	while (map.len && take_pair(&map, &exact, &group)) {
		if (groups && group_before(whole, exact.ptr, group))
			continue;
		if (some)
			pl_buf_put_c(out, ',');
		pl_buf_put_str(out, groups ? group : exact);
		some = true;
	}
}

/* ---- values ---- */

static uint64_t start_of(enum pl_register_rule rule, uint64_t seconds)
{
	unsigned y, m, d;

	pl_time_civil(seconds / DAY, &y, &m, &d);
	if (rule == PL_REGISTER_RULE_YEAR)
		m = 1;
	if (rule == PL_REGISTER_RULE_HALF_YEAR)
		m = m < 7 ? 1 : 7;
	return pl_time_days(y, m, 1) * DAY;
}

static uint64_t end_of(enum pl_register_rule rule, uint64_t start)
{
	unsigned y, m, d, months = rule == PL_REGISTER_RULE_YEAR ? 12 : rule == PL_REGISTER_RULE_HALF_YEAR ? 6 : 1;

	pl_time_civil(start / DAY, &y, &m, &d);
	m += months;
	return pl_time_days(y + (m > 12), m > 12 ? m - 12 : m, 1) * DAY;
}

static pl_status largest_bound(pl_str bounds, uint64_t value, uint64_t *ret)
{
	uint64_t v = 0, best = 0;

	while (bounds.len) {
		if (pl_str_to_u64(take_part(&bounds), INT64_MAX, &v))
			return PL_E_INTERNAL; /* checked when it was read */
		if (v > value)
			break;
		best = v;
	}
	*ret = best;
	return PL_OK;
}

static pl_status group_of(pl_str map, pl_str name, struct pl_buf *out)
{
	pl_str exact, group;

	while (map.len && take_pair(&map, &exact, &group)) {
		if (!pl_str_eq(exact, name))
			continue;
		pl_buf_put_str(out, group);
		return pl_buf_status(out);
	}
	return PL_E_RANGE;
}

pl_status pl_register_coarsen(const struct pl_register_field *f, pl_bytes exact, struct pl_buf *out)
{
	uint64_t v = 0;
	pl_status st = PL_OK;

	if (f->rule == PL_REGISTER_RULE_MAP)
		return group_of(f->bounds, pl_bytes_str(exact), out);
	if (exact.len != 8)
		return PL_E_RANGE;
	v = pl_be64(exact.ptr);
	if (f->rule == PL_REGISTER_RULE_RANGE)
		st = largest_bound(f->bounds, v, &v);
	else
		v = start_of(f->rule, v);
	if (st)
		return st;
	pl_buf_put_be64(out, v);
	return pl_buf_status(out);
}

size_t pl_register_received(const struct pl_register_decl *d)
{
	return d->fields[0].coarse == PL_REGISTER_NONE ? d->fields[0].exact : d->fields[0].coarse;
}

void pl_register_received_span(const struct pl_register_decl *d, uint64_t received, uint64_t *from, uint64_t *to)
{
	*from = received;
	*to = d->fields[0].class == PL_REGISTER_GENERALISED ? end_of(d->fields[0].rule, received) : received + 1;
}
