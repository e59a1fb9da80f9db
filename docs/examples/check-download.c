/* SPDX-License-Identifier: Apache-2.0 */
/* check-download FILE BUNDLE TRUST: cc check-download.c -lpellucid -lcrypto -lsodium -ljansson -lm */
#include <pellucid/pellucid.h>
#include <stdio.h>
#include <stdlib.h>

static char bundle[1 << 20], trust[1 << 16];

static size_t read_all(const char *path, char *to, size_t room)
{
	FILE *f = fopen(path, "rb");
	size_t n = f ? fread(to, 1, room, f) : 0;

	if (!f || ferror(f) || fgetc(f) != EOF)
		exit(PELLUCID_UNKNOWN);
	fclose(f);
	return n;
}

int main(int argc, char **argv)
{
	FILE *file = argc == 4 ? fopen(argv[1], "rb") : NULL;
	pellucid_hash *hash = pellucid_hash_new();
	pellucid_trust *whom = NULL;
	pellucid_report *report = NULL;
	pellucid_error why = {0};
	uint8_t digest[32];
	char piece[65536];

	if (!file)
		return PELLUCID_INPUT;
	for (size_t n; (n = fread(piece, 1, sizeof piece, file)) > 0;)
		pellucid_hash_update(hash, piece, n);
	pellucid_hash_final(hash, digest);
	pellucid_result r = pellucid_trust_parse(trust, read_all(argv[3], trust, sizeof trust), &whom, &why);
	if (r == PELLUCID_YES)
		r = pellucid_verify(whom, digest, bundle, read_all(argv[2], bundle, sizeof bundle), NULL, &report, &why);
	puts(report ? pellucid_report_text(report) : why.text);
	return ferror(file) ? PELLUCID_UNKNOWN : r;
}
