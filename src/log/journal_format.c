/* SPDX-License-Identifier: Apache-2.0 */
/* The bytes of log/journal: pure, no files. Layout: docs/formats/journal.md. */
#include "log/crc32c.h"
#include "log/journal_priv.h"
#include <stdio.h>

#define SEGMENT_MAGIC "PLJSEG1\n"
#define BATCH_MAGIC "PLJB"
#define VERSION 1u
#define EDGE_MAX 63u

static uint32_t keyed_crc(const uint8_t *nonce, pl_bytes data)
{
	return pl_crc32c(pl_crc32c(0, pl_bytes_of(nonce, PL_JOURNAL_NONCE)), data);
}

void pl_journal_header_write(const struct pl_journal_segment *s, const struct pl_digest *log,
	const struct pl_tree_edge *edge, uint8_t out[static PL_JOURNAL_HEADER])
{
	struct pl_digest packed[EDGE_MAX];
	size_t n = pl_tree_edge_count(edge);

	memset(out, 0, PL_JOURNAL_HEADER);
	memcpy(out, SEGMENT_MAGIC, 8);
	pl_be32_write(out + 12, VERSION);
	pl_be64_write(out + 16, s->number);
	pl_be64_write(out + 24, s->first);
	memcpy(out + 32, s->nonce, PL_JOURNAL_NONCE);
	memcpy(out + 48, log->b, sizeof log->b);
	pl_be64_write(out + 80, s->bytes);
	pl_be32_write(out + 88, (uint32_t)n);
	pl_tree_edge_pack(edge, packed);
	memcpy(out + 96, packed, n * sizeof packed[0]);
	pl_be32_write(out + 8, pl_crc32c(0, pl_bytes_of(out + 12, PL_JOURNAL_HEADER - 12)));
}

pl_status pl_journal_header_parse(pl_bytes data, struct pl_journal_segment *ret, struct pl_digest *ret_log,
	struct pl_tree_edge *ret_edge)
{
	struct pl_digest packed[EDGE_MAX];
	struct pl_journal_segment s = {0};
	struct pl_tree_edge edge;
	const uint8_t *p = data.ptr;
	size_t n;

	if (data.len < PL_JOURNAL_HEADER || memcmp(p, SEGMENT_MAGIC, 8) != 0)
		return PL_E_SYNTAX;
	if (pl_be32(p + 8) != pl_crc32c(0, pl_bytes_of(p + 12, PL_JOURNAL_HEADER - 12)) || pl_be32(p + 12) != VERSION)
		return PL_E_SYNTAX;
	s.number = pl_be64(p + 16);
	s.first = pl_be64(p + 24);
	memcpy(s.nonce, p + 32, PL_JOURNAL_NONCE);
	s.bytes = pl_be64(p + 80);
	n = pl_be32(p + 88);
	if (n > EDGE_MAX || s.first > PL_TREE_SIZE_MAX || pl_be32(p + 92) != 0)
		return PL_E_SYNTAX;
	memcpy(packed, p + 96, n * sizeof packed[0]);
	if (pl_tree_edge_unpack(s.first, packed, n, &edge))
		return PL_E_SYNTAX;
	*ret = s;
	memcpy(ret_log->b, p + 48, sizeof ret_log->b);
	*ret_edge = edge;
	return PL_OK;
}

void pl_journal_segment_name(uint64_t number, char out[static PL_JOURNAL_NAME_MAX])
{
	(void)snprintf(out, PL_JOURNAL_NAME_MAX, "%016llu.segment", (unsigned long long)number);
}

void pl_journal_spare_name(unsigned i, char out[static PL_JOURNAL_NAME_MAX])
{
	(void)snprintf(out, PL_JOURNAL_NAME_MAX, "spare-%u", i);
}

pl_status pl_journal_segment_number(pl_str name, uint64_t *ret)
{
	char again[PL_JOURNAL_NAME_MAX];
	pl_str digits = pl_str_sub(name, 0, 16);
	uint64_t n;

	while (digits.len > 1 && digits.ptr[0] == '0')
		digits = pl_str_sub(digits, 1, digits.len);
	if (pl_str_to_u64(digits, UINT64_C(9999999999999999), &n))
		return PL_E_SYNTAX;
	pl_journal_segment_name(n, again);
	if (!pl_str_eq(name, pl_str_from(again)))
		return PL_E_SYNTAX;
	*ret = n;
	return PL_OK;
}

pl_status pl_journal_batch_write(struct pl_buf *out, const struct pl_journal_batch *batch, const uint8_t nonce[static 16])
{
	struct pl_digest packed[EDGE_MAX];
	size_t n_edge = pl_tree_edge_count(&batch->after);
	size_t head = PL_JOURNAL_BATCH_FIXED + n_edge * sizeof packed[0];
	size_t start = out->len, pad = -(head + batch->entries.len) & 7;
	uint8_t *p;

	if (batch->entries.len > PL_JOURNAL_BATCH_MAX || batch->n > PL_JOURNAL_ENTRIES_MAX)
		return PL_E_TOOBIG;
	p = pl_buf_reserve(out, head);
	if (!p)
		return pl_buf_status(out);
	memcpy(p, BATCH_MAGIC, 4);
	pl_be32_write(p + 8, (uint32_t)batch->entries.len);
	pl_be32_write(p + 12, batch->n);
	pl_be64_write(p + 16, batch->first);
	pl_be64_write(p + 24, batch->epoch);
	pl_be64_write(p + 32, batch->time);
	pl_be32_write(p + 40, keyed_crc(nonce, batch->entries));
	pl_be16_write(p + 44, (uint16_t)n_edge);
	pl_be16_write(p + 46, 0);
	memcpy(p + 48, batch->before.b, sizeof batch->before.b);
	pl_tree_edge_pack(&batch->after, packed);
	memcpy(p + PL_JOURNAL_BATCH_FIXED, packed, n_edge * sizeof packed[0]);
	pl_be32_write(p + 4, keyed_crc(nonce, pl_bytes_of(p + 8, head - 8)));
	pl_buf_commit(out, head);
	pl_buf_put_bytes(out, batch->entries);
	pl_buf_put(out, (const uint8_t[8]){0}, pad);
	if (pl_buf_status(out))
		out->len = start;
	return pl_buf_status(out);
}

pl_status pl_journal_batch_parse(pl_bytes data, const uint8_t nonce[static 16], struct pl_journal_batch *ret,
	size_t *ret_len)
{
	struct pl_digest packed[EDGE_MAX];
	struct pl_journal_batch b = {0};
	const uint8_t *p = data.ptr;
	size_t n_edge, head, len, whole;

	if (data.len < PL_JOURNAL_BATCH_FIXED || memcmp(p, BATCH_MAGIC, 4) != 0)
		return PL_E_SYNTAX;
	len = pl_be32(p + 8);
	n_edge = pl_be16(p + 44);
	head = PL_JOURNAL_BATCH_FIXED + n_edge * sizeof packed[0];
	if (n_edge > EDGE_MAX || len > PL_JOURNAL_BATCH_MAX || data.len < head || data.len - head < len)
		return PL_E_SYNTAX;
	/* Zero in this version; whoever gives it a meaning must not be misread. */
	if (pl_be16(p + 46) != 0)
		return PL_E_SYNTAX;
	if (pl_be32(p + 4) != keyed_crc(nonce, pl_bytes_of(p + 8, head - 8)))
		return PL_E_SYNTAX;
	whole = (head + len + 7) & ~(size_t)7;
	b.n = pl_be32(p + 12);
	b.first = pl_be64(p + 16);
	b.epoch = pl_be64(p + 24);
	b.time = pl_be64(p + 32);
	b.entries = pl_bytes_of(p + head, len);
	memcpy(b.before.b, p + 48, sizeof b.before.b);
	memcpy(packed, p + PL_JOURNAL_BATCH_FIXED, n_edge * sizeof packed[0]);
	if (b.n == 0 || b.n > PL_JOURNAL_ENTRIES_MAX || b.first > PL_TREE_SIZE_MAX - b.n || whole > data.len)
		return PL_E_SYNTAX;
	if (pl_be32(p + 40) != keyed_crc(nonce, b.entries) || pl_tree_edge_unpack(b.first + b.n, packed, n_edge, &b.after))
		return PL_E_SYNTAX;
	*ret = b;
	*ret_len = whole;
	return PL_OK;
}
