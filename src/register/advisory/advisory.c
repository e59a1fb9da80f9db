/* SPDX-License-Identifier: Apache-2.0 */
#include "register/advisory/advisory.h"
#include "base/time.h"

const char *const pl_advisory_categories[] = {"csaf_security_advisory", "csaf_vex", NULL};
const char *const pl_advisory_tlps[] = {"AMBER", "GREEN", "RED", "WHITE", NULL};
const char *const pl_advisory_states[] = {"draft", "final", "interim", NULL};
const char *const pl_advisory_publishers[] = {"coordinator", "discoverer", "other", "translator", "user", "vendor",
	NULL};
const char *const pl_advisory_notes[] = {"description", "details", "faq", "general", "legal_disclaimer", "other",
	"summary", NULL};
const char *const pl_advisory_references[] = {"external", "self", NULL};
const char *const pl_advisory_relations[] = {
	"default_component_of", "external_component_of", "installed_on", "installed_with", "optional_component_of", NULL,
};
const char *const pl_advisory_statuses[] = {
	"first_affected", "first_fixed", "fixed", "known_affected", "known_not_affected", "last_affected", "recommended",
	"under_investigation", NULL,
};
const char *const pl_advisory_remedies[] = {"mitigation", "no_fix_planned", "none_available", "vendor_fix",
	"workaround", NULL};
const char *const pl_advisory_restarts[] = {
	"connected", "dependencies", "machine", "none", "parent", "service", "system", "vulnerable_component", "zone", NULL,
};
const char *const pl_advisory_flags[] = {
	"component_not_present", "inline_mitigations_already_exist", "vulnerable_code_cannot_be_controlled_by_adversary",
	"vulnerable_code_not_in_execute_path", "vulnerable_code_not_present", NULL,
};
const char *const pl_advisory_threats[] = {"exploit_status", "impact", "target_set", NULL};
const char *const pl_advisory_parties[] = {"coordinator", "discoverer", "other", "user", "vendor", NULL};
const char *const pl_advisory_involvements[] = {
	"completed", "contact_attempted", "disputed", "in_progress", "not_contacted", "open", NULL,
};

uint64_t pl_advisory_first(const struct pl_advisory *a)
{
	return a->revisions.n ? a->revisions.v[0].date : 0;
}

uint64_t pl_advisory_current(const struct pl_advisory *a)
{
	return a->revisions.n ? a->revisions.v[a->revisions.n - 1].date : 0;
}

pl_str pl_advisory_version(const struct pl_advisory *a)
{
	return a->revisions.n ? a->revisions.v[a->revisions.n - 1].number : (pl_str){0};
}

unsigned pl_advisory_year(uint64_t time)
{
	unsigned y, m, d;

	pl_time_civil(time / PL_SECOND / 86400, &y, &m, &d);
	return y;
}

pl_status pl_advisory_file(pl_str id, struct pl_buf *out)
{
	bool gap = false;

	if (id.len + strlen(".json") > PL_ADVISORY_FILE_MAX)
		return PL_E_TOOBIG;
	for (size_t i = 0; i < id.len; i++) {
		char c = (char)(id.ptr[i] >= 'A' && id.ptr[i] <= 'Z' ? id.ptr[i] - 'A' + 'a' : id.ptr[i]);
		bool kept = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '-';

		if (kept || !gap)
			pl_buf_put_c(out, (char)(kept ? c : '_'));
		gap = !kept;
	}
	pl_buf_put_z(out, ".json");
	return pl_buf_status(out);
}

pl_status pl_advisory_url(pl_str site, pl_str id, uint64_t first, struct pl_buf *out)
{
	pl_buf_put_str(out, site);
	pl_buf_printf(out, PL_ADVISORY_PATH "/%u/", pl_advisory_year(first));
	return pl_advisory_file(id, out);
}

/* ---- looking up ---- */

const struct pl_advisory_product *pl_advisory_product(const struct pl_advisory *a, pl_str id)
{
	for (size_t i = 0; i < a->products.n; i++)
		if (pl_str_eq(a->products.v[i].id, id))
			return &a->products.v[i];
	return NULL;
}

const struct pl_advisory_relation *pl_advisory_relation(const struct pl_advisory *a, pl_str id)
{
	for (size_t i = 0; i < a->relations.n; i++)
		if (pl_str_eq(a->relations.v[i].id, id))
			return &a->relations.v[i];
	return NULL;
}

const struct pl_advisory_group *pl_advisory_group(const struct pl_advisory *a, pl_str id)
{
	for (size_t i = 0; i < a->groups.n; i++)
		if (pl_str_eq(a->groups.v[i].id, id))
			return &a->groups.v[i];
	return NULL;
}

bool pl_texts_has(const struct pl_texts *list, pl_str text)
{
	for (size_t i = 0; i < list->n; i++)
		if (pl_str_eq(list->v[i], text))
			return true;
	return false;
}

bool pl_advisory_covers(const struct pl_advisory *a, const struct pl_advisory_scope *scope, pl_str id)
{
	if (pl_texts_has(&scope->products, id))
		return true;
	for (size_t i = 0; i < scope->groups.n; i++) {
		const struct pl_advisory_group *g = pl_advisory_group(a, scope->groups.v[i]);

		if (g && pl_texts_has(&g->products, id))
			return true;
	}
	return false;
}

void pl_advisory_full_name(const struct pl_advisory_product *p, struct pl_buf *out)
{
	if (p->full_name.len) {
		pl_buf_put_str(out, p->full_name);
		return;
	}
	pl_buf_put_str(out, p->vendor);
	pl_buf_put_c(out, ' ');
	pl_buf_put_str(out, p->name);
	pl_buf_put_c(out, ' ');
	pl_buf_put_str(out, p->version.len ? p->version : p->range);
}

/* ---- versions ---- */

static bool identifier_char(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
}

static bool is_numeric(pl_str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] < '0' || s.ptr[i] > '9')
			return false;
	return s.len > 0;
}

/* The next identifier of a list parted by points; false at the end. */
static bool next_identifier(pl_str *rest, pl_str *ret)
{
	if (!rest->len)
		return false;
	if (!pl_str_take_until(rest, '.', ret)) {
		*ret = *rest;
		*rest = (pl_str){0};
	}
	return true;
}

/* One or more identifiers parted by points; numeric ones without zeros in front if @strict. */
static bool identifiers_ok(pl_str s, bool strict)
{
	pl_str rest = s, one;

	if (!s.len || pl_str_ends(s, PL_STR(".")))
		return false;
	while (next_identifier(&rest, &one)) {
		if (!one.len || (strict && one.len > 1 && one.ptr[0] == '0' && is_numeric(one)))
			return false;
		for (size_t i = 0; i < one.len; i++)
			if (!identifier_char(one.ptr[i]))
				return false;
	}
	return true;
}

pl_status pl_advisory_number(pl_str text, struct pl_advisory_number *ret)
{
	struct pl_advisory_number n = {0};
	pl_str core = text, part;
	size_t plus = pl_str_find(core, '+'), minus;

	if (pl_str_to_u64(text, UINT32_MAX, &n.major) == PL_OK) {
		*ret = n;
		return PL_OK;
	}
	n.build = pl_str_sub(core, plus + 1, core.len);
	core = pl_str_sub(core, 0, plus);
	if (plus < text.len && !identifiers_ok(n.build, false))
		return PL_E_SYNTAX;
	minus = pl_str_find(core, '-');
	n.pre = pl_str_sub(core, minus + 1, core.len);
	if (minus < core.len && !identifiers_ok(n.pre, true))
		return PL_E_SYNTAX;
	core = pl_str_sub(core, 0, minus);
	if (!pl_str_take_until(&core, '.', &part) || pl_str_to_u64(part, UINT32_MAX, &n.major))
		return PL_E_SYNTAX;
	if (!pl_str_take_until(&core, '.', &part) || pl_str_to_u64(part, UINT32_MAX, &n.minor) ||
		pl_str_to_u64(core, UINT32_MAX, &n.patch))
		return PL_E_SYNTAX;
	n.semantic = true;
	*ret = n;
	return PL_OK;
}

static int cmp_u64(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

/* Semantic Versioning 2.0.0, section 11: without comes last, then identifier by identifier, numbers before words. */
static int cmp_pre(pl_str a, pl_str b)
{
	pl_str x, y;
	int order = 0;

	if (!a.len || !b.len)
		return (a.len ? 0 : 1) - (b.len ? 0 : 1);
	while (!order) {
		bool more_a = next_identifier(&a, &x), more_b = next_identifier(&b, &y);

		if (!more_a || !more_b)
			return more_a - more_b;
		if (is_numeric(x) != is_numeric(y))
			return is_numeric(x) ? -1 : 1;
		if (is_numeric(x) && x.len != y.len)
			return x.len < y.len ? -1 : 1;
		order = pl_str_cmp(x, y);
	}
	return order;
}

int pl_advisory_number_cmp(const struct pl_advisory_number *a, const struct pl_advisory_number *b)
{
	int order = cmp_u64(a->major, b->major);

	if (!order)
		order = cmp_u64(a->minor, b->minor);
	if (!order)
		order = cmp_u64(a->patch, b->patch);
	return order ? order : cmp_pre(a->pre, b->pre);
}
