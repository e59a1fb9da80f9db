/* SPDX-License-Identifier: Apache-2.0 */
/* verify/command: `pellucid verify` and `pellucid-verify`, which are the same: read three files, judge, print, exit code. */
#ifndef PL_VERIFY_COMMAND_H
#define PL_VERIFY_COMMAND_H
#include "base/json.h"
#include "verify/verify.h"
#include <stdio.h>

/*
 * What a file shows by itself once a statement that counts names it: a higher room looks. Either @json is not NULL and gets members, or
 * @words get lines. PL_OK; PL_E_NOTFOUND: nothing to show; PL_E_STATE: not from standard input; anything else refuses the file, with
 * words.
 */
typedef pl_status (*pl_verify_look)(const char *path, const struct pl_verify *v, struct pl_json *json, struct pl_buf *words,
	struct pl_diag *diag);

struct pl_verify_command {
	const char *program;   /* for messages: "pellucid verify" */
	const char *file;      /* path, or "-" for standard input */
	const char *bundle;    /* path */
	const char *trust;     /* path */
	const char *statement; /* kind asked for, or NULL */
	const char *all_releases; /* a product's name: are these all of its releases? Then .file, .statement and .look are not used */
	char *const *files;    /* for all_releases: .n_files files, or directories of them, that must belong to one */
	size_t n_files;
	bool json;
	pl_verify_look look; /* NULL: nobody looks */
	struct pl_verify_style style; /* of standard output */
};

/* Answers the exit code: 0 proved, 1 refused, 2 wrong input, 3 could not find out. The second is for .all_releases. */
int pl_verify_command(const struct pl_verify_command *c);
int pl_verify_command_all(const struct pl_verify_command *c);

#endif
