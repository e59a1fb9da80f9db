/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rhythm of heads: with and without traffic the same, so that nothing shows when a case came.
 */
#include "base/event.h"
#include "base/time.h"
#include "register/cover.h"
#include "register/internal.h"
#include "register/private.h"
#include "register/recover.h"
#include "register/sql.h"
#include <poll.h>
#include <string.h>

#define LOOK_MS 5000 /* between looks: a register that was declared meanwhile, a head to be tried again */
#define AWAY_MS 1000 /* while the signer is away: the head is signed as soon as it is back, with the time that it is then */
#define FAILURES_MAX 12u

struct last {
	const struct pl_register *r;
	uint64_t time;
};

static pl_status read_last(void *ctx, struct pl_db_tx *tx)
{
	struct last *l = ctx;
	struct pl_register_state s = {0};
	pl_status st = pl_register_state(tx, l->r, &s);

	if (st)
		return st;
	l->time = s.head.time;
	pl_free(s.edge);
	return PL_OK;
}

/* Erasures whose keys the vault could not be asked to destroy at once. That it still cannot is told, and stops no head. */
static pl_status finish_erasures(struct pl_instance *inst, const struct pl_register *r)
{
	struct pl_diag why = {0};
	uint64_t n = 0;
	pl_status st = pl_register_destroy_doomed(inst, r, PL_VAULT_WORK, false, &n, &why);

	if (st)
		pl_event("register.erasure_waits", PL_EV_STR("register", r->decl->name), PL_EV_STATUS("status", st));
	else if (n)
		pl_event("register.erased", PL_EV_STR("register", r->decl->name), PL_EV_U64("keys", n));
	return PL_OK;
}

static pl_status beat_if_due(struct pl_instance *inst, const char *name, struct pl_diag *diag)
{
	struct pl_register *r PL_CLEANUP(pl_register_closep) = NULL;
	uint64_t now = pl_time_now() / PL_SECOND;
	struct pl_register_beat beat;
	struct last last = {0};
	pl_status st = pl_register_open(inst, pl_str_from(name), &r, diag);

	if (st)
		return st;
	last.r = r;
	st = pl_db_read(pl_instance_db(inst), read_last, &last);
	if (!st)
		st = finish_erasures(inst, r);
	if (!st) /* at any time, not just before a head: there whatever is sealed before an open leaf would be no dummy */
		st = pl_register_pad_look(inst, r, now, diag);
	if (st || last.time / PL_REGISTER_RHYTHM >= now / PL_REGISTER_RHYTHM)
		return st;
	st = pl_register_beat_plain(inst, r, now, &beat, diag);
	if (st == PL_E_CONFLICT) /* somebody else was quicker */
		return PL_OK;
	if (!st)
		pl_event("register.head", PL_EV_Z("register", name), PL_EV_U64("size", beat.head.size),
			PL_EV_U64("heartbeat", beat.heartbeat));
	return st;
}

static size_t find_name(const struct pl_register_names *l, const char *name)
{
	size_t i = 0;

	while (i < l->n && strcmp(l->name[i], name) != 0)
		i++;
	return i;
}

/* A register that fails is told once, until it has a head again. Without memory it is told each time. */
static void note_failing(struct pl_register_names *failing, const char *name, pl_status st)
{
	if (find_name(failing, name) == failing->n) {
		pl_event("register.head_failed", PL_EV_Z("register", name), PL_EV_STATUS("status", st));
		(void)!pl_register_names_add(failing, pl_str_from(name));
	}
}

static void note_good(struct pl_register_names *failing, const char *name)
{
	size_t i = find_name(failing, name);

	if (i < failing->n)
		memmove(failing->name[i], failing->name[--failing->n], sizeof *failing->name);
}

/* Has it nothing to do with the signer? The tables are behind the log, or do not fit it. */
static bool is_own(pl_status st)
{
	return st == PL_E_ROLLBACK || st == PL_E_CORRUPT || st == PL_E_RANGE;
}

/* One that fails stops no other, unless it is for the signer, which fails for all: PL_OK unless something failed that may be for him.
 * *@ret_good: some register has its heads, or needs none; *@ret_worst: the first failure. */
static pl_status beat_all(struct pl_instance *inst, struct pl_register_names *all, struct pl_register_names *failing, bool away, bool *ret_good,
	pl_status *ret_worst, struct pl_diag *diag)
{
	*ret_worst = pl_register_names(inst, all);
	*ret_good = !*ret_worst && !all->n;
	if (*ret_worst)
		return *ret_worst;
	for (size_t i = 0; i < all->n; i++) {
		struct pl_diag why = {0};
		pl_status st = beat_if_due(inst, all->name[i], &why);

		if (!st) {
			*ret_good = true;
			note_good(failing, all->name[i]);
			continue;
		}
		if (!away || is_own(st))
			note_failing(failing, all->name[i], st);
		if (!*ret_worst)
			*diag = why;
		*ret_worst = *ret_worst ? *ret_worst : st;
		if (!is_own(st) && pl_instance_desk_away(inst))
			return st;
	}
	return PL_OK;
}

/* Was it for the signer that a head failed? Whoever waits for it starts nothing anew: that would connect no sooner. Told when it changes. */
static bool look_for_signer(struct pl_instance *inst, pl_status failed, bool was_away)
{
	bool away = failed && pl_instance_desk_away(inst);

	if (away && !was_away)
		pl_event("register.signer_away", PL_EV_STATUS("status", failed));
	if (was_away && !away)
		pl_event("register.signer_back");
	return away;
}

pl_status pl_register_keep(struct pl_instance *inst, int stop_fd, struct pl_diag *diag)
{
	struct pollfd stop = {.fd = stop_fd, .events = POLLIN};
	struct pl_register_names all = {0}, failing = {0};
	unsigned failures = 0;
	bool away = false, good;
	pl_status worst, st = pl_register_current(inst, diag);

	if (st)
		return st;
	do {
		*diag = (struct pl_diag){0};
		st = beat_all(inst, &all, &failing, away, &good, &worst, diag);
		away = look_for_signer(inst, st, away);
		failures = worst && !good && !away ? failures + 1 : 0;
	} while (failures < FAILURES_MAX && poll(&stop, 1, away ? AWAY_MS : LOOK_MS) == 0);
	pl_register_names_done(&all);
	pl_register_names_done(&failing);
	return failures < FAILURES_MAX ? PL_OK : worst;
}
