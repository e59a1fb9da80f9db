/* SPDX-License-Identifier: Apache-2.0 */
/* Registers whose rows stay shut: what is published of them, what cannot be true of it, and which cases an auditor compares. */
#include "../base/testing.h"
#include "base/file.h"
#include "maker.h"
#include "register/sample.h"
#include "register/stated.h"
#include <fcntl.h>
#include <stdio.h>

#define FROM "2021-07-01T00:00:00Z"
#define TO "2022-01-01T00:00:00Z"
#define FILE_MAX ((size_t)1 << 24)
#define VALUES(...) ((const char *const[]){__VA_ARGS__})

/* The declaration of the maker, of a register that opens totals only. */
static const char *declaration(struct pl_buf *out)
{
	pl_str rest = pl_str_from(maker_declaration), line;

	while (pl_str_take_line(&rest, &line)) {
		pl_buf_put_str(out, pl_str_eq(line, PL_STR("opens rows")) ? PL_STR("opens totals") : line);
		pl_buf_put_c(out, '\n');
	}
	return pl_buf_z(out);
}

/* Eight cases: 2 has a second revision, 3 was erased, 4 lost, 5 was received before the period, 6 entered late. */
static void make(struct pl_buf *file)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(65536);
	struct maker m;

	maker_init(&m, declaration(&text), FROM, TO);
	maker_open(&m, 1, VALUES("2021-07-01T10:00:00Z", "ch", "5", "3", "granted", "eA==", "2021-07-01T11:00:00Z"));
	maker_open(&m, 2, VALUES("2021-07-01T12:00:00Z", "de", "0", NULL, "none", NULL, "2021-07-01T12:00:00Z"));
	maker_open(&m, 3, VALUES("2021-07-01T12:00:00Z", "at", "1", "1", "granted", NULL, "2021-07-01T14:00:00Z"));
	maker_day(&m, "2021-07-01T00:00:00Z");
	maker_open(&m, 2, VALUES("2021-07-01T12:00:00Z", "de", "0", "5", "rejected", NULL, "2021-07-01T12:00:00Z"));
	maker_other(&m, 3, PL_ROW_ERASED, PL_REGISTER_ERASED_ALL);
	maker_other(&m, 4, PL_ROW_LOST, 0);
	maker_open(&m, 5, VALUES("2021-06-30T00:00:00Z", "at", "1", "1", "granted", NULL, "2021-07-02T14:00:00Z"));
	maker_open(&m, 6, VALUES("2021-08-01T00:00:00Z", "not-stated", "1", "9", "rejected", NULL, "2021-09-30T14:00:00Z"));
	maker_open(&m, 7, VALUES("2021-10-01T00:00:00Z", "de", "1", "2", "rejected", NULL, "2021-10-01T14:00:00Z"));
	maker_open(&m, 8, VALUES("2021-10-01T00:00:00Z", "de", "1", "2", "rejected", NULL, "2021-10-01T14:00:00Z"));
	maker_file(&m, file);
	maker_done(&m);
}

static void count(const struct pl_buf *file, struct pl_recount *ret)
{
	struct pl_diag diag = {0};

	if (pl_recount_file(pl_buf_bytes(file), 1, NULL, NULL, ret, &diag))
		fail_msg("%s", diag.text);
}

/* What may be published of @file. */
static void shut(const struct pl_buf *file, const struct pl_recount *counted, struct pl_buf *out)
{
	struct pl_diag diag = {0};
	int fd PL_CLEANUP(pl_file_close) = -1;
	uint64_t size = 0;
	size_t n = 0;

	assert_int_equal(pl_file_open(AT_FDCWD, "/var/tmp", O_RDWR | O_TMPFILE, 0600, &fd), PL_OK);
	if (pl_stated_shut(pl_buf_bytes(file), counted, fd, &diag))
		fail_msg("%s", diag.text);
	assert_int_equal(pl_file_size(fd, &size), PL_OK);
	assert_true(pl_buf_reserve(out, (size_t)size));
	assert_int_equal(pl_file_pread(fd, out->ptr, (size_t)size, 0, &n), PL_OK);
	out->len = n;
}

struct pair {
	struct pl_buf file, public_file;
	struct pl_digest file_digest, public_digest;
	struct pl_recount counted, public;
};

static int begin(void **state)
{
	struct pair *p = PL_NEW(struct pair);

	p->file = (struct pl_buf)PL_BUF(FILE_MAX);
	p->public_file = (struct pl_buf)PL_BUF(FILE_MAX);
	make(&p->file);
	count(&p->file, &p->counted);
	shut(&p->file, &p->counted, &p->public_file);
	count(&p->public_file, &p->public);
	pl_sha256(pl_buf_bytes(&p->file), &p->file_digest);
	pl_sha256(pl_buf_bytes(&p->public_file), &p->public_digest);
	*state = p;
	return 0;
}

static int end(void **state)
{
	struct pair *p = *state;

	pl_recount_done(&p->counted);
	pl_recount_done(&p->public);
	pl_buf_done(&p->file);
	pl_buf_done(&p->public_file);
	pl_free(p);
	return 0;
}

static void says_the_same_without_a_row(void **state)
{
	struct pair *p = *state;
	struct pl_diag diag = {0};

	assert_false(p->counted.stated);
	assert_true(p->public.stated);
	assert_true(pl_digest_eq(&p->public.counted, &p->file_digest));
	assert_int_equal(p->public.cases, 6);
	assert_int_equal(p->public.late, 1);
	assert_int_equal(p->public.rows, p->counted.rows);
	assert_int_equal(p->public.erased, 1);
	assert_int_equal(p->public.lost, 1);
	assert_int_equal(p->public.unopened, 6);
	for (size_t i = 0; i < p->counted.decl->n_totals; i++)
		assert_int_equal(p->public.totals[i], p->counted.totals[i]);
	assert_int_equal(pl_stated_compare(&p->public, &p->file_digest, &p->counted, &diag), PL_OK);
	assert_int_equal(pl_str_find_str(pl_buf_str(&p->public_file), PL_STR(" open 0")), p->public_file.len);
	assert_true(pl_str_find_str(pl_buf_str(&p->file), PL_STR(" open 0")) < p->file.len);
	/* Once: what is shut is not counted from. */
	assert_int_equal(pl_stated_shut(pl_buf_bytes(&p->public_file), &p->public, -1, &diag), PL_E_STATE);
}

/* @file with its first line that begins with @line replaced ("": left out). */
static void replace(const struct pl_buf *file, const char *line, const char *by, struct pl_buf *out)
{
	pl_str rest = pl_buf_str(file), one;
	bool done = false;

	while (pl_str_take_line(&rest, &one)) {
		if (!done && pl_str_starts(one, pl_str_from(line))) {
			done = true;
			pl_buf_put_z(out, by);
			continue;
		}
		pl_buf_put_str(out, one);
		pl_buf_put_c(out, '\n');
	}
	assert_true(done);
}

static void refuses_what_cannot_be_true(void **state)
{
	struct pair *p = *state;
	const struct {
		const char *line, *by;
		pl_status status;
	} rows[] = {
		{"total requests 6", "", PL_E_SYNTAX},
		{"total requests 6", "total requests 06\n", PL_E_SYNTAX},
		{"total requests 6", "total request 6\n", PL_E_SYNTAX},
		{"total requests 6", "total requests 6\ntotal requests 6\n", PL_E_SYNTAX},
		{"cell by-country at granted 1", "", PL_E_PROOF},
		{"cell by-country at granted 1", "cell by-country at granted 2\n", PL_E_PROOF},
		{"cell by-country at granted 1", "cell by-country at granted 0\n", PL_E_SYNTAX},
		{"cell by-country at granted 1", "cell by-country at granted\n", PL_E_SYNTAX},
		{"cell by-country at granted 1", "cell by-country xx granted 1\n", PL_E_SYNTAX},
		{"cell by-country at granted 1", "cell by-country ch granted 1\ncell by-country ch granted 1\n", PL_E_SYNTAX},
		{"cell by-country at granted 1", "cell by-country at granted 9223372036854775807\n", PL_E_TOOBIG},
		{"cell by-month", "cell by-moon 2021-07-01T00:00:00Z ~ 3\n", PL_E_PROOF},
		{"cell by-month", "cell by-month 2021-07-01T00:00:00Z x 3\n", PL_E_SYNTAX},
		{"counted ", "", PL_E_SYNTAX},
		{"counted ", "counted x 6 1\n", PL_E_SYNTAX},
	};

	for (size_t i = 0; i < PL_COUNT(rows); i++) {
		struct pl_buf spoilt PL_CLEANUP(pl_buf_done) = PL_BUF(FILE_MAX);
		struct pl_recount r = {0};
		struct pl_diag diag = {0};
		pl_status st;

		replace(&p->public_file, rows[i].line, rows[i].by, &spoilt);
		st = pl_recount_file(pl_buf_bytes(&spoilt), 1, NULL, NULL, &r, &diag);
		if (st != rows[i].status || !diag.text[0])
			fail_msg("\"%s\" as \"%s\": %s, %s", rows[i].line, rows[i].by, pl_status_text(st), diag.text);
	}
}

static void a_row_stays_shut(void **state)
{
	struct pair *p = *state;
	struct pl_buf mixed PL_CLEANUP(pl_buf_done) = PL_BUF(FILE_MAX);
	struct pl_recount r = {0};
	struct pl_diag diag = {0};
	pl_str rest = pl_buf_str(&p->file), line;
	char open[4096];

	while (pl_str_take_line(&rest, &line) && !pl_str_starts(line, PL_STR("row 1 0 ")))
		;
	(void)snprintf(open, sizeof open, "%.*s\n", PL_STR_ARG(line));
	replace(&p->public_file, "row 1 0 ", open, &mixed);
	assert_int_equal(pl_recount_file(pl_buf_bytes(&mixed), 1, NULL, NULL, &r, &diag), PL_E_PROOF);
	assert_non_null(strstr(diag.text, "case 1"));
}

static void other_rows_are_found_out(void **state)
{
	struct pair *p = *state;
	struct pl_recount lie = p->public;
	struct pl_digest other = p->public_digest;
	struct pl_diag diag = {0};

	assert_int_equal(pl_stated_compare(&p->public, &other, &p->counted, &diag), PL_E_PROOF);
	lie.totals[0]++;
	diag = (struct pl_diag){0};
	assert_int_equal(pl_stated_compare(&lie, &p->file_digest, &p->counted, &diag), PL_E_PROOF);
	assert_non_null(strstr(diag.text, "requests 7"));
	lie.totals[0]--;
	lie.late = 0;
	assert_int_equal(pl_stated_compare(&lie, &p->file_digest, &p->counted, NULL), PL_E_PROOF);
	assert_int_equal(pl_stated_compare(&p->counted, &p->file_digest, &p->counted, NULL), PL_E_PROOF);
}

static void draws(void **state)
{
	struct pair *p = *state;
	uint64_t a[PL_SAMPLE_MAX], b[PL_SAMPLE_MAX];
	size_t n = 0, m = 0;
	struct pl_diag diag = {0};

	assert_int_equal(p->public.n_drawable, 6);
	assert_int_equal(pl_sample_draw(&p->public, &p->public_digest, PL_STR("dice"), 3, a, &n, &diag), PL_OK);
	assert_int_equal(n, 3);
	for (size_t i = 0; i < n; i++) {
		assert_true(a[i] >= 1 && a[i] <= 8 && a[i] != 3 && a[i] != 4);
		assert_true(i == 0 || a[i] > a[i - 1]);
	}
	assert_int_equal(pl_sample_draw(&p->public, &p->public_digest, PL_STR("dice"), 3, b, &m, &diag), PL_OK);
	assert_memory_equal(a, b, 3 * sizeof *a);
	assert_int_equal(pl_sample_draw(&p->public, &p->public_digest, PL_STR("dice"), 100, b, &m, &diag), PL_OK);
	assert_int_equal(m, 6);
	assert_int_equal(pl_sample_draw(&p->public, &p->public_digest, PL_STR(""), 3, b, &m, &diag), PL_E_RANGE);
	assert_int_equal(pl_sample_draw(&p->public, &p->public_digest, PL_STR("x"), 0, b, &m, NULL), PL_E_RANGE);
	assert_int_equal(pl_sample_draw(&p->counted, &p->file_digest, PL_STR("x"), 3, b, &m, NULL), PL_E_STATE);
}

/* Over many words every case is drawn about equally often. */
static void picks_nobody(void **state)
{
	struct pair *p = *state;
	unsigned times[9] = {0};

	for (unsigned i = 0; i < 6000; i++) {
		char words[16];
		uint64_t drawn[PL_SAMPLE_MAX];
		size_t n = 0;

		(void)snprintf(words, sizeof words, "w%u", i);
		assert_int_equal(pl_sample_draw(&p->public, &p->public_digest, pl_str_from(words), 1, drawn, &n, NULL), PL_OK);
		times[drawn[0]]++;
	}
	for (unsigned i = 1; i < 9; i++)
		if (i != 3 && i != 4)
			assert_in_range(times[i], 850, 1150); /* 1,000, five standard deviations to each side */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(says_the_same_without_a_row, begin, end),
		cmocka_unit_test_setup_teardown(refuses_what_cannot_be_true, begin, end),
		cmocka_unit_test_setup_teardown(a_row_stays_shut, begin, end),
		cmocka_unit_test_setup_teardown(other_rows_are_found_out, begin, end),
		cmocka_unit_test_setup_teardown(draws, begin, end),
		cmocka_unit_test_setup_teardown(picks_nobody, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
