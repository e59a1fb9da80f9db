/* SPDX-License-Identifier: Apache-2.0 */
#include "base/codec.h"

static const char hex_digits[] = "0123456789abcdef";
static const char std64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char url64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

void pl_hex_put(struct pl_buf *out, pl_bytes data)
{
	for (size_t i = 0; i < data.len; i++) {
		pl_buf_put_c(out, hex_digits[data.ptr[i] >> 4]);
		pl_buf_put_c(out, hex_digits[data.ptr[i] & 15]);
	}
}

void pl_hex_write(const uint8_t *data, size_t len, char *out)
{
	for (size_t i = 0; i < len; i++) {
		out[2 * i] = hex_digits[data[i] >> 4];
		out[2 * i + 1] = hex_digits[data[i] & 15];
	}
	out[2 * len] = '\0';
}

static int unhex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

pl_status pl_hex_read(pl_str text, uint8_t *out, size_t len)
{
	if (text.len / 2 != len || text.len % 2)
		return PL_E_SYNTAX;
	for (size_t i = 0; i < text.len; i++)
		if (unhex(text.ptr[i]) < 0)
			return PL_E_SYNTAX;
	for (size_t i = 0; i < len; i++)
		out[i] = (uint8_t)((unsigned)unhex(text.ptr[2 * i]) << 4 | (unsigned)unhex(text.ptr[2 * i + 1]));
	return PL_OK;
}

static void put64(struct pl_buf *out, pl_bytes data, const char *alphabet)
{
	/* Does not overflow: a piece of memory has at most PTRDIFF_MAX bytes. */
	size_t n = data.len / 3 * 3, rest = data.len - n, len = n / 3 * 4 + (rest ? 4 : 0);
	uint8_t *q = pl_buf_reserve(out, len);
	uint32_t v;

	if (!q)
		return;
	for (size_t i = 0; i < n; i += 3, q += 4) {
		v = (uint32_t)data.ptr[i] << 16 | (uint32_t)data.ptr[i + 1] << 8 | data.ptr[i + 2];
		q[0] = (uint8_t)alphabet[v >> 18];
		q[1] = (uint8_t)alphabet[v >> 12 & 63];
		q[2] = (uint8_t)alphabet[v >> 6 & 63];
		q[3] = (uint8_t)alphabet[v & 63];
	}
	if (rest) {
		v = (uint32_t)data.ptr[n] << 16 | (rest > 1 ? (uint32_t)data.ptr[n + 1] << 8 : 0);
		q[0] = (uint8_t)alphabet[v >> 18];
		q[1] = (uint8_t)alphabet[v >> 12 & 63];
		q[2] = rest > 1 ? (uint8_t)alphabet[v >> 6 & 63] : '=';
		q[3] = '=';
	}
	pl_buf_commit(out, len);
}

void pl_base64_put(struct pl_buf *out, pl_bytes data)
{
	put64(out, data, std64);
}

void pl_base64url_put(struct pl_buf *out, pl_bytes data)
{
	put64(out, data, url64);
}

static int un64(char c, bool url)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+' || (url && c == '-'))
		return 62;
	return c == '/' || (url && c == '_') ? 63 : -1;
}

/* @text without padding; appends to @out. Unused low bits must be zero, else one value would have several spellings. */
static pl_status get64(pl_str text, bool url, struct pl_buf *out)
{
	size_t start = out->len;
	uint32_t v = 0;
	unsigned bits = 0;

	for (size_t i = 0; i < text.len; i++) {
		int d = un64(text.ptr[i], url);

		if (d < 0)
			goto refuse;
		v = (v << 6 | (uint32_t)d) & 0xffffff;
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			pl_buf_put_u8(out, (uint8_t)(v >> bits));
		}
	}
	if (bits >= 6 || (v & ((1u << bits) - 1)))
		goto refuse;
	if (pl_buf_status(out)) {
		pl_status st = pl_buf_status(out);

		pl_buf_truncate(out, start);
		return st;
	}
	return PL_OK;
refuse:
	pl_buf_truncate(out, start);
	return PL_E_SYNTAX;
}

static size_t padding(pl_str text)
{
	size_t n = 0;

	while (n < 2 && n < text.len && text.ptr[text.len - 1 - n] == '=')
		n++;
	return n;
}

pl_status pl_base64_get(pl_str text, struct pl_buf *out)
{
	size_t pad = padding(text);

	if (text.len % 4)
		return PL_E_SYNTAX;
	return get64(pl_str_sub(text, 0, text.len - pad), false, out);
}

pl_status pl_base64_read(pl_str text, uint8_t *out, size_t len)
{
	struct pl_buf b = PL_BUF(len);
	pl_status st;

	if (text.len != (len + 2) / 3 * 4)
		return PL_E_SYNTAX;
	st = pl_base64_get(text, &b);
	if (st == PL_E_TOOBIG || (!st && b.len != len))
		st = PL_E_SYNTAX;
	if (!st && len)
		memcpy(out, b.ptr, len);
	pl_buf_done_secret(&b);
	return st;
}

pl_status pl_base64_get_lenient(pl_str text, struct pl_buf *out)
{
	size_t pad = padding(text);

	if (pad && text.len % 4)
		return PL_E_SYNTAX;
	return get64(pl_str_sub(text, 0, text.len - pad), true, out);
}

pl_status pl_get_bytes(pl_bytes *b, size_t len, pl_bytes *ret)
{
	if (b->len < len)
		return PL_E_SYNTAX;
	*ret = (pl_bytes){b->ptr, len};
	if (len)
		*b = (pl_bytes){b->ptr + len, b->len - len};
	return PL_OK;
}

pl_status pl_get_u8(pl_bytes *b, uint8_t *ret)
{
	pl_bytes w;
	pl_status st = pl_get_bytes(b, 1, &w);

	if (!st)
		*ret = w.ptr[0];
	return st;
}

pl_status pl_get_be16(pl_bytes *b, uint16_t *ret)
{
	pl_bytes w;
	pl_status st = pl_get_bytes(b, 2, &w);

	if (!st)
		*ret = pl_be16(w.ptr);
	return st;
}

pl_status pl_get_be32(pl_bytes *b, uint32_t *ret)
{
	pl_bytes w;
	pl_status st = pl_get_bytes(b, 4, &w);

	if (!st)
		*ret = pl_be32(w.ptr);
	return st;
}

pl_status pl_get_be64(pl_bytes *b, uint64_t *ret)
{
	pl_bytes w;
	pl_status st = pl_get_bytes(b, 8, &w);

	if (!st)
		*ret = pl_be64(w.ptr);
	return st;
}
