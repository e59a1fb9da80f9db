/* SPDX-License-Identifier: Apache-2.0 */
/* What a sender reads with his secret: answers, and the files that they brought. */
#include "register/casework/talk.h"
#include "crypto/sealedbox.h"
#include "register/sql.h"

struct reading {
	const struct pl_register *r;
	uint64_t number, seq; /* seq: of the one file that is asked for */
	struct pl_privkey key;
	struct pl_arena *arena;
	struct pl_talk_line *list;
	struct pl_talk_file *files;
	size_t n, n_files, room; /* room: for files */
	struct pl_attach_file *found;
};

static pl_status open_line(struct reading *a, struct pl_db_rows *rows)
{
	struct pl_buf plain PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_TALK_TEXT_MAX + 256);
	struct pl_talk_line *line = &a->list[a->n++];
	pl_status st = pl_sealedbox_open(&a->key, pl_db_col_blob(rows, 2), &plain);

	*line = (struct pl_talk_line){.seq = pl_db_col_u64(rows, 0), .at = pl_db_col_u64(rows, 1)};
	if (!st)
		st = pl_arena_dup(a->arena, pl_buf_str(&plain), &line->text);
	return st ? st : pl_db_rows_status(rows);
}

static pl_status read_lines(struct reading *a, struct pl_db_tx *tx)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, &pl_sql_work_answer_list,
		PL_DB_ARGS(PL_DB_STR(a->r->decl->name), PL_DB_U64(a->number), PL_DB_U64(PL_TALK_ANSWERS_MAX)), &rows);

	a->n = 0;
	while (!st && (st = pl_db_step(rows)) == PL_OK)
		st = open_line(a, rows);
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

/* ---- files ---- */

static pl_status open_file(const struct pl_privkey *key, pl_bytes sealed, struct pl_attach_file *ret)
{
	struct pl_buf plain PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_CASEWORK_TEXT_MAX);
	struct pl_json *o PL_CLEANUP(pl_json_done) = NULL;
	pl_status st = pl_sealedbox_open(key, sealed, &plain);

	if (!st)
		st = pl_json_parse(pl_buf_str(&plain), PL_CASEWORK_TEXT_MAX, 2, &o, NULL);
	return st ? PL_E_CORRUPT : pl_attach_file_get(o, ret);
}

static pl_status count_files(struct reading *a, struct pl_db_tx *tx)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_work_answer_file_count, PL_DB_ARGS(PL_DB_STR(a->r->decl->name), PL_DB_U64(a->number)), &rows);
	uint64_t n;

	if (st)
		return st;
	n = pl_db_col_u64(rows, 0);
	a->room = n < PL_TALK_ANSWERS_MAX * PL_ATTACH_FILES_MAX ? (size_t)n : PL_TALK_ANSWERS_MAX * PL_ATTACH_FILES_MAX;
	a->n_files = 0;
	a->files = pl_arena_alloc(a->arena, a->room + 1, sizeof *a->files);
	return a->files ? pl_db_rows_status(rows) : PL_E_NOMEM;
}

/* Files stand in the order of their answers. One whose answer is not shown is not shown either. */
static pl_status take_file(struct reading *a, struct pl_db_rows *rows)
{
	struct pl_talk_file *to = &a->files[a->n_files];
	uint64_t answer = pl_db_col_u64(rows, 1);
	struct pl_attach_file f = {0};
	size_t i = 0;
	pl_status st;

	while (i < a->n && a->list[i].seq != answer)
		i++;
	if (i == a->n)
		return PL_OK;
	st = open_file(&a->key, pl_db_col_blob(rows, 2), &f);
	*to = (struct pl_talk_file){.seq = pl_db_col_u64(rows, 0), .size = f.size, .sha256 = f.sha256};
	if (!st)
		st = pl_arena_dup(a->arena, pl_str_from(f.name), &to->name);
	pl_wipe(&f, sizeof f);
	if (!a->list[i].n_files++)
		a->list[i].files = to;
	a->n_files++;
	return st ? st : pl_db_rows_status(rows);
}

static pl_status read_files(struct reading *a, struct pl_db_tx *tx)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = count_files(a, tx);

	if (!st)
		st = pl_db_query(tx, &pl_sql_work_answer_file_list,
			PL_DB_ARGS(PL_DB_STR(a->r->decl->name), PL_DB_U64(a->number), PL_DB_U64(a->room)), &rows);
	while (!st && (st = pl_db_step(rows)) == PL_OK)
		st = take_file(a, rows);
	return st == PL_E_NOTFOUND && rows ? PL_OK : st;
}

static pl_status read_all(void *ctx, struct pl_db_tx *tx)
{
	struct reading *a = ctx;
	pl_status st = read_lines(a, tx);

	return st ? st : read_files(a, tx);
}

pl_status pl_talk_read(struct pl_instance *inst, const struct pl_register *r, uint64_t number, const struct pl_register_secret *secret,
	struct pl_arena *arena, struct pl_talk_line **ret, size_t *ret_n)
{
	struct reading a = {.r = r, .number = number, .arena = arena};
	pl_status st;

	a.list = pl_arena_alloc(arena, PL_TALK_ANSWERS_MAX, sizeof *a.list);
	if (!a.list)
		return PL_E_NOMEM;
	pl_register_secret_key(secret, &a.key);
	st = pl_db_read(pl_instance_db(inst), read_all, &a);
	pl_privkey_done(&a.key);
	*ret = a.list;
	*ret_n = a.n;
	return st;
}

static pl_status find_one(void *ctx, struct pl_db_tx *tx)
{
	struct reading *a = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_work_answer_file_get,
		PL_DB_ARGS(PL_DB_STR(a->r->decl->name), PL_DB_U64(a->number), PL_DB_U64(a->seq)), &rows);

	if (!st)
		st = open_file(&a->key, pl_db_col_blob(rows, 0), a->found);
	return st ? st : pl_db_rows_status(rows);
}

pl_status pl_talk_file_find(struct pl_instance *inst, const struct pl_register *r, uint64_t number, const struct pl_register_secret *secret,
	uint64_t seq, struct pl_attach_file *ret)
{
	struct pl_attach_file found = {0};
	struct reading a = {.r = r, .number = number, .seq = seq, .found = &found};
	pl_status st;

	pl_register_secret_key(secret, &a.key);
	st = pl_db_read(pl_instance_db(inst), find_one, &a);
	pl_privkey_done(&a.key);
	if (!st)
		*ret = found;
	pl_wipe(&found, sizeof found);
	return st;
}
