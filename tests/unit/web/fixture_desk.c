/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture_desk.h"

#define s fixture_str
#define TIME FIXTURE_TIME
#define ID "01KC5Z0V6B3N5K7M9P2R4T6V8X"

static bool is_empty(void)
{
	return fixture_how() == FIXTURE_EMPTY;
}

static struct pl_word_row words[] = {{{PL_MSG_desk_role_desk}}, {{PL_MSG_desk_role_administrator}}};
static struct pl_desk_crumb crumbs[] = {{PL_STR_INIT("/desk/accounts"), {PL_MSG_desk_accounts_heading}}};

static struct pl_desk_frame frame(const char *title, const char *path, enum pl_desk_nav nav, enum pl_lang lang)
{
	bool full = !is_empty();

	return (struct pl_desk_frame){.base = fixture_frame(title, path, lang), .nav = nav, .token = s("5f16f4c7"), .inside = full,
		.enrolling = !full, .cases = full, .administers = full, .sees_events = full, .name = s("ada"), .n_roles = full ? 2 : 0,
		.roles = words, .crumbs = crumbs, .n_crumbs = full, .ends = TIME, .waiting = full, .done = full, .refused = full,
		.said = {PL_MSG_desk_refused_wait}, .wait = full ? 4 : 0, .lost_page = full, .origin = s("https://portal.example")};
}

static void render_login(struct pl_html *h, enum pl_lang lang)
{
	struct pl_desk_login_page m = {frame("Log in", "/desk/login", PL_DESK_NAV_NONE, lang), s("ada"), s("/desk/accounts"),
		!is_empty()};

	pl_page_desk_login(h, &m);
}

static void render_enrol(struct pl_html *h, enum pl_lang lang)
{
	struct pl_desk_plain_page m = {frame("Set up", "/desk/enrol", PL_DESK_NAV_NONE, lang)};

	pl_page_desk_enrol(h, &m);
}

static void render_way(struct pl_html *h, enum pl_lang lang)
{
	struct pl_desk_plain_page m = {frame("Set up", "/desk/enrol/way", PL_DESK_NAV_NONE, lang)};

	pl_page_desk_way(h, &m);
}

static void render_password(struct pl_html *h, enum pl_lang lang)
{
	struct pl_desk_plain_page m = {frame("A new password", "/desk/password", PL_DESK_NAV_MINE, lang)};

	pl_page_desk_password(h, &m);
}

static void render_newkey(struct pl_html *h, enum pl_lang lang)
{
	struct pl_desk_plain_page m = {frame("A new passkey", "/desk/passkey", PL_DESK_NAV_MINE, lang)};

	pl_page_desk_newkey(h, &m);
}

static void render_secret(struct pl_html *h, enum pl_lang lang)
{
	struct pl_desk_secret_page m = {frame("Codes", "/desk/password", PL_DESK_NAV_NONE, lang),
		is_empty() ? (pl_str){0} : s("GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"), s("otpauth://totp/Pellucid:ada?secret=GEZD"),
		is_empty() ? 0 : 29, s("M4,4h7v1h-7z")};

	pl_page_desk_secret(h, &m);
}

static void render_codes(struct pl_html *h, enum pl_lang lang)
{
	struct pl_text_line codes[] = {{s("0123-4567-89AB-CDEF")}, {s("GHJK-MNPQ-RSTV-WXYZ")}};
	struct pl_desk_codes_page m = {frame("Codes", "/desk/login", PL_DESK_NAV_NONE, lang), is_empty(), 2, codes};

	pl_page_desk_codes(h, &m);
}

static void render_mine(struct pl_html *h, enum pl_lang lang)
{
	struct pl_passkey_row passkeys[] = {{s("AbCd"), s("blue key"), TIME, TIME, true}, {s("EfGh"), s(""), TIME, 0, false}};
	struct pl_session_row sessions[] = {{s("5f16f4c7"), {PL_MSG_desk_method_passkey}, TIME, TIME, true},
		{s("149ac4f9"), {PL_MSG_desk_method_password}, TIME, TIME, false}};
	struct pl_desk_mine_page m = {frame("My account", "/desk/account", PL_DESK_NAV_MINE, lang),
		is_empty() ? (pl_str){0} : s("ada@example.org"), !is_empty(), is_empty(), 9, is_empty() ? 0 : 2, 2, passkeys, sessions};

	pl_page_desk_mine(h, &m);
}

static void render_again(struct pl_html *h, enum pl_lang lang)
{
	struct pl_hidden_row fields[] = {{s("name"), s("bob")}, {s("role-desk"), s("yes")}};
	struct pl_desk_again_page m = {frame("Confirm", "/desk/account", PL_DESK_NAV_NONE, lang), s("/desk/accounts"), !is_empty(),
		!is_empty(), is_empty() ? 0 : 2, fields};

	pl_page_desk_again(h, &m);
}

static struct pl_role_choice choices[] = {
	{PL_STR_INIT("desk"), {PL_MSG_desk_role_desk}, {PL_MSG_desk_role_desk_may}, true},
	{PL_STR_INIT("administrator"), {PL_MSG_desk_role_administrator}, {PL_MSG_desk_role_administrator_may}, false},
};

static struct pl_account_row account(const char *name, int state)
{
	return (struct pl_account_row){.id = s(ID), .name = s(name), .invited = state == 0, .active = state == 1, .ended = state == 2,
		.current = state == 1, .n_roles = state == 1 ? 2 : 0, .roles = words, .made = TIME};
}

static void render_accounts(struct pl_html *h, enum pl_lang lang)
{
	struct pl_account_row accounts[] = {account("ada", 1), account("bob", 0), account("carl", 2)};
	struct pl_desk_accounts_page m = {frame("Accounts", "/desk/accounts", PL_DESK_NAV_ACCOUNTS, lang), s("dora"),
		s("dora@example.org"), !is_empty(), 3, 2, accounts, choices, !is_empty(), s(ID)};

	pl_page_desk_accounts(h, &m);
}

static void render_person(struct pl_html *h, enum pl_lang lang)
{
	struct pl_desk_person_page m = {.frame = frame("bob", "/desk/accounts/" ID, PL_DESK_NAV_ACCOUNTS, lang),
		.row = account("bob", is_empty() ? 2 : fixture_how() == FIXTURE_FULL), .email = is_empty() ? (pl_str){0} : s("bob@example.org"),
		.password = !is_empty(), .four_eyes = !is_empty(), .alone_ends = is_empty(), .passkeys = 1, .recovery_codes = 10,
		.sessions = 2, .ended = TIME, .n_choices = 2, .choices = choices};

	pl_page_desk_person(h, &m);
}

static void render_code(struct pl_html *h, enum pl_lang lang)
{
	struct pl_desk_code_page m = {frame("bob", "/desk/accounts", PL_DESK_NAV_ACCOUNTS, lang), s("bob"),
		s("0123-4567-89AB-CDEF-GHJK-MNPQ"), s(ID), !is_empty(), s(ID)};

	pl_page_desk_code(h, &m);
}

static struct pl_decision_row decision(bool open)
{
	return (struct pl_decision_row){.id = s(ID), .kind = s("an account"), .proposer = s("ada"),
		.state = {open ? PL_MSG_desk_decided_open : PL_MSG_desk_decided_done}, .made = TIME, .expires = TIME, .voices = 0, .needed = 1,
		.open = open, .mine = open, .digest = fixture_digest(3)};
}

static void render_decisions(struct pl_html *h, enum pl_lang lang)
{
	struct pl_decision_row rows[] = {decision(true), decision(false)};
	struct pl_desk_decisions_page m = {frame("Decisions", "/desk/decisions", PL_DESK_NAV_DECISIONS, lang), is_empty() ? 0 : 2, rows,
		!is_empty(), s(ID)};

	pl_page_desk_decisions(h, &m);
}

static void render_decision(struct pl_html *h, enum pl_lang lang)
{
	struct pl_case_value sets[] = {{.label = s("decision"), .value = s("rejected"), .there = true}, {.label = s("reason")}};
	struct pl_desk_decision_page m = {.frame = frame("Proposal", "/desk/decisions/" ID, PL_DESK_NAV_DECISIONS, lang),
		.row = decision(!is_empty()), .bytes = s("pellucid account act v1\nact roles\nfrom none\nto desk\n"), .text = !is_empty(),
		.about_account = !is_empty(), .subject = s("bob"), .subject_id = s(ID), .act = {PL_MSG_desk_act_roles}, .n_from = 0,
		.from = words, .n_to = 2, .to = words, .may_approve = fixture_how() == FIXTURE_FULL,
		.may_withdraw = fixture_how() == FIXTURE_NASTY, .may_do = is_empty(), .case_register = s("vulnerabilities"), .case_number = 12,
		.why = s("case 12 is under embargo until 2027-02-01T00:00:00Z"), .about_case = true, .opened = fixture_how() == FIXTURE_FULL,
		.may_open = fixture_how() == FIXTURE_NASTY, .n_sets = is_empty() ? 0 : 2, .sets = sets, .reason = s("because\nof this"), .typed = s("typed")};

	pl_page_desk_decision(h, &m);
}

static void render_events(struct pl_html *h, enum pl_lang lang)
{
	struct pl_event_row rows[] = {
		{2, TIME, {PL_MSG_desk_event_login_bad}, s("ada"), s(""), s("password"), s("5f16f4c7"), true},
		{1, TIME, {PL_MSG_desk_event_first}, s("ada"), s(""), s(""), s(""), false}};
	struct pl_desk_events_page m = {frame("Events", "/desk/events", PL_DESK_NAV_EVENTS, lang), true,
		fixture_how() == FIXTURE_FULL, s("event 6 was edited"), s("2:5f16f4c7"), is_empty() ? 0 : 2, rows, !is_empty(), 1};

	pl_page_desk_events(h, &m);
}

static void render_queue(struct pl_html *h, enum pl_lang lang)
{
	struct pl_queue_row registers[] = {{s("requests"), 109, TIME, false}, {s("persons"), 0, 0, true}};
	struct pl_due_row due[] = {{s("builds"), s("002-swiss"), s("promised by 2018-12-31"), {PL_MSG_desk_due_promise}}};
	struct pl_case_wait waits[] = {
		{s("tips"), s("01ARZ3NDEKTSV4RRFFQ69G5FAV"), s("bounty-award"), s("bob"), 1, TIME, true, false},
		{s("tips"), s("01ARZ3NDEKTSV4RRFFQ69G5FAW"), s("case-erase"), s("ada"), 1, TIME, false, false},
		{s("orders"), s("01ARZ3NDEKTSV4RRFFQ69G5FAX"), s("vuln-release"), s("bob"), 3, TIME, false, true}};
	struct pl_case_row cases[] = {
		{.name = s("tips"), .who = s("ada"), .number = 1, .touched = TIME, .state = {PL_MSG_case_state_waiting}, .mine = true, .n_waits = 3, .waits = waits},
		{.name = s("tips"), .number = 2, .touched = TIME, .state = {PL_MSG_case_state_new}, .fresh = true}};
	struct pl_seal_row seals[] = {{.name = s("orders"), .number = 3, .since = TIME, .ends = TIME, .over = true},
		{.name = s("orders"), .number = 4, .since = TIME, .ends = TIME, .soon = true}, {.name = s("orders"), .number = 5, .since = TIME}};
	struct pl_desk_queue_page m = {.n_seals = is_empty() ? 0 : 3, .seals = seals, .more_seals = !is_empty(), .n_waits = is_empty() ? 0 : 3, .waits = waits, .more_waits = !is_empty(),
		.frame = frame("Work", "/desk", PL_DESK_NAV_QUEUE, lang), .n_registers = is_empty() ? 0 : 2,
		.n_due = !is_empty(), .registers = registers, .due = due, .n_cases = is_empty() ? 0 : 2, .cases = cases, .more = !is_empty(), .awards = !is_empty(),
		.after = s("tips:2"), .filtered = is_empty(), .too_many = is_empty(), .given_up = is_empty() ? 0 : 2};

	pl_page_desk_queue(h, &m);
}

static void render_find(struct pl_html *h, enum pl_lang lang)
{
	struct pl_case_choice kinds[] = {{s("good"), s("good"), false}, {s("bad"), s("bad"), true}};
	struct pl_case_fact fields[] = {{.name = PL_STR("kind"), .label = s("kind"), .value = s("bad"), .n_choices = 2, .choices = kinds},
		{.name = PL_STR("person"), .label = s("person"), .value = s("Zoë"), .sealed = true}};
	struct pl_case_row found[] = {
		{.name = s("tips"), .who = s("ada"), .number = 1, .touched = TIME, .state = {PL_MSG_case_state_waiting}},
		{.name = s("tips"), .number = 2}};
	struct pl_desk_find_page m = {.frame = frame("Find a case", "/desk/find/tips", PL_DESK_NAV_QUEUE, lang), .name = s("tips"), .contact = s("zoe@remote.example"),
		.searched = true, .more = !is_empty(), .behind = is_empty() ? 0 : 2, .n_fields = 2, .n_found = is_empty() ? 0 : 2, .fields = fields,
		.found = found};

	pl_page_desk_find(h, &m);
}

/* Full: the form; empty: what it came to, with a secret. */
static void render_enter(struct pl_html *h, enum pl_lang lang)
{
	struct pl_case_choice kinds[] = {{s("good"), s("good"), false}, {s("bad"), s("bad"), true}};
	struct pl_case_fact fields[] = {{.name = PL_STR("received"), .label = s("received"), .value = s("2026-11-28T10:00:00Z"), .time = true},
		{.name = PL_STR("kind"), .label = s("kind"), .value = s("bad"), .n_choices = 2, .choices = kinds},
		{.name = PL_STR("words"), .label = s("words"), .value = s("Two\nlines"), .sealed = true, .several = true}};
	struct pl_desk_enter_page m = {.frame = frame("Enter a case", "/desk/enter/tips", PL_DESK_NAV_QUEUE, lang), .name = s("tips"), .once = s("00"),
		.why = s("expected a date"), .promise = true, .n_fields = 3, .fields = fields, .number = is_empty() ? 12 : 0,
		.secret = is_empty() ? s("01KC5Z0V6B3N5K7M9P2R4T6V8X") : (pl_str){0}};

	pl_page_desk_enter(h, &m);
}

static struct pl_case_seal seal(void)
{
	static struct pl_case_left_out left_out[1];

	left_out[0] = (struct pl_case_left_out){.period = s("2026-H2"), .edition = 1, .index = 7};
	return (struct pl_case_seal){.may_move = !is_empty(), .may_open = !is_empty(), .since = TIME, .ends = is_empty() ? 0 : TIME, .today = s("2026-11-28"),
		.n_left_out = is_empty() ? 0 : 1, .left_out = left_out};
}

static void render_case(struct pl_html *h, enum pl_lang lang)
{
	struct pl_case_order orders[] = {
		{.kind = {PL_MSG_order_kind_copy}, .state = {PL_MSG_order_done}, .made = TIME, .who = s("ada"), .done = true},
		{.kind = {PL_MSG_order_kind_erasure}, .state = {PL_MSG_order_failed}, .made = TIME, .who = s("ada"), .why = s("busy")},
		{.kind = {PL_MSG_order_kind_erasure}, .state = {PL_MSG_order_waits}, .made = TIME, .who = s("ada")}};
	struct pl_case_processor processors[] = {
		{.processor = s("mailing"), .kind = {PL_MSG_order_kind_copy}, .state = {PL_MSG_order_processor_completed}, .expected = TIME, .results = s("https://results.example/a"), .done = true},
		{.processor = s("support"), .kind = {PL_MSG_order_kind_erasure}, .state = {PL_MSG_order_processor_given_up}, .given_up = true},
		{.processor = s("support"), .kind = {PL_MSG_order_kind_copy}, .state = {PL_MSG_order_processor_waits}}};
	struct pl_case_clock clocks[] = {
		{.code = s("GDPR-R"), .task = s("answer to a person's request"), .state = {PL_MSG_case_clock_running}, .strict = TIME, .legal = TIME},
		{.code = s("CVD"), .task = s("publish"), .state = {PL_MSG_case_clock_met_late}, .strict = TIME, .legal = TIME, .over = true, .late = true},
		{.code = s("CRA-V1"), .task = s("early warning"), .state = {PL_MSG_case_clock_met}, .strict = TIME, .legal = TIME, .over = true}};
	struct pl_case_value values[] = {{.label = s("kind"), .value = s("bad"), .there = true}, {.label = s("person"), .closed = true},
		{.label = s("day")}};
	struct pl_case_file files[] = {
		{.seq = 4, .at = TIME, .size = 1234, .name = s("x.pdf"), .type = s("pdf"), .found = s("Test.Name"), .who = s("ada"), .harmful = true, .there = true, .package = true},
		{.seq = 5, .at = TIME, .size = 5, .type = s("text"), .outside = true, .with = 3, .unscanned = true, .there = true}, {.seq = 6, .at = TIME, .type = s("png"), .with = 3, .given = true}};
	struct pl_case_entry entries[] = {
		{.seq = 3, .at = TIME, .kind = {PL_MSG_case_kind_note}, .who = s("ada"), .text = s("a note\nof two lines"), .n_with = 3, .with = files},
		{.seq = 2, .at = TIME, .kind = {PL_MSG_case_kind_decide}, .about = s("decision: rejected"), .closed = true, .decision = s(ID), .proposer = s("ada")},
		{.seq = 1, .at = TIME, .kind = {PL_MSG_case_kind_came}, .about = s("mail"), .contact = s("who@remote.example"), .text = s("words"),
			.outside = true}};
	struct pl_case_choice states[] = {{s("new"), s("new"), false}, {s("waiting"), s("waiting"), true}};
	struct pl_case_fact facts[] = {{.name = PL_STR("kind"), .label = s("kind"), .value = s("new"), .n_choices = 2, .choices = states},
		{.name = PL_STR("person"), .label = s("person"), .value = s("Zoë"), .sealed = true}};
	struct pl_case_identity suggested[] = {{s("email=who@remote.example"), 0}};
	struct pl_case_waiting waiting[] = {{s(ID), s("decision: rejected"), s("ada"), TIME}};
	struct pl_desk_case_page m = {.n_files = is_empty() ? 0 : 3, .files = files, .harmful = !is_empty(), .file_max = 67108864, .answer_files = is_empty() ? 0 : 5, .answer_bytes = 16777216, .answer_types = s("pdf, png"), .answer = s("typed"), .n_facts = is_empty() ? 0 : 2, .facts = facts, .frame = frame("tips 1", "/desk/case/tips/1", PL_DESK_NAV_QUEUE, lang), .name = s("tips"), .who = s("ada"),
		.note = s("typed"), .subject = s("typed"), .number = 1, .revision = 2, .state = {PL_MSG_case_state_waiting}, .assigned = !is_empty(),
		.mine = !is_empty(), .sealed = !is_empty(), .gone = is_empty(), .opened = !is_empty(), .may_write = !is_empty(),
		.clocks_wrong = !is_empty(), .n_clocks = is_empty() ? 0 : 3, .n_values = 3, .n_entries = is_empty() ? 0 : 3, .n_states = 2,
		.n_events = 2, .clocks = clocks, .values = values, .entries = entries, .states = states, .events = states,
		.n_eyes = is_empty() ? 0 : 1, .eyes = facts, .n_beside = is_empty() ? 0 : 1, .beside = &facts[1], .n_waiting = is_empty() ? 0 : 1,
		.waiting = waiting, .reason = s("typed"), .why = s("say why"), .seal = seal(), .hold = {.may = !is_empty(), .held = !is_empty(), .reason = s("needed for a claim in law"), .until = TIME, .n_reasons = 2, .reasons = states}, .person = {.is = !is_empty(), .german = lang == PL_LANG_DE, .recipient = s("age1typed"), .store = s("cases"), .table = s("typed"), .row = s("1"), .column = s("typed"), .value = s("typed"), .purpose = s("typed"), .identities = s("email=typed"),
			.n_orders = is_empty() ? 0 : 3, .orders = orders, .n_processors = 3, .processors = processors, .given_up = true}, .gives = !is_empty(), .packages = !is_empty(), .asked = s("typed"), .out_why = is_empty() ? s("") : s("expected a network"), .lookup = {.shown = true},
		.n_suggested = is_empty() ? 0 : 1, .suggested = suggested};

	pl_page_desk_case(h, &m);
}

static struct pl_award_row award_row(bool found)
{
	return (struct pl_award_row){.number = 3, .case_number = 12, .transaction = 7, .day = found ? TIME : 0, .case_register = s("vulnerabilities"),
		.entity = s("example-vendor-de"), .amount = found ? s("15000.00 USD") : s(""), .price = found ? s("13837.65 EUR") : s(""), .decision = s(ID)};
}

static struct pl_desk_cra cra(void)
{
	static struct pl_cra_stage_row stages[3];
	static struct pl_cra_kept_row kept[2];
	struct pl_case_clock clock = {.code = s("CRA-V1"), .task = s("early warning"), .state = {PL_MSG_case_clock_running}, .strict = TIME, .legal = TIME};

	stages[0] = (struct pl_cra_stage_row){.word = PL_STR("early-warning"), .name = {PL_MSG_cra_stage_v1}, .clock = clock, .began = true, .kept = true, .may = true, .unsent = true};
	clock.state.id = PL_MSG_case_clock_met_late;
	clock.over = clock.late = true;
	stages[1] = (struct pl_cra_stage_row){.word = PL_STR("notification"), .name = {PL_MSG_cra_stage_v2}, .clock = clock, .began = true, .may = true};
	stages[2] = (struct pl_cra_stage_row){.word = s("incident-final"), .name = {PL_MSG_cra_stage_i3}, .waits = {PL_MSG_cra_waits_sent}, .clock = clock};
	kept[0] = (struct pl_cra_kept_row){{PL_MSG_cra_stage_v1}, 2, 7, TIME, s("ada"), true};
	kept[1] = (struct pl_cra_kept_row){{PL_MSG_cra_stage_v1}, 1, 6, TIME, s(""), false};
	return (struct pl_desk_cra){.token = s("5f16f4c7"), .name = s("vulnerabilities"), .number = 12, .revision = 4, .opened = fixture_how() != FIXTURE_NASTY,
		.n_stages = is_empty() ? 0 : 3, .n_kept = is_empty() ? 0 : 2, .stages = stages, .kept = kept};
}

static struct pl_desk_flaw flaw(void)
{
	static struct pl_case_choice steps[2], events[1], entities[1], outside[2];
	static struct pl_flaw_event history[2];
	static struct pl_flaw_party parties[1];
	static struct pl_flaw_role roles[2];
	static struct pl_award_choice cells[1];
	bool full = !is_empty();

	steps[0] = (struct pl_case_choice){s("retesting none"), s("in retest"), false};
	steps[1] = (struct pl_case_choice){s("resolved fixed"), s("resolved: fixed"), true};
	events[0] = (struct pl_case_choice){s("exploitation-known"), s("exploitation became known"), false};
	entities[0] = (struct pl_case_choice){s("example-vendor-de"), s("example-vendor-de"), true};
	outside[0] = (struct pl_case_choice){s("no"), s("no"), true};
	outside[1] = (struct pl_case_choice){s("goodwill"), s("goodwill"), false};
	history[0] = (struct pl_flaw_event){TIME, {PL_MSG_flaw_event_state}, s("triaged"), s("reopened"), s(""), s("ada")};
	history[1] = (struct pl_flaw_event){TIME, {PL_MSG_case_kind_meet}, s(""), s(""), s("CVD-1"), s("")};
	parties[0] = (struct pl_flaw_party){s("example-library"), s("Example Library Ltd"), {PL_MSG_flaw_role_supplier}, TIME};
	roles[0] = (struct pl_flaw_role){s("reporter"), {PL_MSG_flaw_role_reporter}, false};
	roles[1] = (struct pl_flaw_role){s("supplier"), {PL_MSG_flaw_role_supplier}, true};
	cells[0] = (struct pl_award_choice){s("bug-bounty remote-code-execution remote"), s("remote-code-execution"), s("remote"), s("USD"), 10000, 20000, true};
	return (struct pl_desk_flaw){.token = s("5f16f4c7"), .name = s("vulnerabilities"), .number = 12, .revision = 4, .opened = full, .may_write = true,
		.broken = fixture_how() == FIXTURE_NASTY, .may_repeat = true, .ended = full, .released = fixture_how() == FIXTURE_NASTY, .why = s("the amount is not one"),
		.state = s("in remediation"), .reason = s("reopened"), .direction = s("about our product"), .stage = {PL_MSG_flaw_stage_remediation}, .since = TIME,
		.original = 3, .embargo = TIME, .waits = full, .waits_why = s("case 12 is under embargo"), .at = s("typed"), .until = s("2027-02-01T00:00:00Z"),
		.cve = s("CVE-2026-1234"), .cvss = s("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"), .party = s("typed"), .party_name = s("Zoë"), .draft = s("SA-2026-0001"), .score = s("9.8"),
		.severity = s("critical"), .has_cvss = full, .n_steps = 2, .n_events = full ? 2 : 0, .n_parties = full, .n_roles = 2,
		.n_happenings = full, .n_meets = full, .steps = steps, .happenings = events, .meets = events, .events = history, .parties = parties, .roles = roles,
		.award = {.may = true, .rewarded = full, .paid = award_row(true), .amount = s("30000"), .price = s("typed"), .beyond = full, .low = 10000, .high = 20000,
			.currency = s("USD"), .n_cells = full, .n_entities = full, .n_outside = 2, .cells = cells, .entities = entities, .outside = outside}, .cra = cra()};
}

static void render_cra_form(struct pl_html *h, enum pl_lang lang)
{
	struct pl_case_choice tlps[] = {{s("AMBER"), s("AMBER"), true}, {s("WHITE"), s("WHITE"), false}};
	struct pl_cra_asked_row facts[] = {
		{.name = PL_STR("states"), .value = s("AT DE"), .label = {PL_MSG_cra_f_states}, .hint = {PL_MSG_cra_f_states_hint}, .from = {PL_MSG_cra_is_kept}, .has_hint = true, .line = true},
		{.name = PL_STR("nature"), .value = s("two\nlines"), .label = {PL_MSG_cra_f_nature}, .from = {PL_MSG_cra_is_missing}, .area = true, .missing = true},
		{.name = PL_STR("sensitivity"), .value = s("AMBER"), .label = {PL_MSG_cra_f_sensitivity}, .from = {PL_MSG_cra_is_case}, .n_choices = 2, .choices = tlps}};
	struct pl_cra_text_row products[] = {{s("Example Shield 7.4")}, {s("Example Shield 7.5")}};
	struct pl_word_row missing[] = {{{PL_MSG_cra_f_nature}}, {{PL_MSG_cra_contact}}};
	struct pl_desk_cra_page m = {.frame = frame("vulnerabilities 12", "/desk/case/vulnerabilities/12", PL_DESK_NAV_QUEUE, lang), .name = s("vulnerabilities"),
		.stage = s("notification"), .stage_name = {PL_MSG_cra_stage_v2}, .number = 12, .revision = 4, .edition = 2, .amends = !is_empty(),
		.same = fixture_how() == FIXTURE_NASTY, .over = fixture_how() == FIXTURE_NASTY, .why = is_empty() ? s("") : s("Member States are named"),
		.clock = {.code = s("CRA-V2"), .state = {PL_MSG_case_clock_overdue_strict}, .strict = TIME, .legal = TIME, .late = !is_empty()}, .known = TIME,
		.available = is_empty() ? 0 : TIME, .notified = is_empty() ? 0 : TIME, .title = s("A flaw"), .cve = is_empty() ? s("") : s("CVE-2026-1234"),
		.manufacturer = s("Example"), .contact = is_empty() ? s("") : s("psirt@example.org"), .score = is_empty() ? s("") : s("9.8 critical"),
		.n_products = is_empty() ? 0 : 2, .n_missing = is_empty() ? 0 : 2, .n_facts = 3, .products = products, .missing = missing, .facts = facts,
		.now = !is_empty(), .document = is_empty() ? s("") : s("{\"format\":\"pl-cra-report/v2\"}")};

	pl_page_desk_cra_form(h, &m);
}

static void render_flaw(struct pl_html *h, enum pl_lang lang)
{
	struct pl_case_clock clocks[] = {
		{.code = s("CRA-V1"), .task = s("early warning"), .state = {PL_MSG_case_clock_running}, .strict = TIME, .legal = TIME}};
	struct pl_case_choice states[] = {{s("new"), s("new"), false}, {s("waiting"), s("waiting"), true}};
	struct pl_desk_case_page m = {.is_flaw = true, .flaw = flaw(), .frame = frame("vulnerabilities 12", "/desk/case/vulnerabilities/12", PL_DESK_NAV_QUEUE, lang),
		.name = s("vulnerabilities"), .number = 12, .revision = 4, .state = {PL_MSG_case_state_working}, .opened = !is_empty(), .may_write = true,
		.clocks_closed = is_empty(), .n_clocks = is_empty() ? 0 : 1, .n_states = 2, .clocks = clocks, .states = states};

	pl_page_desk_case(h, &m);
}

static void render_awards(struct pl_html *h, enum pl_lang lang)
{
	struct pl_award_row rows[] = {award_row(true), award_row(false)};
	struct pl_award_loose found[] = {{s("example-vendor-de"), s("no award says that it was decided"), 7}};
	struct pl_desk_awards_page m = {frame("Rewards that were paid", "/desk/awards", PL_DESK_NAV_QUEUE, lang), is_empty() ? 0 : 2, rows, !is_empty(), 3,
		.may_open = !is_empty(), .checked = true, .opened = !is_empty(), .paid = 2, .loose = !is_empty(), .n_found = !is_empty(), .found = found, .released = 2,
		.exact = 5, .why = is_empty() ? s("") : s("more than 100000 awards")};

	pl_page_desk_awards(h, &m);
}

static struct pl_case_findings findings(bool asks)
{
	static struct pl_finding_row rows[2];

	rows[0] = (struct pl_finding_row){.id = s("why-0011223344556677"), .file = s("indicators.txt"), .text = s("contact@evil.example.com"), .why = s("indicator"),
		.kind = {PL_MSG_finding_email}, .line = 3, .offset = 35};
	rows[1] = (struct pl_finding_row){.id = s("why-8899aabbccddeeff"), .file = s("report.pdf"), .kind = {PL_MSG_finding_opaque}, .line = 1, .whole = true, .missing = true};
	return (struct pl_case_findings){.asks = asks, .more = fixture_how() == FIXTURE_NASTY, .networks = !is_empty(), .found = 2, .n_rows = is_empty() ? 0 : 2, .rows = rows};
}

static void render_expertise(struct pl_html *h, enum pl_lang lang)
{
	struct pl_pack_file files[] = {{.seq = 4, .size = 1234, .at = TIME, .name = s("indicators.txt"), .type = s("text"), .chosen = true},
		{.seq = 5, .size = 5, .at = TIME, .name = s("x.pdf"), .type = s("pdf"), .outside = true, .harmful = true}};
	struct pl_desk_expertise_page m = {.frame = frame("authority-requests 3", "/desk/case/authority-requests/3", PL_DESK_NAV_QUEUE, lang),
		.name = s("authority-requests"), .why = is_empty() ? s("") : s("two files of a package cannot have the same name"), .number = 3, .bytes = 8388608, .max = 20,
		.german = lang == PL_LANG_DE, .looked = !is_empty(), .n_files = is_empty() ? 0 : 2, .files = files, .found = findings(true)};

	pl_page_desk_expertise(h, &m);
}

static void render_words(struct pl_html *h, enum pl_lang lang)
{
	struct pl_pack_file enclosed[] = {{.seq = 9, .name = s("package-3.zip")}};
	struct pl_desk_words_page m = {.frame = frame("authority-requests 3", "/desk/case/authority-requests/3", PL_DESK_NAV_QUEUE, lang),
		.name = s("authority-requests"), .subject = s("Your request"), .text = s("typed\nin two lines"), .number = 3, .mail = is_empty(), .dropped = !is_empty(),
		.n_enclosed = !is_empty(), .enclosed = enclosed, .found = findings(true)};

	pl_page_desk_words(h, &m);
}

static void render_outgoing(struct pl_html *h, enum pl_lang lang)
{
	struct pl_pack_file parts[] = {{.seq = 4, .name = s("indicators.txt")}};
	struct pl_desk_decision_page m = {.frame = frame("A proposal", "/desk/decisions/" ID, PL_DESK_NAV_DECISIONS, lang),
		.row = {.id = s(ID), .kind = s("outgoing"), .state = {PL_MSG_desk_decided_open}, .proposer = s("ada"), .made = TIME, .expires = TIME, .needed = 1, .open = true},
		.bytes = s("pellucid-outgoing-decision v1\n"), .text = true, .may_approve = true, .case_register = s("authority-requests"), .case_number = 3,
		.about_outgoing = true, .closed = is_empty(), .opened = !is_empty(), .may_open = true,
		.out = {.what = {PL_MSG_outgoing_answer}, .subject = s("Your request"), .text = s("words"), .n_parts = !is_empty(), .parts = parts, .found = findings(false)}};

	pl_page_desk_decision(h, &m);
}

const struct fixture_page fixture_desk[] = {
	{"desk_login", render_login}, {"desk_enrol", render_enrol}, {"desk_way", render_way}, {"desk_password", render_password},
	{"desk_newkey", render_newkey}, {"desk_secret", render_secret}, {"desk_codes", render_codes}, {"desk_mine", render_mine},
	{"desk_again", render_again}, {"desk_accounts", render_accounts}, {"desk_person", render_person}, {"desk_code", render_code},
	{"desk_decisions", render_decisions}, {"desk_decision", render_decision}, {"desk_events", render_events},
	{"desk_queue", render_queue}, {"desk_enter", render_enter}, {"desk_find", render_find}, {"desk_case", render_case},
	{"desk_flaw", render_flaw}, {"desk_cra_form", render_cra_form}, {"desk_expertise", render_expertise}, {"desk_words", render_words}, {"desk_outgoing", render_outgoing}, {"desk_awards", render_awards},
};
const size_t fixture_desk_count = PL_COUNT(fixture_desk);
