/* SPDX-License-Identifier: Apache-2.0 */
#include "tmplc_html.h"

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static bool is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool append(char *name, size_t size, char c)
{
	size_t n = strlen(name);

	if (n + 1 >= size)
		return false;
	name[n] = lower(c);
	name[n + 1] = '\0';
	return true;
}

static void remember(struct html *h, char c)
{
	size_t n = strlen(h->tail);

	if (n == sizeof h->tail - 1)
		memmove(h->tail, h->tail + 1, n--);
	h->tail[n] = lower(c);
	h->tail[n + 1] = '\0';
}

static bool tail_is(const struct html *h, const char *end)
{
	return pl_str_ends(pl_str_from(h->tail), pl_str_from(end));
}

static bool tag_is(const struct html *h, const char *name)
{
	return strcmp(h->tag, name) == 0;
}

static const char *tag_done(struct html *h)
{
	h->state = HTML_TEXT;
	if (tag_is(h, "pre") || tag_is(h, "textarea"))
		h->pre = !h->closing;
	if (!h->closing && (tag_is(h, "script") || tag_is(h, "style"))) {
		h->state = HTML_RAW;
		h->tail[0] = '\0';
	}
	return NULL;
}

static const char *check_attr(struct html *h)
{
	static const char *const urls[] = {"href", "src", "action", "formaction", "cite", "poster", "data", "ping", "manifest",
		"background", "xlink:href", "srcset", "imagesrcset"};

	if (h->attr[0] == 'o' && h->attr[1] == 'n')
		return "on...= runs script: the content security policy forbids it";
	if (strcmp(h->attr, "style") == 0)
		return "style= is forbidden by the content security policy: use a class";
	if (strcmp(h->attr, "srcdoc") == 0)
		return "srcdoc= is not allowed";
	h->url = false;
	for (size_t i = 0; i < PL_COUNT(urls); i++)
		h->url |= strcmp(h->attr, urls[i]) == 0;
	return NULL;
}

static const char *feed_tag(struct html *h, char c)
{
	switch ((int)h->state) {
	case HTML_TAG_START:
		if (c == '!') {
			h->state = HTML_DECLARATION;
			h->tail[0] = '\0';
			return NULL;
		}
		if (c == '/' && !h->closing) {
			h->closing = true;
			return NULL;
		}
		if (!is_alpha(c))
			return "expected the name of a tag behind \"<\" (write &lt; for the character)";
		h->state = HTML_TAG_NAME;
		return append(h->tag, sizeof h->tag, c) ? NULL : "the tag's name is too long";
	case HTML_TAG_NAME:
		if (c == '>')
			return tag_done(h);
		if (is_space(c) || c == '/') {
			h->state = HTML_IN_TAG;
			return NULL;
		}
		if (!is_alpha(c) && c != '-' && !(c >= '0' && c <= '9'))
			return "unexpected character in the tag's name";
		return append(h->tag, sizeof h->tag, c) ? NULL : "the tag's name is too long";
	default:
		return NULL;
	}
}

static const char *begin_attr(struct html *h, char c)
{
	if (c == '>')
		return tag_done(h);
	if (is_space(c) || c == '/')
		return NULL;
	if (!is_alpha(c))
		return "expected the name of an attribute";
	h->attr[0] = '\0';
	h->state = HTML_ATTR_NAME;
	(void)append(h->attr, sizeof h->attr, c);
	return NULL;
}

static const char *feed_attr(struct html *h, char c)
{
	const char *why;

	switch ((int)h->state) {
	case HTML_IN_TAG:
		return begin_attr(h, c);
	case HTML_ATTR_NAME:
		if (is_alpha(c) || c == '-' || c == ':' || (c >= '0' && c <= '9'))
			return append(h->attr, sizeof h->attr, c) ? NULL : "the attribute's name is too long";
		why = check_attr(h);
		if (why)
			return why;
		if (c == '>')
			return tag_done(h);
		if (c != '=' && !is_space(c) && c != '/')
			return "unexpected character in the attribute's name";
		h->state = c == '=' ? HTML_BEFORE_VALUE : HTML_IN_TAG;
		return NULL;
	default: /* HTML_BEFORE_VALUE */
		h->value_begun = false;
		h->state = c == '"' ? HTML_DOUBLE : c == '\'' ? HTML_SINGLE : HTML_BARE;
		return is_space(c) || c == '>' || c == '<' ? "expected the attribute's value in quotes" : NULL;
	}
}

static const char *feed_value(struct html *h, char c)
{
	if ((h->state == HTML_DOUBLE && c == '"') || (h->state == HTML_SINGLE && c == '\'')) {
		h->state = HTML_IN_TAG;
		return NULL;
	}
	if (h->state == HTML_BARE && is_space(c)) {
		h->state = HTML_IN_TAG;
		return NULL;
	}
	if (h->state == HTML_BARE && c == '>')
		return tag_done(h);
	if (c == '<' || (h->state == HTML_BARE && (c == '"' || c == '\'' || c == '=' || c == '`')))
		return "unexpected character in the attribute's value: a quotation mark seems to be missing";
	h->value_begun = true;
	return NULL;
}

static const char *feed_special(struct html *h, char c)
{
	if (h->state == HTML_RAW && is_space(c) && !h->tail[0])
		return NULL;
	remember(h, c);
	if (h->state == HTML_DECLARATION) {
		if (strcmp(h->tail, "--") == 0) {
			h->state = HTML_COMMENT;
			h->tail[0] = '\0';
		} else if (c == '>') {
			h->state = HTML_TEXT;
		}
		return NULL;
	}
	if (h->state == HTML_COMMENT) {
		if (tail_is(h, "-->"))
			h->state = HTML_TEXT;
		return NULL;
	}
	if (tail_is(h, tag_is(h, "script") ? "</script" : "</style")) {
		h->closing = true;
		h->state = HTML_TAG_NAME;
		return NULL;
	}
	if (!pl_str_starts(pl_str_from(tag_is(h, "script") ? "</script" : "</style"), pl_str_from(h->tail)))
		return "script and style stand in files of their own: the content security policy forbids them here";
	return NULL;
}

const char *html_feed(struct html *h, char c)
{
	switch (h->state) {
	case HTML_TEXT:
		if (c == '<') {
			h->state = HTML_TAG_START;
			h->closing = false;
			h->tag[0] = '\0';
		}
		return NULL;
	case HTML_TAG_START:
	case HTML_TAG_NAME:
		return feed_tag(h, c);
	case HTML_IN_TAG:
	case HTML_ATTR_NAME:
	case HTML_BEFORE_VALUE:
		return feed_attr(h, c);
	case HTML_DOUBLE:
	case HTML_SINGLE:
	case HTML_BARE:
		return feed_value(h, c);
	case HTML_DECLARATION:
	case HTML_COMMENT:
	case HTML_RAW:
	default:
		return feed_special(h, c);
	}
}

const char *html_value_refused(const struct html *h)
{
	switch (h->state) {
	case HTML_TEXT:
	case HTML_DOUBLE:
		return NULL;
	case HTML_SINGLE:
		return "a value needs a double-quoted attribute, not a single-quoted one";
	case HTML_BEFORE_VALUE:
	case HTML_BARE:
		return "a value needs a double-quoted attribute";
	case HTML_COMMENT:
	case HTML_DECLARATION:
		return "no value may stand in a comment or declaration";
	case HTML_RAW:
		return "no value may stand in script or style";
	case HTML_TAG_START:
	case HTML_TAG_NAME:
	case HTML_IN_TAG:
	case HTML_ATTR_NAME:
	default:
		return "no value may stand in a tag outside the quotes of an attribute";
	}
}

bool html_same(const struct html *a, const struct html *b)
{
	if (a->state != b->state || a->pre != b->pre)
		return false;
	if (a->state == HTML_TEXT)
		return true;
	if (a->closing != b->closing || strcmp(a->tag, b->tag) != 0)
		return false;
	if (a->state == HTML_IN_TAG)
		return true;
	if (strcmp(a->attr, b->attr) != 0 || strcmp(a->tail, b->tail) != 0)
		return false;
	/* In an address it matters whether the next value begins it. */
	return !a->url || a->value_begun == b->value_begun;
}
