/* SPDX-License-Identifier: Apache-2.0 */
/* web/portal_statement: one statement: what it says, who signed it, its proof, its bytes. */
#include "web/portal_internal.h"
#include "base/ulid.h"
#include "fact/evidence.h"
#include "fact/statement.h"
#include "log/bundle.h"
#include "log/tree.h"
#include <stdio.h>

#define FIELDS_MAX 1024u
#define DEPTH_MAX 16u

/* ---- rows that other pages show, too ---- */

struct pl_html_msg pl_view_kind(pl_str type)
{
	static const struct {
		const char *type;
		enum pl_message_id id;
	} kinds[] = {
		{PL_TYPE_INCEPTION, PL_MSG_kind_inception}, {PL_TYPE_KEY, PL_MSG_kind_key}, {PL_TYPE_KEY_END, PL_MSG_kind_key_end},
		{PL_TYPE_BODY, PL_MSG_kind_body}, {PL_TYPE_WITHHELD, PL_MSG_kind_withheld},
		{PL_TYPE_LOG_RESUME, PL_MSG_kind_log_resume}, {PL_TYPE_TIME_ACCEPT, PL_MSG_kind_time_accept},
		{PL_TYPE_LOG_ROTATION, PL_MSG_kind_log_rotation}, {PL_TYPE_PRODUCT, PL_MSG_kind_product},
		{PL_TYPE_SOURCE_SNAPSHOT, PL_MSG_kind_snapshot}, {PL_TYPE_RECIPE, PL_MSG_kind_recipe},
		{PL_TYPE_REBUILD_VERDICT, PL_MSG_kind_rebuild}, {PL_TYPE_RELEASE, PL_MSG_kind_release},
		{PL_TYPE_PRODUCT_HEAD, PL_MSG_kind_product_head}, {PL_TYPE_REGISTER, PL_MSG_kind_register},
		{PL_TYPE_REGISTER_HEAD, PL_MSG_kind_register_head}, {PL_TYPE_REGISTER_REPORT, PL_MSG_kind_register_report}, {PL_TYPE_SLSA_PROVENANCE, PL_MSG_kind_provenance},
		{PL_TYPE_REGISTER_WORDS, PL_MSG_kind_register_words}, {PL_TYPE_REGISTER_SAMPLE, PL_MSG_kind_register_sample}, {PL_TYPE_CLAIM, PL_MSG_kind_claim}, {PL_TYPE_CLAIM_STATUS, PL_MSG_kind_claim_status},
		{PL_TYPE_ENTITY, PL_MSG_kind_entity}, {PL_TYPE_ENTITY_DUTY, PL_MSG_kind_entity_duty},
		{PL_TYPE_ENTITY_ATTESTATION, PL_MSG_kind_entity_attestation},
		{PL_TYPE_REWARD_MATRIX, PL_MSG_kind_reward_matrix}, {PL_TYPE_DISCLOSURE_POLICY, PL_MSG_kind_disclosure_policy},
		{PL_TYPE_ANSWER, PL_MSG_kind_answer}, {PL_TYPE_REGISTER_PROMISE, PL_MSG_kind_register_promise},
		{PL_TYPE_AUDIT, PL_MSG_kind_audit}, {PL_TYPE_AUDIT_END, PL_MSG_kind_audit_end},
		{PL_TYPE_ADVISORY, PL_MSG_kind_advisory}, {PL_TYPE_ADVISORY_PROVIDER, PL_MSG_kind_advisory_provider},
	};

	for (size_t i = 0; i < PL_COUNT(kinds); i++)
		if (pl_str_eq(type, pl_str_from(kinds[i].type)))
			return (struct pl_html_msg){kinds[i].id};
	return (struct pl_html_msg){PL_MSG_kind_other};
}

static struct pl_html_msg state_message(enum pl_entry_state state)
{
	static const enum pl_message_id ids[PL_ENTRY_STATE_COUNT] = {
		[PL_ENTRY_APPLIED] = PL_MSG_entry_applied, [PL_ENTRY_REPEATED] = PL_MSG_entry_repeated,
		[PL_ENTRY_UNKNOWN] = PL_MSG_entry_unknown, [PL_ENTRY_MALFORMED] = PL_MSG_entry_malformed,
		[PL_ENTRY_UNAUTHORISED] = PL_MSG_entry_unauthorised, [PL_ENTRY_REFUSED] = PL_MSG_entry_refused,
	};

	return (struct pl_html_msg){(unsigned)state < PL_ENTRY_STATE_COUNT ? ids[state] : PL_MSG_entry_unknown};
}

void pl_view_statement_row(const struct pl_query_statement *s, struct pl_statement_row *ret)
{
	*ret = (struct pl_statement_row){.index = s->index, .kind = pl_view_kind(s->type), .type = s->type, .subject = s->subject,
		.time = s->time, .state = state_message(s->state), .applied = s->state == PL_ENTRY_APPLIED};
}

pl_status pl_view_statement_rows(struct pl_view *w, const struct pl_query_statement *s, size_t n,
	struct pl_statement_row **ret)
{
	pl_status st = pl_view_list(w, n, sizeof **ret, ret);

	for (size_t i = 0; !st && i < n; i++)
		pl_view_statement_row(&s[i], &(*ret)[i]);
	return st;
}

void pl_view_body_row(const struct pl_query_body *b, struct pl_body_row *ret)
{
	*ret = (struct pl_body_row){.digest = b->digest, .size = b->size, .media_type = b->media_type,
		.present = b->state == PL_BODY_PRESENT, .withheld = b->state == PL_BODY_WITHHELD,
		.withheld_reason = b->withheld_reason, .withheld_index = b->withheld_index};
}

pl_status pl_view_cosignatures(struct pl_view *w, struct pl_cosignature_row **ret)
{
	pl_status st = pl_view_list(w, w->n_witnesses, sizeof **ret, ret);

	for (size_t i = 0; !st && i < w->n_witnesses; i++) {
		const struct pl_query_witness *q = &w->witnesses[i];

		(*ret)[i] = (struct pl_cosignature_row){q->name, q->key_name, q->url, q->counts, q->time, q->vkey, q->known, q->went_back,
			q->last_size, q->last_time, q->back_size};
	}
	return st;
}

/* ---- the payload, flattened ---- */

struct flat {
	struct pl_view *w;
	struct pl_field_row *rows;
	size_t n;
	struct pl_buf name;
};

static bool looks_like_digest(pl_str value, pl_str name)
{
	uint8_t raw[PL_DIGEST_LEN];

	(void)pl_str_eat(&value, PL_STR("sha256:"));
	return (pl_str_ends(name, PL_STR("igest")) || pl_str_ends(name, PL_STR("sha256")) || pl_str_ends(name, PL_STR("root")) ||
		       pl_str_find_str(name, PL_STR("[")) < name.len || pl_str_ends(name, PL_STR("build")) ||
		       pl_str_ends(name, PL_STR("snapshot")) || pl_str_ends(name, PL_STR("recipe"))) &&
		!pl_hex_read(value, raw, sizeof raw);
}

static pl_status add_field(struct flat *f, pl_str value)
{
	struct pl_field_row *row = &f->rows[f->n];
	pl_status st;

	if (f->n == FIELDS_MAX)
		return PL_OK; /* the raw bytes stand below in full */
	st = pl_arena_dup(f->w->arena, pl_buf_str(&f->name), &row->name);
	if (!st)
		st = pl_arena_dup(f->w->arena, value, &row->value);
	if (st)
		return st;
	row->is_digest = looks_like_digest(row->value, row->name);
	f->n++;
	return PL_OK;
}

static pl_status flatten(struct flat *f, const struct pl_json *v, unsigned depth);

static pl_status flatten_object(struct flat *f, const struct pl_json *v, unsigned depth)
{
	struct pl_json_member *members = NULL;
	size_t n = 0, base = f->name.len;
	pl_status st = pl_json_members(v, &members, &n);

	for (size_t i = 0; !st && i < n; i++) {
		/* These two stand above already. */
		if (depth == 0 && (pl_str_eq(members[i].key, PL_STR("_type")) || pl_str_eq(members[i].key, PL_STR("predicateType"))))
			continue;
		if (base)
			pl_buf_put_c(&f->name, '.');
		pl_buf_put_str(&f->name, members[i].key);
		st = flatten(f, members[i].value, depth + 1);
		pl_buf_truncate(&f->name, base);
	}
	pl_free(members);
	return st;
}

static pl_status flatten(struct flat *f, const struct pl_json *v, unsigned depth)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_PAYLOAD_MAX * 2);
	size_t base = f->name.len;
	pl_str s;
	pl_status st = PL_OK;

	if (depth > DEPTH_MAX)
		return PL_OK;
	if (pl_json_kind(v) == PL_JSON_OBJECT && pl_json_count(v) > 0)
		return flatten_object(f, v, depth);
	if (pl_json_kind(v) == PL_JSON_ARRAY && pl_json_count(v) > 0) {
		for (size_t i = 0; !st && i < pl_json_count(v); i++) {
			pl_buf_printf(&f->name, "[%zu]", i);
			st = flatten(f, pl_json_at(v, i), depth + 1);
			pl_buf_truncate(&f->name, base);
		}
		return st;
	}
	if (!pl_json_str(v, &s))
		return add_field(f, s);
	st = pl_json_write(v, &text);
	return st ? st : add_field(f, pl_buf_str(&text));
}

static pl_status fill_fields(struct pl_view *w, const struct pl_statement *s, struct pl_statement_page *m)
{
	struct flat f = {.w = w, .name = PL_BUF(4096)};
	pl_status st = pl_view_list(w, FIELDS_MAX, sizeof *f.rows, &f.rows);

	if (!st)
		st = flatten(&f, s->json, 0);
	pl_buf_done(&f.name);
	m->fields = f.rows;
	m->n_fields = f.n;
	return st;
}

/* ---- signatures ---- */

static bool names_type(pl_str types, pl_str type)
{
	while (types.len > 0) {
		size_t n = pl_str_find(types, ' ');

		if (pl_str_eq(pl_str_sub(types, 0, n), type))
			return true;
		types = pl_str_sub(types, n + 1, types.len);
	}
	return false;
}

static bool verifies(const struct pl_query_key *k, const struct pl_statement *s, pl_bytes sig)
{
	struct pl_buf pae PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_PAYLOAD_MAX + 512u);
	struct pl_pubkey key;

	pl_dsse_pae(&pae, s->envelope.type, s->envelope.payload);
	return !pl_buf_status(&pae) && !pl_pubkey_parse(k->key, &key, NULL) && !pl_pubkey_verify(&key, pl_buf_bytes(&pae), sig);
}

static void fill_signature(const struct pl_query_key *keys, size_t n, const struct pl_statement *s, uint64_t index,
	const struct pl_dsse_sig *sig, struct pl_signature_row *row)
{
	if (pl_digest_parse(sig->keyid, &row->key))
		return;
	for (size_t i = 0; i < n; i++) {
		const struct pl_query_key *k = &keys[i];
		bool root = pl_str_eq(k->role, PL_STR("root"));

		if (!pl_digest_eq(&k->id, &row->key))
			continue;
		row->known = true;
		row->role = k->role;
		row->holder = k->holder;
		row->counts = (root || (k->from < index && (!k->ended || index < k->until))) && names_type(k->types, s->type) &&
			verifies(k, s, sig->sig);
	}
}

static pl_status fill_signatures(struct pl_view *w, const struct pl_statement *s, uint64_t index,
	struct pl_statement_page *m)
{
	struct pl_query_key *keys;
	size_t n;
	pl_status st = pl_query_keys(w->inst, w->arena, &keys, &n);

	if (!st)
		st = pl_view_list(w, s->envelope.n_sigs, sizeof *m->signatures, &m->signatures);
	if (st)
		return st;
	m->n_signatures = s->envelope.n_sigs;
	for (size_t i = 0; i < s->envelope.n_sigs; i++)
		fill_signature(keys, n, s, index, &s->envelope.sigs[i], &m->signatures[i]);
	return PL_OK;
}

/* ---- bodies, proof ---- */

static pl_status fill_bodies(struct pl_view *w, uint64_t index, struct pl_statement_page *m)
{
	struct pl_query_body *bodies;
	pl_status st = pl_query_bodies_of(w->inst, index, w->arena, &bodies, &m->n_bodies);

	if (!st)
		st = pl_view_list(w, m->n_bodies, sizeof *m->bodies, &m->bodies);
	for (size_t i = 0; !st && i < m->n_bodies; i++)
		pl_view_body_row(&bodies[i], &m->bodies[i]);
	return st;
}

static pl_status fill_proof(struct pl_view *w, const struct pl_query_proof *proof, struct pl_statement_page *m)
{
	pl_status st = pl_view_list(w, proof->n_path, sizeof *m->path, &m->path);

	if (st)
		return st;
	for (size_t i = 0; i < proof->n_path; i++)
		m->path[i].hash = proof->path[i];
	m->n_path = proof->n_path;
	m->size = proof->size;
	m->root = w->view.root;
	m->checkpoint = proof->checkpoint;
	m->raw = pl_bytes_str(proof->entry);
	m->raw_size = proof->entry.len;
	pl_tree_leaf(proof->entry, &m->leaf);
	m->n_cosignatures = w->n_witnesses;
	return pl_view_cosignatures(w, &m->cosignatures);
}

/* Whatever is said of a reconstructed register looks like what is said of one that took in cases. */
static bool about_imported(struct pl_view *w, const struct pl_statement *s)
{
	pl_str name;

	return pl_str_starts(s->type, PL_STR("urn:pellucid:register")) && pl_json_get_str(s->predicate, "register", &name, NULL) == PL_OK &&
		pl_view_is_imported(w, name);
}

static pl_status fill_statement(struct pl_view *w, uint64_t index, struct pl_statement_page *m)
{
	struct pl_statement *s PL_CLEANUP(pl_statement_closep) = NULL;
	struct pl_query_statement q;
	struct pl_query_proof proof;
	char id[PL_ULID_TEXT + 1];
	pl_status st = w->has_view ? pl_query_statement_at(w->inst, index, w->arena, &q) : PL_E_NOTFOUND;

	if (!st)
		st = pl_query_entry(w->inst, index, w->arena, &proof, NULL);
	if (!st)
		st = fill_proof(w, &proof, m);
	if (st)
		return st;
	pl_view_statement_row(&q, &m->row);
	m->reason = q.reason;
	m->entry = q.entry;
	m->pae = q.pae;
	if (q.has_id) {
		pl_ulid_write(&q.id, id);
		st = pl_arena_dup(w->arena, pl_str_from(id), &m->id);
	}
	m->decoded = !st && !pl_statement_open(proof.entry, &s, NULL);
	if (m->decoded)
		st = fill_fields(w, s, m);
	if (!st && m->decoded)
		st = fill_signatures(w, s, index, m);
	m->imported = m->decoded && about_imported(w, s);
	return st ? st : fill_bodies(w, index, m);
}

pl_status pl_portal_statement(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PORTAL_PAGE_MAX);
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	struct pl_statement_page m = {0};
	struct pl_html h;
	uint64_t index;
	pl_status st = pl_http_request_number(req, "index", &index);

	if (!st)
		st = pl_view_begin(&w, ctx, req, reply, PL_NAV_LOG);
	if (!st)
		st = fill_statement(&w, index, &m);
	if (st)
		return st;
	m.has_previous = index > 0;
	m.previous = index - m.has_previous;
	m.has_next = index + 1 < w.view.size;
	m.next = index + 1;
	pl_view_title(&w, PL_MSG_statement_number, 1, (const struct pl_html_value[]){pl_html_value(index)});
	m.frame = w.frame;
	h = pl_view_html(&w, &b);
	pl_page_statement(&h, &m);
	return pl_view_send(&w, &b);
}

/* ---- the bytes ---- */

static pl_status entry_of(struct pl_view *w, struct pl_portal *p, struct pl_http_request *req,
	struct pl_http_reply *reply, struct pl_query_proof *ret)
{
	uint64_t index;
	pl_status st = pl_http_request_number(req, "index", &index);

	if (!st)
		st = pl_view_begin(w, p, req, reply, PL_NAV_LOG);
	return st ? st : pl_query_entry(w->inst, index, w->arena, ret, NULL);
}

static void offer_file(struct pl_http_reply *reply, uint64_t index, const char *type)
{
	char text[96];

	(void)snprintf(text, sizeof text, "attachment; filename=\"statement-%llu.%s\"", (unsigned long long)index, type);
	pl_http_reply_header(reply, "Content-Disposition", pl_str_from(text));
}

pl_status pl_view_bundle(struct pl_view *w, const uint64_t *indexes, size_t n, const char *name)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(PL_BUNDLE_TEXT_MAX);
	pl_status st = pl_evidence_bundle(w->inst, indexes, n, &out, NULL);

	if (st)
		return st;
	pl_view_offer_bundle(w, name, &out);
	return PL_OK;
}

void pl_view_offer_bundle(struct pl_view *w, const char *name, struct pl_buf *bundle)
{
	char safe[128], text[192];

	pl_view_safe_name(pl_str_from(name), safe, sizeof safe);
	(void)snprintf(text, sizeof text, "attachment; filename=\"%s.tlog-proof\"", safe);
	pl_http_reply_header(w->reply, "Content-Disposition", pl_str_from(text));
	pl_view_take(w->reply, "text/plain; charset=utf-8", bundle);
}

pl_status pl_portal_bundle(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	char name[64];
	uint64_t index;
	pl_status st = pl_http_request_number(req, "index", &index);

	if (!st)
		st = pl_view_begin(&w, ctx, req, reply, PL_NAV_NONE);
	if (st)
		return st;
	(void)snprintf(name, sizeof name, "statement-%llu", (unsigned long long)index);
	return pl_view_bundle(&w, &index, 1, name);
}

pl_status pl_portal_entry(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_ENTRY_MAX);
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	struct pl_query_proof proof;
	pl_status st = entry_of(&w, ctx, req, reply, &proof);

	if (st)
		return st;
	pl_buf_put_bytes(&b, proof.entry);
	pl_view_take(reply, "application/vnd.in-toto+dsse", &b);
	/* An entry never changes. */
	pl_http_reply_cache(reply, PL_HTTP_IMMUTABLE);
	offer_file(reply, proof.index, "dsse");
	return PL_OK;
}

pl_status pl_portal_payload(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_PAYLOAD_MAX);
	struct pl_statement *s PL_CLEANUP(pl_statement_closep) = NULL;
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	struct pl_query_proof proof;
	pl_status st = entry_of(&w, ctx, req, reply, &proof);

	if (st)
		return st;
	if (pl_statement_open(proof.entry, &s, NULL))
		return PL_E_NOTFOUND; /* an entry that is no statement has no payload to show */
	pl_buf_put_bytes(&b, s->envelope.payload);
	pl_view_take(reply, "application/vnd.in-toto+json", &b);
	pl_http_reply_cache(reply, PL_HTTP_IMMUTABLE);
	offer_file(reply, proof.index, "json");
	return PL_OK;
}
