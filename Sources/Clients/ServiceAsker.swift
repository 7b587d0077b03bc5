internal import FlashSale
internal import HTTPTransport
internal import RedisDriver
internal import Strategies

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

    func askAlone(_ client: Int, _ question: UnsafeRawBufferPointer, into reply: inout Reply) throws(ConnectionError) {
        do throws(HTTPFailure) {
            try clients[client].ask(question, into: &reply)
        } catch {
            throw ConnectionError(error)
        }
    }

    func hold(_ client: Int, _ question: UnsafeRawBufferPointer) throws(ConnectionError) -> Bool {
        do throws(HTTPFailure) {
            return try loop.hold(clients[client], question)
        } catch {
            throw ConnectionError(error)
        }
    }

    func waitsForRelease(_ client: Int) -> Bool { clients[client].waitsForRelease }
    func earlyAnswer(_ client: Int) -> String? { clients[client].earlyAnswer }
    func release(_ client: Int) { loop.release(clients[client]) }
    func wasHeld(_ client: Int) -> Bool { clients[client].wasHeld }

    func loseNextAnswer(_ client: Int) { clients[client].losesAnswer = true }
    func hasLostAnswer(_ client: Int) -> Bool { clients[client].hasLostAnswer }

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
