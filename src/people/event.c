/* SPDX-License-Identifier: Apache-2.0 */
#include "people/event.h"
#include "people/event_internal.h"

#define LABEL "pl-account-event/v1"
#define DETAIL_MAX 200u

const char *pl_people_event_word(enum pl_people_event_kind kind)
{
	static const char *const words[] = {
		[PL_PEOPLE_EV_FIRST] = "first",
		[PL_PEOPLE_EV_ADDED] = "added",
		[PL_PEOPLE_EV_CODE] = "code",
		[PL_PEOPLE_EV_ENROLLED] = "enrolled",
		[PL_PEOPLE_EV_PASSWORD] = "password",
		[PL_PEOPLE_EV_PASSKEY] = "passkey",
		[PL_PEOPLE_EV_PASSKEY_DROP] = "passkey-removed",
		[PL_PEOPLE_EV_LOGIN] = "login",
		[PL_PEOPLE_EV_LOGIN_BAD] = "login-bad",
		[PL_PEOPLE_EV_LOGOUT] = "logout",
		[PL_PEOPLE_EV_FRESH] = "again",
		[PL_PEOPLE_EV_FRESH_BAD] = "again-bad",
		[PL_PEOPLE_EV_ROLES] = "roles",
		[PL_PEOPLE_EV_ENDED] = "ended",
		[PL_PEOPLE_EV_RESET] = "reset",
		[PL_PEOPLE_EV_COUNTER] = "counter",
		[PL_PEOPLE_EV_PROPOSED] = "proposed",
		[PL_PEOPLE_EV_APPROVED] = "approved",
		[PL_PEOPLE_EV_DECIDED] = "decided",
		[PL_PEOPLE_EV_WITHDRAWN] = "withdrawn",
		[PL_PEOPLE_EV_SESSIONS] = "sessions-ended",
		[PL_PEOPLE_EV_RECOVERY] = "recovery-codes",
		[PL_PEOPLE_EV_ERASED] = "erased",
	};

	return (size_t)kind < PL_COUNT(words) && words[kind] ? words[kind] : "unknown";
}

/* ---- hashing ---- */

static void put_part(struct pl_buf *b, const void *data, size_t len)
{
	pl_buf_put_be16(b, (uint16_t)len);
	pl_buf_put(b, data, len);
}

pl_status pl_people_event_hash(const struct pl_people_event *e, const struct pl_digest *before, struct pl_digest *ret)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(4096);

	pl_buf_put(&b, LABEL, sizeof LABEL);
	pl_buf_put(&b, before->b, sizeof before->b);
	pl_buf_put_be64(&b, e->number);
	pl_buf_put_be64(&b, e->at);
	pl_buf_put_be16(&b, (uint16_t)e->kind);
	put_part(&b, e->account.b, pl_people_nobody(&e->account) ? 0 : sizeof e->account.b);
	put_part(&b, e->actor.b, pl_people_nobody(&e->actor) ? 0 : sizeof e->actor.b);
	put_part(&b, e->address, e->has_address ? sizeof e->address : 0);
	put_part(&b, e->detail.ptr, e->detail.len);
	if (pl_buf_status(&b) != PL_OK)
		return pl_buf_status(&b);
	pl_sha256(pl_buf_bytes(&b), ret);
	return PL_OK;
}

static void head_seal(const struct pl_people *p, const struct pl_people_event_head *head, struct pl_digest *ret)
{
	uint8_t text[8 + PL_DIGEST_LEN];

	pl_be64_write(text, head->number);
	memcpy(text + 8, head->hash.b, sizeof head->hash.b);
	pl_people_mac(p, PEOPLE_KEY_HEAD, pl_bytes_of(text, sizeof text), ret);
}

pl_status pl_people_event_head_read(const struct pl_people *p, struct pl_db_tx *tx, const struct pl_sql *sql,
	struct pl_people_event_head *ret)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	struct pl_people_event_head head;
	struct pl_digest seal;
	bool sealed;
	pl_status st = pl_db_one(tx, sql, PL_DB_NONE, &rows);

	if (st != PL_OK)
		return st == PL_E_NOTFOUND ? PL_E_CORRUPT : st;
	head.number = pl_db_col_u64(rows, 0);
	pl_db_col_fixed(rows, 1, head.hash.b, sizeof head.hash.b);
	head_seal(p, &head, &seal);
	sealed = pl_bytes_eq(pl_db_col_blob(rows, 2), pl_digest_bytes(&seal));
	st = pl_db_rows_status(rows);
	if (st == PL_OK && head.number > 0 && !sealed)
		st = PL_E_CORRUPT;
	if (st == PL_OK)
		*ret = head;
	return st;
}

/* ---- writing ---- */

static pl_status put_row(struct pl_people *p, struct pl_db_tx *tx, const struct pl_people_event *e)
{
	struct pl_people_event_head head = {.number = e->number, .hash = e->hash};
	struct pl_digest seal;
	pl_status st;

	st = pl_db_exec(tx, &pl_sql_account_event_put,
		PL_DB_ARGS(PL_DB_U64(e->number), PL_DB_U64(e->at), PL_DB_U64((uint64_t)e->kind),
			PL_DB_MEM(e->account.b, pl_people_nobody(&e->account) ? 0 : sizeof e->account.b),
			PL_DB_MEM(e->actor.b, pl_people_nobody(&e->actor) ? 0 : sizeof e->actor.b),
			PL_DB_MEM(e->address, e->has_address ? sizeof e->address : 0), PL_DB_STR(e->detail),
			pl_people_arg_digest(&e->hash)),
		NULL);
	head_seal(p, &head, &seal);
	return st ? st : pl_db_exec(tx, &pl_sql_account_event_head_set,
		PL_DB_ARGS(PL_DB_U64(head.number), pl_people_arg_digest(&head.hash), pl_people_arg_digest(&seal)), NULL);
}

pl_status pl_people_event_put(struct pl_people *p, struct pl_db_tx *tx, enum pl_people_event_kind kind,
	const struct pl_ulid *account, const struct pl_people_actor *actor, const char *detail)
{
	struct pl_people_event e = {.kind = kind, .actor = actor->account, .at = pl_people_now(p)};
	struct pl_people_event_head head;
	struct pl_digest address;
	pl_status st = pl_people_event_head_read(p, tx, &pl_sql_account_event_head_lock, &head);

	if (st != PL_OK)
		return st;
	e.number = head.number + 1;
	e.detail = pl_str_from(detail);
	if (e.detail.len > DETAIL_MAX)
		return PL_E_TOOBIG;
	if (account)
		e.account = *account;
	if (actor->address.len) {
		pl_people_mac(p, PEOPLE_KEY_ADDRESS, pl_str_bytes(actor->address), &address);
		memcpy(e.address, address.b, sizeof e.address);
		e.has_address = true;
	}
	st = pl_people_event_hash(&e, &head.hash, &e.hash);
	return st ? st : put_row(p, tx, &e);
}

/* ---- reading ---- */

static void col_ulid(struct pl_db_rows *rows, unsigned col, struct pl_ulid *ret)
{
	*ret = (struct pl_ulid){0};
	if (pl_db_col_blob(rows, col).len)
		pl_db_col_fixed(rows, col, ret->b, sizeof ret->b);
}

void pl_people_event_row(struct pl_db_rows *rows, struct pl_people_event *e)
{
	*e = (struct pl_people_event){0};
	e->number = pl_db_col_u64(rows, 0);
	e->at = pl_db_col_u64(rows, 1);
	e->kind = (enum pl_people_event_kind)pl_db_col_u64(rows, 2);
	col_ulid(rows, 3, &e->account);
	col_ulid(rows, 4, &e->actor);
	e->has_address = pl_db_col_blob(rows, 5).len > 0;
	if (e->has_address)
		pl_db_col_fixed(rows, 5, e->address, sizeof e->address);
	e->detail = pl_db_col_str(rows, 6);
	pl_db_col_fixed(rows, 7, e->hash.b, sizeof e->hash.b);
}

struct listing {
	uint64_t before;
	size_t max, n;
	struct pl_arena *arena;
	struct pl_people_event *list;
};

static pl_status read_page(void *ctx, struct pl_db_tx *tx)
{
	struct listing *l = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, &pl_sql_account_event_page, PL_DB_ARGS(PL_DB_U64(l->before), PL_DB_U64(l->max)), &rows);

	l->n = 0;
	while (st == PL_OK && l->n < l->max && (st = pl_db_step(rows)) == PL_OK) {
		pl_people_event_row(rows, &l->list[l->n]);
		st = pl_arena_dup(l->arena, l->list[l->n].detail, &l->list[l->n].detail);
		l->n++;
	}
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

pl_status pl_people_event_list(struct pl_people *p, uint64_t before, size_t max, struct pl_arena *arena,
	struct pl_people_event **ret, size_t *ret_n)
{
	struct listing l = {.before = before ? before : INT64_MAX, .max = max, .arena = arena};
	pl_status st;

	l.list = pl_arena_alloc(arena, max, sizeof *l.list);
	if (!l.list)
		return PL_E_NOMEM;
	st = pl_db_read(p->db, read_page, &l);
	if (st != PL_OK)
		return st;
	*ret = l.list;
	*ret_n = l.n;
	return PL_OK;
}

pl_status pl_people_event_head_parse(pl_str text, struct pl_people_event_head *ret)
{
	struct pl_people_event_head head;
	pl_str number;

	if (!pl_str_take_until(&text, ':', &number) || pl_str_to_u64(number, INT64_MAX, &head.number) != PL_OK ||
		pl_hex_read(text, head.hash.b, sizeof head.hash.b) != PL_OK)
		return PL_E_SYNTAX;
	*ret = head;
	return PL_OK;
}

void pl_people_event_head_put(struct pl_buf *out, const struct pl_people_event_head *head)
{
	pl_buf_put_u64(out, head->number);
	pl_buf_put_c(out, ':');
	pl_hex_put(out, pl_digest_bytes(&head->hash));
}
