/* SPDX-License-Identifier: Apache-2.0 */
/* cli/vuln: what the verbs of `pellucid vuln` and `pellucid bounty` share. */
#ifndef PL_CLI_VULN_H
#define PL_CLI_VULN_H
#include "cli/account.h"
#include "register/vuln/draft.h"

#define PL_CLI_VULN_REGISTER {"register", "NAME", "the register (default: vulnerabilities)"}
#define PL_CLI_VULN_AT {"at", "TIME", "when it happened, like 2026-11-28T10:00:00Z (default: now)"}
#define PL_CLI_VULN_SESSION {"session", "FILE", "who acts: the file that account login wrote (default: the terminal)"}

/* One case, opened by whoever is logged in or, without --session, by the terminal. */
struct pl_cli_vuln {
	struct pl_cli_people a;
	struct pl_register *r;
	struct pl_vuln *c;
	uint64_t number;
	struct pl_vuln_act act;
	struct pl_diag diag;
};

/* Open instance and register; the case whose number is the first argument, too, if @with_case. @must_login: there must be somebody.
 * False: the words are printed, answer *ret_exit. Close in any case. */
bool pl_cli_vuln_open(struct pl_cli_vuln *o, struct pl_cli *cli, bool with_case, bool must_login, int *ret_exit);
void pl_cli_vuln_close(struct pl_cli_vuln *o);
/* Print the words of a failure, close, and answer the exit code. */
int pl_cli_vuln_fail(struct pl_cli_vuln *o, pl_status st);
/* May whoever is logged in do what belongs to one of @roles? PL_E_DENIED with words. */
pl_status pl_cli_vuln_allowed(struct pl_cli_vuln *o, unsigned roles);
/* Give a voice to a decision of the kind @kind, whose bytes are printed. Answers an exit code. */
int pl_cli_vuln_approve(struct pl_cli *cli, const char *kind);
/* Say which decision was proposed, and how it goes on. */
int pl_cli_vuln_proposed(const struct pl_cli *cli, const struct pl_ulid *decision, const char *again);

/* vuln_show.c, vuln_release.c */
int pl_cli_vuln_show(struct pl_cli *cli);
int pl_cli_vuln_states_list(struct pl_cli *cli);
int pl_cli_vuln_release(struct pl_cli *cli);
/* vuln_draft.c */
int pl_cli_vuln_draft(struct pl_cli *cli);
/* Who publishes advisories, in @arena. PL_E_STATE with words: nobody was stated. */
pl_status pl_cli_vuln_publisher(struct pl_cli_vuln *o, struct pl_arena *arena, struct pl_vuln_publisher *ret);
/* vuln_cra.c */
int pl_cli_vuln_cra(struct pl_cli *cli);
int pl_cli_vuln_notices(struct pl_cli *cli);
int pl_cli_vuln_release_approve(struct pl_cli *cli);

#endif
