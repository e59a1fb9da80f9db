/* SPDX-License-Identifier: Apache-2.0 */
#include "register/claim_apply.h"
#include "base/time.h"
#include "fact/member.h"
#include "register/claim_query.h"
#include "register/sql.h"

#define DIGEST(d) PL_DB_BLOB(pl_digest_bytes(d))
#define ROW_BYTES ((size_t)64 << 10)

/* ---- shapes ---- */

const struct pl_field pl_claim_fields[] = {
	{"claim", PL_FIELD_TOKEN},
	{"kind", PL_FIELD_ENUM, .words = pl_claim_kinds},
	{"subject", PL_FIELD_TOKEN},
	{"property", PL_FIELD_TOKEN},
	{"bound", PL_FIELD_ENUM, PL_FIELD_OPTIONAL, .words = pl_claim_bounds},
	{"value", PL_FIELD_U64, PL_FIELD_OPTIONAL},
	{"unit", PL_FIELD_TOKEN, PL_FIELD_OPTIONAL},
	{"word", PL_FIELD_TOKEN, PL_FIELD_OPTIONAL},
	{"standing", PL_FIELD_ENUM, PL_FIELD_OPTIONAL, .words = pl_claim_standings},
	{"from", PL_FIELD_TIME, PL_FIELD_OPTIONAL},
	{"to", PL_FIELD_TIME, PL_FIELD_OPTIONAL},
	{"asOf", PL_FIELD_TIME, PL_FIELD_OPTIONAL},
	{"due", PL_FIELD_TIME, PL_FIELD_OPTIONAL},
	{"review", PL_FIELD_TIME, PL_FIELD_OPTIONAL},
	{"product", PL_FIELD_TOKEN, PL_FIELD_OPTIONAL},
	{"version", PL_FIELD_NAME, PL_FIELD_OPTIONAL},
	{"words", PL_FIELD_BODY},
	{"source", PL_FIELD_DIGEST, PL_FIELD_OPTIONAL},
	{"evidence", PL_FIELD_DIGEST, PL_FIELD_LIST | PL_FIELD_SORTED, .max_items = PL_CLAIM_EVIDENCE_MAX},
	{NULL},
};
const struct pl_field pl_claim_status_fields[] = {
	{"claim", PL_FIELD_TOKEN},
	{"status", PL_FIELD_ENUM, .words = pl_claim_statuses},
	{"by", PL_FIELD_TOKEN, PL_FIELD_OPTIONAL},
	{"date", PL_FIELD_TIME, PL_FIELD_OPTIONAL},
	{"evidence", PL_FIELD_DIGEST, PL_FIELD_LIST | PL_FIELD_SORTED, .max_items = PL_CLAIM_EVIDENCE_MAX},
	{NULL},
};

/* ---- what the tables of fields cannot say ---- */

static pl_status subject_is(const struct pl_statement *s, pl_str name, struct pl_diag *diag)
{
	if (s->n_subjects != 1 || !pl_str_eq(s->subjects[0].name, name))
		return pl_diag_set(diag, PL_E_RANGE, "expected one subject, which bears the claim's name");
	return PL_OK;
}

pl_status pl_check_claim(const struct pl_statement *s, struct pl_diag *diag)
{
	struct pl_claim c;
	pl_status st = pl_claim_from_json(s->predicate, &c);

	if (!st)
		st = subject_is(s, c.id, diag);
	if (st)
		return st;
	if (!pl_digest_eq(&s->subjects[0].sha256, &c.words.digest))
		return pl_diag_set(diag, PL_E_RANGE, "expected the subject's digest to be that of the words");
	if (c.has_value != (pl_json_get(s->predicate, "bound") != NULL))
		return pl_diag_set(diag, PL_E_RANGE, "bound and value stand together");
	return pl_claim_check(&c, diag);
}

static enum pl_claim_status status_of(const struct pl_json *p)
{
	unsigned status = PL_CLAIM_OPEN;
	pl_status st = pl_claim_word(pl_member_text(p, "status"), pl_claim_statuses, &status);

	return st ? PL_CLAIM_OPEN : (enum pl_claim_status)status;
}

static pl_status check_members(const struct pl_json *predicate, struct pl_diag *diag)
{
	enum pl_claim_status status = status_of(predicate);
	bool kept = status == PL_CLAIM_MET || status == PL_CLAIM_LATE;

	if ((status == PL_CLAIM_SUPERSEDED) != (pl_json_get(predicate, "by") != NULL))
		return pl_diag_set(diag, PL_E_RANGE, "a superseded claim, and no other one, names the claim in its place");
	if (kept != (pl_json_get(predicate, "date") != NULL))
		return pl_diag_set(diag, PL_E_RANGE, "a promise that was kept, met or late, has a date; nothing else has one");
	if ((kept || status == PL_CLAIM_WITHDRAWN) && !pl_json_count(pl_json_get(predicate, "evidence")))
		return pl_diag_set(diag, PL_E_RANGE, "met, late and withdrawn name evidence");
	return PL_OK;
}

pl_status pl_check_claim_status(const struct pl_statement *s, struct pl_diag *diag)
{
	pl_status st = check_members(s->predicate, diag);

	return st ? st : subject_is(s, pl_member_text(s->predicate, "claim"), diag);
}

/* ---- rows ---- */

static struct pl_db_value packed(const struct pl_digest *d, size_t n)
{
	return PL_DB_MEM(n ? (const void *)d : "", n * PL_DIGEST_LEN);
}

pl_status pl_apply_claim(struct pl_projection *p, const struct pl_statement *s, struct pl_diag *diag)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(ROW_BYTES);
	struct pl_claim c, there;
	pl_status st = pl_claim_from_json(s->predicate, &c);

	if (!st)
		st = pl_query_claim_tx(p->tx, c.id, &arena, &there);
	if (!st)
		return pl_diag_set(diag, PL_E_EXISTS, "entry %llu made the claim \"%.*s\"", (unsigned long long)there.index,
			PL_STR_ARG(c.id));
	if (st != PL_E_NOTFOUND)
		return st;
	return pl_db_exec(p->tx, &pl_sql_claim_put,
		PL_DB_ARGS(PL_DB_STR(c.id), PL_DB_U64(p->index), DIGEST(&s->pae), PL_DB_U64(c.kind), PL_DB_STR(c.subject),
			PL_DB_STR(c.property), PL_DB_U64(c.bound), c.has_value ? PL_DB_U64(c.value) : PL_DB_NULL, PL_DB_STR(c.unit),
			PL_DB_STR(c.word), PL_DB_U64(c.standing), PL_DB_U64(c.from), PL_DB_U64(c.to), PL_DB_U64(c.as_of),
			PL_DB_U64(c.due), PL_DB_U64(c.review), PL_DB_STR(c.product), PL_DB_STR(c.version), DIGEST(&c.words.digest),
			PL_DB_U64(c.words.size), PL_DB_STR(c.words.media_type), c.has_source ? DIGEST(&c.source) : PL_DB_NULL,
			packed(c.evidence, c.n_evidence)),
		NULL);
}

struct change {
	pl_str id, by;
	enum pl_claim_status status;
	uint64_t date;
	size_t n_evidence;
	struct pl_digest evidence[PL_CLAIM_EVIDENCE_MAX];
};

static pl_status read_change(const struct pl_json *p, struct change *ret)
{
	const struct pl_json *list = pl_json_get(p, "evidence");
	struct change c = {.id = pl_member_text(p, "claim"), .by = pl_member_text(p, "by"), .status = status_of(p)};
	uint64_t t;
	pl_str text;

	if (pl_time_parse(pl_member_text(p, "date"), &t) == PL_OK)
		c.date = t / PL_SECOND;
	if (pl_json_count(list) > PL_CLAIM_EVIDENCE_MAX)
		return PL_E_RANGE;
	for (; c.n_evidence < pl_json_count(list); c.n_evidence++)
		if (pl_json_str(pl_json_at(list, c.n_evidence), &text) || pl_digest_parse(text, &c.evidence[c.n_evidence]))
			return PL_E_SYNTAX;
	*ret = c;
	return PL_OK;
}

/* A claim gives way to one that stands, so that nobody follows them in a circle. */
static pl_status check_by(struct pl_db_tx *tx, const struct change *c, const struct pl_claim *claim, struct pl_arena *arena,
	struct pl_diag *diag)
{
	struct pl_claim by;
	pl_status st = pl_query_claim_tx(tx, c->by, arena, &by);

	if (st == PL_E_NOTFOUND)
		return pl_diag_set(diag, st, "there is no claim \"%.*s\"", PL_STR_ARG(c->by));
	if (st)
		return st;
	if (pl_str_eq(c->by, c->id) || pl_claim_about(claim, &by))
		return pl_diag_set(diag, PL_E_RANGE, "a claim is superseded by another one about the same thing");
	if (by.status != PL_CLAIM_OPEN)
		return pl_diag_set(diag, PL_E_STATE, "the claim \"%.*s\" is %s itself", PL_STR_ARG(c->by), pl_claim_statuses[by.status]);
	return PL_OK;
}

static pl_status check_kept(const struct change *c, const struct pl_claim *claim, struct pl_diag *diag)
{
	bool in_time = !claim->due || c->date < claim->due;

	if (claim->kind != PL_CLAIM_PROMISE)
		return pl_diag_set(diag, PL_E_RANGE, "only a promise is met or late");
	if (in_time != (c->status == PL_CLAIM_MET))
		return pl_diag_set(diag, PL_E_RANGE, "that date is %s", in_time ? "in time: met" : "behind the due date: late");
	return PL_OK;
}

/* Is it about the statement @made, and possible as things stand? */
static pl_status check_change(struct pl_db_tx *tx, const struct change *c, const struct pl_digest *made, struct pl_diag *diag)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(ROW_BYTES);
	struct pl_claim claim;
	pl_status st = pl_query_claim_tx(tx, c->id, &arena, &claim);

	if (st == PL_E_NOTFOUND)
		return pl_diag_set(diag, st, "there is no claim \"%.*s\"", PL_STR_ARG(c->id));
	if (st)
		return st;
	if (!pl_digest_eq(&claim.pae, made))
		return pl_diag_set(diag, PL_E_CONFLICT, "the subject is not the statement that made the claim");
	if (c->status == claim.status && c->status == PL_CLAIM_OPEN)
		return pl_diag_set(diag, PL_E_STATE, "the claim is open");
	if (c->status == PL_CLAIM_SUPERSEDED)
		return check_by(tx, c, &claim, &arena, diag);
	return c->date ? check_kept(c, &claim, diag) : PL_OK;
}

struct asking {
	struct change change;
	const struct pl_digest *made;
	struct pl_diag *diag;
};

static pl_status ask(void *ctx, struct pl_db_tx *tx)
{
	struct asking *a = ctx;

	return check_change(tx, &a->change, a->made, a->diag);
}

pl_status pl_claim_may_change(struct pl_instance *inst, const struct pl_json *predicate, const struct pl_digest *made,
	struct pl_diag *diag)
{
	struct asking a = {.made = made, .diag = diag};
	pl_status st = check_members(predicate, diag);

	if (!st)
		st = read_change(predicate, &a.change);
	return st ? st : pl_db_read(pl_instance_db(inst), ask, &a);
}

pl_status pl_apply_claim_status(struct pl_projection *p, const struct pl_statement *s, struct pl_diag *diag)
{
	struct change c;
	pl_status st = read_change(s->predicate, &c);

	if (!st)
		st = check_change(p->tx, &c, &s->subjects[0].sha256, diag);
	if (!st)
		st = pl_db_exec(p->tx, &pl_sql_claim_status_put,
			PL_DB_ARGS(PL_DB_U64(p->index), DIGEST(&s->pae), PL_DB_STR(c.id), PL_DB_U64(c.status), PL_DB_STR(c.by),
				PL_DB_U64(c.date), packed(c.evidence, c.n_evidence)),
			NULL);
	return st ? st : pl_db_exec(p->tx, &pl_sql_claim_status_set,
		PL_DB_ARGS(PL_DB_STR(c.id), PL_DB_U64(c.status), PL_DB_STR(c.by), PL_DB_U64(p->index), PL_DB_U64(c.date)), NULL);
}
