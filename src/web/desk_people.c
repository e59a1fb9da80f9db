/* SPDX-License-Identifier: Apache-2.0 */
/* web/desk_people: what an administrator sees and does: accounts, invitations, roles, resets, ends. */
#include "web/desk_internal.h"
#include <stdio.h>

#define PATH_TEXT 96u

static const struct {
	const char *word;
	unsigned role;
	enum pl_message_id text, hint;
} choices[] = {
	{"desk", PL_STAFF_DESK, PL_MSG_desk_role_desk, PL_MSG_desk_role_desk_may},
	{"legal", PL_STAFF_LEGAL, PL_MSG_desk_role_legal, PL_MSG_desk_role_legal_may},
	{"officer", PL_STAFF_OFFICER, PL_MSG_desk_role_officer, PL_MSG_desk_role_officer_may},
	{"auditor", PL_STAFF_AUDITOR, PL_MSG_desk_role_auditor, PL_MSG_desk_role_auditor_may},
	{"administrator", PL_STAFF_ADMINISTRATOR, PL_MSG_desk_role_administrator, PL_MSG_desk_role_administrator_may},
};

static pl_status fill_choices(struct pl_desk_view *d, unsigned roles, struct pl_role_choice **ret, size_t *ret_n)
{
	*ret = pl_arena_alloc(d->arena, PL_COUNT(choices), sizeof **ret);
	if (!*ret)
		return PL_E_NOMEM;
	for (size_t i = 0; i < PL_COUNT(choices); i++)
		(*ret)[i] = (struct pl_role_choice){pl_str_from(choices[i].word), {choices[i].text}, {choices[i].hint},
			(roles & choices[i].role) != 0};
	*ret_n = PL_COUNT(choices);
	return PL_OK;
}

static pl_status account_row(struct pl_desk_view *d, const struct pl_account *a, struct pl_account_row *row)
{
	pl_status st;

	*row = (struct pl_account_row){.name = a->name, .invited = a->state == PL_ACCOUNT_INVITED,
		.active = a->state == PL_ACCOUNT_ACTIVE, .ended = a->state == PL_ACCOUNT_ENDED, .made = a->made_at,
		.current = memcmp(a->id.b, d->s.account.b, sizeof a->id.b) == 0};
	st = pl_desk_ulid_text(d, &a->id, &row->id);
	return st ? st : pl_desk_role_words(d, a->roles, &row->roles, &row->n_roles);
}

/* ---- all of them ---- */

static pl_status fill_accounts(struct pl_desk_view *d, struct pl_desk_accounts_page *m)
{
	struct pl_account *list;
	struct pl_ulid after;
	bool on = pl_desk_cursor(d, "after", &after);
	size_t n = 0;
	pl_status st = pl_account_list(d->people, on ? &after : NULL, PL_DESK_PAGE_ROWS + 1, d->arena, &list, &n);

	if (st)
		return st;
	m->accounts = pl_arena_alloc(d->arena, n + 1, sizeof *m->accounts);
	if (!m->accounts)
		return PL_E_NOMEM;
	m->more = n > PL_DESK_PAGE_ROWS;
	m->n_accounts = m->more ? PL_DESK_PAGE_ROWS : n;
	for (size_t i = 0; i < m->n_accounts && !st; i++)
		st = account_row(d, &list[i], &m->accounts[i]);
	if (m->n_accounts)
		m->after = m->accounts[m->n_accounts - 1].id;
	return st ? st : pl_account_four_eyes(d->people, &m->four_eyes);
}

static pl_status accounts_page(struct pl_desk_view *d, struct pl_desk_accounts_page *m, unsigned roles)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PORTAL_PAGE_MAX);
	struct pl_html h;
	pl_status st = fill_accounts(d, m);

	if (!st)
		st = fill_choices(d, roles, &m->choices, &m->n_choices);
	if (!st)
		st = pl_desk_begin(d, PL_DESK_NAV_ACCOUNTS, PL_MSG_desk_accounts_heading);
	if (st)
		return st;
	m->frame = d->frame;
	h = pl_desk_html(d, &b);
	pl_page_desk_accounts(&h, m);
	return pl_desk_send(d, &b);
}

pl_status pl_desk_accounts(struct pl_desk_view *d)
{
	struct pl_desk_accounts_page m = {0};

	return accounts_page(d, &m, PL_STAFF_DESK);
}

/* ---- the code, once ---- */

static pl_status fill_code(struct pl_desk_view *d, const struct pl_account_act *act, struct pl_desk_code_page *m)
{
	pl_status st = pl_arena_dup(d->arena, pl_str_from(act->code), &m->code);

	m->proposed = act->proposed;
	if (!st)
		st = pl_desk_name_of(d, &act->account, &m->name);
	if (!st)
		st = pl_desk_ulid_text(d, &act->account, &m->id);
	return st ? st : pl_desk_ulid_text(d, &act->decision, &m->decision);
}

static pl_status code_page(struct pl_desk_view *d, const struct pl_account_act *act)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_PORTAL_PAGE_MAX);
	struct pl_desk_code_page m = {0};
	struct pl_html h;
	pl_status st = fill_code(d, act, &m);

	d->path = PL_STR("/desk/accounts");
	pl_desk_crumb(d, "/desk/accounts", PL_MSG_desk_accounts_heading);
	if (!st)
		st = pl_desk_begin_named(d, PL_DESK_NAV_ACCOUNTS, m.name);
	if (st)
		return st;
	m.frame = d->frame;
	h = pl_desk_html(d, &b);
	pl_page_desk_code(&h, &m);
	return pl_desk_send(d, &b);
}

pl_status pl_desk_invite(struct pl_desk_view *d)
{
	struct pl_desk_accounts_page m = {.name = pl_str_trim(pl_desk_field(d, "name")),
		.email = pl_str_trim(pl_desk_field(d, "email"))};
	unsigned roles = pl_desk_field_roles(d);
	struct pl_account_act act = {0};
	struct pl_diag quiet = {0};
	pl_status st = pl_account_add(d->people, &d->actor, m.name, m.email, roles, &act, &quiet);

	if (st == PL_E_EXISTS)
		pl_desk_refused(d, 409, PL_MSG_desk_refused_name_taken);
	else if (st == PL_E_SYNTAX)
		pl_desk_refused(d, 400, roles ? PL_MSG_desk_refused_name : PL_MSG_desk_refused_no_role);
	else if (st)
		return st;
	if (st)
		return accounts_page(d, &m, roles);
	st = code_page(d, &act);
	pl_wipe(&act, sizeof act);
	return st;
}

/* ---- one of them ---- */

static pl_status fill_person(struct pl_desk_view *d, const struct pl_ulid *id, struct pl_desk_person_page *m)
{
	struct pl_account_means means;
	struct pl_session *sessions;
	struct pl_account a;
	size_t n = 0;
	pl_status st = pl_account_get(d->people, id, d->arena, &a);

	if (!st)
		st = account_row(d, &a, &m->row);
	if (!st)
		st = pl_account_means(d->people, id, &means);
	if (!st)
		st = pl_session_list_of(d->people, id, PL_DESK_PAGE_ROWS, d->arena, &sessions, &n);
	if (!st)
		st = pl_account_four_eyes(d->people, &m->four_eyes);
	if (!st)
		st = fill_choices(d, a.roles, &m->choices, &m->n_choices);
	if (st)
		return st;
	m->email = a.email;
	m->ended = a.ended_at;
	m->password = means.password;
	m->passkeys = means.passkeys;
	m->recovery_codes = means.recovery_codes;
	m->sessions = n;
	m->alone_ends = !m->four_eyes || !(a.roles & PL_STAFF_ADMINISTRATOR);
	return PL_OK;
}

static pl_status person_path(const struct pl_desk_view *d, char out[static PATH_TEXT])
{
	pl_str id = pl_http_request_capture(d->req, "id");
	int n = snprintf(out, PATH_TEXT, "/desk/accounts/%.*s", PL_STR_ARG(id));

	return n < 0 || (size_t)n >= PATH_TEXT ? PL_E_TOOBIG : PL_OK;
}

pl_status pl_desk_person(struct pl_desk_view *d)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PORTAL_PAGE_MAX);
	struct pl_desk_person_page m = {0};
	char path[PATH_TEXT];
	struct pl_ulid id;
	struct pl_html h;
	pl_status st = pl_desk_id(d, &id);

	if (!st)
		st = fill_person(d, &id, &m);
	if (!st)
		st = person_path(d, path);
	if (!st)
		st = pl_arena_dup(d->arena, pl_str_from(path), &d->path);
	pl_desk_crumb(d, "/desk/accounts", PL_MSG_desk_accounts_heading);
	if (!st)
		st = pl_desk_begin_named(d, PL_DESK_NAV_ACCOUNTS, m.row.name);
	if (st)
		return st;
	m.frame = d->frame;
	h = pl_desk_html(d, &b);
	pl_page_desk_person(&h, &m);
	return pl_desk_send(d, &b);
}

/* ---- acts on one of them ---- */

typedef pl_status (*act_fn)(struct pl_desk_view *d, pl_str name, struct pl_account_act *act, struct pl_diag *diag);

static pl_status act_roles(struct pl_desk_view *d, pl_str name, struct pl_account_act *act, struct pl_diag *diag)
{
	return pl_account_set_roles(d->people, &d->actor, name, pl_desk_field_roles(d), act, diag);
}

static pl_status act_reset(struct pl_desk_view *d, pl_str name, struct pl_account_act *act, struct pl_diag *diag)
{
	return pl_account_reset(d->people, &d->actor, name, act, diag);
}

static pl_status act_end(struct pl_desk_view *d, pl_str name, struct pl_account_act *act, struct pl_diag *diag)
{
	return pl_account_end(d->people, &d->actor, name, act, diag);
}

static pl_status act_code(struct pl_desk_view *d, pl_str name, struct pl_account_act *act, struct pl_diag *diag)
{
	return pl_account_invite(d->people, &d->actor, name, act, diag);
}

static pl_status act_on(struct pl_desk_view *d, act_fn fn, struct pl_account_act *ret)
{
	struct pl_diag quiet = {0};
	struct pl_account a;
	struct pl_ulid id;
	pl_status st = pl_desk_id(d, &id);

	if (!st)
		st = pl_account_get(d->people, &id, d->arena, &a);
	return st ? st : fn(d, a.name, ret, &quiet);
}

static pl_status person_act(struct pl_desk_view *d, act_fn fn)
{
	struct pl_account_act act = {0};
	char path[PATH_TEXT], decision[PL_ULID_TEXT + 1];
	pl_status st = act_on(d, fn, &act);

	if (st == PL_E_STATE) {
		pl_desk_refused(d, 409, PL_MSG_desk_refused_state);
		return pl_desk_person(d);
	}
	if (!st && act.code[0])
		st = code_page(d, &act);
	else if (!st && act.proposed) {
		pl_ulid_write(&act.decision, decision);
		(void)snprintf(path, sizeof path, "/desk/decisions/%s", decision);
		st = pl_desk_go(d, path, "proposed");
	} else if (!st) {
		st = person_path(d, path);
		st = st ? st : pl_desk_go(d, path, "done");
	}
	pl_wipe(&act, sizeof act);
	return st;
}

pl_status pl_desk_person_roles(struct pl_desk_view *d)
{
	return person_act(d, act_roles);
}

pl_status pl_desk_person_reset(struct pl_desk_view *d)
{
	return person_act(d, act_reset);
}

pl_status pl_desk_person_end(struct pl_desk_view *d)
{
	return person_act(d, act_end);
}

pl_status pl_desk_person_code(struct pl_desk_view *d)
{
	return person_act(d, act_code);
}

pl_status pl_desk_person_sessions(struct pl_desk_view *d)
{
	struct pl_account a;
	char path[PATH_TEXT];
	struct pl_ulid id;
	pl_status st = pl_desk_id(d, &id);

	if (!st)
		st = pl_account_get(d->people, &id, d->arena, &a);
	if (!st)
		st = pl_session_end_all(d->people, &d->actor, &id);
	if (!st)
		st = person_path(d, path);
	return st ? st : pl_desk_go(d, path, "sessions-ended");
}
