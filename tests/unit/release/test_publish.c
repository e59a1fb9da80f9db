/* SPDX-License-Identifier: Apache-2.0 */
/* A product from its first statement to two releases, on the engine set under test. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/time.h"
#include "fact/query.h"
#include "fact/release_root.h"
#include "release/publish.h"
#include "release/query.h"
#include "release/vocabulary.h"
#include "release/work.h"
#include "instance.h"
#include <stdio.h>
#include <stdlib.h>

#define HEAD "[recipe]\nformat = pellucid-recipe-v1\nname = hello\ninner = /build/hello\nepoch = commit\n"
#define GOOD HEAD "[inputs]\npackage = gcc\n[steps]\nrun = gcc -O2 -o hello hello.c\n[outputs]\nhello = hello\n"
#define BAD HEAD "[steps]\nrun = sh -c \"date +%Y > hello\"\n[outputs]\nhello = hello\n"
#define PRODUCT PL_STR("hello")

#define OK(call) \
	do { \
		diag = (struct pl_diag){0}; \
		if ((call) != PL_OK) \
			fail_msg("%s: %s (%s)", #call, diag.text, diag.hint); \
	} while (0)

struct world {
	struct pl_arena arena;
	struct pl_release_job job;
	char repo[256];
};

static void world_begin(const struct scratch *s, struct world *w, const char *instance, const char *repo)
{
	char file[256];

	*w = (struct world){.arena = PL_ARENA(8u << 20)};
	w->job = (struct pl_release_job){.inst = release_instance(s, instance), .arena = &w->arena, .scratch = s->path};
	(void)snprintf(file, sizeof file, "%s/hello.c", repo);
	scratch_write(s, file, "int main(void) { return 0; }\n", 0644);
	scratch_commit(s, repo);
	scratch_path(s, repo, w->repo);
}

static void world_end(struct world *w)
{
	pl_instance_close(w->job.inst);
	pl_arena_done(&w->arena);
}

static uint64_t statements(struct world *w)
{
	struct pl_query_view view;

	assert_int_equal(pl_query_view(w->job.inst, &w->arena, &view), PL_OK);
	for (unsigned i = 1; i < PL_ENTRY_STATE_COUNT; i++)
		assert_int_equal(view.by_state[i], 0);
	return view.size;
}

static void check_fsck(const struct scratch *s, struct world *w)
{
	struct pl_fact_report report = {0};
	struct pl_diag diag;

	OK(pl_fact_rebuild(w->job.inst, s->path, &report, &diag));
	if (report.tables_different)
		fail_msg("%s", report.first_difference);
	assert_int_equal(report.bodies_missing, 0);
	assert_int_equal(report.bodies_corrupt, 0);
}

/* What the steps of one release answer. */
struct steps {
	struct pl_release_stated product;
	struct pl_release_snapshot snap;
	struct pl_release_build build;
	struct pl_release_rebuild rebuild;
	struct pl_release_published published;
};

static void take_steps(struct world *w, const char *rev, const char *version, struct steps *r)
{
	struct pl_diag diag;

	OK(pl_release_product_add(&w->job, PRODUCT, PL_STR("Says nothing."), &r->product, &diag));
	OK(pl_release_snapshot(&w->job, PRODUCT, w->repo, rev, &r->snap, &diag));
	OK(pl_release_build(&w->job, PRODUCT, pl_str_from(r->snap.info.commit), PL_STR(GOOD), &r->build, &diag));
	OK(pl_release_rebuild(&w->job, PRODUCT, false, &r->rebuild, &diag));
	assert_int_equal(r->rebuild.worst, PL_VERDICT_IDENTICAL);
	OK(pl_release_publish(&w->job, PRODUCT, pl_str_from(version), PL_STR("First."), &r->published, &diag));
	assert_int_equal(r->published.number, 1);
}

static void first_release_and_again(struct world *w, struct steps *one)
{
	struct steps again;
	uint64_t before;

	take_steps(w, NULL, "1.0", one);
	assert_false(one->product.reused || one->snap.stated.reused || one->build.build.reused ||
		one->rebuild.verdict.reused || one->published.release.reused || one->published.head.reused);
	before = statements(w);
	assert_int_equal(before, 4 + 8); /* inception and keys; product to head, with two build records */
	take_steps(w, "main", "1.0", &again);
	assert_true(again.product.reused && again.snap.stated.reused && again.build.build.reused &&
		again.rebuild.verdict.reused && again.published.release.reused && again.published.head.reused);
	assert_true(pl_digest_eq(&one->snap.result.archive, &again.snap.result.archive));
	assert_true(pl_digest_eq(&one->build.artefacts[0].digest, &again.build.artefacts[0].digest));
	assert_int_equal(statements(w), before);
}

static void second_release(struct world *w, const struct steps *one)
{
	struct pl_release_build build;
	struct pl_release_published two;
	struct pl_query_product p;
	struct pl_digest both[2], root;
	struct pl_diag diag;

	OK(pl_release_build(&w->job, PRODUCT, (pl_str){0}, PL_STR(GOOD "# another recipe\n"), &build, &diag));
	OK(pl_release_publish(&w->job, PRODUCT, PL_STR("1.1"), (pl_str){0}, &two, &diag));
	assert_int_equal(two.number, 2);
	assert_int_equal(two.count, 2);
	both[0] = one->published.release.pae;
	both[1] = two.release.pae;
	pl_release_root_of(both, 2, &root);
	assert_true(pl_digest_eq(&root, &two.root));
	OK(pl_query_product(w->job.inst, PRODUCT, &w->arena, &p));
	assert_true(p.described && p.has_head && pl_str_eq(p.latest, PL_STR("1.1")));
	assert_int_equal(p.releases, 2);
	assert_int_equal(p.head_count, 2);
	assert_true(pl_digest_eq(&p.head_root, &root));
}

static void queries_show_both(struct world *w, const struct steps *one)
{
	struct pl_query_release r, *list;
	struct pl_query_artefact *artefacts;
	struct pl_query_verdict *verdicts;
	struct pl_diag diag;
	size_t n;

	OK(pl_query_releases(w->job.inst, PRODUCT, UINT64_MAX, 10, &w->arena, &list, &n));
	assert_int_equal(n, 2);
	assert_int_equal(list[0].number, 2);
	assert_int_equal(list[0].verdicts[PL_VERDICT_IDENTICAL], 0);
	assert_int_equal(list[1].verdicts[PL_VERDICT_IDENTICAL], 1);
	OK(pl_query_release(w->job.inst, PRODUCT, PL_STR("1.0"), &w->arena, &r));
	assert_true(pl_str_eq(r.commit, pl_str_from(one->snap.info.commit)));
	assert_int_equal(r.commit_time, 1700000000);
	OK(pl_query_artefacts(w->job.inst, PRODUCT, 1, &w->arena, &artefacts, &n));
	assert_int_equal(n, 1);
	assert_true(pl_digest_eq(&artefacts[0].digest, &one->build.artefacts[0].digest));
	OK(pl_query_verdicts(w->job.inst, &r.build, &w->arena, &verdicts, &n));
	assert_int_equal(n, 1);
	assert_true(verdicts[0].has_report && pl_str_eq(verdicts[0].site, PL_STR("second-sandbox")));
	OK(pl_query_release_of(w->job.inst, &artefacts[0].digest, &w->arena, &r));
	assert_int_equal(r.number, 2);
}

static void two_releases(void **state)
{
	const struct scratch *s = *state;
	struct steps one;
	struct world w;

	world_begin(s, &w, "one", "repo-one");
	first_release_and_again(&w, &one);
	second_release(&w, &one);
	queries_show_both(&w, &one);
	check_fsck(s, &w);
	world_end(&w);
}

static void a_difference_is_stated_as_such(void **state)
{
	const struct scratch *s = *state;
	struct world w;
	struct pl_diag diag;
	struct pl_release_stated product;
	struct pl_release_snapshot snap;
	struct pl_release_build build;
	struct pl_release_rebuild rebuild, again;
	struct pl_release_published one;
	struct pl_query_release r;

	world_begin(s, &w, "two", "repo-two");
	OK(pl_release_product_add(&w.job, PRODUCT, (pl_str){0}, &product, &diag));
	OK(pl_release_snapshot(&w.job, PRODUCT, w.repo, NULL, &snap, &diag));
	OK(pl_release_build(&w.job, PRODUCT, (pl_str){0}, PL_STR(BAD), &build, &diag));
	OK(pl_release_rebuild(&w.job, PRODUCT, false, &rebuild, &diag));
	assert_int_equal(rebuild.worst, PL_VERDICT_DIFFERENT);
	assert_int_equal(rebuild.comparisons[0].first, 3); /* 202|6, 202|7 */
	OK(pl_release_rebuild(&w.job, PRODUCT, false, &again, &diag));
	assert_true(again.verdict.reused);
	assert_int_equal(again.worst, PL_VERDICT_DIFFERENT);
	assert_int_equal(again.comparisons[0].first, 3);
	OK(pl_release_publish(&w.job, PRODUCT, PL_STR("0.1"), (pl_str){0}, &one, &diag));
	OK(pl_query_release(w.job.inst, PRODUCT, PL_STR("0.1"), &w.arena, &r));
	assert_int_equal(r.verdicts[PL_VERDICT_DIFFERENT], 1);
	assert_int_equal(r.verdicts[PL_VERDICT_IDENTICAL], 0);
	check_fsck(s, &w);
	world_end(&w);
}

/* State @predicate about the product and expect that it is logged and does not count. */
static void refused(struct world *w, const char *type, struct pl_json *predicate, const struct pl_digest *subject,
	const char *words)
{
	struct pl_json *detail PL_CLEANUP(pl_json_done) = pl_json_new_object();
	const struct pl_subject about = {.name = PRODUCT, .sha256 = *subject};
	const struct pl_work_new work = {.key = PL_STR("test:refused"), .kind = "test", .product = PRODUCT, .type = type,
		.subjects = &about, .n_subjects = 1, .predicate = predicate, .detail = detail};
	struct pl_release_stated stated;
	struct pl_diag diag;
	struct pl_work left;

	OK(pl_work_state(&w->job, &work, &stated, &diag));
	assert_int_equal(pl_work_settle(&w->job, &stated, 1, &diag), PL_E_DENIED);
	if (!strstr(diag.text, words))
		fail_msg("expected \"%s\" in \"%s\"", words, diag.text);
	/* It is forgotten, so that the step can be done again. */
	assert_int_equal(pl_work_find(&w->job, work.key, &left), PL_E_NOTFOUND);
	pl_json_free(predicate);
}

static void contradictions_do_not_count(void **state)
{
	const struct scratch *s = *state;
	struct world w;
	struct pl_diag diag;
	struct pl_release_stated product;
	struct pl_json *p;
	struct pl_digest name, root, empty;
	struct pl_query_product row;

	world_begin(s, &w, "three", "repo-three");
	OK(pl_release_product_add(&w.job, PRODUCT, (pl_str){0}, &product, &diag));
	pl_sha256(pl_str_bytes(PRODUCT), &name);

	p = pl_json_new_object();
	pl_json_set_str(p, "product", PRODUCT);
	refused(&w, PL_TYPE_PRODUCT, p, &name, "was stated before");

	pl_release_root_of(&name, 1, &root);
	p = pl_json_new_object();
	pl_json_set_str(p, "product", PRODUCT);
	pl_json_set_u64(p, "count", 1);
	pl_work_set_digest(p, "root", &root);
	refused(&w, PL_TYPE_PRODUCT_HEAD, p, &root, "does not agree with the 0 releases");

	p = pl_json_new_object();
	pl_json_set_str(p, "product", PRODUCT);
	pl_json_set_z(p, "site", "elsewhere");
	pl_json_set_z(p, "verdict", "identical");
	pl_work_set_digest(p, "build", &name);
	pl_work_set_digest(p, "rebuild", &name);
	refused(&w, PL_TYPE_REBUILD_VERDICT, p, &name, "that was not stated before");

	pl_release_root_of(NULL, 0, &empty);
	OK(pl_query_product(w.job.inst, PRODUCT, &w.arena, &row));
	assert_false(row.has_head);
	assert_int_equal(row.releases, 0);
	check_fsck(s, &w);
	world_end(&w);
}

/* The shape of a rebuild verdict, member by member. */
static void a_verdict_says_what_belongs_to_it(void **state)
{
	static const struct {
		const char *verdict;
		bool rebuild;
		const char *reason;
		pl_status status;
	} v[] = {
		{"identical", true, NULL, PL_OK}, {"different", true, NULL, PL_OK}, {"identical", false, NULL, PL_E_RANGE},
		{"different", true, "build-failed", PL_E_RANGE}, {"not-attempted", false, "build-failed", PL_OK},
		{"not-attempted", false, "artefact-missing", PL_OK}, {"not-attempted", false, NULL, PL_E_RANGE},
		{"not-attempted", true, "build-failed", PL_E_RANGE}, {"not-attempted", false, "no time", PL_E_SYNTAX},
		{"not-attempted", false, "", PL_E_SYNTAX}, {"same", true, NULL, PL_E_SYNTAX},
	};
	struct pl_vocabulary words;
	const struct pl_subject subject = {.name = PRODUCT};

	(void)state;
	pl_vocabulary_init(&words, release_options().rooms, release_options().n_rooms);
	for (size_t i = 0; i < sizeof v / sizeof v[0]; i++) {
		struct pl_buf payload PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_PAYLOAD_MAX);
		struct pl_json *p PL_CLEANUP(pl_json_done) = pl_json_new_object();
		struct pl_statement *s PL_CLEANUP(pl_statement_closep) = NULL;

		pl_json_set_str(p, "product", PRODUCT);
		pl_json_set_z(p, "site", "uni");
		pl_json_set_z(p, "verdict", v[i].verdict);
		if (v[i].reason)
			pl_json_set_z(p, "reason", v[i].reason);
		pl_work_set_digest(p, "build", &subject.sha256);
		if (v[i].rebuild)
			pl_work_set_digest(p, "rebuild", &subject.sha256);
		assert_int_equal(pl_statement_build(PL_STR(PL_TYPE_REBUILD_VERDICT), &subject, 1, p, &payload, NULL, NULL), PL_OK);
		assert_int_equal(pl_statement_open_payload(pl_buf_bytes(&payload), &s, NULL), PL_OK);
		assert_int_equal(pl_predicate_check(pl_vocabulary_find(&words, s->type), s, NULL), v[i].status);
	}
}

static void clear_words_when_a_step_is_missing(void **state)
{
	const struct scratch *s = *state;
	struct world w;
	struct pl_diag diag = {0};
	struct pl_release_stated product;
	struct pl_release_snapshot snap;
	struct pl_release_build build;
	struct pl_release_rebuild rebuild;
	struct pl_release_published one;

	world_begin(s, &w, "four", "repo-four");
	assert_int_equal(pl_release_product_add(&w.job, PL_STR("Hello World"), (pl_str){0}, &product, &diag), PL_E_SYNTAX);
	diag = (struct pl_diag){0};
	assert_int_equal(pl_release_snapshot(&w.job, PRODUCT, w.repo, NULL, &snap, &diag), PL_E_NOTFOUND);
	assert_non_null(strstr(diag.hint, "pellucid product add hello"));
	OK(pl_release_product_add(&w.job, PRODUCT, (pl_str){0}, &product, &diag));
	diag = (struct pl_diag){0};
	assert_int_equal(pl_release_build(&w.job, PRODUCT, (pl_str){0}, PL_STR(GOOD), &build, &diag), PL_E_NOTFOUND);
	assert_non_null(strstr(diag.hint, "release snapshot hello"));
	diag = (struct pl_diag){0};
	assert_int_equal(pl_release_build(&w.job, PRODUCT, (pl_str){0}, PL_STR("[recipe]\nx\n"), &build, &diag), PL_E_SYNTAX);
	assert_int_equal(diag.line, 2);
	diag = (struct pl_diag){0};
	assert_int_equal(pl_release_rebuild(&w.job, PRODUCT, false, &rebuild, &diag), PL_E_NOTFOUND);
	diag = (struct pl_diag){0};
	assert_int_equal(pl_release_publish(&w.job, PRODUCT, PL_STR("1"), (pl_str){0}, &one, &diag), PL_E_NOTFOUND);
	assert_non_null(strstr(diag.text, "was not built yet"));
	world_end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_releases),
		cmocka_unit_test(a_difference_is_stated_as_such),
		cmocka_unit_test(contradictions_do_not_count),
		cmocka_unit_test(a_verdict_says_what_belongs_to_it),
		cmocka_unit_test(clear_words_when_a_step_is_missing),
	};

	return cmocka_run_group_tests_name("release/publish", tests, scratch_setup, scratch_teardown);
}
