/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of an accepted note put together are its bytes, and reading them again gives the same parts. */
#include "base/buf.h"
#include "crypto/note.h"
#include "fuzz.h"

static void one_line(pl_str text)
{
	struct pl_note_sig sig = {.id = 77};

	if (pl_note_sig_parse(text, &sig, NULL))
		FUZZ_HOLDS(sig.id == 77 && !sig.line.ptr);
	else
		FUZZ_HOLDS(pl_str_eq(sig.line, text) && pl_note_name_ok(sig.name));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const keys[] = {
		"log.example/releases+09fad9b6+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
		"witness.example/w1+20324abe+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X",
	};
	static struct pl_note note;
	struct pl_note_seen seen[2] = {0};
	struct pl_vkey vkeys[2];
	struct pl_buf again = PL_BUF(PL_NOTE_MAX);
	pl_str text = {(const char *)data, size};
	struct pl_diag diag = {0};

	one_line(text);
	if (!pl_note_parse(text, &note, &diag)) {
		pl_buf_put_str(&again, note.text);
		pl_buf_put_c(&again, '\n');
		for (size_t i = 0; i < note.n_sigs; i++)
			pl_buf_put_str(&again, note.sigs[i].line);
		FUZZ_HOLDS(pl_str_eq(pl_buf_str(&again), text));
		for (size_t i = 0; i < 2; i++)
			FUZZ_HOLDS(!pl_vkey_parse(pl_str_from(keys[i]), &vkeys[i], NULL));
		if (!pl_note_verify(&note, vkeys, 2, seen, &diag))
			FUZZ_HOLDS(seen[0].ok || seen[1].ok);
		else
			FUZZ_HOLDS(!seen[0].ok && !seen[1].ok);
	}
	pl_buf_done(&again);
	return 0;
}
