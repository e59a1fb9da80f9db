/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A witness behind its routes. Behind a first byte 'r' the input is the bytes of a connection. Otherwise its first byte
 * says how large a tree the witness has seen, and the rest is the body of an add-checkpoint whose note is signed here by
 * the log's key, so that the search gets behind the signature. What is cosigned is published.
 */
#include "base/time.h"
#include "fuzz.h"
#include "log/tree.h"
#include "log/witness_client.h"
#include "scratch.h"
#include "server.h"
#include "web/witness.h"
#include <stdio.h>

#define ORIGIN "log.example/releases"
#define LEAVES 16u

static struct pl_witness *witness;
static struct pl_signer *log_key;
static struct pl_buf witness_text = PL_BUF(PL_VKEY_MAX);
static struct pl_vkey witness_key;
static struct pl_digest root[LEAVES + 1];
static char hex[2 * PL_DIGEST_LEN + 1];

static uint64_t now(void *ctx)
{
	return UINT64_C(1700000000) * PL_SECOND;
}

static void make_witness(void)
{
	struct pl_witness_options o = {.rate_minute = UINT32_MAX, .now = now};
	struct pl_buf vkey PL_CLEANUP(pl_buf_done) = PL_BUF(PL_VKEY_MAX);
	uint8_t seed[32] = {1};
	struct pl_vkey v;
	char path[256];

	(void)snprintf(path, sizeof path, "%s/w", fuzz_scratch_path());
	FUZZ_HOLDS(pl_signer_from_seed(seed, &log_key) == PL_OK);
	FUZZ_HOLDS(pl_vkey_of_signer(PL_STR(ORIGIN), log_key, &v) == PL_OK);
	pl_vkey_write(&vkey, &v);
	FUZZ_HOLDS(pl_witness_init(path, PL_STR("w.example"), NULL, NULL) == PL_OK);
	FUZZ_HOLDS(pl_witness_admit(path, pl_buf_str(&vkey), NULL) == PL_OK);
	FUZZ_HOLDS(pl_witness_open(path, &o, &witness, NULL) == PL_OK);
	pl_witness_vkey(witness, &witness_text);
	FUZZ_HOLDS(pl_vkey_parse(pl_buf_str(&witness_text), &witness_key, NULL) == PL_OK);
	pl_witness_origin_hex(PL_STR(ORIGIN), hex);
}

static void set_up(void)
{
	static struct pl_route rows[PL_WEB_WITNESS_ROUTES];
	struct pl_digest leaf[LEAVES];

	if (witness)
		return;
	make_witness();
	for (uint8_t i = 0; i < LEAVES; i++)
		pl_tree_leaf(pl_bytes_of(&i, 1), &leaf[i]);
	for (unsigned n = 0; n <= LEAVES; n++)
		pl_tree_root(leaf, n, &root[n]);
	pl_web_witness_routes(witness, rows);
	for (size_t i = 0; i < PL_COUNT(rows); i++)
		rows[i].rate_minute = 0;
	fuzz_server_start(rows, PL_COUNT(rows));
}

static void forget(void)
{
	char name[256];

	(void)snprintf(name, sizeof name, "w/logs/%s/checkpoint", hex);
	fuzz_scratch_remove(name);
	(void)snprintf(name, sizeof name, "w/logs/%s/evidence", hex);
	fuzz_scratch_remove(name);
}

/* Let it see the tree of @size leaves first. */
static void show(uint64_t size)
{
	struct pl_buf note PL_CLEANUP(pl_buf_done) = PL_BUF(PL_NOTE_MAX), body PL_CLEANUP(pl_buf_done) = PL_BUF(PL_WITNESS_BODY_MAX);
	struct pl_checkpoint cp = {.origin = PL_STR(ORIGIN), .size = size, .root = root[size]};
	struct pl_witness_answer a;

	FUZZ_HOLDS(pl_checkpoint_sign(&note, &cp, &log_key, 1) == PL_OK);
	pl_witness_request_write(&body, 0, NULL, 0, pl_buf_str(&note));
	pl_witness_add_checkpoint(witness, pl_buf_bytes(&body), &a);
	FUZZ_HOLDS(a.status == 200);
	pl_buf_done(&a.body);
}

/* GET of the published checkpoint. */
static void check_published(pl_str text)
{
	struct pl_buf answer PL_CLEANUP(pl_buf_done) = PL_BUF((size_t)1 << 20);
	struct fuzz_answer a;
	struct pl_note note;
	char request[256];
	int n = snprintf(request, sizeof request, "GET /%s/checkpoint HTTP/1.1\r\nHost: w\r\n\r\n", hex);

	fuzz_server_ask(pl_bytes_of(request, (size_t)n), &answer);
	a = fuzz_server_answer(pl_buf_str(&answer));
	FUZZ_HOLDS(a.status == 200 && pl_note_parse(a.body, &note, NULL) == PL_OK && pl_str_eq(note.text, text));
}

static void submit(pl_str head, pl_str text)
{
	struct pl_buf body PL_CLEANUP(pl_buf_done) = PL_BUF((size_t)1 << 20), request PL_CLEANUP(pl_buf_done) = PL_BUF((size_t)1 << 20);
	struct pl_buf answer PL_CLEANUP(pl_buf_done) = PL_BUF((size_t)1 << 20);
	struct fuzz_answer a;
	uint64_t time = 0;

	pl_buf_put_str(&body, head);
	pl_buf_put_c(&body, '\n');
	pl_buf_put_str(&body, text);
	pl_buf_put_c(&body, '\n');
	(void)!pl_note_sign_line(log_key, PL_STR(ORIGIN), text, &body);
	pl_buf_printf(&request, "POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nContent-Length: %zu\r\n\r\n", body.len);
	pl_buf_put_bytes(&request, pl_buf_bytes(&body));
	fuzz_server_ask(pl_buf_bytes(&request), &answer);
	a = fuzz_server_answer(pl_buf_str(&answer));
	FUZZ_HOLDS(a.status == 200 || a.status == 400 || a.status == 404 || a.status == 403 || a.status == 409 ||
		a.status == 413 || a.status == 422);
	if (a.status != 200)
		return;
	FUZZ_HOLDS(pl_witness_answer_read(a.body, text, &witness_key, NULL, &time) == PL_OK && time == now(NULL));
	check_published(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	pl_str rest = pl_bytes_str(pl_bytes_of(data, size));
	size_t split;

	set_up();
	forget();
	if (pl_str_eat(&rest, PL_STR("r"))) {
		struct pl_buf answer PL_CLEANUP(pl_buf_done) = PL_BUF((size_t)1 << 22);

		fuzz_server_ask(pl_str_bytes(rest), &answer);
		(void)fuzz_server_answer(pl_buf_str(&answer));
	} else if (rest.len) {
		unsigned seen = (unsigned char)rest.ptr[0] % (LEAVES + 1);

		if (seen)
			show(seen);
		rest = pl_str_sub(rest, 1, rest.len);
		split = pl_str_find_str(rest, PL_STR("\n\n"));
		submit(pl_str_sub(rest, 0, split + 1), pl_str_sub(rest, split + 2, rest.len));
	}
	return 0;
}
