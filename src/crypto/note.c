/* SPDX-License-Identifier: Apache-2.0 */
/* Signed notes; their keys are in vkey.c. */
#include "crypto/note.h"
#include "base/time.h"

#define DASH "\xe2\x80\x94 " /* em dash and one space */
#define SIG_MAX (PL_NOTE_MAX)
/* The last second that fits into 64 bits of nanoseconds. */
#define TIME_MAX_S (UINT64_MAX / PL_SECOND)

/* ---- parsing ---- */

static bool text_ok(pl_str text)
{
	if (!pl_str_is_utf8(text))
		return false;
	for (size_t i = 0; i < text.len; i++)
		if ((uint8_t)text.ptr[i] < 0x20 && text.ptr[i] != '\n')
			return false;
	return true;
}

/* @line without its \n. */
static pl_status sig_line(pl_str whole, pl_str line, struct pl_note_sig *ret)
{
	struct pl_buf blob PL_CLEANUP(pl_buf_done) = PL_BUF(SIG_MAX);
	struct pl_note_sig sig = {.line = whole};

	if (!pl_str_eat(&line, PL_STR(DASH)) || !pl_str_take_until(&line, ' ', &sig.name) || !pl_note_name_ok(sig.name))
		return PL_E_SYNTAX;
	if (pl_base64_get(line, &blob) || blob.len < 5)
		return PL_E_SYNTAX;
	sig.base64 = line;
	sig.id = pl_be32(blob.ptr);
	*ret = sig;
	return PL_OK;
}

static pl_status refuse_line(struct pl_diag *diag, pl_str line)
{
	return pl_diag_set(diag, PL_E_SYNTAX, "expected a signature line \"— <name> <base64>\", found \"%.*s\"",
		PL_STR_ARG(pl_str_sub(line, 0, 80)));
}

pl_status pl_note_sig_parse(pl_str line, struct pl_note_sig *ret, struct pl_diag *diag)
{
	pl_str whole = line, body;

	if (line.len > PL_NOTE_MAX)
		return PL_E_TOOBIG;
	if (!text_ok(line) || !pl_str_take_line(&line, &body) || line.len || sig_line(whole, body, ret))
		return refuse_line(diag, whole);
	return PL_OK;
}

/* Position behind the last "\n\n" (the text keeps its own \n), or 0. */
static size_t last_split(pl_str note)
{
	for (size_t i = note.len; i >= 2; i--)
		if (note.ptr[i - 1] == '\n' && note.ptr[i - 2] == '\n')
			return i;
	return 0;
}

pl_status pl_note_parse(pl_str note, struct pl_note *ret, struct pl_diag *diag)
{
	struct pl_note made = {0};
	pl_str lines, line;
	size_t split;

	if (note.len > PL_NOTE_MAX)
		return pl_diag_set(diag, PL_E_TOOBIG, "a note has at most %zu bytes", PL_NOTE_MAX);
	if (!text_ok(note))
		return pl_diag_set(
			diag, PL_E_SYNTAX, "a note is UTF-8 without control characters other than line breaks");
	split = last_split(note);
	/* A text of at least its \n before the empty line. */
	if (split < 2)
		return pl_diag_set(diag, PL_E_SYNTAX, "expected an empty line between the text and its signatures");
	lines = pl_str_sub(note, split, note.len);
	if (lines.len == 0 || lines.ptr[lines.len - 1] != '\n')
		return pl_diag_set(diag, PL_E_SYNTAX, "expected signature lines, the last one ending in a line break");
	while (lines.len) {
		pl_str rest = lines;

		if (made.n_sigs == PL_NOTE_SIGS_MAX)
			return pl_diag_set(
				diag, PL_E_TOOBIG, "a note has at most %u signature lines", PL_NOTE_SIGS_MAX);
		if (!pl_str_take_line(&lines, &line) ||
			sig_line(pl_str_sub(rest, 0, line.len + 1), line, &made.sigs[made.n_sigs]))
			return refuse_line(diag, line);
		made.n_sigs++;
	}
	made.text = pl_str_sub(note, 0, split - 1);
	*ret = made;
	return PL_OK;
}

/* ---- verifying ---- */

/* "cosignature/v1\ntime <decimal>\n" and the text. */
static void cosigned_message(uint64_t seconds, pl_str text, struct pl_buf *out)
{
	pl_buf_put_z(out, "cosignature/v1\ntime ");
	pl_buf_put_u64(out, seconds);
	pl_buf_put_c(out, '\n');
	pl_buf_put_str(out, text);
}

static pl_status verify_cosignature(pl_bytes sig, pl_str text, const struct pl_vkey *key, uint64_t *ret_time)
{
	struct pl_buf msg PL_CLEANUP(pl_buf_done) = PL_BUF(PL_NOTE_MAX + 64);
	uint64_t seconds;

	/* Time 0 is not a time, and one that does not fit would be shown as another one. */
	if (pl_get_be64(&sig, &seconds) || seconds == 0 || seconds > TIME_MAX_S)
		return PL_E_SIGNATURE;
	cosigned_message(seconds, text, &msg);
	if (pl_buf_status(&msg))
		return pl_buf_status(&msg);
	if (pl_pubkey_verify(&key->key, pl_buf_bytes(&msg), sig))
		return PL_E_SIGNATURE;
	*ret_time = seconds * PL_SECOND;
	return PL_OK;
}

static bool is_of(const struct pl_note_sig *sig, const struct pl_vkey *key)
{
	return sig->id == key->id && pl_str_eq(sig->name, key->name);
}

pl_status pl_note_sig_verify(const struct pl_note_sig *sig, pl_str text, const struct pl_vkey *key,
	struct pl_note_seen *ret)
{
	struct pl_buf blob PL_CLEANUP(pl_buf_done) = PL_BUF(SIG_MAX);
	uint64_t time = 0;
	pl_bytes raw;
	pl_status st;

	if (!is_of(sig, key))
		return PL_E_NOTFOUND;
	if (!key->usable)
		return PL_E_UNSUPPORTED;
	st = pl_base64_get(sig->base64, &blob);
	if (st || blob.len < 4)
		return st ? st : PL_E_SYNTAX;
	raw = (pl_bytes){blob.ptr + 4, blob.len - 4};
	if (key->type == PL_NOTE_COSIGNATURE)
		st = verify_cosignature(raw, text, key, &time);
	else
		st = pl_pubkey_verify(&key->key, pl_str_bytes(text), raw);
	if (!st)
		*ret = (struct pl_note_seen){.ok = true, .time = time};
	return st;
}

/* All lines of one key. */
static pl_status verify_key(const struct pl_note *note, const struct pl_vkey *key, struct pl_note_seen *ret)
{
	struct pl_note_seen seen = {0}, one;

	for (size_t i = 0; i < note->n_sigs; i++) {
		pl_status st = pl_note_sig_verify(&note->sigs[i], note->text, key, &one);

		if (st == PL_E_NOTFOUND || st == PL_E_UNSUPPORTED)
			continue;
		if (st)
			return st;
		seen.ok = true;
		seen.time = one.time > seen.time ? one.time : seen.time;
	}
	*ret = seen;
	return PL_OK;
}

pl_status pl_note_verify(const struct pl_note *note, const struct pl_vkey *keys, size_t n_keys,
	struct pl_note_seen *seen, struct pl_diag *diag)
{
	struct pl_note_seen made[PL_NOTE_KEYS_MAX];
	bool any = false;
	pl_status st;

	if (n_keys > PL_NOTE_KEYS_MAX)
		return pl_diag_set(diag, PL_E_TOOBIG, "a note is checked with at most %u keys", PL_NOTE_KEYS_MAX);
	for (size_t i = 0; i < n_keys; i++) {
		st = verify_key(note, &keys[i], &made[i]);
		if (st)
			return pl_diag_set(diag, st, "the signature of %.*s does not verify", PL_STR_ARG(keys[i].name));
		any = any || made[i].ok;
	}
	if (!any)
		return pl_diag_set(diag, PL_E_SIGNATURE, "none of the %zu known keys signed this note", n_keys);
	memcpy(seen, made, n_keys * sizeof made[0]);
	return PL_OK;
}

/* ---- signing ---- */

static void put_line(pl_str name, const struct pl_vkey *key, const uint8_t *time, const struct pl_signature *sig,
	struct pl_buf *out)
{
	uint8_t blob[4 + 8 + PL_SIGNATURE_MAX];
	size_t n = 4;

	pl_be32_write(blob, key->id);
	if (time) {
		memcpy(blob + n, time, 8);
		n += 8;
	}
	memcpy(blob + n, sig->b, sig->len);
	n += sig->len;
	pl_buf_put_z(out, DASH);
	pl_buf_put_str(out, name);
	pl_buf_put_c(out, ' ');
	pl_base64_put(out, (pl_bytes){blob, n});
	pl_buf_put_c(out, '\n');
}

static pl_status signable(pl_str text)
{
	if (text.len >= PL_NOTE_MAX)
		return PL_E_TOOBIG;
	return text.len && text.ptr[text.len - 1] == '\n' && text_ok(text) ? PL_OK : PL_E_SYNTAX;
}

pl_status pl_note_sign_line(struct pl_signer *signer, pl_str name, pl_str text, struct pl_buf *out)
{
	struct pl_signature sig;
	struct pl_vkey key;
	pl_status st;

	st = signable(text);
	if (!st)
		st = pl_vkey_of_signer(name, signer, &key);
	if (!st)
		st = pl_signer_sign(signer, pl_str_bytes(text), &sig);
	if (st)
		return st;
	put_line(name, &key, NULL, &sig, out);
	return pl_buf_status(out);
}

pl_status pl_note_cosign_line(struct pl_signer *signer, pl_str name, pl_str text, uint64_t time, struct pl_buf *out)
{
	struct pl_buf msg PL_CLEANUP(pl_buf_done) = PL_BUF(PL_NOTE_MAX + 64);
	uint64_t seconds = time / PL_SECOND;
	struct pl_signature sig;
	struct pl_vkey key;
	uint8_t be[8];
	pl_status st;

	if (seconds == 0)
		return PL_E_RANGE;
	st = signable(text);
	if (!st)
		st = pl_vkey_make(name, PL_NOTE_COSIGNATURE, pl_signer_public(signer), &key);
	if (st)
		return st;
	cosigned_message(seconds, text, &msg);
	st = pl_buf_status(&msg);
	if (!st)
		st = pl_signer_sign(signer, pl_buf_bytes(&msg), &sig);
	if (st)
		return st;
	pl_be64_write(be, seconds);
	put_line(name, &key, be, &sig, out);
	return pl_buf_status(out);
}
