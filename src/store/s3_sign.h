/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store/s3_sign: AWS Signature Version 4 in the Authorization header, for S3.
 *
 * Pure: the time is handed in. The signed headers are host, every x-amz-* header and those named by the caller.
 */
#ifndef PL_STORE_S3_SIGN_H
#define PL_STORE_S3_SIGN_H
#include "base/base.h"
#include "crypto/digest.h"

struct pl_s3_sign {
	const char *method;   /* "GET" */
	pl_str path;          /* "/bucket/key", escaped as it is sent */
	pl_str query;         /* "a=1&b=", escaped, sorted by name; no "?" */
	/* "name:value" in lower-case, sorted by name, values trimmed; host and x-amz-content-sha256 and x-amz-date among
	 * them. */
	const char *const *headers;
	size_t header_count;
	pl_str payload_sha256; /* 64 hex digits, or UNSIGNED-PAYLOAD */
	pl_str region, key, secret;
	char time[17];         /* 20130524T000000Z */
};

/* "YYYYMMDDTHHMMSSZ" of @t (ns since 1970). */
void pl_s3_sign_time(uint64_t t, char out[static 17]);
/* Append "AWS4-HMAC-SHA256 Credential=...,SignedHeaders=...,Signature=..." to @out. */
void pl_s3_sign_write(const struct pl_s3_sign *s, struct pl_buf *out);

#endif
