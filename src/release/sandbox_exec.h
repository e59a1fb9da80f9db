/* SPDX-License-Identifier: Apache-2.0 */
/* release/sandbox_exec: from a struct pl_sandbox to a running bubblewrap. Included only within this room. */
#ifndef PL_RELEASE_SANDBOX_EXEC_H
#define PL_RELEASE_SANDBOX_EXEC_H
#include "release/sandbox.h"
#include <sys/types.h>

/* The number under which bubblewrap finds the descriptor it reports on. */
#define PL_SANDBOX_STATUS_FD 3

/* The whole command line of bubblewrap, NULL-terminated, in @arena. PL_E_TOOBIG, PL_E_SYNTAX (environment). */
pl_status pl_sandbox_command(const struct pl_sandbox *box, const char *const *argv, struct pl_arena *arena,
	const char *const **ret);

/* Start it with the limits, umask, processors and user id of @box. The read ends belong to the caller; @ret_pid must be
 * waited for. PL_E_UNSUPPORTED with a hint when bubblewrap is not there. */
pl_status pl_sandbox_exec(const struct pl_sandbox *box, const char *const *command, pid_t *ret_pid, int *ret_out,
	int *ret_status, struct pl_diag *diag);

#endif
