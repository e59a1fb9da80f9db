/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an authenticator sends: attestation objects (even first byte) and authenticator data (odd), read to the last
 * byte. What is accepted lies within the input, and its key has the length of its kind; a refusal says why and leaves
 * the result alone.
 */
#include "people/cbor.h"
#include "people/webauthn.h"
#include "fuzz.h"

static bool within(pl_bytes part, const uint8_t *data, size_t size)
{
	return part.ptr >= data && part.len <= size && part.ptr + part.len <= data + size;
}

static size_t key_len(enum pl_webauthn_alg alg)
{
	return alg == PL_WEBAUTHN_ES256 ? 64 : alg == PL_WEBAUTHN_EDDSA ? 32 : 259;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pl_webauthn_authdata d = {.sign_count = 77};
	struct pl_diag diag = {0};
	pl_bytes in, rest;
	pl_status st;

	if (size < 1 || size > 65536)
		return 0;
	in = rest = pl_bytes_of(data + 1, size - 1);
	if (pl_cbor_skip(&rest) == PL_OK)
		FUZZ_HOLDS(rest.len < in.len && rest.ptr + rest.len == in.ptr + in.len);
	else
		FUZZ_HOLDS(rest.ptr == in.ptr && rest.len == in.len);
	st = data[0] & 1 ? pl_webauthn_authdata_parse(in, &d, &diag) : pl_webauthn_attestation_parse(in, &d, &diag);
	if (st != PL_OK) {
		FUZZ_HOLDS(diag.text[0] && d.sign_count == 77 && !d.raw.ptr);
		return 0;
	}
	FUZZ_HOLDS(within(d.raw, data, size) && d.raw.len >= 37);
	FUZZ_HOLDS(d.has_credential == ((d.flags & PL_WEBAUTHN_AT) != 0));
	if (d.has_credential) {
		FUZZ_HOLDS(within(d.id, data, size) && d.id.len >= 1 && d.id.len <= PL_WEBAUTHN_ID_MAX);
		FUZZ_HOLDS(d.key.len == key_len(d.key.alg));
		(void)!pl_webauthn_key_check(&d.key, NULL);
	}
	return 0;
}
