/* SPDX-License-Identifier: Apache-2.0 */
/* Requests and receipts as they are kept. */
#include "base/codec.h"
#include "base/file.h"
#include "base/time.h"
#include "register/person/fanout_internal.h"
#include "register/person/sql.h"
#include <fcntl.h>

/* ---- what is sent, sealed ---- */

static void seal_key(const struct pl_person_desk *d, uint8_t ret[static 32])
{
	pl_secret_derive(pl_bytes_of(d->key.b, sizeof d->key.b), "pl-person-sent/v1", ret);
}

static void about(pl_str id, pl_str processor, struct pl_buf *out)
{
	pl_buf_put_str(out, id);
	pl_buf_put_c(out, '/');
	pl_buf_put_str(out, processor);
}

static pl_status seal(const struct pl_person_desk *d, pl_str id, pl_str processor, pl_bytes plain, struct pl_buf *out)
{
	struct pl_buf place PL_CLEANUP(pl_buf_done) = PL_BUF(256);
	uint8_t key[32];

	about(id, processor, &place);
	seal_key(d, key);
	pl_secret_seal(key, pl_buf_bytes(&place), plain, out);
	pl_wipe(key, sizeof key);
	return pl_buf_status(out);
}

static pl_status unseal(const struct pl_person_desk *d, pl_str id, pl_str processor, pl_bytes sealed, struct pl_buf *out)
{
	struct pl_buf place PL_CLEANUP(pl_buf_done) = PL_BUF(256);
	uint8_t key[32];
	pl_status st;

	about(id, processor, &place);
	seal_key(d, key);
	st = pl_secret_open(key, pl_buf_bytes(&place), sealed, out);
	pl_wipe(key, sizeof key);
	return st;
}

/* ---- sending ---- */

pl_status pl_fanout_job(struct pl_db_tx *tx, char act, pl_str id, pl_str processor)
{
	struct pl_buf key PL_CLEANUP(pl_buf_done) = PL_BUF(PL_JOBS_KEY_MAX), payload PL_CLEANUP(pl_buf_done) = PL_BUF(256);
	struct pl_jobs_new job = {.kind = FANOUT_JOB};
	pl_status st;

	pl_buf_printf(&key, "%c/%.*s/%.*s", act, PL_STR_ARG(id), PL_STR_ARG(processor));
	pl_buf_put_str(&payload, pl_buf_str(&key));
	if (pl_buf_status(&key) || pl_buf_status(&payload))
		return PL_E_TOOBIG;
	job.key = pl_buf_str(&key);
	job.payload = pl_buf_bytes(&payload);
	st = pl_jobs_put(tx, &job, NULL);
	return st == PL_E_EXISTS ? PL_OK : st;
}

struct sending {
	struct pl_person_desk *d;
	struct pl_opendsr_request request;
	pl_bytes body;
	size_t n;
};

static pl_status put_one(struct sending *s, struct pl_db_tx *tx, const struct pl_outside_store *store)
{
	struct pl_buf sealed PL_CLEANUP(pl_buf_done) = PL_BUF(PL_SECRET_MAX + PL_SECRET_OVERHEAD);
	struct pl_digest digest;
	pl_status st = seal(s->d, s->request.id, store->name, s->body, &sealed);

	pl_sha256(s->body, &digest);
	if (!st)
		st = pl_db_exec(tx, &pl_sql_person_sent_put,
			PL_DB_ARGS(PL_DB_STR(s->request.id), PL_DB_STR(store->name), PL_DB_U64((uint64_t)s->request.kind), PL_DB_U64(s->d->now),
				PL_DB_BLOB(pl_digest_bytes(&digest)), PL_DB_BLOB(pl_buf_bytes(&sealed))),
			NULL);
	if (!st)
		st = pl_fanout_job(tx, 's', s->request.id, store->name);
	s->n++;
	return st;
}

static pl_status put_all(void *ctx, struct pl_db_tx *tx)
{
	struct sending *s = ctx;
	pl_status st = PL_OK;

	s->n = 0;
	for (size_t i = 0; i < s->d->outside->n_stores && !st; i++)
		if (s->d->outside->stores[i].kind == PL_OUTSIDE_OPENDSR)
			st = put_one(s, tx, &s->d->outside->stores[i]);
	return st;
}

pl_status pl_fanout_send(struct pl_person_desk *d, enum pl_opendsr_kind kind, const struct pl_person *who, pl_str regulation,
	pl_str callback, char ret_id[static PL_OPENDSR_ID_TEXT + 1], size_t *ret_n, struct pl_diag *diag)
{
	struct pl_buf body PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_SECRET_MAX);
	char id[PL_OPENDSR_ID_TEXT + 1];
	struct sending s = {.d = d, .request = {.kind = kind, .regulation = regulation, .submitted = d->now}};
	pl_status st = pl_opendsr_identities(who, &s.request);

	if (st)
		return pl_diag_set(diag, st, "a processor knows e-mail addresses, accounts and product keys; none was given");
	pl_opendsr_id_new(id);
	s.request.id = pl_str_from(id);
	if (callback.len)
		s.request.callbacks[s.request.n_callbacks++] = callback;
	pl_opendsr_request_write(&s.request, &body);
	s.body = pl_buf_bytes(&body);
	st = pl_buf_status(&body);
	if (!st)
		st = pl_db_tx(pl_instance_db(d->inst), put_all, &s);
	if (!st && !s.n)
		st = pl_diag_set(diag, PL_E_NOTFOUND, "no processor is configured in %s/%s", pl_instance_dir(d->inst), PL_OUTSIDE_FILE);
	if (st)
		return st;
	memcpy(ret_id, id, sizeof id);
	*ret_n = s.n;
	return PL_OK;
}

/* ---- reading ---- */

void pl_fanout_sent_done(struct fanout_sent *s)
{
	pl_buf_done_secret(&s->request);
}

struct reading {
	struct pl_person_desk *d;
	struct fanout_sent *s;
	pl_str id, processor;
};

static pl_status read_sent(void *ctx, struct pl_db_tx *tx)
{
	struct reading *r = ctx;
	struct fanout_sent *s = r->s;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_person_sent_get, PL_DB_ARGS(PL_DB_STR(r->id), PL_DB_STR(r->processor)), &rows);
	int64_t state;
	pl_bytes sealed;

	if (st)
		return st;
	s->kind = (enum pl_opendsr_kind)pl_db_col_u64(rows, 0);
	state = pl_db_col_i64(rows, 1);
	s->handed_over = state >= 0;
	s->state = state >= 0 ? (enum pl_opendsr_state)state : PL_OPENDSR_PENDING;
	s->expected = pl_db_col_u64(rows, 3);
	pl_db_col_fixed(rows, 4, s->digest.b, sizeof s->digest.b);
	sealed = pl_db_col_blob(rows, 5);
	pl_buf_done_secret(&s->request);
	if (sealed.len)
		st = unseal(r->d, r->id, r->processor, sealed, &s->request);
	if (!st)
		st = pl_str_z(pl_db_col_str(rows, 6), s->results, sizeof s->results);
	return st ? st : pl_db_rows_status(rows);
}

static const struct pl_outside_store *find_store(const struct pl_person_desk *d, pl_str name)
{
	for (size_t i = 0; i < d->outside->n_stores; i++)
		if (d->outside->stores[i].kind == PL_OUTSIDE_OPENDSR && pl_str_eq(d->outside->stores[i].name, name))
			return &d->outside->stores[i];
	return NULL;
}

pl_status pl_fanout_sent_read(struct pl_person_desk *d, pl_str id, pl_str processor, struct fanout_sent *ret, struct pl_diag *diag)
{
	struct reading r = {.d = d, .s = ret, .id = id, .processor = processor};
	pl_status st;

	*ret = (struct fanout_sent){.store = find_store(d, processor), .request = PL_BUF(PL_SECRET_MAX)};
	if (!ret->store)
		return pl_diag_set(diag, PL_E_NOTFOUND, "the processor %.*s does not stand in %s/%s", PL_STR_ARG(processor),
			pl_instance_dir(d->inst), PL_OUTSIDE_FILE);
	if (pl_str_z(id, ret->id, sizeof ret->id))
		return PL_E_RANGE;
	st = pl_db_read(pl_instance_db(d->inst), read_sent, &r);
	return st == PL_E_NOTFOUND ? pl_diag_set(diag, st, "%.*s was not asked to do %s", PL_STR_ARG(processor), ret->id) : st;
}

/* ---- receipts ---- */

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

struct taking {
	struct pl_person_desk *d;
	struct fanout_sent *s;
	const struct fanout_answer *a;
	const struct pl_job *job;
	struct pl_opendsr_answer said;
	enum pl_opendsr_state state;
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

static pl_status keep(void *ctx, struct pl_db_tx *tx)
{
	const struct taking *t = ctx;
	pl_str id = pl_str_from(t->s->id), processor = t->s->store->name, results = t->said.results_url;
	/* The first receipt repeats the request, which is not to be kept. */
	pl_bytes body = t->a->kind == PL_OPENDSR_RECEIPT ? (pl_bytes){(const uint8_t *)"", 0} : pl_str_bytes(t->a->body);
	bool over = t->state == PL_OPENDSR_COMPLETED || t->state == PL_OPENDSR_CANCELLED;
	uint64_t number = 0;
	pl_status st = next_number(t, tx, &number);

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
	pl_opendsr_answer_done(&t.said);
	return st;
}

/* ---- looking ---- */

struct listing {
	pl_status (*fn)(void *ctx, const struct pl_fanout_row *row);
	void *ctx;
};

static pl_status list_all(void *ctx, struct pl_db_tx *tx)
{
	const struct listing *l = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, &pl_sql_person_sent_all, PL_DB_NONE, &rows);

	while (!st && (st = pl_db_step(rows)) == PL_OK) {
		int64_t state = pl_db_col_i64(rows, 3);
		struct pl_fanout_row row = {.id = pl_db_col_str(rows, 0), .processor = pl_db_col_str(rows, 1),
			.kind = (enum pl_opendsr_kind)pl_db_col_u64(rows, 2), .handed_over = state >= 0,
			.state = state >= 0 ? (enum pl_opendsr_state)state : PL_OPENDSR_PENDING, .made = pl_db_col_u64(rows, 4),
			.expected = pl_db_col_u64(rows, 5), .results = pl_db_col_str(rows, 6)};

		st = l->fn(l->ctx, &row);
	}
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

pl_status pl_fanout_list(struct pl_person_desk *d, pl_status (*fn)(void *ctx, const struct pl_fanout_row *row), void *ctx)
{
	struct listing l = {fn, ctx};

	return pl_db_read(pl_instance_db(d->inst), list_all, &l);
}

struct showing {
	struct pl_person_desk *d;
	pl_str id;
	pl_status (*fn)(void *ctx, const struct pl_fanout_receipt *r);
	void *ctx;
	size_t n;
};

static bool verifies(struct pl_person_desk *d, const struct pl_fanout_receipt *r)
{
	const struct pl_outside_store *store = find_store(d, r->processor);
	struct pl_processor_key *key PL_CLEANUP(pl_processor_key_freep) = NULL;
	struct pl_buf sig PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PROCESSOR_SIGNATURE_MAX);
	struct pl_diag quiet = {0};
	struct pl_digest digest = r->digest;

	if (!store || pl_base64_get_lenient(r->signature, &sig) || pl_fanout_key(d, store, &key, &quiet))
		return false;
	if (r->body.len)
		pl_sha256(pl_str_bytes(r->body), &digest);
	return pl_digest_eq(&digest, &r->digest) && pl_processor_verify(key, &digest, pl_buf_bytes(&sig)) == PL_OK;
}

static pl_status show_all(void *ctx, struct pl_db_tx *tx)
{
	struct showing *s = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, &pl_sql_person_receipt_of, PL_DB_ARGS(PL_DB_STR(s->id)), &rows);

	while (!st && (st = pl_db_step(rows)) == PL_OK) {
		struct pl_fanout_receipt r = {.processor = pl_db_col_str(rows, 0), .number = pl_db_col_u64(rows, 1), .at = pl_db_col_u64(rows, 2),
			.state = (enum pl_opendsr_state)pl_db_col_u64(rows, 3), .domain = pl_db_col_str(rows, 4), .signature = pl_db_col_str(rows, 5),
			.body = pl_bytes_str(pl_db_col_blob(rows, 7))};

		pl_db_col_fixed(rows, 6, r.digest.b, sizeof r.digest.b);
		pl_db_col_fixed(rows, 8, r.key.b, sizeof r.key.b);
		r.verified = verifies(s->d, &r);
		s->n++;
		st = s->fn(s->ctx, &r);
	}
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

pl_status pl_fanout_receipts(struct pl_person_desk *d, pl_str id, pl_status (*fn)(void *ctx, const struct pl_fanout_receipt *r), void *ctx,
	struct pl_diag *diag)
{
	struct showing s = {.d = d, .id = id, .fn = fn, .ctx = ctx};
	pl_status st = pl_db_read(pl_instance_db(d->inst), show_all, &s);

	return !st && !s.n ? pl_diag_set(diag, PL_E_NOTFOUND, "there is no receipt for %.*s", PL_STR_ARG(id)) : st;
}
