/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/monitor: follow a log as an outsider would, remember what it said, and raise alarms.
 *
 *	STATE/checkpoint      the newest checkpoint that was verified to the last entry
 *	STATE/alarms/<digest> one file an alarm, with the checkpoints that prove it
 *
 * What always holds:
 *  1. A checkpoint is remembered only after its signature, its quorum (unless the policy says `quorum none`), and all
 *     entries up to it were verified: their leaf hashes, appended to the tree remembered, give its root.
 *  2. What contradicts the remembered checkpoint is an alarm and never replaces it.
 *  3. An alarm is on disk before it is reported; the same alarm is kept once.
 * One monitor belongs to one thread at a time; STATE is locked.
 */
#ifndef PL_LOG_MONITOR_H
#define PL_LOG_MONITOR_H
#include "log/policy.h"
#include "log/reader.h"

enum pl_monitor_alarm_kind {
	PL_MONITOR_SIGNATURE = 1, /* the checkpoint is not signed by the log, or a known key signed badly */
	PL_MONITOR_QUORUM,        /* too few witnesses of the policy cosigned */
	PL_MONITOR_ROLLBACK,      /* it is smaller than one that we have seen */
	PL_MONITOR_FORK,          /* same size and another root, or not a continuation of what we have seen */
	PL_MONITOR_HEARTBEAT,     /* nothing new for longer than was promised */
	PL_MONITOR_ENTRY,         /* an entry is signed with one of our keys, and we do not know it */
	PL_MONITOR_UNREADABLE,    /* an entry or tile that the checkpoint covers is missing or damaged */
};

/* The stable word, for example "fork". */
const char *pl_monitor_alarm_word(enum pl_monitor_alarm_kind kind);

struct pl_monitor_alarm {
	enum pl_monitor_alarm_kind kind;
	uint64_t time;  /* when it was noticed, ns */
	uint64_t index; /* the entry, with PL_MONITOR_ENTRY */
	pl_str words;   /* one sentence for people */
};

struct pl_monitor_options {
	const struct pl_policy *policy; /* the log, its witnesses and quorum; borrowed */
	uint64_t heartbeat_ns;          /* alarm when no checkpoint with a later time came for so long; 0: never */
	/* Entries that are DSSE envelopes signed by one of these keys are ours. */
	const struct pl_pubkey *keys;
	size_t n_keys;
	/* Instead of @keys, which change: ours as of now. Asked after a checkpoint was read and before its entries are; the
	 * list lives until it is asked again. May be NULL. A failure ends the poll: nothing is remembered, nothing is missed. */
	pl_status (*ours)(void *ctx, const struct pl_pubkey **ret_keys, size_t *ret_n);
	/* Is this entry of ours known to us? Without it every entry of ours is unknown. A failure ends the poll likewise. */
	pl_status (*known)(void *ctx, uint64_t index, pl_bytes entry, bool *ret);
	/* Does @entry at @index, under the checkpoint @cp that the policy accepts, name the key that follows one of the
	 * log's? Then PL_OK, and both verifier keys are appended. PL_E_NOTFOUND: it does not; others stop this poll. May
	 * read the log by a reader of its own. NULL: the policy alone says which keys are the log's. */
	pl_status (*successor)(void *ctx, uint64_t index, pl_bytes entry, const struct pl_checkpoint *cp,
		struct pl_buf *ret_old,
		struct pl_buf *ret_new);
	/* Told once of every key that was taken up so. May be NULL. */
	void (*followed)(void *ctx, uint64_t index, pl_str fresh);
	/* Every alarm, old ones (already on disk) not repeated. May be NULL. */
	void (*alarm)(void *ctx, const struct pl_monitor_alarm *alarm);
	void *ctx;
	uint64_t (*now)(void *ctx); /* system time; NULL: pl_time_now */
};

struct pl_monitor;

struct pl_monitor_result {
	uint64_t size_before, size; /* of the remembered checkpoint */
	uint64_t entries, ours;     /* read in this poll; signed with our keys among them */
	uint64_t witness_time;      /* latest counted cosignature on the remembered checkpoint, 0 if none */
	unsigned alarms;            /* raised in this poll, repeated ones included */
};

/* @reader and what @options points to are borrowed until close. STATE is made if it is not there. PL_E_BUSY,
 * PL_E_CORRUPT. */
pl_status pl_monitor_open(const char *state, struct pl_log_reader *reader,
	const struct pl_monitor_options *options, struct pl_monitor **ret, struct pl_diag *diag);
void pl_monitor_close(struct pl_monitor *m);
/* For PL_CLEANUP. */
void pl_monitor_closep(struct pl_monitor **m);

/* Look once. PL_OK: looked (see @ret for alarms). PL_E_NET, PL_E_TIMEOUT, PL_E_NOTFOUND: the log could not be read,
 * which counts for the heartbeat; @ret is set then too. */
pl_status pl_monitor_poll(struct pl_monitor *m, struct pl_monitor_result *ret, struct pl_diag *diag);

#endif
