/* SPDX-License-Identifier: Apache-2.0 */
/* tools/tmplc: what is accepted, what is refused, and which escaping is chosen where. */
#include "tmplc.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define PAGE "{% page p pl_x %}\n"

static pl_status compile(const char *text, struct pl_buf *code, struct pl_diag *diag)
{
	struct pl_buf header PL_CLEANUP(pl_buf_done) = PL_BUF(65536);

	return pl_tmplc_compile(pl_str_from(text), PL_STR("pages/p.html"), code, &header, diag);
}

static void check_code(const char *text, const char *part)
{
	struct pl_buf code PL_CLEANUP(pl_buf_done) = PL_BUF(65536);
	struct pl_diag diag = {0};

	if (compile(text, &code, &diag))
		fail_msg("%s: %s", text, diag.text);
	if (pl_str_find_str(pl_buf_str(&code), pl_str_from(part)) == code.len)
		fail_msg("\"%s\" is missing in: %s", part, pl_buf_z(&code));
}

static void check_refused(const char *text, const char *words)
{
	struct pl_buf code PL_CLEANUP(pl_buf_done) = PL_BUF(65536);
	struct pl_diag diag = {0};

	if (compile(text, &code, &diag) != PL_E_SYNTAX)
		fail_msg("accepted: %s", text);
	if (!strstr(diag.text, words) || diag.line == 0)
		fail_msg("%s: expected \"%s\", got \"%s\"", text, words, diag.text);
}

static void chooses_escaping_by_place(void **state)
{
	(void)state;
	check_code(PAGE "<p>{{a}}</p>", "pl_html_put(h, pl_html_value(m->a));");
	check_code(PAGE "<p title=\"x {{a.b}}\">", "pl_html_put(h, pl_html_value(m->a.b));");
	check_code(PAGE "<a href=\"{{a}}\">", "pl_html_put_address(h, pl_html_value(m->a));");
	check_code(PAGE "<a href=\"/x/{{a}}\">", "pl_html_put_part(h, pl_html_value(m->a));");
	check_code(PAGE "<a href=\"{{a}}{{b}}\">", "pl_html_put_part(h, pl_html_value(m->b));");
	check_code(PAGE "<IMG SRC=\"{{a}}\">", "pl_html_put_address(");
	check_code(PAGE "<form action=\"{{a}}\">", "pl_html_put_address(");
	check_code(PAGE "{{t|time}}", "pl_html_put(h, pl_html_value_time(m->t));");
	check_code(PAGE "<title>{{a}}</title>", "pl_html_put(h, pl_html_value(m->a));");
	check_code(PAGE "{{raw a}}", "pl_html_put_raw(h, m->a);");
}

static void writes_blocks(void **state)
{
	(void)state;
	check_code(PAGE "{% for x in a.list %}{{x.b}}{% end %}",
		"for (size_t i_x = 0; i_x < m->a.n_list; i_x++) {\n\tconst __typeof__(m->a.list[0]) *v_x = &m->a.list[i_x];");
	check_code(PAGE "{% for x in list %}{{x.b}}{% end %}", "pl_html_value(v_x->b)");
	check_code(PAGE "{% for x in list %}{{x}}{% end %}", "pl_html_value((*v_x))");
	check_code(PAGE "{% if a %}x{% end %}", "if (pl_html_true(m->a)) {");
	check_code(PAGE "{% if not a.b %}x{% end %}", "if (!pl_html_true(m->a.b)) {");
	check_code(PAGE "{% if a == PL_A %}x{% elif a != 3 %}y{% else %}z{% end %}", "} else if (m->a != 3) {");
	check_code(PAGE "{% include part a.b %}", "pl_page_part(h, &m->a.b);");
	check_code(PAGE "{% include part %}", "pl_page_part(h, m);");
	check_code(PAGE "<option {% if a %}selected {% end %}>", "if (pl_html_true(m->a)) {");
	check_code(PAGE "<p{% if a %}>{% else %} class=\"x\">{% end %}</p>", "} else {");
}

static void writes_messages(void **state)
{
	(void)state;
	check_code(PAGE "{{t \"home.title\"}}", "pl_html_message(h, PL_MSG_home_title, 0, NULL);");
	check_code(PAGE "{{t \"a.b\" x y|size}}",
		"pl_html_message(h, PL_MSG_a_b, 2, (const struct pl_html_value[]){pl_html_value(m->x), pl_html_value_size(m->y)});");
	check_code(PAGE "{{tn \"a\" n}}", "pl_html_message_plural(h, PL_MSG_a, m->n, 1,");
	check_code(PAGE "<p title=\"{{t \"a\"}}\">", "pl_html_message(h, PL_MSG_a");
}

static void keeps_white_space_that_counts(void **state)
{
	(void)state;
	check_code(PAGE "{{a}} {{b}}", "pl_html_literal(h, \" \", 1);");
	check_code(PAGE "<p>\n\n    x</p>", "<p>\\n\"\n\t\t\"x</p>");
	check_code(PAGE "<pre>\n  x</pre>", "<pre>\\n\"\n\t\t\"  x</pre>");
	check_code(PAGE "a{# comment {{x}} #}b", "\"ab\"");
	check_code(PAGE "a\"\\\xc3\xa4?", "a\\\"\\\\\\303\\244\\077");
}

static void refuses_values_in_bad_places(void **state)
{
	(void)state;
	check_refused(PAGE "<script>{{a}}</script>", "script or style");
	check_refused(PAGE "<style>{{a}}</style>", "script or style");
	check_refused(PAGE "<a href={{a}}>", "double-quoted");
	check_refused(PAGE "<a href=x{{a}}>", "double-quoted");
	check_refused(PAGE "<a title='{{a}}'>", "double-quoted");
	check_refused(PAGE "<a {{a}}>", "outside the quotes");
	check_refused(PAGE "<{{a}}>", "outside the quotes");
	check_refused(PAGE "<a{{a}}>", "outside the quotes");
	check_refused(PAGE "<a b{{a}}=\"\">", "outside the quotes");
	check_refused(PAGE "<!-- {{a}} -->", "comment");
	check_refused(PAGE "<!doctype {{a}}>", "comment or declaration");
	check_refused(PAGE "<a onclick=\"{{a}}\">", "content security policy");
	check_refused(PAGE "<a style=\"{{a}}\">", "use a class");
	check_refused(PAGE "<iframe srcdoc=\"{{a}}\">", "srcdoc");
	check_refused(PAGE "<a title=\"{{raw a}}\">", "text only");
	check_refused(PAGE "<a href=\"{{t \"a\"}}\">", "cannot be an address");
}

static void refuses_inline_code(void **state)
{
	(void)state;
	check_refused(PAGE "<script>alert(1)</script>", "files of their own");
	check_refused(PAGE "<style>p{}</style>", "files of their own");
	check_refused(PAGE "<p OnClick=\"x\">", "content security policy");
	check_refused(PAGE "<p style=\"x\">", "use a class");
	check_code(PAGE "<script src=\"/x.js\"></script>{{a}}", "pl_html_put(h, pl_html_value(m->a));");
	check_code(PAGE "<script src=\"/x.js\">\n</script>{{a}}", "pl_html_put(");
}

static void refuses_branches_that_differ(void **state)
{
	(void)state;
	check_refused(PAGE "{% if a %}<p {% end %}>", "without else");
	check_refused(PAGE "{% if a %}<p title=\"{% else %}<p>{% end %}", "different places");
	check_refused(PAGE "{% for x in l %}<p title=\"{% end %}\">", "loop");
	check_refused(PAGE "{% if a %}x{% elif b %}<p {% else %}{% end %}", "different places");
	check_refused(PAGE "<a href=\"{% if a %}/x/{% end %}{{b}}\">", "without else");
	check_refused(PAGE "{% if a %}x", "not ended");
	check_refused(PAGE "{% end %}", "end without");
	check_refused(PAGE "{% else %}", "else without");
	check_refused(PAGE "{% if a %}{% else %}{% else %}{% end %}", "else without");
	check_refused(PAGE "<p title=\"", "inside a tag");
	check_refused(PAGE "<p>{% include a b %}<p {% include a b %}>", "text only");
}

static void refuses_bad_grammar(void **state)
{
	static const char *const bad[] = {
		"", "<p>", "{{a}}", "{% if a %}{% end %}", "{% page p %}", "{% page P pl_x %}", "{% page p pl_x y %}",
		PAGE "{% page q pl_x %}", PAGE "{{a", PAGE "{{a\n}}", PAGE "{{}}", PAGE "{{A}}", PAGE "{{a.}}", PAGE "{{.a}}",
		PAGE "{{a..b}}", PAGE "{{1a}}", PAGE "{{a|nope}}", PAGE "{{a;b}}", PAGE "{{a()}}", PAGE "{{a[0]}}", PAGE "{% if %}{% end %}",
		PAGE "{% if a b %}{% end %}", PAGE "{% if a == b %}{% end %}", PAGE "{% if a || b %}{% end %}", PAGE "{% for x of l %}{% end %}",
		PAGE "{% for x in l %}{% for x in l %}{% end %}{% end %}", PAGE "{% nope %}", PAGE "{{t a}}", PAGE "{{t \"A\"}}",
		PAGE "{{t \"a\" b c d e f}}", PAGE "{{tn \"a\"}}", PAGE "{{tn \"a\" n|size}}", PAGE "{{asset ../x}}", PAGE "{{asset \"}}",
		PAGE "a < b", PAGE "<p title=\"<\">", PAGE "<p a=>", PAGE "<p =\"\">", PAGE "<p/ <>", PAGE "\x01", PAGE "\xff",
		PAGE "{% include a.b c %}", PAGE "{% include a b c %}",
	};

	(void)state;
	for (size_t i = 0; i < PL_COUNT(bad); i++)
		check_refused(bad[i], "pages/p.html:");
}

static void bounds_its_input(void **state)
{
	static char big[PL_TMPLC_TEXT_MAX + 2];
	struct pl_buf code PL_CLEANUP(pl_buf_done) = PL_BUF(65536);
	struct pl_buf deep PL_CLEANUP(pl_buf_done) = PL_BUF(65536);

	(void)state;
	memset(big, 'a', sizeof big - 1);
	assert_int_equal(compile(big, &code, NULL), PL_E_TOOBIG);
	pl_buf_put_z(&deep, PAGE);
	for (int i = 0; i < 17; i++)
		pl_buf_put_z(&deep, "{% if a %}");
	check_refused(pl_buf_z(&deep), "too deeply");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(chooses_escaping_by_place), cmocka_unit_test(writes_blocks), cmocka_unit_test(writes_messages),
		cmocka_unit_test(keeps_white_space_that_counts), cmocka_unit_test(refuses_values_in_bad_places),
		cmocka_unit_test(refuses_inline_code), cmocka_unit_test(refuses_branches_that_differ),
		cmocka_unit_test(refuses_bad_grammar), cmocka_unit_test(bounds_its_input),
	};

	return cmocka_run_group_tests_name("tools/tmplc", tests, NULL, NULL);
}
