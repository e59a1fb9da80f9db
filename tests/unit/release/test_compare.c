/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/file.h"
#include "release/compare.h"
#include "release/recipe.h"
#include "scratch.h"
#include <stdio.h>

static struct pl_comparison compare(const struct scratch *s, const char *a, const char *b, unsigned allowed)
{
	struct pl_comparison c = {0};
	int fd_a = scratch_open(s, a), fd_b = scratch_open(s, b);

	assert_int_equal(pl_compare_files(fd_a, fd_b, allowed, &c), PL_OK);
	pl_file_close(&fd_a);
	pl_file_close(&fd_b);
	return c;
}

static void words_read_back(void **state)
{
	enum pl_verdict v;

	(void)state;
	for (unsigned i = 0; i < PL_VERDICT_COUNT; i++) {
		assert_int_equal(pl_verdict_parse(pl_str_from(pl_verdict_word((enum pl_verdict)i)), &v), PL_OK);
		assert_int_equal(v, i);
	}
	assert_int_equal(pl_verdict_parse(PL_STR("same"), &v), PL_E_SYNTAX);
}

static void text_files(void **state)
{
	const struct scratch *s = *state;
	struct pl_comparison c;

	scratch_write(s, "a", "hello world", 0644);
	scratch_write(s, "b", "hello World", 0644);
	scratch_write(s, "c", "hello world!", 0644);
	scratch_write(s, "e", "", 0644);
	c = compare(s, "a", "a", 0);
	assert_int_equal(c.verdict, PL_VERDICT_IDENTICAL);
	assert_true(pl_digest_eq(&c.a, &c.b));
	c = compare(s, "a", "b", ~0u);
	assert_int_equal(c.verdict, PL_VERDICT_DIFFERENT);
	assert_int_equal(c.first, 6);
	assert_int_equal(c.differing, 1);
	assert_string_equal(c.section_a, "");
	c = compare(s, "a", "c", 0);
	assert_int_equal(c.verdict, PL_VERDICT_DIFFERENT);
	assert_int_equal(c.first, 11);
	assert_int_equal(c.differing, 1);
	assert_int_equal(compare(s, "e", "e", 0).verdict, PL_VERDICT_IDENTICAL);
	assert_int_equal(compare(s, "e", "a", 0).first, 0);
}

static void build(const struct scratch *s, const char *out, const char *text, const char *id)
{
	char option[320];

	scratch_write(s, "p.c", text, 0644);
	(void)snprintf(option, sizeof option, "-Wl,--build-id=0x%s", id);
	RUN(s, "", "gcc", "-O1", "-o", out, option, "p.c");
}

#define PROGRAM(word) "#include <stdio.h>\nint main(void) { puts(\"" word "\"); return 0; }\n"

static void elf_sections_are_named(void **state)
{
	const struct scratch *s = *state;
	struct pl_comparison c;

	build(s, "one", PROGRAM("alpha"), "0102030405060708");
	build(s, "two", PROGRAM("gamma"), "0102030405060708");
	c = compare(s, "one", "two", PL_NORMALISE_ELF_BUILD_ID);
	assert_int_equal(c.verdict, PL_VERDICT_DIFFERENT);
	assert_string_equal(c.section_a, ".rodata");
	assert_string_equal(c.section_b, ".rodata");
	assert_string_equal(c.sections, ".rodata");
	build(s, "two", PROGRAM("gamma and more"), "1112131415161718");
	c = compare(s, "one", "two", 0);
	assert_non_null(strstr(c.sections, ".rodata "));
	assert_string_equal(c.sections + strlen(c.sections) - strlen(" .note.gnu.build-id"), " .note.gnu.build-id");
}

#define BYTES_16 "000102030405060708090a0b0c0d0e0f"
#define BYTES_64 BYTES_16 BYTES_16 BYTES_16 BYTES_16

static void build_id_only_when_declared(void **state)
{
	const struct scratch *s = *state;
	struct pl_comparison c;

	build(s, "one", PROGRAM("alpha"), "0102030405060708");
	build(s, "two", PROGRAM("alpha"), "1112131415161718");
	c = compare(s, "one", "two", 0);
	assert_int_equal(c.verdict, PL_VERDICT_DIFFERENT);
	assert_string_equal(c.section_a, ".note.gnu.build-id");
	assert_int_equal(c.differing, 8);
	c = compare(s, "one", "two", PL_NORMALISE_AR_HEADER);
	assert_int_equal(c.verdict, PL_VERDICT_DIFFERENT);
	c = compare(s, "one", "two", PL_NORMALISE_ELF_BUILD_ID | PL_NORMALISE_AR_HEADER);
	assert_int_equal(c.verdict, PL_VERDICT_NORMALISED);
	assert_int_equal(c.normalised, PL_NORMALISE_ELF_BUILD_ID);
	/* As long as the longest hash, and longer. */
	build(s, "one", PROGRAM("alpha"), BYTES_64);
	assert_int_equal(compare(s, "one", "two", PL_NORMALISE_ELF_BUILD_ID).verdict, PL_VERDICT_DIFFERENT);
	build(s, "one", PROGRAM("alpha"), "ff" BYTES_16 BYTES_16 BYTES_16 "000102030405060708090a0b0c0d0e");
	build(s, "two", PROGRAM("alpha"), BYTES_64);
	assert_int_equal(compare(s, "one", "two", PL_NORMALISE_ELF_BUILD_ID).verdict, PL_VERDICT_NORMALISED);
	build(s, "one", PROGRAM("alpha"), BYTES_64 "00");
	build(s, "two", PROGRAM("alpha"), BYTES_64 "01");
	assert_int_equal(compare(s, "one", "two", PL_NORMALISE_ELF_BUILD_ID).verdict, PL_VERDICT_DIFFERENT);
}

static void ar_headers_and_members(void **state)
{
	const struct scratch *s = *state;
	struct pl_comparison c;

	scratch_write(s, "p.c", "int one = 1;\n", 0644);
	RUN(s, "", "gcc", "-c", "-o", "a_rather_long_member_name.o", "p.c");
	RUN(s, "", "touch", "-d", "@1000000000", "a_rather_long_member_name.o");
	RUN(s, "", "ar", "rcU", "one.a", "a_rather_long_member_name.o");
	RUN(s, "", "touch", "-d", "@1200000000", "a_rather_long_member_name.o");
	RUN(s, "", "ar", "rcU", "two.a", "a_rather_long_member_name.o");
	c = compare(s, "one.a", "two.a", PL_NORMALISE_ELF_BUILD_ID);
	assert_int_equal(c.verdict, PL_VERDICT_DIFFERENT);
	c = compare(s, "one.a", "two.a", PL_NORMALISE_AR_HEADER);
	assert_int_equal(c.verdict, PL_VERDICT_NORMALISED);
	assert_int_equal(c.normalised, PL_NORMALISE_AR_HEADER);
	scratch_write(s, "p.c", "int one = 2;\n", 0644);
	RUN(s, "", "gcc", "-c", "-o", "a_rather_long_member_name.o", "p.c");
	RUN(s, "", "ar", "rcU", "three.a", "a_rather_long_member_name.o");
	c = compare(s, "one.a", "three.a", PL_NORMALISE_AR_HEADER);
	assert_int_equal(c.verdict, PL_VERDICT_DIFFERENT);
	assert_string_equal(c.section_a, "a_rather_long_member_name.o .data");
}

/* An ELF file cut at every length, and one with absurd tables, is compared all the same. */
static void broken_elf_files(void **state)
{
	const struct scratch *s = *state;
	struct pl_buf elf PL_CLEANUP(pl_buf_done) = PL_BUF(1u << 20);

	build(s, "one", PROGRAM("alpha"), "0102030405060708");
	assert_int_equal(pl_file_read(s->fd, "one", &elf), PL_OK);
	for (size_t i = 0; i < 64; i += 3) {
		uint8_t was = elf.ptr[i];

		elf.ptr[i] = (uint8_t)~was;
		assert_int_equal(pl_file_put_loose(s->fd, "bad", pl_buf_bytes(&elf), 0644), PL_OK);
		assert_int_equal(compare(s, "one", "bad", ~0u).verdict, PL_VERDICT_DIFFERENT);
		elf.ptr[i] = was;
	}
	for (size_t n = 1; n < elf.len; n += elf.len / 7) {
		assert_int_equal(pl_file_put_loose(s->fd, "bad", pl_bytes_of(elf.ptr, n), 0644), PL_OK);
		assert_int_equal(compare(s, "one", "bad", ~0u).verdict, PL_VERDICT_DIFFERENT);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_read_back),
		cmocka_unit_test(text_files),
		cmocka_unit_test(elf_sections_are_named),
		cmocka_unit_test(build_id_only_when_declared),
		cmocka_unit_test(ar_headers_and_members),
		cmocka_unit_test(broken_elf_files),
	};

	return cmocka_run_group_tests_name("release/compare", tests, scratch_setup, scratch_teardown);
}
