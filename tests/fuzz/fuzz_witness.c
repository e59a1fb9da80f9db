/* SPDX-License-Identifier: Apache-2.0 */
/* The body of add-checkpoint, and (behind a first byte 'a') the answer of a witness. */
#include "base/buf.h"
#include "fuzz.h"
#include "log/tree.h"
#include "log/witness.h"
#include "log/witness_client.h"

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
	else
		request(text);
	return 0;
}
