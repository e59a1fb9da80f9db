/* SPDX-License-Identifier: Apache-2.0 */
#include "register/casework/spool.h"
#include "base/codec.h"
#include "base/event.h"
#include "base/file.h"
#include "base/smtp.h"
#include "base/time.h"
#include "register/casework/letter.h"
#include "store/jobs.h"
#include <fcntl.h>

#define LEASE (120 * PL_SECOND)
#define PASSWORD_MAX 1024u

static const char label[] = "pl-mail/v1";

/* The spool's keys belong to nobody's register. */
static void owner_of(struct pl_digest *ret)
{
	pl_sha256(pl_bytes_of(label, sizeof label), ret);
}

void pl_spool_item_done(struct pl_spool_item *item)
{
	pl_buf_done(&item->payload);
}

/* ---- putting in ---- */

/* slot[8] || sealed (u16 length and bytes of to and subject, then the text). */
static pl_status seal(const struct pl_vault_key *key, pl_str to, pl_str subject, pl_str text, struct pl_buf *out)
{
	struct pl_buf plain PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_SECRET_MAX);

	pl_buf_put_be16(&plain, (uint16_t)to.len);
	pl_buf_put_str(&plain, to);
	pl_buf_put_be16(&plain, (uint16_t)subject.len);
	pl_buf_put_str(&plain, subject);
	pl_buf_put_str(&plain, text);
	if (pl_buf_status(&plain))
		return pl_buf_status(&plain);
	pl_buf_put_be64(out, key->slot);
	pl_secret_seal(key->key, pl_bytes_of(label, sizeof label), pl_buf_bytes(&plain), out);
	return pl_buf_status(out);
}

/* Would it make a letter? Better now than when nobody looks any more. */
static pl_status check(struct pl_instance *inst, pl_str to, pl_str subject, pl_str text, struct pl_diag *diag)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done_secret) = PL_BUF((size_t)1 << 20);
	const struct pl_instance_conf *c = pl_instance_conf(inst);
	const struct pl_letter l = {.from = c->mail_from, .to = to, .subject = subject, .text = text, .id = PL_STR("check")};
	pl_status st;

	if (!c->mail_smtp.len || !c->mail_from.len) {
		pl_diag_hint(diag, "set [mail] smtp and from in pellucid.conf");
		return pl_diag_set(diag, PL_E_STATE, "this instance sends no mail");
	}
	st = pl_letter_put(&l, &out);
	if (st == PL_E_TOOBIG)
		return pl_diag_set(diag, st, "a mail has at most %u bytes of text and %u of subject", PL_LETTER_TEXT_MAX, PL_LETTER_SUBJECT_MAX);
	return st ? pl_diag_set(diag, st, "this cannot be mailed: is the address right, and is the subject one line?") : PL_OK;
}

pl_status pl_spool_item_make(struct pl_instance *inst, pl_str to, pl_str subject, pl_str text, struct pl_spool_item *ret,
	struct pl_diag *diag)
{
	struct pl_vault_key key = {0};
	struct pl_digest owner;
	pl_status st = check(inst, to, subject, text, diag);

	if (st)
		return st;
	owner_of(&owner);
	st = pl_instance_vault_new(inst, &owner, &key, 1, diag);
	pl_buf_init(&ret->payload, PL_JOBS_PAYLOAD_MAX);
	if (!st)
		st = seal(&key, to, subject, text, &ret->payload);
	pl_vault_key_done(&key);
	return st;
}

pl_status pl_spool_put(struct pl_db_tx *tx, const struct pl_spool_item *item)
{
	const struct pl_jobs_new job = {.kind = PL_STR(PL_SPOOL_KIND), .payload = pl_buf_bytes(&item->payload),
		.attempts = 12, .bound = PL_SPOOL_WAITING_MAX};

	return pl_jobs_put(tx, &job, NULL);
}

/* ---- sending ---- */

struct delivery {
	struct pl_instance *inst;
	struct pl_job job;
	struct pl_digest owner;
	uint64_t slot;
	struct pl_buf password; /* empty: no login */
};

static struct pl_vault_ask ask_of(const struct delivery *d)
{
	return (struct pl_vault_ask){.role = PL_VAULT_WORK, .owner = d->owner, .slot = d->slot};
}

static pl_status open_job(struct delivery *d, struct pl_buf *plain, struct pl_letter *l, struct pl_diag *diag)
{
	struct pl_vault_ask ask;
	struct pl_vault_key key = {0};
	pl_bytes rest = pl_buf_bytes(&d->job.payload), b;
	uint16_t n = 0;
	pl_status st = pl_get_be64(&rest, &d->slot);

	if (st)
		return PL_E_CORRUPT;
	ask = ask_of(d);
	st = pl_instance_vault_read(d->inst, &ask, &key, diag);
	if (!st)
		st = pl_secret_open(key.key, pl_bytes_of(label, sizeof label), rest, plain);
	pl_vault_key_done(&key);
	if (st)
		return st;
	rest = pl_buf_bytes(plain);
	if (pl_get_be16(&rest, &n) || pl_get_bytes(&rest, n, &b))
		return PL_E_CORRUPT;
	l->to = pl_bytes_str(b);
	if (pl_get_be16(&rest, &n) || pl_get_bytes(&rest, n, &b))
		return PL_E_CORRUPT;
	l->subject = pl_bytes_str(b);
	l->text = pl_bytes_str(rest);
	return PL_OK;
}

static pl_status hand_over(struct delivery *d, struct pl_letter *l, struct pl_diag *diag)
{
	const struct pl_instance_conf *c = pl_instance_conf(d->inst);
	struct pl_buf message PL_CLEANUP(pl_buf_done_secret) = PL_BUF((size_t)1 << 20);
	struct pl_buf to PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_LETTER_ADDRESS_MAX + 2);
	char id[PL_ULID_TEXT + 1];
	struct pl_smtp s = {.url = c->mail_smtp.ptr, .from = c->mail_from.ptr};
	pl_status st;

	pl_ulid_write(&d->job.id, id);
	l->from = c->mail_from;
	l->id = pl_str_from(id);
	l->date = pl_ulid_ms(&d->job.id) * PL_MILLISECOND;
	st = pl_letter_put(l, &message);
	pl_buf_put_str(&to, l->to);
	if (st || !pl_buf_z(&to))
		return st ? st : PL_E_TOOBIG;
	s.to = pl_buf_z(&to);
	s.message = pl_buf_bytes(&message);
	if (c->mail_user.len) {
		s.user = c->mail_user.ptr;
		s.password = pl_buf_z(&d->password);
	}
	if (c->mail_ca.len)
		s.ca_file = c->mail_ca.ptr;
	return pl_smtp_send(&s, diag);
}

static pl_status finish(void *ctx, struct pl_db_tx *tx)
{
	struct delivery *d = ctx;

	return pl_jobs_finish(tx, &d->job);
}

/* The key goes first: when it is gone the mail was handed over, whatever happens to the row. */
static pl_status conclude(struct delivery *d, bool destroyed, struct pl_diag *diag)
{
	struct pl_vault_ask ask = ask_of(d);
	pl_status st = destroyed ? PL_OK : pl_instance_vault_destroy(d->inst, &ask, diag);

	return st ? st : pl_db_tx(pl_instance_db(d->inst), finish, d);
}

static const char *word_of(pl_status st)
{
	return st == PL_E_DENIED ? "refused" : st == PL_E_BUSY ? "busy" : st == PL_E_TIMEOUT ? "timeout" : st == PL_E_ACCESS ? "login" :
		st == PL_E_NET ? "network" : "failed";
}

static void deliver_one(struct delivery *d, struct pl_spool_counts *ret)
{
	struct pl_buf plain PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_SECRET_MAX);
	struct pl_letter l = {0};
	struct pl_diag why = {0};
	bool gone = false, last = d->job.attempt >= d->job.attempts;
	pl_status st = open_job(d, &plain, &l, &why);

	if (st == PL_E_NOTFOUND) {
		gone = true; /* it was sent, and whoever did it did not get to say so */
		st = PL_OK;
	} else if (!st) {
		st = hand_over(d, &l, &why);
	}
	if (!st)
		st = conclude(d, gone, &why);
	if (!st) {
		ret->sent++;
		return;
	}
	if (st == PL_E_DENIED || st == PL_E_CORRUPT || st == PL_E_SYNTAX || last)
		ret->dead++;
	else
		ret->again++;
	pl_event("mail.not_sent", PL_EV_STATUS("status", st), PL_EV_Z("why", word_of(st)), PL_EV_U64("attempt", d->job.attempt));
	if (pl_jobs_fail(pl_instance_db(d->inst), &d->job, st != PL_E_DENIED && st != PL_E_CORRUPT && st != PL_E_SYNTAX,
		    pl_str_from(word_of(st))) != PL_OK)
		pl_event("mail.lease_lost", PL_EV_U64("attempt", d->job.attempt));
}

static pl_status read_password(struct delivery *d, struct pl_diag *diag)
{
	const struct pl_instance_conf *c = pl_instance_conf(d->inst);
	pl_status st;

	if (!c->mail_user.len)
		return PL_OK;
	st = pl_file_read(AT_FDCWD, c->mail_password.ptr, &d->password);
	if (st)
		return pl_diag_set(diag, st, "cannot read [mail] password, the file %s", c->mail_password.ptr);
	while (d->password.len && (d->password.ptr[d->password.len - 1] == '\n' || d->password.ptr[d->password.len - 1] == '\r'))
		pl_buf_truncate(&d->password, d->password.len - 1);
	return PL_OK;
}

pl_status pl_spool_deliver(struct pl_instance *inst, size_t limit, struct pl_spool_counts *ret, struct pl_diag *diag)
{
	struct delivery d = {.inst = inst, .password = PL_BUF(PASSWORD_MAX)};
	pl_status st = PL_OK;

	*ret = (struct pl_spool_counts){0};
	owner_of(&d.owner);
	if (!pl_instance_conf(inst)->mail_smtp.len)
		return PL_OK;
	st = read_password(&d, diag);
	for (size_t i = 0; i < limit && !st; i++) {
		st = pl_jobs_take(pl_instance_db(inst), PL_STR(PL_SPOOL_KIND), LEASE, &d.job);
		if (st)
			break;
		deliver_one(&d, ret);
		pl_job_done(&d.job);
	}
	pl_buf_done_secret(&d.password);
	return st == PL_E_NOTFOUND ? PL_OK : st;
}
