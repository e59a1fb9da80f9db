/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/alg.h"

const char *pl_hash_alg_text(enum pl_hash_alg a)
{
	return a == PL_HASH_SHA256 ? "sha256" : NULL;
}

const char *pl_key_alg_text(enum pl_key_alg a)
{
	switch (a) {
	case PL_KEY_ED25519:
		return "ed25519";
	case PL_KEY_ECDSA_P256:
		return "ecdsa-p256-sha256";
	}
	return NULL;
}

pl_status pl_hash_alg_parse(pl_str text, enum pl_hash_alg *ret)
{
	if (!pl_str_eq(text, PL_STR("sha256")))
		return PL_E_UNSUPPORTED;
	*ret = PL_HASH_SHA256;
	return PL_OK;
}

pl_status pl_key_alg_parse(pl_str text, enum pl_key_alg *ret)
{
	static const enum pl_key_alg all[] = {PL_KEY_ED25519, PL_KEY_ECDSA_P256};

	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
		if (pl_str_eq(text, pl_str_from(pl_key_alg_text(all[i])))) {
			*ret = all[i];
			return PL_OK;
		}
	}
	return PL_E_UNSUPPORTED;
}
