/* SPDX-License-Identifier: Apache-2.0 */
/* web/portal_internal: what the files of the portal share. */
#ifndef PL_WEB_PORTAL_INTERNAL_H
#define PL_WEB_PORTAL_INTERNAL_H
#include "fact/query.h"
#include "pages.h"
#include "register/intake.h"
#include "store/gate.h"
#include "web/portal.h"
#include "web/counted.h"
#include "web/posting.h"
#include "web/proofs.h"
#include "web/refusals.h"
#include <pthread.h>

#define PL_PORTAL_INSTANCES 4u
#define PL_PORTAL_COUNTING 2u /* openings files that are counted at once: each takes processors, room on the disk and, while it is copied, an instance */
#define PL_PORTAL_ASKING 16u  /* requests that count or wait for it */
#define PL_PORTAL_PAGE_MAX ((size_t)8 << 20)
#define PL_PORTAL_NAME_MAX 64u

/* The last known state of the log, without pointers into anybody's arena: error pages use it, too. */
struct pl_portal_state {
	bool has_view, unwitnessed, unguarded;
	struct pl_log_report log;
	uint64_t size, time, counted, total, waiting;
	size_t n_missing;
	char missing[PL_POLICY_WITNESSES_MAX][PL_PORTAL_NAME_MAX];
};

struct pl_portal {
	struct pl_portal_options options;
	struct pl_instance *instances[PL_PORTAL_INSTANCES]; /* all opened at start: an instance belongs to one thread at a time */
	bool busy[PL_PORTAL_INSTANCES];
	struct pl_gate asking, counting; /* portal_count.c */
	pthread_mutex_t lock; /* for busy, state and what follows */
	pthread_cond_t idle;
	struct pl_portal_state state;
	bool demonstration;
	int public_dir; /* of the log: checkpoint and tile/ */
	int spool_dir;  /* where bodies are checked before they are sent */
	struct pl_proofs *proofs;
	struct pl_counted *counted;
	struct pl_desk *desk; /* NULL: not served */
	struct pl_instance *intake_insts[PL_INTAKE_LANES]; /* of .intake alone */
	struct pl_refusals *refusals;    /* as .intake */
	struct pl_intake *intake;        /* NULL: outsiders enter nothing here */
	struct pl_route *routes;
	size_t n_routes;
};

/* One request at work: an instance of its own, the request's arena, language and frame. */
struct pl_view {
	struct pl_portal *portal;
	struct pl_http_request *req;
	struct pl_http_reply *reply;
	struct pl_instance *inst;
	struct pl_arena *arena;
	enum pl_lang lang;
	bool has_view;
	struct pl_query_view view;
	struct pl_query_witness *witnesses;
	size_t n_witnesses;
	struct pl_frame frame;
};

/* portal_frame.c. Begin: take an instance, read the view, fill the frame. Every page handler is
 *	struct pl_view w PL_CLEANUP(pl_view_end);
 *	pl_status st = pl_view_begin(&w, ctx, req, reply, PL_NAV_..);                                                      */
pl_status pl_view_begin(struct pl_view *w, struct pl_portal *p, struct pl_http_request *req,
	struct pl_http_reply *reply, enum pl_nav nav);
void pl_view_end(struct pl_view *w);
/* An instance again after pl_view_end, perhaps another one: what waited did not ask it, and others had it meanwhile. */
void pl_view_take_back(struct pl_view *w);
/* The title from a message with one value, or from text. */
void pl_view_title(struct pl_view *w, enum pl_message_id id, unsigned n, const struct pl_html_value *args);
void pl_view_title_text(struct pl_view *w, pl_str text);
/* Make the page: what the template writes into goes to @b, and the instance is free for the next one. Then
 *	pl_page_home(&h, &model);
 *	return pl_view_send(&w, &b);
 * What the model points to is the request's from then on: nothing of the instance, whose trust file may be replaced meanwhile. */
struct pl_html pl_view_html(struct pl_view *w, struct pl_buf *b);
pl_status pl_view_send(struct pl_view *w, struct pl_buf *b);
/* Before the portal serves: what its error pages say of the log if they are asked for before any other page. */
void pl_portal_look(struct pl_portal *p);
/* The frame of error pages: from the last known state, without asking anybody. */
void pl_view_quick_frame(struct pl_portal *p, struct pl_http_request *req, enum pl_lang lang, struct pl_frame *f);
enum pl_lang pl_view_language(struct pl_http_request *req);
/* Answer "/feed.atom" and the like: text with an etag made of its digest. */
void pl_view_take(struct pl_http_reply *reply, const char *type, struct pl_buf *body);
/* The token for a page that holds the form @form (web/posting.h); before pl_view_html. */
pl_status pl_view_token(struct pl_view *w, pl_str form, pl_str *ret);
/* May the form @form, which was posted, be taken? *@ret_stale: not before it was sent once more, with the token of this browser.
 * PL_E_DENIED: it comes from elsewhere. PL_E_UNSUPPORTED: what came is no form; return pl_view_no_form() then. */
pl_status pl_view_posted(struct pl_view *w, pl_str form, bool files, bool *ret_stale);
pl_status pl_view_no_form(struct pl_view *w);
/* A list of @n zeroed elements in the arena, NULL never: PL_E_TOOBIG. */
pl_status pl_view_list(struct pl_view *w, size_t n, size_t size, void *ret);

/* portal_count.c. Begin: wait for a place among those who count; the view's instance may be another one afterwards. PL_E_BUSY: none came free,
 * and the reply says when to come again. What is counted between begin and end should hold no instance (pl_view_end): end gives one again. */
pl_status pl_view_count_begin(struct pl_view *w);
void pl_view_count_end(struct pl_view *w);
/* What the openings of @q give, after they were verified and compared with what the log says, counted now or before; *@ret is the caller's,
 * done with pl_recount_done. PL_E_BUSY as above; PL_E_NOTFOUND, PL_E_TOOBIG, PL_E_PROOF, ...: they cannot be counted. */
pl_status pl_view_counted(struct pl_view *w, const struct pl_query_report *q, struct pl_recount *ret);
/* What @q adds to @before, the edition that it replaces. The same failures. */
pl_status pl_view_counted_added(struct pl_view *w, const struct pl_query_report *before, const struct pl_query_report *q, struct pl_counted_added *ret);

/* portal_statement.c */
struct pl_html_msg pl_view_kind(pl_str type);
void pl_view_statement_row(const struct pl_query_statement *s, struct pl_statement_row *ret);
pl_status pl_view_statement_rows(struct pl_view *w, const struct pl_query_statement *s, size_t n,
	struct pl_statement_row **ret);
void pl_view_body_row(const struct pl_query_body *b, struct pl_body_row *ret);
pl_status pl_view_cosignatures(struct pl_view *w, struct pl_cosignature_row **ret);

/* Answer with the proof bundle of these entries and of all keys that signed them, as @name.tlog-proof. */
pl_status pl_view_bundle(struct pl_view *w, const uint64_t *indexes, size_t n, const char *name);
/* Answer with @bundle, whose content moves to the reply, as @name.tlog-proof. */
void pl_view_offer_bundle(struct pl_view *w, const char *name, struct pl_buf *bundle);
/* portal_rebuild.c: the rebuilds of the build with that SHA-256(PAE). */
pl_status pl_view_rebuilds(struct pl_view *w, const struct pl_digest *build, struct pl_release_page *m);
/* portal_home.c: the newest @max releases of those products, the newest first. */
struct pl_query_product;
pl_status pl_view_latest_releases(struct pl_view *w, const struct pl_query_product *products, size_t n, size_t max,
	struct pl_release_row **ret, size_t *ret_n);
/* portal_release.c */
struct pl_query_release;
void pl_view_release_row(const struct pl_query_release *q, struct pl_release_row *ret);
/* A short text body, or nothing: pages do without it. */
pl_str pl_view_text_body(struct pl_view *w, const struct pl_digest *digest);
/* portal_register.c: the declaration of a register, or NULL: a page does without it. Freed with pl_register_decl_free. */
struct pl_register_decl *pl_view_declaration(struct pl_view *w, const struct pl_digest *digest);
/* Is the register @name reconstructed? False also where nothing is known of it. */
bool pl_view_is_imported(struct pl_view *w, pl_str name);
/* "2021-H2". */
pl_status pl_view_period(struct pl_view *w, uint64_t from, uint64_t to, pl_str *ret);
/* What a file name in a header may hold; everything else becomes "_". */
void pl_view_safe_name(pl_str name, char *out, size_t size);

/* Handlers, by file. */
pl_status pl_portal_home(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply);
pl_status pl_portal_products(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply);
pl_status pl_portal_product(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply);
pl_status pl_portal_product_bundle(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply);
pl_status pl_portal_release(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply);
pl_status pl_portal_release_bundle(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply);
pl_status pl_portal_bundle(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply);
pl_status pl_portal_registers(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply);
pl_status pl_portal_register(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply);
pl_status pl_portal_report(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply);
pl_status pl_portal_report_rows(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply);
pl_status pl_portal_report_file(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply);
pl_status pl_portal_report_bundle(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply);
pl_status pl_portal_intake(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply);
pl_status pl_portal_intake_form(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply);
pl_status pl_portal_intake_send(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply);
pl_status pl_portal_intake_code(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply);
pl_status pl_portal_intake_confirm(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply);
pl_status pl_portal_receipt_message(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply);
pl_status pl_portal_party_message(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply);
pl_status pl_portal_receipt(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply);
pl_status pl_portal_opendsr_callback(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply);
pl_status pl_portal_receipt_look(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply);
pl_status pl_portal_receipt_file(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply);
pl_status pl_portal_receipt_answer_file(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply);
pl_status pl_portal_claims(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply);
pl_status pl_portal_claim(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply);
pl_status pl_portal_claims_feed(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply);
pl_status pl_portal_reports_feed(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply);
pl_status pl_portal_entities(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply);
pl_status pl_portal_entity(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply);
pl_status pl_portal_audits(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply);
pl_status pl_portal_audits_json(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply);
pl_status pl_portal_audits_csv(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply);
pl_status pl_portal_audits_feed(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply);
pl_status pl_portal_audit(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply);
pl_status pl_portal_advisories(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply);
pl_status pl_portal_rewards(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply);
pl_status pl_portal_disclosure(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply);
pl_status pl_portal_thanks(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply);
pl_status pl_portal_advisories_feed(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply);
pl_status pl_portal_advisory(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply);
pl_status pl_portal_security_txt(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply);
pl_status pl_portal_csaf_metadata(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply);
pl_status pl_portal_csaf_key(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply);
pl_status pl_portal_csaf_index(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply);
pl_status pl_portal_csaf_changes(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply);
pl_status pl_portal_csaf_feed(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply);
pl_status pl_portal_csaf_years(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply);
pl_status pl_portal_csaf_year(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply);
pl_status pl_portal_csaf_file(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply);
pl_status pl_portal_feed(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply);
pl_status pl_portal_log(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply);
pl_status pl_portal_search(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply);
pl_status pl_portal_statement(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply);
pl_status pl_portal_payload(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply);
pl_status pl_portal_entry(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply);
pl_status pl_portal_proof(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply);
pl_status pl_portal_body(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply);
pl_status pl_portal_keys(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply);
pl_status pl_portal_witnesses(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply);
pl_status pl_portal_verify(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply);
pl_status pl_portal_about(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply);
pl_status pl_portal_trust(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply);
pl_status pl_portal_asset(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply);
pl_status pl_portal_checkpoint(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply);
pl_status pl_portal_tile(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply);
pl_status pl_portal_robots(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply);
pl_status pl_portal_error(void *ctx, struct pl_http_request *req, unsigned status, struct pl_http_reply *reply);

#endif
