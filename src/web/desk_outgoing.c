/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/desk_outgoing: what was found in words or files that are to go out to an authority, where it stands, and why it may go; and the page of a decision about it, on which
 * whoever agrees sees the same.
 */
#include "web/desk_outgoing.h"
#include "base/time.h"
#include "people/decision.h"
#include <stdio.h>

#define ID_BYTES 8u

struct pl_case_deciding pl_desk_outgoing_by(struct pl_desk_view *d, struct pl_instance *inst)
{
	return (struct pl_case_deciding){.inst = inst, .people = d->people, .actor = &d->actor, .role = pl_desk_vault_role(d->s.roles)};
}

static pl_status open_desk(struct pl_desk_view *d, struct pl_instance *inst, struct pl_person_desk **ret, struct pl_diag *diag)
{
	const struct pl_person_desk_options opt = {.reader = {.role = pl_desk_vault_role(d->s.roles), .account = d->s.account}, .actor = d->actor,
		.now = pl_time_now() / PL_SECOND};

	return pl_person_desk_open(inst, &opt, ret, diag);
}

pl_status pl_desk_outgoing_look(struct pl_desk_looking *k, const struct pl_outgoing *o, struct pl_person_desk **ret_desk, struct pl_outgoing_look **ret,
	struct pl_diag *diag)
{
	pl_status st = open_desk(k->d, k->d->w.inst, ret_desk, diag);

	return st ? st : pl_outgoing_look(*ret_desk, k->r, k->number, &k->who, o, (pl_str){0}, ret, diag);
}

enum pl_message_id pl_desk_outgoing_words(enum pl_outgoing_what what)
{
	static const enum pl_message_id ids[] = {[PL_OUTGOING_PACKAGE] = PL_MSG_outgoing_package, [PL_OUTGOING_ANSWER] = PL_MSG_outgoing_answer,
		[PL_OUTGOING_MAIL] = PL_MSG_outgoing_mail};

	return ids[what];
}

/* ---- findings ---- */

static enum pl_message_id kind_words(enum pl_finding_kind kind)
{
	static const enum pl_message_id ids[] = {[PL_FINDING_EMAIL] = PL_MSG_finding_email, [PL_FINDING_USER_PATH] = PL_MSG_finding_user_path,
		[PL_FINDING_PHONE] = PL_MSG_finding_phone, [PL_FINDING_ADDRESS] = PL_MSG_finding_address, [PL_FINDING_PRODUCT] = PL_MSG_finding_product,
		[PL_FINDING_KNOWN] = PL_MSG_finding_known, [PL_FINDING_OPAQUE] = PL_MSG_finding_opaque};

	return ids[kind];
}

/* "clear KIND FILE OFFSET DIGEST ", as the line that clears it begins. */
static void put_key(const struct pl_outgoing_look *l, const struct pl_expertise_finding *f, struct pl_buf *out)
{
	char digest[PL_DIGEST_TEXT + 1];

	pl_digest_text(&f->digest, digest);
	pl_buf_printf(out, "clear %s %.*s %llu %s ", pl_finding_words[f->kind], PL_STR_ARG(l->files[f->file].name), (unsigned long long)f->offset, digest);
}

/* A field of the form belongs to one finding, whatever else is found: by a digest of what names it. */
static pl_status name_field(struct pl_desk_view *d, pl_str key, pl_str *ret)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(64);
	struct pl_digest digest;

	pl_sha256(pl_str_bytes(key), &digest);
	pl_buf_put_z(&text, "why-");
	pl_hex_put(&text, pl_bytes_of(digest.b, ID_BYTES));
	return pl_arena_dup(d->arena, pl_buf_str(&text), ret);
}

static pl_str reason_in(pl_str clear, pl_str key)
{
	pl_str line;

	while (pl_str_take_line(&clear, &line))
		if (pl_str_eat(&line, key))
			return line;
	return (pl_str){0};
}

static uint64_t line_of(pl_bytes data, uint64_t offset)
{
	uint64_t line = 1;

	for (uint64_t i = 0; i < offset && i < data.len; i++)
		line += data.ptr[i] == '\n';
	return line;
}

static pl_status fill_row(struct pl_desk_view *d, const struct pl_outgoing_look *l, const struct pl_expertise_finding *f, pl_str clear, struct pl_finding_row *row)
{
	struct pl_buf key PL_CLEANUP(pl_buf_done) = PL_BUF(1024);
	pl_str file = l->files[f->file].name;
	pl_status st;

	put_key(l, f, &key);
	*row = (struct pl_finding_row){.kind = {kind_words(f->kind)}, .line = line_of(l->files[f->file].data, f->offset), .offset = f->offset,
		.whole = f->kind == PL_FINDING_OPAQUE};
	st = pl_buf_status(&key) ? pl_buf_status(&key) : name_field(d, pl_buf_str(&key), &row->id);
	if (!st)
		st = pl_arena_dup(d->arena, pl_str_from(f->text), &row->text);
	if (!st)
		st = pl_arena_dup(d->arena, file, &row->file);
	if (st)
		return st;
	if (clear.ptr)
		return pl_arena_dup(d->arena, reason_in(clear, pl_buf_str(&key)), &row->why);
	row->why = pl_str_trim(pl_desk_field(d, row->id.ptr));
	if (!row->why.len)
		row->why = pl_str_trim(pl_desk_field(d, "why-all"));
	return PL_OK;
}

pl_status pl_desk_findings_fill(struct pl_desk_view *d, const struct pl_outgoing_look *l, pl_str clear, struct pl_case_findings *m)
{
	size_t n = l->e->n > PL_OUTGOING_FINDINGS_MAX ? PL_OUTGOING_FINDINGS_MAX : l->e->n;
	pl_status st = PL_OK;

	*m = (struct pl_case_findings){.asks = !clear.ptr, .found = l->e->n, .more = l->e->n > n, .networks = l->e->has_networks};
	m->rows = pl_arena_alloc(d->arena, n + 1, sizeof *m->rows);
	if (!m->rows)
		return PL_E_NOMEM;
	for (size_t i = 0; i < n && !st; i++)
		st = fill_row(d, l, &l->e->findings[i], clear, &m->rows[m->n_rows++]);
	return st;
}

pl_status pl_desk_findings_clear(struct pl_desk_view *d, const struct pl_outgoing_look *l, struct pl_case_findings *m, pl_str *ret, bool *ret_whole)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CASEWORK_TEXT_MAX);

	*ret_whole = !m->more;
	for (size_t i = 0; i < m->n_rows; i++) {
		m->rows[i].missing = !pl_predicate_token_ok(m->rows[i].why);
		*ret_whole = *ret_whole && !m->rows[i].missing;
		put_key(l, &l->e->findings[i], &text);
		pl_buf_put_str(&text, m->rows[i].why);
		pl_buf_put_c(&text, '\n');
	}
	if (!*ret_whole)
		return PL_OK;
	return pl_buf_status(&text) ? pl_buf_status(&text) : pl_arena_dup(d->arena, pl_buf_str(&text), ret);
}

pl_status pl_desk_outgoing_propose(struct pl_desk_looking *k, const struct pl_person_desk *desk, const struct pl_outgoing *o, pl_status *ret_st, struct pl_diag *diag)
{
	struct pl_case_deciding by = pl_desk_outgoing_by(k->d, k->d->w.inst);
	struct pl_ulid id;

	*ret_st = pl_outgoing_propose(&by, desk, k->r, k->number, o, &id, diag);
	if (*ret_st == PL_E_EXISTS) /* the form was sent twice */
		*ret_st = PL_OK;
	return *ret_st ? PL_OK : pl_desk_flaw_proposed(k, &id);
}

/* ---- the page of a decision ---- */

static pl_status fill_parts(struct pl_desk_view *d, const struct pl_outgoing *o, struct pl_desk_decision_page *m)
{
	pl_status st = pl_view_list(&d->w, o->n_parts, sizeof *m->out.parts, &m->out.parts);

	for (size_t i = 0; i < o->n_parts && !st; i++) {
		m->out.parts[m->out.n_parts] = (struct pl_pack_file){.seq = o->part[i].seq, .sha256 = o->part[i].sha256};
		st = pl_arena_dup(d->arena, o->part[i].name, &m->out.parts[m->out.n_parts++].name);
	}
	return st;
}

static pl_status fill_opened(struct pl_desk_looking *k, const struct pl_decision *x, struct pl_desk_decision_page *m, struct pl_diag *diag)
{
	struct pl_case_deciding by = pl_desk_outgoing_by(k->d, k->d->w.inst);
	struct pl_person_desk *desk PL_CLEANUP(pl_person_desk_closep) = NULL;
	struct pl_outgoing_look *l PL_CLEANUP(pl_outgoing_look_freep) = NULL;
	struct pl_outgoing o;
	uint64_t seq;
	pl_status st = pl_outgoing_read(&by, k->r, x, k->d->arena, &o, &seq, diag);

	if (st)
		return st;
	m->out.subject = o.subject;
	m->out.text = o.text;
	m->out.package = o.what == PL_OUTGOING_PACKAGE;
	st = fill_parts(k->d, &o, m);
	if (!st)
		st = pl_desk_outgoing_look(k, &o, &desk, &l, diag);
	return st ? st : pl_desk_findings_fill(k->d, l, o.clear.ptr ? o.clear : PL_STR(""), &m->out.found);
}

pl_status pl_desk_outgoing_fill(struct pl_desk_view *d, const struct pl_decision *x, struct pl_desk_decision_page *m, struct pl_diag *diag)
{
	struct pl_desk_looking *k;
	enum pl_outgoing_what what;
	pl_str name;
	pl_status st;

	if (!pl_outgoing_is(x))
		return PL_OK;
	k = PL_NEW(struct pl_desk_looking);
	k->d = d;
	k->who = (struct pl_casework_actor){.account = d->s.account, .role = pl_desk_vault_role(d->s.roles)};
	st = pl_outgoing_about(x, &name, &k->number, &what);
	m->about_outgoing = true;
	m->may_open = (d->s.roles & PL_DESK_CASES) != 0;
	m->out.what.id = pl_desk_outgoing_words(what);
	if (!st && m->opened)
		st = pl_register_open(d->w.inst, name, &k->r, diag);
	if (!st && m->opened)
		st = fill_opened(k, x, m, diag);
	pl_register_close(k->r);
	pl_free(k);
	return st;
}

bool pl_desk_outgoing_is(const struct pl_decision *x)
{
	return pl_outgoing_is(x);
}

pl_status pl_desk_outgoing_case(const struct pl_decision *x, pl_str *ret_name, uint64_t *ret_number)
{
	enum pl_outgoing_what what;

	return pl_outgoing_about(x, ret_name, ret_number, &what);
}

pl_status pl_desk_outgoing_decide(struct pl_desk_view *d, struct pl_instance *inst, const struct pl_decision *x, struct pl_diag *why)
{
	struct pl_case_deciding by = pl_desk_outgoing_by(d, inst);
	struct pl_person_desk *desk PL_CLEANUP(pl_person_desk_closep) = NULL;
	pl_status st = open_desk(d, inst, &desk, why);

	return st ? st : pl_outgoing_approve(&by, desk, x, why);
}

/* ---- on the page of the case ---- */

static pl_status fill_waiting(struct pl_desk_looking *k, const struct pl_casework_entry *e)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(2 * (size_t)PL_DECISION_BYTES_MAX);
	struct pl_case_waiting *w = &k->m.waiting[k->m.n_waiting];
	enum pl_outgoing_what what;
	struct pl_decision x;
	struct pl_ulid id;
	pl_status st = pl_outgoing_named(e->about, &id, &what);

	if (!st)
		st = pl_decision_get(k->d->people, &id, &arena, &x);
	if (st || x.state != PL_DECISION_OPEN || x.expired)
		return st;
	*w = (struct pl_case_waiting){.at = e->at * PL_SECOND, .about = pl_message(k->d->lang, pl_desk_outgoing_words(what))};
	k->m.n_waiting++;
	st = pl_desk_ulid_text(k->d, &id, &w->decision);
	return st ? st : pl_desk_name_of(k->d, &e->account, &w->who);
}

pl_status pl_desk_case_fill_outgoing(struct pl_desk_looking *k)
{
	pl_status st = PL_OK;

	for (size_t i = 0; i < k->n_entries && !st; i++)
		if (k->entries[i].kind == PL_CASEWORK_OUTGOING)
			st = fill_waiting(k, &k->entries[i]);
	return st;
}

pl_status pl_desk_case_outgoing_entry(struct pl_desk_looking *k, const struct pl_casework_entry *e, struct pl_case_entry *row)
{
	enum pl_outgoing_what what;
	struct pl_ulid id;
	pl_status st = pl_outgoing_named(e->about, &id, &what);

	if (st)
		return st;
	row->about = pl_message(k->d->lang, pl_desk_outgoing_words(what));
	return pl_desk_ulid_text(k->d, &id, &row->decision);
}
