/* SPDX-License-Identifier: Apache-2.0 */
/*
 * people/cbor: reads CBOR (RFC 8949) as authenticators write it (CTAP2 canonical form): definite lengths, every
 * length and integer in its shortest form, no floating point.
 *
 * Typed reads from the front of *@b; PL_E_SYNTAX for anything else, *@b is then untouched. What is read borrows from
 * @b. Pure; no heap.
 */
#ifndef PL_PEOPLE_CBOR_H
#define PL_PEOPLE_CBOR_H
#include "base/base.h"

#define PL_CBOR_DEPTH 8u

/* An integer within -2^31 .. 2^31-1 (PL_E_RANGE outside). */
pl_status pl_cbor_int(pl_bytes *b, int32_t *ret);
pl_status pl_cbor_bytes(pl_bytes *b, pl_bytes *ret);
/* Text; its UTF-8 is checked. */
pl_status pl_cbor_text(pl_bytes *b, pl_str *ret);
/* The head of a map: how many pairs follow. */
pl_status pl_cbor_map(pl_bytes *b, uint32_t *ret_pairs);
/* One whole value, nested at most PL_CBOR_DEPTH deep (PL_E_RANGE beyond). */
pl_status pl_cbor_skip(pl_bytes *b);

#endif
