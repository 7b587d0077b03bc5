// A library to be loaded into a private server before all others (LD_PRELOAD). It has no functions of its own: it stands in for fsync
// and fdatasync, see power_cut.c.
