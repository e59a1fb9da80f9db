/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/vuln/query: rewards and disclosure as the log has them. Text lives in the caller's arena.
 */
#ifndef PL_REGISTER_VULN_QUERY_H
#define PL_REGISTER_VULN_QUERY_H
#include "fact/instance.h"
#include "register/vuln/policy.h"
#include "register/vuln/reward.h"

#define PL_VULN_PAGE_MAX 64u

/* One version of a program's matrix, or of the policy in a language. */
struct pl_vuln_stated {
	pl_str name; /* the program, or the language */
	uint64_t version, index, stated, from; /* times: seconds */
	struct pl_digest pae, body;
	uint64_t size;
};

/* Newest first, below version @before (INT64_MAX to start); at most @limit, at most PL_VULN_PAGE_MAX. */
pl_status pl_query_reward_matrices(struct pl_instance *inst, pl_str program, uint64_t before, size_t limit, struct pl_arena *arena,
	struct pl_vuln_stated **ret, size_t *ret_n);
pl_status pl_query_disclosure_policies(struct pl_instance *inst, pl_str language, uint64_t before, size_t limit,
	struct pl_arena *arena, struct pl_vuln_stated **ret, size_t *ret_n);
/* Names of all programs behind @after, at most PL_VULN_PAGE_MAX. */
pl_status pl_query_reward_programs(struct pl_instance *inst, pl_str after, struct pl_arena *arena, pl_str **ret, size_t *ret_n);

/* The matrix that held on the day of @when (seconds; INT64_MAX: the newest), with its body. PL_E_NOTFOUND: none did, or its body is
 * withheld, not stored here, or not what was stated. */
pl_status pl_query_reward_matrix(struct pl_instance *inst, pl_str program, uint64_t when, struct pl_arena *arena,
	struct pl_vuln_stated *ret, struct pl_reward_matrix *ret_matrix);
pl_status pl_query_disclosure_policy(struct pl_instance *inst, pl_str language, uint64_t when, struct pl_arena *arena,
	struct pl_vuln_stated *ret, struct pl_disclosure_policy *ret_policy);

#endif
