/* SPDX-License-Identifier: Apache-2.0 */
/* cli/release: what the verbs of `pellucid product` and `pellucid release` share. */
#ifndef PL_CLI_RELEASE_H
#define PL_CLI_RELEASE_H
#include "base/json.h"
#include "base/progress.h"
#include "cli/approvals.h"
#include "release/publish.h"
#include "release/query.h"

#define PL_CLI_SCRATCH {"scratch", "DIR", "where builds and temporary files go (default /var/tmp)"}
#define PL_CLI_WAIT {"wait", "SECONDS", "how long to wait for publication (default 60)"}

/* An opened instance, memory for results, and a progress bar on standard error. */
struct pl_cli_job {
	struct pl_cli *cli;
	struct pl_instance *inst;
	struct pl_arena arena;
	struct pl_release_watch watch;
	struct pl_release_job job;
	struct pl_cli_approvals approvals;     /* of verbs that have the options */
	struct pl_approved approved;
	struct pl_buf payload;                 /* of --payload-only */
	struct pl_progress progress;
	char label[96];
	bool drawing;
};

/* False: the words are printed; answer *ret_exit. */
bool pl_cli_job_open(struct pl_cli_job *j, struct pl_cli *cli, int *ret_exit);
void pl_cli_job_close(struct pl_cli_job *j);
/* The same for verbs with PL_CLI_APPROVAL_OPTIONS: what their options name is handed to the job. */
bool pl_cli_job_open_approved(struct pl_cli_job *j, struct pl_cli *cli, int *ret_exit);
/* Print the payload that the job handed out; answers an exit code. */
int pl_cli_job_payload(const struct pl_cli_job *j);
/* Print the words of a failure; for PL_E_HELD also that nothing is lost. */
int pl_cli_job_fail(struct pl_cli_job *j, pl_status st, const struct pl_diag *diag);

/* Print @o as one line and free it. */
int pl_cli_json_line(const struct pl_cli *cli, struct pl_json *o);
void pl_cli_set_digest(struct pl_json *o, const char *name, const struct pl_digest *d);
void pl_cli_set_stated(struct pl_json *o, const char *name, const struct pl_release_stated *s);
/* "made" or "already there". */
const char *pl_cli_reused(const struct pl_release_stated *s);
/* Read a whole file ("-": standard input) of at most @out's maximum. */
pl_status pl_cli_read_file(const char *path, struct pl_buf *out, struct pl_diag *diag);

/* release_make.c */
int pl_cli_release_snapshot(struct pl_cli *cli);
int pl_cli_release_build(struct pl_cli *cli);
int pl_cli_release_rebuild(struct pl_cli *cli);
int pl_cli_release_publish(struct pl_cli *cli);
/* release_outside.c */
int pl_cli_release_rebuild_files(struct pl_cli *cli);
/* release_take.c */
/* Write @text to --out, or to standard output. */
pl_status pl_cli_release_out(const struct pl_cli *cli, pl_str text, struct pl_diag *diag);
int pl_cli_release_bundle(struct pl_cli *cli);
int pl_cli_release_fetch(struct pl_cli *cli);
/* release_compare.c */
int pl_cli_release_compare(struct pl_cli *cli);
/* One line of words about a comparison, and the same in JSON. */
void pl_cli_print_comparison(const char *name, const struct pl_comparison *c);
void pl_cli_json_comparison(struct pl_json *o, const struct pl_comparison *c);
const char *pl_cli_verdict_words(enum pl_verdict v);
/* 0 for identical, 3 for not attempted, else 1. */
int pl_cli_verdict_exit(enum pl_verdict v);

#endif
