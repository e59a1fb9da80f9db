/* SPDX-License-Identifier: Apache-2.0 */
#include "register/report_says.h"
#include "base/time.h"
#include "fact/member.h"

uint64_t pl_register_json_seconds(const struct pl_json *object, const char *name)
{
	uint64_t t = 0;

	return pl_time_parse(pl_member_text(object, name), &t) == PL_OK ? t / PL_SECOND : 0;
}

void pl_register_end_from_json(const struct pl_json *object, struct pl_register_end *ret)
{
	*ret = (struct pl_register_end){
		.size = pl_member_u64(object, "size"),
		.highest = pl_member_u64(object, "highest"),
		.days = pl_member_u64(object, "days"),
		.time = pl_register_json_seconds(object, "time"),
		.root = pl_member_digest(object, "root"),
		.chain = pl_member_digest(object, "chain"),
	};
}

void pl_register_end_to_json(struct pl_json *object, const struct pl_register_end *e, bool padded)
{
	char time[21];

	pl_time_write(e->time * PL_SECOND, time);
	pl_json_set_u64(object, "size", e->size);
	if (!padded)
		pl_json_set_u64(object, "highest", e->highest);
	pl_json_set_u64(object, "days", e->days);
	pl_json_set_z(object, "time", time);
	pl_member_set_digest(object, "root", &e->root);
	pl_member_set_digest(object, "chain", &e->chain);
}

static void set_time(struct pl_json *object, const char *name, uint64_t seconds)
{
	char text[21];

	pl_time_write(seconds * PL_SECOND, text);
	pl_json_set_z(object, name, text);
}

/* ---- what is stated ---- */

static void set_counts(struct pl_json *o, const struct pl_recount *c)
{
	struct pl_json *totals;

	pl_json_set_u64(o, "cases", c->cases);
	pl_json_set_u64(o, "unopened", c->unopened);
	pl_json_set_u64(o, "erased", c->erased);
	pl_json_set_u64(o, "lost", c->lost);
	pl_json_set_u64(o, "late", c->late);
	pl_json_set_u64(o, "daysMissing", c->days_missing);
	pl_json_set_u64(o, "unconfirmed", c->unconfirmed);
	pl_json_set_u64(o, "refused", c->refused);
	totals = pl_json_set_array(o, "totals");
	for (size_t i = 0; i < pl_recount_totals_count(c); i++) {
		struct pl_json *t = pl_json_push_object(totals);
		struct pl_recount_said said;

		pl_recount_total_at(c, i, &said);
		pl_json_set_str(t, "name", said.total->name);
		pl_json_set_u64(t, "value", said.value);
	}
}

/* Under which declarations rows were entered before the present one, the oldest first, and up to which leaf each of them stood. */
static void set_earlier(struct pl_json *o, const struct pl_recount *c)
{
	struct pl_json *list = c->n_earlier ? pl_json_set_array(o, "earlier") : NULL;

	for (size_t i = 0; i < c->n_earlier; i++) {
		struct pl_json *e = pl_json_push_object(list);

		pl_member_set_digest(e, "declaration", &c->earlier[i].decl->digest);
		pl_json_set_u64(e, "until", c->earlier[i].until);
	}
}

struct pl_json *pl_register_report_essence(const struct pl_recount *c)
{
	struct pl_json *o = pl_json_new_object();

	pl_json_set_str(o, "register", c->decl->name);
	pl_member_set_digest(o, "declaration", &c->decl->digest);
	set_time(o, "from", c->head.from);
	set_time(o, "to", c->head.to);
	pl_register_end_to_json(pl_json_set_object(o, "first"), &c->head.first, false);
	pl_register_end_to_json(pl_json_set_object(o, "last"), &c->head.last, false);
	if (c->n_gaps) {
		struct pl_json *gaps = pl_json_set_array(o, "gaps");

		for (size_t i = 0; i < c->n_gaps; i++)
			pl_register_end_to_json(pl_json_push_object(gaps), &c->gaps[i], false);
	}
	set_earlier(o, c);
	set_counts(o, c);
	return o;
}

/* ---- comparing ---- */

static pl_status compare_totals(const struct pl_json *list, const struct pl_recount *c, struct pl_diag *diag)
{
	if (pl_json_count(list) != pl_recount_totals_count(c))
		return pl_diag_set(diag, PL_E_PROOF, "the report states %zu totals, the declarations have %zu", pl_json_count(list),
			pl_recount_totals_count(c));
	for (size_t i = 0; i < pl_recount_totals_count(c); i++) {
		const struct pl_json *t = pl_json_at(list, i);
		uint64_t said = pl_member_u64(t, "value");
		struct pl_recount_said ours;

		pl_recount_total_at(c, i, &ours);
		if (!pl_str_eq(pl_member_text(t, "name"), ours.total->name) || said != ours.value)
			return pl_diag_set(diag, PL_E_PROOF, "the report says %.*s %llu, the rows give %.*s %llu",
				PL_STR_ARG(pl_member_text(t, "name")), (unsigned long long)said,
				PL_STR_ARG(ours.total->name), (unsigned long long)ours.value);
	}
	return PL_OK;
}

static pl_status compare_numbers(const struct pl_json *said, const struct pl_json *ours, struct pl_diag *diag)
{
	static const char *const names[] = {"cases", "unopened", "erased", "lost", "late", "daysMissing", "unconfirmed", "refused"};

	for (size_t i = 0; i < PL_COUNT(names); i++)
		if (pl_member_u64(said, names[i]) != pl_member_u64(ours, names[i]))
			return pl_diag_set(diag, PL_E_PROOF, "the report says %s %llu, the rows give %llu", names[i],
				(unsigned long long)pl_member_u64(said, names[i]), (unsigned long long)pl_member_u64(ours, names[i]));
	return PL_OK;
}

pl_status pl_register_report_compare(const struct pl_json *predicate, const struct pl_digest *openings, const struct pl_recount *counted,
	struct pl_diag *diag)
{
	static const char *const same[] = {"register", "declaration", "from", "to", "first", "last"};
	struct pl_json *ours PL_CLEANUP(pl_json_done) = pl_register_report_essence(counted);
	struct pl_body body = {0};
	pl_status st;

	if (!pl_member_body(predicate, "openings", &body) || !pl_digest_eq(&body.digest, openings))
		return pl_diag_set(diag, PL_E_PROOF, "the report names another openings file");
	for (size_t i = 0; i < PL_COUNT(same); i++) {
		const struct pl_json *a = pl_json_get(predicate, same[i]), *b = pl_json_get(ours, same[i]);

		if (!a || !pl_json_equal(a, b))
			return pl_diag_set(diag, PL_E_PROOF, "the openings file has another \"%s\" than the report", same[i]);
	}
	if (!pl_json_get(predicate, "earlier") != !pl_json_get(ours, "earlier") ||
		(counted->n_earlier && !pl_json_equal(pl_json_get(predicate, "earlier"), pl_json_get(ours, "earlier"))))
		return pl_diag_set(diag, PL_E_PROOF, "the openings file has other earlier declarations than the report");
	if (!pl_json_get(predicate, "gaps") != !pl_json_get(ours, "gaps") ||
		(counted->n_gaps && !pl_json_equal(pl_json_get(predicate, "gaps"), pl_json_get(ours, "gaps"))))
		return pl_diag_set(diag, PL_E_PROOF, "the openings file has other gaps than the report");
	st = compare_numbers(predicate, ours, diag);
	return st ? st : compare_totals(pl_json_get(predicate, "totals"), counted, diag);
}

bool pl_register_end_says(const struct pl_register_end *e, const struct pl_json *said)
{
	struct pl_json *ours PL_CLEANUP(pl_json_done) = pl_json_new_object();

	pl_register_end_to_json(ours, e, false);
	return said && pl_json_equal(ours, said);
}

bool pl_register_head_says(const struct pl_json *head, const struct pl_json *name, const struct pl_json *said)
{
	static const char *const members[] = {"size", "days", "time", "root", "chain"};
	const struct pl_json *highest = pl_json_get(head, "highest");

	if (!name || !pl_json_equal(pl_json_get(head, "register"), name) ||
		(highest && !pl_json_equal(highest, pl_json_get(said, "highest"))))
		return false;
	for (size_t i = 0; i < PL_COUNT(members); i++)
		if (!pl_json_equal(pl_json_get(head, members[i]), pl_json_get(said, members[i])))
			return false;
	return true;
}
