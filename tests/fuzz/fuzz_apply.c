/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the rooms do with statements whose signatures suffice. Each line of the input is a payload; those that have the shape of their
 * type are projected one after the other into the tables of all rooms (SQLite, in memory), in a transaction that is undone. Those about
 * keys are shown to the register of keys first, as the projector does.
 *
 * No statement fails in the database: its room takes it or refuses it, as a row that says why, and the next one is projected. The
 * same lines have the same outcome again.
 */
#include "base/ulid.h"
#include "cli/rooms.h"
#include "fact/projector_internal.h"
#include "fuzz.h"
#include "scratch.h"
#include "store/migrate.h"
#include <stdio.h>
#include <stdlib.h>

#define LINES_MAX 64u

static struct pl_vocabulary vocabulary;

static struct pl_db *make_tables(void)
{
	const struct pl_migrations *all[PL_VOCABULARY_ROOMS_MAX + 1] = {&pl_sql_store_migrations};
	struct pl_db_options opt = {.create = true, .connections = 1};
	struct pl_diag diag = {0};
	struct pl_db *db = NULL;
	char url[256];
	size_t n = 1;

	pl_vocabulary_init(&vocabulary, pl_rooms, pl_rooms_count);
	for (size_t i = 0; i < vocabulary.n_rooms; i++)
		if (vocabulary.rooms[i]->migrations)
			all[n++] = vocabulary.rooms[i]->migrations;
	(void)snprintf(url, sizeof url, "sqlite:%s/apply.db", fuzz_scratch_path());
	FUZZ_HOLDS(pl_db_open(pl_str_from(url), &opt, &diag, &db) == PL_OK);
	FUZZ_HOLDS(pl_migrate(db, all, n, &diag, NULL) == PL_OK);
	return db;
}

struct sequence {
	struct pl_projector_item items[LINES_MAX];
	size_t count;
	uint64_t states[PL_ENTRY_STATE_COUNT];
};

/* A register with a root of its own; nobody signs here. */
static struct pl_keys *no_keys(void)
{
	static struct pl_pubkey root;
	static bool made;
	struct pl_keys *k = NULL;

	if (!made) {
		struct pl_privkey key;

		pl_privkey_generate(PL_KEY_ED25519, &key);
		FUZZ_HOLDS(pl_privkey_public(&key, &root) == PL_OK);
		pl_privkey_done(&key);
		made = true;
	}
	FUZZ_HOLDS(pl_keys_new(&root, 1, 1, &k) == PL_OK);
	return k;
}

static void add_line(struct sequence *q, struct pl_keys *keys, pl_str line)
{
	struct pl_projector_item *item = &q->items[q->count];
	struct pl_statement *s = NULL;

	if (pl_statement_open_payload(pl_str_bytes(line), &s, NULL))
		return;
	*item = (struct pl_projector_item){.index = q->count, .statement = s, .row = pl_vocabulary_find(&vocabulary, s->type),
		.judgement = {.carriers = 1, .signer = s->pae}};
	pl_sha256(pl_str_bytes(line), &item->entry_digest);
	if (!item->row || pl_predicate_check(item->row, s, NULL)) {
		pl_statement_close(s);
		return;
	}
	if (pl_keys_apply(keys, s, item->index, NULL))
		item->state = PL_ENTRY_REFUSED;
	q->count++;
}

static pl_status project(void *ctx, struct pl_db_tx *tx)
{
	struct sequence *q = ctx;

	memset(q->states, 0, sizeof q->states);
	for (size_t i = 0; i < q->count; i++) {
		pl_status st = pl_projector_write_item(tx, &q->items[i], q->states);

		if (st)
			(void)fprintf(stderr, "line %zu: %.*s: %s\n", i, PL_STR_ARG(q->items[i].statement->type), pl_status_text(st));
		FUZZ_HOLDS(st == PL_OK);
	}
	return PL_E_CANCELLED;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct pl_db *db;
	static struct sequence q;
	uint64_t first[PL_ENTRY_STATE_COUNT];
	pl_str rest = pl_bytes_str(pl_bytes_of(data, size));
	struct pl_keys *keys = no_keys();

	if (!db)
		db = make_tables();
	q.count = 0;
	while (rest.len && q.count < LINES_MAX) {
		size_t end = pl_str_find(rest, '\n');

		add_line(&q, keys, pl_str_sub(rest, 0, end));
		rest = pl_str_sub(rest, end + 1, rest.len);
	}
	if (q.count) {
		FUZZ_HOLDS(pl_db_tx(db, project, &q) == PL_E_CANCELLED);
		memcpy(first, q.states, sizeof first);
		FUZZ_HOLDS(pl_db_tx(db, project, &q) == PL_E_CANCELLED);
		FUZZ_HOLDS(memcmp(first, q.states, sizeof first) == 0);
	}
	pl_keys_free(keys);
	while (q.count)
		pl_statement_close(q.items[--q.count].statement);
	return 0;
}
