import FlashSale
import RedisDriver
import Strategies
import Testing

@testable import Clients

/// The rules by which an attempt is judged, without a server.
struct ClientCoreTests {
    /// A machine that says what it is told to, and remembers what it was told.
    private struct ScriptedMachine: AttemptMachine, ~Copyable {
        var context = AttemptContext(buyer: 1, purchase: 1, attempt: 1)
        var output: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: nil, count: 0) }
        var connectionIsSuspect = false
        var mayStillTakeEffect = false
        var next = AttemptAction.send
        var events: [String] = []

        mutating func begin() -> AttemptAction { said("begin") }
        mutating func arrive() -> AttemptAction { said("arrive") }
        mutating func receive(_ reply: borrowing Reply) -> AttemptAction { said("receive") }
        mutating func afterThinking() -> AttemptAction { said("afterThinking") }

        /// As the machine of a strategy: what is lost is over for it.
        mutating func lose() -> AttemptResult {
            events.append("lose")
            defer { mayStillTakeEffect = false }
            return AttemptResult(mayStillTakeEffect ? .unknown : .failed)
        }

        mutating func refuse(oversized words: String) -> AttemptResult {
            events.append("refuse \(words)")
            defer { mayStillTakeEffect = false }
            return AttemptResult(mayStillTakeEffect ? .unknown : .failed, isHole: true)
        }

        mutating func couldNotSend() -> AttemptResult {
            events.append("couldNotSend")
            return AttemptResult(.failed)
        }

        mutating func abandon() -> AttemptResult {
            events.append("abandon")
            return AttemptResult(.failed)
        }

        mutating func sendsAgain() { events.append("sendsAgain") }

        var relocation: Relocation?
        mutating func takeRelocation() -> Relocation? { relocation.take() }

        private mutating func said(_ event: String) -> AttemptAction {
            events.append(event)
            return next
        }
    }

    private static func core(_ next: AttemptAction = .send) -> ClientCore<ScriptedMachine> {
        ClientCore(ScriptedMachine(next: next))
    }

    private static let won = AttemptResult(.won, remaining: 3)

    @Test func anAttemptBeginsOnTheConnectionThatIsThere() {
        var core = Self.core()
        #expect(core.start(isConnected: true) == .send)
        #expect(core.machine.events == ["begin"])
    }

    @Test func anAttemptWithoutAConnectionBeginsOnANewOne() {
        var core = Self.core()
        #expect(core.start(isConnected: false) == .open)
        #expect(core.machine.events.isEmpty)
        #expect(core.opened() == .send)
        #expect(core.machine.events == ["begin"])
    }

    /// Even though the attempt before may have sent something.
    @Test func anAttemptWhoseConnectionCannotBeOpenedHasNoEffect() {
        var core = Self.core()
        core.machine.mayStillTakeEffect = true
        #expect(core.start(isConnected: false) == .open)
        guard case .pause = core.couldNotOpen() else { Issue.record("no pause"); return }
        #expect(core.afterPause() == .end(AttemptEnding(AttemptResult(.failed))))
        #expect(core.machine.events.isEmpty)
    }

    @Test(arguments: [
        (AttemptAction.send, ClientOrder.send), (.receive, .receive),
        (.think(microseconds: 7), .think(microseconds: 7)), (.finish(won), .end(AttemptEnding(won))),
    ])
    func whatTheMachineWantsIsOrdered(_ action: AttemptAction, _ order: ClientOrder) {
        var core = Self.core(action)
        #expect(core.start(isConnected: true) == order)
        #expect(core.opened() == order)
        #expect(core.received(Reply()) == order)
        #expect(core.afterThinking() == order)
        #expect(core.machine.events == ["begin", "begin", "receive", "afterThinking"])
    }

    @Test func aSuspectConnectionIsNotUsedAgain() {
        var core = Self.core(.finish(Self.won))
        core.machine.connectionIsSuspect = true
        #expect(core.received(Reply()) == .end(AttemptEnding(Self.won, spoilsConnection: true)))
        #expect(core.stopped() == .end(AttemptEnding(AttemptResult(.failed), spoilsConnection: true)))
    }

    /// Whether it may still take effect is asked before the machine forgets it.
    @Test(arguments: [(true, Outcome.unknown), (false, .failed)])
    func whatIsLostIsOverWhereItCannotTakeEffectAnyMore(_ mayTakeEffect: Bool, _ outcome: Outcome) {
        var core = Self.core()
        core.machine.mayStillTakeEffect = mayTakeEffect
        #expect(core.lost() == .end(AttemptEnding(AttemptResult(outcome), isOver: !mayTakeEffect)))
        #expect(core.machine.events == ["lose"])
    }

    /// Nobody has read that answer, and what was sent after it may still be executed.
    @Test(arguments: [(true, Outcome.unknown), (false, .failed)])
    func whatIsTooLargeIsAHole(_ mayTakeEffect: Bool, _ outcome: Outcome) {
        let size = OversizedReply(.bytes(5000), limit: 1024)
        var core = Self.core()
        core.machine.mayStillTakeEffect = mayTakeEffect
        let ending = AttemptEnding(AttemptResult(outcome, isHole: true), isOver: !mayTakeEffect)
        #expect(core.failed(.oversized(size)) == .end(ending))
        #expect(core.machine.events == ["refuse a text of 5,000 bytes, larger than the 1 KiB that a reply may have"])
    }

    /// All that it sent was answered.
    @Test func whoeverIsStoppedWhileThinkingIsOver() {
        var core = Self.core(.think(microseconds: 1))
        core.machine.mayStillTakeEffect = true
        #expect(core.start(isConnected: true) == .think(microseconds: 1))
        #expect(core.stopped() == .end(AttemptEnding(AttemptResult(.failed))))
        #expect(core.machine.events == ["begin", "abandon"])
    }

    private static let watching = """
        strategy: watching
        summary: it watches, and ends without EXEC
        keys: { stock: "{sale}:stock" }
        open: [ "SET {stock} {units}" ]
        buy:
          - send: WATCH {stock}
            outcomes:
              - { when: ok, then: sold-out }
              - { when: any, then: won }
        stock: GET {stock}
        close: [ "DEL {stock}" ]
        """

    /// The warm-up's attempts and the sale's are of two programs on one connection.
    @Test func anotherProgramCleansUpWhatTheOneBeforeLeft() throws {
        let strategy = try StrategyFile.parse(Self.watching, file: "watching.yaml")
        let scenario = Scenario(
            strategy: .init(name: "watching", yaml: Self.watching), units: 1, buyers: 1, procs: 1, threads: 1)
        let program = StrategyProgram(
            strategy, saleTag: "{sale}", readOnlyCommands: ["GET"], scriptHashes: [:], scenario: scenario)
        var core = ClientCore(program)
        #expect(core.start(isConnected: true) == .send)
        #expect(!String(decoding: core.machine.output, as: UTF8.self).contains("UNWATCH"))
        var ok = Reply()
        ok.append(.status, "OK")
        #expect(core.received(ok) == .end(AttemptEnding(AttemptResult(.soldOut))))
        core.prepare(program)
        #expect(core.start(isConnected: true) == .send)
        #expect(String(decoding: core.machine.output, as: UTF8.self).contains("UNWATCH"))
    }
}
