import FlashSale
import RedisDriver
import Strategies

/// All that a user keeps on a server: keys of every database, functions, and the configuration.
struct ServerSnapshot: Equatable {
    private var databases: [Int: [String: [UInt8]]] = [:]
    private var functions: [UInt8] = []
    private var configuration: String = ""
    private var users: String = ""
    /// SLOWLOG RESET and the like leave their mark here.
    private var slowCommands = 0

    init(_ own: OwnServer) throws {
        for database in 0..<16 {
            var connection = try own.connect(database: database)
            let names = try connection.call(["KEYS", "*"])
            for index in 0..<names.elementCount() {
                let name = names.bytes(at: Reply.root + 1 + index)
                let expires = try connection.call([Array("PEXPIRETIME".utf8), Array(name)]).integer() ?? 0
                let dump = try connection.call([Array("DUMP".utf8), Array(name)])
                databases[database, default: [:]][String(decoding: name, as: UTF8.self)] =
                    Array(dump.bytes()) + Array("\(expires)".utf8)
            }
        }
        functions = Array(try own.call("FUNCTION DUMP").bytes())
        configuration = try own.call("CONFIG GET *").description
        users = try own.call("ACL LIST").description
        slowCommands = try own.call("SLOWLOG LEN").integer() ?? 0
    }

    /// What differs, for people.
    func difference(from other: ServerSnapshot) -> [String] {
        var lines: [String] = []
        for database in Set(databases.keys).union(other.databases.keys).sorted() {
            let (mine, theirs) = (databases[database] ?? [:], other.databases[database] ?? [:])
            for key in Set(mine.keys).union(theirs.keys).sorted() where mine[key] != theirs[key] {
                lines.append("key \(key) of database \(database)")
            }
        }
        if functions != other.functions { lines.append("functions") }
        if configuration != other.configuration { lines.append("configuration") }
        if users != other.users { lines.append("users") }
        if slowCommands != other.slowCommands { lines.append("slow log") }
        return lines
    }
}
