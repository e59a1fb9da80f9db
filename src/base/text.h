/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base/text: text that somebody outside wrote, for places where its characters could do more than be read: a terminal takes orders from
 * control characters, and a line of ours is read in another order behind a character that turns it around. Pure.
 */
#ifndef PL_BASE_TEXT_H
#define PL_BASE_TEXT_H
#include "base/base.h"

/* The character at the front of @rest (not empty), which moves on; @ret_bytes: its bytes. What is no UTF-8 comes byte by byte as U+FFFF. */
uint32_t pl_text_take(pl_str *rest, pl_str *ret_bytes);
/* Controls (C0, DEL, C1), line ends of Unicode, and what turns the order of reading around (UAX 9: embeddings, overrides, isolates). */
bool pl_text_is_control(uint32_t c);
/* One line of UTF-8 without such a character; may be empty. */
bool pl_text_is_line(pl_str s);
/* Append @text line by line, @indent in front of each, a line feed behind each; tabs stay, CR LF is a line end, other controls are written "\u{9b}". */
void pl_text_put_lines(struct pl_buf *out, const char *indent, pl_str text);

#endif
