/* SPDX-License-Identifier: Apache-2.0 */
/* verify/json: the report as one line of JSON. Members are only added, never changed: docs/manual/verify.md. */
#include "base/mem.h"
#include "base/time.h"
#include "verify/say.h"
#include <stdio.h>

void pl_verify_set_safe(struct pl_json *o, const char *key, pl_str s)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_POLICY_TEXT_MAX);

	pl_verify_put_safe(&b, s);
	pl_json_set_str(o, key, pl_buf_str(&b));
}

void pl_verify_set_time(struct pl_json *o, const char *key, uint64_t t)
{
	char text[21];

	pl_time_write(t, text);
	pl_json_set_z(o, key, text);
}

void pl_verify_set_digest(struct pl_json *o, const char *key, const struct pl_digest *d)
{
	char text[PL_DIGEST_TEXT + 1];

	pl_digest_text(d, text);
	pl_json_set_z(o, key, text);
}

static void put_file(struct pl_json *top, pl_str name, const struct pl_digest *digest)
{
	struct pl_json *file = pl_json_set_object(top, "file");

	pl_verify_set_safe(file, "name", name);
	if (digest)
		pl_verify_set_digest(file, "digest", digest);
}

void pl_verify_set_log(struct pl_json *top, const struct pl_verify *v)
{
	const struct pl_policy_witness *list;
	size_t n = pl_policy_witnesses(v->policy, &list);
	struct pl_json *log = pl_json_set_object(top, "log"), *witnesses;

	pl_verify_set_safe(log, "origin", v->checkpoint.origin);
	pl_json_set_u64(log, "size", v->checkpoint.size);
	pl_verify_set_digest(log, "root", &v->checkpoint.root);
	if (v->purpose.len > 0)
		pl_verify_set_safe(log, "purpose", v->purpose);
	pl_json_set_bool(top, "witnessed", v->verdict.quorum_met);
	pl_json_set_bool(top, "quorumNone", v->verdict.unwitnessed);
	witnesses = pl_json_set_array(top, "witnesses");
	for (size_t i = 0; i < n; i++)
		if (v->verdict.witness[i].counts) {
			struct pl_json *w = pl_json_push_object(witnesses);

			pl_verify_set_safe(w, "name", list[i].key.name);
			pl_verify_set_time(w, "time", v->verdict.witness[i].time);
		}
}

static void put_subjects(struct pl_json *o, const struct pl_statement *s)
{
	struct pl_json *list = pl_json_set_array(o, "subjects");

	for (size_t i = 0; i < s->n_subjects; i++) {
		struct pl_json *one = pl_json_push_object(list);

		pl_verify_set_safe(one, "name", s->subjects[i].name);
		pl_verify_set_digest(one, "digest", &s->subjects[i].sha256);
	}
}

static void put_entry(struct pl_json *list, const struct pl_verify_entry *e)
{
	struct pl_json *o = pl_json_push_object(list);

	pl_json_set_u64(o, "index", e->index);
	pl_json_set_bool(o, "counts", e->counts);
	if (!e->counts)
		pl_verify_set_safe(o, "whyNot", pl_str_from(e->why_not));
	if (!e->statement)
		return;
	pl_verify_set_safe(o, "type", e->statement->type);
	if (e->kind)
		pl_json_set_z(o, "kind", e->kind->word);
	pl_verify_set_digest(o, "pae", &e->statement->pae);
	pl_json_set_bool(o, "aboutFile", e->about_file);
	put_subjects(o, e->statement);
	if (!e->counts)
		return;
	pl_verify_set_time(o, "claimedTime", pl_statement_time(e->statement));
	if (e->signer)
		pl_verify_set_safe(o, "signer", pl_str_from(e->signer));
	pl_json_set_u64(o, "approvals", e->judged.approvals);
	pl_json_set(o, "predicate", pl_json_copy(e->statement->predicate));
}

static void put_release(struct pl_json *top, const struct pl_verify_entry *e)
{
	struct pl_json *o = pl_json_set_object(top, "release");
	uint64_t number = 0;

	(void)!pl_json_get_u64(e->statement->predicate, "number", UINT32_MAX, &number, NULL);
	pl_verify_set_safe(o, "product", pl_verify_text_of(e, "product"));
	pl_verify_set_safe(o, "version", pl_verify_text_of(e, "version"));
	pl_json_set_u64(o, "number", number);
	pl_json_set_u64(o, "index", e->index);
}

/* Every rebuild verdict about the file, by whom, and which of them stand. */
static void put_rebuilds(struct pl_json *top, const struct pl_verify *v)
{
	struct pl_json *list = pl_json_set_array(top, "rebuilds");

	for (size_t i = 0; i < v->bundle.n; i++) {
		const struct pl_verify_entry *e = &v->entry[i];
		struct pl_json *o;

		if (!e->counts || !e->about_file || strcmp(e->kind->row.type, PL_TYPE_REBUILD_VERDICT) != 0)
			continue;
		o = pl_json_push_object(list);
		pl_json_set_u64(o, "index", e->index);
		pl_verify_set_safe(o, "site", pl_verify_text_of(e, "site"));
		pl_verify_set_safe(o, "verdict", pl_verify_text_of(e, "verdict"));
		if (pl_verify_not_attempted(e))
			pl_verify_set_safe(o, "reason", pl_verify_text_of(e, "reason"));
		if (e->signer)
			pl_verify_set_safe(o, "signer", pl_str_from(e->signer));
		if (e->rebuilder >= 0)
			pl_verify_set_safe(o, "rebuilder", pl_verify_rebuilder(v, e));
		if (e->replaced)
			pl_json_set_u64(o, "replacedBy", e->replaced->index);
	}
}

pl_status pl_verify_finish(struct pl_json *top, struct pl_buf *out)
{
	pl_status st = pl_json_write(top, out);

	pl_json_free(top);
	pl_buf_put_c(out, '\n');
	return st == PL_OK ? pl_buf_status(out) : st;
}

pl_status pl_verify_write_json(const struct pl_verify *v, const struct pl_json *shown, struct pl_buf *out)
{
	struct pl_json *top = pl_json_new_object(), *list;
	char room[256];
	const char *line;

	pl_json_set_z(top, "result", v->status == PL_OK ? "proved" : "refused");
	if (v->status != PL_OK) {
		pl_json_set_z(top, "reason", pl_status_word(v->status));
		pl_json_set_z(top, "words", v->words);
	}
	put_file(top, v->name, &v->file);
	if (v->release)
		put_release(top, v->release);
	pl_verify_set_log(top, v);
	pl_json_set_u64(top, "rebuilders", v->rebuilders);
	put_rebuilds(top, v);
	list = pl_json_set_array(top, "statements");
	for (size_t i = 0; i < v->bundle.n; i++)
		put_entry(list, &v->entry[i]);
	list = pl_json_set_array(top, "notProved");
	for (size_t i = 0; (line = pl_verify_not_proved(v, i, room, sizeof room)); i++)
		pl_json_push_z(list, line);
	if (shown)
		pl_json_set(top, "shown", pl_json_ref(shown));
	return pl_verify_finish(top, out);
}

pl_status pl_verify_write_refusal_json(pl_str name, const struct pl_digest *file, pl_status st,
	const struct pl_diag *why, struct pl_buf *out)
{
	struct pl_json *top = pl_json_new_object();

	pl_json_set_z(top, "result", "refused");
	pl_json_set_z(top, "reason", pl_status_word(st));
	pl_verify_set_safe(top, "words", pl_str_from(pl_diag_text(why, st)));
	put_file(top, name, file);
	return pl_verify_finish(top, out);
}
