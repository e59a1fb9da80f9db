/* SPDX-License-Identifier: Apache-2.0 */
/* What a person asked, as an entry of the case's file says it; asking and telling the stores. */
#include "register/person/errand.h"

/* ---- as it is written ---- */

static void put_line(struct pl_buf *out, const char *word, pl_str value)
{
	pl_buf_printf(out, "%s %.*s\n", word, PL_STR_ARG(value));
}

void pl_errand_ask_write(const struct pl_errand_ask *a, struct pl_buf *out)
{
	if (a->kind == PL_ERRAND_CORRECT) {
		put_line(out, "store", a->store);
		put_line(out, "table", a->correction.table);
		put_line(out, "row", a->correction.row);
		put_line(out, "column", a->correction.column);
		pl_buf_put_z(out, "value ");
		pl_buf_put_str(out, a->correction.value); /* to the end, whatever it holds */
	} else if (a->kind == PL_ERRAND_OBJECT) {
		put_line(out, a->objection.ends ? "purpose-again" : "purpose", a->objection.purpose);
	} else if (a->kind == PL_ERRAND_LINK) {
		pl_buf_put_str(out, a->identities);
	} else {
		pl_buf_put_z(out, "where\n");
	}
}

static bool take_line(pl_str *rest, const char *word, pl_str *ret)
{
	return pl_str_take_line(rest, ret) && pl_str_eat(ret, pl_str_from(word)) && pl_str_eat(ret, PL_STR(" "));
}

pl_status pl_errand_ask_parse(enum pl_errand_kind kind, pl_str text, struct pl_errand_ask *ret)
{
	struct pl_errand_ask a = {.kind = kind};
	bool good = true;

	if (kind == PL_ERRAND_CORRECT) {
		good = take_line(&text, "store", &a.store) && take_line(&text, "table", &a.correction.table) && take_line(&text, "row", &a.correction.row) &&
			take_line(&text, "column", &a.correction.column) && pl_str_eat(&text, PL_STR("value "));
		a.correction.value = text;
	} else if (kind == PL_ERRAND_OBJECT) {
		a.objection.ends = pl_str_starts(text, PL_STR("purpose-again "));
		good = take_line(&text, a.objection.ends ? "purpose-again" : "purpose", &a.objection.purpose) && !text.len;
	} else if (kind == PL_ERRAND_LINK) {
		a.identities = text;
	} else {
		good = kind == PL_ERRAND_WHERE && pl_str_eq(text, PL_STR("where\n"));
	}
	if (!good)
		return PL_E_CORRUPT;
	*ret = a;
	return PL_OK;
}

/* ---- what the stores say ---- */

static pl_status say_class(const struct pl_json *c, pl_str store, bool later, struct pl_buf *out)
{
	pl_str class, place, entity;
	uint64_t months = 0, rows = 0;
	pl_status st = pl_json_get_str(c, "class", &class, NULL);

	if (!st)
		st = pl_json_get_str(c, "place", &place, NULL);
	if (!st)
		st = pl_json_get_str(c, "entity", &entity, NULL);
	if (!st)
		st = pl_json_get_u64(c, "months", INT64_MAX, &months, NULL);
	if (!st)
		st = pl_json_opt_u64(c, "rows", INT64_MAX, &rows, NULL);
	if (st)
		return st;
	pl_buf_printf(out, "%.*s/%.*s: ", PL_STR_ARG(store), PL_STR_ARG(class));
	if (later)
		pl_buf_put_c(out, '?');
	else
		pl_buf_printf(out, "%llu", (unsigned long long)rows);
	pl_buf_printf(out, " (%.*s, %.*s", PL_STR_ARG(place), PL_STR_ARG(entity));
	if (months)
		pl_buf_printf(out, ", P%lluM", (unsigned long long)months);
	pl_buf_put_z(out, ")\n");
	return pl_buf_status(out);
}

static pl_status say_where(struct pl_person_desk *d, const struct pl_person *who, struct pl_buf *out, struct pl_diag *diag)
{
	struct pl_json *where PL_CLEANUP(pl_json_done) = NULL;
	const struct pl_json *stores;
	pl_status st = pl_holdings_where(pl_person_desk_list(d), who, &where, diag);

	stores = st ? NULL : pl_json_get(where, "stores");
	for (size_t i = 0; i < pl_json_count(stores) && !st; i++) {
		const struct pl_json *s = pl_json_at(stores, i), *classes = pl_json_get(s, "classes");
		pl_str name;

		st = pl_json_get_str(s, "store", &name, NULL);
		for (size_t k = 0; k < pl_json_count(classes) && !st; k++)
			st = say_class(pl_json_at(classes, k), name, pl_json_get(s, "answersLater") != NULL, out);
	}
	return st;
}

static pl_status say_objected(struct pl_person_desk *d, const struct pl_person *who, const struct pl_holdings_objection *o, struct pl_buf *out,
	struct pl_diag *diag)
{
	struct pl_json *told PL_CLEANUP(pl_json_done) = NULL;
	const struct pl_json *stores;
	pl_status st = pl_holdings_object(pl_person_desk_list(d), who, o, &told, diag);

	stores = st ? NULL : pl_json_get(told, "stores");
	for (size_t i = 0; i < pl_json_count(stores) && !st; i++) {
		pl_str name, outcome, reason = {0};

		st = pl_json_get_str(pl_json_at(stores, i), "store", &name, NULL);
		if (!st)
			st = pl_json_get_str(pl_json_at(stores, i), "outcome", &outcome, NULL);
		if (!st)
			st = pl_json_opt_str(pl_json_at(stores, i), "reason", &reason, NULL);
		if (st)
			return st;
		pl_buf_printf(out, "%.*s: %.*s%s%.*s\n", PL_STR_ARG(name), PL_STR_ARG(outcome), reason.len ? ", " : "", PL_STR_ARG(reason));
		st = pl_buf_status(out);
	}
	return st;
}

static pl_status correct(struct pl_person_desk *d, const struct pl_person *who, const struct pl_errand_ask *a, struct pl_buf *out, struct pl_diag *diag)
{
	const struct pl_holdings *store = pl_holdings_find(pl_person_desk_list(d), a->store);
	pl_status st;

	if (!store)
		return pl_diag_set(diag, PL_E_NOTFOUND, "there is no store \"%.*s\"", PL_STR_ARG(a->store));
	if (!store->correct)
		return pl_diag_set(diag, PL_E_UNSUPPORTED, "the store %.*s corrects nothing by itself", PL_STR_ARG(a->store));
	st = store->correct(store->ctx, who, &a->correction, diag);
	if (!st)
		pl_buf_put_z(out, "corrected\n");
	return st ? st : pl_buf_status(out);
}

pl_status pl_errand_ask_do(struct pl_person_desk *d, const struct pl_person *who, const struct pl_errand_ask *a, struct pl_buf *said, struct pl_diag *diag)
{
	if (a->kind == PL_ERRAND_WHERE)
		return say_where(d, who, said, diag);
	if (a->kind == PL_ERRAND_CORRECT)
		return correct(d, who, a, said, diag);
	return a->kind == PL_ERRAND_OBJECT ? say_objected(d, who, &a->objection, said, diag) : PL_E_UNSUPPORTED;
}
