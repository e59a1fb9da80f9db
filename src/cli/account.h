/* SPDX-License-Identifier: Apache-2.0 */
/* cli/account: what the verbs of `pellucid account` share. */
#ifndef PL_CLI_ACCOUNT_H
#define PL_CLI_ACCOUNT_H
#include "base/json.h"
#include "cli/instance.h"
#include "people/account.h"
#include "people/session.h"

#define PL_CLI_SESSION {"session", "FILE", "who acts: the file that account login wrote (default: $PELLUCID_SESSION)"}
#define PL_CLI_SESSION_NEW {"session", "FILE", "where the session is kept (default: $PELLUCID_SESSION)"}

/* An opened instance with its people, and who acts. */
struct pl_cli_people {
	struct pl_cli *cli;
	struct pl_instance *inst;
	struct pl_people *people;
	struct pl_session session;
	struct pl_people_actor actor;
};

/* Open them; @make: the secret file may be made. False: the words are printed, answer *ret_exit. Close in any case. */
bool pl_cli_people_open(struct pl_cli_people *a, struct pl_cli *cli, bool make, int *ret_exit);
/* The same as whoever is logged in: @a->session and @a->actor. @dangerous: the login must be fresh. */
bool pl_cli_people_open_as(struct pl_cli_people *a, struct pl_cli *cli, bool dangerous, int *ret_exit);
void pl_cli_people_close(struct pl_cli_people *a);

/* The name of --session or $PELLUCID_SESSION; NULL (words printed) if there is none. */
const char *pl_cli_session_file(const struct pl_cli *cli);
/* Ask for one line: on a terminal with @prompt and without echo, otherwise the next line of standard input. */
pl_status pl_cli_ask(const char *prompt, struct pl_buf *ret, struct pl_diag *diag);
/* Append the name of @id, "-" for nobody; a name that cannot be read as its identifier. */
void pl_cli_account_name(struct pl_cli_people *a, const struct pl_ulid *id, struct pl_buf *out);
void pl_cli_set_ulid(struct pl_json *o, const char *key, const struct pl_ulid *u);
void pl_cli_set_time(struct pl_json *o, const char *key, uint64_t t);
int pl_cli_print_json(const struct pl_cli *cli, const struct pl_json *o);

/* account_login.c */
int pl_cli_account_login(struct pl_cli *cli);
int pl_cli_account_logout(struct pl_cli *cli);
int pl_cli_account_password(struct pl_cli *cli);
/* account_show.c */
int pl_cli_account_list(struct pl_cli *cli);
int pl_cli_account_show(struct pl_cli *cli);
int pl_cli_account_sessions(struct pl_cli *cli);
int pl_cli_account_events(struct pl_cli *cli);
int pl_cli_account_decisions(struct pl_cli *cli);

#endif
