/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fact/projector: turns entries into the public tables.
 *
 * What always holds:
 *  1. Only entries below the size of the last checkpoint *with quorum* are applied, in order, each exactly once: the
 *     position moves in the same transaction as the rows.
 *  2. It never stops: an entry that is no statement, has an unknown type, lacks rights or is refused by its room becomes a
 *     row in `statement` with its state and reason, and is counted.
 *  3. A statement counts once: a second entry with the same SHA-256(PAE) becomes a row with state "repeated".
 *  4. The public tables are a function of log, trust file and vocabulary. Nothing here reads the clock, the outbox or a
 *     private table to decide.
 *
 * One thread at a time; one process at a time (guarded by the position row).
 */
#ifndef PL_FACT_PROJECTOR_H
#define PL_FACT_PROJECTOR_H
#include "fact/instance.h"

/* What the handler of a predicate is given. */
struct pl_projection {
	struct pl_db_tx *tx;
	uint64_t index;   /* of the entry */
	const struct pl_judgement *judgement;
	/* Not NULL in a trial (fact/import.h), of which nothing will stay: told of bodies instead of writing them down. */
	pl_status (*body)(void *ctx, const struct pl_body *body);
	void *ctx;
};

enum pl_entry_state {
	PL_ENTRY_APPLIED,
	PL_ENTRY_REPEATED,     /* same SHA-256(PAE) as an earlier entry */
	PL_ENTRY_UNKNOWN,      /* a statement of a type that this version does not know */
	PL_ENTRY_MALFORMED,    /* no statement, or not of the shape of its type */
	PL_ENTRY_UNAUTHORISED, /* signatures do not suffice */
	PL_ENTRY_REFUSED,      /* its room found a contradiction */
	PL_ENTRY_STATE_COUNT
};

const char *pl_entry_state_word(enum pl_entry_state s);

/* Name another body in a handler, beside those that the fields name. */
pl_status pl_projection_body(struct pl_projection *p, const struct pl_body *body);

struct pl_projector;

pl_status pl_projector_open(struct pl_instance *inst, struct pl_projector **ret, struct pl_diag *diag);
void pl_projector_close(struct pl_projector *p);
/* Read the checkpoint, and if it has quorum apply up to @limit more entries. *ret_done = entries applied; 0 = up to date.
 * PL_E_QUORUM: the newest checkpoint has no quorum yet and nothing older is left to do. */
pl_status pl_projector_step(struct pl_projector *p, size_t limit, size_t *ret_done, struct pl_diag *diag);
/* Entries applied so far. */
uint64_t pl_projector_position(const struct pl_projector *p);

/* ---- fsck ---- */

struct pl_fact_report {
	uint64_t entries, by_state[PL_ENTRY_STATE_COUNT];
	uint64_t bodies_present, bodies_withheld, bodies_missing, bodies_corrupt;
	uint64_t tables, tables_different, rows;
	struct pl_digest dump, dump_derived; /* of the canonical dumps */
	char first_difference[512];          /* empty if there is none */
};

/* Write the canonical dump of the public tables of @inst, independent of the engine: per table a line with its name, then
 * one line of JSON (an array) per row. */
pl_status pl_fact_dump(struct pl_instance *inst, pl_status (*line)(void *ctx, pl_str line), void *ctx);
/* Derive the public tables anew into a scratch SQLite file below @scratch_dir, compare the canonical dumps, and look for
 * every body. PL_OK whether or not they agree: read @ret. */
pl_status pl_fact_rebuild(struct pl_instance *inst, const char *scratch_dir, struct pl_fact_report *ret,
	struct pl_diag *diag);
/* Only the bodies: present (and true to their digest if @read_all), withheld, missing. */
pl_status pl_fact_bodies(struct pl_instance *inst, bool read_all, struct pl_fact_report *ret, struct pl_diag *diag);

#endif
