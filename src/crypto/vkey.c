/* SPDX-License-Identifier: Apache-2.0 */
/* The keys of notes; the notes themselves are in note.c. */
#include "crypto/note.h"

/* Space and control characters of Unicode's White_Space property, in UTF-8. */
static bool starts_with_space(pl_str s)
{
	static const char *const spaces[] = {"\xc2\x85", "\xc2\xa0", "\xe1\x9a\x80", "\xe2\x80\x80", "\xe2\x80\x81",
		"\xe2\x80\x82", "\xe2\x80\x83", "\xe2\x80\x84", "\xe2\x80\x85", "\xe2\x80\x86", "\xe2\x80\x87",
		"\xe2\x80\x88", "\xe2\x80\x89", "\xe2\x80\x8a", "\xe2\x80\xa8", "\xe2\x80\xa9", "\xe2\x80\xaf",
		"\xe2\x81\x9f", "\xe3\x80\x80"};

	for (size_t i = 0; i < PL_COUNT(spaces); i++)
		if (pl_str_starts(s, pl_str_from(spaces[i])))
			return true;
	return false;
}

bool pl_note_name_ok(pl_str name)
{
	if (name.len == 0 || name.len > PL_NOTE_NAME_MAX || !pl_str_is_utf8(name))
		return false;
	for (size_t i = 0; i < name.len; i++) {
		uint8_t c = (uint8_t)name.ptr[i];

		if (c <= 0x20 || c == '+' || starts_with_space(pl_str_sub(name, i, 3)))
			return false;
	}
	return true;
}

/* The first four bytes of SHA-256(name || \n || type || key); for ECDSA of SHA-256(SPKI). */
static uint32_t key_id(pl_str name, pl_bytes data)
{
	struct pl_digest d;

	if (data.ptr[0] == PL_NOTE_ECDSA)
		pl_sha256((pl_bytes){data.ptr + 1, data.len - 1}, &d);
	else
		pl_sha256_parts((const pl_bytes[]){pl_str_bytes(name), pl_str_bytes(PL_STR("\n")), data}, 3, &d);
	return pl_be32(d.b);
}

/* The type byte and the key as they stand in a vkey. */
static void vkey_data(enum pl_note_type type, const struct pl_pubkey *key, struct pl_buf *out)
{
	uint8_t der[PL_SPKI_MAX];

	pl_buf_put_u8(out, (uint8_t)type);
	if (type == PL_NOTE_ECDSA)
		pl_buf_put(out, der, pl_pubkey_spki(key, der));
	else
		pl_buf_put_bytes(out, pl_pubkey_raw(key));
}

static pl_status read_key(pl_bytes data, struct pl_vkey *v)
{
	pl_bytes key = {data.ptr + 1, data.len - 1};
	pl_status st;

	switch (data.ptr[0]) {
	case PL_NOTE_ED25519:
	case PL_NOTE_COSIGNATURE:
		st = pl_pubkey_from_raw(PL_KEY_ED25519, key, &v->key);
		break;
	case PL_NOTE_ECDSA:
		st = pl_pubkey_from_spki(key, &v->key);
		/* P-384 and P-521 are allowed by signed-note; we carry them. */
		if (st == PL_E_UNSUPPORTED)
			return PL_OK;
		if (!st && v->key.alg != PL_KEY_ECDSA_P256)
			st = PL_E_SYNTAX;
		break;
	default:
		return PL_OK;
	}
	v->usable = !st;
	return st;
}

pl_status pl_vkey_parse(pl_str text, struct pl_vkey *ret, struct pl_diag *diag)
{
	struct pl_buf data PL_CLEANUP(pl_buf_done) = PL_BUF(PL_VKEY_MAX);
	struct pl_vkey v = {0};
	uint8_t id[4];
	pl_str hex;

	if (text.len > PL_VKEY_MAX)
		return pl_diag_set(diag, PL_E_TOOBIG, "a verifier key has at most %u bytes", PL_VKEY_MAX);
	if (!pl_str_take_until(&text, '+', &v.name) || !pl_str_take_until(&text, '+', &hex))
		return pl_diag_set(diag, PL_E_SYNTAX, "expected a verifier key as <name>+<8 hex digits>+<base64>");
	if (!pl_note_name_ok(v.name))
		return pl_diag_set(diag, PL_E_SYNTAX, "the name of a key is UTF-8 without spaces, controls and '+'");
	if (pl_hex_read(hex, id, sizeof id))
		return pl_diag_set(diag, PL_E_SYNTAX, "expected a key id of 8 lower-case hex digits, found \"%.*s\"",
			PL_STR_ARG(hex));
	if (pl_base64_get(text, &data) || data.len < 2)
		return pl_diag_set(diag, PL_E_SYNTAX, "expected type and key in padded base64 after the second '+'");
	v.type = data.ptr[0];
	v.id = pl_be32(id);
	v.data = text;
	if (read_key(pl_buf_bytes(&data), &v))
		return pl_diag_set(diag, PL_E_SYNTAX, "the key of %.*s is not valid for its type", PL_STR_ARG(v.name));
	/* Types above 0xfa and the reserved 03 choose their ids by rules of their own. */
	if ((v.usable || v.type == PL_NOTE_MLDSA44) && key_id(v.name, pl_buf_bytes(&data)) != v.id)
		return pl_diag_set(diag, PL_E_CORRUPT, "the key id %.*s does not belong to this name and key",
			PL_STR_ARG(hex));
	*ret = v;
	return PL_OK;
}

void pl_vkey_write(struct pl_buf *out, const struct pl_vkey *v)
{
	struct pl_buf data PL_CLEANUP(pl_buf_done) = PL_BUF(PL_VKEY_MAX);
	uint8_t id[4];

	pl_be32_write(id, v->id);
	pl_buf_put_str(out, v->name);
	pl_buf_put_c(out, '+');
	pl_hex_put(out, (pl_bytes){id, sizeof id});
	pl_buf_put_c(out, '+');
	if (!v->usable) {
		pl_buf_put_str(out, v->data);
		return;
	}
	vkey_data((enum pl_note_type)v->type, &v->key, &data);
	pl_base64_put(out, pl_buf_bytes(&data));
}

pl_status pl_vkey_make(pl_str name, enum pl_note_type type, const struct pl_pubkey *key, struct pl_vkey *ret)
{
	struct pl_buf data PL_CLEANUP(pl_buf_done) = PL_BUF(PL_VKEY_MAX);
	bool ed = type == PL_NOTE_ED25519 || type == PL_NOTE_COSIGNATURE;

	if (!pl_note_name_ok(name))
		return PL_E_SYNTAX;
	if ((!ed && type != PL_NOTE_ECDSA) || key->alg != (ed ? PL_KEY_ED25519 : PL_KEY_ECDSA_P256))
		return PL_E_UNSUPPORTED;
	vkey_data(type, key, &data);
	if (pl_buf_status(&data))
		return pl_buf_status(&data);
	*ret = (struct pl_vkey){.name = name, .type = (uint8_t)type, .id = key_id(name, pl_buf_bytes(&data)),
		.usable = true, .key = *key};
	return PL_OK;
}

pl_status pl_vkey_of_signer(pl_str name, const struct pl_signer *signer, struct pl_vkey *ret)
{
	const struct pl_pubkey *key = pl_signer_public(signer);

	return pl_vkey_make(name, key->alg == PL_KEY_ED25519 ? PL_NOTE_ED25519 : PL_NOTE_ECDSA, key, ret);
}
