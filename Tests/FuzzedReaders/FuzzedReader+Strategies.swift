import FlashSale
import Strategies

/// Strategy files, and the little languages in them.
extension FuzzedReader {
    static let strategy = FuzzedReader(
        "strategy", mostBytes: 8192,
        words: [
            "strategy", "summary", "keys", "scripts", "functions", "limit", "idempotent", "safe-under", "load", "open",
            "buy", "finally", "lapses", "restock", "stock", "ledger", "units", "close", "draw", "backoff", "atomically",
            "send", "as", "outcomes", "when", "then", "remaining", "capture", "if", "think", "finish", "holds", "read",
            "minus", "total", "missing", "atomic", "fields", "entries", "members", "values", "won", "sold-out",
            "duplicate", "{sale}", "{units}", "{buyer}", "{attempt}", "service", "sign-in", "http", "headers", "body",
            "json",
            "form", "text", "program", "command", "each", "worker", "concurrent", "status == 200", "status in 400..499",
            "header.location", "cookie.session", "exit == 0", "drain", "until", "and", "is", "within", "redis", "sql",
            "run",
            "at", "rows", "orders", "shards", "{shard}", "{units-before}",
        ],
        examples: {
            csv(BuiltinStrategies.all.map(\.yaml)) + Repository.files(in: "examples/strategies", ending: ".yaml")
                + Repository.files(in: "examples/casebook", ending: ".yaml") + salesOfServices
        }
    ) { (input) throws(BrokenPromise) in try read(strategy: String(decoding: input, as: UTF8.self)) }

    /// Reads a text as a strategy file; what can be read can also be compiled, and bought with.
    private static func read(strategy text: String) throws(BrokenPromise) {
        let strategy: Strategy
        do throws(StrategyFileError) {
            strategy = try StrategyFile.parse(text, file: "fuzzed.yaml") { _ throws(StrategyFile.CompanionProblem) in
                "return redis.call('DECR', KEYS[1])"
            }
        } catch {
            let lines = text.utf8.count { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") } + 2
            try BrokenPromise.unless(!error.message.isEmpty, "no reason is given")
            // YAML has other ends of lines beside these: NEL, LS and PS.
            try BrokenPromise.unless(
                (0...lines + text.unicodeScalars.count { ["\u{85}", "\u{2028}", "\u{2029}"].contains($0) })
                    .contains(error.line ?? 1), "the error is on line \(error.line ?? 1) of \(lines)")
            return
        }
        try PlayedAttempts(strategy, bytes: Array(text.utf8.suffix(64))).play(most: 4)
        for rule in strategy.ledgers {
            for pattern in [rule.keys].compactMap({ $0 }) + rule.holds.members {
                try check(pattern.filled(sale: "s", units: 3), Array(text.utf8.suffix(256)))
            }
        }
    }

    /// Reads a member with a pattern: an order that is read has numbers that orders have.
    private static func check(_ pattern: LedgerPattern, _ member: [UInt8]) throws(BrokenPromise) {
        var order = Ledger.Order()
        let before = order
        guard pattern.read(member[...], into: &order) else {
            return try BrokenPromise.unless(order == before, "a member that does not fit changes an order")
        }
        let ids = [order.attempt, order.purchase, order.buyer].compactMap { $0 }
        try BrokenPromise.unless(
            ids.allSatisfy { (1...(1 << 53)).contains($0) } && order.quantity?.magnitude ?? 0 <= 1 << 53,
            "no order is like \(order)")
    }

    /// The first byte chooses a place in a strategy file, the rest stands there: a template, a matcher, a condition and so on.
    static let parts = FuzzedReader(
        "parts", mostBytes: 512,
        words: [
            "{sale}", "{units}", "{buyer}", "{quantity}", "{left - 1}", "{random 1..5}", "{reply[0]}", "{json.a[0].b}",
            "{{", " % ", " + ", " - ", "9007199254740992", "9223372036854775807", "-9223372036854775808", "not ",
            " and ",
            " or ", "== ", "!= ", "<= ", ">= ", "json.", "reply[", "[0] ", "ok", "nil", "any", "array", "error ",
            "integer", "1..5", "/^a+$/", "\"", "'", "\\x41", "{any}", "{unit}", "{attempt + 1000}",
        ],
        examples: {
            [
                "GET {stock}", "SET {stock} '{left - {quantity}}' \"\\x41\"", "DECRBY {stock} {quantity % 7}",
                "{random 1..9}",
                ">= {quantity}", "[0] == 1", "1..5", "json.code == 'sold out'", "/^sold ?out$/", "error OUT",
                "left <= 0 and not kind",
                "kind == 'vip' or {quantity} > 1", "json.items[0].left", "{reply[0] - 1}", "user:{buyer + 1000}:{any}",
                "{unit}-{buyer}",
                "1ms..20ms", "0..9", "{sale}:k", "POST /buy/{buyer}?n={quantity}", "status in 200..299",
                "header.location",
                "cookie.a", "body", "<= 5", "a.b[0]", "SELECT * FROM t WHERE x = {units}", "\"{quantity}\"",
            ].flatMap { text in (0..<UInt8(places.count)).map { [$0] + Array(text.utf8) } }
        }
    ) { (input) throws(BrokenPromise) in
        guard let first = input.first else { return }
        let text = String(decoding: input.dropFirst(), as: UTF8.self)
        try read(strategy: places[Int(first) % places.count](quoted(text)))
    }

    /// Strategy files with a text in each place where ``parts`` puts one.
    package static func files(with text: String) -> [String] { places.map { $0(quoted(text)) } }

    /// A text in YAML's double quotes.
    private static func quoted(_ text: String) -> String {
        var yaml = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": yaml += "\\\(scalar)"
            case " "..."~": yaml.unicodeScalars.append(scalar)
            default:
                let digits = String(scalar.value, radix: 16)
                yaml += "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
            }
        }
        return yaml + "\""
    }

    /// Strategy files with a hole for a text.
    private static let places: [@Sendable (String) -> String] = [
        { file(command: $0) }, { file(matcher: $0) }, { file(condition: $0) }, { file(capture: $0) },
        { file(remaining: $0) }, { file(holds: $0) }, { file(key: $0) },
        { file(matcher: "any", remaining: "json.left", rest: "backoff: \($0)\n") },
        { file(rest: "draw: { seat: \($0) }\n") }, { file(open: $0) },
        { file(rest: "lapses: \($0)\n") },
        { file(rest: "restock: [ { send: \"INCR {stock}\", units: \($0), at: 1s } ]\n") },
        { service(target: $0) }, { service(header: $0) }, { service(value: $0) }, { service(capture: $0) },
        { service(matcher: $0) }, { service(column: $0) }, { service(bound: $0) }, { service(rows: $0) },
        { service(statement: $0) },
    ]

    private static func service(
        target: String = "POST /buy", header: String = "x", value: String = "x", capture: String = "json.left",
        matcher: String = "status == 200", column: String = "buyer", bound: String = "0", rows: String = "orders",
        statement: String = "SELECT 1"
    ) -> String {
        """
        strategy: fuzzed
        service: http://127.0.0.1:8080
        sign-in: [ { http: POST /login, as: { token: cookie.token } } ]
        buy:
          - http: \(target)
            headers: { X-Buyer: \(header) }
            body: { json: { user: \(value), more: [ 1, "x" ] } }
            as: { left: \(capture) }
          - http: POST /buy/{left}
            headers: { Authorization: "Bearer {token}" }
            body: { json: \(value) }
            outcomes:
              - { when: \(matcher), then: won, remaining: json.left }
              - { when: "status in 400..499", then: sold-out }
        stock: { http: GET /stock, rows: \(rows) }
        ledger: { sql: \(statement), at: "sqlite:///tmp/shop.db", holds: [ \(column) ] }
        drain: { until: { redis: "XLEN orders", at: "redis://127.0.0.1", is: \(bound) }, within: 5s }
        """
    }

    private static func file(
        command: String = "\"DECR {stock}\"", matcher: String = "\">= 0\"", condition: String = "\"left > 0\"",
        capture: String = "reply", remaining: String = "reply", holds: String = "buyers", key: String = "\"{sale}:s\"",
        open: String = "\"SET {stock} {units}\"", rest: String = ""
    ) -> String {
        """
        strategy: fuzzed
        keys: { stock: \(key), orders: "{sale}:o" }
        open: [ \(open) ]
        buy:
          - send: "GET {stock}"
            as: { left: \(capture), kind: reply }
          - send: \(command)
            if: \(condition)
            outcomes:
              - { when: \(matcher), then: won, remaining: \(remaining) }
              - { when: any, then: sold-out }
          - finish: failed
        stock: GET {stock}
        ledger: { read: "SMEMBERS {orders}", holds: \(holds) }
        close: [ "DEL {stock}" ]
        \(rest)
        """
    }

    static let lua = FuzzedReader(
        "lua",
        words: [
            "redis.call(", "redis.pcall(", "KEYS[1]", "ARGV[1]", "local ", "function ", "if ", " then ", "else",
            "elseif ",
            "end", "for ", "while ", "do ", "repeat ", "until ", "return ", "return redis.error_reply('", "tonumber(",
            "cjson.encode(", "pairs(", "--[[", "]]", "[=[", "]=]", "..", "~=", "nil", "false", "true", " and ", " or ",
            "not ", "break", "'DECR'", "'HGET'", "'SADD'", "'EXISTS'", "redis.setresp(3)", "server.call(",
        ],
        examples: {
            let scripts = BuiltinStrategies.all.flatMap { strategy in
                (try? StrategyFile.parse(strategy.yaml, file: strategy.name)).map { $0.scripts + $0.libraries } ?? []
            }
            return scripts.map { Array($0.text.utf8) } + Repository.files(in: "examples/strategies", ending: ".lua")
        }
    ) { (input) throws(BrokenPromise) in
        let text = String(decoding: input, as: UTF8.self)
        let lines = text.utf8.count { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") } + 1
        let tokens = LuaLexer.tokens(of: text)
        try BrokenPromise.unless(
            zip(tokens, tokens.dropFirst()).allSatisfy { $0.line <= $1.line } && tokens.last?.line ?? 1 <= lines,
            "tokens are out of order")
        let reading = LuaReading(text)
        try BrokenPromise.unless(
            reading.warnings.allSatisfy { (1...lines).contains($0.line) && !$0.message.isEmpty }
                && reading.calledCommands.allSatisfy { (1...lines).contains($0.line) }, "a line is none of the script's"
        )
        let first = FirstStrategyFile(text, file: "buy.lua").text
        do throws(StrategyFileError) {
            _ = try StrategyFile.parse(first, file: "buy.yaml") { _ throws(StrategyFile.CompanionProblem) in "return 1"
            }
        } catch {
            throw BrokenPromise("a first strategy file cannot be read: \(error)\n\(first)")
        }
    }
}
