/* SPDX-License-Identifier: Apache-2.0 */
/* Patterns that data of users follow. One finding too many is cleared in a minute; one too few cannot be taken back. */
#include "register/person/expertise.h"
#include "base/mem.h"
#include <arpa/inet.h>

const char *const pl_finding_words[] = {
	[PL_FINDING_EMAIL] = "email", [PL_FINDING_USER_PATH] = "user-path", [PL_FINDING_PHONE] = "phone", [PL_FINDING_ADDRESS] = "address",
	[PL_FINDING_PRODUCT] = "product", [PL_FINDING_KNOWN] = "known", [PL_FINDING_OPAQUE] = "opaque", NULL,
};

struct scanning {
	pl_str text;
	uint64_t base;  /* offset in the file of its first byte */
	unsigned scale; /* bytes of the file a byte of text */
	const struct pl_expertise_rules *rules;
	pl_finding_fn fn;
	void *ctx;
};

static bool alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
static bool digit(char c) { return c >= '0' && c <= '9'; }
static bool alnum(char c) { return alpha(c) || digit(c); }

static char at(const struct scanning *s, size_t i)
{
	return i < s->text.len ? s->text.ptr[i] : 0;
}

static pl_status found(const struct scanning *s, enum pl_finding_kind kind, size_t from, size_t len)
{
	return s->fn(s->ctx, kind, s->base + from * s->scale, len * s->scale, pl_str_sub(s->text, from, len));
}

static pl_status ask_known(const struct scanning *s, size_t from, size_t len)
{
	bool known = false;
	pl_status st = s->rules->known ? s->rules->known(s->rules->known_ctx, pl_str_sub(s->text, from, len), &known) : PL_OK;

	return st || !known ? st : found(s, PL_FINDING_KNOWN, from, len);
}

/* ---- each pattern looks at one place and says how long it is there; 0: it is not ---- */

static bool local_char(char c)
{
	return alnum(c) || (c && strchr("._%+-", c)) || (unsigned char)c >= 0x80;
}

/* At the '@': the address around it. Its host has a dot, and behind the last one at least two letters. */
static size_t email(const struct scanning *s, size_t i, size_t *from)
{
	size_t a = i, b = i + 1, last;

	while (a > 0 && i - a < 64 && local_char(s->text.ptr[a - 1]))
		a--;
	while (alnum(at(s, b)) || at(s, b) == '-' || at(s, b) == '.')
		b++;
	while (b > i + 1 && (at(s, b - 1) == '.' || at(s, b - 1) == '-'))
		b--;
	for (last = b; last > i && s->text.ptr[last - 1] != '.'; last--)
		if (last == i + 1)
			return 0;
	*from = a;
	return a < i && last > i + 2 && b >= last + 2 && alpha(at(s, b - 1)) ? b - a : 0;
}

/* Letters of a path compare without case, either slash is one. */
static bool path_starts(const struct scanning *s, size_t i, const char *what)
{
	for (; *what; what++, i++) {
		char c = at(s, i);

		if (*what == '/' ? c != '/' && c != '\\' : (c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c) != *what)
			return false;
	}
	return true;
}

static bool nobody(pl_str name)
{
	static const char *const names[] = {"Public", "Default", "All Users", "Default User", "public", "default", "Shared"};

	for (size_t i = 0; i < PL_COUNT(names); i++)
		if (pl_str_eq(name, pl_str_from(names[i])))
			return true;
	return name.len && (name.ptr[0] == '%' || name.ptr[0] == '$' || name.ptr[0] == '<' || name.ptr[0] == '*' || name.ptr[0] == '{');
}

static size_t user_path(const struct scanning *s, size_t i)
{
	static const char *const roots[] = {"/users/", "/home/", "/documents and settings/"};

	for (size_t k = 0; k < PL_COUNT(roots); k++) {
		size_t n = strlen(roots[k]), end = i + n;

		if (!path_starts(s, i, roots[k]))
			continue;
		/* JSON and C write a backslash twice. */
		while (at(s, end) == '\\')
			end++;
		n = end;
		while ((unsigned char)at(s, end) > ' ' && !strchr("/\\\"'>|:?,;", at(s, end)))
			end++;
		return end > n && !nobody(pl_str_sub(s->text, n, end - n)) ? end - i : 0;
	}
	return 0;
}

static size_t phone(const struct scanning *s, size_t i)
{
	size_t end = i + 1, last = i, digits = 0;

	if ((i && (alnum(s->text.ptr[i - 1]) || s->text.ptr[i - 1] == '+')) || at(s, i + 1) < '1' || at(s, i + 1) > '9')
		return 0;
	while (digit(at(s, end)) || (at(s, end) && strchr(" -().", at(s, end)) && end - last < 3)) {
		if (digit(at(s, end))) {
			digits++;
			last = end;
		}
		end++;
	}
	return digits >= 8 && digits <= 15 && !alpha(at(s, last + 1)) ? last + 1 - i : 0;
}

static size_t product(const struct scanning *s, size_t i)
{
	size_t groups = 0, end = i, letters = 0, digits = 0;

	if (i && (alnum(s->text.ptr[i - 1]) || s->text.ptr[i - 1] == '-'))
		return 0;
	for (;;) {
		size_t n = 0;

		for (; n < 6 && ((at(s, end + n) >= 'A' && at(s, end + n) <= 'Z') || digit(at(s, end + n))); n++) {
			letters += alpha(at(s, end + n));
			digits += digit(at(s, end + n));
		}
		if (n != 5)
			return 0;
		groups++;
		end += 5;
		if (at(s, end) != '-')
			break;
		end++;
	}
	return groups >= 4 && groups <= 6 && letters && digits && !alnum(at(s, end)) ? end - i : 0;
}

/* ---- network addresses ---- */

static bool in_network(const struct pl_expertise_network *n, const uint8_t *b)
{
	for (unsigned i = 0; i < n->bits; i++)
		if ((n->b[i / 8] >> (7 - i % 8) & 1) != (b[i / 8] >> (7 - i % 8) & 1))
			return false;
	return true;
}

static bool private_network(const struct pl_expertise_rules *r, const uint8_t *b, bool six)
{
	for (size_t i = 0; i < r->n_networks; i++)
		if (r->networks[i].six == six && in_network(&r->networks[i], b))
			return true;
	return false;
}

static size_t address(const struct scanning *s, size_t i)
{
	size_t end = i, dots = 0, colons = 0;
	char text[64];
	uint8_t b[16];

	if (i && (alnum(s->text.ptr[i - 1]) || s->text.ptr[i - 1] == '.' || s->text.ptr[i - 1] == ':'))
		return 0;
	for (; end - i < 46; end++) {
		char c = at(s, end);

		dots += c == '.';
		colons += c == ':';
		if (!digit(c) && c != '.' && c != ':' && !(c >= 'a' && c <= 'f') && !(c >= 'A' && c <= 'F'))
			break;
	}
	while (end > i && (s->text.ptr[end - 1] == '.' || (s->text.ptr[end - 1] == ':' && !(end > i + 1 && s->text.ptr[end - 2] == ':'))))
		end--;
	/* "192.0.2.1:443": the port is none of it. */
	if (dots >= 3 && colons == 1)
		while (end > i && s->text.ptr[end - 1] != ':')
			end--;
	if (dots >= 3 && colons == 1 && end > i)
		end--;
	if ((dots < 3 && colons < 2) || pl_str_z(pl_str_sub(s->text, i, end - i), text, sizeof text))
		return 0;
	if (inet_pton(AF_INET, text, b) == 1)
		return private_network(s->rules, b, false) ? end - i : 0;
	return inet_pton(AF_INET6, text, b) == 1 && private_network(s->rules, b, true) ? end - i : 0;
}

static bool take_network(pl_str line, struct pl_expertise_network *ret)
{
	uint64_t bits = 0;
	pl_str part;
	char z[64];

	if (!pl_str_take_until(&line, '/', &part) || pl_str_z(part, z, sizeof z))
		return false;
	ret->six = pl_str_find(part, ':') < part.len;
	if (inet_pton(ret->six ? AF_INET6 : AF_INET, z, ret->b) != 1 || pl_str_to_u64(line, ret->six ? 128 : 32, &bits))
		return false;
	ret->bits = (uint8_t)bits;
	return true;
}

pl_status pl_expertise_networks(pl_str text, struct pl_expertise_network **ret, size_t *ret_n, struct pl_diag *diag)
{
	struct pl_expertise_network *list = pl_alloc(PL_EXPERTISE_NETWORKS_MAX, sizeof *list);
	unsigned number = 0;
	size_t n = 0;

	while (text.len) {
		pl_str line = text;

		if (!pl_str_take_line(&text, &line))
			text.len = 0;
		number++;
		line = pl_str_trim(pl_str_sub(line, 0, pl_str_find(line, '#')));
		if (!line.len)
			continue;
		if (n == PL_EXPERTISE_NETWORKS_MAX || !take_network(line, &list[n])) {
			pl_free(list);
			pl_diag_at(diag, number, 0);
			return pl_diag_set(diag, PL_E_SYNTAX, "expected a network like 192.0.2.0/24 or 2001:db8::/32, at most %u of them",
				PL_EXPERTISE_NETWORKS_MAX);
		}
		n++;
	}
	*ret = list;
	*ret_n = n;
	return PL_OK;
}

/* ---- words that may be known here ---- */

static bool word_char(char c)
{
	return alnum(c) || c == '.' || c == '_' || c == '-' || c == ':' || c == '+' || c == '/' || c == '=';
}

static pl_status word(const struct scanning *s, size_t i, size_t *ret_end)
{
	size_t end = i;
	pl_status st;

	while (word_char(at(s, end)))
		end++;
	*ret_end = end;
	if (end - i < 3 || end - i > PL_PERSON_VALUE_MAX)
		return PL_OK;
	if (end - i > 20 && pl_str_starts(pl_str_sub(s->text, i, end - i), PL_STR("ed25519:"))) {
		st = found(s, PL_FINDING_PRODUCT, i, end - i);
		if (st)
			return st;
	}
	return ask_known(s, i, end - i);
}

/* ---- all of them ---- */

static pl_status look_at(const struct scanning *s, size_t i)
{
	char c = s->text.ptr[i];
	size_t from = i, n;
	pl_status st = PL_OK;

	if (c == '@' && (n = email(s, i, &from))) {
		st = found(s, PL_FINDING_EMAIL, from, n);
		return st ? st : ask_known(s, from, n);
	}
	if ((c == '/' || c == '\\') && (n = user_path(s, i)))
		return found(s, PL_FINDING_USER_PATH, i, n);
	if (c == '+' && (n = phone(s, i)))
		return found(s, PL_FINDING_PHONE, i, n);
	if (((c >= 'A' && c <= 'Z') || digit(c)) && (n = product(s, i)))
		st = found(s, PL_FINDING_PRODUCT, i, n);
	if (!st && s->rules->n_networks && (digit(c) || c == ':' || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')) && (n = address(s, i)))
		st = found(s, PL_FINDING_ADDRESS, i, n);
	return st;
}

static pl_status scan_text(const struct scanning *s)
{
	size_t word_end = 0;
	pl_status st = PL_OK;

	for (size_t i = 0; i < s->text.len && !st; i++) {
		st = look_at(s, i);
		if (!st && i >= word_end && word_char(s->text.ptr[i]))
			st = word(s, i, &word_end);
	}
	return st;
}

/* What looks like ASCII in UTF-16, little-endian, beginning at an even or odd byte; everything else becomes a line break. */
static pl_status scan_wide(pl_bytes data, size_t start, struct scanning s)
{
	size_t n = data.len > start ? (data.len - start) / 2 : 0;
	char *text = n ? pl_try_alloc(1, n) : NULL;
	pl_status st;

	if (!n)
		return PL_OK;
	if (!text)
		return PL_E_NOMEM;
	for (size_t i = 0; i < n; i++) {
		const uint8_t *p = data.ptr + start + 2 * i;

		text[i] = p[1] == 0 && p[0] >= ' ' && p[0] < 0x7f ? (char)p[0] : '\n';
	}
	s.text = pl_str_of(text, n);
	s.base = start;
	s.scale = 2;
	st = scan_text(&s);
	pl_free(text);
	return st;
}

static bool opaque(pl_bytes data)
{
	static const struct {
		const char *magic;
		size_t len;
	} kinds[] = {
		{"PK\3\4", 4}, {"\x1f\x8b", 2}, {"7z\xbc\xaf\x27\x1c", 6}, {"Rar!", 4}, {"%PDF", 4}, {"BZh", 3}, {"\xfd" "7zXZ", 5},
		{"\x28\xb5\x2f\xfd", 4}, {"\xd0\xcf\x11\xe0", 4}, {"age-encryption.org", 18}, {"\x89PNG", 4}, {"\xff\xd8\xff", 3}, {"SQLite format 3", 15},
	};

	for (size_t i = 0; i < PL_COUNT(kinds); i++)
		if (data.len >= kinds[i].len && memcmp(data.ptr, kinds[i].magic, kinds[i].len) == 0)
			return true;
	return false;
}

pl_status pl_expertise_scan(pl_bytes data, const struct pl_expertise_rules *rules, pl_finding_fn fn, void *ctx)
{
	struct scanning s = {.text = pl_bytes_str(data), .scale = 1, .rules = rules, .fn = fn, .ctx = ctx};
	pl_status st = opaque(data) ? fn(ctx, PL_FINDING_OPAQUE, 0, data.len, PL_STR("")) : PL_OK;

	if (!st)
		st = scan_text(&s);
	if (!st && data.len && memchr(data.ptr, 0, data.len)) {
		st = scan_wide(data, 0, s);
		if (!st)
			st = scan_wide(data, 1, s);
	}
	return st;
}
