/* SPDX-License-Identifier: Apache-2.0 */
/* Words of a register: what is read, what is refused and where, and what fits a declaration. */
#include "register/words/words.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#define HEAD "pellucid-register-words v1\nregister requests\nlanguage en\ntitle Requests\n"
#define DECLARATION \
	"pellucid-register v1\nname requests\nsource intake\nexistence exact\nopens rows\nlate-after 7\nopen-after 0\nretain 0\n" \
	"field received time generalised month\nfield country enum open ch,de\nfield person text sealed\n" \
	"total requests count\ntable by-country country\n"

static pl_status parse(const char *text, struct pl_arena *arena, struct pl_register_words *w, struct pl_diag *diag)
{
	return pl_register_words_parse(pl_str_from(text), arena, w, diag);
}

static void reads_what_is_written(void **state)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(1 << 20);
	struct pl_register_words w = {0};
	const struct pl_register_word *word;

	(void)state;
	assert_int_equal(parse(HEAD "about One line.\nprinciple First.\nprinciple Second.\nprohibited Third.\n"
				    "total requests Requests | All of them | really.\nvalue country ch Switzerland | A country.\n",
				 &arena, &w, NULL), PL_OK);
	assert_true(pl_str_eq(w.name, PL_STR("requests")) && pl_str_eq(w.language, PL_STR("en")) && pl_str_eq(w.title, PL_STR("Requests")));
	assert_true(pl_str_eq(w.about, PL_STR("One line.")));
	assert_int_equal(w.n_principles, 2);
	assert_true(pl_str_eq(w.principles[1], PL_STR("Second.")));
	assert_int_equal(w.n_prohibited, 1);
	word = pl_register_words_find(&w, PL_REGISTER_WORD_TOTAL, PL_STR("requests"), (pl_str){0});
	assert_non_null(word);
	assert_true(pl_str_eq(word->label, PL_STR("Requests")) && pl_str_eq(word->definition, PL_STR("All of them | really.")));
	assert_non_null(pl_register_words_find(&w, PL_REGISTER_WORD_VALUE, PL_STR("country"), PL_STR("ch")));
	assert_null(pl_register_words_find(&w, PL_REGISTER_WORD_VALUE, PL_STR("country"), PL_STR("de")));
	assert_null(pl_register_words_find(&w, PL_REGISTER_WORD_TABLE, PL_STR("requests"), (pl_str){0}));
}

static void refuses_with_the_line(void **state)
{
	static const struct {
		const char *text;
		pl_status status;
		unsigned line;
	} bad[] = {
		{"", PL_E_SYNTAX, 1}, {"pellucid-register-words v2\n", PL_E_SYNTAX, 2},
		{"pellucid-register-words v1\nlanguage en\n", PL_E_SYNTAX, 2}, {"pellucid-register-words v1\nregister a\nlanguage E\ntitle A\n", PL_E_SYNTAX, 4},
		{HEAD "total requests Requests\n", PL_E_SYNTAX, 5}, {HEAD "total requests  | x\n", PL_E_SYNTAX, 5},
		{HEAD "about x\nabout y\n", PL_E_SYNTAX, 6}, {HEAD "gossip\n", PL_E_SYNTAX, 5}, {HEAD "\n", PL_E_SYNTAX, 5},
		{HEAD "principle a\tb\n", PL_E_SYNTAX, 5}, {HEAD "principle a \n", PL_E_SYNTAX, 5}, {HEAD "principle a", PL_E_SYNTAX, 5},
		{HEAD "total a A | a\ntotal a B | b\n", PL_E_EXISTS, 6}, {HEAD "value a A | a\n", PL_E_SYNTAX, 5},
	};

	(void)state;
	for (size_t i = 0; i < PL_COUNT(bad); i++) {
		struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(1 << 20);
		struct pl_register_words w = {.n = 77};
		struct pl_diag diag = {0};

		if (parse(bad[i].text, &arena, &w, &diag) != bad[i].status || diag.line != bad[i].line)
			fail_msg("case %zu: line %u, %s", i, diag.line, diag.text);
		assert_int_equal(w.n, 77); /* never clobbered on refusal */
	}
}

static void fits_a_declaration(void **state)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(1 << 20);
	struct pl_register_decl *d PL_CLEANUP(pl_register_decl_freep) = NULL;
	struct pl_buf missing PL_CLEANUP(pl_buf_done) = PL_BUF(4096);
	struct pl_register_words w;
	struct pl_diag diag = {0};

	(void)state;
	assert_int_equal(pl_register_decl_parse(PL_STR(DECLARATION), &d, NULL), PL_OK);
	assert_int_equal(parse(HEAD "total requests A | a\nfield received-month B | b\nvalue country ch C | c\n", &arena, &w, NULL), PL_OK);
	assert_int_equal(pl_register_words_fit(&w, d, NULL), PL_OK);
	pl_register_words_missing(&w, d, &missing);
	assert_true(pl_str_eq(pl_buf_str(&missing), PL_STR("table by-country\nfield country\n")));
	assert_int_equal(parse(HEAD "field country A | a\ntable by-land A | a\n", &arena, &w, NULL), PL_OK);
	assert_int_equal(pl_register_words_fit(&w, d, &diag), PL_E_NOTFOUND);
	assert_int_equal(diag.line, 6);
	assert_int_equal(parse(HEAD "value country fr A | a\n", &arena, &w, NULL), PL_OK);
	assert_int_equal(pl_register_words_fit(&w, d, NULL), PL_E_NOTFOUND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_is_written),
		cmocka_unit_test(refuses_with_the_line),
		cmocka_unit_test(fits_a_declaration),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
