/// Commands that no strategy may send: they would harm a server that is not ours, or our own view of a connection.
enum ForbiddenCommands {
    /// Why `name` (in capitals) is refused, or nil if it may be used.
    static func reason(against name: String) -> String? {
        if wholeServer.contains(name) { return "it acts on more than the keys of this sale" }
        if transaction.contains(name) { return "write atomically: with the commands in between instead" }
        if connection.contains(name) { return "it changes the connection that stress itself relies on" }
        if scripts.contains(name) { return "scripts and functions in a strategy file are not supported yet" }
        return nil
    }

    private static let wholeServer: Set<String> = [
        "ACL", "BGREWRITEAOF", "BGSAVE", "CLUSTER", "CONFIG", "COPY", "DEBUG", "FAILOVER", "FLUSHALL", "FLUSHDB",
        "KEYS",
        "LATENCY", "MEMORY", "MIGRATE", "MODULE", "MOVE", "PUBLISH", "REPLICAOF", "SAVE", "SHUTDOWN", "SLAVEOF",
        "SLOWLOG",
        "SPUBLISH", "SWAPDB",
    ]
    private static let transaction: Set<String> = ["MULTI", "EXEC", "DISCARD"]
    private static let connection: Set<String> = [
        "ASKING", "AUTH", "CLIENT", "HELLO", "MONITOR", "PSUBSCRIBE", "PSYNC", "PUNSUBSCRIBE", "QUIT", "READONLY",
        "READWRITE", "REPLCONF", "RESET", "SELECT", "SSUBSCRIBE", "SUBSCRIBE", "SUNSUBSCRIBE", "SYNC", "UNSUBSCRIBE",
    ]
    private static let scripts: Set<String> = [
        "EVAL", "EVALSHA", "EVAL_RO", "EVALSHA_RO", "FCALL", "FCALL_RO", "FUNCTION", "SCRIPT",
    ]
}
