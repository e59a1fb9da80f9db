/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"
#include "register/person/own_internal.h"
#include <fcntl.h>

static pl_status read_outside(struct pl_instance *inst, struct pl_outside **ret, struct pl_diag *diag)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_OUTSIDE_MAX + 1);
	int dir PL_CLEANUP(pl_file_close) = -1;
	pl_status st = pl_file_open_dir(AT_FDCWD, pl_instance_dir(inst), &dir);

	if (!st)
		st = pl_file_read(dir, PL_OUTSIDE_FILE, &text);
	if (st == PL_E_NOTFOUND) {
		*ret = pl_outside_none();
		return PL_OK;
	}
	if (!st)
		st = pl_outside_parse(pl_buf_str(&text), ret, diag);
	if (st)
		pl_diag_context(diag, "%s/%s", pl_instance_dir(inst), PL_OUTSIDE_FILE);
	return st;
}

/* ---- processors that answer later ---- */

static pl_status describe_processor(void *ctx, pl_holding_fn fn, void *fn_ctx, struct pl_diag *diag)
{
	struct pl_command_store *s = ctx;
	pl_status st = PL_OK;

	for (size_t i = 0; i < s->n_classes && !st; i++)
		st = fn(fn_ctx, &s->classes[i]);
	return st;
}

static pl_status find_later(void *ctx, const struct pl_person *who, pl_holdings_found_fn fn, void *fn_ctx, struct pl_diag *diag)
{
	return PL_OK;
}

static pl_status copy_later(void *ctx, const struct pl_person *who, const struct pl_holdings_sink *sink, struct pl_diag *diag)
{
	return PL_OK;
}

static pl_status erase_later(void *ctx, const struct pl_person *who, pl_holdings_erased_fn fn, void *fn_ctx, struct pl_diag *diag)
{
	return PL_OK;
}

static void add_outside(struct pl_person_desk *d, size_t i)
{
	const struct pl_outside_store *s = &d->outside->stores[i];
	struct pl_command_store *c = &d->commands[i];

	*c = (struct pl_command_store){.path = s->path, .classes = d->outside->classes + s->first_class, .n_classes = s->n_classes};
	if (s->kind == PL_OUTSIDE_COMMAND)
		pl_command_store(c, s->name, &d->other[i]);
	else
		d->other[i] = (struct pl_holdings){.name = s->name, .ctx = c, .describe = describe_processor, .find = find_later,
			.copy = copy_later, .erase = erase_later, .later = true};
	d->stores[d->list.n++] = &d->other[i];
}

/* ---- the desk ---- */

pl_status pl_person_desk_open(struct pl_instance *inst, const struct pl_person_desk_options *opt, struct pl_person_desk **ret,
	struct pl_diag *diag)
{
	struct pl_person_desk *d PL_CLEANUP(pl_person_desk_closep) = PL_NEW(struct pl_person_desk);
	pl_status st = pl_people_open(inst, true, &d->people, diag);

	if (!st)
		st = pl_person_key_open(inst, &d->key, diag);
	if (!st)
		st = read_outside(inst, &d->outside, diag);
	if (st)
		return st;
	d->inst = inst;
	d->reader = opt->reader;
	d->actor = opt->actor;
	d->now = opt->now;
	pl_person_cases_store(d, &d->cases);
	pl_person_accounts_store(d, &d->accounts);
	d->stores[d->list.n++] = &d->cases;
	d->stores[d->list.n++] = &d->accounts;
	for (size_t i = 0; i < opt->n_more; i++) {
		if (d->list.n + d->outside->n_stores >= PL_HOLDINGS_MAX)
			return pl_diag_set(diag, PL_E_TOOBIG, "at most %u stores", PL_HOLDINGS_MAX);
		d->stores[d->list.n++] = opt->more[i];
	}
	for (size_t i = 0; i < d->outside->n_stores; i++)
		add_outside(d, i);
	d->list.stores = d->stores;
	*ret = d;
	d = NULL;
	return PL_OK;
}

pl_status pl_person_desk_open_keyless(struct pl_instance *inst, uint64_t now, struct pl_person_desk **ret, struct pl_diag *diag)
{
	struct pl_person_desk *d PL_CLEANUP(pl_person_desk_closep) = PL_NEW(struct pl_person_desk);
	pl_status st = read_outside(inst, &d->outside, diag);

	if (st)
		return st;
	d->inst = inst;
	d->now = now;
	d->keyless = true;
	*ret = d;
	d = NULL;
	return PL_OK;
}

void pl_person_desk_close(struct pl_person_desk *d)
{
	if (!d)
		return;
	pl_people_close(d->people);
	pl_person_key_done(&d->key);
	pl_outside_free(d->outside);
	pl_free(d);
}

const struct pl_holdings_list *pl_person_desk_list(const struct pl_person_desk *d)
{
	return &d->list;
}

const struct pl_outside *pl_person_desk_outside(const struct pl_person_desk *d)
{
	return d->outside;
}

const struct pl_person_key *pl_person_desk_key(const struct pl_person_desk *d)
{
	return &d->key;
}

struct pl_instance *pl_person_desk_instance(const struct pl_person_desk *d)
{
	return d->inst;
}

uint64_t pl_person_desk_now(const struct pl_person_desk *d)
{
	return d->now;
}
