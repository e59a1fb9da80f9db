/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fact/log_key: the checkpoint key of an instance's log, and how another follows it (docs/manual/log-key.md).
 *
 *	DIR/keys/log.key            the key
 *	DIR/keys/log-next.key       during a change: the key that follows
 *	DIR/keys/log-next.entry     during a change: the signed log-rotation/v1, written before it is first submitted
 *	DIR/keys/log-old-<id>.key   a key that has ended, put aside for its owner to destroy; nothing reads it
 *
 * What always holds:
 *  1. The trust file is the one switch: checkpoints are signed with every key that it names for the log's origin and
 *     whose file is here. After `lost` and `compromised` the old one signs nothing more, even while the trust file
 *     still names it.
 *  2. There is at most one next key. Whatever step a change was broken off at, the log can be signed, and repeating the
 *     command ends in the same state.
 *  3. An ordinary change: the statement stands under a checkpoint that the old key alone signed (old names new), then
 *     under one that both signed (new names old).
 *  4. An old key ends only when the witnesses that make the quorum have said that they take the new one, unless told
 *     otherwise.
 */
#ifndef PL_FACT_LOG_KEY_H
#define PL_FACT_LOG_KEY_H
#include "fact/instance.h"
#include "log/rotation.h"
#include "log/writer.h"

enum pl_log_key_phase {
	PL_LOG_KEY_STEADY,  /* one key, no change under way */
	PL_LOG_KEY_BEGUN,   /* a next key was made; the trust file does not name it yet */
	PL_LOG_KEY_OVERLAP, /* the trust file names both */
	PL_LOG_KEY_ENDING,  /* the trust file names only the new key; the files are not all in their places */
};

struct pl_log_key_state {
	enum pl_log_key_phase phase;
	struct pl_vkey old;    /* STEADY: the key. Names borrow from the instance's configuration */
	struct pl_vkey fresh;  /* from BEGUN on */
	bool stated;           /* log-next.entry is there; what follows comes from it */
	bool alone;            /* the old key signs nothing more: it is lost or in other hands */
	uint64_t until;        /* overlapUntil, ns */
	char reason[24];
	struct pl_digest entry; /* SHA-256 of the entry */
};

/* How far a change is. PL_E_STATE: files and trust file do not belong together (words say which). */
pl_status pl_log_key_look(struct pl_instance *inst, struct pl_log_key_state *ret, struct pl_diag *diag);

/* The keys that sign checkpoints now, opened with the instance's passphrase; names and signers are borrowed from
 * @inst and live until its trust file is read again. PL_E_NOTFOUND: none of the key files here is one that the trust
 * file names. */
pl_status pl_log_key_signers(struct pl_instance *inst, struct pl_log_key ret[static PL_LOG_KEYS_MAX], size_t *ret_n,
	struct pl_diag *diag);

struct pl_log_key_change {
	const char *reason;   /* scheduled, algorithm, lost, compromised; NULL: that of the change under way, or scheduled */
	uint64_t overlap_ns;  /* how long both sign; lost and compromised: ignored */
	pl_bytes payload;     /* the statement that officers elsewhere approved; empty: build one */
	const struct pl_approval_sig *approvals; /* of @payload */
	size_t n_approvals;
	uint64_t wait_ns;     /* for publication, all in all */
};

/* Make the next key unless it is there, and append to @ret the payload that officers are to approve. */
pl_status pl_log_key_payload(struct pl_instance *inst, const struct pl_log_key_change *c, struct pl_buf *ret,
	struct pl_diag *diag);
/* Begin a change, or go on with one that was broken off: until a published checkpoint is signed by the keys that sign
 * from now on and covers the statement. PL_E_TIMEOUT, PL_E_HELD: not published yet; repeat. PL_E_STATE:
 * it makes no sense now (words). */
pl_status pl_log_key_begin(struct pl_instance *inst, const struct pl_log_key_change *c, struct pl_log_key_state *ret,
	struct pl_diag *diag);

/* Ask the witnesses of the trust file about the new key of @s (BEGUN or OVERLAP). */
pl_status pl_log_key_ask(struct pl_instance *inst, const struct pl_log_key_state *s, struct pl_rotation_asked *ret,
	struct pl_diag *diag);

struct pl_log_key_end {
	bool early;   /* although the overlap lasts longer */
	bool unasked; /* although witnesses that the quorum needs do not take the new key */
	uint64_t wait_ns;
};
/* End the old key, or go on with an end that was broken off: until the published checkpoint is signed by the new key
 * alone.
 * PL_E_QUORUM: witnesses do not take the new key (see pl_log_key_ask). PL_E_HELD: too few cosigned the renewed
 * checkpoint in time.
 * PL_E_STATE: there is no change under way, the overlap lasts, or the beginning is not published. @ret as before it. */
pl_status pl_log_key_finish(struct pl_instance *inst, const struct pl_log_key_end *e, struct pl_log_key_state *ret,
	struct pl_diag *diag);
/* The name below DIR/keys of the file that @old is put aside as. */
void pl_log_key_aside(const struct pl_vkey *old, char ret[static 40]);

#endif
