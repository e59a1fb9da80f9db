/* SPDX-License-Identifier: Apache-2.0 */
/* web/portal_static: what is handed out as it is: assets, proofs, checkpoint and tiles, bodies, robots.txt. */
#include "web/portal_internal.h"
#include "web/asset.h"
#include "web/offline.h"
#include "base/file.h"
#include "log/tile.h"
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

pl_status pl_portal_asset(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	pl_str path = pl_http_request_path(req);

	(void)ctx;
	for (size_t i = 0; i < pl_asset_count; i++) {
		const struct pl_asset *a = &pl_assets[i];

		if (!pl_str_eq(path, pl_str_from(a->path)))
			continue;
		pl_http_reply_static(reply, a->type, pl_bytes_of(a->data, a->len));
		pl_http_reply_cache(reply, PL_HTTP_IMMUTABLE);
		pl_http_reply_etag(reply, pl_str_of(a->digest, 32));
		/* The one-file copy is for taking away: opened here it would run under our name. */
		if (strcmp(a->name, PL_OFFLINE_NAME) == 0)
			pl_http_reply_header(reply, "Content-Disposition", PL_STR("attachment; filename=\"" PL_OFFLINE_NAME "\""));
		return PL_OK;
	}
	return PL_E_NOTFOUND;
}

pl_status pl_portal_proof(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	return pl_proofs_answer(((struct pl_portal *)ctx)->proofs, req, reply);
}

pl_status pl_portal_checkpoint(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	const struct pl_portal *p = ctx;

	(void)req;
	pl_http_reply_cache(reply, PL_HTTP_SHORT);
	/* Anybody may read the log from any site's script: it is public, and no cookie goes with it. */
	pl_http_reply_header(reply, "Access-Control-Allow-Origin", PL_STR("*"));
	return pl_http_reply_beneath(reply, "text/plain; charset=utf-8", p->public_dir, PL_STR("checkpoint"));
}

pl_status pl_portal_tile(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	const struct pl_portal *p = ctx;
	pl_str path = pl_str_sub(pl_http_request_path(req), 1, PL_ROUTE_PATH_MAX);
	struct pl_tile tile;

	/* One spelling per tile, so that caches hold each once. */
	if (pl_tile_parse(path, &tile))
		return PL_E_NOTFOUND;
	pl_http_reply_cache(reply, PL_HTTP_IMMUTABLE);
	pl_http_reply_header(reply, "Access-Control-Allow-Origin", PL_STR("*"));
	return pl_http_reply_beneath(reply, "application/octet-stream", p->public_dir, path);
}

pl_status pl_portal_robots(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	(void)ctx;
	(void)req;
	pl_http_reply_cache(reply, PL_HTTP_MINUTE);
	pl_http_reply_text(reply, 200, "text/plain; charset=utf-8",
		PL_STR("User-agent: *\nDisallow: /desk\nDisallow: /search\nDisallow: /body/\nDisallow: /tile/\n"));
	return PL_OK;
}

/* ---- bodies ---- */

void pl_view_safe_name(pl_str name, char *out, size_t size)
{
	size_t n = name.len < size - 1 ? name.len : size - 1;

	for (size_t i = 0; i < n; i++) {
		char c = name.ptr[i];
		bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
			(c == '.' && i > 0);

		out[i] = good ? c : '_';
	}
	out[n] = '\0';
}

static void offer_body(struct pl_http_request *req, struct pl_http_reply *reply, const struct pl_digest *digest)
{
	char name[128], text[192], hex[2 * PL_DIGEST_LEN + 1];
	pl_str wanted;

	pl_digest_hex(digest, hex);
	if (pl_http_request_query(req, "name", &wanted) || wanted.len == 0)
		wanted = pl_str_of(hex, 2 * PL_DIGEST_LEN);
	pl_view_safe_name(wanted, name, sizeof name);
	(void)snprintf(text, sizeof text, "attachment; filename=\"%s\"", name);
	pl_http_reply_header(reply, "Content-Disposition", pl_str_from(text));
	pl_http_reply_etag(reply, pl_str_of(hex, 2 * PL_DIGEST_LEN));
	/* Bytes under their digest never change, but they may be withheld tomorrow. */
	pl_http_reply_cache(reply, PL_HTTP_MINUTE);
}

/* Copy the body into a file without a name, checked as a whole, and send that: nobody gets bytes that turn out wrong at the
 * end. The file is gone when its descriptor is closed. */
static pl_status spool(struct pl_portal *p, struct pl_instance *inst, const struct pl_digest *digest, int *ret_fd)
{
	int fd PL_CLEANUP(pl_file_close) = openat(p->spool_dir, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	pl_status st;

	if (fd < 0)
		return PL_E_IO;
	st = pl_blob_get_fd(pl_instance_blobs(inst), digest, fd);
	if (st)
		return st;
	*ret_fd = fd;
	fd = -1;
	return PL_OK;
}

pl_status pl_portal_body(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	struct pl_query_body body;
	struct pl_digest digest;
	int fd PL_CLEANUP(pl_file_close) = -1;
	pl_status st;

	if (pl_hex_read(pl_http_request_capture(req, "digest"), digest.b, sizeof digest.b))
		return PL_E_NOTFOUND;
	st = pl_view_begin(&w, ctx, req, reply, PL_NAV_NONE);
	/* Only what a statement names is handed out; what is withheld is not, whether the bytes are there or not. */
	if (!st)
		st = pl_query_body(w.inst, &digest, w.arena, &body);
	if (!st && body.state != PL_BODY_PRESENT)
		st = PL_E_NOTFOUND;
	if (!st)
		st = spool(ctx, w.inst, &digest, &fd);
	if (st)
		return st;
	offer_body(req, reply, &digest);
	return pl_http_reply_file(reply, "application/octet-stream", &fd);
}
