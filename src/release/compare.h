/* SPDX-License-Identifier: Apache-2.0 */
/*
 * release/compare: are two artefacts the same, and if not, where do they part?
 *
 * The verdict is ordered, never a yes or no; only IDENTICAL is success. A normalisation is a trust decision: it counts only
 * when the recipe declares it, and it is named in the result.
 */
#ifndef PL_RELEASE_COMPARE_H
#define PL_RELEASE_COMPARE_H
#include "base/base.h"
#include "crypto/digest.h"

enum pl_verdict {
	PL_VERDICT_IDENTICAL,
	PL_VERDICT_NORMALISED, /* identical after declared normalisation */
	PL_VERDICT_DIFFERENT,
	PL_VERDICT_NOT_ATTEMPTED,
};
#define PL_VERDICT_COUNT 4u

/* "identical", "identical-after-normalisation", "different", "not-attempted"; for ever. */
const char *pl_verdict_word(enum pl_verdict v);
pl_status pl_verdict_parse(pl_str word, enum pl_verdict *ret);

struct pl_comparison {
	enum pl_verdict verdict;
	struct pl_digest a, b;
	uint64_t size_a, size_b;
	uint64_t first;          /* offset of the first difference that counts; size of the shorter if one is a prefix */
	uint64_t differing;      /* bytes that differ at the same offset, plus the difference in length */
	unsigned normalised;     /* enum pl_recipe_normalise bits that were needed */
	char section_a[64];      /* ELF section of @first in a and in b; empty if it has none */
	char section_b[64];
	/* ELF: names of the sections that differ, with spaces between; at most eight, "..." for more. .note.gnu.build-id, which
	 * follows from the others, comes last. */
	char sections[256];
};

/* Compare the two regular files from their start, in pieces. @allowed = enum pl_recipe_normalise bits. */
pl_status pl_compare_files(int fd_a, int fd_b, unsigned allowed, struct pl_comparison *ret);

#endif
