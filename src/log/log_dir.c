/* SPDX-License-Identifier: Apache-2.0 */
#include "log/log_dir.h"
#include "base/file.h"
#include "base/stage.h"
#include "base/time.h"
#include "log/journal.h"
#include "log/log_dir_priv.h"
#include "log/record_file.h"
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

pl_status pl_log_dir_open_private(const char *dir, int *ret, struct pl_diag *diag)
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

/* Nothing in @fd but what pl_log_dir_key_new puts there first, and an init at work. */
static pl_status is_fresh(int fd)
{
	bool fresh = true;
	int again = -1;
	pl_status st = pl_file_open_dir(fd, ".", &again);
	DIR *d = st ? NULL : fdopendir(again);

	if (!d)
		return st ? st : PL_E_NOMEM;
	for (struct dirent *e; (e = readdir(d));)
		fresh = fresh && (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0 || strcmp(e->d_name, "private") == 0 ||
				 strcmp(e->d_name, PL_STAGE_NAME) == 0);
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
	st = pl_file_require_local_at(AT_FDCWD, dir, diag);
	if (!st)
		st = pl_file_mkdirs(AT_FDCWD, dir, 0755);
	if (!st)
		st = pl_file_open_dir(AT_FDCWD, dir, ret_fd);
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

void pl_log_dir_name(char out[static PL_LOG_DIR_NAME_MAX], const char *stem, const char *what)
{
	(void)snprintf(out, PL_LOG_DIR_NAME_MAX, "%s%s", stem, what);
}

pl_status pl_log_dir_key_new(const char *dir, const char *stem, pl_str origin, const struct pl_passphrase *pass,
	struct pl_signer **ret, struct pl_buf *ret_vkey, struct pl_diag *diag)
{
	int fd PL_CLEANUP(pl_file_close) = -1, private PL_CLEANUP(pl_file_close) = -1;
	struct pl_signer *signer PL_CLEANUP(pl_signer_freep) = NULL;
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_VKEY_MAX);
	char key_name[PL_LOG_DIR_NAME_MAX], pass_name[PL_LOG_DIR_NAME_MAX], vkey_name[PL_LOG_DIR_NAME_MAX], path[4200];
	struct pl_passphrase own = {.from = PL_PASSPHRASE_FILE, .name = path};
	struct pl_privkey key;
	struct pl_vkey vkey;
	pl_status st = pl_file_require_local_at(AT_FDCWD, dir, diag);

	if (!st)
		st = pl_file_mkdirs(AT_FDCWD, dir, 0755);
	pl_log_dir_name(key_name, stem, "key");
	pl_log_dir_name(pass_name, stem, "key.pass");
	pl_log_dir_name(vkey_name, stem, "vkey");
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
	char name[PL_LOG_DIR_NAME_MAX];
	size_t start = k->text.len;
	pl_status st;

	pl_log_dir_name(name, stem, "vkey");
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
	pl_status st = pl_log_dir_open_private(dir, &private, diag);

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
	pl_status st = pl_log_dir_open_private(dir, &private, diag);

	if (!st)
		st = pl_log_dir_vkeys(dir, ret, diag);
	if (st)
		return st;
	for (size_t i = 0; !st && i < ret->n && i < PL_COUNT(stems); i++) {
		char key_name[PL_LOG_DIR_NAME_MAX], path[4200];
		struct pl_passphrase own = {.from = PL_PASSPHRASE_FILE, .name = path};

		pl_log_dir_name(key_name, stems[i], "key");
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

static pl_status read_policy(const char *dir, struct pl_buf *text, struct pl_diag *diag)
{
	int private PL_CLEANUP(pl_file_close) = -1;
	pl_status st = pl_log_dir_open_private(dir, &private, diag);

	if (!st)
		st = pl_file_read(private, "policy", text);
	if (st == PL_E_NOTFOUND)
		pl_diag_hint(diag, "restore it; for a log that nobody witnesses it is the line: quorum none. The log of an instance is used with --instance DIR");
	return st ? pl_diag_set(diag, st, "%s/private/policy, which names the witnesses, cannot be read", dir) : PL_OK;
}

pl_status pl_log_dir_policy(const char *dir, struct pl_policy **ret, struct pl_diag *diag)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_POLICY_TEXT_MAX);
	pl_status st = read_policy(dir, &text, diag);

	if (st)
		return st;
	st = pl_policy_parse(pl_buf_str(&text), ret, diag);
	if (st)
		pl_diag_context(diag, "%s/private/policy", dir);
	return st;
}

pl_status pl_log_dir_reading_policy(const char *dir, struct pl_policy **ret, struct pl_diag *diag)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_POLICY_TEXT_MAX), own PL_CLEANUP(pl_buf_done) = PL_BUF(2 * PL_POLICY_TEXT_MAX);
	struct pl_log_dir_keys keys PL_CLEANUP(pl_log_dir_keys_done) = {0};
	pl_str rest, line;
	pl_status st = pl_log_dir_vkeys(dir, &keys, diag);

	if (!st)
		st = read_policy(dir, &text, diag);
	for (size_t i = 0; !st && i < keys.n; i++) {
		pl_buf_put_z(&own, "log ");
		pl_vkey_write(&own, &keys.key[i].vkey);
		pl_buf_put_c(&own, '\n');
	}
	rest = pl_buf_str(&text);
	while (!st && pl_str_take_line(&rest, &line))
		if (!pl_str_starts(line, PL_STR("log "))) {
			pl_buf_put_str(&own, line);
			pl_buf_put_c(&own, '\n');
		}
	pl_buf_put_str(&own, rest); /* a last line without an end: the parser says so */
	if (!st)
		st = pl_buf_status(&own);
	if (st)
		return st;
	st = pl_policy_parse(pl_buf_str(&own), ret, diag);
	if (st)
		pl_diag_context(diag, "%s/private/policy", dir);
	return st;
}
