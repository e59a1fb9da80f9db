/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Models of every page, full and empty, for tests: with @nasty every text is an attack on HTML, else it is what a reader may see.
 * All memory is static; the last call wins.
 */
#ifndef PL_TESTS_WEB_FIXTURE_H
#define PL_TESTS_WEB_FIXTURE_H
#include "pages.h"

enum fixture { FIXTURE_FULL, FIXTURE_EMPTY, FIXTURE_NASTY };

/* Render page number @page (0 .. fixture_count() - 1) into @out; its file name through @ret_name. */
void fixture_render(size_t page, enum fixture how, enum pl_lang lang, struct pl_buf *out, const char **ret_name);
size_t fixture_count(void);

/* The attack, and what must never appear in a page. */
extern const char fixture_attack[];
#endif
