/* SPDX-License-Identifier: Apache-2.0 */
/* web/desk_form: what forms and addresses bring. */
#include "web/desk_internal.h"
#include "web/upload.h"

#define KEPT_MAX 32u
#define TARGET_MAX 128u

pl_str pl_desk_field(const struct pl_desk_view *d, const char *name)
{
	pl_str value;

	if (pl_route_query(pl_upload_fields(d->req), pl_str_from(name), d->arena, &value))
		return (pl_str){0};
	return value;
}

unsigned pl_desk_field_roles(const struct pl_desk_view *d)
{
	static const struct {
		const char *field;
		unsigned role;
	} boxes[] = {
		{"role-desk", PL_STAFF_DESK}, {"role-legal", PL_STAFF_LEGAL}, {"role-officer", PL_STAFF_OFFICER},
		{"role-auditor", PL_STAFF_AUDITOR}, {"role-administrator", PL_STAFF_ADMINISTRATOR},
	};
	unsigned roles = 0;

	for (size_t i = 0; i < PL_COUNT(boxes); i++)
		if (pl_str_eq(pl_desk_field(d, boxes[i].field), PL_STR("yes")))
			roles |= boxes[i].role;
	return roles;
}

/* Tokens are made anew, and secrets never stand in a page. */
static bool is_kept(pl_str name)
{
	static const pl_str dropped[] = {PL_STR_INIT("csrf"), PL_STR_INIT("username"), PL_STR_INIT("password"), PL_STR_INIT("repeat"),
		PL_STR_INIT("code"), PL_STR_INIT("again-password"), PL_STR_INIT("again-code")};

	for (size_t i = 0; i < PL_COUNT(dropped); i++)
		if (pl_str_eq(name, dropped[i]))
			return false;
	return name.len > 0;
}

pl_status pl_desk_fields_kept(struct pl_desk_view *d, struct pl_hidden_row **ret, size_t *ret_n)
{
	pl_str rest = pl_upload_fields(d->req);
	struct pl_hidden_row *list = pl_arena_alloc(d->arena, KEPT_MAX, sizeof *list);
	size_t n = 0;

	if (!list)
		return PL_E_NOMEM;
	while (rest.len > 0 && n < KEPT_MAX) {
		size_t end = pl_str_find(rest, '&');
		pl_str pair = pl_str_sub(rest, 0, end);
		size_t eq = pl_str_find(pair, '=');

		rest = pl_str_sub(rest, end + 1, rest.len);
		if (pl_route_unescape(pl_str_sub(pair, 0, eq), d->arena, &list[n].name) ||
			pl_route_unescape(pl_str_sub(pair, eq + 1, pair.len), d->arena, &list[n].value))
			return PL_E_SYNTAX;
		n += is_kept(list[n].name);
	}
	*ret = list;
	*ret_n = n;
	return PL_OK;
}

static bool is_path_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' || c == '-';
}

pl_str pl_desk_target(const struct pl_desk_view *d, pl_str path)
{
	const struct pl_portal *p = d->desk->portal;
	struct pl_route_match m;
	bool good = pl_str_starts(path, PL_STR("/desk")) && path.len <= TARGET_MAX;

	for (size_t i = 0; good && i < path.len; i++)
		good = is_path_char(path.ptr[i]);
	return good && !pl_route_find(p->routes, p->n_routes, PL_HTTP_GET, path, &m, NULL) ? path : PL_STR("/desk");
}

pl_status pl_desk_id(const struct pl_desk_view *d, struct pl_ulid *ret)
{
	return pl_ulid_parse(pl_http_request_capture(d->req, "id"), ret) ? PL_E_NOTFOUND : PL_OK;
}

bool pl_desk_cursor(struct pl_desk_view *d, const char *key, struct pl_ulid *ret)
{
	pl_str text;

	return !pl_http_request_query(d->req, key, &text) && !pl_ulid_parse(text, ret);
}

pl_status pl_desk_text(struct pl_desk_view *d, pl_str *ret)
{
	pl_str text = pl_str_trim(pl_desk_field(d, "text"));
	char *out = pl_arena_alloc(d->arena, text.len + 1, 1);
	size_t n = 0;

	if (!out)
		return PL_E_NOMEM;
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] != '\r')
			out[n++] = text.ptr[i];
	*ret = pl_str_of(out, n);
	return PL_OK;
}
