/* SPDX-License-Identifier: Apache-2.0 */
/* web/portal_entity: what the list of entities and the page of one of them share. */
#ifndef PL_WEB_PORTAL_ENTITY_H
#define PL_WEB_PORTAL_ENTITY_H
#include "register/entity/query.h"
#include "web/portal_internal.h"

/* The roles in words. */
pl_status pl_view_roles(struct pl_view *w, unsigned roles, struct pl_msg_row **ret, size_t *ret_n);
/* The legal name, or the identifier where the sheet is not shown. */
pl_str pl_view_entity_name(struct pl_view *w, const struct pl_entity *e);

#endif
