/* SPDX-License-Identifier: Apache-2.0 */
#include "register/vuln/range.h"

pl_status pl_award_range_find(const struct pl_register_decl *d, uint64_t amount, struct pl_award_range *ret, struct pl_diag *diag)
{
	const struct pl_register_field *f = pl_register_decl_field(d, PL_STR("amount"));
	uint64_t low = 0, bound;
	bool more = true;
	pl_str bounds, one;

	if (!f || f->class != PL_REGISTER_GENERALISED || f->rule != PL_REGISTER_RULE_RANGE)
		return pl_diag_set(diag, PL_E_STATE, "the register %.*s declares no amount as a range", PL_STR_ARG(d->name));
	for (bounds = f->bounds; more; low = bound) {
		one = bounds;
		more = pl_str_take_until(&bounds, ',', &one);
		if (pl_str_to_u64(one, UINT64_MAX, &bound))
			return PL_E_INTERNAL; /* the declaration was read */
		if (amount < bound) {
			*ret = (struct pl_award_range){low, bound - 1};
			return PL_OK;
		}
	}
	return pl_diag_set(diag, PL_E_RANGE, "the register says nothing of amounts from %llu on", (unsigned long long)low);
}
