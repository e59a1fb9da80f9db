/* SPDX-License-Identifier: Apache-2.0 */
#include "release/reason.h"

/* In the order of enum pl_reason, without PL_REASON_NONE. */
const char *const pl_reason_words[PL_REASON_COUNT] = {"build-failed", "time-out", "no-space", "output-missing",
	"tools-missing", "sandbox-refused", "source-missing", "source-unusable", "recipe-missing", "artefact-missing", NULL};

const char *pl_reason_word(enum pl_reason r)
{
	return r > PL_REASON_NONE && r < PL_REASON_COUNT ? pl_reason_words[r - 1] : "";
}

pl_status pl_reason_parse(pl_str word, enum pl_reason *ret)
{
	for (unsigned i = 0; pl_reason_words[i]; i++) {
		if (pl_str_eq(word, pl_str_from(pl_reason_words[i]))) {
			*ret = (enum pl_reason)(i + 1);
			return PL_OK;
		}
	}
	return PL_E_SYNTAX;
}
