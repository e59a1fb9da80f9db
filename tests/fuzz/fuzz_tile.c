/* SPDX-License-Identifier: Apache-2.0 */
/* A tile's name has one spelling. */
#include "fuzz.h"
#include "log/tile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	pl_str text = pl_bytes_str(pl_bytes_of(data, size));
	struct pl_tile t = {.index = 77};
	char path[PL_TILE_PATH_MAX];

	if (pl_tile_parse(text, &t) != PL_OK) {
		FUZZ_HOLDS(t.index == 77);
		return 0;
	}
	FUZZ_HOLDS(t.width >= 1 && t.width <= PL_TILE_WIDTH);
	pl_tile_write(&t, path);
	FUZZ_HOLDS(pl_str_eq(pl_str_from(path), text));
	return 0;
}
