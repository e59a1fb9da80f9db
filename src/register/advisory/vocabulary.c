/* SPDX-License-Identifier: Apache-2.0 */
#include "register/advisory/vocabulary.h"
#include "base/time.h"
#include "crypto/openpgp.h"
#include "fact/member.h"
#include "register/advisory/query.h"
#include "register/advisory/sql.h"

#define DIGEST(d) PL_DB_BLOB(pl_digest_bytes(d))
#define ROW_BYTES ((size_t)16 << 10)

/* ---- shapes ---- */

static const struct pl_field advisory_fields[] = {
	{"advisory", PL_FIELD_NAME},
	{"version", PL_FIELD_NAME},
	{"category", PL_FIELD_ENUM, .words = pl_advisory_categories},
	{"status", PL_FIELD_ENUM, .words = pl_advisory_states},
	{"tlp", PL_FIELD_ENUM, .words = pl_advisory_tlps},
	{"initialRelease", PL_FIELD_TIME},
	{"currentRelease", PL_FIELD_TIME},
	{"digest", PL_FIELD_DIGEST},
	{"document", PL_FIELD_BODY, PL_FIELD_OPTIONAL},
	{"signature", PL_FIELD_BODY, PL_FIELD_OPTIONAL},
	{NULL},
};
static const struct pl_field provider_fields[] = {
	{"settings", PL_FIELD_BODY},
	{"certificate", PL_FIELD_BODY},
	{"fingerprint", PL_FIELD_NAME},
	{"securityTxt", PL_FIELD_BODY},
	{"expires", PL_FIELD_TIME},
	{NULL},
};

/* ---- JSON ---- */

static void set_time(struct pl_json *o, const char *name, uint64_t t)
{
	char text[21];

	pl_time_write(t, text);
	pl_json_set_z(o, name, text);
}

void pl_published_to_json(const struct pl_published *p, struct pl_json *o)
{
	pl_json_set_str(o, "advisory", p->id);
	pl_json_set_str(o, "version", p->version);
	pl_json_set_z(o, "category", pl_advisory_categories[p->category]);
	pl_json_set_z(o, "status", pl_advisory_states[p->state]);
	pl_json_set_z(o, "tlp", pl_advisory_tlps[p->tlp]);
	set_time(o, "initialRelease", p->first);
	set_time(o, "currentRelease", p->current);
	pl_member_set_digest(o, "digest", &p->digest);
	if (p->tlp != PL_TLP_WHITE)
		return;
	pl_json_set(o, "document", pl_body_to_json(&p->document));
	pl_json_set(o, "signature", pl_body_to_json(&p->signature));
}

static unsigned word(const struct pl_json *o, const char *name, const char *const *words)
{
	pl_str s = pl_member_text(o, name);
	unsigned i = 0;

	while (words[i] && !pl_str_eq(s, pl_str_from(words[i])))
		i++;
	return words[i] ? i : 0;
}

pl_status pl_published_from_json(const struct pl_json *o, struct pl_published *ret)
{
	struct pl_published p = {.id = pl_member_text(o, "advisory"), .version = pl_member_text(o, "version"),
		.category = (enum pl_advisory_category)word(o, "category", pl_advisory_categories),
		.state = (enum pl_advisory_state)word(o, "status", pl_advisory_states),
		.tlp = (enum pl_advisory_tlp)word(o, "tlp", pl_advisory_tlps), .digest = pl_member_digest(o, "digest")};

	if (pl_time_parse(pl_member_text(o, "initialRelease"), &p.first) || pl_time_parse(pl_member_text(o,
		"currentRelease"), &p.current))
		return PL_E_SYNTAX;
	(void)pl_member_body(o, "document", &p.document);
	(void)pl_member_body(o, "signature", &p.signature);
	*ret = p;
	return PL_OK;
}

/* ---- what the tables of fields cannot say ---- */

static pl_status check_advisory(const struct pl_statement *s, struct pl_diag *diag)
{
	bool white = pl_str_eq(pl_member_text(s->predicate, "tlp"), PL_STR("WHITE"));
	struct pl_advisory_number number;
	struct pl_published p;
	pl_status st = pl_published_from_json(s->predicate, &p);

	if (st || p.first > p.current)
		return pl_diag_set(diag, PL_E_RANGE, "the current release is not before the initial one");
	if (pl_advisory_number(p.version, &number))
		return pl_diag_set(diag, PL_E_RANGE, "a version is an integer or a semantic version");
	if (white != (pl_json_get(s->predicate, "document") != NULL) || white != (pl_json_get(s->predicate,
		"signature") != NULL))
		return pl_diag_set(diag, PL_E_RANGE, "what is TLP:WHITE names document and signature, and nothing else does");
	if (white && !pl_digest_eq(&p.document.digest, &p.digest))
		return pl_diag_set(diag, PL_E_RANGE, "the document is that of the digest");
	if (p.id.len + strlen(".json") > PL_ADVISORY_FILE_MAX)
		return pl_diag_set(diag, PL_E_RANGE, "an identifier has at most 100 characters");
	if (s->n_subjects != 1 || !pl_str_eq(s->subjects[0].name, p.id) || !pl_digest_eq(&s->subjects[0].sha256, &p.digest))
		return pl_diag_set(diag, PL_E_RANGE, "expected one subject, the document, named as the advisory is");
	return PL_OK;
}

static pl_status check_provider(const struct pl_statement *s, struct pl_diag *diag)
{
	pl_str fingerprint = pl_member_text(s->predicate, "fingerprint");
	struct pl_body settings = {0};

	(void)pl_member_body(s->predicate, "settings", &settings);
	if (fingerprint.len != PL_OPENPGP_FINGERPRINT_TEXT)
		return pl_diag_set(diag, PL_E_RANGE, "a fingerprint has 40 hexadecimal digits");
	for (size_t i = 0; i < fingerprint.len; i++)
		if (!strchr("0123456789ABCDEF", fingerprint.ptr[i]))
			return pl_diag_set(diag, PL_E_RANGE, "a fingerprint has 40 hexadecimal digits");
	if (s->n_subjects != 1 || !pl_digest_eq(&s->subjects[0].sha256, &settings.digest))
		return pl_diag_set(diag, PL_E_RANGE, "expected one subject, the settings");
	return PL_OK;
}

/* ---- rows ---- */

/* Does @p follow what is known of its file? */
static pl_status may_follow(struct pl_db_tx *tx, const struct pl_published *p, pl_str file, struct pl_diag *diag)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(ROW_BYTES);
	struct pl_advisory_number before, now;
	struct pl_published there;
	pl_status st = pl_query_advisory_tx(tx, file, &arena, &there);

	if (st)
		return st == PL_E_NOTFOUND ? PL_OK : st;
	if (!pl_str_eq(there.id, p->id))
		return pl_diag_set(diag, PL_E_CONFLICT, "another advisory has the file name %.*s", PL_STR_ARG(file));
	if (there.first != p->first)
		return pl_diag_set(diag, PL_E_CONFLICT, "the initial release of an advisory does not change");
	if (pl_advisory_number(there.version, &before) || pl_advisory_number(p->version, &now))
		return pl_diag_set(diag, PL_E_RANGE, "a version is an integer or a semantic version");
	if (before.semantic != now.semantic || pl_advisory_number_cmp(&before, &now) >= 0)
		return pl_diag_set(diag, PL_E_STATE, "version %.*s was stated by entry %llu: a new one must be higher",
			PL_STR_ARG(there.version), (unsigned long long)there.index);
	if (p->current < there.current)
		return pl_diag_set(diag, PL_E_STATE, "the current release goes forward only");
	return PL_OK;
}

static pl_status apply_advisory(struct pl_projection *p, const struct pl_statement *s, struct pl_diag *diag)
{
	struct pl_buf file PL_CLEANUP(pl_buf_done) = PL_BUF(PL_ADVISORY_FILE_MAX);
	struct pl_published a;
	pl_status st = pl_published_from_json(s->predicate, &a);

	if (!st)
		st = pl_advisory_file(a.id, &file);
	if (!st)
		st = may_follow(p->tx, &a, pl_buf_str(&file), diag);
	if (!st)
		st = pl_db_exec(p->tx, &pl_sql_advisory_replace, PL_DB_ARGS(PL_DB_STR(pl_buf_str(&file))), NULL);
	return st ? st : pl_db_exec(p->tx, &pl_sql_advisory_put,
		PL_DB_ARGS(PL_DB_U64(p->index), DIGEST(&s->pae), PL_DB_U64(pl_statement_time(s) / PL_SECOND), PL_DB_STR(a.id),
			PL_DB_STR(pl_buf_str(&file)), PL_DB_STR(a.version), PL_DB_U64(a.category), PL_DB_U64(a.state), PL_DB_U64(a.tlp),
			PL_DB_U64(a.first / PL_SECOND), PL_DB_U64(a.current / PL_SECOND), DIGEST(&a.digest),
			PL_DB_U64(a.document.size), DIGEST(&a.signature.digest), PL_DB_U64(a.signature.size)),
		NULL);
}

static pl_status apply_provider(struct pl_projection *p, const struct pl_statement *s, struct pl_diag *diag)
{
	struct pl_body settings = {0}, certificate = {0}, text = {0};
	uint64_t expires = 0;

	(void)diag;
	(void)pl_member_body(s->predicate, "settings", &settings);
	(void)pl_member_body(s->predicate, "certificate", &certificate);
	(void)pl_member_body(s->predicate, "securityTxt", &text);
	if (pl_time_parse(pl_member_text(s->predicate, "expires"), &expires))
		return PL_E_RANGE;
	return pl_db_exec(p->tx, &pl_sql_advisory_provider_put,
		PL_DB_ARGS(PL_DB_U64(p->index), DIGEST(&s->pae), PL_DB_U64(pl_statement_time(s) / PL_SECOND),
		DIGEST(&settings.digest),
			DIGEST(&certificate.digest), PL_DB_STR(pl_member_text(s->predicate, "fingerprint")), DIGEST(&text.digest),
			PL_DB_U64(expires / PL_SECOND)),
		NULL);
}

/* ---- asking first ---- */

struct asking {
	const struct pl_published *p;
	struct pl_diag *diag;
};

static pl_status ask(void *ctx, struct pl_db_tx *tx)
{
	struct pl_buf file PL_CLEANUP(pl_buf_done) = PL_BUF(PL_ADVISORY_FILE_MAX);
	struct asking *a = ctx;
	pl_status st = pl_advisory_file(a->p->id, &file);

	return st ? st : may_follow(tx, a->p, pl_buf_str(&file), a->diag);
}

pl_status pl_published_may_follow(struct pl_instance *inst, const struct pl_published *p, struct pl_diag *diag)
{
	struct asking a = {p, diag};

	return pl_db_read(pl_instance_db(inst), ask, &a);
}

/* ---- the tables ---- */

#define SERVICE PL_ROLE_BIT(PL_ROLE_SERVICE)

static const struct pl_predicate predicates[] = {
	{PL_TYPE_ADVISORY, "Advisory", advisory_fields, check_advisory, SERVICE, PL_APPROVAL_OFFICERS, apply_advisory},
	{PL_TYPE_ADVISORY_PROVIDER, "Publisher of advisories", provider_fields, check_provider, SERVICE, PL_APPROVAL_OFFICERS,
		apply_provider},
};

static const struct pl_public_table tables[] = {
	{"advisory", &pl_sql_dump_advisory, "ubutttuuuuububuu"},
	{"advisory_provider", &pl_sql_dump_advisory_provider, "ububbtbu"},
};

static const struct pl_signing_rule rules[] = {
	{PL_TYPE_ADVISORY, PL_PEER_BIT(PL_PEER_OPERATOR)},
	{PL_TYPE_ADVISORY_PROVIDER, PL_PEER_BIT(PL_PEER_OPERATOR)},
};

const struct pl_fact_room pl_advisory_room = {
	.name = "advisory",
	.predicates = predicates,
	.n_predicates = PL_COUNT(predicates),
	.tables = tables,
	.n_tables = PL_COUNT(tables),
	.migrations = &pl_sql_advisory_migrations,
	.rules = rules,
	.n_rules = PL_COUNT(rules),
};
