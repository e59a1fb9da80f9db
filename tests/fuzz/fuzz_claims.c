/* SPDX-License-Identifier: Apache-2.0 */
/* A table or file of claims: what is read of it comes back from the statement, and the rules find the same whatever its order. */
#include "fuzz.h"
#include "register/claim_rules.h"
#include "register/claim_table.h"

#define NOW UINT64_C(1800000000)

static void comes_back(const struct pl_claim *c)
{
	struct pl_json *o PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_claim back;

	pl_claim_to_json(c, o);
	FUZZ_HOLDS(pl_claim_from_json(o, &back) == PL_OK && pl_claim_same(c, &back) && pl_claim_check(&back, NULL) == PL_OK);
}

static pl_status find(const struct pl_claim_row *rows, size_t n, bool turned, struct pl_claim_flag **flags, size_t *n_flags,
	struct pl_claim *room)
{
	for (size_t i = 0; i < n; i++)
		room[turned ? n - 1 - i : i] = rows[i].claim;
	return pl_claim_flags(room, n, NOW, flags, n_flags);
}

static void same_flags(const struct pl_claim_row *rows, size_t n)
{
	struct pl_claim *one = pl_alloc(n, sizeof *one), *two = pl_alloc(n, sizeof *two);
	struct pl_claim_flag *f = NULL, *g = NULL;
	size_t n_f = 0, n_g = 0;

	FUZZ_HOLDS(find(rows, n, false, &f, &n_f, one) == find(rows, n, true, &g, &n_g, two) && n_f == n_g);
	for (size_t i = 0; i < n_f; i++)
		FUZZ_HOLDS(f[i].kind == g[i].kind && pl_str_eq(f[i].claim->id, g[i].claim->id) && strcmp(f[i].words, g[i].words) == 0);
	pl_free(f);
	pl_free(g);
	pl_free(one);
	pl_free(two);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA((size_t)64 << 20);
	pl_str text = pl_bytes_str(pl_bytes_of(data, size));
	struct pl_claim_row *rows = NULL, row;
	struct pl_diag diag = {0};
	size_t n = 0;

	if (pl_claim_table_parse(text, &arena, &rows, &n, &diag) == PL_OK) {
		for (size_t i = 0; i < n; i++)
			comes_back(&rows[i].claim);
		same_flags(rows, n < 200 ? n : 200);
	}
	if (pl_claim_file_parse(text, &arena, &row, &diag) == PL_OK)
		comes_back(&row.claim);
	return 0;
}
