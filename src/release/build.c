/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"
#include "base/time.h"
#include "release/archive.h"
#include "release/build_internal.h"
#include "release/sandbox.h"
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIECE ((size_t)256 * 1024)
#define DISK_RESERVE (UINT64_C(1) << 30)

/* ---- directories ---- */

static pl_status make_outer(struct build *b)
{
	struct pl_build_record *r = b->r;
	int n = snprintf(r->outer, sizeof r->outer, "%s/" OUTER_PREFIX "%s-XXXXXX", b->job->scratch,
		b->job->site->outer_name);
	pl_status st;

	if (n <= 0 || (unsigned)n >= sizeof r->outer) {
		r->outer[0] = '\0';
		return PL_E_TOOBIG;
	}
	if (!mkdtemp(r->outer)) {
		st = pl_status_from_errno(errno);
		r->outer[0] = '\0';
		return pl_diag_set(b->diag, st, "cannot make a directory below \"%s\"", b->job->scratch);
	}
	if (chmod(r->outer, 0711))
		return pl_status_from_errno(errno);
	st = pl_file_open_dir(AT_FDCWD, r->outer, &b->outer_fd);
	/* Held as long as the build lives; see sweep(). */
	if (st == PL_OK && flock(b->outer_fd, LOCK_EX | LOCK_NB))
		st = pl_status_from_errno(errno);
	if (st == PL_OK)
		st = pl_build_join(b->tree, r->outer, "build");
	if (st == PL_OK)
		st = pl_build_join(b->etc, r->outer, "etc");
	if (st == PL_OK)
		st = pl_build_join(b->locale, r->outer, "locale");
	return st == PL_OK ? pl_build_join(b->out, r->outer, "out") : st;
}

/* The directory chain from /build down to the inner path, owned by the build's user. */
static pl_status make_tree(struct build *b)
{
	pl_str rest = pl_str_sub(b->job->recipe->inner, strlen("/build/"), PATH_Z), name;
	struct pl_buf path PL_CLEANUP(pl_buf_done) = PL_BUF(PATH_Z - 1);
	uint32_t uid = b->r->outer_uid;

	pl_buf_put_z(&path, "build");
	for (;;) {
		const char *z = pl_buf_z(&path);

		if (!z)
			return PL_E_TOOBIG;
		if (mkdirat(b->outer_fd, z, 0755) || fchmodat(b->outer_fd, z, 0755, 0) ||
			(uid && fchownat(b->outer_fd, z, uid, uid, AT_SYMLINK_NOFOLLOW)))
			return pl_status_from_errno(errno);
		if (!rest.len)
			break;
		if (!pl_str_take_until(&rest, '/', &name)) {
			name = rest;
			rest.len = 0;
		}
		pl_buf_put_c(&path, '/');
		pl_buf_put_str(&path, name);
	}
	return pl_build_join(b->inner_outer, b->r->outer, pl_buf_z(&path));
}

static pl_status unpack(struct build *b)
{
	const struct pl_archive_limits limits = {.files = 1000000, .bytes = UINT64_C(64) << 30, .owner = b->r->outer_uid};
	int dir PL_CLEANUP(pl_file_close) = -1;
	pl_status st = pl_file_open_dir(AT_FDCWD, b->inner_outer, &dir);

	return st == PL_OK ? pl_archive_unpack(b->job->archive_fd, dir, &limits, NULL, b->diag) : st;
}

static pl_status make_side_dirs(struct build *b)
{
	if (mkdir(b->etc, 0755) || chmod(b->etc, 0755) || mkdir(b->out, 0700) || mkdir(b->locale, 0755) ||
		chmod(b->locale, 0755))
		return pl_status_from_errno(errno);
	return PL_OK;
}

/* ---- steps ---- */

static pl_status expand_step(struct build *b, const struct pl_recipe_step *step, struct pl_arena *arena,
	const char *const **ret)
{
	const char **argv = pl_arena_alloc(arena, step->nargs + 1, sizeof *argv);

	if (!argv)
		return PL_E_TOOBIG;
	for (size_t i = 0; i < step->nargs; i++) {
		struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_RECIPE_SIZE_MAX);
		pl_str copy;
		pl_status st;

		pl_recipe_expand(b->job->recipe, step->args[i], b->r->cpus, b->r->epoch, &text);
		st = pl_buf_status(&text);
		if (st == PL_OK)
			st = pl_arena_dup(arena, pl_buf_str(&text), &copy);
		if (st != PL_OK)
			return st;
		argv[i] = copy.ptr;
	}
	*ret = argv;
	return PL_OK;
}

static pl_status judge_step(struct build *b, const struct pl_recipe_step *step, const struct pl_sandbox_result *res,
	size_t log_from)
{
	const struct pl_recipe *recipe = b->job->recipe;
	pl_str log = pl_str_trim(pl_str_sub(pl_buf_str(&b->r->log), log_from, b->r->log.len));
	pl_str tail = pl_str_sub(log, log.len > 300 ? log.len - 300 : 0, 300);

	switch (res->end) {
	case PL_SANDBOX_EXITED:
		return res->code == 0 ? PL_OK : pl_diag_set(b->diag, PL_E_STATE,
			"the step in line %u of the recipe ends with exit code %d: %.*s", step->line, res->code, PL_STR_ARG(tail));
	case PL_SANDBOX_KILLED:
		return pl_diag_set(b->diag, PL_E_STATE, "the step in line %u of the recipe was ended by signal %d: %.*s",
			step->line, res->code, PL_STR_ARG(tail));
	case PL_SANDBOX_TIMEOUT:
		pl_diag_hint(b->diag, "raise time in [limits] of the recipe, up to 86400");
		return pl_diag_set(b->diag, PL_E_TIMEOUT, "the step in line %u of the recipe takes longer than %llu s", step->line,
			(unsigned long long)recipe->time_limit);
	case PL_SANDBOX_DISK:
		return pl_diag_set(b->diag, PL_E_NOSPACE, "the step in line %u of the recipe fills the disk below \"%s\"",
			step->line, b->job->scratch);
	}
	return PL_E_INTERNAL;
}

static pl_status run_step(struct build *b, const struct pl_sandbox *box, const struct pl_recipe_step *step)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(4u << 20);
	struct pl_sandbox_result result;
	size_t log_from = b->r->log.len;
	const char *const *argv;
	pl_status st = expand_step(b, step, &arena, &argv);

	if (st == PL_OK)
		st = pl_sandbox_run(box, argv, &b->r->log, &result, b->diag);
	if (st != PL_OK)
		return st;
	b->r->cpu_ns += result.cpu_ns;
	b->r->log_cut |= result.log_cut;
	return judge_step(b, step, &result, log_from);
}

static pl_status run_steps(struct build *b)
{
	const struct pl_build_job *job = b->job;
	const struct pl_recipe *recipe = job->recipe;
	const struct pl_sandbox_bind binds[] = {{b->tree, "/build", true}, {b->locale, "/locale", false}};
	char cwd[PATH_Z];
	const struct pl_sandbox box = {.uid = job->site->uid, .gid = job->site->gid, .outer_uid = b->r->outer_uid,
		.user = job->site->user, .host = job->site->host, .home = job->site->home, .cwd = cwd, .etc_dir = b->etc,
		.binds = binds, .nbinds = job->site->locale_src ? 2 : 1, .environment = b->environment,
		.umask = job->site->umask, .cpus = job->site->cpus, .time_limit = recipe->time_limit * PL_SECOND,
		.memory_limit = recipe->memory_limit, .file_limit = recipe->file_limit, .process_limit = recipe->process_limit,
		.disk_fd = b->outer_fd, .disk_reserve = DISK_RESERVE};
	pl_status st = pl_str_z(recipe->inner, cwd, sizeof cwd);

	for (size_t i = 0; i < recipe->nsteps && st == PL_OK; i++) {
		if (job->progress)
			job->progress(job->progress_ctx, (unsigned)i, (unsigned)recipe->nsteps, job->site->host);
		st = run_step(b, &box, &recipe->steps[i]);
	}
	return st;
}

/* ---- outputs ---- */

static pl_status copy_out(int from, int to, uint64_t size, struct pl_digest *ret)
{
	struct pl_sha256 *hash PL_CLEANUP(pl_sha256_freep) = pl_sha256_new();
	uint8_t *piece = pl_alloc(1, PIECE);
	pl_status st = PL_OK;

	for (uint64_t at = 0; at < size && st == PL_OK;) {
		size_t want = size - at < PIECE ? (size_t)(size - at) : PIECE, got = 0;

		st = pl_file_pread(from, piece, want, at, &got);
		if (st == PL_OK && got != want)
			st = PL_E_CORRUPT;
		if (st == PL_OK)
			st = pl_file_write(to, piece, got);
		pl_sha256_update(hash, pl_bytes_of(piece, got));
		at += got;
	}
	pl_sha256_final(hash, ret);
	pl_free(piece);
	return st;
}

static pl_status take_output(struct build *b, int dir, int out_dir, const struct pl_recipe_pair *want,
	struct pl_build_output *ret)
{
	int from PL_CLEANUP(pl_file_close) = -1, to PL_CLEANUP(pl_file_close) = -1;
	struct stat info;
	char name[128];
	pl_status st = pl_file_open_beneath(dir, want->value, O_RDONLY | O_NONBLOCK | O_NOCTTY, &from);

	if (st != PL_OK || fstat(from, &info) || !S_ISREG(info.st_mode))
		return pl_diag_set(b->diag, PL_E_STATE, "the build left no regular file \"%.*s\" (output \"%.*s\")",
			PL_STR_ARG(want->value), PL_STR_ARG(want->name));
	if (info.st_size < 0 || (uint64_t)info.st_size > PL_BUILD_OUTPUT_MAX)
		return pl_diag_set(b->diag, PL_E_TOOBIG, "output \"%.*s\" is larger than %llu bytes", PL_STR_ARG(want->name),
			(unsigned long long)PL_BUILD_OUTPUT_MAX);
	st = pl_str_z(want->name, name, sizeof name);
	if (st == PL_OK)
		st = pl_file_open(out_dir, name, O_WRONLY | O_CREAT | O_EXCL, 0600, &to);
	if (st == PL_OK)
		st = pl_arena_dup(&b->r->arena, want->name, &ret->name);
	ret->size = (uint64_t)info.st_size;
	return st == PL_OK ? copy_out(from, to, ret->size, &ret->digest) : st;
}

static pl_status take_outputs(struct build *b)
{
	const struct pl_recipe *recipe = b->job->recipe;
	int dir PL_CLEANUP(pl_file_close) = -1, out_dir PL_CLEANUP(pl_file_close) = -1;
	pl_status st = pl_file_open_dir(AT_FDCWD, b->inner_outer, &dir);

	if (st == PL_OK)
		st = pl_file_open_dir(AT_FDCWD, b->out, &out_dir);
	b->r->outputs = pl_arena_alloc(&b->r->arena, recipe->noutputs, sizeof *b->r->outputs);
	if (!b->r->outputs)
		return PL_E_TOOBIG;
	for (size_t i = 0; i < recipe->noutputs && st == PL_OK; i++) {
		st = take_output(b, dir, out_dir, &recipe->outputs[i], &b->r->outputs[i]);
		if (st == PL_OK)
			b->r->noutputs = i + 1;
	}
	return st;
}

static unsigned processors(unsigned wanted)
{
	cpu_set_t all;
	unsigned n = sched_getaffinity(0, sizeof all, &all) == 0 ? (unsigned)CPU_COUNT(&all) : 1;

	return wanted && wanted < n ? wanted : n;
}

/* A stage of a build, and what it means when it fails for a reason of its own. */
struct stage {
	pl_status (*run)(struct build *b);
	enum pl_reason reason;
};

static pl_status list_packages(struct build *b)
{
	return pl_build_packages(&b->r->packages, b->diag);
}

/* What is worth a statement: failures of the machine (memory, input/output, permissions) are not. */
static enum pl_reason reason_of(const struct stage *stage, pl_status st)
{
	switch ((int)st) {
	case PL_E_NOSPACE:
		return PL_REASON_NO_SPACE;
	case PL_E_TIMEOUT:
		return PL_REASON_TIME_OUT;
	case PL_E_NOMEM:
	case PL_E_IO:
	case PL_E_ACCESS:
	case PL_E_INTERNAL:
		return PL_REASON_NONE;
	case PL_E_UNSUPPORTED:
		return stage->run == run_steps ? PL_REASON_SANDBOX_REFUSED : stage->reason;
	default:
		return stage->reason;
	}
}

pl_status pl_build_run(const struct pl_build_job *job, struct pl_build_record *ret, struct pl_diag *diag)
{
	struct build b = {.job = job, .r = ret, .diag = diag, .outer_fd = -1};
	static const struct stage stages[] = {{list_packages, PL_REASON_TOOLS_MISSING},
		{pl_build_check_packages, PL_REASON_TOOLS_MISSING}, {pl_build_sweep, PL_REASON_NONE}, {make_outer, PL_REASON_NONE},
		{make_tree, PL_REASON_NONE}, {make_side_dirs, PL_REASON_NONE}, {unpack, PL_REASON_SOURCE_UNUSABLE},
		{pl_build_make_locale, PL_REASON_TOOLS_MISSING}, {pl_build_set_environment, PL_REASON_TOOLS_MISSING},
		{run_steps, PL_REASON_BUILD_FAILED}, {take_outputs, PL_REASON_OUTPUT_MISSING}};
	pl_status st = PL_OK;

	ret->outer_uid = pl_sandbox_outer_uid(job->ordinal);
	ret->cpus = processors(job->site->cpus);
	ret->started = pl_time_now();
	for (size_t i = 0; i < PL_COUNT(stages) && st == PL_OK; i++) {
		st = stages[i].run(&b);
		if (st != PL_OK)
			ret->reason = reason_of(&stages[i], st);
	}
	ret->finished = pl_time_now();
	if (ret->outer[0] && b.tree[0])
		(void)pl_build_remove(b.tree);
	pl_file_close(&b.outer_fd);
	return st;
}

pl_status pl_build_record_output(const struct pl_build_record *r, size_t i, int *ret_fd)
{
	int dir PL_CLEANUP(pl_file_close) = -1;
	char path[PATH_Z], name[128];
	pl_status st = pl_build_join(path, r->outer, "out");

	if (st == PL_OK)
		st = pl_file_open_dir(AT_FDCWD, path, &dir);
	if (st == PL_OK)
		st = pl_str_z(r->outputs[i].name, name, sizeof name);
	return st == PL_OK ? pl_file_open(dir, name, O_RDONLY, 0, ret_fd) : st;
}

void pl_build_record_done(struct pl_build_record *r)
{
	if (r->outer[0])
		(void)pl_build_remove(r->outer);
	r->outer[0] = '\0';
	pl_arena_done(&r->arena);
	pl_buf_done(&r->packages);
	pl_buf_done(&r->log);
	pl_buf_done(&r->environment);
}
