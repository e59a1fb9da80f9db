/* SPDX-License-Identifier: Apache-2.0 */
/* cli/body: taking a body out of an instance. */
#ifndef PL_CLI_BODY_H
#define PL_CLI_BODY_H
#include "cli/instance.h"
#include <sys/types.h>

/* Write the body @digest to @path ("-": standard output) with @mode, under a temporary name first: a transfer that breaks off,
 * or bytes that do not match their digest, leave no file. PL_E_NOTFOUND with words: withheld or lost. */
pl_status pl_cli_body_save(struct pl_instance *inst, const struct pl_digest *digest, const char *path, mode_t mode,
	struct pl_diag *diag);

#endif
