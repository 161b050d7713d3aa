/* The real types; but a require() is something Eva must prove, or (with
 * MODEL_REQUIRE_STOPS, see verify/README.md) something that ends the run. */
#ifndef MODEL_TYPES_H
#define MODEL_TYPES_H

#include_next "base/types.h"
#include "verify/model.h"

#undef require
#ifdef MODEL_REQUIRE_STOPS
static inline void model_stop_unless(int condition)
{
	while (condition == 0)
		;
}
#define require(condition) model_stop_unless((condition) ? 1 : 0)
#else
/* A division that is an assignment: an expression whose value nobody takes is not looked at. */
static inline void model_require(int condition)
{
	int one = 1 / condition;

	(void)one;
}
#define require(condition) model_require(!!(condition))
#endif

#endif
