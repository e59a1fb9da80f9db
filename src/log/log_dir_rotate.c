/* SPDX-License-Identifier: Apache-2.0 */
/* log/log_dir_rotate: the files of a bare log's directory while a new key follows the old one. */
#include "base/file.h"
#include "base/time.h"
#include "log/log_dir_priv.h"
#include <fcntl.h>
#include <stdio.h>

pl_status pl_log_dir_overlap_put(const char *dir, const struct pl_log_dir_overlap *o, struct pl_diag *diag)
{
	int private PL_CLEANUP(pl_file_close) = -1;
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(160);
	pl_status st = pl_log_dir_open_private(dir, &private, diag);

	pl_time_put(&text, o->until);
	pl_buf_put_z(&text, "\nbegun ");
	pl_time_put(&text, o->begun);
	pl_buf_put_c(&text, '\n');
	if (o->stated)
		pl_buf_printf(&text, "entries %llu %llu\n", (unsigned long long)o->index[0], (unsigned long long)o->index[1]);
	if (!st)
		st = pl_buf_status(&text);
	if (!st)
		st = pl_file_put(private, "next.until", pl_buf_bytes(&text), 0644, PL_FILE_REPLACE);
	return st ? pl_diag_set(diag, st, "%s/private/next.until cannot be written", dir) : PL_OK;
}

static pl_status parse_entries(pl_str line, struct pl_log_dir_overlap *o)
{
	pl_str first;

	if (!pl_str_eat(&line, PL_STR("entries ")) || !pl_str_take_until(&line, ' ', &first) ||
		pl_str_to_u64(first, PL_TREE_SIZE_MAX, &o->index[0]) || pl_str_to_u64(line, PL_TREE_SIZE_MAX, &o->index[1]))
		return PL_E_CORRUPT;
	o->stated = true;
	return PL_OK;
}

static pl_status parse_overlap(pl_str rest, struct pl_log_dir_overlap *ret)
{
	struct pl_log_dir_overlap o = {0};
	pl_str until, line;

	if (!pl_str_take_line(&rest, &until) || pl_time_parse(until, &o.until))
		return PL_E_CORRUPT;
	if (!pl_str_take_line(&rest, &line) || !pl_str_eat(&line, PL_STR("begun ")) || pl_time_parse(line, &o.begun))
		return PL_E_CORRUPT;
	if (pl_str_take_line(&rest, &line) && parse_entries(line, &o))
		return PL_E_CORRUPT;
	*ret = o;
	return PL_OK;
}

pl_status pl_log_dir_overlap_get(const char *dir, struct pl_log_dir_overlap *ret, struct pl_diag *diag)
{
	int private PL_CLEANUP(pl_file_close) = -1;
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(160);
	pl_status st = pl_log_dir_open_private(dir, &private, diag);

	if (!st)
		st = pl_file_read(private, "next.until", &text);
	if (st == PL_E_NOTFOUND)
		return pl_diag_set(diag, PL_E_STATE, "no rotation of the key is under way");
	if (!st)
		st = parse_overlap(pl_buf_str(&text), ret);
	return st ? pl_diag_set(diag, st, "%s/private/next.until cannot be read", dir) : PL_OK;
}

pl_status pl_log_dir_next_clear(const char *dir, struct pl_diag *diag)
{
	static const char *const names[] = {"next.key", "next.key.pass", "next.until"};
	int private PL_CLEANUP(pl_file_close) = -1, probe PL_CLEANUP(pl_file_close) = -1;
	pl_status st = pl_log_dir_open_private(dir, &private, diag);

	/* The verifier key is written last, and promotion moves it last: without it there is no next key that ever signed. */
	if (!st && pl_file_open(private, "next.vkey", O_RDONLY, 0, &probe) == PL_OK)
		return PL_OK;
	for (size_t i = 0; !st && i < PL_COUNT(names); i++) {
		st = pl_file_unlink(private, names[i]);
		if (st == PL_E_NOTFOUND)
			st = PL_OK;
	}
	return st ? pl_diag_set(diag, st, "what a broken-off rotation left in %s/private cannot be removed", dir) : PL_OK;
}

/* Add the vkey that goes to the list of old ones, unless a crash came after that. */
static pl_status keep_old_vkey(int private)
{
	struct pl_buf old PL_CLEANUP(pl_buf_done) = PL_BUF(256 * PL_VKEY_MAX);
	struct pl_buf vkey PL_CLEANUP(pl_buf_done) = PL_BUF(PL_VKEY_MAX);
	pl_status st = pl_file_read(private, "old.vkey", &old);

	if (st == PL_E_NOTFOUND)
		st = PL_OK;
	if (!st)
		st = pl_file_read(private, "vkey", &vkey);
	if (st || pl_str_ends(pl_buf_str(&old), pl_buf_str(&vkey)))
		return st;
	pl_buf_put_bytes(&old, pl_buf_bytes(&vkey));
	st = pl_buf_status(&old);
	return st ? st : pl_file_put(private, "old.vkey", pl_buf_bytes(&old), 0644, PL_FILE_REPLACE);
}

/* Copy what @name holds to old.<id>.@name, so that nothing is destroyed that its owner did not destroy. */
static pl_status put_aside(int private, const char *name, uint32_t id)
{
	struct pl_buf data PL_CLEANUP(pl_buf_done_secret) = PL_BUF(4096);
	char aside[PL_LOG_DIR_NAME_MAX];
	pl_status st = pl_file_read(private, name, &data);

	(void)snprintf(aside, sizeof aside, "old.%08x.%s", id, name);
	if (st == PL_E_NOTFOUND)
		return PL_OK;
	if (!st)
		st = pl_file_put(private, aside, pl_buf_bytes(&data), 0600, PL_FILE_REPLACE);
	return st;
}

static pl_status keep_old(const char *dir, int private, struct pl_diag *diag)
{
	struct pl_log_dir_keys keys PL_CLEANUP(pl_log_dir_keys_done) = {0};
	pl_status st = pl_log_dir_vkeys(dir, &keys, diag);

	if (!st)
		st = keep_old_vkey(private);
	if (!st)
		st = put_aside(private, "key", keys.key[0].vkey.id);
	return st ? st : put_aside(private, "key.pass", keys.key[0].vkey.id);
}

pl_status pl_log_dir_key_promote(const char *dir, struct pl_diag *diag)
{
	/* next.key goes first and next.until last: while that is there, a second call finishes what is missing. */
	static const char *const names[] = {"key", "key.pass", "vkey"};
	int private PL_CLEANUP(pl_file_close) = -1, probe PL_CLEANUP(pl_file_close) = -1;
	pl_status st = pl_log_dir_open_private(dir, &private, diag);

	if (!st && pl_file_open(private, "next.key", O_RDONLY, 0, &probe) == PL_OK)
		st = keep_old(dir, private, diag);
	for (size_t i = 0; !st && i < PL_COUNT(names); i++) {
		char next[PL_LOG_DIR_NAME_MAX];

		pl_log_dir_name(next, "next.", names[i]);
		st = pl_file_rename(private, next, names[i], true);
		if (st == PL_E_NOTFOUND)
			st = PL_OK;
	}
	if (!st)
		st = pl_file_unlink(private, "next.until");
	return st ? pl_diag_set(diag, st, "the key could not be changed; run the command again") : PL_OK;
}
