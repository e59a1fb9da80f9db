/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/log_dir: making the directory of a log, and the keys kept in it for the bare command line
 * (docs/formats/log-directory.md).
 *
 *	private/key, private/key.pass      the log's key, and the passphrase of a key made without one
 *	private/vkey                       its verifier key
 *	private/next.key, next.key.pass, next.vkey, next.until
 *	                                   during a rotation: the key that follows; both sign
 *	private/old.vkey                   keys that have gone, one a line, oldest first
 *	private/old.<id>.key, .key.pass    their private halves, for their owner to destroy; nothing reads them
 *	private/policy                     a C2SP tlog-policy: the witnesses to ask, or "quorum none"
 *
 * An instance keeps its key elsewhere (its signer) and uses only pl_log_dir_create.
 */
#ifndef PL_LOG_LOG_DIR_H
#define PL_LOG_LOG_DIR_H
#include "base/diag.h"
#include "crypto/signer.h"
#include "log/writer.h"

/* Make an empty log in @dir, which must not exist or be empty: journal, record (@record, or the file beside @dir) and a
 * signed checkpoint of size 0. PL_E_EXISTS if there is a log, or a record of an earlier one: an origin is used once. */
pl_status pl_log_dir_create(const char *dir, pl_str origin, const struct pl_log_record *record, struct pl_signer *signer,
	struct pl_diag *diag);

/* Only the checks of pl_log_dir_create, before a key is made for it. */
pl_status pl_log_dir_check_new(const char *dir, pl_str origin, const struct pl_log_record *record, struct pl_diag *diag);

/* Make the key files of a new log in @dir/private (made if needed). @pass NULL: a random passphrase is kept beside the
 * key. The vkey's text is appended to @ret_vkey. */
pl_status pl_log_dir_key_new(const char *dir, const char *stem, pl_str origin, const struct pl_passphrase *pass,
	struct pl_signer **ret, struct pl_buf *ret_vkey, struct pl_diag *diag);

struct pl_log_dir_keys {
	struct pl_log_key key[PL_LOG_KEYS_MAX];
	size_t n;
	struct pl_buf text; /* the vkeys borrow from it */
};
/* Open the log's key, and the next one during a rotation. @pass NULL: the passphrases beside the keys. */
pl_status pl_log_dir_keys_open(const char *dir, const struct pl_passphrase *pass, struct pl_log_dir_keys *ret,
	struct pl_diag *diag);
/* Only the verifier keys (signers stay NULL); needs no passphrase. */
pl_status pl_log_dir_vkeys(const char *dir, struct pl_log_dir_keys *ret, struct pl_diag *diag);
/* Accepts a zeroed one. */
void pl_log_dir_keys_done(struct pl_log_dir_keys *k);

/* ---- rotation of the key ---- */

/* A change under way: both keys sign from @begun at least until @until. */
struct pl_log_dir_overlap {
	uint64_t begun, until; /* whole seconds: what the entries say */
	bool stated;           /* the two entries that name the keys are durable, at @index */
	uint64_t index[2];
};
/* Keep it in private/next.until, and read it. PL_E_STATE if no rotation is under way. */
pl_status pl_log_dir_overlap_put(const char *dir, const struct pl_log_dir_overlap *o, struct pl_diag *diag);
pl_status pl_log_dir_overlap_get(const char *dir, struct pl_log_dir_overlap *ret, struct pl_diag *diag);
/* Remove what a crash left of a change that is none: the beginnings of a next key that never signed anything, or the
 * overlap of one that has ended. Where a next verifier key is, all stays. */
pl_status pl_log_dir_next_clear(const char *dir, struct pl_diag *diag);
/* The next key becomes the key; the old one's vkey goes to private/old.vkey, its private half is put aside as
 * private/old.<id>.key. May be called again after a crash in between. */
pl_status pl_log_dir_key_promote(const char *dir, struct pl_diag *diag);

/* The policy of the log: its witnesses, or that there are none. PL_E_NOTFOUND if the file is missing, which says nothing. */
pl_status pl_log_dir_policy(const char *dir, struct pl_policy **ret, struct pl_diag *diag);
/* The same for whoever reads: of the keys in @dir, whatever keys the file names. PL_E_NOTFOUND. */
pl_status pl_log_dir_reading_policy(const char *dir, struct pl_policy **ret, struct pl_diag *diag);

#endif
