/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/desk_case_ask: what a person asked beside a copy and an erasure (where data of his are, a correction, an objection), and whose a case is: it is ordered here
 * and done where the stores and the keys are (register/person/errand). And keeping a case from erasure, which is done here.
 */
#include "base/time.h"
#include "register/casework/hold.h"
#include "register/person/errand.h"
#include "web/desk_case.h"

enum pl_message_id pl_desk_errand_words(enum pl_errand_kind kind)
{
	static const enum pl_message_id ids[PL_ERRAND_KINDS] = {
		[PL_ERRAND_LOOKUP] = PL_MSG_order_kind_lookup, [PL_ERRAND_PACKAGE] = PL_MSG_order_kind_package, [PL_ERRAND_WHERE] = PL_MSG_order_kind_where,
		[PL_ERRAND_CORRECT] = PL_MSG_order_kind_correct, [PL_ERRAND_OBJECT] = PL_MSG_order_kind_object, [PL_ERRAND_LINK] = PL_MSG_order_kind_link,
	};

	return ids[kind];
}

pl_str pl_desk_errand_about(const struct pl_desk_looking *k, pl_str about)
{
	for (unsigned i = 0; i < PL_ERRAND_KINDS; i++)
		if (pl_str_eq(about, pl_str_from(pl_errand_words[i])))
			return pl_message(k->d->lang, pl_desk_errand_words((enum pl_errand_kind)i));
	return about;
}

/* ---- holds ---- */

static const struct {
	const char *word;
	enum pl_message_id id;
} reasons[] = {{"legal-duty", PL_MSG_hold_legal_duty}, {"legal-claim", PL_MSG_hold_legal_claim}, {"in-use", PL_MSG_hold_in_use}};

static pl_str reason_words(const struct pl_desk_looking *k, pl_str reason)
{
	for (size_t i = 0; i < PL_COUNT(reasons); i++)
		if (pl_str_eq(reason, pl_str_from(reasons[i].word)))
			return pl_message(k->d->lang, reasons[i].id);
	return reason; /* one that the terminal knows */
}

pl_status pl_desk_hold_about(struct pl_desk_looking *k, pl_str about, pl_str *ret)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(512);
	pl_str reason, day = about;

	if (!pl_str_take_until(&day, ' ', &reason)) {
		reason = about;
		day = (pl_str){0};
	}
	pl_buf_put_str(&text, reason_words(k, reason));
	if (day.len)
		pl_buf_printf(&text, " · %.*s", PL_STR_ARG(day));
	return pl_buf_status(&text) ? pl_buf_status(&text) : pl_arena_dup(k->d->arena, pl_buf_str(&text), ret);
}

struct holding {
	struct pl_desk_looking *k;
	pl_str reason;
	uint64_t until, now;
	struct pl_hold now_held;
};

static pl_status read_hold(void *ctx, struct pl_db_tx *tx)
{
	struct holding *h = ctx;

	return pl_hold_get(tx, h->k->r->decl->name, h->k->number, h->now, &h->now_held);
}

pl_status pl_desk_case_fill_hold(struct pl_desk_looking *k)
{
	struct holding h = {.k = k, .now = pl_time_now() / PL_SECOND};
	struct pl_case_hold *m = &k->m.hold;
	pl_status st = pl_db_read(pl_instance_db(k->d->w.inst), read_hold, &h);

	m->may = k->m.may_write;
	m->reasons = pl_arena_alloc(k->d->arena, PL_COUNT(reasons), sizeof *m->reasons);
	if (!m->reasons)
		return PL_E_NOMEM;
	for (size_t i = 0; i < PL_COUNT(reasons); i++)
		m->reasons[m->n_reasons++] = (struct pl_case_choice){pl_str_from(reasons[i].word), pl_message(k->d->lang, reasons[i].id), false};
	if (st)
		return st == PL_E_NOTFOUND ? PL_OK : st;
	m->held = true;
	m->until = h.now_held.until * PL_SECOND;
	return pl_arena_dup(k->d->arena, reason_words(k, pl_str_from(h.now_held.reason)), &m->reason);
}

bool pl_desk_case_held(struct pl_desk_looking *k)
{
	struct holding h = {.k = k, .now = pl_time_now() / PL_SECOND};

	return pl_db_read(pl_instance_db(k->d->w.inst), read_hold, &h) == PL_OK;
}

static pl_status hold(void *ctx, struct pl_db_tx *tx)
{
	struct holding *h = ctx;

	return pl_hold_put(tx, h->k->r, h->k->number, &h->k->d->s.account, h->reason, h->until, h->now);
}

static pl_status release(void *ctx, struct pl_db_tx *tx)
{
	struct holding *h = ctx;

	return pl_hold_release(tx, h->k->r, h->k->number, &h->k->d->s.account, h->now);
}

static bool known_reason(pl_str reason)
{
	for (size_t i = 0; i < PL_COUNT(reasons); i++)
		if (pl_str_eq(reason, pl_str_from(reasons[i].word)))
			return true;
	return false;
}

static pl_status do_hold(struct pl_desk_looking *k)
{
	struct holding h = {.k = k, .reason = pl_desk_field(k->d, "reason"), .now = pl_time_now() / PL_SECOND};
	struct pl_register_view *v PL_CLEANUP(pl_register_view_freep) = NULL;
	pl_status st = pl_register_case_read(k->d->w.inst, k->r, k->number, NULL, &v, NULL);

	if (!st && v->kind > PL_ROW_SEALED)
		return pl_desk_case_refuse(k, 409, PL_MSG_case_refused_state);
	if (!st && pl_str_eq(pl_desk_field(k->d, "act"), PL_STR("release"))) {
		st = pl_db_tx(pl_instance_db(k->d->w.inst), release, &h);
		return st == PL_E_NOTFOUND ? pl_desk_case_refuse(k, 409, PL_MSG_hold_refused_none) : pl_desk_case_conclude(k, st);
	}
	if (!st)
		st = pl_desk_read_day(k->d, "until", &h.until, NULL);
	if (st == PL_E_RANGE || st == PL_E_SYNTAX || (!st && (!known_reason(h.reason) || (h.until && h.until <= h.now))))
		return pl_desk_case_refuse(k, 400, PL_MSG_hold_refused);
	if (!st)
		st = pl_db_tx(pl_instance_db(k->d->w.inst), hold, &h);
	return pl_desk_case_conclude(k, st);
}

pl_status pl_desk_case_hold(struct pl_desk_view *d)
{
	return pl_desk_with_case(d, do_hold);
}

/* ---- what is ordered ---- */

static pl_status refuse(struct pl_desk_looking *k, unsigned status, enum pl_message_id said)
{
	struct pl_case_person *m = &k->m.person;

	m->store = pl_str_trim(pl_desk_field(k->d, "store"));
	m->table = pl_str_trim(pl_desk_field(k->d, "table"));
	m->row = pl_str_trim(pl_desk_field(k->d, "row"));
	m->column = pl_str_trim(pl_desk_field(k->d, "column"));
	m->value = pl_desk_field(k->d, "text");
	m->purpose = pl_str_trim(pl_desk_field(k->d, "purpose"));
	m->identities = pl_desk_field(k->d, "identities");
	return pl_desk_case_refuse(k, status, said);
}

static pl_status read_ask(struct pl_desk_looking *k, struct pl_errand_ask *ret)
{
	pl_str act = pl_desk_field(k->d, "act");

	*ret = (struct pl_errand_ask){.store = pl_str_trim(pl_desk_field(k->d, "store")),
		.correction = {.table = pl_str_trim(pl_desk_field(k->d, "table")), .row = pl_str_trim(pl_desk_field(k->d, "row")),
			.column = pl_str_trim(pl_desk_field(k->d, "column"))},
		.objection = {.purpose = pl_str_trim(pl_desk_field(k->d, "purpose")), .ends = pl_str_eq(act, PL_STR("again"))}};
	if (pl_str_eq(act, PL_STR("where")))
		ret->kind = PL_ERRAND_WHERE;
	else if (pl_str_eq(act, PL_STR("correct")))
		ret->kind = PL_ERRAND_CORRECT;
	else if (pl_str_eq(act, PL_STR("object")) || ret->objection.ends)
		ret->kind = PL_ERRAND_OBJECT;
	else
		return PL_E_RANGE;
	return pl_desk_text(k->d, &ret->correction.value);
}

static pl_status do_ask(struct pl_desk_looking *k)
{
	struct pl_errand_ask a;
	pl_status st = read_ask(k, &a);

	if (st)
		return pl_desk_case_conclude(k, st);
	st = pl_desk_case_may_order(k);
	if (st == PL_E_RANGE || st == PL_E_STATE)
		return refuse(k, 409, st == PL_E_RANGE ? PL_MSG_case_refused_sender : PL_MSG_case_refused_order);
	if (!st)
		st = pl_errand_order_ask(k->d->w.inst, k->r, k->number, &k->who, &a, NULL);
	if (st == PL_E_RANGE)
		return refuse(k, 400, a.kind == PL_ERRAND_CORRECT ? PL_MSG_order_refused_correct : PL_MSG_order_refused_purpose);
	return pl_desk_case_conclude(k, st);
}

pl_status pl_desk_case_ask(struct pl_desk_view *d)
{
	return pl_desk_with_case(d, do_ask);
}

static pl_status do_link(struct pl_desk_looking *k)
{
	const struct pl_errand_ask a = {.kind = PL_ERRAND_LINK, .identities = pl_desk_field(k->d, "identities")};
	pl_status st = pl_errand_order_ask(k->d->w.inst, k->r, k->number, &k->who, &a, NULL);

	if (st == PL_E_RANGE || st == PL_E_SYNTAX)
		return refuse(k, 400, PL_MSG_order_refused_link);
	return pl_desk_case_conclude(k, st);
}

pl_status pl_desk_case_link(struct pl_desk_view *d)
{
	return pl_desk_with_case(d, do_link);
}
