/* SPDX-License-Identifier: Apache-2.0 */
#include "web/message.h"
#include "web/message_table.h"
#include <strings.h>

static unsigned plural_form(unsigned rule, uint64_t n)
{
	switch (rule) {
	case 1:
		return n != 1;
	case 2:
		return n > 1;
	default:
		return 0;
	}
}

static pl_str text_of(enum pl_lang lang, enum pl_message_id id, unsigned form)
{
	const struct pl_catalogue *c = &pl_catalogues[lang];

	return pl_str_from(c->text + c->at[id][form]);
}

pl_str pl_message(enum pl_lang lang, enum pl_message_id id)
{
	return text_of(pl_catalogues[lang].at[id][0] ? lang : PL_LANG_EN, id, 0);
}

pl_str pl_message_plural(enum pl_lang lang, enum pl_message_id id, uint64_t count)
{
	if (!pl_catalogues[lang].at[id][0])
		lang = PL_LANG_EN;
	return text_of(lang, id, plural_form(pl_catalogues[lang].plural_rule, count));
}

const char *pl_lang_tag(enum pl_lang lang)
{
	return pl_catalogues[lang].tag;
}

const char *pl_lang_name(enum pl_lang lang)
{
	return pl_catalogues[lang].own_name;
}

const char *pl_lang_direction(enum pl_lang lang)
{
	return pl_catalogues[lang].direction;
}

pl_status pl_lang_find(pl_str tag, enum pl_lang *ret)
{
	for (unsigned i = 0; i < PL_LANG_COUNT; i++) {
		const char *known = pl_catalogues[i].tag;

		if (strlen(known) == tag.len && strncasecmp(known, tag.ptr, tag.len) == 0) {
			*ret = (enum pl_lang)i;
			return PL_OK;
		}
	}
	return PL_E_NOTFOUND;
}

/* "q=0.8" in thousandths; 1000 if there is none, 0 if it cannot be read. */
static unsigned quality(pl_str params)
{
	pl_str p = pl_str_trim(params);
	unsigned q = 0, scale = 1000;

	if (p.len == 0)
		return 1000;
	if (!pl_str_eat(&p, PL_STR("q=")) || p.len == 0 || p.len > 5)
		return 0;
	for (size_t i = 0; i < p.len; i++) {
		if (i == 1 && p.ptr[i] == '.')
			continue;
		if (p.ptr[i] < '0' || p.ptr[i] > '9')
			return 0;
		q += (unsigned)(p.ptr[i] - '0') * scale;
		scale /= 10;
	}
	return q > 1000 ? 0 : q;
}

enum pl_lang pl_lang_accept(pl_str header)
{
	enum pl_lang best = PL_LANG_EN;
	unsigned best_q = 0;

	while (header.len > 0) {
		size_t comma = pl_str_find(header, ',');
		pl_str item = pl_str_sub(header, 0, comma), range;
		size_t semi = pl_str_find(item, ';');
		unsigned q = quality(pl_str_sub(item, semi + 1, item.len));
		enum pl_lang lang = PL_LANG_EN;

		header = pl_str_sub(header, comma + 1, header.len);
		range = pl_str_trim(pl_str_sub(item, 0, semi));
		/* "de-CH" is looked up as "de-CH", then as "de". */
		if (pl_lang_find(range, &lang) && pl_lang_find(pl_str_sub(range, 0, pl_str_find(range, '-')), &lang))
			continue;
		if (q > best_q) {
			best = lang;
			best_q = q;
		}
	}
	return best;
}
