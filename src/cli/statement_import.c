/* SPDX-License-Identifier: Apache-2.0 */
/* `pellucid statement import FILE...`: what builders and rebuilders outside have signed. */
#include "base/file.h"
#include "base/time.h"
#include "cli/statement.h"
#include "crypto/digest_file.h"
#include "fact/import.h"
#include "fact/query.h"
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#define FILES_MAX 64u
#define BODY_FILES_MAX 4096u
#define BODY_MAX ((uint64_t)1 << 32)

struct job {
	struct pl_cli *cli;
	struct pl_instance *inst;
	size_t n;
	struct pl_import import[FILES_MAX];
	int bodies_fd; /* directory of --bodies; -1: none */
};

static void job_done(struct job *j)
{
	for (size_t i = 0; i < j->n; i++)
		pl_import_done(&j->import[i]);
	pl_file_close(&j->bodies_fd);
	pl_instance_close(j->inst);
}

/* ---- bodies ---- */

/* Is @name in the directory a regular file of that size and digest? The names mean nothing. */
static bool is_body(int dir, const char *name, const struct pl_body *body, int *ret_fd)
{
	int fd PL_CLEANUP(pl_file_close) = -1;
	struct pl_digest digest;
	struct stat info;

	if (pl_file_open(dir, name, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0, &fd) != PL_OK || fstat(fd, &info) != 0 ||
		!S_ISREG(info.st_mode) || (uint64_t)info.st_size != body->size || pl_digest_file(fd, &digest) != PL_OK ||
		!pl_digest_eq(&digest, &body->digest))
		return false;
	*ret_fd = fd;
	fd = -1;
	return true;
}

static pl_status find_body(const struct job *j, const struct pl_body *body, int *ret_fd)
{
	int own = j->bodies_fd < 0 ? -1 : openat(j->bodies_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = own < 0 ? NULL : fdopendir(own);
	const struct dirent *e;
	bool found = false;

	if (!dir) {
		pl_file_close(&own);
		return PL_E_NOTFOUND;
	}
	for (unsigned i = 0; !found && i < BODY_FILES_MAX && (e = readdir(dir)) != NULL; i++) // NOLINT(concurrency-mt-unsafe)
		found = is_body(j->bodies_fd, e->d_name, body, ret_fd);
	(void)closedir(dir);
	return found ? PL_OK : PL_E_NOTFOUND;
}

/* A body must come along, or be public already: naming it makes it public, and what lies in the store unnamed is nobody
 * else's to name. */
static pl_status take_body(const struct job *j, const struct pl_body *body, struct pl_diag *diag)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(1u << 20);
	int fd PL_CLEANUP(pl_file_close) = -1;
	char text[PL_DIGEST_TEXT + 1];
	struct pl_query_body known;
	struct pl_digest stored;
	pl_status st = find_body(j, body, &fd);

	pl_digest_text(&body->digest, text);
	if (st == PL_E_NOTFOUND && pl_query_body(j->inst, &body->digest, &arena, &known) == PL_OK &&
		known.state != PL_BODY_MISSING)
		return PL_OK;
	if (st == PL_E_NOTFOUND) {
		pl_diag_hint(diag, "say with --bodies DIR where the files lie that came with it");
		return pl_diag_set(diag, st, "the body %s (%.*s, %llu bytes) was not handed over", text,
			PL_STR_ARG(body->media_type), (unsigned long long)body->size);
	}
	st = pl_blob_put_fd(pl_instance_blobs(j->inst), fd, BODY_MAX, &stored, NULL);
	if (st == PL_OK && !pl_digest_eq(&stored, &body->digest))
		st = PL_E_CORRUPT;
	return st ? pl_diag_set(diag, st, "the body %s cannot be stored", text) : PL_OK;
}

/* ---- files ---- */

static pl_status judge(struct job *j, const char *path, struct pl_diag *diag)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_DSSE_MAX);
	struct pl_import *i = &j->import[j->n];
	pl_status st = pl_file_read(AT_FDCWD, path, &text);

	if (st)
		return pl_diag_set(diag, st, "cannot read %s", path);
	st = pl_import_judge(j->inst, pl_buf_bytes(&text), i, diag);
	if (st == PL_OK)
		j->n++;
	for (size_t k = 0; st == PL_OK && k < i->n_bodies; k++)
		st = take_body(j, &i->bodies[k], diag);
	if (st)
		pl_diag_context(diag, "%s", path);
	return st;
}

/* All of them are judged before the first is taken in. */
static pl_status take_in(struct job *j, uint64_t wait_ns, struct pl_diag *diag)
{
	struct pl_outbox_ref refs[FILES_MAX];
	size_t n = 0;
	pl_status st = PL_OK;

	for (int k = 0; k < j->cli->argc && st == PL_OK; k++)
		st = judge(j, j->cli->argv[k], diag);
	for (size_t k = 0; k < j->n && st == PL_OK; k++) {
		st = pl_import_submit(j->inst, &j->import[k], diag);
		if (!j->import[k].logged)
			refs[n++] = j->import[k].ref;
	}
	return st == PL_OK && n ? pl_instance_settle(j->inst, refs, n, PL_OUTBOX_PROJECTED, wait_ns, diag) : st;
}

/* ---- telling ---- */

static pl_status find_index(struct job *j, struct pl_import *i)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(1u << 20);
	struct pl_outbox_row row;
	pl_status st;

	if (i->logged)
		return PL_OK;
	st = pl_outbox_find(pl_instance_db(j->inst), &i->ref.entry, &arena, &row);
	i->index = row.index;
	return st;
}

static void json_one(struct pl_json *o, const struct pl_import *i, const char *file)
{
	char pae[PL_DIGEST_TEXT + 1];

	pl_digest_text(&i->statement->pae, pae);
	pl_json_set_z(o, "file", file);
	pl_json_set_u64(o, "index", i->index);
	pl_json_set_bool(o, "reused", i->logged || i->there);
	pl_json_set_str(o, "type", i->statement->type);
	pl_json_set_z(o, "pae", pae);
	if (i->logged || i->there)
		return;
	pl_json_set_str(o, "signer", i->signer);
	pl_json_set_str(o, "role", i->role);
}

static int tell(struct job *j)
{
	struct pl_json *root PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF((size_t)1 << 20);
	struct pl_json *list = pl_json_set_array(root, "statements");

	for (size_t k = 0; k < j->n; k++) {
		struct pl_import *i = &j->import[k];

		if (find_index(j, i) != PL_OK)
			return PL_EXIT_UNKNOWN;
		json_one(pl_json_push_object(list), i, j->cli->argv[k]);
		if (pl_cli_has(j->cli, "json"))
			continue;
		if (i->logged || i->there)
			pl_buf_printf(&out, "%s: %s, already there: entry %llu\n", j->cli->argv[k], i->row->title,
				(unsigned long long)i->index);
		else
			pl_buf_printf(&out, "%s: %s, signed by %.*s (%.*s), now entry %llu\n", j->cli->argv[k], i->row->title,
				PL_STR_ARG(i->signer), PL_STR_ARG(i->role), (unsigned long long)i->index);
	}
	if (pl_cli_has(j->cli, "json")) {
		if (pl_json_write(root, &out) != PL_OK)
			return PL_EXIT_UNKNOWN;
		pl_buf_put_c(&out, '\n');
	}
	return pl_cli_out(pl_buf_str(&out)) ? PL_EXIT_UNKNOWN : PL_EXIT_OK;
}

int pl_cli_statement_import(struct pl_cli *cli)
{
	struct job *j;
	const char *bodies = pl_cli_get(cli, "bodies");
	struct pl_diag diag = {0};
	uint64_t seconds;
	pl_status st = PL_OK;
	int code;

	if (cli->argc > (int)FILES_MAX)
		return pl_cli_usage(cli, "at most %u files at once", FILES_MAX);
	if (pl_cli_get_u64(cli, "wait", 60, 1, 86400, &seconds) != PL_OK)
		return PL_EXIT_USAGE;
	j = PL_NEW(struct job);
	j->cli = cli;
	j->bodies_fd = -1;
	if (!pl_cli_instance_open(cli, &j->inst, &code)) {
		pl_free(j);
		return code;
	}
	if (bodies && (st = pl_file_open_dir(AT_FDCWD, bodies, &j->bodies_fd)) != PL_OK)
		st = pl_diag_set(&diag, st, "cannot open the directory %s", bodies);
	if (st == PL_OK)
		st = take_in(j, seconds * PL_SECOND, &diag);
	code = st == PL_OK ? tell(j) : pl_cli_fail(cli, st, &diag);
	job_done(j);
	pl_free(j);
	return code;
}
