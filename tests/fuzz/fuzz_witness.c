/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The body of add-checkpoint, and what a witness answers us: behind a first byte 'a' a cosignature, behind 'c' a media
 * type, a line feed and the body that tells a size. Behind 'k' the file of an admitted log's keys, behind 's' the
 * checkpoint that a witness has recorded.
 */
#include "base/file.h"
#include "fuzz.h"
#include "log/tree.h"
#include "log/witness.h"
#include "log/witness_client.h"
#include "log/witness_impl.h"
#include "scratch.h"

static void answer(pl_str text)
{
	static const char key[] = "witness.example/w1+20324abe+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X";
	static const char checkpoint[] = "log.example/releases\n8\ntpcyzlyRQWLKmsz69OldP5h01ogFQ3CIqv8YSk25Z3M=\n";
	struct pl_buf lines = PL_BUF(PL_NOTE_MAX);
	struct pl_vkey w;
	uint64_t time = 0;

	FUZZ_HOLDS(!pl_vkey_parse(pl_str_from(key), &w, NULL));
	if (pl_witness_answer_read(text, pl_str_from(checkpoint), &w, &lines, &time))
		FUZZ_HOLDS(time == 0);
	else
		FUZZ_HOLDS(time > 0 && lines.len > 0 && lines.len <= text.len);
	pl_buf_done(&lines);
}

static void conflict(pl_str text)
{
	struct pl_buf again PL_CLEANUP(pl_buf_done) = PL_BUF(64);
	size_t n = pl_str_find(text, '\n');
	pl_str type = pl_str_sub(text, 0, n), body = pl_str_sub(text, n + 1, text.len);
	uint64_t size = 77;

	if (pl_witness_size_read(type, body, &size)) {
		FUZZ_HOLDS(size == 77);
		return;
	}
	pl_buf_put_u64(&again, size);
	pl_buf_put_c(&again, '\n');
	FUZZ_HOLDS(size <= PL_TREE_SIZE_MAX && pl_str_eq(pl_buf_str(&again), body));
}

/* The directory of the origin that both readers are asked for. */
static const char *put_file(const char *name, pl_str text)
{
	static char hex[PL_WITNESS_HEX];
	char path[PL_WITNESS_PATH_MAX];

	pl_witness_origin_hex(PL_STR("log.example/releases"), hex);
	fuzz_scratch_empty();
	pl_witness_path(path, hex, "");
	FUZZ_HOLDS(pl_file_mkdirs(fuzz_scratch(), path, 0700) == PL_OK);
	pl_witness_path(path, hex, name);
	fuzz_scratch_put(path, pl_str_bytes(text));
	return hex;
}

static void keys(pl_str text)
{
	const char *hex = put_file("vkeys", text);
	struct pl_witness_keys k = {.n = 77};
	struct pl_diag diag = {0};
	bool stale = true;

	if (pl_witness_keys_read(fuzz_scratch(), hex, &k, &diag)) {
		FUZZ_HOLDS(k.n == 77 && diag.text[0]);
		return;
	}
	FUZZ_HOLDS(k.n > 0 && k.n <= PL_WITNESS_KEYS_MAX);
	for (size_t i = 0; i < k.n; i++)
		FUZZ_HOLDS(pl_str_eq(k.key[i].name, PL_STR("log.example/releases")));
	FUZZ_HOLDS(pl_witness_keys_stale(fuzz_scratch(), hex, &k, &stale) == PL_OK && !stale);
	pl_witness_keys_done(&k);
}

static void seen(pl_str text)
{
	const char *hex = put_file("checkpoint", text);
	struct pl_witness_seen s = {.any = true};

	if (pl_witness_seen_read(fuzz_scratch(), hex, &s))
		return;
	FUZZ_HOLDS(s.any && s.checkpoint.size <= PL_TREE_SIZE_MAX && pl_str_eq(pl_buf_str(&s.note), text));
	pl_witness_seen_done(&s);
}

static void request(pl_str text)
{
	static struct pl_witness_request req;
	struct pl_digest proof[PL_WITNESS_PROOF_MAX];
	struct pl_buf again = PL_BUF(PL_WITNESS_BODY_MAX);
	uint64_t old_size;
	size_t n;

	req.note = (pl_str){0};
	if (pl_witness_request_parse(text, &req)) {
		FUZZ_HOLDS(!req.note.ptr);
	} else if (!pl_witness_head_parse(req.head, &old_size, proof, &n)) {
		FUZZ_HOLDS(n <= PL_WITNESS_PROOF_MAX && old_size <= PL_TREE_SIZE_MAX);
		pl_witness_request_write(&again, old_size, proof, n, req.note);
		FUZZ_HOLDS(pl_str_eq(pl_buf_str(&again), text));
	}
	pl_buf_done(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	pl_str text = {(const char *)data, size};

	if (pl_str_eat(&text, PL_STR("a")))
		answer(text);
	else if (pl_str_eat(&text, PL_STR("c")))
		conflict(text);
	else if (pl_str_eat(&text, PL_STR("k")))
		keys(text);
	else if (pl_str_eat(&text, PL_STR("s")))
		seen(text);
	else
		request(text);
	return 0;
}
