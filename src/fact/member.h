/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fact/member: members of a predicate whose shape pl_predicate_check has accepted already, so that reading them cannot fail;
 * an absent optional one is empty or zero.
 */
#ifndef PL_FACT_MEMBER_H
#define PL_FACT_MEMBER_H
#include "fact/statement.h"

pl_str pl_member_text(const struct pl_json *object, const char *name);
uint64_t pl_member_u64(const struct pl_json *object, const char *name);
struct pl_digest pl_member_digest(const struct pl_json *object, const char *name);
/* Set it. */
void pl_member_set_digest(struct pl_json *object, const char *name, const struct pl_digest *d);
/* False if it is absent. */
bool pl_member_body(const struct pl_json *object, const char *name, struct pl_body *ret);

#endif
