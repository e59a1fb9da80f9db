/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/writer: the sequencer of one log: takes entries, makes them durable, moves the record, answers, writes tiles and
 * publishes checkpoints (docs/decisions/0002-log-writer.md).
 *
 *	DIR/public/    exactly what is served: checkpoint, tile/...
 *	DIR/private/   lock, journal/, index/, key, vkey, policy, held, clock, ...
 *	the record     DIR.record (log/record_file) or whatever the caller hands in
 *
 * What always holds:
 *  1. An entry is answered PL_OK only after its journal batch is synced *and* the record has moved over it.
 *  2. Nothing is signed for a size that the record has not reached; so no two roots are ever signed for one size.
 *  3. PL_E_CONFLICT from the record is final: nobody is answered any more, the writer is dead (pl_log_writer_status).
 *  4. The same entry bytes get the same index, however often they come.
 *  5. While the log is held, entries are stored durably, answered PL_E_HELD without an index, and nothing larger is
 *     signed. They enter the log by themselves when the hold ends.
 *  6. A checkpoint is replaced only after every tile and bundle that it needs is in place, and by a larger one, or by
 *     one of the same tree if the published one is not signed by exactly the keys in force (a key came or went).
 *  7. With a quorum in the policy, public/checkpoint only ever moves to a checkpoint that has it.
 *  8. One writer per directory: an OFD lock on private/lock from open to close; network file systems are refused.
 *
 * Threads: any number may submit. Callbacks run in the writer's own threads and may submit, but must not wait for an
 * answer or close the writer. The record's functions are never called by two threads at once.
 */
#ifndef PL_LOG_WRITER_H
#define PL_LOG_WRITER_H
#include "base/buf.h"
#include "base/diag.h"
#include "log/checkpoint.h"
#include "log/policy.h"
#include "log/record.h"
#include "log/tile.h"

struct pl_log_writer;

/* ---- answers ---- */

struct pl_log_answer {
	/* PL_OK: durable at @index.  PL_E_HELD: stored durably, not yet published, no index yet.
	 * PL_E_NOSPACE: not stored, submit again when there is room.
	 * PL_E_IO, PL_E_TIMEOUT: unknown; submit the same bytes again to find out.
	 * PL_E_CANCELLED: the writer closed before it was stored. */
	pl_status status;
	uint64_t index;
	bool duplicate; /* it stood there before this submission */
};

/* Called once for every entry that pl_log_writer_add accepted, from one thread, in the order of their indices (held and
 * failed ones in between). After PL_E_CONFLICT it is not called any more: see PL_LOG_LOST. */
typedef void (*pl_log_done)(void *ctx, void *tag, const struct pl_log_answer *answer);

/* ---- state ---- */

enum pl_log_mode {
	PL_LOG_RUNNING,
	PL_LOG_HELD,   /* stores, serves, signs nothing larger; see .hold */
	PL_LOG_LOST,   /* the record's epoch is another writer's: end without answering */
	PL_LOG_FAILED, /* disk errors that recovery could not get over; every submission gets .error */
};

/* Why a log is held; several may hold at once. */
enum pl_log_hold {
	PL_LOG_HOLD_WITNESSES = 1, /* too few witnesses have told their size to rule out that we are an older copy */
	PL_LOG_HOLD_AHEAD = 2,     /* a witness has seen more than we have: we are an older copy. Ends by an operator's act */
	PL_LOG_HOLD_TIME_BACK = 4, /* system time went back by more than a minute */
	PL_LOG_HOLD_TIME_JUMP = 8, /* system time is more than a day beyond the last witness time */
};

#define PL_LOG_NAME_MAX 64u /* a longer name is cut */

/* What is known of a witness of the policy. */
struct pl_log_witness {
	uint64_t size, time; /* its last cosignature: of so many entries, ns; 0: none is known */
	uint64_t back;       /* if .went_back */
	bool went_back;      /* it said later that it had seen .back entries, fewer than it had cosigned: it has an older memory */
};

/* One line of text about it, "<size> <time, ns> <back, or -> <name>\n"; and back, false if it is none. */
void pl_log_witness_put(const struct pl_log_witness *s, pl_str name, struct pl_buf *out);
bool pl_log_witness_read(pl_str line, struct pl_log_witness *ret, pl_str *ret_name);

struct pl_log_status {
	enum pl_log_mode mode;
	unsigned hold;          /* enum pl_log_hold, or-ed */
	pl_status error;        /* why LOST or FAILED, or the last trouble with disk (PL_E_NOSPACE); PL_OK if none */
	struct pl_log_state recorded; /* what the record says: all acknowledged entries */
	uint64_t published;     /* size of public/checkpoint */
	uint64_t signed_size;   /* size of the newest signed checkpoint (it may still lack its quorum) */
	bool renewing;          /* a key came or went, and public/checkpoint does not show it yet */
	uint64_t stored_held;   /* entries waiting for the end of a hold */
	uint64_t queued;        /* entries accepted and not yet answered */
	unsigned answered;      /* witnesses that told their size */
	unsigned needed;        /* how many must, before the log may sign: n - q + 1 for a q-of-n quorum */
	uint64_t ahead_size;    /* with PL_LOG_HOLD_AHEAD: what that witness has seen */
	char ahead_name[PL_LOG_NAME_MAX]; /* and its name in the policy */
	struct pl_log_witness witness[PL_POLICY_WITNESSES_MAX]; /* in the order of the policy */
	bool unwitnessed;       /* no policy, or `quorum none` */
	bool record_same_disk;  /* the record lies on the log's own file system */
	bool unguarded;         /* unwitnessed *and* record_same_disk: nothing would show a restored older copy; warn */
	uint64_t batches, duplicates;
	uint64_t time_used, time_witnessed; /* ns: the latest system time that the log has used, and the latest of a witness; 0 if none */
};

/* ---- opening ---- */

/* A key that signs checkpoints. The first one of several is the log's own; during a rotation the next one follows. */
struct pl_log_key {
	struct pl_vkey vkey; /* name = origin */
	struct pl_signer *signer;
};

#define PL_LOG_KEYS_MAX 4u

/* A checkpoint that was put in place. */
struct pl_log_published {
	pl_str note;
	uint64_t size;
	struct pl_digest root;
	bool quorum;   /* false: the policy asks for none */
	uint64_t time; /* system time when it was put in place, ns */
};

struct pl_log_writer_options {
	const char *dir;
	const struct pl_log_record *record; /* NULL: the file <dir>.record */
	const struct pl_log_key *keys;      /* borrowed until close */
	size_t n_keys;
	const struct pl_policy *policy;     /* witnesses to ask; NULL: none. Borrowed until close */
	pl_log_done done;                   /* for pl_log_writer_add; may be NULL if only _add_wait is used */
	/* Called from the same thread after each group of answers, for example to flush an output. May be NULL. */
	void (*done_group)(void *ctx);
	void *done_ctx;
	/* Told of every checkpoint put in public/, from one thread. May be NULL. */
	void (*published)(void *ctx, const struct pl_log_published *published);
	void *published_ctx;
	uint64_t publish_ns;                /* least time between two checkpoints under load; 0: 50 ms */
	uint64_t witness_ns;                /* patience with witnesses per round; 0: 5 s */
	size_t queue_entries, queue_bytes;  /* bound of what is accepted and unanswered; 0: 16,384 and 16 MiB */
	uint64_t segment_bytes;             /* journal segment; 0: 8 MiB */
	uint64_t (*now)(void);              /* system time; NULL: pl_time_now */
	bool no_index;                      /* for tests of the journal alone: entries are not looked up */
};

/* Open the log for writing: lock, claim the record, compare journal, tiles and record, finish what a crash left, start the
 * threads. Witnesses are asked in the background: until they have answered the log is held.
 *   PL_E_BUSY       another process has it open
 *   PL_E_ROLLBACK   record and directory disagree: one of them is an older copy; words say which
 *   PL_E_CORRUPT    journal or tiles contradict each other; words say where
 *   PL_E_UNSUPPORTED the directory is on a network file system
 *   PL_E_NOTFOUND   no log there */
pl_status pl_log_writer_open(const struct pl_log_writer_options *o, struct pl_log_writer **ret, struct pl_diag *diag);

/* Answer everything accepted, write all tiles, publish, release the lock, free. The last trouble comes back. NULL is
 * allowed. With PL_LOG_LOST nothing is answered and nothing written. */
pl_status pl_log_writer_close(struct pl_log_writer *w);

/* ---- submitting ---- */

/* Take @entry (at most 65,535 bytes; copied) and answer later through options.done with @tag. Does not wait.
 * PL_E_TOOBIG, PL_E_BUSY (queue full: come again), PL_E_STATE (closing, lost or failed); then done
 * is not called. */
pl_status pl_log_writer_add(struct pl_log_writer *w, pl_bytes entry, void *tag);
/* The same, waiting for room in the queue instead of PL_E_BUSY. Not from a callback. */
pl_status pl_log_writer_add_patient(struct pl_log_writer *w, pl_bytes entry, void *tag);
/* Take @entry and wait for its answer; answers what @ret->status says, or as pl_log_writer_add. Not from a callback. */
pl_status pl_log_writer_add_wait(struct pl_log_writer *w, pl_bytes entry, struct pl_log_answer *ret);
/* Wait until the witnesses have been asked once, so that it is known whether the log is held. PL_E_TIMEOUT. */
pl_status pl_log_writer_settle(struct pl_log_writer *w, uint64_t timeout_ns);
/* Wait until nothing accepted is unanswered. PL_E_TIMEOUT. */
pl_status pl_log_writer_drain(struct pl_log_writer *w, uint64_t timeout_ns);
/* Wait until public/checkpoint covers @size entries and is signed by the keys in force. PL_E_TIMEOUT, PL_E_HELD,
 * PL_E_STATE. */
pl_status pl_log_writer_wait_published(struct pl_log_writer *w, uint64_t size, uint64_t timeout_ns);

/* ---- operator's acts ---- */

/* End a hold for want of witnesses (`log resume --without-witnesses`): @entry, which says so, becomes the next entry, in
 * front of everything that was stored. Waits until the witnesses have been asked once. PL_E_STATE if the log is not held for that reason; PL_E_ROLLBACK if a witness is
 * known to be ahead: then only restoring the newer copy helps. With a @tag (NULL: none) the record gets an acknowledgement in
 * the swap that moves it over the entry, as for any other submission; the caller hears of it here alone. */
pl_status pl_log_writer_resume(struct pl_log_writer *w, pl_bytes entry, void *tag, struct pl_log_answer *ret);
/* End a hold because of system time (`log time-accept`), with @entry as the next entry; @tag as above. */
pl_status pl_log_writer_time_accept(struct pl_log_writer *w, pl_bytes entry, void *tag, struct pl_log_answer *ret);

/* ---- looking ---- */

void pl_log_writer_status(struct pl_log_writer *w, struct pl_log_status *ret);
/* Words for a status, for people, without a full stop: "held: 0 of the 2 witnesses needed ... have answered; 3 entries are
 * stored and not yet published". Whoever has said how many wait clears stored_held in a copy. */
void pl_log_status_words(const struct pl_log_status *s, struct pl_buf *out);
/* The origin; lives as long as the keys. */
pl_str pl_log_writer_origin(const struct pl_log_writer *w);
/* System time as the log sees it: small steps back are absorbed, so it never goes back. */
uint64_t pl_log_writer_time(struct pl_log_writer *w);

#endif
