/* SPDX-License-Identifier: Apache-2.0 */
/* `pellucid doctor`: is everything in order, and what to do if not. */
#include "base/clamd.h"
#include "base/json.h"
#include "base/lazy.h"
#include "cli/instance.h"
#include "register/casework/form_store.h"
#include <stdio.h>

#define FORMS_MAX 256u

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

/* ---- who looks at the files that outsiders send ---- */

static pl_status takes_files(struct pl_instance *inst, char name[static PL_REGISTER_NAME_MAX + 1])
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA((size_t)1 << 20);
	pl_str names[FORMS_MAX];
	size_t n = 0;
	pl_status st = pl_form_list(inst, FORMS_MAX, &arena, names, &n);

	name[0] = '\0';
	for (size_t i = 0; i < n && !st && !name[0]; i++) {
		unsigned files = 0;
		uint64_t bytes = 0;

		st = pl_form_attach(inst, names[i], &files, &bytes);
		if (!st && files)
			st = pl_str_z(names[i], name, PL_REGISTER_NAME_MAX + 1);
	}
	return st;
}

static void check_scanner(struct pl_instance *inst, struct findings *f)
{
	pl_str scanner = pl_instance_conf(inst)->scanner;
	char name[PL_REGISTER_NAME_MAX + 1], words[512];
	struct pl_diag diag = {0};

	if (scanner.len) {
		pl_status st = pl_clamd_ping(scanner, &diag);

		(void)snprintf(words, sizeof words, "%s", st ? pl_diag_text(&diag, st) : "answers");
		on_finding(f, st ? PL_HEALTH_BAD : PL_HEALTH_GOOD, "scanner", words, st ? "start it, or see [intake] scanner: no files are taken in without it" : "");
		return;
	}
	if (takes_files(inst, name) || !name[0])
		return;
	(void)snprintf(words, sizeof words, "nobody looks for malware in the files that outsiders send to register %s", name);
	on_finding(f, PL_HEALTH_WARNING, "scanner", words, "set [intake] scanner in pellucid.conf");
}

static void check_calendar(struct pl_instance *inst, struct findings *f)
{
	struct pl_diag diag = {0};
	pl_status st = pl_register_calendar_check(pl_instance_conf(inst), &diag);

	on_finding(f, st ? PL_HEALTH_BAD : PL_HEALTH_GOOD, "calendar", st ? pl_diag_text(&diag, st) : "deadlines count by one that is known",
		st ? "set [clocks] calendar in pellucid.conf: no register that names none can be opened" : "");
}

/* ---- libraries that are opened when they are needed: one a file *.lazy ---- */

extern struct pl_lazy pl_cairo_library, pl_curl_library, pl_fido2_library, pl_git2_library, pl_microhttpd_library, pl_pq_library, pl_qpdf_library;
static struct pl_lazy *const libraries[] = {
	&pl_cairo_library, &pl_curl_library, &pl_fido2_library, &pl_git2_library, &pl_microhttpd_library, &pl_pq_library, &pl_qpdf_library,
};

static void check_libraries(struct findings *f)
{
	char words[512], next[128];
	bool all = true;

	for (size_t i = 0; i < PL_COUNT(libraries); i++) {
		struct pl_diag diag = {0};

		if (!pl_lazy_load(libraries[i], &diag))
			continue;
		all = false;
		(void)snprintf(words, sizeof words, "%s", diag.text);
		(void)snprintf(next, sizeof next, "install the package of Debian that has %s; until then what needs it fails", libraries[i]->file);
		on_finding(f, PL_HEALTH_BAD, "library", words, next);
	}
	(void)snprintf(words, sizeof words, "%zu that are opened when needed are there", PL_COUNT(libraries));
	if (all)
		on_finding(f, PL_HEALTH_GOOD, "libraries", words, "");
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
	check_scanner(inst, &f);
	check_calendar(inst, &f);
	check_libraries(&f);
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
