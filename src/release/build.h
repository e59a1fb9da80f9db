/* SPDX-License-Identifier: Apache-2.0 */
/*
 * release/build: run a recipe over a source snapshot in a sandbox, and write down everything that took part.
 *
 * An output is whatever the untrusted build left at the path that the recipe names: it is opened without following any
 * symbolic link, must be a regular file within the bound, and is copied out while it is hashed.
 *
 * The surroundings of a build (struct pl_build_site) are explicit so that a rebuild can differ in each of them. What the
 * recipe fixes (inner path, SOURCE_DATE_EPOCH, its [environment]) never differs.
 */
#ifndef PL_RELEASE_BUILD_H
#define PL_RELEASE_BUILD_H
#include "base/base.h"
#include "crypto/digest.h"
#include "release/reason.h"
#include "release/recipe.h"

#define PL_BUILD_OUTPUT_MAX (UINT64_C(4) << 30)

/* The surroundings of one build. Strings live as long as the caller keeps them. */
struct pl_build_site {
	uint32_t uid, gid;
	const char *user, *host, *home;
	const char *timezone;    /* TZ */
	const char *locale;      /* LC_ALL, for example "C.UTF-8" or a name made by localedef */
	const char *locale_src;  /* localedef -i; NULL = the system has @locale */
	int64_t clock_offset;    /* seconds added by libfaketime; 0 = not loaded */
	unsigned umask;
	unsigned cpus;           /* also {jobs} */
	const char *outer_name;  /* last component of the outer directory */
	const char *const *noise; /* further "NAME=value" that must not matter; NULL-terminated or NULL */
};

/* The ordinary site, and the one that differs from it in everything that should not matter. */
const struct pl_build_site *pl_build_site_plain(void);
const struct pl_build_site *pl_build_site_varied(void);

struct pl_build_output {
	pl_str name; /* as in the recipe */
	struct pl_digest digest;
	uint64_t size;
};

/* What happened. Everything inside belongs to the record; start with PL_BUILD_RECORD. */
struct pl_build_record {
	struct pl_arena arena;
	size_t noutputs;
	struct pl_build_output *outputs;
	struct pl_buf packages;     /* text body: "name<TAB>version<TAB>architecture", one package a line, sorted */
	struct pl_buf log;          /* what the steps printed, bounded */
	bool log_cut;
	struct pl_buf environment;  /* "NAME=value" lines, as the steps saw them, sorted as given */
	uint64_t epoch;             /* SOURCE_DATE_EPOCH */
	uint64_t started, finished; /* ns, system time */
	uint64_t cpu_ns;
	unsigned cpus;              /* {jobs} */
	uint32_t outer_uid;         /* user id outside the sandbox */
	enum pl_reason reason;      /* why pl_build_run failed, where that says something about the build */
	char outer[4096];           /* the outer directory, absolute; removed by pl_build_record_done; "" = none */
};

#define PL_BUILD_RECORD {.arena = PL_ARENA(1u << 20), .packages = PL_BUF(8u << 20), .log = PL_BUF(8u << 20), \
	.environment = PL_BUF(65536)}

struct pl_build_job {
	const struct pl_recipe *recipe;
	int archive_fd;             /* canonical archive of the snapshot */
	uint64_t commit_time;       /* seconds */
	const struct pl_build_site *site;
	unsigned ordinal;           /* 0, 1, ...: outer user id and directory of parallel builds differ by it */
	const char *scratch;        /* absolute directory, traversable by others, in which the build makes its own */
	void (*progress)(void *ctx, unsigned step, unsigned steps, const char *what);
	void *progress_ctx;
};

/* Unpack, run every step, read the outputs out. PL_E_STATE with the step's line and the end of its output in @diag when a
 * step fails or an output is missing (@ret->log is filled then, too); PL_E_NOTFOUND for a declared package that is not
 * installed; PL_E_TIMEOUT, PL_E_NOSPACE, PL_E_UNSUPPORTED from the sandbox. @ret->reason tells them apart; it stays
 * PL_REASON_NONE when the machine failed us (memory, input/output). Call pl_build_record_done in any case. */
pl_status pl_build_run(const struct pl_build_job *job, struct pl_build_record *ret, struct pl_diag *diag);
/* Open output @i for reading. */
pl_status pl_build_record_output(const struct pl_build_record *r, size_t i, int *ret_fd);
/* Give memory back and remove the outer directory. Accepts a record that was never run. */
void pl_build_record_done(struct pl_build_record *r);

/* A build first removes directories in @scratch that killed builds left, if they are older than @seconds (60). For tests. */
void pl_build_sweep_age(unsigned seconds);

/* The version of @name (":arch" is ignored) in such a list, or empty. */
pl_str pl_build_package_version(pl_str packages, pl_str name);

/* Every installed Debian package, as in pl_build_record.packages. */
pl_status pl_build_packages(struct pl_buf *out, struct pl_diag *diag);

#endif
