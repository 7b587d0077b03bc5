internal import CLinux
internal import FlashSale
internal import RedisDriver
internal import Strategies

/// Asks the server whether it is there (PING), on a connection of its own that is opened only when somebody wants to know,
/// and without waiting for anything.
final class ServerPulse {
    private enum State {
        case closed
        case opening
        case open
        case asked
    }

    /// Lives as long as the program.
    nonisolated(unsafe) private static let ping = {
        let bytes = RESP.command(["PING"])
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
        memory.copyBytes(from: bytes)
        return UnsafeRawBufferPointer(memory)
    }()

    private let endpoint: RedisEndpoint?
    /// Tells which node to ask, where there are several.
    private let watch: PrimaryWatch?
    private let name: String
    private var connection: Connection?
    private var state = State.closed
    private var reply = Reply()
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 16)
    /// CLOCK_MONOTONIC of the last answer, be it an error; 0 for none.
    private(set) var lastHeard: UInt64 = 0

    /// - Parameters:
    ///   - endpoint: nil where there is no server, so that nothing is ever heard.
    ///   - name: what CLIENT LIST shows.
    init(to endpoint: RedisEndpoint?, _ watch: PrimaryWatch? = nil, name: String) {
        self.endpoint = endpoint
        self.watch = watch
        self.name = name
    }

    deinit { buffer.deallocate() }

    /// Goes on with the question that is under way, if there is one.
    ///
    /// - Parameter isWanted: whether to ask a new one after that.
    func look(isWanted: Bool) {
        do throws(ConnectionError) {
            switch state {
            case .closed:
                guard isWanted, let endpoint = watch?.current ?? endpoint else { return }
                connection = try Connection(opening: endpoint, name: name)
                state = .opening
            case .opening:
                guard try connection?.goOnOpening(buffer, into: &reply) == true else { return }
                heard()
            case .open:
                guard isWanted else { return }
                // A socket that has no room for a PING is closed: the rest would have to follow.
                guard try connection?.sendNow(Self.ping) == Self.ping.count else { return close() }
                state = .asked
            case .asked:
                _ = try connection?.readNow(buffer)
                guard try connection?.nextReply(into: &reply) == true else { return }
                heard()
            }
        } catch {
            // A refusal is an answer, too: somebody is there.
            if case .rejected = error { lastHeard = Clock.nanoseconds() }
            close()
        }
    }

    private func heard() {
        lastHeard = Clock.nanoseconds()
        state = .open
    }

    /// Hangs up.
    func close() {
        connection = nil
        state = .closed
    }
}
