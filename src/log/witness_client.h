/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/witness_client: a log asks the witnesses of its policy, all at the same time: which size do you know, and please
 * cosign. C2SP tlog-witness v1.0.0, client side.
 *
 * What always holds:
 *  1. What a witness says is believed only as far as its key signed it, or where believing it can only hold us back (a
 *     size in a 409 may be wrong: it then costs an attempt, or a hold).
 *  2. A cosignature line reaches the checkpoint only after it verified over exactly this checkpoint.
 *  3. Time per round is bounded by the time-out, whatever the witnesses do; every answer has a maximum.
 * One client belongs to one thread at a time. It does not decide about quorums: that is log/policy's work.
 */
#ifndef PL_LOG_WITNESS_CLIENT_H
#define PL_LOG_WITNESS_CLIENT_H
#include "log/policy.h"
#include "log/tree.h"

struct pl_witness_client;

/* What became of one witness in one round, in the order of the policy. */
struct pl_witness_report {
	pl_status status; /* PL_OK: it cosigned (submit), or told its size (sizes). PL_E_UNSUPPORTED: no address, or a
			     key that cannot be verified. PL_E_NET, PL_E_TIMEOUT, PL_E_BUSY (429, 503): no answer to
			     count on. PL_E_NOTFOUND (404): it does not know this log. PL_E_DENIED (403): not our key.
			     PL_E_PROOF (422): it says we contradict what it has seen. PL_E_ROLLBACK: it has seen a
			     larger tree. PL_E_SIGNATURE: its cosignature does not verify. PL_E_SYNTAX: it answered
			     something else. PL_E_CANCELLED: no longer needed */
	unsigned http;    /* the last status code, 0 if there was none */
	bool size_known;
	uint64_t size;    /* the largest size that it says, or signed, that it has seen */
	bool told;        /* it told a size in words; .least is the smallest of them */
	uint64_t least;
	bool cosigned;
	uint64_t time;    /* of its cosignature, ns */
	uint64_t took_ns;
};

struct pl_witness_client_options {
	uint64_t timeout_ns;  /* per request; 0: 5 s */
	bool stop_at_quorum;  /* submit: do not wait for the others once the quorum is there */
	const char *ca_file;  /* certificates to trust instead of the system's; NULL */
};

/* @policy is borrowed until the client is freed. @options may be NULL. */
pl_status pl_witness_client_new(const struct pl_policy *policy, const struct pl_witness_client_options *options,
	struct pl_witness_client **ret);
void pl_witness_client_free(struct pl_witness_client *c);
/* For PL_CLEANUP. */
void pl_witness_client_freep(struct pl_witness_client **c);
/* Number of witnesses: the length of every reports array. */
size_t pl_witness_client_count(const struct pl_witness_client *c);

/* Ask every witness for its size by sending the already signed checkpoint @note with `old 0`: a 409 tells the size, and
 * a witness that had seen nothing cosigns. Cosignature lines that came are appended to @lines (may be NULL). Sizes are
 * remembered for submit. PL_E_SYNTAX if @note is no checkpoint. */
pl_status pl_witness_client_sizes(struct pl_witness_client *c, pl_str note, struct pl_witness_report *reports,
	struct pl_buf *lines);

/* Give the consistency proof from @old_size (> 0) to @size. */
typedef pl_status (*pl_witness_prove)(void *ctx, uint64_t old_size, uint64_t size, struct pl_tree_path *ret);

/* Ask every witness to cosign @note. A 409 with a size not above ours is tried once more from there. Append @note and
 * behind it the cosignature lines that verified, in the order of the policy, to @out. PL_E_SYNTAX, or @out's failure.
 */
pl_status pl_witness_client_submit(struct pl_witness_client *c, pl_str note, pl_witness_prove prove, void *ctx,
	struct pl_buf *out, struct pl_witness_report *reports);

/* The same for those whose place in @whom is true, and without stopping at a quorum; @timeout_ns a request. Only their lines are appended to
 * @lines. */
pl_status pl_witness_client_late(struct pl_witness_client *c, pl_str note, const bool *whom, uint64_t timeout_ns, pl_witness_prove prove,
	void *ctx, struct pl_buf *lines, struct pl_witness_report *reports);

/* The cosignature lines in the answer @body of the witness with @key over the checkpoint text @text: the newest one of
 * those that verify is appended to @lines (may be NULL). PL_E_SYNTAX, PL_E_SIGNATURE (none, or a bad one). For fuzzing and tests. */
pl_status pl_witness_answer_read(pl_str body, pl_str text, const struct pl_vkey *key, struct pl_buf *lines,
	uint64_t *ret_time);
/* The size in the answer with status 409, media type @type and body @body: "<size>\n" as text/x.tlog.size. PL_E_SYNTAX. */
pl_status pl_witness_size_read(pl_str type, pl_str body, uint64_t *ret);

#endif
