/* SPDX-License-Identifier: Apache-2.0 */
/* web/desk_events: what happened to accounts, and whether the chain of it is whole. */
#include "people/event.h"
#include "web/desk_internal.h"

static const struct {
	enum pl_people_event_kind kind;
	enum pl_message_id text;
	bool bad;
} kinds[] = {
	{PL_PEOPLE_EV_FIRST, PL_MSG_desk_event_first, false}, {PL_PEOPLE_EV_ADDED, PL_MSG_desk_event_added, false},
	{PL_PEOPLE_EV_CODE, PL_MSG_desk_event_code, false}, {PL_PEOPLE_EV_ENROLLED, PL_MSG_desk_event_enrolled, false},
	{PL_PEOPLE_EV_PASSWORD, PL_MSG_desk_event_password, false}, {PL_PEOPLE_EV_PASSKEY, PL_MSG_desk_event_passkey, false},
	{PL_PEOPLE_EV_PASSKEY_DROP, PL_MSG_desk_event_passkey_removed, false}, {PL_PEOPLE_EV_LOGIN, PL_MSG_desk_event_login, false},
	{PL_PEOPLE_EV_LOGIN_BAD, PL_MSG_desk_event_login_bad, true}, {PL_PEOPLE_EV_LOGOUT, PL_MSG_desk_event_logout, false},
	{PL_PEOPLE_EV_FRESH, PL_MSG_desk_event_again, false}, {PL_PEOPLE_EV_FRESH_BAD, PL_MSG_desk_event_again_bad, true},
	{PL_PEOPLE_EV_ROLES, PL_MSG_desk_event_roles, false}, {PL_PEOPLE_EV_ENDED, PL_MSG_desk_event_ended, false},
	{PL_PEOPLE_EV_RESET, PL_MSG_desk_event_reset, false}, {PL_PEOPLE_EV_COUNTER, PL_MSG_desk_event_counter, true},
	{PL_PEOPLE_EV_PROPOSED, PL_MSG_desk_event_proposed, false}, {PL_PEOPLE_EV_APPROVED, PL_MSG_desk_event_approved, false},
	{PL_PEOPLE_EV_DECIDED, PL_MSG_desk_event_decided, false}, {PL_PEOPLE_EV_WITHDRAWN, PL_MSG_desk_event_withdrawn, false},
	{PL_PEOPLE_EV_SESSIONS, PL_MSG_desk_event_sessions, false}, {PL_PEOPLE_EV_RECOVERY, PL_MSG_desk_event_recovery, false},
	{PL_PEOPLE_EV_ERASED, PL_MSG_desk_event_erased, false},
};

static pl_status fill_row(struct pl_desk_view *d, const struct pl_people_event *e, struct pl_event_row *row)
{
	struct pl_buf address PL_CLEANUP(pl_buf_done) = PL_BUF(64);
	pl_status st = PL_OK;

	*row = (struct pl_event_row){.number = e->number, .at = e->at, .detail = e->detail, .kind = {PL_MSG_desk_event_other}};
	for (size_t i = 0; i < PL_COUNT(kinds); i++)
		if (kinds[i].kind == e->kind) {
			row->kind.id = kinds[i].text;
			row->bad = kinds[i].bad;
		}
	if (e->has_address) {
		pl_hex_put(&address, pl_bytes_of(e->address, 4));
		st = pl_arena_dup(d->arena, pl_buf_str(&address), &row->address);
	}
	if (!st)
		st = pl_desk_name_of(d, &e->account, &row->account);
	return st ? st : pl_desk_name_of(d, &e->actor, &row->actor);
}

static pl_status fill_rows(struct pl_desk_view *d, uint64_t before, struct pl_desk_events_page *m)
{
	struct pl_people_event *list;
	size_t n = 0;
	pl_status st = pl_people_event_list(d->people, before, PL_DESK_PAGE_ROWS, d->arena, &list, &n);

	if (st)
		return st;
	m->rows = pl_arena_alloc(d->arena, n + 1, sizeof *m->rows);
	if (!m->rows)
		return PL_E_NOMEM;
	for (size_t i = 0; i < n && !st; i++)
		st = fill_row(d, &list[i], &m->rows[m->n_rows++]);
	m->more = n > 0 && list[n - 1].number > 1;
	m->before = n ? list[n - 1].number : 0;
	return st;
}

/* Recompute the whole chain. */
static pl_status fill_chain(struct pl_desk_view *d, struct pl_desk_events_page *m)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(256);
	struct pl_people_event_head head;
	struct pl_diag diag = {0};
	pl_status st = pl_people_event_verify(d->people, NULL, &head, &diag);

	m->judged = true;
	m->whole = st == PL_OK;
	if (st == PL_E_CORRUPT || st == PL_E_ROLLBACK)
		return pl_arena_dup(d->arena, pl_str_from(diag.text), &m->broken);
	if (st)
		return st;
	pl_people_event_head_put(&text, &head);
	return pl_arena_dup(d->arena, pl_buf_str(&text), &m->head);
}

pl_status pl_desk_events(struct pl_desk_view *d)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PORTAL_PAGE_MAX);
	struct pl_desk_events_page m = {0};
	uint64_t before = 0;
	struct pl_html h;
	pl_str text;
	pl_status st = PL_OK;

	if (!pl_http_request_query(d->req, "before", &text))
		st = pl_str_to_u64(text, INT64_MAX, &before);
	if (!st)
		st = fill_rows(d, before, &m);
	if (!st && before == 0)
		st = fill_chain(d, &m);
	if (!st)
		st = pl_desk_begin(d, PL_DESK_NAV_EVENTS, PL_MSG_desk_events_heading);
	if (st)
		return st;
	m.frame = d->frame;
	h = pl_desk_html(d, &b);
	pl_page_desk_events(&h, &m);
	return pl_desk_send(d, &b);
}
