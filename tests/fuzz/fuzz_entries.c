/* SPDX-License-Identifier: Apache-2.0 */
/* An entry bundle: the first byte is the width, the rest the bundle. What is accepted is written back the same. */
#include "base/mem.h"
#include "fuzz.h"
#include "log/tile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pl_buf again PL_CLEANUP(pl_buf_done) = PL_BUF(PL_TILE_BUNDLE_MAX);
	pl_bytes entry[PL_TILE_WIDTH], bundle, one;
	unsigned width;

	if (size < 1)
		return 0;
	width = data[0] + 1u;
	bundle = pl_bytes_of(data + 1, size - 1);
	if (pl_tile_bundle_parse(bundle, width, entry) != PL_OK)
		return 0;
	for (unsigned i = 0; i < width; i++) {
		FUZZ_HOLDS(pl_tile_bundle_get(bundle, i, &one) == PL_OK);
		FUZZ_HOLDS(pl_bytes_eq(one, entry[i]));
		FUZZ_HOLDS(pl_tile_bundle_put(&again, entry[i]) == PL_OK);
	}
	FUZZ_HOLDS(pl_bytes_eq(pl_buf_bytes(&again), bundle));
	return 0;
}
