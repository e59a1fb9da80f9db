/* SPDX-License-Identifier: Apache-2.0 */
/* Attachments of a case, found and handed out. */
#include "register/casework/attach.h"
#include "base/file.h"
#include "register/sql.h"
#include <fcntl.h>
#include <unistd.h>

static pl_status read_known(pl_str text, struct pl_attach_file *ret)
{
	struct pl_json *o PL_CLEANUP(pl_json_done) = NULL;
	pl_status st = pl_json_parse(text, PL_CASEWORK_TEXT_MAX, 2, &o, NULL);

	return st ? PL_E_CORRUPT : pl_attach_file_get(o, ret);
}

/* ---- the list ---- */

struct listing {
	const struct pl_register *r;
	uint64_t number;
	struct pl_attach_row *rows;
	size_t n;
};

static pl_status take_sizes(void *ctx, struct pl_db_tx *tx)
{
	struct listing *l = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, &pl_sql_work_file_list,
		PL_DB_ARGS(PL_DB_STR(l->r->decl->name), PL_DB_U64(l->number), PL_DB_U64(PL_CASEWORK_ENTRIES_MAX)), &rows);

	while (!st && (st = pl_db_step(rows)) == PL_OK) {
		uint64_t seq = pl_db_col_u64(rows, 0), verdict = pl_db_col_u64(rows, 2);

		if (verdict >= PL_ATTACH_VERDICTS)
			return PL_E_CORRUPT;
		for (size_t i = 0; i < l->n; i++) {
			if (l->rows[i].seq != seq)
				continue;
			l->rows[i].there = true;
			l->rows[i].size = pl_db_col_u64(rows, 1);
			l->rows[i].verdict = (enum pl_attach_verdict)verdict;
			l->rows[i].with = pl_db_col_is_null(rows, 3) ? 0 : pl_db_col_u64(rows, 3);
		}
	}
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

pl_status pl_attach_rows(struct pl_instance *inst, const struct pl_register *r, uint64_t number, const struct pl_casework_entry *e, size_t n,
	struct pl_arena *arena, struct pl_attach_row **ret, size_t *ret_n)
{
	struct listing l = {.r = r, .number = number};
	size_t count = 0;
	pl_status st = PL_OK;

	for (size_t i = 0; i < n; i++)
		count += pl_casework_kind_is_file(e[i].kind);
	l.rows = pl_arena_alloc(arena, count + 1, sizeof *l.rows);
	if (!l.rows)
		return PL_E_NOMEM;
	for (size_t i = 0; i < n && !st; i++) {
		struct pl_attach_row *row = &l.rows[l.n];

		if (!pl_casework_kind_is_file(e[i].kind))
			continue;
		*row = (struct pl_attach_row){.seq = e[i].seq, .at = e[i].at, .kind = e[i].kind, .account = e[i].account, .type = e[i].about,
			.opened = e[i].text.len > 0};
		if (row->opened)
			st = read_known(e[i].text, &row->file);
		l.n++;
	}
	if (!st && l.n)
		st = pl_db_read(pl_instance_db(inst), take_sizes, &l);
	*ret = l.rows;
	*ret_n = l.n;
	return st;
}

pl_status pl_attach_find(struct pl_instance *inst, const struct pl_register *r, uint64_t number, uint64_t seq, const struct pl_casework_actor *who,
	struct pl_attach_file *ret, struct pl_diag *diag)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA((size_t)64 << 20);
	struct pl_casework_entry e;
	pl_status st = pl_casework_read_one(inst, r, number, seq, who, &arena, &e, diag);

	if (st == PL_E_NOTFOUND || (!st && !pl_casework_kind_is_file(e.kind)))
		return pl_diag_set(diag, PL_E_NOTFOUND, "entry %llu of case %llu is about no file", (unsigned long long)seq, (unsigned long long)number);
	if (!st && !e.text.len)
		return pl_diag_set(diag, PL_E_STATE, "the file was erased with its case");
	return st ? st : read_known(e.text, ret);
}

/* ---- the bytes ---- */

struct checking {
	struct pl_sha256 *hash;
	uint64_t size;
	pl_stream_sink sink; /* may be NULL */
	void *ctx;
};

static pl_status check_plain(void *ctx, pl_bytes piece)
{
	struct checking *c = ctx;

	c->size += piece.len;
	pl_sha256_update(c->hash, piece);
	return c->sink ? c->sink(c->ctx, piece) : PL_OK;
}

/* What is stored, less its head. */
struct unwrapping {
	struct pl_stream_reader *r;
	uint8_t front[PL_ATTACH_HEAD_LEN];
	size_t n; /* bytes in .front; all of them: it was looked at */
};

static bool is_head(const uint8_t front[static PL_ATTACH_HEAD_LEN])
{
	return memcmp(front, PL_ATTACH_HEAD, PL_ATTACH_HEAD_LEN) == 0;
}

static pl_status open_sealed(struct unwrapping *u, pl_bytes piece)
{
	pl_status st = PL_OK;
	size_t n = PL_ATTACH_HEAD_LEN - u->n < piece.len ? PL_ATTACH_HEAD_LEN - u->n : piece.len;

	if (n) {
		memcpy(u->front + u->n, piece.ptr, n);
		u->n += n;
		piece = pl_bytes_of(piece.ptr + n, piece.len - n);
		if (u->n == PL_ATTACH_HEAD_LEN && !is_head(u->front)) /* older than the head */
			st = pl_stream_read(u->r, pl_bytes_of(u->front, u->n));
	}
	return st || !piece.len ? st : pl_stream_read(u->r, piece);
}

struct fetching {
	struct unwrapping u;
	int fd; /* -1: nothing is spooled */
};

static pl_status take_sealed(void *ctx, pl_bytes piece)
{
	struct fetching *f = ctx;
	pl_status st = open_sealed(&f->u, piece);

	return st || f->fd < 0 ? st : pl_file_write(f->fd, piece.ptr, piece.len);
}

/* Hand the file itself to @sink (may be NULL), what is stored to @fd (-1: nowhere), and check all of it. */
static pl_status fetch(struct pl_instance *inst, const struct pl_attach_file *f, pl_stream_sink sink, void *ctx, int fd)
{
	struct pl_sha256 *hash PL_CLEANUP(pl_sha256_freep) = pl_sha256_new();
	struct pl_stream_reader *r PL_CLEANUP(pl_stream_reader_freep) = NULL;
	struct checking c = {.hash = hash, .sink = sink, .ctx = ctx};
	struct fetching to = {.fd = fd};
	struct pl_digest digest;
	pl_status st;

	pl_stream_read_begin(f->key, check_plain, &c, &r);
	to.u.r = r;
	st = pl_blob_get(pl_instance_blobs(inst), &f->blob, take_sealed, &to);
	if (!st)
		st = pl_stream_read_end(r);
	pl_sha256_final(hash, &digest);
	if (!st && (c.size != f->size || !pl_digest_eq(&digest, &f->sha256)))
		st = PL_E_CORRUPT;
	return st;
}

pl_status pl_attach_copy(struct pl_instance *inst, const struct pl_attach_file *f, pl_stream_sink sink, void *ctx)
{
	return fetch(inst, f, sink, ctx, -1);
}

/* ---- later ---- */

struct pl_attach_pull {
	int fd;
	uint64_t at;
	bool over;
	struct pl_stream_reader *r;
	struct pl_buf plain;
	size_t given; /* of .plain */
	uint8_t sealed[PL_STREAM_PIECE];
};

static pl_status into_buf(void *ctx, pl_bytes piece)
{
	pl_buf_put_bytes(ctx, piece);
	return pl_buf_status(ctx);
}

/* Where the stream begins in what was spooled. */
static pl_status find_start(int fd, uint64_t *ret)
{
	uint8_t front[PL_ATTACH_HEAD_LEN];
	size_t got = 0;
	pl_status st = pl_file_pread(fd, front, sizeof front, 0, &got);

	*ret = !st && got == sizeof front && is_head(front) ? PL_ATTACH_HEAD_LEN : 0;
	return st;
}

pl_status pl_attach_pull_open(struct pl_instance *inst, const struct pl_attach_file *f, int spool, struct pl_attach_pull **ret)
{
	struct pl_attach_pull *p = PL_NEW(struct pl_attach_pull);
	pl_status st = pl_file_open(spool, ".", O_RDWR | O_TMPFILE, 0600, &p->fd);

	if (st)
		p->fd = -1;
	else
		st = fetch(inst, f, NULL, NULL, p->fd);
	if (!st)
		st = find_start(p->fd, &p->at);
	pl_buf_init(&p->plain, (size_t)4 * PL_STREAM_PIECE);
	pl_stream_read_begin(f->key, into_buf, &p->plain, &p->r);
	if (st) {
		pl_attach_pull_free(p);
		return st;
	}
	*ret = p;
	return PL_OK;
}

static pl_status refill(struct pl_attach_pull *p)
{
	size_t got = 0;
	pl_status st;

	pl_buf_clear(&p->plain);
	p->given = 0;
	st = pl_file_pread(p->fd, p->sealed, sizeof p->sealed, p->at, &got);
	if (st)
		return st;
	p->at += got;
	p->over = got == 0;
	return p->over ? pl_stream_read_end(p->r) : pl_stream_read(p->r, pl_bytes_of(p->sealed, got));
}

pl_status pl_attach_pull(struct pl_attach_pull *p, uint8_t *out, size_t size, size_t *ret_len)
{
	size_t n;
	pl_status st = PL_OK;

	while (!st && p->given == p->plain.len && !p->over)
		st = refill(p);
	if (st)
		return st;
	n = p->plain.len - p->given < size ? p->plain.len - p->given : size;
	if (n)
		memcpy(out, p->plain.ptr + p->given, n);
	p->given += n;
	*ret_len = n;
	return PL_OK;
}

void pl_attach_pull_free(struct pl_attach_pull *p)
{
	if (!p)
		return;
	pl_file_close(&p->fd);
	pl_stream_reader_free(p->r);
	pl_buf_done_secret(&p->plain);
	pl_free(p);
}
