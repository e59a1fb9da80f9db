/* SPDX-License-Identifier: Apache-2.0 */
/* base/random: bytes from the kernel's generator. */
#ifndef PL_BASE_RANDOM_H
#define PL_BASE_RANDOM_H
#include <stddef.h>

/* Fill @out with @len random bytes from getrandom(2). Ends the program if the kernel has none to give. */
void pl_random(void *out, size_t len);

#endif
