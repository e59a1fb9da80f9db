/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fact/log_report: what the log process says of itself, in one private row, so that pages and commands need not guess.
 *
 * The process writes the row when something changed, and every PL_LOG_REPORT_NS as a sign of life (fact/caretaker.h). A
 * report of a living process that is older than PL_LOG_REPORT_OLD_NS means that it does not answer any more. Times are
 * system times: the machines of an instance must agree about them to a few seconds.
 */
#ifndef PL_FACT_LOG_REPORT_H
#define PL_FACT_LOG_REPORT_H
#include "base/time.h"
#include "log/writer.h"
#include "store/db.h"

#define PL_LOG_REPORT_NS (5 * PL_SECOND)
#define PL_LOG_REPORT_OLD_NS (20 * PL_SECOND)
#define PL_LOG_REPORT_TROUBLE_MAX 300u
#define PL_LOG_REPORT_WITNESSES_MAX 8192u

enum pl_log_process {
	/* as stored */
	PL_LOG_PROCESS_RUNNING,
	PL_LOG_PROCESS_HELD,    /* stores, publishes nothing larger: see .hold */
	PL_LOG_PROCESS_FAILED,  /* runs, and takes nothing until it could open the log anew */
	PL_LOG_PROCESS_STOPPED, /* ended in order */
	PL_LOG_PROCESS_REFUSED, /* could not open the log: .trouble says why */
	/* as read */
	PL_LOG_PROCESS_SILENT,  /* was running, held or failed, and has not said so for too long */
	PL_LOG_PROCESS_NONE,    /* no log process has ever reported */
};

/* The stable word: "running", "held", "failed", "stopped", "refused", "silent", "none". */
const char *pl_log_process_word(enum pl_log_process p);

struct pl_log_report {
	enum pl_log_process process;
	unsigned hold;             /* enum pl_log_hold, or-ed; as last reported */
	unsigned answered, needed; /* witnesses that told their size; how many must */
	uint64_t ahead_size;       /* what a witness has seen; 0 or PL_TREE_SIZE_MAX: something else than we have */
	char ahead_name[PL_LOG_NAME_MAX]; /* which one; empty if it is not known */
	char witnesses[PL_LOG_REPORT_WITNESSES_MAX]; /* lines of pl_log_witness_put; may be empty */
	uint64_t recorded, published; /* entries */
	uint64_t stored;           /* entries that the log keeps until the hold ends; more may wait in the outbox */
	uint64_t time_used, time_witnessed; /* ns: the latest system time that the log has used, and the latest of a witness; 0 if not known */
	uint64_t epoch;            /* of the record, when it was written */
	uint64_t since, reported;  /* in this state since; last said so: ns */
	char trouble[PL_LOG_REPORT_TROUBLE_MAX]; /* the last trouble in words, empty if there is none; not for the public */
};

/* Write the report of the log @origin; ignored if a process with a later epoch has reported meanwhile. */
pl_status pl_log_report_put(struct pl_db *db, pl_str origin, const struct pl_log_report *r);
/* Read it as of @now, within the caller's transaction. PL_OK with PL_LOG_PROCESS_NONE if there is none. */
pl_status pl_log_report_get(struct pl_db_tx *tx, pl_str origin, uint64_t now, struct pl_log_report *ret);
/* The same in a transaction of its own. */
pl_status pl_log_report_read(struct pl_db *db, pl_str origin, struct pl_log_report *ret);

/* What the report knows of the witness @name; false: nothing. */
bool pl_log_report_witness(const struct pl_log_report *r, pl_str name, struct pl_log_witness *ret);

/* One thing to know about the state of the log. */
struct pl_log_finding {
	const char *reason; /* a stable word: "witnesses", "ahead", "time-back", "time-jump", "witness-back", or that of the process */
	const char *words;  /* what is so */
	const char *next;   /* what to do; empty if nothing */
	bool bad;           /* it does not end by itself */
};

/* Tell of everything that @r says, at least one finding; the text lives during the call of @tell. */
void pl_log_report_findings(const struct pl_log_report *r, void (*tell)(void *ctx, const struct pl_log_finding *f),
	void *ctx);

#endif
