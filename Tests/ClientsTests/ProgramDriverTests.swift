import FlashSale
import Foundation
import Glibc
import ProgramTransport
import TestSupport
import Testing

@testable import Clients

/// A thread whose clients ask programs: of their own, of the thread's, or of the worker's.
struct ProgramDriverTests {
    private static let yaml = """
        strategy: driver
        summary: a program is asked
        keys: { stock: "{sale}:stock" }
        open: [ "SET {stock} {units}" ]
        buy: [ { program: [ python3, driver.py ] } ]
        stock: GET {stock}
        close: [ "DEL {stock}" ]
        """

    /// What stands before every driver: `line` is a question, `write` writes text as it is, at once.
    private static let prologue = """
        import json, os, sys, time
        def write(text): os.write(1, text.encode())
        def answer(question, **fields): write(json.dumps({"id": question["id"], **fields}) + "\\n")

        """

    /// Every mistake that a driver can make, by the number of the purchase.
    private static let misbehaving = """
        for line in sys.stdin:
            question = json.loads(line)
            kind = question["purchase"] % 8
            if kind == 1: answer(question, outcome="won", remaining=4)
            if kind == 2: answer(question, outcome="sold-out")
            if kind == 3: answer(question, outcome="conflict" if question["attempt"] == 1 else "won")
            if kind == 4: sys.stderr.write("out of cheese\\n"); sys.stderr.flush(); os._exit(3)
            if kind == 5: write("no json\\n")
            if kind == 6: time.sleep(60)
            if kind == 7: write(2 * (json.dumps({"id": question["id"], "outcome": "won"}) + "\\n"))
            if kind == 0: answer({"id": question["id"] + 1000000}, outcome="won")
        """

    enum Sharing: CaseIterable {
        case client, thread, worker
    }

    private struct Play {
        var thread: PlayedThread
        var faults: ProgramFaults
        var lastWords: String?
        /// Processes that were left.
        var left: [[String]]
    }

    private static func play(
        _ driver: String, _ sharing: Sharing = .client, isConcurrent: Bool = false, buyers: Int, clients: Int,
        timeoutMilliseconds: Int = 5000, stopAfter: Int? = nil
    ) throws -> Play {
        let folder = try TestFolder("programs")
        try folder.file("driver.py", prologue + driver)
        let path = try ProgramPlace.find("python3", in: folder.path, path: ProgramPlace.searchPath)
        let words = DriverWords(path: path, words: ["python3", "driver.py"])
        let host = try ProgramHost(
            .init(
                buyers: sharing == .worker
                    ? .common(words, isConcurrent: isConcurrent)
                    : .driver(words, perClient: sharing == .client, isConcurrent: isConcurrent),
                folder: folder.path, variables: [:], worker: 0, threads: 1, clients: clients,
                timeoutMilliseconds: timeoutMilliseconds, errorsPath: folder.path + "/stderr"),
            executable: StressBinary.path)
        let thread = try PlayedThread(
            yaml, port: 1, buyers: buyers, clients: clients, timeoutMilliseconds: timeoutMilliseconds,
            stopAfter: stopAfter, programs: host)
        return Play(
            thread: thread, faults: host.faults ?? ProgramFaults(), lastWords: host.lastWords,
            left: TestProcess.using(folder.path).map(TestProcess.arguments))
    }

    @Test(arguments: Sharing.allCases, [1, 4])
    func tellsWhatCameOfEachAttempt(_ sharing: Sharing, _ clients: Int) throws {
        let play = try Self.play(
            Self.misbehaving, sharing, buyers: 8, clients: clients, timeoutMilliseconds: 1500)
        func outcomes(_ kind: Int) -> [[Outcome]] {
            Dictionary(grouping: play.thread.told.filter { $0.purchase % 8 == kind }, by: \.purchase)
                .map { $0.value.sorted { $0.number < $1.number }.map(\.outcome) }
        }
        let wanted: [[Outcome]] = [
            [.unknown], [.won], [.soldOut], [.conflict, .won], [.unknown], [.unknown], [.unknown], [.unknown],
        ]
        for (kind, sequence) in wanted.enumerated() {
            #expect(outcomes(kind) == [sequence], "the purchase of kind \(kind)")
        }
        #expect(play.thread.told.filter { $0.purchase % 8 == 1 }.allSatisfy { $0.remaining == 4 })
        #expect(play.thread.told.filter { [0, 4, 5, 6, 7].contains($0.purchase % 8) }.allSatisfy { !$0.hasEnd })
        #expect(play.faults.count == 5)
        #expect(play.faults.first.hasPrefix("python3 driver.py (process "), "\(play.faults.first)")
        #expect(play.lastWords == "out of cheese")
        #expect(play.left.isEmpty)
    }

    @Test(
        arguments: [
            ("os._exit(3)", "ended (exit code 3), while it was asked for attempt 1"),
            ("os.kill(os.getpid(), 9)", "ended (signal 9), while it was asked for attempt 1"),
            ("write('no json\\n')", "no answer, a JSON object with the id of a question: no json, while"),
            ("write('{\"outcome\":\"won\"}\\n')", "is no answer, a JSON object with the id"),
            ("answer({'id': 9})", "answered a question that nobody has asked: {\"id\": 9}"),
            ("write('x' * ((1 << 20) + 1))", "wrote a line of more than 1 MiB"),
            ("write('{\"id\":1,' + ' ' * (1 << 20) + '\"outcome\":\"won\"}\\n')", "wrote a line of more than 1 MiB"),
            ("pass", "gave no answer within 600 ms (--timeout), while it was asked for attempt 1"),
        ])
    func namesTheMistake(_ mistake: String, _ words: String) throws {
        let play = try Self.play(
            "for line in sys.stdin:\n    \(mistake)\n", buyers: 1, clients: 1, timeoutMilliseconds: 600)
        #expect(play.thread.told.map(\.outcome) == [.unknown])
        #expect(play.faults.count == 1)
        #expect(play.faults.first.contains(words), "\(play.faults.first)")
        #expect(play.thread.result.firstError?.contains("python3 driver.py") == true)
        #expect(play.left.isEmpty)
    }

    /// The nearest right twin: a long line, blanks and empty lines, fields that nobody asks for, and a program that is in no hurry
    /// to end.
    @Test func aDriverThatIsOnlyOddIsRight() throws {
        let play = try Self.play(
            """
            for line in sys.stdin:
                question = json.loads(line)
                write("\\n \\r\\n")
                write(json.dumps({"note": {"id": 7, "pad": "x" * 900000}, "outcome": "won", "id": question["id"]}) + " \\r\\n")
            time.sleep(0.2)
            """, buyers: 5, clients: 2)
        #expect(play.thread.told.map(\.outcome) == Array(repeating: .won, count: 5))
        #expect(play.faults.count == 0, "\(play.faults.first)")
    }

    @Test(arguments: [Sharing.thread, .worker]) func answersMayComeInAnyOrder(_ sharing: Sharing) throws {
        let play = try Self.play(
            """
            while True:
                questions = [json.loads(sys.stdin.readline()) for _ in range(8)]
                for question in reversed(questions):
                    answer(question, outcome="won", remaining=question["purchase"])
                if questions[0]["purchase"] > 32: break
            sys.stdin.read()
            """, sharing, isConcurrent: true, buyers: 40, clients: 8)
        #expect(play.thread.told.count == 40)
        #expect(play.thread.told.allSatisfy { $0.outcome == .won && $0.remaining == $0.purchase })
        #expect(play.faults.count == 0, "\(play.faults.first)")
    }

    /// One question at a time, where the file does not say that it may have more.
    @Test(arguments: [Sharing.thread, .worker]) func waitsForTheAnswerBefore(_ sharing: Sharing) throws {
        let play = try Self.play(
            """
            import select
            for line in iter(sys.stdin.buffer.raw.readline, b""):
                time.sleep(0.01)
                more = select.select([0], [], [], 0)[0]
                answer(json.loads(line), outcome="failed" if more else "won")
            """, sharing, buyers: 20, clients: 5, stopAfter: nil)
        #expect(play.thread.told.map(\.outcome) == Array(repeating: .won, count: 20))
    }

    /// A program with many questions under way is not ended for one that is slow, and its late answer is nobody's.
    @Test func oneSlowAnswerOfManyIsGivenUpAlone() throws {
        let play = try Self.play(
            """
            late = None
            for line in sys.stdin:
                question = json.loads(line)
                if question["purchase"] == 3: late = question; continue
                if question["purchase"] == 60: answer(late, outcome="won")
                time.sleep(0.02)
                answer(question, outcome="won", remaining=os.getpid())
            """, .thread, isConcurrent: true, buyers: 80, clients: 4, timeoutMilliseconds: 500)
        #expect(play.thread.told.filter { $0.outcome == .unknown }.map(\.purchase) == [3])
        #expect(Set(play.thread.told.compactMap(\.remaining)).count == 1)
        #expect(play.faults.count == 1)
        #expect(play.faults.first.contains("gave no answer to attempt"), "\(play.faults.first)")
    }

    @Test(
        arguments: [
            ("sys.exit(3)", "ended as soon as it was started (exit code 3)"),
            ("write('hello\\n'); sys.stdin.read()", "before it was asked anything: hello"),
        ])
    func aDriverThatCannotBeginIsToldBeforeTheDoorsOpen(_ driver: String, _ words: String) throws {
        let play = try Self.play(driver, buyers: 4, clients: 2)
        #expect(play.thread.told.isEmpty)
        #expect(play.thread.result.failure?.status == .unavailable)
        #expect(play.thread.result.failure?.message.contains(words) == true, "\(play.thread.result.failure as Any)")
        #expect(play.left.isEmpty)
    }

    /// It does not end with its input, and what it has started has left its session.
    @Test func noProgramIsLeft() throws {
        let play = try Self.play(
            """
            import signal, subprocess
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            subprocess.Popen(["sleep", "1000"], start_new_session=True)
            for line in sys.stdin: answer(json.loads(line), outcome="won")
            time.sleep(1000)
            """, buyers: 4, clients: 2)
        #expect(play.thread.told.count == 4)
        #expect(play.left.isEmpty)
    }

    @Test func errorsAreBounded() throws {
        let folder = try TestFolder("programs")
        try folder.file(
            "driver.py", Self.prologue + "sys.stderr.write('y' * (3 << 20)); sys.stderr.flush()\nsys.stdin.read()\n")
        let path = try ProgramPlace.find("python3", in: folder.path, path: ProgramPlace.searchPath)
        let host = try ProgramHost(
            .init(
                buyers: .driver(
                    DriverWords(path: path, words: ["python3", "driver.py"]), perClient: true, isConcurrent: false),
                folder: folder.path, variables: [:], worker: 0, threads: 1, clients: 1, timeoutMilliseconds: 1000,
                errorsPath: folder.path + "/stderr"), executable: StressBinary.path)
        do { _ = try host.asking(thread: 0) }
        host.close()
        let size = try #require(FileManager.default.contents(atPath: folder.path + "/stderr")).count
        #expect(size > 1 << 20 && size < (1 << 20) + 1000)
    }
}
