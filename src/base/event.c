/* SPDX-License-Identifier: Apache-2.0 */
#include "base/event.h"
#include "base/buf.h"
#include <unistd.h>

static bool plain(pl_str s)
{
	if (s.len == 0)
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] <= ' ' || s.ptr[i] == '"' || s.ptr[i] == '=' || s.ptr[i] == '\\' || s.ptr[i] == 0x7f)
			return false;
	return true;
}

/* C0, DEL, and the second byte of a C1 control in UTF-8: a terminal would obey them. */
static bool is_control(uint8_t c, uint8_t before)
{
	return c < ' ' || c == 0x7f || (before == 0xc2 && c < 0xa0);
}

/* Quoted unless plain; control bytes become '?', so that one event is always one line. */
static void put_value(struct pl_buf *b, pl_str s)
{
	s = pl_str_sub(s, 0, 1024);
	if (plain(s)) {
		pl_buf_put_str(b, s);
		return;
	}
	pl_buf_put_c(b, '"');
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] == '"' || s.ptr[i] == '\\')
			pl_buf_put_c(b, '\\');
		pl_buf_put_c(b, is_control((uint8_t)s.ptr[i], i ? (uint8_t)s.ptr[i - 1] : 0) ? '?' : s.ptr[i]);
	}
	pl_buf_put_c(b, '"');
}

static void put_field(struct pl_buf *b, const struct pl_event_field *f)
{
	pl_buf_put_c(b, ' ');
	pl_buf_put_z(b, f->key);
	pl_buf_put_c(b, '=');
	switch (f->kind) {
	case PL_EVENT_Z:
		put_value(b, pl_str_from(f->z));
		break;
	case PL_EVENT_STR:
		put_value(b, f->str);
		break;
	case PL_EVENT_U64:
		pl_buf_put_u64(b, f->u64);
		break;
	case PL_EVENT_STATUS:
		pl_buf_put_z(b, pl_status_word(f->status));
		break;
	}
}

void pl_event_write(const char *name, const struct pl_event_field *fields, size_t count)
{
	struct pl_buf b = PL_BUF(16384);

	pl_buf_put_z(&b, "evt=");
	pl_buf_put_z(&b, name);
	for (size_t i = 0; i < count; i++)
		put_field(&b, &fields[i]);
	pl_buf_put_c(&b, '\n');
	if (!pl_buf_status(&b) && write(STDERR_FILENO, b.ptr, b.len) < 0)
		(void)0; /* nobody is left to tell */
	pl_buf_done(&b);
}
