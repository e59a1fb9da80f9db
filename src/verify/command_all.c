/* SPDX-License-Identifier: Apache-2.0 */
/* verify/command_all: are these all releases of a product, and does each of these files belong to one? */
#include "base/mem.h"
#include "verify/command_internal.h"
#include "verify/releases.h"
#include <errno.h>
#include <fts.h>

#define FILES_MAX 65536u
#define NAMES_MAX ((size_t)32 << 20)

struct asked {
	const struct pl_verify_command *c;
	const struct pl_verify_releases *releases;
	struct pl_arena arena;
	struct pl_verify_asked *file;
	size_t n, room;
};

static void asked_done(struct asked *a)
{
	pl_free(a->file);
	pl_arena_done(&a->arena);
}

/* Room for one more. */
static pl_status grow(struct asked *a)
{
	struct pl_verify_asked *more;

	if (a->n < a->room)
		return PL_OK;
	if (a->n == FILES_MAX)
		return PL_E_TOOBIG;
	more = pl_try_realloc(a->file, a->room ? 2 * a->room : 64, sizeof *more);
	if (!more)
		return PL_E_NOMEM;
	a->file = more;
	a->room = a->room ? 2 * a->room : 64;
	return PL_OK;
}

static int add(struct asked *a, const char *path)
{
	struct pl_verify_asked f = {.name = PL_STR("standard input")};
	pl_status st = grow(a);

	if (st == PL_OK)
		st = pl_command_hash(path, &f.digest);
	if (st == PL_OK && strcmp(path, "-") != 0)
		st = pl_arena_dup(&a->arena, pl_str_from(path), &f.name);
	if (st != PL_OK)
		return pl_command_complain(a->c, PL_COMMAND_UNKNOWN, path, st, NULL);
	f.belongs = pl_verify_releases_of(a->releases, &f.digest);
	a->file[a->n++] = f;
	return PL_COMMAND_PROVED;
}

/* One thing that fts found. */
static int visit(struct asked *a, const FTSENT *e)
{
	struct pl_diag diag = {0};

	switch (e->fts_info) {
	case FTS_D:
	case FTS_DP:
		return PL_COMMAND_PROVED;
	case FTS_F:
		return add(a, e->fts_path);
	case FTS_DNR:
	case FTS_ERR:
	case FTS_NS:
		return pl_command_complain(a->c, PL_COMMAND_UNKNOWN, e->fts_path, pl_status_from_errno(e->fts_errno), NULL);
	default:
		(void)!pl_diag_set(&diag, PL_E_UNSUPPORTED, "neither a file nor a directory of files");
		return pl_command_complain(a->c, PL_COMMAND_UNKNOWN, e->fts_path, PL_E_UNSUPPORTED, &diag);
	}
}

static int in_order(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* A file, or a directory with all that is below it, in the order of names. */
static int walk(struct asked *a, char *path)
{
	char *const paths[] = {path, NULL};
	FTS *tree = fts_open(paths, FTS_LOGICAL | FTS_NOCHDIR, in_order);
	int code = PL_COMMAND_PROVED;

	if (!tree)
		return pl_command_complain(a->c, PL_COMMAND_UNKNOWN, path, pl_status_from_errno(errno), NULL);
	while (code == PL_COMMAND_PROVED) {
		const FTSENT *e;

		errno = 0;
		e = fts_read(tree);
		if (!e && errno != 0)
			code = pl_command_complain(a->c, PL_COMMAND_UNKNOWN, path, pl_status_from_errno(errno), NULL);
		if (!e)
			break;
		code = visit(a, e);
	}
	(void)fts_close(tree);
	return code;
}

static int report(const struct pl_verify_command *c, const struct asked *a)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(4 * (size_t)PL_BUNDLE_TEXT_MAX);
	bool good = a->releases->status == PL_OK;

	for (size_t i = 0; i < a->n; i++)
		good = good && a->file[i].belongs;
	if (!c->json)
		pl_verify_releases_text(a->releases, a->file, a->n, &c->style, &out);
	else if (pl_verify_releases_json(a->releases, a->file, a->n, &out) != PL_OK)
		return pl_command_complain(c, PL_COMMAND_UNKNOWN, "report", PL_E_INTERNAL, NULL);
	return pl_command_answer(c, &out, good ? PL_COMMAND_PROVED : PL_COMMAND_REFUSED);
}

int pl_verify_command_all(const struct pl_verify_command *c)
{
	struct pl_policy *policy PL_CLEANUP(pl_policy_freep) = NULL;
	struct pl_buf bundle PL_CLEANUP(pl_buf_done) = PL_BUF(PL_BUNDLE_TEXT_MAX);
	struct pl_verify_releases *r PL_CLEANUP(pl_verify_releases_freep) = NULL;
	struct asked a PL_CLEANUP(asked_done) = {.c = c, .arena = PL_ARENA(NAMES_MAX)};
	struct pl_diag diag = {0};
	pl_status st;
	int code = pl_command_load(c, &policy, &bundle);

	if (code != PL_COMMAND_PROVED)
		return code;
	st = pl_verify_releases(policy, pl_str_from(c->all_releases), pl_buf_str(&bundle), &r, &diag);
	if (st != PL_OK)
		return pl_command_refuse(c, pl_str_from(c->all_releases), NULL, st, &diag);
	a.releases = r;
	for (size_t i = 0; i < c->n_files && code == PL_COMMAND_PROVED; i++)
		code = strcmp(c->files[i], "-") == 0 ? add(&a, "-") : walk(&a, c->files[i]);
	return code == PL_COMMAND_PROVED ? report(c, &a) : code;
}
