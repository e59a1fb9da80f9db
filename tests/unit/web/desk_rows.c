/* SPDX-License-Identifier: Apache-2.0 */
/* Prints the desk's table, a row a line: METHOD PATTERN HOW. For tests/flow/web-desk.sh, which knows who may. */
#include "web/desk.h"
#include <stdio.h>

int main(void)
{
	for (size_t i = 0; i < pl_desk_row_count; i++) {
		const struct pl_desk_row *row = &pl_desk_rows[i];

		(void)printf("%s %s %s%s\n", row->rule.method == PL_HTTP_POST ? "POST" : "GET", row->pattern,
			row->rule.how & PL_DESK_JSON ? "json" : "form", row->rule.how & PL_DESK_FRESH ? ",fresh" : "");
	}
	return 0;
}
