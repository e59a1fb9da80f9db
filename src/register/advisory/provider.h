/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/advisory/provider: who publishes advisories, and the files of a CSAF 2.0 trusted provider (section 7) that
 * say what there is: provider-metadata.json, index.txt, changes.csv, the ROLIE feed, hashes.
 *
 *	SITE/.well-known/csaf/provider-metadata.json
 *	SITE/.well-known/csaf/openpgp/FINGERPRINT.asc
 *	SITE/.well-known/csaf/white/index.txt, changes.csv, csaf-feed-tlp-white.json
 *	SITE/.well-known/csaf/white/YYYY/NAME.json, .json.asc, .json.sha256, .json.sha512
 *	SITE/.well-known/security.txt
 *
 * What always holds: each file is a function of the settings and of what was published; the portal and `advisory
 * export` write the same bytes.
 *
 * Pure: no I/O. Times are nanoseconds since 1970, whole seconds.
 */
#ifndef PL_REGISTER_ADVISORY_PROVIDER_H
#define PL_REGISTER_ADVISORY_PROVIDER_H
#include "fact/statement.h"
#include "register/advisory/advisory.h"

#define PL_PROVIDER_PATH "/.well-known/csaf"
#define PL_PROVIDER_METADATA "provider-metadata.json"
#define PL_PROVIDER_FEED "csaf-feed-tlp-white.json"
#define PL_PROVIDER_SETTINGS_MAX ((size_t)64 << 10)
#define PL_PROVIDER_KEY "openpgp" /* the key file's name */
/* Media types of bodies. */
#define PL_PROVIDER_SETTINGS_MEDIA "text/plain"
#define PL_PROVIDER_KEY_MEDIA "application/pgp-keys"
#define PL_PROVIDER_TEXT_MEDIA "text/plain"
#define PL_ADVISORY_MEDIA "application/json"
#define PL_ADVISORY_SIGNATURE_MEDIA "application/pgp-signature"

/* The settings, docs/formats/advisory-provider.md. */
struct pl_provider {
	pl_str site, name, namespace, contact, authority;
	unsigned category;                        /* enum pl_advisory_publisher */
	bool list, mirror;                        /* on aggregators */
	pl_str user;                              /* of the OpenPGP key: "Name <address>" */
	uint64_t created;                         /* of the key */
	pl_str contacts;                          /* of security.txt: addresses separated by blanks */
	uint64_t expires;
	pl_str encryption, policy, hiring, languages; /* may be empty */
};

/* Read the settings; text lives in @arena. PL_E_SYNTAX, PL_E_RANGE, PL_E_NOTFOUND with words. */
pl_status pl_provider_parse(pl_str text, struct pl_arena *arena, struct pl_provider *ret, struct pl_diag *diag);
/* Does the draft name the site and the publisher of @p? PL_E_RANGE with words. */
pl_status pl_provider_fits(const struct pl_provider *p, const struct pl_advisory *a, struct pl_diag *diag);

/* One version of an advisory as it was stated. */
struct pl_published {
	pl_str id, file, version; /* file: "example-1.json" */
	enum pl_advisory_category category;
	enum pl_advisory_tlp tlp;
	enum pl_advisory_state state;
	uint64_t first, current;
	struct pl_digest digest;  /* of the document */
	struct pl_body document, signature; /* size 0 unless TLP:WHITE */
	uint64_t index, time;     /* of the statement */
	struct pl_digest pae;
	bool newest;
};

/* Append provider-metadata.json; @fingerprint in hexadecimal, @updated: when any of it changed last. */
pl_status pl_provider_metadata(const struct pl_provider *p, const char *fingerprint, uint64_t updated,
	struct pl_buf *out);
/* Append index.txt (the oldest first), changes.csv (the newest change first), or the ROLIE feed of @n public
 * advisories, which come the newest change first. An empty feed is dated @since. */
void pl_provider_index(const struct pl_published *list, size_t n, struct pl_buf *out);
void pl_provider_changes(const struct pl_published *list, size_t n, struct pl_buf *out);
pl_status pl_provider_rolie(const struct pl_provider *p, const struct pl_published *list, size_t n, uint64_t since,
	struct pl_buf *out);
/* Append "<hex>  <name>\n", as sha256sum and sha512sum read it. */
void pl_provider_hash(pl_bytes digest, pl_str name, struct pl_buf *out);
/* Append "2026/example-1.json". */
void pl_provider_path(const struct pl_published *a, struct pl_buf *out);

/* Append the text of security.txt (RFC 9116), unsigned. */
void pl_provider_securitytxt(const struct pl_provider *p, struct pl_buf *out);

#endif
