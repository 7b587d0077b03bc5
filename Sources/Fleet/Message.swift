internal import Clients
package import FlashSale
internal import Foundation
package import HTTPTransport
package import Host
package import ProgramTransport
package import RedisDriver
package import Strategies

/// What the coordinator tells a worker, as JSON over their link.
package struct CoordinatorMessage: Codable, Sendable {
    /// The first line: everything that the worker needs.
    package struct Order: Codable, Sendable {
        package var scenario: Scenario
        /// From 0.
        package var worker: Int
        package var coordinatorProcess: Int32
        /// Whether the worker is on another machine: then paths mean nothing to it, and its journal is streamed.
        package var isRemote = false
        /// What the connections are called on the server.
        package var connectionName: String
        package var saleTag: String
        /// Of the server that buyers ask; nil where they ask none.
        package var endpoint: RedisEndpoint?
        /// Where the primary is at first; nil where the server is one alone.
        package var home: RedisEndpoint.Address?
        /// Where each shelf of the stock is at first; empty where all are at ``home``.
        package var shelfHomes: [RedisEndpoint.Address] = []
        /// `host:port` of the nodes that attempts are recorded with, from 1.
        package var nodes: [String] = []
        /// The service that buyers ask.
        package var service: ServiceEndpoint?
        package var journalPath: String
        /// Where names of units go, if the strategy has any; nil where nobody keeps them.
        package var namesPath: String?
        /// Commands that the server flags `readonly`, in capitals.
        package var readOnlyCommands: [String]
        /// The SHA-1 of the strategy's scripts, by their names, as the server gave them.
        package var scriptHashes: [String: String]
        /// The tag of the sale that the warm-up buys from; nil where there is none.
        package var warmUpTag: String?
        /// What a worker needs whose buyers are programs; nil where they are not.
        package var programs: ProgramOrder?
    }

    /// The doors open.
    package struct Go: Codable, Sendable {
        /// CLOCK_MONOTONIC of the worker's machine.
        package var atNanoseconds: UInt64
    }

    /// First requests are sent but for their last byte.
    package struct Hold: Codable, Sendable {}

    package struct Stop: Codable, Sendable {}

    /// A fault of the wire begins or ends.
    package struct FaultSignal: Codable, Sendable {
        /// Its place among the scenario's faults.
        package var index: Int
        package var isOn: Bool
    }

    /// What a fault does to a worker on another machine, where no signal of ours comes: the worker does it to itself.
    package struct Blow: Codable, Sendable {
        package enum Kind: String, Codable, Sendable {
            /// All of its threads stand still, but for the one of its link.
            case stand
            /// They go on.
            case goOn
            /// It ends itself with SIGKILL; what its journal has at that moment is sent before.
            case end
        }

        package var kind: Kind
        /// After which they go on in any case.
        package var nanoseconds: UInt64 = 0
    }

    package var order: Order?
    /// The warm-up begins; only where the order has one.
    package var warmUp: Go?
    /// Only where the scenario's gate is `last-byte`, before ``go``.
    package var hold: Hold?
    package var go: Go?
    package var stop: Stop?
    package var fault: FaultSignal?
    package var blow: Blow?

    package init(
        order: Order? = nil, warmUp: Go? = nil, hold: Hold? = nil, go: Go? = nil, stop: Stop? = nil,
        fault: FaultSignal? = nil, blow: Blow? = nil
    ) {
        self.order = order
        self.warmUp = warmUp
        self.hold = hold
        self.go = go
        self.stop = stop
        self.fault = fault
        self.blow = blow
    }

    /// nil for what is none.
    init?(json: [UInt8]) {
        guard let message = try? JSONDecoder().decode(Self.self, from: Data(json)) else { return nil }
        self = message
    }

    /// nil where it cannot be written as JSON.
    var frame: [UInt8]? { (try? JSONEncoder().encode(self)).map { Frame.message($0) } }
}

/// What a worker tells the coordinator, as JSON over their link.
package struct WorkerMessage: Codable, Sendable {
    /// Every connection is open, named, and has answered.
    package struct Ready: Codable, Sendable {
        package var connectSeconds: Double
        /// False where the server let no connection have a name.
        package var connectionsAreNamed: Bool
        /// What it runs on; nil for the coordinator's own machine.
        package var machine: MachineFacts?
        /// Its process there; nil for the coordinator's own machine, which knows it.
        package var process: Int32?
        /// The server's `run_id`, as the worker's machine sees it; nil where it does not tell, and on the coordinator's machine.
        package var serverRun: String?
    }

    /// What a machine is, for the reports.
    package struct MachineFacts: Codable, Sendable, Equatable {
        package var host: String
        package var kernel: String
        package var cpuModel: String?
        package var cores: Int
    }

    /// How its processors have spent their time, when the doors opened and when the worker had ended.
    package struct MachineTimes: Codable, Sendable {
        package var before: ProcessorTimes
        package var after: ProcessorTimes
        /// Of all processors, in between.
        var seconds: Double { after.total - before.total }
    }

    /// All of the journal was sent: what it must be like.
    package struct Delivered: Codable, Sendable, Equatable {
        package struct File: Codable, Sendable, Equatable {
            package var bytes: Int
            package var digest: String

            package init(bytes: Int, digest: String) {
                self.bytes = bytes
                self.digest = digest
            }
        }

        package var journal: File
        package var names: File?

        package init(journal: File, names: File? = nil) {
            self.journal = journal
            self.names = names
        }
    }

    /// What came of a ``CoordinatorMessage/Blow``.
    package struct Stood: Codable, Sendable, Equatable {
        package var kind: CoordinatorMessage.Blow.Kind
        /// Its threads, but for that of its link.
        package var threads: Int
        /// Those that were seen to stand still.
        package var standing: Int

        var isComplete: Bool { threads > 0 && standing == threads }
    }

    /// The warm-up is over.
    package struct WarmedUp: Codable, Sendable {
        /// Its attempts that failed or have no clear end: the server may still execute what they sent.
        package var brokenOff: Int
    }

    /// First requests are sent but for their last byte, as far as they can be.
    package struct Held: Codable, Sendable {}

    package struct Progress: Codable, Sendable {
        package var attempts: Int
        package var won: Int
        package var purchases: Int
        /// Attempts that the server answered.
        package var answered: Int
    }

    package struct ThreadReport: Codable, Sendable {
        package var thread: Int
        package var tally: Tally
        package var reconnects: Int
    }

    package struct Report: Codable, Sendable {
        package var tally: Tally
        package var threads: [ThreadReport]
        package var commands: Int
        /// How often each step was written.
        package var sent = SentSteps()
        /// How often attempts met each part of the strategy.
        package var met = MetParts()
        /// How often the server had forgotten a script or a function, so that it was loaded again.
        package var reloads: Int
        package var cpuSeconds: Double
        package var elapsedSeconds: Double
        package var peakMemoryMib: Double
        /// CLOCK_MONOTONIC of the worker's machine, of the last time that a client gave up waiting for an answer; 0 where none did.
        package var lastGivenUpNanoseconds: UInt64
        /// How long after the doors' moment the worker heard of it; 0 where it was in time.
        package var gateLateNanoseconds: UInt64 = 0
        /// nil on the coordinator's own machine, and where the machine does not tell.
        package var machineTimes: MachineTimes?
        var attemptLatency: LatencyCounts.Sparse
        var purchaseLatency: LatencyCounts.Sparse
        /// When last bytes left that were held back, in nanoseconds since the doors opened.
        package var releases: [UInt64] = []
        /// First requests that could not be held back.
        package var unheld = 0
        /// How late the thread of the ``HiccupMeter`` woke up.
        var hiccups = LatencyCounts.Sparse()
        /// The first reply that no rule of the strategy matched.
        package var firstHole: String?
        /// The first reply that did not name the units of a win.
        package var firstNameless: String?
        /// What is known of the first reply that was too large to be read.
        package var firstOversized: String?
        /// The first reason for which an attempt failed or was left unknown.
        package var firstError: String?
        /// What programs did wrong; nil where none did.
        package var programFaults: ProgramFaults?
        /// How many attempts each of the scenario's faults struck; empty where none is of the wire.
        package var struck: [Int] = []
        /// False where a connection that was opened again could have no name.
        package var connectionsAreNamed: Bool
        /// Why the worker stopped before its buyers were served; nil if it did not.
        package var failure: RunError?
    }

    package var ready: Ready?
    package var warmedUp: WarmedUp?
    package var held: Held?
    package var progress: Progress?
    package var failure: RunError?
    package var report: Report?
    /// The last message of a worker on another machine, but for answers to pings.
    package var delivered: Delivered?
    package var stood: Stood?

    package init(
        ready: Ready? = nil, warmedUp: WarmedUp? = nil, held: Held? = nil, progress: Progress? = nil,
        failure: RunError? = nil, report: Report? = nil, delivered: Delivered? = nil, stood: Stood? = nil
    ) {
        self.ready = ready
        self.warmedUp = warmedUp
        self.held = held
        self.progress = progress
        self.failure = failure
        self.report = report
        self.delivered = delivered
        self.stood = stood
    }

    /// nil for what is none.
    init?(json: [UInt8]) {
        guard let message = try? JSONDecoder().decode(Self.self, from: Data(json)) else { return nil }
        self = message
    }

    /// nil where it cannot be written as JSON.
    var frame: [UInt8]? { (try? JSONEncoder().encode(self)).map { Frame.message($0) } }
}
