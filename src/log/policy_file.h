/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/policy_file: a policy or trust file as it is on disk now. Processes that run for months notice that it was
 * replaced (a key of the log, a witness) and read it again; what cannot be read changes nothing for them.
 *
 * One thread at a time.
 */
#ifndef PL_LOG_POLICY_FILE_H
#define PL_LOG_POLICY_FILE_H
#include "base/file.h"
#include "log/policy.h"

struct pl_policy_file {
	const char *path; /* borrowed */
	struct pl_file_id id;
	struct pl_policy *policy;
};

/* Read the trust file @path. What reading and pl_policy_parse fail with; words name the file. */
pl_status pl_policy_file_open(const char *path, struct pl_policy_file *ret, struct pl_diag *diag);
/* Accepts a zeroed one. */
void pl_policy_file_done(struct pl_policy_file *t);
/* Read it again if it was replaced: then *ret_fresh is true and @t->policy another one. What cannot be read leaves @t
 * as it was, fails once, and is not looked at again before it changes. */
pl_status pl_policy_file_follow(struct pl_policy_file *t, bool *ret_fresh, struct pl_diag *diag);
/* Was it replaced since it was read? */
bool pl_policy_file_changed(const struct pl_policy_file *t);

#endif
