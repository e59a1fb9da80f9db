/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"
#include "base/time.h"
#include "cli/release.h"
#include <fcntl.h>
#include <unistd.h>

#define RESULTS_MAX ((size_t)32 << 20)

static const char *optional(const struct pl_cli *cli, const char *name)
{
	for (const struct pl_cli_option *o = cli->verb->options; o && o->name; o++)
		if (strcmp(o->name, name) == 0)
			return pl_cli_get(cli, name);
	return NULL;
}

static void tell(void *ctx, const char *what, uint64_t done, uint64_t total)
{
	struct pl_cli_job *j = ctx;

	if (!j->drawing || strcmp(j->label, what) != 0) {
		if (j->drawing)
			pl_progress_end(&j->progress);
		(void)snprintf(j->label, sizeof j->label, "%s", what);
		pl_progress_begin(&j->progress, j->label, total,
			strcmp(what, "reading the commit") ? PL_PROGRESS_COUNT : PL_PROGRESS_BYTES);
		j->drawing = true;
	}
	pl_progress_set(&j->progress, done);
}

static void stop_drawing(struct pl_cli_job *j)
{
	if (j->drawing)
		pl_progress_end(&j->progress);
	j->drawing = false;
}

bool pl_cli_job_open(struct pl_cli_job *j, struct pl_cli *cli, int *ret_exit)
{
	uint64_t wait = 60;

	*j = (struct pl_cli_job){.cli = cli, .arena = PL_ARENA(RESULTS_MAX), .payload = PL_BUF(PL_STATEMENT_PAYLOAD_MAX)};
	if (optional(cli, "wait") && pl_cli_get_u64(cli, "wait", 60, 1, 86400, &wait) != PL_OK) {
		*ret_exit = PL_EXIT_USAGE;
		return false;
	}
	if (!pl_cli_instance_open(cli, &j->inst, ret_exit))
		return false;
	if (optional(cli, "json"))
		pl_progress_quiet(true);
	j->watch = (struct pl_release_watch){.tell = tell, .ctx = j};
	j->job = (struct pl_release_job){.inst = j->inst, .arena = &j->arena, .watch = &j->watch,
		.scratch = optional(cli, "scratch"), .wait_ns = wait * PL_SECOND};
	return true;
}

bool pl_cli_job_open_approved(struct pl_cli_job *j, struct pl_cli *cli, int *ret_exit)
{
	struct pl_diag diag = {0};
	pl_status st;

	if (!pl_cli_job_open(j, cli, ret_exit))
		return false;
	st = pl_cli_approvals_read(cli, &j->approvals, &diag);
	if (st != PL_OK) {
		*ret_exit = pl_cli_job_fail(j, st, &diag);
		pl_cli_job_close(j);
		return false;
	}
	j->approved = (struct pl_approved){.only = j->approvals.only ? &j->payload : NULL,
		.payload = pl_buf_bytes(&j->approvals.payload), .approvals = j->approvals.sig, .n = j->approvals.n};
	j->job.approved = &j->approved;
	return true;
}

int pl_cli_job_payload(const struct pl_cli_job *j)
{
	return pl_cli_out(pl_buf_str(&j->payload)) == PL_OK ? PL_EXIT_OK : PL_EXIT_UNKNOWN;
}

void pl_cli_job_close(struct pl_cli_job *j)
{
	stop_drawing(j);
	pl_cli_approvals_done(&j->approvals);
	pl_buf_done(&j->payload);
	pl_instance_close(j->inst);
	pl_arena_done(&j->arena);
}

int pl_cli_job_fail(struct pl_cli_job *j, pl_status st, const struct pl_diag *diag)
{
	int code;

	stop_drawing(j);
	code = pl_cli_fail(j->cli, st, diag);
	if (st == PL_E_HELD)
		(void)fprintf(stderr, "  What was stated is stored and will be published; the same command again goes on from here.\n");
	return code;
}

int pl_cli_json_line(const struct pl_cli *cli, struct pl_json *o)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF((size_t)16 << 20);
	pl_status st = pl_json_write(o, &text);

	pl_json_free(o);
	pl_buf_put_c(&text, '\n');
	if (st == PL_OK)
		st = pl_buf_status(&text);
	if (st == PL_OK)
		st = pl_cli_out(pl_buf_str(&text));
	return st == PL_OK ? PL_EXIT_OK : pl_cli_fail(cli, st, NULL);
}

void pl_cli_set_digest(struct pl_json *o, const char *name, const struct pl_digest *d)
{
	char text[PL_DIGEST_TEXT + 1];

	pl_digest_text(d, text);
	pl_json_set_z(o, name, text);
}

void pl_cli_set_stated(struct pl_json *o, const char *name, const struct pl_release_stated *s)
{
	struct pl_json *inner = pl_json_set_object(o, name);

	pl_cli_set_digest(inner, "statement", &s->pae);
	pl_cli_set_digest(inner, "entry", &s->entry);
	pl_json_set_bool(inner, "reused", s->reused);
}

const char *pl_cli_reused(const struct pl_release_stated *s)
{
	return s->reused ? "already there" : "stated";
}

pl_status pl_cli_read_file(const char *path, struct pl_buf *out, struct pl_diag *diag)
{
	pl_status st = strcmp(path, "-") == 0 ? pl_file_read_fd(STDIN_FILENO, out) : pl_file_read(AT_FDCWD, path, out);

	return st == PL_OK ? PL_OK : pl_diag_set(diag, st, "cannot read \"%s\"", path);
}
