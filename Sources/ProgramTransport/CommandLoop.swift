internal import CLinux
internal import CProcesses
internal import FlashSale
internal import Glibc
package import Strategies

/// Starts a program for each step of a thread's clients, and takes its exit code and the last line that it printed.
package final class CommandLoop: ProgramAsking {
    private static var batch: Int { 256 }
    private static var readsAfterEnd: Int { 64 }

    private let host: ProgramHost
    private let epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
    private let events = UnsafeMutablePointer<epoll_event>.allocate(capacity: CommandLoop.batch)
    private let nothing = open("/dev/null", O_RDONLY | O_CLOEXEC)
    private var running: [Running?]
    private var results: [Result<Ended, ProgramFailure>]
    private var done: [Int] = []
    private var doneHead = 0
    private var nextDeadline = UInt64.max
    /// Paths of programs, by their names.
    private var places: [String: String] = [:]
    private var arguments: [UnsafeMutablePointer<CChar>?] = []

    /// A command that has not ended.
    private final class Running {
        let child: ChildHandle
        let name: String
        /// Can be read once it has ended.
        let end: Int32
        let output: Int32
        let deadline: UInt64
        var lines = LineBuffer()
        var lastLine: [UInt8] = []
        var isTooLong = false

        init(_ child: ChildHandle, _ name: String, end: Int32, output: Int32, deadline: UInt64) {
            self.child = child
            self.name = name
            self.end = end
            self.output = output
            self.deadline = deadline
        }

        deinit {
            close(end)
            close(output)
        }
    }

    private struct Ended {
        var exitCode: Int
        var lastLine: [UInt8]
    }

    /// - Throws: ``ProgramFailure`` where the system has no descriptor left.
    init(_ host: ProgramHost, clients: Int) throws(ProgramFailure) {
        self.host = host
        running = .init(repeating: nil, count: clients)
        results = .init(repeating: .success(Ended(exitCode: 0, lastLine: [])), count: clients)
        guard epoll >= 0, nothing >= 0 else {
            throw ProgramFailure(
                .notAsked, "epoll, of which the system has none left: \(String(cString: strerror(errno)))")
        }
    }

    deinit {
        for command in running { if let command { host.end(command.child) } }
        close(nothing)
        close(epoll)
        events.deallocate()
    }

    // MARK: Starting

    package func start(_ client: Int, _ words: UnsafeRawBufferPointer) throws(ProgramFailure) {
        let pipe = try PipeEnds()
        let command: Running
        do throws(ProgramFailure) {
            command = try start(words, pipe)
        } catch {
            close(pipe.reading)
            close(pipe.writing)
            throw error
        }
        close(pipe.writing)
        PipeEnds.neverWait(command.output)
        running[client] = command
        nextDeadline = min(nextDeadline, command.deadline)
        watch(command.end, UInt64(2 * client))
        watch(command.output, UInt64(2 * client + 1))
    }

    /// - Parameter words: each followed by a NUL, so that they stand as C wants them.
    private func start(_ words: UnsafeRawBufferPointer, _ pipe: PipeEnds) throws(ProgramFailure) -> Running {
        arguments.removeAll(keepingCapacity: true)
        var start = 0
        for (index, byte) in words.enumerated() where byte == 0 {
            // posix_spawn promises not to write to them.
            let word = UnsafeMutableRawPointer(mutating: words.baseAddress! + start)
            arguments.append(word.assumingMemoryBound(to: CChar.self))
            start = index + 1
        }
        arguments.append(nil)
        let name = String(cString: arguments[0]!)
        let path = try place(of: name)
        let child = try arguments.withUnsafeMutableBufferPointer { pointers throws(ProgramFailure) in
            try host.launch.start(path, pointers.baseAddress!, input: nothing, output: pipe.writing)
        }
        let end = stress_process_descriptor(child.process)
        guard end >= 0 else {
            let reason = String(cString: strerror(errno))
            host.end(child)
            // It may have begun.
            throw ProgramFailure(.asked, "the end of \(name) cannot be waited for (pidfd_open): \(reason)")
        }
        return Running(
            child, name, end: end, output: pipe.reading, deadline: Clock.nanoseconds() &+ host.timeoutNanoseconds)
    }

    private func place(of name: String) throws(ProgramFailure) -> String {
        if let path = places[name] { return path }
        do throws(ProgramPlace.Problem) {
            let path = try ProgramPlace.find(name, in: host.launch.folder, path: ProgramPlace.searchPath)
            places[name] = path
            return path
        } catch {
            throw ProgramFailure(.notAsked, error.message)
        }
    }

    private func watch(_ descriptor: Int32, _ token: UInt64) {
        var event = epoll_event()
        event.events = EPOLLIN.rawValue
        event.data.u64 = token
        epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event)
    }

    // MARK: Waiting

    package func wait(nanoseconds: UInt64) {
        guard doneHead == done.count else { return }
        done.removeAll(keepingCapacity: true)
        doneHead = 0
        let now = Clock.nanoseconds()
        let limit = min(nanoseconds, nextDeadline > now ? nextDeadline - now : 0)
        let count = epoll_wait(epoll, events, Int32(Self.batch), Int32(clamping: (limit + 999_999) / 1_000_000))
        for event in 0..<max(0, Int(count)) {
            let token = Int(events[event].data.u64)
            guard let command = running[token / 2] else { continue }
            if token % 2 == 0 { ended(token / 2, command) } else { read(command) }
        }
        if Clock.nanoseconds() >= nextDeadline { giveUp() }
    }

    private func read(_ command: Running) {
        // Whoever has closed it may run on: its end is awaited.
        if absorb(command) == .ended { epoll_ctl(epoll, EPOLL_CTL_DEL, command.output, nil) }
    }

    /// Reads once, and keeps the last line.
    private func absorb(_ command: Running) -> LineBuffer.Reading {
        let reading = command.lines.read(from: command.output)
        while let line = command.lines.next() {
            if line.count > LineBuffer.limit { command.isTooLong = true }
            let text = line.trimmed
            if !text.isEmpty, !command.isTooLong { command.lastLine = Array(text) }
        }
        if command.lines.rest.count > LineBuffer.limit {
            command.isTooLong = true
            command.lines.dropRest()
        }
        return reading
    }

    private func ended(_ client: Int, _ command: Running) {
        guard let ending = command.child.ending else { return }
        // More than a pipe holds comes only from what it has left behind.
        for _ in 0..<Self.readsAfterEnd where absorb(command) != .some { break }
        let rest = command.lines.rest.trimmed
        if !rest.isEmpty { command.lastLine = Array(rest) }
        forget(client, command)
        if command.isTooLong {
            let words = "\(shown(command)) printed a line of more than \(LineBuffer.limit >> 20) MiB"
            host.note(words)
            finish(client, .failure(ProgramFailure(.tooLarge, words)))
        } else {
            finish(client, .success(Ended(exitCode: ending.exitCode, lastLine: command.lastLine)))
        }
    }

    private func shown(_ command: Running) -> String {
        "\(ForeignText.shown(command.name, limit: ForeignText.nameLimit)) (process \(command.child.process) of worker \(host.worker))"
    }

    /// Ends what it has started and left behind.
    private func forget(_ client: Int, _ command: Running) {
        epoll_ctl(epoll, EPOLL_CTL_DEL, command.end, nil)
        epoll_ctl(epoll, EPOLL_CTL_DEL, command.output, nil)
        running[client] = nil
        host.end(command.child)
    }

    private func finish(_ client: Int, _ result: Result<Ended, ProgramFailure>) {
        results[client] = result
        done.append(client)
    }

    private func giveUp() {
        let now = Clock.nanoseconds()
        nextDeadline = .max
        for client in running.indices {
            guard let command = running[client] else { continue }
            guard command.deadline <= now else {
                nextDeadline = min(nextDeadline, command.deadline)
                continue
            }
            let words =
                "\(shown(command)) did not end within \(host.timeoutNanoseconds / 1_000_000) ms (--timeout), and was killed"
            host.note(words)
            forget(client, command)
            finish(client, .failure(ProgramFailure(.asked, words)))
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
        let ended = try results[client].get()
        ended.lastLine.withUnsafeBytes { reply.reset(toExit: ended.exitCode, lastLine: $0) }
    }
}
