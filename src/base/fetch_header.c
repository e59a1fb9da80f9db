/* SPDX-License-Identifier: Apache-2.0 */
#include "base/fetch_header.h"
#include <strings.h>

void pl_fetch_header_clear(const struct pl_fetch_want *wants, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (wants[i].size)
			wants[i].value[0] = '\0';
}

void pl_fetch_header_take(pl_str line, const struct pl_fetch_want *wants, size_t n, bool *ended)
{
	pl_str name;

	if (pl_str_starts(line, PL_STR("HTTP/"))) {
		pl_fetch_header_clear(wants, n);
		*ended = false;
		return;
	}
	while (line.len && (line.ptr[line.len - 1] == '\r' || line.ptr[line.len - 1] == '\n'))
		line.len--;
	if (!line.len)
		*ended = true;
	if (!pl_str_take_until(&line, ':', &name))
		return;
	line = pl_str_trim(line);
	for (size_t i = 0; i < n; i++) {
		const struct pl_fetch_want *w = &wants[i];

		if (!w->size || strlen(w->name) != name.len || strncasecmp(w->name, name.ptr, name.len) != 0)
			continue;
		if (pl_str_z(pl_str_sub(line, 0, w->size - 1), w->value, w->size))
			w->value[0] = '\0';
	}
}
