/* SPDX-License-Identifier: Apache-2.0 */
/* write_releases DIR: every case of releases_story as NAME.bundle, with trust and trust-none; prints "NAME FINDING WORDS", a line each. */
#include "base/file.h"
#include "log/bundle.h"
#include "releases_story.h"
#include <fcntl.h>
#include <stdio.h>

static int put(int dir, const char *name, const struct pl_buf *b)
{
	return pl_buf_status(b) == PL_OK && pl_file_put_loose(dir, name, pl_buf_bytes(b), 0644) == PL_OK ? 0 : 1;
}

int main(int argc, char **argv)
{
	struct pl_buf text = PL_BUF(PL_BUNDLE_TEXT_MAX);
	int dir, bad = 0;

	if (argc != 2 || pl_file_open_dir(AT_FDCWD, argv[1], &dir) != PL_OK)
		return fputs("usage: write_releases DIR\n", stderr), 2;
	for (size_t i = 0; i < releases_cases_n; i++) {
		const struct releases_case *c = &releases_cases[i];
		char name[64];

		snprintf(name, sizeof name, "%s.bundle", c->name);
		pl_buf_clear(&text);
		c->make(&text);
		bad |= put(dir, name, &text);
		bad |= printf("%s %s %s\n", c->name, c->finding, c->words) < 0;
	}
	pl_buf_clear(&text);
	story_trust(&text, "2", 0);
	bad |= put(dir, "trust", &text);
	pl_buf_clear(&text);
	story_trust(&text, "none", 0);
	bad |= put(dir, "trust-none", &text);
	pl_buf_done(&text);
	pl_file_close(&dir);
	return bad;
}
