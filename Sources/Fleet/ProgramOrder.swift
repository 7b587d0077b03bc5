internal import FlashSale
internal import Host
internal import ProgramTransport
internal import Strategies

/// What a worker needs whose buyers are programs.
package struct ProgramOrder: Codable, Sendable {
    /// Where they work, an absolute path: the strategy file's folder.
    var folder: String
    /// What they find in their environment.
    var variables: [String: String]
    var errorsPath: String
}

extension CoordinatorMessage.Order {
    /// Gets the programs ready that the strategy's buyers ask; nil where they ask none.
    ///
    /// - Throws: ``RunError`` with 64 if there is no such program, with 69 if it cannot be started.
    func startPrograms(_ strategy: Strategy) throws(RunError) -> ProgramHost? {
        guard strategy.buysByProgram, let programs else { return nil }
        var buyers = ProgramHost.Buyers.commands
        if let call = strategy.program {
            let path: String
            do throws(ProgramPlace.Problem) {
                path = try ProgramPlace.find(call.words[0], in: programs.folder, path: ProgramPlace.searchPath)
            } catch {
                throw RunError(.usage, error.message)
            }
            let words = DriverWords(path: path, words: call.words)
            // The clients of a thread that is the only one have the worker's program to themselves.
            let isCommon = call.each == .worker && scenario.threads > 1
            buyers =
                isCommon
                ? .common(words, isConcurrent: call.isConcurrent)
                : .driver(words, perClient: call.each == .client, isConcurrent: call.isConcurrent)
        }
        do throws(ProgramFailure) {
            return try ProgramHost(
                .init(
                    buyers: buyers, folder: programs.folder, variables: programs.variables, worker: worker,
                    threads: scenario.threads, clients: scenario.clients,
                    timeoutMilliseconds: scenario.timeoutMilliseconds, errorsPath: programs.errorsPath))
        } catch {
            throw RunError(.unavailable, "worker \(worker) wanted to start \(error)")
                .withLastWords(ProgramErrors.lastLine(of: programs.errorsPath))
        }
    }
}

extension RunError {
    /// Why a worker cannot go on, with what its programs said at last. They are ended by this.
    func told(by programs: ProgramHost?) -> RunError {
        guard let programs else { return self }
        programs.close()
        return withLastWords(programs.lastWords)
    }

    fileprivate func withLastWords(_ words: String?) -> RunError {
        guard let words else { return self }
        return RunError(status, "\(message); the last line of its standard error: \(words)")
    }
}
