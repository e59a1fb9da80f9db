/* SPDX-License-Identifier: Apache-2.0 */
#include "s3_service.h"
#include "store_test.h"
#include <arpa/inet.h>
#include <poll.h>
#include <strings.h>
#include <sys/socket.h>

#define BODY_MAX ((size_t)80 << 20)
#define PLACE "/" S3_BUCKET "/" S3_PREFIX "/"
#define ETAG "<ETag>&quot;e&quot;</ETag>"

struct connection {
	struct s3_service *s;
	int fd;
};

/* One request as it came. */
struct request {
	pl_str method, path, query, head;
	pl_bytes body;
	const char *word;
	char key[256];
};

/* In the service's threads, where cmocka cannot fail. */
static void must(bool holds)
{
	if (!holds)
		abort();
}

/* ---- objects ---- */

static struct s3_object *find(struct s3_service *s, const char *key, bool make)
{
	struct s3_object *free_one = NULL;

	for (size_t i = 0; i < PL_COUNT(s->objects); i++) {
		if (s->objects[i].key[0] && strcmp(s->objects[i].key, key) == 0)
			return &s->objects[i];
		if (!s->objects[i].key[0] && !free_one)
			free_one = &s->objects[i];
	}
	if (!make)
		return NULL;
	must(free_one != NULL);
	pl_buf_init(&free_one->bytes, BODY_MAX);
	(void)snprintf(free_one->key, sizeof free_one->key, "%s", key);
	return free_one;
}

static void drop(struct s3_object *o)
{
	if (!o)
		return;
	pl_buf_done(&o->bytes);
	o->key[0] = '\0';
}

static void set(struct s3_service *s, const char *key, pl_bytes bytes)
{
	struct s3_object *o = find(s, key, true);

	pl_buf_clear(&o->bytes);
	(void)pl_buf_reserve(&o->bytes, bytes.len + 1);
	pl_buf_put_bytes(&o->bytes, bytes);
	must((pl_buf_status(&o->bytes)) == PL_OK);
}

/* ---- reading a request ---- */

/* The value of a header of @head; empty if it did not come. */
static pl_str header(pl_str head, const char *name)
{
	pl_str line, found;

	while (pl_str_take_line(&head, &line)) {
		if (!pl_str_take_until(&line, ':', &found) || found.len != strlen(name) ||
			strncasecmp(found.ptr, name, found.len) != 0)
			continue;
		line = pl_str_trim(line);
		line.len -= line.len && line.ptr[line.len - 1] == '\r';
		return line;
	}
	return (pl_str){0};
}

static bool receive(struct connection *c, struct pl_buf *in, size_t want)
{
	struct pollfd p = {.fd = c->fd, .events = POLLIN};
	uint8_t *to = pl_buf_reserve(in, want);
	ssize_t n;

	while (poll(&p, 1, 50) == 0)
		if (c->s->stop)
			return false;
	n = to ? recv(c->fd, to, want, 0) : -1;
	if (n <= 0)
		return false;
	pl_buf_commit(in, (size_t)n);
	return true;
}

static const char *word_of(const struct request *q)
{
	bool upload = pl_str_starts(q->query, PL_STR("uploadId=")), put = pl_str_eq(q->method, PL_STR("PUT"));

	if (!q->key[0])
		return "LOOK";
	if (pl_str_eq(q->method, PL_STR("POST")))
		return upload ? "COMPLETE" : "BEGIN";
	if (pl_str_eq(q->method, PL_STR("DELETE")))
		return upload ? "ABORT" : "DELETE";
	if (put && q->query.len)
		return "PART";
	if (put && header(q->head, "x-amz-copy-source").len)
		return "COPY";
	if (put)
		return pl_str_eq(header(q->head, "if-none-match"), PL_STR("*")) ? "PUT*" : "PUT";
	return pl_str_eq(q->method, PL_STR("HEAD")) ? "HEAD" : "GET";
}

/* What a service with signatures would refuse: kept for the test to see. */
static void judge(struct s3_service *s, const struct request *q)
{
	char hex[2 * PL_DIGEST_LEN + 1];
	struct pl_digest d;

	pl_sha256(q->body, &d);
	pl_digest_hex(&d, hex);
	if (s->wrong[0])
		return;
	if (!pl_str_eq(header(q->head, "x-amz-content-sha256"), pl_str_from(hex)))
		(void)snprintf(s->wrong, sizeof s->wrong, "%s: x-amz-content-sha256 is \"%.*s\", the body's is %s", q->word,
			PL_STR_ARG(header(q->head, "x-amz-content-sha256")), hex);
	else if (!pl_str_starts(header(q->head, "authorization"), PL_STR("AWS4-HMAC-SHA256 Credential=key/")) ||
		pl_str_find_str(header(q->head, "authorization"), PL_STR("x-amz-content-sha256")) ==
			header(q->head, "authorization").len)
		(void)snprintf(s->wrong, sizeof s->wrong, "%s: not signed", q->word);
}

static void write_down(struct s3_service *s, const struct request *q)
{
	struct s3_asked *a;

	must(s->asked_count < PL_COUNT(s->asked));
	a = &s->asked[s->asked_count++];
	*a = (struct s3_asked){.word = q->word, .length = q->body.len};
	memcpy(a->key, q->key, sizeof a->key);
	must((pl_str_z(header(q->head, "x-amz-copy-source"), a->copied_from, sizeof a->copied_from)) == PL_OK);
}

/* ---- doing and answering ---- */

struct answer {
	unsigned status;
	uint64_t length;
	bool etag;
	char text[512];
	pl_bytes body;
};

static void say(struct answer *a, unsigned status, const char *text)
{
	a->status = status;
	(void)snprintf(a->text, sizeof a->text, "%s", text);
	a->body = pl_str_bytes(pl_str_from(a->text));
	a->length = a->body.len;
}

static void do_copy(struct s3_service *s, const struct request *q, struct answer *a)
{
	pl_str from = header(q->head, "x-amz-copy-source");
	char key[256];
	struct s3_object *o;

	if (!pl_str_eat(&from, PL_STR(PLACE)) || pl_str_z(from, key, sizeof key)) {
		say(a, 400, "<Error><Code>InvalidArgument</Code></Error>");
		return;
	}
	o = find(s, key, false);
	if (o)
		set(s, q->key, pl_buf_bytes(&o->bytes));
	say(a, o ? 200 : 404, o ? "<CopyObjectResult>" ETAG "</CopyObjectResult>" : "<Error><Code>NoSuchKey</Code></Error>");
}

static void do_upload(struct s3_service *s, const struct request *q, struct answer *a)
{
	if (strcmp(q->word, "BEGIN") == 0) {
		s->upload = true;
		pl_buf_clear(&s->parts);
		say(a, 200, "<InitiateMultipartUploadResult><UploadId>up</UploadId></InitiateMultipartUploadResult>");
	} else if (!s->upload) {
		say(a, 404, "<Error><Code>NoSuchUpload</Code></Error>");
	} else if (strcmp(q->word, "PART") == 0) {
		pl_buf_put_bytes(&s->parts, q->body);
		say(a, 200, "");
	} else {
		s->upload = false;
		if (strcmp(q->word, "COMPLETE") == 0)
			set(s, q->key, pl_buf_bytes(&s->parts));
		say(a, 200, "<CompleteMultipartUploadResult>" ETAG "</CompleteMultipartUploadResult>");
	}
}

static void do_read(struct s3_service *s, const struct request *q, struct answer *a)
{
	struct s3_object *o = find(s, q->key, false);
	pl_str range = header(q->head, "range");
	uint64_t from = 0;

	if (!o) {
		say(a, 404, "<Error><Code>NoSuchKey</Code></Error>");
		return;
	}
	if (pl_str_eat(&range, PL_STR("bytes=")))
		(void)(pl_str_to_u64(pl_str_sub(range, 0, range.len - 1), o->bytes.len, &from) == PL_OK);
	a->status = from ? 206 : 200;
	a->body = pl_bytes_of(o->bytes.ptr + from, o->bytes.len - from);
	a->length = a->body.len;
}

static void act(struct s3_service *s, const struct request *q, struct answer *a)
{
	a->etag = true;
	if (strcmp(q->word, "LOOK") == 0) {
		say(a, 200, "");
	} else if (strcmp(q->word, "PUT*") == 0 && find(s, q->key, false)) {
		say(a, 412, "<Error><Code>PreconditionFailed</Code></Error>");
	} else if (strncmp(q->word, "PUT", 3) == 0) {
		set(s, q->key, q->body);
		say(a, 200, "");
	} else if (strcmp(q->word, "COPY") == 0) {
		do_copy(s, q, a);
	} else if (strcmp(q->word, "HEAD") == 0 || strcmp(q->word, "GET") == 0) {
		do_read(s, q, a);
	} else if (strcmp(q->word, "DELETE") == 0) {
		drop(find(s, q->key, false));
		say(a, 204, "");
	} else {
		do_upload(s, q, a);
	}
}

static bool send_all(int fd, pl_bytes b)
{
	while (b.len) {
		ssize_t n = send(fd, b.ptr, b.len, MSG_NOSIGNAL);

		if (n <= 0)
			return false;
		b.ptr += n;
		b.len -= (size_t)n;
	}
	return true;
}

static bool send_answer(const struct connection *c, const struct request *q, const struct answer *a, bool length)
{
	char head[256];
	int n = snprintf(head, sizeof head, "HTTP/1.1 %u Whatever\r\n", a->status);

	if (length)
		n += snprintf(head + n, sizeof head - (size_t)n, "Content-Length: %llu\r\n", (unsigned long long)a->length);
	n += snprintf(head + n, sizeof head - (size_t)n, "%s%s\r\n", a->etag ? "ETag: \"e\"\r\n" : "",
		c->s->close ? "Connection: close\r\n" : "");
	return send_all(c->fd, pl_bytes_of(head, (size_t)n)) &&
		(pl_str_eq(q->method, PL_STR("HEAD")) || send_all(c->fd, a->body)) && !c->s->close;
}

/* False: hang up. */
static bool answer_badly(struct connection *c, const struct request *q, const struct s3_fault *f, struct answer *a)
{
	static const char cut_head[] = "HTTP/1.1 200 OK\r\nETag: \"e\"\r\n",
			  cut_body[] = "HTTP/1.1 200 OK\r\nETag: \"e\"\r\nContent-Length: 100\r\n\r\n0123456789";
	struct pollfd p = {.fd = c->fd, .events = POLLIN};

	switch (f->say) {
	case S3_SAY_STATUS:
		say(a, f->status, "<Error><Code>InternalError</Code></Error>");
		return send_answer(c, q, a, true);
	case S3_SAY_CUT_HEAD:
		(void)send_all(c->fd, pl_bytes_of(cut_head, sizeof cut_head - 1));
		return false;
	case S3_SAY_CUT_BODY:
		(void)send_all(c->fd, pl_bytes_of(cut_body, sizeof cut_body - 1));
		return false;
	case S3_SAY_NOTHING:
		return false;
	case S3_SAY_SILENCE:
		while (poll(&p, 1, 50) == 0 && !c->s->stop)
			;
		return false;
	case S3_SAY_LENGTH:
		a->length++;
		return send_answer(c, q, a, true);
	case S3_SAY_NO_LENGTH:
		(void)send_answer(c, q, a, false);
		return false;
	case S3_SAY_ERROR:
		say(a, 200, "<Error><Code>InternalError</Code></Error>");
		return send_answer(c, q, a, true);
	case S3_SAY_NO_ETAG:
		break;
	}
	a->etag = false;
	return send_answer(c, q, a, true);
}

static struct s3_fault take_fault(struct s3_service *s, const char *word)
{
	for (size_t i = 0; i < PL_COUNT(s->faults); i++)
		if (s->faults[i].times && strcmp(s->faults[i].on, word) == 0) {
			s->faults[i].times--;
			return s->faults[i];
		}
	return (struct s3_fault){0};
}

static bool serve(struct connection *c, const struct request *q)
{
	struct s3_service *s = c->s;
	struct answer a = {0};
	struct s3_fault f;

	(void)pthread_mutex_lock(&s->mutex);
	judge(s, q);
	write_down(s, q);
	f = take_fault(s, q->word);
	if (!f.on || f.done)
		act(s, q, &a);
	if (f.rot && find(s, q->key, false))
		find(s, q->key, false)->bytes.ptr[0] ^= 1;
	(void)pthread_mutex_unlock(&s->mutex);
	return f.on ? answer_badly(c, q, &f, &a) : send_answer(c, q, &a, true);
}

/* ---- connections ---- */

static void take_apart(pl_str head, pl_bytes body, struct request *q)
{
	pl_str rest = head, place;

	*q = (struct request){.head = head, .body = body};
	(void)pl_str_take_until(&rest, ' ', &q->method);
	rest.len = pl_str_find(rest, ' ');
	q->path = pl_str_sub(rest, 0, pl_str_find(rest, '?'));
	q->query = pl_str_sub(rest, q->path.len + 1, rest.len);
	place = q->path;
	if (pl_str_eat(&place, PL_STR(PLACE)))
		must((pl_str_z(place, q->key, sizeof q->key)) == PL_OK);
	q->word = word_of(q);
}

static void *converse(void *ctx)
{
	struct connection *c = ctx;
	struct pl_buf in = PL_BUF(BODY_MAX);
	bool more = true;

	while (more) {
		struct request q;
		uint64_t length = 0;
		size_t head;

		while ((head = pl_str_find_str(pl_buf_str(&in), PL_STR("\r\n\r\n"))) == in.len && (more = receive(c, &in, 4096)))
			;
		head += 4;
		if (more && pl_str_to_u64(header(pl_buf_str(&in), "content-length"), BODY_MAX, &length))
			length = 0;
		while (more && in.len < head + length)
			more = receive(c, &in, head + (size_t)length - in.len);
		if (!more)
			break;
		take_apart(pl_str_of((const char *)in.ptr, head), pl_bytes_of(in.ptr + head, (size_t)length), &q);
		more = serve(c, &q);
		pl_buf_clear(&in);
	}
	pl_buf_done(&in);
	(void)close(c->fd);
	pl_free(c);
	return NULL;
}

static void *run(void *ctx)
{
	struct s3_service *s = ctx;
	pthread_t threads[512];
	size_t n = 0;

	while (!s->stop) {
		struct pollfd p = {.fd = s->listener, .events = POLLIN};
		struct connection *c;

		if (poll(&p, 1, 20) <= 0)
			continue;
		c = PL_NEW(struct connection);
		c->s = s;
		c->fd = accept(s->listener, NULL, NULL);
		if (n == PL_COUNT(threads) || c->fd < 0 || pthread_create(&threads[n++], NULL, converse, c) != 0)
			abort();
	}
	while (n)
		(void)pthread_join(threads[--n], NULL);
	return NULL;
}

/* ---- what a test asks ---- */

void s3_service_start(struct s3_service *s)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	socklen_t len = sizeof a;

	*s = (struct s3_service){.listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), .parts = PL_BUF(BODY_MAX)};
	assert_true(s->listener >= 0);
	assert_int_equal(bind(s->listener, (struct sockaddr *)&a, len), 0);
	assert_int_equal(listen(s->listener, 64), 0);
	assert_int_equal(getsockname(s->listener, (struct sockaddr *)&a, &len), 0);
	(void)snprintf(s->url, sizeof s->url, "s3:http://127.0.0.1:%u/" S3_BUCKET "/" S3_PREFIX, ntohs(a.sin_port));
	assert_int_equal(pthread_mutex_init(&s->mutex, NULL), 0);
	assert_int_equal(pthread_create(&s->thread, NULL, run, s), 0);
}

void s3_service_stop(struct s3_service *s)
{
	s->stop = 1;
	assert_int_equal(pthread_join(s->thread, NULL), 0);
	(void)close(s->listener);
	s3_service_clear(s);
	pl_buf_done(&s->parts);
	(void)pthread_mutex_destroy(&s->mutex);
}

void s3_service_clear(struct s3_service *s)
{
	(void)pthread_mutex_lock(&s->mutex);
	for (size_t i = 0; i < PL_COUNT(s->objects); i++)
		drop(&s->objects[i]);
	memset(s->faults, 0, sizeof s->faults);
	s->asked_count = 0;
	s->wrong[0] = '\0';
	(void)pthread_mutex_unlock(&s->mutex);
}

void s3_service_fault(struct s3_service *s, struct s3_fault fault)
{
	size_t i = 0;

	(void)pthread_mutex_lock(&s->mutex);
	while (i < PL_COUNT(s->faults) && s->faults[i].on)
		i++;
	assert_true(i < PL_COUNT(s->faults));
	s->faults[i] = fault;
	(void)pthread_mutex_unlock(&s->mutex);
}

void s3_service_set(struct s3_service *s, const struct pl_digest *d, pl_bytes bytes)
{
	char name[PL_BLOB_NAME];

	pl_blob_name(d, name);
	(void)pthread_mutex_lock(&s->mutex);
	set(s, name, bytes);
	(void)pthread_mutex_unlock(&s->mutex);
}

pl_bytes s3_service_object(struct s3_service *s, const struct pl_digest *d)
{
	char name[PL_BLOB_NAME];
	struct s3_object *o;

	pl_blob_name(d, name);
	(void)pthread_mutex_lock(&s->mutex);
	o = find(s, name, false);
	(void)pthread_mutex_unlock(&s->mutex);
	return o ? pl_buf_bytes(&o->bytes) : (pl_bytes){0};
}

size_t s3_service_count(struct s3_service *s, const char *prefix)
{
	size_t n = 0;

	(void)pthread_mutex_lock(&s->mutex);
	for (size_t i = 0; i < PL_COUNT(s->objects); i++)
		n += s->objects[i].key[0] && strncmp(s->objects[i].key, prefix, strlen(prefix)) == 0;
	(void)pthread_mutex_unlock(&s->mutex);
	return n;
}

const char *s3_service_words(struct s3_service *s)
{
	static char out[1024];
	size_t n = 0;

	out[0] = '\0';
	(void)pthread_mutex_lock(&s->mutex);
	for (size_t i = 0; i < s->asked_count; i++)
		n += (size_t)snprintf(out + n, sizeof out - n, "%s%s", i ? " " : "", s->asked[i].word);
	s->asked_count = 0;
	(void)pthread_mutex_unlock(&s->mutex);
	return out;
}
