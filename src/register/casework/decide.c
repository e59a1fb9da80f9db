/* SPDX-License-Identifier: Apache-2.0 */
#include "register/casework/decide.h"
#include "base/time.h"
#include "people/account.h"
#include "register/answered.h"
#include "register/casework/spool.h"
#include "register/lookup.h"
#include "register/recover.h"
#include <stdio.h>

#define ROOM_BYTES ((size_t)64 << 20)
#define VALUES_MAX ((size_t)64 << 10)
#define ABOUT_MAX 2048u
#define MAILS_MAX 32u
#define ACCOUNTS_PAGE 64u

static struct pl_casework_actor who_is(const struct pl_case_deciding *by)
{
	return (struct pl_casework_actor){.account = by->actor->account, .role = by->role};
}

/* ---- what is proposed ---- */

static pl_status put_value(const struct pl_register *r, const struct pl_register_set *s, struct pl_arena *arena, pl_str *ret)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CASE_DECISION_TEXT_MAX);
	pl_status st = PL_OK;

	*ret = (pl_str){0};
	if (s->value.present)
		st = pl_register_value_write(r->decl, r->decl->fields[s->field].exact, s->value.value, &text);
	return st || !s->value.present ? st : pl_arena_dup(arena, pl_buf_str(&text), ret);
}

/* In the order of the declaration, so that the same is always said in the same words. */
static pl_status describe(const struct pl_case_proposal *p, struct pl_arena *arena, struct pl_case_decision *ret, struct pl_diag *diag)
{
	const struct pl_register_decl *d = p->r->decl;
	struct pl_case_decision x = {.name = d->name, .number = p->v->at.number, .revision = p->v->at.revision};

	for (size_t f = 0; f < d->n_fields; f++)
		for (size_t i = 0; i < p->n; i++) {
			pl_status st;

			if (p->set[i].field != f)
				continue;
			if (d->fields[f].class != PL_REGISTER_OPEN || d->fields[f].type == PL_COMMIT_TEXT || d->fields[f].type == PL_COMMIT_BYTES || !f ||
				f == pl_register_released(d))
				return pl_diag_set(diag, PL_E_RANGE, "%.*s is nothing that a decision sets: it sets open fields that are no texts",
					PL_STR_ARG(d->fields[f].name));
			if (x.n == PL_CASE_DECISION_SETS_MAX || (x.n && pl_str_eq(x.set[x.n - 1].field, d->fields[f].name)))
				return pl_diag_set(diag, PL_E_RANGE, "a decision sets at most %u fields, each once", PL_CASE_DECISION_SETS_MAX);
			x.set[x.n].field = d->fields[f].name;
			st = put_value(p->r, &p->set[i], arena, &x.set[x.n++].value);
			if (st)
				return st;
		}
	*ret = x;
	return PL_OK;
}

/* Would it be a revision, and one that two persons are needed for? Said now, not when somebody agrees. */
static pl_status check_needed(const struct pl_case_proposal *p, struct pl_diag *diag)
{
	const struct pl_register_decl *d = p->r->decl;
	pl_str before[PL_COMMIT_FIELDS_MAX] = {0}, after[PL_COMMIT_FIELDS_MAX] = {0};
	bool moved;

	for (size_t i = 0; i < d->derived.n; i++)
		if (!d->derived.fields[i].is_private && p->v->v[i].present)
			before[i] = after[i] = pl_bytes_str(p->v->v[i].value);
	for (size_t i = 0; i < p->n; i++) {
		const struct pl_commit_value *v = &p->set[i].value;

		after[d->fields[p->set[i].field].exact] = v->present ? pl_bytes_str(v->value) : (pl_str){0};
	}
	if (pl_register_step_check(d, before, after, &moved, diag))
		return PL_E_STATE;
	return pl_register_eyes_asked(d, before, after) ?
		       PL_OK :
		       pl_diag_set(diag, PL_E_RANGE, "this does not need two persons: change the case (pellucid register change)");
}

static pl_status check_text(pl_str reason, struct pl_diag *diag)
{
	if (!pl_str_trim(reason).len)
		return pl_diag_set(diag, PL_E_RANGE, "say why: whoever decides has to know the reason");
	return reason.len <= PL_CASEWORK_TEXT_MAX ? PL_OK : pl_diag_set(diag, PL_E_TOOBIG, "a reason has at most %u bytes", PL_CASEWORK_TEXT_MAX);
}

/* ---- mail ---- */

struct mails {
	size_t n;
	struct pl_spool_item item[MAILS_MAX];
};

static void mails_done(struct mails *m)
{
	for (size_t i = 0; i < m->n; i++)
		pl_spool_item_done(&m->item[i]);
}

static void write_mail(struct pl_instance *inst, const struct pl_case_decision *x, struct pl_buf *out)
{
	pl_str url = pl_instance_conf(inst)->public_url;

	pl_buf_printf(out, "Somebody proposes for case %llu of %.*s:\n\n", (unsigned long long)x->number, PL_STR_ARG(x->name));
	for (size_t i = 0; i < x->n; i++) {
		pl_str value = x->set[i].value.ptr ? x->set[i].value : PL_STR("(nothing)");

		pl_buf_printf(out, "  %.*s: %.*s\n", PL_STR_ARG(x->set[i].field), PL_STR_ARG(value));
	}
	pl_buf_put_z(out, "\nAnother person has to decide on it, and you may. Who proposes it and why stands at the desk.\n");
	while (pl_str_ends(url, PL_STR("/")))
		url.len--;
	if (url.len)
		pl_buf_printf(out, "\n  %.*s/desk/decisions\n", PL_STR_ARG(url));
}

static pl_status mail_to(const struct pl_case_deciding *by, pl_str to, pl_str text, uint64_t number, struct mails *m, struct pl_diag *diag)
{
	char subject[64];
	pl_status st;

	(void)snprintf(subject, sizeof subject, "A decision about case %llu waits", (unsigned long long)number);
	st = pl_spool_item_make(by->inst, to, pl_str_from(subject), text, &m->item[m->n], diag);
	m->n += !st;
	return st;
}

/* One to each other person who may decide and has an address. Without a mail server there is none. */
static pl_status make_mails(const struct pl_case_deciding *by, const struct pl_case_decision *x, struct mails *m, struct pl_diag *diag)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CASE_DECISION_TEXT_MAX);
	struct pl_ulid after = {0};
	size_t n = ACCOUNTS_PAGE;
	pl_status st = PL_OK;

	if (!pl_instance_conf(by->inst)->mail_smtp.len)
		return PL_OK;
	write_mail(by->inst, x, &text);
	for (bool first = true; !st && n == ACCOUNTS_PAGE; first = false) {
		struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA((size_t)1 << 20);
		struct pl_account *list;

		st = pl_account_list(by->people, first ? NULL : &after, ACCOUNTS_PAGE, &arena, &list, &n);
		for (size_t i = 0; i < n && !st && m->n < MAILS_MAX; i++)
			if (list[i].state == PL_ACCOUNT_ACTIVE && (list[i].roles & PL_CASE_DECISION_ROLES) && list[i].email.len &&
				memcmp(list[i].id.b, by->actor->account.b, sizeof list[i].id.b) != 0)
				st = mail_to(by, list[i].email, pl_buf_str(&text), x->number, m, diag);
		if (!st && n)
			after = list[n - 1].id;
	}
	return st;
}

/* ---- proposing ---- */

struct proposing {
	const struct pl_case_deciding *by;
	const struct pl_case_proposal *p;
	struct pl_case_decision x;
	struct pl_buf text;
	struct mails mails;
	struct pl_ulid id;
	struct pl_diag *diag;
};

/* Say in the case's file what became of decision @id; @text is sealed under @key. */
static pl_status note(struct pl_db_tx *tx, const struct pl_case_deciding *by, const struct pl_register *r, const struct pl_case_decision *x,
	const struct pl_ulid *id, enum pl_casework_kind kind, pl_str text, const struct pl_vault_key *key)
{
	struct pl_buf about PL_CLEANUP(pl_buf_done) = PL_BUF(ABOUT_MAX);
	struct pl_casework_new entry = {.kind = kind, .at = pl_time_now() / PL_SECOND, .account = by->actor->account, .text = text, .key = key};

	pl_case_decision_about(x, id, &about);
	entry.about = pl_buf_str(&about);
	return pl_buf_status(&about) ? pl_buf_status(&about) : pl_casework_put(tx, r, x->number, &entry, NULL);
}

/* Said now, too, and not when somebody agrees. */
static pl_status check_said(const struct pl_case_proposal *p, struct pl_db_tx *tx, struct pl_diag *diag)
{
	const struct pl_register_decl *d = p->r->decl;
	struct pl_commit_value after[PL_COMMIT_FIELDS_MAX], declared[PL_REGISTER_FIELDS_MAX];
	bool given[PL_REGISTER_FIELDS_MAX] = {0};
	struct pl_answered_room room;
	pl_status st;

	memcpy(after, p->v->v, d->derived.n * sizeof *after);
	for (size_t i = 0; i < p->n; i++)
		after[d->fields[p->set[i].field].exact] = p->set[i].value;
	for (size_t i = 0; i < d->n_fields; i++)
		declared[i] = after[d->fields[i].exact];
	for (size_t i = 0; i < p->n; i++)
		given[p->set[i].field] = true;
	st = pl_answered_fill(tx, p->r, p->v->at.number, given, NULL, declared, &room, diag);
	return st ? st : pl_lookup_fits(tx, p->r, p->v->at.number, p->v->v, after, diag);
}

static pl_status propose_tx(void *ctx, struct pl_db_tx *tx)
{
	struct proposing *o = ctx;
	const struct pl_decision_new what = {.kind = PL_CASE_DECISION_KIND, .bytes = pl_buf_bytes(&o->text), .roles = PL_CASE_DECISION_ROLES,
		.needed = 1, .life_ns = PL_CASE_DECISION_LIFE_NS};
	pl_status st = check_said(o->p, tx, o->diag);

	if (!st)
		st = pl_decision_propose_once(o->by->people, tx, o->by->actor, &what, &o->id, o->diag);
	if (!st)
		st = note(tx, o->by, o->p->r, &o->x, &o->id, PL_CASEWORK_PROPOSE, o->p->reason, &o->p->v->key);
	for (size_t i = 0; i < o->mails.n && !st; i++)
		st = pl_spool_put(tx, &o->mails.item[i]);
	return st;
}

static pl_status propose(struct proposing *o)
{
	const struct pl_case_proposal *p = o->p;
	pl_status st = check_text(p->reason, o->diag);

	if (!st && (p->v->kind > PL_ROW_SEALED || !p->v->open_bytes.len))
		st = pl_diag_set(o->diag, PL_E_STATE, "case %llu was erased or lost: nothing is decided about it", (unsigned long long)p->v->at.number);
	if (!st && !p->v->opened)
		st = pl_diag_set(o->diag, PL_E_STATE, "case %llu has no key in the vault under which a reason could be sealed",
			(unsigned long long)p->v->at.number);
	if (!st)
		st = check_needed(p, o->diag);
	if (st)
		return st;
	pl_case_decision_write(&o->x, &o->text);
	st = pl_buf_status(&o->text);
	if (!st)
		st = make_mails(o->by, &o->x, &o->mails, o->diag);
	return st ? st : pl_db_tx(pl_instance_db(o->by->inst), propose_tx, o);
}

pl_status pl_case_propose(const struct pl_case_deciding *by, const struct pl_case_proposal *p, struct pl_ulid *ret, struct pl_diag *diag)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA((size_t)1 << 20);
	struct proposing o = {.by = by, .p = p, .text = PL_BUF(PL_CASE_DECISION_TEXT_MAX), .diag = diag};
	pl_status st = describe(p, &arena, &o.x, diag);

	if (!st)
		st = propose(&o);
	if (!st || st == PL_E_EXISTS)
		*ret = o.id;
	mails_done(&o.mails);
	pl_buf_done(&o.text);
	return st;
}

/* ---- deciding ---- */

pl_status pl_case_decision_get(struct pl_people *people, const struct pl_ulid *id, struct pl_arena *arena, struct pl_decision *ret,
	struct pl_diag *diag)
{
	pl_status st = pl_decision_get(people, id, arena, ret);

	if (st == PL_E_NOTFOUND || (!st && !pl_str_eq(ret->kind, PL_STR(PL_CASE_DECISION_KIND))))
		return pl_diag_set(diag, PL_E_NOTFOUND, "there is no such proposal about a case; see: pellucid account decisions");
	return st;
}

struct deciding {
	const struct pl_case_deciding *by;
	const struct pl_decision *d;
	struct pl_case_decision x;
	struct pl_register *r;
	struct pl_register_view *v;
	struct pl_buf room; /* what .set points into; it does not move */
	struct pl_register_set set[PL_CASE_DECISION_SETS_MAX];
	struct pl_vault_key key;
	pl_str reason;
	bool own;
	struct pl_register_case made;
	struct pl_diag *diag;
};

static void deciding_done(struct deciding *o)
{
	pl_vault_key_done(&o->key);
	pl_register_view_free(o->v);
	pl_register_close(o->r);
	pl_buf_done(&o->room);
}

static pl_status open_register(struct deciding *o)
{
	if (!pl_str_eq(o->d->kind, PL_STR(PL_CASE_DECISION_KIND)) || pl_case_decision_parse(pl_bytes_str(o->d->bytes), &o->x))
		return pl_diag_set(o->diag, PL_E_CORRUPT, "what was proposed is no decision about a case");
	return pl_register_open(o->by->inst, o->x.name, &o->r, o->diag);
}

static pl_status take_sets(struct deciding *o)
{
	const struct pl_register_decl *d = o->r->decl;
	pl_status st = pl_buf_reserve(&o->room, VALUES_MAX) ? PL_OK : PL_E_NOMEM;

	for (size_t i = 0; i < o->x.n && !st; i++) {
		const struct pl_register_field *f = pl_register_decl_field(d, o->x.set[i].field);
		size_t start = o->room.len;

		if (!f)
			return pl_diag_set(o->diag, PL_E_CONFLICT, "the register does not declare %.*s any more", PL_STR_ARG(o->x.set[i].field));
		o->set[i] = (struct pl_register_set){.field = (size_t)(f - d->fields)};
		if (!o->x.set[i].value.ptr)
			continue;
		st = pl_register_value_read(d, f, o->x.set[i].value, &o->room, o->diag);
		o->set[i].value = (struct pl_commit_value){true, pl_bytes_of(o->room.ptr + start, o->room.len - start)};
	}
	return st;
}

/* Whoever made the decision might have asked for less. */
static pl_status check_voices(struct deciding *o, struct pl_db_tx *tx)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(2 * PL_DECISION_BYTES_MAX);
	struct pl_decision d;
	pl_status st = pl_decision_lock(o->by->people, tx, &o->d->id, &arena, &d);

	if (!st && (d.roles & ~PL_CASE_DECISION_ROLES || !d.needed))
		st = pl_diag_set(o->diag, PL_E_DENIED, "a case is decided by those who work on cases");
	return st;
}

static pl_status note_change(struct deciding *o, struct pl_db_tx *tx)
{
	struct pl_casework_new entry = {.kind = PL_CASEWORK_CHANGE, .at = pl_time_now() / PL_SECOND, .account = o->by->actor->account};
	char revision[16];

	(void)snprintf(revision, sizeof revision, "%u", o->made.revision);
	entry.about = pl_str_from(revision);
	return pl_casework_put(tx, o->r, o->x.number, &entry, NULL);
}

static pl_status decide_tx(void *ctx, struct pl_db_tx *tx)
{
	struct deciding *o = ctx;
	const struct pl_case_deciding *by = o->by;
	bool approved = false;
	pl_status st = check_voices(o, tx);

	if (!st)
		st = pl_decision_approve(by->people, tx, by->actor, &o->d->id, &o->d->digest, &approved, o->diag);
	if (!st)
		st = pl_decision_take(by->people, tx, by->actor, &o->d->id, PL_CASE_DECISION_KIND, o->d->bytes, o->diag);
	if (!st)
		st = pl_register_case_decide_tx(tx, o->r, o->v, o->set, o->x.n, &o->made, o->diag);
	if (!st)
		st = note_change(o, tx);
	return st ? st : note(tx, by, o->r, &o->x, &o->d->id, PL_CASEWORK_DECIDE, (pl_str){0}, NULL);
}

/* The case as it was proposed about. */
static pl_status read_case(struct deciding *o)
{
	const struct pl_register_reader reader = {.role = o->by->role, .account = o->by->actor->account};
	pl_status st = pl_register_case_read(o->by->inst, o->r, o->x.number, &reader, &o->v, o->diag);

	if (!st && o->v->kind > PL_ROW_SEALED)
		return pl_diag_set(o->diag, PL_E_STATE, "case %llu was erased or lost: nothing is decided about it", (unsigned long long)o->x.number);
	if (!st && o->v->at.revision != o->x.revision)
		return pl_diag_set(o->diag, PL_E_CONFLICT,
			"case %llu was changed since: it has revision %u, and what is proposed is about %llu. Decline it, and let it be proposed again",
			(unsigned long long)o->x.number, o->v->at.revision, (unsigned long long)o->x.revision);
	return st;
}

pl_status pl_case_decide(const struct pl_case_deciding *by, const struct pl_decision *x, struct pl_register_case *ret, struct pl_diag *diag)
{
	struct deciding o PL_CLEANUP(deciding_done) = {.by = by, .d = x, .room = PL_BUF(VALUES_MAX), .diag = diag};
	pl_status st = open_register(&o);

	if (!st && x->state != PL_DECISION_OPEN) /* said before anything is opened for it; the transaction asks again */
		st = pl_diag_set(diag, PL_E_STATE, "the proposal is closed: %s", pl_decision_state_word(x));
	if (!st)
		st = read_case(&o);
	if (!st)
		st = take_sets(&o);
	if (!st)
		st = pl_register_current(by->inst, diag);
	if (!st)
		st = pl_db_tx(pl_instance_db(by->inst), decide_tx, &o);
	if (!st)
		*ret = o.made;
	return st;
}

/* ---- declining ---- */

static pl_status decline_tx(void *ctx, struct pl_db_tx *tx)
{
	struct deciding *o = ctx;
	pl_status st = pl_decision_close(o->by->people, tx, o->by->actor, &o->d->id, o->diag);

	return st ? st :
		    note(tx, o->by, o->r, &o->x, &o->d->id, o->own ? PL_CASEWORK_WITHDRAW : PL_CASEWORK_DECLINE, o->key.slot ? o->reason : (pl_str){0},
			    &o->key);
}

pl_status pl_case_decline(const struct pl_case_deciding *by, const struct pl_decision *x, pl_str reason, struct pl_diag *diag)
{
	struct deciding o PL_CLEANUP(deciding_done) = {.by = by, .d = x, .reason = pl_str_trim(reason), .diag = diag};
	const struct pl_casework_actor who = who_is(by);
	pl_status st = open_register(&o);

	o.own = memcmp(x->proposer.b, by->actor->account.b, sizeof x->proposer.b) == 0;
	if (!st && !(o.own && !o.reason.len))
		st = check_text(o.reason, diag);
	if (!st && o.reason.len)
		st = pl_casework_case_key(by->inst, o.r, o.x.number, &who, &o.key, diag);
	if (st == PL_E_STATE && o.r) /* erased: there is nothing left to seal it under */
		st = PL_OK;
	return st ? st : pl_db_tx(pl_instance_db(by->inst), decline_tx, &o);
}

/* ---- why ---- */

pl_status pl_case_decision_reason(const struct pl_case_deciding *by, const struct pl_decision *x, struct pl_arena *arena, pl_str *ret,
	struct pl_diag *diag)
{
	struct deciding o PL_CLEANUP(deciding_done) = {.by = by, .d = x, .diag = diag};
	struct pl_arena room PL_CLEANUP(pl_arena_done) = PL_ARENA(ROOM_BYTES);
	const struct pl_casework_actor who = who_is(by);
	struct pl_casework_entry *e = NULL, one = {0};
	struct pl_ulid id;
	pl_str words;
	size_t n = 0;
	pl_status st = open_register(&o);

	*ret = (pl_str){0};
	if (!st)
		st = pl_casework_entries(by->inst, o.r, o.x.number, &room, &e, &n);
	for (size_t i = 0; i < n && !st; i++)
		if (e[i].kind == PL_CASEWORK_PROPOSE && pl_case_decision_named(e[i].about, &id, &words) == PL_OK &&
			memcmp(id.b, x->id.b, sizeof id.b) == 0)
			one = e[i];
	if (!st && one.seq && one.sealed)
		st = pl_casework_read_one(by->inst, o.r, o.x.number, one.seq, &who, &room, &one, diag);
	return st || !one.text.len ? st : pl_arena_dup(arena, one.text, ret);
}
