/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `pellucid log rotate-key`: a new key follows the log's key. Both sign while they overlap, the old one names the new one
 * in the log and the new one the old one, and only --finish ends the old one's life. The origin stays.
 */
#include "base/time.h"
#include "cli/log.h"
#include "log/bare.h"

#define DAY (24 * 3600 * PL_SECOND)

/* Append one entry with the first @n keys of the log, and publish. */
static pl_status append_with(const struct pl_cli *cli, size_t n, pl_bytes entry, uint64_t *ret_index, struct pl_diag *diag)
{
	struct pl_log_writer_options o = {0};
	struct pl_log_answer a = {0};
	struct pl_cli_log log;
	pl_status st, closed;

	st = pl_cli_log_open_keys(cli, &o, n, &log, diag);
	if (st)
		return st;
	(void)pl_log_writer_settle(log.writer, 15 * PL_SECOND);
	st = pl_log_writer_add_wait(log.writer, entry, &a);
	closed = pl_cli_log_close(&log);
	if (st)
		return pl_diag_set(diag, st, "the entry that names the keys was not appended");
	*ret_index = a.index;
	return closed ? pl_diag_set(diag, closed, "the entry that names the keys is durable, but not published yet") : PL_OK;
}

static pl_status entry_of(const struct pl_log_dir_keys *k, bool old_names_new, uint64_t until, struct pl_buf *out)
{
	struct pl_buf old PL_CLEANUP(pl_buf_done) = PL_BUF(PL_VKEY_MAX);
	struct pl_buf fresh PL_CLEANUP(pl_buf_done) = PL_BUF(PL_VKEY_MAX);

	pl_vkey_write(&old, &k->key[0].vkey);
	pl_vkey_write(&fresh, &k->key[1].vkey);
	pl_bare_rotation_write(out, old_names_new, k->key[0].vkey.name, pl_buf_str(&old), pl_buf_str(&fresh), pl_time_now(), until);
	return pl_buf_status(out);
}

static int start(const struct pl_cli *cli, uint64_t days)
{
	const char *dir = cli->argv[0];
	struct pl_log_dir_keys keys PL_CLEANUP(pl_log_dir_keys_done) = {0};
	struct pl_signer *signer PL_CLEANUP(pl_signer_freep) = NULL;
	struct pl_buf vkey PL_CLEANUP(pl_buf_done) = PL_BUF(PL_VKEY_MAX);
	struct pl_buf first PL_CLEANUP(pl_buf_done) = PL_BUF(PL_TILE_ENTRY_MAX);
	struct pl_buf second PL_CLEANUP(pl_buf_done) = PL_BUF(PL_TILE_ENTRY_MAX);
	struct pl_passphrase room;
	struct pl_diag diag = {0};
	uint64_t index = 0, until = pl_time_now() + days * DAY;
	pl_status st = pl_log_dir_vkeys(dir, &keys, &diag);

	if (!st && keys.n == 1) {
		st = pl_log_dir_key_new(dir, "next.", keys.key[0].vkey.name, pl_cli_log_passphrase(cli, &room), &signer, &vkey, &diag);
		if (!st)
			st = pl_log_dir_overlap_put(dir, until, &diag);
		pl_log_dir_keys_done(&keys);
		if (!st)
			st = pl_log_dir_vkeys(dir, &keys, &diag);
	}
	if (!st)
		st = pl_log_dir_overlap_get(dir, &until, &diag);
	if (!st)
		st = entry_of(&keys, true, until, &first);
	if (!st)
		st = entry_of(&keys, false, until, &second);
	/* The old key alone signs the checkpoint that shows who follows it. */
	if (!st)
		st = append_with(cli, 1, pl_buf_bytes(&first), &index, &diag);
	if (!st)
		st = append_with(cli, 2, pl_buf_bytes(&second), &index, &diag);
	if (st)
		return pl_cli_fail(cli, st, &diag);
	pl_buf_clear(&vkey);
	pl_vkey_write(&vkey, &keys.key[1].vkey);
	pl_buf_put_c(&vkey, '\n');
	(void)fprintf(stderr, "Both keys sign from now on. Give the new verifier key to witnesses first, then to all others;\n"
			      "end the old key with: pellucid log rotate-key %s --finish\n", dir);
	return pl_cli_out(pl_buf_str(&vkey)) ? PL_EXIT_UNKNOWN : PL_EXIT_OK;
}

static int end(const struct pl_cli *cli)
{
	const char *dir = cli->argv[0];
	struct pl_log_writer_options o = {0};
	struct pl_cli_log log;
	struct pl_diag diag = {0};
	uint64_t until = 0;
	char text[21];
	pl_status st = pl_log_dir_overlap_get(dir, &until, &diag);

	if (!st && pl_time_now() < until && !pl_cli_has(cli, "early")) {
		pl_time_write(until, text);
		pl_diag_hint(&diag, "with --early it ends now; whoever has not got the new key can then no longer verify");
		st = pl_diag_set(&diag, PL_E_STATE, "the overlap lasts until %s", text);
	}
	if (!st)
		st = pl_log_dir_key_promote(dir, &diag);
	/* Opening once proves that the new key alone can go on. */
	if (!st)
		st = pl_cli_log_open(cli, &o, &log, &diag);
	if (!st)
		(void)(pl_cli_log_close(&log) == PL_OK);
	return st ? pl_cli_fail(cli, st, &diag) : PL_EXIT_OK;
}

int pl_cli_log_rotate(struct pl_cli *cli)
{
	uint64_t days;

	if (pl_cli_has(cli, "finish"))
		return end(cli);
	if (pl_cli_get_u64(cli, "overlap-days", 30, 0, 3650, &days))
		return PL_EXIT_USAGE;
	return start(cli, days);
}
