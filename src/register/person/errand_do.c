/* SPDX-License-Identifier: Apache-2.0 */
/* Carrying out what the desk ordered: where the keys are, as the operator. */
#include "base/file.h"
#include "base/time.h"
#include "people/account.h"
#include "register/casework/talk.h"
#include "register/package.h"
#include "register/person/errand.h"
#include "register/person/order.h"
#include "register/person/outgoing.h"
#include "register/person/own_internal.h"
#include "register/person/sql.h"
#include "register/recover.h"
#include <fcntl.h>
#include <stdio.h>

#define BATCH 50u
#define ROOM_BYTES ((size_t)64 << 20)
#define KEPT_FOR 3600u /* seconds until a file that was put and not noted goes again */

/* One order, and what it is about. */
struct doing {
	struct pl_person_desk *d;
	const struct pl_errand *o;
	struct pl_register *r;
	struct pl_register_view *v;
	struct pl_casework_entry entry;
	struct pl_outgoing out;
	struct pl_digest manifest;
	struct pl_attach_taken taken;
	struct pl_arena arena;
	bool gone; /* there is nothing left to be done it for */
	struct pl_diag *diag;
};

static pl_status set_state(struct pl_db_tx *tx, const struct pl_errand *o, bool done, const char *why, bool *ret)
{
	uint64_t changed = 0;
	pl_status st = pl_db_exec(tx, &pl_sql_person_errand_set,
		PL_DB_ARGS(PL_DB_STR(o->name), PL_DB_U64(o->number), PL_DB_U64(o->entry), PL_DB_U64(done), PL_DB_STR(pl_str_from(why))),
		&changed);

	*ret = changed > 0;
	return st;
}

static pl_status open_case(struct doing *w)
{
	pl_status st = pl_register_open(w->d->inst, w->o->name, &w->r, w->diag);

	if (!st)
		st = pl_register_case_read(w->d->inst, w->r, w->o->number, &w->d->reader, &w->v, w->diag);
	if (!st && (w->v->kind > PL_ROW_SEALED || !w->v->opened)) {
		w->gone = true;
		return pl_diag_set(w->diag, PL_E_STATE, "the case was erased, and the order ends");
	}
	return st ? st : pl_casework_read_one(w->d->inst, w->r, w->o->number, w->o->entry, &(struct pl_casework_actor){.role = w->d->reader.role}, &w->arena, &w->entry, w->diag);
}

/* ---- a look-up ---- */

static pl_status mark_done(void *ctx, struct pl_db_tx *tx)
{
	const struct doing *w = ctx;
	bool waited;

	return set_state(tx, w->o, true, "", &waited);
}

static pl_status look_up(struct doing *w)
{
	/* It is who ordered it that looks; the stores are asked as the operator. */
	const struct pl_casework_actor actor = {.account = w->o->account, .role = w->d->reader.role};
	pl_str rest = w->entry.text, line;
	struct pl_person who = {0};
	enum pl_lookup_outcome outcome;
	struct pl_lookup *l;
	pl_status st = PL_OK;

	if (w->entry.kind != PL_CASEWORK_ORDERED)
		return PL_E_CORRUPT;
	while (!st && pl_str_take_line(&rest, &line))
		st = who.n == PL_PERSON_IDS_MAX ? PL_E_CORRUPT : pl_person_id_parse(line, &who.id[who.n++], w->diag);
	if (!st)
		st = pl_errand_look_up(w->d, w->r, w->o->number, &who, &actor, &w->arena, &l, &outcome, w->diag);
	return st ? st : pl_db_tx(pl_instance_db(w->d->inst), mark_done, w);
}

/* ---- a package ---- */

/* Is what the entry says what two persons let go? *@ret: the name of the second one, who cleared what was found. */
static pl_status read_decided(struct doing *w, pl_str *ret)
{
	const struct pl_people_actor nobody = {0};
	const struct pl_case_deciding by = {.inst = w->d->inst, .people = w->d->people, .actor = &nobody, .role = w->d->reader.role};
	enum pl_outgoing_what what;
	struct pl_account account;
	struct pl_decision x;
	struct pl_ulid id;
	uint64_t seq = 0;
	pl_status st = w->entry.kind == PL_CASEWORK_OUTGOING ? pl_outgoing_named(w->entry.about, &id, &what) : PL_E_CORRUPT;

	if (!st)
		st = pl_decision_get(by.people, &id, &w->arena, &x);
	if (!st)
		st = pl_outgoing_read(&by, w->r, &x, &w->arena, &w->out, &seq, w->diag);
	if (!st && (x.state != PL_DECISION_DONE || seq != w->o->entry || w->out.what != PL_OUTGOING_PACKAGE ||
		memcmp(x.proposer.b, w->o->account.b, sizeof x.proposer.b) == 0))
		st = pl_diag_set(w->diag, PL_E_CORRUPT, "it is not what two persons decided");
	if (!st)
		st = pl_account_get(by.people, &w->o->account, &w->arena, &account);
	if (!st)
		*ret = account.name;
	return st;
}

static pl_status into_file(void *ctx, pl_bytes piece)
{
	return pl_attach_take(ctx, piece);
}

/* Sealed as it is written: nothing of it lies in the clear anywhere. */
static pl_status make_file(struct doing *w, const struct pl_expertise *e)
{
	int instance PL_CLEANUP(pl_file_close) = -1, spool PL_CLEANUP(pl_file_close) = -1;
	struct pl_attach_taking *taking = NULL;
	char name[64];
	pl_status st = pl_file_open_dir(AT_FDCWD, pl_instance_dir(w->d->inst), &instance);

	(void)snprintf(name, sizeof name, "package-%llu.zip", (unsigned long long)w->o->number);
	if (!st)
		st = pl_file_open_dir(instance, "run", &spool);
	if (!st)
		st = pl_attach_begin(spool, pl_str_from(name), PL_ATTACH_BYTES_MAX, &taking);
	if (!st)
		st = pl_expertise_write(w->d, e, w->out.language, into_file, taking, &w->manifest, w->diag);
	if (!st)
		st = pl_attach_end(taking, &w->taken);
	pl_attach_taking_free(taking);
	return st ? st : pl_attach_scan(w->d->inst, &w->taken, w->diag);
}

static pl_status put_change(const struct doing *w, struct pl_db_tx *tx)
{
	const struct pl_register_field *f = pl_register_decl_field(w->r->decl, PL_STR("package"));
	const struct pl_register_set set = {.field = (size_t)(f - w->r->decl->fields), .value = {true, pl_digest_bytes(&w->manifest)}};
	struct pl_casework_new entry = {.kind = PL_CASEWORK_CHANGE, .at = pl_time_now() / PL_SECOND, .account = w->o->account};
	struct pl_register_case made;
	char text[16];
	pl_status st = pl_register_case_change_tx(tx, w->r, w->v, &set, 1, &made, w->diag);

	if (st)
		return st;
	(void)snprintf(text, sizeof text, "%u", made.revision);
	entry.about = pl_str_from(text);
	return pl_casework_put(tx, w->r, w->o->number, &entry, NULL);
}

static pl_status keep_tx(void *ctx, struct pl_db_tx *tx)
{
	struct doing *w = ctx;
	const struct pl_casework_new e = {.kind = PL_CASEWORK_ATTACH, .at = pl_time_now() / PL_SECOND, .account = w->o->account, .key = &w->v->key};
	bool waited = false;
	pl_status st = set_state(tx, w->o, true, "", &waited);

	if (!st && !waited)
		return PL_E_CONFLICT; /* somebody else made it meanwhile, or another one is wanted */
	if (!st)
		st = put_change(w, tx);
	return st ? st : pl_attach_claim(tx, w->r, w->o->number, &w->taken.file, &e, 0, NULL);
}

static pl_status keep(struct doing *w)
{
	pl_status st = pl_register_current(w->d->inst, w->diag);

	/* Known before it is there: a file that nobody could give out would have to be made again. */
	if (!st)
		st = pl_register_package_put(w->d->inst, &w->taken.file.sha256, &w->manifest, pl_time_now() / PL_SECOND);
	if (!st)
		st = pl_attach_keep(w->d->inst, &w->taken, 1, (pl_str){0}, pl_time_now() / PL_SECOND + KEPT_FOR, w->diag);
	if (st)
		return st;
	st = pl_db_tx(pl_instance_db(w->d->inst), keep_tx, w);
	if (st)
		pl_attach_drop(w->d->inst, &w->taken, 1);
	return st;
}

static pl_status pack(struct doing *w)
{
	struct pl_outgoing_look *l PL_CLEANUP(pl_outgoing_look_freep) = NULL;
	pl_str by;
	pl_status st = read_decided(w, &by);

	if (!st && !pl_register_package_is(w->r->decl))
		st = PL_E_UNSUPPORTED;
	if (!st)
		st = pl_outgoing_look(w->d, w->r, w->o->number, &(struct pl_casework_actor){.role = w->d->reader.role}, &w->out, by, &l, w->diag);
	if (!st)
		st = make_file(w, l->e);
	return st ? st : keep(w);
}

/* ---- what a person asked ---- */

struct saying {
	struct doing *w;
	const struct pl_errand_ask *a;
	struct pl_buf said;
	const char *why; /* it ends without what was wished for; else empty */
};

static pl_status link_all(const struct saying *s, struct pl_db_tx *tx)
{
	const struct doing *w = s->w;
	pl_str rest = s->a->identities, line;
	struct pl_person_id id;
	pl_status st = PL_OK;

	while (!st && pl_str_take_line(&rest, &line)) {
		st = pl_person_id_parse(line, &id, w->diag);
		if (!st)
			st = pl_person_link(tx, pl_person_desk_key(w->d), &id, w->o->name, w->o->number);
	}
	return st;
}

static pl_status say_tx(void *ctx, struct pl_db_tx *tx)
{
	struct saying *s = ctx;
	struct doing *w = s->w;
	const struct pl_casework_new e = {.kind = PL_CASEWORK_SAID, .at = pl_time_now() / PL_SECOND, .account = w->o->account,
		.about = pl_str_from(pl_errand_words[w->o->kind]), .text = pl_buf_str(&s->said), .key = &w->v->key};
	bool waited = false;
	pl_status st = set_state(tx, w->o, true, s->why, &waited);

	if (!st && !waited)
		return PL_OK; /* somebody else did it meanwhile */
	if (!st && w->o->kind == PL_ERRAND_LINK)
		st = link_all(s, tx);
	return st ? st : pl_casework_put(tx, w->r, w->o->number, &e, NULL);
}

/* A second attempt would not change it. */
static bool is_final(pl_status st)
{
	return st == PL_E_NOTFOUND || st == PL_E_UNSUPPORTED || st == PL_E_RANGE || st == PL_E_SYNTAX;
}

static pl_status ask(struct doing *w)
{
	struct pl_errand_ask a;
	struct saying s = {.w = w, .a = &a, .said = PL_BUF(PL_CASEWORK_TEXT_MAX), .why = ""};
	struct pl_person who = {.n = 1};
	pl_status st = w->entry.kind == PL_CASEWORK_ORDERED ? pl_errand_ask_parse(w->o->kind, w->entry.text, &a) : PL_E_CORRUPT;

	if (!st && a.kind != PL_ERRAND_LINK)
		st = pl_person_order_sender(w->d->inst, w->r, w->v, &w->arena, &who.id[0], w->diag);
	if (!st && a.kind != PL_ERRAND_LINK)
		st = pl_errand_ask_do(w->d, &who, &a, &s.said, w->diag);
	if (is_final(st)) {
		s.why = pl_status_text(st);
		pl_buf_clear(&s.said);
		pl_buf_put_z(&s.said, pl_diag_text(w->diag, st));
		st = PL_OK;
	}
	if (!st)
		st = pl_db_tx(pl_instance_db(w->d->inst), say_tx, &s);
	pl_buf_done_secret(&s.said);
	return st;
}

/* ---- all of them ---- */

struct failing {
	const struct pl_errand *o;
	bool gone;
	const char *why;
};

static pl_status note_failure(void *ctx, struct pl_db_tx *tx)
{
	const struct failing *f = ctx;
	bool waited;

	return set_state(tx, f->o, f->gone, f->why, &waited);
}

static pl_status do_one(struct pl_person_desk *d, const struct pl_errand *o, bool *ret_gone, struct pl_diag *diag)
{
	struct doing *w = PL_NEW(struct doing);
	pl_status st;

	*w = (struct doing){.d = d, .o = o, .arena = PL_ARENA(ROOM_BYTES), .taken = {.fd = -1}, .diag = diag};
	st = open_case(w);
	if (!st)
		st = o->kind == PL_ERRAND_LOOKUP ? look_up(w) : o->kind == PL_ERRAND_PACKAGE ? pack(w) : ask(w);
	*ret_gone = w->gone;
	pl_attach_taken_done(&w->taken);
	pl_register_view_free(w->v);
	pl_register_close(w->r);
	pl_arena_done(&w->arena);
	pl_free(w);
	return st;
}

struct listing {
	struct pl_arena *arena;
	struct pl_errand *list;
	size_t n;
};

static pl_status list_open(void *ctx, struct pl_db_tx *tx)
{
	struct listing *l = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, &pl_sql_person_errand_open, PL_DB_ARGS(PL_DB_U64(BATCH)), &rows);

	l->n = 0;
	while (!st && (st = pl_db_step(rows)) == PL_OK) {
		struct pl_errand *o = &l->list[l->n++];
		uint64_t kind = pl_db_col_u64(rows, 2);

		if (kind >= PL_ERRAND_KINDS)
			return PL_E_CORRUPT;
		*o = (struct pl_errand){.number = pl_db_col_u64(rows, 1), .kind = (enum pl_errand_kind)kind, .entry = pl_db_col_u64(rows, 3),
			.made = pl_db_col_u64(rows, 4)};
		pl_db_col_fixed(rows, 5, o->account.b, sizeof o->account.b);
		st = pl_arena_dup(l->arena, pl_db_col_str(rows, 0), &o->name);
	}
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

pl_status pl_errands_do(struct pl_person_desk *d, void (*tell)(void *ctx, const struct pl_errand *o, const char *words), void *ctx,
	struct pl_errands_done *ret)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA((size_t)1 << 20);
	struct pl_db *db = pl_instance_db(d->inst);
	struct listing l = {.arena = &arena};
	pl_status st;

	*ret = (struct pl_errands_done){0};
	l.list = pl_arena_alloc(&arena, BATCH, sizeof *l.list);
	st = l.list ? pl_db_read(db, list_open, &l) : PL_E_NOMEM;
	for (size_t i = 0; i < l.n && !st; i++) {
		struct pl_diag why = {0};
		bool gone = false;
		pl_status one = do_one(d, &l.list[i], &gone, &why);
		/* What a store says may name somebody; it is for whoever runs this, and not for the database. */
		struct failing f = {&l.list[i], gone, pl_status_text(one)};

		ret->done += one == PL_OK;
		ret->failed += one != PL_OK && !gone;
		if (!one)
			continue;
		if (tell)
			tell(ctx, &l.list[i], pl_diag_text(&why, one));
		st = pl_db_tx(db, note_failure, &f);
	}
	return st;
}
