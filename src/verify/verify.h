/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verify/verify: what a proof bundle shows about one file, to somebody who holds a trust file and nothing else.
 *
 * What always holds:
 *  1. Pure: no files, no network, no clock. The same input gives the same report, byte for byte.
 *  2. Fail closed. A statement counts only if its entry stands in the witnessed log and it is signed and approved as its
 *     kind demands, by root keys of the trust file or by keys that counting key statements earlier in the bundle introduce.
 *     Kinds that are not known never count. Where the bundle does not say how many officers must approve, nothing that
 *     needs approvals counts.
 *  3. Nothing a report says rests on the text of a statement that does not count.
 *  4. The report says what is not proved.
 *
 * A bundle is a selection of entries: it cannot show that a key was ended, or a file withdrawn, in an entry that it leaves
 * out. The report says so.
 */
#ifndef PL_VERIFY_VERIFY_H
#define PL_VERIFY_VERIFY_H
#include "fact/keys.h"
#include "log/bundle.h"

/* A kind of statement, as far as judging and naming it goes. */
struct pl_verify_kind {
	struct pl_predicate row; /* type, title, signers and approval only */
	const char *word;        /* "release": for pellucid_wish.statement and JSON */
	const char *says;        /* what it says about the file that is its subject, for people */
};

/* NULL if the type is not known. */
const struct pl_verify_kind *pl_verify_kind_find(pl_str type);
/* By its word or its type; NULL if there is none. */
const struct pl_verify_kind *pl_verify_kind_named(pl_str word);
/* All of them; NULL after the last. */
const struct pl_verify_kind *pl_verify_kind_at(size_t i);

/* One entry of the bundle. */
struct pl_verify_entry {
	uint64_t index;
	struct pl_statement *statement;    /* NULL: not a statement */
	const struct pl_verify_kind *kind; /* NULL: not known */
	bool counts, about_file;
	int rebuilder;                     /* which rebuilder of the trust file signed; -1: none */
	/* A rebuild verdict that gave way to another one of the same site, key and build: the newest comparison counts, an
	 * attempt only where there is none. NULL: it stands. */
	const struct pl_verify_entry *replaced;
	struct pl_judgement judged;
	const char *signer;                /* holder of the key that carries it; NULL if it does not count */
	char why_not[256];                 /* if it does not count */
};

struct pl_verify {
	bool of_file;          /* false: no file was asked about, and .status says nothing */
	struct pl_digest file;
	pl_str name;    /* what to call it */
	pl_str wanted;  /* the kind asked for, or empty */
	struct pl_arena arena;
	struct pl_bundle bundle;
	struct pl_checkpoint checkpoint;
	const struct pl_policy *policy;
	struct pl_policy_verdict verdict;
	struct pl_keys *keys;
	struct pl_verify_entry *entry; /* bundle.n of them, in order of their index */

	/* what it came to */
	pl_status status;       /* PL_OK: proved; PL_E_NOTFOUND: nothing that counts names the file; PL_E_QUORUM: too few
	                         * rebuilders; PL_E_CONFLICT: a rebuild came out different */
	char words[256];        /* one sentence for a status that is not PL_OK */
	const struct pl_verify_entry *release; /* the release/v1 that names the file, or NULL */
	const struct pl_verify_entry *first;   /* the first entry that counts, names the file and was wanted */
	const struct pl_verify_entry *inception;
	unsigned rebuilders;    /* distinct rebuilders of the trust file that found it identical */
	pl_str purpose;         /* of the log, as its inception says; empty if that is not in the bundle */
};

/*
 * Judge the bundle @text, or a set of them (log/bundle.h), for @file; NULL: no file, only the entries are judged. PL_OK: *ret is a report,
 * look at its status. Otherwise there is no report: the bundle could not be read (PL_E_SYNTAX, PL_E_TOOBIG) or does not stand in a
 * witnessed log of the policy (PL_E_SIGNATURE, PL_E_QUORUM, PL_E_PROOF), PL_E_NOMEM; PL_E_STATE: @policy names no root keys. PL_E_RANGE: @wanted is no kind.
 * @policy is borrowed until pl_verify_free, texts are copied.
 */
pl_status pl_verify_bundle(const struct pl_policy *policy, const struct pl_digest *file, pl_str name, pl_str wanted,
	pl_str text, struct pl_verify **ret, struct pl_diag *diag);
void pl_verify_free(struct pl_verify *v);
/* For PL_CLEANUP. */
void pl_verify_freep(struct pl_verify **v);

/* A string member of the statement's predicate, "" if there is none; for entries that count. */
pl_str pl_verify_text_of(const struct pl_verify_entry *e, const char *member);
/* The entry that counts whose SHA-256(PAE) is @id, or NULL. */
const struct pl_verify_entry *pl_verify_find(const struct pl_verify *v, pl_str id);
/* The name in the trust file of the rebuilder who signed this entry; empty if none did. */
pl_str pl_verify_rebuilder(const struct pl_verify *v, const struct pl_verify_entry *e);
/* Was nothing compared (verdict not-attempted)? */
bool pl_verify_not_attempted(const struct pl_verify_entry *e);
/* Was the file found identical, or identical after normalisation, by this rebuild verdict? */
bool pl_verify_same(const struct pl_verify_entry *e);

/* Styles for the report; every string may be "". */
struct pl_verify_style {
	const char *plain, *bold, *good, *bad, *warn, *dim;
};
/* Append the report in words. */
void pl_verify_write_text(const struct pl_verify *v, const struct pl_verify_style *style, struct pl_buf *out);
/* Append it as one line of JSON with its line feed. @shown (NULL: nothing) becomes the member "shown". */
pl_status pl_verify_write_json(const struct pl_verify *v, const struct pl_json *shown, struct pl_buf *out);
/* Append a refusal without a report, in the same two ways. */
void pl_verify_write_refusal(pl_str name, pl_status st, const struct pl_diag *why, const struct pl_verify_style *style,
	struct pl_buf *out);
pl_status pl_verify_write_refusal_json(pl_str name, const struct pl_digest *file, pl_status st,
	const struct pl_diag *why, struct pl_buf *out);
/* The sentences that say what is not proved: sentence @i, NULL behind the last. @room is used for those with values. */
const char *pl_verify_not_proved(const struct pl_verify *v, size_t i, char *room, size_t room_size);
/* Append @s with everything that could play tricks on a terminal as '?'. */
void pl_verify_put_safe(struct pl_buf *out, pl_str s);

#endif
