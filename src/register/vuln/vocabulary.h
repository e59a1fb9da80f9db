/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/vuln/vocabulary: the predicates about rewards and disclosure and what they do to the public tables. A program
 * hands them to pl_instance_open. The pages are docs/statements/reward-matrix.md and disclosure-policy.md.
 *
 * What always holds: versions of a program's matrix, and of the policy in a language, follow one another without a gap, and
 * their days never go back.
 */
#ifndef PL_REGISTER_VULN_VOCABULARY_H
#define PL_REGISTER_VULN_VOCABULARY_H
#include "fact/predicates.h"
#include "fact/signing.h"

extern const struct pl_fact_room pl_vuln_room;

#endif
