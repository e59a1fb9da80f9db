/* SPDX-License-Identifier: Apache-2.0 */
#include "register/audit/audit.h"
#include "fact/member.h"
#include "register/claim.h"
#include "register/entity/entity.h"

#define DAY UINT64_C(86400)

const char *const pl_audit_kinds[PL_AUDIT_KINDS + 1] = {"certification", "surveillance", "test", "type-1", "type-2", NULL};
const char *const pl_audit_things[PL_AUDIT_THINGS + 1] = {"control", "product", "system", NULL};
const char *const pl_audit_states[PL_AUDIT_STATES + 1] = {"expired", "reinstated", "suspended", "withdrawn", NULL};
const char *const pl_audit_reasons[PL_AUDIT_REASONS + 1] = {
	"accreditation-lost", "auditor-decision", "corrected", "holder-request", "non-conformity", "replaced", "scope-ended",
	"stated-in-error", NULL,
};

/* ---- when ---- */

bool pl_audit_span(const struct pl_audit *a, uint64_t *ret_from, uint64_t *ret_to)
{
	if (a->valid_from) {
		*ret_from = a->valid_from;
		*ret_to = a->valid_to + DAY;
		return true;
	}
	/* Whoever looks again adds nothing to the time of the certificate. */
	if (a->from && a->kind != PL_AUDIT_SURVEILLANCE) {
		*ret_from = a->from;
		*ret_to = a->to + DAY;
		return true;
	}
	*ret_from = *ret_to = a->as_of ? a->as_of : a->to;
	return false;
}

uint64_t pl_audit_start(const struct pl_audit *a)
{
	uint64_t from, to;

	(void)pl_audit_span(a, &from, &to);
	return from;
}

/* ---- does it fit together ---- */

int pl_audit_cover_cmp(const struct pl_audit_cover *a, const struct pl_audit_cover *b)
{
	return a->kind != b->kind ? (int)a->kind - (int)b->kind : pl_str_cmp(a->name, b->name);
}

static pl_status check_pair(uint64_t from, uint64_t to, const char *what, struct pl_diag *diag)
{
	if (!from != !to)
		return pl_diag_set(diag, PL_E_RANGE, "%s: expected both days or none", what);
	if (from % DAY || to % DAY || from > to)
		return pl_diag_set(diag, PL_E_RANGE, "%s: expected whole days, the last one not before the first", what);
	return PL_OK;
}

static pl_status check_kind(const struct pl_audit *a, struct pl_diag *diag)
{
	bool point = a->as_of != 0, period = a->from != 0, valid = a->valid_from != 0;

	switch (a->kind) {
	case PL_AUDIT_TYPE_1:
	case PL_AUDIT_TEST:
		if (!point || period || valid)
			return pl_diag_set(diag, PL_E_RANGE, "a %s speaks of one day: expected asOf, neither a period nor a validity",
				pl_audit_kinds[a->kind]);
		return PL_OK;
	case PL_AUDIT_TYPE_2:
		if (point || !period || valid)
			return pl_diag_set(diag, PL_E_RANGE, "a type-2 speaks of a period: expected from and to, neither asOf nor a validity");
		return PL_OK;
	case PL_AUDIT_CERTIFICATION:
		if (point || !valid)
			return pl_diag_set(diag, PL_E_RANGE, "a certification has a validity: expected validFrom and validTo, and no asOf");
		return PL_OK;
	case PL_AUDIT_SURVEILLANCE:
		if (valid || point == period || !a->supersedes.len)
			return pl_diag_set(diag, PL_E_RANGE,
				"a surveillance names the audit that it follows, and either asOf or a period; the validity is the certificate's");
		return PL_OK;
	case PL_AUDIT_KINDS:
		break;
	}
	return PL_E_RANGE;
}

pl_status pl_audit_check(const struct pl_audit *a, struct pl_diag *diag)
{
	pl_status st = check_pair(a->from, a->to, "the period", diag);

	if (!st)
		st = check_pair(a->valid_from, a->valid_to, "the validity", diag);
	if (!st && a->as_of % DAY)
		st = pl_diag_set(diag, PL_E_RANGE, "asOf: expected a whole day");
	if (!st)
		st = check_kind(a, diag);
	if (!st && !a->auditor_entity.len == !a->auditor.media_type.len)
		st = pl_diag_set(diag, PL_E_RANGE, "expected one auditor: an entity or a name");
	if (!st && !a->n_covers)
		st = pl_diag_set(diag, PL_E_RANGE, "an audit covers something: expected a product, a system or a control");
	for (size_t i = 1; i < a->n_covers && !st; i++)
		if (pl_audit_cover_cmp(&a->covers[i - 1], &a->covers[i]) >= 0)
			st = pl_diag_set(diag, PL_E_RANGE, "what is covered stands in ascending order, each once");
	if (!st && pl_str_eq(a->supersedes, a->id))
		st = pl_diag_set(diag, PL_E_RANGE, "an audit does not supersede itself");
	return st;
}

static pl_status check_order(const struct pl_audit_end *before, const struct pl_audit_end *next, struct pl_diag *diag)
{
	bool suspended = before && before->state == PL_AUDIT_SUSPENDED;

	if (before && (before->state == PL_AUDIT_WITHDRAWN || before->state == PL_AUDIT_EXPIRED))
		return pl_diag_set(diag, PL_E_STATE, "it is %s: nothing follows", pl_audit_states[before->state]);
	if (next->state == PL_AUDIT_REINSTATED && !suspended)
		return pl_diag_set(diag, PL_E_STATE, "only what is suspended is reinstated");
	if (next->state == PL_AUDIT_SUSPENDED && suspended)
		return pl_diag_set(diag, PL_E_STATE, "it is suspended already");
	if (before && next->from < before->from)
		return pl_diag_set(diag, PL_E_RANGE, "it would hold from an earlier day than what was stated before");
	return PL_OK;
}

pl_status pl_audit_end_check(const struct pl_audit *a, const struct pl_audit_end *before, const struct pl_audit_end *next,
	struct pl_diag *diag)
{
	uint64_t from, to;
	bool span = pl_audit_span(a, &from, &to);
	pl_status st = next->from % DAY ? pl_diag_set(diag, PL_E_RANGE, "it holds from the beginning of a day") : PL_OK;

	if (!st)
		st = check_order(before, next, diag);
	/* What was stated in error, or withdrawn afterwards, is so whenever it is found. */
	if (!st && !span && next->state != PL_AUDIT_WITHDRAWN)
		st = pl_diag_set(diag, PL_E_RANGE, "it speaks of one day: it can be withdrawn and nothing else");
	if (!st && span && next->state != PL_AUDIT_WITHDRAWN && (next->from < from || next->from >= to))
		st = pl_diag_set(diag, PL_E_RANGE, "that day lies outside of the time for which it speaks");
	return st;
}

/* ---- the same, and what differs ---- */

static bool same_body(const struct pl_body *a, const struct pl_body *b)
{
	return a->size == b->size && pl_digest_eq(&a->digest, &b->digest) && pl_str_eq(a->media_type, b->media_type);
}

bool pl_audit_same(const struct pl_audit *a, const struct pl_audit *b)
{
	if (!pl_str_eq(a->id, b->id) || !pl_str_eq(a->standard, b->standard) || !pl_str_eq(a->edition, b->edition) ||
		a->kind != b->kind || !pl_str_eq(a->auditor_entity, b->auditor_entity) || !same_body(&a->auditor, &b->auditor) ||
		!same_body(&a->scope, &b->scope) || a->n_covers != b->n_covers || a->as_of != b->as_of || a->from != b->from ||
		a->to != b->to || a->valid_from != b->valid_from || a->valid_to != b->valid_to ||
		!pl_str_eq(a->supersedes, b->supersedes) || a->has_report != b->has_report ||
		!same_body(&a->report, &b->report))
		return false;
	for (size_t i = 0; i < a->n_covers; i++)
		if (pl_audit_cover_cmp(&a->covers[i], &b->covers[i]))
			return false;
	return true;
}

pl_status pl_audit_compare(const struct pl_audit *before, const struct pl_audit *after, struct pl_arena *arena,
	struct pl_audit_diff *ret)
{
	struct pl_audit_diff d = {0};
	size_t i = 0, k = 0;

	d.added = pl_arena_alloc(arena, after->n_covers + 1, sizeof *d.added);
	d.removed = pl_arena_alloc(arena, before->n_covers + 1, sizeof *d.removed);
	if (!d.added || !d.removed)
		return PL_E_NOMEM;
	while (i < before->n_covers || k < after->n_covers) {
		int order = i == before->n_covers ? 1 : k == after->n_covers ? -1 :
								   pl_audit_cover_cmp(&before->covers[i], &after->covers[k]);

		if (order < 0)
			d.removed[d.n_removed++] = before->covers[i];
		else if (order > 0)
			d.added[d.n_added++] = after->covers[k];
		else
			d.n_kept++;
		i += order <= 0;
		k += order >= 0;
	}
	*ret = d;
	return PL_OK;
}

/* ---- members ---- */

static unsigned word_of(const struct pl_json *object, const char *name, const char *const *words)
{
	unsigned word;

	return pl_claim_word(pl_member_text(object, name), words, &word) == PL_OK ? word : 0;
}

static pl_status read_covers(const struct pl_json *list, struct pl_arena *arena, struct pl_audit *a)
{
	size_t n = pl_json_count(list);
	struct pl_audit_cover *covers = pl_arena_alloc(arena, n + 1, sizeof *covers);

	if (n > PL_AUDIT_COVERS_MAX)
		return PL_E_RANGE;
	if (!covers)
		return PL_E_NOMEM;
	for (size_t i = 0; i < n; i++) {
		const struct pl_json *o = pl_json_at(list, i);

		covers[i] = (struct pl_audit_cover){(enum pl_audit_thing)word_of(o, "kind", pl_audit_things), pl_member_text(o, "name")};
	}
	a->covers = covers;
	a->n_covers = n;
	return PL_OK;
}

pl_status pl_audit_from_json(const struct pl_json *p, struct pl_arena *arena, struct pl_audit *ret)
{
	struct pl_audit a = {.id = pl_member_text(p, "audit"), .standard = pl_member_text(p, "standard"),
		.edition = pl_member_text(p, "edition"), .kind = (enum pl_audit_kind)word_of(p, "kind", pl_audit_kinds),
		.auditor_entity = pl_member_text(p, "auditorEntity"), .as_of = pl_entity_day(p, "asOf"),
		.from = pl_entity_day(p, "from"), .to = pl_entity_day(p, "to"), .valid_from = pl_entity_day(p, "validFrom"),
		.valid_to = pl_entity_day(p, "validTo"), .supersedes = pl_member_text(p, "supersedes")};
	const struct pl_json *report = pl_json_get(p, "report");
	pl_status st = read_covers(pl_json_get(p, "covers"), arena, &a);

	if (!st && !pl_member_body(p, "scope", &a.scope))
		st = PL_E_SYNTAX;
	if (!st && pl_json_get(p, "auditor") && !pl_member_body(p, "auditor", &a.auditor))
		st = PL_E_SYNTAX;
	if (!st && report) {
		a.has_report = true;
		a.report = (struct pl_body){.digest = pl_member_digest(report, "digest"), .size = pl_member_u64(report, "size"),
			.media_type = pl_member_text(report, "mediaType")};
	}
	if (!st)
		*ret = a;
	return st;
}

static void put_report(const struct pl_audit *a, struct pl_json *p)
{
	struct pl_json *o;

	if (!a->has_report)
		return;
	o = pl_json_set_object(p, "report");
	pl_member_set_digest(o, "digest", &a->report.digest);
	pl_json_set_str(o, "mediaType", a->report.media_type);
	pl_json_set_u64(o, "size", a->report.size);
}

static void put_some(struct pl_json *p, const char *name, pl_str text)
{
	if (text.len)
		pl_json_set_str(p, name, text);
}

void pl_audit_to_json(const struct pl_audit *a, struct pl_json *p)
{
	struct pl_json *covers;

	pl_json_set_str(p, "audit", a->id);
	pl_json_set_str(p, "standard", a->standard);
	put_some(p, "edition", a->edition);
	pl_json_set_z(p, "kind", pl_audit_kinds[a->kind]);
	put_some(p, "auditorEntity", a->auditor_entity);
	if (a->auditor.media_type.len)
		pl_json_set(p, "auditor", pl_body_to_json(&a->auditor));
	pl_json_set(p, "scope", pl_body_to_json(&a->scope));
	covers = pl_json_set_array(p, "covers");
	for (size_t i = 0; i < a->n_covers; i++) {
		struct pl_json *o = pl_json_push_object(covers);

		pl_json_set_z(o, "kind", pl_audit_things[a->covers[i].kind]);
		pl_json_set_str(o, "name", a->covers[i].name);
	}
	pl_entity_set_day(p, "asOf", a->as_of);
	pl_entity_set_day(p, "from", a->from);
	pl_entity_set_day(p, "to", a->to);
	pl_entity_set_day(p, "validFrom", a->valid_from);
	pl_entity_set_day(p, "validTo", a->valid_to);
	put_some(p, "supersedes", a->supersedes);
	put_report(a, p);
}

pl_status pl_audit_end_from_json(const struct pl_json *p, struct pl_audit_end *ret)
{
	*ret = (struct pl_audit_end){.audit = pl_member_text(p, "audit"),
		.state = (enum pl_audit_state)word_of(p, "state", pl_audit_states),
		.reason = (enum pl_audit_reason)word_of(p, "reason", pl_audit_reasons), .from = pl_entity_day(p, "from")};
	return PL_OK;
}

void pl_audit_end_to_json(const struct pl_audit_end *e, struct pl_json *p)
{
	pl_json_set_str(p, "audit", e->audit);
	pl_json_set_z(p, "state", pl_audit_states[e->state]);
	pl_json_set_z(p, "reason", pl_audit_reasons[e->reason]);
	pl_entity_set_day(p, "from", e->from);
}

/* ---- names ---- */

pl_str pl_audit_standard_name(pl_str standard)
{
	static const char *const names[][2] = {
		{"bsi-c5", "BSI C5"}, {"common-criteria", "Common Criteria"}, {"eucc", "EUCC"}, {"fips-140", "FIPS 140"},
		{"iso-22301", "ISO 22301"}, {"iso-27001", "ISO/IEC 27001"}, {"iso-27017", "ISO/IEC 27017"},
		{"iso-27018", "ISO/IEC 27018"}, {"iso-27701", "ISO/IEC 27701"}, {"iso-9001", "ISO 9001"}, {"pci-dss", "PCI DSS"},
		{"soc1", "SOC 1"}, {"soc2", "SOC 2"}, {"soc3", "SOC 3"}, {"tisax", "TISAX"},
	};

	for (size_t i = 0; i < PL_COUNT(names); i++)
		if (pl_str_eq(standard, pl_str_from(names[i][0])))
			return pl_str_from(names[i][1]);
	return standard;
}
