/* SPDX-License-Identifier: Apache-2.0 */
/* web/qr: a text as a QR code (ISO/IEC 18004), drawn as the path of an SVG. libqrencode lives behind this header. */
#ifndef PL_WEB_QR_H
#define PL_WEB_QR_H
#include "base/base.h"

#define PL_QR_PATH_MAX 65536u

/* Append to @path the dark modules of @text (at most 512 bytes, error correction M), one "Mx,yhNv1h-Nz" a run, inside of a
 * margin of four modules; @ret_size gets the side of the whole picture in modules. PL_E_TOOBIG, PL_E_SYNTAX (a NUL), PL_E_NOMEM. */
pl_status pl_qr_path(pl_str text, struct pl_buf *path, uint64_t *ret_size);

#endif
