/* SPDX-License-Identifier: Apache-2.0 */
/* Only the layout: deriving a key from the words would cost a second for every input. */
#include "crypto/keyfile.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pl_pubkey key = {.len = 77}, again;
	struct pl_diag diag = {0};

	if (pl_keyfile_public((pl_bytes){data, size}, &key, &diag)) {
		FUZZ_HOLDS(key.len == 77 && diag.text[0]);
	} else {
		FUZZ_HOLDS(size == PL_KEYFILE_LEN);
		FUZZ_HOLDS(!pl_pubkey_from_raw(key.alg, pl_pubkey_raw(&key), &again) && pl_pubkey_eq(&key, &again));
	}
	return 0;
}
