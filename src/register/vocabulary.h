/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/vocabulary: the predicates of this room and what they do to its public tables. A program hands them to
 * pl_instance_open. The pages are docs/statements/register{,-head,-report,-promise}.md and claim{,-status}.md.
 *
 * What always holds:
 *  1. The heads of a register never shrink: size, highest number, heartbeats and time only grow; a head closes at most one day.
 *  2. A report counts only if its first head is the empty one or stands before it, its last head stands before it, and its edition
 *     is the next one of its register and period.
 *  3. A claim is made once; what became of it is stated about the statement that made it. A claim gives way to one that stands.
 */
#ifndef PL_REGISTER_VOCABULARY_H
#define PL_REGISTER_VOCABULARY_H
#include "fact/predicates.h"
#include "fact/signing.h"

extern const struct pl_fact_room pl_register_room;

#endif
