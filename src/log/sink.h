/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/sink: where finished tiles, entry bundles and checkpoints are copied to besides the log's own public/ directory
 * (an S3 bucket, a second disk). The log's truth stays in its directory; a sink may lag, and may be filled again.
 *
 * Order is the caller's promise: every immutable file that a checkpoint needs is put before that checkpoint.
 */
#ifndef PL_LOG_SINK_H
#define PL_LOG_SINK_H
#include "base/str.h"

struct pl_log_sink_ops {
	/* Store @data as @path ("tile/0/000", "tile/entries/x001/000"). Putting the same bytes again is PL_OK; other bytes
	 * under a taken name are PL_E_CORRUPT. */
	pl_status (*put_immutable)(void *ctx, pl_str path, pl_bytes data);
	/* Replace "checkpoint" by @note. */
	pl_status (*put_checkpoint)(void *ctx, pl_bytes note);
	/* Give the resources back; may be NULL. */
	void (*close)(void *ctx);
};

struct pl_log_sink {
	const struct pl_log_sink_ops *ops;
	void *ctx;
};

#endif
