/* SPDX-License-Identifier: Apache-2.0 */
#include "web/refusals.h"
#include "base/event.h"
#include "base/time.h"
#include "register/casework/form_store.h"
#include "register/casework/submit.h"
#include <pthread.h>

#define FORMS_MAX 64u

struct counter {
	char name[PL_REGISTER_NAME_MAX + 1];
	uint64_t n;
	bool known; /* it had an open form */
};

struct pl_refusals {
	struct pl_instance *inst; /* the thread's */
	pthread_t thread;
	pthread_mutex_t lock;     /* for what follows */
	pthread_cond_t wake;
	bool stop, waits;         /* waits: the database does not take them; told once */
	struct counter *list;
	size_t len, cap, unknown;
};

/* ---- counting ---- */

static struct counter *find(struct pl_refusals *r, pl_str name)
{
	for (size_t i = 0; i < r->len; i++)
		if (pl_str_eq(pl_str_from(r->list[i].name), name))
			return &r->list[i];
	return NULL;
}

static struct counter *make(struct pl_refusals *r, pl_str name, bool known)
{
	struct counter *c;

	if (!known && r->unknown == PL_REFUSALS_NAMES_MAX)
		return NULL;
	if (!r->list || r->len == r->cap) {
		size_t cap = r->cap ? 2 * r->cap : FORMS_MAX;
		struct counter *more = pl_try_realloc(r->list, cap, sizeof *more);

		if (!more)
			return NULL;
		r->list = more;
		r->cap = cap;
	}
	c = &r->list[r->len];
	*c = (struct counter){.known = known};
	if (pl_str_z(name, c->name, sizeof c->name))
		return NULL;
	r->len++;
	r->unknown += !known;
	return c;
}

void pl_refusals_add(struct pl_refusals *r, pl_str name)
{
	struct counter *c;

	if (!r || !name.len)
		return;
	(void)pthread_mutex_lock(&r->lock);
	c = find(r, name);
	if (!c)
		c = make(r, name, false);
	if (c && c->n++ == 0)
		(void)pthread_cond_signal(&r->wake);
	(void)pthread_mutex_unlock(&r->lock);
}

/* ---- writing ---- */

/* The next counter at or behind @from with something in it, emptied; false: none. */
static bool take(struct pl_refusals *r, size_t from, struct counter *ret, size_t *ret_at)
{
	bool found = false;

	(void)pthread_mutex_lock(&r->lock);
	for (size_t i = from; i < r->len && !found; i++) {
		found = r->list[i].n > 0;
		if (!found)
			continue;
		*ret = r->list[i];
		*ret_at = i;
		r->list[i].n = 0;
	}
	(void)pthread_mutex_unlock(&r->lock);
	return found;
}

/* Only the thread removes and only it marks, so that places stand still while it writes. */
static void give_back(struct pl_refusals *r, size_t at, uint64_t n, pl_status st)
{
	bool tell;

	(void)pthread_mutex_lock(&r->lock);
	tell = st && st != PL_E_NOTFOUND && !r->waits;
	if (!st || st == PL_E_NOTFOUND) {
		r->unknown -= !st && !r->list[at].known;
		r->list[at].known = r->list[at].known || !st;
		r->waits = false;
	} else {
		r->list[at].n += n;
		r->waits = true;
	}
	(void)pthread_mutex_unlock(&r->lock);
	if (tell)
		pl_event("web.refused_waits", PL_EV_STATUS("status", st));
}

static void forget_unknown(struct pl_refusals *r)
{
	size_t kept = 0;

	(void)pthread_mutex_lock(&r->lock);
	for (size_t i = 0; i < r->len; i++)
		if (r->list[i].known || r->list[i].n)
			r->list[kept++] = r->list[i];
		else
			r->unknown--;
	r->len = kept;
	(void)pthread_mutex_unlock(&r->lock);
}

/* Whatever fails is left for the next time; *@ret_left: how many that are. */
static void write_all(struct pl_refusals *r, uint64_t *ret_left)
{
	struct counter c;
	size_t at = 0;

	*ret_left = 0;
	for (size_t from = 0; take(r, from, &c, &at); from = at + 1) {
		pl_status st = pl_submit_refused(r->inst, pl_str_from(c.name), c.n, pl_time_now() / PL_SECOND);

		give_back(r, at, c.n, st);
		*ret_left += st && st != PL_E_NOTFOUND ? c.n : 0;
	}
	forget_unknown(r);
}

static bool is_empty(const struct pl_refusals *r)
{
	for (size_t i = 0; i < r->len; i++)
		if (r->list[i].n)
			return false;
	return true;
}

/* Until something was counted, and then until more had time to come; true: it is over. */
static bool rest(struct pl_refusals *r)
{
	struct timespec until;
	uint64_t when;
	bool over;

	(void)pthread_mutex_lock(&r->lock);
	while (!r->stop && is_empty(r))
		(void)pthread_cond_wait(&r->wake, &r->lock);
	when = pl_time_monotonic() + PL_REFUSALS_FLUSH;
	until = (struct timespec){.tv_sec = (time_t)(when / PL_SECOND), .tv_nsec = (long)(when % PL_SECOND)};
	while (!r->stop && pthread_cond_clockwait(&r->wake, &r->lock, CLOCK_MONOTONIC, &until) == 0)
		;
	over = r->stop;
	(void)pthread_mutex_unlock(&r->lock);
	return over;
}

static void *run(void *ctx)
{
	struct pl_refusals *r = ctx;
	uint64_t left;
	bool over;

	do {
		over = rest(r);
		write_all(r, &left);
	} while (!over);
	if (left)
		pl_event("web.refused_lost", PL_EV_U64("submissions", left));
	return NULL;
}

/* ---- begin and end ---- */

/* The forms that are open now are never crowded out. */
static pl_status know_forms(struct pl_refusals *r)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA((size_t)1 << 20);
	pl_str names[FORMS_MAX];
	size_t n = 0;
	pl_status st = pl_form_list(r->inst, FORMS_MAX, &arena, names, &n);

	for (size_t i = 0; i < n && !st; i++)
		st = make(r, names[i], true) ? PL_OK : PL_E_NOMEM;
	return st;
}

static void drop(struct pl_refusals *r)
{
	if (r->inst)
		pl_instance_close(r->inst);
	(void)pthread_cond_destroy(&r->wake);
	(void)pthread_mutex_destroy(&r->lock);
	pl_free(r->list);
	pl_free(r);
}

pl_status pl_refusals_open(const char *dir, const struct pl_instance_options *options, struct pl_refusals **ret, struct pl_diag *diag)
{
	struct pl_refusals *r = PL_NEW(struct pl_refusals);
	pl_status st;

	(void)pthread_mutex_init(&r->lock, NULL);
	(void)pthread_cond_init(&r->wake, NULL);
	st = pl_instance_open(dir, options, &r->inst, diag);
	if (!st)
		st = know_forms(r);
	if (!st && pthread_create(&r->thread, NULL, run, r))
		st = PL_E_NOMEM;
	if (st) {
		drop(r);
		return st;
	}
	*ret = r;
	return PL_OK;
}

void pl_refusals_close(struct pl_refusals *r)
{
	if (!r)
		return;
	(void)pthread_mutex_lock(&r->lock);
	r->stop = true;
	(void)pthread_cond_signal(&r->wake);
	(void)pthread_mutex_unlock(&r->lock);
	(void)pthread_join(r->thread, NULL);
	drop(r);
}
