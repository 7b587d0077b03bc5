internal import FlashSale
internal import RedisDriver
internal import Strategies

/// The state of one client in the loop.
struct LoopClient: ~Copyable {
    /// What it waits for, and until when: CLOCK_MONOTONIC.
    enum Phase: BitwiseCopyable {
        /// It has nothing to do.
        case idle
        /// The last `unsent` bytes of the machine's output wait for room in the socket.
        case sending(unsent: Int, deadline: UInt64)
        /// It waits for a reply.
        case waiting(deadline: UInt64)
        /// Its connection is being opened again for the attempt that is under way.
        case opening(deadline: UInt64)
        case thinking
        /// Its connection could not be opened: the attempt fails after a pause.
        case pausing

        @inline(__always)
        var isSending: Bool {
            if case .sending = self { true } else { false }
        }

        /// Whether its wait has expired.
        @inline(__always)
        func hasEnded(by now: UInt64) -> Bool {
            switch self {
            case .sending(_, let deadline), .waiting(let deadline), .opening(let deadline): deadline <= now
            case .idle, .thinking, .pausing: false
            }
        }
    }

    var connection: Connection
    var core: ClientCore<StrategyMachine>
    var reply = Reply()
    var phase = Phase.idle
    /// Whether the server has hung up. Replies may still be readable.
    var hasEnded = false
    /// How often it was connected again, so that events of an older connection are ignored.
    var generation: UInt32 = 0
    var purchase = PurchaseUnderWay()

    init(_ connection: consuming Connection, _ program: StrategyProgram) {
        self.connection = connection
        core = ClientCore(program)
    }
}
