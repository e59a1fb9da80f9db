/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/witness: cosign other people's logs, C2SP tlog-witness v1.0.0; the part behind HTTP (routes: web/witness).
 *
 *	DIR/name                          the witness's key name, one line
 *	DIR/key  DIR/passphrase           its Ed25519 key file, and the passphrase if it was drawn for it
 *	DIR/logs/<H>/vkeys                keys of an admitted log, one a line; H = hex SHA-256 of the origin
 *	DIR/logs/<H>/checkpoint           the largest checkpoint cosigned, with the log's signature and ours
 *	DIR/logs/<H>/evidence/<digest>    checkpoints that contradict each other, signed by the log
 *	DIR/lock  DIR/admit.lock          held by the process that serves; by those who admit logs, for a moment
 *
 * What always holds:
 *  1. For one origin never two cosignatures over trees of which neither is a prefix of the other, across crashes and
 *     concurrent requests: the check, the durable write and only then the answer happen under the log's lock.
 *  2. The recorded checkpoint *is* DIR/logs/<H>/checkpoint; there is no second copy in memory that could differ after a
 *     failed write (it is read again).
 *  3. Only admitted origins and keys are listened to. A time of 0, or before 2020, is never signed.
 *  4. Evidence is kept whenever a log signed two different trees of one size, or a tree came whose proof does not hold
 *     (which, as anybody can send that, takes up at most half of the files); at most PL_WITNESS_EVIDENCE_MAX files a log.
 * Any number of threads may call into one witness.
 */
#ifndef PL_LOG_WITNESS_H
#define PL_LOG_WITNESS_H
#include "log/checkpoint.h"

/* Longest body of add-checkpoint: the proof and a note. */
#define PL_WITNESS_BODY_MAX (PL_NOTE_MAX + 4096)
#define PL_WITNESS_PROOF_MAX 63u
#define PL_WITNESS_LOGS_MAX 4096u
#define PL_WITNESS_KEYS_MAX 16u
#define PL_WITNESS_EVIDENCE_MAX 100u

struct pl_witness;

struct pl_witness_options {
	const struct pl_passphrase *passphrase; /* NULL: DIR/passphrase */
	uint32_t rate_minute;                   /* new checkpoints a minute and log, and as many known ones; 0: 3000 */
	uint64_t (*now)(void *ctx);             /* system time, ns; NULL: pl_time_now */
	void *now_ctx;
};

/* Make DIR (new or empty) with a new key. With @passphrase NULL one is drawn into DIR/passphrase. PL_E_EXISTS. */
pl_status pl_witness_init(const char *path, pl_str name, const struct pl_passphrase *passphrase,
	struct pl_diag *diag);
/* Admit a log: @vkey's name is its origin. A second key for one origin is added (key rotation). PL_E_EXISTS if it is
 * there already, PL_E_TOOBIG, PL_E_UNSUPPORTED for a key that cannot be verified. A running witness notices. */
pl_status pl_witness_admit(const char *path, pl_str vkey, struct pl_diag *diag);
/* Listen no more to what @vkey signs (key rotation, theft). PL_E_NOTFOUND: it is not admitted; PL_E_STATE: it is the
 * log's only key. A running witness notices. */
pl_status pl_witness_drop_key(const char *path, pl_str vkey, struct pl_diag *diag);

/* Append the verifier key of the witness in DIR; needs no passphrase. */
pl_status pl_witness_vkey_read(const char *path, struct pl_buf *out, struct pl_diag *diag);

/* Open for serving. PL_E_BUSY if another process serves DIR; PL_E_CORRUPT if a recorded checkpoint does not verify. */
pl_status pl_witness_open(const char *path, const struct pl_witness_options *options, struct pl_witness **ret,
	struct pl_diag *diag);
void pl_witness_close(struct pl_witness *w);
/* For PL_CLEANUP. */
void pl_witness_closep(struct pl_witness **w);
/* Append the witness's verifier key (type 04). */
void pl_witness_vkey(const struct pl_witness *w, struct pl_buf *out);

/* What to answer by HTTP. */
struct pl_witness_answer {
	unsigned status;      /* 200, 400, 403, 404, 409, 422, 429, 500 */
	const char *type;     /* Content-Type; lives for ever */
	struct pl_buf body;   /* give back with pl_buf_done */
	unsigned retry_after; /* seconds, with 429; else 0 */
	uint64_t size;        /* with 200: the size cosigned; for counters and log lines */
};

/* POST <prefix>/add-checkpoint. Always answers. Durable before 200 is answered; may wait for the disk. */
void pl_witness_add_checkpoint(struct pl_witness *w, pl_bytes body, struct pl_witness_answer *ret);
/* GET <prefix>/<hex>/checkpoint: append the newest cosigned checkpoint of the origin whose SHA-256 is @hex.
 * PL_E_NOTFOUND if there is none. */
pl_status pl_witness_checkpoint(struct pl_witness *w, pl_str hex, struct pl_buf *out);

/* One admitted log, for lists. */
struct pl_witness_log {
	pl_str origin;
	size_t keys;
	bool seen;           /* a checkpoint was cosigned */
	uint64_t size, time; /* of the last one; time in ns */
	size_t evidence;     /* files kept */
};
/* Call @each for every admitted log in DIR (also while another process serves it), ordered by the hash of the origin.
 */
typedef pl_status (*pl_witness_each)(void *ctx, const struct pl_witness_log *log);
pl_status pl_witness_list(const char *path, pl_witness_each each, void *ctx, struct pl_diag *diag);

/* ---- the body of add-checkpoint, for the server, the client and fuzzing ---- */

struct pl_witness_request {
	pl_str note; /* the signed checkpoint, verbatim */
	struct pl_note parsed;
	struct pl_checkpoint checkpoint;
	pl_str head; /* the lines old and proof, unread */
};

/* Split a body and read its checkpoint; no signature is checked. PL_E_SYNTAX, PL_E_TOOBIG. @ret borrows from @body. */
pl_status pl_witness_request_parse(pl_str body, struct pl_witness_request *ret);
/* Read `old <size>` and the proof lines. PL_E_SYNTAX (also for a 64th line). */
pl_status pl_witness_head_parse(pl_str head, uint64_t *ret_old, struct pl_digest proof[static PL_WITNESS_PROOF_MAX],
	size_t *ret_n);
/* Append a body. */
void pl_witness_request_write(
	struct pl_buf *out, uint64_t old_size, const struct pl_digest *proof, size_t n, pl_str note);
/* Hex SHA-256 of @origin: its name in monitoring addresses and in DIR/logs. */
void pl_witness_origin_hex(pl_str origin, char out[static 2 * PL_DIGEST_LEN + 1]);

#endif
