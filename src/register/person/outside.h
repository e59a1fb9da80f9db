/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/person/outside: the file DIR/holdings, in which an operator says where its own data lies and which stores outside of this
 * instance hold data of persons (docs/formats/holdings.md).
 *
 *	pellucid-holdings v1
 *	here zurich-1 example-ag 35
 *	store telemetry command /usr/local/lib/telemetry-dsr
 *	class telemetry installations zurich-1 example-ag 6 product-key,version,country
 *	store mailing opendsr https://dsr.mailer.example/v1 dsr.mailer.example mailer.pem example-ag
 *	class mailing addresses frankfurt-2 mailer-gmbh 0 email,language
 *
 * Pure.
 */
#ifndef PL_REGISTER_PERSON_OUTSIDE_H
#define PL_REGISTER_PERSON_OUTSIDE_H
#include "register/person/holdings.h"

#define PL_OUTSIDE_FILE "holdings" /* below the instance's directory */
#define PL_OUTSIDE_MAX 65536u
#define PL_OUTSIDE_STORES_MAX 32u
#define PL_OUTSIDE_CLASSES_MAX 256u

enum pl_outside_kind { PL_OUTSIDE_COMMAND, PL_OUTSIDE_OPENDSR };

struct pl_outside_store {
	pl_str name;
	enum pl_outside_kind kind;
	pl_str path;                /* of the command; absolute */
	pl_str url, domain;         /* of the processor: without a slash at the end */
	pl_str certificate;         /* PEM file, below the instance's directory unless it is absolute */
	pl_str controller;          /* how the processor calls us */
	size_t first_class, n_classes; /* in .classes; never 0 */
};

struct pl_outside {
	struct pl_buf text; /* what the rest borrows from */
	pl_str place, entity;
	uint64_t backup_days; /* backups of this instance are older than so many days never; 0: there are none */
	size_t n_stores, n_classes;
	struct pl_outside_store stores[PL_OUTSIDE_STORES_MAX];
	struct pl_holding classes[PL_OUTSIDE_CLASSES_MAX];
};

/* Read @text (copied). PL_E_SYNTAX, PL_E_RANGE, PL_E_EXISTS, PL_E_TOOBIG with the line. */
pl_status pl_outside_parse(pl_str text, struct pl_outside **ret, struct pl_diag *diag);
/* What holds when there is no file: own stores only, "not-stated". */
struct pl_outside *pl_outside_none(void);
void pl_outside_free(struct pl_outside *o);
/* For PL_CLEANUP. */
static inline void pl_outside_freep(struct pl_outside **o) { pl_outside_free(*o); }

#endif
