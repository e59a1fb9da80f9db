/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fact/query: what pages and commands read from the public tables of fact. The rooms above have queries of their own.
 *
 * All text and arrays live in the caller's arena. Lists come in pages: @after/@before is the last key of the page before
 * (start with the value that is said), @limit at most PL_QUERY_PAGE_MAX. Everything is as of the last checkpoint with
 * quorum that the projector has applied: say so with pl_query_view.
 */
#ifndef PL_FACT_QUERY_H
#define PL_FACT_QUERY_H
#include "fact/log_report.h"
#include "fact/projector.h"
#include "log/reader.h"

#define PL_QUERY_PAGE_MAX 256u

/* What the public tables show. */
struct pl_query_view {
	uint64_t size;          /* entries applied: the size of the checkpoint, or less while catching up */
	uint64_t checkpoint_size;
	struct pl_digest root;
	pl_str checkpoint;      /* the note with its cosignatures, as it was judged */
	bool witnessed;         /* false: the trust file says `quorum none` */
	uint64_t time;          /* of the latest counted cosignature, ns; 0 without */
	uint64_t record_size;   /* entries acknowledged, published or not */
	struct pl_outbox_counts outbox;
	struct pl_log_report log; /* what the log process says of itself */
	uint64_t by_state[PL_ENTRY_STATE_COUNT];
};
/* PL_E_NOTFOUND: no checkpoint with quorum was ever seen; then there is still pl_log_report_read. */
pl_status pl_query_view(struct pl_instance *inst, struct pl_arena *arena, struct pl_query_view *ret);

struct pl_query_statement {
	uint64_t index;
	struct pl_digest entry, pae;
	enum pl_entry_state state;
	pl_str reason;     /* when it was not applied */
	pl_str type;       /* predicate type; empty when malformed */
	pl_str title;      /* of the vocabulary; the type if unknown */
	bool has_id;
	struct pl_ulid id;
	uint64_t time;     /* ns */
	struct pl_digest signer; /* zero when unauthorised or malformed */
	unsigned approvals;
	pl_str subject;    /* name of the first subject */
	struct pl_digest subject_digest;
};

/* One by its index, ULID, entry digest, or SHA-256(PAE). PL_E_NOTFOUND. */
pl_status pl_query_statement_at(struct pl_instance *inst, uint64_t index, struct pl_arena *arena,
	struct pl_query_statement *ret);
pl_status pl_query_statement_by_id(struct pl_instance *inst, const struct pl_ulid *id, struct pl_arena *arena,
	struct pl_query_statement *ret);
/* Whatever @digest is the digest of: entry, PAE, subject or body; newest first. */
pl_status pl_query_statements_by_digest(struct pl_instance *inst, const struct pl_digest *digest, size_t limit,
	struct pl_arena *arena, struct pl_query_statement **ret, size_t *ret_count);
/* Newest first, below @before (UINT64_MAX to start); @type empty: all. */
pl_status pl_query_statements(struct pl_instance *inst, pl_str type, uint64_t before, size_t limit,
	struct pl_arena *arena, struct pl_query_statement **ret, size_t *ret_count);

/* The entry itself with its proof, read from the log and checked against the view's root. */
struct pl_query_proof {
	pl_bytes entry;
	size_t n_path;
	struct pl_digest path[64];
	uint64_t index, size;
	pl_str checkpoint;
};
pl_status pl_query_entry(struct pl_instance *inst, uint64_t index, struct pl_arena *arena, struct pl_query_proof *ret,
	struct pl_diag *diag);
/* The same by a reader that is open, as of @view, which lives as long as *ret: for many entries under one checkpoint. */
pl_status pl_query_proof_at(struct pl_log_reader *reader, const struct pl_query_view *view, uint64_t index, struct pl_arena *arena,
	struct pl_query_proof *ret, struct pl_diag *diag);

struct pl_query_key {
	struct pl_digest id;
	pl_str key; /* "ed25519:<base64>" */
	pl_str role, holder;
	pl_str types; /* separated by spaces */
	uint64_t from;
	bool ended;
	uint64_t until;
	pl_str end_reason;
};
/* Roots of the trust file first, then in the order of their entries. */
pl_status pl_query_keys(struct pl_instance *inst, struct pl_arena *arena, struct pl_query_key **ret, size_t *ret_count);

/* A key that signs, or signed, checkpoints. */
struct pl_query_log_key {
	pl_str vkey;
	bool named;            /* the trust file names it */
	bool signs;            /* it signed the checkpoint of the view */
	bool stated;           /* a log-rotation statement introduced it; else it is the log's first key */
	uint64_t since, since_time; /* that statement's index and time (ns) */
	pl_str reason;
	bool followed;         /* another statement names the key that follows it */
	uint64_t followed_by;  /* index */
	uint64_t until;        /* end of the overlap, ns */
	pl_str end_reason;
};
/* Those of the trust file first, in its order, then those that have ended, the newest first. */
pl_status pl_query_log_keys(struct pl_instance *inst, struct pl_arena *arena, struct pl_query_log_key **ret,
	size_t *ret_count);

struct pl_query_witness {
	pl_str name, key_name; /* in the trust file; in its cosignatures. All text is the arena's */
	pl_str vkey, url;
	bool counts;           /* on the checkpoint of the view */
	uint64_t time;
	bool known;            /* the log process knows of a cosignature: */
	uint64_t last_size, last_time;
	bool went_back;        /* and said later that it had seen .back_size entries, fewer than that */
	uint64_t back_size;
};
/* Of what @view (of pl_query_view; without a checkpoint only its .log) says. A checkpoint is judged once, until it or the trust file changes. */
pl_status pl_query_witnesses(struct pl_instance *inst, const struct pl_query_view *view, struct pl_arena *arena,
	struct pl_query_witness **ret, size_t *ret_count);

enum pl_body_state { PL_BODY_PRESENT, PL_BODY_WITHHELD, PL_BODY_MISSING };
const char *pl_body_state_word(enum pl_body_state s);

struct pl_query_body {
	struct pl_digest digest;
	uint64_t size;
	pl_str media_type;
	uint64_t index;         /* of the first statement that names it */
	enum pl_body_state state;
	pl_str withheld_reason; /* and by which entry */
	uint64_t withheld_index;
};
/* PL_E_NOTFOUND: no statement names it. The blob store is asked whether it is there. */
pl_status pl_query_body(struct pl_instance *inst, const struct pl_digest *digest, struct pl_arena *arena,
	struct pl_query_body *ret);
/* The bodies that the statement at @index names. */
pl_status pl_query_bodies_of(struct pl_instance *inst, uint64_t index, struct pl_arena *arena,
	struct pl_query_body **ret, size_t *ret_count);

#endif
