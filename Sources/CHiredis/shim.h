// hiredis without pkg-config's noise.
#ifndef STRESS_CHIREDIS_SHIM_H
#define STRESS_CHIREDIS_SHIM_H

#include <hiredis/hiredis.h>

#endif
