/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/upload: the body of a form that may bring files (web/multipart), taken as it comes: fields are kept, files are sealed into files
 * without a name (register/casework/attach.h), and nothing else is done with them before the handler runs.
 *
 *	begin:   pl_upload_begin(req, &limits, &state)        the upload functions of a row (web/route.h)
 *	piece:   pl_upload_piece, end: pl_upload_end
 *	handler: pl_upload_whole(req), pl_upload_fields(req), pl_upload_taken(req)
 *
 * What always holds:
 *  1. A file that is too much or too long is let pass and dropped, so that the handler can say so beside the fields as they were typed.
 *  2. All requests together hold at most limits.all sealed bytes; whoever breaks off leaves nothing.
 */
#ifndef PL_WEB_UPLOAD_H
#define PL_WEB_UPLOAD_H
#include "register/casework/attach.h"
#include "web/http.h"

#define PL_UPLOAD_FIELDS_MAX 262144u                                                    /* bytes of all fields */
#define PL_UPLOAD_BODY_MAX (PL_ATTACH_TOTAL_MAX + (UINT64_C(1) << 20)) /* of a row that takes files: these, fields, and heads of parts */
#define PL_UPLOAD_INPUT PL_STR("files")                                                 /* the name of the form's field */

struct pl_upload_limits {
	int spool;        /* directory; open until the request is over */
	unsigned files;
	uint64_t bytes;   /* of each */
	uint64_t all;     /* that all requests of this process hold at once */
};

enum pl_upload_trouble {
	PL_UPLOAD_FINE,
	PL_UPLOAD_MANY, /* more files than are taken */
	PL_UPLOAD_LONG, /* a file has more bytes than are taken */
	PL_UPLOAD_FULL, /* no room for it at this moment */
};

struct pl_upload_files {
	struct pl_attach_taken *list; /* of the request */
	size_t n;
	bool any;                     /* some file was sent, taken or not */
	enum pl_upload_trouble trouble;
	const char *name;             /* of the file that it is about; cleaned */
};

/* Any type of body: what is no form with files is one without. PL_E_SYNTAX: no good boundary. */
pl_status pl_upload_begin(struct pl_http_request *req, const struct pl_upload_limits *limits, void **ret_state);
pl_status pl_upload_piece(void *state, pl_bytes data);
void pl_upload_end(void *state);

/* PL_E_SYNTAX: the end of the form did not come. Any request. */
pl_status pl_upload_whole(const struct pl_http_request *req);
/* The fields, encoded as a form without files is, for pl_route_query. Of any request: the body of one that takes no files. */
pl_str pl_upload_fields(const struct pl_http_request *req);
struct pl_upload_files pl_upload_taken(const struct pl_http_request *req);

#endif
