/* SPDX-License-Identifier: Apache-2.0 */
#include "register/casework/ticket.h"
#include "base/random.h"

static unsigned zero_bits(const struct pl_digest *d)
{
	unsigned n = 0;

	for (size_t i = 0; i < PL_DIGEST_LEN; i++) {
		if (d->b[i])
			return n + (unsigned)__builtin_clz(d->b[i]) - 24;
		n += 8;
	}
	return n;
}

pl_status pl_ticket_read(pl_str text, struct pl_ticket *ret)
{
	struct pl_ticket t = {0};
	pl_str rest = text, word;
	uint64_t number;

	if (text.len > PL_TICKET_MAX || !pl_str_eat(&rest, PL_STR("v1:")))
		return PL_E_SYNTAX;
	if (!pl_str_take_until(&rest, ':', &t.name) || !t.name.len)
		return PL_E_SYNTAX;
	if (!pl_str_take_until(&rest, ':', &word) || pl_str_to_u64(word, INT64_MAX, &t.time))
		return PL_E_SYNTAX;
	if (!pl_str_take_until(&rest, ':', &word) || pl_ulid_parse(word, &t.random))
		return PL_E_SYNTAX;
	if (pl_str_to_u64(rest, UINT64_MAX, &number))
		return PL_E_SYNTAX;
	pl_sha256(pl_str_bytes(text), &t.digest);
	t.bits = zero_bits(&t.digest);
	*ret = t;
	return PL_OK;
}

pl_status pl_ticket_check(const struct pl_ticket *t, pl_str name, unsigned bits, uint64_t now, struct pl_diag *diag)
{
	if (!pl_str_eq(t->name, name))
		return pl_diag_set(diag, PL_E_RANGE, "the ticket is for register %.*s", PL_STR_ARG(t->name));
	if (t->time + PL_TICKET_PAST < now)
		return pl_diag_set(diag, PL_E_RANGE, "the ticket is more than an hour old");
	if (t->time > now + PL_TICKET_FUTURE)
		return pl_diag_set(diag, PL_E_RANGE, "the ticket lies in the future: is the clock of your machine right?");
	if (t->bits < bits)
		return pl_diag_set(diag, PL_E_RANGE, "the ticket stands for %u bits of work, %u are needed", t->bits, bits);
	return PL_OK;
}

void pl_ticket_make(pl_str name, unsigned bits, uint64_t now, struct pl_buf *out)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(4 * PL_TICKET_MAX);
	struct pl_digest digest;
	struct pl_ulid random;
	size_t fixed;

	pl_random(random.b, sizeof random.b);
	pl_buf_put_z(&text, "v1:");
	pl_buf_put_str(&text, name);
	pl_buf_put_c(&text, ':');
	pl_buf_put_u64(&text, now);
	pl_buf_put_c(&text, ':');
	pl_ulid_put(&text, &random);
	pl_buf_put_c(&text, ':');
	fixed = text.len;
	for (uint64_t n = 0;; n++) {
		pl_buf_truncate(&text, fixed);
		pl_buf_put_u64(&text, n);
		pl_sha256(pl_buf_bytes(&text), &digest);
		if (pl_buf_status(&text) || zero_bits(&digest) >= bits)
			break;
	}
	pl_buf_put_bytes(out, pl_buf_bytes(&text));
}
