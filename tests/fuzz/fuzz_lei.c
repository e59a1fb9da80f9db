/* SPDX-License-Identifier: Apache-2.0 */
/* An accepted identifier is kept as it is, and its first 18 characters give its check digits; a refusal says why. */
#include "fuzz.h"
#include "register/lei.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	pl_str text = {(const char *)data, size};
	struct pl_lei lei = {.text = "kept"}, again;
	struct pl_diag diag = {0};

	if (pl_lei_parse(text, &lei, &diag)) {
		FUZZ_HOLDS(diag.text[0] && strcmp(lei.text, "kept") == 0);
	} else {
		FUZZ_HOLDS(pl_str_eq(pl_str_from(lei.text), text));
		FUZZ_HOLDS(!pl_lei_complete(pl_str_sub(text, 0, 18), &again, NULL));
		FUZZ_HOLDS(strcmp(again.text, lei.text) == 0);
	}
	if (!pl_lei_complete(text, &again, NULL))
		FUZZ_HOLDS(!pl_lei_parse(pl_str_from(again.text), &lei, NULL));
	return 0;
}
