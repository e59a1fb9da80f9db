/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libpellucid: check, offline, what a transparency log shows about a file.
 *
 * You bring a *trust file* (whom you believe: the log's key, witnesses and their quorum, root keys) from a source that you
 * trust, and a *proof bundle* from anywhere. The library reads no file, opens no connection, starts no process, keeps no
 * global state and never prints; it needs libcrypto (OpenSSL 3), libsodium and jansson. All functions may be called from
 * any thread; one object belongs to one thread at a time, but a trust object is not changed after parsing and may be
 * shared. Memory that a stranger's input asks for is bounded and its refusal is an answer; when a small allocation of
 * our own is refused the process ends.
 *
 *	pellucid_trust *trust;
 *	pellucid_report *report;
 *	pellucid_error why;
 *
 *	if (pellucid_trust_parse(text, text_len, &trust, &why) != PELLUCID_YES) ...
 *	if (pellucid_verify(trust, digest, bundle, bundle_len, NULL, &report, &why) == PELLUCID_YES) ...
 *	puts(pellucid_report_text(report));
 *
 * Formats: docs/formats/trust-file.md, docs/formats/proof-bundle.md, docs/statements/. Nothing here changes its meaning
 * without a new function name.
 */
#ifndef PELLUCID_PELLUCID_H
#define PELLUCID_PELLUCID_H
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define PELLUCID_API __attribute__((visibility("default")))
#else
#define PELLUCID_API
#endif

/* What a check came to. The numbers are the exit codes of pellucid-verify. */
typedef enum pellucid_result {
	PELLUCID_YES = 0,     /* proved */
	PELLUCID_NO = 1,      /* not proved: a signature, proof or quorum fails, or nothing names the file */
	PELLUCID_INPUT = 2,   /* the trust file or the arguments make no sense */
	PELLUCID_UNKNOWN = 3, /* could not find out: no memory */
} pellucid_result;

/* Why not, in words; NUL-terminated. line is 1-based, 0 if not known; hint may be empty. */
typedef struct pellucid_error {
	unsigned line;
	char text[512];
	char hint[256];
} pellucid_error;

/* ---- SHA-256 in pieces ---- */

typedef struct pellucid_hash pellucid_hash;
PELLUCID_API pellucid_hash *pellucid_hash_new(void);
PELLUCID_API void pellucid_hash_update(pellucid_hash *hash, const void *data, size_t len);
/* The digest; the object starts anew. */
PELLUCID_API void pellucid_hash_final(pellucid_hash *hash, uint8_t digest[32]);
PELLUCID_API void pellucid_hash_free(pellucid_hash *hash); /* NULL allowed */

/* ---- whom to believe ---- */

typedef struct pellucid_trust pellucid_trust;
/* Read a trust file or a plain C2SP tlog-policy; the text is copied. PELLUCID_INPUT with words. @why may be NULL. */
PELLUCID_API pellucid_result pellucid_trust_parse(const char *text, size_t len, pellucid_trust **ret,
	pellucid_error *why);
PELLUCID_API void pellucid_trust_free(pellucid_trust *trust); /* NULL allowed */

/* ---- a file ---- */

typedef struct pellucid_report pellucid_report;

/* What else is asked for; zero the rest. */
typedef struct pellucid_wish {
	const char *name;      /* what to call the file in words; NULL: "the file" */
	const char *statement; /* only this kind of statement counts: "release", "source-snapshot", ... or a predicate type
				* URI; NULL: any statement that counts and names the file */
} pellucid_wish;

/*
 * Is the file with this SHA-256 named by a statement in the bundle that counts? @bundle may be several, one behind the other, that share
 * one checkpoint. Checked are: the checkpoint's signature and
 * the quorum of witnesses; that every entry of the bundle stands in that log; the signatures of the statements by root
 * keys of the trust file or by keys that key statements in the bundle introduce; officers' approvals where the kind of
 * statement needs them; the rebuilders that the trust file asks for. @wish may be NULL.
 *
 * PELLUCID_YES and PELLUCID_NO may come with a report (always with PELLUCID_YES); *ret is NULL if there is none, and then
 * @why has the words. A plain policy without root keys is PELLUCID_INPUT: statements cannot be judged with it.
 */
PELLUCID_API pellucid_result pellucid_verify(const pellucid_trust *trust, const uint8_t digest[32], const void *bundle,
	size_t bundle_len, const pellucid_wish *wish, pellucid_report **ret, pellucid_error *why);
PELLUCID_API void pellucid_report_free(pellucid_report *report); /* NULL allowed */

/* The report in words, for a terminal of 80 columns and more, without colour. Lives as long as the report. */
PELLUCID_API const char *pellucid_report_text(pellucid_report *report);
/* The same as one line of JSON (docs/manual/verify.md says what is in it). */
PELLUCID_API const char *pellucid_report_json(pellucid_report *report);

/* ---- all releases of a product ---- */

typedef struct pellucid_releases pellucid_releases;

/*
 * Are these all releases of @product (NUL-terminated)? The bundle, or several one behind the other under one checkpoint, holds the
 * newest product-head statement and the release statements that it is over (docs/manual/verify.md). Everything is checked as by
 * pellucid_verify; then count and root over the releases are computed anew and compared with what the head states.
 *
 * PELLUCID_YES: complete, as of that head: that no newer head stands in the log is not shown. PELLUCID_NO: a release is missing, or has
 * the number of another, or the head is over others, or there is none; with a report, unless the bundle itself is refused, when *ret is
 * NULL. @why has the words. PELLUCID_INPUT: a plain policy without root keys, or @product cannot be a product's name.
 */
PELLUCID_API pellucid_result pellucid_all_releases(const pellucid_trust *trust, const char *product, const void *bundle,
	size_t bundle_len, pellucid_releases **ret, pellucid_error *why);
PELLUCID_API void pellucid_releases_free(pellucid_releases *releases); /* NULL allowed */
/* The report in words, and as one line of JSON. Lives as long as the object. */
PELLUCID_API const char *pellucid_releases_text(pellucid_releases *releases);
PELLUCID_API const char *pellucid_releases_json(pellucid_releases *releases);
/* The number of the release that the file with this SHA-256 belongs to, the newest if there are several; 0: to none of them. *ret_later
 * (NULL allowed) is 1 if it was released after the head, else 0. Says nothing of completeness: look at the result for that. */
PELLUCID_API uint64_t pellucid_releases_of(const pellucid_releases *releases, const uint8_t digest[32], int *ret_later);

/* ---- a checkpoint, a proof ---- */

typedef struct pellucid_seen {
	char origin[256];        /* which log */
	uint64_t size;           /* entries in it */
	uint8_t root[32];
	int quorum_met;          /* the witnesses of the trust file's quorum cosigned */
	int unwitnessed;         /* the trust file says "quorum none": tell your user "not witnessed" */
	unsigned witnesses;      /* how many cosignatures count */
	uint64_t earliest, latest; /* their times, seconds since 1970; 0 if none counts */
} pellucid_seen;

/* Is this signed checkpoint one of a log that the trust file lists, with its quorum met (or "quorum none")? */
PELLUCID_API pellucid_result pellucid_check_checkpoint(const pellucid_trust *trust, const char *note, size_t len,
	pellucid_seen *ret, pellucid_error *why);
/* Does @proof (C2SP tlog-proof) show that @entry stands in such a log? *ret_index says where. */
PELLUCID_API pellucid_result pellucid_check_proof(const pellucid_trust *trust, const char *proof, size_t proof_len,
	const void *entry, size_t entry_len, uint64_t *ret_index, pellucid_seen *ret, pellucid_error *why);
/* Is the tree (size, root) an extension of (old_size, old_root)? @path is @n hashes of 32 bytes (RFC 6962 2.1.2). */
PELLUCID_API pellucid_result pellucid_check_consistency(uint64_t old_size, const uint8_t old_root[32], uint64_t size,
	const uint8_t root[32], const uint8_t *path, size_t n);

/* "0.1.0". */
PELLUCID_API const char *pellucid_version(void);

#ifdef __cplusplus
}
#endif
#endif
