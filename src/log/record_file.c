/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The file: two slots of 4,096 bytes, of which the first SLOT_USED count (docs/formats/record-file.md). State number s
 * stands in slot s mod 2; the valid slot with the larger number is the present state. A torn write spoils only the slot
 * of a state that nobody was told of: before a slot is written over, the state in the other one is known to be on disk.
 */
#include "log/record_file.h"
#include "base/file.h"
#include "base/time.h"
#include "log/tree.h"
#include <fcntl.h>
#include <stdio.h>

#define MAGIC "PLREC01\n"
#define SLOT 4096u
#define SLOT_USED 128u
#define SUM_AT (SLOT_USED - PL_DIGEST_LEN)
#define LOCK_WAIT (10 * PL_SECOND)
/* Of numbers and epochs. No writer gets there; what lies beyond could wrap and put an old state before a newer one. */
#define COUNT_MAX ((uint64_t)INT64_MAX)

struct record_file {
	int dir, fd;
	bool sure; /* state number `durable` is on disk; of what else a read says, nothing is known */
	uint64_t durable;
	struct pl_digest origin;
	pl_str where;
	char path[4096], words[4096 + 16];
};

struct slot {
	uint64_t number;
	struct pl_log_state state;
};

static void slot_write(const struct record_file *r, const struct slot *s, uint8_t out[static SLOT_USED])
{
	struct pl_digest sum;

	memset(out, 0, SLOT_USED);
	memcpy(out, MAGIC, 8);
	pl_be64_write(out + 8, s->number);
	pl_be64_write(out + 16, s->state.size);
	pl_be64_write(out + 24, s->state.epoch);
	memcpy(out + 32, s->state.root.b, PL_DIGEST_LEN);
	/* Whose record it is; the rest of the slot is the checksum. */
	memcpy(out + 64, r->origin.b, PL_DIGEST_LEN);
	pl_sha256(pl_bytes_of(out, SUM_AT), &sum);
	memcpy(out + SUM_AT, sum.b, sizeof sum.b);
}

static bool slot_read(const uint8_t *p, struct slot *ret, struct pl_digest *ret_origin)
{
	struct pl_digest sum;

	pl_sha256(pl_bytes_of(p, SUM_AT), &sum);
	if (memcmp(p, MAGIC, 8) != 0 || memcmp(p + SUM_AT, sum.b, sizeof sum.b) != 0)
		return false;
	ret->number = pl_be64(p + 8);
	ret->state.size = pl_be64(p + 16);
	ret->state.epoch = pl_be64(p + 24);
	if (ret->number > COUNT_MAX || ret->state.epoch > COUNT_MAX || ret->state.size > PL_TREE_SIZE_MAX)
		return false;
	memcpy(ret->state.root.b, p + 32, PL_DIGEST_LEN);
	memcpy(ret_origin->b, p + 64, PL_DIGEST_LEN);
	return true;
}

static pl_status present(const struct record_file *r, struct slot *ret)
{
	uint8_t data[2 * SLOT];
	size_t len = 0;
	bool found = false;
	pl_status st;

	if (r->fd < 0)
		return PL_E_NOTFOUND;
	st = pl_file_pread(r->fd, data, sizeof data, 0, &len);
	if (st)
		return st;
	for (size_t i = 0; i < 2; i++) {
		struct pl_digest origin;
		struct slot s;

		if (len < i * SLOT + SLOT_USED || !slot_read(data + i * SLOT, &s, &origin))
			continue;
		if (!pl_digest_eq(&origin, &r->origin))
			return PL_E_CORRUPT;
		if (!found || s.number > ret->number)
			*ret = s;
		found = true;
	}
	return found ? PL_OK : PL_E_CORRUPT;
}

static pl_status store(struct record_file *r, const struct slot *s)
{
	uint8_t data[SLOT_USED];
	pl_status st;

	slot_write(r, s, data);
	st = pl_file_pwrite(r->fd, data, sizeof data, (s->number & 1) * SLOT);
	if (!st)
		st = pl_file_datasync(r->fd);
	if (!st) {
		r->sure = true;
		r->durable = s->number;
	}
	return st;
}

/* The state that was read may be in memory only, after a failed sync of ours or of another process. Its slot is written
 * again before anything is built on it: the other slot may hold the only state that a power cut would leave. */
static pl_status make_sure(struct record_file *r, const struct slot *s)
{
	return r->sure && r->durable == s->number ? PL_OK : store(r, s);
}

static pl_status load(void *ctx, struct pl_log_state *ret)
{
	struct record_file *r = ctx;
	struct slot s = {0};
	pl_status st = r->fd < 0 ? PL_E_NOTFOUND : pl_file_lock(r->fd, LOCK_WAIT);

	if (st)
		return st;
	st = present(r, &s);
	(void)pl_file_unlock(r->fd);
	if (!st)
		*ret = s.state;
	return st;
}

/* The whole file at once under its name, so that there is never a record without a state. */
static pl_status create(void *ctx, const struct pl_log_state *state)
{
	struct record_file *r = ctx;
	struct slot s = {.number = 0, .state = *state};
	uint8_t data[2 * SLOT] = {0};
	pl_status st;

	slot_write(r, &s, data);
	st = pl_file_put(r->dir, r->path, pl_bytes_of(data, sizeof data), 0600, PL_FILE_NEW);
	return st ? st : pl_file_open(r->dir, r->path, O_RDWR, 0, &r->fd);
}

/* Change the state under the lock: epoch + 1 if @old is NULL, else from @old to @fresh. */
static pl_status change(struct record_file *r, const struct pl_log_state *old, const struct pl_log_state *fresh,
	struct pl_log_state *ret)
{
	struct slot s = {0}, found;
	pl_status st = r->fd < 0 ? PL_E_NOTFOUND : pl_file_lock(r->fd, LOCK_WAIT);

	if (st)
		return st;
	st = present(r, &s);
	found = s;
	if (!st && !old) {
		s.state.epoch++;
	} else if (!st) {
		bool same = s.state.size == old->size && s.state.epoch == old->epoch && pl_digest_eq(&s.state.root, &old->root);

		if (!same || fresh->epoch != old->epoch || fresh->size < old->size)
			st = PL_E_CONFLICT;
		s.state = *fresh;
	}
	if (!st)
		st = make_sure(r, &found);
	s.number++;
	if (!st && (s.number > COUNT_MAX || s.state.epoch > COUNT_MAX || s.state.size > PL_TREE_SIZE_MAX))
		st = PL_E_RANGE;
	if (!st && (!old || fresh->size != old->size))
		st = store(r, &s);
	(void)pl_file_unlock(r->fd);
	if (!st && ret)
		*ret = s.state;
	return st;
}

static pl_status claim(void *ctx, struct pl_log_state *ret)
{
	return change(ctx, NULL, NULL, ret);
}

static pl_status swap(void *ctx, const struct pl_log_state *old, const struct pl_log_state *fresh,
	const struct pl_log_ack *acks, size_t n_acks)
{
	(void)acks;
	(void)n_acks;
	return change(ctx, old, fresh, NULL);
}

static pl_str where(void *ctx)
{
	return ((struct record_file *)ctx)->where;
}

static void close_record(void *ctx)
{
	struct record_file *r = ctx;

	pl_file_close(&r->fd);
	pl_file_close(&r->dir);
	pl_free(r);
}

static const struct pl_log_record_ops ops = {
	.load = load, .create = create, .claim = claim, .swap = swap, .where = where, .close = close_record,
};

pl_status pl_record_file_open(int dir, const char *path, pl_str origin, struct pl_log_record *ret, struct pl_diag *diag)
{
	struct record_file *r = PL_NEW(struct record_file);
	struct slot s = {0};
	pl_status st = pl_str_z(pl_str_from(path), r->path, sizeof r->path);

	r->fd = r->dir = -1;
	pl_sha256(pl_str_bytes(origin), &r->origin);
	(void)snprintf(r->words, sizeof r->words, "file %s", r->path);
	r->where = pl_str_from(r->words);
	if (!st)
		st = pl_file_open_dir(dir, ".", &r->dir);
	if (!st)
		st = pl_file_require_local_at(dir, path, diag);
	if (!st)
		st = pl_file_open(dir, path, O_RDWR, 0, &r->fd);
	if (st == PL_E_NOTFOUND && r->dir >= 0)
		st = PL_OK;
	if (!st && r->fd >= 0)
		st = present(r, &s);
	if (st) {
		close_record(r);
		return pl_diag_set(diag, st, st == PL_E_CORRUPT ? "%s is not this log's record, or both its copies are damaged" :
			"the record %s cannot be opened", path);
	}
	*ret = (struct pl_log_record){.ops = &ops, .ctx = r};
	return PL_OK;
}

pl_status pl_record_file_path(const char *dir, char *out, size_t size)
{
	size_t len = strlen(dir);
	int n;

	while (len > 1 && dir[len - 1] == '/')
		len--;
	n = snprintf(out, size, "%.*s.record", (int)len, dir);
	return n < 0 || (size_t)n >= size ? PL_E_TOOBIG : PL_OK;
}

void pl_log_record_close(struct pl_log_record *record)
{
	if (record->ops && record->ops->close)
		record->ops->close(record->ctx);
	*record = (struct pl_log_record){0};
}

bool pl_record_file_beside(const struct pl_log_record *record, int dir_fd)
{
	const struct record_file *r = record->ctx;
	bool same = false;

	if (record->ops != &ops || r->fd < 0)
		return false;
	return pl_file_same_device(r->fd, dir_fd, &same) == PL_OK && same;
}
