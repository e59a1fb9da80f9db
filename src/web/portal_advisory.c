/* SPDX-License-Identifier: Apache-2.0 */
/* web/portal_advisory: one advisory as a page that people can read, from the document that programs fetch. */
#include "base/time.h"
#include "web/advisory_view.h"
#include "web/message_table.h"

#define PRODUCTS_MAX 4096u /* names in the tree */
#define STANDINGS_MAX 2000u /* rows of a vulnerability's table */
#define THANKS_MAX 200u

/* ---- names of products ---- */

struct names {
	struct pl_view *w;
	size_t n;
	struct {
		pl_str id, name;
	} v[PRODUCTS_MAX];
};

static void add_name(struct names *t, const struct pl_json *product)
{
	if (t->n == PRODUCTS_MAX || !product)
		return;
	t->v[t->n].id = pl_view_member(t->w, product, "product_id");
	t->v[t->n++].name = pl_view_member(t->w, product, "name");
}

/* As deep as the reader of JSON went. */
static void add_branches(struct names *t, const struct pl_json *branches)
{
	for (size_t i = 0; i < pl_json_count(branches); i++) {
		add_name(t, pl_json_get(pl_json_at(branches, i), "product"));
		add_branches(t, pl_json_get(pl_json_at(branches, i), "branches"));
	}
}

static void add_tree(struct names *t, const struct pl_json *tree)
{
	const struct pl_json *relations = pl_json_get(tree, "relationships");

	add_branches(t, pl_json_get(tree, "branches"));
	for (size_t i = 0; i < pl_json_count(relations); i++)
		add_name(t, pl_json_get(pl_json_at(relations, i), "full_product_name"));
}

static pl_str name_of(const struct names *t, pl_str id)
{
	for (size_t i = 0; i < t->n; i++)
		if (pl_str_eq(t->v[i].id, id))
			return t->v[i].name;
	return id;
}

/* ---- words ---- */

struct word {
	const char *word;
	enum pl_message_id id;
};

static const struct word notes[] = {
	{"description", PL_MSG_note_description}, {"details", PL_MSG_note_details}, {"faq", PL_MSG_note_faq},
	{"general", PL_MSG_note_general}, {"legal_disclaimer", PL_MSG_note_legal_disclaimer}, {"summary", PL_MSG_note_summary},
	{NULL, PL_MSG_note_other},
};
static const struct word remedies[] = {
	{"mitigation", PL_MSG_remedy_mitigation}, {"no_fix_planned", PL_MSG_remedy_no_fix_planned},
	{"none_available", PL_MSG_remedy_none_available}, {"vendor_fix", PL_MSG_remedy_vendor_fix},
	{NULL, PL_MSG_remedy_workaround},
};
static const struct word threats[] = {
	{"exploit_status", PL_MSG_threat_exploit_status}, {"impact", PL_MSG_threat_impact}, {NULL, PL_MSG_threat_target_set},
};

static struct pl_html_msg word_of(const struct word *words, const struct pl_json *o)
{
	pl_str s = {0};
	size_t i = 0;

	if (pl_json_str(pl_json_get(o, "category"), &s) == PL_OK)
		while (words[i].word && !pl_str_eq(s, pl_str_from(words[i].word)))
			i++;
	return (struct pl_html_msg){words[i].id};
}

/* ---- lists of texts ---- */

/* Names of the products in @o, separated by commas. */
static pl_str products_of(struct names *t, const struct pl_json *o)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(16384);
	const struct pl_json *ids = pl_json_get(o, "product_ids");
	pl_str s;

	for (size_t i = 0; i < pl_json_count(ids); i++)
		if (pl_json_str(pl_json_at(ids, i), &s) == PL_OK) {
			pl_buf_put_z(&b, i ? ", " : "");
			pl_buf_put_str(&b, name_of(t, s));
		}
	return pl_buf_status(&b) || pl_arena_dup(t->w->arena, pl_buf_str(&b), &s) ? (pl_str){0} : s;
}

static pl_status texts(struct names *t, const struct pl_json *list, const struct word *words, const char *text,
	struct pl_advisory_text_row **ret, size_t *ret_n)
{
	size_t n = pl_json_count(list);
	pl_status st = pl_view_list(t->w, n, sizeof **ret, ret);

	for (size_t i = 0; i < n && !st; i++) {
		const struct pl_json *o = pl_json_at(list, i);

		(*ret)[i] = (struct pl_advisory_text_row){word_of(words, o), pl_view_member(t->w, o, "title"),
			pl_view_member(t->w, o, text),
			pl_view_member(t->w, o, "url"), products_of(t, o)};
	}
	*ret_n = st ? 0 : n;
	return st;
}

static pl_status references(struct pl_view *w, const struct pl_json *list, struct pl_advisory_page *m)
{
	size_t n = pl_json_count(list);
	pl_status st = pl_view_list(w, n, sizeof *m->references, &m->references);

	for (size_t i = 0; i < n && !st; i++) {
		const struct pl_json *o = pl_json_at(list, i);
		pl_str category = pl_view_member(w, o, "category");

		/* The document itself stands above. */
		if (!pl_str_eq(category, PL_STR("self")))
			m->references[m->n_references++] = (struct pl_advisory_text_row){.title = pl_view_member(w, o, "summary"),
				.url = pl_view_member(w, o, "url")};
	}
	return st;
}

/* ---- a vulnerability ---- */

static const struct {
	const char *name;
	enum pl_message_id id;
	bool good, bad;
} standings[] = {
	{"known_affected", PL_MSG_product_known_affected, false, true},
	{"first_affected", PL_MSG_product_first_affected, false, true},
	{"last_affected", PL_MSG_product_last_affected, false, true},
	{"fixed", PL_MSG_product_fixed, true, false},
	{"first_fixed", PL_MSG_product_first_fixed, true, false},
	{"known_not_affected", PL_MSG_product_known_not_affected, true, false},
	{"recommended", PL_MSG_product_recommended, true, false},
	{"under_investigation", PL_MSG_product_under_investigation, false, false},
};

static pl_status fill_products(struct names *t, const struct pl_json *status, struct pl_vulnerability_row *ret)
{
	size_t n = 0;
	pl_status st;

	for (size_t i = 0; i < PL_COUNT(standings); i++)
		n += pl_json_count(pl_json_get(status, standings[i].name));
	if (n > STANDINGS_MAX)
		n = STANDINGS_MAX;
	st = pl_view_list(t->w, n, sizeof *ret->products, &ret->products);
	for (size_t i = 0; i < PL_COUNT(standings) && !st; i++) {
		const struct pl_json *list = pl_json_get(status, standings[i].name);

		for (size_t k = 0; k < pl_json_count(list) && ret->n_products < n; k++) {
			pl_str id = {0};

			(void)(pl_json_str(pl_json_at(list, k), &id) == PL_OK);
			ret->products[ret->n_products++] = (struct pl_advisory_product_row){name_of(t, id), {standings[i].id},
				standings[i].good, standings[i].bad};
		}
	}
	return st;
}

static pl_status fill_scores(struct pl_view *w, const struct pl_json *list, struct pl_vulnerability_row *ret)
{
	size_t n = pl_json_count(list);
	pl_status st = pl_view_list(w, n, sizeof *ret->scores, &ret->scores);

	for (size_t i = 0; i < n && !st; i++) {
		const struct pl_json *o = pl_json_get(pl_json_at(list, i), "cvss_v3");
		struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(64);
		double score = 0;
		pl_str text = {0};

		if (pl_json_double(pl_json_get(o, "baseScore"), &score))
			continue;
		pl_buf_printf(&b, "%.1f", score);
		st = pl_arena_dup(w->arena, pl_buf_str(&b), &text);
		ret->scores[ret->n_scores++] = (struct pl_advisory_score_row){pl_view_member(w, o, "version"), text,
			pl_view_member(w, o, "baseSeverity"), pl_view_member(w, o, "vectorString")};
	}
	return st;
}

static pl_status fill_vulnerability(struct names *t, const struct pl_json *o, struct pl_vulnerability_row *ret)
{
	const struct pl_json *cwe = pl_json_get(o, "cwe");
	pl_status st;

	*ret = (struct pl_vulnerability_row){.name = pl_view_member(t->w, o, "cve"), .title = pl_view_member(t->w, o, "title"),
		.cwe = pl_view_member(t->w, cwe, "id"), .weakness = pl_view_member(t->w, cwe, "name")};
	if (!ret->name.len)
		ret->name = pl_view_member(t->w, pl_json_at(pl_json_get(o, "ids"), 0), "text");
	st = texts(t, pl_json_get(o, "notes"), notes, "text", &ret->notes, &ret->n_notes);
	if (!st)
		st = texts(t, pl_json_get(o, "remediations"), remedies, "details", &ret->remedies, &ret->n_remedies);
	if (!st)
		st = texts(t, pl_json_get(o, "threats"), threats, "details", &ret->threats, &ret->n_threats);
	if (!st)
		st = fill_scores(t->w, pl_json_get(o, "scores"), ret);
	return st ? st : fill_products(t, pl_json_get(o, "product_status"), ret);
}

static pl_status fill_vulnerabilities(struct names *t, const struct pl_json *list, struct pl_advisory_page *m)
{
	size_t n = pl_json_count(list);
	pl_status st = pl_view_list(t->w, n, sizeof *m->vulnerabilities, &m->vulnerabilities);

	for (; m->n_vulnerabilities < n && !st; m->n_vulnerabilities++) {
		const struct pl_json *o = pl_json_at(list, m->n_vulnerabilities);

		st = fill_vulnerability(t, o, &m->vulnerabilities[m->n_vulnerabilities]);
		pl_view_thanks(t->w, o, &m->row, m->thanks, THANKS_MAX, &m->n_thanks);
	}
	return st;
}

/* ---- the page ---- */

static pl_status fill_revisions(struct pl_view *w, const struct pl_json *list, struct pl_advisory_page *m)
{
	size_t n = pl_json_count(list);
	pl_status st = pl_view_list(w, n, sizeof *m->revisions, &m->revisions);

	for (size_t i = n; i > 0 && !st; i--) {
		const struct pl_json *o = pl_json_at(list, i - 1);
		struct pl_advisory_revision_row row = {pl_view_member(w, o, "number"), pl_view_member(w, o, "summary"), 0};

		if (pl_time_parse(pl_view_member(w, o, "date"), &row.time) == PL_OK)
			m->revisions[m->n_revisions++] = row;
	}
	return st;
}

static pl_status fill_document(struct pl_view *w, const struct pl_json *root, struct pl_advisory_page *m)
{
	const struct pl_json *document = pl_json_get(root, "document");
	struct names *t = PL_NEW(struct names);
	pl_status st = pl_view_list(w, THANKS_MAX, sizeof *m->thanks, &m->thanks);

	t->w = w;
	add_tree(t, pl_json_get(root, "product_tree"));
	m->publisher = pl_view_member(w, pl_json_get(document, "publisher"), "name");
	if (!st)
		st = texts(t, pl_json_get(document, "notes"), notes, "text", &m->notes, &m->n_notes);
	if (!st)
		st = references(w, pl_json_get(document, "references"), m);
	if (!st)
		pl_view_thanks(w, document, &m->row, m->thanks, THANKS_MAX, &m->n_thanks);
	if (!st)
		st = fill_revisions(w, pl_json_get(pl_json_get(document, "tracking"), "revision_history"), m);
	if (!st)
		st = fill_vulnerabilities(t, pl_json_get(root, "vulnerabilities"), m);
	pl_free(t);
	return st;
}

static pl_status fill_advisory(struct pl_view *w, pl_str stem, struct pl_advisory_page *m)
{
	struct pl_buf file PL_CLEANUP(pl_buf_done) = PL_BUF(PL_ADVISORY_FILE_MAX + 8u);
	struct pl_json *root PL_CLEANUP(pl_json_done) = NULL;
	struct pl_published a;
	pl_status st;

	pl_buf_put_str(&file, stem);
	pl_buf_put_z(&file, ".json");
	st = pl_buf_status(&file) ? PL_E_NOTFOUND : pl_query_advisory(w->inst, pl_buf_str(&file), w->arena, &a);
	if (!st && a.tlp != PL_TLP_WHITE)
		st = PL_E_NOTFOUND;
	if (st)
		return st;
	root = pl_view_document(w, &a);
	if (!root)
		return PL_E_NOTFOUND;
	pl_view_advisory_row(w, &a, root, &m->row);
	m->first = a.first;
	m->year = pl_advisory_year(a.first);
	return fill_document(w, root, m);
}

pl_status pl_portal_advisory(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PORTAL_PAGE_MAX);
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	struct pl_advisory_page m = {0};
	struct pl_html h;
	pl_status st = pl_view_begin(&w, ctx, req, reply, PL_NAV_ADVISORIES);

	if (!st)
		st = fill_advisory(&w, pl_http_request_capture(req, "name"), &m);
	if (st)
		return st;
	pl_view_title_text(&w, m.row.id);
	m.frame = w.frame;
	h = pl_view_html(&w, &b);
	pl_page_advisory(&h, &m);
	return pl_view_send(&w, &b);
}
