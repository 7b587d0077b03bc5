import CLinux
import FlashSale
import Foundation
import Glibc
import Host
import Synchronization
import Testing

@testable import Clients

/// The gate, the finish line and the threads between them.
struct ThreadsTests {
    private static func isReadable(_ descriptor: Int32) -> Bool {
        var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&poller, 1, 0) > 0
    }

    // MARK: Threads

    @Test func aThreadReturnsItsResult() throws {
        let thread = try JoinableThread { (1...1000).reduce(0, +) }
        let sum = thread.join()
        #expect(sum == 500_500)
    }

    @Test func manyThreadsRunAtTheSameTime() throws {
        // Each waits until all are there, so that it ends only if none has to wait for another's end.
        let counter = Counter()
        let slots = try (0..<200).map { number in
            JoinableThread<Int>.Slot(
                try JoinableThread {
                    counter.value.add(1, ordering: .relaxed)
                    while counter.value.load(ordering: .relaxed) < 200 { usleep(100) }
                    return number
                })
        }
        #expect(slots.map { $0.join() } == Array(0..<200))
    }

    private final class Counter: Sendable {
        let value = Atomic(0)
    }

    // MARK: The gate

    @Test func theGateLetsEverybodyThroughWhenTheTimeHasCome() throws {
        let gate = StartGate()
        let threads = try (0..<20).map { _ in
            JoinableThread<UInt64?>.Slot(try JoinableThread { gate.pass() == nil ? nil : Clock.nanoseconds() })
        }
        let moment = Clock.nanoseconds() + 30_000_000
        gate.open(at: moment)
        for thread in threads {
            let passed = thread.join()
            #expect((passed ?? 0) >= moment)
        }
        // Who comes late does not wait.
        #expect(gate.pass() == moment)
    }

    @Test func nobodyPassesAClosedGate() throws {
        let gate = StartGate()
        let counter = Counter()
        let threads = try (0..<5).map { _ in
            JoinableThread<Bool>.Slot(
                try JoinableThread {
                    let mayPass = gate.pass() != nil
                    counter.value.add(1, ordering: .relaxed)
                    return mayPass
                })
        }
        usleep(30_000)
        #expect(counter.value.load(ordering: .relaxed) == 0)
        gate.cancel()
        #expect(threads.map { $0.join() } == [false, false, false, false, false])
        #expect(gate.pass() == nil)
    }

    @Test func theFirstWordCounts() {
        let cancelled = StartGate()
        cancelled.cancel()
        cancelled.open(at: 0)
        #expect(cancelled.pass() == nil)
        let open = StartGate()
        open.open(at: 0)
        open.cancel()
        #expect(open.pass() == 0)
    }

    // MARK: The finish line

    @Test func theFinishLineRingsWhenTheLastHasCrossed() throws {
        let line = try FinishLine(threads: 3)
        for _ in 0..<2 {
            line.cross()
            #expect(!line.allHaveCrossed)
            #expect(!Self.isReadable(line.descriptor))
        }
        let last = try JoinableThread { line.cross() }
        last.join()
        #expect(line.allHaveCrossed)
        #expect(Self.isReadable(line.descriptor))
    }

    @Test func theFinishLineCountsThreadsThatCrossAtOnce() throws {
        for _ in 0..<20 {
            let line = try FinishLine(threads: 16)
            let gate = StartGate()
            let threads = try (0..<16).map { _ in
                JoinableThread<Void>.Slot(
                    try JoinableThread {
                        _ = gate.pass()
                        line.cross()
                    })
            }
            gate.open(at: 0)
            for thread in threads { thread.join() }
            #expect(line.allHaveCrossed && Self.isReadable(line.descriptor))
        }
    }

    // MARK: Control

    @Test func aStopEndsASleep() throws {
        let control = ThreadControl()
        let sleeper = try JoinableThread { control.sleep(until: .max) }
        usleep(5000)
        control.stop()
        let sleptToTheEnd = sleeper.join()
        #expect(!sleptToTheEnd)
        #expect(control.sleep(until: 1) == false)
        #expect(ThreadControl().sleep(until: 1))
    }

    @Test func theFirstFailureIsHeard() {
        let control = ThreadControl()
        #expect(!control.isStopping && control.firstFailure == nil)
        control.failed(.init(.unavailable, "first"))
        control.failed(.init(.cannotWrite, "second"))
        #expect(control.isStopping && control.firstFailure?.message == "first" && control.stopFlag.isSet)
    }

    @Test func oneConnectionWithoutNameIsEnoughToSaySo() {
        let control = ThreadControl()
        control.connected(isNamed: true)
        #expect(control.allAreNamed && control.connected == 1)
        control.connected(isNamed: false)
        control.connected(isNamed: true)
        #expect(!control.allAreNamed && control.connected == 3)
    }
}
