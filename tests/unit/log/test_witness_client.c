/* SPDX-License-Identifier: Apache-2.0 */
/* The client against a server that plays good, wrong, slow and hostile witnesses. */
#include "test.h"
#include "base/time.h"
#include "log/witness.h"
#include "log/witness_client.h"
#include "vectors.h"
#include "web/http.h"
#include <pthread.h>

#define ORIGIN "log.example/releases"

/* What a played witness does; its place here is its place in the policy. */
enum role {
	GOOD,
	SEEN_5,
	AHEAD,
	LIAR,
	REPEATS,
	OTHER_TEXT,
	OTHER_KEY,
	GARBAGE,
	HUGE,
	SLOW,
	S404,
	S403,
	S422,
	S429,
	S500,
	ROLES
};

static const char *const names[ROLES] = {"good", "seen5", "ahead", "liar", "repeats", "othertext", "otherkey",
	"garbage", "huge", "slow", "s404", "s403", "s422", "s429", "s500"};

struct world {
	struct memlog log;
	struct pl_signer *key, *signers[ROLES];
	struct pl_http_server *server;
	struct pl_route row;
	struct pl_policy *policy;
	pthread_mutex_t lock;
	uint64_t seen[ROLES];
	unsigned asked[ROLES];
	unsigned proofs;
};

static void say(struct pl_http_reply *reply, unsigned status, const char *type, const char *text)
{
	pl_http_reply_text(reply, status, type, pl_str_from(text));
}

static void say_size(struct pl_http_reply *reply, uint64_t size)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(100);

	pl_buf_put_u64(&b, size);
	pl_buf_put_c(&b, '\n');
	pl_http_reply_text(reply, 409, "text/x.tlog.size", pl_buf_str(&b));
}

static void cosign(struct world *t, enum role role, const struct pl_witness_request *r, struct pl_http_reply *reply)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_NOTE_MAX), name PL_CLEANUP(pl_buf_done) = PL_BUF(100);
	struct pl_signer *s = role == OTHER_KEY ? t->signers[GOOD] : t->signers[role];
	pl_str text = role == OTHER_TEXT ? PL_STR("another\n") : r->parsed.text;
	/* Some say it as often as an answer may, which would leave no room for the lines of others on the note. */
	uint64_t lines = role == SEEN_5 ? PL_NOTE_SIGS_MAX : 1;

	pl_buf_printf(&name, "witness.example/%s", names[role]);
	for (uint64_t i = 0; i < lines; i++)
		assert_int_equal(pl_note_cosign_line(s, pl_buf_str(&name), text, pl_time_now() - i * PL_SECOND, &b), PL_OK);
	t->seen[role] = r->checkpoint.size;
	pl_http_reply_text(reply, 200, "text/plain; charset=utf-8", pl_buf_str(&b));
}

/* As a witness does, but without checking the proof. */
static void play(struct world *t, enum role role, const struct pl_witness_request *r, uint64_t old_size,
	struct pl_http_reply *reply)
{
	switch (role) {
	case AHEAD:
		say_size(reply, 1000);
		return;
	case LIAR: /* never the size that was sent */
		say_size(reply, old_size == 1 ? 2 : 1);
		return;
	case REPEATS:
		say_size(reply, old_size);
		return;
	case GARBAGE:
		say(reply, 200, "text/plain; charset=utf-8", "<html>\n");
		return;
	case SLOW:
		pl_time_sleep(2500 * PL_MILLISECOND);
		say(reply, 500, "text/plain", "late\n");
		return;
	case S404:
		say(reply, 404, "text/plain", "no\n");
		return;
	case S403:
		say(reply, 403, "text/plain", "no\n");
		return;
	case S422:
		say(reply, 422, "text/plain", "no\n");
		return;
	case S429:
		say(reply, 429, "text/plain", "no\n");
		return;
	case S500:
		say(reply, 500, "text/plain", "no\n");
		return;
	case GOOD:
	case SEEN_5:
	case OTHER_TEXT:
	case OTHER_KEY:
	case HUGE:
	case ROLES:
		break;
	}
	if (t->seen[role] != old_size)
		say_size(reply, t->seen[role]);
	else
		cosign(t, role, r, reply);
}

static pl_status huge(struct pl_http_reply *reply)
{
	struct pl_buf b = PL_BUF((size_t)1 << 20);

	while (b.len < 900000)
		pl_buf_put_z(&b, "— witness.example/huge AAAAAAA=\n");
	pl_http_reply_take(reply, "text/plain", &b);
	pl_buf_done(&b);
	return PL_OK;
}

static pl_status handle(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	static _Thread_local struct pl_witness_request r;
	pl_str name = pl_http_request_capture(req, "role");
	struct pl_digest proof[PL_WITNESS_PROOF_MAX];
	struct world *t = ctx;
	uint64_t old_size;
	size_t n;
	pl_status st = PL_E_NOTFOUND;

	for (unsigned i = 0; i < ROLES; i++) {
		if (!pl_str_eq(name, pl_str_from(names[i])))
			continue;
		pthread_mutex_lock(&t->lock);
		t->asked[i]++;
		pthread_mutex_unlock(&t->lock);
		if (i == HUGE)
			return huge(reply);
		st = pl_witness_request_parse(pl_bytes_str(pl_http_request_body(req)), &r);
		if (!st)
			st = pl_witness_head_parse(r.head, &old_size, proof, &n);
		if (!st)
			play(t, (enum role)i, &r, old_size, reply);
	}
	return st;
}

static void make_policy(struct world *t, uint16_t port)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(100000);

	pl_buf_printf(&text, "log %.*s\n", PL_STR_ARG(vec_line("log-vkey")));
	for (unsigned i = 0; i < ROLES; i++) {
		struct pl_buf name PL_CLEANUP(pl_buf_done) = PL_BUF(100);
		struct pl_vkey v;

		pl_buf_printf(&name, "witness.example/%s", names[i]);
		assert_int_equal(
			pl_vkey_make(pl_buf_str(&name), PL_NOTE_COSIGNATURE, pl_signer_public(t->signers[i]), &v),
			PL_OK);
		pl_buf_printf(&text, "witness %s ", names[i]);
		pl_vkey_write(&text, &v);
		pl_buf_printf(&text, " http://127.0.0.1:%u/%s\n", port, names[i]);
	}
	pl_buf_put_z(&text, "group quorum 1 good seen5\nquorum quorum\n");
	assert_int_equal(pl_policy_parse(pl_buf_str(&text), &t->policy, NULL), PL_OK);
}

static struct pl_signer *signer_from(uint8_t from)
{
	struct pl_signer *s;
	uint8_t seed[32];

	for (unsigned i = 0; i < 32; i++)
		seed[i] = (uint8_t)(from + i);
	assert_int_equal(pl_signer_from_seed(seed, &s), PL_OK);
	return s;
}

static int setup(void **state)
{
	struct world *t = PL_NEW(struct world);
	struct pl_http_config config = {.routes = &t->row, .route_count = 1};

	memlog_make(&t->log, 100);
	t->key = signer_from(0);
	for (unsigned i = 0; i < ROLES; i++)
		t->signers[i] = signer_from((uint8_t)(100 + i));
	t->seen[SEEN_5] = 5;
	assert_int_equal(pthread_mutex_init(&t->lock, NULL), 0);
	t->row = (struct pl_route){.method = PL_HTTP_POST,
		.pattern = "/{role}/add-checkpoint",
		.handler = handle,
		.ctx = t,
		.access = PL_ACCESS_PUBLIC,
		.run = PL_ROUTE_WORKER,
		.body_max = PL_WITNESS_BODY_MAX};
	assert_int_equal(pl_http_server_new(&config, &t->server, NULL), PL_OK);
	assert_int_equal(pl_http_server_listen(t->server, PL_STR("127.0.0.1:0"), NULL), PL_OK);
	assert_int_equal(pl_http_server_start(t->server, NULL), PL_OK);
	make_policy(t, pl_http_server_port(t->server, 0));
	*state = t;
	return 0;
}

static int teardown(void **state)
{
	struct world *t = *state;

	pl_http_server_stop(t->server, 3 * PL_SECOND);
	pl_http_server_free(t->server);
	pl_policy_free(t->policy);
	for (unsigned i = 0; i < ROLES; i++)
		pl_signer_free(t->signers[i]);
	pl_signer_free(t->key);
	memlog_free(&t->log);
	pl_free(t);
	return 0;
}

static void put_note(const struct world *t, struct pl_buf *out, uint64_t size)
{
	struct pl_checkpoint cp = {.origin = PL_STR(ORIGIN), .size = size, .root = memlog_root(&t->log, size)};
	struct pl_signer *s = t->key;

	assert_int_equal(pl_checkpoint_sign(out, &cp, &s, 1), PL_OK);
}

static pl_status prove(void *ctx, uint64_t old_size, uint64_t size, struct pl_tree_path *ret)
{
	struct world *t = ctx;

	t->proofs++;
	return pl_tree_prove_consistency(old_size, size, memlog_fetch, &t->log, ret);
}

static struct pl_witness_client *client(const struct world *t, bool stop_at_quorum)
{
	struct pl_witness_client_options o = {.timeout_ns = 1500 * PL_MILLISECOND, .stop_at_quorum = stop_at_quorum};
	struct pl_witness_client *c;

	assert_int_equal(pl_witness_client_new(t->policy, &o, &c), PL_OK);
	assert_int_equal(pl_witness_client_count(c), ROLES);
	return c;
}

static void each_witness_is_judged_by_itself(void **state)
{
	static const pl_status want[ROLES] = {[GOOD] = PL_OK,
		[SEEN_5] = PL_OK,
		[AHEAD] = PL_E_ROLLBACK,
		[LIAR] = PL_E_CONFLICT,
		[REPEATS] = PL_E_CONFLICT,
		[OTHER_TEXT] = PL_E_SIGNATURE,
		[OTHER_KEY] = PL_E_SIGNATURE,
		[GARBAGE] = PL_E_SYNTAX,
		[HUGE] = PL_E_TOOBIG,
		[SLOW] = PL_E_TIMEOUT,
		[S404] = PL_E_NOTFOUND,
		[S403] = PL_E_DENIED,
		[S422] = PL_E_PROOF,
		[S429] = PL_E_BUSY,
		[S500] = PL_E_SYNTAX};
	struct pl_buf note PL_CLEANUP(pl_buf_done) = PL_BUF(10000), out PL_CLEANUP(pl_buf_done) = PL_BUF(100000);
	struct pl_witness_report r[ROLES];
	struct pl_policy_verdict verdict;
	struct pl_checkpoint cp;
	struct world *t = *state;
	struct pl_witness_client *c PL_CLEANUP(pl_witness_client_freep) = client(t, false);

	put_note(t, &note, 8);
	assert_int_equal(pl_witness_client_submit(c, pl_buf_str(&note), prove, t, &out, r), PL_OK);
	for (unsigned i = 0; i < ROLES; i++) {
		if (r[i].status != want[i])
			printf("%s: %s\n", names[i], pl_status_word(r[i].status));
		assert_int_equal(r[i].status, want[i]);
		assert_true(r[i].cosigned == (want[i] == PL_OK));
		assert_true(t->asked[i] <= 2);
	}
	assert_true(r[AHEAD].size_known && r[AHEAD].size == 1000);
	assert_true(r[SEEN_5].size == 8 && t->asked[SEEN_5] == 2 && t->asked[GOOD] == 1);
	/* What came out is the note and the lines of the two that cosigned, and the policy agrees. */
	assert_true(pl_str_starts(pl_buf_str(&out), pl_buf_str(&note)));
	assert_int_equal(pl_policy_accept(t->policy, pl_buf_str(&out), &cp, &verdict, NULL), PL_OK);
	assert_int_equal(verdict.n_counted, 2);
	/* The next checkpoint goes to them from size 8, with a proof each, at the first attempt. */
	t->asked[GOOD] = t->asked[SEEN_5] = t->proofs = 0;
	pl_buf_clear(&note);
	pl_buf_clear(&out);
	put_note(t, &note, 100);
	assert_int_equal(pl_witness_client_submit(c, pl_buf_str(&note), prove, t, &out, r), PL_OK);
	assert_true(r[GOOD].cosigned && r[SEEN_5].cosigned && t->asked[GOOD] == 1 && t->asked[SEEN_5] == 1);
	assert_true(t->proofs >= 2);
}

static void sizes_come_from_the_409(void **state)
{
	struct pl_buf note PL_CLEANUP(pl_buf_done) = PL_BUF(10000), lines PL_CLEANUP(pl_buf_done) = PL_BUF(100000);
	struct pl_witness_report r[ROLES];
	struct world *t = *state;
	struct pl_witness_client *c PL_CLEANUP(pl_witness_client_freep) = client(t, false);

	t->seen[GOOD] = 8;
	t->seen[SEEN_5] = 0;
	put_note(t, &note, 8);
	assert_int_equal(pl_witness_client_sizes(c, pl_buf_str(&note), r, &lines), PL_OK);
	assert_true(!r[GOOD].status && r[GOOD].size_known && r[GOOD].size == 8 && !r[GOOD].cosigned);
	assert_true(!r[AHEAD].status && r[AHEAD].size == 1000);
	/* One that had seen nothing cosigns at once. */
	assert_true(!r[SEEN_5].status && r[SEEN_5].cosigned && r[SEEN_5].size == 8);
	assert_int_equal(pl_str_find_str(pl_buf_str(&lines), PL_STR("— witness.example/seen5 ")), 0);
	assert_true(!r[SLOW].size_known && r[SLOW].status == PL_E_TIMEOUT);
	assert_true(!r[S404].size_known && !r[GARBAGE].size_known && !r[HUGE].size_known);
	assert_int_equal(t->proofs, 0);
}

static void does_not_wait_once_the_quorum_is_there(void **state)
{
	struct pl_buf note PL_CLEANUP(pl_buf_done) = PL_BUF(10000), out PL_CLEANUP(pl_buf_done) = PL_BUF(100000);
	struct pl_witness_report r[ROLES];
	struct world *t = *state;
	struct pl_witness_client *c PL_CLEANUP(pl_witness_client_freep) = client(t, true);

	put_note(t, &note, 8);
	assert_int_equal(pl_witness_client_submit(c, pl_buf_str(&note), prove, t, &out, r), PL_OK);
	assert_true(r[GOOD].cosigned || r[SEEN_5].cosigned);
	assert_int_equal(r[SLOW].status, PL_E_CANCELLED);
	assert_true(r[SLOW].took_ns < 1500 * PL_MILLISECOND);
}

static void a_witness_that_is_not_there(void **state)
{
	struct pl_buf note PL_CLEANUP(pl_buf_done) = PL_BUF(10000), out PL_CLEANUP(pl_buf_done) = PL_BUF(100000);
	struct pl_witness_client *c PL_CLEANUP(pl_witness_client_freep) = NULL;
	struct pl_witness_report r[2];
	struct world *t = *state;
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(10000);
	struct pl_policy *p PL_CLEANUP(pl_policy_freep) = NULL;
	struct pl_vkey v;

	pl_buf_printf(&text, "log %.*s\nwitness a %.*s http://127.0.0.1:1/\nwitness b ",
		PL_STR_ARG(vec_line("log-vkey")), PL_STR_ARG(vec_line("witness-vkey")));
	assert_int_equal(
		pl_vkey_make(PL_STR("b.example"), PL_NOTE_COSIGNATURE, pl_signer_public(t->signers[0]), &v), PL_OK);
	pl_vkey_write(&text, &v);
	pl_buf_put_z(&text, "\nquorum a\n");
	assert_int_equal(pl_policy_parse(pl_buf_str(&text), &p, NULL), PL_OK);
	assert_int_equal(pl_witness_client_new(p, NULL, &c), PL_OK);
	put_note(t, &note, 8);
	assert_int_equal(pl_witness_client_submit(c, pl_buf_str(&note), prove, t, &out, r), PL_OK);
	assert_int_equal(r[0].status, PL_E_NET);
	assert_int_equal(r[1].status, PL_E_UNSUPPORTED);
	assert_true(pl_str_eq(pl_buf_str(&out), pl_buf_str(&note)));
	assert_int_equal(pl_witness_client_submit(c, PL_STR("nonsense"), prove, t, &out, r), PL_E_SYNTAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(each_witness_is_judged_by_itself, setup, teardown),
		cmocka_unit_test_setup_teardown(sizes_come_from_the_409, setup, teardown),
		cmocka_unit_test_setup_teardown(does_not_wait_once_the_quorum_is_there, setup, teardown),
		cmocka_unit_test_setup_teardown(a_witness_that_is_not_there, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
