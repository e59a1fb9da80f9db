/* SPDX-License-Identifier: Apache-2.0 */
/* register/advisory/csaf: the document of CSAF 2.0 (section 3.2.1). */
#include "register/advisory/csaf_internal.h"
#include "register/advisory/formats.h"

#define URL_MAX 1024u

static void push_note(struct pl_json *array, const struct pl_advisory_note *n)
{
	struct pl_json *o = pl_json_push_object(array);

	pl_json_set_z(o, "category", pl_advisory_notes[n->category]);
	pl_format_text(o, "title", n->title);
	pl_format_text(o, "text", n->text);
	pl_format_text(o, "audience", n->audience);
}

void pl_csaf_notes(struct pl_json *array, const struct pl_advisory_notes *list)
{
	for (size_t i = 0; i < list->n; i++)
		push_note(array, &list->v[i]);
}

static void push_reference(struct pl_json *array, const char *category, pl_str summary, pl_str url)
{
	struct pl_json *o = pl_json_push_object(array);

	pl_json_set_z(o, "category", category);
	pl_json_set_str(o, "summary", summary);
	pl_json_set_str(o, "url", url);
}

void pl_csaf_references(struct pl_json *o, const struct pl_advisory_reference_list *list)
{
	struct pl_json *array;

	if (!list->n)
		return;
	array = pl_json_set_array(o, "references");
	for (size_t i = 0; i < list->n; i++)
		push_reference(array, pl_advisory_references[list->v[i].category], list->v[i].summary, list->v[i].url);
}

void pl_csaf_thanks(struct pl_json *o, const struct pl_advisory_thanks_list *list)
{
	struct pl_json *array;

	if (!list->n)
		return;
	array = pl_json_set_array(o, "acknowledgments");
	for (size_t i = 0; i < list->n; i++) {
		struct pl_json *t = pl_json_push_object(array);

		pl_format_texts(t, "names", &list->v[i].names);
		pl_format_text(t, "organization", list->v[i].organization);
		pl_format_text(t, "summary", list->v[i].summary);
		pl_format_texts(t, "urls", &list->v[i].urls);
	}
}

/* ---- the document ---- */

static void set_tracking(struct pl_json *document, const struct pl_advisory *a)
{
	struct pl_json *o = pl_json_set_object(document, "tracking"), *array, *engine;

	pl_format_texts(o, "aliases", &a->aliases);
	pl_format_time(o, "current_release_date", pl_advisory_current(a));
	engine = pl_json_set_object(pl_json_set_object(o, "generator"), "engine");
	pl_json_set_z(engine, "name", "Pellucid");
	pl_json_set_str(o, "id", a->id);
	pl_format_time(o, "initial_release_date", pl_advisory_first(a));
	array = pl_json_set_array(o, "revision_history");
	for (size_t i = 0; i < a->revisions.n; i++) {
		struct pl_json *r = pl_json_push_object(array);

		pl_format_time(r, "date", a->revisions.v[i].date);
		pl_json_set_str(r, "number", a->revisions.v[i].number);
		pl_json_set_str(r, "summary", a->revisions.v[i].summary);
	}
	pl_json_set_z(o, "status", pl_advisory_states[a->state]);
	pl_json_set_str(o, "version", pl_advisory_version(a));
}

static void set_publisher(struct pl_json *document, const struct pl_advisory *a)
{
	struct pl_json *o = pl_json_set_object(document, "publisher");

	pl_json_set_z(o, "category", pl_advisory_publishers[a->publisher.category]);
	pl_format_text(o, "contact_details", a->publisher.contact);
	pl_format_text(o, "issuing_authority", a->publisher.authority);
	pl_json_set_str(o, "name", a->publisher.name);
	pl_json_set_str(o, "namespace", a->publisher.namespace);
}

static void set_distribution(struct pl_json *document, const struct pl_advisory *a)
{
	struct pl_json *o = pl_json_set_object(document, "distribution"), *tlp;

	pl_format_text(o, "text", a->distribution);
	tlp = pl_json_set_object(o, "tlp");
	pl_json_set_z(tlp, "label", pl_advisory_tlps[a->tlp]);
	pl_json_set_z(tlp, "url", "https://www.first.org/tlp/");
}

/* Where the document itself is found comes first (test 6.2.11). What is not public is found nowhere of ours. */
static void set_references(struct pl_json *document, const struct pl_advisory *a)
{
	struct pl_buf url PL_CLEANUP(pl_buf_done) = PL_BUF(URL_MAX);
	struct pl_json *array = pl_json_set_array(document, "references");

	if (pl_advisory_url(a->site, a->id, pl_advisory_first(a), &url) == PL_OK)
		push_reference(array, "self", PL_STR("This document"), pl_buf_str(&url));
	for (size_t i = 0; i < a->references.n; i++)
		push_reference(array, pl_advisory_references[a->references.v[i].category], a->references.v[i].summary,
			a->references.v[i].url);
}

static void set_document(struct pl_json *root, const struct pl_advisory *a)
{
	struct pl_json *o = pl_json_set_object(root, "document");

	pl_csaf_thanks(o, &a->thanks);
	if (a->severity.len)
		pl_json_set_str(pl_json_set_object(o, "aggregate_severity"), "text", a->severity);
	pl_json_set_z(o, "category", pl_advisory_categories[a->category]);
	pl_json_set_z(o, "csaf_version", "2.0");
	set_distribution(o, a);
	pl_format_text(o, "lang", a->lang);
	if (a->notes.n)
		pl_csaf_notes(pl_json_set_array(o, "notes"), &a->notes);
	set_publisher(o, a);
	set_references(o, a);
	pl_format_text(o, "source_lang", a->source_lang);
	pl_json_set_str(o, "title", a->title);
	set_tracking(o, a);
}

pl_status pl_csaf_write(const struct pl_advisory *a, struct pl_buf *out)
{
	struct pl_json *root PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_json *array;

	set_document(root, a);
	pl_csaf_products(root, a);
	if (a->vulnerabilities.n) {
		array = pl_json_set_array(root, "vulnerabilities");
		for (size_t i = 0; i < a->vulnerabilities.n; i++)
			pl_csaf_vulnerability(pl_json_push_object(array), a, &a->vulnerabilities.v[i]);
	}
	/* Sorted members are test 6.2.13. */
	return pl_json_canon_rfc8785(root, out);
}
