/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/vuln/party: what each party of a case sees of it.
 *
 * What always holds:
 *  1. A view is a choice by role from one table; a field that the table does not name is shown to nobody.
 *  2. Nobody but a coordinator learns who the others are; who made an event is never shown.
 *
 * Pure.
 */
#ifndef PL_REGISTER_VULN_PARTY_H
#define PL_REGISTER_VULN_PARTY_H
#include "register/vuln/history.h"

/* May a party of @role see the field (of the derived declaration) before the case is released? */
bool pl_vuln_role_sees(enum pl_vuln_role role, pl_str field);
/* May @self know that @other takes part? */
bool pl_vuln_party_sees(const struct pl_vuln_party *self, const struct pl_vuln_party *other);
bool pl_vuln_role_sees_event(enum pl_vuln_role role, const struct pl_vuln_event *e);

#endif
