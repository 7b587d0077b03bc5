// What CCurl is in a binary that goes to other machines: the same functions, of the libcurl that is found there.
#ifndef STRESS_CCURL_AT_RUN_TIME_SHIM_H
#define STRESS_CCURL_AT_RUN_TIME_SHIM_H

#define STRESS_CURL_AT_RUN_TIME
#include "../../CCurl/shim.h"

#endif
