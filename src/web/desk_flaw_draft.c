/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/desk_flaw_draft: what `pellucid vuln draft` prints, as a file for whoever may write in the case. It is made for the answer and kept nowhere; that its
 * identifier belongs to the case is remembered before the first byte leaves (register/vuln/embargo).
 */
#include "base/time.h"
#include "register/advisory/query.h"
#include "register/vuln/draft.h"
#include "register/vuln/embargo.h"
#include "web/desk_case.h"
#include <stdio.h>

#define ARENA_BYTES ((size_t)8 << 20)
#define DRAFT_MAX ((size_t)1 << 20)
#define ID_MAX 64u

pl_status pl_desk_flaw_publisher(struct pl_desk_looking *k, struct pl_arena *arena, struct pl_vuln_publisher *ret, struct pl_diag *diag)
{
	struct pl_query_provider q;
	pl_status st = pl_query_provider(k->d->w.inst, arena, &q);

	if (st == PL_E_NOTFOUND)
		return pl_diag_set(diag, PL_E_STATE, "no provider was stated yet: pellucid advisory provider SETTINGS");
	if (!st)
		*ret = (struct pl_vuln_publisher){q.provider.site, q.provider.name, q.provider.namespace, q.provider.contact,
			pl_advisory_publishers[q.provider.category]};
	return st;
}

static enum pl_vuln_draft_kind kind_of(const struct pl_desk_looking *k)
{
	return pl_str_eq(pl_desk_field(k->d, "kind"), PL_STR("vex")) ? PL_VULN_DRAFT_VEX : PL_VULN_DRAFT_ADVISORY;
}

/* The identifier that was typed, or the one that the case makes; that of the form's field, left as it was, is none of a VEX document. */
static pl_status find_id(const struct pl_desk_looking *k, const struct pl_vuln *c, struct pl_buf *out, struct pl_diag *diag)
{
	struct pl_buf offered PL_CLEANUP(pl_buf_done) = PL_BUF(64);
	pl_str typed = pl_str_trim(pl_desk_field(k->d, "id"));

	pl_vuln_draft_id(c, PL_VULN_DRAFT_ADVISORY, &offered);
	if (kind_of(k) == PL_VULN_DRAFT_VEX && pl_str_eq(typed, pl_buf_str(&offered)))
		typed = (pl_str){0};
	for (size_t i = 0; i < typed.len; i++)
		if (typed.ptr[i] <= ' ' || typed.ptr[i] > '~')
			return pl_diag_set(diag, PL_E_RANGE, "the identifier of an advisory is printable ASCII without blanks, like SA-2026-0001");
	if (typed.len > ID_MAX)
		return pl_diag_set(diag, PL_E_RANGE, "the identifier of an advisory has at most %u bytes here", ID_MAX);
	if (typed.len)
		pl_buf_put_str(out, typed);
	else
		pl_vuln_draft_id(c, kind_of(k), out);
	return pl_buf_status(out);
}

static pl_status write_draft(struct pl_desk_looking *k, const struct pl_vuln *c, struct pl_buf *out, struct pl_diag *diag)
{
	const struct pl_register_reader who = {.role = k->who.role, .account = k->who.account};
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(ARENA_BYTES);
	struct pl_json *json PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_buf id PL_CLEANUP(pl_buf_done) = PL_BUF(128);
	struct pl_vuln_publisher by;
	pl_status st = pl_desk_flaw_publisher(k, &arena, &by, diag);

	if (!st)
		st = find_id(k, c, &id, diag);
	if (!st)
		st = pl_vuln_draft_note(c, &who, pl_buf_str(&id), diag);
	if (st)
		return st;
	pl_vuln_draft_write(c, kind_of(k), &by, pl_buf_str(&id), pl_time_now() / PL_SECOND, json);
	st = pl_json_write_pretty(json, out);
	pl_buf_put_c(out, '\n');
	return st ? st : pl_buf_status(out);
}

static pl_status do_draft(struct pl_desk_looking *k)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done_secret) = PL_BUF(DRAFT_MAX);
	struct pl_vuln *c PL_CLEANUP(pl_vuln_freep) = NULL;
	struct pl_diag diag = {0};
	char name[PL_REGISTER_NAME_MAX + 80];
	pl_status st = pl_desk_flaw_take(k, &c, &diag);

	if (!st)
		st = write_draft(k, c, &out, &diag);
	if (st)
		return pl_desk_flaw_conclude(k, st, &diag);
	(void)snprintf(name, sizeof name, "attachment; filename=\"%.*s-%llu%s.draft.json\"", PL_STR_ARG(k->r->decl->name), (unsigned long long)k->number,
		kind_of(k) == PL_VULN_DRAFT_VEX ? ".vex" : "");
	pl_http_reply_header(k->d->reply, "Content-Disposition", pl_str_from(name));
	pl_http_reply_cache(k->d->reply, PL_HTTP_NO_STORE);
	pl_http_reply_take(k->d->reply, "application/json", &out);
	return PL_OK;
}

pl_status pl_desk_flaw_draft(struct pl_desk_view *d)
{
	return pl_desk_with_case(d, do_draft);
}

pl_status pl_desk_flaw_fill_draft(struct pl_desk_looking *k)
{
	struct pl_buf id PL_CLEANUP(pl_buf_done) = PL_BUF(64);
	pl_str typed = pl_desk_field(k->d, "id");

	if (typed.len)
		return pl_arena_dup(k->d->arena, typed, &k->m.flaw.draft);
	pl_vuln_draft_id(k->flaw, PL_VULN_DRAFT_ADVISORY, &id);
	return pl_buf_status(&id) ? pl_buf_status(&id) : pl_arena_dup(k->d->arena, pl_buf_str(&id), &k->m.flaw.draft);
}
