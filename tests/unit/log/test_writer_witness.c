/* SPDX-License-Identifier: Apache-2.0 */
/* What a writer with one witness makes of the witness's answers at its start. */
#include "base/file.h"
#include "base/time.h"
#include "keys.h"
#include "log/log_dir.h"
#include "log/writer.h"
#include "scratch.h"
#include "test.h"
#include <arpa/inet.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>

#define ORIGIN "test.example/log"
#define WITNESS "witness.example/w1"
#define NOON UINT64_C(1700000000)

static struct pl_signer *signer;
static struct pl_log_key key;
static struct pl_policy *policy;

static uint64_t tell_time(void)
{
	return NOON * PL_SECOND;
}

/* ---- a witness that says one thing ---- */

static struct {
	pthread_t thread;
	int fd;
	const char *answer, *answer_b; /* to the first witness, and to the one at /b if there is one */
	uint64_t delay;
	atomic_int asked;
} server;

static void answer_one(int fd)
{
	const char *answer = server.answer;
	char request[16384];

	/* The body comes in one piece with its headers, or right behind them. */
	if (read(fd, request, sizeof request) > 0) {
		server.asked++;
		pl_time_sleep(server.delay);
		if (strncmp(request, "POST /b/", 8) == 0)
			answer = server.answer_b;
		(void)!write(fd, answer, strlen(answer));
	}
	(void)shutdown(fd, SHUT_WR);
	while (read(fd, request, sizeof request) > 0)
		;
	(void)close(fd);
}

static void *serve(void *arg)
{
	int fd;

	(void)arg;
	while ((fd = accept(server.fd, NULL, NULL)) >= 0)
		answer_one(fd);
	return NULL;
}

static uint16_t start_server(void)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	socklen_t len = sizeof at;

	server.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	server.delay = 0;
	server.asked = 0;
	if (bind(server.fd, (struct sockaddr *)&at, sizeof at) || listen(server.fd, 16) ||
		getsockname(server.fd, (struct sockaddr *)&at, &len) || pthread_create(&server.thread, NULL, serve, NULL))
		return 0;
	return ntohs(at.sin_port);
}

static uint16_t port;

static int begin(void **state)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(4096);

	port = start_server();
	if (scratch_begin(state))
		return -1;
	signer = test_signer(3);
	key.signer = signer;
	if (pl_vkey_of_signer(PL_STR(ORIGIN), signer, &key.vkey))
		return -1;
	pl_buf_put_z(&text, "log ");
	test_put_log_key(&text, ORIGIN, 3);
	pl_buf_put_z(&text, "\nwitness w1 ");
	test_put_witness_key(&text, WITNESS, 5);
	pl_buf_printf(&text, " http://127.0.0.1:%u/\nquorum w1\n", port);
	if (pl_policy_parse(pl_buf_str(&text), &policy, NULL))
		return -1;
	return pl_log_dir_create("log", PL_STR(ORIGIN), NULL, signer, NULL) ? -1 : 0;
}

static int end(void **state)
{
	(void)shutdown(server.fd, SHUT_RDWR);
	(void)pthread_join(server.thread, NULL);
	(void)close(server.fd);
	pl_policy_free(policy);
	pl_signer_free(signer);
	return scratch_end(state);
}

static struct pl_log_writer *open_log(void)
{
	struct pl_log_writer_options o = {.dir = "log", .keys = &key, .n_keys = 1, .policy = policy, .now = tell_time};
	struct pl_log_writer *w = NULL;
	struct pl_diag diag = {0};

	if (pl_log_writer_open(&o, &w, &diag))
		fail_msg("%s", diag.text);
	return w;
}

static unsigned hold_after_asking(void)
{
	struct pl_log_writer *w = open_log();
	struct pl_log_status s;

	assert_int_equal(pl_log_writer_settle(w, 60 * PL_SECOND), PL_OK);
	assert_true(server.asked > 0);
	pl_log_writer_status(w, &s);
	assert_int_equal(pl_log_writer_close(w), PL_OK);
	return s.hold;
}

/* The published checkpoint has a cosignature of the witness. */
static void let_it_have_cosigned(void)
{
	struct pl_buf note PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CHECKPOINT_MAX);

	assert_int_equal(pl_file_read(AT_FDCWD, "log/public/checkpoint", &note), PL_OK);
	test_cosign(&note, WITNESS, 5, NOON - 5);
	assert_int_equal(pl_file_put(AT_FDCWD, "log/public/checkpoint", pl_buf_bytes(&note), 0644, PL_FILE_REPLACE), PL_OK);
}

/* ---- tests ---- */

/* 404: "I have never seen this log". From one whose cosignature the log publishes it is somebody else's answer, a proxy's
 * in front of a witness that is down, and must not pass for a size. */
static void one_that_knew_the_log_does_not_forget_it(void **state)
{
	(void)state;
	server.answer = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
	assert_int_equal(hold_after_asking(), 0);
	let_it_have_cosigned();
	assert_int_equal(hold_after_asking(), PL_LOG_HOLD_WITNESSES);
}

/* Two witnesses of which one is enough. */
static void take_two_witnesses(void)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(4096);

	pl_policy_free(policy);
	pl_buf_put_z(&text, "log ");
	test_put_log_key(&text, ORIGIN, 3);
	pl_buf_put_z(&text, "\nwitness w1 ");
	test_put_witness_key(&text, WITNESS, 5);
	pl_buf_printf(&text, " http://127.0.0.1:%u/\nwitness w2 ", port);
	test_put_witness_key(&text, "witness.example/w2", 6);
	pl_buf_printf(&text, " http://127.0.0.1:%u/b\ngroup q any w1 w2\nquorum q\n", port);
	assert_int_equal(pl_policy_parse(pl_buf_str(&text), &policy, NULL), PL_OK);
}

/* Of two witnesses that know better, the one that knows more is remembered. */
static void what_contradicts_most_is_remembered(void **state)
{
	struct pl_buf kept PL_CLEANUP(pl_buf_done) = PL_BUF(1024);

	(void)state;
	take_two_witnesses();
	server.answer = "HTTP/1.1 422 Unprocessable Content\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
	server.answer_b = "HTTP/1.1 409 Conflict\r\nContent-Type: text/x.tlog.size\r\nContent-Length: 2\r\n"
			  "Connection: close\r\n\r\n5\n";
	assert_true(hold_after_asking() & PL_LOG_HOLD_AHEAD);
	assert_int_equal(pl_file_read(AT_FDCWD, "log/private/ahead", &kept), PL_OK);
	assert_str_eq(pl_buf_str(&kept), PL_STR("9223372036854775807 w1\n"));
}

/* A policy without a quorum does not make unsigned what was signed before. */
static void what_was_signed_counts_without_witnesses(void **state)
{
	struct pl_log_writer_options o = {.dir = "log", .keys = &key, .n_keys = 1, .now = tell_time};
	struct pl_buf note PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CHECKPOINT_MAX);
	struct pl_log_writer *w = NULL;

	(void)state;
	test_put_checkpoint(&note, ORIGIN, 7, &(struct pl_digest){{1}}, 3);
	assert_int_equal(pl_file_put(AT_FDCWD, "log/private/signed", pl_buf_bytes(&note), 0600, PL_FILE_REPLACE), PL_OK);
	assert_int_equal(pl_log_writer_open(&o, &w, NULL), PL_E_ROLLBACK);
}

/* An operator's act ends a hold for want of answers; it does not keep the log from hearing them. */
static void a_resume_waits_for_the_first_answers(void **state)
{
	struct pl_log_writer *w;
	struct pl_log_answer a = {0};
	struct pl_log_status s;

	(void)state;
	server.answer = "HTTP/1.1 409 Conflict\r\nContent-Type: text/x.tlog.size\r\nContent-Length: 5\r\n"
			"Connection: close\r\n\r\n1000\n";
	server.delay = 300 * PL_MILLISECOND;
	w = open_log();
	assert_int_equal(pl_log_writer_resume(w, pl_str_bytes(PL_STR("resume")), NULL, &a), PL_E_ROLLBACK);
	pl_log_writer_status(w, &s);
	assert_true(s.hold & PL_LOG_HOLD_AHEAD);
	assert_int_equal(s.ahead_size, 1000);
	assert_int_equal(s.recorded.size, 0);
	assert_int_equal(pl_log_writer_close(w), PL_OK);
}

#define T(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(one_that_knew_the_log_does_not_forget_it), T(a_resume_waits_for_the_first_answers),
		T(what_contradicts_most_is_remembered), T(what_was_signed_counts_without_witnesses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
