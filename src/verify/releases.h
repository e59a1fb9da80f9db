/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verify/releases: are these all releases of a product? From a bundle that holds a product-head and the release statements that it is
 * over: their root is computed anew and compared with what the operator stated.
 *
 * What always holds:
 *  1. Pure, and as verify/verify.h: only statements that count are looked at; nothing said rests on one that does not.
 *  2. The newest head of the bundle is asked, by its index in the log. What was released behind it is said, and not counted.
 *  3. "All" is the operator's word as of that head. A bundle cannot show that there is no newer head in the log, nor a release that was
 *     never logged; the report says so.
 */
#ifndef PL_VERIFY_RELEASES_H
#define PL_VERIFY_RELEASES_H
#include "base/json.h"
#include "verify/verify.h"

enum pl_verify_finding {
	PL_FOUND_COMPLETE,   /* every release of the head is there */
	PL_FOUND_INCOMPLETE, /* numbers are missing */
	PL_FOUND_TWICE,      /* two statements have one number */
	PL_FOUND_LEFT_OUT,   /* a release stands before the head, which does not count it */
	PL_FOUND_ROOT,       /* the numbers are there, but the head is over other statements */
	PL_FOUND_HEADS,      /* an older head says something else of the same releases */
	PL_FOUND_NO_HEAD,
};
/* "complete", "incomplete", "twice", "left-out", "root-differs", "heads-differ", "no-head". */
const char *pl_verify_finding_word(enum pl_verify_finding f);

/* A release of the product that counts. */
struct pl_verify_listed {
	const struct pl_verify_entry *entry;
	uint64_t number;
	pl_str version;
};

struct pl_verify_head {
	const struct pl_verify_entry *entry;
	uint64_t count;
	struct pl_digest root;
};

struct pl_verify_gap {
	uint64_t first, last;
};

struct pl_verify_releases {
	struct pl_verify *verify; /* the bundle, judged; no file is asked about */
	pl_str product;
	const struct pl_verify_head *head; /* the newest; NULL: none */
	struct pl_digest root;             /* as computed here, once nothing is missing or twice */
	size_t n, n_later;
	struct pl_verify_listed *list;     /* .n before the head in order of their numbers, then .n_later behind it in that of the log */
	size_t n_gaps;
	struct pl_verify_gap *gaps;        /* missing numbers, rising */
	uint64_t missing;                  /* how many numbers these are */
	const struct pl_verify_listed *culprit[2]; /* the two of one number; or the first that was left out */
	size_t n_heads;
	struct pl_verify_head *heads;      /* the newest last */
	size_t others, malformed;          /* releases of other products; releases and heads of this one that lack what belongs there */
	enum pl_verify_finding finding;
	pl_status status;                  /* PL_OK: complete */
	char words[256];                   /* one sentence, whatever the finding is */
};

/*
 * Judge @text as pl_verify_bundle does, which also says what is refused without a report, and recount the releases of @product.
 * PL_E_RANGE: @product cannot be the name of one. PL_OK: *ret is a report, look at its status.
 */
pl_status pl_verify_releases(const struct pl_policy *policy, pl_str product, pl_str text, struct pl_verify_releases **ret,
	struct pl_diag *diag);
void pl_verify_releases_free(struct pl_verify_releases *r);
/* For PL_CLEANUP. */
void pl_verify_releases_freep(struct pl_verify_releases **r);

/* The release that names the file @digest, the newest if there are several, or NULL. Also one behind the head. */
const struct pl_verify_listed *pl_verify_releases_of(const struct pl_verify_releases *r, const struct pl_digest *digest);
/* Does it stand behind the head? */
bool pl_verify_releases_later(const struct pl_verify_releases *r, const struct pl_verify_listed *l);

/* A file that was asked about; .belongs is an answer of pl_verify_releases_of. */
struct pl_verify_asked {
	pl_str name;
	struct pl_digest digest;
	const struct pl_verify_listed *belongs;
};
/* Append the report in words, or as one line of JSON. */
void pl_verify_releases_text(const struct pl_verify_releases *r, const struct pl_verify_asked *files, size_t n,
	const struct pl_verify_style *style, struct pl_buf *out);
pl_status pl_verify_releases_json(const struct pl_verify_releases *r, const struct pl_verify_asked *files, size_t n, struct pl_buf *out);

#endif
