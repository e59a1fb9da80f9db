/* SPDX-License-Identifier: Apache-2.0 */
/* A form with files from anybody: read the same in one piece and byte by byte; a name and what a file is, too. */
#include "fuzz.h"
#include "base/clamd.h"
#include "register/casework/filetype.h"
#include "web/multipart.h"

#define ROOM ((size_t)1 << 20)

static pl_status begin(void *ctx, const struct pl_multipart_part *p)
{
	struct pl_buf clean PL_CLEANUP(pl_buf_done) = PL_BUF(256);

	FUZZ_HOLDS(p->name.len && p->name.len <= PL_MULTIPART_NAME_MAX && pl_str_is_utf8(p->name));
	pl_filetype_name(p->filename, &clean);
	FUZZ_HOLDS(!pl_buf_status(&clean) && clean.len && clean.len <= PL_FILETYPE_NAME_MAX && pl_str_is_utf8(pl_buf_str(&clean)));
	for (size_t i = 0; i < clean.len; i++)
		FUZZ_HOLDS(clean.ptr[i] >= ' ' && !strchr("/\\\"\x7f", clean.ptr[i]));
	FUZZ_HOLDS(clean.ptr[0] != '.' && clean.ptr[0] != ' ');
	pl_buf_put_c(ctx, '<');
	pl_buf_put_str(ctx, p->name);
	pl_buf_put_c(ctx, p->is_file ? '|' : '>');
	pl_buf_put_str(ctx, p->filename);
	return PL_OK;
}

static pl_status data(void *ctx, pl_bytes piece)
{
	FUZZ_HOLDS(piece.len > 0);
	pl_buf_put_bytes(ctx, piece);
	return pl_buf_status(ctx);
}

static pl_status end(void *ctx)
{
	pl_buf_put_c(ctx, ';');
	return PL_OK;
}

static const struct pl_multipart_sink sink = {begin, data, end};

static pl_status read_it(pl_str type, pl_bytes body, size_t step, struct pl_buf *out)
{
	struct pl_multipart *m PL_CLEANUP(pl_multipart_freep) = NULL;
	pl_status st = pl_multipart_new(type, &sink, out, &m);

	for (size_t i = 0; i < body.len && !st; i += step)
		st = pl_multipart_feed(m, pl_bytes_of(body.ptr + i, body.len - i < step ? body.len - i : step));
	return st ? st : pl_multipart_end(m);
}

static void a_file(pl_bytes bytes)
{
	struct pl_filetype_look whole = {0}, parts = {0};

	pl_filetype_feed(&whole, bytes);
	for (size_t i = 0; i < bytes.len; i++)
		pl_filetype_feed(&parts, pl_bytes_of(bytes.ptr + i, 1));
	FUZZ_HOLDS(pl_filetype_end(&whole) == pl_filetype_end(&parts));
	if (pl_filetype_end(&whole) & PL_FILETYPE_TEXT)
		FUZZ_HOLDS(pl_str_is_utf8(pl_bytes_str(bytes)));
}

/* The first line is the type of the body. */
int LLVMFuzzerTestOneInput(const uint8_t *in, size_t size)
{
	struct pl_buf one PL_CLEANUP(pl_buf_done) = PL_BUF(ROOM), two PL_CLEANUP(pl_buf_done) = PL_BUF(ROOM);
	pl_str rest = pl_str_of((const char *)in, size), type;
	struct pl_clamd_answer answer;
	pl_status st;

	a_file(pl_bytes_of(in, size));
	if (pl_clamd_answer_read(rest, &answer) == PL_OK && answer.found)
		FUZZ_HOLDS(strlen(answer.name) < PL_CLAMD_NAME_MAX);
	if (!pl_str_take_line(&rest, &type))
		return 0;
	st = read_it(type, pl_str_bytes(rest), rest.len + 1, &one);
	FUZZ_HOLDS(read_it(type, pl_str_bytes(rest), 1, &two) == st);
	FUZZ_HOLDS(pl_bytes_eq(pl_buf_bytes(&one), pl_buf_bytes(&two)));
	return 0;
}
