/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/desk_decision_act: voices for releases of reports of flaws, for rewards, and for copies of documents. With enough of them the act is done at once by whoever gave the last one;
 * what stood against it then (an embargo, a case that was changed meanwhile) leaves the decision approved, and it is carried out later.
 */
#include "base/time.h"
#include "register/audit/ask.h"
#include "register/casework/decide.h"
#include "register/vuln/award.h"
#include "web/desk_internal.h"

#define ARENA_BYTES ((size_t)2 << 20)

bool pl_desk_act_is(const struct pl_decision *x)
{
	return pl_str_eq(x->kind, PL_STR(PL_VULN_RELEASE_KIND)) || pl_str_eq(x->kind, PL_STR(PL_AWARD_KIND)) ||
		pl_str_eq(x->kind, PL_STR(PL_ASK_KIND));
}

pl_status pl_desk_decision_case(struct pl_desk_view *d, const struct pl_decision *x, pl_str *ret_name, uint64_t *ret_number)
{
	struct pl_case_decision about;
	struct pl_award a;

	if (pl_desk_case_two_is(x))
		return pl_desk_case_two_about(x, ret_name, ret_number);
	if (pl_desk_outgoing_is(x))
		return pl_desk_outgoing_case(x, ret_name, ret_number);
	if (pl_desk_case_decides(x) && !pl_case_decision_parse(pl_bytes_str(x->bytes), &about)) {
		*ret_name = about.name;
		*ret_number = about.number;
		return PL_OK;
	}
	if (pl_str_eq(x->kind, PL_STR(PL_VULN_RELEASE_KIND)))
		return pl_vuln_release_about(pl_bytes_str(x->bytes), ret_name, ret_number) ? PL_E_NOTFOUND : PL_OK;
	if (pl_str_eq(x->kind, PL_STR(PL_ASK_KIND)))
		return pl_ask_about(pl_bytes_str(x->bytes), ret_name, ret_number) ? PL_E_NOTFOUND : PL_OK;
	if (pl_str_eq(x->kind, PL_STR(PL_AWARD_KIND)) && !pl_award_parse(pl_bytes_str(x->bytes), d->arena, &a, NULL)) {
		*ret_name = a.case_register;
		*ret_number = a.case_number;
		return PL_OK;
	}
	return PL_E_NOTFOUND;
}

/* ---- carrying out ---- */

struct doing {
	struct pl_desk_view *d;
	struct pl_instance *inst;
	const struct pl_decision *x;
	struct pl_register *r;
	struct pl_vuln *c;
	struct pl_diag *diag;
};

static pl_status open_case(struct doing *o)
{
	const struct pl_register_reader reader = {.role = pl_desk_vault_role(o->d->s.roles), .account = o->d->s.account};
	pl_str name;
	uint64_t number;
	pl_status st = pl_desk_decision_case(o->d, o->x, &name, &number);

	if (st)
		return PL_E_CORRUPT;
	st = pl_register_open(o->inst, name, &o->r, o->diag);
	return st ? st : pl_vuln_read(o->inst, o->r, number, &reader, &o->c, o->diag);
}

static pl_status pay(struct doing *o)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(ARENA_BYTES);
	struct pl_register *bounties PL_CLEANUP(pl_register_closep) = NULL;
	struct pl_award_paid paid;
	struct pl_award a;
	pl_status st = pl_award_parse(pl_bytes_str(o->x->bytes), &arena, &a, o->diag);

	if (!st)
		st = pl_register_open(o->inst, PL_STR(PL_AWARD_REGISTER), &bounties, o->diag);
	return st ? st : pl_award_pay(o->c, &a, bounties, o->d->people, &o->d->actor, &o->x->id, pl_time_now() / PL_SECOND, &paid, o->diag);
}

pl_status pl_desk_act_do(struct pl_desk_view *d, struct pl_instance *inst, const struct pl_decision *x, struct pl_diag *diag)
{
	struct doing o = {.d = d, .inst = inst, .x = x, .diag = diag};
	struct pl_register_case made;
	pl_status st;

	if (pl_str_eq(x->kind, PL_STR(PL_ASK_KIND)))
		return pl_desk_ask_do(d, inst, x, diag);
	st = open_case(&o);
	if (!st)
		st = pl_str_eq(x->kind, PL_STR(PL_AWARD_KIND)) ? pay(&o) :
			pl_vuln_release(o.c, d->people, &d->actor, &x->id, pl_time_now() / PL_SECOND, &made, diag);
	pl_vuln_free(o.c);
	pl_register_close(o.r);
	return st;
}

/* ---- voices ---- */

struct voting {
	struct pl_desk_view *d;
	const struct pl_decision *x;
	bool enough;
};

static pl_status approve_in(void *ctx, struct pl_db_tx *tx)
{
	struct voting *v = ctx;

	return pl_decision_approve(v->d->people, tx, &v->d->actor, &v->x->id, &v->x->digest, &v->enough, NULL);
}

pl_status pl_desk_act_approve(struct pl_desk_view *d, struct pl_instance *inst, const struct pl_decision *x, bool *ret_done, struct pl_diag *diag)
{
	struct voting v = {.d = d, .x = x};
	pl_status st = pl_db_tx(pl_instance_db(inst), approve_in, &v);

	*ret_done = false;
	if (st || !v.enough)
		return st;
	st = pl_desk_act_do(d, inst, x, diag);
	*ret_done = st == PL_OK;
	/* The voice stands; what was not done is said with it. */
	return diag->text[0] ? PL_OK : st;
}
