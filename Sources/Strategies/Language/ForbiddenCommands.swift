/// Commands that no strategy may send: they would harm a server that is not ours, or our own view of a connection.
package enum ForbiddenCommands {
    /// Why `name` (in capitals) is refused, or nil if it may be used.
    static func reason(against name: String) -> String? {
        if wholeServer.contains(name) { return "it acts on more than the keys of this sale" }
        if transaction.contains(name) { return "write atomically: with the commands in between instead" }
        if connection.contains(name) { return "it changes the connection that stress itself relies on" }
        if scripts.contains(name) {
            return "name the script under scripts: (or functions:) and call it with script: instead"
        }
        return nil
    }

    /// Why a script may not call `name` (in capitals), or nil if it may.
    package static func reason(againstInScript name: String) -> String? {
        // Of the others Redis itself lets a script call none but SELECT, which would lead it away from the sale.
        wholeServer.contains(name) || connection.contains(name) ? reason(against: name) : nil
    }

    private static let wholeServer: Set<String> = [
        "ACL", "BGREWRITEAOF", "BGSAVE", "CLUSTER", "CONFIG", "COPY", "DEBUG", "FAILOVER", "FLUSHALL", "FLUSHDB",
        "KEYS",
        "LATENCY", "MEMORY", "MIGRATE", "MODULE", "MOVE", "PUBLISH", "RANDOMKEY", "REPLICAOF", "SAVE", "SCAN",
        "SHUTDOWN", "SLAVEOF",
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
