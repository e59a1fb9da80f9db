/* SPDX-License-Identifier: Apache-2.0 */
#include "base/lazy.h"
#include <dlfcn.h>
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static pl_status load(struct pl_lazy *lib, struct pl_diag *diag)
{
	void *handle = dlopen(lib->file, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE), **found;

	if (!handle) {
		pl_diag_hint(diag, "install the package that has %s", lib->file);
		return pl_diag_set(diag, PL_E_UNSUPPORTED, "a library is missing that this needs: %s", dlerror());
	}
	found = pl_alloc(lib->n, sizeof *found);
	for (size_t i = 0; i < lib->n; i++) {
		found[i] = dlsym(handle, lib->names[i]);
		if (found[i])
			continue;
		pl_free(found);
		return pl_diag_set(diag, PL_E_UNSUPPORTED, "the library %s has no function %s", lib->file, lib->names[i]);
	}
	memcpy(lib->table, found, lib->n * sizeof *found);
	pl_free(found);
	lib->loaded = true;
	return PL_OK;
}

pl_status pl_lazy_load(struct pl_lazy *lib, struct pl_diag *diag)
{
	pl_status st;

	(void)pthread_mutex_lock(&lock);
	st = lib->loaded ? PL_OK : load(lib, diag);
	(void)pthread_mutex_unlock(&lock);
	return st;
}
