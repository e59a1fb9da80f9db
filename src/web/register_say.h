/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/register_say: what a register calls its fields and their values, in the reader's language.
 *
 * Where nothing was said of something, it is called what the declaration calls it. Texts live as long as the arena that the words were found in.
 */
#ifndef PL_WEB_REGISTER_SAY_H
#define PL_WEB_REGISTER_SAY_H
#include "register/casework/form.h"
#include "register/words/query.h"
#include "web/message.h"

struct pl_register_say {
	bool worded; /* false: nothing was said of the register */
	struct pl_register_words words;
};

/* The newest words of the register @name in @lang, else in English. */
void pl_register_say_find(struct pl_instance *inst, pl_str name, enum pl_lang lang, struct pl_arena *arena, struct pl_register_say *ret);
/* What is said of @field, which is one that is opened; or NULL. */
const struct pl_register_word *pl_register_say_word(const struct pl_register_say *s, pl_str field);
/* What it is called: @field itself where nothing was said. */
pl_str pl_register_say_field(const struct pl_register_say *s, pl_str field);
/* What @value of @field is called: @value itself where nothing was said. */
pl_str pl_register_say_value(const struct pl_register_say *s, pl_str field, pl_str value);
/* What the form @f says of @field, "form", "message" or "attach" in @lang, else in English; or NULL. */
const struct pl_form_word *pl_register_say_form(const struct pl_form *f, enum pl_lang lang, pl_str field);

#endif
