/* SPDX-License-Identifier: Apache-2.0 */
/* verify/command: `pellucid verify` and `pellucid-verify`, which are the same: read three files, judge, print, exit code. */
#ifndef PL_VERIFY_COMMAND_H
#define PL_VERIFY_COMMAND_H
#include "verify/verify.h"
#include <stdio.h>

struct pl_verify_command {
	const char *program;   /* for messages: "pellucid verify" */
	const char *file;      /* path, or "-" for standard input */
	const char *bundle;    /* path */
	const char *trust;     /* path */
	const char *statement; /* kind asked for, or NULL */
	bool json;
	struct pl_verify_style style; /* of standard output */
};

/* Answers the exit code: 0 proved, 1 refused, 2 wrong input, 3 could not find out. */
int pl_verify_command(const struct pl_verify_command *c);

#endif
