/* SPDX-License-Identifier: Apache-2.0 */
/* What people call their passkeys. */
#include "people/passkey_internal.h"

struct naming {
	struct pl_people *p;
	const struct pl_ulid *account;
	pl_bytes id, sealed;
};

static bool name_ok(pl_str name)
{
	for (size_t i = 0; i < name.len; i++)
		if ((unsigned char)name.ptr[i] < ' ' || name.ptr[i] == 0x7f)
			return false;
	return name.len >= 1 && name.len <= PL_PASSKEY_NAME_MAX && pl_str_is_utf8(name);
}

static pl_status put(void *ctx, struct pl_db_tx *tx)
{
	struct naming *n = ctx;
	uint64_t changed = 0;
	pl_status st = pl_db_exec(tx, &pl_sql_passkey_name_put,
		PL_DB_ARGS(PL_DB_BLOB(n->id), pl_people_arg_ulid(n->account), PL_DB_BLOB(n->sealed)), &changed);

	return st == PL_OK && changed == 0 ? PL_E_NOTFOUND : st;
}

pl_status pl_passkey_set_name(struct pl_people *p, const struct pl_session *s, pl_bytes id, pl_str name)
{
	struct pl_buf sealed PL_CLEANUP(pl_buf_done) = PL_BUF(512);
	struct naming n = {.p = p, .account = &s->account, .id = id};

	if (!name_ok(name))
		return PL_E_SYNTAX;
	pl_people_seal(p, PL_PEOPLE_COLUMN_PASSKEY, &s->account, pl_str_bytes(name), &sealed);
	if (pl_buf_status(&sealed))
		return pl_buf_status(&sealed);
	n.sealed = pl_buf_bytes(&sealed);
	return pl_db_tx(p->db, put, &n);
}
