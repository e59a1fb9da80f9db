/* SPDX-License-Identifier: Apache-2.0 */
/* base/json_internal: what the three json files share; included by them only. */
#ifndef PL_BASE_JSON_INTERNAL_H
#define PL_BASE_JSON_INTERNAL_H
#include "base/json.h"
#include <jansson.h>

/* struct pl_json is never defined: a pointer to one *is* a json_t pointer. Library functions that only read are not
 * const-correct, hence the way over uintptr_t. */
static inline json_t *pl_json_inside(const struct pl_json *v)
{
	return (json_t *)(uintptr_t)v;
}

static inline struct pl_json *pl_json_outside(json_t *v)
{
	return (struct pl_json *)v;
}

/* The one value that stands for "something unwritable was put here". Recognised by its address; never freed. */
json_t *pl_json_poison(void);

#endif
