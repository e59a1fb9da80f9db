/* SPDX-License-Identifier: Apache-2.0 */
#include "release/compare.h"
#include "base/file.h"
#include "release/mask.h"
#include "release/recipe.h"

#define PIECE ((size_t)256 * 1024)

static const char *const words[PL_VERDICT_COUNT] = {"identical", "identical-after-normalisation", "different",
	"not-attempted"};

const char *pl_verdict_word(enum pl_verdict v)
{
	return words[v];
}

pl_status pl_verdict_parse(pl_str word, enum pl_verdict *ret)
{
	for (unsigned i = 0; i < PL_VERDICT_COUNT; i++) {
		if (pl_str_eq(word, pl_str_from(words[i]))) {
			*ret = (enum pl_verdict)i;
			return PL_OK;
		}
	}
	return PL_E_SYNTAX;
}

struct side {
	int fd;
	uint64_t size;
	struct pl_sha256 *hash;
	uint8_t *piece;
	struct pl_mask mask;
};

/* What one pass over both files finds. */
struct found {
	uint64_t first, differing;  /* outside the masks */
	bool any_raw, any;          /* differing at all; differing outside the masks */
	unsigned used;              /* normalisations whose masks covered a difference */
};

static pl_status read_piece(struct side *s, uint64_t at, size_t *ret)
{
	size_t got;
	pl_status st = pl_file_pread(s->fd, s->piece, PIECE, at, &got);

	if (st == PL_OK) {
		pl_sha256_update(s->hash, pl_bytes_of(s->piece, got));
		*ret = got;
	}
	return st;
}

static void compare_piece(const struct side *a, const struct side *b, uint64_t at, size_t n, struct found *f)
{
	if (memcmp(a->piece, b->piece, n) == 0)
		return;
	f->any_raw = true;
	for (size_t i = 0; i < n; i++) {
		unsigned why;

		if (a->piece[i] == b->piece[i])
			continue;
		why = pl_mask_at(&a->mask, at + i) & pl_mask_at(&b->mask, at + i);
		f->used |= why;
		if (why)
			continue;
		if (!f->any)
			f->first = at + i;
		f->any = true;
		f->differing++;
	}
}

static pl_status compare_sides(struct side *a, struct side *b, struct found *f)
{
	uint64_t longer = a->size > b->size ? a->size : b->size, shorter = a->size < b->size ? a->size : b->size;

	for (uint64_t at = 0; at < longer; at += PIECE) {
		size_t na = 0, nb = 0;
		pl_status st = read_piece(a, at, &na);

		if (st == PL_OK)
			st = read_piece(b, at, &nb);
		if (st != PL_OK)
			return st;
		compare_piece(a, b, at, na < nb ? na : nb, f);
	}
	if (longer != shorter) {
		f->any_raw = true;
		f->differing += longer - shorter;
		if (!f->any)
			f->first = shorter;
		f->any = true;
	}
	return PL_OK;
}

static pl_status prepare(struct side *s, int fd, unsigned allowed)
{
	*s = (struct side){.fd = fd};
	s->hash = pl_sha256_new();
	s->piece = pl_alloc(1, PIECE);
	pl_mask_init(&s->mask);
	if (allowed)
		pl_mask_scan(&s->mask, fd, allowed);
	return pl_file_size(fd, &s->size);
}

static void side_done(struct side *s)
{
	pl_sha256_free(s->hash);
	pl_free(s->piece);
	pl_mask_done(&s->mask);
}

static void judge(const struct side *a, const struct side *b, const struct found *f, struct pl_comparison *c)
{
	c->size_a = a->size;
	c->size_b = b->size;
	pl_sha256_final(a->hash, &c->a);
	pl_sha256_final(b->hash, &c->b);
	c->first = f->first;
	c->differing = f->differing;
	c->verdict = !f->any_raw ? PL_VERDICT_IDENTICAL : f->any ? PL_VERDICT_DIFFERENT : PL_VERDICT_NORMALISED;
	c->normalised = c->verdict == PL_VERDICT_NORMALISED ? f->used : 0;
	if (c->verdict == PL_VERDICT_DIFFERENT) {
		pl_mask_section(a->fd, f->first, c->section_a);
		pl_mask_section(b->fd, f->first, c->section_b);
		pl_mask_sections(a->fd, b->fd, c->sections);
	}
}

pl_status pl_compare_files(int fd_a, int fd_b, unsigned allowed, struct pl_comparison *ret)
{
	struct pl_comparison c = {0};
	struct found f = {0};
	struct side a = {0}, b = {0};
	pl_status st = prepare(&a, fd_a, allowed);

	if (st == PL_OK)
		st = prepare(&b, fd_b, allowed);
	if (st == PL_OK)
		st = compare_sides(&a, &b, &f);
	if (st == PL_OK) {
		judge(&a, &b, &f, &c);
		*ret = c;
	}
	side_done(&a);
	side_done(&b);
	return st;
}
