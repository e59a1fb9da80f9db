/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/audit/vocabulary: the predicates about audits and certificates and what they do to the public tables. A
 * program hands them to pl_instance_open. The pages are docs/statements/audit.md and audit-end.md.
 *
 * What always holds:
 *  1. An audit is stated once. What was wrong in it is withdrawn as stated in error and stated anew under another name;
 *     both stay.
 *  2. What it supersedes was stated before, is of the same standard, and has no other successor.
 *  3. What becomes of an audit follows in the order of days; after its end nothing follows.
 */
#ifndef PL_REGISTER_AUDIT_VOCABULARY_H
#define PL_REGISTER_AUDIT_VOCABULARY_H
#include "fact/predicates.h"
#include "fact/signing.h"

extern const struct pl_fact_room pl_audit_room;

#endif
