internal import CLinux
internal import Glibc
internal import ProgramTransport

/// The keeper of a service as the run sees it. Used by one thread at a time.
struct ServiceKeeper: ~Copyable {
    private let child: ChildHandle
    /// Its standard input: while this is open, it lets the service live.
    private let orders: Int32
    private let messages: Int32
    private let mark: String
    private var received: [UInt8] = []
    private var isClosed = false
    /// Whether it has ended, in whatever way.
    private(set) var hasEnded = false

    var process: Int32 { child.process }

    /// - Parameters:
    ///   - program: its path, and its arguments.
    ///   - folder: where it works.
    ///   - log: where it writes; taken over.
    init(
        _ executable: String, program: [String], folder: String, variables: [String: String], log: Int32
    ) throws(ProgramFailure) {
        mark = "\(getpid())-\(Clock.nanoseconds())"
        let launch = ProgramLaunch(folder: folder, mark: mark, variables: variables, errors: log)
        let input = try PipeEnds()
        let output: PipeEnds
        do throws(ProgramFailure) { output = try PipeEnds() } catch {
            input.close()
            throw error
        }
        let words = ArgumentList(["stress", "keep-service", mark] + program)
        do throws(ProgramFailure) {
            child = try launch.start(executable, words.pointers, input: input.reading, output: output.writing)
        } catch {
            input.close()
            output.close()
            throw error
        }
        Glibc.close(input.reading)
        Glibc.close(output.writing)
        orders = input.writing
        messages = output.reading
    }

    /// Tells it to start the service.
    func start() {
        var order = UInt8(ascii: "s")
        _ = write(orders, &order, 1)
    }

    /// The next thing that it says; nil where nothing comes in time, or it has ended.
    mutating func next(withinMilliseconds milliseconds: Int) -> ServiceKeeperMessage? {
        let end = Clock.nanoseconds() + UInt64(milliseconds) * 1_000_000
        // Once closed, the descriptor's number may be another's.
        while !hasEnded, !isClosed {
            if let lineEnd = received.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: received[..<lineEnd], as: UTF8.self)
                received.removeSubrange(...lineEnd)
                if let message = ServiceKeeperMessage(line: line) { return message }
                continue
            }
            var poller = pollfd(fd: messages, events: Int16(POLLIN), revents: 0)
            let now = Clock.nanoseconds()
            let count = poll(&poller, 1, end > now ? Int32((end - now + 999_999) / 1_000_000) : 0)
            if count > 0 {
                var bytes = [UInt8](repeating: 0, count: 256)
                let size = read(messages, &bytes, bytes.count)
                if size > 0 { received += bytes[..<size] }
                if size == 0 || (size < 0 && errno != EINTR) { hasEnded = true }
            } else if Clock.nanoseconds() >= end {
                return nil
            }
        }
        return nil
    }

    /// Lets it end everything that is left, and waits for that.
    mutating func close(withinMilliseconds milliseconds: Int) {
        guard !isClosed else { return }
        isClosed = true
        Glibc.close(orders)
        // One that somebody has stopped cannot hear it.
        Glibc.kill(child.process, SIGCONT)
        let ending = child.ending(withinMilliseconds: milliseconds)
        if ending == nil { child.kill() }
        // Somebody has killed it, and what it kept is now the machine's first process's.
        if ending != .code(0) { KeeperProcess.killAll(marked: mark) }
        child.reap()
        Glibc.close(messages)
    }

    deinit { if !isClosed { Glibc.close(orders) } }
}
