/* SPDX-License-Identifier: Apache-2.0 */
/* `pellucid clock`: the clocks there are, and the holidays they count with. */
#include "cli/clock.h"
#include "cli/release.h"

const struct pl_calendar *pl_cli_clock_calendar(const struct pl_cli *cli, const char *code)
{
	const struct pl_calendar *c = pl_calendar_find(pl_str_from(code));

	if (!c)
		(void)pl_cli_usage(cli,
			"no calendar \"%s\": two capitals of ISO 3166-1 of a country of the Union or the EEA, CH, or EU", code);
	return c;
}

static void put_period(struct pl_json *o, const char *key, struct pl_span p)
{
	struct pl_buf words PL_CLEANUP(pl_buf_done) = PL_BUF(64);

	if (!p.amount)
		return;
	pl_due_put_span(&words, p);
	pl_json_set_str(o, key, pl_buf_str(&words));
}

static void list_json(struct pl_json *array, const struct pl_clock_def *d)
{
	struct pl_json *o = pl_json_push_object(array);

	pl_json_set_z(o, "code", d->code);
	pl_json_set_z(o, "law", d->law);
	pl_json_set_z(o, "article", d->article);
	pl_json_set_z(o, "task", d->task);
	if (d->starts)
		pl_json_set_z(o, "starts", d->starts);
	if (d->after)
		pl_json_set_z(o, "after", d->after);
	put_period(o, "period", d->period);
	put_period(o, "extension", d->extension);
	pl_json_set_bool(o, "pausable", d->pausable);
	pl_json_set_bool(o, "hold", d->hold);
	pl_json_set_bool(o, "configurable", d->configurable);
}

static void list_line(const struct pl_clock_def *d)
{
	struct pl_buf words PL_CLEANUP(pl_buf_done) = PL_BUF(256);

	pl_due_put_span(&words, d->period);
	if (d->extension.amount) {
		pl_buf_put_z(&words, " + ");
		pl_due_put_span(&words, d->extension);
	}
	(void)printf("%-8s %-20.*s %s%s%s\n", d->code, PL_STR_ARG(pl_buf_str(&words)), d->task,
		d->pausable ? "; can be paused" : "", d->configurable ? "; the period is yours to set" : "");
	(void)printf("%-8s %-20s %s, %s\n", "", "", d->law, d->article);
	if (d->after)
		(void)printf("%-8s %-20s from when %s was met\n", "", "", d->after);
	else
		(void)printf("%-8s %-20s from when %s\n", "", "", pl_clock_event_text(d->starts));
}

static int list(struct pl_cli *cli)
{
	bool json = pl_cli_has(cli, "json");
	size_t n;
	const struct pl_clock_def *table = pl_clock_table(&n);
	struct pl_json *o = pl_json_new_object(), *array = pl_json_set_array(o, "clocks");

	for (size_t i = 0; i < n; i++) {
		if (json)
			list_json(array, &table[i]);
		else
			list_line(&table[i]);
	}
	if (json)
		return pl_cli_json_line(cli, o);
	pl_json_free(o);
	return PL_EXIT_OK;
}

static void holidays_json(struct pl_json *o, const struct pl_calendar *c, const struct pl_holiday *days, size_t n)
{
	struct pl_json *array;

	pl_json_set_z(o, "country", c->code);
	pl_json_set_z(o, "source", c->source);
	pl_json_set_u64(o, "confirmed", c->confirmed);
	if (c->note)
		pl_json_set_z(o, "note", c->note);
	array = pl_json_set_array(o, "holidays");
	for (size_t i = 0; i < n; i++) {
		struct pl_buf date PL_CLEANUP(pl_buf_done) = PL_BUF(16);
		struct pl_json *h = pl_json_push_object(array);

		pl_date_put(&date, pl_date_of_day(days[i].day));
		pl_json_set_str(h, "date", pl_buf_str(&date));
		pl_json_set_z(h, "name", days[i].name);
		pl_json_set_bool(h, "moved", days[i].moved);
	}
}

static void holidays_text(const struct pl_calendar *c, unsigned year, const struct pl_holiday *days, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct pl_buf date PL_CLEANUP(pl_buf_done) = PL_BUF(16);

		pl_date_put(&date, pl_date_of_day(days[i].day));
		(void)printf("%.*s  %-9s  %s%s\n", PL_STR_ARG(pl_buf_str(&date)), pl_cli_clock_weekday(days[i].day), days[i].name,
			days[i].moved ? " (day in place)" : "");
	}
	(void)printf("\nPublic holidays of %s: %s.\n", c->name, c->source);
	if (c->note)
		(void)printf("Note: %s.\n", c->note);
	if (year > c->confirmed)
		(void)printf("A forecast: when this table was written, the list of %u was not published.\n", year);
}

static int holidays(struct pl_cli *cli)
{
	const struct pl_calendar *c = pl_cli_clock_calendar(cli, cli->argv[0]);
	struct pl_holiday days[PL_HOLIDAYS_MAX];
	struct pl_json *o;
	uint64_t year;
	size_t n;

	if (!c)
		return PL_EXIT_USAGE;
	if (pl_str_to_u64(pl_str_from(cli->argv[1]), PL_HOLIDAYS_LAST, &year) != PL_OK ||
		pl_calendar_year(c, (unsigned)year, days, &n) != PL_OK)
		return pl_cli_usage(cli, "holidays are known of %u to %u, not of \"%s\"", PL_HOLIDAYS_FIRST, PL_HOLIDAYS_LAST,
			cli->argv[1]);
	if (!pl_cli_has(cli, "json")) {
		holidays_text(c, (unsigned)year, days, n);
		return PL_EXIT_OK;
	}
	o = pl_json_new_object();
	pl_json_set_u64(o, "year", year);
	holidays_json(o, c, days, n);
	return pl_cli_json_line(cli, o);
}

static const struct pl_cli_option json_option[] = {PL_CLI_JSON, {NULL}};
static const struct pl_cli_option due_options[] = {
	{"country", "CODE", "where the act is to be done: ISO 3166-1 code, or EU (the default)"},
	{"period", "PERIOD", "of a clock that is yours to set: 72h, 10d, 3w, 1m, 2y"},
	{"extended", NULL, "with the extension, told in time"},
	{"pause", "A..B,...", "it stood still from A to B; several, by a comma"},
	PL_CLI_JSON, {NULL},
};

static const struct pl_cli_verb verbs[] = {
	{"list", "", "every clock: what starts it, how long it runs, its law", json_option, 0, 0, list},
	{"due", "CLOCK START", "when it ends that started at START, strictly and legally, and why", due_options, 2, 2,
		pl_cli_clock_due},
	{"holidays", "COUNTRY YEAR", "the public holidays that are counted with", json_option, 2, 2, holidays},
	{NULL},
};

const struct pl_cli_noun pl_cli_noun_clock = {"clock", "legal deadlines, counted", verbs};
