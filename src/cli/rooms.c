/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/rooms.h"
#include "people/people.h"
#include "register/advisory/vocabulary.h"
#include "register/audit/vocabulary.h"
#include "register/entity/vocabulary.h"
#include "register/person/vocabulary.h"
#include "register/vocabulary.h"
#include "register/vuln/vocabulary.h"
#include "release/vocabulary.h"

const struct pl_fact_room *const pl_rooms[] = {
	&pl_people_room,
	&pl_release_room,
	&pl_register_room,
	&pl_entity_room,
	&pl_audit_room,
	&pl_advisory_room,
	&pl_vuln_room,
	&pl_person_room,
};
const size_t pl_rooms_count = PL_COUNT(pl_rooms);
