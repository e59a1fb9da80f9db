/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `pellucid log append DIR --lines`: many entries in flight, indices printed in the order of the lines.
 *
 * Standard output has exactly one line per line of input: the index, "held" for an entry that is stored and not yet
 * published, or "-" for one that was not stored (why stands on standard error).
 */
#include "base/file.h"
#include "base/time.h"
#include "cli/log.h"
#include <errno.h>
#include <stdatomic.h>
#include <unistd.h>

#define CHUNK ((size_t)256 * 1024)
#define SETTLE (15 * PL_SECOND)

struct appending {
	struct pl_cli_log log;
	struct pl_buf out;      /* the answering thread's */
	uint64_t line;          /* lines answered */
	uint64_t held, failed, first_failed;
	pl_status first_error;
	_Atomic bool broken;    /* nobody reads our output any more */
};

static void done(void *ctx, void *tag, const struct pl_log_answer *answer)
{
	struct appending *a = ctx;

	(void)tag;
	a->line++;
	if (answer->status == PL_OK) {
		pl_buf_put_u64(&a->out, answer->index);
		pl_buf_put_c(&a->out, '\n');
	} else if (answer->status == PL_E_HELD) {
		a->held++;
		pl_buf_put_z(&a->out, "held\n");
	} else {
		if (a->failed++ == 0) {
			a->first_failed = a->line;
			a->first_error = answer->status;
		}
		pl_buf_put_z(&a->out, "-\n");
	}
}

static void done_group(void *ctx)
{
	struct appending *a = ctx;

	/* After a failed write nothing more is printed: the lines that follow would seem to answer earlier ones. */
	if (a->out.len && !atomic_load(&a->broken) && pl_file_write(STDOUT_FILENO, a->out.ptr, a->out.len))
		atomic_store(&a->broken, true);
	pl_buf_clear(&a->out);
}

/* The whole lines at the front of @in; what is left stays there. */
static pl_status submit_lines(struct appending *a, struct pl_buf *in, uint64_t *line, struct pl_diag *diag)
{
	pl_str rest = pl_buf_str(in), one;
	pl_status st = PL_OK;

	while (!st && pl_str_take_line(&rest, &one)) {
		++*line;
		st = pl_log_writer_add_patient(a->log.writer, pl_str_bytes(one), NULL);
		if (st == PL_E_TOOBIG)
			break;
	}
	if (st == PL_E_TOOBIG || (!st && rest.len > PL_TILE_ENTRY_MAX)) {
		*line += !st;
		pl_diag_hint(diag, "the lines before it are appended; shorten this one and append it and what follows");
		return pl_diag_set(diag, PL_E_TOOBIG, "line %llu is too long: an entry has at most %u bytes",
			(unsigned long long)*line, PL_TILE_ENTRY_MAX);
	}
	pl_buf_drop_front(in, in->len - rest.len);
	return st;
}

static pl_status read_lines(struct appending *a, struct pl_diag *diag)
{
	struct pl_buf in PL_CLEANUP(pl_buf_done) = PL_BUF(CHUNK + PL_TILE_ENTRY_MAX + 1);
	uint64_t line = 0;
	pl_status st = PL_OK;

	while (!st && !atomic_load(&a->broken)) {
		uint8_t *p = pl_buf_reserve(&in, in.max - in.len);
		ssize_t n = p ? read(STDIN_FILENO, p, in.max - in.len) : -1;

		if (!p)
			return pl_buf_status(&in);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return pl_diag_set(diag, PL_E_IO, "standard input cannot be read");
		if (n == 0)
			break;
		pl_buf_commit(&in, (size_t)n);
		st = submit_lines(a, &in, &line, diag);
	}
	if (!st && in.len) { /* a last line without its line feed */
		pl_buf_put_c(&in, '\n');
		st = submit_lines(a, &in, &line, diag);
	}
	return st;
}

static void say_what_happened(const struct appending *a, const struct pl_log_status *s)
{
	struct pl_buf words PL_CLEANUP(pl_buf_done) = PL_BUF(2048);

	if (a->held) {
		struct pl_log_status why = *s;

		why.stored_held = 0; /* ours are counted here */
		pl_log_status_words(&why, &words);
		(void)fprintf(stderr, "%llu %s stored and not yet published; the log is %.*s.\n", (unsigned long long)a->held,
			a->held == 1 ? "entry is" : "entries are", PL_STR_ARG(pl_buf_str(&words)));
	}
	if (a->failed)
		(void)fprintf(stderr, "%llu lines were not appended, the first is line %llu: %s\n", (unsigned long long)a->failed,
			(unsigned long long)a->first_failed, pl_status_text(a->first_error));
	if (a->failed && a->first_error == PL_E_CORRUPT)
		(void)fprintf(stderr, "What to do: pellucid log fsck DIR names what is damaged, pellucid log repair DIR makes it again.\n");
}

int pl_cli_log_append(struct pl_cli *cli)
{
	struct appending a = {.out = PL_BUF((size_t)4 * 1024 * 1024)};
	struct pl_log_writer_options o = {.done = done, .done_group = done_group, .done_ctx = &a};
	struct pl_log_status status;
	struct pl_diag diag = {0};
	pl_status st, closed;

	if (!pl_cli_has(cli, "lines"))
		return pl_cli_usage(cli, "say what to append: --lines");
	st = pl_cli_log_open(cli, &o, &a.log, &diag);
	if (st)
		return pl_cli_fail(cli, st, &diag);
	(void)pl_log_writer_settle(a.log.writer, SETTLE);
	st = read_lines(&a, &diag);
	(void)pl_log_writer_drain(a.log.writer, UINT64_MAX / 2);
	pl_log_writer_status(a.log.writer, &status);
	closed = pl_cli_log_close(&a.log);
	say_what_happened(&a, &status);
	pl_buf_done(&a.out);
	if (st && st != PL_E_CONFLICT && st != PL_E_STATE)
		return pl_cli_fail(cli, st, &diag);
	if (status.mode == PL_LOG_LOST)
		return pl_cli_fail(cli, pl_diag_set(&diag, PL_E_CONFLICT, "another writer has taken over this log"), &diag);
	if (atomic_load(&a.broken))
		(void)fprintf(stderr, "Standard output could not be written; append the same lines again to get their indices.\n");
	if (!st && closed && !a.held && !a.failed)
		(void)fprintf(stderr, "The entries are durable, but their checkpoint is not published yet: %s\n",
			pl_status_text(closed));
	return st || a.held || a.failed || atomic_load(&a.broken) || (closed && closed != PL_E_HELD) ? PL_EXIT_UNKNOWN :
												       PL_EXIT_OK;
}
