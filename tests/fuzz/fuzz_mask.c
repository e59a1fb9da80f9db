/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a confined child that looks at an artefact answers, if the artefact has taken it over: ranges cover nothing that
 * was not allowed, and no name speaks to a terminal. Input: allowed reasons (1 byte), size of the file (2), the answer.
 */
#include "fuzz.h"
#include "release/mask.h"

static void ranges(pl_bytes said, unsigned allowed, uint64_t size)
{
	struct pl_mask m;
	uint64_t covered = 0;

	pl_mask_init(&m);
	if (pl_mask_take(&m, said, allowed, size) == PL_OK) {
		FUZZ_HOLDS(m.n <= PL_MASK_RANGES_MAX && m.n * 17 == said.len);
		for (size_t i = 0; i < m.n; i++) {
			FUZZ_HOLDS(m.ranges[i].to <= size && (m.ranges[i].why & ~allowed) == 0 && m.ranges[i].why);
			FUZZ_HOLDS(pl_mask_at(&m, m.ranges[i].from) == m.ranges[i].why);
			FUZZ_HOLDS(pl_mask_at(&m, m.ranges[i].to - 1) == m.ranges[i].why);
			covered += m.ranges[i].to - m.ranges[i].from;
		}
		FUZZ_HOLDS(covered <= size && pl_mask_at(&m, size) == 0);
	}
	pl_mask_done(&m);
}

static void name(pl_str said)
{
	char text[64];

	pl_mask_name_take(said, text, sizeof text);
	FUZZ_HOLDS(text[0] == '\0' || pl_str_eq(pl_str_from(text), said));
	for (const char *p = text; *p; p++)
		FUZZ_HOLDS(*p >= 0x20 && *p < 0x7f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	pl_bytes said;

	if (size < 3)
		return 0;
	said = pl_bytes_of(data + 3, size - 3);
	ranges(said, data[0], pl_be16(data + 1));
	name(pl_bytes_str(said));
	return 0;
}
