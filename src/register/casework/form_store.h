/* SPDX-License-Identifier: Apache-2.0 */
/* casework/form_store: which registers are open for outsiders, and with which form. */
#ifndef PL_REGISTER_CASEWORK_FORM_STORE_H
#define PL_REGISTER_CASEWORK_FORM_STORE_H
#include "register/casework/form.h"
#include "register/register.h"

/* Open register @r for outsiders with the form @text, or with another one. PL_E_SYNTAX, ... as pl_form_parse. */
pl_status pl_form_open(struct pl_instance *inst, const struct pl_register *r, pl_str text, struct pl_diag *diag);
/* Close it. PL_E_NOTFOUND. */
pl_status pl_form_close(struct pl_instance *inst, pl_str name);
/* The form of @r. PL_E_NOTFOUND: it is not open. */
pl_status pl_form_read(struct pl_instance *inst, const struct pl_register *r, struct pl_arena *arena, struct pl_form **ret,
	struct pl_diag *diag);
/* How many files of how many bytes the form of register @name takes; 0: none, or there is no form. */
pl_status pl_form_attach(struct pl_instance *inst, pl_str name, unsigned *ret_files, uint64_t *ret_bytes);
/* Names of the registers that are open, at most @limit. */
pl_status pl_form_list(struct pl_instance *inst, size_t limit, struct pl_arena *arena, pl_str *ret, size_t *ret_n);

#endif
