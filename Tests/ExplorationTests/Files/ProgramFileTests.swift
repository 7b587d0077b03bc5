import Exploration
import FlashSale
import Foundation
import TestSupport
import Testing

/// Files whose buyers are programs, in every order.
struct ProgramFileTests {
    private static let open = """
        keys: { stock: "{sale}:stock", orders: "{sale}:orders" }
        open: [ "SET {stock} {units}" ]
        """

    private static func program(_ more: String = "") -> String {
        """
        strategy: driver
        summary: a program that is asked line by line
        \(open)
        buy:
          - program: [ python3, -S, -B, driver.py ]
            \(more)
        stock: "GET {stock}"
        close: [ "DEL {stock} {orders}" ]

        """
    }

    /// Answers questions; `buy(q)` gives an outcome. With `threads`, one for each question.
    private static func driver(_ buy: String, threads: Bool = false) -> String {
        """
        import json, os, socket, sys, threading
        class Own(threading.local):
            def __init__(self):
                self.sock = socket.create_connection((os.environ["REDIS_HOST"], int(os.environ["REDIS_PORT"])))
                self.lines = self.sock.makefile("rb")
        own = Own()
        def ask(*words):
            words = [str(w).encode() for w in words]
            own.sock.sendall(b"*%d\\r\\n" % len(words) + b"".join(b"$%d\\r\\n%s\\r\\n" % (len(w), w) for w in words))
            line = own.lines.readline()
            if not line: raise ConnectionError("closed")
            kind, rest = line[:1], line[1:-2]
            if kind == b":": return int(rest)
            if kind != b"$": return rest.decode()
            return None if int(rest) < 0 else own.lines.read(int(rest) + 2)[:-2].decode()
        lock = threading.Lock()
        out = threading.Lock()
        \(buy)
        def answer(line):
            q = json.loads(line)
            try: outcome = buy(q)
            except Exception: outcome = "unknown"
            with out:
                sys.stdout.write("\\n" + json.dumps({"id": q["id"], "outcome": outcome}) + "\\n")
                sys.stdout.flush()
        for line in sys.stdin:
            \(threads ? "threading.Thread(target=answer, args=(line,)).start()" : "answer(line)")

        """
    }

    private static let getAndSet = """
        def buy(q):
            key = q["sale"] + ":stock"
            left = int(ask("GET", key)) - 1
            if left < 0: return "sold-out"
            ask("SET", key, left)
            return "won"
        """
    private static let decrement = """
        def buy(q):
            key = q["sale"] + ":stock"
            if ask("DECR", key) >= 0: return "won"
            ask("INCR", key)
            return "sold-out"
        """

    @Test("a program for each purchase that looks and then takes sells a unit twice, one that takes at once does not")
    func driver() throws {
        let wrong = try FileTrial(Self.program(), ["driver.py": Self.driver(Self.getAndSet)])
        let found = try wrong.explore()
        #expect(TestProcess.eventually { TestProcess.using(wrong.path).isEmpty })
        #expect(found.isWhole && found.violated.contains(.noOversell), "\(found)")
        let right = try FileTrial(Self.program(), ["driver.py": Self.driver(Self.decrement)]).explore()
        #expect(right.isWhole && !right.violated.contains(.noOversell) && right.isUpheld(.exactAccounting), "\(right)")
        #expect(right.attempts.allSatisfy { $0.contains { $0.outcome == .won } }, "\(right.attempts)")
    }

    @Test(
        "a lock within a program that all purchases share holds there, and not between two of them", arguments: [1, 2])
    func shared(_ programs: Int) throws {
        let locked =
            Self.getAndSet.replacing("def buy(q):", with: "def locked(q):")
            + "\ndef buy(q):\n    with lock: return locked(q)\n"
        let found = try FileTrial(
            Self.program("each: worker\n    concurrent: true"), ["driver.py": Self.driver(locked, threads: true)],
            instances: programs
        ).explore()
        #expect(found.isWhole && found.violated.contains(.noOversell) == (programs == 2), "\(found)")
    }

    @Test(
        "a program that has lost its connection for good is started again, and nothing is missing from what is proven")
    func helpless() throws {
        let found = try FileTrial(Self.program(), ["driver.py": Self.driver(Self.decrement)])
            .explore(purchases: 2, units: 1, .losing())
        #expect(found.isWhole && found.violated.isEmpty, "\(found)")
        #expect(found.attempts.flatMap { $0 }.contains { $0.outcome == .unknown }, "\(found.attempts)")
    }

    @Test("a program that answers what nobody has asked is told of, and proves nothing")
    func misbehaving() throws {
        let odd = Self.driver(Self.decrement).replacing(
            "\"id\": q[\"id\"]", with: "\"id\": q[\"id\"] + (outcome == 'sold-out')")
        let found = try FileTrial(Self.program(), ["driver.py": odd]).explore()
        #expect(found.notes.contains { $0.contains("answers no question that it was asked") }, "\(found)")
        #expect(found.attempts.flatMap { $0 }.contains { $0.outcome == .unknown }, "\(found.attempts)")
        #expect(!found.violated.contains(.noOversell), "\(found)")
    }

    @Test("a program for each step, by its exit code and its last line", arguments: [false, true])
    func command(_ isRight: Bool) throws {
        let buy =
            isRight
            ? "left=$(redis DECR $1); [ \"$left\" -ge 0 ] || { redis INCR $1 > /dev/null; exit 3; }"
            : "left=$(($(redis GET $1) - 1)); [ \"$left\" -ge 0 ] || exit 3; redis SET $1 $left > /dev/null"
        let file = """
            strategy: command
            summary: a shell script for each purchase
            \(Self.open)
            buy:
              - command: [ sh, buy.sh, "{stock}", "{orders}", "{attempt}", "{buyer}" ]
                outcomes:
                  - { when: exit == 0, then: won, remaining: json.left }
                  - { when: exit == 3, then: sold-out }
            stock: "GET {stock}"
            ledger: { read: "HGETALL {orders}", holds: attempt-to-buyer }
            close: [ "DEL {stock} {orders}" ]

            """
        let script = """
            redis() { redis-cli --no-auth-warning -u "$STRESS_REDIS_URL" "$@"; }
            \(buy)
            redis HSET $2 $3 $4 > /dev/null
            echo "some words"
            echo "{\\"left\\": $left}"

            """
        var trial = try FileTrial(file, ["buy.sh": script])
        trial.settings.variables["STRESS_REDIS_URL"] = "{redis-url}"
        let found = try trial.explore()
        #expect(found.isWhole && found.violated.contains(.noOversell) == !isRight, "\(found)")
        let wins = found.attempts.flatMap { $0 }.filter { $0.outcome == .won }
        #expect(!wins.isEmpty && wins.allSatisfy { $0.remaining == 0 }, "\(wins)")
        #expect(!isRight || found.isUpheld(.ledger), "\(found)")
        #expect(TestProcess.eventually { TestProcess.using(trial.path).isEmpty })
    }
}
