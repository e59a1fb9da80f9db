/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is left of a log after a power cut? Every change that an append run makes to its files is recorded (the system
 * call wrappers of libc are replaced by those below), then the run is cut at many points, and each time files are built
 * as a disk could hold them at that moment:
 *
 *  - a write that no completed fsync or fdatasync of its file covers is kept, lost, or kept in part (512-byte pieces, in
 *    any order); a file may be as long as its last kept piece or as it was in memory
 *  - changes of names reach the disk in their order (as on every journaling file system) and may be missing from any
 *    point on that no completed fsync of a directory covers
 *
 * Then the log is opened again and it must hold:
 *  - every entry that was acknowledged before the cut stands at its index
 *  - for every checkpoint that was ever in place before the cut, the tree of that size has that root
 *  - it goes on: more entries are taken and published, and the tiles prove them
 *  - fsck finds nothing wrong: every entry and tile, the journal and the record
 *
 *	powercut DIR SAMPLES SEED LARGE
 */
#include "base/base.h"
#include "base/file.h"
#include "base/time.h"
#include "log/fsck.h"
#include "log/journal.h"
#include "log/log_dir.h"
#include "log/materialise.h"
#include "log/record_file.h"
#include "remove_tree.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define EVENTS_MAX 400000u
#define INODES_MAX 60000u
#define FDS_MAX 1024
#define PIECE 512u

enum kind { CREATE, MAKE_DIR, RENAME, UNLINK, REMOVE_DIR, TRUNCATE, WRITE, SYNC, SYNC_DIR, ACK, CHECKPOINT };

struct event {
	enum kind kind;
	uint32_t inode;
	uint32_t start;    /* SYNC, SYNC_DIR: events before this one are covered */
	uint64_t offset;   /* WRITE; ACK: index; CHECKPOINT: size; TRUNCATE: length */
	char *path, *to;   /* below the root */
	uint8_t *data;     /* WRITE, ACK (the entry) */
	size_t len;
	struct pl_digest root;
};

struct name {
	char *path;
	uint32_t inode;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static bool recording;
static char root[4096];
static struct event *event;
static uint32_t n_events, n_inodes;
static struct name *live;
static size_t n_live;
static uint32_t inode_of_fd[FDS_MAX]; /* 0: not ours */

static void die(const char *what)
{
	(void)fprintf(stderr, "powercut: %s (%s)\n", what, strerror(errno));
	exit(3);
}

static char *copy(const char *z)
{
	char *p = pl_alloc(strlen(z) + 1, 1);

	memcpy(p, z, strlen(z));
	return p;
}

/* ---- recording ---- */

static struct event *put(enum kind kind)
{
	if (n_events == EVENTS_MAX)
		die("too many events");
	event[n_events] = (struct event){.kind = kind};
	return &event[n_events++];
}

/* The path of (@dir, @path) below the root; false if it is not there. */
static bool below_root(int dir, const char *path, char *out, size_t size)
{
	char link[64], base[4096];
	ssize_t n;

	if (path[0] == '/') {
		(void)snprintf(base, sizeof base, "%s", path);
	} else {
		if (dir == AT_FDCWD)
			(void)snprintf(link, sizeof link, "/proc/self/cwd");
		else
			(void)snprintf(link, sizeof link, "/proc/self/fd/%d", dir);
		n = readlink(link, base, sizeof base - 1);
		if (n < 0)
			return false;
		base[n] = '\0';
		if (path[0]) {
			(void)snprintf(base + n, sizeof base - (size_t)n, "/%s", path);
		}
	}
	if (strncmp(base, root, strlen(root)) != 0 || base[strlen(root)] != '/')
		return false;
	(void)snprintf(out, size, "%s", base + strlen(root) + 1);
	return true;
}

static struct name *find_live(const char *path)
{
	for (size_t i = 0; i < n_live; i++)
		if (strcmp(live[i].path, path) == 0)
			return &live[i];
	return NULL;
}

static void drop_live(const char *path)
{
	struct name *n = find_live(path);

	if (n) {
		pl_free(n->path);
		*n = live[--n_live];
	}
}

static void add_live(const char *path, uint32_t inode)
{
	drop_live(path);
	if (n_live == INODES_MAX)
		die("too many files");
	live[n_live++] = (struct name){copy(path), inode};
}

int openat(int dir, const char *path, int flags, ...)
{
	char p[4096];
	bool ours, existed = false;
	mode_t mode = 0;
	va_list ap;
	int fd;

	va_start(ap, flags);
	if (flags & O_CREAT)
		mode = va_arg(ap, mode_t);
	va_end(ap);
	if (!recording)
		return (int)syscall(SYS_openat, dir, path, flags, mode);
	pthread_mutex_lock(&lock);
	ours = below_root(dir, path, p, sizeof p);
	if (ours)
		existed = find_live(p) != NULL;
	fd = (int)syscall(SYS_openat, dir, path, flags, mode);
	if (fd >= FDS_MAX)
		die("too many descriptors");
	if (fd >= 0)
		inode_of_fd[fd] = 0;
	if (fd >= 0 && ours && !(flags & O_DIRECTORY)) {
		if (!existed && (flags & O_CREAT)) {
			struct event *e = put(CREATE);

			e->inode = ++n_inodes;
			e->path = copy(p);
			add_live(p, e->inode);
		} else if (existed && (flags & O_TRUNC)) {
			struct event *e = put(TRUNCATE);

			e->inode = find_live(p)->inode;
		}
		if (find_live(p))
			inode_of_fd[fd] = find_live(p)->inode;
	}
	pthread_mutex_unlock(&lock);
	return fd;
}

static void record_write(int fd, const void *data, size_t len, uint64_t offset)
{
	struct event *e;

	if (!inode_of_fd[fd])
		return;
	e = put(WRITE);
	e->inode = inode_of_fd[fd];
	e->offset = offset;
	e->len = len;
	e->data = pl_alloc(len ? len : 1, 1);
	memcpy(e->data, data, len);
}

ssize_t pwrite(int fd, const void *data, size_t len, off_t offset)
{
	ssize_t n;

	if (!recording)
		return syscall(SYS_pwrite64, fd, data, len, offset);
	pthread_mutex_lock(&lock);
	n = syscall(SYS_pwrite64, fd, data, len, offset);
	if (n > 0)
		record_write(fd, data, (size_t)n, (uint64_t)offset);
	pthread_mutex_unlock(&lock);
	return n;
}

ssize_t write(int fd, const void *data, size_t len)
{
	off_t at;
	ssize_t n;

	if (!recording || fd < 3)
		return syscall(SYS_write, fd, data, len);
	pthread_mutex_lock(&lock);
	at = lseek(fd, 0, SEEK_CUR);
	n = syscall(SYS_write, fd, data, len);
	if (n > 0 && at >= 0)
		record_write(fd, data, (size_t)n, (uint64_t)at);
	pthread_mutex_unlock(&lock);
	return n;
}

int ftruncate(int fd, off_t len)
{
	int r;

	pthread_mutex_lock(&lock);
	r = (int)syscall(SYS_ftruncate, fd, len);
	if (r == 0 && recording && inode_of_fd[fd]) {
		struct event *e = put(TRUNCATE);

		e->inode = inode_of_fd[fd];
		e->offset = (uint64_t)len;
	}
	pthread_mutex_unlock(&lock);
	return r;
}

/* The disk is left alone: what counts as synced is decided here, and the run is quicker. */
static int sync_either(int fd)
{
	struct timespec a_while = {.tv_nsec = 200000};
	uint32_t start;
	char p[4096];

	if (!recording)
		return 0;
	pthread_mutex_lock(&lock);
	start = n_events;
	pthread_mutex_unlock(&lock);
	(void)nanosleep(&a_while, NULL); /* others go on meanwhile, as they do beside a real disk */
	pthread_mutex_lock(&lock);
	if (inode_of_fd[fd]) {
		struct event *e = put(SYNC);

		e->inode = inode_of_fd[fd];
		e->start = start;
	} else if (below_root(fd, "", p, sizeof p)) {
		struct event *e = put(SYNC_DIR);

		e->path = copy(p);
		e->start = start;
	}
	pthread_mutex_unlock(&lock);
	return 0;
}

int fsync(int fd)
{
	return sync_either(fd);
}

int fdatasync(int fd)
{
	return sync_either(fd);
}

static void note_checkpoint(uint32_t inode)
{
	struct pl_checkpoint cp;
	const struct event *w = NULL;
	struct event *e;

	for (uint32_t i = 0; i < n_events; i++)
		if (event[i].kind == WRITE && event[i].inode == inode)
			w = &event[i];
	if (!w || pl_checkpoint_peek(pl_str_of((const char *)w->data, w->len), &cp, NULL))
		die("a checkpoint that cannot be read");
	e = put(CHECKPOINT);
	e->offset = cp.size;
	e->root = cp.root;
}

static int record_rename(int dir, const char *from, const char *to, unsigned flags)
{
	char a[4096], b[4096];
	int r;

	pthread_mutex_lock(&lock);
	r = (int)syscall(SYS_renameat2, dir, from, dir, to, flags);
	if (r == 0 && recording && below_root(dir, from, a, sizeof a) && below_root(dir, to, b, sizeof b)) {
		struct event *e = put(RENAME);
		struct name *n = find_live(a);

		e->path = copy(a);
		e->to = copy(b);
		if (n) {
			uint32_t inode = n->inode;

			drop_live(a);
			add_live(b, inode);
			if (strcmp(b, "log/public/checkpoint") == 0)
				note_checkpoint(inode);
		}
	}
	pthread_mutex_unlock(&lock);
	return r;
}

int renameat(int dir_a, const char *from, int dir_b, const char *to)
{
	if (dir_a != dir_b)
		die("a rename between directories");
	return record_rename(dir_a, from, to, 0);
}

int renameat2(int dir_a, const char *from, int dir_b, const char *to, unsigned flags)
{
	if (dir_a != dir_b)
		die("a rename between directories");
	return record_rename(dir_a, from, to, flags);
}

int unlinkat(int dir, const char *path, int flags)
{
	char p[4096];
	int r;

	pthread_mutex_lock(&lock);
	r = (int)syscall(SYS_unlinkat, dir, path, flags);
	if (r == 0 && recording && below_root(dir, path, p, sizeof p)) {
		put(flags & AT_REMOVEDIR ? REMOVE_DIR : UNLINK)->path = copy(p);
		drop_live(p);
	}
	pthread_mutex_unlock(&lock);
	return r;
}

int mkdirat(int dir, const char *path, mode_t mode)
{
	char p[4096];
	int r;

	pthread_mutex_lock(&lock);
	r = (int)syscall(SYS_mkdirat, dir, path, mode);
	if (r == 0 && recording && below_root(dir, path, p, sizeof p))
		put(MAKE_DIR)->path = copy(p);
	pthread_mutex_unlock(&lock);
	return r;
}

/* ---- the run ---- */

#define SUBMITTERS 6
#define SUBMISSIONS 60

static struct pl_log_dir_keys keys;
static bool large;

struct submitter {
	struct pl_log_writer *w;
	unsigned number;
	pthread_t thread;
};

static void *submit(void *arg)
{
	struct submitter *s = arg;
	uint8_t *e = pl_alloc(1, 65536);

	for (unsigned i = 0; i < SUBMISSIONS; i++) {
		struct pl_log_answer a;
		unsigned id = i % 9 == 8 ? i - 1 : i; /* some twice */
		size_t len = large ? 30000u + id * 7 : 20u + id % 300;

		memset(e, (int)('a' + id % 26), len);
		(void)snprintf((char *)e, 20, "%u/%u", s->number, id);
		if (pl_log_writer_add_wait(s->w, pl_bytes_of(e, len), &a))
			die("an append failed");
		pthread_mutex_lock(&lock);
		struct event *ev = put(ACK);
		ev->offset = a.index;
		ev->len = len;
		ev->data = pl_alloc(len, 1);
		memcpy(ev->data, e, len);
		pthread_mutex_unlock(&lock);
		if (i % 7 == s->number)
			pl_time_sleep(2 * PL_MILLISECOND);
	}
	pl_free(e);
	return NULL;
}

static pl_status open_writer(const char *dir, struct pl_log_writer **ret, struct pl_diag *diag)
{
	struct pl_log_writer_options o = {
		.dir = dir, .keys = keys.key, .n_keys = keys.n, .publish_ns = PL_MILLISECOND, .segment_bytes = PL_JOURNAL_SEGMENT_MIN,
	};

	return pl_log_writer_open(&o, ret, diag);
}

static void run(void)
{
	struct submitter s[SUBMITTERS];
	struct pl_log_writer *w;
	struct pl_diag diag = {0};
	char dir[5000];

	(void)snprintf(dir, sizeof dir, "%s/log", root);
	for (int half = 0; half < 2; half++) { /* the second half begins with a restart */
		if (open_writer(dir, &w, &diag))
			die(diag.text);
		for (unsigned i = 0; i < SUBMITTERS; i++) {
			s[i] = (struct submitter){.w = w, .number = i + (unsigned)half * SUBMITTERS};
			if (pthread_create(&s[i].thread, NULL, submit, &s[i]))
				die("no thread");
		}
		for (unsigned i = 0; i < SUBMITTERS; i++)
			pthread_join(s[i].thread, NULL);
		if (pl_log_writer_close(w))
			die("closing failed");
	}
}

/* ---- cutting ---- */

static uint64_t seed;

static uint64_t draw(uint64_t below)
{
	seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (seed >> 33) % below;
}

/* For each inode: events before this are on disk at the cut. */
static uint32_t *synced;

static uint32_t find_synced(uint32_t cut)
{
	uint32_t names = 0;

	memset(synced, 0, (n_inodes + 1) * sizeof *synced);
	for (uint32_t i = 0; i < cut; i++) {
		const struct event *e = &event[i];

		if (e->kind == SYNC && e->start > synced[e->inode])
			synced[e->inode] = e->start;
		if (e->kind != SYNC_DIR)
			continue;
		for (uint32_t k = names; k < e->start; k++) {
			const char *p = event[k].kind == RENAME ? event[k].to : event[k].path;
			size_t n = strlen(e->path);

			if (event[k].kind <= REMOVE_DIR && strncmp(p, e->path, n) == 0 && p[n] == '/' && !strchr(p + n + 1, '/'))
				names = k + 1;
		}
	}
	return names;
}

struct content {
	uint8_t *data;
	size_t len, cap;
};

static void grow(struct content *c, size_t len)
{
	if (len > c->cap) {
		size_t cap = len + len / 2 + 4096;
		uint8_t *more = pl_alloc(cap, 1);

		if (c->len)
			memcpy(more, c->data, c->len);
		pl_free(c->data);
		c->data = more;
		c->cap = cap;
	}
	if (len > c->len)
		c->len = len;
}

/* @keep: of eight unsynced pieces, how many reach the disk. */
static void build_file(uint32_t inode, uint32_t cut, unsigned keep, struct content *c)
{
	size_t in_memory = 0;

	c->len = 0;
	if (c->cap)
		memset(c->data, 0, c->cap);
	for (uint32_t i = 0; i < cut; i++) {
		const struct event *e = &event[i];
		bool sure = i < synced[inode];

		if (e->inode != inode)
			continue;
		if (e->kind == TRUNCATE && (sure || draw(8) < keep)) {
			if (e->offset < c->len)
				memset(c->data + e->offset, 0, c->len - e->offset);
			grow(c, e->offset);
			c->len = in_memory = e->offset;
		}
		if (e->kind != WRITE)
			continue;
		if (e->offset + e->len > in_memory)
			in_memory = e->offset + e->len;
		for (size_t at = 0; at < e->len; at += PIECE) {
			size_t n = e->len - at < PIECE ? e->len - at : PIECE;

			if (!sure && draw(8) >= keep)
				continue;
			grow(c, e->offset + at + n);
			memcpy(c->data + e->offset + at, e->data + at, n);
		}
	}
	if (in_memory > c->len && draw(2))
		grow(c, in_memory);
}

static void write_file(const char *base, const char *path, const struct content *c, mode_t mode)
{
	char full[8192];
	int fd;

	(void)snprintf(full, sizeof full, "%s/%s", base, path);
	fd = open(full, O_WRONLY | O_CREAT | O_TRUNC, mode);
	if (fd < 0)
		die(full);
	for (size_t at = 0; at < c->len;) {
		ssize_t n = write(fd, c->data + at, c->len - at);

		if (n <= 0)
			die(full);
		at += (size_t)n;
	}
	(void)close(fd);
}

/* The disk as it could be after a cut in front of event @cut. */
static void build(const char *base, uint32_t cut, unsigned keep, struct content *c)
{
	uint32_t least = find_synced(cut), names = least + (uint32_t)draw(cut - least + 1);
	char full[8192];

	if (keep == 8)
		names = cut;
	if (keep == 0)
		names = least;
	while (n_live)
		pl_free(live[--n_live].path);
	for (uint32_t i = 0; i < names; i++) {
		const struct event *e = &event[i];

		(void)snprintf(full, sizeof full, "%s/%s", base, e->path ? e->path : "");
		if (e->kind == CREATE)
			add_live(e->path, e->inode);
		else if (e->kind == MAKE_DIR && mkdir(full, 0755) != 0 && errno != EEXIST)
			die(full);
		else if (e->kind == REMOVE_DIR)
			(void)rmdir(full);
		else if (e->kind == UNLINK)
			drop_live(e->path);
		else if (e->kind == RENAME) {
			uint32_t inode = find_live(e->path) ? find_live(e->path)->inode : 0;

			drop_live(e->path);
			add_live(e->to, inode);
		}
	}
	for (size_t i = 0; i < n_live; i++) {
		build_file(live[i].inode, cut, keep, c);
		write_file(base, live[i].path, c, strstr(live[i].path, "key") ? 0600 : 0644);
	}
}

/* ---- judging ---- */

static int wrong;

static void fail(uint32_t cut, unsigned keep, const char *what, uint64_t number)
{
	(void)printf("FAIL - cut before event %u of %u, %u of 8 kept: %s %llu\n", cut, n_events, keep, what,
		(unsigned long long)number);
	wrong++;
}

static void check_promises(int public, uint64_t size, uint32_t cut, unsigned keep)
{
	struct pl_buf scratch PL_CLEANUP(pl_buf_done) = PL_BUF(PL_TILE_BUNDLE_MAX);
	struct pl_materialise_nodes nodes = {public, size};

	for (uint32_t i = 0; i < cut; i++) {
		const struct event *e = &event[i];
		struct pl_tree_edge edge;
		struct pl_digest at_size;
		pl_bytes found;

		if (e->kind == ACK && (e->offset >= size || pl_materialise_entry(public, e->offset, size, &scratch, &found) ||
						!pl_bytes_eq(found, pl_bytes_of(e->data, e->len))))
			fail(cut, keep, "lost an acknowledged entry, index", e->offset);
		if (e->kind != CHECKPOINT)
			continue;
		if (e->offset > size || pl_tree_fetch_edge(e->offset, pl_materialise_fetch, &nodes, &edge)) {
			fail(cut, keep, "cannot show a published size again:", e->offset);
			continue;
		}
		pl_tree_edge_root(&edge, &at_size);
		if (!pl_digest_eq(&at_size, &e->root))
			fail(cut, keep, "a second root for size", e->offset);
	}
}

/* What the recovery left, all of it hashed again. */
static void check_whole(const char *dir, uint64_t size, uint32_t cut, unsigned keep)
{
	const struct pl_fsck_options o = {.where = pl_str_from(dir), .key = &keys.key[0].vkey, .threads = 1};
	struct pl_fsck_report r = {0};
	struct pl_diag diag = {0};
	pl_status st = pl_fsck(&o, &r, &diag);

	if (st)
		fail(cut, keep, pl_diag_text(&diag, st), (uint64_t)st);
	else if (r.problems)
		fail(cut, keep, r.told[0], r.problems);
	else if (r.entries != size || !r.journal_checked || !r.record_checked || !r.signature_checked)
		fail(cut, keep, "fsck did not look at everything, entries", r.entries);
	pl_fsck_done(&r);
}

static void judge(const char *base, uint32_t cut, unsigned keep)
{
	struct pl_log_writer *w;
	struct pl_log_answer a;
	struct pl_diag diag = {0};
	char dir[5000], path[5100];
	int public = -1;
	pl_status st;

	(void)snprintf(dir, sizeof dir, "%s/log", base);
	st = open_writer(dir, &w, &diag);
	if (st) {
		fail(cut, keep, diag.text, (uint64_t)st);
		return;
	}
	for (unsigned i = 0; i < 3 && !st; i++) {
		uint8_t more[16];

		(void)snprintf((char *)more, sizeof more, "after %u", i);
		st = pl_log_writer_add_wait(w, pl_bytes_of(more, 7), &a);
	}
	if (!st)
		st = pl_log_writer_wait_published(w, a.index + 1, 10 * PL_SECOND);
	if (pl_log_writer_close(w) || st)
		fail(cut, keep, "does not go on, status", (uint64_t)st);
	(void)snprintf(path, sizeof path, "%s/public", dir);
	if (pl_file_open_dir(AT_FDCWD, path, &public))
		die(path);
	check_promises(public, a.index + 1, cut, keep);
	pl_file_close(&public);
	check_whole(dir, a.index + 1, cut, keep);
}

static void make_log(void)
{
	struct pl_buf vkey PL_CLEANUP(pl_buf_done) = PL_BUF(PL_VKEY_MAX);
	struct pl_signer *signer PL_CLEANUP(pl_signer_freep) = NULL;
	struct pl_diag diag = {0};
	char dir[5000];

	(void)snprintf(dir, sizeof dir, "%s/log", root);
	if (pl_log_dir_key_new(dir, "", PL_STR("fault.example/log"), NULL, &signer, &vkey, &diag) ||
		pl_log_dir_create(dir, PL_STR("fault.example/log"), NULL, signer, &diag) ||
		pl_log_dir_keys_open(dir, NULL, &keys, &diag))
		die(diag.text);
}

int main(int argc, char **argv)
{
	uint64_t samples, is_large;
	struct content c = {0};
	uint32_t first;
	char base[5000], command[5100];

	if (argc != 5 || pl_str_to_u64(pl_str_from(argv[2]), 10000000, &samples) ||
		pl_str_to_u64(pl_str_from(argv[3]), UINT64_MAX, &seed) || pl_str_to_u64(pl_str_from(argv[4]), 1, &is_large) ||
		!realpath(argv[1], root)) {
		(void)fprintf(stderr, "usage: powercut DIR SAMPLES SEED LARGE(0|1)\n");
		return 2;
	}
	large = is_large;
	event = pl_alloc(EVENTS_MAX, sizeof *event);
	live = pl_alloc(INODES_MAX, sizeof *live);
	recording = true;
	make_log();
	first = n_events; /* cuts while the log is being made leave no log, which is fine */
	run();
	recording = false;
	synced = pl_alloc(n_inodes + 1, sizeof *synced);
	for (uint64_t i = 0; i < samples && wrong < 10; i++) {
		uint32_t cut = first + (uint32_t)draw(n_events - first + 1);
		unsigned keep = i % 4 == 0 ? 0 : i % 4 == 1 ? 8 : (unsigned)draw(7) + 1;

		(void)snprintf(base, sizeof base, "%s/cut", root);
		if (mkdir(base, 0755) != 0)
			die(base);
		build(base, cut, keep, &c);
		judge(base, cut, keep);
		(void)snprintf(command, sizeof command, "%s/cut", root);
		pl_fault_remove_tree(command);
	}
	pl_log_dir_keys_done(&keys);
	pl_free(c.data);
	if (wrong)
		return 1;
	(void)printf("ok - %llu power cuts in a run of %u recorded events: nothing acknowledged lost, no second root, fsck finds nothing\n",
		(unsigned long long)samples, n_events);
	return 0;
}
