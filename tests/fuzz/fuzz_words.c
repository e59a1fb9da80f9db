/* SPDX-License-Identifier: Apache-2.0 */
/* Words of a register: what is read is plain text that a page may show, and is found again by its name. */
#include "fuzz.h"
#include "register/words/words.h"

static void plain(pl_str s)
{
	FUZZ_HOLDS(pl_str_is_utf8(s));
	for (size_t i = 0; i < s.len; i++)
		FUZZ_HOLDS((unsigned char)s.ptr[i] >= 0x20);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA((size_t)1 << 20);
	struct pl_register_words w;

	if (pl_register_words_parse(pl_str_of((const char *)data, size), &arena, &w, NULL))
		return 0;
	plain(w.title);
	plain(w.about);
	for (size_t i = 0; i < w.n_principles; i++)
		plain(w.principles[i]);
	for (size_t i = 0; i < w.n_prohibited; i++)
		plain(w.prohibited[i]);
	for (size_t i = 0; i < w.n; i++) {
		plain(w.words[i].label);
		plain(w.words[i].definition);
		FUZZ_HOLDS(pl_register_words_find(&w, w.words[i].kind, w.words[i].name, w.words[i].value) == &w.words[i]);
	}
	return 0;
}
