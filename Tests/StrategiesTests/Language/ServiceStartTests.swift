import FlashSale
import Strategies
import Testing

/// `service:` with `start:`.
@Suite struct ServiceStartTests {
    private static let example = """
        strategy: started
        service:
          url: http://127.0.0.1:{port}/shop
          start: [ python3, shop.py, "--port={port}", "{{raw}}", $SHOP_FLAG ]
          env: { REDIS_URL: "{redis}", AT: "{redis-host}:{redis-port}", DATA: "{run}/data" }
          ready: GET /health
          stop: 500ms
          folder: ../shop
        buy:
          - http: POST /buy
            outcomes: [ { when: status == 200, then: won } ]
        stock: { http: GET /stock }
        """

    private static func parse(_ text: String) throws -> Strategy { try StrategyFile.parse(text, file: "mine.yaml") }

    @Test func itIsRead() throws {
        let strategy = try Self.parse(Self.example)
        let start = try #require(strategy.serviceStart)
        #expect(strategy.service == nil)
        #expect(start.words.map(\.source) == ["python3", "shop.py", "--port={port}", "{raw}", "$SHOP_FLAG"])
        #expect(start.variables.map(\.name) == ["REDIS_URL", "AT", "DATA"])
        #expect(start.ready == .init(method: "GET", path: "/health"))
        #expect(start.graceNanoseconds == 500_000_000 && start.folder == "../shop" && start.line == 4)
        #expect(start.namesRedis && start.namesFolder && start.choosesPort)
        #expect(start.source == "python3 shop.py --port={port} {raw} $SHOP_FLAG")
    }

    @Test func valuesAreFilledIn() throws {
        let start = try #require(try Self.parse(Self.example).serviceStart)
        func fill(_ text: ServiceText, _ environment: [String: String] = ["SHOP_FLAG": "{port} $X"]) -> String? {
            try? text.filled({ $0 == .port ? "7" : "<\($0.rawValue)>" }, environment: environment).get()
        }
        // What a variable holds is no template.
        #expect(start.words.map { fill($0) } == ["python3", "shop.py", "--port=7", "{raw}", "{port} $X"])
        #expect(start.variables.map { fill($0.value) } == ["<redis>", "<redis-host>:<redis-port>", "<run>/data"])
        #expect(fill(start.url) == "http://127.0.0.1:7/shop")
        #expect(fill(start.words[4], [:]) == nil)
    }

    @Test func littleIsNeeded() throws {
        let file = """
            strategy: started
            service: { start: [ ./shop ], env: { PORT: "{port}" } }
            buy: [ { http: POST /buy, outcomes: [ { when: status == 200, then: won } ] } ]
            stock: { http: GET /stock }
            """
        let start = try #require(try Self.parse(file).serviceStart)
        #expect(start.url.source == "http://127.0.0.1:{port}" && start.ready == nil && !start.namesRedis)
        #expect(start.graceNanoseconds == 3_000_000_000 && start.folder == nil && !start.namesFolder)
        // A map may also say no more than a text does.
        let elsewhere = try Self.parse(
            file.replacing("start: [ ./shop ], env: { PORT: \"{port}\" }", with: "url: http://127.0.0.1:1"))
        #expect(elsewhere.service == "http://127.0.0.1:1" && elsewhere.serviceStart == nil)
        // A port that the program has by itself.
        let fixed = try Self.parse(file.replacing("env: { PORT: \"{port}\" }", with: "url: http://127.0.0.1:1"))
        #expect(fixed.serviceStart?.choosesPort == false)
    }

    private static let start = #"[ python3, shop.py, "--port={port}", "{{raw}}", $SHOP_FLAG ]"#

    private static let mistakes: [Mistake] = [
        Mistake("start: " + start, to: "start: python3 shop.py", line: 4, says: "are wanted as a list, such as"),
        Mistake("start: " + start, to: "start: []", line: 4, says: "are wanted as a list, such as"),
        Mistake("start: " + start, to: "start: [ \"\" ]", line: 4, says: "are wanted as a list, such as"),
        Mistake(
            "start: " + start, to: "start: [ \"{port}\" ]", line: 4, says: "the program itself has no value in braces"),
        Mistake("start: " + start, to: "strat: [ a ]", line: 4, says: "service has no key strat; did you mean start?"),
        Mistake(
            "  start: " + start + "\n", to: "", line: 5,
            says: "service: ready: belongs to a service that the run starts, and start: is missing"),
        Mistake("--port={port}", to: "--port={prt}", line: 4, says: "{prt} is not known here"),
        Mistake(
            "--port={port}", to: "--buyer={buyer}", line: 4,
            says: "where only what is the same for all buyers has a value: {port}, {redis}"),
        Mistake("--port={port}", to: "--port={port", line: 4, says: "a { has no }"),
        Mistake(
            "--port={port}", to: "--port=8080", line: 3, says: "nothing tells the program on which port it is to listen"
        ),
        Mistake("--port={port}", to: "\\0", line: 4, says: "a NUL character"),
        Mistake(
            "http://127.0.0.1:{port}/shop", to: "127.0.0.1:{port}", line: 3,
            says: "a URL such as http://127.0.0.1:{port}"),
        Mistake(
            "http://127.0.0.1:{port}/shop", to: "http://{redis-host}:1", line: 3,
            says: "a URL such as http://127.0.0.1:{port}"),
        Mistake(
            "http://127.0.0.1:{port}/shop", to: "http://a/?q", line: 3, says: "a URL such as http://127.0.0.1:{port}"),
        Mistake("ready: GET /health", to: "ready: /health", line: 6, says: "a method and a path are wanted"),
        Mistake("ready: GET /health", to: "ready: GET health", line: 6, says: "a method and a path are wanted"),
        Mistake("ready: GET /health", to: "ready: [ GET ]", line: 6, says: "should be text"),
        Mistake("REDIS_URL:", to: "REDIS-URL:", line: 5, says: "the name of a variable is made of letters"),
        Mistake("REDIS_URL:", to: "1URL:", line: 5, says: "the name of a variable is made of letters"),
        Mistake("\"{redis}\"", to: "\"{radis}\"", line: 5, says: "env: REDIS_URL: {radis} is not known"),
        Mistake("env: {", to: "env: [ a ] #", line: 5, says: "a map of names and values is wanted"),
        Mistake("stop: 500ms", to: "stop: 500", line: 7, says: "service: stop"),
        Mistake("stop: 500ms", to: "stop: 2m", line: 7, says: "a minute (60s) is the most"),
        Mistake("folder: ../shop", to: "folder: \"\"", line: 8, says: "a path is wanted"),
        Mistake("service:\n  url", to: "service:\n  x: 1\n  url", line: 3, says: "service has no key x"),
        Mistake(
            "- http: POST /buy\n    outcomes: [ { when: status == 200, then: won } ]\nstock: { http: GET /stock }",
            to:
                "- send: DECR {stock}\n    outcomes: [ { when: any, then: won } ]\nstock: GET {stock}\nkeys: { stock: \"{sale}\" }\nopen: []\nclose: []",
            line: 3, says: "belongs to a sale whose buy: has http: steps"),
        Mistake(
            "- http: POST /buy\n    outcomes: [ { when: status == 200, then: won } ]\nstock: { http: GET /stock }",
            to: "- program: [ ./buy ]\nstock: GET {stock}\nkeys: { stock: \"{sale}\" }\nopen: []\nclose: []", line: 3,
            says: "so no buyer would ask the service"),
    ]

    @Test(arguments: mistakes) func isPointedAt(_ mistake: Mistake) throws { try mistake.check(in: Self.example) }
}
