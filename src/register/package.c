/* SPDX-License-Identifier: Apache-2.0 */
#include "register/package.h"
#include "register/sql.h"

static const struct pl_register_field *field_of(const struct pl_register_decl *d)
{
	const struct pl_register_field *f = d->imported ? NULL : pl_register_decl_field(d, PL_STR("package"));

	return f && f->type == PL_COMMIT_DIGEST ? f : NULL;
}

bool pl_register_package_is(const struct pl_register_decl *d)
{
	return field_of(d) != NULL;
}

struct putting {
	const struct pl_digest *file, *manifest;
	uint64_t now;
};

static pl_status put(void *ctx, struct pl_db_tx *tx)
{
	const struct putting *p = ctx;

	return pl_db_exec(tx, &pl_sql_work_package_put,
		PL_DB_ARGS(PL_DB_BLOB(pl_digest_bytes(p->file)), PL_DB_BLOB(pl_digest_bytes(p->manifest)), PL_DB_U64(p->now)), NULL);
}

pl_status pl_register_package_put(struct pl_instance *inst, const struct pl_digest *file, const struct pl_digest *manifest, uint64_t now)
{
	struct putting p = {file, manifest, now};

	return pl_db_tx(pl_instance_db(inst), put, &p);
}

static pl_status find(struct pl_db_tx *tx, const struct pl_sql *sql, pl_bytes digest)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;

	return pl_db_one(tx, sql, PL_DB_ARGS(PL_DB_BLOB(digest)), &rows);
}

static pl_status refuse(const struct pl_register *r, const char *what, struct pl_diag *diag)
{
	pl_diag_hint(diag, "pellucid expertise make FILE... --out PACKAGE --case %.*s/NUMBER --field package", PL_STR_ARG(r->decl->name));
	return pl_diag_set(diag, PL_E_DENIED, "%s: register %.*s gives out packages that were looked through for data of users, and nothing else", what,
		PL_STR_ARG(r->decl->name));
}

pl_status pl_register_package_may_leave(struct pl_db_tx *tx, const struct pl_register *r, const struct pl_digest *file, struct pl_diag *diag)
{
	pl_status st = pl_register_package_is(r->decl) ? find(tx, &pl_sql_work_package_file, pl_digest_bytes(file)) : PL_OK;

	return st == PL_E_NOTFOUND ? refuse(r, "this file was not made by \"pellucid expertise make\"", diag) : st;
}

pl_status pl_register_package_words(const struct pl_register *r, struct pl_diag *diag)
{
	if (!pl_register_package_is(r->decl))
		return PL_OK;
	return pl_diag_set(diag, PL_E_DENIED, "these words were not looked through for data of users, as register %.*s wants it", PL_STR_ARG(r->decl->name));
}

struct asking {
	const struct pl_register *r;
	const struct pl_digest *file;
	struct pl_diag *diag;
};

static pl_status ask(void *ctx, struct pl_db_tx *tx)
{
	const struct asking *a = ctx;

	return pl_register_package_may_leave(tx, a->r, a->file, a->diag);
}

pl_status pl_register_package_ask(struct pl_instance *inst, const struct pl_register *r, const struct pl_digest *file, struct pl_diag *diag)
{
	struct asking a = {r, file, diag};

	return pl_db_read(pl_instance_db(inst), ask, &a);
}

pl_status pl_register_package_fits(struct pl_db_tx *tx, const struct pl_register *r, const struct pl_commit_value *before, const struct pl_commit_value *v,
	struct pl_diag *diag)
{
	const struct pl_register_field *f = field_of(r->decl);
	pl_status st;

	if (!f || !v[f->exact].present)
		return PL_OK;
	if (before && before[f->exact].present && pl_bytes_eq(before[f->exact].value, v[f->exact].value))
		return PL_OK;
	st = find(tx, &pl_sql_work_package_known, v[f->exact].value);
	return st == PL_E_NOTFOUND ? refuse(r, "\"package\" is the digest of no package that was made here", diag) : st;
}
