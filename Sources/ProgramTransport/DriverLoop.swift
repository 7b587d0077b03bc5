internal import CLinux
internal import FlashSale
internal import Glibc
package import Strategies

/// Asks programs of its own, for the clients of one thread: one program for each of them, or one for all.
package final class DriverLoop: ProgramAsking {
    static var batch: Int { 256 }
    /// The token of the descriptor that others wake it by.
    static var wakeToken: UInt64 { .max }
    let host: ProgramHost
    let words: DriverWords
    let isConcurrent: Bool
    let epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
    let wake: Int32
    let events = UnsafeMutablePointer<epoll_event>.allocate(capacity: DriverLoop.batch)
    /// One for each client, or one for all; nil where the next question starts one.
    var drivers: [Driver?]
    var isShared: Bool { drivers.count == 1 }
    var asked: [Asked]
    /// Drivers that have something to write.
    var dirty: [Int] = []
    /// Questions that wait until the one before is answered, where a program has only one under way.
    var held: [(client: Int, question: [UInt8])] = []
    /// Answers of ``done``, one after the other.
    var answers: [UInt8] = []
    var done: [Int] = []
    var doneHead = 0
    /// No question has waited for too long before; CLOCK_MONOTONIC.
    var nextDeadline = UInt64.max

    /// What a client waits for.
    struct Asked {
        var id = 0
        var deadline: UInt64 = 0
        var isUnderWay = false
        /// Where its answer is.
        var start = 0
        var count = 0
        var failure: ProgramFailure?
    }

    /// Starts the programs, and sees that none ends at once.
    ///
    /// - Parameters:
    ///   - programs: one for each client, or one.
    ///   - wake: a descriptor that ends a wait; -1 for none.
    /// - Throws: ``ProgramFailure`` where one cannot be started.
    init(
        _ host: ProgramHost, _ words: DriverWords, clients: Int, programs: Int, isConcurrent: Bool, wake: Int32 = -1
    ) throws(ProgramFailure) {
        self.host = host
        self.words = words
        self.isConcurrent = isConcurrent
        self.wake = wake
        drivers = .init(repeating: nil, count: programs)
        asked = .init(repeating: Asked(), count: clients)
        done.reserveCapacity(clients)
        guard epoll >= 0 else {
            throw ProgramFailure(
                .notAsked, "epoll, of which the system has none left: \(String(cString: strerror(errno)))")
        }
        if wake >= 0 { watch(wake, Self.wakeToken) }
        for index in drivers.indices { _ = try driver(index) }
        try settle()
    }

    deinit {
        for driver in drivers { if let driver { host.retire(driver) } }
        close(epoll)
        events.deallocate()
    }

    private func watch(_ descriptor: Int32, _ token: UInt64) {
        var event = epoll_event()
        event.events = EPOLLIN.rawValue
        event.data.u64 = token
        epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event)
    }

    /// The driver of a place, started where there is none.
    private func driver(_ index: Int) throws(ProgramFailure) -> Driver {
        if let driver = drivers[index] { return driver }
        let driver = try Driver(words, host.launch, clients: isShared ? asked.count : 1)
        drivers[index] = driver
        watch(driver.output, UInt64(index))
        return driver
    }

    // MARK: Asking

    package func start(_ client: Int, _ question: UnsafeRawBufferPointer) throws(ProgramFailure) {
        let index = isShared ? 0 : client
        var driver = try driver(index)
        if driver.abandoned.contains(Self.id(of: question)) {
            // The warm-up has asked for an attempt with this id, too. Its answer would pass for this one's.
            end(index, "has never answered a question of the warm-up")
            driver = try self.driver(index)
        }
        guard isConcurrent || driver.underWay.isEmpty else {
            held.append((client, Array(question)))
            return
        }
        ask(client, question, of: driver, index)
    }

    private func ask(_ client: Int, _ question: UnsafeRawBufferPointer, of driver: Driver, _ index: Int) {
        let id = Self.id(of: question)
        asked[client] = Asked(
            id: id, deadline: Clock.nanoseconds() &+ host.timeoutNanoseconds, isUnderWay: true)
        nextDeadline = min(nextDeadline, asked[client].deadline)
        driver.underWay[id] = client
        if !driver.hasUnsent { dirty.append(index) }
        driver.ask(question)
    }

    /// The number that stands first in a question: `{"id":17,…`.
    private static func id(of question: UnsafeRawBufferPointer) -> Int {
        var id = 0
        for byte in question.dropFirst(6) {
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { break }
            id = id &* 10 &+ Int(byte - UInt8(ascii: "0"))
        }
        return id
    }

    /// Where a program has one question under way, asks the next.
    private func askNext(_ index: Int) {
        while !held.isEmpty, drivers[index]?.underWay.isEmpty != false {
            let (client, question) = held.removeFirst()
            do throws(ProgramFailure) {
                let driver = try driver(index)
                question.withUnsafeBytes { ask(client, $0, of: driver, index) }
            } catch {
                fail(client, error)
            }
        }
    }

    // MARK: Waiting

    package func wait(nanoseconds: UInt64) {
        // What was over before the last question went out is told first.
        guard doneHead == done.count else { return }
        done.removeAll(keepingCapacity: true)
        doneHead = 0
        answers.removeAll(keepingCapacity: true)
        flush()
        listen(done.isEmpty ? nanoseconds : 0)
        if Clock.nanoseconds() >= nextDeadline { giveUp() }
        if !held.isEmpty { askNext(0) }
    }

    private func flush() {
        var stuck: [Int] = []
        for index in dirty {
            guard let driver = drivers[index] else { continue }
            if !driver.flush() {
                // Whatever it still said is read first.
                listen(to: driver, index)
                if drivers[index] === driver { end(index, "closed its standard input") }
            } else if driver.hasUnsent {
                stuck.append(index)
            }
        }
        dirty.removeAll(keepingCapacity: true)
        dirty += stuck
    }

    // MARK: Answers

    package func nextDone() -> Int? {
        guard doneHead < done.count else { return nil }
        doneHead += 1
        return done[doneHead - 1]
    }

    package func take(_ client: Int, into reply: inout Reply) throws(ProgramFailure) {
        reply.reset()
        if let failure = asked[client].failure {
            asked[client].failure = nil
            throw failure
        }
        let (start, count) = (asked[client].start, asked[client].count)
        answers.withUnsafeBytes {
            reply.append(.string, bytes: UnsafeRawBufferPointer(rebasing: $0[start..<start + count]))
        }
    }
}
