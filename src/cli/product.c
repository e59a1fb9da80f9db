/* SPDX-License-Identifier: Apache-2.0 */
/* `pellucid product`: what is released here. */
#include "base/file.h"
#include "cli/release.h"
#include "log/bundle.h"
#include "release/all.h"
#include <fcntl.h>

#define DESCRIPTION_MAX ((size_t)1 << 20)

static int print_added(const struct pl_cli *cli, const struct pl_release_stated *s)
{
	struct pl_json *o;

	if (!pl_cli_has(cli, "json")) {
		(void)printf("product %s: %s\n", pl_cli_reused(s), cli->argv[0]);
		return PL_EXIT_OK;
	}
	o = pl_json_new_object();
	pl_json_set_z(o, "product", cli->argv[0]);
	pl_cli_set_stated(o, "statement", s);
	return pl_cli_json_line(cli, o);
}

static int add(struct pl_cli *cli)
{
	struct pl_buf words PL_CLEANUP(pl_buf_done) = PL_BUF(DESCRIPTION_MAX);
	const char *path = pl_cli_get(cli, "description");
	struct pl_release_stated s;
	struct pl_diag diag = {0};
	struct pl_cli_job j;
	pl_status st = path ? pl_cli_read_file(path, &words, &diag) : PL_OK;
	int code;

	if (st != PL_OK)
		return pl_cli_fail(cli, st, &diag);
	if (!pl_cli_job_open_approved(&j, cli, &code))
		return code;
	st = pl_release_product_add(&j.job, pl_str_from(cli->argv[0]), pl_buf_str(&words), &s, &diag);
	if (st != PL_OK)
		code = pl_cli_job_fail(&j, st, &diag);
	else
		code = s.payload_only ? pl_cli_job_payload(&j) : print_added(cli, &s);
	pl_cli_job_close(&j);
	return code;
}

static void fill(struct pl_json *o, const struct pl_query_product *p)
{
	pl_json_set_str(o, "product", p->name);
	pl_json_set_u64(o, "index", p->index);
	pl_json_set_u64(o, "releases", p->releases);
	pl_json_set_str(o, "latest", p->latest);
	if (p->described)
		pl_cli_set_digest(o, "description", &p->description);
	if (p->has_head) {
		struct pl_json *head = pl_json_set_object(o, "head");

		pl_json_set_u64(head, "index", p->head_index);
		pl_json_set_u64(head, "count", p->head_count);
		pl_cli_set_digest(head, "root", &p->head_root);
	}
}

static void print(const struct pl_query_product *p)
{
	char root[PL_DIGEST_TEXT + 1] = "not stated yet";

	if (p->has_head)
		pl_digest_text(&p->head_root, root);
	(void)printf("%-24.*s %llu release%s, latest %.*s\n  head: %s (entry %llu)\n", PL_STR_ARG(p->name),
		(unsigned long long)p->releases, p->releases == 1 ? "" : "s",
		PL_STR_ARG(p->latest.len ? p->latest : PL_STR("none")), root, (unsigned long long)p->head_index);
}

static int list(struct pl_cli *cli)
{
	struct pl_json *o = pl_json_new_object(), *array = pl_json_set_array(o, "products");
	struct pl_query_product *rows;
	struct pl_cli_job j;
	pl_str after = {0};
	size_t n = 0;
	pl_status st;
	int code;

	if (!pl_cli_job_open(&j, cli, &code)) {
		pl_json_free(o);
		return code;
	}
	do {
		st = pl_query_products(j.inst, after, PL_RELEASE_PAGE_MAX, &j.arena, &rows, &n);
		for (size_t i = 0; i < n && st == PL_OK; i++) {
			after = rows[i].name;
			if (pl_cli_has(cli, "json"))
				fill(pl_json_push_object(array), &rows[i]);
			else
				print(&rows[i]);
		}
	} while (st == PL_OK && n == PL_RELEASE_PAGE_MAX);
	code = st == PL_OK ? PL_EXIT_OK : pl_cli_job_fail(&j, st, NULL);
	if (st == PL_OK && pl_cli_has(cli, "json"))
		code = pl_cli_json_line(cli, pl_json_ref(o));
	pl_json_free(o);
	pl_cli_job_close(&j);
	return code;
}

static int show(struct pl_cli *cli)
{
	struct pl_query_product p;
	struct pl_diag diag = {0};
	struct pl_cli_job j;
	pl_status st;
	int code;

	if (!pl_cli_job_open(&j, cli, &code))
		return code;
	st = pl_query_product(j.inst, pl_str_from(cli->argv[0]), &j.arena, &p);
	if (st == PL_E_NOTFOUND)
		st = pl_diag_set(&diag, st, "there is no product \"%s\"", cli->argv[0]);
	if (st != PL_OK) {
		code = pl_cli_job_fail(&j, st, &diag);
	} else if (pl_cli_has(cli, "json")) {
		struct pl_json *o = pl_json_new_object();

		fill(o, &p);
		code = pl_cli_json_line(cli, o);
	} else {
		print(&p);
		code = PL_EXIT_OK;
	}
	pl_cli_job_close(&j);
	return code;
}

static int bundle(struct pl_cli *cli)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(PL_BUNDLE_TEXT_MAX);
	struct pl_diag diag = {0};
	struct pl_cli_job j;
	pl_status st;
	int code;

	if (!pl_cli_job_open(&j, cli, &code))
		return code;
	st = pl_release_all(j.inst, pl_str_from(cli->argv[0]), &j.arena, &out, &diag);
	if (st == PL_OK)
		st = pl_cli_release_out(cli, pl_buf_str(&out), &diag);
	code = st == PL_OK ? PL_EXIT_OK : pl_cli_job_fail(&j, st, &diag);
	pl_cli_job_close(&j);
	return code;
}

static const struct pl_cli_option add_options[] = {
	{"description", "FILE", "words for people, stored as a body (- is standard input)"},
	PL_CLI_APPROVAL_OPTIONS, PL_CLI_WAIT, PL_CLI_INSTANCE, PL_CLI_PASSPHRASE, PL_CLI_JSON, {NULL},
};
static const struct pl_cli_option bundle_options[] = {
	{"out", "FILE", "where to write it (default: standard output)"}, PL_CLI_INSTANCE, {NULL},
};
static const struct pl_cli_option read_options[] = {PL_CLI_INSTANCE, PL_CLI_JSON, {NULL}};

static const struct pl_cli_verb verbs[] = {
	{"add", "NAME", "state that a product exists", add_options, 1, 1, add},
	{"list", "", "all products", read_options, 0, 0, list},
	{"show", "NAME", "one product and the head over all its releases", read_options, 1, 1, show},
	{"bundle", "NAME", "write the proof bundle of all its releases", bundle_options, 1, 1, bundle},
	{NULL},
};

const struct pl_cli_noun pl_cli_noun_product = {"product", "what is released here", verbs};
