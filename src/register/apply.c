/* SPDX-License-Identifier: Apache-2.0 */
#include "register/apply.h"
#include "fact/member.h"
#include "fact/predicates.h"
#include "register/sql.h"

#define DIGEST(d) PL_DB_BLOB(pl_digest_bytes(d))

pl_status pl_register_edge_from_json(const struct pl_json *head, struct pl_tree_edge *ret)
{
	const struct pl_json *list = pl_json_get(head, "edge");
	struct pl_digest packed[63], root, said = pl_member_digest(head, "root");
	struct pl_tree_edge edge;
	pl_str text;

	if (!list)
		return PL_E_NOTFOUND;
	if (pl_json_count(list) > PL_COUNT(packed))
		return PL_E_RANGE;
	for (size_t i = 0; i < pl_json_count(list); i++)
		if (pl_json_str(pl_json_at(list, i), &text) || pl_digest_parse(text, &packed[i]))
			return PL_E_RANGE;
	if (pl_tree_edge_unpack(pl_member_u64(head, "size"), packed, pl_json_count(list), &edge))
		return PL_E_RANGE;
	pl_tree_edge_root(&edge, &root);
	if (!pl_digest_eq(&root, &said))
		return PL_E_RANGE;
	if (ret)
		*ret = edge;
	return PL_OK;
}

/* What the public tables say of a register. */
struct known {
	uint64_t version, size, highest, days, time;
	struct pl_digest declaration;
};

static pl_status find(struct pl_projection *p, pl_str name, struct known *ret, struct pl_diag *diag)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(p->tx, &pl_sql_register_public_get, PL_DB_ARGS(PL_DB_STR(name)), &rows);

	if (st == PL_E_NOTFOUND)
		return pl_diag_set(diag, PL_E_NOTFOUND, "no register \"%.*s\" was declared before", PL_STR_ARG(name));
	if (st)
		return st;
	ret->version = pl_db_col_u64(rows, 0);
	pl_db_col_fixed(rows, 1, ret->declaration.b, sizeof ret->declaration.b);
	ret->size = pl_db_col_u64(rows, 5);
	ret->highest = pl_db_col_u64(rows, 6);
	ret->days = pl_db_col_u64(rows, 7);
	ret->time = pl_db_col_u64(rows, 8);
	return pl_db_rows_status(rows);
}

pl_status pl_apply_register(struct pl_projection *p, const struct pl_statement *s, struct pl_diag *diag)
{
	pl_str name = pl_member_text(s->predicate, "register");
	uint64_t version = pl_member_u64(s->predicate, "version");
	struct pl_body declaration = {0};
	struct known k = {0};
	pl_status st = find(p, name, &k, NULL);

	if (st && st != PL_E_NOTFOUND)
		return st;
	if (version != k.version + 1)
		return pl_diag_set(diag, PL_E_STATE, "the next version of the register \"%.*s\" is %llu", PL_STR_ARG(name),
			(unsigned long long)k.version + 1);
	(void)pl_member_body(s->predicate, "declaration", &declaration);
	return pl_db_exec(p->tx, &pl_sql_register_public_put,
		PL_DB_ARGS(PL_DB_STR(name), PL_DB_U64(version), DIGEST(&declaration.digest), PL_DB_U64(p->index)), NULL);
}

static pl_status check_head(const struct pl_json *predicate, const struct known *k, const struct pl_register_end *e,
	struct pl_diag *diag)
{
	bool heartbeat = pl_json_get(predicate, "day");

	if (e->size < k->size || e->time < k->time || (pl_json_get(predicate, "highest") && e->highest < k->highest))
		return pl_diag_set(diag, PL_E_CONFLICT, "a head is smaller or older than the one before");
	if (e->days != k->days + heartbeat)
		return pl_diag_set(diag, PL_E_CONFLICT, "expected heartbeat %llu to be the next", (unsigned long long)k->days + 1);
	if (heartbeat && pl_register_json_seconds(predicate, "day") + 86400 > e->time)
		return pl_diag_set(diag, PL_E_RANGE, "a heartbeat closes a day that has ended");
	return PL_OK;
}

static pl_status note_late(struct pl_projection *p, pl_str name, uint64_t before, uint64_t time, struct pl_db_value day)
{
	uint64_t late = before ? pl_register_late(before, time) : 0;

	return !late ? PL_OK :
		       pl_db_exec(p->tx, &pl_sql_register_late_put,
			       PL_DB_ARGS(PL_DB_STR(name), PL_DB_U64(p->index), PL_DB_U64(time), PL_DB_U64(time - late), day), NULL);
}

pl_status pl_apply_register_head(struct pl_projection *p, const struct pl_statement *s, struct pl_diag *diag)
{
	pl_str name = pl_member_text(s->predicate, "register");
	struct pl_db_value highest = PL_DB_NULL, day = PL_DB_NULL, unconfirmed = PL_DB_NULL, refused = PL_DB_NULL;
	struct pl_register_end e;
	struct known k = {0};
	pl_status st = find(p, name, &k, diag);

	if (st)
		return st;
	pl_register_end_from_json(s->predicate, &e);
	st = check_head(s->predicate, &k, &e, diag);
	if (st)
		return st;
	if (pl_json_get(s->predicate, "highest"))
		highest = PL_DB_U64(e.highest);
	if (pl_json_get(s->predicate, "day")) {
		day = PL_DB_U64(pl_register_json_seconds(s->predicate, "day"));
		unconfirmed = PL_DB_U64(pl_member_u64(s->predicate, "unconfirmed"));
		refused = PL_DB_U64(pl_member_u64(s->predicate, "refused"));
	}
	st = pl_db_exec(p->tx, &pl_sql_register_head_put,
		PL_DB_ARGS(PL_DB_STR(name), PL_DB_U64(p->index), DIGEST(&s->pae), PL_DB_U64(e.size), highest, PL_DB_U64(e.days),
			PL_DB_U64(e.time), DIGEST(&e.root), DIGEST(&e.chain), day, unconfirmed, refused),
		NULL);
	if (!st)
		st = note_late(p, name, k.time, e.time, day);
	return st ? st : pl_db_exec(p->tx, &pl_sql_register_public_head,
		PL_DB_ARGS(PL_DB_STR(name), PL_DB_U64(p->index), PL_DB_U64(e.size),
			PL_DB_U64(e.highest > k.highest ? e.highest : k.highest), PL_DB_U64(e.days), PL_DB_U64(e.time)),
		NULL);
}

/* ---- reports ---- */

/* The index of the head before this entry that says what @e says. The empty one needs none: *@ret is then NULL. */
static pl_status check_end(struct pl_projection *p, pl_str name, const struct pl_register_end *e, bool may_be_empty,
	struct pl_db_value *ret, struct pl_diag *diag)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	struct pl_register_end empty;
	pl_status st;

	pl_register_end_empty(&empty);
	if (may_be_empty && e->size == 0 && e->highest == 0 && e->days == 0 && e->time == 0 &&
		pl_digest_eq(&e->root, &empty.root) && pl_digest_eq(&e->chain, &empty.chain))
		return PL_OK;
	st = pl_db_one(p->tx, &pl_sql_register_head_like,
		PL_DB_ARGS(PL_DB_STR(name), PL_DB_U64(e->size), PL_DB_U64(e->time), PL_DB_U64(e->days), DIGEST(&e->root),
			DIGEST(&e->chain), PL_DB_U64(e->highest)),
		&rows);
	if (st)
		return st == PL_E_NOTFOUND ? pl_diag_set(diag, PL_E_CONFLICT, "no head of %llu leaves says that",
			(unsigned long long)e->size) : st;
	*ret = PL_DB_U64(pl_db_col_u64(rows, 0));
	return pl_db_rows_status(rows);
}

static pl_status check_edition(struct pl_projection *p, const struct pl_statement *s, uint64_t from, uint64_t to,
	struct pl_diag *diag)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	struct pl_digest before = {0}, replaces = pl_member_digest(s->predicate, "replaces");
	uint64_t last = 0;
	pl_status st = pl_db_one(p->tx, &pl_sql_register_report_latest,
		PL_DB_ARGS(PL_DB_STR(pl_member_text(s->predicate, "register")), PL_DB_U64(from), PL_DB_U64(to)), &rows);

	if (st && st != PL_E_NOTFOUND)
		return st;
	if (!st) {
		last = pl_db_col_u64(rows, 0);
		pl_db_col_fixed(rows, 1, before.b, sizeof before.b);
		st = pl_db_rows_status(rows);
		if (st)
			return st;
	}
	if (pl_member_u64(s->predicate, "edition") != last + 1 || !pl_digest_eq(&before, &replaces))
		return pl_diag_set(diag, PL_E_CONFLICT, "the next edition is %llu", (unsigned long long)last + 1);
	return PL_OK;
}

static pl_status put_totals(struct pl_projection *p, const struct pl_json *list)
{
	pl_status st = PL_OK;

	for (size_t i = 0; i < pl_json_count(list) && !st; i++) {
		const struct pl_json *t = pl_json_at(list, i);

		st = pl_db_exec(p->tx, &pl_sql_register_total_put,
			PL_DB_ARGS(PL_DB_U64(p->index), PL_DB_U64(i), PL_DB_STR(pl_member_text(t, "name")),
				PL_DB_U64(pl_member_u64(t, "value"))),
			NULL);
	}
	return st;
}

/* What a report says of its period and its heads. */
struct span {
	uint64_t from, to;
	struct pl_register_end first, last;
	struct pl_db_value first_index, last_index;
	size_t n_gaps;
	uint64_t gap_size[PL_OPENINGS_GAPS_MAX];
	struct pl_db_value gap_index[PL_OPENINGS_GAPS_MAX];
};

static pl_status put_report(struct pl_projection *p, const struct pl_statement *s, const struct span *span)
{
	const struct pl_json *j = s->predicate;
	struct pl_digest declaration = pl_member_digest(j, "declaration");
	struct pl_body openings = {0};
	pl_status st;

	(void)pl_member_body(j, "openings", &openings);
	st = pl_db_exec(p->tx, &pl_sql_register_report_put,
		PL_DB_ARGS(PL_DB_U64(p->index), DIGEST(&s->pae), PL_DB_STR(pl_member_text(j, "register")), PL_DB_U64(span->from),
			PL_DB_U64(span->to), PL_DB_U64(pl_member_u64(j, "edition")), DIGEST(&declaration), DIGEST(&openings.digest),
			PL_DB_U64(openings.size), PL_DB_U64(span->first.size), PL_DB_U64(span->last.size),
			PL_DB_U64(span->last.time), span->first_index, span->last_index,
			PL_DB_U64(pl_member_u64(j, "cases")), PL_DB_U64(pl_member_u64(j, "unopened")),
			PL_DB_U64(pl_member_u64(j, "erased")), PL_DB_U64(pl_member_u64(j, "lost")),
			PL_DB_U64(pl_member_u64(j, "late"))),
		NULL);
	for (size_t i = 0; i < span->n_gaps && !st; i++)
		st = pl_db_exec(p->tx, &pl_sql_register_report_gap_put,
			PL_DB_ARGS(PL_DB_U64(p->index), PL_DB_U64(i), PL_DB_U64(span->gap_size[i]), span->gap_index[i]), NULL);
	return st ? st : put_totals(p, pl_json_get(j, "totals"));
}

/* The heads behind which the register went on after a loss. */
static pl_status check_gaps(struct pl_projection *p, pl_str name, const struct pl_json *list, struct span *span, struct pl_diag *diag)
{
	pl_status st = PL_OK;

	for (size_t i = 0; i < pl_json_count(list) && !st; i++) {
		struct pl_register_end e;

		pl_register_end_from_json(pl_json_at(list, i), &e);
		span->gap_size[i] = e.size;
		st = check_end(p, name, &e, false, &span->gap_index[i], diag);
		span->n_gaps++;
	}
	return st;
}

/* Where the log, from entry *@at on and before this one, declared the register so; *@at goes behind it. */
static pl_status find_declared(struct pl_projection *p, pl_str name, const struct pl_digest *declaration, size_t position, uint64_t *at,
	struct pl_diag *diag)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	uint64_t index;
	pl_status st = pl_db_one(p->tx, &pl_sql_register_declared_at,
		PL_DB_ARGS(DIGEST(declaration), PL_DB_STR(name), PL_DB_STR(PL_STR(PL_TYPE_REGISTER)), PL_DB_U64(*at), PL_DB_U64(p->index)), &rows);

	if (st)
		return st == PL_E_NOTFOUND ? pl_diag_set(diag, PL_E_CONFLICT, "the register was not declared so before, in this order") : st;
	index = pl_db_col_u64(rows, 0);
	st = pl_db_rows_status(rows);
	*at = index + 1;
	return st ? st : pl_db_exec(p->tx, &pl_sql_register_report_declared_put,
		PL_DB_ARGS(PL_DB_U64(p->index), PL_DB_U64(position), DIGEST(declaration), PL_DB_U64(index)), NULL);
}

/* Declarations of this register that the log has before the report, the oldest first, each of them until a leaf between the two heads. */
static pl_status check_earlier(struct pl_projection *p, const struct pl_statement *s, const struct span *span, struct pl_diag *diag)
{
	const struct pl_json *list = pl_json_get(s->predicate, "earlier");
	pl_str name = pl_member_text(s->predicate, "register");
	struct pl_digest declaration = pl_member_digest(s->predicate, "declaration");
	uint64_t until = span->first.size, at = 0;
	pl_status st;

	for (size_t i = 0; i < pl_json_count(list); i++) {
		const struct pl_json *e = pl_json_at(list, i);
		struct pl_digest earlier = pl_member_digest(e, "declaration");

		if (pl_member_u64(e, "until") <= until || pl_member_u64(e, "until") > span->last.size)
			return pl_diag_set(diag, PL_E_CONFLICT, "earlier declarations stand between the two heads, the oldest first");
		until = pl_member_u64(e, "until");
		st = find_declared(p, name, &earlier, i, &at, diag);
		if (st)
			return st;
	}
	return pl_json_count(list) ? find_declared(p, name, &declaration, pl_json_count(list), &at, diag) : PL_OK;
}

pl_status pl_apply_register_report(struct pl_projection *p, const struct pl_statement *s, struct pl_diag *diag)
{
	pl_str name = pl_member_text(s->predicate, "register");
	struct pl_digest declaration = pl_member_digest(s->predicate, "declaration");
	struct span span = {.from = pl_register_json_seconds(s->predicate, "from"), .to = pl_register_json_seconds(s->predicate, "to"), .first_index = PL_DB_NULL,
		.last_index = PL_DB_NULL};
	struct known k = {0};
	pl_status st = find(p, name, &k, diag);

	if (st)
		return st;
	pl_register_end_from_json(pl_json_get(s->predicate, "first"), &span.first);
	pl_register_end_from_json(pl_json_get(s->predicate, "last"), &span.last);
	if (!pl_digest_eq(&declaration, &k.declaration))
		return pl_diag_set(diag, PL_E_CONFLICT, "the declaration is not the present one of the register");
	st = check_end(p, name, &span.first, true, &span.first_index, diag);
	if (!st)
		st = check_end(p, name, &span.last, false, &span.last_index, diag);
	if (!st && pl_json_get(s->predicate, "earlier"))
		st = check_earlier(p, s, &span, diag);
	if (!st && pl_json_get(s->predicate, "gaps"))
		st = check_gaps(p, name, pl_json_get(s->predicate, "gaps"), &span, diag);
	if (!st)
		st = check_edition(p, s, span.from, span.to, diag);
	return st ? st : put_report(p, s, &span);
}

pl_status pl_apply_register_words(struct pl_projection *p, const struct pl_statement *s, struct pl_diag *diag)
{
	struct known k = {0};

	return find(p, pl_member_text(s->predicate, "register"), &k, diag);
}
