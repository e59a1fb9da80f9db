/* SPDX-License-Identifier: Apache-2.0 */
#include "register/person/expertise.h"
#include "people/account.h"
#include "register/person/own_internal.h"
#include "register/person/sql.h"
#include "register/promise.h"
#include <stdlib.h>

/* ---- what this instance knows somebody by ---- */

#define NAMES_MAX 10000u

struct known {
	struct pl_person_desk *d;
	struct pl_arena arena;
	pl_str *names; /* of accounts, sorted, in lower case */
	size_t n;
	struct pl_digest mark;
};

static int by_text(const void *a, const void *b)
{
	const pl_str *x = a, *y = b;

	return pl_str_cmp(*x, *y);
}

static pl_status add_name(struct known *k, enum pl_person_id_type type, pl_str text)
{
	struct pl_person_id id = {type, text};
	struct pl_buf folded PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_PERSON_VALUE_MAX);

	if (!text.len)
		return PL_OK;
	if (k->n == NAMES_MAX)
		return PL_E_TOOBIG;
	pl_person_id_fold(&id, &folded);
	return pl_buf_status(&folded) ? pl_buf_status(&folded) : pl_arena_dup(&k->arena, pl_buf_str(&folded), &k->names[k->n++]);
}

static pl_status read_accounts(struct known *k)
{
	struct pl_ulid after = {0};
	size_t n = 0;
	pl_status st;

	do {
		struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA((size_t)4 << 20);
		struct pl_account *list;

		st = pl_account_list(k->d->people, &after, 200, &arena, &list, &n);
		for (size_t i = 0; i < n && !st; i++) {
			after = list[i].id;
			if (pl_str_eq(list[i].name, PL_STR(PL_ACCOUNT_ERASED)))
				continue;
			st = add_name(k, PL_PERSON_ACCOUNT, list[i].name);
			if (!st)
				st = add_name(k, PL_PERSON_EMAIL, list[i].email);
		}
	} while (!st && n == 200);
	if (k->n)
		qsort(k->names, k->n, sizeof *k->names, by_text);
	return st;
}

static pl_status any_link(void *ctx, struct pl_db_tx *tx)
{
	const struct known *k = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;

	return pl_db_one(tx, &pl_sql_person_link_of, PL_DB_ARGS(PL_DB_BLOB(pl_digest_bytes(&k->mark))), &rows);
}

static pl_status has_link(struct known *k, enum pl_person_id_type type, pl_str text, bool *ret)
{
	struct pl_person_id id = {type, text};
	pl_status st = pl_person_mark(&k->d->key, &id, &k->mark);

	if (!st)
		st = pl_db_read(pl_instance_db(k->d->inst), any_link, k);
	*ret = !st;
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

static pl_status is_known(void *ctx, pl_str text, bool *ret)
{
	struct known *k = ctx;
	struct pl_person_id id = {PL_PERSON_ACCOUNT, text};
	struct pl_buf folded PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_PERSON_VALUE_MAX);
	char reg[PL_REGISTER_NAME_MAX + 1];
	struct pl_register_secret secret;
	uint64_t number;
	pl_str key;
	pl_status st;

	pl_person_id_fold(&id, &folded);
	key = pl_buf_str(&folded);
	*ret = !pl_buf_status(&folded) && k->n && bsearch(&key, k->names, k->n, sizeof *k->names, by_text);
	if (*ret)
		return PL_OK;
	/* Only what looks like an identity is looked up. */
	if (pl_str_find(text, '@') < text.len)
		return has_link(k, PL_PERSON_EMAIL, text, ret);
	if (pl_str_starts(text, PL_STR("ed25519:")))
		return has_link(k, PL_PERSON_PRODUCT, text, ret);
	if (pl_ulid_parse(text, &secret.v))
		return PL_OK;
	st = pl_register_promise_find(k->d->inst, &secret, reg, &number);
	*ret = !st;
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

/* ---- looking ---- */

struct looking {
	struct pl_expertise *e;
	size_t file;
};

static pl_status take_finding(void *ctx, enum pl_finding_kind kind, uint64_t offset, size_t len, pl_str text)
{
	struct looking *l = ctx;
	struct pl_expertise_finding *f = &l->e->findings[l->e->n];
	size_t n = 0;

	for (size_t i = l->e->n; i-- > 0 && l->e->findings[i].file == l->file;)
		if (l->e->findings[i].kind == kind && l->e->findings[i].offset == offset)
			return PL_OK;
	if (l->e->n == PL_EXPERTISE_FINDINGS_MAX)
		return PL_E_TOOBIG;
	*f = (struct pl_expertise_finding){.file = l->file, .kind = kind, .offset = offset, .len = len};
	pl_sha256(pl_bytes_of(l->e->files[l->file].data.ptr + offset, len), &f->digest);
	for (; n < text.len && n < sizeof f->text - 1; n++)
		f->text[n] = text.ptr[n] >= ' ' && text.ptr[n] < 0x7f ? text.ptr[n] : '?';
	l->e->n++;
	return PL_OK;
}

static pl_status look_all(struct pl_person_desk *d, struct pl_expertise *e, struct pl_diag *diag)
{
	struct known k = {.d = d, .arena = PL_ARENA((size_t)8 << 20), .names = pl_alloc(NAMES_MAX, sizeof(pl_str))};
	struct pl_expertise_rules rules = {.networks = e->networks, .n_networks = e->n_networks, .known = is_known, .known_ctx = &k};
	pl_status st = read_accounts(&k);

	for (size_t i = 0; i < e->n_files && !st; i++) {
		struct looking l = {.e = e, .file = i};

		st = pl_expertise_scan(e->files[i].data, &rules, take_finding, &l);
		if (st == PL_E_TOOBIG)
			st = pl_diag_set(diag, st, "%.*s: more than %u findings in all: this is data of users", PL_STR_ARG(e->files[i].name),
				PL_EXPERTISE_FINDINGS_MAX);
	}
	pl_arena_done(&k.arena);
	pl_free(k.names);
	return st;
}

/* ---- clearing ---- */

static pl_status who_clears(struct pl_person_desk *d, pl_str name, struct pl_ulid *ret, struct pl_diag *diag)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(65536);
	struct pl_account a;
	pl_status st = pl_account_find(d->people, name, &arena, &a);

	if (st == PL_E_NOTFOUND || (!st && (a.state != PL_ACCOUNT_ACTIVE || !(a.roles & (PL_STAFF_LEGAL | PL_STAFF_OFFICER)))))
		return pl_diag_set(diag, PL_E_DENIED, "\"%.*s\" is no active account with the role legal or officer", PL_STR_ARG(name));
	if (!st)
		*ret = a.id;
	return st;
}

static bool word(pl_str *line, pl_str *ret)
{
	if (!pl_str_take_until(line, ' ', ret)) {
		*ret = *line;
		line->len = 0;
	}
	return ret->len != 0;
}

static pl_status clear(struct pl_person_desk *d, struct pl_expertise *e, pl_str line, struct pl_diag *diag)
{
	pl_str kind, file, offset, digest, by, reason;
	struct pl_digest want;
	uint64_t at;

	if (!pl_str_eat(&line, PL_STR("clear ")) || !word(&line, &kind) || !word(&line, &file) || !word(&line, &offset) ||
		!word(&line, &digest) || !word(&line, &by) || !word(&line, &reason) || line.len || pl_str_to_u64(offset, INT64_MAX, &at) ||
		pl_digest_parse(digest, &want) || !pl_predicate_token_ok(reason))
		return pl_diag_set(diag, PL_E_SYNTAX, "expected: clear KIND FILE OFFSET DIGEST ACCOUNT REASON");
	for (size_t i = 0; i < e->n; i++) {
		struct pl_expertise_finding *f = &e->findings[i];
		pl_status st;

		if (f->offset != at || !pl_str_eq(kind, pl_str_from(pl_finding_words[f->kind])) || !pl_str_eq(file, e->files[f->file].name) ||
			!pl_digest_eq(&want, &f->digest))
			continue;
		st = who_clears(d, by, &f->by, diag);
		f->cleared = !st;
		f->reason = reason;
		return st;
	}
	return pl_diag_set(diag, PL_E_NOTFOUND, "nothing like that was found; has the file changed since?");
}

static pl_status clear_all(struct pl_person_desk *d, struct pl_expertise *e, pl_str cleared, struct pl_diag *diag)
{
	unsigned number = 0;
	pl_status st = PL_OK;

	while (cleared.len && !st) {
		pl_str line = cleared;

		if (!pl_str_take_line(&cleared, &line))
			cleared.len = 0;
		number++;
		if (line.len && line.ptr[0] != '#')
			st = clear(d, e, line, diag);
		if (st)
			pl_diag_at(diag, number, 0);
	}
	for (size_t i = 0; i < e->n; i++)
		e->open += !e->findings[i].cleared;
	return st;
}

pl_status pl_expertise_look(struct pl_person_desk *d, const struct pl_expertise_file *files, size_t n_files, pl_str networks, pl_str cleared,
	struct pl_expertise **ret, struct pl_diag *diag)
{
	struct pl_expertise *e = PL_NEW(struct pl_expertise);
	pl_status st = PL_OK;

	e->files = files;
	e->n_files = n_files;
	e->has_networks = networks.ptr != NULL;
	e->findings = pl_alloc(PL_EXPERTISE_FINDINGS_MAX + 1, sizeof *e->findings);
	if (e->has_networks)
		st = pl_expertise_networks(networks, &e->networks, &e->n_networks, diag);
	if (!st)
		st = look_all(d, e, diag);
	if (!st)
		st = clear_all(d, e, cleared, diag);
	if (st)
		pl_expertise_free(e);
	else
		*ret = e;
	return st;
}

void pl_expertise_free(struct pl_expertise *e)
{
	if (!e)
		return;
	pl_free(e->networks);
	pl_free(e->findings);
	pl_free(e);
}

/* ---- the package ---- */

pl_status pl_expertise_json(const struct pl_expertise *e, struct pl_buf *out)
{
	struct pl_json *o PL_CLEANUP(pl_json_done) = pl_json_new_object(), *list;

	list = pl_json_set_array(o, "lookedFor");
	for (unsigned i = 0; i < PL_FINDING_KINDS; i++)
		if (i != PL_FINDING_ADDRESS || e->has_networks)
			pl_json_push_z(list, pl_finding_words[i]);
	list = pl_json_set_array(o, "cleared");
	for (size_t i = 0; i < e->n; i++) {
		const struct pl_expertise_finding *f = &e->findings[i];
		struct pl_json *l = pl_json_push_object(list);
		char by[PL_ULID_TEXT + 1];

		pl_ulid_write(&f->by, by);
		pl_json_set_str(l, "file", e->files[f->file].name);
		pl_json_set_z(l, "kind", pl_finding_words[f->kind]);
		pl_json_set_u64(l, "offset", f->offset);
		pl_json_set_u64(l, "length", f->len);
		pl_json_set_z(l, "by", by);
		pl_json_set_str(l, "reason", f->reason);
	}
	return pl_json_write_pretty(o, out);
}

static pl_status put_files(struct pl_answer_writer *w, const struct pl_expertise *e, pl_str language, struct pl_diag *diag)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF((size_t)4 << 20);
	pl_status st;

	pl_answer_readme(PL_ANSWER_EXPERTISE, language, &text);
	st = pl_answer_whole(w, PL_STR(PL_ANSWER_README), pl_buf_bytes(&text));
	pl_buf_clear(&text);
	if (!st)
		st = pl_expertise_json(e, &text);
	if (!st)
		st = pl_answer_whole(w, PL_STR("findings.json"), pl_buf_bytes(&text));
	for (size_t i = 0; i < e->n_files && !st; i++) {
		struct pl_buf name PL_CLEANUP(pl_buf_done) = PL_BUF(1024);

		pl_buf_printf(&name, "files/%.*s", PL_STR_ARG(e->files[i].name));
		st = pl_buf_status(&name);
		if (!st)
			st = pl_answer_whole(w, pl_buf_str(&name), e->files[i].data);
		if (st == PL_E_SYNTAX || st == PL_E_EXISTS)
			st = pl_diag_set(diag, st, "the name %.*s stands twice, or has characters that are not a-z A-Z 0-9 . _ -",
				PL_STR_ARG(e->files[i].name));
	}
	return st;
}

pl_status pl_expertise_write(struct pl_person_desk *d, const struct pl_expertise *e, pl_str language, pl_zip_sink sink, void *ctx,
	struct pl_digest *ret, struct pl_diag *diag)
{
	struct pl_answer_about about = {.kind = PL_ANSWER_EXPERTISE, .at = d->now, .key = d->key.b};
	struct pl_answer_writer *w;
	pl_status st;

	if (e->open)
		return pl_diag_set(diag, PL_E_DENIED, "%zu findings are neither removed nor cleared", e->open);
	w = PL_NEW(struct pl_answer_writer);
	pl_answer_begin(w, sink, ctx);
	st = put_files(w, e, language, diag);
	if (!st)
		st = pl_answer_finish(w, d->inst, &about, ret, diag);
	pl_answer_done(w);
	pl_free(w);
	return st;
}
