internal import FlashSale
internal import Foundation
internal import HTTPTransport
internal import Host
internal import ProgramTransport
internal import RedisDriver
internal import Strategies

/// Buyers that are programs of the user's.
extension Coordinator {
    /// Where they work: the strategy file's folder.
    private var programFolder: String {
        URL(fileURLWithPath: strategy.file).deletingLastPathComponent().standardizedFileURL.path
    }

    /// What a worker is told; nil where buyers are no programs.
    func programOrder(worker: Int, endpoint: RedisEndpoint?) -> ProgramOrder? {
        guard strategy.buysByProgram else { return nil }
        var variables: [String: String] = [:]
        if let redis = endpoint ?? access.redis { variables["STRESS_REDIS_URL"] = redis.urlWithPassword }
        if let service = place.service { variables["STRESS_SERVICE_URL"] = service.base }
        return ProgramOrder(
            folder: programFolder, variables: variables,
            errorsPath: URL(fileURLWithPath: folder.programErrorsPath(worker: worker)).path)
    }

    /// Sees before anything is started that the programs are there.
    ///
    /// - Throws: ``RunError`` with 64 if one is not, or may not be executed; with 69 if there is no room for their pipes.
    func checkPrograms() throws(RunError) {
        var named = strategy.commandCalls.map { (name: $0.program, line: $0.line, key: "command") }
        if let call = strategy.program { named.append((call.words[0], call.line, "program")) }
        for (name, line, key) in named {
            do throws(ProgramPlace.Problem) {
                _ = try ProgramPlace.find(name, in: programFolder, path: ProgramPlace.searchPath)
            } catch {
                throw RunError(.usage, "\(strategy.file):\(line): \(key): \(error.message)")
            }
        }
        guard !named.isEmpty else { return }
        let limit = FileDescriptors.raiseLimit()
        let needed = scenario.threads * (3 * scenario.clients + 2) + FileDescriptors.reserve
        guard needed <= limit else {
            throw RunError(
                .unavailable,
                "each worker needs \(needed) open files for the programs of its \(scenario.threads * scenario.clients) clients, but the "
                    + "hard limit here is \(limit) (ulimit -Hn); raise it, or use fewer --threads and --clients")
        }
    }

    /// What programs did wrong, and where their own words are.
    func programFaults(_ workers: [WorkerProcess]) -> Finding? {
        var faults = ProgramFaults()
        var first: WorkerProcess?
        for worker in workers {
            guard let told = worker.report?.programFaults else { continue }
            if first == nil { first = worker }
            faults.add(told)
        }
        guard faults.count > 0, let first else { return nil }
        var detail = "Programs that buyers ask misbehaved \(faults.count.counted("time")). The first: \(faults.first)."
        let path = folder.programErrorsPath(worker: first.index)
        if let words = ProgramErrors.lastLine(of: path) {
            detail +=
                " The last line of the worker's \(RunLayout.programErrors(worker: first.index)), where its programs' "
                + "standard error is: \(words)"
        }
        return Finding(.programMisbehaved, detail)
    }
}
