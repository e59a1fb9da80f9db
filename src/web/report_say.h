/* SPDX-License-Identifier: Apache-2.0 */
/* web/report_say: sentences made from a declaration. Between report_doc.c and this file's code, and for charts. */
#ifndef PL_WEB_REPORT_SAY_H
#define PL_WEB_REPORT_SAY_H
#include "web/html.h"
#include "web/report_doc.h"

/* Message @id as plain text with its values. */
pl_status pl_report_say(struct pl_arena *arena, enum pl_lang lang, enum pl_message_id id, unsigned n, const struct pl_html_value *args,
	pl_str *ret);
/* "Cases with Category: Data of users." */
pl_status pl_report_say_total(const struct pl_report_source *s, const struct pl_register_total *t, struct pl_arena *arena, pl_str *ret);
/* "Cases of the period by Country and Category." */
pl_status pl_report_say_table(const struct pl_report_source *s, const struct pl_report_grid *g, struct pl_arena *arena, pl_str *ret);
/* What a register opens and counts at all, one sentence each. */
pl_status pl_report_say_rules(const struct pl_recount *counted, enum pl_lang lang, struct pl_arena *arena, pl_str **ret, size_t *ret_n);

#endif
