/* SPDX-License-Identifier: Apache-2.0 */
#include "base/ulid.h"
#include "base/codec.h"
#include "base/random.h"
#include "base/time.h"
#include <pthread.h>

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/* Guards last: within one millisecond the random part is counted up, so order of making is order of sorting. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct pl_ulid last;

static void count_up(struct pl_ulid *u)
{
	for (size_t i = sizeof u->b; i-- > 0;)
		if (++u->b[i])
			return;
}

struct pl_ulid pl_ulid_new(void)
{
	uint64_t ms = pl_time_now() / PL_MILLISECOND;
	struct pl_ulid u;

	pl_be64_write(u.b, ms << 16);
	pl_random(u.b + 6, sizeof u.b - 6);
	(void)pthread_mutex_lock(&lock);
	if (ms <= pl_ulid_ms(&last)) {
		u = last;
		count_up(&u);
	}
	last = u;
	(void)pthread_mutex_unlock(&lock);
	return u;
}

uint64_t pl_ulid_ms(const struct pl_ulid *u)
{
	return pl_be64(u->b) >> 16;
}

void pl_ulid_write(const struct pl_ulid *u, char out[static PL_ULID_TEXT + 1])
{
	unsigned __int128 v = (unsigned __int128)pl_be64(u->b) << 64 | pl_be64(u->b + 8);

	for (size_t i = PL_ULID_TEXT; i-- > 0;) {
		out[i] = alphabet[(unsigned)(v & 31)];
		v >>= 5;
	}
	out[PL_ULID_TEXT] = '\0';
}

void pl_ulid_put(struct pl_buf *out, const struct pl_ulid *u)
{
	char text[PL_ULID_TEXT + 1];

	pl_ulid_write(u, text);
	pl_buf_put(out, text, PL_ULID_TEXT);
}

pl_status pl_ulid_parse(pl_str text, struct pl_ulid *ret)
{
	unsigned __int128 v = 0;

	if (text.len != PL_ULID_TEXT || text.ptr[0] > '7')
		return PL_E_SYNTAX;
	for (size_t i = 0; i < text.len; i++) {
		const char *p = text.ptr[i] ? strchr(alphabet, text.ptr[i]) : NULL;

		if (!p)
			return PL_E_SYNTAX;
		v = v << 5 | (unsigned)(p - alphabet);
	}
	pl_be64_write(ret->b, (uint64_t)(v >> 64));
	pl_be64_write(ret->b + 8, (uint64_t)v);
	return PL_OK;
}
