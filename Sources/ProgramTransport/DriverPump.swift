internal import CProcesses
internal import Glibc
internal import Host
internal import Strategies
internal import Synchronization

/// Asks one program for all threads of a worker, on a thread of its own: questions come in from all of them, answers go to the
/// mailbox of each.
final class DriverPump: Sendable {
    /// How long it may sleep where nobody wakes it.
    private static var sleepNanoseconds: UInt64 { 1_000_000_000 }

    let mailboxes: [DriverMailbox]
    private let questions: QuestionQueue
    private let thread: ThreadBox

    /// Starts the program, and the thread.
    init(_ host: ProgramHost, _ words: DriverWords, isConcurrent: Bool) throws(ProgramFailure) {
        let clients = host.settings.clients
        let queue = QuestionQueue()
        questions = queue
        mailboxes = (0..<host.settings.threads).map { DriverMailbox(queue, firstToken: $0 * clients, clients: clients) }
        let mailboxes = mailboxes
        let loop = Handed(
            try DriverLoop(
                host, words, clients: clients * host.settings.threads, programs: 1, isConcurrent: isConcurrent,
                wake: queue.wake))
        do throws(ThreadError) {
            thread = ThreadBox(try JoinableThread { Self.run(loop.loop, queue, mailboxes, clients: clients) })
        } catch {
            throw ProgramFailure(.notAsked, "the program \(words.shown), for which \(error)")
        }
    }

    /// Ends the thread, and tells the program to end.
    func close() {
        questions.close()
        thread.join()
    }

    private static func run(
        _ loop: DriverLoop, _ questions: QuestionQueue, _ mailboxes: [DriverMailbox], clients: Int
    ) {
        var batch = QuestionQueue.Batch()
        var reply = Reply()
        while questions.take(into: &batch) {
            batch.bytes.withUnsafeBytes { bytes in
                var start = 0
                for (token, end) in batch.ends {
                    do throws(ProgramFailure) {
                        try loop.start(token, UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
                    } catch {
                        mailboxes[token / clients].put(token % clients, failure: error)
                    }
                    start = end
                }
            }
            loop.wait(nanoseconds: sleepNanoseconds)
            while let token = loop.nextDone() {
                do throws(ProgramFailure) {
                    try loop.take(token, into: &reply)
                    mailboxes[token / clients].put(token % clients, reply)
                } catch {
                    mailboxes[token / clients].put(token % clients, failure: error)
                }
            }
            for mailbox in mailboxes { mailbox.ring() }
        }
    }

    /// `@unchecked Sendable`: handed to one thread, and used by no other afterwards.
    private struct Handed: @unchecked Sendable {
        let loop: DriverLoop
        init(_ loop: DriverLoop) { self.loop = loop }
    }

    /// A thread that is joined once.
    private final class ThreadBox: Sendable {
        private let thread: Mutex<JoinableThread<Void>?>
        init(_ thread: consuming sending JoinableThread<Void>) { self.thread = Mutex(consume thread) }
        func join() { thread.withLock { $0.take() }?.join() }
    }
}

/// Questions of all threads on their way to one program.
final class QuestionQueue: Sendable {
    struct Batch {
        /// Who asks, and where the question ends in ``bytes``.
        var ends: [(token: Int, end: Int)] = []
        var bytes: [UInt8] = []

        mutating func clear() {
            ends.removeAll(keepingCapacity: true)
            bytes.removeAll(keepingCapacity: true)
        }

        mutating func append(_ token: Int, _ question: UnsafeRawBufferPointer) {
            bytes.append(contentsOf: question)
            ends.append((token, bytes.count))
        }
    }

    private let waiting = Mutex((batch: Batch(), isClosed: false))
    /// Can be read when there is something to take.
    let wake: Int32

    init() { wake = stress_wake_descriptor() }

    deinit { Glibc.close(wake) }

    /// Hands on a thread's questions, and clears them.
    func put(_ batch: inout Batch) {
        waiting.withLock { waiting in
            let before = waiting.batch.bytes.count
            waiting.batch.bytes += batch.bytes
            for (token, end) in batch.ends { waiting.batch.ends.append((token, before + end)) }
        }
        batch.clear()
        WakeUp.ring(wake)
    }

    func close() {
        waiting.withLock { $0.isClosed = true }
        WakeUp.ring(wake)
    }

    /// Replaces `batch` with what is waiting. False once it is closed.
    func take(into batch: inout Batch) -> Bool {
        batch.clear()
        return waiting.withLock { waiting in
            swap(&waiting.batch, &batch)
            return !waiting.isClosed
        }
    }
}

/// Wakes whoever waits for a descriptor.
enum WakeUp {
    static func ring(_ descriptor: Int32) {
        var one: UInt64 = 1
        _ = write(descriptor, &one, 8)
    }

    static func hush(_ descriptor: Int32) {
        var value: UInt64 = 0
        _ = read(descriptor, &value, 8)
    }
}
