/* SPDX-License-Identifier: Apache-2.0 */
/* What a table of claims may say, and what is read of it. */
#include "../base/testing.h"
#include "register/claim_table.h"

#define HEAD "claim,kind,subject,property,bound,value,unit,word,standing,from,to,as-of,due,review,product,version,words,source,evidence\n"
#define ABC "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define EMPTY "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static pl_status parse(const char *text, struct pl_arena *arena, struct pl_claim_row **rows, size_t *n, struct pl_diag *diag)
{
	*diag = (struct pl_diag){0};
	return pl_claim_table_parse(pl_str_from(text), arena, rows, n, diag);
}

static void a_table_is_read(void **state)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA((size_t)64 << 20);
	struct pl_claim_row *rows = NULL;
	struct pl_diag diag;
	char text[PL_CLAIM_VALUE_TEXT], when[PL_CLAIM_VALIDITY_TEXT];
	size_t n = 0;

	(void)state;
	assert_ok(parse(HEAD "a,count,requests,received,,109,request,,,2021-H2,2021-H2,,,,,,\"so many, in \"\"H2\"\"\"," ABC ","
					 ABC " " EMPTY "\n"
					 "b,result,lab,blocked,at-least,99,percent,,,,,2026-05-03,,2027,suite,1.0,ninety-nine,,\n",
		&arena, &rows, &n, &diag));
	assert_int_equal(n, 2);
	assert_str(rows[0].claim.id, "a");
	assert_int_equal(rows[0].claim.value, 109);
	assert_int_equal(rows[0].claim.n_evidence, 2);
	assert_str(rows[0].text, "so many, in \"H2\"");
	assert_int_equal(rows[0].claim.words.size, 16);
	pl_claim_value(&rows[0].claim, text);
	assert_string_equal(text, "109 request");
	pl_claim_validity(&rows[0].claim, when);
	assert_string_equal(when, "2021-07-01 to 2021-12-31");
	pl_claim_value(&rows[1].claim, text);
	assert_string_equal(text, "at least 99 percent");
	pl_claim_validity(&rows[1].claim, when);
	assert_string_equal(when, "as of 2026-05-03");
	assert_str(rows[1].claim.version, "1.0");
	assert_true(pl_claim_same(&rows[0].claim, &rows[0].claim));
	assert_false(pl_claim_same(&rows[0].claim, &rows[1].claim));
}

static const struct {
	const char *text;
	pl_status st;
	const char *words;
} refused[] = {
	{"", PL_E_SYNTAX, "column names"},
	{HEAD, PL_E_NOTFOUND, "no rows"},
	{"claim,colour\n", PL_E_NOTFOUND, "colour"},
	{"claim,claim\n", PL_E_EXISTS, "twice"},
	{"claim,kind,subject,property,words\na,never,s,p\n", PL_E_SYNTAX, "5 values"},
	{"claim,kind,subject,property,words\na,never,s,p,w\na,never,s,q,w\n", PL_E_EXISTS, "line 2"},
	{"claim,kind,subject,property,words\nA b,never,s,p,w\n", PL_E_SYNTAX, "claim: "},
	{"claim,kind,subject,property,words\na,always,s,p,w\n", PL_E_SYNTAX, "number, count"},
	{"claim,kind,subject,property,words\na,never,s,p,\n", PL_E_RANGE, "words"},
	{"claim,kind,subject,property,words\na,number,s,p,w\n", PL_E_RANGE, "states value"},
	{"claim,kind,subject,property,words,value\na,number,s,p,w,-1\n", PL_E_SYNTAX, "in digits"},
	{"claim,kind,subject,property,words,value\na,number,s,p,w,9007199254740992\n", PL_E_SYNTAX, "2^53"},
	{"claim,kind,subject,property,words,value\na,never,s,p,w,1\n", PL_E_RANGE, "no value"},
	{"claim,kind,subject,property,words,word\na,name,s,p,w,v\n", PL_E_RANGE, "\"name\""},
	{"claim,kind,subject,property,words,word\na,name,s,name,w,s\n", PL_E_RANGE, "another one"},
	{"claim,kind,subject,property,words\na,membership,s,p,w\n", PL_E_RANGE, "standing"},
	{"claim,kind,subject,property,words,word,product\na,result,s,p,w,v,x\n", PL_E_RANGE, "together"},
	{"claim,kind,subject,property,words,product,version\na,result,s,p,w,x,1\n", PL_E_RANGE, "value or a word"},
	{"claim,kind,subject,property,words,word,from,to\na,fact,s,p,w,v,2022,2021\n", PL_E_RANGE, "behind"},
	{"claim,kind,subject,property,words,word,from,as-of\na,fact,s,p,w,v,2022,2021\n", PL_E_RANGE, "not both"},
	{"claim,kind,subject,property,words,word,from\na,fact,s,p,w,v,2021-02-30\n", PL_E_SYNTAX, "from: "},
	{"claim,kind,subject,property,words,word,from\na,fact,s,p,w,v,soon\n", PL_E_SYNTAX, "from: "},
	{"claim,kind,subject,property,words,word,from\na,fact,s,p,w,v,1970\n", PL_E_RANGE, "behind 1970"},
	{"claim,kind,subject,property,words,source\na,never,s,p,w,abc\n", PL_E_SYNTAX, "source"},
	{"claim,kind,subject,property,words,evidence\na,never,s,p,w," ABC " " ABC "\n", PL_E_EXISTS, "twice"},
	{"claim,kind,subject,property,words,evidence\na,never,s,p,w," ABC "  " ABC "\n", PL_E_SYNTAX, "one space"},
};

static void tables_are_refused(void **state)
{

	(void)state;
	for (size_t i = 0; i < PL_COUNT(refused); i++) {
		struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA((size_t)64 << 20);
		struct pl_claim_row *rows = NULL;
		struct pl_diag diag;
		size_t n = 0;
		pl_status st = parse(refused[i].text, &arena, &rows, &n, &diag);

		if (st != refused[i].st || !strstr(diag.text, refused[i].words))
			fail_msg("%zu: got %s, \"%s\"; expected \"%s\"", i, pl_status_text(st), diag.text, refused[i].words);
	}
}

static uint64_t date(const char *text, bool end)
{
	uint64_t t = 0;

	assert_ok(pl_claim_date(pl_str_from(text), end, &t, NULL));
	return t;
}

static void a_file_is_one_claim(void **state)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA((size_t)64 << 20);
	struct pl_claim_row row, again;
	struct pl_diag diag = {0};

	(void)state;
	assert_ok(pl_claim_file_parse(PL_STR("[claim]\nclaim = a\nkind = promise\nsubject = s\nproperty = p\nword = done\ndue = 2018\n"
					     "words = It will be done in 2018\n"), &arena, &row, &diag));
	assert_ok(pl_claim_file_parse(PL_STR("claim,kind,subject,property,word,due,words,must flag,must not flag\n"
					     "a,promise,s,p,done,2018,It will be done in 2018,overdue,\n"), &arena, &again, &diag));
	assert_true(pl_claim_same(&row.claim, &again.claim));
	assert_int_equal(row.claim.due, date("2019-01-01", false));
	assert_int_equal(pl_claim_file_parse(PL_STR("[claim]\ncolour = red\n"), &arena, &row, &diag), PL_E_SYNTAX);
	diag = (struct pl_diag){0};
	assert_int_equal(pl_claim_file_parse(PL_STR("claim,kind,subject,property,words\na,never,s,p,w\nb,never,s,p,w\n"), &arena, &row, &diag),
		PL_E_RANGE);
}

/* What a table says comes back from the statement. */
static void json_says_the_same(void **state)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA((size_t)64 << 20);
	struct pl_claim_row *rows = NULL;
	struct pl_diag diag;
	size_t n = 0;

	(void)state;
	assert_ok(parse(HEAD "a,count,s,p,more-than,109,request,,,2021-H2,2021-H2,,,,,,w," ABC "," ABC " " EMPTY "\n"
			     "b,result,s,p,,,,found,,,,2026-05-03,,2027,suite,1.0,w,,\n"
			     "c,promise,s,p,,,,done,,2018,,,2019,,,,w,,\nd,membership,s,p,,,,,was,2010,2011,,,,,,w,,\ne,never,s,p,,,,,,,,,,,,,w,,\n",
		&arena, &rows, &n, &diag));
	assert_int_equal(n, 5);
	for (size_t i = 0; i < n; i++) {
		struct pl_json *o PL_CLEANUP(pl_json_done) = pl_json_new_object();
		struct pl_claim back;

		pl_claim_to_json(&rows[i].claim, o);
		assert_ok(pl_claim_from_json(o, &back));
		assert_true(pl_claim_same(&rows[i].claim, &back));
	}
}

static void dates_are_read(void **state)
{
	static const struct {
		const char *text, *begin, *end;
	} good[] = {
		{"2018", "2018-01-01", "2019-01-01"}, {"2018-H2", "2018-07-01", "2019-01-01"}, {"2018-Q1", "2018-01-01", "2018-04-01"},
		{"2024-02", "2024-02-01", "2024-03-01"}, {"2024-02-29", "2024-02-29", "2024-03-01"},
		{"2018-11-05T00:00:00Z", "2018-11-05", "2018-11-05"},
	};
	static const char *const bad[] = {"", "18", "2018-13", "2023-02-29", "2018-11-5", "2018-11-05 ", "2018-11-05T00:00:00", "x"};
	uint64_t t = 7;

	(void)state;
	for (size_t i = 0; i < PL_COUNT(good); i++) {
		assert_int_equal(date(good[i].text, false), date(good[i].begin, false));
		assert_int_equal(date(good[i].text, true), date(good[i].end, false));
	}
	for (size_t i = 0; i < PL_COUNT(bad); i++)
		assert_int_equal(pl_claim_date(pl_str_from(bad[i]), false, &t, NULL), PL_E_SYNTAX);
	assert_int_equal(t, 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_table_is_read),
		cmocka_unit_test(tables_are_refused),
		cmocka_unit_test(a_file_is_one_claim),
		cmocka_unit_test(json_says_the_same),
		cmocka_unit_test(dates_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
