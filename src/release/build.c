/* SPDX-License-Identifier: Apache-2.0 */
#include "release/build.h"
#include "base/child.h"
#include "base/file.h"
#include "base/time.h"
#include "release/archive.h"
#include "release/sandbox.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define FAKETIME_LIB "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1"
#define ENVIRONMENT_MAX 320u
#define PATH_Z 4096u
#define PIECE ((size_t)256 * 1024)
#define DISK_RESERVE (UINT64_C(1) << 30)
#define OUTER_PREFIX "pellucid-build-"

static unsigned sweep_age = 60; /* seconds */

void pl_build_sweep_age(unsigned seconds)
{
	sweep_age = seconds;
}

struct build {
	const struct pl_build_job *job;
	struct pl_build_record *r;
	struct pl_diag *diag;
	char inner_outer[PATH_Z]; /* outer path of the recipe's inner directory */
	char tree[PATH_Z];        /* outer path of /build */
	char etc[PATH_Z], locale[PATH_Z], out[PATH_Z];
	int outer_fd;
	const char **environment;
	size_t nenvironment;
};

static pl_status join(char out[static PATH_Z], const char *a, const char *b)
{
	int n = snprintf(out, PATH_Z, "%s/%s", a, b);

	return n > 0 && (unsigned)n < PATH_Z ? PL_OK : PL_E_TOOBIG;
}

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
		st = join(b->tree, r->outer, "build");
	if (st == PL_OK)
		st = join(b->etc, r->outer, "etc");
	if (st == PL_OK)
		st = join(b->locale, r->outer, "locale");
	return st == PL_OK ? join(b->out, r->outer, "out") : st;
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
	return join(b->inner_outer, b->r->outer, pl_buf_z(&path));
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

/* ---- what takes part ---- */

static pl_status run_tool(const char *const *argv, struct pl_buf *out, struct pl_diag *diag)
{
	static const char *const envp[] = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", NULL};
	struct pl_buf err PL_CLEANUP(pl_buf_done) = PL_BUF(65536);
	const struct pl_child_spec spec = {.argv = argv, .envp = envp, .cwd = "/", .out = out, .err = &err,
		.limits = {.timeout_ns = 300 * PL_SECOND}};
	struct pl_child_result result;
	pl_str words;
	pl_status st = pl_child_run(&spec, &result, diag);

	if (st != PL_OK)
		return st;
	words = pl_str_sub(pl_buf_str(&err), 0, 200);
	return result.code == 0 ? PL_OK : pl_diag_set(diag, PL_E_UNSUPPORTED, "%s fails: %.*s", argv[0], PL_STR_ARG(words));
}

static pl_status remove_tree(const char *path)
{
	const char *argv[] = {"rm", "-rf", "--one-file-system", "--", path, NULL};
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(65536);

	return run_tool(argv, &out, NULL);
}

/* Remove what builds left behind that were killed: our directories that nobody holds. (The age leaves alone one that was made
 * and not locked yet.) */
static pl_status sweep(struct build *b)
{
	DIR *dir = opendir(b->job->scratch);
	const struct dirent *e;

	if (!dir)
		return pl_diag_set(b->diag, pl_status_from_errno(errno), "cannot read \"%s\"", b->job->scratch);
	while ((e = readdir(dir))) {
		int fd PL_CLEANUP(pl_file_close) = -1;
		char path[PATH_Z];
		struct stat st;

		if (strncmp(e->d_name, OUTER_PREFIX, strlen(OUTER_PREFIX)) != 0 ||
			pl_file_open(dirfd(dir), e->d_name, O_RDONLY | O_DIRECTORY, 0, &fd) != PL_OK)
			continue;
		if (fstat(fd, &st) || st.st_uid != geteuid() || st.st_ctime + sweep_age > time(NULL) ||
			flock(fd, LOCK_EX | LOCK_NB) || join(path, b->job->scratch, e->d_name) != PL_OK)
			continue;
		(void)remove_tree(path);
	}
	(void)closedir(dir);
	return PL_OK;
}

static int by_line(const void *a, const void *b)
{
	return pl_str_cmp(*(const pl_str *)a, *(const pl_str *)b);
}

/* Keep the installed ones of dpkg-query's lines, sorted, without their state. */
static pl_status keep_installed(pl_str all, struct pl_buf *out)
{
	pl_str *lines, line, state = PL_STR("\tinstalled");
	size_t n = 0, max = 0;

	for (size_t i = 0; i < all.len; i++)
		max += all.ptr[i] == '\n';
	if (!max)
		return PL_E_NOTFOUND;
	lines = pl_try_alloc(max, sizeof *lines);
	if (!lines)
		return PL_E_NOMEM;
	while (pl_str_take_line(&all, &line))
		if (pl_str_ends(line, state))
			lines[n++] = pl_str_sub(line, 0, line.len - state.len);
	qsort(lines, n, sizeof *lines, by_line);
	for (size_t i = 0; i < n; i++) {
		pl_buf_put_str(out, lines[i]);
		pl_buf_put_c(out, '\n');
	}
	pl_free(lines);
	return pl_buf_status(out);
}

pl_status pl_build_packages(struct pl_buf *out, struct pl_diag *diag)
{
	static const char *const argv[] = {"dpkg-query", "-W", "-f",
		"${Package}\\t${Version}\\t${Architecture}\\t${db:Status-Status}\\n", NULL};
	struct pl_buf all PL_CLEANUP(pl_buf_done) = PL_BUF(16u << 20);
	pl_status st = run_tool(argv, &all, diag);

	return st == PL_OK ? keep_installed(pl_buf_str(&all), out) : st;
}

pl_str pl_build_package_version(pl_str packages, pl_str name)
{
	pl_str line, field;

	name = pl_str_sub(name, 0, pl_str_find(name, ':'));
	while (pl_str_take_line(&packages, &line))
		if (pl_str_take_until(&line, '\t', &field) && pl_str_eq(field, name))
			return pl_str_sub(line, 0, pl_str_find(line, '\t'));
	return (pl_str){0};
}

static pl_status check_packages(const struct build *b)
{
	const struct pl_recipe *recipe = b->job->recipe;

	for (size_t i = 0; i < recipe->npackages; i++) {
		if (pl_build_package_version(pl_buf_str(&b->r->packages), recipe->packages[i]).len)
			continue;
		pl_diag_hint(b->diag, "apt-get install %.*s", PL_STR_ARG(recipe->packages[i]));
		return pl_diag_set(b->diag, PL_E_NOTFOUND, "the recipe needs the package \"%.*s\", which is not installed",
			PL_STR_ARG(recipe->packages[i]));
	}
	return PL_OK;
}

/* The locale of the site, made with localedef into a directory of this build. */
static pl_status make_locale(struct build *b)
{
	const struct pl_build_site *site = b->job->site;
	char target[PATH_Z];
	const char *argv[] = {"localedef", "--no-archive", "-i", site->locale_src, "-f", "UTF-8", target, NULL};
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(65536);
	pl_status st;

	if (!site->locale_src)
		return PL_OK;
	st = join(target, b->locale, site->locale);
	if (st == PL_OK)
		st = run_tool(argv, &out, b->diag);
	if (st == PL_E_UNSUPPORTED || st == PL_E_NOTFOUND)
		pl_diag_hint(b->diag, "apt-get install locales");
	return st;
}

/* ---- environment ---- */

/* Add or replace; the recipe comes last, so that it decides. */
static pl_status set_variable(struct build *b, pl_str name, pl_str value)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_RECIPE_SIZE_MAX);
	pl_str copy, prefix;
	pl_status st;

	pl_buf_put_str(&text, name);
	pl_buf_put_c(&text, '=');
	prefix = pl_str_of((const char *)text.ptr, text.len);
	pl_buf_put_str(&text, value);
	st = pl_buf_status(&text);
	if (st == PL_OK)
		st = pl_arena_dup(&b->r->arena, pl_buf_str(&text), &copy);
	if (st != PL_OK)
		return st;
	prefix.ptr = copy.ptr;
	for (size_t i = 0; i < b->nenvironment; i++) {
		if (pl_str_starts(pl_str_from(b->environment[i]), prefix)) {
			b->environment[i] = copy.ptr;
			return PL_OK;
		}
	}
	if (b->nenvironment + 1 >= ENVIRONMENT_MAX)
		return PL_E_TOOBIG;
	b->environment[b->nenvironment++] = copy.ptr;
	return PL_OK;
}

static pl_status set_z(struct build *b, const char *name, const char *value)
{
	return set_variable(b, pl_str_from(name), pl_str_from(value));
}

static pl_status set_clock(struct build *b)
{
	char offset[32];
	pl_status st;

	if (!b->job->site->clock_offset)
		return PL_OK;
	if (access(FAKETIME_LIB, R_OK)) {
		pl_diag_hint(b->diag, "apt-get install libfaketime");
		return pl_diag_set(b->diag, PL_E_UNSUPPORTED, "libfaketime is not installed (" FAKETIME_LIB ")");
	}
	(void)snprintf(offset, sizeof offset, "%+lld", (long long)b->job->site->clock_offset);
	st = set_z(b, "LD_PRELOAD", FAKETIME_LIB);
	if (st == PL_OK)
		st = set_z(b, "FAKETIME", offset);
	/* Programs that wait on the monotonic clock would wait for 400 days. */
	return st == PL_OK ? set_z(b, "FAKETIME_DONT_FAKE_MONOTONIC", "1") : st;
}

static pl_status set_noise(struct build *b)
{
	const char *const *noise = b->job->site->noise;

	for (size_t i = 0; noise && noise[i]; i++) {
		pl_str rest = pl_str_from(noise[i]), name;
		pl_status st = pl_str_take_until(&rest, '=', &name) ? set_variable(b, name, rest) : PL_E_INTERNAL;

		if (st != PL_OK)
			return st;
	}
	return PL_OK;
}

static pl_status set_epoch(struct build *b)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(32);

	b->r->epoch = b->job->recipe->epoch_fixed ? b->job->recipe->epoch : b->job->commit_time;
	pl_buf_put_u64(&text, b->r->epoch);
	return set_variable(b, PL_STR("SOURCE_DATE_EPOCH"), pl_buf_str(&text));
}

static pl_status set_environment(struct build *b)
{
	const struct pl_build_site *site = b->job->site;
	const struct pl_recipe *recipe = b->job->recipe;
	const char *const base[][2] = {{"PATH", "/usr/bin:/bin"}, {"HOME", site->home}, {"USER", site->user},
		{"LOGNAME", site->user}, {"TZ", site->timezone}, {"LC_ALL", site->locale}, {"LANG", site->locale}};
	pl_status st = PL_OK;

	b->environment = pl_arena_alloc(&b->r->arena, ENVIRONMENT_MAX, sizeof *b->environment);
	if (!b->environment)
		return PL_E_TOOBIG;
	for (size_t i = 0; i < PL_COUNT(base) && st == PL_OK; i++)
		st = set_z(b, base[i][0], base[i][1]);
	if (st == PL_OK && site->locale_src)
		st = set_z(b, "LOCPATH", "/locale");
	if (st == PL_OK)
		st = set_clock(b);
	if (st == PL_OK)
		st = set_noise(b);
	for (size_t i = 0; i < recipe->nenvironment && st == PL_OK; i++)
		st = set_variable(b, recipe->environment[i].name, recipe->environment[i].value);
	if (st == PL_OK)
		st = set_epoch(b);
	for (size_t i = 0; i < b->nenvironment && st == PL_OK; i++) {
		pl_buf_put_z(&b->r->environment, b->environment[i]);
		pl_buf_put_c(&b->r->environment, '\n');
	}
	return st == PL_OK ? pl_buf_status(&b->r->environment) : st;
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

pl_status pl_build_run(const struct pl_build_job *job, struct pl_build_record *ret, struct pl_diag *diag)
{
	struct build b = {.job = job, .r = ret, .diag = diag, .outer_fd = -1};
	static pl_status (*const stages[])(struct build *) = {sweep, make_outer, make_tree, make_side_dirs, unpack, make_locale,
		set_environment, run_steps, take_outputs};
	pl_status st = pl_build_packages(&ret->packages, diag);

	ret->outer_uid = pl_sandbox_outer_uid(job->ordinal);
	ret->cpus = processors(job->site->cpus);
	ret->started = pl_time_now();
	if (st == PL_OK)
		st = check_packages(&b);
	for (size_t i = 0; i < PL_COUNT(stages) && st == PL_OK; i++)
		st = stages[i](&b);
	ret->finished = pl_time_now();
	if (ret->outer[0] && b.tree[0])
		(void)remove_tree(b.tree);
	pl_file_close(&b.outer_fd);
	return st;
}

pl_status pl_build_record_output(const struct pl_build_record *r, size_t i, int *ret_fd)
{
	int dir PL_CLEANUP(pl_file_close) = -1;
	char path[PATH_Z], name[128];
	pl_status st = join(path, r->outer, "out");

	if (st == PL_OK)
		st = pl_file_open_dir(AT_FDCWD, path, &dir);
	if (st == PL_OK)
		st = pl_str_z(r->outputs[i].name, name, sizeof name);
	return st == PL_OK ? pl_file_open(dir, name, O_RDONLY, 0, ret_fd) : st;
}

void pl_build_record_done(struct pl_build_record *r)
{
	if (r->outer[0])
		(void)remove_tree(r->outer);
	r->outer[0] = '\0';
	pl_arena_done(&r->arena);
	pl_buf_done(&r->packages);
	pl_buf_done(&r->log);
	pl_buf_done(&r->environment);
}
