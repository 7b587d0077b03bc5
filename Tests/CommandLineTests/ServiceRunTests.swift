import FlashSale
import Foundation
import TestSupport
import Testing

/// `stress run` against a service, with a strategy file and without one.
@Suite struct ServiceRunTests {
    private static let file = """
        strategy: shop
        open: [ { http: POST /admin/stock, body: { json: { units: "{units}" } } } ]
        buy:
          - http: POST /buy
            body: { json: { user: "u{buyer}" } }
            outcomes:
              - { when: status == 200, then: won, remaining: json.left }
              - { when: status == 409, then: sold-out }
              - { when: status == 429, then: conflict }
        stock: { http: GET /stock }
        ledger: { http: GET /orders, fields: { user: "u{buyer}" } }
        """

    private static let load = ["--procs", "2", "--threads", "8", "--units", "60", "--buyers", "400"]

    private static func run(
        _ shop: ShopService, _ flags: [String] = [], yaml: String = file
    ) throws -> (finished: Sandbox.Finished, record: JSON) {
        let sandbox = try Sandbox()
        let strategy = try sandbox.folder.file("shop.yaml", yaml)
        let finished = try sandbox.stress(
            ["run", "--strategy", strategy, "--service", shop.url] + load + flags)
        return (finished, (try? sandbox.record()) ?? JSON.nothing)
    }

    private static func violated(_ record: JSON) -> [String] {
        record["checks"].list.filter { $0["result"].text == "violated" }.compactMap { $0["name"].text }
    }

    @Test(arguments: [["--clients", "1"], ["--clients", "4"]]) func aRightShopIsUpheld(_ flags: [String]) throws {
        let (finished, record) = try Self.run(ShopService(.right), flags)
        #expect(finished.exitCode == 0, "\(finished.output) \(finished.errors)")
        #expect(record["sale"]["sold_to_buyers"].number == 60 && record["sale"]["ledger_orders"].number == 60)
        #expect(record["server"]["kind"].text == "service")
        #expect(
            finished.output.split(whereSeparator: \.isWhitespace).joined(separator: " ").contains(
                "against the service http://127"))
    }

    @Test(arguments: [["--clients", "1"], ["--clients", "4"]]) func aRaceIsFound(_ flags: [String]) throws {
        let (finished, record) = try Self.run(ShopService(.readThenWrite), flags)
        #expect(finished.exitCode == 1, "\(finished.output) \(finished.errors)")
        #expect(Self.violated(record).contains("no-oversell"))
    }

    @Test func anOrderThatIsMissingIsFound() throws {
        let (finished, record) = try Self.run(ShopService(.losesOrders))
        #expect(finished.exitCode == 1)
        #expect(Self.violated(record) == ["ledger"])
    }

    /// What came of it nobody knows, and the order tells.
    @Test func anErrorAfterTheSaleIsUnknown() throws {
        let (finished, record) = try Self.run(ShopService(.failsAfterSelling))
        #expect(finished.exitCode == 0, "\(finished.output)")
        #expect(record["totals"]["unknown"].number == 1 && record["sale"]["sold_to_buyers"].number == 59)
        #expect(record["findings"].list.contains { $0["name"].text == "hole" })
    }

    @Test func aServiceIsLeftAloneForAsLongAsItWants() throws {
        let shop = ShopService(.refusesOften)
        let (finished, record) = try Self.run(
            shop, ["--procs", "1", "--threads", "2", "--units", "2", "--buyers", "4", "--attempts", "2"])
        #expect(record["totals"]["conflict"].number ?? 0 > 0)
        // Two clients cannot have had several refusals without waiting.
        #expect(record["throughput"]["elapsed_seconds"].value as? Double ?? 0 >= 1, "\(finished.output)")
    }

    @Test(arguments: [1, 3]) func everyClientSignsInOnce(_ clients: Int) throws {
        let shop = ShopService(.right, wantsToken: true)
        let yaml = Self.file.replacing(
            "buy:\n",
            with:
                "sign-in: [ { http: POST /login, body: { json: { user: \"u{client}\" } }, as: { token: json.token } } ]\nbuy:\n"
        ).replacing("    outcomes:", with: "    headers: { Authorization: \"Bearer {token}\" }\n    outcomes:")
        let (finished, record) = try Self.run(shop, ["--clients", "\(clients)"], yaml: yaml)
        #expect(finished.exitCode == 0, "\(finished.output) \(finished.errors)")
        #expect(shop.unauthorized == 0 && record["sale"]["sold_to_buyers"].number == 60)
        #expect(shop.requests.filter { $0.hasPrefix("POST /login") }.count == 16 * clients)
    }

    /// Judged again from its files, nothing is different.
    @Test func verifySaysTheSame() throws {
        let sandbox = try Sandbox()
        let strategy = try sandbox.folder.file("shop.yaml", Self.file)
        let shop = ShopService(.readThenWrite)
        let run = try withExtendedLifetime(shop) {
            try sandbox.stress(["run", "--strategy", strategy, "--service", shop.url] + Self.load)
        }
        let again = try sandbox.stress(["verify", sandbox.latest])
        #expect(run.exitCode == 1 && again.exitCode == 1)
        #expect(!again.output.contains("The run itself said"))
    }

    // MARK: Without a file

    private static func short(_ shop: ShopService) -> [String] {
        [
            "run", "--http", "POST \(shop.url)/buy", "--body", #"{"user":"u{buyer}"}"#, "--won", "200", "--sold-out",
            "409", "--stock", "http: GET /stock", "--ledger", "http: GET /orders", "--holds", "{any} u{buyer}",
        ]
    }

    @Test(arguments: [ShopService.Scheme.right, .readThenWrite]) func needsNoFile(_ scheme: ShopService.Scheme) throws {
        let shop = ShopService(scheme)
        shop.stockUp(60)
        let finished = try Sandbox().stress(Self.short(shop) + Self.load)
        #expect(finished.exitCode == (scheme == .right ? 0 : 1), "\(finished.output) \(finished.errors)")
    }

    /// Nothing but what is given is called.
    @Test func nothingElseIsCalled() throws {
        let shop = ShopService(.right)
        shop.stockUp(60)
        _ = try Sandbox().stress(Self.short(shop) + Self.load)
        let asked = Set(shop.requests.map { $0.split(separator: " ").prefix(2).joined(separator: " ") })
        #expect(asked == ["OPTIONS /", "POST /buy", "GET /stock", "GET /orders"])
    }

    @Test(arguments: [
        (["--units", "50"], FlashSale.ExitStatus.usage, "say --units 60"),
        (["--http", "/buy"], .usage, "a method and a URL are wanted"),
        (["--strategy", "lua"], .usage, "leave one of them out"),
        (["--won", "2000"], .usage, "a status from 100 to 599"),
        (["--won", "json.ok = 1"], .usage, "is wanted after the field"),
        (["--stock", "GET stock"], .usage, "one of redis:, sql:, http: and run: is wanted first"),
        (["--stock", "sql: SELECT 1"], .usage, "needs the database's URL"),
        (["--stock", "http: GET /nothing"], .unavailable, "404"),
        (["--holds", "user"], .usage, "a column is one of"),
        (["--header", "nothing"], .usage, "a name and a value are wanted"),
        (["--service", "http://127.0.0.1:1"], .unavailable, "does not answer"),
        (["--service", "http://10.1.2.3"], .usage, "whose server is it"),
        (["--service", "shop"], .usage, "a URL such as"),
        (["--ca", "/nowhere"], .usage, "does not exist"),
        (["--warm-up", "1s"], .usage, "leave the warm-up out"),
    ]) func aMistakeIsSaid(_ flags: [String], _ status: FlashSale.ExitStatus, _ says: String) throws {
        let shop = ShopService(.right)
        shop.stockUp(60)
        let sandbox = try Sandbox()
        let finished = try sandbox.stress(Self.short(shop) + Self.load + flags)
        #expect(finished.exitCode == status.rawValue, "\(finished.output) \(finished.errors)")
        #expect(finished.errors.contains(says), "\(finished.errors)")
        #expect(sandbox.resultFolders.isEmpty)
    }
}
