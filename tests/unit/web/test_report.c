/* SPDX-License-Identifier: Apache-2.0 */
/* A report's document, its charts and its files, from numbers that are written down here. */
#include "register/export/pdf.h"
#include "web/chart.h"
#include "web/report_doc.h"
#include "web/report_page.h"
#include "web/report_say.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#define DECLARATION \
	"pellucid-register v1\nname requests\nsource intake\nexistence padded\nopens rows\nlate-after 7\nopen-after 30\nretain 24\n" \
	"field received time generalised half-year\nfield country enum open ch,de,not-stated\n" \
	"field accounts u64 generalised range 0,1,2,10\nfield decision enum open full,rejected\n" \
	"total requests count\ntotal swiss count country=ch|de decision!=full\ntotal countries distinct country country!=not-stated\n" \
	"table by-country country decision\ntable by-accounts accounts-range\ntable by-time received-half-year\n"

static struct pl_recount_cell by_country[] = {{PL_STR_INIT("ch"), PL_STR_INIT("full"), 3}, {PL_STR_INIT("ch"), PL_STR_INIT("rejected"), 1},
	{PL_STR_INIT("de"), PL_STR_INIT("rejected"), 6}, {{0}, PL_STR_INIT("full"), 1}};
static struct pl_recount_cell by_accounts[] = {{PL_STR_INIT("0"), {0}, 4}, {PL_STR_INIT("10"), {0}, 1}, {PL_STR_INIT("2"), {0}, 6}};
static struct pl_recount_cell by_time[] = {{PL_STR_INIT("2021-07-01T00:00:00Z"), {0}, 11}};

static struct pl_recount counted(void)
{
	struct pl_recount c = {.cases = 11, .late = 2, .totals = {11, 7, 2},
		.head = {.origin = PL_STR("log.example/test"), .from = 1625097600, .to = 1640995200, .last = {.time = 1640995300}},
		.tables = {{PL_COUNT(by_country), by_country}, {PL_COUNT(by_accounts), by_accounts}, {PL_COUNT(by_time), by_time}}};

	assert_int_equal(pl_register_decl_parse(PL_STR(DECLARATION), &c.decl, NULL), PL_OK);
	return c;
}

static struct pl_report_doc document(const struct pl_recount *c, enum pl_lang lang, struct pl_arena *arena)
{
	static const struct pl_query_report stated = {.index = 12, .edition = 2};
	const struct pl_report_source s = {.counted = c, .stated = &stated, .has_replaced = true, .replaced = 9, .lang = lang};
	struct pl_report_doc d;

	assert_int_equal(pl_report_doc_make(&s, arena, &d), PL_OK);
	return d;
}

static bool holds(const struct pl_buf *b, const char *text)
{
	return pl_str_find_str(pl_buf_str(b), pl_str_from(text)) < b->len;
}

static void makes_sentences_where_nobody_wrote_any(void **state)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(1 << 20);
	struct pl_recount c = counted();
	struct pl_report_doc d = document(&c, PL_LANG_EN, &arena);

	(void)state;
	assert_true(pl_str_eq(d.period, PL_STR("2021-H2")));
	assert_true(pl_str_eq(d.totals[1].of.definition, PL_STR("Cases of the period with country: ch or de and with another decision than full.")));
	assert_true(pl_str_eq(d.totals[1].rule, PL_STR("count country=ch|de decision!=full")));
	assert_true(pl_str_eq(d.tables[0].of.definition, PL_STR("Cases of the period by country and decision.")));
	assert_int_equal(d.n_rules, 5); /* padded, rows, opened after, late, retained */
	/* What is absent comes last and has words of its own; a range and a half-year are said as such. */
	assert_int_equal(d.tables[0].n_rows, 3);
	assert_true(pl_str_eq(d.tables[0].rows[2].label, PL_STR("not there")));
	assert_int_equal(d.tables[0].cells[0 * 2 + 1], 1);
	assert_int_equal(d.tables[0].cells[1 * 2 + 0], 0);
	assert_true(pl_str_eq(d.tables[1].rows[2].label, PL_STR("2 to 9")));
	assert_true(pl_str_eq(d.tables[1].rows[1].label, PL_STR("10 and more")));
	assert_true(pl_str_eq(d.tables[1].rows[0].label, PL_STR("0")));
	assert_true(pl_str_eq(d.tables[2].rows[0].label, PL_STR("2021-H2")));
	pl_register_decl_free(c.decl);
}

/* What outsiders may conclude from a report, in words that nobody may take for others. */
static void says_the_rule_of_each_kind(void **state)
{
	static const struct {
		const char *existence, *opens, *said[2];
	} kinds[] = {
		{"exact", "rows", {"Existence is exact: every case has a number", "Every case is opened as a row"}},
		{"padded", "rows", {"Existence is padded: dummies stand among the cases, so the number of cases that are not opened is an upper bound", "Every case is opened as a row"}},
		{"exact", "totals", {"Existence is exact: every case has a number", "No row is opened: the totals rest on samples that auditors draw."}},
	};

	(void)state;
	for (size_t i = 0; i < PL_COUNT(kinds); i++) {
		struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(1 << 20);
		struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(4096);
		struct pl_recount c = {0};
		pl_str *rules;
		size_t n;

		pl_buf_printf(&text, "pellucid-register v1\nname requests\nsource intake\nexistence %s\nopens %s\nlate-after 7\nopen-after 0\nretain 24\n"
				     "field received time generalised half-year\ntotal requests count\n", kinds[i].existence, kinds[i].opens);
		assert_int_equal(pl_register_decl_parse(pl_buf_str(&text), &c.decl, NULL), PL_OK);
		assert_int_equal(pl_report_say_rules(&c, PL_LANG_EN, &arena, &rules, &n), PL_OK);
		assert_int_equal(n, 4);
		for (size_t k = 0; k < 2; k++)
			assert_true(pl_str_starts(rules[k], pl_str_from(kinds[i].said[k])));
		pl_register_decl_free(c.decl);
	}
}

static void draws_bars_in_percent(void **state)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(1 << 20);
	struct pl_recount c = counted();
	struct pl_report_doc d = document(&c, PL_LANG_EN, &arena);
	struct pl_chart chart;

	(void)state;
	assert_int_equal(pl_chart_of_grid(&d.tables[0], PL_LANG_EN, &arena, &chart), PL_OK);
	assert_int_equal(chart.n_bars, 3);
	assert_true(pl_str_eq(chart.bars[0].label, PL_STR("de"))); /* the longest first */
	assert_int_equal(chart.bars[0].n_parts, 1);                /* nothing is drawn of a 0 */
	assert_true(pl_str_eq(chart.bars[0].parts[0].width, PL_STR("100.00%")));
	assert_int_equal(chart.bars[0].parts[0].series, 1);
	assert_true(pl_str_eq(chart.bars[1].parts[1].x, PL_STR("50.00%")));
	assert_true(pl_str_eq(chart.bars[1].parts[1].width, PL_STR("16.66%")));
	assert_int_equal(chart.height, 120);
	assert_int_equal(chart.n_rows, 3); /* and the table has every number, in its order */
	assert_true(pl_str_eq(chart.rows[0].label, PL_STR("ch")));
	assert_int_equal(chart.rows[0].total, 4);
	pl_register_decl_free(c.decl);
}

static void writes_every_format(void **state)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(4 << 20);
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(4 << 20), again PL_CLEANUP(pl_buf_done) = PL_BUF(4 << 20);
	struct pl_recount c = counted();
	struct pl_report_doc d = document(&c, PL_LANG_DE, &arena);
	struct pl_report_headings h;

	(void)state;
	pl_report_csv_totals(&d, &out);
	assert_true(holds(&out, "\r\ncell,by-country,~,full,1,,by-country,F"));
	assert_false(holds(&out, "by-country,de,full")); /* a 0 */
	pl_buf_clear(&out);
	assert_int_equal(pl_report_json(&d, &out), PL_OK);
	assert_true(holds(&out, "\"replaces\": 9") && holds(&out, "\"name\": null") && holds(&out, "\"existence\": \"padded\""));
	pl_buf_clear(&out);
	assert_int_equal(pl_report_page_file(&d, PL_LANG_DE, &arena, &out), PL_OK);
	assert_true(holds(&out, "<html lang=\"de\"") && holds(&out, "Attrappen") && !holds(&out, "<script"));
	pl_buf_clear(&out);
	pl_report_headings_of(PL_LANG_DE, &h);
	assert_int_equal(pl_report_pdf(&d, &h, &out, NULL), PL_OK);
	assert_int_equal(pl_report_pdf(&d, &h, &again, NULL), PL_OK);
	assert_true(holds(&out, "%PDF-1.5") && pl_bytes_eq(pl_buf_bytes(&out), pl_buf_bytes(&again)));
	pl_register_decl_free(c.decl);
}

static void says_when_there_is_no_room(void **state)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(1 << 20), small PL_CLEANUP(pl_arena_done) = PL_ARENA(64);
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(100);
	struct pl_recount c = counted();
	struct pl_report_doc d = document(&c, PL_LANG_EN, &arena);
	struct pl_report_headings h;
	struct pl_report_body b;

	(void)state;
	pl_report_headings_of(PL_LANG_EN, &h);
	assert_int_equal(pl_report_pdf(&d, &h, &out, NULL), PL_E_TOOBIG);
	assert_int_not_equal(pl_report_body_of(&d, PL_LANG_EN, &small, &b), PL_OK);
	pl_register_decl_free(c.decl);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(makes_sentences_where_nobody_wrote_any),
		cmocka_unit_test(says_the_rule_of_each_kind),
		cmocka_unit_test(draws_bars_in_percent),
		cmocka_unit_test(writes_every_format),
		cmocka_unit_test(says_when_there_is_no_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
