/* SPDX-License-Identifier: Apache-2.0 */
/* fact/instance_sign: the instance's keys, and where its statements are signed. */
#include "base/event.h"
#include "base/file.h"
#include "base/time.h"
#include "fact/instance_internal.h"
#include <dirent.h>
#include <fcntl.h>

#define SERVICE_KEY "service"
#define OFFICER_PREFIX "officer-"
#define ROOT_PREFIX "root"
#define KEY_SUFFIX ".key"

#define PUSH_NS (15 * PL_SECOND)
#define KEYS_NS (30 * PL_SECOND)
#define POLL_NS (20 * PL_MILLISECOND)

#define OPERATOR PL_PEER_BIT(PL_PEER_OPERATOR)
#define WORKER PL_PEER_BIT(PL_PEER_WORKER)

const struct pl_signing_rule *pl_instance_own_rules(size_t *ret_count)
{
	static const struct pl_signing_rule rules[] = {
		{PL_TYPE_BODY, OPERATOR | WORKER},
		{PL_TYPE_WITHHELD, OPERATOR},
		{PL_TYPE_LOG_RESUME, OPERATOR},
		{PL_TYPE_TIME_ACCEPT, OPERATOR},
		{PL_TYPE_LOG_ROTATION, OPERATOR},
	};

	*ret_count = PL_COUNT(rules);
	return rules;
}

/* ---- key files ---- */

static pl_status key_path(const struct pl_instance *inst, const char *name, struct pl_buf *ret)
{
	pl_buf_put_str(ret, inst->conf.keys_dir);
	pl_buf_printf(ret, "/%s" KEY_SUFFIX, name);
	return pl_buf_z(ret) ? PL_OK : pl_buf_status(ret);
}

pl_status pl_instance_signer(struct pl_instance *inst, const char *name, struct pl_signer **ret, struct pl_diag *diag)
{
	struct pl_buf path PL_CLEANUP(pl_buf_done) = PL_BUF(8192);
	pl_status st = key_path(inst, name, &path);

	if (st == PL_OK)
		st = pl_signer_from_keyfile(AT_FDCWD, pl_buf_z(&path), &inst->passphrase, ret, diag);
	return st ? pl_diag_set(diag, st, "cannot open the key file %.*s", PL_STR_ARG(pl_buf_str(&path))) : PL_OK;
}

pl_status pl_instance_seal_key(struct pl_instance *inst, const char *path, const struct pl_privkey *key,
	struct pl_diag *diag)
{
	/* Only of the file that init makes is it known that its words are random. */
	bool random = inst->passphrase.from == PL_PASSPHRASE_FILE && inst->passphrase.name == inst->conf.passphrase.ptr;
	enum pl_keyfile_cost cost = random ? PL_KEYFILE_COST_MACHINE : PL_KEYFILE_COST_PERSON;
	pl_status st = pl_keyfile_create(AT_FDCWD, path, key, &inst->passphrase, cost, diag);

	return st ? pl_diag_set(diag, st, "cannot make the key file %s", path) : PL_OK;
}

pl_status pl_instance_borrow_signer(struct pl_instance *inst, const char *name, struct pl_signer **ret,
	struct pl_diag *diag)
{
	struct pl_instance_key *slot;
	pl_status st;

	for (size_t i = 0; i < inst->n_signers; i++)
		if (strcmp(inst->signers[i].name, name) == 0) {
			*ret = inst->signers[i].signer;
			return PL_OK;
		}
	slot = &inst->signers[inst->n_signers];
	if (inst->n_signers == PL_INSTANCE_SIGNERS_MAX || strlen(name) >= sizeof slot->name)
		return pl_diag_set(diag, PL_E_TOOBIG, "too many keys, or too long a name: %s", name);
	st = pl_instance_signer(inst, name, &slot->signer, diag);
	if (st)
		return st;
	memcpy(slot->name, name, strlen(name) + 1);
	inst->n_signers++;
	*ret = slot->signer;
	return PL_OK;
}

void pl_instance_forget_signer(struct pl_instance *inst, const char *name)
{
	for (size_t i = 0; i < inst->n_signers; i++) {
		if (strcmp(inst->signers[i].name, name) != 0)
			continue;
		pl_signer_free(inst->signers[i].signer);
		inst->signers[i] = inst->signers[--inst->n_signers];
		return;
	}
}

/* Names (without ".key") of the key files that begin with @prefix, in @names; at most @max. */
static size_t list_keys(const struct pl_instance *inst, const char *prefix, char names[][64], size_t max)
{
	DIR *dir = opendir(inst->conf.keys_dir.ptr);
	const struct dirent *e;
	size_t n = 0;

	if (!dir)
		return 0;
	while (n < max && (e = readdir(dir)) != NULL) { // NOLINT(concurrency-mt-unsafe): a stream of our own
		pl_str name = pl_str_from(e->d_name);

		if (!pl_str_starts(name, pl_str_from(prefix)) || !pl_str_ends(name, PL_STR(KEY_SUFFIX)))
			continue;
		if (pl_str_z(pl_str_sub(name, 0, name.len - strlen(KEY_SUFFIX)), names[n], 64) == PL_OK)
			n++;
	}
	(void)closedir(dir);
	return n;
}

/* ---- the desk ---- */

static pl_status book_keys(void *ctx, const struct pl_keys **ret, uint64_t *ret_index, struct pl_diag *diag)
{
	struct pl_diag why = {0};
	pl_status st = pl_instance_follow_trust(ctx, &why);

	/* The desk goes on with the trust file that it has. */
	if (st)
		pl_event("trust.trouble", PL_EV_STATUS("status", st), PL_EV_Z("words", pl_diag_text(&why, st)));
	return pl_instance_keys(ctx, ret, ret_index, diag);
}

void pl_instance_book(struct pl_instance *inst, struct pl_signing_book *ret)
{
	*ret = (struct pl_signing_book){
		.vocabulary = &inst->vocabulary, .rules = inst->rules, .n_rules = inst->n_rules, .keys = book_keys,
		.vault = pl_instance_book_vault, .ctx = inst,
	};
}

static pl_status open_socket(struct pl_instance *inst, struct pl_diag *diag)
{
	struct pl_buf path PL_CLEANUP(pl_buf_done) = PL_BUF(8192);

	pl_buf_put_str(&path, inst->conf.signer_dir);
	pl_buf_printf(&path, "/signer-%s.sock", pl_peer_word(inst->peer));
	return pl_buf_status(&path) ? PL_E_TOOBIG : pl_signing_socket(pl_buf_str(&path), &inst->signing, diag);
}

pl_status pl_instance_open_desk(struct pl_instance *inst, struct pl_diag *diag)
{
	struct pl_signing_book book;
	struct pl_signer *service = NULL;
	pl_status st = PL_E_BUSY;

	if (inst->signing)
		return PL_OK;
	if (inst->conf.signer_dir.len)
		st = open_socket(inst, NULL);
	if (st != PL_E_BUSY)
		return st ? pl_diag_set(diag, st, "the signer's socket below %s cannot be used", inst->conf.signer_dir.ptr) : PL_OK;
	/* Nobody serves: this command may sign if it can open the key, which is what the signer would do. */
	st = pl_instance_borrow_signer(inst, SERVICE_KEY, &service, diag);
	if (st) {
		pl_diag_hint(diag, "start the signer (pellucid serve), or give the passphrase of the service key");
		return st;
	}
	pl_instance_book(inst, &book);
	return pl_signing_local(&service, 1, &book, inst->peer, &inst->signing);
}

bool pl_instance_desk_away(struct pl_instance *inst)
{
	if (inst->signing)
		return pl_signing_away(inst->signing);
	return inst->conf.signer_dir.len && open_socket(inst, NULL) == PL_E_BUSY;
}

/* On a machine of one the operator is every officer: approve with the officers' keys that open, as many as needed. */
static pl_status approve_here(struct pl_instance *inst, pl_bytes payload,
	struct pl_approval_sig ret[static PL_SIGNING_APPROVALS_MAX], size_t *ret_n, struct pl_diag *diag)
{
	char names[PL_SIGNING_APPROVALS_MAX][64];
	size_t n = list_keys(inst, OFFICER_PREFIX, names, PL_SIGNING_APPROVALS_MAX), done = 0;
	const struct pl_keys *keys = NULL;
	uint64_t index;
	pl_status st = pl_instance_keys(inst, &keys, &index, diag);

	for (size_t i = 0; st == PL_OK && i < n && done < pl_keys_officers_needed(keys); i++) {
		struct pl_signer *officer = NULL;

		st = pl_instance_borrow_signer(inst, names[i], &officer, diag);
		if (st == PL_OK)
			st = pl_signing_approve(officer, payload, &ret[done++]);
	}
	*ret_n = done;
	return st;
}

/* Perhaps the statement that introduces the key waits for its publication, as those of a new instance do: publish it, or,
 * where somebody else runs the log, let an operator's command wait for that. */
static bool keys_came(struct pl_instance *inst)
{
	uint64_t deadline = pl_time_monotonic() + KEYS_NS;
	struct pl_outbox_counts left;
	pl_status st = pl_instance_push(inst, PUSH_NS, NULL);

	if (st != PL_E_BUSY || inst->peer != PL_PEER_OPERATOR)
		return st == PL_OK;
	while ((st = pl_outbox_count(inst->db, &left)) == PL_OK && left.waiting + left.logged > 0 && pl_time_monotonic() < deadline)
		pl_time_sleep(POLL_NS);
	return st == PL_OK;
}

pl_status pl_instance_sign(struct pl_instance *inst, pl_bytes payload, const struct pl_approval_sig *approvals,
	size_t n_approvals, struct pl_buf *entry, struct pl_diag *diag)
{
	struct pl_approval_sig own[PL_SIGNING_APPROVALS_MAX];
	struct pl_diag first = {0};
	pl_status st = pl_instance_open_desk(inst, diag);

	if (st)
		return st;
	if (n_approvals)
		return pl_signing_sign(inst->signing, payload, approvals, n_approvals, entry, diag);
	st = pl_signing_sign(inst->signing, payload, NULL, 0, entry, &first);
	if (st == PL_E_STATE && keys_came(inst)) {
		first = (struct pl_diag){0};
		st = pl_signing_sign(inst->signing, payload, NULL, 0, entry, &first);
	}
	if (st == PL_E_STATE)
		pl_diag_hint(diag, "%s", first.hint);
	if (st != PL_E_QUORUM)
		return st ? pl_diag_set(diag, st, "%s", pl_diag_text(&first, st)) : PL_OK;
	/* It wants officers, and the caller leaves that to us. */
	st = approve_here(inst, payload, own, &n_approvals, diag);
	return st ? st : pl_signing_sign(inst->signing, payload, own, n_approvals, entry, diag);
}

/* ---- roots ---- */

static pl_status sign_with(struct pl_instance *inst, const char *name, struct pl_statement *s, struct pl_diag *diag)
{
	struct pl_signer *root = NULL;
	pl_status st = pl_instance_borrow_signer(inst, name, &root, diag);

	return st ? st : pl_dsse_sign(&s->envelope, root, &s->arena);
}

pl_status pl_instance_sign_root(struct pl_instance *inst, pl_bytes payload, struct pl_buf *entry,
	struct pl_diag *diag)
{
	struct pl_statement *s PL_CLEANUP(pl_statement_closep) = NULL;
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_ENTRY_MAX);
	unsigned need = pl_policy_root_threshold(inst->trust.policy);
	char names[PL_SIGNING_APPROVALS_MAX][64];
	size_t n = list_keys(inst, ROOT_PREFIX, names, PL_SIGNING_APPROVALS_MAX);
	pl_status st = pl_statement_open_payload(payload, &s, diag);

	if (st)
		return st;
	if (n < need) {
		pl_diag_hint(diag, "bring the root key files to %s for this command", inst->conf.keys_dir.ptr);
		return pl_diag_set(diag, PL_E_QUORUM, "%zu of %u root keys are here", n, need);
	}
	for (size_t i = 0; i < need && st == PL_OK; i++)
		st = sign_with(inst, names[i], s, diag);
	if (st)
		return st;
	pl_dsse_write(&text, &s->envelope);
	st = pl_buf_status(&text);
	return st ? st : pl_statement_append(entry, pl_buf_bytes(&text));
}
