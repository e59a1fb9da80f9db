/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signatures: of one message there is one that verifies, in one spelling. Input: a byte (even: Ed25519, odd: ECDSA), and
 * bytes that are read as DER, taken as the signature, and laid over the right one.
 */
#include "crypto/ossl.h"
#include "crypto/signer.h"
#include "fuzz.h"

static struct pl_signer *signer[2];
static struct pl_signature right[2];
static const pl_bytes message = {(const uint8_t *)"message", 7};

static void set_up(void)
{
	struct pl_privkey key = {.alg = PL_KEY_ECDSA_P256, .b = {[31] = 7}};
	uint8_t seed[32] = {7};

	if (signer[0])
		return;
	FUZZ_HOLDS(pl_signer_from_seed(seed, &signer[0]) == PL_OK && pl_signer_from_privkey(&key, &signer[1]) == PL_OK);
	for (size_t i = 0; i < 2; i++)
		FUZZ_HOLDS(pl_signer_sign(signer[i], message, &right[i]) == PL_OK);
}

static void der(pl_bytes in)
{
	uint8_t rs[64], again[64];
	struct pl_signature sig;

	memset(rs, 0x5a, sizeof rs);
	if (pl_ossl_ecdsa_read(in, rs)) {
		FUZZ_HOLDS(rs[0] == 0x5a && rs[63] == 0x5a);
		return;
	}
	if (!pl_ossl_ecdsa_low(rs + 32))
		return;
	memcpy(again, rs, sizeof again);
	pl_ossl_ecdsa_write(again, &sig);
	FUZZ_HOLDS(pl_bytes_eq(pl_bytes_of(sig.b, sig.len), in) && memcmp(again, rs, sizeof rs) == 0);
}

static void verify(size_t k, pl_bytes sig)
{
	bool same = pl_bytes_eq(sig, pl_bytes_of(right[k].b, right[k].len));
	pl_status st = pl_pubkey_verify(pl_signer_public(signer[k]), message, sig);

	FUZZ_HOLDS(st == (same ? PL_OK : PL_E_SIGNATURE));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pl_signature over;
	size_t k;

	if (size < 1)
		return 0;
	set_up();
	k = data[0] & 1;
	over = right[k];
	for (size_t i = 0; i + 1 < size && i < over.len; i++)
		over.b[i] ^= data[i + 1];
	der(pl_bytes_of(data + 1, size - 1));
	verify(k, pl_bytes_of(data + 1, size - 1));
	verify(k, pl_bytes_of(over.b, over.len));
	return 0;
}
