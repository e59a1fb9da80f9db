/* SPDX-License-Identifier: Apache-2.0 */
#include "fact_world.h"
#include "base/time.h"
#include "store/db_engine.h"
#include <sys/wait.h>
#include <unistd.h>

static char scratch_dir[256];

int world_begin(void **state)
{
	const char *base = getenv("PL_TMP");

	(void)snprintf(scratch_dir, sizeof scratch_dir, "%s/pellucid-fact-XXXXXX", base ? base : "/var/tmp");
	return mkdtemp(scratch_dir) ? 0 : -1;
}

int world_end(void **state)
{
	pid_t child = fork();

	if (child == 0) {
		(void)execl("/bin/rm", "rm", "-rf", "--", scratch_dir, (char *)NULL);
		_exit(1);
	}
	(void)waitpid(child, NULL, 0);
	test_signers_free();
	return 0;
}

const char *world_scratch(void)
{
	return scratch_dir;
}

const char *world_dir(const char *name)
{
	static char path[512];

	(void)snprintf(path, sizeof path, "%s/%s", scratch_dir, name);
	return path;
}

static pl_status drop_all(void *ctx, struct pl_db_tx *tx)
{
	return pl_db_script(tx, "drop", "DROP SCHEMA public CASCADE; CREATE SCHEMA public");
}

/* The shared engine's URL after everything in it was dropped; empty on SQLite. */
static pl_str shared_database(void)
{
	const char *url = getenv("PL_TEST_DB");
	struct pl_db *db = NULL;
	struct pl_diag diag = {0};

	if (!url || strncmp(url, "sqlite:", 7) == 0)
		return (pl_str){0};
	if (pl_db_open(pl_str_from(url), NULL, &diag, &db) != PL_OK)
		fail_msg("%s", diag.text);
	assert_ok(pl_db_tx(db, drop_all, NULL));
	pl_db_close(db);
	return pl_str_from(url);
}

static pl_str shared_blobs(void)
{
	const char *url = getenv("PL_TEST_BLOB");

	return url && strncmp(url, "dir:", 4) != 0 ? pl_str_from(url) : (pl_str){0};
}

struct pl_instance *world_init(const char *name, unsigned officers, unsigned approvals)
{
	struct pl_instance_recipe recipe = {.origin = PL_STR("log.example/fact"), .purpose = "test",
		.database = shared_database(), .blobs = shared_blobs(), .officers = officers, .approvals = approvals};
	struct pl_instance *inst = NULL;
	struct pl_diag diag = {0};

	if (pl_instance_init(world_dir(name), &recipe, NULL, &inst, &diag) != PL_OK)
		fail_msg("init: %s", diag.text);
	return inst;
}

struct pl_instance *world_open(const char *name)
{
	struct pl_instance *inst = NULL;
	struct pl_diag diag = {0};

	if (pl_instance_open(world_dir(name), NULL, &inst, &diag) != PL_OK)
		fail_msg("open: %s", diag.text);
	return inst;
}

void world_close(struct pl_instance *inst)
{
	pl_instance_close(inst);
}

void world_document(struct pl_instance *inst, size_t i, struct pl_buf *entry)
{
	struct pl_buf payload PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_PAYLOAD_MAX);
	struct pl_json *p PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_diag diag = {0};
	struct pl_subject subject;
	struct pl_body body;
	char text[64], name[64];
	int n = snprintf(text, sizeof text, "document %zu\n", i);

	(void)snprintf(name, sizeof name, "document-%zu.txt", i);
	assert_ok(pl_instance_body(inst, pl_bytes_of(text, (size_t)n), PL_STR("text/plain"), &body));
	subject = (struct pl_subject){pl_str_from(name), body.digest};
	pl_json_set(p, "body", pl_body_to_json(&body));
	pl_json_set_z(p, "kind", "document");
	assert_ok(pl_statement_build(PL_STR(PL_TYPE_BODY), &subject, 1, p, &payload, NULL, &diag));
	if (pl_instance_sign(inst, pl_buf_bytes(&payload), NULL, 0, entry, &diag) != PL_OK)
		fail_msg("sign: %s", diag.text);
}

void world_state_document(struct pl_instance *inst, size_t i, struct pl_outbox_ref *ret)
{
	struct pl_buf entry PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_ENTRY_MAX);
	struct pl_diag diag = {0};

	world_document(inst, i, &entry);
	if (pl_instance_submit(inst, PL_STR("documents"), pl_buf_bytes(&entry), ret, &diag) != PL_OK)
		fail_msg("submit: %s", diag.text);
}

void world_settle(struct pl_instance *inst, const struct pl_outbox_ref *refs, size_t n)
{
	struct pl_diag diag = {0};

	if (pl_instance_settle(inst, refs, n, PL_OUTBOX_PROJECTED, 30 * PL_SECOND, &diag) != PL_OK)
		fail_msg("settle: %s", diag.text);
}
