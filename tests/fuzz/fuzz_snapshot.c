/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A commit whose trees say anything: what becomes a snapshot is an archive that our own reader unpacks, with as many files
 * as the manifest has lines. Input: a line with the commit's time, then trees, each a line "<mode> <name>" for every
 * entry and ended by an empty line. Modes that begin with 4 name the tree before; the last tree is the commit's.
 */
#include "base/file.h"
#include "fuzz.h"
#include "release/archive.h"
#include "release/snapshot.h"
#include "scratch.h"
#include <fcntl.h>
#include <git2.h>
#include <unistd.h>

#define ENTRIES_MAX 64u

/* git_revparse_ext of libgit2 1.5 loses a reference when the commit behind it cannot be parsed. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:git_revparse_ext\nleak:libgit2.so\n";
}

static void make_repository(void)
{
	static const char *const dirs[] = {"r/objects/info", "r/objects/pack", "r/refs/heads", "out"};

	fuzz_scratch_empty();
	for (size_t i = 0; i < PL_COUNT(dirs); i++)
		FUZZ_HOLDS(pl_file_mkdirs(fuzz_scratch(), dirs[i], 0700) == PL_OK);
	fuzz_scratch_put("r/HEAD", pl_str_bytes(PL_STR("ref: refs/heads/main\n")));
	fuzz_scratch_put("r/config", pl_str_bytes(PL_STR("[core]\n\trepositoryformatversion = 0\n\tbare = true\n")));
}

static bool put_object(git_odb *odb, pl_bytes data, git_object_t type, git_oid *ret)
{
	return git_odb_write(ret, odb, data.ptr ? data.ptr : (const uint8_t *)"", data.len, type) == 0;
}

/* One tree from the lines of *@rest up to an empty one. */
static bool put_tree(git_odb *odb, pl_str *rest, git_oid *tree)
{
	struct pl_buf raw PL_CLEANUP(pl_buf_done) = PL_BUF((size_t)1 << 20);
	git_oid blob;
	pl_str line;

	for (unsigned n = 0; rest->len && n < ENTRIES_MAX; n++) {
		size_t end = pl_str_find(*rest, '\n');

		line = pl_str_sub(*rest, 0, end);
		*rest = pl_str_sub(*rest, end + 1, rest->len);
		if (line.len == 0)
			break;
		if (!put_object(odb, pl_str_bytes(line), GIT_OBJECT_BLOB, &blob))
			return false;
		pl_buf_put_str(&raw, line);
		pl_buf_put_c(&raw, '\0');
		pl_buf_put(&raw, line.ptr[0] == '4' ? tree->id : blob.id, GIT_OID_RAWSZ);
	}
	return pl_buf_status(&raw) == PL_OK && put_object(odb, pl_buf_bytes(&raw), GIT_OBJECT_TREE, tree);
}

static bool put_commit(pl_str text)
{
	struct pl_buf raw PL_CLEANUP(pl_buf_done) = PL_BUF(65536), path PL_CLEANUP(pl_buf_done) = PL_BUF(256);
	size_t end = pl_str_find(text, '\n');
	pl_str time = pl_str_sub(text, 0, end), rest = pl_str_sub(text, end + 1, text.len);
	char hex[GIT_OID_HEXSZ + 1];
	git_odb *odb = NULL;
	git_oid tree = {{0}}, commit;
	bool good;

	pl_buf_printf(&path, "%s/r/objects", fuzz_scratch_path());
	FUZZ_HOLDS(git_odb_open(&odb, pl_buf_z(&path)) == 0);
	do
		good = put_tree(odb, &rest, &tree);
	while (good && rest.len);
	pl_buf_printf(&raw, "tree %s\nauthor a <a> 0 +0000\ncommitter a <a> ", git_oid_tostr(hex, sizeof hex, &tree));
	pl_buf_put_str(&raw, time);
	pl_buf_put_z(&raw, " +0000\n\nm\n");
	good = good && put_object(odb, pl_buf_bytes(&raw), GIT_OBJECT_COMMIT, &commit);
	git_odb_free(odb);
	if (!good)
		return false;
	pl_buf_clear(&raw);
	pl_buf_put_z(&raw, git_oid_tostr(hex, sizeof hex, &commit));
	pl_buf_put_c(&raw, '\n');
	fuzz_scratch_put("r/refs/heads/main", pl_buf_bytes(&raw));
	return true;
}

static uint64_t count_lines(int fd)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF((size_t)1 << 24);
	uint64_t n = 0;

	FUZZ_HOLDS(lseek(fd, 0, SEEK_SET) == 0 && pl_file_read_fd(fd, &text) == PL_OK);
	for (size_t i = 0; i < text.len; i++)
		n += text.ptr[i] == '\n';
	return n;
}

/* Manifest and archive of @s: the one counts what the other unpacks. */
static void check(struct pl_snapshot *s)
{
	struct pl_archive_limits limits = {.files = 1000000, .bytes = 1 << 24};
	int manifest PL_CLEANUP(pl_file_close) = -1, archive PL_CLEANUP(pl_file_close) = -1, out PL_CLEANUP(pl_file_close) = -1;
	struct pl_snapshot_result r;
	struct pl_diag diag = {0};

	FUZZ_HOLDS(pl_file_open(fuzz_scratch(), "manifest", O_RDWR | O_CREAT, 0600, &manifest) == PL_OK);
	FUZZ_HOLDS(pl_file_open(fuzz_scratch(), "archive", O_RDWR | O_CREAT, 0600, &archive) == PL_OK);
	FUZZ_HOLDS(pl_file_open_dir(fuzz_scratch(), "out", &out) == PL_OK);
	if (pl_snapshot_write(s, manifest, archive, NULL, NULL, &r, &diag)) {
		FUZZ_HOLDS(diag.text[0]);
		return;
	}
	FUZZ_HOLDS(count_lines(manifest) == r.files + 7);
	FUZZ_HOLDS(pl_archive_unpack(archive, out, &limits, NULL, NULL) == PL_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pl_snapshot *s PL_CLEANUP(pl_snapshot_closep) = NULL;
	struct pl_buf path PL_CLEANUP(pl_buf_done) = PL_BUF(256);
	struct pl_diag diag = {0};

	FUZZ_HOLDS(git_libgit2_init() > 0);
	make_repository();
	pl_buf_printf(&path, "%s/r", fuzz_scratch_path());
	if (!put_commit(pl_bytes_str(pl_bytes_of(data, size))))
		return 0;
	if (pl_snapshot_open(pl_buf_z(&path), NULL, &s, &diag))
		FUZZ_HOLDS(!s && diag.text[0]);
	else
		check(s);
	return 0;
}
