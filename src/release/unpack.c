/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading the canonical archive. The rule that keeps this short: whatever was read is encoded again by the writer, and the
 * bytes must be the same. So the fields may be read without distrust of their spelling; a second spelling cannot pass.
 */
#include "base/file.h"
#include "release/archive.h"
#include "release/snapshot.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCK 512u
#define PIECE ((size_t)256 * 1024)
#define EXTENDED_MAX (2 * PL_SNAPSHOT_PATH_MAX + 1024)
#define LINKS_MAX ((size_t)64 << 20)

struct unpacker {
	int fd, dir;
	const struct pl_archive_limits *limits;
	struct pl_diag *diag;
	uint64_t at, files, bytes, mtime;
	struct pl_buf raw;      /* header blocks of the present entry, as read */
	struct pl_buf records;  /* its extended records */
	struct pl_buf path, target, last;
	struct pl_buf parent;   /* path of @parent_fd below dir */
	struct pl_buf links;    /* "path\0target\0" of all symbolic links, made at the end */
	int parent_fd;
	uint8_t *piece;
};

static void unpacker_done(struct unpacker *u)
{
	pl_buf_done(&u->raw);
	pl_buf_done(&u->records);
	pl_buf_done(&u->path);
	pl_buf_done(&u->target);
	pl_buf_done(&u->last);
	pl_buf_done(&u->parent);
	pl_buf_done(&u->links);
	pl_file_close(&u->parent_fd);
	pl_free(u->piece);
}

static pl_status refuse(struct unpacker *u, const char *what)
{
	return pl_diag_set(u->diag, PL_E_SYNTAX, "not a canonical archive: %s before offset %llu", what,
		(unsigned long long)u->at);
}

static pl_status read_exact(struct unpacker *u, void *out, size_t len)
{
	size_t got;
	pl_status st = pl_file_pread(u->fd, out, len, u->at, &got);

	if (st != PL_OK)
		return st;
	u->at += got;
	return got == len ? PL_OK : refuse(u, "it ends");
}

static pl_status read_raw(struct unpacker *u, size_t len)
{
	uint8_t *at = pl_buf_reserve(&u->raw, len);
	pl_status st = at ? read_exact(u, at, len) : PL_E_TOOBIG;

	if (st == PL_OK)
		pl_buf_commit(&u->raw, len);
	return st;
}

static bool is_zero(const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i])
			return false;
	return true;
}

static uint64_t octal(const uint8_t *p, size_t digits)
{
	uint64_t v = 0;

	for (size_t i = 0; i < digits; i++)
		v = v << 3 | (p[i] & 7u);
	return v;
}

static pl_str field(const uint8_t *p, size_t max)
{
	return pl_str_of((const char *)p, strnlen((const char *)p, max));
}

static bool same_as(const struct unpacker *u, const struct pl_buf *again)
{
	return pl_buf_status(again) == PL_OK && pl_bytes_eq(pl_buf_bytes(&u->raw), pl_buf_bytes(again));
}

/* Read the extended header whose first block is in raw, and its records. */
static pl_status read_extended(struct unpacker *u)
{
	uint64_t size = octal(u->raw.ptr + 124, 11);
	size_t from = u->raw.len;
	pl_status st;

	if (!size || size > EXTENDED_MAX)
		return refuse(u, "an extended header of absurd size");
	st = read_raw(u, (size_t)(size + BLOCK - 1) / BLOCK * BLOCK);
	if (st != PL_OK)
		return st;
	pl_buf_clear(&u->records);
	pl_buf_put(&u->records, u->raw.ptr + from, (size_t)size);
	return pl_buf_status(&u->records);
}

/* The value of @key among the records, "" if absent. Lengths are not believed; the comparison of bytes judges them. */
static pl_str record(const struct unpacker *u, pl_str key)
{
	pl_str rest = pl_buf_str(&u->records), length;
	uint64_t n;

	while (rest.len) {
		pl_str whole = rest, value;

		if (!pl_str_take_until(&rest, ' ', &length) || pl_str_to_u64(length, whole.len, &n) != PL_OK ||
			n < length.len + 2)
			break;
		value = pl_str_sub(whole, length.len + 1, (size_t)n - length.len - 2);
		rest = pl_str_sub(whole, (size_t)n, whole.len);
		if (pl_str_eat(&value, key))
			return value;
	}
	return (pl_str){0};
}

static bool is_commit(pl_str s)
{
	uint8_t id[32];

	return pl_hex_read(s, id, 20) == PL_OK || pl_hex_read(s, id, 32) == PL_OK;
}

static pl_status read_start(struct unpacker *u)
{
	struct pl_buf again PL_CLEANUP(pl_buf_done) = PL_BUF(4 * BLOCK);
	pl_status st = read_raw(u, BLOCK);

	if (st == PL_OK && u->raw.ptr[156] != 'g')
		return refuse(u, "no global header");
	if (st == PL_OK)
		st = read_extended(u);
	if (st != PL_OK)
		return st;
	if (!is_commit(record(u, PL_STR("comment="))))
		return refuse(u, "a comment that names no commit");
	u->mtime = octal(u->raw.ptr + 136, 11);
	pl_archive_put_start(&again, record(u, PL_STR("comment=")), u->mtime);
	return same_as(u, &again) ? PL_OK : refuse(u, "a global header in another spelling");
}

/* Gather path, target and size from header @h and the records into @ret (borrowing from the unpacker's buffers). */
static pl_status gather(struct unpacker *u, const uint8_t *h, struct pl_archive_entry *ret)
{
	pl_str path = record(u, PL_STR("path=")), target = record(u, PL_STR("linkpath="));
	pl_str size = record(u, PL_STR("size="));
	struct pl_archive_entry e = {.kind = h[156] == '2' ? PL_ARCHIVE_LINK :
		octal(h + 100, 7) == 0755 ? PL_ARCHIVE_EXEC : PL_ARCHIVE_FILE};

	pl_buf_clear(&u->path);
	pl_buf_clear(&u->target);
	if (!path.len && h[345]) {
		pl_buf_put_str(&u->path, field(h + 345, 155));
		pl_buf_put_c(&u->path, '/');
	}
	pl_buf_put_str(&u->path, path.len ? path : field(h, 100));
	pl_buf_put_str(&u->target, target.len ? target : field(h + 157, 100));
	if (pl_buf_status(&u->path) != PL_OK || pl_buf_status(&u->target) != PL_OK)
		return refuse(u, "a path that is too long");
	e.size = octal(h + 124, 11);
	if (size.len && pl_str_to_u64(size, PL_SNAPSHOT_FILE_MAX, &e.size) != PL_OK)
		return refuse(u, "a size out of range");
	e.path = pl_buf_str(&u->path);
	e.target = pl_buf_str(&u->target);
	*ret = e;
	return PL_OK;
}

/* Read the header(s) of the next entry; PL_E_NOTFOUND at the archive's proper end. */
static pl_status read_entry(struct unpacker *u, struct pl_archive_entry *ret)
{
	struct pl_buf again PL_CLEANUP(pl_buf_done) = PL_BUF(EXTENDED_MAX + 4 * BLOCK);
	pl_status st;
	size_t h = 0;

	pl_buf_clear(&u->raw);
	pl_buf_clear(&u->records);
	st = read_raw(u, BLOCK);
	if (st == PL_OK && is_zero(u->raw.ptr, BLOCK)) {
		st = read_raw(u, BLOCK);
		if (st == PL_OK && !is_zero(u->raw.ptr, 2 * (size_t)BLOCK))
			return refuse(u, "something behind the end");
		return st == PL_OK ? PL_E_NOTFOUND : st;
	}
	if (st == PL_OK && u->raw.ptr[156] == 'x') {
		st = read_extended(u);
		h = u->raw.len;
		if (st == PL_OK)
			st = read_raw(u, BLOCK);
	}
	if (st == PL_OK)
		st = gather(u, u->raw.ptr + h, ret);
	if (st != PL_OK)
		return st;
	pl_archive_put_entry(&again, ret, u->mtime);
	return same_as(u, &again) ? PL_OK : refuse(u, "a header in another spelling");
}

static pl_status check_entry(struct unpacker *u, const struct pl_archive_entry *e)
{
	if (!pl_archive_path_ok(e->path))
		return refuse(u, "a path that cannot be unpacked safely");
	if (u->files && pl_str_cmp(pl_buf_str(&u->last), e->path) >= 0)
		return refuse(u, "a path out of order");
	if (e->kind == PL_ARCHIVE_LINK && (!e->target.len || e->size || pl_str_find(e->target, '\0') != e->target.len))
		return refuse(u, "a symbolic link without a target");
	if (e->kind != PL_ARCHIVE_LINK && e->target.len)
		return refuse(u, "a file with a link target");
	if (u->files >= u->limits->files || e->size > u->limits->bytes - u->bytes)
		return pl_diag_set(u->diag, PL_E_TOOBIG, "the archive has more than %llu files or %llu bytes",
			(unsigned long long)u->limits->files, (unsigned long long)u->limits->bytes);
	u->files++;
	u->bytes += e->size;
	pl_buf_clear(&u->last);
	pl_buf_put_str(&u->last, e->path);
	return pl_buf_status(&u->last);
}

/* One directory down from *@fd, made if it is not there; *@fd is replaced. */
static pl_status descend(struct unpacker *u, int *fd, pl_str name)
{
	char z[256];
	int down = -1;
	pl_status st = pl_str_z(name, z, sizeof z);

	if (st != PL_OK)
		return st;
	if (mkdirat(*fd, z, 0755) == 0) {
		if (fchmodat(*fd, z, 0755, 0) || (u->limits->owner &&
			fchownat(*fd, z, u->limits->owner, u->limits->owner, AT_SYMLINK_NOFOLLOW)))
			return pl_status_from_errno(errno);
	} else if (errno != EEXIST) {
		return pl_status_from_errno(errno);
	}
	st = pl_file_open(*fd, z, O_RDONLY | O_DIRECTORY, 0, &down);
	if (st != PL_OK)
		return pl_diag_set(u->diag, PL_E_SYNTAX, "the archive uses \"%s\" as a directory and as something else", z);
	pl_file_close(fd);
	*fd = down;
	return PL_OK;
}

/* Make parent_fd the directory that holds @path; @ret_name is the last component. */
static pl_status enter_parent(struct unpacker *u, pl_str path, char ret_name[static 256])
{
	size_t cut = path.len;
	pl_str parent, rest;
	pl_status st;

	while (cut > 0 && path.ptr[cut - 1] != '/')
		cut--;
	st = pl_str_z(pl_str_sub(path, cut, path.len), ret_name, 256);
	parent = pl_str_sub(path, 0, cut);
	if (st != PL_OK || (u->parent_fd >= 0 && pl_str_eq(parent, pl_buf_str(&u->parent))))
		return st;
	pl_file_close(&u->parent_fd);
	u->parent_fd = fcntl(u->dir, F_DUPFD_CLOEXEC, 3);
	if (u->parent_fd < 0)
		return pl_status_from_errno(errno);
	for (rest = parent; rest.len && st == PL_OK;) {
		pl_str name;

		(void)pl_str_take_until(&rest, '/', &name);
		st = descend(u, &u->parent_fd, name);
	}
	pl_buf_clear(&u->parent);
	pl_buf_put_str(&u->parent, parent);
	if (st != PL_OK)
		pl_file_close(&u->parent_fd);
	return st;
}

static pl_status copy_data(struct unpacker *u, int out, uint64_t size)
{
	uint8_t padding[BLOCK];
	size_t pad = (size_t)(-size & (BLOCK - 1));
	uint64_t left = size;
	pl_status st = PL_OK;

	while (left && st == PL_OK) {
		size_t n = left < PIECE ? (size_t)left : PIECE;

		st = read_exact(u, u->piece, n);
		if (st == PL_OK)
			st = pl_file_write(out, u->piece, n);
		left -= n;
	}
	if (st == PL_OK && pad)
		st = read_exact(u, padding, pad);
	return st == PL_OK && pad && !is_zero(padding, pad) ? refuse(u, "padding that is not zero") : st;
}

static pl_status unpack_file(struct unpacker *u, const struct pl_archive_entry *e)
{
	const struct timespec times[2] = {{.tv_sec = (time_t)u->mtime}, {.tv_sec = (time_t)u->mtime}};
	int fd PL_CLEANUP(pl_file_close) = -1;
	char name[256];
	pl_status st = enter_parent(u, e->path, name);

	if (st == PL_OK)
		st = pl_file_open(u->parent_fd, name, O_WRONLY | O_CREAT | O_EXCL, 0600, &fd);
	if (st == PL_OK)
		st = copy_data(u, fd, e->size);
	if (st != PL_OK)
		return st;
	if (u->limits->owner && fchown(fd, u->limits->owner, u->limits->owner))
		return pl_status_from_errno(errno);
	if (fchmod(fd, e->kind == PL_ARCHIVE_EXEC ? 0755 : 0644) || futimens(fd, times))
		return pl_status_from_errno(errno);
	return PL_OK;
}

static pl_status make_links(struct unpacker *u)
{
	pl_str rest = pl_buf_str(&u->links), path, target;
	pl_status st = PL_OK;

	while (st == PL_OK && pl_str_take_until(&rest, '\0', &path) && pl_str_take_until(&rest, '\0', &target)) {
		char name[256];

		st = enter_parent(u, path, name);
		if (st == PL_OK && symlinkat(target.ptr, u->parent_fd, name))
			st = pl_status_from_errno(errno);
		if (st == PL_OK && u->limits->owner &&
			fchownat(u->parent_fd, name, u->limits->owner, u->limits->owner, AT_SYMLINK_NOFOLLOW))
			st = pl_status_from_errno(errno);
	}
	return st;
}

static pl_status unpack_entries(struct unpacker *u)
{
	struct pl_archive_entry e;
	uint64_t end;
	pl_status st = read_start(u);

	while (st == PL_OK && (st = read_entry(u, &e)) == PL_OK) {
		st = check_entry(u, &e);
		if (st == PL_OK && e.kind != PL_ARCHIVE_LINK) {
			st = unpack_file(u, &e);
		} else if (st == PL_OK) {
			pl_buf_put_str(&u->links, e.path);
			pl_buf_put_c(&u->links, '\0');
			pl_buf_put_str(&u->links, e.target);
			pl_buf_put_c(&u->links, '\0');
			st = pl_buf_status(&u->links);
		}
	}
	if (st != PL_E_NOTFOUND)
		return st;
	st = pl_file_size(u->fd, &end);
	if (st == PL_OK && end != u->at)
		return refuse(u, "something behind the end");
	return st == PL_OK ? make_links(u) : st;
}

pl_status pl_archive_unpack(int fd, int dir, const struct pl_archive_limits *limits, uint64_t *ret_mtime,
	struct pl_diag *diag)
{
	struct unpacker u = {.fd = fd, .dir = dir, .limits = limits, .diag = diag, .parent_fd = -1,
		.raw = PL_BUF(EXTENDED_MAX + 4 * BLOCK), .records = PL_BUF(EXTENDED_MAX), .path = PL_BUF(PL_SNAPSHOT_PATH_MAX),
		.target = PL_BUF(PL_SNAPSHOT_PATH_MAX), .last = PL_BUF(PL_SNAPSHOT_PATH_MAX),
		.parent = PL_BUF(PL_SNAPSHOT_PATH_MAX), .links = PL_BUF(LINKS_MAX)};
	pl_status st;

	u.piece = pl_alloc(1, PIECE);
	st = unpack_entries(&u);
	if (st == PL_OK && ret_mtime)
		*ret_mtime = u.mtime;
	unpacker_done(&u);
	return st;
}
