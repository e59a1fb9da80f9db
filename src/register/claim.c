/* SPDX-License-Identifier: Apache-2.0 */
#include "register/claim.h"
#include "base/time.h"
#include "fact/member.h"
#include "register/period.h"
#include <stdio.h>

#define DAY UINT64_C(86400)

const char *const pl_claim_kinds[PL_CLAIM_KINDS + 1] = {
	"number", "count", "promise", "never", "membership", "certificate", "result", "fact", "name", NULL,
};
const char *const pl_claim_bounds[PL_CLAIM_BOUNDS + 1] = {"is", "at-least", "more-than", "up-to", NULL};
const char *const pl_claim_standings[PL_CLAIM_STANDINGS] = {"is", "was", NULL};
const char *const pl_claim_statuses[PL_CLAIM_STATUSES + 1] = {"open", "met", "late", "withdrawn", "superseded", NULL};

pl_status pl_claim_word(pl_str word, const char *const *words, unsigned *ret)
{
	for (unsigned i = 0; words[i]; i++)
		if (pl_str_eq(word, pl_str_from(words[i]))) {
			*ret = i;
			return PL_OK;
		}
	return PL_E_SYNTAX;
}

/* ---- what each kind says ---- */

enum { VALUE = 1, WORD = 2, STANDING = 4, FROM = 8, TO = 16, AS_OF = 32, DUE = 64, PRODUCT = 128, UNIT = 256 };

static const char *const members[] = {"value", "word", "standing", "from", "to", "as of", "due", "product and version", "unit"};
static const struct {
	unsigned needs, may; /* beside what every kind may have */
} shapes[PL_CLAIM_KINDS] = {
	[PL_CLAIM_NUMBER] = {VALUE, UNIT | FROM | TO | AS_OF},
	[PL_CLAIM_COUNT] = {VALUE | FROM, UNIT | TO},
	[PL_CLAIM_PROMISE] = {0, VALUE | UNIT | WORD | FROM | AS_OF | DUE},
	[PL_CLAIM_NEVER] = {0, FROM | TO | AS_OF},
	[PL_CLAIM_MEMBERSHIP] = {STANDING, WORD | FROM | TO | AS_OF},
	[PL_CLAIM_CERTIFICATE] = {0, WORD | FROM | TO | AS_OF},
	[PL_CLAIM_RESULT] = {PRODUCT, VALUE | UNIT | WORD | FROM | TO | AS_OF},
	[PL_CLAIM_FACT] = {WORD, FROM | TO | AS_OF},
	[PL_CLAIM_NAME] = {WORD, FROM | TO | AS_OF},
};

static unsigned present(const struct pl_claim *c)
{
	return (c->has_value ? VALUE : 0u) | (c->word.len ? WORD : 0u) | (c->standing ? STANDING : 0u) | (c->from ? FROM : 0u) |
		(c->to ? TO : 0u) | (c->as_of ? AS_OF : 0u) | (c->due ? DUE : 0u) |
		(c->product.len || c->version.len ? PRODUCT : 0u) | (c->unit.len ? UNIT : 0u);
}

static pl_status check_shape(const struct pl_claim *c, struct pl_diag *diag)
{
	unsigned has = present(c), needs = shapes[c->kind].needs, may = needs | shapes[c->kind].may;

	for (size_t i = 0; i < PL_COUNT(members); i++) {
		if ((needs & ~has) >> i & 1)
			return pl_diag_set(diag, PL_E_RANGE, "a claim of kind %s states %s", pl_claim_kinds[c->kind], members[i]);
		if ((has & ~may) >> i & 1)
			return pl_diag_set(diag, PL_E_RANGE, "a claim of kind %s has no %s", pl_claim_kinds[c->kind], members[i]);
	}
	return PL_OK;
}

pl_status pl_claim_check(const struct pl_claim *c, struct pl_diag *diag)
{
	pl_status st = check_shape(c, diag);

	if (st)
		return st;
	if (c->has_value && c->word.len)
		return pl_diag_set(diag, PL_E_RANGE, "a claim has a value or a word, not both");
	if (c->unit.len && !c->has_value)
		return pl_diag_set(diag, PL_E_RANGE, "a unit belongs to a value");
	if (!c->product.len != !c->version.len)
		return pl_diag_set(diag, PL_E_RANGE, "product and version stand together");
	if (c->kind == PL_CLAIM_RESULT && !c->has_value && !c->word.len)
		return pl_diag_set(diag, PL_E_RANGE, "a result is a value or a word");
	if (c->as_of && (c->from || c->to))
		return pl_diag_set(diag, PL_E_RANGE, "a claim is as of a day, or from and to, not both");
	if (c->from && c->to && c->from >= c->to)
		return pl_diag_set(diag, PL_E_RANGE, "\"to\" lies behind \"from\"");
	if (c->kind == PL_CLAIM_NAME && (!pl_str_eq(c->property, PL_STR("name")) || pl_str_eq(c->word, c->subject)))
		return pl_diag_set(diag, PL_E_RANGE, "the property of a name is \"name\", and its word another one than its subject");
	return PL_OK;
}

/* ---- comparing ---- */

int pl_claim_about(const struct pl_claim *a, const struct pl_claim *b)
{
	int order = pl_str_cmp(a->subject, b->subject);

	if (!order)
		order = pl_str_cmp(a->property, b->property);
	if (!order)
		order = pl_str_cmp(a->product, b->product);
	return order ? order : pl_str_cmp(a->version, b->version);
}

bool pl_claim_same(const struct pl_claim *a, const struct pl_claim *b)
{
	if (!pl_str_eq(a->id, b->id) || pl_claim_about(a, b) || a->kind != b->kind || a->has_value != b->has_value ||
		a->bound != b->bound || a->value != b->value || !pl_str_eq(a->unit, b->unit) || !pl_str_eq(a->word, b->word) ||
		a->standing != b->standing)
		return false;
	if (a->from != b->from || a->to != b->to || a->as_of != b->as_of || a->due != b->due || a->review != b->review)
		return false;
	if (!pl_digest_eq(&a->words.digest, &b->words.digest) || a->has_source != b->has_source ||
		(a->has_source && !pl_digest_eq(&a->source, &b->source)) || a->n_evidence != b->n_evidence)
		return false;
	for (size_t i = 0; i < a->n_evidence; i++)
		if (!pl_digest_eq(&a->evidence[i], &b->evidence[i]))
			return false;
	return true;
}

bool pl_claim_undated(const struct pl_claim *c)
{
	return !c->from && !c->to && !c->as_of;
}

/* ---- JSON ---- */

static uint64_t get_time(const struct pl_json *o, const char *name)
{
	uint64_t t;

	return pl_time_parse(pl_member_text(o, name), &t) == PL_OK ? t / PL_SECOND : 0;
}

static void set_time(struct pl_json *o, const char *name, uint64_t t)
{
	char text[21];

	if (!t)
		return;
	pl_time_write(t * PL_SECOND, text);
	pl_json_set_z(o, name, text);
}

static void set_text(struct pl_json *o, const char *name, pl_str s)
{
	if (s.len)
		pl_json_set_str(o, name, s);
}

static void push_digest(struct pl_json *list, const struct pl_digest *d)
{
	char text[PL_DIGEST_TEXT + 1];

	pl_digest_text(d, text);
	pl_json_push_z(list, text);
}

pl_status pl_claim_from_json(const struct pl_json *p, struct pl_claim *ret)
{
	struct pl_claim c = {.id = pl_member_text(p, "claim"), .subject = pl_member_text(p, "subject"),
		.property = pl_member_text(p, "property"), .has_value = pl_json_get(p, "value"), .value = pl_member_u64(p, "value"),
		.unit = pl_member_text(p, "unit"), .word = pl_member_text(p, "word"), .from = get_time(p, "from"),
		.to = get_time(p, "to"), .as_of = get_time(p, "asOf"), .due = get_time(p, "due"), .review = get_time(p, "review"),
		.product = pl_member_text(p, "product"), .version = pl_member_text(p, "version"),
		.has_source = pl_json_get(p, "source"), .source = pl_member_digest(p, "source")};
	const struct pl_json *list = pl_json_get(p, "evidence");
	unsigned kind = 0, bound = 0, standing = 0;
	pl_str text;

	(void)pl_member_body(p, "words", &c.words);
	if (pl_claim_word(pl_member_text(p, "kind"), pl_claim_kinds, &kind))
		return PL_E_SYNTAX;
	if (pl_claim_word(pl_member_text(p, "bound"), pl_claim_bounds, &bound) == PL_OK)
		c.bound = (enum pl_claim_bound)bound;
	if (pl_claim_word(pl_member_text(p, "standing"), pl_claim_standings, &standing) == PL_OK)
		c.standing = (enum pl_claim_standing)(standing + 1);
	c.kind = (enum pl_claim_kind)kind;
	if (pl_json_count(list) > PL_CLAIM_EVIDENCE_MAX)
		return PL_E_RANGE;
	for (; c.n_evidence < pl_json_count(list); c.n_evidence++)
		if (pl_json_str(pl_json_at(list, c.n_evidence), &text) || pl_digest_parse(text, &c.evidence[c.n_evidence]))
			return PL_E_SYNTAX;
	*ret = c;
	return PL_OK;
}

void pl_claim_to_json(const struct pl_claim *c, struct pl_json *p)
{
	char source[PL_DIGEST_TEXT + 1];
	struct pl_json *list;

	pl_json_set_str(p, "claim", c->id);
	pl_json_set_z(p, "kind", pl_claim_kinds[c->kind]);
	pl_json_set_str(p, "subject", c->subject);
	pl_json_set_str(p, "property", c->property);
	if (c->has_value) {
		pl_json_set_z(p, "bound", pl_claim_bounds[c->bound]);
		pl_json_set_u64(p, "value", c->value);
	}
	set_text(p, "unit", c->unit);
	set_text(p, "word", c->word);
	if (c->standing)
		pl_json_set_z(p, "standing", pl_claim_standings[c->standing - 1]);
	set_time(p, "from", c->from);
	set_time(p, "to", c->to);
	set_time(p, "asOf", c->as_of);
	set_time(p, "due", c->due);
	set_time(p, "review", c->review);
	set_text(p, "product", c->product);
	set_text(p, "version", c->version);
	pl_json_set(p, "words", pl_body_to_json(&c->words));
	if (c->has_source) {
		pl_digest_text(&c->source, source);
		pl_json_set_z(p, "source", source);
	}
	list = pl_json_set_array(p, "evidence");
	for (size_t i = 0; i < c->n_evidence; i++)
		push_digest(list, &c->evidence[i]);
}

/* ---- dates and words for people ---- */

pl_status pl_claim_date(pl_str text, bool end, uint64_t *ret, struct pl_diag *diag)
{
	struct pl_buf full PL_CLEANUP(pl_buf_done) = PL_BUF(64);
	uint64_t from, to, t;

	if (pl_period_parse(text, &from, &to, NULL) == PL_OK) {
		*ret = end ? to : from;
		return PL_OK;
	}
	if (pl_time_parse(text, &t) == PL_OK) {
		*ret = t / PL_SECOND;
		return PL_OK;
	}
	pl_buf_printf(&full, "%.*sT00:00:00Z", PL_STR_ARG(pl_str_sub(text, 0, 11)));
	if (text.len != 10 || pl_time_parse(pl_buf_str(&full), &t))
		return pl_diag_set(diag, PL_E_SYNTAX, "expected a date like 2018, 2018-Q4, 2018-11 or 2018-11-05, found \"%.*s\"",
			PL_STR_ARG(pl_str_sub(text, 0, 40)));
	*ret = t / PL_SECOND + (end ? DAY : 0);
	return PL_OK;
}

static void put_day(uint64_t t, char out[static PL_CLAIM_DAY_TEXT])
{
	char text[21];

	pl_time_write(t * PL_SECOND, text);
	(void)snprintf(out, PL_CLAIM_DAY_TEXT, "%.10s", text);
}

void pl_claim_last_day(uint64_t t, char out[static PL_CLAIM_DAY_TEXT])
{
	put_day(t ? t - 1 : 0, out);
}

void pl_claim_value(const struct pl_claim *c, char out[static PL_CLAIM_VALUE_TEXT])
{
	static const char *const words[PL_CLAIM_BOUNDS] = {"", "at least ", "more than ", "up to "};

	if (c->has_value)
		(void)snprintf(out, PL_CLAIM_VALUE_TEXT, "%s%llu%s%.*s", words[c->bound], (unsigned long long)c->value,
			c->unit.len ? " " : "", PL_STR_ARG(c->unit));
	else if (c->standing)
		(void)snprintf(out, PL_CLAIM_VALUE_TEXT, "%s%s%.*s", pl_claim_standings[c->standing - 1], c->word.len ? " " : "",
			PL_STR_ARG(c->word));
	else if (c->kind == PL_CLAIM_NEVER)
		(void)snprintf(out, PL_CLAIM_VALUE_TEXT, "never");
	else
		(void)snprintf(out, PL_CLAIM_VALUE_TEXT, "%.*s", PL_STR_ARG(c->word.len ? c->word : PL_STR("-")));
}

void pl_claim_validity(const struct pl_claim *c, char out[static PL_CLAIM_VALIDITY_TEXT])
{
	char from[PL_CLAIM_DAY_TEXT], to[PL_CLAIM_DAY_TEXT];

	put_day(c->as_of ? c->as_of : c->from, from);
	pl_claim_last_day(c->to, to);
	if (pl_claim_undated(c))
		(void)snprintf(out, PL_CLAIM_VALIDITY_TEXT, "undated");
	else if (c->as_of)
		(void)snprintf(out, PL_CLAIM_VALIDITY_TEXT, "as of %s", from);
	else if (c->from && c->to)
		(void)snprintf(out, PL_CLAIM_VALIDITY_TEXT, "%s to %s", from, to);
	else
		(void)snprintf(out, PL_CLAIM_VALIDITY_TEXT, "%s %s", c->from ? "from" : "until", c->from ? from : to);
}
