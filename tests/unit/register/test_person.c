/* SPDX-License-Identifier: Apache-2.0 */
/* The pure parts of answers: archives, the file of holdings, lines of a store's program, OpenDSR, looking for data of users. */
#include "register/person/command.h"
#include "register/person/errand.h"
#include "register/person/expertise.h"
#include "register/person/opendsr.h"
#include "register/person/outgoing.h"
#include "register/person/outside.h"
#include "register/person/zip.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

static pl_status keep(void *ctx, pl_bytes piece)
{
	pl_buf_put_bytes(ctx, piece);
	return pl_buf_status(ctx);
}

static pl_status source(void *ctx, uint64_t offset, void *data, size_t len, size_t *ret_len)
{
	const struct pl_buf *b = ctx;
	size_t n = offset < b->len ? b->len - (size_t)offset : 0;

	if (n > len)
		n = len;
	if (n)
		memcpy(data, b->ptr + offset, n);
	*ret_len = n;
	return PL_OK;
}

/* ---- archives ---- */

static void put_file(struct pl_zip_writer *z, const char *name, size_t len, size_t piece)
{
	uint8_t *data = malloc(len + 1);

	for (size_t i = 0; i < len; i++)
		data[i] = (uint8_t)(i * 7 + len);
	assert_int_equal(pl_zip_begin(z, pl_str_from(name)), PL_OK);
	for (size_t at = 0; at < len; at += piece)
		assert_int_equal(pl_zip_put(z, pl_bytes_of(data + at, len - at < piece ? len - at : piece)), PL_OK);
	assert_int_equal(pl_zip_end(z), PL_OK);
	free(data);
}

static void make_zip(struct pl_buf *out, size_t piece)
{
	static const size_t lengths[] = {0, 1, PL_ZIP_BLOCK - 1, PL_ZIP_BLOCK, PL_ZIP_BLOCK + 1, 100000};
	struct pl_zip_writer *z = PL_NEW(struct pl_zip_writer);
	char name[32];

	pl_zip_writer_init(z, keep, out);
	for (size_t i = 0; i < PL_COUNT(lengths); i++) {
		(void)snprintf(name, sizeof name, "data/file-%zu.bin", i);
		put_file(z, name, lengths[i], piece);
	}
	assert_int_equal(pl_zip_finish(z), PL_OK);
	pl_zip_writer_done(z);
	pl_free(z);
}

static pl_status read_zip(struct pl_buf *b)
{
	struct pl_diag diag = {0};
	struct pl_zip z;
	pl_status st = pl_zip_open(source, b, b->len, &z, &diag);

	if (st)
		return st;
	for (size_t i = 0; i < z.n && !st; i++) {
		struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(200000);

		st = pl_zip_read_all(&z, &z.files[i], &out, &diag);
		if (!st && out.len != z.files[i].size)
			st = PL_E_INTERNAL;
		for (size_t k = 0; k < out.len && !st; k++)
			if (out.ptr[k] != (uint8_t)(k * 7 + out.len))
				st = PL_E_INTERNAL;
	}
	pl_zip_close(&z);
	return st;
}

static void archives_are_the_same_bytes(void **state)
{
	struct pl_buf one PL_CLEANUP(pl_buf_done) = PL_BUF(1000000), two PL_CLEANUP(pl_buf_done) = PL_BUF(1000000);

	make_zip(&one, 1000);
	make_zip(&two, 33333);
	assert_true(pl_bytes_eq(pl_buf_bytes(&one), pl_buf_bytes(&two)));
	assert_int_equal(read_zip(&one), PL_OK);
}

static void a_touched_archive_is_refused(void **state)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(1000000);

	make_zip(&b, 5000);
	for (size_t i = 0; i < b.len; i = i < 300 || i > b.len - 700 ? i + 1 : i + 97) {
		b.ptr[i] ^= 0x10;
		if (read_zip(&b) == PL_OK)
			fail_msg("byte %zu", i);
		b.ptr[i] ^= 0x10;
	}
	b.len--;
	assert_int_equal(read_zip(&b), PL_E_SYNTAX);
}

static void names_stay_in_their_directory(void **state)
{
	static const char *const bad[] = {"", "/a", "a/", "a//b", "..", "a/../b", ".", "a b", "a\\b", "\xc3\xa4"};
	static const char *const good[] = {"a", "a/b.json", "data/x-y_z/..a", ".hidden"};

	for (size_t i = 0; i < PL_COUNT(bad); i++)
		assert_false(pl_zip_name_ok(pl_str_from(bad[i])));
	for (size_t i = 0; i < PL_COUNT(good); i++)
		assert_true(pl_zip_name_ok(pl_str_from(good[i])));
}

/* ---- identities ---- */

static void identities_have_a_type(void **state)
{
	static const char *const bad[] = {"", "email", "email=", "email=nobody", "email=a@b@c", "email=a@b,c@d", "phone=1", "email=<a@b>"};
	struct pl_buf folded PL_CLEANUP(pl_buf_done) = PL_BUF(100);
	struct pl_person_id id;

	for (size_t i = 0; i < PL_COUNT(bad); i++)
		assert_int_not_equal(pl_person_id_parse(pl_str_from(bad[i]), &id, NULL), PL_OK);
	assert_int_equal(pl_person_id_parse(PL_STR("email=Example@Example.ORG"), &id, NULL), PL_OK);
	pl_person_id_fold(&id, &folded);
	assert_true(pl_str_eq(pl_buf_str(&folded), PL_STR("example@example.org")));
	assert_int_equal(pl_person_id_parse(PL_STR("product=ed25519:AbC="), &id, NULL), PL_OK);
	pl_buf_clear(&folded);
	pl_person_id_fold(&id, &folded);
	assert_true(pl_str_eq(pl_buf_str(&folded), PL_STR("ed25519:AbC=")));
}

static void values_have_one_spelling(void **state)
{
	assert_int_equal(pl_holding_value_check(PL_HOLDING_U64, PL_STR("18446744073709551615")), PL_E_SYNTAX);
	assert_int_equal(pl_holding_value_check(PL_HOLDING_U64, PL_STR("9223372036854775807")), PL_OK);
	assert_int_equal(pl_holding_value_check(PL_HOLDING_U64, PL_STR("01")), PL_E_SYNTAX);
	assert_int_equal(pl_holding_value_check(PL_HOLDING_BOOL, PL_STR("yes")), PL_E_SYNTAX);
	assert_int_equal(pl_holding_value_check(PL_HOLDING_TIME, PL_STR("2026-01-02T03:04:05Z")), PL_OK);
	assert_int_equal(pl_holding_value_check(PL_HOLDING_TIME, PL_STR("2026-01-02T03:04:05.5Z")), PL_E_SYNTAX);
	assert_int_equal(pl_holding_value_check(PL_HOLDING_TEXT, pl_str_of("\xff", 1)), PL_E_SYNTAX);
}

/* ---- the file of holdings ---- */

#define HERE "pellucid-holdings v1\nhere zurich-1 example-ag 35\n"

static void holdings_are_read(void **state)
{
	struct pl_outside *o PL_CLEANUP(pl_outside_freep) = NULL;
	static const char text[] = HERE "store telemetry command /usr/lib/dsr\nclass telemetry rows zurich-1 example-ag 6 a,b\n"
		"store mail opendsr https://dsr.example/v1 dsr.example dsr.pem example\nclass mail list frankfurt-2 mail-gmbh 0 email\n";

	assert_int_equal(pl_outside_parse(pl_str_from(text), &o, NULL), PL_OK);
	assert_int_equal(o->n_stores, 2);
	assert_int_equal(o->backup_days, 35);
	assert_int_equal(o->stores[1].kind, PL_OUTSIDE_OPENDSR);
	assert_true(pl_str_eq(o->stores[1].controller, PL_STR("example")));
	assert_int_equal(o->stores[1].first_class, 1);
	assert_true(pl_str_eq(o->classes[0].fields, PL_STR("a,b")));
}

static void other_holdings_are_refused_with_their_line(void **state)
{
	static const struct {
		const char *text;
		unsigned line;
	} bad[] = {
		{"", 1}, {"pellucid-holdings v2\n", 1}, {"pellucid-holdings v1\n", 2}, {"pellucid-holdings v1\nhere a\n", 2},
		{HERE "store a command /x", 3}, {HERE "store a command x\n", 3}, {HERE "store a command /x\n", 3},
		{HERE "store cases command /x\n", 3}, {HERE "store a other /x\n", 3}, {HERE "class a b c d 0 e\n", 3},
		{HERE "store a command /x\nclass b b c d 0 e\n", 4}, {HERE "store a command /x\nclass a b c d x e\n", 4},
		{HERE "store a command /x\nclass a b c d 0 e,\n", 4}, {HERE "store a command /x\nclass a b c d 0 e\nclass a b c d 0 e\n", 5},
		{HERE "store a command /x\nclass a b c d 0 e\nstore a command /x\n", 5},
		{HERE "store a opendsr https://x/ x p c\n", 3}, {HERE "store a opendsr ftp://x x p c\n", 3}, {HERE "store a opendsr http://dsr.example/v1 x p c\n", 3}, {HERE "store a opendsr http://127.0.0.1.example/v1 x p c\n", 3}, {HERE "store a opendsr https://x x p\n", 3},
	};

	for (size_t i = 0; i < PL_COUNT(bad); i++) {
		struct pl_outside *o = NULL;
		struct pl_diag diag = {0};

		if (pl_outside_parse(pl_str_from(bad[i].text), &o, &diag) == PL_OK || diag.line != bad[i].line)
			fail_msg("%zu: line %u, %s", i, diag.line, diag.text);
	}
}

/* ---- a store's program ---- */

struct heard {
	unsigned tables, rows, found, erased;
	uint64_t kept;
};

static pl_status hear_table(void *ctx, const struct pl_holding_table *t)
{
	((struct heard *)ctx)->tables++;
	assert_int_equal(t->n, 2);
	return PL_OK;
}

static pl_status hear_row(void *ctx, const struct pl_holding_value *v)
{
	((struct heard *)ctx)->rows++;
	assert_true(v[0].present);
	assert_false(v[1].present);
	return PL_OK;
}

static pl_status hear_found(void *ctx, const struct pl_holdings_found *f)
{
	((struct heard *)ctx)->found += (unsigned)f->rows;
	return PL_OK;
}

static pl_status hear_erased(void *ctx, const struct pl_holdings_erased *e)
{
	((struct heard *)ctx)->erased += (unsigned)e->rows;
	((struct heard *)ctx)->kept += e->kept;
	return PL_OK;
}

static const struct pl_holding classes[] = {{.name = PL_STR_INIT("rows")}};
static const struct pl_command_store store = {.classes = classes, .n_classes = 1};

static struct pl_holdings_objected objected;

static void answer_begin(struct pl_command_answer *a, struct heard *h, struct pl_holdings_sink *sink, struct pl_holding_table *t)
{
	*sink = (struct pl_holdings_sink){.ctx = h, .table = hear_table, .row = hear_row};
	*a = (struct pl_command_answer){.store = &store, .found = hear_found, .erased = hear_erased, .ctx = h, .sink = sink, .table = t,
		.names = PL_BUF(8192), .objected = &objected};
	t->n = 0;
}

static void lines_of_a_store_are_read(void **state)
{
	static const char *const lines[] = {
		"{\"found\":{\"class\":\"rows\",\"rows\":3}}",
		"{\"table\":\"rows\",\"columns\":[{\"name\":\"a\",\"type\":\"u64\"},{\"name\":\"b\",\"type\":\"text\"}]}",
		"{\"row\":[\"5\",null]}",
		"{\"erased\":{\"class\":\"rows\",\"rows\":2,\"keys\":[\"k/1\"],\"kept\":1,\"reason\":\"legal-duty\",\"until\":\"2030-01-01T00:00:00Z\"}}",
		"{\"corrected\":true}",
		"{\"objected\":{\"outcome\":\"goes-on\",\"reason\":\"legal-duty\"}}",
		"{\"end\":true}",
	};
	struct pl_holding_table *t = PL_NEW(struct pl_holding_table);
	struct pl_holdings_sink sink;
	struct pl_command_answer a;
	struct heard h = {0};

	answer_begin(&a, &h, &sink, t);
	for (size_t i = 0; i < PL_COUNT(lines); i++)
		assert_int_equal(pl_command_line(&a, pl_str_from(lines[i]), NULL), PL_OK);
	assert_true(a.ended && a.corrected && a.took);
	assert_int_equal(objected.outcome, PL_HOLDINGS_GOES_ON);
	assert_string_equal(objected.reason, "legal-duty");
	assert_int_equal(h.found, 3);
	assert_int_equal(h.tables + h.rows, 2);
	assert_int_equal(h.erased, 2);
	assert_int_equal(h.kept, 1);
	assert_int_not_equal(pl_command_line(&a, PL_STR("{\"end\":true}"), NULL), PL_OK);
	pl_buf_done(&a.names);
	pl_free(t);
}

static void other_lines_are_refused(void **state)
{
	static const char *const bad[] = {
		"", "[]", "{}", "{\"row\":[\"5\",null]}", "{\"found\":{\"class\":\"others\",\"rows\":3}}", "{\"found\":{\"class\":\"rows\",\"rows\":-1}}",
		"{\"table\":\"A\",\"columns\":[{\"name\":\"a\",\"type\":\"u64\"}]}", "{\"table\":\"a\",\"columns\":[]}",
		"{\"table\":\"a\",\"columns\":[{\"name\":\"a\",\"type\":\"u64\"},{\"name\":\"a\",\"type\":\"u64\"}]}",
		"{\"table\":\"a\",\"columns\":[{\"name\":\"a\",\"type\":\"date\"}]}", "{\"end\":false}", "{\"end\":true,\"row\":[]}",
		"{\"erased\":{\"class\":\"rows\",\"rows\":2,\"kept\":1}}", "{\"erased\":{\"class\":\"rows\",\"rows\":2,\"kept\":1,\"reason\":\"whim\"}}",
		"{\"erased\":{\"class\":\"rows\",\"rows\":2,\"reason\":\"legal-duty\"}}", "{\"other\":1}", "{\"objected\":{\"outcome\":\"perhaps\"}}",
		"{\"objected\":{\"outcome\":\"goes-on\"}}", "{\"objected\":{\"outcome\":\"stopped\",\"reason\":\"legal-duty\"}}",
		"{\"objected\":{\"outcome\":\"goes-on\",\"reason\":\"whim\"}}", "{\"objected\":{}}",
	};

	for (size_t i = 0; i < PL_COUNT(bad); i++) {
		struct pl_holding_table *t = PL_NEW(struct pl_holding_table);
		struct pl_holdings_sink sink;
		struct pl_command_answer a;
		struct pl_diag diag = {0};
		struct heard h = {0};

		answer_begin(&a, &h, &sink, t);
		if (pl_command_line(&a, pl_str_from(bad[i]), &diag) == PL_OK || !diag.text[0])
			fail_msg("%s", bad[i]);
		pl_buf_done(&a.names);
		pl_free(t);
	}
}

/* ---- OpenDSR ---- */

static void requests_come_back(void **state)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(8192), again PL_CLEANUP(pl_buf_done) = PL_BUF(8192);
	struct pl_person who = {.n = 3, .id = {{PL_PERSON_EMAIL, PL_STR("example@example.org")}, {PL_PERSON_CASE, PL_STR("X")},
							{PL_PERSON_ACCOUNT, PL_STR("example")}}}, back;
	struct pl_opendsr_request r = {.kind = PL_OPENDSR_ERASURE, .regulation = PL_STR("ccpa"), .submitted = 1700000000}, read;
	char id[PL_OPENDSR_ID_TEXT + 1];

	pl_opendsr_id_new(id);
	assert_true(pl_opendsr_id_ok(pl_str_from(id)));
	r.id = pl_str_from(id);
	assert_int_equal(pl_opendsr_identities(&who, &r), PL_OK);
	assert_int_equal(r.n_identities, 2); /* the secret of a case stays here */
	r.callbacks[r.n_callbacks++] = PL_STR("https://example.org/callbacks");
	pl_opendsr_request_write(&r, &out);
	assert_int_equal(pl_opendsr_request_parse(pl_buf_str(&out), &read, NULL), PL_OK);
	pl_opendsr_request_write(&read, &again);
	assert_true(pl_str_eq(pl_buf_str(&out), pl_buf_str(&again)));
	assert_int_equal(pl_opendsr_person(&read, &back), PL_OK);
	assert_int_equal(back.n, 2);
	assert_true(pl_str_eq(back.id[0].value, PL_STR("example@example.org")));
	pl_opendsr_request_done(&read);
}

static void answers_come_back(void **state)
{
	for (unsigned kind = PL_OPENDSR_RECEIPT; kind <= PL_OPENDSR_CANCELLATION; kind++) {
		struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(8192);
		struct pl_opendsr_answer a = {.controller = PL_STR("c"), .id = PL_STR("a7551968-d5d6-44b2-9831-815ac9017798"), .received = 1, .expected = 2,
			.state = PL_OPENDSR_IN_PROGRESS, .encoded_request = PL_STR("e30="), .results_url = PL_STR("https://x.example/r"),
			.callback_url = PL_STR("https://x.example/c")}, read;

		pl_opendsr_answer_write(&a, (enum pl_opendsr_answer_kind)kind, &out);
		assert_int_equal(pl_opendsr_answer_parse(pl_buf_str(&out), (enum pl_opendsr_answer_kind)kind, &read, NULL), PL_OK);
		assert_true(pl_str_eq(read.id, a.id) && pl_str_eq(read.controller, a.controller));
		if (kind == PL_OPENDSR_STATUS || kind == PL_OPENDSR_CALLBACK)
			assert_int_equal(read.state, PL_OPENDSR_IN_PROGRESS);
		pl_opendsr_answer_done(&read);
	}
}

static void states_go_one_way(void **state)
{
	assert_true(pl_opendsr_may_become(PL_OPENDSR_PENDING, PL_OPENDSR_CANCELLED));
	assert_true(pl_opendsr_may_become(PL_OPENDSR_PENDING, PL_OPENDSR_COMPLETED));
	assert_false(pl_opendsr_may_become(PL_OPENDSR_IN_PROGRESS, PL_OPENDSR_CANCELLED));
	assert_false(pl_opendsr_may_become(PL_OPENDSR_IN_PROGRESS, PL_OPENDSR_PENDING));
	assert_false(pl_opendsr_may_become(PL_OPENDSR_COMPLETED, PL_OPENDSR_IN_PROGRESS));
	assert_false(pl_opendsr_may_become(PL_OPENDSR_CANCELLED, PL_OPENDSR_COMPLETED));
}

/* ---- data of users ---- */

struct seen {
	unsigned n[PL_FINDING_KINDS];
	uint64_t offset;
	size_t len;
};

static pl_status see(void *ctx, enum pl_finding_kind kind, uint64_t offset, size_t len, pl_str text)
{
	struct seen *s = ctx;

	s->n[kind]++;
	s->offset = offset;
	s->len = len;
	return PL_OK;
}

static void look(pl_bytes data, struct seen *s)
{
	struct pl_expertise_network *nets = NULL;
	size_t n = 0;
	struct pl_expertise_rules rules = {0};

	*s = (struct seen){0};
	assert_int_equal(pl_expertise_networks(PL_STR("# homes\n203.0.113.0/24\n2001:db8:1::/48"), &nets, &n, NULL), PL_OK);
	assert_int_equal(n, 2);
	rules.networks = nets;
	rules.n_networks = n;
	assert_int_equal(pl_expertise_scan(data, &rules, see, s), PL_OK);
	pl_free(nets);
}

static void data_of_users_is_found(void **state)
{
	static const struct {
		const char *text;
		enum pl_finding_kind kind;
		uint64_t offset;
		size_t len;
	} cases[] = {
		{"to: example.person@mail.example.org.", PL_FINDING_EMAIL, 4, 31},
		{"dropped to C:\\Users\\Example\\AppData", PL_FINDING_USER_PATH, 13, 14},
		{"\"C:\\\\Users\\\\Example\\\\x\"", PL_FINDING_USER_PATH, 4, 15},
		{"run as /home/example/x", PL_FINDING_USER_PATH, 7, 13},
		{"call +41 44 668 18 00 now", PL_FINDING_PHONE, 5, 16},
		{"from 203.0.113.77:443", PL_FINDING_ADDRESS, 5, 12},
		{"from 2001:db8:1::5 on", PL_FINDING_ADDRESS, 5, 13},
		{"key AB12C-3DE4F-GH5I6-7JKL8", PL_FINDING_PRODUCT, 4, 23},
		{"%PDF-1.7", PL_FINDING_OPAQUE, 0, 8},
	};

	for (size_t i = 0; i < PL_COUNT(cases); i++) {
		struct seen s;

		look(pl_str_bytes(pl_str_from(cases[i].text)), &s);
		if (s.n[cases[i].kind] != 1 || s.offset != cases[i].offset || s.len != cases[i].len)
			fail_msg("%s: %u at %llu, %zu bytes", cases[i].text, s.n[cases[i].kind], (unsigned long long)s.offset, s.len);
	}
}

static void indicators_are_not_data_of_users(void **state)
{
	static const char *const fine[] = {
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "evil.example.com", "198.51.100.7", "C:\\Users\\Public\\x.exe",
		"C:\\Users\\%USERNAME%\\x", "rule x { strings: $a = \"MZ\" condition: $a at 0 }", "@example", "1+1=2", "CVE-2026-12345",
		"a7551968-d5d6-44b2-9831-815ac9017798", "v1.2.3-rc.1", "2026-01-02T03:04:05Z", "HKLM\\Software\\Example",
	};

	for (size_t i = 0; i < PL_COUNT(fine); i++) {
		struct seen s;

		look(pl_str_bytes(pl_str_from(fine[i])), &s);
		for (unsigned k = 0; k < PL_FINDING_KINDS; k++)
			if (s.n[k])
				fail_msg("%s: %s", fine[i], pl_finding_words[k]);
	}
}

static void wide_text_is_read_too(void **state)
{
	static const char text[] = "mail example@example.org here";
	uint8_t wide[1 + 2 * sizeof text] = {0x90};
	struct seen s;

	for (size_t i = 0; i < sizeof text - 1; i++) {
		wide[1 + 2 * i] = (uint8_t)text[i];
		wide[2 + 2 * i] = 0;
	}
	look(pl_bytes_of(wide, 1 + 2 * (sizeof text - 1)), &s);
	assert_int_equal(s.n[PL_FINDING_EMAIL], 1);
	assert_int_equal(s.offset, 1 + 2 * 5);
	assert_int_equal(s.len, 2 * 19);
}

/* ---- what is to go out ---- */

#define DIGEST "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static void reads_what_is_to_go_out_as_it_was_written(void **state)
{
	struct pl_buf text = PL_BUF(4096), again = PL_BUF(4096);
	struct pl_digest nonce = {{7}};
	struct pl_outgoing o = {.what = PL_OUTGOING_MAIL, .language = PL_STR("de"), .n_parts = 1, .part = {{.seq = 7, .name = PL_STR("a b.txt")}},
		.clear = PL_STR("clear email text 4 " DIGEST " own\nclear phone subject 0 " DIGEST " own\n"), .subject = PL_STR("About it"),
		.text = PL_STR("clear email\n\nsubject x\n")}, r = {0};

	pl_sha256((pl_bytes){0}, &o.part[0].sha256);
	pl_outgoing_write(&o, PL_STR("requests"), 3, &nonce, &text);
	assert_int_equal(pl_outgoing_parse(pl_buf_str(&text), PL_STR("requests"), 3, &r), PL_OK);
	assert_int_equal(r.what, PL_OUTGOING_MAIL);
	assert_int_equal(r.part[0].seq, 7);
	assert_true(pl_digest_eq(&r.part[0].sha256, &o.part[0].sha256));
	assert_true(pl_str_eq(r.part[0].name, o.part[0].name) && pl_str_eq(r.clear, o.clear) && pl_str_eq(r.subject, o.subject) && pl_str_eq(r.text, o.text));
	pl_outgoing_write(&r, PL_STR("requests"), 3, &nonce, &again);
	assert_true(pl_bytes_eq(pl_buf_bytes(&again), pl_buf_bytes(&text)));
	/* Of another case it says nothing. */
	assert_int_equal(pl_outgoing_parse(pl_buf_str(&text), PL_STR("requests"), 4, &r), PL_E_CORRUPT);
	assert_int_equal(pl_outgoing_parse(pl_buf_str(&text), PL_STR("request"), 3, &r), PL_E_CORRUPT);
	/* Cut anywhere before its words it is none. */
	for (size_t n = 0; n < text.len - o.text.len; n++)
		assert_int_equal(pl_outgoing_parse(pl_str_of((const char *)text.ptr, n), PL_STR("requests"), 3, &r), PL_E_CORRUPT);
	pl_buf_done(&text);
	pl_buf_done(&again);
}

static void refuses_other_spellings_of_what_is_to_go_out(void **state)
{
#define BEFORE "pellucid-outgoing v1\nregister r\nnumber 1\nnonce 00\n"
	static const char *const bad[] = {BEFORE "what all\nlanguage en\n\n", BEFORE "what mail\n\n", BEFORE "what answer\nlanguage en\nelse x\n\n",
		BEFORE "what package\nlanguage en\npart 1 " DIGEST "\n\n", BEFORE "what package\nlanguage en\npart x " DIGEST " a\n\n",
		BEFORE "what package\nlanguage en\nclear a\npart 1 " DIGEST " a\n\n"};
	struct pl_outgoing o;

	for (size_t i = 0; i < PL_COUNT(bad); i++)
		assert_int_equal(pl_outgoing_parse(pl_str_from(bad[i]), PL_STR("r"), 1, &o), PL_E_CORRUPT);
	assert_int_equal(pl_outgoing_parse(PL_STR(BEFORE "what answer\nlanguage en\n\n"), PL_STR("r"), 1, &o), PL_OK);
}

/* ---- what the desk orders ---- */

static void orders_come_back_as_they_were_written(void **state)
{
	const struct pl_errand_ask asks[] = {
		{.kind = PL_ERRAND_WHERE},
		{.kind = PL_ERRAND_CORRECT, .store = PL_STR("cases"), .correction = {PL_STR("persons"), PL_STR("1"), PL_STR("sender"), PL_STR("two\nlines\nvalue x")}},
		{.kind = PL_ERRAND_CORRECT, .store = PL_STR("a b"), .correction = {PL_STR("t"), PL_STR("r"), PL_STR("c"), PL_STR("")}},
		{.kind = PL_ERRAND_OBJECT, .objection = {PL_STR("advertising"), false}},
		{.kind = PL_ERRAND_OBJECT, .objection = {PL_STR("advertising"), true}},
		{.kind = PL_ERRAND_LINK, .identities = PL_STR("email=a@example.org\naccount=b\n")},
	};

	for (size_t i = 0; i < PL_COUNT(asks); i++) {
		struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(1000);
		const struct pl_errand_ask *a = &asks[i];
		struct pl_errand_ask b;

		pl_errand_ask_write(a, &text);
		assert_int_equal(pl_errand_ask_parse(a->kind, pl_buf_str(&text), &b), PL_OK);
		assert_true(pl_str_eq(a->store, b.store) && pl_str_eq(a->correction.table, b.correction.table) && pl_str_eq(a->correction.row, b.correction.row));
		assert_true(pl_str_eq(a->correction.column, b.correction.column) && pl_str_eq(a->correction.value, b.correction.value));
		assert_true(pl_str_eq(a->objection.purpose, b.objection.purpose) && a->objection.ends == b.objection.ends);
		assert_true(pl_str_eq(a->identities, b.identities) && a->kind == b.kind);
	}
}

static void other_spellings_of_orders_are_refused(void **state)
{
	static const struct {
		enum pl_errand_kind kind;
		const char *text;
	} bad[] = {{PL_ERRAND_WHERE, ""}, {PL_ERRAND_WHERE, "where"}, {PL_ERRAND_WHERE, "where\n\n"}, {PL_ERRAND_LOOKUP, "where\n"},
		{PL_ERRAND_CORRECT, "store a\ntable b\nrow c\ncolumn d\n"}, {PL_ERRAND_CORRECT, "table b\nstore a\nrow c\ncolumn d\nvalue e"},
		{PL_ERRAND_OBJECT, "purpose a\nends\n"}, {PL_ERRAND_OBJECT, "purpose a"}, {PL_ERRAND_OBJECT, "purposes a\n"}};
	struct pl_errand_ask a;

	for (size_t i = 0; i < PL_COUNT(bad); i++)
		assert_int_equal(pl_errand_ask_parse(bad[i].kind, pl_str_from(bad[i].text), &a), PL_E_CORRUPT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(archives_are_the_same_bytes),
		cmocka_unit_test(a_touched_archive_is_refused),
		cmocka_unit_test(names_stay_in_their_directory),
		cmocka_unit_test(identities_have_a_type),
		cmocka_unit_test(values_have_one_spelling),
		cmocka_unit_test(holdings_are_read),
		cmocka_unit_test(other_holdings_are_refused_with_their_line),
		cmocka_unit_test(lines_of_a_store_are_read),
		cmocka_unit_test(other_lines_are_refused),
		cmocka_unit_test(requests_come_back),
		cmocka_unit_test(answers_come_back),
		cmocka_unit_test(states_go_one_way),
		cmocka_unit_test(data_of_users_is_found),
		cmocka_unit_test(indicators_are_not_data_of_users),
		cmocka_unit_test(wide_text_is_read_too),
		cmocka_unit_test(reads_what_is_to_go_out_as_it_was_written),
		cmocka_unit_test(refuses_other_spellings_of_what_is_to_go_out),
		cmocka_unit_test(orders_come_back_as_they_were_written),
		cmocka_unit_test(other_spellings_of_orders_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
