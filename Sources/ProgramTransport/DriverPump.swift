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
