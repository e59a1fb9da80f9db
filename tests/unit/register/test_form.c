/* SPDX-License-Identifier: Apache-2.0 */
/* Forms, tickets and letters: what is read, what is refused and where; what a mail program makes of a letter is in tests/interop. */
#include "base/time.h"
#include "register/casework/clocks.h"
#include "register/casework/decide.h"
#include "register/casework/form.h"
#include "register/casework/letter.h"
#include "register/casework/retain.h"
#include "register/casework/submit.h"
#include "register/casework/ticket.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#define HEAD "pellucid-intake-form v1\nregister tips\n"
#define REGISTER(more) \
	"pellucid-register v1\nname tips\nsource " more "\nexistence exact\nopens rows\nlate-after 7\nopen-after 0\nretain 24\n" \
	"field received time generalised month\nfield kind enum open good,bad\nfield amount u64 generalised range 0,5,10\n" \
	"field person text sealed\nfield proof digest sealed\ntotal cases count\n"

static struct pl_register_decl *declare(const char *text)
{
	struct pl_register_decl *d = NULL;
	struct pl_diag diag = {0};

	if (pl_register_decl_parse(pl_str_from(text), &d, &diag))
		fail_msg("declaration: %s", diag.text);
	return d;
}

static void reads_what_is_written(void **state)
{
	struct pl_register_decl *d PL_CLEANUP(pl_register_decl_freep) = declare(REGISTER("intake"));
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(1 << 20);
	struct pl_form *f;

	(void)state;
	assert_int_equal(pl_form_parse(PL_STR(HEAD "confirm work,mail\nbits 20\nask person optional\nask amount required\nset kind bad\n"
					      "message required\nattach 3 8388608 pdf,text note\nstart request-received\nstart report-received\nword en person Your name | Only we see it.\n"
					      "word de form Sagen Sie es | Kurz.\nword en message Words\nword en attach Files | Of yours.\n"),
				 d, &arena, &f, NULL), PL_OK);
	assert_int_equal(f->confirm, PL_FORM_WORK | PL_FORM_MAIL);
	assert_int_equal(f->bits, 20);
	assert_int_equal(f->n_asks, 2);
	assert_int_equal(f->asks[0].field, 3);
	assert_false(f->asks[0].required);
	assert_int_equal(f->asks[1].field, 2);
	assert_true(f->asks[1].required);
	assert_int_equal(f->n_sets, 1);
	assert_true(pl_str_eq(f->sets[0].value, PL_STR("bad")));
	assert_int_equal(f->message, PL_FORM_MESSAGE_REQUIRED);
	assert_int_equal(f->n_starts, 2);
	assert_int_equal(f->attach, 3);
	assert_int_equal(f->attach_bytes, 8388608);
	assert_int_equal(f->attach_types, PL_FILETYPE_PDF | PL_FILETYPE_TEXT);
	assert_int_equal(f->flagged, PL_FORM_NOTE);
	assert_true(pl_str_eq(pl_form_word(f, PL_STR("en"), PL_STR("attach"))->label, PL_STR("Files")));
	assert_true(pl_str_eq(pl_form_word(f, PL_STR("en"), PL_STR("person"))->hint, PL_STR("Only we see it.")));
	assert_int_equal(pl_form_word(f, PL_STR("en"), PL_STR("message"))->hint.len, 0);
	assert_null(pl_form_word(f, PL_STR("de"), PL_STR("person")));
}

static void sets_by_how_it_was_confirmed(void **state)
{
	struct pl_register_decl *d PL_CLEANUP(pl_register_decl_freep) = declare(REGISTER("intake"));
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(1 << 20);
	struct pl_form *f;

	(void)state;
	assert_int_equal(pl_form_parse(PL_STR(HEAD "confirm mail,work,key\nbits 9\nset-by mail,key kind good\nset-by work kind bad\nset amount 3\nmessage required\n"),
				 d, &arena, &f, NULL), PL_OK);
	assert_int_equal(f->n_sets, 3);
	assert_int_equal(f->sets[0].by, PL_FORM_MAIL | PL_FORM_KEY);
	assert_int_equal(f->sets[1].by, PL_FORM_WORK);
	assert_int_equal(f->sets[0].field, f->sets[1].field);
	assert_int_equal(f->sets[2].by, PL_FORM_MAIL | PL_FORM_WORK | PL_FORM_KEY);
}

static void refuses_with_the_line(void **state)
{
	static const struct {
		const char *text;
		pl_status status;
		unsigned line;
	} cases[] = {
		{"pellucid-intake-form v2\n", PL_E_SYNTAX, 0},
		{"pellucid-intake-form v1\nregister\n", PL_E_SYNTAX, 0},
		{HEAD "confirm mail\nmessage required", PL_E_SYNTAX, 4},
		{HEAD "confirm mail\nmessage none\n", PL_E_RANGE, 0},
		{HEAD "message required\n", PL_E_SYNTAX, 0},
		{HEAD "confirm\nmessage required\n", PL_E_SYNTAX, 3},
		{HEAD "confirm mail,mail\nmessage required\n", PL_E_SYNTAX, 3},
		{HEAD "confirm post\nmessage required\n", PL_E_SYNTAX, 3},
		{HEAD "confirm mail\nconfirm mail\nmessage required\n", PL_E_EXISTS, 4},
		{HEAD "confirm work\nmessage required\n", PL_E_SYNTAX, 0},
		{HEAD "confirm mail\nbits 3\nmessage required\n", PL_E_SYNTAX, 0},
		{HEAD "confirm work\nbits 31\nmessage required\n", PL_E_SYNTAX, 4},
		{HEAD "confirm mail\nask nothing required\n", PL_E_NOTFOUND, 4},
		{HEAD "confirm mail\nask received required\n", PL_E_RANGE, 4},
		{HEAD "confirm mail\nask proof optional\n", PL_E_RANGE, 4},
		{HEAD "confirm mail\nask kind maybe\n", PL_E_SYNTAX, 4},
		{HEAD "confirm mail\nask kind required\nset kind bad\n", PL_E_EXISTS, 5},
		{HEAD "confirm mail\nset kind worse\nmessage required\n", PL_E_RANGE, 4},
		{HEAD "confirm mail\nset-by kind bad\nmessage required\n", PL_E_SYNTAX, 4},
		{HEAD "confirm mail\nset-by mail,mail kind bad\nmessage required\n", PL_E_SYNTAX, 4},
		{HEAD "confirm mail,key\nset-by mail kind bad\nset-by key,mail kind good\nmessage required\n", PL_E_EXISTS, 5},
		{HEAD "confirm mail,key\nset-by mail kind bad\nset kind good\nmessage required\n", PL_E_EXISTS, 5},
		{HEAD "confirm mail,key\nset-by mail kind bad\nmessage required\n", PL_E_RANGE, 0},
		{HEAD "confirm mail\nset-by mail kind bad\nset-by key kind good\nmessage required\n", PL_E_RANGE, 0},
		{HEAD "confirm mail\nmessage required\nmessage required\n", PL_E_EXISTS, 5},
		{HEAD "confirm mail\nmessage required\nstart Request\n", PL_E_SYNTAX, 5},
		{HEAD "confirm mail\nmessage required\nword en nobody x\n", PL_E_NOTFOUND, 5},
		{HEAD "confirm mail\nmessage required\nword en kind a\nword en kind b\n", PL_E_EXISTS, 6},
		{HEAD "confirm mail\nmessage required\nwords\n", PL_E_SYNTAX, 5},
		{"pellucid-intake-form v1\nregister others\nconfirm mail\nmessage required\n", PL_E_NOTFOUND, 0},
		{HEAD "confirm mail\nattach 0 10 pdf\nmessage required\n", PL_E_SYNTAX, 4},
		{HEAD "confirm mail\nattach 21 10 pdf\nmessage required\n", PL_E_SYNTAX, 4},
		{HEAD "confirm mail\nattach 1 0 pdf\nmessage required\n", PL_E_SYNTAX, 4},
		{HEAD "confirm mail\nattach 1 67108865 pdf\nmessage required\n", PL_E_SYNTAX, 4},
		{HEAD "confirm mail\nattach 5 67108864 pdf\nmessage required\n", PL_E_RANGE, 4},
		{HEAD "confirm mail\nattach 1 10\nmessage required\n", PL_E_SYNTAX, 4},
		{HEAD "confirm mail\nattach 1 10 \nmessage required\n", PL_E_SYNTAX, 4},
		{HEAD "confirm mail\nattach 1 10 exe\nmessage required\n", PL_E_SYNTAX, 4},
		{HEAD "confirm mail\nattach 1 10 any,pdf\nmessage required\n", PL_E_SYNTAX, 4},
		{HEAD "confirm mail\nattach 1 10 pdf keep\nmessage required\n", PL_E_SYNTAX, 4},
		{HEAD "confirm mail\nattach 1 10 pdf\nattach 1 10 pdf\nmessage required\n", PL_E_EXISTS, 5},
	};
	struct pl_register_decl *d PL_CLEANUP(pl_register_decl_freep) = declare(REGISTER("intake"));
	struct pl_register_decl *imported PL_CLEANUP(pl_register_decl_freep) = declare(REGISTER("imported"));
	struct pl_form *f;

	(void)state;
	for (size_t i = 0; i < PL_COUNT(cases); i++) {
		struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(1 << 20);
		struct pl_diag diag = {0};
		pl_status st = pl_form_parse(pl_str_from(cases[i].text), d, &arena, &f, &diag);

		if (st == PL_OK || st != cases[i].status || diag.line != cases[i].line || !diag.text[0])
			fail_msg("case %zu: status %d, line %u: %s", i, (int)st, diag.line, diag.text);
	}
	{
		struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(1 << 20);

		assert_int_equal(pl_form_parse(PL_STR(HEAD "confirm mail\nmessage required\n"), imported, &arena, &f, NULL), PL_E_RANGE);
	}
}

static void says_what_is_wrong_with_a_submission(void **state)
{
	struct pl_register_decl *d PL_CLEANUP(pl_register_decl_freep) = declare(REGISTER("intake"));
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(1 << 20);
	struct pl_submit_fault faults[PL_SUBMIT_FAULTS_MAX];
	struct pl_submission s = {.contact = PL_STR("a@b.example"), .message = PL_STR("words")};
	char longer[PL_SUBMIT_VALUE_MAX + 1];
	struct pl_form *f;

	(void)state;
	memset(longer, 'a', sizeof longer);
	assert_int_equal(pl_form_parse(PL_STR(HEAD "confirm mail\nask kind required\nask amount optional\nask person optional\nmessage required\n"), d,
				 &arena, &f, NULL), PL_OK);
	s.values[0] = PL_STR("good");
	assert_int_equal(pl_submit_faults(f, d, &s, true, faults), 0);
	s.values[0] = (pl_str){0};
	s.values[1] = PL_STR("four");
	s.values[2] = pl_str_of(longer, sizeof longer);
	s.message = (pl_str){0};
	s.contact = PL_STR("a b@c.example");
	assert_int_equal(pl_submit_faults(f, d, &s, true, faults), 5);
	assert_true(pl_str_eq(faults[0].field, PL_STR("kind")) && faults[0].fault == PL_FAULT_MISSING);
	assert_true(pl_str_eq(faults[1].field, PL_STR("amount")) && faults[1].fault == PL_FAULT_INVALID);
	assert_true(pl_str_eq(faults[2].field, PL_STR("person")) && faults[2].fault == PL_FAULT_LONG);
	assert_true(pl_str_eq(faults[3].field, PL_STR("message")) && faults[3].fault == PL_FAULT_MISSING);
	assert_true(pl_str_eq(faults[4].field, PL_STR("contact")) && faults[4].fault == PL_FAULT_INVALID);
}

/* Where two persons are needed nobody comes by a form. */
static void no_form_decides(void **state)
{
	static const char declared[] = "pellucid-register v1\nname tips\nsource intake\nexistence exact\nopens rows\nlate-after 7\nopen-after 0\nretain 1\n"
				       "field received time open\nfield decision enum open pending,rejected\neyes decision rejected\n";
	static const struct {
		const char *line;
		pl_status st;
	} forms[] = {{"set decision pending\n", PL_OK}, {"set decision rejected\n", PL_E_RANGE}, {"ask decision optional\n", PL_E_RANGE}};
	struct pl_register_decl *d PL_CLEANUP(pl_register_decl_freep) = NULL;

	(void)state;
	assert_int_equal(pl_register_decl_parse(pl_str_from(declared), &d, NULL), PL_OK);
	for (size_t i = 0; i < PL_COUNT(forms); i++) {
		struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(1 << 20);
		struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(1024);
		struct pl_diag diag = {0};
		struct pl_form *f;

		pl_buf_printf(&text, "pellucid-intake-form v1\nregister tips\nconfirm work\nbits 4\n%smessage required\n", forms[i].line);
		if (pl_form_parse(pl_buf_str(&text), d, &arena, &f, &diag) != forms[i].st)
			fail_msg("%s: %s", forms[i].line, diag.text);
		assert_true(!forms[i].st || strstr(diag.text, "two persons"));
	}
}

/* What is decided has one spelling. */
static void a_decision_is_a_text(void **state)
{
	static const char good[] = "pellucid-case-decision v1\nregister tips\nnumber 12\nrevision 3\nset decision rejected\nset reason ~\n";
	static const char *const bad[] = {
		"", "pellucid-case-decision v1\nregister tips\nnumber 12\nrevision 3\n",
		"pellucid-case-decision v2\nregister tips\nnumber 12\nrevision 3\nset a b\n",
		"pellucid-case-decision v1\nregister tips\nnumber 012\nrevision 3\nset a b\n",
		"pellucid-case-decision v1\nregister tips\nnumber 12\nset a b\n",
		"pellucid-case-decision v1\nregister tips\nnumber 12\nrevision 3\nset a\n",
		"pellucid-case-decision v1\nregister tips\nnumber 12\nrevision 3\nset a \n",
		"pellucid-case-decision v1\nregister tips\nnumber 12\nrevision 3\nset a b",
		"pellucid-case-decision v1\nregister tips\nnumber 12\nrevision 4294967296\nset a b\n",
		"pellucid-case-decision v1\nregister tips\nnumber 12\nrevision 3\nset a b\nmore\n",
		"pellucid-case-decision v1\nregister tips\nnumber 1\nrevision 3\nset a b\nset a b\nset a b\nset a b\nset a b\nset a b\nset a b\nset a b\nset a b\n",
	};
	struct pl_buf about PL_CLEANUP(pl_buf_done) = PL_BUF(1024), again PL_CLEANUP(pl_buf_done) = PL_BUF(1024);
	struct pl_case_decision x = {0};
	struct pl_ulid id = {{1, 2, 3}}, named;
	pl_str words;

	(void)state;
	assert_int_equal(pl_case_decision_parse(pl_str_from(good), &x), PL_OK);
	assert_int_equal(x.number, 12);
	assert_int_equal(x.revision, 3);
	assert_int_equal(x.n, 2);
	assert_true(pl_str_eq(x.set[0].value, PL_STR("rejected")) && !x.set[1].value.ptr);
	pl_case_decision_write(&x, &again);
	assert_string_equal(pl_buf_z(&again), good);
	pl_case_decision_about(&x, &id, &about);
	assert_int_equal(pl_case_decision_named(pl_buf_str(&about), &named, &words), PL_OK);
	assert_memory_equal(named.b, id.b, sizeof id.b);
	assert_true(pl_str_eq(words, PL_STR("decision=rejected reason=~")));
	assert_int_equal(pl_case_decision_named(PL_STR("decision=rejected"), &named, &words), PL_E_CORRUPT);
	for (size_t i = 0; i < PL_COUNT(bad); i++)
		if (pl_case_decision_parse(pl_str_from(bad[i]), &x) != PL_E_CORRUPT)
			fail_msg("%s", bad[i]);
}

static void a_ticket_stands_for_work(void **state)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(1024);
	struct pl_ticket t;

	(void)state;
	pl_ticket_make(PL_STR("tips"), 9, 1000000, &text);
	assert_int_equal(pl_ticket_read(pl_buf_str(&text), &t), PL_OK);
	assert_true(t.bits >= 9);
	assert_int_equal(pl_ticket_check(&t, PL_STR("tips"), 9, 1000000, NULL), PL_OK);
	assert_int_equal(pl_ticket_check(&t, PL_STR("tips"), t.bits + 1, 1000000, NULL), PL_E_RANGE);
	assert_int_equal(pl_ticket_check(&t, PL_STR("other"), 9, 1000000, NULL), PL_E_RANGE);
	assert_int_equal(pl_ticket_check(&t, PL_STR("tips"), 9, 1000000 + PL_TICKET_PAST + 1, NULL), PL_E_RANGE);
	assert_int_equal(pl_ticket_check(&t, PL_STR("tips"), 9, 1000000 - PL_TICKET_FUTURE - 1, NULL), PL_E_RANGE);
	/* Found by Python's hashlib. */
	assert_int_equal(pl_ticket_read(PL_STR("v1:tips:1000:0123456789ABCDEFGHJKMNPQRS:4248"), &t), PL_OK);
	assert_int_equal(t.bits, 16);
	assert_int_equal(pl_ticket_read(PL_STR("v1:tips:1:00000000000000000000000000"), &t), PL_E_SYNTAX);
	assert_int_equal(pl_ticket_read(PL_STR("v1::1:00000000000000000000000000:1"), &t), PL_E_SYNTAX);
	assert_int_equal(pl_ticket_read(PL_STR("v2:tips:1:00000000000000000000000000:1"), &t), PL_E_SYNTAX);
	assert_int_equal(pl_ticket_read(PL_STR("v1:tips:-1:00000000000000000000000000:1"), &t), PL_E_SYNTAX);
	assert_int_equal(pl_ticket_read(PL_STR("v1:tips:1:0000000000000000000000000U:1"), &t), PL_E_SYNTAX);
	assert_int_equal(pl_ticket_read(PL_STR("v1:tips:1:00000000000000000000000000:01"), &t), PL_E_SYNTAX);
}

static void addresses_are_plain(void **state)
{
	static const char *const good[] = {"a@b.example", "first.last+tag@sub.example.org", "x@localhost", "!#$%&'*@b.example"};
	static const char *const bad[] = {"", "a", "@b.example", "a@", "a@b", "a..b@c.example", ".a@c.example", "a.@c.example", "a b@c.example",
		"\"a\"@c.example", "a@[127.0.0.1]", "a@b.example\r\nTo: c@d.example", "a@-b.example", "a,b@c.example", "a@b..example",
		"<a@b.example>", "\xc3\xa4@b.example"};

	(void)state;
	for (size_t i = 0; i < PL_COUNT(good); i++)
		if (!pl_letter_address_ok(pl_str_from(good[i])))
			fail_msg("%s", good[i]);
	for (size_t i = 0; i < PL_COUNT(bad); i++)
		if (pl_letter_address_ok(pl_str_from(bad[i])))
			fail_msg("%s", bad[i]);
}

static void a_letter_is_lines_of_ascii(void **state)
{
	struct pl_letter l = {.from = PL_STR("desk@b.example"), .to = PL_STR("a@c.example"), .subject = PL_STR("Größe"), .id = PL_STR("X1"),
		.text = PL_STR("Grüße = alles \n.\nend of a very long line that goes on and on until it has to be broken somewhere, or not"),
		.date = UINT64_C(1795874506) * PL_SECOND};
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(1 << 16);
	pl_str rest, line;

	(void)state;
	assert_int_equal(pl_letter_put(&l, &out), PL_OK);
	assert_true(pl_str_starts(pl_buf_str(&out), PL_STR("Date: Sat, 28 Nov 2026 14:01:46 +0000\r\nFrom: <desk@b.example>\r\nTo: <a@c.example>\r\n"
							   "Subject: =?utf-8?B?R3LDtsOfZQ==?=\r\nMessage-ID: <X1@b.example>\r\n")));
	rest = pl_buf_str(&out);
	while (pl_str_take_line(&rest, &line)) {
		assert_true(line.len && line.ptr[line.len - 1] == '\r' && line.len <= 77);
		for (size_t i = 0; i + 1 < line.len; i++)
			assert_true(line.ptr[i] >= ' ' && line.ptr[i] <= '~');
	}
	assert_int_equal(rest.len, 0);
	l.subject = PL_STR("a\nBcc: b@c.example");
	assert_int_equal(pl_letter_put(&l, &out), PL_E_SYNTAX);
	l.subject = PL_STR("a");
	l.text = PL_STR("a\rb");
	assert_int_equal(pl_letter_put(&l, &out), PL_E_SYNTAX);
	l.text = PL_STR("a");
	l.to = PL_STR("a@c.example>\r\nBcc: <b@c.example");
	assert_int_equal(pl_letter_put(&l, &out), PL_E_SYNTAX);
}

static uint64_t seconds(const char *time)
{
	uint64_t t = 0;

	assert_int_equal(pl_time_parse(pl_str_from(time), &t), PL_OK);
	return t / PL_SECOND;
}

static void months_are_those_of_the_calendar(void **state)
{
	struct pl_register_decl *d PL_CLEANUP(pl_register_decl_freep) = declare(REGISTER("intake"));

	(void)state;
	/* Closed on the 28th: two years later, on the 28th, its time is over; closed on the 29th it is not. */
	assert_int_equal(pl_casework_retain_before(d, seconds("2026-11-28T14:00:00Z")), seconds("2024-11-29T00:00:00Z"));
	assert_int_equal(pl_casework_retain_before(d, seconds("2026-02-28T00:00:00Z")), seconds("2024-03-01T00:00:00Z"));
	d->retain_months = 1;
	assert_int_equal(pl_casework_retain_before(d, seconds("2026-03-30T00:00:00Z")), seconds("2026-03-01T00:00:00Z"));
	d->retain_months = 0;
	assert_int_equal(pl_casework_retain_before(d, seconds("2026-03-30T00:00:00Z")), 0);
}

static void clocks_follow_the_file(void **state)
{
	struct pl_casework_entry e[] = {
		{.seq = 1, .at = seconds("2026-01-31T10:00:00Z"), .kind = PL_CASEWORK_CAME},
		{.seq = 2, .at = seconds("2026-01-31T10:00:00Z"), .kind = PL_CASEWORK_HAPPENED, .about = PL_STR("request-received")},
		{.seq = 3, .at = seconds("2026-02-03T10:00:00Z"), .kind = PL_CASEWORK_PAUSE, .about = PL_STR("GDPR-R")},
		{.seq = 4, .at = seconds("2026-02-02T10:00:00Z"), .kind = PL_CASEWORK_NOTE},
		{.seq = 5, .at = seconds("2026-02-05T10:00:00Z"), .kind = PL_CASEWORK_RESUME, .about = PL_STR("GDPR-R")},
	};
	struct pl_clock c[PL_CLOCKS_MAX];
	uint64_t now = seconds("2026-02-10T00:00:00Z") * PL_SECOND;
	size_t n;

	(void)state;
	assert_int_equal(pl_casework_clocks(pl_calendar_find(PL_STR("EU")), e, 2, now, c, &n, NULL), PL_OK);
	assert_int_equal(n, 1);
	assert_int_equal(c[0].state, PL_CLOCK_RUNNING);
	assert_int_equal(c[0].due.strict / PL_SECOND, seconds("2026-02-28T10:00:00Z"));
	assert_int_equal(pl_casework_clocks(pl_calendar_find(PL_STR("EU")), e, PL_COUNT(e), now, c, &n, NULL), PL_OK);
	assert_int_equal(c[0].due.strict / PL_SECOND, seconds("2026-03-02T10:00:00Z"));
	assert_int_equal(pl_casework_clocks(pl_calendar_find(PL_STR("EU")), e + 4, 1, now, c, &n, NULL), PL_E_STATE);
	assert_int_equal(pl_casework_clocks(pl_calendar_find(PL_STR("EU")), e, 1, now, c, &n, NULL), PL_OK);
	assert_int_equal(n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_is_written),
		cmocka_unit_test(sets_by_how_it_was_confirmed),
		cmocka_unit_test(refuses_with_the_line),
		cmocka_unit_test(says_what_is_wrong_with_a_submission),
		cmocka_unit_test(no_form_decides),
		cmocka_unit_test(a_decision_is_a_text),
		cmocka_unit_test(a_ticket_stands_for_work),
		cmocka_unit_test(addresses_are_plain),
		cmocka_unit_test(a_letter_is_lines_of_ascii),
		cmocka_unit_test(months_are_those_of_the_calendar),
		cmocka_unit_test(clocks_follow_the_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
