/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fact/instance: an opened instance: configuration, database, blob store, log directory, trust file, vocabulary, and the
 * desk where statements are signed.
 *
 *	DIR/pellucid.conf   what is configured (docs/manual/configuration.md)
 *	DIR/trust.policy    the trust file: this log, its witnesses, the quorum, the root keys
 *	DIR/keys/           encrypted key files: log.key, service.key, officer-1.key, root.key (take it away!)
 *	DIR/log/            public/ and private/ of the log
 *	DIR/pellucid.db     with SQLite;  DIR/blobs/ with a directory of bodies
 *	DIR/run/            sockets
 *
 * How a room publishes a fact:
 *
 *	pl_statement_build(PL_TYPE_..., subjects, n, predicate, &payload, NULL, diag)
 *	pl_instance_sign(inst, payload, approvals, n_approvals, &entry, diag)
 *	pl_db_tx(db, { private rows; pl_outbox_put(tx, stream, entry, &ref, diag) })
 *	pl_instance_settle(inst, &ref, 1, PL_OUTBOX_PROJECTED, deadline, diag)      (a command that wants to see it done)
 *
 * The passphrase comes from where the caller says, else from the systemd credential "passphrase", else from the configured
 * file, else from the terminal.
 *
 * The database handle may be used from any thread; everything else belongs to one thread at a time.
 */
#ifndef PL_FACT_INSTANCE_H
#define PL_FACT_INSTANCE_H
#include "fact/outbox.h"
#include "fact/signing.h"
#include "log/policy.h"
#include "store/blob.h"
#include "store/db.h"

struct pl_instance;

/* pellucid.conf, typed. Paths are absolute after loading. */
struct pl_instance_conf {
	pl_str origin, purpose;             /* [instance] */
	pl_str database, blobs;             /* [store] database, blobs: URLs; "sqlite:" and "dir:" may be relative to DIR */
	pl_str log_dir, trust;              /* [log] */
	uint64_t interval_ns;               /* [log] interval: between checkpoints under load, 50 ms */
	pl_str keys_dir, passphrase;        /* [keys] directory, passphrase: a file (empty: ask the terminal) */
	pl_str signer_dir;                  /* [signer] directory of the sockets; empty: commands sign for themselves */
	pl_str users[PL_PEER_COUNT];        /* [signer] operator, web, worker, log, persons: user names; empty: the signer's own */
	pl_str portal_address;              /* [web] listen */
	uint64_t portal_port;
	pl_str public_url;                  /* [web] url; may be empty */
	bool desk;                          /* [web] desk: serve the pages of those who work here */
	pl_str people_secret;               /* [people] secret: the file whose key seals what is personal */
	pl_str people_rp, people_name;      /* [people] rp (empty: the host of url), name */
	pl_str vault_dir;                   /* [vault] directory: wrapped data keys; in no backup of the database */
	uint64_t vault_per_hour;            /* [vault] per-hour: keys for one account of web, or one role */
	uint64_t vault_per_hour_all;        /* [vault] per-hour-all: keys for web, or workers, altogether */
	bool intake;                        /* [web] intake: outsiders enter cases */
	pl_str intake_products;             /* [intake] products: a file of enrolment keys (register/casework/product.h); empty: none */
	pl_str scanner;                     /* [intake] scanner: of attachments (base/clamd.h); empty: none */
	uint64_t attach_held;               /* [intake] held: bytes of attachments that wait unconfirmed */
	uint64_t answer_files;              /* [answers] files, bytes, kinds: that an answer to a sender may bring (register/casework/talk.h) */
	uint64_t answer_bytes;
	pl_str answer_kinds;
	pl_str answer_networks;             /* [answers] networks: a file with networks of private persons (register/person/outgoing.h); empty: none */
	uint64_t attach_held_address;       /* [intake] held-address: and that one address may send in a day */
	pl_str calendar;                    /* [clocks] calendar: of registers that name none; register/holidays knows which there are */
	pl_str mail_alarms;                 /* [mail] alarms: an address, or empty */
	pl_str mail_smtp, mail_from;        /* [mail] smtp: URL of a mail server (empty: none); from: an address */
	pl_str mail_user, mail_password, mail_ca; /* password and ca: files */
	uint64_t people_idle_ns;            /* [people] idle, absolute: limits of a session */
	uint64_t people_absolute_ns;
	uint64_t people_fresh_ns;           /* [people] fresh: how long a login covers dangerous acts */
};

struct pl_instance_options {
	const struct pl_fact_room *const *rooms; /* rooms above fact */
	size_t n_rooms;
	enum pl_peer peer;                       /* as whom to ask a signer process; operator unless said */
	bool migrate;                            /* bring the tables up to date, else refuse old ones */
	bool keys_only;                          /* neither database nor blobs: for the signer, which needs none */
	const struct pl_passphrase *passphrase;  /* instead of the configured one; NULL: as configured */
};

/* Open the instance at @dir. PL_E_NOTFOUND (no pellucid.conf there: hint says init), PL_E_SYNTAX, or what a part says. */
pl_status pl_instance_open(const char *dir, const struct pl_instance_options *opt, struct pl_instance **ret,
	struct pl_diag *diag);
void pl_instance_close(struct pl_instance *inst);
/* For PL_CLEANUP. */
void pl_instance_closep(struct pl_instance **inst);

const struct pl_instance_conf *pl_instance_conf(const struct pl_instance *inst);
const char *pl_instance_dir(const struct pl_instance *inst);
struct pl_db *pl_instance_db(struct pl_instance *inst);
struct pl_blob *pl_instance_blobs(struct pl_instance *inst);
const struct pl_policy *pl_instance_policy(const struct pl_instance *inst);
const struct pl_vocabulary *pl_instance_vocabulary(const struct pl_instance *inst);

/* Was the trust file replaced since it was read? */
bool pl_instance_trust_changed(const struct pl_instance *inst);
/* Read the trust file again if it was replaced. What pl_instance_policy, pl_instance_keys and a sequencer or
 * projector of this instance gave before is dead then: close them first. A file that cannot be read changes nothing
 * (its status comes back once). */
pl_status pl_instance_follow_trust(struct pl_instance *inst, struct pl_diag *diag);

/* Would nothing show that log and record were both replaced by an older copy? Nobody witnesses, and both lie on one file
 * system (a database that is not a file here is taken to lie elsewhere). Every page and `doctor` say so. */
bool pl_instance_unguarded(const struct pl_instance *inst);

/* The key register as of the published checkpoint (*ret_index is its size), derived from the log's own entries and from
 * nothing in the database; brought up to date by reading what is new. Lives until the next call. */
pl_status pl_instance_keys(struct pl_instance *inst, const struct pl_keys **ret, uint64_t *ret_index,
	struct pl_diag *diag);
/* Open the key file DIR/keys/@name.key with the instance's passphrase. The caller frees it. */
pl_status pl_instance_signer(struct pl_instance *inst, const char *name, struct pl_signer **ret, struct pl_diag *diag);

/* Seal @key into the new key file @path under the instance's passphrase. PL_E_EXISTS. */
pl_status pl_instance_seal_key(struct pl_instance *inst, const char *path, const struct pl_privkey *key,
	struct pl_diag *diag);

/* Does the configuration name a signer's socket, and nobody listens there now? For processes that go on when something failed: they wait for
 * the signer, and are connected with it as soon as it is back. False where this process signs by itself. */
bool pl_instance_desk_away(struct pl_instance *inst);

/* Have @payload signed: through the signer's socket if the configuration names one, else with the service key in this
 * process. Types that need approvals: hand them in, or with @n_approvals 0 on a machine of one let the officers' keys
 * below DIR/keys/officer-*.key that open with the instance's passphrase approve. */
pl_status pl_instance_sign(struct pl_instance *inst, pl_bytes payload, const struct pl_approval_sig *approvals,
	size_t n_approvals, struct pl_buf *entry, struct pl_diag *diag);
/* Sign with the root keys below DIR/keys/root*.key: inception, key and key-end statements. */
pl_status pl_instance_sign_root(struct pl_instance *inst, pl_bytes payload, struct pl_buf *entry,
	struct pl_diag *diag);

/* The predicate of a key/v1 for @key: every type of @v that @role may sign or approve. The caller frees it.
 * PL_E_UNSUPPORTED: the role may sign nothing. */
pl_status pl_instance_key_predicate(const struct pl_vocabulary *v, const char *holder, enum pl_role role,
	const struct pl_pubkey *key, struct pl_json **ret, struct pl_diag *diag);

/* Put one signed entry into the outbox in a transaction of its own. */
pl_status pl_instance_submit(struct pl_instance *inst, pl_str stream, pl_bytes entry, struct pl_outbox_ref *ret,
	struct pl_diag *diag);
/* Wait until the rows have reached @state. If nobody else runs the log, run sequencer and projector here until then.
 * PL_E_TIMEOUT, PL_E_HELD (stored or logged, not yet published: the log is held, or too few witnesses answered),
 * PL_E_DENIED (a row was refused; words say why). */
pl_status pl_instance_settle(struct pl_instance *inst, const struct pl_outbox_ref *refs, size_t n_refs,
	enum pl_outbox_state state, uint64_t wait_ns, struct pl_diag *diag);

/* Log what waits in the outbox, publish and project all of it, if nobody else runs the log. PL_OK also if there is nothing
 * left; PL_E_BUSY: somebody else does it; otherwise as pl_instance_settle. */
pl_status pl_instance_push(struct pl_instance *inst, uint64_t wait_ns, struct pl_diag *diag);

/* Store @data as a body and describe it in @ret; @media_type is borrowed. */
pl_status pl_instance_body(struct pl_instance *inst, pl_bytes data, pl_str media_type, struct pl_body *ret);

/* ---- making one ---- */

struct pl_instance_recipe {
	pl_str origin;       /* the log's name: a host and path that will never be used for another log */
	const char *purpose; /* "production", "test" or "demonstration" */
	pl_str database;     /* empty: sqlite:pellucid.db */
	pl_str blobs;        /* empty: dir:blobs */
	unsigned officers;   /* keys to make and approvals to demand: 1..16 */
	unsigned approvals;  /* 1..officers */
	const struct pl_policy_witness *witnesses;
	size_t n_witnesses;
	unsigned quorum;     /* 0: quorum none */
	const struct pl_passphrase *passphrase; /* NULL: DIR/keys/passphrase is made, for services that start alone */
};

/* Make DIR with keys, trust file, empty log, tables; state the inception as entry 0 and introduce the service's and the
 * officers' keys. PL_E_EXISTS if DIR holds an instance. @ret may be NULL. */
pl_status pl_instance_init(const char *dir, const struct pl_instance_recipe *recipe,
	const struct pl_instance_options *opt, struct pl_instance **ret, struct pl_diag *diag);

/* ---- doctor ---- */

enum pl_health { PL_HEALTH_GOOD, PL_HEALTH_WARNING, PL_HEALTH_BAD };

/* Examine everything that can be examined without changing it; one call of @finding each. */
pl_status pl_instance_doctor(struct pl_instance *inst,
	void (*finding)(void *ctx, enum pl_health health, const char *what, const char *words, const char *next),
	void *ctx);

#endif
