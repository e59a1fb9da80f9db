/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One cookie of a Cookie header: the first line is the name, the rest the header. What is found is a piece of the header, stands behind
 * "name=" at the beginning of a pair, and no pair before it has that name; what is put in front is found instead, behind it is not.
 */
#include "base/base.h"
#include "fuzz.h"
#include "web/http.h"

/* Does a pair of @header that begins before @end have the name? */
static bool named_before(pl_str header, pl_str name, size_t end)
{
	for (size_t at = 0; at < end;) {
		size_t pair = at;

		while (pair < header.len && (header.ptr[pair] == ' ' || header.ptr[pair] == '\t'))
			pair++;
		if (header.len - pair > name.len && memcmp(header.ptr + pair, name.ptr ? name.ptr : "", name.len) == 0 &&
			header.ptr[pair + name.len] == '=')
			return true;
		while (at < header.len && header.ptr[at] != ';')
			at++;
		at++;
	}
	return false;
}

static void look(pl_str header, pl_str name)
{
	pl_str value = pl_http_cookie(header, name);
	size_t at, pair;

	if (!value.ptr) {
		FUZZ_HOLDS(value.len == 0 && !named_before(header, name, header.len));
		return;
	}
	FUZZ_HOLDS(value.ptr >= header.ptr && value.ptr + value.len <= header.ptr + header.len);
	FUZZ_HOLDS(pl_str_find(value, ';') == value.len);
	FUZZ_HOLDS(!value.len || (value.ptr[value.len - 1] != ' ' && value.ptr[value.len - 1] != '\t'));
	at = (size_t)(value.ptr - header.ptr);
	/* Blanks between "=" and the value belong to no value that we make; they would stand in it. */
	FUZZ_HOLDS(at > name.len && header.ptr[at - 1] == '=' && memcmp(header.ptr + at - 1 - name.len, name.ptr, name.len) == 0);
	for (pair = at - 1 - name.len; pair > 0 && header.ptr[pair - 1] != ';'; pair--)
		FUZZ_HOLDS(header.ptr[pair - 1] == ' ' || header.ptr[pair - 1] == '\t');
	FUZZ_HOLDS(!named_before(header, name, pair));
}

/* With ours in front it is ours; behind, only if there was none. */
static void put_ours(pl_str header, pl_str name)
{
	struct pl_buf front = PL_BUF(200000), behind = PL_BUF(200000);
	pl_str before = pl_http_cookie(header, name), now;

	pl_buf_put_str(&front, name);
	pl_buf_put_z(&front, "=ours; ");
	pl_buf_put_str(&front, header);
	FUZZ_HOLDS(pl_str_eq(pl_http_cookie(pl_buf_str(&front), name), PL_STR("ours")));
	pl_buf_put_str(&behind, header);
	pl_buf_put_z(&behind, "; ");
	pl_buf_put_str(&behind, name);
	pl_buf_put_z(&behind, "=ours");
	now = pl_http_cookie(pl_buf_str(&behind), name);
	FUZZ_HOLDS(pl_str_eq(now, before.ptr ? before : PL_STR("ours")));
	pl_buf_done(&front);
	pl_buf_done(&behind);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	pl_str in = pl_bytes_str(pl_bytes_of(data, size));
	size_t n = pl_str_find(in, '\n');
	pl_str name = pl_str_sub(in, 0, n), header = pl_str_sub(in, n + 1, in.len);

	/* A name of ours: a token (RFC 9110 section 5.6.2) in its plain part. */
	for (size_t i = 0; i < name.len; i++)
		if (name.ptr[i] <= ' ' || name.ptr[i] >= 0x7f || strchr(";=,\"", name.ptr[i]))
			return 0;
	if (!name.len)
		return 0;
	look(header, name);
	put_ours(header, name);
	return 0;
}
