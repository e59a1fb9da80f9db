/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The file is a row of groups: magic "PLHD", u32 count, u32 length, u32 CRC-32C of the entries and of what stands before
 * it, then the entries. Appending follows the rule of every file here: after a failure the end is cut to what is known
 * to be durable before anything else is written.
 */
#include "log/held.h"
#include "base/file.h"
#include "log/crc32c.h"
#include <fcntl.h>

#define NAME "held"
#define MAGIC "PLHD"
#define HEAD 16u
#define GROUP_MAX ((uint32_t)4 * 1024 * 1024)

struct pl_held {
	int dir, fd;
	uint64_t count, size; /* size: durable bytes */
	struct pl_buf scratch;
};

static uint32_t sum(const uint8_t *head, pl_bytes entries)
{
	return pl_crc32c(pl_crc32c(0, pl_bytes_of(head, 12)), entries);
}

/* Read the group at @at into the scratch buffer. PL_E_NOTFOUND at the end, PL_E_SYNTAX for a torn one. */
static pl_status read_group(struct pl_held *h, uint64_t at, uint32_t *ret_n)
{
	uint8_t head[HEAD];
	uint32_t len;
	size_t got;
	uint8_t *p;
	pl_status st = pl_file_pread(h->fd, head, sizeof head, at, &got);

	if (st)
		return st;
	if (got < sizeof head)
		return got == 0 ? PL_E_NOTFOUND : PL_E_SYNTAX;
	len = pl_be32(head + 8);
	if (memcmp(head, MAGIC, 4) != 0 || len > GROUP_MAX)
		return PL_E_SYNTAX;
	pl_buf_clear(&h->scratch);
	p = pl_buf_reserve(&h->scratch, len);
	if (!p)
		return pl_buf_status(&h->scratch);
	st = pl_file_pread(h->fd, p, len, at + HEAD, &got);
	if (st)
		return st;
	pl_buf_commit(&h->scratch, got);
	if (got < len || sum(head, pl_buf_bytes(&h->scratch)) != pl_be32(head + 12))
		return PL_E_SYNTAX;
	*ret_n = pl_be32(head + 4);
	return PL_OK;
}

pl_status pl_held_read(struct pl_held *h, pl_held_each each, void *ctx)
{
	pl_status st = PL_OK;

	for (uint64_t at = 0; !st && at < h->size;) {
		uint32_t n = 0;

		st = read_group(h, at, &n);
		if (!st)
			st = each(ctx, pl_buf_bytes(&h->scratch), n);
		at += HEAD + h->scratch.len;
	}
	return st;
}

/* What does not read as a group: the end of an append that was never acknowledged, or damage to one that was? Appending
 * is one group at a time, so behind a torn one there is nothing. */
static pl_status cut_torn_end(struct pl_held *h)
{
	uint8_t head[HEAD];
	uint64_t size = 0, whole = HEAD + GROUP_MAX;
	size_t got = 0;
	pl_status st = pl_file_size(h->fd, &size);

	if (!st)
		st = pl_file_pread(h->fd, head, sizeof head, h->size, &got);
	if (st)
		return st;
	if (got == sizeof head && memcmp(head, MAGIC, 4) == 0 && pl_be32(head + 8) <= GROUP_MAX)
		whole = HEAD + pl_be32(head + 8);
	return size - h->size > whole ? PL_E_CORRUPT : pl_file_truncate(h->fd, h->size);
}

static pl_status count_up(struct pl_held *h)
{
	for (;;) {
		uint32_t n = 0;
		pl_status st = read_group(h, h->size, &n);

		if (st == PL_E_NOTFOUND)
			return PL_OK;
		if (st == PL_E_SYNTAX)
			return cut_torn_end(h);
		if (st)
			return st;
		h->count += n;
		h->size += HEAD + h->scratch.len;
	}
}

pl_status pl_held_open(int dir, struct pl_held **ret)
{
	struct pl_held *h = PL_NEW(struct pl_held);
	pl_status st;

	h->dir = dir;
	h->fd = -1;
	pl_buf_init(&h->scratch, HEAD + GROUP_MAX);
	st = pl_file_open(dir, NAME, O_RDWR, 0, &h->fd);
	if (st == PL_E_NOTFOUND)
		st = PL_OK; /* made when it is needed */
	else if (!st)
		st = count_up(h);
	if (st) {
		pl_held_close(h);
		return st;
	}
	*ret = h;
	return PL_OK;
}

void pl_held_close(struct pl_held *h)
{
	if (!h)
		return;
	pl_file_close(&h->fd);
	pl_buf_done(&h->scratch);
	pl_free(h);
}

uint64_t pl_held_count(const struct pl_held *h)
{
	return h->count;
}

static pl_status make(struct pl_held *h)
{
	pl_status st = pl_file_open(h->dir, NAME, O_RDWR | O_CREAT, 0600, &h->fd);

	return st ? st : pl_file_sync_parent(h->dir, NAME);
}

pl_status pl_held_append(struct pl_held *h, pl_bytes entries, uint32_t n)
{
	uint8_t head[HEAD] = {0};
	pl_status st = h->fd < 0 ? make(h) : PL_OK;

	if (entries.len > GROUP_MAX || h->size + HEAD + entries.len > PL_HELD_BYTES_MAX)
		return PL_E_TOOBIG;
	memcpy(head, MAGIC, 4);
	pl_be32_write(head + 4, n);
	pl_be32_write(head + 8, (uint32_t)entries.len);
	pl_be32_write(head + 12, sum(head, entries));
	pl_buf_clear(&h->scratch);
	pl_buf_put(&h->scratch, head, sizeof head);
	pl_buf_put_bytes(&h->scratch, entries);
	if (!st)
		st = pl_buf_status(&h->scratch);
	if (!st)
		st = pl_file_pwrite(h->fd, h->scratch.ptr, h->scratch.len, h->size);
	if (!st)
		st = pl_file_datasync(h->fd);
	if (st) {
		if (h->fd >= 0)
			(void)pl_file_truncate(h->fd, h->size);
		return st;
	}
	h->size += h->scratch.len;
	h->count += n;
	return PL_OK;
}

pl_status pl_held_clear(struct pl_held *h)
{
	pl_status st = PL_OK;

	if (h->fd >= 0)
		st = pl_file_truncate(h->fd, 0);
	if (st)
		return st;
	/* The file is empty now for whoever reads it. If that is not on disk, a crash may bring the groups back: then they enter
	 * the log once more and find themselves there. */
	h->size = h->count = 0;
	return h->fd >= 0 ? pl_file_datasync(h->fd) : PL_OK;
}
