/* verb_proof.c - fata prove: verify/prove.sh does it. */
#include "tool/files.h"
#include "tool/process.h"
#include "tool/trouble.h"
#include "tool/verb.h"

int verb_prove(const struct arguments *a)
{
	struct words command = { 0 };

	if (!file_exists("verify/prove.sh"))
		stop_with("verify/prove.sh is missing: this tree is not complete, fetch it again");
	words_add(&command, "sh");
	words_add(&command, "verify/prove.sh");
	for (int i = 0; i < a->n; i += 1)
		words_add(&command, a->at[i]);
	return run_shown(&command);
}
