/* SPDX-License-Identifier: Apache-2.0 */
/* web/desk_model: what the pages of the desk show; as web/model.h, which includes it. */
#ifndef PL_WEB_DESK_MODEL_H
#define PL_WEB_DESK_MODEL_H
#include "web/model.h"

enum pl_desk_nav { PL_DESK_NAV_NONE, PL_DESK_NAV_QUEUE, PL_DESK_NAV_DECISIONS, PL_DESK_NAV_ACCOUNTS, PL_DESK_NAV_EVENTS, PL_DESK_NAV_MINE };

struct pl_desk_crumb {
	pl_str href;
	struct pl_html_msg text;
};

struct pl_word_row {
	struct pl_html_msg word;
};

/* What stands on every page of the desk. */
struct pl_desk_frame {
	struct pl_frame base;         /* language, and the state of the log */
	enum pl_desk_nav nav;
	pl_str token;                 /* of the forms on this page */
	bool inside, enrolling;       /* somebody is logged in; has redeemed a code */
	bool cases, administers, sees_events; /* what the menu offers */
	pl_str name;
	size_t n_roles, n_crumbs;
	struct pl_word_row *roles;
	struct pl_desk_crumb *crumbs;
	uint64_t ends;                /* the session ends then at the latest, ns */
	uint64_t waiting;             /* decisions that wait for this person */
	bool done, refused;           /* what the last form came to: one of the two, with its words */
	struct pl_html_msg said;
	uint64_t wait;                /* seconds until the next attempt is judged; 0: none */
	bool lost_page;               /* the browser's address is not the one that logins are made for: */
	pl_str origin;
};

struct pl_desk_login_page {
	struct pl_desk_frame frame;
	pl_str name, to;              /* what was typed; where to go on, a path of ours or empty */
	bool from_elsewhere;          /* a link of another site led here: a session may be there, whose cookie did not come along */
};

/* For pages that are words and a form: enrolment, a new password, a new passkey. */
struct pl_desk_plain_page {
	struct pl_desk_frame frame;
};

struct pl_desk_secret_page {
	struct pl_desk_frame frame;
	pl_str secret, uri;           /* secret in groups of four */
	uint64_t qr_size;             /* of the view box; 0: no picture */
	pl_str qr_path;               /* of the dark modules */
};

struct pl_text_line {
	pl_str text;
};

struct pl_desk_codes_page {
	struct pl_desk_frame frame;
	bool enrolled;                /* the account was activated: log in now */
	size_t n_codes;
	struct pl_text_line *codes;
};

struct pl_passkey_row {
	pl_str id, name;              /* base64url; may be empty */
	uint64_t made, used;          /* ns; used 0: never */
	bool copied;
};

struct pl_session_row {
	pl_str id;                    /* hash of the token, hex */
	struct pl_html_msg method;
	uint64_t made, seen;
	bool current;
};

struct pl_desk_mine_page {
	struct pl_desk_frame frame;
	pl_str email;
	bool password, no_roles;
	uint64_t recovery_codes;
	size_t n_passkeys, n_sessions;
	struct pl_passkey_row *passkeys;
	struct pl_session_row *sessions;
};

/* A field of a form that is carried through a new login. */
struct pl_hidden_row {
	pl_str name, value;
};

struct pl_desk_again_page {
	struct pl_desk_frame frame;
	pl_str action;                /* where the form goes on */
	bool password, passkey;       /* how this account can do it */
	size_t n_fields;
	struct pl_hidden_row *fields;
};

struct pl_role_choice {
	pl_str word;
	struct pl_html_msg text, hint;
	bool held;
};

struct pl_account_row {
	pl_str id, name;
	bool invited, active, ended, current;
	size_t n_roles;
	struct pl_word_row *roles;
	uint64_t made;
};

struct pl_desk_accounts_page {
	struct pl_desk_frame frame;
	pl_str name, email;           /* what was typed */
	bool four_eyes;
	size_t n_accounts, n_choices;
	struct pl_account_row *accounts;
	struct pl_role_choice *choices;
	bool more;
	pl_str after;                 /* id of the last one shown */
};

struct pl_desk_person_page {
	struct pl_desk_frame frame;
	struct pl_account_row row;
	pl_str email;
	bool password, four_eyes, alone_ends; /* the end of this one wants no second administrator */
	uint64_t passkeys, recovery_codes, sessions, ended;
	size_t n_choices;
	struct pl_role_choice *choices;
};

struct pl_desk_code_page {
	struct pl_desk_frame frame;
	pl_str name, code, id;
	bool proposed;                /* the roles wait for a second administrator */
	pl_str decision;
};

struct pl_decision_row {
	pl_str id, kind, proposer;
	struct pl_html_msg state;
	uint64_t made, expires, voices, needed;
	bool open, mine;
	struct pl_digest digest;
};

struct pl_desk_decisions_page {
	struct pl_desk_frame frame;
	size_t n_rows;
	struct pl_decision_row *rows;
	bool more;
	pl_str before;
};

/* What was looked up in what is held, for an answer "we do not hold this". */
struct pl_case_lookup {
	bool shown, there;            /* the register answers by look-ups; somebody looked */
	bool good, over, closed;      /* nothing was found; it was overridden, and why is not opened */
	struct pl_html_msg outcome;
	uint64_t at;                  /* ns */
	pl_str who, stores, reason;   /* who: empty: at the terminal; stores: "accounts=0 cases=0"; reason: of an override, if it was opened */
};

/* What may be data of users in what is to go out to an authority. */
struct pl_finding_row {
	pl_str id, file, text, why;   /* id: of the form's field; text: its beginning; why: why it may go */
	struct pl_html_msg kind;
	uint64_t line, offset;
	bool whole, missing;          /* whole: it is the file itself; missing: the reason is, or is no word */
};
struct pl_case_findings {
	bool asks, more, networks;    /* asks: for reasons; more: than rows; networks: those of private persons were looked for, too */
	uint64_t found;
	size_t n_rows;
	struct pl_finding_row *rows;
};

/* A file of a case that may be packed, or goes with an answer. */
struct pl_pack_file {
	uint64_t seq, size, at;       /* at: ns */
	pl_str name, type;
	struct pl_digest sha256;
	bool chosen, outside, harmful;
};

/* What is to go out, on the page of the decision about it. */
struct pl_desk_out {
	struct pl_html_msg what;
	bool package;
	pl_str subject, text;
	size_t n_parts;
	struct pl_pack_file *parts;   /* without times and sizes */
	struct pl_case_findings found;
};

struct pl_desk_expertise_page {
	struct pl_desk_frame frame;
	pl_str name, why;             /* why: what was wrong, in English */
	uint64_t number, bytes, max;  /* limits of a package: bytes, files */
	bool german, looked;          /* german: the language of its words; looked: .found says something */
	size_t n_files;
	struct pl_pack_file *files;
	struct pl_case_findings found;
};

struct pl_desk_words_page {
	struct pl_desk_frame frame;
	pl_str name, subject, text;
	uint64_t number;
	bool mail, dropped;           /* dropped: files came along and were not kept */
	size_t n_enclosed;
	struct pl_pack_file *enclosed;
	struct pl_case_findings found;
};

struct pl_desk_decision_page {
	struct pl_desk_frame frame;
	struct pl_decision_row row;
	pl_str bytes;                 /* exactly what is decided */
	bool text;                    /* false: it is no text, and shown in hexadecimal */
	bool about_account;           /* and in words: */
	pl_str subject, subject_id;
	struct pl_html_msg act;
	size_t n_from, n_to;
	struct pl_word_row *from, *to;
	bool may_approve, may_withdraw, may_do; /* may_do: it was approved, and somebody has to carry it out */
	pl_str case_register, why;    /* what it is about, if it is a case; why it was not carried out, in English */
	uint64_t case_number;
	bool about_case, opened, may_open; /* two persons decide about a case: */
	size_t n_sets;
	struct pl_case_value *sets;
	pl_str reason, typed;         /* if it was opened: why; what was typed, after a refusal */
	struct pl_case_lookup lookup;
	bool about_outgoing, closed;  /* something is to go out to an authority; closed: and is not opened */
	struct pl_desk_out out;
};

struct pl_event_row {
	uint64_t number, at;
	struct pl_html_msg kind;
	pl_str account, actor, detail, address; /* address: first digits of its keyed hash */
	bool bad;
};

struct pl_desk_events_page {
	struct pl_desk_frame frame;
	bool judged, whole;           /* the chain was recomputed, with this result */
	pl_str broken, head;          /* what is wrong with it; its head */
	size_t n_rows;
	struct pl_event_row *rows;
	bool more;
	uint64_t before;
};

struct pl_queue_row {
	pl_str name;
	uint64_t highest, time;       /* time of the last head, ns; 0: none yet */
	bool late;                    /* two heads at least are missing */
	bool imported;                /* reconstructed */
	bool enters;                  /* whoever looks may enter a case */
};

struct pl_due_row {
	pl_str subject, id, words;
	struct pl_html_msg kind;
	bool soon;                    /* it is not over yet */
};

/* A proposal about a case. */
struct pl_case_wait {
	pl_str name, decision, kind, who; /* name, number: of the case; who: proposed it */
	uint64_t number, since;       /* since: ns */
	bool asks, approved;          /* whoever looks can decide it; enough have, and it was not carried out */
};

struct pl_case_row {
	pl_str name, who;             /* who: empty: nobody has it */
	uint64_t number, touched;     /* ns */
	struct pl_html_msg state;
	uint64_t due, legal;          /* ns, the soonest strict end and the legal one of the same clock; 0: none runs */
	bool fresh, mine;             /* fresh: nobody has looked at it */
	bool soon, overdue;           /* within three days; over */
	uint64_t over_days, over_hours; /* since when: days from two on, else hours from one on; 0: not that */
	size_t n_waits;
	struct pl_case_wait *waits;   /* proposals about it that whoever looks may see */
};

struct pl_case_clock {
	pl_str code, task;
	struct pl_html_msg state;
	uint64_t strict, legal;       /* ns */
	bool over, late;
};

struct pl_case_value {
	pl_str label, value;
	bool there, closed;           /* closed: private */
};

struct pl_case_file {
	uint64_t seq, at, size;       /* at: ns */
	uint64_t with;                /* entry of the message or answer; 0: none */
	pl_str name, type, found, who; /* name: empty: not opened; found: by the scanner */
	bool outside, given, harmful, unscanned, there; /* given: to the sender */
	bool package;                 /* of expertise, made here: it may go with an answer */
};

struct pl_case_entry {
	uint64_t seq, at;             /* ns */
	struct pl_html_msg kind;
	pl_str who, about, contact, product, text;
	bool outside, closed;         /* closed: something was written that is not shown */
	size_t n_with;
	struct pl_case_file *with;    /* files that came with a message, or went with an answer */
	pl_str decision, proposer;    /* of what two persons decide: its identifier; whose proposal it is, if another one's */
};

/* What waits for a second person. */
struct pl_case_waiting {
	pl_str decision, about, who;
	uint64_t at;                  /* ns */
};

struct pl_case_choice {
	pl_str value, text;
	bool current;
};

struct pl_case_fact {
	pl_str name, label, value;
	bool sealed;
	bool several;                 /* a text, which may have several lines */
	bool time;
	size_t n_choices;             /* 0: typed */
	struct pl_case_choice *choices;
};

/* ---- a report of a flaw ---- */

struct pl_flaw_event {
	uint64_t at;                  /* ns */
	struct pl_html_msg kind;
	pl_str state, reason, about, who; /* state: where the step led; about: a clock, or what happened */
};

struct pl_flaw_party {
	pl_str id, name;
	struct pl_html_msg role;
	uint64_t since;               /* ns */
	uint64_t access, seen;        /* ns; when it was given its secret, 0: it has none; when it used it last, 0: never */
};

struct pl_flaw_role {
	pl_str word;
	struct pl_html_msg text;
	bool current;
};

/* A cell of the matrix: what may be awarded. */
struct pl_award_choice {
	pl_str value, impact, position, currency; /* value: "program impact position" */
	uint64_t low, high;
	bool current;
};

struct pl_award_row {
	uint64_t number, case_number, transaction, day; /* day: ns; 0: the books do not have it */
	pl_str case_register, entity, amount, price, decision; /* amount: "15000.00 USD"; price: what the bank paid, if it is another */
};

struct pl_desk_award {
	bool may, rewarded;           /* it may be proposed; was paid: */
	struct pl_award_row paid;
	pl_str amount, price;         /* typed, after a refusal */
	bool beyond;                  /* the amount lies outside of its cell: */
	uint64_t low, high;
	pl_str currency;
	size_t n_cells, n_entities, n_outside;
	struct pl_award_choice *cells;
	struct pl_case_choice *entities, *outside;
};

/* A document of Article 14 whose clock began, or a final report whose clock waits for something. */
struct pl_cra_stage_row {
	pl_str word;                  /* "early-warning" */
	struct pl_html_msg name, waits; /* waits: for what, if it did not begin */
	struct pl_case_clock clock;
	bool began, kept, may, unsent; /* kept: at least one edition; may: whoever looks may make one; unsent: kept, and not noted as sent */
};

/* One that is kept. */
struct pl_cra_kept_row {
	struct pl_html_msg name;
	uint64_t edition, seq, at;    /* at: ns */
	pl_str who;                   /* empty: at the terminal */
	bool there;                   /* false: erased */
};

struct pl_desk_cra {
	pl_str token, name;           /* of the forms: register and case */
	uint64_t number, revision;
	bool opened;
	size_t n_stages, n_kept;
	struct pl_cra_stage_row *stages;
	struct pl_cra_kept_row *kept;
};

/* One fact of a document, to be typed or chosen. */
struct pl_cra_asked_row {
	pl_str name, value;
	struct pl_html_msg label, hint, from; /* from: where its value is from */
	bool has_hint, area, missing, line; /* area, line: typed; else chosen of: */
	size_t n_choices;
	struct pl_case_choice *choices;
};

struct pl_cra_text_row {
	pl_str text;
};

struct pl_desk_cra_page {
	struct pl_desk_frame frame;
	pl_str name, stage;
	struct pl_html_msg stage_name;
	uint64_t number, revision, edition;
	bool amends, same, over, began;  /* over: its clock is met already */
	pl_str why;                   /* what was wrong, in English */
	struct pl_case_clock clock;
	uint64_t known, available, notified; /* ns; 0: not, or not asked for */
	pl_str title, cve, manufacturer, contact, score;
	size_t n_products, n_missing, n_facts;
	struct pl_cra_text_row *products;
	struct pl_word_row *missing;
	struct pl_cra_asked_row *facts;
	bool now;                     /* typed, after a refusal */
	pl_str document;              /* to be looked at; empty: not yet */
};

struct pl_desk_flaw {
	pl_str token, name;           /* of the forms: register and case */
	uint64_t number, revision;
	bool opened, may_write, broken, may_repeat, ended, released;
	pl_str why;                   /* what was wrong, in English */
	pl_str state, reason, direction; /* in the register's words; reason empty: none */
	struct pl_html_msg stage;
	uint64_t since, original, embargo; /* since, embargo: ns; 0: not known, none */
	uint64_t waits;               /* 1: nothing stands against its release */
	pl_str waits_why;             /* else what does, in English */
	pl_str at, until, cve, cvss, party, party_name; /* as they stand, or as they were typed */
	pl_str score, severity;       /* of the vector */
	pl_str draft;                 /* identifier of the draft of an advisory, as it was typed or would be made */
	bool has_cvss;                /* the register declares it */
	size_t n_steps, n_events, n_parties, n_roles, n_happenings, n_meets;
	struct pl_case_choice *steps, *happenings, *meets;
	struct pl_flaw_event *events;
	struct pl_flaw_party *parties;
	pl_str secret, secret_of;     /* that was just made for a party: shown once */
	struct pl_flaw_role *roles;
	struct pl_desk_award award;
	struct pl_desk_cra cra;
};

/* A bounty in the books that does not fit its award. */
struct pl_award_loose {
	pl_str entity, why;           /* why: in English */
	uint64_t transaction;
};

struct pl_desk_awards_page {
	struct pl_desk_frame frame;
	size_t n_rows;
	struct pl_award_row *rows;
	bool more;
	uint64_t before;
	bool may_open, checked, opened; /* whoever looks may open them; what came of the one and of the other: */
	uint64_t paid, loose;         /* bounties in the books; those of them that do not fit */
	size_t n_found;
	struct pl_award_loose *found; /* the first of those */
	uint64_t released, exact;     /* awards that were opened with their reports; amounts that were */
	pl_str why;                   /* what stood against it, in English; empty: nothing */
};

/* A request for a document (desk_ask.c). */
struct pl_desk_ask {
	pl_str token, name;
	uint64_t number, revision;
	pl_str why;                   /* what was wrong, in English */
	bool opened, waits, granted, may_propose, may_refuse;
	bool offered, at_hand;        /* it is still offered under these terms; its bytes are here */
	pl_str title, audit, customer, reason; /* customer: empty: not opened */
	struct pl_digest document, terms;
	uint64_t index;               /* of the statement that names the document; title and audit may both be empty */
	pl_str expires, words;        /* of the forms */
	size_t n_reasons;
	struct pl_case_choice *reasons;
	pl_str given_register;        /* and number: the hand-out that it led to; empty: none */
	uint64_t given_number;
};

/* A copy that was given (desk_hand_out.c). */
struct pl_given_row {
	pl_str name, title, audit, media;
	struct pl_digest document, terms;
	uint64_t number, size, accepted, given, until, ended; /* times in ns; until 0: no end; ended 0: not taken back */
	bool expired;
};

struct pl_given_step {
	uint64_t at, from, to;        /* ns */
	bool back;
	struct pl_html_msg why;       /* of .back */
	pl_str who;                   /* empty: at the terminal */
};

struct pl_given_reason {
	pl_str value;
	struct pl_html_msg text;
	bool current;
};

struct pl_desk_hand_outs_page {
	struct pl_desk_frame frame;
	size_t n_waiting, n_rows;
	struct pl_case_row *waiting;
	struct pl_given_row *rows;
	bool more_waiting, more;
	uint64_t before;
};

struct pl_desk_hand_out_page {
	struct pl_desk_frame frame;
	struct pl_given_row row;
	pl_str why, expires;          /* after a refusal: what was wrong, in English; what was typed */
	bool may_prolong, may_take_back;
	size_t n_steps, n_reasons;
	struct pl_given_step *steps;
	struct pl_given_reason *reasons;
	pl_str ask_register;          /* and number: the request that it answers; empty: given at the terminal */
	uint64_t ask_number;
};

/* An answer that was ordered for whoever asked. */
struct pl_case_order {
	struct pl_html_msg kind, state;
	uint64_t made;   /* ns */
	pl_str who, why; /* why: in a word, what stood against it; empty: nothing */
	bool done;
};

/* What a processor was asked because of such an order, and how far it is. */
struct pl_case_processor {
	pl_str processor, results; /* results: where they lie, as the processor says; empty: it does not */
	struct pl_html_msg kind, state;
	uint64_t expected;         /* ns; 0: not said */
	bool done, given_up;
};

/* What is made for a person who asked. */
struct pl_case_person {
	bool is;                      /* such a case, and whoever looks may order: */
	bool german;                  /* the language that is offered first */
	pl_str recipient, store, table, row, column, value, purpose, identities; /* typed, after a refusal */
	size_t n_orders;
	struct pl_case_order *orders; /* whoever looks */
	size_t n_processors;
	struct pl_case_processor *processors;
	bool given_up;                /* one of them at least */
};

/* Is a case kept from erasure? */
struct pl_case_hold {
	bool may, held;               /* whoever looks may; it is */
	pl_str reason;
	uint64_t until;               /* ns; 0: until somebody says otherwise */
	size_t n_reasons;
	struct pl_case_choice *reasons;
};

/* A report that was made before the case was opened. */
struct pl_case_left_out {
	pl_str period;
	uint64_t edition, index;
};

/* Until when reports may not open a case. */
struct pl_case_seal {
	bool may_seal, may_move, may_open; /* by whoever looks: seal it, name another end, propose to open it */
	uint64_t since, ends, opened;      /* 0: not known, none is named, not yet */
	pl_str today;                      /* "2026-11-28", the earliest end */
	size_t n_left_out;
	struct pl_case_left_out *left_out; /* reports that want a next edition */
};

/* Somebody whom the texts of a case name. */
struct pl_case_identity {
	pl_str value;    /* "email=somebody@example.org" */
	uint64_t number; /* of its box, from 0 */
};

struct pl_desk_case_page {
	struct pl_desk_frame frame;
	bool imported;                /* a row of a register that was reconstructed */
	bool is_ask;
	struct pl_desk_ask ask;
	bool is_flaw;                 /* and is worked on by its steps: */
	struct pl_desk_flaw flaw;
	pl_str calendar;              /* "EU": whose public holidays its clocks count */
	struct pl_case_lookup lookup;
	pl_str although, asked;       /* typed, after a refusal */
	size_t n_suggested;
	struct pl_case_identity *suggested; /* identities that the case's texts name, of one that was opened */
	pl_str out_why;               /* why words did not go out, in English; empty otherwise */
	bool gives, packages;         /* gives: packages of expertise, and nothing else; packages: one of its files is one */
	pl_str name, who, note, subject, answer; /* note, subject, answer: typed, after a refusal */
	uint64_t number, revision;
	struct pl_html_msg state;
	bool assigned, mine, open, sealed, gone, opened, may_write, clocks_wrong, clocks_closed, closed_entries;
	size_t n_clocks, n_values, n_entries, n_states, n_events;
	struct pl_case_clock *clocks;
	struct pl_case_value *values;
	struct pl_case_entry *entries;
	struct pl_case_choice *states, *events;
	bool counts;                  /* how long an answer took is counted, and not asked for */
	pl_str counted_why;           /* what was typed of it and is not so, in English */
	size_t n_facts;
	struct pl_case_fact *facts;   /* that can be changed; of a case that was opened */
	size_t n_files;
	struct pl_case_file *files;
	bool harmful;                 /* one of them is */
	uint64_t file_max, answer_files, answer_bytes; /* answer_files: 0: none go with an answer */
	pl_str answer_types;          /* empty: all */
	size_t n_eyes, n_beside, n_waiting;
	struct pl_case_fact *eyes, *beside; /* what two persons decide, and what they may set with it; of a case that was opened */
	struct pl_case_waiting *waiting;
	pl_str reason, why;           /* typed, after a refusal; what was wrong, in English */
	struct pl_case_seal seal;
	struct pl_case_hold hold;
	struct pl_case_person person;
};

struct pl_desk_find_page {
	struct pl_desk_frame frame;
	pl_str name, contact;         /* contact: typed, as are the fields' values */
	bool searched, more;
	uint64_t behind;
	size_t n_fields, n_found;
	struct pl_case_fact *fields;
	struct pl_case_row *found;    /* touched 0: it has no file */
};

struct pl_desk_enter_page {
	struct pl_desk_frame frame;
	pl_str name, once, why;       /* why: what was wrong, in English */
	bool promise;
	size_t n_fields;
	struct pl_case_fact *fields;
	uint64_t number;              /* that the case got; 0: it is still a form */
	pl_str secret;                /* of its sender; empty: none was wished for */
};

struct pl_seal_row {
	pl_str name;
	uint64_t number, since, ends; /* ends 0: none is named */
	bool over, soon;
};

struct pl_desk_queue_page {
	struct pl_desk_frame frame;
	size_t n_registers, n_due;
	struct pl_queue_row *registers;
	struct pl_due_row *due;
	size_t n_cases;
	struct pl_case_row *cases;
	bool more, filtered;          /* open cases behind these; those of one person alone */
	pl_str after;                 /* "register:number" of the last one */
	bool too_many;                /* claims, to look for what is due in a page */
	bool awards;                  /* there is a register of bounties */
	bool hand_outs;               /* there is one of hand-outs */
	size_t n_seals;
	struct pl_seal_row *seals;    /* sealed cases: those that end soonest first, those without an end last */
	bool more_seals;
	size_t n_waits;
	struct pl_case_wait *waits;   /* proposals about cases that wait, oldest first */
	bool more_waits;
	uint64_t given_up;            /* requests to processors that nobody tries again */
};

#endif
