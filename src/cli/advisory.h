/* SPDX-License-Identifier: Apache-2.0 */
/* cli/advisory: what the verbs of `pellucid advisory` share. */
#ifndef PL_CLI_ADVISORY_H
#define PL_CLI_ADVISORY_H
#include "base/json.h"
#include "cli/cli.h"
#include "register/advisory/draft.h"
#include "register/advisory/findings.h"

/* A draft that was read, and the memory behind it. */
struct pl_cli_draft {
	struct pl_arena arena;
	struct pl_advisory advisory;
};
/* Read the draft that the command names first. False: the words are printed; answer *ret_exit. pl_cli_draft_done in
 * any case. */
bool pl_cli_draft_read(const struct pl_cli *cli, struct pl_cli_draft *ret, int *ret_exit);
void pl_cli_draft_done(struct pl_cli_draft *d);

/* Which vulnerability is meant: the one that --cve names, or the only one. */
bool pl_cli_draft_vulnerability(const struct pl_cli *cli, const struct pl_advisory *a, size_t *ret);

/* One line for each finding. */
void pl_cli_findings_print(FILE *out, const struct pl_findings *f);

/* advisory_publish.c: those that state something */
int pl_cli_advisory_publish(struct pl_cli *cli);
int pl_cli_advisory_provider(struct pl_cli *cli);
/* advisory_cra.c */
int pl_cli_advisory_cra(struct pl_cli *cli);
/* advisory_read.c: what was published */
int pl_cli_advisory_list(struct pl_cli *cli);
int pl_cli_advisory_show(struct pl_cli *cli);
int pl_cli_advisory_export(struct pl_cli *cli);

#endif
