/* SPDX-License-Identifier: Apache-2.0 */
#include "web/http/condition.h"
#include "base/time.h"
#include <stdio.h>
#include <time.h>

static const char days[7][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
static const char months[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

void pl_http_date_write(uint64_t t, char out[static PL_HTTP_DATE_LEN + 1])
{
	time_t s = (time_t)(t / PL_SECOND);
	struct tm tm = {0};

	(void)gmtime_r(&s, &tm);
	(void)snprintf(out, PL_HTTP_DATE_LEN + 1, "%s, %02u %s %04u %02u:%02u:%02u GMT", days[(unsigned)tm.tm_wday % 7],
		(unsigned)tm.tm_mday % 100, months[(unsigned)tm.tm_mon % 12], (unsigned)(tm.tm_year + 1900) % 10000,
		(unsigned)tm.tm_hour % 100, (unsigned)tm.tm_min % 100, (unsigned)tm.tm_sec % 100);
}

/* Read @count digits from the front of *@s. */
static bool eat_digits(pl_str *s, size_t count, unsigned *ret)
{
	unsigned v = 0;

	if (s->len < count)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (s->ptr[i] < '0' || s->ptr[i] > '9')
			return false;
		v = v * 10 + (unsigned)(s->ptr[i] - '0');
	}
	*s = pl_str_sub(*s, count, s->len);
	*ret = v;
	return true;
}

static bool eat_name(pl_str *s, const char (*names)[4], unsigned count, unsigned *ret)
{
	for (unsigned i = 0; i < count; i++)
		if (pl_str_eat(s, pl_str_of(names[i], 3))) {
			*ret = i;
			return true;
		}
	return false;
}

pl_status pl_http_date_parse(pl_str s, uint64_t *ret)
{
	unsigned wday, day, month, year, hour, minute, second;
	struct tm tm = {0};
	time_t t;

	if (!eat_name(&s, days, 7, &wday) || !pl_str_eat(&s, PL_STR(", ")) || !eat_digits(&s, 2, &day) ||
		!pl_str_eat(&s, PL_STR(" ")) || !eat_name(&s, months, 12, &month) || !pl_str_eat(&s, PL_STR(" ")) ||
		!eat_digits(&s, 4, &year) || !pl_str_eat(&s, PL_STR(" ")) || !eat_digits(&s, 2, &hour) ||
		!pl_str_eat(&s, PL_STR(":")) || !eat_digits(&s, 2, &minute) || !pl_str_eat(&s, PL_STR(":")) ||
		!eat_digits(&s, 2, &second) || !pl_str_eq(s, PL_STR(" GMT")))
		return PL_E_SYNTAX;
	if (year < 1970 || year > 2500 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60)
		return PL_E_SYNTAX;
	tm.tm_mday = (int)day;
	tm.tm_mon = (int)month;
	tm.tm_year = (int)year - 1900;
	tm.tm_hour = (int)hour;
	tm.tm_min = (int)minute;
	tm.tm_sec = (int)second;
	t = timegm(&tm);
	/* timegm corrects what cannot be (30 February, a wrong day of the week); we refuse it. */
	if (t < 0 || tm.tm_mday != (int)day || tm.tm_wday != (int)wday)
		return PL_E_SYNTAX;
	*ret = (uint64_t)t * PL_SECOND;
	return PL_OK;
}

/* Take one entity tag off the front of *@s; its text without quotes and weakness in @ret. */
static bool take_etag(pl_str *s, pl_str *ret)
{
	(void)pl_str_eat(s, PL_STR("W/"));
	return pl_str_eat(s, PL_STR("\"")) && pl_str_take_until(s, '"', ret);
}

bool pl_http_etag_listed(pl_str list, pl_str tag)
{
	bool listed = false;
	pl_str one;

	list = pl_str_trim(list);
	if (pl_str_eq(list, PL_STR("*")))
		return true;
	while (list.len > 0) {
		if (!take_etag(&list, &one))
			return false;
		listed |= pl_str_eq(one, tag);
		list = pl_str_trim(list);
		if (list.len > 0 && !pl_str_eat(&list, PL_STR(",")))
			return false;
		list = pl_str_trim(list);
	}
	return listed;
}

/* A run of digits; what does not fit becomes UINT64_MAX, which lies behind every body anyway. */
static bool range_number(pl_str s, uint64_t *ret)
{
	uint64_t v = 0;
	bool huge = false;

	if (s.len == 0)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		unsigned digit = (unsigned)(s.ptr[i] - '0');

		if (s.ptr[i] < '0' || s.ptr[i] > '9')
			return false;
		if (__builtin_mul_overflow(v, 10u, &v) || __builtin_add_overflow(v, digit, &v))
			huge = true;
	}
	*ret = huge ? UINT64_MAX : v;
	return true;
}

pl_status pl_http_range_parse(pl_str s, uint64_t size, struct pl_http_range *ret)
{
	uint64_t first, last;
	pl_str from;

	if (!pl_str_eat(&s, PL_STR("bytes=")) || !pl_str_take_until(&s, '-', &from))
		return PL_E_SYNTAX;
	if (from.len == 0) {
		if (!range_number(s, &last))
			return PL_E_SYNTAX;
		if (last == 0 || size == 0)
			return PL_E_RANGE;
		*ret = last >= size ? (struct pl_http_range){0, size} : (struct pl_http_range){size - last, last};
		return PL_OK;
	}
	if (!range_number(from, &first))
		return PL_E_SYNTAX;
	last = UINT64_MAX;
	if (s.len > 0 && (!range_number(s, &last) || last < first))
		return PL_E_SYNTAX;
	if (first >= size)
		return PL_E_RANGE;
	if (last >= size)
		last = size - 1;
	*ret = (struct pl_http_range){first, last - first + 1};
	return PL_OK;
}
