/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes commitments for another implementation to check.
 *
 *	commitment_cases vector              the fixed case of tests/vectors/commitment.txt, in its layout
 *	commitment_cases random SEED COUNT   COUNT cases, each in the same layout, drawn from SEED
 */
#include "crypto/commit.h"
#include <stdio.h>
#include <stdlib.h>

static const char declaration[] = "pellucid-declaration v1\n"
				  "name request/v1\n"
				  "field number u64 open\n"
				  "field received time open\n"
				  "field channel enum open post,mail,portal\n"
				  "field urgent bool open\n"
				  "field text text private\n"
				  "field attachment digest private\n"
				  "field token bytes private\n"
				  "field answered time open\n"
				  "field note text private\n";
#define FIELDS 9u

struct one {
	struct pl_commit_decl decl;
	struct pl_digest context;
	uint32_t revision;
	struct pl_commit_seeds seeds;
	struct pl_buf bytes[FIELDS];
	struct pl_commit_value values[FIELDS];
};

static uint64_t state;

static uint64_t draw(uint64_t below)
{
	state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (state >> 20) % below;
}

static void must(pl_status st, const char *what)
{
	if (!st)
		return;
	(void)fprintf(stderr, "commitment_cases: %s: %s\n", what, pl_status_text(st));
	_Exit(3);
}

static void set(struct one *c, size_t i, const char *text)
{
	must(pl_commit_value_encode(&c->decl.fields[i], pl_str_from(text), &c->bytes[i], NULL), text);
	c->values[i] = (struct pl_commit_value){true, pl_buf_bytes(&c->bytes[i])};
}

static void begin(struct one *c)
{
	*c = (struct one){0};
	must(pl_commit_decl_parse(pl_str_from(declaration), &c->decl, NULL), "declaration");
	for (size_t i = 0; i < FIELDS; i++)
		pl_buf_init(&c->bytes[i], 4096);
}

static void fixed(struct one *c)
{
	begin(c);
	for (unsigned i = 0; i < 32; i++) {
		c->context.b[i] = (uint8_t)(0x80 + i);
		c->seeds.open[i] = (uint8_t)i;
		c->seeds.secret[i] = (uint8_t)(0x40 + i);
	}
	c->revision = 7;
	set(c, 0, "18446744073709551615");
	set(c, 1, "2026-11-21T23:30:00Z");
	set(c, 2, "mail");
	set(c, 3, "true");
	set(c, 4, "R3LDvMOfZSBhdXMgS8O2bG4=");
	set(c, 5, "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	set(c, 6, "");
}

static void random_value(struct one *c, size_t i)
{
	static const char *const channels[] = {"post", "mail", "portal"};
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(4096);
	uint8_t raw[300];
	size_t n = draw(i == 4 || i == 6 || i == 8 ? sizeof raw : 33);

	for (size_t k = 0; k < sizeof raw; k++)
		raw[k] = (uint8_t)(i == 6 || i == 5 ? draw(256) : 0x20 + draw(0x5f));
	switch (c->decl.fields[i].type) {
	case PL_COMMIT_U64:
		pl_buf_put_u64(&text, draw(2) ? draw(1u << 20) : UINT64_MAX - draw(1000));
		break;
	case PL_COMMIT_BOOL:
		pl_buf_put_z(&text, draw(2) ? "true" : "false");
		break;
	case PL_COMMIT_ENUM:
		pl_buf_put_z(&text, channels[draw(3)]);
		break;
	case PL_COMMIT_TEXT:
	case PL_COMMIT_BYTES:
		pl_base64_put(&text, (pl_bytes){raw, n});
		break;
	case PL_COMMIT_TIME:
		pl_buf_printf(&text, "20%02u-%02u-%02uT%02u:%02u:%02uZ", (unsigned)draw(100), (unsigned)draw(12) + 1,
			(unsigned)draw(28) + 1, (unsigned)draw(24), (unsigned)draw(60), (unsigned)draw(60));
		break;
	case PL_COMMIT_DIGEST:
		pl_buf_put_z(&text, "sha256:");
		pl_hex_put(&text, (pl_bytes){raw, 32});
		break;
	}
	set(c, i, pl_buf_z(&text));
}

static void drawn(struct one *c)
{
	begin(c);
	for (unsigned i = 0; i < 32; i++) {
		c->context.b[i] = (uint8_t)draw(256);
		c->seeds.open[i] = (uint8_t)draw(256);
		c->seeds.secret[i] = (uint8_t)draw(256);
	}
	c->revision = (uint32_t)draw(UINT64_C(1) << 32);
	for (size_t i = 0; i < FIELDS; i++)
		if (draw(4))
			random_value(c, i);
}

static void put_hex(struct pl_buf *out, const char *word, const uint8_t *b)
{
	pl_buf_put_z(out, word);
	pl_hex_put(out, (pl_bytes){b, 32});
	pl_buf_put_c(out, '\n');
}

static void put_block(struct pl_buf *out, const char *name, pl_str text)
{
	pl_str line;

	pl_buf_printf(out, "begin %s\n", name);
	while (pl_str_take_line(&text, &line))
		pl_buf_printf(out, "|%.*s\n", PL_STR_ARG(line));
	pl_buf_put_z(out, "end\n");
}

static void put_opening(struct pl_buf *out, const char *name, const struct one *c, const struct pl_commit_tree *tree,
	const size_t *fields, size_t n)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(100000);

	must(pl_commit_open(&c->decl, tree, &c->seeds, c->values, fields, n, &text), name);
	put_block(out, name, pl_buf_str(&text));
}

static void print_case(struct one *c)
{
	static const size_t all[FIELDS] = {0, 1, 2, 3, 4, 5, 6, 7, 8}, some[] = {1, 7};
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(1000000), text PL_CLEANUP(pl_buf_done) = PL_BUF(10000);
	struct pl_commit_tree tree;
	struct pl_digest root;

	must(pl_commit_build(&c->decl, &c->context, c->revision, &c->seeds, c->values, &tree), "build");
	pl_commit_root(&tree, &root);
	put_block(&out, "declaration", pl_str_from(declaration));
	put_hex(&out, "context ", c->context.b);
	pl_buf_printf(&out, "revision %u\n", c->revision);
	put_hex(&out, "open-seed ", c->seeds.open);
	put_hex(&out, "private-seed ", c->seeds.secret);
	for (size_t i = 0; i < FIELDS; i++) {
		if (!c->values[i].present)
			continue;
		pl_buf_clear(&text);
		must(pl_commit_value_text(&c->decl.fields[i], c->values[i].value, &text), "value");
		pl_buf_printf(
			&out, "value %.*s %.*s\n", PL_STR_ARG(c->decl.fields[i].name), PL_STR_ARG(pl_buf_str(&text)));
	}
	put_hex(&out, "root ", root.b);
	put_opening(&out, "opening-all", c, &tree, all, FIELDS);
	pl_commit_seeds_erase(&c->seeds);
	put_opening(&out, "opening-after-erasure", c, &tree, some, PL_COUNT(some));
	pl_buf_put_z(&out, "case-end\n");
	must(pl_buf_status(&out), "output");
	(void)fwrite(out.ptr, 1, out.len, stdout);
	for (size_t i = 0; i < FIELDS; i++)
		pl_buf_done(&c->bytes[i]);
}

int main(int argc, char **argv)
{
	static struct one c;
	uint64_t count = 0;

	if (argc == 2 && pl_str_eq(pl_str_from(argv[1]), PL_STR("vector"))) {
		fixed(&c);
		print_case(&c);
		return 0;
	}
	if (argc != 4 || pl_str_to_u64(pl_str_from(argv[2]), UINT64_MAX, &state) ||
		pl_str_to_u64(pl_str_from(argv[3]), 100000, &count))
		return 2;
	while (count--) {
		drawn(&c);
		print_case(&c);
	}
	return 0;
}
