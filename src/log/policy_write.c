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

/* ---- one key for another ---- */

/* Is @line "log <@key> [url]"? Then @ret_url is what stands behind the key. */
static bool is_log_line(pl_str line, const struct pl_vkey *key, pl_str *ret_url)
{
	struct pl_vkey found;
	pl_str rest = pl_str_trim(line), word;
	size_t n = 0;

	if (!pl_str_eat(&rest, PL_STR("log")) || !rest.len || (rest.ptr[0] != ' ' && rest.ptr[0] != '\t'))
		return false;
	rest = pl_str_trim(rest);
	while (n < rest.len && rest.ptr[n] != ' ' && rest.ptr[n] != '\t')
		n++;
	word = pl_str_sub(rest, 0, n);
	if (pl_vkey_parse(word, &found, NULL) || found.id != key->id || !pl_str_eq(found.name, key->name))
		return false;
	*ret_url = pl_str_trim(pl_str_sub(rest, n, rest.len));
	return true;
}

static void put_log(struct pl_buf *out, const struct pl_vkey *key, pl_str url)
{
	pl_buf_put_z(out, "log ");
	pl_vkey_write(out, key);
	put_url(out, url);
}

pl_status pl_policy_replace_log(struct pl_buf *out, pl_str text, const struct pl_vkey *old, const struct pl_vkey *fresh,
	bool keep_old)
{
	bool done = false;
	pl_str line, url;

	while (pl_str_take_line(&text, &line)) {
		bool is_old = is_log_line(line, old, &url);

		if (!is_old && !is_log_line(line, fresh, &url)) {
			pl_buf_put_str(out, line);
			pl_buf_put_c(out, '\n');
			continue;
		}
		if (is_old && keep_old)
			put_log(out, old, url);
		if (!done)
			put_log(out, fresh, url);
		done = true;
	}
	if (!done)
		return PL_E_NOTFOUND;
	return text.len ? PL_E_SYNTAX : pl_buf_status(out);
}
