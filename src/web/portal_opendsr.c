/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/portal_opendsr: what processors report by themselves (OpenDSR 8.5 to 8.8): a signed status by POST.
 *
 * What always holds:
 *  1. Nothing of a body is read before the key that the operator configured for that processor signed it (register/person/fanout).
 *  2. Whoever is no processor of ours gets one answer, whatever he sends: 403. Only a processor learns whether a request exists.
 *  3. This process holds no key for it; the identities of a request stay sealed.
 */
#include "base/event.h"
#include "base/time.h"
#include "register/person/fanout.h"
#include "web/portal_internal.h"

static pl_status say(struct pl_http_reply *reply, unsigned status, const char *words)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(1024);

	pl_opendsr_error_write(status, words, &b);
	if (pl_buf_status(&b))
		return pl_buf_status(&b);
	pl_http_reply_text(reply, status, "application/json", pl_buf_str(&b));
	return PL_OK;
}

static pl_str first_header(const struct pl_http_request *req, const char *const names[PL_OPENDSR_HEADER_NAMES])
{
	for (size_t i = 0; i < PL_OPENDSR_HEADER_NAMES; i++) {
		pl_str value = pl_http_request_header(req, names[i]);

		if (value.len)
			return value;
	}
	return (pl_str){0};
}

static pl_status answer(struct pl_http_reply *reply, pl_status st, const struct pl_diag *why)
{
	static const struct {
		pl_status st;
		unsigned status;
		const char *words; /* NULL: what is wrong with it */
	} answers[] = {
		{PL_E_DENIED, 403, "not signed by a processor that was asked"},
		{PL_E_SYNTAX, 400, NULL},
		{PL_E_RANGE, 400, NULL},
		{PL_E_MISMATCH, 400, NULL},
		{PL_E_NOTFOUND, 404, "no such request"},
		{PL_E_EXISTS, 409, "this was taken in before"},
		{PL_E_STATE, 409, "the request is beyond that status"},
		{PL_E_TOOBIG, 409, "too much was said about this request"},
	};

	if (!st)
		pl_http_reply_status(reply, 202);
	for (size_t i = 0; i < PL_COUNT(answers); i++)
		if (st == answers[i].st)
			return say(reply, answers[i].status, answers[i].words ? answers[i].words : pl_diag_text(why, st));
	return st;
}

pl_status pl_portal_opendsr_callback(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	struct pl_buf url PL_CLEANUP(pl_buf_done) = PL_BUF(PL_OPENDSR_URL_MAX);
	struct pl_person_desk *desk PL_CLEANUP(pl_person_desk_closep) = NULL;
	struct pl_view w PL_CLEANUP(pl_view_end) = {0};
	struct pl_diag why = {0}, quiet = {0};
	pl_status st = pl_view_begin(&w, ctx, req, reply, PL_NAV_REGISTERS);

	if (!st)
		st = pl_person_desk_open_keyless(w.inst, pl_time_now() / PL_SECOND, &desk, &quiet);
	if (!st)
		st = pl_fanout_callback_url(w.inst, &url);
	if (st)
		return st;
	/* Without TLS in front nobody was given this address. */
	st = !url.len ? PL_E_DENIED
		      : pl_fanout_called_back(desk, first_header(req, pl_opendsr_domain_headers), first_header(req, pl_opendsr_signature_headers),
				pl_bytes_str(pl_http_request_body(req)), pl_buf_str(&url), &why);
	pl_event("web.processor_callback", PL_EV_STATUS("status", st));
	return answer(reply, st, &why);
}
