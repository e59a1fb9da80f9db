/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/policy, inside: the parsed form. Only policy*.c include this.
 *
 * Groups only name what stands above them, so one pass over them in file order answers every question about nested
 * groups without recursion.
 */
#ifndef PL_LOG_POLICY_IMPL_H
#define PL_LOG_POLICY_IMPL_H
#include "base/arena.h"
#include "base/mem.h"
#include "log/policy.h"

#define PL_POLICY_NAMES_MAX (PL_POLICY_WITNESSES_MAX + PL_POLICY_GROUPS_MAX)

/* A witness (number below PL_POLICY_WITNESSES_MAX) or a group (number - PL_POLICY_WITNESSES_MAX). */
typedef uint8_t pl_policy_member;

struct pl_policy_group {
	pl_str name;
	unsigned threshold, n;
	pl_policy_member member[PL_POLICY_NAMES_MAX];
};

struct pl_policy {
	pl_str text; /* our copy; every pl_str of the policy lies in it */
	struct pl_arena arena;
	size_t n_logs, n_witnesses, n_groups, n_roots, n_rebuilders;
	struct pl_policy_log log[PL_POLICY_LOGS_MAX];
	struct pl_policy_witness witness[PL_POLICY_WITNESSES_MAX];
	struct pl_policy_group group[PL_POLICY_GROUPS_MAX];
	struct pl_policy_key root[PL_POLICY_ROOTS_MAX];
	struct pl_policy_key rebuilder[PL_POLICY_REBUILDERS_MAX];
	bool has_quorum, quorum_none;
	pl_str quorum_name;
	pl_policy_member quorum;
	bool trust_file, has_roots_line, has_rebuilders_line;
	unsigned root_threshold, rebuild_threshold;
};

#endif
