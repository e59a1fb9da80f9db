/* SPDX-License-Identifier: Apache-2.0 */
#include "register/clock.h"

/* By time, then by kind; of two leads and shares at one moment both stay: they say different things. */
static size_t insert(struct pl_alarm *list, size_t n, struct pl_alarm a)
{
	size_t i = n;

	for (; i > 0 && (list[i - 1].at > a.at || (list[i - 1].at == a.at && list[i - 1].kind > a.kind)); i--)
		list[i] = list[i - 1];
	list[i] = a;
	return n + 1;
}

size_t pl_clock_alarms(const struct pl_clock *clock, struct pl_alarm ret[static PL_CLOCK_ALARMS_MAX])
{
	static const uint64_t leads[] = {7 * PL_ZONE_DAY, 3 * PL_ZONE_DAY, PL_ZONE_DAY, 4 * PL_HOUR, PL_HOUR};
	const struct pl_due *due = &clock->due;
	uint64_t length = due->strict - clock->started;
	size_t n = 0;

	if (clock->state != PL_CLOCK_RUNNING && clock->state != PL_CLOCK_OVERDUE_STRICT &&
		clock->state != PL_CLOCK_OVERDUE_LEGAL)
		return 0;
	n = insert(ret, n, (struct pl_alarm){.at = clock->started + length / 2, .kind = PL_ALARM_HALF});
	n = insert(ret, n, (struct pl_alarm){.at = clock->started + length / 5 * 4, .kind = PL_ALARM_FOUR_FIFTHS});
	for (size_t i = 0; i < PL_COUNT(leads); i++)
		if (leads[i] < length / 2)
			n = insert(ret, n, (struct pl_alarm){due->strict - leads[i], PL_ALARM_LEAD, leads[i]});
	n = insert(ret, n, (struct pl_alarm){.at = due->strict, .kind = PL_ALARM_STRICT});
	return insert(ret, n, (struct pl_alarm){.at = due->legal, .kind = PL_ALARM_LEGAL});
}
