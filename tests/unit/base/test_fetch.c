/* SPDX-License-Identifier: Apache-2.0 */
#include "scratch.h"
#include "server.h"
#include "base/fetch.h"
#include <arpa/inet.h>
#include <sys/resource.h>
#include <sys/socket.h>

static struct server server;

static int setup(void **state)
{
	server_start(&server);
	return 0;
}

static int teardown(void **state)
{
	server_stop(&server);
	return 0;
}

/* One request with a handle of its own; @out bounded by its maximum. */
static pl_status ask(struct pl_fetch_request *q, struct pl_fetch_answer *a, struct pl_diag *d)
{
	struct pl_fetch *f = pl_fetch_new();
	pl_status st = pl_fetch(f, q, a, d);

	pl_fetch_free(f);
	return st;
}

static void gets_a_body_and_headers(void **state)
{
	char value[100] = "old", cut[5], none[10] = "old";
	const struct pl_fetch_want wants[] = {{"x-TEST", value, sizeof value}, {"X-Test", cut, sizeof cut}, {"None", none, sizeof none}};
	struct pl_buf b = PL_BUF(1000);
	struct pl_fetch_request q = {.url = server_url(&server, "/status/200"), .body_out = &b, .wants = wants, .want_count = 3};
	struct pl_fetch_answer a = {0};

	assert_ok(ask(&q, &a, NULL));
	assert_int_equal(a.status, 200);
	assert_int_equal(a.body_len, 3);
	assert_int_equal(a.content_length, 3);
	assert_str(pl_buf_str(&b), "200");
	assert_string_equal(value, "spaced value");
	assert_string_equal(cut, "spac");
	assert_string_equal(none, "");
	pl_buf_done(&b);
}

static void any_status_is_an_answer(void **state)
{
	static const unsigned statuses[] = {201, 301, 400, 404, 409, 500, 503};

	for (size_t i = 0; i < PL_COUNT(statuses); i++) {
		char path[40];
		struct pl_buf b = PL_BUF(1000);
		struct pl_fetch_answer a = {0};
		struct pl_fetch_request q = {.body_out = &b};

		(void)snprintf(path, sizeof path, "/status/%u", statuses[i]);
		q.url = server_url(&server, path);
		assert_ok(ask(&q, &a, NULL));
		assert_int_equal(a.status, statuses[i]);
		assert_int_equal(b.len, 3);
		pl_buf_done(&b);
	}
}

static void sends_what_it_is_told(void **state)
{
	static const char *const headers[] = {"Authorization: AWS4-HMAC-SHA256 x", "X-Empty;"};
	static const char *const good[] = {"Authorization: AWS4-HMAC-SHA256 x", "Content-Type: text/plain"};
	static const char *const split[] = {"X: a\r\nY: b"};
	struct pl_buf b = PL_BUF(4000);
	struct pl_fetch_request q = {.method = PL_FETCH_POST, .url = server_url(&server, "/headers/../x?y=%2F"), .headers = good,
		.header_count = 2, .body = pl_bytes_of("data", 4), .body_out = &b};
	struct pl_fetch_answer a;
	pl_str head;

	assert_ok(ask(&q, &a, NULL));
	head = pl_buf_str(&b);
	assert_true(pl_str_starts(head, PL_STR("POST /headers/../x?y=%2F HTTP/1.1\r\n"))); /* as it was signed */
	assert_true(pl_str_find_str(head, PL_STR("\r\nAuthorization: AWS4-HMAC-SHA256 x\r\n")) < head.len);
	assert_true(pl_str_find_str(head, PL_STR("\r\nContent-Type: text/plain\r\n")) < head.len);
	assert_true(pl_str_find_str(head, PL_STR("\r\nContent-Length: 4\r\n")) < head.len);
	assert_int_equal(pl_str_find_str(head, PL_STR("Expect")), head.len);
	q.headers = split;
	q.header_count = 1;
	assert_int_equal(ask(&q, &a, NULL), PL_E_SYNTAX);
	q.headers = headers;
	q.header_count = 2;
	assert_int_equal(ask(&q, &a, NULL), PL_E_SYNTAX);
	q.header_count = 0;
	pl_buf_clear(&b);
	assert_ok(ask(&q, &a, NULL));
	assert_int_equal(pl_str_find_str(pl_buf_str(&b), PL_STR("Content-Type")), b.len); /* none of curl's own */
	pl_buf_done(&b);
}

static void every_method(void **state)
{
	struct pl_buf b = PL_BUF(4000);
	struct pl_fetch_request q = {.method = PL_FETCH_PUT, .url = server_url(&server, "/echo"), .body = pl_bytes_of("body", 4),
		.body_out = &b};
	struct pl_fetch_answer a;
	char etag[20];
	const struct pl_fetch_want want = {"ETag", etag, sizeof etag};

	assert_ok(ask(&q, &a, NULL));
	assert_str(pl_buf_str(&b), "body");
	pl_buf_clear(&b);
	q = (struct pl_fetch_request){.method = PL_FETCH_PUT, .url = server_url(&server, "/headers"), .body_out = &b};
	assert_ok(ask(&q, &a, NULL));
	assert_true(pl_str_find_str(pl_buf_str(&b), PL_STR("\r\nContent-Length: 0\r\n")) < b.len);
	pl_buf_clear(&b);
	q = (struct pl_fetch_request){.method = PL_FETCH_DELETE, .url = server_url(&server, "/headers"), .body_out = &b};
	assert_ok(ask(&q, &a, NULL));
	assert_true(pl_str_starts(pl_buf_str(&b), PL_STR("DELETE /headers ")));
	pl_buf_clear(&b);
	q = (struct pl_fetch_request){.method = PL_FETCH_HEAD, .url = server_url(&server, "/x"), .body_out = &b, .wants = &want,
		.want_count = 1};
	assert_ok(ask(&q, &a, NULL));
	assert_int_equal(a.content_length, 12345);
	assert_int_equal(a.body_len, 0);
	assert_string_equal(etag, "\"abc\"");
	pl_buf_done(&b);
}

static void answers_are_bounded(void **state)
{
	struct pl_buf b = PL_BUF(1000);
	struct pl_fetch_request q = {.url = server_url(&server, "/bytes/1001"), .body_out = &b};
	struct pl_fetch_answer a;
	struct pl_diag d = {0};

	pl_buf_put_z(&b, "");
	assert_int_equal(ask(&q, &a, &d), PL_E_TOOBIG);
	assert_int_equal(b.len, 0);
	assert_true(strstr(d.text, "http://127.0.0.1:") == d.text);
	q = (struct pl_fetch_request){.url = server_url(&server, "/bytes/1001"), .max_response = 1000};
	assert_int_equal(ask(&q, &a, NULL), PL_E_TOOBIG);
	q.max_response = 1001;
	assert_ok(ask(&q, &a, NULL));
	assert_int_equal(a.body_len, 1001);
	pl_buf_done(&b);
}

static void redirects_only_when_asked(void **state)
{
	char value[40];
	const struct pl_fetch_want want = {"X-Test", value, sizeof value};
	struct pl_buf b = PL_BUF(1000);
	struct pl_fetch_request q = {.url = server_url(&server, "/redirect/status/200"), .body_out = &b, .wants = &want,
		.want_count = 1};
	struct pl_fetch_answer a;

	assert_ok(ask(&q, &a, NULL));
	assert_int_equal(a.status, 302);
	pl_buf_clear(&b);
	q.redirects = 1;
	assert_ok(ask(&q, &a, NULL));
	assert_int_equal(a.status, 200);
	assert_str(pl_buf_str(&b), "200");
	assert_string_equal(value, "spaced value"); /* of the last answer */
	q.url = server_url(&server, "/redirect/redirect/status/200");
	assert_int_equal(ask(&q, &a, NULL), PL_E_NET);
	pl_buf_done(&b);
}

static void only_http(void **state)
{
	static const char *const bad[] = {"file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/", "", "http://", "dict://x/"};
	struct pl_fetch_answer a;

	for (size_t i = 0; i < PL_COUNT(bad); i++) {
		struct pl_fetch_request q = {.url = bad[i]};

		if (ask(&q, &a, NULL) != PL_E_SYNTAX)
			fail_msg("\"%s\" was not refused", bad[i]);
	}
}

static void everything_ends_in_time(void **state)
{
	struct pl_buf b = PL_BUF(1000);
	struct pl_fetch_request q = {.url = server_url(&server, "/slow/5000"), .body_out = &b, .total_ns = PL_SECOND / 5};
	struct pl_fetch_answer a;
	uint64_t start = pl_time_monotonic();

	assert_int_equal(ask(&q, &a, NULL), PL_E_TIMEOUT);
	q = (struct pl_fetch_request){.url = server_url(&server, "/stall"), .body_out = &b, .total_ns = PL_SECOND * 10,
		.stall_ns = PL_SECOND};
	assert_int_equal(ask(&q, &a, NULL), PL_E_TIMEOUT);
	assert_int_equal(b.len, 0);
	assert_true(pl_time_monotonic() - start < 6 * PL_SECOND);
	pl_buf_done(&b);
}

static void broken_connections_are_net(void **state)
{
	struct sockaddr_in sa = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	socklen_t len = sizeof sa;
	int unused = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct pl_buf b = PL_BUF(1000);
	struct pl_fetch_request q = {.url = server_url(&server, "/cut"), .body_out = &b};
	struct pl_fetch_answer a;
	struct pl_diag among = {0};
	char url[100];

	assert_int_equal(ask(&q, &a, NULL), PL_E_NET);
	assert_int_equal(b.len, 0);
	/* The first line alone is no answer, whatever it says. */
	q.url = server_url(&server, "/cut-head");
	assert_int_equal(ask(&q, &a, &among), PL_E_NET);
	assert_non_null(strstr(among.text, "in the middle of the answer's headers"));
	assert_int_equal(bind(unused, (const struct sockaddr *)&sa, sizeof sa), 0); /* nobody listens */
	assert_int_equal(getsockname(unused, (struct sockaddr *)&sa, &len), 0);
	(void)snprintf(url, sizeof url, "http://user:secret@127.0.0.1:%u/path?token=1", ntohs(sa.sin_port));
	q.url = url;
	struct pl_diag d = {0};
	assert_int_equal(ask(&q, &a, &d), PL_E_NET);
	assert_null(strstr(d.text, "secret"));
	assert_null(strstr(d.text, "token"));
	(void)close(unused);
	pl_buf_done(&b);
}

static void keeps_the_connection(void **state)
{
	struct pl_fetch *f = pl_fetch_new();
	unsigned before = server.connections;
	struct pl_fetch_answer a;

	for (int i = 0; i < 5; i++) {
		struct pl_fetch_request q = {.url = server_url(&server, "/status/200")};

		assert_ok(pl_fetch(f, &q, &a, NULL));
	}
	assert_int_equal(server.connections - before, 1);
	pl_fetch_done(&f);
	assert_null(f);
}

struct made_up {
	uint64_t size, asked;
};

static pl_status made_up_bytes(void *ctx, uint64_t offset, void *data, size_t len, size_t *ret_len)
{
	struct made_up *m = ctx;
	uint64_t left = offset < m->size ? m->size - offset : 0;

	m->asked++;
	*ret_len = left < len ? (size_t)left : len;
	memset(data, 'u', *ret_len);
	return PL_OK;
}

static pl_status count_bytes(void *ctx, pl_bytes piece)
{
	*(uint64_t *)ctx += piece.len;
	return PL_OK;
}

static pl_status refuse_bytes(void *ctx, pl_bytes piece)
{
	return PL_E_CORRUPT;
}

static uint64_t resident(void)
{
	struct rusage u;

	assert_int_equal(getrusage(RUSAGE_SELF, &u), 0);
	return (uint64_t)u.ru_maxrss * 1024;
}

static void streams_with_constant_memory(void **state)
{
	const uint64_t size = UINT64_C(100) << 20;
	struct made_up m = {.size = size};
	uint64_t before = resident(), got = 0, had = server.body_bytes;
	struct pl_fetch_request q = {.method = PL_FETCH_PUT, .url = server_url(&server, "/up"), .source = made_up_bytes,
		.source_ctx = &m, .source_size = size};
	struct pl_fetch_answer a;

	assert_ok(ask(&q, &a, NULL));
	assert_true(server.body_bytes - had == size);
	q = (struct pl_fetch_request){.url = server_url(&server, "/bytes/104857600"), .sink = count_bytes, .sink_ctx = &got};
	assert_ok(ask(&q, &a, NULL));
	assert_true(got == size);
	assert_true(resident() - before < UINT64_C(24) << 20);
}

static void source_and_sink_decide(void **state)
{
	struct made_up m = {.size = 10};
	uint64_t got = 0;
	struct pl_buf b = PL_BUF(2);
	struct pl_fetch_request q = {.method = PL_FETCH_PUT, .url = server_url(&server, "/up"), .source = made_up_bytes,
		.source_ctx = &m, .source_size = 11};
	struct pl_fetch_answer a;

	assert_int_equal(ask(&q, &a, NULL), PL_E_CORRUPT); /* shorter than announced */
	q = (struct pl_fetch_request){.url = server_url(&server, "/bytes/100"), .sink = refuse_bytes};
	assert_int_equal(ask(&q, &a, NULL), PL_E_CORRUPT);
	/* The words of an error do not go where the data goes, and are cut. */
	q = (struct pl_fetch_request){.url = server_url(&server, "/status/404"), .sink = count_bytes, .sink_ctx = &got, .body_out = &b};
	assert_ok(ask(&q, &a, NULL));
	assert_int_equal(a.status, 404);
	assert_int_equal(got, 0);
	assert_str(pl_buf_str(&b), "40");
	pl_buf_done(&b);
}

static void uploads_a_file(void **state)
{
	struct scratch s;
	struct pl_buf b = PL_BUF(100);
	int fd = -1;
	struct pl_fetch_request q = {.method = PL_FETCH_POST, .url = server_url(&server, "/echo"), .source = pl_fetch_source_fd,
		.source_ctx = &fd, .source_size = 7, .body_out = &b};
	struct pl_fetch_answer a;

	scratch_open(&s);
	assert_ok(pl_file_put_loose(s.fd, "f", pl_str_bytes(PL_STR("content")), 0600));
	assert_ok(pl_file_open(s.fd, "f", O_RDONLY, 0, &fd));
	assert_ok(ask(&q, &a, NULL));
	assert_str(pl_buf_str(&b), "content");
	pl_file_close(&fd);
	pl_buf_done(&b);
	scratch_close(&s);
}

static void speaks_over_a_unix_socket(void **state)
{
	struct scratch s;
	struct server local;
	struct pl_buf b = PL_BUF(1000);
	struct pl_fetch_answer a;
	struct pl_fetch_request q = {.body_out = &b};

	scratch_open(&s);
	server_start_unix(&local, scratch_path(&s, "sock"));
	q.url = server_url(&local, "/status/200");
	q.unix_socket = local.socket_path;
	assert_ok(ask(&q, &a, NULL));
	assert_str(pl_buf_str(&b), "200");
	server_stop(&local);
	q.unix_socket = scratch_path(&s, "none");
	assert_int_equal(ask(&q, &a, NULL), PL_E_NET);
	pl_buf_done(&b);
	scratch_close(&s);
}

static bool enough(void *ctx, const struct pl_fetch_task *t)
{
	return !t->status && --*(int *)ctx == 0;
}

static void asks_many_at_once(void **state)
{
	char urls[6][100];
	static const char *const paths[] = {"/slow/300", "/slow/300", "/slow/300", "/status/404", "/cut", "/slow/10000"};
	struct pl_fetch_task t[6] = {0};
	struct pl_buf bodies[6];
	int want = 4;
	uint64_t start = pl_time_monotonic();

	for (size_t i = 0; i < 6; i++) {
		(void)snprintf(urls[i], sizeof urls[i], "%s", server_url(&server, paths[i]));
		pl_buf_init(&bodies[i], 100);
		t[i].req = (struct pl_fetch_request){.url = urls[i], .body_out = &bodies[i], .total_ns = 20 * PL_SECOND};
	}
	pl_fetch_many(t, 6, enough, &want);
	assert_true(pl_time_monotonic() - start < 3 * PL_SECOND); /* together, not one after the other */
	for (size_t i = 0; i < 3; i++) {
		assert_ok(t[i].status);
		assert_int_equal(t[i].answer.status, 200);
		assert_str(pl_buf_str(&bodies[i]), "late");
		assert_true(t[i].took_ns >= 300 * PL_MILLISECOND);
	}
	assert_int_equal(t[3].answer.status, 404);
	assert_int_equal(t[4].status, PL_E_NET);
	assert_int_equal(t[5].status, PL_E_CANCELLED);
	for (size_t i = 0; i < 6; i++)
		pl_buf_done(&bodies[i]);
	t[0].req = (struct pl_fetch_request){.url = "nonsense://x"};
	t[1].req = (struct pl_fetch_request){.url = urls[5], .total_ns = PL_SECOND / 10};
	pl_fetch_many(t, 2, NULL, NULL);
	assert_int_equal(t[0].status, PL_E_SYNTAX);
	assert_int_equal(t[1].status, PL_E_TIMEOUT);
	pl_fetch_many(NULL, 0, NULL, NULL);
}

static void escapes(void **state)
{
	struct pl_buf b = PL_BUF(100);

	pl_fetch_escape(&b, PL_STR("aZ0-._~ /+\xc3\xa9"), false);
	assert_str(pl_buf_str(&b), "aZ0-._~%20%2F%2B%C3%A9");
	pl_buf_clear(&b);
	pl_fetch_escape(&b, pl_str_of("/a\0b", 4), true);
	assert_str(pl_buf_str(&b), "/a%00b");
	pl_buf_done(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gets_a_body_and_headers), cmocka_unit_test(any_status_is_an_answer),
		cmocka_unit_test(sends_what_it_is_told), cmocka_unit_test(every_method), cmocka_unit_test(answers_are_bounded),
		cmocka_unit_test(redirects_only_when_asked), cmocka_unit_test(only_http), cmocka_unit_test(everything_ends_in_time),
		cmocka_unit_test(broken_connections_are_net), cmocka_unit_test(keeps_the_connection),
		cmocka_unit_test(streams_with_constant_memory), cmocka_unit_test(source_and_sink_decide),
		cmocka_unit_test(uploads_a_file), cmocka_unit_test(speaks_over_a_unix_socket),
		cmocka_unit_test(asks_many_at_once), cmocka_unit_test(escapes),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
