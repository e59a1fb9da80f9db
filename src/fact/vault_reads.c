/* SPDX-License-Identifier: Apache-2.0 */
/* The lines of DIR/vault/reads. Whoever has the file can write it anew; whoever noted its last chain sees that. */
#include "base/file.h"
#include "base/time.h"
#include "fact/vault_internal.h"
#include <fcntl.h>

#define LINE_MAX_LEN 512u
#define LOCK_NS (10 * PL_SECOND)

static const char label[] = "pl-vault-read/v1";

static void chain_of(const struct pl_digest *before, pl_str text, struct pl_digest *ret)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(LINE_MAX_LEN + 128);

	pl_buf_put(&b, label, sizeof label);
	pl_buf_put_bytes(&b, pl_digest_bytes(before));
	pl_buf_put_str(&b, text);
	pl_sha256(pl_buf_bytes(&b), ret);
}

static bool take_u64(pl_str *rest, uint64_t *ret)
{
	pl_str word;

	return pl_str_take_until(rest, ' ', &word) && pl_str_to_u64(word, INT64_MAX, ret) == PL_OK;
}

pl_status pl_vault_line_read(pl_str line, uint64_t number_before, const struct pl_digest *before, struct pl_vault_line *ret)
{
	struct pl_vault_line l = {0};
	struct pl_digest chain;
	pl_str rest = line, word, text;

	if (line.len > LINE_MAX_LEN || !take_u64(&rest, &l.number) || !pl_str_take_until(&rest, ' ', &word) ||
		pl_time_parse(word, &l.time) || !pl_str_take_until(&rest, ' ', &word))
		return PL_E_SYNTAX;
	l.time /= PL_SECOND;
	l.destroyed = pl_str_eq(word, PL_STR("destroy"));
	if ((!l.destroyed && !pl_str_eq(word, PL_STR("read"))) || !pl_str_take_until(&rest, ' ', &l.peer) ||
		!pl_str_take_until(&rest, ' ', &l.role) || !pl_str_take_until(&rest, ' ', &l.account) ||
		!pl_str_take_until(&rest, ' ', &word) || pl_hex_read(word, l.owner.b, sizeof l.owner.b) ||
		!take_u64(&rest, &l.of_case) || !take_u64(&rest, &l.slot) || !pl_str_take_until(&rest, ' ', &l.outcome) ||
		pl_hex_read(rest, l.chain.b, sizeof l.chain.b))
		return PL_E_SYNTAX;
	text = pl_str_of(line.ptr, (size_t)(rest.ptr - line.ptr) - 1);
	chain_of(before, text, &chain);
	if (l.number != number_before + 1 || !pl_digest_eq(&chain, &l.chain))
		return PL_E_PROOF;
	*ret = l;
	return PL_OK;
}

/* The end of the file: number and chain of the last whole line, and where it ends. */
static pl_status read_end(struct pl_vault_reads *r, uint64_t *ret_end)
{
	char tail[2 * LINE_MAX_LEN];
	uint64_t size = 0, from;
	size_t n = 0, end, begin;
	pl_str line, word;
	pl_status st = pl_file_size(r->fd, &size);

	if (st)
		return st;
	from = size > sizeof tail ? size - sizeof tail : 0;
	st = pl_file_pread(r->fd, tail, sizeof tail, from, &n);
	if (st)
		return st;
	for (end = n; end && tail[end - 1] != '\n'; end--)
		;
	*ret_end = from + end;
	r->number = 0;
	r->chain = (struct pl_digest){0};
	if (!end)
		return from ? PL_E_CORRUPT : PL_OK;
	for (begin = end - 1; begin && tail[begin - 1] != '\n'; begin--)
		;
	line = pl_str_of(tail + begin, end - 1 - begin);
	if ((begin == 0 && from) || line.len < 2 * PL_DIGEST_LEN + 2 || !pl_str_take_until(&line, ' ', &word) ||
		pl_str_to_u64(word, INT64_MAX, &r->number) ||
		pl_hex_read(pl_str_sub(line, line.len - 2 * PL_DIGEST_LEN, 2 * PL_DIGEST_LEN), r->chain.b, sizeof r->chain.b))
		return PL_E_CORRUPT;
	return PL_OK;
}

pl_status pl_vault_reads_open(int dir, struct pl_vault_reads *ret, struct pl_diag *diag)
{
	struct pl_vault_reads r = {.fd = -1};
	uint64_t end;
	pl_status st = pl_file_open(dir, "reads", O_RDWR | O_CREAT, 0600, &r.fd);

	if (!st)
		st = pl_file_sync_parent(dir, "reads");
	if (!st)
		st = read_end(&r, &end);
	*ret = r;
	return st ? pl_diag_set(diag, st, "the vault's lines of reads do not end as they should") : PL_OK;
}

static pl_status add(struct pl_vault_reads *r, uint64_t now, bool destroy, enum pl_peer peer, const struct pl_vault_ask *ask,
	const char *outcome)
{
	static const struct pl_ulid nobody;
	struct pl_buf line PL_CLEANUP(pl_buf_done) = PL_BUF(2 * LINE_MAX_LEN);
	char account[PL_ULID_TEXT + 1] = "-";
	struct pl_digest chain;
	uint64_t end = 0;
	pl_status st = read_end(r, &end);

	if (st)
		return st;
	if (memcmp(ask->account.b, nobody.b, sizeof nobody.b) != 0)
		pl_ulid_write(&ask->account, account);
	pl_buf_printf(&line, "%llu ", (unsigned long long)r->number + 1);
	pl_time_put(&line, now);
	pl_buf_printf(&line, " %s %s %s %s ", destroy ? "destroy" : "read", pl_peer_word(peer), pl_vault_role_word(ask->role), account);
	pl_hex_put(&line, pl_digest_bytes(&ask->owner));
	pl_buf_printf(&line, " %llu %llu %s", (unsigned long long)ask->number, (unsigned long long)ask->slot, outcome);
	chain_of(&r->chain, pl_buf_str(&line), &chain);
	pl_buf_put_c(&line, ' ');
	pl_hex_put(&line, pl_digest_bytes(&chain));
	pl_buf_put_c(&line, '\n');
	st = pl_buf_status(&line);
	if (!st)
		st = pl_file_truncate(r->fd, end); /* a torn line was never answered for */
	if (!st)
		st = pl_file_pwrite(r->fd, line.ptr, line.len, end);
	if (!st)
		st = pl_file_datasync(r->fd);
	if (st)
		return st;
	r->number++;
	r->chain = chain;
	return PL_OK;
}

pl_status pl_vault_reads_add(struct pl_vault_reads *r, uint64_t now, bool destroy, enum pl_peer peer,
	const struct pl_vault_ask *ask, const char *outcome)
{
	pl_status st = pl_file_lock(r->fd, LOCK_NS);

	if (st)
		return st;
	st = add(r, now, destroy, peer, ask, outcome);
	(void)pl_file_unlock(r->fd);
	return st;
}
