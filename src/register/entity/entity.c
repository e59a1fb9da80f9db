/* SPDX-License-Identifier: Apache-2.0 */
#include "register/entity/entity.h"
#include "base/time.h"
#include "fact/member.h"
#include "register/claim.h"
#include "register/entity/codes.h"
#include "register/lei.h"

#define DAY UINT64_C(86400)

const char *const pl_entity_roles[PL_ENTITY_ROLES + 1] = {
	"data-infrastructure", "development", "headquarters", "holding", "national-company", "sales", "support", NULL,
};
const char *const pl_entity_asset_kinds[PL_ASSET_KINDS + 1] = {"contract", "data-centre", "site", NULL};

/* ---- does it fit together ---- */

static int asset_cmp(const struct pl_entity_asset *a, const struct pl_entity_asset *b)
{
	return a->kind != b->kind ? (int)a->kind - (int)b->kind : pl_str_cmp(a->name, b->name);
}

static pl_status check_parents(const struct pl_entity *e, struct pl_diag *diag)
{
	uint64_t shares = 0;

	for (size_t i = 0; i < e->n_parents; i++) {
		const struct pl_entity_parent *p = &e->parents[i];

		if (i && pl_str_cmp(e->parents[i - 1].entity, p->entity) >= 0)
			return pl_diag_set(diag, PL_E_RANGE, "parents stand in ascending order, each once");
		if (pl_str_eq(p->entity, e->id))
			return pl_diag_set(diag, PL_E_RANGE, "nobody is his own parent");
		if (p->since % DAY || p->since > e->from)
			return pl_diag_set(diag, PL_E_RANGE, "a share is held since a day, not later than the one from which this holds");
		shares += p->share;
	}
	if (shares > PL_ENTITY_SHARES)
		return pl_diag_set(diag, PL_E_RANGE, "the shares of the parents make more than the whole");
	return PL_OK;
}

pl_status pl_entity_check(const struct pl_entity *e, struct pl_diag *diag)
{
	struct pl_lei lei;

	if (!pl_country_ok(e->country))
		return pl_diag_set(diag, PL_E_RANGE, "%.*s is no country: expected two capitals of ISO 3166-1",
			PL_STR_ARG(e->country));
	if (e->lei.len && pl_lei_parse(e->lei, &lei, diag))
		return PL_E_RANGE;
	if (e->from % DAY)
		return pl_diag_set(diag, PL_E_RANGE, "it holds from the beginning of a day");
	for (size_t i = 1; i < e->n_assets; i++)
		if (asset_cmp(&e->assets[i - 1], &e->assets[i]) >= 0)
			return pl_diag_set(diag, PL_E_RANGE, "assets stand in ascending order, each once");
	return check_parents(e, diag);
}

static bool same_lists(const struct pl_entity *a, const struct pl_entity *b)
{
	if (a->n_parents != b->n_parents || a->n_assets != b->n_assets)
		return false;
	for (size_t i = 0; i < a->n_parents; i++)
		if (!pl_str_eq(a->parents[i].entity, b->parents[i].entity) || a->parents[i].share != b->parents[i].share ||
			a->parents[i].since != b->parents[i].since)
			return false;
	for (size_t i = 0; i < a->n_assets; i++)
		if (asset_cmp(&a->assets[i], &b->assets[i]))
			return false;
	return true;
}

bool pl_entity_same(const struct pl_entity *a, const struct pl_entity *b)
{
	return pl_str_eq(a->id, b->id) && a->ended == b->ended && a->roles == b->roles && pl_str_eq(a->country, b->country) &&
		pl_str_eq(a->lei, b->lei) && a->approves == b->approves && a->own_books == b->own_books &&
		pl_digest_eq(&a->sheet.digest, &b->sheet.digest) && same_lists(a, b);
}

/* ---- members ---- */

void pl_entity_set_day(struct pl_json *object, const char *name, uint64_t day)
{
	char time[21];

	if (!day)
		return;
	pl_time_write(day * PL_SECOND, time);
	pl_json_set_z(object, name, time);
}

uint64_t pl_entity_day(const struct pl_json *object, const char *name)
{
	uint64_t t;

	return pl_time_parse(pl_member_text(object, name), &t) == PL_OK ? t / PL_SECOND : 0;
}

static unsigned word_of(const struct pl_json *v, const char *const *words)
{
	pl_str text;
	unsigned word;

	return pl_json_str(v, &text) == PL_OK && pl_claim_word(text, words, &word) == PL_OK ? word : 0;
}

static pl_status read_lists(const struct pl_json *p, struct pl_entity *e)
{
	const struct pl_json *roles = pl_json_get(p, "roles"), *parents = pl_json_get(p, "parents"),
		*assets = pl_json_get(p, "assets");

	if (pl_json_count(parents) > PL_ENTITY_PARENTS_MAX || pl_json_count(assets) > PL_ENTITY_ASSETS_MAX)
		return PL_E_RANGE;
	for (size_t i = 0; i < pl_json_count(roles); i++)
		e->roles |= PL_ENTITY_BIT(word_of(pl_json_at(roles, i), pl_entity_roles));
	for (; e->n_parents < pl_json_count(parents); e->n_parents++) {
		const struct pl_json *o = pl_json_at(parents, e->n_parents);

		e->parents[e->n_parents] = (struct pl_entity_parent){pl_member_text(o, "entity"), pl_member_u64(o, "share"),
			pl_entity_day(o, "since")};
	}
	for (; e->n_assets < pl_json_count(assets); e->n_assets++) {
		const struct pl_json *o = pl_json_at(assets, e->n_assets);

		e->assets[e->n_assets] = (struct pl_entity_asset){
			(enum pl_entity_asset_kind)word_of(pl_json_get(o, "kind"), pl_entity_asset_kinds), pl_member_text(o, "name")};
	}
	return PL_OK;
}

pl_status pl_entity_from_json(const struct pl_json *p, struct pl_entity *ret)
{
	struct pl_entity e = {.id = pl_member_text(p, "entity"), .version = pl_member_u64(p, "version"),
		.from = pl_entity_day(p, "from"), .ended = pl_str_eq(pl_member_text(p, "state"), PL_STR("ended")),
		.country = pl_member_text(p, "jurisdiction"), .lei = pl_member_text(p, "lei"),
		.own_books = pl_member_u64(p, "ownBooks")};
	pl_status st = pl_json_get_bool(p, "approvesReleases", &e.approves, NULL);

	if (!st)
		st = read_lists(p, &e);
	if (!st && !pl_member_body(p, "sheet", &e.sheet))
		st = PL_E_SYNTAX;
	if (!st)
		*ret = e;
	return st;
}

static void put_lists(const struct pl_entity *e, struct pl_json *p)
{
	struct pl_json *roles = pl_json_set_array(p, "roles"), *parents = pl_json_set_array(p, "parents"),
		       *assets = pl_json_set_array(p, "assets");

	for (unsigned i = 0; i < PL_ENTITY_ROLES; i++)
		if (e->roles & PL_ENTITY_BIT(i))
			pl_json_push_z(roles, pl_entity_roles[i]);
	for (size_t i = 0; i < e->n_parents; i++) {
		struct pl_json *o = pl_json_push_object(parents);

		pl_json_set_str(o, "entity", e->parents[i].entity);
		pl_json_set_u64(o, "share", e->parents[i].share);
		pl_entity_set_day(o, "since", e->parents[i].since);
	}
	for (size_t i = 0; i < e->n_assets; i++) {
		struct pl_json *o = pl_json_push_object(assets);

		pl_json_set_z(o, "kind", pl_entity_asset_kinds[e->assets[i].kind]);
		pl_json_set_str(o, "name", e->assets[i].name);
	}
}

void pl_entity_to_json(const struct pl_entity *e, struct pl_json *p)
{
	pl_json_set_str(p, "entity", e->id);
	pl_json_set_u64(p, "version", e->version);
	pl_entity_set_day(p, "from", e->from);
	pl_json_set_z(p, "state", e->ended ? "ended" : "active");
	pl_json_set_str(p, "jurisdiction", e->country);
	if (e->lei.len)
		pl_json_set_str(p, "lei", e->lei);
	pl_json_set_bool(p, "approvesReleases", e->approves);
	if (e->own_books)
		pl_json_set_u64(p, "ownBooks", e->own_books);
	put_lists(e, p);
	pl_json_set(p, "sheet", pl_body_to_json(&e->sheet));
}
