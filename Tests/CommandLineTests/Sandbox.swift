import EmbeddedRedis
import FlashSale
import Fleet
import Foundation
import Recordings
import RedisDriver
import Strategies
import TestSupport
import Testing

/// A user with a folder and a TMPDIR of their own, who types commands.
final class Sandbox {
    /// Small enough for a second, large enough for a race.
    static let small = ["--procs", "2", "--threads", "20", "--units", "200"]
    /// The same, for some seconds at least: each purchase takes its time, and there is no end of buyers.
    static let long = small + ["--think-time", "20ms..40ms", "--buyers", "20000", "--units", "5000"]

    struct Finished {
        var exitCode: Int32?
        var output: String
        var errors: String
    }

    let folder: TestFolder
    /// Where outputs are kept until they are looked at; outside of the user's folder.
    private let files: TestFolder
    /// The user's working directory.
    var path: String { folder.path }
    var temporary: String { folder.path + "/tmp" }
    var results: String { folder.path + "/results" }

    /// Our own program.
    var stress = StressBinary.path

    /// The last command's end.
    private var finished: Finished?

    /// Whether runs put the claims of their strategy file to the test, as a user's do. It takes time that few tests need.
    var triesClaims = false

    init() throws {
        folder = try TestFolder("command-line")
        files = try TestFolder("command-line-output")
        _ = try folder.folder("tmp")
    }

    deinit { KeptRecords.keep(resultsIn: resultFolders) }

    private func environment(_ extra: [String: String]) -> [String: String] {
        var environment = ProcessInfo.processInfo.environment
        for name in ["STRESS_REDIS_URL", "REDISCLI_AUTH", "STRESS_REDIS_SERVER", "NO_COLOR", "GITHUB_ACTIONS"] {
            environment[name] = nil
        }
        environment["TMPDIR"] = temporary
        environment["TERM"] = "xterm"
        return environment.merging(extra) { $1 }
    }

    /// Starts `stress` with these arguments.
    ///
    /// - Parameter shell: commands of a shell that becomes the program, such as limits.
    func start(
        _ arguments: [String], environment extra: [String: String] = [:], after shell: String? = nil,
        output: Program.Stream = .usual, errors: Program.Stream = .usual
    ) throws -> Program {
        let isRun = arguments.first == "run" && !arguments.contains { ["-h", "--help"].contains($0) }
        let arguments = arguments + (isRun && !triesClaims ? ["--no-claim-trial"] : [])
        let (program, words) =
            shell.map { ("/bin/sh", ["-c", "\($0); exec \"$0\" \"$@\"", stress] + arguments) }
            ?? (stress, arguments)
        return try Program(
            program, words, folder: path, files: files.path, environment: environment(extra), output: output,
            errors: errors)
    }

    /// Starts another program than `stress`.
    func start(program: String, _ arguments: [String], environment extra: [String: String] = [:]) throws -> Program {
        try Program(program, arguments, folder: path, files: files.path, environment: environment(extra))
    }

    /// `stress` with these arguments, to its end.
    func stress(
        _ arguments: [String], environment extra: [String: String] = [:], after shell: String? = nil,
        output: Program.Stream = .usual
    ) throws -> Finished {
        let program = try start(arguments, environment: extra, after: shell, output: output)
        let ending = program.wait()
        KeptRecords.keep(output: program.output, of: arguments)
        let finished = Finished(exitCode: ending?.exitCode, output: program.output, errors: program.errors)
        self.finished = finished
        return finished
    }

    /// `stress run` with a small sale and these flags, to its end.
    func run(
        _ flags: [String] = [], environment extra: [String: String] = [:], after shell: String? = nil,
        output: Program.Stream = .usual
    ) throws -> Finished {
        try stress(["run"] + Self.small + flags, environment: extra, after: shell, output: output)
    }

    // MARK: What is there

    /// The folder of the last run that wrote its results.
    var latest: String { results + "/latest" }

    /// - Throws: what the last command said, where there is no such file.
    func record(_ folder: String? = nil) throws -> JSON {
        let file = (folder ?? latest) + "/run.json"
        guard let bytes = FileManager.default.contents(atPath: file) else {
            throw NoRecord(file: file, finished: finished)
        }
        return try JSON(bytes)
    }

    private struct NoRecord: Error, CustomStringConvertible {
        var file: String
        var finished: Finished?

        var description: String { "there is no \(file); the last command: \(finished.map { "\($0)" } ?? "none")" }
    }

    func text(_ file: String) throws -> String { try String(contentsOfFile: file, encoding: .utf8) }

    /// The rows of a CSV file of the last run, without its header. No cell that a test looks at holds a comma.
    func rows(_ file: String) throws -> [[String: String]] { try rows(in: latest + "/" + file) }

    func rows(in file: String) throws -> [[String: String]] {
        let lines = try text(file).split(whereSeparator: \.isNewline).map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        let names = try #require(lines.first)
        return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(names, $0)) }
    }

    var resultFolders: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: results)) ?? []
        return names.filter { $0 != "latest" && $0 != "runs.csv" }.sorted().map { results + "/" + $0 }
    }

    /// What the journals of all runs hold at this moment.
    var history: [Attempt] {
        resultFolders.flatMap { run in
            let names = (try? FileManager.default.contentsOfDirectory(atPath: run + "/history")) ?? []
            return names.flatMap { (try? JournalReader.attempts(at: run + "/history/" + $0)) ?? [] }
        }
    }

    /// Waits until the doors are open and buyers have bought.
    func isSelling() -> Bool {
        TestProcess.eventually {
            let history = history
            return history.contains { $0.outcome == .won } && history.count { $0.returnedNanoseconds != nil } > 40
        }
    }

    /// The workers of a running `stress run`.
    func workers(of program: Program) -> [Int32] {
        TestProcess.children(of: program.process).filter { TestProcess.arguments(of: $0).dropFirst() == ["worker"] }
    }

    /// Expects that no process and no temporary file is left.
    func expectNothingLeft(withinSeconds seconds: Double = 5, sourceLocation: SourceLocation = #_sourceLocation) {
        let isClean = TestProcess.eventually(withinSeconds: seconds) {
            temporaries.isEmpty && TestProcess.using(path).isEmpty
        }
        let processes = TestProcess.using(path).map { "\($0) \(TestProcess.arguments(of: $0))" }
        #expect(isClean, "\(temporaries) \(processes)", sourceLocation: sourceLocation)
    }

    private var temporaries: [String] { (try? FileManager.default.contentsOfDirectory(atPath: temporary)) ?? ["?"] }

    /// Every file below the results whose bytes hold `text`.
    func filesHolding(_ text: String) -> [String] {
        let names = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
        return names.filter { name in
            FileManager.default.contents(atPath: "\(path)/\(name)")?.range(of: Data(text.utf8)) != nil
        }
    }
}

/// A server of the test's own that `stress` did not start.
final class OwnServer {
    let folder: TestFolder
    let server: EmbeddedServer

    init() throws {
        folder = try TestFolder("command-line-server")
        server = try EmbeddedServer.start(
            persistence: .none, maximumClients: 200, isProtected: false, executable: StressBinary.path,
            environment: ProcessInfo.processInfo.environment.merging(["TMPDIR": folder.path]) { $1 })
    }

    deinit { server.stop() }

    /// Without anything but host and port.
    var url: String { server.endpoint.redacted }
    var port: Int {
        if case .tcp(_, let port) = server.endpoint.transport { port } else { 0 }
    }

    func connect(database: Int = 0, user: String? = nil, password: String? = nil) throws(ConnectionError) -> Connection
    {
        var endpoint = server.endpoint
        endpoint.database = database
        endpoint.username = user
        endpoint.password = password
        return try Connection(
            to: endpoint, name: nil, connectTimeoutMilliseconds: 5000, timeoutMilliseconds: 5000)
    }

    @discardableResult
    func call(_ command: String, database: Int = 0) throws -> Reply {
        var connection = try connect(database: database)
        return try connection.call(command.split(separator: " ").map(String.init))
    }
}

/// Reads what another program would read, without the code under test.
struct JSON: Equatable {
    let value: Any?

    static func == (left: JSON, right: JSON) -> Bool { left.value as? NSObject == right.value as? NSObject }

    init(_ data: Data) throws { value = try JSONSerialization.jsonObject(with: data) }
    static var nothing: JSON { JSON(value: nil) }
    private init(value: Any?) { self.value = value is NSNull ? nil : value }

    subscript(_ name: String) -> JSON { JSON(value: (value as? [String: Any])?[name]) }
    subscript(_ index: Int) -> JSON { JSON(value: list.indices.contains(index) ? list[index].value : nil) }

    var list: [JSON] { (value as? [Any])?.map { JSON(value: $0) } ?? [] }
    var names: Set<String> { Set((value as? [String: Any])?.keys.map { $0 } ?? []) }
    var text: String? { value as? String }
    var number: Int? { (value as? NSNumber)?.intValue }
    var isTrue: Bool? { value as? Bool }

    /// A check of a run, by its name.
    func check(_ name: String) -> JSON { self["checks"].list.first { $0["name"].text == name } ?? JSON(value: nil) }
    /// The words of a finding of a run; nil where it is not there.
    func finding(_ name: String) -> String? { self["findings"].list.first { $0["name"].text == name }?["detail"].text }
}
