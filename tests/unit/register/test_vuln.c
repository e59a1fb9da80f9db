/* SPDX-License-Identifier: Apache-2.0 */
#include "../base/testing.h"
#include "base/file.h"
#include "base/time.h"
#include "register/entity/attestation.h"
#include "register/vuln/award.h"
#include "register/vuln/range.h"
#include <fcntl.h>
#include <stdlib.h>

/* ---- states ---- */

static void every_state_is_reached(void **state)
{
	for (unsigned direction = 0; direction < PL_VULN_DIRECTIONS; direction++) {
		bool reached[PL_VULN_STATES] = {[PL_VULN_NEW] = true};
		size_t n;
		const struct pl_vuln_step *steps = pl_vuln_steps(&n);

		for (size_t round = 0; round < PL_VULN_STATES; round++)
			for (size_t i = 0; i < n; i++)
				if (reached[steps[i].from] && (!steps[i].directions || (steps[i].directions & 1u << direction)))
					reached[steps[i].to] = true;
		for (unsigned s = 0; s < PL_VULN_STATES; s++) {
			bool never = (s == PL_VULN_REPORTED && direction != PL_VULN_OUTBOUND) ||
				(s == PL_VULN_FORWARDED && direction == PL_VULN_OUTBOUND);

			assert_int_equal(reached[s], !never);
		}
	}
}

static void the_table_is_sound(void **state)
{
	size_t n;
	const struct pl_vuln_step *steps = pl_vuln_steps(&n);

	for (size_t i = 0; i < n; i++) {
		assert_int_not_equal(steps[i].from, steps[i].to);
		assert_int_not_equal(steps[i].reasons, 0);
		assert_true(steps[i].reasons < 1u << PL_VULN_REASONS);
		if (i)
			assert_true(steps[i - 1].from <= steps[i].from);
		for (size_t k = 0; k < i; k++)
			assert_false(steps[k].from == steps[i].from && steps[k].to == steps[i].to);
		/* Whatever is closed says why, but for a duplicate, whose original says it. */
		if (pl_vuln_states[steps[i].to].closed && steps[i].to != PL_VULN_DUPLICATE)
			assert_false(steps[i].reasons & 1u << PL_VULN_R_NONE);
	}
	for (unsigned s = 0; s < PL_VULN_STATES; s++) {
		enum pl_vuln_state found;

		assert_int_equal(pl_vuln_state_parse(pl_str_from(pl_vuln_states[s].word), &found), PL_OK);
		assert_int_equal(found, s);
	}
}

static void has_what_hackerone_has(void **state)
{
	static const char *const words[] = {"New", "Pending program review", "Triaged", "Retesting", "Needs more info", "Resolved",
		"Informative", "Duplicate", "Not applicable", "Spam"};

	for (size_t i = 0; i < PL_COUNT(words); i++) {
		unsigned n = 0;

		for (unsigned s = 0; s < PL_VULN_STATES; s++)
			n += pl_vuln_states[s].hackerone && strcmp(pl_vuln_states[s].hackerone, words[i]) == 0;
		assert_int_equal(n, 1);
	}
}

static void refuses_what_no_row_names(void **state)
{
	struct pl_diag diag = {0};

	assert_int_equal(pl_vuln_step_check(PL_VULN_INBOUND, PL_VULN_NEW, PL_VULN_RESOLVED, PL_VULN_R_FIXED, &diag), PL_E_STATE);
	assert_non_null(strstr(diag.text, "triaged"));
	diag = (struct pl_diag){0};
	assert_int_equal(pl_vuln_step_check(PL_VULN_INBOUND, PL_VULN_NEW, PL_VULN_SPAM, PL_VULN_R_NONE, &diag), PL_E_RANGE);
	assert_non_null(strstr(diag.text, "no-report"));
	assert_int_equal(pl_vuln_step_check(PL_VULN_INBOUND, PL_VULN_NEW, PL_VULN_REPORTED, PL_VULN_R_NONE, NULL), PL_E_STATE);
	assert_int_equal(pl_vuln_step_check(PL_VULN_OUTBOUND, PL_VULN_NEW, PL_VULN_REPORTED, PL_VULN_R_NONE, NULL), PL_OK);
	assert_int_equal(pl_vuln_step_check(PL_VULN_INBOUND, PL_VULN_RETESTING, PL_VULN_IN_REMEDIATION, PL_VULN_R_FIX_FAILED, NULL),
		PL_OK);
}

/* What outsiders check is what we allow: the steps of the declaration are those of the table, for every pair of states, reason and direction. */
static void the_declaration_names_the_same_steps(void **state)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_REGISTER_DECLARATION_MAX), path PL_CLEANUP(pl_buf_done) = PL_BUF(4096);
	struct pl_register_decl *d = NULL;
	struct pl_diag diag = {0};
	size_t at_state, at_reason, at_direction;

	pl_buf_printf(&path, "%s/demo/vulnerabilities.register", getenv("PL_SRC") ? getenv("PL_SRC") : ".");
	assert_int_equal(pl_file_read(AT_FDCWD, pl_buf_z(&path), &text), PL_OK);
	if (pl_register_decl_parse(pl_buf_str(&text), &d, &diag))
		fail_msg("%s", diag.text);
	assert_true(pl_vuln_is_register(d));
	assert_int_equal(pl_commit_decl_find(&d->derived, PL_STR("state"), &at_state), PL_OK);
	assert_int_equal(pl_commit_decl_find(&d->derived, PL_STR("reason"), &at_reason), PL_OK);
	assert_int_equal(pl_commit_decl_find(&d->derived, PL_STR("direction"), &at_direction), PL_OK);
	for (unsigned n = 0; n < PL_VULN_STATES * PL_VULN_STATES * PL_VULN_REASONS * PL_VULN_DIRECTIONS; n++) {
		unsigned from = n % PL_VULN_STATES, to = n / PL_VULN_STATES % PL_VULN_STATES, why = n / (PL_VULN_STATES * PL_VULN_STATES) % PL_VULN_REASONS,
			 direction = n / (PL_VULN_STATES * PL_VULN_STATES * PL_VULN_REASONS);
		pl_str before[PL_COMMIT_FIELDS_MAX] = {0}, after[PL_COMMIT_FIELDS_MAX] = {0};
		bool moved, may = pl_vuln_step_check((enum pl_vuln_direction)direction, (enum pl_vuln_state)from, (enum pl_vuln_state)to,
				    (enum pl_vuln_reason)why, NULL) == PL_OK;

		if (from == to)
			continue;
		before[at_state] = pl_str_from(pl_vuln_states[from].word);
		before[at_reason] = PL_STR("fixed"); /* whatever it was */
		before[at_direction] = after[at_direction] = pl_str_from(pl_vuln_directions[direction]);
		after[at_state] = pl_str_from(pl_vuln_states[to].word);
		after[at_reason] = pl_str_from(pl_vuln_reasons[why]);
		if ((pl_register_step_check(d, before, after, &moved, NULL) == PL_OK) != may)
			fail_msg("%s to %s, %s, %s", pl_vuln_states[from].word, pl_vuln_states[to].word, pl_vuln_reasons[why], pl_vuln_directions[direction]);
		/* A case does not change sides on its way. */
		after[at_direction] = pl_str_from(pl_vuln_directions[(direction + 1) % PL_VULN_DIRECTIONS]);
		assert_int_equal(pl_register_step_check(d, before, after, &moved, NULL), PL_E_PROOF);
	}
	pl_register_decl_free(d);
}

static void scores_a_vector(void **state)
{
	struct pl_vuln_score s = {0};
	struct pl_diag diag = {0};

	assert_int_equal(pl_vuln_score(PL_STR("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"), &s, &diag), PL_OK);
	assert_int_equal(s.tenths, 98);
	assert_string_equal(s.severity, "critical");
	assert_int_equal(pl_vuln_score(PL_STR("CVSS:4.0/AV:P/AC:H/AT:P/PR:H/UI:A/VC:N/VI:N/VA:N/SC:N/SI:N/SA:N"), &s, &diag), PL_OK);
	assert_int_equal(s.tenths, 0);
	assert_string_equal(s.severity, "none");
	assert_int_equal(pl_vuln_score(PL_STR("CVSS:3.1/AV:N"), &s, &diag), PL_E_SYNTAX);
	assert_true(diag.text[0]);
}

/* ---- history ---- */

#define AB "abababababababababababababababababababababababababababababababab"

static const char told[] = "2026-01-02T10:00:00Z - state new triaged none\n"
			   "2026-01-02T10:00:00Z - meet CVD-1\n"
			   "2026-01-03T10:00:00Z - state triaged needs-info none\n"
			   "2026-01-03T10:00:00Z - pause CVD-2 needs-info\n"
			   "2026-01-05T10:00:00Z - state needs-info triaged none\n"
			   "2026-01-05T10:00:00Z - resume CVD-2\n"
			   "2026-01-06T00:00:00Z - happened exploitation-known\n"
			   "2026-01-06T12:00:00Z - notice CRA-V1 1 sha256:" AB "\n"
			   "2026-01-06T13:00:00Z - notice CRA-V1 2 sha256:" AB "\n"
			   "2026-01-07T00:00:00Z - meet CRA-V1\n";

struct room {
	struct pl_arena arena;
	struct pl_vuln_history h;
	struct pl_vuln_parties p;
};

static struct room *room_new(void)
{
	struct room *r = PL_NEW(struct room);

	r->arena = (struct pl_arena)PL_ARENA((size_t)1 << 20);
	return r;
}

static void room_free(struct room *r)
{
	pl_arena_done(&r->arena);
	pl_free(r);
}

static void reads_and_writes_a_history(void **state)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(PL_VULN_TEXT_MAX);
	struct room *r = room_new();
	struct pl_diag diag = {0};
	uint64_t since = 0;

	assert_int_equal(pl_vuln_history_parse(pl_str_from(told), &r->arena, &r->h, &diag), PL_OK);
	assert_int_equal(r->h.n, 10);
	assert_int_equal(pl_vuln_history_notice(&r->h, PL_STR("CRA-V1"))->edition, 2);
	assert_null(pl_vuln_history_notice(&r->h, PL_STR("CRA-V2")));
	pl_vuln_history_write(&out, &r->h);
	assert_true(pl_str_eq(pl_buf_str(&out), pl_str_from(told)));
	assert_int_equal(pl_vuln_history_state(&r->h, &since), PL_VULN_TRIAGED);
	assert_int_equal(since, pl_time_days(2026, 1, 5) * 86400 + 36000);
	room_free(r);
}

static void refuses_other_histories(void **state)
{
	static const struct {
		const char *text;
		pl_status status;
		unsigned line;
	} bad[] = {
		{"2026-01-02T10:00:00Z - state new triaged none", PL_E_SYNTAX, 1},
		{"2026-01-02T10:00:00Z - state new triaged\n", PL_E_SYNTAX, 1},
		{"2026-01-02T10:00:00Z - state new triaged none \n", PL_E_SYNTAX, 1},
		{"2026-01-02T10:00:00Z x state new triaged none\n", PL_E_SYNTAX, 1},
		{"2026-01-02T10:00:00.5Z - release\n", PL_E_SYNTAX, 1},
		{"2026-01-02T10:00:00Z - release now\n", PL_E_SYNTAX, 1},
		{"2026-01-02T10:00:00Z - state triaged accepted none\n", PL_E_RANGE, 1},
		{"2026-01-02T10:00:00Z - release\n2026-01-01T10:00:00Z - meet CVD-1\n", PL_E_RANGE, 2},
		{"2026-01-02T10:00:00Z - meet CVD-9\n", PL_E_RANGE, 1},
		{"2026-01-02T10:00:00Z - happened something\n", PL_E_RANGE, 1},
		{"2026-01-02T10:00:00Z - pause CVD-2\n", PL_E_SYNTAX, 1},
		{"2026-01-02T10:00:00Z - notice CRA-V1 sha256:" AB "\n", PL_E_SYNTAX, 1},
		{"2026-01-02T10:00:00Z - notice CRA-V1 0 sha256:" AB "\n", PL_E_SYNTAX, 1},
		{"2026-01-02T10:00:00Z - notice CRA-V1 1 sha256:ab\n", PL_E_SYNTAX, 1},
		{"2026-01-02T10:00:00Z - notice CRA-V1 1 sha256:" AB " \n", PL_E_SYNTAX, 1},
		{"2026-01-02T10:00:00Z - notice CRA-V1 2 sha256:" AB "\n", PL_E_RANGE, 1},
		{"2026-01-02T10:00:00Z - notice CRA-X1 1 sha256:" AB "\n", PL_E_RANGE, 1},
		{"2026-01-02T10:00:00Z - notice CRA-V1 1 sha256:" AB "\n2026-01-02T11:00:00Z - notice CRA-V1 1 sha256:" AB "\n", PL_E_RANGE, 2},
	};
	struct room *r = room_new();

	for (size_t i = 0; i < PL_COUNT(bad); i++) {
		struct pl_diag diag = {0};

		assert_int_equal(pl_vuln_history_parse(pl_str_from(bad[i].text), &r->arena, &r->h, &diag), bad[i].status);
		assert_int_equal(diag.line, bad[i].line);
	}
	room_free(r);
}

static void notes_what_happened_earlier_in_its_place(void **state)
{
	struct room *r = room_new();
	struct pl_vuln_event e = {.at = pl_time_days(2026, 1, 4) * 86400, .kind = PL_VULN_EV_HAPPENED, .name = PL_STR("measure-available")};

	assert_int_equal(pl_vuln_history_parse(pl_str_from(told), &r->arena, &r->h, NULL), PL_OK);
	assert_int_equal(pl_vuln_history_add(&r->h, &e, NULL), PL_OK);
	assert_int_equal(r->h.n, 11);
	assert_true(pl_str_eq(r->h.e[4].name, PL_STR("measure-available")));
	/* A state is not slipped in before the last one. */
	e = (struct pl_vuln_event){.at = pl_time_days(2026, 1, 4) * 86400, .kind = PL_VULN_EV_STATE, .from = PL_VULN_TRIAGED,
		.to = PL_VULN_ACCEPTED};
	assert_int_equal(pl_vuln_history_add(&r->h, &e, NULL), PL_E_RANGE);
	room_free(r);
}

/* CRA-I3 runs a calendar month from the sending of the notification, whenever the incident was known. */
static void an_incident_has_clocks_of_its_own(void **state)
{
	static const char text[] = "2026-01-20T10:00:00Z - happened incident-known\n"
				   "2026-01-20T20:00:00Z - meet CRA-I1\n"
				   "2026-01-31T09:00:00Z - meet CRA-I2\n";
	struct pl_clock_event *events = pl_alloc(PL_VULN_EVENTS_MAX + 1, sizeof *events);
	struct pl_clock_def defs[PL_VULN_CLOCKS_MAX];
	struct pl_clock clocks[PL_VULN_CLOCKS_MAX];
	struct room *r = room_new();
	size_t n, n_defs = 0;
	char due[21];

	assert_int_equal(pl_vuln_history_parse(pl_str_from(text), &r->arena, &r->h, NULL), PL_OK);
	n = pl_vuln_clock_events(&r->h, PL_VULN_INBOUND, pl_time_days(2026, 1, 1) * 86400, events);
	pl_vuln_clocks(defs, &n_defs);
	assert_int_equal(pl_clock_case(pl_calendar_find(PL_STR("EU")), defs, n_defs, events, n, pl_time_days(2026, 2, 10) * 86400 * PL_SECOND,
				 clocks, NULL), PL_OK);
	assert_int_equal(clocks[2].state, PL_CLOCK_NOT_STARTED); /* nothing is exploited */
	assert_int_equal(clocks[5].state, PL_CLOCK_MET);
	assert_int_equal(clocks[6].state, PL_CLOCK_MET_LATE);
	assert_int_equal(clocks[7].state, PL_CLOCK_RUNNING);
	pl_time_write(clocks[7].due.strict, due);
	assert_string_equal(due, "2026-02-28T09:00:00Z");
	pl_free(events);
	room_free(r);
}

static void moves_the_clocks(void **state)
{
	struct pl_clock_event *events = pl_alloc(PL_VULN_EVENTS_MAX + 1, sizeof *events);
	struct pl_clock_def defs[PL_VULN_CLOCKS_MAX];
	struct pl_clock clocks[PL_VULN_CLOCKS_MAX];
	struct room *r = room_new();
	struct pl_diag diag = {0};
	size_t n, n_defs = 0;

	assert_int_equal(pl_vuln_history_parse(pl_str_from(told), &r->arena, &r->h, &diag), PL_OK);
	n = pl_vuln_clock_events(&r->h, PL_VULN_INBOUND, pl_time_days(2026, 1, 1) * 86400, events);
	pl_vuln_clocks(defs, &n_defs);
	assert_int_equal(n_defs, 8);
	assert_int_equal(pl_clock_case(pl_calendar_find(PL_STR("EU")), defs, n_defs, events, n, pl_time_days(2026, 1, 10) * 86400 * PL_SECOND,
				 clocks, &diag), PL_OK);
	assert_int_equal(clocks[0].state, PL_CLOCK_MET);      /* CVD-1 */
	assert_int_equal(clocks[1].state, PL_CLOCK_RUNNING);  /* CVD-2 */
	assert_int_equal(clocks[1].paused.whole_days, 2);
	assert_int_equal(clocks[2].state, PL_CLOCK_MET);      /* CRA-V1: within 24 hours */
	assert_int_equal(clocks[3].state, PL_CLOCK_OVERDUE_LEGAL); /* CRA-V2: 72 hours are over */
	assert_int_equal(clocks[4].state, PL_CLOCK_NOT_STARTED); /* CRA-V3: there is no measure */
	assert_int_equal(clocks[5].state, PL_CLOCK_NOT_STARTED); /* CRA-I1: there is no incident */
	assert_int_equal(clocks[7].state, PL_CLOCK_NOT_STARTED);
	/* Of what we found elsewhere nothing runs until it was told. */
	assert_int_equal(pl_vuln_clock_events(&r->h, PL_VULN_OUTBOUND, 0, events), n - 1);
	pl_free(events);
	room_free(r);
}

/* ---- parties ---- */

static void keeps_parties_apart(void **state)
{
	static const char text[] = "reporter finder 2026-01-01T00:00:00Z Example Finder\n"
				   "supplier library 2026-01-02T00:00:00Z Example Library Ltd\n"
				   "coordinator cert 2026-01-02T00:00:00Z Example CERT\n"
				   "csirt national 2026-01-03T00:00:00Z Example CSIRT\n";
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(PL_VULN_TEXT_MAX);
	struct room *r = room_new();
	struct pl_diag diag = {0};
	const struct pl_vuln_party *finder, *library, *cert;

	assert_int_equal(pl_vuln_parties_parse(pl_str_from(text), &r->arena, &r->p, &diag), PL_OK);
	pl_vuln_parties_write(&out, &r->p);
	assert_true(pl_str_eq(pl_buf_str(&out), pl_str_from(text)));
	finder = pl_vuln_parties_find(&r->p, PL_STR("finder"));
	library = pl_vuln_parties_find(&r->p, PL_STR("library"));
	cert = pl_vuln_parties_find(&r->p, PL_STR("cert"));
	assert_true(pl_vuln_party_sees(finder, finder));
	assert_false(pl_vuln_party_sees(finder, library));
	assert_true(pl_vuln_party_sees(finder, cert));
	assert_true(pl_vuln_party_sees(cert, library));
	assert_int_equal(pl_vuln_parties_remove(&r->p, PL_STR("nobody")), PL_E_NOTFOUND);
	assert_int_equal(pl_vuln_parties_remove(&r->p, PL_STR("library")), PL_OK);
	assert_int_equal(r->p.n, 3);
	assert_null(pl_vuln_parties_find(&r->p, PL_STR("library")));
	room_free(r);
}

static void shows_fields_by_role(void **state)
{
	for (unsigned role = 0; role < PL_VULN_ROLES; role++) {
		assert_true(pl_vuln_role_sees((enum pl_vuln_role)role, PL_STR("summary")));
		assert_false(pl_vuln_role_sees((enum pl_vuln_role)role, PL_STR("parties")));
		assert_false(pl_vuln_role_sees((enum pl_vuln_role)role, PL_STR("events")));
		assert_false(pl_vuln_role_sees((enum pl_vuln_role)role, PL_STR("duplicate-of")));
	}
	assert_false(pl_vuln_role_sees(PL_VULN_SUPPLIER, PL_STR("finder-name")));
	assert_false(pl_vuln_role_sees(PL_VULN_CSIRT, PL_STR("finder-contact")));
	assert_true(pl_vuln_role_sees(PL_VULN_COORDINATOR, PL_STR("finder-name")));
	assert_false(pl_vuln_role_sees(PL_VULN_SUPPLIER, PL_STR("bounty")));
}

/* ---- rewards and policy ---- */

#define MATRIX "pellucid-reward-matrix v1\nprogram bug-bounty\ncurrency USD\nfrom 2018-03-01\n"
#define POLICY "pellucid-disclosure-policy v1\nlanguage en\nfrom 2026-01-01\ntitle T\nabout A\n"

static void reads_a_matrix(void **state)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA((size_t)1 << 20);
	struct pl_reward_matrix *m = PL_NEW(struct pl_reward_matrix);
	const struct pl_reward_row *row;

	assert_int_equal(pl_reward_matrix_parse(PL_STR(MATRIX "row a b c 1 2\nrow a b d 50000 100000\n"), &arena, m, NULL), PL_OK);
	assert_int_equal(pl_reward_matrix_top(m), 100000);
	row = pl_reward_matrix_find(m, PL_STR("a"), PL_STR("b"), PL_STR("c"));
	assert_non_null(row);
	assert_int_equal(row->high, 2);
	assert_null(pl_reward_matrix_find(m, PL_STR("a"), PL_STR("b"), PL_STR("e")));
	pl_free(m);
}

static void refuses_other_matrices(void **state)
{
	static const struct {
		const char *text;
		pl_status status;
		unsigned line;
	} bad[] = {
		{MATRIX, PL_E_SYNTAX, 4},
		{MATRIX "row a b c 2 1\n", PL_E_RANGE, 5},
		{MATRIX "row a b c 0 0\n", PL_E_RANGE, 5},
		{MATRIX "row a b c 1 2\nrow a b c 1 3\n", PL_E_EXISTS, 6},
		{MATRIX "row a b c 1.5 2\n", PL_E_SYNTAX, 5},
		{MATRIX "row a b c 1 2", PL_E_SYNTAX, 5},
		{MATRIX "row A b c 1 2\n", PL_E_SYNTAX, 5},
		{"pellucid-reward-matrix v1\nprogram x\ncurrency XXX\n", PL_E_SYNTAX, 3},
		{"pellucid-reward-matrix v1\nprogram x\ncurrency USD\nfrom 2018-02-30\n", PL_E_SYNTAX, 4},
	};
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA((size_t)1 << 20);
	struct pl_reward_matrix *m = PL_NEW(struct pl_reward_matrix);

	for (size_t i = 0; i < PL_COUNT(bad); i++) {
		struct pl_diag diag = {0};

		assert_int_equal(pl_reward_matrix_parse(pl_str_from(bad[i].text), &arena, m, &diag), bad[i].status);
		assert_int_equal(diag.line, bad[i].line);
	}
	pl_free(m);
}

static void reads_a_policy(void **state)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA((size_t)1 << 20);
	struct pl_disclosure_policy p;
	struct pl_diag diag = {0};

	assert_int_equal(pl_disclosure_policy_parse(PL_STR(POLICY "principle One | First.\nclock CVD-1 Soon.\n"), &arena, &p, NULL), PL_OK);
	assert_int_equal(p.n_principles, 1);
	assert_true(pl_str_eq(p.principles[0].text, PL_STR("First.")));
	assert_true(pl_str_eq(p.clocks[0].name, PL_STR("CVD-1")));
	assert_int_equal(pl_disclosure_policy_parse(PL_STR(POLICY "principle One\n"), &arena, &p, &diag), PL_E_SYNTAX);
	assert_int_equal(diag.line, 6);
	assert_int_equal(pl_disclosure_policy_parse(PL_STR(POLICY "clock NO-1 x\n"), &arena, &p, NULL), PL_E_NOTFOUND);
	assert_int_equal(pl_disclosure_policy_parse(PL_STR(POLICY), &arena, &p, NULL), PL_E_SYNTAX);
}

/* ---- awards ---- */

static const char award[] = "pellucid-bounty-award v1\ncase vulnerabilities 12\nproduct endpoint\nimpact remote-code-execution\n"
			    "position remote\nseverity high\namount 15000 USD\nmatrix bug-bounty 1\noutside no\n"
			    "entity example-vendor-de\npaid 13837.65 EUR\n";

static void an_award_has_one_text(void **state)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA((size_t)1 << 20);
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(PL_AWARD_TEXT_MAX);
	struct pl_award a;
	struct pl_diag diag = {0};

	assert_int_equal(pl_award_parse(pl_str_from(award), &arena, &a, &diag), PL_OK);
	assert_int_equal(a.price, 1383765);
	pl_award_write(&out, &a);
	assert_true(pl_str_eq(pl_buf_str(&out), pl_str_from(award)));
	/* Cut anywhere it is none. */
	for (size_t i = 0; i + 1 < sizeof award; i++)
		assert_int_not_equal(pl_award_parse(pl_str_of(award, i), &arena, &a, NULL), PL_OK);
	pl_buf_put_z(&out, "more\n");
	assert_int_equal(pl_award_parse(pl_buf_str(&out), &arena, &a, NULL), PL_E_SYNTAX);
}

static void ranges_are_those_declared(void **state)
{
	static const char text[] = "pellucid-register v1\nname b\nsource intake\nexistence exact\nopens rows\nlate-after 0\nopen-after 0\n"
				   "retain 0\nfield received time open\nfield amount u64 generalised range 0,501,1001,100001\n";
	struct pl_register_decl *d = NULL;
	struct pl_award_range range = {0};

	assert_int_equal(pl_register_decl_parse(pl_str_from(text), &d, NULL), PL_OK);
	assert_int_equal(pl_award_range_find(d, 500, &range, NULL), PL_OK);
	assert_int_equal(range.low, 0);
	assert_int_equal(range.high, 500);
	assert_int_equal(pl_award_range_find(d, 501, &range, NULL), PL_OK);
	assert_int_equal(range.low, 501);
	assert_int_equal(range.high, 1000);
	assert_int_equal(pl_award_range_find(d, 100000, &range, NULL), PL_OK);
	assert_int_equal(range.low, 1001);
	assert_int_equal(pl_award_range_find(d, 100001, &range, NULL), PL_E_RANGE);
	pl_register_decl_free(d);
}

static void few_bounties_are_attested_as_a_range(void **state)
{
	static const struct {
		uint64_t count, sum, low, high;
	} said[] = {
		{1, 500000, 500000, 999999}, {4, 461255, 200000, 499999}, {1, 1, 1, 1}, {2, 199, 100, 199}, {3, 2000000, 2000000, 4999999},
		{5, 461255, 461255, 461255}, {53, 1, 1, 1},
	};

	for (size_t i = 0; i < PL_COUNT(said); i++) {
		struct pl_book_bounties b = {.count = said[i].count, .sum = said[i].sum};
		struct pl_attested_bounties a;

		pl_attested_bounties_of(&b, &a);
		assert_int_equal(a.at_least, said[i].low);
		assert_int_equal(a.at_most, said[i].high);
		assert_true(pl_attested_bounties_ok(&a));
		a.at_most++;
		assert_false(pl_attested_bounties_ok(&a));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_state_is_reached), cmocka_unit_test(the_table_is_sound), cmocka_unit_test(has_what_hackerone_has),
		cmocka_unit_test(refuses_what_no_row_names), cmocka_unit_test(the_declaration_names_the_same_steps), cmocka_unit_test(scores_a_vector),
		cmocka_unit_test(reads_and_writes_a_history),
		cmocka_unit_test(refuses_other_histories), cmocka_unit_test(notes_what_happened_earlier_in_its_place),
		cmocka_unit_test(moves_the_clocks), cmocka_unit_test(an_incident_has_clocks_of_its_own), cmocka_unit_test(keeps_parties_apart), cmocka_unit_test(shows_fields_by_role),
		cmocka_unit_test(reads_a_matrix), cmocka_unit_test(refuses_other_matrices), cmocka_unit_test(reads_a_policy),
		cmocka_unit_test(an_award_has_one_text), cmocka_unit_test(ranges_are_those_declared),
		cmocka_unit_test(few_bounties_are_attested_as_a_range),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
