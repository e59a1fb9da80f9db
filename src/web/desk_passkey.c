/* SPDX-License-Identifier: Apache-2.0 */
/* web/desk_passkey: registering passkeys (called by desk-passkey.js), naming and removing them. */
#include "people/passkey.h"
#include "base/json.h"
#include "web/desk_internal.h"

pl_status pl_desk_passkey_options(struct pl_desk_view *d)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(65536);
	pl_status st = pl_passkey_add_begin(d->people, &d->s, d->token, &b);

	if (st == PL_E_STATE)
		return pl_desk_json_error(d, 409, PL_MSG_desk_refused_many_passkeys, 0);
	if (st)
		return st;
	pl_http_reply_take(d->reply, "application/json", &b);
	return PL_OK;
}

/* The credential is registered; a name that cannot be kept is no reason to say otherwise. */
static void keep_name(struct pl_desk_view *d, pl_str answer)
{
	struct pl_json *o PL_CLEANUP(pl_json_done) = NULL;
	struct pl_buf id PL_CLEANUP(pl_buf_done) = PL_BUF(2048);
	pl_str text, name;

	if (!pl_json_parse(answer, PL_DESK_FORM_MAX, 8, &o, NULL) && !pl_json_get_str(o, "id", &text, NULL) &&
		!pl_json_get_str(o, "name", &name, NULL) && !pl_base64_get_lenient(text, &id))
		(void)(pl_passkey_set_name(d->people, &d->s, pl_buf_bytes(&id), pl_str_trim(name)) == PL_OK);
}

pl_status pl_desk_passkey_new(struct pl_desk_view *d)
{
	pl_str answer = pl_bytes_str(pl_http_request_body(d->req));
	bool enrolling = d->s.method == PL_SESSION_CODE;
	struct pl_diag quiet = {0};
	pl_status st = pl_passkey_add_finish(d->people, &d->s, d->token, answer, d->actor.address, &quiet);

	if (st == PL_E_EXISTS)
		return pl_desk_json_error(d, 409, PL_MSG_desk_refused_known_passkey, 0);
	if (st == PL_E_DENIED || st == PL_E_SYNTAX || st == PL_E_UNSUPPORTED || st == PL_E_EXPIRED || st == PL_E_RANGE)
		return pl_desk_json_error(d, 403, PL_MSG_desk_refused_new_passkey, 0);
	if (st)
		return st;
	keep_name(d, answer);
	if (!enrolling)
		return pl_desk_json_to(d, PL_STR("/desk/account?said=passkey-added"));
	/* The enrolment ended with it. */
	pl_web_session_keep(d->reply, d->desk->secure, NULL);
	return pl_desk_json_to(d, PL_STR("/desk/login?said=enrolled"));
}

/* The credential's id from the form. PL_E_SYNTAX. */
static pl_status read_id(const struct pl_desk_view *d, struct pl_buf *ret)
{
	pl_str text = pl_desk_field(d, "id");

	return text.len ? pl_base64_get_lenient(text, ret) : PL_E_SYNTAX;
}

static pl_status mine_refused(struct pl_desk_view *d, unsigned status, enum pl_message_id words)
{
	pl_desk_refused(d, status, words);
	return pl_desk_mine(d);
}

pl_status pl_desk_passkey_name(struct pl_desk_view *d)
{
	struct pl_buf id PL_CLEANUP(pl_buf_done) = PL_BUF(2048);
	pl_status st = read_id(d, &id);

	if (st)
		return st;
	st = pl_passkey_set_name(d->people, &d->s, pl_buf_bytes(&id), pl_str_trim(pl_desk_field(d, "name")));
	if (st == PL_E_SYNTAX)
		return mine_refused(d, 400, PL_MSG_desk_refused_passkey_name);
	return st ? st : pl_desk_go(d, "/desk/account", "passkey-named");
}

pl_status pl_desk_passkey_remove(struct pl_desk_view *d)
{
	struct pl_buf id PL_CLEANUP(pl_buf_done) = PL_BUF(2048);
	pl_status st = read_id(d, &id);

	if (!st)
		st = pl_passkey_remove(d->people, &d->s, pl_buf_bytes(&id), d->actor.address);
	if (st == PL_E_STATE)
		return mine_refused(d, 409, PL_MSG_desk_refused_last_way);
	return st ? st : pl_desk_go(d, "/desk/account", "passkey-removed");
}
