import RedisDriver
import TestSupport
import Testing

/// Plain commands whose keys are, or may become, those of others: each is refused or does nothing to them.
struct HostileCommandsTests {
    private let others: OthersServer

    init() throws { others = try OthersServer() }

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
            // It takes one unit, however many are wanted.
            plain: "as many items as are wanted from one list", exitCodes: [0, 1, 2],
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
        var admin = try others.server.connect()
        _ = try admin.call(["ACL", "SETUSER", "buyer", "on", ">pw", "~*", "+@all", "-command|info"])
        let file = HostileFile(plain: "moves", step: "LMPOP {quantity} {list} user:list LEFT")
        try others.sandbox.folder.file("hostile.yaml", file.yaml)
        let before = try ServerSnapshot(others.server)
        let run = try others.sandbox.run([
            "--redis", "redis://buyer:pw@127.0.0.1:\(others.server.port)", "--strategy", "hostile.yaml", "--quantity",
            "2",
        ])
        #expect(run.exitCode == 64 && run.errors.contains("COMMAND INFO"), "\(run.errors)\(run.output)")
        #expect(try ServerSnapshot(others.server).difference(from: before).isEmpty)
        // The nearest right one: commands whose keys are plain.
        let plain = try others.sandbox.run(["--redis", "redis://buyer:pw@127.0.0.1:\(others.server.port)"])
        #expect(plain.exitCode == 0, "\(plain.errors)\(plain.output)")
    }

    @Test(arguments: commands) func aCommand(_ file: HostileFile) throws { try others.expectUntouched(file) }
}
