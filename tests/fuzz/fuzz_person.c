/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What answers are made of, by the first byte: an age file, an archive, a manifest, leaves and certificates, the file of holdings, lines of a
 * store's program, messages of OpenDSR, files that are looked through. What is accepted is written again as it was.
 */
#include "crypto/age.h"
#include "register/person/certificate.h"
#include "register/person/command.h"
#include "register/person/expertise.h"
#include "register/person/opendsr.h"
#include "register/person/outside.h"
#include "fuzz.h"

static pl_status source(void *ctx, uint64_t offset, void *data, size_t len, size_t *ret_len)
{
	const pl_bytes *b = ctx;
	size_t n = offset < b->len ? b->len - (size_t)offset : 0;

	if (n > len)
		n = len;
	if (n)
		memcpy(data, b->ptr + offset, n);
	*ret_len = n;
	return PL_OK;
}

static pl_status keep(void *ctx, pl_bytes piece)
{
	pl_buf_put_bytes(ctx, piece);
	return pl_buf_status(ctx);
}

/* The identity of the specification's example. */
static void try_age(pl_bytes in)
{
	struct pl_age_reader *r = NULL;
	struct pl_age_identity id;
	struct pl_diag diag = {0};
	uint8_t out[512];
	size_t got;

	memset(id.b, 0x42, sizeof id.b);
	if (pl_age_open(source, &in, in.len, &id, (pl_str){0}, &r, &diag) == PL_OK) {
		FUZZ_HOLDS(pl_age_size(r) < in.len);
		for (uint64_t at = 0; pl_age_pread(r, at, out, sizeof out, &got) == PL_OK && got; at += got)
			FUZZ_HOLDS(at + got <= pl_age_size(r));
		pl_age_close(r);
	}
}

/* An archive whose every file reads is the archive that writing these files gives. */
static void try_zip(pl_bytes in)
{
	struct pl_buf again PL_CLEANUP(pl_buf_done) = PL_BUF((size_t)1 << 20);
	struct pl_zip_writer *w;
	struct pl_diag diag = {0};
	struct pl_zip z;
	bool whole = true;

	if (pl_zip_open(source, &in, in.len, &z, &diag) != PL_OK)
		return;
	w = PL_NEW(struct pl_zip_writer);
	pl_zip_writer_init(w, keep, &again);
	for (size_t i = 0; i < z.n && whole; i++) {
		struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF((size_t)1 << 20);

		whole = pl_zip_read_all(&z, &z.files[i], &out, &diag) == PL_OK;
		if (whole)
			FUZZ_HOLDS(pl_zip_begin(w, pl_str_from(z.files[i].name)) == PL_OK && pl_zip_put(w, pl_buf_bytes(&out)) == PL_OK &&
				pl_zip_end(w) == PL_OK);
	}
	if (whole)
		FUZZ_HOLDS(pl_zip_finish(w) == PL_OK && pl_bytes_eq(pl_buf_bytes(&again), in));
	pl_zip_writer_done(w);
	pl_free(w);
	pl_zip_close(&z);
}

static void try_documents(pl_str in)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF((size_t)8 << 20);
	struct pl_certificate_leaf *list = NULL;
	struct pl_answer_manifest m = {0};
	struct pl_diag diag = {0};
	uint64_t logged;
	size_t n = 0;

	if (pl_answer_manifest_parse(in, &m, &diag) == PL_OK) {
		for (size_t i = 0; i < m.n; i++)
			FUZZ_HOLDS(pl_zip_name_ok(pl_str_from(m.files[i].name)));
		pl_answer_manifest_done(&m);
	}
	if (pl_certificate_leaves_parse(in, &list, &n, &logged, &diag) == PL_OK) {
		FUZZ_HOLDS(pl_certificate_leaves_write(list, n, logged, &out) == PL_OK);
		pl_free(list);
	}
	pl_buf_clear(&out);
	if (pl_certificate_text(in, PL_STR("de"), &out, &diag) == PL_OK)
		FUZZ_HOLDS(pl_str_is_utf8(pl_buf_str(&out)));
}

static void try_holdings(pl_str in)
{
	struct pl_outside *o = NULL;
	struct pl_diag diag = {0};

	if (pl_outside_parse(in, &o, &diag) == PL_OK) {
		for (size_t i = 0; i < o->n_stores; i++)
			FUZZ_HOLDS(o->stores[i].n_classes && o->stores[i].first_class + o->stores[i].n_classes <= o->n_classes);
		pl_outside_free(o);
	} else {
		FUZZ_HOLDS(diag.text[0] && diag.line);
	}
}

static pl_status hear_table(void *ctx, const struct pl_holding_table *t)
{
	FUZZ_HOLDS(t->n >= 1 && t->n <= PL_HOLDINGS_COLUMNS_MAX);
	return PL_OK;
}

static pl_status hear_row(void *ctx, const struct pl_holding_value *v)
{
	return PL_OK;
}

static pl_status hear_found(void *ctx, const struct pl_holdings_found *f)
{
	FUZZ_HOLDS(pl_str_eq(f->name, PL_STR("rows")));
	return PL_OK;
}

static pl_status hear_erased(void *ctx, const struct pl_holdings_erased *e)
{
	FUZZ_HOLDS(!e->kept == !e->reason.len);
	return PL_OK;
}

static void try_lines(pl_str in)
{
	static const struct pl_holding classes[] = {{.name = PL_STR_INIT("rows")}};
	static const struct pl_command_store store = {.classes = classes, .n_classes = 1};
	static const struct pl_holdings_sink sink = {.table = hear_table, .row = hear_row};
	struct pl_holding_table *t = PL_NEW(struct pl_holding_table);
	struct pl_holdings_objected objected;
	struct pl_command_answer a = {.store = &store, .found = hear_found, .erased = hear_erased, .sink = &sink, .table = t, .names = PL_BUF(16384),
		.objected = &objected};
	struct pl_diag diag = {0};
	pl_str line;

	while (pl_str_take_line(&in, &line) && pl_command_line(&a, line, &diag) == PL_OK)
		;
	pl_buf_done(&a.names);
	pl_free(t);
}

static void try_opendsr(pl_str in)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF((size_t)1 << 20);
	struct pl_opendsr_request r, again;
	struct pl_opendsr_answer a;
	struct pl_diag diag = {0};
	struct pl_person who;

	if (pl_opendsr_request_parse(in, &r, &diag) == PL_OK) {
		pl_opendsr_request_write(&r, &out);
		FUZZ_HOLDS(pl_buf_status(&out) == PL_OK && pl_opendsr_request_parse(pl_buf_str(&out), &again, NULL) == PL_OK);
		FUZZ_HOLDS(again.n_identities == r.n_identities && again.submitted == r.submitted);
		(void)!pl_opendsr_person(&r, &who);
		pl_opendsr_request_done(&again);
		pl_opendsr_request_done(&r);
	} else {
		FUZZ_HOLDS(diag.text[0]);
	}
	for (unsigned kind = PL_OPENDSR_RECEIPT; kind <= PL_OPENDSR_CANCELLATION; kind++)
		if (pl_opendsr_answer_parse(in, (enum pl_opendsr_answer_kind)kind, &a, NULL) == PL_OK) {
			FUZZ_HOLDS(pl_opendsr_id_ok(a.id));
			pl_opendsr_answer_done(&a);
		}
}

struct place {
	pl_bytes in;
};

static pl_status see(void *ctx, enum pl_finding_kind kind, uint64_t offset, size_t len, pl_str text)
{
	const struct place *p = ctx;

	FUZZ_HOLDS(offset <= p->in.len && len <= p->in.len - offset && (len || kind == PL_FINDING_OPAQUE));
	return PL_OK;
}

static void try_scan(pl_bytes in)
{
	struct pl_expertise_network net = {.b = {203, 0, 113}, .bits = 24};
	struct pl_expertise_rules rules = {.networks = &net, .n_networks = 1};
	struct pl_expertise_network *list = NULL;
	struct place p = {in};
	size_t n;

	FUZZ_HOLDS(pl_expertise_scan(in, &rules, see, &p) == PL_OK);
	if (pl_expertise_networks(pl_bytes_str(in), &list, &n, NULL) == PL_OK)
		pl_free(list);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	pl_bytes in = {data + 1, size - 1};

	if (!size || size > 262144)
		return 0;
	switch (data[0]) {
	case 'a':
		try_age(in);
		break;
	case 'z':
		try_zip(in);
		break;
	case 'd':
		try_documents(pl_bytes_str(in));
		break;
	case 'h':
		try_holdings(pl_bytes_str(in));
		break;
	case 'l':
		try_lines(pl_bytes_str(in));
		break;
	case 'o':
		try_opendsr(pl_bytes_str(in));
		break;
	default:
		try_scan(in);
	}
	return 0;
}
