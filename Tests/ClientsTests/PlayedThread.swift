import CLinux
import FlashSale
import Foundation
import Glibc
import HTTPTransport
import Host
import ProgramTransport
import Recordings
import RedisDriver
import Strategies
import TestSupport

@testable import Clients

/// One thread of a worker, with its clients, against any server.
struct PlayedThread {
    /// One command that tells which attempt it is of, and an outcome for each kind of reply.
    static let oneCommand = """
        strategy: scripted
        summary: one command, replies of every kind
        keys: { stock: "{sale}:stock" }
        open: [ "SET {stock} {units}" ]
        buy:
          - send: INCRBY {stock} {attempt}
            outcomes:
              - { when: 17, then: won, remaining: reply }
              - { when: 1, then: sold-out }
              - { when: array, then: conflict }
              - { when: error ERR, then: failed }
        stock: GET {stock}
        close: [ "DEL {stock}" ]
        """

    var result: BuyerThread.Result
    /// Attempts of the warm-up that failed or have no clear end.
    var brokenOffInWarmUp: Int
    /// By purchase and number.
    var history: [Attempt]

    /// What became of an attempt, without what differs from run to run.
    struct Told: Hashable, CustomStringConvertible {
        var purchase: Int
        var number: Int
        var outcome: Outcome
        var remaining: Int?
        var isHole: Bool
        var hasEnd: Bool

        var description: String {
            "\(purchase).\(number) \(outcome.word)\(remaining.map { " \($0)" } ?? "")\(isHole ? " hole" : "")"
                + (hasEnd ? "" : " open")
        }
    }

    var told: [Told] {
        history.map {
            Told(
                purchase: $0.purchase, number: $0.number, outcome: $0.outcome, remaining: $0.remaining,
                isHole: $0.isHole, hasEnd: $0.returnedNanoseconds != nil)
        }
    }

    /// Plays it to its end.
    ///
    /// - Parameters:
    ///   - isService: whether a service listens at the port.
    ///   - programs: what buyers ask in the place of a server; ended with the thread.
    ///   - pace: in a closed loop, so that a rate and the clock decide nothing here.
    ///   - faults: of the wire, which are on from the first attempt to the last.
    ///   - endpoint: of a server that has more to it than a port.
    ///   - guide: tells where that server is; nil where it is one alone.
    ///   - whileHeld: called once all first requests were sent but for their last byte, and before the doors open; nil for doors that
    ///     are open from the beginning.
    ///   - stopAfter: milliseconds after which the run is stopped; nil lets it end.
    init(
        _ yaml: String, port: Int, buyers: Int, clients: Int, attempts: Int = 2, timeoutMilliseconds: Int = 5000,
        readOnly: [String] = ["GET", "HGET"], pace: Pace = .rush, warmUpTag: String? = nil, stopAfter: Int? = nil,
        repeatEvery: Int? = nil, isService: Bool = false, programs: ProgramHost? = nil,
        faults: [Fault] = [], retryUnknown: Bool = false, endpoint: RedisEndpoint? = nil, guide: PrimaryGuide? = nil,
        whileHeld: ((StartGate) -> Void)? = nil
    ) throws {
        signal(SIGPIPE, SIG_IGN)
        let folder = try TestFolder("clients")
        var scenario = Scenario(
            strategy: .init(name: "scripted", yaml: yaml), units: 1000, buyers: buyers, attempts: attempts, procs: 1,
            threads: 1, clients: clients, pace: pace, timeoutMilliseconds: timeoutMilliseconds,
            retryUnknown: retryUnknown, repeatEvery: repeatEvery)
        if !faults.isEmpty { scenario.faults = faults }
        if whileHeld != nil { scenario.gate = .lastByte }
        let strategy = try StrategyFile.parse(yaml, file: "scripted.yaml")
        let played = scenario
        func program(_ tag: String) -> StrategyProgram {
            StrategyProgram(strategy, saleTag: tag, readOnlyCommands: Set(readOnly), scenario: played)
        }
        let path = folder.path + "/journal"
        let control = ThreadControl()
        let gate = StartGate()
        var warmUp: BuyerThread.WarmUp?
        if let warmUpTag {
            let warmGate = StartGate()
            warmGate.open(at: Clock.nanoseconds())
            warmUp = .init(
                scenario: scenario.warmUp, program: program(warmUpTag), gate: warmGate,
                finished: try FinishLine(threads: 1))
        }
        let namesPath = folder.path + "/names"
        var shared = BuyerThread.Shared(
            scenario: scenario, program: program("{s}"), warmUp: warmUp,
            endpoint: endpoint ?? RedisEndpoint(transport: .tcp(host: "127.0.0.1", port: port)),
            connectionName: "played",
            worker: 0, journal: try JournalWriter(path: path, worker: 0), gate: gate, control: control)
        if strategy.namesUnits { shared.names = try JournalWriter(path: namesPath, worker: 0, for: .names) }
        if isService { shared.service = ServiceEndpoint(base: "http://127.0.0.1:\(port)") }
        shared.programs = programs
        shared.guide = guide
        shared.wire = WireFaults(scenario, at: isService ? .answers : .wire)
        for index in faults.indices { shared.wire.set(index, isOn: true) }
        let threadShared = shared
        if whileHeld == nil { gate.open(at: Clock.nanoseconds()) } else { gate.hold() }
        let thread = try JoinableThread { BuyerThread.run(threadShared, thread: 0, progress: ThreadProgress()) }
        if let whileHeld {
            _ = TestProcess.eventually { control.heldThreads == 1 || control.isStopping }
            whileHeld(gate)
            gate.open(at: Clock.nanoseconds())
        }
        if let stopAfter {
            usleep(UInt32(stopAfter * 1000))
            control.stop()
        }
        result = thread.join()
        programs?.close()
        brokenOffInWarmUp = control.brokenOffInWarmUp
        let journals = MappedJournals(
            [(path, "journal")], names: strategy.namesUnits ? [(0, namesPath, "names")] : [])
        if let problem = journals.problems.first { throw JournalDamage(problem) }
        history = journals.history.sorted { ($0.purchase, $0.number) < ($1.purchase, $1.number) }
    }
}
