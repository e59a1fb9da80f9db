/* SPDX-License-Identifier: Apache-2.0 */
/* `pellucid doctor`: is everything in order, and what to do if not. */
#include "base/json.h"
#include "cli/instance.h"

struct findings {
	struct pl_json *list; /* NULL: print for people */
	unsigned bad, warnings;
};

static const char *const health_words[] = {
	[PL_HEALTH_GOOD] = "good", [PL_HEALTH_WARNING] = "warning", [PL_HEALTH_BAD] = "bad",
};

static void print_finding(enum pl_health health, const char *what, const char *words, const char *next)
{
	static const enum pl_cli_style styles[] = {
		[PL_HEALTH_GOOD] = PL_STYLE_GOOD, [PL_HEALTH_WARNING] = PL_STYLE_WARN, [PL_HEALTH_BAD] = PL_STYLE_BAD,
	};

	(void)printf("%s%-7s%s  %-13s %s\n", pl_cli_style(stdout, styles[health]), health_words[health],
		pl_cli_style(stdout, PL_STYLE_PLAIN), what, words);
	if (next[0])
		(void)printf("%9s%-13s -> %s\n", "", "", next);
}

static void on_finding(void *ctx, enum pl_health health, const char *what, const char *words, const char *next)
{
	struct findings *f = ctx;

	f->bad += health == PL_HEALTH_BAD;
	f->warnings += health == PL_HEALTH_WARNING;
	if (f->list) {
		struct pl_json *o = pl_json_push_object(f->list);

		pl_json_set_z(o, "health", health_words[health]);
		pl_json_set_z(o, "what", what);
		pl_json_set_z(o, "words", words);
		pl_json_set_z(o, "next", next);
		return;
	}
	print_finding(health, what, words, next);
}

static int run(struct pl_cli *cli)
{
	struct pl_instance *inst PL_CLEANUP(pl_instance_closep) = NULL;
	struct pl_json *root PL_CLEANUP(pl_json_done) = NULL;
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(1u << 20);
	struct findings f = {0};
	int code;
	pl_status st;

	if (!pl_cli_instance_open(cli, &inst, &code))
		return code;
	if (pl_cli_has(cli, "json")) {
		root = pl_json_new_object();
		f.list = pl_json_set_array(root, "findings");
	}
	st = pl_instance_doctor(inst, on_finding, &f);
	if (st)
		return pl_cli_fail(cli, st, NULL);
	if (root) {
		pl_json_set_bool(root, "ok", f.bad == 0);
		st = pl_json_write(root, &out);
		pl_buf_put_c(&out, '\n');
		if (st || pl_cli_out(pl_buf_str(&out)) != PL_OK)
			return PL_EXIT_UNKNOWN;
	}
	return f.bad ? PL_EXIT_NO : PL_EXIT_OK;
}

const struct pl_cli_noun pl_cli_noun_doctor = {
	.name = "doctor",
	.help = "is the instance in order?",
	.verbs = (const struct pl_cli_verb[]){
		{"", "", "Examine the instance without changing it; exit 1 if something is bad",
			(const struct pl_cli_option[]){PL_CLI_INSTANCE, PL_CLI_JSON, {NULL}}, 0, 0, run},
		{NULL},
	},
};
