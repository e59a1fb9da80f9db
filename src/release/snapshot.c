/* SPDX-License-Identifier: Apache-2.0 */
#include "release/snapshot.h"
#include "base/file.h"
#include "base/time.h"
#include "release/archive.h"
#include "release/blobsource.h"
#include "release/repository.h"
#include <stdlib.h>

#define PATHS_MAX ((size_t)256 << 20)
#define TARGET_MAX 4095u
#define FLUSH_AT ((size_t)256 * 1024)

struct item {
	pl_str path;
	git_oid oid;
	enum pl_archive_kind kind;
	uint64_t size;
};

struct pl_snapshot {
	struct pl_repository *repo;
	git_commit *commit;
	struct pl_snapshot_info info;
	struct pl_arena paths;
	struct item *items;
	size_t nitems, cap;
	uint64_t bytes;
};

/* ---- reading the tree ---- */

static pl_status add_item(struct pl_snapshot *s, pl_str path, const git_tree_entry *entry, enum pl_archive_kind kind,
	struct pl_diag *diag)
{
	struct item item = {.kind = kind, .oid = *git_tree_entry_id(entry)};
	pl_status st;

	if (s->nitems == PL_SNAPSHOT_FILES_MAX)
		return pl_diag_set(diag, PL_E_TOOBIG, "the commit has more than %u files", PL_SNAPSHOT_FILES_MAX);
	if (s->nitems == s->cap) {
		size_t cap = s->cap ? 2 * s->cap : 1024;
		struct item *more = pl_try_realloc(s->items, cap, sizeof *more);

		if (!more)
			return PL_E_NOMEM;
		s->items = more;
		s->cap = cap;
	}
	st = pl_blobsource_size(s->repo, &item.oid, &item.size, diag);
	if (st == PL_OK)
		st = pl_arena_dup(&s->paths, path, &item.path);
	if (st != PL_OK) {
		pl_diag_context(diag, "file \"%.*s\"", PL_STR_ARG(path));
		return st;
	}
	if (item.size > PL_SNAPSHOT_FILE_MAX || (kind == PL_ARCHIVE_LINK && (!item.size || item.size > TARGET_MAX)))
		return pl_diag_set(diag, PL_E_TOOBIG, "\"%.*s\" has an absurd size", PL_STR_ARG(path));
	s->bytes += item.size;
	s->items[s->nitems++] = item;
	return PL_OK;
}

static pl_status walk(struct pl_snapshot *s, const git_oid *oid, struct pl_buf *path, unsigned depth,
	struct pl_diag *diag);

static pl_status walk_entry(struct pl_snapshot *s, const git_tree_entry *entry, struct pl_buf *path, unsigned depth,
	struct pl_diag *diag)
{
	switch (git_tree_entry_filemode(entry)) {
	case GIT_FILEMODE_TREE:
		return walk(s, git_tree_entry_id(entry), path, depth + 1, diag);
	case GIT_FILEMODE_BLOB:
		return add_item(s, pl_buf_str(path), entry, PL_ARCHIVE_FILE, diag);
	case GIT_FILEMODE_BLOB_EXECUTABLE:
		return add_item(s, pl_buf_str(path), entry, PL_ARCHIVE_EXEC, diag);
	case GIT_FILEMODE_LINK:
		return add_item(s, pl_buf_str(path), entry, PL_ARCHIVE_LINK, diag);
	case GIT_FILEMODE_COMMIT:
		pl_diag_hint(diag, "keep a copy of its files in the tree (git subtree) so that the commit names them");
		return pl_diag_set(diag, PL_E_UNSUPPORTED,
			"\"%.*s\" is a submodule: its files are not part of this commit", PL_STR_ARG(pl_buf_str(path)));
	case GIT_FILEMODE_UNREADABLE:
	default:
		return pl_diag_set(diag, PL_E_CORRUPT, "\"%.*s\" has a mode that git does not write",
			PL_STR_ARG(pl_buf_str(path)));
	}
}

static pl_status walk(struct pl_snapshot *s, const git_oid *oid, struct pl_buf *path, unsigned depth,
	struct pl_diag *diag)
{
	git_tree *tree = NULL;
	size_t base = path->len, count;
	pl_status st = PL_OK;

	if (depth > PL_SNAPSHOT_DEPTH_MAX)
		return pl_diag_set(diag, PL_E_TOOBIG, "directories are nested deeper than %u", PL_SNAPSHOT_DEPTH_MAX);
	st = pl_repository_tree(s->repo, oid, &tree, diag);
	count = st == PL_OK ? git_tree_entrycount(tree) : 0;
	for (size_t i = 0; i < count && st == PL_OK; i++) {
		const git_tree_entry *entry = git_tree_entry_byindex(tree, i);

		if (base)
			pl_buf_put_c(path, '/');
		pl_buf_put_z(path, git_tree_entry_name(entry));
		if (pl_buf_status(path) != PL_OK || pl_str_find(pl_str_from(git_tree_entry_name(entry)), '/') !=
			strlen(git_tree_entry_name(entry)) || !pl_archive_path_ok(pl_buf_str(path)))
			st = pl_diag_set(diag, PL_E_UNSUPPORTED, "the commit holds a path that cannot be unpacked safely: \"%.*s\"",
				PL_STR_ARG(pl_buf_str(path)));
		else
			st = walk_entry(s, entry, path, depth, diag);
		pl_buf_truncate(path, base);
	}
	git_tree_free(tree);
	return st;
}

static int by_path(const void *a, const void *b)
{
	return pl_str_cmp(((const struct item *)a)->path, ((const struct item *)b)->path);
}

static pl_status read_tree(struct pl_snapshot *s, struct pl_diag *diag)
{
	struct pl_buf path PL_CLEANUP(pl_buf_done) = PL_BUF(PL_SNAPSHOT_PATH_MAX + 1);
	pl_status st = walk(s, git_commit_tree_id(s->commit), &path, 0, diag);

	if (st != PL_OK)
		return st;
	if (s->nitems)
		qsort(s->items, s->nitems, sizeof *s->items, by_path);
	for (size_t i = 1; i < s->nitems; i++)
		if (pl_str_eq(s->items[i - 1].path, s->items[i].path))
			return pl_diag_set(diag, PL_E_CORRUPT, "the commit holds \"%.*s\" twice", PL_STR_ARG(s->items[i].path));
	return PL_OK;
}

static pl_status read_info(struct pl_snapshot *s, struct pl_diag *diag)
{
	git_time_t when = git_commit_time(s->commit);

	if (when < 0 || when > INT64_C(8589934591))
		return pl_diag_set(diag, PL_E_RANGE, "the commit's time is before 1970 or after 2242");
	s->info.time = (uint64_t)when;
	git_oid_tostr(s->info.commit, sizeof s->info.commit, git_commit_id(s->commit));
	git_oid_tostr(s->info.tree, sizeof s->info.tree, git_commit_tree_id(s->commit));
	return pl_repository_state(s->repo, git_commit_id(s->commit), &s->info, diag);
}

pl_status pl_snapshot_open(const char *path, const char *rev, struct pl_snapshot **ret, struct pl_diag *diag)
{
	struct pl_snapshot *s PL_CLEANUP(pl_snapshot_closep) = PL_NEW(struct pl_snapshot);
	pl_status st;

	s->paths.max = PATHS_MAX;
	st = pl_repository_open(path, &s->repo, diag);
	if (st == PL_OK)
		st = pl_repository_commit(s->repo, rev, &s->commit, diag);
	if (st == PL_OK)
		st = read_info(s, diag);
	if (st == PL_OK)
		st = read_tree(s, diag);
	if (st != PL_OK)
		return st;
	*ret = s;
	s = NULL;
	return PL_OK;
}

void pl_snapshot_close(struct pl_snapshot *s)
{
	if (!s)
		return;
	if (s->commit) /* libgit2 may be missing */
		git_commit_free(s->commit);
	pl_repository_close(s->repo);
	pl_arena_done(&s->paths);
	pl_free(s->items);
	pl_free(s);
}

void pl_snapshot_closep(struct pl_snapshot **s)
{
	pl_snapshot_close(*s);
	*s = NULL;
}

const struct pl_snapshot_info *pl_snapshot_info(const struct pl_snapshot *s)
{
	return &s->info;
}

/* ---- writing ---- */

/* A file that is hashed while it is written. */
struct output {
	int fd;
	struct pl_sha256 *hash;
	struct pl_buf buf;
	uint64_t size;
};

struct writer {
	struct pl_snapshot *s;
	struct output manifest, archive;
	struct pl_sha256 *file; /* of the present file */
	pl_snapshot_progress progress;
	void *progress_ctx;
	uint64_t done;
};

static pl_status output_flush(struct output *o)
{
	pl_status st = pl_buf_status(&o->buf);

	if (st == PL_OK)
		st = pl_file_write(o->fd, o->buf.ptr, o->buf.len);
	if (st != PL_OK)
		return st;
	pl_sha256_update(o->hash, pl_buf_bytes(&o->buf));
	o->size += o->buf.len;
	pl_buf_clear(&o->buf);
	return PL_OK;
}

static pl_status take_piece(void *ctx, pl_bytes piece)
{
	struct writer *w = ctx;
	pl_status st = PL_OK;

	pl_sha256_update(w->file, piece);
	w->done += piece.len;
	while (piece.len && st == PL_OK) {
		size_t n = piece.len < FLUSH_AT ? piece.len : FLUSH_AT;

		pl_buf_put(&w->archive.buf, piece.ptr, n);
		piece = pl_bytes_of(piece.ptr + n, piece.len - n);
		if (w->archive.buf.len >= FLUSH_AT)
			st = output_flush(&w->archive);
	}
	if (w->progress)
		w->progress(w->progress_ctx, w->done, w->s->bytes);
	return st;
}

/* A path in the manifest: control bytes, '\' and, unless the whole is UTF-8, everything beyond ASCII become \xHH. */
static void put_path(struct pl_buf *out, pl_str path)
{
	bool utf8 = pl_str_is_utf8(path);

	for (size_t i = 0; i < path.len; i++) {
		uint8_t c = (uint8_t)path.ptr[i];

		if (c < 0x20 || c == 0x7f || c == '\\' || (c >= 0x80 && !utf8)) {
			pl_buf_put_z(out, "\\x");
			pl_hex_put(out, pl_bytes_of(&c, 1));
		} else {
			pl_buf_put_c(out, (char)c);
		}
	}
}

static void put_manifest_head(struct pl_buf *out, const struct pl_snapshot *s)
{
	pl_buf_put_z(out, "pellucid-manifest-v1\ncommit ");
	pl_buf_put_z(out, s->info.commit);
	pl_buf_put_z(out, "\ntree ");
	pl_buf_put_z(out, s->info.tree);
	pl_buf_put_z(out, "\ntime ");
	pl_time_put(out, s->info.time * PL_SECOND);
	pl_buf_put_z(out, "\nfiles ");
	pl_buf_put_u64(out, s->nitems);
	pl_buf_put_z(out, "\nbytes ");
	pl_buf_put_u64(out, s->bytes);
	pl_buf_put_z(out, "\n\n");
}

static pl_status put_manifest_line(struct writer *w, const struct item *item)
{
	static const char *const modes[] = {[PL_ARCHIVE_FILE] = "100644 ", [PL_ARCHIVE_EXEC] = "100755 ",
		[PL_ARCHIVE_LINK] = "120000 "};
	struct pl_buf *out = &w->manifest.buf;
	struct pl_digest d;

	pl_sha256_final(w->file, &d);
	pl_buf_put_z(out, modes[item->kind]);
	pl_buf_put_u64(out, item->size);
	pl_buf_put_c(out, ' ');
	pl_hex_put(out, pl_digest_bytes(&d));
	pl_buf_put_c(out, ' ');
	put_path(out, item->path);
	pl_buf_put_c(out, '\n');
	return out->len >= FLUSH_AT ? output_flush(&w->manifest) : PL_OK;
}

static pl_status write_link(struct writer *w, const struct item *item, struct pl_diag *diag)
{
	struct pl_archive_entry e = {.kind = PL_ARCHIVE_LINK, .path = item->path};
	struct pl_buf target PL_CLEANUP(pl_buf_done) = PL_BUF(TARGET_MAX + 1);
	pl_status st = pl_blobsource_bytes(w->s->repo, &item->oid, &target, diag);

	if (st != PL_OK)
		return st;
	e.target = pl_buf_str(&target);
	if (pl_str_find(e.target, '\0') != e.target.len)
		return pl_diag_set(diag, PL_E_UNSUPPORTED, "the symbolic link \"%.*s\" has a NUL in its target",
			PL_STR_ARG(item->path));
	pl_sha256_update(w->file, pl_buf_bytes(&target));
	w->done += target.len;
	pl_archive_put_entry(&w->archive.buf, &e, w->s->info.time);
	return PL_OK;
}

static pl_status write_file(struct writer *w, const struct item *item, struct pl_diag *diag)
{
	struct pl_archive_entry e = {.kind = item->kind, .path = item->path, .size = item->size};
	pl_status st;

	pl_archive_put_entry(&w->archive.buf, &e, w->s->info.time);
	st = pl_blobsource_stream(w->s->repo, &item->oid, item->size, take_piece, w, diag);
	if (st == PL_OK)
		pl_archive_put_padding(&w->archive.buf, item->size);
	else
		pl_diag_context(diag, "file \"%.*s\"", PL_STR_ARG(item->path));
	return st;
}

static pl_status write_all(struct writer *w, struct pl_diag *diag)
{
	struct pl_snapshot *s = w->s;
	pl_status st = PL_OK;

	put_manifest_head(&w->manifest.buf, s);
	pl_archive_put_start(&w->archive.buf, pl_str_from(s->info.commit), s->info.time);
	for (size_t i = 0; i < s->nitems && st == PL_OK; i++) {
		const struct item *item = &s->items[i];

		st = item->kind == PL_ARCHIVE_LINK ? write_link(w, item, diag) : write_file(w, item, diag);
		if (st == PL_OK)
			st = put_manifest_line(w, item);
		if (st == PL_OK && w->archive.buf.len >= FLUSH_AT)
			st = output_flush(&w->archive);
	}
	if (st != PL_OK)
		return st;
	pl_archive_put_end(&w->archive.buf);
	st = output_flush(&w->archive);
	return st == PL_OK ? output_flush(&w->manifest) : st;
}

pl_status pl_snapshot_write(struct pl_snapshot *s, int manifest_fd, int archive_fd, pl_snapshot_progress progress,
	void *progress_ctx, struct pl_snapshot_result *ret, struct pl_diag *diag)
{
	struct writer w = {.s = s, .progress = progress, .progress_ctx = progress_ctx,
		.manifest = {.fd = manifest_fd, .buf = PL_BUF(4 * FLUSH_AT), .hash = pl_sha256_new()},
		.archive = {.fd = archive_fd, .buf = PL_BUF(4 * FLUSH_AT), .hash = pl_sha256_new()}, .file = pl_sha256_new()};
	pl_status st = write_all(&w, diag);

	if (st == PL_OK) {
		*ret = (struct pl_snapshot_result){.manifest_size = w.manifest.size, .archive_size = w.archive.size,
			.files = s->nitems, .bytes = s->bytes};
		pl_sha256_final(w.manifest.hash, &ret->manifest);
		pl_sha256_final(w.archive.hash, &ret->archive);
	}
	pl_buf_done(&w.manifest.buf);
	pl_buf_done(&w.archive.buf);
	pl_sha256_free(w.manifest.hash);
	pl_sha256_free(w.archive.hash);
	pl_sha256_free(w.file);
	return st;
}
