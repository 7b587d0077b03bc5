import Foundation
import Glibc
import TestSupport
import Testing

/// `stress explore --strategy FILE`, where the file's buyers ask a service or programs.
struct ExploreFileTests {
    private let sandbox: Sandbox
    /// The programs' Python has redis-py there.
    private static let path = ["PATH": "/usr/bin:/bin:" + (ProcessInfo.processInfo.environment["PATH"] ?? "")]

    init() throws { sandbox = try Sandbox() }

    private func explore(_ flags: [String], _ environment: [String: String] = [:]) throws -> Sandbox.Finished {
        try sandbox.stress(
            ["explore"] + flags, environment: Self.path.merging(environment) { $1 })
    }

    private static func words(_ run: Sandbox.Finished) -> String {
        (run.output + run.errors).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    private func record() throws -> JSON {
        let folder = try #require(sandbox.resultFolders.last)
        return try JSON(try #require(FileManager.default.contents(atPath: folder + "/explore.json")))
    }

    // MARK: The examples as they are

    @Test func theShopSellsTwiceInTheShortestOrder() throws {
        let file = "\(ExampleShop.folder)/redis-only/strategy.yaml"
        let run = try explore(["--strategy", file, "--emit-test", "pytest"])
        #expect(run.exitCode == 1, "\(run.errors)\(run.output)")
        #expect(
            run.output.hasPrefix("VIOLATED  shop-redis-only: an order of 6 commands by 2 buyers for 1 unit goes wrong"))
        let order = try record()["counterexample"]
        #expect(order["schedule"].text == "0,1,1,1,0,0" && order["checks"].list.first?["name"].text == "no-oversell")
        #expect(order["steps"].list.map { $0["stock"].number } == [1, 1, 0, 0, 0, 0])
        #expect(order["steps"].list.last?["orders"].number == 2)
        let folder = try #require(sandbox.resultFolders.last)
        let again = try explore(["--strategy", file, "--replay", folder + "/explore.json"])
        #expect(again.exitCode == 1 && !again.output.contains("NOT THE SAME"), "\(again.errors)\(again.output)")
        let repaired = try explore(
            ["--strategy", file, "--replay", folder + "/explore.json"], ["SHOP_REPAIRED": "1"])
        #expect(repaired.exitCode != 1 && repaired.output.contains("NOT THE SAME"), "\(repaired.output)")
        #expect(try sandbox.text(folder + "/test_order.py").contains("\"--strategy\", \"\(file)\""))
        sandbox.expectNothingLeft()
    }

    @Test func theRepairedShopStandsEveryOrder() throws {
        let run = try explore(
            ["--strategy", "\(ExampleShop.folder)/redis-only/strategy.yaml", "--instances", "2"], ["SHOP_REPAIRED": "1"]
        )
        #expect(run.exitCode == 0 && run.output.hasPrefix("UPHELD"), "\(run.errors)\(run.output)")
        #expect(try record()["phases"].list.allSatisfy { $0["complete"].isTrue == true })
        sandbox.expectNothingLeft()
    }

    @Test func aClientThatSendsAgainIsFoundByALostReply() throws {
        let file = "\(ExampleShop.folder)/redis-retries/strategy.yaml"
        let run = try explore(["--strategy", file, "--instances", "1"])
        #expect(run.exitCode == 1, "\(run.errors)\(run.output)")
        #expect(try record()["counterexample"]["schedule"].text == "0!r,0")
        sandbox.expectNothingLeft()
    }

    /// seed.yaml: redis-py makes a conflict of a reply that is lost, so that a unit is gone and its buyer is told that nothing happened.
    @Test(arguments: [
        ("command", 0, ""), ("take-one", 0, ""), ("read-then-write", 1, "0,1,1,0"), ("seed", 1, "0,0,0!r"),
    ])
    func programs(_ name: String, _ code: Int32, _ schedule: String) throws {
        let run = try explore(["--strategy", ExampleStrategy.examples.appending(path: "programs/\(name).yaml").path])
        #expect(run.exitCode == code, "\(run.errors)\(run.output)")
        #expect(try record()["counterexample"]["schedule"].text == (code == 1 ? schedule : nil))
        sandbox.expectNothingLeft()
    }

    /// take_one.py never connects again: what the restart has broken is not taken for another order.
    @Test func aProgramThatDoesNotConnectAgainStandsARestart() throws {
        let file = ExampleStrategy.examples.appending(path: "programs/take-one.yaml").path
        let run = try explore(["--strategy", file, "--with", "restart", "--buyers", "2"])
        #expect(run.exitCode == 0 && run.output.hasPrefix("UPHELD"), "\(run.errors)\(run.output)")
        sandbox.expectNothingLeft()
    }

    // MARK: A shop of the test's own

    /// - Parameters:
    ///   - service: what stands behind `service:`.
    ///   - more: lines of the file.
    private func write(
        service: String = "{ start: [ /usr/bin/python3, -B, shop.py, \"{port}\" ], env: { REDIS_URL: \"{redis}\" } }",
        take: String = "take()", after: String = "pass", open: String = "", more: String = ""
    ) throws {
        try sandbox.folder.file(
            "shop.py",
            """
            import http.server, json, os, sqlite3, sys, threading, redis
            lock, took = threading.Lock(), []
            r = redis.Redis.from_url(os.environ["REDIS_URL"])
            def orders(words, *values):
                with sqlite3.connect("orders.db", timeout=10) as database: return database.execute(words, values).fetchall()
            orders("CREATE TABLE IF NOT EXISTS orders (user)")
            def take():
                left = r.decr("count")
                if left < 0: r.incr("count")
                return left
            def held(look):
                with lock:
                    left = look()
                    if left >= 0: r.set("count", left)
                    return left
            def sold(): return orders("SELECT count(*) FROM orders")[0][0]
            class Shop(http.server.BaseHTTPRequestHandler):
                def do_POST(self):
                    if self.path == "/admin":
                        r.set("count", int(json.loads(self.rfile.read(int(self.headers["Content-Length"])))["units"]))
                        return self.answer(200, {})
                    left = \(take)
                    if left < 0: return self.answer(409, {})
                    \(after)
                    orders("INSERT INTO orders VALUES (?)", self.path.split("=")[1])
                    self.answer(200, {"left": left})
                def answer(self, status, value):
                    body = json.dumps(value).encode()
                    self.send_response(status)
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)
                def log_message(self, *words): pass
            http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Shop).serve_forever()
            """)
        try sandbox.folder.file(
            "shop.yaml",
            """
            strategy: shop
            summary: a shop in Python
            service: \(service)
            open: [ { http: POST /admin, body: { json: { units: "{units}" } } }\(open) ]
            buy:
              - http: POST /buy?user=u{buyer}
                outcomes:
                  - { when: status == 200, then: won }
                  - { when: status == 409, then: sold-out }
            stock: { redis: GET count }
            \(more)

            """)
    }

    private static let small = ["--strategy", "shop.yaml", "--buyers", "2", "--units", "1", "--instances", "1"]

    /// A lock within the service holds for one instance only.
    @Test func anOrderOfTwoInstancesIsMadeAgainWithTwo() throws {
        try write(take: "held(lambda: int(r.get('count')) - 1)", after: "pass")
        let run = try explore(["--strategy", "shop.yaml"])
        #expect(run.exitCode == 1, "\(run.errors)\(run.output)")
        let order = try record()["counterexample"]
        #expect(order["instances"].number == 2)
        let schedule = try #require(order["schedule"].text)
        #expect(run.output.contains("Again:  --replay \(schedule) --instances 2"), "\(run.output)")
        let folder = try #require(sandbox.resultFolders.last)
        for replay in [[folder + "/explore.json"], [schedule, "--instances", "2"]] {
            let again = try explore(["--strategy", "shop.yaml", "--replay"] + replay)
            #expect(again.exitCode == 1 && !again.output.contains("NOT THE SAME"), "\(again.errors)\(again.output)")
        }
        let one = try explore(["--strategy", "shop.yaml", "--replay", schedule])
        #expect(one.exitCode != 1, "\(one.output)")
        sandbox.expectNothingLeft()
    }

    @Test func aServiceThatSaysNoStartIsStartedByAFlag() throws {
        try write(service: "http://127.0.0.1:8080")
        let none = try explore(["--strategy", "shop.yaml"])
        #expect(none.exitCode == 64 && none.errors.contains("service: { start:"), "\(none.errors)")
        #expect(none.errors.contains("--serve"), "\(none.errors)")
        let run = try explore(Self.small + ["--serve", "/usr/bin/python3 -B shop.py {port}"])
        #expect(run.exitCode == 0 && run.output.hasPrefix("UPHELD"), "\(run.errors)\(run.output)")
        sandbox.expectNothingLeft()
    }

    /// Orders of what is done in another store are not explored, so that nothing is proven; what goes wrong goes wrong all the same.
    @Test(arguments: [false, true])
    func anotherStoreIsNeverProven(_ isRight: Bool) throws {
        let place = "sqlite://\(sandbox.path)/orders.db"
        try write(
            take: isRight ? "take()" : "int(r.get('count')) - 1",
            after: isRight ? "pass" : "r.set('count', left)",
            open: ", { sql: \"DELETE FROM orders\", at: \"\(place)\" }",
            more: "ledger: { sql: \"SELECT user FROM orders\", at: \"\(place)\", holds: [ \"u{buyer}\" ] }")
        let run = try explore(Self.small)
        #expect(run.exitCode == (isRight ? 2 : 1), "\(run.errors)\(run.output)")
        #expect(
            !isRight || Self.words(run).contains("a purchase may also touch a database (shop.yaml:4)"), "\(run.output)")
        #expect(!isRight || !run.output.contains("violated"), "\(run.output)")
        let orders = try record()["counterexample"]["steps"].list.last?["orders"].number
        #expect(orders == (isRight ? nil : 2))
        sandbox.expectNothingLeft()
    }

    /// What is left over in another store from one order to the next accuses nobody.
    @Test func whatAnotherStoreRemembersIsNoOrder() throws {
        let place = "sqlite://\(sandbox.path)/orders.db"
        // From the tenth order on nobody gets anything: the database says so.
        try write(
            take: "-1 if r.get('count') and sold() > 9 else take()",
            more: "ledger: { sql: \"SELECT user FROM orders\", at: \"\(place)\", holds: [ \"u{buyer}\" ] }")
        let run = try explore(["--strategy", "shop.yaml", "--instances", "1"])
        #expect(run.exitCode == 2, "\(run.errors)\(run.output)")
        #expect(Self.words(run).contains("the rehearsal ended differently at the end"), "\(run.output)")
        sandbox.expectNothingLeft()
    }

    /// A day's quota in the memory of the service is over in the middle of the exploration.
    @Test func whatTheServiceRemembersIsNoOrder() throws {
        try write(take: "-1 if r.get('count') and len(took) > 9 else took.append(1) or take()")
        let run = try explore(["--strategy", "shop.yaml", "--instances", "1"])
        #expect(run.exitCode == 2, "\(run.errors)\(run.output)")
        #expect(Self.words(run).contains("with a service that had just been started it did not"), "\(run.output)")
        sandbox.expectNothingLeft()
    }

    @Test func whatTheFileSaysWronglyIsToldByTheRehearsal() throws {
        try write(more: "# nothing")
        let text = try sandbox.text("\(sandbox.path)/shop.yaml")
        try sandbox.folder.file(
            "shop.yaml", text.replacing("status == 200, then: won", with: "status == 201, then: won"))
        let run = try explore(Self.small)
        #expect(run.exitCode == 2, "\(run.errors)\(run.output)")
        #expect(Self.words(run).contains("the first did not win (unknown, after"), "\(run.output)")
        sandbox.expectNothingLeft()
    }

    @Test(
        "bad files and flags are refused, and nothing is left",
        arguments: [
            ("{ start: [ python3, shop.py, \"{port}\" ] }", "", [], "it is told of no Redis"),
            (
                "{ start: [ python3, shop.py, \"8080\" ], url: \"http://127.0.0.1:8080\", env: { REDIS_URL: \"{redis}\" } }",
                "",
                ["--instances", "2"], "several instances need several ports"
            ),
            (nil, "", ["--won", "status 200"], "--won: shop.yaml says that itself"),
            (nil, "", ["--stock", "GET count"], "--stock: shop.yaml says that itself"),
            (nil, "", ["--env", "A=b"], "--env: shop.yaml says under env:"),
            (nil, "", ["--instances", "9"], "a number from 1 to 8"),
            (nil, "load: { quantity: 2 }", ["--quantity", "3"], "each purchase takes 2"),
            (nil, "", ["--buyers", "6", "--purchases-per-buyer", "5"], "from 1 to 8 purchases"),
            (
                nil, "restock: [ { at: 1s, units: 1, send: { redis: INCR count } } ]", [],
                "what comes at a time cannot be explored"
            ),
        ] as [(String?, String, [String], String)])
    func refuses(_ service: String?, _ more: String, _ flags: [String], _ says: String) throws {
        if let service { try write(service: service, more: more) } else { try write(more: more) }
        let run = try explore(["--strategy", "shop.yaml"] + flags)
        #expect(
            run.exitCode == 64 && Self.words(run).contains(says), "\(run.exitCode ?? -1) \(run.errors)\(run.output)")
        #expect(sandbox.resultFolders.isEmpty)
        sandbox.expectNothingLeft()
    }

    @Test func programsHaveNoServiceAndNoInstances() throws {
        let file = ExampleStrategy.examples.appending(path: "programs/command.yaml").path
        for (flags, says) in [
            (["--instances", "2"], "has a program of its own"), (["--serve", "x"], "ask programs, and no service"),
            (["--loop"], "says that itself"),
        ] {
            let run = try explore(["--strategy", file] + flags)
            #expect(run.exitCode == 64 && run.errors.contains(says), "\(run.errors)")
        }
        sandbox.expectNothingLeft()
    }

    @Test(arguments: [SIGINT, SIGKILL])
    func whateverEndsIt(_ signal: Int32) throws {
        try write()
        let run = try sandbox.start(["explore", "--strategy", "shop.yaml", "--with", "lost-replies", "--buyers", "4"])
        #expect(TestProcess.eventually { !sandbox.resultFolders.isEmpty })
        usleep(300_000)
        run.signal(signal)
        let ending = run.wait()
        #expect(
            ending == (signal == SIGKILL ? .init(signal: SIGKILL) : .init(exitCode: 130)), "\(run.errors)\(run.output)")
        sandbox.expectNothingLeft()
    }
}
