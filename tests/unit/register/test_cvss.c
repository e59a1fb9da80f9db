/* SPDX-License-Identifier: Apache-2.0 */
#include "cvss_test.h"

static void assert_written(const struct pl_cvss *v, const char *want)
{
	struct pl_buf out = PL_BUF(PL_CVSS_TEXT_MAX);

	pl_cvss_write(&out, v);
	assert_string_equal(pl_buf_z(&out), want);
	pl_buf_done(&out);
}

/* ---- groups ---- */

static void scores_each_group_of_4_0_beside_the_base(void **state)
{
	struct pl_cvss v = parsed(PL_STR("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:P/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/E:P/MSI:S/"
		"S:P/U:Amber"));
	struct pl_cvss_score s;

	pl_cvss_score(&v, &s);
	assert_int_equal(s.base, 87);
	assert_int_equal(s.threat, 74);
	assert_int_equal(s.environmental, 97);
	assert_int_equal(s.overall, 93);
	assert_int_equal(pl_cvss_groups(&v), 15);
	assert_string_equal(pl_cvss_nomenclature(&v), "CVSS-BTE");
	v = pl_cvss_keep(&v, PL_CVSS_ENVIRONMENTAL | PL_CVSS_SUPPLEMENTAL);
	assert_string_equal(pl_cvss_nomenclature(&v), "CVSS-BE");
	assert_written(&v, "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:P/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/MSI:S/S:P/U:Amber");
	v = pl_cvss_keep(&v, 0);
	assert_string_equal(pl_cvss_nomenclature(&v), "CVSS-B");
	v = parsed(PL_STR(BASE_31 "/E:X"));
	assert_null(pl_cvss_nomenclature(&v));
	assert_int_equal(pl_cvss_groups(&v), PL_CVSS_BASE);
}

static void supplemental_metrics_change_no_score(void **state)
{
	struct pl_cvss v = parsed(PL_STR(BASE_40 "/S:P/AU:Y/R:I/V:C/RE:H/U:Red"));

	assert_int_equal(overall(&v), 93);
	assert_written(&v, BASE_40 "/S:P/AU:Y/R:I/V:C/RE:H/U:Red");
}

static void no_impact_is_no_severity(void **state)
{
	struct pl_cvss v = parsed(PL_STR("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:N/SI:N/SA:N"));

	assert_int_equal(overall(&v), 0);
	v = parsed(PL_STR(BASE_40 "/MVC:N/MVI:N/MVA:N"));
	assert_int_equal(overall(&v), 0);
	v = parsed(PL_STR("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:N/I:N/A:N"));
	assert_int_equal(overall(&v), 0);
	v = parsed(PL_STR(BASE_31 "/MC:N/MI:N/MA:N"));
	assert_int_equal(overall(&v), 0);
}

static void rates_by_the_tables(void **state)
{
	static const struct {
		unsigned tenths;
		const char *text;
	} cases[] = {{0, "None"}, {1, "Low"}, {39, "Low"}, {40, "Medium"}, {69, "Medium"}, {70, "High"}, {89, "High"},
		{90, "Critical"}, {100, "Critical"}};

	for (size_t i = 0; i < PL_COUNT(cases); i++)
		assert_string_equal(pl_cvss_severity_text(pl_cvss_severity(cases[i].tenths)), cases[i].text);
}

/* ---- text ---- */

static void takes_3_1_in_any_order_and_writes_one(void **state)
{
	/* Section 6 of 3.1 has this one. */
	struct pl_cvss v = parsed(PL_STR("CVSS:3.1/S:U/AV:N/AC:L/PR:H/UI:N/C:L/I:L/A:N/E:F/RL:X"));

	assert_written(&v, "CVSS:3.1/AV:N/AC:L/PR:H/UI:N/S:U/C:L/I:L/A:N/E:F");
	assert_int_equal(overall(&v), 37);
}

static void takes_the_samples_of_4_0(void **state)
{
	static const char *const good[] = {
		"CVSS:4.0/AV:N/AC:L/AT:N/PR:H/UI:N/VC:L/VI:L/VA:N/SC:N/SI:N/SA:N",
		"CVSS:4.0/AV:N/AC:L/AT:N/PR:H/UI:N/VC:L/VI:L/VA:N/SC:N/SI:N/SA:N/E:A",
		"CVSS:4.0/AV:A/AC:H/AT:P/PR:L/UI:P/VC:H/VI:H/VA:H/SC:L/SI:L/SA:L/E:P",
		("CVSS:4.0/AV:L/AC:H/AT:N/PR:N/UI:A/VC:N/VI:N/VA:L/SC:H/SI:H/SA:H/CR:H/IR:H/AR:M/MAV:N/MAC:L/MAT:P/MPR:L/MUI:A/"
		"MVC:N/MVI:H/MVA:L/MSC:L/MSI:S/MSA:H"),
		"CVSS:4.0/AV:P/AC:H/AT:P/PR:L/UI:P/VC:H/VI:H/VA:H/SC:L/SI:L/SA:L/E:A/S:P/AU:Y/R:A/V:D/RE:L/U:Red",
	};
	struct pl_cvss v;

	for (size_t i = 0; i < PL_COUNT(good); i++) {
		v = parsed(pl_str_from(good[i]));
		assert_written(&v, good[i]);
	}
	v = parsed(PL_STR("CVSS:4.0/AV:N/AC:L/AT:N/PR:H/UI:N/VC:L/VI:L/VA:N/SC:N/SI:N/SA:N/E:U/CR:L/IR:X/AR:L/MAV:A/MAC:H/"
		"MAT:N/MPR:N/MUI:P/MVC:X/MVI:N/MVA:H/MSC:N/MSI:L/MSA:S/S:N/AU:N/R:I/V:C/RE:H/U:Green"));
	assert_written(&v, "CVSS:4.0/AV:N/AC:L/AT:N/PR:H/UI:N/VC:L/VI:L/VA:N/SC:N/SI:N/SA:N/E:U/CR:L/AR:L/MAV:A/MAC:H/MAT:N/"
		"MPR:N/MUI:P/MVI:N/MVA:H/MSC:N/MSI:L/MSA:S/S:N/AU:N/R:I/V:C/RE:H/U:Green");
}

static void the_longest_vector_fits(void **state)
{
	static const char text[] = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/E:A/CR:H/IR:H/AR:H/MAV:N/"
		"MAC:L/MAT:N/MPR:N/MUI:N/MVC:H/MVI:H/MVA:H/MSC:H/MSI:S/MSA:S/S:P/AU:Y/R:I/V:C/RE:H/U:Clear";
	struct pl_cvss v = parsed(pl_str_from(text));

	assert_int_equal(strlen(text), 178);
	assert_written(&v, text);
}

static const struct {
	const char *text;
	unsigned column;
	const char *words, *hint;
} refused[] = {
	/* The invalid samples of 4.0 section 7. */
	{"CVSS:4.0/AV:F/AC:L/AT:N/PR:N/UI:N/VC:N/VI:L/VA:N/SC:N/SI:N/SA:N", 13,
		"\"F\" is no value of AV (Attack Vector) in CVSS 4.0: expected N (Network), A (Adjacent), "
		"L (Local) or P (Physical)", ""},
	{"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:N/SI:N/SA:N/E:A/E:X", 69,
		"E (Exploit Maturity) is given twice", ""},
	{"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/ui:N/VC:N/VI:L/VA:N/SC:N/SI:N/SA:N", 30, "\"ui\" is no metric of CVSS 4.0",
		"metrics are case sensitive: write UI"},
	{"AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:L/VA:N/SC:N/SI:N/SA:N", 1,
		"expected \"CVSS:3.1/\" or \"CVSS:4.0/\" and the metrics, found \"AV:N/AC:L/AT:N/PR:N/UI:N...\"", ""},
	{"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:L/SC:N/SI:N/SA:N", 0,
		"VA (Vulnerable System Availability) is missing: CVSS 4.0 needs every base metric", ""},
	{"CVSS:4.0/AC:L/AV:N/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 15,
		"AV belongs before AC: CVSS 4.0 has one order of metrics (section 7, table 23)", "write " BASE_40},
	/* Others. */
	{"", 1, "expected \"CVSS:3.1/\" or \"CVSS:4.0/\" and the metrics, found \"\"", ""},
	{"CVSS:3.0/AV:N", 1, "expected \"CVSS:3.1/\" or \"CVSS:4.0/\" and the metrics, found \"CVSS:3.0/AV:N\"",
		"3.0 rounds in another way; score the vulnerability anew by 3.1 or 4.0"},
	{"cvss:4.0/AV:N", 1, "expected \"CVSS:3.1/\" or \"CVSS:4.0/\" and the metrics, found \"cvss:4.0/AV:N\"", ""},
	{"CVSS:3.1", 0, "AV (Attack Vector) is missing: CVSS 3.1 needs every base metric", ""},
	{"CVSS:3.1 ", 9, "expected \"/\" behind CVSS:3.1, found \"?\"", ""},
	{BASE_31 "/", 46, "expected a metric and its value, such as AV:N, found \"\"", ""},
	{BASE_31 "//E:F", 46, "expected a metric and its value, such as AV:N, found \"\"", ""},
	{BASE_31 "/E", 46, "expected a metric and its value, such as AV:N, found \"E\"", ""},
	{BASE_31 "/E:", 48, "\"\" is no value of E (Exploit Code Maturity) in CVSS 3.1: expected X (Not Defined), H (High), "
		"F (Functional), P (Proof-of-Concept) or U (Unproven)", ""},
	{BASE_31 "/E:f", 48, "\"f\" is no value of E (Exploit Code Maturity) in CVSS 3.1: expected X (Not Defined), "
		"H (High), F (Functional), P (Proof-of-Concept) or U (Unproven)", "values are case sensitive: write E:F"},
	{BASE_31 "/E:F\n", 48, "\"F?\" is no value of E (Exploit Code Maturity) in CVSS 3.1: expected X (Not Defined), "
		"H (High), F (Functional), P (Proof-of-Concept) or U (Unproven)", ""},
	{BASE_31 "/AT:N", 46, "\"AT\" is no metric of CVSS 3.1",
		"that is a metric of CVSS 4.0; is the vector's beginning right?"},
	{BASE_31 "/AV:N", 46, "AV (Attack Vector) is given twice", ""},
	{"CVSS:3.1/AV:X", 13, "\"X\" is no value of AV (Attack Vector) in CVSS 3.1: expected N (Network), A (Adjacent), "
		"L (Local) or P (Physical)", ""},
	{BASE_40 "/MSC:S", 69, "\"S\" is no value of MSC (Modified Subsequent System Confidentiality) in CVSS 4.0: "
		"expected X (Not Defined), H (High), L (Low) or N (Negligible)", ""},
};

static void refuses_with_words(void **state)
{
	for (size_t i = 0; i < PL_COUNT(refused); i++) {
		struct pl_cvss v = {.value = {77}};
		struct pl_diag diag = {0};

		assert_int_equal(pl_cvss_parse(pl_str_from(refused[i].text), &v, &diag), PL_E_SYNTAX);
		assert_int_equal(v.value[0], 77);
		assert_string_equal(diag.text, refused[i].words);
		assert_string_equal(diag.hint, refused[i].hint);
		assert_int_equal(diag.column, refused[i].column);
		assert_int_equal(pl_cvss_parse(pl_str_from(refused[i].text), &v, NULL), PL_E_SYNTAX);
	}
}

static void refuses_what_is_too_long(void **state)
{
	char text[PL_CVSS_TEXT_MAX + 1];
	struct pl_diag diag = {0};
	struct pl_cvss v;

	memset(text, 'A', sizeof text);
	memcpy(text, BASE_31, sizeof BASE_31 - 1);
	assert_int_equal(pl_cvss_parse(pl_str_of(text, sizeof text), &v, &diag), PL_E_TOOBIG);
	assert_string_equal(diag.text, "a vector has at most 256 bytes");
	assert_int_equal(pl_cvss_parse(pl_str_of(text, sizeof text - 1), &v, NULL), PL_E_SYNTAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scores_each_group_of_4_0_beside_the_base),
		cmocka_unit_test(supplemental_metrics_change_no_score),
		cmocka_unit_test(no_impact_is_no_severity),
		cmocka_unit_test(rates_by_the_tables),
		cmocka_unit_test(takes_3_1_in_any_order_and_writes_one),
		cmocka_unit_test(takes_the_samples_of_4_0),
		cmocka_unit_test(the_longest_vector_fits),
		cmocka_unit_test(refuses_with_words),
		cmocka_unit_test(refuses_what_is_too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
