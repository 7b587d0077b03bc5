internal import CLinux
internal import FlashSale
internal import Host
internal import RedisDriver
internal import Stores
internal import Strategies

/// A run removes what it made on the server when it ends. What it could not remove, ``DeadRunLeftovers`` finds later.
///
/// A lost connection or a BUSY server must not leave keys behind. So each step is retried, on a new connection if need be,
/// until it is answered or the time is over.
extension Sale {
    /// The shortest time for which a failing step is retried.
    package static var leastPatienceMilliseconds: Int { 2000 }

    /// Removes the sale's keys and libraries, whatever single commands say.
    ///
    /// - Parameter limit: for how many milliseconds what fails is tried again.
    /// - Returns: what may be left, and why; or nil.
    package mutating func close(withinMilliseconds limit: Int = leastPatienceMilliseconds) -> String? {
        var progress = ClosingProgress(milliseconds: limit)
        // A server that stopped answering gets another chance, unless the user has interrupted twice.
        if Interruption.requests < 2 { isSilent = false }
        if isOpen {
            isOpen = false
            _ = try? onEachItem { sale in
                sale.tellStores(&progress)
                let closing = sale.commands.closeOnShelves.filter { $0.value.command != nil }
                sale.removeKeys(after: closing, &progress)
            }
        }
        let libraries = loadedLibraries
        removeLibraries(&progress)
        removeLibraries(libraries, elsewhere: &progress)
        return progress.leftovers
    }

    /// Removes the keys of a sale of the same strategy that is closed, in case a straggler has made some again.
    ///
    /// - Returns: what may be left, and why; or nil.
    package func sweep(tag: String, withinMilliseconds limit: Int = leastPatienceMilliseconds) -> String? {
        var progress = ClosingProgress(milliseconds: limit)
        while true {
            do throws(RunError) {
                var other = try another(tag: tag)
                _ = try other.onEachItem { sale in sale.removeKeys(after: [], &progress) }
                return progress.leftovers
            } catch {
                guard !progress.isOver else { return error.message }
                progress.pause()
            }
        }
    }

    /// Waits until the server answers again, if it is busy or the connection was lost while buyers bought. What follows only
    /// reads, and removes our own keys.
    package mutating func awaitAnswers(withinMilliseconds limit: Int) {
        guard hasServer else { return }
        var progress = ClosingProgress(milliseconds: limit)
        _ = insist([Array("PING".utf8)], during: &progress)
    }

    // MARK: Steps

    /// What `close:` tells other stores, each once.
    private mutating func tellStores(_ progress: inout ClosingProgress) {
        for case .query(let question) in commands.close {
            do throws(RunError) {
                try stores.tell(question, until: progress.answerDeadline(isOnlyTry: true))
            } catch {
                progress.note(error.message)
            }
        }
    }

    /// - Parameter closing: commands that come first.
    private mutating func removeKeys(
        after closing: [SaleCommands.OnShelf<SaleRequest>], _ progress: inout ClosingProgress
    ) {
        defer { goHome() }
        var wasClosed = true
        for step in closing {
            guard let command = step.value.command else { continue }
            go(to: step.shelf)
            // A closing command is the user's own and may have been executed without an answer, so it is never sent
            // twice. The search below finds what it would have removed.
            switch insist(command, repeats: false, during: &progress) {
            case .answered(let reply):
                if reply.kind == .error { progress.note(answer(reply, to: command)) }
            case .lost(let reason):
                wasClosed = false
                if reason.isFinal { progress.note(reason.text) }
            }
        }
        for key in commands.keysOnShelves {
            go(to: key.shelf)
            remove(key.value, &progress)
        }
        // The tag of the run is in every item's.
        guard commands.isFirst && (hasOtherKeys || commands.hasKeysOfAttempts) || !wasClosed else { return }
        onEachNode { sale in
            do throws(RunError) {
                for key in try sale.scan(&progress) { sale.remove(key, &progress) }
            } catch {
                progress.note(error.message)
            }
        }
        removeKeys(matching: pattern, elsewhere: &progress)
    }

    private mutating func remove(_ key: [UInt8], _ progress: inout ClosingProgress) {
        let command = [Array("DEL".utf8), key]
        switch insist(command, during: &progress) {
        case .answered(let reply):
            if reply.kind == .error { progress.note(answer(reply, to: command), key: key) }
        case .lost(let reason): progress.note(reason.text, key: key)
        }
    }

    /// Removes the libraries that this sale loaded, and no others.
    private mutating func removeLibraries(_ progress: inout ClosingProgress) {
        for name in loadedLibraries {
            let command = ["FUNCTION", "DELETE", name].map { Array($0.utf8) }
            switch insist(command, during: &progress) {
            case .answered(let reply):
                // Not found: it was never loaded, or an earlier try was executed, although its answer was lost.
                if reply.kind == .error, !reply.string().contains("not found"),
                    !reply.string().hasPrefix("ERR unknown command")
                {
                    progress.note(answer(reply, to: command), library: name)
                }
            case .lost(let reason): progress.note(reason.text, library: name)
            }
        }
        loadedLibraries = []
    }

    private func answer(_ reply: Reply, to command: [[UInt8]]) -> String {
        "the server answered \(Self.text(of: command)) with \(shown(reply))"
    }

    // MARK: Trying again

    private enum Ending {
        /// The server's final answer, which may be an error.
        case answered(Reply)
        case lost(Reason)
    }

    private struct Reason {
        var text: String
        /// Whether the time is over, so that further steps would fail too.
        var isFinal = true
    }

    /// Sends a command until it has a final answer.
    ///
    /// - Parameter repeats: whether it may be sent again when it may have been executed.
    private mutating func insist(
        _ command: [[UInt8]], repeats: Bool = true, during progress: inout ClosingProgress
    ) -> Ending {
        if let reason = progress.gaveUp { return .lost(Reason(text: reason)) }
        // What the server has said why it does nothing, which tells more than that it says nothing any more.
        var told: String?
        while true {
            var reason: String
            if !connection.isUsable, let problem = reconnect(&progress) {
                reason = problem
            } else {
                do throws(RunError) {
                    let reply = try call(command, until: progress.answerDeadline(isOnlyTry: !repeats))
                    isSilent = false
                    // An error that passes means that the server has not executed the command.
                    guard reply.kind == .error, Self.passes(reply.string()) else {
                        progress.hasComeFurther()
                        return .answered(reply)
                    }
                    reason = answer(reply, to: command)
                    if reply.string().hasPrefix("BUSY "), let words = endOwnFunction() { reason += "; \(words)" }
                    told = reason
                } catch {
                    reason = told ?? error.message
                    if !repeats { return .lost(Reason(text: reason, isFinal: progress.isOver)) }
                }
            }
            if progress.isOver { progress.gaveUp = reason }
            if let reason = progress.gaveUp { return .lost(Reason(text: reason)) }
            progress.pause()
        }
    }

    /// Replaces the connection.
    ///
    /// - Returns: why there is none; nil if there is.
    private mutating func reconnect(_ progress: inout ClosingProgress) -> String? {
        guard !isSilent || !progress.isOver else {
            return "the connection to Redis was lost: \(ConnectionError.timeout)"
        }
        do throws(ConnectionError) {
            try connectAgain(withinMilliseconds: min(2000, progress.answerMilliseconds))
            return nil
        } catch {
            var reason = "the connection to Redis was lost, and there is no other: \(error)"
            if case .rejected(let text) = error {
                if text.hasPrefix("BUSY "), let words = endOwnFunction() { reason += "; \(words)" }
                // For example, the password was changed meanwhile.
                if !Self.passes(text) { progress.gaveUp = reason }
            }
            return reason
        }
    }

    /// Whether an error says that the server can do nothing at the moment.
    private static func passes(_ error: String) -> Bool {
        ["BUSY ", "LOADING", "ERR max number of clients"].contains { error.hasPrefix($0) }
    }

    /// Ends the function of this run that keeps the server busy, if it is one and has written nothing.
    ///
    /// - Returns: in words why the server is still busy; nil if it is not any more.
    private mutating func endOwnFunction() -> String? {
        let run = RunID.id(ofTag: tag)
        guard connection.isUsable else {
            guard let endpoint = home,
                var other = try? Connection(
                    whileBusy: endpoint, connectTimeoutMilliseconds: 2000, timeoutMilliseconds: 2000)
            else { return nil }
            return BusyServer.endFunction(of: run, on: &other, at: endpoint)
        }
        return home.flatMap { BusyServer.endFunction(of: run, on: &connection, at: $0) }
    }

    // MARK: Searching

    /// How long a search for keys may take on a server that holds many.
    private static var scanSeconds: Double { 30 }

    /// What every key's name is like that holds the sale's tag.
    private var pattern: String { "*\(Self.literal(tag))*" }

    private static func literal(_ text: String) -> String {
        text.flatMap { "{}[]*?\\^".contains($0) ? "\\\($0)" : "\($0)" }.map(String.init).joined()
    }

    /// Every key that holds the sale's tag, or that of a shelf, on the node where the sale is.
    private mutating func scan(_ progress: inout ClosingProgress) throws(RunError) -> [[UInt8]] {
        let whole = try scan(pattern, &progress)
        guard commands.shelves.count > 0 else { return whole }
        let (head, tail) = Shelves.parts(of: tag)
        return try whole
            + scan("*\(Self.literal(head))*\(Self.literal(tail))*", &progress).filter {
                Shelves.isTag(in: String(decoding: $0, as: UTF8.self), of: tag)
            }
    }

    private mutating func scan(
        _ pattern: String, _ progress: inout ClosingProgress
    ) throws(RunError) -> [[UInt8]] {
        var keys: [[UInt8]] = []
        var cursor = "0"
        let deadline = Clock.nanoseconds() + UInt64(Self.scanSeconds * 1e9)
        repeat {
            guard Interruption.requests < 2 else {
                throw RunError(.interrupted, "the search for the keys of this run (SCAN) was interrupted")
            }
            guard Clock.nanoseconds() < deadline else {
                throw RunError(
                    .unavailable,
                    "the search for the keys of this run (SCAN) was not over after \(Int(Self.scanSeconds)) seconds"
                )
            }
            let command = ["SCAN", cursor, "MATCH", pattern, "COUNT", "1000"].map { Array($0.utf8) }
            // A cursor of SCAN stays valid on another connection.
            guard case .answered(let reply) = insist(command, during: &progress) else {
                throw RunError(.unavailable, "the search for the keys of this run (SCAN) could not be ended")
            }
            guard let next = reply.element(0), let list = reply.element(1) else {
                throw RunError(.unavailable, "the server answered SCAN with \(shown(reply))")
            }
            for index in 0..<reply.elementCount(at: list) {
                if let node = reply.element(index, of: list) { keys.append(Array(reply.bytes(at: node))) }
            }
            cursor = reply.string(at: next)
        } while cursor != "0"
        return keys
    }
}
