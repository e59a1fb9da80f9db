/* SPDX-License-Identifier: Apache-2.0 */
/* web/model_intake: what the pages show on which people send something in. Part of web/model.h, which includes it at its end. */
#ifndef PL_WEB_MODEL_INTAKE_H
#define PL_WEB_MODEL_INTAKE_H
#include "web/model.h"

struct pl_intake_form_row {
	pl_str name, title, about;
};

struct pl_intake_list_page {
	struct pl_frame frame;
	size_t n_forms;
	struct pl_intake_form_row *forms;
};

struct pl_intake_choice {
	pl_str value, text;
	bool current;
};

struct pl_intake_field {
	pl_str name, label, hint, value;
	bool required, fault;
	struct pl_html_msg words; /* of the fault */
	size_t n_choices;         /* 0: typed */
	struct pl_intake_choice *choices;
};

/* Files that may come with what is sent, and what was wrong with some that came (portal_files.c). */
enum pl_files_trouble {
	PL_FILES_FINE, PL_FILES_NONE, PL_FILES_MANY, PL_FILES_LONG, PL_FILES_TYPE, PL_FILES_FOUND, PL_FILES_DAY, PL_FILES_SCANNER, PL_FILES_FULL
};
struct pl_files_part {
	bool taken, again; /* some are taken; some were sent and have to be chosen again */
	enum pl_files_trouble trouble;
	pl_str label, hint, types, accept;
	pl_str name;       /* of the file that the trouble is about */
	uint64_t most, bytes; /* how many, and of each */
};

/* A document that may be asked for (portal_ask.c). */
struct pl_ask_row {
	pl_str title, audit, media;
	struct pl_digest document, terms;
	uint64_t days; /* 0: no end */
};
struct pl_ask_part {
	bool is, chosen;   /* the form takes asks; for .offer, or one of .offers is to be chosen first */
	struct pl_ask_row offer;
	pl_str name;       /* of the register */
	pl_str terms_text; /* empty: no short text */
	size_t n_offers;
	struct pl_ask_row *offers;
};

enum pl_intake_trouble {
	PL_INTAKE_FINE, PL_INTAKE_FIELDS, PL_INTAKE_TICKET, PL_INTAKE_CODES, PL_INTAKE_BUSY, PL_INTAKE_NO_MAIL, PL_INTAKE_PROOF,
	PL_INTAKE_FILES, /* .files.trouble says what */
	PL_INTAKE_OFFER, PL_INTAKE_TERMS, PL_INTAKE_ACCEPT, /* of asks: not offered, other terms by now, not accepted */
	PL_INTAKE_TOKEN  /* the form's token was not this browser's */
};

struct pl_intake_form_page {
	struct pl_frame frame;
	pl_str name, heading, about;
	enum pl_intake_trouble trouble;
	uint64_t n_faults, bits;
	size_t n_fields, n_principles;
	struct pl_intake_field *fields;
	struct pl_sentence *principles; /* as the register's words have them */
	bool message, message_required, message_fault;
	pl_str message_label, message_hint, message_text;
	struct pl_html_msg message_words;
	pl_str contact;
	bool contact_required, contact_fault;
	struct pl_html_msg contact_words;
	bool way_mail, way_work, way_key, chose_mail, chose_work, chose_key;
	pl_str origin;                /* of the log: what a product signs for */
	struct pl_files_part files;
	struct pl_ask_part ask;
	bool no_form;                 /* a document is to be chosen first */
	pl_str token;                 /* web/posting.h */
};

struct pl_intake_code_page {
	struct pl_frame frame;
	bool sent, wrong, changed, stale; /* stale: the form's token was not this browser's */
	pl_str token, typed;              /* web/posting.h; the code, after that */
};

struct pl_intake_done_page {
	struct pl_frame frame;
	pl_str name, heading, secret, token; /* token: web/posting.h */
	uint64_t number, position, before;   /* before: ns */
	struct pl_digest leaf;
};

/* A file that an answer brought. */
struct pl_receipt_file {
	uint64_t seq, size;
	pl_str name;
	struct pl_digest sha256;
	bool closed; /* a copy whose time is over */
};

struct pl_receipt_answer {
	uint64_t at; /* ns */
	pl_str text;
	size_t n_files;
	struct pl_receipt_file *files;
};

/* What became of an ask for a document (portal_ask.c). */
struct pl_receipt_ask {
	bool is, granted, refused; /* neither: it waits */
	pl_str title, reason;      /* title: if it is still offered */
	struct pl_digest document, terms;
	bool copied, expired;      /* there is a copy: entry .file of the answers */
	uint64_t file, until, ended; /* ns; until 0: no end; ended: when it was taken back */
	struct pl_html_msg why;    /* it was */
};

/* ---- what a party of a report of a flaw sees ---- */

struct pl_party_field {
	pl_str label, value;
};
struct pl_party_event {
	uint64_t at; /* ns */
	struct pl_html_msg kind;
	pl_str state, reason, about; /* state: where a step led */
};
struct pl_party_other {
	pl_str name;
	struct pl_html_msg role;
	uint64_t since; /* ns */
};
struct pl_party_page {
	struct pl_frame frame;
	pl_str secret, once, text; /* for the form; text: typed, after a refusal */
	pl_str token;              /* web/posting.h */
	pl_str name, self;         /* register; the party's name */
	uint64_t number, revision, since; /* since: ns */
	struct pl_html_msg role;
	bool may_write, sent, twice, refused;
	size_t n_fields, n_events, n_others;
	struct pl_party_field *fields;
	struct pl_party_event *events;
	struct pl_party_other *others;
};

struct pl_receipt_page {
	struct pl_frame frame;
	struct pl_receipt_ask ask;
	bool file_over;             /* a copy was asked for whose time is over */
	bool asked, found, stale;   /* stale: the form's token was not this browser's */
	pl_str token;               /* web/posting.h */
	bool worked, may_write;     /* somebody works on it; a message may be sent */
	bool sent, twice, refused;  /* one was: taken, there before, refused (for other reasons than its files) */
	bool file_gone;             /* a file was asked for that no answer brought */
	struct pl_html_msg state;
	uint64_t touched; /* ns */
	size_t n_answers;
	struct pl_receipt_answer *answers;
	bool encrypted, packed; /* one of their files is, by its name: by age; an archive, encrypted ones too */
	pl_str text, once; /* typed, after a refusal; which message the form sends */
	struct pl_files_part files;
	pl_str secret; /* for the forms that ask for files */
	pl_str name;
	uint64_t number, position;
	struct pl_digest leaf;
	uint64_t before;   /* ns */
	bool proved, late;
	uint64_t head, time; /* index of the head's statement; ns */
};

#endif
