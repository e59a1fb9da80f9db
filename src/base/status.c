/* SPDX-License-Identifier: Apache-2.0 */
#include "base/status.h"
#include <stddef.h>

static const struct {
	const char *word, *text;
} names[PL_STATUS_COUNT] = {
	[PL_OK] = {"ok", "no error"},
	[PL_E_SYNTAX] = {"syntax", "malformed input"},
	[PL_E_RANGE] = {"range", "value out of range"},
	[PL_E_TOOBIG] = {"toobig", "too big"},
	[PL_E_NOMEM] = {"nomem", "out of memory"},
	[PL_E_IO] = {"io", "input/output error"},
	[PL_E_NOSPACE] = {"nospace", "no space left"},
	[PL_E_NOTFOUND] = {"notfound", "not found"},
	[PL_E_EXISTS] = {"exists", "exists already"},
	[PL_E_DENIED] = {"denied", "not allowed"},
	[PL_E_ACCESS] = {"access", "no permission"},
	[PL_E_BUSY] = {"busy", "in use by somebody else"},
	[PL_E_TIMEOUT] = {"timeout", "no answer in time"},
	[PL_E_NET] = {"net", "network failure"},
	[PL_E_CORRUPT] = {"corrupt", "stored data is damaged"},
	[PL_E_CONFLICT] = {"conflict", "changed by somebody else meanwhile"},
	[PL_E_MISMATCH] = {"mismatch", "does not belong together"},
	[PL_E_SIGNATURE] = {"signature", "signature does not verify"},
	[PL_E_PROOF] = {"proof", "proof does not verify"},
	[PL_E_QUORUM] = {"quorum", "too few trusted signatures"},
	[PL_E_EXPIRED] = {"expired", "expired"},
	[PL_E_ROLLBACK] = {"rollback", "older than what was seen before"},
	[PL_E_HELD] = {"held", "stored, not yet published"},
	[PL_E_STATE] = {"state", "not possible in the present state"},
	[PL_E_UNSUPPORTED] = {"unsupported", "not supported here"},
	[PL_E_CANCELLED] = {"cancelled", "stopped on request"},
	[PL_E_INTERNAL] = {"internal", "internal error"},
};

const char *pl_status_text(pl_status s)
{
	return s < PL_STATUS_COUNT ? names[s].text : "unknown status";
}

const char *pl_status_word(pl_status s)
{
	return s < PL_STATUS_COUNT ? names[s].word : "unknown";
}
