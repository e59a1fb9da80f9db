/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The locale of a site, made with localedef. That takes seconds, longer than many a build, so it is kept in the scratch
 * directory for the builds that follow, for a week at the most: shorter than whatever cleans such directories file by file
 * waits. Builds see it read-only. pl_build_sweep() removes old ones.
 */
#include "base/codec.h"
#include "base/time.h"
#include "release/build_internal.h"
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define WEEK (UINT64_C(7) * 24 * 3600 * PL_SECOND)

/* Its name says who made it, from which source, with which packages, and in which week. */
static pl_status kept_path(const struct build *b, char out[static PATH_Z])
{
	pl_str packages = pl_buf_str(&b->r->packages);
	struct pl_buf key PL_CLEANUP(pl_buf_done) = PL_BUF(4096);
	struct pl_digest digest;
	char hex[2 * PL_DIGEST_LEN + 1] = "";
	pl_status st;
	int n;

	pl_buf_printf(&key, "%s\n%.*s\n%.*s\n", b->job->site->locale_src,
		PL_STR_ARG(pl_build_package_version(packages, PL_STR("locales"))),
		PL_STR_ARG(pl_build_package_version(packages, PL_STR("libc-bin"))));
	pl_buf_put_u64(&key, b->r->started / WEEK);
	st = pl_buf_status(&key);
	if (st != PL_OK)
		return st;
	pl_sha256(pl_buf_bytes(&key), &digest);
	pl_hex_write(digest.b, sizeof digest.b, hex);
	n = snprintf(out, PATH_Z, "%s/" LOCALE_PREFIX "%u-%.16s", b->job->scratch, (unsigned)geteuid(), hex);
	return n > 0 && (unsigned)n < PATH_Z ? PL_OK : PL_E_TOOBIG;
}

/* Nobody else has put it there, and nobody else can change it. */
static bool is_ours(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISDIR(st.st_mode) && st.st_uid == geteuid() && !(st.st_mode & 022);
}

static pl_status make(const struct build *b)
{
	const struct pl_build_site *site = b->job->site;
	char target[PATH_Z];
	const char *argv[] = {"localedef", "--no-archive", "-i", site->locale_src, "-f", "UTF-8", target, NULL};
	const char *for_all[] = {"chmod", "-R", "a+rX", "--", target, NULL}; /* the build is somebody else */
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(65536);
	pl_status st = pl_build_join(target, b->locale, site->locale);

	if (st == PL_OK)
		st = pl_build_tool(argv, &out, b->diag);
	if (st == PL_E_UNSUPPORTED || st == PL_E_NOTFOUND)
		pl_diag_hint(b->diag, "apt-get install locales");
	return st == PL_OK ? pl_build_tool(for_all, &out, b->diag) : st;
}

pl_status pl_build_make_locale(struct build *b)
{
	char kept[PATH_Z];
	pl_status st;

	if (!b->job->site->locale_src)
		return PL_OK;
	st = kept_path(b, kept);
	if (st != PL_OK)
		return st;
	if (!is_ours(kept)) {
		st = make(b);
		/* Where somebody was faster, or something else stands there, this build uses its own. */
		if (st != PL_OK || rename(b->locale, kept) || !is_ours(kept))
			return st;
	}
	return pl_str_z(pl_str_from(kept), b->locale, sizeof b->locale);
}
