/* SPDX-License-Identifier: Apache-2.0 */
/* register/clock_table: the clocks, and the events that start them. */
#include "register/clock.h"

#define CRA "Regulation (EU) 2024/2847"
#define NIS2 "Directive (EU) 2022/2555"
#define GDPR "Regulation (EU) 2016/679"
#define EEVIDENCE "Regulation (EU) 2023/1543"
#define OWN "own policy"

#define FOR(n, u) .period = {(n), PL_UNIT_##u}
#define LONGER(n, u) .extension = {(n), PL_UNIT_##u}

static const struct pl_clock_def table[] = {
	{"CRA-V1", CRA, "Article 14(2)(a)", "early warning of an exploited vulnerability", "exploitation-known",
		FOR(24, HOUR)},
	{"CRA-V2", CRA, "Article 14(2)(b)", "notification of an exploited vulnerability", "exploitation-known", FOR(72, HOUR)},
	{"CRA-V3", CRA, "Article 14(2)(c)", "final report on an exploited vulnerability", "measure-available", FOR(14, DAY)},
	{"CRA-I1", CRA, "Article 14(4)(a)", "early warning of a severe incident", "incident-known", FOR(24, HOUR)},
	{"CRA-I2", CRA, "Article 14(4)(b)", "notification of a severe incident", "incident-known", FOR(72, HOUR)},
	{"CRA-I3", CRA, "Article 14(4)(c)", "final report on a severe incident", .after = "CRA-I2", FOR(1, MONTH)},
	{"NIS2-1", NIS2, "Article 23(4)(a)", "early warning of a significant incident", "significant-incident-known",
		FOR(24, HOUR)},
	{"NIS2-2", NIS2, "Article 23(4)(b)", "notification of a significant incident", "significant-incident-known",
		FOR(72, HOUR)},
	{"NIS2-3", NIS2, "Article 23(4)(d)", "final report on a significant incident", .after = "NIS2-2", FOR(1, MONTH)},
	{"GDPR-R", GDPR, "Article 12(3)", "answer to a person's request", "request-received", FOR(1, MONTH), LONGER(2, MONTH),
		.pausable = true},
	{"GDPR-B", GDPR, "Article 33(1)", "notification of a personal data breach", "breach-known", FOR(72, HOUR)},
	{"EPOC", EEVIDENCE, "Article 10(2) and (3)", "data under a production order", "order-received", FOR(10, DAY)},
	{"EPOC-E", EEVIDENCE, "Article 10(4)", "data under an emergency production order", "emergency-order-received",
		FOR(8, HOUR)},
	{"EPOC-PR", EEVIDENCE, "Article 11(1) and (2)", "keep data under a preservation order", "preservation-order-received",
		FOR(60, DAY), LONGER(30, DAY), .hold = true},
	{"CVD-1", OWN, "disclosure policy", "acknowledge a vulnerability report", "report-received", FOR(3, DAY),
		.configurable = true},
	{"CVD-2", OWN, "disclosure policy", "publish a reported vulnerability", "report-received", FOR(90, DAY),
		.pausable = true, .configurable = true},
	{"REP", OWN, "promise of a report", "publish the half-yearly report", "half-year-ended", FOR(60, DAY),
		.configurable = true},
};

const struct pl_clock_def *pl_clock_table(size_t *ret_count)
{
	*ret_count = PL_COUNT(table);
	return table;
}

const struct pl_clock_def *pl_clock_find(pl_str code)
{
	for (size_t i = 0; i < PL_COUNT(table); i++)
		if (pl_str_eq(code, pl_str_from(table[i].code)))
			return &table[i];
	return NULL;
}

const char *pl_clock_event_text(const char *starts)
{
	static const struct {
		const char *name, *text;
	} texts[] = {
		{"exploitation-known", "the maker became aware of the exploitation"},
		{"measure-available", "a corrective or mitigating measure became available"},
		{"incident-known", "the maker became aware of the severe incident"},
		{"significant-incident-known", "the entity became aware of the significant incident"},
		{"request-received", "the request was received"},
		{"breach-known", "the controller became aware of the breach"},
		{"order-received", "the order was received"},
		{"emergency-order-received", "the emergency order was received"},
		{"preservation-order-received", "the preservation order was received"},
		{"report-received", "the report was received"},
		{"half-year-ended", "the half-year ended"},
	};

	for (size_t i = 0; starts && i < PL_COUNT(texts); i++)
		if (strcmp(texts[i].name, starts) == 0)
			return texts[i].text;
	return starts ? starts : "the clock before it was met";
}

const char *pl_clock_state_text(enum pl_clock_state state)
{
	static const char *const texts[] = {
		[PL_CLOCK_NOT_STARTED] = "not started", [PL_CLOCK_RUNNING] = "running", [PL_CLOCK_PAUSED] = "paused",
		[PL_CLOCK_MET] = "met", [PL_CLOCK_MET_LATE] = "met late", [PL_CLOCK_OVERDUE_STRICT] = "past the strict time",
		[PL_CLOCK_OVERDUE_LEGAL] = "overdue", [PL_CLOCK_HELD] = "held to the end", [PL_CLOCK_BROKEN] = "let go too early",
	};

	return texts[state];
}
