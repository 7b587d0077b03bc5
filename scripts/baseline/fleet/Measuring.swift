import CLinux
import EmbeddedRedis
import FlashSale
import Fleet
import Foundation
import Host
import Strategies

/// One run of a coordinator, and what it took.
struct Measuring {
    let stress: String
    let workers: Int
    let seconds: Double

    /// Purchases that the recorded worker makes.
    static let purchases = 500

    private struct Result: Codable {
        var workers: Int
        var gateSeconds: Double
        var gateCPUSeconds: Double
        /// CPU seconds in a second while the doors were open.
        var openCPUShare: Double
        var totalCPUSeconds: Double
        var peakMemoryMib: Double
        var attempts: Int
    }

    func run() throws {
        let folder = "/tmp/stress-fleet-bench-\(getpid())"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let server = try EmbeddedServer.start(persistence: .none, maximumClients: workers + 100, executable: stress)
        defer { server.stop() }
        let recording = folder + "/recording"
        _ = try coordinator(
            1, BenchEngine(command: "'\(stress)' worker --remote | tee '\(recording)'"), server, folder, run: "recorded"
        ) { _ in }.run()
        let (links, replay) = try serve(recording)
        defer {
            kill(replay, SIGKILL)
            waitpid(replay, nil, 0)
        }
        try measure(server, folder, links)
    }

    private func measure(_ server: EmbeddedServer, _ folder: String, _ links: [WorkerLaunch.Served]) throws {
        final class Seen {
            var first: (time: UInt64, cpu: Double)?
            var last: (time: UInt64, cpu: Double) = (0, 0)
        }
        let seen = Seen()
        let (start, startCPU) = (Self.now, ProcessUsage.cpuSeconds())
        let run = try coordinator(workers, BenchEngine(served: links), server, folder, run: "replayed") { _ in
            seen.last = (Self.now, ProcessUsage.cpuSeconds())
            if seen.first == nil { seen.first = seen.last }
        }.run()
        guard let first = seen.first, seen.last.time > first.time else {
            throw Failure("the doors were open for too short")
        }
        guard run.facts.recorded.workers.allSatisfy({ $0.lost == nil }) else {
            throw Failure(run.facts.recorded.workers.lazy.compactMap(\.lost).first ?? "")
        }
        let result = Result(
            workers: workers, gateSeconds: Double(run.openedNanoseconds - start) / 1e9,
            gateCPUSeconds: first.cpu - startCPU,
            openCPUShare: (seen.last.cpu - first.cpu) / (Double(seen.last.time - first.time) / 1e9),
            totalCPUSeconds: ProcessUsage.cpuSeconds() - startCPU, peakMemoryMib: ProcessUsage.peakMemoryMib(),
            attempts: run.measured.totals.tally.attempts)
        print(String(decoding: try JSONEncoder().encode(result), as: UTF8.self))
    }

    struct Failure: Error, CustomStringConvertible {
        var description: String
        init(_ text: String) { description = text }
    }

    private static var now: UInt64 { Clock.nanoseconds() }

    private func coordinator(
        _ workers: Int, _ engine: BenchEngine, _ server: EmbeddedServer, _ folder: String, run: String,
        show: @escaping (RunProgress) -> Void
    ) throws -> Coordinator {
        let yaml = BuiltinStrategies.yaml(named: "lua") ?? ""
        let strategy = try StrategyFile.parse(yaml, file: "lua")
        let scenario = Scenario(
            strategy: .init(name: "lua", yaml: yaml), units: workers * Self.purchases,
            buyers: workers * Self.purchases, procs: workers, threads: 1)
        var coordinator = Coordinator(
            scenario: scenario, strategy: strategy, place: .server(server.endpoint),
            folder: try RunFolder(parent: folder + "/results", strategy: run, started: Date()), run: run,
            executable: stress, engine: engine, showProgress: show)
        coordinator.allowsLoopback = true
        return coordinator
    }

    /// Starts the process that serves the links.
    private func serve(_ recording: String) throws -> ([WorkerLaunch.Served], pid_t) {
        FileDescriptors.raiseLimit()
        var links: [WorkerLaunch.Served] = []
        var others: [Int32] = []
        for _ in 0..<workers {
            var ends: [Int32] = [-1, -1]
            guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0 else {
                throw Failure("no more sockets")
            }
            _ = fcntl(ends[0], F_SETFD, FD_CLOEXEC)
            links.append(.init(reading: ends[0], writing: fcntl(ends[0], F_DUPFD_CLOEXEC, 0)))
            others.append(ends[1])
        }
        defer { for other in others { close(other) } }
        let words = [CommandLine.arguments[0], "replay", recording, "\(seconds)"] + others.map { "\($0)" }
        var pointers: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        var process = pid_t()
        guard posix_spawn(&process, words[0], nil, nil, &pointers, environ) == 0 else { throw Failure("no replay") }
        return (links, process)
    }
}
