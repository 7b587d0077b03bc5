internal import CLinux
internal import RedisDriver
internal import Strategies

extension EventLoopDriver {
    /// The state of one client in the loop.
    struct Client: ~Copyable {
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
            /// As ``sending(unsent:deadline:)``, of a request that is ``Client/strike``'s.
            case sendingStruck(unsent: Int, deadline: UInt64)
            /// It waits until an answer begins to come, which it will not read.
            case losing(deadline: UInt64)
            /// It leaves an answer unread, until its timer fires.
            case delaying(deadline: UInt64)
            /// As the phases above, at the node that ASK has named.
            case openingElsewhere(deadline: UInt64)
            case sendingElsewhere(unsent: Int, deadline: UInt64)
            case waitingElsewhere(deadline: UInt64)
            case thinking
            /// Its connection could not be opened: the attempt fails after a pause.
            case pausing
            /// No attempt is under way: its purchase makes the next one when the time has come.
            case backingOff

            @inline(__always)
            var isSending: Bool {
                switch self {
                case .sending, .sendingStruck: true
                default: false
                }
            }

            /// Whether its wait has expired.
            @inline(__always)
            func hasEnded(by now: UInt64) -> Bool {
                switch self {
                case .sending(_, let deadline), .waiting(let deadline), .opening(let deadline),
                    .sendingStruck(_, let deadline), .losing(let deadline), .openingElsewhere(let deadline),
                    .sendingElsewhere(_, let deadline), .waitingElsewhere(let deadline):
                    deadline <= now
                case .idle, .thinking, .pausing, .backingOff, .delaying: false
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
        /// The fault of the wire that is being carried out; of no meaning in any phase but its own.
        var strike: WireStrike?
        /// The node that it is connected to, and what attempts there are recorded with.
        var place: PrimaryGuide.Place?
        var node: UInt16
        /// Where ASK has sent it; nil where it never has.
        var elsewhere: Elsewhere<Connection>?
        /// Its other connections; nil where it has one node at a time.
        var rooms: ShelfRooms<Connection>?
        /// Of the connection that was made last.
        var lastGeneration: UInt32 = 0

        init(_ connection: consuming Connection, _ shared: BuyerThread.Shared, at place: PrimaryGuide.Place?) {
            self.connection = connection
            self.place = place
            node = place?.node ?? 0
            core = ClientCore(shared.program, faults: shared.wire.forClients, mayMove: place != nil)
            core.machine.goesToShelves = shared.guide?.hasShelves == true
            rooms = ShelfRooms(shared.guide, at: place)
        }
    }
}
