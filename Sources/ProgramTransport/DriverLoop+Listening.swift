internal import CLinux
internal import FlashSale
internal import Glibc
internal import Strategies

/// What programs say, and what they must not do.
extension DriverLoop {
    func listen(_ nanoseconds: UInt64) {
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
    func listen(to driver: Driver, _ index: Int) {
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
    func end(_ index: Int, _ words: String) {
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

    func fail(_ client: Int, _ failure: ProgramFailure) {
        asked[client].isUnderWay = false
        asked[client].failure = failure
        done.append(client)
    }

    /// Gives up on the questions that have waited for too long.
    func giveUp() {
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
}
