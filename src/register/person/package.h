/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/person/package: a copy of everything that the stores hold of a person, as an answer (register/person/answer.h), encrypted to
 * whoever asked (crypto/age.h).
 *
 *	README.txt
 *	where.json
 *	data/<store>/<table>.json   an array of objects; an absent value has no member
 *	data/<store>/<table>.csv
 *	data/<store>/<table>.schema.json
 *
 * What always holds: any number of rows passes with bounded memory; nothing in the clear is written to a disk.
 */
#ifndef PL_REGISTER_PERSON_PACKAGE_H
#define PL_REGISTER_PERSON_PACKAGE_H
#include "crypto/age.h"
#include "register/person/answer.h"
#include "register/person/own.h"

struct pl_person_package {
	pl_str language;           /* "en", "de" */
	const struct pl_age_to *to; /* NULL: not encrypted */
};

/* Write the package of @who to @sink. *@ret: the digest of its manifest. What a store says; PL_E_TOOBIG (4 GB). */
pl_status pl_person_package(struct pl_person_desk *d, const struct pl_person *who, const struct pl_person_package *opt,
	pl_zip_sink sink, void *ctx, struct pl_digest *ret, struct pl_diag *diag);

/* Append the JSON Schema of the rows of @t. */
pl_status pl_person_schema(const struct pl_holding_table *t, struct pl_buf *out);

#endif
