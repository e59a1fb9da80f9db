/* SPDX-License-Identifier: Apache-2.0 */
/* crypto/digest_file: the SHA-256 of an open file, in pieces, whatever its size. Callable from any thread. */
#ifndef PL_CRYPTO_DIGEST_FILE_H
#define PL_CRYPTO_DIGEST_FILE_H
#include "crypto/digest.h"

/* Hash the regular file @fd from its start to its end; its offset stays where it was. PL_E_IO. */
pl_status pl_digest_file(int fd, struct pl_digest *ret);

#endif
