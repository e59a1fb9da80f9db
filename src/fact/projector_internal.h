/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fact/projector_internal: a projector from its parts, and the two halves of a step. First everything is read, verified
 * and judged (projector.c), which touches the key register but no table; then it is written in one transaction
 * (projector_apply.c), which may run more than once and touches nothing but tables.
 */
#ifndef PL_FACT_PROJECTOR_INTERNAL_H
#define PL_FACT_PROJECTOR_INTERNAL_H
#include "fact/keys_replay.h"
#include "fact/statement_internal.h"
#include "fact/projector.h"
#include "log/checkpoint.h"

#define PL_PROJECTOR_CHUNK 512u
#define PL_PROJECTOR_CHUNK_BYTES ((size_t)8 << 20)
#define PL_PROJECTOR_REASON_MAX 200u

struct pl_projector_parts {
	struct pl_db *db;
	const struct pl_policy *policy;
	const struct pl_vocabulary *vocabulary;
	pl_str log;    /* directory or URL; copied */
	uint64_t most; /* never go beyond this index: for deriving anew what another database shows */
	bool outbox;   /* tell the outbox, too */
	struct pl_verified *verified; /* may be NULL */
};

pl_status pl_projector_open_parts(const struct pl_projector_parts *parts, struct pl_projector **ret,
	struct pl_diag *diag);

/* One entry, judged. */
struct pl_projector_item {
	uint64_t index;
	pl_bytes entry;
	struct pl_digest entry_digest;
	struct pl_statement *statement; /* NULL when malformed */
	const struct pl_predicate *row; /* NULL when unknown */
	struct pl_judgement judgement;
	enum pl_entry_state state;      /* APPLIED: may be */
	bool skip_handler;              /* the database refused what the handler did: count it */
	char reason[PL_PROJECTOR_REASON_MAX + 1];
};

/* The judged checkpoint under which entries are applied. */
struct pl_projector_view {
	struct pl_buf note;
	uint64_t size;
	struct pl_digest root;
	bool witnessed;
	uint64_t time;
};

struct pl_projector_batch {
	struct pl_projector_item *items;
	size_t count;
	uint64_t from, to;
	struct pl_digest root_to; /* root over the first `to` entries */
	const struct pl_projector_view *view;
	bool outbox;
};

/* Write @batch and move the position from batch->from to batch->to. PL_E_STATE if somebody else moved it. */
pl_status pl_projector_write(struct pl_db *db, struct pl_projector_batch *batch);
/* One item of it: let its room do its part, write the row, add one to the count of its state in @counts. */
pl_status pl_projector_write_item(struct pl_db_tx *tx, const struct pl_projector_item *judged, uint64_t *counts);
/* @text, printable ASCII only, cut to fit. */
void pl_projector_reason(struct pl_projector_item *item, const char *text);

#endif
