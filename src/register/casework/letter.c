/* SPDX-License-Identifier: Apache-2.0 */
#include "register/casework/letter.h"
#include "base/codec.h"
#include "base/time.h"

#define LINE_MAX 76u      /* RFC 2045, 6.7 (5); RFC 2047, 2 */
#define WORD_BYTES_MAX 45u /* of UTF-8 in one encoded word: base64 makes 60 of them */

/* ---- addresses ---- */

static bool is_atext(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		(c && pl_str_find(PL_STR("!#$%&'*+-/=?^_`{|}~"), c) < 19);
}

static bool atoms_ok(pl_str s, bool domain)
{
	bool start = true;

	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];

		if (c == '.') {
			if (start)
				return false;
			start = true;
			continue;
		}
		if (domain ? !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c == '-' && !start)) :
			     !is_atext(c))
			return false;
		start = false;
	}
	return !start;
}

bool pl_letter_address_ok(pl_str address)
{
	size_t at = pl_str_find(address, '@');
	pl_str local = pl_str_sub(address, 0, at), domain = pl_str_sub(address, at + 1, address.len);

	if (address.len > PL_LETTER_ADDRESS_MAX || !local.len || local.len > 64 || !atoms_ok(local, false) || !atoms_ok(domain, true))
		return false;
	return pl_str_find(domain, '.') < domain.len || pl_str_eq(domain, PL_STR("localhost"));
}

/* ---- headers ---- */

static bool is_ascii(pl_str s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] > 126 || (unsigned char)s.ptr[i] < 32)
			return false;
	return true;
}

/* RFC 2047: encoded words of whole characters, folded between them. */
static void put_subject(struct pl_buf *out, pl_str s)
{
	pl_buf_put_z(out, "Subject: ");
	if (is_ascii(s) && s.len <= LINE_MAX - 9 && pl_str_find_str(s, PL_STR("=?")) == s.len) {
		pl_buf_put_str(out, s);
		pl_buf_put_z(out, "\r\n");
		return;
	}
	for (size_t at = 0, n; at < s.len; at += n) {
		n = s.len - at < WORD_BYTES_MAX ? s.len - at : WORD_BYTES_MAX;
		while (at + n < s.len && ((unsigned char)s.ptr[at + n] & 0xc0) == 0x80)
			n--;
		pl_buf_put_z(out, at ? "\r\n =?utf-8?B?" : "=?utf-8?B?");
		pl_base64_put(out, pl_bytes_of(s.ptr + at, n));
		pl_buf_put_z(out, "?=");
	}
	pl_buf_put_z(out, "\r\n");
}

static void put_date(struct pl_buf *out, uint64_t ns)
{
	static const char *const days[] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
	static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	uint64_t s = ns / PL_SECOND;
	unsigned y, m, d;

	pl_time_civil(s / 86400, &y, &m, &d);
	pl_buf_printf(out, "Date: %s, %u %s %u %02u:%02u:%02u +0000\r\n", days[s / 86400 % 7], d, months[m - 1], y,
		(unsigned)(s % 86400 / 3600), (unsigned)(s % 3600 / 60), (unsigned)(s % 60));
}

static void put_address(struct pl_buf *out, const char *name, pl_str address)
{
	pl_buf_printf(out, "%s: <%.*s>\r\n", name, PL_STR_ARG(address));
}

/* ---- the text, quoted-printable (RFC 2045, 6.7) ---- */

static void put_line(struct pl_buf *out, pl_str line)
{
	size_t width = 0;

	for (size_t i = 0; i < line.len; i++) {
		unsigned char c = (unsigned char)line.ptr[i];
		bool last = i + 1 == line.len, raw = c > 32 ? c < 127 && c != '=' : !last && (c == ' ' || c == '\t');
		size_t need = raw ? 1 : 3;

		if (width + need > LINE_MAX - 1) {
			pl_buf_put_z(out, "=\r\n");
			width = 0;
		}
		if (raw)
			pl_buf_put_c(out, (char)c);
		else
			pl_buf_printf(out, "=%02X", c);
		width += need;
	}
	pl_buf_put_z(out, "\r\n");
}

static void put_text(struct pl_buf *out, pl_str text)
{
	pl_str line;

	while (pl_str_take_line(&text, &line))
		put_line(out, line);
	if (text.len)
		put_line(out, text);
}

pl_status pl_letter_put(const struct pl_letter *l, struct pl_buf *out)
{
	pl_str domain = pl_str_sub(l->from, pl_str_find(l->from, '@') + 1, l->from.len);

	if (l->text.len > PL_LETTER_TEXT_MAX || l->subject.len > PL_LETTER_SUBJECT_MAX)
		return PL_E_TOOBIG;
	if (!pl_letter_address_ok(l->from) || !pl_letter_address_ok(l->to) || !l->subject.len || !pl_str_is_utf8(l->subject) ||
		!pl_str_is_utf8(l->text) || !l->id.len || !atoms_ok(l->id, false))
		return PL_E_SYNTAX;
	for (size_t i = 0; i < l->subject.len; i++)
		if ((unsigned char)l->subject.ptr[i] < 32 || l->subject.ptr[i] == 127)
			return PL_E_SYNTAX;
	for (size_t i = 0; i < l->text.len; i++)
		if (!l->text.ptr[i] || l->text.ptr[i] == '\r')
			return PL_E_SYNTAX;
	put_date(out, l->date);
	put_address(out, "From", l->from);
	put_address(out, "To", l->to);
	put_subject(out, l->subject);
	pl_buf_printf(out, "Message-ID: <%.*s@%.*s>\r\n", PL_STR_ARG(l->id), PL_STR_ARG(domain));
	/* RFC 3834: nobody's holiday answer shall come back. */
	pl_buf_put_z(out, "Auto-Submitted: auto-generated\r\n");
	pl_buf_put_z(out, "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n");
	put_text(out, l->text);
	return pl_buf_status(out);
}
