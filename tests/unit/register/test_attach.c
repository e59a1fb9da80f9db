/* SPDX-License-Identifier: Apache-2.0 */
/* Files beside cases in the blob store: what a case has stays, what nobody has goes, at whatever moment something broke off. */
#include "../base/testing.h"
#include "../release/instance.h"
#include "base/file.h"
#include "base/time.h"
#include "fact/blob_named.h"
#include "register/cases.h"
#include "register/casework/form_store.h"
#include "register/casework/stray.h"
#include "register/casework/submit.h"
#include "register/casework/talk.h"
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
	w->intake = pl_intake_new(&w->inst, 1);
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

static pl_status enter_with(struct world *w, struct pl_attach_file *files, size_t n, struct pl_intake_answer *ret)
{
	struct pl_submission s = {.received = w->now, .language = PL_STR("en"), .message = PL_STR("words"), .files = files, .n_files = n};
	struct pl_buf ticket PL_CLEANUP(pl_buf_done) = PL_BUF(1024);
	struct pl_ticket t;

	s.values[0] = PL_STR("bad");
	pl_ticket_make(PL_STR("tips"), 4, w->now, &ticket);
	assert_int_equal(pl_ticket_read(pl_buf_str(&ticket), &t), PL_OK);
	return pl_submit_enter(w->intake, w->r, w->form, &s, &(struct pl_submit_shown){.ticket = &t}, ret, NULL);
}

static pl_status enter(struct world *w, struct pl_attach_file *files, size_t n, uint64_t *ret_number)
{
	struct pl_intake_answer a = {0};
	pl_status st = enter_with(w, files, n, &a);

	*ret_number = a.made.number;
	return st;
}

static bool is_stored(struct world *w, const struct pl_attach_file *f)
{
	uint64_t size = 0;
	pl_status st = pl_blob_head(pl_instance_blobs(w->inst), &f->blob, &size);

	assert_true(st == PL_OK || st == PL_E_NOTFOUND);
	assert_true(st || size == pl_attach_stored_len(f->size));
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

/* ---- with messages and answers ---- */

/* A file that lies in the blob store and is nobody's yet. */
static struct pl_attach_taken kept(struct world *w, const char *name, size_t n, uint8_t with)
{
	struct pl_attach_taken t = take(w, name, n, with);

	assert_int_equal(pl_attach_keep(w->inst, &t, 1, (pl_str){0}, w->now + 100, NULL), PL_OK);
	return t;
}

static size_t entries_of(struct world *w, uint64_t number, enum pl_casework_kind kind)
{
	struct pl_casework_entry *e;
	size_t n = 0, count = 0;

	assert_int_equal(pl_casework_entries(w->inst, w->r, number, &w->arena, &e, &n), PL_OK);
	for (size_t i = 0; i < n; i++)
		count += e[i].kind == kind;
	return count;
}

static void a_message_brings_files(void **state)
{
	struct pl_buf back PL_CLEANUP(pl_buf_done) = PL_BUF(1 << 20);
	const struct pl_ulid once = {{1, 2, 3}}, other = {{4}};
	struct pl_attach_taken t[2], again;
	struct pl_talk_said said = {.text = PL_STR("see these"), .n_files = 2, .once = &once};
	struct pl_attach_file files[2], found;
	struct pl_intake_answer a;
	struct pl_casework_entry *e;
	struct pl_attach_row *rows;
	struct world w;
	size_t n = 0;

	open_world(&w, *state, "message");
	assert_int_equal(enter_with(&w, NULL, 0, &a), PL_OK);
	t[0] = kept(&w, "a.txt", BYTES, 1);
	t[1] = kept(&w, "b.txt", 0, 2);
	files[0] = t[0].file;
	files[1] = t[1].file;
	said.files = files;
	assert_int_equal(pl_talk_message(w.inst, w.r, 1, &said, NULL), PL_OK);
	assert_int_equal(sweep(&w, w.now + 1000), 0); /* the case's */
	assert_int_equal(pl_casework_read(w.inst, w.r, 1, &operator, &w.arena, &e, &n, NULL), PL_OK);
	assert_int_equal(pl_attach_rows(w.inst, w.r, 1, e, n, &w.arena, &rows, &n), PL_OK);
	assert_int_equal(n, 2);
	assert_true(rows[0].kind == PL_CASEWORK_FILE && rows[0].with == 2 && rows[1].with == 2 && rows[0].opened && rows[1].size == 0);
	/* One key of its own for all of the message, and not the case's. */
	assert_true(e[1].slot && e[2].slot == e[1].slot && e[3].slot == e[1].slot);
	assert_int_equal(pl_attach_find(w.inst, w.r, 1, rows[0].seq, &operator, &found, NULL), PL_OK);
	assert_int_equal(pl_attach_copy(w.inst, &found, into, &back), PL_OK);
	check_bytes(&back, BYTES, 1);
	/* Sent twice by one page: there once, and the second copy of its files is nobody's. */
	again = kept(&w, "a.txt", BYTES, 1);
	files[0] = again.file;
	assert_int_equal(pl_talk_message(w.inst, w.r, 1, &said, NULL), PL_E_EXISTS);
	assert_int_equal(entries_of(&w, 1, PL_CASEWORK_MESSAGE), 1);
	assert_int_equal(sweep(&w, w.now + 1000), 1);
	assert_true(is_stored(&w, &t[0].file) && !is_stored(&w, &again.file));
	/* Something else on the same page, and the same on another page, are messages of their own. */
	assert_int_equal(pl_talk_message(w.inst, w.r, 1, &(struct pl_talk_said){.text = said.text, .once = &once}, NULL), PL_OK);
	assert_int_equal(pl_talk_message(w.inst, w.r, 1, &(struct pl_talk_said){.text = said.text, .once = &other}, NULL), PL_OK);
	/* A file whose time was over brings no message. */
	said.once = NULL;
	said.n_files = 1;
	assert_int_equal(pl_talk_message(w.inst, w.r, 1, &said, NULL), PL_E_CONFLICT);
	assert_int_equal(entries_of(&w, 1, PL_CASEWORK_MESSAGE), 3);
	assert_int_equal(pl_talk_message(w.inst, w.r, 1, &(struct pl_talk_said){.n_files = 0}, NULL), PL_E_RANGE);
	for (size_t i = 0; i < 2; i++)
		pl_attach_taken_done(&t[i]);
	pl_attach_taken_done(&again);
	close_world(&w);
}

static void a_case_takes_so_many_files_of_its_sender(void **state)
{
	struct pl_attach_taken t[PL_ATTACH_FILES_MAX];
	struct pl_attach_file files[PL_ATTACH_FILES_MAX];
	struct pl_intake_answer a;
	struct world w;

	open_world(&w, *state, "many");
	assert_int_equal(enter_with(&w, NULL, 0, &a), PL_OK);
	for (size_t i = 0; i < PL_TALK_FILES_MAX / PL_ATTACH_FILES_MAX + 1; i++) {
		pl_status want = i < PL_TALK_FILES_MAX / PL_ATTACH_FILES_MAX ? PL_OK : PL_E_NOSPACE;

		for (size_t k = 0; k < PL_ATTACH_FILES_MAX; k++) {
			t[k] = kept(&w, "x", 3, (uint8_t)k);
			files[k] = t[k].file;
			pl_attach_taken_done(&t[k]);
		}
		assert_int_equal(pl_talk_message(w.inst, w.r, 1, &(struct pl_talk_said){.files = files, .n_files = PL_ATTACH_FILES_MAX}, NULL), want);
	}
	assert_int_equal(entries_of(&w, 1, PL_CASEWORK_FILE), PL_TALK_FILES_MAX);
	assert_int_equal(sweep(&w, w.now + 1000), PL_ATTACH_FILES_MAX); /* those of the refused one */
	close_world(&w);
}

static void an_answer_brings_files(void **state)
{
	struct pl_buf back PL_CLEANUP(pl_buf_done) = PL_BUF(1 << 20);
	struct pl_attach_taken t;
	struct pl_intake_answer a, b;
	struct pl_attach_file found, file;
	struct pl_talk_line *lines;
	struct pl_register_case made;
	struct pl_casework_entry *e;
	struct pl_attach_row *rows;
	bool destroyed = false;
	struct world w;
	size_t n = 0;

	open_world(&w, *state, "answer");
	assert_int_equal(enter_with(&w, NULL, 0, &a), PL_OK);
	assert_int_equal(enter_with(&w, NULL, 0, &b), PL_OK);
	t = kept(&w, "decision.pdf", BYTES, 9);
	file = t.file;
	assert_int_equal(pl_talk_answer(w.inst, w.r, 1, &operator, &(struct pl_talk_said){.text = PL_STR("no file")}, NULL), PL_OK);
	assert_int_equal(pl_talk_answer(w.inst, w.r, 1, &operator, &(struct pl_talk_said){.files = &file, .n_files = 1}, NULL), PL_OK);
	assert_int_equal(sweep(&w, w.now + 1000), 0);
	assert_int_equal(pl_talk_read(w.inst, w.r, 1, &a.secret, &w.arena, &lines, &n), PL_OK);
	assert_int_equal(n, 2);
	assert_true(lines[0].n_files == 0 && lines[1].n_files == 1 && !lines[1].text.len && lines[1].files[0].size == BYTES);
	assert_true(pl_str_eq(lines[1].files[0].name, PL_STR("decision.pdf")) && pl_digest_eq(&lines[1].files[0].sha256, &t.file.sha256));
	assert_int_equal(pl_talk_file_find(w.inst, w.r, 1, &a.secret, lines[1].files[0].seq, &found), PL_OK);
	assert_int_equal(pl_attach_copy(w.inst, &found, into, &back), PL_OK);
	check_bytes(&back, BYTES, 9);
	/* Another secret, another case, an entry that is no file. */
	assert_int_equal(pl_talk_file_find(w.inst, w.r, 1, &b.secret, lines[1].files[0].seq, &found), PL_E_CORRUPT);
	assert_int_equal(pl_talk_file_find(w.inst, w.r, 2, &b.secret, lines[1].files[0].seq, &found), PL_E_NOTFOUND);
	assert_int_equal(pl_talk_file_find(w.inst, w.r, 1, &a.secret, lines[1].seq, &found), PL_E_NOTFOUND);
	/* Those who work on it have it, too. */
	assert_int_equal(pl_casework_read(w.inst, w.r, 1, &operator, &w.arena, &e, &n, NULL), PL_OK);
	assert_int_equal(pl_attach_rows(w.inst, w.r, 1, e, n, &w.arena, &rows, &n), PL_OK);
	assert_true(n == 1 && rows[0].kind == PL_CASEWORK_ENCLOSE && rows[0].with == lines[1].seq && strcmp(rows[0].file.name, "decision.pdf") == 0);
	/* A file goes out once. */
	assert_int_equal(pl_talk_answer(w.inst, w.r, 2, &operator, &(struct pl_talk_said){.files = &file, .n_files = 1}, NULL), PL_E_CONFLICT);
	assert_int_equal(pl_register_case_erase(w.inst, w.r, 1, &(struct pl_register_reader){.role = PL_VAULT_OPERATOR}, w.now, &made, &destroyed, NULL), PL_OK);
	assert_int_equal(sweep(&w, w.now), 1);
	assert_false(is_stored(&w, &t.file));
	assert_int_equal(pl_talk_file_find(w.inst, w.r, 1, &a.secret, rows[0].seq, &found), PL_E_NOTFOUND);
	pl_attach_taken_done(&t);
	close_world(&w);
}

/* ---- taken in before what is stored had a head ---- */

static pl_status seal_into(void *ctx, pl_bytes piece)
{
	return into(ctx, piece);
}

static void older_files_are_read(void **state)
{
	struct pl_buf sealed PL_CLEANUP(pl_buf_done) = PL_BUF(1 << 20), back PL_CLEANUP(pl_buf_done) = PL_BUF(1 << 20);
	struct pl_stream_writer *s;
	struct pl_attach_taken t;
	struct pl_attach_file f;
	struct pl_attach_pull *p;
	uint8_t piece[999];
	struct world w;
	size_t len = 1;

	open_world(&w, *state, "older");
	t = take(&w, "old.txt", 5000, 3);
	f = t.file;
	assert_int_equal(pl_stream_write_begin(f.key, seal_into, &sealed, &s), PL_OK);
	for (size_t i = 0; i < 5000; i++)
		assert_int_equal(pl_stream_write(s, pl_bytes_of(&(uint8_t){byte_at(i, 3)}, 1)), PL_OK);
	assert_int_equal(pl_stream_write_end(s), PL_OK);
	pl_stream_writer_free(s);
	assert_int_equal(pl_blob_put_bytes(pl_instance_blobs(w.inst), pl_buf_bytes(&sealed), &f.blob), PL_OK);
	assert_int_equal(pl_attach_copy(w.inst, &f, into, &back), PL_OK);
	check_bytes(&back, 5000, 3);
	pl_buf_clear(&back);
	assert_int_equal(pl_attach_pull_open(w.inst, &f, w.spool, &p), PL_OK);
	while (len) {
		assert_int_equal(pl_attach_pull(p, piece, sizeof piece, &len), PL_OK);
		pl_buf_put(&back, piece, len);
	}
	pl_attach_pull_free(p);
	check_bytes(&back, 5000, 3);
	pl_attach_taken_done(&t);
	close_world(&w);
}

/* ---- strays ---- */

struct strays {
	size_t n, removed;
	struct pl_digest last;
};

static pl_status see_stray(void *ctx, const struct pl_stray *s)
{
	struct strays *seen = ctx;

	seen->n++;
	seen->removed += s->removed;
	seen->last = s->blob;
	return PL_OK;
}

static struct pl_stray_counts look_for_strays(struct world *w, uint64_t age, bool remove, struct strays *seen)
{
	struct pl_stray_how how = {.now = pl_time_now() + 400 * PL_SECOND, .age = age, .remove = remove, .found = see_stray, .ctx = seen};
	struct pl_stray_counts n = {0};

	*seen = (struct strays){0};
	assert_int_equal(pl_stray_sweep(w->inst, &how, &n, NULL), PL_OK);
	return n;
}

static pl_status forget_row(void *ctx, struct pl_db_tx *tx)
{
	static const struct pl_sql forget = {"test_forget", "DELETE FROM work_blob WHERE digest = ?1", "DELETE FROM work_blob WHERE digest = $1", 1, false};

	return pl_db_exec(tx, &forget, PL_DB_ARGS(PL_DB_BLOB(pl_digest_bytes(ctx))), NULL);
}

static void only_what_no_row_names_is_a_stray(void **state)
{
	struct pl_attach_taken t[3];
	struct pl_stray_counts n, before;
	struct pl_attach_file f;
	struct pl_digest body;
	struct strays seen;
	uint64_t number = 0;
	bool named = true;
	struct world w;

	open_world(&w, *state, "strays");
	before = look_for_strays(&w, 0, true, &seen); /* what other stories left in a shared store */
	for (uint8_t i = 0; i < 3; i++)
		t[i] = kept(&w, "x", 1000, i);
	f = t[0].file;
	assert_int_equal(enter(&w, &f, 1, &number), PL_OK);
	/* A case's, one that waits, a public body that nothing names yet, and one that an older database does not know. */
	assert_int_equal(pl_blob_put_bytes(pl_instance_blobs(w.inst), pl_str_bytes(PL_STR("a body that is put before its statement, long enough to be a file")), &body), PL_OK);
	assert_int_equal(pl_db_tx(pl_instance_db(w.inst), forget_row, &t[2].file.blob), PL_OK);
	assert_int_equal(pl_fact_blob_named(w.inst, &t[2].file.blob, &named), PL_OK);
	assert_false(named);
	n = look_for_strays(&w, 7 * 86400 * PL_SECOND, true, &seen);
	assert_true(n.strays == before.strays - before.removed + 1 && n.young == n.strays && n.removed == 0 && n.others == before.others + 1);
	assert_true(n.named == before.named + 2 && seen.n == n.strays && pl_digest_eq(&seen.last, &t[2].file.blob));
	n = look_for_strays(&w, 0, false, &seen);
	assert_true(n.strays == 1 && n.young == 0 && n.removed == 0 && n.bytes == pl_attach_stored_len(1000));
	assert_true(is_stored(&w, &t[2].file));
	n = look_for_strays(&w, 0, true, &seen);
	assert_true(n.removed == 1 && seen.removed == 1);
	assert_false(is_stored(&w, &t[2].file));
	assert_true(is_stored(&w, &t[0].file) && is_stored(&w, &t[1].file));
	assert_int_equal(pl_blob_check(pl_instance_blobs(w.inst), &body), PL_OK);
	n = look_for_strays(&w, 0, true, &seen);
	assert_int_equal(n.strays, 0);
	/* A case's file is named even when the row of its blob is lost. */
	assert_int_equal(pl_db_tx(pl_instance_db(w.inst), forget_row, &t[0].file.blob), PL_OK);
	n = look_for_strays(&w, 0, true, &seen);
	assert_true(n.strays == 0 && is_stored(&w, &t[0].file));
	for (size_t i = 0; i < 3; i++)
		pl_attach_taken_done(&t[i]);
	close_world(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_case_has_stays),
		cmocka_unit_test(what_nobody_has_goes),
		cmocka_unit_test(they_go_with_their_case),
		cmocka_unit_test(takes_no_more_than_it_should),
		cmocka_unit_test(a_message_brings_files),
		cmocka_unit_test(a_case_takes_so_many_files_of_its_sender),
		cmocka_unit_test(an_answer_brings_files),
		cmocka_unit_test(older_files_are_read),
		cmocka_unit_test(only_what_no_row_names_is_a_stray),
	};

	return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
