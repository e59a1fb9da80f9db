/* SPDX-License-Identifier: Apache-2.0 */
/* A refused recipe leaves the result alone; an accepted one keeps to its bounds. */
#include "release/archive.h"
#include "release/recipe.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pl_arena arena = PL_ARENA((size_t)1 << 20);
	struct pl_buf out = PL_BUF((size_t)1 << 20);
	struct pl_recipe r = {.time_limit = 7};
	struct pl_diag diag = {0};

	if (pl_recipe_parse(pl_bytes_str(pl_bytes_of(data, size)), &arena, &r, &diag) != PL_OK) {
		FUZZ_HOLDS(r.time_limit == 7 && r.nsteps == 0);
	} else {
		FUZZ_HOLDS(r.nsteps && r.nsteps <= PL_RECIPE_STEPS_MAX && r.noutputs && r.noutputs <= PL_RECIPE_ITEMS_MAX);
		FUZZ_HOLDS(pl_str_starts(r.inner, PL_STR("/build/")) && r.time_limit && r.time_limit <= 86400);
		for (size_t i = 0; i < r.noutputs; i++)
			FUZZ_HOLDS(pl_archive_path_ok(r.outputs[i].value));
		for (size_t i = 0; i < r.nsteps; i++)
			for (size_t k = 0; k < r.steps[i].nargs; k++)
				pl_recipe_expand(&r, r.steps[i].args[k], 2, 1700000000, &out);
	}
	pl_buf_done(&out);
	pl_arena_done(&arena);
	return 0;
}
