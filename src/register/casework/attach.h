/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/casework/attach: files beside cases: taken in, sealed, scanned, stored, found again, and removed.
 *
 *	pl_attach_begin -> pl_attach_take(piece)... -> pl_attach_end       sealed as it comes, into a file without a name
 *	pl_attach_scan                                                     what the scanner says of it
 *	pl_attach_keep                                                     noted as nobody's, then put into the blob store
 *	pl_attach_claim, in the transaction that enters the case,          from now on the case's
 *		the message, the answer or the file
 *	pl_attach_sweep, by the worker                                     what is nobody's when its time is over, or of an erased case
 *
 * What always holds:
 *  1. No byte of a file, nor its name, is on a disk or in the database in the clear. Each file is sealed under a key of its own
 *     (crypto/stream), made here; that key lies with the name in the sealed form while nothing is confirmed, then in an entry of the
 *     case's file. So confirming moves a key and encrypts nothing, and the end of the case's key is the end of its files.
 *  2. A row says of a blob that it may be there from before it is put until after it was removed: a crash at any moment leaves a row
 *     without a blob, and never a blob without a row.
 *  3. A blob is removed only after it was marked as dead in a transaction, and a dead one is never claimed: nothing that a case has is
 *     removed, whatever happens at the same time.
 *  4. Memory of one file is constant, whatever its size.
 */
#ifndef PL_REGISTER_CASEWORK_ATTACH_H
#define PL_REGISTER_CASEWORK_ATTACH_H
#include "base/json.h"
#include "crypto/stream.h"
#include "register/casework/casefile.h"
#include "register/casework/filetype.h"

#define PL_ATTACH_FILES_MAX 20u               /* of one form or message */
#define PL_ATTACH_BYTES_MAX ((uint64_t)64 << 20)
#define PL_ATTACH_TOTAL_MAX ((uint64_t)256 << 20)
#define PL_ATTACH_FOUND_MAX 128u

/* What is stored begins with these bytes, so that a blob which no row names can be told from a public body (register/casework/stray.h).
 * Files that were taken in before there was such a head begin with the random header of crypto/stream. */
#define PL_ATTACH_HEAD "pl-attach/v1"
#define PL_ATTACH_HEAD_LEN sizeof PL_ATTACH_HEAD /* with its zero byte */
/* Bytes that are stored of a file of @plain bytes. */
static inline uint64_t pl_attach_stored_len(uint64_t plain) { return PL_ATTACH_HEAD_LEN + pl_stream_sealed_len(plain); }

enum pl_attach_verdict {
	PL_ATTACH_CLEAN,     /* the scanner knows nothing against it */
	PL_ATTACH_UNSCANNED, /* there is none */
	PL_ATTACH_FOUND,
	PL_ATTACH_VERDICTS
};
extern const char *const pl_attach_verdict_words[PL_ATTACH_VERDICTS + 1];

/* What is known of a file. Wipe it: it holds the key. */
struct pl_attach_file {
	char name[PL_FILETYPE_NAME_MAX + 1];
	char found[PL_ATTACH_FOUND_MAX]; /* what the scanner calls it; empty: nothing was found */
	enum pl_filetype type;
	enum pl_attach_verdict verdict;
	uint64_t size;                   /* bytes of the file itself */
	struct pl_digest sha256, blob;   /* of the file itself; of what is stored */
	uint8_t key[PL_STREAM_KEY_LEN];
};
/* The word of its type, or "other". */
pl_str pl_attach_kind(const struct pl_attach_file *f);
/* As members of @o, and back: PL_E_CORRUPT. */
void pl_attach_file_put(struct pl_json *o, const struct pl_attach_file *f);
pl_status pl_attach_file_get(const struct pl_json *o, struct pl_attach_file *ret);

/* ---- taking one in ---- */

/* A file that was taken in. Ends with pl_attach_taken_done. */
struct pl_attach_taken {
	struct pl_attach_file file;
	unsigned kinds; /* enum pl_filetype */
	int fd;         /* the sealed bytes, in a file without a name; -1: none */
};
void pl_attach_taken_done(struct pl_attach_taken *t);

struct pl_attach_taking;
/* Begin a file of at most @max bytes that its sender calls @name (anything at all). The sealed bytes lie below directory @spool, which is
 * borrowed for the call. PL_E_NOSPACE, PL_E_IO. */
pl_status pl_attach_begin(int spool, pl_str name, uint64_t max, struct pl_attach_taking **ret);
/* PL_E_TOOBIG: more than @max; PL_E_NOSPACE. After a failure it can only be freed. */
pl_status pl_attach_take(struct pl_attach_taking *t, pl_bytes piece);
/* All of it came. The verdict is "unscanned" until it is scanned. */
pl_status pl_attach_end(struct pl_attach_taking *t, struct pl_attach_taken *ret);
/* NULL allowed. */
void pl_attach_taking_free(struct pl_attach_taking *t);

/* Ask the scanner of [intake] scanner, if there is one; sets .verdict and .found. PL_E_BUSY with words: it does not answer, fails, takes
 * no file of this length, or too many ask. Answers within a minute. */
pl_status pl_attach_scan(struct pl_instance *inst, struct pl_attach_taken *t, struct pl_diag *diag);

/* ---- keeping ---- */

/* Put @n files into the blob store, nobody's yet, until @until (seconds). @peer: the sender's address for limits; empty: none count.
 * PL_E_DENIED: that is more than one address may send in a day; PL_E_BUSY: too much waits to be confirmed ([intake] held-address, held);
 * PL_E_NOSPACE. On failure nothing is left. */
pl_status pl_attach_keep(struct pl_instance *inst, const struct pl_attach_taken *t, size_t n, pl_str peer, uint64_t until, struct pl_diag *diag);
/* Remove them again, but for those that a case has got. What fails is left to pl_attach_sweep. */
void pl_attach_drop(struct pl_instance *inst, const struct pl_attach_taken *t, size_t n);
/* It is case @number's from now on: an entry of @e's kind, time, account and key (a kind that is about a file; the rest is filled in here). In the
 * caller's transaction. @with: the message or answer that it came with; 0: none. *@ret_seq (may be NULL): the entry. PL_E_CONFLICT: its time was over.
 * Otherwise as pl_casework_put. */
pl_status pl_attach_claim(struct pl_db_tx *tx, const struct pl_register *r, uint64_t number, const struct pl_attach_file *f,
	const struct pl_casework_new *e, uint64_t with, uint64_t *ret_seq);
/* Somebody who works on the case adds @t (kept by pl_attach_keep). @note: its reason, may be empty; a note of its own. */
pl_status pl_attach_add(struct pl_instance *inst, const struct pl_register *r, uint64_t number, const struct pl_casework_actor *who,
	const struct pl_attach_taken *t, pl_str note, struct pl_diag *diag);

/* Remove what is nobody's and whose time is over at @now (seconds), and what was of erased cases. *@ret: how many. */
pl_status pl_attach_sweep(struct pl_instance *inst, uint64_t now, uint64_t *ret, struct pl_diag *diag);

/* ---- finding ---- */

struct pl_attach_row {
	uint64_t seq, at, size; /* size: of the file itself */
	uint64_t with;          /* the message or answer that it came with; 0: none */
	enum pl_casework_kind kind;
	struct pl_ulid account;
	pl_str type;            /* word, or "other" */
	enum pl_attach_verdict verdict;
	bool there;             /* false: erased */
	bool opened;            /* .file is set */
	struct pl_attach_file file;
};
/* The files among @e, entries of the case that were read, opened or not. */
pl_status pl_attach_rows(struct pl_instance *inst, const struct pl_register *r, uint64_t number, const struct pl_casework_entry *e, size_t n,
	struct pl_arena *arena, struct pl_attach_row **ret, size_t *ret_n);
/* What is known of the file that entry @seq is about: asks the vault as @who. PL_E_NOTFOUND: it is about none; PL_E_STATE: erased. */
pl_status pl_attach_find(struct pl_instance *inst, const struct pl_register *r, uint64_t number, uint64_t seq, const struct pl_casework_actor *who,
	struct pl_attach_file *ret, struct pl_diag *diag);

/* Hand the file itself to @sink. PL_E_CORRUPT (after the last piece, too): throw away what came. PL_E_NOTFOUND: the blob is gone. */
pl_status pl_attach_copy(struct pl_instance *inst, const struct pl_attach_file *f, pl_stream_sink sink, void *ctx);

/* A file of which every byte was checked, to be handed on later. */
struct pl_attach_pull;
/* Fetch the sealed bytes below @spool and check them all. As pl_attach_copy. */
pl_status pl_attach_pull_open(struct pl_instance *inst, const struct pl_attach_file *f, int spool, struct pl_attach_pull **ret);
/* The next bytes, at most @size; *ret_len 0: the end. */
pl_status pl_attach_pull(struct pl_attach_pull *p, uint8_t *out, size_t size, size_t *ret_len);
/* NULL allowed. */
void pl_attach_pull_free(struct pl_attach_pull *p);

#endif
