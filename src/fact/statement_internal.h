/* SPDX-License-Identifier: Apache-2.0 */
/* fact/statement_internal: small checks that statement.c and predicates.c share. Pure. */
#ifndef PL_FACT_STATEMENT_INTERNAL_H
#define PL_FACT_STATEMENT_INTERNAL_H
#include "base/time.h"
#include "fact/statement.h"

/* The largest integer that every JSON reader holds exactly. */
#define PL_STATEMENT_NUMBER_MAX ((UINT64_C(1) << 53) - 1)

/* 1..PL_STATEMENT_NAME_MAX bytes of 0x21..0x7e. */
bool pl_statement_name_ok(pl_str s);
/* type/subtype of RFC 6838. */
bool pl_statement_media_type_ok(pl_str s);
/* Append @data, or leave @out as it was. */
pl_status pl_statement_append(struct pl_buf *out, pl_bytes data);

#endif
