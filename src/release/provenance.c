/* SPDX-License-Identifier: Apache-2.0 */
#include "release/provenance.h"
#include "base/time.h"
#include "fact/member.h"
#include "release/vocabulary.h"

/* ---- writing ---- */

static void set_digest(struct pl_json *object, const char *name, const struct pl_digest *d)
{
	char hex[2 * PL_DIGEST_LEN + 1];

	pl_digest_hex(d, hex);
	pl_json_set_z(object, name, hex);
}

static void set_named_digest(struct pl_json *object, const char *name, const struct pl_digest *d)
{
	char text[PL_DIGEST_TEXT + 1];

	pl_digest_text(d, text);
	pl_json_set_z(object, name, text);
}

/* An in-toto ResourceDescriptor for a body. */
static void push_body(struct pl_json *list, const char *name, const struct pl_body *body)
{
	struct pl_json *d = pl_json_push_object(list);

	pl_json_set_z(d, "name", name);
	set_digest(pl_json_set_object(d, "digest"), "sha256", &body->digest);
	pl_json_set_str(d, "mediaType", body->media_type);
	pl_json_set_u64(pl_json_set_object(d, "annotations"), "size", body->size);
}

static void push_package(struct pl_json *list, pl_str name, pl_str version)
{
	struct pl_buf uri PL_CLEANUP(pl_buf_done) = PL_BUF(1024);
	struct pl_json *d = pl_json_push_object(list);

	name = pl_str_sub(name, 0, pl_str_find(name, ':'));
	pl_buf_put_z(&uri, "pkg:deb/debian/");
	/* purl: '+' and ':' in names and versions are written as they are in Debian, percent-encoded. */
	for (size_t i = 0; i < name.len; i++)
		name.ptr[i] == '+' ? pl_buf_put_z(&uri, "%2B") : pl_buf_put_c(&uri, name.ptr[i]);
	pl_buf_put_c(&uri, '@');
	for (size_t i = 0; i < version.len; i++) {
		if (version.ptr[i] == '+' || version.ptr[i] == ':')
			pl_buf_put_z(&uri, version.ptr[i] == '+' ? "%2B" : "%3A");
		else
			pl_buf_put_c(&uri, version.ptr[i]);
	}
	pl_json_set_str(d, "uri", pl_buf_str(&uri));
}

static void write_definition(struct pl_json *def, const struct pl_provenance *p, const struct pl_build_record *record,
	const struct pl_recipe *recipe)
{
	struct pl_json *external, *deps, *d;

	pl_json_set_z(def, "buildType", PL_RELEASE_BUILD_TYPE);
	external = pl_json_set_object(def, "externalParameters");
	pl_json_set_str(external, "product", p->product);
	set_named_digest(external, "source", &p->source);
	pl_json_set_str(external, "commit", p->commit);
	set_named_digest(external, "recipe", &p->recipe);
	deps = pl_json_set_array(def, "resolvedDependencies");
	d = pl_json_push_object(deps);
	pl_json_set_z(d, "name", "source");
	d = pl_json_set_object(d, "digest");
	set_digest(d, "sha256", &p->source);
	pl_json_set_str(d, "gitCommit", p->commit);
	d = pl_json_push_object(deps);
	pl_json_set_z(d, "name", "recipe");
	set_digest(pl_json_set_object(d, "digest"), "sha256", &p->recipe);
	push_body(deps, "packages", &p->packages);
	for (size_t i = 0; i < recipe->npackages; i++)
		push_package(deps, recipe->packages[i],
			pl_build_package_version(pl_buf_str(&record->packages), recipe->packages[i]));
}

static void write_site(struct pl_json *internal, const struct pl_build_record *record, const struct pl_recipe *recipe,
	const struct pl_build_site *site)
{
	pl_json_set_u64(internal, "uid", site->uid);
	pl_json_set_u64(internal, "gid", site->gid);
	pl_json_set_z(internal, "user", site->user);
	pl_json_set_z(internal, "hostName", site->host);
	pl_json_set_z(internal, "home", site->home);
	pl_json_set_z(internal, "timeZone", site->timezone);
	pl_json_set_z(internal, "locale", site->locale);
	pl_json_set_i64(internal, "clockOffset", site->clock_offset);
	pl_json_set_u64(internal, "umask", site->umask);
	pl_json_set_u64(internal, "processors", record->cpus);
	pl_json_set_u64(internal, "sourceDateEpoch", record->epoch);
	pl_json_set_str(internal, "innerDirectory", recipe->inner);
	pl_json_set_z(internal, "outerDirectory", site->outer_name);
}

struct pl_json *pl_provenance_write(const struct pl_provenance *p, const struct pl_build_record *record,
	const struct pl_recipe *recipe, const struct pl_build_site *site)
{
	struct pl_json *root = pl_json_new_object(), *def, *run, *meta, *by;
	char time[21];

	def = pl_json_set_object(root, "buildDefinition");
	write_definition(def, p, record, recipe);
	write_site(pl_json_set_object(def, "internalParameters"), record, recipe, site);
	run = pl_json_set_object(root, "runDetails");
	pl_json_set_str(pl_json_set_object(run, "builder"), "id", p->builder);
	meta = pl_json_set_object(run, "metadata");
	pl_time_write(record->started, time);
	pl_json_set_z(meta, "startedOn", time);
	pl_time_write(record->finished, time);
	pl_json_set_z(meta, "finishedOn", time);
	by = pl_json_set_array(run, "byproducts");
	push_body(by, "log", &p->log);
	push_body(by, "environment", &p->environment);
	return root;
}

/* ---- reading ---- */

static pl_status read_body(const struct pl_json *list, const char *name, struct pl_body *ret, struct pl_diag *diag)
{
	for (size_t i = 0; i < pl_json_count(list); i++) {
		const struct pl_json *d = pl_json_at(list, i);
		struct pl_body body = {.media_type = pl_member_text(d, "mediaType")};

		if (!pl_str_eq(pl_member_text(d, "name"), pl_str_from(name)))
			continue;
		body.size = pl_member_u64(pl_json_get(d, "annotations"), "size");
		if (!body.media_type.len || pl_hex_read(pl_member_text(pl_json_get(d, "digest"), "sha256"), body.digest.b,
			sizeof body.digest.b) != PL_OK)
			break;
		*ret = body;
		return PL_OK;
	}
	return pl_diag_set(diag, PL_E_SYNTAX, "the provenance names no body \"%s\" with digest, media type and size", name);
}

static pl_status read_ours(const struct pl_json *def, const struct pl_json *run, struct pl_provenance *ret,
	struct pl_diag *diag)
{
	static const char *const known[] = {"commit", "product", "recipe", "source"};
	const struct pl_json *external = pl_json_get(def, "externalParameters");
	struct pl_provenance p = {0};
	pl_str digest;
	pl_status st = pl_json_only(external, known, PL_COUNT(known), diag);

	if (st == PL_OK)
		st = pl_json_get_str(external, "product", &p.product, diag);
	if (st == PL_OK)
		st = pl_json_get_str(external, "commit", &p.commit, diag);
	if (st == PL_OK)
		st = pl_json_get_str(external, "source", &digest, diag);
	if (st == PL_OK && pl_digest_parse(digest, &p.source) != PL_OK)
		st = pl_diag_set(diag, PL_E_SYNTAX, "source: expected sha256: and 64 hex digits");
	if (st == PL_OK)
		st = pl_json_get_str(external, "recipe", &digest, diag);
	if (st == PL_OK && pl_digest_parse(digest, &p.recipe) != PL_OK)
		st = pl_diag_set(diag, PL_E_SYNTAX, "recipe: expected sha256: and 64 hex digits");
	if (st == PL_OK)
		st = read_body(pl_json_get(def, "resolvedDependencies"), "packages", &p.packages, diag);
	if (st == PL_OK)
		st = read_body(pl_json_get(run, "byproducts"), "log", &p.log, diag);
	if (st == PL_OK)
		st = read_body(pl_json_get(run, "byproducts"), "environment", &p.environment, diag);
	if (st != PL_OK)
		return st;
	p.builder = pl_member_text(pl_json_get(run, "builder"), "id");
	*ret = p;
	return PL_OK;
}

pl_status pl_provenance_read(const struct pl_json *predicate, bool *ret_ours, struct pl_provenance *ret,
	struct pl_diag *diag)
{
	const struct pl_json *def, *run, *external, *builder;
	pl_str type, id;
	pl_status st = pl_json_get_object(predicate, "buildDefinition", &def, diag);

	if (st == PL_OK)
		st = pl_json_get_object(predicate, "runDetails", &run, diag);
	if (st == PL_OK)
		st = pl_json_get_str(def, "buildType", &type, diag);
	if (st == PL_OK)
		st = pl_json_get_object(def, "externalParameters", &external, diag);
	if (st == PL_OK)
		st = pl_json_get_object(run, "builder", &builder, diag);
	if (st == PL_OK)
		st = pl_json_get_str(builder, "id", &id, diag);
	if (st != PL_OK)
		return st == PL_E_NOTFOUND ? PL_E_SYNTAX : st;
	if (!pl_str_eq(type, PL_STR(PL_RELEASE_BUILD_TYPE))) {
		*ret_ours = false;
		return PL_OK;
	}
	st = read_ours(def, run, ret, diag);
	if (st == PL_OK)
		*ret_ours = true;
	return st == PL_E_NOTFOUND ? PL_E_SYNTAX : st;
}
