/* SPDX-License-Identifier: Apache-2.0 */
#include "base/progress.h"
#include "base/time.h"
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define FIRST_DRAW (PL_SECOND / 2)
#define REDRAW (PL_SECOND / 10)
#define PLAIN_AFTER PL_SECOND
#define BAR 24u

static _Atomic bool silent;

void pl_progress_quiet(bool quiet)
{
	silent = quiet;
}

void pl_progress_begin(struct pl_progress *p, const char *label, uint64_t total, enum pl_progress_unit unit)
{
	*p = (struct pl_progress){.label = label, .total = total, .unit = unit, .start = pl_time_monotonic()};
	p->tty = isatty(STDERR_FILENO) == 1;
	p->next_draw = p->start + (p->tty ? FIRST_DRAW : PLAIN_AFTER);
}

static void put_amount(struct pl_buf *out, uint64_t n, enum pl_progress_unit unit)
{
	static const char *const names[] = {"B", "KiB", "MiB", "GiB", "TiB"};
	size_t i = 0;
	double x = (double)n;

	if (unit == PL_PROGRESS_COUNT) {
		pl_buf_put_u64(out, n);
		return;
	}
	while (x >= 1024 && i + 1 < sizeof names / sizeof names[0]) {
		x /= 1024;
		i++;
	}
	pl_buf_printf(out, i ? "%.1f %s" : "%.0f %s", x, names[i]);
}

static void put_seconds(struct pl_buf *out, uint64_t s)
{
	if (s >= 3600)
		pl_buf_printf(out, "%llu:%02llu:%02llu", (unsigned long long)(s / 3600), (unsigned long long)(s / 60 % 60),
			(unsigned long long)(s % 60));
	else
		pl_buf_printf(out, "%llu:%02llu", (unsigned long long)(s / 60), (unsigned long long)(s % 60));
}

static unsigned parts(uint64_t done, uint64_t total, unsigned of)
{
	if (done >= total)
		return of;
	return (unsigned)((double)done / (double)total * of);
}

void pl_progress_line(const struct pl_progress *p, uint64_t elapsed_ns, unsigned columns, struct pl_buf *out)
{
	size_t start = out->len;
	uint64_t done = p->done;
	double seconds = (double)elapsed_ns / (double)PL_SECOND;

	pl_buf_put_z(out, p->label);
	pl_buf_put_z(out, "  ");
	if (p->total) {
		unsigned full = parts(done, p->total, BAR);

		pl_buf_put_c(out, '[');
		for (unsigned i = 0; i < BAR; i++)
			pl_buf_put_c(out, i < full ? '#' : '.');
		pl_buf_printf(out, "] %3u%%  ", parts(done, p->total, 100));
	}
	put_amount(out, done, p->unit);
	if (p->total) {
		pl_buf_put_z(out, " of ");
		put_amount(out, p->total, p->unit);
	}
	if (seconds > 0 && done) {
		double rate = (double)done / seconds;

		/* Beyond 10^18 no conversion back to an integer is safe, and no rate is real. */
		if (rate > 1e18)
			rate = 1e18;
		pl_buf_put_z(out, "  ");
		put_amount(out, (uint64_t)rate, p->unit);
		pl_buf_put_z(out, "/s");
		if (p->total > done && rate >= 1) {
			pl_buf_put_z(out, "  ");
			put_seconds(out, (uint64_t)((double)(p->total - done) / rate) + 1);
			pl_buf_put_z(out, " left");
		}
	}
	/* A line that wraps could not be redrawn in its place. */
	if (out->len - start > columns)
		pl_buf_truncate(out, start + columns);
}

static unsigned columns(void)
{
	struct winsize w = {0};

	return ioctl(STDERR_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col > 20 ? w.ws_col - 1u : 79u;
}

static void emit(struct pl_buf *b)
{
	if (!pl_buf_status(b) && b->len && write(STDERR_FILENO, b->ptr, b->len) < 0)
		(void)0; /* nobody is left to tell */
}

static void draw_tty(struct pl_progress *p, uint64_t now)
{
	struct pl_buf b = PL_BUF(2048);

	pl_buf_put_c(&b, '\r');
	pl_progress_line(p, now - p->start, columns(), &b);
	pl_buf_put_z(&b, "\x1b[K");
	emit(&b);
	pl_buf_done(&b);
	p->drawn = true;
}

static void draw_plain(struct pl_progress *p)
{
	unsigned q = p->total ? parts(p->done, p->total, 4) : 0, old = p->quarter;
	struct pl_buf b = PL_BUF(2048);

	if (q <= old || !atomic_compare_exchange_strong(&p->quarter, &old, q))
		return;
	pl_buf_printf(&b, "%s: %u%%\n", p->label, q * 25);
	emit(&b);
	pl_buf_done(&b);
}

static void draw(struct pl_progress *p)
{
	uint64_t now = pl_time_monotonic(), next = p->next_draw;

	/* Of several threads, the one that moves the next time draws. */
	if (silent || now < next || !atomic_compare_exchange_strong(&p->next_draw, &next, now + REDRAW))
		return;
	if (p->tty)
		draw_tty(p, now);
	else
		draw_plain(p);
}

void pl_progress_set(struct pl_progress *p, uint64_t done)
{
	p->done = done;
	draw(p);
}

void pl_progress_add(struct pl_progress *p, uint64_t more)
{
	p->done += more;
	draw(p);
}

void pl_progress_end(struct pl_progress *p)
{
	if (p->drawn && write(STDERR_FILENO, "\r\x1b[K", 4) < 0)
		(void)0; /* nobody is left to tell */
	p->drawn = false;
	p->tty = false;
}
