/* SPDX-License-Identifier: Apache-2.0 */
/* store/s3_url: "http[s]://host[:port]/bucket[/prefix][?region=R]", the place of blobs in an S3 service. Pure. */
#ifndef PL_STORE_S3_URL_H
#define PL_STORE_S3_URL_H
#include "base/base.h"

/* All borrowed from the text that was read. */
struct pl_s3_url {
	pl_str scheme; /* "http" or "https" */
	pl_str host;   /* with port, as the Host header wants it; "[::1]:80" for IPv6 */
	pl_str bucket;
	pl_str prefix; /* "" or "a/b" */
	pl_str region; /* "us-east-1" if not said */
};

/* PL_E_SYNTAX with words for anything else: user information, a fragment, other parameters, characters that would need
 * escaping. */
pl_status pl_s3_url_parse(pl_str text, struct pl_s3_url *ret, struct pl_diag *diag);

#endif
