/* SPDX-License-Identifier: Apache-2.0 */
/* cli/cra: what `vuln cra` and `advisory cra` share: the stages, and the facts that a person says. */
#ifndef PL_CLI_CRA_H
#define PL_CLI_CRA_H
#include "cli/cli.h"
#include "register/advisory/cra.h"

#define PL_CLI_CRA_STAGES "early-warning, notification, final; incident-early-warning, incident-notification, incident-final"
/* One option for each of pl_cra_facts. */
#define PL_CLI_CRA_OPTIONS \
	{"states", "CODES", "Member States in which the product was made available, as far as known"}, \
	{"coordinator", "CODE", "the Member State whose CSIRT is coordinator: of the main establishment"}, \
	{"malicious", "yes|no", "incident-early-warning: are unlawful or malicious acts suspected?"}, \
	{"nature", "TEXT", "notifications: the general nature of the vulnerability or incident"}, \
	{"exploit", "TEXT", "notification: the general nature of the exploit"}, \
	{"assessment", "TEXT", "incident-notification: a first assessment"}, \
	{"taken", "TEXT", "notifications: measures that were taken"}, \
	{"users", "TEXT", "notifications: measures that users can take"}, \
	{"sensitivity", "WORD", "notifications: how sensitive it is, a word of TLP"}, \
	{"description", "TEXT", "final reports: what it is"}, \
	{"severity", "TEXT", "final reports: how severe it is, in words (where there is no vector)"}, \
	{"impact", "TEXT", "final reports: what it does"}, \
	{"actor", "TEXT", "final: what is known of who exploits it"}, \
	{"cause", "TEXT", "incident-final: the threat or root cause that is likely"}, \
	{"update", "TEXT", "final: the security update or other measures that are available"}, \
	{"mitigation", "TEXT", "incident-final: measures that were applied and that go on"}

/* Which stage @word names. False: it is none; words are printed, answer *ret_exit. */
bool pl_cli_cra_stage(const struct pl_cli *cli, const char *word, enum pl_cra_stage *ret, int *ret_exit);
/* What the options say; texts live in @arena. Statuses as pl_cra_say. */
pl_status pl_cli_cra_said(const struct pl_cli *cli, enum pl_cra_stage stage, struct pl_arena *arena, struct pl_cra_said ret[static PL_CRA_FACTS],
	struct pl_diag *diag);

#endif
