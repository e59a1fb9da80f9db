/* SPDX-License-Identifier: Apache-2.0 */
/*
 * draft-tool DRAFT OUT...: for each pair write the CSAF document of a draft, whatever is wrong with it, and print one
 * line: the rules that it breaks, by our own check. And `draft-tool --weaknesses`: the names that we know.
 */
#include "base/file.h"
#include "register/advisory/draft.h"
#include "register/advisory/formats.h"
#include "register/advisory/ident.h"
#include <fcntl.h>
#include <stdio.h>

static int fail(const char *what, const struct pl_diag *diag, pl_status st)
{
	(void)fprintf(stderr, "draft-tool: %s: %s\n", what, pl_diag_text(diag, st));
	return 1;
}

static int print_weaknesses(void)
{
	for (size_t i = 0; i < pl_ident_cwe_count(); i++) {
		const char *name;
		unsigned id;

		pl_ident_cwe_at(i, &id, &name);
		(void)printf("CWE-%u\t%s\n", id, name);
	}
	return 0;
}

static int write_one(const char *draft, const char *to)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(PL_ADVISORY_DRAFT_ARENA);
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_ADVISORY_DRAFT_MAX);
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(PL_ADVISORY_DOCUMENT_MAX);
	static struct pl_findings findings;
	struct pl_advisory a;
	struct pl_diag diag = {0};
	pl_status st = pl_file_read(AT_FDCWD, draft, &text);

	if (!st)
		st = pl_advisory_draft_parse(pl_buf_str(&text), &arena, &a, &diag);
	if (!st)
		st = pl_csaf_write(&a, &out);
	if (!st)
		st = pl_file_put_loose(AT_FDCWD, to, pl_buf_bytes(&out), 0644);
	if (st)
		return fail(draft, &diag, st);
	pl_advisory_check(&a, &findings);
	for (size_t i = 0; i < findings.n; i++)
		(void)printf("%s%s", i ? " " : "", findings.v[i].rule);
	(void)printf("\n");
	return 0;
}

int main(int argc, char **argv)
{
	int failed = 0;

	if (argc == 2 && strcmp(argv[1], "--weaknesses") == 0)
		return print_weaknesses();
	for (int i = 1; i + 1 < argc && !failed; i += 2)
		failed = write_one(argv[i], argv[i + 1]);
	return failed;
}
