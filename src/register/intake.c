/* SPDX-License-Identifier: Apache-2.0 */
#include "register/intake.h"
#include "register/private.h"
#include "register/recover.h"
#include <pthread.h>

#define WAITING_MAX 1024u

/* Somebody who waits; lives on the stack of his thread. */
struct waiting {
	const struct pl_intake_form *form;
	struct pl_intake_answer answer;
	pl_status status;
	struct pl_diag diag;
	bool taken, done;
	struct waiting *next;
};

struct pl_intake {
	struct pl_instance *inst;
	pthread_mutex_t lock;
	pthread_cond_t turn;
	bool current; /* the tables were compared with the log */
	bool busy; /* somebody leads a round */
	size_t n_waiting;
	struct waiting *first, **last;
};

struct pl_intake *pl_intake_new(struct pl_instance *inst)
{
	struct pl_intake *in = PL_NEW(struct pl_intake);

	in->inst = inst;
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
	size_t n;
	struct waiting *w[PL_INTAKE_ROUND_MAX];
	struct pl_vault_key keys[PL_INTAKE_ROUND_MAX];
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

/* Keys of one register are stored together; a round is mostly of one. */
static pl_status make_keys(struct round *r, struct pl_diag *diag)
{
	pl_status st = PL_OK;

	for (size_t i = 0, n; i < r->n && !st; i += n) {
		const struct pl_register *of = r->w[i]->form->r;

		for (n = 1; i + n < r->n && pl_digest_eq(&r->w[i + n]->form->r->id, &of->id) &&
			wants_key(r->w[i + n]->form) == wants_key(r->w[i]->form);
			n++)
			;
		if (wants_key(r->w[i]->form))
			st = pl_instance_vault_new(r->in->inst, &of->id, r->keys + i, n, diag);
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
	(void)(pl_register_promises_sign(r->in->inst, list, r->n, NULL) == PL_OK);
}

static void run_round(struct round *r)
{
	struct pl_diag diag = {0};
	pl_status st = r->in->current ? PL_OK : pl_register_current(r->in->inst, &diag);

	r->in->current = !st;
	if (!st)
		st = make_keys(r, &diag);

	/* Whoever makes the transaction fail is answered and left out of the next try. */
	while (!st && r->n) {
		st = pl_db_tx(pl_instance_db(r->in->inst), enter_round, r);
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
	if (!st)
		sign_all(r);
	pl_wipe(r->keys, sizeof r->keys);
}

/* ---- waiting ---- */

static void take_round(struct pl_intake *in, struct round *r, struct waiting *all[static PL_INTAKE_ROUND_MAX])
{
	for (r->n = 0; in->first && r->n < PL_INTAKE_ROUND_MAX; r->n++) {
		struct waiting *w = in->first;

		in->first = w->next;
		if (!in->first)
			in->last = &in->first;
		in->n_waiting--;
		w->taken = true;
		r->w[r->n] = all[r->n] = w;
	}
}

/* Lead a round; the lock is held before and after. */
static void lead(struct pl_intake *in)
{
	struct round *r = PL_NEW(struct round);
	struct waiting *all[PL_INTAKE_ROUND_MAX];
	size_t n;

	in->busy = true;
	r->in = in;
	take_round(in, r, all);
	n = r->n;
	(void)pthread_mutex_unlock(&in->lock);
	run_round(r);
	pl_free(r);
	(void)pthread_mutex_lock(&in->lock);
	for (size_t i = 0; i < n; i++)
		all[i]->done = true;
	in->busy = false;
	(void)pthread_cond_broadcast(&in->turn);
}

pl_status pl_intake_enter(struct pl_intake *in, const struct pl_intake_form *form, struct pl_intake_answer *ret,
	struct pl_diag *diag)
{
	struct waiting w = {.form = form, .status = PL_E_BUSY};

	(void)pthread_mutex_lock(&in->lock);
	if (in->n_waiting >= WAITING_MAX) {
		(void)pthread_mutex_unlock(&in->lock);
		return pl_diag_set(diag, PL_E_BUSY, "too many senders at once; try again in a minute");
	}
	*in->last = &w;
	in->last = &w.next;
	in->n_waiting++;
	while (!w.done) {
		if (!in->busy && !w.taken)
			lead(in);
		else
			(void)pthread_cond_wait(&in->turn, &in->lock);
	}
	(void)pthread_mutex_unlock(&in->lock);
	if (w.status)
		return w.diag.text[0] ? pl_diag_set(diag, w.status, "%s", w.diag.text) : w.status;
	*ret = w.answer;
	pl_vault_key_done(&w.answer.key);
	return PL_OK;
}
