/* SPDX-License-Identifier: Apache-2.0 */
#include "fact/serve.h"
#include "base/event.h"
#include "base/file.h"
#include "base/time.h"
#include "fact/caretaker.h"
#include "fact/instance_internal.h"
#include "fact/log_key.h"
#include "fact/projector.h"
#include "fact/sequencer.h"
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <pwd.h>
#include <stdatomic.h>
#include <unistd.h>

#define PAUSE_MIN_MS 5
#define PAUSE_MAX_MS 80
#define TROUBLE_MS 1000
#define CHECKPOINT_NS (2 * PL_SECOND)
#define LOOK_AT_TRUST_NS (500 * PL_MILLISECOND)
#define AGAIN_NS (60 * PL_SECOND) /* longer than the lease of what we closed */

struct log_server {
	struct pl_instance *inst;
	struct pl_sequencer *sequencer;
	struct pl_caretaker *caretaker;
	int stop_fd;
	atomic_bool stop; /* for the projector's thread */
	enum pl_log_mode mode;
	pl_status last_trouble;
	bool trust_replaced; /* open everything anew, with the keys and witnesses that it names */
	struct pl_log_key keys[PL_LOG_KEYS_MAX]; /* what the sequencer signs with */
};

/* True when it is time to end. */
static bool wait_or_stop(int stop_fd, int ms)
{
	struct pollfd pfd = {.fd = stop_fd, .events = POLLIN};

	return poll(&pfd, 1, ms) > 0;
}

/* ---- the projector's thread ---- */

static void project(struct log_server *s)
{
	struct pl_projector *p = NULL;
	struct pl_diag diag = {0};
	int pause = PAUSE_MIN_MS;
	pl_status st = pl_projector_open(s->inst, &p, &diag);

	while (st == PL_OK && !atomic_load(&s->stop)) {
		size_t done = 0;

		diag = (struct pl_diag){0};
		st = pl_projector_step(p, SIZE_MAX, &done, &diag);
		if (st == PL_E_QUORUM || st == PL_E_NOTFOUND)
			st = PL_OK; /* nothing to show yet */
		pause = done ? PAUSE_MIN_MS : pause * 2 < PAUSE_MAX_MS ? pause * 2 : PAUSE_MAX_MS;
		if (!done)
			(void)wait_or_stop(s->stop_fd, pause);
	}
	if (st)
		pl_event("projector.trouble", PL_EV_STATUS("status", st), PL_EV_Z("words", pl_diag_text(&diag, st)));
	pl_projector_close(p);
}

static void *projector_main(void *arg)
{
	struct log_server *s = arg;

	/* It never stops for good: what stopped it may be mended while the log goes on. */
	while (!atomic_load(&s->stop)) {
		project(s);
		if (!atomic_load(&s->stop))
			(void)wait_or_stop(s->stop_fd, TROUBLE_MS);
	}
	return NULL;
}

/* ---- the sequencer's loop ---- */

static void tell_mode(struct log_server *s)
{
	struct pl_sequencer_status status;

	pl_sequencer_state(s->sequencer, &status);
	if (status.log.mode == s->mode)
		return;
	s->mode = status.log.mode;
	if (s->mode == PL_LOG_HELD)
		pl_event("log.held", PL_EV_U64("answered", status.log.answered), PL_EV_U64("needed", status.log.needed),
			PL_EV_U64("hold", status.log.hold));
	else if (s->mode == PL_LOG_RUNNING)
		pl_event("log.running", PL_EV_U64("size", status.log.recorded.size));
	else if (s->mode == PL_LOG_FAILED)
		pl_event("log.failed", PL_EV_STATUS("status", status.log.error), PL_EV_U64("size", status.log.recorded.size));
}

static void tell_trouble(struct log_server *s, pl_status st, const struct pl_diag *diag)
{
	if (st != s->last_trouble && st)
		pl_event("sequencer.trouble", PL_EV_STATUS("status", st), PL_EV_Z("words", pl_diag_text(diag, st)));
	s->last_trouble = st;
}

/* PL_OK: it is time to end, or the trust file was replaced. PL_E_STATE: the writer has given up; open the log anew. PL_E_CONFLICT: leave it alone. */
static pl_status sequence(struct log_server *s)
{
	uint64_t checkpointed = pl_time_monotonic(), looked = checkpointed;
	int pause = PAUSE_MIN_MS;

	for (;;) {
		struct pl_diag diag = {0};
		size_t done = 0;
		pl_status st = pl_sequencer_step(s->sequencer, &done, &diag);

		if (st == PL_E_CONFLICT)
			return st;
		tell_trouble(s, st, &diag);
		tell_mode(s);
		if (pl_time_monotonic() - looked > LOOK_AT_TRUST_NS) {
			looked = pl_time_monotonic();
			s->trust_replaced = pl_instance_trust_changed(s->inst);
			if (s->trust_replaced)
				return PL_OK;
		}
		pl_caretaker_turned(s->caretaker, st ? pl_diag_text(&diag, st) : "");
		if (s->mode == PL_LOG_FAILED)
			return PL_E_STATE;
		if (pl_time_monotonic() - checkpointed > CHECKPOINT_NS) {
			checkpointed = pl_time_monotonic();
			st = pl_db_checkpoint(s->inst->db, NULL);
			tell_trouble(s, st, &diag);
		}
		pause = done ? PAUSE_MIN_MS : pause * 2 < PAUSE_MAX_MS ? pause * 2 : PAUSE_MAX_MS;
		if (wait_or_stop(s->stop_fd, st ? TROUBLE_MS : done ? 0 : pause))
			return PL_OK;
	}
}

static pl_status run_both(struct log_server *s, struct pl_diag *diag)
{
	struct pl_sequencer_status status;
	pthread_t thread;
	pl_status st;

	pl_sequencer_state(s->sequencer, &status);
	s->mode = status.log.mode == PL_LOG_HELD ? PL_LOG_RUNNING : PL_LOG_HELD; /* so that the first look is told */
	tell_mode(s);
	if (pthread_create(&thread, NULL, projector_main, s) != 0)
		return pl_diag_set(diag, PL_E_NOMEM, "cannot start the projector's thread");
	st = sequence(s);
	atomic_store(&s->stop, true);
	(void)pthread_join(thread, NULL);
	return st;
}

/* One life of the sequencer, with projector and caretaker. */
static pl_status live(struct log_server *s, const struct pl_serve_options *options, struct pl_diag *diag)
{
	pl_status st = pl_caretaker_start(s->inst, s->sequencer, options, &s->caretaker, diag);

	atomic_store(&s->stop, false);
	if (st == PL_OK)
		st = run_both(s, diag);
	pl_caretaker_stop(s->caretaker);
	s->caretaker = NULL;
	pl_sequencer_close(s->sequencer);
	s->sequencer = NULL;
	return st;
}

/* The sequencer with the keys that sign now. */
static pl_status open_now(struct log_server *s, struct pl_diag *diag)
{
	size_t n = 0;
	pl_status st = pl_log_key_signers(s->inst, s->keys, &n, diag);

	return st ? st : pl_sequencer_open(s->inst, s->keys, n, &s->sequencer, diag);
}

/* A writer that could not write for too long (full disk, database away) has given up, so that nobody is told what is not
 * durable. Opening the log anew is the way on: it reads what did become durable. So it is when the trust file was replaced;
 * then a command may have the log for a moment. Try every @pause_ms until it works or @s must end (PL_E_CANCELLED). */
static pl_status open_again(struct log_server *s, int pause_ms, struct pl_diag *diag)
{
	uint64_t deadline = pl_time_monotonic() + AGAIN_NS;

	for (;;) {
		struct pl_diag why = {0};
		pl_status st;

		if (wait_or_stop(s->stop_fd, pause_ms))
			return PL_E_CANCELLED;
		/* What others write meanwhile piles up in the database's write-ahead log, and nobody else makes room there. */
		(void)(pl_db_checkpoint(s->inst->db, NULL) == PL_OK);
		st = open_now(s, &why);
		tell_trouble(s, st, &why);
		if (st == PL_OK)
			return PL_OK;
		/* Ours was the lease; if it is not free by now, somebody else has the log. */
		if (st == PL_E_BUSY ? pl_time_monotonic() > deadline :
				      st != PL_E_NOSPACE && st != PL_E_IO && st != PL_E_TIMEOUT && st != PL_E_NET)
			return pl_diag_set(diag, st, "%s", pl_diag_text(&why, st));
	}
}

/* One that cannot be read changes nothing. */
static void follow_trust(struct log_server *s)
{
	struct pl_diag why = {0};
	pl_status st = pl_instance_follow_trust(s->inst, &why);

	pl_event("trust.replaced", PL_EV_STATUS("status", st), PL_EV_Z("words", pl_diag_text(&why, st)));
}

pl_status pl_serve_log(struct pl_instance *inst, const struct pl_serve_options *options, int stop_fd,
	struct pl_diag *diag)
{
	struct log_server s = {.inst = inst, .stop_fd = stop_fd};
	pl_status st = open_now(&s, diag);

	if (st) {
		pl_caretaker_refused(inst, st, diag);
		return st;
	}
	for (;;) {
		s.trust_replaced = false;
		st = live(&s, options, diag);
		if (s.trust_replaced)
			follow_trust(&s);
		if (st != PL_E_STATE && (st || !s.trust_replaced))
			break;
		st = open_again(&s, st ? TROUBLE_MS : PAUSE_MAX_MS, diag);
		if (st)
			return st == PL_E_CANCELLED ? PL_OK : st;
	}
	if (st == PL_E_CONFLICT)
		return pl_diag_set(diag, st, "another sequencer has taken over this log");
	return st;
}

/* ---- the signer ---- */

static pl_status user_id(pl_str name, uint32_t *ret, struct pl_diag *diag)
{
	char z[64], room[4096];
	struct passwd pw, *found = NULL;

	if (name.len == 0) {
		*ret = geteuid();
		return PL_OK;
	}
	if (pl_str_z(name, z, sizeof z) != PL_OK || getpwnam_r(z, &pw, room, sizeof room, &found) != 0 || !found) {
		pl_diag_hint(diag, "correct the [signer] section of the configuration, or make the user");
		return pl_diag_set(diag, PL_E_NOTFOUND, "there is no user %.*s", PL_STR_ARG(name));
	}
	*ret = found->pw_uid;
	return PL_OK;
}

static pl_status make_listeners(struct pl_instance *inst, struct pl_signing_listener *listeners,
	struct pl_buf *paths, struct pl_diag *diag)
{
	pl_status st = PL_OK;

	for (unsigned i = 0; i < PL_PEER_COUNT && st == PL_OK; i++) {
		pl_buf_put_str(&paths[i], inst->conf.signer_dir);
		pl_buf_put_z(&paths[i], "/signer-");
		pl_buf_put_z(&paths[i], pl_peer_word((enum pl_peer)i));
		pl_buf_put_z(&paths[i], ".sock");
		listeners[i] = (struct pl_signing_listener){
			.peer = (enum pl_peer)i, .path = pl_buf_str(&paths[i]), .gid = getegid(),
		};
		st = user_id(inst->conf.users[i], &listeners[i].uid, diag);
	}
	return st;
}

pl_status pl_serve_signer(struct pl_instance *inst, int stop_fd, struct pl_diag *diag)
{
	struct pl_signing_listener listeners[PL_PEER_COUNT];
	struct pl_buf paths[PL_PEER_COUNT];
	struct pl_signing_book book;
	struct pl_signer *service = NULL;
	pl_status st;

	if (inst->conf.signer_dir.len == 0)
		return pl_diag_set(diag, PL_E_STATE, "[signer] directory is not set, so there is nowhere to listen");
	st = pl_file_mkdirs(AT_FDCWD, inst->conf.signer_dir.ptr, 0750);
	if (st)
		return pl_diag_set(diag, st, "cannot make %s", inst->conf.signer_dir.ptr);
	st = pl_instance_borrow_signer(inst, "service", &service, diag);
	if (st)
		return st;
	for (size_t i = 0; i < PL_PEER_COUNT; i++)
		pl_buf_init(&paths[i], 4096);
	pl_instance_book(inst, &book);
	st = make_listeners(inst, listeners, paths, diag);
	if (st == PL_OK) {
		pl_event("signer.ready", PL_EV_STR("directory", inst->conf.signer_dir));
		st = pl_signing_serve(&service, 1, &book, listeners, PL_PEER_COUNT, stop_fd, diag);
	}
	for (size_t i = 0; i < PL_PEER_COUNT; i++)
		pl_buf_done(&paths[i]);
	return st;
}
