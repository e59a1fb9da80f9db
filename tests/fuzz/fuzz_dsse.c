/* SPDX-License-Identifier: Apache-2.0 */
/* The canonical spelling of an accepted envelope is accepted, is its own canonical spelling, and says the same. */
#include "base/buf.h"
#include "crypto/dsse.h"
#include "fuzz.h"

static void canonical(const struct pl_dsse *env, struct pl_arena *arena)
{
	static struct pl_dsse two;
	struct pl_buf one = PL_BUF(8 * PL_DSSE_MAX), again = PL_BUF(8 * PL_DSSE_MAX);
	struct pl_digest a, b;

	pl_dsse_write(&one, env);
	FUZZ_HOLDS(!pl_buf_status(&one));
	if (one.len <= PL_DSSE_MAX) {
		FUZZ_HOLDS(!pl_dsse_parse(pl_buf_str(&one), arena, &two, NULL));
		pl_dsse_write(&again, &two);
		FUZZ_HOLDS(pl_str_eq(pl_buf_str(&one), pl_buf_str(&again)));
		pl_dsse_digest(env->type, env->payload, &a);
		pl_dsse_digest(two.type, two.payload, &b);
		FUZZ_HOLDS(pl_digest_eq(&a, &b));
	}
	pl_buf_done(&one);
	pl_buf_done(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pl_arena arena = PL_ARENA(16 * PL_DSSE_MAX);
	static struct pl_dsse env;
	struct pl_diag diag = {0};

	env.n_sigs = 77;
	if (pl_dsse_parse((pl_str){(const char *)data, size}, &arena, &env, &diag))
		FUZZ_HOLDS(env.n_sigs == 77);
	else
		canonical(&env, &arena);
	pl_arena_done(&arena);
	return 0;
}
