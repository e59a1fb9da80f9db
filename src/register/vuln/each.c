/* SPDX-License-Identifier: Apache-2.0 */
#include "register/vuln/internal.h"

#define CASES_A_TURN 32u

pl_status pl_vuln_each(struct pl_instance *inst, const struct pl_register *r, const struct pl_register_reader *reader, pl_vuln_cases list, pl_vuln_act_on act,
	uint64_t *ret, struct pl_diag *diag)
{
	uint64_t numbers[CASES_A_TURN], after = 0;
	pl_status st, worst = PL_OK;
	size_t n = 0;

	*ret = 0;
	do {
		st = list(inst, r, after, numbers, CASES_A_TURN, &n);
		for (size_t i = 0; i < n && !st; i++) {
			pl_status one = act(inst, r, numbers[i], reader, worst ? NULL : diag);

			if (one == PL_E_BUSY)
				return one;
			worst = worst ? worst : one;
			after = numbers[i];
			*ret += !one;
		}
	} while (!st && n == CASES_A_TURN);
	return st ? st : worst;
}
