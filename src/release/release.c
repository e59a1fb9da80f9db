/* SPDX-License-Identifier: Apache-2.0 */
/* release/release: the release statement and the head over all releases of a product (release/publish.h). */
#include "fact/predicates.h"
#include "fact/member.h"
#include "fact/release_root.h"
#include "release/publish.h"
#include "release/query.h"
#include "release/source.h"
#include "release/sql.h"
#include <stdlib.h>

#define OCTETS PL_STR("application/octet-stream")
#define RELEASES_MAX 100000u
#define VERDICTS_MAX 64u

/* ---- all releases of a product, published or on their way ---- */

struct releases {
	struct pl_digest *pae;
	size_t n, cap;
};

static void releases_done(struct releases *r)
{
	pl_free(r->pae);
}

static pl_status add_release(struct releases *r, const struct pl_digest *pae)
{
	for (size_t i = 0; i < r->n; i++)
		if (pl_digest_eq(&r->pae[i], pae))
			return PL_OK;
	if (r->n == RELEASES_MAX)
		return PL_E_TOOBIG;
	if (r->n == r->cap) {
		size_t cap = r->cap ? 2 * r->cap : 64;
		struct pl_digest *more = pl_try_realloc(r->pae, cap, sizeof *more);

		if (!more)
			return PL_E_NOMEM;
		r->pae = more;
		r->cap = cap;
	}
	r->pae[r->n++] = *pae;
	return PL_OK;
}

struct public_ctx {
	pl_str product;
	struct releases *r;
};

static pl_status read_public(void *ctx, struct pl_db_tx *tx)
{
	struct public_ctx *p = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, &pl_sql_product_release_paes, PL_DB_ARGS(PL_DB_STR(p->product)), &rows);

	p->r->n = 0;
	while (st == PL_OK && (st = pl_db_step(rows)) == PL_OK) {
		struct pl_digest pae;

		pl_db_col_fixed(rows, 0, pae.b, sizeof pae.b);
		st = add_release(p->r, &pae);
	}
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

static pl_status add_pending(void *ctx, const struct pl_work *work)
{
	return add_release(ctx, &work->pae);
}

static pl_status read_releases(struct pl_release_job *job, pl_str product, struct releases *r)
{
	struct public_ctx p = {.product = product, .r = r};
	pl_status st = pl_db_read(pl_instance_db(job->inst), read_public, &p);

	return st == PL_OK ? pl_work_each(job, product, "release", add_pending, r) : st;
}

/* ---- verdicts about one build ---- */

struct verdicts {
	struct pl_digest build;
	struct pl_digest pae[VERDICTS_MAX];
	size_t n;
};

static void put_pae(struct verdicts *v, const struct pl_digest *pae)
{
	for (size_t i = 0; i < v->n; i++)
		if (pl_digest_eq(&v->pae[i], pae))
			return;
	if (v->n < VERDICTS_MAX)
		v->pae[v->n++] = *pae;
}

/* Those that are public: of whoever built it again. */
static pl_status add_public_verdicts(struct pl_release_job *job, struct verdicts *v)
{
	struct pl_query_verdict *list;
	size_t n = 0;
	pl_status st = pl_query_verdicts(job->inst, &v->build, job->arena, &list, &n);

	/* The newest, if there are more than a release can name. */
	for (size_t i = n > VERDICTS_MAX ? n - VERDICTS_MAX : 0; st == PL_OK && i < n; i++)
		put_pae(v, &list[i].pae);
	return st;
}

/* Our own that are still on their way. */
static pl_status add_verdict(void *ctx, const struct pl_work *work)
{
	struct verdicts *v = ctx;
	struct pl_json *detail PL_CLEANUP(pl_json_done) = NULL;
	struct pl_digest build;
	pl_status st = pl_work_detail(work, &detail);

	if (st != PL_OK)
		return st;
	build = pl_member_digest(detail, "build");
	if (pl_digest_eq(&build, &v->build))
		put_pae(v, &work->pae);
	return PL_OK;
}

static int by_bytes(const void *a, const void *b)
{
	return memcmp(a, b, PL_DIGEST_LEN);
}

/* ---- stating ---- */

struct release {
	struct pl_release_job *job;
	pl_str product, version, notes;
	struct pl_json *build;       /* detail of the build */
	struct pl_digest build_pae;
	struct verdicts verdicts;
	uint64_t number;
	struct pl_release_artefact *artefacts;
	size_t n;
	struct pl_diag *diag;
};

static pl_status make_predicate(struct release *r, struct pl_json *p)
{
	struct pl_digest snapshot = pl_member_digest(r->build, "snapshot"), recipe = pl_member_digest(r->build, "recipe");
	struct pl_json *list;
	struct pl_body notes;
	pl_status st;

	pl_json_set_str(p, "product", r->product);
	pl_json_set_str(p, "version", r->version);
	pl_json_set_u64(p, "number", r->number);
	pl_work_set_digest(p, "snapshot", &snapshot);
	pl_work_set_digest(p, "recipe", &recipe);
	pl_work_set_digest(p, "build", &r->build_pae);
	list = pl_json_set_array(p, "verdicts");
	for (size_t i = 0; i < r->verdicts.n; i++) {
		char text[PL_DIGEST_TEXT + 1];

		pl_digest_text(&r->verdicts.pae[i], text);
		pl_json_push_z(list, text);
	}
	list = pl_json_set_array(p, "artefacts");
	for (size_t i = 0; i < r->n; i++) {
		const struct pl_body body = {r->artefacts[i].digest, r->artefacts[i].size, OCTETS};

		pl_json_push(list, pl_body_to_json(&body));
	}
	if (!r->notes.len)
		return PL_OK;
	st = pl_instance_body(r->job->inst, pl_str_bytes(r->notes), PL_STR("text/plain"), &notes);
	if (st == PL_OK)
		pl_work_set_body(p, "notes", &notes);
	return st;
}

static pl_status state_release(struct release *r, pl_str key, struct pl_release_stated *ret)
{
	struct pl_json *predicate PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_json *detail PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_subject *subjects = pl_arena_alloc(r->job->arena, r->n, sizeof *subjects);
	const struct pl_work_new w = {.key = key, .kind = "release", .product = r->product, .type = PL_TYPE_RELEASE,
		.subjects = subjects, .n_subjects = r->n, .predicate = predicate, .detail = detail, .loose = "verdicts"};
	pl_status st = subjects ? make_predicate(r, predicate) : PL_E_TOOBIG;

	if (st != PL_OK)
		return st;
	for (size_t i = 0; i < r->n; i++)
		subjects[i] = (struct pl_subject){r->artefacts[i].name, r->artefacts[i].digest};
	pl_json_set_u64(detail, "number", r->number);
	return pl_work_state(r->job, &w, ret, r->diag);
}

static pl_status state_head(struct pl_release_job *job, pl_str product, const struct releases *all,
	struct pl_release_published *p, struct pl_diag *diag)
{
	struct pl_buf key PL_CLEANUP(pl_buf_done) = PL_BUF(256);
	struct pl_json *predicate PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_subject subject = {.name = product};
	struct pl_work_new w = {.kind = "head", .product = product, .type = PL_TYPE_PRODUCT_HEAD, .subjects = &subject,
		.n_subjects = 1, .predicate = predicate, .detail = predicate};
	struct pl_work there;
	pl_status st;

	p->count = all->n;
	pl_release_root_of(all->pae, all->n, &p->root);
	subject.sha256 = p->root;
	pl_json_set_str(predicate, "product", product);
	pl_json_set_u64(predicate, "count", p->count);
	pl_work_set_digest(predicate, "root", &p->root);
	pl_work_key(&key, "head", product, &p->root, NULL, NULL);
	w.key = pl_buf_str(&key);
	st = pl_work_find(job, w.key, &there);
	if (st == PL_OK)
		p->head = (struct pl_release_stated){.pae = there.pae, .entry = there.entry, .reused = true};
	return st == PL_E_NOTFOUND ? pl_work_state(job, &w, &p->head, diag) : st;
}

static pl_status load(struct release *r)
{
	struct pl_work w;
	pl_status st = pl_work_latest(r->job, r->product, "build", &w);

	if (st == PL_E_NOTFOUND) {
		pl_diag_hint(r->diag, "pellucid release build %.*s --recipe FILE", PL_STR_ARG(r->product));
		return pl_diag_set(r->diag, st, "\"%.*s\" was not built yet", PL_STR_ARG(r->product));
	}
	if (st == PL_OK)
		st = pl_work_detail(&w, &r->build);
	if (st == PL_OK)
		st = pl_source_artefacts(r->job, r->build, &r->artefacts, &r->n);
	if (st != PL_OK)
		return st;
	r->build_pae = r->verdicts.build = w.pae;
	st = add_public_verdicts(r->job, &r->verdicts);
	if (st == PL_OK)
		st = pl_work_each(r->job, r->product, "verdict", add_verdict, &r->verdicts);
	qsort(r->verdicts.pae, r->verdicts.n, sizeof r->verdicts.pae[0], by_bytes);
	return st;
}

/* A version that is public and not among our notes, which were lost with a database: stated twice it would stand in the
 * log for ever as an entry that does not count. */
static pl_status refuse_released(const struct release *r)
{
	struct pl_query_release there;
	pl_status st = pl_query_release(r->job->inst, r->product, r->version, r->job->arena, &there);

	if (st == PL_OK) {
		pl_diag_hint(r->diag, "pellucid release show %.*s %.*s", PL_STR_ARG(r->product), PL_STR_ARG(r->version));
		return pl_diag_set(r->diag, PL_E_EXISTS, "version %.*s of \"%.*s\" was released before", PL_STR_ARG(r->version),
			PL_STR_ARG(r->product));
	}
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

static pl_status publish(struct release *r, struct releases *all, pl_str key, struct pl_release_published *p)
{
	struct pl_json *detail PL_CLEANUP(pl_json_done) = NULL;
	struct pl_work there;
	pl_status st = pl_work_find(r->job, key, &there);

	if (st == PL_OK) {
		p->release = (struct pl_release_stated){.pae = there.pae, .entry = there.entry, .reused = true};
		st = pl_work_detail(&there, &detail);
		p->number = pl_member_u64(detail, "number");
		return st;
	}
	if (st == PL_E_NOTFOUND)
		st = refuse_released(r);
	if (st == PL_OK)
		st = load(r);
	if (st != PL_OK)
		return st;
	p->number = r->number = all->n + 1;
	st = state_release(r, key, &p->release);
	return st == PL_OK && !p->release.payload_only ? add_release(all, &p->release.pae) : st;
}

pl_status pl_release_publish(struct pl_release_job *job, pl_str product, pl_str version, pl_str notes,
	struct pl_release_published *ret, struct pl_diag *diag)
{
	struct release r = {.job = job, .product = product, .version = version, .notes = notes, .diag = diag};
	struct pl_buf key PL_CLEANUP(pl_buf_done) = PL_BUF(512);
	struct releases all PL_CLEANUP(releases_done) = {0};
	struct pl_release_published p = {0};
	struct pl_release_stated both[2];
	pl_status st = read_releases(job, product, &all);

	pl_work_key(&key, "release", product, NULL, NULL, "");
	pl_buf_put_str(&key, version);
	if (st == PL_OK)
		st = publish(&r, &all, pl_buf_str(&key), &p);
	if (st == PL_OK && p.release.reused && job->approved && job->approved->only)
		st = pl_diag_set(diag, PL_E_EXISTS, "release %.*s of \"%.*s\" is stated already: there is nothing to approve",
			PL_STR_ARG(version), PL_STR_ARG(product));
	if (st == PL_OK && !p.release.payload_only)
		st = state_head(job, product, &all, &p, diag);
	pl_json_free(r.build);
	if (st == PL_OK && p.release.payload_only) {
		*ret = p;
		return PL_OK;
	}
	both[0] = p.release;
	both[1] = p.head;
	if (st == PL_OK)
		st = pl_work_settle(job, both, 2, diag);
	if (st == PL_OK)
		*ret = p;
	return st;
}
