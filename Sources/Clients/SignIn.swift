internal import FlashSale
internal import RedisDriver
internal import Strategies

/// What a client of a service does once, before the doors open.
enum SignIn {
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
