/* SPDX-License-Identifier: Apache-2.0 */
/* pellucid-verify: the verifier alone, for those who want no more of Pellucid on their machine than this. Not a noun of `pellucid`. */
#include "register/look.h"
#include "verify/command.h"
#include <getopt.h>
#include <stdlib.h>
#include <unistd.h>

static const char usage_text[] =
	"usage: pellucid-verify FILE --bundle BUNDLE --trust TRUST [--statement KIND] [--json]\n"
	"       pellucid-verify --all-releases PRODUCT --bundle BUNDLE --trust TRUST [--json] [FILE...]\n"
	"\n"
	"Show offline what a transparency log says about FILE (\"-\": standard input), or\n"
	"whether these are all releases of a product. The openings of a report are\n"
	"counted again, row by row.\n"
	"\n"
	"  --bundle BUNDLE    the proof bundle that came with the file\n"
	"  --trust TRUST      the trust file, from a source that you trust\n"
	"  --statement KIND   only this kind counts: release, source-snapshot, ...\n"
	"  --all-releases PRODUCT\n"
	"                     are these all releases of it? Each FILE, and each in a\n"
	"                     directory, must belong to one\n"
	"  --json             answer in JSON, one object on standard output\n"
	"\n"
	"Exit code: 0 proved, 1 refused, 2 wrong input, 3 could not find out.\n";

static struct pl_verify_style style_of_terminal(void)
{
	static const struct pl_verify_style none = {"", "", "", "", "", ""};
	static const struct pl_verify_style colour = {
		"\033[0m", "\033[1m", "\033[1;32m", "\033[1;31m", "\033[33m", "\033[2m",
	};
	const char *term = getenv("TERM"), *no = getenv("NO_COLOR");

	if (!isatty(STDOUT_FILENO) || (no && *no) || !term || strcmp(term, "dumb") == 0)
		return none;
	return colour;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{"bundle", required_argument, NULL, 'b'}, {"trust", required_argument, NULL, 't'},
		{"statement", required_argument, NULL, 's'}, {"all-releases", required_argument, NULL, 'a'}, {"json", no_argument, NULL, 'j'},
		{"help", no_argument, NULL, 'h'}, {"version", no_argument, NULL, 'v'}, {0},
	};
	struct pl_verify_command c = {.program = "pellucid-verify", .style = style_of_terminal(), .look = pl_register_look};
	int o;

	while ((o = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (o) {
		case 'b': c.bundle = optarg; break;
		case 't': c.trust = optarg; break;
		case 's': c.statement = optarg; break;
		case 'a': c.all_releases = optarg; break;
		case 'j': c.json = true; break;
		case 'h': return fputs(usage_text, stdout) < 0 ? 3 : 0;
		case 'v': return puts("pellucid-verify " PL_VERSION) < 0 ? 3 : 0;
		default: return fputs(usage_text, stderr), 2;
		}
	}
	if (!c.bundle || !c.trust || (c.all_releases ? c.statement != NULL : optind + 1 != argc))
		return fputs(usage_text, stderr), 2;
	if (c.all_releases) {
		c.files = argv + optind;
		c.n_files = (size_t)(argc - optind);
		return pl_verify_command_all(&c);
	}
	c.file = argv[optind];
	return pl_verify_command(&c);
}
