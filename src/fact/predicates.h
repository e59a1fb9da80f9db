/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fact/predicates: the vocabulary. One table row per predicate type: its shape, who may sign it, which approvals it
 * needs, and what the projector does with it.
 *
 * fact brings its own rows (inception, key, key-end, body, withheld, log-resume, time-accept, log-rotation); the rooms
 * above register theirs by handing pl_instance_open a list of `struct pl_fact_room`. fact never names them.
 *
 * What always holds:
 *  1. A predicate of ours is described by a table of fields; members that the table does not name are refused, so no
 *     free text can slip into the log. Text that people write is a body.
 *  2. The same table decides at the signer, at the sequencer and at the projector.
 *
 * Pure: no I/O; tables live for ever; callable from any thread.
 */
#ifndef PL_FACT_PREDICATES_H
#define PL_FACT_PREDICATES_H
#include "fact/statement.h"
#include "store/migrate.h"

/* Whose key it is. The word is what stands in key/v1 and in the tables of the database. */
enum pl_role {
	PL_ROLE_ROOT,      /* "root": named in the trust file, kept offline; introduces and ends keys */
	PL_ROLE_SERVICE,   /* "service": the signer process's own key for everyday statements */
	PL_ROLE_OFFICER,   /* "officer": a person who approves */
	PL_ROLE_BUILDER,   /* "builder": a build site */
	PL_ROLE_REBUILDER, /* "rebuilder": an independent site that builds again */
	PL_ROLE_REVIEWER,  /* "reviewer": somebody from outside who looks */
	PL_ROLE_ENTITY,    /* "entity": a legal entity of the operator, for itself and for no other one */
	PL_ROLE_COUNT
};
#define PL_ROLE_BIT(role) (1u << (unsigned)(role))

/* Never NULL. */
const char *pl_role_word(enum pl_role role);
/* PL_E_SYNTAX for any other word. */
pl_status pl_role_parse(pl_str word, enum pl_role *ret);

enum pl_approval {
	PL_APPROVAL_NONE,     /* the signature of one entitled key is enough */
	PL_APPROVAL_OFFICERS, /* and those of k distinct officers, k as the inception statement says */
	PL_APPROVAL_ROOTS,    /* the root threshold of the trust file; nothing else counts */
};

enum pl_field_type {
	PL_FIELD_ULID,
	PL_FIELD_TIME,       /* RFC 3339, whole seconds, Z */
	PL_FIELD_U64,        /* .min to .max, at most 2^53 - 1 */
	PL_FIELD_BOOL,
	PL_FIELD_ENUM,       /* one of .words */
	PL_FIELD_DIGEST,     /* "sha256:<hex>" */
	PL_FIELD_COMMIT,     /* a git object name: 40 or 64 hex digits */
	PL_FIELD_TOKEN,      /* an identifier: [a-z0-9][a-z0-9._+-]{0,63} */
	PL_FIELD_NAME,       /* 1..256 bytes of 0x21..0x7e: a file name, a version, a URI; no spaces, so no sentences */
	PL_FIELD_SPKI,       /* base64 of a DER SubjectPublicKeyInfo of a key that we can use */
	PL_FIELD_PREDICATE,  /* a predicate type URI (a NAME that contains a ':') */
	PL_FIELD_BODY,       /* {"digest","mediaType","size"} */
	PL_FIELD_OBJECT,     /* .fields */
};

#define PL_FIELD_OPTIONAL 1u /* may be missing */
#define PL_FIELD_LIST 2u     /* an array of 0..max_items of it (64 if max_items is 0) */
#define PL_FIELD_SORTED 4u   /* the list is strictly ascending in byte order, hence without doubles */

struct pl_field {
	const char *name; /* NULL ends a table */
	enum pl_field_type type;
	unsigned flags;
	uint64_t min, max;             /* U64; max 0 means 2^53 - 1 */
	const char *const *words;      /* ENUM: ends with NULL */
	const struct pl_field *fields; /* OBJECT */
	uint32_t max_items;            /* LIST */
};

struct pl_projection;   /* fact/projector.h */
struct pl_signing_rule; /* fact/signing.h */

struct pl_predicate {
	const char *type;  /* "urn:pellucid:key/v1" */
	const char *title; /* for people, a few words: "Key introduced" */
	/* The members of the predicate beside "id"; NULL for a standard predicate. */
	const struct pl_field *fields;
	/* What the table cannot say (may be NULL): relations between members, number and digest of subjects.
	 * PL_E_SYNTAX or PL_E_RANGE with words. */
	pl_status (*check)(const struct pl_statement *s, struct pl_diag *diag);
	unsigned signers; /* PL_ROLE_BIT of every role whose signature carries it; ignored with PL_APPROVAL_ROOTS */
	enum pl_approval approval;
	/* Write it into the public tables (may be NULL: it stands in the table of statements and nowhere else). Decide first,
	 * write afterwards: PL_E_STATE, PL_E_EXISTS, PL_E_NOTFOUND, PL_E_RANGE or PL_E_CONFLICT with words in @diag before
	 * the first write make it a counted "refused" row; any other failure is a failure of the database and is
	 * tried again. */
	pl_status (*apply)(struct pl_projection *p, const struct pl_statement *s, struct pl_diag *diag);
	/* The member that names whose statement it is (may be NULL): only a key whose holder bears that name carries it, so that
	 * nobody signs in another one's place. */
	const char *holder;
};

/* A public table that is a function of log and public bodies, so that it can be derived anew and compared. */
struct pl_public_table {
	const char *name; /* "product" */
	/* A statement without parameters, marked "(scan)", that answers every row ordered by a unique key. */
	const struct pl_sql *dump;
	/* One letter a column: u number, t text, b bytes; NULLs are fine. */
	const char *columns;
};

/* What one room brings. */
struct pl_fact_room {
	const char *name; /* "release" */
	const struct pl_predicate *predicates;
	size_t n_predicates;
	const struct pl_public_table *tables;
	size_t n_tables;
	const struct pl_migrations *migrations; /* made by tools/sqlgen.py; NULL if the room has no tables */
	const struct pl_signing_rule *rules;    /* who may have its types signed (fact/signing.h) */
	size_t n_rules;
	const struct pl_sql *const *names;      /* each gives a row if one of the room's names the blob ?1 (pl_fact_blob_named) */
	size_t n_names;
};

/* fact's own. */
extern const struct pl_fact_room pl_fact_own;

/* All rooms of a program; room[0] is always pl_fact_own. Borrowed tables; copy freely. */
#define PL_VOCABULARY_ROOMS_MAX 16u
struct pl_vocabulary {
	const struct pl_fact_room *rooms[PL_VOCABULARY_ROOMS_MAX];
	size_t n_rooms;
};

/* Start with pl_fact_own and add @rooms. Two rows for one type are our own mistake (assert). */
void pl_vocabulary_init(struct pl_vocabulary *v, const struct pl_fact_room *const *rooms, size_t n_rooms);
/* The row of @type, or NULL. */
const struct pl_predicate *pl_vocabulary_find(const struct pl_vocabulary *v, pl_str type);

#define PL_ROLE_TYPES_MAX 128u
/* The types that a key of @role may sign (officers: approve) in byte order; how many comes back. */
size_t pl_vocabulary_types(const struct pl_vocabulary *v, enum pl_role role, const char *ret[static PL_ROLE_TYPES_MAX]);

/* Is @s a TOKEN? */
bool pl_predicate_token_ok(pl_str s);
/* Does the payload of @s have the shape of @row? PL_E_SYNTAX or PL_E_RANGE; words name the member. */
pl_status pl_predicate_check(const struct pl_predicate *row, const struct pl_statement *s, struct pl_diag *diag);
/* Call @found for every body that the fields of @row name in @s, in the order of the table. Stops at a failure. */
pl_status pl_predicate_bodies(const struct pl_predicate *row, const struct pl_statement *s,
	pl_status (*found)(void *ctx, const struct pl_body *body), void *ctx);

/* The types of fact itself. */
#define PL_TYPE_INCEPTION "urn:pellucid:inception/v1"
#define PL_TYPE_KEY "urn:pellucid:key/v1"
#define PL_TYPE_KEY_END "urn:pellucid:key-end/v1"
#define PL_TYPE_BODY "urn:pellucid:body/v1"
#define PL_TYPE_WITHHELD "urn:pellucid:withheld/v1"
#define PL_TYPE_LOG_RESUME "urn:pellucid:log-resume/v1"
#define PL_TYPE_TIME_ACCEPT "urn:pellucid:time-accept/v1"
#define PL_TYPE_LOG_ROTATION "urn:pellucid:log-rotation/v1"
/* Those of the release room, for its own tables (documented in docs/statements/). */
#define PL_TYPE_PRODUCT "urn:pellucid:product/v1"
#define PL_TYPE_SOURCE_SNAPSHOT "urn:pellucid:source-snapshot/v1"
#define PL_TYPE_RECIPE "urn:pellucid:recipe/v1"
#define PL_TYPE_REBUILD_VERDICT "urn:pellucid:rebuild-verdict/v1"
#define PL_TYPE_RELEASE "urn:pellucid:release/v1"
#define PL_TYPE_PRODUCT_HEAD "urn:pellucid:product-head/v1"
#define PL_TYPE_SLSA_PROVENANCE "https://slsa.dev/provenance/v1"
/* Those of the register room. A promise is signed and handed to a sender; it is not logged. */
#define PL_TYPE_REGISTER "urn:pellucid:register/v1"
#define PL_TYPE_REGISTER_HEAD "urn:pellucid:register-head/v1"
#define PL_TYPE_REGISTER_REPORT "urn:pellucid:register-report/v1"
#define PL_TYPE_REGISTER_PROMISE "urn:pellucid:register-promise/v1"
#define PL_TYPE_REGISTER_SAMPLE "urn:pellucid:register-sample/v1"
#define PL_TYPE_REGISTER_WORDS "urn:pellucid:register-words/v1"
#define PL_TYPE_CLAIM "urn:pellucid:claim/v1"
#define PL_TYPE_CLAIM_STATUS "urn:pellucid:claim-status/v1"
/* Those about legal entities. */
#define PL_TYPE_ENTITY "urn:pellucid:entity/v1"
#define PL_TYPE_ENTITY_DUTY "urn:pellucid:entity-duty/v1"
#define PL_TYPE_ENTITY_ATTESTATION "urn:pellucid:entity-attestation/v1"
/* Those about audits. */
#define PL_TYPE_AUDIT "urn:pellucid:audit/v1"
#define PL_TYPE_AUDIT_END "urn:pellucid:audit-end/v1"
/* What a person or an authority is given: signed, and logged only where it must be shown that it was given. */
#define PL_TYPE_ANSWER "urn:pellucid:answer/v1"
#define PL_TYPE_ADVISORY "urn:pellucid:advisory/v1"
#define PL_TYPE_ADVISORY_PROVIDER "urn:pellucid:advisory-provider/v1"
/* Those about rewards and disclosure. */
#define PL_TYPE_REWARD_MATRIX "urn:pellucid:reward-matrix/v1"
#define PL_TYPE_DISCLOSURE_POLICY "urn:pellucid:disclosure-policy/v1"

#endif
