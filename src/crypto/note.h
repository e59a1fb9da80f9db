/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crypto/note: signed notes (C2SP signed-note v1.0.0), their keys, and Ed25519 cosignatures (C2SP tlog-cosignature v1).
 *
 * What always holds:
 *  1. Parsing accepts one spelling only; the parts of a parsed note put together give back its bytes.
 *  2. A (name, id) pair that is not among the given keys is ignored. One that is, and does not verify, refuses the
 *     whole note, even beside a good signature of the same key.
 *  3. A key counts once, however often it signed.
 *  4. Types that this build cannot verify (for example ML-DSA-44, 06) are carried and ignored, never counted.
 * Everything returned borrows from the text that was parsed. No I/O; callable from any thread.
 */
#ifndef PL_CRYPTO_NOTE_H
#define PL_CRYPTO_NOTE_H
#include "crypto/signer.h"

#define PL_NOTE_MAX ((size_t)128 * 1024)
#define PL_NOTE_SIGS_MAX 96u /* the 64 witnesses of a policy, the keys of a log, and some that nobody here knows */
#define PL_NOTE_NAME_MAX 255u
#define PL_NOTE_KEYS_MAX 256u
#define PL_VKEY_MAX 4096u

/* The type byte of signed-note v1.0.0. Others are carried. */
enum pl_note_type {
	PL_NOTE_ED25519 = 0x01,
	PL_NOTE_ECDSA = 0x02,       /* here: P-256 only */
	PL_NOTE_COSIGNATURE = 0x04, /* Ed25519, with a time */
	PL_NOTE_TREE_HEAD = 0x05,   /* static-ct, carried */
	PL_NOTE_MLDSA44 = 0x06,     /* carried */
};

/* A verifier key "<name>+<8 hex>+<base64(type || key)>". */
struct pl_vkey {
	pl_str name;
	uint8_t type;         /* enum pl_note_type, or any other number */
	uint32_t id;
	bool usable;          /* can this build verify it? Then @key is set */
	struct pl_pubkey key;
	pl_str data;          /* base64(type || key) as it was written; empty if made by pl_vkey_make */
};

/* Is @name allowed: 1..255 bytes of UTF-8 without control characters, Unicode spaces and '+'? */
bool pl_note_name_ok(pl_str name);

/* PL_E_SYNTAX; PL_E_CORRUPT if the id does not belong to name and key. A key of an unknown type is fine (usable =
 * false).
 * @ret borrows from @text. */
pl_status pl_vkey_parse(pl_str text, struct pl_vkey *ret, struct pl_diag *diag);
void pl_vkey_write(struct pl_buf *out, const struct pl_vkey *v);
/* @name is borrowed. PL_E_SYNTAX for a bad name, PL_E_UNSUPPORTED if @type and the key's algorithm do not fit. */
pl_status pl_vkey_make(pl_str name, enum pl_note_type type, const struct pl_pubkey *key, struct pl_vkey *ret);
/* The key of @signer as a note key (Ed25519: 01, ECDSA: 02). */
pl_status pl_vkey_of_signer(pl_str name, const struct pl_signer *signer, struct pl_vkey *ret);

/* One signature line. */
struct pl_note_sig {
	pl_str line;   /* whole line with its \n */
	pl_str name;
	uint32_t id;
	pl_str base64; /* id || signature; canonical */
};

struct pl_note {
	pl_str text; /* what was signed, with its last \n */
	size_t n_sigs;
	struct pl_note_sig sigs[PL_NOTE_SIGS_MAX];
};

/* Split at the last empty line. PL_E_SYNTAX; PL_E_TOOBIG above PL_NOTE_MAX bytes or PL_NOTE_SIGS_MAX lines. */
pl_status pl_note_parse(pl_str note, struct pl_note *ret, struct pl_diag *diag);
/* One signature line (with its \n), as in the answer of a witness. */
pl_status pl_note_sig_parse(pl_str line, struct pl_note_sig *ret, struct pl_diag *diag);

/* What one key said about a note. */
struct pl_note_seen {
	bool ok;
	uint64_t time; /* ns, the latest of its cosignatures; 0 for types without a time */
};

/* Check the lines of all @n_keys keys (at most PL_NOTE_KEYS_MAX); seen[i] (n_keys of them, set on success only) says
 * what keys[i] did. PL_E_SIGNATURE if a line of one of the keys does not verify, or if none of the keys signed. */
pl_status pl_note_verify(const struct pl_note *note, const struct pl_vkey *keys, size_t n_keys,
	struct pl_note_seen *seen, struct pl_diag *diag);
/* Check one line over @text with @key: PL_E_NOTFOUND if it is another key's, PL_E_SIGNATURE, PL_E_UNSUPPORTED. */
pl_status pl_note_sig_verify(const struct pl_note_sig *sig, pl_str text, const struct pl_vkey *key,
	struct pl_note_seen *ret);

/* Append "— <name> <base64>\n" over @text, which ends in \n and holds no bad bytes (PL_E_SYNTAX). Nothing is appended
 * on failure. A note is text, "\n", lines. */
pl_status pl_note_sign_line(struct pl_signer *signer, pl_str name, pl_str text, struct pl_buf *out);
/* The same as cosignature/v1 by an Ed25519 key (type 04) at @time (ns; written in whole seconds; at least one second,
 * else PL_E_RANGE). @text is the whole checkpoint body. */
pl_status pl_note_cosign_line(struct pl_signer *signer, pl_str name, pl_str text, uint64_t time, struct pl_buf *out);

#endif
