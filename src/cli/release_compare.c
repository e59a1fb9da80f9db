/* SPDX-License-Identifier: Apache-2.0 */
/* `pellucid release compare FILE FILE`: the comparison of a rebuild, for two files that somebody has. */
#include "base/file.h"
#include "cli/release.h"
#include "release/recipe.h"
#include <fcntl.h>

const char *pl_cli_verdict_words(enum pl_verdict v)
{
	static const char *const words[PL_VERDICT_COUNT] = {"identical, bit for bit",
		"identical after declared normalisation", "different", "not attempted"};

	return words[v];
}

int pl_cli_verdict_exit(enum pl_verdict v)
{
	if (v == PL_VERDICT_NOT_ATTEMPTED)
		return PL_EXIT_UNKNOWN;
	return v == PL_VERDICT_IDENTICAL ? PL_EXIT_OK : PL_EXIT_NO;
}

void pl_cli_print_comparison(const char *name, const struct pl_comparison *c)
{
	const char *good = pl_cli_style(stdout, c->verdict == PL_VERDICT_IDENTICAL ? PL_STYLE_GOOD : PL_STYLE_BAD);

	(void)printf("  %-24s %s%s%s", name, good, pl_cli_verdict_words(c->verdict), pl_cli_style(stdout, PL_STYLE_PLAIN));
	if (c->normalised)
		(void)printf(" (%s%s%s)", c->normalised & PL_NORMALISE_ELF_BUILD_ID ? "ELF build id" : "",
			c->normalised == (PL_NORMALISE_ELF_BUILD_ID | PL_NORMALISE_AR_HEADER) ? ", " : "",
			c->normalised & PL_NORMALISE_AR_HEADER ? "headers of ar members" : "");
	if (c->verdict == PL_VERDICT_DIFFERENT && c->differing == 0)
		(void)printf(": the bytes to compare with are not at hand, only their digest");
	else if (c->verdict == PL_VERDICT_DIFFERENT)
		(void)printf(": %llu bytes, first at offset %llu%s%s", (unsigned long long)c->differing,
			(unsigned long long)c->first, c->section_a[0] ? " in " : "", c->section_a);
	if (c->verdict == PL_VERDICT_DIFFERENT && c->sections[0])
		(void)printf("\n  %-24s differing sections: %s", "", c->sections);
	(void)printf("\n");
}

void pl_cli_json_comparison(struct pl_json *o, const struct pl_comparison *c)
{
	pl_json_set_z(o, "verdict", pl_verdict_word(c->verdict));
	pl_cli_set_digest(o, "a", &c->a);
	pl_cli_set_digest(o, "b", &c->b);
	pl_json_set_u64(o, "sizeA", c->size_a);
	pl_json_set_u64(o, "sizeB", c->size_b);
	if (c->verdict != PL_VERDICT_DIFFERENT)
		return;
	pl_json_set_u64(o, "firstDifference", c->first);
	pl_json_set_u64(o, "differingBytes", c->differing);
	pl_json_set_z(o, "sectionA", c->section_a);
	pl_json_set_z(o, "sectionB", c->section_b);
	pl_json_set_z(o, "sections", c->sections);
}

static pl_status open_file(const char *path, int *ret, struct pl_diag *diag)
{
	pl_status st = pl_file_open(AT_FDCWD, path, O_RDONLY, 0, ret);

	return st == PL_OK ? PL_OK : pl_diag_set(diag, st, "cannot open \"%s\"", path);
}

static int read_normalise(struct pl_cli *cli, unsigned *ret)
{
	pl_str rest = pl_str_from(pl_cli_get(cli, "normalise")), word;

	*ret = 0;
	while (rest.len) {
		if (!pl_str_take_until(&rest, ',', &word)) {
			word = rest;
			rest.len = 0;
		}
		if (pl_str_eq(word, PL_STR("elf-build-id")))
			*ret |= PL_NORMALISE_ELF_BUILD_ID;
		else if (pl_str_eq(word, PL_STR("ar-header")))
			*ret |= PL_NORMALISE_AR_HEADER;
		else
			return pl_cli_usage(cli, "--normalise wants elf-build-id, ar-header or both with a comma, not \"%.*s\"",
				PL_STR_ARG(word));
	}
	return PL_EXIT_OK;
}

int pl_cli_release_compare(struct pl_cli *cli)
{
	int a PL_CLEANUP(pl_file_close) = -1, b PL_CLEANUP(pl_file_close) = -1;
	struct pl_comparison c = {0};
	struct pl_diag diag = {0};
	unsigned allowed;
	int code = read_normalise(cli, &allowed);
	pl_status st;

	if (code)
		return code;
	st = open_file(cli->argv[0], &a, &diag);
	if (st == PL_OK)
		st = open_file(cli->argv[1], &b, &diag);
	if (st == PL_OK)
		st = pl_compare_files(a, b, allowed, &c);
	if (st != PL_OK)
		return pl_cli_fail(cli, st, &diag);
	code = c.verdict == PL_VERDICT_IDENTICAL ? PL_EXIT_OK : PL_EXIT_NO;
	if (pl_cli_has(cli, "json")) {
		struct pl_json *o = pl_json_new_object();

		pl_cli_json_comparison(o, &c);
		return pl_cli_json_line(cli, o) == PL_EXIT_OK ? code : PL_EXIT_UNKNOWN;
	}
	pl_cli_print_comparison(cli->argv[1], &c);
	return code;
}
