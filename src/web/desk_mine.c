/* SPDX-License-Identifier: Apache-2.0 */
/* web/desk_mine: one's own account: passkeys, password, sessions. */
#include "people/passkey.h"
#include "people/webauthn.h"
#include "web/desk_internal.h"

#define SESSIONS_MAX 32u

static pl_status fill_passkeys(struct pl_desk_view *d, struct pl_desk_mine_page *m)
{
	struct pl_passkey *list;
	pl_status st = pl_passkey_list(d->people, &d->s.account, d->arena, &list, &m->n_passkeys);

	if (st)
		return st;
	m->passkeys = pl_arena_alloc(d->arena, m->n_passkeys + 1, sizeof *m->passkeys);
	if (!m->passkeys)
		return PL_E_NOMEM;
	for (size_t i = 0; i < m->n_passkeys && !st; i++) {
		struct pl_buf id PL_CLEANUP(pl_buf_done) = PL_BUF(2048);

		m->passkeys[i] = (struct pl_passkey_row){.name = list[i].name, .made = list[i].made_at, .used = list[i].used_at,
			.copied = list[i].copied};
		pl_webauthn_put(&id, list[i].id);
		st = pl_arena_dup(d->arena, pl_buf_str(&id), &m->passkeys[i].id);
	}
	return st;
}

static pl_status fill_sessions(struct pl_desk_view *d, struct pl_desk_mine_page *m)
{
	static const enum pl_message_id methods[] = {
		[PL_SESSION_CODE] = PL_MSG_desk_method_code, [PL_SESSION_PASSWORD] = PL_MSG_desk_method_password,
		[PL_SESSION_RECOVERY] = PL_MSG_desk_method_recovery, [PL_SESSION_PASSKEY] = PL_MSG_desk_method_passkey,
	};
	struct pl_session *list;
	pl_status st = pl_session_list_of(d->people, &d->s.account, SESSIONS_MAX, d->arena, &list, &m->n_sessions);

	if (st)
		return st;
	m->sessions = pl_arena_alloc(d->arena, m->n_sessions + 1, sizeof *m->sessions);
	if (!m->sessions)
		return PL_E_NOMEM;
	for (size_t i = 0; i < m->n_sessions && !st; i++) {
		char hash[2 * sizeof list[i].token_hash + 1];

		pl_hex_write(list[i].token_hash, sizeof list[i].token_hash, hash);
		m->sessions[i] = (struct pl_session_row){.method = {methods[list[i].method]}, .made = list[i].made_at,
			.seen = list[i].seen_at,
			.current = memcmp(list[i].token_hash, d->s.token_hash, sizeof d->s.token_hash) == 0};
		st = pl_arena_dup(d->arena, pl_str_from(hash), &m->sessions[i].id);
	}
	return st;
}

static pl_status fill(struct pl_desk_view *d, struct pl_desk_mine_page *m)
{
	struct pl_account_means means;
	struct pl_account account;
	pl_status st = pl_account_get(d->people, &d->s.account, d->arena, &account);

	if (!st)
		st = pl_account_means(d->people, &d->s.account, &means);
	if (st)
		return st;
	m->email = account.email;
	m->password = means.password;
	m->recovery_codes = means.recovery_codes;
	m->no_roles = d->s.roles == 0;
	st = fill_passkeys(d, m);
	return st ? st : fill_sessions(d, m);
}

pl_status pl_desk_mine(struct pl_desk_view *d)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PORTAL_PAGE_MAX);
	struct pl_desk_mine_page m = {0};
	struct pl_html h;
	pl_status st = fill(d, &m);

	d->path = PL_STR("/desk/account");
	if (!st)
		st = pl_desk_begin(d, PL_DESK_NAV_MINE, PL_MSG_desk_mine_heading);
	if (st)
		return st;
	m.frame = d->frame;
	h = pl_desk_html(d, &b);
	pl_page_desk_mine(&h, &m);
	return pl_desk_send(d, &b);
}

/* ---- ending sessions ---- */

pl_status pl_desk_session_end(struct pl_desk_view *d)
{
	uint8_t hash[32];
	bool own;
	pl_status st = pl_hex_read(pl_desk_field(d, "id"), hash, sizeof hash);

	if (!st)
		st = pl_session_end(d->people, &d->actor, &d->s.account, hash);
	if (st && st != PL_E_NOTFOUND) /* it may have ended by itself */
		return st;
	own = memcmp(hash, d->s.token_hash, sizeof hash) == 0;
	if (!own)
		return pl_desk_go(d, "/desk/account", "session-ended");
	pl_web_session_keep(d->reply, d->desk->secure, NULL);
	return pl_desk_go(d, "/desk/login", "logged-out");
}

pl_status pl_desk_session_end_all(struct pl_desk_view *d)
{
	pl_status st = pl_session_end_all(d->people, &d->actor, &d->s.account);

	if (st)
		return st;
	pl_web_session_keep(d->reply, d->desk->secure, NULL);
	return pl_desk_go(d, "/desk/login", "sessions-ended");
}
