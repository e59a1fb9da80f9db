/* SPDX-License-Identifier: Apache-2.0 */
#include "people/totp.h"
#include "base/time.h"
#include "crypto/hotp.h"

uint64_t pl_totp_step(uint64_t now)
{
	return now / (PL_TOTP_STEP_S * PL_SECOND);
}

static pl_status read_code(pl_str code, uint32_t *ret)
{
	uint32_t v = 0;

	if (code.len != PL_TOTP_DIGITS)
		return PL_E_DENIED;
	for (size_t i = 0; i < code.len; i++) {
		if (code.ptr[i] < '0' || code.ptr[i] > '9')
			return PL_E_DENIED;
		v = v * 10 + (uint32_t)(code.ptr[i] - '0');
	}
	*ret = v;
	return PL_OK;
}

pl_status pl_totp_check(const uint8_t secret[static PL_TOTP_SECRET_LEN], pl_str code, uint64_t now, uint64_t last,
	uint64_t *ret_step)
{
	uint64_t step = pl_totp_step(now), found = 0;
	uint32_t given;

	if (read_code(code, &given) != PL_OK)
		return PL_E_DENIED;
	for (uint64_t s = step - PL_TOTP_DRIFT; s <= step + PL_TOTP_DRIFT; s++) {
		uint32_t differs = pl_hotp(pl_bytes_of(secret, PL_TOTP_SECRET_LEN), s, PL_TOTP_DIGITS) ^ given;
		/* All ones if the codes are the same; the earliest later step that fits is taken. */
		uint64_t same = ((uint64_t)differs - 1) >> 63;

		found += (s & (0 - same)) * (uint64_t)(found == 0 && s > last);
	}
	if (found == 0)
		return PL_E_DENIED;
	*ret_step = found;
	return PL_OK;
}

void pl_totp_put_secret(struct pl_buf *out, const uint8_t secret[static PL_TOTP_SECRET_LEN])
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

	/* 5 bytes are 8 digits; 20 bytes need no padding. */
	for (size_t i = 0; i < PL_TOTP_SECRET_LEN; i += 5) {
		uint64_t v = (uint64_t)secret[i] << 32 | pl_be32(secret + i + 1);

		for (int shift = 35; shift >= 0; shift -= 5)
			pl_buf_put_c(out, digits[v >> (unsigned)shift & 31]);
	}
}

/* Everything but unreserved characters as %XX (RFC 3986). */
static void put_escaped(struct pl_buf *out, pl_str s)
{
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];
		bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
			c == '_' || c == '~';

		if (plain)
			pl_buf_put_c(out, (char)c);
		else
			pl_buf_printf(out, "%%%02X", c);
	}
}

void pl_totp_put_uri(struct pl_buf *out, const uint8_t secret[static PL_TOTP_SECRET_LEN], pl_str issuer, pl_str name)
{
	pl_buf_put_z(out, "otpauth://totp/");
	put_escaped(out, issuer);
	pl_buf_put_c(out, ':');
	put_escaped(out, name);
	pl_buf_put_z(out, "?secret=");
	pl_totp_put_secret(out, secret);
	pl_buf_put_z(out, "&issuer=");
	put_escaped(out, issuer);
}
