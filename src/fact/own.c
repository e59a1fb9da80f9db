/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fact/own: fact's own rows of the vocabulary and what they do to the public tables. One page each in docs/statements/.
 */
#include "crypto/note.h"
#include "fact/projector.h"
#include "fact/sql.h"
#include "fact/statement_internal.h"
#include <assert.h>

/* ---- shapes ---- */

static const char *const purposes[] = {"production", "test", "demonstration", NULL};
static const char *const roles[] = {"service", "officer", "builder", "rebuilder", "reviewer", "entity", NULL};
static const char *const end_reasons[] = {"superseded", "retired", "lost", "compromised", "role-ended", NULL};
static const char *const withheld_reasons[] = {
	"legal-order", "personal-data", "security", "third-party-rights", "retention-ended", NULL,
};
static const char *const resume_reasons[] = {
	"witness-ended", "witness-unreachable", "witness-lost-state", "log-restored", NULL,
};
static const char *const time_reasons[] = {"clock-corrected", "machine-was-off", "machine-replaced", "test", NULL};
static const char *const rotation_reasons[] = {"scheduled", "algorithm", "lost", "compromised", NULL};

static const struct pl_field inception_fields[] = {
	{"origin", PL_FIELD_NAME},
	{"purpose", PL_FIELD_ENUM, .words = purposes},
	{"vkey", PL_FIELD_NAME},
	{"date", PL_FIELD_TIME},
	{"officers", PL_FIELD_U64, .min = 1, .max = 16},
	{"roots", PL_FIELD_DIGEST, PL_FIELD_LIST | PL_FIELD_SORTED, .max_items = 16},
	{"rootThreshold", PL_FIELD_U64, .min = 1, .max = 16},
	{NULL},
};
static const struct pl_field key_fields[] = {
	{"holder", PL_FIELD_TOKEN},
	{"role", PL_FIELD_ENUM, .words = roles},
	{"key", PL_FIELD_SPKI},
	{"predicates", PL_FIELD_PREDICATE, PL_FIELD_LIST | PL_FIELD_SORTED, .max_items = PL_KEYS_TYPES_MAX},
	{NULL},
};
static const struct pl_field key_end_fields[] = {
	{"reason", PL_FIELD_ENUM, .words = end_reasons},
	{NULL},
};
static const struct pl_field body_fields[] = {
	{"body", PL_FIELD_BODY},
	{"kind", PL_FIELD_TOKEN},
	{"predicateType", PL_FIELD_PREDICATE, PL_FIELD_OPTIONAL},
	{NULL},
};
static const struct pl_field withheld_fields[] = {
	{"reason", PL_FIELD_ENUM, .words = withheld_reasons},
	{"until", PL_FIELD_TIME, PL_FIELD_OPTIONAL},
	{NULL},
};
static const struct pl_field resume_fields[] = {
	{"size", PL_FIELD_U64},
	{"root", PL_FIELD_DIGEST},
	{"reason", PL_FIELD_ENUM, .words = resume_reasons},
	{"report", PL_FIELD_BODY, PL_FIELD_OPTIONAL},
	{NULL},
};
static const struct pl_field time_fields[] = {
	{"size", PL_FIELD_U64},
	{"before", PL_FIELD_TIME},
	{"accepted", PL_FIELD_TIME},
	{"reason", PL_FIELD_ENUM, .words = time_reasons},
	{NULL},
};
static const struct pl_field rotation_fields[] = {
	{"old", PL_FIELD_NAME},
	{"new", PL_FIELD_NAME},
	{"overlapUntil", PL_FIELD_TIME},
	{"reason", PL_FIELD_ENUM, .words = rotation_reasons},
	{NULL},
};

/* ---- what the tables of fields cannot say ---- */

/* The text of member @name, which the table has checked. */
static pl_str text_of(const struct pl_statement *s, const char *name)
{
	pl_str text = {0};
	pl_status st = pl_json_opt_str(s->predicate, name, &text, NULL);

	return st ? (pl_str){0} : text;
}

static pl_status one_subject(const struct pl_statement *s, const struct pl_digest *digest, pl_str name,
	struct pl_diag *diag)
{
	if (s->n_subjects != 1)
		return pl_diag_set(diag, PL_E_RANGE, "expected one subject, found %zu", s->n_subjects);
	if (digest && !pl_digest_eq(digest, &s->subjects[0].sha256))
		return pl_diag_set(diag, PL_E_RANGE, "the subject's digest does not belong to what the predicate names");
	if (name.len && !pl_str_eq(name, s->subjects[0].name))
		return pl_diag_set(diag, PL_E_RANGE, "the subject's name should be %.*s", PL_STR_ARG(name));
	return PL_OK;
}

static pl_status check_inception(const struct pl_statement *s, struct pl_diag *diag)
{
	struct pl_digest vkey;

	pl_sha256(pl_str_bytes(text_of(s, "vkey")), &vkey);
	return one_subject(s, &vkey, text_of(s, "origin"), diag);
}

static pl_status check_key(const struct pl_statement *s, struct pl_diag *diag)
{
	struct pl_buf der PL_CLEANUP(pl_buf_done) = PL_BUF(PL_SPKI_MAX);
	struct pl_digest id;
	pl_status st = pl_base64_get(text_of(s, "key"), &der);

	if (st)
		return st;
	if (pl_json_count(pl_json_get(s->predicate, "predicates")) == 0)
		return pl_diag_set(diag, PL_E_RANGE, "predicates: a key that may sign nothing is not introduced");
	pl_sha256(pl_buf_bytes(&der), &id);
	return one_subject(s, &id, text_of(s, "holder"), diag);
}

static pl_status check_body(const struct pl_statement *s, struct pl_diag *diag)
{
	struct pl_body body;
	pl_status st = pl_body_from_json(pl_json_get(s->predicate, "body"), &body, diag);

	return st ? st : one_subject(s, &body.digest, (pl_str){0}, diag);
}

static pl_status check_root(const struct pl_statement *s, struct pl_diag *diag)
{
	struct pl_digest root;
	pl_status st = pl_digest_parse(text_of(s, "root"), &root);

	return st ? st : one_subject(s, &root, (pl_str){0}, diag);
}

static pl_status check_rotation(const struct pl_statement *s, struct pl_diag *diag)
{
	struct pl_vkey old, fresh;
	struct pl_digest vkey;

	if (pl_vkey_parse(text_of(s, "old"), &old, NULL) != PL_OK || pl_vkey_parse(text_of(s, "new"), &fresh, NULL) != PL_OK)
		return pl_diag_set(diag, PL_E_RANGE, "old and new are verifier keys");
	/* The origin stays: another name would be another log. */
	if (!pl_str_eq(old.name, fresh.name))
		return pl_diag_set(diag, PL_E_RANGE, "old and new key belong to different logs");
	if (old.id == fresh.id)
		return pl_diag_set(diag, PL_E_RANGE, "old and new key are the same");
	pl_sha256(pl_str_bytes(text_of(s, "new")), &vkey);
	return one_subject(s, &vkey, fresh.name, diag);
}

static pl_status check_one(const struct pl_statement *s, struct pl_diag *diag)
{
	return one_subject(s, NULL, (pl_str){0}, diag);
}

/* ---- what they do ---- */

static void put_types(struct pl_buf *out, const struct pl_json *list)
{
	for (size_t i = 0; i < pl_json_count(list); i++) {
		pl_str type = {0};

		if (i)
			pl_buf_put_c(out, ' ');
		if (pl_json_str(pl_json_at(list, i), &type) == PL_OK)
			pl_buf_put_str(out, type);
	}
}

static pl_status apply_key(struct pl_projection *p, const struct pl_statement *s, struct pl_diag *diag)
{
	struct pl_buf der PL_CLEANUP(pl_buf_done) = PL_BUF(PL_SPKI_MAX);
	struct pl_buf types PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_PAYLOAD_MAX);
	struct pl_buf line PL_CLEANUP(pl_buf_done) = PL_BUF(256);
	struct pl_pubkey key;
	pl_status st = pl_base64_get(text_of(s, "key"), &der);

	if (st == PL_OK)
		st = pl_pubkey_from_spki(pl_buf_bytes(&der), &key);
	if (st)
		return pl_diag_set(diag, PL_E_RANGE, "the key cannot be used");
	pl_pubkey_write(&line, &key);
	put_types(&types, pl_json_get(s->predicate, "predicates"));
	return pl_db_exec(p->tx, &pl_sql_fact_key_put,
		PL_DB_ARGS(PL_DB_BLOB(pl_digest_bytes(&s->subjects[0].sha256)), PL_DB_STR(pl_buf_str(&line)),
			PL_DB_STR(text_of(s, "role")), PL_DB_STR(text_of(s, "holder")), PL_DB_STR(pl_buf_str(&types)),
			PL_DB_U64(p->index)),
		NULL);
}

static pl_status apply_key_end(struct pl_projection *p, const struct pl_statement *s, struct pl_diag *diag)
{
	return pl_db_exec(p->tx, &pl_sql_fact_key_end,
		PL_DB_ARGS(PL_DB_BLOB(pl_digest_bytes(&s->subjects[0].sha256)), PL_DB_U64(p->index),
			PL_DB_STR(text_of(s, "reason"))),
		NULL);
}

static pl_status apply_withheld(struct pl_projection *p, const struct pl_statement *s, struct pl_diag *diag)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	struct pl_db_value digest = PL_DB_BLOB(pl_digest_bytes(&s->subjects[0].sha256)), until = PL_DB_NULL;
	pl_status st = pl_db_one(p->tx, &pl_sql_body_get, &digest, 1, &rows);

	if (st == PL_E_NOTFOUND)
		return pl_diag_set(diag, PL_E_NOTFOUND, "no earlier statement names this body");
	if (st)
		return st;
	if (pl_json_get(s->predicate, "until"))
		until = PL_DB_STR(text_of(s, "until"));
	return pl_db_exec(p->tx, &pl_sql_body_withhold,
		PL_DB_ARGS(digest, PL_DB_U64(p->index), PL_DB_STR(text_of(s, "reason")), until), NULL);
}

/* ---- the table ---- */

#define SERVICE PL_ROLE_BIT(PL_ROLE_SERVICE)

static const struct pl_predicate predicates[] = {
	{PL_TYPE_INCEPTION, "Log began", inception_fields, check_inception, 0, PL_APPROVAL_ROOTS, NULL},
	{PL_TYPE_KEY, "Key introduced", key_fields, check_key, 0, PL_APPROVAL_ROOTS, apply_key},
	{PL_TYPE_KEY_END, "Key ended", key_end_fields, check_one, 0, PL_APPROVAL_ROOTS, apply_key_end},
	{PL_TYPE_BODY, "Document", body_fields, check_body, SERVICE, PL_APPROVAL_NONE, NULL},
	{PL_TYPE_WITHHELD, "Body withheld", withheld_fields, check_one, SERVICE, PL_APPROVAL_OFFICERS, apply_withheld},
	{PL_TYPE_LOG_RESUME, "Log resumed", resume_fields, check_root, SERVICE, PL_APPROVAL_OFFICERS, NULL},
	{PL_TYPE_TIME_ACCEPT, "System time accepted", time_fields, check_one, SERVICE, PL_APPROVAL_OFFICERS, NULL},
	{PL_TYPE_LOG_ROTATION, "Log key changed", rotation_fields, check_rotation, SERVICE, PL_APPROVAL_OFFICERS, NULL},
};

static const struct pl_public_table tables[] = {
	{"statement", &pl_sql_dump_statement, "ubbutbubutb"},
	{"statement_count", &pl_sql_dump_statement_count, "uu"},
	{"statement_subject", &pl_sql_dump_statement_subject, "uutb"},
	{"statement_body", &pl_sql_dump_statement_body, "ub"},
	{"body", &pl_sql_dump_body, "butuutt"},
	{"fact_key", &pl_sql_dump_fact_key, "bttttuut"},
};

static const struct pl_sql *const names[] = {&pl_sql_body_named, &pl_sql_statement_body_named, &pl_sql_statement_subject_named};

const struct pl_fact_room pl_fact_own = {
	.name = "fact",
	.predicates = predicates,
	.n_predicates = PL_COUNT(predicates),
	.tables = tables,
	.n_tables = PL_COUNT(tables),
	.migrations = &pl_sql_fact_migrations,
	.names = names,
	.n_names = PL_COUNT(names),
};

void pl_vocabulary_init(struct pl_vocabulary *v, const struct pl_fact_room *const *rooms, size_t n_rooms)
{
	assert(n_rooms < PL_VOCABULARY_ROOMS_MAX);
	*v = (struct pl_vocabulary){.rooms = {&pl_fact_own}, .n_rooms = 1};
	for (size_t i = 0; i < n_rooms; i++) {
		for (size_t k = 0; k < rooms[i]->n_predicates; k++)
			assert(!pl_vocabulary_find(v, pl_str_from(rooms[i]->predicates[k].type)));
		v->rooms[v->n_rooms++] = rooms[i];
	}
}
