internal import CLinux
internal import Glibc

/// The coordinator's end of a running guard.
struct GuardHandle: Sendable {
    enum Event: Equatable {
        case message(GuardMessage)
        /// Nothing came in time.
        case silence
        /// The guard has ended.
        case ended
    }

    let process: Int32
    let folder: String
    private let socket: Int32
    private var received: [UInt8] = []
    private var hasFolder = false
    /// Whether there may be a folder of ours to remove: unless the guard said that it could not make it.
    private var mayOwnFolder = true
    /// An answer did not come in time. It may still come, and would be taken for the next one's.
    private var isOutOfStep = false

    /// Starts `executable`, which is our own binary, as the guard of a server with `settings`.
    ///
    /// - Parameter password: the server's; nil for one that takes everybody.
    init(executable: String, settings: ServerSettings, password: RunPassword?) throws(SystemError) {
        let pair = try SocketPair()
        defer { close(pair.theirs) }
        do {
            try pair.tell(GuardOrder(password).line)
            process = try ChildProcess.spawn(
                executable, arguments: ["stress", "guard"] + settings.arguments,
                descriptors: [(pair.theirs, 0), (pair.theirs, 1)])
        } catch {
            close(pair.ours)
            throw error
        }
        socket = pair.ours
        folder = settings.folder
    }

    /// The next event, waiting for at most `milliseconds`.
    mutating func next(withinMilliseconds milliseconds: Int) -> Event {
        let deadline = Deadline(milliseconds: milliseconds)
        while true {
            if let end = received.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: received[..<end], as: UTF8.self)
                received.removeSubrange(...end)
                guard let message = GuardMessage(line: line) else { continue }
                if case .failed = message, !hasFolder { mayOwnFolder = false }
                if message == .folderMade { hasFolder = true }
                return .message(message)
            }
            var poller = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
            guard poll(&poller, 1, Int32(deadline.remainingMilliseconds)) > 0 else {
                if deadline.hasPassed { return .silence }
                continue
            }
            guard readMore() else { return .ended }
        }
    }

    private mutating func readMore() -> Bool {
        var buffer = [UInt8](repeating: 0, count: 1024)
        let count = recv(socket, &buffer, buffer.count, 0)
        if count > 0 { received += buffer[..<count] }
        return count > 0 || (count < 0 && errno == EINTR)
    }

    /// Gives an order. What follows is read with ``next(withinMilliseconds:)``.
    mutating func give(_ order: GuardOrder) throws(ServerFaultError) {
        guard !isOutOfStep else { throw .didNotHappen("the server's guard has not answered an earlier order") }
        do throws(SystemError) {
            try SocketPair.tell(order.line, on: socket)
        } catch {
            throw .didNotHappen("the server's guard cannot be told (\(error)): it was ended by somebody")
        }
    }

    /// Gives an order and waits for the one answer to it.
    ///
    /// - Parameter milliseconds: longer than the guard takes at most.
    /// - Throws: what the guard could not do, or that it does not answer.
    mutating func answer(
        to order: GuardOrder, withinMilliseconds milliseconds: Int
    ) throws(ServerFaultError) -> GuardMessage {
        try give(order)
        let deadline = Deadline(milliseconds: milliseconds)
        var ending: String?
        while true {
            switch next(withinMilliseconds: deadline.remainingMilliseconds) {
            case .message(.ended(let how)): ending = how
            case .message(.refused(let why)):
                if let ending { throw .refused("the server had ended by itself, with \(ending)") }
                throw .didNotHappen(why)
            case .message(.failed(let why)): throw .didNotHappen(why)
            case .message(.folderMade), .message(.started): continue
            case .message(let answer): return answer
            case .ended: throw .didNotHappen("the server's guard has ended, and the server with it")
            case .silence:
                isOutOfStep = true
                throw .didNotHappen("the server's guard did not answer within \(milliseconds / 1000) seconds")
            }
        }
    }

    /// Ends the guard and with it the server and the folder. After 5 seconds it is done by force.
    consuming func stop() {
        // Unlike close, this reaches the guard even if some child of ours has inherited the socket.
        shutdown(socket, Int32(SHUT_WR))
        // One that somebody has stopped cannot hear it.
        kill(process, SIGCONT)
        let deadline = Deadline(milliseconds: 5000)
        var hasEnded = false
        while !hasEnded, !deadline.hasPassed {
            hasEnded = next(withinMilliseconds: deadline.remainingMilliseconds) == .ended
        }
        if !hasEnded { kill(process, SIGKILL) }
        if waitWithoutReaping() {
            // Nothing is left of the session of a guard that came to its end by itself.
            ProcessStatus.killMembers(ofSession: process, withinMilliseconds: 2000)
        }
        _ = ChildProcess.reap(process, withinMilliseconds: 2000)
        if mayOwnFolder { _ = TemporaryFolder.remove(folder, withinMilliseconds: 2000) }
        close(socket)
    }

    /// Leaves the zombie, so that its number and its session's remain ours. False if somebody else has reaped it.
    private func waitWithoutReaping() -> Bool {
        var information = siginfo_t()
        while waitid(P_PID, id_t(process), &information, WEXITED | WNOWAIT) < 0 {
            guard errno == EINTR else { return false }
        }
        return true
    }
}
