/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/person/holdings: the one table of functions through which stores answer for a person: what they hold at all, whether they
 * hold something of this person, a copy, a correction, an erasure.
 *
 * A store is a row of struct pl_holdings. This room declares the row and brings three kinds (cases, accounts, and what the file of outside
 * stores names); rooms above bring theirs and hand the list in. "We do not hold this" is an answer of the list: every store was asked.
 *
 * What always holds:
 *  1. All stores of a list are asked, or the whole answer fails: there is no answer that silently lacks a store.
 *  2. A store says what it keeps after an erasure, with a reason and an end, and when the last backup that holds the rest expires.
 *  3. Values are text of one spelling for each type; what becomes of them (JSON, CSV) is not the store's business.
 */
#ifndef PL_REGISTER_PERSON_HOLDINGS_H
#define PL_REGISTER_PERSON_HOLDINGS_H
#include "base/base.h"
#include "base/json.h"

#define PL_HOLDINGS_MAX 64u          /* stores in a list */
#define PL_HOLDINGS_COLUMNS_MAX 128u
#define PL_HOLDINGS_VALUE_MAX ((size_t)1 << 20)
#define PL_PERSON_IDS_MAX 16u
#define PL_PERSON_VALUE_MAX 320u

/* ---- who asks ---- */

enum pl_person_id_type {
	PL_PERSON_EMAIL,   /* lower case is made of it for comparing */
	PL_PERSON_ACCOUNT, /* the name of an account */
	PL_PERSON_PRODUCT, /* the key of an installed product, as crypto/key writes it */
	PL_PERSON_CASE,    /* the secret of a case, as its receipt shows it */
	PL_PERSON_ID_TYPES
};
const char *pl_person_id_word(enum pl_person_id_type type);

struct pl_person_id {
	enum pl_person_id_type type;
	pl_str value;
};

/* Identities of one person, each of them proved to whoever takes requests in. */
struct pl_person {
	size_t n;
	struct pl_person_id id[PL_PERSON_IDS_MAX];
};

/* Read "email=somebody@example.org" and the like. Borrows. PL_E_SYNTAX, PL_E_RANGE with words. */
pl_status pl_person_id_parse(pl_str text, struct pl_person_id *ret, struct pl_diag *diag);
/* Append the spelling by which identities are compared: e-mail addresses and account names in lower case. */
void pl_person_id_fold(const struct pl_person_id *id, struct pl_buf *out);

/* ---- what a store says ---- */

/* A class of data in a store: what it is, where it lies, who answers for it, how long it stays. */
struct pl_holding {
	pl_str name;      /* a token */
	pl_str fields;    /* names, separated by commas */
	pl_str place;     /* a token: the data centre or the country */
	pl_str entity;    /* a token: the legal entity */
	uint64_t months;  /* retention; 0: as long as the reason for it lasts */
};
typedef pl_status (*pl_holding_fn)(void *ctx, const struct pl_holding *h);

enum pl_holding_type { PL_HOLDING_TEXT, PL_HOLDING_U64, PL_HOLDING_BOOL, PL_HOLDING_TIME };
const char *pl_holding_type_word(enum pl_holding_type type);
pl_status pl_holding_type_parse(pl_str word, enum pl_holding_type *ret);
/* UTF-8; decimal up to 2^63-1; true or false; RFC 3339 in UTC and whole seconds. PL_E_SYNTAX. */
pl_status pl_holding_value_check(enum pl_holding_type type, pl_str text);

struct pl_holding_column {
	pl_str name; /* a token */
	enum pl_holding_type type;
};
struct pl_holding_table {
	pl_str name; /* a token */
	size_t n;
	struct pl_holding_column columns[PL_HOLDINGS_COLUMNS_MAX];
};
struct pl_holding_value {
	bool present;
	pl_str text;
};
/* Where a copy goes: a table, then its rows, then the next table; everything is borrowed for the call. */
struct pl_holdings_sink {
	void *ctx;
	pl_status (*table)(void *ctx, const struct pl_holding_table *t);
	pl_status (*row)(void *ctx, const struct pl_holding_value *values);
};

/* Does the store hold something of the person? Rows of a class. */
struct pl_holdings_found {
	pl_str name;   /* of the class */
	uint64_t rows;
	pl_str names;  /* which ones, for the desk: "persons/12", an account's ULID; may be empty */
};
typedef pl_status (*pl_holdings_found_fn)(void *ctx, const struct pl_holdings_found *f);

/* What an erasure did to a class. */
struct pl_holdings_erased {
	pl_str name;           /* of the class */
	uint64_t rows;         /* destroyed */
	const pl_str *keys;    /* names of the keys that were destroyed: "vault/12" */
	size_t n_keys;
	uint64_t kept;         /* rows that stay */
	pl_str reason;         /* a token, why they do; empty when .kept is 0 */
	uint64_t until;        /* seconds; 0: for good */
	uint64_t backups;      /* seconds: when the last backup with what was destroyed expires; 0: there was none */
	/* The leaf that says so in a register, if there is one. */
	bool has_leaf;
	pl_str reg;
	uint64_t number;
	bool pending;          /* a key could not be destroyed now: who keeps the rhythm goes on with it */
};
typedef pl_status (*pl_holdings_erased_fn)(void *ctx, const struct pl_holdings_erased *e);

/* Set one field of one row, as the export named them. */
struct pl_holdings_correction {
	pl_str table, row, column, value; /* row: the value of the table's first column */
};

/* What a person objects to: that data about him are used for a purpose. */
struct pl_holdings_objection {
	pl_str purpose; /* a token of the operator's: "advertising" */
	bool ends;      /* it is taken back: they may be used for it again */
};
enum pl_holdings_outcome {
	PL_HOLDINGS_NOT_USED, /* they are used for no such thing here */
	PL_HOLDINGS_STOPPED,  /* they are no longer; where the objection ends: they may be again */
	PL_HOLDINGS_GOES_ON,  /* they go on being used, with a reason */
	PL_HOLDINGS_OUTCOMES
};
/* "not-used", "stopped", "goes-on". */
const char *pl_holdings_outcome_word(enum pl_holdings_outcome o);
struct pl_holdings_objected {
	enum pl_holdings_outcome outcome;
	const char *reason; /* one of pl_holdings_reasons, of what goes on; else NULL */
};

/* ---- a store ---- */

struct pl_holdings {
	pl_str name; /* a token, of one store in a list */
	void *ctx;
	/* All classes, whether there is anything of anybody in them or not. */
	pl_status (*describe)(void *ctx, pl_holding_fn fn, void *fn_ctx, struct pl_diag *diag);
	/* One call of @fn for each class with something in it. */
	pl_status (*find)(void *ctx, const struct pl_person *who, pl_holdings_found_fn fn, void *fn_ctx, struct pl_diag *diag);
	pl_status (*copy)(void *ctx, const struct pl_person *who, const struct pl_holdings_sink *sink, struct pl_diag *diag);
	/* PL_E_UNSUPPORTED: not a thing that can be corrected here; PL_E_NOTFOUND: no such row of this person. NULL: nothing can. */
	pl_status (*correct)(void *ctx, const struct pl_person *who, const struct pl_holdings_correction *c, struct pl_diag *diag);
	pl_status (*erase)(void *ctx, const struct pl_person *who, pl_holdings_erased_fn fn, void *fn_ctx, struct pl_diag *diag);
	/* NULL: what is held here is used for nothing that one could object to. */
	pl_status (*object)(void *ctx, const struct pl_person *who, const struct pl_holdings_objection *o, struct pl_holdings_objected *ret,
		struct pl_diag *diag);
	/* It answers later (pl_opendsr): copy and erase are only begun. */
	bool later;
};

struct pl_holdings_list {
	const struct pl_holdings *const *stores;
	size_t n;
};

/* The store of that name, or NULL. */
const struct pl_holdings *pl_holdings_find(const struct pl_holdings_list *list, pl_str name);

/* The reasons for which something is kept after an erasure; NULL after the last. */
extern const char *const pl_holdings_reasons[];
bool pl_holdings_reason_ok(pl_str reason);
/* The one of the list that is spelled so, or NULL. */
const char *pl_holdings_reason(pl_str reason);

/* What is held, and what of it of @who (NULL: of nobody in particular), as one object:
 *	{"stores":[{"store","classes":[{"class","fields","place","entity","months","rows"}]}]} */
pl_status pl_holdings_where(const struct pl_holdings_list *list, const struct pl_person *who, struct pl_json **ret,
	struct pl_diag *diag);
/* Tell every store of an objection of @who, and how each took it, as one object:
 *	{"purpose","ends","stores":[{"store","outcome","reason"}]}
 * A store that answers later is not told: requests to processors know no objection; its outcome is "not-told". What stores were told before
 * another one failed stays so: tell them again. */
pl_status pl_holdings_object(const struct pl_holdings_list *list, const struct pl_person *who, const struct pl_holdings_objection *o,
	struct pl_json **ret, struct pl_diag *diag);

#endif
