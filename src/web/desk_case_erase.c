/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/desk_case_erase: the end of everything private of a case, decided by four eyes: who works on it proposes, a lawyer or an officer
 * approves, and with that it is done. The key is destroyed by the process that keeps the rhythm, because this one destroys nothing.
 */
#include "base/time.h"
#include "people/decision.h"
#include "register/recover.h"
#include "web/desk_case.h"
#include <stdio.h>

#define LIFE (14 * 86400 * PL_SECOND)
#define APPROVES ((unsigned)PL_STAFF_LEGAL | PL_STAFF_OFFICER)

/* What is decided: one spelling. */
static void write_bytes(pl_str name, uint64_t number, struct pl_buf *out)
{
	pl_buf_printf(out, "erase what is private of a case\nregister %.*s\nnumber %llu\n", PL_STR_ARG(name), (unsigned long long)number);
}

static pl_status read_bytes(pl_bytes bytes, pl_str *ret_name, uint64_t *ret_number)
{
	struct pl_buf again PL_CLEANUP(pl_buf_done) = PL_BUF(256);
	pl_str rest = pl_bytes_str(bytes), line;

	if (!pl_str_take_line(&rest, &line) || !pl_str_take_line(&rest, ret_name) || !pl_str_eat(ret_name, PL_STR("register ")) ||
		!pl_str_take_line(&rest, &line) || !pl_str_eat(&line, PL_STR("number ")) || pl_str_to_u64(line, INT64_MAX, ret_number))
		return PL_E_CORRUPT;
	write_bytes(*ret_name, *ret_number, &again);
	return pl_bytes_eq(pl_buf_bytes(&again), bytes) ? PL_OK : PL_E_CORRUPT;
}

/* ---- proposing ---- */

struct proposing {
	struct pl_desk_looking *k;
	struct pl_buf bytes;
	struct pl_ulid id;
};

static pl_status propose(void *ctx, struct pl_db_tx *tx)
{
	struct proposing *p = ctx;
	const struct pl_decision_new what = {.kind = PL_DESK_KIND_ERASE, .bytes = pl_buf_bytes(&p->bytes), .roles = APPROVES, .needed = 1,
		.life_ns = LIFE};

	return pl_decision_propose_once(p->k->d->people, tx, &p->k->d->actor, &what, &p->id, NULL);
}

static pl_status do_erase(struct pl_desk_looking *k)
{
	struct proposing p = {.k = k, .bytes = PL_BUF(256)};
	pl_str id;
	char path[96];
	pl_status st;

	write_bytes(k->r->decl->name, k->number, &p.bytes);
	st = pl_db_tx(pl_instance_db(k->d->w.inst), propose, &p);
	pl_buf_done(&p.bytes);
	if (!st || st == PL_E_EXISTS) /* the form was sent twice */
		st = pl_desk_ulid_text(k->d, &p.id, &id);
	if (st)
		return pl_desk_case_conclude(k, st);
	(void)snprintf(path, sizeof path, "/desk/decisions/%.*s", PL_STR_ARG(id));
	return pl_desk_go(k->d, path, "proposed");
}

pl_status pl_desk_case_erase(struct pl_desk_view *d)
{
	return pl_desk_with_case(d, do_erase);
}

/* ---- carrying out ---- */

struct ending {
	struct pl_desk_view *d;
	const struct pl_decision *x;
	struct pl_register *r;
	uint64_t number;
	bool approved;
};

static pl_status end_it(void *ctx, struct pl_db_tx *tx)
{
	struct ending *e = ctx;
	const struct pl_casework_new entry = {.kind = PL_CASEWORK_ERASE, .at = pl_time_now() / PL_SECOND, .account = e->d->s.account};
	struct pl_register_case made;
	pl_status st = pl_decision_approve(e->d->people, tx, &e->d->actor, &e->x->id, &e->x->digest, &e->approved, NULL);

	if (st || !e->approved)
		return st;
	st = pl_decision_take(e->d->people, tx, &e->d->actor, &e->x->id, PL_DESK_KIND_ERASE, e->x->bytes, NULL);
	if (!st)
		st = pl_register_erase(tx, e->r, e->number, entry.at, &made, NULL);
	if (!st)
		st = pl_casework_put(tx, e->r, e->number, &entry, NULL);
	return st;
}

pl_status pl_desk_case_erase_approve(struct pl_desk_view *d, struct pl_instance *inst, const struct pl_decision *x, bool *ret_done)
{
	struct pl_register *r PL_CLEANUP(pl_register_closep) = NULL;
	struct ending e = {.d = d, .x = x};
	pl_str name;
	pl_status st = read_bytes(x->bytes, &name, &e.number);

	if (!st)
		st = pl_register_open(inst, name, &r, NULL);
	if (!st)
		st = pl_register_current(inst, NULL);
	e.r = r;
	if (!st)
		st = pl_db_tx(pl_instance_db(inst), end_it, &e);
	*ret_done = e.approved;
	return st;
}
