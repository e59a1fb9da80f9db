/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What scripts need of an instance that no command gives: statements submitted one after the other, each acknowledged in a
 * line; an entry signed with a stolen service key and appended behind the instance's back; a watcher of checkpoints; and
 * the check of all these promises afterwards.
 *
 *	submit DIR NAME COUNT [MS]   ack <sha256 of the entry>     the transaction with its outbox row is durable
 *	publish DIR NAME COUNT [MS]  the same, each with its body in the blob store first
 *	watch DIR               root <size> <root>            every checkpoint that was seen in public/
 *	check DIR               reads such lines: every ack stands exactly once in the log, every root is its root
 *	smuggle DIR NAME        append behind the instance's back; prints the index
 *	leases DIR              end all leases, as time would
 */
#include "base/file.h"
#include "base/json.h"
#include "base/time.h"
#include "fact/instance.h"
#include "cli/rooms.h"
#include "fact/record_db.h"
#include "fact/statement_internal.h"
#include "log/reader.h"
#include "log/writer.h"
#include "people/people.h"
#include "store/db_engine.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define TRIES 600
#define PAUSE (100 * PL_MILLISECOND)


static int complain(const char *what, pl_status st, const struct pl_diag *diag)
{
	(void)dprintf(2, "fact-tool: %s: %s\n", what, pl_diag_text(diag, st));
	return 1;
}

/* A killed database server needs its time. */
static struct pl_instance *open_instance(const char *dir)
{
	struct pl_instance_options opt = {.rooms = pl_rooms, .n_rooms = pl_rooms_count};
	struct pl_instance *inst = NULL;
	struct pl_diag diag = {0};
	pl_status st = PL_E_BUSY;

	for (int i = 0; i < TRIES && st; i++) {
		diag = (struct pl_diag){0};
		st = pl_instance_open(dir, &opt, &inst, &diag);
		if (st)
			pl_time_sleep(PAUSE);
	}
	if (st)
		_exit(complain(dir, st, &diag));
	return inst;
}

/* ---- statements ---- */

/* A document that nobody has: its digest is enough. */
static pl_status make_payload(const char *name, struct pl_buf *payload, struct pl_diag *diag)
{
	struct pl_json *p PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_body body = {.size = strlen(name), .media_type = PL_STR("text/plain")};
	struct pl_subject subject = {.name = pl_str_from(name)};

	pl_sha256(pl_str_bytes(pl_str_from(name)), &body.digest);
	subject.sha256 = body.digest;
	pl_json_set(p, "body", pl_body_to_json(&body));
	pl_json_set_z(p, "kind", "document");
	return pl_statement_build(PL_STR(PL_TYPE_BODY), &subject, 1, p, payload, NULL, diag);
}

/* Until it is signed: the signer may be dead for a moment. */
static void sign_patiently(struct pl_instance *inst, const char *name, struct pl_buf *entry)
{
	struct pl_buf payload PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_PAYLOAD_MAX);
	struct pl_diag diag = {0};
	pl_status st = make_payload(name, &payload, &diag);

	for (int i = 0; i < TRIES && st == PL_OK; i++) {
		diag = (struct pl_diag){0};
		pl_buf_clear(entry);
		st = pl_instance_sign(inst, pl_buf_bytes(&payload), NULL, 0, entry, &diag);
		if (st == PL_OK)
			return;
		pl_time_sleep(PAUSE);
		st = PL_OK;
	}
	_exit(complain("sign", st ? st : PL_E_TIMEOUT, &diag));
}

/* One line in one write: a kill leaves whole lines. */
static void print_digest(const char *word, const struct pl_digest *d)
{
	char hex[2 * PL_DIGEST_LEN + 1], line[128];
	int n;

	pl_digest_hex(d, hex);
	n = snprintf(line, sizeof line, "%s %s\n", word, hex);
	if (write(1, line, (size_t)n) != n)
		_exit(1);
}

/* The store may be dead for a moment, too. */
static void store_body(struct pl_instance *inst, const char *text)
{
	pl_status st = PL_E_BUSY;

	for (int k = 0; k < TRIES && st; k++) {
		struct pl_body body;

		st = pl_instance_body(inst, pl_str_bytes(pl_str_from(text)), PL_STR("text/plain"), &body);
		if (st)
			pl_time_sleep(PAUSE);
	}
	if (st)
		_exit(complain("body", st, NULL));
}

/* @pause, in nanoseconds, is what lies between one acknowledgement and the next statement. */
static int submit(const char *dir, const char *name, uint64_t count, uint64_t pause, bool bodies)
{
	struct pl_instance *inst PL_CLEANUP(pl_instance_closep) = open_instance(dir);
	struct pl_buf entry PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_ENTRY_MAX);

	for (uint64_t i = 0; i < count; i++) {
		struct pl_outbox_ref ref;
		char text[96];
		pl_status st = PL_E_BUSY;

		(void)snprintf(text, sizeof text, "%s-%llu", name, (unsigned long long)i);
		if (bodies)
			store_body(inst, text);
		sign_patiently(inst, text, &entry);
		/* The outcome of a broken commit is unknown: the same bytes again find out. */
		for (int k = 0; k < TRIES && st; k++) {
			struct pl_diag diag = {0};

			st = pl_instance_submit(inst, pl_str_from(name), pl_buf_bytes(&entry), &ref, &diag);
			if (st && k % 50 == 0)
				(void)complain("submit", st, &diag);
			if (st)
				pl_time_sleep(PAUSE);
		}
		if (st)
			return 1;
		print_digest("ack", &ref.entry);
		pl_time_sleep(pause);
	}
	return 0;
}

/* ---- behind the instance's back ---- */

/* Whoever has the service key, the log key and the record can do this. */
static int smuggle(const char *dir, const char *name)
{
	struct pl_instance *inst PL_CLEANUP(pl_instance_closep) = open_instance(dir);
	const struct pl_instance_conf *conf = pl_instance_conf(inst);
	struct pl_buf entry PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_ENTRY_MAX);
	const struct pl_policy_log *log = pl_policy_log_find(pl_instance_policy(inst), conf->origin);
	struct pl_log_key key = {0};
	struct pl_log_writer_options o = {.dir = conf->log_dir.ptr, .keys = &key, .n_keys = 1,
		.policy = pl_instance_policy(inst)};
	struct pl_log_record *record = NULL;
	struct pl_log_writer *w = NULL;
	struct pl_log_answer answer = {0};
	struct pl_diag diag = {0};
	pl_status st;

	sign_patiently(inst, name, &entry);
	key.vkey = log->key;
	st = pl_instance_signer(inst, "log", &key.signer, &diag);
	if (st == PL_OK)
		st = pl_record_db_new(pl_instance_db(inst), conf->origin, &record);
	o.record = record;
	if (st == PL_OK)
		st = pl_log_writer_open(&o, &w, &diag);
	if (st == PL_OK)
		st = pl_log_writer_add_wait(w, pl_buf_bytes(&entry), &answer);
	if (st == PL_OK)
		st = pl_log_writer_wait_published(w, answer.index + 1, 30 * PL_SECOND);
	if (st == PL_OK)
		(void)printf("%llu\n", (unsigned long long)answer.index);
	(void)!pl_log_writer_close(w);
	pl_record_db_free(record);
	pl_signer_free(key.signer);
	return st ? complain("smuggle", st, &diag) : 0;
}

/* ---- watching ---- */

static int watch(const char *dir)
{
	struct pl_instance *inst PL_CLEANUP(pl_instance_closep) = open_instance(dir);
	const char *log = pl_instance_conf(inst)->log_dir.ptr;
	uint64_t last = UINT64_MAX;
	int fd = -1;

	if (pl_file_open_dir(AT_FDCWD, log, &fd) != PL_OK)
		return 1;
	for (;;) {
		struct pl_buf note PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CHECKPOINT_MAX);
		struct pl_checkpoint cp;
		char word[64];

		if (pl_file_read(fd, "public/checkpoint", &note) == PL_OK &&
			pl_checkpoint_peek(pl_buf_str(&note), &cp, NULL) == PL_OK && cp.size != last) {
			(void)snprintf(word, sizeof word, "root %llu", (unsigned long long)cp.size);
			print_digest(word, &cp.root);
			last = cp.size;
		}
		pl_time_sleep(2 * PL_MILLISECOND);
	}
}

/* ---- checking ---- */

struct check {
	struct pl_log_reader *reader;
	struct pl_digest *entry; /* sorted */
	size_t n, cap;
	uint64_t size, acks, lost, twice, roots, wrong;
};

static pl_status take_entry(void *ctx, uint64_t index, pl_bytes entry)
{
	struct check *c = ctx;

	pl_sha256(entry, &c->entry[c->n++]);
	return c->n <= c->cap ? PL_OK : PL_E_TOOBIG;
}

static int by_bytes(const void *a, const void *b)
{
	return memcmp(a, b, PL_DIGEST_LEN);
}

static void check_ack(struct check *c, const struct pl_digest *d)
{
	const struct pl_digest *found = c->n ? bsearch(d, c->entry, c->n, sizeof *d, by_bytes) : NULL;

	c->acks++;
	if (!found)
		c->lost++;
	else if ((found > c->entry && pl_digest_eq(found - 1, d)) || (found + 1 < c->entry + c->n && pl_digest_eq(found + 1, d)))
		c->twice++;
}

static void check_root(struct check *c, uint64_t size, const struct pl_digest *root)
{
	struct pl_log_reader_nodes nodes = {c->reader, c->size};
	struct pl_tree_edge edge;
	struct pl_digest is;

	c->roots++;
	pl_tree_edge_init(&edge);
	if (size > c->size || (size && pl_tree_fetch_edge(size, pl_log_reader_fetch, &nodes, &edge) != PL_OK)) {
		c->wrong++;
		return;
	}
	pl_tree_edge_root(&edge, &is);
	c->wrong += !pl_digest_eq(&is, root);
}

static pl_status hex_digest(const char *hex, struct pl_digest *ret)
{
	char text[PL_DIGEST_TEXT + 1];

	(void)snprintf(text, sizeof text, "sha256:%s", hex);
	return pl_digest_parse(pl_str_from(text), ret);
}

static void check_lines(struct check *c)
{
	char line[256];

	while (fgets(line, sizeof line, stdin)) {
		pl_str rest = pl_str_from(line), number = {0};
		struct pl_digest d;
		uint64_t size = 0;

		line[strcspn(line, "\n")] = '\0';
		rest = pl_str_from(line);
		if (pl_str_eat(&rest, PL_STR("ack ")) && hex_digest(rest.ptr, &d) == PL_OK)
			check_ack(c, &d);
		else if (pl_str_eat(&rest, PL_STR("root ")) && pl_str_take_until(&rest, ' ', &number) &&
			pl_str_to_u64(number, INT64_MAX, &size) == PL_OK && hex_digest(rest.ptr, &d) == PL_OK)
			check_root(c, size, &d);
	}
}

static int check(const char *dir)
{
	struct pl_instance *inst PL_CLEANUP(pl_instance_closep) = open_instance(dir);
	struct pl_buf note PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CHECKPOINT_MAX);
	struct check c = {0};
	struct pl_checkpoint cp;
	struct pl_diag diag = {0};
	pl_status st = pl_log_reader_open(pl_instance_conf(inst)->log_dir, NULL, &c.reader, &diag);

	if (st == PL_OK)
		st = pl_log_reader_checkpoint(c.reader, &note);
	if (st == PL_OK)
		st = pl_checkpoint_peek(pl_buf_str(&note), &cp, &diag);
	if (st)
		return complain("checkpoint", st, &diag);
	c.size = c.cap = cp.size;
	c.entry = pl_alloc(c.cap + 1, sizeof *c.entry);
	st = pl_log_reader_entries(c.reader, 0, cp.size, cp.size, take_entry, &c);
	if (st)
		return complain("entries", st, &diag);
	qsort(c.entry, c.n, sizeof *c.entry, by_bytes);
	check_lines(&c);
	(void)printf("%llu entries, %llu acknowledged: %llu lost, %llu twice; %llu checkpoints seen: %llu wrong\n",
		(unsigned long long)c.size, (unsigned long long)c.acks, (unsigned long long)c.lost, (unsigned long long)c.twice,
		(unsigned long long)c.roots, (unsigned long long)c.wrong);
	pl_free(c.entry);
	pl_log_reader_close(c.reader);
	return c.lost || c.twice || c.wrong || c.acks == 0;
}

/* ---- leases ---- */

static pl_status end_leases(void *ctx, struct pl_db_tx *tx)
{
	return pl_db_script(tx, "leases", "UPDATE lease SET until = 0");
}

static int leases(const char *dir)
{
	struct pl_instance *inst PL_CLEANUP(pl_instance_closep) = open_instance(dir);
	pl_status st = PL_E_BUSY;

	for (int i = 0; i < TRIES && st; i++) {
		st = pl_db_tx(pl_instance_db(inst), end_leases, NULL);
		if (st)
			pl_time_sleep(PAUSE);
	}
	return st ? complain("leases", st, NULL) : 0;
}

int main(int argc, char **argv)
{
	uint64_t count = 0, ms = 0;

	if ((argc == 5 || argc == 6) && pl_str_to_u64(pl_str_from(argv[4]), INT64_MAX, &count) == PL_OK &&
		(argc == 5 || pl_str_to_u64(pl_str_from(argv[5]), 60000, &ms) == PL_OK) &&
		(strcmp(argv[1], "submit") == 0 || strcmp(argv[1], "publish") == 0))
		return submit(argv[2], argv[3], count, ms * PL_MILLISECOND, argv[1][0] == 'p');
	if (argc == 4 && strcmp(argv[1], "smuggle") == 0)
		return smuggle(argv[2], argv[3]);
	if (argc == 3 && strcmp(argv[1], "watch") == 0)
		return watch(argv[2]);
	if (argc == 3 && strcmp(argv[1], "check") == 0)
		return check(argv[2]);
	if (argc == 3 && strcmp(argv[1], "leases") == 0)
		return leases(argv[2]);
	(void)dprintf(2, "fact-tool submit|publish|smuggle|watch|check|leases: see the head of fact_tool.c\n");
	return 2;
}
