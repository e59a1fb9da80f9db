/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/entity/vocabulary: the predicates about legal entities and what they do to the public tables. A program
 * hands them to pl_instance_open. The pages are docs/statements/entity{,-duty,-attestation}.md.
 *
 * What always holds:
 *  1. Versions of an entity and of a duty follow one another without a gap, and days never go back.
 *  2. Whoever is named (a parent, the entity at which a post is) was stated before. No chain of parents goes in a
 *     circle. No LEI and no asset belongs to two.
 *  3. An entity attests a half-year once, after it ended, in the order of the half-years, with its own key.
 */
#ifndef PL_REGISTER_ENTITY_VOCABULARY_H
#define PL_REGISTER_ENTITY_VOCABULARY_H
#include "fact/predicates.h"
#include "fact/signing.h"

extern const struct pl_fact_room pl_entity_room;

#endif
