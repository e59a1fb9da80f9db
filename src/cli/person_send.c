/* SPDX-License-Identifier: Apache-2.0 */
/* Requests to processors, and their receipts. */
#include "base/time.h"
#include "cli/person.h"
#include "register/person/errand.h"
#include "register/person/fanout.h"
#include "register/person/order.h"

const struct pl_cli_option pl_cli_send_options[] = {
	{"regulation", "NAME", "gdpr or ccpa (default gdpr)"}, {"callback", "URL", "where processors may report"}, PL_CLI_INSTANCE,
	PL_CLI_PASSPHRASE, PL_CLI_JSON, {NULL},
};
const struct pl_cli_option pl_cli_work_options[] = {
	{"ask", NULL, "ask for the status of everything that is under way, too"}, PL_CLI_INSTANCE, PL_CLI_PASSPHRASE, PL_CLI_JSON, {NULL},
};
const struct pl_cli_option pl_cli_receipts_options[] = {PL_CLI_INSTANCE, PL_CLI_PASSPHRASE, PL_CLI_JSON, {NULL}};
const struct pl_cli_option pl_cli_callback_options[] = {
	{"domain", "DOMAIN", "the header X-OpenDSR-Processor-Domain that came with it"},
	{"signature", "BASE64", "the header X-OpenDSR-Signature that came with it"}, PL_CLI_INSTANCE, PL_CLI_PASSPHRASE, {NULL},
};

static int print_sent(const struct pl_cli *cli, const char *id, size_t n)
{
	struct pl_json *o;

	if (!pl_cli_has(cli, "json")) {
		(void)printf("request %s: %zu processors; pellucid person work hands it over\n", id, n);
		return PL_EXIT_OK;
	}
	o = pl_json_new_object();
	pl_json_set_z(o, "request", id);
	pl_json_set_u64(o, "processors", n);
	return pl_cli_json_line(cli, o);
}

static int cancel(struct pl_cli *cli)
{
	struct pl_cli_person p;
	size_t n = 0;
	pl_status st;
	int code;

	if (cli->argc != 2 || !pl_opendsr_id_ok(pl_str_from(cli->argv[1])))
		return pl_cli_usage(cli, "cancel takes the identifier of a request");
	if (!pl_cli_person_open(&p, cli, cli->argc, &code))
		return code;
	st = pl_fanout_cancel(p.desk, pl_str_from(cli->argv[1]), &n, &p.diag);
	code = st ? pl_cli_person_fail(&p, st) : print_sent(cli, cli->argv[1], n);
	pl_cli_person_close(&p);
	return code;
}

int pl_cli_person_send(struct pl_cli *cli)
{
	pl_str regulation = pl_str_from(pl_cli_has(cli, "regulation") ? pl_cli_get(cli, "regulation") : "gdpr");
	char id[PL_OPENDSR_ID_TEXT + 1];
	enum pl_opendsr_kind kind;
	struct pl_cli_person p;
	size_t n = 0;
	pl_status st;
	int code;

	if (strcmp(cli->argv[0], "cancel") == 0)
		return cancel(cli);
	if (pl_opendsr_kind_parse(pl_str_from(cli->argv[0]), &kind) || cli->argc < 2)
		return pl_cli_usage(cli, "KIND is access, portability, erasure or cancel, and somebody is needed");
	if (!pl_str_eq(regulation, PL_STR("gdpr")) && !pl_str_eq(regulation, PL_STR("ccpa")))
		return pl_cli_usage(cli, "--regulation is gdpr or ccpa");
	if (!pl_cli_person_open(&p, cli, 1, &code))
		return code;
	st = pl_fanout_send(p.desk, kind, &p.who, regulation, pl_str_from(pl_cli_get(cli, "callback")), id, &n, &p.diag);
	code = st ? pl_cli_person_fail(&p, st) : print_sent(cli, id, n);
	pl_cli_person_close(&p);
	return code;
}

static void tell(void *ctx, const char *id, const char *processor, pl_status st, const char *words)
{
	(void)fprintf(stderr, "%s, %s: %s\n", processor, id, words);
}

static void tell_order(void *ctx, const struct pl_person_order *o, const char *words)
{
	(void)fprintf(stderr, "%.*s/%llu, %s: %s\n", PL_STR_ARG(o->name), (unsigned long long)o->number,
		o->kind == PL_ORDER_COPY ? "copy" : "erasure", words);
}

static void tell_errand(void *ctx, const struct pl_errand *o, const char *words)
{
	(void)fprintf(stderr, "%.*s/%llu, %s: %s\n", PL_STR_ARG(o->name), (unsigned long long)o->number, pl_errand_words[o->kind], words);
}

int pl_cli_person_work(struct pl_cli *cli)
{
	struct pl_errands_done ordered = {0};
	struct pl_person_order_done orders = {0};
	struct pl_fanout_done done = {0};
	struct pl_cli_person p;
	struct pl_json *o;
	pl_status st;
	int code;

	if (!pl_cli_person_open(&p, cli, 0, &code))
		return code;
	st = pl_person_order_work(p.desk, tell_order, NULL, &orders);
	if (!st)
		st = pl_errands_do(p.desk, tell_errand, NULL, &ordered);
	if (!st)
		st = pl_fanout_work(p.desk, pl_cli_has(cli, "ask"), tell, NULL, &done, &p.diag);
	if (st) {
		code = pl_cli_person_fail(&p, st);
	} else if (pl_cli_has(cli, "json")) {
		o = pl_json_new_object();
		pl_json_set_u64(o, "given", orders.done);
		pl_json_set_u64(o, "notGiven", orders.failed);
		pl_json_set_u64(o, "made", ordered.done);
		pl_json_set_u64(o, "notMade", ordered.failed);
		pl_json_set_u64(o, "done", done.done);
		pl_json_set_u64(o, "failed", done.failed);
		code = pl_cli_json_line(cli, o);
	} else {
		(void)printf("%zu answers of the desk given, %zu not\n", orders.done, orders.failed);
		(void)printf("%zu other orders of the desk carried out, %zu not\n", ordered.done, ordered.failed);
		(void)printf("%zu answered, %zu did not\n", done.done, done.failed);
	}
	if (!st && !code && (done.failed || orders.failed || ordered.failed))
		code = PL_EXIT_UNKNOWN;
	pl_cli_person_close(&p);
	return code;
}

/* ---- receipts ---- */

static const char *state_word(const struct pl_fanout_row *row)
{
	return row->handed_over ? pl_opendsr_state_word(row->state) : "waiting";
}

static pl_status put_row(void *ctx, const struct pl_fanout_row *row)
{
	struct pl_json *list = ctx, *o;
	char made[21], expected[21];

	pl_time_write(row->made * PL_SECOND, made);
	pl_time_write(row->expected * PL_SECOND, expected);
	if (!list) {
		(void)printf("%.*s %-12.*s %-11s %s, made %s%s%s%s%.*s\n", PL_STR_ARG(row->id), PL_STR_ARG(row->processor),
			pl_opendsr_kind_word(row->kind), state_word(row), made, row->expected ? ", expected " : "", row->expected ? expected : "",
			row->results.len ? ", results " : "", PL_STR_ARG(row->results));
		return PL_OK;
	}
	o = pl_json_push_object(list);
	pl_json_set_str(o, "request", row->id);
	pl_json_set_str(o, "processor", row->processor);
	pl_json_set_z(o, "kind", pl_opendsr_kind_word(row->kind));
	pl_json_set_z(o, "state", state_word(row));
	pl_json_set_z(o, "made", made);
	if (row->expected)
		pl_json_set_z(o, "expected", expected);
	if (row->results.len)
		pl_json_set_str(o, "results", row->results);
	return PL_OK;
}

struct printing {
	struct pl_json *list;
	bool bad;
};

static pl_status put_receipt(void *ctx, const struct pl_fanout_receipt *r)
{
	struct printing *p = ctx;
	struct pl_json *o;
	char at[21];

	pl_time_write(r->at * PL_SECOND, at);
	p->bad = p->bad || !r->verified;
	if (!p->list) {
		(void)printf("%.*s %llu: %s, %s, signed for %.*s: %s\n", PL_STR_ARG(r->processor), (unsigned long long)r->number,
			pl_opendsr_state_word(r->state), at, PL_STR_ARG(r->domain), r->verified ? "verified" : "NOT verified by the key configured now");
		return PL_OK;
	}
	o = pl_json_push_object(p->list);
	pl_json_set_str(o, "processor", r->processor);
	pl_json_set_u64(o, "number", r->number);
	pl_json_set_z(o, "at", at);
	pl_json_set_z(o, "state", pl_opendsr_state_word(r->state));
	pl_json_set_str(o, "domain", r->domain);
	pl_json_set_str(o, "signature", r->signature);
	pl_cli_set_digest(o, "digest", &r->digest);
	pl_cli_set_digest(o, "key", &r->key);
	if (r->body.len)
		pl_json_set_str(o, "body", r->body);
	pl_json_set_bool(o, "verified", r->verified);
	return PL_OK;
}

int pl_cli_person_receipts(struct pl_cli *cli)
{
	struct pl_json *o PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct printing printing = {0};
	struct pl_cli_person p;
	pl_status st;
	int code;

	if (!pl_cli_person_open(&p, cli, cli->argc, &code))
		return code;
	if (pl_cli_has(cli, "json"))
		printing.list = pl_json_set_array(o, cli->argc ? "receipts" : "requests");
	st = cli->argc ? pl_fanout_receipts(p.desk, pl_str_from(cli->argv[0]), put_receipt, &printing, &p.diag)
		       : pl_fanout_list(p.desk, put_row, printing.list);
	if (st)
		code = pl_cli_person_fail(&p, st);
	else if (printing.list)
		code = pl_cli_json_line(cli, pl_json_ref(o));
	if (!st && !code && printing.bad)
		code = PL_EXIT_NO;
	pl_cli_person_close(&p);
	return code;
}

int pl_cli_person_callback(struct pl_cli *cli)
{
	struct pl_buf body PL_CLEANUP(pl_buf_done) = PL_BUF(PL_OPENDSR_BODY_MAX);
	struct pl_cli_person p;
	pl_status st;
	int code;

	if (!pl_cli_has(cli, "domain") || !pl_cli_has(cli, "signature"))
		return pl_cli_usage(cli, "--domain and --signature are needed: an answer without them is nobody's");
	if (!pl_cli_person_open(&p, cli, cli->argc, &code))
		return code;
	st = pl_cli_read_file(cli->argv[1], &body, &p.diag);
	if (!st)
		st = pl_fanout_callback(p.desk, pl_str_from(cli->argv[0]), pl_str_from(pl_cli_get(cli, "domain")),
			pl_str_from(pl_cli_get(cli, "signature")), pl_buf_str(&body), &p.diag);
	if (!st)
		(void)printf("taken in\n");
	code = st ? pl_cli_person_fail(&p, st) : PL_EXIT_OK;
	pl_cli_person_close(&p);
	return code;
}
