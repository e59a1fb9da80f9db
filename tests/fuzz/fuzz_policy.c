/* SPDX-License-Identifier: Apache-2.0 */
/* A policy that is accepted can be asked everything, and a quorum never holds without witnesses. */
#include "base/mem.h"
#include "fuzz.h"
#include "log/policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pl_policy *p PL_CLEANUP(pl_policy_freep) = NULL;
	const struct pl_policy_witness *w;
	const struct pl_policy_key *roots;
	bool none[PL_POLICY_WITNESSES_MAX] = {false}, all[PL_POLICY_WITNESSES_MAX];
	struct pl_diag diag = {0};

	if (pl_policy_parse(pl_bytes_str(pl_bytes_of(data, size)), &p, &diag) != PL_OK) {
		FUZZ_HOLDS(!p);
		return 0;
	}
	for (size_t i = 0; i < PL_POLICY_WITNESSES_MAX; i++)
		all[i] = true;
	FUZZ_HOLDS(!pl_policy_quorum_met(p, none) && !pl_policy_blocks(p, none));
	FUZZ_HOLDS(pl_policy_quorum_met(p, all) == !pl_policy_unwitnessed(p));
	FUZZ_HOLDS(pl_policy_blocks(p, all) == !pl_policy_unwitnessed(p));
	FUZZ_HOLDS(pl_policy_blocking(p) <= pl_policy_witnesses(p, &w));
	FUZZ_HOLDS((pl_policy_blocking(p) == 0) == pl_policy_unwitnessed(p));
	FUZZ_HOLDS(pl_policy_is_trust_file(p) == (pl_policy_roots(p, &roots) > 0));
	FUZZ_HOLDS(pl_policy_root_threshold(p) <= pl_policy_roots(p, &roots));
	return 0;
}
