/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cli/approvals: officers' approvals from files, for every verb that states what officers must approve
 * (docs/manual/signing.md): print the payload, carry it to the officers, come back with their approvals.
 */
#ifndef PL_CLI_APPROVALS_H
#define PL_CLI_APPROVALS_H
#include "cli/instance.h"

#define PL_CLI_APPROVAL_OPTIONS \
	{"approvals", "FILE", "officers' approvals, one a line (default: approve with the officers' keys that are here)"}, \
		{"payload-only", NULL, "print what would be signed, for officers elsewhere, and stop"}, \
		{"payload", "FILE", "state these bytes, which --payload-only printed before"}

struct pl_cli_approvals {
	struct pl_approval_sig sig[PL_SIGNING_APPROVALS_MAX];
	size_t n;              /* 0: none were given */
	struct pl_buf payload; /* empty: none was given */
	bool only;             /* --payload-only */
};

/* Read what the options name. PL_E_SYNTAX and PL_E_TOOBIG with file and words; pl_cli_approvals_done in any case. */
pl_status pl_cli_approvals_read(const struct pl_cli *cli, struct pl_cli_approvals *ret, struct pl_diag *diag);
void pl_cli_approvals_done(struct pl_cli_approvals *a);

#endif
