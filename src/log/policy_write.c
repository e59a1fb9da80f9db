/* SPDX-License-Identifier: Apache-2.0 */
/* log/policy, writing: the file that an instance hands to those who verify it. */
#include "log/policy.h"

static void put_url(struct pl_buf *out, pl_str url)
{
	if (url.len > 0) {
		pl_buf_put_c(out, ' ');
		pl_buf_put_str(out, url);
	}
	pl_buf_put_c(out, '\n');
}

static void put_witness_name(struct pl_buf *out, const struct pl_policy_witness *w, size_t i)
{
	if (w->name.len > 0)
		pl_buf_put_str(out, w->name);
	else
		pl_buf_printf(out, "w%zu", i + 1);
}

static void put_keys(struct pl_buf *out, const char *verb, const struct pl_policy_key *keys, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		pl_buf_printf(out, "#pellucid %s ", verb);
		pl_buf_put_str(out, keys[i].name);
		pl_buf_put_c(out, ' ');
		pl_pubkey_write(out, &keys[i].key);
		pl_buf_put_c(out, '\n');
	}
}

static void put_quorum(struct pl_buf *out, const struct pl_policy_recipe *r)
{
	if (r->quorum == 0) {
		pl_buf_put_z(out, "quorum none\n");
		return;
	}
	pl_buf_printf(out, "group quorum %u", r->quorum);
	for (size_t i = 0; i < r->n_witnesses; i++) {
		pl_buf_put_c(out, ' ');
		put_witness_name(out, &r->witnesses[i], i);
	}
	pl_buf_put_z(out, "\nquorum quorum\n");
}

void pl_policy_write(struct pl_buf *out, const struct pl_policy_recipe *r)
{
	if (r->n_roots > 0) {
		pl_buf_put_z(out, "#pellucid trust v1\n");
		put_keys(out, "root", r->roots, r->n_roots);
		pl_buf_printf(out, "#pellucid roots %u\n", r->root_threshold);
		put_keys(out, "rebuilder", r->rebuilders, r->n_rebuilders);
		pl_buf_printf(out, "#pellucid rebuilders %u\n", r->rebuild_threshold);
	}
	for (size_t i = 0; i < r->n_logs; i++) {
		pl_buf_put_z(out, "log ");
		pl_vkey_write(out, &r->logs[i].key);
		put_url(out, r->logs[i].url);
	}
	for (size_t i = 0; i < r->n_witnesses; i++) {
		pl_buf_put_z(out, "witness ");
		put_witness_name(out, &r->witnesses[i], i);
		pl_buf_put_c(out, ' ');
		pl_vkey_write(out, &r->witnesses[i].key);
		put_url(out, r->witnesses[i].url);
	}
	put_quorum(out, r);
}
