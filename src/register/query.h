/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/query: what pages and commands read of registers. Text and arrays live in the caller's arena; lists come in pages of at
 * most PL_REGISTER_PAGE_MAX, @after or @before being the last key of the page before.
 */
#ifndef PL_REGISTER_QUERY_H
#define PL_REGISTER_QUERY_H
#include "fact/instance.h"
#include "register/openings.h"

#define PL_REGISTER_PAGE_MAX 256u

struct pl_query_register {
	pl_str name;
	uint64_t version, index;
	struct pl_digest declaration;
	uint64_t heads, head_index, size, highest, days, time; /* of the last head; time 0: none yet */
};
/* PL_E_NOTFOUND. */
pl_status pl_query_register(struct pl_instance *inst, pl_str name, struct pl_arena *arena, struct pl_query_register *ret);
/* By name, from behind @after. */
pl_status pl_query_registers(struct pl_instance *inst, pl_str after, size_t limit, struct pl_arena *arena,
	struct pl_query_register **ret, size_t *ret_n);

struct pl_query_head {
	uint64_t index;
	struct pl_digest pae;
	struct pl_register_end head; /* highest 0 in a padded register */
	bool heartbeat;
	uint64_t day, unconfirmed, refused; /* of a heartbeat */
};
/* Of one register, newest first, below @before (INT64_MAX to start). */
pl_status pl_query_heads(struct pl_instance *inst, pl_str name, uint64_t before, size_t limit, struct pl_arena *arena,
	struct pl_query_head **ret, size_t *ret_n);

/* A head that came after others were due (pl_register_late). */
struct pl_query_late {
	uint64_t index, time, due; /* seconds */
	bool heartbeat;
	uint64_t day;              /* of a heartbeat */
};
/* Of one register, newest first, below @before. *@ret_all: how many there are at all. */
pl_status pl_query_late(struct pl_instance *inst, pl_str name, uint64_t before, size_t limit, struct pl_arena *arena,
	struct pl_query_late **ret, size_t *ret_n, uint64_t *ret_all);

/* Those whose entries lie from @from to @to, both included; the oldest first, at most @limit. *@ret_all: how many there are at all. */
pl_status pl_query_late_between(struct pl_instance *inst, pl_str name, uint64_t from, uint64_t to, size_t limit, struct pl_arena *arena,
	struct pl_query_late **ret, size_t *ret_n, uint64_t *ret_all);

/* What an auditor compared of a report whose rows are shut (register/sample). */
struct pl_query_sample {
	uint64_t index;
	pl_str auditor, words;
	uint64_t among, drawn, differing; /* cases */
	bool recounted; /* he counted the totals again from all opened rows, and they are those */
};

#define PL_QUERY_SAMPLES_MAX 16u
struct pl_query_report {
	uint64_t index;
	struct pl_digest pae;
	pl_str name;
	uint64_t from, to, edition;
	struct pl_digest openings, declaration;
	bool has_first;
	uint64_t first_index, last_index; /* of the two heads; no first one: from the empty register on */
	uint64_t openings_size, cases, unopened, erased, lost, late, time;
	size_t n_gaps;
	uint64_t gap_index[PL_OPENINGS_GAPS_MAX]; /* of the heads behind what was lost */
	size_t n_declared;
	uint64_t declared_index[PL_OPENINGS_EARLIER_MAX + 1]; /* where its declarations were stated, if there are several */
	size_t n_samples; /* the latest, the newest first */
	struct pl_query_sample samples[PL_QUERY_SAMPLES_MAX];
	size_t n_totals;
	struct {
		pl_str name;
		uint64_t value;
	} totals[PL_REGISTER_TOTALS_MAX];
};
/* The entries that prove it: the report, its heads, its declarations if there are several, samples of it. How many comes back. */
#define PL_QUERY_REPORT_ENTRIES_MAX (4u + PL_OPENINGS_GAPS_MAX + PL_OPENINGS_EARLIER_MAX + PL_QUERY_SAMPLES_MAX)
size_t pl_query_report_entries(const struct pl_query_report *q, uint64_t ret[static PL_QUERY_REPORT_ENTRIES_MAX]);
/* Newest first, below @before (INT64_MAX to start); @name empty: of all registers. */
pl_status pl_query_reports(struct pl_instance *inst, pl_str name, uint64_t before, size_t limit, struct pl_arena *arena,
	struct pl_query_report **ret, size_t *ret_n);

/* The newest editions about one period, the newest first: at most PL_REGISTER_EDITIONS_MAX. */
#define PL_REGISTER_EDITIONS_MAX 64u
struct pl_query_editions {
	size_t n;
	struct pl_query_report *list;
};
pl_status pl_query_report_editions(struct pl_instance *inst, pl_str name, uint64_t from, uint64_t to, struct pl_arena *arena,
	struct pl_query_editions *ret);

/* The one at that index of the log. PL_E_NOTFOUND. */
pl_status pl_query_report_at(struct pl_instance *inst, uint64_t index, struct pl_arena *arena, struct pl_query_report *ret);

#endif
