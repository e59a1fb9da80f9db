/* SPDX-License-Identifier: Apache-2.0 */
#include "register/advisory/ident.h"
#include <strings.h>

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool all(pl_str s, bool letters, bool digits)
{
	for (size_t i = 0; i < s.len; i++)
		if (!((letters && is_letter(s.ptr[i])) || (digits && is_digit(s.ptr[i]))))
			return false;
	return s.len > 0;
}

static bool one_of(char c, const char *set)
{
	return c != '\0' && strchr(set, c) != NULL;
}

/* ---- addresses ---- */

static bool is_escape(pl_str s, size_t at)
{
	static const char digits[] = "0123456789abcdefABCDEF";

	return at + 2 < s.len && one_of(s.ptr[at + 1], digits) && one_of(s.ptr[at + 2], digits);
}

/* The characters of RFC 3986, escapes whole. */
static bool uri_chars(pl_str s)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];

		if (c == '%' ? !is_escape(s, i) : !is_letter(c) && !is_digit(c) && !one_of(c, "-._~:/?#[]@!$&'()*+,;="))
			return false;
	}
	return s.len > 0;
}

/* "host" or "host:port". */
static bool host_ok(pl_str s)
{
	size_t colon = pl_str_find(s, ':');
	pl_str host = pl_str_sub(s, 0, colon), port = pl_str_sub(s, colon + 1, s.len);

	for (size_t i = 0; i < host.len; i++)
		if (!is_letter(host.ptr[i]) && !is_digit(host.ptr[i]) && !one_of(host.ptr[i], "-."))
			return false;
	return host.len && (colon == s.len || (port.len <= 5 && all(port, false, true)));
}

bool pl_ident_url(pl_str s, bool any)
{
	pl_str rest = s;
	size_t colon = pl_str_find(s, ':');

	if (pl_str_eat(&rest, PL_STR("https://")))
		return uri_chars(s) && host_ok(pl_str_sub(rest, 0, pl_str_find(rest, '/')));
	if (!any || colon == 0 || colon + 1 >= s.len || !is_letter(s.ptr[0]))
		return false;
	for (size_t i = 0; i < colon; i++)
		if (!is_letter(s.ptr[i]) && !is_digit(s.ptr[i]) && !one_of(s.ptr[i], "+-."))
			return false;
	return uri_chars(pl_str_sub(s, colon + 1, s.len));
}

bool pl_ident_site(pl_str s)
{
	return pl_str_eat(&s, PL_STR("https://")) && host_ok(s);
}

/* ---- languages ---- */

/* Two-letter languages of the registry of subtags (RFC 5646 section 3). */
static const char languages[] = " aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee"
	" el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik in io"
	" is it iu iw ja ji jv jw ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk"
	" ml mn mo mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc"
	" sd se sg sh si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve"
	" vi vo wa wo xh yi yo za zh zu ";

static bool next_subtag(pl_str *rest, pl_str *ret)
{
	if (!rest->len)
		return false;
	if (!pl_str_take_until(rest, '-', ret)) {
		*ret = *rest;
		*rest = (pl_str){0};
	}
	return true;
}

static bool primary_ok(pl_str s)
{
	char wanted[5] = "    ";

	if (s.len == 3)
		return all(s, true, false);
	if (s.len != 2 || !all(s, true, false))
		return false;
	for (size_t i = 0; i < 2; i++)
		wanted[1 + i] = (char)(s.ptr[i] | 0x20);
	return strstr(languages, wanted) != NULL;
}

/* Reserved for private use: "x", and qaa to qtz. */
static bool is_private(pl_str s)
{
	return (s.len == 1 && (s.ptr[0] | 0x20) == 'x') ||
		(s.len == 3 && (s.ptr[0] | 0x20) == 'q' && (s.ptr[1] | 0x20) <= 't' && all(s, true, false));
}

bool pl_ident_language(pl_str s, bool *ret_private, bool *ret_default)
{
	unsigned stage = 0; /* script, then region, then variants */
	pl_str part = {0};

	*ret_default = s.len == 9 && strncasecmp(s.ptr, "i-default", s.len) == 0;
	*ret_private = false;
	if (*ret_default)
		return true;
	if (pl_str_ends(s, PL_STR("-")))
		return false;
	(void)next_subtag(&s, &part);
	*ret_private = is_private(part);
	if (!*ret_private && !primary_ok(part))
		return false;
	while (next_subtag(&s, &part)) {
		/* What follows an x is agreed upon by those who use it. */
		if (part.len == 1 && (part.ptr[0] | 0x20) == 'x')
			return s.len > 0;
		if (stage < 1 && part.len == 4 && all(part, true, false))
			stage = 1;
		else if (stage < 2 && ((part.len == 2 && all(part, true, false)) || (part.len == 3 && all(part, false, true))))
			stage = 2;
		else if (part.len >= 5 && part.len <= 8 && all(part, true, true))
			stage = 3;
		else
			return false;
	}
	return true;
}

/* ---- numbers of others ---- */

bool pl_ident_cve(pl_str s)
{
	return pl_str_eat(&s, PL_STR("CVE-")) && s.len >= 9 && s.len <= 24 && s.ptr[4] == '-' &&
		all(pl_str_sub(s, 0, 4), false, true) && all(pl_str_sub(s, 5, s.len), false, true);
}

bool pl_ident_cwe(pl_str s)
{
	return pl_str_eat(&s, PL_STR("CWE-")) && s.len >= 1 && s.len <= 6 && s.ptr[0] != '0' && all(s, false, true);
}

bool pl_ident_uuid(pl_str s)
{
	if (s.len != 36)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (dash ? s.ptr[i] != '-' : !one_of(s.ptr[i], "0123456789abcdef"))
			return false;
	}
	return true;
}

/* ---- products ---- */

/* Small letters and @signs, digits behind the first of them. */
static bool word_ok(pl_str s, const char *signs)
{
	for (size_t i = 0; i < s.len; i++)
		if (!(s.ptr[i] >= 'a' && s.ptr[i] <= 'z') && !one_of(s.ptr[i], signs) && !(i && is_digit(s.ptr[i])))
			return false;
	return s.len > 0;
}

/* A type of purl or vers. */
static bool type_ok(pl_str s)
{
	return word_ok(s, ".+-");
}

/* "key=value&key=value" */
static bool qualifiers_ok(pl_str s)
{
	while (s.len) {
		size_t n = pl_str_find(s, '&');

		if (!word_ok(pl_str_sub(s, 0, pl_str_find(pl_str_sub(s, 0, n), '=')), "._-"))
			return false;
		s = pl_str_sub(s, n + 1, s.len);
	}
	return true;
}

/* Types whose names mean nothing without a namespace. */
static bool wants_namespace(pl_str type)
{
	return pl_str_eq(type, PL_STR("maven")) || pl_str_eq(type, PL_STR("swift"));
}

bool pl_ident_purl(pl_str s)
{
	pl_str rest = s, type, path, name;
	size_t end, version;

	if (!uri_chars(s) || !pl_str_eat(&rest, PL_STR("pkg:")) || !pl_str_take_until(&rest, '/', &type) || !type_ok(type))
		return false;
	rest = pl_str_sub(rest, 0, pl_str_find(rest, '#'));
	end = pl_str_find(rest, '?');
	path = pl_str_sub(rest, 0, end);
	version = pl_str_find(path, '@');
	/* The name is the last segment before the version. */
	name = pl_str_sub(path, 0, version);
	if (!name.len || pl_str_starts(name, PL_STR("/")) || pl_str_ends(name, PL_STR("/")) ||
		pl_str_find_str(name, PL_STR("//")) < name.len || version + 1 == path.len)
		return false;
	if (wants_namespace(type) && pl_str_find(name, '/') == name.len)
		return false;
	return qualifiers_ok(pl_str_sub(rest, end + 1, rest.len));
}

/* One component of a formatted string: '*', '-', or characters with quoted punctuation. */
static bool cpe_component(pl_str s)
{
	if (pl_str_eq(s, PL_STR("*")) || pl_str_eq(s, PL_STR("-")))
		return true;
	for (size_t i = 0; i < s.len; i++) {
		bool at_end = i == 0 || i + 1 == s.len;

		if (s.ptr[i] == '\\' && i + 1 < s.len)
			i++;
		else if (!is_letter(s.ptr[i]) && !is_digit(s.ptr[i]) && !one_of(s.ptr[i], "-._") &&
			!(at_end && one_of(s.ptr[i], "*?")))
			return false;
	}
	return s.len > 0;
}

static bool cpe_23(pl_str s)
{
	unsigned n = 0;
	size_t at = 0;

	if (s.len < 2 || !one_of(s.ptr[0], "aho*-") || s.ptr[1] != ':')
		return false;
	s = pl_str_sub(s, 2, s.len);
	for (size_t i = 0; i <= s.len; i++) {
		if (i < s.len && s.ptr[i] == '\\') {
			i++;
		} else if (i == s.len || s.ptr[i] == ':') {
			if (!cpe_component(pl_str_sub(s, at, i - at)))
				return false;
			at = i + 1;
			n++;
		}
	}
	return n == 10;
}

static bool cpe_22(pl_str s)
{
	unsigned colons = 0;

	if (s.len < 2 || !one_of(s.ptr[0], "AHOaho") || s.ptr[1] != ':')
		return false;
	for (size_t i = 1; i < s.len; i++) {
		colons += s.ptr[i] == ':';
		if (!is_letter(s.ptr[i]) && !is_digit(s.ptr[i]) && !one_of(s.ptr[i], ":._-~%"))
			return false;
	}
	return colons <= 6;
}

bool pl_ident_cpe(pl_str s)
{
	if (pl_str_eat(&s, PL_STR("cpe:2.3:")))
		return cpe_23(s);
	return pl_str_eat(&s, PL_STR("cpe:/")) && cpe_22(s);
}

bool pl_ident_vers(pl_str s)
{
	pl_str type;

	return pl_str_eat(&s, PL_STR("vers:")) && pl_str_take_until(&s, '/', &type) && type_ok(type) && s.len;
}
