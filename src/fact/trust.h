/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fact/trust: the trust file of an instance as it is on disk now. Processes that run for months notice that it was replaced
 * (a key of the log, a witness) and read it again; what cannot be read changes nothing for them.
 *
 * One thread at a time.
 */
#ifndef PL_FACT_TRUST_H
#define PL_FACT_TRUST_H
#include "log/policy.h"

/* Which file it was: a replaced file has another inode or another time. */
struct pl_trust_id {
	uint64_t device, inode, size;
	int64_t seconds, nanoseconds;
};

struct pl_trust {
	const char *path; /* borrowed */
	struct pl_trust_id id;
	struct pl_policy *policy;
};

/* Read the trust file @path. What reading and pl_policy_parse fail with; words name the file. */
pl_status pl_trust_open(const char *path, struct pl_trust *ret, struct pl_diag *diag);
/* Accepts a zeroed one. */
void pl_trust_done(struct pl_trust *t);
/* Read it again if it was replaced: then *ret_fresh is true and @t->policy another one. What cannot be read leaves @t as it
 * was, fails once, and is not looked at again before it changes. */
pl_status pl_trust_follow(struct pl_trust *t, bool *ret_fresh, struct pl_diag *diag);
/* Was it replaced since it was read? */
bool pl_trust_changed(const struct pl_trust *t);

#endif
