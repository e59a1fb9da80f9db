/* SPDX-License-Identifier: Apache-2.0 */
#include "log/witness_client.h"
#include "base/fetch.h"
#include "log/witness.h"

/* A cosignature line of ML-DSA-44 has about 3.3 kB; some of them. */
#define ANSWER_MAX (64u * 1024u)
#define ROUNDS 2u
#define SIZE_TYPE "text/x.tlog.size"

/* One witness: what it told, and what is asked of it in this round. */
struct peer {
	const struct pl_policy_witness *w;
	struct pl_buf url;
	uint64_t size; /* the size it is believed to know */
	struct pl_buf request, answer;
	char type[64];
	struct pl_fetch_want want;
	struct pl_buf lines; /* verified cosignatures */
	bool again;
};

struct pl_witness_client {
	const struct pl_policy *policy;
	struct pl_witness_client_options o;
	size_t n;
	struct peer *peers;
	struct pl_fetch_task *tasks;
};

/* ---- making ---- */

static void peer_init(struct peer *p, const struct pl_policy_witness *w)
{
	pl_str url = w->url;

	p->w = w;
	pl_buf_init(&p->url, 4096);
	pl_buf_init(&p->request, PL_WITNESS_BODY_MAX);
	pl_buf_init(&p->answer, ANSWER_MAX);
	pl_buf_init(&p->lines, ANSWER_MAX);
	if (!url.len)
		return;
	while (url.len && url.ptr[url.len - 1] == '/')
		url.len--;
	pl_buf_put_str(&p->url, url);
	pl_buf_put_z(&p->url, "/add-checkpoint");
}

pl_status pl_witness_client_new(const struct pl_policy *policy, const struct pl_witness_client_options *options,
	struct pl_witness_client **ret)
{
	struct pl_witness_client *c = PL_NEW(struct pl_witness_client);
	const struct pl_policy_witness *w;

	c->policy = policy;
	if (options)
		c->o = *options;
	if (!c->o.timeout_ns)
		c->o.timeout_ns = 5 * PL_SECOND;
	c->n = pl_policy_witnesses(policy, &w);
	c->peers = pl_alloc(c->n + 1, sizeof c->peers[0]);
	c->tasks = pl_alloc(c->n + 1, sizeof c->tasks[0]);
	for (size_t i = 0; i < c->n; i++)
		peer_init(&c->peers[i], &w[i]);
	*ret = c;
	return PL_OK;
}

void pl_witness_client_free(struct pl_witness_client *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->n; i++) {
		pl_buf_done(&c->peers[i].url);
		pl_buf_done(&c->peers[i].request);
		pl_buf_done(&c->peers[i].answer);
		pl_buf_done(&c->peers[i].lines);
	}
	pl_free(c->peers);
	pl_free(c->tasks);
	pl_free(c);
}

void pl_witness_client_freep(struct pl_witness_client **c)
{
	pl_witness_client_free(*c);
}

size_t pl_witness_client_count(const struct pl_witness_client *c)
{
	return c->n;
}

/* ---- reading answers ---- */

pl_status pl_witness_answer_read(pl_str body, pl_str text, const struct pl_vkey *key, struct pl_buf *lines,
	uint64_t *ret_time)
{
	struct pl_note_seen seen;
	struct pl_note_sig sig;
	uint64_t latest = 0;
	pl_str rest = body, line, newest = {0};
	size_t n = 0;

	while (rest.len) {
		pl_str whole = rest;
		pl_status st;

		if (n++ == PL_NOTE_SIGS_MAX || !pl_str_take_line(&rest, &line))
			return PL_E_SYNTAX;
		whole.len = line.len + 1;
		if (pl_note_sig_parse(whole, &sig, NULL))
			return PL_E_SYNTAX;
		st = pl_note_sig_verify(&sig, text, key, &seen);
		/* Lines of other keys of the witness (ML-DSA-44) are none of ours to judge. */
		if (st == PL_E_NOTFOUND)
			continue;
		if (st)
			return PL_E_SIGNATURE;
		if (seen.time <= latest)
			continue;
		latest = seen.time;
		newest = whole;
	}
	if (!latest)
		return PL_E_SIGNATURE;
	*ret_time = latest;
	/* One line a witness: sixty from one of them would make a note that nobody reads. */
	if (lines)
		pl_buf_put_str(lines, newest);
	return lines ? pl_buf_status(lines) : PL_OK;
}

pl_status pl_witness_size_read(pl_str type, pl_str body, uint64_t *ret)
{
	pl_str line;

	if (!pl_str_eq(type, PL_STR(SIZE_TYPE)) || !pl_str_take_line(&body, &line) || body.len ||
		pl_str_to_u64(line, PL_TREE_SIZE_MAX, ret))
		return PL_E_SYNTAX;
	return PL_OK;
}

static pl_status status_of(unsigned http)
{
	switch (http) {
	case 404:
		return PL_E_NOTFOUND;
	case 403:
		return PL_E_DENIED;
	case 422:
		return PL_E_PROOF;
	case 429:
	case 503:
		return PL_E_BUSY;
	default:
		return PL_E_SYNTAX;
	}
}

/* ---- one round ---- */

struct round {
	pl_str note, text;
	uint64_t size; /* of the checkpoint */
	bool asking;   /* sizes: 409 is the answer, not a reason to try again */
	const bool *whom;    /* NULL: all */
	uint64_t timeout_ns; /* 0: as the client was made */
	pl_witness_prove prove;
	void *ctx;
	struct pl_witness_report *reports;
};

static pl_status fill_request(struct peer *p, const struct round *r)
{
	struct pl_tree_path path = {0};
	pl_status st = PL_OK;

	pl_buf_clear(&p->request);
	if (!r->asking && p->size > 0 && p->size < r->size)
		st = r->prove(r->ctx, p->size, r->size, &path);
	if (!st && path.n > PL_WITNESS_PROOF_MAX)
		st = PL_E_RANGE;
	if (st)
		return st;
	pl_witness_request_write(&p->request, r->asking ? 0 : p->size, path.h, path.n, r->note);
	return pl_buf_status(&p->request);
}

static void on_cosigned(struct peer *p, const struct round *r, struct pl_witness_report *rep)
{
	rep->status = pl_witness_answer_read(pl_buf_str(&p->answer), r->text, &p->w->key, &p->lines, &rep->time);
	if (rep->status) {
		pl_buf_clear(&p->lines);
		return;
	}
	/* Whoever takes up this log from nothing says that it had seen nothing. */
	if (r->asking) {
		rep->told = true;
		rep->least = 0;
	}
	p->size = r->size;
	rep->cosigned = rep->size_known = true;
	rep->size = r->size;
}

static void on_conflict(struct peer *p, const struct round *r, struct pl_witness_report *rep)
{
	uint64_t size;

	rep->status = pl_witness_size_read(pl_str_from(p->type), pl_buf_str(&p->answer), &size);
	if (rep->status)
		return;
	rep->least = rep->told && rep->least < size ? rep->least : size;
	rep->told = rep->size_known = true;
	rep->size = size;
	/* A witness that repeats the size we just sent would make us repeat ourselves for ever. */
	p->again = !r->asking && size <= r->size && size != p->size;
	p->size = size;
	if (!r->asking)
		rep->status = size > r->size ? PL_E_ROLLBACK : PL_E_CONFLICT;
}

static void read_answer(struct peer *p, const struct pl_fetch_task *t, const struct round *r,
	struct pl_witness_report *rep)
{
	rep->took_ns += t->took_ns;
	rep->status = t->status;
	if (t->status)
		return;
	rep->http = t->answer.status;
	if (t->answer.status == 200)
		on_cosigned(p, r, rep);
	else if (t->answer.status == 409)
		on_conflict(p, r, rep);
	else
		rep->status = status_of(t->answer.status);
}

struct enough {
	const struct pl_witness_client *c;
	const struct round *r;
	bool have[PL_POLICY_WITNESSES_MAX];
	size_t of_task[PL_POLICY_WITNESSES_MAX];
};

/* Is the quorum there, with this answer? It is read again, and kept, when the round is over. */
static bool quorum_there(void *ctx, const struct pl_fetch_task *t)
{
	struct enough *e = ctx;
	size_t i = e->of_task[t - e->c->tasks];
	const struct peer *p = &e->c->peers[i];
	uint64_t time;

	if (t->status || t->answer.status != 200 ||
		pl_witness_answer_read(pl_buf_str(&p->answer), e->r->text, &p->w->key, NULL, &time))
		return false;
	e->have[i] = true;
	return pl_policy_quorum_met(e->c->policy, e->have);
}

static void fill_task(const struct pl_witness_client *c, const struct round *r, struct peer *p, struct pl_fetch_task *t)
{
	static const char *const headers[] = {"Content-Type: text/plain; charset=utf-8"};
	uint64_t timeout = r->timeout_ns ? r->timeout_ns : c->o.timeout_ns;

	pl_buf_clear(&p->answer);
	p->type[0] = '\0';
	p->want = (struct pl_fetch_want){"Content-Type", p->type, sizeof p->type};
	*t = (struct pl_fetch_task){.req = {.method = PL_FETCH_POST,
					    .url = pl_buf_z(&p->url),
					    .headers = headers,
					    .header_count = 1,
					    .body = pl_buf_bytes(&p->request),
					    .body_out = &p->answer,
					    .wants = &p->want,
					    .want_count = 1,
					    .connect_ns = timeout,
					    .total_ns = timeout,
					    .ca_file = c->o.ca_file}};
}

/* Ask all peers that are marked. */
static void ask(struct pl_witness_client *c, const struct round *r)
{
	struct enough e = {.c = c, .r = r};
	size_t n = 0;

	for (size_t i = 0; i < c->n; i++) {
		struct pl_witness_report *rep = &r->reports[i];

		e.have[i] = rep->cosigned;
		if (!c->peers[i].again)
			continue;
		c->peers[i].again = false;
		rep->status = fill_request(&c->peers[i], r);
		if (rep->status)
			continue;
		fill_task(c, r, &c->peers[i], &c->tasks[n]);
		e.of_task[n++] = i;
	}
	if (n)
		pl_fetch_many(c->tasks, n, !r->asking && !r->whom && c->o.stop_at_quorum ? quorum_there : NULL, &e);
	for (size_t t = 0; t < n; t++)
		read_answer(&c->peers[e.of_task[t]], &c->tasks[t], r, &r->reports[e.of_task[t]]);
}

static pl_status begin(struct pl_witness_client *c, pl_str note, struct round *r, struct pl_note *parsed)
{
	struct pl_checkpoint cp;
	pl_status st;

	st = pl_note_parse(note, parsed, NULL);
	if (!st)
		st = pl_checkpoint_parse(parsed->text, &cp, NULL);
	if (st)
		return st;
	r->note = note;
	r->text = parsed->text;
	r->size = cp.size;
	for (size_t i = 0; i < c->n; i++) {
		struct peer *p = &c->peers[i];

		pl_buf_clear(&p->lines);
		p->again = p->url.len && p->w->key.usable && (!r->whom || r->whom[i]);
		r->reports[i] = (struct pl_witness_report){.status = p->again ? PL_OK : PL_E_UNSUPPORTED};
	}
	return PL_OK;
}

static pl_status put_lines(const struct pl_witness_client *c, struct pl_buf *out)
{
	for (size_t i = 0; i < c->n; i++)
		pl_buf_put_str(out, pl_buf_str(&c->peers[i].lines));
	return pl_buf_status(out);
}

pl_status pl_witness_client_sizes(struct pl_witness_client *c, pl_str note, struct pl_witness_report *reports,
	struct pl_buf *lines)
{
	struct round r = {.asking = true, .reports = reports};
	struct pl_note parsed;
	pl_status st;

	st = begin(c, note, &r, &parsed);
	if (st)
		return st;
	ask(c, &r);
	return lines ? put_lines(c, lines) : PL_OK;
}

static pl_status cosign(struct pl_witness_client *c, pl_str note, struct round *r)
{
	struct pl_note parsed;
	pl_status st = begin(c, note, r, &parsed);

	if (st)
		return st;
	for (size_t i = 0; i < c->n; i++) {
		struct peer *p = &c->peers[i];

		/* What is ahead of us is asked for its size again: it may have been restored, too. */
		if (p->size > r->size)
			p->size = 0;
	}
	for (unsigned i = 0; i < ROUNDS; i++)
		ask(c, r);
	return PL_OK;
}

pl_status pl_witness_client_submit(struct pl_witness_client *c, pl_str note, pl_witness_prove prove, void *ctx,
	struct pl_buf *out, struct pl_witness_report *reports)
{
	struct round r = {.prove = prove, .ctx = ctx, .reports = reports};
	pl_status st = cosign(c, note, &r);

	if (st)
		return st;
	pl_buf_put_str(out, note);
	return put_lines(c, out);
}

pl_status pl_witness_client_late(struct pl_witness_client *c, pl_str note, const bool *whom, uint64_t timeout_ns, pl_witness_prove prove,
	void *ctx, struct pl_buf *lines, struct pl_witness_report *reports)
{
	struct round r = {.whom = whom, .timeout_ns = timeout_ns, .prove = prove, .ctx = ctx, .reports = reports};
	pl_status st = cosign(c, note, &r);

	return st ? st : put_lines(c, lines);
}
