/* SPDX-License-Identifier: Apache-2.0 */
/* register/look: an openings file that a verifier was handed is counted again. */
#ifndef PL_REGISTER_LOOK_H
#define PL_REGISTER_LOOK_H
#include "base/json.h"
#include "verify/verify.h"

/*
 * A pl_verify_look (verify/command.h): if a report in the bundle names the file @path, count it and compare. PL_E_NOTFOUND: no report
 * names it; PL_E_STATE: @path is "-"; PL_E_PROOF, PL_E_IO and others with words.
 */
pl_status pl_register_look(const char *path, const struct pl_verify *v, struct pl_json *json, struct pl_buf *words,
	struct pl_diag *diag);

#endif
