/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store/s3_xml: the few XML answers of an S3 service, read without a general XML library.
 *
 * Understood: an optional declaration, elements with (ignored) attributes, text with the five named and the numeric
 * character references, comments. Refused: document types, processing instructions, CDATA, more than 16 levels, a text
 * above 4 KiB, bad UTF-8. Pure; no heap.
 */
#ifndef PL_STORE_S3_XML_H
#define PL_STORE_S3_XML_H
#include "base/base.h"

#define PL_S3_TEXT_MAX 4096u

/* One leaf element on the way through a document: its name and its parent's, its text. */
struct pl_s3_leaf {
	pl_str parent, name;
	pl_str text; /* decoded; lives for the call */
};

/* Called for each leaf, and with an empty name when the element @parent ends that held others. Anything but PL_OK ends
 * the reading and comes back. */
typedef pl_status (*pl_s3_leaf_fn)(void *ctx, const struct pl_s3_leaf *leaf);

/* Walk through @xml. PL_E_SYNTAX, or what @fn said. @ret_root (NULL allowed): the name of the outermost element. */
pl_status pl_s3_xml_walk(pl_str xml, pl_s3_leaf_fn fn, void *ctx, pl_str *ret_root);

/* The text of the first leaf called @name anywhere in @xml, cut to nothing if it does not fit: PL_E_NOTFOUND,
 * PL_E_SYNTAX, PL_E_TOOBIG. */
pl_status pl_s3_xml_find(pl_str xml, pl_str name, char *out, size_t out_size);

/* One page of ListObjectsV2 or ListMultipartUploads. */
struct pl_s3_item {
	pl_str key, upload_id, time; /* upload_id empty for an object; time RFC 3339 */
	uint64_t size;
};
typedef pl_status (*pl_s3_item_fn)(void *ctx, const struct pl_s3_item *item);

struct pl_s3_page {
	bool truncated;
	char token[1025]; /* where the next page begins: NextContinuationToken, or NextKeyMarker */
	char token2[1025]; /* NextUploadIdMarker */
};
/* PL_E_SYNTAX (not such a list), or what @fn said. */
pl_status pl_s3_page_parse(pl_str xml, pl_s3_item_fn fn, void *ctx, struct pl_s3_page *ret);

#endif
