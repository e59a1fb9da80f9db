/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crypto/commit: a public root over private fields, opened field by field later (docs/formats/commitment.md).
 *
 *	leaf = SHA-256("pellucid-commit-leaf-v1\0" || declaration digest[32] || context[32] || u16 field index ||
 *	               u8 tag (0 absent, 1 present) || salt[32] || u32 length || canonical value)
 *	node = SHA-256("pellucid-commit-node-v1\0" || left || right)
 *	salt = HMAC-SHA-256(seed, u16 field index || u32 revision)
 *
 * What always holds:
 *  1. Every declared field has its leaf, in declared order, absent or not; behind them stand salted absent leaves up to
 *     a power of two. An opening therefore cannot hide that a field exists.
 *  2. Open fields and the padding draw their salts from the open seed, private fields from the private seed. Once the
 *     private seed (and the values) are destroyed nobody can open, guess or confirm a private field; the leaves stay,
 *     so open fields can still be opened and the case still counts.
 *  3. A value has one canonical encoding; a verifier refuses any text that does not give itself back.
 * Pure but for seeds drawn at random; no heap but the caller's buffers.
 */
#ifndef PL_CRYPTO_COMMIT_H
#define PL_CRYPTO_COMMIT_H
#include "crypto/digest.h"

#define PL_COMMIT_FIELDS_MAX 256u
#define PL_COMMIT_VALUE_MAX 1048576u
#define PL_COMMIT_DEPTH_MAX 8u
#define PL_COMMIT_SEED_LEN 32u

/* Canonical bytes / text of a value. */
enum pl_commit_type {
	PL_COMMIT_U64 = 1, /* "u64": 8 bytes big-endian / decimal */
	PL_COMMIT_BOOL,    /* "bool": 1 byte 0 or 1 / false, true */
	PL_COMMIT_ENUM,    /* "enum": the ASCII name, one of the declared ones / the same */
	PL_COMMIT_TEXT,    /* "text": UTF-8 without NUL, as given (not normalised) / base64 */
	PL_COMMIT_BYTES,   /* "bytes": as given / base64 */
	PL_COMMIT_TIME,    /* "time": seconds since 1970, 8 bytes big-endian / RFC 3339 UTC in whole seconds */
	PL_COMMIT_DIGEST,  /* "digest": 32 bytes / sha256:<hex> */
};

struct pl_commit_field {
	pl_str name; /* [a-z][a-z0-9-]*, at most 64 */
	enum pl_commit_type type;
	bool is_private;
	pl_str choices; /* enum: "post,mail,portal", as declared */
};

struct pl_commit_decl {
	pl_str name; /* [a-z0-9-/.:], at most 128 */
	size_t n;
	struct pl_commit_field fields[PL_COMMIT_FIELDS_MAX];
	struct pl_digest digest; /* SHA-256 of the declaration's bytes */
};

/* Read a declaration; @ret borrows from @text. One spelling only:
 *	pellucid-declaration v1
 *	name request/v1
 *	field received time open
 *	field channel enum open post,mail,portal
 *	field person text private
 * PL_E_SYNTAX, PL_E_TOOBIG, PL_E_EXISTS (a field name twice). */
pl_status pl_commit_decl_parse(pl_str text, struct pl_commit_decl *ret, struct pl_diag *diag);
/* Position of the field @name; PL_E_NOTFOUND. */
pl_status pl_commit_decl_find(const struct pl_commit_decl *decl, pl_str name, size_t *ret);
/* Leaves of a tree over @decl: the next power of two, at least 1. */
size_t pl_commit_decl_leaves(const struct pl_commit_decl *decl);

/* Append the canonical bytes of the text form @text. PL_E_SYNTAX, PL_E_RANGE, PL_E_TOOBIG. */
pl_status pl_commit_value_encode(
	const struct pl_commit_field *f, pl_str text, struct pl_buf *out, struct pl_diag *diag);
/* Append the text form of canonical bytes. PL_E_SYNTAX if they are not canonical for @f. */
pl_status pl_commit_value_text(const struct pl_commit_field *f, pl_bytes value, struct pl_buf *out);

/* Two secrets of one case. */
struct pl_commit_seeds {
	uint8_t open[PL_COMMIT_SEED_LEN];
	uint8_t secret[PL_COMMIT_SEED_LEN];
	bool erased; /* the private one is gone */
};

void pl_commit_seeds_new(struct pl_commit_seeds *ret);
/* Destroy the private seed in memory; the caller destroys it where it is stored. */
void pl_commit_seeds_erase(struct pl_commit_seeds *s);

/* A field's value: canonical bytes, or absent. */
struct pl_commit_value {
	bool present;
	pl_bytes value;
};

/* All leaves of one case in one revision. Keep it (or the leaves) beside the case: it reveals nothing. */
struct pl_commit_tree {
	struct pl_digest context;
	uint32_t revision;
	size_t n; /* a power of two */
	struct pl_digest leaves[PL_COMMIT_FIELDS_MAX];
};

/* Make the leaves of values[decl->n]. A new revision of a case must have a new @revision. PL_E_STATE after erasure,
 * PL_E_SYNTAX for a value that is not canonical. */
pl_status pl_commit_build(const struct pl_commit_decl *decl, const struct pl_digest *context, uint32_t revision,
	const struct pl_commit_seeds *seeds, const struct pl_commit_value *values, struct pl_commit_tree *ret);
/* What a verifier knows of a case whose open fields are all opened at once: the open seed, the open values, and the leaves of the
 * private fields, which stand in @tree->leaves already. Fills in the other leaves; values of private fields are not looked
 * at, the others are as pl_commit_value_encode gives them. pl_commit_root then gives the commitment. */
void pl_commit_rebuild(const struct pl_commit_decl *decl, const struct pl_digest *context, uint32_t revision,
	const uint8_t open_seed[static PL_COMMIT_SEED_LEN], const struct pl_commit_value *values,
	struct pl_commit_tree *tree);
/* The commitment. */
void pl_commit_root(const struct pl_commit_tree *tree, struct pl_digest *ret);

/* Append an opening of the @n_fields fields (ascending positions) as text, with salts, values and paths. Values are
 * checked against the leaves (PL_E_CORRUPT). PL_E_STATE for a private field after erasure. */
pl_status pl_commit_open(const struct pl_commit_decl *decl, const struct pl_commit_tree *tree,
	const struct pl_commit_seeds *seeds, const struct pl_commit_value *values, const size_t *fields,
	size_t n_fields, struct pl_buf *out);

/* One opened field. */
struct pl_commit_opened {
	size_t index;
	bool present;
	pl_str text; /* text form of the value */
	uint8_t salt[PL_DIGEST_LEN];
	size_t n_path;
	struct pl_digest path[PL_COMMIT_DEPTH_MAX]; /* leaf's sibling first */
};

struct pl_commit_opening {
	struct pl_digest declaration, context, root;
	pl_str rest; /* the field lines, not yet read */
};

/* Read the head of an opening; @ret borrows from @text. PL_E_SYNTAX, PL_E_CORRUPT if it is of another declaration. */
pl_status pl_commit_opening_parse(pl_str text, const struct pl_commit_decl *decl, struct pl_commit_opening *ret,
	struct pl_diag *diag);
/* Take the next field from @o->rest and prove it against o->root, which the caller compares with what was logged.
 * PL_E_NOTFOUND at the end; PL_E_SYNTAX; PL_E_PROOF if it does not lead to the root; PL_E_RANGE for a value that is not
 * in its one spelling or an index that is not larger than the last (@ret of the call before; NULL at first). */
pl_status pl_commit_opening_next(struct pl_commit_opening *o, const struct pl_commit_decl *decl,
	const struct pl_commit_opened *last, struct pl_commit_opened *ret, struct pl_diag *diag);

#endif
