/* SPDX-License-Identifier: Apache-2.0 */
/*
 * release/vocabulary: the predicates of this room and what they do to its public tables. A program hands them to
 * pl_instance_open. The pages are docs/statements/{product,source-snapshot,recipe,provenance,rebuild-verdict,release,
 * product-head}.md.
 *
 * What always holds:
 *  1. A release counts only if its number follows the last one of its product, its version is new, and snapshot, recipe and
 *     build are statements of the same product that stand before it; its artefacts are outputs of that build.
 *  2. A product-head that does not agree with the releases that stand before it is refused.
 */
#ifndef PL_RELEASE_VOCABULARY_H
#define PL_RELEASE_VOCABULARY_H
#include "fact/predicates.h"
#include "fact/signing.h"

extern const struct pl_fact_room pl_release_room;

#define PL_RELEASE_BUILD_TYPE "urn:pellucid:build/v1"

#endif
