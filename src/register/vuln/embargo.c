/* SPDX-License-Identifier: Apache-2.0 */
#include "register/vuln/embargo.h"
#include "register/casework/find.h"
#include "register/vuln/draft.h"
#include "register/vuln/internal.h"
#include "register/vuln/sql.h"

#define PAGE PL_FIND_BATCH
#define CVE PL_STR("cve")
#define DRAFT PL_STR("advisory!draft") /* no field is called so */

static struct pl_casework_actor actor_of(const struct pl_register_reader *who)
{
	return (struct pl_casework_actor){.role = who->role, .account = who->account};
}

/* ---- drafts ---- */

struct noting {
	const struct pl_vuln *c;
	struct pl_find_token token;
};

static pl_status put_draft(void *ctx, struct pl_db_tx *tx)
{
	const struct noting *n = ctx;

	return pl_db_exec(tx, &pl_sql_vuln_draft_put,
		PL_DB_ARGS(PL_DB_STR(n->c->r->decl->name), PL_DB_MEM(n->token.b, sizeof n->token.b), PL_DB_U64(n->c->v->at.number)), NULL);
}

pl_status pl_vuln_draft_note(const struct pl_vuln *c, const struct pl_register_reader *who, pl_str id, struct pl_diag *diag)
{
	const struct pl_casework_actor actor = actor_of(who);
	const struct pl_find_term term = {DRAFT, id};
	struct noting n = {.c = c};
	pl_status st = pl_find_tokens(c->inst, c->r, &actor, &term, 1, &n.token, diag);

	if (!st && !n.token.some)
		st = pl_diag_set(diag, PL_E_RANGE, "the identifier of an advisory has 1 to %u bytes", PL_FIND_VALUE_MAX);
	return st ? st : pl_db_tx(pl_instance_db(c->inst), put_draft, &n);
}

/* ---- one case ---- */

struct holding {
	struct pl_instance *inst;
	const struct pl_vuln_advisory *a;
	const struct pl_register_reader *who;
	uint64_t now;
	struct pl_diag *diag;
	const struct pl_register *r; /* where it looks */
	/* those of one statement of SQL */
	const struct pl_find_token *token;
	uint64_t after, numbers[PAGE];
	size_t n;
};

static bool is_named(const struct holding *h, uint64_t number)
{
	return h->a->number == number && pl_str_eq(h->a->from, h->r->decl->name);
}

static bool same_text(pl_str a, pl_str b)
{
	struct pl_buf one PL_CLEANUP(pl_buf_done_secret) = PL_BUF(4 * PL_FIND_VALUE_MAX), two PL_CLEANUP(pl_buf_done_secret) = PL_BUF(4 * PL_FIND_VALUE_MAX);

	return !pl_find_fold(PL_COMMIT_TEXT, a, &one) && !pl_find_fold(PL_COMMIT_TEXT, b, &two) && one.len &&
	       pl_str_eq(pl_buf_str(&one), pl_buf_str(&two));
}

static bool has_name(const struct holding *h, pl_str cve)
{
	for (size_t i = 0; i < h->a->n; i++)
		if (same_text(h->a->names[i], cve))
			return true;
	return false;
}

/* What repeats the named case waits for no other end than that one; its own embargo holds all the same. */
static pl_status lets_go(const struct holding *h, struct pl_vuln *c)
{
	c->original_released |= is_named(h, c->original);
	return pl_vuln_may_leave(c, h->now, h->diag);
}

static pl_status hold_erased(const struct holding *h, const struct pl_register_view *v)
{
	struct pl_vuln_standing s;
	pl_status st;

	if (!v->open_bytes.len) /* a dummy, or lost */
		return PL_OK;
	st = pl_vuln_stands(h->r, v, &s, h->diag);
	if (st || s.released || pl_vuln_states[s.state].closed)
		return st;
	return pl_diag_set(h->diag, PL_E_STATE, "case %llu is still being worked on: it is %s", (unsigned long long)v->at.number,
		pl_vuln_states[s.state].word);
}

/* A case that is about the advisory. */
static pl_status hold(const struct holding *h, uint64_t number)
{
	struct pl_register_view *v PL_CLEANUP(pl_register_view_freep) = NULL;
	struct pl_vuln *c PL_CLEANUP(pl_vuln_freep) = NULL;
	pl_status st = pl_register_case_read(h->inst, h->r, number, NULL, &v, h->diag);

	if (st)
		return st;
	if (!v->kept)
		return hold_erased(h, v);
	if (pl_vuln_true(h->r, v, "released"))
		return PL_OK;
	st = pl_vuln_read(h->inst, h->r, number, h->who, &c, h->diag);
	if (!st)
		st = lets_go(h, c);
	if (st || h->a->number)
		return st;
	pl_diag_hint(h->diag, "name it in the draft, as the member \"case\", or with --case and --register");
	return pl_diag_set(h->diag, PL_E_STATE, "case %llu of %.*s is about this flaw, and the draft does not name it", (unsigned long long)number,
		PL_STR_ARG(h->r->decl->name));
}

/* Is it? No more of it is read than that takes, so that what is wrong with other cases stops nothing. */
static pl_status hold_if_about(const struct holding *h, uint64_t number)
{
	struct pl_register_view *open PL_CLEANUP(pl_register_view_freep) = NULL, *v PL_CLEANUP(pl_register_view_freep) = NULL;
	pl_status st = pl_register_case_read(h->inst, h->r, number, NULL, &open, h->diag);

	if (st || !open->kept || pl_vuln_true(h->r, open, "released"))
		return st;
	st = pl_register_case_read(h->inst, h->r, number, h->who, &v, h->diag);
	if (st == PL_E_BUSY)
		pl_diag_hint(h->diag, "pellucid worker run, which takes new cases into the index; then no other case has to be read");
	return st || !has_name(h, pl_vuln_text(h->r, v, "cve")) ? st : hold(h, number);
}

/* ---- one register ---- */

static pl_status read_drafts(void *ctx, struct pl_db_tx *tx)
{
	struct holding *h = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, &pl_sql_vuln_draft_of,
		PL_DB_ARGS(PL_DB_STR(h->r->decl->name), PL_DB_MEM(h->token->b, sizeof h->token->b), PL_DB_U64(h->after), PL_DB_U64(PAGE)), &rows);

	h->n = 0;
	while (!st && (st = pl_db_step(rows)) == PL_OK)
		h->numbers[h->n++] = pl_db_col_u64(rows, 0);
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

/* Every case that has @token: as a draft's identifier, or in the index. */
static pl_status hold_token(struct holding *h, const struct pl_find_token *token, bool draft)
{
	pl_status st = PL_OK;

	h->token = token;
	h->after = 0;
	do {
		st = draft ? pl_db_read(pl_instance_db(h->inst), read_drafts, h) :
			     pl_find_having(h->inst, h->r, token, h->after, PAGE, h->numbers, &h->n);
		for (size_t i = 0; i < h->n && !st; i++)
			st = hold(h, h->numbers[i]);
		h->after = h->n ? h->numbers[h->n - 1] : 0;
	} while (!st && h->n == PAGE);
	return st;
}

/* Cases whose last leaves the worker has not seen yet. A case with several such leaves in a row is one look. */
static pl_status hold_new(struct holding *h)
{
	uint64_t at = 0, last = 0;
	pl_status st;

	do {
		st = pl_find_behind(h->inst, h->r, &at, h->numbers, &h->n);
		for (size_t i = 0; i < h->n && !st; i++) {
			if (h->numbers[i] != last)
				st = hold_if_about(h, h->numbers[i]);
			last = h->numbers[i];
		}
	} while (!st && h->n);
	return st;
}

static pl_status hold_register(struct holding *h)
{
	const struct pl_casework_actor actor = actor_of(h->who);
	size_t n = h->a->n + 1;
	struct pl_find_term *terms = pl_alloc(n, sizeof *terms);
	struct pl_find_token *tokens = pl_alloc(n, sizeof *tokens);
	pl_status st;

	terms[0] = (struct pl_find_term){DRAFT, h->a->id};
	for (size_t i = 0; i < h->a->n; i++)
		terms[i + 1] = (struct pl_find_term){CVE, h->a->names[i]};
	st = pl_find_tokens(h->inst, h->r, &actor, terms, n, tokens, h->diag);
	for (size_t i = 0; i < n && !st; i++)
		if (tokens[i].some)
			st = hold_token(h, &tokens[i], i == 0);
	pl_free(tokens);
	pl_free(terms);
	return st ? st : hold_new(h);
}

/* ---- all of them ---- */

static pl_status hold_named(const struct holding *h)
{
	struct pl_register *r PL_CLEANUP(pl_register_closep) = NULL;
	struct pl_vuln *c PL_CLEANUP(pl_vuln_freep) = NULL;
	pl_status st = h->a->number ? pl_register_open(h->inst, h->a->from, &r, h->diag) : PL_OK;

	if (!h->a->number)
		return PL_OK;
	if (st == PL_E_NOTFOUND)
		return pl_diag_set(h->diag, st, "there is no register %.*s, of which the draft names a case", PL_STR_ARG(h->a->from));
	if (!st)
		st = pl_vuln_read(h->inst, r, h->a->number, h->who, &c, h->diag);
	return st ? st : pl_vuln_draft_fits(c, h->a->names, h->a->n, h->now, h->diag);
}

pl_status pl_vuln_advisory_may_leave(struct pl_instance *inst, const struct pl_vuln_advisory *a, const struct pl_register_reader *who, uint64_t now,
	struct pl_diag *diag)
{
	struct holding h = {.inst = inst, .a = a, .who = who, .now = now, .diag = diag};
	struct pl_register_names names = {0};
	pl_status st = hold_named(&h);

	if (!st)
		st = pl_register_names(inst, &names);
	for (size_t i = 0; i < names.n && !st; i++) {
		struct pl_register *r PL_CLEANUP(pl_register_closep) = NULL;

		st = pl_register_open(inst, pl_str_from(names.name[i]), &r, diag);
		if (st || !pl_vuln_is_register(r->decl))
			continue;
		h.r = r;
		st = hold_register(&h);
	}
	pl_register_names_done(&names);
	return st;
}
