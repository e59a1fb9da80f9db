/* SPDX-License-Identifier: Apache-2.0 */
#include "register/zone.h"

/* 01:00 UTC on the last Sunday of @month, which has 31 days. */
static uint64_t change(unsigned year, unsigned month)
{
	uint64_t last = pl_date_day((struct pl_date){year, month, 31});

	return (last - (pl_date_weekday(last) + 1u) % 7) * PL_ZONE_DAY + PL_HOUR;
}

static bool summer(uint64_t t)
{
	unsigned year = pl_date_of_day(t / PL_ZONE_DAY).year;

	return t >= change(year, 3) && t < change(year, 10);
}

static uint64_t winter_offset(enum pl_zone zone)
{
	return zone == PL_ZONE_EET ? 2 * PL_HOUR : zone == PL_ZONE_CET ? PL_HOUR : 0;
}

uint64_t pl_zone_offset(enum pl_zone zone, uint64_t t)
{
	return winter_offset(zone) + (zone != PL_ZONE_ICELAND && summer(t) ? PL_HOUR : 0);
}

uint64_t pl_zone_day(enum pl_zone zone, uint64_t t)
{
	return (t + pl_zone_offset(zone, t)) / PL_ZONE_DAY;
}

uint64_t pl_zone_clock(enum pl_zone zone, uint64_t t)
{
	return (t + pl_zone_offset(zone, t)) % PL_ZONE_DAY;
}

/* A wall clock shows what it would show in summer before it shows what it would show in winter, so the summer reading
 * is the earlier one; it counts if it is summer then. */
uint64_t pl_zone_instant(enum pl_zone zone, uint64_t day, uint64_t clock)
{
	uint64_t t = day * PL_ZONE_DAY + clock - winter_offset(zone);

	if (zone == PL_ZONE_ICELAND)
		return t;
	if (summer(t - PL_HOUR))
		return t - PL_HOUR;
	/* In the skipped hour the winter reading is already summer. */
	return summer(t) ? change(pl_date_of_day(day).year, 3) : t;
}

uint64_t pl_zone_midnight(enum pl_zone zone, uint64_t day)
{
	return pl_zone_instant(zone, day, 0);
}

const char *pl_zone_name(enum pl_zone zone, uint64_t t)
{
	static const char *const names[][2] = {
		[PL_ZONE_WET] = {"WET", "WEST"}, [PL_ZONE_CET] = {"CET", "CEST"}, [PL_ZONE_EET] = {"EET", "EEST"},
		[PL_ZONE_ICELAND] = {"GMT", "GMT"},
	};

	return names[zone][pl_zone_offset(zone, t) != winter_offset(zone)];
}
