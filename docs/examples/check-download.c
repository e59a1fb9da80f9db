/* SPDX-License-Identifier: Apache-2.0 */
/* check-download FILE BUNDLE TRUST: cc check-download.c -lpellucid -lcrypto -lsodium -ljansson -lm */
#include <pellucid/pellucid.h>
#include <stdio.h>

static char piece[1 << 16], bundle[1 << 20], trust[1 << 16]; /* what is longer is cut, and refused */

int main(int argc, char **argv)
{
	FILE *file[3] = {NULL};
	pellucid_hash *hash = pellucid_hash_new();
	pellucid_trust *whom = NULL;
	pellucid_report *report = NULL;
	pellucid_error why = {0};
	uint8_t digest[32];

	for (int i = 0; i < 3; i++)
		if (argc != 4 || !(file[i] = fopen(argv[i + 1], "rb")))
			return PELLUCID_INPUT;
	for (size_t n; (n = fread(piece, 1, sizeof piece, file[0])) > 0;)
		pellucid_hash_update(hash, piece, n);
	pellucid_hash_final(hash, digest);
	size_t n_bundle = fread(bundle, 1, sizeof bundle, file[1]), n_trust = fread(trust, 1, sizeof trust, file[2]);
	pellucid_result r = pellucid_trust_parse(trust, n_trust, &whom, &why);
	if (r == PELLUCID_YES)
		r = pellucid_verify(whom, digest, bundle, n_bundle, NULL, &report, &why);
	puts(report ? pellucid_report_text(report) : why.text);
	return ferror(file[0]) || ferror(file[1]) || ferror(file[2]) ? PELLUCID_UNKNOWN : r;
}
