import Exploration
import FlashSale
import Foundation
import Strategies
import TestSupport

/// A strategy file beside the service or the programs that its buyers ask, and what exploring it finds.
struct FileTrial {
    private let folder: TestFolder
    var settings: ProgramSettings

    var path: String { folder.path }

    /// - Parameters:
    ///   - yaml: the file's text.
    ///   - files: what stands beside it, by their names.
    ///   - instances: of the service, or of a program that all purchases share.
    init(
        _ yaml: String, _ files: [String: String], instances: Int = 1, attempts: Int = 1, purchasesPerBuyer: Int = 1
    ) throws {
        folder = try TestFolder("explored-file")
        for (name, text) in files { try folder.file(name, text) }
        let strategy = try StrategyFile.parse(yaml, file: "\(folder.path)/shop.yaml")
        var file = SaleFile(strategy, from: .init(name: strategy.name, yaml: yaml))
        file.attempts = attempts
        file.purchasesPerBuyer = purchasesPerBuyer
        let buyers: ProgramSettings.Buyers
        if let start = strategy.serviceStart {
            buyers = .service(.init(start, instances: instances))
        } else if let program = strategy.program {
            file.sharedPrograms = program.isConcurrent ? instances : nil
            buyers = .loops(program.words)
        } else {
            buyers = .processes([strategy.commandCalls[0].program])
        }
        settings = ProgramSettings(buyers, file: file, folder: folder.path, executable: StressBinary.path)
    }

    /// Once more where a machine that is too busy to answer in time made something else than the order decide.
    func explore(purchases: Int = 2, units: Int = 1, _ bounds: ExplorationBounds = .init()) throws -> Found {
        let found = try exploreOnce(purchases: purchases, units: units, bounds)
        return found.counts.unsteady == nil ? found : try exploreOnce(purchases: purchases, units: units, bounds)
    }

    private func exploreOnce(purchases: Int, units: Int, _ bounds: ExplorationBounds) throws -> Found {
        var sale = try ProgramSale.start(settings, buyers: purchases, units: units)
        var found = Found()
        (found.end, found.counts) = try Explorer.explore(&sale, within: bounds) {
            (_: Execution, sale: inout ProgramSale) throws(RunError) -> Bool in
            let facts = try sale.facts()
            found.attempts.append(Array(facts.recorded.history))
            found.results.append(Checks.ofSale(facts))
            found.looks.append(try sale.look().stock)
            return true
        }
        found.notes = sale.notes
        found.otherPeer = sale.otherPeer
        return found
    }

    struct Found {
        var end = ExplorationEnd.stopped
        var counts = ExplorationCounts()
        /// Of each execution that came to its end.
        var attempts: [[Attempt]] = []
        var results: [[CheckResult]] = []
        var looks: [Int?] = []
        var notes: [String] = []
        var otherPeer: String?

        var violated: Set<CheckName> {
            Set(results.flatMap { $0 }.filter { $0.result == .violated }.map(\.name))
        }
        /// Whether every order was made, and nothing but the order decided.
        var isWhole: Bool {
            end == .complete && counts.givenUp == 0 && counts.unsteady == nil && notes.isEmpty && !results.isEmpty
        }
        func isUpheld(_ name: CheckName) -> Bool {
            results.allSatisfy { $0.first { $0.name == name }?.result == .upheld }
        }
    }
}

/// Texts of files, and of what they start.
enum FileFixtures {
    /// A service whose requests have a connection each; `buy(user)` gives a status and what is left.
    static func shop(_ buy: String, memory: String = "") -> String {
        """
        import http.server, json, os, socket, sys, threading, time, urllib.parse
        class Redis:
            def __init__(self):
                where = urllib.parse.urlsplit(os.environ["SHOP_REDIS"])
                self.sock = socket.create_connection((where.hostname, where.port))
                self.lines = self.sock.makefile("rb")
            def __call__(self, *words):
                words = [str(w).encode() for w in words]
                self.sock.sendall(b"*%d\\r\\n" % len(words) + b"".join(b"$%d\\r\\n%s\\r\\n" % (len(w), w) for w in words))
                return self.answer()
            def answer(self):
                line = self.lines.readline()
                if not line: raise ConnectionError("closed")
                kind, rest = line[:1], line[1:-2]
                if kind == b"-": raise Exception(rest.decode())
                if kind == b":": return int(rest)
                if kind == b"+": return rest.decode()
                if int(rest) < 0: return None
                if kind == b"$": return self.lines.read(int(rest) + 2)[:-2].decode()
                return [self.answer() for _ in range(int(rest))]
            def close(self):
                self.lines.close()
                self.sock.close()
        \(memory)
        \(buy)
        class Shop(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            def answer(self, status, value):
                body = json.dumps(value).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            def do_GET(self): self.do_POST()
            def do_POST(self):
                length = int(self.headers.get("Content-Length") or 0)
                body = json.loads(self.rfile.read(length) or b"{}")
                redis = Redis()
                try: status, value = serve(redis, self.path, body)
                except Exception as problem: status, value = 500, {"problem": str(problem)}
                redis.close()
                self.answer(status, value)
            def log_message(self, *words): pass
        http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Shop).serve_forever()

        """
    }

    /// Looks, and then takes.
    static let getAndSet = """
        def serve(redis, path, body):
            if path == "/stock": return 200, int(redis("GET", "count"))
            if path == "/admin":
                redis("DEL", "winners")
                redis("SET", "count", body["units"])
                return 200, {}
            left = int(redis("GET", "count")) - 1
            if left < 0: return 409, {}
            redis("SET", "count", left)
            redis("SADD", "winners", body["user"])
            return 200, {"left": left}
        """

    /// Takes, and gives back what was too much.
    static let decrement = getAndSet.replacing(
        """
            left = int(redis("GET", "count")) - 1
            if left < 0: return 409, {}
            redis("SET", "count", left)
        """,
        with: """
                left = redis("EVAL", "if tonumber(redis.call('GET', KEYS[1])) < 1 then return -1 end return redis.call('DECR', KEYS[1])", 1, "count")
                if left < 0: return 409, {}
            """)

    /// - Parameter more: keys of the file beside these.
    static func file(
        stock: String = "{ redis: GET count }", more: String = "", outcomes: String = "", start: String = ""
    ) -> String {
        """
        strategy: shop
        summary: a shop in Python
        \(more)
        service: { start: [ python3, -S, -B, shop.py, "{port}" ], env: { SHOP_REDIS: "{redis}" \(start) } }
        open: [ { http: POST /admin, body: { json: { units: "{units}" } } } ]
        buy:
          - http: POST /buy
            body: { json: { user: "u{buyer}", token: "{purchase}" } }
            outcomes:
              - { when: "status == 200", then: won, remaining: json.left }
              - { when: "status == 409", then: sold-out }
              - { when: "status == 429", then: conflict }
              \(outcomes)
        stock: \(stock)
        ledger: { redis: SMEMBERS winners, holds: [ "u{buyer}" ] }

        """
    }
}
