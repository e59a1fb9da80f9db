/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/person/expertise: expertise for an authority (indicators, rules, analysis) as an answer, looked through for data of users before
 * it can go (docs/formats/answer.md).
 *
 * What is looked for, in text and in UTF-16 inside of anything:
 *
 *	email      an e-mail address
 *	user-path  a user's folder: C:\Users\NAME, /home/NAME, /Users/NAME, Documents and Settings\NAME
 *	phone      a telephone number with its country
 *	address    a network address of the operator's list of private persons' networks
 *	product    a product key: groups of five, or the key of an installed product
 *	known      an account of this instance, or an identity or a secret of one of its cases, by keyed look-up
 *	opaque     an archive or document that cannot be looked into
 *
 * What always holds: every finding is either gone from the file or cleared, with a reason, by a person with an account here whose role is
 * legal or officer. A finding is named by file, offset and digest, so that clearing it clears nothing else. What was written is told to register/package, and
 * registers of such requests give out nothing else.
 */
#ifndef PL_REGISTER_PERSON_EXPERTISE_H
#define PL_REGISTER_PERSON_EXPERTISE_H
#include "register/person/answer.h"
#include "register/person/own.h"

#define PL_EXPERTISE_FILES_MAX 256u
#define PL_EXPERTISE_FILE_MAX ((size_t)64 << 20)
#define PL_EXPERTISE_FINDINGS_MAX 4096u
#define PL_EXPERTISE_NETWORKS_MAX 4096u

enum pl_finding_kind {
	PL_FINDING_EMAIL, PL_FINDING_USER_PATH, PL_FINDING_PHONE, PL_FINDING_ADDRESS, PL_FINDING_PRODUCT, PL_FINDING_KNOWN, PL_FINDING_OPAQUE,
	PL_FINDING_KINDS
};
extern const char *const pl_finding_words[];

/* ---- looking through bytes; pure ---- */

struct pl_expertise_network {
	uint8_t b[16]; /* IPv4 in the first four */
	uint8_t bits;
	bool six;
};
/* Lines "192.0.2.0/24" or "2001:db8::/32"; '#' begins a comment. *@ret is freed with pl_free. PL_E_SYNTAX with the line; PL_E_TOOBIG. */
pl_status pl_expertise_networks(pl_str text, struct pl_expertise_network **ret, size_t *ret_n, struct pl_diag *diag);

struct pl_expertise_rules {
	const struct pl_expertise_network *networks;
	size_t n_networks;
	/* Is @text something that this instance knows somebody by? NULL: nobody is asked. */
	pl_status (*known)(void *ctx, pl_str text, bool *ret);
	void *known_ctx;
};
/* @offset and @len are those in the file; @text is what stands there, in UTF-8. */
typedef pl_status (*pl_finding_fn)(void *ctx, enum pl_finding_kind kind, uint64_t offset, size_t len, pl_str text);
pl_status pl_expertise_scan(pl_bytes data, const struct pl_expertise_rules *rules, pl_finding_fn fn, void *ctx);

/* ---- a package ---- */

struct pl_expertise_finding {
	size_t file;               /* of the list */
	enum pl_finding_kind kind;
	uint64_t offset;
	size_t len;
	struct pl_digest digest;   /* of what stands there */
	char text[80];             /* its beginning, for whoever looks; printable */
	bool cleared;
	struct pl_ulid by;         /* the account */
	pl_str reason;             /* a token */
};

struct pl_expertise_file {
	pl_str name; /* in the archive, below files/ */
	pl_bytes data;
};

struct pl_expertise {
	const struct pl_expertise_file *files;
	size_t n_files;
	struct pl_expertise_network *networks;
	size_t n_networks;
	bool has_networks;
	struct pl_expertise_finding *findings;
	size_t n, open; /* open: not cleared */
};

/* Look through @files, which are borrowed, and apply @cleared: lines
 *	clear <kind> <file> <offset> <sha256:...> <account> <reason>
 * PL_E_DENIED: who cleared it may not. PL_E_NOTFOUND: nothing like that was found (the file has changed). PL_E_SYNTAX with the line. */
pl_status pl_expertise_look(struct pl_person_desk *d, const struct pl_expertise_file *files, size_t n_files, pl_str networks, pl_str cleared,
	struct pl_expertise **ret, struct pl_diag *diag);
void pl_expertise_free(struct pl_expertise *e);
/* Append findings.json. */
pl_status pl_expertise_json(const struct pl_expertise *e, struct pl_buf *out);
/* Write the archive. PL_E_DENIED: a finding is not cleared. */
pl_status pl_expertise_write(struct pl_person_desk *d, const struct pl_expertise *e, pl_str language, pl_zip_sink sink, void *ctx,
	struct pl_digest *ret, struct pl_diag *diag);

#endif
