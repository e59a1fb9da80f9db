/* SPDX-License-Identifier: Apache-2.0 */
/* web/claim_say: a claim in words of the catalogues. Pure; made texts live in the arena. */
#ifndef PL_WEB_CLAIM_SAY_H
#define PL_WEB_CLAIM_SAY_H
#include "register/claim_rules.h"
#include "web/html.h"

struct pl_html_msg pl_claim_say_kind(enum pl_claim_kind kind);
struct pl_html_msg pl_claim_say_status(enum pl_claim_status status);
/* A flag by its name, and the rule behind it. */
struct pl_html_msg pl_claim_say_flag(enum pl_claim_flag_kind kind);
struct pl_html_msg pl_claim_say_rule(enum pl_claim_flag_kind kind);
/* What was found, with values and days: "4 centre (as of 2021-06-30), and 9 centre (undated): nobody has stated ...". */
pl_status pl_claim_say_finding(const struct pl_claim_flag *f, enum pl_lang lang, struct pl_arena *arena, pl_str *ret);
/* "more than 100 partner", "was member", "never". */
pl_status pl_claim_say_value(const struct pl_claim *c, enum pl_lang lang, struct pl_arena *arena, pl_str *ret);
/* "2021-07-01 to 2021-12-31", "as of 2022-06-16", "undated": days, the last one included. */
pl_status pl_claim_say_validity(const struct pl_claim *c, enum pl_lang lang, struct pl_arena *arena, pl_str *ret);

#endif
