/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/advisory/vocabulary: the statements about advisories and what they do to the public tables
 * (docs/statements/advisory.md, advisory-provider.md).
 *
 * What always holds:
 *  1. Versions of one advisory only grow, and so do their dates; its first date, which is its place in the directory,
 *     never changes.
 *  2. Two advisories never share a file's name.
 *  3. Only what is TLP:WHITE names its document as a body, for bodies are handed to everybody.
 */
#ifndef PL_REGISTER_ADVISORY_VOCABULARY_H
#define PL_REGISTER_ADVISORY_VOCABULARY_H
#include "fact/projector.h"
#include "fact/signing.h"
#include "register/advisory/provider.h"

extern const struct pl_fact_room pl_advisory_room;

/* The predicate of an advisory/v1. @signature is read if the document is public. */
void pl_published_to_json(const struct pl_published *p, struct pl_json *predicate);
/* Read the predicate of an advisory/v1 that has the shape of its table; text lives as long as it. PL_E_SYNTAX. */
pl_status pl_published_from_json(const struct pl_json *predicate, struct pl_published *ret);

/* Would this version count now? What is stated in vain stays in the log for ever, so ask first. PL_E_STATE,
 * PL_E_EXISTS, PL_E_CONFLICT. */
pl_status pl_published_may_follow(struct pl_instance *inst, const struct pl_published *p, struct pl_diag *diag);

#endif
