/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/casework/letter: one message of plain text as mail servers want it (RFC 5322, RFC 2045 to 2047).
 *
 * Pure; callable from any thread.
 */
#ifndef PL_REGISTER_CASEWORK_LETTER_H
#define PL_REGISTER_CASEWORK_LETTER_H
#include "base/buf.h"

#define PL_LETTER_ADDRESS_MAX 254u /* RFC 5321, 4.5.3.1.3, less the angle brackets */
#define PL_LETTER_TEXT_MAX 32768u
#define PL_LETTER_SUBJECT_MAX 200u /* bytes */

struct pl_letter {
	pl_str from, to; /* addr-specs */
	pl_str subject;  /* UTF-8, one line */
	pl_str text;     /* UTF-8, lines end in a line feed */
	pl_str id;       /* the left side of Message-ID; the right one is the domain of @from */
	uint64_t date;   /* ns */
};

/* An addr-spec of atoms (RFC 5322, 3.4.1, without comments, quotes and literals) in ASCII, whose domain has a dot or is localhost. */
bool pl_letter_address_ok(pl_str address);
/* Append the message, every line ending in CR LF. PL_E_SYNTAX: an address, a subject of several lines, text that is no UTF-8;
 * PL_E_TOOBIG. */
pl_status pl_letter_put(const struct pl_letter *l, struct pl_buf *out);

#endif
