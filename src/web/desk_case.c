/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/desk_case: one case as those see it who work on it: facts, deadlines, everything that was done, and the acts.
 *
 * What is private is opened by a form of its own, so that nobody reads it by following a link; each opening leaves a line in the vault
 * under the account that asked.
 */
#include "base/time.h"
#include "register/casework/clocks.h"
#include "register/casework/mail.h"
#include "register/vuln/notice.h"
#include "web/desk_case.h"
#include "web/desk_outgoing.h"
#include <stdio.h>

#define ROOM_BYTES ((size_t)32 << 20) /* at most; taken as it is needed */

/* ---- who ---- */

enum pl_vault_role pl_desk_vault_role(unsigned roles)
{
	return roles & PL_STAFF_LEGAL ? PL_VAULT_LEGAL : roles & PL_STAFF_DESK ? PL_VAULT_DESK :
		roles & PL_STAFF_OFFICER ? PL_VAULT_OFFICER : PL_VAULT_AUDITOR;
}

/* The page begins with what its address says. */
static pl_status find_case(struct pl_desk_looking *k)
{
	struct pl_desk_view *d = k->d;
	pl_str name = pl_http_request_capture(d->req, "name");
	pl_status st = pl_http_request_number(d->req, "number", &k->number);

	k->who = (struct pl_casework_actor){.account = d->s.account, .role = pl_desk_vault_role(d->s.roles)};
	(void)snprintf(k->path, sizeof k->path, "/desk/case/%.*s/%llu", PL_STR_ARG(name), (unsigned long long)k->number);
	(void)snprintf(k->title, sizeof k->title, "%.*s %llu", PL_STR_ARG(name), (unsigned long long)k->number);
	if (st || name.len > PL_REGISTER_NAME_MAX)
		return PL_E_NOTFOUND;
	d->path = pl_str_from(k->path);
	pl_desk_crumb(d, "/desk", PL_MSG_desk_queue_heading);
	st = pl_desk_begin_named(d, PL_DESK_NAV_QUEUE, pl_str_from(k->title));
	if (!st)
		st = pl_register_open(d->w.inst, name, &k->r, NULL);
	if (st)
		return st;
	pl_register_say_find(d->w.inst, name, d->lang, d->arena, &k->say);
	return PL_OK;
}

/* ---- facts ---- */

static pl_status show_value(struct pl_desk_looking *k, size_t i, struct pl_case_value *row)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done_secret) = PL_BUF((size_t)2 << 20);
	const struct pl_commit_field *f = &k->r->decl->derived.fields[i];
	pl_status st = PL_OK;

	*row = (struct pl_case_value){.label = pl_register_say_field(&k->say, f->name), .closed = f->is_private};
	if (!k->v->v[i].present)
		return PL_OK;
	row->there = true;
	if (f->type == PL_COMMIT_TEXT) /* as it was written, not in its form for files */
		return pl_arena_dup(k->d->arena, pl_bytes_str(k->v->v[i].value), &row->value);
	st = pl_register_value_write(k->r->decl, i, k->v->v[i].value, &text);
	if (!st)
		st = pl_arena_dup(k->d->arena, pl_buf_str(&text), &row->value);
	if (!st)
		row->value = pl_register_say_value(&k->say, f->name, row->value);
	return st;
}

static pl_status fill_values(struct pl_desk_looking *k)
{
	struct pl_register_reader reader = {.role = k->who.role, .account = k->who.account};
	pl_status st = pl_register_case_read(k->d->w.inst, k->r, k->number, k->opened ? &reader : NULL, &k->v, NULL);

	if (st == PL_E_STATE && k->opened) /* nothing private stands behind the fields */
		st = pl_register_case_read(k->d->w.inst, k->r, k->number, NULL, &k->v, NULL);
	if (st)
		return st;
	k->m.revision = k->v->at.revision;
	k->m.gone = k->v->kind > PL_ROW_SEALED;
	k->m.sealed = k->v->kind == PL_ROW_SEALED;
	k->m.values = pl_arena_alloc(k->d->arena, k->r->decl->derived.n, sizeof *k->m.values);
	if (!k->m.values)
		return PL_E_NOMEM;
	for (size_t i = 0; i < k->r->decl->derived.n && !st; i++)
		if (!pl_desk_flaw_shows(k, k->r->decl->derived.fields[i].name))
			st = show_value(k, i, &k->m.values[k->m.n_values++]);
	return st;
}

/* ---- deadlines ---- */

static bool is_over(enum pl_clock_state s)
{
	return s == PL_CLOCK_MET || s == PL_CLOCK_MET_LATE || s == PL_CLOCK_HELD || s == PL_CLOCK_BROKEN;
}

static enum pl_message_id clock_words(enum pl_clock_state s)
{
	static const enum pl_message_id ids[] = {
		[PL_CLOCK_NOT_STARTED] = PL_MSG_case_clock_not_started, [PL_CLOCK_RUNNING] = PL_MSG_case_clock_running,
		[PL_CLOCK_PAUSED] = PL_MSG_case_clock_paused, [PL_CLOCK_MET] = PL_MSG_case_clock_met,
		[PL_CLOCK_MET_LATE] = PL_MSG_case_clock_met_late, [PL_CLOCK_OVERDUE_STRICT] = PL_MSG_case_clock_overdue_strict,
		[PL_CLOCK_OVERDUE_LEGAL] = PL_MSG_case_clock_overdue_legal, [PL_CLOCK_HELD] = PL_MSG_case_clock_held,
		[PL_CLOCK_BROKEN] = PL_MSG_case_clock_broken,
	};

	return ids[s];
}

struct pl_case_clock pl_desk_case_clock_row(const struct pl_clock *c)
{
	return (struct pl_case_clock){.code = pl_str_from(c->def->code), .task = pl_str_from(c->def->task), .state = {clock_words(c->state)},
		.strict = c->due.strict, .legal = c->due.legal, .over = is_over(c->state),
		.late = c->state == PL_CLOCK_OVERDUE_STRICT || c->state == PL_CLOCK_OVERDUE_LEGAL || c->state == PL_CLOCK_MET_LATE ||
			c->state == PL_CLOCK_BROKEN};
}

static pl_status fill_clocks(struct pl_desk_looking *k, const struct pl_casework_entry *e, size_t n)
{
	struct pl_clock all[PL_CLOCKS_MAX];
	size_t n_all = 0;
	pl_status st = pl_casework_clocks(k->r->calendar, e, n, pl_time_now(), all, &n_all, NULL);

	if (st == PL_E_STATE) { /* said on the page; the file stays readable */
		k->m.clocks_wrong = true;
		return PL_OK;
	}
	k->m.clocks = pl_arena_alloc(k->d->arena, n_all + 1, sizeof *k->m.clocks);
	if (st || !k->m.clocks)
		return st ? st : PL_E_NOMEM;
	for (size_t i = 0; i < n_all; i++)
		k->m.clocks[k->m.n_clocks++] = pl_desk_case_clock_row(&all[i]);
	return PL_OK;
}

/* ---- everything that was done ---- */

static enum pl_message_id kind_words(enum pl_casework_kind kind)
{
	static const enum pl_message_id ids[] = {
		[PL_CASEWORK_CAME] = PL_MSG_case_kind_came, [PL_CASEWORK_NOTE] = PL_MSG_case_kind_note, [PL_CASEWORK_MAIL] = PL_MSG_case_kind_mail,
		[PL_CASEWORK_ANSWER] = PL_MSG_case_kind_answer, [PL_CASEWORK_MESSAGE] = PL_MSG_case_kind_message, [PL_CASEWORK_ASSIGN] = PL_MSG_case_kind_assign, [PL_CASEWORK_STATE] = PL_MSG_case_kind_state,
		[PL_CASEWORK_HAPPENED] = PL_MSG_case_kind_happened, [PL_CASEWORK_PAUSE] = PL_MSG_case_kind_pause,
		[PL_CASEWORK_RESUME] = PL_MSG_case_kind_resume, [PL_CASEWORK_EXTEND] = PL_MSG_case_kind_extend, [PL_CASEWORK_MEET] = PL_MSG_case_kind_meet,
		[PL_CASEWORK_CHANGE] = PL_MSG_case_kind_change, [PL_CASEWORK_ERASE] = PL_MSG_case_kind_erase,
		[PL_CASEWORK_FILE] = PL_MSG_case_kind_file, [PL_CASEWORK_ATTACH] = PL_MSG_case_kind_attach,
		[PL_CASEWORK_ENCLOSE] = PL_MSG_case_kind_enclose, [PL_CASEWORK_PROPOSE] = PL_MSG_case_kind_propose,
		[PL_CASEWORK_DECIDE] = PL_MSG_case_kind_decide, [PL_CASEWORK_DECLINE] = PL_MSG_case_kind_decline,
		[PL_CASEWORK_WITHDRAW] = PL_MSG_case_kind_withdraw, [PL_CASEWORK_SEAL] = PL_MSG_case_kind_seal,
		[PL_CASEWORK_UNSEAL] = PL_MSG_case_kind_unseal, [PL_CASEWORK_LOOKUP] = PL_MSG_case_kind_lookup,
		[PL_CASEWORK_OUTGOING] = PL_MSG_case_kind_outgoing, [PL_CASEWORK_ORDERED] = PL_MSG_case_kind_ordered,
		[PL_CASEWORK_NOTICE] = PL_MSG_case_kind_notice, [PL_CASEWORK_SAID] = PL_MSG_case_kind_said,
		[PL_CASEWORK_HOLD] = PL_MSG_case_kind_hold, [PL_CASEWORK_RELEASE] = PL_MSG_case_kind_release,
	};

	return ids[kind];
}

static enum pl_message_id state_words(enum pl_casework_state s)
{
	static const enum pl_message_id ids[] = {
		[PL_CASEWORK_NEW] = PL_MSG_case_state_new, [PL_CASEWORK_WORKING] = PL_MSG_case_state_working, [PL_CASEWORK_WAITING] = PL_MSG_case_state_waiting,
		[PL_CASEWORK_DECIDED] = PL_MSG_case_state_decided, [PL_CASEWORK_CLOSED] = PL_MSG_case_state_closed,
	};

	return ids[s];
}

enum pl_message_id pl_desk_case_state(enum pl_casework_state s)
{
	return state_words(s);
}

static const char *name_z(struct pl_desk_looking *k, pl_str name)
{
	char *z = pl_arena_alloc(k->d->arena, name.len + 1, 1);

	return z && pl_str_z(name, z, name.len + 1) == PL_OK ? z : "";
}

/* The words of what an entry names: an account's name, a state's words, else the name itself. */
static pl_status about_words(struct pl_desk_looking *k, const struct pl_casework_entry *e, pl_str *ret)
{
	struct pl_vuln_notice notice;
	struct pl_ulid id;

	*ret = e->kind == PL_CASEWORK_HAPPENED ? pl_str_from(pl_clock_event_text(name_z(k, e->about))) : e->about;
	if (e->kind == PL_CASEWORK_ASSIGN && e->about.len && pl_ulid_parse(e->about, &id) == PL_OK)
		return pl_desk_name_of(k->d, &id, ret);
	if (e->kind == PL_CASEWORK_HOLD)
		return pl_desk_hold_about(k, e->about, ret);
	if (pl_casework_kind_is_file(e->kind))
		*ret = pl_desk_case_kind(k, e->about);
	if (e->kind == PL_CASEWORK_NOTICE && pl_vuln_notice_of(e, &notice))
		return pl_desk_cra_title(k, pl_str_from(pl_cra_stage_clock(notice.stage)->code), notice.edition, ret);
	for (unsigned i = 0; e->kind == PL_CASEWORK_STATE && pl_casework_state_words[i]; i++)
		if (pl_str_eq(e->about, pl_str_from(pl_casework_state_words[i])))
			*ret = pl_message(k->d->lang, state_words((enum pl_casework_state)i));
	return PL_OK;
}

/* What the entry of a file says lies sealed with the file's key: only its name is shown. */
static pl_str file_name(const struct pl_desk_looking *k, uint64_t seq)
{
	for (size_t i = 0; i < k->m.n_files; i++)
		if (k->m.files[i].seq == seq)
			return k->m.files[i].name;
	return (pl_str){0};
}

/* Those that came with entry @seq; they stand one behind the other. */
static void files_with(const struct pl_desk_looking *k, uint64_t seq, struct pl_case_entry *row)
{
	for (size_t i = 0; i < k->m.n_files; i++) {
		if (k->m.files[i].with != seq)
			continue;
		if (!row->n_with++)
			row->with = &k->m.files[i];
	}
}

static pl_status fill_entry(struct pl_desk_looking *k, const struct pl_casework_entry *e, struct pl_case_entry *row)
{
	pl_status st;

	*row = (struct pl_case_entry){.seq = e->seq, .at = e->at * PL_SECOND, .kind = {kind_words(e->kind)},
		.outside = e->kind == PL_CASEWORK_CAME || e->kind == PL_CASEWORK_MESSAGE || e->kind == PL_CASEWORK_FILE, .closed = e->sealed && !e->text.len};
	if (e->kind == PL_CASEWORK_MESSAGE || e->kind == PL_CASEWORK_ANSWER)
		files_with(k, e->seq, row);
	st = pl_desk_name_of(k->d, &e->account, &row->who);
	if (!st)
		st = about_words(k, e, &row->about);
	if (!st && e->kind >= PL_CASEWORK_PROPOSE && e->kind <= PL_CASEWORK_WITHDRAW)
		st = pl_desk_case_fill_decision(k, e, row);
	if (!st && e->kind == PL_CASEWORK_OUTGOING)
		st = pl_desk_case_outgoing_entry(k, e, row);
	if (e->kind == PL_CASEWORK_ORDERED || e->kind == PL_CASEWORK_SAID)
		row->about = pl_desk_errand_about(k, e->about);
	if (e->kind == PL_CASEWORK_NOTICE) { /* it is taken as a file */
		row->closed = false;
		return st;
	}
	if (st || !e->text.len)
		return st;
	if (e->kind == PL_CASEWORK_CAME) {
		struct pl_casework_came came;

		st = pl_casework_came(e->text, k->d->arena, &came);
		row->contact = came.contact;
		row->product = came.product;
		row->text = came.message;
		return st;
	}
	row->text = pl_casework_kind_is_file(e->kind) ? file_name(k, e->seq) : e->text;
	return PL_OK;
}

static bool stands_with_another(const struct pl_desk_looking *k, const struct pl_casework_entry *e)
{
	if (!pl_casework_kind_is_file(e->kind))
		return false;
	for (size_t i = 0; i < k->m.n_files; i++)
		if (k->m.files[i].seq == e->seq)
			return k->m.files[i].with != 0;
	return false;
}

static pl_status fill_entries(struct pl_desk_looking *k)
{
	struct pl_casework_entry *e = NULL;
	size_t n = 0;
	pl_status st = k->opened && !k->m.gone ?
		pl_casework_read(k->d->w.inst, k->r, k->number, &k->who, k->d->arena, &e, &n, NULL) :
		pl_casework_entries(k->d->w.inst, k->r, k->number, k->d->arena, &e, &n);

	if (!st && !k->m.is_flaw) /* a report of a flaw has those of its history */
		st = fill_clocks(k, e, n);
	if (!st)
		st = pl_desk_case_fill_files(k, e, n);
	k->entries = e;
	k->n_entries = n;
	if (!st)
		st = pl_desk_case_fill_two(k);
	if (!st)
		st = pl_desk_case_fill_outgoing(k);
	if (!st)
		st = pl_desk_case_fill_lookup(k);
	if (!st)
		st = pl_desk_case_fill_suggested(k);
	if (st)
		return st;
	k->m.entries = pl_arena_alloc(k->d->arena, n + 1, sizeof *k->m.entries);
	if (!k->m.entries)
		return PL_E_NOMEM;
	/* The newest first. Files that came with a message stand with it. */
	for (size_t i = n; i-- > 0 && !st;) {
		k->m.closed_entries = k->m.closed_entries || (e[i].sealed && !e[i].text.len);
		if (!stands_with_another(k, &e[i]))
			st = fill_entry(k, &e[i], &k->m.entries[k->m.n_entries++]);
	}
	return st;
}

static pl_status fill_state(struct pl_desk_looking *k)
{
	struct pl_casework_case c;
	pl_status st = pl_casework_get(k->d->w.inst, k->r, k->number, &c);

	if (st)
		return st;
	k->m.state.id = state_words(c.state);
	k->m.open = c.open;
	k->m.assigned = c.has_assigned;
	k->m.mine = c.has_assigned && memcmp(c.assigned.b, k->d->s.account.b, sizeof c.assigned.b) == 0;
	k->m.states = pl_arena_alloc(k->d->arena, PL_CASEWORK_STATES, sizeof *k->m.states);
	if (!k->m.states)
		return PL_E_NOMEM;
	for (unsigned i = 0; i < PL_CASEWORK_STATES; i++)
		k->m.states[k->m.n_states++] = (struct pl_case_choice){pl_str_from(pl_casework_state_words[i]),
			pl_message(k->d->lang, state_words((enum pl_casework_state)i)), i == (unsigned)c.state};
	return c.has_assigned ? pl_desk_name_of(k->d, &c.assigned, &k->m.who) : PL_OK;
}

/* Events that start clocks, and what may be done with those that run. */
static pl_status fill_events(struct pl_desk_looking *k)
{
	size_t n = 0;
	const struct pl_clock_def *defs = pl_clock_table(&n);

	k->m.events = pl_arena_alloc(k->d->arena, n, sizeof *k->m.events);
	if (!k->m.events)
		return PL_E_NOMEM;
	for (size_t i = 0; i < n; i++) {
		bool seen = !defs[i].starts;

		for (size_t j = 0; j < i && !seen; j++)
			seen = defs[j].starts && strcmp(defs[j].starts, defs[i].starts) == 0;
		if (!seen && (!k->r->decl->n_clocks || pl_register_decl_clock(k->r->decl, pl_str_from(defs[i].starts))))
			k->m.events[k->m.n_events++] =
				(struct pl_case_choice){pl_str_from(defs[i].starts), pl_str_from(pl_clock_event_text(defs[i].starts)), false};
	}
	return PL_OK;
}

static pl_status case_page(struct pl_desk_looking *k)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_PORTAL_PAGE_MAX);
	struct pl_desk_view *d = k->d;
	struct pl_html h;
	pl_status st = fill_values(k);

	k->m.name = k->r->decl->name;
	k->m.imported = k->r->decl->imported;
	k->m.calendar = pl_str_from(k->r->calendar->code);
	k->m.number = k->number;
	k->m.opened = k->opened;
	k->m.may_write = (d->s.roles & PL_DESK_WORKS) != 0 && !k->m.gone;
	if (!st)
		st = pl_desk_flaw_fill(k);
	if (!st)
		st = pl_desk_ask_fill(k);
	if (!st)
		st = pl_desk_case_fill_seal(k);
	if (!st)
		st = pl_desk_case_fill_hold(k);
	if (!st)
		st = pl_desk_case_fill_person(k);
	if (!st)
		st = fill_entries(k);
	if (!st)
		st = pl_desk_cra_fill_kept(k);
	if (!st)
		st = fill_state(k);
	if (!st)
		st = fill_events(k);
	if (!st && k->v->opened)
		st = pl_desk_case_fill_facts(k);
	if (st)
		return st;
	k->m.frame = d->frame;
	k->m.flaw.token = k->m.flaw.cra.token = d->frame.token;
	h = pl_desk_html(d, &b);
	pl_page_desk_case(&h, &k->m);
	return pl_desk_send(d, &b);
}

pl_status pl_desk_with_case(struct pl_desk_view *d, pl_status (*act)(struct pl_desk_looking *k))
{
	struct pl_desk_looking *k = PL_NEW(struct pl_desk_looking);
	pl_status st;

	k->d = d;
	k->room = (struct pl_arena)PL_ARENA(ROOM_BYTES);
	st = find_case(k);
	if (!st)
		st = act(k);
	pl_vuln_free(k->flaw);
	pl_register_view_free(k->v);
	pl_register_close(k->r);
	pl_arena_done(&k->room);
	pl_free(k);
	return st;
}

static pl_status look_closed(struct pl_desk_looking *k)
{
	return case_page(k);
}

pl_status pl_desk_case_opened(struct pl_desk_looking *k)
{
	pl_status st;

	k->opened = true;
	st = case_page(k);
	if (st != PL_E_BUSY && st != PL_E_DENIED)
		return st;
	/* Too many cases in an hour, or not this one: the page says so, closed. */
	pl_desk_refused(k->d, st == PL_E_BUSY ? 429 : 403, st == PL_E_BUSY ? PL_MSG_case_too_many : PL_MSG_case_denied);
	k->opened = false;
	pl_vuln_free(k->flaw);
	k->flaw = NULL;
	pl_register_view_free(k->v);
	k->v = NULL;
	k->m = (struct pl_desk_case_page){0};
	return case_page(k);
}

pl_status pl_desk_case(struct pl_desk_view *d)
{
	return pl_desk_with_case(d, look_closed);
}

pl_status pl_desk_case_read(struct pl_desk_view *d)
{
	return pl_desk_with_case(d, pl_desk_case_opened);
}

/* ---- acts ---- */

pl_status pl_desk_case_refuse(struct pl_desk_looking *k, unsigned status, enum pl_message_id said)
{
	pl_desk_refused(k->d, status, said);
	return case_page(k);
}

pl_status pl_desk_case_refuse_opened(struct pl_desk_looking *k, unsigned status, enum pl_message_id said)
{
	pl_desk_refused(k->d, status, said);
	return pl_desk_case_opened(k);
}

/* Back to the case, or to it with what was wrong. */
pl_status pl_desk_case_conclude(struct pl_desk_looking *k, pl_status st)
{
	enum pl_message_id said = st == PL_E_RANGE || st == PL_E_SYNTAX ? PL_MSG_case_refused_range : st == PL_E_TOOBIG ? PL_MSG_case_refused_long :
		st == PL_E_NOTFOUND ? PL_MSG_case_refused_nobody : st == PL_E_STATE ? PL_MSG_case_refused_state :
		st == PL_E_CONFLICT ? PL_MSG_case_refused_conflict : PL_MSG_case_too_many;

	if (!st)
		return pl_desk_go(k->d, k->path, "noted");
	if (st != PL_E_RANGE && st != PL_E_TOOBIG && st != PL_E_NOTFOUND && st != PL_E_STATE && st != PL_E_BUSY && st != PL_E_SYNTAX &&
		st != PL_E_CONFLICT)
		return st;
	pl_desk_refused(k->d, st == PL_E_BUSY ? 429 : 400, said);
	if (!k->m.answer.len && !k->m.although.len)
		k->m.note = pl_desk_field(k->d, "text");
	k->m.subject = pl_desk_field(k->d, "subject");
	return case_page(k);
}

static pl_status do_assign(struct pl_desk_looking *k)
{
	pl_str to = pl_str_trim(pl_desk_field(k->d, "to"));
	struct pl_account a;
	struct pl_ulid id = {0};
	pl_status st = PL_OK;

	if (pl_str_eq(to, PL_STR("me"))) {
		id = k->d->s.account;
	} else if (!pl_str_eq(to, PL_STR("nobody"))) {
		st = pl_account_find(k->d->people, pl_str_trim(pl_desk_field(k->d, "account")), k->d->arena, &a);
		if (!st && (a.state != PL_ACCOUNT_ACTIVE || !(a.roles & PL_DESK_CASES)))
			st = PL_E_NOTFOUND;
		if (!st)
			id = a.id;
	}
	if (!st)
		st = pl_casework_assign(k->d->w.inst, k->r, k->number, &k->who, &id, NULL);
	return pl_desk_case_conclude(k, st);
}

static pl_status do_state(struct pl_desk_looking *k)
{
	pl_str to = pl_desk_field(k->d, "state");

	for (unsigned i = 0; pl_casework_state_words[i]; i++)
		if (pl_str_eq(to, pl_str_from(pl_casework_state_words[i])))
			return pl_desk_case_conclude(k, pl_casework_state_set(k->d->w.inst, k->r, k->number, &k->who, (enum pl_casework_state)i, NULL));
	return pl_desk_case_conclude(k, PL_E_RANGE);
}

pl_status pl_desk_case_text(struct pl_desk_looking *k, pl_str *ret)
{
	return pl_desk_text(k->d, ret);
}

static pl_status do_note(struct pl_desk_looking *k)
{
	pl_str text;
	pl_status st = pl_desk_case_text(k, &text);

	if (!st)
		st = pl_casework_write(k->d->w.inst, k->r, k->number, &k->who, PL_CASEWORK_NOTE, 0, (pl_str){0}, text, NULL);
	return pl_desk_case_conclude(k, st);
}

static pl_status do_mail(struct pl_desk_looking *k)
{
	struct pl_outgoing o = {.what = PL_OUTGOING_MAIL};
	pl_str text, subject = pl_str_trim(pl_desk_field(k->d, "subject"));
	bool goes = true, looked = false;
	pl_status st = pl_desk_case_text(k, &text);

	o.subject = subject;
	o.text = text;
	if (!st && subject.len && text.len)
		st = pl_desk_words_ask(k, &o, false, &goes, &looked);
	if (st || !goes)
		return st;
	return pl_desk_case_conclude(k, pl_casework_mail(k->d->w.inst, k->r, k->number, &k->who, subject, text, looked, NULL));
}

static pl_status do_clock(struct pl_desk_looking *k)
{
	static const struct {
		const char *word;
		enum pl_casework_kind kind;
	} acts[] = {{"happened", PL_CASEWORK_HAPPENED}, {"pause", PL_CASEWORK_PAUSE}, {"resume", PL_CASEWORK_RESUME}, {"extend", PL_CASEWORK_EXTEND},
		{"meet", PL_CASEWORK_MEET}};
	pl_str act = pl_desk_field(k->d, "act"), about, text;
	pl_status st = pl_desk_case_text(k, &text);

	if (pl_vuln_is_register(k->r->decl)) {
		k->why = "a report of a flaw keeps its deadlines in its history: note it there";
		return pl_desk_case_refuse(k, 400, PL_MSG_flaw_refused);
	}

	for (size_t i = 0; i < PL_COUNT(acts) && !st; i++) {
		if (!pl_str_eq(act, pl_str_from(acts[i].word)))
			continue;
		about = pl_desk_field(k->d, acts[i].kind == PL_CASEWORK_HAPPENED ? "event" : "clock");
		return pl_desk_case_conclude(k, pl_casework_write(k->d->w.inst, k->r, k->number, &k->who, acts[i].kind, 0, about, text, NULL));
	}
	return pl_desk_case_conclude(k, st ? st : PL_E_RANGE);
}

pl_status pl_desk_case_assign(struct pl_desk_view *d)
{
	return pl_desk_with_case(d, do_assign);
}

pl_status pl_desk_case_state_set(struct pl_desk_view *d)
{
	return pl_desk_with_case(d, do_state);
}

pl_status pl_desk_case_note(struct pl_desk_view *d)
{
	return pl_desk_with_case(d, do_note);
}

pl_status pl_desk_case_mail(struct pl_desk_view *d)
{
	return pl_desk_with_case(d, do_mail);
}

pl_status pl_desk_case_clock(struct pl_desk_view *d)
{
	return pl_desk_with_case(d, do_clock);
}
