/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/desk_award_check: what `pellucid bounty check` and `bounty open` do, at the desk. Both read what is sealed as whoever asks, so the vault notes
 * it and counts it against his hour; what was opened before a refusal stays opened, and is said.
 */
#include "register/entity/book_query.h"
#include "register/vuln/award.h"
#include "web/desk_internal.h"

#define BOOKS 64u
#define SHOWN_MAX 100u

struct comparing {
	struct pl_desk_view *d;
	struct pl_instance *inst;
	struct pl_desk_awards_page *m;
	struct pl_register_reader reader;
	pl_str after, *names;
	size_t n;
	pl_status told; /* room for what was told of ran out */
	struct pl_diag diag;
};

static void tell(void *ctx, pl_str entity, uint64_t number, const char *why)
{
	struct comparing *c = ctx;
	struct pl_award_loose *row = &c->m->found[c->m->n_found];

	if (c->m->n_found == SHOWN_MAX || c->told)
		return;
	*row = (struct pl_award_loose){.why = pl_str_from(why), .transaction = number};
	c->told = pl_arena_dup(c->d->arena, entity, &row->entity);
	c->m->n_found += c->told == PL_OK;
}

static pl_status list_books(void *ctx, struct pl_db_tx *tx)
{
	struct comparing *c = ctx;

	return pl_book_names(tx, c->after, BOOKS, c->d->arena, &c->names, &c->n);
}

static pl_status compare_one(struct comparing *c, pl_str entity)
{
	struct pl_award_check one = {0};
	pl_status st = pl_award_examine(c->inst, entity, &c->reader, tell, c, &one, &c->diag);

	c->m->paid += one.paid;
	c->m->loose += one.loose;
	return st ? st : c->told;
}

static pl_status compare_all(struct comparing *c)
{
	pl_status st;

	c->m->found = pl_arena_alloc(c->d->arena, SHOWN_MAX, sizeof *c->m->found);
	if (!c->m->found)
		return PL_E_NOMEM;
	do {
		st = pl_db_read(pl_instance_db(c->inst), list_books, c);
		for (size_t i = 0; i < c->n && !st; i++) {
			st = compare_one(c, c->names[i]);
			c->after = c->names[i];
		}
	} while (!st && c->n == BOOKS);
	return st;
}

/* What stood against it stands on the page; what is no refusal has no words of the room. */
static pl_status answer(struct pl_desk_view *d, struct pl_desk_awards_page *m, pl_status st, const struct pl_diag *diag)
{
	if (st == PL_E_BUSY)
		pl_desk_refused(d, 429, PL_MSG_case_too_many);
	else if (st == PL_E_DENIED)
		pl_desk_refused(d, 403, PL_MSG_awards_denied);
	else if (st && !diag->text[0])
		return st;
	else if (st)
		pl_desk_refused(d, 409, PL_MSG_desk_refused_not_done);
	if (st && st != PL_E_BUSY && st != PL_E_DENIED)
		m->why = pl_str_from(diag->text);
	return pl_desk_awards_show(d, m);
}

pl_status pl_desk_awards_check(struct pl_desk_view *d)
{
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	struct pl_desk_awards_page m = {0};
	struct comparing c = {.d = d, .m = &m, .reader = {.role = pl_desk_vault_role(d->s.roles), .account = d->s.account}};
	pl_status st = pl_view_begin(&w, d->desk->portal, d->req, d->reply, PL_NAV_NONE);

	c.inst = w.inst;
	if (!st)
		st = compare_all(&c);
	pl_view_end(&w);
	w = (struct pl_view){0};
	m.checked = st == PL_OK;
	return answer(d, &m, st, &c.diag);
}

pl_status pl_desk_awards_open(struct pl_desk_view *d)
{
	struct pl_register *r PL_CLEANUP(pl_register_closep) = NULL;
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	const struct pl_register_reader reader = {.role = pl_desk_vault_role(d->s.roles), .account = d->s.account};
	struct pl_desk_awards_page m = {0};
	struct pl_award_opened done = {0};
	struct pl_diag diag = {0};
	pl_status st = pl_view_begin(&w, d->desk->portal, d->req, d->reply, PL_NAV_NONE);

	if (!st)
		st = pl_register_open(w.inst, PL_STR(PL_AWARD_REGISTER), &r, &diag);
	if (!st)
		st = pl_award_open(w.inst, r, &reader, &done, &diag);
	pl_register_close(r);
	r = NULL;
	pl_view_end(&w);
	w = (struct pl_view){0};
	m.released = done.released;
	m.exact = done.exact;
	m.opened = !st || done.released || done.exact;
	return answer(d, &m, st, &diag);
}
