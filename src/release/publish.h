/* SPDX-License-Identifier: Apache-2.0 */
/*
 * release/publish: products and releases as statements in the log, and the public tables that follow from them.
 *
 * The order of a release: product/v1 once, then for each release source-snapshot/v1 (manifest, archive), recipe/v1, one SLSA
 * provenance v1 per build, rebuild-verdict/v1 per comparison, release/v1 (which names them all), and product-head/v1:
 * the count and the Merkle root over all releases of the product, so that "these are all releases" is provable.
 * Every step looks first for what is there: doing it again makes no second statement.
 */
#ifndef PL_RELEASE_PUBLISH_H
#define PL_RELEASE_PUBLISH_H
#include "base/base.h"
#include "crypto/digest.h"
#include "release/compare.h"

struct pl_instance;

/* A product's or a version's short name: 1..64 of a-z 0-9 . _ + -, first a letter or digit. */
bool pl_release_name_ok(pl_str name);

/* Root over the payload digests of a product's release/v1 statements in the order of their numbers (RFC 6962 hashing:
 * each leaf is the 32 digest bytes). */
void pl_release_head_root(const struct pl_digest *releases, size_t n, struct pl_digest *ret);

#endif
