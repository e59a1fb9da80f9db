/* SPDX-License-Identifier: Apache-2.0 */
/* register/advisory/rules_document: identifier, languages, versions and dates, references, thanks. */
#include "register/advisory/ident.h"
#include "register/advisory/rules_internal.h"

/* ---- what stands in documents and vulnerabilities alike ---- */

void pl_rules_references(const struct pl_advisory_reference_list *list, const char *where, struct pl_findings *f)
{
	for (size_t i = 0; i < list->n; i++)
		if (!pl_ident_url(list->v[i].url, true))
			ERROR(f, "url", "an absolute address is wanted", "%sreferences[%zu].url", where, i);
}

void pl_rules_thanks(const struct pl_advisory_thanks_list *list, const char *where, struct pl_findings *f)
{
	for (size_t i = 0; i < list->n; i++) {
		const struct pl_advisory_thanks *t = &list->v[i];

		if (!t->names.n && !t->organization.len && !t->summary.len && !t->urls.n)
			ERROR(f, "schema", "at least one member is wanted", "%sacknowledgments[%zu]", where, i);
		for (size_t k = 0; k < t->urls.n; k++)
			if (!pl_ident_url(t->urls.v[k], true))
				ERROR(f, "url", "an absolute address is wanted", "%sacknowledgments[%zu].urls[%zu]", where, i, k);
	}
}

/* ---- identifier, publisher, language ---- */

static bool id_ok(pl_str id)
{
	bool letter = false;

	for (size_t i = 0; i < id.len; i++) {
		if (id.ptr[i] <= ' ' || id.ptr[i] > '~' || id.ptr[i] == '/')
			return false;
		letter = letter || (id.ptr[i] >= '0' && id.ptr[i] <= '9') || ((id.ptr[i] | 0x20) >= 'a' && (id.ptr[i] | 0x20) <= 'z');
	}
	return letter;
}

static void check_language(pl_str lang, const char *place, struct pl_findings *f)
{
	bool private_use, by_default;

	if (!lang.len)
		return;
	if (!pl_ident_language(lang, &private_use, &by_default))
		ERROR(f, "6.1.12", "a language tag like en or de-CH is wanted", "%s", place);
	else if (private_use)
		ADVICE(f, "6.2.14", "a private language tells readers nothing", "%s", place);
	else if (by_default)
		ADVICE(f, "6.2.15", "the default language tells readers nothing", "%s", place);
}

static void check_languages(const struct pl_advisory *a, struct pl_findings *f)
{
	check_language(a->lang, "lang", f);
	check_language(a->source_lang, "source_lang", f);
	if (a->publisher.category == PL_PUBLISHER_TRANSLATOR && !a->source_lang.len)
		ERROR(f, "6.1.15", "a translator says from which language", "source_lang");
	if (a->source_lang.len && pl_str_eq(a->source_lang, a->lang))
		ERROR(f, "6.1.28", "a translation is in another language", "source_lang");
}

static void check_names(const struct pl_advisory *a, struct pl_findings *f)
{
	if (!id_ok(a->id))
		ERROR(f, "id", "letters, digits and signs without blanks and slashes are wanted", "id");
	if (!pl_ident_site(a->site))
		ERROR(f, "url", "https:// and a host without a path are wanted", "site");
	if (!pl_ident_url(a->publisher.namespace, true))
		ERROR(f, "url", "an absolute address is wanted", "publisher.namespace");
	if (a->cna_org.len && !pl_ident_uuid(a->cna_org))
		ERROR(f, "cna", "a UUID in lower case is wanted", "cna.org");
}

/* ---- versions ---- */

/* 6.1.21: integers and majors go up by one, and begin with 0 or 1. */
static void check_gap(const struct pl_advisory_number *before, const struct pl_advisory_number *n, size_t i,
	struct pl_findings *f)
{
	uint64_t last = before ? before->major : 0;

	if (before ? n->major > last + 1 : n->major > 1)
		ERROR(f, "6.1.21", "a version before this one is missing", "revisions[%zu].number", i);
}

static void check_order(const struct pl_advisory *a, const struct pl_advisory_number *before,
	const struct pl_advisory_number *n, size_t i, struct pl_findings *f)
{
	int order = pl_advisory_number_cmp(before, n);

	if (before->semantic != n->semantic) {
		ERROR(f, "6.1.30", "integers and semantic versions do not mix", "revisions[%zu].number", i);
		return;
	}
	if (order == 0)
		ERROR(f, "6.1.22", "a version stands once", "revisions[%zu].number", i);
	else if (order > 0 || a->revisions.v[i - 1].date > a->revisions.v[i].date)
		ERROR(f, "6.1.14", "dates and versions go up together", "revisions[%zu]", i);
	else
		check_gap(before, n, i, f);
}

static void check_number(const struct pl_advisory *a, const struct pl_advisory_number *n, size_t i,
	struct pl_findings *f)
{
	bool last = i + 1 == a->revisions.n, released = a->state != PL_ADVISORY_DRAFT;

	if (n->pre.len)
		ERROR(f, "6.1.19", "versions before a release do not stand in the history", "revisions[%zu].number", i);
	if (n->pre.len && last && released)
		ERROR(f, "6.1.20", "a released document has no version before a release", "revisions[%zu].number", i);
	if ((n->pre.len || n->major == 0) && last && released)
		ERROR(f, "6.1.17", "with this version the document is a draft", "revisions[%zu].number", i);
	if (n->major == 0 && released)
		ERROR(f, "6.1.18", "a released document has no version 0 in its history", "revisions[%zu].number", i);
	if (n->build.len)
		ADVICE(f, "6.2.4", "builds do not belong into the history", "revisions[%zu].number", i);
}

static void check_revisions(const struct pl_advisory *a, struct pl_findings *f)
{
	struct pl_advisory_number before = {0}, n;
	bool has_before = false;

	for (size_t i = 0; i < a->revisions.n; i++) {
		if (pl_advisory_number(a->revisions.v[i].number, &n)) {
			ERROR(f, "schema", "an integer or a semantic version is wanted", "revisions[%zu].number", i);
			return;
		}
		check_number(a, &n, i, f);
		if (has_before)
			check_order(a, &before, &n, i, f);
		else
			check_gap(NULL, &n, i, f);
		before = n;
		has_before = true;
	}
}

void pl_rules_document(const struct pl_advisory *a, struct pl_findings *f)
{
	check_names(a, f);
	check_languages(a, f);
	check_revisions(a, f);
	pl_rules_references(&a->references, "", f);
	pl_rules_thanks(&a->thanks, "", f);
}
