/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fact/signing: the desk at which statements are signed. It decides by (peer role, predicate type) and, where approvals
 * are needed, verifies them itself over the exact payload. A caller who has taken over the web process can ask for
 * everything and gets nothing that matters.
 *
 * What always holds:
 *  1. The private keys are behind this desk and nowhere else: in the process `pellucid signer`, or, for a command of the
 *     operator on a machine of one, in the command itself, which then needs the passphrases.
 *  2. A type that the table does not name for the peer's role is refused. So is every payload that is not of the shape
 *     of its type, before any key is touched.
 *  3. An approval is a DSSE signature of an officer's key over PAE(payload): it fits this payload and no other. Approvals
 *     stay in the envelope, so anybody can count them later.
 *  4. What was signed is signed once: the caller stores the entry before it is submitted anywhere.
 *
 * Over the socket: one packet per request and per answer, layout in docs/formats/signer.md. The peer's role is that of the
 * socket it came in by, and its user id must be the one that belongs to the socket (SO_PEERCRED).
 */
#ifndef PL_FACT_SIGNING_H
#define PL_FACT_SIGNING_H
#include "fact/keys.h"

enum pl_peer {
	PL_PEER_OPERATOR, /* "operator": the operator's own commands */
	PL_PEER_WEB,      /* "web": pages and APIs, the outermost process */
	PL_PEER_WORKER,   /* "worker": builds and analyses */
	PL_PEER_LOG,      /* "log": the sequencer, for what it states by itself */
	PL_PEER_PERSONS,  /* "persons": what persons are answered: reads and erases cases, signs answers */
	PL_PEER_COUNT
};
#define PL_PEER_BIT(peer) (1u << (unsigned)(peer))
const char *pl_peer_word(enum pl_peer p);

struct pl_vault;

/* One row of the fixed table: who may have @type signed. Approvals are those of the predicate's row. */
struct pl_signing_rule {
	const char *type;
	unsigned peers; /* PL_PEER_BIT of every role that may ask */
};

#define PL_SIGNING_APPROVALS_MAX 16u

/* A signature over PAE(PL_STATEMENT_MEDIA, payload) and the key it claims to be of. */
struct pl_approval_sig {
	struct pl_digest key; /* its id: a hint */
	struct pl_signature sig;
};

/* Where to have things signed: the keys themselves, or a socket. */
struct pl_signing;

/* Who the officers are and what they may approve, as of now; a borrowed register. The desk asks for it at each request. */
struct pl_signing_book {
	const struct pl_vocabulary *vocabulary;
	const struct pl_signing_rule *rules;
	size_t n_rules;
	/* The key register as of the entries known to the desk; *ret_index is the next entry's index. Lives until the next
	 * call. */
	pl_status (*keys)(void *ctx, const struct pl_keys **ret, uint64_t *ret_index, struct pl_diag *diag);
	/* The vault of data keys, opened when first asked for; a borrowed handle. PL_E_STATE: there is none. */
	pl_status (*vault)(void *ctx, struct pl_vault **ret, struct pl_diag *diag);
	void *ctx;
};

/* The desk in this process, signing with @signers (borrowed, like everything in @book) as @peer would be served. */
pl_status pl_signing_local(struct pl_signer *const *signers, size_t n_signers, const struct pl_signing_book *book,
	enum pl_peer peer, struct pl_signing **ret);
/* The desk behind the Unix socket @path. PL_E_BUSY: nobody listens there. */
pl_status pl_signing_socket(pl_str path, struct pl_signing **ret, struct pl_diag *diag);
void pl_signing_free(struct pl_signing *s);
/* Does nobody listen behind the socket of @s now? False of a desk in this process. Where somebody does, @s is connected anew. */
bool pl_signing_away(struct pl_signing *s);

/*
 * Have @payload signed, append the canonical entry to @entry.
 * PL_E_DENIED: not by this peer. PL_E_QUORUM: approvals lacking (words say how many of how many, whose counted).
 * PL_E_SYNTAX, PL_E_RANGE: not of the shape of its type. PL_E_SIGNATURE: an approval does not verify. PL_E_STATE: the desk
 * has no key that may sign this type. PL_E_BUSY: no desk there.
 */
pl_status pl_signing_sign(struct pl_signing *s, pl_bytes payload, const struct pl_approval_sig *approvals,
	size_t n_approvals, struct pl_buf *entry, struct pl_diag *diag);

/* An officer's (or root's) approval of @payload, made where that key is. */
pl_status pl_signing_approve(struct pl_signer *officer, pl_bytes payload, struct pl_approval_sig *ret);
/* "<sha256:key id> <base64 signature>", the line by which approvals travel in files. */
void pl_signing_approval_write(struct pl_buf *out, const struct pl_approval_sig *a);
pl_status pl_signing_approval_parse(pl_str line, struct pl_approval_sig *ret, struct pl_diag *diag);

/* ---- the process ---- */

struct pl_signing_listener {
	enum pl_peer peer;
	pl_str path;  /* the socket's file; its directory must belong to us and be closed to others */
	uint32_t uid; /* the only user id served */
	uint32_t gid; /* whose group may open the socket */
};

/* Serve until the descriptor @stop_fd becomes readable. @signers as above. The sockets are made anew and taken away at the
 * end. */
pl_status pl_signing_serve(struct pl_signer *const *signers, size_t n_signers, const struct pl_signing_book *book,
	const struct pl_signing_listener *listeners, size_t n_listeners, int stop_fd, struct pl_diag *diag);

#endif
