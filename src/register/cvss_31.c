/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The scores of CVSS 3.1 (section 7, weights of 7.4) in fixed point.
 *
 * Impact and exploitability are counted in 10^-10. That is exact where the scope is unchanged: products of weights with
 * two decimals. Where it is changed, the powers of 7.1 and 7.3 are cut to 10^-9 at each of their at most 14
 * multiplications, so a score before rounding is less than 10^-7 too small or too large. Roundup (appendix A) rounds to
 * 10^-5, half up, and then up to a tenth. Over all weights that occur, no value comes nearer than 5 * 10^-6 to where
 * that changes its answer (x.x00005), so the cut digits never decide; and appendix A gives for each of them the plain
 * "smallest tenth that is not less" of section 7, which is what 3.1 wants of every implementation.
 */
#include "register/cvss_internal.h"

#define ONE_E10 UINT64_C(10000000000) /* 1 in 10^-10 */
#define ONE_E9 UINT64_C(1000000000)

/* What the equations work on: base metrics, each replaced by its modified one where that is defined. */
static unsigned effective(const struct pl_cvss *v, unsigned base, bool modified)
{
	unsigned m = modified ? v->value[PL_CVSS_31_MODIFIED + base] : 0;

	return m ? m - 1u : v->value[base];
}

/* Appendix A. @x in 10^-10, answer in tenths. */
static unsigned roundup(uint64_t x)
{
	uint64_t i = (x + 50000) / 100000;

	return (unsigned)(i / 10000 + (i % 10000 != 0));
}

/* @x to the power @n; both 0 to 1, in 10^-9. */
static uint64_t power(uint64_t x, unsigned n)
{
	uint64_t p = x;

	while (--n)
		p = p * x / ONE_E9;
	return p;
}

/* ISS or MISS in 10^-6. A requirement weighs 0.5, 1 or 1.5; with any of them a weight keeps two decimals. */
static uint64_t impact_sub_score(const struct pl_cvss *v, bool modified)
{
	static const unsigned weight[] = {56, 22, 0}, requirement[] = {100, 150, 100, 50}; /* X H M L */
	uint64_t left = 1, iss;

	for (unsigned i = 0; i < 3; i++) {
		unsigned w = weight[effective(v, PL_CVSS_31_C + i, modified)];

		left *= 100 - (modified ? w * requirement[v->value[PL_CVSS_31_CR + i]] / 100 : w);
	}
	iss = 1000000 - left;
	return modified && iss > 915000 ? 915000 : iss;
}

/* 8.22 * AV * AC * PR * UI in 10^-10. */
static uint64_t exploitability(const struct pl_cvss *v, bool modified, bool changed)
{
	static const unsigned av[] = {85, 62, 55, 20}, ac[] = {77, 44}, ui[] = {85, 62};
	static const unsigned pr[2][3] = {{85, 62, 27}, {85, 68, 50}}; /* by scope */

	return UINT64_C(822) * av[effective(v, PL_CVSS_31_AV, modified)] * ac[effective(v, PL_CVSS_31_AC, modified)] *
		pr[changed][effective(v, PL_CVSS_31_PR, modified)] * ui[effective(v, PL_CVSS_31_UI, modified)];
}

/* The base score, or the environmental score before the temporal metrics. */
static unsigned score(const struct pl_cvss *v, bool modified)
{
	bool changed = effective(v, PL_CVSS_31_S, modified) == 0;
	uint64_t iss = impact_sub_score(v, modified), sum;

	if (iss == 0) /* the least other one is 0.11, whose impact is above 0 in every equation */
		return 0;
	if (changed) {
		uint64_t p = modified ? power((iss * 9731 - 200000000) / 10, 13) : power((iss - 20000) * 1000, 15);

		sum = (iss - 29000) * 752 * 100 - p * 325 / 10;
	} else {
		sum = iss * 642 * 100;
	}
	sum += exploitability(v, modified, changed);
	if (changed)
		sum = sum * 108 / 100;
	return roundup(sum > 10 * ONE_E10 ? 10 * ONE_E10 : sum);
}

/* 7.2: @tenths times the temporal weights, rounded up. */
static unsigned temporal(const struct pl_cvss *v, unsigned tenths)
{
	static const unsigned e[] = {100, 100, 97, 94, 91}, rl[] = {100, 100, 97, 96, 95}, rc[] = {100, 100, 96, 92};
	uint64_t product = (uint64_t)tenths * e[v->value[PL_CVSS_31_E]] * rl[v->value[PL_CVSS_31_RL]] *
		rc[v->value[PL_CVSS_31_RC]];

	return roundup(product * 1000);
}

void pl_cvss_31_score(const struct pl_cvss *v, struct pl_cvss_score *ret)
{
	unsigned base = score(v, false), with_threat = temporal(v, base), all = with_threat;

	/* Without any environmental metric 7.3 would not give the temporal score where the scope is changed. */
	if (pl_cvss_groups(v) & PL_CVSS_ENVIRONMENTAL)
		all = temporal(v, score(v, true));
	*ret = (struct pl_cvss_score){
		.base = (uint8_t)base, .threat = (uint8_t)with_threat, .environmental = (uint8_t)all, .overall = (uint8_t)all,
	};
}
