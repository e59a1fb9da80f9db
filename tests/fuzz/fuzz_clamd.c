/* SPDX-License-Identifier: Apache-2.0 */
/* A scanner's answer and address: a name that was found is printable and fits, what is no answer is no clean one. */
#include "base/clamd.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	pl_str text = pl_bytes_str(pl_bytes_of(data, size));
	struct pl_clamd_answer a = {.name = "kept"};
	struct pl_diag diag = {0};
	pl_status st = pl_clamd_answer_read(text, &a);

	if (st == PL_OK) {
		FUZZ_HOLDS(a.found == pl_str_ends(text, PL_STR(" FOUND")));
		FUZZ_HOLDS(a.found || pl_str_ends(text, PL_STR("OK")));
		FUZZ_HOLDS(memchr(a.name, '\0', sizeof a.name) != NULL);
		for (const char *p = a.name; a.found && *p; p++)
			FUZZ_HOLDS(*p >= 0x20 && *p < 0x7f);
	} else {
		FUZZ_HOLDS(st == PL_E_TOOBIG || st == PL_E_BUSY || st == PL_E_NET);
	}
	if (pl_clamd_address_check(text, &diag))
		FUZZ_HOLDS(diag.text[0]);
	return 0;
}
