/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `pellucid log rotate-key`: a new key follows the log's key. Both sign while they overlap, the old one names the new one
 * in the log and the new one the old one, and only --finish ends the old one's life. The origin stays.
 * Here for a bare log; for an instance see log_key.c.
 */
#include "base/time.h"
#include "cli/log.h"
#include "log/bare.h"
#include "log/reader.h"
#include "log/rotation.h"

#define DAY (24 * 3600 * PL_SECOND)
#define ASK_PATIENCE (5 * PL_SECOND)
#define SETTLE (15 * PL_SECOND)

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
	(void)pl_log_writer_settle(log.writer, SETTLE);
	st = pl_log_writer_add_wait(log.writer, entry, &a);
	closed = pl_cli_log_close(&log);
	if (st)
		return pl_diag_set(diag, st, "the entry that names the keys was not appended");
	*ret_index = a.index;
	return closed ? pl_diag_set(diag, closed, "the entry that names the keys is durable, but not published yet") : PL_OK;
}

/* The same bytes whenever it is called, so that a repetition finds the entries that are there. */
static pl_status entry_of(const struct pl_log_dir_keys *k, bool old_names_new, const struct pl_log_dir_overlap *overlap,
	struct pl_buf *out)
{
	struct pl_buf old PL_CLEANUP(pl_buf_done) = PL_BUF(PL_VKEY_MAX);
	struct pl_buf fresh PL_CLEANUP(pl_buf_done) = PL_BUF(PL_VKEY_MAX);

	pl_vkey_write(&old, &k->key[0].vkey);
	pl_vkey_write(&fresh, &k->key[1].vkey);
	pl_bare_rotation_write(out, old_names_new, k->key[0].vkey.name, pl_buf_str(&old), pl_buf_str(&fresh), overlap->begun,
		overlap->until);
	return pl_buf_status(out);
}

/* Read the keys and the overlap; make what is missing of them. */
static pl_status prepare(const struct pl_cli *cli, uint64_t days, struct pl_log_dir_keys *keys,
	struct pl_log_dir_overlap *overlap, struct pl_diag *diag)
{
	const char *dir = cli->argv[0];
	struct pl_signer *signer PL_CLEANUP(pl_signer_freep) = NULL;
	struct pl_buf vkey PL_CLEANUP(pl_buf_done) = PL_BUF(PL_VKEY_MAX);
	uint64_t now = pl_time_now();
	struct pl_passphrase room;
	struct pl_diag none = {0};
	pl_status st = pl_log_dir_vkeys(dir, keys, diag);

	if (!st && keys->n == 1) {
		st = pl_log_dir_next_clear(dir, diag);
		if (!st)
			st = pl_log_dir_key_new(dir, "next.", keys->key[0].vkey.name, pl_cli_log_passphrase(cli, &room), &signer, &vkey,
				diag);
		pl_log_dir_keys_done(keys);
		if (!st)
			st = pl_log_dir_vkeys(dir, keys, diag);
	}
	if (st)
		return st;
	/* That there is none yet is no trouble, and its words must not stand before those of what comes. */
	st = pl_log_dir_overlap_get(dir, overlap, &none);
	if (st && st != PL_E_STATE)
		*diag = none;
	if (st != PL_E_STATE)
		return st;
	*overlap = (struct pl_log_dir_overlap){.begun = now, .until = now + days * DAY};
	return pl_log_dir_overlap_put(dir, overlap, diag);
}

/* Append the pair that names the keys. */
static pl_status state_pair(const struct pl_cli *cli, const struct pl_log_dir_keys *keys, struct pl_log_dir_overlap *overlap,
	struct pl_diag *diag)
{
	struct pl_buf first PL_CLEANUP(pl_buf_done) = PL_BUF(PL_TILE_ENTRY_MAX);
	struct pl_buf second PL_CLEANUP(pl_buf_done) = PL_BUF(PL_TILE_ENTRY_MAX);
	pl_status st = entry_of(keys, true, overlap, &first);

	if (!st)
		st = entry_of(keys, false, overlap, &second);
	/* The old key alone signs the checkpoint that shows who follows it. */
	if (!st)
		st = append_with(cli, 1, pl_buf_bytes(&first), &overlap->index[0], diag);
	if (!st)
		st = append_with(cli, 2, pl_buf_bytes(&second), &overlap->index[1], diag);
	if (st)
		return st;
	overlap->stated = true;
	return pl_log_dir_overlap_put(cli->argv[0], overlap, diag);
}

static void tell(const char *dir, bool pending, const struct pl_log_dir_overlap *overlap)
{
	char until[21];

	pl_time_write(overlap->until, until);
	if (pending)
		(void)fprintf(stderr, "This change is under way already: the entries %llu and %llu name the keys, and nothing is added.\n",
			(unsigned long long)overlap->index[0], (unsigned long long)overlap->index[1]);
	else
		(void)fprintf(stderr, "Both keys sign from now on. Give the new verifier key to witnesses first, then to all others.\n");
	(void)fprintf(stderr, "The overlap lasts until %s; end the old key with: pellucid log rotate-key %s --finish\n", until, dir);
}

static int start(const struct pl_cli *cli, uint64_t days)
{
	struct pl_log_dir_keys keys PL_CLEANUP(pl_log_dir_keys_done) = {0};
	struct pl_buf vkey PL_CLEANUP(pl_buf_done) = PL_BUF(PL_VKEY_MAX);
	struct pl_log_dir_overlap overlap = {0};
	struct pl_diag diag = {0};
	pl_status st = prepare(cli, days, &keys, &overlap, &diag);
	bool pending = overlap.stated;

	if (!st && !pending)
		st = state_pair(cli, &keys, &overlap, &diag);
	if (st)
		return pl_cli_fail(cli, st, &diag);
	pl_vkey_write(&vkey, &keys.key[1].vkey);
	pl_buf_put_c(&vkey, '\n');
	tell(cli->argv[0], pending, &overlap);
	return pl_cli_out(pl_buf_str(&vkey)) ? PL_EXIT_UNKNOWN : PL_EXIT_OK;
}

/* Do the witnesses that the quorum needs take the key that follows? */
static pl_status ask(const struct pl_cli *cli, struct pl_diag *diag)
{
	struct pl_log_dir_keys keys PL_CLEANUP(pl_log_dir_keys_done) = {0};
	struct pl_policy *policy PL_CLEANUP(pl_policy_freep) = NULL;
	struct pl_log_reader *reader PL_CLEANUP(pl_log_reader_closep) = NULL;
	struct pl_buf note PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CHECKPOINT_MAX);
	struct pl_rotation_asked asked = {.quorum = true};
	struct pl_passphrase room;
	pl_status st = pl_log_dir_policy(cli->argv[0], &policy, diag);

	if (st || pl_policy_unwitnessed(policy) || pl_cli_has(cli, "without-witnesses"))
		return st;
	st = pl_log_dir_keys_open(cli->argv[0], pl_cli_log_passphrase(cli, &room), &keys, diag);
	if (st || keys.n < 2)
		return st;
	st = pl_log_reader_open(pl_str_from(cli->argv[0]), NULL, &reader, diag);
	if (!st)
		st = pl_log_reader_checkpoint(reader, &note);
	if (!st)
		st = pl_rotation_ask(policy, pl_buf_str(&note), keys.key[1].signer, ASK_PATIENCE, &asked);
	if (st || asked.quorum)
		return st ? pl_diag_set(diag, st, "the witnesses could not be asked") : PL_OK;
	pl_diag_hint(diag, "each runs: pellucid witness add-log DIR <new key>; with --without-witnesses the log may be "
			   "held until they follow");
	return pl_diag_set(diag, PL_E_QUORUM, "witnesses that the quorum needs do not take the new key yet");
}

static pl_status overlap_is_over(const struct pl_cli *cli, struct pl_diag *diag)
{
	struct pl_log_dir_overlap overlap = {0};
	char text[21];
	pl_status st = pl_log_dir_overlap_get(cli->argv[0], &overlap, diag);

	if (st || pl_time_now() >= overlap.until || pl_cli_has(cli, "early"))
		return st;
	pl_time_write(overlap.until, text);
	pl_diag_hint(diag, "with --early it ends now; whoever has not got the new key can then no longer verify");
	return pl_diag_set(diag, PL_E_STATE, "the overlap lasts until %s", text);
}

static int end(const struct pl_cli *cli)
{
	struct pl_log_writer_options o = {0};
	struct pl_cli_log log;
	struct pl_diag diag = {0};
	pl_status st = overlap_is_over(cli, &diag);

	if (!st)
		st = ask(cli, &diag);
	if (!st)
		st = pl_log_dir_key_promote(cli->argv[0], &diag);
	/* Opening proves that the new key alone can go on, and has it sign what is published. */
	if (!st)
		st = pl_cli_log_open(cli, &o, &log, &diag);
	if (st)
		return pl_cli_fail(cli, st, &diag);
	(void)pl_log_writer_settle(log.writer, SETTLE);
	st = pl_cli_log_close(&log);
	if (st) {
		pl_diag_hint(&diag, "whoever opens the log next goes on with it, for example: pellucid log append");
		(void)pl_diag_set(&diag, st, "the old key has ended, but no checkpoint of the new key alone is published yet");
		return pl_cli_fail(cli, st, &diag);
	}
	(void)fprintf(stderr, "The old key has ended; the new one alone signs. The private half of the old one lies in\n"
			      "%s/private/old.*.key: nothing needs it any more; destroy it and its copies in backups.\n",
		cli->argv[0]);
	return PL_EXIT_OK;
}

/* Options that say something about statements and officers mean nothing to a bare log. */
static bool only_of_instances(const struct pl_cli *cli)
{
	static const char *const names[] = {"instance", "reason", "approvals", "payload", "payload-only", "wait", "json"};

	for (size_t i = 0; i < PL_COUNT(names); i++)
		if (pl_cli_has(cli, names[i]))
			return true;
	return false;
}

int pl_cli_log_rotate(struct pl_cli *cli)
{
	uint64_t days;

	if (pl_cli_get_u64(cli, "overlap-days", 30, 0, 3650, &days))
		return PL_EXIT_USAGE;
	if (cli->argc == 0)
		return pl_cli_log_key(cli, days);
	if (only_of_instances(cli))
		return pl_cli_usage(cli, "a bare log (DIR) takes only --overlap-days, --finish, --early, --without-witnesses and "
					 "--passphrase-file");
	return pl_cli_has(cli, "finish") ? end(cli) : start(cli, days);
}
