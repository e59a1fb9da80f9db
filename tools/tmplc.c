/* SPDX-License-Identifier: Apache-2.0 */
#include "tmplc.h"
#include "tmplc_html.h"

#define BLOCKS_MAX 16
#define ARGS_MAX 4
#define EXPR_MAX 512u

enum block_kind { BLOCK_IF, BLOCK_ELSE, BLOCK_FOR };

struct block {
	enum block_kind kind;
	unsigned line;
	struct html start; /* the HTML when the block began */
	struct html end;   /* and where its first branch ended */
	bool have_end;
	unsigned braces; /* to close: one more for every elif */
	pl_str var;      /* of a for */
};

struct tmplc {
	pl_str name, rest;
	unsigned line;
	struct html html;
	struct pl_buf *code;
	struct pl_buf literal; /* text not yet written out */
	char last;             /* last character of the text; 0 behind a value or a tag, where it is not known */
	struct pl_diag *diag;
	struct block blocks[BLOCKS_MAX];
	size_t depth;
	bool begun;
};

static pl_status refuse(struct tmplc *t, const char *words)
{
	pl_diag_at(t->diag, t->line, 0);
	return pl_diag_set(t->diag, PL_E_SYNTAX, "%.*s:%u: %s", PL_STR_ARG(t->name), t->line, words);
}

/* ---- writing C ---- */

static void put_c_char(struct pl_buf *b, unsigned char c)
{
	if (c == '"' || c == '\\')
		pl_buf_printf(b, "\\%c", c);
	else if (c == '\n')
		pl_buf_put_z(b, "\\n");
	else if (c < 0x20 || c >= 0x7f || c == '?')
		pl_buf_printf(b, "\\%03o", c);
	else
		pl_buf_put_u8(b, c);
}

static void put_line(struct tmplc *t)
{
	pl_buf_printf(t->code, "#line %u \"%.*s\"\n", t->line, PL_STR_ARG(t->name));
}

static void flush(struct tmplc *t)
{
	if (t->literal.len == 0)
		return;
	pl_buf_put_z(t->code, "\tpl_html_literal(h, \"");
	for (size_t i = 0; i < t->literal.len; i++) {
		put_c_char(t->code, t->literal.ptr[i]);
		if (t->literal.ptr[i] == '\n' && i + 1 < t->literal.len)
			pl_buf_put_z(t->code, "\"\n\t\t\"");
	}
	pl_buf_printf(t->code, "\", %zu);\n", t->literal.len);
	pl_buf_clear(&t->literal);
}

/* ---- expressions: a path of fields, or a constant ---- */

static bool is_ident(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

static bool is_constant(pl_str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!((s.ptr[i] >= 'A' && s.ptr[i] <= 'Z') || (s.ptr[i] >= '0' && s.ptr[i] <= '9') || s.ptr[i] == '_'))
			return false;
	return s.len > 0;
}

static bool is_path(pl_str s)
{
	bool fresh = true;

	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];

		if (c == '.') {
			if (fresh)
				return false;
			fresh = true;
		} else if (!is_ident(c) || (fresh && c >= '0' && c <= '9')) {
			return false;
		} else {
			fresh = false;
		}
	}
	return !fresh;
}

static bool is_loop_var(const struct tmplc *t, pl_str name)
{
	for (size_t i = 0; i < t->depth; i++)
		if (t->blocks[i].kind == BLOCK_FOR && pl_str_eq(t->blocks[i].var, name))
			return true;
	return false;
}

/* Write the C lvalue of @path; with @count that of its companion n_<last>. */
static void put_path(const struct tmplc *t, struct pl_buf *out, pl_str path, bool count)
{
	size_t dot = pl_str_find(path, '.'), last = 0;
	pl_str first = pl_str_sub(path, 0, dot);

	if (dot < path.len && is_loop_var(t, first)) {
		pl_buf_printf(out, "v_%.*s->", PL_STR_ARG(first));
		path = pl_str_sub(path, dot + 1, path.len);
	} else if (is_loop_var(t, path)) {
		pl_buf_printf(out, "(*v_%.*s)", PL_STR_ARG(path));
		return;
	} else {
		pl_buf_put_z(out, "m->");
	}
	for (size_t i = 0; i < path.len; i++)
		if (path.ptr[i] == '.')
			last = i + 1;
	pl_buf_put_str(out, pl_str_sub(path, 0, last));
	pl_buf_put_z(out, count ? "n_" : "");
	pl_buf_put_str(out, pl_str_sub(path, last, path.len));
}

/* One value with an optional filter, "a.b|time", as a struct pl_html_value. */
static pl_status put_value(struct tmplc *t, struct pl_buf *out, pl_str expr)
{
	static const char *const filters[] = {"time", "date", "rfc3339", "size", "number", "short"};
	size_t bar = pl_str_find(expr, '|');
	pl_str path = pl_str_sub(expr, 0, bar), filter = pl_str_sub(expr, bar + 1, expr.len);
	bool known = bar == expr.len;

	for (size_t i = 0; i < PL_COUNT(filters); i++)
		known |= pl_str_eq(filter, pl_str_from(filters[i]));
	if (!is_path(path) || !known)
		return refuse(t, "expected a field such as release.name, with an optional |time |date |rfc3339 |size |number |short");
	if (filter.len > 0)
		pl_buf_printf(out, "pl_html_value_%.*s(", PL_STR_ARG(filter));
	else
		pl_buf_put_z(out, "pl_html_value(");
	put_path(t, out, path, false);
	pl_buf_put_c(out, ')');
	return PL_OK;
}

/* Cut the next word off *@s. */
static pl_str word(pl_str *s)
{
	pl_str trimmed = pl_str_trim(*s);
	size_t n = pl_str_find(trimmed, ' ');
	pl_str w = pl_str_sub(trimmed, 0, n);

	*s = pl_str_trim(pl_str_sub(trimmed, n, trimmed.len));
	return w;
}

static pl_status put_key(struct tmplc *t, struct pl_buf *out, pl_str *expr)
{
	pl_str key;

	if (!pl_str_eat(expr, PL_STR("\"")) || !pl_str_take_until(expr, '"', &key) || !is_path(key))
		return refuse(t, "expected a message key in quotes, such as \"home.title\"");
	pl_buf_put_z(out, "PL_MSG_");
	for (size_t i = 0; i < key.len; i++)
		pl_buf_put_c(out, key.ptr[i] == '.' ? '_' : key.ptr[i]);
	return PL_OK;
}

/* {{t "key" a b}} and {{tn "key" count a b}} (count is {0}, too). */
static pl_status put_message(struct tmplc *t, pl_str expr, bool plural)
{
	struct pl_buf args PL_CLEANUP(pl_buf_done) = PL_BUF(4096);
	struct pl_buf id PL_CLEANUP(pl_buf_done) = PL_BUF(256);
	struct pl_buf count PL_CLEANUP(pl_buf_done) = PL_BUF(512);
	pl_str rest = pl_str_trim(expr);
	unsigned n = 0;
	pl_status st = put_key(t, &id, &rest);

	for (rest = pl_str_trim(rest); !st && rest.len > 0; n++) {
		pl_str arg = word(&rest);

		if (n == ARGS_MAX)
			return refuse(t, "a message takes at most 4 values");
		if (n == 0 && plural && is_path(arg))
			put_path(t, &count, arg, false);
		pl_buf_put_z(&args, n ? ", " : "");
		st = put_value(t, &args, arg);
	}
	if (!st && plural && count.len == 0)
		st = refuse(t, "tn needs a count without a filter behind the key");
	if (!st && t->html.url && t->html.state == HTML_DOUBLE)
		st = refuse(t, "a message cannot be an address");
	if (st)
		return st;
	pl_buf_printf(t->code, "\tpl_html_message%s(h, %s, ", plural ? "_plural" : "", pl_buf_z(&id));
	if (plural)
		pl_buf_printf(t->code, "%s, ", pl_buf_z(&count));
	if (n)
		pl_buf_printf(t->code, "%u, (const struct pl_html_value[]){%s});\n", n, pl_buf_z(&args));
	else
		pl_buf_put_z(t->code, "0, NULL);\n");
	return PL_OK;
}

/* {{asset style.css}}: the address of an embedded file, a constant. */
static pl_status put_asset(struct tmplc *t, pl_str name)
{
	pl_buf_put_z(t->code, "\tpl_html_put(h, pl_html_value(PL_ASSET_");
	for (size_t i = 0; i < name.len; i++) {
		char c = name.ptr[i];

		if (!is_ident(c) && c != '.' && c != '-')
			return refuse(t, "expected the name of an asset such as style.css");
		pl_buf_put_c(t->code, is_ident(c) ? c : '_');
	}
	pl_buf_put_z(t->code, "));\n");
	return PL_OK;
}

static pl_status do_value(struct tmplc *t, pl_str expr)
{
	const char *why = html_value_refused(&t->html), *how = "";
	bool address = t->html.url && t->html.state == HTML_DOUBLE;
	pl_status st;

	expr = pl_str_trim(expr);
	if (why)
		return refuse(t, why);
	flush(t);
	put_line(t);
	t->last = '\0';
	if (pl_str_eat(&expr, PL_STR("t ")))
		return put_message(t, expr, false);
	if (pl_str_eat(&expr, PL_STR("tn ")))
		return put_message(t, expr, true);
	if (pl_str_eat(&expr, PL_STR("asset "))) {
		st = put_asset(t, pl_str_trim(expr));
		if (st)
			return st;
	} else if (pl_str_eat(&expr, PL_STR("raw "))) {
		if (t->html.state != HTML_TEXT || !is_path(pl_str_trim(expr)))
			return refuse(t, "raw takes a pl_html_raw field and stands in text only");
		pl_buf_put_z(t->code, "\tpl_html_put_raw(h, ");
		put_path(t, t->code, pl_str_trim(expr), false);
		pl_buf_put_z(t->code, ");\n");
	} else {
		how = !address ? "" : t->html.value_begun ? "_part" : "_address";
		pl_buf_printf(t->code, "\tpl_html_put%s(h, ", how);
		st = put_value(t, t->code, expr);
		if (st)
			return st;
		pl_buf_put_z(t->code, ");\n");
	}
	if (t->html.state == HTML_DOUBLE)
		t->html.value_begun = true;
	return PL_OK;
}

/* ---- {% ... %} ---- */

/* [not] path [== CONSTANT or number | != ...] */
static pl_status put_condition(struct tmplc *t, pl_str expr)
{
	pl_str first = word(&expr), op, right;
	bool negate = pl_str_eq(first, PL_STR("not"));
	uint64_t number;

	if (negate)
		first = word(&expr);
	if (!is_path(first))
		return refuse(t, "expected a field in the condition");
	op = word(&expr);
	right = word(&expr);
	if (op.len == 0) {
		pl_buf_printf(t->code, "%spl_html_true(", negate ? "!" : "");
		put_path(t, t->code, first, false);
		pl_buf_put_c(t->code, ')');
		return PL_OK;
	}
	if (negate || expr.len > 0 || (!pl_str_eq(op, PL_STR("==")) && !pl_str_eq(op, PL_STR("!="))) ||
		(!is_constant(right) && pl_str_to_u64(right, UINT32_MAX, &number)))
		return refuse(t, "expected: field, not field, field == CONSTANT or field != CONSTANT");
	put_path(t, t->code, first, false);
	pl_buf_printf(t->code, " %.*s %.*s", PL_STR_ARG(op), PL_STR_ARG(right));
	return PL_OK;
}

static pl_status push(struct tmplc *t, enum block_kind kind, pl_str var)
{
	if (t->depth == BLOCKS_MAX)
		return refuse(t, "blocks are nested too deeply");
	t->blocks[t->depth++] =
		(struct block){.kind = kind, .line = t->line, .start = t->html, .braces = 1, .var = var};
	return PL_OK;
}

static pl_status do_if(struct tmplc *t, pl_str expr)
{
	pl_status st;

	pl_buf_put_z(t->code, "\tif (");
	st = put_condition(t, expr);
	pl_buf_put_z(t->code, ") {\n");
	return st ? st : push(t, BLOCK_IF, (pl_str){0});
}

static pl_status do_for(struct tmplc *t, pl_str expr)
{
	pl_str var = word(&expr), in = word(&expr), list = word(&expr);

	if (!is_path(var) || pl_str_find(var, '.') < var.len || !pl_str_eq(in, PL_STR("in")) || !is_path(list) || expr.len > 0)
		return refuse(t, "expected: for item in list");
	if (is_loop_var(t, var))
		return refuse(t, "an outer loop uses this name");
	pl_buf_printf(t->code, "\tfor (size_t i_%.*s = 0; i_%.*s < ", PL_STR_ARG(var), PL_STR_ARG(var));
	put_path(t, t->code, list, true);
	pl_buf_printf(t->code, "; i_%.*s++) {\n\tconst __typeof__(", PL_STR_ARG(var));
	put_path(t, t->code, list, false);
	pl_buf_printf(t->code, "[0]) *v_%.*s = &", PL_STR_ARG(var));
	put_path(t, t->code, list, false);
	pl_buf_printf(t->code, "[i_%.*s];\n", PL_STR_ARG(var));
	return push(t, BLOCK_FOR, var);
}

/* A branch is over: all branches must end at one kind of place. */
static pl_status end_branch(struct tmplc *t, struct block *b)
{
	if (b->have_end && !html_same(&b->end, &t->html))
		return refuse(t, "the branches leave the HTML at different places");
	b->end = t->html;
	b->have_end = true;
	return PL_OK;
}

static pl_status do_else(struct tmplc *t, bool elif, pl_str expr)
{
	struct block *b = t->depth ? &t->blocks[t->depth - 1] : NULL;
	pl_status st;

	if (!b || b->kind != BLOCK_IF)
		return refuse(t, elif ? "elif without if" : "else without if");
	st = end_branch(t, b);
	if (st)
		return st;
	t->html = b->start;
	if (!elif) {
		b->kind = BLOCK_ELSE;
		pl_buf_put_z(t->code, "\t} else {\n");
		return expr.len ? refuse(t, "nothing may follow else") : PL_OK;
	}
	pl_buf_put_z(t->code, "\t} else if (");
	st = put_condition(t, expr);
	pl_buf_put_z(t->code, ") {\n");
	return st;
}

static pl_status do_end(struct tmplc *t)
{
	struct block *b = t->depth ? &t->blocks[t->depth - 1] : NULL;

	if (!b)
		return refuse(t, "end without if or for");
	/* Without else (or for a loop) the text may be skipped: it must end where it began. */
	if (b->kind != BLOCK_ELSE && !html_same(&b->start, &t->html))
		return refuse(t, b->kind == BLOCK_FOR ? "the loop does not end where it began in the HTML"
						      : "without else the branch must end where it began in the HTML");
	if (b->kind == BLOCK_ELSE || b->have_end) {
		pl_status st = end_branch(t, b);

		if (st)
			return st;
	}
	pl_buf_put_z(t->code, "\t}\n");
	t->depth--;
	return PL_OK;
}

static pl_status do_include(struct tmplc *t, pl_str expr)
{
	pl_str name = word(&expr), arg = word(&expr);

	if (t->html.state != HTML_TEXT)
		return refuse(t, "a part can be included in text only");
	if (!is_path(name) || pl_str_find(name, '.') < name.len || (arg.len > 0 && !is_path(arg)) || expr.len > 0)
		return refuse(t, "expected: include part field");
	pl_buf_printf(t->code, "\tpl_page_%.*s(h, ", PL_STR_ARG(name));
	if (arg.len > 0) {
		pl_buf_put_c(t->code, '&');
		put_path(t, t->code, arg, false);
	} else {
		pl_buf_put_c(t->code, 'm');
	}
	pl_buf_put_z(t->code, ");\n");
	return PL_OK;
}

static pl_status do_page(struct tmplc *t, pl_str expr, struct pl_buf *header)
{
	pl_str name = word(&expr), type = word(&expr);

	if (t->begun || t->literal.len > 0)
		return refuse(t, "page stands once, at the top");
	if (!is_path(name) || pl_str_find(name, '.') < name.len || !is_path(type) || pl_str_find(type, '.') < type.len ||
		expr.len > 0)
		return refuse(t, "expected: page name struct_name");
	t->begun = true;
	t->last = '\n';
	pl_buf_printf(header, "void pl_page_%.*s(struct pl_html *h, const struct %.*s *m);\n", PL_STR_ARG(name),
		PL_STR_ARG(type));
	put_line(t);
	pl_buf_printf(t->code, "void pl_page_%.*s(struct pl_html *h, const struct %.*s *m)\n{\n\t(void)m;\n", PL_STR_ARG(name),
		PL_STR_ARG(type));
	return PL_OK;
}

static pl_status do_tag(struct tmplc *t, pl_str expr, struct pl_buf *header)
{
	pl_str verb = word(&expr);

	if (pl_str_eq(verb, PL_STR("page")))
		return do_page(t, expr, header);
	flush(t);
	put_line(t);
	t->last = '\0';
	if (pl_str_eq(verb, PL_STR("if")))
		return do_if(t, expr);
	if (pl_str_eq(verb, PL_STR("elif")))
		return do_else(t, true, expr);
	if (pl_str_eq(verb, PL_STR("else")))
		return do_else(t, false, expr);
	if (pl_str_eq(verb, PL_STR("for")))
		return do_for(t, expr);
	if (pl_str_eq(verb, PL_STR("end")) && expr.len == 0)
		return do_end(t);
	if (pl_str_eq(verb, PL_STR("include")))
		return do_include(t, expr);
	return refuse(t, "expected page, if, elif, else, for, end or include");
}

/* ---- the text ---- */

/* Indentation is for the author: in text outside <pre>, white space behind a line's end shrinks to that line's end. */
static bool worth_writing(const struct tmplc *t, char c)
{
	bool blank = c == ' ' || c == '\t' || c == '\n';

	if (t->html.state != HTML_TEXT || t->html.pre || !blank)
		return true;
	return t->last != '\n';
}

static pl_status do_char(struct tmplc *t, char c)
{
	const char *why;

	if (c == '\n')
		t->line++;
	if (!t->begun)
		return c == '\n' || c == ' ' ? PL_OK : refuse(t, "a template begins with {% page name struct_name %}");
	if ((unsigned char)c < 0x20 && c != '\n' && c != '\t')
		return refuse(t, "control character");
	why = html_feed(&t->html, c);
	if (why)
		return refuse(t, why);
	if (worth_writing(t, c)) {
		pl_buf_put_c(&t->literal, c);
		t->last = c;
	}
	return PL_OK;
}

/* Take what stands up to @end; it must be on one line. */
static pl_status take(struct tmplc *t, pl_str end, pl_str *ret)
{
	size_t n = pl_str_find_str(t->rest, end);
	pl_str inside = pl_str_sub(t->rest, 0, n);

	if (n == t->rest.len || n > EXPR_MAX || pl_str_find(inside, '\n') < inside.len)
		return refuse(t, "the opening brace is not closed on its line");
	t->rest = pl_str_sub(t->rest, n + end.len, t->rest.len);
	*ret = inside;
	return PL_OK;
}

static pl_status step(struct tmplc *t, struct pl_buf *header)
{
	pl_str inside;
	pl_status st;
	char c;

	if (pl_str_eat(&t->rest, PL_STR("{#")))
		return take(t, PL_STR("#}"), &inside);
	if (pl_str_eat(&t->rest, PL_STR("{{"))) {
		st = take(t, PL_STR("}}"), &inside);
		if (!st && !t->begun)
			st = refuse(t, "a template begins with {% page name struct_name %}");
		return st ? st : do_value(t, inside);
	}
	if (pl_str_eat(&t->rest, PL_STR("{%"))) {
		st = take(t, PL_STR("%}"), &inside);
		if (!st && !t->begun && !pl_str_starts(pl_str_trim(inside), PL_STR("page ")))
			st = refuse(t, "a template begins with {% page name struct_name %}");
		return st ? st : do_tag(t, inside, header);
	}
	c = t->rest.ptr[0];
	t->rest = pl_str_sub(t->rest, 1, t->rest.len);
	return do_char(t, c);
}

pl_status pl_tmplc_compile(pl_str text, pl_str name, struct pl_buf *code, struct pl_buf *header, struct pl_diag *diag)
{
	struct tmplc t = {.name = name, .rest = text, .line = 1, .code = code, .diag = diag,
		.literal = PL_BUF(PL_TMPLC_TEXT_MAX)};
	pl_status st = PL_OK;

	if (text.len > PL_TMPLC_TEXT_MAX)
		return PL_E_TOOBIG;
	if (!pl_str_is_utf8(text))
		st = refuse(&t, "not UTF-8");
	while (!st && t.rest.len > 0)
		st = step(&t, header);
	if (!st && !t.begun)
		st = refuse(&t, "a template begins with {% page name struct_name %}");
	if (!st && t.depth > 0) {
		t.line = t.blocks[t.depth - 1].line;
		st = refuse(&t, "this block is not ended");
	}
	if (!st && t.html.state != HTML_TEXT)
		st = refuse(&t, "the template ends inside a tag");
	if (!st) {
		flush(&t);
		pl_buf_put_z(code, "}\n\n");
		st = pl_buf_status(code) ? pl_buf_status(code) : pl_buf_status(header);
	}
	pl_buf_done(&t.literal);
	return st;
}
