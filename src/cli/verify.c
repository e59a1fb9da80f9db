/* SPDX-License-Identifier: Apache-2.0 */
/* cli/verify: `pellucid verify FILE --bundle B --trust T`, and with `--all-releases PRODUCT` whether these are all: offline, for anybody
 * who holds a trust file. */
#include "cli/cli.h"
#include "register/look.h"
#include "verify/command.h"

static const char *style(enum pl_cli_style s)
{
	return pl_cli_style(stdout, s);
}

static int run(struct pl_cli *cli)
{
	struct pl_verify_command c = {
		.program = "pellucid verify", .file = cli->argv[0],
		.bundle = pl_cli_get(cli, "bundle"), .trust = pl_cli_get(cli, "trust"),
		.statement = pl_cli_get(cli, "statement"), .json = pl_cli_has(cli, "json"),
		.all_releases = pl_cli_get(cli, "all-releases"), .files = cli->argv, .n_files = (size_t)cli->argc,
		.look = pl_register_look,
		.style = {
			.plain = style(PL_STYLE_PLAIN), .bold = style(PL_STYLE_BOLD), .good = style(PL_STYLE_GOOD),
			.bad = style(PL_STYLE_BAD), .warn = style(PL_STYLE_WARN), .dim = style(PL_STYLE_DIM),
		},
	};

	if (!c.bundle || !c.trust)
		return pl_cli_usage(cli, "--bundle and --trust are both needed");
	if (c.all_releases)
		return c.statement ? pl_cli_usage(cli, "--statement does not go with --all-releases") : pl_verify_command_all(&c);
	if (cli->argc != 1)
		return pl_cli_usage(cli, "one FILE is needed, or --all-releases PRODUCT");
	return pl_verify_command(&c);
}

static const struct pl_cli_option options[] = {
	{"bundle", "BUNDLE", "the proof bundle that came with the file"},
	{"trust", "TRUST", "the trust file, from a source that you trust"},
	{"statement", "KIND", "only this kind of statement counts: release, source-snapshot, ..."},
	{"all-releases", "PRODUCT", "are these all releases of it? Each FILE, and each in a directory, must belong to one"},
	PL_CLI_JSON,
	{0},
};

static const struct pl_cli_verb verbs[] = {
	{"", "[FILE...]", "show offline what the log proves about a file, or that these are all releases", options, 0, -1, run},
	{0},
};

const struct pl_cli_noun pl_cli_noun_verify = {
	.name = "verify", .help = "prove offline what a log says about a file", .verbs = verbs,
};
