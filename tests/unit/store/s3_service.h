/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tests/unit/store/s3_service: as much of an S3 service as src/store asks for, in a thread, on 127.0.0.1. It keeps objects in memory,
 * writes down what it was asked, and answers some requests as a test wants it: done and denied, cut in the middle, not at all.
 *
 * The word of a request is LOOK (the bucket), HEAD, GET, PUT* (If-None-Match: *), PUT, COPY, BEGIN, PART, COMPLETE, ABORT, DELETE.
 * Every request must be signed, in form, and must name the SHA-256 of the body that came; the first that does not is kept in .wrong.
 */
#ifndef PL_TESTS_STORE_S3_SERVICE_H
#define PL_TESTS_STORE_S3_SERVICE_H
#include "base/base.h"
#include "crypto/digest.h"
#include "store/blob_engine.h"
#include <pthread.h>
#include <stdatomic.h>

#define S3_BUCKET "bucket"
#define S3_PREFIX "pre/fix"

enum s3_say {
	S3_SAY_STATUS,    /* .status, with an error's body */
	S3_SAY_CUT_HEAD,  /* the first line and a header, then hang up */
	S3_SAY_CUT_BODY,  /* 200, ten bytes of a hundred, then hang up */
	S3_SAY_NOTHING,   /* hang up */
	S3_SAY_SILENCE,   /* nothing, until the other side gives up */
	S3_SAY_LENGTH,    /* to HEAD: one byte more than it is */
	S3_SAY_NO_LENGTH, /* to HEAD: no Content-Length */
	S3_SAY_ERROR,     /* 200 with an error in its body */
	S3_SAY_NO_ETAG,   /* 200 without the ETag */
};

/* What happens to the next @times requests whose word is @on. */
struct s3_fault {
	const char *on;
	unsigned times;
	bool done, rot; /* do it nonetheless; with a bit of the bytes flipped */
	enum s3_say say;
	unsigned status;
};

struct s3_object {
	char key[256];
	struct pl_buf bytes;
};

struct s3_asked {
	const char *word;
	char key[256];
	uint64_t length;
	char copied_from[300];
};

struct s3_service {
	int listener;
	char url[128]; /* for pl_blob_open */
	pthread_t thread;
	_Atomic int stop;
	_Atomic bool close; /* after every answer: otherwise libcurl asks once more where a connection that was used before ends silently */
	pthread_mutex_t mutex; /* what follows; a test looks between its own calls */
	struct s3_object objects[16];
	struct pl_buf parts;
	bool upload;
	struct s3_fault faults[8];
	struct s3_asked asked[64];
	size_t asked_count;
	char wrong[300];
};

void s3_service_start(struct s3_service *s);
void s3_service_stop(struct s3_service *s);
/* Forget objects, faults and what was asked. */
void s3_service_clear(struct s3_service *s);
void s3_service_fault(struct s3_service *s, struct s3_fault fault);
/* Put @bytes under the name of the digest @d, whatever their own is. */
void s3_service_set(struct s3_service *s, const struct pl_digest *d, pl_bytes bytes);
/* What stands there; .ptr NULL: nothing. */
pl_bytes s3_service_object(struct s3_service *s, const struct pl_digest *d);
/* How many objects whose key begins with @prefix. */
size_t s3_service_count(struct s3_service *s, const char *prefix);
/* The words of what was asked since the start or the last call, with blanks between. */
const char *s3_service_words(struct s3_service *s);

#endif
