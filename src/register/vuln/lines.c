/* SPDX-License-Identifier: Apache-2.0 */
#include "register/vuln/lines.h"

pl_status pl_vuln_lines_begin(struct pl_vuln_lines *l, pl_str text, size_t max, struct pl_arena *arena, struct pl_diag *diag)
{
	*l = (struct pl_vuln_lines){0};
	if (text.len > max)
		return pl_diag_set(diag, PL_E_TOOBIG, "expected at most %zu bytes", max);
	if (!pl_str_is_utf8(text))
		return pl_diag_set(diag, PL_E_SYNTAX, "the text is not UTF-8");
	return pl_arena_dup(arena, text, &l->rest);
}

pl_status pl_vuln_lines_next(struct pl_vuln_lines *l, pl_str *ret, struct pl_diag *diag)
{
	pl_str line;

	l->line++;
	if (!pl_str_take_line(&l->rest, &line))
		return pl_diag_set(diag, PL_E_SYNTAX, l->rest.len ? "the last line has no line break" : "the text ends too early");
	for (size_t i = 0; i < line.len; i++)
		if ((unsigned char)line.ptr[i] < 0x20 || line.ptr[i] == 0x7f)
			return pl_diag_set(diag, PL_E_SYNTAX, "there is a control character");
	*ret = line;
	return PL_OK;
}

pl_status pl_vuln_lines_title(struct pl_vuln_lines *l, const char *title, struct pl_diag *diag)
{
	pl_str line;
	pl_status st = pl_vuln_lines_next(l, &line, diag);

	return st || pl_str_eq(line, pl_str_from(title)) ? st : pl_diag_set(diag, PL_E_SYNTAX, "expected the line \"%s\"", title);
}

pl_status pl_vuln_lines_head(struct pl_vuln_lines *l, const char *key, pl_str *ret, struct pl_diag *diag)
{
	pl_str line;
	pl_status st = pl_vuln_lines_next(l, &line, diag);

	if (st)
		return st;
	if (!pl_str_eat(&line, pl_str_from(key)) || !pl_str_eat(&line, PL_STR(" ")) || !line.len || line.ptr[0] == ' ' ||
		line.ptr[line.len - 1] == ' ')
		return pl_diag_set(diag, PL_E_SYNTAX, "expected the line \"%s ...\"", key);
	*ret = line;
	return PL_OK;
}
