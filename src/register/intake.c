/* SPDX-License-Identifier: Apache-2.0 */
#include "register/intake.h"
#include "register/private.h"
#include "register/recover.h"
#include <pthread.h>

/* Somebody who waits; lives on the stack of his thread. */
struct waiting {
	const struct pl_intake_form *form;
	struct pl_intake_answer answer;
	struct pl_vault_key key;
	struct pl_vault_wrapped wrapped;
	pl_status status;
	struct pl_diag diag;
	bool has_key; /* he made it himself */
	bool taken, done;
	struct waiting *next;
};

/* What a round needs for itself. */
struct lane {
	struct pl_instance *inst;
	bool busy; /* somebody leads a round in it */
};

struct pl_intake {
	pthread_mutex_t lock;
	pthread_cond_t turn;
	bool current; /* the tables were compared with the log; of the round that enters */
	bool entering; /* a round is on its way into the database */
	bool has_to;
	struct pl_sealedbox_to to; /* what keys are wrapped for, as far as known */
	size_t n_lanes;
	struct lane lanes[PL_INTAKE_LANES];
	size_t n_inside; /* senders that wait for an answer */
	struct waiting *first, **last;
};

struct pl_intake *pl_intake_new(struct pl_instance *const *insts, size_t n)
{
	struct pl_intake *in = PL_NEW(struct pl_intake);

	in->n_lanes = n < PL_INTAKE_LANES ? n : PL_INTAKE_LANES;
	for (size_t i = 0; i < in->n_lanes; i++)
		in->lanes[i].inst = insts[i];
	in->last = &in->first;
	(void)pthread_mutex_init(&in->lock, NULL);
	(void)pthread_cond_init(&in->turn, NULL);
	return in;
}

void pl_intake_free(struct pl_intake *in)
{
	if (!in)
		return;
	(void)pthread_mutex_destroy(&in->lock);
	(void)pthread_cond_destroy(&in->turn);
	pl_free(in);
}

/* ---- one round ---- */

struct round {
	struct pl_intake *in;
	struct pl_instance *inst;
	size_t n;
	struct waiting *w[PL_INTAKE_ROUND_MAX];
	struct pl_vault_key keys[PL_INTAKE_ROUND_MAX];
	struct pl_vault_wrapped wrapped[PL_INTAKE_ROUND_MAX];
	bool has_to;
	struct pl_sealedbox_to to; /* of what keys are wrapped for, as far as known */
	size_t failed; /* who made the transaction fail */
};

static bool wants_key(const struct pl_intake_form *f)
{
	return f->keep || pl_register_wants_key(f->r->decl);
}

static pl_status enter_round(void *ctx, struct pl_db_tx *tx)
{
	struct round *r = ctx;

	for (size_t i = 0; i < r->n; i++) {
		struct waiting *w = r->w[i];
		const struct pl_intake_form *f = w->form;
		pl_status st;

		r->failed = i;
		w->diag = (struct pl_diag){0};
		st = pl_register_enter(tx, f->r, f->values, wants_key(f) ? &r->keys[i] : NULL, f->now, &w->answer.made, &w->diag);
		if (!st && f->beside)
			st = f->beside(f->ctx, tx, &w->answer.made, &r->keys[i]);
		if (!st)
			st = pl_register_promise_note(tx, f->r, w->answer.made.number, f->now, &w->answer.secret);
		if (st)
			return st;
	}
	r->failed = SIZE_MAX;
	return PL_OK;
}

/* A sender makes his key himself, unless nobody knows yet what to wrap it for. */
static pl_status take_keys(struct round *r, struct pl_diag *diag)
{
	pl_status st = PL_OK;

	for (size_t i = 0; i < r->n && !st; i++) {
		struct waiting *w = r->w[i];

		if (!wants_key(w->form))
			continue;
		if (!r->has_to)
			st = pl_instance_vault_to(r->inst, &r->to, diag);
		r->has_to = !st;
		if (!st && !w->has_key)
			st = pl_vault_wrap(&r->to, &w->form->r->id, &w->key, &w->wrapped);
		r->keys[i] = w->key;
		r->wrapped[i] = w->wrapped;
	}
	return st;
}

/* Keys of one register are stored together; a round is mostly of one. */
static pl_status store_keys(struct round *r, struct pl_diag *diag)
{
	pl_status st = take_keys(r, diag);

	for (size_t i = 0, n; i < r->n && !st; i += n) {
		const struct pl_register *of = r->w[i]->form->r;

		for (n = 1; i + n < r->n && pl_digest_eq(&r->w[i + n]->form->r->id, &of->id) &&
			wants_key(r->w[i + n]->form) == wants_key(r->w[i]->form);
			n++)
			;
		if (wants_key(r->w[i]->form))
			st = pl_instance_vault_put(r->inst, &r->to, &of->id, r->keys + i, r->wrapped + i, n, diag);
	}
	return st;
}

static void answer_all(struct round *r, pl_status st, const struct pl_diag *diag)
{
	for (size_t i = 0; i < r->n; i++) {
		r->w[i]->status = st;
		if (st)
			r->w[i]->diag = *diag;
	}
}

/* The promises are noted; if they cannot be signed now they are when somebody asks for one. */
static void sign_all(struct round *r)
{
	struct pl_register_promised list[PL_INTAKE_ROUND_MAX];

	for (size_t i = 0; i < r->n; i++) {
		r->w[i]->answer.key = r->keys[i];
		list[i] = (struct pl_register_promised){r->w[i]->form->r, r->w[i]->answer.made, r->w[i]->form->now};
	}
	(void)(pl_register_promises_sign(r->inst, list, r->n, NULL) == PL_OK);
}

static pl_status enter_all(struct round *r)
{
	struct pl_diag diag = {0};
	pl_status st = r->in->current ? PL_OK : pl_register_current(r->inst, &diag);

	r->in->current = !st;
	if (!st)
		st = store_keys(r, &diag);

	/* Whoever makes the transaction fail is answered and left out of the next try. */
	while (!st && r->n) {
		r->failed = SIZE_MAX; /* nobody, if it does not even begin */
		st = pl_db_tx(pl_instance_db(r->inst), enter_round, r);
		if (!st || r->failed == SIZE_MAX)
			break;
		r->w[r->failed]->status = st;
		r->n--;
		for (size_t i = r->failed; i < r->n; i++) {
			r->w[i] = r->w[i + 1];
			r->keys[i] = r->keys[i + 1];
		}
		st = PL_OK;
	}
	answer_all(r, st, &diag);
	return st;
}

/* ---- waiting ---- */

static void take_round(struct pl_intake *in, struct round *r, struct waiting *all[static PL_INTAKE_ROUND_MAX])
{
	for (r->n = 0; in->first && r->n < PL_INTAKE_ROUND_MAX; r->n++) {
		struct waiting *w = in->first;

		in->first = w->next;
		if (!in->first)
			in->last = &in->first;
		w->taken = true;
		r->w[r->n] = all[r->n] = w;
	}
}

/* A lane for whoever may lead the next round; NULL: nobody now. A round begins when the one before is in the database: so it is of all
 * who came meanwhile, and what is left to do of the one before is done beside it. */
static struct lane *free_lane(struct pl_intake *in)
{
	if (!in->entering)
		for (size_t i = 0; i < in->n_lanes; i++)
			if (!in->lanes[i].busy)
				return &in->lanes[i];
	return NULL;
}

/* Lead a round; the lock is held before and after. */
static void lead(struct pl_intake *in, struct lane *lane)
{
	struct round *r = PL_NEW(struct round);
	struct waiting *all[PL_INTAKE_ROUND_MAX];
	size_t n;
	pl_status st;

	in->entering = lane->busy = true;
	r->in = in;
	r->inst = lane->inst;
	r->has_to = in->has_to;
	r->to = in->to;
	take_round(in, r, all);
	n = r->n;
	(void)pthread_mutex_unlock(&in->lock);
	st = enter_all(r);
	(void)pthread_mutex_lock(&in->lock);
	in->entering = false;
	in->has_to = r->has_to;
	in->to = r->to;
	(void)pthread_cond_broadcast(&in->turn);
	(void)pthread_mutex_unlock(&in->lock);
	if (!st && r->n)
		sign_all(r);
	pl_wipe(r->keys, sizeof r->keys);
	pl_free(r);
	(void)pthread_mutex_lock(&in->lock);
	for (size_t i = 0; i < n; i++)
		all[i]->done = true;
	lane->busy = false;
	(void)pthread_cond_broadcast(&in->turn);
}

/* A place among those who wait; then the key, in the sender's own thread, beside the others. */
static bool come_in(struct pl_intake *in, struct waiting *w)
{
	struct pl_sealedbox_to to;
	bool room;

	(void)pthread_mutex_lock(&in->lock);
	room = in->n_inside < PL_INTAKE_SENDERS_MAX;
	in->n_inside += room;
	w->has_key = room && in->has_to && wants_key(w->form);
	to = in->to;
	(void)pthread_mutex_unlock(&in->lock);
	if (w->has_key)
		w->has_key = pl_vault_wrap(&to, &w->form->r->id, &w->key, &w->wrapped) == PL_OK;
	return room;
}

pl_status pl_intake_enter(struct pl_intake *in, const struct pl_intake_form *form, struct pl_intake_answer *ret,
	struct pl_diag *diag)
{
	struct waiting w = {.form = form, .status = PL_E_BUSY};
	struct lane *lane;

	if (!come_in(in, &w))
		return pl_diag_set(diag, PL_E_BUSY, "too many senders at once; try again in a minute");
	(void)pthread_mutex_lock(&in->lock);
	*in->last = &w;
	in->last = &w.next;
	while (!w.done) {
		lane = w.taken ? NULL : free_lane(in);
		if (lane)
			lead(in, lane);
		else
			(void)pthread_cond_wait(&in->turn, &in->lock);
	}
	in->n_inside--;
	(void)pthread_mutex_unlock(&in->lock);
	pl_vault_key_done(&w.key);
	if (w.status)
		return w.diag.text[0] ? pl_diag_set(diag, w.status, "%s", w.diag.text) : w.status;
	*ret = w.answer;
	pl_wipe(&w.answer, sizeof w.answer);
	return PL_OK;
}
