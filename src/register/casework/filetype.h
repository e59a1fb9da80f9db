/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/casework/filetype: what an attachment is, judged by its bytes and by nothing that its sender says about it; and a name for
 * it that does no harm.
 *
 * What always holds:
 *  1. A type is a promise about how a file begins, and for text about all of it: UTF-8 without control characters other than tab and
 *     line ends. It is no promise that a program for the type opens it, nor that it is nothing else besides.
 *  2. A cleaned name is one component of a path in UTF-8, not empty, does not begin with a dot or blank, and holds neither control
 *     characters nor any that change the order of reading.
 *
 * Pure; callable from any thread.
 */
#ifndef PL_REGISTER_CASEWORK_FILETYPE_H
#define PL_REGISTER_CASEWORK_FILETYPE_H
#include "base/base.h"

/* Bits of a set. A text may be several of them. */
enum pl_filetype {
	PL_FILETYPE_PDF = 1,
	PL_FILETYPE_PNG = 2,
	PL_FILETYPE_JPEG = 4,
	PL_FILETYPE_ZIP = 8,    /* and what is made of it: docx, odt, xlsx, ... */
	PL_FILETYPE_TEXT = 16,
	PL_FILETYPE_JSON = 32,  /* text that begins and ends as an object or an array */
	PL_FILETYPE_CSV = 64,   /* text with a comma, semicolon or tab in its first line */
	PL_FILETYPE_EML = 128,  /* text that begins with a header field of a mail */
	PL_FILETYPE_AGE = 512,  /* encrypted by age (version 1, not armoured): whoever has the key says what it is */
	PL_FILETYPE_ANY = 256,  /* in a set: whatever it is; of a file: none of the others */
};
#define PL_FILETYPE_COUNT 10u

/* "pdf", "png", ...; "any". */
const char *pl_filetype_word(enum pl_filetype type);
/* The set that is written "pdf,png,text": each once, at least one; "any" stands alone. PL_E_SYNTAX. */
pl_status pl_filetype_set_read(pl_str text, unsigned *ret);
/* The words of @set with @between between them. */
void pl_filetype_set_write(unsigned set, const char *between, struct pl_buf *out);

/* A file that is being looked at. Begins as the zero value. */
struct pl_filetype_look {
	uint8_t front[24];
	uint8_t seen, need, low, high; /* bytes in .front; what a begun UTF-8 sequence still wants, and bounds of its next byte */
	bool not_text, field_over, not_field, line_over, separated;
	uint64_t size;
	uint8_t first, last; /* that is no blank */
};
/* More of it. */
void pl_filetype_feed(struct pl_filetype_look *l, pl_bytes piece);
/* What it is: bits. An empty file is a text. */
unsigned pl_filetype_end(const struct pl_filetype_look *l);
/* The word for what it is most of all. */
enum pl_filetype pl_filetype_best(unsigned kinds);

#define PL_FILETYPE_NAME_MAX 120u /* bytes of a cleaned name */

/* Append a name made of @given, which may be anything at all, paths included; "file" if nothing is left. */
void pl_filetype_name(pl_str given, struct pl_buf *out);

#endif
