internal import CLinux
internal import Glibc
internal import Host

/// What is said to a program and what it says, until it says no more.
struct StoreTalk {
    private(set) var output: [UInt8] = []
    private(set) var errors: [UInt8] = []
    private var rest: ArraySlice<UInt8>
    private let limit: Int
    private let errorLimit: Int
    private var chunk = [UInt8](repeating: 0, count: 1 << 16)

    init(input: [UInt8], limit: Int, errorLimit: Int) {
        rest = input[...]
        self.limit = limit
        self.errorLimit = errorLimit
    }

    mutating func hold(
        over pipes: inout StorePipes, with process: Int32, until deadline: UInt64
    ) throws(StoreProgram.Failure) {
        while pipes.ours[1] >= 0 || pipes.ours[2] >= 0 {
            if rest.isEmpty { pipes.close(0) }
            let now = Clock.nanoseconds()
            guard now < deadline else { throw .late }
            guard Interruption.requests < 2 else { throw .interrupted }
            var polled = [
                pollfd(fd: pipes.ours[0], events: Int16(POLLOUT), revents: 0),
                pollfd(fd: pipes.ours[1], events: Int16(POLLIN), revents: 0),
                pollfd(fd: pipes.ours[2], events: Int16(POLLIN), revents: 0),
            ]
            let ready = poll(&polled, 3, Int32(min(50, (deadline - now) / 1_000_000 + 1)))
            if ready > 0 {
                if polled[0].revents != 0 { write(to: &pipes) }
                for number in 1...2 where polled[number].revents != 0 { _ = try read(number, &pipes) }
            } else if StoreProgram.hasEnded(process) {
                // Somebody else may hold the other ends: what it started, or a child that was born at the same moment.
                for number in 1...2 {
                    while try read(number, &pipes) {}
                    pipes.close(number)
                }
            }
        }
    }

    private mutating func write(to pipes: inout StorePipes) {
        let count = rest.withUnsafeBytes { Glibc.write(pipes.ours[0], $0.baseAddress, $0.count) }
        if count > 0 { rest = rest.dropFirst(count) }
        // It reads no more; whether that was right is told by how it ends.
        if count < 0, errno != EAGAIN, errno != EINTR { rest = [] }
    }

    /// Reads some of what is there, and says whether there was something.
    private mutating func read(_ number: Int, _ pipes: inout StorePipes) throws(StoreProgram.Failure) -> Bool {
        guard pipes.ours[number] >= 0 else { return false }
        let count = chunk.withUnsafeMutableBytes { Glibc.read(pipes.ours[number], $0.baseAddress, $0.count) }
        if count < 0, errno == EAGAIN || errno == EINTR { return false }
        guard count > 0 else {
            pipes.close(number)
            return false
        }
        if number == 1 {
            guard output.count + count <= limit else { throw .tooLarge }
            output += chunk[..<count]
        } else {
            errors += chunk[..<count]
            if errors.count > 2 * errorLimit { errors.removeFirst(errors.count - errorLimit) }
        }
        return true
    }
}
