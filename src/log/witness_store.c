/* SPDX-License-Identifier: Apache-2.0 */
/* The files of a witness. */
#include "base/file.h"
#include "base/time.h"
#include "log/tree.h"
#include "log/witness_impl.h"
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void pl_witness_path(char out[static PL_WITNESS_PATH_MAX], const char *hex, const char *name)
{
	(void)snprintf(out, PL_WITNESS_PATH_MAX, "logs/%s%s%s", hex, name[0] ? "/" : "", name);
}

/* ---- keys ---- */

static pl_status read_keys(pl_str text, const char *hex, struct pl_witness_keys *k, struct pl_diag *diag)
{
	char want[PL_WITNESS_HEX];
	pl_str line;
	pl_status st;

	while (pl_str_take_line(&text, &line)) {
		if (k->n == PL_WITNESS_KEYS_MAX)
			return pl_diag_set(diag, PL_E_TOOBIG, "a log has at most %u keys", PL_WITNESS_KEYS_MAX);
		st = pl_vkey_parse(line, &k->key[k->n], diag);
		if (st)
			return st;
		pl_witness_origin_hex(k->key[k->n].name, want);
		if (!pl_str_eq(pl_str_from(want), pl_str_from(hex)))
			return pl_diag_set(diag, PL_E_CORRUPT,
				"the key of %.*s lies in the directory of another origin",
				PL_STR_ARG(k->key[k->n].name));
		k->n++;
	}
	return text.len || !k->n ? pl_diag_set(diag, PL_E_SYNTAX, "expected one verifier key a line") : PL_OK;
}

pl_status pl_witness_keys_read(int dir, const char *hex, struct pl_witness_keys *ret, struct pl_diag *diag)
{
	struct pl_witness_keys k = {.text = PL_BUF(PL_WITNESS_VKEYS_MAX)};
	int fd PL_CLEANUP(pl_file_close) = -1;
	char path[PL_WITNESS_PATH_MAX];
	pl_status st;

	pl_witness_path(path, hex, "vkeys");
	st = pl_file_open(dir, path, O_RDONLY, 0, &fd);
	if (!st && fstat(fd, &k.seen) != 0)
		st = PL_E_IO;
	if (!st)
		st = pl_file_read_fd(fd, &k.text);
	if (!st)
		st = read_keys(pl_buf_str(&k.text), hex, &k, diag);
	if (st) {
		pl_buf_done(&k.text);
		pl_diag_context(diag, "%s", path);
		return st;
	}
	*ret = k;
	return PL_OK;
}

void pl_witness_keys_done(struct pl_witness_keys *k)
{
	pl_buf_done(&k->text);
	k->n = 0;
}

pl_status pl_witness_keys_stale(int dir, const char *hex, const struct pl_witness_keys *k, bool *ret)
{
	char path[PL_WITNESS_PATH_MAX];
	struct stat now;

	pl_witness_path(path, hex, "vkeys");
	if (fstatat(dir, path, &now, AT_SYMLINK_NOFOLLOW) != 0)
		return PL_E_NOTFOUND;
	*ret = now.st_ino != k->seen.st_ino || now.st_size != k->seen.st_size ||
		now.st_mtim.tv_sec != k->seen.st_mtim.tv_sec || now.st_mtim.tv_nsec != k->seen.st_mtim.tv_nsec;
	return PL_OK;
}

/* ---- the recorded checkpoint ---- */

pl_status pl_witness_seen_read(int dir, const char *hex, struct pl_witness_seen *ret)
{
	struct pl_witness_seen s = {.note = PL_BUF(PL_NOTE_MAX)};
	char path[PL_WITNESS_PATH_MAX];
	pl_status st;

	pl_witness_path(path, hex, "checkpoint");
	st = pl_file_read(dir, path, &s.note);
	if (st == PL_E_NOTFOUND) {
		pl_tree_empty(&s.checkpoint.root);
		*ret = s;
		return PL_OK;
	}
	if (!st && (pl_note_parse(pl_buf_str(&s.note), &s.parsed, NULL) ||
			   pl_checkpoint_parse(s.parsed.text, &s.checkpoint, NULL)))
		st = PL_E_CORRUPT;
	if (st) {
		pl_buf_done(&s.note);
		return st;
	}
	s.any = true;
	*ret = s;
	return PL_OK;
}

void pl_witness_seen_done(struct pl_witness_seen *s)
{
	pl_buf_done(&s->note);
}

/* ---- evidence ---- */

/* Call @each for every entry of the directory but those that start with a dot. */
static pl_status walk(int dir, const char *path, pl_status (*each)(void *ctx, const char *name), void *ctx)
{
	int fd = -1;
	struct dirent *e;
	pl_status st;
	DIR *d;

	st = pl_file_open_dir(dir, path, &fd);
	if (st)
		return st;
	d = fdopendir(fd);
	if (!d) {
		pl_file_close(&fd);
		return PL_E_IO;
	}
	while (!st && (e = readdir(d))) // NOLINT(concurrency-mt-unsafe): a stream of our own
		if (e->d_name[0] != '.')
			st = each(ctx, e->d_name);
	closedir(d);
	return st;
}

static pl_status count_one(void *ctx, const char *name)
{
	++*(size_t *)ctx;
	return PL_OK;
}

size_t pl_witness_evidence_count(int dir, const char *hex)
{
	char path[PL_WITNESS_PATH_MAX];
	size_t n = 0;

	pl_witness_path(path, hex, "evidence");
	return walk(dir, path, count_one, &n) ? 0 : n;
}

static void put_quoted(struct pl_buf *out, const char *what, pl_str text)
{
	pl_str line;

	pl_buf_printf(out, "begin %s\n", what);
	while (pl_str_take_line(&text, &line)) {
		pl_buf_put_c(out, '|');
		pl_buf_put_str(out, line);
		pl_buf_put_c(out, '\n');
	}
	pl_buf_put_z(out, "end\n");
}

void pl_witness_evidence_put(int dir, const char *hex, const char *kind, uint64_t time, pl_str recorded, pl_str offered)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(4 * PL_WITNESS_BODY_MAX);
	char path[PL_WITNESS_PATH_MAX], name[PL_WITNESS_HEX + 16] = "evidence/";
	/* A proof is not signed: anybody can send a bad one with a good checkpoint. Two trees of one size only the log can. */
	size_t most = strcmp(kind, "fork") == 0 ? PL_WITNESS_EVIDENCE_MAX : PL_WITNESS_EVIDENCE_MAX / 2;
	struct pl_digest d;

	if (pl_witness_evidence_count(dir, hex) >= most)
		return;
	/* Named by what was said, not by when: the same contradiction is kept once. */
	pl_sha256_parts((const pl_bytes[]){pl_str_bytes(recorded), pl_str_bytes(offered)}, 2, &d);
	pl_digest_hex(&d, name + strlen(name));
	pl_buf_printf(&out, "pellucid-evidence v1\nkind %s\ntime ", kind);
	pl_time_put(&out, time);
	pl_buf_put_c(&out, '\n');
	put_quoted(&out, "recorded", recorded);
	put_quoted(&out, "offered", offered);
	pl_witness_path(path, hex, "evidence");
	if (pl_buf_status(&out) || pl_file_mkdirs(dir, path, 0755))
		return;
	pl_witness_path(path, hex, name);
	(void)!pl_file_put(dir, path, pl_buf_bytes(&out), 0644, PL_FILE_NEW);
}

/* ---- all logs ---- */

struct names {
	size_t n;
	char (*hex)[PL_WITNESS_HEX];
};

static pl_status collect(void *ctx, const char *name)
{
	struct names *all = ctx;
	uint8_t raw[PL_DIGEST_LEN];

	if (pl_hex_read(pl_str_from(name), raw, sizeof raw))
		return PL_OK;
	if (all->n == PL_WITNESS_LOGS_MAX)
		return PL_E_TOOBIG;
	memcpy(all->hex[all->n++], name, PL_WITNESS_HEX);
	return PL_OK;
}

static int by_name(const void *a, const void *b)
{
	return memcmp(a, b, PL_WITNESS_HEX);
}

pl_status pl_witness_names(int dir, pl_status (*each)(void *ctx, const char *hex), void *ctx)
{
	struct names all = {.hex = pl_alloc(PL_WITNESS_LOGS_MAX, PL_WITNESS_HEX)};
	pl_status st = walk(dir, "logs", collect, &all);

	if (!st)
		qsort(all.hex, all.n, sizeof all.hex[0], by_name);
	for (size_t i = 0; i < all.n && !st; i++)
		st = each(ctx, all.hex[i]);
	pl_free(all.hex);
	return st;
}
