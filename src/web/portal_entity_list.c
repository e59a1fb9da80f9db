/* SPDX-License-Identifier: Apache-2.0 */
/* web/portal_entity_list: all legal entities. */
#include "base/time.h"
#include "register/period.h"
#include "web/portal_entity.h"

struct listing {
	struct pl_view *w;
	struct pl_entity *all;
	size_t n;
	struct pl_entities_page *m;
};

static pl_status count_red(struct listing *l, const struct pl_entity *e, struct pl_entity_list_row *row)
{
	struct pl_duty_set set;
	pl_status st = pl_query_duties(l->w->inst, e->id, l->w->arena, &set);

	for (unsigned kind = 0; kind < PL_DUTY_KINDS && !st; kind++) {
		const struct pl_duty *d = set.there[kind] ? &set.duty[kind] : NULL;

		if (e->ended || (!d && !pl_duty_wanted(e)))
			continue;
		row->has_duties = true;
		row->red += pl_duty_judge(d, e->id, l->all, l->n, pl_time_now() / PL_SECOND) != 0;
	}
	l->m->red += row->red;
	return st;
}

static pl_status find_attested(struct listing *l, const struct pl_entity *e, struct pl_entity_list_row *row)
{
	char period[PL_PERIOD_TEXT];
	struct pl_attestation *list = NULL;
	size_t n = 0;
	pl_status st = pl_query_attestations(l->w->inst, e->id, INT64_MAX, 1, l->w->arena, &list, &n);

	if (st || !n)
		return st;
	row->has_attested = true;
	row->attested = list[0].index;
	pl_period_write(list[0].from, list[0].to, period);
	return pl_arena_dup(l->w->arena, pl_str_from(period), &row->period);
}

static pl_status fill_row(struct listing *l, const struct pl_entity *e, struct pl_entity_list_row *row)
{
	pl_status st;

	*row = (struct pl_entity_list_row){.id = e->id, .name = pl_view_entity_name(l->w, e), .country = e->country,
		.lei = e->lei,
		.ended = e->ended};
	st = pl_view_roles(l->w, e->roles, &row->roles, &row->n_roles);
	if (!st)
		st = count_red(l, e, row);
	return st ? st : find_attested(l, e, row);
}

static uint64_t countries(const struct pl_entity *all, size_t n)
{
	uint64_t count = 0;

	for (size_t i = 0; i < n; i++) {
		bool again = all[i].ended;

		for (size_t k = 0; k < i && !again; k++)
			again = !all[k].ended && pl_str_eq(all[k].country, all[i].country);
		count += !again;
	}
	return count;
}

static pl_status fill(struct listing *l)
{
	pl_status st = pl_query_entities(l->w->inst, l->w->arena, &l->all, &l->n);

	if (!st)
		st = pl_view_list(l->w, l->n, sizeof *l->m->entities, &l->m->entities);
	l->m->countries = countries(l->all, l->n);
	for (; l->m->n_entities < l->n && !st; l->m->n_entities++)
		st = fill_row(l, &l->all[l->m->n_entities], &l->m->entities[l->m->n_entities]);
	return st;
}

pl_status pl_portal_entities(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PORTAL_PAGE_MAX);
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	struct pl_entities_page m = {0};
	struct listing l = {.w = &w, .m = &m};
	struct pl_html h;
	pl_status st = pl_view_begin(&w, ctx, req, reply, PL_NAV_ENTITIES);

	if (!st)
		st = fill(&l);
	if (st)
		return st;
	pl_view_title(&w, PL_MSG_entities_heading, 0, NULL);
	m.frame = w.frame;
	h = pl_view_html(&w, &b);
	pl_page_entities(&h, &m);
	return pl_view_send(&w, &b);
}
