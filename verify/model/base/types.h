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
#define require(condition) ((void)(1 / !!(condition)))
#endif

#endif
