/* SPDX-License-Identifier: Apache-2.0 */
/* register/vuln/sets: values by the names of their fields. */
#include "register/internal.h"
#include "base/codec.h"
#include "register/vuln/internal.h"

void pl_vuln_sets_init(struct pl_vuln_sets *s, const struct pl_register_decl *decl, struct pl_diag *diag)
{
	*s = (struct pl_vuln_sets){.decl = decl, .diag = diag};
	pl_buf_init(&s->room, PL_VULN_SETS_BYTES);
	if (!pl_buf_reserve(&s->room, PL_VULN_SETS_BYTES))
		s->status = PL_E_NOMEM;
}

void pl_vuln_sets_done(struct pl_vuln_sets *s)
{
	pl_buf_done_secret(&s->room);
}

static const struct pl_register_field *find(struct pl_vuln_sets *s, const char *name)
{
	const struct pl_register_field *f = pl_register_decl_field(s->decl, pl_str_from(name));

	if (f || s->status)
		return f;
	pl_diag_hint(s->diag, "demo/vulnerabilities.register and demo/bounties.register declare what is needed");
	s->status = pl_diag_set(s->diag, PL_E_STATE, "the register %.*s declares no field %s", PL_STR_ARG(s->decl->name), name);
	return NULL;
}

/* The bytes were appended at @start. */
static void put(struct pl_vuln_sets *s, const char *name, enum pl_commit_type a, enum pl_commit_type b, size_t start)
{
	const struct pl_register_field *f = find(s, name);

	if (!s->status && f && f->type != a && f->type != b)
		s->status = pl_diag_set(s->diag, PL_E_STATE, "the register %.*s declares %s as %s", PL_STR_ARG(s->decl->name), name,
			pl_register_type_word(f->type));
	if (!s->status)
		s->status = pl_buf_status(&s->room);
	if (!s->status && s->n == PL_VULN_SETS_MAX)
		s->status = PL_E_INTERNAL;
	if (s->status || !f)
		return;
	s->s[s->n++] = (struct pl_register_set){.field = (size_t)(f - s->decl->fields),
		.value = {true, pl_bytes_of(s->room.ptr + start, s->room.len - start)}};
}

void pl_vuln_set_str(struct pl_vuln_sets *s, const char *name, pl_str value)
{
	size_t start = s->room.len;

	pl_buf_put_str(&s->room, value);
	put(s, name, PL_COMMIT_TEXT, PL_COMMIT_ENUM, start);
}

void pl_vuln_set_z(struct pl_vuln_sets *s, const char *name, const char *value)
{
	pl_vuln_set_str(s, name, pl_str_from(value));
}

void pl_vuln_set_u64(struct pl_vuln_sets *s, const char *name, uint64_t value)
{
	size_t start = s->room.len;

	pl_buf_put_be64(&s->room, value);
	put(s, name, PL_COMMIT_U64, PL_COMMIT_TIME, start);
}

void pl_vuln_set_bool(struct pl_vuln_sets *s, const char *name, bool value)
{
	size_t start = s->room.len;

	pl_buf_put_u8(&s->room, value);
	put(s, name, PL_COMMIT_BOOL, PL_COMMIT_BOOL, start);
}

void pl_vuln_set_absent(struct pl_vuln_sets *s, const char *name)
{
	const struct pl_register_field *f = find(s, name);

	if (!s->status && s->n == PL_VULN_SETS_MAX)
		s->status = PL_E_INTERNAL;
	if (!s->status && f)
		s->s[s->n++] = (struct pl_register_set){.field = (size_t)(f - s->decl->fields)};
}

void pl_vuln_sets_to_values(const struct pl_vuln_sets *s, struct pl_register_values *ret)
{
	*ret = (struct pl_register_values){0};
	for (size_t i = 0; i < s->n; i++)
		ret->v[s->s[i].field] = s->s[i].value;
}

/* ---- reading ---- */

const struct pl_commit_value *pl_vuln_value(const struct pl_register *r, const struct pl_register_view *v, const char *name)
{
	const struct pl_register_field *f = pl_register_decl_field(r->decl, pl_str_from(name));

	return f && v->v[f->exact].present ? &v->v[f->exact] : NULL;
}

pl_str pl_vuln_text(const struct pl_register *r, const struct pl_register_view *v, const char *name)
{
	const struct pl_commit_value *value = pl_vuln_value(r, v, name);

	return value ? pl_bytes_str(value->value) : (pl_str){0};
}

uint64_t pl_vuln_number(const struct pl_register *r, const struct pl_register_view *v, const char *name)
{
	const struct pl_commit_value *value = pl_vuln_value(r, v, name);

	return value && value->value.len == 8 ? pl_be64(value->value.ptr) : 0;
}

bool pl_vuln_true(const struct pl_register *r, const struct pl_register_view *v, const char *name)
{
	const struct pl_commit_value *value = pl_vuln_value(r, v, name);

	return value && pl_register_is_true(value);
}
