/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fact/successor: for somebody who follows a log from outside: does an entry name the key that follows the log's, and
 * had those who signed it the right to say so? Answered from the trust file's root keys and the log's own entries
 * alone: the log is read from entry 0 on, hashed, and compared with the root of the checkpoint.
 */
#ifndef PL_FACT_SUCCESSOR_H
#define PL_FACT_SUCCESSOR_H
#include "log/checkpoint.h"
#include "log/policy.h"
#include "log/reader.h"

/*
 * With a trust file @policy: is @entry, at @index under @cp, a log-rotation/v1 of the log with the service's
 * signature and the officers' approvals? With a plain policy there are no statements: is it a key-follows entry of a
 * bare log? PL_OK: the old and the new verifier key are appended. PL_E_NOTFOUND: it is nothing of the kind, or nobody
 * entitled signed it. Else the log could not be read, PL_E_PROOF if it does not lead to the root. @reader is used
 * only if it has the right type.
 */
pl_status pl_successor_find(const struct pl_policy *policy, struct pl_log_reader *reader, uint64_t index,
	pl_bytes entry, const struct pl_checkpoint *cp, struct pl_buf *ret_old, struct pl_buf *ret_new);

#endif
