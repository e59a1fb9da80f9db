/* SPDX-License-Identifier: Apache-2.0 */
/* web/portal_entity: one legal entity: its names, owners, duties, attestations and history. */
#include "base/time.h"
#include "register/period.h"
#include "web/portal_entity.h"
#include <stdio.h>

#define SHOWN_MAX 64u
#define OWNERS_MAX 64u
#define DEPTH_MAX 6u

/* ---- words ---- */

static const enum pl_message_id role_words[PL_ENTITY_ROLES] = {
	PL_MSG_role_data_infrastructure, PL_MSG_role_development, PL_MSG_role_headquarters, PL_MSG_role_holding,
	PL_MSG_role_national_company, PL_MSG_role_sales, PL_MSG_role_support,
};
static const enum pl_message_id name_words[PL_SHEET_KINDS] = {
	PL_MSG_name_former, PL_MSG_name_local, PL_MSG_name_trading, PL_MSG_name_transliterated,
};
static const enum pl_message_id asset_words[PL_ASSET_KINDS] = {PL_MSG_asset_contract, PL_MSG_asset_data_centre,
	PL_MSG_asset_site};
static const enum pl_message_id duty_words[PL_DUTY_KINDS] = {
	PL_MSG_duty_delivery, PL_MSG_duty_payments, PL_MSG_duty_release_approval, PL_MSG_duty_request_desk,
		PL_MSG_duty_support,
};
static const enum pl_message_id flag_words[PL_DUTY_FLAGS] = {
	PL_MSG_flag_not_stated, PL_MSG_flag_no_holder, PL_MSG_flag_no_deputy, PL_MSG_flag_headquarters, PL_MSG_flag_no_drill,
	PL_MSG_flag_old_drill,
};

static pl_status words_of_bits(struct pl_view *w, unsigned bits, const enum pl_message_id *words, unsigned n,
	struct pl_msg_row **ret, size_t *ret_n)
{
	pl_status st = pl_view_list(w, n, sizeof **ret, ret);

	*ret_n = 0;
	for (unsigned i = 0; i < n && !st; i++)
		if (bits >> i & 1)
			(*ret)[(*ret_n)++] = (struct pl_msg_row){{words[i]}};
	return st;
}

pl_status pl_view_roles(struct pl_view *w, unsigned roles, struct pl_msg_row **ret, size_t *ret_n)
{
	return words_of_bits(w, roles, role_words, PL_ENTITY_ROLES, ret, ret_n);
}

pl_str pl_view_entity_name(struct pl_view *w, const struct pl_entity *e)
{
	struct pl_sheet sheet;

	return pl_query_sheet(w->inst, e, w->arena, &sheet) == PL_OK ? sheet.legal_name : e->id;
}

static pl_status share_text(struct pl_view *w, uint64_t share, pl_str *ret)
{
	char text[32];

	(void)snprintf(text, sizeof text, "%llu.%02llu %%", (unsigned long long)(share / 100),
		(unsigned long long)(share % 100));
	return pl_arena_dup(w->arena, pl_str_from(text), ret);
}

/* ---- its names ---- */

static pl_status fill_sheet(struct pl_view *w, const struct pl_entity *e, struct pl_entity_page *m)
{
	struct pl_sheet *s = pl_arena_alloc(w->arena, 1, sizeof *s);
	pl_status st = s ? pl_query_sheet(w->inst, e, w->arena, s) : PL_E_TOOBIG;

	m->name = e->id;
	if (st)
		return st == PL_E_NOTFOUND ? PL_OK : st;
	m->sheet = true;
	m->name = s->legal_name;
	m->authority = s->authority;
	m->number = s->number;
	m->banks = s->banks;
	m->n_banks = s->n_banks;
	m->n_names = s->n_names;
	st = pl_view_list(w, s->n_names, sizeof *m->names, &m->names);
	for (size_t i = 0; i < s->n_names && !st; i++)
		m->names[i] = (struct pl_other_name_row){{name_words[s->names[i].kind]}, s->names[i].name};
	return st;
}

/* ---- owners ---- */

struct ways {
	struct pl_view *w;
	struct pl_entity_page *m;
};

/* The owners of @e, each followed by its own, as far as the page goes. */
static pl_status climb(struct ways *c, const struct pl_entity *e, pl_str name, uint64_t depth)
{
	pl_status st = PL_OK;

	for (size_t i = 0; i < e->n_parents && !st && c->m->n_owners < OWNERS_MAX; i++) {
		struct pl_owner_row *row = &c->m->owners[c->m->n_owners++];
		struct pl_entity owner;

		*row = (struct pl_owner_row){.depth = depth, .id = e->parents[i].entity, .owned = name,
			.since = e->parents[i].since * PL_SECOND};
		st = share_text(c->w, e->parents[i].share, &row->share);
		if (!st)
			st = pl_query_entity(c->w->inst, e->parents[i].entity, c->w->arena, &owner);
		if (st)
			return st;
		row->name = pl_view_entity_name(c->w, &owner);
		if (depth < DEPTH_MAX)
			st = climb(c, &owner, row->name, depth + 1);
	}
	return st;
}

static pl_status fill_owned(struct pl_view *w, const struct pl_entity *e, struct pl_entity_page *m)
{
	struct pl_entity_parent *list = NULL;
	pl_status st = pl_query_entity_children(w->inst, e->id, w->arena, &list, &m->n_owned);

	if (!st)
		st = pl_view_list(w, m->n_owned, sizeof *m->owned, &m->owned);
	for (size_t i = 0; i < m->n_owned && !st; i++) {
		struct pl_owner_row *row = &m->owned[i];
		struct pl_entity child;

		*row = (struct pl_owner_row){.id = list[i].entity, .since = list[i].since * PL_SECOND};
		st = share_text(w, list[i].share, &row->share);
		if (!st)
			st = pl_query_entity(w->inst, list[i].entity, w->arena, &child);
		if (!st)
			row->name = pl_view_entity_name(w, &child);
	}
	return st;
}

static pl_status fill_owners(struct pl_view *w, const struct pl_entity *e, struct pl_entity_page *m)
{
	struct ways c = {w, m};
	pl_status st = pl_view_list(w, OWNERS_MAX, sizeof *m->owners, &m->owners);

	if (!st)
		st = climb(&c, e, m->name, 1);
	return st ? st : fill_owned(w, e, m);
}

/* ---- duties ---- */

static pl_status join(struct pl_view *w, const struct pl_duty_post *p, pl_str *ret)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(4096);

	for (size_t i = 0; i < p->n_qualifications; i++) {
		pl_buf_put_z(&text, i ? ", " : "");
		pl_buf_put_str(&text, p->qualifications[i]);
	}
	return pl_buf_status(&text) ? pl_buf_status(&text) : pl_arena_dup(w->arena, pl_buf_str(&text), ret);
}

static pl_status fill_posts(struct pl_view *w, const struct pl_duty *d, struct pl_duty_page_row *row)
{
	pl_status st = pl_view_list(w, d->n_posts, sizeof *row->holders, &row->holders);

	if (!st)
		st = pl_view_list(w, d->n_posts, sizeof *row->deputies, &row->deputies);
	for (size_t i = 0; i < d->n_posts && !st; i++) {
		const struct pl_duty_post *p = &d->posts[i];
		struct pl_post_row *to = p->deputy ? &row->deputies[row->n_deputies++] : &row->holders[row->n_holders++];

		*to = (struct pl_post_row){.post = p->post, .at = p->at};
		st = join(w, p, &to->qualifications);
	}
	return st;
}

static pl_status fill_duty(struct pl_view *w, const struct pl_duty *d, enum pl_duty_kind kind, unsigned flags,
	struct pl_entity_page *m)
{
	struct pl_duty_page_row *row = &m->duties[m->n_duties++];
	pl_status st;

	*row = (struct pl_duty_page_row){.duty = {duty_words[kind]}};
	m->red += flags != 0;
	st = words_of_bits(w, flags, flag_words, PL_DUTY_FLAGS, &row->flags, &row->n_flags);
	if (st || !d)
		return st;
	row->stated = true;
	row->index = d->index;
	row->drilled = d->drilled;
	row->drill = d->drilled * PL_SECOND;
	return fill_posts(w, d, row);
}

static pl_status fill_duties(struct pl_view *w, const struct pl_entity *e, struct pl_entity_page *m)
{
	struct pl_duty_set *set = pl_arena_alloc(w->arena, 1, sizeof *set);
	struct pl_entity *all = NULL;
	size_t n = 0;
	pl_status st = set ? pl_query_duties(w->inst, e->id, w->arena, set) : PL_E_TOOBIG;

	if (!st)
		st = pl_query_entities(w->inst, w->arena, &all, &n);
	if (!st)
		st = pl_view_list(w, PL_DUTY_KINDS, sizeof *m->duties, &m->duties);
	for (unsigned kind = 0; kind < PL_DUTY_KINDS && !st; kind++) {
		const struct pl_duty *d = set->there[kind] ? &set->duty[kind] : NULL;

		if (!e->ended && (d || pl_duty_wanted(e)))
			st = fill_duty(w, d, (enum pl_duty_kind)kind, pl_duty_judge(d, e->id, all, n, pl_time_now() / PL_SECOND), m);
	}
	return st;
}

/* ---- the rest ---- */

static pl_status fill_assets(struct pl_view *w, const struct pl_entity *e, struct pl_entity_page *m)
{
	pl_status st = pl_view_list(w, e->n_assets, sizeof *m->assets, &m->assets);

	for (; m->n_assets < e->n_assets && !st; m->n_assets++)
		m->assets[m->n_assets] = (struct pl_asset_row){{asset_words[e->assets[m->n_assets].kind]},
			e->assets[m->n_assets].name};
	return st;
}

/* "1 (5000.00-9999.99 USD)", by currency. */
static pl_status say_bounties(struct pl_view *w, const struct pl_attestation *a, pl_str *ret)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(2048);

	*ret = (pl_str){0};
	if (!a->says_bounties)
		return PL_OK;
	if (!a->n_bounties)
		pl_buf_put_c(&text, '0');
	for (size_t i = 0; i < a->n_bounties; i++) {
		const struct pl_attested_bounties *b = &a->bounties[i];
		struct pl_buf low PL_CLEANUP(pl_buf_done) = PL_BUF(64);

		pl_buf_printf(&text, "%s%llu (", i ? ", " : "", (unsigned long long)b->count);
		if (b->at_least != b->at_most) {
			pl_money_put(&low, (int64_t)b->at_least, b->currency);
			/* Without the currency, which stands behind the upper end. */
			pl_buf_put_str(&text, pl_str_sub(pl_buf_str(&low), 0, low.len > 4 ? low.len - 4 : 0));
			pl_buf_put_z(&text, "\xe2\x80\x93");
		}
		pl_money_put(&text, (int64_t)b->at_most, b->currency);
		pl_buf_put_c(&text, ')');
	}
	return pl_buf_status(&text) ? pl_buf_status(&text) : pl_arena_dup(w->arena, pl_buf_str(&text), ret);
}

static pl_status fill_attestations(struct pl_view *w, const struct pl_entity *e, struct pl_entity_page *m)
{
	struct pl_attestation *list = NULL;
	pl_status st = pl_query_attestations(w->inst, e->id, INT64_MAX, SHOWN_MAX, w->arena, &list, &m->n_attestations);

	if (!st)
		st = pl_view_list(w, m->n_attestations, sizeof *m->attestations, &m->attestations);
	for (size_t i = 0; i < m->n_attestations && !st; i++) {
		char period[PL_PERIOD_TEXT];

		m->attestations[i] = (struct pl_attestation_row){.index = list[i].index, .transactions = list[i].transactions,
			.balance = list[i].balance};
		pl_period_write(list[i].from, list[i].to, period);
		st = pl_arena_dup(w->arena, pl_str_from(period), &m->attestations[i].period);
		if (!st)
			st = say_bounties(w, &list[i], &m->attestations[i].bounties);
	}
	return st;
}

static pl_status fill_versions(struct pl_view *w, const struct pl_entity *e, struct pl_entity_page *m)
{
	struct pl_entity *list = NULL;
	pl_status st = pl_query_entity_history(w->inst, e->id, INT64_MAX, SHOWN_MAX, w->arena, &list, &m->n_versions);

	if (!st)
		st = pl_view_list(w, m->n_versions, sizeof *m->versions, &m->versions);
	for (size_t i = 0; i < m->n_versions && !st; i++)
		m->versions[i] = (struct pl_version_row){list[i].version, list[i].from * PL_SECOND, list[i].index, list[i].ended};
	return st;
}

static pl_status fill(struct pl_view *w, pl_str id, struct pl_entity_page *m)
{
	struct pl_entity *e = pl_arena_alloc(w->arena, 1, sizeof *e);
	pl_status st = e ? pl_query_entity(w->inst, id, w->arena, e) : PL_E_TOOBIG;

	if (st)
		return st;
	m->id = e->id;
	m->country = e->country;
	m->lei = e->lei;
	m->ended = e->ended;
	m->approves = e->approves;
	m->own_books = e->own_books;
	m->from = e->from * PL_SECOND;
	m->index = e->index;
	st = pl_view_roles(w, e->roles, &m->roles, &m->n_roles);
	if (!st)
		st = fill_sheet(w, e, m);
	if (!st)
		st = fill_owners(w, e, m);
	if (!st)
		st = fill_assets(w, e, m);
	if (!st)
		st = fill_duties(w, e, m);
	if (!st)
		st = fill_attestations(w, e, m);
	return st ? st : fill_versions(w, e, m);
}

pl_status pl_portal_entity(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PORTAL_PAGE_MAX);
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	struct pl_entity_page m = {0};
	struct pl_html h;
	pl_status st = pl_view_begin(&w, ctx, req, reply, PL_NAV_ENTITIES);

	if (!st)
		st = fill(&w, pl_http_request_capture(req, "name"), &m);
	if (st)
		return st;
	pl_view_title_text(&w, m.name);
	m.frame = w.frame;
	h = pl_view_html(&w, &b);
	pl_page_entity(&h, &m);
	return pl_view_send(&w, &b);
}
