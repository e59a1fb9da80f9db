/* SPDX-License-Identifier: Apache-2.0 */
/* tmplc OUT.c OUT.h FILE.html...: compile all templates into one C file and its header. */
#include "tmplc.h"
#include "base/file.h"
#include <fcntl.h>
#include <stdio.h>

static pl_str base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return pl_str_from(slash ? slash + 1 : path);
}

static pl_status compile_file(const char *path, struct pl_buf *code, struct pl_buf *header, struct pl_diag *diag)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_TMPLC_TEXT_MAX);
	struct pl_buf name PL_CLEANUP(pl_buf_done) = PL_BUF(256);
	pl_status st = pl_file_read(AT_FDCWD, path, &text);

	pl_buf_put_z(&name, "pages/");
	pl_buf_put_str(&name, base_name(path));
	if (!st)
		st = pl_buf_status(&name);
	if (st)
		return pl_diag_set(diag, st, "%s: %s", path, pl_status_text(st));
	return pl_tmplc_compile(pl_buf_str(&text), pl_buf_str(&name), code, header, diag);
}

int main(int argc, char **argv)
{
	struct pl_buf code PL_CLEANUP(pl_buf_done) = PL_BUF(16u << 20);
	struct pl_buf header PL_CLEANUP(pl_buf_done) = PL_BUF(1u << 20);
	struct pl_diag diag = {0};
	pl_status st = PL_OK;

	if (argc < 4) {
		(void)fprintf(stderr, "usage: tmplc OUT.c OUT.h FILE.html...\n");
		return 2;
	}
	pl_buf_put_z(&header, "/* Made by tmplc from pages. */\n#ifndef PL_PAGES_H\n#define PL_PAGES_H\n"
			      "#include \"web/html.h\"\n#include \"web/model.h\"\n\n");
	pl_buf_put_z(&code, "/* Made by tmplc from pages. */\n#include \"pages.h\"\n#include \"assets.h\"\n\n");
	for (int i = 3; !st && i < argc; i++)
		st = compile_file(argv[i], &code, &header, &diag);
	pl_buf_put_z(&header, "#endif\n");
	if (!st)
		st = pl_file_put_loose(AT_FDCWD, argv[1], pl_buf_bytes(&code), 0644);
	if (!st)
		st = pl_file_put_loose(AT_FDCWD, argv[2], pl_buf_bytes(&header), 0644);
	if (st)
		(void)fprintf(stderr, "%s\n", pl_diag_text(&diag, st));
	return st ? 1 : 0;
}
