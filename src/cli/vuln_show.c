/* SPDX-License-Identifier: Apache-2.0 */
/* `pellucid vuln states` and `show`. */
#include "base/time.h"
#include "cli/release.h"
#include "cli/vuln.h"

/* ---- states ---- */

static void json_steps(struct pl_json *list, enum pl_vuln_state from)
{
	size_t n;
	const struct pl_vuln_step *steps = pl_vuln_steps(&n);

	for (size_t i = 0; i < n; i++) {
		struct pl_json *o, *reasons;

		if (steps[i].from != from)
			continue;
		o = pl_json_push_object(list);
		pl_json_set_z(o, "to", pl_vuln_states[steps[i].to].word);
		reasons = pl_json_set_array(o, "reasons");
		for (unsigned r = 0; r < PL_VULN_REASONS; r++)
			if (steps[i].reasons & 1u << r)
				pl_json_push_z(reasons, pl_vuln_reasons[r]);
		if (steps[i].directions) {
			struct pl_json *directions = pl_json_set_array(o, "directions");

			for (unsigned d = 0; d < PL_VULN_DIRECTIONS; d++)
				if (steps[i].directions & 1u << d)
					pl_json_push_z(directions, pl_vuln_directions[d]);
		}
	}
}

static void print_steps(enum pl_vuln_state from)
{
	size_t n;
	const struct pl_vuln_step *steps = pl_vuln_steps(&n);

	for (size_t i = 0; i < n; i++) {
		const char *before = " (";

		if (steps[i].from != from)
			continue;
		(void)printf("    %s", pl_vuln_states[steps[i].to].word);
		for (unsigned r = 1; r < PL_VULN_REASONS; r++)
			if (steps[i].reasons & 1u << r) {
				(void)printf("%s%s", before, pl_vuln_reasons[r]);
				before = ", ";
			}
		(void)printf("%s\n", *before == ',' ? ")" : "");
	}
}

int pl_cli_vuln_states_list(struct pl_cli *cli)
{
	struct pl_json *o = pl_json_new_object(), *list = pl_json_set_array(o, "states");

	for (unsigned i = 0; i < PL_VULN_STATES; i++) {
		const struct pl_vuln_state_row *row = &pl_vuln_states[i];
		struct pl_json *s = pl_json_push_object(list);

		pl_json_set_z(s, "state", row->word);
		pl_json_set_z(s, "stage", pl_vuln_stages[row->stage]);
		if (row->hackerone)
			pl_json_set_z(s, "hackerone", row->hackerone);
		pl_json_set_bool(s, "closed", row->closed);
		json_steps(pl_json_set_array(s, "steps"), (enum pl_vuln_state)i);
		if (pl_cli_has(cli, "json"))
			continue;
		(void)printf("%s: %s%s%s%s%s\n", row->word, pl_vuln_stages[row->stage], row->closed ? ", closed" : "",
			row->hackerone ? " (HackerOne: " : "", row->hackerone ? row->hackerone : "", row->hackerone ? ")" : "");
		print_steps((enum pl_vuln_state)i);
	}
	if (pl_cli_has(cli, "json"))
		return pl_cli_json_line(cli, o);
	pl_json_free(o);
	return PL_EXIT_OK;
}

/* ---- clocks ---- */

struct clocks {
	size_t n;
	struct pl_clock_def defs[PL_VULN_CLOCKS_MAX];
	struct pl_clock c[PL_VULN_CLOCKS_MAX];
};

static pl_status find_clocks(struct pl_cli_vuln *o, struct clocks *ret)
{
	struct pl_clock_event *events = pl_alloc(PL_VULN_EVENTS_MAX + 1, sizeof *events);
	size_t n = pl_vuln_clock_events(&o->c->history, o->c->direction, o->c->received, events);
	pl_status st;

	pl_vuln_clocks(ret->defs, &ret->n);
	st = pl_clock_case(o->r->calendar, ret->defs, ret->n, events, n, o->act.now * PL_SECOND, ret->c, &o->diag);
	pl_free(events);
	return st;
}

static void json_clocks(struct pl_json *list, const struct clocks *c)
{
	char time[21];

	for (size_t i = 0; i < c->n; i++) {
		struct pl_json *o;

		if (c->c[i].state == PL_CLOCK_NOT_STARTED)
			continue;
		o = pl_json_push_object(list);
		pl_json_set_z(o, "clock", c->defs[i].code);
		pl_json_set_z(o, "state", pl_clock_state_text(c->c[i].state));
		pl_time_write(c->c[i].due.strict, time);
		pl_json_set_z(o, "strict", time);
		pl_time_write(c->c[i].due.legal, time);
		pl_json_set_z(o, "legal", time);
	}
}

static void print_clocks(const struct clocks *c)
{
	char time[21];

	for (size_t i = 0; i < c->n; i++) {
		if (c->c[i].state == PL_CLOCK_NOT_STARTED)
			continue;
		pl_time_write(c->c[i].due.strict, time);
		(void)printf("  %-7s %-20s due %s  %s\n", c->defs[i].code, pl_clock_state_text(c->c[i].state), time, c->defs[i].task);
	}
}

/* ---- show ---- */

static int show_view(struct pl_cli_vuln *o, const char *party)
{
	struct pl_json *j = pl_json_new_object();
	pl_status st = pl_vuln_party_view(o->c, pl_str_from(party), j, &o->diag);
	struct pl_cli *cli = o->a.cli;

	if (st) {
		pl_json_free(j);
		return pl_cli_vuln_fail(o, st);
	}
	pl_cli_vuln_close(o);
	return pl_cli_json_line(cli, j);
}

static void json_case(const struct pl_cli_vuln *o, struct pl_json *j)
{
	const struct pl_vuln *c = o->c;
	char time[21];

	pl_json_set_str(j, "register", c->r->decl->name);
	pl_json_set_u64(j, "number", c->v->at.number);
	pl_json_set_u64(j, "revision", c->v->at.revision);
	pl_json_set_z(j, "direction", pl_vuln_directions[c->direction]);
	pl_json_set_z(j, "state", pl_vuln_states[c->state].word);
	pl_json_set_z(j, "reason", pl_vuln_reasons[c->reason]);
	pl_json_set_z(j, "stage", pl_vuln_stages[pl_vuln_states[c->state].stage]);
	pl_json_set_bool(j, "released", c->released);
	pl_json_set_bool(j, "sealed", c->v->kind == PL_ROW_SEALED);
	if (c->original)
		pl_json_set_u64(j, "duplicateOf", c->original);
	if (c->cve.len)
		pl_json_set_str(j, "cve", c->cve);
	if (c->cvss.len)
		pl_json_set_str(j, "cvss", c->cvss);
	if (c->embargo) {
		pl_time_write(c->embargo * PL_SECOND, time);
		pl_json_set_z(j, "embargo", time);
	}
}

static int print_case(struct pl_cli_vuln *o, const struct clocks *k)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done_secret) = PL_BUF(2 * PL_VULN_TEXT_MAX + 4096);
	const struct pl_vuln *c = o->c;

	pl_buf_printf(&text, "case %llu of %.*s, revision %u: %s, %s", (unsigned long long)c->v->at.number,
		PL_STR_ARG(c->r->decl->name), c->v->at.revision, pl_vuln_directions[c->direction], pl_vuln_states[c->state].word);
	if (c->reason != PL_VULN_R_NONE)
		pl_buf_printf(&text, " (%s)", pl_vuln_reasons[c->reason]);
	if (c->original)
		pl_buf_printf(&text, " of case %llu", (unsigned long long)c->original);
	pl_buf_printf(&text, "\n%s", c->released ? "released" : "not released");
	if (c->embargo) {
		pl_buf_put_z(&text, ", embargo until ");
		pl_time_put(&text, c->embargo * PL_SECOND);
	}
	if (c->cve.len)
		pl_buf_printf(&text, "\n%.*s", PL_STR_ARG(c->cve));
	if (c->cvss.len)
		pl_buf_printf(&text, "\n%.*s, severity %.*s", PL_STR_ARG(c->cvss), PL_STR_ARG(c->severity));
	pl_buf_put_z(&text, "\n\nclocks\n");
	(void)pl_cli_out(pl_buf_str(&text));
	print_clocks(k);
	pl_buf_clear(&text);
	pl_buf_put_z(&text, "\nevents\n");
	pl_vuln_history_write(&text, &c->history);
	if (c->parties.n)
		pl_buf_put_z(&text, "\nparties\n");
	pl_vuln_parties_write(&text, &c->parties);
	return pl_buf_status(&text) || pl_cli_out(pl_buf_str(&text)) ? PL_EXIT_UNKNOWN : PL_EXIT_OK;
}

int pl_cli_vuln_show(struct pl_cli *cli)
{
	struct clocks k = {0};
	struct pl_cli_vuln o;
	pl_status st;
	int code;

	if (!pl_cli_vuln_open(&o, cli, true, false, &code)) {
		pl_cli_vuln_close(&o);
		return code;
	}
	if (pl_cli_has(cli, "as"))
		return show_view(&o, pl_cli_get(cli, "as"));
	st = find_clocks(&o, &k);
	if (st)
		return pl_cli_vuln_fail(&o, st);
	if (pl_cli_has(cli, "json")) {
		struct pl_json *j = pl_json_new_object();

		json_case(&o, j);
		json_clocks(pl_json_set_array(j, "clocks"), &k);
		code = pl_cli_json_line(cli, j);
	} else {
		code = print_case(&o, &k);
	}
	pl_cli_vuln_close(&o);
	return code;
}
