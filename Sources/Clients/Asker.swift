internal import FlashSale
internal import HTTPTransport
internal import ProgramTransport
internal import RedisDriver
internal import Strategies

/// What an ``AskingDriver`` asks for all clients of its thread, so that no call waits for a single one.
protocol Asker: AnyObject {
    /// - Throws: ``RunError`` with 69 if the clients cannot be made.
    init(_ shared: BuyerThread.Shared, thread: Int) throws(RunError)

    /// Asks for a client, which waits for no other answer.
    ///
    /// - Parameter question: as the machine has written it; it stays where it is until the client is done.
    func start(_ client: Int, _ question: UnsafeRawBufferPointer) throws(ConnectionError)

    /// Gives up on a client's answer, if it waits for one.
    func cancel(_ client: Int)

    /// Lets questions go out and answers come in, and waits for at most so many nanoseconds until one can.
    func wait(nanoseconds: UInt64)

    /// A client that is done; nil where there is none.
    func nextDone() -> Int?

    /// The answer of the last client of ``nextDone()``.
    func take(_ client: Int, into reply: inout Reply) throws(ConnectionError)
}

/// Asks a service.
final class ServiceAsker: Asker {
    private let loop: HTTPLoop
    private let clients: [HTTPClient]
    private var result: HTTPLoop.Done?

    init(_ shared: BuyerThread.Shared, thread: Int) throws(RunError) {
        var made: [HTTPClient] = []
        do throws(HTTPFailure) {
            loop = try HTTPLoop(clients: shared.scenario.clients)
            for number in 0..<shared.scenario.clients {
                let client = try shared.serviceClient()
                client.number = number
                made.append(client)
            }
        } catch {
            throw RunError(
                .unavailable,
                "client \(made.count) of thread \(thread) of worker \(shared.worker) cannot be made: \(error)")
        }
        clients = made
    }

    func start(_ client: Int, _ question: UnsafeRawBufferPointer) throws(ConnectionError) {
        do throws(HTTPFailure) {
            try loop.start(clients[client], question)
        } catch {
            throw ConnectionError(error)
        }
    }

    func cancel(_ client: Int) { loop.cancel(clients[client]) }

    func wait(nanoseconds: UInt64) { loop.wait(nanoseconds: nanoseconds) }

    func nextDone() -> Int? {
        guard let done = loop.nextDone() else { return nil }
        result = done.result
        return done.client.number
    }

    func take(_ client: Int, into reply: inout Reply) throws(ConnectionError) {
        guard let result else { preconditionFailure("no client is done") }
        do throws(HTTPFailure) {
            try clients[client].take(result, into: &reply)
        } catch {
            throw ConnectionError(error)
        }
    }
}

/// Asks programs.
final class ProgramAsker: Asker {
    private let asking: any ProgramAsking

    init(_ shared: BuyerThread.Shared, thread: Int) throws(RunError) {
        guard let programs = shared.programs else { preconditionFailure("the run has no programs") }
        do throws(ProgramFailure) {
            asking = try programs.asking(thread: thread)
        } catch {
            throw RunError(.unavailable, "thread \(thread) of worker \(shared.worker) wanted to ask \(error)")
        }
    }

    func start(_ client: Int, _ question: UnsafeRawBufferPointer) throws(ConnectionError) {
        do throws(ProgramFailure) {
            try asking.start(client, question)
        } catch {
            throw ConnectionError(error)
        }
    }

    /// The programs are ended with whoever asks them.
    func cancel(_ client: Int) {}

    func wait(nanoseconds: UInt64) { asking.wait(nanoseconds: nanoseconds) }

    func nextDone() -> Int? { asking.nextDone() }

    func take(_ client: Int, into reply: inout Reply) throws(ConnectionError) {
        do throws(ProgramFailure) {
            try asking.take(client, into: &reply)
        } catch {
            throw ConnectionError(error)
        }
    }
}

extension ConnectionError {
    /// What a failure of a program is for a driver.
    init(_ failure: ProgramFailure) {
        self =
            switch failure.kind {
            case .notAsked: .refused(failure.reason)
            case .asked: .lost(failure.reason)
            case .tooLarge: .oversized(OversizedReply(.untold, limit: LineLimit.bytes))
            }
    }
}
