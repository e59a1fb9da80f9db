/* SPDX-License-Identifier: Apache-2.0 */
/* all-releases PRODUCT BUNDLE TRUST: cc all-releases.c -lpellucid -lcrypto -lsodium -ljansson -lm */
#include <pellucid/pellucid.h>
#include <stdio.h>

static char bundle[32 << 20], trust[1 << 16]; /* what is longer is cut, and refused */

int main(int argc, char **argv)
{
	FILE *file[2] = {NULL};
	pellucid_trust *whom = NULL;
	pellucid_releases *releases = NULL;
	pellucid_error why = {0};

	for (int i = 0; i < 2; i++)
		if (argc != 4 || !(file[i] = fopen(argv[i + 2], "rb")))
			return PELLUCID_INPUT;
	size_t n_bundle = fread(bundle, 1, sizeof bundle, file[0]), n_trust = fread(trust, 1, sizeof trust, file[1]);
	pellucid_result r = pellucid_trust_parse(trust, n_trust, &whom, &why);
	if (r == PELLUCID_YES)
		r = pellucid_all_releases(whom, argv[1], bundle, n_bundle, &releases, &why);
	puts(releases ? pellucid_releases_text(releases) : why.text);
	return ferror(file[0]) || ferror(file[1]) ? PELLUCID_UNKNOWN : r;
}
