/* SPDX-License-Identifier: Apache-2.0 */
#include "register/advisory/cra.h"
#include "base/time.h"
#include "register/advisory/formats_internal.h"

#define NAME_MAX ((size_t)8 << 10)

const char *const pl_cra_stages[PL_CRA_STAGES + 1] = {"early-warning", "notification", "final", "incident-early-warning", "incident-notification",
	"incident-final", NULL};
static const char *const clocks[PL_CRA_STAGES] = {"CRA-V1", "CRA-V2", "CRA-V3", "CRA-I1", "CRA-I2", "CRA-I3"};

pl_status pl_cra_stage_parse(pl_str word, enum pl_cra_stage *ret)
{
	for (unsigned i = 0; i < PL_CRA_STAGES; i++)
		if (pl_str_eq(word, pl_str_from(pl_cra_stages[i]))) {
			*ret = (enum pl_cra_stage)i;
			return PL_OK;
		}
	return PL_E_NOTFOUND;
}

const struct pl_clock_def *pl_cra_stage_clock(enum pl_cra_stage stage)
{
	return pl_clock_find(pl_str_from(clocks[stage]));
}

pl_status pl_cra_stage_of_clock(pl_str code, enum pl_cra_stage *ret)
{
	for (unsigned i = 0; i < PL_CRA_STAGES; i++)
		if (pl_str_eq(code, pl_str_from(clocks[i]))) {
			*ret = (enum pl_cra_stage)i;
			return PL_OK;
		}
	return PL_E_NOTFOUND;
}

/* ---- when ---- */

/* What the stage's clock runs from; 0 with words: it did not happen yet. */
static uint64_t starts(const struct pl_cra *c, struct pl_diag *diag)
{
	if (c->stage == PL_CRA_FINAL) {
		if (!c->available)
			(void)pl_diag_set(diag, PL_E_STATE, "a final report is due when a measure is available, and there is none yet");
		return c->available;
	}
	if (c->stage == PL_CRA_INCIDENT_FINAL) {
		if (!c->sent)
			(void)pl_diag_set(diag, PL_E_STATE, "the final report on an incident is due one month after the notification was sent, and none was sent yet");
		return c->sent;
	}
	return c->known;
}

static pl_status set_due(struct pl_json *o, const struct pl_cra *c, struct pl_diag *diag)
{
	const struct pl_clock_def *def = pl_cra_stage_clock(c->stage);
	const struct pl_clock_event event = {.at = starts(c, diag),
		.kind = def->starts ? PL_CLOCK_HAPPENED : PL_CLOCK_MEET,
		.name = def->starts ? def->starts : def->after};
	struct pl_clock clock;
	pl_status st;

	if (!event.at)
		return PL_E_STATE;
	st = pl_clock_case(c->calendar, def, 1, &event, 1, event.at, &clock, diag);
	if (st)
		return st;
	pl_json_set_z(o, "clock", def->code);
	pl_json_set_z(o, "article", def->article);
	pl_json_set_z(o, "law", def->law);
	pl_json_set_z(o, "calendar", c->calendar->code);
	pl_format_time(o, "known", c->known);
	pl_format_time(o, "measureAvailable", pl_cra_is_incident(c->stage) ? 0 : c->available);
	pl_format_time(o, "notificationSent", c->stage == PL_CRA_INCIDENT_FINAL ? c->sent : 0);
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

/* An incident concerns products in which nobody found a flaw, too. */
static void set_products(struct pl_json *o, struct pl_json *missing, enum pl_cra_stage stage, const struct pl_advisory *a,
	const struct pl_vulnerability *v)
{
	static const enum pl_product_status affected[] = {PL_PRODUCT_FIRST_AFFECTED, PL_PRODUCT_KNOWN_AFFECTED,
		PL_PRODUCT_LAST_AFFECTED, PL_PRODUCT_UNDER_INVESTIGATION};
	struct pl_json *array = pl_json_new_array();

	for (size_t i = 0; i < PL_COUNT(affected) - !pl_cra_is_incident(stage); i++)
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

/* What the draft says of @f; NULL: nothing ever. */
static struct pl_json *drafted(const struct pl_advisory *a, const struct pl_vulnerability *v, enum pl_cra_fact f)
{
	static const unsigned users = 1u << PL_REMEDY_WORKAROUND | 1u << PL_REMEDY_MITIGATION;

	switch (f) {
	case PL_CRA_NATURE:
	case PL_CRA_DESCRIPTION:
		return descriptions(v);
	case PL_CRA_EXPLOIT:
		return threats(v, PL_THREAT_EXPLOIT_STATUS);
	case PL_CRA_IMPACT:
		return threats(v, PL_THREAT_IMPACT);
	case PL_CRA_TAKEN:
		return remedies(v, 1u << PL_REMEDY_VENDOR_FIX);
	case PL_CRA_USERS:
		return remedies(v, users);
	case PL_CRA_UPDATE:
	case PL_CRA_MITIGATION:
		return remedies(v, users | 1u << PL_REMEDY_VENDOR_FIX);
	case PL_CRA_SEVERITY:
		return severities(v);
	case PL_CRA_SENSITIVITY:
		return pl_json_new_str(pl_str_from(pl_advisory_tlps[a->tlp]));
	case PL_CRA_STATES:
	case PL_CRA_COORDINATOR:
	case PL_CRA_MALICIOUS:
	case PL_CRA_ASSESSMENT:
	case PL_CRA_ACTOR:
	case PL_CRA_CAUSE:
	case PL_CRA_FACTS:
		break;
	}
	return NULL;
}

/* What somebody said, in the shape that the draft would have given it. */
static struct pl_json *typed(enum pl_cra_fact f, pl_str text)
{
	struct pl_json *array;

	if (!pl_cra_facts[f].list)
		return pl_json_new_str(text);
	array = pl_json_new_array();
	if (f == PL_CRA_TAKEN || f == PL_CRA_USERS || f == PL_CRA_UPDATE || f == PL_CRA_MITIGATION)
		pl_json_set_str(pl_json_push_object(array), "details", text);
	else if (f == PL_CRA_SEVERITY)
		pl_json_set_str(pl_json_push_object(array), "severity", text);
	else
		pl_json_push_str(array, text);
	return array;
}

static void set_fact(struct pl_json *o, struct pl_json *missing, const struct pl_advisory *a, const struct pl_vulnerability *v,
	const struct pl_cra *c, enum pl_cra_fact f)
{
	const struct pl_cra_said *said = c->said ? &c->said[f] : NULL;
	struct pl_json *value = said && said->given ? (said->text.len ? typed(f, said->text) : NULL) : drafted(a, v, f);

	if (value && (pl_json_kind(value) == PL_JSON_STRING || pl_json_count(value))) {
		pl_json_set(o, pl_cra_facts[f].member, value);
		return;
	}
	pl_json_free(value);
	if (pl_cra_facts[f].must)
		pl_json_push_z(missing, pl_cra_facts[f].member);
}

static void set_subject(struct pl_json *o, struct pl_json *missing, enum pl_cra_stage stage, const struct pl_advisory *a,
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
	set_products(o, missing, stage, a, v);
}

static void set_edition(struct pl_json *o, const struct pl_cra *c)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(128);

	pl_json_set_u64(o, "edition", c->edition);
	if (!c->amends)
		return;
	pl_digest_write(&text, c->amends);
	pl_json_set_str(o, "amends", pl_buf_str(&text));
}

pl_status pl_cra_write(const struct pl_advisory *a, size_t n, const struct pl_cra *c, struct pl_buf *out, struct pl_json **ret_json,
	struct pl_diag *diag)
{
	struct pl_json *root PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_json *missing PL_CLEANUP(pl_json_done) = pl_json_new_array();
	const struct pl_vulnerability *v = &a->vulnerabilities.v[n];
	pl_status st;

	pl_json_set_z(root, "format", "pl-cra-report/v2");
	pl_json_set_z(root, "stage", pl_cra_stages[c->stage]);
	set_edition(root, c);
	st = set_due(root, c, diag);
	if (st)
		return st;
	set_subject(root, missing, c->stage, a, v);
	for (unsigned f = 0; f < PL_CRA_FACTS; f++)
		if (pl_cra_asks(c->stage, (enum pl_cra_fact)f))
			set_fact(root, missing, a, v, c, (enum pl_cra_fact)f);
	pl_json_set(root, "missing", pl_json_ref(missing));
	st = pl_json_canon_rfc8785(root, out);
	pl_buf_put_c(out, '\n');
	if (!st)
		st = pl_buf_status(out);
	if (!st && ret_json)
		*ret_json = pl_json_ref(root);
	return st;
}
