/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/rotation: before an old key of a log ends: do the witnesses know the new one? Asked, not assumed: the published
 * checkpoint, signed by the new key alone, is sent with `old 0`; a witness that does not know the key answers 403,
 * one that does tells its size (409). No witness is asked to cosign anything that it has not cosigned before.
 */
#ifndef PL_LOG_ROTATION_H
#define PL_LOG_ROTATION_H
#include "log/witness_client.h"

struct pl_rotation_asked {
	size_t n;         /* witnesses of the policy, in its order */
	bool quorum;      /* those that take the key make the policy's quorum, or it asks for none */
	bool takes[PL_POLICY_WITNESSES_MAX];
	pl_status status[PL_POLICY_WITNESSES_MAX]; /* PL_E_DENIED: does not know the key; else as in pl_witness_report */
};

/* Ask every witness of @policy whether it takes checkpoints that @key alone signs. @note is the
 * published checkpoint. PL_E_SYNTAX if @note is none; what signing fails with. */
pl_status pl_rotation_ask(const struct pl_policy *policy, pl_str note, struct pl_signer *key, uint64_t timeout_ns,
	struct pl_rotation_asked *ret);

#endif
