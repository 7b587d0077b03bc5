import FlashSale
import RedisDriver
import Strategies
import Testing

@testable import Clients

/// What a client does whose attempt a fault of the wire strikes, without a server.
struct StruckCoreTests {
    /// A read, a write, and a second write.
    private static let yaml = """
        strategy: three-steps
        summary: a read, then two writes
        keys: { stock: "{sale}:stock" }
        open: [ "SET {stock} {units}" ]
        buy:
          - send: GET {stock}
            as: left
          - send: DECR {stock}
            as: taken
          - send: INCR {stock}
            outcomes:
              - { when: ">= 0", then: won }
        stock: GET {stock}
        close: [ "DEL {stock}" ]
        """

    private let strategy: Strategy
    private let wire: WireFaults
    private let program: StrategyProgram

    init() throws {
        strategy = try StrategyFile.parse(Self.yaml, file: "three.yaml")
        var scenario = Scenario(
            strategy: .init(name: "three-steps", yaml: Self.yaml), units: 9, buyers: 1, procs: 1, threads: 1)
        scenario.faults = [FaultKind.loseReplies, .cutRequests, .slowReplies, .repeatRequests].map {
            Fault($0, at: .time(nanoseconds: 0), share: 1)
        }
        wire = WireFaults(scenario, at: .wire)
        program = StrategyProgram(strategy, saleTag: "{s}", readOnlyCommands: ["GET"], scenario: scenario)
    }

    private func integer(_ value: Int) -> Reply {
        var reply = Reply()
        reply.append(.integer, integer: value)
        return reply
    }

    private func text(_ core: borrowing ClientCore<StrategyMachine>) -> String {
        String(decoding: core.machine.output, as: UTF8.self)
    }

    /// A client that has read, and is now to write.
    private func core(
        struckBy index: Int, ordered strike: WireStrike.Effect
    ) -> ClientCore<StrategyMachine> {
        wire.set(index, isOn: true)
        var core = ClientCore(program, faults: wire.forClients)
        #expect(core.start(isConnected: true) == .send)
        #expect(text(core).contains("GET"))
        #expect(core.received(integer(9)) == .sendStruck(WireStrike(fault: index, strike)))
        #expect(text(core).contains("DECR"))
        return core
    }

    @Test func nobodyIsStruckWhoseFaultsAreOff() {
        var core = ClientCore(program, faults: wire.forClients)
        #expect(core.start(isConnected: true) == .send)
        #expect(core.received(integer(9)) == .send)
    }

    /// A read is not struck; the first write is, and what follows means what a lost connection does.
    @Test(arguments: [(0, WireStrike.Effect.loseReply), (1, .cutRequest)])
    func whatIsLostOrCutMayHaveHappened(_ index: Int, _ effect: WireStrike.Effect) {
        var core = core(struckBy: index, ordered: effect)
        let strike = WireStrike(fault: index, effect)
        #expect(core.after(strike) == .end(AttemptEnding(AttemptResult(.unknown), isOver: false)))
    }

    /// A fault has its effect once; the second write of the same attempt goes out as ever.
    @Test func aSlowReplyIsOneLikeAnyOther() {
        var core = core(struckBy: 2, ordered: .slowReply)
        let strike = WireStrike(fault: 2, .slowReply)
        #expect(core.after(strike) == .receive)
        #expect(core.received(integer(8)) == .send)
        #expect(core.received(integer(9)) == .end(AttemptEnding(AttemptResult(.won))))
    }

    @Test func aRequestGoesOutAgainOnAnotherConnection() {
        var core = core(struckBy: 3, ordered: .repeatRequest)
        let once = core.machine.commandsSent
        let bytes = text(core)
        #expect(core.after(WireStrike(fault: 3, .repeatRequest)) == .open)
        let again = WireStrike(fault: 3, .again)
        #expect(core.opened() == .sendStruck(again))
        #expect(text(core) == bytes)
        #expect(core.machine.commandsSent == once + 1)
        #expect(core.after(again) == .receive)
        #expect(core.received(integer(7)) == .send)
        #expect(core.received(integer(8)) == .end(AttemptEnding(AttemptResult(.won))))
    }

    /// The first one was answered, so that this is no attempt without effect.
    @Test func aRequestThatCannotGoOutAgainIsLost() {
        var core = core(struckBy: 3, ordered: .repeatRequest)
        #expect(core.after(WireStrike(fault: 3, .repeatRequest)) == .open)
        #expect(core.couldNotOpen() == .end(AttemptEnding(AttemptResult(.unknown), isOver: false)))
        // The next attempt begins anew.
        wire.set(3, isOn: false)
        #expect(core.start(isConnected: false) == .open)
        #expect(core.opened() == .send)
        #expect(text(core).contains("GET"))
    }

    /// A failure while a fault is carried out is one like any other.
    @Test func aConnectionThatFailsMeanwhileIsLost() {
        var core = core(struckBy: 0, ordered: .loseReply)
        #expect(core.failed(.closed) == .end(AttemptEnding(AttemptResult(.unknown), isOver: false)))
    }

    @Test func whoeverWroteNothingIsNotStruckLater() throws {
        wire.set(0, isOn: true)
        var core = ClientCore(program, faults: wire.forClients)
        #expect(core.start(isConnected: true) == .send)
        #expect(core.failed(.closed) == .end(AttemptEnding(AttemptResult(.failed))))
        wire.set(0, isOn: false)
        #expect(core.start(isConnected: true) == .send)
        #expect(core.received(integer(9)) == .send)
    }

    @Test func pausesGrowUntilTheServerIsReached() {
        var core = ClientCore(program, faults: wire.forClients)
        func pause() -> UInt64 {
            guard core.start(isConnected: false) == .open, case .pause(let nanoseconds) = core.couldNotOpen() else {
                return 0
            }
            #expect(core.afterPause() == .end(AttemptEnding(AttemptResult(.failed))))
            return nanoseconds
        }
        let pauses = (0..<8).map { _ in pause() }
        #expect(10_000_000...20_000_000 ~= pauses[0])
        #expect(pauses[4] >= 160_000_000 && pauses[7] >= 250_000_000 && pauses.allSatisfy { $0 <= 500_000_000 })
        #expect(core.start(isConnected: false) == .open)
        #expect(core.opened() == .send)
        #expect(core.failed(.closed) == .end(AttemptEnding(AttemptResult(.failed))))
        #expect(10_000_000...20_000_000 ~= pause())
    }
}
