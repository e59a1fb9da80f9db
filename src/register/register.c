/* SPDX-License-Identifier: Apache-2.0 */
/* Declaring and opening a register. */
#include "register/register.h"
#include "base/time.h"
#include "fact/predicates.h"
#include "log/tree.h"
#include "register/clock_rule.h"
#include "register/internal.h"
#include "register/sql.h"

#define WAIT_NS (60 * PL_SECOND)

static pl_status find_calendar(pl_str code, const char *who, const struct pl_calendar **ret, struct pl_diag *diag)
{
	*ret = pl_calendar_find(code);
	if (*ret)
		return PL_OK;
	pl_diag_hint(diag, "EU, or a country of the Union, Iceland, Liechtenstein, Norway or Switzerland by its two letters (GR, not EL)");
	return pl_diag_set(diag, PL_E_RANGE, "there is no calendar \"%.*s\", which %s names", PL_STR_ARG(code), who);
}

static pl_status calendar_of(const struct pl_instance_conf *conf, const struct pl_register_decl *d, const struct pl_calendar **ret,
	struct pl_diag *diag)
{
	return d->calendar.len ? find_calendar(d->calendar, "the declaration", ret, diag) :
				 find_calendar(conf->calendar, "[clocks] calendar of pellucid.conf", ret, diag);
}

pl_status pl_register_calendar_check(const struct pl_instance_conf *conf, struct pl_diag *diag)
{
	const struct pl_calendar *calendar;

	return find_calendar(conf->calendar, "[clocks] calendar of pellucid.conf", &calendar, diag);
}

const struct pl_register_decl *pl_register_decl_at(const struct pl_register *r, uint64_t position)
{
	for (size_t i = 0; i < r->n_earlier; i++)
		if (position < r->earlier[i].until)
			return r->earlier[i].decl;
	return r->decl;
}

static pl_status make(const struct pl_instance_conf *conf, pl_str text, struct pl_register **ret, struct pl_diag *diag)
{
	struct pl_register *r = PL_NEW(struct pl_register);
	pl_status st = pl_register_decl_parse(text, &r->decl, diag);

	if (!st)
		st = calendar_of(conf, r->decl, &r->calendar, diag);
	if (st) {
		pl_register_close(r);
		return st;
	}
	pl_register_id(conf->origin, r->decl->name, &r->id);
	*ret = r;
	return PL_OK;
}

void pl_register_close(struct pl_register *r)
{
	if (!r)
		return;
	pl_register_decl_free(r->decl);
	for (size_t i = 0; i < r->n_earlier; i++)
		pl_register_decl_free(r->earlier[i].decl);
	pl_free(r->earlier);
	pl_free(r);
}

/* ---- stating ---- */

static pl_status next_version(struct pl_instance *inst, pl_str name, uint64_t *ret, struct pl_digest *declaration)
{
	struct pl_register_public p = {0};
	pl_status st = pl_register_public(inst, name, &p);

	if (st && st != PL_E_NOTFOUND)
		return st;
	*ret = p.version + 1;
	*declaration = p.declaration;
	return PL_OK;
}

static pl_status build_payload(struct pl_instance *inst, const struct pl_register *r, uint64_t version, const struct pl_approved *approved,
	struct pl_buf *payload, struct pl_diag *diag)
{
	struct pl_json *predicate PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_subject subject = {.name = r->decl->name, .sha256 = r->decl->digest};
	struct pl_body body;
	pl_status st = pl_instance_body(inst, pl_buf_bytes(&r->decl->text), PL_STR("text/plain"), &body);

	if (st)
		return st;
	pl_json_set_str(predicate, "register", r->decl->name);
	pl_json_set_u64(predicate, "version", version);
	pl_json_set(predicate, "declaration", pl_body_to_json(&body));
	return pl_approved_compose(&(struct pl_approved_new){PL_TYPE_REGISTER, &subject, 1, predicate, NULL}, approved, payload, diag);
}

/* ---- declaring anew ---- */

static pl_status take_earlier(struct pl_register *r, struct pl_db_rows *rows, struct pl_diag *diag)
{
	struct pl_register_earlier *more = pl_try_realloc(r->earlier, r->n_earlier + 1, sizeof *more);
	pl_status st;

	if (!more)
		return PL_E_NOMEM;
	r->earlier = more;
	more[r->n_earlier].until = pl_db_col_u64(rows, 0);
	st = pl_register_decl_parse(pl_db_col_str(rows, 1), &more[r->n_earlier].decl, diag);
	if (!st) {
		r->n_earlier++;
		st = pl_db_rows_status(rows);
	}
	return st;
}

static void forget_earlier(struct pl_register *r)
{
	while (r->n_earlier)
		pl_register_decl_free(r->earlier[--r->n_earlier].decl);
}

/* Declarations of @name before the present one into @r, the oldest first. */
static pl_status read_earlier(struct pl_db_tx *tx, pl_str name, struct pl_register *r, struct pl_diag *diag)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, &pl_sql_register_declared_list, PL_DB_ARGS(PL_DB_STR(name)), &rows);

	forget_earlier(r);
	while (!st && (st = pl_db_step(rows)) == PL_OK)
		st = take_earlier(r, rows, diag);
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

/* May the register with @size leaves, which is declared by @text, be declared by @next? *@ret_until: where the last declaration before @text
 * ended; one under which nothing was entered binds nobody. */
static pl_status may_follow(struct pl_db_tx *tx, pl_str text, uint64_t size, const struct pl_register_decl *next, uint64_t *ret_until,
	struct pl_diag *diag)
{
	struct pl_register_decl *now PL_CLEANUP(pl_register_decl_freep) = NULL;
	struct pl_register earlier = {0};
	pl_status st = read_earlier(tx, next->name, &earlier, diag);

	*ret_until = earlier.n_earlier ? earlier.earlier[earlier.n_earlier - 1].until : 0;
	for (size_t i = 0; i < earlier.n_earlier && !st; i++)
		st = pl_register_decl_follows(earlier.earlier[i].decl, next, diag);
	if (!st)
		st = pl_register_decl_parse(text, &now, diag);
	if (!st && size > *ret_until)
		st = pl_register_decl_follows(now, next, diag);
	forget_earlier(&earlier);
	pl_free(earlier.earlier);
	return st;
}

/* From here on what is entered is entered under the declaration of @r. */
static pl_status declare(struct pl_db_tx *tx, const struct pl_register *r, struct pl_diag *diag)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_str name = r->decl->name, text = pl_buf_str(&r->decl->text), before;
	uint64_t size, until = 0;
	pl_status st = pl_db_one(tx, &pl_sql_register_state_hold, PL_DB_ARGS(PL_DB_STR(name)), &rows);

	if (st)
		return st;
	size = pl_db_col_u64(rows, 0);
	before = pl_db_col_str(rows, 1);
	st = pl_db_rows_status(rows);
	if (!st && !pl_str_eq(before, text))
		st = may_follow(tx, before, size, r->decl, &until, diag);
	if (!st && !pl_str_eq(before, text) && size > until)
		st = pl_db_exec(tx, &pl_sql_register_declared_put, PL_DB_ARGS(PL_DB_STR(name), PL_DB_U64(size), PL_DB_STR(before)), NULL);
	return st ? st : pl_db_exec(tx, &pl_sql_register_state_declare, PL_DB_ARGS(PL_DB_STR(name), PL_DB_STR(text)), NULL);
}

struct asking {
	const struct pl_register_decl *next;
	struct pl_diag *diag;
};

/* The same before anybody is asked to sign it. */
static pl_status ask_follow(void *ctx, struct pl_db_tx *tx)
{
	struct asking *a = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	uint64_t until;
	pl_status st = pl_db_one(tx, &pl_sql_register_state_get, PL_DB_ARGS(PL_DB_STR(a->next->name)), &rows);

	if (st)
		return st == PL_E_NOTFOUND ? PL_OK : st;
	st = may_follow(tx, pl_db_col_str(rows, 1), pl_db_col_u64(rows, 2), a->next, &until, a->diag);
	return st ? st : pl_db_rows_status(rows);
}

struct adding {
	const struct pl_register *r;
	pl_bytes entry;
	struct pl_outbox_ref ref;
	struct pl_diag *diag;
};

static pl_status add(void *ctx, struct pl_db_tx *tx)
{
	struct adding *a = ctx;
	const struct pl_digest zero = {0};
	struct pl_digest empty;
	pl_status st;

	pl_tree_empty(&empty);
	st = pl_db_exec(tx, &pl_sql_register_state_put,
		PL_DB_ARGS(PL_DB_STR(a->r->decl->name), PL_DB_BLOB(pl_digest_bytes(&a->r->id)),
			PL_DB_STR(pl_buf_str(&a->r->decl->text)), PL_DB_BLOB(pl_digest_bytes(&empty)),
			PL_DB_BLOB(pl_digest_bytes(&zero))),
		NULL);
	if (!st)
		st = declare(tx, a->r, a->diag);
	return st ? st : pl_outbox_put(tx, PL_REGISTER_STREAM, a->entry, &a->ref, a->diag);
}

static pl_status state(struct pl_instance *inst, const struct pl_register *r, uint64_t version, const struct pl_approved *approved,
	uint64_t wait_ns, struct pl_diag *diag)
{
	struct pl_buf payload PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_PAYLOAD_MAX);
	struct pl_buf entry PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_ENTRY_MAX);
	struct adding a = {.r = r, .diag = diag};
	pl_status st = build_payload(inst, r, version, approved, &payload, diag);

	if (!st && approved && approved->only) {
		pl_buf_put_bytes(approved->only, pl_buf_bytes(&payload));
		return pl_buf_status(approved->only);
	}
	if (!st)
		st = pl_instance_sign(inst, pl_buf_bytes(&payload), approved ? approved->approvals : NULL, approved ? approved->n : 0, &entry, diag);
	if (st)
		return st;
	a.entry = pl_buf_bytes(&entry);
	st = pl_db_tx(pl_instance_db(inst), add, &a);
	return st ? st : pl_instance_settle(inst, &a.ref, 1, PL_OUTBOX_PROJECTED, wait_ns ? wait_ns : WAIT_NS, diag);
}

pl_status pl_register_add(struct pl_instance *inst, pl_str text, uint64_t wait_ns, struct pl_register **ret,
	struct pl_diag *diag)
{
	return pl_register_add_approved(inst, text, NULL, wait_ns, ret, diag);
}

pl_status pl_register_add_approved(struct pl_instance *inst, pl_str text, const struct pl_approved *approved, uint64_t wait_ns,
	struct pl_register **ret, struct pl_diag *diag)
{
	struct pl_register *r PL_CLEANUP(pl_register_closep) = NULL;
	struct pl_digest before = {0};
	uint64_t version = 0;
	pl_status st = make(pl_instance_conf(inst), text, &r, diag);

	if (!st)
		st = pl_clock_rule_check(r->decl, diag);
	if (!st)
		st = next_version(inst, r->decl->name, &version, &before);
	if (!st && !pl_digest_eq(&before, &r->decl->digest))
		st = pl_db_read(pl_instance_db(inst), ask_follow, &(struct asking){r->decl, diag});
	if (!st && !pl_digest_eq(&before, &r->decl->digest))
		st = state(inst, r, version, approved, wait_ns, diag);
	else if (!st && approved && approved->only)
		st = pl_diag_set(diag, PL_E_EXISTS, "this declaration is stated already: there is nothing to approve");
	if (!st && !(approved && approved->only)) /* as the database has it now */
		return pl_register_open(inst, r->decl->name, ret, diag);
	if (st)
		return st;
	*ret = r;
	r = NULL;
	return PL_OK;
}

/* ---- opening ---- */

struct opening {
	pl_str name;
	struct pl_buf text;
	uint64_t version;
	struct pl_register earlier; /* .earlier of it */
	struct pl_diag *diag;
};

static pl_status read_text(void *ctx, struct pl_db_tx *tx)
{
	struct opening *o = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_register_state_get, PL_DB_ARGS(PL_DB_STR(o->name)), &rows);

	if (st)
		return st;
	pl_buf_clear(&o->text);
	pl_buf_put_str(&o->text, pl_db_col_str(rows, 1));
	o->version = pl_db_col_u64(rows, 11);
	st = pl_buf_status(&o->text);
	if (!st)
		st = read_earlier(tx, o->name, &o->earlier, o->diag);
	return st ? st : pl_db_rows_status(rows);
}

pl_status pl_register_open(struct pl_instance *inst, pl_str name, struct pl_register **ret, struct pl_diag *diag)
{
	struct opening o = {.name = name, .text = PL_BUF(PL_REGISTER_DECLARATION_MAX), .diag = diag};
	pl_status st = pl_db_read(pl_instance_db(inst), read_text, &o);

	if (st == PL_E_NOTFOUND) {
		pl_diag_hint(diag, "pellucid register list; pellucid register add FILE");
		st = pl_diag_set(diag, st, "there is no register \"%.*s\"", PL_STR_ARG(name));
	}
	if (!st)
		st = make(pl_instance_conf(inst), pl_buf_str(&o.text), ret, diag);
	if (!st) {
		(*ret)->version = o.version;
		(*ret)->n_earlier = o.earlier.n_earlier;
		(*ret)->earlier = o.earlier.earlier;
	} else {
		forget_earlier(&o.earlier);
		pl_free(o.earlier.earlier);
	}
	pl_buf_done(&o.text);
	return st;
}

pl_status pl_register_calendar(struct pl_db_tx *tx, const struct pl_instance_conf *conf, pl_str name, const struct pl_calendar **ret,
	struct pl_diag *diag)
{
	struct pl_register_decl *d PL_CLEANUP(pl_register_decl_freep) = NULL;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_register_state_get, PL_DB_ARGS(PL_DB_STR(name)), &rows);

	if (!st)
		st = pl_register_decl_parse(pl_db_col_str(rows, 1), &d, diag);
	return st ? st : calendar_of(conf, d, ret, diag);
}

pl_status pl_register_state(struct pl_db_tx *tx, const struct pl_register *r, struct pl_register_state *ret)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	struct pl_register_state s = {0};
	struct pl_digest packed[63];
	pl_bytes edge;
	pl_status st = pl_db_one(tx, &pl_sql_register_state_get, PL_DB_ARGS(PL_DB_STR(r->decl->name)), &rows);

	if (st)
		return st;
	s.size = pl_db_col_u64(rows, 2);
	s.highest = pl_db_col_u64(rows, 3);
	s.head.size = pl_db_col_u64(rows, 4);
	s.head.highest = pl_db_col_u64(rows, 5);
	s.head.days = pl_db_col_u64(rows, 6);
	s.head.time = pl_db_col_u64(rows, 7);
	pl_db_col_fixed(rows, 8, s.head.root.b, sizeof s.head.root.b);
	pl_db_col_fixed(rows, 9, s.head.chain.b, sizeof s.head.chain.b);
	edge = pl_db_col_blob(rows, 10);
	if (edge.len % PL_DIGEST_LEN || edge.len > sizeof packed)
		return PL_E_CORRUPT;
	if (edge.len)
		memcpy(packed, edge.ptr, edge.len);
	st = pl_db_rows_status(rows);
	if (st)
		return st;
	s.edge = PL_NEW(struct pl_tree_edge);
	if (pl_tree_edge_unpack(s.head.size, packed, edge.len / PL_DIGEST_LEN, s.edge)) {
		pl_free(s.edge);
		return PL_E_CORRUPT;
	}
	*ret = s;
	return PL_OK;
}

/* ---- names ---- */

pl_status pl_register_names_add(struct pl_register_names *l, pl_str name)
{
	if (l->n == l->room) {
		size_t room = l->room ? 2 * l->room : 16;
		void *more = pl_try_realloc(l->name, room, sizeof *l->name);

		if (!more)
			return PL_E_NOMEM;
		l->name = more;
		l->room = room;
	}
	return pl_str_z(name, l->name[l->n++], sizeof l->name[0]);
}

pl_status pl_register_names_read(struct pl_db_tx *tx, const struct pl_sql *sql, struct pl_register_names *ret)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, sql, NULL, 0, &rows);

	ret->n = 0;
	while (!st && (st = pl_db_step(rows)) == PL_OK) {
		st = pl_register_names_add(ret, pl_db_col_str(rows, 0));
		if (!st)
			st = pl_db_rows_status(rows);
	}
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

static pl_status read_names(void *ctx, struct pl_db_tx *tx)
{
	return pl_register_names_read(tx, &pl_sql_register_state_names, ctx);
}

pl_status pl_register_names(struct pl_instance *inst, struct pl_register_names *ret)
{
	return pl_db_read(pl_instance_db(inst), read_names, ret);
}

void pl_register_names_done(struct pl_register_names *l)
{
	pl_free(l->name);
	*l = (struct pl_register_names){0};
}
