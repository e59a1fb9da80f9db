/* SPDX-License-Identifier: Apache-2.0 */
#include "store/s3_xml.h"

#define LEVELS 16

struct walk {
	pl_str rest, names[LEVELS];
	bool has_children[LEVELS];
	unsigned depth;
	char text[PL_S3_TEXT_MAX];
	size_t text_len;
	pl_s3_leaf_fn fn;
	void *ctx;
	pl_str root;
};

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_name(pl_str s)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (i && c >= '0' && c <= '9') ||
			    (i && c == '-') || (i && c == ':') || c == '_'))
			return false;
	}
	return s.len > 0 && s.len <= 64;
}

static pl_status add_text(struct walk *w, const char *p, size_t n)
{
	if (n > sizeof w->text - w->text_len)
		return PL_E_SYNTAX;
	memcpy(w->text + w->text_len, p, n);
	w->text_len += n;
	return PL_OK;
}

static pl_status add_code_point(struct walk *w, uint64_t c)
{
	char b[4];

	if (c == 0 || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return PL_E_SYNTAX;
	if (c < 0x80) {
		b[0] = (char)c;
		return add_text(w, b, 1);
	}
	if (c < 0x800) {
		b[0] = (char)(0xc0 | c >> 6);
		b[1] = (char)(0x80 | (c & 0x3f));
		return add_text(w, b, 2);
	}
	if (c < 0x10000) {
		b[0] = (char)(0xe0 | c >> 12);
		b[1] = (char)(0x80 | (c >> 6 & 0x3f));
		b[2] = (char)(0x80 | (c & 0x3f));
		return add_text(w, b, 3);
	}
	b[0] = (char)(0xf0 | c >> 18);
	b[1] = (char)(0x80 | (c >> 12 & 0x3f));
	b[2] = (char)(0x80 | (c >> 6 & 0x3f));
	b[3] = (char)(0x80 | (c & 0x3f));
	return add_text(w, b, 4);
}

static pl_status read_hex(pl_str s, uint64_t *ret)
{
	uint64_t v = 0;

	if (!s.len || s.len > 6)
		return PL_E_SYNTAX;
	for (size_t i = 0; i < s.len; i++) {
		const char *digits = "0123456789abcdef0123456789ABCDEF",
			   *at = s.ptr[i] ? strchr(digits, s.ptr[i]) : NULL;

		if (!at)
			return PL_E_SYNTAX;
		v = v << 4 | (uint64_t)((at - digits) % 16);
	}
	*ret = v;
	return PL_OK;
}

/* What stands between '&' and ';'. */
static pl_status add_reference(struct walk *w, pl_str name)
{
	static const struct {
		pl_str name;
		char c;
	} known[] = {{PL_STR_INIT("amp"), '&'}, {PL_STR_INIT("lt"), '<'}, {PL_STR_INIT("gt"), '>'},
		{PL_STR_INIT("quot"), '"'}, {PL_STR_INIT("apos"), '\''}};
	uint64_t c = 0;
	pl_status st;

	for (size_t i = 0; i < PL_COUNT(known); i++)
		if (pl_str_eq(name, known[i].name))
			return add_text(w, &known[i].c, 1);
	if (pl_str_eat(&name, PL_STR("#x")))
		st = read_hex(name, &c);
	else if (pl_str_eat(&name, PL_STR("#")))
		st = pl_str_to_u64(name, 0x10ffff, &c);
	else
		st = PL_E_SYNTAX;
	return st ? PL_E_SYNTAX : add_code_point(w, c);
}

static pl_status take_text(struct walk *w)
{
	size_t end = pl_str_find(w->rest, '<');
	pl_str run = pl_str_sub(w->rest, 0, end);
	pl_status st = PL_OK;

	w->rest = pl_str_sub(w->rest, end, w->rest.len);
	while (!st && run.len) {
		size_t plain = pl_str_find(run, '&');
		pl_str name;

		st = add_text(w, run.ptr, plain);
		run = pl_str_sub(run, plain, run.len);
		if (st || !run.len)
			break;
		run = pl_str_sub(run, 1, run.len);
		st = pl_str_take_until(&run, ';', &name) ? add_reference(w, name) : PL_E_SYNTAX;
	}
	return st;
}

static bool blank(const struct walk *w)
{
	for (size_t i = 0; i < w->text_len; i++)
		if (!is_space(w->text[i]))
			return false;
	return true;
}

static pl_status open_element(struct walk *w, pl_str name)
{
	if (w->depth == LEVELS || !is_name(name) || (w->depth && !blank(w)))
		return PL_E_SYNTAX;
	if (w->depth == 0) {
		if (w->root.len)
			return PL_E_SYNTAX;
		w->root = name;
	} else {
		w->has_children[w->depth - 1] = true;
	}
	w->names[w->depth] = name;
	w->has_children[w->depth++] = false;
	w->text_len = 0;
	return PL_OK;
}

static pl_status close_element(struct walk *w, pl_str name)
{
	struct pl_s3_leaf leaf = {0};

	if (!w->depth || !pl_str_eq(w->names[w->depth - 1], name))
		return PL_E_SYNTAX;
	w->depth--;
	if (w->has_children[w->depth]) {
		leaf.parent = name;
		if (!blank(w))
			return PL_E_SYNTAX;
	} else {
		leaf.parent = w->depth ? w->names[w->depth - 1] : (pl_str){0};
		leaf.name = name;
		leaf.text = pl_str_of(w->text, w->text_len);
	}
	w->text_len = 0;
	return w->fn(w->ctx, &leaf);
}

/* w->rest begins with '<'. */
static pl_status take_tag(struct walk *w)
{
	pl_str tag, name;
	pl_status st;
	size_t i;

	if (pl_str_starts(w->rest, PL_STR("<!--"))) {
		size_t end = pl_str_find_str(w->rest, PL_STR("-->"));

		if (end == w->rest.len)
			return PL_E_SYNTAX;
		w->rest = pl_str_sub(w->rest, end + 3, w->rest.len);
		return PL_OK;
	}
	w->rest = pl_str_sub(w->rest, 1, w->rest.len);
	if (!pl_str_take_until(&w->rest, '>', &tag) || !tag.len)
		return PL_E_SYNTAX;
	if (pl_str_eat(&tag, PL_STR("/")))
		return close_element(w, pl_str_trim(tag));
	for (i = 0; i < tag.len && !is_space(tag.ptr[i]) && tag.ptr[i] != '/'; i++)
		;
	name = pl_str_sub(tag, 0, i);
	st = open_element(w, name);
	if (!st && pl_str_ends(tag, PL_STR("/")))
		st = close_element(w, name);
	return st;
}

pl_status pl_s3_xml_walk(pl_str xml, pl_s3_leaf_fn fn, void *ctx, pl_str *ret_root)
{
	struct walk w = {.rest = xml, .fn = fn, .ctx = ctx};
	pl_status st = pl_str_is_utf8(xml) ? PL_OK : PL_E_SYNTAX;

	if (pl_str_starts(w.rest, PL_STR("<?xml "))) {
		pl_str declaration;

		if (!pl_str_take_until(&w.rest, '>', &declaration) || !pl_str_ends(declaration, PL_STR("?")))
			return PL_E_SYNTAX;
	}
	while (!st && w.rest.len)
		st = w.rest.ptr[0] == '<' ? take_tag(&w) : take_text(&w);
	if (!st && (w.depth || !w.root.len || !blank(&w)))
		st = PL_E_SYNTAX;
	if (!st && ret_root)
		*ret_root = w.root;
	return st;
}

/* ---- one value ---- */

struct finding {
	pl_str name;
	char *out;
	size_t size;
	bool found;
};

static pl_status find_leaf(void *ctx, const struct pl_s3_leaf *leaf)
{
	struct finding *f = ctx;

	if (f->found || !pl_str_eq(leaf->name, f->name))
		return PL_OK;
	f->found = true;
	return pl_str_z(leaf->text, f->out, f->size);
}

pl_status pl_s3_xml_find(pl_str xml, pl_str name, char *out, size_t out_size)
{
	struct finding f = {.name = name, .out = out, .size = out_size};
	pl_status st;

	out[0] = '\0';
	st = pl_s3_xml_walk(xml, find_leaf, &f, NULL);
	if (st)
		out[0] = '\0';
	return st ? st : f.found ? PL_OK : PL_E_NOTFOUND;
}

/* ---- lists ---- */

struct listing {
	pl_s3_item_fn fn;
	void *ctx;
	struct pl_s3_page page;
	char key[1025], upload_id[1025], time[65];
	uint64_t size;
	bool has_key;
};

static pl_status of_item(struct listing *l, const struct pl_s3_leaf *leaf)
{
	if (pl_str_eq(leaf->name, PL_STR("Key"))) {
		l->has_key = true;
		return pl_str_z(leaf->text, l->key, sizeof l->key);
	}
	if (pl_str_eq(leaf->name, PL_STR("UploadId")))
		return pl_str_z(leaf->text, l->upload_id, sizeof l->upload_id);
	if (pl_str_eq(leaf->name, PL_STR("LastModified")) || pl_str_eq(leaf->name, PL_STR("Initiated")))
		return pl_str_z(leaf->text, l->time, sizeof l->time);
	if (pl_str_eq(leaf->name, PL_STR("Size")))
		return pl_str_to_u64(leaf->text, INT64_MAX, &l->size);
	return PL_OK;
}

static pl_status of_page(struct listing *l, const struct pl_s3_leaf *leaf)
{
	if (pl_str_eq(leaf->name, PL_STR("IsTruncated"))) {
		l->page.truncated = pl_str_eq(leaf->text, PL_STR("true"));
		return l->page.truncated || pl_str_eq(leaf->text, PL_STR("false")) ? PL_OK : PL_E_SYNTAX;
	}
	if (pl_str_eq(leaf->name, PL_STR("NextContinuationToken")) || pl_str_eq(leaf->name, PL_STR("NextKeyMarker")))
		return pl_str_z(leaf->text, l->page.token, sizeof l->page.token);
	if (pl_str_eq(leaf->name, PL_STR("NextUploadIdMarker")))
		return pl_str_z(leaf->text, l->page.token2, sizeof l->page.token2);
	return PL_OK;
}

static pl_status item_ends(struct listing *l)
{
	struct pl_s3_item item = {.key = pl_str_from(l->key),
		.upload_id = pl_str_from(l->upload_id),
		.time = pl_str_from(l->time),
		.size = l->size};
	pl_status st = l->has_key ? l->fn(l->ctx, &item) : PL_E_SYNTAX;

	l->has_key = false;
	l->key[0] = l->upload_id[0] = l->time[0] = '\0';
	l->size = 0;
	return st;
}

static pl_status list_leaf(void *ctx, const struct pl_s3_leaf *leaf)
{
	struct listing *l = ctx;
	bool item = pl_str_eq(leaf->parent, PL_STR("Contents")) || pl_str_eq(leaf->parent, PL_STR("Upload"));
	bool page = pl_str_eq(leaf->parent, PL_STR("ListBucketResult")) ||
		pl_str_eq(leaf->parent, PL_STR("ListMultipartUploadsResult"));
	pl_status st = PL_OK;

	if (!leaf->name.len)
		return item ? item_ends(l) : PL_OK;
	if (item)
		st = of_item(l, leaf);
	else if (page)
		st = of_page(l, leaf);
	return st == PL_E_TOOBIG || st == PL_E_RANGE ? PL_E_SYNTAX : st;
}

pl_status pl_s3_page_parse(pl_str xml, pl_s3_item_fn fn, void *ctx, struct pl_s3_page *ret)
{
	struct listing l = {.fn = fn, .ctx = ctx};
	pl_str root = {0};
	pl_status st = pl_s3_xml_walk(xml, list_leaf, &l, &root);

	if (st)
		return st;
	if (!pl_str_eq(root, PL_STR("ListBucketResult")) && !pl_str_eq(root, PL_STR("ListMultipartUploadsResult")))
		return PL_E_SYNTAX;
	*ret = l.page;
	return PL_OK;
}
