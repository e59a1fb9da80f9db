/* SPDX-License-Identifier: Apache-2.0 */
/* `pellucid log repair`: tiles and entry bundles that are damaged or missing, made again. The work is in log/repair. */
#include "base/json.h"
#include "base/progress.h"
#include "cli/instance.h"
#include "cli/log.h"
#include "cli/witnessed.h"
#include "fact/record_db.h"
#include "log/repair.h"

/* Files that a JSON answer names; the others are counted. */
#define NAMED_MAX 1000u

struct repairing {
	bool json;
	struct pl_json *files;
	size_t n_files;
	struct pl_progress bar;
	pl_status out; /* of standard output */
};

static void progress(void *ctx, uint64_t entries, uint64_t size)
{
	struct repairing *x = ctx;

	x->bar.total = size;
	pl_progress_set(&x->bar, entries);
}

static void put_file(struct repairing *x, const struct pl_log_repair_found *f)
{
	static const char *const source[] = {"log", "journal", "copy"};
	struct pl_json *o, *from;

	if (x->n_files++ >= NAMED_MAX)
		return;
	o = pl_json_push_object(x->files);
	pl_json_set_z(o, "path", f->path);
	pl_json_set_z(o, "was", f->missing ? "missing" : "damaged");
	pl_json_set_bool(o, "repaired", f->repaired);
	if (!f->repaired) {
		pl_json_set_z(o, "why", f->why);
		return;
	}
	from = pl_json_set_array(o, "from");
	for (unsigned i = 0; i < PL_COUNT(source); i++)
		if (f->sources >> i & 1)
			pl_json_push_z(from, source[i]);
	if (f->kept[0])
		pl_json_set_z(o, "kept", f->kept);
}

static void found(void *ctx, const struct pl_log_repair_found *f)
{
	struct repairing *x = ctx;
	struct pl_buf line PL_CLEANUP(pl_buf_done) = PL_BUF(2048);

	if (x->json) {
		put_file(x, f);
		return;
	}
	if (f->repaired) {
		pl_buf_printf(&line, "repaired %s, which was %s, from ", f->path, f->missing ? "missing" : "damaged");
		pl_log_repair_sources(f->sources, &line);
		if (f->kept[0])
			pl_buf_printf(&line, "; the damaged file is %s now", f->kept);
	} else {
		pl_buf_printf(&line, "not repaired %s, which is %s: %s", f->path, f->missing ? "missing" : "damaged", f->why);
	}
	pl_buf_put_c(&line, '\n');
	x->out = x->out ? x->out : pl_cli_out(pl_buf_str(&line));
}

/* Cosignatures are no matter of a repair; that the policy asks for none is. */
static bool unwitnessed(const struct pl_log_repair_options *o)
{
	return !o->policy || pl_policy_unwitnessed(o->policy);
}

static pl_status print_json(struct repairing *x, struct pl_json *o, bool witnessed, const struct pl_log_repair_report *r)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF((size_t)2 * 1024 * 1024);
	struct pl_buf root PL_CLEANUP(pl_buf_done) = PL_BUF(64);
	pl_status st;

	pl_base64_put(&root, pl_digest_bytes(&r->root));
	pl_json_set_u64(o, "size", r->size);
	pl_json_set_str(o, "root", pl_buf_str(&root));
	pl_json_set_bool(o, "record_checked", r->record_checked);
	pl_json_set_bool(o, "signature_checked", r->signature_checked);
	pl_json_set_u64(o, "entries_checked", r->entries);
	pl_json_set_u64(o, "tiles_checked", r->tiles);
	pl_json_set_u64(o, "repaired", r->repaired);
	pl_json_set_u64(o, "failed", r->failed);
	pl_json_set(o, "files", pl_json_ref(x->files));
	if (!witnessed)
		pl_cli_set_witnessed(o, false);
	st = pl_json_write(o, &out);
	pl_buf_put_c(&out, '\n');
	return st ? st : pl_cli_out(pl_buf_str(&out));
}

static void say(const struct pl_cli *cli, const struct pl_log_repair_report *r)
{
	(void)fprintf(stderr, "%llu file%s repaired, %llu not; the tree has %llu entries, and the root of %s.\n",
		(unsigned long long)r->repaired, r->repaired == 1 ? "" : "s", (unsigned long long)r->failed, (unsigned long long)r->size,
		r->record_checked ? "the record and the signed checkpoints" : "the journal and the signed checkpoints");
	if (!r->record_checked)
		(void)fprintf(stderr, "There is no record beside the log: of an instance's log --instance compares with the one in the database.\n");
	if (r->failed)
		(void)fprintf(stderr, "What to do: %s; what lies below a tile that is not repaired was not looked at.\n",
			pl_cli_has(cli, "from") ? "restore these files from a backup, or try another copy (--from)" :
						  "name a mirror or a backup that holds these files (--from URL|DIR), or restore them");
}

static int repair(struct pl_cli *cli, struct pl_log_repair_options *o)
{
	struct pl_json *answer PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_json *files PL_CLEANUP(pl_json_done) = pl_json_new_array();
	struct repairing x = {.json = pl_cli_has(cli, "json"), .files = files};
	struct pl_log_repair_report r;
	struct pl_diag diag = {0};
	pl_status st;

	if (pl_cli_has(cli, "from"))
		o->from = pl_str_from(pl_cli_get(cli, "from"));
	o->found = found;
	o->progress = progress;
	o->ctx = &x;
	pl_progress_quiet(x.json);
	pl_progress_begin(&x.bar, "checking entries", 0, PL_PROGRESS_COUNT);
	st = pl_log_repair(o, &r, &diag);
	pl_progress_end(&x.bar);
	if (!st && x.json)
		st = print_json(&x, answer, !unwitnessed(o), &r);
	st = st ? st : x.out;
	if (st)
		return pl_cli_fail(cli, st, &diag);
	say(cli, &r);
	pl_cli_say_witnessed(stderr, !unwitnessed(o));
	return r.failed ? PL_EXIT_NO : PL_EXIT_OK;
}

/* The log of an instance, whose record is in its database. */
static int repair_instance(struct pl_cli *cli)
{
	struct pl_instance *inst PL_CLEANUP(pl_instance_closep) = NULL;
	struct pl_log_record *record = NULL;
	struct pl_log_repair_options o;
	struct pl_diag diag = {0};
	int code;
	pl_status st;

	if (!pl_cli_instance_look(cli, &inst, &code))
		return code;
	st = pl_record_db_new(pl_instance_db(inst), pl_instance_conf(inst)->origin, &record);
	if (st)
		return pl_cli_fail(cli, st, &diag);
	o = (struct pl_log_repair_options){
		.dir = pl_instance_conf(inst)->log_dir.ptr, .record = record, .policy = pl_instance_policy(inst),
	};
	code = repair(cli, &o);
	pl_record_db_free(record);
	return code;
}

int pl_cli_log_repair(struct pl_cli *cli)
{
	struct pl_policy *policy PL_CLEANUP(pl_policy_freep) = NULL;
	struct pl_log_repair_options o = {0};
	struct pl_diag diag = {0};
	pl_status st;

	if (pl_cli_has(cli, "instance") == (cli->argc == 1))
		return pl_cli_usage(cli, "one of DIR and --instance DIR is needed");
	if (pl_cli_has(cli, "instance"))
		return pl_cli_has(cli, "policy") || pl_cli_has(cli, "vkey") ?
			pl_cli_usage(cli, "--instance has a trust file of its own; --policy and --vkey are for a log without one") :
			repair_instance(cli);
	st = pl_cli_log_policy(cli, &policy, &diag);
	if (st)
		return pl_cli_fail(cli, st, &diag);
	o.dir = cli->argv[0];
	o.policy = policy;
	return repair(cli, &o);
}
