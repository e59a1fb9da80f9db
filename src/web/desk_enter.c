/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/desk_enter: a case that did not come by a form of the portal, from a letter, a visit, a finding of one's own, entered by whoever works here. As
 * `pellucid register enter` with one row: its number is the next one, and what is private is sealed before anything is stored.
 *
 * A form is entered once: its page has a random word, and one that was sent twice leads to the case that it became.
 */
#include "base/csv.h"
#include "base/random.h"
#include "base/time.h"
#include "register/table.h"
#include "web/desk_case.h"
#include <stdio.h>

#define ROW_MAX ((size_t)256 * 1024)

struct entering {
	struct pl_desk_view *d;
	struct pl_register *r;
	struct pl_register_say say;
	char path[PL_DESK_CASE_PATH];
	struct pl_desk_enter_page m;
};

/* ---- once ---- */

static struct pl_desk_once *find_once(struct pl_desk *desk, pl_str word)
{
	for (size_t i = 0; i < PL_COUNT(desk->once); i++)
		if (desk->once[i].word[0] && pl_str_eq(pl_str_from(desk->once[i].word), word))
			return &desk->once[i];
	return NULL;
}

/* Take @word; *@ret: the case that it became before. PL_E_EXISTS then, or with 0 while it is on its way. */
static pl_status take_once(struct pl_desk *desk, pl_str word, uint64_t *ret)
{
	struct pl_desk_once *o;
	pl_status st = PL_E_EXISTS;

	*ret = 0;
	if (word.len != 2 * PL_DESK_ONCE_BYTES)
		return PL_E_SYNTAX;
	(void)pthread_mutex_lock(&desk->lock);
	o = find_once(desk, word);
	if (o) {
		*ret = o->number;
	} else {
		o = &desk->once[desk->at_once++ % PL_COUNT(desk->once)];
		*o = (struct pl_desk_once){0};
		st = pl_str_z(word, o->word, sizeof o->word);
	}
	(void)pthread_mutex_unlock(&desk->lock);
	return st;
}

/* @number 0: it came to nothing, and the form can be sent again. */
static void end_once(struct pl_desk *desk, pl_str word, uint64_t number)
{
	struct pl_desk_once *o;

	(void)pthread_mutex_lock(&desk->lock);
	o = find_once(desk, word);
	if (o && number)
		o->number = number;
	else if (o)
		*o = (struct pl_desk_once){0};
	(void)pthread_mutex_unlock(&desk->lock);
}

static pl_status new_once(struct entering *e)
{
	uint8_t raw[PL_DESK_ONCE_BYTES];
	char text[2 * PL_DESK_ONCE_BYTES + 1];

	pl_random(raw, sizeof raw);
	pl_hex_write(raw, sizeof raw, text);
	return pl_arena_dup(e->d->arena, pl_str_from(text), &e->m.once);
}

/* ---- the form ---- */

/* What a browser sends for a line end is CR LF. */
static pl_status typed(const struct pl_desk_view *d, pl_str field, pl_str *ret)
{
	struct pl_buf lines PL_CLEANUP(pl_buf_done_secret) = PL_BUF(ROW_MAX);
	char name[PL_REGISTER_NAME_MAX + 80];
	pl_str text;

	(void)snprintf(name, sizeof name, "f-%.*s", PL_STR_ARG(field));
	text = pl_str_trim(pl_desk_field(d, name));
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] != '\r' || i + 1 == text.len || text.ptr[i + 1] != '\n')
			pl_buf_put_c(&lines, text.ptr[i]);
	return pl_buf_status(&lines) ? pl_buf_status(&lines) : pl_arena_dup(d->arena, pl_buf_str(&lines), ret);
}

static pl_status fill_fields(struct entering *e)
{
	const struct pl_register_decl *d = e->r->decl;
	char now[21];
	pl_status st = PL_OK;

	e->m.fields = pl_arena_alloc(e->d->arena, d->n_fields, sizeof *e->m.fields);
	if (!e->m.fields)
		return PL_E_NOMEM;
	pl_time_write(pl_time_now(), now);
	for (size_t i = 0; i < d->n_fields && !st; i++) {
		const struct pl_register_field *f = &d->fields[i];
		const struct pl_commit_field *exact = &d->derived.fields[f->exact];
		struct pl_case_fact *row = &e->m.fields[e->m.n_fields++];

		*row = (struct pl_case_fact){.name = f->name, .label = pl_register_say_field(&e->say, f->name),
			.sealed = exact->is_private, .several = exact->type == PL_COMMIT_TEXT, .time = exact->type == PL_COMMIT_TIME};
		st = typed(e->d, f->name, &row->value);
		if (!st && i == 0 && !row->value.len)
			st = pl_arena_dup(e->d->arena, pl_str_from(now), &row->value);
		if (!st && (exact->type == PL_COMMIT_ENUM || exact->type == PL_COMMIT_BOOL))
			st = pl_desk_case_choices(e->d->arena, &e->say, f->name, exact->type == PL_COMMIT_BOOL ? PL_STR("true,false") : exact->choices,
				row->value, &row->choices, &row->n_choices);
	}
	return st;
}

static pl_status begin(struct pl_desk_view *d, struct entering *e)
{
	pl_str name = pl_http_request_capture(d->req, "name");
	pl_status st;

	*e = (struct entering){.d = d};
	(void)snprintf(e->path, sizeof e->path, "/desk/enter/%.*s", PL_STR_ARG(name));
	if (name.len > PL_REGISTER_NAME_MAX)
		return PL_E_NOTFOUND;
	d->path = pl_str_from(e->path);
	pl_desk_crumb(d, "/desk", PL_MSG_desk_queue_heading);
	st = pl_desk_begin(d, PL_DESK_NAV_QUEUE, PL_MSG_desk_enter_title);
	if (!st)
		st = pl_register_open(d->w.inst, name, &e->r, NULL);
	/* A reconstructed one has no more cases than its source. */
	if (st || e->r->decl->imported)
		return st ? st : PL_E_NOTFOUND;
	pl_register_say_find(d->w.inst, name, d->lang, d->arena, &e->say);
	e->m.name = e->r->decl->name;
	return fill_fields(e);
}

static pl_status show(struct entering *e)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_PORTAL_PAGE_MAX);
	struct pl_html h;

	e->m.frame = e->d->frame;
	h = pl_desk_html(e->d, &b);
	pl_page_desk_enter(&h, &e->m);
	return pl_desk_send(e->d, &b);
}

pl_status pl_desk_enter_form(struct pl_desk_view *d)
{
	struct entering e;
	pl_status st = begin(d, &e);

	if (!st)
		st = new_once(&e);
	if (!st)
		st = show(&e);
	pl_register_close(e.r);
	return st;
}

/* ---- entering ---- */

static pl_status write_row(const struct entering *e, struct pl_buf *out)
{
	for (size_t i = 0; i < e->m.n_fields; i++)
		pl_csv_put(out, e->m.fields[i].name, i == 0);
	pl_buf_put_c(out, '\n');
	for (size_t i = 0; i < e->m.n_fields; i++)
		pl_csv_put(out, e->m.fields[i].value, i == 0);
	pl_buf_put_c(out, '\n');
	return pl_buf_status(out);
}

/* The sender's secret, if he is to have one: shown once, and kept nowhere but as a hash. */
static void entered(void *ctx, uint64_t number, const struct pl_register_secret *secret)
{
	struct entering *e = ctx;
	char text[PL_ULID_TEXT + 1];

	e->m.number = number;
	if (secret) {
		pl_ulid_write(&secret->v, text);
		(void)!pl_arena_dup(e->d->arena, pl_str_from(text), &e->m.secret);
		pl_wipe(text, sizeof text);
	}
}

static pl_status enter(struct entering *e, struct pl_diag *diag)
{
	struct pl_buf row PL_CLEANUP(pl_buf_done_secret) = PL_BUF(ROW_MAX);
	const struct pl_register_table_options opt = {.now = pl_time_now() / PL_SECOND, .entered = entered, .ctx = e,
		.promises = pl_str_eq(pl_desk_field(e->d, "promise"), PL_STR("yes"))};
	uint64_t first, last;
	pl_status st = write_row(e, &row);

	return st ? st : pl_register_enter_table(e->d->w.inst, e->r, pl_buf_str(&row), &opt, &first, &last, diag);
}

static pl_status refuse(struct entering *e, pl_status st, const struct pl_diag *diag)
{
	pl_str why = pl_str_from(diag->text);

	/* What is not about the form has no words of the room. */
	if (!diag->text[0])
		return st;
	pl_desk_refused(e->d, st == PL_E_ROLLBACK ? 409 : st == PL_E_BUSY ? 429 : 400, PL_MSG_desk_enter_refused);
	/* There is one line, and nobody sees it. */
	(void)pl_str_eat(&why, PL_STR("line 2: "));
	st = pl_arena_dup(e->d->arena, why, &e->m.why);
	e->m.once = pl_desk_field(e->d, "once");
	e->m.promise = pl_str_eq(pl_desk_field(e->d, "promise"), PL_STR("yes"));
	return st ? st : show(e);
}

static pl_status enter_once(struct entering *e)
{
	pl_str once = pl_desk_field(e->d, "once");
	struct pl_diag diag = {0};
	char path[PL_DESK_CASE_PATH];
	uint64_t before;
	pl_status st = take_once(e->d->desk, once, &before);

	if (st == PL_E_EXISTS && !before)
		return PL_E_BUSY;
	if (st == PL_E_EXISTS) {
		(void)snprintf(path, sizeof path, "/desk/case/%.*s/%llu", PL_STR_ARG(e->m.name), (unsigned long long)before);
		return pl_desk_go(e->d, path, "noted");
	}
	if (st)
		return st;
	st = enter(e, &diag);
	end_once(e->d->desk, once, st ? 0 : e->m.number);
	if (st)
		return refuse(e, st, &diag);
	return show(e);
}

pl_status pl_desk_enter(struct pl_desk_view *d)
{
	struct entering e;
	pl_status st = begin(d, &e);

	if (!st)
		st = enter_once(&e);
	pl_register_close(e.r);
	return st;
}
