/* SPDX-License-Identifier: Apache-2.0 */
/* Forms with files: read the same however they are cut, and refused if anything about them could be read in two ways. */
#include "web/multipart.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#define TYPE PL_STR("multipart/form-data; boundary=b1")
#define FIELD(name, value) "--b1\r\nContent-Disposition: form-data; name=\"" name "\"\r\n\r\n" value "\r\n"
#define AFILE(filename, value) \
	"--b1\r\nContent-Disposition: form-data; name=\"files\"; filename=\"" filename "\"\r\nContent-Type: text/plain\r\n\r\n" value "\r\n"
#define END "--b1--\r\n"

static pl_status begin(void *ctx, const struct pl_multipart_part *p)
{
	pl_buf_put_c(ctx, p->is_file ? 'F' : 'f');
	pl_buf_put_c(ctx, '<');
	pl_buf_put_str(ctx, p->name);
	if (p->is_file) {
		pl_buf_put_c(ctx, '|');
		pl_buf_put_str(ctx, p->filename);
	}
	pl_buf_put_c(ctx, '>');
	return PL_OK;
}

static pl_status data(void *ctx, pl_bytes piece)
{
	assert_true(piece.len > 0);
	pl_buf_put_bytes(ctx, piece);
	return pl_buf_status(ctx);
}

static pl_status end(void *ctx)
{
	pl_buf_put_c(ctx, ';');
	return PL_OK;
}

static const struct pl_multipart_sink sink = {begin, data, end};

/* In two pieces, cut at @cut; then byte by byte if @cut is SIZE_MAX. */
static pl_status read_it(pl_str type, pl_str body, size_t cut, struct pl_buf *out)
{
	struct pl_multipart *m PL_CLEANUP(pl_multipart_freep) = NULL;
	pl_status st = pl_multipart_new(type, &sink, out, &m);

	pl_buf_clear(out);
	if (st)
		return st;
	if (cut == SIZE_MAX) {
		for (size_t i = 0; i < body.len && !st; i++)
			st = pl_multipart_feed(m, pl_bytes_of(body.ptr + i, 1));
	} else {
		st = pl_multipart_feed(m, pl_bytes_of(body.ptr, cut));
		if (!st)
			st = pl_multipart_feed(m, pl_bytes_of(body.ptr + cut, body.len - cut));
	}
	return st ? st : pl_multipart_end(m);
}

static void reads_at_every_cut(void **state)
{
	static const struct {
		pl_str body;
		const char *says;
	} good[] = {
		{PL_STR_INIT(FIELD("a", "1") END), "f<a>1;"},
		{PL_STR_INIT(FIELD("a", "1") "--b1--"), "f<a>1;"},
		{PL_STR_INIT(FIELD("a", "") FIELD("b", "x\r\ny") END), "f<a>;f<b>x\r\ny;"},
		{PL_STR_INIT(FIELD("a", "\r\r\n\r\n-\r\n--\r\n--b\r\n--b2\r\n--b-") END), "f<a>\r\r\n\r\n-\r\n--\r\n--b\r\n--b2\r\n--b-;"},
		{PL_STR_INIT(FIELD("a", "--b1\n--b1--") END), "f<a>--b1\n--b1--;"},
		{PL_STR_INIT(AFILE("x.txt", "words") AFILE("", "") END), "F<files|x.txt>words;F<files|>;"},
		{PL_STR_INIT(AFILE("C:\\dir\\x.txt", "w") END), "F<files|C:\\dir\\x.txt>w;"},
		{PL_STR_INIT(AFILE("a\\\"b", "w") END), "F<files|a\"b>w;"},
		{PL_STR_INIT(AFILE("../\xe2\x80\xae\xff", "w") END), "F<files|../\xe2\x80\xae\xff>w;"},
		{PL_STR_INIT("--b1\r\ncontent-disposition:form-data;name=a\r\nContent-Transfer-Encoding: binary\r\nX-More: y\r\n\r\n1\r\n" END), "f<a>1;"},
	};
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(4096);

	(void)state;
	for (size_t i = 0; i < PL_COUNT(good); i++)
		for (size_t cut = 0; cut <= good[i].body.len + 1; cut++) {
			if (read_it(TYPE, good[i].body, cut > good[i].body.len ? SIZE_MAX : cut, &out))
				fail_msg("body %zu, cut at %zu", i, cut);
			assert_string_equal(pl_buf_z(&out), good[i].says);
		}
}

static void refuses_at_every_cut(void **state)
{
	static const pl_str bad[] = {
		PL_STR_INIT(""), PL_STR_INIT("--b1"), PL_STR_INIT("--b1\r\n"), PL_STR_INIT("--b2\r\n"), PL_STR_INIT(FIELD("a", "1")), PL_STR_INIT(FIELD("a", "1") "--b1-"),
		PL_STR_INIT("before\r\n" FIELD("a", "1") END), PL_STR_INIT("\r\n" FIELD("a", "1") END), PL_STR_INIT(FIELD("a", "1") END "after"),
		PL_STR_INIT(FIELD("a", "1") "--b1--\r"), PL_STR_INIT(FIELD("a", "1") "--b1--\r\n\r\n"), PL_STR_INIT(FIELD("a", "1") "--b1 \r\n" FIELD("b", "2") END),
		PL_STR_INIT("--b1\r\n\r\n1\r\n" END), PL_STR_INIT("--b1\r\nContent-Type: text/plain\r\n\r\n1\r\n" END),
		PL_STR_INIT("--b1\nContent-Disposition: form-data; name=\"a\"\n\n1\n--b1--\n"),
		PL_STR_INIT("--b1\r\nContent-Disposition: form-data; name=\"a\"\n\r\n\r\n1\r\n" END),
		PL_STR_INIT("--b1\r\nContent-Disposition: form-data; name=\"a\"\rX\r\n\r\n1\r\n" END),
		PL_STR_INIT("--b1\r\nContent-Disposition: form-data; name=\"a\r\nX: y\"\r\n\r\n1\r\n" END),
		PL_STR_INIT("--b1\r\nContent-Disposition: form-data;\r\n name=\"a\"\r\n\r\n1\r\n" END),
		PL_STR_INIT("--b1\r\nContent-Disposition : form-data; name=\"a\"\r\n\r\n1\r\n" END),
		PL_STR_INIT("--b1\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\n1\r\n" END), PL_STR_INIT("--b1\r\nContent-Disposition: form-data\r\n\r\n1\r\n" END),
		PL_STR_INIT("--b1\r\nContent-Disposition: form-data; name=\"\"\r\n\r\n1\r\n" END), PL_STR_INIT("--b1\r\nContent-Disposition: form-data; name=\"a\r\n\r\n1\r\n" END),
		PL_STR_INIT("--b1\r\nContent-Disposition: form-data; name=\"a\"; name=\"b\"\r\n\r\n1\r\n" END),
		PL_STR_INIT("--b1\r\nContent-Disposition: form-data; name=\"a\"; filename=\"x\"; filename=\"y\"\r\n\r\n1\r\n" END),
		PL_STR_INIT("--b1\r\nContent-Disposition: form-data; name=\"a\"; filename*=UTF-8''x\r\n\r\n1\r\n" END),
		PL_STR_INIT("--b1\r\nContent-Disposition: form-data; name=\"a\" x\r\n\r\n1\r\n" END),
		PL_STR_INIT("--b1\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Disposition: form-data; name=\"b\"\r\n\r\n1\r\n" END),
		PL_STR_INIT("--b1\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Type: multipart/mixed; boundary=b2\r\n\r\n1\r\n" END),
		PL_STR_INIT("--b1\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Transfer-Encoding: base64\r\n\r\nMQ==\r\n" END),
		PL_STR_INIT("--b1\r\nContent-Disposition: form-data; name=\"a\0b\"\r\n\r\n1\r\n" END), PL_STR_INIT("--b1\r\nContent-Disposition: form-data; name=\"\xff\"\r\n\r\n1\r\n" END),
		PL_STR_INIT("--b1\r\nContent-Disposition: form-data; name=\"a\"; filename=\"x\0.txt\"\r\n\r\n1\r\n" END), PL_STR_INIT("--b1\r\nno colon\r\n\r\n1\r\n" END),
	};
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(4096);

	(void)state;
	for (size_t i = 0; i < PL_COUNT(bad); i++)
		for (size_t cut = 0; cut <= bad[i].len + 1; cut++)
			if (read_it(TYPE, bad[i], cut > bad[i].len ? SIZE_MAX : cut, &out) != PL_E_SYNTAX)
				fail_msg("body %zu, cut at %zu was taken", i, cut);
}

static void has_limits(void **state)
{
	struct pl_buf body PL_CLEANUP(pl_buf_done) = PL_BUF(1 << 20), out PL_CLEANUP(pl_buf_done) = PL_BUF(1 << 20);

	(void)state;
	for (unsigned i = 0; i < PL_MULTIPART_PARTS_MAX; i++)
		pl_buf_put_z(&body, FIELD("a", "1"));
	pl_buf_put_z(&body, END);
	assert_int_equal(read_it(TYPE, pl_buf_str(&body), 100, &out), PL_OK);
	pl_buf_truncate(&body, body.len - sizeof END + 1);
	pl_buf_put_z(&body, FIELD("a", "1") END);
	assert_int_equal(read_it(TYPE, pl_buf_str(&body), 100, &out), PL_E_TOOBIG);
	pl_buf_clear(&body);
	pl_buf_put_z(&body, "--b1\r\nContent-Disposition: form-data; name=\"a\"; filename=\"");
	for (unsigned i = 0; i < PL_MULTIPART_HEAD_MAX; i++)
		pl_buf_put_c(&body, 'x');
	pl_buf_put_z(&body, "\"\r\n\r\n1\r\n" END);
	assert_int_equal(read_it(TYPE, pl_buf_str(&body), 100, &out), PL_E_TOOBIG);
	pl_buf_clear(&body);
	pl_buf_put_z(&body, "--b1\r\nContent-Disposition: form-data; name=\"a\"\r\n");
	for (unsigned i = 0; i < 9; i++)
		pl_buf_put_z(&body, "X: y\r\n");
	pl_buf_put_z(&body, "\r\n1\r\n" END);
	assert_int_equal(read_it(TYPE, pl_buf_str(&body), 100, &out), PL_E_TOOBIG);
	pl_buf_clear(&body);
	pl_buf_put_z(&body, "--b1\r\nContent-Disposition: form-data; name=\"");
	for (unsigned i = 0; i <= PL_MULTIPART_NAME_MAX; i++)
		pl_buf_put_c(&body, 'x');
	pl_buf_put_z(&body, "\"\r\n\r\n1\r\n" END);
	assert_int_equal(read_it(TYPE, pl_buf_str(&body), 100, &out), PL_E_SYNTAX);
}

static void knows_its_type(void **state)
{
	static const char *const good[] = {"multipart/form-data; boundary=b1", "Multipart/Form-Data;boundary=\"b1\"", "multipart/form-data; charset=utf-8; boundary=b1"};
	static const char *const bad[] = {"", "multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=\"\"",
		"multipart/form-data; boundary=a; boundary=b", "multipart/form-data; boundary=\"a \"", "multipart/form-data; boundary=\"a\\\"b\"",
		"multipart/form-data; boundary=b1 x", "multipart/form-datax; boundary=b1", "application/x-www-form-urlencoded", "multipart/mixed; boundary=b1",
		"multipart/form-data; boundary=01234567890123456789012345678901234567890123456789012345678901234567890"};
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(4096);

	(void)state;
	for (size_t i = 0; i < PL_COUNT(good); i++) {
		assert_true(pl_multipart_is(pl_str_from(good[i])));
		assert_int_equal(read_it(pl_str_from(good[i]), PL_STR(FIELD("a", "1") END), 3, &out), PL_OK);
	}
	for (size_t i = 0; i < PL_COUNT(bad); i++)
		assert_int_equal(read_it(pl_str_from(bad[i]), PL_STR(FIELD("a", "1") END), 3, &out), PL_E_SYNTAX);
	assert_false(pl_multipart_is(PL_STR("application/x-www-form-urlencoded")));
}

static pl_status stop(void *ctx, pl_bytes piece)
{
	(void)ctx;
	(void)piece;
	return PL_E_NOSPACE;
}

static void stays_failed(void **state)
{
	static const struct pl_multipart_sink stops = {begin, stop, end};
	struct pl_multipart *m PL_CLEANUP(pl_multipart_freep) = NULL;
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(4096);

	(void)state;
	assert_int_equal(pl_multipart_new(TYPE, &stops, &out, &m), PL_OK);
	assert_int_equal(pl_multipart_feed(m, pl_str_bytes(PL_STR(FIELD("a", "1")))), PL_E_NOSPACE);
	assert_int_equal(pl_multipart_feed(m, pl_str_bytes(PL_STR(END))), PL_E_NOSPACE);
	assert_int_equal(pl_multipart_end(m), PL_E_NOSPACE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(reads_at_every_cut), cmocka_unit_test(refuses_at_every_cut), cmocka_unit_test(has_limits),
		cmocka_unit_test(knows_its_type), cmocka_unit_test(stays_failed)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
