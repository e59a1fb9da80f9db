/* SPDX-License-Identifier: Apache-2.0 */
/* register/advisory/openvex: OpenVEX 0.2.0: one statement for each vulnerability and status, or justification, or
 * action. */
#include "register/advisory/formats.h"
#include "register/advisory/formats_internal.h"

#define URL_MAX 1024u
#define NAME_MAX ((size_t)8 << 10)

static pl_str vulnerability_name(const struct pl_vulnerability *v)
{
	return v->cve.len ? v->cve : v->ids.n ? v->ids.v[0].text : v->title;
}

static void push_product(struct pl_json *products, const struct pl_advisory *a, pl_str id)
{
	const struct pl_advisory_product *p = pl_advisory_product(a, id);
	const struct pl_advisory_relation *r = pl_advisory_relation(a, id);
	const struct pl_advisory_helper *h = p ? &p->helper : r ? &r->helper : NULL;
	struct pl_buf name PL_CLEANUP(pl_buf_done) = PL_BUF(NAME_MAX);
	struct pl_json *o = pl_json_push_object(products), *identifiers;

	pl_format_product_name(a, id, &name);
	pl_json_set_str(o, "@id", h && h->purl.len ? h->purl : pl_buf_str(&name));
	if (!h || (!h->purl.len && !h->cpe.len))
		return;
	identifiers = pl_json_set_object(o, "identifiers");
	if (h->cpe.len)
		pl_json_set_str(identifiers, pl_str_starts(h->cpe, PL_STR("cpe:2.3:")) ? "cpe23" : "cpe22", h->cpe);
	pl_format_text(identifiers, "purl", h->purl);
}

static const struct pl_advisory_flag *flag_of(const struct pl_advisory *a, const struct pl_vulnerability *v, pl_str id)
{
	for (size_t i = 0; i < v->flags.n; i++)
		if (pl_advisory_covers(a, &v->flags.v[i].scope, id))
			return &v->flags.v[i];
	return NULL;
}

/* Exactly one of justification and impact statement (OpenVEX, "not_affected"). */
static void set_reason(struct pl_json *o, const struct pl_advisory *a, const struct pl_vulnerability *v, pl_str id)
{
	const struct pl_advisory_flag *flag = flag_of(a, v, id);

	if (flag) {
		pl_json_set_z(o, "justification", pl_advisory_flags[flag->label]); /* the words are the same */
		return;
	}
	for (size_t i = 0; i < v->threats.n; i++)
		if (v->threats.v[i].category == PL_THREAT_IMPACT && pl_advisory_covers(a, &v->threats.v[i].scope, id)) {
			pl_json_set_str(o, "impact_statement", v->threats.v[i].details);
			return;
		}
}

static void set_action(struct pl_json *o, const struct pl_advisory *a, const struct pl_vulnerability *v, pl_str id)
{
	for (size_t i = 0; i < v->remedies.n; i++)
		if (pl_advisory_covers(a, &v->remedies.v[i].scope, id)) {
			pl_json_set_str(o, "action_statement", v->remedies.v[i].details);
			return;
		}
	pl_json_set_z(o, "action_statement", "No remediation is known yet.");
}

static void push_statement(struct pl_json *statements, const struct pl_advisory *a, const struct pl_vulnerability *v,
	const char *status, pl_str id)
{
	struct pl_json *o = pl_json_push_object(statements);

	push_product(pl_json_set_array(o, "products"), a, id);
	pl_json_set_z(o, "status", status);
	pl_json_set_str(pl_json_set_object(o, "vulnerability"), "name", vulnerability_name(v));
	if (strcmp(status, "not_affected") == 0)
		set_reason(o, a, v, id);
	else if (strcmp(status, "affected") == 0)
		set_action(o, a, v, id);
}

static void push_statements(struct pl_json *statements, const struct pl_advisory *a, const struct pl_vulnerability *v)
{
	static const char *const words[PL_PRODUCT_COUNT] = {
		[PL_PRODUCT_FIRST_AFFECTED] = "affected", [PL_PRODUCT_KNOWN_AFFECTED] = "affected",
			[PL_PRODUCT_LAST_AFFECTED] = "affected",
		[PL_PRODUCT_KNOWN_NOT_AFFECTED] = "not_affected", [PL_PRODUCT_FIRST_FIXED] = "fixed", [PL_PRODUCT_FIXED] = "fixed",
		[PL_PRODUCT_UNDER_INVESTIGATION] = "under_investigation",
	};

	for (size_t i = 0; i < PL_PRODUCT_COUNT; i++)
		for (size_t k = 0; words[i] && k < v->status[i].n; k++) {
			bool said = false;

			/* "first fixed" and "fixed" are one word here. */
			for (size_t before = 0; before < i; before++)
				said = said || (words[before] && strcmp(words[before], words[i]) == 0 &&
					pl_texts_has(&v->status[before], v->status[i].v[k]));
			if (!said)
				push_statement(statements, a, v, words[i], v->status[i].v[k]);
		}
}

pl_status pl_openvex_write(const struct pl_advisory *a, struct pl_buf *out)
{
	struct pl_json *root PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_buf url PL_CLEANUP(pl_buf_done) = PL_BUF(URL_MAX);
	struct pl_json *statements;
	pl_status st = pl_advisory_url(a->site, a->id, pl_advisory_first(a), &url);

	if (st)
		return st;
	pl_json_set_z(root, "@context", "https://openvex.dev/ns/v0.2.0");
	pl_buf_put_z(&url, "#openvex");
	pl_json_set_str(root, "@id", pl_buf_str(&url));
	pl_json_set_str(root, "author", a->publisher.name);
	pl_format_time(root, "timestamp", pl_advisory_first(a));
	pl_format_time(root, "last_updated", pl_advisory_current(a));
	pl_json_set_u64(root, "version", a->revisions.n);
	statements = pl_json_set_array(root, "statements");
	for (size_t i = 0; i < a->vulnerabilities.n; i++)
		push_statements(statements, a, &a->vulnerabilities.v[i]);
	return pl_json_canon_rfc8785(root, out);
}
