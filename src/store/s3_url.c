/* SPDX-License-Identifier: Apache-2.0 */
#include "store/s3_url.h"

#define HOST_MAX 255u
#define PREFIX_MAX 256u

static bool alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool consists_of(pl_str s, const char *others)
{
	for (size_t i = 0; i < s.len; i++)
		if (!alnum(s.ptr[i]) && (!s.ptr[i] || !strchr(others, s.ptr[i])))
			return false;
	return true;
}

static bool good_port(pl_str port)
{
	uint64_t n;

	return pl_str_to_u64(port, 65535, &n) == PL_OK && n > 0;
}

static bool good_host(pl_str host)
{
	pl_str name;

	if (!host.len || host.len > HOST_MAX)
		return false;
	if (host.ptr[0] == '[') {
		size_t end = pl_str_find(host, ']');

		name = pl_str_sub(host, 1, end - 1);
		if (end == host.len || !name.len || !consists_of(name, ":."))
			return false;
		host = pl_str_sub(host, end + 1, host.len);
		return !host.len || (host.ptr[0] == ':' && good_port(pl_str_sub(host, 1, host.len)));
	}
	name = pl_str_sub(host, 0, pl_str_find(host, ':'));
	return name.len && consists_of(name, "-.") &&
		(name.len == host.len || good_port(pl_str_sub(host, name.len + 1, host.len)));
}

/* The strict common part of the rules for bucket names. */
static bool good_bucket(pl_str s)
{
	if (s.len < 3 || s.len > 63 || !alnum(s.ptr[0]) || !alnum(s.ptr[s.len - 1]))
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] >= 'A' && s.ptr[i] <= 'Z')
			return false;
	return consists_of(s, "-.") && pl_str_find_str(s, PL_STR("..")) == s.len;
}

/* Parts between slashes, none empty and none made of dots. */
static bool good_prefix(pl_str s)
{
	pl_str rest = s, part;

	if (s.len > PREFIX_MAX || !consists_of(s, "-._/"))
		return false;
	while (s.len) {
		size_t end = pl_str_find(rest, '/');

		part = pl_str_sub(rest, 0, end);
		if (!part.len || pl_str_eq(part, PL_STR(".")) || pl_str_eq(part, PL_STR("..")))
			return false;
		if (end == rest.len)
			return true;
		rest = pl_str_sub(rest, end + 1, rest.len);
	}
	return true;
}

static pl_status refuse(struct pl_diag *diag, const char *what)
{
	pl_diag_hint(diag, "write s3:https://host[:port]/bucket[/prefix][?region=name]; credentials stand elsewhere");
	return pl_diag_set(diag, PL_E_SYNTAX, "the address of the S3 store has %s", what);
}

pl_status pl_s3_url_parse(pl_str text, struct pl_s3_url *ret, struct pl_diag *diag)
{
	struct pl_s3_url u = {.region = PL_STR("us-east-1")};
	pl_str path, query;
	size_t at;

	if (pl_str_eat(&text, PL_STR("http://")))
		u.scheme = PL_STR("http");
	else if (pl_str_eat(&text, PL_STR("https://")))
		u.scheme = PL_STR("https");
	else
		return refuse(diag, "no http:// or https://");
	at = pl_str_find(text, '?');
	query = pl_str_sub(text, at, text.len);
	text = pl_str_sub(text, 0, at);
	if (!pl_str_take_until(&text, '/', &u.host) || !good_host(u.host))
		return refuse(diag, "no proper host and path");
	path = text;
	at = pl_str_find(path, '/');
	u.bucket = pl_str_sub(path, 0, at);
	u.prefix = pl_str_sub(path, at + 1, path.len);
	if (!good_bucket(u.bucket))
		return refuse(diag, "no proper bucket name (3 to 63 of a-z 0-9 . -)");
	if (at + 1 == path.len || !good_prefix(u.prefix))
		return refuse(diag, "no proper prefix (parts of letters, digits, - . _ between slashes)");
	if (query.len) {
		if (!pl_str_eat(&query, PL_STR("?region=")) || !query.len || query.len > 64 || !consists_of(query, "-"))
			return refuse(diag, "a parameter other than region=name");
		u.region = query;
	}
	*ret = u;
	return PL_OK;
}
