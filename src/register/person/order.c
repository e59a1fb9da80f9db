/* SPDX-License-Identifier: Apache-2.0 */
#include "register/person/order.h"
#include "crypto/age.h"
#include "register/casework/casefile.h"
#include "register/package.h"
#include "register/person/sql.h"

bool pl_person_order_takes(const struct pl_register_decl *d)
{
	const struct pl_register_field *f = d->imported ? NULL : pl_register_decl_field(d, PL_STR("answer"));

	return f && f->type == PL_COMMIT_DIGEST && !pl_register_package_is(d);
}

pl_status pl_person_order_sender(struct pl_instance *inst, const struct pl_register *r, const struct pl_register_view *v, struct pl_arena *arena,
	struct pl_person_id *ret, struct pl_diag *diag)
{
	struct pl_casework_came came = {0};
	bool mailed = false;
	pl_status st = v->opened ? pl_casework_sender(inst, r, v->at.number, &v->key, arena, &came, &mailed) : PL_E_NOTFOUND;

	if (st && st != PL_E_NOTFOUND)
		return st;
	*ret = came.product.len ? (struct pl_person_id){PL_PERSON_PRODUCT, came.product} : (struct pl_person_id){PL_PERSON_EMAIL, came.contact};
	if (st || !ret->value.len || (ret->type == PL_PERSON_EMAIL && !mailed))
		return pl_diag_set(diag, PL_E_RANGE, "the sender of case %llu confirmed no address by a mailed code, and signed with no product's key",
			(unsigned long long)v->at.number);
	return PL_OK;
}

/* ---- ordering ---- */

static pl_status check(const struct pl_person_order *o, struct pl_diag *diag)
{
	struct pl_age_recipient recipient;

	if (o->recipient.len && pl_age_recipient_parse(o->recipient, &recipient))
		return pl_diag_set(diag, PL_E_RANGE, "a recipient is one as age-keygen prints it: age1...");
	return pl_str_eq(o->language, PL_STR("en")) || pl_str_eq(o->language, PL_STR("de")) ? PL_OK :
											     pl_diag_set(diag, PL_E_RANGE, "a language is en or de");
}

pl_status pl_person_order_put(struct pl_db_tx *tx, const struct pl_person_order *o, struct pl_diag *diag)
{
	uint64_t changed = 0;
	pl_status st = check(o, diag);

#define ARGS PL_DB_ARGS(PL_DB_STR(o->name), PL_DB_U64(o->number), PL_DB_U64((uint64_t)o->kind), PL_DB_U64(o->made), \
	PL_DB_MEM(o->account.b, sizeof o->account.b), PL_DB_STR(o->recipient), PL_DB_STR(o->language))
	if (!st)
		st = pl_db_exec(tx, &pl_sql_person_order_put, ARGS, &changed);
	if (!st && !changed)
		st = pl_db_exec(tx, &pl_sql_person_order_again, ARGS, &changed);
#undef ARGS
	if (!st && !changed)
		return pl_diag_set(diag, PL_E_EXISTS, "it is ordered already");
	return st;
}

/* ---- reading ---- */

struct reading {
	pl_str name;
	uint64_t number;
	struct pl_arena *arena;
	struct pl_person_order *list;
	size_t n;
};

static pl_status take(struct reading *g, struct pl_db_rows *rows)
{
	uint64_t kind = pl_db_col_u64(rows, 0), state = pl_db_col_u64(rows, 1);
	struct pl_person_order *o = &g->list[g->n];
	pl_status st;

	if (kind >= PL_ORDER_KINDS || state >= PL_ORDER_STATES || g->n == PL_ORDER_KINDS)
		return PL_E_CORRUPT;
	*o = (struct pl_person_order){.name = g->name, .number = g->number, .kind = (enum pl_person_order_kind)kind,
		.state = (enum pl_person_order_state)state, .made = pl_db_col_u64(rows, 2)};
	pl_db_col_fixed(rows, 3, o->account.b, sizeof o->account.b);
	st = pl_arena_dup(g->arena, pl_db_col_str(rows, 4), &o->recipient);
	if (!st)
		st = pl_arena_dup(g->arena, pl_db_col_str(rows, 5), &o->language);
	if (!st)
		st = pl_arena_dup(g->arena, pl_db_col_str(rows, 6), &o->why);
	g->n += !st;
	return st ? st : pl_db_rows_status(rows);
}

static pl_status read_of(void *ctx, struct pl_db_tx *tx)
{
	struct reading *g = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, &pl_sql_person_order_of, PL_DB_ARGS(PL_DB_STR(g->name), PL_DB_U64(g->number)), &rows);

	g->n = 0;
	while (!st && (st = pl_db_step(rows)) == PL_OK)
		st = take(g, rows);
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

pl_status pl_person_orders_of(struct pl_instance *inst, pl_str name, uint64_t number, struct pl_arena *arena,
	struct pl_person_order ret[static PL_ORDER_KINDS], size_t *ret_n)
{
	struct reading g = {.name = name, .number = number, .arena = arena, .list = ret};
	pl_status st = pl_db_read(pl_instance_db(inst), read_of, &g);

	*ret_n = g.n;
	return st;
}
