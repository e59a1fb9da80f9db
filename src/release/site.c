/* SPDX-License-Identifier: Apache-2.0 */
#include "release/build.h"

/* 400 days: another year in every calendar, and beyond most "is it stale?" rules. */
#define FAR_AHEAD (INT64_C(400) * 86400)

const struct pl_build_site *pl_build_site_plain(void)
{
	static const struct pl_build_site site = {.uid = 1000, .gid = 1000, .user = "builder", .host = "build",
		.home = "/home/builder", .timezone = "UTC", .locale = "C.UTF-8", .umask = 022, .cpus = 0, .outer_name = "a"};

	return &site;
}

const struct pl_build_site *pl_build_site_varied(void)
{
	static const char *const noise[] = {"PELLUCID_NOISE=something else", "TERM=vt100", "COLUMNS=37", "EDITOR=ed",
		"MAKEFLAGS_UNUSED=1", "USERNAME=rebuilder", NULL};
	/* Turkish: 'i' and 'I' are not a pair there, and months have other names. */
	static const struct pl_build_site site = {.uid = 2077, .gid = 3077, .user = "rebuilder", .host = "second-sandbox",
		.home = "/srv/people/rebuilder", .timezone = "Pacific/Kiritimati", .locale = "tr_TR.UTF-8",
		.locale_src = "tr_TR", .clock_offset = FAR_AHEAD, .umask = 077, .cpus = 1,
		.outer_name = "a-much-longer-name-of-the-outer-directory", .noise = noise};

	return &site;
}
