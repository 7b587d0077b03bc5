import Testing

/// Libraries of functions that meet or harm what others keep on a user's server.
struct HostileLibrariesTests {
    private let others: OthersServer

    init() throws { others = try OthersServer() }

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
              - think: 5ms
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
        try others.expectUntouched(file)
    }
}
