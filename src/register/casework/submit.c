/* SPDX-License-Identifier: Apache-2.0 */
#include "register/casework/submit.h"
#include "base/file.h"
#include "base/json.h"
#include "base/random.h"
#include "base/time.h"
#include "crypto/secret.h"
#include "register/cases.h"
#include "register/sql.h"
#include "register/casework/casefile.h"
#include "register/casework/letter.h"
#include "register/casework/spool.h"
#include <fcntl.h>

#define KEPT_MAX (PL_SECRET_MAX - 256u)
#define DAY UINT64_C(86400)
#define SOME 64u

static const char id_label[] = "pl-submit-id/v1", key_label[] = "pl-submit-key/v1", asked_label[] = "pl-submit-asked/v1";

/* ---- what is wrong ---- */

static bool value_ok(const struct pl_register_decl *d, size_t field, pl_str value)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_COMMIT_VALUE_MAX);
	struct pl_buf coarse PL_CLEANUP(pl_buf_done_secret) = PL_BUF(4096);
	const struct pl_register_field *f = &d->fields[field];

	if (pl_register_value_read(d, f, value, &out, NULL))
		return false;
	return f->coarse == PL_REGISTER_NONE || !pl_register_coarsen(f, pl_buf_bytes(&out), &coarse);
}

static void add_fault(struct pl_submit_fault *list, size_t *n, pl_str field, enum pl_fault fault)
{
	list[(*n)++] = (struct pl_submit_fault){field, fault};
}

size_t pl_submit_faults(const struct pl_form *f, const struct pl_register_decl *d, const struct pl_submission *s, bool contact,
	struct pl_submit_fault ret[static PL_SUBMIT_FAULTS_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < f->n_asks; i++) {
		pl_str name = d->fields[f->asks[i].field].name, value = s->values[i];

		if (!value.len && f->asks[i].required)
			add_fault(ret, &n, name, PL_FAULT_MISSING);
		else if (value.len > PL_SUBMIT_VALUE_MAX)
			add_fault(ret, &n, name, PL_FAULT_LONG);
		else if (value.len && !value_ok(d, f->asks[i].field, value))
			add_fault(ret, &n, name, PL_FAULT_INVALID);
	}
	if (f->message == PL_FORM_MESSAGE_REQUIRED && !s->message.len)
		add_fault(ret, &n, PL_STR("message"), PL_FAULT_MISSING);
	if (s->message.len > PL_SUBMIT_MESSAGE_MAX)
		add_fault(ret, &n, PL_STR("message"), PL_FAULT_LONG);
	else if (s->message.len && f->message == PL_FORM_NO_MESSAGE)
		add_fault(ret, &n, PL_STR("message"), PL_FAULT_INVALID);
	if (contact && !s->contact.len)
		add_fault(ret, &n, PL_STR("contact"), PL_FAULT_MISSING);
	else if (s->contact.len && !pl_letter_address_ok(s->contact))
		add_fault(ret, &n, PL_STR("contact"), PL_FAULT_INVALID);
	return n;
}

/* ---- held until it is confirmed ---- */

static void derive(const struct pl_submit_code *code, const char *label, size_t len, struct pl_digest *ret)
{
	uint8_t b[64];

	memcpy(b, label, len);
	memcpy(b + len, code->v.b, sizeof code->v.b);
	pl_sha256(pl_bytes_of(b, len + sizeof code->v.b), ret);
	pl_wipe(b, sizeof b);
}

static struct pl_json *to_json(const struct pl_form *f, const struct pl_register_decl *d, const struct pl_submission *s)
{
	struct pl_json *o = pl_json_new_object(), *values, *files;

	pl_json_set_u64(o, "received", s->received);
	pl_json_set_str(o, "language", s->language);
	pl_json_set_str(o, "contact", s->contact);
	pl_json_set_str(o, "message", s->message);
	values = pl_json_set_object(o, "values");
	for (size_t i = 0; i < f->n_asks; i++)
		if (s->values[i].len)
			pl_json_set_key(values, d->fields[f->asks[i].field].name, pl_json_new_str(s->values[i]));
	files = pl_json_set_array(o, "files");
	for (size_t i = 0; i < s->n_files; i++)
		pl_attach_file_put(pl_json_push_object(files), &s->files[i]);
	return o;
}

struct holding {
	const struct pl_register *r;
	const struct pl_submission *s;
	struct pl_digest id;
	struct pl_buf sealed;
	struct pl_spool_item mail;
};

pl_status pl_submit_salt(struct pl_db_tx *tx, uint64_t day, struct pl_digest *ret)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st;

	pl_random(ret->b, sizeof ret->b);
	st = pl_db_exec(tx, &pl_sql_work_salt_put, PL_DB_ARGS(PL_DB_U64(day), PL_DB_BLOB(pl_digest_bytes(ret))), NULL);
	if (!st)
		st = pl_db_one(tx, &pl_sql_work_salt_get, PL_DB_ARGS(PL_DB_U64(day)), &rows);
	if (st)
		return st;
	pl_db_col_fixed(rows, 0, ret->b, sizeof ret->b);
	return pl_db_rows_status(rows);
}

/* Count one more code for the address; PL_E_DENIED: that is one too many. */
static pl_status count_asked(struct pl_db_tx *tx, pl_str contact, uint64_t now)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done_secret) = PL_BUF(1024);
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	struct pl_digest salt, bucket;
	pl_status st = pl_submit_salt(tx, now / DAY, &salt);

	if (st)
		return st;
	pl_buf_put(&b, asked_label, sizeof asked_label);
	pl_buf_put_bytes(&b, pl_digest_bytes(&salt));
	for (size_t i = 0; i < contact.len; i++)
		pl_buf_put_c(&b, contact.ptr[i] >= 'A' && contact.ptr[i] <= 'Z' ? (char)(contact.ptr[i] - 'A' + 'a') : contact.ptr[i]);
	pl_sha256(pl_buf_bytes(&b), &bucket);
	st = pl_db_one(tx, &pl_sql_work_asked_add, PL_DB_ARGS(PL_DB_U64(now / DAY), PL_DB_MEM(bucket.b, 16)), &rows);
	if (st)
		return st;
	if (pl_db_col_u64(rows, 0) > PL_SUBMIT_CODES)
		return PL_E_DENIED;
	return pl_db_rows_status(rows);
}

static pl_status count_waiting(struct pl_db_tx *tx, const struct pl_register *r)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_work_waiting_count, PL_DB_ARGS(PL_DB_STR(r->decl->name)), &rows);

	if (st)
		return st;
	if (pl_db_col_u64(rows, 0) >= PL_SUBMIT_WAITING_MAX)
		return PL_E_BUSY;
	return pl_db_rows_status(rows);
}

static pl_status hold(void *ctx, struct pl_db_tx *tx)
{
	struct holding *h = ctx;
	pl_status st = count_waiting(tx, h->r);

	if (!st)
		st = count_asked(tx, h->s->contact, h->s->received);
	if (!st)
		st = pl_db_exec(tx, &pl_sql_work_waiting_put,
			PL_DB_ARGS(PL_DB_BLOB(pl_digest_bytes(&h->id)), PL_DB_STR(h->r->decl->name), PL_DB_U64(h->s->received + PL_SUBMIT_HOLD),
				PL_DB_BLOB(pl_buf_bytes(&h->sealed))),
			NULL);
	return st ? st : pl_spool_put(tx, &h->mail);
}

/* Five and five characters are copied more surely than twenty-six. */
static void put_code(const struct pl_submit_code *code, struct pl_buf *out)
{
	char text[PL_ULID_TEXT + 1];

	pl_ulid_write(&code->v, text);
	for (size_t i = 0; i < PL_ULID_TEXT; i++) {
		if (i && i % 5 == 0)
			pl_buf_put_c(out, '-');
		pl_buf_put_c(out, text[i]);
	}
}

/* The only words of this room that a person outside reads; every language that the portal speaks. */
static void put_mail(const struct pl_instance_conf *c, const struct pl_submission *s, const struct pl_submit_code *code, pl_str link,
	const char **subject, struct pl_buf *out)
{
	bool german = pl_str_eq(s->language, PL_STR("de"));

	*subject = german ? "Ihr Bestätigungscode" : "Your confirmation code";
	pl_buf_put_z(out, german ? "Jemand hat mit dieser Adresse ein Formular ausgefüllt bei\n\n  " :
				   "Somebody filled in a form with this address at\n\n  ");
	pl_buf_put_str(out, c->people_name);
	pl_buf_put_z(out, " (");
	pl_buf_put_str(out, c->origin);
	pl_buf_put_z(out, german ? ").\n\nWenn Sie das waren, geben Sie diesen Code ein:\n\n  " :
				   ").\n\nIf that was you, type this code:\n\n  ");
	put_code(code, out);
	pl_buf_put_z(out, german ? "\n\nauf der Seite\n\n  " : "\n\non the page\n\n  ");
	pl_buf_put_str(out, link);
	pl_buf_put_z(out, german ? "\n\nDer Code gilt 24 Stunden und einmal. Bis dahin kann niemand lesen, was Sie geschrieben haben; danach ist es\ngelöscht. "
				   "Wenn Sie das nicht waren, brauchen Sie nichts zu tun.\n" :
				   "\n\nThe code is good for 24 hours, and once. Until then nobody can read what you wrote; after that it is deleted.\n"
				   "If it was not you, there is nothing to do.\n");
}

static pl_status seal_it(const struct pl_form *f, struct holding *h, const struct pl_submit_code *code)
{
	struct pl_json *o PL_CLEANUP(pl_json_done) = to_json(f, h->r->decl, h->s);
	struct pl_buf plain PL_CLEANUP(pl_buf_done_secret) = PL_BUF(KEPT_MAX);
	struct pl_digest key;
	pl_status st = pl_json_write(o, &plain);

	if (st)
		return st;
	derive(code, id_label, sizeof id_label, &h->id);
	derive(code, key_label, sizeof key_label, &key);
	pl_secret_seal(key.b, pl_digest_bytes(&h->id), pl_buf_bytes(&plain), &h->sealed);
	pl_wipe(&key, sizeof key);
	return pl_buf_status(&h->sealed);
}

pl_status pl_submit_hold(struct pl_instance *inst, const struct pl_register *r, const struct pl_form *f, const struct pl_submission *s,
	pl_str link, struct pl_diag *diag)
{
	struct holding h = {.r = r, .s = s, .sealed = PL_BUF(PL_SECRET_MAX + PL_SECRET_OVERHEAD)};
	struct pl_buf text PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_LETTER_TEXT_MAX);
	struct pl_submit_code code;
	const char *subject;
	pl_status st;

	pl_random(code.v.b, sizeof code.v.b);
	st = seal_it(f, &h, &code);
	put_mail(pl_instance_conf(inst), s, &code, link, &subject, &text);
	pl_wipe(&code, sizeof code);
	if (!st)
		st = pl_spool_item_make(inst, s->contact, pl_str_from(subject), pl_buf_str(&text), &h.mail, diag);
	if (!st)
		st = pl_db_tx(pl_instance_db(inst), hold, &h);
	pl_spool_item_done(&h.mail);
	pl_buf_done(&h.sealed);
	if (st == PL_E_DENIED)
		return pl_diag_set(diag, st, "this address has got its codes for today");
	return st == PL_E_BUSY ? pl_diag_set(diag, st, "too many senders at once; try again later") : st;
}

/* ---- found again ---- */

struct finding {
	const struct pl_submit_code *code;
	struct pl_digest id;
	struct pl_arena *arena;
	pl_str name;
	struct pl_buf plain;
};

static pl_status find(void *ctx, struct pl_db_tx *tx)
{
	struct finding *f = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	struct pl_digest key;
	pl_status st = pl_db_one(tx, &pl_sql_work_waiting_get, PL_DB_ARGS(PL_DB_BLOB(pl_digest_bytes(&f->id))), &rows);

	if (st)
		return st;
	if (pl_db_col_u64(rows, 1) < pl_time_now() / PL_SECOND)
		return PL_E_NOTFOUND;
	st = pl_arena_dup(f->arena, pl_db_col_str(rows, 0), &f->name);
	derive(f->code, key_label, sizeof key_label, &key);
	pl_buf_clear(&f->plain);
	if (!st)
		st = pl_secret_open(key.b, pl_digest_bytes(&f->id), pl_db_col_blob(rows, 2), &f->plain);
	pl_wipe(&key, sizeof key);
	return st ? st : pl_db_rows_status(rows);
}

static pl_status take_files(struct finding *f, struct pl_submit_held *ret)
{
	const struct pl_json *files = NULL;
	pl_status st = pl_json_opt_array(ret->kept, "files", &files, NULL);
	size_t n = pl_json_count(files);

	if (st || !n)
		return st;
	ret->s.files = n <= PL_ATTACH_FILES_MAX ? pl_arena_alloc(f->arena, n, sizeof *ret->s.files) : NULL;
	if (!ret->s.files)
		return PL_E_TOOBIG;
	for (; ret->s.n_files < n && !st; ret->s.n_files++)
		st = pl_attach_file_get(pl_json_at(files, ret->s.n_files), &ret->s.files[ret->s.n_files]);
	return st;
}

static pl_status take_held(struct finding *f, struct pl_submit_held *ret)
{
	pl_status st = pl_json_parse(pl_buf_str(&f->plain), KEPT_MAX, 3, &ret->kept, NULL);

	if (!st)
		st = pl_json_get_u64(ret->kept, "received", INT64_MAX, &ret->s.received, NULL);
	if (!st)
		st = pl_json_get_str(ret->kept, "language", &ret->s.language, NULL);
	if (!st)
		st = pl_json_get_str(ret->kept, "contact", &ret->s.contact, NULL);
	if (!st)
		st = pl_json_get_str(ret->kept, "message", &ret->s.message, NULL);
	if (!st)
		st = take_files(f, ret);
	return st ? PL_E_CORRUPT : PL_OK;
}

pl_status pl_submit_find(struct pl_instance *inst, const struct pl_submit_code *code, struct pl_arena *arena,
	struct pl_submit_held *ret)
{
	struct finding f = {.code = code, .arena = arena, .plain = PL_BUF(PL_SECRET_MAX)};
	pl_status st;

	*ret = (struct pl_submit_held){0};
	derive(code, id_label, sizeof id_label, &f.id);
	st = pl_db_read(pl_instance_db(inst), find, &f);
	if (!st)
		st = take_held(&f, ret);
	ret->name = f.name;
	ret->id = f.id;
	pl_buf_done_secret(&f.plain);
	return st;
}

pl_status pl_submit_match(const struct pl_form *f, const struct pl_register_decl *d, struct pl_submit_held *h, struct pl_diag *diag)
{
	struct pl_submit_fault faults[PL_SUBMIT_FAULTS_MAX];
	const struct pl_json *values;
	size_t seen = 0;
	pl_status st = pl_json_get_object(h->kept, "values", &values, NULL);

	if (st)
		return PL_E_CORRUPT;
	for (size_t i = 0; i < f->n_asks; i++) {
		char name[PL_REGISTER_NAME_MAX + 1];

		st = pl_str_z(d->fields[f->asks[i].field].name, name, sizeof name);
		if (st)
			return st;
		h->s.values[i] = (pl_str){0};
		if (pl_json_get(values, name)) {
			st = pl_json_get_str(values, name, &h->s.values[i], NULL);
			seen++;
		}
		if (st)
			return PL_E_CORRUPT;
	}
	if (seen != pl_json_count(values) || pl_submit_faults(f, d, &h->s, true, faults))
		return pl_diag_set(diag, PL_E_CONFLICT, "the form was changed since it was sent; fill it in again");
	return PL_OK;
}

/* ---- entering ---- */

struct entering {
	const struct pl_register *r;
	const struct pl_form *f;
	const struct pl_submission *s;
	const struct pl_submit_shown *by;
	uint64_t now;
	struct pl_buf came; /* contact, message, the product's key */
};

static enum pl_form_confirm shown_by(const struct entering *e)
{
	return e->by->ticket ? PL_FORM_WORK : e->by->proof ? PL_FORM_KEY : PL_FORM_MAIL;
}

/* What counts once is remembered until it would not count any more. */
static pl_status use_once(struct pl_db_tx *tx, const struct pl_digest *digest, uint64_t time)
{
	uint64_t changed = 0;
	pl_status st = pl_db_exec(tx, &pl_sql_work_ticket_put,
		PL_DB_ARGS(PL_DB_BLOB(pl_digest_bytes(digest)), PL_DB_U64(time + PL_TICKET_PAST + PL_TICKET_FUTURE)), &changed);

	return st ? st : changed ? PL_OK : PL_E_EXISTS;
}

static pl_status use_up(const struct entering *e, struct pl_db_tx *tx)
{
	uint64_t changed = 0;
	pl_status st;

	if (e->by->ticket)
		return use_once(tx, &e->by->ticket->digest, e->by->ticket->time);
	if (e->by->proof)
		return use_once(tx, &e->by->proof->digest, e->by->proof->time);
	st = pl_db_exec(tx, &pl_sql_work_waiting_take, PL_DB_ARGS(PL_DB_BLOB(pl_digest_bytes(&e->by->held->id))), &changed);
	return st ? st : changed ? PL_OK : PL_E_NOTFOUND;
}

/* In the transaction that enters the case. */
static pl_status beside(void *ctx, struct pl_db_tx *tx, const struct pl_register_case *made, const struct pl_vault_key *key)
{
	const struct entering *e = ctx;
	struct pl_casework_new entry = {.kind = PL_CASEWORK_CAME, .at = e->s->received, .text = pl_buf_str(&e->came), .key = key};
	pl_status st = use_up(e, tx);

	entry.about = pl_str_from(pl_form_confirm_word(shown_by(e)));
	if (!st)
		st = pl_casework_put(tx, e->r, made->number, &entry, NULL);
	for (size_t i = 0; i < e->s->n_files && !st; i++) {
		entry = (struct pl_casework_new){.kind = PL_CASEWORK_FILE, .at = e->s->received, .key = key};
		st = pl_attach_claim(tx, e->r, made->number, &e->s->files[i], &entry, 0, NULL);
	}
	/* What the declaration says happened was noted when the case was entered; a form adds nothing to that. */
	for (size_t i = 0; i < e->f->n_starts && !e->r->decl->n_clocks && !st; i++) {
		entry = (struct pl_casework_new){.kind = PL_CASEWORK_HAPPENED, .at = e->s->received, .about = e->f->starts[i]};
		st = pl_casework_put(tx, e->r, made->number, &entry, NULL);
	}
	return st;
}

/* Canonical values, which point into @bytes. */
static pl_status take_values(const struct entering *e, struct pl_buf *bytes, struct pl_register_values *ret, struct pl_diag *diag)
{
	const struct pl_register_decl *d = e->r->decl;
	size_t at[PL_REGISTER_FIELDS_MAX], len[PL_REGISTER_FIELDS_MAX];
	bool there[PL_REGISTER_FIELDS_MAX] = {[0] = true};
	pl_status st = PL_OK;

	pl_buf_put_be64(bytes, e->s->received);
	at[0] = 0;
	len[0] = bytes->len;
	for (size_t i = 0; i < e->f->n_asks + e->f->n_sets && !st; i++) {
		const struct pl_form_set *set = i >= e->f->n_asks ? &e->f->sets[i - e->f->n_asks] : NULL;
		size_t field = set ? set->field : e->f->asks[i].field;
		pl_str text = set ? set->value : e->s->values[i];

		if (!text.len || (set && !(set->by & (unsigned)shown_by(e))))
			continue;
		at[field] = bytes->len;
		st = pl_register_value_read(d, &d->fields[field], text, bytes, diag);
		len[field] = bytes->len - at[field];
		there[field] = true;
	}
	/* Only now does the buffer stay where it is. */
	for (size_t i = 0; i < d->n_fields && !st; i++)
		ret->v[i] = there[i] ? (struct pl_commit_value){true, pl_bytes_of(bytes->ptr + at[i], len[i])} : (struct pl_commit_value){0};
	return st ? st : pl_buf_status(bytes);
}

static pl_status note_what_came(struct entering *e)
{
	struct pl_json *o PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_buf key PL_CLEANUP(pl_buf_done) = PL_BUF(128);

	pl_json_set_str(o, "contact", e->s->contact);
	pl_json_set_str(o, "message", e->s->message);
	pl_json_set_str(o, "language", e->s->language);
	if (e->by->proof) {
		pl_pubkey_write(&key, &e->by->proof->key);
		pl_json_set_str(o, "product", pl_buf_str(&key));
	}
	return pl_json_write(o, &e->came);
}

pl_status pl_submit_enter(struct pl_intake *in, const struct pl_register *r, const struct pl_form *f,
	const struct pl_submission *s, const struct pl_submit_shown *shown, struct pl_intake_answer *ret, struct pl_diag *diag)
{
	struct entering e = {.r = r, .f = f, .s = s, .by = shown, .now = pl_time_now() / PL_SECOND,
		.came = PL_BUF(PL_CASEWORK_TEXT_MAX)};
	struct pl_buf bytes PL_CLEANUP(pl_buf_done_secret) = PL_BUF((size_t)1 << 20);
	struct pl_register_values *values = PL_NEW(struct pl_register_values);
	struct pl_intake_form form = {.r = r, .values = values, .now = e.now, .keep = true, .beside = beside, .ctx = &e};
	pl_status st = take_values(&e, &bytes, values, diag);

	if (!st)
		st = note_what_came(&e);
	if (!st)
		st = pl_intake_enter(in, &form, ret, diag);
	pl_buf_done_secret(&e.came);
	pl_free(values);
	if (st == PL_E_EXISTS)
		return pl_diag_set(diag, st, "this ticket or proof was used before");
	return st;
}

/* ---- what is over ---- */

struct expiring {
	uint64_t now, n;
	struct pl_digest ids[SOME];
	char names[SOME][PL_REGISTER_NAME_MAX + 1];
};

static pl_status list_over(struct expiring *x, struct pl_db_tx *tx)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, &pl_sql_work_waiting_over, PL_DB_ARGS(PL_DB_U64(x->now), PL_DB_U64(SOME)), &rows);

	x->n = 0;
	while (!st && (st = pl_db_step(rows)) == PL_OK) {
		pl_db_col_fixed(rows, 0, x->ids[x->n].b, PL_DIGEST_LEN);
		st = pl_str_z(pl_db_col_str(rows, 1), x->names[x->n], sizeof x->names[0]);
		x->n++;
	}
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

static pl_status drop_one(const struct expiring *x, size_t i, struct pl_db_tx *tx)
{
	uint64_t changed = 0;
	pl_status st = pl_db_exec(tx, &pl_sql_work_waiting_take, PL_DB_ARGS(PL_DB_BLOB(pl_digest_bytes(&x->ids[i]))), &changed);

	if (st || !changed)
		return st;
	return pl_register_turned_away(tx, pl_str_from(x->names[i]), x->now, 1, 0);
}

static pl_status expire_some(void *ctx, struct pl_db_tx *tx)
{
	struct expiring *x = ctx;
	pl_status st = list_over(x, tx);

	for (size_t i = 0; i < x->n && !st; i++)
		st = drop_one(x, i, tx);
	return st;
}

static pl_status forget(void *ctx, struct pl_db_tx *tx)
{
	const struct expiring *x = ctx;
	pl_status st = pl_db_exec(tx, &pl_sql_work_ticket_over, PL_DB_ARGS(PL_DB_U64(x->now)), NULL);

	if (!st)
		st = pl_db_exec(tx, &pl_sql_work_salt_over, PL_DB_ARGS(PL_DB_U64(x->now / DAY)), NULL);
	return st ? st : pl_db_exec(tx, &pl_sql_work_asked_over, PL_DB_ARGS(PL_DB_U64(x->now / DAY)), NULL);
}

pl_status pl_submit_expire(struct pl_instance *inst, uint64_t now, uint64_t *ret, struct pl_diag *diag)
{
	struct expiring *x = PL_NEW(struct expiring);
	pl_status st;

	x->now = now;
	*ret = 0;
	do {
		st = pl_db_tx(pl_instance_db(inst), expire_some, x);
		*ret += st ? 0 : x->n;
	} while (!st && x->n == SOME);
	if (!st)
		st = pl_db_tx(pl_instance_db(inst), forget, x);
	pl_free(x);
	return st ? pl_diag_set(diag, st, "what was not confirmed in time cannot be deleted") : PL_OK;
}

/* ---- what was refused ---- */

struct refusing {
	pl_str name;
	uint64_t n, now;
};

static pl_status count_refused(void *ctx, struct pl_db_tx *tx)
{
	const struct refusing *x = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_work_form_get, PL_DB_ARGS(PL_DB_STR(x->name)), &rows);

	return st ? st : pl_register_turned_away(tx, x->name, x->now, 0, x->n);
}

pl_status pl_submit_refused(struct pl_instance *inst, pl_str name, uint64_t n, uint64_t now)
{
	struct refusing x = {name, n, now};

	return pl_db_tx(pl_instance_db(inst), count_refused, &x);
}

/* ---- products ---- */

pl_status pl_submit_enrollers(struct pl_instance *inst, struct pl_product_enrollers *ret, struct pl_diag *diag)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PRODUCT_ENROLLERS_MAX * 256u);
	pl_str path = pl_instance_conf(inst)->intake_products;
	pl_status st;

	if (!path.len)
		return pl_diag_set(diag, PL_E_STATE, "[intake] products is missing: whose products are to be believed?");
	st = pl_file_read(AT_FDCWD, path.ptr, &text);
	if (st)
		return pl_diag_set(diag, st, "[intake] products: %.*s cannot be read", PL_STR_ARG(path));
	st = pl_product_enrollers_parse(pl_buf_str(&text), ret, diag);
	if (st)
		pl_diag_context(diag, "[intake] products, %.*s", PL_STR_ARG(path));
	return st;
}
