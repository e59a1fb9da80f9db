/* SPDX-License-Identifier: Apache-2.0 */
#include "register/person/link.h"
#include "people/people.h"
#include "register/person/sql.h"
#include "register/casework/find.h"
#include "register/promise.h"
#include <stdlib.h>

#define CASES_MAX 100000u

pl_status pl_person_key_open(struct pl_instance *inst, struct pl_person_key *ret, struct pl_diag *diag)
{
	struct pl_people *people PL_CLEANUP(pl_people_closep) = NULL;
	pl_status st = pl_people_open(inst, true, &people, diag);

	if (!st)
		pl_people_derive(people, "pl-person-link/v1", ret->b);
	return st;
}

void pl_person_key_done(struct pl_person_key *k)
{
	pl_wipe(k, sizeof *k);
}

pl_status pl_person_mark(const struct pl_person_key *k, const struct pl_person_id *id, struct pl_digest *ret)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_PERSON_VALUE_MAX + 32);
	pl_status st;

	if (id->type == PL_PERSON_CASE)
		return PL_E_UNSUPPORTED;
	pl_buf_put_z(&text, pl_person_id_word(id->type));
	pl_buf_put_c(&text, '=');
	pl_person_id_fold(id, &text);
	st = pl_buf_status(&text);
	if (!st)
		pl_hmac_sha256(pl_bytes_of(k->b, sizeof k->b), pl_buf_bytes(&text), ret);
	return st;
}

pl_status pl_person_link(struct pl_db_tx *tx, const struct pl_person_key *k, const struct pl_person_id *id, pl_str reg, uint64_t number)
{
	struct pl_digest mark;
	pl_status st = pl_person_mark(k, id, &mark);

	return st ? st
		  : pl_db_exec(tx, &pl_sql_person_link_put,
				PL_DB_ARGS(PL_DB_BLOB(pl_digest_bytes(&mark)), PL_DB_STR(reg), PL_DB_U64(number)), NULL);
}

pl_status pl_person_unlink(struct pl_db_tx *tx, pl_str reg, uint64_t number)
{
	return pl_db_exec(tx, &pl_sql_person_link_drop, PL_DB_ARGS(PL_DB_STR(reg), PL_DB_U64(number)), NULL);
}

/* ---- finding ---- */

struct gathering {
	struct pl_digest mark;
	struct pl_person_case *list;
	size_t n, room, before; /* before: this mark's first */
};

static pl_status add(struct gathering *g, pl_str reg, uint64_t number)
{
	struct pl_person_case *more;

	if (g->n == CASES_MAX)
		return PL_E_TOOBIG;
	if (g->n == g->room) {
		size_t room = g->room ? 2 * g->room : 16;

		more = pl_try_realloc(g->list, room, sizeof *more);
		if (!more)
			return PL_E_NOMEM;
		g->list = more;
		g->room = room;
	}
	g->list[g->n].number = number;
	return pl_str_z(reg, g->list[g->n].reg, sizeof g->list[g->n].reg) ? PL_E_CORRUPT : (g->n++, PL_OK);
}

static pl_status gather(void *ctx, struct pl_db_tx *tx)
{
	struct gathering *g = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, &pl_sql_person_link_of, PL_DB_ARGS(PL_DB_BLOB(pl_digest_bytes(&g->mark))), &rows);

	g->n = g->before;
	while (!st && (st = pl_db_step(rows)) == PL_OK)
		st = add(g, pl_db_col_str(rows, 0), pl_db_col_u64(rows, 1));
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

static pl_status gather_secret(struct pl_instance *inst, pl_str value, struct gathering *g)
{
	char name[PL_REGISTER_NAME_MAX + 1];
	struct pl_register_secret secret;
	uint64_t number;
	pl_status st;

	if (pl_ulid_parse(value, &secret.v))
		return PL_OK;
	st = pl_register_promise_find(inst, &secret, name, &number);
	pl_wipe(&secret, sizeof secret);
	return st == PL_E_NOTFOUND ? PL_OK : st ? st : add(g, pl_str_from(name), number);
}

/* ---- by the address that was confirmed ---- */

#define FOUND_PAGE 256u

static pl_status list_worked(void *ctx, struct pl_db_tx *tx)
{
	return pl_register_names_read(tx, &pl_sql_person_worked_registers, ctx);
}

static pl_status gather_register(struct pl_instance *inst, const char *name, const struct pl_register_reader *reader,
	const struct pl_find_term *term, struct gathering *g, struct pl_diag *diag)
{
	const struct pl_casework_actor who = {.account = reader->account, .role = reader->role};
	struct pl_find_query q = {.n = 1, .terms = {*term}, .limit = FOUND_PAGE};
	struct pl_register *r PL_CLEANUP(pl_register_closep) = NULL;
	uint64_t numbers[FOUND_PAGE], behind = 0;
	size_t n = 0;
	pl_status st = pl_register_open(inst, pl_str_from(name), &r, diag);

	do {
		if (!st)
			st = pl_find(inst, r, &who, &q, numbers, &n, &behind, diag);
		if (!st && behind)
			st = PL_E_STATE;
		for (size_t i = 0; i < n && !st; i++) {
			q.after = numbers[i];
			st = add(g, pl_str_from(name), numbers[i]);
		}
	} while (!st && n == FOUND_PAGE);
	return st == PL_E_STATE ? pl_diag_set(diag, PL_E_BUSY, "cases of %s are not in the index yet; let pellucid worker do it, and ask again", name) : st;
}

/* What a sender proved when he sent his case in. */
static pl_status gather_confirmed(struct pl_instance *inst, const struct pl_register_reader *reader, const struct pl_person_id *id,
	struct gathering *g, struct pl_diag *diag)
{
	const struct pl_find_term term = {id->type == PL_PERSON_PRODUCT ? PL_FIND_PRODUCT : PL_FIND_CONFIRMED, id->value};
	struct pl_register_names l = {0};
	pl_status st = pl_db_read(pl_instance_db(inst), list_worked, &l);

	for (size_t i = 0; i < l.n && !st; i++)
		st = gather_register(inst, l.name[i], reader, &term, g, diag);
	pl_register_names_done(&l);
	return st;
}

static int by_place(const void *a, const void *b)
{
	const struct pl_person_case *x = a, *y = b;
	int reg = strcmp(x->reg, y->reg);

	return reg ? reg : (x->number > y->number) - (x->number < y->number);
}

size_t pl_person_cases_sort(struct pl_person_case *list, size_t n)
{
	size_t left = 0;

	if (n)
		qsort(list, n, sizeof *list, by_place);
	for (size_t i = 0; i < n; i++)
		if (!left || by_place(&list[left - 1], &list[i]) != 0)
			list[left++] = list[i];
	return left;
}

pl_status pl_person_cases(struct pl_instance *inst, const struct pl_person_key *k, const struct pl_person *who,
	const struct pl_register_reader *reader, struct pl_person_case **ret, size_t *ret_n, struct pl_diag *diag)
{
	struct gathering g = {0};
	pl_status st = PL_OK;

	for (size_t i = 0; i < who->n && !st; i++) {
		g.before = g.n;
		if (who->id[i].type == PL_PERSON_CASE) {
			st = gather_secret(inst, who->id[i].value, &g);
			continue;
		}
		st = pl_person_mark(k, &who->id[i], &g.mark);
		if (!st)
			st = pl_db_read(pl_instance_db(inst), gather, &g);
		if (!st && (who->id[i].type == PL_PERSON_EMAIL || who->id[i].type == PL_PERSON_PRODUCT))
			st = gather_confirmed(inst, reader, &who->id[i], &g, diag);
	}
	if (st) {
		pl_free(g.list);
		return st;
	}
	*ret = g.list;
	*ret_n = pl_person_cases_sort(g.list, g.n);
	return PL_OK;
}
