/* SPDX-License-Identifier: Apache-2.0 */
#include "register/period.h"
#include "register/report_says.h"
#include "base/time.h"

#define LATE_SHOWN 24u

static void set_time(struct pl_json *o, const char *name, uint64_t seconds)
{
	char text[21];

	pl_time_write(seconds * PL_SECOND, text);
	pl_json_set_z(o, name, text);
}

static void set_late(struct pl_json *o, const struct pl_recount *c)
{
	struct pl_json *list;

	if (!c->days_late)
		return;
	pl_json_set_u64(o, "heartbeatsLate", c->days_late);
	pl_json_set_u64(o, "latestSeconds", c->latest);
	list = pl_json_set_array(o, "lateHeartbeats");
	for (size_t i = 0; i < c->n_late_days; i++) {
		struct pl_json *late = pl_json_push_object(list);

		set_time(late, "day", c->late_days[i].day);
		set_time(late, "time", c->late_days[i].time);
	}
}

void pl_register_times_to_json(struct pl_json *o, const struct pl_register_decl *d)
{
	struct pl_json *list = d->n_clocks ? pl_json_set_array(o, "clocks") : NULL;

	if (d->calendar.len)
		pl_json_set_str(o, "calendar", d->calendar);
	if (d->report_days)
		pl_json_set_u64(o, "reportWithinDays", d->report_days);
	for (size_t i = 0; i < d->n_clocks; i++) {
		struct pl_json *one = pl_json_push_object(list), *codes;
		pl_str rest = d->clocks[i].codes, code;

		pl_json_set_str(one, "event", d->clocks[i].event);
		pl_json_set_z(one, "at", d->clocks[i].intake ? "intake" : "desk");
		codes = pl_json_set_array(one, "starts");
		while (pl_register_code_next(&rest, &code))
			pl_json_push_str(codes, code);
		if (d->clocks[i].when.n) {
			struct pl_buf when PL_CLEANUP(pl_buf_done) = PL_BUF(PL_REGISTER_DECLARATION_MAX);

			pl_register_clock_when_put(d, &d->clocks[i], &when);
			pl_json_set_str(one, "when", pl_buf_str(&when));
		}
	}
}

void pl_register_times_put_text(const struct pl_register_decl *d, struct pl_buf *out)
{
	if (d->calendar.len)
		pl_buf_printf(out, "  deadlines count the public holidays of the calendar %.*s\n", PL_STR_ARG(d->calendar));
	if (d->report_days)
		pl_buf_printf(out, "  the report of a half-year is promised within %llu days of its end\n", (unsigned long long)d->report_days);
	for (size_t i = 0; i < d->n_clocks; i++) {
		const struct pl_register_clock *c = &d->clocks[i];

		pl_buf_printf(out, "  %.*s%s starts %.*s", PL_STR_ARG(c->event), c->intake ? ", when a case comes in," : ", noted by the desk,", PL_STR_ARG(c->codes));
		if (c->when.n) {
			pl_buf_put_z(out, " where ");
			pl_register_clock_when_put(d, c, out);
		}
		pl_buf_put_c(out, '\n');
	}
}

static void set_declarations(struct pl_json *o, const struct pl_recount *c)
{
	struct pl_json *list = c->n_earlier ? pl_json_set_array(o, "declarations") : NULL, *partly;

	for (unsigned u = 0; list && u <= c->n_earlier; u++) {
		unsigned under = u < c->n_earlier ? u + 1 : 0;
		struct pl_json *d = pl_json_push_object(list);
		char text[PL_DIGEST_TEXT + 1];

		pl_digest_text(&pl_recount_decl(c, under)->digest, text);
		pl_json_set_z(d, "digest", text);
		pl_json_set_u64(d, "cases", c->cases_under[under]);
		if (under)
			pl_json_set_u64(d, "until", c->earlier[u].until);
	}
	partly = list ? pl_json_set_array(o, "partly") : NULL;
	for (size_t i = 0; partly && i < pl_recount_totals_count(c); i++) {
		struct pl_recount_said said;

		pl_recount_total_at(c, i, &said);
		if (!said.everywhere)
			pl_json_push_str(partly, said.total->name);
	}
}

void pl_recount_to_json(struct pl_json *o, const struct pl_recount *c)
{
	char period[PL_PERIOD_TEXT];
	struct pl_json *totals;

	pl_period_write(c->head.from, c->head.to, period);
	pl_json_set_str(o, "register", c->decl->name);
	pl_json_set_z(o, "period", period);
	pl_json_set_bool(o, "imported", c->decl->imported);
	pl_json_set_u64(o, "rows", c->rows);
	pl_json_set_u64(o, "cases", c->cases);
	pl_json_set_u64(o, "unopened", c->unopened);
	pl_json_set_u64(o, "erased", c->erased);
	pl_json_set_u64(o, "lost", c->lost);
	if (c->n_gaps)
		pl_json_set_u64(o, "lostLeaves", c->lost_leaves);
	pl_json_set_u64(o, "late", c->late);
	pl_json_set_u64(o, "heartbeats", c->days);
	pl_json_set_u64(o, "daysMissing", c->days_missing);
	set_late(o, c);
	pl_json_set_u64(o, "unconfirmed", c->unconfirmed);
	pl_json_set_u64(o, "refused", c->refused);
	if (c->decl->n_steps)
		pl_json_set_u64(o, "steps", c->steps);
	pl_register_times_to_json(o, c->decl);
	if (c->stated) {
		pl_json_set_u64(o, "drawable", c->n_drawable);
		pl_json_set_bool(o, "stated", true);
	}
	totals = pl_json_set_object(o, "totals");
	for (size_t i = 0; i < pl_recount_totals_count(c); i++) {
		struct pl_recount_said said;

		pl_recount_total_at(c, i, &said);
		pl_json_set_key(totals, said.total->name, pl_json_new_u64(said.value));
	}
	set_declarations(o, c);
}

/* The digest of the declaration by which @name is counted, where not all count it: "only under", so many of so many. */
static void put_totals(const struct pl_recount *c, struct pl_buf *out)
{
	for (size_t i = 0; i < pl_recount_totals_count(c); i++) {
		struct pl_recount_said said;

		pl_recount_total_at(c, i, &said);
		pl_buf_printf(out, "  %-32.*s %llu", PL_STR_ARG(said.total->name), (unsigned long long)said.value);
		if (!said.everywhere) {
			pl_buf_put_z(out, "  (only under");
			for (unsigned u = 0; u <= c->n_earlier; u++) {
				/* The oldest first, the file's own last: as they are listed below. */
				unsigned under = u < c->n_earlier ? u + 1 : 0;

				if (pl_register_decl_total(pl_recount_decl(c, under), said.total->name))
					pl_buf_printf(out, " %u", u + 1);
			}
			pl_buf_printf(out, " of the %zu declarations)", c->n_earlier + 1);
		}
		pl_buf_put_c(out, '\n');
	}
}

static void put_declarations(const struct pl_recount *c, struct pl_buf *out)
{
	char text[PL_DIGEST_TEXT + 1];

	if (!c->n_earlier)
		return;
	pl_buf_printf(out, "  entered under %zu declarations, each case opened and counted under its own:\n", c->n_earlier + 1);
	for (unsigned u = 0; u <= c->n_earlier; u++) {
		unsigned under = u < c->n_earlier ? u + 1 : 0;

		pl_digest_text(&pl_recount_decl(c, under)->digest, text);
		pl_buf_printf(out, "    %u: %s: %llu cases", u + 1, text, (unsigned long long)c->cases_under[under]);
		if (under)
			pl_buf_printf(out, ", leaves below %llu\n", (unsigned long long)c->earlier[u].until);
		else
			pl_buf_put_z(out, ", the present one\n");
	}
}

static void put_late(const struct pl_recount *c, struct pl_buf *out)
{
	if (!c->days_late)
		return;
	pl_buf_printf(out, "  %llu heartbeat%s signed late, the latest %llu h %llu min after the end of its day\n", (unsigned long long)c->days_late,
		c->days_late == 1 ? "" : "s", (unsigned long long)c->latest / 3600, (unsigned long long)c->latest / 60 % 60);
	for (size_t i = 0; i < c->n_late_days && i < LATE_SHOWN; i++) {
		char day[21], time[21];

		pl_time_write(c->late_days[i].day * PL_SECOND, day);
		pl_time_write(c->late_days[i].time * PL_SECOND, time);
		pl_buf_printf(out, "    the one that closes %.10s came at %s\n", day, time);
	}
	if (c->days_late > LATE_SHOWN)
		pl_buf_printf(out, "    and %llu more\n", (unsigned long long)c->days_late - LATE_SHOWN);
}

void pl_recount_put_text(const struct pl_recount *c, struct pl_buf *out)
{
	char period[PL_PERIOD_TEXT];

	pl_period_write(c->head.from, c->head.to, period);
	pl_buf_printf(out, "%.*s %s: %llu case%s\n", PL_STR_ARG(c->decl->name), period, (unsigned long long)c->cases,
		c->cases == 1 ? "" : "s");
	put_totals(c, out);
	put_declarations(c, out);
	pl_buf_printf(out, "  %llu not opened, %llu erased, %llu lost, %llu entered late; %llu heartbeats, %llu days without one\n",
		(unsigned long long)c->unopened, (unsigned long long)c->erased, (unsigned long long)c->lost,
		(unsigned long long)c->late, (unsigned long long)c->days, (unsigned long long)c->days_missing);
	put_late(c, out);
	if (c->n_gaps)
		pl_buf_printf(out, "  restored %zu time%s from an older copy of the database: %llu leaves were lost\n", c->n_gaps,
			c->n_gaps == 1 ? "" : "s", (unsigned long long)c->lost_leaves);
	if (c->decl->n_steps && !c->stated)
		pl_buf_printf(out, "  %llu step%s from revision to revision, each one that the declaration names\n", (unsigned long long)c->steps,
			c->steps == 1 ? "" : "s");
	pl_register_times_put_text(c->decl, out);
	if (c->stated)
		pl_buf_printf(out, "  stated: this register opens no rows. That there are so many cases is proved; what they are is said by the operator, "
			"and rests on what auditors compared\n");
	if (c->decl->imported)
		pl_buf_printf(out, "  imported: reconstructed from published totals, which proves nothing about completeness\n");
}
