/* SPDX-License-Identifier: Apache-2.0 */
/* register/advisory/rules_product: products, relations and groups, and how others find them. */
#include "register/advisory/ident.h"
#include "register/advisory/rules_internal.h"
#include <stdio.h>
#include <strings.h>

#define PLACE_MAX 64u

/* ---- identification helpers ---- */

static bool is_algorithm(pl_str s, const char *name)
{
	return s.len == strlen(name) && strncasecmp(s.ptr, name, s.len) == 0;
}

static bool hash_value_ok(pl_str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!((s.ptr[i] >= '0' && s.ptr[i] <= '9') || ((s.ptr[i] | 0x20) >= 'a' && (s.ptr[i] | 0x20) <= 'f')))
			return false;
	return s.len >= 32;
}

static void check_file(const struct pl_advisory_file *file, const char *where, struct pl_findings *f)
{
	bool only_md5 = true, only_sha1 = true;

	for (size_t i = 0; i < file->hashes.n; i++) {
		const struct pl_advisory_hash *h = &file->hashes.v[i];

		only_md5 = only_md5 && is_algorithm(h->algorithm, "md5");
		only_sha1 = only_sha1 && is_algorithm(h->algorithm, "sha1");
		if (!hash_value_ok(h->value))
			ERROR(f, "schema", "at least 32 hexadecimal digits are wanted", "%s.file_hashes[%zu].value", where, i);
		for (size_t k = 0; k < i; k++)
			if (pl_str_eq(file->hashes.v[k].algorithm, h->algorithm))
				ERROR(f, "6.1.25", "one hash for each algorithm", "%s.file_hashes[%zu]", where, i);
	}
	if (only_md5)
		ADVICE(f, "6.2.8", "MD5 alone shows nothing", "%s", where);
	if (only_sha1)
		ADVICE(f, "6.2.9", "SHA-1 alone shows nothing", "%s", where);
}

static void check_helper(const struct pl_advisory_helper *h, const char *where, struct pl_findings *f)
{
	char place[PLACE_MAX + 32];

	if (!h->cpe.len && !h->purl.len && !h->files.n && !h->models.n && !h->serials.n && !h->skus.n && !h->sboms.n)
		ADVICE(f, "6.2.16", "a CPE, purl or hash helps others to find the product", "%s", where);
	if (h->cpe.len && !pl_ident_cpe(h->cpe))
		ERROR(f, "schema", "a CPE name, 2.3 or 2.2, is wanted", "%s.helper.cpe", where);
	if (h->purl.len && !pl_ident_purl(h->purl))
		ERROR(f, "6.1.13", "a package URL is wanted", "%s.helper.purl", where);
	for (size_t i = 0; i < h->sboms.n; i++)
		if (!pl_ident_url(h->sboms.v[i], true))
			ERROR(f, "url", "an absolute address is wanted", "%s.helper.sbom_urls[%zu]", where, i);
	for (size_t i = 0; i < h->files.n; i++) {
		(void)snprintf(place, sizeof place, "%s.helper.hashes[%zu]", where, i);
		check_file(&h->files.v[i], place, f);
	}
}

/* ---- products ---- */

/* 6.1.31: does a version look like a range? */
static bool looks_like_range(pl_str version)
{
	static const char *const words[] = {"after", "all", "before", "earlier", "later", "prior", "versions"};

	if (pl_str_find(version, '<') < version.len || pl_str_find(version, '>') < version.len)
		return true;
	while (version.len) {
		size_t n = pl_str_find(version, ' ');
		pl_str word = pl_str_sub(version, 0, n);

		for (size_t i = 0; i < PL_COUNT(words); i++)
			if (is_algorithm(word, words[i]))
				return true;
		version = pl_str_sub(version, n + 1, version.len);
	}
	return false;
}

/* Is @id of a product before the @i-th, or of a relation before the @k-th? */
static bool known_before(const struct pl_advisory *a, pl_str id, size_t i, size_t k)
{
	for (size_t n = 0; n < i; n++)
		if (pl_str_eq(a->products.v[n].id, id))
			return true;
	for (size_t n = 0; n < k; n++)
		if (pl_str_eq(a->relations.v[n].id, id))
			return true;
	return false;
}

static void check_product(const struct pl_advisory *a, size_t i, struct pl_findings *f)
{
	const struct pl_advisory_product *p = &a->products.v[i];
	char place[PLACE_MAX];

	(void)snprintf(place, sizeof place, "products[%zu]", i);
	if (known_before(a, p->id, i, 0))
		ERROR(f, "6.1.2", "an identifier stands for one product", "%s.id", place);
	if (!p->version.len == !p->range.len)
		ERROR(f, "schema", "either a version or a range is wanted", "%s", place);
	if (p->version.len && looks_like_range(p->version))
		ERROR(f, "6.1.31", "a range of versions belongs into the member range", "%s.version", place);
	if (p->range.len && !pl_ident_vers(p->range))
		ADVICE(f, "6.2.18", "a range like vers:generic/>=1.0|<1.4 is wanted", "%s.range", place);
	check_helper(&p->helper, place, f);
}

/* ---- relations ---- */

/* Does what @from is made of lead to @id? Each relation is looked at once. */
static bool leads_to(const struct pl_advisory *a, pl_str from, pl_str id, bool seen[static PL_ADVISORY_RELATIONS_MAX])
{
	const struct pl_advisory_relation *r = pl_advisory_relation(a, from);

	if (!r || seen[r - a->relations.v])
		return false;
	seen[r - a->relations.v] = true;
	return pl_str_eq(r->product, id) || pl_str_eq(r->relates_to, id) || leads_to(a, r->product, id, seen) ||
		leads_to(a, r->relates_to, id, seen);
}

static bool circular(const struct pl_advisory *a, pl_str id)
{
	bool seen[PL_ADVISORY_RELATIONS_MAX] = {false};

	return leads_to(a, id, id, seen);
}

static bool is_known(const struct pl_advisory *a, pl_str id)
{
	return pl_advisory_product(a, id) || pl_advisory_relation(a, id);
}

static void check_relation(const struct pl_advisory *a, size_t i, struct pl_findings *f)
{
	const struct pl_advisory_relation *r = &a->relations.v[i];
	char place[PLACE_MAX];

	(void)snprintf(place, sizeof place, "relationships[%zu]", i);
	if (known_before(a, r->id, a->products.n, i))
		ERROR(f, "6.1.2", "an identifier stands for one product", "%s.id", place);
	if (!is_known(a, r->product))
		ERROR(f, "6.1.1", "there is no such product", "%s.product", place);
	if (!is_known(a, r->relates_to))
		ERROR(f, "6.1.1", "there is no such product", "%s.relates_to", place);
	if (circular(a, r->id))
		ERROR(f, "6.1.3", "a relation does not lead back to itself", "%s", place);
	check_helper(&r->helper, place, f);
}

static void check_groups(const struct pl_advisory *a, struct pl_findings *f)
{
	for (size_t i = 0; i < a->groups.n; i++) {
		const struct pl_advisory_group *g = &a->groups.v[i];

		for (size_t k = 0; k < i; k++)
			if (pl_str_eq(a->groups.v[k].id, g->id))
				ERROR(f, "6.1.5", "an identifier stands for one group", "groups[%zu].id", i);
		for (size_t k = 0; k < g->products.n; k++)
			if (!is_known(a, g->products.v[k]))
				ERROR(f, "6.1.1", "there is no such product", "groups[%zu].products[%zu]", i, k);
		if (g->products.n < 2)
			ERROR(f, "schema", "a group has at least two products", "groups[%zu].products", i);
	}
}

/* ---- what nobody speaks of ---- */

static bool scope_names(const struct pl_advisory_scope *s, pl_str id)
{
	return pl_texts_has(&s->products, id);
}

static bool vulnerability_names(const struct pl_vulnerability *v, pl_str id)
{
	for (size_t i = 0; i < PL_PRODUCT_COUNT; i++)
		if (pl_texts_has(&v->status[i], id))
			return true;
	for (size_t i = 0; i < v->scores.n; i++)
		if (pl_texts_has(&v->scores.v[i].products, id))
			return true;
	for (size_t i = 0; i < v->remedies.n; i++)
		if (scope_names(&v->remedies.v[i].scope, id))
			return true;
	for (size_t i = 0; i < v->flags.n; i++)
		if (scope_names(&v->flags.v[i].scope, id))
			return true;
	for (size_t i = 0; i < v->threats.n; i++)
		if (scope_names(&v->threats.v[i].scope, id))
			return true;
	return false;
}

static bool is_named(const struct pl_advisory *a, pl_str id)
{
	for (size_t i = 0; i < a->relations.n; i++)
		if (pl_str_eq(a->relations.v[i].product, id) || pl_str_eq(a->relations.v[i].relates_to, id))
			return true;
	for (size_t i = 0; i < a->groups.n; i++)
		if (pl_texts_has(&a->groups.v[i].products, id))
			return true;
	for (size_t i = 0; i < a->vulnerabilities.n; i++)
		if (vulnerability_names(&a->vulnerabilities.v[i], id))
			return true;
	return false;
}

void pl_rules_products(const struct pl_advisory *a, struct pl_findings *f)
{
	for (size_t i = 0; i < a->products.n; i++) {
		check_product(a, i, f);
		if (!is_named(a, a->products.v[i].id))
			ADVICE(f, "6.2.1", "nothing is said of this product", "products[%zu]", i);
	}
	for (size_t i = 0; i < a->relations.n; i++) {
		check_relation(a, i, f);
		if (!is_named(a, a->relations.v[i].id))
			ADVICE(f, "6.2.1", "nothing is said of this product", "relationships[%zu]", i);
	}
	check_groups(a, f);
}
