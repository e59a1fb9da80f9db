/* SPDX-License-Identifier: Apache-2.0 */
#include "register/casework/mail.h"
#include "base/time.h"
#include "register/package.h"

#define ROOM ((size_t)64 << 20)

static pl_status find_contact(const struct pl_casework_entry *e, size_t n, struct pl_arena *arena, pl_str *ret, struct pl_diag *diag)
{
	for (size_t i = 0; i < n; i++) {
		struct pl_casework_came came;
		pl_status st;

		if (e[i].kind != PL_CASEWORK_CAME || !e[i].text.len)
			continue;
		st = pl_casework_came(e[i].text, arena, &came);
		*ret = came.contact;
		if (st || ret->len)
			return st;
	}
	return pl_diag_set(diag, PL_E_NOTFOUND, "the sender of the case left no address");
}

static pl_status check(const struct pl_register *r, pl_str subject, pl_str text, bool looked, struct pl_diag *diag)
{
	if (!subject.len || !text.len)
		return pl_diag_set(diag, PL_E_RANGE, "a mail has a subject and a text");
	return looked ? PL_OK : pl_register_package_words(r, diag);
}

pl_status pl_casework_mail_make(struct pl_instance *inst, const struct pl_register *r, uint64_t number, const struct pl_casework_actor *who, pl_str subject,
	pl_str text, bool looked, struct pl_casework_mail *ret, struct pl_diag *diag)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(ROOM);
	struct pl_casework_entry *e;
	size_t n = 0;
	pl_str to = {0};
	pl_status st = check(r, subject, text, looked, diag);

	*ret = (struct pl_casework_mail){.noted = PL_BUF(PL_CASEWORK_TEXT_MAX)};
	if (!st)
		st = pl_casework_read(inst, r, number, who, &arena, &e, &n, diag);
	if (!st)
		st = find_contact(e, n, &arena, &to, diag);
	if (!st)
		st = pl_casework_case_key(inst, r, number, who, &ret->key, diag);
	if (!st)
		st = pl_spool_item_make(inst, to, subject, text, &ret->item, diag);
	pl_buf_put_str(&ret->noted, subject);
	pl_buf_put_z(&ret->noted, "\n\n");
	pl_buf_put_str(&ret->noted, text);
	if (!st && pl_buf_status(&ret->noted))
		st = pl_diag_set(diag, PL_E_TOOBIG, "a text has at most %u bytes", PL_CASEWORK_TEXT_MAX);
	return st;
}

pl_status pl_casework_mail_put(struct pl_db_tx *tx, const struct pl_register *r, uint64_t number, const struct pl_ulid *account, const struct pl_casework_mail *m)
{
	const struct pl_casework_new entry = {.kind = PL_CASEWORK_MAIL, .at = pl_time_now() / PL_SECOND, .account = *account, .text = pl_buf_str(&m->noted),
		.key = &m->key};
	pl_status st = pl_casework_put(tx, r, number, &entry, NULL);

	return st ? st : pl_spool_put(tx, &m->item);
}

void pl_casework_mail_done(struct pl_casework_mail *m)
{
	pl_spool_item_done(&m->item);
	pl_vault_key_done(&m->key);
	pl_buf_done_secret(&m->noted);
}

struct putting {
	const struct pl_register *r;
	uint64_t number;
	const struct pl_ulid *account;
	const struct pl_casework_mail *m;
};

static pl_status put(void *ctx, struct pl_db_tx *tx)
{
	const struct putting *p = ctx;

	return pl_casework_mail_put(tx, p->r, p->number, p->account, p->m);
}

pl_status pl_casework_mail(struct pl_instance *inst, const struct pl_register *r, uint64_t number, const struct pl_casework_actor *who, pl_str subject,
	pl_str text, bool looked, struct pl_diag *diag)
{
	struct pl_casework_mail m PL_CLEANUP(pl_casework_mail_done) = {0};
	struct putting p = {r, number, &who->account, &m};
	pl_status st = pl_casework_mail_make(inst, r, number, who, subject, text, looked, &m, diag);

	return st ? st : pl_db_tx(pl_instance_db(inst), put, &p);
}
