/* SPDX-License-Identifier: Apache-2.0 */
#include "register/casework/talk.h"
#include "base/time.h"
#include "crypto/sealedbox.h"
#include "register/package.h"
#include "register/sql.h"

#define DAY UINT64_C(86400)

static const char once_label[] = "pl-talk-once/v1";

static pl_status check_said(const struct pl_talk_said *said, struct pl_diag *diag)
{
	if (!said->text.len && !said->n_files)
		return pl_diag_set(diag, PL_E_RANGE, "there is nothing to say");
	if (said->text.len > PL_TALK_TEXT_MAX)
		return pl_diag_set(diag, PL_E_TOOBIG, "a text has at most %u bytes", PL_TALK_TEXT_MAX);
	if (said->n_files > PL_ATTACH_FILES_MAX)
		return pl_diag_set(diag, PL_E_TOOBIG, "at most %u files come at once", PL_ATTACH_FILES_MAX);
	return PL_OK;
}

/* ---- what an answer may bring ---- */

pl_status pl_talk_limits(struct pl_instance *inst, struct pl_talk_limits *ret, struct pl_diag *diag)
{
	const struct pl_instance_conf *c = pl_instance_conf(inst);
	struct pl_talk_limits l = {.files = (unsigned)c->answer_files, .bytes = c->answer_bytes};

	if (pl_filetype_set_read(c->answer_kinds, &l.types))
		return pl_diag_set(diag, PL_E_SYNTAX, "[answers] kinds: \"%.*s\" is no list of pdf, png, jpeg, zip, text, json, csv, eml, nor \"any\"",
			PL_STR_ARG(c->answer_kinds));
	if (l.files * l.bytes > PL_ATTACH_TOTAL_MAX)
		return pl_diag_set(diag, PL_E_RANGE, "[answers] files times bytes is more than %llu bytes", (unsigned long long)PL_ATTACH_TOTAL_MAX);
	*ret = l;
	return PL_OK;
}

pl_status pl_talk_file_check(const struct pl_talk_limits *limits, const struct pl_attach_taken *t, struct pl_diag *diag)
{
	if (limits->types != PL_FILETYPE_ANY && !(t->kinds & limits->types))
		return pl_diag_set(diag, PL_E_RANGE, "%s is of a kind that does not go out with answers ([answers] kinds)", t->file.name);
	if (t->file.verdict == PL_ATTACH_FOUND)
		return pl_diag_set(diag, PL_E_DENIED, "the scanner found %s in %s: it does not go out to a person", t->file.found, t->file.name);
	return PL_OK;
}

/* ---- to the sender ---- */

struct answering {
	const struct pl_register *r;
	uint64_t number;
	const struct pl_talk_said *said;
	struct pl_casework_new entry;
	struct pl_pubkey to;
	struct pl_buf sealed;
	uint64_t file; /* entry of the first one */
	struct pl_diag *diag;
};

static pl_status find_sender(struct answering *a, struct pl_db_tx *tx)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_work_reply_get, PL_DB_ARGS(PL_DB_STR(a->r->decl->name), PL_DB_U64(a->number)), &rows);

	if (st)
		return st;
	if (pl_db_col_is_null(rows, 0)) /* older than this */
		return PL_E_NOTFOUND;
	a->to = (struct pl_pubkey){.alg = PL_KEY_ED25519, .len = PL_PRIVKEY_LEN};
	pl_db_col_fixed(rows, 0, a->to.b, PL_PRIVKEY_LEN);
	return pl_db_rows_status(rows);
}

static pl_status seal(struct answering *a, pl_str text)
{
	pl_buf_clear(&a->sealed);
	return pl_sealedbox_seal(&a->to, pl_str_bytes(text), &a->sealed);
}

static pl_status enclose(struct answering *a, struct pl_db_tx *tx, uint64_t answer, const struct pl_attach_file *f)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_CASEWORK_TEXT_MAX);
	struct pl_json *o PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_casework_new entry = {.kind = PL_CASEWORK_ENCLOSE, .at = a->entry.at, .account = a->entry.account, .key = a->entry.key};
	uint64_t seq = 0;
	pl_status st = pl_register_package_may_leave(tx, a->r, &f->sha256, a->diag);

	if (!st)
		st = pl_attach_claim(tx, a->r, a->number, f, &entry, answer, &seq);
	if (!a->file)
		a->file = seq;
	pl_attach_file_put(o, f);
	if (!st)
		st = pl_json_write(o, &text);
	if (!st)
		st = seal(a, pl_buf_str(&text));
	return st ? st :
		    pl_db_exec(tx, &pl_sql_work_answer_file_put,
			    PL_DB_ARGS(PL_DB_STR(a->r->decl->name), PL_DB_U64(a->number), PL_DB_U64(seq), PL_DB_U64(answer),
				    PL_DB_BLOB(pl_buf_bytes(&a->sealed))),
			    NULL);
}

static pl_status answer(void *ctx, struct pl_db_tx *tx)
{
	struct answering *a = ctx;
	uint64_t seq = 0;
	pl_status st = find_sender(a, tx);

	a->file = 0;
	if (!st && a->said->text.len && !a->said->looked)
		st = pl_register_package_words(a->r, a->diag);
	if (!st)
		st = seal(a, a->entry.text);
	if (!st)
		st = pl_casework_put(tx, a->r, a->number, &a->entry, &seq);
	if (!st)
		st = pl_db_exec(tx, &pl_sql_work_answer_put,
			PL_DB_ARGS(PL_DB_STR(a->r->decl->name), PL_DB_U64(a->number), PL_DB_U64(seq), PL_DB_U64(a->entry.at),
				PL_DB_BLOB(pl_buf_bytes(&a->sealed))),
			NULL);
	for (size_t i = 0; i < a->said->n_files && !st; i++)
		st = enclose(a, tx, seq, &a->said->files[i]);
	return st;
}

pl_status pl_talk_answer_tx(struct pl_db_tx *tx, const struct pl_register *r, uint64_t number, const struct pl_casework_new *e,
	const struct pl_talk_said *said, uint64_t *ret_file)
{
	struct answering a = {.r = r, .number = number, .said = said, .sealed = PL_BUF(PL_CASEWORK_TEXT_MAX + 256), .entry = *e};
	pl_status st = check_said(said, NULL);

	a.entry.kind = PL_CASEWORK_ANSWER;
	a.entry.text = said->text;
	if (!st)
		st = answer(&a, tx);
	pl_buf_done(&a.sealed);
	if (!st && ret_file)
		*ret_file = a.file;
	return st;
}

pl_status pl_talk_answer(struct pl_instance *inst, const struct pl_register *r, uint64_t number, const struct pl_casework_actor *who,
	const struct pl_talk_said *said, struct pl_diag *diag)
{
	struct pl_vault_key key = {0};
	struct answering a = {.r = r, .number = number, .said = said, .sealed = PL_BUF(PL_CASEWORK_TEXT_MAX + 256),
		.entry = {.kind = PL_CASEWORK_ANSWER, .at = pl_time_now() / PL_SECOND, .account = who->account, .text = said->text, .key = &key}, .diag = diag};
	pl_status st = check_said(said, diag);

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
	const struct pl_talk_said *said;
	struct pl_vault_key key;
};

static pl_status count_entries(const struct message *m, struct pl_db_tx *tx, enum pl_casework_kind kind, uint64_t since, uint64_t *ret)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_work_entry_count,
		PL_DB_ARGS(PL_DB_STR(m->r->decl->name), PL_DB_U64(m->number), PL_DB_U64((uint64_t)kind), PL_DB_U64(since)), &rows);

	if (st)
		return st;
	*ret = pl_db_col_u64(rows, 0);
	return pl_db_rows_status(rows);
}

/* Its case's row is ours: now counting counts. */
static pl_status count_all(const struct message *m, struct pl_db_tx *tx)
{
	uint64_t messages = 0, files = 0;
	pl_status st = count_entries(m, tx, PL_CASEWORK_MESSAGE, m->now / DAY * DAY, &messages);

	if (!st && m->said->n_files)
		st = count_entries(m, tx, PL_CASEWORK_FILE, 0, &files);
	if (st)
		return st;
	return messages > PL_TALK_A_DAY ? PL_E_DENIED : files > PL_TALK_FILES_MAX ? PL_E_NOSPACE : PL_OK;
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

/* What only this message of this page and case has. Who changes it and sends it again says something else. */
static pl_status name_it(const struct message *m, struct pl_digest *ret)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_TALK_TEXT_MAX + 4096);

	pl_buf_put(&b, once_label, sizeof once_label);
	pl_buf_put_bytes(&b, pl_digest_bytes(&m->r->id));
	pl_buf_put_be64(&b, m->number);
	pl_buf_put(&b, m->said->once->b, sizeof m->said->once->b);
	for (size_t i = 0; i < m->said->n_files; i++)
		pl_buf_put_bytes(&b, pl_digest_bytes(&m->said->files[i].sha256));
	pl_buf_put_str(&b, m->said->text);
	pl_sha256(pl_buf_bytes(&b), ret);
	return pl_buf_status(&b);
}

/* Remembered for a day beside tickets. */
static pl_status come_once(const struct message *m, struct pl_db_tx *tx)
{
	struct pl_digest digest;
	uint64_t changed = 0;
	pl_status st;

	if (!m->said->once)
		return PL_OK;
	st = name_it(m, &digest);
	if (st)
		return st;
	st = pl_db_exec(tx, &pl_sql_work_ticket_put, PL_DB_ARGS(PL_DB_BLOB(pl_digest_bytes(&digest)), PL_DB_U64(m->now + DAY)), &changed);
	return st ? st : changed ? PL_OK : PL_E_EXISTS;
}

static pl_status take_message(void *ctx, struct pl_db_tx *tx)
{
	struct message *m = ctx;
	const struct pl_casework_new entry = {.kind = PL_CASEWORK_MESSAGE, .at = m->now, .text = m->said->text, .key = &m->key, .own_key = true};
	const struct pl_casework_new file = {.kind = PL_CASEWORK_FILE, .at = m->now, .key = &m->key, .own_key = true};
	uint64_t seq = 0;
	pl_status st = still_there(m, tx);

	if (!st)
		st = come_once(m, tx);
	if (!st)
		st = pl_casework_put(tx, m->r, m->number, &entry, &seq);
	for (size_t i = 0; i < m->said->n_files && !st; i++)
		st = pl_attach_claim(tx, m->r, m->number, &m->said->files[i], &file, seq, NULL);
	return st ? st : count_all(m, tx);
}

pl_status pl_talk_message(struct pl_instance *inst, const struct pl_register *r, uint64_t number, const struct pl_talk_said *said,
	struct pl_diag *diag)
{
	struct message m = {.r = r, .number = number, .now = pl_time_now() / PL_SECOND, .said = said};
	pl_status st = check_said(said, diag);

	if (!st)
		st = pl_instance_vault_new(inst, &r->id, &m.key, 1, diag);
	if (!st)
		st = pl_db_tx(pl_instance_db(inst), take_message, &m);
	pl_vault_key_done(&m.key);
	if (st == PL_E_EXISTS)
		return pl_diag_set(diag, st, "the message is there already");
	if (st == PL_E_DENIED)
		return pl_diag_set(diag, st, "a case takes at most %u messages a day", PL_TALK_A_DAY);
	if (st == PL_E_NOSPACE)
		return pl_diag_set(diag, st, "a case takes at most %u files of its sender", PL_TALK_FILES_MAX);
	if (st == PL_E_STATE)
		return pl_diag_set(diag, st, "the case was erased");
	return st;
}
