/* SPDX-License-Identifier: Apache-2.0 */
/* web/portal: opening, the table of routes, serving. */
#include "web/portal_files.h"
#include "base/event.h"
#include "base/file.h"
#include "base/time.h"
#include "register/person/fanout.h"
#include "register/register.h"
#include "web/desk.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>

#define STOP_PATIENCE (10 * PL_SECOND)

/* One policy for every page. Only the pages that verify and recount refer to scripts, which are files of ours; the recount fetches
 * the report's openings and bundle from here. */
static const struct pl_http_header headers[] = {
	{"Content-Security-Policy",
		"default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; worker-src 'self'; connect-src 'self'; form-action 'self'; "
		"frame-ancestors 'none'; base-uri 'none'"},
	{"Referrer-Policy", "no-referrer"},
	{"X-Frame-Options", "DENY"},
	{"Cross-Origin-Opener-Policy", "same-origin"},
	{"Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"},
};

struct row {
	const char *pattern;
	pl_http_handler handler;
	enum pl_route_run run;
	uint32_t rate_minute;
};

/* What is neither here nor in posts nor in pl_desk_rows does not exist. */
static const struct row table[] = {
	{"/", pl_portal_home, PL_ROUTE_WORKER, 0},
	{"/products", pl_portal_products, PL_ROUTE_WORKER, 0},
	{"/products/{name}/bundle", pl_portal_product_bundle, PL_ROUTE_WORKER, 20},
	{"/product/{name}", pl_portal_product, PL_ROUTE_WORKER, 0},
	{"/product/{name}/{version}", pl_portal_release, PL_ROUTE_WORKER, 0},
	{"/product/{name}/{version}/bundle", pl_portal_release_bundle, PL_ROUTE_WORKER, 120},
	{"/registers", pl_portal_registers, PL_ROUTE_WORKER, 0},
	{"/register/{name}", pl_portal_register, PL_ROUTE_WORKER, 0},
	{"/report/{index}/bundle", pl_portal_report_bundle, PL_ROUTE_WORKER, 120},
	{"/report/{index}/rows.csv", pl_portal_report_rows, PL_ROUTE_WORKER, 30},
	{"/report/{index}/{file}", pl_portal_report_file, PL_ROUTE_WORKER, 60},
	{"/report/{index}", pl_portal_report, PL_ROUTE_WORKER, 0},
	{"/receipt", pl_portal_receipt, PL_ROUTE_WORKER, 60},
	{"/claims", pl_portal_claims, PL_ROUTE_WORKER, 0},
	{"/claim/{id}", pl_portal_claim, PL_ROUTE_WORKER, 0},
	{"/claims.atom", pl_portal_claims_feed, PL_ROUTE_WORKER, 0},
	{"/reports.atom", pl_portal_reports_feed, PL_ROUTE_WORKER, 0},
	{"/entities", pl_portal_entities, PL_ROUTE_WORKER, 0},
	{"/entity/{name}", pl_portal_entity, PL_ROUTE_WORKER, 0},
	{"/audits", pl_portal_audits, PL_ROUTE_WORKER, 0},
	{"/audits.json", pl_portal_audits_json, PL_ROUTE_WORKER, 120},
	{"/audits.csv", pl_portal_audits_csv, PL_ROUTE_WORKER, 120},
	{"/audits.atom", pl_portal_audits_feed, PL_ROUTE_WORKER, 0},
	{"/audit/{name}", pl_portal_audit, PL_ROUTE_WORKER, 0},
	{"/advisories", pl_portal_advisories, PL_ROUTE_WORKER, 0},
	{"/rewards", pl_portal_rewards, PL_ROUTE_WORKER, 0},
	{"/disclosure", pl_portal_disclosure, PL_ROUTE_WORKER, 0},
	{"/advisories/thanks", pl_portal_thanks, PL_ROUTE_WORKER, 120},
	{"/advisories.atom", pl_portal_advisories_feed, PL_ROUTE_WORKER, 120},
	{"/advisory/{name}", pl_portal_advisory, PL_ROUTE_WORKER, 0},
	{"/.well-known/security.txt", pl_portal_security_txt, PL_ROUTE_WORKER, 0},
	{"/.well-known/csaf/provider-metadata.json", pl_portal_csaf_metadata, PL_ROUTE_WORKER, 0},
	{"/.well-known/csaf/openpgp/{file}", pl_portal_csaf_key, PL_ROUTE_WORKER, 0},
	{"/.well-known/csaf/white/index.txt", pl_portal_csaf_index, PL_ROUTE_WORKER, 120},
	{"/.well-known/csaf/white/changes.csv", pl_portal_csaf_changes, PL_ROUTE_WORKER, 120},
	{"/.well-known/csaf/white/csaf-feed-tlp-white.json", pl_portal_csaf_feed, PL_ROUTE_WORKER, 120},
	{"/.well-known/csaf/white", pl_portal_csaf_years, PL_ROUTE_WORKER, 120},
	{"/.well-known/csaf/white/{year}", pl_portal_csaf_year, PL_ROUTE_WORKER, 120},
	{"/.well-known/csaf/white/{year}/{file}", pl_portal_csaf_file, PL_ROUTE_WORKER, 0},
	{"/log", pl_portal_log, PL_ROUTE_WORKER, 0},
	{"/search", pl_portal_search, PL_ROUTE_WORKER, 120},
	{"/statement/{index}.json", pl_portal_payload, PL_ROUTE_WORKER, 0},
	{"/statement/{index}.dsse", pl_portal_entry, PL_ROUTE_WORKER, 0},
	{"/statement/{index}.bundle", pl_portal_bundle, PL_ROUTE_WORKER, 120},
	{"/statement/{index}.tlog-proof", pl_portal_proof, PL_ROUTE_INLINE, 0},
	{"/statement/{index}", pl_portal_statement, PL_ROUTE_WORKER, 0},
	{"/body/{digest}", pl_portal_body, PL_ROUTE_WORKER, 120},
	{"/keys", pl_portal_keys, PL_ROUTE_WORKER, 0},
	{"/witnesses", pl_portal_witnesses, PL_ROUTE_WORKER, 0},
	{"/verify", pl_portal_verify, PL_ROUTE_WORKER, 0},
	{"/about", pl_portal_about, PL_ROUTE_WORKER, 0},
	{"/trust", pl_portal_trust, PL_ROUTE_WORKER, 0},
	{"/feed.atom", pl_portal_feed, PL_ROUTE_WORKER, 0},
	{"/checkpoint", pl_portal_checkpoint, PL_ROUTE_INLINE, 0},
	{"/tile/{rest*}", pl_portal_tile, PL_ROUTE_INLINE, 0},
	{"/assets/{name}", pl_portal_asset, PL_ROUTE_INLINE, 0},
	{"/robots.txt", pl_portal_robots, PL_ROUTE_INLINE, 0},
};

/* Cases from outside; only where [web] intake says so. */
static const struct row intake_gets[] = {
	{"/intake", pl_portal_intake, PL_ROUTE_WORKER, 120},
	{"/intake/confirm", pl_portal_intake_code, PL_ROUTE_WORKER, 60},
	{"/intake/{name}", pl_portal_intake_form, PL_ROUTE_WORKER, 120},
};
static const struct row intake_posts[] = {
	{"/intake/confirm", pl_portal_intake_confirm, PL_ROUTE_WORKER, 20},
	{"/receipt/party", pl_portal_party_message, PL_ROUTE_WORKER, 20},
};
#define INTAKE_MAX 262144u
/* From machines: what processors of ours report. */
static const struct row processor_posts[] = {
	{PL_FANOUT_CALLBACKS, pl_portal_opendsr_callback, PL_ROUTE_WORKER, 120},
};
#define PROCESSOR_MAX 16384u
/* Files may come with these. */
static const struct row intake_uploads[] = {
	{"/intake/{name}", pl_portal_intake_send, PL_ROUTE_WORKER, 20},
	{"/receipt/message/{name}", pl_portal_receipt_message, PL_ROUTE_WORKER, 20},
};

/* Public, changing nothing, and by POST only because a secret comes with them. */
static const struct row posts[] = {
	{"/receipt", pl_portal_receipt_look, PL_ROUTE_WORKER, 30},
	{"/receipt/file", pl_portal_receipt_file, PL_ROUTE_WORKER, 30},
	{"/receipt/answer", pl_portal_receipt_answer_file, PL_ROUTE_WORKER, 60},
};
#define POST_MAX 512u

/* What a desk without the public pages needs of them. */
static bool is_served(const struct pl_portal *p, const struct row *row)
{
	return p->options.part != PL_PORTAL_DESK || row->handler == pl_portal_asset;
}

static void add_rows(struct pl_portal *p, enum pl_http_method method, const struct row *rows, size_t n, uint64_t body_max)
{
	for (size_t i = 0; i < n; i++)
		if (is_served(p, &rows[i]))
			p->routes[p->n_routes++] = (struct pl_route){.method = method, .pattern = rows[i].pattern, .handler = rows[i].handler,
				.ctx = p, .access = PL_ACCESS_PUBLIC, .run = rows[i].run, .body_max = body_max, .rate_minute = rows[i].rate_minute};
}

static void note_refused(void *ctx, const struct pl_http_request *req)
{
	struct pl_portal *p = ctx;

	pl_refusals_add(p->refusals, pl_http_request_capture(req, "name"));
}

static void make_routes(struct pl_portal *p)
{
	size_t first;

	p->routes = pl_alloc(PL_COUNT(table) + PL_COUNT(posts) + PL_COUNT(intake_gets) + PL_COUNT(intake_posts) + PL_COUNT(processor_posts) + PL_COUNT(intake_uploads) + pl_desk_row_count,
		sizeof *p->routes);
	add_rows(p, PL_HTTP_GET, table, PL_COUNT(table), 0);
	add_rows(p, PL_HTTP_POST, posts, PL_COUNT(posts), POST_MAX);
	if (p->intake) {
		add_rows(p, PL_HTTP_GET, intake_gets, PL_COUNT(intake_gets), 0);
		add_rows(p, PL_HTTP_POST, intake_posts, PL_COUNT(intake_posts), INTAKE_MAX);
		add_rows(p, PL_HTTP_POST, processor_posts, PL_COUNT(processor_posts), PROCESSOR_MAX);
		first = p->n_routes;
		add_rows(p, PL_HTTP_POST, intake_uploads, PL_COUNT(intake_uploads), PL_UPLOAD_BODY_MAX);
		for (size_t i = first; i < p->n_routes; i++) {
			p->routes[i].upload = &pl_files_upload;
			if (p->routes[i].handler == pl_portal_intake_send)
				p->routes[i].refused = note_refused;
		}
	}
	if (!p->desk)
		return;
	pl_desk_routes(p->desk, p->routes + p->n_routes);
	p->n_routes += pl_desk_row_count;
}

static pl_status open_intake(struct pl_portal *p, struct pl_diag *diag)
{
	pl_status st = PL_OK;

	if (p->options.part == PL_PORTAL_DESK || !pl_instance_conf(p->instances[0])->intake)
		return PL_OK;
	for (size_t i = 0; i < PL_INTAKE_LANES && !st; i++)
		st = pl_instance_open(p->options.dir, p->options.instance, &p->intake_insts[i], diag);
	if (!st)
		st = pl_refusals_open(p->options.dir, p->options.instance, &p->refusals, diag);
	if (!st)
		p->intake = pl_intake_new(p->intake_insts, PL_INTAKE_LANES);
	return st;
}

/* Only what the configuration names; whatever is wrong with it, the public pages are served. */
static pl_status open_desk(struct pl_portal *p, struct pl_diag *diag)
{
	struct pl_diag own = {0};
	pl_status st = PL_E_STATE;

	if (p->options.part == PL_PORTAL_PUBLIC)
		return PL_OK;
	if (pl_instance_conf(p->instances[0])->desk)
		st = pl_desk_open(p, &p->desk, &own);
	else if (p->options.part == PL_PORTAL_WHOLE)
		return PL_OK;
	else
		pl_diag_words(&own, "[web] desk is not yes in pellucid.conf");
	if (!st || p->options.part == PL_PORTAL_DESK) {
		if (st && diag)
			*diag = own;
		return st;
	}
	pl_event("web.desk_closed", PL_EV_STATUS("status", st), PL_EV_Z("why", pl_diag_text(&own, st)));
	return PL_OK;
}

static pl_status open_dirs(struct pl_portal *p, struct pl_diag *diag)
{
	const struct pl_instance_conf *c = pl_instance_conf(p->instances[0]);
	char path[PATH_MAX];
	int n = snprintf(path, sizeof path, "%.*s/public", PL_STR_ARG(c->log_dir));
	pl_status st = n < 0 || (size_t)n >= sizeof path ? PL_E_TOOBIG : pl_file_open_dir(AT_FDCWD, path, &p->public_dir);

	if (st)
		return pl_diag_set(diag, st, "the log's public directory %s: %s", path, pl_status_text(st));
	/* run/ is the one place below the instance that the portal may write to. */
	(void)snprintf(path, sizeof path, "%s/run", p->options.dir);
	st = pl_file_open_dir(AT_FDCWD, path, &p->spool_dir);
	return st ? pl_diag_set(diag, st, "%s: %s", path, pl_status_text(st)) : PL_OK;
}

pl_status pl_portal_open(const struct pl_portal_options *options, struct pl_portal **ret, struct pl_diag *diag)
{
	struct pl_portal *p = PL_NEW(struct pl_portal);
	pl_status st = PL_OK;

	p->options = *options;
	p->public_dir = p->spool_dir = -1;
	p->counted = pl_counted_new();
	(void)pthread_mutex_init(&p->lock, NULL);
	(void)pthread_cond_init(&p->idle, NULL);
	pl_gate_init(&p->asking, PL_PORTAL_ASKING);
	pl_gate_init(&p->counting, PL_PORTAL_COUNTING);
	for (size_t i = 0; !st && i < PL_PORTAL_INSTANCES; i++)
		st = pl_instance_open(options->dir, options->instance, &p->instances[i], diag);
	if (!st)
		st = pl_register_calendar_check(pl_instance_conf(p->instances[0]), diag);
	if (!st)
		st = open_dirs(p, diag);
	if (!st)
		st = pl_proofs_open(pl_instance_conf(p->instances[0])->log_dir, p->public_dir,
			pl_instance_conf(p->instances[0])->trust.ptr, &p->proofs, diag);
	if (st) {
		pl_portal_close(p);
		return st;
	}
	st = open_desk(p, diag);
	if (!st)
		st = open_intake(p, diag);
	if (st) {
		pl_portal_close(p);
		return st;
	}
	p->demonstration = !pl_str_eq(pl_instance_conf(p->instances[0])->purpose, PL_STR("production"));
	make_routes(p);
	pl_portal_look(p);
	*ret = p;
	return PL_OK;
}

void pl_portal_close(struct pl_portal *p)
{
	if (!p)
		return;
	pl_desk_close(p->desk);
	pl_refusals_close(p->refusals);
	pl_intake_free(p->intake);
	for (size_t i = 0; i < PL_INTAKE_LANES; i++)
		if (p->intake_insts[i])
			pl_instance_close(p->intake_insts[i]);
	pl_proofs_close(p->proofs);
	pl_counted_free(p->counted);
	for (size_t i = 0; i < PL_PORTAL_INSTANCES; i++)
		if (p->instances[i])
			pl_instance_close(p->instances[i]);
	pl_file_close(&p->public_dir);
	pl_file_close(&p->spool_dir);
	pl_gate_done(&p->asking);
	pl_gate_done(&p->counting);
	(void)pthread_cond_destroy(&p->idle);
	(void)pthread_mutex_destroy(&p->lock);
	pl_free(p->routes);
	pl_free(p);
}

void pl_portal_closep(struct pl_portal **p)
{
	pl_portal_close(*p);
	*p = NULL;
}

static pl_status address(struct pl_arena *arena, const char *host, uint64_t port, pl_str *ret)
{
	char text[96];

	(void)snprintf(text, sizeof text, "%s:%llu", host, (unsigned long long)port);
	return pl_arena_dup(arena, pl_str_from(text), ret);
}

pl_status pl_portal_addresses(const struct pl_portal *p, struct pl_arena *arena, pl_str ret[static 2], size_t *ret_n)
{
	const struct pl_instance_conf *c = pl_instance_conf(p->instances[0]);
	bool six = pl_str_find(c->portal_address, ':') < c->portal_address.len;
	char host[80];
	pl_status st;

	if (pl_str_starts(c->portal_address, PL_STR("unix:"))) {
		ret[0] = c->portal_address;
		*ret_n = 1;
		return PL_OK;
	}
	if (pl_str_eq(c->portal_address, PL_STR("localhost"))) {
		st = address(arena, "127.0.0.1", c->portal_port, &ret[0]);
		if (!st)
			st = address(arena, "[::1]", c->portal_port, &ret[1]);
		*ret_n = 2;
		return st;
	}
	(void)snprintf(host, sizeof host, "%s%.*s%s", six ? "[" : "", PL_STR_ARG(c->portal_address), six ? "]" : "");
	*ret_n = 1;
	return address(arena, host, c->portal_port, &ret[0]);
}

size_t pl_portal_routes(const struct pl_portal *p, const struct pl_route **ret)
{
	*ret = p->routes;
	return p->n_routes;
}

pl_status pl_portal_server(struct pl_portal *p, struct pl_http_server **ret, struct pl_diag *diag)
{
	/* Senders that wait for their round, and whoever waits for something to be counted, wait without an instance, and leave workers for
	 * everybody else. */
	const unsigned workers = PL_PORTAL_INSTANCES + PL_PORTAL_ASKING + (p->intake ? PL_INTAKE_SENDERS_MAX : 0);
	const struct pl_http_config c = {.routes = p->routes, .route_count = p->n_routes, .headers = headers,
		.header_count = PL_COUNT(headers), .error_page = pl_portal_error, .ctx = p, .workers = workers,
		.threads = p->options.threads, .arena_max = (size_t)16 << 20,
		.rate_minute = p->options.rate_minute ? p->options.rate_minute : 1200, .real_ip = p->options.real_ip};

	return pl_http_server_new(&c, ret, diag);
}

pl_status pl_web_run(const struct pl_portal_options *options, const pl_str *listen, size_t n, struct pl_diag *diag)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(4096);
	struct pl_portal *p PL_CLEANUP(pl_portal_closep) = NULL;
	struct pl_http_server *s PL_CLEANUP(pl_http_server_freep) = NULL;
	pl_str own[2];
	pl_status st = pl_portal_open(options, &p, diag);

	if (!st && n == 0) {
		st = pl_portal_addresses(p, &arena, own, &n);
		listen = own;
	}
	if (!st)
		st = pl_portal_server(p, &s, diag);
	for (size_t i = 0; !st && i < n; i++)
		st = pl_http_server_listen(s, listen[i], diag);
	if (!st)
		st = pl_http_server_start(s, diag);
	if (st)
		return st;
	for (size_t i = 0; i < n; i++)
		pl_event("web.serving", PL_EV_STR("address", listen[i]), PL_EV_U64("port", pl_http_server_port(s, i)));
	(void)pl_http_signals_wait();
	pl_event("web.stopping", PL_EV_U64("listeners", n));
	pl_http_server_stop(s, STOP_PATIENCE);
	return PL_OK;
}
