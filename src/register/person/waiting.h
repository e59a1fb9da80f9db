/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/person/waiting: is there anything to do for persons? Asked often, by a process that opens neither keys nor stores before there is.
 */
#ifndef PL_REGISTER_PERSON_WAITING_H
#define PL_REGISTER_PERSON_WAITING_H
#include "fact/instance.h"

struct pl_person_waiting {
	uint64_t orders;    /* of the desk, for persons and authorities, not carried out */
	uint64_t given;     /* certificates that wait for their proofs */
	uint64_t hand_over; /* requests to processors that wait or are being handed over */
	uint64_t due;       /* ns: when the first of these is due; 0: none waits */
	uint64_t under_way; /* requests that processors took and have not completed */
	uint64_t given_up;  /* requests that could not be handed over */
};
pl_status pl_person_waiting(struct pl_instance *inst, struct pl_person_waiting *ret);

#endif
