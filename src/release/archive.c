/* SPDX-License-Identifier: Apache-2.0 */
#include "release/archive.h"
#include "release/snapshot.h"

#define BLOCK 512u
/* The fields of a ustar header that are used, POSIX.1-2001 pax, "ustar Interchange Format". */
enum { AT_NAME = 0, AT_MODE = 100, AT_UID = 108, AT_GID = 116, AT_SIZE = 124, AT_MTIME = 136, AT_SUM = 148,
	AT_TYPE = 156, AT_LINK = 157, AT_MAGIC = 257, AT_PREFIX = 345 };
enum { NAME_MAX_USTAR = 100, PREFIX_MAX_USTAR = 155 };

static void put_octal(uint8_t *at, size_t digits, uint64_t v)
{
	for (size_t i = digits; i-- > 0; v >>= 3)
		at[i] = (uint8_t)('0' + (v & 7));
}

static void fill(uint8_t h[static BLOCK], uint8_t type, unsigned mode, uint64_t size, uint64_t mtime)
{
	memset(h, 0, BLOCK);
	put_octal(h + AT_MODE, 7, mode);
	put_octal(h + AT_UID, 7, 0);
	put_octal(h + AT_GID, 7, 0);
	put_octal(h + AT_SIZE, 11, size);
	put_octal(h + AT_MTIME, 11, mtime);
	h[AT_TYPE] = type;
	memcpy(h + AT_MAGIC, "ustar\00000", 8);
}

static void put_header(struct pl_buf *out, uint8_t h[static BLOCK])
{
	unsigned sum = 0;

	memset(h + AT_SUM, ' ', 8);
	for (size_t i = 0; i < BLOCK; i++)
		sum += h[i];
	put_octal(h + AT_SUM, 6, sum);
	h[AT_SUM + 6] = '\0';
	pl_buf_put(out, h, BLOCK);
}

/* One pax record "<length> key=value\n"; the length counts itself. */
static void put_record(struct pl_buf *out, pl_str key, pl_str value)
{
	size_t rest = key.len + value.len + 3, digits = 1, limit = 10;

	while (rest + digits >= limit) {
		digits++;
		limit *= 10;
	}
	pl_buf_put_u64(out, rest + digits);
	pl_buf_put_c(out, ' ');
	pl_buf_put_str(out, key);
	pl_buf_put_c(out, '=');
	pl_buf_put_str(out, value);
	pl_buf_put_c(out, '\n');
}

static void put_extended(struct pl_buf *out, uint8_t type, const struct pl_buf *records, uint64_t mtime)
{
	uint8_t h[BLOCK];

	fill(h, type, 0644, records->len, mtime);
	memcpy(h, "pax", 3);
	put_header(out, h);
	pl_buf_put(out, records->ptr, records->len);
	pl_archive_put_padding(out, records->len);
}

void pl_archive_put_padding(struct pl_buf *out, uint64_t size)
{
	static const uint8_t zeros[BLOCK];

	pl_buf_put(out, zeros, (size_t)(-size & (BLOCK - 1)));
}

void pl_archive_put_end(struct pl_buf *out)
{
	static const uint8_t zeros[2 * BLOCK];

	pl_buf_put(out, zeros, sizeof zeros);
}

void pl_archive_put_start(struct pl_buf *out, pl_str commit, uint64_t mtime)
{
	struct pl_buf records PL_CLEANUP(pl_buf_done) = PL_BUF(256);

	put_record(&records, PL_STR("comment"), commit);
	put_extended(out, 'g', &records, mtime);
}

/* Fit @path into name and prefix, split at the first '/' from the left that makes the name short enough, so that there is
 * one way only. False if it does not fit. */
static bool split_name(pl_str path, pl_str *prefix, pl_str *name)
{
	if (path.len <= NAME_MAX_USTAR) {
		*prefix = (pl_str){0};
		*name = path;
		return true;
	}
	for (size_t i = path.len - NAME_MAX_USTAR - 1; i < path.len && i <= PREFIX_MAX_USTAR; i++) {
		if (path.ptr[i] == '/' && i > 0) {
			*prefix = pl_str_sub(path, 0, i);
			*name = pl_str_sub(path, i + 1, path.len);
			return name->len > 0;
		}
	}
	return false;
}

void pl_archive_put_entry(struct pl_buf *out, const struct pl_archive_entry *e, uint64_t mtime)
{
	static const unsigned modes[] = {[PL_ARCHIVE_FILE] = 0644, [PL_ARCHIVE_EXEC] = 0755, [PL_ARCHIVE_LINK] = 0777};
	struct pl_buf records PL_CLEANUP(pl_buf_done) = PL_BUF(2 * PL_SNAPSHOT_PATH_MAX + 256);
	pl_str prefix, name, target = e->target;
	uint64_t size = e->size;
	uint8_t h[BLOCK];

	if (target.len > NAME_MAX_USTAR) {
		put_record(&records, PL_STR("linkpath"), target);
		target.len = 0;
	}
	if (!split_name(e->path, &prefix, &name)) {
		put_record(&records, PL_STR("path"), e->path);
		prefix.len = name.len = 0;
	}
	if (size >> 33) {
		struct pl_buf number PL_CLEANUP(pl_buf_done) = PL_BUF(32);

		pl_buf_put_u64(&number, size);
		put_record(&records, PL_STR("size"), pl_buf_str(&number));
		size = 0;
	}
	if (records.len)
		put_extended(out, 'x', &records, mtime);
	fill(h, e->kind == PL_ARCHIVE_LINK ? '2' : '0', modes[e->kind], size, mtime);
	if (name.len)
		memcpy(h + AT_NAME, name.ptr, name.len);
	if (prefix.len)
		memcpy(h + AT_PREFIX, prefix.ptr, prefix.len);
	if (target.len)
		memcpy(h + AT_LINK, target.ptr, target.len);
	put_header(out, h);
}

/* git's own directory, in the spellings that some file system takes for it (case, trailing dots and spaces, NTFS). */
static bool is_dot_git(pl_str c)
{
	static const char want[] = ".git";

	if (c.len == 5 && (c.ptr[0] == 'g' || c.ptr[0] == 'G') && c.ptr[3] == '~' && c.ptr[4] == '1')
		return (c.ptr[1] | 0x20) == 'i' && (c.ptr[2] | 0x20) == 't';
	if (c.len < 4)
		return false;
	for (size_t i = 0; i < 4; i++)
		if ((c.ptr[i] | (want[i] == '.' ? 0 : 0x20)) != want[i])
			return false;
	for (size_t i = 4; i < c.len; i++)
		if (c.ptr[i] != '.' && c.ptr[i] != ' ')
			return false;
	return true;
}

bool pl_archive_path_ok(pl_str path)
{
	unsigned depth = 0;

	if (!path.len || path.len > PL_SNAPSHOT_PATH_MAX || path.ptr[path.len - 1] == '/')
		return false;
	while (path.len) {
		pl_str c = pl_str_sub(path, 0, pl_str_find(path, '/'));

		path = pl_str_sub(path, c.len + 1, path.len);
		if (!c.len || c.len > 255 || pl_str_eq(c, PL_STR(".")) || pl_str_eq(c, PL_STR("..")) || is_dot_git(c))
			return false;
		if (pl_str_find(c, '\0') != c.len || ++depth > PL_SNAPSHOT_DEPTH_MAX)
			return false;
	}
	return true;
}
