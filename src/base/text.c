/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"

uint32_t pl_text_take(pl_str *rest, pl_str *ret_bytes)
{
	uint8_t c = (uint8_t)rest->ptr[0];
	size_t n = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
	uint32_t value = c < 0x80 ? c : c < 0xe0 ? c & 0x1fu : c < 0xf0 ? c & 0xfu : c & 7u;

	*ret_bytes = pl_str_sub(*rest, 0, n);
	if (ret_bytes->len < n || !pl_str_is_utf8(*ret_bytes)) {
		*ret_bytes = pl_str_sub(*rest, 0, 1);
		*rest = pl_str_sub(*rest, 1, rest->len);
		return 0xffff;
	}
	for (size_t i = 1; i < n; i++)
		value = value << 6 | ((uint8_t)ret_bytes->ptr[i] & 0x3fu);
	*rest = pl_str_sub(*rest, n, rest->len);
	return value;
}

bool pl_text_is_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029 || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

bool pl_text_is_line(pl_str s)
{
	pl_str bytes;

	if (!pl_str_is_utf8(s))
		return false;
	while (s.len)
		if (pl_text_is_control(pl_text_take(&s, &bytes)))
			return false;
	return true;
}

void pl_text_put_lines(struct pl_buf *out, const char *indent, pl_str text)
{
	bool begin = true;
	pl_str bytes;

	while (text.len) {
		uint32_t c = pl_text_take(&text, &bytes);

		if (c == '\r' && pl_str_starts(text, PL_STR("\n")))
			continue;
		if (begin)
			pl_buf_put_z(out, indent);
		begin = c == '\n';
		if (c == '\n' || c == '\t' || !(pl_text_is_control(c) || c == 0xffff))
			pl_buf_put_str(out, bytes);
		else
			pl_buf_printf(out, "\\u{%x}", c);
	}
	if (!begin)
		pl_buf_put_c(out, '\n');
}
