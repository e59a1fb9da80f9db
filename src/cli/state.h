/* SPDX-License-Identifier: Apache-2.0 */
/* cli/state: a verb makes one statement, waits until it is published, and says where it stands. */
#ifndef PL_CLI_STATE_H
#define PL_CLI_STATE_H
#include "base/json.h"
#include "cli/approvals.h"

/* Options of every verb that states something. */
#define PL_CLI_STATE_OPTIONS \
	PL_CLI_INSTANCE, PL_CLI_PASSPHRASE, PL_CLI_APPROVAL_OPTIONS, \
		{"wait", "SECONDS", "how long to wait for publication (default 60)"}, PL_CLI_JSON

struct pl_cli_claim {
	const char *type;
	struct pl_subject subject;
	const struct pl_json *predicate;
	const char *stream;
	bool roots; /* signed by the root keys */
};

/* --wait in seconds; on failure the words are printed: return PL_EXIT_USAGE. */
pl_status pl_cli_wait(const struct pl_cli *cli, uint64_t *ret);

/* Do it; answers an exit code. */
int pl_cli_state(struct pl_cli *cli, struct pl_instance *inst, const struct pl_cli_claim *claim);

#endif
