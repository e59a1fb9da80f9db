/* SPDX-License-Identifier: Apache-2.0 */
#include "register/entity/duty.h"
#include "fact/member.h"
#include "register/claim.h"

#define DAY UINT64_C(86400)

const char *const pl_duty_kinds[PL_DUTY_KINDS + 1] = {
	"delivery", "payments", "release-approval", "request-desk", "support", NULL,
};
const char *const pl_duty_flags[PL_DUTY_FLAGS + 1] = {
	"not-stated", "no-holder", "no-deputy", "headquarters-only", "no-drill", "drill-too-old", NULL,
};

pl_status pl_duty_check(const struct pl_duty *d, struct pl_diag *diag)
{
	for (size_t i = 1; i < d->n_posts; i++)
		if (pl_str_cmp(d->posts[i - 1].post, d->posts[i].post) >= 0)
			return pl_diag_set(diag, PL_E_RANGE, "posts stand in ascending order, each once");
	if (d->drilled % DAY)
		return pl_diag_set(diag, PL_E_RANGE, "a drill has a day, not a time");
	return PL_OK;
}

static bool same_post(const struct pl_duty_post *a, const struct pl_duty_post *b)
{
	if (!pl_str_eq(a->post, b->post) || !pl_str_eq(a->at, b->at) || a->deputy != b->deputy ||
		a->n_qualifications != b->n_qualifications)
		return false;
	for (size_t i = 0; i < a->n_qualifications; i++)
		if (!pl_str_eq(a->qualifications[i], b->qualifications[i]))
			return false;
	return true;
}

bool pl_duty_same(const struct pl_duty *a, const struct pl_duty *b)
{
	if (!pl_str_eq(a->entity, b->entity) || a->kind != b->kind || a->drilled != b->drilled ||
		a->drill_days != b->drill_days || a->n_posts != b->n_posts)
		return false;
	for (size_t i = 0; i < a->n_posts; i++)
		if (!same_post(&a->posts[i], &b->posts[i]))
			return false;
	return true;
}

/* ---- members ---- */

static pl_status read_post(const struct pl_json *o, struct pl_duty_post *p)
{
	const struct pl_json *list = pl_json_get(o, "qualifications");
	pl_status st = pl_json_get_bool(o, "deputy", &p->deputy, NULL);

	p->post = pl_member_text(o, "post");
	p->at = pl_member_text(o, "at");
	if (!st && pl_json_count(list) > PL_DUTY_QUALIFICATIONS_MAX)
		st = PL_E_RANGE;
	for (; !st && p->n_qualifications < pl_json_count(list); p->n_qualifications++)
		st = pl_json_str(pl_json_at(list, p->n_qualifications), &p->qualifications[p->n_qualifications]);
	return st;
}

pl_status pl_duty_from_json(const struct pl_json *p, struct pl_duty *ret)
{
	const struct pl_json *posts = pl_json_get(p, "posts");
	struct pl_duty d = {.entity = pl_member_text(p, "entity"), .version = pl_member_u64(p, "version"),
		.drilled = pl_entity_day(p, "drilled"), .drill_days = pl_member_u64(p, "drillDays")};
	unsigned kind = 0;
	pl_status st = pl_claim_word(pl_member_text(p, "duty"), pl_duty_kinds, &kind);

	d.kind = (enum pl_duty_kind)kind;
	if (!st && pl_json_count(posts) > PL_DUTY_POSTS_MAX)
		st = PL_E_RANGE;
	for (; !st && d.n_posts < pl_json_count(posts); d.n_posts++)
		st = read_post(pl_json_at(posts, d.n_posts), &d.posts[d.n_posts]);
	if (!st)
		*ret = d;
	return st;
}

void pl_duty_to_json(const struct pl_duty *d, struct pl_json *p)
{
	struct pl_json *posts;

	pl_json_set_str(p, "entity", d->entity);
	pl_json_set_z(p, "duty", pl_duty_kinds[d->kind]);
	pl_json_set_u64(p, "version", d->version);
	pl_entity_set_day(p, "drilled", d->drilled);
	pl_json_set_u64(p, "drillDays", d->drill_days);
	posts = pl_json_set_array(p, "posts");
	for (size_t i = 0; i < d->n_posts; i++) {
		struct pl_json *o = pl_json_push_object(posts), *list;

		pl_json_set_str(o, "post", d->posts[i].post);
		pl_json_set_str(o, "at", d->posts[i].at);
		pl_json_set_bool(o, "deputy", d->posts[i].deputy);
		list = pl_json_set_array(o, "qualifications");
		for (size_t k = 0; k < d->posts[i].n_qualifications; k++)
			pl_json_push_str(list, d->posts[i].qualifications[k]);
	}
}

/* ---- what is wrong with it ---- */

static const struct pl_entity *find(const struct pl_entity *all, size_t n, pl_str id)
{
	for (size_t i = 0; i < n; i++)
		if (pl_str_eq(all[i].id, id))
			return &all[i];
	return NULL;
}

static bool at_headquarters(const struct pl_entity *e)
{
	return e && (e->roles & PL_ENTITY_BIT(PL_ENTITY_HEADQUARTERS));
}

unsigned pl_duty_judge(const struct pl_duty *d, pl_str entity, const struct pl_entity *all, size_t n, uint64_t now)
{
	size_t holders = 0, deputies = 0, elsewhere = 0;
	unsigned flags = 0;

	if (!d)
		return PL_DUTY_BIT(PL_DUTY_UNSTATED);
	for (size_t i = 0; i < d->n_posts; i++) {
		const struct pl_entity *at = find(all, n, d->posts[i].at);

		if (!at || at->ended)
			continue;
		holders += !d->posts[i].deputy;
		deputies += d->posts[i].deputy;
		elsewhere += !at_headquarters(at);
	}
	if (!holders)
		flags |= PL_DUTY_BIT(PL_DUTY_NO_HOLDER);
	if (!deputies)
		flags |= PL_DUTY_BIT(PL_DUTY_NO_DEPUTY);
	if (holders + deputies && !elsewhere && !at_headquarters(find(all, n, entity)))
		flags |= PL_DUTY_BIT(PL_DUTY_HEADQUARTERS);
	if (!d->drilled)
		flags |= PL_DUTY_BIT(PL_DUTY_NO_DRILL);
	else if (d->drilled + d->drill_days * DAY < now)
		flags |= PL_DUTY_BIT(PL_DUTY_OLD_DRILL);
	return flags;
}

bool pl_duty_wanted(const struct pl_entity *e)
{
	return !e->ended && (e->roles & PL_ENTITY_BIT(PL_ENTITY_NATIONAL_COMPANY));
}
