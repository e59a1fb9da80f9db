/* SPDX-License-Identifier: Apache-2.0 */
#include "log/log_dir.h"
#include "base/file.h"
#include "base/time.h"
#include "log/journal.h"
#include "log/record_file.h"
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#define NAME_MAX_LEN 64u

static pl_status open_private(const char *dir, int *ret, struct pl_diag *diag)
{
	int fd PL_CLEANUP(pl_file_close) = -1;
	pl_status st = pl_file_open_dir(AT_FDCWD, dir, &fd);

	if (!st)
		st = pl_file_open_dir(fd, "private", ret);
	if (st) {
		pl_diag_hint(diag, "make a log with: pellucid log init DIR --origin NAME");
		return pl_diag_set(diag, st, "%s is not the directory of a log", dir);
	}
	return PL_OK;
}

/* ---- creating ---- */

/* Nothing in @fd but what pl_log_dir_key_new puts there first. */
static pl_status is_fresh(int fd)
{
	bool fresh = true;
	int again = -1;
	pl_status st = pl_file_open_dir(fd, ".", &again);
	DIR *d = st ? NULL : fdopendir(again);

	if (!d)
		return st ? st : PL_E_NOMEM;
	for (struct dirent *e; (e = readdir(d));)
		fresh = fresh && (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0 || strcmp(e->d_name, "private") == 0);
	(void)closedir(d);
	return fresh ? PL_OK : PL_E_EXISTS;
}

static pl_status first_checkpoint(int dir, pl_str origin, const struct pl_log_state *state, struct pl_signer *signer)
{
	struct pl_buf note PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CHECKPOINT_MAX);
	struct pl_checkpoint cp = {.origin = origin, .size = state->size, .root = state->root};
	pl_status st = pl_checkpoint_sign(&note, &cp, &signer, 1);

	return st ? st : pl_file_put(dir, "public/checkpoint", pl_buf_bytes(&note), 0644, PL_FILE_REPLACE);
}

static pl_status fill(int dir, pl_str origin, const struct pl_log_record *record, struct pl_signer *signer)
{
	struct pl_log_state state = {0};
	struct pl_journal_options o = {.dir = -1};
	int journal PL_CLEANUP(pl_file_close) = -1;
	pl_status st = pl_file_mkdirs(dir, "private/journal", 0700);

	pl_tree_empty(&state.root);
	pl_sha256(pl_str_bytes(origin), &o.log);
	if (!st)
		st = pl_file_mkdirs(dir, "public", 0755);
	if (!st)
		st = pl_file_open_dir(dir, "private/journal", &journal);
	o.dir = journal;
	if (!st)
		st = pl_journal_create(&o);
	/* The record before the signature: nothing is ever signed that no record knows. */
	if (!st)
		st = record->ops->create(record->ctx, &state);
	return st ? st : first_checkpoint(dir, origin, &state, signer);
}

/* The record to use: @record, or the file beside @dir, opened into @own. It must not have been made before. */
static pl_status unused_record(const char *dir, pl_str origin, const struct pl_log_record **record,
	struct pl_log_record *own, struct pl_diag *diag)
{
	struct pl_log_state state;
	char path[4096];
	pl_status st;

	if (!*record) {
		st = pl_record_file_path(dir, path, sizeof path);
		if (!st)
			st = pl_record_file_open(AT_FDCWD, path, origin, own, diag);
		if (st)
			return pl_diag_set(diag, st, "the record of %s cannot be made", dir);
		*record = own;
	}
	st = (*record)->ops->load((*record)->ctx, &state);
	if (st == PL_E_NOTFOUND)
		return PL_OK;
	pl_diag_hint(diag, "an origin is never used twice: take another name, or restore the log that the record belongs to");
	return pl_diag_set(diag, st ? st : PL_E_EXISTS, "there is a record of this log already (%.*s)",
		PL_STR_ARG((*record)->ops->where((*record)->ctx)));
}

static pl_status check_new(const char *dir, pl_str origin, int *ret_fd, struct pl_diag *diag)
{
	pl_status st;

	if (!pl_note_name_ok(origin)) {
		pl_diag_hint(diag, "use something like example.com/releases");
		return pl_diag_set(diag, PL_E_SYNTAX, "\"%.*s\" cannot be an origin: no spaces, no '+', at most 255 bytes",
			PL_STR_ARG(origin));
	}
	st = pl_file_mkdirs(AT_FDCWD, dir, 0755);
	if (!st)
		st = pl_file_open_dir(AT_FDCWD, dir, ret_fd);
	if (!st)
		st = pl_file_require_local(*ret_fd, diag);
	if (!st)
		st = is_fresh(*ret_fd);
	return st ? pl_diag_set(diag, st, st == PL_E_EXISTS ? "%s is not empty" : "%s cannot be made", dir) : PL_OK;
}

pl_status pl_log_dir_check_new(const char *dir, pl_str origin, const struct pl_log_record *record, struct pl_diag *diag)
{
	struct pl_log_record own PL_CLEANUP(pl_log_record_close) = {0};
	int fd PL_CLEANUP(pl_file_close) = -1;
	pl_status st = check_new(dir, origin, &fd, diag);

	return st ? st : unused_record(dir, origin, &record, &own, diag);
}

pl_status pl_log_dir_create(const char *dir, pl_str origin, const struct pl_log_record *record, struct pl_signer *signer,
	struct pl_diag *diag)
{
	struct pl_log_record own PL_CLEANUP(pl_log_record_close) = {0};
	int fd PL_CLEANUP(pl_file_close) = -1;
	pl_status st = check_new(dir, origin, &fd, diag);

	if (!st)
		st = unused_record(dir, origin, &record, &own, diag);
	if (!st)
		st = fill(fd, origin, record, signer);
	return st ? pl_diag_set(diag, st, "the log in %s could not be made: %s", dir, pl_status_text(st)) : PL_OK;
}

/* ---- keys ---- */

/* "key" and "key.pass" and "vkey" for the first, "next.key", "next.key.pass", "next.vkey" during a rotation. */
static void name_of(char out[static NAME_MAX_LEN], const char *stem, const char *what)
{
	(void)snprintf(out, NAME_MAX_LEN, "%s%s", stem, what);
}

pl_status pl_log_dir_key_new(const char *dir, const char *stem, pl_str origin, const struct pl_passphrase *pass,
	struct pl_signer **ret, struct pl_buf *ret_vkey, struct pl_diag *diag)
{
	int fd PL_CLEANUP(pl_file_close) = -1, private PL_CLEANUP(pl_file_close) = -1;
	struct pl_signer *signer PL_CLEANUP(pl_signer_freep) = NULL;
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_VKEY_MAX);
	char key_name[NAME_MAX_LEN], pass_name[NAME_MAX_LEN], vkey_name[NAME_MAX_LEN], path[4200];
	struct pl_passphrase own = {.from = PL_PASSPHRASE_FILE, .name = path};
	struct pl_privkey key;
	struct pl_vkey vkey;
	pl_status st = pl_file_mkdirs(AT_FDCWD, dir, 0755);

	name_of(key_name, stem, "key");
	name_of(pass_name, stem, "key.pass");
	name_of(vkey_name, stem, "vkey");
	(void)snprintf(path, sizeof path, "%s/private/%s", dir, pass_name);
	if (!st)
		st = pl_file_open_dir(AT_FDCWD, dir, &fd);
	if (!st)
		st = pl_file_mkdirs(fd, "private", 0700);
	if (!st)
		st = pl_file_open_dir(fd, "private", &private);
	if (!st && !pass)
		st = pl_passphrase_file_new(private, pass_name);
	if (st)
		return pl_diag_set(diag, st, st == PL_E_EXISTS ? "%s/private holds a key already" : "%s/private cannot be made", dir);
	pl_privkey_generate(PL_KEY_ED25519, &key);
	st = pl_keyfile_create(private, key_name, &key, pass ? pass : &own,
		pass ? PL_KEYFILE_COST_PERSON : PL_KEYFILE_COST_MACHINE, diag);
	if (!st)
		st = pl_signer_from_privkey(&key, &signer);
	pl_privkey_done(&key);
	if (!st)
		st = pl_vkey_of_signer(origin, signer, &vkey);
	if (st)
		return pl_diag_set(diag, st, "the log's key could not be made");
	pl_vkey_write(&text, &vkey);
	pl_buf_put_str(ret_vkey, pl_buf_str(&text));
	pl_buf_put_c(&text, '\n');
	st = pl_file_put(private, vkey_name, pl_buf_bytes(&text), 0644, PL_FILE_NEW);
	if (st)
		return pl_diag_set(diag, st, "%s/private/%s could not be written", dir, vkey_name);
	*ret = signer;
	signer = NULL;
	return PL_OK;
}

static pl_status add_vkey(int private, const char *stem, struct pl_log_dir_keys *k, pl_str *ret_text)
{
	char name[NAME_MAX_LEN];
	size_t start = k->text.len;
	pl_status st;

	name_of(name, stem, "vkey");
	st = pl_file_read(private, name, &k->text);
	if (st)
		return st;
	*ret_text = pl_str_trim(pl_str_of((const char *)k->text.ptr + start, k->text.len - start));
	while (ret_text->len && ret_text->ptr[ret_text->len - 1] == '\n')
		ret_text->len--;
	return PL_OK;
}

pl_status pl_log_dir_vkeys(const char *dir, struct pl_log_dir_keys *ret, struct pl_diag *diag)
{
	static const char *const stems[] = {"", "next."};
	int private PL_CLEANUP(pl_file_close) = -1;
	struct pl_log_dir_keys k = {.text = PL_BUF(4 * PL_VKEY_MAX)};
	pl_status st = open_private(dir, &private, diag);

	/* Room at once: the keys borrow from the buffer, which must not move. */
	if (!st && !pl_buf_reserve(&k.text, 4 * PL_VKEY_MAX))
		st = PL_E_NOMEM;
	for (size_t i = 0; !st && i < PL_COUNT(stems); i++) {
		pl_str text;

		st = add_vkey(private, stems[i], &k, &text);
		if (st == PL_E_NOTFOUND && i > 0) {
			st = PL_OK;
			break;
		}
		if (!st)
			st = pl_vkey_parse(text, &k.key[k.n].vkey, diag);
		k.n += !st;
	}
	if (st) {
		pl_buf_done(&k.text);
		return pl_diag_set(diag, st, "%s/private/vkey cannot be read", dir);
	}
	*ret = k;
	return PL_OK;
}

pl_status pl_log_dir_keys_open(const char *dir, const struct pl_passphrase *pass, struct pl_log_dir_keys *ret,
	struct pl_diag *diag)
{
	static const char *const stems[] = {"", "next."};
	int private PL_CLEANUP(pl_file_close) = -1;
	pl_status st = open_private(dir, &private, diag);

	if (!st)
		st = pl_log_dir_vkeys(dir, ret, diag);
	if (st)
		return st;
	for (size_t i = 0; !st && i < ret->n && i < PL_COUNT(stems); i++) {
		char key_name[NAME_MAX_LEN], path[4200];
		struct pl_passphrase own = {.from = PL_PASSPHRASE_FILE, .name = path};

		name_of(key_name, stems[i], "key");
		(void)snprintf(path, sizeof path, "%s/private/%s.pass", dir, key_name);
		st = pl_signer_from_keyfile(private, key_name, pass ? pass : &own, &ret->key[i].signer, diag);
		if (st)
			(void)pl_diag_set(diag, st, "the key %s/private/%s cannot be opened", dir, key_name);
		else if (!pl_pubkey_eq(pl_signer_public(ret->key[i].signer), &ret->key[i].vkey.key))
			st = pl_diag_set(diag, PL_E_CORRUPT, "%s/private: key and vkey do not belong together", dir);
	}
	if (st)
		pl_log_dir_keys_done(ret);
	return st;
}

void pl_log_dir_keys_done(struct pl_log_dir_keys *k)
{
	for (size_t i = 0; i < k->n; i++)
		pl_signer_free(k->key[i].signer);
	pl_buf_done(&k->text);
	*k = (struct pl_log_dir_keys){0};
}

/* ---- rotation ---- */

pl_status pl_log_dir_overlap_put(const char *dir, uint64_t until, struct pl_diag *diag)
{
	int private PL_CLEANUP(pl_file_close) = -1;
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(64);
	pl_status st = open_private(dir, &private, diag);

	pl_time_put(&text, until);
	pl_buf_put_c(&text, '\n');
	if (!st)
		st = pl_file_put(private, "next.until", pl_buf_bytes(&text), 0644, PL_FILE_REPLACE);
	return st ? pl_diag_set(diag, st, "%s/private/next.until cannot be written", dir) : PL_OK;
}

pl_status pl_log_dir_overlap_get(const char *dir, uint64_t *ret, struct pl_diag *diag)
{
	int private PL_CLEANUP(pl_file_close) = -1;
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(64);
	pl_status st = open_private(dir, &private, diag);
	pl_str rest = {0}, line;

	if (!st)
		st = pl_file_read(private, "next.until", &text);
	if (st == PL_E_NOTFOUND)
		return pl_diag_set(diag, PL_E_STATE, "no rotation of the key is under way");
	rest = pl_buf_str(&text);
	if (!st && !pl_str_take_line(&rest, &line))
		st = PL_E_CORRUPT;
	if (!st)
		st = pl_time_parse(line, ret);
	return st ? pl_diag_set(diag, st, "%s/private/next.until cannot be read", dir) : PL_OK;
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
	char aside[NAME_MAX_LEN];
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
	pl_status st = open_private(dir, &private, diag);

	if (!st && pl_file_open(private, "next.key", O_RDONLY, 0, &probe) == PL_OK)
		st = keep_old(dir, private, diag);
	for (size_t i = 0; !st && i < PL_COUNT(names); i++) {
		char next[NAME_MAX_LEN];

		name_of(next, "next.", names[i]);
		st = pl_file_rename(private, next, names[i], true);
		if (st == PL_E_NOTFOUND)
			st = PL_OK;
	}
	if (!st)
		st = pl_file_unlink(private, "next.until");
	return st ? pl_diag_set(diag, st, "the key could not be changed; run the command again") : PL_OK;
}

pl_status pl_log_dir_policy(const char *dir, struct pl_policy **ret, struct pl_diag *diag)
{
	int private PL_CLEANUP(pl_file_close) = -1;
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_POLICY_TEXT_MAX);
	pl_status st = open_private(dir, &private, diag);

	if (!st)
		st = pl_file_read(private, "policy", &text);
	if (st == PL_E_NOTFOUND) {
		*ret = NULL;
		return PL_OK;
	}
	if (!st)
		st = pl_policy_parse(pl_buf_str(&text), ret, diag);
	if (st)
		pl_diag_context(diag, "%s/private/policy", dir);
	return st;
}
