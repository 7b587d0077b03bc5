/// Where a script stops being Lua 5.1. Redis refuses such a script, so that nothing more is said of it here.
struct LuaSyntaxError: Error {}
