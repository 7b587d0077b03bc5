/// What holds for a script as a whole. A first walk gathers it, so that the second knows of what comes later.
struct LuaFacts {
    /// Variables, by declaration, that something is assigned to after their declaration.
    var reassigned: Set<Int> = []
    /// For each loop, by its first token, the outer variables that it assigns to.
    var assignedInLoops: [Int: Set<Int>] = [:]
    /// Assignments whose value is compared somewhere: a bare test of it beside that is a guard against nil.
    var compared: Set<Int> = []
    /// Assignments whose value the script asks for its type, or treats as a table: it may be more than one thing.
    var examined: Set<Int> = []
    /// Elements of a table of strings may have been replaced, as in `ARGV[1] = tonumber(ARGV[1])`.
    var changesLists = false
    /// `redis.setresp` is called, which changes what several replies look like.
    var changesProtocol = false
}
