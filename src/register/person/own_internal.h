/* SPDX-License-Identifier: Apache-2.0 */
/* register/person/own_internal: the desk, between its stores. */
#ifndef PL_REGISTER_PERSON_OWN_INTERNAL_H
#define PL_REGISTER_PERSON_OWN_INTERNAL_H
#include "register/person/command.h"
#include "register/person/erasure.h"
#include "register/person/own.h"

struct pl_person_desk {
	struct pl_instance *inst;
	struct pl_register_reader reader;
	struct pl_people_actor actor;
	uint64_t now;
	bool keyless;
	struct pl_people *people;
	struct pl_person_key key;
	struct pl_outside *outside;
	struct pl_holdings cases, accounts, other[PL_OUTSIDE_STORES_MAX];
	struct pl_command_store commands[PL_OUTSIDE_STORES_MAX];
	const struct pl_holdings *stores[PL_HOLDINGS_MAX];
	struct pl_holdings_list list;
	const struct pl_erasure *erasing; /* while an erasure is carried out: what it named before anything was destroyed */
};

/* When the last backup of this instance that holds what is destroyed now expires; 0: there are none. */
static inline uint64_t pl_person_backups(const struct pl_person_desk *d)
{
	return d->outside->backup_days ? d->now + d->outside->backup_days * 86400 : 0;
}

/* Rows whose ctx is the desk. */
void pl_person_cases_store(struct pl_person_desk *d, struct pl_holdings *ret);
void pl_person_accounts_store(struct pl_person_desk *d, struct pl_holdings *ret);

#endif
