/* SPDX-License-Identifier: Apache-2.0 */
/* web/asset: style sheet, marks and scripts inside the program, named by their content (tools/assetgen.py makes the table). */
#ifndef PL_WEB_ASSET_H
#define PL_WEB_ASSET_H
#include <stddef.h>

struct pl_asset {
	const char *path;   /* "/assets/style.0123456789abcdef.css" */
	const char *name;   /* "style.css" */
	const char *type;   /* media type */
	const char *digest; /* SHA-256, hex */
	const unsigned char *data;
	size_t len;
};

extern const struct pl_asset pl_assets[];
extern const size_t pl_asset_count;
#endif
