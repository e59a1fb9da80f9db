/* SPDX-License-Identifier: Apache-2.0 */
/* Cases: new ones, and what becomes of them. */
#include "base/random.h"
#include "base/time.h"
#include "register/answered.h"
#include "register/clock_rule.h"
#include "register/internal.h"
#include "register/lookup.h"
#include "register/package.h"
#include "register/private.h"
#include "register/sql.h"
#include "register/casework/casefile.h"
#include "register/casework/hold.h"

#define DAY PL_REGISTER_DAY
#define DIGEST(d) PL_DB_BLOB(pl_digest_bytes(d))

/* A case's values with those that follow from them, in derived order. */
struct filled {
	struct pl_commit_value v[PL_COMMIT_FIELDS_MAX];
	struct pl_buf coarse; /* what the coarse values and the dates point at */
	uint8_t entered[8], late;
};

void pl_register_pack(const struct pl_register_decl *d, const struct pl_commit_value *v, struct pl_buf *out)
{
	for (size_t i = 0; i < d->derived.n; i++) {
		if (d->derived.fields[i].is_private)
			continue;
		pl_buf_put_u8(out, v[i].present);
		if (!v[i].present)
			continue;
		pl_buf_put_be32(out, (uint32_t)v[i].value.len);
		pl_buf_put_bytes(out, v[i].value);
	}
}

pl_status pl_register_unpack(const struct pl_register_decl *d, pl_bytes bytes, struct pl_commit_value *v)
{
	for (size_t i = 0; i < d->derived.n; i++) {
		uint8_t present = 0;
		uint32_t len = 0;

		v[i] = (struct pl_commit_value){0};
		if (d->derived.fields[i].is_private)
			continue;
		if (pl_get_u8(&bytes, &present) || present > 1)
			return PL_E_CORRUPT;
		v[i].present = present;
		if (present && (pl_get_be32(&bytes, &len) || pl_get_bytes(&bytes, len, &v[i].value)))
			return PL_E_CORRUPT;
	}
	return bytes.len ? PL_E_CORRUPT : PL_OK;
}

void pl_register_values_move(const struct pl_register_decl *from, const struct pl_register_decl *to, const struct pl_commit_value *values,
	struct pl_commit_value *ret)
{
	for (size_t i = 0; i < to->derived.n; i++) {
		size_t at = pl_register_decl_place(from, to->derived.fields[i].name);

		ret[i] = at == PL_REGISTER_NONE ? (struct pl_commit_value){0} : values[at];
	}
}

pl_status pl_register_unpack_at(const struct pl_register *r, uint64_t position, pl_bytes bytes, struct pl_commit_value *v)
{
	const struct pl_register_decl *d = pl_register_decl_at(r, position);
	struct pl_commit_value own[PL_COMMIT_FIELDS_MAX] = {0};
	pl_status st = pl_register_unpack(d, bytes, d == r->decl ? v : own);

	if (!st && d != r->decl)
		pl_register_values_move(d, r->decl, own, v);
	return st;
}

pl_status pl_register_private_leaves(const struct pl_register_decl *d, pl_bytes stored, struct pl_commit_tree *tree)
{
	pl_bytes leaf;

	for (size_t i = 0; i < d->derived.n; i++) {
		if (!d->derived.fields[i].is_private)
			continue;
		if (pl_get_bytes(&stored, PL_DIGEST_LEN, &leaf))
			return PL_E_CORRUPT;
		memcpy(tree->leaves[i].b, leaf.ptr, PL_DIGEST_LEN);
	}
	return stored.len ? PL_E_CORRUPT : PL_OK;
}

/* ---- derived values ---- */

static pl_status fill_field(const struct pl_register_field *f, const struct pl_commit_value *in, struct filled *x,
	struct pl_diag *diag)
{
	size_t start = x->coarse.len;
	pl_status st;

	x->v[f->exact] = *in;
	if (f->coarse == PL_REGISTER_NONE || !in->present)
		return PL_OK;
	st = pl_register_coarsen(f, in->value, &x->coarse);
	if (st)
		return pl_diag_set(diag, st, "%.*s lies outside of its rule", PL_STR_ARG(f->name));
	/* The buffer was reserved whole, so it does not move. */
	x->v[f->coarse] = (struct pl_commit_value){true, pl_bytes_of(x->coarse.ptr + start, x->coarse.len - start)};
	return PL_OK;
}

static bool is_late(const struct pl_register_decl *d, uint64_t received, uint64_t entered)
{
	return !d->imported && entered > received / DAY * DAY + d->late_days * DAY;
}

static pl_status fill(const struct pl_register *r, const struct pl_register_values *in, uint64_t entered, struct filled *x,
	struct pl_diag *diag)
{
	const struct pl_register_decl *d = r->decl;
	uint64_t received;

	pl_buf_init(&x->coarse, 8192);
	if (!pl_buf_reserve(&x->coarse, 8192))
		return PL_E_NOMEM;
	for (size_t i = 0; i < d->n_fields; i++) {
		pl_status st = fill_field(&d->fields[i], &in->v[i], x, diag);

		if (st)
			return st;
	}
	if (!in->v[0].present || in->v[0].value.len != 8)
		return pl_diag_set(diag, PL_E_RANGE, "a case says when it was received");
	received = pl_be64(in->v[0].value.ptr);
	if (received >= entered + DAY)
		return pl_diag_set(diag, PL_E_RANGE, "\"received\" lies after the day on which the case is entered");
	pl_be64_write(x->entered, entered);
	x->late = is_late(d, received, entered);
	x->v[d->entered] = (struct pl_commit_value){true, pl_bytes_of(x->entered, sizeof x->entered)};
	x->v[d->late] = (struct pl_commit_value){true, pl_bytes_of(&x->late, 1)};
	return PL_OK;
}

/* A register that knows releases keeps a case sealed from its first leaf on, unless it is released when it comes in. */
static enum pl_row_kind first_kind(const struct pl_register_decl *d, const struct pl_register_values *in)
{
	size_t at = pl_register_released(d);

	return at == PL_REGISTER_NONE || pl_register_is_true(&in->v[at]) ? PL_ROW_OPEN : PL_ROW_SEALED;
}

/* Whoever hands in no key keeps nothing: then there may be no private value. */
static pl_status need_key(const struct pl_register *r, const struct filled *x, const struct pl_vault_key *key, struct pl_diag *diag)
{
	for (size_t i = 0; i < r->decl->n_fields && !key; i++)
		if (r->decl->fields[i].class != PL_REGISTER_OPEN && x->v[r->decl->fields[i].exact].present)
			return pl_diag_set(diag, PL_E_STATE, "%.*s is private, and there is no key to seal it with",
				PL_STR_ARG(r->decl->fields[i].name));
	return PL_OK;
}

static void texts_of(const struct pl_register_decl *d, const struct pl_commit_value *v, pl_str *ret)
{
	for (size_t i = 0; i < d->derived.n; i++)
		ret[i] = !d->derived.fields[i].is_private && v[i].present ? pl_bytes_str(v[i].value) : (pl_str){0};
}

static pl_status need_two(const struct pl_register_decl *d, const struct pl_register_eyes *e, bool first, struct pl_diag *diag)
{
	pl_str field = d->derived.fields[e->field].name;

	pl_diag_hint(diag, "pellucid case propose %.*s NUMBER %.*s=... REASON, and another account: pellucid case approve", PL_STR_ARG(d->name),
		PL_STR_ARG(field));
	return pl_diag_set(diag, PL_E_DENIED, first ? "no case begins with %.*s %.*s: that is decided by two persons" :
						      "%.*s %.*s is decided by two persons: one proposes it, another one decides",
		PL_STR_ARG(field), PL_STR_ARG(e->state.to));
}

/* Whatever writes a revision keeps to the steps of the declaration: what is opened one day is checked by everybody. And it does not bring a
 * case where two persons are needed, unless they @decided so. @before NULL: the first revision. */
static pl_status keep_rules(const struct pl_register *r, const struct pl_commit_value *before, const struct pl_commit_value *after,
	bool decided, struct pl_diag *diag)
{
	const struct pl_register_decl *d = r->decl;
	const struct pl_register_eyes *asked;
	pl_str was[PL_COMMIT_FIELDS_MAX] = {0}, is[PL_COMMIT_FIELDS_MAX] = {0};
	bool moved;

	if (before)
		texts_of(d, before, was);
	texts_of(d, after, is);
	if (pl_register_step_check(d, before ? was : NULL, is, &moved, diag))
		return PL_E_STATE;
	asked = pl_register_eyes_asked(d, before ? was : NULL, is);
	return asked && !(before && decided) ? need_two(d, asked, !before, diag) : PL_OK;
}

/* ---- writing ---- */

struct writing {
	struct pl_db_tx *tx;
	const struct pl_register *r;
	struct pl_register_leaf leaf;
	struct pl_commit_tree tree;
	struct pl_commit_seeds seeds;
	const struct pl_vault_key *key; /* may be NULL */
	uint64_t entered;
	enum pl_row_kind kind; /* open, or sealed as its case is */
};

static pl_status commit(struct writing *w, const struct filled *x)
{
	struct pl_digest context;
	pl_status st;

	pl_register_case_context(&w->r->id, w->leaf.number, &context);
	st = pl_commit_build(&w->r->decl->derived, &context, w->leaf.revision, &w->seeds, x->v, &w->tree);
	if (!st)
		pl_commit_root(&w->tree, &w->leaf.commitment);
	return st;
}

static void private_leaves(const struct writing *w, struct pl_buf *out)
{
	for (size_t i = 0; i < w->r->decl->derived.n; i++)
		if (w->r->decl->derived.fields[i].is_private)
			pl_buf_put(out, w->tree.leaves[i].b, PL_DIGEST_LEN);
}

static pl_status put_private(struct writing *w, const struct filled *x)
{
	struct pl_register_place at = {w->r, w->leaf.number, w->leaf.revision, NULL};

	return w->key ? pl_register_private_put(w->tx, &at, w->key, w->seeds.secret, x->v) : PL_OK;
}

static pl_status put_leaf(struct writing *w, const struct filled *x, uint64_t position, struct pl_register_case *ret)
{
	struct pl_buf open PL_CLEANUP(pl_buf_done) = PL_BUF(PL_REGISTER_ROW_MAX);
	struct pl_buf hidden PL_CLEANUP(pl_buf_done) = PL_BUF(PL_COMMIT_FIELDS_MAX * PL_DIGEST_LEN);
	struct pl_digest hash;
	pl_status st;

	pl_register_leaf_hash(&w->r->id, &w->leaf, &hash);
	pl_register_pack(w->r->decl, x->v, &open);
	private_leaves(w, &hidden);
	st = pl_buf_status(&open);
	if (!st)
		st = pl_buf_status(&hidden);
	if (!st)
		st = pl_db_exec(w->tx, &pl_sql_register_leaf_put,
			PL_DB_ARGS(PL_DB_STR(w->r->decl->name), PL_DB_U64(position), PL_DB_U64(w->leaf.number),
				PL_DB_U64(w->leaf.revision), PL_DB_U64(w->kind), PL_DB_U64(0), DIGEST(&hash),
				DIGEST(&w->leaf.previous), DIGEST(&w->leaf.commitment), PL_DB_U64(w->entered),
				PL_DB_BLOB(pl_buf_bytes(&open)), PL_DB_BLOB(pl_buf_bytes(&hidden))),
			NULL);
	if (!st)
		st = put_private(w, x);
	if (st)
		return st;
	*ret = (struct pl_register_case){.number = w->leaf.number, .position = position, .revision = w->leaf.revision,
		.leaf = hash, .commitment = w->leaf.commitment};
	return PL_OK;
}

pl_status pl_register_not_behind(struct pl_db_tx *tx, const struct pl_register *r, uint64_t size, uint64_t number,
	struct pl_diag *diag)
{
	struct pl_register_public p = {0};
	pl_status st = pl_register_public_tx(tx, r->decl->name, &p);

	if (st)
		return st == PL_E_NOTFOUND ? PL_OK : st;
	if (size >= p.size && (!number || number > p.highest))
		return PL_OK;
	pl_diag_hint(diag, "put the newest backup of the database back; if there is none: pellucid register recover %.*s",
		PL_STR_ARG(r->decl->name));
	return pl_diag_set(diag, PL_E_ROLLBACK,
		"the counter of %.*s is behind the log, which knows number %llu and %llu leaves: was the database restored from an older copy?",
		PL_STR_ARG(r->decl->name), (unsigned long long)p.highest, (unsigned long long)p.size);
}

/* What is entered is entered under the present declaration: whoever opened the register before it was declared anew begins again. */
static pl_status still_declared(const struct pl_register *r, uint64_t version, struct pl_diag *diag)
{
	if (version == r->version)
		return PL_OK;
	pl_diag_hint(diag, "do it again");
	return pl_diag_set(diag, PL_E_CONFLICT, "%.*s was declared anew meanwhile", PL_STR_ARG(r->decl->name));
}

/* The next position and number. */
static pl_status take_number(struct writing *w, uint64_t *position, struct pl_diag *diag)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(w->tx, &pl_sql_register_state_new, PL_DB_ARGS(PL_DB_STR(w->r->decl->name)), &rows);

	if (st)
		return st;
	*position = pl_db_col_u64(rows, 0) - 1;
	w->leaf.number = pl_db_col_u64(rows, 1);
	st = still_declared(w->r, pl_db_col_u64(rows, 2), diag);
	if (!st)
		st = pl_db_rows_status(rows);
	if (st)
		return st;
	return pl_register_not_behind(w->tx, w->r, *position, w->leaf.number, diag);
}

/* Of what comes in answered. What is counted is open, so that nothing else follows from it. */
static pl_status count_answer(struct pl_db_tx *tx, const struct pl_register *r, struct filled *x, struct pl_answered_room *room, struct pl_diag *diag)
{
	const struct pl_register_decl *d = r->decl;
	struct pl_commit_value v[PL_REGISTER_FIELDS_MAX];
	bool given[PL_REGISTER_FIELDS_MAX];
	pl_status st;

	if (!pl_answered_is(d))
		return PL_OK;
	for (size_t i = 0; i < d->n_fields; i++) {
		v[i] = x->v[d->fields[i].exact];
		given[i] = v[i].present;
	}
	st = pl_answered_fill(tx, r, 0, given, x->v, v, room, diag);
	for (size_t i = 0; i < d->n_fields && !st; i++)
		if (pl_answered_owns(d, d->fields[i].name))
			x->v[d->fields[i].exact] = v[i];
	return st;
}

pl_status pl_register_enter(struct pl_db_tx *tx, const struct pl_register *r, const struct pl_register_values *values,
	const struct pl_vault_key *key, uint64_t now, struct pl_register_case *ret, struct pl_diag *diag)
{
	struct filled x = {0};
	struct writing w = {.tx = tx, .r = r, .key = key, .entered = now / DAY * DAY, .kind = first_kind(r->decl, values)};
	struct pl_answered_room room;
	uint64_t position = 0;
	pl_status st = fill(r, values, w.entered, &x, diag);

	if (!st)
		st = count_answer(tx, r, &x, &room, diag);

	if (!st)
		st = need_key(r, &x, key, diag);
	if (!st)
		st = keep_rules(r, NULL, x.v, false, diag);
	if (!st)
		st = pl_register_package_fits(tx, r, NULL, x.v, diag);
	if (!st)
		st = pl_lookup_fits(tx, r, 0, NULL, x.v, diag);
	if (!st)
		st = take_number(&w, &position, diag);
	if (!st) {
		pl_commit_seeds_new(&w.seeds);
		st = commit(&w, &x);
	}
	if (!st)
		st = put_leaf(&w, &x, position, ret);
	if (!st)
		st = pl_db_exec(tx, &pl_sql_register_case_put,
			PL_DB_ARGS(PL_DB_STR(r->decl->name), PL_DB_U64(w.leaf.number), PL_DB_U64(w.kind), DIGEST(&ret->leaf),
				PL_DB_U64(w.entered), PL_DB_MEM(w.seeds.open, sizeof w.seeds.open), key ? PL_DB_U64(key->slot) : PL_DB_NULL),
			NULL);
	/* Imported ones are nobody's work. */
	if (!st && !r->decl->imported)
		st = pl_casework_begin(tx, r, w.leaf.number, now);
	if (!st && !r->decl->imported)
		st = pl_clock_rule_begin(tx, r, w.leaf.number, pl_be64(values->v[0].value.ptr), x.v);
	pl_wipe(&w.seeds, sizeof w.seeds);
	pl_buf_done(&x.coarse);
	return st;
}

/* ---- revisions ---- */

static pl_status find_case(struct writing *w, struct pl_diag *diag)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	uint64_t kind;
	pl_status st = pl_db_one(w->tx, &pl_sql_register_case_get,
		PL_DB_ARGS(PL_DB_STR(w->r->decl->name), PL_DB_U64(w->leaf.number)), &rows);

	if (st == PL_E_NOTFOUND)
		return pl_diag_set(diag, st, "there is no case %llu", (unsigned long long)w->leaf.number);
	if (st)
		return st;
	w->leaf.revision = (uint32_t)pl_db_col_u64(rows, 0) + 1;
	kind = pl_db_col_u64(rows, 1);
	pl_db_col_fixed(rows, 2, w->leaf.previous.b, sizeof w->leaf.previous.b);
	w->entered = pl_db_col_u64(rows, 3);
	/* The private leaves of each revision have a seed of their own, which is sealed beside their values. */
	pl_commit_seeds_new(&w->seeds);
	pl_db_col_fixed(rows, 4, w->seeds.open, sizeof w->seeds.open);
	if (w->key && (pl_db_col_is_null(rows, 5) || pl_db_col_u64(rows, 5) != w->key->slot))
		return pl_diag_set(diag, PL_E_STATE, "case %llu has another key", (unsigned long long)w->leaf.number);
	w->kind = (enum pl_row_kind)kind;
	if (kind == PL_ROW_ERASED || kind == PL_ROW_LOST)
		return pl_diag_set(diag, PL_E_STATE, "case %llu was erased or lost: it has no further revision",
			(unsigned long long)w->leaf.number);
	return pl_db_rows_status(rows);
}

static pl_status take_position(struct writing *w, uint64_t *ret, struct pl_diag *diag)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(w->tx, &pl_sql_register_state_more, PL_DB_ARGS(PL_DB_STR(w->r->decl->name)), &rows);

	if (st)
		return st;
	*ret = pl_db_col_u64(rows, 0) - 1;
	st = still_declared(w->r, pl_db_col_u64(rows, 1), diag);
	if (!st)
		st = pl_db_rows_status(rows);
	return st ? st : pl_register_not_behind(w->tx, w->r, *ret, 0, diag);
}

static pl_status move_case_to(struct writing *w, enum pl_row_kind kind, const struct pl_digest *leaf)
{
	uint64_t changed = 0;
	pl_status st = pl_db_exec(w->tx, &pl_sql_register_case_next,
		PL_DB_ARGS(PL_DB_STR(w->r->decl->name), PL_DB_U64(w->leaf.number), PL_DB_U64(w->leaf.revision - 1),
			PL_DB_U64((uint64_t)kind), DIGEST(leaf)),
		&changed);

	return st ? st : changed == 1 ? PL_OK : PL_E_CONFLICT;
}

/* What stands there now is what the step begins at. */
static pl_status keep_rules_on(struct pl_db_tx *tx, const struct pl_register *r, const struct pl_register_case *from, const struct filled *x,
	bool decided, struct pl_diag *diag)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	struct pl_commit_value before[PL_COMMIT_FIELDS_MAX] = {0};
	pl_status st;

	if (!r->decl->n_steps && !r->decl->n_eyes && !pl_register_package_is(r->decl) && !pl_lookup_is(r->decl))
		return PL_OK;
	st = pl_db_one(tx, &pl_sql_register_leaf_of_case,
		PL_DB_ARGS(PL_DB_STR(r->decl->name), PL_DB_U64(from->number), PL_DB_U64(from->revision)), &rows);
	if (!st)
		st = pl_register_unpack_at(r, pl_db_col_u64(rows, 0), pl_db_col_blob(rows, 7), before);
	if (!st)
		st = keep_rules(r, before, x->v, decided, diag);
	if (!st)
		st = pl_register_package_fits(tx, r, before, x->v, diag);
	return st ? st : pl_lookup_fits(tx, r, from->number, before, x->v, diag);
}

pl_status pl_register_revise(struct pl_db_tx *tx, const struct pl_register *r, const struct pl_register_case *from,
	const struct pl_register_values *values, const struct pl_vault_key *key, struct pl_register_case *ret, struct pl_diag *diag)
{
	struct filled x = {0};
	struct writing w = {.tx = tx, .r = r, .key = key, .leaf = {.number = from->number}};
	uint64_t position = 0;
	/* The counter row first: whoever has it is alone with this register. */
	pl_status st = take_position(&w, &position, diag);

	if (!st)
		st = find_case(&w, diag);
	if (!st && w.leaf.revision != from->revision + 1)
		st = pl_diag_set(diag, PL_E_CONFLICT, "case %llu was changed meanwhile: it has revision %u, not %u",
			(unsigned long long)from->number, w.leaf.revision - 1, from->revision);
	if (!st)
		st = fill(r, values, w.entered, &x, diag);
	if (!st)
		st = need_key(r, &x, key, diag);
	if (!st)
		st = keep_rules_on(tx, r, from, &x, values->decided, diag);
	if (!st)
		st = commit(&w, &x);
	if (!st)
		st = put_leaf(&w, &x, position, ret);
	if (!st)
		st = move_case_to(&w, w.kind, &ret->leaf);
	pl_wipe(&w.seeds, sizeof w.seeds);
	pl_buf_done(&x.coarse);
	return st;
}

/* ---- the end of what is private ---- */

/* A leaf without values: what it says is its commitment. */
static pl_status put_bare_leaf(const struct writing *w, enum pl_row_kind kind, unsigned classes, uint64_t position,
	struct pl_digest *ret_hash)
{
	const pl_bytes nothing = {0};

	pl_register_leaf_hash(&w->r->id, &w->leaf, ret_hash);
	return pl_db_exec(w->tx, &pl_sql_register_leaf_put,
		PL_DB_ARGS(PL_DB_STR(w->r->decl->name), PL_DB_U64(position), PL_DB_U64(w->leaf.number), PL_DB_U64(w->leaf.revision),
			PL_DB_U64(kind), PL_DB_U64(classes), DIGEST(ret_hash), DIGEST(&w->leaf.previous), DIGEST(&w->leaf.commitment),
			PL_DB_U64(w->entered), PL_DB_BLOB(nothing), PL_DB_BLOB(nothing)),
		NULL);
}

static pl_status put_erasure(struct writing *w, uint64_t position, uint64_t now, struct pl_register_case *ret)
{
	struct pl_digest hash;
	pl_status st;

	pl_register_erasure(&w->r->id, w->leaf.number, PL_REGISTER_ERASED_ALL, &w->leaf.commitment);
	w->entered = now / DAY * DAY;
	st = put_bare_leaf(w, PL_ROW_ERASED, PL_REGISTER_ERASED_ALL, position, &hash);
	*ret = (struct pl_register_case){.number = w->leaf.number, .position = position, .revision = w->leaf.revision, .leaf = hash,
		.commitment = w->leaf.commitment};
	return st;
}

pl_status pl_register_erase(struct pl_db_tx *tx, const struct pl_register *r, uint64_t number, uint64_t now,
	struct pl_register_case *ret, struct pl_diag *diag)
{
	struct writing w = {.tx = tx, .r = r, .leaf = {.number = number}};
	uint64_t position = 0;
	pl_status st = pl_hold_refuse(tx, r, number, now, diag);

	if (!st)
		st = take_position(&w, &position, diag);
	if (!st)
		st = find_case(&w, diag);
	if (!st)
		st = put_erasure(&w, position, now, ret);
	if (!st)
		st = move_case_to(&w, PL_ROW_ERASED, &ret->leaf);
	if (!st)
		st = pl_register_private_doom(tx, r, number, now);
	pl_wipe(&w.seeds, sizeof w.seeds);
	return st;
}

/* ---- cases of which nothing is known ---- */

/* The only leaf of such a case, and the case. */
static pl_status put_bare_case(const struct writing *w, enum pl_row_kind kind, uint64_t position)
{
	struct pl_digest hash;
	pl_status st = put_bare_leaf(w, kind, 0, position, &hash);

	return st ? st :
		    pl_db_exec(w->tx, &pl_sql_register_case_put,
			    PL_DB_ARGS(PL_DB_STR(w->r->decl->name), PL_DB_U64(w->leaf.number), PL_DB_U64(kind), DIGEST(&hash),
				    PL_DB_U64(w->entered), PL_DB_MEM(w->seeds.open, sizeof w->seeds.open), PL_DB_NULL),
			    NULL);
}

pl_status pl_register_pad(struct pl_db_tx *tx, const struct pl_register *r, uint64_t now, struct pl_diag *diag)
{
	struct writing w = {.tx = tx, .r = r, .entered = now / DAY * DAY};
	uint64_t position = 0;
	pl_status st = take_number(&w, &position, diag);

	if (st)
		return st;
	pl_random(w.leaf.commitment.b, sizeof w.leaf.commitment.b);
	pl_commit_seeds_new(&w.seeds);
	return put_bare_case(&w, PL_ROW_SEALED, position);
}

pl_status pl_register_pad_again(struct pl_db_tx *tx, const struct pl_register *r, uint64_t number, struct pl_diag *diag)
{
	struct writing w = {.tx = tx, .r = r, .leaf = {.number = number}};
	uint64_t position = 0;
	struct pl_digest hash;
	pl_status st = take_position(&w, &position, diag);

	if (!st)
		st = find_case(&w, diag);
	pl_random(w.leaf.commitment.b, sizeof w.leaf.commitment.b);
	if (!st)
		st = put_bare_leaf(&w, PL_ROW_SEALED, 0, position, &hash);
	if (!st)
		st = move_case_to(&w, PL_ROW_SEALED, &hash);
	pl_wipe(&w.seeds, sizeof w.seeds);
	return st;
}

pl_status pl_register_lose(struct pl_db_tx *tx, const struct pl_register *r, uint64_t number, uint64_t now, struct pl_diag *diag)
{
	struct writing w = {.tx = tx, .r = r, .leaf = {.number = number}, .entered = now / DAY * DAY};
	uint64_t position = 0;
	pl_status st = take_position(&w, &position, diag);

	if (st)
		return st;
	pl_register_lost(&r->id, number, &w.leaf.commitment);
	return put_bare_case(&w, PL_ROW_LOST, position);
}

pl_status pl_register_turned_away(struct pl_db_tx *tx, pl_str name, uint64_t now, uint64_t unconfirmed, uint64_t refused)
{
	return pl_db_exec(tx, &pl_sql_register_intake_count,
		PL_DB_ARGS(PL_DB_STR(name), PL_DB_U64(now / DAY * DAY), PL_DB_U64(unconfirmed), PL_DB_U64(refused)), NULL);
}
