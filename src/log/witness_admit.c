/* SPDX-License-Identifier: Apache-2.0 */
/* What the operator of a witness does: make it, admit logs, look at them. Serving is in witness.c. */
#include "base/file.h"
#include "base/time.h"
#include "log/witness_impl.h"
#include <fcntl.h>

/* ---- init ---- */

static pl_status make_key(int dir, const struct pl_passphrase *passphrase, const char *pass_path, struct pl_diag *diag)
{
	struct pl_passphrase from_file = {.from = PL_PASSPHRASE_FILE, .name = pass_path};
	struct pl_privkey key PL_CLEANUP(pl_privkey_done) = {0};
	pl_status st = PL_OK;

	if (!passphrase)
		st = pl_passphrase_file_new(dir, "passphrase");
	if (st)
		return pl_diag_set(diag, st, "cannot make the passphrase file: %s", pl_status_text(st));
	pl_privkey_generate(PL_KEY_ED25519, &key);
	return pl_keyfile_create(dir, "key", &key, passphrase ? passphrase : &from_file,
		passphrase ? PL_KEYFILE_COST_PERSON : PL_KEYFILE_COST_MACHINE, diag);
}

/* "<path>/passphrase" as the passphrase module wants it. */
static pl_status passphrase_path(const char *path, struct pl_buf *out)
{
	pl_buf_printf(out, "%s/passphrase", path);
	return pl_buf_status(out);
}

pl_status pl_witness_init(const char *path, pl_str name, const struct pl_passphrase *passphrase,
	struct pl_diag *diag)
{
	struct pl_buf pass PL_CLEANUP(pl_buf_done) = PL_BUF(4096), line PL_CLEANUP(pl_buf_done) = PL_BUF(4096);
	int dir PL_CLEANUP(pl_file_close) = -1;
	struct pl_buf old PL_CLEANUP(pl_buf_done) = PL_BUF(4096);
	pl_status st;

	if (!pl_note_name_ok(name))
		return pl_diag_set(
			diag, PL_E_SYNTAX, "the name of a witness is UTF-8 without spaces, controls and '+'");
	st = pl_file_require_local_at(AT_FDCWD, path, diag);
	if (!st)
		st = pl_file_mkdirs(AT_FDCWD, path, 0700);
	if (!st)
		st = pl_file_open_dir(AT_FDCWD, path, &dir);
	if (st)
		return pl_diag_set(diag, st, "cannot make the directory %s: %s", path, pl_status_text(st));
	if (pl_file_read(dir, "name", &old) != PL_E_NOTFOUND || pl_file_read(dir, "key", &old) != PL_E_NOTFOUND)
		return pl_diag_set(diag, PL_E_EXISTS, "there is a witness in %s already", path);
	st = passphrase_path(path, &pass);
	if (!st)
		st = make_key(dir, passphrase, pl_buf_z(&pass), diag);
	if (!st)
		st = pl_file_mkdirs(dir, "logs", 0755);
	pl_buf_put_str(&line, name);
	pl_buf_put_c(&line, '\n');
	/* Last, so that a directory with a name is whole. */
	if (!st)
		st = pl_file_put(dir, "name", pl_buf_bytes(&line), 0644, PL_FILE_NEW);
	return st ? pl_diag_set(diag, st, "cannot make the witness in %s: %s", path, pl_status_text(st)) : PL_OK;
}

pl_status pl_witness_vkey_read(const char *path, struct pl_buf *out, struct pl_diag *diag)
{
	struct pl_buf name PL_CLEANUP(pl_buf_done) = PL_BUF(4096);
	int dir PL_CLEANUP(pl_file_close) = -1;
	struct pl_pubkey key;
	struct pl_vkey v;
	pl_str rest, line = {0};
	pl_status st;

	st = pl_file_open_dir(AT_FDCWD, path, &dir);
	if (!st)
		st = pl_file_read(dir, "name", &name);
	if (st)
		return pl_diag_set(diag, st, "there is no witness in %s", path);
	rest = pl_buf_str(&name);
	(void)pl_str_take_line(&rest, &line);
	st = pl_keyfile_read_public(dir, "key", &key, diag);
	if (!st)
		st = pl_vkey_make(line, PL_NOTE_COSIGNATURE, &key, &v);
	if (st)
		return pl_diag_set(diag, st, "the key of the witness in %s cannot be used", path);
	pl_vkey_write(out, &v);
	return pl_buf_status(out);
}

/* ---- admit ---- */

static pl_status add_key(struct pl_witness_keys *k, const struct pl_vkey *v, pl_str text, struct pl_buf *out,
	struct pl_diag *diag)
{
	for (size_t i = 0; i < k->n; i++)
		if (k->key[i].id == v->id || pl_pubkey_eq(&k->key[i].key, &v->key))
			return pl_diag_set(diag, PL_E_EXISTS, "%.*s is admitted with this key", PL_STR_ARG(v->name));
	if (k->n == PL_WITNESS_KEYS_MAX)
		return pl_diag_set(diag, PL_E_TOOBIG, "a log has at most %u keys", PL_WITNESS_KEYS_MAX);
	pl_buf_put_str(out, pl_buf_str(&k->text));
	pl_buf_put_str(out, text);
	pl_buf_put_c(out, '\n');
	return pl_buf_status(out);
}

/* All keys but @v, one of them. */
static pl_status drop_key(struct pl_witness_keys *k, const struct pl_vkey *v, pl_str text, struct pl_buf *out,
	struct pl_diag *diag)
{
	pl_str rest = pl_buf_str(&k->text), line;
	bool found = false;

	while (pl_str_take_line(&rest, &line)) {
		struct pl_vkey one;
		bool same = pl_vkey_parse(line, &one, NULL) == PL_OK && one.id == v->id && pl_pubkey_eq(&one.key, &v->key);

		found = found || same;
		if (same)
			continue;
		pl_buf_put_str(out, line);
		pl_buf_put_c(out, '\n');
	}
	if (!found)
		return pl_diag_set(diag, PL_E_NOTFOUND, "%.*s is not admitted with this key", PL_STR_ARG(v->name));
	if (out->len == 0) {
		pl_diag_hint(diag, "admit the key that follows first: pellucid witness add-log");
		return pl_diag_set(diag, PL_E_STATE, "it is the only key of %.*s", PL_STR_ARG(v->name));
	}
	return pl_buf_status(out);
}

typedef pl_status (*change_keys)(struct pl_witness_keys *k, const struct pl_vkey *v, pl_str text, struct pl_buf *out,
	struct pl_diag *diag);

/* Write the log's vkeys anew as @change makes them. */
static pl_status change(const char *path, pl_str vkey, change_keys how, struct pl_diag *diag)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(PL_WITNESS_VKEYS_MAX);
	struct pl_witness_keys keys PL_CLEANUP(pl_witness_keys_done) = {0};
	int dir PL_CLEANUP(pl_file_close) = -1, lock PL_CLEANUP(pl_file_close) = -1;
	char hex[PL_WITNESS_HEX], file[PL_WITNESS_PATH_MAX];
	struct pl_vkey v;
	pl_status st;

	st = pl_vkey_parse(vkey, &v, diag);
	if (st)
		return st;
	if (!v.usable || v.type == PL_NOTE_COSIGNATURE)
		return pl_diag_set(diag, PL_E_UNSUPPORTED, "this is not the key of a log (expected type 01 or 02)");
	st = pl_file_open_dir(AT_FDCWD, path, &dir);
	if (st)
		return pl_diag_set(diag, st, "there is no witness in %s", path);
	/* Two who change the keys of one log at the same time must both be heard. */
	st = pl_file_open(dir, "admit.lock", O_RDWR | O_CREAT, 0644, &lock);
	if (!st)
		st = pl_file_lock(lock, 10 * PL_SECOND);
	if (st)
		return pl_diag_set(diag, st, "cannot lock %s/admit.lock: %s", path, pl_status_text(st));
	pl_witness_origin_hex(v.name, hex);
	st = pl_witness_keys_read(dir, hex, &keys, NULL);
	if (st && st != PL_E_NOTFOUND)
		return pl_diag_set(diag, st, "%s/logs/%s/vkeys is damaged", path, hex);
	st = how(&keys, &v, vkey, &out, diag);
	if (st)
		return st;
	pl_witness_path(file, hex, "");
	st = pl_file_mkdirs(dir, file, 0755);
	pl_witness_path(file, hex, "vkeys");
	if (!st)
		st = pl_file_put(dir, file, pl_buf_bytes(&out), 0644, PL_FILE_REPLACE);
	return st ? pl_diag_set(diag, st, "cannot write %s/%s: %s", path, file, pl_status_text(st)) : PL_OK;
}

pl_status pl_witness_admit(const char *path, pl_str vkey, struct pl_diag *diag)
{
	return change(path, vkey, add_key, diag);
}

pl_status pl_witness_drop_key(const char *path, pl_str vkey, struct pl_diag *diag)
{
	return change(path, vkey, drop_key, diag);
}

/* ---- list ---- */

struct listing {
	int dir;
	struct pl_vkey self;
	pl_witness_each each;
	void *ctx;
	struct pl_diag *diag;
};

/* The latest time of our own lines on the recorded checkpoint. */
static uint64_t time_of(const struct pl_witness_seen *s, pl_str self)
{
	uint64_t latest = 0;

	for (size_t i = 0; i < s->parsed.n_sigs; i++) {
		struct pl_buf blob PL_CLEANUP(pl_buf_done) = PL_BUF(PL_NOTE_MAX);
		uint64_t seconds;

		if (!pl_str_eq(s->parsed.sigs[i].name, self) || pl_base64_get(s->parsed.sigs[i].base64, &blob) ||
			blob.len != 4 + 8 + 64)
			continue;
		seconds = pl_be64(blob.ptr + 4);
		if (seconds > latest && seconds <= UINT64_MAX / PL_SECOND)
			latest = seconds;
	}
	return latest * PL_SECOND;
}

static pl_status list_one(void *ctx, const char *hex)
{
	struct pl_witness_keys keys PL_CLEANUP(pl_witness_keys_done) = {0};
	struct pl_witness_seen seen PL_CLEANUP(pl_witness_seen_done) = {0};
	struct listing *l = ctx;
	struct pl_witness_log log = {0};
	pl_status st;

	st = pl_witness_keys_read(l->dir, hex, &keys, l->diag);
	if (!st)
		st = pl_witness_seen_read(l->dir, hex, &seen);
	if (st)
		return pl_diag_set(l->diag, st, "logs/%s: %s", hex, pl_status_text(st));
	log.origin = keys.key[0].name;
	log.keys = keys.n;
	log.seen = seen.any;
	log.size = seen.checkpoint.size;
	log.time = time_of(&seen, l->self.name);
	log.evidence = pl_witness_evidence_count(l->dir, hex);
	return l->each(l->ctx, &log);
}

pl_status pl_witness_list(const char *path, pl_witness_each each, void *ctx, struct pl_diag *diag)
{
	struct pl_buf name PL_CLEANUP(pl_buf_done) = PL_BUF(4096);
	int dir PL_CLEANUP(pl_file_close) = -1;
	struct listing l = {.each = each, .ctx = ctx, .diag = diag};
	pl_str rest, line = {0};
	pl_status st;

	st = pl_file_open_dir(AT_FDCWD, path, &dir);
	if (!st)
		st = pl_file_read(dir, "name", &name);
	if (st)
		return pl_diag_set(diag, st, "there is no witness in %s", path);
	rest = pl_buf_str(&name);
	(void)pl_str_take_line(&rest, &line);
	l.dir = dir;
	l.self.name = line;
	return pl_witness_names(dir, list_one, &l);
}
