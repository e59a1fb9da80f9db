/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/witnessed.h"
#include "log/policy.h"

void pl_cli_say_witnessed(FILE *out, bool witnessed)
{
	if (!witnessed)
		(void)fprintf(out, "%s%s%s\n", pl_cli_style(out, PL_STYLE_WARN), PL_POLICY_NOT_WITNESSED, pl_cli_style(out, PL_STYLE_PLAIN));
}

void pl_cli_set_witnessed(struct pl_json *o, bool witnessed)
{
	pl_json_set_bool(o, "witnessed", witnessed);
	pl_json_set_bool(o, "quorumNone", !witnessed);
}
