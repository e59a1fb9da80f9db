/* SPDX-License-Identifier: Apache-2.0 */
#include "register/advisory/cra.h"
#include "base/time.h"
#include "register/advisory/formats_internal.h"

#define NAME_MAX ((size_t)8 << 10)

const char *const pl_cra_stages[] = {"early-warning", "notification", "final", NULL};
static const char *const clocks[PL_CRA_STAGES] = {"CRA-V1", "CRA-V2", "CRA-V3"};

/* ---- when ---- */

static pl_status set_due(struct pl_json *o, const struct pl_cra *c, struct pl_diag *diag)
{
	const struct pl_clock_def *def = pl_clock_find(pl_str_from(clocks[c->stage]));
	const struct pl_clock_event event = {.at = c->stage == PL_CRA_FINAL ? c->available : c->known,
		.kind = PL_CLOCK_HAPPENED,
		.name = def->starts};
	struct pl_clock clock;
	pl_status st;

	if (!event.at)
		return pl_diag_set(diag, PL_E_STATE, "a final report is due when a measure is available, and there is none yet");
	st = pl_clock_case(c->calendar, def, 1, &event, 1, event.at, &clock, diag);
	if (st)
		return st;
	pl_json_set_z(o, "article", def->article);
	pl_json_set_z(o, "law", def->law);
	pl_format_time(o, "known", c->known);
	pl_format_time(o, "measureAvailable", c->available);
	pl_format_time(o, "dueStrict", clock.due.strict);
	pl_format_time(o, "dueLegal", clock.due.legal);
	return PL_OK;
}

/* ---- what ---- */

/* Set @name to the list @array, or say that it is missing. */
static void set_or_miss(struct pl_json *o, struct pl_json *missing, const char *name, struct pl_json *array)
{
	if (pl_json_count(array)) {
		pl_json_set(o, name, array);
		return;
	}
	pl_json_free(array);
	pl_json_push_z(missing, name);
}

static void set_products(struct pl_json *o, struct pl_json *missing, const struct pl_advisory *a,
	const struct pl_vulnerability *v)
{
	static const enum pl_product_status affected[] = {PL_PRODUCT_FIRST_AFFECTED, PL_PRODUCT_KNOWN_AFFECTED,
		PL_PRODUCT_LAST_AFFECTED};
	struct pl_json *array = pl_json_new_array();

	for (size_t i = 0; i < PL_COUNT(affected); i++)
		for (size_t k = 0; k < v->status[affected[i]].n; k++) {
			struct pl_buf name PL_CLEANUP(pl_buf_done) = PL_BUF(NAME_MAX);

			pl_format_product_name(a, v->status[affected[i]].v[k], &name);
			pl_json_push_str(array, pl_buf_str(&name));
		}
	set_or_miss(o, missing, "products", array);
}

static struct pl_json *threats(const struct pl_vulnerability *v, enum pl_threat category)
{
	struct pl_json *array = pl_json_new_array();

	for (size_t i = 0; i < v->threats.n; i++)
		if (v->threats.v[i].category == category)
			pl_json_push_str(array, v->threats.v[i].details);
	return array;
}

static struct pl_json *remedies(const struct pl_vulnerability *v, unsigned categories)
{
	struct pl_json *array = pl_json_new_array();

	for (size_t i = 0; i < v->remedies.n; i++) {
		struct pl_json *o;

		if (!(categories >> v->remedies.v[i].category & 1))
			continue;
		o = pl_json_push_object(array);
		pl_json_set_z(o, "category", pl_advisory_remedies[v->remedies.v[i].category]);
		pl_json_set_str(o, "details", v->remedies.v[i].details);
		pl_format_time(o, "date", v->remedies.v[i].date);
		pl_format_text(o, "url", v->remedies.v[i].url);
	}
	return array;
}

static struct pl_json *descriptions(const struct pl_vulnerability *v)
{
	struct pl_json *array = pl_json_new_array();

	for (size_t i = 0; i < v->notes.n; i++)
		pl_json_push_str(array, v->notes.v[i].text);
	return array;
}

static struct pl_json *severities(const struct pl_vulnerability *v)
{
	struct pl_json *array = pl_json_new_array();
	struct pl_cvss cvss;

	for (size_t i = 0; i < v->scores.n; i++) {
		struct pl_cvss_score score;
		struct pl_json *o;

		if (pl_cvss_parse(v->scores.v[i].vector, &cvss, NULL))
			continue;
		pl_cvss_score(&cvss, &score);
		o = pl_json_push_object(array);
		pl_format_score(o, "score", score.overall);
		pl_format_severity(o, "severity", score.overall);
		pl_format_vector(o, &cvss);
	}
	return array;
}

/* ---- by stage ---- */

/* (b): the nature of flaw and exploit, what was done, what users can do, how sensitive it is. */
static void set_notification(struct pl_json *o, struct pl_json *missing, const struct pl_advisory *a,
	const struct pl_vulnerability *v)
{
	set_or_miss(o, missing, "nature", descriptions(v));
	set_or_miss(o, missing, "exploit", threats(v, PL_THREAT_EXPLOIT_STATUS));
	set_or_miss(o, missing, "measuresTaken", remedies(v, 1u << PL_REMEDY_VENDOR_FIX));
	set_or_miss(o, missing, "measuresForUsers", remedies(v, 1u << PL_REMEDY_WORKAROUND | 1u << PL_REMEDY_MITIGATION));
	pl_json_set_z(o, "sensitivity", pl_advisory_tlps[a->tlp]);
}

/* (c): description with severity and impact, who exploits it if that is known, the update or other measure. */
static void set_final(struct pl_json *o, struct pl_json *missing, const struct pl_cra *c,
	const struct pl_vulnerability *v)
{
	set_or_miss(o, missing, "description", descriptions(v));
	set_or_miss(o, missing, "severity", severities(v));
	set_or_miss(o, missing, "impact", threats(v, PL_THREAT_IMPACT));
	set_or_miss(o, missing, "update",
		remedies(v, 1u << PL_REMEDY_VENDOR_FIX | 1u << PL_REMEDY_WORKAROUND | 1u << PL_REMEDY_MITIGATION));
	pl_format_text(o, "actor", c->actor);
}

static void set_vulnerability(struct pl_json *o, struct pl_json *missing, const struct pl_advisory *a,
	const struct pl_vulnerability *v)
{
	pl_format_text(o, "cve", v->cve);
	pl_format_text(o, "title", v->title.len ? v->title : a->title);
	pl_format_text(o, "weakness", v->cwe);
	pl_json_set_str(o, "case", a->id);
	pl_json_set_str(o, "manufacturer", a->publisher.name);
	if (a->publisher.contact.len)
		pl_json_set_str(o, "contact", a->publisher.contact);
	else
		pl_json_push_z(missing, "contact");
	set_products(o, missing, a, v);
}

pl_status pl_cra_write(const struct pl_advisory *a, size_t n, const struct pl_cra *c, struct pl_buf *out,
	struct pl_diag *diag)
{
	struct pl_json *root PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_json *missing PL_CLEANUP(pl_json_done) = pl_json_new_array();
	const struct pl_vulnerability *v = &a->vulnerabilities.v[n];
	pl_status st;

	pl_json_set_z(root, "format", "pl-cra-report/v1");
	pl_json_set_z(root, "stage", pl_cra_stages[c->stage]);
	st = set_due(root, c, diag);
	if (st)
		return st;
	set_vulnerability(root, missing, a, v);
	if (c->states.len)
		pl_json_set_str(root, "memberStates", c->states);
	else
		pl_json_push_z(missing, "memberStates");
	if (c->stage == PL_CRA_NOTIFICATION)
		set_notification(root, missing, a, v);
	else if (c->stage == PL_CRA_FINAL)
		set_final(root, missing, c, v);
	pl_json_set(root, "missing", pl_json_ref(missing));
	return pl_json_canon_rfc8785(root, out);
}
