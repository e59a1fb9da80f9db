/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/checkpoint: what a log signs, C2SP tlog-checkpoint v1.0.0: origin, size and root in a signed note.
 *
 *	log.example/releases
 *	8
 *	tpcyzlyRQWLKmsz69OldP5h01ogFQ3CIqv8YSk25Z3M=
 *
 * Pure: no I/O, no globals. A parsed checkpoint borrows from the text it was parsed from.
 */
#ifndef PL_LOG_CHECKPOINT_H
#define PL_LOG_CHECKPOINT_H
#include "base/buf.h"
#include "base/diag.h"
#include "crypto/digest.h"
#include "crypto/note.h"
#include "crypto/signer.h"

#define PL_CHECKPOINT_ORIGIN_MAX 255u
/* A signed checkpoint with all its cosignatures. */
#define PL_CHECKPOINT_MAX (128u * 1024u)

struct pl_checkpoint {
	pl_str origin;
	uint64_t size;
	struct pl_digest root;
	pl_str extensions; /* the lines behind the root, each with its \n; normally empty */
};

/* Read the text of a note (all of it before the signatures, with the final \n). PL_E_SYNTAX. */
pl_status pl_checkpoint_parse(pl_str body, struct pl_checkpoint *ret, struct pl_diag *diag);
/* Append the text of the note. */
void pl_checkpoint_write(struct pl_buf *out, const struct pl_checkpoint *cp);
/* Append the whole note: text, empty line and one signature line for each of the @n signers (two while a key is being
 * rotated). The name on the lines is the origin, as tlog-checkpoint wants it. What pl_note_sign_line fails with; nothing
 * is appended then. */
pl_status pl_checkpoint_sign(struct pl_buf *out, const struct pl_checkpoint *cp, struct pl_signer *const *signers,
	size_t n);
/* Parse the signed note @text, check that @key signed it and that the origin is @key's name, and give the checkpoint.
 * PL_E_SYNTAX; PL_E_SIGNATURE if @key did not sign or its signature is bad. Cosignatures are not looked at: that is
 * log/policy's work. */
pl_status pl_checkpoint_open(pl_str text, const struct pl_vkey *key, struct pl_checkpoint *ret, struct pl_diag *diag);
/* Is the signed note @text of the log that the @n @keys (at least one, one name) belong to signed by all of them, and
 * by no other key of that name? Cosignatures do not matter. */
bool pl_checkpoint_signed_by(pl_str text, const struct pl_vkey *keys, size_t n);

/* Parse the signed note @text without checking any signature, for display and for finding out which log it is. */
pl_status pl_checkpoint_peek(pl_str text, struct pl_checkpoint *ret, struct pl_diag *diag);

#endif
