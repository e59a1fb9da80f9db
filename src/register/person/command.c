/* SPDX-License-Identifier: Apache-2.0 */
#include "register/person/command.h"
#include "base/child.h"
#include "base/file.h"
#include "base/time.h"
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <unistd.h>

struct asking {
	struct pl_command_store *store;
	const char *act;
	const struct pl_person *who;
	const struct pl_holdings_correction *correction;
	const struct pl_holdings_objection *objection;
	struct pl_command_answer answer;
	struct pl_buf in, line;
	uint64_t until; /* monotonic */
	unsigned lines;
	struct pl_diag *diag;
};

static pl_status put_question(struct asking *a)
{
	struct pl_json *q PL_CLEANUP(pl_json_done) = pl_json_new_object(), *list, *o;
	pl_status st;

	pl_json_set_z(q, "act", a->act);
	list = pl_json_set_array(q, "identities");
	for (size_t i = 0; i < a->who->n; i++) {
		o = pl_json_push_object(list);
		pl_json_set_z(o, "type", pl_person_id_word(a->who->id[i].type));
		pl_json_set_str(o, "value", a->who->id[i].value);
	}
	if (a->correction) {
		o = pl_json_set_object(q, "correction");
		pl_json_set_str(o, "table", a->correction->table);
		pl_json_set_str(o, "row", a->correction->row);
		pl_json_set_str(o, "column", a->correction->column);
		pl_json_set_str(o, "value", a->correction->value);
	}
	if (a->objection) {
		o = pl_json_set_object(q, "objection");
		pl_json_set_str(o, "purpose", a->objection->purpose);
		pl_json_set_bool(o, "ends", a->objection->ends);
	}
	st = pl_json_write(q, &a->in);
	pl_buf_put_c(&a->in, '\n');
	return st ? st : pl_buf_status(&a->in);
}

/* ---- reading the answer as it comes ---- */

static pl_status take_lines(struct asking *a)
{
	pl_status st = PL_OK;
	size_t used = 0;

	while (!st) {
		pl_str rest = pl_str_sub(pl_buf_str(&a->line), used, a->line.len), line;

		if (!pl_str_take_line(&rest, &line))
			break;
		used += line.len + 1;
		a->lines++;
		st = pl_command_line(&a->answer, line, a->diag);
	}
	if (st)
		pl_diag_context(a->diag, "line %u of its answer", a->lines);
	pl_buf_drop_front(&a->line, used);
	return st;
}

static pl_status take_piece(struct asking *a, int fd, bool *ret_more)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	uint64_t now = pl_time_monotonic();
	uint8_t *room;
	ssize_t n;

	if (now >= a->until)
		return pl_diag_set(a->diag, PL_E_TIMEOUT, "it gave no whole answer in %u seconds", PL_COMMAND_SECONDS);
	if (poll(&p, 1, 1000) <= 0)
		return PL_OK;
	room = pl_buf_reserve(&a->line, 65536);
	if (!room)
		return pl_diag_set(a->diag, PL_E_TOOBIG, "line %u of its answer is longer than %zu bytes", a->lines + 1, PL_COMMAND_LINE_MAX);
	n = read(fd, room, 65536);
	if (n < 0)
		return errno == EINTR || errno == EAGAIN ? PL_OK : PL_E_IO;
	*ret_more = n > 0;
	pl_buf_commit(&a->line, (size_t)n);
	return take_lines(a);
}

/* The question goes in through a file in memory, so that nobody waits for the other one. */
static pl_status question_fd(const struct asking *a, int *ret)
{
	int fd = memfd_create("question", MFD_CLOEXEC);
	pl_status st;

	if (fd < 0)
		return PL_E_IO;
	st = pl_file_pwrite(fd, a->in.ptr, a->in.len, 0);
	if (st) {
		(void)close(fd);
		return st;
	}
	*ret = fd;
	return PL_OK;
}

static pl_status conclude(struct asking *a, pid_t pid, pl_status st)
{
	struct pl_child_result result = {0};
	pl_status ended = st ? PL_E_BUSY : pl_child_wait(pid, 10 * PL_SECOND, &result);

	if (ended == PL_E_BUSY)
		pl_child_end(pid, PL_SECOND);
	if (st)
		return st;
	if (ended || result.code || !a->answer.ended)
		return pl_diag_set(a->diag, PL_E_STATE, "it ended with code %d and %s its last line", result.code,
			a->answer.ended ? "with" : "without");
	return PL_OK;
}

static pl_status run(struct asking *a, int question)
{
	int ends[2], from PL_CLEANUP(pl_file_close) = -1;
	char path[4096];
	const char *argv[] = {path, NULL};
	struct pl_child_spec spec = {.argv = argv, .stdin_fd = question, .err_inherit = true};
	bool more = true;
	pid_t pid;
	pl_status st = pl_str_z(a->store->path, path, sizeof path);

	if (st)
		return st;
	if (pipe2(ends, O_CLOEXEC))
		return PL_E_IO;
	from = ends[0];
	spec.out_fd = ends[1];
	st = pl_child_start(&spec, &pid, a->diag);
	(void)close(ends[1]);
	if (st)
		return st;
	while (more && !st)
		st = take_piece(a, from, &more);
	if (!st && a->line.len)
		st = pl_diag_set(a->diag, PL_E_SYNTAX, "its answer ends in the middle of a line");
	return conclude(a, pid, st);
}

static pl_status ask(struct asking *a)
{
	struct pl_holding_table *table = PL_NEW(struct pl_holding_table);
	int question PL_CLEANUP(pl_file_close) = -1;
	pl_status st;

	a->until = pl_time_monotonic() + PL_COMMAND_SECONDS * PL_SECOND;
	a->answer.store = a->store;
	a->answer.table = table;
	pl_buf_init(&a->answer.names, (PL_HOLDINGS_COLUMNS_MAX + 1) * 64);
	pl_buf_init(&a->in, 65536);
	pl_buf_init(&a->line, PL_COMMAND_LINE_MAX + 65536);
	st = put_question(a);
	if (!st)
		st = question_fd(a, &question);
	if (!st)
		st = run(a, question);
	if (st)
		pl_diag_context(a->diag, "%.*s", PL_STR_ARG(a->store->path));
	pl_buf_done(&a->answer.names);
	pl_buf_done_secret(&a->in);
	pl_buf_done_secret(&a->line);
	pl_free(table);
	return st;
}

/* ---- the row ---- */

static pl_status describe(void *ctx, pl_holding_fn fn, void *fn_ctx, struct pl_diag *diag)
{
	const struct pl_command_store *s = ctx;
	pl_status st = PL_OK;

	for (size_t i = 0; i < s->n_classes && !st; i++)
		st = fn(fn_ctx, &s->classes[i]);
	return st;
}

static pl_status find(void *ctx, const struct pl_person *who, pl_holdings_found_fn fn, void *fn_ctx, struct pl_diag *diag)
{
	struct asking a = {.store = ctx, .act = "find", .who = who, .answer = {.found = fn, .ctx = fn_ctx}, .diag = diag};

	return ask(&a);
}

static pl_status copy(void *ctx, const struct pl_person *who, const struct pl_holdings_sink *sink, struct pl_diag *diag)
{
	struct asking a = {.store = ctx, .act = "copy", .who = who, .answer = {.sink = sink}, .diag = diag};

	return ask(&a);
}

static pl_status correct(void *ctx, const struct pl_person *who, const struct pl_holdings_correction *c, struct pl_diag *diag)
{
	struct asking a = {.store = ctx, .act = "correct", .who = who, .correction = c, .diag = diag};
	pl_status st = ask(&a);

	return st ? st : a.answer.corrected ? PL_OK : pl_diag_set(diag, PL_E_NOTFOUND, "the store did not find what was to be corrected");
}

static pl_status erase(void *ctx, const struct pl_person *who, pl_holdings_erased_fn fn, void *fn_ctx, struct pl_diag *diag)
{
	struct asking a = {.store = ctx, .act = "erase", .who = who, .answer = {.erased = fn, .ctx = fn_ctx}, .diag = diag};

	return ask(&a);
}

static pl_status object(void *ctx, const struct pl_person *who, const struct pl_holdings_objection *o, struct pl_holdings_objected *ret, struct pl_diag *diag)
{
	struct asking a = {.store = ctx, .act = "object", .who = who, .objection = o, .answer = {.objected = ret}, .diag = diag};
	pl_status st = ask(&a);

	return st || a.answer.took ? st : pl_diag_set(diag, PL_E_STATE, "the store did not say what becomes of the objection");
}

void pl_command_store(struct pl_command_store *s, pl_str name, struct pl_holdings *ret)
{
	*ret = (struct pl_holdings){.name = name, .ctx = s, .describe = describe, .find = find, .copy = copy, .correct = correct, .erase = erase, .object = object};
}
