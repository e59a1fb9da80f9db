/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The text itself is changed at one place, so that every number and every member stays as it was written. It is valid JSON
 * by then, which makes finding that place simple.
 */
#include "base/json.h"
#include "base/time.h"
#include "register/audit/copy.h"

#define DEPTH PL_JSON_DEPTH

/* ---- finding a place in valid JSON ---- */

static void skip_blanks(pl_str t, size_t *i)
{
	while (*i < t.len && (t.ptr[*i] == ' ' || t.ptr[*i] == '\t' || t.ptr[*i] == '\n' || t.ptr[*i] == '\r'))
		++*i;
}

static void skip_string(pl_str t, size_t *i)
{
	for (++*i; *i < t.len && t.ptr[*i] != '"'; ++*i)
		*i += t.ptr[*i] == '\\';
	++*i;
}

static void skip_value(pl_str t, size_t *i)
{
	size_t depth = 0;

	do {
		char c = t.ptr[*i];

		if (c == '"') {
			skip_string(t, i);
			continue;
		}
		if (!depth && (c == ',' || c == '}' || c == ']'))
			return;
		depth += c == '{' || c == '[';
		depth -= c == '}' || c == ']';
		++*i;
		if (!depth && (c == '}' || c == ']'))
			return;
	} while (*i < t.len);
}

/* Where the value of member @key of the object that begins at @at begins; false if it has none spelled like that. */
static bool find_member(pl_str t, size_t at, pl_str key, size_t *ret)
{
	size_t i = at + 1;

	for (skip_blanks(t, &i); i < t.len && t.ptr[i] == '"'; skip_blanks(t, &i)) {
		size_t start = i;
		pl_str name;

		skip_string(t, &i);
		name = pl_str_sub(t, start + 1, i - start - 2);
		skip_blanks(t, &i);
		i++; /* the colon */
		skip_blanks(t, &i);
		if (pl_str_eq(name, key)) {
			*ret = i;
			return true;
		}
		skip_value(t, &i);
		skip_blanks(t, &i);
		if (i < t.len && t.ptr[i] == ',')
			i++;
	}
	return false;
}

/* ---- what is put there ---- */

/* Behind the opening bracket at @at. */
static void put_first(pl_str t, size_t at, pl_str piece, struct pl_buf *out)
{
	size_t next = at + 1;

	skip_blanks(t, &next);
	pl_buf_put_str(out, pl_str_sub(t, 0, at + 1));
	pl_buf_put_str(out, piece);
	if (next < t.len && t.ptr[next] != '}' && t.ptr[next] != ']')
		pl_buf_put_c(out, ',');
	pl_buf_put_str(out, pl_str_sub(t, at + 1, t.len - at - 1));
}

static pl_status property(const struct pl_copy_words *w, struct pl_buf *out)
{
	struct pl_json *o PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_buf line PL_CLEANUP(pl_buf_done) = PL_BUF(PL_COPY_LINE_MAX);

	pl_copy_line(w, &line);
	pl_json_set_z(o, "name", "pellucid:hand-out");
	pl_json_set_str(o, "value", pl_buf_str(&line));
	return pl_json_write(o, out);
}

static pl_status annotation(const struct pl_copy_words *w, struct pl_buf *out)
{
	struct pl_json *o PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_buf line PL_CLEANUP(pl_buf_done) = PL_BUF(PL_COPY_LINE_MAX);
	char time[21];

	pl_time_write(w->given * PL_SECOND, time);
	pl_copy_line(w, &line);
	pl_json_set_z(o, "annotationDate", time);
	pl_json_set_z(o, "annotationType", "OTHER");
	pl_json_set_z(o, "annotator", "Tool: pellucid");
	pl_json_set_str(o, "comment", pl_buf_str(&line));
	return pl_json_write(o, out);
}

/* ---- which formats have a place ---- */

static pl_status no_place(struct pl_diag *diag)
{
	return pl_diag_set(diag, PL_E_UNSUPPORTED, "the name of a member is spelled with escapes; spell it plainly");
}

/* Into the list that is member @list of the object at @at, or into that object as a new list. */
static pl_status put_in_list(pl_str t, size_t at, const struct pl_json *object, const char *list, pl_str element,
	struct pl_buf *out, struct pl_diag *diag)
{
	struct pl_buf piece PL_CLEANUP(pl_buf_done) = PL_BUF(2 * PL_COPY_LINE_MAX + 256);
	bool there = pl_json_get(object, list) != NULL;
	size_t where;

	if (there && pl_json_kind(pl_json_get(object, list)) != PL_JSON_ARRAY)
		return pl_diag_set(diag, PL_E_SYNTAX, "%s: expected a list", list);
	if (there != find_member(t, at, pl_str_from(list), &where))
		return no_place(diag);
	if (there) {
		put_first(t, where, element, out);
		return pl_buf_status(out);
	}
	pl_buf_printf(&piece, "\"%s\":[%.*s]", list, PL_STR_ARG(element));
	put_first(t, at, pl_buf_str(&piece), out);
	return pl_buf_status(&piece) ? pl_buf_status(&piece) : pl_buf_status(out);
}

static pl_status mark_cyclonedx(pl_str t, size_t at, const struct pl_json *v, const struct pl_copy_words *w,
	struct pl_buf *out, struct pl_diag *diag)
{
	struct pl_buf element PL_CLEANUP(pl_buf_done) = PL_BUF(2 * PL_COPY_LINE_MAX), piece PL_CLEANUP(pl_buf_done) = PL_BUF(4096);
	const struct pl_json *metadata = pl_json_get(v, "metadata");
	pl_str version = {0}, minor;
	uint64_t n = 0;
	size_t where;
	pl_status st = pl_json_get_str(v, "specVersion", &version, diag);

	minor = version;
	if (st || !pl_str_eat(&minor, PL_STR("1.")) || pl_str_to_u64(minor, 99, &n) || n < 3)
		return pl_diag_set(diag, PL_E_UNSUPPORTED,
			"CycloneDX %.*s has no place for a property: it has from 1.3 on", PL_STR_ARG(version));
	st = property(w, &element);
	if (st)
		return st;
	if ((metadata != NULL) != find_member(t, at, PL_STR("metadata"), &where))
		return no_place(diag);
	if (metadata && pl_json_kind(metadata) != PL_JSON_OBJECT)
		return pl_diag_set(diag, PL_E_SYNTAX, "metadata: expected an object");
	if (metadata)
		return put_in_list(t, where, metadata, "properties", pl_buf_str(&element), out, diag);
	pl_buf_printf(&piece, "\"metadata\":{\"properties\":[%.*s]}", PL_STR_ARG(pl_buf_str(&element)));
	put_first(t, at, pl_buf_str(&piece), out);
	return pl_buf_status(&piece) ? pl_buf_status(&piece) : pl_buf_status(out);
}

static pl_status mark_spdx(pl_str t, size_t at, const struct pl_json *v, const struct pl_copy_words *w, struct pl_buf *out,
	struct pl_diag *diag)
{
	struct pl_buf element PL_CLEANUP(pl_buf_done) = PL_BUF(2 * PL_COPY_LINE_MAX);
	pl_status st = annotation(w, &element);

	return st ? st : put_in_list(t, at, v, "annotations", pl_buf_str(&element), out, diag);
}

pl_status pl_copy_json(pl_str original, const struct pl_copy_words *w, struct pl_buf *out, struct pl_diag *diag)
{
	struct pl_json *v PL_CLEANUP(pl_json_done) = NULL;
	pl_str word = {0}, spdx = {0};
	size_t at = 0;
	pl_status st = pl_json_parse(original, PL_COPY_MAX, DEPTH, &v, diag);

	if (st)
		return st;
	skip_blanks(original, &at);
	(void)(pl_json_opt_str(v, "bomFormat", &word, NULL) == PL_OK);
	(void)(pl_json_opt_str(v, "spdxVersion", &spdx, NULL) == PL_OK);
	if (pl_str_eq(word, PL_STR("CycloneDX")))
		st = mark_cyclonedx(original, at, v, w, out, diag);
	else if (pl_str_starts(spdx, PL_STR("SPDX-2.")))
		st = mark_spdx(original, at, v, w, out, diag);
	else
		pl_buf_put_str(out, original); /* an unknown schema might refuse any member: blanks it cannot refuse */
	if (!st)
		pl_mark_put_blanks(out, &w->mark);
	return st ? st : pl_buf_status(out);
}
