/* SPDX-License-Identifier: Apache-2.0 */
#include "web/upload.h"
#include "web/multipart.h"
#include <stdatomic.h>

struct upload {
	struct pl_upload_limits limits;
	struct pl_multipart *m; /* NULL: no form with files */
	struct pl_buf fields;
	size_t field_bytes;
	bool in_file, unnamed, skip;
	struct pl_attach_taking *taking;
	uint64_t held; /* of the sum of all */
	struct pl_attach_taken taken[PL_ATTACH_FILES_MAX];
	size_t n;
	bool any;
	enum pl_upload_trouble trouble;
	char name[PL_FILETYPE_NAME_MAX + 1];
};

static _Atomic uint64_t held_by_all;

/* ---- parts ---- */

/* From here on files are let pass: the first trouble is the one that is said. */
static void note_trouble(struct upload *u, enum pl_upload_trouble trouble)
{
	if (u->trouble == PL_UPLOAD_FINE)
		u->trouble = trouble;
	u->skip = true;
	pl_attach_taking_free(u->taking);
	u->taking = NULL;
}

static pl_status begin_file(struct upload *u, pl_str name)
{
	struct pl_buf clean PL_CLEANUP(pl_buf_done) = PL_BUF(PL_FILETYPE_NAME_MAX + 8);
	pl_status st;

	/* What a browser sends for an input in which nothing was chosen. */
	u->unnamed = name.len == 0;
	if (u->unnamed)
		return PL_OK;
	u->any = true;
	u->skip = u->trouble != PL_UPLOAD_FINE;
	if (u->skip)
		return PL_OK;
	pl_filetype_name(name, &clean);
	if (pl_str_z(pl_buf_str(&clean), u->name, sizeof u->name))
		return PL_E_INTERNAL;
	if (u->n == u->limits.files || u->n == PL_ATTACH_FILES_MAX) {
		note_trouble(u, PL_UPLOAD_MANY);
		return PL_OK;
	}
	st = pl_attach_begin(u->limits.spool, name, u->limits.bytes, &u->taking);
	if (st)
		note_trouble(u, PL_UPLOAD_FULL);
	return st == PL_E_NOSPACE || st == PL_E_IO ? PL_OK : st;
}

static pl_status begin_part(void *ctx, const struct pl_multipart_part *part)
{
	struct upload *u = ctx;

	u->in_file = part->is_file;
	u->skip = false;
	if (part->is_file)
		return pl_str_eq(part->name, PL_UPLOAD_INPUT) ? begin_file(u, part->filename) : PL_E_SYNTAX;
	if (u->fields.len)
		pl_buf_put_c(&u->fields, '&');
	pl_route_escape(&u->fields, part->name);
	pl_buf_put_c(&u->fields, '=');
	return pl_buf_status(&u->fields);
}

static pl_status take_file(struct upload *u, pl_bytes piece)
{
	pl_status st;

	if (u->unnamed)
		return PL_E_SYNTAX;
	if (u->skip)
		return PL_OK;
	u->held += piece.len;
	if (atomic_fetch_add(&held_by_all, piece.len) + piece.len > u->limits.all) {
		note_trouble(u, PL_UPLOAD_FULL);
		return PL_OK;
	}
	st = pl_attach_take(u->taking, piece);
	if (st)
		note_trouble(u, st == PL_E_TOOBIG ? PL_UPLOAD_LONG : PL_UPLOAD_FULL);
	return PL_OK;
}

static pl_status take_data(void *ctx, pl_bytes piece)
{
	struct upload *u = ctx;

	if (u->in_file)
		return take_file(u, piece);
	u->field_bytes += piece.len;
	if (u->field_bytes > PL_UPLOAD_FIELDS_MAX)
		return PL_E_TOOBIG;
	pl_route_escape(&u->fields, pl_bytes_str(piece));
	return pl_buf_status(&u->fields);
}

static pl_status end_part(void *ctx)
{
	struct upload *u = ctx;

	if (!u->in_file || u->unnamed || u->skip)
		return PL_OK;
	if (pl_attach_end(u->taking, &u->taken[u->n]))
		note_trouble(u, PL_UPLOAD_FULL);
	else
		u->n++;
	pl_attach_taking_free(u->taking);
	u->taking = NULL;
	return PL_OK;
}

static const struct pl_multipart_sink sink = {begin_part, take_data, end_part};

/* ---- the body ---- */

pl_status pl_upload_begin(struct pl_http_request *req, const struct pl_upload_limits *limits, void **ret_state)
{
	pl_str type = pl_http_request_header(req, "Content-Type");
	struct upload *u = PL_NEW(struct upload);
	pl_status st = PL_OK;

	u->limits = *limits;
	/* Three characters for a byte, and names. */
	pl_buf_init(&u->fields, (size_t)4 * PL_UPLOAD_FIELDS_MAX);
	for (size_t i = 0; i < PL_ATTACH_FILES_MAX; i++)
		u->taken[i].fd = -1;
	if (pl_multipart_is(type))
		st = pl_multipart_new(type, &sink, u, &u->m);
	if (st) {
		pl_upload_end(u);
		return st;
	}
	*ret_state = u;
	return PL_OK;
}

pl_status pl_upload_piece(void *state, pl_bytes data)
{
	struct upload *u = state;

	if (u->m)
		return pl_multipart_feed(u->m, data);
	if (data.len > PL_UPLOAD_FIELDS_MAX - u->fields.len)
		return PL_E_TOOBIG;
	pl_buf_put_bytes(&u->fields, data);
	return pl_buf_status(&u->fields);
}

void pl_upload_end(void *state)
{
	struct upload *u = state;

	pl_multipart_free(u->m);
	pl_attach_taking_free(u->taking);
	for (size_t i = 0; i < PL_ATTACH_FILES_MAX; i++)
		pl_attach_taken_done(&u->taken[i]);
	atomic_fetch_sub(&held_by_all, u->held);
	pl_buf_done_secret(&u->fields);
	pl_free(u);
}

/* ---- for handlers ---- */

pl_status pl_upload_whole(const struct pl_http_request *req)
{
	struct upload *u = pl_http_request_upload(req);

	return u && u->m ? pl_multipart_end(u->m) : PL_OK;
}

pl_str pl_upload_fields(const struct pl_http_request *req)
{
	struct upload *u = pl_http_request_upload(req);

	return u ? pl_buf_str(&u->fields) : pl_bytes_str(pl_http_request_body(req));
}

struct pl_upload_files pl_upload_taken(const struct pl_http_request *req)
{
	struct upload *u = pl_http_request_upload(req);

	return u ? (struct pl_upload_files){u->taken, u->n, u->any, u->trouble, u->name} : (struct pl_upload_files){0};
}
