/* SPDX-License-Identifier: Apache-2.0 */
#include "web/qr.h"
#include <qrencode.h>

#define TEXT_MAX 512u
#define MARGIN 4

static void put_row(struct pl_buf *path, const QRcode *code, int y)
{
	const unsigned char *row = code->data + y * code->width;

	for (int x = 0; x < code->width;) {
		int run = 0;

		while (x + run < code->width && row[x + run] & 1)
			run++;
		if (run)
			pl_buf_printf(path, "M%d,%dh%dv1h-%dz", x + MARGIN, y + MARGIN, run, run);
		x += run ? run : 1;
	}
}

pl_status pl_qr_path(pl_str text, struct pl_buf *path, uint64_t *ret_size)
{
	char z[TEXT_MAX + 1];
	QRcode *code;
	pl_status st = pl_str_z(text, z, sizeof z);

	if (st)
		return st;
	code = QRcode_encodeString8bit(z, 0, QR_ECLEVEL_M);
	pl_wipe(z, sizeof z);
	if (!code)
		return PL_E_NOMEM;
	for (int y = 0; y < code->width; y++)
		put_row(path, code, y);
	*ret_size = (uint64_t)code->width + 2 * MARGIN;
	pl_wipe(code->data, (size_t)code->width * (size_t)code->width);
	QRcode_free(code);
	return pl_buf_status(path);
}
