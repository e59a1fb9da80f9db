/* SPDX-License-Identifier: Apache-2.0 */
#include "people/cbor.h"

enum major { UINT, NEGATIVE, BYTES, TEXT, ARRAY, MAP, TAG, SIMPLE };

/* The first byte and its argument; arguments above 32 bits are nothing that an authenticator has to say. */
static pl_status head(pl_bytes *b, enum major *ret_major, uint32_t *ret)
{
	pl_bytes at = *b;
	uint8_t first, u8;
	uint16_t u16;
	uint32_t v;

	if (pl_get_u8(&at, &first) != PL_OK)
		return PL_E_SYNTAX;
	v = first & 0x1f;
	if (v == 24) {
		if (pl_get_u8(&at, &u8) != PL_OK || u8 < 24)
			return PL_E_SYNTAX;
		v = u8;
	} else if (v == 25) {
		if (pl_get_be16(&at, &u16) != PL_OK || u16 <= UINT8_MAX)
			return PL_E_SYNTAX;
		v = u16;
	} else if (v == 26) {
		if (pl_get_be32(&at, &v) != PL_OK || v <= UINT16_MAX)
			return PL_E_SYNTAX;
	} else if (v > 26) {
		return PL_E_SYNTAX;
	}
	*b = at;
	*ret_major = (enum major)(first >> 5);
	*ret = v;
	return PL_OK;
}

pl_status pl_cbor_int(pl_bytes *b, int32_t *ret)
{
	pl_bytes at = *b;
	enum major major;
	uint32_t v;

	if (head(&at, &major, &v) != PL_OK || (major != UINT && major != NEGATIVE))
		return PL_E_SYNTAX;
	if (v > INT32_MAX)
		return PL_E_RANGE;
	*b = at;
	*ret = major == UINT ? (int32_t)v : -1 - (int32_t)v;
	return PL_OK;
}

static pl_status string(pl_bytes *b, enum major want, pl_bytes *ret)
{
	pl_bytes at = *b;
	enum major major;
	uint32_t len;

	if (head(&at, &major, &len) != PL_OK || major != want || pl_get_bytes(&at, len, ret) != PL_OK)
		return PL_E_SYNTAX;
	*b = at;
	return PL_OK;
}

pl_status pl_cbor_bytes(pl_bytes *b, pl_bytes *ret)
{
	return string(b, BYTES, ret);
}

pl_status pl_cbor_text(pl_bytes *b, pl_str *ret)
{
	pl_bytes at = *b, text;

	if (string(&at, TEXT, &text) != PL_OK || !pl_str_is_utf8(pl_bytes_str(text)))
		return PL_E_SYNTAX;
	*b = at;
	*ret = pl_bytes_str(text);
	return PL_OK;
}

pl_status pl_cbor_map(pl_bytes *b, uint32_t *ret_pairs)
{
	pl_bytes at = *b;
	enum major major;
	uint32_t n;

	/* A pair has two bytes at least. */
	if (head(&at, &major, &n) != PL_OK || major != MAP || n > at.len / 2)
		return PL_E_SYNTAX;
	*b = at;
	*ret_pairs = n;
	return PL_OK;
}

/* Counts what is still to be read at each level instead of calling itself. */
pl_status pl_cbor_skip(pl_bytes *b)
{
	uint64_t left[PL_CBOR_DEPTH + 1] = {1};
	unsigned depth = 0;
	pl_bytes at = *b, ignored;

	for (;;) {
		enum major major;
		uint32_t v;

		while (left[depth] == 0) {
			if (depth == 0) {
				*b = at;
				return PL_OK;
			}
			depth--;
		}
		left[depth]--;
		if (head(&at, &major, &v) != PL_OK)
			return PL_E_SYNTAX;
		if ((major == BYTES || major == TEXT) && pl_get_bytes(&at, v, &ignored) != PL_OK)
			return PL_E_SYNTAX;
		/* false, true and null; undefined, floats and tags are not in the canonical form. */
		if (major == TAG || (major == SIMPLE && (v < 20 || v > 22)))
			return PL_E_SYNTAX;
		if (major != ARRAY && major != MAP)
			continue;
		if (depth == PL_CBOR_DEPTH)
			return PL_E_RANGE;
		left[++depth] = major == MAP ? 2 * (uint64_t)v : v;
	}
}
