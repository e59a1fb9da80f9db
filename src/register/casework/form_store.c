/* SPDX-License-Identifier: Apache-2.0 */
#include "register/casework/form_store.h"
#include "base/time.h"
#include "register/casework/submit.h"
#include "register/sql.h"

struct keeping {
	pl_str name, text;
	struct pl_buf *out;
	struct pl_arena *arena;
	size_t limit, n;
	pl_str *list;
	bool dropped;
};

static pl_status put_form(void *ctx, struct pl_db_tx *tx)
{
	const struct keeping *k = ctx;

	return pl_db_exec(tx, &pl_sql_work_form_put,
		PL_DB_ARGS(PL_DB_STR(k->name), PL_DB_STR(k->text), PL_DB_U64(pl_time_now() / PL_SECOND)), NULL);
}

/* Where the declaration says which events start which clocks, a form may repeat it and not contradict it. */
static pl_status check_starts(const struct pl_form *f, const struct pl_register_decl *d, struct pl_diag *diag)
{
	for (size_t i = 0; i < f->n_starts && d->n_clocks; i++) {
		const struct pl_register_clock *c = pl_register_decl_clock(d, f->starts[i]);

		if (c && c->intake)
			continue;
		pl_diag_hint(diag, "leave the line \"start\" out: what starts at intake, the lines \"clock\" of the declaration say");
		return pl_diag_set(diag, PL_E_RANGE, "the form starts \"%.*s\", and the declaration of %.*s says %s", PL_STR_ARG(f->starts[i]),
			PL_STR_ARG(d->name), c ? "that the desk notes it" : "nothing of it");
	}
	return PL_OK;
}

pl_status pl_form_open(struct pl_instance *inst, const struct pl_register *r, pl_str text, struct pl_diag *diag)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA((size_t)1 << 20);
	struct keeping k = {.name = r->decl->name, .text = text};
	struct pl_product_enrollers enrollers;
	struct pl_form *f;
	pl_status st = pl_form_parse(text, r->decl, &arena, &f, diag);

	if (!st)
		st = check_starts(f, r->decl, diag);
	if (!st && (f->confirm & PL_FORM_MAIL) && !pl_instance_conf(inst)->mail_smtp.len) {
		pl_diag_hint(diag, "set [mail] smtp and from in pellucid.conf, or confirm by work alone");
		st = pl_diag_set(diag, PL_E_STATE, "the form confirms by mail, and this instance sends none");
	}
	if (!st && (f->confirm & PL_FORM_KEY))
		st = pl_submit_enrollers(inst, &enrollers, diag);
	return st ? st : pl_db_tx(pl_instance_db(inst), put_form, &k);
}

static pl_status drop_form(void *ctx, struct pl_db_tx *tx)
{
	const struct keeping *k = ctx;
	uint64_t changed = 0;
	pl_status st = pl_db_exec(tx, &pl_sql_work_form_drop, PL_DB_ARGS(PL_DB_STR(k->name)), &changed);

	return st ? st : changed ? PL_OK : PL_E_NOTFOUND;
}

pl_status pl_form_close(struct pl_instance *inst, pl_str name)
{
	struct keeping k = {.name = name};

	return pl_db_tx(pl_instance_db(inst), drop_form, &k);
}

static pl_status get_form(void *ctx, struct pl_db_tx *tx)
{
	const struct keeping *k = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_work_form_get, PL_DB_ARGS(PL_DB_STR(k->name)), &rows);

	if (st)
		return st;
	pl_buf_clear(k->out);
	pl_buf_put_str(k->out, pl_db_col_str(rows, 0));
	return pl_db_rows_status(rows);
}

pl_status pl_form_read(struct pl_instance *inst, const struct pl_register *r, struct pl_arena *arena, struct pl_form **ret,
	struct pl_diag *diag)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_FORM_MAX);
	struct keeping k = {.name = r->decl->name, .out = &text};
	pl_status st = pl_db_read(pl_instance_db(inst), get_form, &k);

	if (st == PL_E_NOTFOUND)
		return pl_diag_set(diag, st, "register %.*s is not open for outsiders", PL_STR_ARG(r->decl->name));
	return st ? st : pl_form_parse(pl_buf_str(&text), r->decl, arena, ret, diag);
}

pl_status pl_form_attach(struct pl_instance *inst, pl_str name, unsigned *ret_files, uint64_t *ret_bytes)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_FORM_MAX);
	struct keeping k = {.name = name, .out = &text};
	pl_status st = pl_db_read(pl_instance_db(inst), get_form, &k);

	pl_form_attach_peek(pl_buf_str(&text), ret_files, ret_bytes);
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

static pl_status list_forms(void *ctx, struct pl_db_tx *tx)
{
	struct keeping *k = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, &pl_sql_work_form_list, PL_DB_ARGS(PL_DB_U64(k->limit)), &rows);

	k->n = 0;
	while (!st && (st = pl_db_step(rows)) == PL_OK)
		st = pl_arena_dup(k->arena, pl_db_col_str(rows, 0), &k->list[k->n++]);
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

pl_status pl_form_list(struct pl_instance *inst, size_t limit, struct pl_arena *arena, pl_str *ret, size_t *ret_n)
{
	struct keeping k = {.limit = limit, .arena = arena, .list = ret};
	pl_status st = pl_db_read(pl_instance_db(inst), list_forms, &k);

	*ret_n = k.n;
	return st;
}
