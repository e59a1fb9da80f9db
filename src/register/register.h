/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/register: a declared register, its cases and its tree.
 *
 * What always holds:
 *  1. Number, case, leaf and position in the tree are written in one transaction; the number comes from UPDATE ... RETURNING, so a
 *     rolled-back transaction leaves no gap and the later of two writers waits for the earlier.
 *  2. A leaf is written once. What becomes of a case is another leaf, chained to the one before.
 *  3. A counter that is behind the heads in the log (the database was restored from an older copy) gives no number.
 *
 * Any thread; a struct pl_register is read-only once opened.
 */
#ifndef PL_REGISTER_REGISTER_H
#define PL_REGISTER_REGISTER_H
#include "fact/approved.h"
#include "fact/instance.h"
#include "fact/vault.h"
#include "register/holidays.h"
#include "register/openings.h"

/* A declaration before the present one: leaves below .until, and not below that of the one before, were entered under it. */
struct pl_register_earlier {
	struct pl_register_decl *decl;
	uint64_t until;
};

struct pl_register {
	struct pl_register_decl *decl;
	uint64_t version; /* of the declaration: who opened an older one writes nothing */
	size_t n_earlier; /* with leaves of their own, the oldest first */
	struct pl_register_earlier *earlier;
	struct pl_digest id;
	const struct pl_calendar *calendar; /* by which its clocks count: the declaration's, else the instance's ([clocks] calendar) */
};

/* State in the log that the register of the declaration @text exists (register/v1, approved by officers), and make its counter.
 * The same text again is PL_OK; another one for the same name is its next version: what is entered from then on is entered under it, what was
 * entered before is opened and counted under its own. PL_E_RANGE: it gives something that keeps its name another meaning. */
pl_status pl_register_add(struct pl_instance *inst, pl_str text, uint64_t wait_ns, struct pl_register **ret,
	struct pl_diag *diag);
/* The same with officers elsewhere; with @approved->only nothing is stated. PL_E_EXISTS: then there is nothing to approve. */
pl_status pl_register_add_approved(struct pl_instance *inst, pl_str text, const struct pl_approved *approved, uint64_t wait_ns,
	struct pl_register **ret, struct pl_diag *diag);
/* The register @name of this instance. PL_E_NOTFOUND; PL_E_RANGE: there is no such calendar as it counts by. */
pl_status pl_register_open(struct pl_instance *inst, pl_str name, struct pl_register **ret, struct pl_diag *diag);
/* Is there a calendar that [clocks] calendar names? PL_E_RANGE with words; for programs that serve, before they do. */
pl_status pl_register_calendar_check(const struct pl_instance_conf *conf, struct pl_diag *diag);
/* By which calendar the clocks of register @name count, inside of the caller's transaction. As pl_register_open. */
pl_status pl_register_calendar(struct pl_db_tx *tx, const struct pl_instance_conf *conf, pl_str name, const struct pl_calendar **ret,
	struct pl_diag *diag);
/* The declaration that the leaf at @position was entered under; @r's own, or an earlier one. */
const struct pl_register_decl *pl_register_decl_at(const struct pl_register *r, uint64_t position);
/* Names of registers; done with pl_register_names_done, also after a failure. */
struct pl_register_names {
	size_t n, room;
	char (*name)[PL_REGISTER_NAME_MAX + 1];
};
/* Those of all registers of this instance, in order. */
pl_status pl_register_names(struct pl_instance *inst, struct pl_register_names *ret);
/* Those that the rows of @sql have in their first column (no arguments); @ret is begun anew. None is left out. */
pl_status pl_register_names_read(struct pl_db_tx *tx, const struct pl_sql *sql, struct pl_register_names *ret);
/* PL_E_NOMEM, PL_E_TOOBIG. */
pl_status pl_register_names_add(struct pl_register_names *l, pl_str name);
void pl_register_names_done(struct pl_register_names *l);
void pl_register_close(struct pl_register *r);
/* For PL_CLEANUP. */
static inline void pl_register_closep(struct pl_register **r) { pl_register_close(*r); }

/* What stands in the counter row. */
struct pl_register_state {
	uint64_t size, highest;
	struct pl_register_end head; /* the last one */
	struct pl_tree_edge *edge;   /* of that head; freed with pl_free */
};
pl_status pl_register_state(struct pl_db_tx *tx, const struct pl_register *r, struct pl_register_state *ret);

/* ---- cases ---- */

/* Values of the declared fields in their order, canonical; the derived ones (coarse, entered, late) follow from them. */
struct pl_register_values {
	struct pl_commit_value v[PL_REGISTER_FIELDS_MAX];
	bool decided; /* two persons decided on it in this transaction: for register/casework/decide alone */
};

struct pl_register_case {
	uint64_t number, position;
	uint32_t revision;
	struct pl_digest leaf, commitment;
};

/*
 * Enter a new case at @now (seconds) inside the caller's transaction; private values are sealed under @key, a new one of the vault with
 * the register's id as owner (NULL: none, then there may be no private value, PL_E_STATE). PL_E_RANGE (received missing, or later
 * than the day of entering; a value outside its rule), PL_E_ROLLBACK (the counter is behind the log), PL_E_TOOBIG (private values of
 * more than 64 KiB).
 */
pl_status pl_register_enter(struct pl_db_tx *tx, const struct pl_register *r, const struct pl_register_values *values,
	const struct pl_vault_key *key, uint64_t now, struct pl_register_case *ret, struct pl_diag *diag);
/* The next revision of the case behind @from (number and revision count), sealed under the key that the case has. PL_E_NOTFOUND;
 * PL_E_CONFLICT: it has another revision by now; PL_E_STATE: erased or lost, another key, or no step that is declared; PL_E_DENIED: it leads
 * where the declaration asks for two persons. */
pl_status pl_register_revise(struct pl_db_tx *tx, const struct pl_register *r, const struct pl_register_case *from,
	const struct pl_register_values *values, const struct pl_vault_key *key, struct pl_register_case *ret, struct pl_diag *diag);
/* Erase everything private of a case: a leaf says so, the sealed values go, their key is doomed (pl_register_destroy_doomed carries it
 * out). The case goes on counting with its open values. PL_E_NOTFOUND, PL_E_STATE; PL_E_DENIED with words: it is held (register/casework/hold.h). */
pl_status pl_register_erase(struct pl_db_tx *tx, const struct pl_register *r, uint64_t number, uint64_t now,
	struct pl_register_case *ret, struct pl_diag *diag);

/* Seal a case, or open it again: as long as it is sealed reports show its commitment and nothing else. Nothing of the tree changes; what
 * becomes of the case meanwhile is sealed, too. PL_E_STATE: not there, erased, lost, a dummy, or it is so already. PL_E_DENIED: it is to be
 * opened, and the register keeps cases sealed until they are released. */
pl_status pl_register_seal(struct pl_db_tx *tx, const struct pl_register *r, uint64_t number, bool sealed, struct pl_diag *diag);

/* Count intakes of register @name that did not become cases, for the heartbeat that closes the day of @now (seconds), or, where a head
 * of a later day is signed already, that day. A register that is not there: nothing. */
pl_status pl_register_turned_away(struct pl_db_tx *tx, pl_str name, uint64_t now, uint64_t unconfirmed, uint64_t refused);

/* ---- heads ---- */

struct pl_register_beat {
	struct pl_register_end head;
	bool heartbeat;
	uint64_t day; /* the day that it closes */
	struct pl_outbox_ref ref;
};

/* Sign a head over everything entered so far at @now (seconds) and put it into the outbox; the first one of a UTC day closes the
 * day before. PL_E_CONFLICT: somebody else signed one meanwhile. PL_E_RANGE: @now lies before the last head. */
pl_status pl_register_beat(struct pl_instance *inst, const struct pl_register *r, uint64_t now, struct pl_register_beat *ret,
	struct pl_diag *diag);

/* Keep the rhythm of every register of the instance until @stop_fd is readable: a head at each multiple of PL_REGISTER_RHYTHM, one
 * for a register that is behind at once. A head that fails is tried again after seconds; while the signer is away it is waited for, however
 * long, and what is due is signed within a second of its return. A register whose head fails for another reason stops no other; where for a
 * minute all fail, that ends it with the status of the first (the process that runs this is then started anew). Events: register.head,
 * register.head_failed (once, until there is a head again), register.signer_away, register.signer_back. */
pl_status pl_register_keep(struct pl_instance *inst, int stop_fd, struct pl_diag *diag);

#endif
