/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/proofs: tlog-proofs over HTTP, straight from a log's public files.
 *
 * Everybody who checks something comes here, so it asks no database: the last checkpoint that the policy accepts is remembered and
 * looked at again once a second; readers keep tiles and interior nodes in memory. A checkpoint without quorum changes nothing:
 * what was accepted before stays. Thread-safe.
 */
#ifndef PL_WEB_PROOFS_H
#define PL_WEB_PROOFS_H
#include "log/policy_file.h"
#include "web/http.h"

struct pl_proofs;

/* @log_dir as pl_log_reader_open takes it; @public_dir is a descriptor of its public/; @trust names the trust file,
 * which is read again when it was replaced. @public_dir and @trust are borrowed. */
pl_status pl_proofs_open(pl_str log_dir, int public_dir, const char *trust, struct pl_proofs **ret,
	struct pl_diag *diag);
/* NULL is fine. */
void pl_proofs_close(struct pl_proofs *x);
/* Somebody else has just judged this checkpoint, and it has quorum. */
void pl_proofs_update(struct pl_proofs *x, pl_str checkpoint, uint64_t size, const struct pl_digest *root);
/* Answer with the proof of entry {index}, the entry in its extra line. PL_E_NOTFOUND beyond the checkpoint. */
pl_status pl_proofs_answer(struct pl_proofs *x, struct pl_http_request *req, struct pl_http_reply *reply);
#endif
