internal import FlashSale
internal import RedisDriver
internal import Strategies

/// One of the clients that a thread drives through an event loop.
struct LoopClient: ~Copyable {
    enum Phase: BitwiseCopyable {
        /// It has nothing to do.
        case idle
        /// It waits for a reply, or for room to send.
        case waiting
        /// Its connection is being opened again for the attempt that is under way.
        case opening
        case thinking
        /// Its connection could not be opened: the attempt fails after a pause.
        case pausing
    }

    var connection: Connection
    var machine: StrategyMachine
    var reply = Reply()
    var phase = Phase.idle
    /// Whether the server has hung up: what can still be read comes before the end.
    var hasEnded = false
    /// Bytes of the machine's output that have not left.
    var unsent = 0
    /// When waiting ends, CLOCK_MONOTONIC.
    var deadline: UInt64 = 0
    /// How often it was connected again: events of an older connection are nobody's.
    var generation: UInt32 = 0
    var purchase = PurchaseUnderWay()

    init(_ connection: consuming Connection, _ program: StrategyProgram) {
        self.connection = connection
        machine = StrategyMachine(program)
    }
}
