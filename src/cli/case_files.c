/* SPDX-License-Identifier: Apache-2.0 */
/* `pellucid case files`, `file`, `attach`, and what goes with `answer`: the files of a case. Names and bytes are read as operator, with a line in the vault. */
#include "base/file.h"
#include "base/time.h"
#include "cli/register.h"
#include "register/casework/talk.h"
#include <fcntl.h>
#include <unistd.h>

#define ARENA ((size_t)64 << 20)
#define NOTE_MAX 4000u
#define KEPT_FOR 3600u /* seconds until a file that was put and not added goes again */

static const struct pl_casework_actor operator = {.role = PL_VAULT_OPERATOR};

/* ---- the list ---- */

static void fill_row(struct pl_json *o, const struct pl_attach_row *row)
{
	char at[21], sha256[2 * PL_DIGEST_LEN + 1];

	pl_time_write(row->at * PL_SECOND, at);
	pl_json_set_u64(o, "entry", row->seq);
	pl_json_set_z(o, "at", at);
	pl_json_set_z(o, "from", row->kind == PL_CASEWORK_FILE ? "sender" : "desk");
	pl_json_set_bool(o, "given", row->kind == PL_CASEWORK_ENCLOSE);
	if (row->with)
		pl_json_set_u64(o, "with", row->with);
	pl_json_set_str(o, "type", row->type);
	pl_json_set_bool(o, "erased", !row->there);
	if (row->there) {
		pl_json_set_u64(o, "size", row->size);
		pl_json_set_z(o, "verdict", pl_attach_verdict_words[row->verdict]);
	}
	if (!row->opened)
		return;
	pl_digest_hex(&row->file.sha256, sha256);
	pl_json_set_z(o, "name", row->file.name);
	pl_json_set_z(o, "sha256", sha256);
	if (row->file.found[0])
		pl_json_set_z(o, "found", row->file.found);
}

static void print_row(const struct pl_attach_row *row)
{
	char at[21], with[48] = "";

	pl_time_write(row->at * PL_SECOND, at);
	if (row->with)
		(void)snprintf(with, sizeof with, "  %s %llu", row->kind == PL_CASEWORK_ENCLOSE ? "given with answer" : "with message", (unsigned long long)row->with);
	(void)printf("%4llu  %s  %-6s  %-4.*s %10llu  %-9s %s%s%s%s\n", (unsigned long long)row->seq, at,
		row->kind == PL_CASEWORK_FILE ? "sender" : "desk", PL_STR_ARG(row->type), (unsigned long long)row->size,
		row->there ? pl_attach_verdict_words[row->verdict] : "erased", row->opened ? row->file.name : row->there ? "(private)" : "-",
		row->opened && row->file.found[0] ? "  " : "", row->opened ? row->file.found : "", with);
}

static pl_status read_rows(struct pl_cli_opened *o, bool with_private, struct pl_arena *arena, struct pl_attach_row **ret, size_t *ret_n)
{
	struct pl_casework_entry *e;
	size_t n = 0;
	pl_status st = with_private ? pl_casework_read(o->j.inst, o->r, o->number, &operator, arena, &e, &n, &o->diag) :
				      pl_casework_entries(o->j.inst, o->r, o->number, arena, &e, &n);

	if (st == PL_E_NOTFOUND)
		return pl_diag_set(&o->diag, st, "the register has no case %llu to work on", (unsigned long long)o->number);
	return st ? st : pl_attach_rows(o->j.inst, o->r, o->number, e, n, arena, ret, ret_n);
}

int pl_cli_case_files(struct pl_cli *cli)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(ARENA);
	struct pl_cli_opened o = {0};
	struct pl_attach_row *rows;
	struct pl_json *array;
	size_t n = 0;
	pl_status st;
	int code;

	if (!pl_cli_opened_open(&o, cli, &code))
		return code;
	st = read_rows(&o, pl_cli_has(cli, "private"), &arena, &rows, &n);
	if (st) {
		code = pl_cli_opened_fail(&o, st);
	} else if (pl_cli_has(cli, "json")) {
		array = pl_json_new_array();
		for (size_t i = 0; i < n; i++)
			fill_row(pl_json_push_object(array), &rows[i]);
		code = pl_cli_json_line(cli, array);
	} else {
		for (size_t i = 0; i < n; i++)
			print_row(&rows[i]);
		code = PL_EXIT_OK;
	}
	pl_cli_opened_close(&o);
	return code;
}

/* ---- taking one out ---- */

static pl_status into_fd(void *ctx, pl_bytes piece)
{
	const int *fd = ctx;

	return pl_file_write(*fd, piece.ptr, piece.len);
}

/* A file that only we may read, and that was not there; gone again if what comes is not the whole file. */
static pl_status write_out(struct pl_cli_opened *o, const struct pl_attach_file *f, const char *path)
{
	int fd PL_CLEANUP(pl_file_close) = -1;
	pl_status st = pl_file_open(AT_FDCWD, path, O_WRONLY | O_CREAT | O_EXCL, 0600, &fd);

	if (st == PL_E_EXISTS)
		return pl_diag_set(&o->diag, st, "\"%s\" is there already: nothing is written over", path);
	if (st)
		return pl_diag_set(&o->diag, st, "cannot write \"%s\"", path);
	st = pl_attach_copy(o->j.inst, f, into_fd, &fd);
	if (!st)
		st = pl_file_sync(fd);
	if (!st)
		return PL_OK;
	(void)(pl_file_unlink(AT_FDCWD, path) == PL_OK);
	return pl_diag_set(&o->diag, st, "the file cannot be taken out: %s", pl_status_text(st));
}

int pl_cli_case_file(struct pl_cli *cli)
{
	const char *out = pl_cli_get(cli, "out");
	struct pl_cli_opened o = {0};
	struct pl_attach_file f = {0};
	uint64_t seq = 0;
	pl_status st;
	int code;

	if (pl_str_to_u64(pl_str_from(cli->argv[2]), INT64_MAX, &seq) || !seq)
		return pl_cli_usage(cli, "ENTRY is the first number of a line of: pellucid case files REGISTER NUMBER");
	if (!out)
		return pl_cli_usage(cli, "--out says where to write it");
	if (!pl_cli_opened_open(&o, cli, &code))
		return code;
	st = pl_attach_find(o.j.inst, o.r, o.number, seq, &operator, &f, &o.diag);
	if (!st)
		st = write_out(&o, &f, out);
	if (!st && f.verdict == PL_ATTACH_FOUND)
		(void)fprintf(stderr, "the scanner found %s in it: open it only where it can do no harm\n", f.found);
	if (!st)
		(void)printf("%s: %llu bytes\n", f.name, (unsigned long long)f.size);
	pl_wipe(&f, sizeof f);
	code = st ? pl_cli_opened_fail(&o, st) : PL_EXIT_OK;
	pl_cli_opened_close(&o);
	return code;
}

/* ---- adding one ---- */

static pl_status take_all(int fd, struct pl_attach_taking *t)
{
	uint8_t *piece = pl_alloc(1, PL_STREAM_PIECE);
	uint64_t at = 0;
	size_t got = 0;
	pl_status st;

	do {
		st = pl_file_pread(fd, piece, PL_STREAM_PIECE, at, &got);
		at += got;
		if (!st)
			st = pl_attach_take(t, pl_bytes_of(piece, got));
	} while (!st && got);
	pl_wipe(piece, PL_STREAM_PIECE);
	pl_free(piece);
	return st;
}

static pl_status take_in(struct pl_cli_opened *o, const char *path, uint64_t max, struct pl_attach_taken *ret)
{
	int fd PL_CLEANUP(pl_file_close) = -1, instance PL_CLEANUP(pl_file_close) = -1, spool PL_CLEANUP(pl_file_close) = -1;
	struct pl_attach_taking *t = NULL;
	pl_status st = pl_file_open(AT_FDCWD, path, O_RDONLY, 0, &fd);

	if (st)
		return pl_diag_set(&o->diag, st, "cannot read \"%s\"", path);
	st = pl_file_open_dir(AT_FDCWD, pl_instance_dir(o->j.inst), &instance);
	if (!st)
		st = pl_file_open_dir(instance, "run", &spool);
	if (!st)
		st = pl_attach_begin(spool, pl_str_from(path), max, &t);
	if (!st)
		st = take_all(fd, t);
	if (!st)
		st = pl_attach_end(t, ret);
	pl_attach_taking_free(t);
	if (st == PL_E_TOOBIG)
		return pl_diag_set(&o->diag, st, "\"%s\": a file has at most %llu bytes here", path, (unsigned long long)max);
	return st ? pl_diag_set(&o->diag, st, "\"%s\" cannot be taken in: %s", path, pl_status_text(st)) : PL_OK;
}

static pl_status add(struct pl_cli_opened *o, struct pl_attach_taken *t, pl_str note)
{
	pl_status st = pl_attach_scan(o->j.inst, t, &o->diag);

	if (!st)
		st = pl_attach_keep(o->j.inst, t, 1, (pl_str){0}, pl_time_now() / PL_SECOND + KEPT_FOR, &o->diag);
	if (st)
		return st;
	st = pl_attach_add(o->j.inst, o->r, o->number, &operator, t, note, &o->diag);
	if (st)
		pl_attach_drop(o->j.inst, t, 1);
	return st;
}

int pl_cli_case_attach(struct pl_cli *cli)
{
	const char *note = pl_cli_get(cli, "note");
	struct pl_attach_taken t = {.fd = -1};
	struct pl_cli_opened o = {0};
	pl_status st;
	int code;

	if (note && (strlen(note) > NOTE_MAX || !pl_str_is_utf8(pl_str_from(note))))
		return pl_cli_usage(cli, "--note is a text of at most %u bytes", NOTE_MAX);
	if (!pl_cli_opened_open(&o, cli, &code))
		return code;
	st = take_in(&o, cli->argv[2], PL_ATTACH_BYTES_MAX, &t);
	if (!st)
		st = add(&o, &t, note ? pl_str_from(note) : (pl_str){0});
	if (!st)
		(void)printf("added: %s, %s, %s\n", t.file.name, pl_attach_kind(&t.file).ptr, pl_attach_verdict_words[t.file.verdict]);
	pl_attach_taken_done(&t);
	code = st ? pl_cli_opened_fail(&o, st) : PL_EXIT_OK;
	pl_cli_opened_close(&o);
	return code;
}

/* ---- giving some to the sender ---- */

static pl_status take_enclosed(struct pl_cli_opened *o, const struct pl_talk_limits *limits, char *const *paths, size_t n, struct pl_attach_taken *t)
{
	pl_status st = n > limits->files ? pl_diag_set(&o->diag, PL_E_TOOBIG, "an answer brings at most %u files ([answers] files)", limits->files) : PL_OK;

	for (size_t i = 0; i < n && !st; i++) {
		st = take_in(o, paths[i], limits->bytes, &t[i]);
		if (!st)
			st = pl_attach_scan(o->j.inst, &t[i], &o->diag);
		if (!st)
			st = pl_talk_file_check(limits, &t[i], &o->diag);
	}
	return st;
}

static pl_status give(struct pl_cli_opened *o, const struct pl_talk_said *words, const struct pl_attach_taken *t, size_t n)
{
	struct pl_attach_file list[PL_ATTACH_FILES_MAX];
	const struct pl_talk_said said = {.text = words->text, .looked = words->looked, .files = list, .n_files = n};
	pl_status st = pl_attach_keep(o->j.inst, t, n, (pl_str){0}, pl_time_now() / PL_SECOND + KEPT_FOR, &o->diag);

	if (st)
		return st;
	for (size_t i = 0; i < n; i++)
		list[i] = t[i].file;
	st = pl_talk_answer(o->j.inst, o->r, o->number, &operator, &said, &o->diag);
	pl_wipe(list, sizeof list);
	if (st)
		pl_attach_drop(o->j.inst, t, n);
	return st;
}

pl_status pl_cli_case_answer(struct pl_cli_opened *o, const struct pl_talk_said *words, char *const *paths, size_t n)
{
	struct pl_attach_taken t[PL_ATTACH_FILES_MAX];
	struct pl_talk_limits limits;
	pl_status st = pl_talk_limits(o->j.inst, &limits, &o->diag);

	for (size_t i = 0; i < PL_ATTACH_FILES_MAX; i++)
		t[i] = (struct pl_attach_taken){.fd = -1};
	if (!st)
		st = take_enclosed(o, &limits, paths, n, t);
	if (!st)
		st = give(o, words, t, n);
	for (size_t i = 0; i < n; i++)
		pl_attach_taken_done(&t[i]);
	return st;
}
