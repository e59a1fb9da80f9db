/* SPDX-License-Identifier: Apache-2.0 */
/* Trees and openings; declarations and values are in commit_decl.c. */
#include "crypto/commit.h"
#include "base/random.h"

#define LEAF_PREFIX "pellucid-commit-leaf-v1" /* with its NUL */
#define NODE_PREFIX "pellucid-commit-node-v1"
#define LINE_HEAD "pellucid-opening v1"

/* ---- hashing ---- */

static void salt_of(const uint8_t seed[static PL_COMMIT_SEED_LEN], size_t index, uint32_t revision,
	struct pl_digest *ret)
{
	uint8_t msg[6];

	pl_be16_write(msg, (uint16_t)index);
	pl_be32_write(msg + 2, revision);
	pl_hmac_sha256((pl_bytes){seed, PL_COMMIT_SEED_LEN}, (pl_bytes){msg, sizeof msg}, ret);
}

static void leaf_of(const struct pl_digest *declaration, const struct pl_digest *context, size_t index,
	struct pl_commit_value v, const uint8_t salt[static PL_DIGEST_LEN], struct pl_digest *ret)
{
	uint8_t middle[3], length[4];

	if (!v.present)
		v.value = (pl_bytes){0};
	pl_be16_write(middle, (uint16_t)index);
	middle[2] = v.present ? 1 : 0;
	pl_be32_write(length, (uint32_t)v.value.len);
	pl_sha256_parts((const pl_bytes[]){{(const uint8_t *)LEAF_PREFIX, sizeof LEAF_PREFIX},
				pl_digest_bytes(declaration), pl_digest_bytes(context), {middle, sizeof middle},
				{salt, PL_DIGEST_LEN}, {length, sizeof length}, v.value},
		7, ret);
}

static void node_of(const struct pl_digest *left, const struct pl_digest *right, struct pl_digest *ret)
{
	pl_sha256_parts((const pl_bytes[]){{(const uint8_t *)NODE_PREFIX, sizeof NODE_PREFIX}, pl_digest_bytes(left),
				pl_digest_bytes(right)},
		3, ret);
}

/* ---- seeds ---- */

void pl_commit_seeds_new(struct pl_commit_seeds *ret)
{
	*ret = (struct pl_commit_seeds){0};
	pl_random(ret->open, sizeof ret->open);
	pl_random(ret->secret, sizeof ret->secret);
}

void pl_commit_seeds_erase(struct pl_commit_seeds *s)
{
	pl_wipe(s->secret, sizeof s->secret);
	s->erased = true;
}

/* ---- trees ---- */

/* The leaf at @index: a declared field, or padding, which is absent and under the open seed. */
static pl_status make_leaf(const struct pl_commit_decl *decl, const struct pl_commit_tree *tree,
	const struct pl_commit_seeds *seeds, size_t index, struct pl_commit_value v, struct pl_digest *ret)
{
	bool is_private = index < decl->n && decl->fields[index].is_private;
	struct pl_digest salt;

	if (is_private && seeds->erased)
		return PL_E_STATE;
	salt_of(is_private ? seeds->secret : seeds->open, index, tree->revision, &salt);
	leaf_of(&decl->digest, &tree->context, index, v, salt.b, ret);
	pl_wipe(&salt, sizeof salt);
	return PL_OK;
}

static pl_status check_value(const struct pl_commit_field *f, struct pl_commit_value v)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done_secret) = PL_BUF((size_t)2 * PL_COMMIT_VALUE_MAX);

	if (!v.present)
		return PL_OK;
	if (v.value.len > PL_COMMIT_VALUE_MAX)
		return PL_E_TOOBIG;
	return pl_commit_value_text(f, v.value, &text);
}

pl_status pl_commit_build(const struct pl_commit_decl *decl, const struct pl_digest *context, uint32_t revision,
	const struct pl_commit_seeds *seeds, const struct pl_commit_value *values, struct pl_commit_tree *ret)
{
	struct pl_commit_tree tree = {.context = *context, .revision = revision, .n = pl_commit_decl_leaves(decl)};
	pl_status st;

	for (size_t i = 0; i < tree.n; i++) {
		struct pl_commit_value v = {0};

		if (i < decl->n)
			v = values[i];
		st = i < decl->n ? check_value(&decl->fields[i], v) : PL_OK;
		if (!st)
			st = make_leaf(decl, &tree, seeds, i, v, &tree.leaves[i]);
		if (st)
			return st;
	}
	*ret = tree;
	return PL_OK;
}

void pl_commit_rebuild(const struct pl_commit_decl *decl, const struct pl_digest *context, uint32_t revision,
	const uint8_t open_seed[static PL_COMMIT_SEED_LEN], const struct pl_commit_value *values,
	struct pl_commit_tree *tree)
{
	tree->context = *context;
	tree->revision = revision;
	tree->n = pl_commit_decl_leaves(decl);
	for (size_t i = 0; i < tree->n; i++) {
		struct pl_commit_value v = {0};
		struct pl_digest salt;

		if (i < decl->n && decl->fields[i].is_private)
			continue;
		if (i < decl->n)
			v = values[i];
		salt_of(open_seed, i, revision, &salt);
		leaf_of(&decl->digest, context, i, v, salt.b, &tree->leaves[i]);
	}
}

/* Fold @nodes[n] (n a power of two) to their root; path[] (may be NULL) gets the siblings on the way from @index up. */
static size_t fold(struct pl_digest *nodes, size_t n, size_t index, struct pl_digest *path)
{
	size_t depth = 0;

	for (; n > 1; n /= 2, index /= 2, depth++) {
		if (path)
			path[depth] = nodes[index ^ 1];
		for (size_t i = 0; i < n / 2; i++)
			node_of(&nodes[2 * i], &nodes[2 * i + 1], &nodes[i]);
	}
	return depth;
}

void pl_commit_root(const struct pl_commit_tree *tree, struct pl_digest *ret)
{
	struct pl_digest nodes[PL_COMMIT_FIELDS_MAX];

	memcpy(nodes, tree->leaves, tree->n * sizeof nodes[0]);
	fold(nodes, tree->n, 0, NULL);
	*ret = nodes[0];
}

/* ---- writing openings ---- */

static void put_line(struct pl_buf *out, const char *word, const struct pl_digest *d)
{
	pl_buf_put_z(out, word);
	pl_hex_put(out, pl_digest_bytes(d));
	pl_buf_put_c(out, '\n');
}

static void put_head(const struct pl_commit_decl *decl, const struct pl_commit_tree *tree, struct pl_buf *out)
{
	struct pl_digest root;

	pl_commit_root(tree, &root);
	pl_buf_put_z(out, LINE_HEAD "\n");
	put_line(out, "declaration sha256:", &decl->digest);
	put_line(out, "context ", &tree->context);
	put_line(out, "root sha256:", &root);
}

static pl_status put_field(const struct pl_commit_decl *decl, const struct pl_commit_tree *tree,
	const struct pl_commit_seeds *seeds, struct pl_commit_value v, size_t index, struct pl_buf *out)
{
	const struct pl_commit_field *f = &decl->fields[index];
	struct pl_digest nodes[PL_COMMIT_FIELDS_MAX], path[PL_COMMIT_DEPTH_MAX], leaf, salt;
	size_t depth;
	pl_status st;

	st = make_leaf(decl, tree, seeds, index, v, &leaf);
	if (st)
		return st;
	if (!pl_digest_eq(&leaf, &tree->leaves[index]))
		return PL_E_CORRUPT;
	salt_of(f->is_private ? seeds->secret : seeds->open, index, tree->revision, &salt);
	pl_buf_printf(out, "field %zu ", index);
	pl_buf_put_str(out, f->name);
	pl_buf_put_c(out, '\n');
	put_line(out, "salt ", &salt);
	if (v.present) {
		pl_buf_put_z(out, "value ");
		st = pl_commit_value_text(f, v.value, out);
		if (st)
			return st;
		pl_buf_put_c(out, '\n');
	} else {
		pl_buf_put_z(out, "absent\n");
	}
	memcpy(nodes, tree->leaves, tree->n * sizeof nodes[0]);
	depth = fold(nodes, tree->n, index, path);
	for (size_t i = 0; i < depth; i++)
		put_line(out, "path ", &path[i]);
	return pl_buf_status(out);
}

pl_status pl_commit_open(const struct pl_commit_decl *decl, const struct pl_commit_tree *tree,
	const struct pl_commit_seeds *seeds, const struct pl_commit_value *values, const size_t *fields,
	size_t n_fields, struct pl_buf *out)
{
	size_t start = out->len;
	pl_status st = PL_OK;

	if (tree->n != pl_commit_decl_leaves(decl))
		return PL_E_RANGE;
	put_head(decl, tree, out);
	for (size_t i = 0; i < n_fields && !st; i++) {
		if (fields[i] >= decl->n || (i && fields[i] <= fields[i - 1]))
			st = PL_E_RANGE;
		else
			st = put_field(decl, tree, seeds, values[fields[i]], fields[i], out);
	}
	if (!st)
		st = pl_buf_status(out);
	if (st)
		pl_buf_truncate(out, start);
	return st;
}

/* ---- reading openings ---- */

/* The line "<word><64 hex digits>\n". */
static pl_status take_hex(pl_str *text, pl_str word, uint8_t out[static PL_DIGEST_LEN])
{
	pl_str rest = *text, line;

	if (!pl_str_take_line(&rest, &line) || !pl_str_eat(&line, word) || pl_hex_read(line, out, PL_DIGEST_LEN))
		return PL_E_SYNTAX;
	*text = rest;
	return PL_OK;
}

pl_status pl_commit_opening_parse(pl_str text, const struct pl_commit_decl *decl, struct pl_commit_opening *ret,
	struct pl_diag *diag)
{
	struct pl_commit_opening o;
	pl_str line;

	if (!pl_str_take_line(&text, &line) || !pl_str_eq(line, PL_STR(LINE_HEAD)))
		return pl_diag_set(diag, PL_E_SYNTAX, "expected the first line \"" LINE_HEAD "\"");
	if (take_hex(&text, PL_STR("declaration sha256:"), o.declaration.b) ||
		take_hex(&text, PL_STR("context "), o.context.b) || take_hex(&text, PL_STR("root sha256:"), o.root.b))
		return pl_diag_set(diag, PL_E_SYNTAX, "expected the lines declaration, context and root");
	if (!pl_digest_eq(&o.declaration, &decl->digest))
		return pl_diag_set(diag, PL_E_CORRUPT, "the opening belongs to another declaration");
	o.rest = text;
	*ret = o;
	return PL_OK;
}

/* "field <index> <name>" */
static pl_status take_field(pl_str *text, const struct pl_commit_decl *decl, size_t *ret)
{
	pl_str rest = *text, line, number;
	uint64_t index;

	if (!pl_str_take_line(&rest, &line) || !pl_str_eat(&line, PL_STR("field ")) ||
		!pl_str_take_until(&line, ' ', &number) || pl_str_to_u64(number, decl->n - 1, &index) ||
		!pl_str_eq(line, decl->fields[index].name))
		return PL_E_SYNTAX;
	*text = rest;
	*ret = (size_t)index;
	return PL_OK;
}

static pl_status take_value(pl_str *text, struct pl_commit_opened *ret)
{
	pl_str line;

	if (!pl_str_take_line(text, &line))
		return PL_E_SYNTAX;
	ret->present = pl_str_eat(&line, PL_STR("value "));
	if (!ret->present && !pl_str_eq(line, PL_STR("absent")))
		return PL_E_SYNTAX;
	ret->text = ret->present ? line : (pl_str){0};
	return PL_OK;
}

static pl_status take_opened(pl_str *text, const struct pl_commit_decl *decl, struct pl_commit_opened *ret)
{
	size_t leaves = pl_commit_decl_leaves(decl);
	pl_status st;

	st = take_field(text, decl, &ret->index);
	if (!st)
		st = take_hex(text, PL_STR("salt "), ret->salt);
	if (!st)
		st = take_value(text, ret);
	for (; !st && (size_t)1 << ret->n_path < leaves; ret->n_path++)
		st = take_hex(text, PL_STR("path "), ret->path[ret->n_path].b);
	return st;
}

static bool leads_to_root(const struct pl_commit_opening *o, const struct pl_commit_opened *f, pl_bytes value)
{
	struct pl_digest at, up;

	leaf_of(&o->declaration, &o->context, f->index, (struct pl_commit_value){f->present, value}, f->salt, &at);
	for (size_t i = 0; i < f->n_path; i++) {
		bool right = f->index >> i & 1;

		node_of(right ? &f->path[i] : &at, right ? &at : &f->path[i], &up);
		at = up;
	}
	return pl_digest_eq(&at, &o->root);
}

pl_status pl_commit_opening_next(struct pl_commit_opening *o, const struct pl_commit_decl *decl,
	const struct pl_commit_opened *last, struct pl_commit_opened *ret, struct pl_diag *diag)
{
	struct pl_buf value PL_CLEANUP(pl_buf_done) = PL_BUF(PL_COMMIT_VALUE_MAX);
	struct pl_commit_opened f = {0};
	pl_str rest = o->rest;

	if (rest.len == 0)
		return PL_E_NOTFOUND;
	if (take_opened(&rest, decl, &f))
		return pl_diag_set(diag, PL_E_SYNTAX,
			"expected the lines field, salt, value or absent, and the right number of path lines");
	if (last && f.index <= last->index)
		return pl_diag_set(diag, PL_E_RANGE, "the fields of an opening stand in ascending order, each once");
	if (f.present && pl_commit_value_encode(&decl->fields[f.index], f.text, &value, diag))
		return PL_E_RANGE;
	if (!leads_to_root(o, &f, pl_buf_bytes(&value)))
		return pl_diag_set(diag, PL_E_PROOF, "the field %.*s does not lead to the root",
			PL_STR_ARG(decl->fields[f.index].name));
	o->rest = rest;
	*ret = f;
	return PL_OK;
}
