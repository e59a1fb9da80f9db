/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_proof_server DIR TRUST-FILE THREADS: the portal's proof route over the log in DIR and nothing else, on a free port of 127.0.0.1, which
 * is printed; ends at SIGTERM. For tests/bench/http.sh.
 */
#include "web/proofs.h"
#include "base/file.h"
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>

static pl_status answer(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	return pl_proofs_answer(ctx, req, reply);
}

static pl_status serve(struct pl_proofs *proofs, unsigned threads, struct pl_diag *diag)
{
	const struct pl_route rows[] = {{.method = PL_HTTP_GET, .pattern = "/statement/{index}.tlog-proof", .handler = answer,
		.ctx = proofs, .access = PL_ACCESS_PUBLIC}};
	const struct pl_http_config c = {
		.routes = rows, .route_count = 1, .threads = threads, .rate_minute = UINT_MAX, .connections_per_ip = 1000};
	struct pl_http_server *s PL_CLEANUP(pl_http_server_freep) = NULL;
	pl_status st = pl_http_server_new(&c, &s, diag);

	if (!st)
		st = pl_http_server_listen(s, PL_STR("127.0.0.1:0"), diag);
	if (!st)
		st = pl_http_server_start(s, diag);
	if (st)
		return st;
	(void)printf("%u\n", pl_http_server_port(s, 0));
	(void)fflush(stdout);
	(void)pl_http_signals_wait();
	pl_http_server_stop(s, 0);
	return PL_OK;
}

int main(int argc, char **argv)
{
	struct pl_proofs *proofs = NULL;
	char path[PATH_MAX];
	struct pl_diag diag = {0};
	uint64_t threads = 1;
	int dir PL_CLEANUP(pl_file_close) = -1;
	pl_status st;

	if (argc != 4 || pl_str_to_u64(pl_str_from(argv[3]), 64, &threads))
		return 2;
	pl_http_signals_block();
	(void)snprintf(path, sizeof path, "%s/public", argv[1]);
	st = pl_file_open_dir(AT_FDCWD, path, &dir);
	if (!st)
		st = pl_proofs_open(pl_str_from(argv[1]), dir, argv[2], &proofs, &diag);
	if (!st)
		st = serve(proofs, (unsigned)threads, &diag);
	pl_proofs_close(proofs);
	if (st)
		(void)fprintf(stderr, "bench_proof_server: %s\n", pl_diag_text(&diag, st));
	return st ? 1 : 0;
}
