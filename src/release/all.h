/* SPDX-License-Identifier: Apache-2.0 */
/* release/all: the proof bundles with which an outsider finds that these are all releases of a product (verify/releases.h). */
#ifndef PL_RELEASE_ALL_H
#define PL_RELEASE_ALL_H
#include "fact/instance.h"

/*
 * Append to @out (empty, of maximum PL_BUNDLE_TEXT_MAX) a set of proof bundles (log/bundle.h): the newest head of @product, all of its
 * releases, the product itself, the inception and the keys that signed, all under the last checkpoint with quorum. @arena is used
 * while it works.
 * PL_E_NOTFOUND: no such product, or nothing was released yet; PL_E_TOOBIG: too many releases for one file. With words.
 */
pl_status pl_release_all(struct pl_instance *inst, pl_str product, struct pl_arena *arena, struct pl_buf *out, struct pl_diag *diag);

#endif
