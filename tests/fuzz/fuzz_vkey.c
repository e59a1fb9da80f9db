/* SPDX-License-Identifier: Apache-2.0 */
/* An accepted verifier key is written back byte for byte; so are an accepted public key and an accepted digest. */
#include "base/buf.h"
#include "crypto/note.h"
#include "fuzz.h"

static void public_key(pl_str text)
{
	struct pl_buf again = PL_BUF(4096);
	struct pl_diag diag = {0};
	struct pl_pubkey key;

	if (!pl_pubkey_parse(text, &key, &diag)) {
		pl_pubkey_write(&again, &key);
		FUZZ_HOLDS(pl_str_eq(pl_buf_str(&again), text));
	}
	if (!pl_pubkey_pem_parse(text, &key, NULL))
		FUZZ_HOLDS(key.alg == PL_KEY_ED25519 || key.alg == PL_KEY_ECDSA_P256);
	if (!pl_pubkey_from_spki(pl_str_bytes(text), &key)) {
		uint8_t der[PL_SPKI_MAX];

		FUZZ_HOLDS(pl_bytes_eq((pl_bytes){der, pl_pubkey_spki(&key, der)}, pl_str_bytes(text)));
	}
	pl_buf_done(&again);
}

static void digest(pl_str text)
{
	struct pl_digest d = {{0x5a}};
	char again[PL_DIGEST_TEXT + 1];

	if (pl_digest_parse(text, &d)) {
		FUZZ_HOLDS(d.b[0] == 0x5a);
		return;
	}
	pl_digest_text(&d, again);
	FUZZ_HOLDS(pl_str_eq(text, pl_str_from(again)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pl_buf again = PL_BUF(PL_VKEY_MAX);
	pl_str text = {(const char *)data, size};
	struct pl_vkey v = {.id = 77};
	struct pl_diag diag = {0};

	if (!pl_vkey_parse(text, &v, &diag)) {
		pl_vkey_write(&again, &v);
		FUZZ_HOLDS(pl_str_eq(pl_buf_str(&again), text));
	} else {
		FUZZ_HOLDS(v.id == 77 && diag.text[0]);
	}
	public_key(text);
	digest(text);
	pl_buf_done(&again);
	return 0;
}
