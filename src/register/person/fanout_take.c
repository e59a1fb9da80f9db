/* SPDX-License-Identifier: Apache-2.0 */
/* What processors signed: verified, judged, and kept. */
#include "base/codec.h"
#include "base/file.h"
#include "register/person/fanout_internal.h"
#include "register/person/sql.h"
#include <fcntl.h>

pl_status pl_fanout_key(struct pl_person_desk *d, const struct pl_outside_store *store, struct pl_processor_key **ret, struct pl_diag *diag)
{
	struct pl_buf pem PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PROCESSOR_PEM_MAX);
	int dir PL_CLEANUP(pl_file_close) = -1;
	char path[4096], domain[256];
	pl_status st = pl_file_open_dir(AT_FDCWD, pl_instance_dir(d->inst), &dir);

	if (!st)
		st = pl_str_z(store->certificate, path, sizeof path);
	if (!st)
		st = pl_str_z(store->domain, domain, sizeof domain);
	if (!st)
		st = pl_file_read(dir, path, &pem);
	if (st)
		return pl_diag_set(diag, st, "cannot read the key of %.*s, %.*s", PL_STR_ARG(store->name), PL_STR_ARG(store->certificate));
	st = pl_processor_key_read(pl_buf_str(&pem), domain, d->now, ret, diag);
	if (st)
		pl_diag_context(diag, "%.*s", PL_STR_ARG(store->certificate));
	return st;
}

pl_status pl_fanout_verify(struct pl_person_desk *d, const struct pl_outside_store *store, const struct fanout_answer *a,
	struct pl_digest *ret_digest, struct pl_digest *ret_key, struct pl_diag *diag)
{
	struct pl_processor_key *key PL_CLEANUP(pl_processor_key_freep) = NULL;
	struct pl_buf sig PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PROCESSOR_SIGNATURE_MAX);
	pl_status st;

	if (!pl_str_eq(a->domain, store->domain))
		return pl_diag_set(diag, PL_E_MISMATCH, "the answer is signed for another domain than %.*s", PL_STR_ARG(store->domain));
	if (pl_base64_get_lenient(a->signature, &sig) || !sig.len)
		return pl_diag_set(diag, PL_E_SIGNATURE, "the answer is not signed");
	st = pl_fanout_key(d, store, &key, diag);
	if (st)
		return st;
	pl_sha256(pl_str_bytes(a->body), ret_digest);
	pl_processor_key_id(key, ret_key);
	st = pl_processor_verify(key, ret_digest, pl_buf_bytes(&sig));
	return st ? pl_diag_set(diag, st, "the answer's signature is not that of %.*s", PL_STR_ARG(store->name)) : PL_OK;
}

#define RECEIPTS_MAX 64u /* of one request to one processor */

struct taking {
	struct pl_person_desk *d;
	struct fanout_sent *s;
	const struct fanout_answer *a;
	const struct pl_job *job;
	struct pl_opendsr_answer said;
	enum pl_opendsr_state state;
	bool unchanged; /* a status that was asked for and says nothing new */
	struct pl_digest digest, key;
};

static pl_status next_number(const struct taking *t, struct pl_db_tx *tx, uint64_t *ret)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_person_receipt_next, PL_DB_ARGS(PL_DB_Z(t->s->id), PL_DB_STR(t->s->store->name)), &rows);

	if (st)
		return st;
	*ret = pl_db_col_u64(rows, 0) + 1;
	return pl_db_rows_status(rows);
}

/* It may have gone on since it was read: a receipt changes no state, and no other answer brings one back. */
static pl_status judge_now(struct taking *t, struct pl_db_tx *tx)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_person_sent_state, PL_DB_ARGS(PL_DB_Z(t->s->id), PL_DB_STR(t->s->store->name)), &rows);
	int64_t have;
	enum pl_opendsr_state state;

	if (st)
		return st;
	have = pl_db_col_i64(rows, 0);
	state = have < 0 ? PL_OPENDSR_PENDING : (enum pl_opendsr_state)have;
	if (t->a->kind == PL_OPENDSR_RECEIPT)
		t->state = state;
	t->unchanged = have >= 0 && t->a->kind == PL_OPENDSR_STATUS && t->state == state && (!t->said.expected || t->said.expected == t->s->expected) &&
		(!t->said.results_url.len || pl_str_eq(t->said.results_url, pl_str_from(t->s->results)));
	st = pl_db_rows_status(rows);
	return st ? st : pl_opendsr_may_become(state, t->state) ? PL_OK : PL_E_STATE;
}

/* The same bytes say nothing new: who sends them again may have them from somewhere. */
static pl_status judge_replay(const struct taking *t, struct pl_db_tx *tx)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = t->a->kind != PL_OPENDSR_CALLBACK ?
		PL_E_NOTFOUND :
		pl_db_one(tx, &pl_sql_person_receipt_same,
			PL_DB_ARGS(PL_DB_Z(t->s->id), PL_DB_STR(t->s->store->name), PL_DB_BLOB(pl_digest_bytes(&t->digest))), &rows);

	return st == PL_E_NOTFOUND ? PL_OK : st ? st : PL_E_EXISTS;
}

static pl_status keep(void *ctx, struct pl_db_tx *tx)
{
	struct taking *t = ctx;
	pl_str id = pl_str_from(t->s->id), processor = t->s->store->name, results = t->said.results_url;
	/* The first receipt repeats the request, which is not to be kept. */
	pl_bytes body = t->a->kind == PL_OPENDSR_RECEIPT ? (pl_bytes){(const uint8_t *)"", 0} : pl_str_bytes(t->a->body);
	uint64_t number = 0;
	pl_status st = judge_replay(t, tx);
	bool over;

	if (!st)
		st = judge_now(t, tx);
	if (!st)
		st = next_number(t, tx, &number);
	over = t->state == PL_OPENDSR_COMPLETED || t->state == PL_OPENDSR_CANCELLED;
	if (!st && t->unchanged)
		return t->job ? pl_jobs_finish(tx, t->job) : PL_OK;
	if (!st && number > RECEIPTS_MAX)
		return PL_E_TOOBIG;
	if (!st)
		st = pl_db_exec(tx, &pl_sql_person_receipt_put,
			PL_DB_ARGS(PL_DB_STR(id), PL_DB_STR(processor), PL_DB_U64(number), PL_DB_U64(t->d->now), PL_DB_U64((uint64_t)t->state),
				PL_DB_STR(t->a->domain), PL_DB_STR(t->a->signature), PL_DB_BLOB(pl_digest_bytes(&t->digest)), PL_DB_BLOB(body),
				PL_DB_BLOB(pl_digest_bytes(&t->key))),
			NULL);
	if (!st)
		st = pl_db_exec(tx, &pl_sql_person_sent_set,
			PL_DB_ARGS(PL_DB_STR(id), PL_DB_STR(processor), PL_DB_I64((int64_t)t->state), PL_DB_U64(t->said.expected ? t->said.expected : t->s->expected),
				PL_DB_STR(results.len ? results : pl_str_from(t->s->results))),
			NULL);
	if (!st && over)
		st = pl_db_exec(tx, &pl_sql_person_sent_over, PL_DB_ARGS(PL_DB_STR(id), PL_DB_STR(processor)), NULL);
	return st || !t->job ? st : pl_jobs_finish(tx, t->job);
}

/* Is it about this request, and may it say so? */
static pl_status judge(struct taking *t, struct pl_diag *diag)
{
	const struct pl_opendsr_answer *said = &t->said;

	if (!pl_str_eq(said->id, pl_str_from(t->s->id)))
		return pl_diag_set(diag, PL_E_MISMATCH, "the answer is about another request");
	if (!pl_str_eq(said->controller, t->s->store->controller))
		return pl_diag_set(diag, PL_E_MISMATCH, "the answer is for another controller");
	t->state = t->a->kind == PL_OPENDSR_CANCELLATION ? PL_OPENDSR_CANCELLED : said->has_state ? said->state : t->s->state;
	if (!pl_opendsr_may_become(t->s->state, t->state))
		return pl_diag_set(diag, PL_E_STATE, "a request that is %s does not become %s", pl_opendsr_state_word(t->s->state),
			pl_opendsr_state_word(t->state));
	return PL_OK;
}

static pl_status judge_echo(const struct taking *t, struct pl_diag *diag)
{
	struct pl_buf echo PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_OPENDSR_BODY_MAX);
	struct pl_digest digest;

	if (t->a->kind != PL_OPENDSR_RECEIPT)
		return PL_OK;
	if (pl_base64_get_lenient(t->said.encoded_request, &echo))
		return pl_diag_set(diag, PL_E_SYNTAX, "encoded_request is no base64");
	pl_sha256(pl_buf_bytes(&echo), &digest);
	return pl_digest_eq(&digest, &t->s->digest) ? PL_OK : pl_diag_set(diag, PL_E_MISMATCH, "the receipt repeats another request");
}

pl_status pl_fanout_take(struct pl_person_desk *d, struct fanout_sent *s, const struct fanout_answer *a, const struct pl_job *job,
	struct pl_diag *diag)
{
	struct taking t = {.d = d, .s = s, .a = a, .job = job};
	pl_status st = pl_fanout_verify(d, s->store, a, &t.digest, &t.key, diag);

	if (!st)
		st = pl_opendsr_answer_parse(a->body, a->kind, &t.said, diag);
	if (!st)
		st = judge(&t, diag);
	if (!st)
		st = judge_echo(&t, diag);
	if (!st)
		st = pl_db_tx(pl_instance_db(d->inst), keep, &t);
	if (st == PL_E_EXISTS)
		pl_diag_words(diag, "this was taken in before");
	pl_opendsr_answer_done(&t.said);
	return st;
}
