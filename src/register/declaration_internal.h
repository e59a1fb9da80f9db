/* SPDX-License-Identifier: Apache-2.0 */
/* register/declaration_internal: between declaration*.c and coarse.c only. */
#ifndef PL_REGISTER_DECLARATION_INTERNAL_H
#define PL_REGISTER_DECLARATION_INTERNAL_H
#include "register/declaration.h"

/* Take the next word of *@line (up to a space, or all); empty at the end. */
pl_str pl_register_word(pl_str *line);
/* A letter, then letters, digits and -. */
bool pl_register_name_ok(pl_str s, size_t max);

/* "<name> count|distinct|... ..." and "<name> <field>[ <field>]" */
pl_status pl_register_total_add(struct pl_register_decl *d, pl_str line, struct pl_diag *diag);
pl_status pl_register_table_add(struct pl_register_decl *d, pl_str line, struct pl_diag *diag);
/* declaration_steps.c: "<field> <from> <to>[ <condition> ...]" */
pl_status pl_register_step_add(struct pl_register_decl *d, pl_str line, struct pl_diag *diag);
/* Are they, separated by '|', names of the enum, or "~" for absent? */
pl_status pl_register_step_names_check(const struct pl_commit_field *f, pl_str values, struct pl_diag *diag);
/* Is @value (.ptr NULL: absent) one of @values? */
bool pl_register_step_names_hold(pl_str values, pl_str value);
/* Add the condition "field=a|b" or "field==a|b" to @s, whose field is @moves. */
pl_status pl_register_step_condition_parse(const struct pl_register_decl *d, pl_str word, size_t moves, struct pl_register_step *s,
	struct pl_diag *diag);
/* declaration_eyes.c: "<field> <names>[ <condition> ...]" */
pl_status pl_register_eyes_add(struct pl_register_decl *d, pl_str line, struct pl_diag *diag);
/* declaration_clocks.c: "<event> intake|desk <code>[,<code>...][ <condition> ...]" */
pl_status pl_register_clock_add(struct pl_register_decl *d, pl_str line, struct pl_diag *diag);

/* Are the bounds of a range ascending numbers from 0, is the map one of "exact:group" pairs? */
pl_status pl_register_bounds_check(const struct pl_register_field *f, struct pl_diag *diag);
/* Append the names on the left (exact) or, each once, on the right (@groups) of a map, separated by commas. */
void pl_register_map_put(pl_str map, bool groups, struct pl_buf *out);

#endif
