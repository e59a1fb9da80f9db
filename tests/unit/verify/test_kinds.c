/* SPDX-License-Identifier: Apache-2.0 */
/* What the verifier knows about kinds of statements is what the programs that make them know, and what the browser's script knows:
 * same types, same rights. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "base/file.h"
#include "base/json.h"
#include "cli/rooms.h"
#include "fact/predicates.h"
#include "verify/verify.h"

static void every_kind_has_the_rights_of_its_room(void **state)
{
	struct pl_vocabulary v;
	const struct pl_verify_kind *kind;
	size_t n = 0;

	(void)state;
	pl_vocabulary_init(&v, pl_rooms, pl_rooms_count);
	for (; (kind = pl_verify_kind_at(n)); n++) {
		const struct pl_predicate *row = pl_vocabulary_find(&v, pl_str_from(kind->row.type));

		if (!row) {
			fail_msg("no room makes statements of type %s", kind->row.type);
			return;
		}
		assert_int_equal(kind->row.signers, row->signers);
		assert_int_equal(kind->row.approval, row->approval);
		assert_true(kind->row.holder == row->holder ||
			(kind->row.holder && row->holder && strcmp(kind->row.holder, row->holder) == 0));
	}
	for (size_t r = 0; r < v.n_rooms; r++)
		n -= v.rooms[r]->n_predicates;
	assert_int_equal(n, 0); /* and none is missing */
}

static void words_find_their_kind(void **state)
{
	const struct pl_verify_kind *kind;

	(void)state;
	for (size_t i = 0; (kind = pl_verify_kind_at(i)); i++) {
		assert_ptr_equal(pl_verify_kind_named(pl_str_from(kind->word)), kind);
		assert_ptr_equal(pl_verify_kind_named(pl_str_from(kind->row.type)), kind);
	}
	assert_null(pl_verify_kind_named(PL_STR("nonsense")));
	assert_null(pl_verify_kind_named(PL_STR("")));
}

/* ---- the table in the browser's script ---- */

#define BEGIN "// kinds: begin\n"
#define END "// kinds: end\n"

/* The JSON between the two marks, of which there is one each. */
static pl_status read_table(pl_str script, struct pl_json **ret, struct pl_diag *diag)
{
	size_t begin = pl_str_find_str(script, PL_STR(BEGIN)), end = pl_str_find_str(script, PL_STR(END));

	if (begin == script.len || end == script.len || end < begin)
		return PL_E_NOTFOUND;
	begin += strlen(BEGIN);
	return pl_json_parse(pl_str_sub(script, begin, end - begin), script.len, PL_JSON_DEPTH, ret, diag);
}

static unsigned signers_of(const struct pl_json *row)
{
	const struct pl_json *list = pl_json_get(row, "signers");
	unsigned bits = 0;

	for (size_t i = 0; i < pl_json_count(list); i++) {
		enum pl_role role;
		pl_str word;

		assert_int_equal(pl_json_str(pl_json_at(list, i), &word), PL_OK);
		assert_int_equal(pl_role_parse(word, &role), PL_OK);
		assert_false(bits & PL_ROLE_BIT(role)); /* twice */
		bits |= PL_ROLE_BIT(role);
	}
	return bits;
}

/* One row as the words of src/verify/kinds.c, or what differs. */
static const char *differs(const struct pl_json *row, const struct pl_verify_kind *kind)
{
	static const char *const members[] = {"approval", "holder", "message", "signers", "type", "word"};
	static const char *const approvals[] = {
		[PL_APPROVAL_NONE] = "none", [PL_APPROVAL_OFFICERS] = "officers", [PL_APPROVAL_ROOTS] = "roots"};
	pl_str text = {0};

	if (pl_json_only(row, members, PL_COUNT(members), NULL) != PL_OK)
		return "a member that is none";
	if (pl_json_get_str(row, "word", &text, NULL) != PL_OK || !pl_str_eq(text, pl_str_from(kind->word)))
		return "its word";
	if (pl_json_kind(pl_json_get(row, "signers")) != PL_JSON_ARRAY || signers_of(row) != kind->row.signers)
		return "who signs it";
	if (pl_json_get_str(row, "approval", &text, NULL) != PL_OK || !pl_str_eq(text, pl_str_from(approvals[kind->row.approval])))
		return "who approves it";
	text = PL_STR("");
	if (pl_json_opt_str(row, "holder", &text, NULL) != PL_OK || !pl_str_eq(text, pl_str_from(kind->row.holder ? kind->row.holder : "")))
		return "in whose name it is";
	return NULL;
}

static const struct pl_json *row_of(const struct pl_json *table, const char *type)
{
	const struct pl_json *found = NULL;

	for (size_t i = 0; i < pl_json_count(table); i++) {
		pl_str text;

		assert_int_equal(pl_json_get_str(pl_json_at(table, i), "type", &text, NULL), PL_OK);
		if (!pl_str_eq(text, pl_str_from(type)))
			continue;
		assert_null(found); /* one row a type */
		found = pl_json_at(table, i);
	}
	return found;
}

/* What differs between the table of @script and that of src/verify/kinds.c, in @words; empty: nothing. */
static void compare_tables(pl_str script, char *words, size_t size)
{
	struct pl_json *table PL_CLEANUP(pl_json_done) = NULL;
	const struct pl_verify_kind *kind;
	struct pl_diag diag = {0};
	size_t n = 0;

	words[0] = '\0';
	if (read_table(script, &table, &diag) != PL_OK || pl_json_kind(table) != PL_JSON_ARRAY) {
		snprintf(words, size, "no table between the marks: %.200s", diag.text);
		return;
	}
	for (; (kind = pl_verify_kind_at(n)); n++) {
		const struct pl_json *row = row_of(table, kind->row.type);
		const char *what = row ? differs(row, kind) : "the row is missing";

		if (what)
			snprintf(words, size, "%s: %s", kind->row.type, what);
	}
	if (!words[0] && pl_json_count(table) != n)
		snprintf(words, size, "%zu rows, where there are %zu kinds", pl_json_count(table), n);
}

static void read_script(struct pl_buf *out)
{
	int fd PL_CLEANUP(pl_file_close) = -1;

	assert_int_equal(pl_file_open(AT_FDCWD, PL_SIGNERS_JS, O_RDONLY, 0, &fd), PL_OK);
	assert_int_equal(pl_file_read_fd(fd, out), PL_OK);
}

static void the_browser_knows_the_same_kinds(void **state)
{
	struct pl_buf script PL_CLEANUP(pl_buf_done) = PL_BUF(1u << 20);
	char words[256];

	(void)state;
	read_script(&script);
	compare_tables(pl_buf_str(&script), words, sizeof words);
	assert_string_equal(words, "");
}

/* Each of these would be a different right: the comparison sees it. */
static void a_changed_table_is_seen(void **state)
{
	static const char *const changes[][2] = {
		{"\"urn:pellucid:release/v1\"", "\"urn:pellucid:release/v2\""}, {"\"word\": \"release\"", "\"word\": \"releases\""},
		{"\"signers\": [\"service\"]", "\"signers\": [\"service\", \"builder\"]"}, {"\"signers\": [\"reviewer\"]", "\"signers\": []"},
		{"\"approval\": \"officers\"", "\"approval\": \"none\""}, {"\"approval\": \"roots\"", "\"approval\": \"officers\""},
		{", \"holder\": \"auditor\"", ""}, {"\"holder\": \"entity\"", "\"holder\": \"auditor\""},
		{"[\n\t{\"type\"", "[\n\t{\"type\": \"urn:a/v1\"}, {\"type\""}, {"\"holder\"", "\"owner\""}, {BEGIN, "// kinds:\n"}, {END, "\n"},
	};
	struct pl_buf script PL_CLEANUP(pl_buf_done) = PL_BUF(1u << 20);
	char words[256];

	(void)state;
	read_script(&script);
	for (size_t i = 0; i < PL_COUNT(changes); i++) {
		struct pl_buf changed PL_CLEANUP(pl_buf_done) = PL_BUF(1u << 20);
		pl_str text = pl_buf_str(&script);
		/* Of the table, not of what stands above it. */
		size_t from = i < PL_COUNT(changes) - 2 ? pl_str_find_str(text, PL_STR(BEGIN)) : 0;
		size_t at = from + pl_str_find_str(pl_str_sub(text, from, text.len), pl_str_from(changes[i][0]));

		assert_true(at < text.len);
		pl_buf_put_str(&changed, pl_str_sub(text, 0, at));
		pl_buf_put_z(&changed, changes[i][1]);
		pl_buf_put_str(&changed, pl_str_sub(text, at + strlen(changes[i][0]), text.len));
		compare_tables(pl_buf_str(&changed), words, sizeof words);
		if (words[0] == '\0')
			fail_msg("nobody saw that %s became %s", changes[i][0], changes[i][1]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_has_the_rights_of_its_room),
		cmocka_unit_test(words_find_their_kind),
		cmocka_unit_test(the_browser_knows_the_same_kinds),
		cmocka_unit_test(a_changed_table_is_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
