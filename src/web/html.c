/* SPDX-License-Identifier: Apache-2.0 */
#include "web/html.h"
#include "base/time.h"
#include "web/route.h"

/* A narrow no-break space groups the thousands in every language we have. */
#define THIN "\xe2\x80\xaf"

/* How many bytes at the front of @s are a character that no page shows: neither HTML nor XML can hold other control characters, nobody
 * writes those of C1, and an override of direction (U+202D, U+202E) only makes words look like others. */
static size_t unwanted(pl_str s)
{
	const uint8_t *b = (const uint8_t *)s.ptr;

	if (b[0] < 0x80)
		return (b[0] < 0x20 && b[0] != '\n' && b[0] != '\t') || b[0] == 0x7f;
	if (s.len >= 2 && b[0] == 0xc2 && b[1] >= 0x80 && b[1] < 0xa0)
		return 2;
	return s.len >= 3 && b[0] == 0xe2 && b[1] == 0x80 && (b[2] == 0xad || b[2] == 0xae) ? 3 : 0;
}

void pl_html_escape(struct pl_buf *out, pl_str s)
{
	size_t from = 0;

	for (size_t i = 0; i < s.len; i++) {
		const char *as = NULL;
		size_t skip = 0;

		switch (s.ptr[i]) {
		case '&':
			as = "&amp;";
			break;
		case '<':
			as = "&lt;";
			break;
		case '>':
			as = "&gt;";
			break;
		case '"':
			as = "&quot;";
			break;
		case '\'':
			as = "&#39;";
			break;
		default:
			skip = unwanted(pl_str_sub(s, i, s.len));
			as = skip ? "\xef\xbf\xbd" : NULL;
			break;
		}
		if (!as)
			continue;
		pl_buf_put(out, s.ptr + from, i - from);
		pl_buf_put_z(out, as);
		i += skip ? skip - 1 : 0;
		from = i + 1;
	}
	pl_buf_put(out, s.ptr + from, s.len - from);
}

static void put_number(struct pl_buf *b, uint64_t v)
{
	struct pl_buf digits PL_CLEANUP(pl_buf_done) = PL_BUF(24);

	pl_buf_put_u64(&digits, v);
	for (size_t i = 0; i < digits.len; i++) {
		if (i > 0 && digits.len > 4 && (digits.len - i) % 3 == 0)
			pl_buf_put_z(b, THIN);
		pl_buf_put_u8(b, digits.ptr[i]);
	}
}

static void put_size(struct pl_buf *b, uint64_t v)
{
	static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
	uint64_t unit = 1;
	size_t i = 0;

	while (i + 1 < PL_COUNT(units) && v / unit >= 1024) {
		unit *= 1024;
		i++;
	}
	if (i == 0)
		pl_buf_put_u64(b, v);
	else
		pl_buf_printf(b, "%llu.%llu", (unsigned long long)(v / unit), (unsigned long long)(v % unit * 10 / unit));
	pl_buf_put_z(b, THIN);
	pl_buf_put_z(b, units[i]);
}

static void put_time(struct pl_buf *b, uint64_t t, enum pl_html_kind kind)
{
	char text[21];

	pl_time_write(t, text);
	if (kind == PL_HTML_RFC3339)
		pl_buf_put_z(b, text);
	else if (kind == PL_HTML_DATE)
		pl_buf_put(b, text, 10);
	else
		pl_buf_printf(b, "%.10s %.8s UTC", text, text + 11);
}

/* The value as text, not escaped; into @b only where it is not there already. */
static pl_str plain(const struct pl_html *h, const struct pl_html_value *v, struct pl_buf *b)
{
	switch (v->kind) {
	case PL_HTML_STR:
		return v->str;
	case PL_HTML_MSG:
		return pl_message(h->lang, (enum pl_message_id)v->u64);
	case PL_HTML_U64:
		pl_buf_put_u64(b, v->u64);
		break;
	case PL_HTML_DIGEST:
		pl_hex_put(b, pl_bytes_of(v->digest.b, sizeof v->digest.b));
		break;
	case PL_HTML_SHORT:
		pl_hex_put(b, pl_bytes_of(v->digest.b, 6));
		break;
	case PL_HTML_SIZE:
		put_size(b, v->u64);
		break;
	case PL_HTML_NUMBER:
		put_number(b, v->u64);
		break;
	case PL_HTML_TIME:
	case PL_HTML_DATE:
	case PL_HTML_RFC3339:
	default:
		put_time(b, v->u64, v->kind);
		break;
	}
	return pl_buf_str(b);
}

void pl_html_put(struct pl_html *h, struct pl_html_value v)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(128);

	pl_html_escape(h->out, plain(h, &v, &b));
}

static bool address_allowed(pl_str s)
{
	if (pl_str_starts(s, PL_STR("#")) || pl_str_starts(s, PL_STR("https://")) || pl_str_starts(s, PL_STR("http://")))
		return true;
	/* "//host" and "/\host" would leave our own site. */
	return pl_str_starts(s, PL_STR("/")) && !(s.len > 1 && (s.ptr[1] == '/' || s.ptr[1] == '\\'));
}

void pl_html_put_address(struct pl_html *h, struct pl_html_value v)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(128);
	pl_str s = plain(h, &v, &b);

	pl_html_escape(h->out, address_allowed(s) ? s : PL_STR("#refused"));
}

void pl_html_put_part(struct pl_html *h, struct pl_html_value v)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(128);

	pl_route_escape(h->out, plain(h, &v, &b));
}

void pl_html_put_raw(struct pl_html *h, struct pl_html_raw raw)
{
	pl_buf_put_str(h->out, raw.text);
}

static void put_escaped(struct pl_html *h, pl_str text)
{
	pl_html_escape(h->out, text);
}

static void put_plain(struct pl_html *h, pl_str text)
{
	pl_buf_put_str(h->out, text);
}

static void put_message(struct pl_html *h, pl_str text, unsigned n, const struct pl_html_value *args,
	void (*put)(struct pl_html *h, pl_str text))
{
	size_t brace;

	while ((brace = pl_str_find(text, '{')) + 2 < text.len) {
		unsigned which = (unsigned)(text.ptr[brace + 1] - '0');

		put(h, pl_str_sub(text, 0, brace));
		if (which < n) {
			struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(128);

			put(h, plain(h, &args[which], &b));
		}
		text = pl_str_sub(text, brace + 3, text.len);
	}
	put(h, text);
}

void pl_html_message_plain(struct pl_buf *out, enum pl_lang lang, enum pl_message_id id, unsigned n,
	const struct pl_html_value *args)
{
	struct pl_html h = {out, lang};

	put_message(&h, pl_message(lang, id), n, args, put_plain);
}

void pl_html_message(struct pl_html *h, enum pl_message_id id, unsigned n, const struct pl_html_value *args)
{
	put_message(h, pl_message(h->lang, id), n, args, put_escaped);
}

void pl_html_message_plural(struct pl_html *h, enum pl_message_id id, uint64_t count, unsigned n,
	const struct pl_html_value *args)
{
	put_message(h, pl_message_plural(h->lang, id, count), n, args, put_escaped);
}
