/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/casework/form: what outsiders are asked when they enter a case (docs/formats/intake-form.md).
 *
 *	pellucid-intake-form v1
 *	register requests
 *	confirm mail,work
 *	bits 20
 *	ask country required
 *	ask authority-name optional
 *	set channel portal
 *	set-by mail identity mailed-code
 *	set-by work identity none
 *	message required
 *	attach 3 8388608 pdf,png,text refuse
 *	start request-received
 *	word en authority-name Your office | As it stands on your letterhead.
 *
 * What always holds:
 *  1. A case that came through a form has, besides "received", only values that the sender typed and values that the form sets.
 *  2. One text has one meaning; what is not understood is refused with its line.
 *
 * Pure; callable from any thread. Texts live in the arena that was handed in.
 */
#ifndef PL_REGISTER_CASEWORK_FORM_H
#define PL_REGISTER_CASEWORK_FORM_H
#include "register/declaration.h"

#define PL_FORM_MAX 65536u /* bytes */
#define PL_FORM_WORDS_MAX 256u
#define PL_FORM_STARTS_MAX 8u
#define PL_FORM_BITS_MAX 30u

/* How a sender shows that he is in earnest. Bits of a set. */
enum pl_form_confirm {
	PL_FORM_MAIL = 1, /* types a code that was mailed to him */
	PL_FORM_WORK = 2, /* lets his machine work (register/casework/ticket.h); he stays unknown */
	PL_FORM_KEY = 4,  /* signs with the key of an installed product */
};

enum pl_form_message { PL_FORM_NO_MESSAGE, PL_FORM_MESSAGE_OPTIONAL, PL_FORM_MESSAGE_REQUIRED };

enum pl_form_flagged { PL_FORM_REFUSE, PL_FORM_NOTE };

struct pl_form_ask {
	size_t field; /* of decl->fields; never 0 ("received") */
	bool required;
};

struct pl_form_set {
	size_t field;
	unsigned by;  /* enum pl_form_confirm, or-ed: when the sender showed it so */
	pl_str value; /* as people write it */
};
#define PL_FORM_SETS_MAX (3u * PL_REGISTER_FIELDS_MAX) /* one for each way */

struct pl_form_word {
	pl_str language, field, label, hint; /* hint may be empty */
};

struct pl_form {
	pl_str text, name; /* name: of the register */
	unsigned confirm;  /* enum pl_form_confirm, or-ed; at least one */
	unsigned bits;     /* of work; at least 1 with PL_FORM_WORK, else 0 */
	size_t n_asks, n_sets, n_starts, n_words;
	struct pl_form_ask asks[PL_REGISTER_FIELDS_MAX];
	struct pl_form_set sets[PL_FORM_SETS_MAX];
	enum pl_form_message message;
	unsigned attach;        /* how many files; 0: none */
	uint64_t attach_bytes;  /* of each */
	unsigned attach_types;  /* enum pl_filetype, or-ed */
	enum pl_form_flagged flagged; /* what becomes of a file in which the scanner finds something */
	pl_str starts[PL_FORM_STARTS_MAX]; /* events that start clocks when the case is entered */
	struct pl_form_word words[PL_FORM_WORDS_MAX];
};

/* The name of the register that @text is for; it borrows. PL_E_SYNTAX. */
pl_status pl_form_register(pl_str text, pl_str *ret, struct pl_diag *diag);
/* Read @text, which is copied into @arena, for @decl. PL_E_SYNTAX, PL_E_NOTFOUND (no such field, another register), PL_E_EXISTS (a
 * field twice), PL_E_RANGE (a set value outside its field; a register that takes nothing in), PL_E_TOOBIG; words name the line. */
pl_status pl_form_parse(pl_str text, const struct pl_register_decl *decl, struct pl_arena *arena, struct pl_form **ret,
	struct pl_diag *diag);

/* Read no more of @text than its line "attach": how many files, of how many bytes each; 0: none, or no such form. For whoever has to
 * bound what comes before the form can be read. */
void pl_form_attach_peek(pl_str text, unsigned *ret_files, uint64_t *ret_bytes);

/* What the form calls @field in @language, or NULL. "message", "attach" and "form" are fields here, too. */
const struct pl_form_word *pl_form_word(const struct pl_form *f, pl_str language, pl_str field);
/* "mail", "work", "key". */
const char *pl_form_confirm_word(enum pl_form_confirm way);

#endif
