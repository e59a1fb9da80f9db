/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/entity/duty: who carries a duty of an entity, as it stands in entity-duty/v1
 * (docs/statements/entity-duty.md), and whether that would hold if headquarters were gone.
 *
 * What always holds:
 *  1. Posts are named, never persons.
 *  2. A version says everything anew. Posts stand in ascending order, each once; so no post is the deputy of itself.
 *  3. What is wrong with a duty is a function of what is stated and of the day. A duty that nobody stated is wrong,
 *     too.
 *
 * Pure: no I/O, no heap; callable from any thread. Text is borrowed.
 */
#ifndef PL_REGISTER_ENTITY_DUTY_H
#define PL_REGISTER_ENTITY_DUTY_H
#include "register/entity/entity.h"

enum pl_duty_kind {
	PL_DUTY_DELIVERY,         /* products and updates reach customers */
	PL_DUTY_PAYMENTS,         /* money comes and goes */
	PL_DUTY_RELEASE_APPROVAL, /* releases are approved */
	PL_DUTY_REQUEST_DESK,     /* requests of authorities and persons are answered */
	PL_DUTY_SUPPORT,          /* customers get help */
	PL_DUTY_KINDS
};
/* Words as they stand in statements and tables, ascending; ends with NULL. */
extern const char *const pl_duty_kinds[PL_DUTY_KINDS + 1];

#define PL_DUTY_POSTS_MAX 16u
#define PL_DUTY_QUALIFICATIONS_MAX 8u
#define PL_DUTY_DRILL_DAYS_MAX 731u /* two years */

struct pl_duty_post {
	pl_str post, at; /* the post, and the entity at which it is; TOKENs */
	bool deputy;     /* else it holds the duty */
	size_t n_qualifications;
	pl_str qualifications[PL_DUTY_QUALIFICATIONS_MAX]; /* TOKENs, ascending */
};

struct pl_duty {
	pl_str entity;
	enum pl_duty_kind kind;
	uint64_t version;
	uint64_t drilled;    /* the day of the last drill; 0: never */
	uint64_t drill_days; /* how old a drill may become: 1..PL_DUTY_DRILL_DAYS_MAX */
	size_t n_posts;
	struct pl_duty_post posts[PL_DUTY_POSTS_MAX];

	/* What the log says; not part of it. */
	uint64_t index;
	struct pl_digest pae;
};

/* PL_E_RANGE with words: order, a drill that is no day. */
pl_status pl_duty_check(const struct pl_duty *d, struct pl_diag *diag);
/* The same, but for the version and what the log says? */
bool pl_duty_same(const struct pl_duty *a, const struct pl_duty *b);
/* Read the predicate of an entity-duty/v1 that has the shape of its table. PL_E_RANGE: too many posts or
 * qualifications. */
pl_status pl_duty_from_json(const struct pl_json *predicate, struct pl_duty *ret);
/* Set the members of an entity-duty/v1 in @predicate. */
void pl_duty_to_json(const struct pl_duty *d, struct pl_json *predicate);

/* ---- what is wrong with it ---- */

enum pl_duty_flag {
	PL_DUTY_UNSTATED,     /* nobody stated who carries it */
	PL_DUTY_NO_HOLDER,    /* no post holds it, or none at an entity that is still there */
	PL_DUTY_NO_DEPUTY,
	PL_DUTY_HEADQUARTERS, /* all who carry it sit at headquarters, and the entity is not headquarters */
	PL_DUTY_NO_DRILL,
	PL_DUTY_OLD_DRILL,    /* the last drill is older than it may become */
	PL_DUTY_FLAGS
};
extern const char *const pl_duty_flags[PL_DUTY_FLAGS + 1];
#define PL_DUTY_BIT(flag) (1u << (unsigned)(flag))

/* The flags of @d (NULL: never stated) of @entity at @now (seconds), by what the @n entities @all are; 0: nothing is
 * wrong. */
unsigned pl_duty_judge(const struct pl_duty *d, pl_str entity, const struct pl_entity *all, size_t n, uint64_t now);
/* Must every duty of @e be stated? Of a national company that is there. */
bool pl_duty_wanted(const struct pl_entity *e);

#endif
