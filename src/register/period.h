/* SPDX-License-Identifier: Apache-2.0 */
/* register/period: how people name a period: 2021, 2021-H2, 2021-Q3, 2021-07, or by two days; in UTC. Pure. */
#ifndef PL_REGISTER_PERIOD_H
#define PL_REGISTER_PERIOD_H
#include "base/base.h"

/* [*@ret_from, *@ret_to) in seconds. PL_E_SYNTAX for any other spelling. */
pl_status pl_period_parse(pl_str text, uint64_t *ret_from, uint64_t *ret_to, struct pl_diag *diag);
/* The same, or "2018-01-01/2022-07-01": two days, the later one no longer part of it; what pl_period_write writes. PL_E_SYNTAX, PL_E_RANGE. */
pl_status pl_period_parse_any(pl_str text, uint64_t *ret_from, uint64_t *ret_to, struct pl_diag *diag);
/* "2021-H2" where one of these names fits, else "2021-07-01/2022-01-01"; NUL-terminated. */
#define PL_PERIOD_TEXT 22u
void pl_period_write(uint64_t from, uint64_t to, char out[static PL_PERIOD_TEXT]);

#endif
