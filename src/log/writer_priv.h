/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/writer_priv: what the files of log/writer share.
 *
 * Four threads pass batches along one list, the tail:
 *
 *	submitters -> filling -> [sequencer] -> tail: | to be recorded | to be made tiles | to become visible |
 *	                                              [recorder]       [publisher ------------------------]
 *
 * sequencer  (writer_sequence.c) hashes, finds duplicates, journals, syncs
 * recorder   (writer_record.c)   moves the record over every journaled batch at once, then answers
 * publisher  (writer_publish.c)  writes tiles, signs, publishes; frees batches that tiles show
 * witnesser  (writer_witness.c)  asks witnesses for sizes and cosignatures; decides holds
 *
 * writer.lock guards everything below it in the struct; what stands above belongs to one thread, or never changes.
 */
#ifndef PL_LOG_WRITER_PRIV_H
#define PL_LOG_WRITER_PRIV_H
#include "log/held.h"
#include "log/index.h"
#include "log/journal.h"
#include "log/materialise.h"
#include "log/system_time.h"
#include "log/witness_client.h"
#include "log/writer.h"
#include <pthread.h>
#include <semaphore.h>

/* Memory of the batches in the tail: beyond this the sequencer waits for the publisher. */
#define PL_WRITER_TAIL_BYTES ((size_t)24 * 1024 * 1024)
/* How long one failed operation is repeated before the writer gives up, if the disk is to blame. */
#define PL_WRITER_DISK_TRIES 4u
#define PL_WRITER_PAUSE (200 * PL_MILLISECOND)

#define PL_WRITER_TIME_HOLDS ((unsigned)(PL_LOG_HOLD_TIME_BACK | PL_LOG_HOLD_TIME_JUMP))

/* A thread waiting in pl_log_writer_add_wait. */
struct pl_writer_waiter {
	sem_t ready;
	struct pl_log_answer answer;
};

struct pl_writer_item {
	void *tag;
	struct pl_writer_waiter *waiter; /* NULL: options.done is told; with neither, nobody is */
	bool silent;                     /* nobody is told: an entry that was held and answered before */
	uint32_t at;                     /* where its length bytes stand in batch.entries, as submitted */
	uint32_t len;
	struct pl_log_answer answer;
};

struct pl_writer_batch {
	struct pl_writer_batch *next;
	struct pl_buf entries; /* first as submitted, then without duplicates, as journaled */
	struct pl_writer_item *item;
	size_t n_items, cap_items;
	struct pl_digest *leaf; /* of the new entries */
	size_t cap_leaf;
	uint64_t first;
	uint32_t n; /* new entries */
	struct pl_tree_edge after;
	struct pl_digest root; /* of after */
	size_t taken;          /* entries that tiles hold already */
	size_t cost;           /* memory, while in the tail */
};

/* An operator's act waiting for the sequencer. */
struct pl_writer_act {
	unsigned ends; /* enum pl_log_hold */
	pl_bytes entry;
	void *tag; /* for the acknowledgement in the record; may be NULL */
	struct pl_writer_waiter *waiter;
};

struct pl_log_writer {
	struct pl_log_writer_options o;
	pl_str origin;
	struct pl_signer *signer[PL_LOG_KEYS_MAX];
	int dir, public_dir, private_dir, journal_dir, index_dir, lock_fd;
	struct pl_log_record record;
	bool own_record;
	bool witnessed; /* the policy has a quorum */
	pthread_t sequencer, recorder, publisher, witnesser;
	bool sequencer_on, recorder_on, publisher_on, witnesser_on;

	/* The sequencer's. */
	struct pl_journal *journal;
	struct pl_log_index *index;
	struct pl_held *held;
	uint64_t epoch; /* of the record, since the start */
	struct pl_tree_edge edge; /* after the last batch journaled */
	struct pl_digest root;
	struct pl_buf scratch;
	/* The recorder's. */
	struct pl_log_ack *ack;
	size_t cap_ack;
	/* The publisher's. */
	struct pl_materialise *tiles;
	struct pl_log_state made; /* what tiles hold; epoch unused. Others read it with lock */
	uint64_t next_publish, marked_size;
	bool sync_failed; /* tiles beyond `visible` may not be on disk, whatever another sync would say */
	/* The witnesser's. */
	struct pl_witness_client *witnesses;
	struct pl_system_time *clock; /* locks by itself */

	pthread_mutex_t lock;
	pthread_cond_t to_sequence, to_record, to_publish, to_witness; /* work for one thread each */
	pthread_cond_t room;    /* the queue or the tail has room again */
	pthread_cond_t changed; /* recorded, published, answered, mode */
	struct pl_writer_batch *filling, *pool;
	size_t queued, queued_bytes; /* accepted, not answered */
	struct pl_writer_batch *tail, *tail_end; /* oldest first */
	struct pl_writer_batch *unrecorded;      /* first in the tail that the record does not cover */
	struct pl_writer_batch *unmade;          /* first in the tail, recorded or not, that tiles lack */
	size_t tail_bytes;
	uint64_t visible;      /* public/ has all files for this size */
	struct pl_log_state recorded;
	uint64_t published, signed_size;
	struct pl_buf signed_note; /* the newest signed checkpoint, with the cosignatures that came */
	bool renewing; /* public/checkpoint is not signed by the keys in force: it is to be replaced at its size */
	bool round_wanted;         /* signed_note waits for cosignatures */
	uint64_t ask_again_at;     /* monotonic; when a round without quorum is repeated */
	bool told[PL_POLICY_WITNESSES_MAX]; /* which witnesses have answered */
	uint64_t ahead_kept; /* what private/ahead says; the witnesser's */
	bool knew[PL_POLICY_WITNESSES_MAX]; /* which have cosigned a checkpoint of this log; the witnesser's */
	char ahead_name[PL_LOG_NAME_MAX];
	struct pl_log_witness seen[PL_POLICY_WITNESSES_MAX];
	bool shown[PL_POLICY_WITNESSES_MAX];     /* whose cosignatures are on public/checkpoint; the witnesser's, like the rest here */
	uint64_t late_at;                        /* monotonic; when those are asked again that are not on it; 0: nobody is */
	uint64_t late_not_before[PL_POLICY_WITNESSES_MAX]; /* who did not answer then is left alone for a while */
	bool seen_changed;
	uint64_t seen_saved;                     /* monotonic */
	bool sequencer_done, recorder_done, publisher_done;
	bool settled; /* witnesses were asked once for all that may end a hold, or there are none */
	bool time_asked; /* a round was made since the start, whose cosignatures say what time it is */
	bool closing;
	enum pl_log_mode mode;
	pl_status error;
	pl_status unshown; /* why the publisher ended before all was shown; the next start makes up for it */
	unsigned hold;
	struct pl_writer_act *act;
	unsigned answered, needed;
	uint64_t ahead_size;
	bool record_same_disk;
	uint64_t batches, duplicates, stored_held;
};

/* ---- writer.c ---- */
struct pl_writer_batch *pl_writer_batch_take(struct pl_log_writer *w); /* with lock */
void pl_writer_batch_give(struct pl_log_writer *w, struct pl_writer_batch *b); /* with lock */
struct pl_writer_item *pl_writer_batch_put(struct pl_writer_batch *b, pl_bytes entry);
void pl_writer_set_mode(struct pl_log_writer *w, enum pl_log_mode mode, pl_status error); /* with lock */
uint64_t pl_writer_now(const struct pl_log_writer *w);
/* Wait on @cond until woken or @ns have passed. With lock. */
void pl_writer_wait(struct pl_log_writer *w, pthread_cond_t *cond, uint64_t ns);

/* ---- the threads; @arg is the writer ---- */
void *pl_writer_sequence(void *arg);
void *pl_writer_record(void *arg);
void *pl_writer_publish(void *arg);
void *pl_writer_witness(void *arg);

/* ---- writer_record.c ---- */
/* The record is lost: wake the threads that wait for an answer about @b with PL_E_CONFLICT. With lock. */
void pl_writer_abandon(struct pl_writer_batch *b);

/* ---- writer_start.c ---- */
/* Compare journal, tiles and record; leaves journal, index, tiles, edge and recorded ready. */
pl_status pl_writer_start(struct pl_log_writer *w, struct pl_diag *diag);

/* ---- writer_witness.c ---- */
/* Before the threads start: what is held from the beginning. */
void pl_writer_first_holds(struct pl_log_writer *w);
/* Remember a witness that was found ahead before. PL_E_CORRUPT. */
pl_status pl_writer_load_ahead(struct pl_log_writer *w);
/* Which witnesses have cosigned what is published, and what is known of the others? */
pl_status pl_writer_load_knew(struct pl_log_writer *w);

/* ---- writer_publish.c ---- */
/* Write private/materialised: all files for @size are durable. */
pl_status pl_writer_mark(struct pl_log_writer *w, uint64_t size);
/* Put @note in place as public/checkpoint unless a checkpoint as large is there. */
pl_status pl_writer_put_checkpoint(struct pl_log_writer *w, pl_str note, uint64_t size, const struct pl_digest *root,
	bool quorum);

#endif
