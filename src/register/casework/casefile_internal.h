/* SPDX-License-Identifier: Apache-2.0 */
/* register/casework/casefile_internal: between what writes a case's file (casefile.c) and what reads it (casefile_read.c). */
#ifndef PL_REGISTER_CASEWORK_CASEFILE_INTERNAL_H
#define PL_REGISTER_CASEWORK_CASEFILE_INTERNAL_H
#include "register/casework/casefile.h"

/* What is sealed with entry @seq of case @number, appended to @out: where it belongs, so that nobody moves it to another case. */
void pl_casework_place(const struct pl_register *r, uint64_t number, uint64_t seq, struct pl_buf *out);

#endif
