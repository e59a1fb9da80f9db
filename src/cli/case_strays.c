/* SPDX-License-Identifier: Apache-2.0 */
/* `pellucid case strays`: files of cases in the blob store that no row names. Nothing is removed unless it is said. */
#include "base/progress.h"
#include "base/time.h"
#include "cli/instance.h"
#include "cli/register.h"
#include "register/casework/stray.h"

#define DAY (UINT64_C(86400) * PL_SECOND)
#define DAYS_MAX 3650u

struct looking {
	struct pl_progress bar;
	struct pl_json *list; /* NULL: printed for people */
};

static const char *what_became(const struct pl_stray *s)
{
	return s->removed ? "removed" : s->young ? "young" : "stray";
}

static pl_status on_stray(void *ctx, const struct pl_stray *s)
{
	struct looking *k = ctx;
	char digest[PL_DIGEST_TEXT + 1], since[21] = "-";
	struct pl_json *o;

	pl_digest_text(&s->blob, digest);
	if (s->since != PL_BLOB_SINCE_NEVER)
		pl_time_write(s->since, since);
	if (!k->list) {
		(void)printf("%-7s  %s  %10llu  %s\n", what_became(s), since, (unsigned long long)s->size, digest);
		return PL_OK;
	}
	o = pl_json_push_object(k->list);
	pl_json_set_z(o, "blob", digest);
	pl_json_set_u64(o, "size", s->size);
	if (s->since != PL_BLOB_SINCE_NEVER)
		pl_json_set_z(o, "since", since);
	pl_json_set_z(o, "state", what_became(s));
	return PL_OK;
}

static void on_blob(void *ctx, uint64_t blobs)
{
	struct looking *k = ctx;

	pl_progress_set(&k->bar, blobs);
}

static int answer_json(struct pl_cli *cli, struct pl_json *o, const struct pl_stray_counts *n)
{
	pl_json_set_u64(o, "blobs", n->blobs);
	pl_json_set_u64(o, "named", n->named);
	pl_json_set_u64(o, "others", n->others);
	pl_json_set_u64(o, "young", n->young);
	pl_json_set_u64(o, "removed", n->removed);
	pl_json_set_u64(o, "bytes", n->bytes);
	return pl_cli_json_line(cli, o);
}

static void print_counts(const struct pl_stray_counts *n, bool removing)
{
	(void)printf("%llu blobs, %llu named by rows, %llu others left alone, %llu strays of %llu bytes: %llu too young, %llu removed\n",
		(unsigned long long)n->blobs, (unsigned long long)n->named, (unsigned long long)n->others, (unsigned long long)n->strays,
		(unsigned long long)n->bytes, (unsigned long long)n->young, (unsigned long long)n->removed);
	if (!removing && n->strays > n->young)
		(void)fprintf(stderr, "nothing was removed: if no newer copy of the database can be found, say --remove\n");
}

int pl_cli_case_strays(struct pl_cli *cli)
{
	struct pl_instance *inst PL_CLEANUP(pl_instance_closep) = NULL;
	struct pl_json *root = NULL;
	struct looking k = {0};
	struct pl_stray_how how = {.now = pl_time_now(), .remove = pl_cli_has(cli, "remove"), .found = on_stray, .looked = on_blob, .ctx = &k};
	struct pl_stray_counts n = {0};
	struct pl_diag diag = {0};
	uint64_t days = 0;
	pl_status st;
	int code;

	if (pl_cli_get_u64(cli, "days", PL_STRAY_DAYS, 0, DAYS_MAX, &days))
		return PL_EXIT_USAGE;
	how.age = days * DAY;
	if (!pl_cli_instance_open(cli, &inst, &code))
		return code;
	if (pl_cli_has(cli, "json")) {
		root = pl_json_new_object();
		k.list = pl_json_set_array(root, "strays");
	}
	pl_progress_begin(&k.bar, "looking at blobs", 0, PL_PROGRESS_COUNT);
	st = pl_stray_sweep(inst, &how, &n, &diag);
	pl_progress_end(&k.bar);
	if (st) {
		pl_json_free(root);
		return pl_cli_fail(cli, st, &diag);
	}
	if (root)
		return answer_json(cli, root, &n);
	print_counts(&n, how.remove);
	return PL_EXIT_OK;
}
