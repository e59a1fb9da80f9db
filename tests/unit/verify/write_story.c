/* SPDX-License-Identifier: Apache-2.0 */
/* write_story DIR [VERDICT]: the story as files (lantern, bundle, trust, trust-none), for tests of the command line. */
#include "base/file.h"
#include "log/bundle.h"
#include "story.h"
#include <fcntl.h>
#include <stdio.h>

static int put(int dir, const char *name, const struct pl_buf *b)
{
	return pl_buf_status(b) == PL_OK && pl_file_put_loose(dir, name, pl_buf_bytes(b), 0644) == PL_OK ? 0 : 1;
}

int main(int argc, char **argv)
{
	struct pl_buf bundle = PL_BUF(PL_BUNDLE_TEXT_MAX), trust = PL_BUF(65536), file = PL_BUF(64);
	struct story s;
	struct pl_digest digest;
	int dir, bad;

	if (argc < 2 || pl_file_open_dir(AT_FDCWD, argv[1], &dir) != PL_OK)
		return fputs("usage: write_story DIR [VERDICT]\n", stderr), 2;
	pl_buf_put_z(&file, "lantern 1.2.0");
	pl_sha256(pl_buf_bytes(&file), &digest);
	story_init(&s);
	story_tell(&s, "lantern", &digest, argc > 2 ? argv[2] : "identical");
	story_bundle_all(&s, 2, &bundle);
	story_trust(&trust, "2", 0);
	bad = put(dir, "lantern", &file) | put(dir, "bundle", &bundle) | put(dir, "trust", &trust);
	pl_buf_clear(&trust);
	story_trust(&trust, "none", 0);
	bad |= put(dir, "trust-none", &trust);
	pl_buf_done(&bundle);
	pl_buf_done(&trust);
	pl_buf_done(&file);
	story_done(&s);
	pl_file_close(&dir);
	return bad;
}
