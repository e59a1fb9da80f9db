/* SPDX-License-Identifier: Apache-2.0 */
/* register/cvss: reading and writing vectors, what they hold, and severities. */
#include "register/cvss_internal.h"
#include <assert.h>
#include <strings.h>

#define SHOWN 24u /* bytes of refused input that its refusal repeats */

const struct pl_cvss_value *pl_cvss_value(const struct pl_cvss *v, size_t i)
{
	const struct pl_cvss_metric *m = pl_cvss_metric(v->version, i);

	assert(m && v->value[i] < m->count);
	return &m->values[v->value[i]];
}

bool pl_cvss_defined(const struct pl_cvss *v, size_t i)
{
	return pl_cvss_metric(v->version, i)->group == PL_CVSS_BASE || v->value[i] != 0;
}

/* ---- reading ---- */

struct reading {
	struct pl_cvss v;
	bool seen[PL_CVSS_METRICS];
	pl_str text;
	struct pl_diag *diag;
	/* The first metric that stands too far back, and the one before which it belongs; behind == before: none. */
	size_t behind, before;
	unsigned behind_column;
};

/* @s for a refusal: what could disturb a terminal is replaced, what is long is cut. */
static const char *shown(pl_str s, char out[SHOWN + 4])
{
	size_t n = s.len > SHOWN ? SHOWN : s.len;

	for (size_t i = 0; i < n; i++)
		out[i] = '!' <= s.ptr[i] && s.ptr[i] <= '~' ? s.ptr[i] : '?';
	memcpy(out + n, s.len > n ? "..." : "", s.len > n ? 4 : 1);
	return out;
}

static unsigned column_of(const struct reading *r, pl_str part)
{
	return (unsigned)(part.ptr - r->text.ptr) + 1;
}

static bool is_same(pl_str known, pl_str abbr, bool any_case)
{
	if (!any_case)
		return pl_str_eq(known, abbr);
	return known.len == abbr.len && strncasecmp(known.ptr, abbr.ptr, abbr.len) == 0;
}

static int find_metric(enum pl_cvss_version version, pl_str abbr, bool any_case)
{
	for (size_t i = 0; i < pl_cvss_count(version); i++)
		if (is_same(pl_str_from(pl_cvss_metric(version, i)->abbr), abbr, any_case))
			return (int)i;
	return -1;
}

static int find_value(const struct pl_cvss_metric *m, pl_str abbr, bool any_case)
{
	for (int i = 0; i < m->count; i++)
		if (is_same(pl_str_from(m->values[i].abbr), abbr, any_case))
			return i;
	return -1;
}

static pl_status refuse_metric(const struct reading *r, pl_str name)
{
	enum pl_cvss_version version = r->v.version, other = version == PL_CVSS_31 ? PL_CVSS_40 : PL_CVSS_31;
	int meant = find_metric(version, name, true);
	char buf[SHOWN + 4];

	pl_diag_at(r->diag, 1, column_of(r, name));
	if (meant >= 0)
		pl_diag_hint(r->diag, "metrics are case sensitive: write %s", pl_cvss_metric(version, (size_t)meant)->abbr);
	else if (find_metric(other, name, false) >= 0)
		pl_diag_hint(r->diag, "that is a metric of CVSS %s; is the vector's beginning right?", pl_cvss_version_text(other));
	return pl_diag_set(r->diag, PL_E_SYNTAX, "\"%s\" is no metric of CVSS %s", shown(name, buf),
		pl_cvss_version_text(version));
}

static pl_status refuse_value(const struct reading *r, const struct pl_cvss_metric *m, pl_str value)
{
	struct pl_buf known PL_CLEANUP(pl_buf_done) = PL_BUF(256);
	int meant = find_value(m, value, true);
	char buf[SHOWN + 4];

	for (size_t i = 0; i < m->count; i++) {
		pl_buf_put_z(&known, i == 0 ? "" : i + 1 < m->count ? ", " : " or ");
		pl_buf_printf(&known, "%s (%s)", m->values[i].abbr, m->values[i].name);
	}
	pl_diag_at(r->diag, 1, column_of(r, value));
	if (meant >= 0)
		pl_diag_hint(r->diag, "values are case sensitive: write %s:%s", m->abbr, m->values[meant].abbr);
	return pl_diag_set(r->diag, PL_E_SYNTAX, "\"%s\" is no value of %s (%s) in CVSS %s: expected %.*s", shown(value, buf),
		m->abbr, m->name, pl_cvss_version_text(r->v.version), PL_STR_ARG(pl_buf_str(&known)));
}

static pl_status read_version(struct reading *r, pl_str *rest)
{
	char buf[SHOWN + 4];

	if (pl_str_eat(rest, PL_STR("CVSS:3.1"))) {
		r->v.version = PL_CVSS_31;
	} else if (pl_str_eat(rest, PL_STR("CVSS:4.0"))) {
		r->v.version = PL_CVSS_40;
	} else {
		pl_diag_at(r->diag, 1, 1);
		if (pl_str_starts(*rest, PL_STR("CVSS:3.0")))
			pl_diag_hint(r->diag, "3.0 rounds in another way; score the vulnerability anew by 3.1 or 4.0");
		return pl_diag_set(r->diag, PL_E_SYNTAX, "expected \"CVSS:3.1/\" or \"CVSS:4.0/\" and the metrics, found \"%s\"",
			shown(*rest, buf));
	}
	if (rest->len == 0 || rest->ptr[0] == '/')
		return PL_OK;
	pl_diag_at(r->diag, 1, column_of(r, *rest));
	return pl_diag_set(r->diag, PL_E_SYNTAX, "expected \"/\" behind CVSS:%s, found \"%s\"",
		pl_cvss_version_text(r->v.version), shown(*rest, buf));
}

/* One "METRIC:VALUE". */
static pl_status read_metric(struct reading *r, pl_str part)
{
	pl_str value = part, name;
	const struct pl_cvss_metric *m;
	char buf[SHOWN + 4];
	int i, j;

	if (!pl_str_take_until(&value, ':', &name)) {
		pl_diag_at(r->diag, 1, column_of(r, part));
		return pl_diag_set(r->diag, PL_E_SYNTAX, "expected a metric and its value, such as AV:N, found \"%s\"",
			shown(part, buf));
	}
	i = find_metric(r->v.version, name, false);
	if (i < 0)
		return refuse_metric(r, name);
	m = pl_cvss_metric(r->v.version, (size_t)i);
	j = find_value(m, value, false);
	if (j < 0)
		return refuse_value(r, m, value);
	if (r->seen[i]) {
		pl_diag_at(r->diag, 1, column_of(r, part));
		return pl_diag_set(r->diag, PL_E_SYNTAX, "%s (%s) is given twice", m->abbr, m->name);
	}
	for (size_t k = (size_t)i + 1; r->behind == r->before && k < pl_cvss_count(r->v.version); k++) {
		if (r->seen[k]) {
			r->behind = (size_t)i;
			r->before = k;
			r->behind_column = column_of(r, part);
		}
	}
	r->seen[i] = true;
	r->v.value[i] = (uint8_t)j;
	return PL_OK;
}

/* What can be said only of the whole vector. */
static pl_status check_whole(const struct reading *r)
{
	enum pl_cvss_version version = r->v.version;

	for (size_t i = 0; i < pl_cvss_count(version); i++) {
		const struct pl_cvss_metric *m = pl_cvss_metric(version, i);

		if (!r->seen[i] && m->group == PL_CVSS_BASE)
			return pl_diag_set(r->diag, PL_E_SYNTAX, "%s (%s) is missing: CVSS %s needs every base metric",
				m->abbr, m->name, pl_cvss_version_text(version));
	}
	if (version == PL_CVSS_40 && r->behind != r->before) {
		struct pl_buf canonical PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CVSS_TEXT_MAX);

		pl_cvss_write(&canonical, &r->v);
		pl_diag_at(r->diag, 1, r->behind_column);
		pl_diag_hint(r->diag, "write %.*s", PL_STR_ARG(pl_buf_str(&canonical)));
		return pl_diag_set(r->diag, PL_E_SYNTAX,
			"%s belongs before %s: CVSS 4.0 has one order of metrics (section 7, table 23)",
			pl_cvss_metric(version, r->behind)->abbr, pl_cvss_metric(version, r->before)->abbr);
	}
	return PL_OK;
}

pl_status pl_cvss_parse(pl_str text, struct pl_cvss *ret, struct pl_diag *diag)
{
	struct reading r = {.text = text, .diag = diag};
	pl_str rest = text, part;
	pl_status st;

	if (text.len > PL_CVSS_TEXT_MAX)
		return pl_diag_set(diag, PL_E_TOOBIG, "a vector has at most %u bytes", PL_CVSS_TEXT_MAX);
	st = read_version(&r, &rest);
	while (!st && pl_str_eat(&rest, PL_STR("/"))) {
		part = pl_str_sub(rest, 0, pl_str_find(rest, '/'));
		rest = pl_str_sub(rest, part.len, rest.len);
		st = read_metric(&r, part);
	}
	if (!st)
		st = check_whole(&r);
	if (!st)
		*ret = r.v;
	return st;
}

/* ---- writing ---- */

void pl_cvss_write(struct pl_buf *out, const struct pl_cvss *v)
{
	pl_buf_printf(out, "CVSS:%s", pl_cvss_version_text(v->version));
	for (size_t i = 0; i < pl_cvss_count(v->version); i++)
		if (pl_cvss_defined(v, i))
			pl_buf_printf(out, "/%s:%s", pl_cvss_metric(v->version, i)->abbr, pl_cvss_value(v, i)->abbr);
}

void pl_cvss_put_tenths(struct pl_buf *out, unsigned tenths)
{
	pl_buf_printf(out, "%u.%u", tenths / 10, tenths % 10);
}

/* ---- what a vector holds ---- */

unsigned pl_cvss_groups(const struct pl_cvss *v)
{
	unsigned groups = 0;

	for (size_t i = 0; i < pl_cvss_count(v->version); i++)
		if (pl_cvss_defined(v, i))
			groups |= pl_cvss_metric(v->version, i)->group;
	return groups;
}

struct pl_cvss pl_cvss_keep(const struct pl_cvss *v, unsigned groups)
{
	struct pl_cvss kept = *v;

	for (size_t i = 0; i < pl_cvss_count(v->version); i++)
		if (!(pl_cvss_metric(v->version, i)->group & (groups | PL_CVSS_BASE)))
			kept.value[i] = 0;
	return kept;
}

const char *pl_cvss_nomenclature(const struct pl_cvss *v)
{
	static const char *const names[2][2] = {{"CVSS-B", "CVSS-BE"}, {"CVSS-BT", "CVSS-BTE"}};
	unsigned groups = pl_cvss_groups(v);

	return v->version == PL_CVSS_31 ? NULL : names[!!(groups & PL_CVSS_THREAT)][!!(groups & PL_CVSS_ENVIRONMENTAL)];
}

void pl_cvss_score(const struct pl_cvss *v, struct pl_cvss_score *ret)
{
	if (v->version == PL_CVSS_31) {
		pl_cvss_31_score(v, ret);
	} else {
		struct pl_cvss base = pl_cvss_keep(v, 0), threat = pl_cvss_keep(v, PL_CVSS_THREAT);
		struct pl_cvss environmental = pl_cvss_keep(v, PL_CVSS_ENVIRONMENTAL);

		*ret = (struct pl_cvss_score){
			.base = (uint8_t)pl_cvss_40_score(&base), .threat = (uint8_t)pl_cvss_40_score(&threat),
			.environmental = (uint8_t)pl_cvss_40_score(&environmental), .overall = (uint8_t)pl_cvss_40_score(v),
		};
	}
}

enum pl_cvss_severity pl_cvss_severity(unsigned tenths)
{
	if (tenths == 0)
		return PL_CVSS_NONE;
	if (tenths < 40)
		return PL_CVSS_LOW;
	if (tenths < 70)
		return PL_CVSS_MEDIUM;
	return tenths < 90 ? PL_CVSS_HIGH : PL_CVSS_CRITICAL;
}

const char *pl_cvss_severity_text(enum pl_cvss_severity s)
{
	static const char *const text[] = {"None", "Low", "Medium", "High", "Critical"};

	assert((size_t)s < PL_COUNT(text));
	return text[s];
}
