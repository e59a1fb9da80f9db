/* SPDX-License-Identifier: Apache-2.0 */
/* register/advisory/draft: the tables of what a draft may say. */
#include "register/advisory/draft.h"
#include "register/advisory/shape.h"

#define DEPTH 12u
#define URL_MAX 2048u
#define CASE_MAX 64u
#define REQUIRED PL_SHAPE_REQUIRED

#define LINE(type, name, flags, field) {name, PL_SHAPE_LINE, flags, offsetof(type, field), NULL, NULL, 0, 0}
#define LONG_LINE(type, name, flags, field, max) {name, PL_SHAPE_LINE, flags, offsetof(type, field), NULL, NULL, max, 0}
#define TEXT(type, name, flags, field) {name, PL_SHAPE_TEXT, flags, offsetof(type, field), NULL, NULL, 0, 0}
#define LINES(type, name, flags, field) {name, PL_SHAPE_LINES, flags, offsetof(type, field), NULL, NULL, 0, 0}
#define TIME(type, name, flags, field) {name, PL_SHAPE_TIME, flags, offsetof(type, field), NULL, NULL, 0, 0}
#define WORD(type, name, flags, field, words) {name, PL_SHAPE_WORD, flags, offsetof(type, field), words, NULL, 0, 0}
#define LIST(type, name, flags, field, shape, max) \
	{name, PL_SHAPE_LIST, flags, offsetof(type, field), NULL, shape, max, 0}
#define OBJECT(type, name, flags, field, shape) {name, PL_SHAPE_OBJECT, flags, offsetof(type, field), NULL, shape, 0, 0}
#define END {NULL, PL_SHAPE_LINE, 0, 0, NULL, NULL, 0, 0}
#define SHAPE(type, members) {sizeof(type), members}

/* ---- what stands in several places ---- */

static const struct pl_shape_member note_members[] = {
	WORD(struct pl_advisory_note, "category", REQUIRED, category, pl_advisory_notes),
	LINE(struct pl_advisory_note, "title", 0, title),
	TEXT(struct pl_advisory_note, "text", REQUIRED, text),
	LINE(struct pl_advisory_note, "audience", 0, audience),
	END,
};
static const struct pl_shape note = SHAPE(struct pl_advisory_note, note_members);

static const struct pl_shape_member reference_members[] = {
	WORD(struct pl_advisory_reference, "category", REQUIRED, category, pl_advisory_references),
	LINE(struct pl_advisory_reference, "summary", REQUIRED, summary),
	LONG_LINE(struct pl_advisory_reference, "url", REQUIRED, url, URL_MAX),
	END,
};
static const struct pl_shape reference = SHAPE(struct pl_advisory_reference, reference_members);

static const struct pl_shape_member thanks_members[] = {
	LINES(struct pl_advisory_thanks, "names", 0, names),
	LINE(struct pl_advisory_thanks, "organization", 0, organization),
	LINE(struct pl_advisory_thanks, "summary", 0, summary),
	LINES(struct pl_advisory_thanks, "urls", 0, urls),
	END,
};
static const struct pl_shape thanks = SHAPE(struct pl_advisory_thanks, thanks_members);

/* ---- products ---- */

static const struct pl_shape_member hash_members[] = {
	LINE(struct pl_advisory_hash, "algorithm", REQUIRED, algorithm),
	LINE(struct pl_advisory_hash, "value", REQUIRED, value),
	END,
};
static const struct pl_shape hash = SHAPE(struct pl_advisory_hash, hash_members);

static const struct pl_shape_member file_members[] = {
	LINE(struct pl_advisory_file, "filename", REQUIRED, filename),
	LIST(struct pl_advisory_file, "file_hashes", REQUIRED, hashes, &hash, PL_ADVISORY_FEW_MAX),
	END,
};
static const struct pl_shape file = SHAPE(struct pl_advisory_file, file_members);

static const struct pl_shape_member helper_members[] = {
	LINE(struct pl_advisory_helper, "cpe", 0, cpe),
	LONG_LINE(struct pl_advisory_helper, "purl", 0, purl, URL_MAX),
	LIST(struct pl_advisory_helper, "hashes", 0, files, &file, PL_ADVISORY_FEW_MAX),
	LINES(struct pl_advisory_helper, "model_numbers", 0, models),
	LINES(struct pl_advisory_helper, "serial_numbers", 0, serials),
	LINES(struct pl_advisory_helper, "skus", 0, skus),
	LINES(struct pl_advisory_helper, "sbom_urls", 0, sboms),
	END,
};
static const struct pl_shape helper = SHAPE(struct pl_advisory_helper, helper_members);

static const struct pl_shape_member product_members[] = {
	LINE(struct pl_advisory_product, "id", REQUIRED, id),
	LINE(struct pl_advisory_product, "vendor", REQUIRED, vendor),
	LINE(struct pl_advisory_product, "name", REQUIRED, name),
	LINE(struct pl_advisory_product, "version", 0, version),
	LINE(struct pl_advisory_product, "range", 0, range),
	LINE(struct pl_advisory_product, "full_name", 0, full_name),
	OBJECT(struct pl_advisory_product, "helper", 0, helper, &helper),
	END,
};
static const struct pl_shape product = SHAPE(struct pl_advisory_product, product_members);

static const struct pl_shape_member relation_members[] = {
	LINE(struct pl_advisory_relation, "id", REQUIRED, id),
	LINE(struct pl_advisory_relation, "name", REQUIRED, name),
	WORD(struct pl_advisory_relation, "category", REQUIRED, category, pl_advisory_relations),
	LINE(struct pl_advisory_relation, "product", REQUIRED, product),
	LINE(struct pl_advisory_relation, "relates_to", REQUIRED, relates_to),
	OBJECT(struct pl_advisory_relation, "helper", 0, helper, &helper),
	END,
};
static const struct pl_shape relation = SHAPE(struct pl_advisory_relation, relation_members);

static const struct pl_shape_member group_members[] = {
	LINE(struct pl_advisory_group, "id", REQUIRED, id),
	LINES(struct pl_advisory_group, "products", REQUIRED, products),
	LINE(struct pl_advisory_group, "summary", 0, summary),
	END,
};
static const struct pl_shape group = SHAPE(struct pl_advisory_group, group_members);

/* ---- vulnerabilities ---- */

static const struct pl_shape_member id_members[] = {
	LINE(struct pl_advisory_id, "system_name", REQUIRED, system_name),
	LINE(struct pl_advisory_id, "text", REQUIRED, text),
	END,
};
static const struct pl_shape id = SHAPE(struct pl_advisory_id, id_members);

static const struct pl_shape_member status_members[] = {
	LINES(struct pl_vulnerability, "first_affected", 0, status[PL_PRODUCT_FIRST_AFFECTED]),
	LINES(struct pl_vulnerability, "first_fixed", 0, status[PL_PRODUCT_FIRST_FIXED]),
	LINES(struct pl_vulnerability, "fixed", 0, status[PL_PRODUCT_FIXED]),
	LINES(struct pl_vulnerability, "known_affected", 0, status[PL_PRODUCT_KNOWN_AFFECTED]),
	LINES(struct pl_vulnerability, "known_not_affected", 0, status[PL_PRODUCT_KNOWN_NOT_AFFECTED]),
	LINES(struct pl_vulnerability, "last_affected", 0, status[PL_PRODUCT_LAST_AFFECTED]),
	LINES(struct pl_vulnerability, "recommended", 0, status[PL_PRODUCT_RECOMMENDED]),
	LINES(struct pl_vulnerability, "under_investigation", 0, status[PL_PRODUCT_UNDER_INVESTIGATION]),
	END,
};
static const struct pl_shape status = SHAPE(struct pl_vulnerability, status_members);

static const struct pl_shape_member score_members[] = {
	LINE(struct pl_advisory_score, "vector", REQUIRED, vector),
	LINES(struct pl_advisory_score, "products", REQUIRED, products),
	END,
};
static const struct pl_shape score = SHAPE(struct pl_advisory_score, score_members);

static const struct pl_shape_member remedy_members[] = {
	WORD(struct pl_advisory_remedy, "category", REQUIRED, category, pl_advisory_remedies),
	TEXT(struct pl_advisory_remedy, "details", REQUIRED, details),
	TIME(struct pl_advisory_remedy, "date", 0, date),
	LONG_LINE(struct pl_advisory_remedy, "url", 0, url, URL_MAX),
	LINES(struct pl_advisory_remedy, "entitlements", 0, entitlements),
	{"restart_required", PL_SHAPE_WORD, 0, offsetof(struct pl_advisory_remedy, restart), pl_advisory_restarts, NULL, 0,
		offsetof(struct pl_advisory_remedy, has_restart)},
	LINE(struct pl_advisory_remedy, "restart_details", 0, restart_details),
	LINES(struct pl_advisory_remedy, "products", 0, scope.products),
	LINES(struct pl_advisory_remedy, "groups", 0, scope.groups),
	END,
};
static const struct pl_shape remedy = SHAPE(struct pl_advisory_remedy, remedy_members);

static const struct pl_shape_member flag_members[] = {
	WORD(struct pl_advisory_flag, "label", REQUIRED, label, pl_advisory_flags),
	TIME(struct pl_advisory_flag, "date", 0, date),
	LINES(struct pl_advisory_flag, "products", 0, scope.products),
	LINES(struct pl_advisory_flag, "groups", 0, scope.groups),
	END,
};
static const struct pl_shape flag = SHAPE(struct pl_advisory_flag, flag_members);

static const struct pl_shape_member threat_members[] = {
	WORD(struct pl_advisory_threat, "category", REQUIRED, category, pl_advisory_threats),
	TEXT(struct pl_advisory_threat, "details", REQUIRED, details),
	TIME(struct pl_advisory_threat, "date", 0, date),
	LINES(struct pl_advisory_threat, "products", 0, scope.products),
	LINES(struct pl_advisory_threat, "groups", 0, scope.groups),
	END,
};
static const struct pl_shape threat = SHAPE(struct pl_advisory_threat, threat_members);

static const struct pl_shape_member involvement_members[] = {
	WORD(struct pl_advisory_involvement, "party", REQUIRED, party, pl_advisory_parties),
	WORD(struct pl_advisory_involvement, "status", REQUIRED, status, pl_advisory_involvements),
	TIME(struct pl_advisory_involvement, "date", 0, date),
	TEXT(struct pl_advisory_involvement, "summary", 0, summary),
	END,
};
static const struct pl_shape involvement = SHAPE(struct pl_advisory_involvement, involvement_members);

static const struct pl_shape_member vulnerability_members[] = {
	LINE(struct pl_vulnerability, "cve", 0, cve),
	LIST(struct pl_vulnerability, "ids", 0, ids, &id, PL_ADVISORY_FEW_MAX),
	LINE(struct pl_vulnerability, "title", 0, title),
	LINE(struct pl_vulnerability, "cwe", 0, cwe),
	LINE(struct pl_vulnerability, "cwe_name", 0, cwe_name),
	TIME(struct pl_vulnerability, "discovery_date", 0, discovered),
	TIME(struct pl_vulnerability, "release_date", 0, released),
	{"product_status", PL_SHAPE_OBJECT, 0, 0, NULL, &status, 0, 0},
	LIST(struct pl_vulnerability, "scores", 0, scores, &score, PL_ADVISORY_FEW_MAX),
	LIST(struct pl_vulnerability, "remediations", 0, remedies, &remedy, PL_ADVISORY_FEW_MAX),
	LIST(struct pl_vulnerability, "flags", 0, flags, &flag, PL_ADVISORY_FLAGS_MAX),
	LIST(struct pl_vulnerability, "threats", 0, threats, &threat, PL_ADVISORY_FEW_MAX),
	LIST(struct pl_vulnerability, "involvements", 0, involvements, &involvement, PL_ADVISORY_FEW_MAX),
	LIST(struct pl_vulnerability, "notes", 0, notes, &note, PL_ADVISORY_FEW_MAX),
	LIST(struct pl_vulnerability, "references", 0, references, &reference, PL_ADVISORY_FEW_MAX),
	LIST(struct pl_vulnerability, "acknowledgments", 0, thanks, &thanks, PL_ADVISORY_FEW_MAX),
	END,
};
static const struct pl_shape vulnerability = SHAPE(struct pl_vulnerability, vulnerability_members);

/* ---- the whole ---- */

static const char *const drafts[] = {PL_ADVISORY_DRAFT, NULL};

static const struct pl_shape_member revision_members[] = {
	LINE(struct pl_advisory_revision, "number", REQUIRED, number),
	TIME(struct pl_advisory_revision, "date", REQUIRED, date),
	LINE(struct pl_advisory_revision, "summary", REQUIRED, summary),
	END,
};
static const struct pl_shape revision = SHAPE(struct pl_advisory_revision, revision_members);

static const struct pl_shape_member publisher_members[] = {
	WORD(struct pl_advisory, "category", REQUIRED, publisher.category, pl_advisory_publishers),
	LINE(struct pl_advisory, "name", REQUIRED, publisher.name),
	LONG_LINE(struct pl_advisory, "namespace", REQUIRED, publisher.namespace, URL_MAX),
	LINE(struct pl_advisory, "contact_details", 0, publisher.contact),
	LINE(struct pl_advisory, "issuing_authority", 0, publisher.authority),
	END,
};
static const struct pl_shape publisher = SHAPE(struct pl_advisory, publisher_members);

static const struct pl_shape_member cna_members[] = {
	LINE(struct pl_advisory, "org", REQUIRED, cna_org),
	LINE(struct pl_advisory, "short_name", 0, cna_name),
	END,
};
static const struct pl_shape cna = SHAPE(struct pl_advisory, cna_members);

struct whole {
	struct pl_advisory a; /* first, so that the offsets are its own */
	unsigned draft;
	pl_str from;
};

static const struct pl_shape_member members[] = {
	WORD(struct whole, "draft", REQUIRED, draft, drafts),
	WORD(struct whole, "category", REQUIRED, a.category, pl_advisory_categories),
	LONG_LINE(struct whole, "id", REQUIRED, a.id, 100),
	LINE(struct whole, "title", REQUIRED, a.title),
	LONG_LINE(struct whole, "lang", REQUIRED, a.lang, 35),
	LONG_LINE(struct whole, "source_lang", 0, a.source_lang, 35),
	WORD(struct whole, "tlp", REQUIRED, a.tlp, pl_advisory_tlps),
	TEXT(struct whole, "distribution", 0, a.distribution),
	WORD(struct whole, "status", REQUIRED, a.state, pl_advisory_states),
	TIME(struct whole, "embargo", 0, a.embargo),
	LONG_LINE(struct whole, "case", 0, from, CASE_MAX),
	LONG_LINE(struct whole, "site", REQUIRED, a.site, 255),
	LINE(struct whole, "severity", 0, a.severity),
	OBJECT(struct whole, "publisher", REQUIRED, a, &publisher),
	OBJECT(struct whole, "cna", 0, a, &cna),
	LINES(struct whole, "aliases", 0, a.aliases),
	LIST(struct whole, "revisions", REQUIRED, a.revisions, &revision, PL_ADVISORY_REVISIONS_MAX),
	LIST(struct whole, "notes", 0, a.notes, &note, PL_ADVISORY_FEW_MAX),
	LIST(struct whole, "references", 0, a.references, &reference, PL_ADVISORY_FEW_MAX),
	LIST(struct whole, "acknowledgments", 0, a.thanks, &thanks, PL_ADVISORY_FEW_MAX),
	LIST(struct whole, "products", 0, a.products, &product, PL_ADVISORY_PRODUCTS_MAX),
	LIST(struct whole, "relationships", 0, a.relations, &relation, PL_ADVISORY_RELATIONS_MAX),
	LIST(struct whole, "groups", 0, a.groups, &group, PL_ADVISORY_GROUPS_MAX),
	LIST(struct whole, "vulnerabilities", 0, a.vulnerabilities, &vulnerability, PL_ADVISORY_VULNERABILITIES_MAX),
	END,
};
static const struct pl_shape whole = SHAPE(struct whole, members);

/* "vulnerabilities/12" */
static pl_status read_case(struct whole *w, struct pl_diag *diag)
{
	pl_str number = w->from, name;

	if (!w->from.len)
		return PL_OK;
	if (!pl_str_take_until(&number, '/', &name) || !name.len || pl_str_to_u64(number, INT64_MAX, &w->a.from.number) || !w->a.from.number)
		return pl_diag_set(diag, PL_E_SYNTAX, "case: expected the register and the number of a case, like vulnerabilities/12");
	w->a.from.name = name;
	return PL_OK;
}

pl_status pl_advisory_draft_parse(pl_str text, struct pl_arena *arena, struct pl_advisory *ret, struct pl_diag *diag)
{
	struct pl_json *json PL_CLEANUP(pl_json_done) = NULL;
	struct pl_diag found = {0};
	struct whole w;
	pl_status st = pl_json_parse(text, PL_ADVISORY_DRAFT_MAX, DEPTH, &json, &found);

	if (st == PL_E_TOOBIG)
		return pl_diag_set(diag, st, "a draft has at most %zu bytes", PL_ADVISORY_DRAFT_MAX);
	if (st) {
		/* The reader of JSON repeats what it stumbled over. */
		pl_diag_at(diag, found.line, found.column);
		return pl_diag_set(diag, st, "the draft is no JSON, or has a member twice");
	}
	st = pl_shape_read(&whole, json, arena, &w, diag);
	if (!st)
		st = read_case(&w, diag);
	if (!st)
		*ret = w.a;
	return st;
}
