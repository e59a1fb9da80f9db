/* SPDX-License-Identifier: Apache-2.0 */
/* web/desk_case: what the files about one case share (desk_case*.c). */
#ifndef PL_WEB_DESK_CASE_H
#define PL_WEB_DESK_CASE_H
#include "register/words/query.h"
#include "web/desk_internal.h"

#define PL_DESK_CASE_PATH 128u

struct pl_desk_looking {
	struct pl_desk_view *d;
	struct pl_register *r;
	uint64_t number;
	char path[PL_DESK_CASE_PATH], title[PL_REGISTER_NAME_MAX + 32];
	bool opened; /* show what is private */
	struct pl_casework_actor who;
	struct pl_register_words words;
	bool worded;
	struct pl_register_view *v;
	struct pl_desk_case_page m;
};

/* Do @act with the case that the address names. */
pl_status pl_desk_with_case(struct pl_desk_view *d, pl_status (*act)(struct pl_desk_looking *k));
/* Back to the case, or to its page with what was wrong (@st). */
pl_status pl_desk_case_conclude(struct pl_desk_looking *k, pl_status st);
/* The text that the form brought, line ends as line feeds (browsers send CR LF). */
pl_status pl_desk_case_text(struct pl_desk_looking *k, pl_str *ret);
/* The case's page with a refusal. */
pl_status pl_desk_case_refuse(struct pl_desk_looking *k, unsigned status, enum pl_message_id said);
/* desk_case_files.c: the words of a file's kind. */
pl_str pl_desk_case_kind(const struct pl_desk_looking *k, pl_str type);
/* The files among the entries @e, for the page. */
pl_status pl_desk_case_fill_files(struct pl_desk_looking *k, const struct pl_casework_entry *e, size_t n);
/* desk_case_facts.c: the fields that can be changed, of a case that was read with what is private. */
pl_status pl_desk_case_fill_facts(struct pl_desk_looking *k);

#endif
