import FlashSale
import Testing

@testable import Fleet

/// What is done while the doors are open, and when.
struct SupervisionTests {
    private static let second: UInt64 = 1_000_000_000
    private static let opened = 100 * second
    private static let grace = 4 * second
    private static let timeout = second
    private static let mute = "it said nothing for 10 seconds"
    private static let stubborn = "it did not stop when it was told to"

    /// What there is to see so many tenths of a second after the opening, and what is wanted then beside the display.
    struct Look: Sendable {
        var tenths: UInt64
        var workers: [Supervision.Worker]
        var serverIsGone = false
        /// Tenths of a second after the opening of the server's last answer to the coordinator.
        var pulse: UInt64?
        var interruptions = 0
        var wanted: [Supervision.Action] = []
    }

    struct Course: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var looks: [Look]
        var loss: ServerLoss?
    }

    /// Workers that have just said something, and whose clients had an answer as well.
    private static func workers(_ count: Int, at tenths: UInt64) -> [Supervision.Worker] {
        workers(count, at: tenths, answeredUntil: tenths)
    }

    /// Workers whose clients had their last answer a while ago.
    private static func workers(_ count: Int, at tenths: UInt64, answeredUntil: UInt64) -> [Supervision.Worker] {
        Array(
            repeating: .init(lastHeard: opened + tenths * second / 10, answered: Int(min(tenths, answeredUntil))),
            count: count)
    }

    private static func failed(at tenths: UInt64) -> Supervision.Worker {
        .init(isSilent: true, hasReported: true, hasFailed: true, lastHeard: opened + tenths * second / 10)
    }

    private static func reported(at tenths: UInt64) -> Supervision.Worker {
        .init(isSilent: true, hasReported: true, lastHeard: opened + tenths * second / 10)
    }

    private static let stopBoth = [Supervision.Action.tellToStop(worker: 0), .tellToStop(worker: 1)]
    private static let killBoth = (0...1).map { Supervision.Action.kill(worker: $0, because: stubborn) }

    private static let courses = [
        Course(
            testDescription: "a fault has stopped one for long",
            looks: (1...240 as ClosedRange<UInt64>).map { tenths in
                let isFrozen = 20...220 ~= tenths
                let other = workers(1, at: tenths)
                let heard = isFrozen ? 19 : tenths
                return Look(
                    tenths: tenths,
                    workers: other + [
                        .init(lastHeard: opened + heard * second / 10, answered: Int(heard), isFrozen: isFrozen)
                    ])
            }),
        Course(
            testDescription: "another machine may be silent for three seconds",
            looks: (1...40 as ClosedRange<UInt64>).map { tenths in
                let isLost = tenths >= 36
                var away = Supervision.Worker(
                    isSilent: tenths > 36, lastHeard: opened + min(5, tenths) * second / 10, answered: Int(tenths),
                    silenceSeconds: 3)
                away.hasReported = false
                return Look(
                    tenths: tenths, workers: workers(1, at: tenths) + [away],
                    wanted: isLost && tenths == 36
                        ? [.kill(worker: 1, because: "it said nothing for 3 seconds")] : [])
            }),
        Course(
            testDescription: "a journal that is on its way has no deadline but the user's",
            looks: ([1, 2, 60, 61] as [UInt64]).map { tenths in
                var away = reported(at: tenths)
                away.isSilent = false
                away.isDelivering = true
                return Look(
                    tenths: tenths, workers: [away] + (tenths < 60 ? workers(1, at: tenths) : [reported(at: 42)]),
                    interruptions: tenths == 1 ? 0 : tenths == 61 ? 2 : 1,
                    wanted: tenths == 2
                        ? [.tellToStop(worker: 1)] : tenths == 61 ? [.kill(worker: 0, because: stubborn)] : [])
            }),
        Course(
            testDescription: "all report",
            looks: [
                Look(tenths: 1, workers: workers(2, at: 1)),
                Look(tenths: 2, workers: [reported(at: 2)] + workers(1, at: 2)),
                Look(tenths: 3, workers: [reported(at: 2), reported(at: 3)]),
            ]),
        Course(
            testDescription: "an interruption stops them once, and the deadline ends them",
            looks: [
                Look(tenths: 1, workers: workers(2, at: 1)),
                Look(tenths: 2, workers: workers(2, at: 2), interruptions: 1, wanted: stopBoth),
                Look(tenths: 3, workers: workers(2, at: 3), interruptions: 1),
                Look(tenths: 42, workers: workers(2, at: 42), interruptions: 1),
                Look(tenths: 43, workers: workers(2, at: 43), interruptions: 1, wanted: killBoth),
            ]),
        Course(
            testDescription: "a second interruption does not wait",
            looks: [
                Look(tenths: 2, workers: workers(2, at: 2), interruptions: 1, wanted: stopBoth),
                Look(tenths: 3, workers: workers(2, at: 3), interruptions: 2, wanted: killBoth),
            ]),
        Course(
            testDescription: "two interruptions at once are one that is meant",
            looks: [
                Look(tenths: 2, workers: workers(2, at: 2), interruptions: 2, wanted: stopBoth),
                Look(tenths: 3, workers: workers(2, at: 3), interruptions: 2),
                Look(tenths: 4, workers: workers(2, at: 4), interruptions: 3, wanted: killBoth),
            ]),
        Course(
            testDescription: "the first interruption of doors that close already waits, too",
            looks: [
                Look(tenths: 2, workers: workers(2, at: 2), serverIsGone: true, wanted: stopBoth),
                Look(tenths: 3, workers: workers(2, at: 3), interruptions: 1),
                Look(tenths: 4, workers: workers(2, at: 4), interruptions: 2, wanted: killBoth),
            ], loss: .died),
        Course(
            testDescription: "whoever has reported is told nothing and is not ended",
            looks: [
                Look(
                    tenths: 2, workers: [reported(at: 1)] + workers(1, at: 2), interruptions: 1,
                    wanted: [.tellToStop(worker: 1)]),
                Look(
                    tenths: 3, workers: [reported(at: 1)] + workers(1, at: 3), interruptions: 2,
                    wanted: [.kill(worker: 1, because: stubborn)]),
            ]),
        Course(
            testDescription: "a worker that cannot go on stops the others",
            looks: [
                Look(tenths: 2, workers: [failed(at: 2)] + workers(1, at: 2), wanted: [.tellToStop(worker: 1)]),
                Look(tenths: 3, workers: [failed(at: 2)] + workers(1, at: 3)),
            ]),
        Course(
            testDescription: "a private server that is gone stays gone",
            looks: [
                Look(tenths: 2, workers: workers(2, at: 2), serverIsGone: true, wanted: stopBoth),
                Look(tenths: 3, workers: workers(2, at: 3)),
            ], loss: .died),
        Course(
            testDescription: "a server that answers nobody for two timeouts closes the doors",
            looks: (1...70).map { tenths in
                Look(
                    tenths: tenths, workers: workers(2, at: tenths, answeredUntil: 10), pulse: 5,
                    // Told to stop after two timeouts, and ended after two more and the grace.
                    wanted: tenths == 31 ? stopBoth : tenths > 71 ? killBoth : [])
            } + [Look(tenths: 72, workers: workers(2, at: 72, answeredUntil: 10), wanted: killBoth)], loss: .silent),
        Course(
            testDescription: "a server that answers the coordinator is there",
            looks: (1...90).map {
                Look(tenths: $0, workers: workers(2, at: $0, answeredUntil: 10), pulse: $0 - $0 % 19)
            }),
        Course(
            testDescription: "one client of one worker with an answer is enough",
            looks: (1...90).map { tenths in
                Look(
                    tenths: tenths,
                    workers: workers(1, at: tenths, answeredUntil: 3)
                        + workers(1, at: tenths, answeredUntil: tenths - tenths % 15), pulse: 5)
            }),
        Course(
            testDescription: "time in which nobody could listen is no silence",
            looks: [
                Look(tenths: 5, workers: workers(2, at: 5), pulse: 5),
                Look(tenths: 60, workers: workers(2, at: 60, answeredUntil: 5), pulse: 5),
            ]
                + (61...80).map { Look(tenths: $0, workers: workers(2, at: $0, answeredUntil: 5), pulse: 5) }),
        Course(
            testDescription: "who says nothing is ended, for one reason",
            looks: (1...110).map {
                Look(
                    tenths: $0, workers: workers(1, at: 0) + workers(1, at: $0), interruptions: $0 < 60 ? 0 : 1,
                    wanted: $0 == 60
                        ? stopBoth
                        : $0 <= 100
                            ? [] : [.kill(worker: 0, because: mute), .kill(worker: 1, because: stubborn)])
            }),
    ]

    @Test(arguments: courses)
    func wants(_ course: Course) {
        var supervision = Supervision(
            opened: Self.opened, graceNanoseconds: Self.grace, timeoutNanoseconds: Self.timeout)
        for look in course.looks {
            let actions = supervision.look(
                at: Self.opened + look.tenths * Self.second / 10, look.workers, serverIsGone: look.serverIsGone,
                pulse: look.pulse.map { Self.opened + $0 * Self.second / 10 } ?? 0, interruptions: look.interruptions)
            #expect(
                actions.filter { if case .show = $0 { false } else { true } } == look.wanted,
                "after \(look.tenths) tenths of a second")
        }
        #expect(supervision.serverLoss == course.loss)
    }

    /// The coordinator looks whenever something was said.
    @Test func showsProgressTenTimesASecond() {
        var supervision = Supervision(
            opened: Self.opened, graceNanoseconds: Self.grace, timeoutNanoseconds: Self.timeout)
        let moments = stride(from: Self.opened - Self.second / 50, through: Self.opened + Self.second, by: 10_000_000)
        let shown = moments.map { now in
            supervision.look(at: now, Self.workers(1, at: 10), serverIsGone: false, interruptions: 0)
        }
        #expect(shown.joined().count == 11)
        #expect(shown.first == [.show(elapsedSeconds: 0)])
        #expect(shown.last == [])
        #expect(shown[10] == [.show(elapsedSeconds: 0.08)])
    }
}

/// Who is taken for stopped, and who is not.
struct WatchdogTests {
    private static let second: UInt64 = 1_000_000_000
    private var watchdog = Watchdog(opened: 100 * second)

    /// Looks ten times a second until then.
    private mutating func look(from start: UInt64, until end: UInt64) {
        for now in stride(from: start, through: end, by: Int(Self.second / 10)) { watchdog.look(at: now) }
    }

    @Test mutating func aWorkerIsLostAfterTenSecondsOfSilence() {
        look(from: 100 * Self.second, until: 120 * Self.second)
        #expect(!watchdog.isLost(lastHeard: 105 * Self.second, at: 115 * Self.second))
        #expect(watchdog.isLost(lastHeard: 105 * Self.second, at: 115 * Self.second + 1))
    }

    /// It was ready long before the slowest of the others had connected.
    @Test mutating func waitingForTheDoorsIsNoSilence() {
        look(from: 100 * Self.second, until: 110 * Self.second)
        #expect(!watchdog.isLost(lastHeard: 40 * Self.second, at: 110 * Self.second))
        #expect(watchdog.isLost(lastHeard: 40 * Self.second, at: 110 * Self.second + 1))
    }

    /// One that a fault has stopped is waited for, however long that lasts; its silence counts from when it goes on.
    @Test mutating func aFrozenWorkerIsNotSilent() {
        look(from: 100 * Self.second, until: 140 * Self.second)
        #expect(!watchdog.isLost(lastHeard: 105 * Self.second, isFrozen: true, at: 140 * Self.second))
        #expect(watchdog.isLost(lastHeard: 105 * Self.second, isFrozen: false, at: 140 * Self.second))
        #expect(!watchdog.isLost(lastHeard: 130 * Self.second, isFrozen: false, at: 140 * Self.second))
    }

    /// A laptop that sleeps, a stopped process group, a virtual machine that is moved.
    @Test mutating func standingStillTogetherIsNoSilence() {
        look(from: 100 * Self.second, until: 105 * Self.second)
        watchdog.look(at: 200 * Self.second)
        #expect(!watchdog.isLost(lastHeard: 105 * Self.second, at: 200 * Self.second))
        look(from: 200 * Self.second, until: 211 * Self.second)
        #expect(watchdog.isLost(lastHeard: 105 * Self.second, at: 211 * Self.second))
    }
}
