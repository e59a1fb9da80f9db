/* SPDX-License-Identifier: Apache-2.0 */
#include "web/register_say.h"

void pl_register_say_find(struct pl_instance *inst, pl_str name, enum pl_lang lang, struct pl_arena *arena, struct pl_register_say *ret)
{
	const pl_str english = PL_STR("en"), tag = pl_str_from(pl_lang_tag(lang));
	uint64_t index;

	ret->worded = pl_query_register_words(inst, name, tag, UINT64_MAX, arena, &ret->words, &index) == PL_OK ||
		(!pl_str_eq(tag, english) && pl_query_register_words(inst, name, english, UINT64_MAX, arena, &ret->words, &index) == PL_OK);
}

const struct pl_register_word *pl_register_say_word(const struct pl_register_say *s, pl_str field)
{
	return s->worded ? pl_register_words_find(&s->words, PL_REGISTER_WORD_FIELD, field, (pl_str){0}) : NULL;
}

pl_str pl_register_say_field(const struct pl_register_say *s, pl_str field)
{
	const struct pl_register_word *word = pl_register_say_word(s, field);

	return word ? word->label : field;
}

pl_str pl_register_say_value(const struct pl_register_say *s, pl_str field, pl_str value)
{
	const struct pl_register_word *word =
		s->worded ? pl_register_words_find(&s->words, PL_REGISTER_WORD_VALUE, field, value) : NULL;

	return word ? word->label : value;
}

const struct pl_form_word *pl_register_say_form(const struct pl_form *f, enum pl_lang lang, pl_str field)
{
	const struct pl_form_word *word = pl_form_word(f, pl_str_from(pl_lang_tag(lang)), field);

	return word ? word : pl_form_word(f, PL_STR("en"), field);
}
