/* SPDX-License-Identifier: Apache-2.0 */
#include "register/person/outside.h"
#include "fact/predicates.h"

struct reading {
	struct pl_outside *o;
	struct pl_diag *diag;
};

static pl_status expected(struct reading *r, pl_status st, const char *what)
{
	return pl_diag_set(r->diag, st, "expected %s", what);
}

/* The next word of a line; words are separated by one space. */
static bool word(pl_str *line, pl_str *ret)
{
	pl_str w = *line;

	if (pl_str_take_until(line, ' ', &w)) {
		if (!line->len)
			return false;
	} else {
		line->len = 0;
	}
	*ret = w;
	return w.len != 0;
}

static bool token(pl_str *line, pl_str *ret)
{
	return word(line, ret) && pl_predicate_token_ok(*ret);
}

static bool number(pl_str *line, uint64_t max, uint64_t *ret)
{
	pl_str w;

	return word(line, &w) && pl_str_to_u64(w, max, ret) == PL_OK;
}

static bool printable(pl_str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] <= ' ' || s.ptr[i] > '~')
			return false;
	return s.len > 0;
}

static bool fields_ok(pl_str list)
{
	pl_str one;

	while (pl_str_take_until(&list, ',', &one))
		if (!pl_predicate_token_ok(one))
			return false;
	return pl_predicate_token_ok(list);
}

/* Identities of persons go over a network under TLS alone; in the clear they go to a proxy on this machine. */
static bool scheme_ok(pl_str *rest)
{
	static const char *const here[] = {"127.0.0.1", "[::1]", "localhost"};

	if (pl_str_eat(rest, PL_STR("https://")))
		return true;
	if (!pl_str_eat(rest, PL_STR("http://")))
		return false;
	for (size_t i = 0; i < PL_COUNT(here); i++) {
		pl_str host = pl_str_from(here[i]);

		if (pl_str_starts(*rest, host) && (rest->len == host.len || rest->ptr[host.len] == ':' || rest->ptr[host.len] == '/'))
			return true;
	}
	return false;
}

/* Without a slash at the end, so that paths are put behind it. */
static bool url_ok(pl_str url)
{
	pl_str rest = url;

	return printable(url) && url.len <= 512 && scheme_ok(&rest) && rest.len &&
		rest.ptr[rest.len - 1] != '/' && pl_str_find(rest, '?') == rest.len && pl_str_find(rest, '#') == rest.len &&
		pl_str_find(rest, '@') == rest.len;
}

static bool domain_ok(pl_str d)
{
	for (size_t i = 0; i < d.len; i++)
		if (!(d.ptr[i] >= 'a' && d.ptr[i] <= 'z') && !(d.ptr[i] >= '0' && d.ptr[i] <= '9') && d.ptr[i] != '-' && d.ptr[i] != '.')
			return false;
	return d.len > 0 && d.len <= 253;
}

static pl_status take_store(struct reading *r, pl_str line)
{
	struct pl_outside_store s = {.first_class = r->o->n_classes};
	pl_str kind;
	bool ok;

	if (!token(&line, &s.name) || !word(&line, &kind))
		return expected(r, PL_E_SYNTAX, "store NAME command PATH, or store NAME opendsr URL DOMAIN CERTIFICATE CONTROLLER");
	for (size_t i = 0; i < r->o->n_stores; i++)
		if (pl_str_eq(r->o->stores[i].name, s.name))
			return expected(r, PL_E_EXISTS, "another name: this store stands above already");
	if (pl_str_eq(s.name, PL_STR("cases")) || pl_str_eq(s.name, PL_STR("accounts")))
		return expected(r, PL_E_EXISTS, "another name: cases and accounts are this instance's own stores");
	if (pl_str_eq(kind, PL_STR("command"))) {
		s.kind = PL_OUTSIDE_COMMAND;
		ok = word(&line, &s.path) && printable(s.path) && s.path.ptr[0] == '/' && !line.len;
	} else if (pl_str_eq(kind, PL_STR("opendsr"))) {
		s.kind = PL_OUTSIDE_OPENDSR;
		ok = word(&line, &s.url) && url_ok(s.url) && word(&line, &s.domain) && domain_ok(s.domain) && word(&line, &s.certificate) &&
			printable(s.certificate) && word(&line, &s.controller) && printable(s.controller) && !line.len;
	} else {
		return expected(r, PL_E_SYNTAX, "command or opendsr");
	}
	if (!ok)
		return expected(r, PL_E_SYNTAX, s.kind == PL_OUTSIDE_COMMAND ? "an absolute path and nothing behind it"
			: "URL (no slash at its end), DOMAIN, CERTIFICATE and CONTROLLER");
	if (r->o->n_stores == PL_OUTSIDE_STORES_MAX)
		return expected(r, PL_E_TOOBIG, "at most 32 stores");
	r->o->stores[r->o->n_stores++] = s;
	return PL_OK;
}

static pl_status take_class(struct reading *r, pl_str line)
{
	struct pl_outside_store *s = r->o->n_stores ? &r->o->stores[r->o->n_stores - 1] : NULL;
	struct pl_holding h = {0};
	pl_str store;

	if (!token(&line, &store) || !token(&line, &h.name) || !token(&line, &h.place) || !token(&line, &h.entity) ||
		!number(&line, 1200, &h.months) || !word(&line, &h.fields) || !fields_ok(h.fields) || line.len)
		return expected(r, PL_E_SYNTAX, "class STORE CLASS PLACE ENTITY MONTHS FIELD,FIELD...");
	if (!s || !pl_str_eq(s->name, store))
		return expected(r, PL_E_SYNTAX, "classes directly below the line of their store");
	for (size_t i = s->first_class; i < r->o->n_classes; i++)
		if (pl_str_eq(r->o->classes[i].name, h.name))
			return expected(r, PL_E_EXISTS, "another name: this class stands above already");
	if (r->o->n_classes == PL_OUTSIDE_CLASSES_MAX)
		return expected(r, PL_E_TOOBIG, "at most 256 classes");
	r->o->classes[r->o->n_classes++] = h;
	s->n_classes++;
	return PL_OK;
}

static pl_status take_line(struct reading *r, pl_str line, unsigned at)
{
	pl_str rest = line;

	if (at == 1)
		return pl_str_eq(line, PL_STR("pellucid-holdings v1")) ? PL_OK : expected(r, PL_E_SYNTAX, "\"pellucid-holdings v1\"");
	if (at == 2) {
		if (pl_str_eat(&rest, PL_STR("here ")) && token(&rest, &r->o->place) && token(&rest, &r->o->entity) &&
			number(&rest, 36500, &r->o->backup_days) && !rest.len)
			return PL_OK;
		return expected(r, PL_E_SYNTAX, "here PLACE ENTITY DAYS-OF-BACKUPS");
	}
	if (pl_str_eat(&rest, PL_STR("store "))) {
		if (r->o->n_stores && !r->o->stores[r->o->n_stores - 1].n_classes)
			return expected(r, PL_E_SYNTAX, "at least one class of the store before");
		return take_store(r, rest);
	}
	if (pl_str_eat(&rest, PL_STR("class ")))
		return take_class(r, rest);
	return expected(r, PL_E_SYNTAX, "a line \"store\" or \"class\"");
}

struct pl_outside *pl_outside_none(void)
{
	struct pl_outside *o = PL_NEW(struct pl_outside);

	pl_buf_init(&o->text, PL_OUTSIDE_MAX);
	o->place = o->entity = PL_STR("not-stated");
	return o;
}

pl_status pl_outside_parse(pl_str text, struct pl_outside **ret, struct pl_diag *diag)
{
	struct pl_outside *o PL_CLEANUP(pl_outside_freep) = pl_outside_none();
	struct reading r = {.o = o, .diag = diag};
	unsigned at = 0;
	pl_str line;
	pl_status st;

	pl_buf_put_str(&o->text, text);
	st = pl_buf_status(&o->text);
	if (st)
		return pl_diag_set(diag, st, "a file of holdings has at most %u bytes", PL_OUTSIDE_MAX);
	text = pl_buf_str(&o->text);
	while (!st && pl_str_take_line(&text, &line))
		st = take_line(&r, line, ++at);
	if (!st && text.len)
		st = (at++, expected(&r, PL_E_SYNTAX, "a line feed at the end of the last line"));
	if (!st && at < 2)
		st = (at++, expected(&r, PL_E_SYNTAX, at == 1 ? "\"pellucid-holdings v1\"" : "here PLACE ENTITY DAYS-OF-BACKUPS"));
	if (!st && o->n_stores && !o->stores[o->n_stores - 1].n_classes)
		st = expected(&r, PL_E_SYNTAX, "at least one class of the last store");
	if (st) {
		pl_diag_at(diag, at, 0);
		return st;
	}
	*ret = o;
	o = NULL;
	return PL_OK;
}

void pl_outside_free(struct pl_outside *o)
{
	if (!o)
		return;
	pl_buf_done(&o->text);
	pl_free(o);
}
