/* SPDX-License-Identifier: Apache-2.0 */
#include "../base/testing.h"
#include "maker.h"
#include "register/recount.h"
#include <stdio.h>

#define FROM "2021-07-01T00:00:00Z"
#define TO "2022-01-01T00:00:00Z"
#define FILE_MAX ((size_t)1 << 24)

/* received, country, accounts, days, decision, authority, then when it was entered. */
#define VALUES(...) ((const char *const[]){__VA_ARGS__})

/* Twelve cases over two heartbeats; 1 is from before the file, 3 and 5 have second revisions, 7 is sealed, 8 lost, 9 erased,
 * 10 entered late, 11 received in the half-year before. */
static void make(struct maker *m, struct pl_buf *file)
{
	maker_init(m, maker_declaration, FROM, TO);
	maker_open(m, 1, VALUES("2021-06-29T10:00:00Z", "ch", "5", NULL, "none", "eA==", "2021-06-29T11:00:00Z"));
	maker_day(m, "2021-06-30T00:00:00Z");
	maker_first(m);
	maker_open(m, 2, VALUES("2021-07-01T10:00:00Z", "ch", "5", "3", "granted", "eA==", "2021-07-01T11:00:00Z"));
	maker_open(m, 3, VALUES("2021-07-01T12:00:00Z", "de", "0", NULL, "none", NULL, "2021-07-01T12:00:00Z"));
	maker_open(m, 1, VALUES("2021-06-29T10:00:00Z", "ch", "5", "4", "rejected", "eA==", "2021-06-29T11:00:00Z"));
	maker_day(m, "2021-07-01T00:00:00Z");
	maker_open(m, 4, VALUES("2021-07-02T12:00:00Z", "not-stated", "250", "9", "rejected", "", "2021-07-02T12:00:00Z"));
	maker_open(m, 5, VALUES("2021-07-02T12:00:00Z", "at", "1", NULL, "none", NULL, "2021-07-02T13:00:00Z"));
	maker_open(m, 6, VALUES("2021-07-02T12:00:00Z", "at", NULL, "30", "rejected", NULL, "2021-07-02T14:00:00Z"));
	maker_open(m, 3, VALUES("2021-07-01T12:00:00Z", "de", "0", "5", "rejected", NULL, "2021-07-01T12:00:00Z"));
	maker_open(m, 5, VALUES("2021-07-02T12:00:00Z", "at", "1", "7", "granted", NULL, "2021-07-02T13:00:00Z"));
	maker_other(m, 7, PL_ROW_SEALED, 0);
	maker_other(m, 8, PL_ROW_LOST, 0);
	maker_open(m, 9, VALUES("2021-07-02T12:00:00Z", "de", "1", "1", "granted", NULL, "2021-07-02T14:00:00Z"));
	maker_other(m, 9, PL_ROW_ERASED, PL_REGISTER_ERASED_ALL);
	maker_day(m, "2021-07-04T00:00:00Z");
	maker_open(m, 10, VALUES("2021-08-01T00:00:00Z", "at", "1", "1", "granted", NULL, "2021-09-30T14:00:00Z"));
	maker_open(m, 11, VALUES("2021-06-01T00:00:00Z", "at", "1", "1", "granted", NULL, "2021-09-30T14:00:00Z"));
	maker_file(m, file);
}

static void counts(void **state)
{
	struct pl_buf file PL_CLEANUP(pl_buf_done) = PL_BUF(FILE_MAX);
	struct pl_diag diag = {0};
	struct pl_recount r;
	struct maker m;

	make(&m, &file);
	for (unsigned threads = 1; threads < 9; threads += 7) {
		if (pl_recount_file(pl_buf_bytes(&file), threads, NULL, NULL, &r, &diag))
			fail_msg("%s", diag.text);
		assert_int_equal(r.rows, 14);
		assert_int_equal(r.cases, 7);
		assert_int_equal(r.unopened, 1);
		assert_int_equal(r.lost, 1);
		assert_int_equal(r.erased, 1);
		assert_int_equal(r.late, 1);
		assert_int_equal(r.days, 2);
		assert_int_equal(r.days_missing, 2);
		assert_int_equal(r.unconfirmed, 6);
		assert_int_equal(r.refused, 2);
		assert_int_equal(r.totals[0], 7);
		assert_int_equal(r.totals[1], 3); /* at, ch, de */
		assert_int_equal(r.totals[2], 3); /* 3, 4, 6 */
		assert_int_equal(r.totals[3], 5); /* 1 1 3 5 7 9 30 */
		assert_int_equal(r.totals[4], 56);
		assert_int_equal(r.totals[5], 8);
		assert_int_equal(r.tables[0].n, 6);
		assert_true(pl_str_eq(r.tables[0].cells[0].row, PL_STR("at")));
		assert_true(pl_str_eq(r.tables[0].cells[0].column, PL_STR("granted")));
		assert_int_equal(r.tables[0].cells[0].count, 2);
		assert_int_equal(r.tables[1].n, 2);
		assert_int_equal(r.tables[1].cells[0].count, 6);
		pl_recount_done(&r);
	}
	maker_done(&m);
}

/* ---- what must not pass ---- */

/* Replace the first @from behind the first @after by @to, which may have another length. */
static void change(struct pl_buf *file, const char *after, const char *from, const char *to)
{
	struct pl_buf copy PL_CLEANUP(pl_buf_done) = PL_BUF(FILE_MAX);
	pl_str text = pl_buf_str(file);
	size_t at = pl_str_find_str(text, pl_str_from(after)), end;

	assert_true(at < text.len);
	end = at + pl_str_find_str(pl_str_sub(text, at, SIZE_MAX), pl_str_from(from));
	assert_true(end < text.len);
	pl_buf_put_str(&copy, pl_str_sub(text, 0, end));
	pl_buf_put_z(&copy, to);
	pl_buf_put_str(&copy, pl_str_sub(text, end + strlen(from), SIZE_MAX));
	pl_buf_clear(file);
	pl_buf_put_str(file, pl_buf_str(&copy));
	assert_int_equal(pl_buf_status(file), PL_OK);
}

static pl_str line_at(const struct pl_buf *file, const char *start)
{
	pl_str text = pl_buf_str(file), line;
	size_t at = pl_str_find_str(text, pl_str_from(start));

	assert_true(at < text.len);
	text = pl_str_sub(text, at, SIZE_MAX);
	assert_true(pl_str_take_line(&text, &line));
	return pl_str_of(line.ptr, line.len + 1);
}

static void drop(struct pl_buf *file, const char *start)
{
	pl_str line = line_at(file, start), text = pl_buf_str(file);
	size_t at = (size_t)(line.ptr - text.ptr);

	memmove(file->ptr + at, file->ptr + at + line.len, text.len - at - line.len);
	pl_buf_truncate(file, text.len - line.len);
}

static void swap(struct pl_buf *file, const char *one, const char *other)
{
	struct pl_buf copy PL_CLEANUP(pl_buf_done) = PL_BUF(FILE_MAX);
	pl_str a = line_at(file, one), b = line_at(file, other), text = pl_buf_str(file);
	size_t after = (size_t)(b.ptr + b.len - text.ptr);

	pl_buf_put_str(&copy, pl_str_sub(text, 0, (size_t)(a.ptr - text.ptr)));
	pl_buf_put_str(&copy, b);
	pl_buf_put_str(&copy, pl_str_of(a.ptr + a.len, (size_t)(b.ptr - a.ptr) - a.len));
	pl_buf_put_str(&copy, a);
	pl_buf_put_str(&copy, pl_str_sub(text, after, SIZE_MAX));
	pl_buf_clear(file);
	pl_buf_put_str(file, pl_buf_str(&copy));
}

static void refused(const struct pl_buf *file, const char *words)
{
	struct pl_diag diag = {0};
	struct pl_recount r;

	if (pl_recount_file(pl_buf_bytes(file), 2, NULL, NULL, &r, &diag) == PL_OK)
		fail_msg("accepted, expected \"%s\"", words);
	if (!strstr(diag.text, words))
		fail_msg("expected \"%s\", found \"%s\"", words, diag.text);
	assert_null(r.decl);
}

static void names_the_row_that_is_false(void **state)
{
	static const struct {
		const char *after, *from, *to, *words;
	} changes[] = {
		{"\nrow 4 ", "rejected", "granted", "case 4, revision 0"},
		{"\nrow 4 ", " 9 ", " 8 ", "case 4, revision 0"},
		{"\nrow 4 ", "not-stated", "ch", "case 4, revision 0"},
		{"\nrow 4 ", " 9 ", " ~ ", "case 4, revision 0"},
		{"\nrow 4 ", "row 4 0", "row 4 1", "case 4, revision 1"},
		{"\nrow 5 1", "row 5 1", "row 5 2", "case 5, revision 2"},
		{"\nrow 7 ", "sealed ", "sealed 0", "line"},
		{"\nrow 9 1", "erased all", "erased sealed", "case 9, revision 1"},
		{"\nrow 8 ", "lost", "erased all", "case 8, revision 0"},
		{"\nrow 1 1", "rejected", "granted", "case 1, revision 1"},
		{"\nday 2021-07-01", " 3 1 ", " 2 1 ", "heartbeats are not those"},
		{"\nday 2021-07-04", "day 2021-07-04", "day 2021-07-03", "heartbeats are not those"},
		{"\nday 2021-07-04", "day 2021-07-04", "day 2021-07-01", "do not ascend"},
		{"\nfirst 1 1", "first 1 1", "first 1 2", "next new number is 3"},
		{"\nlast 15 11", "last 15 11", "last 15 12", "number 12 was given"},
		{"\nlast 15 11", "last 15 11", "last 16 11", "16 leaves"},
		{"edge ", "edge ", "edge 0", "edge"},
		{"field country", "at,ch", "ap,ch", "case 2, revision 0 (line 30): what is opened is not what was entered"},
		{"\nend\n", "end\n", "end\nrow", "follows"},
		{"\nend\n", "end\n", "", "breaks off"},
		{"\norigin log", "origin log", "origin lot", "case 2, revision 0"},
	};

	for (size_t i = 0; i < PL_COUNT(changes); i++) {
		struct pl_buf file PL_CLEANUP(pl_buf_done) = PL_BUF(FILE_MAX);
		struct maker m;

		make(&m, &file);
		change(&file, changes[i].after, changes[i].from, changes[i].to);
		refused(&file, changes[i].words);
		maker_done(&m);
	}
}

static void steps_are_those_declared(void **state)
{
	static const char *const last[] = {"granted", "rejected", NULL};

	/* Good, then a step that no line names, then an absent value; the revision before is open, shut, or before the file. */
	for (unsigned k = 0; k < 9; k++) {
		struct pl_buf file PL_CLEANUP(pl_buf_done) = PL_BUF(FILE_MAX), text PL_CLEANUP(pl_buf_done) = PL_BUF(FILE_MAX);
		struct pl_diag diag = {0};
		struct pl_recount r;
		struct maker m;
		bool known = k / 3 == 0, fits = k % 3 == 0;

		pl_buf_put_z(&text, maker_declaration);
		pl_buf_put_z(&text, "step decision - none\nstep decision none granted\n");
		maker_init(&m, pl_buf_z(&text), FROM, TO);
		maker_open(&m, 1, VALUES("2021-07-01T10:00:00Z", "ch", "5", NULL, "none", NULL, "2021-07-01T11:00:00Z"));
		if (k / 3 == 1)
			maker_other(&m, 1, PL_ROW_SEALED, 0);
		if (k / 3 == 2)
			maker_first(&m);
		maker_open(&m, 1, VALUES("2021-07-01T10:00:00Z", "ch", "5", NULL, last[k % 3], NULL, "2021-07-01T11:00:00Z"));
		maker_file(&m, &file);
		if (known && !fits) {
			assert_int_equal(pl_recount_file(pl_buf_bytes(&file), 1, NULL, NULL, &r, &diag), PL_E_PROOF);
			assert_non_null(strstr(diag.text, "case 1, revision 1 "));
			assert_non_null(strstr(diag.text, "no step that the declaration names: from decision none"));
		} else {
			if (pl_recount_file(pl_buf_bytes(&file), 1, NULL, NULL, &r, &diag))
				fail_msg("%u: %s", k, diag.text);
			assert_int_equal(r.steps, known);
			pl_recount_done(&r);
		}
		maker_done(&m);
	}
}

/* A case that two persons decide on has at least two revisions, where its first one is open. */
static void none_begins_where_two_decide(void **state)
{
	static const char *const first[] = {"none", "rejected", "granted"};

	for (unsigned k = 0; k < 6; k++) {
		struct pl_buf file PL_CLEANUP(pl_buf_done) = PL_BUF(FILE_MAX), text PL_CLEANUP(pl_buf_done) = PL_BUF(FILE_MAX);
		struct pl_diag diag = {0};
		struct pl_recount r;
		struct maker m;
		const char *country = k < 3 ? "ch" : "at";
		bool wrong = k == 1 || k == 4 || k == 2; /* granted asks for two in one country only */

		pl_buf_put_z(&text, maker_declaration);
		pl_buf_put_z(&text, "eyes decision rejected\neyes decision granted country=ch\n");
		maker_init(&m, pl_buf_z(&text), FROM, TO);
		maker_open(&m, 1, VALUES("2021-07-01T10:00:00Z", country, "5", NULL, first[k % 3], NULL, "2021-07-01T11:00:00Z"));
		maker_open(&m, 1, VALUES("2021-07-01T10:00:00Z", country, "5", NULL, "rejected", NULL, "2021-07-01T11:00:00Z"));
		maker_file(&m, &file);
		if (wrong) {
			assert_int_equal(pl_recount_file(pl_buf_bytes(&file), 1, NULL, NULL, &r, &diag), PL_E_PROOF);
			assert_non_null(strstr(diag.text, "case 1, revision 0 "));
			assert_non_null(strstr(diag.text, "two persons decide on"));
		} else {
			if (pl_recount_file(pl_buf_bytes(&file), 1, NULL, NULL, &r, &diag))
				fail_msg("%u: %s", k, diag.text);
			pl_recount_done(&r);
		}
		maker_done(&m);
	}
}

static void refuses_missing_and_swapped_rows(void **state)
{
	struct pl_buf file PL_CLEANUP(pl_buf_done) = PL_BUF(FILE_MAX);
	struct maker m;

	make(&m, &file);
	drop(&file, "row 6 0");
	refused(&file, "case 7, revision 0 (line 38): out of order: the next new number is 6");
	pl_buf_clear(&file);
	maker_done(&m);

	make(&m, &file);
	drop(&file, "row 3 1");
	refused(&file, "its root does not follow");
	pl_buf_clear(&file);
	maker_done(&m);

	make(&m, &file);
	drop(&file, "row 11 0");
	refused(&file, "15 leaves, with the rows there are 14");
	pl_buf_clear(&file);
	maker_done(&m);

	make(&m, &file);
	swap(&file, "row 4 0", "row 5 0");
	refused(&file, "case 5, revision 0");
	pl_buf_clear(&file);
	maker_done(&m);

	make(&m, &file);
	swap(&file, "row 3 1", "row 5 1");
	refused(&file, "its root does not follow");
	maker_done(&m);
}

static void refuses_dates_that_cannot_be(void **state)
{
	struct pl_buf file PL_CLEANUP(pl_buf_done) = PL_BUF(FILE_MAX);
	struct maker m;

	maker_init(&m, maker_declaration, FROM, TO);
	maker_open(&m, 1, VALUES("2021-08-02T00:00:00Z", "at", "1", "1", "granted", NULL, "2021-07-30T14:00:00Z"));
	maker_file(&m, &file);
	refused(&file, "case 1, revision 0 (line 29): post-dated");
	pl_buf_clear(&file);
	maker_done(&m);

	maker_init(&m, maker_declaration, FROM, TO);
	maker_day(&m, "2021-08-01T00:00:00Z");
	maker_open(&m, 1, VALUES("2021-07-01T00:00:00Z", "at", "1", "1", "granted", NULL, "2021-08-01T14:00:00Z"));
	maker_file(&m, &file);
	refused(&file, "lies before the head");
	pl_buf_clear(&file);
	maker_done(&m);

	maker_init(&m, maker_declaration, FROM, TO);
	maker_open(&m, 1, VALUES("2021-07-01T00:00:00Z", "at", "1", "1", "granted", NULL, "2021-08-03T14:00:00Z"));
	maker_day(&m, "2021-08-01T00:00:00Z");
	maker_file(&m, &file);
	refused(&file, "lies behind the head");
	maker_done(&m);
}

static void refuses_a_period_across_the_rule(void **state)
{
	struct pl_buf file PL_CLEANUP(pl_buf_done) = PL_BUF(FILE_MAX);
	struct maker m;

	maker_init(&m, maker_declaration, "2021-07-15T00:00:00Z", TO);
	maker_open(&m, 1, VALUES("2021-07-20T00:00:00Z", "at", "1", "1", "granted", NULL, "2021-07-21T14:00:00Z"));
	maker_file(&m, &file);
	refused(&file, "too coarsely");
	maker_done(&m);
}

static void counts_an_empty_register(void **state)
{
	struct pl_buf file PL_CLEANUP(pl_buf_done) = PL_BUF(FILE_MAX);
	struct pl_diag diag = {0};
	struct pl_recount r;
	struct maker m;

	maker_init(&m, maker_declaration, FROM, TO);
	maker_day(&m, "2021-08-01T00:00:00Z");
	maker_file(&m, &file);
	assert_int_equal(pl_recount_file(pl_buf_bytes(&file), 1, NULL, NULL, &r, &diag), PL_OK);
	assert_int_equal(r.rows + r.cases + r.totals[0] + r.totals[3], 0);
	assert_int_equal(r.days, 1);
	pl_recount_done(&r);
	maker_done(&m);
}

/* Every byte of a file that is changed is either refused or was not part of what is said. */
static void no_changed_byte_changes_a_count(void **state)
{
	struct pl_buf file PL_CLEANUP(pl_buf_done) = PL_BUF(FILE_MAX);
	struct pl_recount right, r;
	struct maker m;

	make(&m, &file);
	assert_int_equal(pl_recount_file(pl_buf_bytes(&file), 1, NULL, NULL, &right, NULL), PL_OK);
	for (size_t i = 0; i < file.len; i += 3) {
		uint8_t was = file.ptr[i];

		/* The period is what the report says; a caller compares it. */
		if (i >= pl_str_find_str(pl_buf_str(&file), PL_STR("period")) && i < pl_str_find_str(pl_buf_str(&file), PL_STR("first")))
			continue;
		file.ptr[i] ^= 1;
		if (pl_recount_file(pl_buf_bytes(&file), 1, NULL, NULL, &r, NULL) == PL_OK) {
			/* Only the times of the two heads are not bound by the file itself. */
			assert_int_equal(r.cases, right.cases);
			assert_memory_equal(r.totals, right.totals, sizeof r.totals);
			pl_recount_done(&r);
		}
		file.ptr[i] = was;
	}
	pl_recount_done(&right);
	maker_done(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts),
		cmocka_unit_test(names_the_row_that_is_false),
		cmocka_unit_test(steps_are_those_declared),
		cmocka_unit_test(none_begins_where_two_decide),
		cmocka_unit_test(refuses_missing_and_swapped_rows),
		cmocka_unit_test(refuses_dates_that_cannot_be),
		cmocka_unit_test(refuses_a_period_across_the_rule),
		cmocka_unit_test(counts_an_empty_register),
		cmocka_unit_test(no_changed_byte_changes_a_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
