/* SPDX-License-Identifier: Apache-2.0 */
#include "fact/statement.h"
#include "fact/statement_internal.h"

#define ARENA_MAX (512u * 1024u)
#define DEPTH 32u
#define MEDIA_TYPE_MAX 127u
/* The year 2262: a later time is no signed 64-bit count of nanoseconds, and the public tables could not hold it. */
#define ULID_MS_MAX ((uint64_t)INT64_MAX / PL_MILLISECOND)

bool pl_statement_name_ok(pl_str s)
{
	if (s.len == 0 || s.len > PL_STATEMENT_NAME_MAX)
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] < 0x21 || s.ptr[i] > 0x7e)
			return false;
	return true;
}

/* ---- building ---- */

static pl_status check_subjects(const struct pl_subject *subjects, size_t n, struct pl_diag *diag)
{
	if (n == 0 || n > PL_STATEMENT_SUBJECTS_MAX)
		return pl_diag_set(diag, PL_E_RANGE, "a statement has 1 to %u subjects, not %zu", PL_STATEMENT_SUBJECTS_MAX, n);
	for (size_t i = 0; i < n; i++)
		if (!pl_statement_name_ok(subjects[i].name))
			return pl_diag_set(diag, PL_E_RANGE,
				"subject %zu: a name has 1 to %u printable ASCII characters without spaces, found \"%.*s\"", i,
				PL_STATEMENT_NAME_MAX, PL_STR_ARG(subjects[i].name));
	return PL_OK;
}

static void put_subject(struct pl_json *list, const struct pl_subject *s, const char *annotate_id)
{
	struct pl_json *o = pl_json_push_object(list);
	char hex[2 * PL_DIGEST_LEN + 1];

	pl_digest_hex(&s->sha256, hex);
	pl_json_set_z(pl_json_set_object(o, "digest"), "sha256", hex);
	pl_json_set_str(o, "name", s->name);
	if (annotate_id)
		pl_json_set_z(pl_json_set_object(o, "annotations"), "id", annotate_id);
}

static struct pl_json *compose(pl_str type, const char *id, const struct pl_subject *subjects, size_t n,
	const struct pl_json *predicate)
{
	bool ours = pl_str_starts(type, PL_STR(PL_STATEMENT_OURS));
	struct pl_json *root = pl_json_new_object(), *copy = pl_json_copy(predicate), *list;

	pl_json_set_z(root, "_type", PL_STATEMENT_V1);
	pl_json_set_str(root, "predicateType", type);
	if (ours)
		pl_json_set_z(copy, "id", id);
	pl_json_set(root, "predicate", copy);
	list = pl_json_set_array(root, "subject");
	for (size_t i = 0; i < n; i++)
		put_subject(list, &subjects[i], !ours && i == 0 ? id : NULL);
	return root;
}

pl_status pl_statement_build_as(pl_str type, const struct pl_ulid *id, const struct pl_subject *subjects,
	size_t n_subjects, const struct pl_json *predicate, struct pl_buf *payload, struct pl_diag *diag)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_PAYLOAD_MAX);
	struct pl_json *root PL_CLEANUP(pl_json_done) = NULL;
	char id_text[PL_ULID_TEXT + 1];
	pl_status st = check_subjects(subjects, n_subjects, diag);

	if (st)
		return st;
	if (!pl_statement_name_ok(type))
		return pl_diag_set(diag, PL_E_RANGE, "\"%.*s\" cannot be a predicate type", PL_STR_ARG(type));
	if (pl_json_kind(predicate) != PL_JSON_OBJECT)
		return pl_diag_set(diag, PL_E_RANGE, "a predicate is an object");
	if (pl_str_starts(type, PL_STR(PL_STATEMENT_OURS)) && pl_json_get(predicate, "id"))
		return pl_diag_set(diag, PL_E_RANGE, "the predicate has a member \"id\" already");
	pl_ulid_write(id, id_text);
	root = compose(type, id_text, subjects, n_subjects, predicate);
	st = pl_json_canon_rfc8785(root, &text);
	if (st == PL_E_TOOBIG) {
		pl_diag_hint(diag, "put the part that grows into a body");
		return pl_diag_set(diag, st, "the payload would be larger than %u bytes", PL_STATEMENT_PAYLOAD_MAX);
	}
	if (st)
		return pl_diag_set(diag, st, "the predicate cannot be written as canonical JSON");
	return pl_statement_append(payload, pl_buf_bytes(&text));
}

pl_status pl_statement_append(struct pl_buf *out, pl_bytes data)
{
	if (pl_buf_status(out) == PL_OK && (out->len > out->max || data.len > out->max - out->len))
		return PL_E_TOOBIG;
	pl_buf_put_bytes(out, data);
	return pl_buf_status(out);
}

pl_status pl_statement_build(pl_str type, const struct pl_subject *subjects, size_t n_subjects,
	const struct pl_json *predicate, struct pl_buf *payload, struct pl_ulid *ret_id, struct pl_diag *diag)
{
	struct pl_ulid id = pl_ulid_new();
	pl_status st = pl_statement_build_as(type, &id, subjects, n_subjects, predicate, payload, diag);

	if (st == PL_OK && ret_id)
		*ret_id = id;
	return st;
}

/* ---- bodies ---- */

/* RFC 6838 restricted-name characters. */
static bool media_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		(c != '\0' && strchr("!#$&-^_.+", c));
}

bool pl_statement_media_type_ok(pl_str s)
{
	size_t slash = pl_str_find(s, '/');

	if (slash == 0 || slash + 1 >= s.len || s.len > MEDIA_TYPE_MAX)
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (i != slash && !media_char(s.ptr[i]))
			return false;
	return true;
}

struct pl_json *pl_body_to_json(const struct pl_body *body)
{
	struct pl_json *o = pl_json_new_object();
	char text[PL_DIGEST_TEXT + 1];

	pl_digest_text(&body->digest, text);
	pl_json_set_z(o, "digest", text);
	pl_json_set_str(o, "mediaType", body->media_type);
	pl_json_set_u64(o, "size", body->size);
	return o;
}

pl_status pl_body_from_json(const struct pl_json *json, struct pl_body *ret, struct pl_diag *diag)
{
	static const char *const members[] = {"digest", "mediaType", "size"};
	struct pl_body body = {0};
	pl_str digest;
	pl_status st;

	if (pl_json_kind(json) != PL_JSON_OBJECT)
		return pl_diag_set(diag, PL_E_SYNTAX, "expected a body {digest, mediaType, size}");
	st = pl_json_only(json, members, PL_COUNT(members), diag);
	if (st == PL_OK)
		st = pl_json_get_str(json, "digest", &digest, diag);
	if (st == PL_OK && pl_digest_parse(digest, &body.digest) != PL_OK)
		st = pl_diag_set(diag, PL_E_SYNTAX, "digest: expected sha256: and 64 hex digits");
	if (st == PL_OK)
		st = pl_json_get_str(json, "mediaType", &body.media_type, diag);
	if (st == PL_OK && !pl_statement_media_type_ok(body.media_type))
		st = pl_diag_set(diag, PL_E_SYNTAX, "mediaType: expected type/subtype");
	if (st == PL_OK)
		st = pl_json_get_u64(json, "size", PL_STATEMENT_NUMBER_MAX, &body.size, diag);
	if (st)
		return st == PL_E_NOTFOUND ? PL_E_SYNTAX : st;
	*ret = body;
	return PL_OK;
}

/* ---- opening ---- */

static pl_status parse_digest_hex(const struct pl_json *digest, struct pl_digest *ret, struct pl_diag *diag)
{
	pl_str hex;
	pl_status st = pl_json_get_str(digest, "sha256", &hex, diag);

	if (st == PL_OK && pl_hex_read(hex, ret->b, sizeof ret->b) != PL_OK)
		st = pl_diag_set(diag, PL_E_SYNTAX, "sha256: expected 64 lower-case hex digits");
	return st;
}

static pl_status parse_subject(const struct pl_json *o, bool ours, struct pl_subject *ret, struct pl_diag *diag)
{
	static const char *const members[] = {"digest", "name"}, *const digests[] = {"sha256"};
	const struct pl_json *digest;
	pl_status st;

	if (pl_json_kind(o) != PL_JSON_OBJECT)
		return pl_diag_set(diag, PL_E_SYNTAX, "expected an object");
	st = pl_json_get_object(o, "digest", &digest, diag);
	if (st == PL_OK && ours)
		st = pl_json_only(o, members, PL_COUNT(members), diag);
	if (st == PL_OK && ours)
		st = pl_json_only(digest, digests, PL_COUNT(digests), diag);
	if (st == PL_OK)
		st = parse_digest_hex(digest, &ret->sha256, diag);
	if (st == PL_OK)
		st = pl_json_get_str(o, "name", &ret->name, diag);
	if (st == PL_OK && !pl_statement_name_ok(ret->name))
		st = pl_diag_set(diag, PL_E_RANGE, "name: expected 1 to %u printable ASCII characters without spaces",
			PL_STATEMENT_NAME_MAX);
	return st;
}

static pl_status parse_subjects(struct pl_statement *s, struct pl_diag *diag)
{
	const struct pl_json *list;
	pl_status st = pl_json_get_array(s->json, "subject", &list, diag);

	if (st)
		return st;
	s->n_subjects = pl_json_count(list);
	if (s->n_subjects == 0 || s->n_subjects > PL_STATEMENT_SUBJECTS_MAX)
		return pl_diag_set(diag, PL_E_RANGE, "subject: expected 1 to %u, found %zu", PL_STATEMENT_SUBJECTS_MAX,
			s->n_subjects);
	for (size_t i = 0; i < s->n_subjects && st == PL_OK; i++) {
		st = parse_subject(pl_json_at(list, i), s->ours, &s->subjects[i], diag);
		if (st)
			pl_diag_context(diag, "subject[%zu]", i);
	}
	return st;
}

static pl_status parse_id(struct pl_statement *s, struct pl_diag *diag)
{
	const struct pl_json *holder = s->predicate;
	pl_str text;
	pl_status st = PL_OK;

	if (!s->ours)
		st = pl_json_get_object(pl_json_at(pl_json_get(s->json, "subject"), 0), "annotations", &holder, diag);
	if (st == PL_OK)
		st = pl_json_get_str(holder, "id", &text, diag);
	if (st == PL_OK && pl_ulid_parse(text, &s->id) != PL_OK)
		st = pl_diag_set(diag, PL_E_SYNTAX, "id: expected a ULID of 26 digits");
	if (st == PL_OK && pl_ulid_ms(&s->id) > ULID_MS_MAX)
		st = pl_diag_set(diag, PL_E_RANGE, "id: its time lies beyond the year 2262");
	if (st)
		pl_diag_context(diag, s->ours ? "predicate" : "subject[0].annotations");
	return st;
}

static pl_status check_canonical(const struct pl_statement *s, struct pl_diag *diag)
{
	struct pl_buf again PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_PAYLOAD_MAX);
	pl_status st = pl_json_canon_rfc8785(s->json, &again);

	if (st == PL_OK && !pl_bytes_eq(pl_buf_bytes(&again), s->envelope.payload))
		st = PL_E_SYNTAX;
	return st ? pl_diag_set(diag, PL_E_SYNTAX, "the payload is not RFC 8785 canonical JSON") : PL_OK;
}

static pl_status parse_payload(struct pl_statement *s, struct pl_diag *diag)
{
	static const char *const members[] = {"_type", "predicate", "predicateType", "subject"};
	pl_str v1;
	pl_status st = pl_json_parse(pl_bytes_str(s->envelope.payload), PL_STATEMENT_PAYLOAD_MAX, DEPTH, &s->json, diag);

	if (st)
		return st;
	if (pl_json_kind(s->json) != PL_JSON_OBJECT)
		return pl_diag_set(diag, PL_E_SYNTAX, "a statement is an object");
	st = pl_json_only(s->json, members, PL_COUNT(members), diag);
	if (st == PL_OK)
		st = pl_json_get_str(s->json, "_type", &v1, diag);
	if (st == PL_OK && !pl_str_eq(v1, PL_STR(PL_STATEMENT_V1)))
		st = pl_diag_set(diag, PL_E_SYNTAX, "_type: expected %s", PL_STATEMENT_V1);
	if (st == PL_OK)
		st = pl_json_get_str(s->json, "predicateType", &s->type, diag);
	if (st == PL_OK && !pl_statement_name_ok(s->type))
		st = pl_diag_set(diag, PL_E_SYNTAX, "predicateType: expected a URI");
	if (st == PL_OK)
		st = pl_json_get_object(s->json, "predicate", &s->predicate, diag);
	if (st)
		return st;
	s->ours = pl_str_starts(s->type, PL_STR(PL_STATEMENT_OURS));
	st = parse_subjects(s, diag);
	if (st == PL_OK)
		st = parse_id(s, diag);
	if (st == PL_OK && s->ours)
		st = check_canonical(s, diag);
	return st;
}

/* NOTFOUND means "member missing" to the JSON getters; to a caller it would mean "no such statement". */
static pl_status as_syntax(pl_status st)
{
	return st == PL_E_NOTFOUND ? PL_E_SYNTAX : st;
}

static struct pl_statement *new_statement(void)
{
	struct pl_statement *s = PL_NEW(struct pl_statement);

	s->arena = (struct pl_arena)PL_ARENA(ARENA_MAX);
	return s;
}

static pl_status open_envelope(struct pl_statement *s, pl_bytes entry, struct pl_diag *diag)
{
	struct pl_buf again PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_ENTRY_MAX);
	pl_status st;

	if (entry.len > PL_STATEMENT_ENTRY_MAX)
		return pl_diag_set(diag, PL_E_TOOBIG, "an entry has at most %u bytes", PL_STATEMENT_ENTRY_MAX);
	st = pl_dsse_parse(pl_bytes_str(entry), &s->arena, &s->envelope, diag);
	if (st)
		return st;
	pl_dsse_write(&again, &s->envelope);
	if (pl_buf_status(&again) || !pl_bytes_eq(pl_buf_bytes(&again), entry))
		return pl_diag_set(diag, PL_E_SYNTAX, "the envelope is not in its canonical spelling");
	if (!pl_str_eq(s->envelope.type, PL_STR(PL_STATEMENT_MEDIA)))
		return pl_diag_set(diag, PL_E_SYNTAX, "payloadType: expected %s", PL_STATEMENT_MEDIA);
	return PL_OK;
}

static pl_status finish_open(struct pl_statement *s, struct pl_statement **ret, struct pl_diag *diag)
{
	pl_status st;

	if (s->envelope.payload.len > PL_STATEMENT_PAYLOAD_MAX)
		return pl_diag_set(diag, PL_E_TOOBIG, "a payload has at most %u bytes", PL_STATEMENT_PAYLOAD_MAX);
	st = parse_payload(s, diag);
	if (st)
		return as_syntax(st);
	pl_dsse_digest(s->envelope.type, s->envelope.payload, &s->pae);
	*ret = s;
	return PL_OK;
}

pl_status pl_statement_open(pl_bytes entry, struct pl_statement **ret, struct pl_diag *diag)
{
	struct pl_statement *s = new_statement();
	pl_status st = open_envelope(s, entry, diag);

	if (st == PL_OK)
		st = finish_open(s, ret, diag);
	if (st)
		pl_statement_close(s);
	return st;
}

pl_status pl_statement_open_payload(pl_bytes payload, struct pl_statement **ret, struct pl_diag *diag)
{
	struct pl_statement *s = new_statement();
	pl_str copy = {0};
	pl_status st = PL_E_TOOBIG;

	if (payload.len <= PL_STATEMENT_PAYLOAD_MAX)
		st = pl_arena_dup(&s->arena, pl_bytes_str(payload), &copy);
	s->envelope.type = PL_STR(PL_STATEMENT_MEDIA);
	s->envelope.payload = pl_str_bytes(copy);
	if (st == PL_OK)
		st = finish_open(s, ret, diag);
	if (st)
		pl_statement_close(s);
	return st;
}

pl_status pl_statement_sign_alone(pl_bytes payload, struct pl_signer *signer, struct pl_buf *out, struct pl_diag *diag)
{
	struct pl_statement *s PL_CLEANUP(pl_statement_closep) = NULL;
	pl_status st = pl_statement_open_payload(payload, &s, diag);

	if (!st)
		st = pl_dsse_sign(&s->envelope, signer, &s->arena);
	if (st)
		return st;
	pl_dsse_write(out, &s->envelope);
	return pl_buf_status(out);
}

void pl_statement_close(struct pl_statement *s)
{
	if (!s)
		return;
	pl_json_free(s->json);
	pl_arena_done(&s->arena);
	pl_free(s);
}

void pl_statement_closep(struct pl_statement **s)
{
	pl_statement_close(*s);
}

uint64_t pl_statement_time(const struct pl_statement *s)
{
	return pl_ulid_ms(&s->id) * PL_MILLISECOND;
}

/* ---- spelling ---- */

pl_status pl_statement_rewrite(pl_bytes envelope, struct pl_buf *entry, struct pl_diag *diag)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_ENTRY_MAX);
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(4u * PL_DSSE_MAX);
	struct pl_dsse env;
	pl_status st = pl_dsse_parse(pl_bytes_str(envelope), &arena, &env, diag);

	if (st)
		return st;
	pl_dsse_write(&text, &env);
	st = pl_buf_status(&text);
	if (st == PL_E_TOOBIG) {
		pl_diag_hint(diag, "store the attestation as a body and log a body/v1 statement");
		return pl_diag_set(diag, st, "the envelope would be larger than %u bytes", PL_STATEMENT_ENTRY_MAX);
	}
	return st ? st : pl_statement_append(entry, pl_buf_bytes(&text));
}

pl_status pl_statement_pae(pl_bytes payload, struct pl_digest *ret)
{
	if (payload.len > PL_STATEMENT_PAYLOAD_MAX)
		return PL_E_TOOBIG;
	pl_dsse_digest(PL_STR(PL_STATEMENT_MEDIA), payload, ret);
	return PL_OK;
}
