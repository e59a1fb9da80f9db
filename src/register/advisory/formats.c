/* SPDX-License-Identifier: Apache-2.0 */
#include "register/advisory/formats_internal.h"
#include "base/time.h"
#include <ctype.h>

void pl_format_text(struct pl_json *o, const char *name, pl_str s)
{
	if (s.len)
		pl_json_set_str(o, name, s);
}

void pl_format_texts(struct pl_json *o, const char *name, const struct pl_texts *list)
{
	struct pl_json *array;

	if (!list->n)
		return;
	array = pl_json_set_array(o, name);
	for (size_t i = 0; i < list->n; i++)
		pl_json_push_str(array, list->v[i]);
}

void pl_format_time(struct pl_json *o, const char *name, uint64_t t)
{
	char text[21];

	if (!t)
		return;
	pl_time_write(t, text);
	pl_json_set_z(o, name, text);
}

void pl_format_score(struct pl_json *o, const char *name, unsigned tenths)
{
	pl_json_set(o, name, pl_json_new_double((double)tenths / 10));
}

void pl_format_severity(struct pl_json *o, const char *name, unsigned tenths)
{
	const char *word = pl_cvss_severity_text(pl_cvss_severity(tenths));
	char upper[16] = "";

	for (size_t i = 0; word[i] && i + 1 < sizeof upper; i++)
		upper[i] = (char)toupper((unsigned char)word[i]);
	pl_json_set_z(o, name, upper);
}

void pl_format_vector(struct pl_json *o, const struct pl_cvss *v)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CVSS_TEXT_MAX);

	pl_cvss_write(&text, v);
	pl_json_set_str(o, "vectorString", pl_buf_str(&text));
}

void pl_format_product_name(const struct pl_advisory *a, pl_str id, struct pl_buf *out)
{
	const struct pl_advisory_product *p = pl_advisory_product(a, id);
	const struct pl_advisory_relation *r = pl_advisory_relation(a, id);

	if (p)
		pl_advisory_full_name(p, out);
	else
		pl_buf_put_str(out, r ? r->name : id);
}
