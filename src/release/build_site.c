/* SPDX-License-Identifier: Apache-2.0 */
#include "release/build_internal.h"
#include <glob.h>
#include <stdio.h>

/* Debian puts it below the directory of the machine: x86_64-linux-gnu, aarch64-linux-gnu. */
#define FAKETIME_LIB "/usr/lib/*/faketime/libfaketime.so.1"
#define ENVIRONMENT_MAX 320u

pl_status pl_build_check_packages(struct build *b)
{
	const struct pl_recipe *recipe = b->job->recipe;

	for (size_t i = 0; i < recipe->npackages; i++) {
		if (pl_build_package_version(pl_buf_str(&b->r->packages), recipe->packages[i]).len)
			continue;
		pl_diag_hint(b->diag, "apt-get install %.*s", PL_STR_ARG(recipe->packages[i]));
		return pl_diag_set(b->diag, PL_E_NOTFOUND, "the recipe needs the package \"%.*s\", which is not installed",
			PL_STR_ARG(recipe->packages[i]));
	}
	return PL_OK;
}

/* Add or replace; the recipe comes last, so that it decides. */
static pl_status set_variable(struct build *b, pl_str name, pl_str value)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_RECIPE_SIZE_MAX);
	pl_str copy, prefix;
	pl_status st;

	pl_buf_put_str(&text, name);
	pl_buf_put_c(&text, '=');
	prefix = pl_str_of((const char *)text.ptr, text.len);
	pl_buf_put_str(&text, value);
	st = pl_buf_status(&text);
	if (st == PL_OK)
		st = pl_arena_dup(&b->r->arena, pl_buf_str(&text), &copy);
	if (st != PL_OK)
		return st;
	prefix.ptr = copy.ptr;
	for (size_t i = 0; i < b->nenvironment; i++) {
		if (pl_str_starts(pl_str_from(b->environment[i]), prefix)) {
			b->environment[i] = copy.ptr;
			return PL_OK;
		}
	}
	if (b->nenvironment + 1 >= ENVIRONMENT_MAX)
		return PL_E_TOOBIG;
	b->environment[b->nenvironment++] = copy.ptr;
	return PL_OK;
}

static pl_status set_z(struct build *b, const char *name, const char *value)
{
	return set_variable(b, pl_str_from(name), pl_str_from(value));
}

static pl_status set_faketime(struct build *b)
{
	glob_t found = {0};
	pl_status st = PL_E_UNSUPPORTED;

	if (glob(FAKETIME_LIB, 0, NULL, &found) == 0)
		st = set_z(b, "LD_PRELOAD", found.gl_pathv[0]);
	globfree(&found);
	if (st != PL_E_UNSUPPORTED)
		return st;
	pl_diag_hint(b->diag, "apt-get install libfaketime");
	return pl_diag_set(b->diag, st, "libfaketime is not installed (" FAKETIME_LIB ")");
}

static pl_status set_clock(struct build *b)
{
	char offset[32];
	pl_status st;

	if (!b->job->site->clock_offset)
		return PL_OK;
	(void)snprintf(offset, sizeof offset, "%+lld", (long long)b->job->site->clock_offset);
	st = set_faketime(b);
	if (st == PL_OK)
		st = set_z(b, "FAKETIME", offset);
	/* Programs that wait on the monotonic clock would wait for 400 days. */
	return st == PL_OK ? set_z(b, "FAKETIME_DONT_FAKE_MONOTONIC", "1") : st;
}

static pl_status set_noise(struct build *b)
{
	const char *const *noise = b->job->site->noise;

	for (size_t i = 0; noise && noise[i]; i++) {
		pl_str rest = pl_str_from(noise[i]), name;
		pl_status st = pl_str_take_until(&rest, '=', &name) ? set_variable(b, name, rest) : PL_E_INTERNAL;

		if (st != PL_OK)
			return st;
	}
	return PL_OK;
}

static pl_status set_epoch(struct build *b)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(32);

	b->r->epoch = b->job->recipe->epoch_fixed ? b->job->recipe->epoch : b->job->commit_time;
	pl_buf_put_u64(&text, b->r->epoch);
	return set_variable(b, PL_STR("SOURCE_DATE_EPOCH"), pl_buf_str(&text));
}

pl_status pl_build_set_environment(struct build *b)
{
	const struct pl_build_site *site = b->job->site;
	const struct pl_recipe *recipe = b->job->recipe;
	const char *const base[][2] = {{"PATH", "/usr/bin:/bin"}, {"HOME", site->home}, {"USER", site->user},
		{"LOGNAME", site->user}, {"TZ", site->timezone}, {"LC_ALL", site->locale}, {"LANG", site->locale}};
	pl_status st = PL_OK;

	b->environment = pl_arena_alloc(&b->r->arena, ENVIRONMENT_MAX, sizeof *b->environment);
	if (!b->environment)
		return PL_E_TOOBIG;
	for (size_t i = 0; i < PL_COUNT(base) && st == PL_OK; i++)
		st = set_z(b, base[i][0], base[i][1]);
	if (st == PL_OK && site->locale_src)
		st = set_z(b, "LOCPATH", "/locale");
	if (st == PL_OK)
		st = set_clock(b);
	if (st == PL_OK)
		st = set_noise(b);
	for (size_t i = 0; i < recipe->nenvironment && st == PL_OK; i++)
		st = set_variable(b, recipe->environment[i].name, recipe->environment[i].value);
	if (st == PL_OK)
		st = set_epoch(b);
	for (size_t i = 0; i < b->nenvironment && st == PL_OK; i++) {
		pl_buf_put_z(&b->r->environment, b->environment[i]);
		pl_buf_put_c(&b->r->environment, '\n');
	}
	return st == PL_OK ? pl_buf_status(&b->r->environment) : st;
}
