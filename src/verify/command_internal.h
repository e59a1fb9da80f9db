/* SPDX-License-Identifier: Apache-2.0 */
/* verify/command_internal: what the two questions of the command share. */
#ifndef PL_VERIFY_COMMAND_INTERNAL_H
#define PL_VERIFY_COMMAND_INTERNAL_H
#include "verify/command.h"

enum { PL_COMMAND_PROVED = 0, PL_COMMAND_REFUSED = 1, PL_COMMAND_WRONG_INPUT = 2, PL_COMMAND_UNKNOWN = 3 };

/* Say on standard error why it came to nothing; answers @code. @diag may be NULL. */
int pl_command_complain(const struct pl_verify_command *c, int code, const char *what, pl_status st, const struct pl_diag *diag);
/* Read trust file and bundle. Answers PL_COMMAND_PROVED, or what to exit with; words are printed then. */
int pl_command_load(const struct pl_verify_command *c, struct pl_policy **ret_policy, struct pl_buf *bundle);
/* SHA-256 of a file; "-": standard input. */
pl_status pl_command_hash(const char *path, struct pl_digest *ret);
/* "Downloads/pellucid-0.1.0" is called pellucid-0.1.0. */
pl_str pl_command_name(const char *path);
/* Print the report; answers @code. */
int pl_command_answer(const struct pl_verify_command *c, const struct pl_buf *out, int code);
/* Print that @name is refused, there being no report; @digest may be NULL. */
int pl_command_refuse(const struct pl_verify_command *c, pl_str name, const struct pl_digest *digest, pl_status st,
	const struct pl_diag *diag);

#endif
