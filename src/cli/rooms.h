/* SPDX-License-Identifier: Apache-2.0 */
/* cli/rooms: the one list of rooms that an instance is opened with (struct pl_instance_options, pl_vocabulary_init). */
#ifndef PL_CLI_ROOMS_H
#define PL_CLI_ROOMS_H
#include "fact/predicates.h"

extern const struct pl_fact_room *const pl_rooms[];
extern const size_t pl_rooms_count;

#endif
