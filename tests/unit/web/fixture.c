/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"
#include "fixture_desk.h"
#include "base/time.h"

const char fixture_attack[] = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>&amp;javascript:alert(3)";

static enum fixture how;
#define TIME (UINT64_C(1795304000) * PL_SECOND)

static pl_str s(const char *text)
{
	return pl_str_from(how == FIXTURE_NASTY ? fixture_attack : text);
}

static struct pl_digest digest(unsigned seed)
{
	struct pl_digest d;

	for (unsigned i = 0; i < sizeof d.b; i++)
		d.b[i] = (uint8_t)(seed * 37 + i * 11 + (seed ^ i) * 5);
	return d;
}

static struct pl_html_msg msg(enum pl_message_id id)
{
	return (struct pl_html_msg){id};
}

static struct pl_frame frame(const char *title, const char *path, enum pl_nav nav, enum pl_lang lang)
{
	static pl_str missing[1];
	struct pl_frame f = {.title = s(title), .lang = pl_str_from(pl_lang_tag(lang)),
		.direction = pl_str_from(pl_lang_direction(lang)), .path = s(path), .nav = nav, .origin = s("log.example/releases"),
		.has_view = how != FIXTURE_EMPTY, .size = 1284, .time = TIME, .witnesses_counted = 2, .witnesses_total = 3,
		.demonstration = true, .waiting = 1, .missing = missing, .n_missing = 1, .held = how == FIXTURE_NASTY,
		.held_witnesses = true, .held_ahead = true, .held_other = true, .held_back = true, .held_jump = true, .answered = 1,
		.needed = 2, .ahead_size = 1300, .ahead_name = s("regulator"), .recorded = 1284, .silent = how == FIXTURE_NASTY, .failed = how == FIXTURE_NASTY,
		.refused = how == FIXTURE_NASTY, .stopped = how == FIXTURE_EMPTY, .reported = TIME};

	missing[0] = s("witness-north");
	for (unsigned i = 0; i < PL_LANG_COUNT; i++)
		f.languages[f.n_languages++] = (struct pl_lang_choice){pl_str_from(pl_lang_tag((enum pl_lang)i)),
			pl_str_from(pl_lang_name((enum pl_lang)i)), i == (unsigned)lang};
	if (how == FIXTURE_EMPTY)
		f.n_missing = f.waiting = 0;
	return f;
}

static struct pl_statement_row statement_row(uint64_t index)
{
	static const enum pl_message_id kinds[] = {PL_MSG_kind_release, PL_MSG_kind_rebuild, PL_MSG_kind_provenance,
		PL_MSG_kind_recipe, PL_MSG_kind_snapshot, PL_MSG_kind_product, PL_MSG_kind_key};
	static const char *const subjects[] = {"pellucid", "pellucid-verify", "pellucid.recipe", "pellucid-0.1.0.tar"};

	return (struct pl_statement_row){.index = index, .kind = msg(kinds[(1284 - index) % PL_COUNT(kinds)]),
		.type = s("urn:pellucid:release/v1"), .subject = s(subjects[index % PL_COUNT(subjects)]),
		.time = TIME - (1284 - index) * 61 * PL_SECOND, .state = msg(PL_MSG_entry_unknown), .applied = index % 5 != 0};
}

static struct pl_statement_row *statement_rows(size_t n)
{
	static struct pl_statement_row rows[50];

	for (size_t i = 0; i < n; i++)
		rows[i] = statement_row(1283 - i);
	return rows;
}

static struct pl_release_row *release_rows(void)
{
	static struct pl_release_row rows[3];

	rows[0] = (struct pl_release_row){s("pellucid"), s("0.1.0"), 3, 1283, TIME, {2, 0, 0, 1}};
	rows[1] = (struct pl_release_row){s("pellucid"), s("0.0.9"), 2, 960, TIME - 86400 * PL_SECOND, {1, 1, 1, 0}};
	rows[2] = (struct pl_release_row){s("engine-x64"), s("2026.11.3"), 1, 12, TIME - 90000 * PL_SECOND, {0}};
	return rows;
}

static struct pl_cosignature_row *cosignatures(void)
{
	static struct pl_cosignature_row rows[3];
	static const char key[] = "witness.example/w1+20324abe+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X";

	rows[0] = (struct pl_cosignature_row){s("university"), s("w1"), s("https://witness.example/"), true, TIME, s(key)};
	rows[1] = (struct pl_cosignature_row){s("regulator"), s("w2"), s(""), true, TIME + PL_SECOND, s(key)};
	rows[2] = (struct pl_cosignature_row){s("witness-north"), s("w3"), s("javascript:alert(1)"), false, 0, s(key), true, true, 900, TIME, 20};
	return rows;
}

static struct pl_body_row body_row(unsigned i)
{
	return (struct pl_body_row){digest(40 + i), 1234567 * (i + 1), s("application/x-tar"), i == 0, i == 1,
		s("third-party-licence"), 17};
}

static const char note[] = "log.example/releases\n1284\ntpcyzlyRQWLKmsz69OldP5h01ogFQ3CIqv8YSk25Z3M=\n\n"
			   "\xe2\x80\x94 log.example/releases Cfrtm2zKmsz69OldP5h01ogFQ3CIqv8YSk25Z3MtpcyzlyRQWLKmsz69OldP5h01og=\n";

static struct pl_claim_line claim_line(const char *id)
{
	static struct pl_claim_flag_mark flags[2];

	flags[0] = (struct pl_claim_flag_mark){msg(PL_MSG_flag_contradiction), false};
	flags[1] = (struct pl_claim_flag_mark){msg(PL_MSG_flag_overdue), true};
	return (struct pl_claim_line){.id = s(id), .subject = s("transparency-centres"), .property = s("count"), .value = s("9 centre"),
		.validity = s("as of 2026-05-01"), .kind = msg(PL_MSG_claim_kind_number), .status = msg(PL_MSG_claim_status_open),
		.stands = how == FIXTURE_FULL, .n_flags = how == FIXTURE_EMPTY ? 0 : 2, .flags = flags};
}

static struct pl_chart chart(const char *id)
{
	static struct pl_chart_part parts[2];
	static struct pl_chart_bar bars[1];
	static struct pl_chart_key keys[2];
	static struct pl_chart_cell cells[2];
	static struct pl_chart_row rows[2];

	parts[0] = (struct pl_chart_part){s("0.00%"), s("70.00%"), 0};
	parts[1] = (struct pl_chart_part){s("70.00%"), s("30.00%"), 1};
	bars[0] = (struct pl_chart_bar){s("c-02"), 10, 15, 21, 2, parts};
	keys[0] = (struct pl_chart_key){s("technical expertise"), s("nothing personal"), 0};
	keys[1] = (struct pl_chart_key){s("data of users"), s(""), 1};
	cells[0] = (struct pl_chart_cell){s("technical expertise"), 7};
	cells[1] = (struct pl_chart_cell){s("data of users"), 3};
	rows[0] = (struct pl_chart_row){.label = s("c-02"), .definition = s("stands for one"), .n_cells = 2, .cells = cells, .total = 10};
	rows[1] = (struct pl_chart_row){.label = s("2021-H2"), .href = s("/report/10"), .n_cells = 2, .cells = cells, .total = 10};
	/* What becomes an id is a name of the declaration, never a text. */
	return (struct pl_chart){.id = pl_str_from(id), .title = s("By country"), .definition = s("Where the authority sits."),
		.description = s("1 bar"), .row_head = s("Country"), .height = 40, .has_total = true, .n_bars = 1, .bars = bars,
		.n_keys = 2, .keys = keys, .n_columns = 2, .columns = keys, .n_rows = 2, .rows = rows};
}

static struct pl_report_body report_body(void)
{
	static struct pl_number_row totals[2], counts[1];
	static struct pl_chart charts[2];
	static struct pl_sentence sentences[1];
	size_t some = how == FIXTURE_EMPTY ? 0 : 1;

	totals[0] = (struct pl_number_row){s("requests"), s("Requests"), s("Every request."), s("count"), 109};
	totals[1] = (struct pl_number_row){s("countries"), s("Countries"), s("Different ones."), s("distinct country"), 12};
	counts[0] = (struct pl_number_row){s("cases"), s("Cases"), s("Received in the period."), s(""), 109};
	charts[0] = chart("by-country");
	charts[1] = chart("by-decision");
	sentences[0] = (struct pl_sentence){s("Nobody gets access.")};
	return (struct pl_report_body){.about = s("What authorities asked."), .n_totals = 2 * some, .totals = totals, .n_counts = some,
		.counts = counts, .n_charts = 2 * some, .charts = charts, .n_rules = some, .rules = sentences, .n_principles = some,
		.principles = sentences, .n_prohibited = some, .prohibited = sentences};
}

static void render_home(struct pl_html *h, enum pl_lang lang)
{
	struct pl_home_number numbers[] = {{s("Requests"), 109}};
	struct pl_home_report reports[] = {{s("Requests of authorities"), s("2021-H2"), true, 10, 1, numbers}};
	struct pl_claim_line said[] = {claim_line("centres-2026")};
	struct pl_home_page m = {.frame = frame("Home", "/", PL_NAV_HOME, lang), .products = 2, .releases = 3, .statements = 1284,
		.latest_releases = release_rows(), .latest = statement_rows(8), .n_latest_releases = 3, .n_latest = 8, .claims = 86,
		.open_flags = 9, .n_reports = 1, .reports = reports, .n_said = 1, .said = said};

	if (how == FIXTURE_EMPTY)
		m.n_latest = m.n_latest_releases = m.n_reports = m.n_said = 0;
	pl_page_home(h, &m);
}

static void render_products(struct pl_html *h, enum pl_lang lang)
{
	struct pl_product_row rows[] = {{s("pellucid"), 2, 9, s("0.1.0"), TIME}, {s("engine-x64"), 0, 11, s(""), 0}};
	struct pl_products_page m = {frame("Products", "/products", PL_NAV_PRODUCTS, lang), how == FIXTURE_EMPTY ? 0 : 2, rows};

	pl_page_products(h, &m);
}

static void render_registers(struct pl_html *h, enum pl_lang lang)
{
	struct pl_register_row rows[] = {
		{.name = s("requests"), .highest = 109, .time = TIME, .imported = true, .has_report = true, .report = 5, .cases = 1,
			.period = s("2021-H2")},
		{.name = s("vulnerabilities"), .padded = true}};
	struct pl_registers_page m = {frame("Registers", "/registers", PL_NAV_REGISTERS, lang), how == FIXTURE_EMPTY ? 0 : 2, rows};

	pl_page_registers(h, &m);
}

static void render_register(struct pl_html *h, enum pl_lang lang)
{
	struct pl_register_field_row fields[] = {
		{s("received"), s("time"), s("month"), s("Received"), s("When it came."), msg(PL_MSG_register_generalised)},
		{s("country"), s("enum"), s(""), s(""), s(""), msg(PL_MSG_register_open)},
		{s("authority"), s("text"), s(""), s(""), s(""), msg(PL_MSG_register_sealed)}};
	struct pl_chart over_time = chart("over-time");
	struct pl_register_head_row heads[] = {{.index = 9, .size = 110, .highest = 109, .time = TIME},
		{.index = 8, .size = 100, .highest = 99, .time = TIME, .heartbeat = true, .day = TIME, .late = true}};
	struct pl_register_late_row late[] = {{8, TIME, TIME, TIME, 20, 0, 20, 0, true}, {7, TIME, TIME, 0, 0, 35, 0, 0, false}};
	struct pl_report_row reports[] = {{s("2021-H2"), 10, 2, 109}};
	struct pl_register_page m = {.frame = frame("requests", "/register/requests", PL_NAV_REGISTERS, lang), .name = s("requests"), .title = s("Requests"),
		.about = s("What authorities asked."), .imported = how == FIXTURE_FULL, .index = 4, .size = 110, .highest = 109, .heads = 2, .days = 1, .fields = fields,
		.last = heads, .late = late, .reports = reports};

	if (how != FIXTURE_EMPTY) {
		m.n_fields = 3;
		m.n_last = 2;
		m.n_late = 2;
		m.n_all_late = 2;
		m.n_reports = 1;
		m.n_over_time = 1;
		m.over_time = &over_time;
	}
	pl_page_register(h, &m);
}

static void render_report(struct pl_html *h, enum pl_lang lang)
{
	struct pl_edition_row editions[] = {{12, 2, 110, false}, {10, 1, 109, true}};
	struct pl_sample_row samples[] = {{s("example-audit"), s("dice-4-1-6"), 14, 109, 25, 2, true}, {s("other-audit"), s("a-b"), 13, 109, 5, 0, false}};
	struct pl_change_row changes[] = {{s("Requests"), 108, 109, true, true}, {s("Gagged"), 0, 2, false, true}};
	struct pl_text_row texts[] = {{s("counted"), s("{0} rows in {1} seconds")}};
	struct pl_report_page m = {.frame = frame("requests 2021-H2", "/report/10", PL_NAV_REGISTERS, lang), .name = s("requests"),
		.title = s("Requests of authorities"), .period = s("2021-H2"), .file = s("requests-2021-H2"),
		.imported = how == FIXTURE_FULL, .replaced = how == FIXTURE_FULL, .counted = how != FIXTURE_EMPTY, .index = 10,
		.edition = 1, .replaced_by = 12, .openings_size = 51253, .openings = digest(5), .body = report_body(),
		.before_edition = how == FIXTURE_FULL, .before_index = 9, .lifted = how == FIXTURE_FULL ? 2 : 0, .later = how == FIXTURE_FULL, .n_editions = how == FIXTURE_EMPTY ? 0 : 2,
		.editions = editions, .n_changes = how == FIXTURE_NASTY ? 0 : 2, .changes = changes, .n_texts = 1, .texts = texts,
		.stated = how != FIXTURE_NASTY, .n_samples = how == FIXTURE_FULL ? 2 : 0, .samples = samples};

	if (how == FIXTURE_NASTY)
		m.before_edition = 3;
	pl_page_report(h, &m);
}

static void render_claims(struct pl_html *h, enum pl_lang lang)
{
	struct pl_claim_line rows[] = {claim_line("centres-2026"), claim_line("centres-2021")};
	struct pl_choice choices[] = {{s("transparency-centres"), s("transparency-centres"), true}, {s("b"), s("b"), false}};
	struct pl_claims_page m = {.frame = frame("Claims", "/claims", PL_NAV_CLAIMS, lang), .total = how == FIXTURE_EMPTY ? 0 : 86,
		.open_flags = 9, .explained_flags = 1, .matching = 2, .n_rows = how == FIXTURE_EMPTY ? 0 : 2, .rows = rows,
		.n_subjects = 2, .subjects = choices, .n_statuses = 2, .statuses = choices, .n_flags = 2, .flags = choices,
		.has_before = how == FIXTURE_FULL, .has_after = true, .after = 1, .query = s("/claims?subject=&page=")};

	pl_page_claims(h, &m);
}

static void render_claim(struct pl_html *h, enum pl_lang lang)
{
	struct pl_claim_document evidence[] = {{digest(6), true}, {digest(7), false}};
	struct pl_claim_change_row changes[] = {{.index = 90, .date = TIME, .status = msg(PL_MSG_claim_status_superseded),
		.by = s("centres-2027"), .n_evidence = 2, .evidence = evidence}};
	struct pl_claim_flag_row flags[] = {
		{.kind = msg(PL_MSG_flag_contradiction), .rule = msg(PL_MSG_flag_contradiction_words), .has_other = true,
			.words = s("4 and 9"), .other = claim_line("centres-2021"), .other_words = s("Four centres")},
		{.kind = msg(PL_MSG_flag_stale), .rule = msg(PL_MSG_flag_stale_words), .explained = true, .words = s("is over")}};
	struct pl_claim_line history[] = {claim_line("centres-2018")};
	struct pl_claim_page m = {.frame = frame("centres-2026", "/claim/centres-2026", PL_NAV_CLAIMS, lang),
		.line = claim_line("centres-2026"), .index = 82, .source = digest(8), .evidence = evidence, .changes = changes,
		.flags = flags, .history = history};

	if (how != FIXTURE_EMPTY) {
		m.words = s("We run nine transparency centres");
		m.due = m.review = s("2026-12-31");
		m.product = s("engine");
		m.version = s("1.0");
		m.has_source = true;
		m.source_present = how == FIXTURE_FULL;
		m.n_evidence = 2;
		m.n_changes = m.n_history = 1;
		m.n_flags = 2;
	}
	pl_page_claim(h, &m);
}

static void render_entities(struct pl_html *h, enum pl_lang lang)
{
	struct pl_msg_row roles[] = {{msg(PL_MSG_role_holding)}, {msg(PL_MSG_role_headquarters)}};
	struct pl_entity_list_row rows[] = {
		{.id = s("example-holding"), .name = s("Example Holding Limited"), .country = s("GB"), .lei = s("EXVN0000000000000138"),
			.n_roles = 2, .roles = roles},
		{.id = s("example-de"), .name = s("Example GmbH"), .country = s("DE"), .has_duties = true, .has_attested = true,
			.attested = 85, .period = s("2026-H1")},
		{.id = s("example-es"), .name = s("Example S.L."), .country = s("ES"), .ended = true, .has_duties = true, .red = 2}};
	struct pl_entities_page m = {.frame = frame("Legal entities", "/entities", PL_NAV_ENTITIES, lang), .red = 2, .countries = 3,
		.n_entities = how == FIXTURE_EMPTY ? 0 : 3, .entities = rows};

	pl_page_entities(h, &m);
}

static void render_entity(struct pl_html *h, enum pl_lang lang)
{
	struct pl_msg_row roles[] = {{msg(PL_MSG_role_national_company)}}, flags[] = {{msg(PL_MSG_flag_headquarters)}, {msg(PL_MSG_flag_no_drill)}};
	struct pl_other_name_row names[] = {{msg(PL_MSG_name_transliterated), s("Example Ellas M.E.P.E.")}};
	pl_str banks[] = {s("Example Bank"), s("Example Savings")};
	struct pl_owner_row owners[] = {{1, s("example-holding"), s("Example Holding Limited"), s("62.50 %"), s("Example GmbH"), TIME},
		{2, s("example-trust"), s("Example Trust"), s("100.00 %"), s("Example Holding Limited"), TIME}};
	struct pl_asset_row assets[] = {{msg(PL_MSG_asset_data_centre), s("zurich-1")}};
	struct pl_post_row posts[] = {{s("de-delivery"), s("example-de"), s("release-engineering, first-aid")}, {s("es-delivery"), s("example-es"), s("")}};
	struct pl_duty_page_row duties[] = {
		{.duty = msg(PL_MSG_duty_delivery), .stated = true, .drilled = true, .index = 30, .drill = TIME, .n_holders = 1,
			.n_deputies = 1, .holders = posts, .deputies = posts + 1},
		{.duty = msg(PL_MSG_duty_payments), .n_flags = 2, .flags = flags}};
	struct pl_attestation_row attestations[] = {{s("2026-H1"), s("1 (5000.00-9999.99 USD)"), 85, 1234, digest(4)}};
	struct pl_version_row versions[] = {{2, TIME, 18, how == FIXTURE_NASTY}, {1, TIME, 5, false}};
	struct pl_entity_page m = {.frame = frame("Example GmbH", "/entity/example-de", PL_NAV_ENTITIES, lang), .id = s("example-de"),
		.name = s("Example GmbH"), .country = s("DE"), .ended = how == FIXTURE_NASTY, .from = TIME, .index = 18, .n_versions = 2,
		.versions = versions};

	if (how != FIXTURE_EMPTY) {
		m.lei = s("EXVN0000000000000526");
		m.authority = s("Example Court");
		m.number = s("HRB 500005");
		m.sheet = m.approves = true;
		m.own_books = 2008;
		m.red = m.n_roles = m.n_names = m.n_assets = m.n_attestations = m.n_owned = 1;
		m.n_banks = m.n_owners = m.n_duties = 2;
		m.roles = roles;
		m.names = names;
		m.banks = banks;
		m.owners = m.owned = owners;
		m.assets = assets;
		m.duties = duties;
		m.attestations = attestations;
	}
	pl_page_entity(h, &m);
}

static void render_audits(struct pl_html *h, enum pl_lang lang)
{
	struct pl_audit_line lines[] = {
		{.id = s("iso-27001-2019"), .title = s("ISO/IEC 27001:2013"), .auditor = s("Example Certification Body"),
			.kind = msg(PL_MSG_audit_kind_certification), .first = true, .from = TIME, .to = TIME, .index = 40, .x = s("0.00%"), .width = s("40.00%"),
			.text_y = 15, .bar_y = 21},
		{.id = s("soc2-2022-1"), .title = s("SOC 2"), .kind = msg(PL_MSG_audit_kind_type_1), .point = true, .ended = true,
			.state = msg(PL_MSG_audit_state_withdrawn), .from = TIME, .to = TIME, .index = 41, .added = 2, .removed = 1,
			.x = s("60.00%"), .width = s("0.05%"), .text_y = 55, .bar_y = 61}};
	struct pl_audit_piece_row pieces[] = {
		{.state = msg(PL_MSG_audit_covered), .covered = true, .from = TIME, .to = TIME, .days = 780, .by = s("iso-27001-2019"),
			.x = s("0.00%"), .width = s("40.00%")},
		{.state = msg(PL_MSG_audit_suspended), .suspended = true, .from = TIME, .to = TIME, .days = 15, .by = s("iso-27001-2019"),
			.x = s("40.00%"), .width = s("20.00%")},
		{.state = msg(PL_MSG_audit_uncovered), .from = TIME, .to = TIME, .days = 1, .x = s("60.00%"), .width = s("40.00%")}};
	struct pl_audit_standard standards[] = {
		{.id = s("iso-27001"), .name = s("ISO/IEC 27001"), .description = s("From 2019 to 2026: 2 lapses, 16 days without cover."),
			.from = TIME, .to = TIME, .gaps = 2, .uncovered = 16, .height = 138, .text_y = 95, .bar_y = 101, .axis_y = 134,
			.n_audits = 2, .n_pieces = 3, .audits = lines, .pieces = pieces},
		{.id = s("soc2"), .name = s("SOC 2"), .n_audits = 1, .audits = lines + 1}};
	struct pl_audits_page m = {.frame = frame("Audits", "/audits", PL_NAV_AUDITS, lang), .n_audits = 3, .gaps = 2,
		.n_standards = how == FIXTURE_EMPTY ? 0 : how == FIXTURE_NASTY ? 1 : 2, .standards = standards};

	pl_page_audits(h, &m);
}

static void render_audit(struct pl_html *h, enum pl_lang lang)
{
	struct pl_audit_thing_row things[] = {{msg(PL_MSG_audit_system), s("file-delivery")}, {msg(PL_MSG_audit_control), s("a.8.32")}};
	struct pl_audit_change_row changes[] = {{msg(PL_MSG_audit_state_suspended), msg(PL_MSG_audit_reason_non_conformity), TIME, 44}};
	struct pl_audit_page m = {.frame = frame("iso-27001-2022", "/audit/iso-27001-2022", PL_NAV_AUDITS, lang), .standard = s("iso-27001"),
		.line = {.id = s("iso-27001-2022"), .title = s("ISO/IEC 27001:2013"), .kind = msg(PL_MSG_audit_kind_certification),
			.from = TIME, .to = TIME, .index = 41}};

	if (how != FIXTURE_EMPTY) {
		m.line.auditor = s("Example Certification Body");
		m.line.ended = true;
		m.line.state = msg(PL_MSG_audit_state_suspended);
		m.scope = s("The management system behind the data services.");
		m.auditor_entity = how == FIXTURE_NASTY ? s("example-auditors") : s("");
		m.before = m.supersedes = s("iso-27001-2019");
		m.has_report = m.has_period = m.has_as_of = m.has_hand_outs = true;
		m.report = digest(6);
		m.report_size = 123456;
		m.report_media = s("application/pdf");
		m.as_of = m.period_from = m.period_to = TIME;
		m.n_covers = 2;
		m.n_added = m.n_removed = m.n_changes = 1;
		m.covers = m.added = things;
		m.removed = things + 1;
		m.changes = changes;
	}
	pl_page_audit(h, &m);
}

static void render_product(struct pl_html *h, enum pl_lang lang)
{
	struct pl_product_page m = {.frame = frame("pellucid", "/product/pellucid", PL_NAV_PRODUCTS, lang), .name = s("pellucid"),
		.description = s("The transparency log that publishes itself."), .index = 9, .releases = release_rows(),
		.n_releases = how == FIXTURE_EMPTY ? 0 : 2, .has_head = how != FIXTURE_EMPTY, .head_matches = how == FIXTURE_FULL,
		.head_count = 2, .head_index = 1283, .head_root = digest(3)};

	pl_page_product(h, &m);
}

static void render_release(struct pl_html *h, enum pl_lang lang)
{
	struct pl_artefact_row artefacts[] = {{s("pellucid"), s("application/octet-stream"), digest(1), 4234567, true, false},
		{s("pellucid-verify"), s("application/octet-stream"), digest(2), 834567, false, true},
		{s("libpellucid.a"), s("application/octet-stream"), digest(3), 234567, false, false}};
	struct pl_verdict_row rebuilds[] = {
		{.verdict = msg(PL_MSG_verdict_identical), .good = true, .site = s("site-a"), .index = 1280, .time = TIME,
			.holder = s("university"), .outside = true, .has_report = true, .report = digest(4)},
		{.verdict = msg(PL_MSG_verdict_different), .bad = true, .site = s("site-b"), .index = 1281, .time = TIME,
			.holder = s("service"), .replaced = true, .replaced_by = 1282},
		{.verdict = msg(PL_MSG_verdict_not_attempted), .site = s("site-c"), .index = 1282, .time = TIME,
			.holder = s("service"), .has_reason = true, .reason = msg(PL_MSG_reason_build_failed), .has_log = true,
			.log = digest(5)}};
	struct pl_release_page m = {.frame = frame("pellucid 0.1.0", "/product/pellucid/0.1.0", PL_NAV_PRODUCTS, lang),
		.product = s("pellucid"), .version = s("0.1.0"), .notes = s("First release.\nBuilt twice, bit for bit the same."),
		.number = 3, .index = 1283, .time = TIME, .verdicts = {2, 0, 1, 1}, .rebuilt = true, .artefacts = artefacts,
		.n_artefacts = 3, .rebuilds = rebuilds, .n_rebuilds = 3, .has_snapshot = true, .has_recipe = true, .has_build = true,
		.snapshot_index = 1277, .recipe_index = 1278, .build_index = 1279, .commit = s("1618696aa0c3b0e2c5a4e3f1d2b3a4c5d6e7f809")};

	if (how == FIXTURE_EMPTY) {
		m.n_rebuilds = m.n_artefacts = 0;
		m.rebuilt = m.has_build = m.has_recipe = m.has_snapshot = false;
		m.notes.len = 0;
		m.verdicts = (struct pl_verdict_counts){0};
	}
	pl_page_release(h, &m);
}

static void render_statement(struct pl_html *h, enum pl_lang lang)
{
	struct pl_field_row fields[] = {{s("subject[0].name"), s("pellucid"), false},
		{s("subject[0].digest.sha256"), s("5f16f4c7f149ac4f9510d9cf8cf384038ad348b3bcdc01915f95de12df9d1b02"), true},
		{s("predicate.product"), s("pellucid"), false}, {s("predicate.version"), s("0.1.0"), false},
		{s("predicate.artefacts[0].mediaType"), s("application/octet-stream"), false}, {s("predicate.number"), s("3"), false}};
	struct pl_signature_row signatures[] = {{digest(7), s("service"), s("operator"), true, true},
		{digest(8), s("officer"), s("officer-1"), true, true}, {digest(9), s(""), s(""), false, false}};
	struct pl_body_row bodies[] = {body_row(0), body_row(1), body_row(2)};
	struct pl_path_row path[11];
	struct pl_statement_page m = {.frame = frame("Statement 1283", "/statement/1283", PL_NAV_LOG, lang), .row = statement_row(1283),
		.id = s("01J8ZQ0V6B3N5K7M9P2R4T6V8X"), .decoded = how != FIXTURE_EMPTY, .entry = digest(4), .pae = digest(5),
		.leaf = digest(6), .root = digest(3), .size = 1284, .fields = fields, .n_fields = PL_COUNT(fields),
		.signatures = signatures, .n_signatures = 3, .cosignatures = cosignatures(), .n_cosignatures = 3, .bodies = bodies,
		.n_bodies = how == FIXTURE_EMPTY ? 0 : 3, .path = path, .n_path = 11, .checkpoint = s(note), .raw_size = 1842,
		.raw = s("{\"payload\":\"eyJfdHlwZSI6Imh0dHBzOi8vaW4tdG90by5pby9TdGF0ZW1lbnQvdjEi\",\"signatures\":[]}"),
		.has_previous = true, .previous = 1282, .reason = s("unknown predicate type")};

	for (unsigned i = 0; i < 11; i++)
		path[i].hash = digest(i + 20);
	m.row.applied = how == FIXTURE_FULL;
	pl_page_statement(h, &m);
}

static void render_log(struct pl_html *h, enum pl_lang lang)
{
	struct pl_type_choice types[] = {{s("urn:pellucid:release/v1"), msg(PL_MSG_kind_release), true},
		{s("urn:pellucid:key/v1"), msg(PL_MSG_kind_key), false}};
	struct pl_log_page m = {.frame = frame("The log", "/log", PL_NAV_LOG, lang), .root = digest(3), .checkpoint = s(note),
		.n_rows = how == FIXTURE_EMPTY ? 0 : 25, .rows = statement_rows(25), .types = types, .n_types = 2, .has_older = true,
		.older = 1259, .by_applied = 1200, .by_unknown = 84, .has_odd = how != FIXTURE_EMPTY, .type = s("")};

	pl_page_log(h, &m);
}

static void render_receipt(struct pl_html *h, enum pl_lang lang)
{
	struct pl_receipt_page m = {.frame = frame("Your receipt", "/receipt", PL_NAV_REGISTERS, lang), .asked = true,
		.found = how != FIXTURE_EMPTY, .secret = s("01ARZ3NDEKTSV4RRFFQ69G5FAV"), .name = s("tips"), .number = 17, .position = 16,
		.leaf = digest(4), .before = UINT64_C(1795863600000000000), .proved = true, .late = true, .head = 1290,
		.time = UINT64_C(1795864600000000000)};

	struct pl_receipt_file files[] = {{7, 48213, s("decision.pdf"), digest(5)}, {8, 5, s("<b>&.txt"), digest(6)}};
	struct pl_receipt_answer answers[] = {{UINT64_C(1795864600000000000), s("Where did you\nsee it?"), 2, files},
		{UINT64_C(1795864700000000000), s(""), 1, files}};

	if (how != FIXTURE_EMPTY) {
		m.worked = m.may_write = m.sent = m.refused = m.twice = m.file_gone = true;
		m.text = s("typed\ntext");
		m.once = s("01ARZ3NDEKTSV4RRFFQ69G5FAW");
		m.files = (struct pl_files_part){.taken = true, .again = true, .trouble = PL_FILES_MANY, .label = s("Files"), .types = s("pdf, png"),
			.accept = s(".pdf,.png"), .most = 3, .bytes = 8388608};
		m.state.id = PL_MSG_case_state_waiting;
		m.touched = m.time;
		m.n_answers = PL_COUNT(answers);
		m.answers = answers;
		m.encrypted = m.packed = true;
	}
	pl_page_receipt(h, &m);
}

/* A form came back without the token of this browser. */
static void render_receipt_stale(struct pl_html *h, enum pl_lang lang)
{
	struct pl_receipt_page m = {.frame = frame("Your receipt", "/receipt", PL_NAV_REGISTERS, lang), .asked = true, .stale = true,
		.token = s("0a1b"), .text = how == FIXTURE_EMPTY ? (pl_str){0} : s("typed\n<text>")};

	m.frame.posts = true;
	pl_page_receipt(h, &m);
}

static void render_intake_list(struct pl_html *h, enum pl_lang lang)
{
	struct pl_intake_form_row rows[] = {{s("tips"), s("Tell us something"), s("It is counted.")}};
	struct pl_intake_list_page m = {.frame = frame("Send something in", "/intake", PL_NAV_REGISTERS, lang), .n_forms = how != FIXTURE_EMPTY,
		.forms = rows};

	pl_page_intake_list(h, &m);
}

static void render_intake_form(struct pl_html *h, enum pl_lang lang)
{
	bool full = how != FIXTURE_EMPTY;
	struct pl_intake_choice choices[] = {{s("good"), s("good"), false}, {s("bad"), s("bad"), true}};
	struct pl_intake_field fields[] = {
		{.name = PL_STR("kind"), .label = s("What kind"), .hint = s("Only this is public"), .required = true, .fault = true,
			.words = {PL_MSG_intake_missing}, .n_choices = 2, .choices = choices},
		{.name = PL_STR("person"), .label = s("Your name"), .value = s("Zoë")}};
	struct pl_sentence principles[] = {{s("Nobody needs an account.")}, {s("Whoever is denied is told why.")}};
	struct pl_intake_form_page m = {.frame = frame("Tell us something", "/intake/tips", PL_NAV_REGISTERS, lang), .name = s("tips"), .n_principles = full ? 2 : 0,
		.principles = principles, .heading = s("Tell us something"), .about = s("It is counted."), .trouble = full ? PL_INTAKE_FIELDS : PL_INTAKE_TOKEN, .n_faults = 2, .token = s("0a1b"),
		.bits = 20, .n_fields = full ? 2 : 0, .fields = fields, .message = full, .message_required = full, .message_fault = full,
		.message_label = s("Message"), .message_hint = s("Only we"), .message_text = s("typed\ntext"),
		.message_words = {PL_MSG_intake_long}, .contact = s("a@b.example"), .contact_required = full, .contact_fault = full,
		.contact_words = {PL_MSG_intake_invalid}, .way_mail = full, .way_work = full, .way_key = full, .chose_work = full, .origin = PL_STR("log.example/x"),
		.files = {.taken = full, .again = full, .label = s("Files"), .hint = s("Of yours"), .types = s("pdf, png"), .accept = s(".pdf,.png"),
			.name = s("x.pdf"), .most = 3, .bytes = 8388608}};

	pl_page_intake_form(h, &m);
}

/* The same, when a file was refused. */
static void render_intake_file(struct pl_html *h, enum pl_lang lang)
{
	struct pl_intake_form_page m = {.frame = frame("Tell us something", "/intake/tips", PL_NAV_REGISTERS, lang), .name = s("tips"),
		.heading = s("Tell us something"), .about = s("It is counted."), .trouble = PL_INTAKE_FILES, .message_label = s("Message"), .way_mail = true,
		.files = {.taken = true, .again = true, .trouble = how == FIXTURE_EMPTY ? PL_FILES_SCANNER : how == FIXTURE_FULL ? PL_FILES_TYPE : PL_FILES_FOUND,
			.label = s("Files"), .types = s("pdf, png"), .name = s("x.pdf"), .most = 1, .bytes = 8388608}};

	pl_page_intake_form(h, &m);
}

static void render_intake_code(struct pl_html *h, enum pl_lang lang)
{
	struct pl_intake_code_page m = {.frame = frame("Code", "/intake/confirm", PL_NAV_REGISTERS, lang), .sent = how == FIXTURE_EMPTY,
		.wrong = how != FIXTURE_EMPTY && how != FIXTURE_FULL, .stale = how == FIXTURE_FULL, .token = s("0a1b"), .typed = s("<01ARZ")};

	pl_page_intake_code(h, &m);
}

static void render_intake_done(struct pl_html *h, enum pl_lang lang)
{
	struct pl_intake_done_page m = {.frame = frame("Entered", "/intake/tips", PL_NAV_REGISTERS, lang), .name = s("tips"), .heading = s("Tips"),
		.secret = s("01ARZ3NDEKTSV4RRFFQ69G5FAV"), .number = 17, .position = 16, .before = UINT64_C(1795863600000000000), .leaf = digest(4)};

	pl_page_intake_done(h, &m);
}

static void render_search(struct pl_html *h, enum pl_lang lang)
{
	struct pl_search_page m = {.frame = frame("Search", "/search", PL_NAV_LOG, lang), .query = s("1283"), .understood = true,
		.n_rows = how == FIXTURE_EMPTY ? 0 : 2, .rows = statement_rows(2), .has_body = how != FIXTURE_EMPTY, .body = body_row(1)};

	pl_page_search(h, &m);
}

static void render_keys(struct pl_html *h, enum pl_lang lang)
{
	static const char k[] = "ed25519:A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=";
	pl_str types[] = {s("urn:pellucid:product/v1"), s("urn:pellucid:release/v1"), s("urn:pellucid:recipe/v1")};
	struct pl_key_row keys[] = {{digest(1), s(k), s("root"), s("root-1"), 3, types, true, false, 0, 0, s("")},
		{digest(2), s(k), s("service"), s("operator"), 2, types, false, false, 1, 0, s("")},
		{digest(3), s(k), s("officer"), s("officer-1"), 1, types, false, true, 2, 700, s("superseded")}};
	static const char v[] = "log.example/releases+09fad9b6+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4";
	struct pl_log_key_row log_keys[] = {
		{.vkey = s(v), .named = true, .signs = true, .followed = true, .overlap = true, .followed_by = 900,
			.until = UINT64_C(1700000000000000000), .end_reason = s("scheduled")},
		{.vkey = s(v), .named = true, .stated = true, .since = 900, .since_time = UINT64_C(1699000000000000000),
			.reason = s("scheduled")},
		{.vkey = s(v), .followed = true, .followed_by = 12, .end_reason = s("compromised")}};
	struct pl_keys_page m = {frame("Keys", "/keys", PL_NAV_KEYS, lang), how == FIXTURE_EMPTY ? 0 : 3, keys,
		how == FIXTURE_EMPTY ? 0 : 3, log_keys,
		s("#pellucid trust v1\n#pellucid root root-1 ed25519:A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=\n"
		  "#pellucid roots 1\nquorum none\n")};

	pl_page_keys(h, &m);
}

static void render_witnesses(struct pl_html *h, enum pl_lang lang)
{
	struct pl_witnesses_page m = {frame("Witnesses", "/witnesses", PL_NAV_WITNESSES, lang), how == FIXTURE_EMPTY ? 0 : 3,
		cosignatures(), 2, s("quorum"), s(note)};

	m.frame.unwitnessed = m.frame.unguarded = how == FIXTURE_EMPTY;
	pl_page_witnesses(h, &m);
}

static void render_verify(struct pl_html *h, enum pl_lang lang)
{
	struct pl_text_row texts[] = {{s("hashing"), s("The file is being hashed")}};
	struct pl_verify_page m = {frame("Verify a file", "/verify", PL_NAV_VERIFY, lang),
		digest(6), how == FIXTURE_FULL, 8, 1, texts};

	pl_page_verify(h, &m);
}

static void render_about(struct pl_html *h, enum pl_lang lang)
{
	struct pl_plain_page m = {frame("About", "/about", PL_NAV_ABOUT, lang), s("demonstration")};

	pl_page_about(h, &m);
}

static struct pl_advisory_row advisory_row(void)
{
	return (struct pl_advisory_row){s("EX-SA-2026-0001"), s("ex-sa-2026-0001"), s("1.1.0"), s("The updater checks one part & uses another"),
		s("en"), s("High"), how == FIXTURE_NASTY, how != FIXTURE_NASTY, msg(PL_MSG_advisory_state_final), TIME, 9};
}

static void render_advisories(struct pl_html *h, enum pl_lang lang)
{
	struct pl_advisory_row rows[] = {advisory_row(), advisory_row()};
	struct pl_advisories_page m = {.frame = frame("Advisories", "/advisories", PL_NAV_ADVISORIES, lang), .advisories = rows};

	rows[1].vex = true;
	rows[1].settled = false;
	rows[1].state = msg(PL_MSG_advisory_state_interim);
	if (how != FIXTURE_EMPTY) {
		m.has_provider = m.has_older = true;
		m.key = s("7B3DED0431EFD06B6CA90A5F3D4B34D95892B96B");
		m.older = s("ex-sa-2026-0001");
		m.n_advisories = 2;
	}
	pl_page_advisories(h, &m);
}

static void render_advisory(struct pl_html *h, enum pl_lang lang)
{
	struct pl_advisory_text_row notes[] = {{msg(PL_MSG_note_summary), s(""), s("Line one\nline two"), s(""), s("")},
		{msg(PL_MSG_note_details), s("Details"), s("More"), s("https://psirt.example/fix"), s("Example Shield 7.4.1")}};
	struct pl_advisory_score_row scores[] = {{s("3.1"), s("8.1"), s("HIGH"), s("CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:H")}};
	struct pl_advisory_product_row products[] = {{s("Example Shield 7.4.1"), msg(PL_MSG_product_known_affected), false, true},
		{s("Example Shield 7.4.2"), msg(PL_MSG_product_fixed), true, false},
		{s("Example Console"), msg(PL_MSG_product_under_investigation), false, false}};
	struct pl_vulnerability_row flaws[] = {{.name = s("CVE-2026-10001"), .title = s("A flaw"), .cwe = s("CWE-347"),
		.weakness = s("Improper Verification of Cryptographic Signature"), .notes = notes, .remedies = notes, .threats = notes,
		.scores = scores, .products = products}};
	struct pl_advisory_thanks_row thanks[] = {{s("Ada Example"), s("found it"), s("EX-SA-2026-0001"), s("ex-sa-2026-0001"), s("en")}};
	struct pl_advisory_revision_row revisions[] = {{s("1.1.0"), s("More versions"), TIME}};
	struct pl_advisory_page m = {.frame = frame("EX-SA-2026-0001", "/advisory/ex-sa-2026-0001", PL_NAV_ADVISORIES, lang),
		.row = advisory_row(), .first = TIME, .year = 2026, .publisher = s("Example Vendor PSIRT"), .notes = notes, .references = notes + 1,
		.vulnerabilities = flaws, .thanks = thanks, .revisions = revisions};

	if (how != FIXTURE_EMPTY) {
		flaws[0].n_notes = flaws[0].n_remedies = flaws[0].n_threats = m.n_notes = 2;
		flaws[0].n_products = 3;
		flaws[0].n_scores = m.n_references = m.n_vulnerabilities = m.n_thanks = m.n_revisions = 1;
	}
	pl_page_advisory(h, &m);
}

static void render_thanks(struct pl_html *h, enum pl_lang lang)
{
	struct pl_advisory_thanks_row rows[] = {{s("Ada Example"), s("found it"), s("EX-SA-2026-0001"), s("ex-sa-2026-0001"), s("en")}};
	struct pl_thanks_page m = {.frame = frame("Thanks", "/advisories/thanks", PL_NAV_ADVISORIES, lang), .thanks = rows};

	m.n_thanks = m.has_older = how != FIXTURE_EMPTY;
	m.older = s("ex-sa-2026-0001");
	pl_page_thanks(h, &m);
}

static void render_rewards(struct pl_html *h, enum pl_lang lang)
{
	struct pl_reward_line rows[] = {{s("endpoint"), s("running code"), s("from anywhere"), 10000, 20000},
		{s("server & more"), s("reading data"), s("on the device"), 0, 5000}};
	struct pl_version_row versions[] = {{2, TIME, 12, false}, {1, TIME, 9, false}};
	struct pl_rewards_page m = {.frame = frame("Rewards", "/rewards", PL_NAV_ADVISORIES, lang), .currency = s("USD"), .top = 100000,
		.from = TIME, .index = 12, .rows = rows, .versions = versions};

	if (how != FIXTURE_EMPTY)
		m.n_rows = m.n_versions = 2;
	pl_page_rewards(h, &m);
}

static void render_disclosure(struct pl_html *h, enum pl_lang lang)
{
	struct pl_disclosure_text lines[] = {{s("Users first"), s("What protects users decides.")}, {s("CVD-1"), s("We answer within <three> days.")}};
	struct pl_version_row versions[] = {{1, TIME, 9, false}};
	struct pl_disclosure_page m = {.frame = frame("Disclosure", "/disclosure", PL_NAV_ADVISORIES, lang), .lang = s("en"),
		.title = s("How we handle flaws"), .about = s("What finders can rely on."), .from = TIME, .index = 9, .principles = lines,
		.clocks = lines + 1, .versions = versions};

	if (how != FIXTURE_EMPTY) {
		m.has_policy = true;
		m.n_principles = m.n_clocks = m.n_versions = 1;
	}
	pl_page_disclosure(h, &m);
}

static void render_error(struct pl_html *h, enum pl_lang lang)
{
	struct pl_error_page m = {frame("Error", "/nowhere", PL_NAV_NONE, lang), 404, msg(PL_MSG_error_e404_heading),
		msg(PL_MSG_error_e404_words)};

	pl_page_error(h, &m);
}

static const struct fixture_page all[] = {
	{"home", render_home}, {"products", render_products}, {"product", render_product}, {"release", render_release},
	{"registers", render_registers}, {"register", render_register}, {"report", render_report}, {"claims", render_claims}, {"claim", render_claim},
	{"advisories", render_advisories}, {"advisory", render_advisory}, {"thanks", render_thanks}, {"rewards", render_rewards},
	{"disclosure", render_disclosure},
	{"statement", render_statement}, {"log", render_log}, {"search", render_search}, {"receipt", render_receipt}, {"receipt", render_receipt_stale}, {"intake_list", render_intake_list},
	{"intake_form", render_intake_form}, {"intake_form", render_intake_file}, {"intake_code", render_intake_code}, {"intake_done", render_intake_done}, {"keys", render_keys},
	{"entities", render_entities}, {"entity", render_entity}, {"audits", render_audits}, {"audit", render_audit},
	{"witnesses", render_witnesses}, {"verify", render_verify}, {"about", render_about}, {"error", render_error},
};

/* ---- what the other file needs ---- */

enum fixture fixture_how(void)
{
	return how;
}

pl_str fixture_str(const char *text)
{
	return s(text);
}

struct pl_digest fixture_digest(unsigned seed)
{
	return digest(seed);
}

struct pl_frame fixture_frame(const char *title, const char *path, enum pl_lang lang)
{
	return frame(title, path, PL_NAV_NONE, lang);
}

size_t fixture_count(void)
{
	return PL_COUNT(all) + fixture_desk_count;
}

void fixture_render(size_t page, enum fixture which, enum pl_lang lang, struct pl_buf *out, const char **ret_name)
{
	const struct fixture_page *p = page < PL_COUNT(all) ? &all[page] : &fixture_desk[page - PL_COUNT(all)];
	struct pl_html h = {out, lang};

	how = which;
	*ret_name = p->name;
	p->render(&h, lang);
}
