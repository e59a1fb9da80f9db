/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/multipart: the body of a form with files (multipart/form-data, RFC 7578 over RFC 2046), read as it comes.
 *
 *	pl_multipart_new(content_type, &sink, ctx, &m) -> pl_multipart_feed(m, piece)... -> pl_multipart_end(m)
 *
 * What always holds:
 *  1. The same bytes mean the same, however they are cut into pieces.
 *  2. Memory does not grow with the body: a head of a part has at most PL_MULTIPART_HEAD_MAX bytes, and what stands in a part is handed
 *     on as it comes.
 *  3. What is not exactly such a body is refused: no text before the first boundary, after the last one or without one, no parts within
 *     parts, no encodings, no folded, repeated or unknown-to-be-safe spellings of what says the name of a part. Of two programs that
 *     read one body none reads here what the other does not.
 *
 * Pure but for what the sink does. One object belongs to one thread at a time.
 */
#ifndef PL_WEB_MULTIPART_H
#define PL_WEB_MULTIPART_H
#include "base/base.h"

#define PL_MULTIPART_BOUNDARY_MAX 70u /* RFC 2046, 5.1.1 */
#define PL_MULTIPART_HEAD_MAX 4096u   /* bytes of one part's head */
#define PL_MULTIPART_NAME_MAX 100u
#define PL_MULTIPART_PARTS_MAX 256u

/* Lives for the call. Bytes as they were sent: the file's name may be anything, names are UTF-8 without control characters. */
struct pl_multipart_part {
	pl_str name, filename;
	bool is_file; /* a file's name was given, perhaps an empty one */
};

/* A status other than PL_OK ends the reading and comes back from feed. */
struct pl_multipart_sink {
	pl_status (*begin)(void *ctx, const struct pl_multipart_part *part);
	pl_status (*data)(void *ctx, pl_bytes piece); /* never empty */
	pl_status (*end)(void *ctx);
};

struct pl_multipart;
/* Is @content_type that of such a body? Its parameters are not looked at. */
bool pl_multipart_is(pl_str content_type);
/* PL_E_SYNTAX: no such type, or no good boundary. @sink lives as long as the reader. */
pl_status pl_multipart_new(pl_str content_type, const struct pl_multipart_sink *sink, void *ctx, struct pl_multipart **ret);
/* PL_E_SYNTAX; PL_E_TOOBIG: a head that is too long, or too many parts; or the sink's. After a failure it stays one. */
pl_status pl_multipart_feed(struct pl_multipart *m, pl_bytes piece);
/* PL_E_SYNTAX: the final boundary did not come. */
pl_status pl_multipart_end(struct pl_multipart *m);
/* NULL allowed. */
void pl_multipart_free(struct pl_multipart *m);
/* For PL_CLEANUP. */
static inline void pl_multipart_freep(struct pl_multipart **m) { pl_multipart_free(*m); }

#endif
