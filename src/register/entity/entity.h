/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/entity/entity: one version of what is stated of a legal entity, as it stands in entity/v1
 * (docs/statements/entity.md), and its sheet: the names that people read, a body (docs/formats/entity-sheet.md).
 *
 * What always holds:
 *  1. A version says everything anew; the one before stays in the log. It holds from the day `from` on, which never
 *     lies before that of the version before.
 *  2. Parents, assets and roles stand in one order and once, so that one version has one spelling.
 *  3. Times are seconds since 1970, the beginning of a day; 0 is "not stated".
 *
 * Pure: no I/O; callable from any thread. Text is borrowed.
 */
#ifndef PL_REGISTER_ENTITY_ENTITY_H
#define PL_REGISTER_ENTITY_ENTITY_H
#include "fact/statement.h"

enum pl_entity_role {
	PL_ENTITY_DATA_INFRASTRUCTURE, /* owns what data are kept on */
	PL_ENTITY_DEVELOPMENT,
	PL_ENTITY_HEADQUARTERS,
	PL_ENTITY_HOLDING,
	PL_ENTITY_NATIONAL_COMPANY,
	PL_ENTITY_SALES,
	PL_ENTITY_SUPPORT,
	PL_ENTITY_ROLES
};
#define PL_ENTITY_BIT(role) (1u << (unsigned)(role))
/* Words as they stand in statements and tables, ascending; ends with NULL. */
extern const char *const pl_entity_roles[PL_ENTITY_ROLES + 1];

enum pl_entity_asset_kind { PL_ASSET_CONTRACT, PL_ASSET_DATA_CENTRE, PL_ASSET_SITE, PL_ASSET_KINDS };
extern const char *const pl_entity_asset_kinds[PL_ASSET_KINDS + 1];

#define PL_ENTITY_PARENTS_MAX 8u
#define PL_ENTITY_ASSETS_MAX 32u
#define PL_ENTITY_SHARES 10000u /* hundredths of a per cent: the whole */

struct pl_entity_parent {
	pl_str entity;
	uint64_t share; /* 1..PL_ENTITY_SHARES */
	uint64_t since; /* a day */
};

struct pl_entity_asset {
	enum pl_entity_asset_kind kind;
	pl_str name; /* a TOKEN */
};

struct pl_entity {
	pl_str id; /* a TOKEN */
	uint64_t version, from;
	bool ended;        /* it is no more from that day on */
	unsigned roles;    /* PL_ENTITY_BIT of each */
	pl_str country;    /* ISO 3166-1, "DE": whose law it stands under */
	pl_str lei;        /* may be empty */
	bool approves;     /* it approves releases */
	uint64_t own_books; /* the year from which it keeps books of its own; 0: it does not */
	size_t n_parents, n_assets;
	struct pl_entity_parent parents[PL_ENTITY_PARENTS_MAX]; /* ascending by entity */
	struct pl_entity_asset assets[PL_ENTITY_ASSETS_MAX];    /* ascending by kind and name */
	struct pl_body sheet;

	/* What the log says; not part of it. */
	uint64_t index; /* of its entry */
	struct pl_digest pae;
};

/* Does it fit together: LEI, country, shares up to the whole, order? PL_E_RANGE with words. */
pl_status pl_entity_check(const struct pl_entity *e, struct pl_diag *diag);
/* The same from the same day on, but for version, day and what the log says? */
bool pl_entity_same(const struct pl_entity *a, const struct pl_entity *b);
/* Read the predicate of an entity/v1 that has the shape of its table. PL_E_RANGE: too many parents or assets. */
pl_status pl_entity_from_json(const struct pl_json *predicate, struct pl_entity *ret);
/* Set the members of an entity/v1 in @predicate. */
void pl_entity_to_json(const struct pl_entity *e, struct pl_json *predicate);

/* Seconds to "2026-07-01T00:00:00Z" as member @name; 0 sets nothing. And back; 0 if it is not there. */
void pl_entity_set_day(struct pl_json *object, const char *name, uint64_t day);
uint64_t pl_entity_day(const struct pl_json *object, const char *name);

/* ---- the sheet ---- */

#define PL_SHEET_NAMES_MAX 8u
#define PL_SHEET_TEXT_MAX 256u /* bytes of one name */
#define PL_SHEET_MAX ((size_t)16 << 10)
#define PL_SHEET_MEDIA "application/json"

enum pl_sheet_name_kind { PL_SHEET_FORMER, PL_SHEET_LOCAL, PL_SHEET_TRADING, PL_SHEET_TRANSLITERATED, PL_SHEET_KINDS };
extern const char *const pl_sheet_kinds[PL_SHEET_KINDS + 1];

struct pl_sheet_name {
	enum pl_sheet_name_kind kind;
	pl_str name;
};

struct pl_sheet {
	pl_str legal_name;
	pl_str authority, number; /* where it is registered, and under what; may be empty */
	size_t n_names, n_banks;
	struct pl_sheet_name names[PL_SHEET_NAMES_MAX];
	pl_str banks[PL_SHEET_NAMES_MAX]; /* house banks, by name and no more */
};

/* Append its one spelling (RFC 8785). PL_E_SYNTAX for text that is empty, too long, not UTF-8 or holds control
 * characters. */
pl_status pl_sheet_write(const struct pl_sheet *s, struct pl_buf *out);
/* Read a sheet; text lives in @arena. PL_E_SYNTAX, PL_E_RANGE. */
pl_status pl_sheet_parse(pl_str text, struct pl_arena *arena, struct pl_sheet *ret);

#endif
