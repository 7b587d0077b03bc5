import FlashSale
import Strategies
import Testing

/// Sales of a service, and other stores in any sale.
@Suite struct ServiceSaleTests {
    static let example = """
        strategy: shop-service
        service: http://127.0.0.1:8080
        sign-in:
          - { http: POST /login, body: { json: { user: "u{client}" } }, as: { token: json.token } }
        open:
          - { http: POST /admin/stock, body: { json: { units: "{units}" } } }
          - { sql: "DELETE FROM orders", at: postgres://127.0.0.1/shop }
        buy:
          - http: POST /buy
            headers: { Authorization: "Bearer {token}" }
            outcomes:
              - { when: status == 200, then: won, unit: json.order }
        restock: [ { at: 1s, units: 5, send: { redis: "INCRBY shop:stock 5", at: redis://127.0.0.1:6379 } } ]
        drain: { until: { redis: XLEN shop:orders, at: $SHOP_REDIS, is: 0 }, and: { sql: SELECT count(*) FROM outbox, at: $SHOP_DB, is: "<= 2" }, within: 30s }
        stock:
          - { redis: "GET shop:stock:7", at: redis://127.0.0.1:6379 }
          - { total: "{units}", minus: { read: { sql: "SELECT sum(n) FROM orders", at: $SHOP_DB }, missing: 0 } }
        ledger:
          - { sql: "SELECT id, name, n FROM orders", at: $SHOP_DB, holds: [ unit, "u{buyer}", quantity ] }
          - { http: GET /admin/orders, rows: data.orders, fields: { unit: id, user: "u{buyer}" } }
          - { run: [ ./orders.sh, "{units}" ], holds: [ "{any}", buyer ] }
        """

    @Test func everyPartIsRead() throws {
        let strategy = try StrategyFile.parse(Self.example, file: "mine.yaml")
        #expect(strategy.service == "http://127.0.0.1:8080" && strategy.asksService && !strategy.usesServer)
        #expect(strategy.signIn.count == 1 && strategy.open.count == 2 && strategy.keys.isEmpty)
        #expect(strategy.otherStocks.count == 1 && strategy.otherLedgers.count == 2)
        let drain = try #require(strategy.drain)
        #expect(drain.withinNanoseconds == 30_000_000_000)
        #expect(drain.conditions.map(\.comparison) == [.equal, .lessOrEqual])
        #expect(drain.conditions.map(\.number) == [0, 2])
        #expect(strategy.storeQueries.count == 10)
        #expect(strategy.storeQueries.last?.at == "$SHOP_DB")
        guard case .http(_, let rows)? = strategy.storeQueries.first(where: { $0.line == 20 })?.words else {
            Issue.record("no query by HTTP in line 21")
            return
        }
        #expect(rows == [.field("data"), .field("orders")])
    }

    @Test func otherStoresGoWithRedis() throws {
        let yaml = """
            strategy: mine
            keys: { stock: "{sale}:s", orders: "{sale}:o" }
            open: [ "SET {stock} {units}" ]
            buy: [ { send: "DECR {stock}", outcomes: [ { when: ">= 0", then: won }, { when: any, then: sold-out } ] } ]
            drain: { until: "XLEN {orders} == 0", within: 2s }
            stock: { read: "GET {stock}", below-zero: sold-out }
            ledger: { sql: "SELECT buyer FROM orders", at: "sqlite:///tmp/o.db", holds: [ buyer ] }
            close: [ "DEL {stock}" ]
            """
        let strategy = try StrategyFile.parse(yaml, file: "mine.yaml")
        #expect(strategy.usesServer && !strategy.asksService && strategy.storeQueries.count == 1)
        #expect(strategy.drain?.conditions.first?.text == "XLEN {orders} == 0")
        // It would be asked for real in a rehearsal.
        #expect(!strategy.canBeRehearsed)
    }

    /// A set of another Redis keeps a buyer once, as one of the run's own does; rows are all kept.
    @Test(arguments: [
        ("redis: SMEMBERS a, at: $R, holds: [ buyer ]", true),
        ("redis: HGETALL a, at: $R, holds: [ attempt, buyer ]", true),
        ("redis: LRANGE a 0 -1, at: $R, holds: [ buyer ]", false), ("sql: SELECT 1, at: $D, holds: [ buyer ]", false),
        ("run: [ ./orders ], holds: [ buyer ]", false), ("http: GET /o, fields: { buyer: user }", false),
    ]) func collectionsMergeAndRowsDoNot(_ ledger: String, _ merges: Bool) throws {
        let yaml = """
            strategy: mine
            buy: [ { http: GET /buy, outcomes: [ { when: any, then: won } ] } ]
            stock: { http: GET /stock }
            ledger: { \(ledger) }
            """
        #expect(try StrategyFile.parse(yaml, file: "mine.yaml").ledger?.mergesRepeats == merges)
    }

    private static let mistakes: [Mistake] = [
        Mistake("service: http", to: "service: ftp", line: 2, says: "a URL such as http://127.0.0.1:8080"),
        Mistake("http: POST /login", to: "send: PING", line: 4, says: "a step of sign-in has no key send"),
        Mistake("user: \"u{client}\"", to: "user: \"u{buyer}\"", line: 4, says: "{buyer}"),
        Mistake(
            "{ sql: \"DELETE FROM orders\", at: postgres://127.0.0.1/shop }", to: "{ sql: DELETE }", line: 7,
            says: "needs the database's URL"),
        Mistake("at: postgres://127.0.0.1/shop }", to: "at: nowhere }", line: 7, says: "or $NAME"),
        Mistake("at: postgres://127.0.0.1/shop }", to: "at: $A-B }", line: 7, says: "or $NAME"),
        Mistake(
            "- { sql: \"DELETE FROM orders\", at: postgres://127.0.0.1/shop }", to: "- SET a 1", line: 7,
            says: "a command says that it is for Redis"),
        Mistake(
            "- { sql: \"DELETE FROM orders\", at", to: "- { sql: X, redis: Y, at", line: 7,
            says: "one of redis:, sql:, http: and run:"),
        Mistake(
            "- { sql: \"DELETE FROM orders\", at", to: "- { sql: X, rows: a, at", line: 7,
            says: "rows: belongs to http:"),
        Mistake(
            "XLEN shop:orders, at: $SHOP_REDIS, is: 0", to: "XLEN shop:orders, at: $SHOP_REDIS", line: 14, says: "is"),
        Mistake("is: \"<= 2\"", to: "is: few", line: 14, says: "a number, or a bound"),
        Mistake(
            "until: { redis: XLEN shop:orders, at: $SHOP_REDIS, is: 0 }", to: "until: XLEN o", line: 14,
            says: "what its number should be"),
        Mistake("within: 30s", to: "within: soon", line: 14, says: "drain: within"),
        Mistake("rows: data.orders", to: "rows: a..b", line: 20, says: "a place in the answer's JSON"),
        Mistake(
            "holds: [ unit, \"u{buyer}\", quantity ]", to: "holds: [ unit, user ]", line: 19, says: "a column is one of"
        ),
        Mistake(
            "holds: [ unit, \"u{buyer}\", quantity ]", to: "holds: [ unit, quantity ]", line: 19, says: "name nobody"),
        Mistake(", holds: [ \"{any}\", buyer ]", to: "", line: 21, says: "one of holds:"),
        Mistake("run: [ ./orders.sh, \"{units}\" ]", to: "run: []", line: 21, says: "a program and its arguments"),
        Mistake("- http: POST /buy", to: "- send: DECR a", line: 10, says: "a send step has no headers:"),
    ]

    @Test(arguments: mistakes) func isPointedAt(_ mistake: Mistake) throws { try mistake.check(in: Self.example) }

    /// Parts that only one kind of sale has.
    @Test(arguments: [
        ("keys: { a: \"{sale}:a\" }", "leave keys:"), ("scripts: { a: return 1 }", "leave keys:"),
        ("finally: [ { send: \"DEL x\" } ]", "has no place among its steps"),
    ]) func doesNotGoWithAService(_ line: String, _ says: String) throws {
        let error = try #require(throws: StrategyFileError.self) {
            _ = try StrategyFile.parse(Self.example + "\n" + line + "\n", file: "mine.yaml")
        }
        #expect(error.message.contains(says), "\(error)")
    }

    @Test(arguments: ["service: http://127.0.0.1:1", "sign-in: [ { http: GET /a } ]"])
    func doesNotGoWithRedis(_ line: String) throws {
        let yaml = Played.yaml(buy: ["{ finish: won }"]) + "\n" + line + "\n"
        let error = try #require(throws: StrategyFileError.self) { _ = try StrategyFile.parse(yaml, file: "mine.yaml") }
        #expect(error.message.contains("belongs to a sale whose buy: has http: steps"), "\(error)")
    }
}
