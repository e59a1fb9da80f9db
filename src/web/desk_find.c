/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/desk_find: cases of one register by what stands in them. What is looked for may be somebody's name, so it is sent by a form and
 * stands in no address; each search leaves a line in the vault under the account that made it.
 */
#include "register/casework/find.h"
#include "web/desk_case.h"
#include <stdio.h>

struct finding {
	struct pl_desk_view *d;
	struct pl_register *r;
	struct pl_register_say say;
	char path[PL_DESK_CASE_PATH];
	struct pl_desk_find_page m;
};

static pl_str typed(const struct pl_desk_view *d, pl_str field)
{
	char name[PL_REGISTER_NAME_MAX + 80];

	(void)snprintf(name, sizeof name, "f-%.*s", PL_STR_ARG(field));
	return pl_str_trim(pl_desk_field(d, name));
}

/* One row for each field that is in the index. */
static pl_status fill_fields(struct finding *f)
{
	const struct pl_commit_decl *d = &f->r->decl->derived;
	pl_status st = PL_OK;

	f->m.fields = pl_arena_alloc(f->d->arena, d->n, sizeof *f->m.fields);
	if (!f->m.fields)
		return PL_E_NOMEM;
	for (size_t i = 0; i < d->n && !st; i++) {
		const struct pl_commit_field *field = &d->fields[i];
		struct pl_case_fact *row = &f->m.fields[f->m.n_fields];

		if (field->type == PL_COMMIT_DIGEST || field->type == PL_COMMIT_BYTES)
			continue;
		f->m.n_fields++;
		*row = (struct pl_case_fact){.name = field->name, .label = pl_register_say_field(&f->say, field->name),
			.value = typed(f->d, field->name), .sealed = field->is_private};
		if (field->type == PL_COMMIT_ENUM)
			st = pl_desk_case_choices(f->d->arena, &f->say, field->name, field->choices, row->value, &row->choices, &row->n_choices);
	}
	f->m.contact = typed(f->d, PL_STR("contact"));
	return st;
}

static pl_status begin(struct pl_desk_view *d, struct finding *f)
{
	pl_str name = pl_http_request_capture(d->req, "name");
	pl_status st;

	*f = (struct finding){.d = d};
	(void)snprintf(f->path, sizeof f->path, "/desk/find/%.*s", PL_STR_ARG(name));
	if (name.len > PL_REGISTER_NAME_MAX)
		return PL_E_NOTFOUND;
	d->path = pl_str_from(f->path);
	pl_desk_crumb(d, "/desk", PL_MSG_desk_queue_heading);
	st = pl_desk_begin(d, PL_DESK_NAV_QUEUE, PL_MSG_desk_queue_find);
	if (!st)
		st = pl_register_open(d->w.inst, name, &f->r, NULL);
	if (st)
		return st;
	pl_register_say_find(d->w.inst, name, d->lang, d->arena, &f->say);
	f->m.name = f->r->decl->name;
	return fill_fields(f);
}

static pl_status show(struct finding *f)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PORTAL_PAGE_MAX);
	struct pl_html h;

	f->m.frame = f->d->frame;
	h = pl_desk_html(f->d, &b);
	pl_page_desk_find(&h, &f->m);
	return pl_desk_send(f->d, &b);
}

pl_status pl_desk_find_form(struct pl_desk_view *d)
{
	struct finding f;
	pl_status st = begin(d, &f);

	if (!st)
		st = show(&f);
	pl_register_close(f.r);
	return st;
}

/* What was filled in. PL_E_TOOBIG: more than a search takes. */
static pl_status take_terms(const struct finding *f, struct pl_find_query *q)
{
	for (size_t i = 0; i <= f->m.n_fields; i++) {
		pl_str name = i < f->m.n_fields ? f->m.fields[i].name : PL_STR("contact");
		pl_str text = i < f->m.n_fields ? f->m.fields[i].value : f->m.contact;

		if (!text.len)
			continue;
		if (q->n == PL_FIND_TERMS_MAX)
			return PL_E_TOOBIG;
		q->terms[q->n++] = (struct pl_find_term){name, text};
	}
	return PL_OK;
}

/* A case without a file (entered at a terminal, imported) has a number only. */
static pl_status fill_found(struct finding *f, const uint64_t *numbers, size_t n)
{
	f->m.found = pl_arena_alloc(f->d->arena, n + 1, sizeof *f->m.found);
	if (!f->m.found)
		return PL_E_NOMEM;
	for (size_t i = 0; i < n; i++) {
		struct pl_case_row *row = &f->m.found[f->m.n_found++];
		struct pl_casework_case c;
		pl_status st = pl_casework_get(f->d->w.inst, f->r, numbers[i], &c);

		*row = (struct pl_case_row){.name = f->m.name, .number = numbers[i]};
		if (st == PL_E_NOTFOUND)
			continue;
		if (st)
			return st;
		row->state = (struct pl_html_msg){pl_desk_case_state(c.state)};
		row->fresh = c.state == PL_CASEWORK_NEW;
		row->touched = c.touched * PL_SECOND;
		if (c.has_assigned && (st = pl_desk_name_of(f->d, &c.assigned, &row->who)) != PL_OK)
			return st;
	}
	return PL_OK;
}

static pl_status refuse(struct finding *f, pl_status st)
{
	static const struct {
		pl_status st;
		unsigned status;
		enum pl_message_id said;
	} rows[] = {
		{PL_E_RANGE, 422, PL_MSG_desk_find_nothing}, {PL_E_TOOBIG, 422, PL_MSG_desk_find_many}, {PL_E_STATE, 409, PL_MSG_desk_find_no_index},
		{PL_E_BUSY, 429, PL_MSG_case_too_many}, {PL_E_DENIED, 403, PL_MSG_case_denied},
	};

	for (size_t i = 0; i < PL_COUNT(rows); i++)
		if (rows[i].st == st) {
			pl_desk_refused(f->d, rows[i].status, rows[i].said);
			return show(f);
		}
	return st;
}

static pl_status look(struct finding *f)
{
	const struct pl_casework_actor who = {.account = f->d->s.account, .role = pl_desk_vault_role(f->d->s.roles)};
	struct pl_find_query q = {.limit = PL_DESK_PAGE_ROWS + 1};
	uint64_t numbers[PL_DESK_PAGE_ROWS + 1];
	size_t n = 0;
	pl_status st = take_terms(f, &q);

	if (!st)
		st = pl_find(f->d->w.inst, f->r, &who, &q, numbers, &n, &f->m.behind, NULL);
	if (st)
		return refuse(f, st);
	f->m.searched = true;
	f->m.more = n > PL_DESK_PAGE_ROWS;
	st = fill_found(f, numbers, f->m.more ? PL_DESK_PAGE_ROWS : n);
	return st ? st : show(f);
}

pl_status pl_desk_find(struct pl_desk_view *d)
{
	struct finding f;
	pl_status st = begin(d, &f);

	if (!st)
		st = look(&f);
	pl_register_close(f.r);
	return st;
}
