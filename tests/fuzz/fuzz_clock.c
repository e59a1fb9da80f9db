/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The file `time`, the machine's clock and the times of witnesses: time never goes back, and the log is held only for what
 * the header says. Input: a byte of flags, the file without its checksum (24 bytes), then steps of a byte and a time.
 */
#include "base/codec.h"
#include "crypto/digest.h"
#include "fuzz.h"
#include "log/system_time.h"
#include "scratch.h"

#define BODY 24u

enum flag { WRONG_SUM = 1, CUT = 2 };
enum step { MACHINE, WITNESS, JUDGE, REOPEN, ACCEPT, STEPS };

static uint64_t machine;

static uint64_t now(void)
{
	return machine;
}

static void put_file(const uint8_t *body, unsigned flags)
{
	uint8_t file[BODY + PL_DIGEST_LEN];
	struct pl_digest sum;

	memcpy(file, body, BODY);
	pl_sha256(pl_bytes_of(file, BODY), &sum);
	sum.b[0] ^= flags & WRONG_SUM ? 1 : 0;
	memcpy(file + BODY, sum.b, sizeof sum.b);
	fuzz_scratch_put("time", pl_bytes_of(file, flags & CUT ? BODY : sizeof file));
}

/* What is known here of what the clock must know. */
struct model {
	struct pl_system_time *t;
	uint64_t given, witness;
};

static void judge(struct model *m, bool witnessed)
{
	enum pl_system_time_verdict v = pl_system_time_judge(m->t, witnessed);
	bool beyond = machine > m->witness && machine - m->witness > PL_SYSTEM_TIME_JUMP;

	if (v == PL_SYSTEM_TIME_JUMPED)
		FUZZ_HOLDS(witnessed && m->witness && beyond);
	else if (v == PL_SYSTEM_TIME_FINE)
		FUZZ_HOLDS(!witnessed || !m->witness || !beyond);
	if (v == PL_SYSTEM_TIME_WENT_BACK)
		FUZZ_HOLDS(pl_system_time_now(m->t) - machine >= PL_SYSTEM_TIME_BACK);
}

static void take(struct model *m, unsigned step, uint64_t time)
{
	uint64_t given;

	switch ((enum step)(step % STEPS)) {
	case MACHINE:
		machine = time;
		given = pl_system_time_now(m->t);
		FUZZ_HOLDS(given >= machine && given >= m->given);
		m->given = given;
		break;
	case WITNESS:
		pl_system_time_witness(m->t, time);
		time = time < machine ? time : machine; /* none that is ahead of us vouches for what is to come */
		m->witness = time > m->witness ? time : m->witness;
		break;
	case JUDGE:
		judge(m, time & 1);
		break;
	case REOPEN:
		FUZZ_HOLDS(pl_system_time_save(m->t, 0) == PL_OK);
		pl_system_time_close(m->t);
		FUZZ_HOLDS(pl_system_time_open(fuzz_scratch(), now, &m->t) == PL_OK);
		break;
	case ACCEPT:
		pl_system_time_accept(m->t);
		m->given = m->witness = 0;
		FUZZ_HOLDS(pl_system_time_judge(m->t, true) == PL_SYSTEM_TIME_FINE);
		break;
	case STEPS:
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct model m = {0};

	if (size < 1 + BODY)
		return 0;
	fuzz_scratch_empty();
	put_file(data + 1, data[0]);
	machine = 0;
	FUZZ_HOLDS(pl_system_time_open(fuzz_scratch(), now, &m.t) == PL_OK);
	m.given = pl_system_time_now(m.t);
	if (m.given)
		FUZZ_HOLDS(!(data[0] & (WRONG_SUM | CUT)) && m.given == pl_be64(data + 9));
	if (!(data[0] & (WRONG_SUM | CUT)) && memcmp(data + 1, "PLTIME1\n", 8) == 0)
		m.witness = pl_be64(data + 17);
	for (size_t at = 1 + BODY; size - at >= 9; at += 9)
		take(&m, data[at], pl_be64(data + at + 1));
	pl_system_time_close(m.t);
	return 0;
}
