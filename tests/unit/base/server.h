/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tests/unit/base/server: a small HTTP server in a thread, which does what the path says and remembers what it was sent.
 *
 *	/status/N       that status, body "N"            /bytes/N        200 with N bytes 'x'
 *	/slow/MS        answers after MS milliseconds    /stall          headers, then nothing more
 *	/cut            promises 100 bytes, sends 10     /redirect/PATH  302 to /PATH
 *	/cut-head       hangs up among the headers
 *	/echo           200 with the body it was sent    /headers        200 with the request's head
 */
#ifndef PL_TESTS_BASE_SERVER_H
#define PL_TESTS_BASE_SERVER_H
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

struct server {
	int listener;
	char url[64];          /* "http://127.0.0.1:PORT" */
	char socket_path[108]; /* for a server on a Unix socket */
	pthread_t thread;
	_Atomic unsigned connections, requests;
	_Atomic uint64_t body_bytes;
	_Atomic int stop;
};

void server_start(struct server *s);
void server_start_unix(struct server *s, const char *path);
void server_stop(struct server *s);
/* "http://127.0.0.1:PORT" + @path; lives until the next call from this thread. */
const char *server_url(const struct server *s, const char *path);

#endif
