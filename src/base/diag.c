/* SPDX-License-Identifier: Apache-2.0 */
#include "base/diag.h"
#include <stdarg.h>
#include <stdio.h>

void pl_diag_words(struct pl_diag *d, const char *fmt, ...)
{
	va_list ap;

	if (!d || d->text[0])
		return;
	va_start(ap, fmt);
	(void)vsnprintf(d->text, sizeof d->text, fmt, ap);
	va_end(ap);
}

void pl_diag_at(struct pl_diag *d, unsigned line, unsigned column)
{
	if (!d || d->line)
		return;
	d->line = line;
	d->column = column;
}

void pl_diag_hint(struct pl_diag *d, const char *fmt, ...)
{
	va_list ap;

	if (!d || d->hint[0])
		return;
	va_start(ap, fmt);
	(void)vsnprintf(d->hint, sizeof d->hint, fmt, ap);
	va_end(ap);
}

void pl_diag_context(struct pl_diag *d, const char *fmt, ...)
{
	char outer[sizeof d->text];
	size_t n, keep;
	va_list ap;

	if (!d)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(outer, sizeof outer - 2, fmt, ap);
	va_end(ap);
	n = strlen(outer);
	if (d->text[0]) {
		memcpy(outer + n, ": ", 3);
		n += 2;
	}
	keep = strlen(d->text);
	if (keep > sizeof d->text - 1 - n)
		keep = sizeof d->text - 1 - n;
	memmove(d->text + n, d->text, keep);
	memcpy(d->text, outer, n);
	d->text[n + keep] = '\0';
}

const char *pl_diag_text(const struct pl_diag *d, pl_status st)
{
	return d && d->text[0] ? d->text : pl_status_text(st);
}
