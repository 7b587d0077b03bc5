internal import FlashSale
internal import ProgramTransport
internal import RedisDriver
internal import Strategies

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
