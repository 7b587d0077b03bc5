import FlashSale
import Foundation
import RedisDriver
import Strategies
import TestSupport
import Testing

/// Files and surroundings that aim at what others keep on a user's server: each is refused or does nothing to it.
struct HostileFilesTests {
    private let sandbox: Sandbox
    private let own: OwnServer

    init() throws {
        sandbox = try Sandbox()
        own = try OwnServer()
        for command in [
            "SET user:str precious", "RPUSH user:list a b c", "SADD user:set a b", "ZADD user:zset 1 a 2 b",
            "XADD user:stream 1-1 a b", "HSET user:hash a 1", "SET evil 1", "SET 1 one", "SET passing x EX 5000",
            "GEOADD user:places 13.3 52.5 here", "CONFIG SET slowlog-log-slower-than 0",
            "SET {stress:0123456789}:stock 7",
        ] { try own.call(command) }
        try own.call("SET user:five 5", database: 5)
        var connection = try own.connect()
        let library =
            "#!lua name=shop\nredis.register_function('buy', function() return redis.call('SET', 'user:str', 'x') end)"
        #expect(try connection.call(["FUNCTION", "LOAD", library]).string() == "shop")
        // From now on nothing more is slow, so that the length of the log stays.
        try own.call("CONFIG SET slowlog-log-slower-than 10000000")
    }

    private func expectUntouched(
        _ file: HostileFile, environment: [String: String] = [:], after shell: String? = nil
    ) throws {
        try sandbox.folder.file("hostile.yaml", file.yaml)
        let before = try ServerSnapshot(own)
        let run = try sandbox.stress(
            [
                "run", "--procs", "1", "--threads", "3", "--units", "5", "--buyers", "20", "--timeout", "2s", "--redis",
                own.url,
                "--strategy", "hostile.yaml",
            ], environment: environment, after: shell)
        let difference = try ServerSnapshot(own).difference(from: before)
        #expect(difference.isEmpty, "\(run.errors)\(run.output)")
        #expect(
            file.exitCodes.contains(run.exitCode ?? -1),
            "\(String(describing: run.exitCode)) \(run.errors)\(run.output)")
        #expect(file.mention.isEmpty || run.errors.contains(file.mention), "\(run.errors)\(run.output)")
        if run.exitCode == 64 || run.exitCode == 69 {
            #expect(sandbox.resultFolders.isEmpty && run.errors.hasPrefix("stress: "))
        }
    }

    // MARK: Scripts

    private static let flush = "redis.call('FLUSH'..'ALL')"

    static let scripts: [HostileFile] = [
        .init(
            "empties the server and answers what cannot be read", mention: "cannot be read",
            script: "\(flush)\nif left then return {{{{{{{{{{{1}}}}}}}}}}} end"),
        .init("empties the server", mention: "FLUSHALL", script: flush),
        .init("empties the database", mention: "FLUSHDB", script: "redis.call('FLUSH'..'DB')"),
        .init("empties the server under pcall", mention: "FLUSHALL", script: "redis.pcall('FLUSH'..'ALL')"),
        .init("writes a key of its own making", mention: "user:str", script: "redis.call('SET', 'user:str', 'evil')"),
        .init(
            "writes a key and closing fails", script: "redis.call('SET', 'user:str', 'evil')",
            close: "SETRANGE {stock} -1 x"),
        .init("closing fails", mention: "SETRANGE", close: "SETRANGE {stock} -1 x"),
        .init("writes a key named by an argument", script: "redis.call('SET', 'user:'..(ARGV[1] and 'str'), 'evil')"),
        .init("deletes", mention: "DEL user:list", script: "redis.call('DEL', 'user:list')"),
        .init("takes from a list", mention: "LMPOP", script: "redis.call('LMPOP', 1, 'user:list', 'LEFT')"),
        .init(
            "goes to another database", mention: "SELECT",
            script: "redis.call('SE'..'LECT', 5) redis.call('DEL', 'user:five')"),
        .init("swaps databases", mention: "SWAPDB", script: "redis.call('SWAP'..'DB', 0, 5)"),
        .init(
            "clears the slow log, which MONITOR does not show", mention: "SLOWLOG",
            script: "redis.call('SLOW'..'LOG', 'RESET')"),
        .init("publishes", mention: "PUBLISH", script: "redis.call('PUB'..'LISH', 'c', 'x')"),
        .init(
            "sorts into a list", mention: "SORT user:list",
            script: "redis.call('DEL', KEYS[1]..'x') redis.call('SORT', KEYS[1]..'x', 'STORE', 'user:list')"),
        .init(
            "sorts by keys of others", mention: "SORT",
            script:
                "redis.call('RPUSH', KEYS[1]..'x', 'str') redis.call('SORT', KEYS[1]..'x', 'BY', 'nosort', 'GET', 'user:*') redis.call('DEL', KEYS[1]..'x')"
        ),
        .init("copies", script: "redis.call('CO'..'PY', KEYS[1], 'user:str', 'REPLACE')"),
        .init(
            "renames", mention: "RENAME",
            script: "redis.call('SET', KEYS[1]..'x', 1) redis.call('RENAME', KEYS[1]..'x', 'user:str')"),
        .init("adds to a stream", mention: "XADD", script: "redis.call('XADD', 'user:stream', '*', 'a', 'b')"),
        .init("lets a key expire", mention: "EXPIRE", script: "redis.call('EXPIRE', 'user:str', 1)"),
        .init("reads and deletes", mention: "GETDEL", script: "redis.call('GETDEL', 'user:str')"),
        .init("looks at all keys", mention: "KEYS", script: "redis.call('K'..'EYS', '*')"),
        .init("looks at a random key", mention: "RANDOMKEY", script: "redis.call('RANDOM'..'KEY')"),
        .init("frees memory", mention: "MEMORY", script: "redis.call('MEM'..'ORY', 'PURGE')"),
        .init(
            "deletes in a transaction of others' keys", mention: "user:set",
            script: "for _, k in ipairs({'user:set', 'user:hash'}) do redis.call('DEL', k) end"),
        .init("uses a tag that is not the sale's", script: "redis.call('DEL', '{stress:0123456789}:stock')"),
        .init(
            "calls what the private server lacks", exitCodes: [69], mention: "JSON.SET",
            script: "redis.pcall('JSON.SET', 'user:str', '$', '1') redis.pcall('SET'..'EX', KEYS[1]..'x', 1, 1)"),
        .init(
            "calls what the private server lacks by a hidden name", exitCodes: [69], mention: "STRESS_REDIS_SERVER",
            script: "redis.call('JSON'..'.SET', 'user:str', '$', '1')"),
        .init(
            "gives errors only", mention: "broken off",
            script: "if left then return redis.error_reply('NO ' .. KEYS[1]) end"),
        .init(
            "changes the configuration", mention: "not allowed",
            script: "redis.call('CON'..'FIG', 'SET', 'maxmemory', '1')"),
        .init("loads a function", mention: "not allowed", script: "redis.call('FUNC'..'TION', 'FLUSH')"),
        .init(
            "breaks off for the second buyer", mention: "user:list",
            script: "if ARGV[1] ~= '1' then redis.call('INCR', 'user:list') end"),
        .init(
            "breaks off before it gets there", mention: "broken off",
            script: "if ARGV[1] == '2' then redis.call('INCR', KEYS[1], 1) redis.call('DEL', 'user:str') end"),
        .init("never ends", mention: "did not answer", script: "while true do end"),
        .init(
            "is called only in a race", mention: "FLUSHALL",
            before: ["script: never\n    keys: [ \"{stock}\" ]\n    if: \"{purchase} > 15\""],
            scripts: "never: { text: \"redis.call('FLUSH'..'ALL')\" }"),
        .init(
            "is called only in a race and fails", mention: "never gave nothing but errors",
            before: ["script: never\n    keys: [ \"{stock}\" ]\n    if: \"{purchase} > 15\""],
            scripts: "never: { text: \"return redis.error_reply('NO')\" }"),
        .init(
            "opens with a script that strays", mention: "user:str", open: "{ script: strays }",
            scripts: "strays: { text: \"return redis.call('AP'..'PEND', 'user:str', 'x')\" }"),
        .init(
            "reads the stock with a script that strays", mention: "user:str",
            stock: "{ script: strays, keys: [ \"{stock}\" ] }",
            scripts: "strays: { text: \"redis.call('AP'..'PEND', 'user:str', 'x') return redis.call('GET', KEYS[1])\" }"
        ),
        .init(
            "closes with a script that strays", mention: "user:str", close: "{ script: strays }",
            scripts: "strays: { text: \"return redis.call('AP'..'PEND', 'user:str', 'x')\" }"),
        .init(
            "reads orders with a script that strays", mention: "user:str",
            ledger: "{ read: { script: strays }, holds: count }",
            scripts: "strays: { text: \"redis.call('AP'..'PEND', 'user:str', 'x') return 0\" }"),
        .init(
            "reads orders with a script that fails", mention: "ledger",
            ledger: "{ read: { script: strays }, holds: count }",
            scripts: "strays: { text: \"return redis.error_reply('NO')\" }"),
        .init("is given a key of others", mention: "among its keys", keys: #""{stock}", "user:str""#),
        // The nearest right ones.
        .init("asks for the size of the database", exitCodes: [0, 2], script: "redis.call('DBSIZE')"),
        .init(
            "writes a second key of the sale", exitCodes: [0, 2], script: "redis.call('SET', KEYS[1]..':last', ARGV[1])"
        ),
        .init(
            "refuses with an error that the file knows", exitCodes: [0, 2],
            script: "if left == 0 then return redis.error_reply('LAST unit') end",
            outcomes: "{ when: error LAST, then: won, remaining: \"{units - units}\" }"),
    ]

    @Test(arguments: scripts) func aScript(_ file: HostileFile) throws { try expectUntouched(file) }

    // MARK: Plain commands

    private static let word = #"""
        - send: LINDEX {list} 0
          as: word
        """#
    private static let two = #"""
        - send: LINDEX {list} 1
          as: word
        """#

    static let commands: [HostileFile] = [
        .init(
            plain: "as many keys as are wanted", mention: "how many keys",
            step: "LMPOP {quantity} {list} user:list LEFT"),
        .init(
            plain: "as many keys as the attempt's number", mention: "how many keys",
            step: "ZMPOP {attempt} {places} user:zset MIN"),
        .init(
            plain: "as many keys as were read", mention: "LMPOP", step: "LMPOP {word} {list} user:list LEFT",
            captures: two),
        .init(
            plain: "as many keys to unite", mention: "how many keys",
            step: "ZUNIONSTORE {places} {quantity} {places} user:zset"),
        .init(plain: "as many keys to cross", mention: "how many keys", step: "SINTERCARD {buyer} {list} user:set"),
        .init(
            plain: "a count drawn by chance", mention: "how many keys",
            step: "\"SINTERCARD {random 1..2} {list} user:set\""),
        .init(
            plain: "a count that is reckoned", mention: "how many keys",
            step: "\"LMPOP {quantity + 1} {list} user:list LEFT\""),
        .init(
            plain: "waits for as many keys", mention: "how many keys", step: "BLMPOP 1 {quantity} {list} user:list LEFT"
        ),
        .init(
            plain: "a word that was read sorts into a list", mention: "SORT", step: "SORT {list} {word} user:list",
            captures: word),
        .init(
            plain: "a word that was read stores places", mention: "GEORADIUS",
            step: "GEORADIUS {places} 13 52 100 km {word} user:list", captures: word),
        .init(
            plain: "the same by a member", mention: "GEORADIUSBYMEMBER",
            step: "GEORADIUSBYMEMBER {places} STORE 100 km {word} user:list", captures: word),
        .init(
            plain: "a word that was read names streams", mention: "XREAD",
            step: "XREAD COUNT 1 {word} {list} user:stream 0 0", captures: word),
        .init(plain: "sorts by keys of others", mention: "pattern", step: "SORT {list} BY user:* GET user:*"),
        .init(plain: "reads keys of others in an order", mention: "pattern", step: "\"SORT_RO {list} GET user:*\""),
        .init(plain: "sorts into a list", mention: "user:list", step: "SORT {list} ALPHA STORE user:list"),
        .init(plain: "a subcommand that was read", mention: "OBJECT", step: "OBJECT {word} {list}", captures: word),
        .init(plain: "acts on something without a key", mention: "PFSELFTEST", step: "PFSELFTEST"),
        .init(plain: "empties the server", mention: "FLUSHALL", step: "FLUSHALL"),
        .init(plain: "forgets scripts", mention: "SCRIPT", step: "SCRIPT FLUSH"),
        .init(plain: "calls a script by itself", mention: "EVAL", step: "\"EVAL \\\"redis.call('FLUSHALL')\\\" 0\""),
        .init(plain: "calls a user's function by itself", mention: "FCALL", step: "FCALL buy 0"),
        .init(plain: "moves keys away", mention: "MIGRATE", step: "MIGRATE 127.0.0.1 1 user:str 0 1"),
        .init(plain: "renames", mention: "user:str", step: "RENAME {stock} user:str"),
        .init(plain: "a key made of the buyer", mention: "user:1", step: "SET user:{buyer} 1"),
        .init(plain: "a key that was read", mention: "DEL", step: "DEL {word}", captures: word),
        .init(plain: "combines bits into a key", mention: "user:str", step: "BITOP NOT user:str {stock}"),
        .init(plain: "closes with a key of others", mention: "user:str", step: "PING", yaml: "  - DEL user:str"),
        // The nearest right ones.
        .init(
            plain: "as many items as are wanted from one list", exitCodes: [0, 2],
            step: "LMPOP 1 {list} LEFT COUNT {quantity}"),
        .init(plain: "unites its own", exitCodes: [0, 2], step: "ZUNIONSTORE {places} 2 {places} {places}"),
        .init(plain: "sorts its own list into its own", exitCodes: [0, 2], step: "SORT {list} ALPHA STORE {list}"),
        .init(
            plain: "stores its own places", exitCodes: [0, 2],
            step: "GEORADIUS {places} 13 52 {buyer} km STORE {places}"),
        .init(plain: "waits for replicas", exitCodes: [0, 2], step: "WAIT 0 1"),
    ]

    /// An example's keys say nothing of those with other values.
    @Test func keysThatMoveWhereTheServerTellsNothingOfCommands() throws {
        var admin = try own.connect()
        _ = try admin.call(["ACL", "SETUSER", "buyer", "on", ">pw", "~*", "+@all", "-command|info"])
        let file = HostileFile(plain: "moves", step: "LMPOP {quantity} {list} user:list LEFT")
        try sandbox.folder.file("hostile.yaml", file.yaml)
        let before = try ServerSnapshot(own)
        let run = try sandbox.run([
            "--redis", "redis://buyer:pw@127.0.0.1:\(own.port)", "--strategy", "hostile.yaml", "--quantity", "2",
        ])
        #expect(run.exitCode == 64 && run.errors.contains("COMMAND INFO"), "\(run.errors)\(run.output)")
        #expect(try ServerSnapshot(own).difference(from: before).isEmpty)
        // The nearest right one: commands whose keys are plain.
        let plain = try sandbox.run(["--redis", "redis://buyer:pw@127.0.0.1:\(own.port)"])
        #expect(plain.exitCode == 0, "\(plain.errors)\(plain.output)")
    }

    @Test(arguments: commands) func aCommand(_ file: HostileFile) throws { try expectUntouched(file) }

    // MARK: Functions

    private static func library(_ text: String) -> HostileFile {
        var file = HostileFile("library", exitCodes: [0])
        file.yaml = """
            strategy: hostile
            keys: { stock: "{sale}:stock" }
            functions:
              shop: |
            \(text.split(separator: "\n", omittingEmptySubsequences: false).map { "    " + $0 }.joined(separator: "\n"))
            open: [ "SET {stock} {units}" ]
            buy:
              - function: buy
                keys: [ "{stock}" ]
                outcomes:
                  - { when: -1, then: sold-out }
                  - { when: ">= 0", then: won, remaining: reply }
            stock: GET {stock}
            close: [ "DEL {stock}" ]
            """
        return file
    }
    private static let take = """
        local left = redis.call('DECR', keys[1])
        if left < 0 then redis.call('INCR', keys[1]) return -1 end
        return left
        """

    static let libraries: [(name: String, exitCode: Int32, text: String)] = [
        (
            "the name of a user's library and function", 0,
            "#!lua name=shop\nredis.register_function('buy', function(keys, args)\n\(take)\nend)"
        ),
        (
            "a table", 0,
            "#!lua name=shop\nlocal function f(keys, args)\n\(take)\nend\nredis.register_function{function_name='buy', callback=f, flags={}}"
        ),
        (
            "another way to write it", 0,
            "#!lua name=shop\nlocal r = redis\nr [ 'register_function' ]('buy', function(keys, args)\n\(take)\nend)"
        ),
        (
            "a name that is hidden", 64,
            "#!lua name=shop\nredis['register'..'_function']('buy2', function(keys, args)\n\(take)\nend)\nredis.register_function('buy', function(keys, args)\n\(take)\nend)"
        ),
        (
            "strays", 64,
            "#!lua name=shop\nredis.register_function('buy', function(keys, args)\nredis.call('SET', 'user:str', 'evil')\n\(take)\nend)"
        ),
        (
            "empties the server", 64,
            "#!lua name=shop\nredis.register_function('buy', function(keys, args)\nredis.call('FLUSH'..'ALL')\n\(take)\nend)"
        ),
        ("is not there", 64, "#!lua name=shop\nredis.register_function('other', function(keys, args)\n\(take)\nend)"),
        ("does not compile", 64, "#!lua name=shop\nredis.register_function('buy', function(keys, args)"),
    ]

    @Test(arguments: libraries) func aLibrary(_ library: (name: String, exitCode: Int32, text: String)) throws {
        var file = Self.library(library.text)
        file.name = library.name
        file.exitCodes = [library.exitCode]
        try expectUntouched(file)
    }

    // MARK: Surroundings

    static let environments: [(name: String, environment: [String: String], shell: String?, exitCode: Int32)] = [
        ("a TMPDIR that does not exist", ["TMPDIR": "/nonexistent/tmp"], nil, 69),
        ("a TMPDIR that cannot be written to", ["TMPDIR": "/proc"], nil, 69),
        ("a TMPDIR that is no folder", ["TMPDIR": "/dev/null"], nil, 69),
        ("a server that does not exist", ["STRESS_REDIS_SERVER": "/nonexistent/redis-server"], nil, 69),
        ("a server that ends at once", ["STRESS_REDIS_SERVER": "/bin/true"], nil, 69),
        ("a server that fails", ["STRESS_REDIS_SERVER": "/bin/false"], nil, 69),
        ("a server that is no server", ["STRESS_REDIS_SERVER": "/bin/cat"], nil, 69),
        // Enough for a rehearsal, which then sees it.
        ("few open files", [:], "ulimit -n 100", 64),
        ("too few open files", [:], "ulimit -n 35", 69),
    ]

    @Test(arguments: environments)
    func surroundings(
        _ surroundings: (name: String, environment: [String: String], shell: String?, exitCode: Int32)
    ) throws {
        try expectUntouched(
            HostileFile(surroundings.name, exitCodes: [surroundings.exitCode], script: Self.flush),
            environment: surroundings.environment,
            after: surroundings.shell)
    }

    // MARK: The way round

    /// Who says so sends scripts unseen, and the report says so, too.
    @Test func theGuardCanBeSwitchedOff() throws {
        let file = HostileFile("own", script: "redis.call('SET', 'shop:log', ARGV[1])")
        try sandbox.folder.file("own.yaml", file.yaml)
        let flags = ["--redis", own.url, "--strategy", "own.yaml", "--no-rehearsal-guard"]
        let run = try sandbox.run(flags, environment: ["STRESS_REDIS_SERVER": "/nonexistent"])
        #expect(run.exitCode == 0, "\(run.errors)\(run.output)")
        #expect(run.output.contains("--no-rehearsal-guard"))
        #expect(try sandbox.record().finding("rehearsal-skipped") != nil)
        #expect(try own.call("GET shop:log").integer() != nil)
    }
}
