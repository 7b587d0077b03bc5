internal import CSystem
internal import FlashSale
internal import Glibc
package import Strategies

/// Asks programs of its own, for the clients of one thread: one program for each of them, or one for all.
package final class DriverLoop: ProgramAsking {
    private static var batch: Int { 256 }
    /// The token of the descriptor that others wake it by.
    private static var wakeToken: UInt64 { .max }
    /// How long programs that were just started are watched at most: those that cannot even begin end at once.
    private static var settlingNanoseconds: UInt64 { 2_000_000_000 }
    /// How often they are looked at, and for how many looks one must have done nothing at all to have begun.
    private static var lookMilliseconds: Int32 { 20 }
    private static var idleLooks: Int { 3 }

    let host: ProgramHost
    let words: DriverWords
    private let isConcurrent: Bool
    private let epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
    private let wake: Int32
    private let events = UnsafeMutablePointer<epoll_event>.allocate(capacity: DriverLoop.batch)
    /// One for each client, or one for all; nil where the next question starts one.
    private(set) var drivers: [Driver?]
    private var isShared: Bool { drivers.count == 1 }
    var asked: [Asked]
    /// Drivers that have something to write.
    private var dirty: [Int] = []
    /// Questions that wait until the one before is answered, where a program has only one under way.
    private var held: [(client: Int, question: [UInt8])] = []
    /// Answers of ``done``, one after the other.
    private var answers: [UInt8] = []
    var done: [Int] = []
    var doneHead = 0
    /// No question has waited for too long before; CLOCK_MONOTONIC.
    private var nextDeadline = UInt64.max

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

    /// Waits until all programs wait for a question.
    private func settle() throws(ProgramFailure) {
        let end = Clock.nanoseconds() + Self.settlingNanoseconds
        var starting = Array(drivers.indices)
        var before = [[ChildHandle.Activity]?](repeating: nil, count: drivers.count)
        var idle = [Int](repeating: 0, count: drivers.count)
        while !starting.isEmpty, Clock.nanoseconds() < end {
            let count = epoll_wait(epoll, events, Int32(Self.batch), Self.lookMilliseconds)
            for event in 0..<max(0, Int(count)) where events[event].data.u64 != Self.wakeToken {
                if let driver = drivers[Int(events[event].data.u64)] { try checkStart(of: driver) }
            }
            starting.removeAll { index in
                // A wrapper such as a shell waits while what it has started begins.
                let now = drivers[index]?.child.activities
                idle[index] = now != nil && now == before[index] ? idle[index] + 1 : 0
                before[index] = now
                return idle[index] == Self.idleLooks
            }
        }
    }

    /// A program that was not asked anything has said something, or has ended.
    private func checkStart(of driver: Driver) throws(ProgramFailure) {
        let name = driver.description(words, worker: host.worker)
        switch driver.lines.read(from: driver.output) {
        case .nothingNow: return
        case .some:
            let said = ForeignText.shown(driver.lines.rest, limit: 80)
            throw ProgramFailure(
                .notAsked,
                "\(name), which wrote to its standard output before it was asked anything: \(said); that is for answers only, "
                    + "so write other things to standard error")
        case .ended:
            let ending = driver.child.ending(withinMilliseconds: 100)
            throw ProgramFailure(
                .notAsked,
                "\(name), which ended as soon as it was started (\(ending?.words ?? "it has closed its standard output"))"
            )
        }
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

    private func listen(_ nanoseconds: UInt64) {
        let now = Clock.nanoseconds()
        var limit = min(nanoseconds, nextDeadline > now ? nextDeadline - now : 0)
        // A program that takes nothing is tried again soon.
        if !dirty.isEmpty { limit = min(limit, 1_000_000) }
        // epoll counts in milliseconds; what is shorter is waited for by ppoll, to the nanosecond.
        var milliseconds = Int32(clamping: limit / 1_000_000)
        if limit > 0, limit < 4_000_000 {
            guard stress_wait_readable(epoll, limit) == 1 else { return }
            milliseconds = 0
        }
        let count = epoll_wait(epoll, events, Int32(Self.batch), milliseconds)
        for event in 0..<max(0, Int(count)) {
            let token = events[event].data.u64
            if token == Self.wakeToken {
                var value: UInt64 = 0
                _ = read(wake, &value, 8)
            } else if let driver = drivers[Int(token)] {
                listen(to: driver, Int(token))
            }
        }
    }

    /// Takes what a program has said.
    private func listen(to driver: Driver, _ index: Int) {
        let reading = driver.lines.read(from: driver.output)
        while let line = driver.lines.next() {
            guard line.count <= LineBuffer.limit else { return end(index, Self.tooLong) }
            let text = line.trimmed
            guard text.isEmpty || take(text, of: driver, index) else { return }
        }
        if driver.lines.rest.count > LineBuffer.limit { return end(index, Self.tooLong) }
        if reading == .ended { endedByItself(index, driver) }
    }

    private static var tooLong: String { "wrote a line of more than \(LineBuffer.limit >> 20) MiB" }

    /// Takes one answer. False where it was none, and the program is ended.
    private func take(_ line: UnsafeRawBufferPointer, of driver: Driver, _ index: Int) -> Bool {
        guard let id = JSONScanner.id(ofObject: line.assumingMemoryBound(to: UInt8.self)) else {
            end(
                index,
                "wrote something that is no answer, a JSON object with the id of a question: \(ForeignText.shown(line, limit: 200))"
            )
            return false
        }
        if let client = driver.underWay.removeValue(forKey: id) {
            driver.lastAnswered = Clock.nanoseconds()
            driver.remember(id)
            asked[client].isUnderWay = false
            asked[client].start = answers.count
            asked[client].count = line.count
            answers.append(contentsOf: line)
            done.append(client)
            return true
        }
        if driver.abandoned.remove(id) != nil { return true }
        let shown = ForeignText.shown(line, limit: 200)
        guard driver.hasJustAnswered(id) else {
            end(index, "answered a question that nobody has asked: \(shown)")
            return false
        }
        let words = "answered attempt \(id) twice: \(shown)"
        // Which of the two is meant, nobody knows, if the first was not taken yet.
        if let client = done[doneHead...].first(where: { asked[$0].id == id }), asked[client].failure == nil {
            asked[client].failure = ProgramFailure(
                .asked, "\(driver.description(self.words, worker: host.worker)) \(words)")
        }
        end(index, words)
        return false
    }

    // MARK: Ends

    private func endedByItself(_ index: Int, _ driver: Driver) {
        if let ending = driver.child.ending(withinMilliseconds: 50) {
            end(index, "ended (\(ending.words))")
        } else {
            end(index, "closed its standard output")
        }
    }

    /// Ends a program that did what it must not; whoever waits for it gets no answer.
    private func end(_ index: Int, _ words: String) {
        guard let driver = drivers[index] else { return }
        drivers[index] = nil
        dirty.removeAll { $0 == index }
        let waiting = driver.underWay.sorted { $0.key < $1.key }
        var sentence = "\(driver.description(self.words, worker: host.worker)) \(words)"
        switch waiting.count {
        case 0: sentence += ", after \(driver.answered.counted("answer")), while nothing was asked"
        case 1: sentence += ", while it was asked for attempt \(waiting[0].key)"
        default: sentence += ", while it was asked for \(waiting.count) attempts, the first of them \(waiting[0].key)"
        }
        host.note(sentence)
        epoll_ctl(epoll, EPOLL_CTL_DEL, driver.output, nil)
        host.end(driver.child)
        for (_, client) in waiting { fail(client, ProgramFailure(.asked, sentence)) }
    }

    private func fail(_ client: Int, _ failure: ProgramFailure) {
        asked[client].isUnderWay = false
        asked[client].failure = failure
        done.append(client)
    }

    /// Gives up on the questions that have waited for too long.
    private func giveUp() {
        let now = Clock.nanoseconds()
        nextDeadline = .max
        for client in asked.indices where asked[client].isUnderWay {
            guard asked[client].deadline <= now else {
                nextDeadline = min(nextDeadline, asked[client].deadline)
                continue
            }
            let index = isShared ? 0 : client
            guard let driver = drivers[index] else { continue }
            let milliseconds = host.timeoutNanoseconds / 1_000_000
            // One that answers others is slow with this one; its answer is thrown away when it comes.
            guard isConcurrent, driver.lastAnswered > asked[client].deadline &- host.timeoutNanoseconds else {
                end(index, "gave no answer within \(milliseconds) ms (--timeout)")
                continue
            }
            let id = asked[client].id
            driver.underWay[id] = nil
            driver.abandoned.insert(id)
            let sentence =
                "\(driver.description(words, worker: host.worker)) gave no answer to attempt \(id) within \(milliseconds) ms "
                + "(--timeout), though others had one"
            host.note(sentence)
            fail(client, ProgramFailure(.asked, sentence))
        }
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
