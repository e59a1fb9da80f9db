/* SPDX-License-Identifier: Apache-2.0 */
#include "register/casework/talk.h"
#include "base/time.h"
#include "crypto/sealedbox.h"
#include "register/sql.h"

#define DAY UINT64_C(86400)

static pl_status check_text(pl_str text, struct pl_diag *diag)
{
	if (!text.len)
		return pl_diag_set(diag, PL_E_RANGE, "there is nothing to say");
	if (text.len > PL_TALK_TEXT_MAX)
		return pl_diag_set(diag, PL_E_TOOBIG, "a text has at most %u bytes", PL_TALK_TEXT_MAX);
	return PL_OK;
}

/* ---- to the sender ---- */

struct answering {
	const struct pl_register *r;
	uint64_t number;
	struct pl_casework_new entry;
	struct pl_buf sealed;
};

static pl_status seal_for_sender(struct answering *a, struct pl_db_tx *tx)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	struct pl_pubkey to = {.alg = PL_KEY_ED25519};
	pl_status st = pl_db_one(tx, &pl_sql_work_reply_get, PL_DB_ARGS(PL_DB_STR(a->r->decl->name), PL_DB_U64(a->number)), &rows);

	if (st)
		return st;
	if (pl_db_col_is_null(rows, 0)) /* older than this */
		return PL_E_NOTFOUND;
	pl_db_col_fixed(rows, 0, to.b, PL_PRIVKEY_LEN);
	to.len = PL_PRIVKEY_LEN;
	pl_buf_clear(&a->sealed);
	st = pl_sealedbox_seal(&to, pl_str_bytes(a->entry.text), &a->sealed);
	return st ? st : pl_db_rows_status(rows);
}

static pl_status answer(void *ctx, struct pl_db_tx *tx)
{
	struct answering *a = ctx;
	uint64_t seq = 0;
	pl_status st = seal_for_sender(a, tx);

	if (!st)
		st = pl_casework_put(tx, a->r, a->number, &a->entry, &seq);
	return st ? st :
		    pl_db_exec(tx, &pl_sql_work_answer_put,
			    PL_DB_ARGS(PL_DB_STR(a->r->decl->name), PL_DB_U64(a->number), PL_DB_U64(seq), PL_DB_U64(a->entry.at),
				    PL_DB_BLOB(pl_buf_bytes(&a->sealed))),
			    NULL);
}

pl_status pl_talk_answer(struct pl_instance *inst, const struct pl_register *r, uint64_t number, const struct pl_casework_actor *who,
	pl_str text, struct pl_diag *diag)
{
	struct pl_vault_key key = {0};
	struct answering a = {.r = r, .number = number, .sealed = PL_BUF(PL_TALK_TEXT_MAX + 256),
		.entry = {.kind = PL_CASEWORK_ANSWER, .at = pl_time_now() / PL_SECOND, .account = who->account, .text = text, .key = &key}};
	pl_status st = check_text(text, diag);

	if (!st)
		st = pl_casework_case_key(inst, r, number, who, &key, diag);
	if (!st)
		st = pl_db_tx(pl_instance_db(inst), answer, &a);
	pl_vault_key_done(&key);
	pl_buf_done(&a.sealed);
	if (st == PL_E_NOTFOUND)
		return pl_diag_set(diag, st, "the case was entered without a secret: there is nobody who could read an answer");
	return st;
}

/* ---- from the sender ---- */

struct message {
	const struct pl_register *r;
	uint64_t number, now;
	pl_str text;
	struct pl_vault_key key;
};

static pl_status count_today(const struct message *m, struct pl_db_tx *tx)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_work_entry_count,
		PL_DB_ARGS(PL_DB_STR(m->r->decl->name), PL_DB_U64(m->number), PL_DB_U64(PL_CASEWORK_MESSAGE), PL_DB_U64(m->now / DAY * DAY)), &rows);

	if (st)
		return st;
	if (pl_db_col_u64(rows, 0) > PL_TALK_A_DAY)
		return PL_E_DENIED;
	return pl_db_rows_status(rows);
}

/* Is there a key left? What comes after an erasure would stand for ever. */
static pl_status still_there(const struct message *m, struct pl_db_tx *tx)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_register_case_get, PL_DB_ARGS(PL_DB_STR(m->r->decl->name), PL_DB_U64(m->number)), &rows);

	if (st)
		return st;
	if (pl_db_col_u64(rows, 1) > PL_ROW_SEALED)
		return PL_E_STATE;
	return pl_db_rows_status(rows);
}

static pl_status take_message(void *ctx, struct pl_db_tx *tx)
{
	struct message *m = ctx;
	const struct pl_casework_new entry = {.kind = PL_CASEWORK_MESSAGE, .at = m->now, .text = m->text, .key = &m->key, .own_key = true};
	pl_status st = still_there(m, tx);

	if (!st)
		st = pl_casework_put(tx, m->r, m->number, &entry, NULL); /* its row is ours: now counting counts */
	return st ? st : count_today(m, tx);
}

pl_status pl_talk_message(struct pl_instance *inst, const struct pl_register *r, uint64_t number, pl_str text, struct pl_diag *diag)
{
	struct message m = {.r = r, .number = number, .now = pl_time_now() / PL_SECOND, .text = text};
	pl_status st = check_text(text, diag);

	if (!st)
		st = pl_instance_vault_new(inst, &r->id, &m.key, 1, diag);
	if (!st)
		st = pl_db_tx(pl_instance_db(inst), take_message, &m);
	pl_vault_key_done(&m.key);
	if (st == PL_E_DENIED)
		return pl_diag_set(diag, st, "a case takes at most %u messages a day", PL_TALK_A_DAY);
	if (st == PL_E_STATE)
		return pl_diag_set(diag, st, "the case was erased");
	return st;
}

/* ---- reading ---- */

struct reading {
	const struct pl_register *r;
	uint64_t number;
	struct pl_privkey key;
	struct pl_arena *arena;
	struct pl_talk_line *list;
	size_t n;
};

static pl_status open_line(struct reading *a, struct pl_db_rows *rows)
{
	struct pl_buf plain PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_TALK_TEXT_MAX + 256);
	pl_status st = pl_sealedbox_open(&a->key, pl_db_col_blob(rows, 1), &plain);

	if (!st)
		st = pl_arena_dup(a->arena, pl_buf_str(&plain), &a->list[a->n].text);
	a->list[a->n++].at = pl_db_col_u64(rows, 0);
	return st ? st : pl_db_rows_status(rows);
}

static pl_status read_lines(void *ctx, struct pl_db_tx *tx)
{
	struct reading *a = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, &pl_sql_work_answer_list,
		PL_DB_ARGS(PL_DB_STR(a->r->decl->name), PL_DB_U64(a->number), PL_DB_U64(PL_TALK_ANSWERS_MAX)), &rows);

	a->n = 0;
	while (!st && (st = pl_db_step(rows)) == PL_OK)
		st = open_line(a, rows);
	return st == PL_E_NOTFOUND ? PL_OK : st;
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
	st = pl_db_read(pl_instance_db(inst), read_lines, &a);
	pl_privkey_done(&a.key);
	*ret = a.list;
	*ret_n = a.n;
	return st;
}
