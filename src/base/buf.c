/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"
#include "base/mem.h"
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

void pl_buf_init(struct pl_buf *b, size_t max)
{
	*b = (struct pl_buf)PL_BUF(max);
}

void pl_buf_done(struct pl_buf *b)
{
	pl_free(b->ptr);
	*b = (struct pl_buf)PL_BUF(b->max);
}

void pl_buf_done_secret(struct pl_buf *b)
{
	if (b->ptr)
		pl_wipe(b->ptr, b->cap);
	pl_buf_done(b);
}

void pl_buf_clear(struct pl_buf *b)
{
	b->len = 0;
	b->status = PL_OK;
}

void pl_buf_truncate(struct pl_buf *b, size_t len)
{
	if (len < b->len)
		b->len = len;
}

void pl_buf_drop_front(struct pl_buf *b, size_t n)
{
	if (n > b->len)
		n = b->len;
	if (n && b->len > n)
		memmove(b->ptr, b->ptr + n, b->len - n);
	b->len -= n;
}

pl_status pl_buf_status(const struct pl_buf *b)
{
	return b->status;
}

/* One byte more than asked for is always kept, so that pl_buf_z() never grows the buffer. */
uint8_t *pl_buf_reserve(struct pl_buf *b, size_t n)
{
	size_t want, cap;
	uint8_t *p;

	if (b->status)
		return NULL;
	if (__builtin_add_overflow(b->len, n, &want) || want > b->max || want == SIZE_MAX) {
		b->status = PL_E_TOOBIG;
		return NULL;
	}
	if (want < b->cap)
		return b->ptr + b->len;
	cap = b->cap < 64 ? 64 : b->cap + b->cap / 2;
	if (cap <= want)
		cap = want + 1;
	p = pl_try_realloc(b->ptr, cap, 1);
	if (!p) {
		b->status = PL_E_NOMEM;
		return NULL;
	}
	b->ptr = p;
	b->cap = cap;
	return b->ptr + b->len;
}

void pl_buf_commit(struct pl_buf *b, size_t n)
{
	assert(b->status == PL_OK && n <= b->cap - b->len);
	b->len += n;
}

void pl_buf_put(struct pl_buf *b, const void *data, size_t len)
{
	uint8_t *p = len ? pl_buf_reserve(b, len) : NULL;

	if (!p)
		return;
	memcpy(p, data, len);
	b->len += len;
}

void pl_buf_put_bytes(struct pl_buf *b, pl_bytes s)
{
	pl_buf_put(b, s.ptr, s.len);
}

void pl_buf_put_str(struct pl_buf *b, pl_str s)
{
	pl_buf_put(b, s.ptr, s.len);
}

void pl_buf_put_z(struct pl_buf *b, const char *z)
{
	pl_buf_put_str(b, pl_str_from(z));
}

void pl_buf_put_c(struct pl_buf *b, char c)
{
	pl_buf_put(b, &c, 1);
}

void pl_buf_put_u64(struct pl_buf *b, uint64_t v)
{
	char digits[20];
	size_t at = sizeof digits;

	do {
		digits[--at] = (char)('0' + v % 10);
		v /= 10;
	} while (v);
	pl_buf_put(b, digits + at, sizeof digits - at);
}

void pl_buf_put_i64(struct pl_buf *b, int64_t v)
{
	if (v < 0)
		pl_buf_put_c(b, '-');
	pl_buf_put_u64(b, v < 0 ? UINT64_C(0) - (uint64_t)v : (uint64_t)v);
}

void pl_buf_put_u8(struct pl_buf *b, uint8_t v)
{
	pl_buf_put(b, &v, 1);
}

void pl_buf_put_be16(struct pl_buf *b, uint16_t v)
{
	uint8_t w[2] = {(uint8_t)(v >> 8), (uint8_t)v};

	pl_buf_put(b, w, sizeof w);
}

void pl_buf_put_be32(struct pl_buf *b, uint32_t v)
{
	pl_buf_put_be16(b, (uint16_t)(v >> 16));
	pl_buf_put_be16(b, (uint16_t)v);
}

void pl_buf_put_be64(struct pl_buf *b, uint64_t v)
{
	pl_buf_put_be32(b, (uint32_t)(v >> 32));
	pl_buf_put_be32(b, (uint32_t)v);
}

void pl_buf_printf(struct pl_buf *b, const char *fmt, ...)
{
	va_list ap;
	uint8_t *p;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n <= 0)
		return;
	p = pl_buf_reserve(b, (size_t)n);
	if (!p)
		return;
	va_start(ap, fmt);
	(void)vsnprintf((char *)p, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->len += (size_t)n;
}

const char *pl_buf_z(struct pl_buf *b)
{
	if (b->status || !pl_buf_reserve(b, 0))
		return NULL;
	b->ptr[b->len] = '\0';
	return (const char *)b->ptr;
}
