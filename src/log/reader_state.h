/* SPDX-License-Identifier: Apache-2.0 */
/* log/reader, inside: the reader itself. Only reader.c and reader_prove.c include this. */
#ifndef PL_LOG_READER_STATE_H
#define PL_LOG_READER_STATE_H
#include "base/fetch.h"
#include "log/reader.h"
#include "log/reader_impl.h"

struct pl_log_reader {
	int dir;                /* or -1 for a URL */
	struct pl_fetch *fetch; /* or NULL for a directory */
	struct pl_buf prefix;   /* directory or URL, for requests and words */
	uint64_t timeout_ns;
	uint64_t tip; /* size of the newest checkpoint seen; not verified, only says which tiles to try */
	struct pl_reader_cache cache;
	struct pl_buf raw;          /* hash tile being read */
	struct pl_buf bundle;       /* last entry bundle */
	struct pl_tile bundle_tile; /* which one; width 0: none */
	struct pl_diag diag;
};

/* Read a tile, exactly @tile->width wide, into @raw. */
pl_status pl_reader_get_tile(struct pl_log_reader *r, const struct pl_tile *tile, struct pl_buf *raw);

#endif
