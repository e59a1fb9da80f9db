/* SPDX-License-Identifier: Apache-2.0 */
#include "register/advisory/securitytxt.h"
#include "base/time.h"
#include "register/advisory/ident.h"
#include <strings.h>

#define YEAR (UINT64_C(366) * 86400 * PL_SECOND)
#define BEGIN_MESSAGE PL_STR("-----BEGIN PGP SIGNED MESSAGE-----")
#define BEGIN_SIGNATURE PL_STR("-----BEGIN PGP SIGNATURE-----")
#define END_SIGNATURE PL_STR("-----END PGP SIGNATURE-----")

static const struct {
	const char *code, *words;
} codes[PL_SECTXT_CODES] = {
	[PL_SECTXT_NO_EXPIRE] = {"no_expire", "an Expires field is wanted"},
	[PL_SECTXT_MULTI_EXPIRE] = {"multi_expire", "Expires stands once"},
	[PL_SECTXT_EXPIRED] = {"expired", "it has expired"},
	[PL_SECTXT_INVALID_EXPIRY] = {"invalid_expiry", "Expires is a time like 2027-06-30T00:00:00Z"},
	[PL_SECTXT_NO_CANONICAL_MATCH] = {"no_canonical_match", "no Canonical field names the address at which it is found"},
	[PL_SECTXT_NO_CONTACT] = {"no_contact", "a Contact field is wanted"},
	[PL_SECTXT_PREC_WS] = {"prec_ws", "no blank before the colon"},
	[PL_SECTXT_EMPTY_KEY] = {"empty_key", "a field has a name"},
	[PL_SECTXT_NO_SPACE] = {"no_space", "a blank follows the colon"},
	[PL_SECTXT_NO_URI] = {"no_uri", "an absolute address like mailto: or https:// is wanted"},
	[PL_SECTXT_NO_HTTPS] = {"no_https", "an address of the web begins with https://"},
	[PL_SECTXT_MULTI_LANG] = {"multi_lang", "Preferred-Languages stands once"},
	[PL_SECTXT_INVALID_LANG] = {"invalid_lang", "language tags, parted by commas, are wanted"},
	[PL_SECTXT_INVALID_LINE] = {"invalid_line", "a line is a field, a comment, or empty"},
	[PL_SECTXT_UTF8] = {"utf8", "the text is UTF-8"},
	[PL_SECTXT_SIGNED_FORMAT] = {"signed_format_issue", "the frame of the signature is broken"},
	[PL_SECTXT_LONG_EXPIRY] = {"long_expiry", "Expires should lie less than a year ahead"},
	[PL_SECTXT_NO_CANONICAL] = {"no_canonical", "a Canonical field shows that it was not copied from elsewhere"},
	[PL_SECTXT_NOT_SIGNED] = {"not_signed", "a signature shows who wrote it"},
	[PL_SECTXT_UNKNOWN_FIELD] = {"unknown_field", "no registered field has this name"},
};

/* Fields, and whether their value is an address. */
static const struct {
	const char *name;
	bool address;
} fields[] = {
	{"Acknowledgments", true}, {"Canonical", true}, {"Contact", true}, {"Encryption", true}, {"Expires", false},
		{"Hiring", true},
	{"Policy", true}, {"Preferred-Languages", false}, {"CSAF", true},
};

const char *pl_securitytxt_code(enum pl_securitytxt_code code)
{
	return codes[code].code;
}

const char *pl_securitytxt_words(enum pl_securitytxt_code code)
{
	return codes[code].words;
}

struct checking {
	struct pl_securitytxt_report *report;
	pl_str url;
	uint64_t now;
	unsigned line, expires, contacts, languages, canonicals;
	bool match;
};

static void add(struct checking *c, enum pl_securitytxt_code code, unsigned line)
{
	struct pl_securitytxt_report *r = c->report;

	r->errors += pl_securitytxt_is_error(code);
	r->advice += !pl_securitytxt_is_error(code);
	if (r->n == PL_SECURITYTXT_FINDINGS_MAX)
		return;
	r->v[r->n].code = code;
	r->v[r->n++].line = line;
}

/* ---- values ---- */

static void check_expires(struct checking *c, pl_str value)
{
	uint64_t t;

	if (c->expires++) {
		add(c, PL_SECTXT_MULTI_EXPIRE, c->line);
		return;
	}
	if (pl_time_parse(value, &t))
		add(c, PL_SECTXT_INVALID_EXPIRY, c->line);
	else if (t <= c->now)
		add(c, PL_SECTXT_EXPIRED, c->line);
	else if (t - c->now > YEAR)
		add(c, PL_SECTXT_LONG_EXPIRY, c->line);
}

static void check_languages(struct checking *c, pl_str value)
{
	bool unused[2], ok = value.len > 0;

	if (c->languages++)
		add(c, PL_SECTXT_MULTI_LANG, c->line);
	while (ok && value.len) {
		size_t n = pl_str_find(value, ',');

		ok = pl_ident_language(pl_str_trim(pl_str_sub(value, 0, n)), &unused[0], &unused[1]);
		value = pl_str_sub(value, n + 1, value.len);
	}
	if (!ok)
		add(c, PL_SECTXT_INVALID_LANG, c->line);
}

static void check_address(struct checking *c, const char *name, pl_str value)
{
	bool canonical = strcmp(name, "Canonical") == 0;

	c->contacts += strcmp(name, "Contact") == 0;
	c->canonicals += canonical;
	c->match = c->match || (canonical && pl_str_eq(value, c->url));
	if (pl_str_starts(value, PL_STR("http://")))
		add(c, PL_SECTXT_NO_HTTPS, c->line);
	else if (!pl_ident_url(value, true))
		add(c, PL_SECTXT_NO_URI, c->line);
}

static void check_field(struct checking *c, pl_str name, pl_str value)
{
	for (size_t i = 0; i < PL_COUNT(fields); i++) {
		if (name.len != strlen(fields[i].name) || strncasecmp(name.ptr, fields[i].name, name.len) != 0)
			continue;
		if (fields[i].address)
			check_address(c, fields[i].name, value);
		else if (strcmp(fields[i].name, "Expires") == 0)
			check_expires(c, value);
		else
			check_languages(c, value);
		return;
	}
	add(c, PL_SECTXT_UNKNOWN_FIELD, c->line);
}

static void check_line(struct checking *c, pl_str line)
{
	size_t colon = pl_str_find(line, ':');
	pl_str name = pl_str_sub(line, 0, colon), value = pl_str_sub(line, colon + 1, line.len);

	if (pl_str_ends(line, PL_STR("\r")))
		line.len--;
	if (!pl_str_trim(line).len || pl_str_starts(line, PL_STR("#")))
		return;
	if (pl_str_ends(value, PL_STR("\r")))
		value.len--;
	if (colon >= line.len) {
		add(c, PL_SECTXT_INVALID_LINE, c->line);
		return;
	}
	if (!pl_str_trim(name).len) {
		add(c, PL_SECTXT_EMPTY_KEY, c->line);
		return;
	}
	if (!pl_str_eq(pl_str_trim(name), name))
		add(c, PL_SECTXT_PREC_WS, c->line);
	if (!pl_str_starts(value, PL_STR(" ")))
		add(c, PL_SECTXT_NO_SPACE, c->line);
	check_field(c, pl_str_trim(name), pl_str_trim(value));
}

/* ---- the frame of a signature ---- */

/* Take one line, the last one also without its line feed. */
static bool take_line(struct checking *c, pl_str *text, pl_str *ret)
{
	if (!text->len)
		return false;
	if (!pl_str_take_line(text, ret)) {
		*ret = *text;
		*text = (pl_str){0};
	}
	c->line++;
	return true;
}

/* The armour's own headers, up to an empty line. */
static bool skip_headers(struct checking *c, pl_str *text)
{
	pl_str line;

	while (take_line(c, text, &line)) {
		line = pl_str_trim(pl_str_ends(line, PL_STR("\r")) ? pl_str_sub(line, 0, line.len - 1) : line);
		if (!line.len)
			return true;
		if (!pl_str_starts(line, PL_STR("Hash:")))
			return false;
	}
	return false;
}

static void check_signed(struct checking *c, pl_str text)
{
	pl_str line, rest;

	if (!skip_headers(c, &text)) {
		add(c, PL_SECTXT_SIGNED_FORMAT, c->line);
		return;
	}
	while (take_line(c, &text, &line)) {
		if (pl_str_starts(line, BEGIN_SIGNATURE)) {
			rest = text;
			if (pl_str_find_str(rest, END_SIGNATURE) == rest.len)
				add(c, PL_SECTXT_SIGNED_FORMAT, c->line);
			return;
		}
		if (!pl_str_eat(&line, PL_STR("- ")) && pl_str_starts(line, PL_STR("-")))
			add(c, PL_SECTXT_SIGNED_FORMAT, c->line);
		check_line(c, line);
	}
	add(c, PL_SECTXT_SIGNED_FORMAT, c->line);
}

static void check_whole(struct checking *c)
{
	if (!c->expires)
		add(c, PL_SECTXT_NO_EXPIRE, 0);
	if (!c->contacts)
		add(c, PL_SECTXT_NO_CONTACT, 0);
	if (!c->canonicals)
		add(c, PL_SECTXT_NO_CANONICAL, 0);
	else if (c->url.len && !c->match)
		add(c, PL_SECTXT_NO_CANONICAL_MATCH, 0);
}

void pl_securitytxt_check(pl_str text, pl_str url, uint64_t now, struct pl_securitytxt_report *ret)
{
	struct checking c = {.report = ret, .url = url, .now = now};
	pl_str line;

	*ret = (struct pl_securitytxt_report){0};
	if (!pl_str_is_utf8(text)) {
		add(&c, PL_SECTXT_UTF8, 0);
		return;
	}
	if (pl_str_starts(text, BEGIN_MESSAGE)) {
		(void)take_line(&c, &text, &line);
		check_signed(&c, text);
	} else {
		while (take_line(&c, &text, &line))
			check_line(&c, line);
		add(&c, PL_SECTXT_NOT_SIGNED, 0);
	}
	check_whole(&c);
}
