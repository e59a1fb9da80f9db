/* SPDX-License-Identifier: Apache-2.0 */
/* Carrying out what the desk ordered: where the keys are, as the operator. */
#include "base/file.h"
#include "base/time.h"
#include "crypto/age.h"
#include "register/casework/hold.h"
#include "register/casework/talk.h"
#include "register/person/certificate.h"
#include "register/person/fanout.h"
#include "register/person/order.h"
#include "register/person/own_internal.h"
#include "register/person/package.h"
#include "register/person/sql.h"
#include <fcntl.h>
#include <stdio.h>

#define BATCH 50u
#define KEPT_FOR 3600u /* seconds until a file that was put and not given goes again */

/* One order, and what it is about. */
struct doing {
	struct pl_person_desk *d;
	struct pl_instance *inst;
	const struct pl_person_order *o;
	struct pl_register *r;
	struct pl_register_view *v;
	struct pl_person who;
	struct pl_arena arena;
	struct pl_buf certificate, leaves;
	struct pl_digest manifest;
	struct pl_attach_taken taken;
	enum pl_person_order_state then;
	bool gave, gone; /* gone: there is nobody to answer */
	struct pl_diag *diag;
};

static bool in_german(const struct doing *w)
{
	return pl_str_eq(w->o->language, PL_STR("de"));
}

/* *@ret: it was still as @o says. */
static pl_status set_state(struct pl_db_tx *tx, const struct pl_person_order *o, enum pl_person_order_state then, const char *why, bool *ret)
{
	uint64_t changed = 0;
	pl_status st = pl_db_exec(tx, &pl_sql_person_order_set,
		PL_DB_ARGS(PL_DB_STR(o->name), PL_DB_U64(o->number), PL_DB_U64((uint64_t)o->kind), PL_DB_U64((uint64_t)o->state),
			PL_DB_U64((uint64_t)then), PL_DB_STR(pl_str_from(why))),
		&changed);

	*ret = changed > 0;
	return st ? st : pl_db_exec(tx, &pl_sql_person_order_forget,
		PL_DB_ARGS(PL_DB_STR(o->name), PL_DB_U64(o->number), PL_DB_U64((uint64_t)o->kind)), NULL);
}

/* ---- the case and its sender ---- */

static pl_status open_case(struct doing *w)
{
	pl_status st = pl_register_open(w->inst, w->o->name, &w->r, w->diag);

	if (!st)
		st = pl_register_case_read(w->inst, w->r, w->o->number, &w->d->reader, &w->v, w->diag);
	if (!st && w->v->kind > PL_ROW_SEALED) {
		w->gone = true;
		st = pl_diag_set(w->diag, PL_E_STATE, "the case was erased: nobody can be answered by it any more, and the order ends");
	}
	if (!st)
		st = pl_person_order_sender(w->inst, w->r, w->v, &w->arena, &w->who.id[0], w->diag);
	w->who.n = 1;
	return st;
}

/* ---- erasing, once ---- */

static pl_status read_certificate(void *ctx, struct pl_db_tx *tx)
{
	struct doing *w = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_person_order_certificate,
		PL_DB_ARGS(PL_DB_STR(w->o->name), PL_DB_U64(w->o->number), PL_DB_U64((uint64_t)w->o->kind)), &rows);

	pl_buf_clear(&w->certificate);
	pl_buf_clear(&w->leaves);
	if (st || pl_db_col_is_null(rows, 0))
		return st;
	pl_buf_put_bytes(&w->certificate, pl_db_col_blob(rows, 0));
	pl_buf_put_bytes(&w->leaves, pl_db_col_blob(rows, 1));
	st = pl_db_rows_status(rows);
	return st ? st : pl_buf_status(&w->certificate) ? pl_buf_status(&w->certificate) : pl_buf_status(&w->leaves);
}

static pl_status hold(void *ctx, struct pl_db_tx *tx)
{
	struct doing *w = ctx;
	struct pl_hold held;
	pl_status st = pl_hold_get(tx, w->o->name, w->o->number, w->d->now, &held);

	if (st != PL_E_NOTFOUND)
		return st; /* for another reason, which stays */
	return pl_hold_put(tx, w->r, w->o->number, &w->o->account, PL_STR("in-use"), w->d->now + PL_ORDER_HOLD, w->d->now);
}

/* Who answers for itself is asked in the transaction that keeps what we did. */
static pl_status ask_processors(struct doing *w, struct pl_db_tx *tx, enum pl_opendsr_kind kind)
{
	const struct pl_fanout_about about = {w->o->name, w->o->number};
	size_t n;

	return pl_fanout_put(tx, w->d, kind, &w->who, &about, &n, w->diag);
}

static pl_status keep_certificate(void *ctx, struct pl_db_tx *tx)
{
	struct doing *w = ctx;
	uint64_t changed = 0;
	pl_status st = pl_db_exec(tx, &pl_sql_person_order_certified,
		PL_DB_ARGS(PL_DB_STR(w->o->name), PL_DB_U64(w->o->number), PL_DB_U64((uint64_t)w->o->kind), PL_DB_BLOB(pl_buf_bytes(&w->certificate)),
			PL_DB_BLOB(pl_buf_bytes(&w->leaves))),
		&changed);

	/* Somebody else certified it meanwhile: what he said is given. */
	if (!st && !changed)
		st = read_certificate(w, tx);
	else if (!st)
		st = ask_processors(w, tx, PL_OPENDSR_ERASURE);
	return st ? st : pl_erasure_forget(tx, w->d, &w->who);
}

static pl_status certify(struct doing *w)
{
	pl_status st = pl_db_read(pl_instance_db(w->inst), read_certificate, w);

	if (st || w->certificate.len)
		return st;
	st = pl_db_tx(pl_instance_db(w->inst), hold, w);
	if (!st)
		st = pl_certificate_make(w->d, &w->who, &w->certificate, &w->leaves, w->diag);
	return st ? st : pl_db_tx(pl_instance_db(w->inst), keep_certificate, w);
}

/* ---- the archive ---- */

struct sinking {
	struct pl_attach_taking *taking;
	struct pl_age_writer *age; /* NULL: what comes is taken as it is */
};

static pl_status into_file(void *ctx, pl_bytes piece)
{
	return pl_attach_take(((struct sinking *)ctx)->taking, piece);
}

static pl_status into_age(void *ctx, pl_bytes piece)
{
	struct sinking *s = ctx;

	return s->age ? pl_age_write(s->age, piece) : into_file(s, piece);
}

static pl_status write_certificate(struct doing *w, struct sinking *s, const struct pl_age_to *to)
{
	struct pl_certificate_made made = {0};
	pl_status st = to ? pl_age_write_begin(to, into_file, s, &s->age) : PL_OK;

	if (!st)
		st = pl_certificate_write(w->d, pl_buf_str(&w->certificate), pl_buf_str(&w->leaves), w->o->language, into_age, s, &made, w->diag);
	if (!st && s->age)
		st = pl_age_write_end(s->age);
	pl_age_writer_free(s->age);
	s->age = NULL;
	w->manifest = made.manifest;
	w->then = made.logged && made.proved == made.leaves ? PL_ORDER_DONE : PL_ORDER_GIVEN;
	return st;
}

static pl_status write_copy(struct doing *w, struct sinking *s, const struct pl_age_to *to)
{
	const struct pl_person_package opt = {.language = w->o->language, .to = to};

	w->then = PL_ORDER_DONE;
	return pl_person_package(w->d, &w->who, &opt, into_file, s, &w->manifest, w->diag);
}

static pl_status write_archive(struct doing *w, struct pl_attach_taking *taking)
{
	struct sinking s = {.taking = taking};
	struct pl_age_recipient recipient;
	const struct pl_age_to to = {.recipients = &recipient, .n = 1};
	bool encrypted = w->o->recipient.len > 0;

	if (encrypted && pl_age_recipient_parse(w->o->recipient, &recipient))
		return PL_E_CORRUPT;
	return w->o->kind == PL_ORDER_COPY ? write_copy(w, &s, encrypted ? &to : NULL) : write_certificate(w, &s, encrypted ? &to : NULL);
}

static void name_of(const struct doing *w, char out[static 64])
{
	const char *stem = w->o->kind == PL_ORDER_COPY ? (in_german(w) ? "kopie" : "copy") : in_german(w) ? "bescheinigung" : "certificate";

	(void)snprintf(out, 64, "%s-%llu.zip%s", stem, (unsigned long long)w->o->number, w->o->recipient.len ? ".age" : "");
}

/* Sealed as it is written: nothing of it lies in the clear anywhere. */
static pl_status make_file(struct doing *w)
{
	int instance PL_CLEANUP(pl_file_close) = -1, spool PL_CLEANUP(pl_file_close) = -1;
	struct pl_attach_taking *taking = NULL;
	struct pl_talk_limits limits;
	char name[64];
	pl_status st = pl_talk_limits(w->inst, &limits, w->diag);

	name_of(w, name);
	if (!st)
		st = pl_file_open_dir(AT_FDCWD, pl_instance_dir(w->inst), &instance);
	if (!st)
		st = pl_file_open_dir(instance, "run", &spool);
	if (!st)
		st = pl_attach_begin(spool, pl_str_from(name), limits.bytes, &taking);
	if (!st)
		st = write_archive(w, taking);
	if (!st)
		st = pl_attach_end(taking, &w->taken);
	pl_attach_taking_free(taking);
	if (st == PL_E_TOOBIG && !w->diag->text[0])
		return pl_diag_set(w->diag, st, "the archive is larger than [answers] bytes");
	if (!st)
		st = pl_attach_scan(w->inst, &w->taken, w->diag);
	return st ? st : pl_talk_file_check(&limits, &w->taken, w->diag);
}

/* ---- giving it ---- */

static const char *words_of(const struct doing *w)
{
	bool again = w->o->state == PL_ORDER_GIVEN;

	if (w->o->kind == PL_ORDER_COPY)
		return in_german(w) ? "Hier ist die Kopie dessen, was über Sie gespeichert ist." : "Here is the copy of what is held of you.";
	if (again)
		return in_german(w) ? "Dieselbe Bescheinigung, jetzt mit dem Nachweis, dass die öffentlichen Register die Löschung enthalten." :
				      "The same certificate, now with the proof that the public registers say so.";
	return in_german(w) ? "Es ist gelöscht. Die Bescheinigung sagt, was vernichtet wurde, was bleibt und warum, und wann Sicherungen ablaufen." :
			      "It is erased. The certificate says what was destroyed, what was kept and why, and when backups expire.";
}

/* The manifest's digest stands in the case, so that it can be shown later what was given. */
static pl_status note_digest(struct doing *w)
{
	const struct pl_register_field *f = pl_register_decl_field(w->r->decl, PL_STR("answer"));
	const struct pl_commit_value *v = &w->v->v[f->exact];
	struct pl_register_set set = {.field = (size_t)(f - w->r->decl->fields), .value = {true, pl_digest_bytes(&w->manifest)}};
	struct pl_register_case made;

	if (v->present && pl_bytes_eq(v->value, set.value.value))
		return PL_OK;
	return pl_register_case_change(w->inst, w->r, w->v, &w->d->reader, &set, 1, &made, w->diag);
}

static pl_status answer_tx(void *ctx, struct pl_db_tx *tx)
{
	struct doing *w = ctx;
	const struct pl_casework_new e = {.kind = PL_CASEWORK_ANSWER, .at = pl_time_now() / PL_SECOND, .account = w->o->account, .key = &w->v->key};
	const struct pl_talk_said said = {.text = pl_str_from(words_of(w)), .files = &w->taken.file, .n_files = 1};
	bool waited = false;
	pl_status st = set_state(tx, w->o, w->then, "", &waited);

	if (!st && !waited)
		return PL_E_CONFLICT; /* somebody else gave it meanwhile */
	if (!st && w->o->kind == PL_ORDER_COPY)
		st = ask_processors(w, tx, PL_OPENDSR_ACCESS);
	return st ? st : pl_talk_answer_tx(tx, w->r, w->o->number, &e, &said, NULL);
}

static pl_status give(struct doing *w)
{
	pl_status st = note_digest(w);

	if (!st)
		st = pl_attach_keep(w->inst, &w->taken, 1, (pl_str){0}, pl_time_now() / PL_SECOND + KEPT_FOR, w->diag);
	if (st)
		return st;
	st = pl_db_tx(pl_instance_db(w->inst), answer_tx, w);
	if (st)
		pl_attach_drop(w->inst, &w->taken, 1);
	w->gave = !st;
	return st == PL_E_CONFLICT ? PL_OK : st;
}

static pl_status carry_out(struct doing *w)
{
	pl_status st = open_case(w);

	if (!st && w->o->kind == PL_ORDER_ERASURE)
		st = certify(w);
	if (!st)
		st = make_file(w);
	/* Given once before the proofs, and once with all of them. */
	if (!st && w->o->state == PL_ORDER_GIVEN && w->then == PL_ORDER_GIVEN)
		return PL_OK;
	return st ? st : give(w);
}

/* ---- all of them ---- */

struct failing {
	const struct pl_person_order *o;
	enum pl_person_order_state then;
	const char *why;
};

static pl_status note_failure(void *ctx, struct pl_db_tx *tx)
{
	const struct failing *f = ctx;

	bool waited;

	return set_state(tx, f->o, f->then, f->why, &waited);
}

static pl_status do_one(struct pl_person_desk *d, const struct pl_person_order *o, bool *ret_gave, bool *ret_gone, struct pl_diag *diag)
{
	struct doing *w = PL_NEW(struct doing);
	pl_status st;

	*w = (struct doing){.d = d, .inst = d->inst, .o = o, .arena = PL_ARENA((size_t)1 << 20), .taken = {.fd = -1}, .diag = diag};
	pl_buf_init(&w->certificate, PL_CERTIFICATE_MAX);
	pl_buf_init(&w->leaves, PL_CERTIFICATE_MAX);
	st = carry_out(w);
	*ret_gave = w->gave;
	*ret_gone = w->gone;
	pl_attach_taken_done(&w->taken);
	pl_buf_done(&w->certificate);
	pl_buf_done(&w->leaves);
	pl_register_view_free(w->v);
	pl_register_close(w->r);
	pl_arena_done(&w->arena);
	pl_free(w);
	return st;
}

struct listing {
	struct pl_arena *arena;
	struct pl_person_order *list;
	size_t n;
};

static pl_status list_open(void *ctx, struct pl_db_tx *tx)
{
	struct listing *l = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, &pl_sql_person_order_open, PL_DB_ARGS(PL_DB_U64(BATCH)), &rows);

	l->n = 0;
	while (!st && (st = pl_db_step(rows)) == PL_OK) {
		struct pl_person_order *o = &l->list[l->n++];
		uint64_t kind = pl_db_col_u64(rows, 2);

		if (kind >= PL_ORDER_KINDS)
			return PL_E_CORRUPT;
		*o = (struct pl_person_order){.number = pl_db_col_u64(rows, 1), .kind = (enum pl_person_order_kind)kind,
			.state = pl_db_col_u64(rows, 3) ? PL_ORDER_GIVEN : PL_ORDER_WAITS, .made = pl_db_col_u64(rows, 4)};
		pl_db_col_fixed(rows, 5, o->account.b, sizeof o->account.b);
		st = pl_arena_dup(l->arena, pl_db_col_str(rows, 0), &o->name);
		if (!st)
			st = pl_arena_dup(l->arena, pl_db_col_str(rows, 6), &o->recipient);
		if (!st)
			st = pl_arena_dup(l->arena, pl_db_col_str(rows, 7), &o->language);
	}
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

pl_status pl_person_order_work(struct pl_person_desk *d, void (*tell)(void *ctx, const struct pl_person_order *o, const char *words), void *ctx,
	struct pl_person_order_done *ret)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA((size_t)1 << 20);
	struct pl_db *db = pl_instance_db(d->inst);
	struct listing l = {.arena = &arena};
	pl_status st;

	*ret = (struct pl_person_order_done){0};
	l.list = pl_arena_alloc(&arena, BATCH, sizeof *l.list);
	st = l.list ? pl_db_read(db, list_open, &l) : PL_E_NOMEM;
	for (size_t i = 0; i < l.n && !st; i++) {
		struct pl_diag why = {0};
		bool gave = false, gone = false;
		pl_status one = do_one(d, &l.list[i], &gave, &gone, &why);
		/* What a store says may name somebody; it is for whoever runs this, and not for the database. */
		struct failing f = {&l.list[i], gone ? PL_ORDER_DONE : l.list[i].state, pl_status_text(one)};

		ret->done += gave;
		ret->failed += one != PL_OK;
		if (!one)
			continue;
		if (tell)
			tell(ctx, &l.list[i], pl_diag_text(&why, one));
		st = pl_db_tx(db, note_failure, &f);
	}
	return st;
}
