/* SPDX-License-Identifier: Apache-2.0 */
/* Proposing that something goes out, agreeing, and letting it go. */
#include "base/time.h"
#include "people/account.h"
#include "register/casework/mail.h"
#include "register/casework/talk.h"
#include "register/package.h"
#include "register/person/errand.h"
#include "register/person/outgoing.h"
#include "register/person/own_internal.h"

#define DECISION_HEAD "pellucid-outgoing-decision v1\n"
#define ROOM_BYTES ((size_t)64 << 20)
#define KEPT_FOR 3600u /* seconds until a file that was put and not given goes again */

static struct pl_casework_actor who_is(const struct pl_case_deciding *by)
{
	return (struct pl_casework_actor){.account = by->actor->account, .role = by->role};
}

/* ---- what is decided ---- */

static void write_bytes(pl_str reg, uint64_t number, enum pl_outgoing_what what, const struct pl_digest *text, struct pl_buf *out)
{
	char digest[PL_DIGEST_TEXT + 1];

	pl_digest_text(text, digest);
	pl_buf_printf(out, DECISION_HEAD "register %.*s\nnumber %llu\nwhat %s\ntext %s\n", PL_STR_ARG(reg), (unsigned long long)number, pl_outgoing_words[what], digest);
}

static bool take_what(pl_str word, enum pl_outgoing_what *ret)
{
	for (unsigned i = 0; i < PL_OUTGOING_WHATS; i++)
		if (pl_str_eq(word, pl_str_from(pl_outgoing_words[i]))) {
			*ret = (enum pl_outgoing_what)i;
			return true;
		}
	return false;
}

static bool take_field(pl_str *text, const char *word, pl_str *ret)
{
	return pl_str_take_line(text, ret) && pl_str_eat(ret, pl_str_from(word)) && pl_str_eat(ret, PL_STR(" "));
}

static pl_status read_bytes(const struct pl_decision *x, pl_str *ret_name, uint64_t *ret_number, enum pl_outgoing_what *ret_what, struct pl_digest *ret_text)
{
	struct pl_buf again PL_CLEANUP(pl_buf_done) = PL_BUF(512);
	pl_str rest = pl_bytes_str(x->bytes), number, what, text;

	if (!pl_outgoing_is(x) || !pl_str_eat(&rest, PL_STR(DECISION_HEAD)) || !take_field(&rest, "register", ret_name) || !take_field(&rest, "number", &number) ||
		pl_str_to_u64(number, INT64_MAX, ret_number) || !take_field(&rest, "what", &what) || !take_what(what, ret_what) ||
		!take_field(&rest, "text", &text) || pl_digest_parse(text, ret_text))
		return PL_E_CORRUPT;
	write_bytes(*ret_name, *ret_number, *ret_what, ret_text, &again);
	return pl_bytes_eq(pl_buf_bytes(&again), x->bytes) ? PL_OK : PL_E_CORRUPT;
}

bool pl_outgoing_is(const struct pl_decision *x)
{
	return pl_str_eq(x->kind, PL_STR(PL_OUTGOING_KIND));
}

pl_status pl_outgoing_about(const struct pl_decision *x, pl_str *ret_name, uint64_t *ret_number, enum pl_outgoing_what *ret_what)
{
	struct pl_digest text;

	return read_bytes(x, ret_name, ret_number, ret_what, &text) ? PL_E_NOTFOUND : PL_OK;
}

pl_status pl_outgoing_named(pl_str about, struct pl_ulid *ret_id, enum pl_outgoing_what *ret_what)
{
	pl_str id;

	return pl_str_take_until(&about, ' ', &id) && !pl_ulid_parse(id, ret_id) && take_what(about, ret_what) ? PL_OK : PL_E_CORRUPT;
}

/* ---- proposing ---- */

struct proposing {
	const struct pl_case_deciding *by;
	const struct pl_register *r;
	uint64_t number;
	enum pl_outgoing_what what;
	struct pl_vault_key key;
	struct pl_buf text, bytes;
	struct pl_ulid id;
	struct pl_diag *diag;
};

static pl_status propose_tx(void *ctx, struct pl_db_tx *tx)
{
	struct proposing *p = ctx;
	const struct pl_decision_new what = {.kind = PL_OUTGOING_KIND, .bytes = pl_buf_bytes(&p->bytes), .roles = PL_OUTGOING_ROLES, .needed = 1,
		.life_ns = PL_OUTGOING_LIFE_NS};
	struct pl_casework_new entry = {.kind = PL_CASEWORK_OUTGOING, .at = pl_time_now() / PL_SECOND, .account = p->by->actor->account,
		.text = pl_buf_str(&p->text), .key = &p->key};
	char about[PL_ULID_TEXT + 16];
	pl_status st = pl_decision_propose_once(p->by->people, tx, p->by->actor, &what, &p->id, p->diag);

	if (st)
		return st;
	pl_ulid_write(&p->id, about);
	about[PL_ULID_TEXT] = ' ';
	(void)pl_str_z(pl_str_from(pl_outgoing_words[p->what]), about + PL_ULID_TEXT + 1, 15);
	entry.about = pl_str_from(about);
	return pl_casework_put(tx, p->r, p->number, &entry, NULL);
}

static bool one_line(pl_str s)
{
	return pl_str_find(s, '\n') == s.len && pl_str_find(s, '\r') == s.len && pl_str_is_utf8(s);
}

static pl_status check(const struct pl_register *r, const struct pl_outgoing *o, struct pl_diag *diag)
{
	if (!pl_register_package_is(r->decl))
		return pl_diag_set(diag, PL_E_UNSUPPORTED, "register %.*s gives no packages: nothing of it is looked through", PL_STR_ARG(r->decl->name));
	if (o->what == PL_OUTGOING_PACKAGE ? !o->n_parts : !o->text.len && !o->n_parts)
		return pl_diag_set(diag, PL_E_RANGE, "there is nothing that could go out");
	if (o->what == PL_OUTGOING_MAIL && (!o->subject.len || !o->text.len))
		return pl_diag_set(diag, PL_E_RANGE, "a mail has a subject and a text");
	if (!one_line(o->subject) || !pl_str_is_utf8(o->text))
		return pl_diag_set(diag, PL_E_RANGE, "a subject is one line, and everything is UTF-8");
	if (o->what == PL_OUTGOING_ANSWER && o->text.len > PL_TALK_TEXT_MAX)
		return pl_diag_set(diag, PL_E_TOOBIG, "a text has at most %u bytes", PL_TALK_TEXT_MAX);
	if (!pl_str_eq(o->language, PL_STR("en")) && !pl_str_eq(o->language, PL_STR("de")))
		return pl_diag_set(diag, PL_E_RANGE, "a language is en or de");
	for (size_t i = 0; i < o->n_parts; i++)
		if (!o->part[i].name.len || !one_line(o->part[i].name))
			return PL_E_RANGE;
	return PL_OK;
}

/* The nonce follows from the rest, so that the same is the same text and is proposed once. */
static void write_text(struct proposing *p, const struct pl_person_desk *d, const struct pl_outgoing *o)
{
	static const struct pl_digest none;
	struct pl_digest nonce, digest;

	pl_outgoing_write(o, p->r->decl->name, p->number, &none, &p->text);
	pl_hmac_sha256(pl_bytes_of(d->key.b, sizeof d->key.b), pl_buf_bytes(&p->text), &nonce);
	pl_buf_clear(&p->text);
	pl_outgoing_write(o, p->r->decl->name, p->number, &nonce, &p->text);
	pl_sha256(pl_buf_bytes(&p->text), &digest);
	write_bytes(p->r->decl->name, p->number, o->what, &digest, &p->bytes);
}

pl_status pl_outgoing_propose(const struct pl_case_deciding *by, const struct pl_person_desk *d, const struct pl_register *r, uint64_t number,
	const struct pl_outgoing *o, struct pl_ulid *ret, struct pl_diag *diag)
{
	struct proposing p = {.by = by, .r = r, .number = number, .what = o->what, .text = PL_BUF(PL_CASEWORK_TEXT_MAX), .bytes = PL_BUF(512), .diag = diag};
	const struct pl_casework_actor who = who_is(by);
	pl_status st = check(r, o, diag);

	if (!st)
		write_text(&p, d, o);
	if (!st && (pl_buf_status(&p.text) || pl_buf_status(&p.bytes)))
		st = pl_diag_set(diag, PL_E_TOOBIG, "words, files and reasons have at most %u bytes together", PL_CASEWORK_TEXT_MAX);
	if (!st)
		st = pl_casework_case_key(by->inst, r, number, &who, &p.key, diag);
	if (!st)
		st = pl_db_tx(pl_instance_db(by->inst), propose_tx, &p);
	if (!st || st == PL_E_EXISTS)
		*ret = p.id;
	pl_vault_key_done(&p.key);
	pl_buf_done_secret(&p.text);
	pl_buf_done(&p.bytes);
	return st;
}

/* ---- reading it again ---- */

static const struct pl_casework_entry *entry_of(const struct pl_casework_entry *e, size_t n, const struct pl_ulid *id)
{
	while (n-- > 0) {
		enum pl_outgoing_what what;
		struct pl_ulid named;

		if (e[n].kind == PL_CASEWORK_OUTGOING && !pl_outgoing_named(e[n].about, &named, &what) && memcmp(named.b, id->b, sizeof named.b) == 0)
			return &e[n];
	}
	return NULL;
}

pl_status pl_outgoing_read(const struct pl_case_deciding *by, const struct pl_register *r, const struct pl_decision *x, struct pl_arena *arena,
	struct pl_outgoing *ret, uint64_t *ret_seq, struct pl_diag *diag)
{
	const struct pl_casework_actor who = who_is(by);
	const struct pl_casework_entry *found = NULL;
	struct pl_casework_entry *e = NULL, one;
	struct pl_digest want, is;
	enum pl_outgoing_what what;
	uint64_t number;
	size_t n = 0;
	pl_str name;
	pl_status st = read_bytes(x, &name, &number, &what, &want);

	if (!st && !pl_str_eq(name, r->decl->name))
		st = PL_E_CORRUPT;
	if (!st)
		st = pl_casework_entries(by->inst, r, number, arena, &e, &n);
	found = st ? NULL : entry_of(e, n, &x->id);
	if (!st && !found)
		st = PL_E_CORRUPT;
	if (!st && !found->sealed)
		st = pl_diag_set(diag, PL_E_STATE, "case %llu was erased: what was to go out is gone", (unsigned long long)number);
	if (!st)
		st = pl_casework_read_one(by->inst, r, number, found->seq, &who, arena, &one, diag);
	if (st)
		return st;
	pl_sha256(pl_str_bytes(one.text), &is);
	*ret_seq = one.seq;
	return pl_digest_eq(&is, &want) ? pl_outgoing_parse(one.text, name, number, ret) : PL_E_CORRUPT;
}

/* ---- agreeing ---- */

struct agreeing {
	const struct pl_case_deciding *by;
	const struct pl_decision *x;
	struct pl_register *r;
	uint64_t number, seq, now;
	struct pl_outgoing o;
	struct pl_vault_key key;
	struct pl_casework_mail mail;
	struct pl_attach_taken taken[PL_OUTGOING_PARTS_MAX];
	struct pl_attach_file files[PL_OUTGOING_PARTS_MAX];
	size_t n_taken;
	struct pl_arena arena;
	struct pl_diag *diag;
};

static pl_status let_go(struct agreeing *a, struct pl_db_tx *tx)
{
	const struct pl_casework_new entry = {.at = a->now, .account = a->by->actor->account, .key = &a->key};
	const struct pl_talk_said said = {.text = a->o.text, .files = a->files, .n_files = a->n_taken, .looked = true};
	const struct pl_errand order = {.name = a->r->decl->name, .number = a->number, .kind = PL_ERRAND_PACKAGE, .entry = a->seq, .made = a->now,
		.account = a->by->actor->account};

	switch (a->o.what) {
	case PL_OUTGOING_PACKAGE:
		return pl_errand_put(tx, &order);
	case PL_OUTGOING_ANSWER:
		return pl_talk_answer_tx(tx, a->r, a->number, &entry, &said, NULL);
	case PL_OUTGOING_MAIL:
		return pl_casework_mail_put(tx, a->r, a->number, &a->by->actor->account, &a->mail);
	case PL_OUTGOING_WHATS:
		break;
	}
	return PL_E_CORRUPT;
}

static pl_status agree_tx(void *ctx, struct pl_db_tx *tx)
{
	struct agreeing *a = ctx;
	const struct pl_case_deciding *by = a->by;
	bool approved = false;
	pl_status st = pl_decision_approve(by->people, tx, by->actor, &a->x->id, &a->x->digest, &approved, a->diag);

	if (!st)
		st = pl_decision_take(by->people, tx, by->actor, &a->x->id, PL_OUTGOING_KIND, a->x->bytes, a->diag);
	return st ? st : let_go(a, tx);
}

/* What was found when it was proposed is found again, and nothing more; all of it is cleared by who agrees. */
static pl_status look_again(struct agreeing *a, struct pl_person_desk *d)
{
	struct pl_outgoing_look *l PL_CLEANUP(pl_outgoing_look_freep) = NULL;
	const struct pl_casework_actor who = who_is(a->by);
	struct pl_account account;
	pl_status st = pl_account_get(a->by->people, &a->by->actor->account, &a->arena, &account);

	if (!st)
		st = pl_outgoing_look(d, a->r, a->number, &who, &a->o, account.name, &l, a->diag);
	if (st == PL_E_NOTFOUND) /* a finding that was cleared is not there */
		return pl_diag_set(a->diag, PL_E_CONFLICT, "what was cleared is not what stands there: decline it, and let it be proposed again");
	if (!st && l->e->open)
		return pl_diag_set(a->diag, PL_E_CONFLICT, "%zu findings stand there that nobody cleared: decline it, and let it be proposed again", l->e->open);
	return st;
}

static pl_status prepare(struct agreeing *a)
{
	const struct pl_casework_actor who = who_is(a->by);
	pl_status st = PL_OK;

	if (a->o.what == PL_OUTGOING_PACKAGE)
		return PL_OK;
	if (a->o.what == PL_OUTGOING_MAIL)
		return pl_casework_mail_make(a->by->inst, a->r, a->number, &who, a->o.subject, a->o.text, true, &a->mail, a->diag);
	st = pl_outgoing_enclose(a->by->inst, a->r, a->number, &who, &a->o, a->taken, &a->n_taken, a->diag);
	for (size_t i = 0; i < a->n_taken; i++)
		a->files[i] = a->taken[i].file;
	if (!st)
		st = pl_casework_case_key(a->by->inst, a->r, a->number, &who, &a->key, a->diag);
	if (!st && a->n_taken)
		st = pl_attach_keep(a->by->inst, a->taken, a->n_taken, (pl_str){0}, a->now + KEPT_FOR, a->diag);
	return st;
}

static pl_status agree(struct agreeing *a, struct pl_person_desk *d)
{
	enum pl_outgoing_what what;
	pl_str name;
	pl_status st = pl_outgoing_about(a->x, &name, &a->number, &what);

	if (!st && a->x->state != PL_DECISION_OPEN) /* said before anything is opened for it; the transaction asks again */
		return pl_diag_set(a->diag, PL_E_STATE, "the proposal is closed: %s", pl_decision_state_word(a->x));
	if (!st && memcmp(a->x->proposer.b, a->by->actor->account.b, sizeof a->x->proposer.b) == 0)
		return PL_E_DENIED;
	if (!st)
		st = pl_register_open(a->by->inst, name, &a->r, a->diag);
	if (!st)
		st = pl_outgoing_read(a->by, a->r, a->x, &a->arena, &a->o, &a->seq, a->diag);
	if (!st)
		st = look_again(a, d);
	if (!st)
		st = prepare(a);
	if (st)
		return st;
	st = pl_db_tx(pl_instance_db(a->by->inst), agree_tx, a);
	if (st && a->n_taken)
		pl_attach_drop(a->by->inst, a->taken, a->n_taken);
	return st;
}

pl_status pl_outgoing_approve(const struct pl_case_deciding *by, struct pl_person_desk *d, const struct pl_decision *x, struct pl_diag *diag)
{
	struct agreeing *a = PL_NEW(struct agreeing);
	pl_status st;

	*a = (struct agreeing){.by = by, .x = x, .now = pl_time_now() / PL_SECOND, .arena = PL_ARENA(ROOM_BYTES), .diag = diag};
	for (size_t i = 0; i < PL_OUTGOING_PARTS_MAX; i++)
		a->taken[i] = (struct pl_attach_taken){.fd = -1};
	st = agree(a, d);
	for (size_t i = 0; i < a->n_taken; i++)
		pl_attach_taken_done(&a->taken[i]);
	pl_wipe(a->files, sizeof a->files);
	pl_casework_mail_done(&a->mail);
	pl_vault_key_done(&a->key);
	pl_register_close(a->r);
	pl_arena_done(&a->arena);
	pl_free(a);
	return st;
}
