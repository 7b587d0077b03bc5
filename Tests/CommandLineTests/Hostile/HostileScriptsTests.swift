import Testing

/// Scripts that aim at what others keep on a user's server: each is refused or does nothing to it.
struct HostileScriptsTests {
    private let others: OthersServer

    init() throws { others = try OthersServer() }

    static let scripts: [HostileFile] = [
        .init(
            "empties the server and answers what cannot be read", mention: "cannot be read",
            script: "\(HostileFile.flush)\nif left then return {{{{{{{{{{{1}}}}}}}}}}} end"),
        .init("empties the server", mention: "FLUSHALL", script: HostileFile.flush),
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

    @Test(arguments: scripts) func aScript(_ file: HostileFile) throws { try others.expectUntouched(file) }
}
