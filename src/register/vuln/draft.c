/* SPDX-License-Identifier: Apache-2.0 */
#include "register/vuln/draft.h"
#include "base/time.h"
#include "register/vuln/internal.h"

#define TITLE_MAX 200u
#define PRODUCT "P1"

static void set_time(struct pl_json *o, const char *name, uint64_t seconds)
{
	char text[21];

	if (!seconds)
		return;
	pl_time_write(seconds * PL_SECOND, text);
	pl_json_set_z(o, name, text);
}

/* The first line of @text, cut between characters. */
static pl_str first_line(pl_str text)
{
	pl_str line = {0};

	if (!pl_str_take_until(&text, '\n', &line))
		line = text;
	line = pl_str_trim(line);
	if (line.len > TITLE_MAX) {
		line.len = TITLE_MAX;
		while (line.len && !pl_str_is_utf8(line))
			line.len--;
		line = pl_str_trim(line);
	}
	return line;
}

static pl_str product_of(const struct pl_vuln *c)
{
	pl_str component = first_line(pl_vuln_text(c->r, c->v, "component"));

	return component.len ? component : pl_vuln_text(c->r, c->v, "product");
}

static void set_title(const struct pl_vuln *c, struct pl_json *out)
{
	struct pl_buf title PL_CLEANUP(pl_buf_done_secret) = PL_BUF(1024);
	pl_str summary = first_line(pl_vuln_text(c->r, c->v, "summary"));

	if (summary.len) {
		pl_json_set_str(out, "title", summary);
		return;
	}
	pl_buf_put_z(&title, "A vulnerability in ");
	pl_buf_put_str(&title, product_of(c));
	pl_json_set_str(out, "title", pl_buf_str(&title));
}

static void set_publisher(const struct pl_vuln_publisher *by, struct pl_json *out)
{
	struct pl_json *o = pl_json_set_object(out, "publisher");

	pl_json_set_z(o, "category", by->category);
	pl_json_set_str(o, "name", by->name);
	pl_json_set_str(o, "namespace", by->namespace);
	if (by->contact.len)
		pl_json_set_str(o, "contact_details", by->contact);
}

static void set_revision(uint64_t now, struct pl_json *out)
{
	struct pl_json *o = pl_json_push_object(pl_json_set_array(out, "revisions"));

	pl_json_set_z(o, "number", "1");
	set_time(o, "date", now);
	pl_json_set_z(o, "summary", "First version.");
}

/* Whoever wants to be named says so; a name alone is no wish. */
static void set_thanks(const struct pl_vuln *c, struct pl_json *out)
{
	pl_str name = pl_str_trim(pl_vuln_text(c->r, c->v, "finder-name"));
	struct pl_json *o;

	if (!name.len || !pl_str_eq(pl_vuln_text(c->r, c->v, "finder"), PL_STR("named")))
		return;
	o = pl_json_push_object(pl_json_set_array(out, "acknowledgments"));
	pl_json_push_str(pl_json_set_array(o, "names"), first_line(name));
}

static void set_products(const struct pl_vuln *c, const struct pl_vuln_publisher *by, struct pl_json *out)
{
	struct pl_json *o = pl_json_push_object(pl_json_set_array(out, "products"));

	pl_json_set_z(o, "id", PRODUCT);
	pl_json_set_str(o, "vendor", by->name);
	pl_json_set_str(o, "name", product_of(c));
	pl_json_set_z(o, "range", "vers:generic/*");
}

/* Held to be a flaw, or used as one: it is then said of the product. */
static bool is_affected(const struct pl_vuln *c)
{
	enum pl_vuln_state s = c->state;

	return pl_vuln_happened(c, PL_STR("exploitation-known")) || s == PL_VULN_ACCEPTED || s == PL_VULN_REPORTED || s == PL_VULN_IN_REMEDIATION || s == PL_VULN_RETESTING || s == PL_VULN_RESOLVED;
}

/* ---- VEX: is the product affected? ---- */

static bool is_harmless(const struct pl_vuln *c)
{
	return (c->state == PL_VULN_INFORMATIVE && c->reason != PL_VULN_R_NO_ANSWER && c->reason != PL_VULN_R_DISAGREEMENT) ||
		c->state == PL_VULN_NOT_APPLICABLE;
}

static const char *vex_status(const struct pl_vuln *c)
{
	if (c->state == PL_VULN_RESOLVED && c->reason == PL_VULN_R_FIXED)
		return "fixed";
	return is_harmless(c) ? "known_not_affected" : is_affected(c) ? "known_affected" : "under_investigation";
}

static const char *why_harmless(enum pl_vuln_reason r)
{
	return r == PL_VULN_R_NOT_REPRODUCIBLE ? "What was reported could not be reproduced." : r == PL_VULN_R_BY_DESIGN ? "This is how the product is meant to work." :
		r == PL_VULN_R_NO_SECURITY_IMPACT ? "It has no effect on security." : "It is no flaw of this product.";
}

static void set_words(struct pl_json *o, const char *list, const char *category, const char *details)
{
	struct pl_json *one = pl_json_push_object(pl_json_set_array(o, list));

	pl_json_set_z(one, "category", category);
	pl_json_set_z(one, "details", details);
	pl_json_push_z(pl_json_set_array(one, "products"), PRODUCT);
}

/* What the profile wants said of each status (CSAF 2.0, 6.1.27.9 and 6.1.27.10). */
static void set_vex(const struct pl_vuln *c, const struct pl_vuln_publisher *by, pl_str id, struct pl_json *o)
{
	const char *status = vex_status(c);
	struct pl_json *one;

	if (!pl_str_trim(pl_vuln_text(c->r, c->v, "cve")).len) {
		one = pl_json_push_object(pl_json_set_array(o, "ids"));
		pl_json_set_str(one, "system_name", by->name);
		pl_json_set_str(one, "text", id);
	}
	if (strcmp(status, "known_not_affected") == 0)
		set_words(o, "threats", "impact", why_harmless(c->reason));
	else if (strcmp(status, "known_affected") == 0 && c->state == PL_VULN_RESOLVED)
		set_words(o, "remediations", c->reason == PL_VULN_R_MITIGATED ? "mitigation" : "no_fix_planned",
			c->reason == PL_VULN_R_MITIGATED ? "There is a mitigation." : "No correction is planned.");
	else if (strcmp(status, "known_affected") == 0)
		set_words(o, "remediations", "none_available", "A correction is being worked on.");
	pl_json_push_z(pl_json_set_array(pl_json_set_object(o, "product_status"), status), PRODUCT);
}

/* ---- both ---- */

static void set_vulnerability(const struct pl_vuln *c, enum pl_vuln_draft_kind kind, const struct pl_vuln_publisher *by, pl_str id, struct pl_json *out)
{
	struct pl_json *o = pl_json_push_object(pl_json_set_array(out, "vulnerabilities")), *note, *score, *status;
	pl_str cve = pl_str_trim(pl_vuln_text(c->r, c->v, "cve")), summary = pl_str_trim(pl_vuln_text(c->r, c->v, "summary"));
	bool vex = kind == PL_VULN_DRAFT_VEX;

	if (cve.len)
		pl_json_set_str(o, "cve", cve);
	set_time(o, "discovery_date", c->received);
	if (vex && !summary.len)
		summary = PL_STR("A report about this product.");
	if (summary.len) {
		note = pl_json_push_object(pl_json_set_array(o, "notes"));
		pl_json_set_z(note, "category", "description");
		pl_json_set_str(note, "text", summary);
	}
	if (c->cvss.len && (!vex || is_affected(c))) {
		score = pl_json_push_object(pl_json_set_array(o, "scores"));
		pl_json_set_str(score, "vector", c->cvss);
		pl_json_push_z(pl_json_set_array(score, "products"), PRODUCT);
	}
	if (vex) {
		set_vex(c, by, id, o);
		return;
	}
	status = pl_json_set_object(o, "product_status");
	pl_json_push_z(pl_json_set_array(status, is_affected(c) ? "known_affected" : "under_investigation"), PRODUCT);
}

/* What its embargo hangs on, also when somebody changes the time beside it. */
static void set_case(const struct pl_vuln *c, struct pl_json *out)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(128);

	pl_buf_printf(&text, "%.*s/%llu", PL_STR_ARG(c->r->decl->name), (unsigned long long)c->v->at.number);
	pl_json_set_str(out, "case", pl_buf_str(&text));
}

void pl_vuln_draft_write(const struct pl_vuln *c, enum pl_vuln_draft_kind kind, const struct pl_vuln_publisher *by, pl_str id, uint64_t now, struct pl_json *out)
{
	pl_json_set_z(out, "draft", "pl-advisory-draft/v1");
	pl_json_set_z(out, "category", kind == PL_VULN_DRAFT_VEX ? "csaf_vex" : "csaf_security_advisory");
	pl_json_set_str(out, "id", id);
	set_title(c, out);
	pl_json_set_z(out, "lang", "en");
	pl_json_set_z(out, "tlp", "WHITE");
	pl_json_set_z(out, "status", "draft");
	set_time(out, "embargo", c->embargo);
	set_case(c, out);
	pl_json_set_str(out, "site", by->site);
	set_publisher(by, out);
	set_revision(now, out);
	set_thanks(c, out);
	set_products(c, by, out);
	set_vulnerability(c, kind, by, id, out);
}

void pl_vuln_draft_id(const struct pl_vuln *c, enum pl_vuln_draft_kind kind, struct pl_buf *out)
{
	char year[21];

	pl_time_write(c->received * PL_SECOND, year);
	pl_buf_printf(out, "%s-%.4s-%04llu", kind == PL_VULN_DRAFT_VEX ? "VEX" : "SA", year, (unsigned long long)c->v->at.number);
}

uint64_t pl_vuln_happened(const struct pl_vuln *c, pl_str name)
{
	for (size_t i = 0; i < c->history.n; i++)
		if (c->history.e[i].kind == PL_VULN_EV_HAPPENED && pl_str_eq(c->history.e[i].name, name))
			return c->history.e[i].at;
	return 0;
}

pl_status pl_vuln_draft_fits(const struct pl_vuln *c, const pl_str *cve, size_t n, uint64_t now, struct pl_diag *diag)
{
	pl_str ours = pl_str_trim(pl_vuln_text(c->r, c->v, "cve"));
	bool found = !ours.len;

	for (size_t i = 0; i < n && !found; i++)
		found = pl_str_eq(cve[i], ours);
	/* The numbers only: the words of a refusal may stand in a log. */
	if (!found)
		return pl_diag_set(diag, PL_E_MISMATCH, "the draft is not about the CVE of case %llu", (unsigned long long)c->v->at.number);
	return pl_vuln_may_leave(c, now, diag);
}
