/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/file.h"
#include "release/build.h"
#include "release/compare.h"
#include "release/snapshot.h"
#include "scratch.h"
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEAD "[recipe]\nformat = pellucid-recipe-v1\nname = hello\ninner = /build/deep/hello\nepoch = commit\n"
#define MAKE HEAD "[inputs]\npackage = gcc\npackage = make\n[steps]\nrun = make -j {jobs}\n[outputs]\nhello = hello\n"

static const char good_c[] = "#include <stdio.h>\nint main(void) { puts(\"hello\"); return 0; }\n";
static const char clock_c[] = "#include <stdio.h>\nint main(void) { puts(NOW); return 0; }\n";
static const char makefile[] = "hello: hello.c\n\tgcc -O2 -g -o hello hello.c\n";
static const char clock_makefile[] =
	"hello: hello.c\n\tgcc -O2 -DNOW='\"'$$(date +%Y-%j)'\"' -o hello hello.c\n";

/* Commit the two files and unpack nothing: the archive is what a build starts from. */
static int archive_of(const struct scratch *s, const char *dir, const char *c, const char *make)
{
	struct pl_snapshot *snap PL_CLEANUP(pl_snapshot_closep) = NULL;
	struct pl_snapshot_result r;
	char path[256];
	int manifest = scratch_create(s, "manifest"), archive = scratch_create(s, "source.tar");

	RUN(s, "", "rm", "-rf", dir);
	(void)snprintf(path, sizeof path, "%s/hello.c", dir);
	scratch_write(s, path, c, 0644);
	(void)snprintf(path, sizeof path, "%s/Makefile", dir);
	scratch_write(s, path, make, 0644);
	scratch_commit(s, dir);
	scratch_path(s, dir, path);
	assert_int_equal(pl_snapshot_open(path, NULL, &snap, NULL), PL_OK);
	assert_int_equal(pl_snapshot_write(snap, manifest, archive, NULL, NULL, &r, NULL), PL_OK);
	pl_file_close(&manifest);
	return archive;
}

static pl_status build(const struct scratch *s, const char *recipe_text, int archive, const struct pl_build_site *site,
	struct pl_build_record *r, struct pl_diag *diag)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(1u << 20);
	struct pl_recipe recipe;
	struct pl_build_job job = {.recipe = &recipe, .archive_fd = archive, .commit_time = 1700000000, .site = site,
		.scratch = s->path};

	assert_int_equal(pl_recipe_parse(pl_str_from(recipe_text), &arena, &recipe, NULL), PL_OK);
	return pl_build_run(&job, r, diag);
}

static struct pl_comparison twice(const struct scratch *s, const char *recipe, int archive)
{
	struct pl_build_record a = PL_BUILD_RECORD, b = PL_BUILD_RECORD;
	struct pl_comparison c = {0};
	struct pl_diag diag = {0};
	int fd_a = -1, fd_b = -1;

	if (build(s, recipe, archive, pl_build_site_plain(), &a, &diag) != PL_OK ||
		build(s, recipe, archive, pl_build_site_varied(), &b, &diag) != PL_OK)
		fail_msg("%s (%s)", diag.text, diag.hint);
	assert_int_equal(a.noutputs, 1);
	assert_int_equal(pl_build_record_output(&a, 0, &fd_a), PL_OK);
	assert_int_equal(pl_build_record_output(&b, 0, &fd_b), PL_OK);
	assert_int_equal(pl_compare_files(fd_a, fd_b, 0, &c), PL_OK);
	assert_true(pl_digest_eq(&a.outputs[0].digest, &c.a));
	pl_file_close(&fd_a);
	pl_file_close(&fd_b);
	pl_build_record_done(&a);
	pl_build_record_done(&b);
	return c;
}

static void a_plain_program_is_reproducible(void **state)
{
	const struct scratch *s = *state;
	int archive = archive_of(s, "good", good_c, makefile);

	assert_int_equal(twice(s, MAKE, archive).verdict, PL_VERDICT_IDENTICAL);
	pl_file_close(&archive);
}

static void a_clock_inside_is_found(void **state)
{
	const struct scratch *s = *state;
	int archive = archive_of(s, "clock", clock_c, clock_makefile);
	struct pl_comparison c = twice(s, MAKE, archive);

	assert_int_equal(c.verdict, PL_VERDICT_DIFFERENT);
	pl_file_close(&archive);
}

/* Each line prints one property of the surroundings into an output of its own: all of them must differ, else they are not
 * varied. */
static void everything_varies(void **state)
{
	static const char *const shown[] = {"id -u", "id -g", "id -un", "hostname", "date +%Y", "date +%Z", "umask",
		"locale -k LC_TIME abday | head -c 60", "echo $HOME", "env | cut -d= -f1 | sort | tr '\\n' ' '", "nproc"};
	const struct scratch *s = *state;
	struct pl_build_record a = PL_BUILD_RECORD, b = PL_BUILD_RECORD;
	struct pl_buf recipe PL_CLEANUP(pl_buf_done) = PL_BUF(8192);
	int archive = archive_of(s, "good", good_c, makefile);

	pl_buf_put_z(&recipe, HEAD "[steps]\n");
	for (size_t i = 0; i < PL_COUNT(shown); i++)
		pl_buf_printf(&recipe, "run = sh -c \"%s > seen%zu\"\n", shown[i], i);
	pl_buf_put_z(&recipe, "[outputs]\n");
	for (size_t i = 0; i < PL_COUNT(shown); i++)
		pl_buf_printf(&recipe, "seen%zu = seen%zu\n", i, i);
	assert_int_equal(build(s, pl_buf_z(&recipe), archive, pl_build_site_plain(), &a, NULL), PL_OK);
	assert_int_equal(build(s, pl_buf_z(&recipe), archive, pl_build_site_varied(), &b, NULL), PL_OK);
	for (size_t i = 0; i < PL_COUNT(shown); i++) {
		if (i + 1 == PL_COUNT(shown) && a.cpus == 1)
			continue; /* a machine with one processor cannot vary it */
		if (pl_digest_eq(&a.outputs[i].digest, &b.outputs[i].digest))
			fail_msg("\"%s\" does not vary", shown[i]);
	}
	pl_build_record_done(&a);
	pl_build_record_done(&b);
	pl_file_close(&archive);
}

/* The directory outside shows inside as the source of what is mounted: each site's is its own. */
static void the_outer_directory_varies(void **state)
{
	const struct scratch *s = *state;
	const struct pl_build_site *site[] = {pl_build_site_plain(), pl_build_site_varied()};
	int archive = archive_of(s, "good", good_c, makefile);

	assert_string_not_equal(site[0]->outer_name, site[1]->outer_name);
	for (size_t i = 0; i < PL_COUNT(site); i++) {
		struct pl_build_record r = PL_BUILD_RECORD;
		struct pl_buf recipe PL_CLEANUP(pl_buf_done) = PL_BUF(4096);

		pl_buf_printf(&recipe, HEAD "[steps]\nrun = grep -q /pellucid-build-%s- /proc/self/mountinfo\nrun = touch hello\n[outputs]\nhello = hello\n",
			site[i]->outer_name);
		assert_int_equal(build(s, pl_buf_z(&recipe), archive, site[i], &r, NULL), PL_OK);
		pl_build_record_done(&r);
	}
	pl_file_close(&archive);
}

/* The name of the kept locale in the scratch directory, and how many there are. */
static unsigned kept_locales(const struct scratch *s, char ret_name[static 256])
{
	DIR *dir = opendir(s->path);
	const struct dirent *e;
	unsigned n = 0;

	assert_non_null(dir);
	while ((e = readdir(dir))) {
		if (strncmp(e->d_name, "pellucid-locale-", 16) == 0) {
			n++;
			(void)snprintf(ret_name, 256, "%s", e->d_name);
		}
	}
	(void)closedir(dir);
	return n;
}

/* What a build at the varied site sees of its locale. */
static struct pl_digest seen_locale(const struct scratch *s, int archive)
{
	struct pl_build_record r = PL_BUILD_RECORD;
	struct pl_digest seen;

	assert_int_equal(build(s, HEAD "[steps]\nrun = sh -c \"locale -k LC_TIME abday > seen\"\n[outputs]\nseen = seen\n", archive,
		pl_build_site_varied(), &r, NULL), PL_OK);
	seen = r.outputs[0].digest;
	pl_build_record_done(&r);
	return seen;
}

static void a_locale_is_kept_and_nobody_elses_is_used(void **state)
{
	const struct scratch *s = *state;
	int archive = archive_of(s, "good", good_c, makefile);
	struct pl_digest first = seen_locale(s, archive), second, third;
	struct stat before, after;
	char name[256] = "", inside[300];

	assert_int_equal(kept_locales(s, name), 1);
	assert_int_equal(fstatat(s->fd, name, &before, 0), 0);
	second = seen_locale(s, archive);
	assert_int_equal(kept_locales(s, name), 1);
	assert_int_equal(fstatat(s->fd, name, &after, 0), 0);
	assert_int_equal(before.st_ino, after.st_ino);
	assert_true(pl_digest_eq(&first, &second));

	/* One that others could have changed; what is missing in it shows whether it is used. */
	(void)snprintf(inside, sizeof inside, "%s/tr_TR.UTF-8/LC_TIME", name);
	RUN(s, "", "rm", inside);
	RUN(s, "", "chmod", "777", name);
	third = seen_locale(s, archive);
	assert_true(pl_digest_eq(&first, &third));
	assert_int_equal(faccessat(s->fd, inside, F_OK, 0), -1);
	RUN(s, "", "rm", "-rf", name);
	pl_file_close(&archive);
}

static void what_the_recipe_fixes_does_not_vary(void **state)
{
	static const char recipe[] = HEAD "[environment]\nTZ = Europe/Berlin\nWORD = fixed\n"
		"[steps]\nrun = sh -c \"pwd > seen; echo $SOURCE_DATE_EPOCH $WORD $TZ >> seen; stat -c %Y hello.c | wc -c >> seen\"\n"
		"[outputs]\nseen = seen\n";
	const struct scratch *s = *state;
	int archive = archive_of(s, "good", good_c, makefile);

	assert_int_equal(twice(s, recipe, archive).verdict, PL_VERDICT_IDENTICAL);
	pl_file_close(&archive);
}

static void record_is_complete(void **state)
{
	const struct scratch *s = *state;
	int archive = archive_of(s, "good", good_c, makefile);
	struct pl_build_record r = PL_BUILD_RECORD;

	assert_int_equal(build(s, MAKE, archive, pl_build_site_varied(), &r, NULL), PL_OK);
	assert_true(pl_build_package_version(pl_buf_str(&r.packages), PL_STR("gcc")).len > 0);
	assert_true(pl_build_package_version(pl_buf_str(&r.packages), PL_STR("no-such-package")).len == 0);
	assert_true(pl_str_find_str(pl_buf_str(&r.environment), PL_STR("\nSOURCE_DATE_EPOCH=1700000000\n")) <
		r.environment.len);
	assert_true(pl_str_find_str(pl_buf_str(&r.log), PL_STR("gcc -O2")) < r.log.len);
	assert_true(r.finished > r.started && r.cpu_ns > 0);
	assert_int_equal(r.cpus, 1);
	pl_build_record_done(&r);
	pl_file_close(&archive);
}

static void failures_say_what(void **state)
{
	static const struct {
		const char *recipe;
		pl_status st;
		const char *words;
	} cases[] = {
		{HEAD "[steps]\nrun = sh -c \"echo broken here; exit 4\"\n[outputs]\nx = x\n", PL_E_STATE, "exit code 4: broken here"},
		{HEAD "[steps]\nrun = true\n[outputs]\nx = x\n", PL_E_STATE, "no regular file \"x\""},
		{HEAD "[steps]\nrun = ln -s /etc/passwd x\n[outputs]\nx = x\n", PL_E_STATE, "no regular file \"x\""},
		{HEAD "[steps]\nrun = ln -s /etc d\n[outputs]\nx = d/passwd\n", PL_E_STATE, "no regular file"},
		{HEAD "[steps]\nrun = mkfifo x\n[outputs]\nx = x\n", PL_E_STATE, "no regular file \"x\""},
		{HEAD "[steps]\nrun = mkdir x\n[outputs]\nx = x\n", PL_E_STATE, "no regular file \"x\""},
		{HEAD "[inputs]\npackage = no-such-package\n[steps]\nrun = true\n[outputs]\nx = x\n", PL_E_NOTFOUND,
			"no-such-package"},
		{HEAD "[limits]\ntime = 1\n[steps]\nrun = sleep 30\n[outputs]\nx = x\n", PL_E_TIMEOUT, "longer than 1 s"},
	};
	const struct scratch *s = *state;
	int archive = archive_of(s, "good", good_c, makefile);

	for (size_t i = 0; i < PL_COUNT(cases); i++) {
		struct pl_build_record r = PL_BUILD_RECORD;
		struct pl_diag diag = {0};

		assert_int_equal(build(s, cases[i].recipe, archive, pl_build_site_plain(), &r, &diag), cases[i].st);
		if (!strstr(diag.text, cases[i].words))
			fail_msg("expected \"%s\" in \"%s\"", cases[i].words, diag.text);
		pl_build_record_done(&r);
	}
	pl_file_close(&archive);
}

static void nothing_is_left_behind(void **state)
{
	const struct scratch *s = *state;
	int archive = archive_of(s, "good", good_c, makefile);
	struct pl_build_record r = PL_BUILD_RECORD;
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(65536);

	assert_int_equal(build(s, HEAD "[steps]\nrun = sh -c \"mkdir -p a/b; touch a/b/x hello; chmod 0 a/b a\"\n"
		"[outputs]\nhello = hello\n", archive, pl_build_site_plain(), &r, NULL), PL_OK);
	pl_build_record_done(&r);
	scratch_run(s, "", (const char *const[]){"find", ".", "-maxdepth", "1", "-name", "pellucid-build-*", NULL}, (pl_bytes){0}, &out);
	assert_int_equal(out.len, 0);
	pl_file_close(&archive);
}

/* A directory whose build was killed is removed by the next build; one that is in use, or not ours, stays. */
static void what_was_left_is_swept(void **state)
{
	const struct scratch *s = *state;
	int archive = archive_of(s, "good", good_c, makefile), held = -1;
	struct pl_build_record r = PL_BUILD_RECORD;

	RUN(s, "", "mkdir", "-p", "pellucid-build-old/x/y", "pellucid-build-held/x", "other-build-old");
	RUN(s, "", "sleep", "1");
	assert_int_equal(pl_file_open_dir(s->fd, "pellucid-build-held", &held), PL_OK);
	assert_int_equal(flock(held, LOCK_EX), 0);
	pl_build_sweep_age(0);
	assert_int_equal(build(s, HEAD "[steps]\nrun = touch hello\n[outputs]\nhello = hello\n", archive,
		pl_build_site_plain(), &r, NULL), PL_OK);
	pl_build_sweep_age(60);
	pl_build_record_done(&r);
	assert_int_equal(faccessat(s->fd, "pellucid-build-old", F_OK, 0), -1);
	assert_int_equal(faccessat(s->fd, "pellucid-build-held", F_OK, 0), 0);
	assert_int_equal(faccessat(s->fd, "other-build-old", F_OK, 0), 0);
	pl_file_close(&held);
	pl_file_close(&archive);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plain_program_is_reproducible),
		cmocka_unit_test(a_clock_inside_is_found),
		cmocka_unit_test(everything_varies),
		cmocka_unit_test(the_outer_directory_varies),
		cmocka_unit_test(a_locale_is_kept_and_nobody_elses_is_used),
		cmocka_unit_test(what_the_recipe_fixes_does_not_vary),
		cmocka_unit_test(record_is_complete),
		cmocka_unit_test(failures_say_what),
		cmocka_unit_test(nothing_is_left_behind),
		cmocka_unit_test(what_was_left_is_swept),
	};

	return cmocka_run_group_tests_name("release/build", tests, scratch_setup, scratch_teardown);
}
