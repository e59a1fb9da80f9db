/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/server: a real server on a Unix socket, asked byte for byte by a target. */
#ifndef PL_TESTS_FUZZ_SERVER_H
#define PL_TESTS_FUZZ_SERVER_H
#include "web/http.h"

/* Serve @rows for as long as the process lives. */
void fuzz_server_start(const struct pl_route *rows, size_t n);
/* Send @request, say that nothing more comes, and append everything that is answered to @answer. No request is left
 * over when it returns. */
void fuzz_server_ask(pl_bytes request, struct pl_buf *answer);

struct fuzz_answer {
	unsigned status; /* 0: hung up without a word */
	pl_str head, body;
};
/* The first final answer in @text, which must be one that the server may give. */
struct fuzz_answer fuzz_server_answer(pl_str text);

#endif
