/* SPDX-License-Identifier: Apache-2.0 */
/* register/person/zip_internal: the layouts that writing and reading share. Little-endian, as ZIP is. */
#ifndef PL_REGISTER_PERSON_ZIP_INTERNAL_H
#define PL_REGISTER_PERSON_ZIP_INTERNAL_H
#include "register/person/zip.h"

#define ZIP_LOCAL 30u
#define ZIP_DESCRIPTOR 16u
#define ZIP_CENTRAL 46u
#define ZIP_END 22u
#define ZIP_FLAGS 0x0808u /* sizes follow the data; names are UTF-8 */

uint32_t pl_zip_crc(uint32_t crc, pl_bytes data);
/* Bytes of a file of @size bytes in its blocks. */
static inline uint64_t pl_zip_packed(uint64_t size)
{
	return size + 5 * (size / PL_ZIP_BLOCK + 1);
}
/* The head of a block of @n bytes. */
void pl_zip_block_head(uint8_t out[static 5], size_t n, bool last);
/* The three records about @f. */
void pl_zip_put_local(struct pl_buf *out, const struct pl_zip_file *f);
void pl_zip_put_descriptor(struct pl_buf *out, const struct pl_zip_file *f);
void pl_zip_put_central(struct pl_buf *out, const struct pl_zip_file *f);
void pl_zip_put_end(struct pl_buf *out, size_t files, uint64_t directory, uint64_t start);

#endif
