/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/html: what a compiled template calls. Every value is written through one of three functions, which escape for where it
 * stands; which one is right, tools/tmplc decides from the HTML around it.
 *
 * Failure is the buffer's: ask pl_buf_status() once at the end.
 */
#ifndef PL_WEB_HTML_H
#define PL_WEB_HTML_H
#include "crypto/digest.h"
#include "web/message.h"

struct pl_html {
	struct pl_buf *out;
	enum pl_lang lang;
};

/* HTML that our own code has made and vouches for; the only thing {{raw x}} takes. */
struct pl_html_raw {
	pl_str text;
};

enum pl_html_kind {
	PL_HTML_STR,
	PL_HTML_U64,
	PL_HTML_DIGEST, /* 64 hex digits */
	PL_HTML_TIME,   /* ns: 2026-11-21 23:30:05 UTC */
	PL_HTML_DATE,   /* ns: 2026-11-21 */
	PL_HTML_RFC3339,
	PL_HTML_SIZE,   /* bytes for people: 1.5 MiB */
	PL_HTML_NUMBER, /* with thin spaces between the thousands */
	PL_HTML_SHORT,  /* first 12 digits of a digest */
	PL_HTML_MSG,    /* a message id */
};

struct pl_html_value {
	enum pl_html_kind kind;
	pl_str str;
	uint64_t u64;
	struct pl_digest digest;
};

static inline struct pl_html_value pl_html_value_str(pl_str s) { return (struct pl_html_value){.kind = PL_HTML_STR, .str = s}; }
static inline struct pl_html_value pl_html_value_z(const char *z) { return pl_html_value_str(pl_str_from(z)); }
static inline struct pl_html_value pl_html_value_u64(uint64_t v) { return (struct pl_html_value){.kind = PL_HTML_U64, .u64 = v}; }
static inline struct pl_html_value pl_html_value_digest(struct pl_digest d)
{
	return (struct pl_html_value){.kind = PL_HTML_DIGEST, .digest = d};
}
static inline struct pl_html_value pl_html_value_msg(enum pl_message_id id)
{
	return (struct pl_html_value){.kind = PL_HTML_MSG, .u64 = id};
}
static inline struct pl_html_value pl_html_value_time(uint64_t t) { return (struct pl_html_value){.kind = PL_HTML_TIME, .u64 = t}; }
static inline struct pl_html_value pl_html_value_date(uint64_t t) { return (struct pl_html_value){.kind = PL_HTML_DATE, .u64 = t}; }
static inline struct pl_html_value pl_html_value_rfc3339(uint64_t t)
{
	return (struct pl_html_value){.kind = PL_HTML_RFC3339, .u64 = t};
}
static inline struct pl_html_value pl_html_value_size(uint64_t n) { return (struct pl_html_value){.kind = PL_HTML_SIZE, .u64 = n}; }
static inline struct pl_html_value pl_html_value_number(uint64_t n)
{
	return (struct pl_html_value){.kind = PL_HTML_NUMBER, .u64 = n};
}
static inline struct pl_html_value pl_html_value_short(struct pl_digest d)
{
	return (struct pl_html_value){.kind = PL_HTML_SHORT, .digest = d};
}

/* A value of any type that a page may show. An enum pl_message_id is shown as its text: wrap it in struct pl_html_msg. */
struct pl_html_msg {
	enum pl_message_id id;
};
static inline struct pl_html_value pl_html_value_wrapped(struct pl_html_msg m) { return pl_html_value_msg(m.id); }

#define pl_html_value(x) \
	_Generic((x), pl_str: pl_html_value_str, char *: pl_html_value_z, const char *: pl_html_value_z, \
		uint64_t: pl_html_value_u64, uint32_t: pl_html_value_u64, uint16_t: pl_html_value_u64, \
		struct pl_digest: pl_html_value_digest, struct pl_html_msg: pl_html_value_wrapped)(x)

/* Conditions of templates: a number other than 0, a text or HTML that is not empty, true. */
static inline bool pl_html_true_str(pl_str s) { return s.len > 0; }
static inline bool pl_html_true_raw(struct pl_html_raw r) { return r.text.len > 0; }
static inline bool pl_html_true_u64(uint64_t v) { return v != 0; }
static inline bool pl_html_true_bool(bool v) { return v; }
#define pl_html_true(x) \
	_Generic((x), pl_str: pl_html_true_str, struct pl_html_raw: pl_html_true_raw, bool: pl_html_true_bool, \
		default: pl_html_true_u64)(x)

/* Literal text of a template. */
static inline void pl_html_literal(struct pl_html *h, const char *text, size_t len) { pl_buf_put(h->out, text, len); }
/* In text and in quoted attributes. */
void pl_html_put(struct pl_html *h, struct pl_html_value v);
/* A whole address: what is no path of ours ("/...", not "//"), no fragment and neither https nor http becomes "#refused". */
void pl_html_put_address(struct pl_html *h, struct pl_html_value v);
/* Part of an address: percent-encoded. */
void pl_html_put_part(struct pl_html *h, struct pl_html_value v);
void pl_html_put_raw(struct pl_html *h, struct pl_html_raw raw);
/* Message @id with {0}.. replaced by @args. */
void pl_html_message(struct pl_html *h, enum pl_message_id id, unsigned n, const struct pl_html_value *args);
void pl_html_message_plural(struct pl_html *h, enum pl_message_id id, uint64_t count, unsigned n,
	const struct pl_html_value *args);
/* The message as plain text, not escaped: for titles, which a template escapes later. */
void pl_html_message_plain(struct pl_buf *out, enum pl_lang lang, enum pl_message_id id, unsigned n,
	const struct pl_html_value *args);
/* Escaped text, for code that makes HTML or XML itself. */
void pl_html_escape(struct pl_buf *out, pl_str text);
#endif
