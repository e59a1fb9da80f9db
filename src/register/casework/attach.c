/* SPDX-License-Identifier: Apache-2.0 */
#include "register/casework/attach.h"
#include "base/clamd.h"
#include "base/codec.h"
#include "base/file.h"
#include "base/random.h"
#include "base/time.h"
#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#define SCANS_MAX 2u /* at once: the rest of the workers is for others */
#define SCAN_NS (45 * PL_SECOND)

const char *const pl_attach_verdict_words[PL_ATTACH_VERDICTS + 1] = {"clean", "unscanned", "found", NULL};

/* ---- what is known of one ---- */

pl_str pl_attach_kind(const struct pl_attach_file *f)
{
	return f->type == PL_FILETYPE_ANY ? PL_STR("other") : pl_str_from(pl_filetype_word(f->type));
}

static void put_hex(struct pl_json *o, const char *key, const void *data, size_t len)
{
	char text[2 * PL_DIGEST_LEN + 1];

	pl_hex_write(data, len, text);
	pl_json_set_str(o, key, pl_str_of(text, 2 * len));
	pl_wipe(text, sizeof text);
}

void pl_attach_file_put(struct pl_json *o, const struct pl_attach_file *f)
{
	pl_json_set_z(o, "name", f->name);
	pl_json_set_z(o, "type", pl_filetype_word(f->type));
	pl_json_set_u64(o, "size", f->size);
	put_hex(o, "sha256", f->sha256.b, sizeof f->sha256.b);
	put_hex(o, "blob", f->blob.b, sizeof f->blob.b);
	put_hex(o, "key", f->key, sizeof f->key);
	pl_json_set_z(o, "verdict", pl_attach_verdict_words[f->verdict]);
	if (f->found[0])
		pl_json_set_z(o, "found", f->found);
}

static pl_status get_text(const struct pl_json *o, const char *key, char *out, size_t size)
{
	pl_str text = {0};
	pl_status st = pl_json_opt_str(o, key, &text, NULL);

	return st ? st : pl_str_z(text, out, size);
}

static pl_status get_hex(const struct pl_json *o, const char *key, uint8_t *out, size_t size)
{
	pl_str text;
	pl_status st = pl_json_get_str(o, key, &text, NULL);

	return st ? st : pl_hex_read(text, out, size);
}

static pl_status get_words(const struct pl_json *o, struct pl_attach_file *f)
{
	pl_str type, verdict;
	unsigned kinds;
	pl_status st = pl_json_get_str(o, "type", &type, NULL);

	if (!st)
		st = pl_json_get_str(o, "verdict", &verdict, NULL);
	if (!st)
		st = pl_filetype_set_read(type, &kinds);
	if (st)
		return st;
	f->type = pl_filetype_best(kinds);
	for (unsigned i = 0; i < PL_ATTACH_VERDICTS; i++)
		if (pl_str_eq(verdict, pl_str_from(pl_attach_verdict_words[i]))) {
			f->verdict = (enum pl_attach_verdict)i;
			return PL_OK;
		}
	return PL_E_SYNTAX;
}

pl_status pl_attach_file_get(const struct pl_json *o, struct pl_attach_file *ret)
{
	struct pl_attach_file f = {0};
	pl_status st = get_text(o, "name", f.name, sizeof f.name);

	if (!st)
		st = get_text(o, "found", f.found, sizeof f.found);
	if (!st)
		st = get_words(o, &f);
	if (!st)
		st = pl_json_get_u64(o, "size", INT64_MAX, &f.size, NULL);
	if (!st)
		st = get_hex(o, "sha256", f.sha256.b, sizeof f.sha256.b);
	if (!st)
		st = get_hex(o, "blob", f.blob.b, sizeof f.blob.b);
	if (!st)
		st = get_hex(o, "key", f.key, sizeof f.key);
	if (!st && f.name[0])
		*ret = f;
	else
		st = PL_E_CORRUPT;
	pl_wipe(&f, sizeof f);
	return st;
}

/* ---- taking one in ---- */

struct pl_attach_taking {
	struct pl_attach_taken t;
	struct pl_filetype_look look;
	struct pl_sha256 *plain, *sealed;
	struct pl_stream_writer *w;
	uint64_t max;
};

void pl_attach_taken_done(struct pl_attach_taken *t)
{
	pl_file_close(&t->fd);
	pl_wipe(t, sizeof *t);
	t->fd = -1;
}

static pl_status store_sealed(void *ctx, pl_bytes piece)
{
	struct pl_attach_taking *t = ctx;

	pl_sha256_update(t->sealed, piece);
	return pl_file_write(t->t.fd, piece.ptr, piece.len);
}

pl_status pl_attach_begin(int spool, pl_str name, uint64_t max, struct pl_attach_taking **ret)
{
	struct pl_buf clean PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_FILETYPE_NAME_MAX + 8);
	struct pl_attach_taking *t = PL_NEW(struct pl_attach_taking);
	pl_status st;

	t->max = max;
	t->t.fd = -1;
	pl_filetype_name(name, &clean);
	st = pl_str_z(pl_buf_str(&clean), t->t.file.name, sizeof t->t.file.name);
	if (!st)
		st = pl_file_open(spool, ".", O_RDWR | O_TMPFILE, 0600, &t->t.fd);
	t->plain = pl_sha256_new();
	t->sealed = pl_sha256_new();
	pl_random(t->t.file.key, sizeof t->t.file.key);
	if (!st)
		st = store_sealed(t, pl_bytes_of(PL_ATTACH_HEAD, PL_ATTACH_HEAD_LEN));
	if (!st)
		st = pl_stream_write_begin(t->t.file.key, store_sealed, t, &t->w);
	if (st) {
		pl_attach_taking_free(t);
		return st;
	}
	*ret = t;
	return PL_OK;
}

pl_status pl_attach_take(struct pl_attach_taking *t, pl_bytes piece)
{
	if (piece.len > t->max - t->t.file.size)
		return PL_E_TOOBIG;
	t->t.file.size += piece.len;
	pl_sha256_update(t->plain, piece);
	pl_filetype_feed(&t->look, piece);
	return pl_stream_write(t->w, piece);
}

pl_status pl_attach_end(struct pl_attach_taking *t, struct pl_attach_taken *ret)
{
	pl_status st = pl_stream_write_end(t->w);

	if (st)
		return st;
	pl_sha256_final(t->plain, &t->t.file.sha256);
	pl_sha256_final(t->sealed, &t->t.file.blob);
	t->t.kinds = pl_filetype_end(&t->look);
	t->t.file.type = pl_filetype_best(t->t.kinds);
	t->t.file.verdict = PL_ATTACH_UNSCANNED;
	*ret = t->t;
	t->t.fd = -1;
	return PL_OK;
}

void pl_attach_taking_free(struct pl_attach_taking *t)
{
	if (!t)
		return;
	pl_stream_writer_free(t->w);
	pl_sha256_free(t->plain);
	pl_sha256_free(t->sealed);
	pl_attach_taken_done(&t->t);
	pl_wipe(t, sizeof *t);
	pl_free(t);
}

/* ---- scanning ---- */

static pthread_mutex_t scans_lock = PTHREAD_MUTEX_INITIALIZER;
static unsigned scans;

static bool enter_scan(void)
{
	bool room;

	(void)pthread_mutex_lock(&scans_lock);
	room = scans < SCANS_MAX;
	scans += room;
	(void)pthread_mutex_unlock(&scans_lock);
	return room;
}

static void leave_scan(void)
{
	(void)pthread_mutex_lock(&scans_lock);
	scans--;
	(void)pthread_mutex_unlock(&scans_lock);
}

static pl_status to_scanner(void *ctx, pl_bytes piece)
{
	return pl_clamd_write(ctx, piece);
}

static pl_status read_spool(int fd, struct pl_stream_reader *r)
{
	uint8_t *piece = pl_alloc(1, PL_STREAM_PIECE);
	uint64_t at = PL_ATTACH_HEAD_LEN;
	size_t got = 0;
	pl_status st;

	do {
		st = pl_file_pread(fd, piece, PL_STREAM_PIECE, at, &got);
		if (!st)
			st = pl_stream_read(r, pl_bytes_of(piece, got));
		at += got;
	} while (!st && got);
	pl_free(piece);
	return st ? st : pl_stream_read_end(r);
}

static pl_status ask_scanner(pl_str address, const struct pl_attach_taken *t, struct pl_clamd_answer *ret, struct pl_diag *diag)
{
	struct pl_stream_reader *r PL_CLEANUP(pl_stream_reader_freep) = NULL;
	struct pl_clamd *c PL_CLEANUP(pl_clamd_freep) = NULL;
	pl_status st = pl_clamd_begin(address, SCAN_NS, &c, diag);

	if (st)
		return st;
	pl_stream_read_begin(t->file.key, to_scanner, c, &r);
	st = read_spool(t->fd, r);
	return st ? st : pl_clamd_end(c, ret);
}

pl_status pl_attach_scan(struct pl_instance *inst, struct pl_attach_taken *t, struct pl_diag *diag)
{
	pl_str address = pl_instance_conf(inst)->scanner;
	struct pl_clamd_answer answer = {0};
	pl_status st;

	if (!address.len)
		return PL_OK;
	if (!enter_scan())
		return pl_diag_set(diag, PL_E_BUSY, "the scanner is busy with other files");
	st = ask_scanner(address, t, &answer, diag);
	leave_scan();
	if (st == PL_E_TOOBIG)
		return pl_diag_set(diag, PL_E_BUSY, "the scanner takes no file of this length (StreamMaxLength of clamd)");
	if (st)
		return st == PL_E_CORRUPT || st == PL_E_IO ? st : pl_diag_set(diag, PL_E_BUSY, "the scanner failed or does not answer");
	t->file.verdict = answer.found ? PL_ATTACH_FOUND : PL_ATTACH_CLEAN;
	memcpy(t->file.found, answer.name, sizeof t->file.found);
	return PL_OK;
}
