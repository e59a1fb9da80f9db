/* SPDX-License-Identifier: Apache-2.0 */
#include "register/person/stash.h"
#include "base/codec.h"
#include "base/file.h"
#include "base/random.h"
#include "crypto/secret.h"
#include <fcntl.h>
#include <sys/mman.h>

#define SEALED (PL_STASH_CHUNK + PL_SECRET_OVERHEAD)

pl_status pl_stash_open(const char *dir, struct pl_stash *ret)
{
	struct pl_stash s = {.fd = -1};
	pl_status st = pl_file_open(AT_FDCWD, dir, O_TMPFILE | O_RDWR, 0600, &s.fd);

	/* Not every file system has files without a name; then it is memory. */
	if (st) {
		s.fd = memfd_create("stash", MFD_CLOEXEC);
		if (s.fd < 0)
			return PL_E_IO;
	}
	pl_random(s.key, sizeof s.key);
	pl_buf_init(&s.plain, PL_STASH_CHUNK);
	if (!pl_buf_reserve(&s.plain, PL_STASH_CHUNK)) {
		pl_stash_done(&s);
		return PL_E_NOMEM;
	}
	*ret = s;
	return PL_OK;
}

static pl_status flush(struct pl_stash *s)
{
	struct pl_buf sealed PL_CLEANUP(pl_buf_done) = PL_BUF(SEALED + 64);
	uint8_t about[8];
	pl_status st;

	pl_be64_write(about, s->chunks);
	pl_secret_seal(s->key, pl_bytes_of(about, sizeof about), pl_buf_bytes(&s->plain), &sealed);
	st = pl_buf_status(&sealed);
	if (!st)
		st = pl_file_pwrite(s->fd, sealed.ptr, sealed.len, s->chunks * SEALED);
	s->chunks++;
	pl_buf_clear(&s->plain);
	return st;
}

pl_status pl_stash_put(struct pl_stash *s, pl_bytes data)
{
	pl_status st = PL_OK;

	while (data.len && !st) {
		size_t n = PL_STASH_CHUNK - s->plain.len;

		if (n > data.len)
			n = data.len;
		pl_buf_put(&s->plain, data.ptr, n);
		data.ptr += n;
		data.len -= n;
		if (s->plain.len == PL_STASH_CHUNK)
			st = flush(s);
	}
	return st;
}

pl_status pl_stash_take(struct pl_stash *s, pl_status (*sink)(void *ctx, pl_bytes piece), void *ctx)
{
	uint8_t *sealed = pl_alloc(1, SEALED), about[8];
	pl_status st = PL_OK;

	for (uint64_t i = 0; i < s->chunks && !st; i++) {
		struct pl_buf plain PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_STASH_CHUNK + 64);
		size_t got = 0;

		pl_be64_write(about, i);
		st = pl_file_pread(s->fd, sealed, SEALED, i * SEALED, &got);
		if (!st)
			st = got == SEALED ? pl_secret_open(s->key, pl_bytes_of(about, sizeof about), pl_bytes_of(sealed, got), &plain) : PL_E_CORRUPT;
		if (!st)
			st = sink(ctx, pl_buf_bytes(&plain));
	}
	pl_free(sealed);
	return st || !s->plain.len ? st : sink(ctx, pl_buf_bytes(&s->plain));
}

pl_status pl_stash_clear(struct pl_stash *s)
{
	s->chunks = 0;
	pl_buf_clear(&s->plain);
	return pl_file_truncate(s->fd, 0);
}

void pl_stash_done(struct pl_stash *s)
{
	pl_file_close(&s->fd);
	pl_buf_done_secret(&s->plain);
	pl_wipe(s->key, sizeof s->key);
}
