/* SPDX-License-Identifier: Apache-2.0 */
/* What a file is, and a name that does no harm; the same however the bytes come. */
#include "register/casework/filetype.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#define BYTES(lit) {(const uint8_t *)("" lit), sizeof(lit) - 1}
#define TEXT PL_FILETYPE_TEXT

static const struct {
	pl_bytes bytes;
	unsigned kinds;
} files[] = {
	{BYTES("%PDF-1.7\n%\xe2\xe3"), PL_FILETYPE_PDF},
	{BYTES(" %PDF-1.7\n"), TEXT},
	{BYTES("\x89PNG\r\n\x1a\n\0\0"), PL_FILETYPE_PNG},
	{BYTES("\x89PNG\n\x1a\n\0\0"), PL_FILETYPE_ANY},
	{BYTES("\xff\xd8\xff\xe0\0\x10JFIF"), PL_FILETYPE_JPEG},
	{BYTES("PK\x03\x04\x14\0"), PL_FILETYPE_ZIP},
	{BYTES("PK\x05\x06\0\0"), PL_FILETYPE_ZIP},
	{BYTES("PK\x03"), PL_FILETYPE_ANY},
	{BYTES("MZ\x90\0\x03"), PL_FILETYPE_ANY},
	{BYTES("\x7f" "ELF"), PL_FILETYPE_ANY},
	{BYTES(""), TEXT},
	{BYTES("words\nwords\r\n\t."), TEXT},
	{BYTES("Gr\xc3\xbc\xc3\x9f\x65 \xf0\x9f\x98\x80"), TEXT},
	{BYTES("Gr\xfc\xdf\x65"), PL_FILETYPE_ANY},
	{BYTES("cut off \xc3"), PL_FILETYPE_ANY},
	{BYTES("overlong \xc0\xaf"), PL_FILETYPE_ANY},
	{BYTES("overlong \xe0\x80\xaf"), PL_FILETYPE_ANY},
	{BYTES("surrogate \xed\xa0\x80"), PL_FILETYPE_ANY},
	{BYTES("beyond \xf4\x90\x80\x80"), PL_FILETYPE_ANY},
	{BYTES("a nul \0."), PL_FILETYPE_ANY},
	{BYTES("\x1b[31mred"), PL_FILETYPE_ANY},
	{BYTES("{\"a\": 1}\n"), TEXT | PL_FILETYPE_JSON},
	{BYTES(" \n[1,2]"), TEXT | PL_FILETYPE_JSON},
	{BYTES("{\"a\": 1"), TEXT},
	{BYTES("a,b\n1,2\n"), TEXT | PL_FILETYPE_CSV},
	{BYTES("a;b\n1;2\n"), TEXT | PL_FILETYPE_CSV},
	{BYTES("a\n1,2\n"), TEXT},
	{BYTES("Received: from x\r\nSubject: y\r\n\r\nz"), TEXT | PL_FILETYPE_EML},
	{BYTES("age-encryption.org/v1\n-> X25519 \xff"), PL_FILETYPE_AGE},
	{BYTES("age-encryption.org/v1\n"), PL_FILETYPE_AGE},
	{BYTES("age-encryption.org/v2\n"), TEXT},
	{BYTES("age-encryption.org/v1"), TEXT},
	{BYTES("From: a, b\n"), TEXT | PL_FILETYPE_EML | PL_FILETYPE_CSV},
	{BYTES(": no name\n"), TEXT},
	{BYTES("not a field: x\n"), TEXT},
};

static void is_told_by_its_bytes(void **state)
{
	(void)state;
	for (size_t i = 0; i < PL_COUNT(files); i++)
		for (size_t cut = 0; cut <= files[i].bytes.len; cut++) {
			struct pl_filetype_look l = {0};

			pl_filetype_feed(&l, pl_bytes_of(files[i].bytes.ptr, cut));
			pl_filetype_feed(&l, pl_bytes_of(files[i].bytes.ptr + cut, files[i].bytes.len - cut));
			if (pl_filetype_end(&l) != files[i].kinds)
				fail_msg("file %zu, cut at %zu: %x, not %x", i, cut, pl_filetype_end(&l), files[i].kinds);
		}
	assert_int_equal(pl_filetype_best(TEXT | PL_FILETYPE_CSV | PL_FILETYPE_JSON), PL_FILETYPE_JSON);
	assert_int_equal(pl_filetype_best(PL_FILETYPE_ANY), PL_FILETYPE_ANY);
}

static void looks_at_all_of_a_text(void **state)
{
	struct pl_filetype_look l = {0};

	(void)state;
	for (int i = 0; i < 1000; i++)
		pl_filetype_feed(&l, pl_str_bytes(PL_STR("a line of a long text\n")));
	assert_int_equal(pl_filetype_end(&l), TEXT);
	pl_filetype_feed(&l, pl_bytes_of("\0", 1));
	assert_int_equal(pl_filetype_end(&l), PL_FILETYPE_ANY);
}

static void sets_have_one_spelling(void **state)
{
	static const char *const bad[] = {"", "pdf,", ",pdf", "pdf,pdf", "pdf, png", "PDF", "exe", "any,pdf", "pdf,any", "pdf;png"};
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(256);
	unsigned set = 0;

	(void)state;
	assert_int_equal(pl_filetype_set_read(PL_STR("text,pdf,csv"), &set), PL_OK);
	assert_int_equal(set, TEXT | PL_FILETYPE_PDF | PL_FILETYPE_CSV);
	pl_filetype_set_write(set, ", ", &b);
	assert_true(pl_str_eq(pl_buf_str(&b), PL_STR("pdf, csv, text")));
	assert_int_equal(pl_filetype_set_read(PL_STR("any"), &set), PL_OK);
	for (size_t i = 0; i < PL_COUNT(bad); i++) {
		set = 77;
		assert_int_equal(pl_filetype_set_read(pl_str_from(bad[i]), &set), PL_E_SYNTAX);
		assert_int_equal(set, 77);
	}
}

static void names_do_no_harm(void **state)
{
	static const struct {
		pl_bytes given;
		const char *name;
	} names[] = {
		{BYTES("report.pdf"), "report.pdf"}, {BYTES("/etc/passwd"), "passwd"}, {BYTES("C:\\dir\\x.txt"), "x.txt"}, {BYTES("../../x"), "x"},
		{BYTES(".."), "file"}, {BYTES(""), "file"}, {BYTES("   "), "file"}, {BYTES("a/"), "file"}, {BYTES(".bashrc"), "bashrc"},
		{BYTES("a\0b"), "a_b"}, {BYTES("a\r\nb: c"), "a__b_ c"}, {BYTES("a\"b;c%22d%23"), "a_b_c_d_23"}, {BYTES("x. . "), "x"},
		{BYTES("Gr\xc3\xbc\xc3\x9f\x65.txt"), "Gr\xc3\xbc\xc3\x9f\x65.txt"}, {BYTES("Gr\xfc\xdf\x65.txt"), "Gr__e.txt"},
		{BYTES("cod\xe2\x80\xae" "fdp.exe"), "cod_fdp.exe"}, {BYTES("z\xe2\x80\x8bw"), "z_w"}, {BYTES("\xef\xbb\xbfx"), "_x"}, {BYTES("cut\xc3"), "cut_"},
	};
	char longer[400];

	(void)state;
	for (size_t i = 0; i < PL_COUNT(names); i++) {
		struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(256);

		pl_filetype_name(pl_bytes_str(names[i].given), &b);
		assert_string_equal(pl_buf_z(&b), names[i].name);
	}
	memset(longer, 'x', sizeof longer);
	memcpy(longer + PL_FILETYPE_NAME_MAX - 1, "\xc3\xbc", 2);
	{
		struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(256);

		pl_filetype_name(pl_str_of(longer, sizeof longer), &b);
		assert_int_equal(b.len, PL_FILETYPE_NAME_MAX - 1); /* no half a character */
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(is_told_by_its_bytes), cmocka_unit_test(looks_at_all_of_a_text),
		cmocka_unit_test(sets_have_one_spelling), cmocka_unit_test(names_do_no_harm)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
