/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "release/recipe.h"

#define HEAD "[recipe]\nformat = pellucid-recipe-v1\nname = hello\ninner = /build/hello\nepoch = commit\n"
#define STEPS "[steps]\nrun = make -j {jobs}\n"
#define OUTPUTS "[outputs]\nhello = out/hello\n"

static pl_status parse(const char *text, struct pl_arena *arena, struct pl_recipe *r, struct pl_diag *diag)
{
	return pl_recipe_parse(pl_str_from(text), arena, r, diag);
}

static void reads_a_whole_recipe(void **state)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(1u << 20);
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(256);
	struct pl_recipe r;

	(void)state;
	assert_int_equal(parse("# words\n" HEAD "[inputs]\npackage = gcc\npackage = libc6-dev\n"
		"[environment]\nCFLAGS = -O2 -g\n[steps]\nrun = sh -c \"echo {epoch} > x\"\nrun = make -j {jobs}\n"
		"[limits]\ntime = 60\nmemory = 1073741824\nfile = 1000000\nprocesses = 64\n"
		"[compare]\nnormalise = elf-build-id\nnormalise = ar-header\n" OUTPUTS, &arena, &r, NULL), PL_OK);
	assert_true(pl_str_eq(r.name, PL_STR("hello")) && pl_str_eq(r.inner, PL_STR("/build/hello")));
	assert_int_equal(r.nsteps, 2);
	assert_int_equal(r.steps[0].nargs, 3);
	assert_int_equal(r.steps[0].line, 13);
	assert_int_equal(r.npackages, 2);
	assert_int_equal(r.nenvironment, 1);
	assert_true(pl_str_eq(r.environment[0].value, PL_STR("-O2 -g")));
	assert_int_equal(r.normalise, PL_NORMALISE_ELF_BUILD_ID | PL_NORMALISE_AR_HEADER);
	assert_int_equal(r.time_limit, 60);
	assert_int_equal(r.process_limit, 64);
	pl_recipe_expand(&r, r.steps[0].args[2], 3, 1700000000, &out);
	assert_true(pl_str_eq(pl_buf_str(&out), PL_STR("echo 1700000000 > x")));
	pl_buf_clear(&out);
	pl_recipe_expand(&r, PL_STR("{inner}/{jobs}{jobs}{other}"), 12, 0, &out);
	assert_true(pl_str_eq(pl_buf_str(&out), PL_STR("/build/hello/1212{other}")));
}

static void refuses_with_a_line(void **state)
{
	static const struct {
		const char *text;
		unsigned line;
	} bad[] = {
		{"", 0}, {HEAD, 0}, {HEAD STEPS, 0}, {HEAD OUTPUTS, 0},
		{"format = pellucid-recipe-v1\n", 1}, {"[recipe]\nformat = v2\n", 2}, {"[recipe]\ncolour = red\n", 2},
		{"[other]\n", 1}, {HEAD "name = again\n", 6}, {"[recipe]\nname = UPPER\n", 2}, {"[recipe]\nname = ../x\n", 2},
		{"[recipe]\ninner = /etc\n", 2}, {"[recipe]\ninner = /build/../x\n", 2}, {"[recipe]\ninner = /build/\n", 2},
		{"[recipe]\nepoch = yesterday\n", 2}, {"[recipe]\nepoch = -1\n", 2},
		{"[environment]\nLD_PRELOAD = x\n", 2}, {"[environment]\nFAKETIME_X = x\n", 2}, {"[environment]\nA B = x\n", 2},
		{"[environment]\nSOURCE_DATE_EPOCH = 1\n", 2}, {"[environment]\nA = 1\nA = 2\n", 3},
		{"[steps]\nrun =\n", 2}, {"[steps]\nrun = sh -c \"open\n", 2}, {"[steps]\nrun = a\"b\n", 2},
		{"[steps]\nwalk = a\n", 2}, {"[inputs]\npackage = a b\n", 2},
		{"[outputs]\nx = /etc/passwd\n", 2}, {"[outputs]\nx = ../y\n", 2}, {"[outputs]\nX/ = y\n", 2},
		{"[limits]\ntime = 0\n", 2}, {"[limits]\ntime = 86401\n", 2}, {"[compare]\nnormalise = everything\n", 2},
		{"[recipe]\nno value\n", 2}, {"[recipe]\r\n", 0}, {"\xff\n", 0},
	};

	(void)state;
	for (size_t i = 0; i < PL_COUNT(bad); i++) {
		struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(1u << 20);
		struct pl_recipe r = {.time_limit = 77};
		struct pl_diag diag = {0};

		assert_int_not_equal(parse(bad[i].text, &arena, &r, &diag), PL_OK);
		assert_int_equal(diag.line, bad[i].line);
		assert_true(diag.text[0] != '\0');
		assert_int_equal(r.time_limit, 77);
	}
}

static void bounded(void **state)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(4u << 20);
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(1u << 20);
	struct pl_recipe r;

	(void)state;
	pl_buf_put_z(&text, HEAD "[steps]\n");
	for (unsigned i = 0; i <= PL_RECIPE_STEPS_MAX; i++)
		pl_buf_put_z(&text, "run = true\n");
	assert_int_equal(pl_recipe_parse(pl_buf_str(&text), &arena, &r, NULL), PL_E_TOOBIG);
	pl_buf_clear(&text);
	for (unsigned i = 0; i <= PL_RECIPE_SIZE_MAX; i++)
		pl_buf_put_c(&text, '\n');
	assert_int_equal(pl_recipe_parse(pl_buf_str(&text), &arena, &r, NULL), PL_E_TOOBIG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_a_whole_recipe),
		cmocka_unit_test(refuses_with_a_line),
		cmocka_unit_test(bounded),
	};

	return cmocka_run_group_tests_name("release/recipe", tests, NULL, NULL);
}
