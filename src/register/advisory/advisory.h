/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/advisory/advisory: a security advisory or VEX document as one pure model, from which every format is
 * written: CSAF 2.0, CVE records, OpenVEX, pages.
 *
 * What always holds:
 *  1. The words of enumerations are CSAF's own (CSAF 2.0 section 3.2), in CSAF's order of their names.
 *  2. What can be derived is derived and not said twice: the document's version, its first and current date (from the
 *     revisions), the scores (from the vectors), the product tree's branches (from vendor, name and version), the
 *     file's name (from the identifier).
 *  3. Times are nanoseconds since 1970, whole seconds; 0: not said. Text is borrowed from the arena that the draft
 *     was read into.
 *
 * Pure: no I/O; callable from any thread.
 */
#ifndef PL_REGISTER_ADVISORY_ADVISORY_H
#define PL_REGISTER_ADVISORY_ADVISORY_H
#include "base/base.h"
#include "base/json.h"

#define PL_ADVISORY_DOCUMENT_MAX ((size_t)4 << 20)
/* What a draft may hold of what rules compare with each other. */
#define PL_ADVISORY_PRODUCTS_MAX 1000u
#define PL_ADVISORY_RELATIONS_MAX 200u
#define PL_ADVISORY_GROUPS_MAX 100u
#define PL_ADVISORY_VULNERABILITIES_MAX 200u
#define PL_ADVISORY_REVISIONS_MAX 200u
#define PL_ADVISORY_FLAGS_MAX 50u
#define PL_ADVISORY_FEW_MAX 50u /* scores, remediations, threats, involvements, hashes */
#define PL_ADVISORY_FILE_MAX 128u /* of a file's name, with its ending */

enum pl_advisory_category { PL_ADVISORY_SECURITY, PL_ADVISORY_VEX, PL_ADVISORY_CATEGORIES };
enum pl_advisory_tlp { PL_TLP_AMBER, PL_TLP_GREEN, PL_TLP_RED, PL_TLP_WHITE, PL_TLP_COUNT };
enum pl_advisory_state { PL_ADVISORY_DRAFT, PL_ADVISORY_FINAL, PL_ADVISORY_INTERIM, PL_ADVISORY_STATES };
enum pl_advisory_publisher { PL_PUBLISHER_COORDINATOR, PL_PUBLISHER_DISCOVERER, PL_PUBLISHER_OTHER,
	PL_PUBLISHER_TRANSLATOR,
	PL_PUBLISHER_USER, PL_PUBLISHER_VENDOR };
enum pl_product_status {
	PL_PRODUCT_FIRST_AFFECTED, PL_PRODUCT_FIRST_FIXED, PL_PRODUCT_FIXED, PL_PRODUCT_KNOWN_AFFECTED,
		PL_PRODUCT_KNOWN_NOT_AFFECTED,
	PL_PRODUCT_LAST_AFFECTED, PL_PRODUCT_RECOMMENDED, PL_PRODUCT_UNDER_INVESTIGATION, PL_PRODUCT_COUNT
};
enum pl_remediation { PL_REMEDY_MITIGATION, PL_REMEDY_NO_FIX_PLANNED, PL_REMEDY_NONE_AVAILABLE, PL_REMEDY_VENDOR_FIX,
	PL_REMEDY_WORKAROUND };
enum pl_threat { PL_THREAT_EXPLOIT_STATUS, PL_THREAT_IMPACT, PL_THREAT_TARGET_SET };

/* Each list ends with NULL. */
extern const char *const pl_advisory_categories[], *const pl_advisory_tlps[], *const pl_advisory_states[];
extern const char *const pl_advisory_publishers[], *const pl_advisory_notes[], *const pl_advisory_references[];
extern const char *const pl_advisory_relations[], *const pl_advisory_statuses[], *const pl_advisory_remedies[];
extern const char *const pl_advisory_restarts[], *const pl_advisory_flags[], *const pl_advisory_threats[];
extern const char *const pl_advisory_parties[], *const pl_advisory_involvements[];

struct pl_texts {
	size_t n;
	pl_str *v;
};

struct pl_advisory_note {
	unsigned category;
	pl_str title, text, audience;
};
struct pl_advisory_reference {
	unsigned category;
	pl_str summary, url;
};
struct pl_advisory_thanks {
	struct pl_texts names, urls;
	pl_str organization, summary;
};

/* Lists as the draft's reader fills them: a number and an array. */
struct pl_advisory_notes {
	size_t n;
	struct pl_advisory_note *v;
};
struct pl_advisory_reference_list {
	size_t n;
	struct pl_advisory_reference *v;
};
struct pl_advisory_thanks_list {
	size_t n;
	struct pl_advisory_thanks *v;
};

struct pl_advisory_hash {
	pl_str algorithm, value;
};
struct pl_advisory_file {
	pl_str filename;
	struct {
		size_t n;
		struct pl_advisory_hash *v;
	} hashes;
};
/* How others find a product: CSAF's product identification helper. */
struct pl_advisory_helper {
	pl_str cpe, purl;
	struct {
		size_t n;
		struct pl_advisory_file *v;
	} files;
	struct pl_texts models, serials, skus, sboms;
};

struct pl_advisory_product {
	pl_str id, vendor, name, version, range, full_name; /* version or range; full_name may be empty */
	struct pl_advisory_helper helper;
};
struct pl_advisory_relation {
	pl_str id, name, product, relates_to;
	unsigned category;
	struct pl_advisory_helper helper;
};
struct pl_advisory_group {
	pl_str id, summary;
	struct pl_texts products;
};

struct pl_advisory_id {
	pl_str system_name, text;
};
struct pl_advisory_score {
	pl_str vector;
	struct pl_texts products;
};
/* To which products something applies: themselves, or by groups. */
struct pl_advisory_scope {
	struct pl_texts products, groups;
};
struct pl_advisory_remedy {
	enum pl_remediation category;
	pl_str details, url, restart_details;
	uint64_t date;
	struct pl_texts entitlements;
	bool has_restart;
	unsigned restart;
	struct pl_advisory_scope scope;
};
struct pl_advisory_flag {
	unsigned label;
	uint64_t date;
	struct pl_advisory_scope scope;
};
struct pl_advisory_threat {
	enum pl_threat category;
	pl_str details;
	uint64_t date;
	struct pl_advisory_scope scope;
};
struct pl_advisory_involvement {
	unsigned party, status;
	uint64_t date;
	pl_str summary;
};

struct pl_vulnerability {
	pl_str cve, title, cwe, cwe_name;
	uint64_t discovered, released;
	struct {
		size_t n;
		struct pl_advisory_id *v;
	} ids;
	struct pl_texts status[PL_PRODUCT_COUNT];
	struct {
		size_t n;
		struct pl_advisory_score *v;
	} scores;
	struct {
		size_t n;
		struct pl_advisory_remedy *v;
	} remedies;
	struct {
		size_t n;
		struct pl_advisory_flag *v;
	} flags;
	struct {
		size_t n;
		struct pl_advisory_threat *v;
	} threats;
	struct {
		size_t n;
		struct pl_advisory_involvement *v;
	} involvements;
	struct pl_advisory_notes notes;
	struct pl_advisory_reference_list references;
	struct pl_advisory_thanks_list thanks;
};

struct pl_advisory_revision {
	pl_str number, summary;
	uint64_t date;
};

struct pl_advisory {
	enum pl_advisory_category category;
	pl_str id, title, lang, source_lang, distribution, severity;
	enum pl_advisory_tlp tlp;
	enum pl_advisory_state state;
	uint64_t embargo; /* nothing of it may be published before */
	struct {
		pl_str name; /* of the register; empty: it came from none */
		uint64_t number;
	} from;           /* the case whose draft it is; never printed */
	pl_str site;      /* "https://psirt.example", below which documents are found */
	struct {
		enum pl_advisory_publisher category;
		pl_str name, namespace, contact, authority;
	} publisher;
	pl_str cna_org, cna_name; /* who assigns CVE identifiers: a UUID and a short name; may be empty */
	struct pl_texts aliases;
	struct {
		size_t n;
		struct pl_advisory_revision *v;
	} revisions;
	struct pl_advisory_notes notes;
	struct pl_advisory_reference_list references;
	struct pl_advisory_thanks_list thanks;
	struct {
		size_t n;
		struct pl_advisory_product *v;
	} products;
	struct {
		size_t n;
		struct pl_advisory_relation *v;
	} relations;
	struct {
		size_t n;
		struct pl_advisory_group *v;
	} groups;
	struct {
		size_t n;
		struct pl_vulnerability *v;
	} vulnerabilities;
};

/* ---- what follows from it ---- */

/* The date of the first and of the last revision, and the last one's number. A draft has at least one. */
uint64_t pl_advisory_first(const struct pl_advisory *a);
uint64_t pl_advisory_current(const struct pl_advisory *a);
pl_str pl_advisory_version(const struct pl_advisory *a);
/* The file's name of an identifier (CSAF 2.0 section 5.1): lower case, every run of other characters one '_', then
 * ".json". Append it; PL_E_TOOBIG beyond PL_ADVISORY_FILE_MAX. */
pl_status pl_advisory_file(pl_str id, struct pl_buf *out);
/* Where a document is found, below @site: "<site>/.well-known/csaf/white/2026/example-1.json". */
#define PL_ADVISORY_PATH "/.well-known/csaf/white"
pl_status pl_advisory_url(pl_str site, pl_str id, uint64_t first, struct pl_buf *out);
unsigned pl_advisory_year(uint64_t time);

/* The product or relation @id, or NULL. */
const struct pl_advisory_product *pl_advisory_product(const struct pl_advisory *a, pl_str id);
const struct pl_advisory_relation *pl_advisory_relation(const struct pl_advisory *a, pl_str id);
const struct pl_advisory_group *pl_advisory_group(const struct pl_advisory *a, pl_str id);
bool pl_texts_has(const struct pl_texts *list, pl_str text);
/* Does @scope name the product @id, itself or by a group? */
bool pl_advisory_covers(const struct pl_advisory *a, const struct pl_advisory_scope *scope, pl_str id);
/* Append the product's full name: as said, or vendor, name and version. */
void pl_advisory_full_name(const struct pl_advisory_product *p, struct pl_buf *out);

/* A version of a document (CSAF 2.0 section 3.1.11): an integer, or a semantic version. */
struct pl_advisory_number {
	bool semantic;
	uint64_t major, minor, patch; /* an integer is its major */
	pl_str pre, build;
};
pl_status pl_advisory_number(pl_str text, struct pl_advisory_number *ret);
/* By precedence, builds left out: <0, 0, >0. */
int pl_advisory_number_cmp(const struct pl_advisory_number *a, const struct pl_advisory_number *b);

#endif
