/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fact/recover: the database of an instance is lost without a backup; its tables are made anew from the log's directory and
 * the trust file. Bodies stay where they are.
 *
 * What comes back: the log's record, the public tables, and the outbox's knowledge of which entries were made here (so that
 * a repeated command finds its statement and a monitor raises no false alarm). What does not: statements that were not in
 * the log yet, and everything else that was private.
 *
 * Why this does not fork the log: the record says what the directory says, and no directory can tell that it is an older
 * copy. But the next start asks the witnesses, as every start does, and holds the log until so many have told their size
 * that no quorum for a larger tree can exist without one of them; if one has seen more, the log is held for good. Without
 * witnesses nobody can tell: then the operator must say so in writing.
 *
 * What always holds:
 *  1. A database that holds a record is refused: then nothing is lost. Unless the operator says that it is an older copy; then the
 *     record must be an earlier state of this very log, and what is private in the copy stays.
 *  2. The record is written last, in one transaction. Before it exists no log can be opened; so whatever broke off before
 *     is simply done again.
 *  3. Its epoch is larger than any that was ever used: a writer that outlived the old database cannot move it.
 *  4. Numbers of outbox streams begin anew. That is safe: they order rows that wait, stand in no statement and no table
 *     but the outbox, and the recovered rows lie in a stream of their own.
 */
#ifndef PL_FACT_RECOVER_H
#define PL_FACT_RECOVER_H
#include "fact/instance.h"
#include "fact/projector.h"

struct pl_recover_report {
	uint64_t recorded;  /* entries of the new record */
	uint64_t behind;    /* in the journal behind it; the next start records them */
	uint64_t projected; /* entries in the public tables: those under the published checkpoint */
	uint64_t known;     /* entries taken as made here */
	uint64_t foreign;   /* entries that are no statements */
	uint64_t epoch;
	struct pl_fact_report bodies;
	bool witnessed;     /* the trust file has a quorum */
};

struct pl_recover_options {
	bool unwitnessed; /* the operator accepts that nobody can rule out an older copy of the directory */
	bool from_copy;   /* the database is an older copy, and there is no newer one: its record is brought up to the directory */
};

/* Do it; @inst was opened with migrate. PL_E_EXISTS (there is a record, and not @opt->from_copy, or it is not older),
 * PL_E_DENIED (`quorum none` and not @opt->unwitnessed), PL_E_BUSY (a writer has the log open), PL_E_CONFLICT (the record of the copy is
 * not of this log), PL_E_CORRUPT and the like (the directory contradicts itself or the trust file; words say where). */
pl_status pl_instance_recover(struct pl_instance *inst, const struct pl_recover_options *opt, struct pl_recover_report *ret,
	struct pl_diag *diag);

#endif
