/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One file, in this order: the damaged one gets a second name below private/damaged/, durably; the right one is written
 * under another name, synced and renamed over the first; its directory is synced.
 */
#include "base/file.h"
#include "base/time.h"
#include "log/repair_impl.h"
#include <dirent.h>
#include <stdio.h>
#include <unistd.h>

#define KEPT_MAX (sizeof((struct pl_repair *)0)->kept_dir + PL_TILE_PATH_MAX)
/* A damaged file may be longer than any tile. */
#define DAMAGED_MAX ((size_t)2 * PL_TILE_BUNDLE_MAX)
#define SAME_SECOND_MAX 1000u

static pl_status parents(int dir, const char *path, mode_t mode)
{
	char parent[KEPT_MAX];
	const char *slash = strrchr(path, '/');
	pl_status st = pl_str_z(pl_str_of(path, (size_t)(slash - path)), parent, sizeof parent);

	return st ? st : pl_file_mkdirs(dir, parent, mode);
}

/* ---- keeping the damaged file ---- */

/* "damaged/<time>" that no run has used. */
static pl_status choose_dir(struct pl_repair *p)
{
	char time[21];

	if (p->kept_dir[0])
		return PL_OK;
	pl_time_write(pl_time_now(), time);
	for (unsigned i = 0; i < SAME_SECOND_MAX; i++) {
		char name[sizeof p->kept_dir];
		int fd PL_CLEANUP(pl_file_close) = -1;

		(void)snprintf(name, sizeof name, i ? "damaged/%s-%u" : "damaged/%s", time, i);
		if (pl_file_open_dir(p->private_dir, name, &fd) != PL_E_NOTFOUND)
			continue;
		(void)snprintf(p->kept_dir, sizeof p->kept_dir, "%s", name);
		return pl_file_mkdirs(p->private_dir, name, 0700);
	}
	return PL_E_EXISTS;
}

/* Where a second name is not possible (another file system), a copy. */
static pl_status keep_copy(struct pl_repair *p, const char *path, const char *kept)
{
	struct pl_buf data PL_CLEANUP(pl_buf_done) = PL_BUF(DAMAGED_MAX);
	pl_status st = pl_file_read(p->public_dir, path, &data);

	return st ? st : pl_file_put(p->private_dir, kept, pl_buf_bytes(&data), 0600, PL_FILE_NEW);
}

static pl_status keep(struct pl_repair *p, const char *path, char kept[static KEPT_MAX])
{
	pl_status st = choose_dir(p);

	if (!st) {
		(void)snprintf(kept, KEPT_MAX, "%s/%s", p->kept_dir, path);
		st = parents(p->private_dir, kept, 0700);
	}
	if (!st)
		st = pl_file_link(p->public_dir, path, p->private_dir, kept);
	if (st == PL_E_IO || st == PL_E_ACCESS) {
		pl_status copied = keep_copy(p, path, kept);

		/* Where the second name is there, what failed was to make it durable. */
		st = copied == PL_E_EXISTS ? st : copied;
	}
	if (st)
		pl_diag_hint(p->diag, "move it away by hand, out of public/, and repeat this command");
	return st ? pl_diag_set(p->diag, st, "the damaged public/%s cannot be kept in private/damaged", path) : PL_OK;
}

/* ---- the index ---- */

/* It may have been filled from a damaged tile. The writer makes it anew. */
static pl_status remove_index(struct pl_repair *p)
{
	int fd = -1;
	pl_status st = p->index_removed ? PL_E_NOTFOUND : pl_file_open_dir(p->private_dir, "index", &fd);
	DIR *d;

	p->index_removed = true;
	if (st)
		return st == PL_E_NOTFOUND ? PL_OK : st;
	d = fdopendir(fd);
	if (!d) {
		(void)close(fd);
		return PL_E_NOMEM;
	}
	for (struct dirent *e; !st && (e = readdir(d));) // NOLINT(concurrency-mt-unsafe): a stream of our own
		if (e->d_name[0] != '.')
			st = pl_file_unlink(dirfd(d), e->d_name);
	if (!st)
		st = pl_file_sync(dirfd(d));
	(void)closedir(d);
	return st ? pl_diag_set(p->diag, st, "private/index cannot be removed") : PL_OK;
}

/* ---- putting ---- */

static pl_status write_file(struct pl_repair *p, const char *path, pl_bytes data)
{
	pl_status st = pl_file_put(p->public_dir, path, data, 0644, PL_FILE_REPLACE);

	if (st == PL_E_NOTFOUND) {
		st = parents(p->public_dir, path, 0755);
		if (!st)
			st = pl_file_put(p->public_dir, path, data, 0644, PL_FILE_REPLACE);
	}
	return st ? pl_diag_set(p->diag, st, "public/%s cannot be written", path) : PL_OK;
}

pl_status pl_repair_put(struct pl_repair *p, const struct pl_tile *t, bool missing, pl_bytes data, unsigned sources)
{
	char path[PL_TILE_PATH_MAX], kept[KEPT_MAX] = "", shown[KEPT_MAX + sizeof "private/"] = "";
	pl_status st = PL_OK;

	pl_tile_write(t, path);
	if (t->level == 0)
		st = remove_index(p);
	if (!st && !missing)
		st = keep(p, path, kept);
	if (!st)
		st = write_file(p, path, data);
	if (st)
		return st;
	p->r->repaired++;
	if (kept[0])
		(void)snprintf(shown, sizeof shown, "private/%s", kept);
	if (p->o->found)
		p->o->found(p->o->ctx, &(const struct pl_log_repair_found){
			.path = path, .missing = missing, .repaired = true, .sources = sources, .kept = shown, .why = "",
		});
	return PL_OK;
}

void pl_repair_give_up(struct pl_repair *p, const struct pl_tile *t, bool missing)
{
	char path[PL_TILE_PATH_MAX];

	p->r->failed++;
	pl_tile_write(t, path);
	if (p->o->found)
		p->o->found(p->o->ctx, &(const struct pl_log_repair_found){.path = path, .missing = missing, .kept = "", .why = p->why});
}
