/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `pellucid person keep`: carries out what the desk ordered for persons and hands requests to processors over, by itself.
 *
 * It is a process of its own because it holds what the worker must not: the accounts' secret, by which it knows whose a case is, and the
 * right to have answers signed. It opens neither that nor any store before there is something to do; what fails is told as an event without
 * anybody's words, because a store may have named somebody in them, and tried again.
 */
#include "base/event.h"
#include "base/file.h"
#include "base/time.h"
#include "cli/person.h"
#include "register/person/errand.h"
#include "register/person/fanout.h"
#include "register/person/order.h"
#include "register/person/waiting.h"
#include <poll.h>

#define LOOK_MS 2000
#define PAUSE_FIRST (4 * PL_SECOND)
#define PAUSE_MOST (300 * PL_SECOND)
#define PROOFS (600 * PL_SECOND) /* the rhythm of heads */
#define ASK (3600 * PL_SECOND)

struct keeping {
	struct pl_instance *inst;
	uint64_t orders;          /* that waited at the last look */
	uint64_t pause, again_at; /* for orders that could not be carried out */
	uint64_t proofs_at, ask_at;
	uint64_t quiet_until; /* nothing could be opened */
};

static void tell_order(void *ctx, const struct pl_person_order *o, const char *words)
{
	(void)ctx;
	(void)words;
	pl_event("person.order_failed", PL_EV_STR("register", o->name), PL_EV_U64("number", o->number),
		PL_EV_Z("kind", o->kind == PL_ORDER_COPY ? "copy" : "erasure"));
}

static void tell_errand(void *ctx, const struct pl_errand *o, const char *words)
{
	(void)ctx;
	(void)words;
	pl_event("person.order_failed", PL_EV_STR("register", o->name), PL_EV_U64("number", o->number), PL_EV_Z("kind", pl_errand_words[o->kind]));
}

static void tell_processor(void *ctx, const char *id, const char *processor, pl_status st, const char *words)
{
	(void)ctx;
	(void)words;
	pl_event("person.processor_failed", PL_EV_Z("request", id), PL_EV_Z("processor", processor), PL_EV_STATUS("status", st));
}

/* What is due of @w. */
struct due {
	bool orders, hand_over, ask;
};

static struct due what_is_due(const struct keeping *k, const struct pl_person_waiting *w, uint64_t now)
{
	return (struct due){
		.orders = (w->orders && (w->orders != k->orders || now >= k->again_at)) || (w->given && now >= k->proofs_at),
		.hand_over = w->due && w->due <= pl_time_now(),
		.ask = w->under_way && now >= k->ask_at,
	};
}

static pl_status do_orders(struct keeping *k, struct pl_person_desk *desk)
{
	struct pl_person_order_done done = {0};
	struct pl_errands_done made = {0};
	pl_status st = pl_person_order_work(desk, tell_order, NULL, &done), other = pl_errands_do(desk, tell_errand, NULL, &made);

	st = st ? st : other;
	if (done.done || done.failed || made.done || made.failed)
		pl_event("person.orders", PL_EV_U64("given", done.done + made.done), PL_EV_U64("not_given", done.failed + made.failed));
	k->pause = !st && !done.failed && !made.failed ? 0 : !k->pause ? PAUSE_FIRST : k->pause * 2 < PAUSE_MOST ? k->pause * 2 : PAUSE_MOST;
	k->again_at = pl_time_monotonic() + k->pause;
	k->proofs_at = pl_time_monotonic() + PROOFS;
	return st;
}

static pl_status do_due(struct keeping *k, const struct due *due, struct pl_diag *why)
{
	const struct pl_person_desk_options opt = {.reader = {.role = PL_VAULT_WORK}, .now = pl_time_now() / PL_SECOND};
	struct pl_person_desk *desk PL_CLEANUP(pl_person_desk_closep) = NULL;
	struct pl_fanout_done done = {0};
	pl_status st = pl_person_desk_open(k->inst, &opt, &desk, why), sent = PL_OK;

	if (st)
		return st;
	if (due->orders)
		st = do_orders(k, desk);
	if (due->hand_over || due->ask)
		sent = pl_fanout_work(desk, due->ask, tell_processor, NULL, &done, why);
	if (due->ask)
		k->ask_at = pl_time_monotonic() + ASK;
	if (done.done || done.failed)
		pl_event("person.processors", PL_EV_U64("answered", done.done), PL_EV_U64("not_answered", done.failed));
	return st ? st : sent;
}

/* One look; what fails waits like an order that cannot be carried out. */
static void look(struct keeping *k)
{
	struct pl_person_waiting w = {0};
	struct pl_diag why = {0};
	uint64_t now = pl_time_monotonic();
	pl_status st = PL_OK;
	struct due due;

	if (now < k->quiet_until)
		return;
	st = pl_person_waiting(k->inst, &w);
	if (!st) {
		due = what_is_due(k, &w, now);
		if (!due.orders && !due.hand_over && !due.ask)
			return;
		st = do_due(k, &due, &why);
	}
	if (!st)
		st = pl_person_waiting(k->inst, &w);
	k->orders = w.orders;
	if (!st)
		return;
	pl_event("person.work_failed", PL_EV_STATUS("status", st));
	k->quiet_until = now + PAUSE_FIRST * 4;
}

const struct pl_cli_option pl_cli_person_keep_options[] = {PL_CLI_INSTANCE, PL_CLI_PASSPHRASE, {NULL}};

int pl_cli_person_keep(struct pl_cli *cli)
{
	struct pl_instance *inst PL_CLEANUP(pl_instance_closep) = NULL;
	int stop PL_CLEANUP(pl_file_close) = -1;
	const char *dir = pl_cli_instance(cli);
	struct pl_instance_options opt;
	struct keeping k = {0};
	struct pl_passphrase room;
	struct pl_diag diag = {0};
	struct pollfd pfd;
	pl_status st;

	if (!dir)
		return PL_EXIT_USAGE;
	pl_cli_instance_options(cli, &room, &opt);
	opt.migrate = false;
	opt.peer = PL_PEER_PERSONS;
	st = pl_cli_stop_fd(&stop);
	if (!st)
		st = pl_instance_open(dir, &opt, &inst, &diag);
	if (st)
		return pl_cli_fail(cli, st, &diag);
	k.inst = inst;
	pfd = (struct pollfd){.fd = stop, .events = POLLIN};
	pl_event("person.keeping", PL_EV_U64("milliseconds", LOOK_MS));
	do
		look(&k);
	while (poll(&pfd, 1, LOOK_MS) == 0);
	return PL_EXIT_OK;
}
