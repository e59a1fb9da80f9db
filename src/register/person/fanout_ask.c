/* SPDX-License-Identifier: Apache-2.0 */
/* Talking to processors. */
#include "base/fetch.h"
#include "register/person/fanout_internal.h"

#define LEASE (120 * PL_SECOND)
#define LIST_MAX 10000u

struct asking {
	struct pl_person_desk *d;
	struct pl_fetch *fetch;
	void (*tell)(void *ctx, const char *id, const char *processor, pl_status st, const char *words);
	void *ctx;
	struct pl_fanout_done done;
	bool finished; /* the job at hand, with what it brought */
};

/* Headers have had three names; the first that came counts. */
struct heads {
	char domain[PL_OPENDSR_HEADER_NAMES][256], signature[PL_OPENDSR_HEADER_NAMES][2048];
	struct pl_fetch_want wants[2 * PL_OPENDSR_HEADER_NAMES];
};

static void want_heads(struct heads *h)
{
	for (size_t i = 0; i < PL_OPENDSR_HEADER_NAMES; i++) {
		h->wants[2 * i] = (struct pl_fetch_want){pl_opendsr_domain_headers[i], h->domain[i], sizeof h->domain[i]};
		h->wants[2 * i + 1] = (struct pl_fetch_want){pl_opendsr_signature_headers[i], h->signature[i], sizeof h->signature[i]};
	}
}

static void take_heads(const struct heads *h, struct fanout_answer *a)
{
	for (size_t i = PL_OPENDSR_HEADER_NAMES; i-- > 0;) {
		if (h->domain[i][0])
			a->domain = pl_str_from(h->domain[i]);
		if (h->signature[i][0])
			a->signature = pl_str_from(h->signature[i]);
	}
}

/* A refusal is the answer; everything else may be better next time. */
static pl_status judge_status(unsigned want, unsigned got, struct pl_diag *diag)
{
	if (got == want)
		return PL_OK;
	return pl_diag_set(diag, got >= 400 && got < 500 && got != 408 && got != 429 ? PL_E_DENIED : PL_E_NET,
		"the processor answered with status %u where %u was expected", got, want);
}

static pl_status ask(struct asking *w, struct fanout_sent *s, enum pl_fetch_method method, enum pl_opendsr_answer_kind kind,
	const struct pl_job *job, struct pl_diag *diag)
{
	static const char *const headers[] = {"Content-Type: application/json", "Accept: application/json"};
	static const unsigned wanted[] = {[PL_FETCH_GET] = 200, [PL_FETCH_POST] = 201, [PL_FETCH_DELETE] = 202};
	struct pl_buf url PL_CLEANUP(pl_buf_done) = PL_BUF(1024), body PL_CLEANUP(pl_buf_done_secret) = PL_BUF(2 * PL_OPENDSR_BODY_MAX);
	struct heads *h = PL_NEW(struct heads);
	struct pl_fetch_request req = {.method = method, .headers = headers, .header_count = PL_COUNT(headers), .body_out = &body,
		.wants = h->wants, .want_count = PL_COUNT(h->wants)};
	struct fanout_answer a = {.kind = kind};
	struct pl_fetch_answer answer;
	pl_status st;

	want_heads(h);
	pl_buf_put_str(&url, s->store->url);
	if (method == PL_FETCH_POST)
		req.body = pl_buf_bytes(&s->request);
	else
		pl_buf_printf(&url, "/%s", s->id);
	req.url = pl_buf_z(&url);
	st = req.url ? pl_fetch(w->fetch, &req, &answer, diag) : PL_E_TOOBIG;
	if (!st)
		st = judge_status(wanted[method], answer.status, diag);
	take_heads(h, &a);
	a.body = pl_buf_str(&body);
	if (!st)
		st = pl_fanout_take(w->d, s, &a, job, diag);
	w->finished = !st && job;
	pl_free(h);
	return st;
}

static void told(struct asking *w, const char *id, pl_str processor, pl_status st, const struct pl_diag *diag)
{
	char name[65] = "";

	(void)!pl_str_z(processor, name, sizeof name);
	if (st)
		w->done.failed++;
	else
		w->done.done++;
	if (st && w->tell)
		w->tell(w->ctx, id, name, st, pl_diag_text(diag, st));
}

/* ---- jobs ---- */

static pl_status finish(void *ctx, struct pl_db_tx *tx)
{
	return pl_jobs_finish(tx, ctx);
}

static pl_status send_it(struct asking *w, struct fanout_sent *s, const struct pl_job *job, struct pl_diag *diag)
{
	pl_status st;

	if (s->handed_over || !s->request.len)
		return PL_OK;
	st = ask(w, s, PL_FETCH_POST, PL_OPENDSR_RECEIPT, job, diag);
	/* It may have taken what it is sent again after an answer that was lost. */
	if (st == PL_E_DENIED && job->attempt > 1)
		st = ask(w, s, PL_FETCH_GET, PL_OPENDSR_STATUS, job, diag);
	return st;
}

/* One job: "s/<id>/<processor>", "c/<id>/<processor>". */
static pl_status do_job(struct asking *w, struct pl_job *job)
{
	pl_str text = pl_buf_str(&job->payload), act, id;
	struct fanout_sent s = {0};
	struct pl_diag diag = {0};
	pl_status st = PL_E_CORRUPT, kept = PL_OK;
	bool cancel;

	if (!pl_str_take_until(&text, '/', &act) || !pl_str_take_until(&text, '/', &id))
		return pl_jobs_fail(pl_instance_db(w->d->inst), job, false, PL_STR("payload"));
	w->finished = false;
	cancel = pl_str_eq(act, PL_STR("c"));
	st = pl_fanout_sent_read(w->d, id, text, &s, &diag);
	if (!st && cancel)
		st = s.state == PL_OPENDSR_PENDING && s.handed_over ? ask(w, &s, PL_FETCH_DELETE, PL_OPENDSR_CANCELLATION, job, &diag) : PL_OK;
	else if (!st)
		st = send_it(w, &s, job, &diag);
	told(w, s.id, text, st, &diag);
	if (st)
		kept = pl_jobs_fail(pl_instance_db(w->d->inst), job, st == PL_E_NET || st == PL_E_TIMEOUT || st == PL_E_BUSY || st == PL_E_IO,
			pl_str_from(pl_status_word(st)));
	else if (!w->finished)
		kept = pl_db_tx(pl_instance_db(w->d->inst), finish, job);
	pl_fanout_sent_done(&s);
	return kept == PL_E_CONFLICT ? PL_OK : kept;
}

static pl_status do_jobs(struct asking *w)
{
	pl_status st = PL_OK;

	for (size_t i = 0; i < LIST_MAX && !st; i++) {
		struct pl_job job PL_CLEANUP(pl_job_done) = {0};

		st = pl_jobs_take(pl_instance_db(w->d->inst), FANOUT_JOB, LEASE, &job);
		if (st == PL_E_NOTFOUND)
			return PL_OK;
		if (!st)
			st = do_job(w, &job);
	}
	return st;
}

/* ---- what is under way ---- */

struct open_list {
	size_t n;
	struct {
		char id[PL_OPENDSR_ID_TEXT + 1], processor[65];
	} at[LIST_MAX];
};

static pl_status add_open(void *ctx, const struct pl_fanout_row *row)
{
	struct open_list *l = ctx;

	if (!row->handed_over || row->state == PL_OPENDSR_COMPLETED || row->state == PL_OPENDSR_CANCELLED || l->n == LIST_MAX)
		return PL_OK;
	if (pl_str_z(row->id, l->at[l->n].id, sizeof l->at[0].id) || pl_str_z(row->processor, l->at[l->n].processor, sizeof l->at[0].processor))
		return PL_E_CORRUPT;
	l->n++;
	return PL_OK;
}

static pl_status ask_open(struct asking *w)
{
	struct open_list *l = PL_NEW(struct open_list);
	pl_status st = pl_fanout_list(w->d, add_open, l);

	for (size_t i = 0; i < l->n && !st; i++) {
		struct fanout_sent s = {0};
		struct pl_diag diag = {0};
		pl_status one = pl_fanout_sent_read(w->d, pl_str_from(l->at[i].id), pl_str_from(l->at[i].processor), &s, &diag);

		if (!one)
			one = ask(w, &s, PL_FETCH_GET, PL_OPENDSR_STATUS, NULL, &diag);
		told(w, l->at[i].id, pl_str_from(l->at[i].processor), one, &diag);
		pl_fanout_sent_done(&s);
	}
	pl_free(l);
	return st;
}

pl_status pl_fanout_work(struct pl_person_desk *d, bool ask_status,
	void (*tell)(void *ctx, const char *id, const char *processor, pl_status st, const char *words), void *ctx,
	struct pl_fanout_done *ret, struct pl_diag *diag)
{
	struct asking w = {.d = d, .fetch = pl_fetch_new(), .tell = tell, .ctx = ctx};
	pl_status st = do_jobs(&w);

	if (!st && ask_status)
		st = ask_open(&w);
	pl_fetch_free(w.fetch);
	if (!st)
		*ret = w.done;
	return st;
}

/* ---- cancelling, and what comes by itself ---- */

struct cancelling {
	struct open_list *open;
	pl_str id;
	size_t n;
};

static pl_status put_cancels(void *ctx, struct pl_db_tx *tx)
{
	struct cancelling *c = ctx;
	pl_status st = PL_OK;

	c->n = 0;
	for (size_t i = 0; i < c->open->n && !st; i++)
		if (pl_str_eq(c->id, pl_str_from(c->open->at[i].id))) {
			st = pl_fanout_job(tx, 'c', c->id, pl_str_from(c->open->at[i].processor));
			c->n++;
		}
	return st;
}

pl_status pl_fanout_cancel(struct pl_person_desk *d, pl_str id, size_t *ret_n, struct pl_diag *diag)
{
	struct open_list *l = PL_NEW(struct open_list);
	struct cancelling c = {.open = l, .id = id};
	pl_status st = pl_fanout_list(d, add_open, l);

	if (!st)
		st = pl_db_tx(pl_instance_db(d->inst), put_cancels, &c);
	if (!st && !c.n)
		st = pl_diag_set(diag, PL_E_NOTFOUND, "no processor has %.*s under way", PL_STR_ARG(id));
	pl_free(l);
	if (!st)
		*ret_n = c.n;
	return st;
}

pl_status pl_fanout_callback(struct pl_person_desk *d, pl_str processor, pl_str domain, pl_str signature, pl_str body,
	struct pl_diag *diag)
{
	struct fanout_answer a = {.kind = PL_OPENDSR_CALLBACK, .domain = domain, .signature = signature, .body = body};
	struct pl_opendsr_answer said = {0};
	struct fanout_sent s = {0};
	struct pl_digest digest, key;
	const struct pl_outside_store *store = NULL;
	pl_status st;

	for (size_t i = 0; i < d->outside->n_stores; i++)
		if (d->outside->stores[i].kind == PL_OUTSIDE_OPENDSR && pl_str_eq(d->outside->stores[i].name, processor))
			store = &d->outside->stores[i];
	if (!store)
		return pl_diag_set(diag, PL_E_NOTFOUND, "no processor is called %.*s", PL_STR_ARG(processor));
	/* Nothing of it is read before its signature is verified. */
	st = pl_fanout_verify(d, store, &a, &digest, &key, diag);
	if (!st)
		st = pl_opendsr_answer_parse(body, PL_OPENDSR_CALLBACK, &said, diag);
	if (!st)
		st = pl_fanout_sent_read(d, said.id, processor, &s, diag);
	if (!st)
		st = pl_fanout_take(d, &s, &a, NULL, diag);
	pl_fanout_sent_done(&s);
	pl_opendsr_answer_done(&said);
	return st;
}

/* What came over HTTP says of whom it is by its domain alone; several stores may be of one processor. */
static pl_status take_of(struct pl_person_desk *d, const struct pl_outside_store *store, const struct fanout_answer *a, pl_str url,
	struct pl_diag *diag)
{
	struct pl_opendsr_answer said = {0};
	struct fanout_sent s = {0};
	pl_status st = pl_opendsr_answer_parse(a->body, PL_OPENDSR_CALLBACK, &said, diag);

	if (!st && !pl_str_eq(said.callback_url, url))
		st = pl_diag_set(diag, PL_E_RANGE, "status_callback_url is not this address");
	if (!st)
		st = pl_fanout_sent_read(d, said.id, store->name, &s, diag);
	if (!st)
		st = pl_fanout_take(d, &s, a, NULL, diag);
	pl_fanout_sent_done(&s);
	pl_opendsr_answer_done(&said);
	return st;
}

pl_status pl_fanout_called_back(struct pl_person_desk *d, pl_str domain, pl_str signature, pl_str body, pl_str url, struct pl_diag *diag)
{
	struct fanout_answer a = {.kind = PL_OPENDSR_CALLBACK, .domain = domain, .signature = signature, .body = body};
	pl_status st = PL_E_DENIED;
	struct pl_diag quiet = {0};

	for (size_t i = 0; i < d->outside->n_stores; i++) {
		const struct pl_outside_store *store = &d->outside->stores[i];
		struct pl_digest digest, key;

		if (store->kind != PL_OUTSIDE_OPENDSR)
			continue;
		/* A domain that is nobody's takes the time of one that is: strangers learn not even with whom we work. */
		a.domain = pl_str_eq(domain, store->domain) ? domain : store->domain;
		if (pl_fanout_verify(d, store, &a, &digest, &key, &quiet) || !pl_str_eq(domain, store->domain))
			continue;
		st = take_of(d, store, &a, url, diag);
		if (st != PL_E_NOTFOUND)
			return st;
	}
	return st;
}
