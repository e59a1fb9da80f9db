/* SPDX-License-Identifier: Apache-2.0 */
#include "web/http/internal.h"
#include "base/file.h"
#include "base/time.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

void pl_http_reply_init(struct pl_http_reply *reply, struct pl_arena *arena)
{
	*reply = (struct pl_http_reply){.arena = arena, .status = 200, .fd = -1};
}

static void drop_stream(struct pl_http_reply *reply)
{
	if (reply->stream.done)
		reply->stream.done(reply->stream.ctx);
	reply->stream = (struct pl_http_stream){0};
}

void pl_http_reply_done(struct pl_http_reply *reply)
{
	drop_stream(reply);
	pl_buf_done(&reply->owned);
	pl_file_close(&reply->fd);
	pl_http_reply_init(reply, reply->arena);
}

static void drop_content(struct pl_http_reply *reply)
{
	drop_stream(reply);
	pl_buf_done(&reply->owned);
	pl_file_close(&reply->fd);
	reply->content = PL_HTTP_EMPTY;
	reply->size = 0;
}

void pl_http_reply_status(struct pl_http_reply *reply, unsigned status)
{
	reply->status = status;
}

void pl_http_reply_cache(struct pl_http_reply *reply, enum pl_http_cache cache)
{
	reply->cache = cache;
}

void pl_http_reply_etag(struct pl_http_reply *reply, pl_str tag)
{
	for (size_t i = 0; i < tag.len; i++)
		if (tag.ptr[i] <= 0x20 || tag.ptr[i] >= 0x7f || tag.ptr[i] == '"')
			reply->broken = true;
	if (pl_str_z(tag, reply->etag, sizeof reply->etag))
		reply->broken = true;
}

void pl_http_reply_modified(struct pl_http_reply *reply, uint64_t time)
{
	reply->has_modified = true;
	reply->modified = time / PL_SECOND * PL_SECOND;
}

void pl_http_reply_header(struct pl_http_reply *reply, const char *name, pl_str value)
{
	pl_str copy;

	for (size_t i = 0; i < value.len; i++)
		if ((unsigned char)value.ptr[i] < 0x20 || value.ptr[i] == 0x7f)
			reply->broken = true;
	if (reply->broken || reply->header_count == PL_HTTP_REPLY_HEADERS_MAX || pl_arena_dup(reply->arena, value, &copy)) {
		reply->broken = true;
		return;
	}
	reply->headers[reply->header_count].name = name;
	reply->headers[reply->header_count++].value = copy.ptr;
}

void pl_http_reply_take(struct pl_http_reply *reply, const char *type, struct pl_buf *body)
{
	drop_content(reply);
	if (pl_buf_status(body)) {
		reply->broken = true;
		return;
	}
	reply->type = type;
	reply->content = PL_HTTP_OWNED;
	reply->owned = *body;
	reply->size = body->len;
	*body = (struct pl_buf)PL_BUF(body->max);
}

void pl_http_reply_static(struct pl_http_reply *reply, const char *type, pl_bytes body)
{
	drop_content(reply);
	reply->type = type;
	reply->content = PL_HTTP_STATIC;
	reply->fixed = body;
	reply->size = body.len;
}

void pl_http_reply_text(struct pl_http_reply *reply, unsigned status, const char *type, pl_str text)
{
	struct pl_buf b = PL_BUF(SIZE_MAX);

	pl_buf_put_str(&b, text);
	pl_http_reply_take(reply, type, &b);
	pl_buf_done(&b);
	reply->status = status;
}

/* A small file is read now: one system call less per request than sendfile, and the descriptor is free again. */
static pl_status read_small(struct pl_http_reply *reply, const char *type, int fd, size_t size)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_HTTP_FILE_IN_MEMORY + 1);
	uint8_t *at = pl_buf_reserve(&b, size + 1);
	size_t got;
	pl_status st;

	if (!at)
		return pl_buf_status(&b);
	st = pl_file_pread(fd, at, size, 0, &got);
	if (st)
		return st;
	pl_buf_commit(&b, got);
	pl_http_reply_take(reply, type, &b);
	return PL_OK;
}

pl_status pl_http_reply_file(struct pl_http_reply *reply, const char *type, int *fd)
{
	struct stat sb;
	pl_status st = PL_OK;
	int mine PL_CLEANUP(pl_file_close) = *fd;

	*fd = -1;
	if (fstat(mine, &sb) < 0)
		return PL_E_IO;
	if (!S_ISREG(sb.st_mode))
		return PL_E_NOTFOUND;
	drop_content(reply);
	if (sb.st_size <= (off_t)PL_HTTP_FILE_IN_MEMORY) {
		st = read_small(reply, type, mine, (size_t)sb.st_size);
	} else {
		reply->type = type;
		reply->content = PL_HTTP_FD;
		reply->fd = mine;
		reply->size = (uint64_t)sb.st_size;
		mine = -1;
	}
	if (!reply->has_modified)
		pl_http_reply_modified(reply, (uint64_t)sb.st_mtim.tv_sec * PL_SECOND);
	return st;
}

pl_status pl_http_reply_beneath(struct pl_http_reply *reply, const char *type, int dir, pl_str path)
{
	int fd PL_CLEANUP(pl_file_close) = -1;
	pl_status st;

	/* O_NONBLOCK: whoever put a FIFO there must not stop us. */
	st = pl_file_open_beneath(dir, path, O_RDONLY | O_NONBLOCK, &fd);
	if (st == PL_E_IO && (errno == EMFILE || errno == ENFILE || errno == EIO))
		return st;
	if (st)
		return PL_E_NOTFOUND;
	return pl_http_reply_file(reply, type, &fd);
}

void pl_http_reply_stream(struct pl_http_reply *reply, const char *type, uint64_t size, const struct pl_http_stream *stream)
{
	drop_content(reply);
	reply->type = type;
	reply->content = PL_HTTP_STREAM;
	reply->stream = *stream;
	reply->size = size;
}

void pl_http_reply_redirect(struct pl_http_reply *reply, pl_str target)
{
	drop_content(reply);
	reply->status = 303;
	pl_http_reply_header(reply, "Location", target);
}

unsigned pl_http_status_of(pl_status st)
{
	switch ((int)st) {
	case PL_E_SYNTAX:
	case PL_E_RANGE:
		return 400;
	case PL_E_DENIED:
		return 403;
	case PL_E_NOTFOUND:
		return 404;
	case PL_E_EXISTS:
	case PL_E_CONFLICT:
		return 409;
	case PL_E_TOOBIG:
		return 413;
	case PL_E_BUSY:
	case PL_E_HELD:
		return 503;
	default:
		return 500;
	}
}

static const char *status_words(unsigned status)
{
	switch (status) {
	case 400:
		return "The request is malformed.\n";
	case 403:
		return "This is not open to you.\n";
	case 404:
		return "There is no such page.\n";
	case 405:
		return "This address does not take that method.\n";
	case 413:
		return "The body is longer than this address takes.\n";
	case 414:
		return "The address is too long.\n";
	case 416:
		return "The file is shorter than the range asked for.\n";
	case 429:
		return "Too many requests; please wait and try again.\n";
	case 431:
		return "The request has too many headers.\n";
	case 503:
		return "The server is busy; please try again in a moment.\n";
	default:
		return status >= 500 ? "The server failed at this request. The failure is on our side.\n"
				     : "The request was refused.\n";
	}
}

void pl_http_reply_error(struct pl_http_request *req, unsigned status)
{
	const struct pl_http_config *c = &req->server->config;
	struct pl_http_reply *reply = &req->reply;
	const char *allow = NULL, *retry = status == 503 ? "5" : NULL;
	bool dressed;

	for (size_t i = 0; i < reply->header_count; i++) {
		if (strcmp(reply->headers[i].name, "Allow") == 0)
			allow = reply->headers[i].value;
		if (strcmp(reply->headers[i].name, "Retry-After") == 0)
			retry = reply->headers[i].value;
	}
	pl_http_reply_done(reply);
	dressed = c->error_page && !c->error_page(c->ctx, req, status, reply) && !reply->broken;
	if (!dressed) {
		pl_http_reply_done(reply);
		pl_http_reply_text(reply, status, "text/plain; charset=utf-8", pl_str_from(status_words(status)));
	}
	reply->status = status;
	if (allow)
		pl_http_reply_header(reply, "Allow", pl_str_from(allow));
	if (retry)
		pl_http_reply_header(reply, "Retry-After", pl_str_from(retry));
}
