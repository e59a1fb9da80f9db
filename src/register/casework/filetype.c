/* SPDX-License-Identifier: Apache-2.0 */
#include "register/casework/filetype.h"
#include "base/text.h"

static const struct {
	enum pl_filetype type;
	const char *word;
} types[PL_FILETYPE_COUNT] = {
	{PL_FILETYPE_PDF, "pdf"}, {PL_FILETYPE_PNG, "png"}, {PL_FILETYPE_JPEG, "jpeg"}, {PL_FILETYPE_ZIP, "zip"}, {PL_FILETYPE_JSON, "json"},
	{PL_FILETYPE_EML, "eml"}, {PL_FILETYPE_CSV, "csv"}, {PL_FILETYPE_AGE, "age"}, {PL_FILETYPE_TEXT, "text"}, {PL_FILETYPE_ANY, "any"},
};

/* ---- sets ---- */

const char *pl_filetype_word(enum pl_filetype type)
{
	for (size_t i = 0; i < PL_COUNT(types); i++)
		if (types[i].type == type)
			return types[i].word;
	return "any";
}

pl_status pl_filetype_set_read(pl_str text, unsigned *ret)
{
	unsigned set = 0;
	bool more = true;

	while (more) {
		unsigned type = 0;
		pl_str word;

		more = pl_str_take_until(&text, ',', &word);
		if (!more)
			word = text;
		for (size_t i = 0; i < PL_COUNT(types); i++)
			if (pl_str_eq(word, pl_str_from(types[i].word)))
				type = types[i].type;
		if (!type || (set & type))
			return PL_E_SYNTAX;
		set |= type;
	}
	if ((set & PL_FILETYPE_ANY) && set != PL_FILETYPE_ANY)
		return PL_E_SYNTAX;
	*ret = set;
	return PL_OK;
}

void pl_filetype_set_write(unsigned set, const char *between, struct pl_buf *out)
{
	bool some = false;

	for (size_t i = 0; i < PL_COUNT(types); i++) {
		if (!(set & (unsigned)types[i].type))
			continue;
		if (some)
			pl_buf_put_z(out, between);
		pl_buf_put_z(out, types[i].word);
		some = true;
	}
}

enum pl_filetype pl_filetype_best(unsigned kinds)
{
	for (size_t i = 0; i < PL_COUNT(types); i++)
		if (kinds & (unsigned)types[i].type)
			return types[i].type;
	return PL_FILETYPE_ANY;
}

/* ---- looking ---- */

/* One byte of UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF. False: it is none. */
static bool step_utf8(struct pl_filetype_look *l, uint8_t c)
{
	if (l->need) {
		bool fine = c >= l->low && c <= l->high;

		l->need--;
		l->low = 0x80;
		l->high = 0xbf;
		return fine;
	}
	l->low = 0x80;
	l->high = 0xbf;
	if (c < 0x80)
		return true;
	if (c < 0xc2 || c > 0xf4)
		return false;
	l->need = c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;
	if (c == 0xe0)
		l->low = 0xa0;
	else if (c == 0xed)
		l->high = 0x9f;
	else if (c == 0xf0)
		l->low = 0x90;
	else if (c == 0xf4)
		l->high = 0x8f;
	return true;
}

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Does the text begin with "Name:" (RFC 5322, 2.2)? */
static void step_field(struct pl_filetype_look *l, uint8_t c)
{
	if (c == ':' && l->size > 0)
		l->field_over = true;
	else if (c <= ' ' || c >= 0x7f || c == ':' || l->size > 76 || !((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-'))
		l->field_over = l->not_field = true;
}

static void step_text(struct pl_filetype_look *l, uint8_t c)
{
	if (!step_utf8(l, c) || (c < 0x20 && !is_blank(c)) || c == 0x7f) {
		l->not_text = true;
		return;
	}
	if (!l->field_over)
		step_field(l, c);
	if (!l->line_over && c == '\n')
		l->line_over = true;
	else if (!l->line_over && (c == ',' || c == ';' || c == '\t'))
		l->separated = true;
	if (is_blank(c))
		return;
	if (!l->first)
		l->first = c;
	l->last = c;
}

void pl_filetype_feed(struct pl_filetype_look *l, pl_bytes piece)
{
	for (size_t i = 0; i < piece.len; i++) {
		if (l->seen < sizeof l->front)
			l->front[l->seen++] = piece.ptr[i];
		else if (l->not_text)
			break;
		if (!l->not_text)
			step_text(l, piece.ptr[i]);
		l->size += l->size < UINT32_MAX;
	}
}

static bool begins(const struct pl_filetype_look *l, const char *magic, size_t len)
{
	return l->seen >= len && memcmp(l->front, magic, len) == 0;
}

unsigned pl_filetype_end(const struct pl_filetype_look *l)
{
	unsigned kinds;

	if (begins(l, "%PDF-", 5))
		return PL_FILETYPE_PDF;
	if (begins(l, "\x89PNG\r\n\x1a\n", 8))
		return PL_FILETYPE_PNG;
	if (begins(l, "\xff\xd8\xff", 3))
		return PL_FILETYPE_JPEG;
	if (begins(l, "PK\x03\x04", 4) || begins(l, "PK\x05\x06", 4))
		return PL_FILETYPE_ZIP;
	if (begins(l, "age-encryption.org/v1\n", 22))
		return PL_FILETYPE_AGE;
	if (l->not_text || l->need)
		return PL_FILETYPE_ANY;
	kinds = PL_FILETYPE_TEXT;
	if ((l->first == '{' && l->last == '}') || (l->first == '[' && l->last == ']'))
		kinds |= PL_FILETYPE_JSON;
	if (l->separated)
		kinds |= PL_FILETYPE_CSV;
	if (l->field_over && !l->not_field)
		kinds |= PL_FILETYPE_EML;
	return kinds;
}

/* ---- names ---- */

/* Characters that are not seen or turn the order of reading around (UAX 9; zero width; line ends of Unicode; byte order mark). */
static bool is_hidden(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad || c == 0x61c || c == 0x180e || (c >= 0x200b && c <= 0x200f) ||
		(c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || (c >= 0xfff0 && c <= 0xffff) || c >= 0xe0000;
}

void pl_filetype_name(pl_str given, struct pl_buf *out)
{
	size_t start = out->len, from = 0;
	pl_str bytes = PL_STR("_");

	for (size_t i = 0; i < given.len; i++)
		if (given.ptr[i] == '/' || given.ptr[i] == '\\')
			from = i + 1;
	given = pl_str_sub(given, from, given.len);
	while (given.len) {
		/* As browsers write a quotation mark (HTML, multipart/form-data). */
		uint32_t c = pl_str_eat(&given, PL_STR("%22")) ? '"' : pl_text_take(&given, &bytes);
		bool begun = out->len > start;

		if (!begun && (c == '.' || c == ' '))
			continue;
		if (out->len - start + bytes.len > PL_FILETYPE_NAME_MAX)
			break;
		if (is_hidden(c) || (c < 0x80 && strchr("\"*:<>?|%;", (int)c)))
			pl_buf_put_c(out, '_');
		else
			pl_buf_put_str(out, bytes);
	}
	while (out->len > start && (out->ptr[out->len - 1] == ' ' || out->ptr[out->len - 1] == '.'))
		pl_buf_truncate(out, out->len - 1);
	if (out->len == start)
		pl_buf_put_z(out, "file");
}
