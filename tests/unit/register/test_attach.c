/* SPDX-License-Identifier: Apache-2.0 */
/* Files beside cases in the blob store: what a case has stays, what nobody has goes, at whatever moment something broke off. */
#include "../base/testing.h"
#include "../release/instance.h"
#include "base/file.h"
#include "base/time.h"
#include "register/cases.h"
#include "register/casework/form_store.h"
#include "register/casework/submit.h"
#include <fcntl.h>

static const char text[] = "pellucid-register v1\nname tips\nsource intake\nexistence exact\nopens rows\nlate-after 7\nopen-after 0\n"
			   "retain 1\nfield received time open\nfield kind enum open good,bad\ntotal cases count\n";
static const char form_text[] = "pellucid-intake-form v1\nregister tips\nconfirm work\nbits 4\nask kind required\nattach 3 200000 any\nmessage optional\n";
static const struct pl_casework_actor operator = {.role = PL_VAULT_OPERATOR};
#define BYTES 150000u /* three pieces */

struct world {
	struct pl_instance *inst;
	struct pl_register *r;
	struct pl_intake *intake;
	struct pl_arena arena;
	struct pl_form *form;
	int dir, spool;
	uint64_t now;
};

static void open_world(struct world *w, void *state, const char *name)
{
	struct pl_diag diag = {0};

	*w = (struct world){.inst = release_instance(state, name), .arena = PL_ARENA((size_t)64 << 20), .now = pl_time_now() / PL_SECOND};
	if (pl_register_add(w->inst, pl_str_from(text), 0, &w->r, &diag) || pl_form_open(w->inst, w->r, pl_str_from(form_text), &diag) ||
		pl_form_read(w->inst, w->r, &w->arena, &w->form, &diag))
		fail_msg("%s", diag.text);
	w->intake = pl_intake_new(w->inst);
	assert_int_equal(pl_file_open_dir(AT_FDCWD, pl_instance_dir(w->inst), &w->dir), PL_OK);
	assert_int_equal(pl_file_mkdirs(w->dir, "run", 0700), PL_OK);
	assert_int_equal(pl_file_open_dir(w->dir, "run", &w->spool), PL_OK);
}

static void close_world(struct world *w)
{
	pl_file_close(&w->spool);
	pl_file_close(&w->dir);
	pl_intake_free(w->intake);
	pl_register_close(w->r);
	pl_arena_done(&w->arena);
	pl_instance_close(w->inst);
}

static uint8_t byte_at(size_t i, uint8_t with)
{
	return (uint8_t)(i * 7 + i / 1000 + with);
}

/* A file of @n bytes, taken in by uneven pieces. */
static struct pl_attach_taken take(struct world *w, const char *name, size_t n, uint8_t with)
{
	struct pl_attach_taken ret = {.fd = -1};
	struct pl_attach_taking *t;
	uint8_t piece[1000];

	assert_int_equal(pl_attach_begin(w->spool, pl_str_from(name), n, &t), PL_OK);
	for (size_t i = 0, len; i < n; i += len) {
		len = n - i < sizeof piece ? n - i : sizeof piece;
		for (size_t j = 0; j < len; j++)
			piece[j] = byte_at(i + j, with);
		assert_int_equal(pl_attach_take(t, pl_bytes_of(piece, len)), PL_OK);
	}
	assert_int_equal(pl_attach_end(t, &ret), PL_OK);
	pl_attach_taking_free(t);
	return ret;
}

static pl_status enter(struct world *w, struct pl_attach_file *files, size_t n, uint64_t *ret_number)
{
	struct pl_submission s = {.received = w->now, .language = PL_STR("en"), .message = PL_STR("words"), .files = files, .n_files = n};
	struct pl_buf ticket PL_CLEANUP(pl_buf_done) = PL_BUF(1024);
	struct pl_intake_answer a = {0};
	struct pl_ticket t;
	pl_status st;

	s.values[0] = PL_STR("bad");
	pl_ticket_make(PL_STR("tips"), 4, w->now, &ticket);
	assert_int_equal(pl_ticket_read(pl_buf_str(&ticket), &t), PL_OK);
	st = pl_submit_enter(w->inst, w->intake, w->r, w->form, &s, &(struct pl_submit_shown){.ticket = &t}, &a, NULL);
	*ret_number = a.made.number;
	return st;
}

static bool is_stored(struct world *w, const struct pl_attach_file *f)
{
	uint64_t size = 0;
	pl_status st = pl_blob_head(pl_instance_blobs(w->inst), &f->blob, &size);

	assert_true(st == PL_OK || st == PL_E_NOTFOUND);
	assert_true(st || size == pl_stream_sealed_len(f->size));
	return !st;
}

static uint64_t sweep(struct world *w, uint64_t now)
{
	uint64_t n = 0;

	assert_int_equal(pl_attach_sweep(w->inst, now, &n, NULL), PL_OK);
	return n;
}

static pl_status into(void *ctx, pl_bytes piece)
{
	pl_buf_put_bytes(ctx, piece);
	return pl_buf_status(ctx);
}

static void check_bytes(const struct pl_buf *b, size_t n, uint8_t with)
{
	assert_int_equal(b->len, n);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(b->ptr[i], byte_at(i, with));
}

static void what_a_case_has_stays(void **state)
{
	struct pl_buf back PL_CLEANUP(pl_buf_done) = PL_BUF(1 << 20);
	struct pl_attach_taken t[2];
	struct pl_attach_file files[2], found;
	struct pl_casework_entry *e;
	struct pl_attach_pull *p;
	struct pl_attach_row *rows;
	uint64_t number = 0;
	uint8_t piece[777];
	size_t n = 0, len;
	struct world w;

	open_world(&w, *state, "stays");
	t[0] = take(&w, "../dir/first.bin", BYTES, 1);
	t[1] = take(&w, "empty", 0, 2);
	assert_string_equal(t[0].file.name, "first.bin");
	assert_int_equal(pl_attach_keep(w.inst, t, 2, PL_STR("192.0.2.1"), w.now + 100, NULL), PL_OK);
	assert_true(is_stored(&w, &t[0].file) && is_stored(&w, &t[1].file));
	assert_int_equal(sweep(&w, w.now + 50), 0);
	files[0] = t[0].file;
	files[1] = t[1].file;
	assert_int_equal(enter(&w, files, 2, &number), PL_OK);
	assert_int_equal(sweep(&w, w.now + 100000), 0);
	pl_attach_drop(w.inst, t, 2); /* as after an answer that got lost */
	assert_true(is_stored(&w, &t[0].file) && is_stored(&w, &t[1].file));
	assert_int_equal(pl_casework_entries(w.inst, w.r, number, &w.arena, &e, &n), PL_OK);
	assert_int_equal(pl_attach_rows(w.inst, w.r, number, e, n, &w.arena, &rows, &n), PL_OK);
	assert_int_equal(n, 2);
	assert_true(rows[0].there && !rows[0].opened && rows[0].size == BYTES && rows[0].verdict == PL_ATTACH_UNSCANNED);
	assert_int_equal(pl_attach_find(w.inst, w.r, number, rows[0].seq, &operator, &found, NULL), PL_OK);
	assert_string_equal(found.name, "first.bin");
	assert_int_equal(pl_attach_copy(w.inst, &found, into, &back), PL_OK);
	check_bytes(&back, BYTES, 1);
	pl_buf_clear(&back);
	assert_int_equal(pl_attach_pull_open(w.inst, &found, w.spool, &p), PL_OK);
	do {
		assert_int_equal(pl_attach_pull(p, piece, sizeof piece, &len), PL_OK);
		pl_buf_put(&back, piece, len);
	} while (len);
	pl_attach_pull_free(p);
	check_bytes(&back, BYTES, 1);
	assert_int_equal(pl_attach_find(w.inst, w.r, number, 1, &operator, &found, NULL), PL_E_NOTFOUND);
	/* Another key, and no blob. */
	found.key[0] ^= 1;
	pl_buf_clear(&back);
	assert_int_equal(pl_attach_copy(w.inst, &found, into, &back), PL_E_CORRUPT);
	assert_int_equal(back.len, 0);
	assert_int_equal(pl_attach_pull_open(w.inst, &found, w.spool, &p), PL_E_CORRUPT);
	for (size_t i = 0; i < 2; i++)
		pl_attach_taken_done(&t[i]);
	close_world(&w);
}

static void what_nobody_has_goes(void **state)
{
	struct pl_attach_taken t;
	struct pl_attach_file file;
	uint64_t number = 0;
	struct world w;

	open_world(&w, *state, "goes");
	t = take(&w, "x", 10, 3);
	file = t.file;
	assert_int_equal(pl_attach_keep(w.inst, &t, 1, (pl_str){0}, w.now + 100, NULL), PL_OK);
	assert_int_equal(sweep(&w, w.now + 101), 1);
	assert_false(is_stored(&w, &file));
	assert_int_equal(enter(&w, &file, 1, &number), PL_E_CONFLICT); /* and no case without its file */
	assert_int_equal(number, 0);
	/* A crash between the row and the blob, or between the blob and its row's end: the blob is not there, the row goes. */
	assert_int_equal(pl_attach_keep(w.inst, &t, 1, (pl_str){0}, w.now + 100, NULL), PL_OK);
	assert_int_equal(pl_blob_delete(pl_instance_blobs(w.inst), &file.blob), PL_OK);
	assert_int_equal(sweep(&w, w.now + 101), 1);
	assert_int_equal(sweep(&w, w.now + 101), 0);
	/* Dropped at once. */
	assert_int_equal(pl_attach_keep(w.inst, &t, 1, (pl_str){0}, w.now + 100, NULL), PL_OK);
	pl_attach_drop(w.inst, &t, 1);
	assert_false(is_stored(&w, &file));
	assert_int_equal(sweep(&w, w.now + 1000), 0);
	pl_attach_taken_done(&t);
	close_world(&w);
}

static void they_go_with_their_case(void **state)
{
	struct pl_attach_taken t[2];
	struct pl_register_case made;
	struct pl_attach_file files[2], found;
	uint64_t number = 0, other = 0;
	bool destroyed = false;
	struct world w;

	open_world(&w, *state, "erased");
	t[0] = take(&w, "mine", 1000, 4);
	t[1] = take(&w, "another's", 1000, 5);
	files[0] = t[0].file;
	files[1] = t[1].file;
	assert_int_equal(pl_attach_keep(w.inst, t, 2, (pl_str){0}, w.now + 100, NULL), PL_OK);
	assert_int_equal(enter(&w, &files[0], 1, &number), PL_OK);
	assert_int_equal(enter(&w, &files[1], 1, &other), PL_OK);
	pl_attach_taken_done(&t[0]);
	t[0] = take(&w, "added", 20, 6);
	assert_int_equal(pl_attach_keep(w.inst, t, 1, (pl_str){0}, w.now + 100, NULL), PL_OK);
	assert_int_equal(pl_attach_add(w.inst, w.r, number, &operator, &t[0], PL_STR("why"), NULL), PL_OK);
	assert_int_equal(pl_register_case_erase(w.inst, w.r, number, &(struct pl_register_reader){.role = PL_VAULT_OPERATOR}, w.now, &made, &destroyed, NULL), PL_OK);
	assert_true(destroyed);
	assert_int_equal(pl_attach_find(w.inst, w.r, number, 2, &operator, &found, NULL), PL_E_STATE);
	assert_int_equal(sweep(&w, w.now), 2);
	assert_false(is_stored(&w, &files[0]) || is_stored(&w, &t[0].file));
	assert_true(is_stored(&w, &files[1]));
	assert_int_equal(pl_attach_find(w.inst, w.r, other, 2, &operator, &found, NULL), PL_OK);
	for (size_t i = 0; i < 2; i++)
		pl_attach_taken_done(&t[i]);
	close_world(&w);
}

static void takes_no_more_than_it_should(void **state)
{
	struct pl_attach_taking *t;
	struct pl_attach_taken one;
	struct pl_attach_file back;
	struct pl_json *o PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct world w;

	open_world(&w, *state, "limits");
	assert_int_equal(pl_attach_begin(w.spool, PL_STR("x"), 10, &t), PL_OK);
	assert_int_equal(pl_attach_take(t, pl_str_bytes(PL_STR("0123456789"))), PL_OK);
	assert_int_equal(pl_attach_take(t, pl_str_bytes(PL_STR("0"))), PL_E_TOOBIG);
	pl_attach_taking_free(t);
	one = take(&w, "y.txt", 5, 7);
	pl_attach_file_put(o, &one.file);
	assert_int_equal(pl_attach_file_get(o, &back), PL_OK);
	assert_string_equal(back.name, "y.txt");
	assert_true(back.type == one.file.type && back.verdict == PL_ATTACH_UNSCANNED && back.size == 5 && !back.found[0]);
	assert_true(pl_digest_eq(&back.sha256, &one.file.sha256) && pl_digest_eq(&back.blob, &one.file.blob));
	assert_memory_equal(back.key, one.file.key, sizeof back.key);
	pl_json_set_z(o, "verdict", "fine");
	assert_int_equal(pl_attach_file_get(o, &back), PL_E_CORRUPT);
	pl_json_set_z(o, "verdict", "clean");
	pl_json_set_z(o, "key", "00");
	assert_int_equal(pl_attach_file_get(o, &back), PL_E_CORRUPT);
	pl_attach_taken_done(&one);
	close_world(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_case_has_stays),
		cmocka_unit_test(what_nobody_has_goes),
		cmocka_unit_test(they_go_with_their_case),
		cmocka_unit_test(takes_no_more_than_it_should),
	};

	return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
