/* SPDX-License-Identifier: Apache-2.0 */
/* Documents of Article 14 of the Cyber Resilience Act: what each stage asks for, what may be said, what is missing, and that the same facts give the same bytes. */
#include "../base/testing.h"
#include "base/file.h"
#include "base/time.h"
#include "register/advisory/cra.h"
#include "register/advisory/draft.h"
#include <fcntl.h>

#define KNOWN "2026-01-30T10:00:00Z"

struct world {
	struct pl_arena arena;
	struct pl_buf text;
	struct pl_advisory a;
	struct pl_cra_said said[PL_CRA_FACTS];
	struct pl_cra c;
	struct pl_diag diag;
	struct pl_json *json;
	struct pl_buf out;
};

static uint64_t at(const char *text)
{
	uint64_t t = 0;

	assert_ok(pl_time_parse(pl_str_from(text), &t));
	return t;
}

static struct world *world_new(enum pl_cra_stage stage)
{
	struct world *w = PL_NEW(struct world);

	*w = (struct world){.arena = PL_ARENA(PL_ADVISORY_DRAFT_ARENA), .text = PL_BUF(PL_ADVISORY_DRAFT_MAX), .out = PL_BUF(PL_ADVISORY_DOCUMENT_MAX)};
	assert_ok(pl_file_read(AT_FDCWD, PL_VECTORS "/advisory/good/update-channel.json", &w->text));
	assert_ok(pl_advisory_draft_parse(pl_buf_str(&w->text), &w->arena, &w->a, NULL));
	w->c = (struct pl_cra){.stage = stage, .known = at(KNOWN), .said = w->said, .edition = 1, .calendar = pl_calendar_find(PL_STR("EU"))};
	return w;
}

static void world_free(struct world *w)
{
	pl_json_free(w->json);
	pl_arena_done(&w->arena);
	pl_buf_done(&w->text);
	pl_buf_done(&w->out);
	pl_free(w);
}

static pl_status say(struct world *w, enum pl_cra_fact f, const char *text)
{
	w->diag = (struct pl_diag){0};
	return pl_cra_say(w->said, w->c.stage, f, pl_str_from(text), &w->arena, &w->diag);
}

static pl_status write_it(struct world *w)
{
	pl_json_free(w->json);
	w->json = NULL;
	w->diag = (struct pl_diag){0};
	pl_buf_clear(&w->out);
	return pl_cra_write(&w->a, 0, &w->c, &w->out, &w->json, &w->diag);
}

/* What the document says of @f; the same room each time. */
static const char *told(const struct world *w, enum pl_cra_fact f)
{
	static char room[PL_CRA_TEXT_MAX];
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(sizeof room - 1);

	pl_cra_fact_text(w->json, f, &text);
	assert_ok(pl_buf_status(&text));
	assert_ok(pl_str_z(pl_buf_str(&text), room, sizeof room));
	return room;
}

static bool missing(const struct world *w, const char *member)
{
	const struct pl_json *list = pl_json_get(w->json, "missing");
	pl_str s;

	for (size_t i = 0; i < pl_json_count(list); i++)
		if (pl_json_str(pl_json_at(list, i), &s) == PL_OK && pl_str_eq(s, pl_str_from(member)))
			return true;
	return false;
}

static pl_str member(const struct world *w, const char *name)
{
	pl_str s = {0};

	(void)pl_json_str(pl_json_get(w->json, name), &s);
	return s;
}

static void each_stage_has_a_clock_and_a_word(void **state)
{
	static const char *const codes[PL_CRA_STAGES] = {"CRA-V1", "CRA-V2", "CRA-V3", "CRA-I1", "CRA-I2", "CRA-I3"};

	for (unsigned i = 0; i < PL_CRA_STAGES; i++) {
		enum pl_cra_stage stage = PL_CRA_STAGES;

		assert_string_equal(pl_cra_stage_clock((enum pl_cra_stage)i)->code, codes[i]);
		assert_ok(pl_cra_stage_of_clock(pl_str_from(codes[i]), &stage));
		assert_int_equal(stage, i);
		assert_ok(pl_cra_stage_parse(pl_str_from(pl_cra_stages[i]), &stage));
		assert_int_equal(stage, i);
		assert_int_equal(pl_cra_is_incident(stage), i > 2);
	}
	assert_int_equal(pl_cra_stage_parse(PL_STR("late"), &(enum pl_cra_stage){0}), PL_E_NOTFOUND);
	assert_int_equal(pl_cra_stage_of_clock(PL_STR("CVD-1"), &(enum pl_cra_stage){0}), PL_E_NOTFOUND);
}

static void member_states_have_one_spelling(void **state)
{
	struct world *w = world_new(PL_CRA_WARNING);

	assert_ok(say(w, PL_CRA_STATES, " de, at\tFR de "));
	assert_str(w->said[PL_CRA_STATES].text, "AT DE FR");
	assert_int_equal(say(w, PL_CRA_STATES, "AT CH"), PL_E_RANGE);
	assert_non_null(strstr(w->diag.text, "Member States"));
	assert_str(w->said[PL_CRA_STATES].text, "AT DE FR"); /* a refusal leaves what was said */
	for (size_t i = 0; i < 6; i++) {
		static const char *const bad[] = {"EL", "EU", "NO", "Germany", "D", "A-T"};

		assert_int_equal(say(w, PL_CRA_STATES, bad[i]), PL_E_RANGE);
	}
	assert_ok(say(w, PL_CRA_COORDINATOR, "gr"));
	assert_str(w->said[PL_CRA_COORDINATOR].text, "GR");
	assert_int_equal(say(w, PL_CRA_COORDINATOR, "AT DE"), PL_E_RANGE);
	world_free(w);
}

static void a_stage_takes_what_it_asks_for(void **state)
{
	char text[PL_CRA_TEXT_MAX + 2];
	struct world *w = world_new(PL_CRA_NOTIFICATION);

	assert_int_equal(say(w, PL_CRA_ACTOR, "somebody"), PL_E_RANGE);
	assert_non_null(strstr(w->diag.text, "does not ask"));
	assert_int_equal(say(w, PL_CRA_MALICIOUS, "yes"), PL_E_RANGE);
	assert_int_equal(say(w, PL_CRA_SENSITIVITY, "SECRET"), PL_E_RANGE);
	assert_int_equal(say(w, PL_CRA_NATURE, "a\ab"), PL_E_RANGE);
	assert_int_equal(say(w, PL_CRA_NATURE, "\xff"), PL_E_RANGE);
	assert_false(w->said[PL_CRA_NATURE].given);
	memset(text, 'x', sizeof text);
	text[PL_CRA_TEXT_MAX + 1] = '\0';
	assert_int_equal(say(w, PL_CRA_NATURE, text), PL_E_TOOBIG);
	text[PL_CRA_TEXT_MAX] = '\0';
	assert_ok(say(w, PL_CRA_NATURE, text));
	assert_ok(say(w, PL_CRA_NATURE, "two\nlines"));
	world_free(w);
	w = world_new(PL_CRA_INCIDENT_WARNING);
	assert_ok(say(w, PL_CRA_MALICIOUS, "no"));
	assert_int_equal(say(w, PL_CRA_MALICIOUS, "perhaps"), PL_E_RANGE);
	assert_int_equal(say(w, PL_CRA_NATURE, "x"), PL_E_RANGE);
	world_free(w);
}

static void what_is_said_comes_before_the_draft(void **state)
{
	struct world *w = world_new(PL_CRA_NOTIFICATION);

	assert_ok(write_it(w));
	assert_true(missing(w, "memberStates") && missing(w, "coordinator"));
	assert_false(missing(w, "nature") || missing(w, "measuresTaken"));
	assert_string_equal(told(w, PL_CRA_SENSITIVITY), "WHITE");
	assert_ok(say(w, PL_CRA_STATES, "AT"));
	assert_ok(say(w, PL_CRA_COORDINATOR, "AT"));
	assert_ok(say(w, PL_CRA_NATURE, "A signature is not looked at."));
	assert_ok(say(w, PL_CRA_TAKEN, ""));
	assert_ok(write_it(w));
	assert_string_equal(told(w, PL_CRA_NATURE), "A signature is not looked at.");
	assert_string_equal(told(w, PL_CRA_STATES), "AT");
	assert_true(missing(w, "measuresTaken")); /* said, and empty */
	assert_false(missing(w, "memberStates") || missing(w, "coordinator"));
	world_free(w);
}

static void a_final_report_runs_from_the_measure(void **state)
{
	struct world *w = world_new(PL_CRA_FINAL);

	assert_int_equal(write_it(w), PL_E_STATE);
	assert_non_null(strstr(w->diag.text, "none yet"));
	w->c.available = at("2026-03-01T10:00:00Z");
	assert_ok(write_it(w));
	assert_str(member(w, "dueStrict"), "2026-03-15T10:00:00Z");
	assert_str(member(w, "article"), "Article 14(2)(c)");
	assert_string_equal(told(w, PL_CRA_SEVERITY), ""); /* computed */
	assert_false(missing(w, "severity"));
	world_free(w);
}

static void that_of_an_incident_runs_from_the_notification(void **state)
{
	struct world *w = world_new(PL_CRA_INCIDENT_FINAL);

	w->c.available = at("2026-01-31T10:00:00Z"); /* which is nothing to it */
	assert_int_equal(write_it(w), PL_E_STATE);
	assert_non_null(strstr(w->diag.text, "one month"));
	w->c.sent = at("2026-01-31T10:00:00Z");
	assert_ok(write_it(w));
	assert_str(member(w, "dueStrict"), "2026-02-28T10:00:00Z");
	assert_str(member(w, "article"), "Article 14(4)(c)");
	assert_str(member(w, "notificationSent"), "2026-01-31T10:00:00Z");
	assert_null(pl_json_get(w->json, "measureAvailable"));
	assert_true(missing(w, "cause"));
	assert_ok(say(w, PL_CRA_CAUSE, "A key that was copied."));
	assert_ok(say(w, PL_CRA_SEVERITY, "high"));
	assert_ok(write_it(w));
	assert_false(missing(w, "cause"));
	assert_string_equal(told(w, PL_CRA_SEVERITY), "high");
	world_free(w);
	w = world_new(PL_CRA_INCIDENT_WARNING);
	assert_ok(write_it(w));
	assert_str(member(w, "dueStrict"), "2026-01-31T10:00:00Z");
	assert_true(missing(w, "malicious"));
	world_free(w);
}

static void the_same_facts_give_the_same_bytes(void **state)
{
	struct world *w = world_new(PL_CRA_WARNING);
	struct pl_digest first, second, d;

	assert_ok(say(w, PL_CRA_STATES, "AT DE"));
	assert_ok(write_it(w));
	pl_sha256(pl_buf_bytes(&w->out), &first);
	assert_ok(say(w, PL_CRA_STATES, "de at"));
	assert_ok(write_it(w));
	pl_sha256(pl_buf_bytes(&w->out), &second);
	assert_true(pl_digest_eq(&first, &second));
	assert_null(pl_json_get(w->json, "amends"));
	w->c.edition = 2;
	w->c.amends = &first;
	assert_ok(write_it(w));
	pl_sha256(pl_buf_bytes(&w->out), &d);
	assert_false(pl_digest_eq(&first, &d));
	assert_true(pl_str_starts(member(w, "amends"), PL_STR("sha256:")));
	assert_true(w->out.ptr[w->out.len - 1] == '\n');
	world_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_stage_has_a_clock_and_a_word),
		cmocka_unit_test(member_states_have_one_spelling),
		cmocka_unit_test(a_stage_takes_what_it_asks_for),
		cmocka_unit_test(what_is_said_comes_before_the_draft),
		cmocka_unit_test(a_final_report_runs_from_the_measure),
		cmocka_unit_test(that_of_an_incident_runs_from_the_notification),
		cmocka_unit_test(the_same_facts_give_the_same_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
