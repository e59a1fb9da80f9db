/* SPDX-License-Identifier: Apache-2.0 */
/* What the log process does beside its work: it says how it is, and sweeps what broken-off uploads left behind. */
#include "fact_world.h"
#include "base/file.h"
#include "base/time.h"
#include "fact/caretaker.h"
#include "fact/log_report.h"
#include "fact/query.h"
#include "fact/serve.h"
#include <fcntl.h>
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#define ORIGIN PL_STR("log.example/fact")

/* ---- the row ---- */

static struct pl_log_report report_of(struct pl_instance *inst)
{
	struct pl_log_report r;

	assert_ok(pl_log_report_read(pl_instance_db(inst), ORIGIN, &r));
	return r;
}

static void a_report_reads_back_and_grows_old(void **state)
{
	struct pl_instance *inst = world_init("report", 1, 1);
	struct pl_db *db = pl_instance_db(inst);
	struct pl_log_report r = {.process = PL_LOG_PROCESS_HELD, .hold = PL_LOG_HOLD_AHEAD, .answered = 1, .needed = 2,
		.ahead_size = PL_TREE_SIZE_MAX, .recorded = 7, .published = 6, .stored = 5, .epoch = 4, .since = 3,
		.reported = pl_time_now(), .trouble = "no space left"}, got;

	assert_int_equal(report_of(inst).process, PL_LOG_PROCESS_NONE);
	assert_ok(pl_log_report_put(db, ORIGIN, &r));
	got = report_of(inst);
	assert_int_equal(got.process, PL_LOG_PROCESS_HELD);
	assert_int_equal(got.hold, PL_LOG_HOLD_AHEAD);
	assert_int_equal(got.ahead_size, PL_TREE_SIZE_MAX);
	assert_int_equal(got.answered + got.needed + got.recorded + got.published + got.stored + got.epoch + got.since, 28);
	assert_int_equal(got.reported, r.reported);
	assert_string_equal(got.trouble, "no space left");
	/* From the future is as wrong as from the past. */
	for (int i = -1; i <= 1; i += 2) {
		r.reported = pl_time_now() + (uint64_t)i * (PL_LOG_REPORT_OLD_NS + 5 * PL_SECOND);
		assert_ok(pl_log_report_put(db, ORIGIN, &r));
		assert_int_equal(report_of(inst).process, PL_LOG_PROCESS_SILENT);
	}
	/* What ended need not go on saying so. */
	r.process = PL_LOG_PROCESS_STOPPED;
	r.reported = 1;
	assert_ok(pl_log_report_put(db, ORIGIN, &r));
	assert_int_equal(report_of(inst).process, PL_LOG_PROCESS_STOPPED);
	/* Whoever lost the record does not write over its successor. */
	r.process = PL_LOG_PROCESS_RUNNING;
	r.epoch = 3;
	assert_ok(pl_log_report_put(db, ORIGIN, &r));
	assert_int_equal(report_of(inst).process, PL_LOG_PROCESS_STOPPED);
	world_close(inst);
}

/* ---- words ---- */

struct heard {
	unsigned n, bad;
	char reasons[256];
};

static void hear(void *ctx, const struct pl_log_finding *f)
{
	struct heard *h = ctx;
	size_t len = strlen(h->reasons);

	h->n++;
	h->bad += f->bad;
	assert_true(f->words[0] != '\0');
	(void)snprintf(h->reasons + len, sizeof h->reasons - len, "%s ", f->reason);
}

static void every_state_has_words(void **state)
{
	static const char *const reasons[] = {"running ", "ahead witnesses time-back time-jump ", "failed ", "stopped ", "refused ",
		"silent ", "none "};

	for (unsigned i = 0; i <= PL_LOG_PROCESS_NONE; i++) {
		struct pl_log_report r = {.process = (enum pl_log_process)i, .hold = 15, .ahead_size = 9, .recorded = 3};
		struct heard h = {0};

		pl_log_report_findings(&r, hear, &h);
		assert_string_equal(h.reasons, reasons[i]);
	}
}

/* ---- serving ---- */

struct served {
	struct pl_instance *inst;
	struct pl_serve_options options;
	int stop[2];
	pthread_t thread;
	pl_status st;
};

static void *serve_main(void *arg)
{
	struct served *s = arg;
	struct pl_diag diag = {0};

	s->st = pl_serve_log(s->inst, &s->options, s->stop[0], &diag);
	return NULL;
}

static void serve(struct served *s)
{
	assert_int_equal(pipe(s->stop), 0);
	assert_int_equal(pthread_create(&s->thread, NULL, serve_main, s), 0);
}

static void stop(struct served *s)
{
	assert_int_equal(write(s->stop[1], "x", 1), 1);
	assert_int_equal(pthread_join(s->thread, NULL), 0);
	assert_ok(s->st);
	(void)close(s->stop[0]);
	(void)close(s->stop[1]);
}

static void wait_process(struct pl_instance *inst, enum pl_log_process p)
{
	for (int i = 0; i < 500 && report_of(inst).process != p; i++)
		pl_time_sleep(20 * PL_MILLISECOND);
	assert_int_equal(report_of(inst).process, p);
}

static void the_process_reports_and_beats(void **state)
{
	struct pl_instance *inst = world_init("beats", 1, 1), *reader = world_open("beats");
	struct served s = {.inst = inst, .options = {.report_ns = 300 * PL_MILLISECOND}};
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(1u << 20);
	struct pl_query_view view;
	struct pl_log_report first, later;

	serve(&s);
	wait_process(reader, PL_LOG_PROCESS_RUNNING);
	first = report_of(reader);
	assert_int_equal(first.recorded, 3);
	assert_string_equal(first.trouble, "");
	pl_time_sleep(1500 * PL_MILLISECOND);
	later = report_of(reader);
	assert_true(later.reported > first.reported);
	assert_int_equal(later.since, first.since);
	assert_ok(pl_query_view(reader, &arena, &view));
	assert_int_equal(view.log.process, PL_LOG_PROCESS_RUNNING);
	stop(&s);
	assert_int_equal(report_of(reader).process, PL_LOG_PROCESS_STOPPED);
	world_close(reader);
	world_close(inst);
}

/* ---- sweeping ---- */

#define UPLOAD ((uint64_t)150 << 20)

/* Zeros, and the end of the process before the end of the bytes. */
static pl_status half(void *ctx, uint8_t *out, size_t size, size_t *ret_len)
{
	uint64_t *left = ctx;

	if (size > *left)
		_exit(7);
	memset(out, 0, size);
	*left -= size;
	*ret_len = size;
	return PL_OK;
}

static void break_off_an_upload(const char *name)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		struct pl_instance *inst = world_open(name);
		uint64_t left = UPLOAD - (10u << 20);
		struct pl_digest d;

		(void)!pl_blob_put(pl_instance_blobs(inst), half, &left, UPLOAD, &d, NULL);
		_exit(1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(WEXITSTATUS(status), 7);
}

static uint64_t swept_by(struct pl_instance *inst, uint64_t age)
{
	struct served s = {.inst = inst, .options = {.sweep_first_ns = 1, .sweep_age_ns = age}};
	char path[600], text[4096] = "";
	int saved = dup(2), fd;
	const char *at = NULL;
	uint64_t removed = 0;
	pl_str number, line;

	(void)snprintf(path, sizeof path, "%s/events", world_scratch());
	fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(fd >= 0 && saved >= 0 && dup2(fd, 2) == 2);
	serve(&s);
	for (int i = 0; i < 600 && !at; i++) {
		ssize_t n = pread(fd, text, sizeof text - 1, 0);

		text[n > 0 ? n : 0] = '\0';
		at = strstr(text, "evt=blobs.swept removed=");
		at = at && strchr(at, '\n') ? at : NULL; /* the whole line */
		pl_time_sleep(50 * PL_MILLISECOND);
	}
	stop(&s);
	assert_true(dup2(saved, 2) == 2);
	(void)close(saved);
	(void)close(fd);
	if (!at)
		fail_msg("no sweep: %s", text);
	number = pl_str_from(at + strlen("evt=blobs.swept removed="));
	(void)pl_str_take_line(&number, &line);
	assert_ok(pl_str_to_u64(line, UINT64_MAX, &removed));
	return removed;
}

static void leftovers_are_swept_when_they_are_old(void **state)
{
	struct pl_instance *inst = world_init("sweep", 1, 1);

	(void)swept_by(inst, 1); /* what other tests left in a store that they share */
	break_off_an_upload("sweep");
	pl_time_sleep(1500 * PL_MILLISECOND); /* S3 tells times in seconds */
	assert_int_equal(swept_by(inst, 3600 * PL_SECOND), 0); /* it might still be going on */
	assert_true(swept_by(inst, PL_SECOND) >= 1);
	assert_int_equal(swept_by(inst, PL_SECOND), 0);
	world_close(inst);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_report_reads_back_and_grows_old),
		cmocka_unit_test(every_state_has_words),
		cmocka_unit_test(the_process_reports_and_beats),
		cmocka_unit_test(leftovers_are_swept_when_they_are_old),
	};

	return cmocka_run_group_tests(tests, world_begin, world_end);
}
