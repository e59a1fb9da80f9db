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

enum pl_intake_trouble {
	PL_INTAKE_FINE, PL_INTAKE_FIELDS, PL_INTAKE_TICKET, PL_INTAKE_CODES, PL_INTAKE_BUSY, PL_INTAKE_NO_MAIL,
	PL_INTAKE_FILES_MANY, PL_INTAKE_FILE_LONG, PL_INTAKE_FILE_TYPE, PL_INTAKE_FILE_FOUND, PL_INTAKE_FILES_DAY, PL_INTAKE_SCANNER, PL_INTAKE_FULL,
	PL_INTAKE_PROOF
};

struct pl_intake_form_page {
	struct pl_frame frame;
	pl_str name, heading, about;
	enum pl_intake_trouble trouble;
	uint64_t n_faults, bits;
	size_t n_fields;
	struct pl_intake_field *fields;
	bool message, message_required, message_fault;
	pl_str message_label, message_hint, message_text;
	struct pl_html_msg message_words;
	pl_str contact;
	bool contact_required, contact_fault;
	struct pl_html_msg contact_words;
	bool way_mail, way_work, way_key, chose_mail, chose_work, chose_key;
	pl_str origin;                /* of the log: what a product signs for */
	bool attach, files_again;     /* files are taken; some were sent and have to be chosen again */
	pl_str attach_label, attach_hint, attach_types, attach_accept, trouble_file;
	uint64_t attach_files, attach_bytes;
};

struct pl_intake_code_page {
	struct pl_frame frame;
	bool sent, wrong, changed;
};

struct pl_intake_done_page {
	struct pl_frame frame;
	pl_str name, heading, secret;
	uint64_t number, position, before; /* before: ns */
	struct pl_digest leaf;
};

#endif
