package import FlashSale
package import HTTPTransport
internal import RedisDriver
package import Strategies

/// What a client of a service does once, before the doors open.
package enum SignIn {
    /// Signs in at a service, and waits for that.
    ///
    /// - Parameter client: its number, from 1.
    /// - Returns: the machine, with all that was captured.
    /// - Throws: ``RunError`` with 69 where the service does not take it.
    package static func run(
        _ program: StrategyProgram, client number: Int, at service: ServiceEndpoint, timeoutMilliseconds: Int
    ) throws(RunError) -> StrategyMachine {
        let client: HTTPClient
        do throws(HTTPFailure) {
            client = try HTTPClient(to: service, timeoutMilliseconds: timeoutMilliseconds)
        } catch {
            throw RunError(.unavailable, "client \(number) could not sign in (sign-in:): \(error.reason)")
        }
        return try run(program, client: number) { request, reply throws(ConnectionError) in
            do throws(HTTPFailure) {
                try client.ask(request, into: &reply)
            } catch {
                throw ConnectionError(error)
            }
        }
    }

    /// - Parameters:
    ///   - client: its number in the fleet, from 1.
    ///   - ask: makes one request, and waits for its answer.
    /// - Returns: the machine, with all that was captured.
    /// - Throws: ``RunError`` with 69 where the service does not take it.
    static func run(
        _ program: StrategyProgram, client: Int,
        by ask: (UnsafeRawBufferPointer, inout Reply) throws(ConnectionError) -> Void
    ) throws(RunError) -> StrategyMachine {
        var context = AttemptContext(buyer: 0, purchase: 0, attempt: client)
        context.client = client
        var machine = StrategyMachine(program)
        var reply = Reply()
        var action = machine.begin(context)
        do throws(ConnectionError) {
            while true {
                switch action {
                case .send, .receive:
                    try ask(machine.output, &reply)
                    action = machine.receive(reply)
                case .follow: preconditionFailure("no service is a node of several")
                // A service has no shelves.
                case .goToShelf: action = machine.arrive()
                case .think: action = machine.afterThinking()
                case .finish(let result):
                    guard result.outcome != .won else { return machine }
                    let answer = machine.firstHole ?? machine.firstError ?? reply.description
                    throw .lost("the service answered \(answer)")
                }
            }
        } catch {
            throw RunError(.unavailable, "client \(client) could not sign in (sign-in:): \(error)")
        }
    }
}
