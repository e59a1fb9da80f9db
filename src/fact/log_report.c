/* SPDX-License-Identifier: Apache-2.0 */
#include "fact/log_report.h"
#include "fact/sql.h"
#include <stdio.h>

static const char *const process_words[] = {
	[PL_LOG_PROCESS_RUNNING] = "running", [PL_LOG_PROCESS_HELD] = "held", [PL_LOG_PROCESS_FAILED] = "failed",
	[PL_LOG_PROCESS_STOPPED] = "stopped", [PL_LOG_PROCESS_REFUSED] = "refused", [PL_LOG_PROCESS_SILENT] = "silent",
	[PL_LOG_PROCESS_NONE] = "none",
};

const char *pl_log_process_word(enum pl_log_process p)
{
	return (unsigned)p < PL_COUNT(process_words) ? process_words[p] : "?";
}

/* ---- the row ---- */

struct row {
	pl_str origin;
	const struct pl_log_report *put;
	struct pl_log_report got;
};

static pl_status put_tx(void *ctx, struct pl_db_tx *tx)
{
	const struct row *row = ctx;
	const struct pl_log_report *r = row->put;

	return pl_db_exec(tx, &pl_sql_log_report_put,
		PL_DB_ARGS(PL_DB_STR(row->origin), PL_DB_U64(r->epoch), PL_DB_U64((uint64_t)r->process), PL_DB_U64(r->hold),
			PL_DB_U64(r->answered), PL_DB_U64(r->needed), PL_DB_U64(r->ahead_size), PL_DB_U64(r->recorded),
			PL_DB_U64(r->published), PL_DB_U64(r->stored), PL_DB_Z(r->trouble), PL_DB_U64(r->since),
			PL_DB_U64(r->reported), PL_DB_Z(r->ahead_name), PL_DB_Z(r->witnesses), PL_DB_U64(r->time_used),
			PL_DB_U64(r->time_witnessed)),
		NULL);
}

pl_status pl_log_report_put(struct pl_db *db, pl_str origin, const struct pl_log_report *r)
{
	struct row row = {.origin = origin, .put = r};

	return pl_db_tx(db, put_tx, &row);
}

/* Somebody whose word is old has gone, or its machine's system time is not ours. */
static bool is_old(const struct pl_log_report *r, uint64_t now)
{
	uint64_t apart = now > r->reported ? now - r->reported : r->reported - now;

	return r->process != PL_LOG_PROCESS_STOPPED && r->process != PL_LOG_PROCESS_REFUSED && apart > PL_LOG_REPORT_OLD_NS;
}

pl_status pl_log_report_get(struct pl_db_tx *tx, pl_str origin, uint64_t now, struct pl_log_report *ret)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	struct pl_log_report r = {.process = PL_LOG_PROCESS_NONE};
	pl_status st = pl_db_one(tx, &pl_sql_log_report_get, PL_DB_ARGS(PL_DB_STR(origin)), &rows);

	if (st == PL_E_NOTFOUND) {
		*ret = r;
		return PL_OK;
	}
	if (st)
		return st;
	r.epoch = pl_db_col_u64(rows, 0);
	r.process = (enum pl_log_process)pl_db_col_u64(rows, 1);
	r.hold = (unsigned)pl_db_col_u64(rows, 2);
	r.answered = (unsigned)pl_db_col_u64(rows, 3);
	r.needed = (unsigned)pl_db_col_u64(rows, 4);
	r.ahead_size = pl_db_col_u64(rows, 5);
	r.recorded = pl_db_col_u64(rows, 6);
	r.published = pl_db_col_u64(rows, 7);
	r.stored = pl_db_col_u64(rows, 8);
	(void)snprintf(r.trouble, sizeof r.trouble, "%.*s", PL_STR_ARG(pl_db_col_str(rows, 9)));
	r.since = pl_db_col_u64(rows, 10);
	r.reported = pl_db_col_u64(rows, 11);
	(void)snprintf(r.ahead_name, sizeof r.ahead_name, "%.*s", PL_STR_ARG(pl_db_col_str(rows, 12)));
	(void)snprintf(r.witnesses, sizeof r.witnesses, "%.*s", PL_STR_ARG(pl_db_col_str(rows, 13)));
	r.time_used = pl_db_col_u64(rows, 14);
	r.time_witnessed = pl_db_col_u64(rows, 15);
	st = pl_db_rows_status(rows);
	if (st)
		return st;
	if (is_old(&r, now))
		r.process = PL_LOG_PROCESS_SILENT;
	*ret = r;
	return PL_OK;
}

static pl_status get_tx(void *ctx, struct pl_db_tx *tx)
{
	struct row *row = ctx;

	return pl_log_report_get(tx, row->origin, pl_time_now(), &row->got);
}

pl_status pl_log_report_read(struct pl_db *db, pl_str origin, struct pl_log_report *ret)
{
	struct row row = {.origin = origin};
	pl_status st = pl_db_read(db, get_tx, &row);

	if (st == PL_OK)
		*ret = row.got;
	return st;
}

bool pl_log_report_witness(const struct pl_log_report *r, pl_str name, struct pl_log_witness *ret)
{
	pl_str rest = pl_str_from(r->witnesses), line, its;

	while (pl_str_take_line(&rest, &line))
		if (pl_log_witness_read(line, ret, &its) && pl_str_eq(its, name))
			return true;
	return false;
}

/* ---- words ---- */

struct tell {
	const struct pl_log_report *r;
	void (*tell)(void *ctx, const struct pl_log_finding *f);
	void *ctx;
};

static void say(const struct tell *t, const char *reason, const char *words, const char *next, bool bad)
{
	t->tell(t->ctx, &(const struct pl_log_finding){.reason = reason, .words = words, .next = next, .bad = bad});
}

static void say_held(const struct tell *t)
{
	const struct pl_log_report *r = t->r;
	const char *of = r->ahead_name[0] ? r->ahead_name : "?";
	char words[320];

	if (r->hold & PL_LOG_HOLD_AHEAD) {
		if (r->ahead_size > r->recorded && r->ahead_size != PL_TREE_SIZE_MAX)
			(void)snprintf(words, sizeof words,
				"held: the witness %s has seen %llu entries and this log has %llu: it is an older copy", of,
				(unsigned long long)r->ahead_size, (unsigned long long)r->recorded);
		else
			(void)snprintf(words, sizeof words, "held: the witness %s has seen another history than this log has", of);
		say(t, "ahead", words,
			"restore the newer copy of log and database; only if the witness is wrong, take it out of the trust file", true);
	}
	if (r->hold & PL_LOG_HOLD_WITNESSES) {
		(void)snprintf(words, sizeof words,
			"held: %u of the %u witness%s needed to rule out an older copy %s answered", r->answered, r->needed,
			r->needed == 1 ? "" : "es", r->answered == 1 ? "has" : "have");
		say(t, "witnesses", words,
			"bring the witnesses up and let them admit this log; if they are gone for good: pellucid statement log-resume",
			false);
	}
	if (r->hold & PL_LOG_HOLD_TIME_BACK)
		say(t, "time-back", "held: system time went back by more than a minute",
			"set the system time; if it is right now: pellucid statement log-time-accept", false);
	if (r->hold & PL_LOG_HOLD_TIME_JUMP)
		say(t, "time-jump", "held: system time is more than a day beyond the last witness time",
			"set the system time; if it is right: pellucid statement log-time-accept", false);
}

static void say_words(const struct tell *t, const char *before, const char *next, bool bad)
{
	char words[PL_LOG_REPORT_TROUBLE_MAX + 160];

	(void)snprintf(words, sizeof words, "%s%s%s", before, t->r->trouble[0] ? ": " : "", t->r->trouble);
	say(t, pl_log_process_word(t->r->process), words, next, bad);
}

static void say_silent(const struct tell *t)
{
	char words[128], time[21];

	pl_time_write(t->r->reported, time);
	(void)snprintf(words, sizeof words, "the log process does not answer: its last report is of %s", time);
	say(t, "silent", words, "is pellucid log serve running? Start it, or look at its last lines", true);
}

/* Whoever lost its memory would cosign a second history as readily as ours. */
static void say_went_back(const struct tell *t)
{
	pl_str rest = pl_str_from(t->r->witnesses), line, name;
	struct pl_log_witness s;

	while (pl_str_take_line(&rest, &line)) {
		char words[320];

		if (!pl_log_witness_read(line, &s, &name) || !s.went_back)
			continue;
		(void)snprintf(words, sizeof words, "the witness %.*s said that it has seen %llu entries, after it had cosigned %llu: it has an older memory",
			PL_STR_ARG(name), (unsigned long long)s.back, (unsigned long long)s.size);
		say(t, "witness-back", words, "ask whoever runs it; see \"Replacing a witness\" in the manual", false);
	}
}

void pl_log_report_findings(const struct pl_log_report *r, void (*tell)(void *ctx, const struct pl_log_finding *f),
	void *ctx)
{
	const struct tell t = {r, tell, ctx};

	say_went_back(&t);
	switch (r->process) {
	case PL_LOG_PROCESS_RUNNING:
		if (r->trouble[0])
			say_words(&t, "it runs, but something fails", "make room or mend disk and database; it tries again by itself", false);
		else
			say(&t, "running", "the log process runs", "", false);
		break;
	case PL_LOG_PROCESS_HELD:
		say_held(&t);
		break;
	case PL_LOG_PROCESS_FAILED:
		say_words(&t, "failed: nothing is taken until the log could be opened anew", "make room or mend disk and database; it tries by itself",
			true);
		break;
	case PL_LOG_PROCESS_STOPPED:
		say(&t, "stopped", "the log process was stopped", "start it: pellucid log serve, or pellucid serve", false);
		break;
	case PL_LOG_PROCESS_REFUSED:
		say_words(&t, "the log process could not open the log",
			"see \"Restoring an instance\" in the manual; delete nothing", true);
		break;
	case PL_LOG_PROCESS_SILENT:
		say_silent(&t);
		break;
	case PL_LOG_PROCESS_NONE:
	default:
		say(&t, "none", "no log process has run yet", "start it: pellucid log serve, or pellucid serve", false);
		break;
	}
}
