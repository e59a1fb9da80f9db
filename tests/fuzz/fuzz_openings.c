/* SPDX-License-Identifier: Apache-2.0 */
/* Declarations and openings files: what is refused leaves nothing behind and says why; what is counted keeps to what was said. */
#include "register/recount.h"
#include "fuzz.h"

static void declaration(pl_str text)
{
	struct pl_register_decl *d = NULL;
	struct pl_diag diag = {0};

	if (pl_register_decl_parse(text, &d, &diag)) {
		FUZZ_HOLDS(!d && (diag.text[0] || text.len == 0));
		return;
	}
	FUZZ_HOLDS(d->n_fields && d->n_fields <= PL_REGISTER_FIELDS_MAX && d->derived.n >= d->n_fields + 2);
	FUZZ_HOLDS(!d->derived.fields[pl_register_received(d)].is_private);
	FUZZ_HOLDS(pl_str_eq(pl_buf_str(&d->text), text));
	pl_register_decl_free(d);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pl_diag diag = {0};
	struct pl_recount r;

	declaration(pl_bytes_str(pl_bytes_of(data, size)));
	if (pl_recount_file(pl_bytes_of(data, size), 1, NULL, NULL, &r, &diag)) {
		FUZZ_HOLDS(!r.decl && diag.text[0]);
		return 0;
	}
	FUZZ_HOLDS(r.rows == r.head.last.size - r.head.first.size && r.cases <= r.rows);
	for (size_t i = 0; i < r.decl->n_tables; i++)
		FUZZ_HOLDS(r.tables[i].n <= r.cases);
	pl_recount_done(&r);
	return 0;
}
