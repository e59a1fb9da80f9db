/* SPDX-License-Identifier: Apache-2.0 */
/* store/db_pgsql: what the two halves of the PostgreSQL engine share (connections; statements). Inside this room only.
 */
#ifndef PL_STORE_DB_PGSQL_H
#define PL_STORE_DB_PGSQL_H
#include "store/db_engine.h"

/* Of <libpq-fe.h>, which the two files include. */
struct pg_conn;
struct pg_result;

struct pl_pgsql {
	struct pl_db_conn base;
	struct pg_conn *pg;
	struct pl_db_cache cache;
	unsigned prepared, cursors; /* numbers for names */
};

static inline struct pl_pgsql *pl_pgsql_of(struct pl_db_conn *c)
{
	return (struct pl_pgsql *)(void *)c;
}

/* Did the server do it? */
bool pl_pgsql_worked(const struct pg_result *r);
/* The status of what did not work; marks the connection broken or the transaction retryable, and reports. */
pl_status pl_pgsql_failed(struct pl_pgsql *c, const char *statement, const struct pg_result *r);
/* A command without arguments and rows. */
pl_status pl_pgsql_run(struct pl_pgsql *c, const char *text);

/* Of struct pl_db_ops: */
pl_status pl_pgsql_query(struct pl_db_conn *base, const struct pl_sql *sql, const struct pl_db_value *args,
	size_t n_args, struct pl_db_rows **ret);
pl_status pl_pgsql_step(struct pl_db_rows *base);
uint64_t pl_pgsql_changed(struct pl_db_rows *rows);
void pl_pgsql_cell(struct pl_db_rows *base, unsigned col, struct pl_db_cell *ret);
void pl_pgsql_finish(struct pl_db_rows *base);

#endif
