/* SPDX-License-Identifier: Apache-2.0 */
/* The desk: every peer, every type, with and without approvals, in the process and through its sockets. */
#include "fact_world.h"
#include "base/file.h"
#include "base/time.h"
#include "fact/serve.h"
#include "fact/signing_internal.h"
#include <fcntl.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define ABC "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

/* A payload of the right shape for every type of fact; the subject is sha256("abc"). */
static const struct {
	const char *type, *predicate;
} samples[] = {
	{PL_TYPE_BODY, "{\"body\":{\"digest\":\"" ABC "\",\"mediaType\":\"a/b\",\"size\":3},\"kind\":\"document\"}"},
	{PL_TYPE_WITHHELD, "{\"reason\":\"security\"}"},
	{PL_TYPE_LOG_RESUME, "{\"size\":1,\"root\":\"" ABC "\",\"reason\":\"witness-ended\"}"},
	{PL_TYPE_TIME_ACCEPT, "{\"size\":1,\"before\":\"2026-01-01T00:00:00Z\",\"accepted\":\"2026-01-02T00:00:00Z\",\"reason\":\"test\"}"},
	{PL_TYPE_KEY_END, "{\"reason\":\"lost\"}"},
};

static void make_payload(const char *type, const char *predicate, struct pl_buf *payload)
{
	struct pl_json *p PL_CLEANUP(pl_json_done) = NULL;
	struct pl_subject subject = {.name = PL_STR("abc")};

	pl_sha256(pl_str_bytes(PL_STR("abc")), &subject.sha256);
	assert_ok(pl_json_parse(pl_str_from(predicate), 8192, 8, &p, NULL));
	pl_buf_clear(payload);
	assert_ok(pl_statement_build(pl_str_from(type), &subject, 1, p, payload, NULL, NULL));
}

static void approve(struct pl_instance *inst, const char *name, const struct pl_buf *payload, struct pl_approval_sig *ret)
{
	struct pl_signer *officer PL_CLEANUP(pl_signer_freep) = NULL;

	assert_ok(pl_instance_signer(inst, name, &officer, NULL));
	assert_ok(pl_signing_approve(officer, pl_buf_bytes(payload), ret));
}

/* ---- a desk served by another thread ---- */

struct desk {
	struct pl_instance *inst;
	int stop[2];
	pthread_t thread;
	pl_status st;
};

static void *serve_desk(void *arg)
{
	struct desk *d = arg;
	struct pl_diag diag = {0};

	d->st = pl_serve_signer(d->inst, d->stop[0], &diag);
	if (d->st)
		print_error("%s\n", diag.text);
	return NULL;
}

static void desk_stop(struct desk *d)
{
	assert_int_equal(write(d->stop[1], "x", 1), 1);
	assert_int_equal(pthread_join(d->thread, NULL), 0);
	assert_ok(d->st);
	(void)close(d->stop[0]);
	(void)close(d->stop[1]);
	pl_instance_close(d->inst);
}

static struct pl_signing *ask_as(const char *name, enum pl_peer peer)
{
	char path[1024];
	struct pl_signing *s = NULL;
	pl_status st = PL_E_BUSY;

	(void)snprintf(path, sizeof path, "%s/run/signer-%s.sock", world_dir(name), pl_peer_word(peer));
	for (int i = 0; i < 500 && st == PL_E_BUSY; i++) {
		st = pl_signing_socket(pl_str_from(path), &s, NULL);
		if (st)
			pl_time_sleep(10 * PL_MILLISECOND);
	}
	assert_ok(st);
	return s;
}

static void desk_start(struct desk *d, const char *name)
{
	struct pl_instance_options opt = {.keys_only = true};

	assert_ok(pl_instance_open(world_dir(name), &opt, &d->inst, NULL));
	assert_int_equal(pipe(d->stop), 0);
	assert_int_equal(pthread_create(&d->thread, NULL, serve_desk, d), 0);
	pl_signing_free(ask_as(name, PL_PEER_PERSONS)); /* the last socket to be made: now all are there */
}

/* ---- stories ---- */

static void only_the_table_opens_the_desk(void **state)
{
	static const pl_status operator_gets[] = {PL_OK, PL_E_QUORUM, PL_E_QUORUM, PL_E_QUORUM, PL_E_DENIED};
	struct pl_instance *inst = world_init("desk", 2, 2);
	struct pl_buf payload PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_PAYLOAD_MAX);
	struct pl_buf entry PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_ENTRY_MAX);
	struct desk d = {0};

	desk_start(&d, "desk");
	for (unsigned peer = 0; peer < PL_PEER_COUNT; peer++) {
		struct pl_signing *s = ask_as("desk", (enum pl_peer)peer);

		for (size_t i = 0; i < PL_COUNT(samples); i++) {
			struct pl_diag diag = {0};
			pl_status want = peer == PL_PEER_OPERATOR ? operator_gets[i] :
				peer == PL_PEER_WORKER && i == 0 ? PL_OK : PL_E_DENIED;

			pl_buf_clear(&entry);
			make_payload(samples[i].type, samples[i].predicate, &payload);
			assert_int_equal(pl_signing_sign(s, pl_buf_bytes(&payload), NULL, 0, &entry, &diag), want);
			assert_int_equal(entry.len > 0, want == PL_OK);
			assert_true(want == PL_OK || diag.text[0]);
		}
		pl_signing_free(s);
	}
	desk_stop(&d);
	world_close(inst);
}

static void approvals_fit_one_payload(void **state)
{
	struct pl_instance *inst = world_init("approve", 3, 2);
	struct pl_buf payload PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_PAYLOAD_MAX);
	struct pl_buf other PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_PAYLOAD_MAX);
	struct pl_buf entry PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_ENTRY_MAX);
	struct pl_approval_sig good[3], wrong, twice[2], line;
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(1024);
	struct pl_statement *st PL_CLEANUP(pl_statement_closep) = NULL;
	struct desk d = {0};
	struct pl_signing *s;

	desk_start(&d, "approve");
	s = ask_as("approve", PL_PEER_OPERATOR);
	make_payload(PL_TYPE_WITHHELD, samples[1].predicate, &payload);
	make_payload(PL_TYPE_WITHHELD, samples[1].predicate, &other); /* another ULID */
	approve(inst, "officer-1", &payload, &good[0]);
	approve(inst, "officer-2", &payload, &good[1]);
	approve(inst, "officer-3", &payload, &good[2]);
	approve(inst, "officer-2", &other, &wrong);
#define ASK(list, n) pl_signing_sign(s, pl_buf_bytes(&payload), (list), (n), &entry, NULL)
	assert_int_equal(ASK(good, 1), PL_E_QUORUM);
	assert_int_equal(ASK(((struct pl_approval_sig[]){good[0], wrong}), 2), PL_E_SIGNATURE);
	twice[0] = twice[1] = good[0];
	assert_int_equal(ASK(twice, 2), PL_E_RANGE);
	approve(inst, "service", &payload, &wrong);
	assert_int_equal(ASK(((struct pl_approval_sig[]){good[0], wrong}), 2), PL_E_SIGNATURE);
	approve(inst, "root", &payload, &wrong);
	assert_int_equal(ASK(((struct pl_approval_sig[]){good[0], wrong}), 2), PL_E_SIGNATURE);
	assert_ok(pl_signing_approve(test_signer(STRANGER), pl_buf_bytes(&payload), &wrong));
	assert_int_equal(ASK(((struct pl_approval_sig[]){good[0], wrong}), 2), PL_E_SIGNATURE);
	assert_int_equal(entry.len, 0);
	assert_ok(ASK(good, 3));
	st = test_open(&entry);
	assert_int_equal(st->envelope.n_sigs, 4);
	/* Approvals travel as lines. */
	pl_signing_approval_write(&text, &good[1]);
	assert_ok(pl_signing_approval_parse(pl_buf_str(&text), &line, NULL));
	assert_memory_equal(&line.key, &good[1].key, sizeof line.key);
	assert_memory_equal(line.sig.b, good[1].sig.b, good[1].sig.len);
	assert_int_equal(pl_signing_approval_parse(PL_STR("sha256:00 AA=="), &line, NULL), PL_E_SYNTAX);
	pl_signing_free(s);
	desk_stop(&d);
	world_close(inst);
}

static void refuses_payloads_of_another_shape(void **state)
{
	static const char *const bad[] = {
		"{\"reason\":\"because I say so\"}", "{}", "{\"reason\":\"security\",\"note\":\"free text\"}",
		"{\"reason\":\"security\",\"until\":\"tomorrow\"}", "{\"reason\":1}",
	};
	struct pl_instance *inst = world_init("shape", 1, 1);
	struct pl_buf payload PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_PAYLOAD_MAX);
	struct pl_buf entry PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_ENTRY_MAX);

	for (size_t i = 0; i < PL_COUNT(bad); i++) {
		make_payload(PL_TYPE_WITHHELD, bad[i], &payload);
		assert_int_equal(pl_instance_sign(inst, pl_buf_bytes(&payload), NULL, 0, &entry, NULL), PL_E_SYNTAX);
	}
	make_payload("https://example.org/unknown", "{}", &payload);
	assert_int_equal(pl_instance_sign(inst, pl_buf_bytes(&payload), NULL, 0, &entry, NULL), PL_E_DENIED);
	world_close(inst);
}

static int raw_socket(const char *name)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	(void)snprintf(a.sun_path, sizeof a.sun_path, "%s/run/signer-web.sock", world_dir(name));
	assert_int_equal(connect(fd, (const struct sockaddr *)&a, sizeof a), 0);
	return fd;
}

static void nonsense_ends_its_connection_only(void **state)
{
	static const char *const packets[] = {"x", "\x01\x00\x00\x00\x00\x09", "\x02\x00\x00\x00\x00\x00", "\x01\xff\x00\x00\x00\x00",
		"\x01\x01\x00\x00\x00\x00 short", "\x01\x00\xff\xff\xff\xff"};
	struct pl_instance *inst = world_init("nonsense", 1, 1);
	struct pl_buf payload PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_PAYLOAD_MAX);
	struct pl_buf entry PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_ENTRY_MAX);
	struct desk d = {0};
	struct pl_signing *s;
	static const char big[100000] = {1};
	char answer[16];

	desk_start(&d, "nonsense");
	s = ask_as("nonsense", PL_PEER_OPERATOR);
	for (size_t i = 0; i <= PL_COUNT(packets); i++) {
		int fd = raw_socket("nonsense");

		if (i < PL_COUNT(packets))
			assert_true(send(fd, packets[i], i == 0 ? 1 : 6, MSG_NOSIGNAL) > 0);
		else
			assert_true(send(fd, big, sizeof big, MSG_NOSIGNAL) > 0);
		if (recv(fd, answer, sizeof answer, 0) != 0)
			fail_msg("packet %zu was answered", i);
		(void)close(fd);
	}
	make_payload(PL_TYPE_BODY, samples[0].predicate, &payload);
	assert_ok(pl_signing_sign(s, pl_buf_bytes(&payload), NULL, 0, &entry, NULL));
	pl_signing_free(s);
	desk_stop(&d);
	world_close(inst);
}

/* A hostile web process may hold as many connections as it gets: the operator still reaches the desk. */
static void one_peer_does_not_keep_out_another(void **state)
{
	struct pl_instance *inst = world_init("crowd", 1, 1);
	struct pl_buf payload PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_PAYLOAD_MAX);
	struct pl_buf entry PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_ENTRY_MAX);
	struct pl_signing *web[80], *s;
	struct desk d = {0};

	desk_start(&d, "crowd");
	for (size_t i = 0; i < PL_COUNT(web); i++)
		web[i] = ask_as("crowd", PL_PEER_WEB);
	s = ask_as("crowd", PL_PEER_OPERATOR);
	make_payload(PL_TYPE_BODY, samples[0].predicate, &payload);
	assert_ok(pl_signing_sign(s, pl_buf_bytes(&payload), NULL, 0, &entry, NULL));
	pl_signing_free(s);
	for (size_t i = 0; i < PL_COUNT(web); i++)
		pl_signing_free(web[i]);
	desk_stop(&d);
	world_close(inst);
}

static void packets_read_as_written(void **state)
{
	struct pl_approval_sig in[2] = {{.sig.len = 64}, {.sig.len = 72}}, out[PL_SIGNING_APPROVALS_MAX];
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_SIGNING_REQUEST_MAX);
	pl_bytes payload;
	pl_status st;
	size_t n;

	memset(in[1].sig.b, 7, 72);
	pl_signing_request_write(&b, pl_str_bytes(PL_STR("payload")), in, 2);
	assert_ok(pl_signing_request_parse(pl_buf_bytes(&b), &payload, out, &n));
	assert_int_equal(n, 2);
	assert_true(pl_str_eq(pl_bytes_str(payload), PL_STR("payload")));
	assert_memory_equal(out[1].sig.b, in[1].sig.b, 72);
	for (size_t len = 0; len < b.len; len++) /* every truncation is refused */
		assert_int_equal(pl_signing_request_parse(pl_bytes_of(b.ptr, len), &payload, out, &n), PL_E_SYNTAX);
	pl_buf_put_c(&b, 0);
	assert_int_equal(pl_signing_request_parse(pl_buf_bytes(&b), &payload, out, &n), PL_E_SYNTAX);
	pl_buf_clear(&b);
	pl_signing_answer_write(&b, PL_E_QUORUM, pl_str_bytes(PL_STR("words")));
	assert_ok(pl_signing_answer_parse(pl_buf_bytes(&b), &st, &payload));
	assert_int_equal(st, PL_E_QUORUM);
	assert_int_equal(pl_signing_answer_parse(pl_bytes_of("\x01\x7f", 2), &st, &payload), PL_E_SYNTAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(packets_read_as_written),
		cmocka_unit_test(only_the_table_opens_the_desk),
		cmocka_unit_test(approvals_fit_one_payload),
		cmocka_unit_test(refuses_payloads_of_another_shape),
		cmocka_unit_test(nonsense_ends_its_connection_only),
		cmocka_unit_test(one_peer_does_not_keep_out_another),
	};

	return cmocka_run_group_tests(tests, world_begin, world_end);
}
