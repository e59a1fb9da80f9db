/* SPDX-License-Identifier: Apache-2.0 */
/* Requests and receipts as they are kept. */
#include "base/codec.h"
#include "base/time.h"
#include "register/person/fanout_internal.h"
#include "register/person/sql.h"

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
	struct pl_fanout_about about;
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
				PL_DB_BLOB(pl_digest_bytes(&digest)), PL_DB_BLOB(pl_buf_bytes(&sealed)), PL_DB_STR(s->about.name), PL_DB_U64(s->about.number)),
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

/* Where processors may report by themselves: the portal, if the public reaches it over TLS and it takes things in. */
static pl_status own_callback(struct pl_instance *inst, struct pl_buf *out)
{
	const struct pl_instance_conf *conf = pl_instance_conf(inst);
	pl_str url = conf->public_url;

	while (pl_str_ends(url, PL_STR("/")))
		url.len--;
	if (!conf->intake || !pl_str_starts(url, PL_STR("https://")))
		return PL_OK;
	pl_buf_put_str(out, url);
	pl_buf_put_z(out, PL_FANOUT_CALLBACKS);
	return pl_buf_status(out);
}

static pl_status begin(struct sending *s, const struct pl_person *who, char id[static PL_OPENDSR_ID_TEXT + 1], struct pl_buf *body,
	struct pl_diag *diag)
{
	pl_status st = pl_opendsr_identities(who, &s->request);

	if (st)
		return pl_diag_set(diag, st, "a processor knows e-mail addresses, accounts and product keys; none was given");
	pl_opendsr_id_new(id);
	s->request.id = pl_str_from(id);
	pl_opendsr_request_write(&s->request, body);
	s->body = pl_buf_bytes(body);
	return pl_buf_status(body);
}

pl_status pl_fanout_put(struct pl_db_tx *tx, struct pl_person_desk *d, enum pl_opendsr_kind kind, const struct pl_person *who,
	const struct pl_fanout_about *about, size_t *ret_n, struct pl_diag *diag)
{
	struct pl_buf body PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_SECRET_MAX), url PL_CLEANUP(pl_buf_done) = PL_BUF(PL_OPENDSR_URL_MAX);
	char id[PL_OPENDSR_ID_TEXT + 1];
	struct sending s = {.d = d, .about = *about, .request = {.kind = kind, .regulation = PL_STR("gdpr"), .submitted = d->now}};
	pl_status st = own_callback(d->inst, &url);

	if (url.len)
		s.request.callbacks[s.request.n_callbacks++] = pl_buf_str(&url);
	if (!st)
		st = begin(&s, who, id, &body, diag);
	if (!st)
		st = put_all(&s, tx);
	*ret_n = s.n;
	return st;
}

pl_status pl_fanout_send(struct pl_person_desk *d, enum pl_opendsr_kind kind, const struct pl_person *who, pl_str regulation,
	pl_str callback, char ret_id[static PL_OPENDSR_ID_TEXT + 1], size_t *ret_n, struct pl_diag *diag)
{
	struct pl_buf body PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_SECRET_MAX), url PL_CLEANUP(pl_buf_done) = PL_BUF(PL_OPENDSR_URL_MAX);
	char id[PL_OPENDSR_ID_TEXT + 1];
	struct sending s = {.d = d, .request = {.kind = kind, .regulation = regulation, .submitted = d->now}};
	pl_status st = callback.len ? PL_OK : own_callback(d->inst, &url);

	if (callback.len || url.len)
		s.request.callbacks[s.request.n_callbacks++] = callback.len ? callback : pl_buf_str(&url);
	if (!st)
		st = begin(&s, who, id, &body, diag);
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

pl_status pl_fanout_callback_url(struct pl_instance *inst, struct pl_buf *out)
{
	return own_callback(inst, out);
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
	if (sealed.len && !r->d->keyless)
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

/* ---- looking ---- */

struct listing {
	pl_status (*fn)(void *ctx, const struct pl_fanout_row *row);
	void *ctx;
	struct pl_fanout_about about; /* .name empty: all */
};

static pl_status list_all(void *ctx, struct pl_db_tx *tx)
{
	const struct listing *l = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	bool one = l->about.name.len > 0;
	pl_status st = one ? pl_db_query(tx, &pl_sql_person_sent_of_case,
				     PL_DB_ARGS(PL_DB_STR(l->about.name), PL_DB_U64(l->about.number), PL_DB_U64(PL_FANOUT_CASE_MAX)), &rows)
			   : pl_db_query(tx, &pl_sql_person_sent_all, PL_DB_NONE, &rows);

	while (!st && (st = pl_db_step(rows)) == PL_OK) {
		int64_t state = pl_db_col_i64(rows, 3);
		struct pl_fanout_row row = {.id = pl_db_col_str(rows, 0), .processor = pl_db_col_str(rows, 1),
			.kind = (enum pl_opendsr_kind)pl_db_col_u64(rows, 2), .handed_over = state >= 0,
			.state = state >= 0 ? (enum pl_opendsr_state)state : PL_OPENDSR_PENDING, .made = pl_db_col_u64(rows, 4),
			.expected = pl_db_col_u64(rows, 5), .results = pl_db_col_str(rows, 6), .given_up = one && pl_db_col_bool(rows, 7)};

		st = l->fn(l->ctx, &row);
	}
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

pl_status pl_fanout_list(struct pl_person_desk *d, pl_status (*fn)(void *ctx, const struct pl_fanout_row *row), void *ctx)
{
	struct listing l = {.fn = fn, .ctx = ctx};

	return pl_db_read(pl_instance_db(d->inst), list_all, &l);
}

pl_status pl_fanout_of_case(struct pl_instance *inst, pl_str name, uint64_t number, pl_status (*fn)(void *ctx, const struct pl_fanout_row *row),
	void *ctx)
{
	struct listing l = {.fn = fn, .ctx = ctx, .about = {name, number}};

	return pl_db_read(pl_instance_db(inst), list_all, &l);
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
