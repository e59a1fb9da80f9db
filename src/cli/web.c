/* SPDX-License-Identifier: Apache-2.0 */
/* pellucid web: serve the portal of an instance, and its desk. It needs no signing key. */
#include "cli/cli.h"
#include "cli/instance.h"
#include "web/portal.h"

#define LISTEN_MAX 8u

/* Addresses separated by commas; 0 if there are too many. */
static size_t split_listen(pl_str text, pl_str out[static LISTEN_MAX])
{
	size_t n = 0;

	while (text.len > 0 && n < LISTEN_MAX) {
		size_t comma = pl_str_find(text, ',');

		out[n++] = pl_str_sub(text, 0, comma);
		text = pl_str_sub(text, comma + 1, text.len);
	}
	return text.len > 0 ? 0 : n;
}

static bool read_part(const char *word, struct pl_portal_options *o)
{
	o->part = strcmp(word, "portal") == 0 ? PL_PORTAL_PUBLIC : PL_PORTAL_DESK;
	return o->part == PL_PORTAL_PUBLIC || strcmp(word, "desk") == 0;
}

static int run(struct pl_cli *cli)
{
	struct pl_portal_options o = {.dir = pl_cli_instance(cli), .real_ip = pl_cli_has(cli, "behind-proxy")};
	struct pl_instance_options rooms;
	struct pl_passphrase none;
	pl_str listen[LISTEN_MAX];
	struct pl_diag diag = {0};
	uint64_t rate, threads;
	size_t n = 0;
	pl_status st;

	if (!o.dir)
		return PL_EXIT_USAGE;
	if (pl_cli_has(cli, "listen")) {
		n = split_listen(pl_str_from(pl_cli_get(cli, "listen")), listen);
		if (n == 0)
			return pl_cli_usage(cli, "--listen takes 1 to %u addresses, separated by commas", LISTEN_MAX);
	}
	if (pl_cli_get_u64(cli, "rate", 0, 1, UINT32_MAX, &rate) || pl_cli_get_u64(cli, "threads", 0, 1, 64, &threads))
		return PL_EXIT_USAGE;
	if (pl_cli_has(cli, "only") && !read_part(pl_cli_get(cli, "only"), &o))
		return pl_cli_usage(cli, "--only is portal or desk");
	pl_cli_instance_options(cli, &none, &rooms);
	rooms.migrate = false;
	o.instance = &rooms;
	o.rate_minute = (uint32_t)rate;
	o.threads = (unsigned)threads;
	pl_http_signals_block();
	st = pl_web_run(&o, listen, n, &diag);
	return st ? pl_cli_fail(cli, st, &diag) : PL_EXIT_OK;
}

const struct pl_cli_noun pl_cli_noun_web = {
	.name = "web",
	.help = "serve the portal: pages, proofs, tiles",
	.verbs = (const struct pl_cli_verb[]){
		{"", "", "Serve the portal of an instance until SIGTERM, and the desk if [web] desk is yes; it holds no signing key",
			(const struct pl_cli_option[]){PL_CLI_INSTANCE,
				{"listen", "ADDR[,ADDR...]", "127.0.0.1:PORT, [::1]:PORT or unix:PATH (default: as configured)"},
				{"rate", "N", "requests a minute and address (default 1200; 4294967295 is no limit)"},
				{"threads", "N", "threads that answer (default: one a core, at most 4)"},
				{"only", "portal|desk", "only the public pages, or only those of who works here"},
				{"behind-proxy", NULL, "take the client's address from X-Real-IP on unix: sockets"}, {NULL}},
			0, 0, run},
		{NULL},
	},
};
