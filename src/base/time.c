/* SPDX-License-Identifier: Apache-2.0 */
#include "base/time.h"
#include "base/date.h"
#include <assert.h>
#include <time.h>

static uint64_t clock_ns(clockid_t id)
{
	struct timespec ts;

	if (clock_gettime(id, &ts) != 0 || ts.tv_sec < 0)
		return 0;
	return (uint64_t)ts.tv_sec * PL_SECOND + (uint64_t)ts.tv_nsec;
}

uint64_t pl_time_now(void)
{
	return clock_ns(CLOCK_REALTIME);
}

uint64_t pl_time_monotonic(void)
{
	return clock_ns(CLOCK_MONOTONIC);
}

void pl_time_sleep(uint64_t ns)
{
	struct timespec ts = {.tv_sec = (time_t)(ns / PL_SECOND), .tv_nsec = (long)(ns % PL_SECOND)};

	(void)nanosleep(&ts, NULL);
}

/* Counted in years that begin in March, so that the leap day is the last one. */
uint64_t pl_time_days(uint64_t y, unsigned m, unsigned d)
{
	uint64_t era, yoe, doy;

	y -= m <= 2;
	era = y / 400;
	yoe = y - era * 400;
	doy = (153u * (m > 2 ? m - 3 : m + 9) + 2) / 5 + d - 1;
	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

void pl_time_civil(uint64_t days, unsigned *y, unsigned *m, unsigned *d)
{
	uint64_t z = days + 719468, era = z / 146097, doe = z - era * 146097;
	uint64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	uint64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;

	*d = (unsigned)(doy - (153 * mp + 2) / 5 + 1);
	*m = (unsigned)(mp < 10 ? mp + 3 : mp - 9);
	*y = (unsigned)(yoe + era * 400 + (*m <= 2));
}

static void two(char *p, unsigned v)
{
	p[0] = (char)('0' + v / 10 % 10);
	p[1] = (char)('0' + v % 10);
}

void pl_time_write(uint64_t t, char out[static 21])
{
	uint64_t s = t / PL_SECOND;
	unsigned y, m, d, sec = (unsigned)(s % 86400);

	pl_time_civil(s / 86400, &y, &m, &d);
	memcpy(out, "0000-00-00T00:00:00Z", 21);
	two(out, y / 100);
	two(out + 2, y % 100);
	two(out + 5, m);
	two(out + 8, d);
	two(out + 11, sec / 3600);
	two(out + 14, sec / 60 % 60);
	two(out + 17, sec % 60);
}

void pl_time_put(struct pl_buf *out, uint64_t t)
{
	char text[21];

	pl_time_write(t, text);
	pl_buf_put_z(out, text);
}

/* ".123" -> 123,000,000 ns; moves past it. */
static bool fraction(pl_str *s, uint64_t *ret)
{
	uint64_t ns = 0, unit = PL_SECOND;
	size_t n = 0;

	*ret = 0;
	if (!pl_str_eat(s, PL_STR(".")))
		return true;
	for (; n < s->len && s->ptr[n] >= '0' && s->ptr[n] <= '9'; n++) {
		unit /= 10;
		ns += unit * (uint64_t)(s->ptr[n] - '0');
	}
	*s = pl_str_sub(*s, n, s->len);
	*ret = ns;
	return n >= 1 && n <= 9;
}

pl_status pl_time_parse(pl_str text, uint64_t *ret)
{
	pl_str rest = pl_str_sub(text, 19, text.len);
	struct pl_date date;
	unsigned second;
	uint64_t ns;
	pl_status of_date = pl_date_parse(pl_str_sub(text, 0, 10), &date);
	pl_status of_clock = pl_date_parse_clock(pl_str_sub(text, 11, 8), &second);

	if (of_date == PL_E_SYNTAX || of_clock == PL_E_SYNTAX || text.ptr[10] != 'T')
		return PL_E_SYNTAX;
	if (!fraction(&rest, &ns) || !pl_str_eq(rest, PL_STR("Z")))
		return PL_E_SYNTAX;
	if (of_date != PL_OK || of_clock != PL_OK)
		return PL_E_RANGE;
	*ret = (pl_date_day(date) * 86400 + second) * PL_SECOND + ns;
	return PL_OK;
}
