/* SPDX-License-Identifier: Apache-2.0 */
#include "release/mask.h"
#include "base/child.h"
#include "base/file.h"
#include "base/time.h"
#include "release/objfile.h"
#include "release/recipe.h"
#include <stdlib.h>

#define RANGE_BYTES 17u

struct scan {
	struct pl_objfile file;
	unsigned allowed;
	uint64_t at;             /* for the question "which section?" */
	struct pl_buf *out;
};

static const struct pl_child_limits limits = {.timeout_ns = 20 * PL_SECOND, .memory = UINT64_C(1) << 30};

void pl_mask_init(struct pl_mask *m)
{
	*m = (struct pl_mask){0};
}

void pl_mask_done(struct pl_mask *m)
{
	pl_free(m->ranges);
	pl_mask_init(m);
}

/* ---- in the confined child ---- */

static void put_range(struct scan *s, uint64_t from, uint64_t len, unsigned why)
{
	if ((s->allowed & why) && s->out->len < (size_t)PL_MASK_RANGES_MAX * RANGE_BYTES) {
		pl_buf_put_be64(s->out, from);
		pl_buf_put_be64(s->out, from + len);
		pl_buf_put_u8(s->out, (uint8_t)why);
	}
}

#define NOTE_HEAD 16u
#define BUILD_ID_MAX 64u

static bool mask_section(void *ctx, uint64_t offset, uint64_t size, pl_str name)
{
	/* The note's own header (name size, description size, type, "GNU") stays compared. What is longer than any hash is no
	 * build id, whatever a linker was told to call it. */
	if (pl_str_eq(name, PL_STR(".note.gnu.build-id")) && size > NOTE_HEAD && size <= NOTE_HEAD + BUILD_ID_MAX)
		put_range(ctx, offset + NOTE_HEAD, size - NOTE_HEAD, PL_NORMALISE_ELF_BUILD_ID);
	return true;
}

static bool mask_member(void *ctx, uint64_t offset, uint64_t size, pl_str name)
{
	struct scan *s = ctx;
	struct pl_objfile member = {.fd = s->file.fd, .base = offset + 60, .size = size};

	put_range(s, offset + 16, 32, PL_NORMALISE_AR_HEADER); /* date, uid, gid, mode: not name, size, magic */
	pl_objfile_elf_sections(&member, mask_section, s);
	return true;
}

static pl_status find_ranges(void *ctx, struct pl_buf *out)
{
	struct scan *s = ctx;

	s->out = out;
	pl_objfile_elf_sections(&s->file, mask_section, s);
	pl_objfile_ar_members(&s->file, mask_member, s);
	return pl_buf_status(out);
}

static void put_name(struct pl_buf *out, pl_str name)
{
	for (size_t i = 0; i < name.len && i < 28; i++)
		pl_buf_put_c(out, name.ptr[i] > 0x20 && name.ptr[i] < 0x7f ? name.ptr[i] : '?');
}

static bool name_section(void *ctx, uint64_t offset, uint64_t size, pl_str name)
{
	struct scan *s = ctx;

	if (s->at < offset || s->at - offset >= size)
		return true;
	if (s->out->len)
		pl_buf_put_c(s->out, ' ');
	put_name(s->out, name);
	return false;
}

static bool name_member(void *ctx, uint64_t offset, uint64_t size, pl_str name)
{
	struct scan *s = ctx;
	struct pl_objfile member = {.fd = s->file.fd, .base = offset + 60, .size = size};

	if (s->at < offset || s->at - offset >= size + 60)
		return true;
	put_name(s->out, name);
	pl_objfile_elf_sections(&member, name_section, s);
	return false;
}

static pl_status find_section(void *ctx, struct pl_buf *out)
{
	struct scan *s = ctx;

	s->out = out;
	pl_objfile_elf_sections(&s->file, name_section, s);
	pl_objfile_ar_members(&s->file, name_member, s);
	return pl_buf_status(out);
}

/* Two files whose sections are compared by name. */
struct pair {
	struct pl_objfile a, b;
	uint64_t offset, size; /* of the section in a */
	pl_str name;
	bool found, same, build_id;
	unsigned named;
	struct pl_buf *out;
};

static bool same_bytes(const struct pair *p, uint64_t at_b)
{
	uint8_t a[4096], b[4096];

	for (uint64_t at = 0; at < p->size;) {
		size_t n = p->size - at < sizeof a ? (size_t)(p->size - at) : sizeof a, got_a, got_b;

		if (pl_file_pread(p->a.fd, a, n, p->offset + at, &got_a) != PL_OK || got_a != n ||
			pl_file_pread(p->b.fd, b, n, at_b + at, &got_b) != PL_OK || got_b != n || memcmp(a, b, n) != 0)
			return false;
		at += n;
	}
	return true;
}

static bool match_section(void *ctx, uint64_t offset, uint64_t size, pl_str name)
{
	struct pair *p = ctx;

	if (!pl_str_eq(name, p->name))
		return true;
	p->found = true;
	p->same = size == p->size && same_bytes(p, offset);
	return false;
}

static bool compare_section(void *ctx, uint64_t offset, uint64_t size, pl_str name)
{
	struct pair *p = ctx;

	p->offset = offset;
	p->size = size;
	p->name = name;
	p->found = false;
	pl_objfile_elf_sections(&p->b, match_section, p);
	if (p->found && p->same)
		return true;
	if (pl_str_eq(name, PL_STR(".note.gnu.build-id"))) {
		p->build_id = true;
		return true;
	}
	if (p->named)
		pl_buf_put_c(p->out, ' ');
	if (p->named++ == 8) {
		pl_buf_put_z(p->out, "...");
		return false;
	}
	put_name(p->out, name);
	return true;
}

static pl_status find_sections(void *ctx, struct pl_buf *out)
{
	struct pair *p = ctx;

	p->out = out;
	pl_objfile_elf_sections(&p->a, compare_section, p);
	if (p->build_id) {
		if (p->named)
			pl_buf_put_c(out, ' ');
		pl_buf_put_z(out, ".note.gnu.build-id");
	}
	return pl_buf_status(out);
}

/* ---- outside ---- */

static int by_offset(const void *a, const void *b)
{
	const struct pl_mask_range *x = a, *y = b;

	return x->from < y->from ? -1 : x->from > y->from;
}

/* Could a child that tells the truth have said this range? */
static bool may_be(const struct pl_mask_range *r, unsigned allowed, uint64_t size)
{
	return r->from < r->to && r->to <= size && (r->why & allowed) && (r->why & (r->why - 1)) == 0;
}

pl_status pl_mask_take(struct pl_mask *m, pl_bytes in, unsigned allowed, uint64_t size)
{
	size_t n = in.len / RANGE_BYTES;

	if (in.len % RANGE_BYTES || n > PL_MASK_RANGES_MAX)
		return PL_E_CORRUPT;
	m->ranges = n ? pl_try_alloc(n, sizeof *m->ranges) : NULL;
	if (n && !m->ranges)
		return PL_E_NOMEM;
	for (size_t i = 0; i < n; i++) {
		struct pl_mask_range r;
		uint8_t why;

		if (pl_get_be64(&in, &r.from) != PL_OK || pl_get_be64(&in, &r.to) != PL_OK || pl_get_u8(&in, &why) != PL_OK)
			return PL_E_CORRUPT;
		r.why = why;
		m->ranges[i] = r;
	}
	m->n = n;
	if (n)
		qsort(m->ranges, n, sizeof *m->ranges, by_offset);
	for (size_t i = 0; i < n; i++)
		if (!may_be(&m->ranges[i], allowed, size) || (i && m->ranges[i].from < m->ranges[i - 1].to))
			return PL_E_CORRUPT;
	return PL_OK;
}

void pl_mask_scan(struct pl_mask *m, int fd, unsigned allowed)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(PL_MASK_RANGES_MAX * RANGE_BYTES);
	struct scan s = {.file = {.fd = fd}, .allowed = allowed};

	pl_mask_done(m);
	if (pl_file_size(fd, &s.file.size) != PL_OK ||
		pl_child_confined_call(find_ranges, &s, &fd, 1, &limits, &out, NULL) != PL_OK)
		return;
	/* Ranges that overlap come from a file that contradicts itself: it gets no normalisation at all. */
	if (pl_mask_take(m, pl_buf_bytes(&out), allowed, s.file.size) != PL_OK)
		pl_mask_done(m);
}

unsigned pl_mask_at(const struct pl_mask *m, uint64_t at)
{
	size_t low = 0, high = m->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (m->ranges[mid].to <= at)
			low = mid + 1;
		else
			high = mid;
	}
	return low < m->n && at >= m->ranges[low].from ? m->ranges[low].why : 0;
}

void pl_mask_name_take(pl_str said, char *ret, size_t size)
{
	for (size_t i = 0; i < said.len; i++)
		if (said.ptr[i] < 0x20 || said.ptr[i] > 0x7e)
			said.len = 0;
	if (pl_str_z(said, ret, size) != PL_OK)
		ret[0] = '\0';
}

void pl_mask_section(int fd, uint64_t at, char ret[static 64])
{
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(63);
	struct scan s = {.file = {.fd = fd}, .at = at};

	ret[0] = '\0';
	if (pl_file_size(fd, &s.file.size) != PL_OK ||
		pl_child_confined_call(find_section, &s, &fd, 1, &limits, &out, NULL) != PL_OK)
		return;
	pl_mask_name_take(pl_buf_str(&out), ret, 64);
}

void pl_mask_sections(int fd_a, int fd_b, char ret[static 256])
{
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(255);
	struct pair p = {.a = {.fd = fd_a}, .b = {.fd = fd_b}};
	const int fds[] = {fd_a, fd_b};

	ret[0] = '\0';
	if (pl_file_size(fd_a, &p.a.size) != PL_OK || pl_file_size(fd_b, &p.b.size) != PL_OK ||
		pl_child_confined_call(find_sections, &p, fds, 2, &limits, &out, NULL) != PL_OK)
		return;
	pl_mask_name_take(pl_buf_str(&out), ret, 256);
}
