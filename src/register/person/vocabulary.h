/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/person/vocabulary: the predicate of this room and its tables. The page is docs/statements/answer.md.
 *
 * An answer names by digest what a person or an authority was given: the manifest of a package, which is signed and not logged; or the
 * certificate of an erasure, which is logged, too. Nothing in it says who asked.
 */
#ifndef PL_REGISTER_PERSON_VOCABULARY_H
#define PL_REGISTER_PERSON_VOCABULARY_H
#include "fact/predicates.h"
#include "fact/signing.h"

extern const struct pl_fact_room pl_person_room;

/* What kinds of answers there are: the words of enum pl_answer_kind. */
extern const char *const pl_answer_kinds[];

#endif
