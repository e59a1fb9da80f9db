/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The score of CVSS 4.0 (section 8.2): the MacroVector's score from the table of 8.3, less the mean of the proportional
 * distances.
 *
 * Distances are counted in severity levels. All highest severity vectors of one EQ (tables 24 to 30) lie equally many
 * levels below the most severe values, so it does not matter which of them a vector is compared with: its distance is
 * its own level less theirs. The depth of a MacroVector is one more than the greatest distance within it, as in the
 * reference implementation that 8.3 names (with the greatest distance itself an EQ of one vector would divide by zero).
 *
 * Everything is a fraction over 840 times the number of EQs that have a lower MacroVector, so the score before rounding
 * is exact. "Rounded to one decimal place" is read as half up, as the reference implementation does where its floating
 * point does not spoil it.
 */
#include "register/cvss_internal.h"

#define COMMON 840u /* a multiple of every depth */

/* What an EQ's levels have in common; EQ3 and EQ6 stand together as in table 30. */
struct eq {
	uint8_t top;   /* the level of its highest severity vectors */
	uint8_t depth;
};
static const struct eq eq1[] = {{0, 1}, {1, 4}, {3, 5}};
static const struct eq eq2[] = {{0, 1}, {1, 2}};
static const struct eq eq3_eq6[3][2] = {{{0, 7}, {3, 6}}, {{1, 8}, {3, 8}}, {{0, 1}, {3, 10}}};
static const struct eq eq4[] = {{1, 6}, {3, 5}, {6, 4}};

/* 8.3, in tenths: [EQ1][EQ2][EQ3][EQ4][EQ5][EQ6]; 0 where EQ3 = 2 and EQ6 = 0, which cannot be. */
static const uint8_t table[3][2][3][3][3][2] = {
	{
		{
			{{{100, 99}, {98, 95}, {95, 92}}, {{100, 96}, {93, 87}, {91, 81}}, {{93, 90}, {89, 80}, {81, 68}}},
			{{{98, 95}, {95, 92}, {90, 84}}, {{93, 92}, {89, 81}, {81, 65}}, {{88, 80}, {78, 70}, {69, 48}}},
			{{{0, 92}, {0, 82}, {0, 72}}, {{0, 79}, {0, 69}, {0, 50}}, {{0, 69}, {0, 55}, {0, 27}}},
		}, {
			{{{99, 97}, {95, 92}, {92, 85}}, {{95, 91}, {90, 83}, {84, 71}}, {{92, 81}, {82, 71}, {72, 53}}},
			{{{95, 93}, {92, 85}, {85, 73}}, {{92, 82}, {80, 72}, {70, 59}}, {{84, 70}, {71, 52}, {50, 30}}},
			{{{0, 86}, {0, 75}, {0, 52}}, {{0, 71}, {0, 52}, {0, 29}}, {{0, 63}, {0, 29}, {0, 17}}},
		},
	}, {
		{
			{{{98, 95}, {94, 87}, {91, 81}}, {{94, 89}, {86, 74}, {77, 64}}, {{87, 75}, {74, 63}, {63, 49}}},
			{{{94, 89}, {88, 77}, {76, 67}}, {{86, 76}, {74, 58}, {59, 50}}, {{72, 57}, {57, 52}, {52, 25}}},
			{{{0, 83}, {0, 70}, {0, 54}}, {{0, 65}, {0, 58}, {0, 26}}, {{0, 53}, {0, 21}, {0, 13}}},
		}, {
			{{{95, 90}, {88, 76}, {76, 70}}, {{90, 77}, {75, 62}, {61, 53}}, {{77, 66}, {68, 59}, {52, 30}}},
			{{{89, 78}, {76, 67}, {62, 58}}, {{74, 59}, {57, 57}, {47, 23}}, {{61, 52}, {57, 29}, {24, 16}}},
			{{{0, 71}, {0, 59}, {0, 30}}, {{0, 58}, {0, 26}, {0, 15}}, {{0, 23}, {0, 13}, {0, 6}}},
		},
	}, {
		{
			{{{93, 87}, {86, 72}, {75, 58}}, {{86, 74}, {74, 61}, {56, 34}}, {{70, 54}, {52, 40}, {40, 22}}},
			{{{85, 75}, {74, 55}, {62, 51}}, {{72, 57}, {55, 41}, {46, 19}}, {{53, 36}, {34, 19}, {19, 8}}},
			{{{0, 64}, {0, 51}, {0, 20}}, {{0, 47}, {0, 21}, {0, 11}}, {{0, 24}, {0, 9}, {0, 4}}},
		}, {
			{{{88, 75}, {73, 53}, {60, 50}}, {{73, 55}, {59, 40}, {41, 20}}, {{54, 43}, {45, 22}, {20, 11}}},
			{{{75, 55}, {58, 45}, {40, 21}}, {{61, 51}, {48, 18}, {20, 9}}, {{46, 18}, {17, 7}, {8, 2}}},
			{{{0, 53}, {0, 24}, {0, 14}}, {{0, 24}, {0, 12}, {0, 5}}, {{0, 10}, {0, 3}, {0, 1}}},
		},
	},
};

/* The level of every metric that counts: 0 is the most severe value. Modified metrics have replaced base metrics (4.2),
 * E, CR, IR and AR that are not defined are at their worst (tables 28 and 29). */
struct levels {
	unsigned av, ac, at, pr, ui, v[3], s[3], e, r[3];
};

static unsigned effective(const struct pl_cvss *v, unsigned base)
{
	unsigned m = v->value[PL_CVSS_40_MODIFIED + base];

	return m ? m - 1 : v->value[base];
}

static unsigned or_worst(const struct pl_cvss *v, unsigned metric)
{
	unsigned x = v->value[metric];

	return x ? x - 1 : 0;
}

static struct levels levels_of(const struct pl_cvss *v)
{
	struct levels l = {
		.av = effective(v, PL_CVSS_40_AV), .ac = effective(v, PL_CVSS_40_AC), .at = effective(v, PL_CVSS_40_AT),
		.pr = effective(v, PL_CVSS_40_PR), .ui = effective(v, PL_CVSS_40_UI), .e = or_worst(v, PL_CVSS_40_E),
	};

	for (unsigned i = 0; i < 3; i++) {
		unsigned s = effective(v, PL_CVSS_40_SC + i);

		l.v[i] = effective(v, PL_CVSS_40_VC + i);
		l.r[i] = or_worst(v, PL_CVSS_40_CR + i);
		l.s[i] = s == 3 ? 0 : s + 1; /* Safety is above High */
	}
	return l;
}

struct macro {
	unsigned eq[6];
};

static struct macro macro_of(const struct levels *l)
{
	bool c_high = l->v[0] == 0, i_high = l->v[1] == 0, a_high = l->v[2] == 0;
	bool needed = (c_high && l->r[0] == 0) || (i_high && l->r[1] == 0) || (a_high && l->r[2] == 0);
	bool safety = l->s[1] == 0 || l->s[2] == 0;
	bool open = !l->av && !l->pr && !l->ui, closed = l->av == 3 || (l->av && l->pr && l->ui);

	return (struct macro){{
		open ? 0 : closed ? 2 : 1,
		l->ac || l->at,
		c_high && i_high ? 0 : c_high || i_high || a_high ? 1 : 2,
		safety ? 0 : l->s[0] == 1 || l->s[1] == 1 || l->s[2] == 1 ? 1 : 2,
		l->e,
		!needed,
	}};
}

/* In tenths; 0 for a MacroVector that does not exist. */
static unsigned score_of(const struct macro *m)
{
	if (m->eq[0] > 2 || m->eq[1] > 1 || m->eq[2] > 2 || m->eq[3] > 2 || m->eq[4] > 2 || m->eq[5] > 1)
		return 0;
	return table[m->eq[0]][m->eq[1]][m->eq[2]][m->eq[3]][m->eq[4]][m->eq[5]];
}

/* The score of the MacroVector that is one level lower in EQ @i (0 to 5), or 0. */
static unsigned lower(struct macro m, unsigned i)
{
	m.eq[i]++;
	return score_of(&m);
}

/* EQ3 and EQ6 fall together: from 01 and 11 in EQ3, from 10 in EQ6, from 00 to the higher of both; 21 is the last. */
static unsigned lower_eq3_eq6(const struct macro *m)
{
	unsigned by_eq3 = lower(*m, 2), by_eq6 = lower(*m, 5);

	return by_eq3 > by_eq6 ? by_eq3 : by_eq6;
}

/* The mean distance's parts: a sum in 1/COMMON tenths, and of how many EQs. */
struct distance {
	unsigned sum, count;
};

static void add(struct distance *d, unsigned score, unsigned lower_score, unsigned level, const struct eq *eq)
{
	if (lower_score == 0)
		return;
	d->sum += (score - lower_score) * (level - eq->top) * (COMMON / eq->depth);
	d->count++;
}

unsigned pl_cvss_40_score(const struct pl_cvss *v)
{
	struct levels l = levels_of(v);
	struct macro m = macro_of(&l);
	unsigned score = score_of(&m), impact = l.v[0] + l.v[1] + l.v[2], after = l.s[0] + l.s[1] + l.s[2], whole;
	struct distance d = {0};

	if (impact == 2 + 2 + 2 && after == 3 + 3 + 3) /* no impact on any system */
		return 0;
	add(&d, score, lower(m, 0), l.av + l.pr + l.ui, &eq1[m.eq[0]]);
	add(&d, score, lower(m, 1), l.ac + l.at, &eq2[m.eq[1]]);
	add(&d, score, lower_eq3_eq6(&m), impact + l.r[0] + l.r[1] + l.r[2], &eq3_eq6[m.eq[2]][m.eq[5]]);
	add(&d, score, lower(m, 3), after, &eq4[m.eq[3]]);
	add(&d, score, lower(m, 4), 0, &(struct eq){0, 1}); /* one value a level: nothing but the count */
	if (d.count == 0)
		return score;
	whole = COMMON * d.count;
	return (2 * (score * whole - d.sum) + whole) / (2 * whole);
}

void pl_cvss_macro_vector(const struct pl_cvss *v, char out[7])
{
	struct levels l = levels_of(v);
	struct macro m = macro_of(&l);

	for (unsigned i = 0; i < 6; i++)
		out[i] = (char)('0' + m.eq[i]);
	out[6] = 0;
}
