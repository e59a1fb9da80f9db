/* SPDX-License-Identifier: Apache-2.0 */
#include "register/person/holdings.h"
#include "base/time.h"
#include "fact/predicates.h"

static const char *const id_words[PL_PERSON_ID_TYPES] = {
	[PL_PERSON_EMAIL] = "email", [PL_PERSON_ACCOUNT] = "account", [PL_PERSON_PRODUCT] = "product", [PL_PERSON_CASE] = "case",
};
static const char *const type_words[] = {
	[PL_HOLDING_TEXT] = "text", [PL_HOLDING_U64] = "u64", [PL_HOLDING_BOOL] = "bool", [PL_HOLDING_TIME] = "time",
};
const char *const pl_holdings_reasons[] = {
	"counted-in-public", /* what is open in a counted register: the case goes on counting */
	"event-chain",       /* identifiers in a chain of events that shows tampering */
	"in-use",            /* an account that somebody works with */
	"legal-claim",       /* needed for a claim in law */
	"legal-duty",        /* a law wants it kept */
	"name-not-reused",   /* a keyed mark, so that a name is not given again */
	"not-erasable",      /* the store cannot */
	NULL,
};

const char *pl_person_id_word(enum pl_person_id_type type)
{
	return (unsigned)type < PL_PERSON_ID_TYPES ? id_words[type] : "?";
}

/* One at sign with something on both sides, and nothing that a mail program would read as more than one address. */
static bool email_ok(pl_str v)
{
	size_t at = pl_str_find(v, '@');

	for (size_t i = 0; i < v.len; i++)
		if ((unsigned char)v.ptr[i] <= ' ' || v.ptr[i] == 0x7f || strchr("<>(),;:\\\"[]", v.ptr[i]))
			return false;
	return at && at + 1 < v.len && pl_str_find(pl_str_sub(v, at + 1, v.len), '@') == v.len - at - 1;
}

pl_status pl_person_id_parse(pl_str text, struct pl_person_id *ret, struct pl_diag *diag)
{
	struct pl_person_id id = {.type = PL_PERSON_ID_TYPES};
	pl_str word;

	if (!pl_str_take_until(&text, '=', &word))
		return pl_diag_set(diag, PL_E_SYNTAX, "expected email=, account=, product= or case= and a value");
	for (unsigned i = 0; i < PL_PERSON_ID_TYPES; i++)
		if (pl_str_eq(word, pl_str_from(id_words[i])))
			id.type = (enum pl_person_id_type)i;
	if (id.type == PL_PERSON_ID_TYPES)
		return pl_diag_set(diag, PL_E_SYNTAX, "expected email, account, product or case, found \"%.*s\"", PL_STR_ARG(word));
	if (!text.len || text.len > PL_PERSON_VALUE_MAX || !pl_str_is_utf8(text) || memchr(text.ptr, 0, text.len))
		return pl_diag_set(diag, PL_E_RANGE, "the value of %s is empty, longer than %u bytes or not UTF-8", id_words[id.type],
			PL_PERSON_VALUE_MAX);
	if (id.type == PL_PERSON_EMAIL && !email_ok(text))
		return pl_diag_set(diag, PL_E_SYNTAX, "this is no e-mail address");
	id.value = text;
	*ret = id;
	return PL_OK;
}

void pl_person_id_fold(const struct pl_person_id *id, struct pl_buf *out)
{
	bool fold = id->type == PL_PERSON_EMAIL || id->type == PL_PERSON_ACCOUNT;

	for (size_t i = 0; i < id->value.len; i++) {
		char c = id->value.ptr[i];

		pl_buf_put_c(out, fold && c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c);
	}
}

const char *pl_holding_type_word(enum pl_holding_type type)
{
	return (unsigned)type < PL_COUNT(type_words) ? type_words[type] : "?";
}

pl_status pl_holding_type_parse(pl_str word, enum pl_holding_type *ret)
{
	for (unsigned i = 0; i < PL_COUNT(type_words); i++)
		if (pl_str_eq(word, pl_str_from(type_words[i]))) {
			*ret = (enum pl_holding_type)i;
			return PL_OK;
		}
	return PL_E_SYNTAX;
}

pl_status pl_holding_value_check(enum pl_holding_type type, pl_str text)
{
	uint64_t number;
	char again[21];

	switch (type) {
	case PL_HOLDING_TEXT:
		return text.len <= PL_HOLDINGS_VALUE_MAX && pl_str_is_utf8(text) && !(text.len && memchr(text.ptr, 0, text.len)) ? PL_OK
																  : PL_E_SYNTAX;
	case PL_HOLDING_U64:
		return pl_str_to_u64(text, INT64_MAX, &number) ? PL_E_SYNTAX : PL_OK;
	case PL_HOLDING_BOOL:
		return pl_str_eq(text, PL_STR("true")) || pl_str_eq(text, PL_STR("false")) ? PL_OK : PL_E_SYNTAX;
	case PL_HOLDING_TIME:
		if (pl_time_parse(text, &number))
			return PL_E_SYNTAX;
		pl_time_write(number, again);
		return pl_str_eq(text, pl_str_from(again)) ? PL_OK : PL_E_SYNTAX;
	}
	return PL_E_SYNTAX;
}

const struct pl_holdings *pl_holdings_find(const struct pl_holdings_list *list, pl_str name)
{
	for (size_t i = 0; i < list->n; i++)
		if (pl_str_eq(list->stores[i]->name, name))
			return list->stores[i];
	return NULL;
}

const char *pl_holdings_reason(pl_str reason)
{
	for (size_t i = 0; pl_holdings_reasons[i]; i++)
		if (pl_str_eq(reason, pl_str_from(pl_holdings_reasons[i])))
			return pl_holdings_reasons[i];
	return NULL;
}

bool pl_holdings_reason_ok(pl_str reason)
{
	return pl_holdings_reason(reason) != NULL;
}

const char *pl_holdings_outcome_word(enum pl_holdings_outcome o)
{
	static const char *const words[] = {
		[PL_HOLDINGS_NOT_USED] = "not-used", [PL_HOLDINGS_STOPPED] = "stopped", [PL_HOLDINGS_GOES_ON] = "goes-on",
	};

	return (unsigned)o < PL_COUNT(words) ? words[o] : "?";
}

/* ---- where ---- */

#define FOUND_MAX 1024u

struct found {
	char name[65];
	uint64_t rows;
	bool described;
};

struct where {
	struct pl_json *classes;
	bool asked; /* for somebody */
	size_t n;
	struct found found[FOUND_MAX];
};

static struct found *found_of(struct where *w, pl_str name)
{
	for (size_t i = 0; i < w->n; i++)
		if (pl_str_eq(pl_str_from(w->found[i].name), name))
			return &w->found[i];
	return NULL;
}

static pl_status add_found(void *ctx, const struct pl_holdings_found *f)
{
	struct where *w = ctx;
	struct found *have = found_of(w, f->name);

	if (!have) {
		if (w->n == FOUND_MAX)
			return PL_E_TOOBIG;
		have = &w->found[w->n];
		if (pl_str_z(f->name, have->name, sizeof have->name))
			return PL_E_CORRUPT;
		have->rows = 0;
		have->described = false;
		w->n++;
	}
	if (f->rows > INT64_MAX - have->rows)
		return PL_E_CORRUPT;
	have->rows += f->rows;
	return PL_OK;
}

static pl_status add_class(void *ctx, const struct pl_holding *h)
{
	struct where *w = ctx;
	struct found *have = found_of(w, h->name);
	struct pl_json *o = pl_json_push_object(w->classes), *fields;
	pl_str rest = h->fields, one;

	pl_json_set_str(o, "class", h->name);
	fields = pl_json_set_array(o, "fields");
	while (rest.len) {
		if (!pl_str_take_until(&rest, ',', &one)) {
			one = rest;
			rest.len = 0;
		}
		pl_json_push_str(fields, one);
	}
	pl_json_set_str(o, "place", h->place);
	pl_json_set_str(o, "entity", h->entity);
	pl_json_set_u64(o, "months", h->months);
	if (w->asked)
		pl_json_set_u64(o, "rows", have ? have->rows : 0);
	if (have)
		have->described = true;
	return PL_OK;
}

static pl_status where_store(const struct pl_holdings *s, const struct pl_person *who, struct where *w, struct pl_diag *diag)
{
	pl_status st = PL_OK;

	w->n = 0;
	w->asked = who && !s->later;
	if (w->asked)
		st = s->find(s->ctx, who, add_found, w, diag);
	if (!st)
		st = s->describe(s->ctx, add_class, w, diag);
	for (size_t i = 0; i < w->n && !st; i++)
		if (!w->found[i].described)
			st = pl_diag_set(diag, PL_E_CORRUPT, "it found something in the class %s, which it does not describe", w->found[i].name);
	return st;
}

pl_status pl_holdings_where(const struct pl_holdings_list *list, const struct pl_person *who, struct pl_json **ret,
	struct pl_diag *diag)
{
	struct pl_json *all PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_json *stores = pl_json_set_array(all, "stores");
	struct where *w = PL_NEW(struct where);
	pl_status st = PL_OK;

	for (size_t i = 0; i < list->n && !st; i++) {
		const struct pl_holdings *s = list->stores[i];
		struct pl_json *o = pl_json_push_object(stores);

		pl_json_set_str(o, "store", s->name);
		if (s->later)
			pl_json_set_bool(o, "answersLater", true);
		w->classes = pl_json_set_array(o, "classes");
		st = where_store(s, who, w, diag);
		if (st)
			pl_diag_context(diag, "store %.*s", PL_STR_ARG(s->name));
	}
	pl_free(w);
	if (!st)
		*ret = pl_json_ref(all);
	return st;
}

/* ---- an objection ---- */

static pl_status tell_one(const struct pl_holdings *s, const struct pl_person *who, const struct pl_holdings_objection *o, struct pl_json *stores,
	struct pl_diag *diag)
{
	struct pl_holdings_objected told = {0};
	struct pl_json *row;
	pl_status st = s->object ? s->object(s->ctx, who, o, &told, diag) : PL_OK;

	if (st) {
		pl_diag_context(diag, "%.*s", PL_STR_ARG(s->name));
		return st;
	}
	row = pl_json_push_object(stores);
	pl_json_set_str(row, "store", s->name);
	pl_json_set_z(row, "outcome", s->later ? "not-told" : pl_holdings_outcome_word(told.outcome));
	if (told.reason)
		pl_json_set_z(row, "reason", told.reason);
	return PL_OK;
}

pl_status pl_holdings_object(const struct pl_holdings_list *list, const struct pl_person *who, const struct pl_holdings_objection *o,
	struct pl_json **ret, struct pl_diag *diag)
{
	struct pl_json *all PL_CLEANUP(pl_json_done) = pl_json_new_object(), *stores;
	pl_status st = PL_OK;

	pl_json_set_str(all, "purpose", o->purpose);
	pl_json_set_bool(all, "ends", o->ends);
	stores = pl_json_set_array(all, "stores");
	for (size_t i = 0; i < list->n && !st; i++)
		st = tell_one(list->stores[i], who, o, stores, diag);
	if (st)
		return st;
	*ret = all;
	all = NULL;
	return PL_OK;
}
