/* SPDX-License-Identifier: Apache-2.0 */
/* The vault: who gets a key, what is left of a destroyed one, torn files, lines of reads. */
#include "fact_world.h"
#include "base/file.h"
#include "base/time.h"
#include "fact/vault_internal.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

static uint64_t now_is = UINT64_C(1800000000) * PL_SECOND;

static uint64_t test_now(void *ctx)
{
	(void)ctx;
	return now_is;
}

struct box {
	char dir[1024];
	struct pl_privkey key;
	struct pl_pubkey pub;
	struct pl_sealedbox_to to;
	struct pl_digest owner;
	struct pl_vault *v;
};

static void box_reopen(struct box *b)
{
	struct pl_vault_options opt = {.dir = b->dir, .key = &b->key, .per_hour = 3, .per_hour_peer = 5, .now = test_now};
	struct pl_diag diag = {0};

	pl_vault_close(b->v);
	b->v = NULL;
	if (pl_vault_open(&opt, &b->v, &diag))
		fail_msg("open: %s", diag.text);
}

static void box_open(struct box *b, const char *name)
{
	*b = (struct box){0};
	(void)snprintf(b->dir, sizeof b->dir, "%s/%s", world_scratch(), name);
	assert_ok(pl_file_mkdirs(AT_FDCWD, b->dir, 0700));
	pl_privkey_generate(PL_KEY_ED25519, &b->key);
	assert_ok(pl_privkey_public(&b->key, &b->pub));
	assert_ok(pl_sealedbox_to(&b->pub, &b->to));
	pl_sha256(pl_str_bytes(PL_STR("register")), &b->owner);
	box_reopen(b);
}

static void box_close(struct box *b)
{
	pl_vault_close(b->v);
	pl_privkey_done(&b->key);
}

static struct pl_vault_key box_put(struct box *b)
{
	struct pl_vault_wrapped w;
	struct pl_vault_key key = {0};

	assert_ok(pl_vault_wrap(&b->to, &b->owner, &key, &w));
	assert_ok(pl_vault_put(b->v, &w, 1, &key.slot, NULL));
	return key;
}

static struct pl_vault_ask ask_for(const struct box *b, uint64_t slot, enum pl_vault_role role)
{
	return (struct pl_vault_ask){.role = role, .owner = b->owner, .number = 7, .slot = slot};
}

static void keys_come_back_and_go(void **state)
{
	struct box b;
	struct pl_vault_key made[3], got = {0};
	struct pl_vault_ask ask;

	(void)state;
	box_open(&b, "go");
	for (unsigned i = 0; i < 3; i++) {
		made[i] = box_put(&b);
		assert_int_equal(made[i].slot, i + 1);
	}
	box_reopen(&b);
	ask = ask_for(&b, 2, PL_VAULT_OPERATOR);
	assert_ok(pl_vault_read(b.v, PL_PEER_OPERATOR, &ask, &got, NULL));
	assert_memory_equal(got.key, made[1].key, sizeof got.key);
	assert_ok(pl_vault_destroy(b.v, PL_PEER_OPERATOR, &ask, NULL));
	assert_ok(pl_vault_destroy(b.v, PL_PEER_OPERATOR, &ask, NULL));
	assert_int_equal(pl_vault_read(b.v, PL_PEER_OPERATOR, &ask, &got, NULL), PL_E_NOTFOUND);
	box_reopen(&b);
	assert_int_equal(pl_vault_read(b.v, PL_PEER_OPERATOR, &ask, &got, NULL), PL_E_NOTFOUND);
	ask.slot = 1;
	assert_ok(pl_vault_read(b.v, PL_PEER_OPERATOR, &ask, &got, NULL)); /* its neighbours stay */
	ask.slot = 3;
	assert_ok(pl_vault_read(b.v, PL_PEER_OPERATOR, &ask, &got, NULL));
	ask.slot = 4;
	assert_int_equal(pl_vault_destroy(b.v, PL_PEER_OPERATOR, &ask, NULL), PL_E_NOTFOUND);
	assert_int_equal(box_put(&b).slot, 4); /* no slot comes again */
	ask.slot = 1;
	ask.owner.b[0] ^= 1;
	assert_int_equal(pl_vault_read(b.v, PL_PEER_OPERATOR, &ask, &got, NULL), PL_E_DENIED);
	assert_int_equal(pl_vault_destroy(b.v, PL_PEER_OPERATOR, &ask, NULL), PL_E_DENIED);
	box_close(&b);
}

/* Every peer in every role. */
static void the_table_decides(void **state)
{
	struct box b;
	struct pl_vault_key got;

	(void)state;
	box_open(&b, "table");
	(void)box_put(&b);
	for (unsigned peer = 0; peer < PL_PEER_COUNT; peer++)
		for (unsigned role = 0; role < PL_VAULT_ROLE_COUNT; role++) {
			struct pl_vault_ask ask = ask_for(&b, 1, (enum pl_vault_role)role);
			bool reads = peer == PL_PEER_OPERATOR || ((peer == PL_PEER_WORKER || peer == PL_PEER_PERSONS) && role == PL_VAULT_WORK) ||
				(peer == PL_PEER_WEB && role >= PL_VAULT_DESK);
			bool destroys = peer == PL_PEER_OPERATOR || ((peer == PL_PEER_WORKER || peer == PL_PEER_PERSONS) && role == PL_VAULT_WORK);

			now_is += 3600 * PL_SECOND;
			assert_int_equal(pl_vault_read(b.v, (enum pl_peer)peer, &ask, &got, NULL), reads ? PL_OK : PL_E_DENIED);
			ask.slot = box_put(&b).slot;
			assert_int_equal(pl_vault_destroy(b.v, (enum pl_peer)peer, &ask, NULL), destroys ? PL_OK : PL_E_DENIED);
		}
	box_close(&b);
}

static void an_hour_has_its_measure(void **state)
{
	struct box b;
	struct pl_vault_key got;
	struct pl_vault_ask one, two;

	(void)state;
	box_open(&b, "hour");
	(void)box_put(&b);
	one = two = ask_for(&b, 1, PL_VAULT_DESK);
	one.account.b[0] = 1;
	two.account.b[0] = 2;
	for (unsigned i = 0; i < 3; i++)
		assert_ok(pl_vault_read(b.v, PL_PEER_WEB, &one, &got, NULL));
	assert_int_equal(pl_vault_read(b.v, PL_PEER_WEB, &one, &got, NULL), PL_E_BUSY);
	assert_ok(pl_vault_read(b.v, PL_PEER_WEB, &two, &got, NULL));
	assert_ok(pl_vault_read(b.v, PL_PEER_WEB, &two, &got, NULL));
	assert_int_equal(pl_vault_read(b.v, PL_PEER_WEB, &two, &got, NULL), PL_E_BUSY); /* all of web together */
	now_is += 3600 * PL_SECOND;
	assert_ok(pl_vault_read(b.v, PL_PEER_WEB, &one, &got, NULL));
	box_close(&b);
}

static void file_of(const struct box *b, const char *name, struct pl_buf *ret)
{
	char path[1100];

	(void)snprintf(path, sizeof path, "%s/%s", b->dir, name);
	pl_buf_clear(ret);
	assert_ok(pl_file_read(AT_FDCWD, path, ret));
}

static void file_set(const struct box *b, const char *name, pl_bytes data)
{
	char path[1100];

	(void)snprintf(path, sizeof path, "%s/%s", b->dir, name);
	assert_ok(pl_file_put(AT_FDCWD, path, data, 0600, PL_FILE_REPLACE));
}

/* Cut the files at every byte: what was answered for before the cut is there, what comes afterwards goes on. */
static void torn_files_lose_nothing_that_was_answered(void **state)
{
	struct pl_buf keys PL_CLEANUP(pl_buf_done) = PL_BUF(65536), reads PL_CLEANUP(pl_buf_done) = PL_BUF(65536);
	struct box b;
	struct pl_vault_key got, first;
	struct pl_vault_ask ask;

	(void)state;
	box_open(&b, "torn");
	first = box_put(&b);
	(void)box_put(&b);
	file_of(&b, "keys", &keys);
	assert_int_equal(keys.len, 3 * 128);
	for (size_t cut = 2 * 128; cut < keys.len; cut += 9) {
		file_set(&b, "keys", pl_bytes_of(keys.ptr, cut));
		box_reopen(&b);
		ask = ask_for(&b, 1, PL_VAULT_OPERATOR);
		assert_ok(pl_vault_read(b.v, PL_PEER_OPERATOR, &ask, &got, NULL));
		assert_memory_equal(got.key, first.key, sizeof got.key);
		ask.slot = 2;
		assert_int_equal(pl_vault_read(b.v, PL_PEER_OPERATOR, &ask, &got, NULL), PL_E_NOTFOUND);
		ask.slot = box_put(&b).slot;
		assert_ok(pl_vault_read(b.v, PL_PEER_OPERATOR, &ask, &got, NULL));
	}
	file_of(&b, "reads", &reads);
	for (size_t cut = reads.len - 40; cut < reads.len; cut += 7) {
		file_set(&b, "reads", pl_bytes_of(reads.ptr, cut));
		box_reopen(&b);
		ask = ask_for(&b, 1, PL_VAULT_OPERATOR);
		assert_ok(pl_vault_read(b.v, PL_PEER_OPERATOR, &ask, &got, NULL));
	}
	box_close(&b);
}

/* Lines chain from the first to the last; a changed or missing one shows. */
static void lines_of_reads_chain(void **state)
{
	struct pl_buf reads PL_CLEANUP(pl_buf_done) = PL_BUF(65536);
	struct pl_digest chain = {0}, none = {0};
	struct pl_vault_line l = {0};
	struct box b;
	struct pl_vault_key got;
	struct pl_vault_ask ask;
	uint64_t number = 0;
	pl_str rest, line, first = {0};

	(void)state;
	box_open(&b, "chain");
	(void)box_put(&b);
	ask = ask_for(&b, 1, PL_VAULT_LEGAL);
	ask.account.b[3] = 9;
	assert_ok(pl_vault_read(b.v, PL_PEER_WEB, &ask, &got, NULL));
	assert_int_equal(pl_vault_destroy(b.v, PL_PEER_WEB, &ask, NULL), PL_E_DENIED);
	ask.role = PL_VAULT_OPERATOR;
	assert_ok(pl_vault_destroy(b.v, PL_PEER_OPERATOR, &ask, NULL));
	file_of(&b, "reads", &reads);
	for (rest = pl_buf_str(&reads); pl_str_take_line(&rest, &line); number++) {
		assert_ok(pl_vault_line_read(line, number, &chain, &l));
		assert_int_equal(l.destroyed, number > 0);
		assert_true(pl_str_eq(l.outcome, number == 1 ? PL_STR("denied") : PL_STR("ok")));
		if (!first.len)
			first = line;
		chain = l.chain;
	}
	assert_int_equal(number, 3);
	assert_int_equal(pl_vault_line_read(first, 1, &none, &l), PL_E_PROOF);
	for (size_t i = 0; i < first.len; i++) {
		char changed[600];

		memcpy(changed, first.ptr, first.len);
		changed[i] = changed[i] == '1' ? '2' : '1';
		assert_true(pl_vault_line_read(pl_str_of(changed, first.len), 0, &none, &l) != PL_OK);
	}
	box_close(&b);
}

static void packets_have_one_form(void **state)
{
	struct pl_vault_request q = {.op = PL_VAULT_OP_PUT, .n = 2}, back;
	struct pl_buf packet PL_CLEANUP(pl_buf_done) = PL_BUF(PL_VAULT_PACKET_MAX + 1);

	(void)state;
	for (unsigned op = PL_VAULT_OP_PUT; op <= PL_VAULT_OP_DESTROY; op++) {
		q.op = (enum pl_vault_op)op;
		q.ask = (struct pl_vault_ask){.role = PL_VAULT_AUDITOR, .number = 5, .slot = 77};
		pl_buf_clear(&packet);
		pl_vault_request_write(&packet, &q);
		assert_ok(pl_vault_request_parse(pl_buf_bytes(&packet), &back));
		assert_int_equal(back.op, op);
		assert_true(op == PL_VAULT_OP_PUT ? back.n == 2 : back.ask.slot == 77);
		for (size_t n = 0; n < packet.len; n++)
			assert_int_equal(pl_vault_request_parse(pl_bytes_of(packet.ptr, n), &back), PL_E_SYNTAX);
		pl_buf_put_u8(&packet, 0);
		assert_int_equal(pl_vault_request_parse(pl_buf_bytes(&packet), &back), PL_E_SYNTAX);
	}
}

static void reopen_with(struct box *b, const struct pl_privkey *old, pl_status want)
{
	struct pl_vault_options opt = {.dir = b->dir, .key = &b->key, .old = old, .now = test_now};

	pl_vault_close(b->v);
	b->v = NULL;
	assert_int_equal(pl_vault_open(&opt, &b->v, NULL), want);
}

/* Writes until it is told to fail. */
static int fail_at(void *ctx, const struct pl_file_event *e, size_t *short_len)
{
	unsigned *left = ctx;

	(void)short_len;
	if (e->op != PL_FILE_OP_WRITE && e->op != PL_FILE_OP_SYNC)
		return 0;
	if (!*left)
		return EIO;
	--*left;
	return 0;
}

/* Broken off at every write, a vault opens with both keys; at the end with the new one alone. */
static void a_key_is_changed_a_slot_at_a_time(void **state)
{
	enum { N = 150 };
	struct pl_vault_rewrapped n = {0};
	struct pl_vault_key made[N], got;
	struct pl_privkey first;
	struct pl_vault_wrapped stale;
	struct pl_vault_ask ask;
	uint64_t slot;
	struct box b;
	pl_status st = PL_E_IO;

	(void)state;
	box_open(&b, "rotate");
	for (unsigned i = 0; i < N; i++)
		made[i] = box_put(&b);
	ask = ask_for(&b, 7, PL_VAULT_OPERATOR);
	assert_ok(pl_vault_destroy(b.v, PL_PEER_OPERATOR, &ask, NULL));
	assert_ok(pl_vault_wrap(&b.to, &b.owner, &got, &stale));
	first = b.key;
	pl_privkey_generate(PL_KEY_ED25519, &b.key);
	assert_ok(pl_privkey_public(&b.key, &b.pub));
	assert_ok(pl_sealedbox_to(&b.pub, &b.to));
	reopen_with(&b, NULL, PL_E_STATE); /* it is wrapped for another key, and that is said */
	for (unsigned left = 0; st == PL_E_IO; left += 13) {
		unsigned now = left;

		reopen_with(&b, &first, PL_OK);
		pl_file_set_hook(fail_at, &now);
		st = pl_vault_rewrap(b.v, &n, NULL);
		pl_file_set_hook(NULL, NULL);
		for (unsigned i = 0; i < N; i += 37) {
			ask = ask_for(&b, made[i].slot, PL_VAULT_OPERATOR);
			assert_ok(pl_vault_read(b.v, PL_PEER_OPERATOR, &ask, &got, NULL));
			assert_memory_equal(got.key, made[i].key, sizeof got.key);
		}
	}
	assert_ok(st);
	assert_int_equal(n.keys, N - 1);
	assert_int_equal(n.broken, 0);
	/* What was wrapped before and comes now is wrapped anew. */
	assert_ok(pl_vault_put(b.v, &stale, 1, &slot, NULL));
	assert_ok(pl_vault_rewrap(b.v, &n, NULL));
	assert_int_equal(n.keys, N);
	assert_int_equal(n.changed, 0);
	reopen_with(&b, NULL, PL_OK);
	for (unsigned i = 0; i < N; i++) {
		ask = ask_for(&b, made[i].slot, PL_VAULT_OPERATOR);
		assert_int_equal(pl_vault_read(b.v, PL_PEER_OPERATOR, &ask, &got, NULL), i == 6 ? PL_E_NOTFOUND : PL_OK);
		if (i != 6)
			assert_memory_equal(got.key, made[i].key, sizeof got.key);
	}
	assert_int_equal(pl_vault_put(b.v, &stale, 1, &slot, NULL), PL_E_RANGE); /* nobody could read it */
	box_close(&b);
	pl_privkey_done(&first);
}

/* Who still has the old key stores nothing behind the back of a change. */
static void who_opened_before_a_change_stores_nothing(void **state)
{
	struct pl_vault_wrapped w;
	struct pl_vault_rewrapped n;
	struct pl_vault_key key;
	struct pl_privkey first;
	struct pl_vault *before;
	uint64_t slot;
	struct box b;

	(void)state;
	box_open(&b, "behind");
	(void)box_put(&b);
	assert_ok(pl_vault_wrap(&b.to, &b.owner, &key, &w));
	before = b.v;
	b.v = NULL;
	first = b.key;
	pl_privkey_generate(PL_KEY_ED25519, &b.key);
	reopen_with(&b, &first, PL_OK);
	assert_ok(pl_vault_put(before, &w, 1, &slot, NULL)); /* not begun */
	assert_ok(pl_vault_rewrap(b.v, &n, NULL));
	assert_int_equal(n.changed, 2);
	assert_int_equal(pl_vault_put(before, &w, 1, &slot, NULL), PL_E_CONFLICT);
	pl_vault_close(before);
	box_close(&b);
	pl_privkey_done(&first);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_come_back_and_go),
		cmocka_unit_test(the_table_decides),
		cmocka_unit_test(an_hour_has_its_measure),
		cmocka_unit_test(torn_files_lose_nothing_that_was_answered),
		cmocka_unit_test(lines_of_reads_chain),
		cmocka_unit_test(packets_have_one_form),
		cmocka_unit_test(a_key_is_changed_a_slot_at_a_time),
		cmocka_unit_test(who_opened_before_a_change_stores_nothing),
	};

	return cmocka_run_group_tests(tests, world_begin, world_end);
}
