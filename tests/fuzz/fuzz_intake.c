/* SPDX-License-Identifier: Apache-2.0 */
/* What comes from senders and from those who write forms: a ticket, a proof of a product, an address, a subject, a form; by the first byte. */
#include "fuzz.h"
#include "register/casework/form.h"
#include "register/casework/letter.h"
#include "register/casework/submit.h"
#include "register/casework/ticket.h"

static const char declaration[] = "pellucid-register v1\nname tips\nsource intake\nexistence exact\nopens rows\nlate-after 7\nopen-after 0\n"
				  "retain 24\nfield received time generalised month\nfield kind enum open good,bad\n"
				  "field amount u64 generalised range 0,10\nfield day time open\nfield person text sealed\ntotal cases count\n";

static void a_ticket(pl_str text)
{
	struct pl_ticket t;

	if (pl_ticket_read(text, &t))
		return;
	FUZZ_HOLDS(text.len <= PL_TICKET_MAX && t.name.len && t.bits <= 256);
	FUZZ_HOLDS(t.time + PL_TICKET_PAST + PL_TICKET_FUTURE > t.time);
	if (pl_ticket_check(&t, PL_STR("tips"), 8, 1000, NULL) == PL_OK)
		FUZZ_HOLDS(t.bits >= 8 && pl_str_eq(t.name, PL_STR("tips")));
}

static void a_proof(pl_str text)
{
	static struct pl_product_enrollers nobody;
	struct pl_product_proof p;

	if (pl_product_proof_read(text, &p))
		return;
	FUZZ_HOLDS(text.len <= PL_PRODUCT_PROOF_MAX && p.name.len && p.signed_text.len < text.len && p.key.len == 32);
	FUZZ_HOLDS(pl_product_proof_check(&p, PL_STR("log.example/x"), p.name, &nobody, p.time, NULL) == PL_E_DENIED);
}

static void some_keys(pl_str text)
{
	struct pl_product_enrollers e;

	if (pl_product_enrollers_parse(text, &e, NULL) == PL_OK)
		FUZZ_HOLDS(e.n <= PL_PRODUCT_ENROLLERS_MAX);
}

/* Whatever was typed, a letter is lines of printable ASCII, and one header a line. */
static void a_letter(pl_str text)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF((size_t)1 << 20);
	struct pl_letter l = {.from = PL_STR("desk@b.example"), .id = PL_STR("x")};
	pl_str rest, line;
	unsigned headers = 0;

	if (!pl_str_take_until(&text, '|', &l.to) || !pl_str_take_until(&text, '|', &l.subject))
		return;
	l.text = text;
	if (pl_letter_put(&l, &out))
		return;
	FUZZ_HOLDS(pl_letter_address_ok(l.to));
	rest = pl_buf_str(&out);
	while (pl_str_take_line(&rest, &line) && line.len > 1) {
		FUZZ_HOLDS(line.ptr[line.len - 1] == '\r' && line.len <= 330);
		headers += line.ptr[0] != ' ';
	}
	FUZZ_HOLDS(headers == 9);
	while (pl_str_take_line(&rest, &line)) {
		FUZZ_HOLDS(line.len <= 77 && line.ptr[line.len - 1] == '\r');
		for (size_t i = 0; i + 1 < line.len; i++)
			FUZZ_HOLDS(line.ptr[i] == '\t' || (line.ptr[i] >= ' ' && line.ptr[i] <= '~'));
	}
	FUZZ_HOLDS(!rest.len);
}

static void a_form(struct pl_register_decl *d, pl_str text)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA((size_t)1 << 20);
	struct pl_submit_fault faults[PL_SUBMIT_FAULTS_MAX];
	struct pl_submission s = {.contact = PL_STR("a@b.example"), .message = text};
	struct pl_form *f;

	if (pl_form_parse(text, d, &arena, &f, NULL))
		return;
	FUZZ_HOLDS(f->confirm && f->n_asks < d->n_fields && f->n_sets <= PL_FORM_SETS_MAX);
	for (size_t i = 0; i < f->n_sets; i++)
		for (size_t k = 0; k < i; k++)
			FUZZ_HOLDS(f->sets[i].by && (f->sets[i].field != f->sets[k].field || !(f->sets[i].by & f->sets[k].by)));
	for (size_t i = 0; i < f->n_asks; i++) {
		FUZZ_HOLDS(f->asks[i].field > 0 && f->asks[i].field < d->n_fields);
		s.values[i] = f->words[0].label;
	}
	FUZZ_HOLDS(pl_submit_faults(f, d, &s, true, faults) <= f->n_asks + 2);
	FUZZ_HOLDS(f->attach <= PL_ATTACH_FILES_MAX && f->attach * f->attach_bytes <= PL_ATTACH_TOTAL_MAX && !f->attach == !f->attach_types);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct pl_register_decl *d;
	pl_str text = size ? pl_str_of((const char *)data + 1, size - 1) : (pl_str){0};

	if (!size)
		return 0;
	if (!d)
		FUZZ_HOLDS(pl_register_decl_parse(pl_str_from(declaration), &d, NULL) == PL_OK);
	if (data[0] == 't')
		a_ticket(text);
	else if (data[0] == 'p')
		a_proof(text);
	else if (data[0] == 'k')
		some_keys(text);
	else if (data[0] == 'l')
		a_letter(text);
	else
		a_form(d, text);
	return 0;
}
