internal import CLinux
internal import CProcesses
internal import Glibc
internal import Strategies
internal import Synchronization

/// How one thread asks a program that others ask, too: its questions go to the ``DriverPump``, which puts the answers here.
///
/// `@unchecked Sendable`: what is not locked is used by one thread, which asks; ``put(_:_:)`` and ``ring()`` are the pump's.
final class DriverMailbox: ProgramAsking, @unchecked Sendable {
    private let questions: QuestionQueue
    private let firstToken: Int
    private let wake: Int32
    private let arrived = Mutex(Contents())
    /// The pump's: whether something came since it rang last.
    private var isUnread = false

    // The thread's own.
    private var unsent = QuestionQueue.Batch()
    private var contents = Contents()
    private var head = 0
    private var places: [Place]

    private struct Contents {
        var done: [(client: Int, place: Place)] = []
        var bytes: [UInt8] = []
    }

    private struct Place {
        var start = 0
        var count = 0
        var failure: ProgramFailure?
    }

    init(_ questions: QuestionQueue, firstToken: Int, clients: Int) {
        self.questions = questions
        self.firstToken = firstToken
        places = .init(repeating: Place(), count: clients)
        wake = stress_wake_descriptor()
    }

    deinit { close(wake) }

    // MARK: The pump's

    func put(_ client: Int, _ reply: borrowing Reply) {
        arrived.withLock { contents in
            let start = contents.bytes.count
            contents.bytes += reply.text
            contents.done.append((client, Place(start: start, count: contents.bytes.count - start)))
        }
        isUnread = true
    }

    func put(_ client: Int, failure: ProgramFailure) {
        arrived.withLock { $0.done.append((client, Place(failure: failure))) }
        isUnread = true
    }

    func ring() {
        guard isUnread else { return }
        isUnread = false
        WakeUp.ring(wake)
    }

    // MARK: The thread's

    func start(_ client: Int, _ question: UnsafeRawBufferPointer) { unsent.append(firstToken + client, question) }

    func wait(nanoseconds: UInt64) {
        if !unsent.ends.isEmpty { questions.put(&unsent) }
        contents.done.removeAll(keepingCapacity: true)
        contents.bytes.removeAll(keepingCapacity: true)
        head = 0
        guard stress_wait_readable(wake, min(nanoseconds, 999_999_999)) == 1 else { return }
        WakeUp.hush(wake)
        arrived.withLock { swap(&$0, &contents) }
    }

    func nextDone() -> Int? {
        guard head < contents.done.count else { return nil }
        let (client, place) = contents.done[head]
        places[client] = place
        head += 1
        return client
    }

    func take(_ client: Int, into reply: inout Reply) throws(ProgramFailure) {
        reply.reset()
        if let failure = places[client].failure { throw failure }
        let (start, count) = (places[client].start, places[client].count)
        contents.bytes.withUnsafeBytes {
            reply.append(.string, bytes: UnsafeRawBufferPointer(rebasing: $0[start..<start + count]))
        }
    }
}
