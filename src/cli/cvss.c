/* SPDX-License-Identifier: Apache-2.0 */
/* `pellucid cvss VECTOR`: what a CVSS vector says and what it scores; `-` reads vectors from standard input. */
#include "base/json.h"
#include "cli/cli.h"
#include "register/cvss.h"

static const struct {
	enum pl_cvss_group group;
	const char *json_31, *json_40;
} partial[] = {
	{PL_CVSS_BASE, "base", "base"},
	{PL_CVSS_THREAT, "temporal", "threat"},
	{PL_CVSS_ENVIRONMENTAL, "environmental", "environmental"},
};

static unsigned partial_score(const struct pl_cvss_score *s, size_t i)
{
	const unsigned scores[] = {s->base, s->threat, s->environmental};

	return scores[i];
}

static void set_score(struct pl_json *o, const char *key, unsigned tenths)
{
	/* The nearest double to a number of one decimal is written as that number. */
	pl_json_set(o, key, pl_json_new_double(tenths / 10.0));
}

static void set_metrics(struct pl_json *list, const struct pl_cvss *v)
{
	const struct pl_cvss_metric *m;

	for (size_t i = 0; (m = pl_cvss_metric(v->version, i)); i++) {
		struct pl_json *o;

		if (!pl_cvss_defined(v, i))
			continue;
		o = pl_json_push_object(list);
		pl_json_set_z(o, "group", pl_cvss_group_text(v->version, m->group));
		pl_json_set_z(o, "metric", m->abbr);
		pl_json_set_z(o, "name", m->name);
		pl_json_set_z(o, "value", pl_cvss_value(v, i)->abbr);
		pl_json_set_z(o, "valueName", pl_cvss_value(v, i)->name);
	}
}

static struct pl_json *vector_json(const struct pl_cvss *v, pl_str canonical)
{
	struct pl_json *root = pl_json_new_object(), *scores;
	struct pl_cvss_score s;

	pl_cvss_score(v, &s);
	pl_json_set_str(root, "vector", canonical);
	pl_json_set_z(root, "version", pl_cvss_version_text(v->version));
	set_score(root, "score", s.overall);
	pl_json_set_z(root, "severity", pl_cvss_severity_text(pl_cvss_severity(s.overall)));
	if (v->version == PL_CVSS_40) {
		char macro[7];

		pl_cvss_macro_vector(v, macro);
		pl_json_set_z(root, "nomenclature", pl_cvss_nomenclature(v));
		pl_json_set_z(root, "macroVector", macro);
	}
	scores = pl_json_set_object(root, "scores");
	for (size_t i = 0; i < PL_COUNT(partial); i++)
		if (pl_cvss_groups(v) & partial[i].group)
			set_score(scores, v->version == PL_CVSS_31 ? partial[i].json_31 : partial[i].json_40, partial_score(&s, i));
	set_metrics(pl_json_set_array(root, "metrics"), v);
	return root;
}

static pl_status print_json(struct pl_json *root)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(65536);
	pl_status st = pl_json_write(root, &out);

	pl_json_free(root);
	pl_buf_put_c(&out, '\n');
	return st ? st : pl_cli_out(pl_buf_str(&out));
}

static enum pl_cli_style severity_style(unsigned tenths)
{
	static const enum pl_cli_style styles[] = {
		[PL_CVSS_NONE] = PL_STYLE_DIM, [PL_CVSS_LOW] = PL_STYLE_GOOD, [PL_CVSS_MEDIUM] = PL_STYLE_WARN,
		[PL_CVSS_HIGH] = PL_STYLE_BAD, [PL_CVSS_CRITICAL] = PL_STYLE_BAD,
	};

	return styles[pl_cvss_severity(tenths)];
}

/* "9.8 Critical". */
static void put_score(struct pl_buf *out, unsigned tenths)
{
	pl_buf_put_z(out, pl_cli_style(stdout, severity_style(tenths)));
	pl_cvss_put_tenths(out, tenths);
	pl_buf_printf(out, " %s%s", pl_cvss_severity_text(pl_cvss_severity(tenths)), pl_cli_style(stdout, PL_STYLE_PLAIN));
}

static void put_metrics(struct pl_buf *out, const struct pl_cvss *v)
{
	const struct pl_cvss_metric *m;
	unsigned group = 0;

	for (size_t i = 0; (m = pl_cvss_metric(v->version, i)); i++) {
		if (!pl_cvss_defined(v, i))
			continue;
		if (m->group != group)
			pl_buf_printf(out, "%s\n", pl_cvss_group_text(v->version, m->group));
		group = m->group;
		pl_buf_printf(out, "  %-3s  %-42s  %s\n", m->abbr, m->name, pl_cvss_value(v, i)->name);
	}
}

static pl_status print_words(const struct pl_cvss *v, pl_str canonical)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(8192);
	struct pl_cvss_score s;

	pl_cvss_score(v, &s);
	pl_buf_printf(&out, "%.*s\n", PL_STR_ARG(canonical));
	put_score(&out, s.overall);
	if (v->version == PL_CVSS_40) {
		char macro[7];

		pl_cvss_macro_vector(v, macro);
		pl_buf_printf(&out, "  (%s, MacroVector %s)", pl_cvss_nomenclature(v), macro);
	}
	pl_buf_put_c(&out, '\n');
	for (size_t i = 0; i < PL_COUNT(partial) && pl_cvss_groups(v) & (PL_CVSS_THREAT | PL_CVSS_ENVIRONMENTAL); i++) {
		if (!(pl_cvss_groups(v) & partial[i].group))
			continue;
		pl_buf_printf(&out, "  %-13s  ", pl_cvss_group_text(v->version, partial[i].group));
		put_score(&out, partial_score(&s, i));
		pl_buf_put_c(&out, '\n');
	}
	put_metrics(&out, v);
	return pl_buf_status(&out) ? pl_buf_status(&out) : pl_cli_out(pl_buf_str(&out));
}

static pl_status print_line(const struct pl_cvss *v, pl_str canonical)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(512);
	struct pl_cvss_score s;

	pl_cvss_score(v, &s);
	put_score(&out, s.overall);
	pl_buf_printf(&out, " %.*s\n", PL_STR_ARG(canonical));
	return pl_buf_status(&out) ? pl_buf_status(&out) : pl_cli_out(pl_buf_str(&out));
}

static pl_status print_vector(const struct pl_cli *cli, const struct pl_cvss *v, bool among_lines)
{
	struct pl_buf canonical PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CVSS_TEXT_MAX);

	pl_cvss_write(&canonical, v);
	if (pl_buf_status(&canonical))
		return pl_buf_status(&canonical);
	if (pl_cli_has(cli, "json"))
		return print_json(vector_json(v, pl_buf_str(&canonical)));
	return among_lines ? print_line(v, pl_buf_str(&canonical)) : print_words(v, pl_buf_str(&canonical));
}

/* What stands on standard output in place of a refused line; the words go to standard error. */
static pl_status print_refused(const struct pl_cli *cli, pl_status why, const struct pl_diag *diag)
{
	struct pl_json *root;

	(void)pl_cli_fail(cli, why, diag);
	if (!pl_cli_has(cli, "json"))
		return pl_cli_out(PL_STR("-\n"));
	root = pl_json_new_object();
	pl_json_set_u64(root, "line", diag->line);
	pl_json_set_u64(root, "column", diag->column);
	pl_json_set_z(root, "error", pl_diag_text(diag, why));
	return print_json(root);
}

/* One line of standard input without its line feed, cut to @size; false at the end. */
static bool take_line(char *line, size_t size, size_t *ret_len)
{
	size_t n = 0;
	int c;

	while ((c = getc(stdin)) != EOF && c != '\n')
		if (n < size)
			line[n++] = (char)c;
	*ret_len = n;
	return c != EOF || n > 0;
}

static int run_lines(struct pl_cli *cli)
{
	char line[PL_CVSS_TEXT_MAX + 1]; /* a line that is cut is still too long for the parser */
	bool refused = false;
	size_t len;

	for (unsigned n = 1; take_line(line, sizeof line, &len); n++) {
		struct pl_diag diag = {0};
		struct pl_cvss v;
		pl_status st = pl_cvss_parse(pl_str_of(line, len), &v, &diag);

		diag.line = n;
		refused |= st != PL_OK;
		st = st ? print_refused(cli, st, &diag) : print_vector(cli, &v, true);
		if (st)
			return pl_cli_fail(cli, st, NULL);
	}
	if (ferror(stdin))
		return pl_cli_fail(cli, PL_E_IO, NULL);
	return refused ? PL_EXIT_USAGE : PL_EXIT_OK;
}

static int run(struct pl_cli *cli)
{
	struct pl_diag diag = {0};
	struct pl_cvss v;
	pl_status st;

	if (strcmp(cli->argv[0], "-") == 0)
		return run_lines(cli);
	st = pl_cvss_parse(pl_str_from(cli->argv[0]), &v, &diag);
	if (st && diag.column) {
		pl_diag_context(&diag, "column %u", diag.column);
		diag.line = 0; /* an argument has no lines */
	}
	if (!st)
		st = print_vector(cli, &v, false);
	return st ? pl_cli_fail(cli, st, &diag) : PL_EXIT_OK;
}

static const struct pl_cli_option options[] = {PL_CLI_JSON, {0}};

static const struct pl_cli_verb verbs[] = {
	{"", "VECTOR|-", "Score a CVSS 3.1 or 4.0 vector and put it into words; - reads one a line", options, 1, 1, run},
	{0},
};

const struct pl_cli_noun pl_cli_noun_cvss = {
	.name = "cvss", .help = "how severe a vulnerability is, by CVSS 3.1 or 4.0", .verbs = verbs,
};
