/* SPDX-License-Identifier: Apache-2.0 */
/* What is accepted is written as a file that reads back the same. */
#include "base/config.h"
#include "base/mem.h"
#include "fuzz.h"

struct conf {
	pl_str name, dir;
	uint64_t port, wait, size;
	bool on;
	unsigned colour;
};

static const char *const colours[] = {"red", "green", "blue", NULL};
static const struct pl_config_key keys[] = {
	{.section = "a", .key = "name", .type = PL_CONFIG_STRING, .offset = offsetof(struct conf, name), .max = 100},
	{.section = "a", .key = "dir", .type = PL_CONFIG_PATH, .offset = offsetof(struct conf, dir)},
	{.section = "a", .key = "port", .type = PL_CONFIG_U64, .offset = offsetof(struct conf, port), .max = 65535},
	{.section = "b", .key = "wait", .type = PL_CONFIG_DURATION, .offset = offsetof(struct conf, wait), .fallback = "5s"},
	{.section = "b", .key = "size", .type = PL_CONFIG_SIZE, .offset = offsetof(struct conf, size)},
	{.section = "b", .key = "on", .type = PL_CONFIG_BOOL, .offset = offsetof(struct conf, on)},
	{.section = "b", .key = "colour", .type = PL_CONFIG_ENUM, .offset = offsetof(struct conf, colour), .words = colours},
};
static const struct pl_config_table table = {keys, PL_COUNT(keys)};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pl_arena arena = PL_ARENA((size_t)1 << 20);
	struct pl_buf out = PL_BUF((size_t)1 << 20);
	struct pl_diag diag = {0};
	struct conf c = {.port = 7}, again = {0};

	if (pl_config_parse(&table, pl_bytes_str(pl_bytes_of(data, size)), (pl_str){0}, &arena, &c, sizeof c, &diag)) {
		FUZZ_HOLDS(c.port == 7 && c.wait == 0 && c.name.ptr == NULL);
	} else {
		pl_config_write(&table, &c, &out);
		FUZZ_HOLDS(pl_buf_status(&out) == PL_OK);
		FUZZ_HOLDS(pl_config_parse(&table, pl_buf_str(&out), (pl_str){0}, &arena, &again, sizeof again, NULL) == PL_OK);
		FUZZ_HOLDS(pl_str_eq(c.name, again.name) && pl_str_eq(c.dir, again.dir) && c.port == again.port);
		FUZZ_HOLDS(c.wait == again.wait && c.size == again.size && c.on == again.on && c.colour == again.colour);
	}
	pl_buf_done(&out);
	pl_arena_done(&arena);
	return 0;
}
