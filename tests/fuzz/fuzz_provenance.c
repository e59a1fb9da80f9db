/* SPDX-License-Identifier: Apache-2.0 */
/* A predicate of our build type that is accepted has a product, two digests and three bodies. */
#include "release/provenance.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pl_json *json = NULL;
	struct pl_provenance p = {0};
	struct pl_diag diag = {0};
	bool ours = false;

	if (pl_json_parse(pl_bytes_str(pl_bytes_of(data, size)), 65536, PL_JSON_DEPTH, &json, NULL) != PL_OK)
		return 0;
	if (pl_provenance_read(json, &ours, &p, &diag) != PL_OK)
		FUZZ_HOLDS(!ours && !p.product.ptr && diag.text[0]);
	else if (ours)
		FUZZ_HOLDS(p.product.ptr && p.builder.ptr && p.packages.media_type.len && p.log.media_type.len);
	pl_json_free(json);
	return 0;
}
