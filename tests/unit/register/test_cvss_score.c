/* SPDX-License-Identifier: Apache-2.0 */
#include "cvss_test.h"
#include "base/file.h"
#include <fcntl.h>
#include <math.h>

/* ---- vectors of the standards ---- */

/* Calls @check with the two words of every line of @path that is no comment; answers how many there were. */
static unsigned each_line(const char *path, void (*check)(pl_str first, pl_str second))
{
	struct pl_buf file = PL_BUF(1u << 16);
	pl_str rest, line, first;
	unsigned n = 0;

	assert_int_equal(pl_file_read(AT_FDCWD, path, &file), PL_OK);
	rest = pl_buf_str(&file);
	while (pl_str_take_line(&rest, &line)) {
		if (line.len == 0 || line.ptr[0] == '#')
			continue;
		assert_true(pl_str_take_until(&line, ' ', &first));
		check(first, line);
		n++;
	}
	pl_buf_done(&file);
	return n;
}

static void assert_score(const struct pl_cvss *v, pl_str want)
{
	struct pl_buf out = PL_BUF(16);

	pl_cvss_put_tenths(&out, overall(v));
	if (!pl_str_eq(pl_buf_str(&out), want)) {
		struct pl_buf vector = PL_BUF(PL_CVSS_TEXT_MAX);

		pl_cvss_write(&vector, v);
		fail_msg("%s scores %s, not %.*s", pl_buf_z(&vector), pl_buf_z(&out), PL_STR_ARG(want));
	}
	pl_buf_done(&out);
}

static void check_example(pl_str score, pl_str text)
{
	struct pl_cvss v = parsed(text);

	assert_score(&v, score);
}

static void scores_the_examples_of_the_standards(void **state)
{
	assert_int_equal(each_line(PL_VECTORS "/cvss.txt", check_example), 65);
}

/* Tables 24 to 30 of 4.0: the highest severity vectors by EQ and level. */
static const char *const highest_1[3][4] = {
	{"AV:N/PR:N/UI:N"}, {"AV:A/PR:N/UI:N", "AV:N/PR:L/UI:N", "AV:N/PR:N/UI:P"}, {"AV:P/PR:N/UI:N", "AV:A/PR:L/UI:P"},
};
static const char *const highest_2[2][3] = {{"AC:L/AT:N"}, {"AC:L/AT:P", "AC:H/AT:N"}};
static const char *const highest_3_6[3][2][6] = {
	{
		{"VC:H/VI:H/VA:H/CR:H/IR:H/AR:H"},
		{"VC:H/VI:H/VA:H/CR:M/IR:M/AR:M", "VC:H/VI:H/VA:L/CR:M/IR:M/AR:H"},
	}, {
		{"VC:L/VI:H/VA:H/CR:H/IR:H/AR:H", "VC:H/VI:L/VA:H/CR:H/IR:H/AR:H"},
		{"VC:H/VI:L/VA:H/CR:M/IR:H/AR:M", "VC:H/VI:L/VA:L/CR:M/IR:H/AR:H", "VC:L/VI:H/VA:H/CR:H/IR:M/AR:M",
			"VC:L/VI:H/VA:L/CR:H/IR:M/AR:H", "VC:L/VI:L/VA:H/CR:H/IR:H/AR:M"},
	}, {
		{NULL},
		{"VC:L/VI:L/VA:L/CR:H/IR:H/AR:H"},
	},
};
static const char *const highest_4[3] = {"MSC:H/MSI:S/MSA:S", "MSC:H/MSI:H/MSA:H", "MSC:L/MSI:L/MSA:L"};
static const char *const highest_5[3] = {"E:A", "E:P", "E:U"};

/* Set in @v the metrics named in @list, "AV:N/PR:N". */
static void set(struct pl_cvss *v, const char *list)
{
	pl_str rest = pl_str_from(list);

	while (rest.len) {
		pl_str pair = pl_str_sub(rest, 0, pl_str_find(rest, '/')), value = pair, name;
		const struct pl_cvss_metric *m;

		rest = pl_str_sub(rest, pair.len + 1, rest.len);
		assert_true(pl_str_take_until(&value, ':', &name));
		for (size_t i = 0; (m = pl_cvss_metric(PL_CVSS_40, i)); i++)
			for (uint8_t j = 0; pl_str_eq(pl_str_from(m->abbr), name) && j < m->count; j++)
				if (pl_str_eq(pl_str_from(m->values[j].abbr), value))
					v->value[i] = j;
	}
}

static unsigned digit(pl_str macro, size_t i)
{
	return (unsigned)(macro.ptr[i] - '0');
}

static void check_macro_vector(pl_str macro, pl_str score)
{
	const char *const *one = highest_1[digit(macro, 0)], *const *two = highest_2[digit(macro, 1)];
	const char *const *three = highest_3_6[digit(macro, 2)][digit(macro, 5)];
	struct pl_cvss v = parsed(PL_STR(BASE_40));
	char got[7];

	set(&v, highest_4[digit(macro, 3)]);
	set(&v, highest_5[digit(macro, 4)]);
	for (size_t i = 0; i < 4 && one[i]; i++) {
		for (size_t j = 0; j < 3 && two[j]; j++) {
			for (size_t k = 0; k < 6 && three[k]; k++) {
				set(&v, one[i]);
				set(&v, two[j]);
				set(&v, three[k]);
				pl_cvss_macro_vector(&v, got);
				assert_true(pl_str_eq(pl_str_from(got), macro));
				assert_score(&v, score);
			}
		}
	}
}

static void gives_every_highest_severity_vector_the_score_of_its_macro_vector(void **state)
{
	assert_int_equal(each_line(PL_VECTORS "/cvss-macrovectors.txt", check_macro_vector), 270);
}

/* The indices of metrics that may stand for severity levels, and how many levels each has. */
struct space {
	const char *metrics[6];
	uint8_t levels[6];
};

static size_t index_of(const char *abbr)
{
	const struct pl_cvss_metric *m;
	size_t i = 0;

	while ((m = pl_cvss_metric(PL_CVSS_40, i)) && strcmp(m->abbr, abbr) != 0)
		i++;
	assert_non_null(m);
	return i;
}

/* The level that @v has in @metric: its index, without X. */
static unsigned level(const struct pl_cvss *v, const char *metric)
{
	size_t i = index_of(metric);

	return pl_cvss_metric(PL_CVSS_40, i)->group == PL_CVSS_BASE ? v->value[i] : v->value[i] - 1u;
}

/* The distance of @v from @high in the metrics of @s, or -1 if @high is less severe in one of them. */
static int distance(const struct pl_cvss *v, const char *high, const struct space *s)
{
	struct pl_cvss h = *v;
	int sum = 0;

	set(&h, high);
	for (size_t i = 0; i < 6 && s->metrics[i]; i++) {
		if (level(v, s->metrics[i]) < level(&h, s->metrics[i]))
			return -1;
		sum += (int)(level(v, s->metrics[i]) - level(&h, s->metrics[i]));
	}
	return sum;
}

/* The @code-th vector of the space @s; false after the last. */
static bool take(struct pl_cvss *v, const struct space *s, unsigned code)
{
	for (size_t i = 0; i < 6 && s->metrics[i]; code /= s->levels[i], i++) {
		size_t m = index_of(s->metrics[i]);

		v->value[m] = (uint8_t)(code % s->levels[i] + (pl_cvss_metric(PL_CVSS_40, m)->group != PL_CVSS_BASE));
	}
	return code == 0;
}

/* That @v has a highest severity vector above it, and every such one at the same distance, which is the answer. */
static int one_distance(const struct pl_cvss *v, const struct space *s, const char *const *high, size_t n_high)
{
	int found = -1;

	for (size_t i = 0; i < n_high && high[i]; i++) {
		int d = distance(v, high[i], s);

		if (d >= 0 && found >= 0)
			assert_int_equal(d, found);
		found = d >= 0 ? d : found;
	}
	assert_true(found >= 0);
	return found;
}

/* The greatest distance within the level @want of an EQ, to which @is_in says who belongs. */
static int greatest_distance(const struct space *s, const char *const *high, size_t n_high,
	bool (*is_in)(const char *macro, unsigned), unsigned want)
{
	struct pl_cvss v = parsed(PL_STR(BASE_40));
	int greatest = 0;
	char macro[7];

	for (unsigned code = 0; take(&v, s, code); code++) {
		int d;

		pl_cvss_macro_vector(&v, macro);
		if (!is_in(macro, want))
			continue;
		d = one_distance(&v, s, high, n_high);
		greatest = d > greatest ? d : greatest;
	}
	return greatest;
}

static bool is_eq1(const char *macro, unsigned want)
{
	return (unsigned)(macro[0] - '0') == want;
}

static bool is_eq3_eq6(const char *macro, unsigned want)
{
	return (unsigned)(macro[2] - '0') * 2 + (unsigned)(macro[5] - '0') == want;
}

/* What lets the score be computed without looking for a highest severity vector; the depths are one more. */
static void measures_one_distance_whichever_highest_vector_is_taken(void **state)
{
	static const struct space one = {{"AV", "PR", "UI"}, {4, 3, 3}};
	static const struct space three = {{"VC", "VI", "VA", "CR", "IR", "AR"}, {3, 3, 3, 3, 3, 3}};
	static const int depth_1[] = {0, 3, 4}, depth_3_6[] = {6, 5, 7, 7, 0, 9};

	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(greatest_distance(&one, highest_1[i], 4, is_eq1, i), depth_1[i]);
	for (unsigned i = 0; i < 6; i++)
		if (i != 4) /* EQ3 = 2 with EQ6 = 0 cannot be */
			assert_int_equal(greatest_distance(&three, highest_3_6[i / 2][i % 2], 6, is_eq3_eq6, i), depth_3_6[i]);
}

/* ---- 3.1 in floating point ---- */

/* Appendix A of 3.1, in its own words and arithmetic. */
static unsigned roundup(double x)
{
	long i = lround(x * 100000);

	return (unsigned)(i % 10000 == 0 ? i / 10000 : i / 10000 + 1);
}

/* The equations of section 7 for values at these indices; @req NULL for the base score. */
static unsigned by_equations(const uint8_t b[8], const uint8_t *req)
{
	static const double av[] = {0.85, 0.62, 0.55, 0.2}, ac[] = {0.77, 0.44}, ui[] = {0.85, 0.62}, cia[] = {0.56, 0.22, 0};
	static const double pr[2][3] = {{0.85, 0.68, 0.5}, {0.85, 0.62, 0.27}}, weight[] = {1, 1.5, 1, 0.5};
	bool changed = b[4] == 0;
	double left = 1, iss, impact, sum;

	for (int i = 0; i < 3; i++)
		left *= 1 - cia[b[5 + i]] * (req ? weight[req[i]] : 1);
	iss = req && 1 - left > 0.915 ? 0.915 : 1 - left;
	impact = 6.42 * iss;
	if (changed)
		impact = 7.52 * (iss - 0.029) - 3.25 * (req ? pow(iss * 0.9731 - 0.02, 13) : pow(iss - 0.02, 15));
	if (impact <= 0)
		return 0;
	sum = impact + 8.22 * av[b[0]] * ac[b[1]] * pr[b[4]][b[2]] * ui[b[3]];
	return roundup(fmin(changed ? 1.08 * sum : sum, 10));
}

/* The @code-th way to give the eight base metrics values. */
static void spread(unsigned code, uint8_t b[8])
{
	for (size_t i = 0; i < 8; i++) {
		unsigned n = pl_cvss_metric(PL_CVSS_31, i)->count;

		b[i] = (uint8_t)(code % n);
		code /= n;
	}
}

static void agrees_with_the_equations_for_every_base_vector(void **state)
{
	for (unsigned code = 0; code < 2592; code++) {
		struct pl_cvss v = {.version = PL_CVSS_31};
		struct pl_cvss_score s;

		spread(code, v.value);
		pl_cvss_score(&v, &s);
		assert_int_equal(s.base, by_equations(v.value, NULL));
		assert_int_equal(s.overall, s.base);
	}
}

static void agrees_with_the_equations_for_every_environment(void **state)
{
	for (unsigned code = 0; code < 2592 * 27; code++) {
		struct pl_cvss v = {.version = PL_CVSS_31};
		uint8_t modified[8], req[3] = {0};
		struct pl_cvss_score s;
		unsigned rest = code / 2592;

		spread(code % 2592, modified);
		for (size_t i = 0; i < 8; i++) /* the modified metrics count, not the base metrics */
			v.value[14 + i] = (uint8_t)(modified[i] + 1);
		for (size_t i = 0; i < 3; i++, rest /= 3)
			v.value[11 + i] = req[i] = (uint8_t)(rest % 3 + 1);
		pl_cvss_score(&v, &s);
		assert_int_equal(s.environmental, by_equations(modified, req));
	}
}

static void takes_temporal_metrics_into_the_later_scores(void **state)
{
	struct pl_cvss v = parsed(PL_STR(BASE_31 "/E:U/RL:O/RC:U"));
	struct pl_cvss_score s;

	pl_cvss_score(&v, &s);
	assert_int_equal(s.base, 98);
	assert_int_equal(s.threat, 78); /* 9.8 * 0.91 * 0.95 * 0.92 = 7.79... */
	assert_int_equal(s.environmental, 78);
	v = parsed(PL_STR(BASE_31 "/E:U/RL:O/RC:U/MPR:H"));
	pl_cvss_score(&v, &s);
	assert_int_equal(s.threat, 78);
	assert_int_equal(s.environmental, 58); /* 7.2 * 0.79534 = 5.72... */
	assert_int_equal(s.overall, 58);
}

/* With the scope changed, 7.3 has another exponent than 7.1: only defined environmental metrics bring it in. */
static void has_no_environmental_score_without_environmental_metrics(void **state)
{
	struct pl_cvss v = parsed(PL_STR("CVSS:3.1/AV:P/AC:H/PR:N/UI:R/S:C/C:H/I:H/A:H"));
	struct pl_cvss same = parsed(PL_STR("CVSS:3.1/AV:P/AC:H/PR:N/UI:R/S:C/C:H/I:H/A:H/CR:M"));
	struct pl_cvss_score s, t;

	pl_cvss_score(&v, &s);
	pl_cvss_score(&same, &t);
	assert_int_equal(s.base, t.base);
	assert_int_equal(s.environmental, s.base);
	assert_int_not_equal(t.environmental, t.base);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scores_the_examples_of_the_standards),
		cmocka_unit_test(gives_every_highest_severity_vector_the_score_of_its_macro_vector),
		cmocka_unit_test(measures_one_distance_whichever_highest_vector_is_taken),
		cmocka_unit_test(agrees_with_the_equations_for_every_base_vector),
		cmocka_unit_test(agrees_with_the_equations_for_every_environment),
		cmocka_unit_test(takes_temporal_metrics_into_the_later_scores),
		cmocka_unit_test(has_no_environmental_score_without_environmental_metrics),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
