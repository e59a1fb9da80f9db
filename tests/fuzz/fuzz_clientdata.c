/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a browser sends: answers to create() and get(), and client data. Accepted client data names our type and
 * origin; a refusal says why.
 */
#include "people/webauthn.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct pl_webauthn_site site = {.rp_id = PL_STR_INIT("a.example"),
		.origin = PL_STR_INIT("https://a.example")};
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(4 * PL_WEBAUTHN_ANSWER_MAX);
	struct pl_buf challenge PL_CLEANUP(pl_buf_done) = PL_BUF(256);
	struct pl_webauthn_answer a = {.id = {.len = 7}};
	struct pl_diag diag = {0};
	pl_str text = pl_bytes_str(pl_bytes_of(data, size));

	for (int create = 0; create < 2; create++) {
		if (pl_webauthn_answer_parse(text, create, &arena, &a, &diag) != PL_OK) {
			FUZZ_HOLDS(diag.text[0] && a.id.len == 7);
			continue;
		}
		FUZZ_HOLDS(a.id.len >= 1 && a.id.len <= PL_WEBAUTHN_ID_MAX);
		a.id.len = 7;
		pl_arena_done(&arena);
	}
	diag = (struct pl_diag){0};
	if (pl_webauthn_client_data(&site, text, "webauthn.get", &challenge, &diag) == PL_OK)
		FUZZ_HOLDS(pl_str_find_str(text, PL_STR("challenge")) < text.len || pl_str_find(text, '\\') < text.len);
	else
		FUZZ_HOLDS(diag.text[0]);
	return 0;
}
