/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"
#include "base/file.h"
#include "crypto/commit.h"
#include <fcntl.h>
#include <stdio.h>

#define HEAD "pellucid-declaration v1\nname t\n"
#define FIELDS 9u

/* tests/vectors/commitment.txt */
struct vector {
	struct pl_arena arena;
	pl_str declaration, all, after;
	struct pl_digest context, root;
	uint32_t revision;
	struct pl_commit_seeds seeds;
	struct pl_commit_decl decl;
	struct pl_buf bytes[FIELDS];
	struct pl_commit_value values[FIELDS];
};

static pl_str block(struct vector *v, pl_str file, const char *name)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(100000);
	bool in = false;
	pl_str line, ret;

	while (pl_str_take_line(&file, &line)) {
		if (in && !pl_str_eat(&line, PL_STR("|")))
			break;
		if (in)
			pl_buf_printf(&out, "%.*s\n", PL_STR_ARG(line));
		else
			in = pl_str_eat(&line, PL_STR("begin ")) && pl_str_eq(line, pl_str_from(name));
	}
	assert_true(in);
	assert_int_equal(pl_arena_dup(&v->arena, pl_buf_str(&out), &ret), PL_OK);
	return ret;
}

static void read_line(struct vector *v, pl_str line)
{
	uint64_t n;
	pl_str name;
	size_t i;

	if (pl_str_eat(&line, PL_STR("context ")))
		assert_int_equal(pl_hex_read(line, v->context.b, 32), PL_OK);
	else if (pl_str_eat(&line, PL_STR("root ")))
		assert_int_equal(pl_hex_read(line, v->root.b, 32), PL_OK);
	else if (pl_str_eat(&line, PL_STR("open-seed ")))
		assert_int_equal(pl_hex_read(line, v->seeds.open, 32), PL_OK);
	else if (pl_str_eat(&line, PL_STR("private-seed ")))
		assert_int_equal(pl_hex_read(line, v->seeds.secret, 32), PL_OK);
	else if (pl_str_eat(&line, PL_STR("revision "))) {
		assert_int_equal(pl_str_to_u64(line, UINT32_MAX, &n), PL_OK);
		v->revision = (uint32_t)n;
	} else if (pl_str_eat(&line, PL_STR("value "))) {
		assert_true(pl_str_take_until(&line, ' ', &name));
		assert_int_equal(pl_commit_decl_find(&v->decl, name, &i), PL_OK);
		assert_int_equal(pl_commit_value_encode(&v->decl.fields[i], line, &v->bytes[i], NULL), PL_OK);
		v->values[i] = (struct pl_commit_value){true, pl_buf_bytes(&v->bytes[i])};
	}
}

static int load(void **state)
{
	struct pl_buf file PL_CLEANUP(pl_buf_done) = PL_BUF(100000);
	struct vector *v = PL_NEW(struct vector);
	pl_str rest, line;

	v->arena = (struct pl_arena)PL_ARENA(1000000);
	assert_int_equal(pl_file_read(AT_FDCWD, PL_VECTORS "/commitment.txt", &file), PL_OK);
	rest = pl_buf_str(&file);
	v->declaration = block(v, rest, "declaration");
	v->all = block(v, rest, "opening-all");
	v->after = block(v, rest, "opening-after-erasure");
	assert_int_equal(pl_commit_decl_parse(v->declaration, &v->decl, NULL), PL_OK);
	assert_int_equal(v->decl.n, FIELDS);
	for (size_t i = 0; i < FIELDS; i++)
		pl_buf_init(&v->bytes[i], 10000);
	while (pl_str_take_line(&rest, &line))
		read_line(v, line);
	*state = v;
	return 0;
}

static int unload(void **state)
{
	struct vector *v = *state;

	for (size_t i = 0; i < FIELDS; i++)
		pl_buf_done(&v->bytes[i]);
	pl_arena_done(&v->arena);
	pl_free(v);
	return 0;
}

static void build(const struct vector *v, struct pl_commit_tree *ret)
{
	assert_int_equal(pl_commit_build(&v->decl, &v->context, v->revision, &v->seeds, v->values, ret), PL_OK);
}

/* Prove all of @text; how many fields, or the refusal as a negative number. */
static int prove(const struct vector *v, pl_str text)
{
	struct pl_commit_opened f, last;
	struct pl_commit_opening o;
	pl_status st;
	int n = 0;

	st = pl_commit_opening_parse(text, &v->decl, &o, NULL);
	while (!st) {
		st = pl_commit_opening_next(&o, &v->decl, n ? &last : NULL, &f, NULL);
		if (st)
			break;
		last = f;
		n++;
	}
	return st == PL_E_NOTFOUND ? n : -(int)st;
}

static void makes_the_vector(void **state)
{
	static const size_t all[FIELDS] = {0, 1, 2, 3, 4, 5, 6, 7, 8};
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(100000);
	const struct vector *v = *state;
	struct pl_commit_tree tree;
	struct pl_digest root;

	build(v, &tree);
	assert_int_equal(tree.n, 16);
	pl_commit_root(&tree, &root);
	assert_true(pl_digest_eq(&root, &v->root));
	assert_int_equal(pl_commit_open(&v->decl, &tree, &v->seeds, v->values, all, FIELDS, &out), PL_OK);
	assert_true(pl_str_eq(pl_buf_str(&out), v->all));
	assert_int_equal(prove(v, v->all), FIELDS);
	assert_int_equal(prove(v, v->after), 2);
}

static void erasure_closes_private_fields_for_good(void **state)
{
	static const size_t open_fields[] = {1, 7}, private_fields[] = {4};
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(100000);
	const struct vector *v = *state;
	struct pl_commit_seeds seeds = v->seeds;
	struct pl_commit_tree tree, again;

	build(v, &tree);
	pl_commit_seeds_erase(&seeds);
	for (size_t i = 0; i < sizeof seeds.secret; i++)
		assert_int_equal(seeds.secret[i], 0);
	assert_int_equal(pl_commit_open(&v->decl, &tree, &seeds, v->values, private_fields, 1, &out), PL_E_STATE);
	assert_int_equal(out.len, 0);
	assert_int_equal(pl_commit_build(&v->decl, &v->context, 8, &seeds, v->values, &again), PL_E_STATE);
	assert_int_equal(pl_commit_open(&v->decl, &tree, &seeds, v->values, open_fields, 2, &out), PL_OK);
	assert_true(pl_str_eq(pl_buf_str(&out), v->after));
	assert_int_equal(pl_str_find_str(pl_buf_str(&out), PL_STR("R3LDv")), out.len);
}

static void opens_only_what_was_committed(void **state)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(100000);
	struct vector *v = *state;
	struct pl_commit_value kept = v->values[3];
	static const size_t one[] = {3}, twice[] = {3, 3}, beyond[] = {9};
	struct pl_commit_tree tree;

	build(v, &tree);
	v->values[3] = (struct pl_commit_value){true, {(const uint8_t *)"\0", 1}};
	assert_int_equal(pl_commit_open(&v->decl, &tree, &v->seeds, v->values, one, 1, &out), PL_E_CORRUPT);
	v->values[3] = (struct pl_commit_value){0};
	assert_int_equal(pl_commit_open(&v->decl, &tree, &v->seeds, v->values, one, 1, &out), PL_E_CORRUPT);
	v->values[3] = kept;
	assert_int_equal(pl_commit_open(&v->decl, &tree, &v->seeds, v->values, twice, 2, &out), PL_E_RANGE);
	assert_int_equal(pl_commit_open(&v->decl, &tree, &v->seeds, v->values, beyond, 1, &out), PL_E_RANGE);
	assert_int_equal(pl_commit_open(&v->decl, &tree, &v->seeds, v->values, one, 1, &out), PL_OK);
	assert_int_equal(prove(v, pl_buf_str(&out)), 1);
}

/* Any one bit of an opening turned over is refused, except where lines say what the caller compares anyway. */
static void refuses_every_changed_bit(void **state)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(100000);
	const struct vector *v = *state;

	pl_buf_put_str(&b, v->after);
	for (size_t i = 0; i < b.len; i++) {
		for (unsigned bit = 0; bit < 8; bit++) {
			b.ptr[i] ^= (uint8_t)(1u << bit);
			assert_true(prove(v, pl_buf_str(&b)) < 0);
			b.ptr[i] ^= (uint8_t)(1u << bit);
		}
	}
	assert_int_equal(prove(v, pl_buf_str(&b)), 2);
}

static void refuses_cut_and_repeated_openings(void **state)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(100000);
	const struct vector *v = *state;
	size_t field = pl_str_find_str(v->after, PL_STR("field 7"));

	for (size_t n = 0; n < v->after.len; n++) {
		int got = prove(v, pl_str_sub(v->after, 0, n));

		/* A cut between two fields is an opening of fewer fields. */
		if (got >= 0)
			assert_true(n == field || n == pl_str_find_str(v->after, PL_STR("field 1")));
	}
	pl_buf_put_str(&b, v->after);
	pl_buf_put_str(&b, pl_str_sub(v->after, field, SIZE_MAX));
	assert_int_equal(prove(v, pl_buf_str(&b)), -PL_E_RANGE);
	pl_buf_clear(&b);
	pl_buf_put_str(&b, v->after);
	pl_buf_put_c(&b, '\n');
	assert_int_equal(prove(v, pl_buf_str(&b)), -PL_E_SYNTAX);
}

static void an_opening_belongs_to_its_declaration(void **state)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(100000);
	const struct vector *v = *state;
	struct pl_commit_opening o;
	struct pl_commit_decl other;

	pl_buf_put_str(&b, v->declaration);
	pl_buf_put_z(&b, "field more bool open\n");
	assert_int_equal(pl_commit_decl_parse(pl_buf_str(&b), &other, NULL), PL_OK);
	assert_int_equal(pl_commit_opening_parse(v->all, &other, &o, NULL), PL_E_CORRUPT);
}

static void refuses_bad_declarations(void **state)
{
	static const struct {
		const char *text;
		pl_status st;
	} bad[] = {
		{"", PL_E_SYNTAX},
		{HEAD, PL_E_SYNTAX},
		{"pellucid-declaration v2\nname t\nfield a u64 open\n", PL_E_SYNTAX},
		{"pellucid-declaration v1\nname T\nfield a u64 open\n", PL_E_SYNTAX},
		{HEAD "field a u64 open", PL_E_SYNTAX},
		{HEAD "field a u64\n", PL_E_SYNTAX},
		{HEAD "field a u64 closed\n", PL_E_SYNTAX},
		{HEAD "field a u64 open \n", PL_E_SYNTAX},
		{HEAD "field  a u64 open\n", PL_E_SYNTAX},
		{HEAD "field a u65 open\n", PL_E_SYNTAX},
		{HEAD "field 1a u64 open\n", PL_E_SYNTAX},
		{HEAD "field a enum open\n", PL_E_SYNTAX},
		{HEAD "field a enum open \n", PL_E_SYNTAX},
		{HEAD "field a enum open x,\n", PL_E_SYNTAX},
		{HEAD "field a enum open ,x\n", PL_E_SYNTAX},
		{HEAD "field a enum open x,x\n", PL_E_SYNTAX},
		{HEAD "field a enum open X\n", PL_E_SYNTAX},
		{HEAD "field a u64 open x\n", PL_E_SYNTAX},
		{HEAD "field a u64 open\r\n", PL_E_SYNTAX},
		{HEAD "field a u64 open\n\n", PL_E_SYNTAX},
		{HEAD "field a u64 open\nfield a bool private\n", PL_E_EXISTS},
	};
	struct pl_buf many PL_CLEANUP(pl_buf_done) = PL_BUF(100000);
	static struct pl_commit_decl d;
	struct pl_diag diag = {0};

	d.n = 77;
	for (size_t i = 0; i < PL_COUNT(bad); i++)
		assert_int_equal(pl_commit_decl_parse(pl_str_from(bad[i].text), &d, NULL), bad[i].st);
	assert_int_equal(d.n, 77);
	assert_int_equal(
		pl_commit_decl_parse(PL_STR(HEAD "field a u64 open\nfield b bad open\n"), &d, &diag), PL_E_SYNTAX);
	assert_int_equal(diag.line, 4);
	pl_buf_put_z(&many, HEAD);
	for (unsigned i = 0; i <= PL_COMMIT_FIELDS_MAX; i++) {
		pl_buf_printf(&many, "field f%u bool private\n", i);
		assert_int_equal(pl_commit_decl_parse(pl_buf_str(&many), &d, NULL),
			i < PL_COMMIT_FIELDS_MAX ? PL_OK : PL_E_TOOBIG);
	}
}

static void values_have_one_spelling(void **state)
{
	static const struct {
		enum pl_commit_type type;
		const char *text;
		bool ok;
	} v[] = {
		{PL_COMMIT_U64, "0", true},
		{PL_COMMIT_U64, "18446744073709551615", true},
		{PL_COMMIT_U64, "18446744073709551616", false},
		{PL_COMMIT_U64, "007", false},
		{PL_COMMIT_U64, "-1", false},
		{PL_COMMIT_U64, "", false},
		{PL_COMMIT_U64, "1.0", false},
		{PL_COMMIT_BOOL, "true", true},
		{PL_COMMIT_BOOL, "false", true},
		{PL_COMMIT_BOOL, "True", false},
		{PL_COMMIT_BOOL, "1", false},
		{PL_COMMIT_ENUM, "post", true},
		{PL_COMMIT_ENUM, "fax", false},
		{PL_COMMIT_ENUM, "", false},
		{PL_COMMIT_ENUM, "post,mail", false},
		{PL_COMMIT_TEXT, "", true},
		{PL_COMMIT_TEXT, "w6Q=", true},
		{PL_COMMIT_TEXT, "/w==", false},
		{PL_COMMIT_TEXT, "AA==", false},
		{PL_COMMIT_TEXT, "w6Q", false},
		{PL_COMMIT_TEXT, "w6R=", false},
		{PL_COMMIT_BYTES, "/w==", true},
		{PL_COMMIT_BYTES, "AA==", true},
		{PL_COMMIT_BYTES, "_w==", false},
		{PL_COMMIT_TIME, "2026-11-21T23:30:00Z", true},
		{PL_COMMIT_TIME, "1970-01-01T00:00:00Z", true},
		{PL_COMMIT_TIME, "2026-11-21T23:30:00.0Z", false},
		{PL_COMMIT_TIME, "2026-11-21T23:30:00+00:00", false},
		{PL_COMMIT_TIME, "2026-02-29T00:00:00Z", false},
		{PL_COMMIT_TIME, "2026-11-21", false},
		{PL_COMMIT_DIGEST, "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", true},
		{PL_COMMIT_DIGEST, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", false},
	};

	for (size_t i = 0; i < PL_COUNT(v); i++) {
		struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(1000), text PL_CLEANUP(pl_buf_done) = PL_BUF(1000);
		struct pl_commit_field f = {.name = PL_STR("f"), .type = v[i].type, .choices = PL_STR("post,mail")};

		assert_int_equal(pl_commit_value_encode(&f, pl_str_from(v[i].text), &out, NULL) == PL_OK, v[i].ok);
		if (!v[i].ok)
			continue;
		assert_int_equal(pl_commit_value_text(&f, pl_buf_bytes(&out), &text), PL_OK);
		assert_string_equal(pl_buf_z(&text), v[i].text);
		/* The same bytes with one behind them are not canonical, except where length is free. */
		pl_buf_put_u8(&out, 'x');
		assert_int_equal(pl_commit_value_text(&f, pl_buf_bytes(&out), &text) == PL_OK,
			f.type == PL_COMMIT_TEXT || f.type == PL_COMMIT_BYTES);
	}
}

static void seeds_differ(void **state)
{
	struct pl_commit_seeds a, b;

	pl_commit_seeds_new(&a);
	pl_commit_seeds_new(&b);
	assert_memory_not_equal(a.open, b.open, 32);
	assert_memory_not_equal(a.secret, b.secret, 32);
	assert_memory_not_equal(a.open, a.secret, 32);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(makes_the_vector),
		cmocka_unit_test(erasure_closes_private_fields_for_good),
		cmocka_unit_test(opens_only_what_was_committed),
		cmocka_unit_test(refuses_every_changed_bit),
		cmocka_unit_test(refuses_cut_and_repeated_openings),
		cmocka_unit_test(an_opening_belongs_to_its_declaration),
		cmocka_unit_test(refuses_bad_declarations),
		cmocka_unit_test(values_have_one_spelling),
		cmocka_unit_test(seeds_differ),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
