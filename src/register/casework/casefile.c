/* SPDX-License-Identifier: Apache-2.0 */
/* Writing: entries, and the acts that make them. */
#include "register/casework/casefile_internal.h"
#include "base/codec.h"
#include "base/time.h"
#include "register/clock_rule.h"
#include "register/sql.h"
#include "register/casework/clocks.h"

static const char label[] = "pl-work-entry/v1";

const char *const pl_casework_state_words[PL_CASEWORK_STATES + 1] = {"new", "working", "waiting", "decided", "closed", NULL};
const char *const pl_casework_kind_words[PL_CASEWORK_KINDS + 1] = {"came", "note", "mail", "answer", "message", "assign", "state", "happened", "pause",
	"resume", "extend", "meet", "change", "erase", "file", "attach", "enclose", "propose", "decide", "decline", "withdraw", "seal",
	"unseal", "look-up", "outgoing", "ordered", "notice", "said", "hold", "release", NULL};

bool pl_casework_kind_is_file(enum pl_casework_kind kind)
{
	return kind == PL_CASEWORK_FILE || kind == PL_CASEWORK_ATTACH || kind == PL_CASEWORK_ENCLOSE;
}

/* ---- writing ---- */

void pl_casework_place(const struct pl_register *r, uint64_t number, uint64_t seq, struct pl_buf *out)
{
	pl_buf_put(out, label, sizeof label);
	pl_buf_put_bytes(out, pl_digest_bytes(&r->id));
	pl_buf_put_be64(out, number);
	pl_buf_put_be64(out, seq);
}

pl_status pl_casework_begin(struct pl_db_tx *tx, const struct pl_register *r, uint64_t number, uint64_t now)
{
	return pl_db_exec(tx, &pl_sql_work_case_put, PL_DB_ARGS(PL_DB_STR(r->decl->name), PL_DB_U64(number), PL_DB_U64(now)), NULL);
}

static pl_status next_seq(struct pl_db_tx *tx, const struct pl_register *r, uint64_t number, uint64_t at, uint64_t *ret)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_work_case_next, PL_DB_ARGS(PL_DB_STR(r->decl->name), PL_DB_U64(number), PL_DB_U64(at)), &rows);

	if (st)
		return st;
	*ret = pl_db_col_u64(rows, 0);
	return pl_db_rows_status(rows);
}

pl_status pl_casework_put(struct pl_db_tx *tx, const struct pl_register *r, uint64_t number, const struct pl_casework_new *e, uint64_t *ret_seq)
{
	struct pl_buf place PL_CLEANUP(pl_buf_done) = PL_BUF(128);
	struct pl_buf sealed PL_CLEANUP(pl_buf_done) = PL_BUF(PL_SECRET_MAX + PL_SECRET_OVERHEAD);
	uint64_t seq = 0;
	pl_status st;

	if (e->text.len > PL_CASEWORK_TEXT_MAX)
		return PL_E_TOOBIG;
	if (e->text.len && !e->key)
		return PL_E_STATE;
	st = next_seq(tx, r, number, e->at, &seq);
	if (st)
		return st;
	if (e->text.len) {
		pl_casework_place(r, number, seq, &place);
		pl_secret_seal(e->key->key, pl_buf_bytes(&place), pl_str_bytes(e->text), &sealed);
		st = pl_buf_status(&sealed);
	}
	if (!st)
		st = pl_db_exec(tx, &pl_sql_work_entry_put,
			PL_DB_ARGS(PL_DB_STR(r->decl->name), PL_DB_U64(number), PL_DB_U64(seq), PL_DB_U64(e->at), PL_DB_U64((uint64_t)e->kind),
				PL_DB_MEM(e->account.b, sizeof e->account.b), PL_DB_STR(e->about),
				e->text.len && e->own_key ? PL_DB_U64(e->key->slot) : PL_DB_NULL,
				e->text.len ? PL_DB_BLOB(pl_buf_bytes(&sealed)) : PL_DB_NULL),
			NULL);
	if (!st && e->kind >= PL_CASEWORK_HAPPENED && e->kind <= PL_CASEWORK_MEET)
		st = pl_casework_due_refresh(tx, r, number);
	if (ret_seq)
		*ret_seq = seq;
	return st;
}

/* ---- acts ---- */

struct act {
	const struct pl_register *r;
	uint64_t number;
	struct pl_casework_new entry;
	bool assign, state;
	struct pl_ulid to;
	enum pl_casework_state new_state;
};

static pl_status assign_it(const struct act *a, struct pl_db_tx *tx)
{
	static const struct pl_ulid nobody;
	bool none = memcmp(a->to.b, nobody.b, sizeof nobody.b) == 0;

	return pl_db_exec(tx, &pl_sql_work_case_assign,
		PL_DB_ARGS(PL_DB_STR(a->r->decl->name), PL_DB_U64(a->number), none ? PL_DB_NULL : PL_DB_MEM(a->to.b, sizeof a->to.b)), NULL);
}

static pl_status set_state(const struct act *a, struct pl_db_tx *tx)
{
	bool closed = a->new_state == PL_CASEWORK_CLOSED;

	return pl_db_exec(tx, &pl_sql_work_case_state,
		PL_DB_ARGS(PL_DB_STR(a->r->decl->name), PL_DB_U64(a->number), PL_DB_U64((uint64_t)a->new_state), PL_DB_U64(!closed),
			closed ? PL_DB_U64(a->entry.at) : PL_DB_NULL),
		NULL);
}

static pl_status do_act(void *ctx, struct pl_db_tx *tx)
{
	const struct act *a = ctx;
	pl_status st = pl_casework_put(tx, a->r, a->number, &a->entry, NULL);

	if (!st && a->assign)
		st = assign_it(a, tx);
	if (!st && a->state)
		st = set_state(a, tx);
	return st;
}

pl_status pl_casework_state_put(struct pl_db_tx *tx, const struct pl_register *r, uint64_t number, const struct pl_casework_new *e,
	enum pl_casework_state state)
{
	struct act a = {.r = r, .number = number, .entry = *e, .state = true, .new_state = state};

	a.entry.kind = PL_CASEWORK_STATE;
	a.entry.about = pl_str_from(pl_casework_state_words[state]);
	return do_act(&a, tx);
}

static pl_status carry_out(struct pl_instance *inst, struct act *a, struct pl_diag *diag)
{
	pl_status st = pl_db_tx(pl_instance_db(inst), do_act, a);

	if (st == PL_E_NOTFOUND)
		return pl_diag_set(diag, st, "register %.*s has no case %llu to work on", PL_STR_ARG(a->r->decl->name),
			(unsigned long long)a->number);
	if (st == PL_E_TOOBIG)
		return pl_diag_set(diag, st, "a text has at most %u bytes", PL_CASEWORK_TEXT_MAX);
	return st;
}

static struct act begin_act(const struct pl_register *r, uint64_t number, const struct pl_casework_actor *who, enum pl_casework_kind kind)
{
	return (struct act){.r = r, .number = number,
		.entry = {.kind = kind, .at = pl_time_now() / PL_SECOND, .account = who->account}};
}

pl_status pl_casework_assign(struct pl_instance *inst, const struct pl_register *r, uint64_t number, const struct pl_casework_actor *who,
	const struct pl_ulid *to, struct pl_diag *diag)
{
	static const struct pl_ulid nobody;
	struct act a = begin_act(r, number, who, PL_CASEWORK_ASSIGN);
	char text[PL_ULID_TEXT + 1];

	a.assign = true;
	a.to = *to;
	pl_ulid_write(to, text);
	if (memcmp(to->b, nobody.b, sizeof nobody.b) != 0)
		a.entry.about = pl_str_from(text);
	return carry_out(inst, &a, diag);
}

pl_status pl_casework_state_set(struct pl_instance *inst, const struct pl_register *r, uint64_t number, const struct pl_casework_actor *who,
	enum pl_casework_state state, struct pl_diag *diag)
{
	struct act a = begin_act(r, number, who, PL_CASEWORK_STATE);

	a.state = true;
	a.new_state = state;
	a.entry.about = pl_str_from(pl_casework_state_words[state]);
	return carry_out(inst, &a, diag);
}

static pl_status check_write(const struct pl_register_decl *d, enum pl_casework_kind kind, pl_str about, pl_str text, struct pl_diag *diag)
{
	pl_status st;

	if (kind == PL_CASEWORK_NOTE)
		return text.len ? PL_OK : pl_diag_set(diag, PL_E_RANGE, "a note says something");
	if (kind == PL_CASEWORK_HAPPENED)
		return pl_clock_rule_event(d, about, diag);
	if (kind != PL_CASEWORK_PAUSE && kind != PL_CASEWORK_RESUME && kind != PL_CASEWORK_EXTEND && kind != PL_CASEWORK_MEET)
		return pl_diag_set(diag, PL_E_RANGE, "nobody writes an entry of this kind by hand");
	/* What runs since before the declaration said what does may end. */
	st = pl_clock_rule_code(kind == PL_CASEWORK_PAUSE || kind == PL_CASEWORK_EXTEND ? d : NULL, about, diag);
	if (!st && (kind == PL_CASEWORK_PAUSE || kind == PL_CASEWORK_EXTEND) && !text.len)
		return pl_diag_set(diag, PL_E_RANGE, "a pause and an extension have a reason");
	return st;
}

pl_status pl_casework_write(struct pl_instance *inst, const struct pl_register *r, uint64_t number, const struct pl_casework_actor *who,
	enum pl_casework_kind kind, uint64_t at, pl_str about, pl_str text, struct pl_diag *diag)
{
	struct act a = begin_act(r, number, who, kind);
	struct pl_vault_key key = {0};
	pl_status st = check_write(r->decl, kind, about, text, diag);

	if (!st && text.len)
		st = pl_casework_case_key(inst, r, number, who, &key, diag);
	if (!st) {
		a.entry.at = at ? at : a.entry.at;
		a.entry.about = about;
		a.entry.text = text;
		a.entry.key = &key;
		st = carry_out(inst, &a, diag);
	}
	pl_vault_key_done(&key);
	return st;
}
