/* SPDX-License-Identifier: Apache-2.0 */
#include "log/rotation.h"

pl_status pl_rotation_ask(const struct pl_policy *policy, pl_str note, struct pl_signer *key, uint64_t timeout_ns,
	struct pl_rotation_asked *ret)
{
	struct pl_witness_report report[PL_POLICY_WITNESSES_MAX] = {0};
	struct pl_witness_client *client PL_CLEANUP(pl_witness_client_freep) = NULL;
	struct pl_witness_client_options o = {.timeout_ns = timeout_ns};
	struct pl_buf again PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CHECKPOINT_MAX);
	struct pl_rotation_asked asked = {0};
	struct pl_checkpoint cp;
	pl_status st = pl_checkpoint_peek(note, &cp, NULL);

	if (!st)
		st = pl_checkpoint_sign(&again, &cp, &key, 1);
	if (!st)
		st = pl_witness_client_new(policy, &o, &client);
	if (!st)
		st = pl_witness_client_sizes(client, pl_buf_str(&again), report, NULL);
	if (st)
		return st;
	asked.n = pl_witness_client_count(client);
	for (size_t i = 0; i < asked.n; i++) {
		asked.takes[i] = report[i].size_known || report[i].cosigned;
		asked.status[i] = report[i].status;
	}
	asked.quorum = pl_policy_unwitnessed(policy) || pl_policy_quorum_met(policy, asked.takes);
	*ret = asked;
	return PL_OK;
}
