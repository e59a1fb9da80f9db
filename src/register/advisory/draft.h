/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/advisory/draft: reading an advisory's draft (docs/formats/advisory.md): strict JSON, every member known,
 * of its kind and within its length.
 *
 * What always holds: words of a refusal name the place and what was expected there, and never repeat what stands
 * there, for a draft may be under embargo.
 */
#ifndef PL_REGISTER_ADVISORY_DRAFT_H
#define PL_REGISTER_ADVISORY_DRAFT_H
#include "register/advisory/advisory.h"

#define PL_ADVISORY_DRAFT "pl-advisory-draft/v1"
#define PL_ADVISORY_DRAFT_MAX ((size_t)1 << 20)
#define PL_ADVISORY_DRAFT_ARENA ((size_t)16 << 20) /* holds what the largest draft becomes */

/* Read @text. What @ret points at lives in @arena. PL_E_SYNTAX, PL_E_RANGE, PL_E_TOOBIG with words. */
pl_status pl_advisory_draft_parse(pl_str text, struct pl_arena *arena, struct pl_advisory *ret, struct pl_diag *diag);

#endif
