/* SPDX-License-Identifier: Apache-2.0 */
/* The input is a declaration, or (behind a first byte 'o') an opening under a fixed declaration. */
#include "base/buf.h"
#include "crypto/commit.h"
#include "fuzz.h"

static const char declaration[] = "pellucid-declaration v1\n"
				  "name request/v1\n"
				  "field number u64 open\n"
				  "field received time open\n"
				  "field channel enum open post,mail,portal\n"
				  "field urgent bool open\n"
				  "field text text private\n"
				  "field attachment digest private\n"
				  "field token bytes private\n"
				  "field answered time open\n"
				  "field note text private\n";

static void opening(pl_str text)
{
	static struct pl_commit_decl decl;
	struct pl_commit_opened f, last;
	struct pl_commit_opening o;
	struct pl_diag diag = {0};
	size_t n = 0;

	FUZZ_HOLDS(!pl_commit_decl_parse(pl_str_from(declaration), &decl, NULL));
	if (pl_commit_opening_parse(text, &decl, &o, &diag))
		return;
	while (!pl_commit_opening_next(&o, &decl, n ? &last : NULL, &f, &diag)) {
		struct pl_buf value = PL_BUF(PL_COMMIT_VALUE_MAX), again = PL_BUF((size_t)2 * PL_COMMIT_VALUE_MAX);

		FUZZ_HOLDS(f.index < decl.n && ++n <= decl.n);
		if (f.present) {
			FUZZ_HOLDS(!pl_commit_value_encode(&decl.fields[f.index], f.text, &value, NULL));
			FUZZ_HOLDS(!pl_commit_value_text(&decl.fields[f.index], pl_buf_bytes(&value), &again));
			FUZZ_HOLDS(pl_str_eq(pl_buf_str(&again), f.text));
		}
		last = f;
		pl_buf_done(&value);
		pl_buf_done(&again);
	}
}

/* Every value that a field takes in one spelling comes back in that spelling. */
static void values(pl_str text)
{
	for (unsigned t = PL_COMMIT_U64; t <= PL_COMMIT_DIGEST; t++) {
		struct pl_commit_field f = {
			.name = PL_STR("f"), .type = (enum pl_commit_type)t, .choices = PL_STR("a,b")};
		struct pl_buf value = PL_BUF(PL_COMMIT_VALUE_MAX), again = PL_BUF((size_t)2 * PL_COMMIT_VALUE_MAX);

		if (!pl_commit_value_encode(&f, text, &value, NULL)) {
			FUZZ_HOLDS(!pl_commit_value_text(&f, pl_buf_bytes(&value), &again));
			FUZZ_HOLDS(pl_str_eq(pl_buf_str(&again), text));
		}
		(void)!pl_commit_value_text(&f, pl_str_bytes(text), &again);
		pl_buf_done(&value);
		pl_buf_done(&again);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct pl_commit_decl decl;
	pl_str text = {(const char *)data, size};
	struct pl_diag diag = {0};

	if (pl_str_eat(&text, PL_STR("o"))) {
		opening(text);
	} else if (pl_str_eat(&text, PL_STR("v"))) {
		values(text);
	} else {
		decl.n = 777;
		if (pl_commit_decl_parse(text, &decl, &diag))
			FUZZ_HOLDS(decl.n == 777 && diag.text[0]);
		else
			FUZZ_HOLDS(decl.n >= 1 && decl.n <= pl_commit_decl_leaves(&decl));
	}
	return 0;
}
