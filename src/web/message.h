/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/message: every visible string, by key and language. Texts come from po; one that a language lacks is given in English.
 *
 * Pure: constant tables; callable from any thread.
 */
#ifndef PL_WEB_MESSAGE_H
#define PL_WEB_MESSAGE_H
#include "base/base.h"
#include "messages.h"

/* The text of @id. Lives for ever. */
pl_str pl_message(enum pl_lang lang, enum pl_message_id id);
/* The form of @id for @count things. */
pl_str pl_message_plural(enum pl_lang lang, enum pl_message_id id, uint64_t count);
/* Language tag ("en"), its own name ("English"), and "ltr" or "rtl". */
const char *pl_lang_tag(enum pl_lang lang);
const char *pl_lang_name(enum pl_lang lang);
const char *pl_lang_direction(enum pl_lang lang);
/* The language with tag @tag (any case). PL_E_NOTFOUND. */
pl_status pl_lang_find(pl_str tag, enum pl_lang *ret);
/* The best language for an Accept-Language value (RFC 9110 section 12.5.4, lookup by prefix); English if nothing fits. */
enum pl_lang pl_lang_accept(pl_str header);
#endif
