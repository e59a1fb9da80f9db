/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/fsck: does a log hold what its checkpoint says? Every entry is hashed again, every tile compared, on all cores.
 *
 * Works on a directory and on a URL. Resumable: with a state file, entries that an earlier run found right under a root
 * that the present one extends are not read again. Problems are counted, the first ones described,
 * in the order of the entries: the report is the same however many threads look.
 */
#ifndef PL_LOG_FSCK_H
#define PL_LOG_FSCK_H
#include "base/buf.h"
#include "base/diag.h"
#include "log/policy.h"
#include "log/record.h"

#define PL_FSCK_TOLD_MAX 20u

struct pl_fsck_options {
	pl_str where;                /* directory or URL */
	const struct pl_vkey *key;   /* must have signed the checkpoint; NULL: not checked, and the report says so */
	const struct pl_policy *policy; /* instead of @key: must accept the checkpoint, with the witnesses that it asks for; may be NULL */
	unsigned threads;            /* 0: one per processor */
	const char *state_file;      /* NULL: begin at 0 and remember nothing */
	uint64_t remember_ns;        /* how often it is written on the way; 0: every 5 s */
	void (*progress)(void *ctx, uint64_t done, uint64_t total); /* from any thread; may be NULL */
	void *progress_ctx;
};

struct pl_fsck_report {
	pl_str origin;               /* lives as long as the report */
	uint64_t size;
	struct pl_digest root;       /* of the checkpoint */
	uint64_t resumed_from;       /* entries found right by an earlier run */
	uint64_t entries, tiles;     /* checked now */
	uint64_t problems;
	char told[PL_FSCK_TOLD_MAX][160];
	bool signature_checked;
	bool witnesses_checked;      /* the policy asks for a quorum, and it was there */
	size_t witnesses;            /* whose cosignatures count; 0 if none were looked at */
	bool journal_checked, record_checked; /* false for a URL, or while the log is open for writing */
	struct pl_buf text;          /* the checkpoint as it was read */
};

/* PL_OK: the check ran to its end; look at ret->problems. Give @ret back with pl_fsck_done. Anything else: could not find
 * out. */
pl_status pl_fsck(const struct pl_fsck_options *o, struct pl_fsck_report *ret, struct pl_diag *diag);
void pl_fsck_done(struct pl_fsck_report *r);
/* Append the report as text, one finding a line. */
void pl_fsck_write(const struct pl_fsck_report *r, uint64_t time, struct pl_buf *out);

#endif
