import Foundation
import Glibc
import TestSupport
import Testing

/// Runs that start their service themselves.
struct StartedServiceTests {
    private let sandbox: Sandbox
    /// Small, and over in a second.
    private static let run = ["run", "--strategy", "shop.yaml", "--procs", "2", "--threads", "8"]
    private static let small = run + ["--units", "60", "--buyers", "400"]
    private static let long = run + ["--units", "1000000", "--buyers", "1000000"]

    init() throws {
        sandbox = try Sandbox()
    }

    /// A shop in Python that sells what it has in its memory, and does not sell a unit twice.
    ///
    /// - Parameters:
    ///   - before: done before it listens.
    ///   - buying: done for each buyer.
    private func write(before: String = "pass", buying: String = "pass", more: String = "ready: GET /stock") throws {
        try sandbox.folder.file(
            "shop.py",
            """
            import http.server, json, os, signal, subprocess, sys, threading, time
            lock, sale = threading.Lock(), {"units": 0}
            class Shop(http.server.BaseHTTPRequestHandler):
                protocol_version = "HTTP/1.1"
                def answer(self, status, value):
                    body = json.dumps(value).encode()
                    self.send_response(status)
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)
                def do_GET(self): self.answer(200, sale["units"])
                def do_POST(self):
                    body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                    if self.path == "/admin/stock":
                        sale["units"] = int(body["units"])
                        return self.answer(200, {})
                    with lock:
                        \(buying)
                        if sale["units"] == 0: return self.answer(409, {})
                        sale["units"] -= 1
                        left = sale["units"]
                    self.answer(200, {"left": left})
                def log_message(self, *words): pass
            class Server(http.server.ThreadingHTTPServer): request_queue_size = 1024
            \(before)
            Server(("127.0.0.1", int(sys.argv[1])), Shop).serve_forever()
            """)
        try sandbox.folder.file(
            "shop.yaml",
            """
            strategy: shop
            service:
              start: [ python3, -u, -B, shop.py, "{port}" ]
              \(more)
            open: [ { http: POST /admin/stock, body: { json: { units: "{units}" } } } ]
            buy:
              - http: POST /buy
                body: { json: { user: "u{buyer}" } }
                outcomes:
                  - { when: status == 200, then: won, remaining: json.left }
                  - { when: status == 409, then: sold-out }
            stock: { http: GET /stock }
            """)
    }

    @Test("one command starts it, buys, judges, and leaves nothing running")
    func startsAndStops() throws {
        try write(
            before: "subprocess.Popen(['sh', '-c', 'sleep 1000', os.getcwd()], start_new_session=True)",
            more: "env: { A: s3cr3t }")
        let run = try sandbox.stress(Self.small)
        #expect(run.exitCode == 0, "\(run.output)\(run.errors)")
        sandbox.expectNothingLeft(withinSeconds: 0.2)
        let record = try sandbox.record()
        #expect(record["sale"]["sold_to_buyers"].number == 60 && record["server"]["kind"].text == "service")
        #expect(record["scenario"]["service"].text == "python3 -u -B shop.py {port}")
        let started = record["started_service"]
        #expect(started["words"].list.map(\.text) == ["python3", "-u", "-B", "shop.py", "{port}"])
        #expect(started["url"].text?.hasPrefix("http://127.0.0.1:") == true && started["variables"][0].text == "A")
        #expect(started["processes"].number ?? 0 >= 1 && started["redis"].text == nil)
        #expect(FileManager.default.fileExists(atPath: sandbox.latest + "/service.log"))
    }

    @Test(
        "what does not open costs nothing",
        arguments: [
            (
                "sys.exit('no database')", "ready: GET /stock", Int32(69),
                "the service did not open: it ended with exit status 1. The end of its output:\n  no database"
            ),
            (
                "pass", "env: { DATABASE: $NO_SUCH_VARIABLE }", 64,
                "env: DATABASE: the environment variable NO_SUCH_VARIABLE is not set"
            ),
            ("pass", "folder: nowhere", 64, "nowhere is not a folder"),
        ])
    func doesNotOpen(_ before: String, _ more: String, _ exitCode: Int32, _ words: String) throws {
        try write(before: before, more: more)
        let run = try sandbox.stress(Self.small)
        #expect(run.exitCode == exitCode && run.errors.contains(words), "\(run.errors)")
        #expect(!FileManager.default.fileExists(atPath: sandbox.results))
        sandbox.expectNothingLeft()
    }

    @Test("a service that dies while the doors are open ends the run, and says why")
    func dies() throws {
        try write(buying: "if sale['units'] < 999900: print('out of cheese'); os._exit(4)")
        let run = try sandbox.stress(Self.long)
        #expect(run.exitCode == 2, "\(run.output)\(run.errors)")
        let record = try sandbox.record()
        let finding = try #require(record.finding("service-died"), "\(run.output)")
        #expect(finding.hasPrefix("The service that the run had started died (exit status 4). The run was ended then"))
        #expect(finding.hasSuffix("The last line of its output, which is in service.log: out of cheese"), "\(finding)")
        #expect(record["verdict"].text == "inconclusive" && record["totals"]["won"].number ?? 0 > 0)
        #expect(record["totals"]["attempts"].number ?? 0 < 1_000_000)
        sandbox.expectNothingLeft()
        // Who judges it again says the same.
        let again = try sandbox.stress(["verify", sandbox.latest])
        #expect(
            again.exitCode == 2 && again.output.contains("the service that the run had started died"),
            "\(again.output)\(again.errors)")
    }

    @Test("--service overrides it, and nothing is started")
    func isOverridden() throws {
        try write(before: "open('started', 'w')")
        let shop = ShopService(.right)
        let run = try sandbox.stress(Self.small + ["--service", shop.url])
        #expect(!shop.requests.isEmpty)
        let record = try sandbox.record()
        #expect(
            record["scenario"]["service"].text == shop.url && record["started_service"].value == nil, "\(run.errors)")
        #expect(!FileManager.default.fileExists(atPath: sandbox.path + "/started"))
    }

    @Test("a check reads the file and starts nothing")
    func check() throws {
        try write(before: "open('started', 'w')")
        let check = try sandbox.stress(["strategies", "check", "shop.yaml"])
        #expect(check.exitCode == 0, "\(check.errors)")
        #expect(!FileManager.default.fileExists(atPath: sandbox.path + "/started"))
    }

    /// How a run is ended while buyers buy.
    enum End: CaseIterable, Sendable {
        case interrupt, kill, killOfAll
    }

    @Test("nothing of it is left, whatever ends the run", arguments: End.allCases)
    func leavesNothing(_ end: End) throws {
        try write(
            before: """
                for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP): signal.signal(number, signal.SIG_IGN)
                subprocess.Popen(["sh", "-c", "trap '' TERM HUP; while :; do sleep 0.1; done", os.getcwd()], start_new_session=True)
                """, more: "stop: 100ms\n  env: { REDIS_URL: \"{redis}\" }")
        let run = try sandbox.start(Self.long)
        #expect(sandbox.isSelling())
        switch end {
        case .interrupt: run.signalGroup(SIGINT)
        case .kill: run.signal(SIGKILL)
        case .killOfAll:
            // As whoever kills all processes of our name does, but for the guard of Redis, which has tests of its own.
            for process in TestProcess.children(of: run.process)
            where TestProcess.arguments(of: process).dropFirst().first == "worker" { Glibc.kill(process, SIGKILL) }
            run.signal(SIGKILL)
        }
        #expect(run.wait() == (end == .interrupt ? .init(exitCode: 130) : .init(signal: SIGKILL)), "\(run.errors)")
        sandbox.expectNothingLeft(withinSeconds: end == .interrupt ? 0.5 : 2)
    }

    @Test("Ctrl-C ends the wait for a service that does not open")
    func isInterrupted() throws {
        try write(before: "open('started', 'w'); time.sleep(1000)", more: "env: { REDIS_URL: \"{redis}\" }")
        let run = try sandbox.start(Self.small)
        #expect(
            TestProcess.eventually(withinSeconds: 20) {
                FileManager.default.fileExists(atPath: sandbox.path + "/started")
            })
        run.signalGroup(SIGINT)
        #expect(run.wait() == .init(exitCode: 130), "\(run.errors)")
        #expect(!FileManager.default.fileExists(atPath: sandbox.results))
        sandbox.expectNothingLeft()
    }

    @Test("a shop with a private Redis: its bug is found, its repair upheld", arguments: [false, true])
    func example(_ isRepaired: Bool) throws {
        let strategy = "\(ExampleShop.folder)/redis-only/strategy.yaml"
        let run = try sandbox.stress(
            ["run", "--procs", "2", "--threads", "25", "--strategy", strategy],
            environment: isRepaired ? ["SHOP_REPAIRED": "1"] : [:])
        #expect(run.exitCode == (isRepaired ? 0 : 1), "\(run.errors)\(run.output)")
        let record = try sandbox.record()
        #expect(record.check("no-oversell")["result"].text == (isRepaired ? "upheld" : "violated"), "\(run.output)")
        #expect(record["started_service"]["redis"].text == "embedded")
        if isRepaired {
            #expect(record.check("ledger")["result"].text == "upheld" && record["sale"]["remaining"].number == 0)
        }
        let words = run.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(words.contains("against the service that it started: /usr/bin/python3 -B -m gunicorn"), "\(words)")
        // The password of the private server is in no result.
        #expect(sandbox.filesHolding("redis://default:").isEmpty)
        sandbox.expectNothingLeft()
    }
}
