import Foundation
import TestSupport
import Testing

/// Faults of a service that the run starts, and of the wire between it and its Redis, in programs that nobody changed.
struct ServiceFaultTests {
    private let sandbox: Sandbox
    private static let folder = ExampleStrategy.examples.appending(path: "shops").path

    init() throws { sandbox = try Sandbox() }

    private func run(
        _ shop: String, _ flags: [String], repaired: Bool = true
    ) throws -> (run: Sandbox.Finished, record: JSON) {
        let run = try sandbox.stress(
            ["run", "--strategy", "\(Self.folder)/\(shop)/strategy.yaml", "--procs", "2", "--threads", "10"] + flags,
            environment: repaired ? ["SHOP_REPAIRED": "1"] : [:])
        return (run, try sandbox.record())
    }

    @Test("a client library that sends again sells twice where a reply is lost, and not with a key", arguments: 1...3)
    func lostReplies(_ number: Int) throws {
        let flags = ["--fault", "lose-replies@0s:10%"]
        let (bug, wrong) = try run("redis-retries", flags, repaired: false)
        #expect(bug.exitCode == 1, "\(bug.errors)\(bug.output)")
        #expect(wrong.check("exact-accounting")["result"].text == "violated")
        #expect(wrong["faults"].list.first?["effect"].text == "proven")
        // What the service sent is there to be read, and stands beside the evidence.
        #expect(bug.output.contains("the service sent meanwhile:") && bug.output.contains("(lose-replies)"))
        let rows = try String(contentsOfFile: sandbox.latest + "/commands.csv", encoding: .utf8)
        #expect(rows.contains(",lose-replies\n"))
        let (twin, right) = try run("redis-retries", flags)
        #expect(twin.exitCode == 0, "\(twin.errors)\(twin.output)")
        #expect(right["faults"].list.first?["effect"].text == "proven")
    }

    @Test(
        "the wire breaks in other ways, and a right shop stays right",
        arguments: ["cut-requests@0s:10%", "repeat-requests@0s:10%", "slow-replies@0s:2%", "kill-connections@20ms"])
    func otherFaults(_ fault: String) throws {
        let (run, record) = try run("redis-retries", ["--fault", fault])
        #expect(run.exitCode == 0, "\(run.errors)\(run.output)")
        #expect(record["faults"].list.first?["effect"].text == "proven", "\(run.output)")
    }

    @Test("a service that is killed or stands still comes back", arguments: ["kill-service@20%", "freeze-service@20%"])
    func serviceItself(_ fault: String) throws {
        // What was under way is not known; nothing else may be wrong.
        let (run, record) = try run("redis-only", ["--fault", fault, "--buyers", "3000", "--units", "1500"])
        #expect(run.exitCode != 1, "\(run.errors)\(run.output)")
        #expect(record["faults"].list.first?["effect"].text == "proven", "\(run.output)")
    }

    @Test("what the run did not start is not broken")
    func refused() throws {
        let refused = try sandbox.stress(
            [
                "run", "--http", "POST http://127.0.0.1:1/buy", "--won", "200", "--sold-out", "409", "--stock",
                "http: GET /stock", "--fault",
                "kill-service@1s",
            ])
        #expect(refused.exitCode == 64, "\(refused.errors)")
        #expect(refused.errors.contains("only a service that the run starts can be broken"))
    }

    @Test("a service that dies between Redis and its database shows as drift")
    func drift() throws {
        try sandbox.folder.file(
            "drift.py",
            """
            import os, sqlite3, sys, time
            import redis
            from flask import Flask, jsonify, request
            app = Flask(__name__)
            client = redis.Redis.from_url(os.environ["SHOP_REDIS_URL"])
            def database():
                return sqlite3.connect(os.environ["SHOP_DATABASE"], timeout=20, isolation_level=None)
            @app.post("/buy")
            def buy():
                if client.decr("stock:7") < 0:
                    client.incr("stock:7")
                    return jsonify(error="sold out"), 409
                time.sleep(0.05)
                database().execute("INSERT INTO orders VALUES (?)", (request.headers["Idempotency-Key"],))
                return jsonify(ok=True)
            @app.post("/open")
            def open_sale():
                database().execute("CREATE TABLE IF NOT EXISTS orders (purchase TEXT)")
                client.set("stock:7", request.get_json()["units"])
                return jsonify(ok=True)
            @app.get("/health")
            def health():
                return jsonify(ok=bool(client.ping()))
            app.run(port=int(sys.argv[1]), threaded=True)
            """)
        let database = sandbox.path + "/orders.db"
        try sandbox.folder.file("orders.db", "")
        try sandbox.folder.file(
            "drift.yaml",
            """
            strategy: drift
            service:
              start: [ /usr/bin/python3, -B, drift.py, "{port}" ]
              env: { SHOP_REDIS_URL: "{redis}", SHOP_DATABASE: "\(database)" }
              ready: GET /health
            load: { units: 400, buyers: 800, quantity: 1 }
            open: [ { http: POST /open, body: { json: { units: "{units}" } } } ]
            buy:
              - http: POST /buy
                headers: { Idempotency-Key: "{purchase}" }
                outcomes:
                  - { when: "status == 200", then: won }
                  - { when: "status == 409", then: sold-out }
            stock: { redis: "GET stock:7" }
            ledger: { sql: "SELECT purchase FROM orders", at: "sqlite://\(database)", holds: [ purchase ] }
            """)
        let run = try sandbox.stress(
            ["run", "--strategy", "drift.yaml", "--procs", "2", "--threads", "10", "--fault", "kill-service@20%"])
        let record = try sandbox.record()
        #expect(record["faults"].list.first?["effect"].text == "proven", "\(run.errors)\(run.output)")
        #expect(run.exitCode == 2, "\(run.errors)\(run.output)")
        #expect(record["findings"].list.contains { $0["name"].text == "units-without-order" }, "\(run.output)")
    }
}
