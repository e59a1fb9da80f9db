/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/person/answer: the container of everything that is handed out: a zip (register/person/zip.h) whose manifest names every file by
 * digest and is signed by the service key (docs/formats/answer.md).
 *
 *	...                 the files themselves
 *	proof.txt           a proof bundle: the keys that may sign, and entries of the log that the files speak of
 *	manifest.json       {"at","files":[{"name","sha256","size"}],"format":"pellucid-answer v1","kind","nonce","origin"}
 *	manifest.dsse.json  the DSSE envelope of an answer/v1 about the manifest
 *
 * What always holds:
 *  1. The same files in the same order, at the same time, over the same log, are the same bytes: nonce, identifier and signature follow
 *     from them (the nonce by a key that others do not have, so that nobody confirms a guess by the manifest's digest).
 *  2. Checking needs the trust file and nothing else; it reads every byte, and a file that the manifest does not name is refused.
 */
#ifndef PL_REGISTER_PERSON_ANSWER_H
#define PL_REGISTER_PERSON_ANSWER_H
#include "fact/instance.h"
#include "register/person/zip.h"
#include "verify/verify.h"

#define PL_ANSWER_MANIFEST "manifest.json"
#define PL_ANSWER_ENVELOPE "manifest.dsse.json"
#define PL_ANSWER_PROOF "proof.txt"
#define PL_ANSWER_CERTIFICATE "certificate.json"
#define PL_ANSWER_README "README.txt"
#define PL_ANSWER_MANIFEST_MAX ((size_t)4 << 20)
#define PL_ANSWER_PROOF_ENTRIES_MAX 128u

enum pl_answer_kind { PL_ANSWER_COPY, PL_ANSWER_ERASURE, PL_ANSWER_EXPERTISE, PL_ANSWER_KINDS };

/* ---- writing ---- */

struct pl_answer_file {
	char name[PL_ZIP_NAME_MAX + 1];
	struct pl_digest sha256;
	uint64_t size;
};

struct pl_answer_writer {
	struct pl_zip_writer zip;
	struct pl_sha256 *sha;
	struct pl_answer_file *files;
	size_t n;
};

/* Bytes of the archive go to @sink. *@w is large: not for the stack. */
void pl_answer_begin(struct pl_answer_writer *w, pl_zip_sink sink, void *ctx);
void pl_answer_done(struct pl_answer_writer *w);
/* One file in pieces. PL_E_EXISTS: a name twice. */
pl_status pl_answer_open(struct pl_answer_writer *w, pl_str name);
pl_status pl_answer_put(void *writer, pl_bytes data); /* also a sink for others */
pl_status pl_answer_close(struct pl_answer_writer *w);
pl_status pl_answer_whole(struct pl_answer_writer *w, pl_str name, pl_bytes data);

struct pl_answer_about {
	enum pl_answer_kind kind;
	uint64_t at;                 /* seconds */
	const uint8_t *key;          /* 32 bytes, of this instance; only the nonce follows from it */
	const uint64_t *entries;     /* of the log, for proof.txt; beside those of the service's keys */
	size_t n_entries;
};
/* proof.txt, manifest, signature, directory. *@ret: the digest of the manifest. */
pl_status pl_answer_finish(struct pl_answer_writer *w, struct pl_instance *inst, const struct pl_answer_about *about,
	struct pl_digest *ret, struct pl_diag *diag);

/* Append the signed answer/v1 of @kind about @subject called @name, whose identifier follows from it and @at. */
pl_status pl_answer_sign(struct pl_instance *inst, enum pl_answer_kind kind, pl_str name, const struct pl_digest *subject, uint64_t files,
	uint64_t at, struct pl_buf *out, struct pl_diag *diag);

/* Append what README.txt says to whoever gets the package, in @language ("de"; everything else is English). */
void pl_answer_readme(enum pl_answer_kind kind, pl_str language, struct pl_buf *out);

/* ---- checking ---- */

struct pl_answer_shows {
	enum pl_answer_kind kind;
	uint64_t at;              /* seconds */
	size_t files;             /* that the manifest names */
	struct pl_digest manifest;
	bool witnessed;
	struct pl_verify *verify; /* of proof.txt; freed with pl_answer_shows_done */
};
void pl_answer_shows_done(struct pl_answer_shows *s);

/* Check the archive @z by @policy. PL_E_SYNTAX, PL_E_CORRUPT, PL_E_PROOF, PL_E_SIGNATURE, PL_E_QUORUM with words. */
pl_status pl_answer_check(const struct pl_zip *z, const struct pl_policy *policy, struct pl_answer_shows *ret, struct pl_diag *diag);

/* The parts of a manifest, in its one spelling. Pure. PL_E_SYNTAX, PL_E_RANGE. */
struct pl_answer_manifest {
	enum pl_answer_kind kind;
	uint64_t at;
	char origin[256];
	size_t n;
	struct pl_answer_file *files;
};
pl_status pl_answer_manifest_parse(pl_str text, struct pl_answer_manifest *ret, struct pl_diag *diag);
void pl_answer_manifest_done(struct pl_answer_manifest *m);

#endif
