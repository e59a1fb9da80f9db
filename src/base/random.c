/* SPDX-License-Identifier: Apache-2.0 */
#include "base/random.h"
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

void pl_random(void *out, size_t len)
{
	uint8_t *p = out;

	while (len) {
		ssize_t n = getrandom(p, len < 256 ? len : 256, 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			fputs("evt=no_random_numbers\n", stderr);
			abort();
		}
		p += n;
		len -= (size_t)n;
	}
}
