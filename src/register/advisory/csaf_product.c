/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/advisory/csaf_product: the product tree (CSAF 2.0 section 3.2.2): a branch for each vendor, below it one
 * for each product, below that one for each version or range; then relations and groups.
 */
#include "register/advisory/csaf_internal.h"

#define NAME_MAX ((size_t)8 << 10)

static void set_hashes(struct pl_json *helper, const struct pl_advisory_helper *h)
{
	struct pl_json *array;

	if (!h->files.n)
		return;
	array = pl_json_set_array(helper, "hashes");
	for (size_t i = 0; i < h->files.n; i++) {
		struct pl_json *o = pl_json_push_object(array), *hashes = pl_json_set_array(o, "file_hashes");

		for (size_t k = 0; k < h->files.v[i].hashes.n; k++) {
			struct pl_json *one = pl_json_push_object(hashes);

			pl_json_set_str(one, "algorithm", h->files.v[i].hashes.v[k].algorithm);
			pl_json_set_str(one, "value", h->files.v[i].hashes.v[k].value);
		}
		pl_json_set_str(o, "filename", h->files.v[i].filename);
	}
}

static void set_helper(struct pl_json *product, const struct pl_advisory_helper *h)
{
	struct pl_json *o = pl_json_new_object();

	pl_format_text(o, "cpe", h->cpe);
	set_hashes(o, h);
	pl_format_texts(o, "model_numbers", &h->models);
	pl_format_text(o, "purl", h->purl);
	pl_format_texts(o, "sbom_urls", &h->sboms);
	pl_format_texts(o, "serial_numbers", &h->serials);
	pl_format_texts(o, "skus", &h->skus);
	if (pl_json_count(o))
		pl_json_set(product, "product_identification_helper", o);
	else
		pl_json_free(o);
}

static void push_version(struct pl_json *branches, const struct pl_advisory_product *p)
{
	struct pl_buf name PL_CLEANUP(pl_buf_done) = PL_BUF(NAME_MAX);
	struct pl_json *o = pl_json_push_object(branches), *product;

	pl_advisory_full_name(p, &name);
	pl_json_set_z(o, "category", p->range.len ? "product_version_range" : "product_version");
	pl_json_set_str(o, "name", p->range.len ? p->range : p->version);
	product = pl_json_set_object(o, "product");
	pl_json_set_str(product, "name", pl_buf_str(&name));
	pl_json_set_str(product, "product_id", p->id);
	set_helper(product, &p->helper);
}

/* A new branch with an empty list of branches, which comes back. */
static struct pl_json *push_branch(struct pl_json *branches, const char *category, pl_str name)
{
	struct pl_json *o = pl_json_push_object(branches);

	pl_json_set_z(o, "category", category);
	pl_json_set_str(o, "name", name);
	return pl_json_set_array(o, "branches");
}

static bool same_vendor(const struct pl_advisory_product *a, const struct pl_advisory_product *b)
{
	return pl_str_eq(a->vendor, b->vendor);
}

static bool same_name(const struct pl_advisory_product *a, const struct pl_advisory_product *b)
{
	return same_vendor(a, b) && pl_str_eq(a->name, b->name);
}

/* Is the @i-th product the first one that is the same in this respect? */
static bool is_first(const struct pl_advisory *a, size_t i,
	bool (*same)(const struct pl_advisory_product *, const struct pl_advisory_product *))
{
	for (size_t k = 0; k < i; k++)
		if (same(&a->products.v[k], &a->products.v[i]))
			return false;
	return true;
}

static void push_name(struct pl_json *branches, const struct pl_advisory *a, size_t i)
{
	struct pl_json *versions = push_branch(branches, "product_name", a->products.v[i].name);

	for (size_t k = i; k < a->products.n; k++)
		if (same_name(&a->products.v[k], &a->products.v[i]))
			push_version(versions, &a->products.v[k]);
}

static void push_vendor(struct pl_json *branches, const struct pl_advisory *a, size_t i)
{
	struct pl_json *names = push_branch(branches, "vendor", a->products.v[i].vendor);

	for (size_t k = i; k < a->products.n; k++)
		if (same_vendor(&a->products.v[k], &a->products.v[i]) && is_first(a, k, same_name))
			push_name(names, a, k);
}

static void set_relations(struct pl_json *tree, const struct pl_advisory *a)
{
	struct pl_json *array = pl_json_set_array(tree, "relationships");

	for (size_t i = 0; i < a->relations.n; i++) {
		const struct pl_advisory_relation *r = &a->relations.v[i];
		struct pl_json *o = pl_json_push_object(array), *product;

		pl_json_set_z(o, "category", pl_advisory_relations[r->category]);
		product = pl_json_set_object(o, "full_product_name");
		pl_json_set_str(product, "name", r->name);
		pl_json_set_str(product, "product_id", r->id);
		set_helper(product, &r->helper);
		pl_json_set_str(o, "product_reference", r->product);
		pl_json_set_str(o, "relates_to_product_reference", r->relates_to);
	}
}

static void set_groups(struct pl_json *tree, const struct pl_advisory *a)
{
	struct pl_json *array = pl_json_set_array(tree, "product_groups");

	for (size_t i = 0; i < a->groups.n; i++) {
		struct pl_json *o = pl_json_push_object(array);

		pl_json_set_str(o, "group_id", a->groups.v[i].id);
		pl_format_texts(o, "product_ids", &a->groups.v[i].products);
		pl_format_text(o, "summary", a->groups.v[i].summary);
	}
}

void pl_csaf_products(struct pl_json *root, const struct pl_advisory *a)
{
	struct pl_json *tree, *branches;

	if (!a->products.n && !a->relations.n && !a->groups.n)
		return;
	tree = pl_json_set_object(root, "product_tree");
	if (a->products.n) {
		branches = pl_json_set_array(tree, "branches");
		for (size_t i = 0; i < a->products.n; i++)
			if (is_first(a, i, same_vendor))
				push_vendor(branches, a, i);
	}
	if (a->relations.n)
		set_relations(tree, a);
	if (a->groups.n)
		set_groups(tree, a);
}
