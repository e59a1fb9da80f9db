/* SPDX-License-Identifier: Apache-2.0 */
/* log/crc32c: the checksum of RFC 3720 appendix B.4 (Castagnoli), against torn writes. Not a defence against people. Pure. */
#ifndef PL_LOG_CRC32C_H
#define PL_LOG_CRC32C_H
#include "base/str.h"

/* Go on with @crc (0 to begin) over @data. pl_crc32c(pl_crc32c(0, a), b) is the checksum of a || b. */
uint32_t pl_crc32c(uint32_t crc, pl_bytes data);

#endif
