/* SPDX-License-Identifier: Apache-2.0 */
/* register/advisory/cve: a CVE record, JSON 5.1, with the container of the one who assigned the name (cna). */
#include "register/advisory/formats.h"
#include "register/advisory/formats_internal.h"
#include "register/advisory/ident.h"
#include "register/advisory/rules_internal.h"

/* The schema's limits. */
#define DESCRIPTION_MAX 4096u
#define TITLE_MAX 256u
#define ORDER_MAX ((size_t)8 << 10)

/* ---- what it needs ---- */

/* The first note that describes it. */
static const struct pl_advisory_note *description(const struct pl_vulnerability *v)
{
	for (size_t i = 0; i < v->notes.n; i++) {
		pl_str category = pl_str_from(pl_advisory_notes[v->notes.v[i].category]);

		if (pl_str_eq(category, PL_STR("description")) || pl_str_eq(category, PL_STR("summary")))
			return &v->notes.v[i];
	}
	return NULL;
}

/* Is the product affected (1), not affected (2), or is nothing said of it that a record could say (0)? */
enum { UNSAID, AFFECTED, UNAFFECTED };
static int standing(const struct pl_vulnerability *v, pl_str id)
{
	if (pl_texts_has(&v->status[PL_PRODUCT_KNOWN_AFFECTED], id) ||
		pl_texts_has(&v->status[PL_PRODUCT_FIRST_AFFECTED], id) ||
		pl_texts_has(&v->status[PL_PRODUCT_LAST_AFFECTED], id))
		return AFFECTED;
	if (pl_texts_has(&v->status[PL_PRODUCT_KNOWN_NOT_AFFECTED], id) || pl_texts_has(&v->status[PL_PRODUCT_FIXED], id) ||
		pl_texts_has(&v->status[PL_PRODUCT_FIRST_FIXED], id))
		return UNAFFECTED;
	return UNSAID;
}

static bool has_affected(const struct pl_advisory *a, const struct pl_vulnerability *v)
{
	for (size_t i = 0; i < a->products.n; i++)
		if (standing(v, a->products.v[i].id) == AFFECTED)
			return true;
	return false;
}

void pl_cve_check(const struct pl_advisory *a, size_t n, struct pl_findings *ret)
{
	const struct pl_vulnerability *v = &a->vulnerabilities.v[n];
	const struct pl_advisory_note *text = description(v);

	if (!v->cve.len)
		ERROR(ret, "cve", "a record is about a CVE", "vulnerabilities[%zu].cve", n);
	if (!a->cna_org.len)
		ERROR(ret, "cve", "who assigns the name is wanted", "cna.org");
	if (!text)
		ERROR(ret, "cve", "a note of category description or summary is wanted", "vulnerabilities[%zu].notes", n);
	else if (text->text.len > DESCRIPTION_MAX)
		ERROR(ret, "cve", "a description has at most 4096 characters", "vulnerabilities[%zu].notes", n);
	if (!has_affected(a, v))
		ERROR(ret, "cve", "a product that is affected is wanted", "vulnerabilities[%zu].product_status", n);
	if (a->title.len > TITLE_MAX || v->title.len > TITLE_MAX)
		ERROR(ret, "cve", "a title has at most 256 characters", "title");
	if (!v->cwe.len)
		ADVICE(ret, "cve", "which weakness it is, is wanted", "vulnerabilities[%zu].cwe", n);
	if (a->state == PL_ADVISORY_DRAFT)
		ADVICE(ret, "cve", "a record is published with or after its advisory", "status");
}

/* ---- affected products ---- */

/* "vers:type/>=1.0|<1.4" is from 1.0 and less than 1.4; what is no such span stands as it is. */
static void set_range(struct pl_json *o, pl_str range)
{
	pl_str rest = range, part, from = PL_STR("0"), below = {0}, upto = {0};
	bool simple = pl_str_take_until(&rest, '/', &part) && pl_str_starts(part, PL_STR("vers:"));

	while (simple && rest.len) {
		if (!pl_str_take_until(&rest, '|', &part)) {
			part = rest;
			rest = (pl_str){0};
		}
		if (pl_str_eat(&part, PL_STR(">=")))
			from = part;
		else if (pl_str_eat(&part, PL_STR("<=")))
			upto = part;
		else if (pl_str_eat(&part, PL_STR("<")))
			below = part;
		else if (pl_str_eq(part, PL_STR("*")))
			upto = PL_STR("*");
		else
			simple = false;
	}
	if (!simple || !below.len == !upto.len) {
		pl_json_set_str(o, "version", range);
		return;
	}
	pl_json_set_str(o, below.len ? "lessThan" : "lessThanOrEqual", below.len ? below : upto);
	pl_json_set_str(o, "version", from);
	pl_json_set_z(o, "versionType", "custom");
}

static void push_affected(struct pl_json *array, const struct pl_advisory *a, const struct pl_vulnerability *v,
	size_t first)
{
	const struct pl_advisory_product *p = &a->products.v[first];
	struct pl_json *o = pl_json_push_object(array), *versions;

	/* What is not named, nothing is said of. */
	pl_json_set_z(o, "defaultStatus", "unknown");
	pl_json_set_str(o, "product", p->name);
	pl_json_set_str(o, "vendor", p->vendor);
	versions = pl_json_set_array(o, "versions");
	for (size_t i = first; i < a->products.n; i++) {
		const struct pl_advisory_product *q = &a->products.v[i];
		int s = standing(v, q->id);
		struct pl_json *one;

		if (!s || !pl_str_eq(p->vendor, q->vendor) || !pl_str_eq(p->name, q->name))
			continue;
		one = pl_json_push_object(versions);
		pl_json_set_z(one, "status", s == AFFECTED ? "affected" : "unaffected");
		if (q->range.len)
			set_range(one, q->range);
		else
			pl_json_set_str(one, "version", q->version);
	}
}

static bool named_before(const struct pl_advisory *a, const struct pl_vulnerability *v, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (standing(v, a->products.v[k].id) && pl_str_eq(a->products.v[k].vendor, a->products.v[i].vendor) &&
			pl_str_eq(a->products.v[k].name, a->products.v[i].name))
			return true;
	return false;
}

/* ---- texts ---- */

static void push_text(struct pl_json *array, pl_str lang, pl_str text)
{
	struct pl_json *o = pl_json_push_object(array);

	pl_json_set_str(o, "lang", lang);
	pl_json_set_str(o, "value", text);
}

/* Remediations of these categories, as the record's member @name. */
static void set_remedies(struct pl_json *cna, const char *name, const struct pl_advisory *a,
	const struct pl_vulnerability *v, unsigned categories)
{
	struct pl_json *array = NULL;

	for (size_t i = 0; i < v->remedies.n; i++) {
		if (!(categories >> v->remedies.v[i].category & 1))
			continue;
		if (!array)
			array = pl_json_set_array(cna, name);
		push_text(array, a->lang, v->remedies.v[i].details);
	}
}

static void set_credits(struct pl_json *cna, const struct pl_advisory *a, const struct pl_vulnerability *v)
{
	struct pl_json *array = pl_json_new_array();

	for (size_t i = 0; i < v->thanks.n; i++) {
		const struct pl_advisory_thanks *t = &v->thanks.v[i];

		for (size_t k = 0; k < t->names.n; k++)
			push_text(array, a->lang, t->names.v[k]);
		if (!t->names.n && t->organization.len)
			push_text(array, a->lang, t->organization);
	}
	if (pl_json_count(array))
		pl_json_set(cna, "credits", array);
	else
		pl_json_free(array);
}

static void set_exploits(struct pl_json *cna, const struct pl_advisory *a, const struct pl_vulnerability *v)
{
	struct pl_json *array = NULL;

	for (size_t i = 0; i < v->threats.n; i++) {
		if (v->threats.v[i].category != PL_THREAT_EXPLOIT_STATUS)
			continue;
		if (!array)
			array = pl_json_set_array(cna, "exploits");
		push_text(array, a->lang, v->threats.v[i].details);
	}
}

/* ---- scores, weakness, references ---- */

static void push_metric(struct pl_json *array, const struct pl_cvss *v)
{
	struct pl_json *o = pl_json_push_object(array), *cvss;
	struct pl_cvss_score score;
	bool four = v->version == PL_CVSS_40;

	pl_cvss_score(v, &score);
	cvss = pl_json_set_object(o, four ? "cvssV4_0" : "cvssV3_1");
	/* With 4.0 the schema's base score is that of the whole vector. */
	pl_format_score(cvss, "baseScore", four ? score.overall : score.base);
	pl_format_severity(cvss, "baseSeverity", four ? score.overall : score.base);
	pl_format_vector(cvss, v);
	pl_json_set_z(cvss, "version", pl_cvss_version_text(v->version));
	pl_json_set_z(o, "format", "CVSS");
}

static void set_metrics(struct pl_json *cna, const struct pl_vulnerability *v)
{
	struct pl_json *array = pl_json_new_array();
	struct pl_cvss cvss;

	for (size_t i = 0; i < v->scores.n; i++)
		if (pl_cvss_parse(v->scores.v[i].vector, &cvss, NULL) == PL_OK)
			push_metric(array, &cvss);
	if (pl_json_count(array))
		pl_json_set(cna, "metrics", array);
	else
		pl_json_free(array);
}

static void set_weakness(struct pl_json *cna, const struct pl_vulnerability *v)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(ORDER_MAX);
	pl_str name = v->cwe_name.len ? v->cwe_name : pl_str_from(pl_ident_cwe_name(v->cwe));
	struct pl_json *o;

	if (!v->cwe.len)
		return;
	pl_buf_put_str(&text, v->cwe);
	pl_buf_put_c(&text, ' ');
	pl_buf_put_str(&text, name);
	o = pl_json_push_object(pl_json_set_array(pl_json_push_object(pl_json_set_array(cna, "problemTypes")),
		"descriptions"));
	pl_json_set_str(o, "cweId", v->cwe);
	pl_json_set_str(o, "description", pl_buf_str(&text));
	pl_json_set_z(o, "lang", "en");
	pl_json_set_z(o, "type", "CWE");
}

static void push_references(struct pl_json *array, const struct pl_advisory_reference_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		struct pl_json *o = pl_json_push_object(array);

		pl_json_set_str(o, "name", list->v[i].summary);
		pl_json_set_str(o, "url", list->v[i].url);
	}
}

static void set_references(struct pl_json *cna, const struct pl_advisory *a, const struct pl_vulnerability *v)
{
	struct pl_buf url PL_CLEANUP(pl_buf_done) = PL_BUF(ORDER_MAX);
	struct pl_json *array = pl_json_set_array(cna, "references"), *o;

	if (pl_advisory_url(a->site, a->id, pl_advisory_first(a), &url) == PL_OK) {
		o = pl_json_push_object(array);
		pl_json_push_z(pl_json_set_array(o, "tags"), "vendor-advisory");
		pl_json_set_str(o, "url", pl_buf_str(&url));
	}
	push_references(array, &a->references);
	push_references(array, &v->references);
}

/* ---- the record ---- */

static void set_cna(struct pl_json *root, const struct pl_advisory *a, const struct pl_vulnerability *v)
{
	const struct pl_advisory_note *text = description(v);
	struct pl_json *cna = pl_json_set_object(pl_json_set_object(root, "containers"), "cna"), *affected, *o;

	affected = pl_json_set_array(cna, "affected");
	for (size_t i = 0; i < a->products.n; i++)
		if (standing(v, a->products.v[i].id) && !named_before(a, v, i))
			push_affected(affected, a, v, i);
	set_credits(cna, a, v);
	pl_format_time(cna, "datePublic", v->released);
	if (text)
		push_text(pl_json_set_array(cna, "descriptions"), a->lang, text->text);
	set_exploits(cna, a, v);
	set_metrics(cna, v);
	set_weakness(cna, v);
	o = pl_json_set_object(cna, "providerMetadata");
	pl_json_set_str(o, "orgId", a->cna_org);
	pl_format_text(o, "shortName", a->cna_name);
	set_references(cna, a, v);
	set_remedies(cna, "solutions", a, v, 1u << PL_REMEDY_VENDOR_FIX);
	pl_json_set_str(pl_json_set_object(cna, "source"), "advisory", a->id);
	pl_json_set_str(cna, "title", v->title.len ? v->title : a->title);
	set_remedies(cna, "workarounds", a, v, 1u << PL_REMEDY_WORKAROUND | 1u << PL_REMEDY_MITIGATION);
}

pl_status pl_cve_write(const struct pl_advisory *a, size_t n, struct pl_buf *out)
{
	struct pl_json *root PL_CLEANUP(pl_json_done) = pl_json_new_object();
	const struct pl_vulnerability *v = &a->vulnerabilities.v[n];
	struct pl_json *o;

	set_cna(root, a, v);
	o = pl_json_set_object(root, "cveMetadata");
	pl_json_set_str(o, "assignerOrgId", a->cna_org);
	pl_format_text(o, "assignerShortName", a->cna_name);
	pl_json_set_str(o, "cveId", v->cve);
	pl_json_set_z(o, "state", "PUBLISHED");
	pl_json_set_z(root, "dataType", "CVE_RECORD");
	pl_json_set_z(root, "dataVersion", "5.1");
	return pl_json_canon_rfc8785(root, out);
}
